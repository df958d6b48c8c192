-- What was seen in a group: the register counts it for every group. Derived.
CREATE INDEX copy_group ON copy (work_group, notice);
