//! What a person decides: one short transaction each, recorded with its inverse, so that it can be undone and redone
//! any time later. Decisions hang on message keys, never on notices, and so survive a rebuild.

use rusqlite::{OptionalExtension, Transaction, TransactionBehavior, params};
use rust_i18n::t;
use serde::{Deserialize, Serialize};

use super::{Result, Store, StoreError, states};
use crate::notice::{Moment, State};

/// Something a person says about notices.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// A state for some notices: one step, however many.
    State {
        /// Ids, or unambiguous beginnings.
        notices: Vec<String>,
        /// The new state.
        state: State,
        /// Until when, for 稍后.
        until: Option<i64>,
        /// A remark.
        note: Option<String>,
    },
    /// A deadline set by hand; `None` clears it.
    Due {
        /// Id of the notice.
        notice: String,
        /// The deadline.
        at: Option<i64>,
    },
    /// The user's own names, which replace the former ones.
    Me {
        /// Name of a work group; `None` means all.
        group: Option<String>,
        /// The names.
        names: Vec<String>,
    },
}

/// What was done, undone or redone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decided {
    /// What to call it.
    pub label: String,
    /// Ids of the notices it changed.
    pub notices: Vec<String>,
}

/// A step of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UndoRow {
    /// Number of the step.
    pub id: i64,
    /// When it was decided.
    pub at: Moment,
    /// What to call it.
    pub label: String,
    /// When it was undone, if it is.
    pub undone_at: Option<Moment>,
}

