//! One importer for all tables, CSV and workbooks: the names in the header row say which exporter wrote it and where the
//! columns are, so their order and number do not matter. `formats.md` §2.3–2.6, §2.11.

pub(crate) mod memotrace;
pub(crate) mod pywxdump;
mod rows;
pub(crate) mod xlsx;

use std::collections::HashMap;
use std::io;
use std::ops::ControlFlow;

use chrono::{NaiveDateTime, TimeDelta};
use rust_i18n::t;

use super::decode::Decoder;
use super::head::Head;
use super::job::{Flow, Job};
use super::json::pywxdump::names;
use super::template::Template;
use super::time::stamp_at_start;

/// Which exporter's columns these are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flavor {
    Chatlog,
    MemoOld,
    MemoNew,
    PyWxDump,
    WeClone,
    WeFlow,
    Qce,
    /// By the columns a template of the user's names.
    Taught,
}

/// The columns by which each flavor is known, surest first.
const FLAVORS: [(Flavor, &[&str]); 8] = [
    (Flavor::Chatlog, &["Time", "SenderName", "Sender", "TalkerName", "Talker", "Content"]),
    (Flavor::MemoOld, &["localId", "Type", "SubType", "IsSender", "CreateTime", "StrContent"]),
    (Flavor::MemoNew, &["消息ID", "类型", "发送人", "时间", "内容"]),
    (Flavor::PyWxDump, &["MsgSvrID", "type_name", "is_sender", "talker", "room_name", "msg", "CreateTime"]),
    (Flavor::PyWxDump, &["type_name", "is_sender", "talker", "room_name", "content", "CreateTime"]),
    (Flavor::WeClone, &["MsgSvrID", "type_name", "is_sender", "talker", "msg", "CreateTime"]),
    (Flavor::Qce, &["序号", "时间", "发送者", "消息类型", "消息内容"]),
    (Flavor::WeFlow, &["序号", "时间", "发送者身份", "消息类型", "内容"]),
];

/// Where the columns are.
pub(crate) struct Columns {
    pub(crate) flavor: Flavor,
    /// Their names. A dozen: running through them is quicker than hashing.
    names: Vec<String>,
    /// The template the columns are those of.
    pub(crate) template: Option<Template>,
}

impl Columns {
    /// Reads a row as header, of an exporter's table or by a template; `None` when it is none.
    pub(crate) fn of<'c>(cells: impl Iterator<Item = &'c str>, templates: &[Template]) -> Option<Columns> {
        let names = cells.map(|name| name.trim().trim_start_matches('\u{feff}').to_owned()).collect();
        let mut columns = Columns { flavor: Flavor::Taught, names, template: None };
        let has = |name: &str| columns.at(name).is_some();
        if let Some(&(flavor, _)) = FLAVORS.iter().find(|(_, names)| names.iter().all(|name| has(name))) {
            columns.flavor = flavor;
            return Some(columns);
        }
        columns.template = Some(templates.iter().find(|t| t.fits_columns(has))?.clone());
        Some(columns)
    }

    /// Number of the column of a name; of several the last.
    fn at(&self, name: &str) -> Option<usize> {
        self.names.iter().rposition(|known| known == name)
    }
}

/// One row under its header.
pub(crate) struct Cells<'r> {
    pub(crate) columns: &'r Columns,
    pub(crate) values: &'r [String],
    /// Hyperlinks of the row's cells, by column.
    pub(crate) links: &'r [(usize, String)],
    pub(crate) number: u32,
}

impl Cells<'_> {
    /// The cell under a name, empty when there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.columns.at(name).and_then(|n| self.values.get(n)).map_or("", |v| v.trim())
    }

    /// The first of several columns that holds something.
    pub(crate) fn first(&self, names: &[&str]) -> &str {
        names.iter().map(|name| self.get(name)).find(|v| !v.is_empty()).unwrap_or("")
    }

    /// The address behind the cell under a name.
    pub(crate) fn link(&self, name: &str) -> &str {
        let Some(at) = self.columns.at(name) else { return "" };
        self.links.iter().find(|(n, _)| *n == at).map_or("", |(_, url)| url)
    }

    fn is_empty(&self) -> bool {
        self.values.iter().all(|v| v.trim().is_empty())
    }

    /// A local time: text, or the day number a spreadsheet turned it into.
    pub(crate) fn time(&self, name: &str) -> Option<(NaiveDateTime, bool)> {
        let text = self.get(name);
        if let Some((day, clock, _)) = stamp_at_start(text) {
            return Some((day.and_time(clock.time), clock.seconds));
        }
        let serial: f64 = text.parse().ok()?;
        if !(20_000.0..80_000.0).contains(&serial) {
            return None;
        }
        let zero = chrono::NaiveDate::from_ymd_opt(1899, 12, 30)?.and_hms_opt(0, 0, 0)?;
        #[expect(clippy::cast_possible_truncation, reason = "bounded above")]
        let seconds = (serial * 86_400.0).round() as i64;
        Some((zero + TimeDelta::seconds(seconds), true))
    }
}

