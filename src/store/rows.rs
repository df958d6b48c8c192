//! A draft of clustering → the rows of a notice and its copies.

use std::collections::HashSet;

use rusqlite::{CachedStatement, Connection, OptionalExtension, params};

use super::Result;
use super::derived::Resolved;
use super::duties::{self, Around};
use super::sieve;
use crate::cluster::{CopyDraft, Draft, Reason};
use crate::notice::Conflict;

fn json<T: serde::Serialize>(values: &[T]) -> Result<Option<String>> {
    Ok(if values.is_empty() { None } else { Some(serde_json::to_string(values)?) })
}

const INSERT: &str = "INSERT INTO notice (row, id, kind, attached, title, initials, urgent, due_at, due, event_at, event, \
     recurs, conflicts, demands, signup, ack_groups, facts_changed_at, first_seen, last_seen, groups, copies, lead, \
     lead_group, dated, sort_at, until, titled, sieve) VALUES (?1, ?2, ?3, ?4, ?5, ?24, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, \
     ?17, ?18, ?19, ?20, ?21, ?22, CASE WHEN ?7 IS NOT NULL THEN 2 WHEN ?9 IS NOT NULL THEN 1 ELSE 0 END, \
     coalesce(?7, ?9, ?18), ?23, ?25, ?26)";

const OR_UPDATE: &str = " ON CONFLICT (row) DO UPDATE SET id = excluded.id, kind = excluded.kind, \
     attached = excluded.attached, title = excluded.title, titled = excluded.titled, sieve = excluded.sieve, initials = excluded.initials, urgent = excluded.urgent, \
     due_at = excluded.due_at, due = excluded.due, event_at = excluded.event_at, event = excluded.event, \
     recurs = excluded.recurs, conflicts = excluded.conflicts, demands = excluded.demands, signup = excluded.signup, \
     ack_groups = excluded.ack_groups, facts_changed_at = nullif(max(coalesce(facts_changed_at, 0), \
     coalesce(excluded.facts_changed_at, 0)), 0), lead = excluded.lead, lead_group = excluded.lead_group, \
     until = max(until, excluded.until)";

/// Writes a notice with its copies and rows, as they stand where nothing was decided; what an earlier run left under its
/// row, or another program that derives the same just now, is brought up to date. Tells whether nothing stood there.
pub(super) fn write_notice(tx: &Connection, notice: &Resolved, around: &Around) -> Result<bool> {
    let Resolved { row, draft, .. } = notice;
    let new = notice.fresh && !stands(tx, *row)?;
    let Some(lead) = draft.copies.first() else {
        return Ok(new);
    };
    if new {
        insert(&mut tx.prepare_cached(INSERT)?, notice, lead, &draft.conflicts)?;
        write_copies(tx, notice, messages(draft) < draft.copies.len())?;
        duties::write_new(tx, notice, around)?;
        return Ok(true);
    }
    let conflicts = conflicts(tx, *row, &draft.conflicts)?;
    insert(&mut tx.prepare_cached(&[INSERT, OR_UPDATE].concat())?, notice, lead, &conflicts)?;
    write_copies(tx, notice, true)?;
    tally(tx, *row)?;
    duties::write(tx, *row)?;
    Ok(false)
}

/// Whether a notice, or what was left of one, stands under a row.
fn stands(tx: &Connection, row: i64) -> Result<bool> {
    let mut statement = tx.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM notice WHERE row = ?1) OR EXISTS (SELECT 1 FROM copy WHERE notice = ?1) \
         OR EXISTS (SELECT 1 FROM duty WHERE notice = ?1)",
    )?;
    Ok(statement.query_row([row], |r| r.get(0))?)
}

