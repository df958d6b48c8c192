//! Messages that are not the notice they were put in, and notices that are not the same: their contents are pinned
//! apart, and stay apart whatever is imported later.

use rusqlite::Transaction;
use rust_i18n::t;

use super::due::{self, DueStep};
use super::pin::{Member, alone, members, nodes, pinned_to};
use super::state::{StateValue, standing};
use super::{Plan, Result, Step, StoreError, must_find, named};
use crate::notice::{LinkKind, State};

/// Plans that messages leave a notice and are one of their own. Both keep the state.
pub(super) fn plan(tx: &Transaction<'_>, now: i64, notice: &str, messages: &[String]) -> Result<Plan> {
    let row = must_find(tx, notice)?;
    let (mut out, mut rest): (Vec<Member>, Vec<Member>) = (Vec::new(), members(tx, row)?);
    for id in messages {
        let at = pick(&rest, id).or_else(|| pick(&out, id).map(|_| usize::MAX));
        match at {
            Some(usize::MAX) => {}
            Some(at) => out.push(rest.remove(at)),
            None => return Err(StoreError::NoMessage(id.clone())),
        }
    }
    if out.is_empty() || rest.is_empty() {
        return Err(StoreError::WholeNotice);
    }
    let label = t!("store.label.split", notice = named(tx, row)?, count = out.len());
    let mut plan = Plan::new(label.into_owned(), &[row]);
    // The same words stand on both sides: this message alone is meant.
    let mut single: Vec<(String, String)> = Vec::new();
    for member in &mut out {
        if rest.iter().any(|r| r.node == member.node) {
            let own = alone(&member.key);
            single.push((std::mem::replace(&mut member.node, own.clone()), own));
        }
    }
    let (out_nodes, rest_nodes) = (nodes(&out), nodes(&rest));
    // What was said of its words was said of it too.
    for (words, own) in &single {
        for other in pinned_to(tx, words, false)?.iter().filter(|n| !out_nodes.contains(n)) {
            plan.pin(tx, own, other, Some(false), now)?;
        }
    }
    plan.unpin(tx, &out_nodes, None, true)?;
    for node in &out_nodes[1..] {
        plan.pin(tx, &out_nodes[0], node, Some(true), now)?;
    }
    for node in &rest_nodes {
        plan.pin(tx, &out_nodes[0], node, Some(false), now)?;
    }
    refusals(tx, &mut plan, now, (&out, &rest))?;
    states(tx, &mut plan, row, &out, &rest)?;
    plan.derive(tx, vec![rest[0].key.clone(), out[0].key.clone()])?;
    Ok(plan)
}

/// The message of this id, or of an unambiguous beginning.
fn pick(members: &[Member], id: &str) -> Option<usize> {
    let mut fits = (0..members.len()).filter(|n| !id.is_empty() && members[*n].key.starts_with(id));
    match (fits.next(), fits.next()) {
        (Some(n), None) => Some(n),
        _ => members.iter().position(|m| m.key == id),
    }
}

/// A link that was refused to the notice is refused to both sides.
fn refusals(
    tx: &Transaction<'_>,
    plan: &mut Plan,
    now: i64,
    (out, rest): (&[Member], &[Member]),
) -> Result<()> {
    let mut statement =
        tx.prepare_cached("SELECT a, b, kind FROM link_decision WHERE linked = 0 AND (a = ?1 OR b = ?1)")?;
    for anchor in out.iter().chain(rest) {
        let mut rows = statement.query([&anchor.key])?;
        while let Some(r) = rows.next()? {
            let (from, to): (String, String) = (r.get(0)?, r.get(1)?);
            let Some(kind) = LinkKind::parse(r.get_ref(2)?.as_str().unwrap_or_default()) else {
                continue;
            };
            for member in out.iter().chain(rest.first()) {
                let ends = if from == anchor.key { (&member.key, &to) } else { (&from, &member.key) };
                plan.link(tx, (ends.0, ends.1), kind, Some(false), now)?;
            }
        }
    }
    Ok(())
}

/// Each side keeps the state; a deadline set by hand stays with the notice.
fn states(tx: &Transaction<'_>, plan: &mut Plan, row: i64, out: &[Member], rest: &[Member]) -> Result<()> {
    let held = standing(tx, row)?;
    let (state, until): (String, Option<i64>) =
        tx.query_row("SELECT state, later_until FROM notice WHERE row = ?1", [row], |r| {
            Ok((r.get(0)?, r.get(1)?))
        })?;
    let state = State::parse(&state).unwrap_or_default();
    if let Some((_, last)) = held.iter().max_by_key(|(_, v)| v.at) {
        for side in [out, rest] {
            if held.iter().any(|(anchor, _)| side.iter().any(|m| m.key == *anchor)) {
                continue;
            }
            let value = StateValue { state, until, ..last.clone() };
            plan.state(&side[0].key, Some(value), None);
        }
    }
    let dues = due::standing(tx, row)?;
    let stays = dues.iter().any(|(anchor, _)| rest.iter().any(|m| m.key == *anchor));
    for (anchor, value) in dues.into_iter().filter(|_| !stays) {
        let step = |anchor: &str, value| Step::Due(DueStep { anchor: anchor.to_owned(), value });
        plan.step(step(&anchor, None), step(&anchor, Some(value.clone())));
        plan.step(step(&rest[0].key, Some(value)), step(&rest[0].key, None));
    }
    Ok(())
}

/// Plans that two notices are not the same, now and later.
pub(super) fn plan_apart(tx: &Transaction<'_>, now: i64, a: &str, b: &str) -> Result<Plan> {
    let (a, b) = (must_find(tx, a)?, must_find(tx, b)?);
    if a == b {
        return Err(StoreError::OneNotice);
    }
    let label = t!("store.label.apart", one = named(tx, a)?, other = named(tx, b)?);
    let mut plan = Plan::new(label.into_owned(), &[a, b]);
    let (one, other) = (members(tx, a)?, members(tx, b)?);
    let (one_nodes, other_nodes) = (nodes(&one), nodes(&other));
    let shared = |n: &String| one_nodes.contains(n) && other_nodes.contains(n);
    plan.unpin(tx, &one_nodes, Some(&other_nodes), true)?;
    for node in other_nodes.iter().filter(|n| !shared(n)) {
        plan.pin(tx, &one_nodes[0], node, Some(false), now)?;
    }
    for node in one_nodes.iter().filter(|n| !shared(n)) {
        plan.pin(tx, node, &other_nodes[0], Some(false), now)?;
    }
    for (from, to) in [(&one, &other), (&other, &one)] {
        for member in from {
            plan.link(tx, (&member.key, &to[0].key), LinkKind::Similar, Some(false), now)?;
        }
    }
    plan.derive(tx, vec![one[0].key.clone(), other[0].key.clone()])?;
    Ok(plan)
}
