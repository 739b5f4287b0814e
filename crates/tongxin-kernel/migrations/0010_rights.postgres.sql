-- Posts that are held for somebody else; people who left or were erased; acts that wait for a second person; who looked at whose
-- data; what people agreed to.

ALTER TABLE tenant ADD COLUMN house_rules TEXT NOT NULL DEFAULT '';
ALTER TABLE post ADD COLUMN stands_in_for UUID;
CREATE INDEX post_stand_ins ON post(tenant_id, stands_in_for) WHERE stands_in_for IS NOT NULL;
CREATE INDEX post_ends ON post(tenant_id, ends_at) WHERE ends_at IS NOT NULL;
ALTER TABLE person ADD COLUMN left_at BIGINT;
CREATE INDEX person_left ON person(tenant_id, left_at) WHERE left_at IS NOT NULL;

CREATE TABLE approval(
  tenant_id BIGINT NOT NULL, id UUID NOT NULL, act TEXT NOT NULL, subject_kind TEXT NOT NULL, subject_id UUID NOT NULL,
  args TEXT NOT NULL, reason TEXT NOT NULL, asked_by UUID, asked_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL, state TEXT NOT NULL, decided_by UUID, decided_at BIGINT, answer TEXT,
  PRIMARY KEY (tenant_id, id));
CREATE INDEX approval_waiting ON approval(tenant_id, id) WHERE state = 'waiting';

CREATE TABLE look(
  tenant_id BIGINT NOT NULL, subject_kind TEXT NOT NULL, subject_id UUID NOT NULL, id UUID NOT NULL, at BIGINT NOT NULL,
  viewer_id UUID, role TEXT NOT NULL, purpose TEXT NOT NULL,
  PRIMARY KEY (tenant_id, subject_kind, subject_id, id));
CREATE INDEX look_by ON look(tenant_id, viewer_id, at);
CREATE INDEX look_age ON look(tenant_id, at);

CREATE TABLE consent(
  tenant_id BIGINT NOT NULL, person_id UUID NOT NULL, purpose TEXT NOT NULL, given_at BIGINT NOT NULL, withdrawn_at BIGINT,
  PRIMARY KEY (tenant_id, person_id, purpose),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person(tenant_id, id));
