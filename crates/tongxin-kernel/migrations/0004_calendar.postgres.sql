-- Days that a tenant keeps otherwise than the table of public holidays that is shipped: yyyymmdd, off (0) or worked (1).

CREATE TABLE calendar_day(
  tenant_id BIGINT NOT NULL, day BIGINT NOT NULL, working BIGINT NOT NULL CHECK (working IN (0, 1)), name TEXT NOT NULL,
  PRIMARY KEY (tenant_id, day));
