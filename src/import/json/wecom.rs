//! WeCom: the decrypted message archive (会话存档), one JSON a line with a names file beside it, and `wecom-cli`
//! (`formats.md` §2.13). The archive has ids for people and rooms; names come from `<file>.names.csv` or `.names.json`.

use std::collections::HashMap;
use std::io::{self, Read};

use serde::Deserialize;
use serde_json::Value;

use crate::import::decode::Decoder;
use crate::import::head::Head;
use crate::import::job::Job;
use crate::import::tags::{self, Body};
use crate::import::time::stamp_at_start;
use crate::message::{Attachment, ForwardItem, GroupRef, Kind, Message, Precision, Quoted, local};

use super::lax::Lax;
use super::weflow::epoch;
use super::{Format, Row, Want, run, run_lines};

pub(crate) fn sniff_archive(head: &Head) -> bool {
    head.json && head.has(&["\"msgid\"", "\"msgtime\"", "\"action\""])
}

pub(crate) fn sniff_cli(head: &Head) -> bool {
    head.json && head.has(&["\"userid\"", "\"send_time\"", "\"msgtype\""])
}

/// A names file belongs to the archive beside it.
pub(crate) fn sniff_names(head: &Head) -> bool {
    let csv = matches!(head.first_line().trim(), "kind,id,name");
    csv || head.json && head.has(&["\"rooms\"", "\"users\""]) && !head.has(&["\"msgid\""])
}

pub(crate) fn parse_names(_head: &Head, _text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    let file = job.source.name.rsplit('/').next().unwrap_or("");
    let stem = file.split(".names.").next().unwrap_or(file);
    job.outcome.part_of = Some(format!("{stem}.jsonl"));
    Ok(())
}

pub(crate) fn parse_archive(head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    let mut format = Archive { names: names(job), room: None };
    if head.text.trim_start().starts_with('[') {
        run(text, &mut format, job)
    } else {
        run_lines(text, &mut format, job)
    }
}

/// id → name, rooms and people together.
fn names(job: &Job<'_>) -> HashMap<String, String> {
    let file = job.source.name.rsplit('/').next().unwrap_or("");
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let mut out = HashMap::new();
    for beside in [
        format!("{stem}.names.csv"),
        format!("{stem}.names.json"),
        "names.csv".to_owned(),
        "names.json".to_owned(),
    ] {
        let Some(reader) = (job.source.siblings)(&beside) else { continue };
        let text = Decoder::new(Box::new(reader.take(64 * 1024 * 1024)));
        if beside.ends_with(".json") {
            let value: Value = serde_json::from_reader(text).unwrap_or_default();
            for list in ["rooms", "users"] {
                for (id, name) in value.get(list).and_then(Value::as_object).into_iter().flatten() {
                    out.insert(id.clone(), name.as_str().unwrap_or("").to_owned());
                }
            }
        } else {
            let mut rows = csv::ReaderBuilder::new().flexible(true).from_reader(text);
            for row in rows.records().map_while(Result::ok) {
                if let (Some(id), Some(name)) = (row.get(1), row.get(2)) {
                    out.insert(id.to_owned(), name.to_owned());
                }
            }
        }
        break;
    }
    out
}

struct Archive {
    names: HashMap<String, String>,
    room: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Entry<'a> {
    #[serde(borrow)]
    msgid: Lax<'a>,
    #[serde(borrow)]
    action: Lax<'a>,
    #[serde(borrow)]
    from: Lax<'a>,
    #[serde(borrow)]
    roomid: Lax<'a>,
    #[serde(borrow)]
    msgtime: Lax<'a>,
    #[serde(borrow)]
    msgtype: Lax<'a>,
}

impl Format for Archive {
    fn want(&self, path: &str) -> Want {
        if path.is_empty() { Want::Rows } else { Want::Skip }
    }

