//! Ground rows for `ingest`: known files, groups, messages. One short transaction a call; nothing is computed inside.

use rusqlite::{CachedStatement, Connection, OptionalExtension, Row, params};

use super::{Result, Store};
use crate::message::{Completeness, Kind, Message, MessageKey, Platform, Precision};

/// A work group as the matching needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupEntry {
    /// Row.
    pub id: i64,
    /// The word by which keys of its messages are made. Never changes.
    pub key: String,
    /// The chat service, where known.
    pub platform: Option<Platform>,
    /// The room's id in the service, where known.
    pub native_id: Option<String>,
    /// The newest name.
    pub name: String,
    /// Time of the newest message under that name.
    pub name_at: i64,
    /// A chat between two people.
    pub private_chat: bool,
    /// All names it ever had.
    pub names: Vec<String>,
}

/// A file that was imported before.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceRow {
    /// Row.
    pub id: i64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// Path as shown.
    pub path: String,
    /// Size in bytes.
    pub size: u64,
    /// Format id.
    pub format: Option<String>,
    /// Encoding.
    pub encoding: Option<String>,
    /// `imported`, `partial`, `failed`.
    pub status: String,
    /// Messages read.
    pub messages: u64,
    /// Of these new, known, enriched.
    pub new: u64,
    /// Already there.
    pub known: u64,
    /// Already there, and made fuller.
    pub enriched: u64,
    /// First and last time in it.
    pub first: Option<i64>,
    /// Last time in it.
    pub last: Option<i64>,
    /// Up to when it reaches, where it says so itself.
    pub covers: Option<i64>,
}

/// A stored message as the matching needs it.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `Message`")]
pub struct Known {
    pub id: i64,
    pub minute: i64,
    pub sent_at: i64,
    pub precision: Precision,
    pub sender: String,
    pub sender_id: Option<String>,
    pub is_self: Option<bool>,
    pub kind: Kind,
    pub text: String,
    pub body_hash: u64,
    pub seq: Option<i64>,
    pub native_id: Option<String>,
    pub completeness: Completeness,
    pub recalled: bool,
    /// JSON of the attachments, `None` when there are none.
    pub attachments: Option<String>,
    /// Characters of the quotation and of the forwarded entries as JSON; 0 where there are none.
    pub quoted: i64,
    pub items: i64,
    /// The first and the last file that holds it; of messages with a clock 0, unless all of a group was asked for.
    pub source: i64,
    pub last_source: i64,
}

/// A message on its way into the store.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// The message.
    pub message: Message,
    /// Its key.
    pub key: MessageKey,
    /// How many equal ones of the same minute stand before it.
    pub ordinal: u32,
    /// Hash of its body.
    pub body_hash: u64,
}

impl Incoming {
    /// Prepares a message: what takes time is done here, outside the transaction.
    #[must_use]
    pub fn new(message: Message, group_key: &str, ordinal: u32) -> Self {
        let key = message.key(group_key, ordinal);
        let body_hash = message.body_hash();
        Incoming { message, key, ordinal, body_hash }
    }
}

/// What happens to one entry of an export.
#[derive(Clone, Debug)]
pub enum Write {
    /// A message nobody knew.
    New(Box<Incoming>),
    /// A known message, seen in one more file.
    Seen {
        /// Its row.
        id: i64,
        /// Line in this file.
        line: u32,
    },
    /// A known message of which this file knows more.
    Enrich {
        /// Its row.
        id: i64,
        /// The message as it is now.
        merged: Box<Incoming>,
        /// Whether anything changed that notices depend on.
        matters: bool,
    },
}

/// What became of a [`Write`]: the row of the message now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is in, under this row.
    Row(i64),
    /// Another program had written it first.
    Raced,
}

/// A part of a file's section, written in one transaction.
#[derive(Debug)]
pub struct GroundBatch<'a> {
    /// The file's row.
    pub source: i64,
    /// The group's row.
    pub group: i64,
    /// What to write, in file order.
    pub writes: &'a [Write],
    /// Derived rows from this moment on are no longer right.
    pub stale_from: Option<i64>,
}

