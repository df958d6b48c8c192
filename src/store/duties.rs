//! The rows of a notice's checklist: written from its demands, settled by the decisions that hang on its copies.

use std::collections::HashSet;

use chrono::NaiveTime;
use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, TransactionBehavior, params};
use rust_i18n::t;
use serde::{Deserialize, Serialize};

use super::derived::Resolved;
use super::groups::{self, Called};
use super::{Result, Store};
use crate::cluster::Draft;
use crate::duty::{self, Carrier, Input};
use crate::message::{epoch_ms, local};
use crate::notice::{DemandView, DueView, Moment};

/// 0 open, 1 done, 2 waived.
pub(super) const OPEN: i64 = 0;
pub(super) const DONE: i64 = 1;
pub(super) const WAIVED: i64 = 2;

/// What was decided about one occurrence of a duty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Verdict {
    /// `open`, `done` or `waived`.
    pub state: String,
    /// Why it is waived.
    pub reason: Option<String>,
    /// The clock when it was decided.
    pub at: i64,
    /// The date a person typed (补录).
    pub typed_at: Option<i64>,
    /// When the facts known then had last changed.
    pub facts_seen: i64,
}

/// What holds for all occurrences of a duty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Setting {
    /// A deadline set by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<i64>,
    /// A remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Whose 本群 is meant in a forward: `true` the forwarding group's own, `false` that of the first posting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub here: Option<bool>,
    /// When it was said.
    pub at: i64,
}

/// Writes the rows of a notice anew from its demands and all its copies, as they are where nothing was decided of them:
/// then [`settle`] follows.
pub(super) fn write(db: &Connection, notice: i64) -> Result<()> {
    db.prepare_cached("DELETE FROM duty WHERE notice = ?1")?.execute([notice])?;
    let found = db
        .prepare_cached("SELECT id, demands, due, recurs, attached OR signup IS NOT NULL, kind FROM notice WHERE row = ?1")?
        .query_row([notice], |r| {
            Ok((
                r.get::<_, String>(0)?,
                r.get::<_, Option<String>>(1)?,
                r.get::<_, Option<String>>(2)?,
                r.get::<_, Option<String>>(3)?,
                r.get::<_, bool>(4)?,
                r.get::<_, String>(5)?,
            ))
        })
        .optional()?;
    let Some((id, demands, due, recurs, filed, kind)) = found else {
        return Ok(());
    };
    let demands: Vec<DemandView> = demands.and_then(|d| serde_json::from_str(&d).ok()).unwrap_or_default();
    if filed || !owes(&kind, &demands) {
        return Ok(());
    }
    let due: Option<DueView> = due.and_then(|d| serde_json::from_str(&d).ok());
    let carriers = carriers(db, notice)?;
    let input =
        Input { demands: &demands, carriers: &carriers, due: due.as_ref(), recurs: recurs.as_deref() };
    insert(db, notice, &id, &input, today(db)?)
}

/// Whether a notice has rows. A follow-up speaks of what another notice asks for; a sign-up is kept as its list.
fn owes(kind: &str, demands: &[DemandView]) -> bool {
    matches!(kind, "copy" | "reminder") && demands.iter().any(duty::is_duty)
}

/// What is the same for all notices that are written together.
pub(super) struct Around {
    groups: Called,
    /// See [`today`].
    today: i64,
}

impl Around {
    pub(super) fn read(db: &Connection) -> Result<Around> {
        Ok(Around { groups: groups::called(db)?, today: today(db)? })
    }
}

/// Writes the rows of a notice of which nothing is written yet: the same as [`write`], out of what clustering found.
pub(super) fn write_new(db: &Connection, notice: &Resolved, around: &Around) -> Result<()> {
    let draft = &notice.draft;
    if draft.attached || draft.signup.is_some() || !owes(draft.kind.as_str(), &draft.demands) {
        return Ok(());
    }
    let carriers = new_carriers(db, draft, around)?;
    let (due, recurs) = (draft.due.as_ref(), draft.recurs.as_deref());
    let input = Input { demands: &draft.demands, carriers: &carriers, due, recurs };
    insert(db, notice.row, &notice.id, &input, around.today)
}

