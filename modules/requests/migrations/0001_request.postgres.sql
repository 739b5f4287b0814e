-- A request is the matter; a report is what one reporter said of it; an order is one piece of work on it.

CREATE TABLE requests_category(
  tenant_id BIGINT NOT NULL, code TEXT NOT NULL, parent TEXT, name TEXT NOT NULL, name_en TEXT NOT NULL,
  contact_limit TEXT NOT NULL, finish_limit TEXT NOT NULL, radius_m BIGINT NOT NULL, position BIGINT NOT NULL,
  active BIGINT NOT NULL, PRIMARY KEY (tenant_id, code));

CREATE TABLE requests_pool(
  tenant_id BIGINT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, name_en TEXT NOT NULL,
  PRIMARY KEY (tenant_id, code));

-- An import: its rows are there, but seen by nobody until it is live.
CREATE TABLE requests_batch(
  tenant_id BIGINT NOT NULL, id UUID NOT NULL, file TEXT NOT NULL, digest BYTEA NOT NULL, rows BIGINT NOT NULL,
  live BIGINT NOT NULL, created_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, id));

CREATE TABLE requests_request(
  tenant_id BIGINT NOT NULL, id UUID NOT NULL, number TEXT NOT NULL, category TEXT NOT NULL, unit_path TEXT COLLATE "C" NOT NULL,
  site TEXT, lat DOUBLE PRECISION, lon DOUBLE PRECISION, channel TEXT NOT NULL, status TEXT NOT NULL, created_at BIGINT NOT NULL,
  accepted_at BIGINT, contacted_at BIGINT, started_at BIGINT, done_at BIGINT, closed_at BIGINT,
  contact_due_at BIGINT NOT NULL, finish_limit TEXT NOT NULL, yellow_at BIGINT NOT NULL, due_at BIGINT NOT NULL,
  paused_at BIGINT, round BIGINT NOT NULL, handler_id UUID, reason TEXT, version BIGINT NOT NULL, batch_id UUID,
  PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, number),
  FOREIGN KEY (tenant_id, category) REFERENCES requests_category(tenant_id, code),
  FOREIGN KEY (tenant_id, batch_id) REFERENCES requests_batch(tenant_id, id));
CREATE INDEX requests_by_status ON requests_request(tenant_id, status, id);
CREATE INDEX requests_by_unit ON requests_request(tenant_id, unit_path, id);
CREATE INDEX requests_of_batch ON requests_request(tenant_id, batch_id) WHERE batch_id IS NOT NULL;

CREATE TABLE requests_report(
  tenant_id BIGINT NOT NULL, id UUID NOT NULL, request_id UUID NOT NULL, person_id UUID, name TEXT, phone TEXT,
  place TEXT, words TEXT NOT NULL, link_digest BYTEA, created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, link_digest),
  FOREIGN KEY (tenant_id, request_id) REFERENCES requests_request(tenant_id, id));
CREATE INDEX requests_reports_of ON requests_report(tenant_id, request_id);
CREATE INDEX requests_reports_by ON requests_report(tenant_id, person_id) WHERE person_id IS NOT NULL;

CREATE TABLE requests_order(
  tenant_id BIGINT NOT NULL, id UUID NOT NULL, request_id UUID NOT NULL, pool TEXT NOT NULL, unit_path TEXT COLLATE "C" NOT NULL,
  category TEXT NOT NULL, lat DOUBLE PRECISION, lon DOUBLE PRECISION, state TEXT NOT NULL, worker_id UUID, opened_at BIGINT NOT NULL,
  grabbed_at BIGINT, started_at BIGINT, ended_at BIGINT, yellow_at BIGINT NOT NULL, due_at BIGINT NOT NULL,
  reason TEXT, note TEXT, PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, request_id) REFERENCES requests_request(tenant_id, id),
  FOREIGN KEY (tenant_id, pool) REFERENCES requests_pool(tenant_id, code));
CREATE INDEX requests_orders_of ON requests_order(tenant_id, request_id, id);
CREATE INDEX requests_orders_open ON requests_order(tenant_id, unit_path, id) WHERE state = 'open';
CREATE INDEX requests_orders_held ON requests_order(tenant_id, worker_id, id) WHERE state IN ('grabbed', 'working');

-- How many orders a worker holds: the row that two grabs at once meet at.
CREATE TABLE requests_worker(
  tenant_id BIGINT NOT NULL, person_id UUID NOT NULL, held BIGINT NOT NULL CHECK (held >= 0),
  PRIMARY KEY (tenant_id, person_id));

CREATE TABLE requests_message(
  tenant_id BIGINT NOT NULL, id UUID NOT NULL, request_id UUID NOT NULL, kind TEXT NOT NULL, person_id UUID,
  text TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, request_id) REFERENCES requests_request(tenant_id, id));
CREATE INDEX requests_messages_of ON requests_message(tenant_id, request_id, id);
