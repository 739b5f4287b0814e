//! The tree over the journal: RFC 6962 hashing, kept as its frontier, so that a row costs a few hashes and no reads.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// A root as people and programs meet it everywhere: base64, as in a checkpoint.
pub fn root_text(root: &Hash) -> String {
    BASE64.encode(root)
}

/// The hash of a leaf (RFC 6962, 2.1): SHA-256 over 0x00 and the leaf's bytes.
pub fn leaf_hash(input: &[u8]) -> Hash {
    tlog_tiles::record_hash(input).0
}

fn node_hash(left: &Hash, right: &Hash) -> Hash {
    tlog_tiles::node_hash(tlog_tiles::Hash(*left), tlog_tiles::Hash(*right)).0
}

/// The roots of the perfect subtrees that a tree of `size` leaves falls into, largest first: one per bit set in `size`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// The tree without leaves.
    pub fn empty() -> Self {
        Self::default()
    }

    /// From what [`Frontier::to_bytes`] gave for a tree of `size` leaves; `None` where the two do not belong together.
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Option<Self> {
        let (peaks, rest) = bytes.as_chunks::<32>();
        (rest.is_empty() && peaks.len() == size.count_ones() as usize).then(|| Self { size, peaks: peaks.to_vec() })
    }

    /// The peaks one after another, 32 bytes each.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.peaks.concat()
    }

    /// How many leaves there are.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf by its hash.
    pub fn push(&mut self, leaf: Hash) {
        self.push_with(leaf, |_, _| {});
    }

    /// The same, telling each node above the leaves that becomes whole by it, with its level.
    pub(crate) fn push_with(&mut self, leaf: Hash, mut whole: impl FnMut(u32, Hash)) {
        let mut node = leaf;
        for level in 1..=self.size.trailing_ones() {
            let left = self.peaks.pop().expect("a set bit has its peak");
            node = node_hash(&left, &node);
            whole(level, node);
        }
        self.peaks.push(node);
        self.size += 1;
        debug_assert_eq!(self.peaks.len(), self.size.count_ones() as usize);
    }

    /// The root of the tree (RFC 6962: the hash of nothing where it is empty).
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else { return tlog_tiles::EMPTY_HASH.0 };
        peaks.fold(*last, |right, left| node_hash(left, &right))
    }
}
