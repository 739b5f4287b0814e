-- How people show who they are, besides a password: the kernel keeps logins, passwords, sessions and tokens.

-- Good once and for a short time: a second step, a challenge, a visit to an organisation, a link to a new password.
CREATE TABLE doors_ticket(
  tenant_id INTEGER NOT NULL, digest BLOB NOT NULL, kind TEXT NOT NULL, person_id BLOB, state BLOB NOT NULL,
  expires_at INTEGER NOT NULL, PRIMARY KEY (tenant_id, digest)) STRICT, WITHOUT ROWID;
CREATE INDEX doors_ticket_expiry ON doors_ticket(tenant_id, expires_at);
CREATE INDEX doors_ticket_person ON doors_ticket(tenant_id, person_id, kind);

-- An app that shows codes. The last step that was used is kept, so that no code works twice.
CREATE TABLE doors_app(
  tenant_id INTEGER NOT NULL, person_id BLOB NOT NULL, secret BLOB NOT NULL, last_step INTEGER NOT NULL,
  created_at INTEGER NOT NULL, PRIMARY KEY (tenant_id, person_id)) STRICT, WITHOUT ROWID;

CREATE TABLE doors_recovery_code(
  tenant_id INTEGER NOT NULL, person_id BLOB NOT NULL, digest BLOB NOT NULL,
  PRIMARY KEY (tenant_id, person_id, digest)) STRICT, WITHOUT ROWID;

CREATE TABLE doors_passkey(
  tenant_id INTEGER NOT NULL, credential BLOB NOT NULL, id BLOB NOT NULL, person_id BLOB NOT NULL, name TEXT NOT NULL,
  public_key BLOB NOT NULL, state BLOB NOT NULL, created_at INTEGER NOT NULL, used_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, credential)) STRICT, WITHOUT ROWID;
CREATE INDEX doors_passkey_person ON doors_passkey(tenant_id, person_id);

-- A number is found by its blind index and read only where it is shown to its owner.
CREATE TABLE doors_phone(
  tenant_id INTEGER NOT NULL, number BLOB NOT NULL, person_id BLOB NOT NULL, sealed BLOB NOT NULL,
  confirmed_at INTEGER NOT NULL, PRIMARY KEY (tenant_id, number)) STRICT, WITHOUT ROWID;
CREATE INDEX doors_phone_person ON doors_phone(tenant_id, person_id);

-- The one code that a number may have now, and how many went there today.
CREATE TABLE doors_phone_code(
  tenant_id INTEGER NOT NULL, number BLOB NOT NULL, digest BLOB NOT NULL, tries INTEGER NOT NULL, sent_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL, day INTEGER NOT NULL, sent INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, number)) STRICT, WITHOUT ROWID;

-- Who an organisation says somebody is.
CREATE TABLE doors_link(
  tenant_id INTEGER NOT NULL, issuer TEXT NOT NULL, subject TEXT NOT NULL, person_id BLOB NOT NULL, linked_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, issuer, subject)) STRICT, WITHOUT ROWID;
CREATE INDEX doors_link_person ON doors_link(tenant_id, person_id);

-- The address of a person that was shown to be theirs; another one than the contact's counts for nothing.
CREATE TABLE doors_mail(
  tenant_id INTEGER NOT NULL, person_id BLOB NOT NULL, address BLOB NOT NULL, confirmed_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, person_id)) STRICT, WITHOUT ROWID;
