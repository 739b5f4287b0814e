-- Places where people are served, from the subdistrict's institute down to the corner in a stairwell.

CREATE TABLE sites_site(
  tenant_id INTEGER NOT NULL, id BLOB NOT NULL, code TEXT NOT NULL, level TEXT NOT NULL, unit_path TEXT NOT NULL,
  name TEXT NOT NULL, name_en TEXT NOT NULL, address TEXT NOT NULL, phone TEXT, hours TEXT NOT NULL,
  services TEXT NOT NULL, lat REAL, lon REAL, state TEXT NOT NULL, version INTEGER NOT NULL,
  created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, code),
  FOREIGN KEY (tenant_id, unit_path) REFERENCES unit(tenant_id, path)) STRICT, WITHOUT ROWID;
-- Lists go by the tree, a page at a time.
CREATE INDEX sites_site_place ON sites_site(tenant_id, unit_path, code);
