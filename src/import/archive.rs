//! Walking a .zip without unpacking it to disk: names as Chinese Windows writes them (GBK without a mark), paths that
//! climb out refused, sizes bounded. Only the walk: what a member holds is read by [`super::import`].
//!
//! Use: a [`Zip`] lists what may be imported and what was refused, reads members one by one, and gives the bytes of those
//! beside a member. A member that [`is_zip`] is opened as a `Zip` over a `Cursor` of its bytes. While a member is being
//! read its `Zip` is busy: open the file a second time for `Source::siblings`, and use [`resolve`] for the path.

use std::io::{self, Read, Seek};

use encoding_rs::GB18030;
use rust_i18n::t;
use zip::ZipArchive;

use super::Issue;

/// A member larger than this is refused: an export of text does not get there.
pub const LARGEST_MEMBER: u64 = 8 * 1024 * 1024 * 1024;
/// A zip within a zip is held in memory and may not be larger.
pub const LARGEST_NESTED: u64 = 512 * 1024 * 1024;
/// More members than this are not looked at.
pub const MOST_MEMBERS: usize = 200_000;
/// A member that unpacks to more than this many times its packed size is a bomb.
const WORST_RATIO: u64 = 2000;

/// One file of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Path inside the archive, with `/`, decoded.
    pub name: String,
    /// Place in the archive, for [`open`].
    pub index: usize,
    /// Size when unpacked, in bytes, as the archive states it.
    pub size: u64,
    /// Day the member was last changed, as the archive states it.
    pub modified: Option<chrono::NaiveDate>,
}

/// What an archive holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Files, in the order of the archive.
    pub members: Vec<Member>,
    /// What was refused, and why.
    pub issues: Vec<Issue>,
}

/// An archive whose table of contents has been read once.
pub struct Zip<R> {
    archive: ZipArchive<R>,
    listing: Listing,
}

impl<R: Read + Seek> Zip<R> {
    /// Reads the table of contents.
    ///
    /// # Errors
    /// The reader's own errors, and `InvalidData` when it is no zip or a broken one.
    pub fn new(reader: R) -> io::Result<Self> {
        let mut archive = ZipArchive::new(reader).map_err(invalid)?;
        let listing = list(&mut archive);
        Ok(Zip { archive, listing })
    }

    /// What it holds.
    pub fn listing(&self) -> &Listing {
        &self.listing
    }

    /// Calls `read` with a reader over one member, cut off at the size it states (a bomb may unpack to more).
    ///
    /// # Errors
    /// The reader's own errors, `InvalidData` for a broken member, and whatever `read` returns.
    pub fn read<T>(
        &mut self,
        member: &Member,
        read: impl FnOnce(&mut dyn Read) -> io::Result<T>,
    ) -> io::Result<T> {
        let entry = self.archive.by_index(member.index).map_err(invalid)?;
        read(&mut entry.take(member.size))
    }

    /// The member of that path, read into memory (chunks of a manifest, `users.json`, a zip within the zip). `None`
    /// when there is none.
    ///
    /// # Errors
    /// As [`Zip::read`]; `InvalidData` when it is larger than [`LARGEST_NESTED`].
    pub fn bytes(&mut self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let Some(member) = self.listing.members.iter().find(|m| m.name == name).cloned() else {
            return Ok(None);
        };
        if member.size > LARGEST_NESTED {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                t!("import.issue.too_large").into_owned(),
            ));
        }
        self.read(&member, |inner| {
            let mut bytes = Vec::new();
            inner.read_to_end(&mut bytes)?;
            Ok(Some(bytes))
        })
    }
}

/// Lists the files of an archive.
///
/// # Errors
/// As [`Zip::new`].
pub fn members<R: Read + Seek>(reader: R) -> io::Result<Listing> {
    Ok(Zip::new(reader)?.listing)
}

/// Opens one member; for many members keep a [`Zip`].
///
/// # Errors
/// As [`Zip::read`].
pub fn open<R: Read + Seek, T>(
    reader: R,
    member: &Member,
    read: impl FnOnce(&mut dyn Read) -> io::Result<T>,
) -> io::Result<T> {
    Zip::new(reader)?.read(member, read)
}

