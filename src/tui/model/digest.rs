//! What the view 每日摘要 holds: what is to be written (digest or report), a form of a few lines, and the very text.

use std::path::PathBuf;

use crate::export::Audience;
use crate::store::ListFilter;

/// What is looked at and written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum What {
    /// 每日摘要.
    #[default]
    Digest,
    /// 凭据目录.
    Evidence,
    /// 负担报告.
    Burden,
    /// 群台账.
    Groups,
}

impl What {
    /// All of them in order.
    pub const ALL: [What; 4] = [What::Digest, What::Evidence, What::Burden, What::Groups];

    /// The lines of its form.
    #[must_use]
    pub fn choices(self) -> &'static [Choice] {
        match self {
            What::Digest => &[
                Choice::What,
                Choice::Day,
                Choice::Range,
                Choice::Audience,
                Choice::Format,
                Choice::Group,
                Choice::Detail,
            ],
            What::Evidence => &[Choice::What, Choice::Subject, Choice::Format],
            What::Burden => &[Choice::What, Choice::Day, Choice::Range, Choice::Format, Choice::Group],
            What::Groups => &[Choice::What, Choice::Format],
        }
    }

    /// How far back it can reach.
    #[must_use]
    pub fn ranges(self) -> &'static [Range] {
        match self {
            What::Burden => {
                &[Range::Whole, Range::Days(7), Range::Days(30), Range::Days(92), Range::Days(366)]
            }
            _ => &Range::ALL,
        }
    }
}

/// The lines of the forms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the lines")]
pub enum Choice {
    What,
    Subject,
    #[default]
    Day,
    Range,
    Audience,
    Format,
    Group,
    Detail,
}

/// How far back from the day the digest reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// So many days, the last of which is the day.
    Days(i64),
    /// From the last closing of the screen until the end of today.
    SinceClosed,
    /// Everything there is.
    Whole,
}

impl Range {
    /// Those of a digest, in order.
    pub const ALL: [Range; 5] =
        [Range::Days(1), Range::SinceClosed, Range::Days(2), Range::Days(7), Range::Days(30)];
}

/// The view.
#[derive(Debug)]
pub struct DigestPage {
    /// What is looked at.
    pub what: What,
    /// The line of the form that left and right change.
    pub choice: Choice,
    /// Name of what the evidence index is about; `None`: the view the list shows, else all notices with files.
    pub subject: Option<String>,
    /// Whether original words, other copies and reasons are added.
    pub detail: bool,
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
            what: What::Digest,
            choice: Choice::Day,
            subject: None,
            detail: false,
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
    /// What is looked at.
    pub what: What,
    /// Name and filter of what an evidence index is about.
    pub subject: (String, ListFilter),
    /// Whether original words, other copies and reasons are added.
    pub detail: bool,
    /// When the office closes, for what counts as 非工作时间.
    pub close: Option<String>,
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
    /// A name for the file, without its ending.
    pub name: String,
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
