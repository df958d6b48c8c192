//! Writes the posts of one group as a file that an exporter would leave: WeFlow JSON, chatlog JSON, QQ's own text in two
//! encodings, WeChat's mail. The five take turns over the groups.

use std::fmt::Write as _;

use chrono::{DateTime, Datelike, FixedOffset};
use serde_json::json;

use crate::compose::{Post, What};
use crate::words::GROUPS;

/// Name and content of the export of one group. `posts` are those of this group, in order of time.
pub(crate) fn file(group: usize, posts: &[&Post]) -> (String, Vec<u8>) {
    let name = GROUPS[group];
    match group % 5 {
        0 => (format!("{name}_20260101-20261231.json"), weflow(name, posts).into_bytes()),
        1 => (format!("{name}.json"), chatlog(name, posts).into_bytes()),
        2 => (format!("{name}.txt"), encoding_rs::GB18030.encode(&qq(name, posts)).0.into_owned()),
        3 => (format!("{name}.txt"), mail(name, posts).into_bytes()),
        _ => (format!("{name}.txt"), qq(name, posts).into_bytes()),
    }
}

fn local(at: i64) -> DateTime<FixedOffset> {
    let china = FixedOffset::east_opt(8 * 3600).unwrap();
    DateTime::from_timestamp(at, 0).unwrap().with_timezone(&china)
}

/// A number made from a name, as an account number.
fn number(name: &str) -> u64 {
    100_000_000 + name.chars().fold(7, |sum, c| (sum * 31 + u64::from(u32::from(c))) % 900_000_000)
}

/// The id the server would give: unique in the group, above 2^53.
fn server_id(post: &Post, index: usize) -> String {
    // Exports of other years must not repeat the numbers of this one.
    let year: u64 = local(post.at).year().unsigned_abs().into();
    format!(
        "{}",
        6_500_000_000_000_000_000 + number(&post.sender) * 1_000_000 + year % 10 * 100_000 + index as u64
    )
}

fn weflow(name: &str, posts: &[&Post]) -> String {
    let room = format!("{}@chatroom", number(name));
    let mut out = json!({"version": "1.0.3", "exportedAt": 1_798_732_800, "generator": "WeFlow"}).to_string();
    let session = json!({"wxid": room, "nickname": name, "remark": "", "displayName": name, "type": "群聊",
        "lastTimestamp": posts.last().map_or(0, |p| p.at), "messageCount": posts.len(), "avatar": ""});
    out = format!("{{\n  \"weflow\": {out},\n  \"session\": {session},\n  \"messages\": [\n");
    for (index, post) in posts.iter().enumerate() {
        let (kind, local_type, content) = match post.kind {
            What::Text => ("文本消息", 1_u64, post.text.clone()),
            What::Image => ("图片消息", 3, "[图片]".to_owned()),
            What::File => ("文件消息", 25_769_803_825, format!("[文件] {}", post.text)),
        };
        let row = json!({"localId": index + 1, "createTime": post.at,
            "formattedTime": local(post.at).format("%Y-%m-%d %H:%M:%S").to_string(), "type": kind,
            "localType": local_type, "content": content, "isSend": u8::from(post.me),
            "senderUsername": format!("wxid_{:014}", number(&post.sender)), "senderDisplayName": post.sender,
            "source": "", "senderAvatarKey": format!("wxid_{:014}", number(&post.sender)),
            "platformMessageId": server_id(post, index)});
        let comma = if index + 1 < posts.len() { "," } else { "" };
        writeln!(out, "    {row}{comma}").unwrap();
    }
    out + "  ]\n}\n"
}

fn chatlog(name: &str, posts: &[&Post]) -> String {
    let room = format!("{}@chatroom", number(name));
    let mut out = String::from("[");
    let (mut second, mut nth) = (0, 0);
    for (index, post) in posts.iter().enumerate() {
        nth = if post.at == second { nth + 1 } else { 0 };
        second = post.at;
        let (kind, sub) = match post.kind {
            What::Text => (1, 0),
            What::Image => (3, 0),
            What::File => (49, 6),
        };
        let mut row = json!({"seq": post.at * 1000 + nth, "time": local(post.at).to_rfc3339(), "talker": room,
            "talkerName": name, "isChatRoom": true, "sender": format!("wxid_{:014}", number(&post.sender)),
            "senderName": post.sender, "isSelf": post.me, "type": kind, "subType": sub,
            "content": if post.kind == What::Text { post.text.as_str() } else { "" }});
        if post.kind != What::Text {
            let md5 = format!("{:032x}", u128::from(number(&post.sender)) << 64 | index as u128);
            row["contents"] = json!({"md5": md5, "title": post.text});
        }
        write!(out, "{}{row}", if index > 0 { "," } else { "" }).unwrap();
    }
    out + "]\n"
}

fn words(post: &Post, image: &str, file: (&str, &str)) -> String {
    match post.kind {
        What::Text => post.text.clone(),
        What::Image => image.to_owned(),
        What::File => format!("{}{}{}", file.0, post.text, file.1),
    }
}

fn qq(name: &str, posts: &[&Post]) -> String {
    let rule = "=".repeat(64);
    let mut out = format!(
        "消息记录（此消息记录为文本格式，不支持重新导入）\r\n\r\n{rule}\r\n消息分组:我的群聊\r\n{rule}\r\n消息对象:{name}\r\n{rule}\r\n\r\n"
    );
    for post in posts {
        let body = words(post, "[图片]", ("[文件]", "")).replace('\n', "\r\n");
        let clock = local(post.at).format("%Y-%m-%d %H:%M:%S");
        write!(out, "{clock} {}({})\r\n{body}\r\n\r\n", post.sender, number(&post.sender)).unwrap();
    }
    out
}

fn mail(name: &str, posts: &[&Post]) -> String {
    let mut out = format!("{name} 微信群上的聊天记录如下，请查收。\n\n");
    let mut day = String::new();
    for post in posts {
        let at = local(post.at);
        let today = at.format("%Y-%m-%d").to_string();
        if today != day {
            write!(out, "—————  {today}  —————\n\n\n").unwrap();
            day = today;
        }
        let picture = format!("[图片: {:032x}.jpg(请在附件中查看)]", u128::from(number(&post.sender)) * 977);
        let body = words(post, &picture, ("[文件: ", "]"));
        write!(out, "{}  {}\n\n{body}\n\n", post.sender, at.format("%H:%M")).unwrap();
    }
    out
}
