//! Links that a person set or refused → the link rows. Called in the transaction that changes either.

use rusqlite::{Connection, OptionalExtension, params};

use super::Result;

/// Sets and takes away links as a person decided. What the rules found stays otherwise.
pub(super) fn apply(db: &Connection) -> Result<()> {
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
    Ok(())
}
