//! A row of PyWxDump, CSV or JSON (`formats.md` §2.5). The bodies of announcements and sign-up chains are lost: only the
//! word stands there.

use std::collections::HashMap;

use serde::Deserialize;

use crate::import::tags::{self, Body};
use crate::message::{Attachment, Kind, Message, Precision};

/// The cells of a row.
pub(crate) struct Dumped<'d> {
    pub(crate) at: i64,
    pub(crate) id: Option<String>,
    pub(crate) kind: &'d str,
    pub(crate) own: Option<bool>,
    /// A wxid, `我`, or `系统`.
    pub(crate) talker: &'d str,
    pub(crate) text: &'d str,
    pub(crate) source: &'d str,
    pub(crate) title: &'d str,
    pub(crate) url: &'d str,
}

/// The body in versions before 3.0: JSON in the column `content`.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Older {
    pub(crate) msg: String,
    pub(crate) src: String,
}

impl Older {
    /// Reads the column; text that is no JSON is the body itself.
    pub(crate) fn read(content: &str) -> Option<Older> {
        if content.is_empty() {
            return None;
        }
        let parsed = if content.starts_with('{') { serde_json::from_str(content).ok() } else { None };
        Some(parsed.unwrap_or_else(|| Older { msg: content.to_owned(), ..Older::default() }))
    }
}

pub(crate) fn message(row: &Dumped<'_>, names: &HashMap<String, String>) -> Message {
    let mut message = Message::text(row.at, Precision::Second, "", "");
    body(row).apply(&mut message);
    message.native_id.clone_from(&row.id);
    message.raw_kind = Some(row.kind.to_owned());
    if row.talker == "系统" || row.kind.starts_with("系统通知") || message.kind.is_system() {
        message.kind = tags::system_kind(&message.text);
        return message;
    }
    message.is_self = row.own;
    if row.talker == "我" {
        message.is_self = Some(true);
    } else {
        message.sender = names.get(row.talker).map_or(row.talker, String::as_str).to_owned();
        message.sender_id = Some(row.talker.to_owned()).filter(|t| !t.is_empty());
    }
    message
}

fn body(row: &Dumped<'_>) -> Body {
    let text = row.text.trim();
    match row.kind {
        "文本" => tags::prose_or_quote(text),
        "图片" => media(Kind::Image, row.source),
        "视频" => media(Kind::Video, row.source),
        "动画表情" => media(Kind::Sticker, row.source),
        "语音" => media(Kind::Voice, row.source),
        "群公告" => lost(Kind::Announcement, text, "群公告"),
        "接龙" => lost(Kind::Signup, text, "接龙"),
        "文件" => {
            let name = row.source.rsplit(['\\', '/']).next().filter(|n| !n.is_empty());
            let mut body = Body::file(name.unwrap_or(if text == "文件" { "" } else { text }));
            if let Some(first) = body.attachments.first_mut() {
                first.path = (!row.source.is_empty()).then(|| row.source.replace('\\', "/"));
            }
            body
        }
        "引用回复" => quote(text),
        "合并转发的聊天记录" => {
            let (title, _) = text.split_once('\n').unwrap_or((text, ""));
            Body::new(Kind::Forward, title)
        }
        word if word.contains("卡片式链接") => {
            let title = if row.title.is_empty() { text.lines().next().unwrap_or("") } else { row.title };
            let url = if row.url.is_empty() { row.source } else { row.url };
            Body::link(title, url)
        }
        word if word.starts_with("消息撤回") || word.starts_with("拍一拍") || word.starts_with("邀请") => {
            Body::new(Kind::System, text)
        }
        "系统通知" => Body::new(Kind::System, text),
        _ => tags::read(text),
    }
}

fn lost(kind: Kind, text: &str, word: &str) -> Body {
    if text == word || text.is_empty() { Body::placeholder(kind) } else { Body::new(kind, text) }
}

fn media(kind: Kind, source: &str) -> Body {
    let mut body = Body::placeholder(kind);
    if !source.is_empty() {
        let path = source.replace('\\', "/");
        let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
        let web = path.starts_with("http");
        body.attachments.push(Attachment {
            path: (!web).then(|| path.clone()),
            url: web.then_some(path),
            ..Attachment::named(kind, name)
        });
    }
    body
}

/// Body, blank line, `[引用](time)名:内容`.
fn quote(text: &str) -> Body {
    let Some(at) = text.rfind("\n[引用](").or_else(|| text.starts_with("[引用](").then_some(0)) else {
        return Body::new(Kind::Quote, text);
    };
    let mut body = Body::new(Kind::Quote, &text[..at]);
    if let Some((_, quoted)) = text[at..].split_once(')') {
        let (sender, words) = quoted.split_once([':', '：']).unwrap_or(("", quoted));
        body.quoted = Some(tags::quoted(sender, words));
    }
    body
}
