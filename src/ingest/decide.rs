//! A decision and what follows from it: notices that were put together or taken apart are computed again at once.

use std::ops::ControlFlow;

use super::{catch_up, groups::rejoin};
use crate::facts::Settings;
use crate::store::{Decided, Decision, Result, Store};

/// Carries out a decision, and computes again what it touches.
///
/// # Errors
/// What [`Store::decide`] refuses; failures of the database.
pub fn decide(
    store: &mut Store,
    settings: &Settings,
    now: i64,
    decision: &Decision,
) -> anyhow::Result<Decided> {
    let decided = store.decide(now, decision)?;
    settle(store, settings, decided)
}

/// Takes back the last step that stands.
///
/// # Errors
/// Failures of the database.
pub fn undo(store: &mut Store, settings: &Settings, now: i64) -> anyhow::Result<Option<Decided>> {
    store.undo(now)?.map(|decided| settle(store, settings, decided)).transpose()
}

/// Does again what was undone last.
///
/// # Errors
/// Failures of the database.
pub fn redo(store: &mut Store, settings: &Settings, now: i64) -> anyhow::Result<Option<Decided>> {
    redo_step(store, now)?.map(|decided| settle(store, settings, decided)).transpose()
}

/// The same, but what it touches is only marked to be computed again.
///
/// # Errors
/// Failures of the database.
pub fn redo_step(store: &mut Store, now: i64) -> Result<Option<Decided>> {
    match rejoin(store, now)? {
        Some(joined) => Ok(Some(joined)),
        None => store.redo(now),
    }
}

fn settle(store: &mut Store, settings: &Settings, mut decided: Decided) -> anyhow::Result<Decided> {
    if decided.stale {
        catch_up(store, settings, &mut |_| ControlFlow::Continue(()))?;
        decided.notices = store.notices_of(&decided.anchors)?;
    }
    Ok(decided)
}
