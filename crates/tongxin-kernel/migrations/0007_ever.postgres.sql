-- What a measure adds up to over all days: the board reads a row a unit, not a row a unit and day.

CREATE TABLE measure_ever(
  tenant_id BIGINT NOT NULL, measure TEXT NOT NULL, unit_path TEXT COLLATE "C" NOT NULL, value BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, measure, unit_path));

INSERT INTO measure_ever(tenant_id, measure, unit_path, value)
  SELECT tenant_id, measure, unit_path, CAST(SUM(value) AS BIGINT) FROM measure_total
  GROUP BY tenant_id, measure, unit_path;
