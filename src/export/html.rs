//! A4 page for any browser: one file, no script, no remote font or picture, page numbers and repeated table heads in
//! print, readable in black and white. Nothing of a message is markup.

use std::fmt::Write as _;

use anyhow::Result;
use rust_i18n::t;

use super::Options;
use super::chart;
use super::document::{Cell, Column, Document, Row, Section, Shown};

/// The look on screen and on paper.
const STYLE: &str = include_str!("../../assets/digest/page.css");

/// Forbids the page to load or to run anything, whatever gets into it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

pub(super) fn write(document: &Document, _: &Options) -> Result<Vec<u8>> {
    let mut out = String::new();
    let title = escape(&format!("{} {}", document.title, document.subtitle));
    writeln!(out, "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>", escape(&document.locale))?;
    writeln!(
        out,
        "<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">"
    )?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    writeln!(out, "<title>{title}</title>\n<style>\n{STYLE}{}</style>\n</head>", page_size(document))?;
    let class = if document.tight { " class=\"tight\"" } else { "" };
    writeln!(out, "<body{class}>\n<h1>{}</h1>", escape(&document.title))?;
    writeln!(
        out,
        "<p class=\"period\">{}</p>\n<div class=\"top\">\n<ul class=\"head\">",
        escape(&document.subtitle)
    )?;
    for line in &document.head {
        writeln!(out, "<li>{}</li>", escape(line))?;
    }
    writeln!(out, "</ul>")?;
    if let Some(picture) = document.chart.as_ref().and_then(chart::svg) {
        writeln!(out, "{picture}")?;
    }
    writeln!(out, "</div>")?;
    for part in &document.sections {
        section(&mut out, part, &document.locale)?;
    }
    writeln!(out, "<footer>")?;
    for line in &document.foot {
        writeln!(out, "<p>{}</p>", escape(line))?;
    }
    writeln!(out, "</footer>\n</body>\n</html>")?;
    Ok(out.into_bytes())
}

fn page_size(document: &Document) -> &'static str {
    if document.wide { "@page { size: A4 landscape; }\n" } else { "" }
}

fn section(out: &mut String, section: &Section, locale: &str) -> std::fmt::Result {
    let none = if section.rows.is_empty() { t!("export.colon_none", locale = locale) } else { "".into() };
    writeln!(out, "<section>\n<h2>{}<span>{none}</span></h2>", escape(&section.name))?;
    if !section.rows.is_empty() {
        let columns: Vec<(usize, &Column)> = section.columns_on(Shown::Paper).collect();
        let total: u32 = columns.iter().map(|(_, c)| u32::from(c.width)).sum::<u32>() + NUMBER;
        let share = |width: u32| f64::from(width) * 100.0 / f64::from(total.max(1));
        writeln!(out, "<table>\n<colgroup><col style=\"width:{:.1}%\">", share(NUMBER))?;
        for (_, column) in &columns {
            writeln!(out, "<col style=\"width:{:.1}%\">", share(u32::from(column.width)))?;
        }
        let number = t!("export.column.no", locale = locale);
        write!(out, "</colgroup>\n<thead><tr><th class=\"number\">{number}</th>")?;
        for (_, column) in &columns {
            write!(out, "<th class=\"{}\">{}</th>", column.key, escape(&column.title))?;
        }
        writeln!(out, "</tr></thead>\n<tbody>")?;
        for line in &section.rows {
            row(out, &columns, line)?;
        }
        writeln!(out, "</tbody>\n</table>")?;
    }
    for note in &section.notes {
        writeln!(out, "<p class=\"note\">{}</p>", escape(note))?;
    }
    writeln!(out, "</section>")
}

/// Width of the column of numbers, in half-width characters.
const NUMBER: u32 = 4;

fn row(out: &mut String, columns: &[(usize, &Column)], row: &Row) -> std::fmt::Result {
    let class = if row.strong { " class=\"urgent\"" } else { "" };
    write!(out, "<tr{class}><td class=\"number\">{}</td>", row.number)?;
    for (n, column) in columns {
        let (text, figure) = match row.cells.get(*n) {
            Some(Cell::Tick) | None => ("□".to_owned(), ""),
            Some(Cell::Number(number)) => (number.to_string(), " figure"),
            Some(Cell::Alert(text)) => (escape(text), " alert"),
            Some(Cell::Text(text)) => (escape(text), ""),
        };
        write!(out, "<td class=\"{}{figure}\">{text}</td>", column.key)?;
    }
    writeln!(out, "</tr>")?;
    if row.details.is_empty() {
        return Ok(());
    }
    write!(out, "<tr class=\"detail\"><td></td><td colspan=\"{}\"><dl>", columns.len())?;
    for detail in &row.details {
        let text = escape(&detail.text);
        write!(out, "<dt>{}</dt><dd>{text}</dd>", escape(&detail.label))?;
    }
    writeln!(out, "</dl></td></tr>")
}

/// Text as text; line ends are kept by the style.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
