//! QQ Chat Exporter, one JSON file or a manifest with chunks in JSON Lines (`formats.md` §2.11). Times are milliseconds
//! since the epoch; `time` is UTC text. The body of a message is read beside this, in `qce_body`.

use std::io;

use rust_i18n::t;
use serde::Deserialize;

use crate::import::decode::Decoder;
use crate::import::head::Head;
use crate::import::job::Job;
use crate::import::tags;
use crate::message::{GroupRef, Kind, Message, Precision};

use super::lax::Lax;
use super::qce_body;
use super::tree::Tree;
use super::weflow::epoch;
use super::{Format, Outbox, Row, Want, run};

pub(crate) fn sniff(head: &Head) -> bool {
    head.json && !is_lines(head) && (head.has(&["\"chatInfo\""]) || head.has(&["QQChatExporter"]))
}

/// A chunk: a line is a message of this exporter.
pub(crate) fn sniff_chunk(head: &Head) -> bool {
    is_lines(head) && head.has(&["\"uin\"", "\"elements\"", "\"timestamp\""])
}

fn is_lines(head: &Head) -> bool {
    let first = head.first_line().trim();
    first.starts_with('{')
        && first.ends_with('}')
        && !first.contains("\"chatInfo\"")
        && first.contains("\"sender\"")
        && first.contains("\"content\"")
}

pub(crate) fn parse(_head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    let mut format = Qce::default();
    run(text, &mut format, job)?;
    if job.outcome.needs.is_some() || format.chunks.is_empty() {
        return Ok(());
    }
    read_chunks(&mut format, job)
}

/// A chunk alone belongs to its manifest; without one it is read by itself.
pub(crate) fn parse_chunk(_head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    for manifest in ["../manifest.json", "manifest.json"] {
        if (job.source.siblings)(manifest).is_some() {
            job.outcome.part_of = Some(manifest.to_owned());
            return Ok(());
        }
    }
    let mut format = Qce { group: Some(GroupRef::default()), ..Qce::default() };
    super::run_lines(text, &mut format, job)
}

fn read_chunks(format: &mut Qce, job: &mut Job<'_>) -> io::Result<()> {
    let chunks = std::mem::take(&mut format.chunks);
    let mut outbox = Outbox::default();
    let mut ordinal = 0;
    for chunk in chunks {
        let paths = [
            chunk.relative_path.clone(),
            format!("{}/{}", format.folder, chunk.file_name),
            chunk.file_name.clone(),
        ];
        let found =
            paths.iter().filter(|p| !p.is_empty() && *p != "/").find_map(|p| (job.source.siblings)(p));
        let Some(reader) = found else {
            let name = if chunk.file_name.is_empty() { chunk.relative_path } else { chunk.file_name };
            job.issue(None, t!("import.issue.missing_part", name = name).into_owned());
            continue;
        };
        let mut text = Decoder::new(reader);
        while let Some(line) = text.next_line()? {
            if line.trim().is_empty() {
                continue;
            }
            ordinal += 1;
            let row = format.row("messages", line, ordinal, job);
            if outbox.take(row, ordinal, format, job).is_break() {
                return Ok(());
            }
        }
    }
    let _ = outbox.flush(format, job);
    Ok(())
}

