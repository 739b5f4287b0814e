-- The nouns every room shares. Every table starts with tenant_id, except the two that find the tenant.

CREATE TABLE tenant(
  id BIGINT NOT NULL PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL, name_en TEXT NOT NULL,
  settings TEXT NOT NULL, created_at BIGINT NOT NULL);

CREATE TABLE login(
  login TEXT NOT NULL PRIMARY KEY, tenant_id BIGINT NOT NULL, person_id UUID NOT NULL);

CREATE TABLE unit(
  tenant_id BIGINT NOT NULL, path TEXT COLLATE "C" NOT NULL, code TEXT NOT NULL, level TEXT NOT NULL,
  name TEXT NOT NULL, name_en TEXT NOT NULL, lat DOUBLE PRECISION, lon DOUBLE PRECISION, created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, path), UNIQUE (tenant_id, code));

CREATE TABLE person(
  tenant_id BIGINT NOT NULL, id UUID NOT NULL, name TEXT NOT NULL, public_name TEXT NOT NULL,
  locale TEXT, created_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, id));

CREATE TABLE post(
  tenant_id BIGINT NOT NULL, person_id UUID NOT NULL, unit_path TEXT COLLATE "C" NOT NULL, role TEXT NOT NULL,
  starts_at BIGINT NOT NULL, ends_at BIGINT,
  PRIMARY KEY (tenant_id, person_id, unit_path, role),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person(tenant_id, id),
  FOREIGN KEY (tenant_id, unit_path) REFERENCES unit(tenant_id, path));

CREATE TABLE password(
  tenant_id BIGINT NOT NULL, person_id UUID NOT NULL, hash TEXT NOT NULL, changed_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, person_id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person(tenant_id, id));

CREATE TABLE session(
  tenant_id BIGINT NOT NULL, digest BYTEA NOT NULL, person_id UUID NOT NULL, created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, digest),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person(tenant_id, id));
CREATE INDEX session_expiry ON session(tenant_id, expires_at);

CREATE TABLE token(
  tenant_id BIGINT NOT NULL, digest BYTEA NOT NULL, person_id UUID NOT NULL, name TEXT NOT NULL, scopes TEXT NOT NULL,
  created_at BIGINT NOT NULL, expires_at BIGINT,
  PRIMARY KEY (tenant_id, digest),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person(tenant_id, id));

CREATE TABLE journal_head(
  tenant_id BIGINT NOT NULL PRIMARY KEY, size BIGINT NOT NULL, frontier BYTEA NOT NULL, events BIGINT NOT NULL);

CREATE TABLE journal(
  tenant_id BIGINT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
  subject_kind TEXT NOT NULL, subject_id UUID NOT NULL, payload TEXT NOT NULL, digest BYTEA, leaf BYTEA NOT NULL,
  PRIMARY KEY (tenant_id, seq));
CREATE INDEX journal_subject ON journal(tenant_id, subject_kind, subject_id, seq);

-- The salts of personal digests, apart from the journal so that erasing one leaves the tree whole.
CREATE TABLE journal_salt(
  tenant_id BIGINT NOT NULL, seq BIGINT NOT NULL, salt BYTEA NOT NULL, PRIMARY KEY (tenant_id, seq));

CREATE TABLE event(
  tenant_id BIGINT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL, topic TEXT NOT NULL,
  subject_kind TEXT NOT NULL, subject_id UUID NOT NULL, payload TEXT NOT NULL,
  PRIMARY KEY (tenant_id, seq));

CREATE TABLE job(
  tenant_id BIGINT NOT NULL, id UUID NOT NULL, kind TEXT NOT NULL, payload TEXT NOT NULL, run_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL, state TEXT NOT NULL, claim UUID, error TEXT,
  PRIMARY KEY (tenant_id, id));
CREATE INDEX job_due ON job(tenant_id, run_at) WHERE state = 'waiting';

CREATE TABLE measure_total(
  tenant_id BIGINT NOT NULL, measure TEXT NOT NULL, unit_path TEXT COLLATE "C" NOT NULL, day BIGINT NOT NULL, value BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, measure, unit_path, day));

CREATE TABLE idempotency(
  tenant_id BIGINT NOT NULL, caller TEXT NOT NULL, key TEXT NOT NULL, digest BYTEA NOT NULL, answer TEXT NOT NULL,
  at BIGINT NOT NULL, PRIMARY KEY (tenant_id, caller, key));
CREATE INDEX idempotency_age ON idempotency(tenant_id, at);

CREATE TABLE counter(
  tenant_id BIGINT NOT NULL, name TEXT NOT NULL, value BIGINT NOT NULL, PRIMARY KEY (tenant_id, name));

CREATE TABLE search_gram(
  tenant_id BIGINT NOT NULL, kind TEXT NOT NULL, gram TEXT COLLATE "C" NOT NULL, subject_id UUID NOT NULL,
  PRIMARY KEY (tenant_id, kind, gram, subject_id));
