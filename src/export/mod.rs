//! Digest and reports → files. The only way texts of messages leave the program as a file, so here they are masked
//! (`--unmask` off) and made harmless, once, before any format sees them. Pure but for [`write_file`].

mod document;
mod page;
mod reports;
mod index;
mod handover;
mod detail;
mod fold;
mod clean;
mod txt;
mod md;
mod html;
mod chart;
mod docx;
mod xlsx;
mod csv;
mod json;
mod ics;
mod file;

use std::borrow::Cow;

use anyhow::Result;

use crate::digest::Digest;

pub use clean::masked_text;
pub use document::{CalendarDate, Cell, Chart, ChartDay, Column, Detail, Document, Row, Section, Shown};
pub use file::{WriteError, file_name, write_file, write_with};
pub use handover::handover;
pub use index::evidence_index;
pub use page::document;
pub use reports::{Heading, burden, group_register};
pub use txt::{CUT_LINE, parts};

/// A format: what `--format` calls it, the ending of its files, how it is written.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The word of `--format`.
    pub name: &'static str,
    /// Ending of its files, without the dot.
    pub extension: &'static str,
    /// What of a document it shows.
    pub medium: Medium,
    /// A cleaned document → the bytes of the file.
    pub write: fn(&Document, &Options) -> Result<Vec<u8>>,
}

/// What of a document a format shows; the rest is left out before anything is counted as masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Medium {
    /// Lines of text.
    Lines,
    /// Tables on paper.
    Paper,
    /// Tables of a table program.
    Sheet,
    /// Data for programs.
    Data,
    /// Dates for a calendar.
    Calendar,
}

/// Every format, the most used first.
pub const TARGETS: [Target; 8] = [
    Target { name: "txt", extension: "txt", medium: Medium::Lines, write: txt::write },
    Target { name: "docx", extension: "docx", medium: Medium::Paper, write: docx::write },
    Target { name: "xlsx", extension: "xlsx", medium: Medium::Sheet, write: xlsx::write },
    Target { name: "html", extension: "html", medium: Medium::Paper, write: html::write },
    Target { name: "md", extension: "md", medium: Medium::Lines, write: md::write },
    Target { name: "csv", extension: "csv", medium: Medium::Sheet, write: csv::write },
    Target { name: "json", extension: "json", medium: Medium::Data, write: json::write },
    Target { name: "ics", extension: "ics", medium: Medium::Calendar, write: ics::write },
];

impl Target {
    /// Whether it may be printed to a terminal.
    #[must_use]
    pub fn is_text(&self) -> bool {
        !matches!(self.name, "docx" | "xlsx")
    }

    /// The bytes of a file, made of those that would be printed. Files travel from one system to another, and Notepad,
    /// WPS and Excel know UTF-8 by its mark only: text has it everywhere, Markdown, which other programs read, on
    /// Windows, where it has the line ends of the system too.
    #[must_use]
    pub fn in_file<'a>(&self, printed: &'a [u8]) -> Cow<'a, [u8]> {
        self.in_file_of(cfg!(windows), printed)
    }

    fn in_file_of<'a>(&self, windows: bool, printed: &'a [u8]) -> Cow<'a, [u8]> {
        match self.name {
            "txt" => Cow::Owned([MARK, printed].concat()),
            "md" if windows => {
                let lines = printed.split_inclusive(|b| *b == b'\n');
                let ended = |line: &[u8]| match line.strip_suffix(b"\n") {
                    Some(text) => [text.strip_suffix(b"\r").unwrap_or(text), b"\r\n"].concat(),
                    None => line.to_vec(),
                };
                Cow::Owned([MARK.to_vec(), lines.flat_map(ended).collect()].concat())
            }
            _ => Cow::Borrowed(printed),
        }
    }
}

/// The byte order mark of UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// How a document is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Whether original words, copies that differ and reasons are added.
    pub detail: bool,
    /// Whether private data is left readable.
    pub unmask: bool,
    /// Whether contact phones of offices are left readable though private data is masked.
    pub keep_phones: bool,
    /// Whom it is for.
    pub audience: Audience,
    /// Longest part of a text for pasting, in characters; a longer digest is split.
    pub limit: usize,
    /// Encoding of CSV.
    pub encoding: Encoding,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            detail: false,
            unmask: false,
            keep_phones: false,
            audience: Audience::Own,
            limit: txt::LIMIT,
            encoding: Encoding::Utf8,
        }
    }
}

/// Whom a digest is for (`product.md` §3.1 no. 19).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Audience {
    /// 自己: everything.
    #[default]
    Own,
    /// 村两委: what is to be done, without what the user has settled or only noted.
    Committee,
    /// 不外发: everything, under a line that says it is not to be passed on.
    Internal,
}

impl Audience {
    /// All of them.
    pub const ALL: [Audience; 3] = [Audience::Own, Audience::Committee, Audience::Internal];

    /// The word of `--audience`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Audience::Own => "own",
            Audience::Committee => "committee",
            Audience::Internal => "internal",
        }
    }
}

/// Encodings of CSV files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8 with a byte order mark, without which Excel reads it as GBK.
    #[default]
    Utf8,
    /// GB18030, for older programs.
    Gb18030,
}

/// The format of a name.
#[must_use]
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|t| t.name.eq_ignore_ascii_case(name))
}

/// A file before it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// Its content.
    pub bytes: Vec<u8>,
    /// What was masked in it, in words; `None` where nothing was. CSV has no place to say it, so the command does.
    pub masked: Option<String>,
}

/// A digest in a format.
///
/// # Errors
/// Where a container cannot be written.
pub fn render(digest: &Digest, target: &Target, options: &Options) -> Result<Rendered> {
    let document = document(digest, target.medium, options);
    let bytes = (target.write)(&document, options)?;
    Ok(Rendered { bytes, masked: document.masked })
}

/// A report in a format; a calendar holds none.
///
/// # Errors
/// Where a container cannot be written.
pub fn render_report(document: &Document, target: &Target, options: &Options) -> Result<Rendered> {
    let bytes = (target.write)(document, options)?;
    Ok(Rendered { bytes, masked: document.masked.clone() })
}

/// What makes a table program take a text for a formula when it stands first in a cell.
const FORMULA_STARTS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_the_mark_and_line_ends_that_open_it_anywhere() {
        let text = "一\r\n二\n三".as_bytes();
        for (name, windows, want) in [
            ("txt", false, "\u{feff}一\r\n二\n三"),
            ("txt", true, "\u{feff}一\r\n二\n三"),
            ("md", false, "一\r\n二\n三"),
            ("md", true, "\u{feff}一\r\n二\r\n三"),
            ("json", true, "一\r\n二\n三"),
            ("html", true, "一\r\n二\n三"),
            ("docx", true, "一\r\n二\n三"),
        ] {
            let file = target(name).unwrap().in_file_of(windows, text);
            assert_eq!(std::str::from_utf8(&file).unwrap(), want, "{name} {windows}");
        }
    }
}