fn list<R: Read + Seek>(archive: &mut ZipArchive<R>) -> Listing {
    let mut listing = Listing::default();
    for index in 0..archive.len().min(MOST_MEMBERS) {
        let entry = match archive.by_index_raw(index) {
            Ok(entry) => entry,
            Err(_) => {
                listing.issues.push(whole(t!("import.issue.zip_member", name = index).into_owned()));
                continue;
            }
        };
        let name = decode_name(entry.name_raw());
        let modified = entry.last_modified().and_then(|d| {
            chrono::NaiveDate::from_ymd_opt(i32::from(d.year()), d.month().into(), d.day().into())
        });
        if name.ends_with('/') || is_rubbish(&name) {
            continue;
        }
        let packed = entry.compressed_size().max(1);
        if climbs_out(&name) {
            listing.issues.push(whole(t!("import.issue.zip_path", name = name).into_owned()));
        } else if entry.encrypted() {
            listing.issues.push(whole(t!("import.issue.zip_encrypted", name = name).into_owned()));
        } else if entry.size() > LARGEST_MEMBER || entry.size() / packed > WORST_RATIO {
            listing.issues.push(whole(t!("import.issue.zip_large", name = name).into_owned()));
        } else {
            listing.members.push(Member { name, index, size: entry.size(), modified });
        }
    }
    listing
}

/// Whether a file begins as a zip does. Workbooks (.xlsx) do too: they are files, not folders.
#[must_use]
pub fn is_zip(first_bytes: &[u8], name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let office =
        [".xlsx", ".xlsm", ".docx", ".pptx", ".et", ".wps"].iter().any(|ending| lower.ends_with(ending));
    !office && (first_bytes.starts_with(b"PK\x03\x04") || first_bytes.starts_with(b"PK\x05\x06"))
}

/// Resolves `relative` against the folder of `path`, both with `/`. `None` when it leads out of the archive.
#[must_use]
pub fn resolve(path: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

fn whole(reason: String) -> Issue {
    Issue { line: None, reason }
}

fn invalid(error: zip::result::ZipError) -> io::Error {
    match error {
        zip::result::ZipError::Io(error) => error,
        other => io::Error::new(io::ErrorKind::InvalidData, other.to_string()),
    }
}

/// UTF-8 if it is, else GB18030: Chinese Windows writes GBK and does not say so.
fn decode_name(raw: &[u8]) -> String {
    let name = match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => GB18030.decode_without_bom_handling(raw).0.into_owned(),
    };
    name.replace('\\', "/")
}

fn climbs_out(name: &str) -> bool {
    name.starts_with('/')
        || name.as_bytes().get(1) == Some(&b':')
        || name.split('/').any(|part| part == "..")
        || name.contains('\0')
}

/// What macOS and Windows put beside the files.
fn is_rubbish(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    name.starts_with("__MACOSX/")
        || last.starts_with("._")
        || matches!(last, ".DS_Store" | "Thumbs.db" | "desktop.ini")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_resolved_within_the_archive() {
        for (path, relative, want) in [
            ("a/b/manifest.json", "chunks/c1.jsonl", Some("a/b/chunks/c1.jsonl")),
            ("a/chunks/c1.jsonl", "../manifest.json", Some("a/manifest.json")),
            ("manifest.json", "../x", None),
        ] {
            assert_eq!(resolve(path, relative).as_deref(), want);
        }
        assert!(
            climbs_out("../evil.json") && climbs_out("/etc/x") && climbs_out("C:/x") && !climbs_out("a..b/c")
        );
    }

    #[test]
    fn names_are_utf8_or_gbk() {
        let gbk = GB18030.encode("群/记录.txt").0;
        assert_eq!(decode_name(&gbk), "群/记录.txt");
        assert_eq!(decode_name("群\\记录.txt".as_bytes()), "群/记录.txt");
    }
}
