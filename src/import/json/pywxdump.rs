//! PyWxDump's JSON (`formats.md` §2.5): a list with the keys of its CSV; one chat is many files; names stand in
//! `users.json` beside them. The bodies are read by the same rules as the CSV's.

use std::collections::HashMap;
use std::io::{self, Read};

use serde::Deserialize;
use serde_json::Value;

use crate::import::decode::Decoder;
use crate::import::head::Head;
use crate::import::job::Job;
use crate::import::table::pywxdump::{Dumped, message};
use crate::import::time::stamp_at_start;
use crate::message::{ForwardItem, GroupRef};

use super::lax::Lax;
use super::{Format, Row, Want, run};

pub(crate) fn sniff(head: &Head) -> bool {
    head.json && head.has(&["\"MsgSvrID\"", "\"type_name\"", "\"talker\"", "\"room_name\""])
}

/// The names file.
pub(crate) fn sniff_users(head: &Head) -> bool {
    head.json && head.has(&["\"wxid\"", "\"nickname\"", "\"ExtraBuf\"", "\"headImgUrl\""])
}

pub(crate) fn parse_users(_head: &Head, _text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    job.outcome.part_of = Some("PyWxDump".to_owned());
    Ok(())
}

pub(crate) fn parse(_head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    let names = names(job);
    run(text, &mut Dump { names, room: None }, job)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct User {
    nickname: String,
    remark: String,
}

/// wxid → name, from `users.json` in the same folder. Renamed copies (`users*.json`) are not searched for.
pub(crate) fn names(job: &Job<'_>) -> HashMap<String, String> {
    let mut names = HashMap::new();
    let Some(reader) = (job.source.siblings)("users.json") else { return names };
    let mut bytes = Vec::new();
    if reader.take(64 * 1024 * 1024).read_to_end(&mut bytes).is_err() {
        return names;
    }
    let users: HashMap<String, User> = serde_json::from_slice(&bytes).unwrap_or_default();
    for (id, user) in users {
        let name = if user.nickname.is_empty() { user.remark } else { user.nickname };
        if !name.is_empty() {
            names.insert(id, name);
        }
    }
    names
}

struct Dump {
    names: HashMap<String, String>,
    room: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Entry<'a> {
    #[serde(borrow, rename = "MsgSvrID")]
    id: Lax<'a>,
    #[serde(borrow)]
    type_name: Lax<'a>,
    #[serde(borrow)]
    is_sender: Lax<'a>,
    #[serde(borrow)]
    talker: Lax<'a>,
    #[serde(borrow)]
    room_name: Lax<'a>,
    #[serde(borrow)]
    msg: Lax<'a>,
    src: Value,
    /// Where versions before 3.0 put `msg` and `src`.
    content: Value,
    extra: Value,
    #[serde(borrow, rename = "CreateTime")]
    time: Lax<'a>,
}

impl Format for Dump {
    fn want(&self, path: &str) -> Want {
        if path.is_empty() { Want::Rows } else { Want::Skip }
    }

    fn row(&mut self, _path: &str, raw: &str, _ordinal: u32, job: &Job<'_>) -> Row {
        let entry: Entry<'_> = match serde_json::from_str(raw) {
            Ok(entry) => entry,
            Err(error) => return Row::Bad(error.to_string()),
        };
        let Some((day, clock, _)) = stamp_at_start(entry.time.text()) else { return Row::no_time() };
        let url = entry.extra.get("url").and_then(Value::as_str).unwrap_or("");
        let title = entry.extra.get("title").and_then(Value::as_str).unwrap_or("");
        let older = |name: &str| entry.content.get(name).and_then(Value::as_str);
        let words = older("msg").or(entry.content.as_str()).unwrap_or(entry.msg.text());
        let dumped = Dumped {
            at: job.at(day.and_time(clock.time)),
            id: entry.id.id(),
            kind: entry.type_name.text(),
            own: entry.is_sender.flag(),
            talker: entry.talker.text(),
            text: words,
            source: older("src").or(entry.src.as_str()).unwrap_or(""),
            title,
            url,
        };
        let mut message = Box::new(message(&dumped, &self.names));
        if entry.src.is_object() {
            message.items = items(&entry.src);
        }
        let room = entry.room_name.text();
        if self.room.as_deref() == Some(room) {
            return Row::Message(message);
        }
        self.room = Some(room.to_owned());
        let private = !room.is_empty() && !room.ends_with("@chatroom");
        Row::Elsewhere(
            message,
            GroupRef { native_id: entry.room_name.id(), private_chat: private, ..GroupRef::default() },
        )
    }

    fn group(&self) -> Option<GroupRef> {
        Some(GroupRef::default())
    }
}

/// `src` of a merged forward: `{title, desc, datalist{dataitem[]}}`.
fn items(src: &Value) -> Vec<ForwardItem> {
    let list = &src["datalist"]["dataitem"];
    let one = std::slice::from_ref(list);
    let list = list.as_array().map_or(if list.is_object() { one } else { &[] }, Vec::as_slice);
    let text = |v: &Value, name: &str| v.get(name).and_then(Value::as_str).unwrap_or("").to_owned();
    list.iter()
        .map(|item| {
            let (words, title, at) =
                (text(item, "datadesc"), text(item, "datatitle"), text(item, "sourcetime"));
            ForwardItem {
                sender: text(item, "sourcename"),
                sent_at: (!at.is_empty()).then_some(at),
                text: if words.is_empty() { title } else { words },
            }
        })
        .collect()
}
