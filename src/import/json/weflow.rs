//! WeFlow JSON and its HTTP API, EchoTrace, CipherTalk (`formats.md` §2.6, §2.7): one session, then messages. `localId` is
//! a row number and never an id. A sign-up chain is cut to its first line, unless the raw XML is there.

use std::io;

use serde::Deserialize;

use crate::import::decode::Decoder;
use crate::import::head::Head;
use crate::import::html::entities;
use crate::import::job::Job;
use crate::import::tags::{self, Body};
use crate::import::time::stamp_at_start;
use crate::message::{Attachment, Completeness, ForwardItem, GroupRef, Kind, Message, Precision, local};

use super::lax::{Lax, or_default};
use super::{Format, Row, Want, run};

pub(crate) fn sniff(head: &Head) -> bool {
    head.json && head.has(&["\"weflow\"", ":"]) && !head.text.trim_start().starts_with('[')
}

/// Messages first, or a session and the sender fields that only this family has.
pub(crate) fn sniff_echotrace(head: &Head) -> bool {
    head.json && head.has(&["\"senderUsername\"", "\"senderDisplayName\""]) && head.has(&["\"createTime\""])
}

pub(crate) fn sniff_ciphertalk(head: &Head) -> bool {
    head.json && head.has(&["\"exportInfo\"", "\"CipherTalk\""])
}

pub(crate) fn sniff_api(head: &Head) -> bool {
    head.json && head.has(&["\"talker\"", "\"localType\"", "\"senderUsername\"", "\"messages\""])
}

pub(crate) fn parse(_head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    run(text, &mut WeFlow::default(), job)
}

/// CipherTalk writes the local id where there is no server id.
pub(crate) fn parse_ciphertalk(_head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    run(text, &mut WeFlow { local_ids: true, ..WeFlow::default() }, job)
}

#[derive(Default)]
struct WeFlow {
    group: Option<GroupRef>,
    room: String,
    display: String,
    local_ids: bool,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Session<'a> {
    #[serde(borrow)]
    wxid: Lax<'a>,
    #[serde(borrow)]
    nickname: Lax<'a>,
    #[serde(borrow)]
    display_name: Lax<'a>,
    #[serde(borrow, rename = "type")]
    kind: Lax<'a>,
    #[serde(borrow)]
    group_id: Lax<'a>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Entry<'a> {
    #[serde(borrow)]
    local_id: Lax<'a>,
    #[serde(borrow)]
    platform_message_id: Lax<'a>,
    #[serde(borrow)]
    server_id: Lax<'a>,
    #[serde(borrow)]
    create_time: Lax<'a>,
    #[serde(borrow)]
    formatted_time: Lax<'a>,
    #[serde(borrow, rename = "type")]
    kind: Lax<'a>,
    #[serde(borrow)]
    local_type: Lax<'a>,
    #[serde(borrow)]
    content: Lax<'a>,
    #[serde(borrow)]
    parsed_content: Lax<'a>,
    #[serde(borrow)]
    raw_content: Lax<'a>,
    #[serde(borrow)]
    is_send: Lax<'a>,
    #[serde(borrow)]
    sender_username: Lax<'a>,
    #[serde(borrow)]
    sender_display_name: Lax<'a>,
    #[serde(borrow)]
    group_nickname: Lax<'a>,
    #[serde(borrow)]
    reply_to_message_id: Lax<'a>,
    #[serde(borrow)]
    quoted_sender: Lax<'a>,
    #[serde(borrow)]
    quoted_content: Lax<'a>,
    #[serde(borrow)]
    link_title: Lax<'a>,
    #[serde(borrow)]
    link_url: Lax<'a>,
    #[serde(deserialize_with = "or_default")]
    chat_records: Vec<Record>,
}

/// A line of a forward, as CipherTalk and ChatLab give it.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Record {
    pub(crate) sender_display_name: String,
    pub(crate) account_name: String,
    pub(crate) sender: String,
    pub(crate) timestamp: i64,
    pub(crate) create_time: i64,
    pub(crate) formatted_time: String,
    pub(crate) content: Option<String>,
}

impl From<&Record> for ForwardItem {
    fn from(record: &Record) -> ForwardItem {
        let sender = [&record.sender_display_name, &record.account_name, &record.sender];
        let seconds = record.timestamp.max(record.create_time);
        let stated = (!record.formatted_time.is_empty()).then(|| record.formatted_time.clone());
        let stamp = || (seconds > 0).then(|| local(seconds * 1000).format("%Y-%m-%d %H:%M:%S").to_string());
        ForwardItem {
            sender: sender
                .into_iter()
                .find(|s| !s.is_empty() && *s != "unknown")
                .cloned()
                .unwrap_or_default(),
            sent_at: stated.or_else(stamp),
            text: record.content.clone().unwrap_or_default(),
        }
    }
}

impl Format for WeFlow {
    fn want(&self, path: &str) -> Want {
        match path {
            "" => Want::Enter,
            "session" | "talker" => Want::Keep,
            "messages" => Want::Rows,
            _ => Want::Skip,
        }
    }

