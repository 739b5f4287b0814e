-- What is under way, by when it must be done: the desk's list of what is due first.

CREATE INDEX requests_due ON requests_request(tenant_id, due_at, id)
  WHERE status IN ('received', 'accepted', 'open', 'working', 'reopened');

-- A list that somebody keeps, to open it again: its name and its address, which may have words in it.
CREATE TABLE requests_saved(
  tenant_id BIGINT NOT NULL, id UUID NOT NULL, person_id UUID NOT NULL, name TEXT NOT NULL, query TEXT NOT NULL,
  created_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, id));
CREATE INDEX requests_saved_by ON requests_saved(tenant_id, person_id, id);
