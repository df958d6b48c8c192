//! Texts whose headers begin or end with a full stamp: WeFlow TXT (`stamp 'name'`), MemoTrace TXT (`stamp name`), WeLink
//! (`name(id) TAB stamp`). `formats.md` §2.6, §2.4, §2.13.

use std::collections::HashSet;
use std::io;

use crate::import::decode::Decoder;
use crate::import::head::Head;
use crate::import::job::Job;
use crate::import::tags::{self, Body};
use crate::import::time::{Day, clock_at_end, day_at_end, is_blank, is_empty, stamp_at_start, trim_end};
use crate::message::{GroupRef, Kind, Message};

use super::{Entry, Header, Layout, Line, Place, Probe, Rules, run};

fn parse_with(
    layout: &mut dyn Layout,
    head: &Head,
    text: &mut Decoder<'_>,
    job: &mut Job<'_>,
) -> io::Result<()> {
    let probe = Probe::of(&head.text, layout);
    let rules =
        Rules { blanks: u32::from(probe.has_blanks()), ascending: !probe.descending(), rollover: None };
    run(text, layout, rules, job)
}

/// `2026-07-27 08:15:03 'name'`. System lines carry the group's name.
#[derive(Default)]
pub(crate) struct WeFlow;

pub(crate) fn sniff_weflow(head: &Head) -> bool {
    let probe = Probe::of(&head.text, &mut WeFlow);
    probe.headers > 0 && probe.strays == 0
}

pub(crate) fn parse_weflow(head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    parse_with(&mut WeFlow, head, text, job)
}

impl Layout for WeFlow {
    fn line<'l>(&mut self, line: &'l str, _place: Place<'_>) -> Line<'l> {
        if !line.starts_with(|c: char| c.is_ascii_digit()) {
            return Line::Body;
        }
        let Some((day, clock, length)) = stamp_at_start(line) else { return Line::Body };
        let name = line[length..].trim_matches(is_blank);
        let inner = name.strip_prefix(['\'', '‘', '’']).and_then(|n| n.strip_suffix(['\'', '’', '‘']));
        match inner {
            Some(name) if clock.seconds => Line::Header(Header {
                name,
                day: Some(Day::Full(day)),
                clock: Some(clock),
                ..Header::default()
            }),
            _ => Line::Body,
        }
    }

    fn entry(&mut self, entry: &Entry<'_>, job: &Job<'_>) -> Option<Message> {
        let of_group = job.group_name().is_some_and(|group| same_file_name(group, entry.name));
        if of_group || tags::looks_like_system(entry.body) && entry.body.contains(['"', '“', '你']) {
            let line = Entry { system: true, ..*entry };
            return Some(line.message());
        }
        let body = tags::quote_suffix(entry.body).unwrap_or_else(|| tags::read(entry.body));
        Some(entry.with(body))
    }
}

/// WeFlow's Markdown: `# 群名`, a list, `---`, then `## stamp name`; bodies as in its TXT.
#[derive(Default)]
pub(crate) struct WeFlowMd;

pub(crate) fn sniff_weflow_md(head: &Head) -> bool {
    let probe = Probe::of(&head.text, &mut WeFlowMd);
    head.first_line().starts_with("# ") && probe.headers > 0 && probe.strays == 0
}

pub(crate) fn parse_weflow_md(head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    parse_with(&mut WeFlowMd, head, text, job)
}

impl Layout for WeFlowMd {
    fn line<'l>(&mut self, line: &'l str, place: Place<'_>) -> Line<'l> {
        if let Some(rest) = line.strip_prefix("## ") {
            let Some((day, clock, length)) = stamp_at_start(rest) else { return Line::Body };
            let name = rest[length..].trim().trim_matches('\'');
            let header = Header { name, day: Some(Day::Full(day)), clock: Some(clock), ..Header::default() };
            return if clock.seconds { Line::Header(header) } else { Line::Body };
        }
        if place.in_entry {
            return Line::Body;
        }
        if let Some(name) = line.strip_prefix("# ") {
            return Line::Chat(GroupRef { name: Some(name.trim().to_owned()), ..GroupRef::default() });
        }
        if line.starts_with("- ") || line.starts_with("* ") || line.trim() == "---" {
            Line::Skip
        } else {
            Line::Body
        }
    }

    fn entry(&mut self, entry: &Entry<'_>, job: &Job<'_>) -> Option<Message> {
        WeFlow.entry(entry, job)
    }
}

/// Whether a group's name is the other with the characters replaced that file systems refuse.
fn same_file_name(file: &str, name: &str) -> bool {
    let safe =
        |c: char| if matches!(c, '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*') { '_' } else { c };
    file.trim().chars().map(safe).eq(name.trim().chars().map(safe))
}

