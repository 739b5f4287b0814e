//! Receipts: what somebody wrote, and all that is needed to prove without us that it stands in the journal exactly so. The
//! salt leaves the house only with the words it belongs to; once both are erased here, only who holds the receipt can prove.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tlog_tiles::check_record;
use tongxin_base::{Error, Result, TenantId, Time};
use tongxin_db::{Read, params, sql};

use super::checkpoint::{BadCheckpoint, Checkpoint};
use super::export::{Line, lines};
use super::tree::inclusion;
use super::{Personal, personal_digest};
use crate::kernel::Kernel;
use crate::merkle::Hash;
use crate::subject::{Anything, Subject};
use crate::tenant::Tenant;

/// A thing with more lines than this gives a receipt for its first ones.
const LONGEST: i64 = 1000;

/// How a room tells what one author (such as a report) wrote about a thing, as it was handed to the journal, and when.
pub type OwnWords = fn(&mut Read<'_>, TenantId, &Subject, tongxin_base::Id<Anything>) -> Result<Vec<(Time, Value)>>;

/// One entry and its proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proven {
    /// The row.
    pub row: Line,
    /// The salt of the personal digest.
    #[serde(with = "hex")]
    pub salt: Hash,
    /// The personal content, byte by byte.
    pub content: String,
    /// The hashes from its leaf to the checkpoint's root, hexadecimal.
    pub proof: Vec<String>,
}

/// A receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The version of this form: 1.
    pub tongxin_receipt: u8,
    /// The tenant's number, which is in every leaf.
    pub tenant: i64,
    /// The keys that sign the journal. To be compared with those that are published.
    pub keys: Vec<String>,
    /// What is proven.
    pub entries: Vec<Proven>,
    /// The signed checkpoint.
    pub checkpoint: String,
}

/// Why a receipt proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadReceipt {
    /// It cannot be read.
    #[error("this is no receipt, or a piece of it is missing")]
    Unreadable,
    /// Its checkpoint.
    #[error("the checkpoint in it: {0}")]
    Checkpoint(BadCheckpoint),
    /// The words are not those of the entry.
    #[error("entry {0}: the words are not those that were written")]
    Words(i64),
    /// The entry is not that of the journal.
    #[error("entry {0}: it does not stand like this in the journal")]
    Entry(i64),
}

/// What a receipt proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The checkpoint it rests on.
    pub checkpoint: Checkpoint,
    /// The entries.
    pub entries: Vec<Proven>,
}

impl Receipt {
    /// Reads a receipt and checks all of it; `keys` are the keys that are trusted.
    ///
    /// # Errors
    /// Says what does not hold.
    pub fn check(text: &str, keys: &[String]) -> std::result::Result<Checked, BadReceipt> {
        let receipt: Self = serde_json::from_str(text).map_err(|_| BadReceipt::Unreadable)?;
        if receipt.tongxin_receipt != 1 || receipt.entries.is_empty() {
            return Err(BadReceipt::Unreadable);
        }
        let checkpoint = Checkpoint::read(&receipt.checkpoint, keys).map_err(BadReceipt::Checkpoint)?;
        for entry in &receipt.entries {
            check_entry(entry, TenantId(receipt.tenant), &checkpoint)?;
        }
        Ok(Checked { checkpoint, entries: receipt.entries })
    }
}

fn check_entry(entry: &Proven, tenant: TenantId, checkpoint: &Checkpoint) -> std::result::Result<(), BadReceipt> {
    let seq = entry.row.seq;
    let personal = Personal { salt: entry.salt, content: entry.content.clone().into_bytes() };
    if entry.row.digest != Some(personal_digest(&personal)) {
        return Err(BadReceipt::Words(seq));
    }
    let proof = entry.proof.iter().map(|hash| Some(tlog_tiles::Hash(hex::decode(hash).ok()?.try_into().ok()?)));
    let proof: Vec<_> = proof.collect::<Option<_>>().ok_or(BadReceipt::Unreadable)?;
    if seq < 1 || seq > checkpoint.size {
        return Err(BadReceipt::Entry(seq));
    }
    let (size, root) = (checkpoint.size.unsigned_abs(), tlog_tiles::Hash(checkpoint.root));
    check_record(&proof, size, root, (seq - 1).unsigned_abs(), tlog_tiles::Hash(entry.row.made(tenant)))
        .map_err(|_| BadReceipt::Entry(seq))
}

