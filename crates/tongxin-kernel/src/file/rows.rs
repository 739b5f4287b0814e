//! The rows of files: what they are, and whose.

use tongxin_base::{Error, Result, TenantId, Time};
use tongxin_db::{Read, Tx, params, sql};

use super::{ClaimedFile, FileId, TakenFile};
use crate::subject::Subject;

/// Adds a file that belongs to nothing yet; `bytes` is what it takes up in all.
pub(super) fn add(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    file: &TakenFile,
    digest: &[u8; 32],
    bytes: i64,
    now: Time,
) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO file(tenant_id, id, digest, width, height, bytes, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        params![tenant, file.id, digest, i64::from(file.width), i64::from(file.height), bytes, now],
    )?;
    Ok(())
}

/// Makes files somebody's: each only where it is nobody's yet. The order of `ids` is the order of what is answered.
///
/// # Errors
/// `Invalid` on `photos` where one is gone, or was claimed before.
pub fn claim_files(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    ids: &[FileId],
    subject: &Subject,
    now: Time,
) -> Result<Vec<ClaimedFile>> {
    ids.iter()
        .map(|id| {
            let claimed = tx.maybe(
                sql!(
                    "UPDATE file SET subject_kind = $3, subject_id = $4, claimed_at = $5
                     WHERE tenant_id = $1 AND id = $2 AND claimed_at IS NULL RETURNING digest"
                ),
                params![tenant, *id, subject.kind.as_str(), subject.id, now],
                |row| Ok(ClaimedFile { id: *id, digest: row.take()? }),
            )?;
            claimed.ok_or_else(|| Error::field("photos", "form-photo-gone"))
        })
        .collect()
}

/// Gives files up: they are nobody's again, and go with their bytes when it is next tidied up.
///
/// # Errors
/// As [`Tx::exec`].
pub fn release_files(tx: &mut Tx<'_>, tenant: TenantId, ids: &[FileId]) -> Result<()> {
    for id in ids {
        tx.exec(
            sql!(
                "UPDATE file SET subject_kind = NULL, subject_id = NULL, claimed_at = NULL, created_at = 0
                 WHERE tenant_id = $1 AND id = $2"
            ),
            params![tenant, *id],
        )?;
    }
    Ok(())
}

/// What files that belong to nothing take up, in bytes.
pub(super) fn unclaimed_bytes(read: &mut Read<'_>, tenant: TenantId) -> Result<i64> {
    read.one(
        sql!("SELECT CAST(coalesce(SUM(bytes), 0) AS BIGINT) FROM file WHERE tenant_id = $1 AND claimed_at IS NULL"),
        params![tenant],
        |row| row.take(),
    )
}

/// Whether a file is there and belongs to nothing yet.
pub(super) fn is_unclaimed(read: &mut Read<'_>, tenant: TenantId, id: FileId) -> Result<bool> {
    let found = read.maybe(
        sql!("SELECT bytes FROM file WHERE tenant_id = $1 AND id = $2 AND claimed_at IS NULL"),
        params![tenant, id],
        |row| row.take::<i64>(),
    )?;
    Ok(found.is_some())
}

/// Forgets files that nobody claimed by then, some at a time, and answers them.
pub(super) fn forget(tx: &mut Tx<'_>, tenant: TenantId, before: Time, limit: i64) -> Result<Vec<FileId>> {
    tx.rows(
        sql!(
            "DELETE FROM file WHERE tenant_id = $1 AND claimed_at IS NULL AND id IN
             (SELECT id FROM file WHERE tenant_id = $1 AND claimed_at IS NULL AND created_at < $2
              ORDER BY created_at LIMIT $3) RETURNING id"
        ),
        params![tenant, before, limit],
        |row| row.take(),
    )
}

/// Those of `ids` that have no row.
pub(super) fn unknown(read: &mut Read<'_>, tenant: TenantId, ids: &[FileId]) -> Result<Vec<FileId>> {
    let mut unknown = Vec::new();
    for id in ids {
        let known =
            read.maybe(sql!("SELECT bytes FROM file WHERE tenant_id = $1 AND id = $2"), params![tenant, *id], |row| {
                row.take::<i64>()
            })?;
        if known.is_none() {
            unknown.push(*id);
        }
    }
    Ok(unknown)
}
