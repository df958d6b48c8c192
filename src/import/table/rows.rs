//! A row of each exporter's table → a message. What the columns mean is in `formats.md`; how bodies are read is shared with
//! the text and JSON forms of the same exporters.

use rust_i18n::t;

use crate::import::job::Job;
use crate::import::json::weflow::{epoch, wechat_kind};
use crate::import::tags::{self, Body};
use crate::import::template::table_row;
use crate::import::text::chatlog;
use crate::message::{Attachment, Completeness, GroupRef, Kind, Message, Precision};

use super::memotrace::{self, new_body};
use super::pywxdump::{self, Dumped};
use super::{Cells, Flavor, Table};

/// The message of a row, `None` when a question is open, or why there is none.
pub(crate) fn message(cells: &Cells<'_>, table: &mut Table<'_, '_>) -> Result<Option<Message>, String> {
    match cells.columns.flavor {
        Flavor::Chatlog => chatlog_row(cells, table),
        Flavor::MemoOld => memo_old(cells, table.job).map(Some),
        Flavor::MemoNew => memo_new(cells, table.job).map(Some),
        Flavor::PyWxDump => pywxdump_row(cells, table),
        Flavor::WeClone => weclone(cells, table.job).map(Some),
        Flavor::WeFlow => weflow(cells, table.job).map(Some),
        Flavor::Qce => qce(cells, table.job).map(Some),
        Flavor::Taught => match &cells.columns.template {
            Some(template) => table_row(template, cells, table),
            None => Err(no_time()),
        },
    }
}

fn no_time() -> String {
    t!("import.issue.no_time").into_owned()
}

/// A message at the local time of a column.
fn at(cells: &Cells<'_>, job: &Job<'_>, column: &str) -> Result<Message, String> {
    let (time, seconds) = cells.time(column).ok_or_else(no_time)?;
    let precision = if seconds { Precision::Second } else { Precision::Minute };
    Ok(Message::text(job.at(time), precision, "", ""))
}

