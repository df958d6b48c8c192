//! Files that cannot be imported, with the reason: MemoTrace's training data, which looks like a chat and has no times, and
//! what is no text at all.

use std::borrow::Cow;
use std::io;

use rust_i18n::t;

use super::decode::Decoder;
use super::head::Head;
use super::job::Job;

pub(crate) fn sniff(head: &Head) -> bool {
    head.json && head.has(&["\"conversations\"", "\"role\"", "\"content\""])
}

pub(crate) fn parse(_head: &Head, _text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    job.issue(None, t!("import.issue.training").into_owned());
    Ok(())
}

type Said = fn() -> Cow<'static, str>;

/// Where files that are no text have bytes that tell what they are, these bytes, and what to say. From the formats' own
/// descriptions: PNG, JPEG, GIF, RIFF (WebP, AVI), ISO base media (MP4, HEIC), PDF, OLE (.doc, .xls), SQLite, RAR, 7z.
const FOREIGN: [(usize, &[u8], Said); 10] = [
    (0, b"\x89PNG", || t!("import.issue.picture")),
    (0, b"\xff\xd8\xff", || t!("import.issue.picture")),
    (0, b"GIF8", || t!("import.issue.picture")),
    (0, b"RIFF", || t!("import.issue.picture")),
    (4, b"ftyp", || t!("import.issue.picture")),
    (0, b"%PDF-", || t!("import.issue.document")),
    (0, b"\xd0\xcf\x11\xe0", || t!("import.issue.document")),
    (0, b"SQLite format 3", || t!("import.issue.database")),
    (0, b"Rar!", || t!("import.issue.archive")),
    (0, b"7z\xbc\xaf", || t!("import.issue.archive")),
];

/// Why a file that is no text is no export; `None` where its beginning does not tell what it is.
pub(crate) fn foreign(raw: &[u8]) -> Option<String> {
    let is = |at: usize, bytes: &[u8]| raw.get(at..).is_some_and(|rest| rest.starts_with(bytes));
    FOREIGN.iter().find(|(at, bytes, _)| is(*at, bytes)).map(|(_, _, why)| why().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_text_is_known_by_its_beginning() {
        for (raw, why) in [
            (&b"\x89PNG\r\n\x1a\n"[..], "import.issue.picture"),
            (b"\0\0\0\x20ftypisom", "import.issue.picture"),
            (b"%PDF-1.7\n", "import.issue.document"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "import.issue.document"),
            (b"SQLite format 3\0", "import.issue.database"),
            (b"7z\xbc\xaf\x27\x1c", "import.issue.archive"),
        ] {
            assert_eq!(foreign(raw), Some(t!(why).into_owned()));
        }
        assert_eq!(foreign("2024-01-08 08:30 李主任".as_bytes()), None);
        assert_eq!(foreign(b"GI"), None);
    }
}
