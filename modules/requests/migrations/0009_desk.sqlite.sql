-- What is under way, by when it must be done: the desk's list of what is due first.

CREATE INDEX requests_due ON requests_request(tenant_id, due_at, id)
  WHERE status IN ('received', 'accepted', 'open', 'working', 'reopened');

-- A list that somebody keeps, to open it again: its name and its address, which may have words in it.
CREATE TABLE requests_saved(
  tenant_id INTEGER NOT NULL, id BLOB NOT NULL, person_id BLOB NOT NULL, name TEXT NOT NULL, query TEXT NOT NULL,
  created_at INTEGER NOT NULL, PRIMARY KEY (tenant_id, id)) STRICT, WITHOUT ROWID;
CREATE INDEX requests_saved_by ON requests_saved(tenant_id, person_id, id);
