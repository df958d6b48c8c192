//! WeChat's own phone mail (`formats.md` §2.1): Android text and HTML, iOS text and HTML, 12-hour clocks, several mails
//! pasted together. Only the lines; the envelope of an .eml is opened elsewhere.

use std::io;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::import::decode::Decoder;
use crate::import::head::Head;
use crate::import::html::{Html, Piece};
use crate::import::job::Job;
use crate::import::time::{clock_at_end, date_at_start, is_blank, is_dash, trim_end};
use crate::message::{Attachment, GroupRef, Kind, Message};

use super::{Engine, Entry, Header, Layout, Line, Place, Probe, Rules, run};

/// Marks the line that was bold in the mail: such lines are headers beyond doubt.
const BOLD: char = '\u{1}';

/// Headers end in a clock time after two blanks (Android) or one (iOS).
#[derive(Default)]
pub(crate) struct Mail {
    ios: bool,
    html: bool,
    /// One blank before the clock is enough in Android's mail too.
    one_blank: bool,
}

pub(crate) fn sniff_android(head: &Head) -> bool {
    !looks_like_html(&head.text) && mail_marks(&head.text, false)
}

pub(crate) fn sniff_ios(head: &Head) -> bool {
    !looks_like_html(&head.text) && mail_marks(&head.text, true)
}

pub(crate) fn sniff_html(head: &Head) -> bool {
    looks_like_html(&head.text) && head.has(&["聊天记录如下"])
}

/// The sentence at the top, or (where it was cut off) a day line before the first header.
fn mail_marks(text: &str, ios: bool) -> bool {
    let sentence = text.lines().take(40).find_map(chat_of);
    if let Some((_, apple)) = sentence {
        return apple == ios;
    }
    if text.lines().find(|l| !l.trim().is_empty()).and_then(day_line).is_none() {
        return false;
    }
    let probe = Probe::of(text, &mut Mail { ios, ..Mail::default() });
    probe.days > 0 && probe.headers > 0 && probe.strays == 0
}

pub(crate) fn looks_like_html(text: &str) -> bool {
    let start = text.trim_start();
    start.starts_with('<')
        && ["<html", "<!doctype", "<div", "<p", "<meta", "<body", "<head"]
            .iter()
            .any(|tag| start.get(..tag.len()).is_some_and(|s| s.eq_ignore_ascii_case(tag)))
}

pub(crate) fn parse_android(head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    parse(head, text, job, false)
}

pub(crate) fn parse_ios(head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    parse(head, text, job, true)
}

fn parse(head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>, ios: bool) -> io::Result<()> {
    let mut layout = Mail { ios, ..Mail::default() };
    let mut probe = Probe::of(&head.text, &mut layout);
    if !ios && probe.headers == 0 {
        // a program on the way made one blank of two
        layout = Mail { one_blank: true, ..Mail::default() };
        probe = Probe::of(&head.text, &mut layout);
    }
    let rules =
        Rules { blanks: u32::from(probe.has_blanks()), ascending: !probe.descending(), rollover: None };
    run(text, &mut layout, rules, job)
}

pub(crate) fn parse_html(_head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    let mut layout = Mail { ios: true, html: true, ..Mail::default() };
    let rules = Rules { blanks: 0, ascending: true, rollover: None };
    let mut engine = Engine::new(&mut layout, rules, job);
    let mut html = Html::new(text);
    let mut line = String::new();
    let mut number = 1;
    let mut bold = false;
    while let Some(piece) = html.next()? {
        let ends = match piece {
            Piece::Text(words) => {
                let mut lines = words.split('\n');
                line.push_str(lines.next().unwrap_or(""));
                for more in lines {
                    line.push(' ');
                    line.push_str(more);
                }
                false
            }
            Piece::Open(tag, _) => {
                if matches!(tag.as_ref(), "b" | "strong") && line.trim().is_empty() {
                    line.clear();
                    line.push(BOLD);
                    bold = true;
                }
                tag == "br" || is_block(&tag)
            }
            Piece::Close(tag) => {
                let over = bold && matches!(tag.as_ref(), "b" | "strong");
                bold &= !over;
                over && line.len() > 1 || is_block(&tag)
            }
        };
        if ends {
            let keep = line.trim_start_matches([' ', '\t']);
            if engine.line(keep, number).is_break() {
                break;
            }
            line.clear();
        }
        number = html.line();
    }
    if !line.is_empty() {
        let _ = engine.line(&line, number);
    }
    let _ = engine.finish();
    job.damage(html.damaged());
    job.outcome.encoding = Some(html.encoding());
    Ok(())
}

