//! QQ Chat Exporter's text output (`formats.md` §2.11): a name line, `时间:`, `内容:`, then resources, mentions and the
//! quoted message in lines of their own; two blank lines between messages.

use std::borrow::Cow;
use std::io;

use rust_i18n::t;

use crate::import::decode::Decoder;
use crate::import::head::Head;
use crate::import::job::Job;
use crate::import::tags::{self, Body};
use crate::import::time::{Day, clock_at_end, day_at_start, is_blank, stamp_at_start};
use crate::message::{Attachment, Completeness, ForwardItem, GroupRef, Kind, Message};

use super::{Entry, Header, Layout, Line, Place, Probe, Rules, run};

#[derive(Default)]
pub(crate) struct Qce;

pub(crate) fn sniff(head: &Head) -> bool {
    head.first_line().starts_with("[QQChatExporter") || head.has(&["QQ聊天记录导出文件", "聊天名称:"])
}

pub(crate) fn parse(head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    // the form of the time is an option of the exporter: a date alone, a clock alone or `3 小时前` cannot be placed
    let timed = head.text.lines().any(|line| line.starts_with("时间: "));
    if timed && Probe::of(&head.text, &mut Qce).headers == 0 {
        job.issue(None, t!("import.issue.relative_time").into_owned());
        return Ok(());
    }
    run(text, &mut Qce, Rules { blanks: 2, ascending: true, rollover: None }, job)
}

impl Layout for Qce {
    fn line<'l>(&mut self, line: &'l str, place: Place<'_>) -> Line<'l> {
        if let Some(stamp) = line.strip_prefix("时间: ") {
            let named = place.above.trim_end().ends_with(':');
            return match stamp_at_start(stamp) {
                Some((day, clock, length)) if named && stamp[length..].trim().is_empty() => {
                    Line::Header(Header {
                        day: Some(Day::Full(day)),
                        clock: Some(clock),
                        above: true,
                        ..Header::default()
                    })
                }
                _ => Line::Body,
            };
        }
        if place.in_entry {
            return Line::Body;
        }
        if let Some(name) = line.strip_prefix("聊天名称:") {
            return Line::Chat(GroupRef { name: Some(name.trim().to_owned()), ..GroupRef::default() });
        }
        let banner = line.starts_with('[') && !line.ends_with(':')
            || line.starts_with("=====")
            || line.trim() == "QQ聊天记录导出文件"
            || ["聊天类型:", "参与人数:", "导出时间:", "消息总数:", "时间范围:"]
                .iter()
                .any(|w| line.starts_with(w));
        if banner { Line::Skip } else { Line::Body }
    }

    fn entry(&mut self, entry: &Entry<'_>, _job: &Job<'_>) -> Option<Message> {
        let name = without_title(entry.name.strip_suffix(':').unwrap_or(entry.name));
        let body = if entry.last { without_footer(entry.body) } else { Cow::Borrowed(entry.body) };
        let body = body.as_ref();
        let system = name == "系统消息" || name == "未知";
        let entry = Entry { name, system, body, ..*entry };
        let parts = Parts::of(body);
        let mut message = entry.with(if system { Body::new(Kind::System, parts.text) } else { parts.body() });
        for (kind, name) in &parts.resources {
            if !message.attachments.iter().any(|a| a.name.as_deref() == Some(name)) {
                message.attachments.push(Attachment::named(*kind, *name));
            }
        }
        Some(message)
    }
}

/// `[群主] 李主任` → `李主任`.
fn without_title(name: &str) -> &str {
    match name.strip_prefix('[').and_then(|n| n.split_once("] ")) {
        Some((title, rest)) if title.chars().count() <= 12 && !rest.trim().is_empty() => rest.trim(),
        _ => name,
    }
}

/// The footer goes; a line below it that is not the exporter's stays.
fn without_footer(body: &str) -> Cow<'_, str> {
    let Some((front, tail)) = body.rsplit_once("导出完成") else { return Cow::Borrowed(body) };
    let front = front.trim_end();
    let is_bar = |line: &str| line.len() > 20 && line.bytes().all(|b| b == b'=');
    let kept = match front.rsplit_once('\n') {
        Some((rest, bar)) if is_bar(bar) => rest.trim_end(),
        None if is_bar(front) => "",
        _ => return Cow::Borrowed(body),
    };
    let own = |line: &str| line.starts_with("总计导出") || line.starts_with("导出时间") || is_bar(line);
    let below: Vec<&str> = tail.lines().map(str::trim).filter(|l| !l.is_empty() && !own(l)).collect();
    if below.is_empty() { Cow::Borrowed(kept) } else { Cow::Owned(format!("{kept}\n{}", below.join("\n"))) }
}

/// A body taken apart.
struct Parts<'b> {
    text: &'b str,
    resources: Vec<(Kind, &'b str)>,
    reply: Option<&'b str>,
}

