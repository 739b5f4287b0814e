-- The language a reporter who left an e-mail address reads, so that letters speak it.

ALTER TABLE requests_report ADD COLUMN locale TEXT;