fn is_block(tag: &str) -> bool {
    matches!(tag, "p" | "div" | "tr" | "li" | "table" | "h1" | "h2" | "h3" | "body" | "blockquote")
}

/// The sentence that opens a mail: the chat it names and whether it is the iOS wording.
fn chat_of(line: &str) -> Option<(GroupRef, bool)> {
    // every line is asked: what is sought is prepared once
    static SENTENCE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("聊天记录如下"));
    if line.len() > 400 || SENTENCE.find(line.as_bytes()).is_none() {
        return None;
    }
    let line = line.trim_matches(is_blank).trim_start_matches(BOLD).trim();
    let group = |name: &str| GroupRef { name: Some(name.to_owned()), ..GroupRef::default() };
    let private = |a: &str, b: &str| GroupRef { private_chat: true, ..group(&format!("{a}和{b}")) };
    if let Some((who, _)) = line.split_once("微信群上的聊天记录如下") {
        return Some((group(trim_end(who)), false));
    }
    if let Some((who, _)) = line.split_once("在微信上的聊天记录如下") {
        let (a, b) = trim_end(who).split_once(" 和 ")?;
        return Some((private(a, b), false));
    }
    let (who, _) = line.split_once("的聊天记录如下")?;
    let quoted = |s: &str| {
        let s = s.trim();
        let inner = s.strip_prefix(['"', '“', '”', '「'])?.strip_suffix(['"', '”', '“', '」'])?;
        Some(inner.to_owned())
    };
    if let Some(name) = who.strip_prefix("微信群").and_then(quoted) {
        return Some((group(&name), true));
    }
    // the list of those who speak names no group
    if ["\"、\"", "”、“"].iter().any(|mark| who.contains(mark)) && quoted(who).is_some() {
        return Some((GroupRef::default(), true));
    }
    for mark in ["\"和\"", "”和“"] {
        if let Some((a, b)) = who.split_once(mark) {
            let clean = |s: &str| s.trim_matches(['"', '“', '”']).to_owned();
            return Some((private(&clean(a), &clean(b)), true));
        }
    }
    quoted(who).map(|name| (group(&name), true))
}

/// What programs that imitate the mail put between its sentence and the first day.
fn is_preamble(line: &str) -> bool {
    let word = line.split_once(['：', ':']).map_or(line, |(word, _)| word).trim();
    matches!(word, "Dear" | "您好" | "Hi" | "导出时间" | "消息数" | "消息总数" | "时间范围")
}

/// `—————  2026-07-27  —————`.
pub(crate) fn day_line(line: &str) -> Option<chrono::NaiveDate> {
    let line = line.trim_matches(is_blank);
    let inner = line.trim_start_matches(|c| is_dash(c) || is_blank(c));
    let front = &line[..line.len() - inner.len()];
    if front.chars().filter(|&c| is_dash(c)).count() < 2 {
        return None;
    }
    let (day, length) = date_at_start(inner)?;
    let tail = &inner[length..];
    let dashes = tail.chars().filter(|&c| is_dash(c)).count();
    (dashes >= 2 && tail.chars().all(|c| is_dash(c) || is_blank(c))).then_some(day)
}

