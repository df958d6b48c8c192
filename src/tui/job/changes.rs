//! Tells that the database was written to, by whatever program, without looking again and again: the system wakes a
//! thread. Where it cannot, the caller has to look by the clock.

use std::path::Path;

/// Has `tell` called, from a thread of its own, soon after the database was written to; a writer that goes on is told of
/// every [`super::desk::LOOK`]. `false` where the system tells nothing.
#[cfg(target_os = "linux")]
pub(super) fn tell(database: &Path, tell: impl Fn() -> bool + Send + 'static) -> bool {
    let Some((watch, names)) = linux::watch(database) else { return false };
    let thread = std::thread::Builder::new().name("changes".into());
    thread.spawn(move || linux::wait(&watch, &names, &tell)).is_ok()
}

/// Elsewhere nothing tells.
#[cfg(not(target_os = "linux"))]
pub(super) fn tell(_database: &Path, _tell: impl Fn() -> bool + Send + 'static) -> bool {
    false
}

#[cfg(target_os = "linux")]
mod linux {
    use std::ffi::{OsStr, OsString};
    use std::mem::MaybeUninit;
    use std::os::fd::{AsFd, OwnedFd};
    use std::os::unix::ffi::OsStrExt as _;
    use std::path::Path;
    use std::time::Duration;

    use rustix::fs::inotify::{CreateFlags, ReadFlags, Reader, WatchFlags, add_watch, init};
    use rustix::io::Errno;

    use super::super::desk::LOOK;

    /// A transaction is written in several pieces; the last one makes it visible.
    const WHOLE: Duration = Duration::from_millis(150);
    /// Room for one event with the longest name there is, many times over.
    const ROOM: usize = 8_192;

    /// Watches the folder, for the write-ahead log in it comes and goes.
    pub(super) fn watch(database: &Path) -> Option<(OwnedFd, [OsString; 2])> {
        let file = database.canonicalize().ok()?;
        let name = file.file_name()?.to_owned();
        let mut log = name.clone();
        log.push("-wal");
        let watch = init(CreateFlags::CLOEXEC).ok()?;
        let what = WatchFlags::MODIFY | WatchFlags::MOVED_TO;
        add_watch(&watch, file.parent()?, what).ok()?;
        Some((watch, [name, log]))
    }

    pub(super) fn wait(watch: impl AsFd, names: &[OsString], tell: &dyn Fn() -> bool) {
        let mut room = [MaybeUninit::uninit(); ROOM];
        let mut events = Reader::new(watch, &mut room);
        loop {
            match events.next() {
                Ok(event) => {
                    let named = event.file_name().map(|name| OsStr::from_bytes(name.to_bytes()));
                    let lost = event.events().contains(ReadFlags::QUEUE_OVERFLOW);
                    if !lost && !named.is_some_and(|name| names.iter().any(|n| n == name)) {
                        continue;
                    }
                }
                Err(Errno::INTR) => continue,
                Err(_) => return,
            }
            std::thread::sleep(WHOLE);
            if !tell() {
                return;
            }
            std::thread::sleep(LOOK - WHOLE);
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Duration;

    /// What another program writes is told; what lies beside the database is not.
    #[test]
    fn what_is_written_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("qunbox.db");
        let mut store = crate::store::Store::open(&database).unwrap();
        let (send, told) = channel();
        assert!(super::tell(&database, move || send.send(()).is_ok()));
        std::fs::write(folder.path().join("qunbox.log"), "x").unwrap();
        assert!(told.recv_timeout(Duration::from_millis(600)).is_err());
        store.visit(1).unwrap();
        told.recv_timeout(Duration::from_secs(30)).unwrap();
        // The pieces of one transaction are one thing to tell.
        assert!(told.recv_timeout(Duration::from_millis(600)).is_err());
    }
}
