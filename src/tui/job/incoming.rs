//! What surrounds an import, on threads of its own: taking one back, reading the clipboard, watching a folder.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::{Jobs, guarded, import, options, words};
use crate::config::{self, Config};
use crate::facts::Settings;
use crate::ingest::watch::Watcher;
use crate::ingest::{self, Progress, clipboard};
use crate::store::{Declared, Store};
use crate::tui::input::In;
use crate::tui::msg::{ImportJob, Msg};

/// Between two glances at whether the watching goes on.
const GLANCE: Duration = Duration::from_millis(500);

impl Jobs {
    /// Takes back what these files brought.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(in crate::tui) fn take_back(&self, files: Vec<String>) -> std::io::Result<()> {
        let (path, send, turn) = (self.database.clone(), self.send.clone(), Arc::clone(&self.turn));
        let settings = self.settings.clone();
        guarded("take-back", send.clone(), move || {
            let _turn = turn.lock().ok();
            let done = Store::open(&path)
                .map_err(|e| words(&e))
                .and_then(|mut store| taken_back(&mut store, files, &settings));
            let _ = send.send(In::Msg(Msg::TakenBack(done)));
        })
    }

    /// Reads the beginning of a file, or of what was pasted, for a person to look at.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(in crate::tui) fn beginning(&self, path: PathBuf, pasted: Option<String>) -> std::io::Result<()> {
        let send = self.send.clone();
        guarded("beginning", send.clone(), move || {
            let text = match pasted {
                Some(text) => Ok(Some(text)),
                None => std::fs::File::open(&path).and_then(|mut file| crate::import::beginning(&mut file)),
            };
            let text = text.map_err(|why| format!("{}: {}", path.display(), crate::system::words(&why)));
            let _ = send.send(In::Msg(Msg::Beginning(text)));
        })
    }

    /// Keeps a template in config.toml.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(in crate::tui) fn keep_template(&self, template: config::Template) -> std::io::Result<()> {
        let (path, send) = (config_path(&self.database), self.send.clone());
        guarded("template", send.clone(), move || {
            let _ = send.send(In::Msg(Msg::TemplateKept(template.save(&path).map(|_| ()))));
        })
    }

    /// Reads the clipboard for the paste desk.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(in crate::tui) fn clipboard(&self) -> std::io::Result<()> {
        let send = self.send.clone();
        guarded("clipboard", send.clone(), move || {
            let _ = send.send(In::Msg(Msg::Clipboard(clipboard::text())));
        })
    }

    /// Watches a folder from now on, or none, and keeps that in config.toml.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(in crate::tui) fn set_watch(&mut self, folder: Option<PathBuf>) -> std::io::Result<()> {
        let path = config_path(&self.database);
        let kept = config::set(&path, "watch", "on", folder.is_some()).and_then(|config| match &folder {
            Some(folder) => config::set(&path, "watch", "folder", folder.to_string_lossy().into_owned()),
            None => Ok(config),
        });
        if let Err(why) = kept {
            let _ = self.send.send(In::Msg(Msg::Failed(why)));
        }
        self.watch()
    }

    /// Watches the folder config.toml names, if it says so; what was watched before is let go.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(in crate::tui) fn watch(&mut self) -> std::io::Result<()> {
        self.watching.store(false, Ordering::SeqCst);
        let on = Arc::new(AtomicBool::new(true));
        self.watching = Arc::clone(&on);
        let (path, send, now) = (self.database.clone(), self.send.clone(), self.now);
        let (settings, turn) = (self.settings.clone(), Arc::clone(&self.turn));
        guarded("watch", send.clone(), move || {
            let watch = Config::load(&config_path(&path)).unwrap_or_default().watch;
            let folder = watch.folder.filter(|_| watch.on);
            let _ = send.send(In::Msg(Msg::Watching(folder.clone())));
            let Some(folder) = folder else { return };
            let settle = i64::try_from(watch.settle.min(3600)).unwrap_or(0) * 1000;
            let mut watcher = Watcher::new(folder, settle);
            while on.load(Ordering::SeqCst) {
                // a folder that is away for a while comes back
                for file in watcher.look(now()).unwrap_or_default() {
                    if std::fs::File::open(&file).is_err() {
                        watcher.again(&file);
                        continue;
                    }
                    let _turn = turn.lock().ok();
                    let stop = AtomicBool::new(false);
                    let job = options(now(), false, settings.clone(), ImportJob::default(), &path);
                    let done = import(&path, job, &[file], &stop, None);
                    if send.send(In::Msg(Msg::Arrived(done.map(Box::new)))).is_err() {
                        return;
                    }
                }
                pause(Duration::from_secs(watch.every.clamp(1, 3600)), &on);
            }
        })
    }
}

/// How many messages are gone.
pub(super) fn taken_back(store: &mut Store, files: Vec<String>, settings: &Settings) -> Result<u64, String> {
    let mut gone = 0;
    for file in files {
        let mut go_on = |_: &Progress| ControlFlow::Continue(());
        let back = ingest::take_back(store, &file, settings, &mut go_on);
        gone += back.map_err(|e| format!("{e:#}"))?.map_or(0, |r| r.gone);
    }
    Ok(gone)
}

fn pause(length: Duration, on: &AtomicBool) {
    let mut left = length;
    while !left.is_zero() && on.load(Ordering::SeqCst) {
        std::thread::sleep(GLANCE.min(left));
        left = left.saturating_sub(GLANCE);
    }
}

/// The settings beside the database.
pub(super) fn config_path(database: &Path) -> PathBuf {
    database.with_file_name("config.toml")
}

/// Tells the store which groups config.toml declares.
pub(super) fn declare(store: &mut Store, database: &Path) {
    let Ok(config) = Config::load(&config_path(database)) else { return };
    let groups = config.groups.into_iter().filter(|g| !g.name.trim().is_empty());
    let declared: Vec<Declared> = groups
        .map(|g| Declared { name: g.name.trim().to_owned(), platform: g.platform, retired: g.retired })
        .collect();
    let _ = store.declare(&declared);
}

/// The templates kept in config.toml; one that cannot be read is passed over, `doctor` and the command name it.
pub(super) fn templates(database: &Path) -> Vec<crate::import::template::Template> {
    let config = Config::load(&config_path(database)).unwrap_or_default();
    let read = |t: &config::Template| {
        let (header, rows) = (t.header.as_deref(), t.rows.as_deref());
        crate::import::template::Template::new(&t.name, header, rows, &t.columns, t.platform.as_deref()).ok()
    };
    config.templates.iter().filter_map(read).collect()
}
