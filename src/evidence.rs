//! 凭据 on the disk: a file's size and SHA-256 when it is attached, and whether it is still the same. Reads only: files are
//! never copied, renamed or changed.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::{LazyLock, Mutex};
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use crate::duty::Upload;
use crate::notice::{Evidence, Notice};
use crate::store::EvidenceFile;
use crate::system;

/// Hashes of files by path, for as long as size and time of change stay.
type Seen = HashMap<String, (u64, Option<SystemTime>, String)>;

static SEEN: LazyLock<Mutex<Seen>> = LazyLock::new(Mutex::default);

/// What is to be remembered of a file that is attached.
///
/// # Errors
/// A sentence: it cannot be read, or is a folder.
pub fn attach(path: &Path) -> Result<EvidenceFile, String> {
    let why = |why: io::Error| {
        let why = system::words(&why);
        rust_i18n::t!("cli.duty.unreadable", path = path.display(), why = why).into_owned()
    };
    read(path).map_err(why)
}

fn read(path: &Path) -> io::Result<EvidenceFile> {
    let path = std::path::absolute(path)?;
    let facts = fs::metadata(&path)?;
    if !facts.is_file() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory));
    }
    let name = path.to_string_lossy().into_owned();
    let sha256 = hash(&path)?;
    Ok(EvidenceFile { path: name, sha256, size: facts.len() })
}

/// The SHA-256 of a file, in hexadecimal.
fn hash(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut sha = Sha256::new();
    io::copy(&mut file, &mut sha)?;
    Ok(sha.finalize().iter().map(|b| format!("{b:02x}")).collect())
}

/// Looks whether attached files are still there and still the same.
pub fn look(files: &mut [Evidence]) {
    for file in files {
        let path = Path::new(&file.path);
        let facts = fs::metadata(path).ok().filter(fs::Metadata::is_file);
        file.missing = facts.is_none();
        file.changed = facts.is_some_and(|facts| {
            facts.len() != file.size || known_hash(path, &facts).is_some_and(|h| h != file.sha256)
        });
    }
}

/// The hash of a file; one that was not touched since is not read again.
fn known_hash(path: &Path, facts: &fs::Metadata) -> Option<String> {
    let key = path.to_string_lossy().into_owned();
    let mark = (facts.len(), facts.modified().ok());
    let seen = SEEN.lock().ok()?.get(&key).filter(|s| (s.0, s.1) == mark).map(|s| s.2.clone());
    if seen.is_some() {
        return seen;
    }
    let found = hash(path).ok()?;
    SEEN.lock().ok()?.insert(key, (mark.0, mark.1, found.clone()));
    Some(found)
}

/// Looks at the files of a notice.
pub fn look_at(notice: &mut Notice) {
    notice.duties.iter_mut().for_each(|d| look(&mut d.evidence));
}

/// Looks at the files of some rows of 待报.
pub fn look_over(rows: &mut [Upload]) {
    rows.iter_mut().for_each(|r| look(&mut r.evidence));
}
