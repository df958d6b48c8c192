//! The occurrences of a recurring duty, from the rule the facts give (`weekly:FR 17:30`, `daily`, `monthly:5`).

use chrono::{Datelike, Duration, Months, NaiveDateTime, NaiveTime};

const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// The first occurrence of `rule` after `at`; its hour is the rule's, else that of `usual`.
#[must_use]
pub fn next_after(rule: &str, at: NaiveDateTime, usual: NaiveTime) -> Option<NaiveDateTime> {
    let (beat, hour) = rule.split_once(' ').unwrap_or((rule, ""));
    let time = NaiveTime::parse_from_str(hour, "%H:%M").unwrap_or(usual);
    let (beat, of) = beat.split_once(':').unwrap_or((beat, ""));
    let today = at.date();
    match beat {
        "daily" => (0..=1).map(|n| (today + Duration::days(n)).and_time(time)).find(|t| *t > at),
        "weekly" => {
            let day = DAYS.iter().position(|d| *d == of)? as u32;
            (0..=7)
                .map(|n| (today + Duration::days(n)).and_time(time))
                .find(|t| t.weekday().num_days_from_monday() == day && *t > at)
        }
        "monthly" => {
            let day: u32 = of.trim_start_matches('+').parse().ok()?;
            let first = today.with_day(1)?;
            // A month without a 31st is passed over by the calendar, not by the duty: its last day stands in.
            (0..=2)
                .filter_map(|n| first.checked_add_months(Months::new(n)))
                .filter_map(|m| (1..=day).rev().find_map(|d| m.with_day(d)))
                .map(|d| d.and_time(time))
                .find(|t| *t > at)
        }
        _ => None,
    }
}
