//! The history of a thing: its lines in the journal, oldest first.

use serde::Serialize;
use serde_json::Value;
use tongxin_base::{Error, Result, TenantId, Time};
use tongxin_db::{Read, params, sql};

use crate::subject::Subject;

/// A thing with more lines than this shows its first ones.
const LONGEST: i64 = 1000;

/// One line.
#[derive(Debug, Clone, Serialize)]
pub struct HistoryItem {
    /// Its number in the tenant's journal.
    pub seq: i64,
    /// When.
    pub at: Time,
    /// What was done, `room.verb`.
    pub action: String,
    /// The public name of who did it; empty for who did not say.
    pub actor: String,
    /// Ids and words of the field.
    pub payload: Value,
}

/// The lines about `subject`.
///
/// # Errors
/// As [`Read::rows`].
pub fn history(read: &mut Read<'_>, tenant: TenantId, subject: &Subject) -> Result<Vec<HistoryItem>> {
    let mut items = read.rows(
        sql!(
            "SELECT seq, at, action, actor, payload FROM journal
             WHERE tenant_id = $1 AND subject_kind = $2 AND subject_id = $3 ORDER BY seq LIMIT $4"
        ),
        params![tenant, subject.kind.as_str(), subject.id, LONGEST],
        |row| {
            let (seq, at, action, actor) = (row.take()?, row.take()?, row.take()?, row.take()?);
            let payload: String = row.take()?;
            Ok(HistoryItem {
                seq,
                at,
                action,
                actor,
                payload: serde_json::from_str(&payload).map_err(Error::internal)?,
            })
        },
    )?;
    for item in &mut items {
        let person = item.actor.strip_prefix("person:").and_then(|id| id.parse().ok());
        item.actor = match person {
            Some(id) => crate::people::store::public_name(read, tenant, id).unwrap_or_default(),
            None => String::new(),
        };
    }
    Ok(items)
}
