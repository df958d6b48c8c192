//! chatlog's text output (`formats.md` §2.3): `名(id) [群(id)] time`, the time with or without year and date. Quotes are
//! `> ` lines, announcements and merged forwards indented blocks; both are read here.

use std::io;

use chrono::TimeDelta;

use crate::import::decode::Decoder;
use crate::import::head::Head;
use crate::import::job::Job;
use crate::import::name;
use crate::import::tags::{self, Body};
use crate::import::time::{clock_at_end, day_at_end, is_blank, stamp_at_start, trim_end};
use crate::message::{Attachment, Completeness, ForwardItem, Kind, Message};

use super::{Entry, Header, Layout, Line, Place, Probe, Rules, run};

#[derive(Default)]
pub(crate) struct Chatlog;

pub(crate) fn sniff(head: &Head) -> bool {
    let probe = Probe::of(&head.text, &mut Chatlog);
    let mark = head
        .text
        .lines()
        .take(200)
        .any(|l| l.contains("(wxid_") || l.contains("@chatroom)") || l.contains("(我) "));
    probe.strays == 0 && (probe.headers > 1 || probe.headers == 1 && mark)
}

pub(crate) fn parse(head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    let probe = Probe::of(&head.text, &mut Chatlog);
    // Times without dates are written for one day. Where the file's name says several, a clock that goes back has passed
    // midnight: the day is a guess, but no message is lost in the body of another.
    let several = name::range(job.source.name).is_some_and(|(first, last)| first < last);
    let rollover = several.then_some(TimeDelta::minutes(1));
    let rules = Rules { blanks: 1, ascending: !probe.descending(), rollover };
    run(text, &mut Chatlog, rules, job)
}

impl Layout for Chatlog {
    fn line<'l>(&mut self, line: &'l str, _place: Place<'_>) -> Line<'l> {
        if line.starts_with("> ") || line.starts_with("  ") {
            return Line::Body;
        }
        header(trim_end(line)).map_or(Line::Body, Line::Header)
    }

    fn entry(&mut self, entry: &Entry<'_>, _job: &Job<'_>) -> Option<Message> {
        let body = if entry.system { Body::new(Kind::System, entry.body) } else { read_body(entry.body) };
        Some(entry.with(body))
    }
}

/// The header, read from its end.
fn header(line: &str) -> Option<Header<'_>> {
    let (clock, start) = clock_at_end(line)?;
    if !clock.seconds {
        return None;
    }
    let mut who = trim_end(&line[..start]);
    if who.len() == start {
        return None;
    }
    let mut day = None;
    if let Some((found, start)) = day_at_end(who) {
        day = Some(found);
        who = trim_end(&who[..start]);
    }
    let mut chat = None;
    if let Some(inner) = who.strip_suffix(")]") {
        let at = inner.rfind(" [")?;
        let (name, id) = inner[at + 2..].rsplit_once('(')?;
        chat = Some((name, id));
        who = &inner[..at];
    }
    let base = Header { day, clock: Some(clock), chat, ..Header::default() };
    if who == "系统消息" {
        return Some(Header { system: true, ..base });
    }
    if let Some((name, id)) = who.strip_suffix(')').and_then(|w| w.rsplit_once('(')) {
        // an id of digits alone is QQ's
        let digits = id.bytes().all(|b| b.is_ascii_digit());
        let plausible = !id.is_empty() && id.chars().count() <= 64 && !id.contains(' ') && !digits;
        let own = id == "我";
        return plausible.then_some(Header { name, id: (!own).then_some(id), own: Some(own), ..base });
    }
    // a sender without a name is the bare id
    let bare = who.len() >= 5
        && who.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'@' | b'.'));
    (bare && !who.bytes().all(|b| b.is_ascii_digit())).then_some(Header {
        name: who,
        id: Some(who),
        own: Some(false),
        ..base
    })
}

/// Reads a body of chatlog's text or CSV output.
pub(crate) fn read_body(body: &str) -> Body {
    if body.starts_with("> ") {
        return quote(body);
    }
    if let Some(rest) = body.strip_prefix("![")
        && let Some((word, address)) = markdown(rest)
    {
        let kind = match word {
            "图片" => Kind::Image,
            "视频" => Kind::Video,
            _ => Kind::Sticker,
        };
        let mut media = Body::placeholder(kind);
        media.completeness = Completeness::Full;
        media.attachments.push(Attachment { md5: md5_in(address), ..Attachment::named(kind, "") });
        media.attachments[0].name = None;
        return media;
    }
    if let Some(rest) = body.strip_prefix("[语音](")
        && rest.ends_with(')')
        && !rest.contains('\n')
    {
        return Body::placeholder(Kind::Voice);
    }
    if let Some((word, rest)) = body.strip_prefix('[').and_then(|b| b.split_once('|')) {
        match word {
            "群公告" => return block(rest, Kind::Announcement),
            "合并转发" => return block(rest, Kind::Forward),
            "文件" | "链接" => return card(word, rest).unwrap_or_else(|| tags::prose(body)),
            _ => {}
        }
    }
    if body == "[分享]" {
        return Body::placeholder(Kind::Unknown);
    }
    tags::prose_or_quote(body)
}

/// `word](address)` at the end of a line.
fn markdown(rest: &str) -> Option<(&str, &str)> {
    let (word, address) = rest.strip_suffix(')')?.split_once("](")?;
    (!word.contains('\n') && !address.contains('\n')).then_some((word, address))
}

fn card(word: &str, rest: &str) -> Option<Body> {
    // titles hold brackets: the address begins at the last `](`
    let (title, address) = rest.strip_suffix(')')?.rsplit_once("](")?;
    if word == "链接" {
        return Some(Body::link(title, address));
    }
    let mut file = Body::file(title);
    if let Some(first) = file.attachments.first_mut() {
        first.md5 = md5_in(address);
    }
    Some(file)
}

