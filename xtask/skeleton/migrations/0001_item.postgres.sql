CREATE TABLE skeleton_item(
  tenant_id BIGINT NOT NULL, id UUID NOT NULL, unit_path TEXT COLLATE "C" NOT NULL, title TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, unit_path) REFERENCES unit(tenant_id, path));
CREATE INDEX skeleton_item_place ON skeleton_item(tenant_id, unit_path, id);
