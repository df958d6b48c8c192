-- Which characters the title and the texts of a notice hold, alone and in twos and threes (store/sieve.rs). Derived; NULL
-- means any.
ALTER TABLE notice ADD COLUMN sieve BLOB;
-- What decides whether an urgent notice still stands first is in the index: thousands of old ones are passed without a look
-- at their rows.
DROP INDEX notice_urgent;
CREATE INDEX notice_urgent ON notice (class, sort_at, id, last_seen, raised_at) WHERE attached = 0 AND urgent = 1;