/// The rows about `subject` whose personal content is one of these, each with its salt.
fn own(
    read: &mut Read<'_>,
    tenant: TenantId,
    subject: &Subject,
    words: &[(Time, String)],
) -> Result<Vec<(Line, Hash, String)>> {
    let rows: Vec<(i64, Time, Hash, Hash)> = read.rows(
        sql!(
            "SELECT j.seq, j.at, j.digest, s.salt FROM journal j
             JOIN journal_salt s ON s.tenant_id = j.tenant_id AND s.seq = j.seq
             WHERE j.tenant_id = $1 AND j.subject_kind = $2 AND j.subject_id = $3 AND j.digest IS NOT NULL
             ORDER BY j.seq LIMIT $4"
        ),
        params![tenant, subject.kind.as_str(), subject.id, LONGEST],
        |row| Ok((row.take()?, row.take()?, row.take()?, row.take()?)),
    )?;
    let mut found = Vec::new();
    for (seq, at, digest, salt) in rows {
        let fits = |(said, content): &&(Time, String)| {
            *said == at && personal_digest(&Personal { salt, content: content.clone().into_bytes() }) == digest
        };
        if let Some((_, content)) = words.iter().find(fits) {
            let row = lines(read, tenant, seq - 1, 1)?.into_iter().next().ok_or(Error::NotFound)?;
            found.push((row, salt, content.clone()));
        }
    }
    Ok(found)
}

impl Kernel {
    /// The receipt of what `author` wrote about these things; makes a checkpoint where none covers it yet. Nothing where the house holds
    /// nothing of it any more.
    ///
    /// # Errors
    /// `Conflict` where the journal does not hold; else as `Db::read`.
    pub async fn receipt(
        &self,
        tenant: &Arc<Tenant>,
        subjects: &[Subject],
        author: tongxin_base::Id<Anything>,
    ) -> Result<Option<Receipt>> {
        let (id, subjects, tell) = (tenant.id, subjects.to_vec(), self.own_words());
        let find = move |read: &mut Read<'_>| {
            let mut found = Vec::new();
            for subject in &subjects {
                let mut words = Vec::new();
                for tell in &tell {
                    let told = tell(read, id, subject, author)?;
                    words.extend(told.into_iter().map(|(at, content)| (at, content.to_string())));
                }
                found.extend(own(read, id, subject, &words)?);
            }
            Ok(found)
        };
        let found = self.db().read(id, find).await?;
        let Some(newest) = found.iter().map(|(row, _, _)| row.seq).max() else { return Ok(None) };
        let checkpoint = match self.last_checkpoint(id).await? {
            Some(last) if last.size >= newest => last,
            _ => self.checkpoint(tenant).await?,
        };
        let size = checkpoint.size;
        let prove = move |read: &mut Read<'_>| {
            let entry = |(row, salt, content): (Line, Hash, String)| {
                let proof = inclusion(read, id, row.seq, size)?.into_iter().map(hex::encode).collect();
                Ok(Proven { row, salt, content, proof })
            };
            found.into_iter().map(entry).collect::<Result<Vec<_>>>()
        };
        let entries = self.db().read(id, prove).await?;
        let keys = self.journal_keys(tenant)?;
        Ok(Some(Receipt { tongxin_receipt: 1, tenant: id.0, keys, entries, checkpoint: checkpoint.note }))
    }

    fn own_words(&self) -> Vec<OwnWords> {
        self.rooms().iter().filter_map(|room| room.own_words).collect()
    }
}
