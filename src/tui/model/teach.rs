//! A file no format claims, being shown to whoever knows how it is to be read.

use crate::config::Template;
use crate::import::template::{COLUMNS, Fields};

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
        }
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
