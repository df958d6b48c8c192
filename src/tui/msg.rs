//! What happens to the screen ([`Msg`]) and what the screen wants done ([`Effect`]): plain data between the pure core
//! and the threads.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use super::keys::Key;
use super::model::digest::{DigestAsk, DigestShown, ExportJob, Exported};
use crate::config::Template;
use crate::duty::Upload;
use crate::notice::{Notice, NoticeRow, State};
use crate::store::{Counts, Decision, GroupRow, Heat, Hit, ListQuery, SavedView, UploadPlace, UploadQuery};

/// Something that happened.
#[derive(Debug)]
pub enum Msg {
    /// The time, before anything else of a wake-up.
    Now(i64),
    /// A key press.
    Key(Key),
    /// Text that came in one piece: pasted, dragged in, or committed by an input method.
    Paste(String),
    /// A click on something that was drawn; `true` for the second of a double click.
    Click(Target, bool),
    /// The wheel was turned by so many lines, down is positive; over the given thing.
    Wheel(i32, Option<Target>),
    /// The terminal has this size.
    Resize(u16, u16),
    /// The reader's answer to [`Effect::Read`].
    Answer(Answer),
    /// The writer did, undid or redid something.
    Decided(Deed, Result<Option<Outcome>, String>),
    /// How far a running import or preview is.
    Progress(Box<ProgressView>),
    /// An import (`false`) or its preview (`true`) has ended.
    Reported(u64, bool, Result<Box<ReportView>, String>),
    /// What an earlier import or another version of the program left undone is done.
    CaughtUp(Result<(), String>),
    /// What was asked to be taken back is gone: how many messages.
    TakenBack(Result<u64, String>),
    /// The beginning of a file as text; `None` where it is none.
    Beginning(Result<Option<String>, String>),
    /// The template is kept.
    TemplateKept(Result<(), String>),
    /// The text of the clipboard, where there is one.
    Clipboard(Option<String>),
    /// The folder that is watched now.
    Watching(Option<PathBuf>),
    /// A file of the watched folder was read.
    Arrived(Result<Box<ReportView>, String>),
    /// Something could not be done.
    Failed(String),
    /// A file was written, or was not.
    Exported(Exported),
    /// A backup was written into this file.
    BackedUp(Result<PathBuf, String>),
    /// A backup has replaced the database; what was there lies in this file, if there was anything.
    Restored(Result<Option<PathBuf>, String>),
    /// A folder was listed.
    Folder(u64, Result<(PathBuf, Vec<Entry>), String>),
    /// A timer set by [`Effect::After`] has run down.
    Timer(Timer),
    /// Text went to the clipboard, or did not.
    Copied(Result<usize, String>),
    /// Another program changed the database.
    Changed,
    /// The process is asked to end.
    Terminate,
}

/// What a decision did, by the store's account.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// The notices it touched.
    pub notices: Vec<String>,
    /// The store's words for it.
    pub label: String,
    /// What else is to be known about it.
    pub reason: Option<String>,
    /// Whether notices are to be computed again before anything is read.
    pub stale: bool,
}

/// Who asked the writer.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// A state was set, with the text to show when it is done.
    State(String),
    /// A notice or the screen was opened.
    Seen,
    /// A state was refused because rows of the checklists of these notices are open.
    Refused(Vec<String>),
    /// Undo.
    Undo,
    /// Redo.
    Redo,
}

/// What was drawn where, for the mouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A tab, by its number.
    Tab(usize),
    /// A part of the inbox, by its number.
    Part(usize),
    /// A key of the footer.
    Action(super::actions::Act),
    /// A row of the list, hits, entries: its index in the window.
    Row(usize),
    /// An entry of a popup.
    Entry(usize),
    /// The detail pane.
    Pane,
}

/// Timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// The pause before the preview; carries the preview's generation.
    Preview(u64),
    /// A toast has been up long enough; carries its number.
    Toast(u64),
    /// What is typed into the filter should have been answered; carries the generation of the rows.
    Slow(u64),
}

impl Timer {
    /// Whether nothing comes of this one any more when `newer` is set.
    pub(super) fn is_void_after(self, newer: Timer) -> bool {
        matches!((self, newer), (Timer::Preview(_), Timer::Preview(_)) | (Timer::Slow(_), Timer::Slow(_)))
    }
}

