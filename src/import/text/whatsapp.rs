//! WhatsApp's `_chat.txt`: `[2024/1/8 08:55:12] 名: 文` (iOS) and `2024/1/8, 08:55 - 名: 文` (Android), by its public
//! description. Lines without a name are notices of the program.

use std::io;

use crate::import::decode::Decoder;
use crate::import::head::Head;
use crate::import::job::Job;
use crate::import::tags::{self, Body};
use crate::import::time::{Clock, Day, clock_at_start, day_at_start, is_blank};
use crate::message::{Kind, Message};

use super::{Entry, Header, Layout, Line, Place, Probe, Rules, run};

pub(crate) struct WhatsApp;

pub(crate) fn sniff(head: &Head) -> bool {
    let probe = Probe::of(&head.text, &mut WhatsApp);
    probe.headers > 0 && probe.strays == 0
}

pub(crate) fn parse(head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    let probe = Probe::of(&head.text, &mut WhatsApp);
    run(text, &mut WhatsApp, Rules { blanks: 0, ascending: !probe.descending(), rollover: None }, job)
}

impl Layout for WhatsApp {
    fn line<'l>(&mut self, line: &'l str, _place: Place<'_>) -> Line<'l> {
        let line = line.trim_start_matches(['\u{200e}', '\u{200f}', '\u{feff}']);
        if !line.starts_with(|c: char| c == '[' || c.is_ascii_digit()) {
            return Line::Body;
        }
        header(line).map_or(Line::Body, Line::Header)
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

fn header(line: &str) -> Option<Header<'_>> {
    let (day, clock, rest) = match line.strip_prefix('[') {
        Some(inner) => {
            let (day, clock, length) = stamp(inner)?;
            (day, clock, inner[length..].strip_prefix(']')?)
        }
        None => {
            let (day, clock, length) = stamp(line)?;
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

/// Day and clock, with a comma and blanks between them.
fn stamp(text: &str) -> Option<(Day, Clock, usize)> {
    let (day, length) = day_at_start(text)?;
    if matches!(day, Day::MonthDay(..)) {
        return None;
    }
    let rest = text[length..].trim_start_matches([',', '，']).trim_start_matches(is_blank);
    let (clock, used) = clock_at_start(rest)?;
    Some((day, clock, text.len() - rest.len() + used))
}
