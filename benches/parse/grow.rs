//! Makes a sample of real size out of a fixture: its rows over and over in the very layout they have there, each round two
//! days later, between the head and the end of the file.

use chrono::{NaiveDate, TimeDelta};
use serde_json::value::RawValue;
use std::collections::HashMap;

/// The two days of the fixtures.
const DAYS: [u32; 2] = [28, 27];
/// How the formats write a day.
const FORMS: [&str; 5] = ["%Y-%m-%d", "%Y/%m/%d", "%Y/%-m/%-d", "%Y年%m月%d日", "%Y-%-m-%-d"];

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 7, day).unwrap()
}

/// The text with every date of the fixtures' two days moved on.
fn later(text: &str, rounds: i64) -> String {
    let mut out = text.to_owned();
    for from in DAYS.map(day) {
        let to = from + TimeDelta::days(2 * rounds);
        for form in FORMS {
            let (a, b) = (from.format(form).to_string(), to.format(form).to_string());
            if a != b && out.contains(&a) {
                out = out.replace(&a, &b);
            }
        }
    }
    out
}

/// The rows of a JSON document: its longest list of objects.
fn rows(json: &str) -> Option<&str> {
    if let Ok(list) = serde_json::from_str::<Vec<&RawValue>>(json) {
        return list.iter().any(|row| row.get().starts_with('{')).then_some(json);
    }
    let fields = serde_json::from_str::<HashMap<&str, &RawValue>>(json).ok()?;
    fields.values().filter_map(|value| rows(value.get())).max_by_key(|rows| rows.len())
}

/// The head of a text, its rows, and what stands between two rounds of them.
fn parts<'t>(name: &str, text: &'t str, first_line: usize) -> Option<(&'t str, &'t str, &'static str)> {
    let between = |from: usize, to: usize, joint| Some((&text[..from], &text[from..to], joint));
    let ending = name.rsplit('.').next().unwrap_or("");
    match ending {
        "json" => {
            let list = rows(text.trim())?;
            let from = list.as_ptr() as usize - text.as_ptr() as usize + 1;
            between(from, from + list.len() - 2, ",")
        }
        "mht" | "html" => {
            let (open, close) = if ending == "mht" { ("<tr>", "</tr>") } else { ("<div>", "<br><br></div>") };
            let dated = FORMS.iter().filter_map(|form| text.find(&day(27).format(form).to_string())).min()?;
            between(text[..dated].rfind(open)?, text.rfind(close)? + close.len(), "")
        }
        _ => {
            // a line that only states a day belongs to the messages below it
            let is_day = |line: &str| line.chars().all(|c| !c.is_alphabetic() || "年月日".contains(c));
            let mut lines: Vec<&str> =
                text.split_inclusive('\n').take(first_line.saturating_sub(1)).collect();
            while lines.last().is_some_and(|line| ending == "txt" && is_day(line) && !line.starts_with('=')) {
                lines.pop();
            }
            let blank = text.contains("\n\n") || text.contains("\r\n\r\n");
            let joint = match (text.contains('\r'), blank) {
                (true, true) => "\r\n\r\n",
                (true, false) => "\r\n",
                (false, true) => "\n\n",
                (false, false) => "\n",
            };
            between(lines.iter().map(|line| line.len()).sum(), text.trim_end().len(), joint)
        }
    }
}

/// A text of at least `size` bytes and how often the fixture's rows stand in it. `first_line` is where its first message
/// begins.
pub(crate) fn grow(name: &str, text: &str, first_line: usize, size: usize) -> Option<(String, usize)> {
    let (head, body, joint) = parts(name, text, first_line)?;
    let end = &text[head.len() + body.len()..];
    let mut out = String::with_capacity(size + text.len() * 2);
    out.push_str(head);
    let mut rounds = 0;
    while out.len() < size {
        if rounds > 0 {
            out.push_str(joint);
        }
        out.push_str(&later(body, rounds));
        rounds += 1;
    }
    out.push_str(end);
    Some((out, usize::try_from(rounds).ok()?))
}
