//! Containers read back by programs that did not write them: calamine, quick-xml, icalendar.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};
use quick_xml::events::Event;
use qunbox::digest::Digest;
use qunbox::export::{self, Options};
use qunbox::notice::Notice;

use super::{golden, weekend};

pub(crate) fn bytes(digest: &Digest, format: &str, detail: bool) -> Vec<u8> {
    let options = Options { detail, ..Options::default() };
    export::render(digest, export::target(format).unwrap(), &options).unwrap().bytes
}

/// The parts of a zip, each checked for the fixed time.
pub(crate) fn parts(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut parts = BTreeMap::new();
    for n in 0..zip.len() {
        let mut file = zip.by_index(n).unwrap();
        let name = file.name().unwrap().into_owned();
        assert_eq!(file.last_modified(), Some(zip::DateTime::default()), "{name}");
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        parts.insert(name, text);
    }
    parts
}

/// Well-formed to the last tag; gives the text between tags.
pub(crate) fn xml_text(name: &str, xml: &str) -> String {
    let mut reader = quick_xml::Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let mut text = String::new();
    let mut depth = 0_i32;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                depth += 1;
                tag.attributes().for_each(|a| drop(a.unwrap_or_else(|e| panic!("{name}: {e}"))));
            }
            Ok(Event::End(_)) => depth -= 1,
            Ok(Event::Text(words)) => text += &words.xml10_content(),
            Ok(Event::GeneralRef(word)) => text.push(match &*word.xml10_content() {
                "lt" => '<',
                "gt" => '>',
                "amp" => '&',
                "quot" => '"',
                other => panic!("{name}: &{other};"),
            }),
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => panic!("{name}: {error}"),
        }
    }
    assert_eq!(depth, 0, "{name}");
    text
}

/// Every cell of a workbook, a line a row.
pub(crate) fn sheets(bytes: Vec<u8>) -> String {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let mut out = String::new();
    for (name, range) in book.worksheets() {
        out += &format!("# {name}\n");
        for row in range.rows() {
            let cells: Vec<String> = row
                .iter()
                .map(|cell| match cell {
                    Data::Empty => String::new(),
                    Data::String(text) => text.replace('\n', "⏎"),
                    Data::Float(number) => number.to_string(),
                    other => panic!("{name}: a cell is {other:?}"),
                })
                .collect();
            out += cells.join(" | ").trim_end_matches([' ', '|']);
            out.push('\n');
        }
        let formulas = book.worksheet_formula(&name).unwrap();
        assert!(formulas.cells().all(|(_, _, formula)| formula.is_empty()), "{name} holds a formula");
    }
    out
}

#[test]
fn golden_files_of_page_and_calendar() {
    golden("weekend.html", &bytes(&weekend(), "html", false));
    golden("weekend.ics", &bytes(&weekend(), "ics", false));
}

#[test]
fn the_word_document_is_well_formed_and_whole() {
    for detail in [false, true] {
        let parts = parts(&bytes(&weekend(), "docx", detail));
        let texts: BTreeMap<&str, String> =
            parts.iter().map(|(name, xml)| (name.as_str(), xml_text(name, xml))).collect();
        for (name, kind) in [("document", "document"), ("styles", "styles"), ("footer1", "footer")] {
            let declared = format!("PartName=\"/word/{name}.xml\"");
            assert!(parts["[Content_Types].xml"].contains(&declared), "{kind}");
        }
        let body = &texts["word/document.xml"];
        assert!(body.contains("今夜大风，森林防火红色预警"));
        assert_eq!(body.matches('□').count(), 14, "a box a line but for what is settled");
        assert_eq!(body.contains("马上出发！"), detail);
    }
    golden("weekend.document.xml", parts(&bytes(&weekend(), "docx", false))["word/document.xml"].as_bytes());
}

#[test]
fn the_workbook_reads_back_as_texts() {
    golden("weekend.xlsx.txt", sheets(bytes(&weekend(), "xlsx", true)).as_bytes());
    let parts = parts(&bytes(&weekend(), "xlsx", true));
    for (name, xml) in parts.iter().filter(|(n, _)| n.ends_with(".xml")) {
        xml_text(name, xml);
    }
    let sheet = &parts["xl/worksheets/sheet2.xml"];
    assert!(sheet.contains("state=\"frozen\"") && sheet.contains("<autoFilter "), "{sheet}");
}

#[test]
fn the_calendar_keeps_to_the_rules() {
    let text = String::from_utf8(bytes(&weekend(), "ics", false)).unwrap();
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "a line is too long");
    assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
    let calendar: icalendar::Calendar = text.parse().unwrap();
    let digest = weekend();
    assert_eq!(calendar.components.len(), digest.ahead.len());
    for (component, ahead) in calendar.components.iter().zip(&digest.ahead) {
        use icalendar::Component;
        let event = component.as_event().unwrap();
        assert!(event.get_uid().unwrap().starts_with(&ahead.notice));
        assert!(event.get_summary().unwrap().contains(&ahead.title));
        let day = matches!(event.get_start(), Some(icalendar::DatePerhapsTime::Date(_)));
        assert_eq!(day, ahead.when.all_day() || ahead.notice == "N7", "{}", ahead.notice);
    }
}

/// The same notices as the page, for the eye: `QUNBOX_LOOK=folder cargo test -- --ignored look`.
#[test]
#[ignore = "writes files to look at into the folder QUNBOX_LOOK"]
fn look() {
    let folder = std::path::PathBuf::from(std::env::var_os("QUNBOX_LOOK").unwrap());
    let mut many = super::world("core.json");
    let copies: Vec<Notice> = (0..60)
        .map(|n| {
            let mut notice = many.notices[n % 13].clone();
            notice.id = format!("{}-{n}", notice.id);
            notice
        })
        .collect();
    many.notices.extend(copies);
    let period = qunbox::digest::Period::days(super::day(8), super::day(14));
    let long = many.digest(period, "2024-01-14T09:00:00+08:00", "zh-CN");
    let english = super::world("core.json").digest(period, "2024-01-14T09:00:00+08:00", "en");
    for target in &export::TARGETS {
        for (name, digest, detail) in [
            ("day", &weekend(), false),
            ("detail", &weekend(), true),
            ("long", &long, false),
            ("english", &english, false),
        ] {
            let path = folder.join(format!("{name}.{}", target.extension));
            export::write_file(&path, &bytes(digest, target.name, detail), true).unwrap();
        }
    }
}