impl<'b> Parts<'b> {
    fn of(body: &'b str) -> Self {
        let body = body.strip_prefix("内容:").unwrap_or(body);
        let body = body.strip_prefix(' ').unwrap_or(body);
        let mut parts = Parts { text: body, resources: Vec::new(), reply: None };
        if body.starts_with("[回复消息]")
            && let Some(at) = body.find("\n回复: ")
        {
            parts.reply = Some(&body[at + "\n回复: ".len()..]);
            parts.text = &body[..at];
        }
        if let Some((front, mentions)) = parts.text.rsplit_once("\n提及: ")
            && !mentions.contains('\n')
            && front.contains('@')
        {
            parts.text = front;
        }
        if let Some(at) = parts.text.rfind("\n资源: ") {
            let (line, list) = parts.text[at + 1..].split_once('\n').unwrap_or((&parts.text[at + 1..], ""));
            if line.ends_with("个文件") && list.lines().all(|l| l.starts_with("  - ")) {
                parts.resources = list.lines().filter_map(resource).collect();
                parts.text = &parts.text[..at];
            }
        }
        parts.text = parts.text.trim();
        parts
    }

    fn body(&self) -> Body {
        if let Some(reply) = self.text.strip_prefix("[回复消息]") {
            let mut body = Body::new(Kind::Quote, reply);
            body.quoted = self.reply.map(quoted);
            return body;
        }
        if self.text.starts_with("[转发消息") {
            return forward(self.text);
        }
        if self.text == "[无文本内容]" {
            return Body::placeholder(Kind::Unknown);
        }
        let body = tags::read(self.text);
        match sticker(&body.text) {
            Some(name) if body.kind == Kind::Text => Body::media(Kind::Sticker, name, ""),
            _ => body,
        }
    }
}

fn resource(line: &str) -> Option<(Kind, &str)> {
    let (kind, name) = line.trim().strip_prefix("- ")?.split_once(": ")?;
    let kind = match kind {
        "image" => Kind::Image,
        "video" => Kind::Video,
        "audio" => Kind::Voice,
        _ => Kind::File,
    };
    Some((kind, name))
}

/// `07-27 08:15 李主任 - 文`, or without the time.
fn quoted(line: &str) -> crate::message::Quoted {
    let mut rest = line;
    if let Some((_, length)) = day_at_start(rest) {
        let after = rest[length..].trim_start_matches(is_blank);
        let end = after.find(is_blank).unwrap_or(after.len());
        if clock_at_end(&after[..end]).is_some() {
            rest = after[end..].trim_start_matches(is_blank);
        }
    }
    let (sender, words) = rest.split_once(" - ").unwrap_or(("", rest));
    tags::quoted(sender, words)
}

/// `[转发消息: 2条]` and at most three lines, cut at forty characters.
fn forward(text: &str) -> Body {
    let mut body = Body::placeholder(Kind::Forward);
    for line in text.lines().skip(1) {
        let line = line.trim_start();
        let (sender, words) = line.split_once(": ").unwrap_or(("", line));
        body.items.push(ForwardItem { sender: sender.to_owned(), sent_at: None, text: words.to_owned() });
    }
    if !body.items.is_empty() {
        body.completeness = Completeness::FirstLine;
    }
    body
}

/// A bracketed word alone is a sticker of QQ's shop, unless it is one of the faces people answer with.
fn sticker(text: &str) -> Option<&str> {
    const FACES: &str = " 微笑 撇嘴 色 发呆 得意 流泪 害羞 闭嘴 睡 大哭 尴尬 发怒 调皮 呲牙 惊讶 难过 酷 冷汗 抓狂 吐 偷笑 \
        可爱 愉快 白眼 傲慢 饥饿 困 惊恐 流汗 憨笑 悠闲 大兵 奋斗 咒骂 疑问 嘘 晕 折磨 衰 骷髅 敲打 再见 擦汗 抠鼻 鼓掌 糗大了 坏笑 \
        左哼哼 右哼哼 哈欠 鄙视 委屈 快哭了 阴险 亲亲 吓 可怜 菜刀 西瓜 啤酒 篮球 乒乓 咖啡 饭 猪头 玫瑰 凋谢 示爱 嘴唇 爱心 \
        心碎 蛋糕 闪电 炸弹 刀 足球 瓢虫 便便 月亮 太阳 礼物 拥抱 强 赞 弱 握手 胜利 抱拳 合十 勾引 拳头 差劲 爱你 NO OK 好的 \
        爱情 飞吻 跳跳 发抖 怄火 转圈 磕头 回头 跳绳 挥手 激动 街舞 献吻 捂脸 笑哭 破涕为笑 奸笑 机智 皱眉 耶 嘿哈 加油 庆祝 \
        苦涩 裂开 叹气 翻白眼 让我看看 天啊 Emm 社会社会 吃瓜 打脸 哇 旺柴 doge 666 点赞 无奈 比心 棒棒糖 吃瓜 汗 送花 请 鲜花 收到 辛苦 ";
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    let word = inner.chars().count() <= 12 && !inner.contains(['[', ']', '\n', ':', ' ']);
    (word && !FACES.contains(&format!(" {inner} "))).then_some(inner)
}
