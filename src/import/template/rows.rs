//! Rows by a template: an object of a JSON list, or a row under named columns.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDateTime, NaiveTime};
use rust_i18n::t;
use serde_json::Value;

use super::super::head::Head;
use super::super::job::Job;
use super::super::json::{Format, Row, Want};
use super::super::table::{Cells, Table};
use super::super::tags;
use super::super::time::{clock_at_start, date_at_start, stamp_at_start};
use super::Template;
use crate::message::{GroupRef, Message, Precision};

/// A JSON list by a template.
pub(super) struct Mapped<'t> {
    template: &'t Template,
    groups: bool,
}

impl<'t> Mapped<'t> {
    pub(super) fn new(template: &'t Template) -> Self {
        Mapped { template, groups: template.column("group").is_some() }
    }
}

/// Whether the first rows of a JSON file have a time and a text where the template says.
pub(super) fn fits(template: &Template, head: &Head) -> bool {
    super::fields(&head.text).is_some_and(|f| {
        f.rows == template.rows
            && ["time", "date", "text"]
                .iter()
                .all(|p| template.column(p).is_none_or(|path| f.columns.iter().any(|(name, _)| name == path)))
    })
}

/// The value at a path of keys joined by dots.
pub(super) fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(value, |v, key| match v {
        Value::Object(map) => map.get(key),
        Value::Array(list) => key.parse::<usize>().ok().and_then(|n| list.get(n)),
        _ => None,
    })
}

/// A scalar as text.
pub(super) fn scalar(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Bool(flag) => Some(Cow::Owned(flag.to_string())),
        _ => None,
    }
}

impl Format for Mapped<'_> {
    fn want(&self, path: &str) -> Want {
        let rows = &self.template.rows;
        if path == rows {
            Want::Rows
        } else if path.is_empty() || rows.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')) {
            Want::Enter
        } else {
            Want::Skip
        }
    }

    fn row(&mut self, _path: &str, raw: &str, _ordinal: u32, job: &Job<'_>) -> Row {
        let value: Value = match serde_json::from_str(raw) {
            Ok(value) => value,
            Err(error) => return Row::Bad(error.to_string()),
        };
        let get = |part: &str| {
            self.template.column(part).and_then(|path| at(&value, path)).and_then(scalar).unwrap_or_default()
        };
        match message(&get, job) {
            Ok((message, None)) => Row::message(message),
            Ok((message, Some(group))) => Row::Elsewhere(Box::new(message), group),
            Err(why) => Row::Bad(why),
        }
    }

    fn group(&self) -> Option<GroupRef> {
        (!self.groups).then(GroupRef::default)
    }
}

/// A row of a table by the template whose columns it has.
pub(crate) fn row(
    template: &Template,
    cells: &Cells<'_>,
    table: &mut Table<'_, '_>,
) -> Result<Option<Message>, String> {
    let get = |part: &str| Cow::Borrowed(template.column(part).map_or("", |column| cells.get(column)));
    let (message, group) = message(&get, table.job)?;
    if let Some(group) = group
        && table.job.enter(group).is_break()
    {
        return Ok(None);
    }
    Ok(Some(message))
}

/// The message of a row, and its group where the row names it.
fn message<'v>(
    get: &dyn Fn(&str) -> Cow<'v, str>,
    job: &Job<'_>,
) -> Result<(Message, Option<GroupRef>), String> {
    let (sent_at, precision) =
        moment(&get("date"), &get("time"), job).ok_or_else(|| t!("import.issue.no_time").into_owned())?;
    let mut message = Message::text(sent_at, precision, "", "");
    tags::read(&get("text")).apply(&mut message);
    let [name, id] = ["name", "id"].map(|part| get(part).trim().to_owned());
    message.sender = if name.is_empty() { id.clone() } else { name };
    message.sender_id = (!id.is_empty()).then_some(id);
    message.native_id =
        Some(get("message_id").trim().to_owned()).filter(|id| super::super::json::lax::is_id(id));
    let group = get("group").trim().to_owned();
    let group = (!group.is_empty()).then(|| GroupRef { name: Some(group), ..GroupRef::default() });
    Ok((message, group))
}

/// A moment out of one column or two: epoch seconds or milliseconds, RFC 3339, a local stamp, a day and a clock time.
fn moment(date: &str, time: &str, job: &Job<'_>) -> Option<(i64, Precision)> {
    const SECONDS_END: i64 = 100_000_000_000;
    let (date, time) = (date.trim(), time.trim());
    let one = if time.is_empty() { date } else { time };
    if let Ok(number) = one.parse::<i64>()
        && number > 100_000_000
    {
        return Some(if number < SECONDS_END {
            (number * 1000, Precision::Second)
        } else {
            (number, Precision::Ms)
        });
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(one) {
        return Some((at.timestamp_millis(), Precision::Second));
    }
    let fine = |seconds| if seconds { Precision::Second } else { Precision::Minute };
    let local = |at: NaiveDateTime| job.at(at);
    if let Some((day, clock, _)) = stamp_at_start(one) {
        return Some((local(day.and_time(clock.time)), fine(clock.seconds)));
    }
    let (day, _) = date_at_start(date).or_else(|| date_at_start(time))?;
    Some(match clock_at_start(time) {
        Some((clock, _)) => (local(day.and_time(clock.time)), fine(clock.seconds)),
        None => (local(day.and_time(NaiveTime::MIN)), Precision::Day),
    })
}
