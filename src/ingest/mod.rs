//! The only place that knows the order of the steps: files → messages → identity → facts → notices → store.
//! Everything is computed outside the transactions; a cancel or a crash leaves a mark from where the next run goes on.

mod align;
pub mod clipboard;
mod files;
mod groups;
mod identity;
mod section;
mod derive;
mod peek;
mod people;
mod take_back;
pub mod watch;
mod decide;

pub use decide::{decide, redo, redo_step, undo};
pub use groups::{alias, join, part};
pub use peek::peek;
pub use take_back::take_back;

use std::cell::RefCell;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use rust_i18n::t;
use serde::Serialize;

use crate::facts::Settings;
use crate::import::{self, Need, Outcome, Source};
use crate::message::epoch_ms;
use crate::notice::Moment;
use crate::store::{FailedExport, SourceRow, Store, StoreError};

use files::{Entry, Told};
use groups::Groups;
use section::Reader;

/// What an import is told beside the paths.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// What the files themselves do not say.
    pub import: import::Options,
    /// Only look: nothing is written.
    pub dry_run: bool,
    /// Now, in milliseconds since the epoch.
    pub now: i64,
    /// Office hours and calendar.
    pub settings: Settings,
    /// What `-` means, where it is not standard input: a text from the clipboard.
    pub pasted: Option<Vec<u8>>,
}

/// How far it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The step.
    pub step: Step,
    /// The file that is being read.
    pub file: String,
    /// Its number, from 1.
    pub file_no: usize,
    /// How many there are.
    pub files: usize,
    /// Bytes read of all files.
    pub bytes: u64,
    /// Bytes of all files.
    pub bytes_total: u64,
    /// Messages read, or placed while clustering.
    pub messages: u64,
}

/// The steps of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Step {
    /// Finding the files.
    #[default]
    Listing,
    /// Reading messages.
    Reading,
    /// Facts and notices.
    Clustering,
    /// Ending.
    Writing,
}

/// What came in: the object of `import --json`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Report {
    /// File by file.
    pub files: Vec<FileReport>,
    /// The sums.
    pub totals: Totals,
    /// How long it took.
    pub elapsed_ms: u64,
    /// Whether it was stopped before the end.
    pub cancelled: bool,
}

/// What came out of one file.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of contract.md §2")]
pub struct FileReport {
    pub path: String,
    pub format: Option<String>,
    pub encoding: Option<String>,
    pub group: Option<String>,
    pub status: Status,
    pub messages: u64,
    pub new: u64,
    pub known: u64,
    pub enriched: u64,
    pub first: Option<Moment>,
    pub last: Option<Moment>,
    pub issues: Vec<IssueReport>,
    /// What was not stated and taken from elsewhere.
    pub assumed: Vec<String>,
    /// What must be told before the file can be read: `group`, `date`, `year` or `format`.
    pub needs: Option<&'static str>,
    /// What this format does not hold: `seconds`, `clock`, `ids`, `self`, `signup`, `notice`, `quotes`, `files`, `names`,
    /// `group`.
    pub loses: Vec<&'static str>,
    /// SHA-256 of the content: what `undo --import` takes for exactly this file.
    pub sha256: Option<String>,
    /// Up to when the export reaches, where it says so itself.
    pub covers: Option<Moment>,
}

/// How a file fared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// All of it is in.
    #[default]
    Imported,
    /// The same file was imported before.
    Unchanged,
    /// Some lines were not understood; the rest is in.
    Partial,
    /// Nothing could be read.
    Failed,
    /// Something must be told first.
    NeedsAnswer,
}

/// A line that was not understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of contract.md §2")]
pub struct IssueReport {
    pub line: Option<u32>,
    pub reason: String,
}

/// The sums of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of contract.md §2")]
pub struct Totals {
    pub files: u64,
    pub messages: u64,
    pub new: u64,
    pub known: u64,
    pub enriched: u64,
    pub issues: u64,
    pub notices_new: u64,
    pub notices_grown: u64,
}