fn new_carriers(db: &Connection, draft: &Draft, around: &Around) -> Result<Vec<Carrier>> {
    let all = duty::asks_every_copy(&draft.demands);
    let mut said = db.prepare_cached("SELECT sender, text FROM message WHERE id = ?1")?;
    // A message that stands here twice counts where it stands last, as its row does.
    let mut seen = HashSet::new();
    let last: Vec<bool> = draft.copies.iter().rev().map(|c| seen.insert(c.row)).collect();
    let mut out: Vec<Carrier> = Vec::with_capacity(draft.copies.len());
    for (copy, _) in draft.copies.iter().zip(last.iter().rev()).filter(|(_, last)| **last) {
        let Some((group_key, group_name)) = around.groups.get(&copy.group) else {
            continue;
        };
        let (group_key, group_name) = (group_key.clone(), group_name.as_ref().to_owned());
        let (mut sender, mut text) = (String::new(), String::new());
        if all || out.is_empty() {
            (sender, text) = said.query_row([copy.row], |r| Ok((r.get(0)?, r.get(1)?)))?;
        }
        out.push(Carrier { group: copy.group, group_key, group_name, sent_at: copy.sent_at, sender, text });
    }
    Ok(out)
}

const INSERT: &str = "INSERT INTO duty (id, notice, rank, slot, kind, destination, assumed, work_group, what, asker, planned, \
     follows, recurs, forward, occurrence, due_at, due, ask, returns_at, undated, sort_at, missed) VALUES (?1, ?2, ?3, ?4, \
     ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)";

fn insert(db: &Connection, notice: i64, id: &str, input: &Input<'_>, today: i64) -> Result<()> {
    let mut insert = db.prepare_cached(INSERT)?;
    let mut recurs = false;
    for (rank, row) in duty::plan(input).into_iter().enumerate() {
        let state = occurrence(row.recurs.as_deref(), row.due.as_ref(), &[], today);
        recurs |= row.recurs.is_some();
        let due_at = state.due.as_ref().map(|d| d.at.0);
        let planned = row.due.as_ref().map(serde_json::to_string).transpose()?;
        let due = if state.due == row.due {
            planned.clone()
        } else {
            state.due.as_ref().map(serde_json::to_string).transpose()?
        };
        let values = params![
            duty::id(id, &row.slot),
            notice,
            rank as i64,
            row.slot,
            super::uploads::kind_word(row.destination.kind),
            row.destination.name,
            row.assumed,
            row.group,
            serde_json::to_string(&row.what)?,
            row.asker,
            planned,
            row.follows,
            row.recurs,
            row.forward,
            state.occurrence,
            due_at,
            due,
            row.forward,
            state.returns_at,
            due_at.is_none(),
            due_at.unwrap_or(0),
            state.missed,
        ];
        match insert.execute(values) {
            // Of a million million ids two may be one: the later row takes the place.
            Err(why) if why.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                db.prepare_cached(&INSERT.replacen("INSERT", "INSERT OR REPLACE", 1))?.execute(values)?
            }
            done => done?,
        };
    }
    if recurs {
        come_round(db, notice)?;
    }
    Ok(())
}

/// Orders a notice that recurs by the nearest deadline of what is open of it now: by its first one it would stand as
/// overdue for ever.
pub(super) fn come_round(db: &Connection, notice: i64) -> Result<()> {
    db.prepare_cached(
        "UPDATE notice SET sort_at = coalesce( \
         (SELECT coalesce(min(CASE WHEN class = 0 THEN due_at END), min(due_at)) FROM duty WHERE notice = ?1), sort_at) \
         WHERE row = ?1 AND dated = 2",
    )?
    .execute([notice])?;
    Ok(())
}

