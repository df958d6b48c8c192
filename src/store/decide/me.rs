//! The user's own names, which replace the former ones.

use rusqlite::Transaction;
use rust_i18n::t;
use serde::{Deserialize, Serialize};

use super::super::{groups, states};
use super::{Effect, Plan, Result, Step};

/// The names of a group after the step; an empty group means all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct OwnStep {
    /// Key of a work group.
    pub group: String,
    /// All names.
    pub names: Vec<String>,
}

impl OwnStep {
    pub(super) fn run(&self, tx: &Transaction<'_>) -> Result<Effect> {
        tx.execute("DELETE FROM own_name WHERE work_group = ?1", [&self.group])?;
        for name in &self.names {
            tx.execute("INSERT OR IGNORE INTO own_name VALUES (?1, ?2)", [&self.group, name])?;
        }
        // Which reminders name the user's place depends on his names.
        let mut chased = tx.prepare_cached("SELECT DISTINCT target FROM link WHERE kind = 'reminds'")?;
        let rows = chased.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
        states::apply(tx, &rows)?;
        Ok(Effect::default())
    }
}

/// Plans the names; without a group they hold everywhere.
pub(super) fn plan(tx: &Transaction<'_>, group: Option<&str>, names: &[String]) -> Result<Plan> {
    let mut plan = Plan::new(t!("store.label.me").into_owned(), &[]);
    let keys = match group {
        None => vec![String::new()],
        Some(name) => groups::ids_of(tx, name)?
            .into_iter()
            .map(|id| tx.query_row("SELECT key FROM work_group WHERE id = ?1", [id], |r| r.get(0)))
            .collect::<rusqlite::Result<Vec<String>>>()?,
    };
    for group in keys {
        let mut statement =
            tx.prepare_cached("SELECT name FROM own_name WHERE work_group = ?1 ORDER BY name")?;
        let former =
            statement.query_map([&group], |r| r.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
        plan.backward.push(Step::Own(OwnStep { group: group.clone(), names: former }));
        plan.forward.push(Step::Own(OwnStep { group, names: names.to_vec() }));
    }
    Ok(plan)
}
