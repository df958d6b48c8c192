//! Dates and clock times as exporters write them, read by hand from the beginning or the end of a line. No zones and
//! no guesses: what is missing stays missing. Characters that Word and mail programs put for blanks and dashes count
//! as such, so nothing has to be folded first.

use chrono::{NaiveDate, NaiveTime};

/// A day as far as a header states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Day {
    /// Year, month and day.
    Full(NaiveDate),
    /// Month and day without a year.
    MonthDay(u32, u32),
}

/// A clock time and whether its seconds are stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Clock {
    pub(crate) time: NaiveTime,
    pub(crate) seconds: bool,
}

/// Blanks of all sorts: NBSP, full width, four-per-em and the zero-width ones.
pub(crate) fn is_blank(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\u{a0}' | '\u{3000}' | '\u{2000}'..='\u{200b}' | '\u{202f}' | '\u{205f}' | '\u{feff}'
    )
}

/// Dashes of all sorts.
pub(crate) fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{2010}'
            ..='\u{2015}' | '\u{2212}' | '\u{2500}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' | '\u{30fc}'
    )
}

/// Whether a line holds nothing but blanks.
pub(crate) fn is_empty(line: &str) -> bool {
    line.is_empty() || line.chars().all(|c| is_blank(c) || c.is_whitespace())
}

/// `text` without blanks at its end.
pub(crate) fn trim_end(text: &str) -> &str {
    text.trim_end_matches(is_blank)
}

/// The number at the beginning, at most nine digits, and its length in bytes.
pub(crate) fn digits(text: &str) -> Option<(u32, usize)> {
    const LONGEST: usize = 9;
    let mut number = 0;
    for (length, byte) in text.bytes().enumerate() {
        if !byte.is_ascii_digit() {
            return (length > 0).then_some((number, length));
        }
        if length == LONGEST {
            return None;
        }
        number = number * 10 + u32::from(byte - b'0');
    }
    (!text.is_empty()).then_some((number, text.len()))
}

/// `2026-07-27`, `2026/7/27`, `2026.7.27`, `2026年7月27日` at the beginning: the day and its length in bytes.
pub(crate) fn date_at_start(text: &str) -> Option<(NaiveDate, usize)> {
    let (year, length) = digits(text).filter(|&(_, length)| length == 4)?;
    let mut at = length;
    let mark = text[at..].chars().next()?;
    if !(is_dash(mark) || matches!(mark, '/' | '.' | '年' | '_')) {
        return None;
    }
    at += mark.len_utf8();
    let (month, length) = digits(&text[at..]).filter(|&(_, length)| length <= 2)?;
    at += length;
    let second = text[at..].chars().next()?;
    let pair = if mark == '年' { second == '月' } else { second == mark };
    if !pair {
        return None;
    }
    at += second.len_utf8();
    let (day, length) = digits(&text[at..]).filter(|&(_, length)| length <= 2)?;
    at += length;
    if mark == '年' {
        at += if text[at..].starts_with('日') { '日'.len_utf8() } else { 0 };
    }
    Some((NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?, at))
}

/// As [`date_at_start`], and `07-27`, `7/27/2026`, `7月27日`.
pub(crate) fn day_at_start(text: &str) -> Option<(Day, usize)> {
    if let Some((date, length)) = date_at_start(text) {
        return Some((Day::Full(date), length));
    }
    let (month, length) = digits(text).filter(|&(_, length)| length <= 2)?;
    let mut at = length;
    let mark = text[at..].chars().next()?;
    if !matches!(mark, '-' | '/' | '月') {
        return None;
    }
    at += mark.len_utf8();
    let (day, length) = digits(&text[at..]).filter(|&(_, length)| length <= 2)?;
    at += length;
    if mark == '/' {
        let rest = text[at..].strip_prefix('/')?;
        let (year, length) = digits(rest).filter(|&(_, length)| length == 4)?;
        return Some((
            Day::Full(NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?),
            at + 1 + length,
        ));
    }
    if mark == '月' {
        at += text[at..].strip_prefix('日').map_or(0, |_| '日'.len_utf8());
    }
    NaiveDate::from_ymd_opt(2024, month, day)?;
    Some((Day::MonthDay(month, day), at))
}