const KNOWN: &str = "id, minute, sent_at, precision, sender, sender_id, is_self, kind, text, body_hash, seq, native_id, \
     completeness, recalled, attachments, coalesce(length(quoted), 0), coalesce(length(items), 0)";

/// The first and the last file of a message without a clock, behind [`KNOWN`].
const FILES: &str = "CASE WHEN precision IN ('day', 'none') THEN (SELECT min(source) FROM message_source s WHERE s.message = message.id) END, \
     CASE WHEN precision IN ('day', 'none') THEN (SELECT max(source) FROM message_source s WHERE s.message = message.id) END";

/// The same for every message.
const ALL_FILES: &str = "(SELECT min(source) FROM message_source s WHERE s.message = message.id), \
     (SELECT max(source) FROM message_source s WHERE s.message = message.id)";

impl Store {
    /// All work groups.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn group_entries(&self) -> Result<Vec<GroupEntry>> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, key, platform, native_id, name, name_at, private_chat FROM work_group ORDER BY id",
        )?;
        let mut names =
            self.db.prepare_cached("SELECT name FROM group_alias WHERE work_group = ?1 ORDER BY name")?;
        let mut out = Vec::new();
        let mut rows = statement.query([])?;
        while let Some(r) = rows.next()? {
            let id = r.get(0)?;
            out.push(GroupEntry {
                id,
                key: r.get(1)?,
                platform: r.get::<_, Option<String>>(2)?.and_then(|p| Platform::parse(&p)),
                native_id: r.get(3)?,
                name: r.get(4)?,
                name_at: r.get(5)?,
                private_chat: r.get(6)?,
                names: names.query_map([id], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?,
            });
        }
        Ok(out)
    }

    /// Writes a group: inserts it when its id is 0, else updates what may change. Returns its row.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn save_group(&mut self, group: &GroupEntry) -> Result<i64> {
        let platform = group.platform.map(Platform::as_str);
        self.transact(0, |db| {
            let id = if group.id == 0 {
                db.execute(
                    "INSERT INTO work_group (key, platform, native_id, name, name_at, private_chat) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (key) DO NOTHING",
                    params![
                        group.key,
                        platform,
                        group.native_id,
                        group.name,
                        group.name_at,
                        group.private_chat
                    ],
                )?;
                db.query_row("SELECT id FROM work_group WHERE key = ?1", [&group.key], |r| r.get(0))?
            } else {
                db.execute(
                    "UPDATE work_group SET platform = ?2, native_id = ?3, name = ?4, name_at = ?5 WHERE id = ?1",
                    params![group.id, platform, group.native_id, group.name, group.name_at],
                )?;
                group.id
            };
            for name in &group.names {
                db.execute("INSERT OR IGNORE INTO group_alias VALUES (?1, ?2)", params![id, name])?;
            }
            Ok(id)
        })
    }

    /// How many messages a group has; stops counting at one.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn group_is_empty(&self, group: i64) -> Result<bool> {
        Ok(!self
            .db
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM message WHERE work_group = ?1)")?
            .query_row([group], |r| r.get::<_, bool>(0))?)
    }

    /// The file with this content, if it was imported before.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn source_by_sha(&self, sha256: &str) -> Result<Option<SourceRow>> {
        Ok(self
            .db
            .prepare_cached(
                "SELECT id, sha256, path, size, format, encoding, status, messages, new, known, enriched, first, last, covers \
                 FROM source_file WHERE sha256 = ?1",
            )?
            .query_row([sha256], |r| {
                let count = |n: usize| -> rusqlite::Result<u64> { Ok(r.get::<_, i64>(n)? as u64) };
                Ok(SourceRow {
                    id: r.get(0)?,
                    sha256: r.get(1)?,
                    path: r.get(2)?,
                    size: count(3)?,
                    format: r.get(4)?,
                    encoding: r.get(5)?,
                    status: r.get(6)?,
                    messages: count(7)?,
                    new: count(8)?,
                    known: count(9)?,
                    enriched: count(10)?,
                    first: r.get(11)?,
                    last: r.get(12)?,
                    covers: r.get(13)?,
                })
            })
            .optional()?)
    }

    /// Opens the record of a file that is being read. Until [`Store::close_source`] its status is `reading`, and a
    /// file of that status is read again.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn open_source(&mut self, sha256: &str, path: &str, size: u64, now: i64) -> Result<i64> {
        self.transact(0, |db| {
            db.execute(
                "INSERT INTO source_file (sha256, path, size, status, added_at) VALUES (?1, ?2, ?3, 'reading', ?4) \
                 ON CONFLICT (sha256) DO UPDATE SET status = 'reading', path = excluded.path, \
                 added_at = excluded.added_at",
                params![sha256, path, size as i64, now],
            )?;
            let id = db.query_row("SELECT id FROM source_file WHERE sha256 = ?1", [sha256], |r| r.get(0))?;
            db.execute("DELETE FROM issue WHERE source = ?1", [id])?;
            Ok(id)
        })
    }

    /// Closes the record of a file, with what was not understood in it and the groups it holds.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn close_source(
        &mut self,
        row: &SourceRow,
        issues: &[(Option<u32>, String)],
        groups: &[i64],
    ) -> Result<()> {
        self.transact(0, |db| {
            db.execute(
                "UPDATE source_file SET format = ?2, encoding = ?3, status = ?4, messages = ?5, new = ?6, known = ?7, \
                 enriched = ?8, first = ?9, last = ?10, covers = ?11 WHERE id = ?1",
                params![
                    row.id,
                    row.format,
                    row.encoding,
                    row.status,
                    row.messages as i64,
                    row.new as i64,
                    row.known as i64,
                    row.enriched as i64,
                    row.first,
                    row.last,
                    row.covers
                ],
            )?;
            for (line, reason) in issues {
                db.prepare_cached("INSERT INTO issue VALUES (?1, ?2, ?3)")?
                    .execute(params![row.id, line, reason])?;
            }
            for group in groups {
                db.execute(
                    "INSERT OR IGNORE INTO source_group (work_group, source) VALUES (?1, ?2)",
                    [group, &row.id],
                )?;
            }
            Ok(())
        })
    }

    /// Takes back the record of a file from which nothing was read, so that it is asked about again.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn forget_source(&mut self, id: i64) -> Result<()> {
        self.transact(0, |db| {
            db.execute("DELETE FROM source_file WHERE id = ?1", [id])?;
            Ok(())
        })
    }

    /// The stored messages of a group between two minutes, both included.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn known_between(&self, group: i64, from: i64, to: i64, out: &mut Vec<Known>) -> Result<()> {
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT {KNOWN}, {FILES} FROM message WHERE work_group = ?1 AND minute BETWEEN ?2 AND ?3 ORDER BY minute, id"
        ))?;
        for row in statement.query_map(params![group, from, to], known)? {
            out.push(row?);
        }
        Ok(())
    }

    /// The stored messages of a group that have no clock time; with `all` every message of the group.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn known_undated(&self, group: i64, all: bool, out: &mut Vec<Known>) -> Result<()> {
        let (only, files) = if all { ("", ALL_FILES) } else { ("AND precision IN ('day', 'none')", FILES) };
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT {KNOWN}, {files} FROM message WHERE work_group = ?1 {only} ORDER BY id"
        ))?;
        for row in statement.query_map([group], known)? {
            out.push(row?);
        }
        Ok(())
    }

    /// The stored message of a group with this id of the chat service.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn known_by_native(&self, group: i64, native_id: &str) -> Result<Option<Known>> {
        Ok(self
            .db
            .prepare_cached(&format!(
                "SELECT {KNOWN}, {FILES} FROM message WHERE native_id = ?2 AND work_group = ?1 LIMIT 1"
            ))?
            .query_row(params![group, native_id], known)
            .optional()?)
    }

    /// How many messages of this group, minute, sender and body there are: the next free ordinal.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn key_is_free(&self, key: &MessageKey) -> Result<bool> {
        Ok(!self
            .db
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM message WHERE key = ?1)")?
            .query_row([key.as_str()], |r| r.get::<_, bool>(0))?)
    }

    /// Writes a part of a file. Returns what became of each entry.
    ///
    /// # Errors
    /// What SQLite reports; nothing of the batch is in then.
    pub fn write(&mut self, batch: &GroundBatch<'_>) -> Result<Vec<Fate>> {
        self.transact(batch.writes.len(), |db| write_batch(db, batch))
    }
}

