-- Answers are sealed for the call they answer, and names for their person. An answer is kept for a day, so the table begins anew; the
-- names that are there are sealed by the job that follows when no key is noted as the one that seals.

DROP TABLE idempotency;
CREATE TABLE idempotency(
  tenant_id BIGINT NOT NULL, id UUID NOT NULL, caller TEXT NOT NULL, digest BYTEA NOT NULL, answer TEXT NOT NULL,
  at BIGINT NOT NULL, PRIMARY KEY (tenant_id, id));
CREATE INDEX idempotency_age ON idempotency(tenant_id, at);
CREATE INDEX idempotency_caller ON idempotency(tenant_id, caller);

DELETE FROM sealing_key;
