//! Notices that are one: their contents are pinned together, so that later copies follow. The merged notice asks for
//! as much as the most demanding of them did.

use rusqlite::Transaction;
use rust_i18n::t;

use super::pin::{Member, members, nodes};
use super::state::{StateStep, StateValue, standing};
use super::{Plan, Result, Step, StoreError, lead, must_find, named};
use crate::notice::State;

/// Plans a merge; the notice that leads gives title and id.
pub(super) fn plan(tx: &Transaction<'_>, now: i64, notices: &[String], leading: &str) -> Result<Plan> {
    let first = must_find(tx, leading)?;
    let mut rows = vec![first];
    for id in notices {
        let row = must_find(tx, id)?;
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    if rows.len() < 2 {
        return Err(StoreError::OneNotice);
    }
    let (one, other) = (named(tx, first)?, named(tx, rows[1])?);
    let label = match rows.len() {
        2 => t!("store.label.merge", lead = one, other = other),
        count => t!("store.label.merge_many", lead = one, other = other, count = count),
    };
    let mut plan = Plan::new(label.into_owned(), &rows);
    let sides = rows.iter().map(|row| members(tx, *row)).collect::<Result<Vec<Vec<Member>>>>()?;
    let pinned: Vec<Vec<String>> = sides.iter().map(|side| own_nodes(side)).collect();
    for (n, side) in pinned.iter().enumerate() {
        for other in &pinned[n + 1..] {
            plan.unpin(tx, side, Some(other), false)?;
        }
    }
    // Notices stay joinable until the pin's day: it must not lie before their last copies, whatever the clock says.
    let mut held_until = now;
    for row in &rows {
        let last = tx.query_row("SELECT last_seen FROM notice WHERE row = ?1", [row], |r| r.get(0))?;
        held_until = held_until.max(last);
    }
    let star = pinned[0][0].clone();
    for node in pinned.iter().flatten() {
        plan.pin(tx, &star, node, Some(true), held_until)?;
    }
    plan.lead(tx, &star, now)?;
    plan.reason = states(tx, &mut plan, &rows, now)?;
    plan.derive(tx, sides.iter().flat_map(|side| side.first().map(|m| m.key.clone())).collect())?;
    Ok(plan)
}

/// What stands for a notice: messages that carry others too are left out, unless there is nothing else.
fn own_nodes(side: &[Member]) -> Vec<String> {
    let own = nodes(side.iter().filter(|m| !m.shared));
    if own.is_empty() { nodes(side) } else { own }
}

/// The state of the merged notice: what one of them leaves to be done is to be done. Gives the words that say so.
fn states(tx: &Transaction<'_>, plan: &mut Plan, rows: &[i64], now: i64) -> Result<Option<String>> {
    let mut found: Vec<(State, i64, i64)> = Vec::new();
    let mut seen = 0;
    for &row in rows {
        let (state, last): (String, i64) =
            tx.query_row("SELECT state, last_seen FROM notice WHERE row = ?1", [row], |r| {
                Ok((r.get(0)?, r.get(1)?))
            })?;
        seen = seen.max(last);
        let state = State::parse(&state).unwrap_or_default();
        found.push((state, rank(state), row));
    }
    let (state, _, row) = found.iter().min_by_key(|f| f.1).copied().unwrap_or_default();
    if found.iter().all(|f| f.0 == state) {
        // Whoever puts together what is settled has seen what both say.
        for &row in rows.iter().filter(|_| !matches!(state, State::Unread | State::Open)) {
            for (anchor, value) in standing(tx, row)? {
                let known = StateValue { facts_seen: value.facts_seen.max(seen), ..value.clone() };
                plan.state(&anchor, Some(known), Some(value));
            }
        }
        return Ok(None);
    }
    let (anchor, facts_seen) = lead(tx, row)?;
    if state == State::Unread {
        let value = StateValue { state: State::Open, until: None, note: None, at: now, facts_seen };
        plan.state(&anchor, Some(value), None);
    }
    let settled = found.iter().any(|f| !matches!(f.0, State::Unread | State::Open));
    let words = match state {
        State::Unread | State::Open => t!("store.label.stays_open"),
        State::Later => t!("store.label.stays_later"),
        State::Noted | State::Done => t!("store.label.stays_noted"),
    };
    Ok(settled.then(|| words.into_owned()))
}

fn rank(state: State) -> i64 {
    State::ALL.iter().position(|s| *s == state).unwrap_or(0) as i64
}

impl Plan {
    /// Plans what hangs on a message.
    pub(super) fn state(&mut self, anchor: &str, value: Option<StateValue>, former: Option<StateValue>) {
        let step = |value| Step::State(StateStep { anchor: anchor.to_owned(), value });
        self.step(step(value), step(former));
    }
}
