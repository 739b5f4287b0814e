-- Histories from elsewhere may know only whether a matter was solved, or only how satisfied somebody was.

ALTER TABLE ratings_rating ALTER COLUMN solved DROP NOT NULL;
ALTER TABLE ratings_rating ALTER COLUMN satisfied DROP NOT NULL;
