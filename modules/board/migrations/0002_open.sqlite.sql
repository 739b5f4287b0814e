-- What was published of a month: made once, a month after it ended, and never again, so that nobody can subtract one day's
-- figures from another's. A null is a figure of too few people.

CREATE TABLE board_open(
  tenant_id INTEGER NOT NULL, month INTEGER NOT NULL, figures TEXT NOT NULL CHECK (json_valid(figures)), made_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, month)) STRICT, WITHOUT ROWID;
