//! Streaming JSON: walks a document of any size and hands out the rows of its message lists one by one, whatever comes
//! before them (avatars of hundreds of kilobytes) and in whatever order the fields stand. A document that ends in the
//! middle, or a row that is broken, costs nothing else. What the fields mean is said by the formats beside this file.

pub(crate) mod chatlab;
pub(crate) mod chatlog;
pub(crate) mod dingtalk;
pub(crate) mod feishu;
pub(crate) mod handover;
pub(crate) mod lax;
pub(crate) mod pywxdump;
pub(crate) mod qce;
pub(crate) mod qce_body;
mod surrogate;
pub(crate) mod telegram;
mod tree;
pub(crate) mod wecom;
pub(crate) mod weflow;

use std::io::{self, BufRead};
use std::ops::ControlFlow;

use memchr::memchr2;
use rust_i18n::t;

use crate::message::{GroupRef, Message};

use super::decode::Decoder;
use super::job::{Flow, Job};

/// A header value or a row larger than this is not kept.
const LARGEST_VALUE: usize = 128 * 1024 * 1024;
/// Rows held back while the group is not known yet.
const MOST_HELD: usize = 2_000_000;

/// What a format wants of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    Skip,
    /// The raw value, passed to [`Format::keep`].
    Keep,
    /// An object, or a list of objects, to be walked.
    Enter,
    /// A list, passed element by element to [`Format::row`].
    Rows,
}

/// What a row turned out to be.
pub(crate) enum Row {
    Message(Box<Message>),
    /// A message and the chat it belongs to, where that changes.
    Elsewhere(Box<Message>, GroupRef),
    /// Understood, and no message.
    Nothing,
    Bad(String),
}

impl Row {
    pub(crate) fn message(message: Message) -> Row {
        Row::Message(Box::new(message))
    }

    pub(crate) fn no_time() -> Row {
        Row::Bad(t!("import.issue.no_time").into_owned())
    }
}

/// A JSON format.
pub(crate) trait Format {
    /// What to do with the value at `path`: keys joined by dots, `""` for the document.
    fn want(&self, path: &str) -> Want;

    fn keep(&mut self, _path: &str, _raw: &str) {}

    /// A row; `ordinal` counts the rows of the document from 1.
    fn row(&mut self, path: &str, raw: &str, ordinal: u32, job: &Job<'_>) -> Row;

    /// The chat, once it is known. `None` holds the rows back until the end of the document.
    fn group(&self) -> Option<GroupRef>;

    /// The chat when the document is over and [`Format::group`] still says nothing.
    fn group_at_end(&self) -> GroupRef {
        self.group().unwrap_or_default()
    }

    /// The last touch, when everything about the chat is known.
    fn finish(&self, _message: &mut Message) {}

    /// Whether the exporter writes the newest message first. Its rows are held and turned round.
    fn newest_first(&self) -> bool {
        false
    }

    /// An element of an entered list begins.
    fn begin(&mut self, _path: &str) {}
}

/// Walks a document and sends its messages.
pub(crate) fn run(text: &mut Decoder<'_>, format: &mut dyn Format, job: &mut Job<'_>) -> io::Result<()> {
    let mut walk = Walk { text, format, outbox: Outbox::default(), row: String::new(), ordinal: 0 };
    let mut path = String::new();
    let end = walk.value(&mut path, job)?;
    let ordinal = walk.ordinal;
    let Walk { format, mut outbox, .. } = walk;
    let flow = outbox.flush(format, job);
    if flow.is_continue() {
        match end {
            End::Cut => job.issue(Some(ordinal + 1), t!("import.issue.cut").into_owned()),
            End::Broken => job.issue(Some(ordinal + 1), t!("import.issue.json").into_owned()),
            End::Done | End::Stop => {}
        }
    }
    job.damage(text.damaged());
    Ok(())
}

/// Runs JSON Lines: `line` gives the row of each line that is neither blank nor a `#` comment.
pub(crate) fn run_lines(
    text: &mut Decoder<'_>,
    format: &mut dyn Format,
    job: &mut Job<'_>,
) -> io::Result<()> {
    let mut outbox = Outbox::default();
    let mut number = 0;
    while let Some(line) = text.next_line()? {
        number += 1;
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let row = format.row("", &surrogate::paired(line), number, job);
        if outbox.take(row, number, format, job).is_break() {
            return Ok(());
        }
    }
    let _ = outbox.flush(format, job);
    job.damage(text.damaged());
    Ok(())
}

/// Holds messages back until the chat is known, then sends.
#[derive(Default)]
pub(crate) struct Outbox {
    held: Vec<Message>,
    entered: bool,
}

impl Outbox {
    pub(crate) fn take(
        &mut self,
        row: Row,
        ordinal: u32,
        format: &mut dyn Format,
        job: &mut Job<'_>,
    ) -> Flow {
        let mut message = match row {
            Row::Nothing => return ControlFlow::Continue(()),
            Row::Bad(reason) => {
                job.issue(Some(ordinal), t!("import.issue.row_reason", reason = reason).into_owned());
                return ControlFlow::Continue(());
            }
            Row::Message(message) => message,
            Row::Elsewhere(message, group) => {
                job.enter(group)?;
                self.entered = true;
                message
            }
        };
        if message.line == 0 {
            message.line = ordinal;
        }
        if !self.entered {
            match format.group() {
                Some(group) => {
                    job.enter(group)?;
                    self.entered = true;
                    self.flush(format, job)?;
                }
                None if self.held.len() < MOST_HELD => {
                    self.held.push(*message);
                    return ControlFlow::Continue(());
                }
                None => self.flush(format, job)?,
            }
        }
        format.finish(&mut message);
        job.send(*message)
    }

