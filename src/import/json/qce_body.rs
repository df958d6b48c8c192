//! The body of a QQ Chat Exporter message: the text with its placeholders, and the elements that hold what the text lost
//! (announcements and links are cards, forwards are cut in the text). `formats.md` §2.11.

use serde::Deserialize;
use serde_json::Value;

use crate::import::tags::{self, Body};
use crate::message::{Attachment, Completeness, ForwardItem, Kind, Quoted, local};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Content {
    text: Option<String>,
    elements: Vec<Element>,
    resources: Vec<Resource>,
    reply: Option<Value>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Element {
    #[serde(rename = "type")]
    kind: String,
    data: Value,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Resource {
    #[serde(rename = "type")]
    kind: String,
    filename: Option<String>,
    size: Option<Value>,
    md5: Option<String>,
    local_path: Option<String>,
}

/// A string field of an element's data.
fn field<'v>(data: &'v Value, name: &str) -> &'v str {
    data.get(name).and_then(Value::as_str).unwrap_or("")
}

fn id_field(data: &Value, name: &str) -> Option<String> {
    let id = match data.get(name)? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    super::lax::is_id(&id).then_some(id)
}

pub(crate) fn read(kind: &str, content: &Content) -> Body {
    let text = content.text.as_deref().unwrap_or("").trim();
    if kind == "system" {
        return Body::new(Kind::System, text);
    }
    let mut body = content
        .elements
        .iter()
        .find_map(|element| match element.kind.as_str() {
            "json" | "ark" => Some(card(&element.data)),
            "forward" | "multi_forward" => Some(forward(&element.data, text)),
            "market_face" => Some(Body::media(Kind::Sticker, field(&element.data, "name"), "")),
            "system" | "gray_tip" => Some(Body::new(Kind::System, text)),
            _ => None,
        })
        .unwrap_or_else(
            || if kind == "forward" { forward(&Value::Null, text) } else { words(text, content) },
        );
    for resource in &content.resources {
        attach(resource, &mut body);
    }
    for element in &content.elements {
        if let Some(first) = body.attachments.first_mut() {
            let md5 = field(&element.data, "md5");
            if first.md5.is_none()
                && md5.len() == 32
                && first.name.as_deref() == Some(field(&element.data, "filename"))
            {
                first.md5 = Some(md5.to_ascii_lowercase());
            }
        }
    }
    body
}

fn media_kind(word: &str) -> Kind {
    match word {
        "image" => Kind::Image,
        "video" => Kind::Video,
        "audio" | "voice" => Kind::Voice,
        _ => Kind::File,
    }
}

/// The words of a message: its text less the placeholders of what else it holds.
fn words(text: &str, content: &Content) -> Body {
    let reply =
        content.elements.iter().find(|e| e.kind == "reply").map(|e| &e.data).or(content.reply.as_ref());
    let text = text.strip_prefix("[回复消息]").unwrap_or(text);
    let has = |kind: &str| {
        content.elements.iter().any(|e| e.kind == kind) || content.resources.iter().any(|r| r.kind == kind)
    };
    let medium = ["image", "video", "audio", "file"].into_iter().find(|kind| has(kind));
    if let Some(data) = reply {
        let mut body = Body::new(Kind::Quote, &without_placeholders(text));
        let mut quoted = tags::quoted(field(data, "senderName"), field(data, "content"));
        if quoted == Quoted::default() {
            quoted.sender = Some(field(data, "senderUin").to_owned()).filter(|s| !s.is_empty());
        }
        quoted.native_id = id_field(data, "referencedMessageId").or_else(|| id_field(data, "messageId"));
        body.quoted = Some(quoted);
        return body;
    }
    match medium {
        Some("file") => {
            let named = content
                .elements
                .iter()
                .find(|e| e.kind == "file")
                .map(|e| field(&e.data, "filename").to_owned());
            let resource =
                || content.resources.iter().find(|r| r.kind == "file").and_then(|r| r.filename.clone());
            Body::file(&named.filter(|n| !n.is_empty()).or_else(resource).unwrap_or_default())
        }
        Some(medium) => Body::new(media_kind(medium), &without_placeholders(text)),
        None if content.elements.is_empty() => tags::read(text),
        None => tags::prose_or_quote(text),
    }
}

