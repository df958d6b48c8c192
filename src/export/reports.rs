//! Register and burden report as documents (`product.md` §3.1 no. 11), and what every report needs to become one. Groups are listed by name
//! and nothing is ranked; no person stands in a report.

use chrono::Datelike;
use rust_i18n::t;
use serde_json::{Map, Value, json};

use super::clean::Cleaner;
use super::document::{Cell, Column, Document, Row, Section, Shown};
use super::page::finish;
use crate::digest::when;
use crate::message::local;
use crate::notice::Moment;
use crate::report::{Burden, GroupFigures, UnitFigures, total};

/// What every report needs to be printed.
#[derive(Clone, Copy, Debug)]
pub struct Heading<'a> {
    /// What it is about: a saved view, a search, a period.
    pub subject: &'a str,
    /// When it was made.
    pub now: i64,
    /// Language of the words.
    pub locale: &'a str,
    /// Whether private data is left readable.
    pub unmask: bool,
    /// Whether contact phones of offices are left readable though private data is masked.
    pub keep_phones: bool,
}

impl Heading<'_> {
    pub(super) fn word(&self, key: &str) -> String {
        t!(format!("export.report.{key}"), locale = self.locale).into_owned()
    }

    pub(super) fn moment(&self, at: Option<Moment>) -> Cell {
        let year = local(self.now).year();
        Cell::Text(at.map(|at| when::moment(at, year, self.locale)).unwrap_or_default())
    }

    pub(super) fn columns(&self, columns: &[(&'static str, u16)]) -> Vec<Column> {
        let column = |(key, width): &(&'static str, u16)| Column {
            key,
            title: self.word(key),
            width: *width,
            most: None,
            shown: Shown::Line,
        };
        columns.iter().map(column).collect()
    }

    pub(super) fn document(
        &self,
        title: &str,
        sections: Vec<Section>,
        notes: &[&str],
        wide: bool,
    ) -> Document {
        let document = Document {
            title: self.word(title),
            subtitle: self.subject.to_owned(),
            head: notes.iter().map(|n| self.word(n)).collect(),
            sections,
            foot: Vec::new(),
            masked: None,
            chart: None,
            dates: Vec::new(),
            data: serde_json::Value::Null,
            stamp: Moment(self.now),
            locale: self.locale.to_owned(),
            wide,
            tight: !wide,
        };
        let mut document = finish(document, Cleaner::new(self.unmask, self.keep_phones), Moment(self.now));
        document.data = data(&document);
        document
    }
}

/// A report as data: its tables by the names of their columns.
fn data(document: &Document) -> Value {
    let cell = |cell: &Cell| match cell {
        Cell::Number(n) => Value::from(*n),
        Cell::Text(text) if text.is_empty() => Value::Null,
        other => Value::from(other.text()),
    };
    let row = |section: &Section, row: &Row| -> Value {
        section
            .columns
            .iter()
            .zip(&row.cells)
            .map(|(c, v)| (c.key.to_owned(), cell(v)))
            .collect::<Map<_, _>>()
            .into()
    };
    let sections: Vec<Value> = document
        .sections
        .iter()
        .map(|s| json!({ "name": s.name, "rows": s.rows.iter().map(|r| row(s, r)).collect::<Vec<_>>() }))
        .collect();
    json!({
        "title": document.title, "subject": document.subtitle, "sections": sections,
        "notes": document.head, "foot": document.foot,
    })
}

pub(super) fn rows(cells: impl Iterator<Item = Vec<Cell>>) -> Vec<Row> {
    cells
        .enumerate()
        .map(|(n, cells)| Row { number: n + 1, cells, details: Vec::new(), strong: false, items: 1 })
        .collect()
}

pub(super) fn number(n: u64) -> Cell {
    Cell::Number(i64::try_from(n).unwrap_or(i64::MAX))
}

/// 群台账: every work group with how far its exports reach.
#[must_use]
pub fn group_register(groups: &[GroupFigures], heading: &Heading<'_>) -> Document {
    let reach = |g: &GroupFigures| Cell::Text(heading.word(&format!("reach_{}", g.coverage.as_str())));
    let cells = groups.iter().map(|g| {
        vec![
            Cell::Text(g.group.clone()),
            Cell::Text(g.platform.clone().unwrap_or_default()),
            reach(g),
            heading.moment(g.first),
            heading.moment(g.last),
            heading.moment(g.last_import),
            number(g.messages),
            number(g.notices),
        ]
    });
    let columns = heading.columns(&[
        ("group", 40),
        ("platform", 10),
        ("reach", 12),
        ("first", 24),
        ("last", 24),
        ("last_import", 24),
        ("messages", 10),
        ("notices", 10),
    ]);
    let section = Section { name: heading.word("groups"), columns, rows: rows(cells), notes: Vec::new() };
    heading.document("register", vec![section], &[], true)
}

/// 负担报告: what every group asked for, with the sum, and what came from every issuing unit; how the figures are counted
/// stands above them. Groups without a message in the period are named in one line below.
#[must_use]
pub fn burden(burden: &Burden, heading: &Heading<'_>) -> Document {
    let (silent, groups): (Vec<_>, Vec<_>) = burden.groups.iter().cloned().partition(|g| g.messages == 0);
    let groups = groups.as_slice();
    let sum = total(burden, &heading.word("total"));
    let cells = groups.iter().chain([&sum]).map(|g| {
        vec![
            Cell::Text(g.group.clone()),
            number(g.messages),
            number(g.notices),
            number(g.copies.saturating_sub(g.notices)),
            number(g.demands),
            number(g.off_hours),
            g.private_data.map_or(Cell::Text(String::new()), number),
        ]
    });
    let columns = heading.columns(&[
        ("group", 44),
        ("messages", 12),
        ("notices", 12),
        ("folded", 14),
        ("demands", 12),
        ("off_hours", 14),
        ("private_data", 16),
    ]);
    let mut section = Section { name: heading.word("groups"), columns, rows: rows(cells), notes: Vec::new() };
    if !silent.is_empty() {
        let names: Vec<&str> = silent.iter().map(|g| g.group.as_str()).collect();
        let names = names.join(&t!("export.list_comma", locale = heading.locale));
        let n = silent.len();
        let note = t!("export.report.silent", locale = heading.locale, n = n, groups = names);
        section.notes.push(note.into_owned());
    }
    heading.document("burden", vec![section, by_unit(&burden.units, heading)], &["how_counted"], false)
}

/// What came from every unit, by name.
fn by_unit(units: &[UnitFigures], heading: &Heading<'_>) -> Section {
    let cells = units.iter().map(|u| {
        vec![
            Cell::Text(u.unit.clone().unwrap_or_else(|| heading.word("no_unit"))),
            number(u.notices),
            number(u.copies.saturating_sub(u.notices)),
            number(u.demands),
            number(u.groups),
        ]
    });
    let columns =
        heading.columns(&[("unit", 44), ("notices", 12), ("folded", 14), ("demands", 12), ("in_groups", 14)]);
    Section {
        name: heading.word("units"),
        columns,
        rows: rows(cells),
        notes: vec![heading.word("how_units")],
    }
}