fn flag(text: &str) -> Option<bool> {
    match text {
        "1" | "true" | "TRUE" | "True" => Some(true),
        "0" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

fn id(text: &str) -> Option<String> {
    crate::import::json::lax::is_id(text).then(|| text.to_owned())
}

/// Moves to the chat a row names. `false` when a question is open.
fn enter(table: &mut Table<'_, '_>, room: &str, name: &str) -> bool {
    if table.room.as_deref() == Some(room) {
        return true;
    }
    table.room = Some(room.to_owned());
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let private_chat = !room.is_empty() && !room.ends_with("@chatroom");
    let group = GroupRef { native_id: some(room), name: some(name), private_chat, ..GroupRef::default() };
    table.job.enter(group).is_continue()
}

fn chatlog_row(cells: &Cells<'_>, table: &mut Table<'_, '_>) -> Result<Option<Message>, String> {
    let mut message = at(cells, table.job, "Time")?;
    if !enter(table, cells.get("Talker"), cells.get("TalkerName")) {
        return Ok(None);
    }
    let (sender, content) = (cells.get("Sender"), cells.get("Content"));
    if sender == "系统消息" {
        Body::new(Kind::System, content).apply(&mut message);
        message.kind = tags::system_kind(content);
        return Ok(Some(message));
    }
    chatlog::read_body(content).apply(&mut message);
    cells.first(&["SenderName", "Sender"]).clone_into(&mut message.sender);
    message.sender_id = id(sender);
    Ok(Some(message))
}

/// MemoTrace's first table: the bodies of shares stand in a column that is not written.
fn memo_old(cells: &Cells<'_>, job: &Job<'_>) -> Result<Message, String> {
    let stated = cells.get("CreateTime").parse::<i64>().ok().filter(|&n| n > 0);
    let mut message = match stated {
        Some(seconds) => Message::text(epoch(seconds), Precision::Second, "", ""),
        None => at(cells, job, "StrTime")?,
    };
    let number = |name: &str| cells.get(name).parse::<i64>().unwrap_or(0);
    let (kind, sub) = (number("Type"), number("SubType"));
    let content = cells.get("StrContent");
    let what = wechat_kind(kind, sub);
    let body = match what {
        Kind::Text => tags::prose_or_quote(content),
        Kind::System => Body::new(what, content),
        _ => memotrace::old_body(what, content),
    };
    body.apply(&mut message);
    message.raw_kind = Some(if sub == 0 { kind.to_string() } else { format!("{kind}/{sub}") });
    // a row of one database: order, not identity
    message.seq = cells.get("localId").parse().ok();
    if what == Kind::System {
        message.kind = tags::system_kind(&message.text);
        return Ok(message);
    }
    cells.first(&["Remark", "NickName", "Sender"]).clone_into(&mut message.sender);
    message.sender_id = id(cells.get("Sender"));
    message.is_self = flag(cells.get("IsSender"));
    Ok(message)
}

fn memo_new(cells: &Cells<'_>, job: &Job<'_>) -> Result<Message, String> {
    let mut message = at(cells, job, "时间")?;
    let word = cells.get("类型");
    new_body(word, cells.get("内容")).apply(&mut message);
    message.native_id = id(cells.get("消息ID"));
    message.raw_kind = Some(word.to_owned());
    if word == "系统消息" {
        message.kind = tags::system_kind(&message.text);
        return Ok(message);
    }
    cells.first(&["发送人", "备注", "昵称"]).clone_into(&mut message.sender);
    own_if_me(&mut message);
    Ok(message)
}

/// `我` is nobody's name but the owner's mark.
pub(crate) fn own_if_me(message: &mut Message) {
    if message.sender == "我" {
        message.sender.clear();
        message.is_self = Some(true);
    }
}

fn pywxdump_row(cells: &Cells<'_>, table: &mut Table<'_, '_>) -> Result<Option<Message>, String> {
    let seconds = cells.get("CreateTime").parse::<i64>().ok().filter(|&n| n > 100_000_000);
    let at = seconds.map(epoch).or_else(|| cells.time("CreateTime").map(|(time, _)| table.job.at(time)));
    let older = pywxdump::Older::read(cells.get("content"));
    let dumped = Dumped {
        at: at.ok_or_else(no_time)?,
        id: id(cells.get("MsgSvrID")),
        kind: cells.get("type_name"),
        own: flag(cells.get("is_sender")),
        talker: cells.get("talker"),
        text: older.as_ref().map_or(cells.get("msg"), |o| &o.msg),
        source: older.as_ref().map_or(cells.get("src"), |o| &o.src),
        title: "",
        url: "",
    };
    let message = pywxdump::message(&dumped, &table.names);
    Ok(enter(table, cells.get("room_name"), "").then_some(message))
}

/// WeFlow's table for training data: times are UTC, kinds English, `talker` is a display name.
fn weclone(cells: &Cells<'_>, job: &Job<'_>) -> Result<Message, String> {
    let time = cells.get("CreateTime");
    let utc = chrono::DateTime::parse_from_rfc3339(time).map(|t| t.timestamp_millis()).ok();
    let at = utc.or_else(|| cells.time("CreateTime").map(|(t, _)| job.at(t))).ok_or_else(no_time)?;
    let mut message = Message::text(at, Precision::Second, "", "");
    let (word, content) = (cells.get("type_name"), cells.get("msg"));
    let read = || tags::quote_suffix(content).unwrap_or_else(|| tags::read(content));
    let mut body = match word {
        "file" => Body::file(content.strip_prefix("[文件]").unwrap_or(content)),
        "image" => Body::placeholder(Kind::Image),
        "sticker" => Body::placeholder(Kind::Sticker),
        "video" => Body::placeholder(Kind::Video),
        "voice" => Body::placeholder(Kind::Voice),
        _ => read(),
    };
    let src = cells.get("src");
    if body.attachments.is_empty() && src.len() >= 32 {
        let md5 =
            src.rsplit('/').next().filter(|m| m.len() == 32 && m.bytes().all(|b| b.is_ascii_hexdigit()));
        let kind = body.kind;
        body.attachments.extend(md5.map(|m| Attachment {
            kind,
            name: None,
            path: None,
            md5: Some(m.to_ascii_lowercase()),
            size: None,
            url: None,
        }));
    }
    body.apply(&mut message);
    message.native_id = id(cells.get("MsgSvrID"));
    message.raw_kind = Some(word.to_owned());
    let talker = cells.get("talker");
    let own = flag(cells.get("is_sender"));
    let by_group = word == "text" && own != Some(true) && of_group(job, talker);
    if by_group
        || message.kind == Kind::Text
            && tags::looks_like_system(content)
            && content.starts_with(['"', '“', '你'])
    {
        message.kind = tags::system_kind(&message.text);
        return Ok(message);
    }
    talker.clone_into(&mut message.sender);
    message.is_self = own;
    Ok(message)
}

/// Lines the room itself wrote carry its name.
fn of_group(job: &Job<'_>, name: &str) -> bool {
    let safe =
        |c: char| if matches!(c, '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*') { '_' } else { c };
    let same = |group: &str| group.chars().map(safe).eq(name.trim().chars().map(safe));
    match job.group_name() {
        Some(group) => same(group),
        None => {
            crate::import::name::group(job.source.name, job.source.beside).is_some_and(|group| same(&group))
        }
    }
}

fn weflow(cells: &Cells<'_>, job: &Job<'_>) -> Result<Message, String> {
    let mut message = at(cells, job, "时间")?;
    let (word, content) = (cells.get("消息类型"), cells.get("内容"));
    let kind = match word {
        "系统消息" => Kind::System,
        "语音消息" => Kind::Voice,
        "图片消息" => Kind::Image,
        "视频消息" => Kind::Video,
        "动画表情" => Kind::Sticker,
        "文件消息" => Kind::File,
        "链接消息" => Kind::Link,
        "引用消息" => Kind::Quote,
        _ => Kind::Unknown,
    };
    let url = cells.link("内容");
    let body = match kind {
        Kind::System => Body::new(kind, content),
        Kind::Voice => Body::placeholder(kind),
        Kind::Quote => tags::quote_suffix(content).unwrap_or_else(|| Body::new(kind, content)),
        Kind::Link if !content.starts_with('[') => Body::link(content, url),
        _ => tags::read(content),
    };
    let body = if word == "文本消息" { tags::prose_or_quote(content) } else { body };
    body.apply(&mut message);
    message.raw_kind = Some(word.to_owned());
    if kind == Kind::System {
        message.kind = tags::system_kind(&message.text);
        return Ok(message);
    }
    cells.first(&["群昵称", "发送者昵称", "发送者身份", "发送者备注"]).clone_into(&mut message.sender);
    message.sender_id = id(cells.get("发送者微信ID"));
    if message.sender_id.is_none() && of_group(job, &message.sender) && tags::looks_like_system(content) {
        message.sender.clear();
        message.kind = tags::system_kind(content);
    }
    own_if_me(&mut message);
    Ok(message)
}

fn qce(cells: &Cells<'_>, job: &Job<'_>) -> Result<Message, String> {
    let mut message = at(cells, job, "时间")?;
    let (word, content) = (cells.get("消息类型"), cells.get("消息内容"));
    let body = match content.strip_prefix("[回复消息]") {
        Some(reply) => Body { completeness: Completeness::Full, ..Body::new(Kind::Quote, reply) },
        None if content.starts_with("[转发消息") => Body::placeholder(Kind::Forward),
        None => tags::read(content),
    };
    body.apply(&mut message);
    message.raw_kind = Some(word.to_owned());
    message.recalled = matches!(cells.get("是否撤回"), "是" | "true" | "1");
    let (name, number) = (cells.get("发送者"), cells.get("发送者QQ号"));
    if name == "系统消息" || name == "未知" || matches!(word, "系统消息" | "system" | "系统") {
        message.kind = tags::system_kind(&message.text);
        return Ok(message);
    }
    name.clone_into(&mut message.sender);
    message.sender_id = id(number);
    Ok(message)
}
