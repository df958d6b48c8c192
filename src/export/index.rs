//! 凭据目录 as a document (`product.md` §3.1 no. 14): the notices of a subject, and below them every file with its hash. What is
//! missing, changed or entered late is marked in words and, where there are colours, in red.

use chrono::Datelike;
use rust_i18n::t;

use super::document::{Cell, Column, Document, Section, Shown};
use super::reports::{Heading, number, rows};
use crate::digest::when;
use crate::message::local;
use crate::notice::Moment;
use crate::report::{Condition, DutyCounts, EvidenceFile, EvidenceRow};

/// 凭据目录: notice, first seen, chain of deadlines, done at, checklist, files; then the files with their hashes.
#[must_use]
pub fn evidence_index(index: &[EvidenceRow], heading: &Heading<'_>) -> Document {
    let page = Page { heading, year: local(heading.now).year() };
    let notices = Section {
        name: heading.word("evidence"),
        columns: page.columns(&[
            ("title", 34, Shown::Line),
            ("first_seen", 25, Shown::Line),
            ("chain", 31, Shown::Line),
            ("state", 7, Shown::Line),
            ("done_at", 24, Shown::Line),
            ("duties", 18, Shown::Line),
            ("files", 16, Shown::Line),
            ("id", 14, Shown::Sheet),
        ]),
        rows: rows(index.iter().map(|row| page.notice(row))),
        notes: Vec::new(),
    };
    let all = index.iter().enumerate();
    let files = all.flat_map(|(n, row)| row.files.iter().map(move |file| (n as u64 + 1, row, file)));
    let files = Section {
        name: heading.word("files"),
        columns: page.columns(&[
            ("of", 6, Shown::Line),
            ("to", 26, Shown::Line),
            ("path", 41, Shown::Line),
            ("bytes_of", 12, Shown::Paper),
            ("added_at", 25, Shown::Line),
            ("condition", 20, Shown::Line),
            ("sha256", 36, Shown::Line),
            ("id", 14, Shown::Sheet),
        ]),
        rows: rows(files.map(|(of, row, file)| page.file(of, row, file))),
        notes: Vec::new(),
    };
    heading.document("evidence_index", vec![notices, files], &["index_note"], true)
}

struct Page<'a> {
    heading: &'a Heading<'a>,
    year: i32,
}

impl Page<'_> {
    fn columns(&self, columns: &[(&'static str, u16, Shown)]) -> Vec<Column> {
        let widths: Vec<_> = columns.iter().map(|c| (c.0, c.1)).collect();
        let mut out = self.heading.columns(&widths);
        out.iter_mut().zip(columns).for_each(|(column, said)| column.shown = said.2);
        out
    }

    fn words(&self, at: Moment) -> String {
        when::moment(at, self.year, self.heading.locale)
    }

    fn count(&self, key: &str, n: usize) -> String {
        t!(format!("export.report.{key}"), locale = self.heading.locale, n = n).into_owned()
    }

    fn joined(&self, parts: &[String]) -> String {
        parts.join(&t!("export.list_comma", locale = self.heading.locale))
    }

    fn notice(&self, row: &EvidenceRow) -> Vec<Cell> {
        let locale = self.heading.locale;
        let chain: Vec<String> = row.chain.iter().map(|s| when::due(s.due, self.year, locale)).collect();
        let state = t!(format!("export.state.{}", row.state.as_str()), locale = locale).into_owned();
        vec![
            Cell::Text(row.title.clone()),
            self.heading.moment(Some(row.first_seen)),
            Cell::Text(chain.join(" → ")),
            Cell::Text(state),
            self.done(row),
            Cell::Text(self.duties(&row.duties)),
            self.files(&row.files),
            Cell::Text(row.notice.clone()),
        ]
    }

    /// When it was done; a typed date is marked as entered late.
    fn done(&self, row: &EvidenceRow) -> Cell {
        match (row.done_at, row.typed_at) {
            (Some(at), Some(typed)) => {
                let (typed, at) = (self.words(typed), self.words(at));
                let said =
                    t!("export.report.done_late", locale = self.heading.locale, typed = typed, at = at);
                Cell::Alert(said.into_owned())
            }
            (at, _) => self.heading.moment(at),
        }
    }

    fn duties(&self, counts: &DutyCounts) -> String {
        let all = [
            ("duties_done", counts.done as usize),
            ("duties_waived", counts.waived.len()),
            ("duties_open", counts.open as usize),
        ];
        let said: Vec<String> = all.iter().filter(|c| c.1 > 0).map(|(key, n)| self.count(key, *n)).collect();
        let mut lines = vec![self.joined(&said)];
        for why in counts.waived.iter().flatten() {
            let line = t!("export.report.why", locale = self.heading.locale, why = why).into_owned();
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        lines.join("\n")
    }

    fn files(&self, files: &[EvidenceFile]) -> Cell {
        let of = |condition| files.iter().filter(|f| f.condition == condition).count();
        let late = files.iter().filter(|f| f.typed_at.is_some()).count();
        let (missing, changed) = (of(Condition::Missing), of(Condition::Changed));
        let all =
            [("n_files", files.len()), ("n_missing", missing), ("n_changed", changed), ("n_late", late)];
        let said: Vec<String> = all.iter().filter(|c| c.1 > 0).map(|(key, n)| self.count(key, *n)).collect();
        let said = self.joined(&said);
        if missing + changed + late > 0 { Cell::Alert(said) } else { Cell::Text(said) }
    }

    fn file(&self, of: u64, row: &EvidenceRow, file: &EvidenceFile) -> Vec<Cell> {
        let locale = self.heading.locale;
        let to = file.to.clone().unwrap_or_else(|| self.heading.word("gone_row"));
        let to = match file.occurrence {
            Some(at) => {
                let date = when::short_day(local(at.0).date(), locale);
                t!("export.report.for_date", locale = locale, to = to, date = date).into_owned()
            }
            None => to,
        };
        vec![
            number(of),
            Cell::Text(to),
            Cell::Text(file.path.clone()),
            number(file.size),
            self.heading.moment(Some(file.added_at)),
            self.condition(file),
            Cell::Text(file.sha256.clone()),
            Cell::Text(row.notice.clone()),
        ]
    }

    fn condition(&self, file: &EvidenceFile) -> Cell {
        let key = match file.condition {
            Condition::There => "there",
            Condition::Missing => "missing",
            Condition::Changed => "changed",
        };
        let mut said = vec![self.heading.word(key)];
        if let Some(typed) = file.typed_at {
            let typed = self.words(typed);
            said.push(t!("export.report.late", locale = self.heading.locale, typed = typed).into_owned());
        }
        let alert = file.condition != Condition::There || file.typed_at.is_some();
        let said = said.join("\n");
        if alert { Cell::Alert(said) } else { Cell::Text(said) }
    }
}
