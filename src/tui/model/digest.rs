//! What the view 每日摘要 holds: a form of five lines, and the very text that would be written.

use std::path::PathBuf;

use crate::export::Audience;

/// The lines of the form, in their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the lines")]
pub enum Choice {
    #[default]
    Day,
    Range,
    Audience,
    Format,
    Group,
}

impl Choice {
    /// All of them.
    pub const ALL: [Choice; 5] =
        [Choice::Day, Choice::Range, Choice::Audience, Choice::Format, Choice::Group];
}

/// How far back from the day the digest reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// So many days, the last of which is the day.
    Days(i64),
    /// From the last closing of the screen until the end of today.
    SinceClosed,
}

impl Range {
    /// All of them in order.
    pub const ALL: [Range; 5] =
        [Range::Days(1), Range::SinceClosed, Range::Days(2), Range::Days(7), Range::Days(30)];
}

/// The view.
#[derive(Debug)]
pub struct DigestPage {
    /// The line of the form that left and right change.
    pub choice: Choice,
    /// Days before today: 0 is today.
    pub back: i64,
    /// How far back it reaches.
    pub range: Range,
    /// Whom it is for.
    pub audience: Audience,
    /// Index in the table of formats.
    pub format: usize,
    /// Only this work group.
    pub group: Option<String>,
    /// The folder files go to first.
    pub folder: PathBuf,
    /// What has come.
    pub shown: DigestShown,
    /// First line of the text drawn.
    pub scroll: usize,
    /// Generation of the text.
    pub generation: u64,
    /// Whether it has come.
    pub loaded: bool,
    /// Why it could not be made.
    pub failed: Option<String>,
    /// The file that is there already, while the user is asked.
    pub taken: Option<PathBuf>,
}

impl Default for DigestPage {
    fn default() -> Self {
        DigestPage {
            choice: Choice::Day,
            back: 0,
            range: Range::Days(1),
            audience: Audience::Own,
            format: 0,
            group: None,
            folder: PathBuf::new(),
            shown: DigestShown::default(),
            scroll: 0,
            generation: 0,
            loaded: false,
            failed: None,
            taken: None,
        }
    }
}

/// What the view asks the reader, and what a file is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigestAsk {
    /// Days before today.
    pub back: i64,
    /// How far back it reaches.
    pub range: Range,
    /// Whom it is for.
    pub audience: Audience,
    /// Name of the format.
    pub format: &'static str,
    /// Only this work group.
    pub group: Option<String>,
    /// Whether contact phones of offices stay readable.
    pub keep_phones: bool,
    /// The language of the words.
    pub locale: String,
}

/// A digest as it would be written, with what the form needs to know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DigestShown {
    /// The text of the file or, where the format is no text, the same said in lines.
    pub lines: Vec<String>,
    /// Whether the lines are the file itself, byte for byte.
    pub exact: bool,
    /// Size of the file in bytes.
    pub bytes: usize,
    /// What was masked, in words.
    pub masked: Option<String>,
    /// Day or range in words.
    pub period: String,
    /// Last day of the period, for the name of the file.
    pub last_day: String,
    /// When the screen was closed last, in words.
    pub closed: Option<String>,
    /// Names of the work groups.
    pub groups: Vec<String>,
    /// Whether nothing at all stands in it.
    pub empty: bool,
}

/// A file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportJob {
    /// What it is made of.
    pub ask: DigestAsk,
    /// Where it goes.
    pub path: PathBuf,
    /// Whether an existing file is replaced.
    pub force: bool,
}

/// What became of an [`ExportJob`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exported {
    /// Written: the path, and what was masked in words.
    Done(PathBuf, Option<String>),
    /// A file of that name is there already and was kept.
    Taken(PathBuf),
    /// It could not be written.
    Failed(String),
}
