//! The state of the screen: one value, changed only by `update`, drawn by `screens`. What a single view holds has a file
//! of its own.

pub mod choice;
pub mod digest;
pub mod teach;
pub mod names;
pub mod uploads;
pub mod wizard;

use std::collections::{BTreeSet, VecDeque};
use std::path::PathBuf;

use super::msg::{Entry, FileView, ImportJob, Loaded, ProgressView, ReportView};
use super::theme::Look;
use super::widgets::field::Field;
use super::widgets::sheet::Sheet;
use crate::notice::{Moment, NoticeRow, View};
use crate::store::{Counts, GroupRow, Heat, Hit, ListFilter, ListQuery, SavedView};

/// Everything the screen shows.
#[derive(Debug, Default)]
pub struct Model {
    /// The terminal and the run.
    pub env: Env,
    /// The tab in front.
    pub tab: Tab,
    /// What lies over the tab, the topmost last.
    pub over: Vec<Over>,
    /// The list of notices.
    pub list: List,
    /// The notice or message shown in full or beside the list.
    pub detail: Detail,
    /// The search screen.
    pub search: Search,
    /// The import screen.
    pub import: Import,
    /// The view 待报.
    pub uploads: uploads::Uploads,
    /// The view 每日摘要.
    pub digest: digest::DigestPage,
    /// The saved views by name.
    pub views: Vec<SavedView>,
    /// The group register.
    pub groups: Groups,
    /// The settings.
    pub settings: SettingsPage,
    /// A window over everything.
    pub popup: Option<Popup>,
    /// Toasts and the message log.
    pub notes: Notes,
}

/// The terminal and the run.
#[derive(Debug, Default)]
pub struct Env {
    /// Columns and lines.
    pub size: (u16, u16),
    /// Milliseconds since the epoch, as of the last wake-up.
    pub now: i64,
    /// Colours and widths.
    pub look: Look,
    /// Whether the mouse is ours.
    pub mouse: bool,
    /// Whether a Chinese input method swallowed a key.
    pub ime: bool,
    /// When the hint about it was last shown.
    pub ime_hint_at: Option<i64>,
    /// When Ctrl+C was last pressed.
    pub interrupt_at: Option<i64>,
    /// Numbers for the tabs, once they are known.
    pub counts: Option<Counts>,
    /// Generation of the counts asked for.
    pub counts_gen: u64,
    /// Generation of the saved views asked for.
    pub views_gen: u64,
    /// The database, for the about screen.
    pub database: PathBuf,
    /// The folder that is watched, if one is.
    pub watched: Option<PathBuf>,
    /// Whether this is the sample.
    pub demo: bool,
    /// Whether contact phones of offices stay readable in files.
    pub keep_phones: bool,
    /// 下班 as config.toml has it.
    pub office_close: Option<String>,
    /// Whether what an earlier import left undone is being done.
    pub catching_up: bool,
}

/// The views, in the order of their digits; the table is [`super::views::VIEWS`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the screens")]
pub enum Tab {
    #[default]
    Inbox,
    Uploads,
    Digest,
    Groups,
    Import,
    Settings,
}

impl Tab {
    /// All of them in order.
    pub const ALL: [Tab; 6] =
        [Tab::Inbox, Tab::Uploads, Tab::Digest, Tab::Groups, Tab::Import, Tab::Settings];

    /// Its place, from 0.
    #[must_use]
    pub fn index(self) -> usize {
        Tab::ALL.iter().position(|t| *t == self).unwrap_or(0)
    }
}

/// A screen over a tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// Full-text search.
    Search,
    /// A notice or message in full.
    Detail,
}

/// The parts of the inbox, in the order they are shown: left and right go from one to the next.
pub const PARTS: [View; 5] = [View::Inbox, View::Later, View::Noted, View::Done, View::All];

