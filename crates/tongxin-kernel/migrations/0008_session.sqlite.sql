-- What a person wants to know of their own sessions, and what a session may be used for.

ALTER TABLE session ADD COLUMN how TEXT NOT NULL DEFAULT 'password';
ALTER TABLE session ADD COLUMN device TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN scopes TEXT NOT NULL DEFAULT '*';
ALTER TABLE session ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX session_person ON session(tenant_id, person_id);
CREATE INDEX token_person ON token(tenant_id, person_id);
