//! What staff released of matters, for everybody to read. Nothing else of a matter is read here but its kind, its unit and where
//! it stands.

use tongxin_base::{Result, TenantId, Time};
use tongxin_db::{Read, Row, Tx, params, sql};
use tongxin_kernel::{Lying, PersonId, subtree};

use crate::domain::{RequestId, Status};

/// Matters of one page.
pub const PAGE: i64 = 30;

/// A matter as everybody may read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns under their own names")]
pub struct Shared {
    pub id: RequestId,
    pub category: String,
    pub unit_path: String,
    pub status: Status,
    pub created_at: Time,
    pub words: String,
    pub outcome: String,
    pub released_at: Time,
}

/// Releases a matter, or what is released of it anew.
pub fn put(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    id: RequestId,
    (words, outcome): (&str, &str),
    (by, now): (Option<PersonId>, Time),
) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO requests_release(tenant_id, request_id, words, outcome, released_by, released_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (tenant_id, request_id) DO UPDATE SET words = excluded.words, outcome = excluded.outcome,
               released_by = excluded.released_by, released_at = excluded.released_at"
        ),
        params![tenant, id, words, outcome, by, now],
    )?;
    Ok(())
}

fn shared(row: &mut Row) -> Result<Shared> {
    let (id, category, unit_path) = (row.take()?, row.take()?, row.take()?);
    let status: String = row.take()?;
    let status = Status::parse(&status).ok_or_else(|| tongxin_base::Error::internal(format!("status {status}")))?;
    Ok(Shared {
        id,
        category,
        unit_path,
        status,
        created_at: row.take()?,
        words: row.take()?,
        outcome: row.take()?,
        released_at: row.take()?,
    })
}

/// What is released under a unit (in whole communities, for no closer is told), newest first, from before a moment: a page, and one
/// more where there are more.
pub fn list(read: &mut Read<'_>, tenant: TenantId, under: &str, before: Time, most: i64) -> Result<Vec<Shared>> {
    let (low, high) = subtree(under);
    read.rows(
        sql!(
            "SELECT r.id, r.category, r.unit_path, r.status, r.created_at, s.words, s.outcome, s.released_at
             FROM requests_release s JOIN requests_request r ON r.tenant_id = s.tenant_id AND r.id = s.request_id
             WHERE s.tenant_id = $1 AND s.released_at < $2 AND r.unit_path >= $4 AND r.unit_path < $5
             ORDER BY s.released_at DESC, r.id DESC LIMIT $3"
        ),
        params![tenant, before, most, &low, &high],
        shared,
    )
}

/// What is released of matters with an outcome, newest first.
pub fn with_outcome(read: &mut Read<'_>, tenant: TenantId, most: i64) -> Result<Vec<Shared>> {
    read.rows(
        sql!(
            "SELECT r.id, r.category, r.unit_path, r.status, r.created_at, s.words, s.outcome, s.released_at
             FROM requests_release s JOIN requests_request r ON r.tenant_id = s.tenant_id AND r.id = s.request_id
             WHERE s.tenant_id = $1 AND s.outcome <> '' ORDER BY s.released_at DESC, r.id DESC LIMIT $2"
        ),
        params![tenant, most],
        shared,
    )
}

/// How many are released, by the unit they belong to; where in it nobody is told.
pub fn count_by_unit(read: &mut Read<'_>, tenant: TenantId) -> Result<Vec<Lying>> {
    read.rows(
        sql!(
            "SELECT r.unit_path, COUNT(*) FROM requests_release s
             JOIN requests_request r ON r.tenant_id = s.tenant_id AND r.id = s.request_id
             WHERE s.tenant_id = $1 GROUP BY r.unit_path"
        ),
        params![tenant],
        |row| Ok(Lying { unit_path: row.take()?, count: row.take()?, middle: None }),
    )
}

/// What is released of one matter.
pub fn one(read: &mut Read<'_>, tenant: TenantId, id: RequestId) -> Result<Option<Shared>> {
    read.maybe(
        sql!(
            "SELECT r.id, r.category, r.unit_path, r.status, r.created_at, s.words, s.outcome, s.released_at
             FROM requests_release s JOIN requests_request r ON r.tenant_id = s.tenant_id AND r.id = s.request_id
             WHERE s.tenant_id = $1 AND s.request_id = $2"
        ),
        params![tenant, id],
        shared,
    )
}
