//! A file is written whole or not at all, and an existing one is kept unless the user says otherwise. The one place of
//! this room that touches the disk.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A name for a file out of what it is and what it is about, without what a file system does not take; without ending.
#[must_use]
pub fn file_name(parts: &[&str]) -> String {
    const LONGEST: usize = 40;
    let kept = |c: &char| !c.is_control() && !"/\\:*?\"<>|".contains(*c);
    let clean =
        |part: &&str| crate::privacy::neutral(part).chars().filter(kept).take(LONGEST).collect::<String>();
    let parts: Vec<String> = parts.iter().map(clean).collect();
    let said = parts.iter().map(|p| p.trim_matches([' ', '.'])).filter(|p| !p.is_empty());
    said.collect::<Vec<_>>().join("-")
}

/// Why a file was not written.
#[derive(Debug)]
pub enum WriteError {
    /// There is one of that name already.
    Exists(PathBuf),
    /// The system refused.
    Io(PathBuf, io::Error),
}

impl std::fmt::Display for WriteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            WriteError::Exists(path) => f.write_str(&rust_i18n::t!("export.exists", path = path.display())),
            WriteError::Io(path, error) => {
                let error = crate::system::words(error);
                f.write_str(&rust_i18n::t!("export.not_written", path = path.display(), error = error))
            }
        }
    }
}

impl std::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            WriteError::Exists(_) => None,
            WriteError::Io(_, error) => Some(error),
        }
    }
}

/// Writes `bytes` to `path`: into a new file beside it, synced, then renamed. The folder is created.
///
/// # Errors
/// [`WriteError::Exists`] when the file is there and `force` is not set; then, as after every failure, what was there
/// is untouched and nothing is left behind.
pub fn write_file(path: &Path, bytes: &[u8], force: bool) -> Result<(), WriteError> {
    write_with(path, force, |file, _| file.write_all(bytes))
}

/// As [`write_file`], for what is not held in memory: `fill` writes into the new file beside `path`, by the open file or
/// by its name.
///
/// # Errors
/// As [`write_file`]; what `fill` reports.
pub fn write_with(
    path: &Path,
    force: bool,
    fill: impl FnOnce(&mut File, &Path) -> io::Result<()>,
) -> Result<(), WriteError> {
    let io = |error| WriteError::Io(path.to_owned(), error);
    if !force && path.symlink_metadata().is_ok() {
        return Err(WriteError::Exists(path.to_owned()));
    }
    if path.is_dir() {
        return Err(io(io::ErrorKind::IsADirectory.into()));
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(io)?;
    let (temporary, mut file) = beside(path, folder).map_err(io)?;
    let filled = fill(&mut file, &temporary).and_then(|()| file.sync_all());
    drop(file);
    let written = filled.and_then(|()| put(&temporary, path, force));
    if let Err(error) = written {
        let _ = fs::remove_file(&temporary);
        if error.kind() == io::ErrorKind::AlreadyExists && !force {
            return Err(WriteError::Exists(path.to_owned()));
        }
        return Err(io(error));
    }
    Ok(())
}

/// A new file in the same folder, so that the rename stays within one file system.
fn beside(path: &Path, folder: &Path) -> io::Result<(PathBuf, File)> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    for n in 0..100_u32 {
        let temporary = folder.join(format!(".{name}.{}-{n}.tmp", std::process::id()));
        match OpenOptions::new().write(true).create_new(true).open(&temporary) {
            Ok(file) => return Ok((temporary, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Without `force` a hard link is tried first, which fails where somebody else made the file meanwhile; file systems
/// without links (FAT sticks) get the rename.
fn put(temporary: &Path, path: &Path, force: bool) -> io::Result<()> {
    if !force {
        match fs::hard_link(temporary, path) {
            Ok(()) => return fs::remove_file(temporary),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
            Err(_) => {}
        }
    }
    fs::rename(temporary, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_what_a_file_system_takes() {
        assert_eq!(
            file_name(&["凭据目录", "消防/检查: \"一\"\n", "", "2024-01-14"]),
            "凭据目录-消防检查 一-2024-01-14"
        );
        assert_eq!(file_name(&["..", "\u{202e}x"]), "x");
    }

    #[test]
    fn whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("新文件夹").join("摘要.txt");
        write_file(&path, b"one", false).unwrap();
        assert!(matches!(write_file(&path, b"two", false), Err(WriteError::Exists(_))));
        assert_eq!(fs::read(&path).unwrap(), b"one");
        write_file(&path, b"two", true).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert!(matches!(write_file(path.parent().unwrap(), b"x", true), Err(WriteError::Io(..))));
        let left = fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(left, 1);
    }
}
