-- Ground: what a person decided about the rows of a notice's checklist. Hangs, like all decisions, on the key of a
-- message in the notice; `slot` says which row, `occurrence` which time of a recurring one (0: the only one).

CREATE TABLE duty_decision (
    anchor TEXT NOT NULL,
    slot TEXT NOT NULL,
    occurrence INTEGER NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (anchor, slot, occurrence)
) WITHOUT ROWID;

-- A deadline, a remark and whose 本群 is meant hold for every occurrence.
CREATE TABLE duty_setting (
    anchor TEXT NOT NULL,
    slot TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (anchor, slot)
) WITHOUT ROWID;

-- 凭据: a file is named, never held.
CREATE TABLE evidence (
    anchor TEXT NOT NULL,
    slot TEXT NOT NULL,
    occurrence INTEGER NOT NULL,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    added_at INTEGER NOT NULL,
    PRIMARY KEY (anchor, slot, occurrence, path)
) WITHOUT ROWID;

-- A list of targets (20 premises, 12 households) stays for all occurrences; its ticks do not.
CREATE TABLE duty_target (
    anchor TEXT NOT NULL,
    slot TEXT NOT NULL,
    name TEXT NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (anchor, slot, name)
) WITHOUT ROWID;

CREATE TABLE target_tick (
    anchor TEXT NOT NULL,
    slot TEXT NOT NULL,
    occurrence INTEGER NOT NULL,
    name TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (anchor, slot, occurrence, name)
) WITHOUT ROWID;

-- Replies that are not answers to the notice they follow.
CREATE TABLE untied (
    message TEXT PRIMARY KEY,
    at INTEGER NOT NULL
) WITHOUT ROWID;

-- Derived: the rows themselves.

CREATE TABLE duty (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    notice INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    slot TEXT NOT NULL,
    kind TEXT NOT NULL,
    destination TEXT NOT NULL,
    assumed INTEGER NOT NULL,
    work_group INTEGER,
    what TEXT NOT NULL,
    asker TEXT NOT NULL,
    planned TEXT,
    follows INTEGER NOT NULL,
    recurs TEXT,
    forward INTEGER NOT NULL,
    -- From the decisions. Class: 0 open, 1 done, 2 waived.
    class INTEGER NOT NULL DEFAULT 0,
    occurrence INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER,
    due TEXT,
    ask INTEGER NOT NULL DEFAULT 0,
    reopened INTEGER NOT NULL DEFAULT 0,
    reason TEXT,
    done_at INTEGER,
    typed_at INTEGER,
    note TEXT,
    -- When the next occurrence of a settled one opens.
    returns_at INTEGER,
    -- 0 with a deadline, 1 without; and the moment that orders the lists.
    undated INTEGER NOT NULL DEFAULT 0,
    sort_at INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX duty_list ON duty (class, undated, sort_at, id);
CREATE INDEX duty_notice ON duty (notice, rank);
CREATE INDEX duty_returns ON duty (returns_at) WHERE returns_at IS NOT NULL;
