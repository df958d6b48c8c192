//! Workbooks (.xlsx) read without a spreadsheet library: shared strings, the cells of each sheet in order, and the
//! addresses behind hyperlink cells, which libraries do not give. Formulas, styles and dates as styles are not looked at.

use std::collections::HashMap;
use std::io::{self, Cursor, Read};

use rust_i18n::t;
use zip::ZipArchive;

use crate::import::decode::Decoder;
use crate::import::head::Head;
use crate::import::html::{Html, Piece, attribute};
use crate::import::job::Job;

use super::{Cells, Columns, Flavor, Table};

/// Workbooks are held in memory.
const LARGEST: u64 = 256 * 1024 * 1024;
/// A part may not unpack to more.
const LARGEST_PART: u64 = 1024 * 1024 * 1024;
/// The header row stands among the first rows.
const HEADER_WITHIN: u32 = 30;

/// An Office file: a zip held in memory.
pub(crate) type Book = ZipArchive<Cursor<Vec<u8>>>;

pub(crate) fn sniff(head: &Head) -> bool {
    let has = |word: &[u8]| memchr::memmem::find(&head.raw, word).is_some();
    head.raw.starts_with(b"PK") && (has(b"xl/work") || has(b"[Content_Types].xml") || has(b"xl/shared"))
}

pub(crate) fn parse(_head: &Head, reader: &mut dyn Read, job: &mut Job<'_>) -> io::Result<()> {
    let mut raw = Vec::new();
    reader.take(LARGEST + 1).read_to_end(&mut raw)?;
    job.outcome.encoding = Some("utf-8");
    if raw.len() as u64 > LARGEST {
        job.issue(None, t!("import.issue.too_large").into_owned());
        return Ok(());
    }
    let mut book = match ZipArchive::new(Cursor::new(raw)) {
        Ok(book) => book,
        Err(error) => {
            job.issue(None, t!("import.issue.workbook", reason = error).into_owned());
            return Ok(());
        }
    };
    let strings = shared_strings(&mut book)?;
    let mut sheets: Vec<String> = book
        .file_names()
        .filter_map(|name| Some(name.ok()?.into_owned()))
        .filter(|n| n.starts_with("xl/worksheets/") && n.ends_with(".xml") && n.matches('/').count() == 2)
        .collect();
    sheets.sort_by_key(|name| (name.len(), name.clone()));
    let mut found = false;
    for sheet in sheets {
        found |= read_sheet(&mut book, &sheet, &strings, job)?;
        if job.outcome.needs.is_some() {
            return Ok(());
        }
    }
    if !found {
        job.outcome.format = None;
        job.outcome.needs = Some(crate::import::Need::Format);
    }
    Ok(())
}

/// Calls `each` with the pieces of a part; nothing when there is no such part. `each` returns `false` to stop.
pub(crate) fn pieces(book: &mut Book, name: &str, mut each: impl FnMut(Piece) -> bool) -> io::Result<()> {
    let Ok(part) = book.by_name(name) else { return Ok(()) };
    let mut text = Decoder::new(Box::new(part.take(LARGEST_PART)));
    let mut xml = Html::new(&mut text);
    loop {
        match xml.next() {
            Ok(Some(piece)) => {
                if !each(piece) {
                    return Ok(());
                }
            }
            // a broken part ends where it breaks
            Ok(None) | Err(_) => return Ok(()),
        }
    }
}

/// Tags may carry a prefix: `x:c`.
pub(crate) fn bare(tag: &str) -> &str {
    tag.rsplit(':').next().unwrap_or(tag)
}

fn shared_strings(book: &mut Book) -> io::Result<Vec<String>> {
    let mut strings = Vec::new();
    let mut current = String::new();
    let (mut in_text, mut phonetic) = (false, false);
    pieces(book, "xl/sharedStrings.xml", |piece| {
        match piece {
            Piece::Open(tag, _) => match bare(&tag) {
                "si" => current.clear(),
                "t" => in_text = !phonetic,
                "rph" => phonetic = true,
                _ => {}
            },
            Piece::Text(text) if in_text => current.push_str(&text),
            Piece::Text(_) => {}
            Piece::Close(tag) => match bare(&tag) {
                "si" => strings.push(unescape(std::mem::take(&mut current))),
                "t" => in_text = false,
                "rph" => phonetic = false,
                _ => {}
            },
        }
        true
    })?;
    Ok(strings)
}

/// Excel writes control characters as `_x000D_`.
fn unescape(text: String) -> String {
    if text.contains("_x000") {
        text.replace("_x000D_", "").replace("_x000A_", "\n").replace("_x0009_", "\t")
    } else {
        text
    }
}

/// Cell reference → column and row, both counted as Excel does less one for the column: `I5` → (8, 5).
fn place(reference: &str) -> Option<(usize, u32)> {
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic).count();
    let column = reference[..letters].bytes().try_fold(0_usize, |n, b| {
        n.checked_mul(26)?.checked_add(usize::from(b.to_ascii_uppercase() - b'A') + 1)
    })?;
    let row = reference[letters..].split(':').next()?.parse().ok()?;
    (column > 0 && column <= 16_384).then(|| (column - 1, row))
}

