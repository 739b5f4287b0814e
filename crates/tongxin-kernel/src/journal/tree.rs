//! The interior of the tree, kept so that a proof reads as many hashes as the tree is high. It grows when a checkpoint is made,
//! never while people wait for a write.

use std::cell::RefCell;

use tlog_tiles::{HashReader, prove_record, prove_tree, split_stored_hash_index, stored_hash_index, tree_hash};
use tongxin_base::{Error, Result, TenantId};
use tongxin_db::{Param, Read, Tx, params, sql};

use crate::kernel::Kernel;
use crate::merkle::{Frontier, Hash};

/// Leaves taken up in one write; there are fewer nodes than leaves.
const CHUNK: i64 = 500;

/// A node with its place: over the leaves from `n << level`.
pub(crate) struct Node {
    pub level: i64,
    pub n: i64,
    pub hash: Hash,
}

/// The hashes as they lie in the database: leaves in the journal, the rest beside it.
struct Stored<'r, 'a> {
    read: RefCell<&'r mut Read<'a>>,
    tenant: TenantId,
}

impl HashReader for Stored<'_, '_> {
    fn read_hashes(&self, indexes: &[u64]) -> std::result::Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        let mut read = self.read.borrow_mut();
        let hash = |index: &u64| {
            let (level, n) = split_stored_hash_index(*index);
            let found = node(&mut read, self.tenant, i64::from(level), n.cast_signed());
            let missing = || format!("the tree has no node {n} of level {level}");
            let found = found.map_err(|error| tlog_tiles::Error::InvalidInput(error.to_string()))?;
            found.map(tlog_tiles::Hash).ok_or_else(|| tlog_tiles::Error::InvalidInput(missing()))
        };
        indexes.iter().map(hash).collect()
    }
}

fn node(read: &mut Read<'_>, tenant: TenantId, level: i64, n: i64) -> Result<Option<Hash>> {
    if level == 0 {
        let leaf = sql!("SELECT leaf FROM journal WHERE tenant_id = $1 AND seq = $2");
        return read.maybe(leaf, params![tenant, n + 1], |row| row.take());
    }
    let node = sql!("SELECT hash FROM journal_node WHERE tenant_id = $1 AND level = $2 AND n = $3");
    read.maybe(node, params![tenant, level, n], |row| row.take())
}

fn told(error: tlog_tiles::Error) -> Error {
    Error::internal(format!("the journal's tree cannot be read: {error}"))
}

fn hashes(proof: Vec<tlog_tiles::Hash>) -> Vec<Hash> {
    proof.into_iter().map(|hash| hash.0).collect()
}

/// The root of the first `size` leaves, from the nodes.
pub(crate) fn root(read: &mut Read<'_>, tenant: TenantId, size: i64) -> Result<Hash> {
    let stored = Stored { read: RefCell::new(read), tenant };
    tree_hash(size.unsigned_abs(), &stored).map(|hash| hash.0).map_err(told)
}

/// That row `seq` is in the tree of the first `size` rows.
pub(crate) fn inclusion(read: &mut Read<'_>, tenant: TenantId, seq: i64, size: i64) -> Result<Vec<Hash>> {
    if seq < 1 || seq > size {
        return Err(Error::NotFound);
    }
    let stored = Stored { read: RefCell::new(read), tenant };
    prove_record(size.unsigned_abs(), (seq - 1).unsigned_abs(), &stored).map(hashes).map_err(told)
}

/// That the tree of the first `to` rows begins with the tree of the first `from`.
pub(crate) fn consistency(read: &mut Read<'_>, tenant: TenantId, from: i64, to: i64) -> Result<Vec<Hash>> {
    if from < 1 || from > to {
        return Err(Error::NotFound);
    }
    let stored = Stored { read: RefCell::new(read), tenant };
    prove_tree(to.unsigned_abs(), from.unsigned_abs(), &stored).map(hashes).map_err(told)
}

/// The nodes that become whole when `leaves` follow the first `size` ones, whose frontier is given.
pub(crate) fn grown(frontier: &mut Frontier, leaves: &[Hash]) -> Vec<Node> {
    let mut nodes = Vec::new();
    for leaf in leaves {
        let n = frontier.size();
        frontier.push_with(*leaf, |level, hash| {
            nodes.push(Node { level: i64::from(level), n: (n >> level).cast_signed(), hash });
        });
    }
    nodes
}

/// How many leaves the nodes are over: an even number, since a level above the leaves takes two.
fn taken_up(read: &mut Read<'_>, tenant: TenantId) -> Result<i64> {
    let last = sql!("SELECT MAX(n) FROM journal_node WHERE tenant_id = $1 AND level = 1");
    let last: Option<i64> = read.one(last, params![tenant], |row| row.take())?;
    Ok(last.map_or(0, |n| 2 * (n + 1)))
}

