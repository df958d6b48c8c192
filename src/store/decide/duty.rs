//! What a person says about the rows of a checklist: done, waived, open again; a deadline, a remark, whose 本群 is meant;
//! files, and the parts that are ticked one by one. One step, however many rows.

use rusqlite::{Transaction, params};
use rust_i18n::t;
use serde::{Deserialize, Serialize};

use super::super::duties::{OPEN, Setting, Verdict, setting};
use super::super::uploads::{self, Found};
use super::super::{Result, StoreError};
use super::{Effect, Plan, Step, lead};

/// What is said about duties.
#[derive(Clone, Debug, PartialEq)]
pub enum DutyChange {
    /// Handed in.
    Done {
        /// The date a person gives for it, when it was not now (补录).
        typed_at: Option<i64>,
        /// Files that show it.
        evidence: Vec<EvidenceFile>,
    },
    /// 免报.
    Waive {
        /// Why.
        reason: String,
    },
    /// Still owed.
    Reopen,
    /// A deadline of its own; `None` clears it.
    Due(Option<i64>),
    /// A remark; `None` clears it.
    Note(Option<String>),
    /// Whose 本群 a forward means: its own group (`true`), or that of the first posting.
    Here(bool),
    /// Files that show it.
    Attach(Vec<EvidenceFile>),
    /// A file no longer named. The file itself is left alone.
    Detach(String),
    /// The parts it is made of; none takes the list away.
    Targets(Vec<String>),
    /// Some of its parts are done, or not.
    Tick {
        /// The parts.
        names: Vec<String>,
        /// Whether they are done.
        on: bool,
    },
}

/// A file as it was when it was attached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceFile {
    /// Its path, absolute.
    pub path: String,
    /// SHA-256 of its content, in hexadecimal.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
}

/// A change of a row of one of the duty tables.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DutyStep {
    anchor: String,
    slot: String,
    part: Part,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Part {
    Verdict { occurrence: i64, value: Option<Verdict> },
    Setting { value: Option<Setting> },
    File { occurrence: i64, path: String, value: Option<(String, u64, i64)> },
    Targets { names: Vec<String> },
    Tick { occurrence: i64, name: String, at: Option<i64> },
}

