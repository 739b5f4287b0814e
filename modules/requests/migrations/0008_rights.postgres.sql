-- When the words of a matter were emptied because their time was over; and what was released of them before, if anything.

ALTER TABLE requests_request ADD COLUMN emptied_at BIGINT;
CREATE INDEX requests_to_empty ON requests_request(tenant_id, id)
  WHERE emptied_at IS NULL AND status IN ('closed', 'declined', 'withdrawn');

CREATE TABLE requests_release(
  tenant_id BIGINT NOT NULL, request_id UUID NOT NULL, words TEXT NOT NULL, outcome TEXT NOT NULL, released_by UUID,
  released_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, request_id),
  FOREIGN KEY (tenant_id, request_id) REFERENCES requests_request(tenant_id, id));
CREATE INDEX requests_released ON requests_release(tenant_id, released_at);
