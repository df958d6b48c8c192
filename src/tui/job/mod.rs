//! The threads that do the work: one that reads the store, one that writes it, one for each import. Nothing here
//! draws or decides. What a single view reads has a file of its own.

mod changes;
mod desk;
mod detail;
mod digest;
mod incoming;
mod keep;
mod uploads;

use std::fs;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use desk::{Ask, Desk, reader};

use super::input::In;
use super::model::digest::{ExportJob, Exported};
use super::msg::{
    Answer, Deed, Effect, Entry, From, ImportJob, Keep, Msg, Outcome, ProgressView, Read, ReportView,
};
use crate::facts::Settings;
use crate::ingest::{self, ImportOptions, Progress};
use crate::store::{Decision, DutyChange, PageFrom, SearchQuery, Store, StoreError};
use crate::system;

/// Progress is told at most this often: five times a second is seen to move.
const PROGRESS_GAP: Duration = Duration::from_millis(200);
/// Entries of a folder shown at most.
const MOST_ENTRIES: usize = 2_000;

/// The threads, as the screen sees them.
pub(super) struct Jobs {
    database: PathBuf,
    now: fn() -> i64,
    send: Sender<In>,
    desk: Arc<Desk>,
    reads: Sender<Ask>,
    writes: Sender<Effect>,
    writer: JoinHandle<()>,
    cancel: Arc<AtomicBool>,
    settings: Settings,
    /// Held by the one thread that imports or catches up.
    turn: Arc<Mutex<()>>,
    /// Whether the watching thread goes on.
    watching: Arc<AtomicBool>,
}

impl Jobs {
    /// Starts the reader and the writer; each opens the database itself.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub(super) fn start(
        database: &Path,
        config: &Path,
        now: fn() -> i64,
        settings: Settings,
        send: Sender<In>,
    ) -> std::io::Result<Self> {
        let desk = Arc::new(Desk::default());
        let (reads, to_read) = channel();
        let (writes, to_write) = channel();
        let (path, answers, shared) = (database.to_owned(), send.clone(), Arc::clone(&desk));
        let look = reads.clone();
        guarded("reader", send.clone(), move || reader(&path, (look, &to_read), &shared, &answers, now))?;
        let (path, answers, config) = (database.to_owned(), send.clone(), config.to_owned());
        let writer =
            thread("writer", send.clone(), move || writer(&path, &config, now, &to_write, &answers))?;
        let cancel = Arc::new(AtomicBool::new(false));
        let (database, turn) = (database.to_owned(), Arc::default());
        Ok(Jobs {
            database,
            now,
            send,
            desk,
            reads,
            writes,
            writer,
            cancel,
            settings,
            turn,
            watching: Arc::default(),
        })
    }

    /// Asks the reader. A running question that this one makes void is stopped.
    pub(super) fn ask(&self, read: Read) {
        self.desk.asked(&read);
        let _ = self.reads.send(Ask::Read(Box::new(read)));
    }

    /// Has the writer do, undo or redo something.
    pub(super) fn write(&self, effect: Effect) {
        let _ = self.writes.send(effect);
    }

    /// Starts an import, or its preview when `dry`.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(super) fn import(&mut self, generation: u64, dry: bool, job: ImportJob) -> std::io::Result<()> {
        self.cancel.store(true, Ordering::SeqCst);
        let cancel = Arc::new(AtomicBool::new(false));
        self.cancel = Arc::clone(&cancel);
        let (path, send, now) = (self.database.clone(), self.send.clone(), self.now);
        let (settings, turn) = (self.settings.clone(), Arc::clone(&self.turn));
        guarded("import", send.clone(), move || {
            let _turn = if dry { None } else { turn.lock().ok() };
            let result = import(
                &path,
                options(now(), dry, settings, job.clone(), &path),
                &job.paths,
                &cancel,
                Some(&send),
            );
            let _ = send.send(In::Msg(Msg::Reported(generation, dry, result.map(Box::new))));
        })
    }

    /// Finishes what a cut-off import or another version of the program left undone.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(super) fn catch_up(&self) -> std::io::Result<()> {
        let (path, send) = (self.database.clone(), self.send.clone());
        let now = (self.now)();
        let (settings, turn) = (self.settings.clone(), Arc::clone(&self.turn));
        guarded("catch-up", send.clone(), move || {
            let _turn = turn.lock().ok();
            let done = Store::open(&path).map_err(|e| words(&e)).and_then(|mut store| {
                incoming::declare(&mut store, &path);
                let mut go_on = |_: &Progress| ControlFlow::Continue(());
                ingest::catch_up(&mut store, &settings, &mut go_on).map_err(|e| format!("{e:#}"))?;
                store.look(now).map_err(|e| words(&e))
            });
            let _ = send.send(In::Msg(Msg::CaughtUp(done)));
        })
    }

    /// Stops the running import after what it is writing.
    pub(super) fn cancel(&self) {
        self.cancel.store(true, Ordering::SeqCst);
    }

    /// Writes a digest into a file.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(super) fn export(&self, job: ExportJob) -> std::io::Result<()> {
        let (path, send, now) = (self.database.clone(), self.send.clone(), self.now);
        guarded("export", send.clone(), move || {
            let done = match Store::open(&path) {
                Ok(store) => digest::write(&store, &job, now()),
                Err(why) => Exported::Failed(words(&why)),
            };
            let _ = send.send(In::Msg(Msg::Exported(done)));
        })
    }

    /// Waits until everything that was decided is written, and keeps the moment of closing, for "since you closed at …".
    /// What cannot be kept is no reason not to close.
    pub(super) fn close(self) {
        let Jobs { reads, writes, writer, database, now, .. } = self;
        let _ = reads.send(Ask::Close);
        // The writer ends when nobody can ask it any more.
        drop(writes);
        let _ = writer.join();
        if let Ok(mut store) = Store::open(&database) {
            let _ = store.set_closed(now());
        }
    }

    /// Lists a folder.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(super) fn list_folder(&self, generation: u64, folder: PathBuf) -> std::io::Result<()> {
        let send = self.send.clone();
        guarded("folder", send.clone(), move || {
            let _ = send.send(In::Msg(Msg::Folder(generation, entries(folder))));
        })
    }
}

