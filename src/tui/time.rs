//! Moments in short words (`今天17:00`, `周五`, `1-12`) and dates typed by the user. Pure: now is passed in.

use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Weekday};

use super::lang::{is_chinese, tt};
use crate::message::{epoch_ms, local};

/// The word for a day of the week.
#[must_use]
pub fn weekday(day: Weekday) -> String {
    crate::duty::weekday(day, super::lang::current())
}

/// How often a thing recurs, in words.
#[must_use]
pub fn rule(rule: &str) -> String {
    crate::duty::rule_words(rule, super::lang::current())
}

/// A moment in at most 11 cells: day word or date, and the clock unless only the day counts.
#[must_use]
pub fn short(now: i64, at: i64, clock: bool) -> String {
    let (today, then) = (local(now).date(), local(at));
    let day = match (then.date() - today).num_days() {
        0 => tt!("tui.day.today"),
        1 => tt!("tui.day.tomorrow"),
        -1 => tt!("tui.day.yesterday"),
        2..=6 => weekday(then.weekday()),
        _ if then.year() == today.year() => format!("{}-{:02}", then.month(), then.day()),
        // Another year says more than the hour.
        _ => return then.format("%Y-%m-%d").to_string(),
    };
    if !clock {
        return day;
    }
    let gap = if is_chinese() && !day.ends_with(|c: char| c.is_ascii_digit()) { "" } else { " " };
    format!("{day}{gap}{}", then.format("%H:%M"))
}

/// A moment in full: `1月10日 周三 17:00`.
#[must_use]
pub fn full(now: i64, at: i64, clock: bool) -> String {
    let (today, then) = (local(now).date(), local(at));
    let year = if then.year() == today.year() { String::new() } else { format!("{}-", then.year()) };
    let date = if is_chinese() && year.is_empty() {
        format!("{}月{}日", then.month(), then.day())
    } else {
        format!("{year}{:02}-{:02}", then.month(), then.day())
    };
    let clock = if clock { format!(" {:02}:{:02}", then.hour(), then.minute()) } else { String::new() };
    format!("{date} {}{clock}", weekday(then.weekday()))
}

/// When a copy was sent: `01-08 16:20`.
#[must_use]
pub fn sent(at: i64) -> String {
    local(at).format("%m-%d %H:%M").to_string()
}

/// The moments offered for 稍后: tonight, tomorrow, next Monday, in a week.
#[must_use]
pub fn later_choices(now: i64) -> Vec<(String, i64)> {
    let here = local(now);
    let today = here.date();
    let mut choices = Vec::new();
    let mut offer = |text: String, day: NaiveDate, hour: u32| {
        if let Some(at) = day.and_hms_opt(hour, 0, 0) {
            choices.push((text, epoch_ms(at)));
        }
    };
    if here.hour() < 17 {
        offer(tt!("tui.later.tonight"), today, 18);
    }
    offer(tt!("tui.later.tomorrow"), today + Duration::days(1), 8);
    let monday = 7 - i64::from(today.weekday().num_days_from_monday());
    offer(tt!("tui.later.monday"), today + Duration::days(monday), 8);
    offer(tt!("tui.later.week"), today + Duration::days(7), 8);
    choices
}

/// A date typed by the user, after now: `12-20`, `12月20日`, `2026-12-20`, `12.20 7:30`, `+3`, `20` (the next 20th).
/// Eight in the morning when no hour is given.
#[must_use]
pub fn parse_future(now: i64, text: &str) -> Option<i64> {
    let folded: String = text.chars().map(super::keys::fold).collect();
    let (date, clock) = split_clock(folded.trim())?;
    let here = local(now);
    let day = parse_day(here, date, clock)?;
    let at = day.and_time(clock);
    (at > here).then(|| epoch_ms(at))
}

fn split_clock(text: &str) -> Option<(&str, NaiveTime)> {
    let eight = NaiveTime::from_hms_opt(8, 0, 0)?;
    let Some(colon) = text.find(':') else { return Some((text, eight)) };
    let hour_at = text[..colon]
        .rfind(|c: char| !c.is_ascii_digit())
        .map_or(0, |i| i + text[i..].chars().next().map_or(1, char::len_utf8));
    let hour = text[hour_at..colon].parse().ok()?;
    let minute = text[colon + 1..].trim().parse().ok()?;
    Some((text[..hour_at].trim(), NaiveTime::from_hms_opt(hour, minute, 0)?))
}

