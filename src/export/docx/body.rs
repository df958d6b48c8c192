//! `word/document.xml`: headings, a table a section with boxes to tick, a strip with the deadlines of two weeks.

use rust_i18n::t;

use super::super::document::{Cell, Chart, Column, Document, Row, Section, Shown};
use super::escape;

/// A4 in twentieths of a point, and what is left of its width between the margins.
const A4: (u32, u32) = (11_906, 16_838);
const MARGIN: u32 = 907;

/// Width of the column of numbers, in half-width characters.
const NUMBER: u32 = 5;

/// The whole part.
pub(super) fn xml(document: &Document) -> String {
    let (width, height) = if document.wide { (A4.1, A4.0) } else { A4 };
    let room = width - 2 * MARGIN;
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
         <w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
         xmlns:w14=\"http://schemas.microsoft.com/office/word/2010/wordml\" \
         xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
         xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" mc:Ignorable=\"w14\"><w:body>",
    );
    out += &paragraph("Title", &document.title, false);
    if !document.subtitle.is_empty() {
        out += &paragraph("Subtitle", &document.subtitle, false);
    }
    for line in &document.head {
        out += &paragraph("Normal", line, false);
    }
    if let Some(chart) = document.chart.as_ref().filter(|c| c.days.iter().any(|d| d.count > 0)) {
        out += &paragraph("Heading1", &chart.title, false);
        out += &strip(chart, room);
    }
    for section in &document.sections {
        if section.rows.is_empty() {
            let none = t!("export.colon_none", locale = &document.locale);
            out += &paragraph("Heading1", &format!("{}{none}", section.name), false);
        } else {
            out += &paragraph("Heading1", &section.name, false);
            out += &table(section, room, document);
        }
        for note in &section.notes {
            out += &paragraph("Detail", note, false);
        }
    }
    if !document.tight {
        out += &paragraph("Normal", "", false);
    }
    for line in &document.foot {
        out += &paragraph("Foot", line, false);
    }
    let orient = if document.wide { " w:orient=\"landscape\"" } else { "" };
    out += &format!(
        "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId4\"/>\
         <w:pgSz w:w=\"{width}\" w:h=\"{height}\"{orient}/>\
         <w:pgMar w:top=\"850\" w:right=\"{MARGIN}\" w:bottom=\"907\" w:left=\"{MARGIN}\" w:header=\"567\" \
         w:footer=\"510\" w:gutter=\"0\"/></w:sectPr></w:body></w:document>"
    );
    out
}

fn paragraph(style: &str, text: &str, bold: bool) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>{}</w:p>", run(text, bold))
}

/// Words that something is wrong.
fn alert(style: &str, text: &str) -> String {
    let run = run_in("<w:rPr><w:b/><w:color w:val=\"B00000\"/></w:rPr>", text);
    format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>{run}</w:p>")
}

fn run(text: &str, bold: bool) -> String {
    run_in(if bold { "<w:rPr><w:b/></w:rPr>" } else { "" }, text)
}

/// Text with its line ends.
fn run_in(look: &str, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let lines: Vec<String> =
        text.lines().map(|l| format!("<w:t xml:space=\"preserve\">{}</w:t>", escape(l))).collect();
    format!("<w:r>{look}{}</w:r>", lines.join("<w:br/>"))
}

fn open_table(widths: &[u32]) -> String {
    let grid: String = widths.iter().map(|w| format!("<w:gridCol w:w=\"{w}\"/>")).collect();
    let total: u32 = widths.iter().sum();
    format!(
        "<w:tbl><w:tblPr><w:tblStyle w:val=\"Ruled\"/><w:tblW w:w=\"{total}\" w:type=\"dxa\"/>\
         <w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
    )
}

fn cell(width: u32, span: usize, inside: &str) -> String {
    let span = if span > 1 { format!("<w:gridSpan w:val=\"{span}\"/>") } else { String::new() };
    format!("<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{span}</w:tcPr>{inside}</w:tc>")
}

fn centred(style: &str, inside: &str) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/><w:jc w:val=\"center\"/></w:pPr>{inside}</w:p>")
}

/// Shares of `room` in the proportion of `parts`; the last takes what is left over.
fn shares(parts: &[u32], room: u32) -> Vec<u32> {
    let total: u32 = parts.iter().sum::<u32>().max(1);
    let mut widths: Vec<u32> = parts.iter().map(|p| p * room / total).collect();
    let used: u32 = widths.iter().sum();
    if let Some(last) = widths.last_mut() {
        *last += room - used;
    }
    widths
}