fn write_batch(db: &Connection, batch: &GroundBatch<'_>) -> Result<Vec<Fate>> {
    let mut insert = db.prepare_cached(INSERT)?;
    let mut last_row = db.prepare_cached(LAST_ROW)?;
    let mut seen = db.prepare_cached("INSERT OR IGNORE INTO message_source VALUES (?1, ?2, ?3)")?;
    let mut fates = Vec::with_capacity(batch.writes.len());
    for write in batch.writes {
        let (fate, line) = match write {
            Write::New(incoming) => {
                (insert_row(&mut insert, &mut last_row, batch.group, incoming)?, incoming.message.line)
            }
            Write::Seen { id, line } => (Fate::Row(*id), *line),
            Write::Enrich { id, merged, matters } => {
                super::retract::keep(db, *id, batch.source)?;
                let row = enrich_row(db, *id, merged, *matters)?;
                (Fate::Row(row), merged.message.line)
            }
        };
        if let Fate::Row(id) = fate {
            seen.execute(params![id, batch.source, line])?;
        }
        fates.push(fate);
    }
    if let Some(from) = batch.stale_from {
        mark_stale(db, from)?;
    }
    Ok(fates)
}

/// Remembers that derived rows from a moment on are no longer right, also over a crash.
pub(super) fn mark_stale(db: &Connection, from: i64) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO meta VALUES ('stale_from', ?1) ON CONFLICT (name) DO UPDATE \
         SET value = min(CAST(value AS INTEGER), CAST(excluded.value AS INTEGER))",
    )?
    .execute([from])?;
    Ok(())
}

