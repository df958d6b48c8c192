//! Paths → files to be read: folders walked, archives opened, standard input held. Knows no format.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use chrono::{DateTime, NaiveDate, Utc};
use rust_i18n::t;
use sha2::{Digest, Sha256};

use super::{FileReport, IssueReport, Meter, Status};
use crate::import::archive::{self, Listing, Member};
use crate::message::china;
use crate::system;

/// Endings of files that may hold a chat. Files named outright are read whatever they are called.
const ENDINGS: &[&str] =
    &["txt", "json", "jsonl", "ndjson", "csv", "html", "htm", "eml", "mht", "mhtml", "xlsx", "md", "zip"];

/// Whether a file of this name may hold a chat.
pub(super) fn may_hold_chat(path: &Path) -> bool {
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    ending.as_deref().is_none_or(|e| ENDINGS.contains(&e))
}

/// Folders within folders are followed this far.
const DEEPEST: usize = 32;

/// One thing to be read.
pub(super) struct Entry {
    name: String,
    size: u64,
    modified: Option<NaiveDate>,
    place: Place,
    folder: Folder,
}

/// Names of the files in a folder, listed when first asked for and shared by all files in it.
type Folder = Rc<OnceCell<Vec<String>>>;

enum Place {
    Path(PathBuf),
    Memory(Rc<Vec<u8>>),
    Zip(Rc<Zip>, usize),
}

/// An archive, on disk or, inside another archive, in memory.
struct Zip {
    bytes: ZipBytes,
    listing: Listing,
}

enum ZipBytes {
    Path(PathBuf),
    Memory(Vec<u8>),
}

impl Entry {
    /// Path as shown.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Size in bytes.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Day of the last change.
    pub(super) fn modified(&self) -> Option<NaiveDate> {
        self.modified
    }

    /// Opens it.
    pub(super) fn with_reader<T>(&self, read: impl FnOnce(&mut dyn Read) -> io::Result<T>) -> io::Result<T> {
        match &self.place {
            Place::Path(path) => read(&mut BufReader::with_capacity(1 << 16, File::open(path)?)),
            Place::Memory(bytes) => read(&mut bytes.as_slice()),
            Place::Zip(zip, n) => {
                let member = &zip.listing.members[*n];
                match &zip.bytes {
                    ZipBytes::Path(path) => archive::open(BufReader::new(File::open(path)?), member, read),
                    ZipBytes::Memory(bytes) => archive::open(Cursor::new(bytes.as_slice()), member, read),
                }
            }
        }
    }

    /// Names of the files in its folder.
    pub(super) fn beside(&self) -> Vec<String> {
        self.folder.get_or_init(|| self.place.beside()).clone()
    }

    /// Opens a file beside it.
    pub(super) fn sibling(&self, relative: &str) -> Option<Box<dyn Read>> {
        match &self.place {
            Place::Path(path) => {
                // One folder up at most: a chunk asks for its manifest, and no export may point further out.
                let mut folder = path.parent()?.to_owned();
                let mut inside = Path::new(relative);
                if let Ok(rest) = inside.strip_prefix("..") {
                    folder = folder.canonicalize().ok()?.parent()?.to_owned();
                    inside = rest;
                }
                if !inside
                    .components()
                    .all(|c| matches!(c, std::path::Component::Normal(_) | std::path::Component::CurDir))
                {
                    return None;
                }
                let file = File::open(folder.join(inside)).ok()?;
                file.metadata().ok().filter(fs::Metadata::is_file)?;
                Some(Box::new(BufReader::new(file)))
            }
            Place::Memory(_) => None,
            Place::Zip(zip, n) => {
                let name = archive::resolve(&zip.listing.members[*n].name, relative)?;
                let bytes = match &zip.bytes {
                    ZipBytes::Path(path) => archive::Zip::new(BufReader::new(File::open(path).ok()?))
                        .and_then(|mut z| z.bytes(&name)),
                    ZipBytes::Memory(bytes) => {
                        archive::Zip::new(Cursor::new(bytes.as_slice())).and_then(|mut z| z.bytes(&name))
                    }
                };
                Some(Box::new(Cursor::new(bytes.ok()??)))
            }
        }
    }
}

