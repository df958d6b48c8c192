//! `qunbox facts`: what is read out of one text, with the words it was read from; `--jsonl` streams many.

use std::io::{BufRead, Write};

use anyhow::Context as _;
use chrono::{DateTime, NaiveDateTime};
use clap::Args as ClapArgs;
use rust_i18n::t;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::facts::{self, Facts, Input, Settings, TimeFact, TimePrecision};
use crate::privacy;

/// What is read out of one text, with the words it was read from.
#[derive(ClapArgs, Clone, Debug, Default)]
pub struct Args {
    /// The text; without it the text is read from standard input.
    pub text: Option<String>,
    /// When it was sent: 2026-11-23T09:12, 2026-11-23 or RFC 3339. Without it, now.
    #[arg(long, value_name = "TIME")]
    pub sent: Option<String>,
    /// Prints one JSON object. Set from the global `--json`.
    #[arg(skip)]
    pub json: bool,
    /// Reads one `{"text","sent"}` a line and prints one JSON object a line, in order.
    #[arg(long, conflicts_with = "text")]
    pub jsonl: bool,
}

/// A line of `--jsonl`.
#[derive(Deserialize)]
struct Line {
    text: String,
    #[serde(default)]
    sent: Option<String>,
    #[serde(default)]
    sender: String,
}

/// Runs the command. Returns the exit code: 0, or 3 when a line of `--jsonl` could not be read.
///
/// # Errors
/// When the time cannot be read, or reading or writing fails.
pub fn run(
    args: &Args,
    settings: &Settings,
    stdin: &mut dyn BufRead,
    out: &mut dyn Write,
) -> anyhow::Result<u8> {
    let now = crate::message::local(crate::clock::now());
    let sent = match &args.sent {
        Some(text) => parse_time(text).with_context(|| t!("facts.bad_time", time = text).into_owned())?,
        None => now,
    };
    if args.jsonl {
        return stream(sent, settings, stdin, out);
    }
    let text = match &args.text {
        Some(text) => text.clone(),
        None => {
            let mut bytes = Vec::new();
            stdin.read_to_end(&mut bytes)?;
            String::from_utf8_lossy(&bytes).into_owned()
        }
    };
    let found = facts::read(&Input::new(&text, sent), settings);
    if args.json {
        serde_json::to_writer(&mut *out, &object(&text, &found))?;
        writeln!(out)?;
    } else {
        print(&text, &found, out)?;
    }
    Ok(0)
}

fn stream(
    sent: NaiveDateTime,
    settings: &Settings,
    stdin: &mut dyn BufRead,
    out: &mut dyn Write,
) -> anyhow::Result<u8> {
    let mut code = 0;
    let mut number = 0_u64;
    let mut bytes = Vec::new();
    let mut lines = Lines { stdin, waits: false };
    while lines.next(out, &mut bytes)? {
        number += 1;
        let line = String::from_utf8_lossy(&bytes);
        if line.trim().is_empty() {
            continue;
        }
        let parsed = serde_json::from_str::<Line>(line.trim());
        let value = match parsed.map(|l| (l.sent.as_deref().map_or(Some(sent), parse_time), l)) {
            Ok((Some(at), line)) => {
                let mut input = Input::new(&line.text, at);
                input.sender = &line.sender;
                object(&line.text, &facts::read(&input, settings))
            }
            Ok((None, _)) => {
                code = 3;
                json!({"error": t!("facts.bad_time", time = said_time(&line)), "line": number})
            }
            Err(e) => {
                code = 3;
                json!({"error": e.to_string(), "line": number})
            }
        };
        serde_json::to_writer(&mut *out, &value)?;
        writeln!(out)?;
    }
    Ok(code)
}

/// Lines of a pipe.
struct Lines<'a> {
    stdin: &'a mut dyn BufRead,
    /// Everything that had arrived was taken: the next look may have to wait.
    waits: bool,
}

impl Lines<'_> {
    /// Reads the next line into `line`; false at the end. Before it waits for more input everything answered so far goes
    /// out, so that a program at the other end of the pipe gets each answer at once.
    fn next(&mut self, out: &mut dyn Write, line: &mut Vec<u8>) -> std::io::Result<bool> {
        line.clear();
        loop {
            if self.waits {
                out.flush()?;
            }
            let piece = self.stdin.fill_buf()?;
            if piece.is_empty() {
                return Ok(!line.is_empty());
            }
            let end = piece.iter().position(|b| *b == b'\n').map(|at| at + 1);
            let used = end.unwrap_or(piece.len());
            line.extend_from_slice(&piece[..used]);
            self.waits = used == piece.len();
            self.stdin.consume(used);
            if end.is_some() {
                return Ok(true);
            }
        }
    }
}

