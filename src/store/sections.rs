//! The sections of a list: which moments bound them, and where in them a notice stands.

use chrono::Datelike as _;
use rusqlite::Row;

use crate::message::{epoch_ms, local};
use crate::notice::{NoticeRow, Section};

const DAY: i64 = 24 * 3_600_000;

/// The sections in the order they are shown.
pub(super) const SECTIONS: [Section; 9] = [
    Section::Urgent,
    Section::Overdue,
    Section::Today,
    Section::Tomorrow,
    Section::Week,
    Section::Late,
    Section::Ahead,
    Section::NoDate,
    Section::Past,
];

/// What `dated` says.
pub(super) const DUE: i64 = 2;
const EVENT: i64 = 1;
const NEITHER: i64 = 0;

/// The moments between the sections.
#[derive(Clone, Copy)]
pub(super) struct Times {
    pub(super) now: i64,
    pub(super) today: i64,
    /// Beginning of the working day before today.
    before: i64,
}

impl Times {
    pub(super) fn of(now: i64) -> Self {
        let today = epoch_ms(local(now).date().and_time(chrono::NaiveTime::MIN));
        let back = match local(now).weekday() {
            chrono::Weekday::Mon => 3,
            chrono::Weekday::Sun => 2,
            _ => 1,
        };
        Times { now, today, before: today - back * DAY }
    }

    /// Since when a notice without a date counts as new enough.
    fn fresh(self) -> i64 {
        self.now - 14 * DAY
    }

    /// Since when what is urgent stands first.
    pub(super) fn hot(self) -> i64 {
        self.now - 2 * DAY
    }

    fn overdue(self) -> i64 {
        self.now - 7 * DAY
    }

    pub(super) fn section(self, urgent: bool, last_seen: i64, dated: i64, sort: i64) -> Section {
        if urgent && last_seen >= self.hot() {
            return Section::Urgent;
        }
        SECTIONS[1..]
            .iter()
            .copied()
            .find(|s| self.ranges(*s).iter().any(|r| r.dated == dated && r.from <= sort && sort < r.to))
            .unwrap_or(Section::Past)
    }

    /// The ranges of `(dated, sort_at)` that make up a section.
    pub(super) fn ranges(self, section: Section) -> Vec<Range> {
        let r = |dated, from, to| Range { dated, from, to };
        let day = |n: i64| self.today + n * DAY;
        let both = |from, to| vec![r(DUE, from, to), r(EVENT, from, to)];
        match section {
            Section::Urgent => vec![r(-1, i64::MIN, i64::MAX)],
            Section::Overdue => vec![r(DUE, self.before, self.now)],
            Section::Late => vec![r(DUE, self.overdue(), self.before)],
            Section::Today => vec![r(DUE, self.now, day(1)), r(EVENT, self.today, day(1))],
            Section::Tomorrow => both(day(1), day(2)),
            Section::Week => both(day(2), day(8)),
            Section::Ahead => both(day(8), i64::MAX),
            Section::NoDate => vec![r(NEITHER, self.fresh(), i64::MAX)],
            Section::Past => vec![
                r(DUE, i64::MIN, self.overdue()),
                r(EVENT, i64::MIN, self.today),
                r(NEITHER, i64::MIN, self.fresh()),
            ],
        }
    }
}

#[derive(Clone, Copy)]
pub(super) struct Range {
    pub(super) dated: i64,
    pub(super) from: i64,
    pub(super) to: i64,
}

pub(super) fn newest_first(section: Section) -> bool {
    matches!(section, Section::NoDate | Section::Past)
}

/// A place in a list.
#[derive(Clone)]
pub(super) struct Cursor {
    pub(super) section: Section,
    pub(super) sort: i64,
    pub(super) id: String,
}

impl From<&NoticeRow> for Cursor {
    fn from(row: &NoticeRow) -> Self {
        Cursor { section: row.section, sort: row.sort, id: row.id.clone() }
    }
}

/// Where a notice stands, as [`place`] reads it.
pub(super) const PLACE: &str = "id, urgent, max(last_seen, raised_at), dated, sort_at";

pub(super) fn place(r: &Row<'_>, times: Times) -> rusqlite::Result<Cursor> {
    let sort = r.get(4)?;
    Ok(Cursor { id: r.get(0)?, section: times.section(r.get(1)?, r.get(2)?, r.get(3)?, sort), sort })
}
