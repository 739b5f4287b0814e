//! Batches of imported matters: begun, seen, or broken off.

use tongxin_base::{Id, Result, TenantId, Time};
use tongxin_db::{Param, Read, Row, Tx, params, sql};

use super::requests::Request;
use crate::domain::{Channel, RequestId};

/// Begins a batch that nobody sees yet.
pub fn begin(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    id: Id<()>,
    (file, digest): (&str, &[u8; 32]),
    rows: i64,
    now: Time,
) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO requests_batch(tenant_id, id, file, digest, rows, live, created_at)
             VALUES ($1, $2, $3, $4, $5, 0, $6)"
        ),
        params![tenant, id, file, digest, rows, now],
    )?;
    Ok(())
}

/// The one flip that lets a batch be seen; false where it is not there any more.
pub fn let_be_seen(tx: &mut Tx<'_>, tenant: TenantId, id: Id<()>) -> Result<bool> {
    let flipped = tx.exec(
        sql!("UPDATE requests_batch SET live = 1 WHERE tenant_id = $1 AND id = $2 AND live = 0"),
        params![tenant, id],
    )?;
    Ok(flipped == 1)
}

/// The name under which a file with this content was brought in.
pub fn by_digest(read: &mut Read<'_>, tenant: TenantId, digest: &[u8; 32]) -> Result<Option<String>> {
    read.maybe(
        sql!("SELECT file FROM requests_batch WHERE tenant_id = $1 AND digest = $2 AND live = 1"),
        params![tenant, digest],
        |row| row.take(),
    )
}

/// Batches that were never let be seen.
pub fn broken_off(read: &mut Read<'_>, tenant: TenantId) -> Result<Vec<Id<()>>> {
    read.rows(sql!("SELECT id FROM requests_batch WHERE tenant_id = $1 AND live = 0"), params![tenant], |row| {
        row.take()
    })
}

/// What a matter was where it came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// Whose number it is.
    pub source: String,
    /// The number.
    pub source_id: Option<String>,
    /// What tells whether the source says the same of it as before.
    pub digest: Vec<u8>,
    /// The way it came there.
    pub channel: Option<String>,
    /// The office that dealt with it.
    pub office: Option<String>,
    /// How many others stood by it.
    pub supporters: Option<i64>,
    /// How many were against it.
    pub objectors: Option<i64>,
    /// When it was opened again.
    pub reopened_at: Option<Time>,
}

fn source_params<'a>(tenant: TenantId, id: RequestId, s: &'a Source) -> [Param<'a>; 10] {
    [
        tenant.into(),
        id.into(),
        (&s.source).into(),
        (&s.source_id).into(),
        (&s.digest).into(),
        (&s.channel).into(),
        (&s.office).into(),
        s.supporters.into(),
        s.objectors.into(),
        s.reopened_at.into(),
    ]
}

