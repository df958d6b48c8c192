//! A workbook: a sheet for the head, a sheet a section. Cells are texts, never formulas, with frozen heads, filters,
//! column widths and a print layout.

use anyhow::Result;
use chrono::Datelike;
use rust_i18n::t;
use rust_xlsxwriter::{
    Chart as Picture, ChartType, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook,
    Worksheet,
};

use unicode_width::UnicodeWidthStr;

use super::document::{Cell, Chart, Column, Document, Row, Section, Shown, cut};
use super::{FORMULA_STARTS, Options};
use crate::message::local;

/// The most UTF-16 units Excel keeps in a cell is 32,767; a character takes two at most.
const CELL: usize = 16_000;

/// Of words that something is wrong.
const RED: u32 = 0xb0_00_00;

/// A4 in Excel's list of papers.
const A4: u8 = 9;

pub(super) fn write(document: &Document, _: &Options) -> Result<Vec<u8>> {
    let looks = Looks::new();
    let mut book = Workbook::new();
    book.set_properties(&properties(document)?);
    front(book.add_worksheet(), document, &looks)?;
    for section in &document.sections {
        table(book.add_worksheet(), section, document, &looks)?;
    }
    if document.sections.iter().any(|s| s.rows.iter().any(|r| !r.details.is_empty())) {
        details(book.add_worksheet(), document, &looks)?;
    }
    Ok(book.save_to_buffer()?)
}

/// Stamped with the digest's day, not with the clock, so that two runs give the same bytes.
fn properties(document: &Document) -> Result<DocProperties> {
    let day = local(document.stamp.0).date();
    let year = u16::try_from(day.year()).unwrap_or(2000);
    let stamp = ExcelDateTime::from_ymd(year, day.month() as u8, day.day() as u8)?;
    // Excel allows 255 characters.
    let title = cut(&format!("{} {}", document.title, document.subtitle), 100);
    Ok(DocProperties::new().set_title(title).set_creation_datetime(&stamp))
}

struct Looks {
    title: Format,
    plain: Format,
    head: Format,
    cell: Format,
    text: Format,
    urgent: Format,
    alert: Format,
    number: Format,
}

impl Looks {
    fn new() -> Self {
        let base = || Format::new().set_font_name("宋体").set_font_size(11).set_align(FormatAlign::Top);
        let boxed = || base().set_border(FormatBorder::Thin).set_text_wrap();
        Looks {
            title: base().set_bold().set_font_size(16),
            plain: base().set_num_format("@"),
            head: boxed().set_bold().set_align(FormatAlign::Center),
            cell: boxed().set_num_format("@"),
            // Excel shows a text that begins like a formula as text even after it was edited.
            text: boxed().set_num_format("@").set_quote_prefix(),
            urgent: boxed().set_num_format("@").set_bold(),
            alert: boxed().set_num_format("@").set_bold().set_font_color(RED),
            number: boxed().set_align(FormatAlign::Center),
        }
    }

    /// The format of a text cell.
    fn of(&self, text: &str, strong: bool) -> &Format {
        match (text.trim_start().starts_with(FORMULA_STARTS), strong) {
            (true, _) => &self.text,
            (false, true) => &self.urgent,
            (false, false) => &self.cell,
        }
    }
}

fn front(sheet: &mut Worksheet, document: &Document, looks: &Looks) -> Result<()> {
    sheet.set_name(sheet_name(&document.title))?;
    sheet.set_column_width(0, 16)?.set_column_width(1, 10)?.set_column_width(2, 60)?;
    sheet.set_row_height(0, 26)?;
    sheet.write_string_with_format(0, 0, &document.title, &looks.title)?;
    sheet.write_string_with_format(1, 0, cut(&document.subtitle, CELL), &looks.plain)?;
    let mut row = 3;
    for line in &document.head {
        sheet.write_string_with_format(row, 0, cut(line, CELL), &looks.plain)?;
        row += 1;
    }
    row += 1;
    for section in &document.sections {
        sheet.write_string_with_format(row, 0, &section.name, &looks.cell)?;
        sheet.write_number_with_format(row, 1, section.rows.len() as f64, &looks.number)?;
        row += 1;
    }
    row += 1;
    if let Some(chart) = &document.chart {
        row = days(sheet, chart, row, looks)?;
    }
    for line in &document.foot {
        sheet.write_string_with_format(row, 0, cut(line, CELL), &looks.plain)?;
        row += 1;
    }
    paper(sheet, document);
    Ok(())
}

