//! Batches of imported matters: begun, seen, or broken off.

use tongxin_base::{Id, Result, TenantId, Time};
use tongxin_db::{Read, Tx, params, sql};

use crate::domain::RequestId;

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

/// The one flip that lets a batch be seen.
pub fn let_be_seen(tx: &mut Tx<'_>, tenant: TenantId, id: Id<()>) -> Result<()> {
    tx.exec(sql!("UPDATE requests_batch SET live = 1 WHERE tenant_id = $1 AND id = $2"), params![tenant, id])?;
    Ok(())
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

/// Removes some matters of a batch that nobody has seen, and at last the batch. Answers how many rows went.
pub fn remove_some(tx: &mut Tx<'_>, tenant: TenantId, id: Id<()>, most: usize) -> Result<u64> {
    let first = RequestId::from_uuid(uuid::Uuid::nil());
    let some = members(tx, tenant, id, first, i64::try_from(most).unwrap_or(i64::MAX))?;
    let mut removed = 0;
    for request in some {
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
