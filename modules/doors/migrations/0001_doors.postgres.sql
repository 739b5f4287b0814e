-- How people show who they are, besides a password: the kernel keeps logins, passwords, sessions and tokens.

-- Good once and for a short time: a second step, a challenge, a visit to an organisation, a link to a new password.
CREATE TABLE doors_ticket(
  tenant_id BIGINT NOT NULL, digest BYTEA NOT NULL, kind TEXT NOT NULL, person_id UUID, state BYTEA NOT NULL,
  expires_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, digest));
CREATE INDEX doors_ticket_expiry ON doors_ticket(tenant_id, expires_at);
CREATE INDEX doors_ticket_person ON doors_ticket(tenant_id, person_id, kind);

-- An app that shows codes. The last step that was used is kept, so that no code works twice.
CREATE TABLE doors_app(
  tenant_id BIGINT NOT NULL, person_id UUID NOT NULL, secret BYTEA NOT NULL, last_step BIGINT NOT NULL,
  created_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, person_id));

CREATE TABLE doors_recovery_code(
  tenant_id BIGINT NOT NULL, person_id UUID NOT NULL, digest BYTEA NOT NULL,
  PRIMARY KEY (tenant_id, person_id, digest));

CREATE TABLE doors_passkey(
  tenant_id BIGINT NOT NULL, credential BYTEA NOT NULL, id UUID NOT NULL, person_id UUID NOT NULL, name TEXT NOT NULL,
  public_key BYTEA NOT NULL, state BYTEA NOT NULL, created_at BIGINT NOT NULL, used_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, credential));
CREATE INDEX doors_passkey_person ON doors_passkey(tenant_id, person_id);

-- A number is found by its blind index and read only where it is shown to its owner.
CREATE TABLE doors_phone(
  tenant_id BIGINT NOT NULL, number BYTEA NOT NULL, person_id UUID NOT NULL, sealed BYTEA NOT NULL,
  confirmed_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, number));
CREATE INDEX doors_phone_person ON doors_phone(tenant_id, person_id);

-- The one code that a number may have now, and how many went there today.
CREATE TABLE doors_phone_code(
  tenant_id BIGINT NOT NULL, number BYTEA NOT NULL, digest BYTEA NOT NULL, tries BIGINT NOT NULL, sent_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL, day BIGINT NOT NULL, sent BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, number));

-- Who an organisation says somebody is.
CREATE TABLE doors_link(
  tenant_id BIGINT NOT NULL, issuer TEXT NOT NULL, subject TEXT NOT NULL, person_id UUID NOT NULL, linked_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, issuer, subject));
CREATE INDEX doors_link_person ON doors_link(tenant_id, person_id);

-- The address of a person that was shown to be theirs; another one than the contact's counts for nothing.
CREATE TABLE doors_mail(
  tenant_id BIGINT NOT NULL, person_id UUID NOT NULL, address BYTEA NOT NULL, confirmed_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, person_id));
