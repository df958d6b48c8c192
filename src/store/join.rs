//! Groups joined by the user's word: the messages of one go over to the other, what both hold becomes one, exports of
//! either name or room go there from now on. Everything is recorded, so that the two can be parted again.

use rusqlite::{OptionalExtension, Transaction, TransactionBehavior, params};
use serde::{Deserialize, Serialize};

use super::decide::group as words;
use super::ground::{enrich_row, free_row, mark_stale};
use super::retract::{remove, restore, state_of};
use super::tables::TABLES;
use super::{GroupEntry, Result, Store, Write};
use crate::message::{GroupRef, Message};
use crate::normalize::fold;
use crate::notice::Moment;

/// A message of the group that goes, with its row.
pub type Held = (i64, Message);

/// What becomes of each message of the group that goes, in the order of [`Store::held`].
#[derive(Debug)]
pub struct Joining<'a> {
    /// The group that stays.
    pub kept: &'a GroupEntry,
    /// The group that goes.
    pub gone: &'a GroupEntry,
    /// Row of a message, and what it is in the other group: new, seen, or making a known one fuller.
    pub writes: &'a [(i64, Write)],
    /// The join it makes again; `None` for a new one.
    pub again: Option<&'a Rejoin>,
}

/// A join that was undone last and can be made again.
#[derive(Clone, Debug)]
pub struct Rejoin {
    /// The group that stays.
    pub kept: GroupEntry,
    /// The group that goes.
    pub gone: GroupEntry,
    /// What the log calls it.
    pub label: String,
    step: i64,
    join: i64,
}

/// A join that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JoinRow {
    /// Its number.
    pub id: i64,
    /// When.
    pub at: Moment,
    /// The group that stayed.
    pub kept: String,
    /// The group that went.
    pub gone: String,
    /// When the two were parted again.
    pub undone_at: Option<Moment>,
}

#[derive(Default, Serialize, Deserialize)]
struct Record {
    /// Key, platform, native id, name, name_at, private chat of the group that went.
    group: (String, Option<String>, Option<String>, String, i64, bool),
    aliases: Vec<String>,
    sources: Vec<i64>,
    kept_key: String,
    /// The room's id the kept group got from the other.
    took_id: bool,
    added_aliases: Vec<String>,
    routes: Vec<String>,
    moved: Vec<String>,
    merged: Vec<Merged>,
}

#[derive(Serialize, Deserialize)]
struct Merged {
    gone_key: String,
    ordinal: u32,
    state: String,
    sources: Vec<(i64, i64)>,
    kept_key: String,
    before: Option<String>,
    /// Sources the kept message got.
    added: Vec<i64>,
}

/// The routes by which exports of a group find it.
pub(crate) fn routes(group: &GroupRef) -> Vec<String> {
    let mut routes = Vec::new();
    if let Some(id) = &group.native_id {
        routes.push(format!("id:{id}"));
    }
    if let Some(name) = &group.name {
        let name = fold(name);
        if let Some(platform) = group.platform {
            routes.push(format!("{}/{name}", platform.as_str()));
        }
        routes.push(format!("*/{name}"));
    }
    routes
}

impl Store {
    /// Where the user sends exports: route → group.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn group_routes(&self) -> Result<std::collections::HashMap<String, i64>> {
        let mut statement = self.db.prepare_cached("SELECT route, work_group FROM group_route")?;
        let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Gives a group another name: exports under it go there from now on. A step of the log.
    ///
    /// # Errors
    /// An unknown group; what SQLite reports.
    pub fn alias_group(&mut self, group: &str, name: &str, now: i64) -> Result<()> {
        let id = self.group_ids(group)?[0];
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        words::name(&tx, now, id, name, true)?;
        tx.commit()?;
        Ok(())
    }

    /// Takes a name given by [`Store::alias_group`] back; whether there was one. A step of the log.
    ///
    /// # Errors
    /// An unknown group; what SQLite reports.
    pub fn unalias_group(&mut self, group: &str, name: &str, now: i64) -> Result<bool> {
        let id = self.group_ids(group)?[0];
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let gone = words::name(&tx, now, id, name, false)?;
        tx.commit()?;
        Ok(gone)
    }

