//! A deadline set by hand, or taken back.

use rusqlite::{Transaction, params};
use rust_i18n::t;
use serde::{Deserialize, Serialize};

use super::{Effect, Plan, Result, Step, lead, must_find};
use crate::message::local;

/// The row of an anchor after the step, or none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DueStep {
    /// Key of a message.
    pub anchor: String,
    /// What hangs on it.
    pub value: Option<DueValue>,
}

/// What was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DueValue {
    /// The deadline.
    pub due_at: i64,
    /// When it was decided.
    pub at: i64,
    /// Between what it was chosen, where the copies say different things.
    #[serde(default)]
    pub reason: Option<String>,
}

impl DueStep {
    pub(super) fn run(&self, tx: &Transaction<'_>) -> Result<Effect> {
        match &self.value {
            None => {
                tx.prepare_cached("DELETE FROM due_decision WHERE anchor = ?1")?.execute([&self.anchor])?
            }
            Some(v) => tx
                .prepare_cached("INSERT OR REPLACE INTO due_decision (anchor, due_at, at, reason) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![self.anchor, v.due_at, v.at, v.reason])?,
        };
        Ok(Effect::anchor(&self.anchor))
    }
}

/// What hangs on the copies of a notice.
pub(super) fn standing(tx: &Transaction<'_>, row: i64) -> Result<Vec<(String, DueValue)>> {
    let mut statement = tx.prepare_cached(
        "SELECT d.anchor, d.due_at, d.at, d.reason FROM copy c JOIN message m ON m.id = c.message \
         JOIN due_decision d ON d.anchor = m.key WHERE c.notice = ?1 ORDER BY d.anchor",
    )?;
    let rows = statement.query_map([row], |r| {
        Ok((r.get(0)?, DueValue { due_at: r.get(1)?, at: r.get(2)?, reason: r.get(3)? }))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Plans a deadline; `None` clears it.
pub(super) fn plan(tx: &Transaction<'_>, now: i64, notice: &str, at: Option<i64>) -> Result<Plan> {
    let row = must_find(tx, notice)?;
    let name = if at.is_some() { t!("store.label.due") } else { t!("store.label.due_clear") };
    let mut plan = Plan::new(name.into_owned(), &[row]);
    let (lead, _) = lead(tx, row)?;
    let step = |anchor: &str, value| Step::Due(DueStep { anchor: anchor.to_owned(), value });
    let former = standing(tx, row)?;
    if !former.iter().any(|(anchor, _)| *anchor == lead) {
        plan.backward.push(step(&lead, None));
    }
    for (anchor, value) in former {
        plan.forward.push(step(&anchor, None));
        plan.backward.push(step(&anchor, Some(value)));
    }
    plan.reason = at.map(|at| chosen(tx, row, at)).transpose()?.flatten();
    let reason = plan.reason.clone();
    plan.forward.push(step(&lead, at.map(|due_at| DueValue { due_at, at: now, reason })));
    Ok(plan)
}

/// Between which deadlines of the copies one was chosen; none when they agree.
fn chosen(tx: &Transaction<'_>, row: i64, at: i64) -> Result<Option<String>> {
    let mut statement = tx.prepare_cached(
        "SELECT due_at, count(DISTINCT work_group) FROM copy WHERE notice = ?1 AND due_at IS NOT NULL \
         GROUP BY due_at ORDER BY 2 DESC, 1",
    )?;
    let values = statement
        .query_map([row], |r| Ok((r.get(0)?, r.get(1)?)))?
        .collect::<rusqlite::Result<Vec<(i64, i64)>>>()?;
    if values.len() < 2 {
        return Ok(None);
    }
    let day = |at: i64| local(at).format("%m-%d %H:%M").to_string();
    let values: Vec<String> = values
        .into_iter()
        .map(|(at, groups)| t!("store.label.value", at = day(at), groups = groups).into_owned())
        .collect();
    Ok(Some(t!("store.label.chosen", at = day(at), values = values.join("、")).into_owned()))
}
