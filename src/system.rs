//! What the operating system says, in the user's language.

use std::io::{self, ErrorKind};

use rust_i18n::t;

/// Another program holds the file: what Windows says (`ERROR_SHARING_VIOLATION`) when a workbook is open in Excel.
#[cfg(windows)]
const HELD: i32 = 32;

/// Why a file or folder cannot be read or written: a sentence. What has none is given as the system says it.
pub(crate) fn words(why: &io::Error) -> String {
    #[cfg(windows)]
    if why.raw_os_error() == Some(HELD) {
        return t!("system.held").into_owned();
    }
    match why.kind() {
        ErrorKind::NotFound => t!("system.not_found").into_owned(),
        ErrorKind::PermissionDenied => t!("system.no_permission").into_owned(),
        ErrorKind::IsADirectory => t!("system.a_folder").into_owned(),
        ErrorKind::NotADirectory => t!("system.no_folder").into_owned(),
        ErrorKind::StorageFull => t!("system.full").into_owned(),
        ErrorKind::ReadOnlyFilesystem => t!("system.read_only").into_owned(),
        ErrorKind::InvalidData | ErrorKind::UnexpectedEof => t!("system.broken", why = why).into_owned(),
        // Not the system's: a sentence of our own that came this way.
        ErrorKind::Other => why.to_string(),
        _ => t!("system.refused", why = why).into_owned(),
    }
}

/// A path as it is kept and shown: with `/` on every system. What the user types on Windows has `\`.
pub(crate) fn slashes(path: &str) -> String {
    if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happens_often_has_a_sentence() {
        for kind in [
            ErrorKind::NotFound,
            ErrorKind::PermissionDenied,
            ErrorKind::IsADirectory,
            ErrorKind::NotADirectory,
            ErrorKind::StorageFull,
            ErrorKind::ReadOnlyFilesystem,
        ] {
            let why = io::Error::from(kind);
            assert!(!words(&why).contains(&why.to_string()), "{kind}: {}", words(&why));
        }
        assert!(words(&io::Error::other("strange")).contains("strange"));
    }
}