/// A change of one row of the ground tables: the row after the step, or none.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Step {
    State { anchor: String, value: Option<StateValue> },
    Due { anchor: String, value: Option<DueValue> },
    Own { group: String, names: Vec<String> },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct StateValue {
    state: State,
    until: Option<i64>,
    note: Option<String>,
    at: i64,
    facts_seen: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct DueValue {
    due_at: i64,
    at: i64,
}

#[derive(Default)]
struct Plan {
    forward: Vec<Step>,
    backward: Vec<Step>,
    label: String,
}

impl Store {
    /// Carries out a decision.
    ///
    /// # Errors
    /// An unknown notice or group; what SQLite reports. Nothing is changed then.
    pub fn decide(&mut self, now: i64, decision: &Decision) -> Result<Decided> {
        let rows = match decision {
            Decision::State { notices, .. } => {
                notices.iter().map(|id| self.must_find(id)).collect::<Result<Vec<i64>>>()?
            }
            Decision::Due { notice, .. } => vec![self.must_find(notice)?],
            Decision::Me { .. } => Vec::new(),
        };
        let groups = match decision {
            Decision::Me { group: Some(name), .. } => self.group_ids(name)?,
            _ => Vec::new(),
        };
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let plan = match decision {
            Decision::State { state, until, note, .. } => {
                let value = |facts_seen| StateValue {
                    state: *state,
                    until: if *state == State::Later { *until } else { None },
                    note: note.clone(),
                    at: now,
                    facts_seen,
                };
                plan_state(&tx, &rows, value, *state)?
            }
            Decision::Due { at, .. } => plan_due(&tx, rows[0], *at, now)?,
            Decision::Me { names, .. } => plan_me(&tx, &groups, names)?,
        };
        let mut touched = run(&tx, &plan.forward)?;
        for row in rows {
            if !touched.contains(&row) {
                touched.push(row);
            }
        }
        states::apply(&tx, &touched)?;
        tx.prepare_cached("INSERT INTO undo (at, label, forward, backward) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![
                now,
                plan.label,
                serde_json::to_string(&plan.forward)?,
                serde_json::to_string(&plan.backward)?
            ])?;
        let notices = ids(&tx, &touched)?;
        tx.commit()?;
        Ok(Decided { label: plan.label, notices })
    }

    /// Turns 未读 into 待办 because the notice was opened. Not a step of the log: nobody decided anything. Returns
    /// whether something changed.
    ///
    /// # Errors
    /// An unknown notice; what SQLite reports.
    pub fn seen(&mut self, now: i64, notice: &str) -> Result<bool> {
        let row = self.must_find(notice)?;
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let unread: bool =
            tx.query_row("SELECT state = 'unread' FROM notice WHERE row = ?1", [row], |r| r.get(0))?;
        if unread {
            let value =
                |facts_seen| StateValue { state: State::Open, until: None, note: None, at: now, facts_seen };
            let plan = plan_state(&tx, &[row], value, State::Open)?;
            run(&tx, &plan.forward)?;
            states::apply(&tx, &[row])?;
        }
        tx.commit()?;
        Ok(unread)
    }

    /// Takes back the last step that stands; `None` when there is none.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn undo(&mut self, now: i64) -> Result<Option<Decided>> {
        self.step(
            "SELECT id, label, backward FROM undo WHERE undone_at IS NULL ORDER BY id DESC LIMIT 1",
            Some(now),
        )
    }

    /// Does again what was undone last; `None` when nothing was, or something else was decided since.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn redo(&mut self, _now: i64) -> Result<Option<Decided>> {
        self.step(
            "SELECT id, label, forward FROM undo WHERE id > coalesce((SELECT max(id) FROM undo WHERE undone_at IS NULL), 0) \
             ORDER BY id LIMIT 1",
            None,
        )
    }

    fn step(&mut self, which: &str, undone_at: Option<i64>) -> Result<Option<Decided>> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found = tx
            .query_row(which, [], |r| {
                Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?, r.get::<_, String>(2)?))
            })
            .optional()?;
        let Some((id, label, steps)) = found else {
            return Ok(None);
        };
        let steps: Vec<Step> = serde_json::from_str(&steps)?;
        let touched = run(&tx, &steps)?;
        states::apply(&tx, &touched)?;
        tx.execute("UPDATE undo SET undone_at = ?2 WHERE id = ?1", params![id, undone_at])?;
        let notices = ids(&tx, &touched)?;
        tx.commit()?;
        Ok(Some(Decided { label, notices }))
    }

    /// The log, newest first.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn undo_list(&self, limit: usize) -> Result<Vec<UndoRow>> {
        let mut statement =
            self.db.prepare_cached("SELECT id, at, label, undone_at FROM undo ORDER BY id DESC LIMIT ?1")?;
        let rows = statement.query_map([limit as i64], |r| {
            Ok(UndoRow {
                id: r.get(0)?,
                at: Moment(r.get(1)?),
                label: r.get(2)?,
                undone_at: r.get::<_, Option<i64>>(3)?.map(Moment),
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn must_find(&self, id: &str) -> Result<i64> {
        self.notice_by_id(id)?.ok_or_else(|| StoreError::NoNotice(id.to_owned()))
    }
}

/// A state for notices: what hung on any of their copies goes, the new one hangs on the lead copy.
fn plan_state(
    tx: &Transaction<'_>,
    rows: &[i64],
    value: impl Fn(i64) -> StateValue,
    state: State,
) -> Result<Plan> {
    let mut plan = Plan { label: label(state, rows.len()), ..Plan::default() };
    for &row in rows {
        let (lead, facts_seen) = lead(tx, row)?;
        let mut statement = tx.prepare_cached(
            "SELECT s.anchor, s.state, s.until, s.note, s.at, s.facts_seen FROM copy c JOIN message m ON m.id = c.message \
             JOIN state_decision s ON s.anchor = m.key WHERE c.notice = ?1",
        )?;
        let mut former = statement.query([row])?;
        let mut had_lead = false;
        while let Some(r) = former.next()? {
            let anchor: String = r.get(0)?;
            had_lead |= anchor == lead;
            let value = StateValue {
                state: State::parse(r.get_ref(1)?.as_str().unwrap_or_default()).unwrap_or_default(),
                until: r.get(2)?,
                note: r.get(3)?,
                at: r.get(4)?,
                facts_seen: r.get(5)?,
            };
            plan.forward.push(Step::State { anchor: anchor.clone(), value: None });
            plan.backward.push(Step::State { anchor, value: Some(value) });
        }
        if !had_lead {
            plan.backward.push(Step::State { anchor: lead.clone(), value: None });
        }
        plan.forward.push(Step::State { anchor: lead, value: Some(value(facts_seen)) });
    }
    Ok(plan)
}

fn plan_due(tx: &Transaction<'_>, row: i64, at: Option<i64>, now: i64) -> Result<Plan> {
    let name = if at.is_some() { t!("store.label.due") } else { t!("store.label.due_clear") };
    let mut plan = Plan { label: name.into_owned(), ..Plan::default() };
    let (lead, _) = lead(tx, row)?;
    let mut statement = tx.prepare_cached(
        "SELECT d.anchor, d.due_at, d.at FROM copy c JOIN message m ON m.id = c.message \
         JOIN due_decision d ON d.anchor = m.key WHERE c.notice = ?1",
    )?;
    let mut former = statement.query([row])?;
    let mut had_lead = false;
    while let Some(r) = former.next()? {
        let anchor: String = r.get(0)?;
        had_lead |= anchor == lead;
        let value = Some(DueValue { due_at: r.get(1)?, at: r.get(2)? });
        plan.forward.push(Step::Due { anchor: anchor.clone(), value: None });
        plan.backward.push(Step::Due { anchor, value });
    }
    if !had_lead {
        plan.backward.push(Step::Due { anchor: lead.clone(), value: None });
    }
    plan.forward.push(Step::Due { anchor: lead, value: at.map(|due_at| DueValue { due_at, at: now }) });
    Ok(plan)
}

fn plan_me(tx: &Transaction<'_>, groups: &[i64], names: &[String]) -> Result<Plan> {
    let mut plan = Plan { label: t!("store.label.me").into_owned(), ..Plan::default() };
    let mut keys = Vec::new();
    for &group in groups {
        keys.push(
            tx.query_row("SELECT key FROM work_group WHERE id = ?1", [group], |r| r.get::<_, String>(0))?,
        );
    }
    if keys.is_empty() {
        keys.push(String::new());
    }
    for group in keys {
        let mut statement =
            tx.prepare_cached("SELECT name FROM own_name WHERE work_group = ?1 ORDER BY name")?;
        let former =
            statement.query_map([&group], |r| r.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
        plan.backward.push(Step::Own { group: group.clone(), names: former });
        plan.forward.push(Step::Own { group, names: names.to_vec() });
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

/// The key of a notice's lead copy, and when its facts last changed.
fn lead(tx: &Transaction<'_>, row: i64) -> Result<(String, i64)> {
    Ok(tx.query_row(
        "SELECT m.key, coalesce(n.facts_changed_at, 0) FROM notice n JOIN message m ON m.id = n.lead WHERE n.row = ?1",
        [row],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?)
}

/// Carries out steps; returns the notices that hold the anchors.
fn run(tx: &Transaction<'_>, steps: &[Step]) -> Result<Vec<i64>> {
    let mut touched = Vec::new();
    for step in steps {
        let anchor = match step {
            Step::State { anchor, value } => {
                match value {
                    None => tx
                        .prepare_cached("DELETE FROM state_decision WHERE anchor = ?1")?
                        .execute([anchor])?,
                    Some(v) => tx
                        .prepare_cached(
                            "INSERT OR REPLACE INTO state_decision VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                        )?
                        .execute(params![anchor, v.state.as_str(), v.until, v.note, v.at, v.facts_seen])?,
                };
                anchor
            }
            Step::Due { anchor, value } => {
                match value {
                    None => {
                        tx.prepare_cached("DELETE FROM due_decision WHERE anchor = ?1")?.execute([anchor])?
                    }
                    Some(v) => tx
                        .prepare_cached("INSERT OR REPLACE INTO due_decision VALUES (?1, ?2, ?3)")?
                        .execute(params![anchor, v.due_at, v.at])?,
                };
                anchor
            }
            Step::Own { group, names } => {
                tx.execute("DELETE FROM own_name WHERE work_group = ?1", [group])?;
                for name in names {
                    tx.execute("INSERT OR IGNORE INTO own_name VALUES (?1, ?2)", [group, name])?;
                }
                continue;
            }
        };
        let mut statement = tx.prepare_cached(
            "SELECT c.notice FROM message m JOIN copy c ON c.message = m.id WHERE m.key = ?1",
        )?;
        for row in statement.query_map([anchor], |r| r.get(0))? {
            let row = row?;
            if !touched.contains(&row) {
                touched.push(row);
            }
        }
    }
    Ok(touched)
}

fn ids(tx: &Transaction<'_>, rows: &[i64]) -> Result<Vec<String>> {
    let mut statement = tx.prepare_cached("SELECT id FROM notice WHERE row = ?1")?;
    rows.iter().map(|row| Ok(statement.query_row([row], |r| r.get(0))?)).collect()
}
