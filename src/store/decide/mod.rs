//! What a person decides: one short transaction each, recorded with its inverse, so that it can be undone and redone
//! any time later. Decisions hang on message keys, never on notices, and so survive a rebuild. A kind of decision is a file
//! here, a variant of [`Decision`] with its line in [`plan`], and a variant of [`Step`] with its line in [`Step::run`].

mod adopt;
mod due;
mod duty;
pub(super) mod group;
mod link;
mod me;
mod merge;
mod pin;
mod split;
mod state;
mod untie;
mod view;

use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, params};
use rust_i18n::t;
use serde::{Deserialize, Serialize};

use super::{Result, Store, StoreError, duties, join, links, notices, states};
use crate::handover::{Adopted, HandedRow};
use crate::notice::{LinkKind, Moment, State};

pub use duty::{DutyChange, EvidenceFile};
pub use view::ViewChange;

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
    /// Notices that are one.
    Merge {
        /// Ids, or unambiguous beginnings.
        notices: Vec<String>,
        /// The one that gives title and id.
        lead: String,
    },
    /// Messages that are a notice of their own.
    Split {
        /// Id of the notice they are taken out of.
        notice: String,
        /// Ids of messages, or unambiguous beginnings.
        messages: Vec<String>,
    },
    /// Two notices that are not the same, whatever comes later.
    NotSame {
        /// Id of one.
        a: String,
        /// Id of the other.
        b: String,
    },
    /// A notice speaks of another.
    Link {
        /// Id of the notice that speaks.
        from: String,
        /// Id of the notice spoken of.
        to: String,
        /// How.
        kind: LinkKind,
    },
    /// Two notices are not linked, whatever the rules say.
    Unlink {
        /// Id of one.
        a: String,
        /// Id of the other.
        b: String,
        /// Which link; `None` means all.
        kind: Option<LinkKind>,
    },
    /// The user's own names, which replace the former ones.
    Me {
        /// Name of a work group; `None` means all.
        group: Option<String>,
        /// The names.
        names: Vec<String>,
    },
    /// Something about rows of checklists: one step, however many.
    Duty {
        /// Ids, or unambiguous beginnings.
        duties: Vec<String>,
        /// What.
        change: DutyChange,
    },
    /// 已办 for notices and for the rows of theirs that are still open.
    Finish {
        /// Ids, or unambiguous beginnings.
        notices: Vec<String>,
        /// A remark.
        note: Option<String>,
    },
    /// Whether a reply is an answer to the notice it follows.
    Untie {
        /// Id of the message.
        message: String,
        /// Whether it is.
        tied: bool,
    },
    /// A filter of the list under a name.
    View(ViewChange),
}

/// What was done, undone or redone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decided {
    /// What to call it.
    pub label: String,
    /// Ids of the notices it changed.
    pub notices: Vec<String>,
    /// Why, or what else is to be known about it.
    pub reason: Option<String>,
    /// Whether notices are to be computed again; `ingest` does it.
    #[serde(skip)]
    pub stale: bool,
    /// Keys of the messages it hangs on.
    #[serde(skip)]
    pub anchors: Vec<String>,
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
    /// Why.
    pub reason: Option<String>,
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
    Pin(pin::PinStep),
    Lead(pin::LeadStep),
    Link(pin::LinkStep),
    Derive(pin::DeriveStep),
    Duty(duty::DutyStep),
    Untie(untie::UntieStep),
    Group(group::GroupStep),
    View(view::ViewStep),
}

impl Step {
    fn run(&self, tx: &Transaction<'_>) -> Result<Effect> {
        match self {
            Step::State(step) => step.run(tx),
            Step::Due(step) => step.run(tx),
            Step::Own(step) => step.run(tx),
            Step::Row(step) => step.run(tx),
            Step::Pin(step) => step.run(tx),
            Step::Lead(step) => step.run(tx),
            Step::Link(step) => step.run(tx),
            Step::Derive(step) => step.run(tx),
            Step::Duty(step) => step.run(tx),
            Step::Untie(step) => step.run(tx),
            Step::Group(step) => step.run(tx),
            Step::View(step) => step.run(tx),
        }
    }
}

/// What a step changed.
#[derive(Debug, Default)]
struct Effect {
    /// Keys of messages: what is shown of the notices that hold them changes.
    anchors: Vec<String>,
    /// Decided links are to be put in place.
    links: bool,
    /// Something was marked to be computed again.
    stale: bool,
    /// Join of two groups that was taken back.
    parted: Option<i64>,
}

impl Effect {
    fn anchor(key: &str) -> Self {
        Effect { anchors: vec![key.to_owned()], ..Effect::default() }
    }
}

