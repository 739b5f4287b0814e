//! Where matters lie: what a map needs of them, and nothing that anybody wrote.

use tongxin_base::{Result, TenantId};
use tongxin_db::{Param, Read, sql};
use tongxin_kernel::Scope;

use super::lists::Filter;
use crate::domain::RequestId;

/// A matter on the map.
#[derive(Debug, Clone, PartialEq)]
pub struct Pin {
    /// Which one.
    pub id: RequestId,
    /// Its number.
    pub number: String,
    /// Its category's code.
    pub category: String,
    /// Where it stands.
    pub status: String,
    /// The unit it belongs to.
    pub unit_path: String,
    /// Where it is: latitude and longitude.
    pub point: (f64, f64),
}

/// What all statements here are narrowed by: the same as the lists.
macro_rules! narrowed {
    () => {
        " FROM requests_request r
          WHERE tenant_id = $1 AND ($2::text IS NULL OR status = $2) AND ($3::text IS NULL OR category = $3)
            AND ((unit_path >= $4 AND unit_path < $5) OR (unit_path >= $6 AND unit_path < $7)
              OR (unit_path >= $8 AND unit_path < $9) OR (unit_path >= $10 AND unit_path < $11)
              OR (unit_path >= $12 AND unit_path < $13))
            AND (($14::bigint = 0 AND held IS NULL) OR ($14::bigint = 1 AND held IS NOT NULL))
            AND ($15::bigint IS NULL OR created_at >= $15) AND ($16::bigint IS NULL OR created_at < $16)
            AND NOT EXISTS (SELECT 1 FROM requests_batch b WHERE b.tenant_id = $1 AND b.id = r.batch_id AND b.live = 0)"
    };
}

fn narrowed<'a>(tenant: TenantId, bounds: &[&'a str; 10], filter: &'a Filter, limit: i64) -> Vec<Param<'a>> {
    let mut all: Vec<Param<'a>> = vec![tenant.into(), (&filter.status).into(), (&filter.category).into()];
    all.extend(bounds.iter().map(|bound| Param::from(*bound)));
    let rest: [Param<'a>; 4] = [filter.held.into(), filter.from.into(), filter.to.into(), limit.into()];
    all.extend(rest);
    all
}

/// The newest matters that have a point.
///
/// # Errors
/// As `Read::rows`.
pub fn pins(read: &mut Read<'_>, tenant: TenantId, scope: &Scope, filter: &Filter, limit: i64) -> Result<Vec<Pin>> {
    let bounds = scope.bounds();
    read.rows(
        sql!(concat!(
            "SELECT id, number, category, status, unit_path, lat, lon",
            narrowed!(),
            " AND lat IS NOT NULL ORDER BY id DESC LIMIT $17"
        )),
        &narrowed(tenant, &bounds, filter, limit),
        |row| {
            let (id, number, category, status) = (row.take()?, row.take()?, row.take()?, row.take()?);
            let (unit_path, lat, lon) = (row.take()?, row.take()?, row.take()?);
            Ok(Pin { id, number, category, status, unit_path, point: (lat, lon) })
        },
    )
}

/// How many there are, with a point and without; each counted up to `limit`.
///
/// # Errors
/// As `Read::rows`.
pub fn count(read: &mut Read<'_>, tenant: TenantId, scope: &Scope, filter: &Filter, limit: i64) -> Result<(i64, i64)> {
    let bounds = scope.bounds();
    let placed = read.one(
        sql!(concat!("SELECT COUNT(*) FROM (SELECT 1", narrowed!(), " AND lat IS NOT NULL LIMIT $17) AS counted")),
        &narrowed(tenant, &bounds, filter, limit),
        |row| row.take(),
    )?;
    let nowhere = read.one(
        sql!(concat!("SELECT COUNT(*) FROM (SELECT 1", narrowed!(), " AND lat IS NULL LIMIT $17) AS counted")),
        &narrowed(tenant, &bounds, filter, limit),
        |row| row.take(),
    )?;
    Ok((placed, nowhere))
}
