//! Several days named as a row, 3月18日至20日: the hours and the daily duties behind it are of each of them.

use chrono::NaiveDate;

use super::TimePrecision;
use super::resolve::Frame;
use super::text::{Buf, is_clause_end};
use super::times::Item;
use super::when::{Date, When};

/// An hour without a day of its own.
pub(super) fn is_hour(when: &When) -> bool {
    when.clock.is_some() && when.date.is_none_or(|d| d == Date::Anchor(0))
}

/// Whether several days are named shortly before `i` in its clause: 3月18日至20日上午9点到12点、下午2点半到5点办理 names hours of
/// each of them, and not the end of the first one.
pub(super) fn spans_days(buf: &Buf, items: &[Item], i: usize) -> bool {
    const NEAR: usize = 30;
    let same_clause = |item: &Item| !buf.c[item.to.min(i)..i].iter().any(|&c| is_clause_end(c));
    let mut near = items.iter().rev().take_while(|item| item.to + NEAR > i);
    near.any(|item| days_of(item).is_some() && same_clause(item))
}

/// A day that was named without an hour: 5月18日助残日活动，上午9点在广场.
pub(super) fn is_day(item: &Item) -> bool {
    item.meaning.precision == TimePrecision::Day && !item.ranged && item.meaning.day.is_some()
}

/// From one hour to another, and no day with either: 早8点到下午4点.
pub(super) fn are_hours(first: &When, second: Option<&When>) -> bool {
    first.date.is_none() && first.clock.is_some() && second.is_some_and(|w| w.date.is_none())
}

/// Whether a day that is still to come was named last, in the sentence of `i`.
pub(super) fn follows_day(buf: &Buf, last: Option<&Item>, i: usize, frame: Frame<'_>) -> bool {
    let ahead = frame.named.day.is_some_and(|d| d > frame.sent.date());
    ahead && last.is_some_and(|last| last.to <= i && buf.sentence_start(i) <= last.from)
}

/// The first and last of several days that are named as a row.
pub(super) fn days_of(item: &Item) -> Option<(NaiveDate, NaiveDate)> {
    let (first, last) = item.meaning.start.zip(item.meaning.end)?;
    (item.ranged && first.date() < last.date()).then(|| (first.date(), last.date()))
}
