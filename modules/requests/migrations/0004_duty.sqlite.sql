-- When a worker is on duty, what they can do and where they set out from, as they say themselves; and when they are away.
-- Where a worker has no row: the tenant's working hours, no skills, the point of their unit.

CREATE TABLE requests_duty(
  tenant_id INTEGER NOT NULL, person_id BLOB NOT NULL, hours TEXT, skills TEXT NOT NULL, lat REAL, lon REAL,
  updated_at INTEGER NOT NULL, PRIMARY KEY (tenant_id, person_id),
  CHECK ((lat IS NULL) = (lon IS NULL))) STRICT, WITHOUT ROWID;

CREATE TABLE requests_leave(
  tenant_id INTEGER NOT NULL, id BLOB NOT NULL, person_id BLOB NOT NULL, from_at INTEGER NOT NULL, to_at INTEGER NOT NULL,
  reason TEXT NOT NULL, PRIMARY KEY (tenant_id, id), CHECK (from_at < to_at)) STRICT, WITHOUT ROWID;
CREATE INDEX requests_leaves_of ON requests_leave(tenant_id, person_id, to_at);
