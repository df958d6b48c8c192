//! A Word document that opens in WPS and Word without a question: the few parts of an OOXML package, most of them fixed
//! files under `assets/digest/docx`, put into a zip with fixed times. Written by hand because docx-rs has no East Asian
//! font fallback, no total of pages in the footer and no fixed times.

mod body;

use std::io::{Cursor, Write as _};

use anyhow::Result;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::Options;
use super::document::Document;
use crate::message::local;

/// The parts that are the same in every document. `[Content_Types].xml` stands first, as Word writes it.
const PARTS: [(&str, &str); 8] = [
    ("[Content_Types].xml", include_str!("../../../assets/digest/docx/content_types.xml")),
    ("_rels/.rels", include_str!("../../../assets/digest/docx/rels.xml")),
    ("word/_rels/document.xml.rels", include_str!("../../../assets/digest/docx/document_rels.xml")),
    ("word/styles.xml", include_str!("../../../assets/digest/docx/styles.xml")),
    ("word/settings.xml", include_str!("../../../assets/digest/docx/settings.xml")),
    ("word/fontTable.xml", include_str!("../../../assets/digest/docx/font_table.xml")),
    ("word/footer1.xml", include_str!("../../../assets/digest/docx/footer.xml")),
    ("docProps/app.xml", include_str!("../../../assets/digest/docx/app.xml")),
];

pub(super) fn write(document: &Document, _: &Options) -> Result<Vec<u8>> {
    let mut package = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    let mut put = |name: &str, text: &str| -> Result<()> {
        package.start_file(name, options)?;
        package.write_all(text.as_bytes())?;
        Ok(())
    };
    for (name, text) in PARTS {
        put(name, text)?;
    }
    put("word/document.xml", &body::xml(document))?;
    put("docProps/core.xml", &core(document))?;
    Ok(package.finish()?.into_inner())
}

/// Title and time, the time being the digest's day.
fn core(document: &Document) -> String {
    let title = escape(&format!("{} {}", document.title, document.subtitle));
    let stamp = local(document.stamp.0).format("%Y-%m-%dT%H:%M:%SZ");
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
         <cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{title}</dc:title>\
         <dcterms:created xsi:type=\"dcterms:W3CDTF\">{stamp}</dcterms:created>\
         <dcterms:modified xsi:type=\"dcterms:W3CDTF\">{stamp}</dcterms:modified></cp:coreProperties>"
    )
}

/// Text for XML 1.0, whose character set leaves out most control characters.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}
