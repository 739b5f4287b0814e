//! The lists that somebody keeps.

use tongxin_base::{Id, Result, TenantId, Time};
use tongxin_db::{Param, Read, Tx, params, sql};
use tongxin_kernel::PersonId;

/// Marks the ids of kept lists.
pub enum SavedKind {}
/// Which kept list.
pub type SavedId = Id<SavedKind>;

/// A list as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Which one.
    pub id: SavedId,
    /// What its owner calls it.
    pub name: String,
    /// What stands behind `/desk/requests?`.
    pub query: String,
    /// Since when.
    pub at: Time,
}

/// The lists of a person, as they were kept; at most `limit`.
///
/// # Errors
/// As `Read::rows`.
pub fn all(read: &mut Read<'_>, tenant: TenantId, person: PersonId, limit: i64) -> Result<Vec<Saved>> {
    read.rows(
        sql!(
            "SELECT id, name, query, created_at FROM requests_saved
             WHERE tenant_id = $1 AND person_id = $2 ORDER BY id LIMIT $3"
        ),
        params![tenant, person, limit],
        |row| {
            let id = row.take()?;
            let name = row.open("requests_saved.name", id)?;
            let query = row.open("requests_saved.query", id)?;
            Ok(Saved { id, name, query, at: row.take()? })
        },
    )
}

/// Keeps a list.
///
/// # Errors
/// As `Tx::exec`.
pub fn keep(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId, saved: &Saved) -> Result<()> {
    let (name, query) = (saved.name.as_str(), saved.query.as_str());
    tx.exec(
        sql!(
            "INSERT INTO requests_saved(tenant_id, id, person_id, name, query, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        params![
            tenant,
            saved.id,
            person,
            Param::sealed("requests_saved.name", saved.id, name),
            Param::sealed("requests_saved.query", saved.id, query),
            saved.at
        ],
    )?;
    Ok(())
}

/// Keeps a list no longer. False where the person has none with this id.
///
/// # Errors
/// As `Tx::exec`.
pub fn drop(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId, id: SavedId) -> Result<bool> {
    let gone = tx.exec(
        sql!("DELETE FROM requests_saved WHERE tenant_id = $1 AND id = $2 AND person_id = $3"),
        params![tenant, id, person],
    )?;
    Ok(gone == 1)
}
