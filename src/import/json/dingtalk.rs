//! DingTalk's `dws` command line tool (`formats.md` §2.13): message lists of one chat, and of many with their titles. Bodies
//! carry the tool's own hints, which are taken out.

use std::collections::HashMap;
use std::io;

use serde::Deserialize;
use serde_json::Value;

use crate::import::decode::Decoder;
use crate::import::head::Head;
use crate::import::job::Job;
use crate::import::tags::{self, Body};
use crate::import::time::stamp_at_start;
use crate::message::{ForwardItem, GroupRef, Kind, Message, Precision, Quoted};

use super::lax::Lax;
use super::weflow::epoch;
use super::{Format, Row, Want, run};

/// The tool gives the newest 100 to 200 messages; more than this are not remembered.
const MOST_SENDERS: usize = 100_000;

pub(crate) fn sniff(head: &Head) -> bool {
    head.json && head.has(&["\"openMessageId\"", "\"openConversationId\""])
}

pub(crate) fn parse(_head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    run(text, &mut DingTalk::default(), job)
}

#[derive(Default)]
struct DingTalk {
    id: Option<String>,
    title: Option<String>,
    /// Inside the list of conversations, where each has a title.
    many: bool,
    /// Who sent each message, for quotes that give only its id.
    senders: HashMap<String, String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Entry<'a> {
    #[serde(borrow)]
    open_message_id: Lax<'a>,
    #[serde(borrow)]
    message_id: Lax<'a>,
    #[serde(borrow)]
    open_conversation_id: Lax<'a>,
    #[serde(borrow)]
    sender_open_ding_talk_id: Lax<'a>,
    sender: Value,
    #[serde(borrow)]
    msg_type: Lax<'a>,
    #[serde(borrow)]
    create_time: Lax<'a>,
    content: Value,
    quoted_message: Option<Value>,
    forward_messages: Option<Vec<Value>>,
}

impl Format for DingTalk {
    fn want(&self, path: &str) -> Want {
        match path {
            "" | "result" | "result.conversationMessagesList" | "conversationMessagesList" => Want::Enter,
            "result.messages"
            | "result.conversationMessagesList.messages"
            | "conversationMessagesList.messages"
            | "result.items" => Want::Rows,
            "result.conversationMessagesList.openConversationId"
            | "result.conversationMessagesList.title"
            | "conversationMessagesList.openConversationId"
            | "conversationMessagesList.title" => Want::Keep,
            _ => Want::Skip,
        }
    }

    fn begin(&mut self, _path: &str) {
        *self = DingTalk { many: true, ..DingTalk::default() };
    }

    fn keep(&mut self, path: &str, raw: &str) {
        let value: Lax<'_> = serde_json::from_str(raw).unwrap_or_default();
        if path.ends_with("title") {
            self.title = Some(value.text().to_owned());
        } else {
            self.id = value.id();
        }
    }

    fn row(&mut self, _path: &str, raw: &str, _ordinal: u32, job: &Job<'_>) -> Row {
        let entry: Entry<'_> = match serde_json::from_str(raw) {
            Ok(entry) => entry,
            Err(error) => return Row::Bad(error.to_string()),
        };
        let stated = stamp_at_start(entry.create_time.text()).map(|(d, c, _)| job.at(d.and_time(c.time)));
        let Some(at) = stated.or_else(|| entry.create_time.int().filter(|&t| t > 0).map(epoch)) else {
            return Row::no_time();
        };
        if self.id.is_none() {
            self.id = entry.open_conversation_id.id();
        }
        let mut message = entry.message(at);
        if let (Some(id), true) = (&message.native_id, self.senders.len() < MOST_SENDERS) {
            self.senders.insert(id.clone(), message.sender.clone());
        }
        if let Some(quoted) = message.quoted.as_mut().filter(|q| q.sender.is_none()) {
            quoted.sender = quoted.native_id.as_ref().and_then(|id| self.senders.get(id)).cloned();
        }
        Row::message(message)
    }

    /// A list of one chat has no title; a list of many may have it behind the messages.
    fn group(&self) -> Option<GroupRef> {
        if self.many && self.title.is_none() {
            return None;
        }
        Some(GroupRef { native_id: self.id.clone(), name: self.title.clone(), ..GroupRef::default() })
    }

    fn group_at_end(&self) -> GroupRef {
        GroupRef { native_id: self.id.clone(), name: self.title.clone(), ..GroupRef::default() }
    }
}