/// The first row id a message of this second can have.
pub(super) fn first_row(sent_at: i64) -> i64 {
    sent_at.div_euclid(1000).clamp(0, i64::from(u32::MAX) * 8) << 16
}

/// The next free row of the second; a second that is full runs over into the next.
pub(super) fn free_row(tx: &Connection, sent_at: i64) -> Result<i64> {
    next_row(&mut tx.prepare_cached(LAST_ROW)?, sent_at)
}

const LAST_ROW: &str = "SELECT max(id) FROM message WHERE id >= ?1 AND id < ?2";

fn next_row(last_row: &mut CachedStatement<'_>, sent_at: i64) -> Result<i64> {
    let first = first_row(sent_at);
    let last: Option<i64> = last_row.query_row([first, first + (1 << 16)], |r| r.get(0))?;
    match last {
        None => Ok(first),
        Some(last) if last + 1 < first + (1 << 16) => Ok(last + 1),
        Some(_) => next_row(last_row, sent_at.saturating_add(1000)),
    }
}

fn json<T: serde::Serialize>(values: &[T]) -> Result<Option<String>> {
    Ok(if values.is_empty() { None } else { Some(serde_json::to_string(values)?) })
}

const INSERT: &str = "INSERT INTO message (id, key, work_group, minute, sent_at, precision, sender, sender_id, is_self, kind, raw_kind, \
     text, body_hash, ordinal, seq, native_id, completeness, recalled, attachments, quoted, items) VALUES (?1, ?2, ?3, \
     ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21) ON CONFLICT (key) DO NOTHING";