/// Says where matters came from, in one round trip.
///
/// # Errors
/// Fails where one of them is in already, or is being brought in by somebody else.
pub fn add_sources(tx: &mut Tx<'_>, tenant: TenantId, sources: &[(RequestId, Source)]) -> Result<()> {
    let rows: Vec<[Param<'_>; 10]> = sources.iter().map(|(id, source)| source_params(tenant, *id, source)).collect();
    tx.exec_many(
        sql!(
            "INSERT INTO requests_source(tenant_id, request_id, source, source_id, digest, channel, office, supporters,
               objectors, reopened_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        &rows.iter().map(|row| &row[..]).collect::<Vec<_>>(),
    )
}

fn source(row: &mut Row) -> Result<Source> {
    Ok(Source {
        source: row.take()?,
        source_id: row.take()?,
        digest: row.take()?,
        channel: row.take()?,
        office: row.take()?,
        supporters: row.take()?,
        objectors: row.take()?,
        reopened_at: row.take()?,
    })
}

/// Where a matter came from, if it came from somewhere.
pub fn source_of(read: &mut Read<'_>, tenant: TenantId, id: RequestId) -> Result<Option<Source>> {
    read.maybe(
        sql!(
            "SELECT source, source_id, digest, channel, office, supporters, objectors, reopened_at FROM requests_source
             WHERE tenant_id = $1 AND request_id = $2"
        ),
        params![tenant, id],
        source,
    )
}

/// The number that an imported matter has where it came from: people may name it on the telephone.
pub fn number_elsewhere(read: &mut Read<'_>, tenant: TenantId, request: &Request) -> Result<Option<String>> {
    if request.channel != Channel::Import.as_str() {
        return Ok(None);
    }
    Ok(source_of(read, tenant, request.id)?.and_then(|source| source.source_id))
}

/// The numbers of a source that are in, with their digests, from after `after` on.
pub fn known_sources(
    read: &mut Read<'_>,
    tenant: TenantId,
    source: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<(String, Vec<u8>)>> {
    read.rows(
        sql!(
            "SELECT s.source_id, s.digest FROM requests_source s
             JOIN requests_request r ON r.tenant_id = s.tenant_id AND r.id = s.request_id
             JOIN requests_batch b ON b.tenant_id = r.tenant_id AND b.id = r.batch_id
             WHERE s.tenant_id = $1 AND s.source = $2 AND s.source_id > $3 AND b.live = 1 ORDER BY s.source_id LIMIT $4"
        ),
        params![tenant, source, after, limit],
        |row| Ok((row.take()?, row.take()?)),
    )
}

/// How many matters of a batch can be found by their words, and the last of them.
pub fn findable(read: &mut Read<'_>, tenant: TenantId, id: Id<()>) -> Result<(i64, Option<RequestId>)> {
    read.one(
        sql!("SELECT findable, findable_to FROM requests_batch WHERE tenant_id = $1 AND id = $2"),
        params![tenant, id],
        |row| Ok((row.take()?, row.take()?)),
    )
}

/// Some more matters of a batch can be found, up to and with this one.
pub fn more_findable(tx: &mut Tx<'_>, tenant: TenantId, id: Id<()>, more: i64, last: RequestId) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE requests_batch SET findable = findable + $3, findable_to = $4
             WHERE tenant_id = $1 AND id = $2 AND (findable_to IS NULL OR findable_to < $4)"
        ),
        params![tenant, id, more, last],
    )?;
    Ok(())
}

/// Matters of a batch after `after`, by id.
pub fn members(
    read: &mut Read<'_>,
    tenant: TenantId,
    id: Id<()>,
    after: RequestId,
    limit: i64,
) -> Result<Vec<RequestId>> {
    read.rows(
        sql!("SELECT id FROM requests_request WHERE tenant_id = $1 AND batch_id = $2 AND id > $3 ORDER BY id LIMIT $4"),
        params![tenant, id, after, limit],
        |row| row.take(),
    )
}

/// Removes some matters of a batch that nobody has seen, and at last the batch. Answers how many rows went; `forget` hears
/// which, before they go.
pub fn remove_some(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    id: Id<()>,
    most: usize,
    forget: impl Fn(&mut Tx<'_>, &[RequestId]) -> Result<()>,
) -> Result<u64> {
    let first = RequestId::from_uuid(uuid::Uuid::nil());
    let some = members(tx, tenant, id, first, i64::try_from(most).unwrap_or(i64::MAX))?;
    forget(tx, &some)?;
    let mut removed = 0;
    for request in some {
        tx.exec(
            sql!("DELETE FROM requests_source WHERE tenant_id = $1 AND request_id = $2"),
            params![tenant, request],
        )?;
        tx.exec(
            sql!("DELETE FROM requests_message WHERE tenant_id = $1 AND request_id = $2"),
            params![tenant, request],
        )?;
        tx.exec(
            sql!("DELETE FROM requests_report WHERE tenant_id = $1 AND request_id = $2"),
            params![tenant, request],
        )?;
        removed +=
            tx.exec(sql!("DELETE FROM requests_request WHERE tenant_id = $1 AND id = $2"), params![tenant, request])?;
    }
    if removed == 0 {
        return tx.exec(
            sql!("DELETE FROM requests_batch WHERE tenant_id = $1 AND id = $2 AND live = 0"),
            params![tenant, id],
        );
    }
    Ok(removed)
}
