//! The lunisolar calendar by table (`assets/calendar/lunar.txt`, 2000–2050) and its dates as written: 正月初一, 腊月二十三,
//! 农历八月十五. A table of fifty lines is smaller than a library, needs no network and can be read and checked by eye.

use std::sync::OnceLock;

use chrono::{Datelike, Days, NaiveDate};

use super::num::number;
use super::text::Buf;

/// A month of a lunar year.
struct Month {
    number: u32,
    leap: bool,
    days: u32,
}

struct LunarYear {
    year: i32,
    first: NaiveDate,
    months: Vec<Month>,
}

fn table() -> &'static [LunarYear] {
    static TABLE: OnceLock<Vec<LunarYear>> = OnceLock::new();
    TABLE.get_or_init(|| include_str!("../../assets/calendar/lunar.txt").lines().filter_map(line).collect())
}

fn line(text: &str) -> Option<LunarYear> {
    let mut words = text.split_whitespace();
    let year: i32 = words.next()?.parse().ok()?;
    let first = NaiveDate::parse_from_str(&format!("{year}-{}", words.next()?), "%Y-%m-%d").ok()?;
    let leap: u32 = words.next()?.parse().ok()?;
    let mut number = 0;
    let mut months = Vec::with_capacity(13);
    for days in words.next()?.bytes() {
        let is_leap = leap > 0 && number == leap && months.last().is_some_and(|m: &Month| !m.leap);
        number += u32::from(!is_leap);
        months.push(Month { number, leap: is_leap, days: if days == b'1' { 30 } else { 29 } });
    }
    Some(LunarYear { year, first, months })
}

/// The civil day of a lunar one. Day 30 of a month of 29 days is its last one, as people say 大年三十 every year.
/// `None` outside the table.
pub(crate) fn civil(year: i32, month: u32, leap: bool, day: u32) -> Option<NaiveDate> {
    let table = table();
    let year = table.get(usize::try_from(year - table.first()?.year).ok()?)?;
    let mut before = 0;
    for m in &year.months {
        if m.number == month && m.leap == leap {
            return year.first.checked_add_days(Days::new(u64::from(before + day.min(m.days) - 1)));
        }
        before += m.days;
    }
    None
}

/// A lunar date as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lunar {
    pub(crate) month: u32,
    pub(crate) leap: bool,
    pub(crate) day: u32,
    /// 初六 without a month: meant only around the Spring Festival.
    pub(crate) bare: bool,
}

/// Reads the month and day at `i`. Without `said` (农历 before it) the words must be lunar by themselves: 正月, 冬月, 腊月,
/// 闰六月, or a day with 初 or 廿.
pub(crate) fn read(buf: &Buf, i: usize, said: bool) -> Option<(Lunar, usize)> {
    let leap = buf.get(i) == '闰';
    let at = i + usize::from(leap);
    let (month, at, named) = match buf.get(at) {
        '正' => (1, at + 1, true),
        '冬' => (11, at + 1, true),
        '腊' => (12, at + 1, true),
        _ => {
            let n = number(buf, at).filter(|n| n.han && (1..=12).contains(&n.value))?;
            (n.value, n.end, false)
        }
    };
    if buf.get(at) != '月' {
        return None;
    }
    let at = at + 1;
    let (day, to, clear) = day(buf, at)?;
    (said || leap || named || clear).then_some((Lunar { month, leap, day, bare: false }, to))
}

/// Reads 初一 … 初十, 十一 … 三十, 廿三; says whether only the lunar calendar writes so.
fn day(buf: &Buf, i: usize) -> Option<(u32, usize, bool)> {
    let first = buf.get(i) == '初';
    let n = number(buf, i + usize::from(first)).filter(|n| n.han && (1..=30).contains(&n.value))?;
    if first && n.value > 10 || n.value < 11 && !first && buf.get(n.end) != '日' {
        return None;
    }
    // 月初三天 is the beginning of the month and a number of days.
    if first && buf.any(n.end, &["天", "个", "次", "家", "户"]).is_some() {
        return None;
    }
    let civil = buf.get(n.end) == '日';
    Some((n.value, n.end + usize::from(civil), first || buf.get(i) == '廿' && !civil))
}

/// Reads a lunar date with or without 农历, and a day of the first month said without it (大年初三, 初六).
pub(crate) fn worded(buf: &Buf, i: usize) -> Option<(Option<super::when::Year>, Lunar, usize)> {
    if let Some(len) = buf.any(i, &["农历", "阴历", "旧历", "夏历"]) {
        let (year, at) = year(buf, i + len);
        return read(buf, at, true).map(|(on, to)| (year, on, to));
    }
    if let Some((on, to)) = read(buf, i, false) {
        return Some((None, on, to));
    }
    let lead = buf.any(i, &["大年", "年"]).unwrap_or(0);
    if buf.get(i + lead) != '初' || lead == 0 && "最当年月起原太本如".contains(buf.before(i)) {
        return None;
    }
    let (day, to, _) = day(buf, i + lead)?;
    Some((None, Lunar { month: 1, leap: false, day, bare: lead < 2 }, to))
}

fn year(buf: &Buf, i: usize) -> (Option<super::when::Year>, usize) {
    use super::when::Year;
    for (word, by) in [("今年", 0), ("明年", 1), ("去年", -1)] {
        if buf.is(i, word) {
            return (Some(Year::Rel(by)), i + 2);
        }
    }
    match number(buf, i) {
        Some(n) if (1900..=2199).contains(&n.value) && buf.get(n.end) == '年' => {
            (i32::try_from(n.value).ok().map(Year::Abs), n.end + 1)
        }
        _ => (None, i),
    }
}

/// The civil day of a lunar one of the year `year`; without a year the one from two months ago to ten months ahead.
pub(crate) fn day_of(on: Lunar, year: Option<i32>, today: NaiveDate) -> Option<NaiveDate> {
    let in_year = |y| civil(y, on.month, on.leap, on.day);
    if let Some(year) = year {
        return in_year(year);
    }
    let this = today.year();
    let near =
        (this - 1..=this + 1).filter_map(in_year).find(|d| (-60..=305).contains(&(*d - today).num_days()));
    if on.bare {
        return near.filter(|d| (-20..=40).contains(&(*d - today).num_days()));
    }
    near.or_else(|| (this..=this + 20).filter_map(in_year).find(|d| *d >= today))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_lunar_calendar() {
        let civil = |y, m, leap, d| civil(y, m, leap, d).map(|d| d.to_string());
        assert_eq!(civil(2024, 1, false, 1).as_deref(), Some("2024-02-10"));
        assert_eq!(civil(2024, 8, false, 15).as_deref(), Some("2024-09-17"));
        assert_eq!(civil(2024, 12, false, 30).as_deref(), Some("2025-01-28"));
        assert_eq!(civil(2025, 6, true, 1).as_deref(), Some("2025-07-25"));
        assert_eq!(civil(2026, 1, false, 1).as_deref(), Some("2026-02-17"));
        assert_eq!(civil(2023, 2, true, 29).as_deref(), Some("2023-04-19"));
        assert!(civil(1999, 1, false, 1).is_none() && civil(2051, 1, false, 1).is_none());
        assert_eq!(table().len(), 51);
    }
}
