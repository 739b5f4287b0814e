-- Notices: what somebody should know, once each; those that leave the house (mail) wait here until they are gone. The
-- words are in the locale files: here are keys, ids and numbers. No address stands here: it is looked up when it is needed.

CREATE TABLE notice(
  tenant_id BIGINT NOT NULL, id UUID NOT NULL, channel TEXT NOT NULL, to_kind TEXT NOT NULL, to_id UUID NOT NULL,
  cause UUID NOT NULL, subject_kind TEXT NOT NULL, subject_id UUID NOT NULL, key TEXT NOT NULL,
  args TEXT NOT NULL, link TEXT NOT NULL, link_of UUID, urgent BIGINT NOT NULL,
  at_work BIGINT NOT NULL, state TEXT NOT NULL, attempts BIGINT NOT NULL, created_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL, sent_at BIGINT, read_at BIGINT, error TEXT,
  PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, cause, to_id, channel));
CREATE INDEX notice_due ON notice(tenant_id, due_at) WHERE state = 'waiting';
CREATE INDEX notice_unread ON notice(tenant_id, to_id) WHERE channel = 'app' AND state = 'sent';
CREATE INDEX notice_of ON notice(tenant_id, to_id, id) WHERE channel = 'app';
CREATE INDEX notice_outbox ON notice(tenant_id, state, id) WHERE channel <> 'app';
CREATE INDEX notice_age ON notice(tenant_id, created_at);

-- How a person wants to be told outside the house. No row: not at all.
CREATE TABLE person_contact(
  tenant_id BIGINT NOT NULL, person_id UUID NOT NULL, email TEXT NOT NULL, notices_by_mail BIGINT NOT NULL,
  updated_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, person_id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person(tenant_id, id));