fn parse_day(here: NaiveDateTime, date: &str, clock: NaiveTime) -> Option<NaiveDate> {
    let today = here.date();
    if date.is_empty() {
        return Some(if clock > here.time() { today } else { today + Duration::days(1) });
    }
    if let Some(days) = date.strip_prefix('+') {
        let days: u32 = days.trim().parse().ok().filter(|d| *d <= 3660)?;
        return Some(today + Duration::days(i64::from(days)));
    }
    let numbers: Vec<u32> = date
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(str::parse)
        .collect::<Result<_, _>>()
        .ok()?;
    match numbers[..] {
        [year, month, day] => NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day),
        [month, day] => {
            let this = NaiveDate::from_ymd_opt(today.year(), month, day)?;
            if this < today { NaiveDate::from_ymd_opt(today.year() + 1, month, day) } else { Some(this) }
        }
        [day] => (0..=31).map(|ahead| today + Duration::days(ahead)).find(|d| d.day() == day),
        _ => None,
    }
}

/// A day typed by the user for an import, as `2026-07-27`.
#[must_use]
pub fn parse_date(text: &str) -> Option<String> {
    let numbers: Vec<u32> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(str::parse)
        .collect::<Result<_, _>>()
        .ok()?;
    let [year, month, day] = numbers[..] else { return None };
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day).map(|d| d.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::lang;

    /// Tuesday 2024-01-09, 08:10.
    fn now() -> i64 {
        at(2024, 1, 9, 8, 10)
    }

    fn at(y: i32, m: u32, d: u32, h: u32, min: u32) -> i64 {
        epoch_ms(NaiveDate::from_ymd_opt(y, m, d).unwrap().and_hms_opt(h, min, 0).unwrap())
    }

    #[test]
    fn short_forms() {
        lang::set("zh");
        let cases = [
            (at(2024, 1, 9, 17, 0), true, "今天17:00"),
            (at(2024, 1, 10, 17, 0), false, "明天"),
            (at(2024, 1, 8, 17, 30), true, "昨天17:30"),
            (at(2024, 1, 12, 12, 0), true, "周五12:00"),
            (at(2024, 1, 20, 12, 0), true, "1-20 12:00"),
            (at(2023, 12, 29, 12, 0), true, "2023-12-29"),
        ];
        for (moment, clock, want) in cases {
            assert_eq!(short(now(), moment, clock), want);
            assert!(crate::tui::widgets::cells::width(want) <= 11);
        }
        lang::set("en");
        for (moment, clock, _) in cases {
            assert!(short(now(), moment, clock).len() <= 11);
        }
    }

    #[test]
    fn typed_dates() {
        let cases = [
            ("1-13 07:00", Some(at(2024, 1, 13, 7, 0))),
            ("1月13日7:00", Some(at(2024, 1, 13, 7, 0))),
            ("１－１３", Some(at(2024, 1, 13, 8, 0))),
            ("1-5", Some(at(2025, 1, 5, 8, 0))),
            ("+3", Some(at(2024, 1, 12, 8, 0))),
            ("2024-02-29", Some(at(2024, 2, 29, 8, 0))),
            ("13", Some(at(2024, 1, 13, 8, 0))),
            ("17:30", Some(at(2024, 1, 9, 17, 30))),
            ("7:30", Some(at(2024, 1, 10, 7, 30))),
            ("2023-01-01", None),
            ("2-30", None),
            ("+99999", None),
            ("明天", None),
            ("", Some(at(2024, 1, 10, 8, 0))),
        ];
        for (text, want) in cases {
            assert_eq!(parse_future(now(), text), want, "{text}");
        }
    }

    #[test]
    fn choices_are_in_the_future_and_ascending() {
        for hour in [0, 8, 16, 17, 23] {
            let now = at(2024, 1, 14, hour, 10);
            let times: Vec<i64> = later_choices(now).into_iter().map(|c| c.1).collect();
            assert!(times.iter().all(|t| *t > now) && times.is_sorted(), "{hour}");
        }
    }
}
