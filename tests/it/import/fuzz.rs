//! Mutated fixtures, for as long as one likes: every parser is fed what its own fixtures become when bytes, lines and
//! pieces of other fixtures are put into them. `QUNBOX_FUZZ_MINUTES=60 cargo test --release --test it fuzz -- --ignored
//! --nocapture`; the seed is printed, `QUNBOX_FUZZ_SEED` repeats a run.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use qunbox::import::{Options, format_ids};

use super::{Read1, fixture_files, fixtures, read_bytes};

/// xorshift64*: enough for choosing where to break things.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % sides.max(1)
    }
}

/// Words that mean something to one parser or another.
const TOKENS: &[&str] = &[
    "\n",
    "\r",
    "\r\n\r\n",
    "\0",
    "\u{feff}",
    "\"",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "：",
    "<",
    ">",
    "&nbsp;",
    "&#x110000;",
    "<br>",
    "\u{2005}",
    "\u{a0}",
    "\u{3000}",
    "—————  2026-07-27  —————",
    "2026-07-27 08:15:03 李主任",
    "李主任  08:15",
    "99:99",
    "12/31/9999",
    "9999-12-31 23:59:59",
    "0000-00-00",
    "262143-12-31",
    "-1",
    "9223372036854775807",
    "18446744073709551616",
    "1e400",
    "6.54E+18",
    "null",
    "true",
    "\\ud800",
    "#接龙",
    "1.",
    "「",
    "」",
    "- - - - - - -",
    "[图片",
    "](",
    "(我)",
    "下午12:60",
    "\u{1f468}\u{200d}\u{1f469}",
    "=?gb18030?B?////?=",
    "Content-Type: text/html; charset=\"",
    "--",
];

fn mutate(bytes: &mut Vec<u8>, others: &[Vec<u8>], dice: &mut Dice) {
    for _ in 0..=dice.roll(6) {
        let at = dice.roll(bytes.len() + 1);
        match dice.roll(9) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.roll(8),
            1 => bytes.insert(at, dice.roll(256) as u8),
            2 => bytes.truncate(at),
            3 => {
                let to = (at + dice.roll(64)).min(bytes.len());
                bytes.drain(at..to);
            }
            4 => {
                let token = TOKENS[dice.roll(TOKENS.len())].as_bytes();
                bytes.splice(at..at, token.iter().copied());
            }
            5 => {
                let to = (at + dice.roll(300)).min(bytes.len());
                let piece = bytes[at..to].to_vec();
                let place = dice.roll(bytes.len() + 1);
                for _ in 0..=dice.roll(3) {
                    bytes.splice(place..place, piece.iter().copied());
                }
            }
            6 => {
                let other = &others[dice.roll(others.len())];
                let from = dice.roll(other.len() + 1);
                let to = (from + dice.roll(400)).min(other.len());
                bytes.splice(at..at, other[from..to].iter().copied());
            }
            7 => {
                // a digit becomes another: dates and lengths go wrong
                if let Some(n) = bytes[at..].iter().position(u8::is_ascii_digit) {
                    bytes[at + n] = b'0' + dice.roll(10) as u8;
                }
            }
            _ => {
                let mut lines: Vec<&[u8]> = bytes.split(|b| *b == b'\n').collect();
                let (a, b) = (dice.roll(lines.len()), dice.roll(lines.len()));
                lines.swap(a, b);
                *bytes = lines.join(&b'\n');
            }
        }
    }
}

/// Inputs are of some kilobytes: one that takes longer has found something that grows faster than the file.
const SLOW: Duration = Duration::from_millis(500);

/// Time this thread has had on a processor, where the system says: the machine may be busy with other things.
fn cpu() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    stat.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// Reads an input; what came of it (an error is a panic) and how long it took, the better of two times when it was slow.
fn timed(bytes: &[u8], file: &str, options: &Options) -> (std::thread::Result<Read1>, Duration) {
    let once = || {
        let (clock, began) = (cpu(), Instant::now());
        let read = catch_unwind(AssertUnwindSafe(|| read_bytes(bytes, file, options)));
        let spent = clock.zip(cpu()).map_or(began.elapsed(), |(from, to)| to.saturating_sub(from));
        (read, spent)
    };
    let (read, took) = once();
    let took = if took > SLOW { took.min(once().1) } else { took };
    (read, took)
}

#[test]
#[ignore = "runs for as long as QUNBOX_FUZZ_MINUTES says"]
fn every_parser_survives_mutated_fixtures() {
    let number = |name: &str| std::env::var(name).ok().and_then(|v| v.parse::<f64>().ok());
    let minutes = number("QUNBOX_FUZZ_MINUTES").unwrap_or(0.05);
    let seed = number("QUNBOX_FUZZ_SEED").map_or(0x9e37_79b9_7f4a_7c15, |s| s as u64 | 1);
    println!("seed {seed}, {minutes} minutes");
    let files = fixture_files();
    let contents: Vec<Vec<u8>> = files.iter().map(|f| std::fs::read(fixtures().join(f)).unwrap()).collect();
    let ids = format_ids();
    let mut dice = Dice(seed);
    let mut runs: BTreeMap<String, u64> = BTreeMap::new();
    let (mut slowest, mut findings) = ((Duration::ZERO, String::new()), Vec::new());
    let end = Instant::now() + Duration::from_secs_f64(minutes * 60.0);
    while Instant::now() < end && findings.len() < 20 {
        let which = dice.roll(files.len());
        let mut bytes = contents[which].clone();
        mutate(&mut bytes, &contents, &mut dice);
        let forced = dice.roll(4) == 0;
        let format = forced.then(|| ids[dice.roll(ids.len())].to_owned());
        let options = Options { format, ..Options::default() };
        let (read, took) = timed(&bytes, &files[which], &options);
        if took > slowest.0 {
            slowest = (took, files[which].clone());
        }
        if took > SLOW {
            let name = std::env::temp_dir().join(format!("qunbox-slow-{}.bin", findings.len()));
            std::fs::write(&name, &bytes).unwrap();
            findings.push(format!(
                "{} as {:?} took {took:?}: {}",
                files[which],
                options.format,
                name.display()
            ));
        }
        match read {
            Ok(read) => {
                let id = read.outcome.format.unwrap_or("none").to_owned();
                *runs.entry(id).or_default() += 1;
                for (_, message) in &read.messages {
                    assert!(
                        message.line > 0 || message.text.is_empty() || read.messages.len() < 2,
                        "{}",
                        files[which]
                    );
                }
            }
            Err(_) => {
                let name = std::env::temp_dir().join(format!("qunbox-fuzz-{}.bin", findings.len()));
                std::fs::write(&name, &bytes).unwrap();
                findings.push(format!("{} as {:?}: {}", files[which], options.format, name.display()));
            }
        }
    }
    println!("{} inputs, slowest {:?} ({})", runs.values().sum::<u64>(), slowest.0, slowest.1);
    for (id, count) in &runs {
        println!("{id:24} {count}");
    }
    assert!(findings.is_empty(), "{findings:#?}");
}
