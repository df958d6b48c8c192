//! WeCom: the decrypted message archive (会话存档), one JSON a line with a names file beside it, and `wecom-cli`
//! (`formats.md` §2.13). The archive has ids for people and rooms; names come from `<file>.names.csv` or `.names.json`.

use std::collections::HashMap;
use std::io::{self, Read};

use crate::import::decode::Decoder;
use crate::import::head::Head;
use crate::import::job::Job;
use crate::import::tags::{self, Body};
use crate::import::time::stamp_at_start;
use crate::message::{Attachment, ForwardItem, GroupRef, Kind, Message, Precision, Quoted, local};

use super::lax::md5;
use super::tree::Tree;
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
        let mut text = Decoder::new(Box::new(reader.take(64 * 1024 * 1024)));
        if beside.ends_with(".json") {
            let mut json = String::new();
            // what cannot be read names nobody
            let _ = text.read_to_string(&mut json);
            let tree = Tree::parse(&json);
            let people = ["rooms", "users"].into_iter().flat_map(|list| tree.get(list).fields());
            out.extend(people.map(|(id, name)| (id.clone().into_owned(), name.text().to_owned())));
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

impl Format for Archive {
    fn want(&self, path: &str) -> Want {
        if path.is_empty() { Want::Rows } else { Want::Skip }
    }

    fn row(&mut self, _path: &str, raw: &str, _ordinal: u32, _job: &Job<'_>) -> Row {
        let entry: Tree<'_> = match serde_json::from_str(raw) {
            Ok(entry) => entry,
            Err(error) => return Row::Bad(error.to_string()),
        };
        if entry.word("action") == "switch" {
            return Row::Nothing;
        }
        let Some(at) = entry.get("msgtime").scalar().int().filter(|&t| t > 0).map(epoch) else {
            return Row::no_time();
        };
        let message = Box::new(self.message(&entry, at));
        let room = entry.word("roomid");
        if self.room.as_deref() == Some(room) {
            return Row::Message(message);
        }
        self.room = Some(room.to_owned());
        let name = self.names.get(room).cloned();
        let group = GroupRef {
            native_id: entry.get("roomid").scalar().id(),
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
    fn message(&self, entry: &Tree<'_>, at: i64) -> Message {
        let mut message = Message::text(at, Precision::Ms, "", "");
        let kind = entry.word("msgtype");
        let inner = entry.get(kind);
        message.native_id = entry.get("msgid").scalar().id();
        message.raw_kind = Some(kind.to_owned());
        if entry.word("action") == "recall" || kind == "revoke" {
            message.kind = Kind::Recall;
            let id = [inner, entry.get("revoke")]
                .map(|o| o.word("pre_msgid"))
                .into_iter()
                .find(|id| !id.is_empty());
            message.quoted = id.map(|id| Quoted { native_id: Some(id.to_owned()), ..Quoted::default() });
            return message;
        }
        body(kind, inner).apply(&mut message);
        message.sender_id = entry.get("from").scalar().id();
        let id = entry.word("from");
        message.sender = self.names.get(id).map_or(id, String::as_str).to_owned();
        message
    }
}

fn medium(kind: Kind, inner: &Tree<'_>, name: &str, caption: &str) -> Body {
    let mut body = Body::new(kind, caption);
    body.attachments.push(Attachment {
        kind,
        name: (!name.is_empty()).then(|| name.to_owned()),
        path: None,
        md5: md5(inner.word("md5sum")),
        size: inner.get("filesize").scalar().int().and_then(|size| u64::try_from(size).ok()),
        url: None,
    });
    body
}

fn body(kind: &str, inner: &Tree<'_>) -> Body {
    match kind {
        "text" | "markdown" => quoted_text(inner.word("content")),
        "image" => medium(Kind::Image, inner, "", ""),
        "video" => medium(Kind::Video, inner, "", ""),
        "voice" => medium(Kind::Voice, inner, "", ""),
        "emotion" => medium(Kind::Sticker, inner, "", ""),
        "file" => {
            let name = inner.word("filename");
            medium(Kind::File, inner, name, name)
        }
        "link" => Body::link(inner.word("title"), inner.word("link_url")),
        "weapp" => Body::new(Kind::Miniapp, inner.word("title")),
        "location" => Body::new(Kind::Location, inner.word("title")),
        "card" => Body::placeholder(Kind::Card),
        "chatrecord" => Body {
            items: inner.get("item").list().iter().map(item).collect(),
            ..Body::new(Kind::Forward, inner.word("title"))
        },
        "mixed" => mixed(inner),
        "collect" | "vote" => collect(inner),
        "redpacket" | "external_redpacket" => Body::placeholder(Kind::Money),
        _ => Body::new(Kind::Unknown, inner.first_word(&["content", "title", "text"])),
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
fn item_text(item: &Tree<'_>) -> String {
    let content = item.word("content");
    match serde_json::from_str::<Tree<'_>>(content) {
        Ok(inner) if inner != Tree::default() => {
            inner.first_word(&["content", "title", "filename"]).to_owned()
        }
        _ => content.to_owned(),
    }
}

fn item(item: &Tree<'_>) -> ForwardItem {
    let seconds = item.get("msgtime").scalar().int().map(epoch);
    ForwardItem {
        sender: String::new(),
        sent_at: seconds.map(|ms| local(ms).format("%Y-%m-%d %H:%M:%S").to_string()),
        text: item_text(item),
    }
}

/// Text and pictures in one message.
fn mixed(inner: &Tree<'_>) -> Body {
    let items = inner.get("item").list();
    let words: Vec<String> = items.iter().filter(|i| i.word("type") == "text").map(item_text).collect();
    let mut body = Body::new(Kind::Text, &words.join("\n"));
    for item in items {
        let kind = match item.word("type") {
            "image" => Kind::Image,
            "file" => Kind::File,
            "video" => Kind::Video,
            _ => continue,
        };
        let inner = Tree::parse(item.word("content"));
        let part = medium(kind, &inner, inner.word("filename"), "");
        body.attachments.extend(part.attachments);
        body.kind = kind;
    }
    body
}

/// A form that people fill in: WeCom's 接龙.
fn collect(inner: &Tree<'_>) -> Body {
    let mut words = inner.first_word(&["title", "votetitle"]).to_owned();
    for detail in inner.get("details").list() {
        words.push('\n');
        words.push_str(detail.word("ques"));
    }
    Body::new(Kind::Form, &words)
}

/// `wecom-cli`: no ids, the group is not in it.
#[derive(Default)]
struct Cli;

pub(crate) fn parse_cli(_head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    run(text, &mut Cli, job)
}

impl Format for Cli {
    fn want(&self, path: &str) -> Want {
        match path {
            "" | "data" | "result" => Want::Enter,
            "messages" | "data.messages" | "result.messages" => Want::Rows,
            _ => Want::Skip,
        }
    }

    fn row(&mut self, _path: &str, raw: &str, _ordinal: u32, job: &Job<'_>) -> Row {
        let entry: Tree<'_> = match serde_json::from_str(raw) {
            Ok(entry) => entry,
            Err(error) => return Row::Bad(error.to_string()),
        };
        let Some((day, clock, _)) = stamp_at_start(entry.word("send_time")) else { return Row::no_time() };
        let kind = entry.word("msgtype");
        let inner = entry.get(kind);
        let mut message = Message::text(job.at(day.and_time(clock.time)), Precision::Second, "", "");
        let name = || inner.first_word(&["name", "filename"]);
        match kind {
            "image" => medium(Kind::Image, inner, name(), ""),
            "voice" => medium(Kind::Voice, inner, name(), ""),
            "video" => medium(Kind::Video, inner, name(), ""),
            "file" => medium(Kind::File, inner, name(), name()),
            _ => body(kind, inner),
        }
        .apply(&mut message);
        message.raw_kind = Some(kind.to_owned());
        message.sender_id = entry.get("userid").scalar().id();
        entry.first_word(&["name", "userid"]).clone_into(&mut message.sender);
        Row::message(message)
    }

    fn group(&self) -> Option<GroupRef> {
        Some(GroupRef::default())
    }
}
