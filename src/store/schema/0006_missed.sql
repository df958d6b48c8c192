-- How many times a recurring duty came round before the time that is shown, and was not settled.
ALTER TABLE duty ADD COLUMN missed INTEGER NOT NULL DEFAULT 0;
