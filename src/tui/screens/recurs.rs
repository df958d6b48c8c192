//! How often a thing recurs, in words: `weekly:FR 17:30` reads 每周五 17:30. A rule without words here stays as it is.

use chrono::Weekday;

use crate::tui::lang::{is_chinese, tt};
use crate::tui::time;

/// The rule of [`crate::notice::Notice::recurs`] in the language of the screen.
#[must_use]
pub fn words(rule: &str) -> String {
    let (beat, clock) = rule.split_once(' ').map_or((rule, ""), |(beat, clock)| (beat, clock));
    let said = match beat.split_once(':') {
        None if beat == "daily" => Some(tt!("tui.recurs.daily")),
        Some(("weekly", days)) => list(days, day).map(|d| tt!("tui.recurs.weekly", days = d)),
        Some(("monthly", days)) => list(days, of_month).map(|d| tt!("tui.recurs.monthly", days = d)),
        Some(("quarterly", "end")) => Some(tt!("tui.recurs.quarterly")),
        Some(("yearly", day)) => Some(tt!("tui.recurs.yearly", day = day)),
        _ => None,
    };
    match said {
        Some(said) => format!("{said} {clock}").trim_end().to_owned(),
        None => rule.to_owned(),
    }
}

fn list(days: &str, one: fn(&str) -> Option<String>) -> Option<String> {
    let all: Option<Vec<String>> = days.split(',').map(one).collect();
    all.map(|days| days.join(if is_chinese() { "、" } else { ", " }))
}

fn day(word: &str) -> Option<String> {
    let names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    let at = names.iter().position(|n| *n == word)?;
    Weekday::try_from(u8::try_from(at).ok()?).ok().map(time::weekday)
}

fn of_month(word: &str) -> Option<String> {
    match word {
        "end" => Some(tt!("tui.recurs.month_end")),
        nth if nth.len() > 2 && nth.is_ascii() && day(&nth[nth.len() - 2..]).is_some() => {
            let (n, dow) = nth.split_at(nth.len() - 2);
            let dow = day(dow)?;
            match n {
                "-1" => Some(tt!("tui.recurs.last_weekday", day = dow)),
                n => n.parse::<u8>().ok().map(|n| tt!("tui.recurs.nth_weekday", n = n, day = dow)),
            }
        }
        day => day.parse::<u8>().ok().filter(|_| !day.starts_with('+')).map(|n| tt!("tui.recurs.day", n = n)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::lang;

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
            lang::set("zh");
            assert_eq!(words(rule), zh);
            lang::set("en");
            assert_eq!(words(rule), en);
        }
    }
}
