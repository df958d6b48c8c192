//! Time expressions one a line (`tests/fixtures/facts/times.txt`): the reading the words have, or none.

use chrono::{Duration, Months, NaiveDateTime};
use qunbox::facts::{self, Input, Settings};

use super::stamp;

type Pair = (Option<NaiveDateTime>, Option<NaiveDateTime>);

fn moment(text: &str) -> NaiveDateTime {
    match text.len() {
        4 => stamp(&format!("{text}-01-01T00:00")),
        7 => stamp(&format!("{text}-01T00:00")),
        10 => stamp(&format!("{text}T00:00")),
        13 => stamp(&format!("{text}:00")),
        _ => stamp(text),
    }
}

/// The half-open range a line of the fixture says.
fn wanted(text: &str) -> Pair {
    if let Some((a, b)) = text.split_once("..") {
        let side = |t: &str| (!t.is_empty()).then(|| moment(t));
        return (side(a), side(b));
    }
    let start = moment(text);
    let end = match text.len() {
        4 => start.checked_add_months(Months::new(12)).unwrap(),
        7 => start.checked_add_months(Months::new(1)).unwrap(),
        10 => start + Duration::days(1),
        13 => start + Duration::hours(1),
        _ => start + Duration::minutes(1),
    };
    (Some(start), Some(end))
}

#[test]
fn every_time_line_is_read() {
    let mut sent = stamp("2024-05-15T10:30");
    let mut wrong = Vec::new();
    let mut lines = 0;
    for line in include_str!("../../fixtures/facts/times.txt").lines() {
        if line.starts_with('#') || line.is_empty() {
            continue;
        }
        if let Some(at) = line.strip_prefix("@ ") {
            sent = stamp(at);
            continue;
        }
        let (words, want) = line.rsplit_once(" = ").unwrap();
        lines += 1;
        let got = facts::read(&Input::new(words, sent), &Settings::default());
        let right = match want {
            "-" => got.times.is_empty(),
            want => got.times.iter().any(|t| (t.start, t.end) == wanted(want)),
        };
        if !right {
            let have: Vec<_> = got.times.iter().map(|t| (&t.text, t.start, t.end)).collect();
            wrong.push(format!("{line}: got {have:?}"));
        }
    }
    assert!(lines > 700 && wrong.is_empty(), "{}", wrong.join("\n"));
}
