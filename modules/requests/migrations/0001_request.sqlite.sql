-- A request is the matter; a report is what one reporter said of it; an order is one piece of work on it.

CREATE TABLE requests_category(
  tenant_id INTEGER NOT NULL, code TEXT NOT NULL, parent TEXT, name TEXT NOT NULL, name_en TEXT NOT NULL,
  contact_limit TEXT NOT NULL, finish_limit TEXT NOT NULL, radius_m INTEGER NOT NULL, position INTEGER NOT NULL,
  active INTEGER NOT NULL, PRIMARY KEY (tenant_id, code)) STRICT, WITHOUT ROWID;

CREATE TABLE requests_pool(
  tenant_id INTEGER NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, name_en TEXT NOT NULL,
  PRIMARY KEY (tenant_id, code)) STRICT, WITHOUT ROWID;

-- An import: its rows are there, but seen by nobody until it is live.
CREATE TABLE requests_batch(
  tenant_id INTEGER NOT NULL, id BLOB NOT NULL, file TEXT NOT NULL, digest BLOB NOT NULL, rows INTEGER NOT NULL,
  live INTEGER NOT NULL, created_at INTEGER NOT NULL, PRIMARY KEY (tenant_id, id)) STRICT, WITHOUT ROWID;

CREATE TABLE requests_request(
  tenant_id INTEGER NOT NULL, id BLOB NOT NULL, number TEXT NOT NULL, category TEXT NOT NULL, unit_path TEXT NOT NULL,
  site TEXT, lat REAL, lon REAL, channel TEXT NOT NULL, status TEXT NOT NULL, created_at INTEGER NOT NULL,
  accepted_at INTEGER, contacted_at INTEGER, started_at INTEGER, done_at INTEGER, closed_at INTEGER,
  contact_due_at INTEGER NOT NULL, finish_limit TEXT NOT NULL, yellow_at INTEGER NOT NULL, due_at INTEGER NOT NULL,
  paused_at INTEGER, round INTEGER NOT NULL, handler_id BLOB, reason TEXT, version INTEGER NOT NULL, batch_id BLOB,
  PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, number),
  FOREIGN KEY (tenant_id, category) REFERENCES requests_category(tenant_id, code),
  FOREIGN KEY (tenant_id, batch_id) REFERENCES requests_batch(tenant_id, id)) STRICT, WITHOUT ROWID;
CREATE INDEX requests_by_status ON requests_request(tenant_id, status, id);
CREATE INDEX requests_by_unit ON requests_request(tenant_id, unit_path, id);
CREATE INDEX requests_of_batch ON requests_request(tenant_id, batch_id) WHERE batch_id IS NOT NULL;

CREATE TABLE requests_report(
  tenant_id INTEGER NOT NULL, id BLOB NOT NULL, request_id BLOB NOT NULL, person_id BLOB, name TEXT, phone TEXT,
  place TEXT, words TEXT NOT NULL, link_digest BLOB, created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, link_digest),
  FOREIGN KEY (tenant_id, request_id) REFERENCES requests_request(tenant_id, id)) STRICT, WITHOUT ROWID;
CREATE INDEX requests_reports_of ON requests_report(tenant_id, request_id);
CREATE INDEX requests_reports_by ON requests_report(tenant_id, person_id) WHERE person_id IS NOT NULL;

CREATE TABLE requests_order(
  tenant_id INTEGER NOT NULL, id BLOB NOT NULL, request_id BLOB NOT NULL, pool TEXT NOT NULL, unit_path TEXT NOT NULL,
  category TEXT NOT NULL, lat REAL, lon REAL, state TEXT NOT NULL, worker_id BLOB, opened_at INTEGER NOT NULL,
  grabbed_at INTEGER, started_at INTEGER, ended_at INTEGER, yellow_at INTEGER NOT NULL, due_at INTEGER NOT NULL,
  reason TEXT, note TEXT, PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, request_id) REFERENCES requests_request(tenant_id, id),
  FOREIGN KEY (tenant_id, pool) REFERENCES requests_pool(tenant_id, code)) STRICT, WITHOUT ROWID;
CREATE INDEX requests_orders_of ON requests_order(tenant_id, request_id, id);
CREATE INDEX requests_orders_open ON requests_order(tenant_id, unit_path, id) WHERE state = 'open';
CREATE INDEX requests_orders_held ON requests_order(tenant_id, worker_id, id) WHERE state IN ('grabbed', 'working');

-- How many orders a worker holds: the row that two grabs at once meet at.
CREATE TABLE requests_worker(
  tenant_id INTEGER NOT NULL, person_id BLOB NOT NULL, held INTEGER NOT NULL CHECK (held >= 0),
  PRIMARY KEY (tenant_id, person_id)) STRICT, WITHOUT ROWID;

CREATE TABLE requests_message(
  tenant_id INTEGER NOT NULL, id BLOB NOT NULL, request_id BLOB NOT NULL, kind TEXT NOT NULL, person_id BLOB,
  text TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, request_id) REFERENCES requests_request(tenant_id, id)) STRICT, WITHOUT ROWID;
CREATE INDEX requests_messages_of ON requests_message(tenant_id, request_id, id);
