-- The ratings of one rater, who may want to see or erase them.

CREATE INDEX ratings_by ON ratings_rating(tenant_id, rater);