/// Takes `[图片:名]`, `[视频:名]`, `[语音:7秒]`, `[文件:名]` out of a text.
fn without_placeholders(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('[') {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        let tag = ["[图片", "[视频", "[语音", "[文件"]
            .iter()
            .find(|tag| tail.strip_prefix(**tag).is_some_and(|after| after.starts_with([':', ']'])));
        match tag.and_then(|_| tail.find(']')) {
            Some(end) => rest = &tail[end + 1..],
            None => {
                out.push('[');
                rest = &tail[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn attach(resource: &Resource, body: &mut Body) {
    let kind = media_kind(&resource.kind);
    let name = resource.filename.clone().filter(|n| !n.is_empty());
    let found = body.attachments.iter_mut().find(|a| a.name == name);
    let size = resource.size.as_ref().and_then(|s| s.as_u64().or_else(|| s.as_str()?.parse().ok()));
    let path = resource.local_path.clone().filter(|p| !p.is_empty()).map(|p| p.replace('\\', "/"));
    let md5 = resource.md5.clone().filter(|m| m.len() == 32).map(|m| m.to_ascii_lowercase());
    match found {
        Some(attachment) => {
            attachment.size = size.filter(|&s| s > 0);
            attachment.path = path;
            attachment.md5 = md5;
        }
        None => body.attachments.push(Attachment {
            kind,
            name,
            path,
            md5,
            size: size.filter(|&s| s > 0),
            url: None,
        }),
    }
}

/// A card: QQ's group announcement, a shared link, anything else with a title.
fn card(data: &Value) -> Body {
    let inner: Value = serde_json::from_str(field(data, "content")).unwrap_or_default();
    let app = field(&inner, "app");
    let meta = inner.get("meta").and_then(Value::as_object);
    let news = meta.and_then(|m| m.values().find(|v| v.is_object()));
    let from_card = |names: &[&str]| {
        news.and_then(|n| names.iter().map(|name| field(n, name)).find(|t| !t.is_empty())).unwrap_or("")
    };
    if app.contains("mannounce") || field(data, "title").contains("群公告") {
        let encoded = news.and_then(|n| n.get("encode")).and_then(Value::as_i64) == Some(1);
        let text = from_card(&["text"]);
        let text = if encoded { base64(text).unwrap_or_default() } else { text.to_owned() };
        let text = if text.is_empty() { field(data, "description").to_owned() } else { text };
        return if text.trim().is_empty() {
            Body::placeholder(Kind::Announcement)
        } else {
            Body::new(Kind::Announcement, &text)
        };
    }
    let mut title = from_card(&["title", "desc"]);
    if title.is_empty() {
        title = ["title", "summary", "description"]
            .into_iter()
            .map(|n| field(data, n))
            .find(|t| !t.is_empty())
            .unwrap_or("");
        title = title.strip_prefix("[分享]").unwrap_or(title);
    }
    let url = match from_card(&["jumpUrl", "qqdocurl", "url"]) {
        "" => field(data, "url"),
        url => url,
    };
    let mut body = Body::link(title, url);
    if app.contains("miniapp") {
        body.kind = Kind::Miniapp;
    }
    body
}

/// The text holds three lines of forty characters; the element holds all.
fn forward(data: &Value, text: &str) -> Body {
    let mut body = Body::new(Kind::Forward, field(data, "title"));
    let messages = data.get("messages").and_then(Value::as_array);
    if let Some(messages) = messages.filter(|m| !m.is_empty()) {
        body.items = messages.iter().map(item).collect();
        return body;
    }
    body.completeness =
        if body.text.is_empty() { Completeness::Placeholder } else { Completeness::FirstLine };
    for line in text.lines().skip(1) {
        let (sender, words) = line.trim().split_once(": ").unwrap_or(("", line.trim()));
        body.items.push(ForwardItem { sender: sender.to_owned(), sent_at: None, text: words.to_owned() });
    }
    body
}

fn item(message: &Value) -> ForwardItem {
    let sender = message.get("sender").unwrap_or(&Value::Null);
    let content = message.get("content").unwrap_or(&Value::Null);
    let seconds = message.get("timestamp").and_then(Value::as_i64).map(super::weflow::epoch);
    ForwardItem {
        sender: ["groupCard", "name", "nickname"]
            .into_iter()
            .map(|n| field(sender, n))
            .find(|n| !n.is_empty())
            .unwrap_or("")
            .to_owned(),
        sent_at: seconds.map(|ms| local(ms).format("%Y-%m-%d %H:%M:%S").to_string()),
        text: content.as_str().unwrap_or_else(|| field(content, "text")).to_owned(),
    }
}

/// Standard base64 holding UTF-8.
fn base64(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => break,
            b if b.is_ascii_whitespace() => continue,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_of_announcements() {
        assert_eq!(base64("5YGc5rC06YCa55+l").as_deref(), Some("停水通知"));
        assert_eq!(base64("%%"), None);
    }

    #[test]
    fn placeholders_go() {
        assert_eq!(without_placeholders("[图片:a.jpg]现场[强]"), "现场[强]");
        assert_eq!(without_placeholders("[图片说明]x"), "[图片说明]x");
    }
}
