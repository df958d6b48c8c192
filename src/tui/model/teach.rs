//! A file no format claims, being shown to whoever knows how it is to be read.

use std::ops::ControlFlow;

use chrono::NaiveDate;

use crate::config::Template;
use crate::import::template::{COLUMNS, Fields};
use crate::import::{self, Issue, Options, Sink, Source};
use crate::message::{GroupRef, Message, Precision, local};

/// How a file is to be read, as far as it is said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Teach {
    /// The first lines of a text.
    pub lines: Vec<String>,
    /// The columns of a table or a JSON, instead of lines.
    pub fields: Option<Fields>,
    /// For each part of [`COLUMNS`] the index of its column.
    pub chosen: Vec<Option<usize>>,
    /// The template as it stands.
    pub template: Template,
    /// The first messages as it reads them, a line each, while it waits for its name.
    pub preview: Vec<String>,
    /// The beginning of the file.
    text: String,
}

/// Takes the first messages as lines.
struct Lines(Vec<String>);

impl Sink for Lines {
    fn group(&mut self, _group: GroupRef) {}

    fn message(&mut self, m: Message) -> ControlFlow<()> {
        const MOST: usize = 20;
        let at = local(m.sent_at);
        let at = match m.precision {
            Precision::Day | Precision::None => at.format("%m-%d"),
            Precision::Minute => at.format("%m-%d %H:%M"),
            Precision::Second | Precision::Ms => at.format("%m-%d %H:%M:%S"),
        };
        self.0.push(format!("{at}  {}：{}", m.sender, m.text.replace('\n', " ")));
        if self.0.len() < MOST { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }

    fn issue(&mut self, _issue: Issue) {}
}

impl Teach {
    /// Out of the beginning of a file.
    #[must_use]
    pub fn of(text: &str) -> Teach {
        const LINES: usize = 200;
        let fields = crate::import::template::fields(text);
        let guess = fields.as_ref().map(Fields::guess).unwrap_or_default();
        let place = |part: &&str| {
            let column = guess.get(*part)?;
            fields.as_ref()?.columns.iter().position(|(name, _)| name == column)
        };
        Teach {
            chosen: COLUMNS.iter().map(place).collect(),
            lines: text.lines().filter(|l| !l.trim().is_empty()).take(LINES).map(str::to_owned).collect(),
            fields,
            template: Template::default(),
            preview: Vec::new(),
            text: text.to_owned(),
        }
    }

    /// Takes a template and reads the beginning of the file by it; times without a day are of `day`.
    pub fn try_out(&mut self, template: Template, ready: import::template::Template, day: NaiveDate) {
        let group = Some(String::from("-"));
        let options = Options { group, templates: vec![ready], by_template: true, ..Options::default() };
        let source = Source {
            name: "-",
            modified: Some(day),
            options: &options,
            siblings: &|_| None,
            beside: &Vec::new,
        };
        let mut lines = Lines(Vec::new());
        // reading from memory does not fail
        let _ = import::import(&mut self.text.as_bytes(), &source, &mut lines);
        self.preview = lines.0;
        self.template = template;
    }

    /// Lines the cursor can stand on.
    #[must_use]
    pub fn len(&self) -> usize {
        if self.fields.is_some() { COLUMNS.len() } else { self.lines.len() }
    }

    /// Whether there is nothing to choose from.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The next column for a part; after the last one none.
    pub fn turn(&mut self, part: usize) {
        let Some(fields) = &self.fields else { return };
        if let Some(chosen) = self.chosen.get_mut(part) {
            *chosen = match *chosen {
                None => Some(0),
                Some(at) if at + 1 < fields.columns.len() => Some(at + 1),
                Some(_) => None,
            };
        }
    }

    /// The template the chosen columns make.
    #[must_use]
    pub fn by_columns(&self) -> Template {
        let Some(fields) = &self.fields else { return Template::default() };
        let pairs = COLUMNS.iter().zip(&self.chosen);
        let columns = pairs
            .filter_map(|(part, at)| Some(((*part).to_owned(), fields.columns.get((*at)?)?.0.clone())))
            .collect();
        let rows = (!fields.rows.is_empty()).then(|| fields.rows.clone());
        Template { rows, columns, ..Template::default() }
    }
}
