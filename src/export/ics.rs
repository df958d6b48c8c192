//! Deadlines and events for a calendar (RFC 5545). A writer of our own: thirty lines, and unlike the libraries it
//! stamps nothing with the clock or with random numbers.

use anyhow::Result;
use chrono::{DateTime, Days};

use super::Options;
use super::document::{CalendarDate, Document};
use crate::message::local;
use crate::notice::Moment;

pub(super) fn write(document: &Document, _: &Options) -> Result<Vec<u8>> {
    let mut out = String::new();
    for line in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//qunbox//digest//ZH", "CALSCALE:GREGORIAN"] {
        fold(&mut out, line);
    }
    fold(&mut out, &format!("X-WR-CALNAME:{}", escape(&document.title)));
    fold(&mut out, &format!("X-WR-CALDESC:{}", escape(&document.foot.join("\n"))));
    for date in &document.dates {
        event(&mut out, date);
    }
    fold(&mut out, "END:VCALENDAR");
    Ok(out.into_bytes())
}

fn event(out: &mut String, date: &CalendarDate) {
    fold(out, "BEGIN:VEVENT");
    fold(out, &format!("UID:{}", escape(&date.uid)));
    fold(out, &format!("DTSTAMP:{}", utc(date.seen)));
    if date.all_day {
        let day = local(date.at.0).date();
        let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
        fold(out, &format!("DTSTART;VALUE=DATE:{}", day.format("%Y%m%d")));
        fold(out, &format!("DTEND;VALUE=DATE:{}", next.format("%Y%m%d")));
    } else {
        fold(out, &format!("DTSTART:{}", utc(date.at)));
    }
    fold(out, &format!("SUMMARY:{}", escape(&date.summary)));
    fold(out, &format!("DESCRIPTION:{}", escape(&date.description)));
    if let Some(place) = &date.place {
        fold(out, &format!("LOCATION:{}", escape(place)));
    }
    // A deadline does not make anybody busy.
    fold(out, "TRANSP:TRANSPARENT");
    fold(out, "END:VEVENT");
}

fn utc(at: Moment) -> String {
    DateTime::from_timestamp_millis(at.0).unwrap_or_default().format("%Y%m%dT%H%M%SZ").to_string()
}

/// RFC 5545 §3.3.11.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// RFC 5545 §3.1: lines of at most 75 octets, never cut within a character.
fn fold(out: &mut String, line: &str) {
    const OCTETS: usize = 75;
    let mut used = 0;
    for c in line.chars() {
        if used + c.len_utf8() > OCTETS {
            out.push_str("\r\n ");
            used = 1;
        }
        out.push(c);
        used += c.len_utf8();
    }
    out.push_str("\r\n");
}
