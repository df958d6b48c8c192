//! The engine of all header-line texts: lines → entries, with the two guards of `formats.md` §3 against bodies that look
//! like headers: a blank line before the header, and time does not go back. A layout says what a line is; the engine
//! decides whether to believe it. Not here: what a body means (`tags`).

pub(crate) mod chatlog;
pub(crate) mod clipboard;
pub(crate) mod lines;
pub(crate) mod mail;
pub(crate) mod mht;
mod probe;
pub(crate) mod qce;
pub(crate) mod qq;
pub(crate) mod qq_clipboard;
pub(crate) mod stamped;
pub(crate) mod wechatexporter;
pub(crate) mod whatsapp;

use std::io;
use std::ops::ControlFlow;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use rust_i18n::t;

use crate::message::{GroupRef, Kind, Message, Precision};

use super::decode::Decoder;
use super::job::{Flow, Job};
use super::tags;
use super::time::{Clock, Day, is_empty};

pub(crate) use probe::{Probe, probed};

/// A body longer than this is cut, and an issue says so.
const LONGEST_BODY: usize = 8 * 1024 * 1024;

/// What a header line states.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Header<'l> {
    pub(crate) name: &'l str,
    pub(crate) id: Option<&'l str>,
    pub(crate) day: Option<Day>,
    pub(crate) clock: Option<Clock>,
    /// The body begins on the header's own line.
    pub(crate) inline: Option<&'l str>,
    pub(crate) own: Option<bool>,
    pub(crate) system: bool,
    /// The name stands on the line above.
    pub(crate) above: bool,
    /// Name and id of the chat, where every header repeats it.
    pub(crate) chat: Option<(&'l str, &'l str)>,
    /// The header is marked beyond doubt (bold in a mail): no guards.
    pub(crate) certain: bool,
    /// The entry has no time of its own: it takes the one before it, with precision none.
    pub(crate) timeless: bool,
}

/// What a layout takes a line for.
#[derive(Debug)]
pub(crate) enum Line<'l> {
    Header(Header<'l>),
    /// A line that states the day of what follows.
    Day(NaiveDate),
    /// A chat begins.
    Chat(GroupRef),
    /// The exporter's own decoration.
    Skip,
    /// As `Skip`, and the line above was decoration too.
    SkipAbove,
    Body,
}

/// Where a line stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'p> {
    /// The line above, as far as it is part of the running body.
    pub(crate) above: &'p str,
    /// Whether an entry is running.
    pub(crate) in_entry: bool,
}

/// An entry as the engine found it.
#[derive(Debug)]
pub(crate) struct Entry<'e> {
    pub(crate) name: &'e str,
    pub(crate) id: Option<&'e str>,
    pub(crate) own: Option<bool>,
    pub(crate) system: bool,
    pub(crate) sent_at: i64,
    pub(crate) precision: Precision,
    pub(crate) body: &'e str,
    pub(crate) line: u32,
    /// The last entry of the file: a trailer may hang on it.
    pub(crate) last: bool,
}

impl Entry<'_> {
    /// The message with the body read as the text formats write it.
    pub(crate) fn message(&self) -> Message {
        self.with(if self.system { tags::Body::new(Kind::System, self.body) } else { tags::read(self.body) })
    }

    pub(crate) fn with(&self, body: tags::Body) -> Message {
        let sender = if self.system { "" } else { self.name.trim() };
        let mut message = Message::text(self.sent_at, self.precision, sender, "");
        message.sender_id = self.id.filter(|_| !self.system).map(str::to_owned);
        message.is_self = self.own.filter(|_| !self.system);
        message.line = self.line;
        body.apply(&mut message);
        if message.sender == "我" {
            // the owner's mark, and nobody's name
            message.sender.clear();
            message.is_self = Some(true);
        }
        if self.system {
            message.kind = tags::system_kind(&message.text);
            message.recalled = false;
        }
        message
    }
}

/// What the engine may rely on for a layout. `blank` is measured on the head of the file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    /// Blank lines that must stand above a header.
    pub(crate) blanks: u32,
    /// Times do not go back.
    pub(crate) ascending: bool,
    /// Clock times without dates pass midnight when they go back by more than this.
    pub(crate) rollover: Option<TimeDelta>,
}

