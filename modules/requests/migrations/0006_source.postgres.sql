-- What a matter was where it came from, and how far the words of an import can be found.

CREATE TABLE requests_source(
  tenant_id BIGINT NOT NULL, request_id UUID NOT NULL, source TEXT NOT NULL, source_id TEXT COLLATE "C", digest BYTEA NOT NULL,
  channel TEXT, office TEXT, supporters BIGINT, objectors BIGINT, reopened_at BIGINT,
  PRIMARY KEY (tenant_id, request_id), UNIQUE (tenant_id, source, source_id),
  FOREIGN KEY (tenant_id, request_id) REFERENCES requests_request(tenant_id, id));

ALTER TABLE requests_batch ADD COLUMN findable BIGINT NOT NULL DEFAULT 0;
ALTER TABLE requests_batch ADD COLUMN findable_to UUID;
CREATE INDEX requests_members ON requests_request(tenant_id, batch_id, id) WHERE batch_id IS NOT NULL;
DROP INDEX requests_of_batch;