/// Receives [`Progress`]; `Break` stops at the next safe point.
pub type OnProgress<'a> = &'a mut dyn FnMut(&Progress) -> ControlFlow<()>;

/// Passes progress on, at most ten times a second.
struct Meter<'a> {
    on: OnProgress<'a>,
    state: Progress,
    told: Option<Instant>,
    stopped: bool,
}

impl Meter<'_> {
    fn tell(&mut self, always: bool) -> ControlFlow<()> {
        const PAUSE: Duration = Duration::from_millis(100);
        if self.stopped {
            return ControlFlow::Break(());
        }
        if always || self.told.is_none_or(|t| t.elapsed() >= PAUSE) {
            self.told = Some(Instant::now());
            if (self.on)(&self.state).is_break() {
                self.stopped = true;
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }
}

/// Imports files, folders and archives (`-` is standard input), then brings the notices up to date.
///
/// # Errors
/// Failures of the database. What is wrong with a file stands in the report.
pub fn import(
    store: &mut Store,
    paths: &[PathBuf],
    options: &ImportOptions,
    progress: OnProgress<'_>,
) -> anyhow::Result<Report> {
    let began = Instant::now();
    let mut report = gathered(store, |store| run(store, paths, options, progress))?;
    report.elapsed_ms = began.elapsed().as_millis() as u64;
    Ok(report)
}

/// Writes in large portions while nobody else has the database open; see `store/bulk.rs`.
fn gathered<T>(store: &mut Store, work: impl FnOnce(&mut Store) -> anyhow::Result<T>) -> anyhow::Result<T> {
    store.gather()?;
    match work(store) {
        Ok(value) => {
            store.settle()?;
            Ok(value)
        }
        Err(why) => {
            store.give_up();
            Err(why)
        }
    }
}

fn run(
    store: &mut Store,
    paths: &[PathBuf],
    options: &ImportOptions,
    progress: OnProgress<'_>,
) -> anyhow::Result<Report> {
    let mut meter = Meter { on: progress, state: Progress::default(), told: None, stopped: false };
    let _ = meter.tell(true);
    let (entries, mut failed) = files::list(paths, options.pasted.as_deref());
    meter.state.step = Step::Reading;
    meter.state.files = entries.len();
    meter.state.bytes_total = entries.iter().map(Entry::size).sum();
    let mut groups = Groups::load(store)?;
    let mut report = Report::default();
    report.files.append(&mut failed);
    for (n, entry) in entries.iter().enumerate() {
        entry.name().clone_into(&mut meter.state.file);
        meter.state.file_no = n + 1;
        if meter.tell(n == 0).is_break() {
            break;
        }
        let before = meter.state.bytes;
        report.files.push(one_file(store, entry, options, &mut groups, &mut meter)?);
        meter.state.bytes = before + entry.size();
    }
    if !options.dry_run && !meter.stopped {
        let outcome = derive::catch_up(store, &options.settings, &mut meter)?;
        (report.totals.notices_new, report.totals.notices_grown) = (outcome.new, outcome.grown);
    }
    report.add_up();
    report.cancelled = meter.stopped;
    Ok(report)
}

/// Finishes what a cancelled import, a crash or an older program left undone. Cheap when there is nothing to do.
///
/// # Errors
/// Failures of the database.
pub fn catch_up(store: &mut Store, settings: &Settings, progress: OnProgress<'_>) -> anyhow::Result<()> {
    let mut meter = Meter { on: progress, state: Progress::default(), told: None, stopped: false };
    if store.stale_from()?.is_some() {
        gathered(store, |store| Ok(derive::catch_up(store, settings, &mut meter)?))?;
    }
    Ok(())
}

/// Computes everything derived again from the stored messages.
///
/// # Errors
/// Failures of the database.
pub fn rebuild(store: &mut Store, settings: &Settings, progress: OnProgress<'_>) -> anyhow::Result<()> {
    store.clear_search()?;
    catch_up(store, settings, progress)
}

impl Report {
    /// Sums the files up anew; what came of them in notices stays.
    pub fn add_up(&mut self) {
        let Totals { notices_new, notices_grown, .. } = self.totals;
        let mut t = Totals { notices_new, notices_grown, ..Totals::default() };
        for f in &self.files {
            t.files += 1;
            t.messages += f.messages;
            t.new += f.new;
            t.known += f.known;
            t.enriched += f.enriched;
            t.issues += f.issues.len() as u64;
        }
        self.totals = t;
    }
}

/// Reads one file: known by its hash, or parsed, matched and written.
fn one_file(
    store: &mut Store,
    entry: &Entry,
    options: &ImportOptions,
    groups: &mut Groups,
    meter: &mut Meter<'_>,
) -> anyhow::Result<FileReport> {
    let mut file = FileReport { path: entry.name().to_owned(), ..FileReport::default() };
    let (from, half) = (meter.state.bytes, entry.size() / 2);
    let meter = RefCell::new(meter);
    let hashed = entry.with_reader(|r| files::sha256(&mut Told::new(r, &meter, from, half, entry.size())));
    let sha = match hashed {
        Ok(sha) => sha,
        Err(_) if meter.borrow().stopped => return Ok(FileReport { status: Status::Partial, ..file }),
        Err(why) => return Ok(unreadable(file, &why)),
    };
    file.sha256 = Some(sha.clone());
    if let Some(known) = store.source_by_sha(&sha)?.filter(|k| k.status != "reading") {
        file.status = Status::Unchanged;
        file.covers = known.covers.map(Moment);
        file.format = known.format;
        file.encoding = known.encoding;
        file.messages = known.messages;
        file.known = known.messages;
        file.first = known.first.map(Moment);
        file.last = known.last.map(Moment);
        return Ok(file);
    }
    let source =
        if options.dry_run { 0 } else { store.open_source(&sha, entry.name(), entry.size(), options.now)? };
    let mut reader = Reader::new(store, groups, &meter, source, options.dry_run)?;
    let outcome = entry.with_reader(|bytes| {
        let siblings = |path: &str| entry.sibling(path);
        let beside = || entry.beside();
        let facts = Source {
            name: entry.name(),
            modified: entry.modified(),
            options: &options.import,
            siblings: &siblings,
            beside: &beside,
        };
        let mut told = Told::new(bytes, &meter, from + half, entry.size() - half, entry.size());
        import::import(&mut told as &mut dyn Read, &facts, &mut reader)
    });
    let tally = reader.end()?;
    if let Some(why) = tally.failure {
        return Err(why.into());
    }
    tally.fill(&mut file);
    // A file that was not read to its end keeps its mark and is read again.
    let stopped = meter.borrow().stopped;
    if stopped && outcome.is_err() {
        file.status = Status::Partial;
        return Ok(file);
    }
    let record = !options.dry_run && !stopped;
    let modified = entry.modified();
    let mut file = finish(store, source, file, outcome, record, &tally.groups, options, modified)?;
    if stopped && file.status == Status::Imported {
        file.status = Status::Partial;
    }
    if record {
        remember_failure(store, &file, options)?;
    }
    Ok(file)
}

/// A file of which nothing could be read may be a group's only export: the register says so until one is read.
fn remember_failure(store: &mut Store, file: &FileReport, options: &ImportOptions) -> anyhow::Result<()> {
    // One that no format knows came in as little, until somebody says which it is.
    let unknown = file.status == Status::NeedsAnswer && file.needs == Some("format");
    if file.status != Status::Failed && !unknown {
        store.record_failure(&file.path, None)?;
        return Ok(());
    }
    let unknown = unknown.then(|| t!("ingest.no_chat").into_owned());
    let failure = FailedExport {
        path: file.path.clone(),
        at: Moment(options.now),
        reason: unknown.or(file.issues.first().map(|i| i.reason.clone())).unwrap_or_default(),
        name: options.import.group.clone().or_else(|| import::group_in_name(&file.path)),
    };
    store.record_failure(&file.path, Some(&failure))?;
    Ok(())
}

/// An export cannot reach further than the day it was written, nor than now.
fn reach(covers: Option<i64>, modified: Option<chrono::NaiveDate>, now: i64) -> Option<Moment> {
    let written =
        modified.and_then(|day| day.succ_opt()).map(|day| epoch_ms(day.and_time(chrono::NaiveTime::MIN)) - 1);
    covers.map(|at| Moment(at.min(now).min(written.unwrap_or(i64::MAX))))
}

/// The verdict on a file, and its record.
#[expect(clippy::too_many_arguments, reason = "one call, all of it needed for the record")]
fn finish(
    store: &mut Store,
    source: i64,
    mut file: FileReport,
    outcome: std::io::Result<Outcome>,
    record: bool,
    groups: &[i64],
    options: &ImportOptions,
    modified: Option<chrono::NaiveDate>,
) -> anyhow::Result<FileReport> {
    match outcome {
        Err(why) => file = unreadable(file, &why),
        Ok(outcome) => {
            file.format = outcome.format.map(str::to_owned);
            file.encoding = outcome.encoding.map(str::to_owned);
            file.loses = outcome.format.map(|f| import::losses(f).to_vec()).unwrap_or_default();
            file.assumed = outcome.assumed;
            file.needs = outcome.needs.map(need);
            file.covers = reach(outcome.covers, modified, options.now);
            file.status = match (&outcome.needs, file.messages, file.issues.is_empty()) {
                (Some(_), ..) => Status::NeedsAnswer,
                (None, 0, false) => Status::Failed,
                (None, 0, true)
                    if outcome.format.is_none() && !outcome.empty && outcome.part_of.is_none() =>
                {
                    file.issues.push(IssueReport { line: None, reason: t!("ingest.no_chat").into_owned() });
                    Status::Failed
                }
                (None, _, true) => Status::Imported,
                (None, _, false) => Status::Partial,
            };
        }
    }
    if !record {
        return Ok(file);
    }
    if file.messages == 0 && !(file.status == Status::Imported && file.covers.is_some() && !groups.is_empty())
    {
        // Nothing came of it: it is asked about again next time.
        store.forget_source(source)?;
        return Ok(file);
    }
    let row = SourceRow {
        id: source,
        sha256: file.sha256.clone().unwrap_or_default(),
        path: file.path.clone(),
        size: 0,
        format: file.format.clone(),
        encoding: file.encoding.clone(),
        status: if file.status == Status::Imported { "imported" } else { "partial" }.to_owned(),
        messages: file.messages,
        new: file.new,
        known: file.known,
        enriched: file.enriched,
        first: file.first.map(|m| m.0),
        last: file.last.map(|m| m.0),
        covers: file.covers.map(|m| m.0),
    };
    let issues: Vec<(Option<u32>, String)> = file.issues.iter().map(|i| (i.line, i.reason.clone())).collect();
    store.close_source(&row, &issues, groups)?;
    Ok(file)
}

fn need(need: Need) -> &'static str {
    match need {
        Need::Group => "group",
        Need::Date => "date",
        Need::Year => "year",
        Need::Format => "format",
    }
}

/// A file the system would not give, or that broke off.
fn unreadable(mut file: FileReport, why: &std::io::Error) -> FileReport {
    file.status = if file.messages == 0 { Status::Failed } else { Status::Partial };
    file.issues.push(IssueReport { line: None, reason: crate::system::words(why) });
    file
}

/// The database's failure inside an error, if that is what it is.
#[must_use]
pub fn store_error(error: &anyhow::Error) -> Option<&StoreError> {
    error.downcast_ref::<StoreError>()
}
