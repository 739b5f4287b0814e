-- Sealed with the keys that can be changed, found by blind indexes. What was sealed with the installation's secret is not carried over
-- (see the decision record on it): a code or a number is set up again, a link by its person.

DROP TABLE doors_ticket;
CREATE TABLE doors_ticket(
  tenant_id BIGINT NOT NULL, digest BYTEA NOT NULL, id UUID NOT NULL, kind TEXT NOT NULL, person_id UUID, state TEXT NOT NULL,
  expires_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, digest));
CREATE INDEX doors_ticket_expiry ON doors_ticket(tenant_id, expires_at);
CREATE INDEX doors_ticket_person ON doors_ticket(tenant_id, person_id, kind);

DROP TABLE doors_app;
CREATE TABLE doors_app(
  tenant_id BIGINT NOT NULL, person_id UUID NOT NULL, secret TEXT NOT NULL, last_step BIGINT NOT NULL,
  created_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, person_id));

-- A number is found by its blind index and read only where it is shown to its owner.
DROP TABLE doors_phone;
CREATE TABLE doors_phone(
  tenant_id BIGINT NOT NULL, person_id UUID NOT NULL, number BYTEA NOT NULL, sealed TEXT NOT NULL,
  confirmed_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, person_id));
CREATE UNIQUE INDEX doors_phone_number ON doors_phone(tenant_id, number);

DELETE FROM doors_phone_code;

-- Who an organisation says somebody is; what it calls them is looked up alone, so its blind index is enough.
DROP TABLE doors_link;
CREATE TABLE doors_link(
  tenant_id BIGINT NOT NULL, issuer TEXT NOT NULL, subject BYTEA NOT NULL, person_id UUID NOT NULL, linked_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, issuer, subject));
CREATE INDEX doors_link_person ON doors_link(tenant_id, person_id);

DELETE FROM doors_mail;
