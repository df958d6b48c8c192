//! What QQ puts on the clipboard (`formats.md` §2.9, second half): eight layouts that all end their header in a clock time
//! with seconds; some have a date, some only date lines, some neither.

use std::io;

use crate::import::decode::Decoder;
use crate::import::head::Head;
use crate::import::job::Job;
use crate::import::tags;
use crate::import::time::{
    Day, clock_at_end, clock_at_start, date_at_start, day_at_end, is_blank, is_dash, trim_end,
};

use super::clipboard::without_colon;
use super::qq::without_title;
use super::{Header, Layout, Line, MIDNIGHT, Place, Probe, Rules, run};

#[derive(Default)]
pub(crate) struct QqCopy;

pub(crate) fn sniff(head: &Head) -> bool {
    let probe = Probe::of(&head.text, &mut QqCopy);
    let dated = || head.text.lines().filter_map(header).any(|h| matches!(h.day, Some(Day::Full(_))));
    probe.strays == 0 && (probe.headers > 1 || probe.headers == 1 && (probe.days > 0 || dated()))
}

pub(crate) fn parse(head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    let probe = Probe::of(&head.text, &mut QqCopy);
    let rules = Rules {
        blanks: u32::from(probe.has_blanks()),
        ascending: !probe.descending(),
        rollover: Some(MIDNIGHT),
    };
    run(text, &mut QqCopy, rules, job)
}

impl Layout for QqCopy {
    fn line<'l>(&mut self, line: &'l str, _place: Place<'_>) -> Line<'l> {
        let trimmed = line.trim_matches(is_blank);
        if trimmed.starts_with(|c: char| c.is_ascii_digit() || is_dash(c)) {
            let inner = trimmed.trim_matches(|c| is_dash(c) || is_blank(c));
            if let Some((day, length)) = date_at_start(inner)
                && length == inner.len()
            {
                return Line::Day(day);
            }
        }
        let notice = notice(trimmed);
        if tags::looks_like_system(notice) {
            let inline = notice.strip_suffix(" 重新编辑").unwrap_or(notice);
            return Line::Header(Header {
                system: true,
                timeless: true,
                inline: Some(inline),
                ..Header::default()
            });
        }
        header(trimmed).map_or(Line::Body, Line::Header)
    }
}

/// A notice of the program less its full stop, and less the time the message manager puts before it.
fn notice(line: &str) -> &str {
    let line = clock_at_start(line).map_or(line, |(_, length)| &line[length..]);
    line.strip_suffix('。').unwrap_or(line)
}

fn header(line: &str) -> Option<Header<'_>> {
    let line = without_colon(line);
    let (clock, start) = clock_at_end(line)?;
    let mut who = trim_end(&line[..start]);
    if !clock.seconds || who.len() == start {
        return None;
    }
    let mut day = None;
    if let Some((found, start)) = day_at_end(who) {
        day = Some(found);
        who = trim_end(&who[..start]);
    }
    who = who.strip_suffix([':', '：']).unwrap_or(who);
    let mut id = None;
    if let Some((name, number)) = who.strip_suffix(')').and_then(|w| w.rsplit_once('('))
        && number.len() >= 4
        && number.bytes().all(|b| b.is_ascii_digit())
    {
        (who, id) = (name, Some(number));
    } else if let Some((name, mail)) = who.strip_suffix('>').and_then(|w| w.rsplit_once('<'))
        && mail.contains('@')
        && !name.trim().is_empty()
    {
        (who, id) = (name, Some(mail));
    }
    let name = without_title(who.trim());
    (!name.is_empty() && name.chars().count() <= 60).then_some(Header {
        name,
        id,
        day,
        clock: Some(clock),
        ..Header::default()
    })
}