/// A thread whose panic ends the program in order: the panic hook has given the terminal back by then.
fn guarded(name: &str, send: Sender<In>, work: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
    thread(name, send, work).map(|_| ())
}

/// The same, to be waited for.
fn thread(
    name: &str,
    send: Sender<In>,
    work: impl FnOnce() + Send + 'static,
) -> std::io::Result<JoinHandle<()>> {
    let work = move || {
        if catch_unwind(AssertUnwindSafe(work)).is_err() {
            let _ = send.send(In::Msg(Msg::Terminate));
        }
    };
    std::thread::Builder::new().name(name.to_owned()).spawn(work)
}

/// What failed and what to do, two sentences. A Chinese full stop brings its own room.
fn words(error: &StoreError) -> String {
    let said = error.to_string();
    let gap = if said.ends_with('。') { "" } else { " " };
    format!("{said}{gap}{}", error.advice())
}

/// Answers one question.
///
/// # Errors
/// What the store reports, in words.
pub fn answer(store: &Store, read: &Read, now: i64) -> Result<Answer, String> {
    let told = |e: StoreError| words(&e);
    Ok(match read {
        Read::Page(generation, query, from, limit) => {
            let at = match from {
                From::Start => PageFrom::Start,
                From::End => PageFrom::End,
                From::After(row) => PageFrom::After(row),
                From::Before(row) => PageFrom::Before(row),
                From::Around(id) => PageFrom::Around(id),
            };
            let rows = store.page(query, at, *limit).map_err(told)?;
            Answer::Page(*generation, from.clone(), *limit, Ok(rows))
        }
        Read::Counts(generation) => Answer::Counts(*generation, Ok(store.counts(now).map_err(told)?)),
        Read::Place(generation, query, id) => {
            let (rank, total) = store.position(query, id).map_err(told)?;
            Answer::Place(*generation, (rank > 0).then_some((rank, total)))
        }
        Read::Notice(generation, id) => {
            Answer::Notice(*generation, Ok(detail::loaded(store, id, None).map_err(told)?))
        }
        Read::Compared(generation, id, with) => {
            Answer::Notice(*generation, Ok(detail::loaded(store, id, Some(with)).map_err(told)?))
        }
        Read::Search(generation, words, before, limit) => {
            let query = SearchQuery { words: words.clone(), group: None };
            let hits = store.search(&query, *before, *limit).map_err(told)?;
            Answer::Hits(*generation, before.is_some(), Ok(hits))
        }
        Read::Groups(generation) => Answer::Groups(*generation, Ok(store.groups(now).map_err(told)?)),
        Read::Uploads(generation, query, from, limit) => {
            let found = uploads::read(store, query, from, *limit).map_err(told)?;
            Answer::Uploads(*generation, from.clone(), *limit, Ok(found))
        }
        Read::UploadPlaces(generation) => {
            Answer::UploadPlaces(*generation, Ok(store.upload_places().map_err(told)?))
        }
        Read::Views(generation) => Answer::Views(*generation, Ok(store.saved_views().map_err(told)?)),
        Read::Ids(generation, query) => Answer::Ids(*generation, Ok(store.ids(query).map_err(told)?)),
        Read::Heat(generation) => Answer::Heat(*generation, Ok(store.heat().map_err(told)?)),
        Read::Senders(generation) => {
            let own = store.own_names().map_err(told)?.into_iter().map(|n| n.1).collect();
            Answer::Senders(*generation, Ok((store.senders().map_err(told)?, own)))
        }
        Read::Digest(generation, ask) => match digest::read(store, ask, now) {
            Ok(shown) => Answer::Digest(*generation, Ok(Box::new(shown))),
            Err(why) => match why.downcast::<StoreError>() {
                Ok(why) => return Err(told(why)),
                Err(why) => Answer::Digest(*generation, Err(format!("{why:#}"))),
            },
        },
    })
}

