-- Browsers that want to be told when there is something new: where their push service is, and the keys that what is sent there is
-- sealed with. Each belongs to a person and to the session in which they asked for it. `mark` is the digest of the address, so that
-- one browser is there once; `told` the last notice that went there.

CREATE TABLE push_subscription(
  tenant_id BIGINT NOT NULL, id UUID NOT NULL, person_id UUID NOT NULL, session BYTEA NOT NULL, mark BYTEA NOT NULL,
  endpoint TEXT NOT NULL, keys TEXT NOT NULL, locale TEXT NOT NULL, told UUID, created_at BIGINT NOT NULL, renewed_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, mark),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person(tenant_id, id));
CREATE INDEX push_person ON push_subscription(tenant_id, person_id);
CREATE INDEX push_session ON push_subscription(tenant_id, session);
CREATE INDEX push_age ON push_subscription(tenant_id, renewed_at);