fn frontier_at(read: &mut Read<'_>, tenant: TenantId, size: i64) -> Result<Frontier> {
    let mut peaks = Vec::new();
    let mut from = 0_u64;
    let size = size.unsigned_abs();
    for level in (0..64_u8).rev().filter(|level| size >> level & 1 == 1) {
        let (level, n) = split_stored_hash_index(stored_hash_index(level, from >> level));
        let missing = || Error::internal("the journal's tree has a hole");
        peaks.extend(node(read, tenant, i64::from(level), n.cast_signed())?.ok_or_else(missing)?);
        from += 1 << level;
    }
    Frontier::from_bytes(size, &peaks).ok_or_else(|| Error::internal("the journal's tree has another shape"))
}

fn keep(tx: &mut Tx<'_>, tenant: TenantId, nodes: &[Node]) -> Result<()> {
    let rows: Vec<[Param<'_>; 4]> =
        nodes.iter().map(|node| [tenant.into(), node.level.into(), node.n.into(), (&node.hash).into()]).collect();
    tx.exec_many(
        sql!(
            "INSERT INTO journal_node(tenant_id, level, n, hash) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant_id, level, n) DO NOTHING"
        ),
        &rows.iter().map(|row| &row[..]).collect::<Vec<_>>(),
    )
}

impl Kernel {
    /// Takes the leaves up to `size` into the tree.
    ///
    /// # Errors
    /// As `Db::write`.
    pub(crate) async fn grow_tree(&self, tenant: TenantId, size: i64) -> Result<()> {
        loop {
            let next = move |read: &mut Read<'_>| {
                let from = taken_up(read, tenant)?;
                if from + 1 >= size {
                    return Ok(Vec::new());
                }
                let mut frontier = frontier_at(read, tenant, from)?;
                let leaves =
                    sql!("SELECT leaf FROM journal WHERE tenant_id = $1 AND seq > $2 AND seq <= $3 ORDER BY seq");
                let to = size.min(from + CHUNK);
                let leaves = read.rows(leaves, params![tenant, from, to], |row| row.take::<Hash>())?;
                if i64::try_from(leaves.len()) != Ok(to - from) {
                    return Err(Error::internal("the journal lacks rows; `tongxin journal verify` names them"));
                }
                Ok(grown(&mut frontier, &leaves))
            };
            let nodes = self.db().read(tenant, next).await?;
            if nodes.is_empty() {
                return Ok(());
            }
            self.db().write(tenant, "journal.grow", move |tx| keep(tx, tenant, &nodes)).await?;
        }
    }

    /// The hashes that prove row `seq` to be among the first `size` rows.
    ///
    /// # Errors
    /// `NotFound` where it is not, or where no checkpoint is as large yet.
    pub async fn prove(&self, tenant: TenantId, seq: i64, size: i64) -> Result<Vec<Hash>> {
        self.within_checkpoints(tenant, size).await?;
        self.db().read(tenant, move |read| inclusion(read, tenant, seq, size)).await
    }

    /// The hashes that prove that nothing of the first `from` rows was changed when there were `to`.
    ///
    /// # Errors
    /// `NotFound` where there were never as many, or where no checkpoint is as large yet.
    pub async fn prove_growth(&self, tenant: TenantId, from: i64, to: i64) -> Result<Vec<Hash>> {
        self.within_checkpoints(tenant, to).await?;
        self.db().read(tenant, move |read| consistency(read, tenant, from, to)).await
    }

    /// The root over the first `size` rows, and the leaves of these rows: what somebody holds against what is on their paper.
    ///
    /// # Errors
    /// `NotFound` where no checkpoint is as large, or a row is not among them.
    pub async fn seen(&self, tenant: TenantId, size: i64, seqs: Vec<i64>) -> Result<(Hash, Vec<Hash>)> {
        self.within_checkpoints(tenant, size).await?;
        let read = move |read: &mut Read<'_>| {
            let leaf = |seq: i64| if (1..=size).contains(&seq) { node(read, tenant, 0, seq - 1) } else { Ok(None) };
            let leaves: Option<Vec<Hash>> = seqs.into_iter().map(leaf).collect::<Result<_>>()?;
            Ok((root(read, tenant, size)?, leaves.ok_or(Error::NotFound)?))
        };
        self.db().read(tenant, read).await
    }

    async fn within_checkpoints(&self, tenant: TenantId, size: i64) -> Result<()> {
        let last = self.last_checkpoint(tenant).await?;
        last.is_some_and(|last| size <= last.size).then_some(()).ok_or(Error::NotFound)
    }
}
