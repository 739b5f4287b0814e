-- Photos: the bytes lie in the files folder under the id; the row says what they are and whose they are. Without a subject
-- a photo was sent but belongs to nothing yet, and goes after a day.

CREATE TABLE file(
  tenant_id BIGINT NOT NULL, id UUID NOT NULL, digest BYTEA NOT NULL, width BIGINT NOT NULL, height BIGINT NOT NULL,
  bytes BIGINT NOT NULL, created_at BIGINT NOT NULL, subject_kind TEXT, subject_id UUID, claimed_at BIGINT,
  PRIMARY KEY (tenant_id, id));
CREATE INDEX file_unclaimed ON file(tenant_id, created_at, bytes) WHERE claimed_at IS NULL;
