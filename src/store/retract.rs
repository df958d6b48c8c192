//! Takes back what a file brought: messages nobody else holds go, what it made fuller is as before, decisions stay where
//! they are, on the keys of messages, and hold again when the file comes back.

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::ground::{first_row, free_row, index, mark_stale};
use super::search::index_words;
use super::{Result, Store};

/// Whether a file with this path and hash is meant.
type Test<'t> = &'t dyn Fn(&str, &str) -> bool;

/// Messages taken back in one transaction.
const CHUNK: usize = 500;

/// What was taken back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retracted {
    /// The files, as they were imported.
    pub files: Vec<String>,
    /// Messages that are gone.
    pub gone: u64,
    /// Messages that other files hold too.
    pub kept: u64,
    /// Groups of which nothing is left.
    pub groups: Vec<String>,
}

/// The columns of a message that another file may change, as one JSON object.
const STATE: &str = "json_object('sent_at', sent_at, 'minute', minute, 'precision', precision, 'sender', sender, \
     'sender_id', sender_id, 'is_self', is_self, 'kind', kind, 'raw_kind', raw_kind, 'text', text, 'body_hash', body_hash, \
     'seq', seq, 'native_id', native_id, 'completeness', completeness, 'recalled', recalled, 'attachments', attachments, \
     'quoted', quoted, 'items', items)";

const COLUMNS: &[&str] = &[
    "sent_at",
    "minute",
    "precision",
    "sender",
    "sender_id",
    "is_self",
    "kind",
    "raw_kind",
    "text",
    "body_hash",
    "seq",
    "native_id",
    "completeness",
    "recalled",
    "attachments",
    "quoted",
    "items",
];

/// Keeps a message as it is now, before `source` makes it fuller.
pub(super) fn keep(tx: &Connection, message: i64, source: i64) -> Result<()> {
    tx.prepare_cached(&format!(
        "INSERT INTO enrichment (message, source, before) SELECT id, ?2, {STATE} FROM message WHERE id = ?1"
    ))?
    .execute([message, source])?;
    Ok(())
}

/// A message's state as [`keep`] writes it.
pub(super) fn state_of(tx: &Transaction<'_>, message: i64) -> Result<String> {
    Ok(tx
        .prepare_cached(&format!("SELECT {STATE} FROM message WHERE id = ?1"))?
        .query_row([message], |r| r.get(0))?)
}

/// Puts a message back into a former state; its row now, and the earlier of the two times.
pub(super) fn restore(tx: &Transaction<'_>, message: i64, before: &str) -> Result<(i64, i64)> {
    let (sent_at, text, now): (i64, String, i64) = tx
        .prepare_cached(
            "SELECT json_extract(?1, '$.sent_at'), json_extract(?1, '$.text'), sent_at FROM message WHERE id = ?2",
        )?
        .query_row(params![before, message], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
    let moved = first_row(sent_at) != first_row((message >> 16) * 1000);
    let id = if moved { free_row(tx, sent_at)? } else { message };
    let columns: Vec<String> = COLUMNS.iter().map(|c| format!("{c} = json_extract(?2, '$.{c}')")).collect();
    tx.prepare_cached(&format!("UPDATE message SET id = ?3, {} WHERE id = ?1", columns.join(", ")))?
        .execute(params![message, before, id])?;
    tx.prepare_cached("DELETE FROM search WHERE rowid = ?1")?.execute([message])?;
    index(tx, id, &index_words(&text))?;
    Ok((id, sent_at.min(now)))
}

impl Store {
    /// The files imported under this path, or inside it (folders, archives), or whose path ends so; the newest alone
    /// for `-`, what was pasted. A hash of the content names one file.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn sources_named(&self, name: &str) -> Result<Vec<(i64, String)>> {
        let name = crate::system::slashes(name);
        let name = name.trim_end_matches('/');
        let mut statement = self.db.prepare_cached("SELECT id, path, sha256 FROM source_file ORDER BY id")?;
        let rows = statement
            .query_map([], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?, r.get::<_, String>(2)?)))?;
        let all: Vec<(i64, String, String)> = rows.collect::<rusqlite::Result<_>>()?;
        let inside =
            |path: &str, outer: &str| path.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
        let ends = |path: &str, end: &str| path.strip_suffix(end).is_some_and(|rest| rest.ends_with('/'));
        let tests: [Test<'_>; 5] = [
            &|_, sha| sha == name,
            &|path, _| path == name,
            &|path, _| inside(path, name),
            &|path, _| ends(path, name) || ends(name, path),
            &|path, _| path.contains(&format!("/{name}/")),
        ];
        for test in tests {
            let found: Vec<(i64, String)> = all
                .iter()
                .filter(|(_, path, sha)| test(path, sha))
                .map(|(id, path, _)| (*id, path.clone()))
                .collect();
            if !found.is_empty() {
                return Ok(if name == "-" { found.into_iter().rev().take(1).collect() } else { found });
            }
        }
        Ok(Vec::new())
    }

    /// Takes back what these files brought. Derived rows from the first moment touched on are marked; bring them up to
    /// date afterwards.
    ///
    /// # Errors
    /// What SQLite reports. What is done by then stays done, and the file counts as one that was not read to its end.
    pub fn retract(&mut self, sources: &[(i64, String)]) -> Result<Retracted> {
        let mut out = Retracted::default();
        for (source, path) in sources {
            self.db.execute("UPDATE source_file SET status = 'reading' WHERE id = ?1", [source])?;
            while self.retract_chunk(*source, &mut out)? {}
            let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            tx.execute("DELETE FROM source_file WHERE id = ?1", [source])?;
            out.groups.extend(drop_empty_groups(&tx)?);
            tx.commit()?;
            out.files.push(path.clone());
        }
        Ok(out)
    }

    fn retract_chunk(&mut self, source: i64, out: &mut Retracted) -> Result<bool> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let ids: Vec<i64> = tx
            .prepare_cached("SELECT message FROM message_source WHERE source = ?1 LIMIT ?2")?
            .query_map(params![source, CHUNK as i64], |r| r.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let mut from = None;
        for &id in &ids {
            tx.prepare_cached("DELETE FROM message_source WHERE message = ?1 AND source = ?2")?
                .execute([id, source])?;
            let held: bool = tx
                .prepare_cached("SELECT EXISTS (SELECT 1 FROM message_source WHERE message = ?1)")?
                .query_row([id], |r| r.get(0))?;
            let touched = if held {
                out.kept += 1;
                unenrich(&tx, id, source)?
            } else {
                out.gone += 1;
                Some(remove(&tx, id)?)
            };
            from = [from, touched].into_iter().flatten().min();
        }
        if let Some(from) = from {
            mark_stale(&tx, from)?;
        }
        tx.commit()?;
        Ok(!ids.is_empty())
    }
}

