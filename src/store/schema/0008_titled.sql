-- Whether a title is words of the notice or was made up for what has none, and of what. Derived: until it is computed again
-- every title of an older database counts as words.
ALTER TABLE notice ADD COLUMN titled TEXT NOT NULL DEFAULT 'words';