/// The list of notices: a window of rows around the selected one.
#[derive(Debug, Default)]
pub struct List {
    /// Which notices.
    pub view: View,
    /// Only notices of these work groups; empty means all.
    pub groups: Vec<String>,
    /// The filter in force.
    pub words: String,
    /// Last seen at or after, first seen before.
    pub days: (Option<Moment>, Option<Moment>),
    /// Only notices on which a file of evidence hangs.
    pub with_files: bool,
    /// The saved view that is shown, by its name.
    pub named: Option<String>,
    /// The filter being typed.
    pub filter: Option<Field>,
    /// The window, in display order.
    pub rows: Vec<NoticeRow>,
    /// Whether nothing comes before the window.
    pub at_start: bool,
    /// Whether nothing comes after it.
    pub at_end: bool,
    /// Whether the first answer is still out.
    pub loading: bool,
    /// The words of the filter that `rows` answer; those that are typed may be further.
    pub answered: String,
    /// Why the rows could not be read.
    pub failed: Option<String>,
    /// Index of the selected row.
    pub selected: usize,
    /// Index of the first row drawn.
    pub top: usize,
    /// Marked notices.
    pub marks: BTreeSet<String>,
    /// The remark that goes with 已办 if open rows are settled with it.
    pub remark: Option<String>,
    /// Where an extension of marks began.
    pub anchor: Option<String>,
    /// Rank of the selected row and number of rows, both from the store or counted on from there.
    pub place: Option<(u64, u64)>,
    /// The row whose rank that is, or is asked for.
    pub placed: Option<String>,
    /// Whether the store is asked for it.
    pub placing: bool,
    /// Generation of the rows.
    pub generation: u64,
    /// Generation of the place asked for.
    pub place_gen: u64,
    /// Whether a page before or after the window is on its way.
    pub fetching: bool,
    /// Whether what the filter leaves takes so long that it is said.
    pub slow: bool,
    /// Whether the selection was moved since the page under way was asked for.
    pub moved: bool,
    /// The end of the list the user is on the way to, while its rows are not there.
    pub going: Option<super::msg::From>,
    /// Rows gone on since then; they count from the end once it is there.
    pub steps: isize,
}

impl List {
    /// The selected row.
    #[must_use]
    pub fn row(&self) -> Option<&NoticeRow> {
        self.rows.get(self.selected)
    }

    /// What a name given to it now would stand for.
    #[must_use]
    pub fn filter_now(&self) -> ListFilter {
        ListFilter {
            view: self.view,
            groups: self.groups.clone(),
            words: self.words.clone(),
            since: self.days.0,
            until: self.days.1,
            with_files: self.with_files,
        }
    }

    /// The question to the store for this list.
    #[must_use]
    pub fn query(&self, now: i64) -> ListQuery {
        self.filter_now().query(now)
    }

    /// Whether a line above the list says what is filtered.
    #[must_use]
    pub fn filter_line(&self) -> bool {
        let said = !self.words.is_empty() || self.days != (None, None) || self.with_files;
        self.filter.is_some() || self.named.is_some() || said || !self.groups.is_empty()
    }

    /// Whether it does not show all of its part.
    #[must_use]
    pub fn narrowed(&self) -> bool {
        self.filter_line()
    }
}

/// What the detail shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// A notice.
    Notice(Box<Loaded>),
    /// A message that belongs to no notice.
    Message(Box<Hit>),
}

/// The detail pane or screen.
#[derive(Debug, Default)]
pub struct Detail {
    /// The notice wanted.
    pub id: Option<String>,
    /// What is shown; the former one until the wanted one has come.
    pub shown: Option<Shown>,
    /// First line drawn.
    pub scroll: usize,
    /// The difference that was gone to, and the first line drawn then: scrolling away from it begins anew.
    pub difference: Option<(usize, usize)>,
    /// Generation of the wanted notice.
    pub generation: u64,
    /// Whether the pane beside the list has the focus.
    pub focused: bool,
    /// Notices from which a link was followed, for the way back.
    pub trail: Vec<String>,
    /// The message of the copy the others are to be compared with; `None`: the lead copy.
    pub against: Option<String>,
    /// Whether the first difference is gone to when the notice has come.
    pub to_difference: bool,
    /// The notice whose detail was left because it was settled; refused, it is shown again.
    pub left: Option<String>,
}

