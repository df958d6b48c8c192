//! The only room with SQL: ground tables (what came in, what a person decided) and derived ones (facts, notices, search
//! index), which may be dropped and computed again. Not here: reading exports, facts, clustering, the order of steps.

mod error;
mod list;
mod sections;
#[cfg(test)]
mod list_tests;
mod namesakes;
#[cfg(test)]
mod plans;
mod narrow;
mod duties;
mod places;
mod uploads;
mod ledger;
mod samedata;
mod notices;
mod messages;
mod groups;
mod search;
mod sieve;
mod decide;
mod states;
mod links;
mod ground;
mod derived;
mod rows;
mod check;
mod clear;
mod coverage;
mod join;
mod retract;
mod keep;
mod tables;
mod titles;
mod views;
mod filed;
mod handover;
mod outgoing;
mod bulk;

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension};

pub use check::Sums;
pub use clear::Cleared;
pub use coverage::{Declared, FailedExport};
pub use decide::{Decided, Decision, DutyChange, EvidenceFile, UndoRow, ViewChange};
pub use derived::{Carried, DerivedChunk, Placed, Resolved, Restored, WritePost};
pub use error::StoreError;
pub use filed::Filed;
pub use ground::{Fate, GroundBatch, GroupEntry, Incoming, Known, SourceRow, Write};
pub use groups::{Coverage, GroupRow, Heat, ImportRow};
pub(crate) use join::routes;
pub use join::{Held, JoinRow, Joining, Rejoin};
pub use keep::{Holding, Purged};
pub use list::{Counts, ListQuery, PageFrom};
pub use messages::{MessageFilter, MessageRow, SourceRef};
pub use outgoing::{BadFile, CopySeen, Glance, MessageSeen, Owed};
#[cfg(test)]
pub(crate) use plans::Asked;
pub use retract::Retracted;
pub(crate) use search::index_words;
pub use search::{Hit, SearchQuery};
pub use uploads::{UploadCounts, UploadFrom, UploadPlace, UploadQuery, UploadView};
pub use views::{ListFilter, SavedView};

/// What a store's methods give.
pub type Result<T> = std::result::Result<T, StoreError>;

/// The version of the derived tables' meaning. When it differs from the database's, everything derived is computed
/// again.
pub const DERIVED_VERSION: i64 = 17;

/// The migrations, in order; `PRAGMA user_version` counts how many were applied.
const MIGRATIONS: &[&str] = &[
    include_str!("schema/0001_initial.sql"),
    include_str!("schema/0002_coverage.sql"),
    include_str!("schema/0003_decisions.sql"),
    include_str!("schema/0004_portions.sql"),
    include_str!("schema/0004_duties.sql"),
    include_str!("schema/0005_views.sql"),
    include_str!("schema/0006_missed.sql"),
    include_str!("schema/0007_seen.sql"),
    include_str!("schema/0008_titled.sql"),
    include_str!("schema/0009_sieve.sql"),
    include_str!("schema/0010_user_links.sql"),
];

/// How long a call waits for another program that is writing.
const BUSY: Duration = Duration::from_secs(5);

/// One connection to the database. All methods block: call them from worker threads.
#[derive(Debug)]
pub struct Store {
    db: Connection,
    bulk: bulk::Bulk,
    sieves: sieve::Sieves,
}

