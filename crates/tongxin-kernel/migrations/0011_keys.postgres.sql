-- Which keys a tenant's personal columns are sealed with: one row a key, with something sealed that only the right key opens,
-- and since when nothing older is left.

CREATE TABLE sealing_key(
  tenant_id BIGINT NOT NULL, key BIGINT NOT NULL, proof TEXT NOT NULL, since BIGINT NOT NULL, done_at BIGINT,
  PRIMARY KEY (tenant_id, key));
