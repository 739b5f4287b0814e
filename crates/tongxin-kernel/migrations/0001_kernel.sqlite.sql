-- The nouns every room shares. Every table starts with tenant_id, except the two that find the tenant.

CREATE TABLE tenant(
  id INTEGER NOT NULL PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL, name_en TEXT NOT NULL,
  settings TEXT NOT NULL CHECK (json_valid(settings)), created_at INTEGER NOT NULL) STRICT;

CREATE TABLE login(
  login TEXT NOT NULL PRIMARY KEY, tenant_id INTEGER NOT NULL, person_id BLOB NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE unit(
  tenant_id INTEGER NOT NULL, path TEXT NOT NULL, code TEXT NOT NULL, level TEXT NOT NULL,
  name TEXT NOT NULL, name_en TEXT NOT NULL, lat REAL, lon REAL, created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, path), UNIQUE (tenant_id, code)) STRICT, WITHOUT ROWID;

CREATE TABLE person(
  tenant_id INTEGER NOT NULL, id BLOB NOT NULL, name TEXT NOT NULL, public_name TEXT NOT NULL,
  locale TEXT, created_at INTEGER NOT NULL, PRIMARY KEY (tenant_id, id)) STRICT, WITHOUT ROWID;

CREATE TABLE post(
  tenant_id INTEGER NOT NULL, person_id BLOB NOT NULL, unit_path TEXT NOT NULL, role TEXT NOT NULL,
  starts_at INTEGER NOT NULL, ends_at INTEGER,
  PRIMARY KEY (tenant_id, person_id, unit_path, role),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person(tenant_id, id),
  FOREIGN KEY (tenant_id, unit_path) REFERENCES unit(tenant_id, path)) STRICT, WITHOUT ROWID;

CREATE TABLE password(
  tenant_id INTEGER NOT NULL, person_id BLOB NOT NULL, hash TEXT NOT NULL, changed_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, person_id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person(tenant_id, id)) STRICT, WITHOUT ROWID;

CREATE TABLE session(
  tenant_id INTEGER NOT NULL, digest BLOB NOT NULL, person_id BLOB NOT NULL, created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, digest),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person(tenant_id, id)) STRICT, WITHOUT ROWID;
CREATE INDEX session_expiry ON session(tenant_id, expires_at);

CREATE TABLE token(
  tenant_id INTEGER NOT NULL, digest BLOB NOT NULL, person_id BLOB NOT NULL, name TEXT NOT NULL, scopes TEXT NOT NULL,
  created_at INTEGER NOT NULL, expires_at INTEGER,
  PRIMARY KEY (tenant_id, digest),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person(tenant_id, id)) STRICT, WITHOUT ROWID;

CREATE TABLE journal_head(
  tenant_id INTEGER NOT NULL PRIMARY KEY, size INTEGER NOT NULL, frontier BLOB NOT NULL, events INTEGER NOT NULL) STRICT;

CREATE TABLE journal(
  tenant_id INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
  subject_kind TEXT NOT NULL, subject_id BLOB NOT NULL, payload TEXT NOT NULL, digest BLOB, leaf BLOB NOT NULL,
  PRIMARY KEY (tenant_id, seq)) STRICT, WITHOUT ROWID;
CREATE INDEX journal_subject ON journal(tenant_id, subject_kind, subject_id, seq);

-- The salts of personal digests, apart from the journal so that erasing one leaves the tree whole.
CREATE TABLE journal_salt(
  tenant_id INTEGER NOT NULL, seq INTEGER NOT NULL, salt BLOB NOT NULL, PRIMARY KEY (tenant_id, seq)) STRICT, WITHOUT ROWID;

CREATE TABLE event(
  tenant_id INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, topic TEXT NOT NULL,
  subject_kind TEXT NOT NULL, subject_id BLOB NOT NULL, payload TEXT NOT NULL,
  PRIMARY KEY (tenant_id, seq)) STRICT, WITHOUT ROWID;

CREATE TABLE job(
  tenant_id INTEGER NOT NULL, id BLOB NOT NULL, kind TEXT NOT NULL, payload TEXT NOT NULL, run_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL, state TEXT NOT NULL, claim BLOB, error TEXT,
  PRIMARY KEY (tenant_id, id)) STRICT, WITHOUT ROWID;
CREATE INDEX job_due ON job(tenant_id, run_at) WHERE state = 'waiting';

CREATE TABLE measure_total(
  tenant_id INTEGER NOT NULL, measure TEXT NOT NULL, unit_path TEXT NOT NULL, day INTEGER NOT NULL, value INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, measure, unit_path, day)) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency(
  tenant_id INTEGER NOT NULL, caller TEXT NOT NULL, key TEXT NOT NULL, digest BLOB NOT NULL, answer TEXT NOT NULL,
  at INTEGER NOT NULL, PRIMARY KEY (tenant_id, caller, key)) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_age ON idempotency(tenant_id, at);

CREATE TABLE counter(
  tenant_id INTEGER NOT NULL, name TEXT NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (tenant_id, name)) STRICT, WITHOUT ROWID;

CREATE TABLE search_gram(
  tenant_id INTEGER NOT NULL, kind TEXT NOT NULL, gram TEXT NOT NULL, subject_id BLOB NOT NULL,
  PRIMARY KEY (tenant_id, kind, gram, subject_id)) STRICT, WITHOUT ROWID;
