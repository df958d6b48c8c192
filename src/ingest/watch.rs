//! A folder that is looked into from time to time: which files in it are new or changed, and whole. Polling, because
//! network shares and old systems tell nobody; a file counts as whole when it and everything beside it in its folder has
//! stayed as it is for a while. Reads no content and knows no clock: the time of each look is passed in.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::files::may_hold_chat;

/// Folders within folders are followed this far.
const DEEPEST: usize = 8;

/// A file as it was at the last look.
#[derive(Clone, Debug)]
struct Seen {
    size: u64,
    modified: Option<SystemTime>,
    /// When it was first seen like this, in milliseconds.
    since: i64,
    /// It has been handed out like this.
    done: bool,
}

/// What is known of a watched folder.
#[derive(Debug)]
pub struct Watcher {
    folder: PathBuf,
    settle_ms: i64,
    seen: HashMap<PathBuf, Seen>,
}

impl Watcher {
    /// Watches a folder; a file must stay as it is for `settle_ms` before it is handed out.
    #[must_use]
    pub fn new(folder: PathBuf, settle_ms: i64) -> Self {
        Watcher { folder, settle_ms, seen: HashMap::new() }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Looks at time `now` and hands out, in order of name, the files that are new or changed since they were handed
    /// out last and have settled.
    ///
    /// # Errors
    /// When the folder itself cannot be read; one within it that cannot is passed over until it can.
    pub fn look(&mut self, now: i64) -> io::Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        walk(&self.folder, 0, &mut found)?;
        let mut there = HashMap::with_capacity(found.len());
        for (path, size, modified) in found {
            let same = self.seen.remove(&path).filter(|s| s.size == size && s.modified == modified);
            let seen = same.unwrap_or(Seen { size, modified, since: now, done: false });
            there.insert(path, seen);
        }
        self.seen = there;
        // an export of several files is whole when none of them changes any more
        let unsettled: Vec<PathBuf> = self
            .seen
            .iter()
            .filter(|(_, s)| now - s.since < self.settle_ms)
            .filter_map(|(path, _)| self.bundle(path))
            .collect();
        let mut ready: Vec<PathBuf> = self
            .seen
            .iter()
            .filter(|(_, s)| !s.done && now - s.since >= self.settle_ms && s.size > 0)
            .filter(|(path, _)| self.bundle(path).is_none_or(|b| !unsettled.contains(&b)))
            .map(|(path, _)| path.clone())
            .filter(|path| may_hold_chat(path))
            .collect();
        ready.sort();
        for path in &ready {
            if let Some(seen) = self.seen.get_mut(path) {
                seen.done = true;
            }
        }
        Ok(ready)
    }

    /// The file could not be opened, for a program still holds it: it is handed out again at a later look.
    pub fn again(&mut self, path: &Path) {
        if let Some(seen) = self.seen.get_mut(path) {
            seen.done = false;
        }
    }

    /// The folder right under the watched one in which a file lies.
    fn bundle(&self, path: &Path) -> Option<PathBuf> {
        let inside = path.strip_prefix(&self.folder).ok()?;
        let mut parts = inside.components();
        let first = parts.next()?;
        parts.next().map(|_| self.folder.join(first))
    }
}

/// Names under which programs keep what they are still writing.
fn is_temporary(name: &str) -> bool {
    let lower = name.to_lowercase();
    name.starts_with(['.', '~'])
        || [".part", ".partial", ".crdownload", ".tmp", ".temp", ".download", ".filepart", ".!ut"]
            .iter()
            .any(|ending| lower.ends_with(ending))
}

fn walk(folder: &Path, depth: usize, out: &mut Vec<(PathBuf, u64, Option<SystemTime>)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)?.flatten() {
        let (name, path) = (entry.file_name(), entry.path());
        if is_temporary(&name.to_string_lossy()) {
            continue;
        }
        let Ok(about) = entry.metadata() else { continue };
        if about.is_dir() {
            if depth < DEEPEST {
                let _ = walk(&path, depth + 1, out);
            }
        } else if about.is_file() {
            out.push((path, about.len(), about.modified().ok()));
        }
    }
    Ok(())
}
