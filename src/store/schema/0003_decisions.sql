-- What merging, splitting and linking leave behind, and why a step was taken.

CREATE INDEX pin_b ON pin (b);

-- Contents that lead their notice because a person said so.
CREATE TABLE lead_pin (node TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;

-- A link between two messages that was set (linked = 1) or refused.
CREATE TABLE link_decision (
    a TEXT NOT NULL,
    b TEXT NOT NULL,
    kind TEXT NOT NULL,
    linked INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (a, b, kind)
) WITHOUT ROWID;

ALTER TABLE due_decision ADD COLUMN reason TEXT;
ALTER TABLE undo ADD COLUMN reason TEXT;

-- The messages on which a step hangs, so that a notice can show its own log.
CREATE TABLE undo_anchor (
    anchor TEXT NOT NULL,
    undo INTEGER NOT NULL REFERENCES undo(id) ON DELETE CASCADE,
    PRIMARY KEY (anchor, undo)
) WITHOUT ROWID;

-- Ids that notices get back when a step is undone; used up by the next run.
CREATE TABLE id_hint (anchor TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
