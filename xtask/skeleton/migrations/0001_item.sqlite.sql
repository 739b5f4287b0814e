CREATE TABLE skeleton_item(
  tenant_id INTEGER NOT NULL, id BLOB NOT NULL, unit_path TEXT NOT NULL, title TEXT NOT NULL, created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, unit_path) REFERENCES unit(tenant_id, path)) STRICT, WITHOUT ROWID;
CREATE INDEX skeleton_item_place ON skeleton_item(tenant_id, unit_path, id);