/// `2026-07-27 08:15:03 name`; a system line has its words in place of the name.
#[derive(Default)]
pub(crate) struct MemoTrace {
    senders: HashSet<String>,
}

pub(crate) fn sniff_memotrace(head: &Head) -> bool {
    let mut layout = MemoTrace::default();
    let probe = Probe::of(&head.text, &mut layout);
    // where nothing stands below any stamp, what stands behind it is no name but the message
    let place = Place { above: "", in_entry: true };
    let said = |line: &str| !is_empty(line) && matches!(layout.line(line, place), Line::Body);
    probe.headers > 0 && probe.strays == 0 && head.text.lines().any(said)
}

pub(crate) fn parse_memotrace(head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    parse_with(&mut MemoTrace::default(), head, text, job)
}

impl Layout for MemoTrace {
    fn line<'l>(&mut self, line: &'l str, _place: Place<'_>) -> Line<'l> {
        if !line.starts_with(|c: char| c.is_ascii_digit()) {
            return Line::Body;
        }
        let Some((day, clock, length)) = stamp_at_start(line) else { return Line::Body };
        let name = line[length..].trim_matches(is_blank);
        if name.is_empty() || !clock.seconds || !line[length..].starts_with(is_blank) {
            return Line::Body;
        }
        Line::Header(Header { name, day: Some(Day::Full(day)), clock: Some(clock), ..Header::default() })
    }

    fn entry(&mut self, entry: &Entry<'_>, _job: &Job<'_>) -> Option<Message> {
        if entry.body.is_empty() && !self.senders.contains(entry.name) {
            let long = entry.name.chars().count() > 24;
            if long || tags::looks_like_system(entry.name) {
                let mut message = Entry { system: true, body: entry.name, ..*entry }.message();
                message.sender.clear();
                return Some(message);
            }
        }
        if !self.senders.contains(entry.name) {
            self.senders.insert(entry.name.to_owned());
        }
        if entry.body.is_empty() {
            return Some(entry.with(Body::placeholder(Kind::Unknown)));
        }
        Some(entry.with(memotrace_body(entry.body)))
    }
}

/// `[链接]:title:… url:…`, and `引用:名:内容` behind an answer.
fn memotrace_body(body: &str) -> Body {
    if let Some(rest) = body.strip_prefix("[链接]:title:") {
        let (title, rest) = rest.split_once('\n').unwrap_or((rest, ""));
        let url = rest.lines().find_map(|l| l.trim().strip_prefix("url:")).unwrap_or("");
        let mut link = Body::link(title, url);
        for line in rest.lines().map(str::trim).filter(|l| !l.starts_with("url:")) {
            let words =
                line.strip_prefix("description:").or_else(|| line.strip_prefix("name:")).unwrap_or(line);
            if !words.is_empty() {
                link.text.push('\n');
                link.text.push_str(words);
            }
        }
        return link;
    }
    match body.find("\n引用:").or_else(|| body.find("\n引用：")) {
        Some(at) => {
            let quote = &body[at + "\n引用".len()..];
            let quote = quote.trim_start_matches([':', '：']);
            let (sender, words) = quote.split_once([':', '：']).unwrap_or(("", quote));
            let mut answer = Body::new(Kind::Quote, &body[..at]);
            answer.quoted = Some(tags::quoted(sender, words));
            answer
        }
        _ => tags::read(body),
    }
}

/// `张三(z00123456)<TAB>2026-03-31 09:15:32`, no blank lines.
#[derive(Default)]
pub(crate) struct WeLink;

pub(crate) fn sniff_welink(head: &Head) -> bool {
    let probe = Probe::of(&head.text, &mut WeLink);
    probe.headers > 0 && probe.strays == 0
}

pub(crate) fn parse_welink(head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    parse_with(&mut WeLink, head, text, job)
}

impl Layout for WeLink {
    fn line<'l>(&mut self, line: &'l str, _place: Place<'_>) -> Line<'l> {
        let header = || {
            let line = trim_end(line);
            let (clock, start) = clock_at_end(line)?;
            let (day, start) = day_at_end(trim_end(&line[..start]))?;
            let who = line[..start].strip_suffix('\t')?;
            let (name, id) = who.strip_suffix([')', '）'])?.rsplit_once(['(', '（'])?;
            Some(Header { name, id: Some(id), day: Some(day), clock: Some(clock), ..Header::default() })
        };
        if line.contains('\t') { header().map_or(Line::Body, Line::Header) } else { Line::Body }
    }
}
