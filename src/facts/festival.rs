//! Festivals by name (`assets/calendar/festivals.txt`): solar, lunar, by weekday, or a solar term; and the day they fall on.

use std::sync::OnceLock;

use chrono::{Datelike, NaiveDate};

use super::lunar;
use super::text::{Buf, is_clause_end};
use super::when::{Date, Year};

enum Day {
    Solar(u32, u32),
    Lunar(u32, u32),
    /// Month, which, weekday from Monday = 0.
    Nth(u32, u32, u32),
    Term(usize),
}

/// One festival.
pub(crate) struct Festival {
    /// Whether it has a block of days off.
    pub(crate) off: bool,
    day: Day,
}

struct Name {
    word: &'static str,
    festival: u16,
    weak: bool,
}

struct Table {
    festivals: Vec<Festival>,
    /// By first character, longer names first.
    names: Vec<(char, Vec<Name>)>,
}

/// The solar terms from 小寒: name, month, and the constant of the day in this century (years 2000–2099).
const TERMS: [(&str, u32, f64); 24] = [
    ("小寒", 1, 5.4055),
    ("大寒", 1, 20.12),
    ("立春", 2, 3.87),
    ("雨水", 2, 18.73),
    ("惊蛰", 3, 5.63),
    ("春分", 3, 20.646),
    ("清明", 4, 4.81),
    ("谷雨", 4, 20.1),
    ("立夏", 5, 5.52),
    ("小满", 5, 21.04),
    ("芒种", 6, 5.678),
    ("夏至", 6, 21.37),
    ("小暑", 7, 7.108),
    ("大暑", 7, 22.83),
    ("立秋", 8, 7.5),
    ("处暑", 8, 23.13),
    ("白露", 9, 7.646),
    ("秋分", 9, 23.042),
    ("寒露", 10, 8.318),
    ("霜降", 10, 23.438),
    ("立冬", 11, 7.438),
    ("小雪", 11, 22.36),
    ("大雪", 12, 7.18),
    ("冬至", 12, 21.94),
];

/// Years in which the formula is a day off, up to 2050 (checked day by day against an almanac library).
const TERM_OFF: [(i32, usize, i32); 6] =
    [(2002, 14, 1), (2008, 9, 1), (2016, 12, -1), (2019, 0, -1), (2021, 23, -1), (2026, 3, -1)];

/// The day of a solar term: ⌊0.2422·y + C⌋ − the leap days before it.
fn term(year: i32, n: usize) -> Option<NaiveDate> {
    let (_, month, constant) = TERMS.get(n)?;
    let y = year.rem_euclid(100);
    let leaps = if *month <= 2 { (y - 1).div_euclid(4) } else { y / 4 };
    #[expect(clippy::cast_possible_truncation, reason = "a day of the month")]
    let day = (f64::from(y) * 0.2422 + constant).floor() as i32 - leaps;
    let off = TERM_OFF.iter().find(|(y, t, _)| *y == year && *t == n).map_or(0, |(_, _, off)| *off);
    NaiveDate::from_ymd_opt(year, *month, u32::try_from(day + off).ok()?)
}

/// The `n`-th weekday (Monday = 0) of a month; 0 is the last one.
pub(crate) fn nth_weekday(year: i32, month: u32, n: u32, dow: u32) -> Option<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    let skip = (7 + dow - first.weekday().num_days_from_monday()) % 7;
    if n == 0 {
        return (3..=4).rev().find_map(|k| NaiveDate::from_ymd_opt(year, month, 1 + skip + 7 * k));
    }
    NaiveDate::from_ymd_opt(year, month, 1 + skip + 7 * (n - 1))
}

impl Festival {
    /// The day it falls on in the civil year `year`.
    pub(crate) fn in_year(&self, year: i32) -> Option<NaiveDate> {
        match self.day {
            Day::Solar(m, d) => NaiveDate::from_ymd_opt(year, m, d),
            Day::Nth(m, n, w) => nth_weekday(year, m, n, w),
            Day::Term(n) => term(year, n),
            Day::Lunar(m, d) => [year - 1, year]
                .into_iter()
                .filter_map(|y| lunar::civil(y, m, false, d))
                .find(|day| day.year() == year),
        }
    }
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Table { festivals: Vec::new(), names: Vec::new() };
        for text in include_str!("../../assets/calendar/festivals.txt").lines() {
            add(&mut table, text);
        }
        for (_, names) in &mut table.names {
            names.sort_by_key(|n| std::cmp::Reverse(n.word.len()));
        }
        table.names.sort_by_key(|(c, _)| *c);
        table
    })
}

