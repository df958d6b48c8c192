//! What a person decides: one short transaction each, recorded with its inverse, so that it can be undone and redone
//! any time later. Decisions hang on message keys, never on notices, and so survive a rebuild. A kind of decision is a file
//! here, a variant of [`Decision`] with its line in [`plan`], and a variant of [`Step`] with its line in [`Step::run`].

mod adopt;
mod due;
mod me;
mod state;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use serde::{Deserialize, Serialize};

use super::{Result, Store, StoreError, notices, states};
use crate::handover::{Adopted, HandedRow};
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
    /// Decisions out of a hand-over file: those about which nothing was decided here.
    Adopt {
        /// Rows of the tables of decisions, hung on messages of this database.
        rows: Vec<HandedRow>,
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

/// A change of one row of the ground tables: the row after the step, or none. Stands as JSON in the log, named by its
/// variant: variants may be added, never changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Step {
    State(state::StateStep),
    Due(due::DueStep),
    Own(me::OwnStep),
    Row(adopt::RowStep),
}

impl Step {
    fn run(&self, tx: &Transaction<'_>) -> Result<Effect> {
        match self {
            Step::State(step) => step.run(tx),
            Step::Due(step) => step.run(tx),
            Step::Own(step) => step.run(tx),
            Step::Row(step) => step.run(tx),
        }
    }
}

/// What a step changed.
#[derive(Debug, Default)]
struct Effect {
    /// Keys of messages: what is shown of the notices that hold them changes.
    anchors: Vec<String>,
}

impl Effect {
    fn anchor(key: &str) -> Self {
        Effect { anchors: vec![key.to_owned()] }
    }
}

/// The steps of a decision and of its inverse, each in the order in which they run.
#[derive(Debug, Default)]
struct Plan {
    forward: Vec<Step>,
    backward: Vec<Step>,
    label: String,
    /// Rows of the notices it speaks of.
    rows: Vec<i64>,
}

impl Plan {
    fn new(label: String, rows: &[i64]) -> Self {
        Plan { label, rows: rows.to_vec(), ..Plan::default() }
    }
}

fn plan(tx: &Transaction<'_>, now: i64, decision: &Decision) -> Result<Plan> {
    match decision {
        Decision::State { notices, state, until, note } => {
            state::plan(tx, now, notices, *state, *until, note.as_deref())
        }
        Decision::Due { notice, at } => due::plan(tx, now, notice, *at),
        Decision::Adopt { rows } => adopt::plan(tx, rows),
        Decision::Me { group, names } => me::plan(tx, group.as_deref(), names),
    }
}

impl Store {
    /// Carries out a decision.
    ///
    /// # Errors
    /// An unknown notice or group; what SQLite reports. Nothing is changed then.
    pub fn decide(&mut self, now: i64, decision: &Decision) -> Result<Decided> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let plan = plan(&tx, now, decision)?;
        let mut touched = run(&tx, &plan.forward)?;
        for row in plan.rows {
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
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let row = must_find(&tx, notice)?;
        let unread: bool =
            tx.query_row("SELECT state = 'unread' FROM notice WHERE row = ?1", [row], |r| r.get(0))?;
        if unread {
            let plan = state::plan_rows(&tx, now, &[row], State::Open, None, None)?;
            run(&tx, &plan.forward)?;
            states::apply(&tx, &[row])?;
        }
        tx.commit()?;
        Ok(unread)
    }

    /// What would become of the decisions of a hand-over file, hung on messages of this database.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn adopt_look(&self, rows: &[HandedRow]) -> Result<Adopted> {
        adopt::look(&self.db, rows)
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
}

/// The row of a notice by its id or an unambiguous beginning.
fn must_find(db: &Connection, id: &str) -> Result<i64> {
    notices::row_of(db, id)?.ok_or_else(|| StoreError::NoNotice(id.to_owned()))
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
        let effect = step.run(tx)?;
        let mut statement = tx.prepare_cached(
            "SELECT c.notice FROM message m JOIN copy c ON c.message = m.id WHERE m.key = ?1",
        )?;
        for anchor in &effect.anchors {
            for row in statement.query_map([anchor], |r| r.get(0))? {
                let row = row?;
                if !touched.contains(&row) {
                    touched.push(row);
                }
            }
        }
    }
    Ok(touched)
}

fn ids(tx: &Transaction<'_>, rows: &[i64]) -> Result<Vec<String>> {
    let mut statement = tx.prepare_cached("SELECT id FROM notice WHERE row = ?1")?;
    rows.iter().map(|row| Ok(statement.query_row([row], |r| r.get(0))?)).collect()
}