impl Place {
    fn beside(&self) -> Vec<String> {
        match self {
            Place::Path(path) => {
                let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
                let inside = fs::read_dir(folder.unwrap_or(Path::new("."))).into_iter().flatten().flatten();
                inside.map(|e| e.file_name().to_string_lossy().into_owned()).collect()
            }
            Place::Memory(_) => Vec::new(),
            Place::Zip(zip, n) => {
                let own = folder_of(&zip.listing.members[*n].name);
                let members = zip.listing.members.iter().filter(|m| folder_of(&m.name) == own);
                members.map(|m| last(&m.name)).collect()
            }
        }
    }
}

/// The path less its last part.
fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last part of a path.
fn last(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

/// All bytes of a member: a zip within a zip is small enough to be held.
fn whole(reader: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Finds what is to be read, in order of the paths given and of the names inside folders.
pub(super) fn list(paths: &[PathBuf], pasted: Option<&[u8]>) -> (Vec<Entry>, Vec<FileReport>) {
    let mut found = Found::default();
    for path in paths {
        if path.as_os_str() == "-" {
            found.stdin(pasted);
        } else {
            found.path(path, true, 0);
        }
    }
    (found.entries, found.failed)
}

#[derive(Default)]
struct Found {
    entries: Vec<Entry>,
    failed: Vec<FileReport>,
    folders: HashMap<String, Folder>,
}

impl Found {
    fn push(&mut self, name: String, size: u64, modified: Option<NaiveDate>, place: Place) {
        let folder = Rc::clone(self.folders.entry(folder_of(&name).to_owned()).or_default());
        self.entries.push(Entry { name, size, modified, place, folder });
    }

    fn stdin(&mut self, pasted: Option<&[u8]>) {
        let mut bytes = pasted.map(<[u8]>::to_vec).unwrap_or_default();
        let read = if pasted.is_none() { io::stdin().lock().read_to_end(&mut bytes) } else { Ok(0) };
        match read {
            Ok(_) => self.push("-".to_owned(), bytes.len() as u64, None, Place::Memory(Rc::new(bytes))),
            Err(why) => self.fail("-", &why),
        }
    }

    fn path(&mut self, path: &Path, named: bool, depth: usize) {
        let shown = shown(path);
        let meta = match fs::metadata(path) {
            Ok(meta) => meta,
            Err(why) => return self.fail(&shown, &why),
        };
        if meta.is_dir() {
            return self.folder(path, depth);
        }
        if !named && !may_hold_chat(path) {
            return;
        }
        if !meta.is_file() {
            return self.failed.push(failed(&shown, t!("ingest.no_file").into_owned()));
        }
        let modified =
            meta.modified().ok().map(|m| DateTime::<Utc>::from(m).with_timezone(&china()).date_naive());
        if looks_like_zip(path) {
            return self.zip(&shown, ZipBytes::Path(path.to_owned()));
        }
        self.push(shown, meta.len(), modified, Place::Path(path.to_owned()));
    }

    fn folder(&mut self, path: &Path, depth: usize) {
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(why) => return self.fail(&shown(path), &why),
        };
        let mut inside: Vec<PathBuf> = entries
            .flatten()
            .filter(|e| !e.file_name().to_string_lossy().starts_with('.'))
            .filter(|e| e.file_type().is_ok_and(|t| !(t.is_symlink() && e.path().is_dir())))
            .map(|e| e.path())
            .collect();
        inside.sort();
        for path in inside {
            if depth < DEEPEST {
                self.path(&path, false, depth + 1);
            }
        }
    }

    fn zip(&mut self, name: &str, bytes: ZipBytes) {
        let listing = match &bytes {
            ZipBytes::Path(path) => File::open(path).and_then(|f| archive::members(BufReader::new(f))),
            ZipBytes::Memory(bytes) => archive::members(Cursor::new(bytes.as_slice())),
        };
        let mut listing = match listing {
            Ok(listing) => listing,
            Err(why) => return self.fail(name, &why),
        };
        for issue in std::mem::take(&mut listing.issues) {
            self.failed.push(failed(name, issue.reason));
        }
        let zip = Rc::new(Zip { bytes, listing });
        for (n, member) in zip.listing.members.iter().enumerate() {
            self.member(name, &zip, n, member);
        }
    }

    fn member(&mut self, archive_name: &str, zip: &Rc<Zip>, n: usize, member: &Member) {
        let name = format!("{archive_name}/{}", member.name);
        if !may_hold_chat(Path::new(&member.name)) {
            return;
        }
        if Path::new(&member.name).extension().is_some_and(|e| e.eq_ignore_ascii_case("zip")) {
            let inner = match &zip.bytes {
                ZipBytes::Path(path) => {
                    File::open(path).and_then(|f| archive::open(BufReader::new(f), member, whole))
                }
                ZipBytes::Memory(_) => {
                    return self.failed.push(failed(&name, t!("ingest.zip_deep").into_owned()));
                }
            };
            return match inner {
                Ok(bytes) => self.zip(&name, ZipBytes::Memory(bytes)),
                Err(why) => self.fail(&name, &why),
            };
        }
        self.push(name, member.size, member.modified, Place::Zip(Rc::clone(zip), n));
    }

    fn fail(&mut self, name: &str, why: &io::Error) {
        self.failed.push(failed(name, system::words(why)));
    }
}

fn failed(path: &str, reason: String) -> FileReport {
    FileReport {
        path: path.to_owned(),
        status: Status::Failed,
        issues: vec![IssueReport { line: None, reason }],
        ..FileReport::default()
    }
}

fn shown(path: &Path) -> String {
    crate::system::slashes(&path.to_string_lossy())
}

fn looks_like_zip(path: &Path) -> bool {
    let mut first = [0_u8; 4];
    let read = File::open(path).and_then(|mut f| f.read(&mut first)).unwrap_or(0);
    archive::is_zip(&first[..read], &path.to_string_lossy())
}

/// SHA-256 in hexadecimal.
pub(super) fn sha256(reader: &mut dyn Read) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0_u8; 1 << 18];
    loop {
        let n = reader.read(&mut buffer)?;
        if n == 0 {
            break;
        }
        hash.update(&buffer[..n]);
    }
    Ok(hash.finalize().iter().map(|b| format!("{b:02x}")).collect())
}

/// A reader that tells how far it is, and breaks off when it is told to stop: files of gigabytes hold few messages.
pub(super) struct Told<'a, 'b, 'm> {
    inner: &'a mut dyn Read,
    meter: &'a RefCell<&'b mut Meter<'m>>,
    /// Bytes of all files before this one, and bytes of this one that a whole pass counts for.
    from: u64,
    share: u64,
    size: u64,
    read: u64,
}

impl<'a, 'b, 'm> Told<'a, 'b, 'm> {
    /// Wraps a reader of `size` bytes whose pass counts for `share` bytes of the bar, from `from` on.
    pub(super) fn new(
        inner: &'a mut dyn Read,
        meter: &'a RefCell<&'b mut Meter<'m>>,
        from: u64,
        share: u64,
        size: u64,
    ) -> Self {
        Told { inner, meter, from, share, size: size.max(1), read: 0 }
    }
}

impl Read for Told<'_, '_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.read += n as u64;
        let mut meter = self.meter.borrow_mut();
        meter.state.bytes = self.from + (self.share as f64 * self.read as f64 / self.size as f64) as u64;
        if meter.tell(false).is_break() {
            return Err(io::Error::other("stopped"));
        }
        Ok(n)
    }
}
