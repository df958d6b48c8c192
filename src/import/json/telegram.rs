//! Telegram Desktop's `result.json`, one chat or all of them, by its public description: `text` is a string or a list of
//! strings and marked runs; service entries are notices.

use std::io;

use serde::Deserialize;
use serde_json::Value;

use crate::import::decode::Decoder;
use crate::import::head::Head;
use crate::import::job::Job;
use crate::import::tags::{self, Body};
use crate::import::time::stamp_at_start;
use crate::message::{GroupRef, Kind, Message, Precision, Quoted};

use super::lax::Lax;
use super::weflow::epoch;
use super::{Format, Row, Want, run};

pub(crate) fn sniff(head: &Head) -> bool {
    head.json && head.has(&["\"date_unixtime\"", "\"messages\""]) && head.has(&["\"from\""])
}

pub(crate) fn parse(_head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    run(text, &mut Telegram::default(), job)
}

#[derive(Default)]
struct Telegram {
    name: Option<String>,
    id: Option<String>,
    private: bool,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Entry<'a> {
    #[serde(borrow)]
    id: Lax<'a>,
    #[serde(borrow, rename = "type")]
    kind: Lax<'a>,
    #[serde(borrow)]
    date: Lax<'a>,
    #[serde(borrow)]
    date_unixtime: Lax<'a>,
    #[serde(borrow)]
    from: Lax<'a>,
    #[serde(borrow)]
    from_id: Lax<'a>,
    #[serde(borrow)]
    reply_to_message_id: Lax<'a>,
    #[serde(borrow)]
    media_type: Lax<'a>,
    #[serde(borrow)]
    file_name: Lax<'a>,
    #[serde(borrow)]
    photo: Lax<'a>,
    #[serde(borrow)]
    file: Lax<'a>,
    #[serde(borrow)]
    action: Lax<'a>,
    text: Value,
}

impl Format for Telegram {
    fn want(&self, path: &str) -> Want {
        match path.strip_prefix("chats.list").map_or(path, |p| p.trim_start_matches('.')) {
            "" | "chats" => Want::Enter,
            "name" | "id" | "type" => Want::Keep,
            "messages" => Want::Rows,
            _ => Want::Skip,
        }
    }

    fn begin(&mut self, _path: &str) {
        *self = Telegram::default();
    }

    fn keep(&mut self, path: &str, raw: &str) {
        let value: Lax<'_> = serde_json::from_str(raw).unwrap_or_default();
        match path.rsplit('.').next() {
            Some("name") => self.name = Some(value.text().to_owned()),
            Some("id") => self.id = value.id(),
            _ => self.private = value.text() == "personal_chat",
        }
    }

    fn row(&mut self, _path: &str, raw: &str, _ordinal: u32, job: &Job<'_>) -> Row {
        let entry: Entry<'_> = match serde_json::from_str(raw) {
            Ok(entry) => entry,
            Err(error) => return Row::Bad(error.to_string()),
        };
        let unix = entry.date_unixtime.int().filter(|&t| t > 0).map(epoch);
        let stated = || stamp_at_start(entry.date.text()).map(|(d, c, _)| job.at(d.and_time(c.time)));
        match unix.or_else(stated) {
            Some(at) => Row::message(entry.message(at)),
            None => Row::no_time(),
        }
    }

    fn group(&self) -> Option<GroupRef> {
        self.id.as_ref()?;
        Some(GroupRef {
            native_id: self.id.clone(),
            name: self.name.clone(),
            private_chat: self.private,
            ..GroupRef::default()
        })
    }
}

impl Entry<'_> {
    fn message(&self, at: i64) -> Message {
        let mut message = Message::text(at, Precision::Second, "", "");
        let words = plain(&self.text);
        message.native_id = self.id.id();
        if self.kind.text() == "service" {
            let text = if words.is_empty() { self.action.text() } else { &words };
            Body::new(Kind::System, text).apply(&mut message);
            return message;
        }
        let medium = match self.media_type.text() {
            "sticker" => Some(Kind::Sticker),
            "voice_message" | "audio_file" => Some(Kind::Voice),
            "video_file" | "video_message" | "animation" => Some(Kind::Video),
            _ if !self.photo.is_none() => Some(Kind::Image),
            _ => None,
        };
        let name = self.file_name.text();
        let body = match medium {
            Some(kind) => Body::media(kind, name, &words),
            None if !self.file.is_none() && words.is_empty() => Body::file(name),
            None if !self.file.is_none() => {
                Body { kind: Kind::File, ..Body::media(Kind::File, name, &words) }
            }
            None => tags::prose(&words),
        };
        body.apply(&mut message);
        if let Some(id) = self.reply_to_message_id.id() {
            message.quoted = Some(Quoted { native_id: Some(id), ..Quoted::default() });
        }
        self.from.text().clone_into(&mut message.sender);
        message.sender_id = self.from_id.id();
        message
    }
}

/// A string, or a list of strings and marked runs.
fn plain(text: &Value) -> String {
    match text {
        Value::String(text) => text.clone(),
        Value::Array(runs) => {
            runs.iter().filter_map(|r| r.as_str().or_else(|| r.get("text").and_then(Value::as_str))).collect()
        }
        _ => String::new(),
    }
}