fn insert_row(
    insert: &mut CachedStatement<'_>,
    last_row: &mut CachedStatement<'_>,
    group: i64,
    incoming: &Incoming,
) -> Result<Fate> {
    let m = &incoming.message;
    let id = next_row(last_row, m.sent_at)?;
    let added = insert.execute(params![
        id,
        incoming.key.as_str(),
        group,
        m.sent_at.div_euclid(60_000),
        m.sent_at,
        m.precision.as_str(),
        m.sender,
        m.sender_id,
        m.is_self,
        m.kind.as_str(),
        m.raw_kind,
        m.text,
        incoming.body_hash as i64,
        incoming.ordinal,
        m.seq,
        m.native_id,
        m.completeness.as_str(),
        m.recalled,
        json(&m.attachments)?,
        m.quoted.as_ref().map(serde_json::to_string).transpose()?,
        json(&m.items)?
    ])?;
    Ok(if added == 0 { Fate::Raced } else { Fate::Row(id) })
}

/// A finer time moves the row, so that rows stay in order of time. What hangs on the old row is derived and stale.
/// The words are put into the search index with all that is stale.
pub(super) fn enrich_row(db: &Connection, old: i64, merged: &Incoming, matters: bool) -> Result<i64> {
    let m = &merged.message;
    let moved = first_row(m.sent_at) != first_row((old >> 16) * 1000);
    let id = if moved { free_row(db, m.sent_at)? } else { old };
    db.prepare_cached(
        "UPDATE message SET id = ?2, minute = ?3, sent_at = ?4, precision = ?5, sender = ?6, sender_id = ?7, \
         is_self = ?8, kind = ?9, raw_kind = coalesce(?10, raw_kind), text = ?11, body_hash = ?12, seq = ?13, native_id = ?14, \
         completeness = ?15, recalled = ?16, attachments = ?17, quoted = coalesce(?18, quoted), \
         items = coalesce(?19, items) WHERE id = ?1",
    )?
    .execute(params![
        old,
        id,
        m.sent_at.div_euclid(60_000),
        m.sent_at,
        m.precision.as_str(),
        m.sender,
        m.sender_id,
        m.is_self,
        m.kind.as_str(),
        m.raw_kind,
        m.text,
        merged.body_hash as i64,
        m.seq,
        m.native_id,
        m.completeness.as_str(),
        m.recalled,
        json(&m.attachments)?,
        m.quoted.as_ref().map(serde_json::to_string).transpose()?,
        json(&m.items)?
    ])?;
    if matters || moved {
        db.prepare_cached("DELETE FROM facts WHERE message = ?1")?.execute([old])?;
        db.prepare_cached("DELETE FROM search WHERE rowid = ?1")?.execute([old])?;
    }
    Ok(id)
}

pub(super) fn index(tx: &Connection, id: i64, words: &str) -> Result<()> {
    if !words.is_empty() {
        tx.prepare_cached("INSERT INTO search (rowid, words) VALUES (?1, ?2)")?
            .execute(params![id, words])?;
    }
    Ok(())
}

fn known(r: &Row<'_>) -> rusqlite::Result<Known> {
    Ok(Known {
        id: r.get(0)?,
        minute: r.get(1)?,
        sent_at: r.get(2)?,
        precision: Precision::parse(r.get_ref(3)?.as_str()?).unwrap_or(Precision::None),
        sender: r.get(4)?,
        sender_id: r.get(5)?,
        is_self: r.get(6)?,
        kind: Kind::parse(r.get_ref(7)?.as_str()?).unwrap_or(Kind::Unknown),
        text: r.get(8)?,
        body_hash: r.get::<_, i64>(9)? as u64,
        seq: r.get(10)?,
        native_id: r.get(11)?,
        completeness: Completeness::parse(r.get_ref(12)?.as_str()?).unwrap_or(Completeness::Full),
        recalled: r.get(13)?,
        attachments: r.get(14)?,
        quoted: r.get(15)?,
        items: r.get(16)?,
        source: r.get::<_, Option<i64>>(17)?.unwrap_or(0),
        last_source: r.get::<_, Option<i64>>(18)?.unwrap_or(0),
    })
}
