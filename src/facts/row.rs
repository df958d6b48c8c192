//! Several days named as a row, 3月18日至20日: the hours and the daily duties behind it are of each of them.

use chrono::NaiveDate;

use super::text::{Buf, is_clause_end};
use super::times::Item;

/// Whether several days are named shortly before `i` in its clause.
pub(super) fn spans_days(buf: &Buf, item: &Item, i: usize) -> bool {
    const NEAR: usize = 30;
    let same_clause = || !buf.c[item.to.min(i)..i].iter().any(|&c| is_clause_end(c));
    days_of(item).is_some() && item.to + NEAR > i && same_clause()
}

/// The first and last of several days that are named as a row.
pub(super) fn days_of(item: &Item) -> Option<(NaiveDate, NaiveDate)> {
    let (first, last) = item.meaning.start.zip(item.meaning.end)?;
    (item.ranged && first.date() < last.date()).then(|| (first.date(), last.date()))
}
