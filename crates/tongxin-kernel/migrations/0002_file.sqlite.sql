-- Photos: the bytes lie in the files folder under the id; the row says what they are and whose they are. Without a subject
-- a photo was sent but belongs to nothing yet, and goes after a day.

CREATE TABLE file(
  tenant_id INTEGER NOT NULL, id BLOB NOT NULL, digest BLOB NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
  bytes INTEGER NOT NULL, created_at INTEGER NOT NULL, subject_kind TEXT, subject_id BLOB, claimed_at INTEGER,
  PRIMARY KEY (tenant_id, id)) STRICT, WITHOUT ROWID;
CREATE INDEX file_unclaimed ON file(tenant_id, created_at, bytes) WHERE claimed_at IS NULL;
