-- One rating by each rater of each completion of a thing.

CREATE TABLE ratings_rating(
  tenant_id BIGINT NOT NULL, subject_kind TEXT NOT NULL, subject_id UUID NOT NULL, round BIGINT NOT NULL,
  rater TEXT NOT NULL, unit_path TEXT COLLATE "C" NOT NULL, handler_id UUID, done_at BIGINT NOT NULL, solved TEXT NOT NULL,
  satisfied BIGINT NOT NULL, reasons TEXT NOT NULL, counts BIGINT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, subject_kind, subject_id, round, rater));