/// Something to be done outside the core.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Ask the reader. A newer question of the same kind makes the older one void.
    Read(Read),
    /// Set a state; the text is shown when it is done.
    State {
        /// Which notices.
        ids: Vec<String>,
        /// The new state.
        state: State,
        /// Until when, for 稍后.
        until: Option<i64>,
        /// A remark.
        note: Option<String>,
        /// What to say afterwards.
        text: String,
    },
    /// Set a deadline by hand, or take it back from the text; the text is shown when it is done.
    Due {
        /// Which notice.
        id: String,
        /// The deadline; `None` clears it.
        at: Option<i64>,
        /// What to say afterwards.
        text: String,
    },
    /// Attach a file to duties; the text is shown when it is done.
    Attach {
        /// Which duties.
        duties: Vec<String>,
        /// The path as typed.
        path: String,
        /// What to say afterwards.
        text: String,
    },
    /// Any other decision; the text is shown when it is done.
    Decide(Decision, String),
    /// A notice was opened for the first time.
    Seen(String),
    /// The screen was opened.
    Visit,
    /// Undo the last decision.
    Undo,
    /// Redo what was undone.
    Redo,
    /// Read files without writing, to show what would come in.
    Preview(u64, ImportJob),
    /// Import files.
    Import(u64, ImportJob),
    /// Finish what a cut-off import or another version of the program left undone.
    CatchUp,
    /// Stop the running import or preview.
    CancelImport,
    /// Take back what these files brought, by the hashes of their contents.
    TakeBack(Vec<String>),
    /// Read the beginning of the file that is asked about: its path, or the pasted text.
    Beginning(PathBuf, Option<String>),
    /// Keep a template in config.toml.
    KeepTemplate(Box<Template>),
    /// Read the clipboard for the paste desk.
    Clipboard,
    /// Watch this folder from now on, or none; kept in config.toml.
    Watch(Option<PathBuf>),
    /// Watch the folder config.toml names, if it says so.
    WatchAsSet,
    /// Write a digest into a file.
    Export(ExportJob),
    /// List a folder.
    Folder(u64, PathBuf),
    /// Send a message later.
    After(Duration, Timer),
    /// Put text on the clipboard.
    Copy(String),
    /// Keep a setting in config.toml.
    Keep {
        /// The section; empty for the top of the file.
        section: &'static str,
        /// Its name.
        name: &'static str,
        /// Its value.
        value: Keep,
    },
    /// Write a backup into this file.
    Backup(PathBuf),
    /// Replace the database by this backup.
    Restore(PathBuf),
    /// Leave and show the sample.
    Sample,
    /// Switch mouse reporting on or off.
    Mouse(bool),
    /// Paint everything anew.
    Repaint,
    /// Leave, with this exit code.
    Quit(u8),
}

/// What an import works on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportJob {
    /// Files, folders, archives.
    pub paths: Vec<PathBuf>,
    /// The work group of files that do not name it.
    pub group: Option<String>,
    /// The day of layouts without dates, `2026-07-27`.
    pub date: Option<String>,
    /// The text of the paste desk, which `-` stands for among the paths.
    pub pasted: Option<String>,
}

/// A question to the reader; `u64` is the generation that comes back with the answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Read {
    /// Rows of a list.
    Page(u64, ListQuery, From, usize),
    /// Numbers for the tabs.
    Counts(u64),
    /// Where a notice stands in its list.
    Place(u64, ListQuery, String),
    /// A notice in full.
    Notice(u64, String),
    /// The same, its copies compared with one of them.
    Compared(u64, String, String),
    /// Full-text search: words, older than this row.
    Search(u64, String, Option<i64>, usize),
    /// The group register.
    Groups(u64),
    /// Rows of the view 待报.
    Uploads(u64, UploadQuery, UploadsFrom, usize),
    /// Where duties must go, to choose from.
    UploadPlaces(u64),
    /// The digest as it would be written.
    Digest(u64, DigestAsk),
    /// The ids of a whole list, to mark them.
    Ids(u64, ListQuery),
    /// When the messages of each group come.
    Heat(u64),
    /// Everybody who sent something, and the user's own names.
    Senders(u64),
    /// The saved views.
    Views(u64),
}

impl Read {
    /// How many kinds there are.
    pub const KINDS: usize = 13;
    /// The kind of [`Read::Place`].
    pub const PLACE: usize = 2;

    /// The kind, as an index: questions of one kind replace each other.
    #[must_use]
    pub fn kind(&self) -> usize {
        match self {
            Read::Page(..) => 0,
            Read::Counts(_) => 1,
            Read::Place(..) => Read::PLACE,
            Read::Notice(..) | Read::Compared(..) => 3,
            Read::Search(..) => 4,
            Read::Groups(_) => 5,
            Read::Uploads(..) => 6,
            Read::Digest(..) => 7,
            Read::Ids(..) => 8,
            Read::Heat(_) => 9,
            Read::Senders(_) => 10,
            Read::UploadPlaces(_) => 11,
            Read::Views(_) => 12,
        }
    }