impl Detail {
    /// The notice shown, if it is the one wanted.
    #[must_use]
    pub fn notice(&self) -> Option<&Loaded> {
        match &self.shown {
            Some(Shown::Notice(loaded)) if self.id.as_ref() == Some(&loaded.notice.id) => Some(loaded),
            _ => None,
        }
    }
}

/// The search screen.
#[derive(Debug, Default)]
pub struct Search {
    /// The words.
    pub field: Field,
    /// What was found, newest first.
    pub hits: Vec<Hit>,
    /// Whether there may be older ones.
    pub more: bool,
    /// Index of the selected hit.
    pub selected: usize,
    /// First hit drawn.
    pub top: usize,
    /// Generation of the hits.
    pub generation: u64,
    /// Whether an answer is out.
    pub busy: bool,
    /// Generation of the hits that are shown.
    pub answered: u64,
    /// Whether the first hit is opened as soon as it comes: Enter was pressed before the answer.
    pub eager: bool,
    /// Whether the last question could not be answered.
    pub failed: bool,
}

/// How far the import screen is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// Choosing files.
    #[default]
    Choose,
    /// Text pasted or typed on the paste desk.
    Desk,
    /// Showing how a file no format claims is to be read.
    Teach,
    /// Reading them without writing.
    Reading,
    /// Showing what would come in.
    Confirm,
    /// Importing.
    Running,
    /// Showing what came in.
    Result,
}

/// The import screen.
#[derive(Debug, Default)]
pub struct Import {
    /// The path being typed.
    pub field: Field,
    /// The folder listed.
    pub folder: PathBuf,
    /// What is in it.
    pub entries: Vec<Entry>,
    /// Why it could not be listed.
    pub folder_error: Option<String>,
    /// Index of the selected entry or file.
    pub selected: usize,
    /// First line drawn.
    pub top: usize,
    /// How far.
    pub stage: Stage,
    /// What is imported.
    pub job: ImportJob,
    /// How far the running job is.
    pub progress: ProgressView,
    /// What it did or would do.
    pub report: Option<ReportView>,
    /// Generation of the running job.
    pub generation: u64,
    /// Generation of the folder asked for.
    pub folder_gen: u64,
    /// Whether the user asked to stop.
    pub cancelling: bool,
    /// How a file no format claims is to be read.
    pub teach: teach::Teach,
    /// The text on the paste desk.
    pub sheet: Sheet,
    /// Whether what came in is being taken back.
    pub taking_back: bool,
}

impl Import {
    /// The first file that needs an answer a field can take before it can come in.
    #[must_use]
    pub fn asking(&self) -> Option<&FileView> {
        let asks = |f: &&FileView| matches!(f.needs.as_deref(), Some("group" | "date" | "year" | "format"));
        self.report.as_ref()?.files.iter().find(asks)
    }

    /// Whether none of the files read could be imported.
    #[must_use]
    pub fn brings_nothing(&self) -> bool {
        self.report.as_ref().is_some_and(|r| r.files.iter().all(|f| f.status == "failed"))
    }
}

/// The group register.
#[derive(Debug, Default)]
pub struct Groups {
    /// Every group.
    pub rows: Vec<GroupRow>,
    /// Index of the selected one.
    pub selected: usize,
    /// First row drawn.
    pub top: usize,
    /// Generation of the rows.
    pub generation: u64,
    /// Whether they have come.
    pub loaded: bool,
    /// When the messages of each come, in the order of the rows.
    pub heat: Vec<(String, Heat)>,
}

