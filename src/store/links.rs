//! Links that a person set or refused → the link rows. Called in the transaction that changes either.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Result, states};
use crate::notice::LinkKind;

/// The notices that a person said are closed or cancelled by another.
fn settled(db: &Connection) -> Result<Vec<i64>> {
    let mut statement = db.prepare_cached(
        "SELECT DISTINCT target FROM link WHERE by_user = 1 AND kind IN ('closes', 'cancels') ORDER BY target",
    )?;
    let rows = statement.query_map([], |r| r.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Sets and takes away links as a person decided. What the rules found stays otherwise. What a notice still owes depends
/// on whether another closes it, so states are written anew where that changed.
pub(super) fn apply(db: &Connection) -> Result<()> {
    let before = settled(db)?;
    // What the rules found too says why, and stays when the person takes his word back.
    db.prepare_cached("UPDATE link SET by_user = 0 WHERE by_user = 1 AND reason <> ''")?.execute([])?;
    db.prepare_cached("DELETE FROM link WHERE by_user = 1")?.execute([])?;
    let mut decisions =
        db.prepare_cached("SELECT a, b, kind, linked FROM link_decision ORDER BY at, a, b")?;
    let mut holder = db.prepare_cached(
        "SELECT c.notice FROM message m JOIN copy c ON c.message = m.id WHERE m.key = ?1 ORDER BY c.notice LIMIT 1",
    )?;
    let mut rows = decisions.query([])?;
    while let Some(r) = rows.next()? {
        let (a, b): (String, String) = (r.get(0)?, r.get(1)?);
        let (kind, linked): (String, bool) = (r.get(2)?, r.get(3)?);
        let from: Option<i64> = holder.query_row([a], |r| r.get(0)).optional()?;
        let to: Option<i64> = holder.query_row([b], |r| r.get(0)).optional()?;
        let (Some(from), Some(to)) = (from, to) else {
            continue;
        };
        // What the rules found the other way round is the same link.
        let both_ways = LinkKind::parse(&kind).is_some_and(LinkKind::both_ways);
        let turned = both_ways
            && db
                .prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM link WHERE notice = ?1 AND kind = ?2 AND target = ?3)",
                )?
                .query_row(params![to, kind, from], |r| r.get(0))?;
        let (from, to) = if turned { (to, from) } else { (from, to) };
        if linked && from != to {
            db.prepare_cached(
                "INSERT INTO link (notice, kind, target, reason, by_user) VALUES (?1, ?2, ?3, '', 1) \
                 ON CONFLICT DO UPDATE SET by_user = 1",
            )?
            .execute(params![from, kind, to])?;
        } else {
            db.prepare_cached("DELETE FROM link WHERE notice = ?1 AND kind = ?2 AND target = ?3")?
                .execute(params![from, kind, to])?;
        }
    }
    // Rows were made anew since: what is still closed is written again as well.
    let mut touched = settled(db)?;
    touched.extend(before);
    touched.sort_unstable();
    touched.dedup();
    states::apply(db, &touched)
}
