//! The user's word on groups as steps of the log: two joined, a name given or taken away. What a join did stands in its
//! record (`store/join.rs`); here it is taken back.

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use rust_i18n::t;
use serde::{Deserialize, Serialize};

use super::{Effect, NEXT_TO_REDO, Step, log};
use crate::normalize::fold;
use crate::store::Result;
use crate::store::join;

/// What is done to groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum GroupStep {
    /// The two groups of this join are parted.
    Part(i64),
    /// They are joined again. What becomes of each message is compared by `ingest`, see `join.rs`.
    Join(i64),
    /// A group, by its key, gets a name, or loses it; `before` is the group exports of that name went to until then.
    Name { group: String, name: String, given: bool, before: Option<String> },
}

impl GroupStep {
    pub(super) fn run(&self, tx: &Transaction<'_>) -> Result<Effect> {
        match self {
            GroupStep::Part(id) => {
                let stale = join::part_standing(tx, *id)?;
                Ok(Effect { stale, parted: stale.then_some(*id), ..Effect::default() })
            }
            GroupStep::Join(_) => Ok(Effect::default()),
            GroupStep::Name { group, name, given, before } => {
                name_group(tx, group, name, *given, before.as_deref())?;
                Ok(Effect::default())
            }
        }
    }
}

fn group_of(tx: &Transaction<'_>, key: &str) -> Result<Option<i64>> {
    Ok(tx.query_row("SELECT id FROM work_group WHERE key = ?1", [key], |r| r.get(0)).optional()?)
}

/// A group that is gone meanwhile is passed over.
fn name_group(tx: &Transaction<'_>, key: &str, name: &str, given: bool, before: Option<&str>) -> Result<()> {
    let Some(id) = group_of(tx, key)? else { return Ok(()) };
    let route = format!("*/{}", fold(name));
    if given {
        tx.execute("INSERT OR IGNORE INTO group_alias VALUES (?1, ?2)", params![id, name])?;
        tx.execute("INSERT OR REPLACE INTO group_route VALUES (?1, ?2)", params![route, id])?;
        return Ok(());
    }
    tx.execute("DELETE FROM group_alias WHERE work_group = ?1 AND name = ?2", params![id, name])?;
    tx.execute("DELETE FROM group_route WHERE route = ?1 AND work_group = ?2", params![route, id])?;
    if let Some(other) = before.map(|key| group_of(tx, key)).transpose()?.flatten() {
        tx.execute("INSERT OR REPLACE INTO group_route VALUES (?1, ?2)", params![route, other])?;
    }
    Ok(())
}

/// Two groups were joined.
pub(in crate::store) fn log_join(
    tx: &Transaction<'_>,
    now: i64,
    id: i64,
    kept: &str,
    gone: &str,
) -> Result<()> {
    let label = t!("store.label.join", kept = kept, gone = gone);
    let step = |step| [Step::Group(step)];
    log(tx, now, &label, None, &step(GroupStep::Join(id)), &step(GroupStep::Part(id)))?;
    Ok(())
}

/// The step of the log that is redone next, where that is a join: number and label of the step, number of the join.
pub(in crate::store) fn join_to_redo(db: &Connection) -> Result<Option<(i64, String, i64)>> {
    let next: Option<(i64, String, String)> =
        db.query_row(NEXT_TO_REDO, [], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).optional()?;
    let Some((step, label, forward)) = next else { return Ok(None) };
    Ok(match serde_json::from_str::<Vec<Step>>(&forward)?[..] {
        [Step::Group(GroupStep::Join(join))] => Some((step, label, join)),
        _ => None,
    })
}

/// A join was taken back outside the log: its step is no longer to be undone.
pub(in crate::store) fn unlog_join(tx: &Transaction<'_>, now: i64, id: i64) -> Result<()> {
    let step = serde_json::to_string(&[Step::Group(GroupStep::Part(id))])?;
    tx.execute(
        "UPDATE undo SET undone_at = ?1 WHERE backward = ?2 AND undone_at IS NULL",
        params![now, step],
    )?;
    Ok(())
}

/// Gives a group, by its row, a name, or takes it away, as a step of the log; whether anything changed.
pub(in crate::store) fn name(
    tx: &Transaction<'_>,
    now: i64,
    group: i64,
    name: &str,
    given: bool,
) -> Result<bool> {
    let (key, shown): (String, String) =
        tx.query_row("SELECT key, name FROM work_group WHERE id = ?1", [group], |r| {
            Ok((r.get(0)?, r.get(1)?))
        })?;
    let before: Option<String> = tx
        .query_row(
            "SELECT g.key FROM group_route r JOIN work_group g ON g.id = r.work_group WHERE r.route = ?1",
            [format!("*/{}", fold(name))],
            |r| r.get(0),
        )
        .optional()?;
    if given == (before.as_deref() == Some(&key)) {
        return Ok(false);
    }
    let step = |given, before| GroupStep::Name { group: key.clone(), name: name.to_owned(), given, before };
    let (forward, backward) =
        if given { (step(true, None), step(false, before)) } else { (step(false, None), step(true, None)) };
    forward.run(tx)?;
    let label = if given {
        t!("store.label.alias", group = shown, name = name)
    } else {
        t!("store.label.unalias", group = shown, name = name)
    };
    log(tx, now, &label, None, &[Step::Group(forward)], &[Step::Group(backward)])?;
    Ok(true)
}