    fn row(&mut self, _path: &str, raw: &[u8], _ordinal: u32, _job: &Job<'_>) -> Row {
        let entry: Entry<'_> = match serde_json::from_slice(raw) {
            Ok(entry) => entry,
            Err(error) => return Row::Bad(error.to_string()),
        };
        if entry.action.text() == "switch" {
            return Row::Nothing;
        }
        let Some(at) = entry.msgtime.int().filter(|&t| t > 0).map(epoch) else { return Row::no_time() };
        let fields: Value = serde_json::from_slice(raw).unwrap_or_default();
        let message = Box::new(self.message(&entry, &fields, at));
        let room = entry.roomid.text();
        if self.room.as_deref() == Some(room) {
            return Row::Message(message);
        }
        self.room = Some(room.to_owned());
        let name = self.names.get(room).cloned();
        let group = GroupRef {
            native_id: entry.roomid.id(),
            name,
            private_chat: room.is_empty(),
            ..GroupRef::default()
        };
        Row::Elsewhere(message, group)
    }

    fn group(&self) -> Option<GroupRef> {
        Some(GroupRef::default())
    }
}

impl Archive {
    fn message(&self, entry: &Entry<'_>, fields: &Value, at: i64) -> Message {
        let mut message = Message::text(at, Precision::Ms, "", "");
        let kind = entry.msgtype.text();
        let inner = fields.get(kind).unwrap_or(&Value::Null);
        message.native_id = entry.msgid.id();
        message.raw_kind = Some(kind.to_owned());
        if entry.action.text() == "recall" || kind == "revoke" {
            message.kind = Kind::Recall;
            let id =
                inner.get("pre_msgid").or_else(|| fields["revoke"].get("pre_msgid")).and_then(Value::as_str);
            message.quoted = id.map(|id| Quoted { native_id: Some(id.to_owned()), ..Quoted::default() });
            return message;
        }
        body(kind, inner).apply(&mut message);
        message.sender_id = entry.from.id();
        let id = entry.from.text();
        message.sender = self.names.get(id).map_or(id, String::as_str).to_owned();
        message
    }
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or("")
}

fn medium(kind: Kind, inner: &Value, name: &str, caption: &str) -> Body {
    let mut body = Body::new(kind, caption);
    let md5 = text(inner, "md5sum");
    body.attachments.push(Attachment {
        kind,
        name: (!name.is_empty()).then(|| name.to_owned()),
        path: None,
        md5: (md5.len() == 32).then(|| md5.to_ascii_lowercase()),
        size: inner.get("filesize").and_then(Value::as_u64),
        url: None,
    });
    body
}

fn body(kind: &str, inner: &Value) -> Body {
    match kind {
        "text" | "markdown" => quoted_text(text(inner, "content")),
        "image" => medium(Kind::Image, inner, "", ""),
        "video" => medium(Kind::Video, inner, "", ""),
        "voice" => medium(Kind::Voice, inner, "", ""),
        "emotion" => medium(Kind::Sticker, inner, "", ""),
        "file" => {
            let name = text(inner, "filename");
            medium(Kind::File, inner, name, name)
        }
        "link" => Body::link(text(inner, "title"), text(inner, "link_url")),
        "weapp" => Body::new(Kind::Miniapp, text(inner, "title")),
        "location" => Body::new(Kind::Location, text(inner, "title")),
        "card" => Body::placeholder(Kind::Card),
        "chatrecord" => {
            let items = inner.get("item").and_then(Value::as_array).map(|i| i.iter().map(item).collect());
            Body { items: items.unwrap_or_default(), ..Body::new(Kind::Forward, text(inner, "title")) }
        }
        "mixed" => mixed(inner),
        "collect" | "vote" => collect(inner),
        "redpacket" | "external_redpacket" => Body::placeholder(Kind::Money),
        _ => Body::new(
            Kind::Unknown,
            ["content", "title", "text"]
                .into_iter()
                .map(|n| text(inner, n))
                .find(|t| !t.is_empty())
                .unwrap_or(""),
        ),
    }
}

/// `这是一条引用/回复消息：`, `“名:`, words`”`, `------`, the answer.
fn quoted_text(content: &str) -> Body {
    let old = || {
        let rest = content.trim().strip_prefix("这是一条引用/回复消息：")?.trim_start();
        let (quote, reply) = rest.split_once("\n------\n")?;
        let inner = quote.trim().trim_start_matches(['“', '"']).trim_end_matches(['”', '"']);
        let (sender, words) = inner.split_once(":\n").or_else(|| inner.split_once("：\n"))?;
        let mut body = Body::new(Kind::Quote, reply);
        body.quoted = Some(tags::quoted(sender, words));
        Some(body)
    };
    old().unwrap_or_else(|| tags::prose_or_quote(content))
}

