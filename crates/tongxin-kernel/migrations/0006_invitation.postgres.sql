-- A link by which somebody chooses the password of their login: one a person, its digest alone, gone when it was used.

CREATE TABLE invitation(
  tenant_id BIGINT NOT NULL, person_id UUID NOT NULL, digest BYTEA NOT NULL, created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, person_id), UNIQUE (tenant_id, digest),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person(tenant_id, id));