/// A clock that goes back by more than this has passed midnight: less may be a look-alike.
pub(crate) const MIDNIGHT: TimeDelta = TimeDelta::hours(12);

/// One layout of a text export.
pub(crate) trait Layout {
    fn line<'l>(&mut self, line: &'l str, place: Place<'_>) -> Line<'l>;

    /// Turns an entry into a message; `None` leaves it out (a repetition).
    fn entry(&mut self, entry: &Entry<'_>, _job: &Job<'_>) -> Option<Message> {
        Some(entry.message())
    }

    /// A chat was entered.
    fn chat(&mut self, _group: &GroupRef) {}
}

/// Reads a text to its end.
pub(crate) fn run(
    text: &mut Decoder<'_>,
    layout: &mut dyn Layout,
    rules: Rules,
    job: &mut Job<'_>,
) -> io::Result<()> {
    let mut engine = Engine::new(layout, rules, job);
    let mut number = 0;
    while let Some(line) = text.next_line()? {
        number += 1;
        if engine.line(line, number).is_break() {
            break;
        }
    }
    let _ = engine.finish();
    job.damage(text.damaged());
    job.outcome.encoding = Some(text.encoding());
    Ok(())
}

/// The running entry, less its name and its body.
#[derive(Debug, Default)]
struct Open {
    id: Option<String>,
    own: Option<bool>,
    system: bool,
    at: Option<NaiveDateTime>,
    precision: Option<Precision>,
    line: u32,
    chat: Option<(String, String)>,
}

/// The engine by itself, for layouts whose lines do not come from a text file (mail and .mht HTML).
pub(crate) struct Engine<'e, 'j> {
    layout: &'e mut dyn Layout,
    rules: Rules,
    job: &'e mut Job<'j>,
    open: Option<Open>,
    /// Of the running entry, as its body.
    name: String,
    body: String,
    /// Where the line above begins in `body`.
    above: usize,
    blanks: u32,
    blanks_above: u32,
    day: Option<NaiveDate>,
    day_stated: bool,
    now: Option<NaiveDateTime>,
    year: Option<i32>,
    /// A chat line met inside an entry waits for the day line that proves it.
    waiting: Option<(GroupRef, String)>,
    body_line: u32,
    cut: bool,
    /// The next header needs no blank line above.
    free: bool,
}

impl<'e, 'j> Engine<'e, 'j> {
    pub(crate) fn new(layout: &'e mut dyn Layout, rules: Rules, job: &'e mut Job<'j>) -> Self {
        Engine {
            layout,
            rules,
            job,
            open: None,
            name: String::new(),
            body: String::new(),
            above: 0,
            blanks: 1,
            blanks_above: 1,
            day: None,
            day_stated: false,
            now: None,
            year: None,
            waiting: None,
            body_line: 1,
            cut: false,
            free: false,
        }
    }

    pub(crate) fn line(&mut self, line: &str, number: u32) -> Flow {
        if is_empty(line) {
            self.blanks += 1;
            self.push("", number);
            return ControlFlow::Continue(());
        }
        let place = Place {
            above: if self.blanks == 0 { self.body[self.above..].trim_end_matches('\n') } else { "" },
            in_entry: self.open.is_some(),
        };
        let seen = self.layout.line(line, place);
        self.decide(line, number, seen)?;
        self.blanks_above = self.blanks;
        self.blanks = 0;
        ControlFlow::Continue(())
    }

