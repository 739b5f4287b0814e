-- The tree of the programme (一三五: lines, leads, focuses and what they do), and the aims that hang on it.

CREATE TABLE board_node(
  tenant_id INTEGER NOT NULL, code TEXT NOT NULL, parent TEXT, position INTEGER NOT NULL, name TEXT NOT NULL,
  name_en TEXT NOT NULL, text TEXT NOT NULL, text_en TEXT NOT NULL, PRIMARY KEY (tenant_id, code)) STRICT, WITHOUT ROWID;

CREATE TABLE board_target(
  tenant_id INTEGER NOT NULL, code TEXT NOT NULL, node TEXT NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL,
  name_en TEXT NOT NULL, target INTEGER NOT NULL, unit TEXT NOT NULL, unit_en TEXT NOT NULL, measure TEXT,
  PRIMARY KEY (tenant_id, code),
  FOREIGN KEY (tenant_id, node) REFERENCES board_node(tenant_id, code)) STRICT, WITHOUT ROWID;