/// The deadlines of two weeks as figures, with a drawing beside them. Gives the row after them.
fn days(sheet: &mut Worksheet, chart: &Chart, first: u32, looks: &Looks) -> Result<u32> {
    sheet.write_string_with_format(first, 0, &chart.title, &looks.plain)?;
    let mut row = first + 1;
    for day in &chart.days {
        sheet.write_string_with_format(row, 0, format!("{} {}", day.label, day.weekday), &looks.cell)?;
        sheet.write_number_with_format(row, 1, day.count as f64, &looks.number)?;
        row += 1;
    }
    let name = sheet.name();
    let mut picture = Picture::new(ChartType::Column);
    picture.add_series().set_categories((name.as_str(), first + 1, 0, row - 1, 0)).set_values((
        name.as_str(),
        first + 1,
        1,
        row - 1,
        1,
    ));
    picture.title().set_name(&chart.title);
    picture.legend().set_hidden();
    picture.y_axis().set_min(0).set_major_unit(1);
    sheet.insert_chart(first, 2, &picture)?;
    Ok(row + 1)
}

fn table(sheet: &mut Worksheet, section: &Section, document: &Document, looks: &Looks) -> Result<()> {
    sheet.set_name(sheet_name(&section.name))?;
    let columns: Vec<(usize, &Column)> = section.columns_on(Shown::Sheet).collect();
    let number = t!("export.column.no", locale = &document.locale);
    sheet.set_column_width(0, 6)?;
    sheet.write_string_with_format(0, 0, number.as_ref(), &looks.head)?;
    for (at, (_, column)) in columns.iter().enumerate() {
        let at = at as u16 + 1;
        sheet.set_column_width(at, f64::from(column.width))?;
        sheet.write_string_with_format(0, at, &column.title, &looks.head)?;
    }
    for (n, row) in section.rows.iter().enumerate() {
        line(sheet, n as u32 + 1, &columns, row, looks)?;
    }
    let last = section.rows.len() as u32;
    if last == 0 {
        sheet.write_string_with_format(1, 0, t!("export.none", locale = &document.locale), &looks.plain)?;
    } else {
        sheet.autofilter(0, 0, last, columns.len() as u16)?;
    }
    for (n, note) in section.notes.iter().enumerate() {
        sheet.write_string_with_format(last.max(1) + 2 + n as u32, 0, cut(note, CELL), &looks.plain)?;
    }
    // On paper only what fits: the columns that a page has too.
    let printed = section.columns_on(Shown::Paper).count() as u16;
    sheet.set_print_area(0, 0, last.max(1) + 1 + section.notes.len() as u32, printed)?;
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_repeat_rows(0, 0)?;
    sheet.set_landscape();
    paper(sheet, document);
    Ok(())
}

fn line(
    sheet: &mut Worksheet,
    at: u32,
    columns: &[(usize, &Column)],
    row: &Row,
    looks: &Looks,
) -> Result<()> {
    sheet.set_row_height(at, LINE * f64::from(lines(columns, row)))?;
    sheet.write_number_with_format(at, 0, row.number as f64, &looks.number)?;
    for (n, (cell, _)) in columns.iter().enumerate() {
        let column = n as u16 + 1;
        match row.cells.get(*cell) {
            Some(Cell::Number(number)) => {
                sheet.write_number_with_format(at, column, *number as f64, &looks.number)?;
            }
            Some(Cell::Tick) | None => {
                sheet.write_string_with_format(at, column, "□", &looks.number)?;
            }
            Some(Cell::Alert(text)) => {
                sheet.write_string_with_format(at, column, cut(text, CELL), &looks.alert)?;
            }
            Some(Cell::Text(text)) => {
                let text = cut(text, CELL);
                let look = looks.of(&text, row.strong && n < 2);
                sheet.write_string_with_format(at, column, &text, look)?;
            }
        }
    }
    Ok(())
}