impl DutyStep {
    pub(super) fn run(&self, tx: &Transaction<'_>) -> Result<Effect> {
        let (anchor, slot) = (&self.anchor, &self.slot);
        match &self.part {
            Part::Verdict { occurrence, value: None } => tx
                .prepare_cached("DELETE FROM duty_decision WHERE anchor = ?1 AND slot = ?2 AND occurrence = ?3")?
                .execute(params![anchor, slot, occurrence])?,
            Part::Verdict { occurrence, value: Some(value) } => tx
                .prepare_cached("INSERT OR REPLACE INTO duty_decision VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![anchor, slot, occurrence, serde_json::to_string(value)?])?,
            Part::Setting { value: None } => tx
                .prepare_cached("DELETE FROM duty_setting WHERE anchor = ?1 AND slot = ?2")?
                .execute(params![anchor, slot])?,
            Part::Setting { value: Some(value) } => tx
                .prepare_cached("INSERT OR REPLACE INTO duty_setting VALUES (?1, ?2, ?3)")?
                .execute(params![anchor, slot, serde_json::to_string(value)?])?,
            Part::File { occurrence, path, value: None } => tx
                .prepare_cached(
                    "DELETE FROM evidence WHERE anchor = ?1 AND slot = ?2 AND occurrence = ?3 AND path = ?4",
                )?
                .execute(params![anchor, slot, occurrence, path])?,
            Part::File { occurrence, path, value: Some((sha256, size, at)) } => tx
                .prepare_cached("INSERT OR REPLACE INTO evidence VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
                .execute(params![anchor, slot, occurrence, path, sha256, *size as i64, at])?,
            Part::Targets { names } => {
                tx.prepare_cached("DELETE FROM duty_target WHERE anchor = ?1 AND slot = ?2")?
                    .execute(params![anchor, slot])?;
                for (place, name) in names.iter().enumerate() {
                    tx.prepare_cached("INSERT OR IGNORE INTO duty_target VALUES (?1, ?2, ?3, ?4)")?
                        .execute(params![anchor, slot, name, place as i64])?;
                }
                names.len()
            }
            Part::Tick { occurrence, name, at: None } => tx
                .prepare_cached(
                    "DELETE FROM target_tick WHERE anchor = ?1 AND slot = ?2 AND occurrence = ?3 AND name = ?4",
                )?
                .execute(params![anchor, slot, occurrence, name])?,
            Part::Tick { occurrence, name, at: Some(at) } => tx
                .prepare_cached("INSERT OR REPLACE INTO target_tick VALUES (?1, ?2, ?3, ?4, ?5)")?
                .execute(params![anchor, slot, occurrence, name, at])?,
        };
        Ok(Effect::anchor(anchor))
    }
}

/// A duty and where decisions about it hang.
struct At {
    found: Found,
    lead: String,
    facts_seen: i64,
}

fn at(tx: &Transaction<'_>, row: i64) -> Result<At> {
    let found = tx
        .prepare_cached("SELECT notice, slot, occurrence, work_group FROM duty WHERE row = ?1")?
        .query_row([row], |r| {
            Ok(Found { notice: r.get(0)?, slot: r.get(1)?, occurrence: r.get(2)?, group: r.get(3)? })
        })?;
    let (lead, facts_seen) = lead(tx, found.notice)?;
    Ok(At { found, lead, facts_seen })
}

/// Plans a change of some duties, named by their ids or unambiguous beginnings.
pub(super) fn plan(tx: &Transaction<'_>, now: i64, duties: &[String], change: &DutyChange) -> Result<Plan> {
    let rows = duties.iter().map(|id| uploads::find(tx, id)).collect::<Result<Vec<i64>>>()?;
    let mut plan = Plan::new(label(change, rows.len()), &[]);
    for row in rows {
        let at = at(tx, row)?;
        change_one(tx, now, &at, change, &mut plan)?;
        if !plan.rows.contains(&at.found.notice) {
            plan.rows.push(at.found.notice);
        }
    }
    Ok(plan)
}

fn change_one(tx: &Transaction<'_>, now: i64, at: &At, change: &DutyChange, plan: &mut Plan) -> Result<()> {
    let verdict = |state: &str, reason: Option<&String>, typed_at: Option<i64>| Verdict {
        state: state.to_owned(),
        reason: reason.cloned(),
        at: now,
        typed_at,
        facts_seen: at.facts_seen,
    };
    let set = |plan: &mut Plan, edit: &dyn Fn(&mut Setting)| -> Result<()> {
        let mut value = setting(tx, at.found.notice, &at.found.slot)?.unwrap_or_default();
        edit(&mut value);
        value.at = now;
        plan_setting(tx, at, value, plan)
    };
    match change {
        DutyChange::Done { typed_at, evidence } => {
            plan_files(tx, now, at, evidence, plan)?;
            plan_verdict(tx, at, verdict("done", None, *typed_at), plan)
        }
        DutyChange::Waive { reason } => plan_verdict(tx, at, verdict("waived", Some(reason), None), plan),
        DutyChange::Reopen => plan_verdict(tx, at, verdict("open", None, None), plan),
        DutyChange::Due(due_at) => set(plan, &|s| s.due_at = *due_at),
        DutyChange::Note(note) => set(plan, &|s| s.note.clone_from(note)),
        DutyChange::Here(own) => set(plan, &|s| s.here = Some(*own)),
        DutyChange::Attach(files) => plan_files(tx, now, at, files, plan),
        DutyChange::Detach(path) => plan_detach(tx, at, path, plan),
        DutyChange::Targets(names) => plan_targets(tx, at, names, plan),
        DutyChange::Tick { names, on } => plan_ticks(tx, now, at, names, *on, plan),
    }
}

fn step(anchor: &str, at: &At, part: Part) -> Step {
    Step::Duty(DutyStep { anchor: anchor.to_owned(), slot: at.found.slot.clone(), part })
}

/// What was said of this occurrence, on whichever copy, goes; the new word hangs on the lead copy.
fn plan_verdict(tx: &Transaction<'_>, at: &At, value: Verdict, plan: &mut Plan) -> Result<()> {
    let occurrence = at.found.occurrence;
    let part = |value| Part::Verdict { occurrence, value };
    let former: Vec<(String, String)> = tx
        .prepare_cached(
            "SELECT d.anchor, d.value FROM copy c JOIN message m ON m.id = c.message JOIN duty_decision d \
             ON d.anchor = m.key WHERE c.notice = ?1 AND d.slot = ?2 AND d.occurrence = ?3 ORDER BY d.anchor",
        )?
        .query_map(params![at.found.notice, at.found.slot, occurrence], |r| Ok((r.get(0)?, r.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    if !former.iter().any(|f| f.0 == at.lead) {
        plan.backward.push(step(&at.lead, at, part(None)));
    }
    for (anchor, value) in former {
        plan.forward.push(step(&anchor, at, part(None)));
        plan.backward.push(step(&anchor, at, part(Some(serde_json::from_str(&value)?))));
    }
    plan.forward.push(step(&at.lead, at, part(Some(value))));
    Ok(())
}

fn plan_setting(tx: &Transaction<'_>, at: &At, value: Setting, plan: &mut Plan) -> Result<()> {
    let former: Vec<(String, String)> = tx
        .prepare_cached(
            "SELECT d.anchor, d.value FROM copy c JOIN message m ON m.id = c.message JOIN duty_setting d \
             ON d.anchor = m.key WHERE c.notice = ?1 AND d.slot = ?2 ORDER BY d.anchor",
        )?
        .query_map(params![at.found.notice, at.found.slot], |r| Ok((r.get(0)?, r.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    if !former.iter().any(|f| f.0 == at.lead) {
        plan.backward.push(step(&at.lead, at, Part::Setting { value: None }));
    }
    for (anchor, value) in former {
        plan.forward.push(step(&anchor, at, Part::Setting { value: None }));
        let value = Some(serde_json::from_str(&value)?);
        plan.backward.push(step(&anchor, at, Part::Setting { value }));
    }
    plan.forward.push(step(&at.lead, at, Part::Setting { value: Some(value) }));
    Ok(())
}

/// A file that is attached already is left as it was: its hash then is what a later look is compared with.
fn plan_files(
    tx: &Transaction<'_>,
    now: i64,
    at: &At,
    files: &[EvidenceFile],
    plan: &mut Plan,
) -> Result<()> {
    let known = uploads::evidence(tx, &at.found)?;
    let occurrence = at.found.occurrence;
    for file in files {
        if known.iter().any(|k| k.path == file.path && k.sha256 == file.sha256) {
            continue;
        }
        let part = |value| Part::File { occurrence, path: file.path.clone(), value };
        let former = known.iter().find(|k| k.path == file.path);
        let before = former.map(|k| (k.sha256.clone(), k.size, k.added_at.0));
        plan.backward.push(step(&at.lead, at, part(before)));
        plan.forward.push(step(&at.lead, at, part(Some((file.sha256.clone(), file.size, now)))));
    }
    Ok(())
}

fn plan_detach(tx: &Transaction<'_>, at: &At, path: &str, plan: &mut Plan) -> Result<()> {
    let mut statement = tx.prepare_cached(
        "SELECT e.anchor, e.sha256, e.size, e.added_at FROM copy c JOIN message m ON m.id = c.message JOIN evidence e \
         ON e.anchor = m.key WHERE c.notice = ?1 AND e.slot = ?2 AND e.occurrence = ?3 AND e.path = ?4",
    )?;
    let mut rows = statement.query(params![at.found.notice, at.found.slot, at.found.occurrence, path])?;
    while let Some(r) = rows.next()? {
        let anchor: String = r.get(0)?;
        let value = Some((r.get(1)?, r.get::<_, i64>(2)? as u64, r.get(3)?));
        let part = |value| Part::File { occurrence: at.found.occurrence, path: path.to_owned(), value };
        plan.forward.push(step(&anchor, at, part(None)));
        plan.backward.push(step(&anchor, at, part(value)));
    }
    Ok(())
}

fn plan_targets(tx: &Transaction<'_>, at: &At, names: &[String], plan: &mut Plan) -> Result<()> {
    let before = uploads::target_names(tx, at.found.notice, &at.found.slot)?;
    let anchors: Vec<String> = tx
        .prepare_cached(
            "SELECT DISTINCT t.anchor FROM copy c JOIN message m ON m.id = c.message JOIN duty_target t \
             ON t.anchor = m.key WHERE c.notice = ?1 AND t.slot = ?2",
        )?
        .query_map(params![at.found.notice, at.found.slot], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for anchor in anchors.iter().filter(|a| **a != at.lead) {
        plan.forward.push(step(anchor, at, Part::Targets { names: Vec::new() }));
    }
    plan.forward.push(step(&at.lead, at, Part::Targets { names: names.to_vec() }));
    plan.backward.push(step(&at.lead, at, Part::Targets { names: before }));
    Ok(())
}

/// A list that is the former occurrence's becomes the row's own with the first tick.
fn plan_ticks(
    tx: &Transaction<'_>,
    now: i64,
    at: &At,
    names: &[String],
    on: bool,
    plan: &mut Plan,
) -> Result<()> {
    let list = uploads::targets(tx, &at.found)?;
    if uploads::target_names(tx, at.found.notice, &at.found.slot)?.is_empty() {
        let all: Vec<String> = list.iter().map(|t| t.name.clone()).collect();
        plan_targets(tx, at, &all, plan)?;
    }
    for name in names {
        let Some(target) = list.iter().find(|t| t.name == *name) else {
            return Err(StoreError::NoTarget(name.clone()));
        };
        let part =
            |at_: Option<i64>| Part::Tick { occurrence: at.found.occurrence, name: name.clone(), at: at_ };
        plan.forward.push(step(&at.lead, at, part(on.then(|| target.done_at.map_or(now, |m| m.0)))));
        plan.backward.push(step(&at.lead, at, part(target.done_at.map(|m| m.0))));
    }
    Ok(())
}

/// The open rows of notices: those that stand in the way of 已办.
pub(super) fn open_rows(tx: &Transaction<'_>, notices: &[i64]) -> Result<Vec<i64>> {
    let mut statement =
        tx.prepare_cached("SELECT row FROM duty WHERE notice = ?1 AND class = ?2 ORDER BY rank")?;
    let mut out = Vec::new();
    for notice in notices {
        for row in statement.query_map([*notice, OPEN], |r| r.get(0))? {
            out.push(row?);
        }
    }
    Ok(out)
}

/// Says of 已办 what it means for the rows: they are done too, or, without `with`, it is refused and they are named.
pub(super) fn finish(
    tx: &Transaction<'_>,
    now: i64,
    notices: &[i64],
    with: bool,
    plan: &mut Plan,
) -> Result<()> {
    let open = open_rows(tx, notices)?;
    if !with && !open.is_empty() {
        let mut names = Vec::new();
        for row in open.iter().take(5) {
            names.push(tx.query_row(
                "SELECT coalesce((SELECT name FROM work_group g WHERE g.id = d.work_group), d.destination) FROM duty d \
                 WHERE d.row = ?1",
                [row],
                |r| r.get::<_, String>(0),
            )?);
        }
        return Err(StoreError::OpenDuties { count: open.len(), names });
    }
    for row in open {
        let change = DutyChange::Done { typed_at: None, evidence: Vec::new() };
        change_one(tx, now, &at(tx, row)?, &change, plan)?;
    }
    Ok(())
}

/// A notice whose rows are all settled is open again only when they are.
pub(super) fn reopen(tx: &Transaction<'_>, now: i64, notices: &[i64], plan: &mut Plan) -> Result<()> {
    for notice in notices {
        if !open_rows(tx, &[*notice])?.is_empty() {
            continue;
        }
        let rows: Vec<i64> = tx
            .prepare_cached("SELECT row FROM duty WHERE notice = ?1 ORDER BY rank")?
            .query_map([notice], |r| r.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        for row in rows {
            change_one(tx, now, &at(tx, row)?, &DutyChange::Reopen, plan)?;
        }
    }
    Ok(())
}

fn label(change: &DutyChange, count: usize) -> String {
    let label = match change {
        DutyChange::Done { .. } => t!("store.label.duty_done"),
        DutyChange::Waive { .. } => t!("store.label.duty_waived"),
        DutyChange::Reopen => t!("store.label.duty_open"),
        DutyChange::Due(Some(_)) => t!("store.label.duty_due"),
        DutyChange::Due(None) => t!("store.label.duty_due_clear"),
        DutyChange::Note(_) => t!("store.label.duty_note"),
        DutyChange::Here(_) => t!("store.label.duty_here"),
        DutyChange::Attach(_) => t!("store.label.duty_attach"),
        DutyChange::Detach(_) => t!("store.label.duty_detach"),
        DutyChange::Targets(_) => t!("store.label.duty_targets"),
        DutyChange::Tick { .. } => t!("store.label.duty_tick"),
    };
    if count > 1 {
        t!("store.label.duty_many", label = label, count = count).into_owned()
    } else {
        label.into_owned()
    }
}
