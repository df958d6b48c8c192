//! A copy of the whole database for a safe place, the way back from it, and the removal of what is no longer wanted.

use std::path::Path;

use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior, params};
use serde::Serialize;
use serde_json::Value;

use super::tables::TABLES;
use super::{MIGRATIONS, Result, Store, StoreError, migrate};
use crate::notice::Moment;

/// What a database holds, for the question before it is replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Holding {
    /// Messages.
    pub messages: u64,
    /// Work groups.
    pub groups: u64,
    /// Steps of the log.
    pub decisions: u64,
    /// The newest message.
    pub last: Option<Moment>,
}

/// What a purge removes: the object of `purge --json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Purged {
    /// Messages sent before the day.
    pub messages: u64,
    /// Notices of which no copy is left.
    pub notices: u64,
    /// Notices of which some copies are left.
    pub shortened: u64,
    /// Files of which no message is left.
    pub files: u64,
    /// States, deadlines and the like that hang on nothing any more.
    pub decisions: u64,
}

impl Store {
    /// Writes a copy of the database into `file`, which must not exist or be empty. Works while others write; the copy
    /// holds no free pages.
    ///
    /// # Errors
    /// What SQLite reports, a full disk among it.
    pub fn backup(&self, file: &Path) -> Result<()> {
        self.db.execute("VACUUM INTO ?1", [file.to_string_lossy()])?;
        Ok(())
    }

    /// What this database holds.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn holding(&self) -> Result<Holding> {
        holding(&self.db)
    }

    /// What a backup holds. The file is only read.
    ///
    /// # Errors
    /// [`StoreError::NoBackup`] for anything but a whole database of this program; [`StoreError::Newer`].
    pub fn backup_holding(file: &Path) -> Result<Holding> {
        let db = open_backup(file)?;
        holding(&db).map_err(|e| e.at(file))
    }

    /// Replaces everything in this database with what the backup holds, in one step, and brings an older one up to date.
    ///
    /// # Errors
    /// As [`Store::backup_holding`]; what SQLite reports. Then this database is as it was.
    pub fn restore(&mut self, file: &Path) -> Result<()> {
        const PAGES: i32 = 4096;
        let from = open_backup(file)?;
        self.db.flush_prepared_statement_cache();
        let backup = Backup::new(&from, &mut self.db)?;
        backup.run_to_completion(PAGES, std::time::Duration::from_millis(20), None)?;
        drop(backup);
        migrate(&mut self.db)
    }

    /// What [`Store::purge`] would remove.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn purge_preview(&mut self, before: i64) -> Result<Purged> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let purged = purge(&tx, before)?;
        tx.rollback()?;
        Ok(purged)
    }

    /// Removes every message sent before a moment. A decision that hung on one of them moves to a copy of the same
    /// notice that stays; where none stays, it goes, from the log too. Everything derived is out of date afterwards:
    /// rebuild, then [`Store::compact`].
    ///
    /// # Errors
    /// What SQLite reports. Nothing is removed then.
    pub fn purge(&mut self, before: i64) -> Result<Purged> {
        self.db.pragma_update(None, "secure_delete", true)?;
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let purged = purge(&tx, before)?;
        super::ground::mark_stale(&tx, i64::MIN)?;
        tx.commit()?;
        Ok(purged)
    }

    /// Gives free pages back to the system, so that what was removed stands nowhere in the file.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn compact(&self) -> Result<()> {
        self.db.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);")?;
        Ok(())
    }
}

fn holding(db: &Connection) -> Result<Holding> {
    Ok(db.query_row(
        "SELECT (SELECT count(*) FROM message), (SELECT count(*) FROM work_group), \
         (SELECT count(*) FROM undo WHERE undone_at IS NULL), (SELECT max(sent_at) FROM message)",
        [],
        |r| {
            Ok(Holding {
                messages: r.get::<_, i64>(0)? as u64,
                groups: r.get::<_, i64>(1)? as u64,
                decisions: r.get::<_, i64>(2)? as u64,
                last: r.get::<_, Option<i64>>(3)?.map(Moment),
            })
        },
    )?)
}

/// Opens a backup for reading: a database, of this program, of no newer schema, and whole.
fn open_backup(file: &Path) -> Result<Connection> {
    let no = |why: String| StoreError::NoBackup(file.to_owned(), why);
    if !file.is_file() {
        return Err(no(rust_i18n::t!("store.no_such_file").into_owned()));
    }
    let db =
        Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(|e| no(e.to_string()))?;
    let tables: i64 = db
        .query_row(
            "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('message', 'work_group', 'undo', 'meta')",
            [],
            |r| r.get(0),
        )
        .map_err(|e| no(e.to_string()))?;
    if tables != 4 {
        return Err(no(rust_i18n::t!("store.backup_foreign").into_owned()));
    }
    let found: i64 = db.query_row("PRAGMA user_version", [], |r| r.get(0))?;
    let known = MIGRATIONS.len() as i64;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    let whole: String =
        db.query_row("PRAGMA quick_check(1)", [], |r| r.get(0)).map_err(|e| no(e.to_string()))?;
    if whole == "ok" { Ok(db) } else { Err(no(whole)) }
}