fn add(table: &mut Table, text: &'static str) -> Option<()> {
    let text = text.split('#').next()?.trim();
    let mut words = text.split_whitespace();
    let (names, kind, when) = (words.next()?, words.next()?, words.next()?);
    let rest: Vec<&str> = words.collect();
    let numbers: Vec<u32> = when.split('-').filter_map(|n| n.parse().ok()).collect();
    let day = match (kind, numbers.as_slice()) {
        ("solar", [m, d]) => Day::Solar(*m, *d),
        ("lunar", [m, d]) => Day::Lunar(*m, *d),
        ("nth", [m, n, w]) => Day::Nth(*m, *n, w.checked_sub(1)?),
        ("term", []) => Day::Term(TERMS.iter().position(|(name, _, _)| *name == when)?),
        _ => return None,
    };
    let festival = u16::try_from(table.festivals.len()).ok()?;
    let weak = rest.contains(&"weak");
    for (n, word) in names.split('|').enumerate() {
        // The first name of a weak line of a statutory festival stands in the line before.
        if weak && n == 0 && names.contains('|') && rest.contains(&"off") {
            continue;
        }
        let head = word.chars().next()?;
        let name = Name { word, festival, weak: weak && word.chars().count() < 3 };
        match table.names.iter_mut().find(|(c, _)| *c == head) {
            Some((_, list)) => list.push(name),
            None => table.names.push((head, vec![name])),
        }
    }
    table.festivals.push(Festival { off: rest.contains(&"off"), day });
    Some(())
}

/// The festival of a number given by [`read`].
pub(crate) fn get(n: u16) -> Option<&'static Festival> {
    table().festivals.get(usize::from(n))
}

/// Behind a weak name: words that make it a festival.
const CLEAR: &[&str] = &[
    "前",
    "之前",
    "以前",
    "期间",
    "假期",
    "节前",
    "放假",
    "长假",
    "小长假",
    "当天",
    "当日",
    "那天",
    "节后",
    "晚会",
];

/// Reads the name of a festival at `i`.
pub(crate) fn read(buf: &Buf, i: usize) -> Option<(u16, usize)> {
    let names = &table().names;
    let at = names.binary_search_by_key(&buf.get(i), |(c, _)| *c).ok()?;
    for name in &names[at].1 {
        if !buf.is(i, name.word) {
            continue;
        }
        let to = i + name.word.chars().count();
        let before = buf.before(i);
        let alone = (is_clause_end(before) || matches!(before, '在' | '到' | '从' | '至' | '年' | '是'))
            && (is_clause_end(buf.get(to)) || matches!(buf.get(to), '到' | '至' | '的' | '晚' | '上' | '下'));
        let counted = super::num::starts_number(before) || matches!(before, '第' | '初' | '月');
        if !name.weak || !counted && (alone || buf.any(to, CLEAR).is_some()) {
            return Some((name.festival, to));
        }
    }
    None
}

/// Words behind a festival that name a day beside it. 前一天 must not be read as 前.
const BESIDE: [(&str, i64); 13] = [
    ("的前一天", -1),
    ("前一天", -1),
    ("前一日", -1),
    ("头一天", -1),
    ("前夕", -1),
    ("前一晚", -1),
    ("后第一天", 1),
    ("后一天", 1),
    ("第二天", 1),
    ("次日", 1),
    ("当天", 0),
    ("当日", 0),
    ("那天", 0),
];

/// Reads a festival, or the day beside it, of the year `y` or of the nearest one.
pub(crate) fn date(buf: &Buf, i: usize, y: Option<Year>) -> Option<(Date, usize)> {
    let (n, to) = read(buf, i)?;
    let beside = BESIDE.iter().find(|(w, _)| buf.is(to, w));
    let (by, to) = beside.map_or((0, to), |(w, by)| (*by, to + w.chars().count()));
    Some((Date::Festival { y, n, by }, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn festivals_fall_on_their_days() {
        for (word, year, want) in [
            ("国庆节", 2024, "2024-10-01"),
            ("中秋节", 2024, "2024-09-17"),
            ("除夕", 2024, "2024-02-09"),
            ("春节", 2026, "2026-02-17"),
            ("母亲节", 2025, "2025-05-11"),
            ("感恩节", 2024, "2024-11-28"),
            ("清明", 2025, "2025-04-04"),
            ("冬至", 2021, "2021-12-21"),
            ("腊八节", 2024, "2024-01-18"),
        ] {
            let (n, _) = read(&Buf::new(word), 0).expect(word);
            assert_eq!(get(n).unwrap().in_year(year).unwrap().to_string(), want, "{word}");
        }
        for word in ["第五一班", "十一个人", "五一村", "小年轻"] {
            assert!((0..word.chars().count()).all(|i| read(&Buf::new(word), i).is_none()), "{word}");
        }
        assert_eq!(nth_weekday(2024, 5, 0, 4).unwrap().to_string(), "2024-05-31");
    }
}