/// The `sent` of a line that could not be read, for the message.
fn said_time(line: &str) -> String {
    let value = serde_json::from_str::<Value>(line.trim()).unwrap_or_default();
    value["sent"].as_str().unwrap_or_default().to_owned()
}

/// Reads a moment of sending: RFC 3339 (as wall clock in China), a local date and time, or a date.
fn parse_time(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim();
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some(crate::message::local(moment.timestamp_millis()));
    }
    for form in ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"] {
        if let Ok(time) = NaiveDateTime::parse_from_str(text, form) {
            return Some(time);
        }
    }
    let day = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    day.and_hms_opt(0, 0, 0)
}

/// The JSON form: the facts, and the private data of the text.
fn object(text: &str, found: &Facts) -> Value {
    let mut value = serde_json::to_value(found).unwrap_or_default();
    if let Some(map) = value.as_object_mut() {
        map.insert("private".to_owned(), serde_json::to_value(privacy::find(text)).unwrap_or_default());
    }
    value
}

fn print(text: &str, found: &Facts, out: &mut dyn Write) -> anyhow::Result<()> {
    let role = serde_json::to_value(found.role)?;
    let role = role.as_str().unwrap_or_default();
    line(out, &t!("facts.role"), &t!(format!("facts.role_{role}")))?;
    if let Some(due) = &found.due {
        line(out, &t!("facts.due"), &words(&stamp(due.at, due.precision), &due.text, &due.flags))?;
    }
    if let Some(event) = &found.event {
        let place = event.place.as_deref().unwrap_or_default();
        line(out, &t!("facts.event"), &format!("{} {place}", stamp(event.at, event.precision)))?;
    }
    if let Some(recurs) = &found.recurs {
        line(out, &t!("facts.recurs"), &recurs.rule)?;
    }
    for demand in &found.demands {
        let place = demand.destination.as_ref().map(|d| format!(" → {}", d.name)).unwrap_or_default();
        let due = demand.due_at.map(|d| format!(" · {}", d.format("%Y-%m-%d %H:%M"))).unwrap_or_default();
        let who = if demand.audience.is_empty() {
            String::new()
        } else {
            format!(" · {}", demand.audience.join("、"))
        };
        let what =
            if demand.what.is_empty() { String::new() } else { format!(" {}", demand.what.join("、")) };
        line(out, &t!("facts.demand"), &format!("{}{what}{place}{who}{due}", demand.verb))?;
    }
    if let Some(change) = &found.change {
        let day = |t: Option<NaiveDateTime>| {
            t.map_or_else(|| "…".to_owned(), |t| t.format("%Y-%m-%d %H:%M").to_string())
        };
        let moved = if change.to.is_some() {
            format!(" {} → {}", day(change.from), day(change.to))
        } else {
            String::new()
        };
        let owing =
            if change.owing.is_empty() { String::new() } else { format!(" · {}", change.owing.join("、")) };
        line(out, &t!("facts.change"), &format!("{}{moved}{owing}", change.word))?;
    }
    if let Some(signup) = &found.signup {
        line(out, &t!("facts.signup"), &t!("facts.entries", count = signup.entries.len()))?;
    }
    for time in found.times.iter().filter(|t| !t.flags.iter().any(|f| f == "alt")) {
        line(out, &t!("facts.time"), &time_words(time))?;
    }
    for finding in privacy::find(text) {
        let kind = serde_json::to_value(finding.kind)?;
        let key = format!("facts.private_{}", kind.as_str().unwrap_or_default());
        line(out, &t!("facts.private"), &format!("{} {}", t!(key), finding.masked))?;
    }
    if let Some(mark) = &found.secrecy {
        line(out, &t!("facts.secrecy"), mark)?;
    }
    Ok(())
}

/// Columns for the label of a line.
const LABEL: usize = 12;

fn line(out: &mut dyn Write, label: &str, words: &str) -> anyhow::Result<()> {
    let room = LABEL.saturating_sub(unicode_width::UnicodeWidthStr::width(label));
    let words = privacy::neutral(words).replace('\n', " ");
    writeln!(out, "{label}{:room$} {}", "", words.trim_end())?;
    Ok(())
}

fn stamp(at: NaiveDateTime, precision: TimePrecision) -> String {
    match precision {
        TimePrecision::Day | TimePrecision::None => at.format("%Y-%m-%d").to_string(),
        TimePrecision::Minute | TimePrecision::Office => at.format("%Y-%m-%d %H:%M").to_string(),
    }
}