fn purge(tx: &Transaction<'_>, before: i64) -> Result<Purged> {
    tx.execute_batch("DROP TABLE IF EXISTS temp.purged; CREATE TEMP TABLE purged (key TEXT PRIMARY KEY, moved TEXT) WITHOUT ROWID;")?;
    tx.execute(
        "INSERT INTO temp.purged SELECT m.key, (SELECT k.key FROM copy c JOIN copy d ON d.notice = c.notice \
         JOIN message k ON k.id = d.message WHERE c.message = m.id AND k.sent_at >= ?1 ORDER BY d.rank LIMIT 1) \
         FROM message m WHERE m.sent_at < ?1",
        [before],
    )?;
    let count =
        |sql: &str| -> Result<u64> { Ok(tx.query_row(sql, params![before], |r| r.get::<_, i64>(0))? as u64) };
    const COPIES: &str = "SELECT c.notice, sum(m.sent_at < ?1) AS gone, count(*) AS copies FROM copy c \
         JOIN message m ON m.id = c.message GROUP BY c.notice";
    let mut purged = Purged {
        messages: count("SELECT count(*) FROM message WHERE sent_at < ?1")?,
        notices: count(&format!("SELECT count(*) FROM ({COPIES}) WHERE gone = copies"))?,
        shortened: count(&format!("SELECT count(*) FROM ({COPIES}) WHERE gone > 0 AND gone < copies"))?,
        ..Purged::default()
    };
    for (table, column) in TABLES.iter().flat_map(|t| t.anchors.iter().map(|c| (t.name, *c))) {
        tx.execute(
            &format!(
                "UPDATE OR IGNORE {table} SET {column} = (SELECT moved FROM temp.purged WHERE key = {column}) \
                 WHERE {column} IN (SELECT key FROM temp.purged WHERE moved IS NOT NULL)"
            ),
            [],
        )?;
        let gone =
            tx.execute(&format!("DELETE FROM {table} WHERE {column} IN (SELECT key FROM temp.purged)"), [])?;
        purged.decisions += gone as u64;
    }
    rewrite_log(tx)?;
    tx.execute("DELETE FROM message WHERE sent_at < ?1", [before])?;
    // how groups were joined holds messages in full: such joins can no longer be parted
    tx.execute("DELETE FROM group_join", [])?;
    purged.files = tx.execute(
        "DELETE FROM source_file WHERE messages > 0 AND NOT EXISTS \
         (SELECT 1 FROM message_source s WHERE s.source = source_file.id)",
        [],
    )? as u64;
    tx.execute_batch("DROP TABLE temp.purged")?;
    Ok(purged)
}

/// The log no longer speaks of messages that are gone: such parts of a step move with the decision or go, and a step of
/// which nothing is left goes too, so that undo never does nothing.
fn rewrite_log(tx: &Transaction<'_>) -> Result<()> {
    let mut moved = tx.prepare("SELECT moved FROM temp.purged WHERE key = ?1")?;
    let mut gone = |key: &str| -> Result<Option<Option<String>>> {
        use rusqlite::OptionalExtension;
        Ok(moved.query_row([key], |r| r.get(0)).optional()?)
    };
    let mut log = tx.prepare("SELECT id, forward, backward FROM undo")?;
    let rows = log
        .query_map([], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?, r.get::<_, String>(2)?)))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    for (id, forward, backward) in rows {
        let (mut f, mut b): (Vec<Value>, Vec<Value>) =
            (serde_json::from_str(&forward)?, serde_json::from_str(&backward)?);
        let changed = keep_steps(&mut f, &mut gone)? | keep_steps(&mut b, &mut gone)?;
        if f.is_empty() && b.is_empty() && changed {
            tx.execute("DELETE FROM undo WHERE id = ?1", [id])?;
        } else if changed {
            tx.execute(
                "UPDATE undo SET forward = ?2, backward = ?3 WHERE id = ?1",
                params![id, serde_json::to_string(&f)?, serde_json::to_string(&b)?],
            )?;
        }
    }
    Ok(())
}

/// Puts the keys that moved in their new place and drops the steps that speak of a message that is gone.
fn keep_steps(
    steps: &mut Vec<Value>,
    gone: &mut dyn FnMut(&str) -> Result<Option<Option<String>>>,
) -> Result<bool> {
    let mut changed = false;
    let mut kept = Vec::with_capacity(steps.len());
    for mut step in steps.drain(..) {
        let mut lost = false;
        each_text(&mut step, &mut |text| {
            match gone(text)? {
                Some(Some(new)) => {
                    *text = new;
                    changed = true;
                }
                Some(None) => lost = true,
                None => {}
            }
            Ok(())
        })?;
        changed |= lost;
        if !lost {
            kept.push(step);
        }
    }
    *steps = kept;
    Ok(changed)
}

fn each_text(value: &mut Value, act: &mut dyn FnMut(&mut String) -> Result<()>) -> Result<()> {
    match value {
        Value::String(text) => act(text),
        Value::Array(items) => items.iter_mut().try_for_each(|v| each_text(v, act)),
        Value::Object(fields) => fields.values_mut().try_for_each(|v| each_text(v, act)),
        _ => Ok(()),
    }
}
