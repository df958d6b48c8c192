//! Days and times as people type them.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rust_i18n::t;

use super::Wrong;
use crate::message::{epoch_ms, local};

/// The moment of `--now`: RFC 3339, or a local time.
pub(super) fn moment(text: &str) -> Result<DateTime<Utc>, Wrong> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text.trim()) {
        return Ok(moment.to_utc());
    }
    let ms = at(text, NaiveTime::MIN, 0)?;
    DateTime::from_timestamp_millis(ms).ok_or_else(|| bad(text))
}

/// A day or a time, in milliseconds since the epoch; a day without a time means `hour` of that day. Understands
/// `2026-11-20`, `11-20`, `2026-11-20 17:00`, RFC 3339, `今天` `明天` `后天`, `today` `tomorrow`, `+3` (days).
pub(super) fn at(text: &str, hour: NaiveTime, now: i64) -> Result<i64, Wrong> {
    let text = text.trim();
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Ok(moment.timestamp_millis());
    }
    for form in ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"] {
        if let Ok(time) = NaiveDateTime::parse_from_str(text, form) {
            return Ok(epoch_ms(time));
        }
    }
    let (day, time) = match text.rsplit_once([' ', 'T']) {
        Some((day, time)) => {
            (day.trim(), NaiveTime::parse_from_str(time.trim(), "%H:%M").map_err(|_| bad(text))?)
        }
        None => (text, hour),
    };
    let day = day_of(day, local(now).date()).ok_or_else(|| bad(text))?;
    Ok(epoch_ms(day.and_time(time)))
}

fn day_of(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let ahead = match text {
        "今天" | "today" => Some(0),
        "明天" | "tomorrow" => Some(1),
        "后天" => Some(2),
        "昨天" | "yesterday" => return today.pred_opt(),
        _ => text.strip_prefix('+').and_then(|n| n.parse::<u64>().ok()),
    };
    if let Some(days) = ahead {
        return today.checked_add_days(Days::new(days));
    }
    for form in ["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d"] {
        if let Ok(day) = NaiveDate::parse_from_str(text, form) {
            return Some(day);
        }
    }
    let (month, day) = text.split_once(['-', '/', '月'])?;
    let (month, day) = (month.parse().ok()?, day.trim_end_matches(['日', '号']).parse().ok()?);
    NaiveDate::from_ymd_opt(today.year(), month, day)
}

fn bad(text: &str) -> Wrong {
    Wrong(t!("cli.bad_date", text = text).into_owned())
}

/// The day of `--date`.
pub(super) fn day(text: &str, now: i64) -> Result<NaiveDate, Wrong> {
    day_of(text.trim(), local(now).date()).ok_or_else(|| bad(text))
}

/// `11-20 17:00`, with the year where it is not this one.
pub(super) fn short(at: i64, now: i64) -> String {
    let (at, now) = (local(at), local(now));
    if at.year() == now.year() {
        at.format("%m-%d %H:%M").to_string()
    } else {
        at.format("%Y-%m-%d").to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times() {
        let now = epoch_ms("2026-11-18T08:10:00".parse().unwrap());
        let eight = NaiveTime::from_hms_opt(8, 0, 0).unwrap();
        for (text, want) in [
            ("2026-11-20", "2026-11-20T08:00:00"),
            ("11-20", "2026-11-20T08:00:00"),
            ("11月20日", "2026-11-20T08:00:00"),
            ("2026-11-20 17:00", "2026-11-20T17:00:00"),
            ("2026-11-20T17:00:00+08:00", "2026-11-20T17:00:00"),
            ("明天", "2026-11-19T08:00:00"),
            ("明天 17:30", "2026-11-19T17:30:00"),
            ("+3", "2026-11-21T08:00:00"),
        ] {
            assert_eq!(local(at(text, eight, now).unwrap()), want.parse().unwrap(), "{text}");
        }
        for text in ["", "soon", "2026-13-01", "11-20 25:00", "+", "月日"] {
            assert!(at(text, eight, now).is_err(), "{text}");
        }
    }
}