    pub(crate) fn flush(&mut self, format: &dyn Format, job: &mut Job<'_>) -> Flow {
        if !self.entered && !self.held.is_empty() {
            job.enter(format.group_at_end())?;
            self.entered = true;
        }
        let ends = (self.held.first(), self.held.last());
        if format.newest_first() && matches!(ends, (Some(a), Some(b)) if a.sent_at > b.sent_at) {
            self.held.reverse();
        }
        for mut message in self.held.drain(..) {
            format.finish(&mut message);
            job.send(message)?;
        }
        ControlFlow::Continue(())
    }
}

/// How a value ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Done,
    /// The text ended first.
    Cut,
    /// This is no JSON.
    Broken,
    /// The sink or an open question stopped the reading.
    Stop,
}

struct Walk<'w, 't, 'r> {
    text: &'t mut Decoder<'r>,
    format: &'w mut dyn Format,
    outbox: Outbox,
    row: String,
    ordinal: u32,
}

impl Walk<'_, '_, '_> {
    /// The value at `path`, as the format wants it.
    fn value(&mut self, path: &mut String, job: &mut Job<'_>) -> io::Result<End> {
        let Some(first) = self.peek()? else { return Ok(End::Cut) };
        match self.format.want(path) {
            Want::Rows if first == b'[' => self.rows(path, job),
            Want::Enter if first == b'{' => self.object(path, job),
            Want::Enter if first == b'[' => self.elements(path, job),
            Want::Keep => {
                let mut raw = String::new();
                let end = self.take(Some(&mut raw))?;
                if end == End::Done {
                    self.format.keep(path, &raw);
                }
                Ok(end)
            }
            _ => self.take(None),
        }
    }

    fn object(&mut self, path: &mut String, job: &mut Job<'_>) -> io::Result<End> {
        self.text.consume(1);
        loop {
            match self.peek()? {
                None => return Ok(End::Cut),
                Some(b'}') => {
                    self.text.consume(1);
                    return Ok(End::Done);
                }
                Some(b',') => self.text.consume(1),
                Some(b'"') => {
                    let mut key = String::new();
                    match self.take(Some(&mut key))? {
                        End::Done => {}
                        other => return Ok(other),
                    }
                    let Ok(key) = serde_json::from_str::<String>(&key) else { return Ok(End::Broken) };
                    match self.peek()? {
                        None => return Ok(End::Cut),
                        Some(b':') => self.text.consume(1),
                        Some(_) => return Ok(End::Broken),
                    }
                    let length = path.len();
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(&key);
                    let end = self.value(path, job)?;
                    path.truncate(length);
                    if end != End::Done {
                        return Ok(end);
                    }
                }
                Some(_) => return Ok(End::Broken),
            }
        }
    }

    /// A list of objects that are walked themselves: conversations, pages.
    fn elements(&mut self, path: &mut String, job: &mut Job<'_>) -> io::Result<End> {
        self.text.consume(1);
        loop {
            let end = match self.peek()? {
                None => return Ok(End::Cut),
                Some(b']') => {
                    self.text.consume(1);
                    return Ok(End::Done);
                }
                Some(b',') => {
                    self.text.consume(1);
                    continue;
                }
                Some(b'{') => {
                    self.format.begin(path);
                    self.outbox.entered = false;
                    let end = self.object(path, job)?;
                    if self.outbox.flush(self.format, job).is_break() {
                        return Ok(End::Stop);
                    }
                    end
                }
                Some(b'}' | b':') => return Ok(End::Broken),
                Some(_) => self.take(None)?,
            };
            if end != End::Done {
                return Ok(end);
            }
        }
    }

    fn rows(&mut self, path: &str, job: &mut Job<'_>) -> io::Result<End> {
        self.text.consume(1);
        let mut row = std::mem::take(&mut self.row);
        let end = loop {
            match self.peek()? {
                None => break End::Cut,
                Some(b']') => {
                    self.text.consume(1);
                    break End::Done;
                }
                Some(b',') => {
                    self.text.consume(1);
                    continue;
                }
                Some(b'}' | b':') => break End::Broken,
                Some(_) => {}
            }
            row.clear();
            let end = self.take(Some(&mut row))?;
            if end != End::Done {
                break end;
            }
            self.ordinal = self.ordinal.saturating_add(1);
            let read = self.format.row(path, &surrogate::paired(&row), self.ordinal, job);
            if self.outbox.take(read, self.ordinal, self.format, job).is_break() {
                break End::Stop;
            }
        };
        self.row = row;
        Ok(end)
    }

    /// The next byte that is not blank.
    fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            let chunk = self.text.pending()?.as_bytes();
            if chunk.is_empty() {
                return Ok(None);
            }
            let blank = chunk.iter().take_while(|b| b.is_ascii_whitespace()).count();
            let next = chunk.get(blank).copied();
            self.text.consume(blank);
            if next.is_some() {
                return Ok(next);
            }
        }
    }

    /// Takes one whole value, into `out` when it is to be kept.
    fn take(&mut self, mut out: Option<&mut String>) -> io::Result<End> {
        let mut scan = Scan::default();
        loop {
            let chunk = self.text.pending()?;
            if chunk.is_empty() {
                return Ok(if scan.scalar { End::Done } else { End::Cut });
            }
            let (used, done) = scan.step(chunk.as_bytes());
            if let Some(out) = out.as_mut().filter(|out| out.len() + used <= LARGEST_VALUE) {
                out.push_str(&chunk[..used]);
            }
            self.text.consume(used);
            if done {
                return Ok(End::Done);
            }
        }
    }
}

