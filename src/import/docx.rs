//! Word documents (.docx): people paste a chat into Word and send that. The paragraphs become lines, and the lines are
//! read as any text is. Not here: tables, styles, pictures.

use std::io::{self, Cursor, Read};

use rust_i18n::t;
use zip::ZipArchive;

use super::head::Head;
use super::html::Piece;
use super::job::Job;
use super::table::xlsx::{Book, bare, pieces};

/// Documents are held in memory.
const LARGEST: u64 = 256 * 1024 * 1024;

pub(crate) fn sniff(head: &Head) -> bool {
    head.raw.starts_with(b"PK") && memchr::memmem::find(&head.raw, b"word/").is_some()
}

pub(crate) fn parse(_head: &Head, reader: &mut dyn Read, job: &mut Job<'_>) -> io::Result<()> {
    let mut raw = Vec::new();
    reader.take(LARGEST + 1).read_to_end(&mut raw)?;
    if raw.len() as u64 > LARGEST {
        job.issue(None, t!("import.issue.too_large").into_owned());
        return Ok(());
    }
    let mut book: Book = match ZipArchive::new(Cursor::new(raw)) {
        Ok(book) => book,
        Err(error) => {
            job.issue(None, t!("import.issue.workbook", reason = error).into_owned());
            return Ok(());
        }
    };
    let text = text_of(&mut book)?;
    let mut inner = Cursor::new(text.into_bytes());
    let head = Head::read(&mut inner)?;
    super::read_known(&head, &mut inner, job, true)
}

fn text_of(book: &mut Book) -> io::Result<String> {
    let mut text = String::new();
    let mut in_run = false;
    pieces(book, "word/document.xml", |piece| {
        match piece {
            Piece::Open(tag, _) => match bare(&tag) {
                "t" => in_run = true,
                "br" | "cr" => text.push('\n'),
                "tab" => text.push('\t'),
                _ => {}
            },
            Piece::Text(words) if in_run => text.push_str(&words),
            Piece::Text(_) => {}
            Piece::Close(tag) => match bare(&tag) {
                "t" => in_run = false,
                "p" => text.push('\n'),
                _ => {}
            },
        }
        true
    })?;
    Ok(text)
}
