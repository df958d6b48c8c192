//! Bytes → messages. Knows export formats; knows no database, no clock, no file system: readers are passed in.
//! Bad input is data: whatever a parser cannot read becomes an [`Issue`], and what is good goes on to the [`Sink`].

use std::io::Read;
use std::ops::ControlFlow;

use chrono::{FixedOffset, NaiveDate};

use crate::message::{GroupRef, Message};

/// What the user or the caller says beside the bytes.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `--group`: the work group, for files that do not name it.
    pub group: Option<String>,
    /// `--format`: skip detection.
    pub format: Option<String>,
    /// `--date`: the day of layouts without dates.
    pub date: Option<NaiveDate>,
    /// `--year`: the year of layouts without years.
    pub year: Option<i32>,
    /// `--tz`: the zone of local times; +08:00 when absent.
    pub tz: Option<FixedOffset>,
}

/// One file to be read.
pub struct Source<'a> {
    /// Path as shown to the user, members of an archive as `a.zip/群.txt`. Always with `/`.
    pub name: &'a str,
    /// Day the file was last changed: the last resort for layouts without dates.
    pub modified: Option<NaiveDate>,
    /// What was said beside the bytes.
    pub options: &'a Options,
    /// Opens files beside this one (chunks of a manifest, `users.json`), by a path relative to this file's folder.
    pub siblings: &'a dyn Fn(&str) -> Option<Box<dyn Read>>,
}

/// Receives what a parser reads, in file order. `group` comes before the messages of each chat; a file may hold many.
pub trait Sink {
    /// The following messages belong to this group.
    fn group(&mut self, group: GroupRef);
    /// A message. `Break` asks the parser to stop: the user cancelled.
    fn message(&mut self, message: Message) -> ControlFlow<()>;
    /// Something that was not understood.
    fn issue(&mut self, issue: Issue);
}

/// A line, row or part that was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Line, row or ordinal, counted from 1; `None` where the file as a whole is meant.
    pub line: Option<u32>,
    /// What is wrong, in the language of the screen.
    pub reason: String,
}

/// How a file was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Id of the format (`wechat-mail-android`, `weflow-json` …); `None` when no format claims the file.
    pub format: Option<&'static str>,
    /// `utf-8`, `utf-8-bom`, `utf-16le`, `gb18030` …
    pub encoding: Option<&'static str>,
    /// What the file does not say and nobody told: nothing was sent to the sink.
    pub needs: Option<Need>,
    /// What was taken from elsewhere and is only probable (`day from the file's date`), in the language of the screen.
    pub assumed: Vec<String>,
    /// The file is a part of another one (a chunk of a manifest, a names file) and was left to it.
    pub part_of: Option<String>,
    /// Empty, `null`, only a BOM: nothing to import, and that is no error.
    pub empty: bool,
}

/// A question only the user can answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Which work group (`--group`).
    Group,
    /// Which day (`--date`).
    Date,
    /// Which year (`--year`).
    Year,
    /// Which format: no format claims the text.
    Format,
}

/// Reads one file: detects the format, decodes, parses, sends groups, messages and issues to `sink`.
///
/// # Errors
/// Only the reader's own errors. Whatever is wrong with the content is an issue or a need.
pub fn import(
    _reader: &mut dyn Read,
    _source: &Source<'_>,
    _sink: &mut dyn Sink,
) -> std::io::Result<Outcome> {
    Ok(Outcome::default())
}
