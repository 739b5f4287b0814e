//! Verifying a journal: every leaf is made again from its row, every number must be there, and the tree must end in the
//! head that is stored.

use serde::Serialize;
use tongxin_base::{Result, TenantId, Time};
use tongxin_db::{Read, params, sql};

use crate::journal::leaf_input;
use crate::merkle::{Frontier, Hash, leaf_hash};
use crate::subject::Subject;

/// Rows read at a time.
const CHUNK: i64 = 5000;
/// Findings named; a journal with more is not worth reading on.
const MOST: usize = 100;

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "finding")]
pub enum Finding {
    /// The row's content does not give its leaf.
    Edited {
        /// The row.
        seq: i64,
    },
    /// Rows are missing.
    Missing {
        /// The first of them.
        from: i64,
        /// The last of them.
        to: i64,
    },
    /// A row that the head does not count.
    Added {
        /// The row.
        seq: i64,
    },
    /// The head names another number of rows, or another tree than the rows make.
    Head {
        /// Rows by the head.
        head: i64,
        /// Rows found.
        rows: i64,
    },
}

/// What a verification found.
#[derive(Debug, Clone, Serialize)]
pub struct Verified {
    /// Rows read.
    pub rows: i64,
    /// The root of the tree over them, hexadecimal.
    pub root: String,
    /// What is wrong; empty where the journal holds.
    pub findings: Vec<Finding>,
}

struct Stored {
    seq: i64,
    leaf: Hash,
    made: Hash,
}

/// Reads a tenant's whole journal.
///
/// # Errors
/// As [`Read::rows`].
pub fn verify(read: &mut Read<'_>, tenant: TenantId) -> Result<Verified> {
    let (head_size, head_frontier): (i64, Vec<u8>) =
        read.one(sql!("SELECT size, frontier FROM journal_head WHERE tenant_id = $1"), params![tenant], |row| {
            Ok((row.take()?, row.take()?))
        })?;
    let mut frontier = Frontier::empty();
    let mut findings = Vec::new();
    let (mut read_to, mut last, mut rows) = (i64::MIN, 0, 0);
    loop {
        let chunk = rows_after(read, tenant, read_to)?;
        if chunk.is_empty() || findings.len() >= MOST {
            break;
        }
        for row in chunk {
            read_to = row.seq;
            rows += 1;
            frontier.push(row.leaf);
            if row.seq < 1 || row.seq > head_size {
                findings.push(Finding::Added { seq: row.seq });
                continue;
            }
            if row.seq != last + 1 {
                findings.push(Finding::Missing { from: last + 1, to: row.seq - 1 });
            }
            if row.leaf != row.made {
                findings.push(Finding::Edited { seq: row.seq });
            }
            last = row.seq;
        }
    }
    if last < head_size && findings.len() < MOST {
        findings.push(Finding::Missing { from: last + 1, to: head_size });
    }
    if head_size != rows || head_frontier != frontier.to_bytes() {
        findings.push(Finding::Head { head: head_size, rows });
    }
    Ok(Verified { rows, root: hex::encode(frontier.root()), findings })
}

fn rows_after(read: &mut Read<'_>, tenant: TenantId, after: i64) -> Result<Vec<Stored>> {
    read.rows(
        sql!(
            "SELECT seq, at, actor, action, subject_kind, subject_id, payload, digest, leaf FROM journal
             WHERE tenant_id = $1 AND seq > $2 ORDER BY seq LIMIT $3"
        ),
        params![tenant, after, CHUNK],
        |row| {
            let (seq, at): (i64, Time) = (row.take()?, row.take()?);
            let (actor, action): (String, String) = (row.take()?, row.take()?);
            let subject = Subject { kind: row.take()?, id: row.take()? };
            let (payload, digest): (String, Option<Hash>) = (row.take()?, row.take()?);
            let input = leaf_input(tenant, seq, at, &actor, &action, &subject, &payload, digest.as_ref());
            Ok(Stored { seq, leaf: row.take()?, made: leaf_hash(&input) })
        },
    )
}
