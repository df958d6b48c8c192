//! Feishu: the output of `lark-cli` (rendered, local time to the minute, newest first) and of the raw OpenAPI (content is
//! JSON within a string, time in milliseconds). `formats.md` §2.13. The group is not in it.

use std::io;

use serde::Deserialize;
use serde_json::Value;

use crate::import::decode::Decoder;
use crate::import::head::Head;
use crate::import::html::attribute;
use crate::import::job::Job;
use crate::import::tags::{self, Body};
use crate::import::time::stamp_at_start;
use crate::message::{Attachment, ForwardItem, GroupRef, Kind, Message, Precision, Quoted};

use super::lax::Lax;
use super::weflow::epoch;
use super::{Format, Row, Want, run};

pub(crate) fn sniff(head: &Head) -> bool {
    head.json && head.has(&["\"message_id\"", "\"msg_type\"", "\"om_"])
}

pub(crate) fn parse(_head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    run(text, &mut Feishu::default(), job)
}

#[derive(Default)]
struct Feishu {
    chat: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Entry<'a> {
    #[serde(borrow)]
    message_id: Lax<'a>,
    #[serde(borrow)]
    msg_type: Lax<'a>,
    #[serde(borrow)]
    create_time: Lax<'a>,
    #[serde(borrow)]
    chat_id: Lax<'a>,
    #[serde(borrow)]
    content: Lax<'a>,
    body: Value,
    #[serde(borrow)]
    deleted: Lax<'a>,
    #[serde(borrow)]
    sender: Sender<'a>,
    #[serde(borrow)]
    reply_to: Lax<'a>,
    #[serde(borrow)]
    parent_id: Lax<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Sender<'a> {
    #[serde(borrow)]
    id: Lax<'a>,
    #[serde(borrow)]
    name: Lax<'a>,
    #[serde(borrow)]
    sender_type: Lax<'a>,
}

impl Format for Feishu {
    fn want(&self, path: &str) -> Want {
        match path {
            "" | "data" => Want::Enter,
            "messages" | "data.messages" | "data.items" | "items" => Want::Rows,
            _ => Want::Skip,
        }
    }

    fn row(&mut self, _path: &str, raw: &str, _ordinal: u32, job: &Job<'_>) -> Row {
        let entry: Entry<'_> = match serde_json::from_str(raw) {
            Ok(entry) => entry,
            Err(error) => return Row::Bad(error.to_string()),
        };
        let stated = stamp_at_start(entry.create_time.text());
        let (at, precision) = match (stated, entry.create_time.int()) {
            (Some((day, clock, _)), _) => (
                job.at(day.and_time(clock.time)),
                if clock.seconds { Precision::Second } else { Precision::Minute },
            ),
            (None, Some(number)) if number > 0 => (epoch(number), Precision::Ms),
            _ => return Row::no_time(),
        };
        if self.chat.is_none() {
            self.chat = entry.chat_id.id();
        }
        Row::message(entry.message(at, precision))
    }

    /// A page is small; holding it keeps the order of messages of one minute right.
    fn group(&self) -> Option<GroupRef> {
        None
    }

    fn group_at_end(&self) -> GroupRef {
        GroupRef { native_id: self.chat.clone(), ..GroupRef::default() }
    }

    fn newest_first(&self) -> bool {
        true
    }
}

impl Entry<'_> {
    fn message(&self, at: i64, precision: Precision) -> Message {
        let mut message = Message::text(at, precision, "", "");
        let kind = self.msg_type.text();
        let raw = self.body.get("content").and_then(Value::as_str);
        let body = match raw {
            Some(raw) => open_api(kind, raw),
            None => rendered(kind, self.content.text().trim()),
        };
        body.apply(&mut message);
        message.native_id = self.message_id.id();
        message.raw_kind = Some(kind.to_owned());
        message.recalled = self.deleted.flag() == Some(true);
        if let Some(id) = self.reply_to.id().or_else(|| self.parent_id.id()) {
            message.quoted.get_or_insert_with(Quoted::default).native_id = Some(id);
            if message.kind == Kind::Text {
                message.kind = Kind::Quote;
            }
        }
        if kind == "system" || self.sender.sender_type.text() == "system" {
            message.kind = tags::system_kind(&message.text);
            return message;
        }
        message.sender_id = self.sender.id.id();
        let name =
            if self.sender.name.text().is_empty() { self.sender.id.text() } else { self.sender.name.text() };
        name.trim().clone_into(&mut message.sender);
        message
    }
}

