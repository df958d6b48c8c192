//! chatlog's JSON output (`formats.md` §2.3): a bare list, `null` for nothing. The text of announcements stands only in
//! `contents.recordInfo`; a sign-up chain is lost.

use std::io;

use serde::Deserialize;

use crate::import::decode::Decoder;
use crate::import::head::Head;
use crate::import::job::Job;
use crate::import::tags::{self, Body};
use crate::import::time::stamp_at_start;
use crate::message::{Attachment, ForwardItem, GroupRef, Kind, Message, Precision};

use super::lax::{Lax, md5, or_default};
use super::weflow::wechat_kind;
use super::{Format, Row, Want, run};

pub(crate) fn sniff(head: &Head) -> bool {
    head.json && head.has(&["\"seq\"", "\"talker\"", "\"isChatRoom\"", "\"isSelf\""])
}

pub(crate) fn parse(_head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    run(text, &mut Chatlog::default(), job)
}

#[derive(Default)]
struct Chatlog {
    talker: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Entry<'a> {
    #[serde(borrow)]
    seq: Lax<'a>,
    #[serde(borrow)]
    time: Lax<'a>,
    #[serde(borrow)]
    talker: Lax<'a>,
    #[serde(borrow)]
    talker_name: Lax<'a>,
    #[serde(borrow)]
    is_chat_room: Lax<'a>,
    #[serde(borrow)]
    sender: Lax<'a>,
    #[serde(borrow)]
    sender_name: Lax<'a>,
    #[serde(borrow)]
    is_self: Lax<'a>,
    #[serde(borrow, rename = "type")]
    kind: Lax<'a>,
    #[serde(borrow)]
    sub_type: Lax<'a>,
    #[serde(borrow)]
    content: Lax<'a>,
    #[serde(deserialize_with = "or_default")]
    contents: Contents,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Contents {
    md5: String,
    rawmd5: String,
    path: String,
    title: String,
    desc: String,
    url: String,
    record_info: Option<RecordInfo>,
    refer: Option<Box<Refer>>,
}

/// Field names of Go: capitalised.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct RecordInfo {
    title: String,
    desc: String,
    data_list: DataList,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct DataList {
    data_items: Option<Vec<DataItem>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct DataItem {
    data_type: String,
    source_name: String,
    source_time: String,
    data_desc: String,
    data_title: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Refer {
    sender: String,
    sender_name: String,
    #[serde(rename = "type")]
    kind: i64,
    sub_type: i64,
    content: String,
    contents: Option<Contents>,
}

impl Format for Chatlog {
    fn want(&self, path: &str) -> Want {
        match path {
            "" | "data" | "items" | "messages" => Want::Rows,
            _ => Want::Skip,
        }
    }

    fn row(&mut self, _path: &str, raw: &str, _ordinal: u32, job: &Job<'_>) -> Row {
        let entry: Entry<'_> = match serde_json::from_str(raw) {
            Ok(entry) => entry,
            Err(error) => return Row::Bad(error.to_string()),
        };
        let stated =
            chrono::DateTime::parse_from_rfc3339(entry.time.text()).map(|t| t.timestamp_millis()).ok();
        let local = || stamp_at_start(entry.time.text()).map(|(d, c, _)| job.at(d.and_time(c.time)));
        let from_seq = || entry.seq.int().filter(|&s| s > 1_000_000_000_000).map(|s| s / 1000 * 1000);
        let Some(at) = stated.or_else(local).or_else(from_seq) else { return Row::no_time() };
        let message = Box::new(entry.message(at / 1000 * 1000));
        let talker = entry.talker.text();
        if self.talker.as_deref() == Some(talker) {
            return Row::Message(message);
        }
        self.talker = Some(talker.to_owned());
        let name = entry.talker_name.text();
        let group = GroupRef {
            native_id: entry.talker.id(),
            name: (!name.is_empty()).then(|| name.to_owned()),
            private_chat: entry.is_chat_room.flag() == Some(false),
            ..GroupRef::default()
        };
        Row::Elsewhere(message, group)
    }

    fn group(&self) -> Option<GroupRef> {
        Some(GroupRef::default())
    }
}

impl Entry<'_> {
    fn message(&self, at: i64) -> Message {
        let (number, sub) = (self.kind.int().unwrap_or(0), self.sub_type.int().unwrap_or(0));
        let kind = wechat_kind(number, sub);
        let mut message = Message::text(at, Precision::Second, "", "");
        body(kind, self.content.text(), &self.contents).apply(&mut message);
        message.seq = self.seq.int();
        message.raw_kind = Some(if sub == 0 { number.to_string() } else { format!("{number}/{sub}") });
        if kind == Kind::System || self.sender.text() == "系统消息" {
            message.kind = tags::system_kind(&message.text);
            return message;
        }
        message.sender_id = self.sender.id();
        let name =
            if self.sender_name.text().is_empty() { self.sender.text() } else { self.sender_name.text() };
        name.trim().clone_into(&mut message.sender);
        message.is_self = self.is_self.flag();
        message
    }
}

fn body(kind: Kind, content: &str, contents: &Contents) -> Body {
    match kind {
        Kind::Text => tags::prose_or_quote(content),
        Kind::Unknown => Body::new(kind, content),
        Kind::System => Body::new(kind, content),
        Kind::Quote => quote(content, contents),
        Kind::Announcement => announcement(content, contents),
        Kind::Forward => forward(contents),
        Kind::File => file(contents),
        Kind::Link | Kind::Miniapp => {
            let title = if contents.title.is_empty() { &contents.desc } else { &contents.title };
            Body { kind, ..Body::link(title, &contents.url) }
        }
        Kind::Signup if content.is_empty() && contents.title.is_empty() => Body::placeholder(kind),
        Kind::Signup => Body::new(kind, if content.is_empty() { &contents.title } else { content }),
        _ => {
            let mut body = Body::new(kind, content);
            let md5 = [&contents.md5, &contents.rawmd5].into_iter().find_map(|m| md5(m));
            let path = (!contents.path.is_empty()).then(|| contents.path.replace('\\', "/"));
            if md5.is_some() || path.is_some() {
                body.attachments.push(Attachment { kind, name: None, path, md5, size: None, url: None });
            }
            body
        }
    }
}

fn file(contents: &Contents) -> Body {
    let mut body = Body::file(&contents.title);
    if let Some(first) = body.attachments.first_mut() {
        first.md5 = md5(&contents.md5);
    }
    body
}

fn announcement(content: &str, contents: &Contents) -> Body {
    let text = contents.record_info.as_ref().map(|record| {
        if record.desc.is_empty() {
            items(record).into_iter().map(|i| i.text).collect::<Vec<_>>().join("\n")
        } else {
            record.desc.clone()
        }
    });
    let text = text.filter(|t| !t.is_empty()).unwrap_or_else(|| content.to_owned());
    if text.is_empty() { Body::placeholder(Kind::Announcement) } else { Body::new(Kind::Announcement, &text) }
}

fn forward(contents: &Contents) -> Body {
    let record = contents.record_info.as_ref();
    let title = if contents.title.is_empty() { record.map_or("", |r| &r.title) } else { &contents.title };
    Body { items: record.map(items).unwrap_or_default(), ..Body::new(Kind::Forward, title) }
}

fn items(record: &RecordInfo) -> Vec<ForwardItem> {
    let word = |item: &DataItem| match item.data_type.as_str() {
        "2" => "[图片]",
        "4" => "[视频]",
        "37" => "[动画表情]",
        _ => "",
    };
    let item = |item: &DataItem| ForwardItem {
        sender: item.source_name.clone(),
        sent_at: (!item.source_time.is_empty()).then(|| item.source_time.clone()),
        text: [item.data_desc.as_str(), item.data_title.as_str(), word(item)]
            .into_iter()
            .find(|t| !t.is_empty())
            .unwrap_or("")
            .to_owned(),
    };
    record.data_list.data_items.iter().flatten().map(item).collect()
}

fn quote(content: &str, contents: &Contents) -> Body {
    let mut body = Body::new(Kind::Quote, content);
    if let Some(refer) = &contents.refer {
        let name = if refer.sender_name.is_empty() { &refer.sender } else { &refer.sender_name };
        let kind = wechat_kind(refer.kind, refer.sub_type);
        let none = Contents::default();
        let inner = self::body(kind, &refer.content, refer.contents.as_ref().unwrap_or(&none));
        let word = match kind {
            Kind::Image => "[图片]",
            Kind::Video => "[视频]",
            Kind::Voice => "[语音]",
            Kind::Sticker => "[动画表情]",
            _ => inner.text.as_str(),
        };
        body.quoted = Some(tags::quoted(name, word));
    }
    body
}
