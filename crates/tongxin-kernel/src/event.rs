//! Events: what other rooms may want to know. Written with the change itself; each subscriber gets a job of its own.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tongxin_base::{Result, TenantId};
use tongxin_db::{Read, params, sql};

use crate::people::PersonId;
use crate::subject::Subject;

/// Something that happened.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Event {
    /// `room.what_happened`, such as `requests.done`.
    pub topic: String,
    /// To what.
    pub subject: Subject,
    /// Ids and words of the field; nothing personal.
    pub payload: Value,
    /// Who did it, where they have an account: nobody is told of their own act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<PersonId>,
}

/// A room's wish to be told: for each event of the topic a job of the kind is queued, its payload the [`Event`].
#[derive(Debug, Clone, Copy)]
pub struct Subscription {
    /// The topic listened to.
    pub topic: &'static str,
    /// The kind of job to queue.
    pub job: &'static str,
}

/// What happened since somebody last looked: no things and no people, only which topics.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct News {
    /// The number of the newest event.
    pub last: i64,
    /// The topics of those that came since, each once; at most the newest hundred events are looked at.
    pub topics: Vec<String>,
}

/// What happened after the event with this number; with nothing said, only where we are.
///
/// # Errors
/// As [`Read::rows`].
pub fn news(read: &mut Read<'_>, tenant: TenantId, after: Option<i64>) -> Result<News> {
    let head = sql!("SELECT events FROM journal_head WHERE tenant_id = $1");
    let last: i64 = read.maybe(head, params![tenant], |row| row.take())?.unwrap_or_default();
    let topics = match after.map(|after| after.max(last - 100)) {
        Some(after) if after < last => read.rows(
            sql!("SELECT DISTINCT topic FROM event WHERE tenant_id = $1 AND seq > $2 AND seq <= $3 ORDER BY topic"),
            params![tenant, after, last],
            |row| row.take(),
        )?,
        _ => Vec::new(),
    };
    Ok(News { last, topics })
}
