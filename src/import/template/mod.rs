//! Layouts the user taught the program, for texts, tables and JSON no format claims: a header line with its parts named,
//! or columns and paths by what they hold. Kept in config.toml; read here with the same engine and guards as the rest.

mod fields;
mod pattern;
mod rows;

use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;

use rust_i18n::t;

use super::decode::Decoder;
use super::head::Head;
use super::job::Job;
use super::text::{Header, Layout, Line, MIDNIGHT, Place, Probe, Rules, run};
use super::time::{Day, day_at_start, is_blank, is_dash};
use super::{json, table};
use crate::message::Platform;

pub use fields::{Fields, fields};
use pattern::{Part, Pattern};
pub(super) use rows::row as table_row;

/// Parts a column or a path may hold.
pub const COLUMNS: [&str; 7] = ["name", "id", "date", "time", "text", "group", "message_id"];

/// How an unknown layout is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The name it is kept under.
    pub name: String,
    /// The chat service, where the user said it.
    pub platform: Option<Platform>,
    header: Option<Pattern>,
    rows: String,
    columns: BTreeMap<String, String>,
}

impl Template {
    /// Reads a template as config.toml holds it.
    ///
    /// # Errors
    /// What is missing in it, in the language of the screen.
    pub fn new(
        name: &str,
        header: Option<&str>,
        rows: Option<&str>,
        columns: &BTreeMap<String, String>,
        platform: Option<&str>,
    ) -> Result<Template, String> {
        let known = COLUMNS.join(" ");
        if let Some(word) = columns.keys().find(|k| !COLUMNS.contains(&k.as_str())) {
            return Err(t!("import.template.bad_part", word = word, known = known).into_owned());
        }
        let pattern = match header {
            Some(text) => {
                Some(Pattern::read(text).ok_or_else(|| t!("import.template.bad_header").into_owned())?)
            }
            None => None,
        };
        let timed = columns.contains_key("time") || columns.contains_key("date");
        if pattern.is_none() && !(columns.contains_key("text") && timed) {
            return Err(t!("import.template.bad_columns").into_owned());
        }
        Ok(Template {
            name: name.to_owned(),
            platform: platform.and_then(Platform::parse),
            header: pattern,
            rows: rows.unwrap_or_default().to_owned(),
            columns: columns.clone(),
        })
    }

    /// The column or path of a part.
    pub(super) fn column(&self, part: &str) -> Option<&str> {
        self.columns.get(part).map(String::as_str)
    }

    /// Whether a header row of a table has all the columns.
    pub(super) fn fits_columns(&self, has: impl Fn(&str) -> bool) -> bool {
        self.header.is_none() && self.columns.values().all(|c| has(c))
    }

    /// Whether it can read a file that no format claims: headers at least twice, few lines before them; one is enough when
    /// it states a time and nothing stands before it.
    pub(super) fn fits(&self, head: &Head) -> bool {
        if let Some(pattern) = &self.header {
            let probe = Probe::of(&head.text, &mut Taught { pattern });
            let timed = pattern.has(Part::Time) || pattern.has(Part::Date);
            let one = probe.headers == 1 && probe.strays == 0 && timed;
            return !head.json && (one || probe.headers >= 2 && probe.strays <= probe.headers);
        }
        if head.json {
            return rows::fits(self, head);
        }
        table::fits(head, self)
    }
}

/// The header line a user marked, as a pattern to look over.
#[must_use]
pub fn propose(line: &str) -> Option<String> {
    pattern::propose(line)
}

/// The first template that can read a file.
pub(super) fn choose<'t>(head: &Head, templates: &'t [Template]) -> Option<&'t Template> {
    templates.iter().find(|t| t.fits(head))
}

/// Reads a file by a template.
pub(super) fn parse(
    template: &Template,
    head: &Head,
    text: &mut Decoder<'_>,
    job: &mut Job<'_>,
) -> io::Result<()> {
    let Some(pattern) = &template.header else {
        if !head.json {
            return table::parse_csv(head, text, job);
        }
        let mut format = rows::Mapped::new(template);
        let lines = template.rows.is_empty() && !head.text.trim_start().starts_with('[');
        return if lines {
            json::run_lines(text, &mut format, job)
        } else {
            json::run(text, &mut format, job)
        };
    };
    let mut layout = Taught { pattern };
    let probe = Probe::of(&head.text, &mut layout);
    let rules = Rules {
        blanks: u32::from(probe.has_blanks()),
        ascending: !probe.descending() && (pattern.has(Part::Time) || pattern.has(Part::Date)),
        rollover: (pattern.has(Part::Time) && !pattern.has(Part::Date)).then_some(MIDNIGHT),
    };
    if job.enter(crate::message::GroupRef::default()) == ControlFlow::Break(()) {
        return Ok(());
    }
    run(text, &mut layout, rules, job)
}

/// The layout a pattern makes.
struct Taught<'p> {
    pattern: &'p Pattern,
}

impl Layout for Taught<'_> {
    fn line<'l>(&mut self, line: &'l str, _place: Place<'_>) -> Line<'l> {
        if let Some(found) = self.pattern.fit(line) {
            return Line::Header(Header {
                name: found.name,
                id: found.id,
                day: found.day,
                clock: found.clock,
                inline: found.text.filter(|t| !t.is_empty()),
                ..Header::default()
            });
        }
        if !self.pattern.has(Part::Date) {
            let bare = line.trim_matches(|c| is_blank(c) || is_dash(c) || matches!(c, '[' | ']' | '='));
            if let Some((Day::Full(day), length)) = day_at_start(bare)
                && length == bare.len()
            {
                return Line::Day(day);
            }
        }
        Line::Body
    }
}
