//! A message a line, as several tools and people write it: `[2026-07-27 08:15:03] 名: 文` or `2026-07-27 08:15 名：文`.
//! Lines without a stamp go on with the message above.

use std::collections::HashSet;
use std::io;

use crate::import::decode::Decoder;
use crate::import::head::Head;
use crate::import::job::Job;
use crate::import::time::{Day, is_blank, stamp_at_start};

use super::{Header, Layout, Line, Place, Probe, Rules, run};

pub(crate) struct Lines;

/// At least two messages, and either somebody speaks twice or the stamps stand in brackets: `日期 时间 事项：内容` of a
/// timetable is no chat.
pub(crate) fn sniff(head: &Head) -> bool {
    let probe = Probe::of(&head.text, &mut Lines);
    let mut names = HashSet::new();
    let twice = head.text.lines().filter_map(header).any(|h| !names.insert(h.name));
    let bracketed = head.first_line().starts_with('[');
    probe.strays == 0 && probe.headers > 1 && (twice || bracketed)
}

pub(crate) fn parse(head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    let probe = Probe::of(&head.text, &mut Lines);
    run(text, &mut Lines, Rules { blanks: 0, ascending: !probe.descending(), rollover: None }, job)
}

impl Layout for Lines {
    fn line<'l>(&mut self, line: &'l str, _place: Place<'_>) -> Line<'l> {
        if !line.starts_with(|c: char| c == '[' || c == '【' || c.is_ascii_digit()) {
            return Line::Body;
        }
        header(line).map_or(Line::Body, Line::Header)
    }
}

fn header(line: &str) -> Option<Header<'_>> {
    let inner = line.strip_prefix(['[', '【']);
    let text = inner.unwrap_or(line);
    // with slashes and brackets it is WhatsApp's
    if !text.get(4..5).is_some_and(|mark| mark == "-" || (mark == "/" && inner.is_none())) {
        return None;
    }
    let (day, clock, length) = stamp_at_start(text)?;
    let rest = &text[length..];
    let rest = if inner.is_some() { rest.strip_prefix([']', '】'])? } else { rest };
    if inner.is_none() && !rest.starts_with(is_blank) {
        return None;
    }
    let rest = rest.trim_start_matches(is_blank);
    let colon = rest.find([':', '：'])?;
    let (name, words) = rest.split_at(colon);
    let wide = words.starts_with('：');
    let words = &words[if wide { '：'.len_utf8() } else { 1 }..];
    let odd =
        |c: char| matches!(c, '，' | '。' | '；' | '！' | '？' | '、' | '《' | '》' | '「' | '」' | '\'');
    let said = !words.trim().is_empty() && (wide || words.starts_with(is_blank));
    let plausible = !name.trim().is_empty() && name.chars().count() <= 40 && !name.contains(odd);
    (said && plausible).then_some(Header {
        name: name.trim(),
        day: Some(Day::Full(day)),
        clock: Some(clock),
        inline: Some(words.trim_start_matches(is_blank)),
        ..Header::default()
    })
}
