//! Lists of matters, by the part of the tree that the reader looks after.

use tongxin_base::{Result, TenantId};
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
        sql!(
            "SELECT id, number, category, unit_path, site, lat, lon, channel, status, created_at, accepted_at, contacted_at,
               started_at, done_at, closed_at, contact_due_at, finish_limit, yellow_at, due_at, paused_at, round,
               handler_id, reason, version FROM requests_request r
             WHERE tenant_id = $1 AND id < $2 AND ($3::text IS NULL OR status = $3) AND ($4::text IS NULL OR category = $4)
               AND ((unit_path >= $6 AND unit_path < $7) OR (unit_path >= $8 AND unit_path < $9)
                 OR (unit_path >= $10 AND unit_path < $11) OR (unit_path >= $12 AND unit_path < $13)
                 OR (unit_path >= $14 AND unit_path < $15))
               AND NOT EXISTS (SELECT 1 FROM requests_batch b WHERE b.tenant_id = $1 AND b.id = r.batch_id AND b.live = 0)
             ORDER BY id DESC LIMIT $5"
        ),
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
            b[9]
        ],
        request,
    )
}

/// The matter with this number.
pub fn by_number(read: &mut Read<'_>, tenant: TenantId, number: &str) -> Result<Option<Request>> {
    read.maybe(
        sql!(
            "SELECT id, number, category, unit_path, site, lat, lon, channel, status, created_at, accepted_at, contacted_at,
               started_at, done_at, closed_at, contact_due_at, finish_limit, yellow_at, due_at, paused_at, round,
               handler_id, reason, version FROM requests_request r WHERE tenant_id = $1 AND number = $2
               AND NOT EXISTS (SELECT 1 FROM requests_batch b WHERE b.tenant_id = $1 AND b.id = r.batch_id AND b.live = 0)"
        ),
        params![tenant, number],
        request,
    )
}

/// Current matters under the root, per unit and status: what the gauges must add up to.
pub fn counts(read: &mut Read<'_>, tenant: TenantId) -> Result<Vec<(String, String, i64)>> {
    read.rows(
        sql!(
            "SELECT unit_path, status, COUNT(*) FROM requests_request r WHERE tenant_id = $1
               AND NOT EXISTS (SELECT 1 FROM requests_batch b WHERE b.tenant_id = $1 AND b.id = r.batch_id AND b.live = 0)
             GROUP BY unit_path, status ORDER BY unit_path, status"
        ),
        params![tenant],
        |row| Ok((row.take()?, row.take()?, row.take()?)),
    )
}
