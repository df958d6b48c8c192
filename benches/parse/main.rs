//! How fast each format is parsed: `cargo bench --bench parse [-- WORD…]`, the words being parts of format names. Every
//! layout among the fixtures of the tests is grown to twenty megabytes and read in several rounds; the table tells
//! megabytes per second of this thread's CPU time in the best round, so that a busy machine matters little.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

mod grow;
mod layouts;

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use qunbox::import::{self, Issue, Options, Sink, Source};
use qunbox::message::{GroupRef, Message};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Bytes of a sample.
const SIZE: usize = 20 << 20;
/// Rounds of which the best counts.
const ROUNDS: usize = 5;
/// A fixture of fewer messages is no conversation; the one of the others is written in its layout.
const CONVERSATION: usize = 8;
/// Formats that are no chat of their own: envelopes, tables of names, parts, what is refused, what is taught.
const NO_CHAT: [&str; 10] = [
    "docx",
    "xlsx",
    "eml",
    "pywxdump-users",
    "wecom-names",
    "memotrace-training",
    "qunbox-handover",
    "saved-workbook-csv",
    "template",
    "qce-chunked",
];

/// What a format should reach, in megabytes per CPU-second.
fn target(format: &str) -> (&'static str, f64) {
    let json = format.contains("json") || matches!(format, "wecom-cli" | "weflow-api" | "qce-chunk");
    if json { ("JSON", 150.0) } else { ("text", 100.0) }
}

#[derive(Default)]
struct Count {
    messages: usize,
    issues: usize,
    first_line: usize,
}

impl Sink for Count {
    fn group(&mut self, _group: GroupRef) {}

    fn message(&mut self, message: Message) -> ControlFlow<()> {
        if self.messages == 0 {
            self.first_line = message.line as usize;
        }
        std::hint::black_box(message);
        self.messages += 1;
        ControlFlow::Continue(())
    }

    fn issue(&mut self, _issue: Issue) {
        self.issues += 1;
    }
}

fn read(name: &str, bytes: &[u8]) -> (Option<&'static str>, Count) {
    let options = Options {
        group: Some("群".into()),
        date: NaiveDate::from_ymd_opt(2026, 7, 27),
        ..Options::default()
    };
    let mut sink = Count::default();
    let source = Source { name, modified: None, options: &options, siblings: &|_| None, beside: &Vec::new };
    let outcome = import::import(&mut std::io::Cursor::new(bytes), &source, &mut sink).unwrap();
    (outcome.format, sink)
}

/// CPU time of this thread in seconds; wall-clock time where the system does not tell.
fn cpu(began: std::time::Instant) -> f64 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse::<f64>().ok())
        .map_or_else(|| began.elapsed().as_secs_f64(), |ns| ns / 1e9)
}

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() { files(&entry.path(), out) } else { out.push(entry.path()) }
    }
}

/// Megabytes per CPU-second of the best round.
fn speed(name: &str, sample: &[u8]) -> f64 {
    let clock = std::time::Instant::now();
    let best = (0..ROUNDS).map(|_| {
        let began = cpu(clock);
        std::hint::black_box(read(name, sample));
        cpu(clock) - began
    });
    sample.len() as f64 / 1e6 / best.fold(f64::INFINITY, f64::min)
}

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import");
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let mut all = Vec::new();
    files(&root, &mut all);
    all.sort();
    let canonical = std::fs::read_to_string(root.join("canonical.json")).unwrap();
    let mut measured = BTreeSet::new();
    let mut below = 0;
    println!(
        "{:21} {:4} {:>8} {:>6} {:>6}  MB per CPU-second  layout",
        "format", "", "messages", "MB", "target"
    );
    for path in all {
        let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        let passed = ["nasty/", ".golden.jsonl", "canonical.json", ".eml", ".xlsx"];
        if passed.iter().any(|part| name.contains(part)) {
            continue;
        }
        // the encodings are told apart elsewhere; a character cut by chatlog stays as it is read
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        let (format, once) = read(&name, text.as_bytes());
        let Some(format) = format.filter(|_| once.messages > 0) else { continue };
        if !wanted.is_empty() && !wanted.iter().any(|w| format.contains(w.as_str())) {
            continue;
        }
        let text = text.trim_start_matches('\u{feff}');
        let grown = if once.messages < CONVERSATION || layouts::loses_its_day(&name) {
            layouts::sample(&name, &canonical, SIZE)
        } else {
            let grown = grow::grow(&name, text, once.first_line, SIZE);
            grown.map(|(sample, rounds)| (sample, rounds * once.messages))
        };
        let Some((sample, messages)) = grown else { continue };
        // What does not read as a longer file of its own format measures nothing; a name with a colon is lost to some.
        let (found, count) = read(&name, sample.as_bytes());
        if found != Some(format) || count.messages * 4 < messages * 3 {
            println!("{format:21} {name}: of {messages} messages {} were read as {found:?}", count.messages);
            continue;
        }
        measured.insert(format);
        let ((family, target), speed) = (target(format), speed(&name, sample.as_bytes()));
        below += u32::from(speed < target);
        let mark = if speed < target { "below" } else { "" };
        let megabytes = sample.len() as f64 / 1e6;
        println!(
            "{format:21} {family:4} {:>8} {megabytes:>6.1} {target:>6.0} {speed:>6.0} {mark:11} {name}",
            count.messages
        );
    }
    let known = import::format_ids();
    let missing: Vec<_> =
        known.iter().filter(|id| !measured.contains(*id) && !NO_CHAT.contains(id)).collect();
    println!(
        "below the target: {below} layouts; without a figure: {}",
        if wanted.is_empty() { format!("{missing:?}") } else { "-".to_owned() }
    );
}
