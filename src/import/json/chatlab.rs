//! The ChatLab interchange format, JSON and JSON Lines (`formats.md` §2.8), as WeFlow, CipherTalk and others write it.
//! Announcements and forwards arrive as type 7, so the tags in front of the text decide.

use std::collections::HashMap;
use std::io;

use serde::Deserialize;

use crate::import::decode::Decoder;
use crate::import::head::Head;
use crate::import::job::Job;
use crate::import::tags::{self, Body};
use crate::message::{ForwardItem, GroupRef, Kind, Message, Platform, Precision, Quoted};

use super::lax::{Lax, or_default};
use super::weflow::{Record, epoch};
use super::{Format, Row, Want, run, run_lines};

pub(crate) fn sniff_json(head: &Head) -> bool {
    head.json && head.has(&["\"chatlab\"", "\"meta\""]) && !head.has(&["\"_type\""])
}

pub(crate) fn sniff_jsonl(head: &Head) -> bool {
    let first = head.text.lines().map(str::trim).find(|l| !l.is_empty() && !l.starts_with('#'));
    first.is_some_and(|l| l.starts_with('{') && l.contains("\"_type\"") && l.contains("\"header\""))
}

pub(crate) fn parse_json(_head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    run(text, &mut ChatLab::default(), job)
}

pub(crate) fn parse_jsonl(_head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    run_lines(text, &mut ChatLab::default(), job)
}

#[derive(Default)]
struct ChatLab {
    group: Option<GroupRef>,
    members: HashMap<String, String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Meta<'a> {
    #[serde(borrow)]
    name: Lax<'a>,
    #[serde(borrow)]
    platform: Lax<'a>,
    #[serde(borrow, rename = "type")]
    kind: Lax<'a>,
    #[serde(borrow)]
    group_id: Lax<'a>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Line<'a> {
    #[serde(borrow, rename = "_type")]
    line: Lax<'a>,
    #[serde(borrow)]
    meta: Meta<'a>,
    #[serde(borrow)]
    platform_id: Lax<'a>,
    #[serde(borrow)]
    platform_message_id: Lax<'a>,
    #[serde(borrow)]
    sender: Lax<'a>,
    #[serde(borrow)]
    account_name: Lax<'a>,
    #[serde(borrow)]
    group_nickname: Lax<'a>,
    #[serde(borrow)]
    timestamp: Lax<'a>,
    #[serde(borrow, rename = "type")]
    kind: Lax<'a>,
    #[serde(borrow)]
    content: Lax<'a>,
    #[serde(borrow)]
    reply_to_message_id: Lax<'a>,
    #[serde(deserialize_with = "or_default")]
    chat_records: Vec<Record>,
}

impl Format for ChatLab {
    fn want(&self, path: &str) -> Want {
        match path {
            "" => Want::Enter,
            "meta" => Want::Keep,
            "members" | "messages" => Want::Rows,
            _ => Want::Skip,
        }
    }

    fn keep(&mut self, _path: &str, raw: &str) {
        self.meta(&serde_json::from_str(raw).unwrap_or_default());
    }

    fn row(&mut self, path: &str, raw: &str, _ordinal: u32, _job: &Job<'_>) -> Row {
        let line: Line<'_> = match serde_json::from_str(raw) {
            Ok(line) => line,
            Err(error) => return Row::Bad(error.to_string()),
        };
        match line.line.text() {
            "header" => {
                self.meta(&line.meta);
                return Row::Nothing;
            }
            "member" => return self.member(&line),
            _ if path == "members" => return self.member(&line),
            _ => {}
        }
        match line.timestamp.int().filter(|&t| t > 0) {
            Some(at) => Row::message(self.message(&line, epoch(at))),
            None => Row::no_time(),
        }
    }

    fn group(&self) -> Option<GroupRef> {
        self.group.clone()
    }
}

