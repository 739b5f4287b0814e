-- The interior of the tree over the journal, so that a proof reads a few hashes and not all rows: the node `n` of `level` is over
-- the leaves from n * 2^level (counted from 0). Leaves are in the journal itself. Checkpoints say, signed, what the root was.

CREATE TABLE journal_node(
  tenant_id BIGINT NOT NULL, level BIGINT NOT NULL, n BIGINT NOT NULL, hash BYTEA NOT NULL,
  PRIMARY KEY (tenant_id, level, n));

CREATE TABLE journal_checkpoint(
  tenant_id BIGINT NOT NULL, size BIGINT NOT NULL, root BYTEA NOT NULL, signer BIGINT NOT NULL, at BIGINT NOT NULL, note TEXT NOT NULL,
  PRIMARY KEY (tenant_id, size));
