//! A deadline set by hand, or taken back.

use rusqlite::{Transaction, params};
use rust_i18n::t;
use serde::{Deserialize, Serialize};

use super::{Effect, Plan, Result, Step, lead, must_find};

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
}

impl DueStep {
    pub(super) fn run(&self, tx: &Transaction<'_>) -> Result<Effect> {
        match &self.value {
            None => {
                tx.prepare_cached("DELETE FROM due_decision WHERE anchor = ?1")?.execute([&self.anchor])?
            }
            Some(v) => tx
                .prepare_cached("INSERT OR REPLACE INTO due_decision VALUES (?1, ?2, ?3)")?
                .execute(params![self.anchor, v.due_at, v.at])?,
        };
        Ok(Effect::anchor(&self.anchor))
    }
}

/// What hangs on the copies of a notice.
pub(super) fn standing(tx: &Transaction<'_>, row: i64) -> Result<Vec<(String, DueValue)>> {
    let mut statement = tx.prepare_cached(
        "SELECT d.anchor, d.due_at, d.at FROM copy c JOIN message m ON m.id = c.message \
         JOIN due_decision d ON d.anchor = m.key WHERE c.notice = ?1 ORDER BY d.anchor",
    )?;
    let rows =
        statement.query_map([row], |r| Ok((r.get(0)?, DueValue { due_at: r.get(1)?, at: r.get(2)? })))?;
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
    plan.forward.push(step(&lead, at.map(|due_at| DueValue { due_at, at: now })));
    Ok(plan)
}
