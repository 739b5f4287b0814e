-- What a matter was where it came from, and how far the words of an import can be found.

CREATE TABLE requests_source(
  tenant_id INTEGER NOT NULL, request_id BLOB NOT NULL, source TEXT NOT NULL, source_id TEXT, digest BLOB NOT NULL,
  channel TEXT, office TEXT, supporters INTEGER, objectors INTEGER, reopened_at INTEGER,
  PRIMARY KEY (tenant_id, request_id), UNIQUE (tenant_id, source, source_id),
  FOREIGN KEY (tenant_id, request_id) REFERENCES requests_request(tenant_id, id)) STRICT, WITHOUT ROWID;

ALTER TABLE requests_batch ADD COLUMN findable INTEGER NOT NULL DEFAULT 0;
ALTER TABLE requests_batch ADD COLUMN findable_to BLOB;
CREATE INDEX requests_members ON requests_request(tenant_id, batch_id, id) WHERE batch_id IS NOT NULL;
DROP INDEX requests_of_batch;