/// A day at the end of `text`, after a blank or at its beginning: the day and where it begins.
pub(crate) fn day_at_end(text: &str) -> Option<(Day, usize)> {
    let start =
        text.char_indices().rev().take(14).find(|&(_, c)| is_blank(c)).map_or(0, |(at, c)| at + c.len_utf8());
    let (day, length) = day_at_start(&text[start..])?;
    (start + length == text.len()).then_some((day, start))
}

/// Words before or behind a 12-hour clock, and whether they mean the second half of the day. Noon words count from 11.
const HALVES: [(&str, Half); 14] = [
    ("上午", Half::First),
    ("下午", Half::Second),
    ("凌晨", Half::First),
    ("早上", Half::First),
    ("清晨", Half::First),
    ("中午", Half::Noon),
    ("傍晚", Half::Second),
    ("晚上", Half::Second),
    ("AM", Half::First),
    ("PM", Half::Second),
    ("am", Half::First),
    ("pm", Half::Second),
    ("a.m.", Half::First),
    ("p.m.", Half::Second),
];

/// Whether one of [`HALVES`] begins with it.
fn begins_half(c: char) -> bool {
    matches!(c, '上' | '下' | '凌' | '早' | '清' | '中' | '傍' | '晚' | 'A' | 'P' | 'a' | 'p')
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Half {
    First,
    Second,
    Noon,
}

fn hour_of(hour: u32, half: Option<Half>) -> Option<u32> {
    match half {
        None => (hour < 24).then_some(hour),
        Some(_) if hour > 23 => None,
        // 12-hour clocks beside 24-hour ones occur: 下午15:00
        Some(Half::First) => Some(if hour == 12 { 0 } else { hour }),
        Some(Half::Second) => Some(if hour < 12 { hour + 12 } else { hour }),
        Some(Half::Noon) => Some(if hour < 11 { hour + 12 } else { hour }),
    }
}

/// `08:15`, `8:15:03`, `上午8:05`, `9:16:13 PM` at the beginning: the time and its length in bytes.
pub(crate) fn clock_at_start(text: &str) -> Option<(Clock, usize)> {
    // Every line of some formats is asked, and nearly none begins so.
    let first = text.chars().next()?;
    let figure = first.is_ascii_digit();
    if !figure && !is_blank(first) && !begins_half(first) {
        return None;
    }
    let word = HALVES.iter().find(|(word, _)| !figure && text.starts_with(word));
    let mut half = word.map(|&(word, half)| (half, word.len()));
    let mut at = half.map_or(0, |(_, length)| length);
    at += text[at..].len() - text[at..].trim_start_matches(is_blank).len();
    let (hour, length) = digits(&text[at..]).filter(|&(_, length)| length <= 2)?;
    at += length;
    let rest = text[at..].strip_prefix([':', '：'])?;
    at = text.len() - rest.len();
    let (minute, _) = digits(rest).filter(|&(_, length)| length == 2)?;
    at += 2;
    let mut second = None;
    if let Some(rest) = text[at..].strip_prefix([':', '：']) {
        // A colon with no figure behind it ends the header (小陈 08:15: 收到).
        if let Some((value, length)) = digits(rest) {
            second = (length == 2).then_some(value);
            second?;
            at = text.len() - rest.len() + 2;
            if let Some(fraction) = text[at..].strip_prefix('.') {
                at += 1 + fraction.bytes().take_while(u8::is_ascii_digit).count();
            }
        }
    }
    if half.is_none() {
        let rest = text[at..].trim_start_matches(is_blank);
        let found = HALVES[8..].iter().find(|(word, _)| rest.starts_with(word));
        if let Some(&(word, found)) = found {
            half = Some((found, 0));
            at = text.len() - rest.len() + word.len();
        }
    }
    let hour = hour_of(hour, half.map(|h| h.0))?;
    let time = NaiveTime::from_hms_opt(hour, minute, second.unwrap_or(0))?;
    Some((Clock { time, seconds: second.is_some() }, at))
}

/// A clock time at the very end of `text`: the time and where it (with its 上午) begins.
pub(crate) fn clock_at_end(text: &str) -> Option<(Clock, usize)> {
    let bytes = text.as_bytes();
    let last = *bytes.last()?;
    if !last.is_ascii_digit() && !matches!(last, b'M' | b'm' | b'.') {
        return None;
    }
    // the longest form is `11:59:59 p.m.`; the digits begin at most 13 bytes and a few blanks before the end
    let mut end = text;
    if !last.is_ascii_digit() {
        let word = HALVES[8..].iter().map(|h| h.0).find(|word| text.ends_with(word))?;
        end = trim_end(&text[..text.len() - word.len()]);
    }
    let clock = end.bytes().rev().take_while(|b| b.is_ascii_digit() || *b == b':').count();
    if !(4..=8).contains(&clock) {
        return None;
    }
    let mut start = end.len() - clock;
    let before = trim_end(&text[..start]);
    // the last bytes of 午 晨 上 晚, AM and a.m.: most names end in others
    let worded = matches!(before.as_bytes().last(), Some(0x88 | 0xa8 | 0x8a | 0x9a | b'M' | b'm' | b'.'));
    if last.is_ascii_digit()
        && worded
        && let Some((word, _)) = HALVES.iter().find(|(word, _)| before.ends_with(word))
    {
        let word_start = before.len() - word.len();
        let joined = !word.is_ascii() || word_start == 0 || before[..word_start].ends_with(is_blank);
        start = if joined { word_start } else { start };
    }
    let (clock, length) = clock_at_start(&text[start..])?;
    (start + length == text.len()).then_some((clock, start))
}

/// Day and clock at the beginning of a line, separated by blanks or `T`: both and their length in bytes.
pub(crate) fn stamp_at_start(text: &str) -> Option<(NaiveDate, Clock, usize)> {
    let (date, length) = date_at_start(text)?;
    let rest = &text[length..];
    let rest = rest
        .strip_prefix('T')
        .unwrap_or_else(|| rest.trim_start_matches([',', '，']).trim_start_matches(is_blank));
    if rest.len() == text.len() - length {
        return None;
    }
    let (clock, used) = clock_at_start(rest)?;
    Some((date, clock, text.len() - rest.len() + used))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hms(h: u32, m: u32, s: u32) -> NaiveTime {
        NaiveTime::from_hms_opt(h, m, s).unwrap()
    }

    #[test]
    fn every_half_of_the_day_is_known_by_its_first_character() {
        assert!(HALVES.iter().all(|(word, _)| word.starts_with(begins_half)));
    }

    #[test]
    fn clocks_at_the_end() {
        for (text, want) in [
            ("李主任  08:15", Some((hms(8, 15, 0), 11))),
            ("王 8:00-17:30 08:16", Some((hms(8, 16, 0), 15))),
            ("陈 下午12:09", Some((hms(12, 9, 0), 4))),
            ("李 上午12:30", Some((hms(0, 30, 0), 4))),
            ("x 2:51 PM", Some((hms(14, 51, 0), 2))),
            ("x 12:05:09 AM", Some((hms(0, 5, 9), 2))),
            ("昵称(QQ) 上午 3:13:28", Some((hms(3, 13, 28), 11))),
            ("至17:30", Some((hms(17, 30, 0), 3))),
            ("25:00", None),
            ("第3条", None),
            ("1:5", None),
        ] {
            assert_eq!(clock_at_end(text).map(|(c, at)| (c.time, at)), want, "{text}");
        }
    }

    #[test]
    fn days_in_all_layouts() {
        let day = NaiveDate::from_ymd_opt(2026, 7, 2).unwrap();
        for text in ["2026-07-02", "2026/7/2", "2026年7月2日", "2026年07月02", "7/2/2026", "2026—7—2"]
        {
            assert_eq!(day_at_start(text), Some((Day::Full(day), text.len())), "{text}");
        }
        assert_eq!(day_at_start("07-02 x"), Some((Day::MonthDay(7, 2), 5)));
        assert_eq!(day_at_start("13-45"), None);
        assert_eq!(day_at_end("张三 2026/07/02"), Some((Day::Full(day), 7)));
        assert_eq!(stamp_at_start("2026-07-02 8:43:38 李").map(|s| s.2), Some(18));
        assert_eq!(stamp_at_start("2026-07-02 8:43:38 PM 李").map(|s| s.1.time), Some(hms(20, 43, 38)));
    }
}
