-- Work that takes longer than a page may: what somebody asked for, how far it is and what came of it. Its bytes lie in the folder
-- of files, not here. `claim` is the run that has it; when its lease is over, the server that ran it is gone.

CREATE TABLE chore(
  tenant_id BIGINT NOT NULL, id UUID NOT NULL, person_id UUID NOT NULL, kind TEXT NOT NULL, asked TEXT NOT NULL,
  locale TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
  done BIGINT NOT NULL, total BIGINT, told TEXT NOT NULL, result TEXT NOT NULL, attempts BIGINT NOT NULL, claim UUID,
  lease_until BIGINT NOT NULL, made_at BIGINT NOT NULL, ended_at BIGINT,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person(tenant_id, id));
CREATE INDEX chore_person ON chore(tenant_id, person_id, id);
CREATE INDEX chore_open ON chore(tenant_id, state, id) WHERE ended_at IS NULL;