impl ChatLab {
    fn meta(&mut self, meta: &Meta<'_>) {
        let platform = match meta.platform.text() {
            "wework" | "wxwork" => Some(Platform::Wecom),
            "lark" => Some(Platform::Feishu),
            word => Platform::parse(word),
        };
        self.group = Some(GroupRef {
            platform,
            native_id: meta.group_id.id(),
            name: Some(meta.name.text().to_owned()),
            name_from_file: false,
            private_chat: meta.kind.text() == "private",
        });
    }

    fn member(&mut self, line: &Line<'_>) -> Row {
        let name = [&line.group_nickname, &line.account_name].into_iter().find(|n| !n.text().is_empty());
        if let (Some(id), Some(name)) = (line.platform_id.id(), name) {
            self.members.insert(id, name.text().to_owned());
        }
        Row::Nothing
    }

    fn message(&self, line: &Line<'_>, at: i64) -> Message {
        let number = line.kind.int().unwrap_or(99);
        let system = matches!(number, 80 | 81) || line.sender.text() == "SYSTEM";
        let mut message = Message::text(at, Precision::Second, "", "");
        body(number, line).apply(&mut message);
        message.native_id = line.platform_message_id.id();
        message.raw_kind = line.kind.int().map(|n| n.to_string());
        if let Some(id) = line.reply_to_message_id.id() {
            message.quoted.get_or_insert_with(Quoted::default).native_id = Some(id);
        }
        if system {
            message.kind = if number == 81 { Kind::Recall } else { tags::system_kind(&message.text) };
            return message;
        }
        message.sender_id = line.sender.id();
        let name = [&line.group_nickname, &line.account_name]
            .into_iter()
            .map(Lax::text)
            .find(|n| !n.trim().is_empty());
        let known = || message.sender_id.as_ref().and_then(|id| self.members.get(id)).map(String::as_str);
        let name = name.or_else(known).unwrap_or("").trim().to_owned();
        message.sender = name;
        message
    }
}

fn body(number: i64, line: &Line<'_>) -> Body {
    let content = line.content.text().trim();
    match number {
        0 => tags::prose_or_quote(content),
        1 => tagged(Kind::Image, content),
        2 => tagged(Kind::Voice, content),
        3 => tagged(Kind::Video, content),
        4 => Body::file(content.strip_prefix("[文件]").unwrap_or(content)),
        5 => tagged(Kind::Sticker, content),
        8 => tagged(Kind::Location, content),
        20 | 21 => tagged(Kind::Money, content),
        22 => Body::new(Kind::Pat, content),
        23 => tagged(Kind::Call, content),
        25 => tags::quote_suffix(content)
            .or_else(|| tags::quote_block(content))
            .unwrap_or_else(|| Body::new(Kind::Quote, content)),
        27 => tagged(Kind::Card, content),
        80 | 81 => Body::new(Kind::System, content),
        7 | 24 | 26 => share(number, content, &line.chat_records),
        _ => tags::read(content),
    }
}

/// A medium whose content is a placeholder, a path or words.
fn tagged(kind: Kind, content: &str) -> Body {
    let body = tags::read(content);
    if body.kind == Kind::Text && !content.starts_with('[') {
        Body::new(kind, content)
    } else {
        Body { kind, ..placeholder(body) }
    }
}

fn placeholder(body: Body) -> Body {
    if body.text.starts_with('[') && body.text.ends_with(']') { Body::placeholder(body.kind) } else { body }
}

fn share(number: i64, content: &str, records: &[Record]) -> Body {
    if let Some((title, url)) =
        content.strip_suffix(')').and_then(|c| c.strip_prefix('[')).and_then(|c| c.rsplit_once("]("))
    {
        return Body::link(title, url);
    }
    let mut body = tags::read(content);
    if body.kind == Kind::Text || number == 26 && body.kind != Kind::Forward {
        body = if number == 26 || !records.is_empty() {
            tags::forward(content)
        } else {
            tags::link_or_signup(content)
        };
    }
    if !records.is_empty() {
        body.kind = Kind::Forward;
        body.items = records.iter().map(ForwardItem::from).collect();
    }
    body
}
