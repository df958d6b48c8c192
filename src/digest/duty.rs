//! 待报 of a digest: the open rows of the ledger, and which of them belong on the page of a period.

use super::{OVERDUE_DAYS, Period, When};
use crate::notice::{Duty, Moment, Notice};

const DAY_MS: i64 = 24 * 3_600_000;

/// How far ahead of the period checklist rows are listed; later ones are counted.
pub const AHEAD_DAYS: i64 = 7;

/// How long a checklist row without a deadline stays listed after its notice was last seen; older ones are counted.
pub const NO_DATE_DAYS: i64 = 14;

/// Where an open checklist row stands, seen from a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// On the page.
    Listed,
    /// Due more than [`AHEAD_DAYS`] after the period.
    Later,
    /// Due more than [`OVERDUE_DAYS`] before the period.
    LongOverdue,
    /// Without a deadline, its notice not seen for [`NO_DATE_DAYS`].
    Undated,
}

/// Where a row with this deadline stands; `last_seen` is that of its notice.
#[must_use]
pub fn place(due: Option<Moment>, last_seen: Moment, period: &Period) -> Place {
    match due {
        Some(at) if at.0 >= period.to.0 + AHEAD_DAYS * DAY_MS => Place::Later,
        Some(at) if at.0 < period.from.0 - OVERDUE_DAYS * DAY_MS => Place::LongOverdue,
        None if last_seen.0 + NO_DATE_DAYS * DAY_MS < period.from.0 => Place::Undated,
        _ => Place::Listed,
    }
}

/// The rows still open, as the ledger keeps them. What the ledger does not know is not owed.
pub(super) fn open_duties(notice: &Notice) -> impl Iterator<Item = &Duty> {
    notice.duties.iter().filter(|d| d.state == "open")
}

/// The deadline of a row.
pub(super) fn when(duty: &Duty) -> Option<When> {
    duty.due.as_ref().map(When::from).or_else(|| duty.due_at.map(super::change::stated))
}
