-- Which keys a tenant's personal columns are sealed with: one row a key, with something sealed that only the right key opens,
-- and since when nothing older is left.

CREATE TABLE sealing_key(
  tenant_id INTEGER NOT NULL, key INTEGER NOT NULL, proof TEXT NOT NULL, since INTEGER NOT NULL, done_at INTEGER,
  PRIMARY KEY (tenant_id, key)) STRICT, WITHOUT ROWID;