    /// The messages of a group in order of time, whole.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn held(&self, group: i64) -> Result<Vec<Held>> {
        let mut known = Vec::new();
        self.known_undated(group, true, &mut known)?;
        let mut rest = self.db.prepare_cached("SELECT raw_kind, quoted, items FROM message WHERE id = ?1")?;
        let mut out = Vec::with_capacity(known.len());
        for k in known {
            let mut m = Message::text(k.sent_at, k.precision, k.sender, k.text);
            m.native_id = k.native_id;
            m.seq = k.seq;
            m.sender_id = k.sender_id;
            m.is_self = k.is_self;
            m.kind = k.kind;
            m.recalled = k.recalled;
            m.completeness = k.completeness;
            m.attachments = k.attachments.and_then(|a| serde_json::from_str(&a).ok()).unwrap_or_default();
            let (raw, quoted, items): (Option<String>, Option<String>, Option<String>) =
                rest.query_row([k.id], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
            m.raw_kind = raw;
            m.quoted = quoted.and_then(|q| serde_json::from_str(&q).ok());
            m.items = items.and_then(|i| serde_json::from_str(&i).ok()).unwrap_or_default();
            out.push((k.id, m));
        }
        Ok(out)
    }

    /// Joins two groups. Derived rows are marked; bring them up to date afterwards.
    ///
    /// # Errors
    /// What SQLite reports; nothing is changed then.
    pub fn join_groups(&mut self, now: i64, joining: &Joining<'_>) -> Result<()> {
        let (kept, gone) = (joining.kept, joining.gone);
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut record = Record {
            group: (
                gone.key.clone(),
                gone.platform.map(|p| p.as_str().to_owned()),
                gone.native_id.clone(),
                gone.name.clone(),
                gone.name_at,
                gone.private_chat,
            ),
            aliases: gone.names.clone(),
            kept_key: kept.key.clone(),
            ..Record::default()
        };
        let mut from: Option<i64> = None;
        for (row, write) in joining.writes {
            let at = join_message(&tx, kept.id, *row, write, &mut record)?;
            from = Some(from.map_or(at, |f| f.min(at)));
        }
        join_names(&tx, kept, gone, &mut record)?;
        tx.execute("DELETE FROM work_group WHERE id = ?1", [gone.id])?;
        let record = serde_json::to_string(&record)?;
        if let Some(Rejoin { join, step, .. }) = joining.again {
            tx.execute(
                "UPDATE group_join SET record = ?2, undone_at = NULL WHERE id = ?1",
                params![join, record],
            )?;
            tx.execute("UPDATE undo SET undone_at = NULL WHERE id = ?1", [step])?;
        } else {
            tx.execute(
                "INSERT INTO group_join (at, kept, gone, record) VALUES (?1, ?2, ?3, ?4)",
                params![now, kept.name, gone.name, record],
            )?;
            words::log_join(&tx, now, tx.last_insert_rowid(), &kept.name, &gone.name)?;
        }
        if let Some(from) = from {
            mark_stale(&tx, from)?;
        }
        tx.commit()?;
        Ok(())
    }