/// Height of a line of eleven points, and the most lines shown of a cell.
const LINE: f64 = 16.0;
const MOST_LINES: u32 = 8;

/// How many lines the fullest cell of a row takes. Set by hand, because not every program fits rows to wrapped text.
fn lines(columns: &[(usize, &Column)], row: &Row) -> u32 {
    let needed = |(at, column): &(usize, &Column)| match row.cells.get(*at) {
        // What is not printed is cut to the height of what is.
        Some(Cell::Text(text) | Cell::Alert(text)) if column.shown <= Shown::Paper => {
            let room = usize::from(column.width.saturating_sub(3).max(1));
            text.lines().map(|l| l.width().div_ceil(room).max(1)).sum()
        }
        _ => 1,
    };
    let most: usize = columns.iter().map(needed).max().unwrap_or(1);
    u32::try_from(most).unwrap_or(MOST_LINES).clamp(1, MOST_LINES)
}

/// What stands below the lines on paper has a sheet of its own here.
fn details(sheet: &mut Worksheet, document: &Document, looks: &Looks) -> Result<()> {
    let word = |key: &str| t!(key, locale = &document.locale).into_owned();
    sheet.set_name(sheet_name(&word("export.details")))?;
    for (at, (width, key)) in
        [(6, "no"), (12, "section"), (36, "label"), (100, "text_of")].into_iter().enumerate()
    {
        sheet.set_column_width(at as u16, width)?;
        sheet.write_string_with_format(0, at as u16, word(&format!("export.column.{key}")), &looks.head)?;
    }
    let mut at = 0;
    for section in &document.sections {
        for (row, detail) in section.rows.iter().flat_map(|r| r.details.iter().map(move |d| (r, d))) {
            at += 1;
            let lines: usize = detail.text.lines().map(|l| l.width().div_ceil(98).max(1)).sum();
            let lines = u32::try_from(lines).unwrap_or(MOST_LINES).clamp(1, MOST_LINES);
            sheet.set_row_height(at, LINE * f64::from(lines))?;
            sheet.write_number_with_format(at, 0, row.number as f64, &looks.number)?;
            for (column, text) in [(1, &section.name), (2, &detail.label), (3, &detail.text)] {
                let text = cut(text, CELL);
                sheet.write_string_with_format(at, column, &text, looks.of(&text, false))?;
            }
        }
    }
    sheet.autofilter(0, 0, at, 3)?;
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_repeat_rows(0, 0)?;
    sheet.set_landscape();
    paper(sheet, document);
    Ok(())
}

/// A4, one page wide, with page numbers; above it what it is, since a printed sheet does not show its tab.
fn paper(sheet: &mut Worksheet, document: &Document) {
    // Excel allows 255 characters and reads `&` as a code.
    let said = cut(&format!("{} {}", document.title, document.subtitle), 100).replace('&', "&&");
    sheet.set_header(format!("&L{said}&R&A"));
    sheet.set_paper_size(A4);
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_margins(0.5, 0.5, 0.6, 0.6, 0.3, 0.3);
    sheet.set_footer("&C&P/&N");
}

/// Excel allows 31 characters and none of `[]:*?/\`, and no apostrophe at either end.
fn sheet_name(name: &str) -> String {
    let kept: String = name.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(31).collect();
    if kept.is_empty() { "-".to_owned() } else { kept }
}
