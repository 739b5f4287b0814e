-- The interior of the tree over the journal, so that a proof reads a few hashes and not all rows: the node `n` of `level` is over
-- the leaves from n * 2^level (counted from 0). Leaves are in the journal itself. Checkpoints say, signed, what the root was.

CREATE TABLE journal_node(
  tenant_id INTEGER NOT NULL, level INTEGER NOT NULL, n INTEGER NOT NULL, hash BLOB NOT NULL,
  PRIMARY KEY (tenant_id, level, n)) STRICT, WITHOUT ROWID;

CREATE TABLE journal_checkpoint(
  tenant_id INTEGER NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL, signer INTEGER NOT NULL, at INTEGER NOT NULL, note TEXT NOT NULL,
  PRIMARY KEY (tenant_id, size)) STRICT, WITHOUT ROWID;
