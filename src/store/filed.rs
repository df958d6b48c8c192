//! 凭据 of a notice in full: every file that was ever attached to one of its rows, also for occurrences that are over and
//! for rows the notice no longer has.

use rusqlite::{Connection, OptionalExtension, params};

use super::duties::verdicts;
use super::{Result, Store};
use crate::notice::{Evidence, Moment};

/// A file with what it was attached for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filed {
    /// The file; whether it is still there nobody has looked yet.
    pub file: Evidence,
    /// Where the row goes; `None` for a row the notice no longer has.
    pub to: Option<String>,
    /// The deadline it was for, where the row comes again and again.
    pub occurrence: Option<Moment>,
    /// The date a person typed for the row (补录).
    pub typed_at: Option<Moment>,
}

impl Store {
    /// Every file attached to a notice, by occurrence, row and time of attaching.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn filed(&self, id: &str) -> Result<Vec<Filed>> {
        let Some(notice) = self.notice_by_id(id)? else {
            return Ok(Vec::new());
        };
        let mut statement = self.db.prepare_cached(
            "SELECT e.slot, e.occurrence, e.path, e.sha256, e.size, min(e.added_at) FROM copy c \
             JOIN message m ON m.id = c.message JOIN evidence e ON e.anchor = m.key WHERE c.notice = ?1 \
             GROUP BY e.slot, e.occurrence, e.path ORDER BY e.occurrence, e.slot, 6, e.path",
        )?;
        let mut rows = statement.query([notice])?;
        let mut out = Vec::new();
        while let Some(r) = rows.next()? {
            let (slot, occurrence): (String, i64) = (r.get(0)?, r.get(1)?);
            let verdicts = verdicts(&self.db, notice, &slot)?;
            let typed = verdicts.into_iter().find(|v| v.0 == occurrence).and_then(|v| v.1.typed_at);
            let file = Evidence {
                path: r.get(2)?,
                sha256: r.get(3)?,
                size: r.get::<_, i64>(4)? as u64,
                added_at: Moment(r.get(5)?),
                missing: false,
                changed: false,
                late: typed.is_some(),
            };
            let to = row_goes_to(&self.db, id, &slot)?;
            let occurrence = (occurrence != 0).then_some(Moment(occurrence));
            out.push(Filed { file, to, occurrence, typed_at: typed.map(Moment) });
        }
        Ok(out)
    }
}

/// Where a row of a notice goes: the work group, or the destination.
pub(super) fn row_goes_to(db: &Connection, notice: &str, slot: &str) -> Result<Option<String>> {
    Ok(db
        .prepare_cached(
            "SELECT coalesce(g.name, d.destination) FROM notice n JOIN duty d ON d.notice = n.row \
             LEFT JOIN work_group g ON g.id = d.work_group WHERE n.id = ?1 AND d.slot = ?2",
        )?
        .query_row(params![notice, slot], |r| r.get(0))
        .optional()?)
}
