//! What can go wrong with the database, in words for the user: what failed, and what to do next.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use rust_i18n::t;

/// A failure of the store. `Display` says what failed; [`StoreError::advice`] what to do.
#[derive(Debug)]
pub enum StoreError {
    /// The database was written by a newer program.
    Newer {
        /// Its schema.
        found: i64,
        /// The newest one this program knows.
        known: i64,
    },
    /// Another program is writing and did not finish in time.
    Locked,
    /// No room left on the disk.
    Full,
    /// The file or its folder cannot be written.
    Permission(PathBuf),
    /// The folder cannot be made.
    Folder(PathBuf, std::io::Error),
    /// The file is no database, or is damaged.
    Damaged(PathBuf),
    /// A file that was to be restored is no backup of this program, or is damaged; why.
    NoBackup(PathBuf, String),
    /// A running read was stopped on purpose.
    Interrupted,
    /// No notice has this id, or several begin with it.
    NoNotice(String),
    /// No work group has this name.
    NoGroup(String),
    /// Two different notices are needed.
    OneNotice,
    /// The notice has no such message, or several begin with it.
    NoMessage(String),
    /// Some, not all, messages can leave a notice.
    WholeNotice,
    /// The two are not linked.
    NoLink,
    /// No row of a checklist has this id, or several begin with it.
    NoDuty(String),
    /// No part of a duty has this name.
    NoTarget(String),
    /// No message with this id is a reply.
    NoReply(String),
    /// No saved view has this name; an empty name is none.
    NoView(String),
    /// Another saved view has this name.
    ViewTaken(String),
    /// A notice cannot be 已办 while rows of its checklist are open.
    OpenDuties {
        /// How many.
        count: usize,
        /// Where the first of them are to go.
        names: Vec<String>,
    },
    /// Anything else SQLite reports.
    Other(String),
}

impl StoreError {
    /// Adds the path where the error has none.
    pub(super) fn at(self, path: &Path) -> Self {
        match self {
            StoreError::Permission(p) if p.as_os_str().is_empty() => StoreError::Permission(path.to_owned()),
            StoreError::Damaged(p) if p.as_os_str().is_empty() => StoreError::Damaged(path.to_owned()),
            other => other,
        }
    }

    /// What to do next, in one line.
    #[must_use]
    pub fn advice(&self) -> String {
        match self {
            StoreError::Newer { .. } => t!("store.newer_advice"),
            StoreError::Locked => t!("store.locked_advice"),
            StoreError::Full => t!("store.full_advice"),
            StoreError::Permission(_) | StoreError::Folder(..) => t!("store.permission_advice"),
            StoreError::Damaged(_) => t!("store.damaged_advice"),
            StoreError::NoNotice(_) => t!("store.no_notice_advice"),
            StoreError::NoGroup(_) => t!("store.no_group_advice"),
            StoreError::NoBackup(..) => t!("store.no_backup_advice"),
            StoreError::OneNotice => t!("store.one_notice_advice"),
            StoreError::NoMessage(_) | StoreError::WholeNotice => t!("store.no_message_advice"),
            StoreError::NoLink => t!("store.no_link_advice"),
            StoreError::NoDuty(_) => t!("store.no_duty_advice"),
            StoreError::NoTarget(_) => t!("store.no_target_advice"),
            StoreError::NoReply(_) => t!("store.no_reply_advice"),
            StoreError::NoView(_) | StoreError::ViewTaken(_) => t!("store.no_view_advice"),
            StoreError::OpenDuties { .. } => t!("store.open_duties_advice"),
            StoreError::Interrupted | StoreError::Other(_) => t!("store.other_advice"),
        }
        .into_owned()
    }
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = match self {
            StoreError::Newer { found, known } => t!("store.newer", found = found, known = known),
            StoreError::Locked => t!("store.locked"),
            StoreError::Full => t!("store.full"),
            StoreError::Permission(path) => t!("store.permission", path = path.display()),
            StoreError::Folder(path, why) => {
                t!("store.folder", path = path.display(), why = crate::system::words(why))
            }
            StoreError::Damaged(path) => t!("store.damaged", path = path.display()),
            StoreError::NoBackup(path, why) => t!("store.no_backup", path = path.display(), why = why),
            StoreError::Interrupted => t!("store.interrupted"),
            StoreError::NoNotice(id) => t!("store.no_notice", id = id),
            StoreError::NoGroup(name) => t!("store.no_group", name = name),
            StoreError::OneNotice => t!("store.one_notice"),
            StoreError::NoMessage(id) => t!("store.no_message", id = id),
            StoreError::WholeNotice => t!("store.whole_notice"),
            StoreError::NoLink => t!("store.no_link"),
            StoreError::NoDuty(id) => t!("store.no_duty", id = id),
            StoreError::NoTarget(name) => t!("store.no_target", name = name),
            StoreError::NoReply(id) => t!("store.no_reply", id = id),
            StoreError::NoView(name) if name.is_empty() => t!("store.view_unnamed"),
            StoreError::NoView(name) => t!("store.no_view", name = name),
            StoreError::ViewTaken(name) => t!("store.view_taken", name = name),
            StoreError::OpenDuties { count, names } => {
                t!("store.open_duties", count = count, names = names.join("、"))
            }
            StoreError::Other(why) => t!("store.other", why = why),
        };
        f.write_str(&text)
    }
}

impl std::error::Error for StoreError {}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Locked,
            Some(ErrorCode::DiskFull) => StoreError::Full,
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                StoreError::Permission(PathBuf::new())
            }
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => StoreError::Damaged(PathBuf::new()),
            Some(ErrorCode::OperationInterrupted) => StoreError::Interrupted,
            _ => StoreError::Other(error.to_string()),
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        StoreError::Other(error.to_string())
    }
}
