-- What a measure adds up to over all days: the board reads a row a unit, not a row a unit and day.

CREATE TABLE measure_ever(
  tenant_id INTEGER NOT NULL, measure TEXT NOT NULL, unit_path TEXT NOT NULL, value INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, measure, unit_path)) STRICT, WITHOUT ROWID;

INSERT INTO measure_ever(tenant_id, measure, unit_path, value)
  SELECT tenant_id, measure, unit_path, SUM(value) FROM measure_total GROUP BY tenant_id, measure, unit_path;
