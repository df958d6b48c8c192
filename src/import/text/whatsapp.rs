//! WhatsApp's `_chat.txt`: `[2024/1/8 08:55:12] 名: 文` (iOS) and `2024/1/8, 08:55 - 名: 文` (Android), by its public
//! description. Lines without a name are notices of the program.

use std::cmp::Ordering;
use std::io;

use chrono::NaiveDate;

use crate::import::decode::Decoder;
use crate::import::head::Head;
use crate::import::job::Job;
use crate::import::tags::{self, Body};
use crate::import::time::{Clock, Day, clock_at_start, date_at_start, digits, is_blank};
use crate::message::{Kind, Message};

use super::{Entry, Header, Layout, Line, Place, Probe, Rules, run};

pub(crate) struct WhatsApp {
    /// `13/02/2026`: the day stands before the month.
    day_first: bool,
}

impl WhatsApp {
    /// The order of day and month differs by the phone's country: a number above twelve tells, else the order in which
    /// the days run on with the smaller leaps; where nothing tells, `.` and `-` stand in countries that begin with the day.
    fn of(text: &str) -> WhatsApp {
        const ENOUGH: usize = 2000;
        let dates: Vec<(u32, u32, u32, char)> =
            text.lines().take(ENOUGH).filter_map(|line| numbers(inner(line)).map(|n| n.0)).collect();
        let leaps = |first: bool| {
            let days: Vec<NaiveDate> =
                dates.iter().filter_map(|&(a, b, year, _)| day(a, b, year, first)).collect();
            let between = days.windows(2).map(|two| (two[1] - two[0]).num_days());
            between.fold((0, 0), |(back, all), n| (back + u32::from(n < 0), all + n.abs()))
        };
        let day_first = if dates.iter().any(|d| d.0 > 12) {
            true
        } else if dates.iter().any(|d| d.1 > 12) {
            false
        } else {
            match leaps(true).cmp(&leaps(false)) {
                Ordering::Less => true,
                Ordering::Greater => false,
                Ordering::Equal => dates.first().is_some_and(|d| d.3 != '/'),
            }
        };
        WhatsApp { day_first }
    }
}

pub(crate) fn sniff(head: &Head) -> bool {
    let probe = Probe::of(&head.text, &mut WhatsApp::of(&head.text));
    probe.headers > 0 && probe.strays == 0
}

pub(crate) fn parse(head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    let mut layout = WhatsApp::of(&head.text);
    let probe = Probe::of(&head.text, &mut layout);
    run(text, &mut layout, Rules { blanks: 0, ascending: !probe.descending(), rollover: None }, job)
}

impl Layout for WhatsApp {
    fn line<'l>(&mut self, line: &'l str, _place: Place<'_>) -> Line<'l> {
        let line = line.trim_start_matches(MARKS);
        if !line.starts_with(|c: char| c == '[' || c.is_ascii_digit()) {
            return Line::Body;
        }
        header(line, self.day_first).map_or(Line::Body, Line::Header)
    }

    fn entry(&mut self, entry: &Entry<'_>, _job: &Job<'_>) -> Option<Message> {
        if entry.system {
            return Some(entry.message());
        }
        let body = entry.body.trim_start_matches('\u{200e}');
        let omitted = [
            ("<Media omitted>", Kind::Image),
            ("<媒体已忽略>", Kind::Image),
            ("<省略影音内容>", Kind::Image),
            ("image omitted", Kind::Image),
            ("video omitted", Kind::Video),
            ("audio omitted", Kind::Voice),
            ("sticker omitted", Kind::Sticker),
            ("document omitted", Kind::File),
        ];
        if let Some(&(_, kind)) = omitted.iter().find(|(word, _)| *word == body) {
            return Some(entry.with(Body::placeholder(kind)));
        }
        if let Some(name) = body.strip_prefix("<attached: ").and_then(|b| b.strip_suffix('>')) {
            return Some(entry.with(Body::file(name)));
        }
        Some(entry.with(tags::prose(body)))
    }
}

/// Direction marks before a line.
const MARKS: [char; 3] = ['\u{200e}', '\u{200f}', '\u{feff}'];

fn inner(line: &str) -> &str {
    let line = line.trim_start_matches(MARKS);
    line.strip_prefix('[').unwrap_or(line)
}

fn header(line: &str, day_first: bool) -> Option<Header<'_>> {
    let (day, clock, rest) = match line.strip_prefix('[') {
        Some(inner) => {
            let (day, clock, length) = stamp(inner, day_first)?;
            (day, clock, inner[length..].strip_prefix(']')?)
        }
        None => {
            let (day, clock, length) = stamp(line, day_first)?;
            (day, clock, line[length..].strip_prefix(" - ")?)
        }
    };
    let rest = rest.trim_start_matches(is_blank).trim_start_matches('\u{200e}');
    let base = Header { day: Some(day), clock: Some(clock), ..Header::default() };
    Some(match rest.split_once(": ").or_else(|| rest.split_once(":\u{200e}")) {
        Some((name, words)) if name.chars().count() <= 60 => Header { name, inline: Some(words), ..base },
        _ => Header { system: true, inline: Some(rest), ..base },
    })
}

/// `5/2/26`, `05.02.2026` at the beginning: the three numbers, the sign between them, and their length in bytes.
fn numbers(text: &str) -> Option<((u32, u32, u32, char), usize)> {
    let (a, used) = digits(text).filter(|&(_, length)| length <= 2)?;
    let mark = text[used..].chars().next().filter(|c| matches!(c, '/' | '.' | '-'))?;
    let rest = &text[used + 1..];
    let (b, second) = digits(rest).filter(|&(_, length)| length <= 2)?;
    let rest = rest[second..].strip_prefix(mark)?;
    let (year, third) = digits(rest).filter(|&(_, length)| length == 2 || length == 4)?;
    let year = if third == 2 { 2000 + year } else { year };
    Some(((a, b, year, mark), used + second + third + 2))
}

fn day(a: u32, b: u32, year: u32, day_first: bool) -> Option<NaiveDate> {
    let (day, month) = if day_first { (a, b) } else { (b, a) };
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// Day and clock, with a comma and blanks between them.
fn stamp(text: &str, day_first: bool) -> Option<(Day, Clock, usize)> {
    let (day, length) = match date_at_start(text) {
        Some(found) => found,
        None => {
            let ((a, b, year, _), length) = numbers(text)?;
            (day(a, b, year, day_first)?, length)
        }
    };
    let day = Day::Full(day);
    let rest = text[length..].trim_start_matches([',', '，']).trim_start_matches(is_blank);
    let (clock, used) = clock_at_start(rest)?;
    Some((day, clock, text.len() - rest.len() + used))
}