#[derive(Default)]
struct Qce {
    group: Option<GroupRef>,
    self_uid: String,
    self_uin: String,
    folder: String,
    chunks: Vec<Chunk>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ChatInfo<'a> {
    #[serde(borrow)]
    name: Lax<'a>,
    #[serde(borrow, rename = "type")]
    kind: Lax<'a>,
    #[serde(borrow)]
    self_uid: Lax<'a>,
    #[serde(borrow)]
    self_uin: Lax<'a>,
    #[serde(borrow)]
    peer_uid: Lax<'a>,
    #[serde(borrow)]
    peer_uin: Lax<'a>,
    #[serde(borrow)]
    participant_count: Lax<'a>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Chunked {
    chunks_dir: String,
    chunks: Vec<Chunk>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Chunk {
    file_name: String,
    relative_path: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Entry<'a> {
    #[serde(borrow)]
    id: Lax<'a>,
    #[serde(borrow)]
    message_id: Lax<'a>,
    #[serde(borrow)]
    seq: Lax<'a>,
    #[serde(borrow)]
    message_seq: Lax<'a>,
    #[serde(borrow)]
    timestamp: Lax<'a>,
    #[serde(borrow)]
    time: Lax<'a>,
    #[serde(borrow)]
    sender: Sender<'a>,
    #[serde(borrow, rename = "type")]
    kind: Lax<'a>,
    #[serde(borrow)]
    message_type: Lax<'a>,
    #[serde(borrow)]
    content: Tree<'a>,
    #[serde(borrow)]
    recalled: Lax<'a>,
    #[serde(borrow)]
    is_recalled: Lax<'a>,
    #[serde(borrow)]
    system: Lax<'a>,
    #[serde(borrow)]
    is_system_message: Lax<'a>,
    #[serde(borrow)]
    raw_message: RawMessage<'a>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Sender<'a> {
    #[serde(borrow)]
    uid: Lax<'a>,
    #[serde(borrow)]
    uin: Lax<'a>,
    #[serde(borrow)]
    name: Lax<'a>,
    #[serde(borrow)]
    nickname: Lax<'a>,
    #[serde(borrow)]
    group_card: Lax<'a>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct RawMessage<'a> {
    #[serde(borrow)]
    send_nick_name: Lax<'a>,
    #[serde(borrow)]
    send_member_name: Lax<'a>,
}

impl Format for Qce {
    fn want(&self, path: &str) -> Want {
        match path {
            "" => Want::Enter,
            "chatInfo" | "chunked" | "chunks" => Want::Keep,
            "messages" => Want::Rows,
            _ => Want::Skip,
        }
    }

    fn keep(&mut self, path: &str, raw: &str) {
        match path {
            "chunked" => {
                let chunked: Chunked = serde_json::from_str(raw).unwrap_or_default();
                self.folder = chunked.chunks_dir;
                self.chunks = chunked.chunks;
            }
            "chunks" if self.chunks.is_empty() => {
                self.chunks = serde_json::from_str(raw).unwrap_or_default();
                "chunks".clone_into(&mut self.folder);
            }
            "chatInfo" => self.chat_info(&serde_json::from_str(raw).unwrap_or_default()),
            _ => {}
        }
    }

    fn row(&mut self, _path: &str, raw: &str, _ordinal: u32, _job: &Job<'_>) -> Row {
        let entry: Entry<'_> = match serde_json::from_str(raw) {
            Ok(entry) => entry,
            Err(error) => return Row::Bad(error.to_string()),
        };
        let rfc = |lax: &Lax<'_>| {
            chrono::DateTime::parse_from_rfc3339(lax.text()).map(|t| t.timestamp_millis()).ok()
        };
        let at =
            entry.timestamp.int().map(epoch).or_else(|| rfc(&entry.timestamp)).or_else(|| rfc(&entry.time));
        match at {
            Some(at) => Row::message(self.message(&entry, at)),
            None => Row::no_time(),
        }
    }

    fn group(&self) -> Option<GroupRef> {
        self.group.clone()
    }

    fn finish(&self, message: &mut Message) {
        let known = !(self.self_uid.is_empty() && self.self_uin.is_empty());
        if known && message.is_self.is_none() && !message.kind.is_system() {
            message.is_self = Some(
                message.sender_id.as_deref().is_some_and(|id| id == self.self_uin || id == self.self_uid),
            );
        }
    }
}

impl Qce {
    fn chat_info(&mut self, info: &ChatInfo<'_>) {
        info.self_uid.text().clone_into(&mut self.self_uid);
        self.self_uin = info.self_uin.id().unwrap_or_default();
        // `type` can be wrong: a chat of three is no private one
        let private = info.kind.text() == "private" && info.participant_count.int().is_none_or(|n| n <= 2);
        self.group = Some(GroupRef {
            native_id: info.peer_uin.id().or_else(|| info.peer_uid.id()),
            name: Some(info.name.text().to_owned()),
            private_chat: private,
            ..GroupRef::default()
        });
    }

    fn message(&self, entry: &Entry<'_>, at: i64) -> Message {
        let mut message = Message::text(at, Precision::Ms, "", "");
        qce_body::read(entry.kind.text(), &entry.content).apply(&mut message);
        message.native_id = entry.id.id().or_else(|| entry.message_id.id());
        message.seq = entry.seq.int().or_else(|| entry.message_seq.int());
        message.raw_kind = match (entry.kind.text(), entry.message_type.int()) {
            ("", Some(number)) => Some(number.to_string()),
            ("", None) => None,
            (word, _) => Some(word.to_owned()),
        };
        message.recalled = [&entry.recalled, &entry.is_recalled].into_iter().any(|f| f.flag() == Some(true));
        let system = [&entry.system, &entry.is_system_message].into_iter().any(|f| f.flag() == Some(true));
        if system || entry.kind.text() == "system" {
            message.kind = tags::system_kind(&message.text);
            return message;
        }
        if message.kind.is_system() {
            message.kind = Kind::Unknown;
        }
        let sender = &entry.sender;
        let raw = &entry.raw_message;
        let names =
            [&sender.group_card, &raw.send_member_name, &sender.name, &sender.nickname, &raw.send_nick_name];
        let name = names.into_iter().map(Lax::text).find(|n| !n.trim().is_empty()).unwrap_or("");
        name.trim().clone_into(&mut message.sender);
        message.sender_id = sender.uin.id().or_else(|| sender.uid.id());
        let own = |own: &str, lax: &Lax<'_>| !own.is_empty() && lax.id().as_deref() == Some(own);
        if own(&self.self_uid, &sender.uid) || own(&self.self_uin, &sender.uin) {
            message.is_self = Some(true);
        }
        message
    }
}
