//! What `doctor` asks of the database: is it whole, and does the sum of what came in add up.

use serde::Serialize;

use super::{Result, Store};

/// The sum of promise 1: every line is in a message or an issue, every message has one role.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sums {
    /// Files that were read.
    pub files: u64,
    /// Messages stored.
    pub messages: u64,
    /// Entries read from files, repeats included.
    pub read: u64,
    /// Of these new.
    pub new: u64,
    /// Already known, enriched ones included.
    pub known: u64,
    /// Lines that were not understood.
    pub issues: u64,
    /// Messages by role.
    pub roles: Vec<(String, u64)>,
    /// Messages without a role.
    pub without_role: u64,
}

impl Sums {
    /// Whether everything adds up.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        self.without_role == 0
            && self.roles.iter().map(|(_, n)| n).sum::<u64>() == self.messages
            && self.new + self.known == self.read
    }
}

impl Store {
    /// SQLite's own check: empty when the database is whole, else what is wrong.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn integrity(&self) -> Result<Vec<String>> {
        let mut statement = self.db.prepare("PRAGMA integrity_check(20)")?;
        let lines: Vec<String> = statement.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
        Ok(lines.into_iter().filter(|l| l != "ok").collect())
    }

    /// Notices whose copies may not belong together: id and title, in order of time.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn snowballs(&self) -> Result<Vec<(String, String)>> {
        let mut statement = self.db.prepare(
            "SELECT id, title, titled FROM notice WHERE conflicts LIKE '%\"likeness\"%' ORDER BY first_seen, id LIMIT 50",
        )?;
        let rows = statement.query_map([], |r| Ok((r.get(0)?, super::titles::of(r, 1, 2)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The sum of promise 1.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn sums(&self) -> Result<Sums> {
        let one = |sql: &str| -> Result<u64> {
            Ok(self.db.query_row(sql, [], |r| r.get::<_, Option<i64>>(0))?.unwrap_or(0) as u64)
        };
        let mut statement = self.db.prepare(
            "SELECT p.role, count(*) FROM placement p JOIN message m ON m.id = p.message GROUP BY 1 ORDER BY 1",
        )?;
        let roles = statement
            .query_map([], |r| Ok((r.get(0)?, r.get::<_, i64>(1)? as u64)))?
            .collect::<rusqlite::Result<Vec<(String, u64)>>>()?;
        Ok(Sums {
            files: one("SELECT count(*) FROM source_file")?,
            messages: one("SELECT count(*) FROM message")?,
            read: one("SELECT sum(messages) FROM source_file")?,
            new: one("SELECT sum(new) FROM source_file")?,
            known: one("SELECT sum(known) + sum(enriched) FROM source_file")?,
            issues: one("SELECT count(*) FROM issue")?,
            without_role: one(
                "SELECT count(*) FROM message m WHERE NOT EXISTS (SELECT 1 FROM placement p WHERE p.message = m.id)",
            )?,
            roles,
        })
    }

    /// Version of SQLite, of the schema, and of what is derived.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn versions(&self) -> Result<(String, i64, i64)> {
        let sqlite = self.db.query_row("SELECT sqlite_version()", [], |r| r.get(0))?;
        let schema = self.db.query_row("PRAGMA user_version", [], |r| r.get(0))?;
        Ok((sqlite, schema, super::DERIVED_VERSION))
    }
}
