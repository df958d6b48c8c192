//! What a look at the head of a file shows a layout: whether the text is of that layout, whether blank lines stand above
//! its headers, in which direction time runs.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use crate::import::time::{Day, is_empty};

use super::{Header, Layout, Line, Place};

/// What a look at the head of a file shows a layout.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Probe {
    pub(crate) headers: u32,
    /// Headers with a blank line above (or nothing).
    pub(crate) after_blank: u32,
    /// Lines before the first header that are neither blank nor decoration.
    pub(crate) strays: u32,
    pub(crate) days: u32,
    pub(crate) chats: u32,
    back: u32,
    forth: u32,
}

impl Probe {
    /// Reads the head as `layout` sees it, without guards.
    pub(crate) fn of(head: &str, layout: &mut dyn Layout) -> Probe {
        let mut probe = Probe::default();
        let (mut above, mut blanks, mut before) = ("", 1, None);
        for line in probed(head) {
            if is_empty(line) {
                blanks += 1;
                above = "";
                continue;
            }
            match layout.line(line, Place { above, in_entry: probe.headers > 0 }) {
                Line::Header(header) => {
                    // the name above has been counted as a stray
                    probe.strays -= u32::from(header.above && probe.headers == 0 && probe.strays > 0);
                    probe.headers += 1;
                    probe.after_blank += u32::from(blanks > 0 || probe.headers == 1);
                    let now = moment(&header);
                    match (before, now) {
                        (Some(a), Some(b)) if b < a => probe.back += 1,
                        (Some(a), Some(b)) if b > a => probe.forth += 1,
                        _ => {}
                    }
                    before = now;
                }
                Line::Day(_) => probe.days += 1,
                Line::Chat(_) => probe.chats += 1,
                Line::Skip | Line::SkipAbove => {}
                Line::Body => probe.strays += u32::from(probe.headers == 0),
            }
            blanks = 0;
            above = line;
        }
        probe
    }

    /// Whether the file runs from new to old.
    pub(crate) fn descending(self) -> bool {
        self.back > 2 && self.back > self.forth * 4
    }

    /// Whether headers stand after blank lines.
    pub(crate) fn has_blanks(self) -> bool {
        self.after_blank * 3 >= self.headers * 2
    }
}

/// The lines a probe looks at.
pub(crate) fn probed(head: &str) -> impl Iterator<Item = &str> {
    const ENOUGH: usize = 64 * 1024;
    let mut bytes = 0;
    head.lines().take_while(move |line| {
        bytes += line.len() + 1;
        bytes <= ENOUGH
    })
}

fn moment(header: &Header<'_>) -> Option<NaiveDateTime> {
    let day = match header.day? {
        Day::Full(day) => day,
        Day::MonthDay(month, day) => NaiveDate::from_ymd_opt(2024, month, day)?,
    };
    Some(day.and_time(header.clock.map_or(NaiveTime::MIN, |c| c.time)))
}
