//! Backups: the whole database into one file, and back out of it. What a restore replaces is kept beside the database.

use std::path::{Path, PathBuf};

use super::super::input::In;
use super::super::msg::Msg;
use super::{Jobs, guarded, words};
use crate::export::{self, WriteError};
use crate::message::local;
use crate::store::{Store, StoreError};
use crate::tui::lang::{self, tt};

impl Jobs {
    /// Writes a backup into a file that is not there yet.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(in crate::tui) fn back_up(&self, file: PathBuf) -> std::io::Result<()> {
        let (path, send, screen) = (self.database.clone(), self.send.clone(), lang::current());
        guarded("backup", send.clone(), move || {
            lang::set(screen);
            let done = Store::open(&path).map_err(|e| words(&e)).and_then(|store| write(&store, &file));
            let _ = send.send(In::Msg(Msg::BackedUp(done.map(|()| file))));
        })
    }

    /// Replaces the database by a backup.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(in crate::tui) fn restore(&self, file: PathBuf) -> std::io::Result<()> {
        let (path, send, now) = (self.database.clone(), self.send.clone(), (self.now)());
        let (turn, screen) = (std::sync::Arc::clone(&self.turn), lang::current());
        guarded("restore", send.clone(), move || {
            lang::set(screen);
            let _turn = turn.lock().ok();
            let _ = send.send(In::Msg(Msg::Restored(restore(&path, &file, now))));
        })
    }
}

/// Puts the backup in the place of everything; gives the file what was there is kept in.
fn restore(database: &Path, file: &Path, now: i64) -> Result<Option<PathBuf>, String> {
    let told = |e: StoreError| words(&e);
    // A file that is no backup is refused before anything is touched.
    Store::backup_holding(file).map_err(told)?;
    let mut store = Store::open(database).map_err(told)?;
    put_back(&mut store, &free(database, now), file)
}

/// Keeps what the store holds in `spare`, if it holds anything, and puts the backup in its place.
pub(super) fn put_back(store: &mut Store, spare: &Path, file: &Path) -> Result<Option<PathBuf>, String> {
    let told = |e: StoreError| words(&e);
    let here = store.holding().map_err(told)?;
    let mut kept = None;
    if here.messages > 0 || here.decisions > 0 {
        write(store, spare)?;
        kept = Some(spare.to_owned());
    }
    store.restore(file).map_err(told)?;
    Ok(kept)
}

/// A name beside the database that nobody has taken.
fn free(database: &Path, now: i64) -> PathBuf {
    let day = local(now).format("%Y-%m-%d-%H%M").to_string();
    let first = database.with_file_name(format!("before-restore-{day}.db"));
    let others = (2..).map(|n| database.with_file_name(format!("before-restore-{day}-{n}.db")));
    std::iter::once(first).chain(others).find(|p| !p.exists()).unwrap_or_default()
}

/// Writes the backup, where no file is yet.
pub(super) fn write(store: &Store, file: &Path) -> Result<(), String> {
    let fill =
        |_: &mut std::fs::File, new: &Path| store.backup(new).map_err(|e| std::io::Error::other(words(&e)));
    export::write_with(file, false, fill).map_err(|why| match why {
        WriteError::Exists(path) => tt!("tui.backup.exists", path = path.display()),
        why => why.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Decision;

    #[test]
    fn what_is_backed_up_comes_back_and_what_was_there_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let (database, file) = (folder.path().join("qunbox.db"), folder.path().join("b.db"));
        let mut store = Store::open(&database).unwrap();
        let me = |name: &str| Decision::Me { group: None, names: vec![name.to_owned()] };
        store.decide(1, &me("陈岚")).unwrap();
        write(&store, &file).unwrap();
        assert!(write(&store, &file).unwrap_err().contains("b.db"), "a file that is there stays");
        store.decide(2, &me("老杜")).unwrap();
        let kept = restore(&database, &file, 3).unwrap().unwrap();
        assert_eq!(store.own_names().unwrap().into_iter().map(|n| n.1).collect::<Vec<_>>(), ["陈岚"]);
        let names = Store::open(&kept).unwrap().own_names().unwrap();
        assert!(names.iter().any(|n| n.1 == "老杜"), "{names:?}");
        std::fs::write(&file, "no database").unwrap();
        restore(&database, &file, 4).unwrap_err();
        assert_eq!(store.own_names().unwrap().len(), 1, "a wrong file changes nothing");
    }
}