/// The settings.
#[derive(Debug, Default)]
pub struct SettingsPage {
    /// Index of the selected row.
    pub selected: usize,
    /// Generation of the question for the senders.
    pub names_gen: u64,
    /// Whether the user's names are still to be asked for after an import.
    pub names_due: bool,
    /// The backup that replaces everything once the question is answered.
    pub restore: Option<PathBuf>,
}

/// A window over everything.
#[derive(Debug)]
pub enum Popup {
    /// Keys and words.
    Help {
        /// First line drawn.
        scroll: usize,
    },
    /// Every action by name.
    Palette {
        /// What is looked for.
        field: Field,
        /// Index of the selected action.
        selected: usize,
        /// All actions in the order they had when it was opened: what becomes possible meanwhile moves nothing.
        order: Vec<super::actions::Act>,
    },
    /// Until when to put off.
    Later {
        /// Index of the selected time.
        selected: usize,
        /// A date being typed.
        field: Option<Field>,
        /// Why it cannot be read.
        wrong: bool,
    },
    /// The deadline set by hand.
    Due {
        /// Of which notice.
        id: String,
        /// What is typed; nothing takes the deadline back from the text.
        field: Field,
        /// Whether it cannot be read.
        wrong: bool,
    },
    /// Messages of this run.
    Log {
        /// First line drawn.
        scroll: usize,
    },
    /// Linked notices to choose from.
    Links {
        /// Index of the selected one.
        selected: usize,
    },
    /// The saved views; the first line keeps the filter in force.
    Views {
        /// Index of the selected line.
        selected: usize,
    },
    /// The name of a view.
    NameView {
        /// The view that gets another name; `None`: the filter in force gets one.
        from: Option<String>,
        /// What is typed.
        field: Field,
        /// Whether another view has that name.
        taken: bool,
    },
    /// A remark to go with 已办.
    Remark(Field),
    /// The first use, step by step.
    Wizard(Box<wizard::Wizard>),
    /// One of several decisions.
    Choose(Box<choice::Choice>),
    /// A group's name asked for an import.
    AskGroup(Field),
    /// The pattern of a header line, and what is wrong with it.
    AskPattern(Field, Option<String>),
    /// The name a template is kept under.
    AskTemplate(Field),
    /// A day asked for an import.
    AskDate(Field),
    /// Where a file is to go.
    SaveAs(Field),
    /// Where a backup is to go.
    AskBackup(Field),
    /// The backup that is to replace everything.
    AskRestore(Field),
    /// The hour at which the office closes.
    OfficeClose {
        /// What is typed.
        field: Field,
        /// Whether it cannot be read.
        wrong: bool,
    },
    /// The user's own names.
    Names(names::Names),
    /// How wide this terminal draws what it draws.
    Widths,
    /// What arrives of the keys that are pressed, the newest last.
    KeyTest(Vec<String>),
    /// Something about duties.
    Duty(uploads::DutyWindow),
    /// A question with yes and no.
    Confirm(Question),
}

/// Questions with yes and no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Leave the program.
    Quit,
    /// Stop the import.
    CancelImport,
    /// Take back what the import brought.
    TakeBack,
    /// Replace the database by a backup.
    Restore,
    /// Replace the file that is there already.
    Overwrite,
    /// Do something to so many notices at once.
    Many(super::actions::Act, usize),
}

/// One message to the user.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// Its number.
    pub number: u64,
    /// When.
    pub at: i64,
    /// What.
    pub text: String,
    /// Whether it stays until it is dismissed.
    pub error: bool,
}

/// Toasts and the log they are kept in.
#[derive(Debug, Default)]
pub struct Notes {
    /// Shown now, the newest last.
    pub toasts: VecDeque<Note>,
    /// All of this run, the newest last.
    pub log: Vec<Note>,
    /// How many there were.
    pub count: u64,
    /// What is masked in the text that is being copied, in words.
    pub masked: Option<String>,
}
