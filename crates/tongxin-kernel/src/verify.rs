//! Verifying a journal: every leaf is made again from its row, every number must be there and in its place, and the tree must be
//! what the head and every known checkpoint say. Rows come one after another, from the database or from an export; nothing
//! but the frontier is kept of them.

use serde::Serialize;
use tongxin_base::{Result, TenantId};
use tongxin_db::{Read, params, sql};

use crate::journal::checkpoint;
use crate::journal::export::{Line, lines};
use crate::merkle::{Frontier, Hash, root_text};

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
    /// A row stands after one with a higher number.
    Moved {
        /// The row.
        seq: i64,
    },
    /// A row stands there once more.
    Repeated {
        /// The row.
        seq: i64,
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
    /// The rows are not those that were signed: somewhere between two checkpoints.
    Rewritten {
        /// The first row that may be another.
        from: i64,
        /// The last one that the checkpoint covers.
        to: i64,
    },
    /// A checkpoint covers more rows than there are.
    CutOff {
        /// Rows by the checkpoint.
        checkpoint: i64,
        /// Rows found.
        rows: i64,
    },
    /// A checkpoint that is kept beside the journal is not signed by its keys.
    Unsigned {
        /// Its size.
        size: i64,
    },
}

/// What a verification found.
#[derive(Debug, Clone, Serialize)]
pub struct Verified {
    /// Rows read.
    pub rows: i64,
    /// The root of the tree over them, base64 as in a checkpoint.
    pub root: String,
    /// How many rows the last checkpoint covers that they fit.
    pub signed: i64,
    /// What is wrong; empty where the journal holds.
    pub findings: Vec<Finding>,
}

/// What the tree is known to have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// With so many rows.
    pub size: i64,
    /// The root over them.
    pub root: Hash,
}

/// A verification under way.
pub struct Verifier {
    tenant: TenantId,
    /// Rows by the head, where there is one.
    head: Option<i64>,
    /// What is still to come, largest first.
    known: Vec<Known>,
    frontier: Frontier,
    findings: Vec<Finding>,
    last: i64,
    rows: i64,
    signed: i64,
    strayed: bool,
}

impl Verifier {
    /// For the journal of a tenant, whose head counts `head` rows, and which was known to be this.
    pub fn new(tenant: TenantId, head: Option<i64>, mut known: Vec<Known>) -> Self {
        known.sort_by_key(|known| std::cmp::Reverse(known.size));
        let (frontier, findings) = (Frontier::empty(), Vec::new());
        Self { tenant, head, known, frontier, findings, last: 0, rows: 0, signed: 0, strayed: false }
    }

    /// Whether there is no sense in reading on.
    pub fn is_full(&self) -> bool {
        self.findings.len() >= MOST
    }

    /// Takes the next row.
    pub fn push(&mut self, row: &Line) {
        self.rows += 1;
        self.frontier.push(row.leaf);
        self.place(row.seq);
        if row.leaf != row.made(self.tenant) && !self.findings.contains(&Finding::Added { seq: row.seq }) {
            self.findings.push(Finding::Edited { seq: row.seq });
        }
        self.compare();
    }

    /// Whether a row's number is the next one.
    fn place(&mut self, seq: i64) {
        if seq < 1 || self.head.is_some_and(|head| seq > head) {
            self.findings.push(Finding::Added { seq });
        } else if seq > self.last {
            if seq > self.last + 1 {
                self.findings.push(Finding::Missing { from: self.last + 1, to: seq - 1 });
            }
            self.last = seq;
        } else {
            let gap = self
                .findings
                .iter()
                .position(|finding| matches!(finding, Finding::Missing { from, to } if (*from..=*to).contains(&seq)));
            let Some(gap) = gap else { return self.findings.push(Finding::Repeated { seq }) };
            if let Finding::Missing { from, to } = self.findings.remove(gap) {
                let rest = [(from, seq - 1), (seq + 1, to)];
                let rest = rest.into_iter().filter(|(from, to)| from <= to);
                self.findings.extend(rest.map(|(from, to)| Finding::Missing { from, to }));
            }
            self.findings.push(Finding::Moved { seq });
        }
    }

    fn compare(&mut self) {
        while let Some(known) = self.known.pop_if(|known| known.size <= self.rows) {
            if self.strayed || known.size < self.rows {
                continue;
            }
            if known.root == self.frontier.root() {
                self.signed = known.size;
            } else {
                self.strayed = true;
                self.findings.push(Finding::Rewritten { from: self.signed + 1, to: known.size });
            }
        }
    }

    /// Ends it; `frontier` is what the head keeps of the tree.
    pub fn end(mut self, frontier: Option<&[u8]>) -> Verified {
        let rows = self.rows;
        if let Some(head) = self.head {
            if self.last < head && !self.is_full() {
                self.findings.push(Finding::Missing { from: self.last + 1, to: head });
            }
            if head != rows || frontier.is_some_and(|frontier| frontier != self.frontier.to_bytes()) {
                self.findings.push(Finding::Head { head, rows });
            }
        }
        if let Some(largest) = self.known.first() {
            self.findings.push(Finding::CutOff { checkpoint: largest.size, rows });
        }
        Verified { rows, root: root_text(&self.frontier.root()), signed: self.signed, findings: self.findings }
    }
}

/// Reads a tenant's whole journal and holds it against its head alone.
///
/// # Errors
/// As [`Read::rows`].
pub fn verify(read: &mut Read<'_>, tenant: TenantId) -> Result<Verified> {
    whole(read, tenant, Vec::new())
}

/// Reads a tenant's whole journal and holds it against its head, the checkpoints that are kept beside it and were signed by one of
/// `keys`, and those that were kept elsewhere.
///
/// # Errors
/// As [`Read::rows`].
pub fn verify_signed(read: &mut Read<'_>, tenant: TenantId, keys: &[String], elsewhere: &[Known]) -> Result<Verified> {
    let mut known = elsewhere.to_vec();
    let mut unsigned = Vec::new();
    let mut from = -1;
    loop {
        let kept = checkpoint::after(read, tenant, from)?;
        let Some(last) = kept.last() else { break };
        from = last.size;
        for kept in kept {
            match checkpoint::Checkpoint::read(&kept.note, keys) {
                Ok(signed) if (signed.size, signed.root) == (kept.size, kept.root) => {
                    known.push(Known { size: kept.size, root: kept.root });
                }
                _ => unsigned.push(Finding::Unsigned { size: kept.size }),
            }
        }
    }
    let mut verified = whole(read, tenant, known)?;
    verified.findings.extend(unsigned);
    Ok(verified)
}

fn whole(read: &mut Read<'_>, tenant: TenantId, known: Vec<Known>) -> Result<Verified> {
    let (size, frontier): (i64, Vec<u8>) =
        read.one(sql!("SELECT size, frontier FROM journal_head WHERE tenant_id = $1"), params![tenant], |row| {
            Ok((row.take()?, row.take()?))
        })?;
    let mut verifier = Verifier::new(tenant, Some(size), known);
    let mut after = i64::MIN;
    while !verifier.is_full() {
        let rows = lines(read, tenant, after, CHUNK)?;
        let Some(last) = rows.last() else { break };
        after = last.seq;
        rows.iter().for_each(|row| verifier.push(row));
    }
    Ok(verifier.end(Some(&frontier)))
}