impl Entry<'_> {
    fn message(&self, at: i64) -> Message {
        let mut message = Message::text(at, Precision::Second, "", "");
        let content = content_text(&self.content);
        let content = without_hint(&content);
        let mut body = body(self.msg_type.text(), content);
        if let Some(quote) = &self.quoted_message {
            let mut quoted = Quoted {
                sender: Some(name_of(quote.get("sender").unwrap_or(&Value::Null))).filter(|s| !s.is_empty()),
                text: Some(without_hint(&content_text(&quote["content"])).to_owned())
                    .filter(|t| !t.is_empty()),
                native_id: None,
            };
            quoted.native_id = quote.get("openMessageId").and_then(Value::as_str).map(str::to_owned);
            body.kind = Kind::Quote;
            body.quoted = Some(quoted);
        }
        if let Some(list) = &self.forward_messages {
            body.kind = Kind::Forward;
            body.items = list.iter().map(item).collect();
        }
        body.apply(&mut message);
        message.native_id = self.open_message_id.id().or_else(|| self.message_id.id());
        message.raw_kind = Some(self.msg_type.text().to_owned()).filter(|k| !k.is_empty());
        message.sender_id = self.sender_open_ding_talk_id.id();
        message.sender = name_of(&self.sender);
        message
    }
}

/// A name, or an object with one.
fn name_of(sender: &Value) -> String {
    let named = ["name", "nick", "nickName", "userName"]
        .into_iter()
        .find_map(|n| sender.get(n).and_then(Value::as_str));
    sender.as_str().or(named).unwrap_or("").trim().to_owned()
}

fn content_text(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Object(fields) => {
            let plain = ["text", "content", "title", "fileName"]
                .into_iter()
                .find_map(|n| fields.get(n).and_then(Value::as_str));
            let rich = || {
                let parts = fields.get("richText")?.as_array()?;
                Some(
                    parts
                        .iter()
                        .filter_map(|p| p.get("text").and_then(Value::as_str))
                        .collect::<Vec<_>>()
                        .join(""),
                )
            };
            plain.map(str::to_owned).or_else(rich).unwrap_or_else(|| {
                if fields.contains_key("mediaId") { "[图片消息]".to_owned() } else { String::new() }
            })
        }
        _ => String::new(),
    }
}

/// The tool tells how to download what it left out.
fn without_hint(text: &str) -> &str {
    match text.rfind("注意：如需下载使用dws") {
        Some(at) => text[..at].trim_end(),
        None => text,
    }
}

fn body(kind: &str, content: &str) -> Body {
    if content.ends_with("||2||1||1") && !content.contains(' ') {
        return Body::placeholder(Kind::Unknown);
    }
    for (tag, what) in [("[图片消息]", Kind::Image), ("[视频消息]", Kind::Video), ("[语音消息]", Kind::Voice)]
    {
        let Some(at) = content.find(tag) else { continue };
        let after = &content[at + tag.len()..];
        if after.is_empty() || after.starts_with("(mediaId=") {
            return Body::media(what, "", &content[..at]);
        }
    }
    if let Some(rest) = content.strip_prefix("[文件]") {
        return Body::file(rest.rsplit_once(" fileId:").map_or(rest, |(name, _)| name));
    }
    match kind {
        "merged_forward" => Body::new(Kind::Forward, content),
        "file" => Body::file(content),
        _ => tags::prose_or_quote(content),
    }
}

fn item(message: &Value) -> ForwardItem {
    let text = content_text(message.get("content").unwrap_or(&Value::Null));
    ForwardItem {
        sender: name_of(message.get("sender").unwrap_or(&Value::Null)),
        sent_at: message.get("createTime").and_then(Value::as_str).map(str::to_owned),
        text: without_hint(&text).to_owned(),
    }
}
