//! What a store is asked, written down as it is asked, and the plan of each question: for the test that no question of the
//! screen runs through a table or sorts more than a page.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use rusqlite::trace::{TraceEvent, TraceEventCodes};
use rusqlite::types::Value;

use super::Store;

/// Statements and how often each was run.
pub(crate) type Asked = Arc<Mutex<BTreeMap<String, u32>>>;

impl Store {
    /// Writes down from now on what is asked.
    pub(crate) fn write_down(&mut self) -> Asked {
        let asked = Asked::default();
        let into = Arc::clone(&asked);
        let note = move |event: TraceEvent<'_>| {
            if let TraceEvent::Stmt(statement, _) = event {
                *into.lock().unwrap().entry(statement.sql().into_owned()).or_insert(0) += 1;
            }
        };
        self.db.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(note)).unwrap();
        asked
    }

    /// The lines of a statement's plan; `None` where it is only a piece of one.
    pub(crate) fn plan(&self, sql: &str) -> Option<Vec<String>> {
        let mut statement = self.db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).ok()?;
        let values = vec![Value::Integer(1); statement.parameter_count()];
        let lines = statement.query_map(rusqlite::params_from_iter(values), |r| r.get(3)).unwrap();
        Some(lines.map(|l| l.unwrap()).collect())
    }
}