    fn keep(&mut self, path: &str, raw: &str) {
        if path == "talker" {
            let id: Lax<'_> = serde_json::from_str(raw).unwrap_or_default();
            self.room = id.text().to_owned();
            self.group = Some(GroupRef { native_id: id.id(), ..GroupRef::default() });
            return;
        }
        let session: Session<'_> = serde_json::from_str(raw).unwrap_or_default();
        let room = session.wxid.id().or_else(|| session.group_id.id());
        let name = [&session.display_name, &session.nickname].into_iter().find(|n| !n.text().is_empty());
        let private =
            session.kind.text() == "私聊" || room.as_deref().is_some_and(|r| r.starts_with("wxid_"));
        self.display = name.map(|n| n.text().to_owned()).unwrap_or_default();
        self.room = room.clone().unwrap_or_default();
        self.group = Some(GroupRef {
            native_id: room,
            name: Some(self.display.clone()),
            private_chat: private,
            ..GroupRef::default()
        });
    }

    fn row(&mut self, _path: &str, raw: &str, _ordinal: u32, job: &Job<'_>) -> Row {
        let entry: Entry<'_> = match serde_json::from_str(raw) {
            Ok(entry) => entry,
            Err(error) => return Row::Bad(error.to_string()),
        };
        let at = match entry.create_time.int() {
            Some(seconds) if seconds > 0 => Some(epoch(seconds)),
            _ => stamp_at_start(entry.formatted_time.text()).map(|(d, c, _)| job.at(d.and_time(c.time))),
        };
        let Some(at) = at else { return Row::no_time() };
        let kind = kind_of(entry.kind.text(), entry.local_type.int());
        let mut message = Message::text(at, Precision::Second, "", "");
        entry.body(kind).apply(&mut message);
        let id = entry.platform_message_id.id().or_else(|| entry.server_id.id());
        message.native_id = id.filter(|id| !(self.local_ids && entry.local_id.id().as_ref() == Some(id)));
        message.raw_kind = entry.raw_kind();
        if kind.is_system() {
            message.kind = tags::system_kind(&message.text);
        } else {
            let name = [&entry.sender_display_name, &entry.group_nickname]
                .into_iter()
                .find(|n| !n.text().is_empty());
            name.map_or("", Lax::text).trim().clone_into(&mut message.sender);
            message.sender_id = entry.sender_username.id();
            message.is_self = entry.is_send.flag();
        }
        Row::message(message)
    }

    fn group(&self) -> Option<GroupRef> {
        self.group.clone()
    }

    /// Whatever the room itself says was said by nobody.
    fn finish(&self, message: &mut Message) {
        let room = message.sender_id.as_ref().is_some_and(|id| !self.room.is_empty() && *id == self.room);
        if room && self.room.ends_with("@chatroom") {
            message.sender.clear();
            message.sender_id = None;
            message.is_self = None;
            if !message.kind.is_system() {
                message.kind = tags::system_kind(&message.text);
            }
        }
    }
}

/// Seconds or milliseconds since the epoch → milliseconds.
pub(crate) fn epoch(number: i64) -> i64 {
    if number.abs() < 100_000_000_000 { number * 1000 } else { number }
}

fn kind_of(word: &str, local_type: Option<i64>) -> Kind {
    let subtype = local_type.map_or(0, |n| n >> 32);
    match word {
        "文本消息" => Kind::Text,
        "图片消息" => Kind::Image,
        "语音消息" => Kind::Voice,
        "名片消息" => Kind::Card,
        "视频消息" => Kind::Video,
        "动画表情" => Kind::Sticker,
        "位置消息" => Kind::Location,
        "链接消息" | "卡片式链接" | "图文消息" | "音乐消息" => Kind::Link,
        "通话消息" => Kind::Call,
        "系统消息" => Kind::System,
        "引用消息" => Kind::Quote,
        "群公告" => Kind::Announcement,
        "文件消息" => Kind::File,
        "聊天记录" | "聊天记录合并转发" => Kind::Forward,
        "小程序消息" | "小程序分享" => Kind::Miniapp,
        "转账消息" | "转账卡片" | "红包卡片" | "红包消息" => Kind::Money,
        _ => wechat_kind(local_type.map_or(0, |n| n & 0xffff_ffff), subtype),
    }
}

/// WeChat's numbers for kinds: the type, and the sub-type of a share (49).
pub(crate) fn wechat_kind(kind: i64, subtype: i64) -> Kind {
    match (kind, subtype) {
        (1, _) => Kind::Text,
        (3, _) => Kind::Image,
        (34, _) => Kind::Voice,
        (42 | 66, _) => Kind::Card,
        (43 | 62, _) => Kind::Video,
        (47, _) => Kind::Sticker,
        (48, _) => Kind::Location,
        (50, _) => Kind::Call,
        (10_000 | 10_002, _) => Kind::System,
        (49, 6 | 74) => Kind::File,
        (49, 8) => Kind::Sticker,
        (49, 19 | 24) => Kind::Forward,
        (49, 33 | 36) => Kind::Miniapp,
        (49, 53) => Kind::Signup,
        (49, 57) => Kind::Quote,
        (49, 62) => Kind::Pat,
        (49, 87) => Kind::Announcement,
        (49, 2000 | 2001 | 2003) => Kind::Money,
        (49, 1) => Kind::Text,
        (49, _) => Kind::Link,
        _ => Kind::Unknown,
    }
}

