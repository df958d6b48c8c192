-- Until when posts can join a notice: what an import puts back before it goes on. Derived.
ALTER TABLE notice ADD COLUMN until INTEGER NOT NULL DEFAULT 0;

-- The search index is filled in big portions: fewer and larger segments are merged less often.
INSERT INTO search (search, rank) VALUES ('automerge', 8);
INSERT INTO search (search, rank) VALUES ('hashsize', 4194304);