fn md5_in(address: &str) -> Option<String> {
    address
        .split(['/', ',', '?'])
        .find(|part| part.len() == 32 && part.bytes().all(|b| b.is_ascii_hexdigit()))
        .map(str::to_ascii_lowercase)
}

/// `> 名(id) 07-27 08:15:03`, `> quoted lines`, the answer.
fn quote(body: &str) -> Body {
    let mut lines = body.lines().peekable();
    let mut words = Vec::new();
    while let Some(line) =
        lines.peek().and_then(|l| l.strip_prefix("> ").or_else(|| (*l == ">").then_some("")))
    {
        words.push(line);
        lines.next();
    }
    let answer = lines.collect::<Vec<_>>().join("\n");
    let mut out = Body::new(Kind::Quote, &answer);
    let first = words.first().copied().unwrap_or("");
    let sender = quoted_sender(first);
    let said = if sender.is_some() { words[1..].join("\n") } else { words.join("\n") };
    let said = match said.as_bytes().first() {
        Some(b'[' | b'!') => {
            let inner = read_body(&said);
            let word = match inner.kind {
                Kind::Image => "[图片]",
                Kind::Video => "[视频]",
                Kind::Voice => "[语音]",
                Kind::Sticker => "[动画表情]",
                _ => "",
            };
            if inner.text.is_empty() { word.to_owned() } else { inner.text }
        }
        _ => said,
    };
    out.quoted = Some(tags::quoted(sender.unwrap_or(""), &said));
    out
}

fn quoted_sender(line: &str) -> Option<&str> {
    let line = trim_end(line);
    let (_, start) = clock_at_end(line)?;
    let mut who = trim_end(&line[..start]);
    if let Some((_, start)) = day_at_end(who) {
        who = trim_end(&who[..start]);
    }
    let (name, _) = who.strip_suffix(')')?.rsplit_once('(')?;
    Some(name)
}

/// `title]`, then items: `  名 stamp`, `  text` lines, a blank line.
fn block(rest: &str, kind: Kind) -> Body {
    let (first, lines) = rest.split_once('\n').unwrap_or((rest, ""));
    let title = first.trim_end().strip_suffix(']').unwrap_or(first);
    let items = block_items(lines);
    if kind == Kind::Announcement {
        let text = items.iter().map(|i| i.text.as_str()).collect::<Vec<_>>().join("\n");
        if text.trim().is_empty() {
            return Body { completeness: Completeness::FirstLine, ..Body::new(kind, title) };
        }
        return Body::new(kind, &text);
    }
    Body { items, ..Body::new(kind, title) }
}

fn block_items(lines: &str) -> Vec<ForwardItem> {
    let mut items: Vec<ForwardItem> = Vec::new();
    let mut fresh = true;
    for line in lines.lines() {
        let inner = line.strip_prefix("  ").unwrap_or(line);
        if fresh && let Some((sender, stamp)) = item_header(inner) {
            items.push(ForwardItem {
                sender: sender.to_owned(),
                sent_at: Some(stamp.to_owned()),
                text: String::new(),
            });
            fresh = false;
            continue;
        }
        fresh = line.trim_matches(is_blank).is_empty();
        if items.is_empty() && !fresh {
            items.push(ForwardItem::default());
        }
        if let Some(item) = items.last_mut() {
            if !item.text.is_empty() {
                item.text.push('\n');
            }
            item.text.push_str(inner);
        }
    }
    for item in &mut items {
        item.text.truncate(item.text.trim_end().len());
    }
    items
}

/// `名 2026-07-27 13:40:12`.
fn item_header(line: &str) -> Option<(&str, &str)> {
    let line = trim_end(line);
    let (_, clock) = clock_at_end(line)?;
    let before = trim_end(&line[..clock]);
    let (_, day) = day_at_end(before)?;
    stamp_at_start(&line[day..])?;
    Some((trim_end(&line[..day]), &line[day..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_from_the_end() {
        let h = header("赵书记(东岗村)(zhaocun03) [青溪镇村（社区）工作群(345@chatroom)] 07-27 08:16:05")
            .unwrap();
        assert_eq!(
            (h.name, h.id, h.chat),
            ("赵书记(东岗村)", Some("zhaocun03"), Some(("青溪镇村（社区）工作群", "345@chatroom")))
        );
        assert_eq!(header("小陈-柳湾村(我) 00:00:30").unwrap().own, Some(true));
        assert!(header("系统消息 13:00:00").unwrap().system);
        assert!(header("会议 08:15:00").is_none());
        assert!(header("李主任  08:15").is_none());
    }

    #[test]
    fn blocks_and_quotes() {
        let body = read_body(
            "[群公告|@所有人 【防汛】今�...]\n  李主任 2026-07-27 11:30:00\n  @所有人 \n  【防汛】今夜暴雨。\n",
        );
        assert_eq!((body.kind, body.text.as_str()), (Kind::Announcement, "@所有人 \n【防汛】今夜暴雨。"));
        let body = read_body(
            "[合并转发|记录]\n  孙 2026-07-27 13:40:12\n  汇总\n\n  孙 2026-07-27 13:41:00\n  [文件] 表.xls\n",
        );
        assert_eq!((body.text.as_str(), body.items.len()), ("记录", 2));
        let body = read_body("> 李(wxid_l) 07-27 08:15:03\n> 请报送\n> 收到回复\n已报");
        assert_eq!((body.text.as_str(), body.quoted), ("已报", Some(tags::quoted("李", "请报送\n收到回复"))));
    }
}
