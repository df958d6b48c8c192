//! QQ's .mht (`formats.md` §2.10): one HTML table in an 8-bit MIME part, followed by pictures in base64. Read as a stream
//! up to the end of the table, so tens of gigabytes of pictures are never touched.

use std::borrow::Cow;
use std::io;
use std::ops::ControlFlow;

use chrono::NaiveDate;
use rust_i18n::t;

use crate::import::decode::Decoder;
use crate::import::head::Head;
use crate::import::html::{Html, Piece, attribute};
use crate::import::job::{Flow, Job};
use crate::import::tags::{self, Body};
use crate::import::time::{clock_at_start, date_at_start};
use crate::message::{Attachment, GroupRef, Kind, Message, Precision};

use super::qq::without_title;

pub(crate) fn sniff(head: &Head) -> bool {
    head.has(&["Tencent IM Message"]) || head.has(&["Save by Tencent MsgMgr"])
}

pub(crate) fn parse(_head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    let mut table = Table::default();
    let mut html = Html::new(text);
    let mut ended = false;
    while !ended {
        table.line = html.line();
        let Some(piece) = html.next()? else { break };
        ended = matches!(&piece, Piece::Close(tag) if tag == "html" || tag == "table")
            || table.piece(piece, job).is_break();
    }
    let (encoding, line, damaged) = (html.encoding(), html.line(), html.damaged());
    job.damage(damaged);
    job.outcome.encoding = Some(encoding);
    if !ended {
        job.issue(Some(line), t!("import.issue.cut").into_owned());
    }
    Ok(())
}

/// Where in a row the reader stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum At {
    #[default]
    Cell,
    Name,
    Time,
    Body,
}

/// The row that is being read, and the day it is of.
#[derive(Default)]
struct Table {
    at: At,
    cell: String,
    name: String,
    time: String,
    body: String,
    own: bool,
    pictures: Vec<String>,
    day: Option<NaiveDate>,
    line: u32,
    /// The attributes of a `div`, in one case and without blanks.
    style: String,
}

impl Table {
    fn piece(&mut self, piece: Piece<'_>, job: &mut Job<'_>) -> Flow {
        match piece {
            Piece::Text(words) => match self.at {
                At::Cell => self.cell.push_str(&words),
                At::Name => self.name.push_str(&words),
                At::Time => self.time.push_str(&words),
                At::Body => self.body.push_str(&words),
            },
            Piece::Open(tag, attributes) => match tag.as_ref() {
                "tr" => self.clear(),
                "div" => self.div(attributes),
                "br" if self.at == At::Body => self.body.push('\n'),
                "img" => self.pictures.extend(attribute(attributes, "src")),
                _ => {}
            },
            Piece::Close(tag) => match tag.as_ref() {
                "div" if self.at == At::Name => self.at = At::Time,
                "tr" => {
                    let flow = self.row(job);
                    self.clear();
                    return flow;
                }
                _ => {}
            },
        }
        ControlFlow::Continue(())
    }

    /// Makes room for the next row.
    fn clear(&mut self) {
        for text in [&mut self.cell, &mut self.name, &mut self.time, &mut self.body] {
            text.clear();
        }
        self.pictures.clear();
        (self.at, self.own) = (At::Cell, false);
    }

    fn div(&mut self, attributes: &str) {
        self.style.clear();
        self.style.extend(attributes.chars().filter(|c| *c != ' ').map(|c| c.to_ascii_lowercase()));
        if self.style.contains("float:left") {
            self.at = At::Name;
        } else if self.style.contains("padding-left:20px") {
            self.at = At::Body;
        } else if self.style.contains("color:#42b475") {
            self.own = true;
        }
    }

    /// A row is over: a day, the chat's name, or a message.
    fn row(&mut self, job: &mut Job<'_>) -> Flow {
        let cell = self.cell.trim();
        if let Some(name) = cell.strip_prefix("消息对象:") {
            return job.enter(GroupRef { name: Some(name.trim().to_owned()), ..GroupRef::default() });
        }
        if let Some(day) = cell.strip_prefix("日期:").and_then(|d| date_at_start(d.trim())) {
            self.day = Some(day.0);
            return ControlFlow::Continue(());
        }
        if self.at != At::Body {
            let known = cell.is_empty() || cell.starts_with("消息分组:") || cell.starts_with("消息记录");
            if !known {
                job.issue(Some(self.line), t!("import.issue.row").into_owned());
            }
            return ControlFlow::Continue(());
        }
        match self.message(job) {
            Some(message) => job.send(message),
            None if job.outcome.needs.is_some() => ControlFlow::Break(()),
            None => {
                job.issue(Some(self.line), t!("import.issue.row").into_owned());
                ControlFlow::Continue(())
            }
        }
    }

    fn message(&self, job: &mut Job<'_>) -> Option<Message> {
        let (clock, _) = clock_at_start(self.time.trim())?;
        let day = match self.day {
            Some(day) => day,
            None => job.base_day()?.0,
        };
        let who = self.name.trim();
        let bracket = who.strip_suffix(')').and_then(|w| w.rsplit_once('('));
        let pointed = who.strip_suffix('>').and_then(|w| w.rsplit_once('<'));
        let (name, id) = match (bracket, pointed) {
            (Some((name, id)), _) if id.bytes().all(|b| b.is_ascii_digit()) => (name, Some(id)),
            (_, Some((name, id))) => (name, Some(id)),
            _ => (who, None),
        };
        let system = name == "系统消息";
        let text = if self.body.contains('\u{a0}') {
            Cow::Owned(self.body.replace('\u{a0}', " "))
        } else {
            Cow::Borrowed(self.body.as_str())
        };
        let body = match (system, self.pictures.is_empty()) {
            (true, _) => Body::new(Kind::System, &text),
            (false, true) => tags::read(&text),
            (false, false) => Body::new(Kind::Image, &text),
        };
        let mut message = Message::text(job.at(day.and_time(clock.time)), Precision::Second, "", "");
        body.apply(&mut message);
        // the names are made anew for every export: a place, not a name
        message.attachments.extend(self.pictures.iter().map(|picture| Attachment {
            kind: Kind::Image,
            name: None,
            path: Some(picture.clone()),
            md5: None,
            size: None,
            url: None,
        }));
        message.line = self.line;
        if system {
            message.kind = tags::system_kind(&message.text);
        } else {
            message.sender = without_title(name).to_owned();
            message.sender_id = id.map(str::to_owned);
            message.is_self = Some(self.own);
        }
        Some(message)
    }
}
