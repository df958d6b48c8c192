//! What was derived from messages goes before it is computed again; who stood where is remembered for the new notices.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use rusqlite::Connection;

use super::ground::{first_row, mark_stale};
use super::{Result, Store};

/// Notices taken away between two looks whether to stop: a few milliseconds.
const LOOK: usize = 50;

/// What was taken away before a run.
#[derive(Debug, Default)]
pub struct Cleared {
    /// The notice each message belonged to.
    pub previous: HashMap<i64, Arc<str>>,
    /// Messages that were lead copies.
    pub leads: HashSet<i64>,
    /// Ids that the notices of these messages get back.
    pub hints: HashMap<i64, Arc<str>>,
    /// Notices that lost copies and stand with older ones.
    pub lost: Vec<i64>,
    /// Notices that what was taken away spoke of: a correction may have set their deadline.
    pub spoken_of: Vec<i64>,
    /// The first free row for notices.
    pub next_row: i64,
}

impl Store {
    /// The notice each message sent at `from` (milliseconds since the epoch) or later belongs to; then deletes what was
    /// derived from these messages. Gives also the notices that lost copies and stand with older ones, and the first free
    /// row. `look` is asked now and then whether to stop: then everything stands as before, and there is nothing to give.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn clear_derived(
        &mut self,
        from: i64,
        look: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Result<Option<Cleared>> {
        let first = first_row(from);
        self.transact(0, |tx| {
            // What was gathered before in the same transaction stays when the clearing is taken back.
            tx.execute_batch("SAVEPOINT clear")?;
            mark_stale(tx, from)?;
            let (mut cleared, rows) = standing(tx, first)?;
            tx.execute("DELETE FROM placement WHERE message >= ?1", [first])?;
            tx.execute("DELETE FROM facts WHERE message >= ?1", [first])?;
            for (n, row) in rows.into_iter().enumerate() {
                if n % LOOK == 0 && look().is_break() {
                    tx.execute_batch("ROLLBACK TO clear; RELEASE clear")?;
                    return Ok(None);
                }
                if take_away(tx, row, first, &mut cleared.spoken_of)? {
                    cleared.lost.push(row);
                }
            }
            tx.execute_batch("RELEASE clear")?;
            cleared.next_row =
                tx.query_row("SELECT coalesce(max(row), 0) + 1 FROM notice", [], |r| r.get(0))?;
            Ok(Some(cleared))
        })
    }
}

/// Who stands where from row `first` of the messages on, and the notices they stand in, in order.
fn standing(tx: &Connection, first: i64) -> Result<(Cleared, Vec<i64>)> {
    let mut cleared = Cleared::default();
    let mut touched: HashMap<i64, Arc<str>> = HashMap::new();
    let mut statement = tx.prepare_cached(
        "SELECT c.message, n.row, n.id, n.lead FROM copy c JOIN notice n ON n.row = c.notice WHERE c.message >= ?1",
    )?;
    let mut rows = statement.query([first])?;
    while let Some(r) = rows.next()? {
        let (message, row, id): (i64, i64, String) = (r.get(0)?, r.get(1)?, r.get(2)?);
        let id = Arc::clone(touched.entry(row).or_insert_with(|| Arc::from(id)));
        if message == r.get::<_, i64>(3)? {
            cleared.leads.insert(message);
        }
        cleared.previous.entry(message).or_insert(id);
    }
    let mut statement =
        tx.prepare_cached("SELECT m.id, h.id FROM id_hint h JOIN message m ON m.key = h.anchor")?;
    let mut rows = statement.query([])?;
    while let Some(r) = rows.next()? {
        cleared.hints.insert(r.get(0)?, Arc::from(r.get::<_, String>(1)?));
    }
    let mut touched: Vec<i64> = touched.into_keys().collect();
    touched.sort_unstable();
    Ok((cleared, touched))
}

/// Takes the copies from row `first` of the messages on out of a notice. Without a copy left it goes, and its duties and
/// links with it, and the notices it spoke of are noted; true where it stands on.
fn take_away(tx: &Connection, row: i64, first: i64, spoken_of: &mut Vec<i64>) -> Result<bool> {
    tx.prepare_cached("DELETE FROM copy WHERE notice = ?1 AND message >= ?2")?.execute([row, first])?;
    let stands: bool = tx
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM copy WHERE notice = ?1)")?
        .query_row([row], |r| r.get(0))?;
    if !stands {
        let mut spoke = tx.prepare_cached(
            "SELECT target FROM link WHERE notice = ?1 AND kind IN ('corrects', 'cancels', 'closes', 'reminds')",
        )?;
        for target in spoke.query_map([row], |r| r.get(0))? {
            spoken_of.push(target?);
        }
        tx.prepare_cached("DELETE FROM notice WHERE row = ?1")?.execute([row])?;
        tx.prepare_cached("DELETE FROM duty WHERE notice = ?1")?.execute([row])?;
        tx.prepare_cached("DELETE FROM link WHERE notice = ?1 OR target = ?1")?.execute([row])?;
    }
    Ok(stands)
}
