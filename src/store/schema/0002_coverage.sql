-- How far exports reach, which groups are declared, which exports failed, and what each file gave: ground.

-- Up to when an export reaches where it says so itself: a quiet group is quiet up to there.
ALTER TABLE source_file ADD COLUMN covers INTEGER;

-- A copy of config.toml's [[group]], so that the register knows them wherever it is asked.
CREATE TABLE declared_group (
    name TEXT PRIMARY KEY,
    platform TEXT,
    retired INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- Exports of which nothing could be read. The name is the group's as far as the file's name tells.
CREATE TABLE failed_export (
    path TEXT PRIMARY KEY,
    name TEXT,
    at INTEGER NOT NULL,
    reason TEXT NOT NULL
) WITHOUT ROWID;

-- A message as it was before a file made it fuller: what taking back the file puts back.
CREATE TABLE enrichment (
    id INTEGER PRIMARY KEY,
    message INTEGER NOT NULL REFERENCES message(id) ON UPDATE CASCADE ON DELETE CASCADE,
    source INTEGER NOT NULL REFERENCES source_file(id) ON DELETE CASCADE,
    before TEXT NOT NULL
);
CREATE INDEX enrichment_source ON enrichment (source);
CREATE INDEX enrichment_message ON enrichment (message);

-- Foreign keys are followed from both ends.
CREATE INDEX message_source_source ON message_source (source);
CREATE INDEX source_group_source ON source_group (source);

-- Groups joined by the user's word: how to take them apart again.
CREATE TABLE group_join (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kept TEXT NOT NULL,
    gone TEXT NOT NULL,
    record TEXT NOT NULL,
    undone_at INTEGER
);

-- The user's word on which group an export belongs to: `id:…` of a room, `platform/name`, `*/name`.
CREATE TABLE group_route (
    route TEXT PRIMARY KEY,
    work_group INTEGER NOT NULL REFERENCES work_group(id) ON DELETE CASCADE
) WITHOUT ROWID;
