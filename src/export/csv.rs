//! CSV for other programs: one row a line, every section in one table. What a table program would take for a formula
//! is defused (OWASP, "CSV injection").

use anyhow::{Context, Result};
use encoding_rs::GB18030;
use rust_i18n::t;

use super::document::{Document, Shown};
use super::{Encoding, MARK, Options};

pub(super) fn write(document: &Document, options: &Options) -> Result<Vec<u8>> {
    let locale = document.locale.as_str();
    let mut table =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).flexible(true).from_writer(Vec::new());
    let mut columns: Option<Vec<&str>> = None;
    for section in &document.sections {
        let shown: Vec<_> = section.columns_on(Shown::Sheet).filter(|(_, c)| c.key != "tick").collect();
        let keys: Vec<&str> = shown.iter().map(|(_, c)| c.key).collect();
        if columns.as_ref() != Some(&keys) {
            let mut header = vec![
                t!("export.column.section", locale = locale).into_owned(),
                t!("export.column.number", locale = locale).into_owned(),
            ];
            header.extend(shown.iter().map(|(_, c)| c.title.clone()));
            table.write_record(&header)?;
            columns = Some(keys);
        }
        for row in &section.rows {
            let mut record = vec![defused(&section.name), row.number.to_string()];
            record.extend(shown.iter().map(|(n, _)| row.cells.get(*n).map(cell).unwrap_or_default()));
            table.write_record(&record)?;
        }
    }
    let text = String::from_utf8(table.into_inner().context("csv")?)?;
    Ok(match options.encoding {
        // Also where it is printed: a table is sent into a file, and without the mark Excel takes UTF-8 for GBK.
        Encoding::Utf8 => [MARK, text.as_bytes()].concat(),
        Encoding::Gb18030 => GB18030.encode(&text).0.into_owned(),
    })
}

fn cell(cell: &super::Cell) -> String {
    match cell {
        super::Cell::Number(number) => number.to_string(),
        other => defused(&other.text()),
    }
}

/// A text that a table program cannot take for a formula: `'` before `=`, `+`, `-`, `@` and their full-width forms,
/// at the start of the cell or after white space. Line ends become spaces, because many programs cut rows at them.
fn defused(text: &str) -> String {
    let text = super::document::one_line(text);
    if text.starts_with(super::FORMULA_STARTS) { format!("'{text}") } else { text }
}