/// The content of an item is JSON within a string.
fn item_text(item: &Value) -> String {
    let content = text(item, "content");
    let inner: Value = serde_json::from_str(content).unwrap_or_default();
    let words = ["content", "title", "filename"].into_iter().map(|n| text(&inner, n)).find(|t| !t.is_empty());
    words.map_or_else(|| if inner.is_null() { content.to_owned() } else { String::new() }, str::to_owned)
}

fn item(item: &Value) -> ForwardItem {
    let seconds = item.get("msgtime").and_then(Value::as_i64).map(epoch);
    ForwardItem {
        sender: String::new(),
        sent_at: seconds.map(|ms| local(ms).format("%Y-%m-%d %H:%M:%S").to_string()),
        text: item_text(item),
    }
}

/// Text and pictures in one message.
fn mixed(inner: &Value) -> Body {
    let items = inner.get("item").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let words: Vec<String> = items.iter().filter(|i| text(i, "type") == "text").map(item_text).collect();
    let mut body = Body::new(Kind::Text, &words.join("\n"));
    for item in items {
        let kind = match text(item, "type") {
            "image" => Kind::Image,
            "file" => Kind::File,
            "video" => Kind::Video,
            _ => continue,
        };
        let inner: Value = serde_json::from_str(text(item, "content")).unwrap_or_default();
        let part = medium(kind, &inner, text(&inner, "filename"), "");
        body.attachments.extend(part.attachments);
        body.kind = kind;
    }
    body
}

/// A form that people fill in: WeCom's 接龙.
fn collect(inner: &Value) -> Body {
    let mut words = ["title", "votetitle"]
        .into_iter()
        .map(|n| text(inner, n))
        .find(|t| !t.is_empty())
        .unwrap_or("")
        .to_owned();
    for detail in inner.get("details").and_then(Value::as_array).into_iter().flatten() {
        words.push('\n');
        words.push_str(text(detail, "ques"));
    }
    Body::new(Kind::Form, &words)
}

/// `wecom-cli`: no ids, the group is not in it.
#[derive(Default)]
struct Cli;

pub(crate) fn parse_cli(_head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    run(text, &mut Cli, job)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct CliEntry<'a> {
    #[serde(borrow)]
    userid: Lax<'a>,
    #[serde(borrow)]
    name: Lax<'a>,
    #[serde(borrow)]
    send_time: Lax<'a>,
    #[serde(borrow)]
    msgtype: Lax<'a>,
}

impl Format for Cli {
    fn want(&self, path: &str) -> Want {
        match path {
            "" | "data" | "result" => Want::Enter,
            "messages" | "data.messages" | "result.messages" => Want::Rows,
            _ => Want::Skip,
        }
    }

    fn row(&mut self, _path: &str, raw: &[u8], _ordinal: u32, job: &Job<'_>) -> Row {
        let entry: CliEntry<'_> = match serde_json::from_slice(raw) {
            Ok(entry) => entry,
            Err(error) => return Row::Bad(error.to_string()),
        };
        let Some((day, clock, _)) = stamp_at_start(entry.send_time.text()) else { return Row::no_time() };
        let fields: Value = serde_json::from_slice(raw).unwrap_or_default();
        let kind = entry.msgtype.text();
        let inner = fields.get(kind).unwrap_or(&Value::Null);
        let mut message = Message::text(job.at(day.and_time(clock.time)), Precision::Second, "", "");
        match kind {
            "image" | "file" | "voice" | "video" => {
                let name = ["name", "filename"]
                    .into_iter()
                    .map(|n| text(inner, n))
                    .find(|t| !t.is_empty())
                    .unwrap_or("");
                let what = match kind {
                    "image" => Kind::Image,
                    "voice" => Kind::Voice,
                    "video" => Kind::Video,
                    _ => Kind::File,
                };
                medium(what, inner, name, if what == Kind::File { name } else { "" })
            }
            _ => body(kind, inner),
        }
        .apply(&mut message);
        message.raw_kind = Some(kind.to_owned());
        message.sender_id = entry.userid.id();
        let name = if entry.name.text().is_empty() { entry.userid.text() } else { entry.name.text() };
        name.clone_into(&mut message.sender);
        Row::message(message)
    }

    fn group(&self) -> Option<GroupRef> {
        Some(GroupRef::default())
    }
}