/// What the command line tool shows.
fn rendered(kind: &str, content: &str) -> Body {
    match kind {
        "image" | "post" | "text" => image(content),
        "file" | "folder" => file(content, Kind::File),
        "media" | "video" => {
            let named = file(content, Kind::Video);
            Body::media(Kind::Video, &named.text, "")
        }
        "audio" => Body::placeholder(Kind::Voice),
        "sticker" => Body::placeholder(Kind::Sticker),
        "merge_forward" => forward(content),
        "system" => Body::new(Kind::System, content),
        "interactive" | "share_chat" | "share_user" | "todo" | "vote" => Body::new(Kind::Card, content),
        _ => tags::prose_or_quote(content),
    }
}

/// Words with `[Image: key]` among them.
fn image(content: &str) -> Body {
    let mut words = String::new();
    let mut keys = Vec::new();
    let mut rest = content;
    while let Some(at) = rest.find("[Image: ") {
        words.push_str(&rest[..at]);
        let inner = &rest[at + "[Image: ".len()..];
        let Some(end) = inner.find(']') else {
            words.push_str(&rest[at..]);
            rest = "";
            break;
        };
        keys.push(&inner[..end]);
        rest = &inner[end + 1..];
    }
    words.push_str(rest);
    if keys.is_empty() {
        return tags::prose_or_quote(content);
    }
    let mut body = Body::new(Kind::Image, &words);
    body.attachments.extend(keys.into_iter().map(|key| Attachment::named(Kind::Image, key)));
    body
}

/// `<file key="…" name="…"/>`.
fn file(content: &str, kind: Kind) -> Body {
    match attribute(content.trim_end_matches("/>"), "name") {
        Some(name) => Body { kind, ..Body::file(&name) },
        None => Body::new(kind, content),
    }
}

/// `<forwarded_messages>`, `[time] 名:`, indented words.
fn forward(content: &str) -> Body {
    let mut body = Body::placeholder(Kind::Forward);
    let inner = content.strip_prefix("<forwarded_messages>").unwrap_or("");
    for line in inner.trim_end_matches("</forwarded_messages>").lines() {
        let header =
            line.strip_prefix('[').and_then(|l| l.split_once("] ")).filter(|(_, who)| who.ends_with(':'));
        if let Some((at, who)) = header {
            body.items.push(ForwardItem {
                sender: who.trim_end_matches(':').to_owned(),
                sent_at: Some(at.to_owned()),
                text: String::new(),
            });
        } else if let Some(item) = body.items.last_mut() {
            if !item.text.is_empty() {
                item.text.push('\n');
            }
            item.text.push_str(line.strip_prefix("    ").unwrap_or(line));
        }
    }
    if !body.items.is_empty() {
        body.completeness = crate::message::Completeness::Full;
    }
    body
}

/// The raw API: JSON within a string.
fn open_api(kind: &str, raw: &str) -> Body {
    let inner: Value = serde_json::from_str(raw).unwrap_or(Value::String(raw.to_owned()));
    let text = |name: &str| inner.get(name).and_then(Value::as_str).unwrap_or("").to_owned();
    match kind {
        "text" => tags::prose_or_quote(&text("text")),
        "image" => Body::media(Kind::Image, &text("image_key"), ""),
        "file" => Body::file(&text("file_name")),
        "audio" => Body::placeholder(Kind::Voice),
        "media" => Body::media(Kind::Video, &text("file_name"), ""),
        "sticker" => Body::placeholder(Kind::Sticker),
        "merge_forward" => Body::new(Kind::Forward, &text("content")),
        "system" => Body::new(Kind::System, &text("template")),
        "post" => post(&inner),
        _ => Body::new(
            Kind::Unknown,
            &["title", "text", "name"].into_iter().map(text).find(|t| !t.is_empty()).unwrap_or_default(),
        ),
    }
}

/// Rich text: paragraphs of runs, perhaps below a language.
fn post(inner: &Value) -> Body {
    let page = if inner.get("content").is_some() {
        Some(inner)
    } else {
        inner.as_object().and_then(|o| o.values().next())
    };
    let page = page.unwrap_or(&Value::Null);
    let mut words = page.get("title").and_then(Value::as_str).unwrap_or("").to_owned();
    let mut body = Body::new(Kind::Text, "");
    for paragraph in page.get("content").and_then(Value::as_array).into_iter().flatten() {
        words.push('\n');
        for run in paragraph.as_array().into_iter().flatten() {
            match run.get("tag").and_then(Value::as_str) {
                Some("img") => {
                    let key = run.get("image_key").and_then(Value::as_str).unwrap_or("");
                    body.kind = Kind::Image;
                    body.attachments.push(Attachment::named(Kind::Image, key));
                }
                Some("at") => {
                    words.push('@');
                    words.push_str(run.get("user_name").and_then(Value::as_str).unwrap_or(""));
                }
                _ => words.push_str(run.get("text").and_then(Value::as_str).unwrap_or("")),
            }
        }
    }
    words.trim().clone_into(&mut body.text);
    body
}