fn insert(
    into: &mut CachedStatement<'_>,
    notice: &Resolved,
    lead: &CopyDraft,
    conflicts: &[Conflict],
) -> Result<()> {
    let Resolved { row, id, draft, .. } = notice;
    let first = draft.copies.iter().map(|c| c.sent_at).min().unwrap_or(lead.sent_at);
    let last = draft.copies.iter().map(|c| c.sent_at).max().unwrap_or(lead.sent_at);
    let groups: HashSet<i64> = draft.copies.iter().map(|c| c.group).collect();
    into.execute(params![
        row,
        id,
        draft.kind.as_str(),
        draft.attached,
        draft.title,
        draft.urgent,
        draft.due.as_ref().map(|d| d.at.0),
        draft.due.as_ref().map(serde_json::to_string).transpose()?,
        draft.event.as_ref().map(|e| e.at.0),
        draft.event.as_ref().map(serde_json::to_string).transpose()?,
        draft.recurs,
        json(conflicts)?,
        json(&draft.demands)?,
        draft.signup.as_ref().map(serde_json::to_string).transpose()?,
        json(&draft.ack_groups)?,
        draft.facts_changed_at.map(|m| m.0),
        first,
        last,
        groups.len() as i64,
        messages(draft) as i64,
        lead.row,
        lead.group,
        draft.until,
        crate::normalize::initials(&draft.title),
        draft.titled.as_str(),
        sieve::of(draft.texts.iter().map(AsRef::as_ref).chain([draft.title.as_str()]))
    ])?;
    Ok(())
}

const COPY: &str = "INSERT INTO copy VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

/// A copy that an earlier run placed keeps its own similarity and reason: this run did not compare it.
const COPY_AGAIN: &str = " ON CONFLICT (notice, message) DO UPDATE SET rank = excluded.rank, due_at = excluded.due_at, \
     due_span = excluded.due_span";

/// How many messages carry a draft: several parts of one may.
fn messages(draft: &Draft) -> usize {
    draft.copies.iter().map(|c| c.row).collect::<HashSet<i64>>().len()
}

/// `known`: some of the copies may stand there already.
fn write_copies(tx: &Connection, notice: &Resolved, known: bool) -> Result<()> {
    let again = if known { COPY_AGAIN } else { "" };
    let mut add = tx.prepare_cached(&[COPY, again].concat())?;
    for (rank, copy) in notice.draft.copies.iter().enumerate() {
        add.execute(params![
            notice.row,
            copy.row,
            rank as i64,
            copy.group,
            copy.similarity,
            Reason::stored(copy.reason.as_ref()),
            copy.due_at.map(|m| m.0),
            copy.due_span.map(|s| format!("{} {}", s[0], s[1]))
        ])?;
    }
    let mut promote = tx.prepare_cached(
        "UPDATE placement SET role = ?2, notice = ?3 WHERE message = ?1 AND notice IS NULL",
    )?;
    for message in &notice.promoted {
        promote.execute(params![message, notice.draft.kind.as_str(), notice.row])?;
    }
    Ok(())
}

/// Conflicts that an earlier run saw stay, where this one did not compare those copies again.
fn conflicts(tx: &Connection, row: i64, found: &[Conflict]) -> Result<Vec<Conflict>> {
    let former: Option<String> = tx
        .prepare_cached("SELECT conflicts FROM notice WHERE row = ?1")?
        .query_row([row], |r| r.get(0))
        .optional()?
        .flatten();
    let mut out = found.to_vec();
    let former: Vec<Conflict> = former.and_then(|f| serde_json::from_str(&f).ok()).unwrap_or_default();
    // Whether copies are alike was looked at anew.
    let stays = |f: &Conflict| f.fact != "likeness" && !found.iter().any(|c| c.fact == f.fact);
    out.extend(former.into_iter().filter(stays));
    Ok(out)
}

/// First and last copy, numbers of copies and groups, and a lead copy that is there.
pub(super) fn tally(tx: &Connection, row: i64) -> Result<()> {
    tx.prepare_cached(
        "UPDATE notice SET (first_seen, last_seen, copies, groups) = \
         (SELECT min(m.sent_at), max(m.sent_at), count(*), count(DISTINCT m.work_group) FROM copy c \
          JOIN message m ON m.id = c.message WHERE c.notice = notice.row) WHERE row = ?1",
    )?
    .execute([row])?;
    tx.prepare_cached(
        "UPDATE notice SET (lead, lead_group) = (SELECT c.message, c.work_group FROM copy c \
         WHERE c.notice = notice.row ORDER BY c.rank, c.message LIMIT 1) WHERE row = ?1",
    )?
    .execute([row])?;
    Ok(())
}
