//! Where matters lie: what a map needs of them, and nothing that anybody wrote.

use tongxin_base::{Result, TenantId};
use tongxin_db::{Read, sql};
use tongxin_kernel::{Lying, Scope};

use super::lists::{Filter, narrowed};
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
            " AND lat IS NOT NULL ORDER BY id DESC LIMIT $20"
        )),
        &narrowed(tenant, &bounds, filter, [limit.into()]),
        |row| {
            let (id, number, category, status) = (row.take()?, row.take()?, row.take()?, row.take()?);
            let (unit_path, lat, lon) = (row.take()?, row.take()?, row.take()?);
            Ok(Pin { id, number, category, status, unit_path, point: (lat, lon) })
        },
    )
}

/// How many lie in each unit, with a point or without, and the middle of those that have one.
///
/// # Errors
/// As `Read::rows`.
pub fn lying(read: &mut Read<'_>, tenant: TenantId, scope: &Scope, filter: &Filter) -> Result<Vec<Lying>> {
    let bounds = scope.bounds();
    read.rows(
        sql!(concat!("SELECT unit_path, COUNT(*), AVG(lat), AVG(lon)", narrowed!(), " GROUP BY unit_path")),
        &narrowed(tenant, &bounds, filter, []),
        |row| {
            let (unit_path, count) = (row.take()?, row.take()?);
            let (lat, lon): (Option<f64>, Option<f64>) = (row.take()?, row.take()?);
            Ok(Lying { unit_path, count, middle: lat.zip(lon) })
        },
    )
}

/// The same of all matters: what the board's map shows.
///
/// # Errors
/// As `Read::rows`.
pub fn all_lying(read: &mut Read<'_>, tenant: TenantId, scope: &Scope) -> Result<Vec<Lying>> {
    lying(read, tenant, scope, &Filter::default())
}

/// How many there are, with a point and without; each counted up to `limit`.
///
/// # Errors
/// As `Read::rows`.
pub fn count(read: &mut Read<'_>, tenant: TenantId, scope: &Scope, filter: &Filter, limit: i64) -> Result<(i64, i64)> {
    let bounds = scope.bounds();
    let placed = read.one(
        sql!(concat!("SELECT COUNT(*) FROM (SELECT 1", narrowed!(), " AND lat IS NOT NULL LIMIT $20) AS counted")),
        &narrowed(tenant, &bounds, filter, [limit.into()]),
        |row| row.take(),
    )?;
    let nowhere = read.one(
        sql!(concat!("SELECT COUNT(*) FROM (SELECT 1", narrowed!(), " AND lat IS NULL LIMIT $20) AS counted")),
        &narrowed(tenant, &bounds, filter, [limit.into()]),
        |row| row.take(),
    )?;
    Ok((placed, nowhere))
}
