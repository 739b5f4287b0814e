-- Notices: what somebody should know, once each; those that leave the house (mail) wait here until they are gone. The
-- words are in the locale files: here are keys, ids and numbers. No address stands here: it is looked up when it is needed.

CREATE TABLE notice(
  tenant_id INTEGER NOT NULL, id BLOB NOT NULL, channel TEXT NOT NULL, to_kind TEXT NOT NULL, to_id BLOB NOT NULL,
  cause BLOB NOT NULL, subject_kind TEXT NOT NULL, subject_id BLOB NOT NULL, key TEXT NOT NULL,
  args TEXT NOT NULL CHECK (json_valid(args)), link TEXT NOT NULL, link_of BLOB, urgent INTEGER NOT NULL,
  at_work INTEGER NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, created_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL, sent_at INTEGER, read_at INTEGER, error TEXT,
  PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, cause, to_id, channel)) STRICT, WITHOUT ROWID;
CREATE INDEX notice_due ON notice(tenant_id, due_at) WHERE state = 'waiting';
CREATE INDEX notice_unread ON notice(tenant_id, to_id) WHERE channel = 'app' AND state = 'sent';
CREATE INDEX notice_of ON notice(tenant_id, to_id, id) WHERE channel = 'app';
CREATE INDEX notice_outbox ON notice(tenant_id, state, id) WHERE channel <> 'app';
CREATE INDEX notice_age ON notice(tenant_id, created_at);

-- How a person wants to be told outside the house. No row: not at all.
CREATE TABLE person_contact(
  tenant_id INTEGER NOT NULL, person_id BLOB NOT NULL, email TEXT NOT NULL, notices_by_mail INTEGER NOT NULL,
  updated_at INTEGER NOT NULL, PRIMARY KEY (tenant_id, person_id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person(tenant_id, id)) STRICT, WITHOUT ROWID;