    /// The join that is redone next, if that is what was undone last and both groups are still there.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn join_to_redo(&self) -> Result<Option<Rejoin>> {
        let Some((step, label, join)) = words::join_to_redo(&self.db)? else { return Ok(None) };
        let text: String =
            self.db.query_row("SELECT record FROM group_join WHERE id = ?1", [join], |r| r.get(0))?;
        let record: Record = serde_json::from_str(&text)?;
        let entries = self.group_entries()?;
        let group = |key: &str| entries.iter().find(|e| e.key == key).cloned();
        let both = group(&record.kept_key).zip(group(&record.group.0));
        Ok(both.map(|(kept, gone)| Rejoin { kept, gone, label, step, join }))
    }

    /// The joins made, newest first.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn group_joins(&self) -> Result<Vec<JoinRow>> {
        let mut statement = self
            .db
            .prepare_cached("SELECT id, at, kept, gone, undone_at FROM group_join ORDER BY id DESC")?;
        let rows = statement.query_map([], |r| {
            Ok(JoinRow {
                id: r.get(0)?,
                at: Moment(r.get(1)?),
                kept: r.get(2)?,
                gone: r.get(3)?,
                undone_at: r.get::<_, Option<i64>>(4)?.map(Moment),
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Parts the two groups joined last; `None` when no join stands. Messages that came in since stay where they are.
    ///
    /// # Errors
    /// What SQLite reports; nothing is changed then.
    pub fn part_groups(&mut self, now: i64) -> Result<Option<JoinRow>> {
        let Some(mut join) = self.group_joins()?.into_iter().find(|j| j.undone_at.is_none()) else {
            return Ok(None);
        };
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        part_standing(&tx, join.id)?;
        stamp_parted(&tx, join.id, now)?;
        words::unlog_join(&tx, now, join.id)?;
        tx.commit()?;
        join.undone_at = Some(Moment(now));
        Ok(Some(join))
    }
}

/// Parts the two groups of a join that stands; whether it did. The caller writes the moment with [`stamp_parted`].
pub(super) fn part_standing(tx: &Transaction<'_>, id: i64) -> Result<bool> {
    let text: Option<String> = tx
        .query_row("SELECT record FROM group_join WHERE id = ?1 AND undone_at IS NULL", [id], |r| r.get(0))
        .optional()?;
    let Some(text) = text else { return Ok(false) };
    part(tx, &serde_json::from_str(&text)?)?;
    Ok(true)
}

/// Writes the moment at which a join was taken back.
pub(super) fn stamp_parted(tx: &Transaction<'_>, id: i64, at: i64) -> Result<()> {
    tx.execute("UPDATE group_join SET undone_at = ?2 WHERE id = ?1", [id, at])?;
    Ok(())
}

fn key_of(tx: &Transaction<'_>, message: i64) -> Result<String> {
    Ok(tx.prepare_cached("SELECT key FROM message WHERE id = ?1")?.query_row([message], |r| r.get(0))?)
}

fn sources_of(tx: &Transaction<'_>, message: i64) -> Result<Vec<(i64, i64)>> {
    let mut statement = tx.prepare_cached("SELECT source, line FROM message_source WHERE message = ?1")?;
    let rows = statement.query_map([message], |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// One message goes over; the moment from which on what is derived is no longer right.
fn join_message(
    tx: &Transaction<'_>,
    group: i64,
    row: i64,
    write: &Write,
    record: &mut Record,
) -> Result<i64> {
    let (id, merged) = match write {
        Write::New(_) => {
            record.moved.push(key_of(tx, row)?);
            tx.prepare_cached("UPDATE message SET work_group = ?2 WHERE id = ?1")?.execute([row, group])?;
            return Ok(tx
                .prepare_cached("SELECT sent_at FROM message WHERE id = ?1")?
                .query_row([row], |r| r.get(0))?);
        }
        Write::Seen { id, .. } => (*id, None),
        Write::Enrich { id, merged, .. } => (*id, Some(merged)),
    };
    let before = merged.map(|_| state_of(tx, id)).transpose()?;
    let at: i64 =
        tx.prepare_cached("SELECT sent_at FROM message WHERE id = ?1")?.query_row([id], |r| r.get(0))?;
    let id = match merged {
        Some(merged) => enrich_row(tx, id, merged, true)?,
        None => id,
    };
    let (gone_key, kept_key, sources) = (key_of(tx, row)?, key_of(tx, id)?, sources_of(tx, row)?);
    let ordinal =
        tx.prepare_cached("SELECT ordinal FROM message WHERE id = ?1")?.query_row([row], |r| r.get(0))?;
    let mut added = Vec::new();
    for (source, line) in &sources {
        let new = tx
            .prepare_cached("INSERT OR IGNORE INTO message_source VALUES (?1, ?2, ?3)")?
            .execute([id, *source, *line])?;
        if new > 0 {
            added.push(*source);
        }
    }
    for (table, column) in TABLES.iter().flat_map(|t| t.anchors.iter().map(|c| (t.name, *c))) {
        tx.prepare_cached(&format!("UPDATE OR IGNORE {table} SET {column} = ?2 WHERE {column} = ?1"))?
            .execute([&gone_key, &kept_key])?;
    }
    let state = state_of(tx, row)?;
    let gone_at = remove(tx, row)?;
    record.merged.push(Merged { gone_key, ordinal, state, sources, kept_key, before, added });
    Ok(at.min(gone_at))
}

/// Names, files, own names and routes of the group that goes.
fn join_names(tx: &Transaction<'_>, kept: &GroupEntry, gone: &GroupEntry, record: &mut Record) -> Result<()> {
    for name in &gone.names {
        if tx.execute("INSERT OR IGNORE INTO group_alias VALUES (?1, ?2)", params![kept.id, name])? > 0 {
            record.added_aliases.push(name.clone());
        }
        let as_exported = GroupRef {
            platform: gone.platform,
            native_id: gone.native_id.clone(),
            name: Some(name.clone()),
            ..GroupRef::default()
        };
        for route in routes(&as_exported) {
            // a bare name may be both groups' own: only the platform's goes there
            if route.starts_with("*/") && gone.platform.is_some() {
                continue;
            }
            tx.execute("INSERT OR REPLACE INTO group_route VALUES (?1, ?2)", params![route, kept.id])?;
            record.routes.push(route);
        }
    }
    if kept.native_id.is_none() && gone.native_id.is_some() {
        tx.execute("UPDATE work_group SET native_id = ?2 WHERE id = ?1", params![kept.id, gone.native_id])?;
        record.took_id = true;
    }
    record.sources = tx
        .prepare_cached("SELECT source FROM source_group WHERE work_group = ?1")?
        .query_map([gone.id], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    tx.execute(
        "UPDATE OR IGNORE source_group SET work_group = ?2 WHERE work_group = ?1",
        [gone.id, kept.id],
    )?;
    tx.execute("DELETE FROM source_group WHERE work_group = ?1", [gone.id])?;
    tx.execute("UPDATE group_route SET work_group = ?2 WHERE work_group = ?1", [gone.id, kept.id])?;
    tx.execute(
        "UPDATE OR IGNORE own_name SET work_group = ?2 WHERE work_group = ?1",
        params![gone.key, kept.key],
    )?;
    Ok(())
}

/// Parts two groups as the record says.
fn part(tx: &Transaction<'_>, record: &Record) -> Result<()> {
    let (key, platform, native_id, name, name_at, private_chat) = &record.group;
    let kept: i64 =
        tx.query_row("SELECT id FROM work_group WHERE key = ?1", [&record.kept_key], |r| r.get(0))?;
    for route in &record.routes {
        tx.execute("DELETE FROM group_route WHERE route = ?1 AND work_group = ?2", params![route, kept])?;
    }
    for alias in &record.added_aliases {
        tx.execute("DELETE FROM group_alias WHERE work_group = ?1 AND name = ?2", params![kept, alias])?;
    }
    if record.took_id {
        tx.execute("UPDATE work_group SET native_id = NULL WHERE id = ?1", [kept])?;
    }
    tx.execute(
        "INSERT INTO work_group (key, platform, native_id, name, name_at, private_chat) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![key, platform, native_id, name, name_at, private_chat],
    )?;
    let group = tx.last_insert_rowid();
    for alias in &record.aliases {
        tx.execute("INSERT OR IGNORE INTO group_alias VALUES (?1, ?2)", params![group, alias])?;
    }
    for source in &record.sources {
        // the file may have been taken back since
        tx.execute(
            "INSERT OR IGNORE INTO source_group (work_group, source) SELECT ?1, id FROM source_file WHERE id = ?2",
            [group, *source],
        )?;
    }
    let mut from: Option<i64> = None;
    for moved in &record.moved {
        let row: Option<(i64, i64)> = tx
            .prepare_cached("UPDATE message SET work_group = ?2 WHERE key = ?1 RETURNING id, sent_at")?
            .query_row(params![moved, group], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()?;
        from = [from, row.map(|r| r.1)].into_iter().flatten().min();
    }
    for merged in &record.merged {
        from = [from, part_message(tx, group, merged)?].into_iter().flatten().min();
    }
    tx.execute(
        "DELETE FROM source_group WHERE work_group = ?1 AND NOT EXISTS (SELECT 1 FROM message_source s \
         JOIN message m ON m.id = s.message WHERE s.source = source_group.source AND m.work_group = ?1)",
        [kept],
    )?;
    if let Some(from) = from {
        mark_stale(tx, from)?;
    }
    Ok(())
}

/// A message both had becomes two again, as far as the files that held the second are still in.
fn part_message(tx: &Transaction<'_>, group: i64, merged: &Merged) -> Result<Option<i64>> {
    let kept: Option<i64> = tx
        .prepare_cached("SELECT id FROM message WHERE key = ?1")?
        .query_row([&merged.kept_key], |r| r.get(0))
        .optional()?;
    let mut from = None;
    if let (Some(id), Some(before)) = (kept, &merged.before) {
        from = Some(restore(tx, id, before)?.1);
    }
    let kept: Option<i64> = tx
        .prepare_cached("SELECT id FROM message WHERE key = ?1")?
        .query_row([&merged.kept_key], |r| r.get(0))
        .optional()?;
    if let Some(id) = kept {
        for source in &merged.added {
            tx.prepare_cached("DELETE FROM message_source WHERE message = ?1 AND source = ?2")?
                .execute([id, *source])?;
        }
    }
    let mut sources = Vec::new();
    for (source, line) in &merged.sources {
        let there: bool = tx
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM source_file WHERE id = ?1)")?
            .query_row([source], |r| r.get(0))?;
        if there {
            sources.push((*source, *line));
        }
    }
    if sources.is_empty() {
        return Ok(from);
    }
    let sent_at: i64 = tx.query_row("SELECT json_extract(?1, '$.sent_at')", [&merged.state], |r| r.get(0))?;
    let id = free_row(tx, sent_at)?;
    tx.prepare_cached(
        "INSERT INTO message (id, key, work_group, minute, sent_at, precision, sender, kind, text, body_hash, ordinal, \
         completeness) VALUES (?1, ?2, ?3, 0, ?4, 'none', '', 'text', '', 0, ?5, 'full')",
    )?
    .execute(params![id, merged.gone_key, group, sent_at, merged.ordinal])?;
    let (id, at) = restore(tx, id, &merged.state)?;
    for (source, line) in sources {
        tx.prepare_cached("INSERT OR IGNORE INTO message_source VALUES (?1, ?2, ?3)")?
            .execute([id, source, line])?;
    }
    Ok([from, Some(at)].into_iter().flatten().min())
}
