//! The journal: what was done, by whom, to what, in an order nobody can change unseen. This file fixes its leaf format,
//! which is final from the first release: a journal written today is verified by every later version.

pub mod checkpoint;
pub mod export;
pub mod receipt;
pub(crate) mod tree;

use serde_json::Value;
use sha2::{Digest, Sha256};
use tongxin_base::{TenantId, Time};

use crate::merkle::Hash;
use crate::subject::Subject;

/// The version byte in front of every leaf.
const VERSION: u8 = 1;

/// Personal content of an entry. Only its salted digest enters the journal; the content stays with its room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Personal {
    /// 32 random bytes, kept apart from the journal and erased with the content.
    pub salt: [u8; 32],
    /// The content, byte-exact.
    pub content: Vec<u8>,
}

/// SHA-256 over the salt and the content: proves the content to who has both, tells nothing to who has neither.
pub fn personal_digest(personal: &Personal) -> Hash {
    Sha256::new().chain_update(personal.salt).chain_update(&personal.content).finalize().into()
}

/// One entry on its way into the journal. Its number is given at the end of the batch.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub at: Time,
    pub actor: String,
    pub action: String,
    pub subject: Subject,
    pub payload: Value,
    pub personal: Option<Personal>,
}

/// The bytes of a leaf, version 1. Numbers are big-endian; a text is its length in bytes (u32) and its UTF-8:
///
/// `0x01 | tenant i64 | seq i64 | at i64 (microseconds UTC) | text actor | text action | text subject kind |
/// subject id, 16 bytes | text payload (JSON as stored) | 0x00, or 0x01 and the 32 bytes of the personal digest`
#[expect(clippy::too_many_arguments, reason = "the columns of a row, in the order they are hashed")]
pub fn leaf_input(
    tenant: TenantId,
    seq: i64,
    at: Time,
    actor: &str,
    action: &str,
    subject: &Subject,
    payload: &str,
    digest: Option<&Hash>,
) -> Vec<u8> {
    fn text(out: &mut Vec<u8>, text: &str) {
        let length =
            u32::try_from(text.len()).expect("a text of the journal is under 4 GiB; payloads are limited to 64 KiB");
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(text.as_bytes());
    }
    let mut out = Vec::with_capacity(128 + payload.len());
    out.push(VERSION);
    out.extend_from_slice(&tenant.0.to_be_bytes());
    out.extend_from_slice(&seq.to_be_bytes());
    out.extend_from_slice(&at.micros().to_be_bytes());
    text(&mut out, actor);
    text(&mut out, action);
    text(&mut out, &subject.kind);
    out.extend_from_slice(subject.id.uuid().as_bytes());
    text(&mut out, payload);
    match digest {
        None => out.push(0),
        Some(digest) => {
            out.push(1);
            out.extend_from_slice(digest);
        }
    }
    out
}
