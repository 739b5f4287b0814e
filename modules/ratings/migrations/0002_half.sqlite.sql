-- Histories from elsewhere may know only whether a matter was solved, or only how satisfied somebody was.

CREATE TABLE ratings_half(
  tenant_id INTEGER NOT NULL, subject_kind TEXT NOT NULL, subject_id BLOB NOT NULL, round INTEGER NOT NULL,
  rater TEXT NOT NULL, unit_path TEXT NOT NULL, handler_id BLOB, done_at INTEGER NOT NULL, solved TEXT,
  satisfied INTEGER, reasons TEXT NOT NULL, counts INTEGER NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, subject_kind, subject_id, round, rater)) STRICT, WITHOUT ROWID;
INSERT INTO ratings_half(tenant_id, subject_kind, subject_id, round, rater, unit_path, handler_id, done_at, solved,
    satisfied, reasons, counts, at)
  SELECT tenant_id, subject_kind, subject_id, round, rater, unit_path, handler_id, done_at, solved, satisfied, reasons,
    counts, at FROM ratings_rating;
DROP TABLE ratings_rating;
ALTER TABLE ratings_half RENAME TO ratings_rating;