/// Finds the end of one value in pieces of text. Strings are jumped through, so avatars cost next to nothing.
#[derive(Default)]
struct Scan {
    depth: u32,
    in_string: bool,
    escaped: bool,
    scalar: bool,
    begun: bool,
}

impl Scan {
    /// How many bytes of `chunk` belong to the value, and whether it ends there.
    fn step(&mut self, chunk: &[u8]) -> (usize, bool) {
        let mut at = 0;
        while at < chunk.len() {
            if self.escaped {
                self.escaped = false;
                at += 1;
                continue;
            }
            if self.in_string {
                let Some(found) = memchr2(b'"', b'\\', &chunk[at..]) else { return (chunk.len(), false) };
                at += found + 1;
                if chunk[at - 1] == b'\\' {
                    self.escaped = true;
                } else {
                    self.in_string = false;
                    if self.depth == 0 {
                        return (at, true);
                    }
                }
                continue;
            }
            // within a value only strings and brackets matter
            if self.depth > 0 {
                let mark = |b: &u8| matches!(b, b'"' | b'{' | b'[' | b'}' | b']');
                let Some(step) = chunk[at..].iter().position(mark) else { return (chunk.len(), false) };
                at += step;
            }
            match chunk[at] {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth == 0 => return (at, true),
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return (at + 1, true);
                    }
                }
                b',' if self.depth == 0 => return (at, true),
                b if self.depth == 0 && b.is_ascii_whitespace() => return (at, true),
                _ if self.depth == 0 && !self.begun => self.scalar = true,
                _ => {}
            }
            self.begun = true;
            at += 1;
        }
        (chunk.len(), false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end_where_they_end() {
        for (text, length) in [
            ("{\"a\":\"}\\\"\"},", 11),
            ("\"a\\\\\",", 5),
            ("[1,[2]] ", 7),
            ("12,", 2),
            ("null}", 4),
            ("true]", 4),
        ] {
            for cut in 0..text.len() {
                let mut scan = Scan::default();
                let (first, done) = scan.step(&text.as_bytes()[..cut]);
                let total = if done { first } else { first + scan.step(&text.as_bytes()[cut..]).0 };
                assert_eq!(total, length, "{text} at {cut}");
            }
        }
    }
}
