//! Bodies of MemoTrace's tables (`formats.md` §2.4): the old one holds XML for media and nothing for shares; the new one
//! writes words in 【】 and, for kinds it does not know, the printed form of a Python dictionary.

use crate::import::html::attribute;
use crate::import::tags::{self, Body};
use crate::message::{Attachment, ForwardItem, Kind};

/// A body of the old table that is no text.
pub(crate) fn old_body(kind: Kind, content: &str) -> Body {
    let mut body = Body::placeholder(kind);
    if let Some(md5) = attribute(content, "md5").filter(|m| m.len() == 32) {
        body.attachments.push(Attachment {
            kind,
            name: None,
            path: None,
            md5: Some(md5.to_ascii_lowercase()),
            size: attribute(content, "length").and_then(|l| l.parse().ok()),
            url: None,
        });
    }
    body
}

/// A body of the new table.
pub(crate) fn new_body(word: &str, content: &str) -> Body {
    let content = content.trim();
    match word {
        "文本" => tags::prose_or_quote(content),
        "图片" => Body::placeholder(Kind::Image),
        "语音" => Body::placeholder(Kind::Voice),
        "视频" => Body::placeholder(Kind::Video),
        "表情包" | "动画表情" => {
            let name = content.strip_prefix("【表情包】").unwrap_or(content).trim();
            Body::media(Kind::Sticker, name, "")
        }
        "文件" => file(content),
        "引用消息" => quote(content),
        "群公告" => Body::new(Kind::Announcement, content),
        "接龙" => Body::new(Kind::Signup, content),
        "系统消息" => Body::new(Kind::System, content),
        "合并转发的聊天记录" => forward(content),
        "分享链接" => link(content),
        "未知类型" => unknown(content),
        _ => tags::read(content),
    }
}

/// `【文件】名 0.02 MB path ending md5`, or the bare name.
fn file(content: &str) -> Body {
    let Some(rest) = content.strip_prefix("【文件】") else { return Body::file(content) };
    let mut name = rest;
    let mut md5 = None;
    for unit in [" MB ", " KB ", " GB ", " B "] {
        let Some((front, tail)) = rest.split_once(unit) else { continue };
        let Some((title, size)) = front.rsplit_once(' ') else { continue };
        if size.parse::<f64>().is_ok() {
            name = title;
            md5 = tail.split_whitespace().last().filter(|m| m.len() == 32).map(str::to_ascii_lowercase);
            break;
        }
    }
    let mut body = Body::file(name);
    if let Some(first) = body.attachments.first_mut() {
        first.md5 = md5;
    }
    body
}

fn quote(content: &str) -> Body {
    let found = content.find("\n引用：").or_else(|| content.find("\n引用:"));
    let Some(at) = found else { return Body::new(Kind::Quote, content) };
    let mut body = Body::new(Kind::Quote, &content[..at]);
    let quoted = content[at + "\n引用".len()..].trim_start_matches([':', '：']);
    let (sender, words) =
        quoted.split_once(": ").or_else(|| quoted.split_once([':', '：'])).unwrap_or(("", quoted));
    body.quoted = Some(tags::quoted(sender, words));
    body
}

/// `- 2026-07-27 13:40:12 名: 文` lines.
fn forward(content: &str) -> Body {
    const STAMP: usize = "2026-07-27 13:40:12".len();
    let mut lines = content.lines();
    let first = lines.next().unwrap_or("").trim();
    let mut body = Body::new(Kind::Forward, first.strip_prefix("【合并转发的聊天记录】").unwrap_or(first));
    for line in lines {
        let item = line
            .strip_prefix("- ")
            .filter(|l| l.is_char_boundary(STAMP) && l.len() > STAMP)
            .map(|l| l.split_at(STAMP));
        match item {
            Some((stamp, rest)) if stamp.starts_with("20") => {
                let (sender, text) = rest.split_once(": ").unwrap_or(("", rest));
                body.items.push(ForwardItem {
                    sender: sender.trim().to_owned(),
                    sent_at: Some(stamp.to_owned()),
                    text: text.to_owned(),
                });
            }
            _ => {
                if let Some(last) = body.items.last_mut() {
                    last.text.push('\n');
                    last.text.push_str(line);
                }
            }
        }
    }
    body
}

fn link(content: &str) -> Body {
    let Some(rest) = content.strip_prefix("【分享链接】") else { return tags::link_or_signup(content) };
    let value = |name: &str| {
        rest.lines()
            .find_map(|l| l.trim().strip_prefix(name))
            .map_or("", |v| v.trim_start_matches([':', '：']).trim())
    };
    Body::link(value("标题"), value("链接"))
}

/// The number of the kind, then a Python dictionary: the text stands under `textannouncement` or `title`.
fn unknown(content: &str) -> Body {
    let number = content.lines().next().and_then(|l| l.trim().parse::<i64>().ok()).unwrap_or(0);
    let value = |key: &str| {
        let at = content.find(&format!("'{key}': "))? + key.len() + 4;
        python_string(&content[at..])
    };
    if let Some(text) = value("textannouncement") {
        return Body::new(Kind::Announcement, &text);
    }
    let Some(title) = value("title") else { return Body::new(Kind::Unknown, content) };
    let kind = if number >> 32 == 53 || tags::has_signup_mark(&title) { Kind::Signup } else { Kind::Unknown };
    Body::new(kind, &title)
}

/// A string as Python prints it, in single or double quotes.
fn python_string(text: &str) -> Option<String> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let mut out = String::new();
    let mut chars = text[1..].chars();
    while let Some(c) = chars.next() {
        match c {
            c if c == quote => return Some(out),
            '\\' => match chars.next()? {
                'n' => out.push('\n'),
                't' => out.push('\t'),
                'r' => {}
                code @ ('x' | 'u' | 'U') => {
                    let length = match code {
                        'x' => 2,
                        'u' => 4,
                        _ => 8,
                    };
                    let hex: String = chars.by_ref().take(length).collect();
                    out.push(
                        u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32).unwrap_or('\u{fffd}'),
                    );
                }
                other => out.push(other),
            },
            c => out.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_of_the_new_table() {
        let body = new_body(
            "文件",
            "【文件】核查表 (新).xlsx 0.02 MB msg/x.xlsx xlsx 0123456789abcdef0123456789abcdef",
        );
        assert_eq!((body.text.as_str(), body.attachments[0].md5.is_some()), ("核查表 (新).xlsx", true));
        let body = new_body(
            "未知类型",
            "373662154801\n{'msg': {'appmsg': {'type': '87', 'textannouncement': '停水\\n\"今夜\\''}}}",
        );
        assert_eq!((body.kind, body.text.as_str()), (Kind::Announcement, "停水\n\"今夜'"));
        let body = new_body("引用消息", "已报\n引用：李主任: 请报");
        assert_eq!(body.quoted, Some(tags::quoted("李主任", "请报")));
    }
}
