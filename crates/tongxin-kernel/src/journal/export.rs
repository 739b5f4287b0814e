//! The journal as lines of JSON that anybody can verify without the database: who it is of, row by row, and a checkpoint at the
//! end. There is nothing personal in it: of what people wrote there are salted digests.

use serde::{Deserialize, Serialize};
use tongxin_base::{Id, Result, TenantId, Time};
use tongxin_db::{Read, params, sql};

use super::leaf_input;
use crate::merkle::{Hash, leaf_hash};
use crate::subject::{Anything, Subject};

/// A row of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Its number.
    pub seq: i64,
    /// When, in microseconds UTC.
    pub at: i64,
    /// Who, `person:` and an id, or `anyone`.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// The kind of what it was done to.
    pub subject_kind: String,
    /// Its id.
    pub subject_id: Id<Anything>,
    /// What is said about it, JSON byte by byte.
    pub payload: String,
    /// The salted digest of what is personal.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "maybe_hex")]
    pub digest: Option<Hash>,
    /// The hash of its leaf.
    #[serde(with = "hex")]
    pub leaf: Hash,
}

mod maybe_hex {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::merkle::Hash;

    #[expect(clippy::ref_option, reason = "serde hands the field over like this")]
    pub fn serialize<S: Serializer>(hash: &Option<Hash>, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&hash.map(hex::encode).unwrap_or_default())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Hash>, D::Error> {
        let text = String::deserialize(from)?;
        let bytes = hex::decode(text).map_err(serde::de::Error::custom)?;
        Hash::try_from(bytes).map(Some).map_err(|_| serde::de::Error::custom("a digest has 32 bytes"))
    }
}

impl Line {
    /// The hash of the leaf that its content makes.
    pub fn made(&self, tenant: TenantId) -> Hash {
        let subject = Subject { kind: self.subject_kind.clone(), id: self.subject_id };
        let at = Time::from_micros(self.at);
        let (actor, action, payload) = (&self.actor, &self.action, &self.payload);
        leaf_hash(&leaf_input(tenant, self.seq, at, actor, action, &subject, payload, self.digest.as_ref()))
    }
}

/// A line of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Exported {
    /// The first one.
    Head {
        /// The journal's name.
        journal: String,
        /// The tenant's number, which is in every leaf.
        tenant: i64,
        /// The keys that sign it.
        keys: Vec<String>,
    },
    /// A row.
    Row(Line),
    /// The last one.
    End {
        /// The checkpoint over all rows before it.
        checkpoint: String,
    },
}

/// Rows after a number, in order.
///
/// # Errors
/// As [`Read::rows`].
pub fn lines(read: &mut Read<'_>, tenant: TenantId, after: i64, limit: i64) -> Result<Vec<Line>> {
    read.rows(
        sql!(
            "SELECT seq, at, actor, action, subject_kind, subject_id, payload, digest, leaf FROM journal
             WHERE tenant_id = $1 AND seq > $2 ORDER BY seq LIMIT $3"
        ),
        params![tenant, after, limit],
        |row| {
            let (seq, at, actor, action) = (row.take()?, row.take()?, row.take()?, row.take()?);
            let (subject_kind, subject_id, payload) = (row.take()?, row.take()?, row.take()?);
            let (digest, leaf) = (row.take()?, row.take()?);
            Ok(Line { seq, at, actor, action, subject_kind, subject_id, payload, digest, leaf })
        },
    )
}