    fn decide(&mut self, line: &str, number: u32, seen: Line<'_>) -> Flow {
        if self.waiting.is_some() {
            self.proof(matches!(seen, Line::Day(_)))?;
        }
        match seen {
            Line::Header(header) => match self.believe(&header) {
                Ok(Some((at, precision))) => return self.begin(&header, at, precision, number),
                Ok(None) => self.push(line, number),
                Err(()) => return ControlFlow::Break(()),
            },
            Line::Day(day) => {
                let back = self.rules.ascending && self.day_stated && self.day.is_some_and(|d| day <= d);
                if back || (self.open.is_some() && self.blanks < self.rules.blanks.min(1)) {
                    self.push(line, number);
                } else {
                    self.close(false)?;
                    self.day = Some(day);
                    self.day_stated = true;
                    self.free = true;
                }
            }
            Line::Chat(group) if self.open.is_some() && !self.layout_is_certain() => {
                if self.blanks == 0 {
                    self.push(line, number);
                } else {
                    self.waiting = Some((group, line.to_owned()));
                }
            }
            Line::Chat(group) => {
                self.chat(group)?;
                self.free = true;
            }
            Line::Skip => self.skip(),
            Line::SkipAbove => {
                self.retract();
                self.close(false)?;
                self.skip();
            }
            Line::Body => self.push(line, number),
        }
        ControlFlow::Continue(())
    }

    /// Layouts without day lines need no proof for a chat line.
    fn layout_is_certain(&self) -> bool {
        !self.day_stated
    }

    /// A day line after a waiting chat line proves it; anything else makes it part of the body.
    fn proof(&mut self, proven: bool) -> Flow {
        if let Some((group, line)) = self.waiting.take() {
            if proven {
                self.chat(group)?;
            } else {
                self.push(&line, self.body_line);
            }
        }
        ControlFlow::Continue(())
    }

    fn chat(&mut self, group: GroupRef) -> Flow {
        self.close(false)?;
        self.now = None;
        self.day = None;
        self.day_stated = false;
        self.layout.chat(&group);
        self.job.enter(group)
    }

    /// Decoration: the header below it needs no blank line.
    fn skip(&mut self) {
        if self.open.is_none() {
            self.strays();
        }
        self.above = self.body.len();
        self.free = true;
    }

    /// Applies the guards. `Err` when the day is not known and nobody can tell.
    fn believe(&mut self, header: &Header<'_>) -> Result<Option<(NaiveDateTime, Precision)>, ()> {
        let blanks = if header.above { self.blanks_above } else { self.blanks };
        // before the first entry there is nothing a header could be quoted in: a title may stand right above it
        let fresh = self.open.is_none();
        if !header.certain && !fresh && !self.free && blanks < self.rules.blanks {
            return Ok(None);
        }
        if header.timeless {
            let at =
                self.now.or_else(|| self.job.base_day().map(|d| d.0.and_time(NaiveTime::MIN))).ok_or(())?;
            return Ok(Some((at, Precision::None)));
        }
        let Some((at, precision)) = self.moment(header)? else { return Ok(None) };
        if self.rules.ascending && !header.certain {
            let slack = if precision == Precision::Second { 60 } else { 0 };
            if self.now.is_some_and(|now| at + TimeDelta::seconds(slack) < now) {
                return Ok(None);
            }
        }
        Ok(Some((at, precision)))
    }

    /// The time a header states, with what stands above it or was said about the file.
    fn moment(&mut self, header: &Header<'_>) -> Result<Option<(NaiveDateTime, Precision)>, ()> {
        let day = match header.day {
            Some(Day::Full(day)) => day,
            Some(Day::MonthDay(month, day)) => match self.with_year(month, day)? {
                Some(day) => day,
                None => return Ok(None),
            },
            None => match self.day {
                Some(day) => day,
                None => {
                    let (day, said) = self.job.base_day().ok_or(())?;
                    self.day = Some(day);
                    if header.clock.is_none() {
                        let precision = if said && self.job.source.options.date.is_some() {
                            Precision::Day
                        } else {
                            Precision::None
                        };
                        return Ok(Some((day.and_time(NaiveTime::MIN), precision)));
                    }
                    day
                }
            },
        };
        let Some(clock) = header.clock else {
            let said = self.job.source.options.date.is_some() || header.day.is_some() || self.day_stated;
            return Ok(Some((
                day.and_time(NaiveTime::MIN),
                if said { Precision::Day } else { Precision::None },
            )));
        };
        let mut at = day.and_time(clock.time);
        if let Some(hours) = self.rules.rollover.filter(|_| header.day.is_none())
            && let Some(now) = self.now.filter(|&now| now - at > hours)
        {
            let next = now.date().succ_opt().unwrap_or(day);
            at = next.and_time(clock.time);
        }
        Ok(Some((at, if clock.seconds { Precision::Second } else { Precision::Minute })))
    }

