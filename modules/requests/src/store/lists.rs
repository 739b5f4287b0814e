//! Lists of matters, by the part of the tree that the reader looks after.

use tongxin_base::{Result, TenantId, Time};
use tongxin_db::{Read, params, sql};
use tongxin_kernel::Scope;

use super::requests::{Request, request};
use crate::domain::RequestId;

/// What a list may be narrowed by; everything empty means all.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// One status.
    pub status: Option<String>,
    /// One category.
    pub category: Option<String>,
    /// Those that wait to be let through, instead of all others.
    pub held: bool,
    /// Reported at this moment or later.
    pub from: Option<Time>,
    /// Reported before this moment.
    pub to: Option<Time>,
}

impl Filter {
    /// Whether a matter is what is looked for.
    pub fn fits(&self, request: &Request) -> bool {
        self.status.as_ref().is_none_or(|status| request.status.as_str() == status)
            && self.category.as_ref().is_none_or(|category| request.category == *category)
            && self.held == request.held.is_some()
            && self.from.is_none_or(|from| request.created_at >= from)
            && self.to.is_none_or(|to| request.created_at < to)
    }
}

/// Matters in the scope, newest first, older than `before`. Those of an import not yet live are not there.
pub fn in_scope(
    read: &mut Read<'_>,
    tenant: TenantId,
    scope: &Scope,
    filter: &Filter,
    before: RequestId,
    limit: i64,
) -> Result<Vec<Request>> {
    let b = scope.bounds();
    read.rows(
        sql!(concat!(
            "SELECT ",
            request_columns!(),
            " FROM requests_request r
                 WHERE tenant_id = $1 AND id < $2 AND ($3::text IS NULL OR status = $3)
                   AND ($4::text IS NULL OR category = $4)
                   AND ((unit_path >= $6 AND unit_path < $7) OR (unit_path >= $8 AND unit_path < $9)
                     OR (unit_path >= $10 AND unit_path < $11) OR (unit_path >= $12 AND unit_path < $13)
                     OR (unit_path >= $14 AND unit_path < $15))
                   AND (($16::bigint = 0 AND held IS NULL) OR ($16::bigint = 1 AND held IS NOT NULL))
                   AND ($17::bigint IS NULL OR created_at >= $17) AND ($18::bigint IS NULL OR created_at < $18) AND ",
            seen!(),
            " ORDER BY id DESC LIMIT $5"
        )),
        params![
            tenant,
            before,
            &filter.status,
            &filter.category,
            limit,
            b[0],
            b[1],
            b[2],
            b[3],
            b[4],
            b[5],
            b[6],
            b[7],
            b[8],
            b[9],
            filter.held,
            filter.from,
            filter.to
        ],
        request,
    )
}

/// The matter with this number.
pub fn by_number(read: &mut Read<'_>, tenant: TenantId, number: &str) -> Result<Option<Request>> {
    read.maybe(
        sql!(concat!(
            "SELECT ",
            request_columns!(),
            " FROM requests_request r WHERE tenant_id = $1 AND number = $2 AND ",
            seen!()
        )),
        params![tenant, number],
        request,
    )
}

/// Current matters under the root, per unit and status: what the gauges must add up to.
pub fn counts(read: &mut Read<'_>, tenant: TenantId) -> Result<Vec<(String, String, i64)>> {
    read.rows(
        sql!(
            "SELECT unit_path, status, COUNT(*) FROM requests_request r WHERE tenant_id = $1
               AND held IS NULL
               AND NOT EXISTS (SELECT 1 FROM requests_batch b WHERE b.tenant_id = $1 AND b.id = r.batch_id AND b.live = 0)
             GROUP BY unit_path, status ORDER BY unit_path, status"
        ),
        params![tenant],
        |row| Ok((row.take()?, row.take()?, row.take()?)),
    )
}

/// Matters that are finished and in the assessment: what the denominator of the rates must be.
pub fn finished(read: &mut Read<'_>, tenant: TenantId) -> Result<i64> {
    read.one(
        sql!(concat!(
            "SELECT COUNT(*) FROM requests_request r WHERE tenant_id = $1 AND done_at IS NOT NULL AND excluded = 0 AND ",
            seen!()
        )),
        params![tenant],
        |row| row.take(),
    )
}

/// Matters of a category under way within a box of degrees, to be measured one by one; the first two hundred.
pub fn in_box(
    read: &mut Read<'_>,
    tenant: TenantId,
    category: &str,
    (south, north): (f64, f64),
    (west, east): (f64, f64),
) -> Result<Vec<Request>> {
    read.rows(
        sql!(concat!(
            "SELECT ",
            request_columns!(),
            " FROM requests_request r WHERE tenant_id = $1 AND category = $2 AND lat IS NOT NULL
               AND status IN ('received', 'accepted', 'open', 'working', 'reopened')
               AND lat >= $3 AND lat <= $4 AND lon >= $5 AND lon <= $6 AND held IS NULL AND ",
            seen!(),
            " ORDER BY id DESC LIMIT 200"
        )),
        params![tenant, category, south, north, west, east],
        request,
    )
}

/// The newest matters of a category under way under a unit, to compare their words; the first hundred.
pub fn under_way(
    read: &mut Read<'_>,
    tenant: TenantId,
    category: &str,
    (low, high): (&str, &str),
) -> Result<Vec<Request>> {
    read.rows(
        sql!(concat!(
            "SELECT ",
            request_columns!(),
            " FROM requests_request r WHERE tenant_id = $1 AND unit_path >= $3 AND unit_path < $4 AND category = $2
               AND status IN ('received', 'accepted', 'open', 'working', 'reopened') AND held IS NULL AND ",
            seen!(),
            " ORDER BY id DESC LIMIT 100"
        )),
        params![tenant, category, low, high],
        request,
    )
}

/// Matters that came out of one (`split_from`), or went into it (`merged_into`).
pub fn kin(read: &mut Read<'_>, tenant: TenantId, id: RequestId) -> Result<Vec<Request>> {
    read.rows(
        sql!(concat!(
            "SELECT ",
            request_columns!(),
            " FROM requests_request r WHERE tenant_id = $1 AND (split_from = $2 OR merged_into = $2)
             ORDER BY id LIMIT 50"
        )),
        params![tenant, id],
        request,
    )
}
