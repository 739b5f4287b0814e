//! All SQL of this room, on its own tables alone.

use tongxin_base::{Result, TenantId};
use tongxin_db::{Read, Tx, params, sql};
use tongxin_kernel::Scope;

use crate::domain::Item;

/// Adds an item.
///
/// # Errors
/// As [`Tx::exec`].
pub fn add(tx: &mut Tx<'_>, tenant: TenantId, item: &Item) -> Result<()> {
    tx.exec(
        sql!("INSERT INTO skeleton_item(tenant_id, id, unit_path, title, created_at) VALUES ($1, $2, $3, $4, $5)"),
        params![tenant, item.id, &item.unit_path, &item.title, item.created_at],
    )?;
    Ok(())
}

/// The items in the parts of the unit tree that `scope` names, the newest first.
///
/// # Errors
/// As [`Read::rows`].
pub fn list(read: &mut Read<'_>, tenant: TenantId, scope: &Scope, limit: i64) -> Result<Vec<Item>> {
    let b = scope.bounds();
    read.rows(
        sql!(
            "SELECT id, unit_path, title, created_at FROM skeleton_item WHERE tenant_id = $1
             AND (unit_path >= $2 AND unit_path < $3 OR unit_path >= $4 AND unit_path < $5
               OR unit_path >= $6 AND unit_path < $7 OR unit_path >= $8 AND unit_path < $9
               OR unit_path >= $10 AND unit_path < $11)
             ORDER BY id DESC LIMIT $12"
        ),
        params![tenant, b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], limit],
        |row| {
            Ok(Item { id: row.take()?, unit_path: row.take()?, title: row.take()?, created_at: row.take()? })
        },
    )
}