fn words(value: &str, said: &str, flags: &[String]) -> String {
    let flags: Vec<_> = flags.iter().map(|f| t!(format!("facts.flag_{f}"))).collect();
    let flags = if flags.is_empty() { String::new() } else { format!("  [{}]", flags.join("; ")) };
    format!("{value} “{said}”{flags}")
}

fn time_words(time: &TimeFact) -> String {
    let at = |t: Option<NaiveDateTime>| {
        t.map_or_else(|| "…".to_owned(), |t| t.format("%Y-%m-%d %H:%M").to_string())
    };
    let role = serde_json::to_value(time.role).unwrap_or_default();
    let role = t!(format!("facts.time_{}", role.as_str().unwrap_or_default()));
    words(&format!("{role} {} – {}", at(time.start), at(time.end)), &time.text, &time.flags)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn out(args: &Args, input: &str) -> (u8, String) {
        let mut out = Vec::new();
        let code = run(args, &Settings::default(), &mut input.as_bytes(), &mut out).unwrap();
        (code, String::from_utf8(out).unwrap())
    }

    #[test]
    fn lines_in_are_lines_out_in_order() {
        let args = Args { jsonl: true, ..Args::default() };
        let input = "{\"text\":\"明天17:00前报\",\"sent\":\"2026-11-23T09:12\"}\nnonsense\n{\"text\":\"收到\",\"sent\":\"2026-11-23\"}\n";
        let (code, text) = out(&args, input);
        let lines: Vec<Value> = text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        assert_eq!((code, lines.len()), (3, 3));
        assert_eq!(lines[0]["due"]["at"], "2026-11-24T17:00:00");
        assert_eq!(lines[2]["role"], "ack");
        assert!(lines[1]["line"] == 2 && lines[1]["error"].is_string());
    }

    /// Gives one line, and fails if the answer to it is not out when the next one is asked for.
    struct Live<'a> {
        lines: std::collections::VecDeque<&'static [u8]>,
        now: &'a [u8],
        out: std::rc::Rc<std::cell::RefCell<(Vec<u8>, usize)>>,
    }

    impl std::io::Read for Live<'_> {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            unreachable!("lines are read through the buffer")
        }
    }

    impl BufRead for Live<'_> {
        fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
            if self.now.is_empty() {
                let (written, flushed) = (self.out.borrow().0.len(), self.out.borrow().1);
                assert_eq!(written, flushed, "an answer is held back while the next line is waited for");
                self.now = self.lines.pop_front().unwrap_or_default();
            }
            Ok(self.now)
        }

        fn consume(&mut self, n: usize) {
            self.now = &self.now[n..];
        }
    }

    struct Out(std::rc::Rc<std::cell::RefCell<(Vec<u8>, usize)>>);

    impl Write for Out {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.borrow_mut().0.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            let n = self.0.borrow().0.len();
            self.0.borrow_mut().1 = n;
            Ok(())
        }
    }

    #[test]
    fn an_answer_is_out_before_the_next_line_is_waited_for() {
        let out = std::rc::Rc::default();
        let lines: [&[u8]; 4] = [b"{\"text\":\"1\"}\n{\"te", b"xt\":\"2\"}\n", b"bad\n", b"{\"text\":\"3\"}"];
        let mut live = Live { lines: lines.into(), now: &[], out: std::rc::Rc::clone(&out) };
        let args = Args { jsonl: true, ..Args::default() };
        let code = run(&args, &Settings::default(), &mut live, &mut Out(std::rc::Rc::clone(&out))).unwrap();
        let text = String::from_utf8(out.borrow().0.clone()).unwrap();
        assert_eq!((code, text.lines().count()), (3, 4), "{text}");
        assert!(text.lines().nth(2).unwrap().contains("\"line\":3"));
    }

    #[test]
    fn one_text_is_printed_with_its_words() {
        let args = Args {
            text: Some("请明天17:00前报党政办".into()),
            sent: Some("2026-11-23T09:12".into()),
            ..Args::default()
        };
        let (code, text) = out(&args, "");
        assert!(code == 0 && text.contains("2026-11-24 17:00") && text.contains("明天17:00前"), "{text}");
        assert!(
            run(
                &Args { sent: Some("soon".into()), ..args },
                &Settings::default(),
                &mut "".as_bytes(),
                &mut Vec::new()
            )
            .is_err()
        );
    }
}
