-- Ground: what came in and what a person decided. Changed by migrations only.

CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;

CREATE TABLE source_file (
    id INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL,
    size INTEGER NOT NULL,
    format TEXT,
    encoding TEXT,
    status TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    messages INTEGER NOT NULL DEFAULT 0,
    new INTEGER NOT NULL DEFAULT 0,
    known INTEGER NOT NULL DEFAULT 0,
    enriched INTEGER NOT NULL DEFAULT 0,
    first INTEGER,
    last INTEGER
);

CREATE TABLE issue (
    source INTEGER NOT NULL REFERENCES source_file(id) ON DELETE CASCADE,
    line INTEGER,
    reason TEXT NOT NULL
);
CREATE INDEX issue_source ON issue (source);

CREATE TABLE work_group (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    platform TEXT,
    native_id TEXT,
    name TEXT NOT NULL,
    name_at INTEGER NOT NULL DEFAULT 0,
    private_chat INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE group_alias (
    work_group INTEGER NOT NULL REFERENCES work_group(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    PRIMARY KEY (work_group, name)
) WITHOUT ROWID;

-- The id is the second of sending times 65,536 plus a number within it: rows lie in order of time, and lists page by it.
CREATE TABLE message (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    work_group INTEGER NOT NULL REFERENCES work_group(id),
    minute INTEGER NOT NULL,
    sent_at INTEGER NOT NULL,
    precision TEXT NOT NULL,
    sender TEXT NOT NULL,
    sender_id TEXT,
    is_self INTEGER,
    kind TEXT NOT NULL,
    raw_kind TEXT,
    text TEXT NOT NULL,
    body_hash INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    seq INTEGER,
    native_id TEXT,
    completeness TEXT NOT NULL,
    recalled INTEGER NOT NULL DEFAULT 0,
    attachments TEXT,
    quoted TEXT,
    items TEXT
);
CREATE INDEX message_minute ON message (work_group, minute);
CREATE INDEX message_native ON message (native_id, work_group) WHERE native_id IS NOT NULL;
CREATE INDEX message_undated ON message (work_group) WHERE precision IN ('day', 'none');

CREATE TABLE message_source (
    message INTEGER NOT NULL REFERENCES message(id) ON UPDATE CASCADE ON DELETE CASCADE,
    source INTEGER NOT NULL REFERENCES source_file(id) ON DELETE CASCADE,
    line INTEGER NOT NULL,
    PRIMARY KEY (message, source)
) WITHOUT ROWID;

CREATE TABLE source_group (
    source INTEGER NOT NULL REFERENCES source_file(id) ON DELETE CASCADE,
    work_group INTEGER NOT NULL REFERENCES work_group(id),
    PRIMARY KEY (work_group, source)
) WITHOUT ROWID;

-- What a person said of a notice hangs on the key of a message in it.
CREATE TABLE state_decision (
    anchor TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    until INTEGER,
    note TEXT,
    at INTEGER NOT NULL,
    facts_seen INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE due_decision (
    anchor TEXT PRIMARY KEY,
    due_at INTEGER NOT NULL,
    at INTEGER NOT NULL
) WITHOUT ROWID;

-- Own names; an empty group means all.
CREATE TABLE own_name (
    work_group TEXT NOT NULL DEFAULT '',
    name TEXT NOT NULL,
    PRIMARY KEY (work_group, name)
) WITHOUT ROWID;

CREATE TABLE pin (
    a TEXT NOT NULL,
    b TEXT NOT NULL,
    same INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (a, b)
) WITHOUT ROWID;

CREATE TABLE undo (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    label TEXT NOT NULL,
    forward TEXT NOT NULL,
    backward TEXT NOT NULL,
    undone_at INTEGER
);
CREATE INDEX undo_done ON undo (id) WHERE undone_at IS NULL;

-- Derived: may be dropped and computed again from what stands above.

CREATE TABLE facts (message INTEGER PRIMARY KEY, facts TEXT NOT NULL);

CREATE TABLE placement (message INTEGER PRIMARY KEY, role TEXT NOT NULL, notice INTEGER);
CREATE INDEX placement_notice ON placement (notice, message) WHERE notice IS NOT NULL;

CREATE TABLE notice (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    attached INTEGER NOT NULL,
    title TEXT NOT NULL,
    -- First letters of its pinyin, latin letters and digits as they are, in lower case.
    initials TEXT NOT NULL DEFAULT '',
    urgent INTEGER NOT NULL,
    due_at INTEGER,
    due TEXT,
    event_at INTEGER,
    event TEXT,
    recurs TEXT,
    conflicts TEXT,
    demands TEXT,
    signup TEXT,
    ack_groups TEXT,
    facts_changed_at INTEGER,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    groups INTEGER NOT NULL,
    copies INTEGER NOT NULL,
    lead INTEGER NOT NULL,
    lead_group INTEGER NOT NULL,
    -- From the decisions.
    state TEXT NOT NULL DEFAULT 'unread',
    class INTEGER NOT NULL DEFAULT 0,
    later_until INTEGER,
    reopened INTEGER NOT NULL DEFAULT 0,
    manual_due INTEGER,
    -- When a reminder that names the user's place raised it to the top.
    raised_at INTEGER NOT NULL DEFAULT 0,
    -- 2 a deadline, 1 an event, 0 neither; and the moment that orders the lists.
    dated INTEGER NOT NULL DEFAULT 0,
    sort_at INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX notice_list ON notice (class, dated, sort_at, id) WHERE attached = 0;
CREATE INDEX notice_urgent ON notice (class, sort_at, id) WHERE attached = 0 AND urgent = 1;
CREATE INDEX notice_state ON notice (class, state, later_until) WHERE attached = 0;
CREATE INDEX notice_initials ON notice (initials);
CREATE INDEX notice_seen ON notice (last_seen);

CREATE TABLE copy (
    notice INTEGER NOT NULL,
    message INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    work_group INTEGER NOT NULL,
    similarity REAL NOT NULL,
    reason TEXT NOT NULL,
    due_at INTEGER,
    due_span TEXT,
    PRIMARY KEY (notice, message)
) WITHOUT ROWID;
CREATE INDEX copy_message ON copy (message);

CREATE TABLE link (
    notice INTEGER NOT NULL,
    kind TEXT NOT NULL,
    target INTEGER NOT NULL,
    reason TEXT NOT NULL,
    by_user INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (notice, kind, target)
) WITHOUT ROWID;
CREATE INDEX link_target ON link (target);

CREATE VIRTUAL TABLE search USING fts5(words, content='', contentless_delete=1, detail=none, tokenize='ascii');
