//! Saved views: filters of the list of notices under a name of the user's.

use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Deserialize, Serialize};

use super::{ListQuery, Result, Store};
use crate::notice::{Moment, View};

/// Which notices a list shows, without the moment it is asked at: what a name stands for. Stands as JSON in the database:
/// fields may be added, never changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListFilter {
    /// Which states.
    pub view: View,
    /// Names of work groups a copy was seen in; empty means all.
    pub groups: Vec<String>,
    /// Words that must occur in title or text, separated by white space.
    pub words: String,
    /// Last seen at or after.
    pub since: Option<Moment>,
    /// First seen before.
    pub until: Option<Moment>,
    /// Only notices on which a file of evidence hangs.
    pub with_files: bool,
}

impl ListFilter {
    /// The question to the store at this moment.
    #[must_use]
    pub fn query(&self, now: i64) -> ListQuery {
        ListQuery {
            view: self.view,
            groups: self.groups.clone(),
            since: self.since.map(|m| m.0),
            until: self.until.map(|m| m.0),
            words: self.words.clone(),
            with_files: self.with_files,
            now,
        }
    }
}

/// A filter under its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SavedView {
    /// The name.
    pub name: String,
    /// What it stands for.
    #[serde(flatten)]
    pub filter: ListFilter,
}

impl Store {
    /// All saved views by name.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn saved_views(&self) -> Result<Vec<SavedView>> {
        let mut statement = self.db.prepare_cached("SELECT name, filter FROM saved_view ORDER BY name")?;
        let rows = statement.query_map([], pair)?.collect::<rusqlite::Result<Vec<_>>>()?;
        rows.into_iter()
            .map(|(name, filter)| Ok(SavedView { name, filter: serde_json::from_str(&filter)? }))
            .collect()
    }

    /// The filter of this name.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn saved_view(&self, name: &str) -> Result<Option<ListFilter>> {
        find(&self.db, name)
    }
}

/// The filter of this name.
pub(super) fn find(db: &Connection, name: &str) -> Result<Option<ListFilter>> {
    let mut statement = db.prepare_cached("SELECT name, filter FROM saved_view WHERE name = ?1")?;
    let found = statement.query_row([name], pair).optional()?;
    found.map(|(_, filter)| Ok(serde_json::from_str(&filter)?)).transpose()
}

fn pair(r: &Row<'_>) -> rusqlite::Result<(String, String)> {
    Ok((r.get(0)?, r.get(1)?))
}
