//! WechatExporter's text output (`formats.md` §2.12): `名 (stamp):正文` without blank lines; notices and quotes are bare
//! lines without sender and time. Binary rubbish occurs between the stamp and the colon.

use std::io;

use crate::import::decode::Decoder;
use crate::import::head::Head;
use crate::import::job::Job;
use crate::import::tags::{self, Body};
use crate::import::time::{Day, is_blank, stamp_at_start};
use crate::message::{GroupRef, Message};

use super::{Entry, Header, Layout, Line, Place, Probe, Rules, run};

/// So many bytes of rubbish may stand between the stamp and the colon.
const RUBBISH: usize = 48;

#[derive(Default)]
pub(crate) struct WechatExporter {
    /// Inside a bare quote, up to its line of dashes.
    quoting: bool,
}

pub(crate) fn sniff(head: &Head) -> bool {
    let titled = title(head.first_line()).is_some();
    let probe = Probe::of(&head.text, &mut WechatExporter::default());
    // bare notices stand at the top of other exporters' texts too: without the title a stamped header must follow
    titled && probe.headers > 0 || probe.strays == 0 && head.text.lines().any(|line| header(line).is_some())
}

pub(crate) fn parse(head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    // notices and answers have no time: those at the very top belong to the day of the first message that has one
    if let Some(Day::Full(day)) = head.text.lines().find_map(header).and_then(|h| h.day) {
        job.begin_on(day);
    }
    run(text, &mut WechatExporter::default(), Rules { blanks: 0, ascending: true, rollover: None }, job)
}

fn title(line: &str) -> Option<&str> {
    let line = line.trim();
    [" - 微信聊天记录", " - WeChat Chat History", " - 微信聊天記錄"]
        .iter()
        .find_map(|ending| line.strip_suffix(ending))
}

impl Layout for WechatExporter {
    fn line<'l>(&mut self, line: &'l str, place: Place<'_>) -> Line<'l> {
        if !place.in_entry
            && let Some(name) = title(line)
        {
            return Line::Chat(GroupRef { name: Some(name.trim().to_owned()), ..GroupRef::default() });
        }
        if let Some(header) = header(line) {
            self.quoting = false;
            return Line::Header(header);
        }
        if self.quoting {
            self.quoting = !line.starts_with("- - -");
            return Line::Body;
        }
        let bare = Header { timeless: true, inline: Some(line), ..Header::default() };
        if let Some(words) = line.strip_prefix("系统消息: ") {
            return Line::Header(Header { system: true, inline: Some(words), ..bare });
        }
        if tags::looks_like_system(line) {
            return Line::Header(Header { system: true, ..bare });
        }
        if line.starts_with('「') && line.contains(['：', ':']) {
            self.quoting = true;
            return Line::Header(bare);
        }
        Line::Body
    }

    fn entry(&mut self, entry: &Entry<'_>, _job: &Job<'_>) -> Option<Message> {
        if entry.system {
            return Some(entry.message());
        }
        // a link's title is followed by ` - ` and its description
        if let Some(title) = entry.body.strip_suffix(" -").filter(|t| !t.contains('\n')) {
            return Some(entry.with(Body::link(title, "")));
        }
        Some(entry.message())
    }
}

/// `名 (2026-07-27 08:15:03):正文`. The first stamp in brackets counts, so what a body quotes does not.
fn header(line: &str) -> Option<Header<'_>> {
    let mut from = 0;
    while let Some(found) = line[from..].find(" (") {
        let at = from + found;
        let inner = &line[at + 2..];
        if let Some((day, clock, length)) = stamp_at_start(inner) {
            let after = inner[length..].strip_prefix(')')?;
            let colon = after.bytes().take(RUBBISH).position(|b| b == b':')?;
            let clean = after[..colon].chars().all(|c| c == '\u{fffd}' || c.is_control() || is_blank(c));
            let name = line[..at].trim();
            return (clean && !name.is_empty()).then(|| Header {
                name,
                day: Some(Day::Full(day)),
                clock: Some(clock),
                inline: Some(&after[colon + 1..]),
                ..Header::default()
            });
        }
        from = at + 2;
    }
    None
}
