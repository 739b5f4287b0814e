-- One rating by each rater of each completion of a thing.

CREATE TABLE ratings_rating(
  tenant_id INTEGER NOT NULL, subject_kind TEXT NOT NULL, subject_id BLOB NOT NULL, round INTEGER NOT NULL,
  rater TEXT NOT NULL, unit_path TEXT NOT NULL, handler_id BLOB, done_at INTEGER NOT NULL, solved TEXT NOT NULL,
  satisfied INTEGER NOT NULL, reasons TEXT NOT NULL, counts INTEGER NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, subject_kind, subject_id, round, rater)) STRICT, WITHOUT ROWID;
