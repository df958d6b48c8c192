//! Up to when an export reaches, where it says so itself: the moment of the export in its head, the range in its name.
//! A group without messages is quiet only as far as this goes.

use chrono::{DateTime, NaiveDateTime, NaiveTime};

use super::head::Head;
use super::time::stamp_at_start;
use super::{Source, name};
use crate::message::china;

/// Fields of JSON heads that hold the moment of the export: WeFlow, ChatLab, CipherTalk, EchoTrace, QQ Chat Exporter.
const FIELDS: [&str; 4] = ["\"exportedAt\"", "\"exported_at\"", "\"exportTime\"", "\"exportDate\""];

/// Milliseconds since the epoch up to which the file reaches; `None` where it does not say.
pub(super) fn until(head: &Head, source: &Source<'_>) -> Option<i64> {
    let stated = exported_at(head, source);
    let zone = source.options.tz.unwrap_or_else(china);
    let named = name::range(source.name).and_then(|(_, last)| {
        let end = last.succ_opt()?.and_time(NaiveTime::MIN);
        Some(end.and_utc().timestamp_millis() - i64::from(zone.local_minus_utc()) * 1000 - 1)
    });
    match (stated, named) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

fn exported_at(head: &Head, source: &Source<'_>) -> Option<i64> {
    let text = head.text.as_str();
    if !head.json {
        // QQ Chat Exporter's banner
        let line = text.lines().take(40).find_map(|l| l.trim().strip_prefix("导出时间:"))?;
        return local(line.trim(), source);
    }
    FIELDS.iter().find_map(|field| {
        let at = memchr::memmem::find(text.as_bytes(), field.as_bytes())? + field.len();
        let value = text[at..].trim_start().strip_prefix(':')?.trim_start();
        match value.strip_prefix('"') {
            Some(quoted) => local(quoted.split('"').next()?, source),
            None => {
                let digits: String = value.chars().take_while(char::is_ascii_digit).collect();
                let number: i64 = digits.parse().ok().filter(|n| *n > 0)?;
                const SECONDS_END: i64 = 100_000_000_000;
                Some(if number < SECONDS_END { number * 1000 } else { number })
            }
        }
    })
}

/// A time with its zone, or a local one.
fn local(text: &str, source: &Source<'_>) -> Option<i64> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.timestamp_millis());
    }
    let (day, clock, _) = stamp_at_start(text)?;
    let zone = source.options.tz.unwrap_or_else(china);
    let at: NaiveDateTime = day.and_time(clock.time);
    Some(at.and_utc().timestamp_millis() - i64::from(zone.local_minus_utc()) * 1000)
}
