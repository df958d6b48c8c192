//! Small sums with civil days and months, total over every input: what would leave the calendar stays at its edge.

use chrono::{Duration, Months, NaiveDate, NaiveDateTime, NaiveTime};

pub(super) const LATE: NaiveTime = match NaiveTime::from_hms_opt(23, 59, 0) {
    Some(t) => t,
    None => NaiveTime::MIN,
};

pub(super) fn day(y: i32, m: u32, d: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(y, m, d)
}

pub(super) fn shift(d: NaiveDate, days: i64) -> NaiveDate {
    d.checked_add_signed(Duration::days(days)).unwrap_or(d)
}

pub(super) fn midnight(d: NaiveDate) -> NaiveDateTime {
    d.and_time(NaiveTime::MIN)
}

pub(super) fn month_end(y: i32, m: u32) -> NaiveDate {
    let first = day(y, m, 1).unwrap_or_default();
    first.checked_add_months(Months::new(1)).map_or(first, |n| shift(n, -1))
}

pub(super) fn month_add(y: i32, m: u32, by: i32) -> (i32, u32) {
    let n = y * 12 + i32::try_from(m).unwrap_or(1) - 1 + by;
    (n.div_euclid(12), u32::try_from(n.rem_euclid(12)).unwrap_or(0) + 1)
}

/// First and last day, both included.
pub(super) type DayRange = (NaiveDate, NaiveDate);
