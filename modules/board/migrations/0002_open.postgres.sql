-- What was published of a month: made once, a month after it ended, and never again, so that nobody can subtract one day's
-- figures from another's. A null is a figure of too few people.

CREATE TABLE board_open(
  tenant_id BIGINT NOT NULL, month BIGINT NOT NULL, figures TEXT NOT NULL, made_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, month));