impl Store {
    /// Opens the database, making folders and file where they are missing, and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::Newer`] for a database of a newer program; locked, full, unreadable, no database.
    pub fn open(path: &Path) -> Result<Store> {
        if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|e| StoreError::Folder(folder.to_owned(), e))?;
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(path, flags).map_err(|e| StoreError::from(e).at(path))?;
        Self::ready(db, bulk::Bulk::beside(path)).map_err(|e| e.at(path))
    }

    /// An empty database in memory.
    ///
    /// # Errors
    /// Only what SQLite itself reports.
    pub fn open_in_memory() -> Result<Store> {
        Self::ready(Connection::open_in_memory()?, bulk::Bulk::alone())
    }

    fn ready(mut db: Connection, bulk: bulk::Bulk) -> Result<Store> {
        db.busy_timeout(BUSY)?;
        db.set_prepared_statement_cache_capacity(96);
        // Plans do not depend on bound values: otherwise a kept statement is prepared anew whenever such a value changes.
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        let version: i64 = db.query_row("PRAGMA user_version", [], |r| r.get(0))?;
        let known = MIGRATIONS.len() as i64;
        if version > known {
            return Err(StoreError::Newer { found: version, known });
        }
        to_wal(&db)?;
        db.pragma_update(None, "synchronous", "NORMAL")?;
        db.pragma_update(None, "foreign_keys", true)?;
        db.pragma_update(None, "temp_store", "MEMORY")?;
        db.pragma_update(None, "cache_size", -16_000)?;
        if version < known {
            migrate(&mut db)?;
        }
        db.execute_batch(narrow::TERMS)?;
        search::make_known(&db)?;
        let sieves = sieve::Sieves::make_known(&db)?;
        Ok(Store { db, bulk, sieves })
    }

    /// Stops what is read with [`StoreError::Interrupted`] as soon as this says so. It is asked while a statement runs, so
    /// that nothing is lost between two of them.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn stop_when(&mut self, overtaken: impl FnMut() -> bool + Send + 'static) -> Result<()> {
        /// Steps of SQLite's machine between two questions: some tenths of a millisecond.
        const STEPS: std::ffi::c_int = 1_000;
        Ok(self.db.progress_handler(STEPS, Some(overtaken))?)
    }

    /// What is read until this is dropped is of one moment. SQLite then takes its locks once: a filtered page asks some
    /// thousand small questions, and as many locks cost as much as the answers.
    fn snapshot(&self) -> Result<Option<rusqlite::Transaction<'_>>> {
        Ok(self.db.is_autocommit().then(|| self.db.unchecked_transaction()).transpose()?)
    }

    /// Changes when another program wrote to the database.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn data_version(&self) -> Result<i64> {
        Ok(self.db.query_row("PRAGMA data_version", [], |r| r.get(0))?)
    }

    /// A value the program keeps about the database itself.
    pub(crate) fn meta(&self, name: &str) -> Result<Option<String>> {
        Ok(self
            .db
            .prepare_cached("SELECT value FROM meta WHERE name = ?1")?
            .query_row([name], |r| r.get(0))
            .optional()?
            .flatten())
    }
}

/// Keeps a value about the database itself.
fn put_meta(db: &Connection, name: &str, value: &str) -> Result<()> {
    db.prepare_cached("INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value")?
        .execute([name, value])?;
    Ok(())
}

/// Switches the database to write-ahead logging. Where several open a new one at once SQLite does not wait for the others,
/// which would wait for it: who comes too late tries again.
fn to_wal(db: &Connection) -> Result<()> {
    const PAUSE: Duration = Duration::from_millis(5);
    let patience = Instant::now() + BUSY;
    loop {
        match db.pragma_update(None, "journal_mode", "WAL").map_err(StoreError::from) {
            Err(StoreError::Locked) if Instant::now() < patience => std::thread::sleep(PAUSE),
            done => return done,
        }
    }
}

/// Applies what is missing, each step in a transaction of its own. The version is read again inside: another program
/// may have been faster.
fn migrate(db: &mut Connection) -> Result<()> {
    for (n, sql) in MIGRATIONS.iter().enumerate() {
        let step = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let version: i64 = step.query_row("PRAGMA user_version", [], |r| r.get(0))?;
        if version <= n as i64 {
            step.execute_batch(sql)?;
            step.pragma_update(None, "user_version", n as i64 + 1)?;
        }
        step.commit()?;
    }
    Ok(())
}
