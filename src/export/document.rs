//! What a file says, before it is a file: head, sections with one table each, foot. Digest and reports become this;
//! every format writes this. All texts in it are cleaned by then.

use serde_json::Value;

use crate::notice::Moment;

/// A document.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// 每日摘要 and the like.
    pub title: String,
    /// Day or range, or what the report is about.
    pub subtitle: String,
    /// Lines above the sections: coverage, figures.
    pub head: Vec<String>,
    /// Its sections.
    pub sections: Vec<Section>,
    /// Lines below: what was masked, when it was made.
    pub foot: Vec<String>,
    /// What was masked, in words.
    pub masked: Option<String>,
    /// The deadlines of two weeks.
    pub chart: Option<Chart>,
    /// What a calendar takes over.
    pub dates: Vec<CalendarDate>,
    /// The same as data.
    pub data: Value,
    /// The moment that containers are stamped with: the first of the period, so that two runs give the same bytes.
    pub stamp: Moment,
    /// Language of the words.
    pub locale: String,
    /// Whether its tables want a page on its side.
    pub wide: bool,
    /// Whether its rows are set small, so that a long table keeps to one page.
    pub tight: bool,
}

/// A section with its table.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// Its name.
    pub name: String,
    /// The columns; every row has a cell for each.
    pub columns: Vec<Column>,
    /// The rows; none is printed as 无.
    pub rows: Vec<Row>,
    /// Lines below the table.
    pub notes: Vec<String>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name for programs.
    pub key: &'static str,
    /// Its name for people.
    pub title: String,
    /// Its width in half-width characters.
    pub width: u16,
    /// Greatest length of its cells in characters; cut only after private data is masked.
    pub most: Option<usize>,
    /// Where it is shown.
    pub shown: Shown,
}

/// Where a column is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shown {
    /// Everywhere, texts in lines included.
    Line,
    /// In tables on paper and on sheets.
    Paper,
    /// Only on sheets (xlsx, csv).
    Sheet,
}

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its number, counted through the whole document.
    pub number: usize,
    /// Its cells.
    pub cells: Vec<Cell>,
    /// What stands below it.
    pub details: Vec<Detail>,
    /// Whether it is urgent.
    pub strong: bool,
    /// How many things stand in it: checklist rows that go to several places stand in one.
    pub items: usize,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// Words that something is wrong: red and bold where there are colours.
    Alert(String),
    /// A figure.
    Number(i64),
    /// A box to tick by hand.
    Tick,
}

impl Cell {
    /// The cell in words; a box is □, which every Chinese font has.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Cell::Text(text) | Cell::Alert(text) => text.clone(),
            Cell::Number(number) => number.to_string(),
            Cell::Tick => "□".to_owned(),
        }
    }
}

/// Something below a row: 原文, a copy that differs, a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// What it is.
    pub label: String,
    /// The words; may have several lines.
    pub text: String,
    /// Its greatest length in characters; cut only after private data is masked, lest half a number gets through.
    pub most: Option<usize>,
}

/// How many deadlines lie on each day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// The days in order.
    pub days: Vec<ChartDay>,
}

/// A day of a [`Chart`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartDay {
    /// `13`.
    pub label: String,
    /// `周六`.
    pub weekday: String,
    /// Whether it is a Saturday or Sunday.
    pub weekend: bool,
    /// How many.
    pub count: usize,
}

/// A date for a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarDate {
    /// Stays the same from export to export.
    pub uid: String,
    /// One line.
    pub summary: String,
    /// Words below it.
    pub description: String,
    /// Place of an event.
    pub place: Option<String>,
    /// The moment.
    pub at: Moment,
    /// Whether only the day counts.
    pub all_day: bool,
    /// When the notice was last seen; stamps the entry.
    pub seen: Moment,
}

impl Section {
    /// How many things stand in it.
    #[must_use]
    pub fn items(&self) -> usize {
        self.rows.iter().map(|r| r.items).sum()
    }

    /// The columns shown on a medium, with their places in the rows.
    pub fn columns_on(&self, medium: Shown) -> impl Iterator<Item = (usize, &Column)> {
        self.columns.iter().enumerate().filter(move |(_, c)| c.shown <= medium)
    }

    /// Leaves only the columns shown on a medium; those without width are shown on none.
    pub(super) fn keep(&mut self, medium: Shown) {
        let kept: Vec<bool> = self.columns.iter().map(|c| c.shown <= medium && c.width > 0).collect();
        let mut columns = kept.iter();
        self.columns.retain(|_| *columns.next().unwrap_or(&true));
        for row in &mut self.rows {
            let mut cells = kept.iter();
            row.cells.retain(|_| *cells.next().unwrap_or(&true));
        }
    }
}

impl Document {
    /// Passes every text that came from a message, or may have, through `clean`.
    pub(super) fn map_texts(&mut self, clean: &mut dyn FnMut(&str) -> String) {
        let mut each = |text: &mut String| *text = clean(text);
        each(&mut self.title);
        each(&mut self.subtitle);
        for line in &mut self.head {
            each(line);
            shorten(line, Some(HEAD_LINE));
        }
        for section in &mut self.sections {
            each(&mut section.name);
            section.notes.iter_mut().for_each(&mut each);
            for row in &mut section.rows {
                for (n, cell) in row.cells.iter_mut().enumerate() {
                    if let Cell::Text(text) | Cell::Alert(text) = cell {
                        each(text);
                        shorten(text, section.columns.get(n).and_then(|c| c.most));
                    }
                }
                for detail in &mut row.details {
                    each(&mut detail.label);
                    each(&mut detail.text);
                    shorten(&mut detail.text, detail.most);
                }
            }
        }
        for date in &mut self.dates {
            each(&mut date.summary);
            each(&mut date.description);
            date.place.iter_mut().for_each(&mut each);
        }
    }
}

/// Longest line of the head, in characters: names of groups and files can be anything.
const HEAD_LINE: usize = 300;

fn shorten(text: &mut String, most: Option<usize>) {
    if let Some(most) = most {
        *text = cut(text, most);
    }
}

/// Cuts a text to at most `most` characters, the last of which is then `…`.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.chars().nth(most).is_none() {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// Runs of white space, line ends included, become one space.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