impl Entry<'_> {
    fn raw_kind(&self) -> Option<String> {
        let word = self.kind.text();
        if !word.is_empty() {
            return Some(word.to_owned());
        }
        let number = self.local_type.int()?;
        let (kind, sub) = (number & 0xffff_ffff, number >> 32);
        Some(if sub == 0 { kind.to_string() } else { format!("{kind}/{sub}") })
    }

    fn body(&self, kind: Kind) -> Body {
        let mut content = self.content.text();
        if content.is_empty() {
            content = self.parsed_content.text();
        }
        let content = content.trim();
        match kind {
            Kind::Text => tags::prose_or_quote(content),
            Kind::Quote => self.quote(content),
            Kind::Announcement => Body::new(kind, content.strip_prefix("[群公告]").unwrap_or(content)),
            Kind::Forward => self.forward(content),
            Kind::File => file(content),
            Kind::Link => self.link(content),
            Kind::Image | Kind::Voice | Kind::Video | Kind::Sticker => media(kind, content),
            Kind::Signup => self.signup(content),
            Kind::System | Kind::Pat => Body::new(kind, content),
            Kind::Unknown => {
                let body = tags::read(content);
                if body.kind == Kind::Text { Body::new(kind, &body.text) } else { body }
            }
            _ => {
                let body = tags::read(content);
                Body { kind, ..body }
            }
        }
    }

    /// The raw XML of the API and of CipherTalk still holds the whole chain.
    fn signup(&self, content: &str) -> Body {
        if let Some(title) =
            xml_element(self.raw_content.text(), "title").filter(|t| tags::has_signup_mark(t))
        {
            return Body::new(Kind::Signup, &title);
        }
        match content.strip_prefix("[接龙]") {
            Some(first) => Body { completeness: Completeness::FirstLine, ..Body::new(Kind::Signup, first) },
            None => Body::new(Kind::Signup, content),
        }
    }

    fn quote(&self, content: &str) -> Body {
        let mut body = tags::quote_suffix(content).unwrap_or_else(|| Body::new(Kind::Quote, content));
        let (sender, words) = (self.quoted_sender.text(), self.quoted_content.text());
        if !sender.is_empty() || !words.is_empty() {
            // the fields are surer than the suffix: names and words may hold brackets and colons
            let suffix = format!("[引用 {sender}：{words}]");
            if let Some(reply) = content.strip_suffix(suffix.as_str()) {
                reply.trim().clone_into(&mut body.text);
            }
            body.quoted = Some(tags::quoted(sender, words));
        }
        if let Some(id) = self.reply_to_message_id.id() {
            body.quoted.get_or_insert_default().native_id = Some(id);
        }
        body
    }

    fn forward(&self, content: &str) -> Body {
        let inner = content.strip_prefix("[转发的聊天记录]").or_else(|| content.strip_prefix("[聊天记录]"));
        let mut body = tags::forward(inner.unwrap_or(content).trim());
        if !self.chat_records.is_empty() {
            body.items = self.chat_records.iter().map(ForwardItem::from).collect();
        }
        body
    }

    fn link(&self, content: &str) -> Body {
        let inner = content.strip_prefix("[链接]").unwrap_or(content).trim();
        let mut body = tags::link_or_signup(inner);
        if body.kind == Kind::Link {
            let (title, url) = (self.link_title.text().trim(), self.link_url.text().trim());
            if !title.is_empty() || !url.is_empty() {
                body = Body::link(if title.is_empty() { &body.text } else { title }, url);
            }
        }
        body
    }
}

/// `[文件] 名`, or the path of the exported file.
fn file(content: &str) -> Body {
    match content.strip_prefix("[文件]") {
        Some(name) => Body::file(name),
        None => {
            let name = content.rsplit(['/', '\\']).next().unwrap_or(content);
            let mut body = Body::file(name);
            if name.len() < content.len()
                && let Some(first) = body.attachments.first_mut()
            {
                first.path = Some(content.replace('\\', "/"));
            }
            body
        }
    }
}

/// `[图片]`, or the path of the exported file.
fn media(kind: Kind, content: &str) -> Body {
    if content.is_empty() || content.starts_with('[') {
        return Body::placeholder(kind);
    }
    let path = content.replace('\\', "/");
    let mut body = Body::new(kind, "");
    let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
    body.attachments.push(Attachment { path: Some(path), ..Attachment::named(kind, name) });
    body
}

/// The text of an element, entities and CDATA opened.
pub(crate) fn xml_element(xml: &str, name: &str) -> Option<String> {
    let open = format!("<{name}>");
    let start = xml.find(&open)? + open.len();
    let inner = &xml[start..start + xml[start..].find(&format!("</{name}>"))?];
    let plain = inner.trim().strip_prefix("<![CDATA[").and_then(|i| i.strip_suffix("]]>"));
    Some(plain.map_or_else(|| entities(inner).into_owned(), str::to_owned))
}