/// The steps of a decision and of its inverse, each in the order in which they run.
#[derive(Debug, Default)]
struct Plan {
    forward: Vec<Step>,
    backward: Vec<Step>,
    label: String,
    /// Why, or what else is to be known about it.
    reason: Option<String>,
    /// Rows of the notices it speaks of.
    rows: Vec<i64>,
}

impl Plan {
    fn new(label: String, rows: &[i64]) -> Self {
        Plan { label, rows: rows.to_vec(), ..Plan::default() }
    }

    /// Adds a step and its inverse; inverses run in the opposite order.
    fn step(&mut self, forward: Step, backward: Step) {
        self.forward.push(forward);
        self.backward.insert(0, backward);
    }
}

fn plan(tx: &Transaction<'_>, now: i64, decision: &Decision) -> Result<Plan> {
    match decision {
        Decision::State { notices, state, until, note } => {
            state::plan(tx, now, notices, *state, *until, note.as_deref())
        }
        Decision::Finish { notices, note } => state::finish(tx, now, notices, note.as_deref()),
        Decision::Duty { duties, change } => duty::plan(tx, now, duties, change),
        Decision::Untie { message, tied } => untie::plan(tx, now, message, *tied),
        Decision::Due { notice, at } => due::plan(tx, now, notice, *at),
        Decision::Adopt { rows } => adopt::plan(tx, rows),
        Decision::Merge { notices, lead } => merge::plan(tx, now, notices, lead),
        Decision::Split { notice, messages } => split::plan(tx, now, notice, messages),
        Decision::NotSame { a, b } => split::plan_apart(tx, now, a, b),
        Decision::Link { from, to, kind } => link::plan(tx, now, from, to, *kind),
        Decision::Unlink { a, b, kind } => link::plan_unlink(tx, now, a, b, *kind),
        Decision::View(change) => view::plan(tx, change),
        Decision::Me { group, names } => me::plan(tx, group.as_deref(), names),
    }
}

/// The step that is done again next: number, label, steps, reason.
const NEXT_TO_REDO: &str = "SELECT id, label, forward, reason FROM undo \
     WHERE id > coalesce((SELECT max(id) FROM undo WHERE undone_at IS NULL), 0) AND forward <> '[]' ORDER BY id LIMIT 1";

