//! Days and deadlines in words, for paper: 1月10日（周三）17:00（推算）.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use rust_i18n::t;

use super::{Period, When};
use crate::message::local;
use crate::notice::Moment;

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A day with its weekday; the year is named where it is not `year`.
#[must_use]
pub fn day(day: NaiveDate, year: i32, locale: &str) -> String {
    let weekday = WEEKDAYS[day.weekday().num_days_from_monday() as usize];
    let weekday = t!(format!("digest.weekday.{weekday}"), locale = locale);
    let key = if day.year() == year { "digest.day" } else { "digest.day_year" };
    t!(
        key,
        locale = locale,
        year = day.year(),
        month = month(day, locale),
        day = day.day(),
        weekday = weekday
    )
    .into_owned()
}

/// A day without its weekday, for a short remark.
#[must_use]
pub fn short_day(day: NaiveDate, locale: &str) -> String {
    dated("digest.day_short", day, locale)
}

/// A day in as little room as can be: 1/13.
#[must_use]
pub fn tiny_day(day: NaiveDate, locale: &str) -> String {
    dated("digest.day_tiny", day, locale)
}

fn dated(key: &str, day: NaiveDate, locale: &str) -> String {
    t!(key, locale = locale, month = month(day, locale), day = day.day()).into_owned()
}

/// Day and clock time.
#[must_use]
pub fn moment(at: Moment, year: i32, locale: &str) -> String {
    let at = local(at.0);
    format!("{}{}{}", day(at.date(), year, locale), gap(locale), clock(at))
}

/// A deadline or event in words, with what its basis is where that is not the text itself.
#[must_use]
pub fn when(when: &When, year: i32, locale: &str) -> String {
    let at = local(when.at.0);
    let no_hour = when.precision == "day" || (when.event && (at.hour(), at.minute()) == (0, 0));
    let mut out = if no_hour { day(at.date(), year, locale) } else { moment(when.at, year, locale) };
    match when.basis.as_str() {
        "inferred" => out += &t!("digest.basis.inferred", locale = locale),
        "manual" => out += &t!("digest.basis.manual", locale = locale),
        _ => {}
    }
    if when.event {
        out += &t!("digest.begins", locale = locale);
    }
    out
}

/// A deadline of which only the moment is known; one without an hour is due at 23:59.
#[must_use]
pub fn due(at: Moment, year: i32, locale: &str) -> String {
    when(&super::change::stated(at), year, locale)
}

/// A day, a range of days, or a range of moments.
#[must_use]
pub fn period(period: &Period, locale: &str) -> String {
    const NO_YEAR: i32 = i32::MIN;
    let (first, last) = (period.first_day(), period.last_day());
    let whole = local(period.from.0).time() == chrono::NaiveTime::MIN;
    if whole && first == last {
        return day(first, NO_YEAR, locale);
    }
    let from = if whole { day(first, NO_YEAR, locale) } else { moment(period.from, NO_YEAR, locale) };
    t!("digest.range", locale = locale, from = from, to = day(last, first.year(), locale)).into_owned()
}

/// `1`, or `Jan` in English.
fn month(day: NaiveDate, locale: &str) -> String {
    if locale.starts_with("zh") { day.month().to_string() } else { MONTHS[day.month0() as usize].to_owned() }
}

fn clock(at: NaiveDateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

fn gap(locale: &str) -> &'static str {
    if locale.starts_with("zh") { "" } else { " " }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::epoch_ms;

    fn at(text: &str) -> Moment {
        Moment(epoch_ms(NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()))
    }

    fn said(time: &str, precision: &str, basis: &str, event: bool) -> String {
        let (precision, basis) = (precision.to_owned(), basis.to_owned());
        when(&When { at: at(time), event, precision, basis, words: String::new() }, 2024, "zh-CN")
    }

    #[test]
    fn deadlines_in_words() {
        assert_eq!(said("2024-01-10 17:00", "minute", "stated", false), "1月10日（周三）17:00");
        assert_eq!(said("2023-12-08 17:00", "minute", "stated", false), "2023年12月8日（周五）17:00");
        assert_eq!(said("2024-01-12 23:59", "day", "inferred", false), "1月12日（周五）（推算）");
        assert_eq!(said("2024-01-13 00:00", "minute", "stated", true), "1月13日（周六）开始");
    }

    #[test]
    fn periods_in_words() {
        let day = |d| NaiveDate::from_ymd_opt(2024, 1, d).unwrap();
        assert_eq!(period(&Period::day(day(13)), "zh-CN"), "2024年1月13日（周六）");
        assert_eq!(
            period(&Period::days(day(14), day(13)), "zh-CN"),
            "2024年1月13日（周六）至1月14日（周日）"
        );
        assert_eq!(period(&Period::day(day(13)), "en"), "Sat 13 Jan 2024");
        let since = Period::since(at("2024-01-13 17:42").0, at("2024-01-14 08:00").0);
        assert_eq!(period(&since, "zh-CN"), "2024年1月13日（周六）17:42至1月14日（周日）");
    }
}
