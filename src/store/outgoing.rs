//! What a digest asks beyond lists and notices: when something was decided, and which files could not be read. Reads only.

use std::collections::HashMap;

use rusqlite::params;

use super::{Result, Store};
use crate::notice::Moment;

/// A file that could not be read, or not whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadFile {
    /// Its path as it was imported.
    pub path: String,
    /// Line of the first trouble.
    pub line: Option<u64>,
    /// The first trouble, in words.
    pub reason: String,
}

impl Store {
    /// When the state of a notice was decided last, by id. Notices nobody decided on are not there.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn decided(&self) -> Result<HashMap<String, Moment>> {
        let mut statement = self.db.prepare_cached(
            "SELECT n.id, max(s.at) FROM state_decision s JOIN message m ON m.key = s.anchor \
             JOIN copy c ON c.message = m.id JOIN notice n ON n.row = c.notice GROUP BY n.id",
        )?;
        let rows = statement.query_map([], |r| Ok((r.get(0)?, Moment(r.get(1)?))))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Files that came in at or after `since` and failed, or came in only in part, by path; a later import of the same
    /// path that went well clears it.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn bad_files(&self, since: i64) -> Result<Vec<BadFile>> {
        let mut statement = self.db.prepare_cached(
            "SELECT f.path, f.id FROM source_file f WHERE f.status IN ('failed', 'partial') AND f.added_at >= ?1 \
             AND NOT EXISTS (SELECT 1 FROM source_file g WHERE g.path = f.path AND g.id > f.id) ORDER BY f.path",
        )?;
        let files: Vec<(String, i64)> = statement
            .query_map(params![since], |r| Ok((r.get(0)?, r.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let mut first = self.db.prepare_cached(
            "SELECT line, reason FROM issue WHERE source = ?1 ORDER BY coalesce(line, 0) LIMIT 1",
        )?;
        let mut out = Vec::with_capacity(files.len());
        for (path, id) in files {
            let mut rows = first.query([id])?;
            let (line, reason) = match rows.next()? {
                Some(r) => (r.get::<_, Option<i64>>(0)?.and_then(|n| u64::try_from(n).ok()), r.get(1)?),
                None => (None, String::new()),
            };
            out.push(BadFile { path, line, reason });
        }
        Ok(out)
    }
}
