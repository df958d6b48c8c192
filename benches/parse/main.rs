//! How fast each format is parsed: `cargo bench --bench parse`. Every fixture of the tests is grown to a few megabytes
//! (its rows over and over, each round a day later) and read until enough CPU time has gone by; the table tells megabytes
//! per CPU-second, so that a busy machine does not matter. Targets: text 100, JSON 150.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use chrono::{NaiveDate, TimeDelta};
use qunbox::import::{self, Issue, Options, Sink, Source};
use qunbox::message::{GroupRef, Message};
use serde_json::Value;

const SIZE: usize = 8 << 20;
const SECONDS: f64 = 0.6;

#[derive(Default)]
struct Count {
    messages: usize,
    issues: usize,
}

impl Sink for Count {
    fn group(&mut self, _group: GroupRef) {}

    fn message(&mut self, message: Message) -> ControlFlow<()> {
        std::hint::black_box(message);
        self.messages += 1;
        ControlFlow::Continue(())
    }

    fn issue(&mut self, _issue: Issue) {
        self.issues += 1;
    }
}

/// CPU time of this thread in seconds; wall-clock time where the system does not tell.
fn cpu(began: std::time::Instant) -> f64 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse::<f64>().ok())
        .map_or_else(|| began.elapsed().as_secs_f64(), |ns| ns / 1e9)
}

/// The text with every date of the fixtures' two days moved on, and epoch times with it.
fn later(text: &str, days: i64) -> String {
    let mut out = text.to_owned();
    for day in [28, 27] {
        let from = NaiveDate::from_ymd_opt(2026, 7, day).unwrap();
        let to = from + TimeDelta::days(2 * days);
        for form in ["%Y-%m-%d", "%Y/%m/%d", "%Y/%-m/%-d", "%Y年%m月%d日", "%Y-%-m-%-d"] {
            let (a, b) = (from.format(form).to_string(), to.format(form).to_string());
            if a != b {
                out = out.replace(&a, &b);
            }
        }
    }
    out
}

/// The list of objects in a JSON value that takes most of the text: the messages, not the members.
fn rows(value: &mut Value) -> Option<&mut Vec<Value>> {
    fn size(value: &Value) -> usize {
        match value {
            Value::Array(list) if list.iter().any(Value::is_object) => {
                list.iter().map(|v| v.to_string().len()).sum()
            }
            Value::Object(map) => map.values().map(size).max().unwrap_or(0),
            _ => 0,
        }
    }
    match value {
        Value::Array(list) => Some(list),
        Value::Object(map) => map.values_mut().max_by_key(|v| size(v)).and_then(rows),
        _ => None,
    }
}

/// The text of a fixture, its rows over and over; `None` for JSON that holds no rows.
fn grow(name: &str, text: &str) -> Option<String> {
    let mut out = String::with_capacity(SIZE + text.len() * 2);
    if let Ok(mut value) = serde_json::from_str::<Value>(text) {
        let list = rows(&mut value)?;
        let once: Vec<Value> = list.clone();
        let mut bytes = text.len();
        while bytes < SIZE {
            list.extend(once.iter().cloned());
            bytes += text.len();
        }
        return serde_json::to_string_pretty(&value).ok();
    }
    let (head, body) = match name.rsplit('.').next() {
        Some("csv") => text.split_at(text.find('\n').unwrap() + 1),
        Some("jsonl") => text.split_at(text.find("{\"_type\":\"message\"").unwrap_or(0)),
        _ => ("", text),
    };
    out.push_str(head);
    let mut round = 0;
    while out.len() < SIZE {
        out.push_str(&later(body, round));
        if !out.ends_with("\n\n") {
            out.push('\n');
        }
        round += 1;
    }
    Some(out)
}

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() { files(&entry.path(), out) } else { out.push(entry.path()) }
    }
}

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import");
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let mut all = Vec::new();
    files(&root, &mut all);
    all.sort();
    let mut done = std::collections::BTreeSet::new();
    println!("{:24} {:>9} {:>9} {:>8}  MB per CPU-second", "format", "messages", "issues", "MB");
    for path in all {
        let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        if name.starts_with("nasty") || name.ends_with(".golden.jsonl") || name == "canonical.json" {
            continue;
        }
        let options = Options {
            group: Some("群".into()),
            date: NaiveDate::from_ymd_opt(2026, 7, 27),
            ..Options::default()
        };
        let none = |_: &str| None;
        let read = |bytes: &[u8]| {
            let mut sink = Count::default();
            let source =
                Source { name: &name, modified: None, options: &options, siblings: &none, beside: &Vec::new };
            let outcome = import::import(&mut std::io::Cursor::new(bytes), &source, &mut sink).unwrap();
            (outcome.format, sink)
        };
        let Some(format) = read(text.as_bytes()).0 else { continue };
        if done.contains(format)
            || (!wanted.is_empty() && !wanted.iter().any(|w| format.contains(w.as_str())))
        {
            continue;
        }
        let Some(big) = grow(&name, text.trim_start_matches('\u{feff}')) else { continue };
        // What does not read as a longer file of its own format measures nothing.
        let (grown, count) = read(big.as_bytes());
        if grown != Some(format) || count.messages < read(text.as_bytes()).1.messages * 10 {
            println!("{format:24} {name}: cannot be grown");
            continue;
        }
        done.insert(format);
        let clock = std::time::Instant::now();
        let (mut bytes, began, mut last) = (0, cpu(clock), Count::default());
        while cpu(clock) - began < SECONDS {
            last = read(big.as_bytes()).1;
            bytes += big.len();
        }
        let speed = bytes as f64 / (cpu(clock) - began) / 1e6;
        let json = format.contains("json") || matches!(format, "wecom-cli" | "weflow-api");
        let target = if json { 150.0 } else { 100.0 };
        let mark = if speed < target { "  below" } else { "" };
        println!(
            "{format:24} {:>9} {:>9} {:>8.1}  {speed:>6.0}{mark}",
            last.messages,
            last.issues,
            big.len() as f64 / 1e6
        );
    }
}