impl Store {
    /// Carries out a decision.
    ///
    /// # Errors
    /// An unknown notice or group; what SQLite reports. Nothing is changed then.
    pub fn decide(&mut self, now: i64, decision: &Decision) -> Result<Decided> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let plan = plan(&tx, now, decision)?;
        let mut done = run(&tx, &plan.forward)?;
        for row in plan.rows {
            if !done.rows.contains(&row) {
                done.rows.push(row);
            }
        }
        states::apply(&tx, &done.rows)?;
        duties::look(&tx, now)?;
        let id = log(&tx, now, &plan.label, plan.reason.as_deref(), &plan.forward, &plan.backward)?;
        for anchor in &done.anchors {
            tx.prepare_cached("INSERT OR IGNORE INTO undo_anchor VALUES (?1, ?2)")?
                .execute(params![anchor, id])?;
        }
        let notices = ids(&tx, &done.rows)?;
        tx.commit()?;
        let Done { stale, anchors, .. } = done;
        Ok(Decided { label: plan.label, notices, reason: plan.reason, stale, anchors })
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
            "SELECT id, label, backward, reason FROM undo WHERE undone_at IS NULL ORDER BY id DESC LIMIT 1",
            Some(now),
        )
    }

    /// Does again what was undone last; `None` when nothing was, or something else was decided since. A join of groups
    /// is done again by [`Store::join_groups`]: ask [`Store::join_to_redo`] first.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn redo(&mut self, _now: i64) -> Result<Option<Decided>> {
        self.step(NEXT_TO_REDO, None)
    }

    fn step(&mut self, which: &str, undone_at: Option<i64>) -> Result<Option<Decided>> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found = tx
            .query_row(which, [], |r| {
                let (id, label, steps): (i64, String, String) = (r.get(0)?, r.get(1)?, r.get(2)?);
                Ok((id, label, steps, r.get::<_, Option<String>>(3)?))
            })
            .optional()?;
        let Some((id, label, steps, reason)) = found else {
            return Ok(None);
        };
        let steps: Vec<Step> = serde_json::from_str(&steps)?;
        let done = run(&tx, &steps)?;
        states::apply(&tx, &done.rows)?;
        tx.execute("UPDATE undo SET undone_at = ?2 WHERE id = ?1", params![id, undone_at])?;
        for join in &done.parted {
            join::stamp_parted(&tx, *join, undone_at.unwrap_or_default())?;
        }
        let notices = ids(&tx, &done.rows)?;
        tx.commit()?;
        let Done { stale, anchors, .. } = done;
        Ok(Some(Decided { label, notices, reason, stale, anchors }))
    }

    /// The log, newest first.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn undo_list(&self, limit: usize) -> Result<Vec<UndoRow>> {
        let mut statement = self
            .db
            .prepare_cached("SELECT id, at, label, reason, undone_at FROM undo ORDER BY id DESC LIMIT ?1")?;
        let rows = statement.query_map([limit as i64], undo_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// What was decided about a notice, the oldest step first.
    ///
    /// # Errors
    /// An unknown notice; what SQLite reports.
    pub fn notice_log(&self, notice: &str) -> Result<Vec<UndoRow>> {
        let row = must_find(&self.db, notice)?;
        let mut statement = self.db.prepare_cached(
            "SELECT DISTINCT u.id, u.at, u.label, u.reason, u.undone_at FROM copy c \
             JOIN message m ON m.id = c.message JOIN undo_anchor a ON a.anchor = m.key \
             JOIN undo u ON u.id = a.undo WHERE c.notice = ?1 ORDER BY u.id",
        )?;
        let rows = statement.query_map([row], undo_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Ids of the notices that hold these messages.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn notices_of(&self, messages: &[String]) -> Result<Vec<String>> {
        ids(&self.db, &holders(&self.db, messages)?)
    }
}

/// Writes a step into the log. What was undone before something else was decided can no longer be done again; the log
/// keeps it as undone.
fn log(
    tx: &Transaction<'_>,
    now: i64,
    label: &str,
    reason: Option<&str>,
    forward: &[Step],
    backward: &[Step],
) -> Result<i64> {
    tx.prepare_cached("UPDATE undo SET forward = '[]' WHERE undone_at IS NOT NULL AND forward <> '[]'")?
        .execute([])?;
    tx.prepare_cached("INSERT INTO undo (at, label, forward, backward, reason) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![
            now,
            label,
            serde_json::to_string(forward)?,
            serde_json::to_string(backward)?,
            reason
        ])?;
    Ok(tx.last_insert_rowid())
}

fn undo_row(r: &Row<'_>) -> rusqlite::Result<UndoRow> {
    Ok(UndoRow {
        id: r.get(0)?,
        at: Moment(r.get(1)?),
        label: r.get(2)?,
        reason: r.get(3)?,
        undone_at: r.get::<_, Option<i64>>(4)?.map(Moment),
    })
}

/// `「关于…的通知」（7 群）`: how the log names a notice.
fn named(db: &Connection, row: i64) -> Result<String> {
    const TITLE: usize = 20;
    let (title, groups): (String, i64) =
        db.query_row("SELECT title, groups, titled FROM notice WHERE row = ?1", [row], |r| {
            Ok((super::titles::of(r, 0, 2)?, r.get(1)?))
        })?;
    let mut short: String = title.chars().take(TITLE).collect();
    if short.len() < title.len() {
        short.push('…');
    }
    Ok(t!("store.label.named", title = short, groups = groups).into_owned())
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

/// What a series of steps did.
#[derive(Debug, Default)]
struct Done {
    /// Notices that hold the anchors.
    rows: Vec<i64>,
    anchors: Vec<String>,
    stale: bool,
    /// Joins of groups that were taken back.
    parted: Vec<i64>,
}

/// Carries out steps.
fn run(tx: &Transaction<'_>, steps: &[Step]) -> Result<Done> {
    let mut done = Done::default();
    let mut relink = false;
    for step in steps {
        let effect = step.run(tx)?;
        relink |= effect.links;
        done.stale |= effect.stale;
        done.parted.extend(effect.parted);
        for anchor in effect.anchors {
            if !done.anchors.contains(&anchor) {
                done.anchors.push(anchor);
            }
        }
    }
    if relink {
        links::apply(tx)?;
    }
    if done.stale {
        tx.execute(
            "INSERT INTO meta VALUES ('decided', 1) ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1",
            [],
        )?;
    }
    done.rows = holders(tx, &done.anchors)?;
    Ok(done)
}

/// Rows of the notices that hold these messages, in the order of the messages.
fn holders(db: &Connection, messages: &[String]) -> Result<Vec<i64>> {
    let mut statement = db.prepare_cached(
        "SELECT c.notice FROM message m JOIN copy c ON c.message = m.id WHERE m.key = ?1 ORDER BY c.notice",
    )?;
    let mut rows = Vec::new();
    for message in messages {
        for row in statement.query_map([message], |r| r.get(0))? {
            let row = row?;
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
    }
    Ok(rows)
}

fn ids(db: &Connection, rows: &[i64]) -> Result<Vec<String>> {
    let mut statement = db.prepare_cached("SELECT id FROM notice WHERE row = ?1")?;
    rows.iter().map(|row| Ok(statement.query_row([row], |r| r.get(0))?)).collect()
}