fn carriers(db: &Connection, notice: i64) -> Result<Vec<Carrier>> {
    let mut statement = db.prepare_cached(
        "SELECT g.id, g.key, g.name, m.sent_at, m.sender, m.text FROM copy c JOIN message m ON m.id = c.message \
         JOIN work_group g ON g.id = m.work_group WHERE c.notice = ?1 ORDER BY c.rank, m.sent_at, m.key",
    )?;
    let rows = statement.query_map([notice], |r| {
        Ok(Carrier {
            group: r.get(0)?,
            group_key: r.get(1)?,
            group_name: r.get(2)?,
            sent_at: r.get(3)?,
            sender: r.get(4)?,
            text: r.get(5)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// What became of a notice's rows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Settled {
    /// How many there are.
    pub rows: usize,
    /// How many are open.
    pub open: usize,
    /// Whether one is open again because facts changed.
    pub reopened: bool,
    /// Whether one comes again.
    pub recurs: bool,
}

/// A row as planned.
struct Planned {
    row: i64,
    slot: String,
    planned: Option<DueView>,
    follows: bool,
    recurs: Option<String>,
    forward: bool,
}

fn planned(r: &Row<'_>) -> rusqlite::Result<Planned> {
    let due: Option<String> = r.get(2)?;
    Ok(Planned {
        row: r.get(0)?,
        slot: r.get(1)?,
        planned: due.and_then(|d| serde_json::from_str(&d).ok()),
        follows: r.get(3)?,
        recurs: r.get(4)?,
        forward: r.get(5)?,
    })
}

/// Whether anything was ever said about a duty.
pub(super) fn any_said(db: &Connection) -> Result<bool> {
    Ok(db
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM duty_decision) OR EXISTS (SELECT 1 FROM duty_setting)")?
        .query_row([], |r| r.get(0))?)
}

/// Writes state, deadline and order of a notice's rows from the decisions. `manual` is the notice's deadline set by
/// hand, `changed` when its facts last changed, `said` what [`any_said`] tells: where nothing was, nothing is looked up.
pub(super) fn settle(
    db: &Connection,
    notice: i64,
    manual: Option<i64>,
    changed: i64,
    said: bool,
) -> Result<Settled> {
    let rows: Vec<Planned> = db
        .prepare_cached(
            "SELECT row, slot, planned, follows, recurs, forward FROM duty WHERE notice = ?1 ORDER BY rank",
        )?
        .query_map([notice], planned)?
        .collect::<rusqlite::Result<_>>()?;
    let mut out = Settled { rows: rows.len(), ..Settled::default() };
    if rows.is_empty() {
        return Ok(out);
    }
    let closed = closed(db, notice)?;
    let today = today(db)?;
    for row in rows {
        let setting = if said { setting(db, notice, &row.slot)? } else { None };
        let first = due_of(&row, setting.as_ref(), manual);
        let verdicts = if said { verdicts(db, notice, &row.slot)? } else { Vec::new() };
        let state = occurrence(row.recurs.as_deref(), first.as_ref(), &verdicts, today);
        let state = judge(state, &row, setting.as_ref(), changed, closed.as_deref());
        out.open += usize::from(state.class == OPEN);
        out.reopened |= state.reopened;
        out.recurs |= row.recurs.is_some();
        save(db, &row, &state, setting.as_ref())?;
    }
    Ok(out)
}

/// The occurrence that counts now, and what was said of it.
struct State {
    occurrence: i64,
    due: Option<DueView>,
    verdict: Option<Verdict>,
    /// When another occurrence takes its place.
    returns_at: Option<i64>,
    /// Occurrences before this one that were not settled.
    missed: i64,
    class: i64,
    reason: Option<String>,
    reopened: bool,
    ask: bool,
}

/// The deadline: set by hand for the row, else for the notice, else what the notice says.
fn due_of(row: &Planned, setting: Option<&Setting>, manual: Option<i64>) -> Option<DueView> {
    let by_hand = setting.and_then(|s| s.due_at).or(manual.filter(|_| row.follows));
    match by_hand {
        Some(at) => Some(DueView::by_hand(at)),
        None => row.planned.clone(),
    }
}

/// The occurrence of a recurring duty that counts now. One that was settled stands until its time is over, then comes the
/// first one after both its time and the moment it was settled. One that was not settled gives way to the next as soon as
/// that is nearer, and is counted as missed.
fn occurrence(rule: Option<&str>, first: Option<&DueView>, verdicts: &[(i64, Verdict)], today: i64) -> State {
    let said = |at: i64| verdicts.iter().find(|v| v.0 == at).map(|v| v.1.clone());
    let bare = |occurrence, due, verdict| State {
        occurrence,
        due,
        verdict,
        returns_at: None,
        missed: 0,
        class: OPEN,
        reason: None,
        reopened: false,
        ask: false,
    };
    let (Some(rule), Some(first)) = (rule, first) else {
        return bare(0, first.cloned(), said(0));
    };
    let usual: NaiveTime = local(first.at.0).time();
    let next = |after: i64| duty::next_after(rule, local(after), usual).map(epoch_ms);
    let due = |at: i64| Some(DueView { at: Moment(at), ..first.clone() });
    let settled = verdicts.iter().filter(|v| v.1.state != "open").max_by_key(|v| v.0);
    let mut at = first.at.0;
    if let Some((last, verdict)) = settled {
        let then = next((*last).max(verdict.at));
        match then.filter(|_| today > *last) {
            Some(then) => at = then.max(at),
            None => {
                let mut state = bare(*last, due(*last), Some(verdict.clone()));
                state.returns_at = then.map(|_| *last + 1);
                return state;
            }
        }
    }
    let (mut missed, mut returns_at) = (0, None);
    while let Some(then) = next(at) {
        let nearer = at + (then - at) / 2;
        if today < nearer || missed >= MISSED_MOST {
            returns_at = Some(nearer).filter(|n| *n > today);
            break;
        }
        missed += i64::from(said(at).is_none_or(|v| v.state == "open"));
        at = then;
    }
    State { returns_at, missed, ..bare(at, due(at), said(at)) }
}

/// More missed occurrences than this are not counted: ten years of a daily duty.
const MISSED_MOST: i64 = 3_653;

/// Decisions first, then what another notice says about this one.
fn judge(
    mut state: State,
    row: &Planned,
    setting: Option<&Setting>,
    changed: i64,
    closed: Option<&str>,
) -> State {
    let here = setting.and_then(|s| s.here);
    let verdict = state.verdict.as_ref();
    match verdict.map(|v| v.state.as_str()) {
        Some("waived") => {
            state.class = WAIVED;
            state.reason = verdict.and_then(|v| v.reason.clone());
        }
        Some("done") => {
            state.class = DONE;
            state.reopened = verdict.is_some_and(|v| changed > v.facts_seen);
        }
        Some(_) => {}
        None if here == Some(false) => {
            state.class = WAIVED;
            state.reason = Some(t!("store.duty.origin").into_owned());
        }
        None => {
            if let Some(reason) = closed {
                state.class = WAIVED;
                state.reason = Some(reason.to_owned());
            }
        }
    }
    if state.reopened {
        state.class = OPEN;
    }
    state.ask = row.forward && here.is_none() && state.class == OPEN;
    state
}

fn save(db: &Connection, row: &Planned, state: &State, setting: Option<&Setting>) -> Result<()> {
    let settled = state.class != OPEN;
    let done_at = state.verdict.as_ref().filter(|_| settled).map(|v| v.at);
    let due_at = state.due.as_ref().map(|d| d.at.0);
    // Open rows by deadline, settled ones the latest first.
    let sort_at = if settled { -done_at.unwrap_or(0) } else { due_at.unwrap_or(0) };
    db.prepare_cached(
        "UPDATE duty SET class = ?2, occurrence = ?3, due_at = ?4, due = ?5, ask = ?6, reopened = ?7, reason = ?8, \
         done_at = ?9, typed_at = ?10, note = ?11, returns_at = ?12, undated = ?13, sort_at = ?14, missed = ?15 \
         WHERE row = ?1",
    )?
    .execute(params![
        row.row,
        state.class,
        state.occurrence,
        due_at,
        state.due.as_ref().map(serde_json::to_string).transpose()?,
        state.ask,
        state.reopened,
        state.reason,
        done_at,
        state.verdict.as_ref().filter(|_| settled).and_then(|v| v.typed_at),
        setting.and_then(|s| s.note.as_ref()),
        state.returns_at,
        !settled && due_at.is_none(),
        sort_at,
        state.missed,
    ])?;
    Ok(())
}

/// Everything said about the occurrences of a row, the newest word of each.
pub(super) fn verdicts(db: &Connection, notice: i64, slot: &str) -> Result<Vec<(i64, Verdict)>> {
    let mut statement = db.prepare_cached(
        "SELECT d.occurrence, d.value FROM copy c JOIN message m ON m.id = c.message \
         JOIN duty_decision d ON d.anchor = m.key WHERE c.notice = ?1 AND d.slot = ?2",
    )?;
    let mut out: Vec<(i64, Verdict)> = Vec::new();
    let mut rows = statement.query(params![notice, slot])?;
    while let Some(r) = rows.next()? {
        let Ok(verdict) = serde_json::from_str::<Verdict>(r.get_ref(1)?.as_str().unwrap_or_default()) else {
            continue;
        };
        let occurrence: i64 = r.get(0)?;
        match out.iter_mut().find(|o| o.0 == occurrence) {
            Some(known) if known.1.at < verdict.at => known.1 = verdict,
            Some(_) => {}
            None => out.push((occurrence, verdict)),
        }
    }
    Ok(out)
}

/// What holds for all occurrences of a row: the newest word.
pub(super) fn setting(db: &Connection, notice: i64, slot: &str) -> Result<Option<Setting>> {
    let mut statement = db.prepare_cached(
        "SELECT d.value FROM copy c JOIN message m ON m.id = c.message JOIN duty_setting d ON d.anchor = m.key \
         WHERE c.notice = ?1 AND d.slot = ?2",
    )?;
    let mut out: Option<Setting> = None;
    let mut rows = statement.query(params![notice, slot])?;
    while let Some(r) = rows.next()? {
        if let Ok(setting) = serde_json::from_str::<Setting>(r.get_ref(0)?.as_str().unwrap_or_default())
            && out.as_ref().is_none_or(|o| o.at < setting.at)
        {
            out = Some(setting);
        }
    }
    Ok(out)
}

/// Why nothing more is owed, where the user has accepted that another notice closes or cancels this one.
fn closed(db: &Connection, notice: i64) -> Result<Option<String>> {
    let title: Option<String> = db
        .prepare_cached(
            "SELECT n.title, n.titled FROM link l JOIN notice n ON n.row = l.notice \
             WHERE l.target = ?1 AND l.by_user = 1 AND l.kind IN ('closes', 'cancels') LIMIT 1",
        )?
        .query_row([notice], |r| super::titles::of(r, 0, 1))
        .optional()?;
    Ok(title.map(|title| t!("store.duty.closed", title = title).into_owned()))
}

/// The latest moment the program looked at the recurring duties.
fn today(db: &Connection) -> Result<i64> {
    let value: Option<String> = db
        .prepare_cached("SELECT value FROM meta WHERE name = 'looked_at'")?
        .query_row([], |r| r.get(0))
        .optional()?;
    Ok(value.and_then(|v| v.parse().ok()).unwrap_or(0))
}

/// Opens the next occurrence of recurring duties whose time is over. Cheap when there is none.
pub(super) fn look(db: &Connection, now: i64) -> Result<()> {
    // A clock that was put back counts again what had come round in the meantime.
    let mut notices: Vec<i64> = db
        .prepare_cached(if today(db)? > now {
            "SELECT notice FROM duty WHERE returns_at <= ?1 OR recurs IS NOT NULL"
        } else {
            "SELECT notice FROM duty WHERE returns_at <= ?1"
        })?
        .query_map([now], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    notices.sort_unstable();
    notices.dedup();
    if notices.is_empty() {
        return Ok(());
    }
    db.prepare_cached("INSERT OR REPLACE INTO meta VALUES ('looked_at', ?1)")?.execute([now.to_string()])?;
    super::states::apply(db, &notices)
}

impl Store {
    /// Opens the next occurrence of recurring duties whose time is over. Cheap when there is none.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn look(&mut self, now: i64) -> Result<()> {
        let due: bool = self
            .db
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM duty WHERE returns_at <= ?1)")?
            .query_row([now], |r| r.get(0))?;
        if due || today(&self.db)? > now {
            let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            look(&tx, now)?;
            tx.commit()?;
        }
        Ok(())
    }
}
