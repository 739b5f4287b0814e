-- The tree of the programme (一三五: lines, leads, focuses and what they do), and the aims that hang on it.

CREATE TABLE board_node(
  tenant_id BIGINT NOT NULL, code TEXT COLLATE "C" NOT NULL, parent TEXT, position BIGINT NOT NULL, name TEXT NOT NULL,
  name_en TEXT NOT NULL, text TEXT NOT NULL, text_en TEXT NOT NULL, PRIMARY KEY (tenant_id, code));

CREATE TABLE board_target(
  tenant_id BIGINT NOT NULL, code TEXT COLLATE "C" NOT NULL, node TEXT COLLATE "C" NOT NULL, position BIGINT NOT NULL, name TEXT NOT NULL,
  name_en TEXT NOT NULL, target BIGINT NOT NULL, unit TEXT NOT NULL, unit_en TEXT NOT NULL, measure TEXT,
  PRIMARY KEY (tenant_id, code),
  FOREIGN KEY (tenant_id, node) REFERENCES board_node(tenant_id, code));
