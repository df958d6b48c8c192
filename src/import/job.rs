//! One import under way: which group the messages go to, which day is taken where a file states none, what is sent to
//! the sink. Every parser writes through this, so the rules for missing things stand here once.

use std::ops::ControlFlow;

use chrono::{Datelike, FixedOffset, NaiveDate, NaiveDateTime};
use memchr::memmem::Finder;
use rust_i18n::t;

use crate::message::{GroupRef, Message, Platform, china};

use super::{Issue, Need, Outcome, Sink, Source, name};

/// `Break` means: stop reading, the user cancelled or a question is open.
pub(crate) type Flow = ControlFlow<()>;

/// What a parser works with beside its input.
pub(crate) struct Job<'a> {
    pub(crate) source: &'a Source<'a>,
    pub(crate) outcome: Outcome,
    sink: &'a mut dyn Sink,
    platform: Option<Platform>,
    group: Option<GroupRef>,
    base_day: Option<(NaiveDate, bool)>,
    base_year: Option<i32>,
    /// Line of the first message in which something unreadable is left.
    broken: Option<u32>,
    /// U+FFFD, sought in every message.
    unreadable: Finder<'static>,
    /// The sink asked to stop.
    stopped: bool,
}

impl<'a> Job<'a> {
    pub(crate) fn new(source: &'a Source<'a>, sink: &'a mut dyn Sink) -> Self {
        Job {
            source,
            outcome: Outcome::default(),
            sink,
            platform: None,
            group: None,
            base_day: None,
            base_year: None,
            broken: None,
            unreadable: Finder::new("\u{fffd}"),
            stopped: false,
        }
    }

    pub(crate) fn set_format(&mut self, id: &'static str, platform: Option<Platform>) {
        self.outcome.format = Some(id);
        self.platform = platform;
    }

    /// The messages that follow belong to this chat. A missing name is taken from `--group`, then from the file's name;
    /// with neither and without an id the question is open and nothing is sent.
    pub(crate) fn enter(&mut self, mut group: GroupRef) -> Flow {
        group.platform = group.platform.or(self.platform);
        group.native_id = group.native_id.filter(|id| !id.is_empty());
        group.name = group.name.map(|n| n.trim().to_owned()).filter(|n| !n.is_empty());
        if group.name.is_none() {
            group.name.clone_from(&self.source.options.group);
        }
        if group.name.is_none() {
            group.name = name::group(self.source.name, self.source.beside);
            group.name_from_file = group.name.is_some();
        }
        if group.name.is_none() && group.native_id.is_none() {
            self.outcome.needs = Some(Need::Group);
            return ControlFlow::Break(());
        }
        if self.group.as_ref() != Some(&group) {
            self.sink.group(group.clone());
            self.group = Some(group);
        }
        ControlFlow::Continue(())
    }

    /// Sends a message; its group was entered before, or is the one the file's name tells.
    pub(crate) fn send(&mut self, message: Message) -> Flow {
        if self.stopped {
            return ControlFlow::Break(());
        }
        if self.group.is_none() {
            self.enter(GroupRef::default())?;
        }
        let unreadable = |text: &str| self.unreadable.find(text.as_bytes()).is_some();
        if self.broken.is_none() && (unreadable(&message.text) || unreadable(&message.sender)) {
            self.broken = Some(message.line);
        }
        let flow = self.sink.message(message);
        self.stopped = flow.is_break();
        flow
    }

    /// Says how many byte sequences could not be decoded, if any of them is left in a message. Exporters cut titles in
    /// the middle of a character that stand whole elsewhere: that is no issue.
    pub(crate) fn damage(&mut self, damaged: u64) {
        if let (Some(line), true) = (self.broken, damaged > 0) {
            self.issue(Some(line), t!("import.issue.damaged", count = damaged).into_owned());
        }
    }

    /// Whether a chat has been entered.
    pub(crate) fn has_group(&self) -> bool {
        self.group.is_some()
    }

    /// Name of the chat entered last.
    pub(crate) fn group_name(&self) -> Option<&str> {
        self.group.as_ref().and_then(|g| g.name.as_deref())
    }

    pub(crate) fn issue(&mut self, line: Option<u32>, reason: impl Into<String>) {
        self.sink.issue(Issue { line, reason: reason.into() });
    }

    pub(crate) fn assume(&mut self, note: String) {
        if !self.outcome.assumed.contains(&note) {
            self.outcome.assumed.push(note);
        }
    }

    /// The zone of local times.
    pub(crate) fn zone(&self) -> FixedOffset {
        self.source.options.tz.unwrap_or_else(china)
    }

    /// Milliseconds since the epoch of a local time of the export.
    pub(crate) fn at(&self, local: NaiveDateTime) -> i64 {
        local.and_utc().timestamp_millis() - i64::from(self.zone().local_minus_utc()) * 1000
    }

    /// The day for layouts without dates, and whether somebody said it (`--date`, the file's name): else it is the
    /// file's own date, noted as assumed. `None` leaves the question open.
    pub(crate) fn base_day(&mut self) -> Option<(NaiveDate, bool)> {
        if self.base_day.is_some() {
            return self.base_day;
        }
        let said = self.source.options.date;
        let named = name::days(self.source.name).map(|d| d.0);
        self.base_day = match (said, named, self.source.modified) {
            (Some(day), _, _) => Some((day, true)),
            (None, Some(day), _) => {
                self.assume(t!("import.assumed.day_from_name", day = day).into_owned());
                Some((day, true))
            }
            (None, None, Some(day)) => {
                self.assume(t!("import.assumed.day_from_file", day = day).into_owned());
                Some((day, false))
            }
            (None, None, None) => {
                self.outcome.needs = Some(Need::Date);
                None
            }
        };
        self.base_day
    }

    /// The day of entries that stand before the first stated one.
    pub(crate) fn begin_on(&mut self, day: NaiveDate) {
        self.base_day.get_or_insert((day, false));
    }

    /// The year in which a layout without years begins; `month` and `day` are those of its first message.
    pub(crate) fn base_year(&mut self, month: u32, day: u32) -> Option<i32> {
        if self.base_year.is_some() {
            return self.base_year;
        }
        let options = self.source.options;
        let said = options.year.or(options.date.map(|d| d.year()));
        let named = name::days(self.source.name).map(|d| d.0.year());
        self.base_year = match (said, named, self.source.modified) {
            (Some(year), _, _) => Some(year),
            (None, Some(year), _) => {
                self.assume(t!("import.assumed.year_from_name", year = year).into_owned());
                Some(year)
            }
            (None, None, Some(file)) => {
                let later = (month, day) > (file.month(), file.day());
                let year = file.year() - i32::from(later);
                self.assume(t!("import.assumed.year_from_file", year = year).into_owned());
                Some(year)
            }
            (None, None, None) => {
                self.outcome.needs = Some(Need::Year);
                None
            }
        };
        self.base_year
    }
}
