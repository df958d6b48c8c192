//! Writing much at once. Every write of an import is a step. As a rule each step is a short transaction of its own, so
//! that a screen that wants to write meanwhile waits some 20 ms. While nobody else has the database open there is nobody
//! to wait, and steps are gathered into one transaction: messages of one group lie all over a year's pages, and each page
//! is then written once instead of once a step. Who opens the database meanwhile is seen at the next step, and what was
//! gathered is committed: such a one waits once, for that commit. A crash loses what was gathered, and the next import
//! reads those files again, for their records were in the same transaction.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::{Result, Store};

/// Rows after which gathered steps are committed: what they touch must stay in the page cache.
const GATHERED: usize = 120_000;

/// Page cache in KiB, otherwise and while an import runs.
const CACHE: i64 = 16_000;
const CACHE_BULK: i64 = 160_000;

/// Pages in the write-ahead log from which a commit copies them into the database, otherwise and while an import runs.
const CHECKPOINT: i64 = 1000;
const CHECKPOINT_BULK: i64 = 4000;

/// Whether steps are gathered, and how many rows wait.
#[derive(Debug)]
pub(super) struct Bulk {
    on: bool,
    rows: usize,
    presence: Presence,
}

/// How one knows whether others have the database open: all hold a shared lock on a file beside it, so an exclusive one
/// can be had only by one who is alone. SQLite's own locks say nothing of those who are idle.
#[derive(Debug)]
enum Presence {
    /// A database in memory has no others.
    Alone,
    /// The lock file could not be made: there may be others.
    Unknown,
    /// The lock file, locked shared.
    Shared(File),
}

impl Bulk {
    /// For a database in memory.
    pub(super) fn alone() -> Self {
        Bulk { on: false, rows: 0, presence: Presence::Alone }
    }

    /// For a database file. Where the lock file cannot be made or locked, steps stay short.
    pub(super) fn beside(database: &Path) -> Self {
        // A shared lock needs a file that may be read, on network shares and elsewhere.
        let open =
            OpenOptions::new().create(true).truncate(false).read(true).write(true).open(beside(database));
        let presence = match open {
            Ok(file) if file.lock_shared().is_ok() => Presence::Shared(file),
            _ => Presence::Unknown,
        };
        Bulk { on: false, rows: 0, presence }
    }

    fn is_alone(&self) -> bool {
        match &self.presence {
            Presence::Alone => true,
            Presence::Unknown => false,
            // A lock is not turned into another on every system: it is given up and taken anew.
            Presence::Shared(file) => {
                let alone = file.unlock().is_ok() && file.try_lock().is_ok() && file.unlock().is_ok();
                file.lock_shared().is_ok() && alone
            }
        }
    }

    /// Whether the transaction stays open after a step of so many rows.
    fn holds(&mut self, rows: usize) -> bool {
        self.rows += rows;
        self.on && self.rows < GATHERED && self.is_alone()
    }
}

/// `qunbox.db` → `qunbox.db-open`.
fn beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-open");
    PathBuf::from(name)
}

impl Store {
    /// Does one step: a transaction of its own, or a part of one while steps are gathered. After an error nothing of it
    /// is in, nor of what was gathered with it.
    pub(super) fn transact<T>(
        &mut self,
        rows: usize,
        work: impl FnOnce(&Connection) -> Result<T>,
    ) -> Result<T> {
        if self.db.is_autocommit() {
            self.db.execute_batch("BEGIN IMMEDIATE")?;
        }
        let done = work(&self.db).and_then(|value| {
            if !self.bulk.holds(rows) {
                self.commit()?;
            }
            Ok(value)
        });
        if done.is_err() {
            self.roll_back();
        }
        done
    }

    /// From now on steps are gathered while nobody else has the database open, until [`Store::settle`].
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn gather(&mut self) -> Result<()> {
        self.bulk.on = true;
        self.tune(CACHE_BULK, CHECKPOINT_BULK)
    }

    /// Whether steps are being gathered: nobody waits for a short one.
    #[must_use]
    pub fn gathers(&self) -> bool {
        !self.db.is_autocommit()
    }

    /// Commits what was gathered; from now on each step is a transaction of its own.
    ///
    /// # Errors
    /// What SQLite reports; nothing of what was gathered is in then.
    pub fn settle(&mut self) -> Result<()> {
        self.bulk.on = false;
        if !self.db.is_autocommit() {
            let done = self.commit();
            if done.is_err() {
                self.roll_back();
            }
            done?;
        }
        // Statistics for the planner; when somebody else is writing just now, the next import makes them.
        let _ = self.db.execute_batch("PRAGMA optimize");
        self.tune(CACHE, CHECKPOINT)
    }

    /// Gives up what was gathered, after an error.
    pub fn give_up(&mut self) {
        self.bulk.on = false;
        self.roll_back();
        // What led here is told; that the cache stays large is not worth a second word.
        let _ = self.tune(CACHE, CHECKPOINT);
    }

    fn commit(&mut self) -> Result<()> {
        self.bulk.rows = 0;
        Ok(self.db.execute_batch("COMMIT")?)
    }

    /// SQLite rolls back by itself after some errors; a second time is none.
    fn roll_back(&mut self) {
        self.bulk.rows = 0;
        if !self.db.is_autocommit() {
            let _ = self.db.execute_batch("ROLLBACK");
        }
    }

    fn tune(&self, cache: i64, checkpoint: i64) -> Result<()> {
        self.db.pragma_update(None, "cache_size", -cache)?;
        self.db.pragma_update_and_check(None, "wal_autocheckpoint", checkpoint, |_| Ok(()))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_gathered_by_one_who_is_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("qunbox.db");
        let mark = |store: &Store| store.meta("stale_from").unwrap();
        let mut writer = Store::open(&path).unwrap();
        writer.gather().unwrap();
        writer.mark_stale(5).unwrap();
        assert!(writer.gathers());
        let reader = Store::open(&path).unwrap();
        assert_eq!(mark(&reader), None);
        writer.mark_stale(4).unwrap();
        assert!(!writer.gathers(), "there is somebody to wait for");
        assert_eq!(mark(&reader).as_deref(), Some("4"));
        drop(reader);
        writer.mark_stale(3).unwrap();
        assert!(writer.gathers());
        writer.give_up();
        assert_eq!(mark(&writer).as_deref(), Some("4"));
        writer.gather().unwrap();
        writer.mark_stale(2).unwrap();
        writer.settle().unwrap();
        assert_eq!(mark(&Store::open(&path).unwrap()).as_deref(), Some("2"));
    }
}