/// The answer that a question could not be answered.
fn failed(read: Read, why: String) -> Answer {
    match read {
        Read::Page(generation, _, from, limit) => Answer::Page(generation, from, limit, Err(why)),
        Read::Counts(generation) => Answer::Counts(generation, Err(why)),
        Read::Place(generation, ..) => Answer::Place(generation, None),
        Read::Notice(generation, _) | Read::Compared(generation, ..) => Answer::Notice(generation, Err(why)),
        Read::Search(generation, _, before, _) => Answer::Hits(generation, before.is_some(), Err(why)),
        Read::Groups(generation) => Answer::Groups(generation, Err(why)),
        Read::Uploads(generation, _, from, limit) => Answer::Uploads(generation, from, limit, Err(why)),
        Read::UploadPlaces(generation) => Answer::UploadPlaces(generation, Err(why)),
        Read::Digest(generation, _) => Answer::Digest(generation, Err(why)),
        Read::Ids(generation, _) => Answer::Ids(generation, Err(why)),
        Read::Heat(generation) => Answer::Heat(generation, Err(why)),
        Read::Views(generation) => Answer::Views(generation, Err(why)),
        Read::Senders(generation) => Answer::Senders(generation, Err(why)),
    }
}

fn writer(path: &Path, config: &Path, now: fn() -> i64, writes: &Receiver<Effect>, send: &Sender<In>) {
    let mut store = None;
    for effect in writes {
        let done = match (&effect, opened(&mut store, path)) {
            (Effect::Keep { section, name, value }, _) => {
                kept(config, section, name, value).map_err(Failure::Words)
            }
            (_, Ok(store)) => carry_out(store, now(), &effect),
            (_, Err(e)) => Err(Failure::Store(e)),
        };
        let refused = matches!(&done, Err(Failure::Store(StoreError::OpenDuties { .. })));
        let done = done.map_err(Failure::said);
        // Who asked may be gone: what was decided is written all the same.
        let _ = send.send(In::Msg(Msg::Decided(deed(effect, refused), done)));
    }
}

/// Who asked the writer for this; `refused`: rows of a checklist were open.
fn deed(effect: Effect, refused: bool) -> Deed {
    match effect {
        Effect::State { ids, .. } if refused => Deed::Refused(ids),
        Effect::Attach { text, .. } => Deed::State(text),
        Effect::State { text, .. } | Effect::Due { text, .. } | Effect::Decide(_, text) => Deed::State(text),
        Effect::Seen(_) | Effect::Visit | Effect::Keep { .. } => Deed::Seen,
        Effect::Undo => Deed::Undo,
        _ => Deed::Redo,
    }
}

/// Writes a setting into config.toml.
fn kept(config: &Path, section: &str, name: &str, value: &Keep) -> Result<Option<Outcome>, String> {
    let done = match value {
        Keep::Text(text) => crate::config::set(config, section, name, text.as_str()),
        Keep::Flag(on) => crate::config::set(config, section, name, *on),
    };
    done.map(|_| None)
}

fn opened<'a>(store: &'a mut Option<Store>, path: &Path) -> Result<&'a mut Store, StoreError> {
    match store {
        Some(store) => Ok(store),
        none => Ok(none.insert(Store::open(path)?)),
    }
}

/// Why the writer could not do something.
#[derive(Debug)]
enum Failure {
    /// The store refused.
    Store(StoreError),
    /// Anything else, in words.
    Words(String),
}

impl Failure {
    fn said(self) -> String {
        match self {
            Failure::Store(e) => words(&e),
            Failure::Words(said) => said,
        }
    }
}

impl std::convert::From<StoreError> for Failure {
    fn from(why: StoreError) -> Self {
        Failure::Store(why)
    }
}

/// Does what an effect wants written.
///
/// # Errors
/// What the store reports, in words.
///
/// # Panics
/// On an effect that writes nothing.
pub fn write(store: &mut Store, now: i64, effect: &Effect) -> Result<Option<Outcome>, String> {
    carry_out(store, now, effect).map_err(Failure::said)
}