/// Takes a message out; its time.
pub(super) fn remove(tx: &Transaction<'_>, id: i64) -> Result<i64> {
    let sent_at =
        tx.prepare_cached("SELECT sent_at FROM message WHERE id = ?1")?.query_row([id], |r| r.get(0))?;
    tx.prepare_cached("DELETE FROM search WHERE rowid = ?1")?.execute([id])?;
    tx.prepare_cached("DELETE FROM message WHERE id = ?1")?.execute([id])?;
    Ok(sent_at)
}

/// Takes out of a message what a file added to it. What a later file added on top stays; its own record then begins
/// where this one's began.
fn unenrich(tx: &Transaction<'_>, message: i64, source: i64) -> Result<Option<i64>> {
    let (mut id, mut from) = (message, None);
    loop {
        let own: Option<(i64, String)> = tx
            .prepare_cached(
                "SELECT id, before FROM enrichment WHERE message = ?1 AND source = ?2 ORDER BY id DESC LIMIT 1",
            )?
            .query_row([id, source], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()?;
        let Some((record, before)) = own else { return Ok(from) };
        let later: Option<i64> = tx
            .prepare_cached("SELECT min(id) FROM enrichment WHERE message = ?1 AND id > ?2")?
            .query_row([id, record], |r| r.get(0))?;
        tx.prepare_cached("DELETE FROM enrichment WHERE id = ?1")?.execute([record])?;
        match later {
            Some(later) => {
                tx.prepare_cached("UPDATE enrichment SET before = ?2 WHERE id = ?1")?
                    .execute(params![later, before])?;
            }
            None => {
                let (row, at) = restore(tx, id, &before)?;
                id = row;
                from = Some(from.map_or(at, |f: i64| f.min(at)));
            }
        }
    }
}

/// Groups without a message and without a file; those the user gave a word on stay.
fn drop_empty_groups(tx: &Transaction<'_>) -> Result<Vec<String>> {
    const EMPTY: &str = "NOT EXISTS (SELECT 1 FROM message m WHERE m.work_group = work_group.id) \
         AND NOT EXISTS (SELECT 1 FROM source_group s WHERE s.work_group = work_group.id) \
         AND NOT EXISTS (SELECT 1 FROM group_route r WHERE r.work_group = work_group.id)";
    let names = tx
        .prepare_cached(&format!("SELECT name FROM work_group WHERE {EMPTY} ORDER BY name"))?
        .query_map([], |r| r.get(0))?
        .collect::<rusqlite::Result<Vec<String>>>()?;
    tx.execute(&format!("DELETE FROM work_group WHERE {EMPTY}"), [])?;
    Ok(names)
}
