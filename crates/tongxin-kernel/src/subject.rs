//! A `Subject` points at anything: a request, a site, a unit. Rooms speak of one another's things only through it.

use serde::{Deserialize, Serialize};
use tongxin_base::Id;

/// A marker for the id of anything.
#[derive(Debug)]
pub enum Anything {}

/// One thing of some kind.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Subject {
    /// The kind, as its room names it: `request`, `site`.
    pub kind: String,
    /// Which one.
    pub id: Id<Anything>,
}

impl Subject {
    /// The thing of `kind` with this id.
    pub fn new<K>(kind: &str, id: Id<K>) -> Self {
        Self { kind: kind.to_owned(), id: Id::from_uuid(id.uuid()) }
    }

    /// The id, as its room types it.
    pub fn typed<K>(&self) -> Id<K> {
        Id::from_uuid(self.id.uuid())
    }
}
