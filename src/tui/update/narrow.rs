//! What is typed into the filter of the list: words and, among them, 有凭据 and days (1-8至1-14, 1月8日起), which narrow by
//! themselves. A day standing alone is a word like any other: texts hold days.

use chrono::{Datelike, Days, NaiveDate, NaiveTime};

use crate::message::{epoch_ms, local};
use crate::notice::Moment;
use crate::store::ListFilter;

/// What only shows notices with files, in both languages.
const FILES: [&str; 2] = ["有凭据", "with-evidence"];

/// Between the first and the last day.
const TO: [&str; 5] = ["至", "到", "~", "～", ".."];

/// What was typed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Typed {
    /// Words that must occur.
    pub words: String,
    /// First moment and first moment after.
    pub days: (Option<Moment>, Option<Moment>),
    /// Only notices with files.
    pub with_files: bool,
}

/// Reads it; `now` gives the year where none is written.
pub(super) fn read(text: &str, now: i64) -> Typed {
    let mut typed = Typed::default();
    let mut words: Vec<&str> = Vec::new();
    for word in text.split_whitespace() {
        if FILES.contains(&word) {
            typed.with_files = true;
        } else if let Some((from, to)) = range(word, local(now).date()) {
            let start = |day: NaiveDate| Moment(epoch_ms(day.and_time(NaiveTime::MIN)));
            typed.days = (from.map(start), to.and_then(|d| d.checked_add_days(Days::new(1))).map(start));
        } else {
            words.push(word);
        }
    }
    typed.words = words.join(" ");
    typed
}

/// A filter as it would be typed.
pub(super) fn written(filter: &ListFilter, english: bool) -> String {
    let day = |at: Moment| local(at.0).date().to_string();
    let last = |at: Moment| day(Moment(at.0 - 1));
    let days = match (filter.since, filter.until) {
        (Some(from), Some(to)) => format!("{}至{}", day(from), last(to)),
        (Some(from), None) => format!("{}起", day(from)),
        (None, Some(to)) => format!("{}止", last(to)),
        (None, None) => String::new(),
    };
    let files = if filter.with_files { FILES[usize::from(english)] } else { "" };
    [&filter.words, files, &days].into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" ")
}

/// First and last day of `1-8至1-14`, `1月8日起`, `1-14止`; `None` for any other word.
fn range(word: &str, today: NaiveDate) -> Option<(Option<NaiveDate>, Option<NaiveDate>)> {
    if let Some(from) = word.strip_suffix('起') {
        return Some((Some(day(from, today)?), None));
    }
    if let Some(to) = word.strip_suffix('止') {
        return Some((None, Some(day(to, today)?)));
    }
    let (from, to) = TO.iter().find_map(|gap| word.split_once(gap))?;
    let (from, to) = (day(from, today)?, day(to, today)?);
    // 12-01至1-31 begins in the year before.
    let from = if from > to { from.with_year(from.year() - 1)? } else { from };
    Some((Some(from), Some(to)))
}

/// `2024-01-08`, `1-8`, `1/8`, `1月8日`. Without a year the one before where the day were more than a month ahead.
fn day(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    const AHEAD: Days = Days::new(31);
    let plain = text.trim_end_matches('日').replace(['年', '月', '/', '.'], "-");
    let parts: Vec<u32> = plain.split('-').map(|p| p.parse().ok()).collect::<Option<_>>()?;
    match parts[..] {
        [year, month, day] => NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day),
        [month, day] => {
            let found = NaiveDate::from_ymd_opt(today.year(), month, day)?;
            if found > today.checked_add_days(AHEAD)? {
                found.with_year(today.year() - 1)
            } else {
                Some(found)
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_days_and_files() {
        let now = epoch_ms(NaiveDate::from_ymd_opt(2024, 1, 14).unwrap().and_time(NaiveTime::MIN));
        for (text, words, days, files) in [
            ("消防", "消防", "", false),
            ("消防 有凭据 12-01至1-31", "消防", "2023-12-01 2024-02-01", true),
            ("2024-01-08~2024-01-14 防火 防汛", "防火 防汛", "2024-01-08 2024-01-15", false),
            ("1月8日起 with-evidence", "", "2024-01-08 ", true),
            ("1-14止", "", " 2024-01-15", false),
            ("1月8日 做到 至今 13-45至1-1", "1月8日 做到 至今 13-45至1-1", "", false),
        ] {
            let typed = read(text, now);
            let said = |m: Option<Moment>| m.map(|m| local(m.0).date().to_string()).unwrap_or_default();
            let got = format!("{} {}", said(typed.days.0), said(typed.days.1));
            assert_eq!((typed.words.as_str(), typed.with_files), (words, files), "{text}");
            assert_eq!(got.trim_start_matches(' ').trim_end(), days.trim(), "{text}");
            let (since, until) = typed.days;
            let filter = ListFilter {
                words: typed.words.clone(),
                since,
                until,
                with_files: files,
                ..ListFilter::default()
            };
            assert_eq!(read(&written(&filter, false), now), typed, "typed again: {text}");
            assert_eq!(read(&written(&filter, true), now), typed, "typed again: {text}");
        }
    }
}