    /// The year runs on: December → January is the next one.
    fn with_year(&mut self, month: u32, day: u32) -> Result<Option<NaiveDate>, ()> {
        let mut year = match self.year {
            Some(year) => year,
            None => self.job.base_year(month, day).ok_or(())?,
        };
        if self.now.is_some_and(|now| now.month() == 12 && month == 1 && now.year() == year) {
            year += 1;
        }
        Ok(NaiveDate::from_ymd_opt(year, month, day))
    }

    /// A believed header: the running entry ends, a new one begins.
    fn begin(&mut self, header: &Header<'_>, at: NaiveDateTime, precision: Precision, number: u32) -> Flow {
        let above = header.above.then(|| self.body[self.above..].trim().to_owned());
        if above.is_some() {
            self.retract();
        }
        self.close(false)?;
        self.name.clear();
        self.name.push_str(above.as_deref().filter(|_| header.name.is_empty()).unwrap_or(header.name));
        if self.rules.rollover.is_some() && !self.day_stated {
            self.day = Some(at.date());
        }
        if matches!(header.day, Some(Day::MonthDay(..))) {
            self.year = Some(at.year());
        }
        // an entry without a time of its own says nothing about those below
        if !header.timeless {
            self.now = Some(at);
        }
        self.open = Some(Open {
            id: header.id.map(str::to_owned),
            own: header.own,
            system: header.system,
            at: Some(at),
            precision: Some(precision),
            line: number - u32::from(header.above),
            chat: header.chat.map(|(n, i)| (n.to_owned(), i.to_owned())),
        });
        self.free = false;
        if let Some(inline) = header.inline {
            self.push(inline, number);
        }
        ControlFlow::Continue(())
    }

    fn push(&mut self, line: &str, number: u32) {
        if self.body.is_empty() {
            self.body_line = number;
        }
        if self.body.len() + line.len() > LONGEST_BODY {
            if !self.cut {
                self.job.issue(Some(number), t!("import.issue.body_cut").into_owned());
            }
            self.cut = true;
            return;
        }
        if !line.is_empty() {
            self.above = self.body.len();
            self.free = false;
        }
        self.body.push_str(line);
        self.body.push('\n');
    }

    /// Takes the line above out of the body.
    fn retract(&mut self) {
        self.body.truncate(self.above);
    }

    /// Lines before the first header.
    fn strays(&mut self) {
        let body = std::mem::take(&mut self.body);
        for (n, line) in (self.body_line..).zip(body.lines()) {
            if !is_empty(line) {
                self.job.issue(Some(n), t!("import.issue.stray_line").into_owned());
            }
        }
        self.body = body;
        self.body.clear();
        self.above = 0;
    }

    /// Ends the running entry and sends it.
    fn close(&mut self, last: bool) -> Flow {
        let Some(open) = self.open.take() else {
            self.strays();
            return ControlFlow::Continue(());
        };
        self.cut = false;
        if let Some((name, id)) = &open.chat {
            let group =
                GroupRef { name: Some(name.clone()), native_id: Some(id.clone()), ..GroupRef::default() };
            self.job.enter(group)?;
        } else if !self.job.has_group() {
            self.job.enter(GroupRef::default())?;
        }
        let entry = Entry {
            name: &self.name,
            id: open.id.as_deref(),
            own: open.own,
            system: open.system,
            sent_at: open.at.map_or(0, |at| self.job.at(at)),
            precision: open.precision.unwrap_or(Precision::None),
            body: self.body.trim(),
            line: open.line,
            last,
        };
        let message = self.layout.entry(&entry, self.job);
        self.body.clear();
        self.above = 0;
        match message {
            Some(message) => self.job.send(message),
            None => ControlFlow::Continue(()),
        }
    }

    /// The end of the text.
    pub(crate) fn finish(mut self) -> Flow {
        if self.job.outcome.needs.is_some() {
            return ControlFlow::Break(());
        }
        self.proof(false)?;
        self.close(true)
    }
}