impl Layout for Mail {
    fn line<'l>(&mut self, line: &'l str, place: Place<'_>) -> Line<'l> {
        let (bold, line) = match line.strip_prefix(BOLD) {
            Some(rest) => (true, rest),
            None => (false, line),
        };
        let trimmed = trim_end(line);
        match trimmed.as_bytes().last() {
            Some(b'0'..=b'9' | b'M' | b'm' | b'.') => {
                if let Some(header) = self.header(trimmed, bold) {
                    return Line::Header(header);
                }
            }
            Some(_) if trimmed.ends_with(is_dash) => {
                if let Some(day) = day_line(trimmed) {
                    return Line::Day(day);
                }
            }
            _ => {
                if let Some((group, ios)) = chat_of(trimmed) {
                    self.ios = ios || self.html;
                    return Line::Chat(group);
                }
            }
        }
        if !place.in_entry && is_preamble(trimmed) {
            return Line::Skip;
        }
        Line::Body
    }

    fn entry(&mut self, entry: &Entry<'_>, _job: &Job<'_>) -> Option<Message> {
        if !entry.last {
            return Some(entry.message());
        }
        let (body, files) = without_trailer(entry.body);
        let mut message = Entry { body, ..*entry }.message();
        message.attachments.extend(files.lines().map(|f| Attachment::named(Kind::File, f.trim())));
        Some(message)
    }
}

impl Mail {
    fn header<'l>(&self, line: &'l str, bold: bool) -> Option<Header<'l>> {
        if self.html && !bold {
            return None;
        }
        let (clock, start) = clock_at_end(line)?;
        let name = trim_end(&line[..start]);
        let blanks = line[name.len()..start].chars().filter(|&c| is_blank(c)).count();
        let needed = if self.ios || self.one_blank { 1 } else { 2 };
        if blanks < needed || name.is_empty() || clock.seconds {
            return None;
        }
        Some(Header { name, clock: Some(clock), certain: bold, ..Header::default() })
    }
}

/// `发自我的 iPhone` and the list of the mail's attachments behind the last message are no part of it: the body and the
/// lines of that list.
fn without_trailer(body: &str) -> (&str, &str) {
    let mut body = body;
    loop {
        let (before, last) = body.rsplit_once('\n').unwrap_or(("", body));
        let last = last.trim();
        let trailer =
            last.starts_with("发自我的") || last.starts_with("Sent from my") || last.starts_with("来自我的");
        if !trailer || last.chars().count() > 40 {
            break;
        }
        body = before.trim_end();
    }
    match body.split_once("\n附件：\n").or_else(|| body.split_once("\n附件:\n")) {
        Some((body, files)) => (body.trim_end(), files.trim()),
        None => (body, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opening_sentences() {
        for (line, name, ios) in [
            ("青溪镇群 微信群上的聊天记录如下，请查收。", "青溪镇群", false),
            ("微信群\"青溪镇群\"的聊天记录如下:", "青溪镇群", true),
            ("\"李\"和\"陈\"的聊天记录如下:", "李和陈", true),
            ("李 和 陈 在微信上的聊天记录如下，请查收。", "李和陈", false),
            ("\"青溪镇群\"的聊天记录如下:", "青溪镇群", true),
        ] {
            let (group, apple) = chat_of(line).unwrap();
            assert_eq!((group.name.as_deref(), apple), (Some(name), ios), "{line}");
        }
        let (group, _) = chat_of("\"李\"、\"赵\"和\"陈\"的聊天记录如下:").unwrap();
        assert_eq!((group.name, group.private_chat), (None, false));
        assert!(chat_of("以上聊天记录如下").is_none());
    }

    #[test]
    fn trailers_go() {
        assert_eq!(without_trailer("收到\n\n发自我的 iPhone"), ("收到", ""));
        assert_eq!(without_trailer("收到，发自我的心"), ("收到，发自我的心", ""));
        assert_eq!(without_trailer("收到\n\n附件：\n1. a.jpg"), ("收到", "1. a.jpg"));
    }
}
