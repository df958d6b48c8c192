//! A state for notices: 已办, 阅知, 稍后, 待办. What hung on any of their copies goes; the new one hangs on the lead copy.

use rusqlite::{Transaction, params};
use rust_i18n::t;
use serde::{Deserialize, Serialize};

use super::{Effect, Plan, Result, Step, duty, lead, must_find};
use crate::notice::State;

/// The row of an anchor after the step, or none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StateStep {
    /// Key of a message.
    pub anchor: String,
    /// What hangs on it.
    pub value: Option<StateValue>,
}

/// What was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StateValue {
    /// The state.
    pub state: State,
    /// Until when, for 稍后.
    pub until: Option<i64>,
    /// A remark.
    pub note: Option<String>,
    /// When it was decided.
    pub at: i64,
    /// When the facts of the notice had last changed by then.
    pub facts_seen: i64,
}

impl StateStep {
    pub(super) fn run(&self, tx: &Transaction<'_>) -> Result<Effect> {
        match &self.value {
            None => {
                tx.prepare_cached("DELETE FROM state_decision WHERE anchor = ?1")?.execute([&self.anchor])?
            }
            Some(v) => tx
                .prepare_cached("INSERT OR REPLACE INTO state_decision VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
                .execute(params![self.anchor, v.state.as_str(), v.until, v.note, v.at, v.facts_seen])?,
        };
        Ok(Effect::anchor(&self.anchor))
    }
}

/// What hangs on the copies of a notice.
pub(super) fn standing(tx: &Transaction<'_>, row: i64) -> Result<Vec<(String, StateValue)>> {
    let mut statement = tx.prepare_cached(
        "SELECT s.anchor, s.state, s.until, s.note, s.at, s.facts_seen FROM copy c JOIN message m ON m.id = c.message \
         JOIN state_decision s ON s.anchor = m.key WHERE c.notice = ?1 ORDER BY s.anchor",
    )?;
    let mut rows = statement.query([row])?;
    let mut out = Vec::new();
    while let Some(r) = rows.next()? {
        let value = StateValue {
            state: State::parse(r.get_ref(1)?.as_str().unwrap_or_default()).unwrap_or_default(),
            until: r.get(2)?,
            note: r.get(3)?,
            at: r.get(4)?,
            facts_seen: r.get(5)?,
        };
        out.push((r.get(0)?, value));
    }
    Ok(out)
}

/// Plans a state for some notices.
pub(super) fn plan(
    tx: &Transaction<'_>,
    now: i64,
    notices: &[String],
    state: State,
    until: Option<i64>,
    note: Option<&str>,
) -> Result<Plan> {
    let rows = notices.iter().map(|id| must_find(tx, id)).collect::<Result<Vec<i64>>>()?;
    let mut plan = plan_rows(tx, now, &rows, state, until, note)?;
    match state {
        State::Done => duty::finish(tx, now, &rows, false, &mut plan)?,
        // Put off is not done.
        State::Open | State::Unread | State::Later => duty::reopen(tx, now, &rows, &mut plan)?,
        State::Noted => {}
    }
    Ok(plan)
}

/// 已办 for notices with all rows of their checklists.
pub(super) fn finish(tx: &Transaction<'_>, now: i64, notices: &[String], note: Option<&str>) -> Result<Plan> {
    let rows = notices.iter().map(|id| must_find(tx, id)).collect::<Result<Vec<i64>>>()?;
    let mut plan = plan_rows(tx, now, &rows, State::Done, None, note)?;
    duty::finish(tx, now, &rows, true, &mut plan)?;
    Ok(plan)
}

/// The same by rows.
pub(super) fn plan_rows(
    tx: &Transaction<'_>,
    now: i64,
    rows: &[i64],
    state: State,
    until: Option<i64>,
    note: Option<&str>,
) -> Result<Plan> {
    let mut plan = Plan::new(label(state, rows.len()), rows);
    let until = until.filter(|_| state == State::Later);
    for &row in rows {
        let (lead, facts_seen) = lead(tx, row)?;
        let step = |anchor: &str, value| Step::State(StateStep { anchor: anchor.to_owned(), value });
        let former = standing(tx, row)?;
        let had_lead = former.iter().any(|(anchor, _)| *anchor == lead);
        for (anchor, value) in former {
            plan.forward.push(step(&anchor, None));
            plan.backward.push(step(&anchor, Some(value)));
        }
        if !had_lead {
            plan.backward.push(step(&lead, None));
        }
        let value = StateValue { state, until, note: note.map(str::to_owned), at: now, facts_seen };
        plan.forward.push(step(&lead, Some(value)));
    }
    Ok(plan)
}

fn label(state: State, count: usize) -> String {
    let label = match state {
        State::Unread => t!("store.label.unread"),
        State::Open => t!("store.label.open"),
        State::Later => t!("store.label.later"),
        State::Noted => t!("store.label.noted"),
        State::Done => t!("store.label.done"),
    };
    if count > 1 {
        t!("store.label.many", label = label, count = count).into_owned()
    } else {
        label.into_owned()
    }
}
