//! 关联 between notices, set or refused by a person.

use rusqlite::Transaction;
use rust_i18n::t;

use super::pin::members;
use super::{Plan, Result, StoreError, must_find, named};
use crate::notice::LinkKind;

/// Plans a link: `from` speaks of `to`.
pub(super) fn plan(tx: &Transaction<'_>, now: i64, from: &str, to: &str, kind: LinkKind) -> Result<Plan> {
    let (from, to) = (must_find(tx, from)?, must_find(tx, to)?);
    if from == to {
        return Err(StoreError::OneNotice);
    }
    let label =
        t!("store.label.link", one = named(tx, from)?, kind = kind_word(kind), other = named(tx, to)?);
    let mut plan = Plan::new(label.into_owned(), &[from, to]);
    let (ours, theirs) = (members(tx, from)?, members(tx, to)?);
    let (from, to) = (ours[0].key.clone(), theirs[0].key.clone());
    for member in ours.iter().skip(1) {
        for other in &theirs {
            if refused(tx, &member.key, &other.key, kind)? {
                plan.link(tx, (&member.key, &other.key), kind, None, now)?;
            }
        }
    }
    plan.link(tx, (&from, &to), kind, Some(true), now)?;
    plan.derive(tx, vec![from, to])?;
    Ok(plan)
}

/// Plans that two notices are not linked, whatever the rules say; without a kind in no way.
pub(super) fn plan_unlink(
    tx: &Transaction<'_>,
    now: i64,
    a: &str,
    b: &str,
    kind: Option<LinkKind>,
) -> Result<Plan> {
    let (a, b) = (must_find(tx, a)?, must_find(tx, b)?);
    let label = t!("store.label.unlink", one = named(tx, a)?, other = named(tx, b)?);
    let mut plan = Plan::new(label.into_owned(), &[a, b]);
    let (one, other) = (members(tx, a)?, members(tx, b)?);
    let mut any = false;
    for (from, to, speaks, spoken) in [(a, b, &one, &other), (b, a, &other, &one)] {
        let mut statement =
            tx.prepare_cached("SELECT kind FROM link WHERE notice = ?1 AND target = ?2 ORDER BY kind")?;
        let kinds =
            statement.query_map([from, to], |r| r.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
        for found in kinds.iter().filter_map(|k| LinkKind::parse(k)) {
            if kind.is_some_and(|k| k != found) {
                continue;
            }
            any = true;
            for member in speaks {
                for target in spoken.iter().skip(1) {
                    if decided(tx, &member.key, &target.key, found)? {
                        plan.link(tx, (&member.key, &target.key), found, None, now)?;
                    }
                }
                plan.link(tx, (&member.key, &spoken[0].key), found, Some(false), now)?;
            }
        }
    }
    if !any {
        return Err(StoreError::NoLink);
    }
    plan.derive(tx, vec![one[0].key.clone(), other[0].key.clone()])?;
    Ok(plan)
}

fn refused(tx: &Transaction<'_>, from: &str, to: &str, kind: LinkKind) -> Result<bool> {
    Ok(tx
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM link_decision WHERE a = ?1 AND b = ?2 AND kind = ?3 AND linked = 0)",
        )?
        .query_row([from, to, kind.as_str()], |r| r.get(0))?)
}

fn decided(tx: &Transaction<'_>, from: &str, to: &str, kind: LinkKind) -> Result<bool> {
    Ok(tx
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM link_decision WHERE a = ?1 AND b = ?2 AND kind = ?3)")?
        .query_row([from, to, kind.as_str()], |r| r.get(0))?)
}

/// The word for a kind of link.
fn kind_word(kind: LinkKind) -> String {
    match kind {
        LinkKind::Corrects => t!("store.link.corrects"),
        LinkKind::Reminds => t!("store.link.reminds"),
        LinkKind::Cancels => t!("store.link.cancels"),
        LinkKind::Closes => t!("store.link.closes"),
        LinkKind::Recurs => t!("store.link.recurs"),
        LinkKind::Similar => t!("store.link.similar"),
        LinkKind::SameData => t!("store.link.same_data"),
    }
    .into_owned()
}
