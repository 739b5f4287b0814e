//! Events: what other rooms may want to know. Written with the change itself; each subscriber gets a job of its own.

use serde::{Deserialize, Serialize};
use serde_json::Value;

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
