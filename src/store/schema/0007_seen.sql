-- What was seen in a group: the register counts it for every group. Derived.
CREATE INDEX copy_group ON copy (work_group, notice);

-- All that a digest must know of a notice to tell whether it concerns a day: the rows themselves are not read.
CREATE INDEX notice_glance ON notice (id, state, manual_due, due_at, event_at, first_seen, last_seen) WHERE attached = 0;
