-- Filters of the list that were given a name: ground. The filter is JSON, nothing is sorted or looked up by what it says.
CREATE TABLE saved_view (name TEXT PRIMARY KEY, filter TEXT NOT NULL) WITHOUT ROWID;
