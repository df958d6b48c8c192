-- The links a person set: a few among a hundred thousand, asked for at the end of every import.
CREATE INDEX link_by_user ON link (target) WHERE by_user = 1;