/// The addresses of a sheet's hyperlinks, by cell.
fn hyperlinks(book: &mut Book, sheet: &str) -> io::Result<HashMap<(usize, u32), String>> {
    let rels = sheet.replacen("worksheets/", "worksheets/_rels/", 1) + ".rels";
    let mut targets = HashMap::new();
    pieces(book, &rels, |piece| {
        if let Piece::Open(tag, attributes) = piece
            && bare(&tag) == "relationship"
            && let (Some(id), Some(target)) = (attribute(attributes, "Id"), attribute(attributes, "Target"))
        {
            targets.insert(id, target);
        }
        true
    })?;
    let mut links = HashMap::new();
    if targets.is_empty() {
        return Ok(links);
    }
    pieces(book, sheet, |piece| {
        if let Piece::Open(tag, attributes) = piece
            && bare(&tag) == "hyperlink"
        {
            let at = attribute(attributes, "ref").and_then(|r| place(&r));
            let target = attribute(attributes, "r:id").and_then(|id| targets.get(&id));
            if let (Some(at), Some(target)) = (at, target) {
                links.insert(at, target.clone());
            }
        }
        true
    })?;
    Ok(links)
}

/// The row being read.
#[derive(Default)]
struct Reading {
    values: Vec<String>,
    column: usize,
    row: u32,
    kind: String,
    value: String,
    in_value: bool,
}

impl Reading {
    fn open(&mut self, tag: &str, attributes: &str) {
        match tag {
            "row" => {
                let stated = attribute(attributes, "r").and_then(|r| r.parse().ok());
                self.row = stated.unwrap_or(self.row + 1);
                self.values.clear();
                self.column = 0;
            }
            "c" => {
                if let Some((column, _)) = attribute(attributes, "r").and_then(|r| place(&r)) {
                    self.column = column;
                }
                self.kind = attribute(attributes, "t").unwrap_or_default();
                self.value.clear();
            }
            "v" | "t" => self.in_value = true,
            _ => {}
        }
    }

    fn cell(&mut self, strings: &[String]) {
        if self.values.len() <= self.column {
            self.values.resize(self.column + 1, String::new());
        }
        let value = std::mem::take(&mut self.value);
        self.values[self.column] = match self.kind.as_str() {
            "s" => {
                value.trim().parse::<usize>().ok().and_then(|n| strings.get(n)).cloned().unwrap_or_default()
            }
            _ => unescape(value),
        };
        self.column += 1;
    }
}

/// Reads a sheet that has a known header; says whether it had one.
fn read_sheet(book: &mut Book, sheet: &str, strings: &[String], job: &mut Job<'_>) -> io::Result<bool> {
    let links = hyperlinks(book, sheet)?;
    let mut reading = Reading::default();
    let mut columns: Option<Columns> = None;
    let mut group = crate::message::GroupRef::default();
    let mut table = Table::new(job, Flavor::WeFlow);
    pieces(book, sheet, |piece| {
        match piece {
            Piece::Open(tag, attributes) => reading.open(bare(&tag), attributes),
            Piece::Text(text) if reading.in_value => reading.value.push_str(&text),
            Piece::Text(_) => {}
            Piece::Close(tag) => match bare(&tag) {
                "v" | "t" => reading.in_value = false,
                "c" => reading.cell(strings),
                "row" => return row(&reading, &mut columns, &mut group, &links, &mut table),
                _ => {}
            },
        }
        true
    })?;
    if let Some(columns) = &columns {
        table.job.set_format(format_id(columns.flavor), platform(columns.flavor));
    }
    Ok(columns.is_some())
}

fn row(
    reading: &Reading,
    columns: &mut Option<Columns>,
    group: &mut crate::message::GroupRef,
    links: &HashMap<(usize, u32), String>,
    table: &mut Table<'_, '_>,
) -> bool {
    let Some(known) = columns else {
        *columns =
            Columns::of(reading.values.iter().map(String::as_str), &table.job.source.options.templates);
        match columns {
            Some(found) => {
                table.job.set_format(format_id(found.flavor), platform(found.flavor));
                if found.flavor == Flavor::Qce {
                    group.native_id = crate::import::name::qq_group(table.job.source.name);
                }
                return table.job.enter(std::mem::take(group)).is_continue();
            }
            None => session(&reading.values, group),
        }
        return reading.row < HEADER_WITHIN;
    };
    let of_row: Vec<(usize, String)> = if links.is_empty() {
        Vec::new()
    } else {
        (0..reading.values.len())
            .filter_map(|c| links.get(&(c, reading.row)).map(|url| (c, url.clone())))
            .collect()
    };
    let cells = Cells { columns: known, values: &reading.values, links: &of_row, number: reading.row };
    table.row(&cells).is_continue()
}

/// WeFlow's second row: 微信ID, id, …, 昵称, name.
fn session(values: &[String], group: &mut crate::message::GroupRef) {
    for (n, value) in values.iter().enumerate() {
        let next = || values[n + 1..].iter().map(|v| v.trim()).find(|v| !v.is_empty()).map(str::to_owned);
        match value.trim() {
            "微信ID" => group.native_id = next(),
            "昵称" => group.name = next().filter(|n| n != "备注"),
            _ => {}
        }
    }
}

fn format_id(flavor: Flavor) -> &'static str {
    match flavor {
        Flavor::WeFlow => "weflow-xlsx",
        Flavor::Qce => "qce-xlsx",
        Flavor::MemoOld | Flavor::MemoNew => "memotrace-xlsx",
        Flavor::Chatlog => "chatlog-xlsx",
        Flavor::PyWxDump => "pywxdump-xlsx",
        Flavor::WeClone => "weclone-xlsx",
        Flavor::Taught => "template",
    }
}

fn platform(flavor: Flavor) -> Option<crate::message::Platform> {
    match flavor {
        Flavor::Qce => Some(crate::message::Platform::Qq),
        Flavor::Taught => None,
        _ => Some(crate::message::Platform::Wechat),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cell_references() {
        assert_eq!(place("I5"), Some((8, 5)));
        assert_eq!(place("AA10"), Some((26, 10)));
        assert_eq!(place("B2:C2"), Some((1, 2)));
        assert_eq!(place("5"), None);
        assert_eq!(place("ZZZZZZZZZZZZZZZZZZ1"), None);
    }
}
