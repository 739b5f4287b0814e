-- When a worker is on duty, what they can do and where they set out from, as they say themselves; and when they are away.
-- Where a worker has no row: the tenant's working hours, no skills, the point of their unit.

CREATE TABLE requests_duty(
  tenant_id BIGINT NOT NULL, person_id UUID NOT NULL, hours TEXT, skills TEXT NOT NULL, lat DOUBLE PRECISION,
  lon DOUBLE PRECISION, updated_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, person_id),
  CHECK ((lat IS NULL) = (lon IS NULL)));

CREATE TABLE requests_leave(
  tenant_id BIGINT NOT NULL, id UUID NOT NULL, person_id UUID NOT NULL, from_at BIGINT NOT NULL, to_at BIGINT NOT NULL,
  reason TEXT NOT NULL, PRIMARY KEY (tenant_id, id), CHECK (from_at < to_at));
CREATE INDEX requests_leaves_of ON requests_leave(tenant_id, person_id, to_at);
