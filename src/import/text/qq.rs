//! QQ's own text export (`formats.md` §2.9): one chat or 全部消息记录, where 最近联系人 repeats chats listed elsewhere.

use std::collections::HashMap;
use std::io;

use xxhash_rust::xxh3::xxh3_64;

use crate::import::decode::Decoder;
use crate::import::head::Head;
use crate::import::job::Job;
use crate::import::time::{Day, is_blank, stamp_at_start};
use crate::message::{GroupRef, Message};

use super::{Entry, Header, Layout, Line, Place, Probe, Rules, run};

#[derive(Default)]
pub(crate) struct Qq {
    private: bool,
    /// The chats that are not the running one, by name.
    chats: HashMap<String, Chat>,
    /// The running one.
    name: String,
    chat: Chat,
    /// Scratch.
    seed: Vec<u8>,
}

/// How often each message of a chat was sent, in all its sections and in the running one.
#[derive(Default)]
struct Chat {
    sent: HashMap<u64, u32>,
    /// Only of a chat that stood before: without a repetition nobody asks.
    seen: HashMap<u64, u32>,
    repeated: bool,
}

pub(crate) fn sniff(head: &Head) -> bool {
    let first = head.first_line();
    if first.starts_with("消息记录（此消息记录为文本格式")
        || first.starts_with("消息记录(此消息记录为文本格式")
    {
        return true;
    }
    if head.text.lines().take(20).any(|line| line.starts_with("消息对象:")) {
        return true;
    }
    // without its beginning: numbers behind the names, or stamps that QQ alone writes
    let probe = Probe::of(&head.text, &mut Qq::default());
    let numbered = head.text.lines().take(400).filter_map(header).filter(|h| h.id.is_some()).count();
    probe.strays == 0
        && probe.headers > 0
        && numbered * 2 > usize::try_from(probe.headers).unwrap_or(usize::MAX)
}

pub(crate) fn parse(head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    let mut layout = Qq::default();
    let probe = Probe::of(&head.text, &mut layout);
    let rules =
        Rules { blanks: u32::from(probe.has_blanks()), ascending: !probe.descending(), rollover: None };
    run(text, &mut Qq::default(), rules, job)
}

impl Layout for Qq {
    fn line<'l>(&mut self, line: &'l str, place: Place<'_>) -> Line<'l> {
        match line.as_bytes()[0] {
            b'0'..=b'9' => header(line).map_or(Line::Body, Line::Header),
            b'=' if !place.in_entry && is_bar(line) => Line::Skip,
            0xe6 if !place.in_entry && line.starts_with("消息记录") => Line::Skip,
            0xe6 if line.starts_with("消息分组:") && (is_bar(place.above) || !place.in_entry) => {
                // 最近联系人 lists groups and people alike
                self.private = line.contains("好友") || line.contains("陌生人");
                if is_bar(place.above) { Line::SkipAbove } else { Line::Skip }
            }
            0xe6 if line.starts_with("消息对象:") && (is_bar(place.above) || !place.in_entry) => {
                let name = line["消息对象:".len()..].trim();
                Line::Chat(GroupRef {
                    name: Some(name.to_owned()),
                    private_chat: self.private,
                    ..GroupRef::default()
                })
            }
            _ => Line::Body,
        }
    }

    fn chat(&mut self, group: &GroupRef) {
        let name = group.name.clone().unwrap_or_default();
        let before = std::mem::replace(&mut self.name, name);
        self.chats.insert(before, std::mem::take(&mut self.chat));
        self.chat = self.chats.remove(&self.name).unwrap_or_default();
        self.chat.repeated = !self.chat.sent.is_empty();
        self.chat.seen.clear();
    }

    fn entry(&mut self, entry: &Entry<'_>, _job: &Job<'_>) -> Option<Message> {
        let (chat, seed) = (&mut self.chat, &mut self.seed);
        seed.clear();
        seed.extend_from_slice(&entry.sent_at.to_le_bytes());
        seed.extend_from_slice(entry.name.as_bytes());
        seed.push(0);
        seed.extend_from_slice(entry.body.as_bytes());
        let hash = xxh3_64(seed);
        let sent = chat.sent.entry(hash).or_default();
        if chat.repeated {
            let seen = chat.seen.entry(hash).or_default();
            *seen += 1;
            if *seen <= *sent {
                return None;
            }
        }
        *sent += 1;
        Some(entry.message())
    }
}

fn is_bar(line: &str) -> bool {
    line.len() >= 30 && line.trim_end().bytes().all(|b| b == b'=')
}

/// `2019-07-16 18:15:05 【头衔】昵称(QQ号)`, `… 昵称<邮箱>`, `… 昵称`.
fn header(line: &str) -> Option<Header<'_>> {
    let (day, clock, length) = stamp_at_start(line)?;
    let rest = &line[length..];
    if !clock.seconds || !rest.starts_with(is_blank) {
        return None;
    }
    let who = rest.trim_matches(is_blank);
    if who.is_empty() {
        return None;
    }
    let mut header = Header { day: Some(Day::Full(day)), clock: Some(clock), ..Header::default() };
    let bracket = who.strip_suffix(')').and_then(|w| w.rsplit_once('('));
    let pointed = who.strip_suffix('>').and_then(|w| w.rsplit_once('<'));
    let number = |id: &str| id.len() >= 4 && id.len() <= 12 && id.bytes().all(|b| b.is_ascii_digit());
    (header.name, header.id) = match (bracket, pointed) {
        (Some((name, id)), _) if number(id) => (if name.is_empty() { id } else { name }, Some(id)),
        (_, Some((name, id))) if id.contains('@') => (if name.is_empty() { id } else { name }, Some(id)),
        _ => (who, None),
    };
    header.system = header.name == "系统消息" && matches!(header.id, None | Some("10000" | "1000000"));
    header.name = without_title(header.name);
    Some(header)
}

/// `【管理员】李主任` → `李主任`. Only QQ's own titles and levels go: people put villages in such brackets too.
pub(crate) fn without_title(name: &str) -> &str {
    const TITLES: [&str; 16] = [
        "管理员",
        "群主",
        "潜水",
        "冒泡",
        "吐槽",
        "活跃",
        "话唠",
        "传说",
        "新手",
        "学徒",
        "元老",
        "知名人士",
        "人气楷模",
        "意见领袖",
        "头衔",
        "成员",
    ];
    let Some((title, rest)) = name.strip_prefix('【').and_then(|n| n.split_once('】')) else { return name };
    let level = title.to_ascii_uppercase().starts_with("LV");
    if rest.trim().is_empty() || !(level || TITLES.contains(&title)) { name } else { rest.trim_start() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers() {
        for (line, name, id) in [
            ("2026-07-27 08:15:03 【管理员】李主任(10000001)", "李主任", Some("10000001")),
            ("2026-07-27 8:15:03 赵书记(东岗村)(10000003)", "赵书记(东岗村)", Some("10000003")),
            ("2026-07-27 8:15:03 PM 赵书记(东岗村)", "赵书记(东岗村)", None),
            ("2026-07-27 18:15:03 王<a@qq.com>", "王", Some("a@qq.com")),
            ("2026-07-27 18:15:03 【石桥村】张三(10000009)", "【石桥村】张三", Some("10000009")),
        ] {
            let header = header(line).unwrap();
            assert_eq!((header.name, header.id), (name, id), "{line}");
        }
        assert!(header("2026-07-27 18:15:03").is_none());
    }
}