    /// The generation it was asked in.
    #[must_use]
    pub fn generation(&self) -> u64 {
        match self {
            Read::Page(g, ..)
            | Read::Counts(g)
            | Read::Place(g, ..)
            | Read::Notice(g, _)
            | Read::Compared(g, ..)
            | Read::Search(g, ..)
            | Read::Groups(g)
            | Read::Uploads(g, ..)
            | Read::UploadPlaces(g)
            | Read::Digest(g, _)
            | Read::Ids(g, _)
            | Read::Heat(g)
            | Read::Senders(g)
            | Read::Views(g) => *g,
        }
    }
}

/// From where a page of rows is read.
#[derive(Clone, Debug, PartialEq)]
pub enum From {
    /// The first rows.
    Start,
    /// The last rows.
    End,
    /// Those after a row.
    After(Box<NoticeRow>),
    /// Those before a row.
    Before(Box<NoticeRow>),
    /// Those around a notice.
    Around(String),
}

/// From where a page of duties is read.
#[derive(Clone, Debug, PartialEq)]
pub enum UploadsFrom {
    /// The first rows.
    Start,
    /// The last rows.
    End,
    /// Those after a row.
    After(Box<Upload>),
    /// Those before a row.
    Before(Box<Upload>),
    /// Those around a duty.
    Around(String),
}

/// An answer of the reader, with the generation of the question.
#[derive(Debug)]
#[expect(missing_docs, reason = "they mirror Read")]
pub enum Answer {
    Page(u64, From, usize, Result<Vec<NoticeRow>, String>),
    Counts(u64, Result<Counts, String>),
    Place(u64, Option<(u64, u64)>),
    Notice(u64, Result<Option<Box<Loaded>>, String>),
    Hits(u64, bool, Result<Vec<Hit>, String>),
    Groups(u64, Result<Vec<GroupRow>, String>),
    Uploads(u64, UploadsFrom, usize, Result<(Vec<Upload>, u64), String>),
    UploadPlaces(u64, Result<Vec<UploadPlace>, String>),
    Digest(u64, Result<Box<DigestShown>, String>),
    Ids(u64, Result<Vec<String>, String>),
    Heat(u64, Result<Vec<(String, Heat)>, String>),
    Senders(u64, Result<Senders, String>),
    Views(u64, Result<Vec<SavedView>, String>),
}

/// Everybody who sent something, with the number of messages, and the names that are the user's already.
pub type Senders = (Vec<(String, u64)>, Vec<String>);

/// A value kept in config.toml.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keep {
    /// A word.
    Text(String),
    /// Yes or no.
    Flag(bool),
}

/// A notice with the titles of the notices it is linked with.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    /// The notice.
    pub notice: Notice,
    /// Titles of `notice.links`, in their order; empty where the notice is gone.
    pub linked: Vec<String>,
    /// The message of the copy that the others are compared with, where it is not the lead copy.
    pub baseline: Option<String>,
}

/// How far an import is.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "as in ingest::Progress")]
pub struct ProgressView {
    pub step: String,
    pub file: String,
    pub file_no: usize,
    pub files: usize,
    pub bytes: u64,
    pub bytes_total: u64,
    pub messages: u64,
}

/// What an import did or would do: the object of `import --json` (`contract.md` §2).
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of contract.md §2")]
pub struct ReportView {
    pub files: Vec<FileView>,
    pub totals: TotalsView,
    pub elapsed_ms: u64,
    pub cancelled: bool,
}

/// One file of a [`ReportView`].
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of contract.md §2")]
pub struct FileView {
    pub path: String,
    pub format: Option<String>,
    pub encoding: Option<String>,
    pub group: Option<String>,
    pub status: String,
    pub messages: u64,
    pub new: u64,
    pub known: u64,
    pub first: Option<String>,
    pub last: Option<String>,
    pub assumed: Vec<String>,
    pub needs: Option<String>,
    pub loses: Vec<String>,
    pub sha256: Option<String>,
    pub issues: Vec<IssueView>,
}

/// Something that was not understood.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of contract.md §2")]
pub struct IssueView {
    pub line: Option<u64>,
    pub reason: String,
}

/// The sums of a [`ReportView`].
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of contract.md §2")]
pub struct TotalsView {
    pub files: u64,
    pub messages: u64,
    pub new: u64,
    pub known: u64,
    pub issues: u64,
    pub notices_new: u64,
    pub notices_grown: u64,
}

/// An entry of a folder.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Whether it is a folder.
    pub folder: bool,
    /// Size in bytes.
    pub size: u64,
}
