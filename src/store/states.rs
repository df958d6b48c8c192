//! Decisions → the state columns of `notice`. Called in the transaction that changes either.

use rusqlite::{CachedStatement, Connection, OptionalExtension, params};

use super::{Result, duties};
use crate::duty;
use crate::facts::Facts;
use crate::notice::State;

/// The class a state belongs to in the lists: 0 inbox, 1 later, 2 noted, 3 done.
fn class(state: State) -> i64 {
    match state {
        State::Unread | State::Open => 0,
        State::Later => 1,
        State::Noted => 2,
        State::Done => 3,
    }
}

/// Whether nothing is decided that [`apply`] looks at: a new notice then stands as its row says.
pub(super) fn none(db: &Connection) -> Result<bool> {
    Ok(!db
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM state_decision) OR EXISTS (SELECT 1 FROM due_decision)",
        )?
        .query_row([], |r| r.get::<_, bool>(0))?)
}

/// Writes state, class, deadline in force and order of these notices anew. A notice takes the most demanding state of
/// the decisions that hang on its copies; what was settled before its facts changed is open again.
pub(super) fn apply(db: &Connection, rows: &[i64]) -> Result<()> {
    let mut decided = db.prepare_cached(
        "SELECT s.state, s.until, s.facts_seen FROM copy c JOIN message m ON m.id = c.message \
         JOIN state_decision s ON s.anchor = m.key WHERE c.notice = ?1",
    )?;
    let mut due = db.prepare_cached(
        "SELECT d.due_at FROM copy c JOIN message m ON m.id = c.message JOIN due_decision d ON d.anchor = m.key \
         WHERE c.notice = ?1 ORDER BY d.at DESC, d.due_at LIMIT 1",
    )?;
    let mut changed = db.prepare_cached("SELECT coalesce(facts_changed_at, 0) FROM notice WHERE row = ?1")?;
    // What only a reminder made urgent is no longer so when that names the user no more: then its own messages say.
    let mut write = db.prepare_cached(
        "UPDATE notice SET state = ?2, class = ?3, later_until = ?4, reopened = ?5, manual_due = ?6, \
         raised_at = ?7, urgent = CASE WHEN ?7 > 0 THEN 1 WHEN raised_at = 0 THEN urgent ELSE EXISTS ( \
         SELECT 1 FROM copy c JOIN facts f ON f.message = c.message WHERE c.notice = ?1 AND f.facts ->> 'urgent') END, \
         dated = CASE WHEN coalesce(?6, due_at) IS NOT NULL THEN 2 WHEN event_at IS NOT NULL THEN 1 ELSE 0 END, \
         sort_at = coalesce(?6, due_at, event_at, last_seen) WHERE row = ?1",
    )?;
    let (plain, said) = (none(db)?, duties::any_said(db)?);
    for &row in rows {
        let found = if plain { None } else { decision(&mut decided, row)? };
        let facts_changed: i64 = changed.query_row([row], |r| r.get(0))?;
        let (mut state, mut until, mut reopened) = (State::Unread, None, false);
        if let Some((_, decided, later, seen)) = found {
            let settled = !matches!(decided, State::Unread | State::Open);
            reopened = settled && facts_changed > seen;
            (state, until) = if reopened { (State::Open, None) } else { (decided, later) };
        }
        let manual: Option<i64> = if plain { None } else { due.query_row([row], |r| r.get(0)).optional()? };
        // A notice with a checklist is done when, and only when, all its rows are done or waived.
        let rows = duties::settle(db, row, manual, facts_changed, said)?;
        if rows.rows > 0 && rows.open == 0 {
            (state, until, reopened) = (State::Done, None, false);
        } else if rows.rows > 0 {
            reopened |= rows.reopened;
            if reopened && state == State::Unread {
                state = State::Open;
            }
            if state == State::Done {
                (state, until) = (State::Open, None);
            }
        }
        let raised = raised(db, row)?;
        write.execute(params![row, state.as_str(), class(state), until, reopened, manual, raised])?;
        if rows.recurs {
            duties::come_round(db, row)?;
        }
    }
    Ok(())
}

/// Rank, state, return and facts known of the most demanding decision that hangs on the copies of a notice.
type Found = (usize, State, Option<i64>, i64);

fn decision(decided: &mut CachedStatement<'_>, row: i64) -> Result<Option<Found>> {
    let mut found: Option<Found> = None;
    let mut decisions = decided.query([row])?;
    while let Some(r) = decisions.next()? {
        let state = State::parse(r.get_ref(0)?.as_str().unwrap_or_default()).unwrap_or_default();
        let rank = State::ALL.iter().position(|s| *s == state).unwrap_or(0);
        let until: Option<i64> = r.get(1)?;
        let facts_seen: i64 = r.get(2)?;
        found = Some(match found {
            Some(f) if f.0 < rank => (f.0, f.1, f.2, f.3.max(facts_seen)),
            Some(f) => (rank, state, until, f.3.max(facts_seen)),
            None => (rank, state, until, facts_seen),
        });
    }
    Ok(found)
}

/// When a reminder that names the user's place (还有石桥、王庄没报) called the notice to mind last; 0 for never.
fn raised(db: &Connection, row: i64) -> Result<i64> {
    let mut statement = db.prepare_cached(
        "SELECT f.facts, m.sent_at FROM link l JOIN copy c ON c.notice = l.notice JOIN message m ON m.id = c.message \
         JOIN facts f ON f.message = m.id WHERE l.target = ?1 AND l.kind = 'reminds'",
    )?;
    let mut rows = statement.query([row])?;
    let mut places: Option<Vec<String>> = None;
    let mut at = 0;
    while let Some(r) = rows.next()? {
        let facts: Option<Facts> = serde_json::from_str(r.get_ref(0)?.as_str().unwrap_or_default()).ok();
        let Some(change) = facts.and_then(|f| f.change) else {
            continue;
        };
        if places.is_none() {
            let names: Vec<String> = db
                .prepare_cached("SELECT DISTINCT name FROM own_name")?
                .query_map([], |r| r.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            places = Some(duty::place_words(&names));
        }
        if duty::names_me(&change.owing, places.as_deref().unwrap_or_default()) {
            at = at.max(r.get(1)?);
        }
    }
    Ok(at)
}
