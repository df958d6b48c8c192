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
        "monthly" if of.len() > 2 && DAYS.iter().any(|d| of.ends_with(d)) => nth_weekday(of, at, time),
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

/// `2FR`, `-1FR`: the second, the last Friday of the month. A month without a fifth one is passed over.
fn nth_weekday(of: &str, at: NaiveDateTime, time: NaiveTime) -> Option<NaiveDateTime> {
    let (n, name) = of.split_at_checked(of.len() - 2)?;
    let n: i64 = n.parse().ok()?;
    let dow = DAYS.iter().position(|d| *d == name)? as u32;
    let first = at.date().with_day(1)?;
    (0..=5)
        .filter_map(|k| first.checked_add_months(Months::new(k)))
        .filter_map(|month| {
            let days: Vec<_> = month
                .iter_days()
                .take_while(|d| d.month() == month.month())
                .filter(|d| d.weekday().num_days_from_monday() == dow)
                .collect();
            let from_end = usize::try_from(-n).ok().and_then(|back| days.len().checked_sub(back));
            let place = if n > 0 { usize::try_from(n - 1).ok() } else { from_end };
            days.get(place?).map(|d| d.and_time(time))
        })
        .find(|t| *t > at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_numbered_weekday_of_the_month_is_found() {
        let cases = [
            ("monthly:1MO", "2024-03-05 09:00", Some("2024-04-01 23:59")),
            ("monthly:2FR 17:00", "2024-03-08 16:59", Some("2024-03-08 17:00")),
            ("monthly:2FR 17:00", "2024-03-08 17:00", Some("2024-04-12 17:00")),
            ("monthly:-1FR", "2024-03-05 09:00", Some("2024-03-29 23:59")),
            ("monthly:5FR", "2024-03-30 00:00", Some("2024-05-31 23:59")),
            ("monthly:0FR", "2024-03-30 00:00", None),
            ("monthly:-FR", "2024-03-30 00:00", None),
            ("monthly:5", "2024-03-05 09:00", Some("2024-03-05 23:59")),
        ];
        let moment = |t: &str| NaiveDateTime::parse_from_str(t, "%Y-%m-%d %H:%M").unwrap();
        let usual = NaiveTime::from_hms_opt(23, 59, 0).unwrap();
        for (rule, at, next) in cases {
            assert_eq!(next_after(rule, moment(at), usual), next.map(moment), "{rule} {at}");
        }
    }
}