/// Where a table is read to, row by row.
pub(crate) struct Table<'t, 'j> {
    pub(crate) job: &'t mut Job<'j>,
    pub(crate) names: HashMap<String, String>,
    /// The chat entered last, by its id in the rows.
    pub(crate) room: Option<String>,
}

impl<'t, 'j> Table<'t, 'j> {
    pub(crate) fn new(job: &'t mut Job<'j>, flavor: Flavor) -> Self {
        let names = if flavor == Flavor::PyWxDump { names(job) } else { HashMap::new() };
        Table { job, names, room: None }
    }

    pub(crate) fn row(&mut self, cells: &Cells<'_>) -> Flow {
        if cells.is_empty() {
            return ControlFlow::Continue(());
        }
        match rows::message(cells, self) {
            Ok(Some(mut message)) => {
                message.line = cells.number;
                self.job.send(message)
            }
            Ok(None) => ControlFlow::Break(()),
            Err(reason) => {
                self.job.issue(Some(cells.number), reason);
                ControlFlow::Continue(())
            }
        }
    }
}

/// Whether a text is a table with the columns of a template.
pub(crate) fn fits(head: &Head, template: &Template) -> bool {
    first_row(head, std::slice::from_ref(template)).is_some_and(|c| c.flavor == Flavor::Taught)
}

fn first_row(head: &Head, templates: &[Template]) -> Option<Columns> {
    let line = head.first_line();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(line))
        .from_reader(line.as_bytes());
    let record = reader.records().next()?.ok()?;
    Columns::of(record.iter(), templates)
}

fn delimiter(line: &str) -> u8 {
    let count = |mark: u8| memchr::memchr_iter(mark, line.as_bytes()).count();
    [b'\t', b';'].into_iter().find(|&mark| count(mark) > count(b',')).unwrap_or(b',')
}

fn sniff(head: &Head, flavor: Flavor) -> bool {
    !head.json && first_row(head, &[]).is_some_and(|columns| columns.flavor == flavor)
}

pub(crate) fn sniff_chatlog(head: &Head) -> bool {
    sniff(head, Flavor::Chatlog)
}

pub(crate) fn sniff_memotrace_old(head: &Head) -> bool {
    sniff(head, Flavor::MemoOld)
}

pub(crate) fn sniff_memotrace_new(head: &Head) -> bool {
    sniff(head, Flavor::MemoNew)
}

pub(crate) fn sniff_pywxdump(head: &Head) -> bool {
    sniff(head, Flavor::PyWxDump)
}

pub(crate) fn sniff_weclone(head: &Head) -> bool {
    sniff(head, Flavor::WeClone)
}

/// Workbooks saved as text.
pub(crate) fn sniff_saved_workbook(head: &Head) -> bool {
    sniff(head, Flavor::WeFlow) || sniff(head, Flavor::Qce)
}

/// Reads a CSV of any flavor.
pub(crate) fn parse_csv(head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    let Some(columns) = first_row(head, &job.source.options.templates) else {
        job.issue(None, t!("import.issue.no_table").into_owned());
        return Ok(());
    };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(true)
        .flexible(true)
        .delimiter(delimiter(head.first_line()))
        .from_reader(&mut *text);
    let mut table = Table::new(job, columns.flavor);
    let mut record = csv::StringRecord::new();
    let mut values: Vec<String> = Vec::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => match error.into_kind() {
                csv::ErrorKind::Io(error) => return Err(error),
                _ => {
                    let line = u32::try_from(reader.position().line()).ok();
                    table.job.issue(line, t!("import.issue.row").into_owned());
                    continue;
                }
            },
        }
        let number = record.position().map_or(0, |p| u32::try_from(p.line()).unwrap_or(u32::MAX));
        values.resize_with(record.len(), String::new);
        for (value, field) in values.iter_mut().zip(&record) {
            value.clear();
            value.push_str(field);
        }
        if table.row(&Cells { columns: &columns, values: &values, links: &[], number }).is_break() {
            break;
        }
    }
    drop(reader);
    job.damage(text.damaged());
    Ok(())
}
