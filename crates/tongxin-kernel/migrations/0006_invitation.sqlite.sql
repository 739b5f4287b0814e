-- A link by which somebody chooses the password of their login: one a person, its digest alone, gone when it was used.

CREATE TABLE invitation(
  tenant_id INTEGER NOT NULL, person_id BLOB NOT NULL, digest BLOB NOT NULL, created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, person_id), UNIQUE (tenant_id, digest),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person(tenant_id, id)) STRICT, WITHOUT ROWID;