fn carry_out(store: &mut Store, now: i64, effect: &Effect) -> Result<Option<Outcome>, Failure> {
    let done = match effect {
        Effect::State { ids, state, until, note, .. } => {
            let (notices, note) = (ids.clone(), note.clone());
            let decision = Decision::State { notices, state: *state, until: *until, note };
            store.decide(now, &decision).map(Some)
        }
        Effect::Due { id, at, .. } => {
            store.decide(now, &Decision::Due { notice: id.clone(), at: *at }).map(Some)
        }
        Effect::Decide(decision, _) => store.decide(now, decision).map(Some),
        Effect::Attach { duties, path, .. } => {
            let change = DutyChange::Attach(vec![uploads::attach(path).map_err(Failure::Words)?]);
            store.decide(now, &Decision::Duty { duties: duties.clone(), change }).map(Some)
        }
        Effect::Seen(id) => store.seen(now, id).map(|_| None),
        Effect::Visit => store.visit(now).map(|()| None),
        Effect::Undo => store.undo(now),
        Effect::Redo => ingest::redo_step(store, now),
        // Only the panic test sends anything else.
        other => panic!("{other:?} is no work for the writer"),
    };
    Ok(done?.map(|d| Outcome { notices: d.notices, label: d.label, reason: d.reason, stale: d.stale }))
}

fn options(now: i64, dry: bool, settings: Settings, job: ImportJob, database: &Path) -> ImportOptions {
    ImportOptions {
        import: crate::import::Options {
            group: job.group,
            date: job.date.and_then(|d| d.parse().ok()),
            templates: incoming::templates(database),
            ..Default::default()
        },
        dry_run: dry,
        now,
        settings,
        pasted: job.pasted.map(String::into_bytes),
    }
}

fn import(
    database: &Path,
    options: ImportOptions,
    paths: &[PathBuf],
    cancel: &AtomicBool,
    send: Option<&Sender<In>>,
) -> Result<ReportView, String> {
    let mut store = Store::open(database).map_err(|e| words(&e))?;
    import_into(&mut store, options, paths, cancel, send)
}

fn import_into(
    store: &mut Store,
    options: ImportOptions,
    paths: &[PathBuf],
    cancel: &AtomicBool,
    send: Option<&Sender<In>>,
) -> Result<ReportView, String> {
    let mut told = Instant::now();
    let mut tell = |progress: &Progress| {
        if told.elapsed() >= PROGRESS_GAP {
            told = Instant::now();
            if let Some(send) = send {
                let _ = send.send(In::Msg(Msg::Progress(Box::new(view(progress)))));
            }
        }
        if cancel.load(Ordering::SeqCst) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let report = ingest::import(store, paths, &options, &mut tell).map_err(|e| format!("{e:#}"))?;
    // The report is taken by the names of the contract, so that the screen shows what scripts get.
    let cancelled = report.cancelled;
    let json = serde_json::to_value(&report).map_err(|e| e.to_string())?;
    let mut view: ReportView = serde_json::from_value(json).map_err(|e| e.to_string())?;
    view.cancelled = cancelled;
    Ok(view)
}

fn view(progress: &Progress) -> ProgressView {
    ProgressView {
        step: format!("{:?}", progress.step).to_lowercase(),
        file: progress.file.clone(),
        file_no: progress.file_no,
        files: progress.files,
        bytes: progress.bytes,
        bytes_total: progress.bytes_total,
        messages: progress.messages,
    }
}

/// Endings of files that may be exports.
const ENDINGS: [&str; 12] =
    ["txt", "html", "htm", "json", "jsonl", "eml", "zip", "csv", "xlsx", "mht", "mhtml", "md"];

/// The folders and possible exports of a folder, folders first, by name.
fn entries(folder: PathBuf) -> Result<(PathBuf, Vec<Entry>), String> {
    let folder = if folder.as_os_str().is_empty() {
        std::env::current_dir().map_err(|e| system::words(&e))?
    } else {
        folder
    };
    let listed = fs::read_dir(&folder).map_err(|e| format!("{}: {}", folder.display(), system::words(&e)))?;
    let mut entries: Vec<Entry> = listed
        .flatten()
        .filter_map(|e| {
            let name = e.file_name().to_string_lossy().into_owned();
            let about = fs::metadata(e.path()).ok()?;
            let ending = name.rsplit_once('.').map(|(_, e)| e.to_lowercase()).unwrap_or_default();
            let shown = !name.starts_with('.') && (about.is_dir() || ENDINGS.contains(&ending.as_str()));
            shown.then(|| Entry { name, folder: about.is_dir(), size: about.len() })
        })
        .take(MOST_ENTRIES)
        .collect();
    entries.sort_by(|a, b| b.folder.cmp(&a.folder).then_with(|| a.name.cmp(&b.name)));
    Ok((folder, entries))
}

#[cfg(test)]
mod plans;
