//! How often a thing recurs, in words: `weekly:FR 17:30` reads 每周五 17:30. A rule without words here stays as it is.

use chrono::Weekday;
use rust_i18n::t;

/// The rule of [`crate::notice::Notice::recurs`] in the language of `locale`.
#[must_use]
pub fn rule_words(rule: &str, locale: &str) -> String {
    let (beat, clock) = rule.split_once(' ').unwrap_or((rule, ""));
    let said = match beat.split_once(':') {
        None if beat == "daily" => Some(t!("duty.recurs.daily", locale = locale).into_owned()),
        Some(("weekly", days)) => list(days, locale, day)
            .map(|days| t!("duty.recurs.weekly", locale = locale, days = days).into_owned()),
        Some(("monthly", days)) => list(days, locale, of_month)
            .map(|days| t!("duty.recurs.monthly", locale = locale, days = days).into_owned()),
        Some(("quarterly", "end")) => Some(t!("duty.recurs.quarterly", locale = locale).into_owned()),
        Some(("yearly", day)) => Some(t!("duty.recurs.yearly", locale = locale, day = day).into_owned()),
        _ => None,
    };
    match said {
        Some(said) => format!("{said} {clock}").trim_end().to_owned(),
        None => rule.to_owned(),
    }
}

/// The word for a day of the week.
#[must_use]
pub fn weekday(day: Weekday, locale: &str) -> String {
    match day {
        Weekday::Mon => t!("duty.day.mon", locale = locale),
        Weekday::Tue => t!("duty.day.tue", locale = locale),
        Weekday::Wed => t!("duty.day.wed", locale = locale),
        Weekday::Thu => t!("duty.day.thu", locale = locale),
        Weekday::Fri => t!("duty.day.fri", locale = locale),
        Weekday::Sat => t!("duty.day.sat", locale = locale),
        Weekday::Sun => t!("duty.day.sun", locale = locale),
    }
    .into_owned()
}

fn list(days: &str, locale: &str, one: fn(&str, &str) -> Option<String>) -> Option<String> {
    let all: Option<Vec<String>> = days.split(',').map(|day| one(day, locale)).collect();
    all.map(|days| days.join(if locale.starts_with("zh") { "、" } else { ", " }))
}

fn day(word: &str, locale: &str) -> Option<String> {
    let names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    let at = names.iter().position(|n| *n == word)?;
    Weekday::try_from(u8::try_from(at).ok()?).ok().map(|day| weekday(day, locale))
}

fn of_month(word: &str, locale: &str) -> Option<String> {
    if word == "end" {
        return Some(t!("duty.recurs.month_end", locale = locale).into_owned());
    }
    let from_end = word.len().checked_sub(2).filter(|at| *at > 0 && word.is_ascii());
    if let Some((n, dow)) = from_end.and_then(|at| Some((&word[..at], day(&word[at..], locale)?))) {
        return match n {
            "-1" => Some(t!("duty.recurs.last_weekday", locale = locale, day = dow).into_owned()),
            n => {
                let n = n.parse::<u8>().ok()?;
                Some(t!("duty.recurs.nth_weekday", locale = locale, n = n, day = dow).into_owned())
            }
        };
    }
    let n = word.parse::<u8>().ok().filter(|_| !word.starts_with('+'))?;
    Some(t!("duty.recurs.day", locale = locale, n = n).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_said_in_both_languages() {
        let cases = [
            ("daily 17:00", "每天 17:00", "every day 17:00"),
            ("weekly:MO,FR 17:30", "每周一、周五 17:30", "every Mon, Fri 17:30"),
            ("monthly:5,end", "每月5日、月底", "each month on day 5, the last day"),
            ("monthly:2FR 17:00", "每月第2个周五 17:00", "each month on Fri no. 2 17:00"),
            ("monthly:-1FR", "每月最后一个周五", "each month on the last Fri"),
            ("quarterly:end", "每季度末", "at the end of each quarter"),
            ("yearly:12-04", "每年 12-04", "every year on 12-04"),
            ("monthly:+3", "monthly:+3", "monthly:+3"),
        ];
        for (rule, zh, en) in cases {
            assert_eq!(rule_words(rule, "zh-CN"), zh);
            assert_eq!(rule_words(rule, "en"), en);
        }
    }
}