/// Two weeks as two rows: the days, and how many deadlines lie on each.
fn strip(chart: &Chart, room: u32) -> String {
    let widths = shares(&vec![1; chart.days.len()], room);
    let row = |text: &dyn Fn(usize) -> String| -> String {
        let cells: String = widths.iter().enumerate().map(|(n, w)| cell(*w, 1, &text(n))).collect();
        format!("<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>")
    };
    let days = row(&|n| {
        let day = &chart.days[n];
        small(&day.label) + &small(&day.weekday)
    });
    let counts = row(&|n| {
        let count = chart.days[n].count;
        centred("Cell", &if count > 0 { run(&count.to_string(), true) } else { String::new() })
    });
    format!("{}{days}{counts}</w:tbl>", open_table(&widths))
}

fn small(text: &str) -> String {
    format!(
        "<w:p><w:pPr><w:pStyle w:val=\"Cell\"/><w:jc w:val=\"center\"/></w:pPr><w:r><w:rPr><w:sz w:val=\"15\"/></w:rPr>\
         <w:t>{}</w:t></w:r></w:p>",
        escape(text)
    )
}

fn table(section: &Section, room: u32, document: &Document) -> String {
    let style = if document.tight { "CellTight" } else { "Cell" };
    let columns: Vec<(usize, &Column)> = section.columns_on(Shown::Paper).collect();
    let mut parts = vec![NUMBER];
    parts.extend(columns.iter().map(|(_, c)| u32::from(c.width)));
    let widths = shares(&parts, room);
    let mut out = open_table(&widths);
    let number = t!("export.column.no", locale = &document.locale);
    let named = |name: &str| {
        if document.tight { centred(style, &run(name, true)) } else { paragraph("CellHead", name, false) }
    };
    let mut head = cell(widths[0], 1, &named(&number));
    for ((_, column), width) in columns.iter().zip(&widths[1..]) {
        head += &cell(*width, 1, &named(&column.title));
    }
    out += &format!("<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>");
    for line in &section.rows {
        out += &row(&columns, line, &widths, style);
    }
    out += "</w:tbl>";
    out
}

fn row(columns: &[(usize, &Column)], row: &Row, widths: &[u32], style: &str) -> String {
    let middle = |inside: &str| centred(style, inside);
    let mut cells = cell(widths[0], 1, &middle(&run(&row.number.to_string(), false)));
    for ((at, column), width) in columns.iter().zip(&widths[1..]) {
        let inside = match row.cells.get(*at) {
            Some(Cell::Tick) | None => middle(BOX),
            Some(Cell::Number(number)) => middle(&run(&number.to_string(), false)),
            Some(Cell::Text(text)) if column.key == "groups" => middle(&run(text, false)),
            Some(Cell::Alert(text)) => alert(style, text),
            Some(Cell::Text(text)) => paragraph(style, text, row.strong && column.key == "title"),
        };
        cells += &cell(*width, 1, &inside);
    }
    let mut out = format!("<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>");
    if !row.details.is_empty() {
        let inside: String = row
            .details
            .iter()
            .map(|d| {
                let style = "<w:p><w:pPr><w:pStyle w:val=\"Detail\"/></w:pPr>";
                format!("{style}{}{}</w:p>", run(&format!("{} ", d.label), true), run(&d.text, false))
            })
            .collect();
        let rest: u32 = widths[1..].iter().sum();
        let empty = cell(widths[0], 1, &paragraph("Detail", "", false));
        out += &format!("<w:tr>{empty}{}</w:tr>", cell(rest, columns.len(), &inside));
    }
    out
}

/// A box that is ticked with a pen on paper and with a click in Word 2010 and later; □ stands in every Chinese font.
const BOX: &str = "<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val=\"0\"/>\
    <w14:checkedState w14:val=\"2611\" w14:font=\"Segoe UI Symbol\"/>\
    <w14:uncheckedState w14:val=\"25A1\" w14:font=\"宋体\"/></w14:checkbox></w:sdtPr><w:sdtContent><w:r><w:rPr>\
    <w:rFonts w:ascii=\"宋体\" w:hAnsi=\"宋体\" w:eastAsia=\"宋体\" w:hint=\"eastAsia\"/></w:rPr><w:t>□</w:t></w:r>\
    </w:sdtContent></w:sdt>";
