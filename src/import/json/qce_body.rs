//! The body of a QQ Chat Exporter message: the text with its placeholders, and the elements that hold what the text lost
//! (announcements and links are cards, forwards are cut in the text). `formats.md` §2.11.

use crate::import::tags::{self, Body};
use crate::message::{Attachment, Completeness, ForwardItem, Kind, Quoted, local};

use super::lax::md5;
use super::tree::Tree;

/// The message: its text, its elements, each a `type` and `data`, its resources.
pub(crate) fn read(kind: &str, content: &Tree<'_>) -> Body {
    let text = content.word("text").trim();
    if kind == "system" {
        return Body::new(Kind::System, text);
    }
    let elements = content.get("elements").list();
    let mut body = elements
        .iter()
        .map(|element| (element.word("type"), element.get("data")))
        .find_map(|(kind, data)| match kind {
            "json" | "ark" => Some(card(data)),
            "forward" | "multi_forward" => Some(forward(data, text)),
            "market_face" => Some(Body::media(Kind::Sticker, data.word("name"), "")),
            "system" | "gray_tip" => Some(Body::new(Kind::System, text)),
            _ => None,
        })
        .unwrap_or_else(|| {
            if kind == "forward" { forward(&Tree::default(), text) } else { words(text, content) }
        });
    for resource in content.get("resources").list() {
        attach(resource, &mut body);
    }
    if let Some(first) = body.attachments.first_mut().filter(|first| first.md5.is_none()) {
        let named = |data: &&Tree<'_>| first.name.as_deref() == Some(data.word("filename"));
        let mut same = elements.iter().map(|element| element.get("data")).filter(named);
        first.md5 = same.find_map(|data| md5(data.word("md5")));
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
fn words(text: &str, content: &Tree<'_>) -> Body {
    let elements = content.get("elements").list();
    let resources = content.get("resources").list();
    let element = |kind: &str| elements.iter().find(|e| e.word("type") == kind);
    let resource = |kind: &str| resources.iter().find(|r| r.word("type") == kind);
    let older = content.field("reply").filter(|reply| **reply != Tree::default());
    let reply = element("reply").map(|e| e.get("data")).or(older);
    let text = text.strip_prefix("[回复消息]").unwrap_or(text);
    if let Some(data) = reply {
        let mut body = Body::new(Kind::Quote, &without_placeholders(text));
        let mut quoted = tags::quoted(data.word("senderName"), data.word("content"));
        if quoted == Quoted::default() {
            quoted.sender = Some(data.word("senderUin").to_owned()).filter(|s| !s.is_empty());
        }
        quoted.native_id =
            ["referencedMessageId", "messageId"].iter().find_map(|n| data.get(n).scalar().id());
        body.quoted = Some(quoted);
        return body;
    }
    let has = |kind: &&str| element(kind).is_some() || resource(kind).is_some();
    match ["image", "video", "audio", "file"].into_iter().find(has) {
        Some("file") => {
            let named = element("file").map(|e| e.get("data").word("filename")).filter(|n| !n.is_empty());
            Body::file(named.or(resource("file").map(|r| r.word("filename"))).unwrap_or(""))
        }
        Some(medium) => Body::new(media_kind(medium), &without_placeholders(text)),
        None if elements.is_empty() => tags::read(text),
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

fn attach(resource: &Tree<'_>, body: &mut Body) {
    let kind = media_kind(resource.word("type"));
    let some = |word: &str| Some(word.to_owned()).filter(|word| !word.is_empty());
    let name = some(resource.word("filename"));
    let size = resource.get("size").scalar().int().and_then(|size| u64::try_from(size).ok());
    let size = size.filter(|&size| size > 0);
    let path = some(resource.word("localPath")).map(|path| path.replace('\\', "/"));
    let md5 = md5(resource.word("md5"));
    match body.attachments.iter_mut().find(|a| a.name == name) {
        Some(attachment) => {
            attachment.size = size;
            attachment.path = path;
            attachment.md5 = md5;
        }
        None => body.attachments.push(Attachment { kind, name, path, md5, size, url: None }),
    }
}

/// A card: QQ's group announcement, a shared link, anything else with a title.
fn card(data: &Tree<'_>) -> Body {
    let inner = Tree::parse(data.word("content"));
    let app = inner.word("app");
    let nothing = Tree::default();
    let objects = inner.get("meta").fields().iter().filter(|(_, value)| matches!(value, Tree::Object(_)));
    let news = objects.min_by(|a, b| a.0.cmp(&b.0)).map_or(&nothing, |(_, value)| value);
    if app.contains("mannounce") || data.word("title").contains("群公告") {
        let encoded = news.get("encode").scalar().int() == Some(1);
        let text = news.word("text");
        let text = if encoded { base64(text).unwrap_or_default() } else { text.to_owned() };
        let text = if text.is_empty() { data.word("description").to_owned() } else { text };
        return if text.trim().is_empty() {
            Body::placeholder(Kind::Announcement)
        } else {
            Body::new(Kind::Announcement, &text)
        };
    }
    let mut title = news.first_word(&["title", "desc"]);
    if title.is_empty() {
        title = data.first_word(&["title", "summary", "description"]);
        title = title.strip_prefix("[分享]").unwrap_or(title);
    }
    let url = match news.first_word(&["jumpUrl", "qqdocurl", "url"]) {
        "" => data.word("url"),
        url => url,
    };
    let mut body = Body::link(title, url);
    if app.contains("miniapp") {
        body.kind = Kind::Miniapp;
    }
    body
}

/// The text holds three lines of forty characters; the element holds all.
fn forward(data: &Tree<'_>, text: &str) -> Body {
    let mut body = Body::new(Kind::Forward, data.word("title"));
    let messages = data.get("messages").list();
    if !messages.is_empty() {
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

fn item(message: &Tree<'_>) -> ForwardItem {
    let content = message.get("content");
    let seconds = message.get("timestamp").scalar().int().map(super::weflow::epoch);
    ForwardItem {
        sender: message.get("sender").first_word(&["groupCard", "name", "nickname"]).to_owned(),
        sent_at: seconds.map(|ms| local(ms).format("%Y-%m-%d %H:%M:%S").to_string()),
        text: if content.fields().is_empty() { content.text() } else { content.word("text") }.to_owned(),
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
