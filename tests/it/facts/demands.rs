//! Demands of many offices, one line of data each (`tests/fixtures/facts/demands.txt`): act, object, destination with its
//! kind, audience, deadline; and what asks for nothing.

use std::fmt::Write as _;

use qunbox::facts::{self, Demand, Facts, Input, Settings};

use super::stamp;

fn word(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap_or_default().to_owned()
}

/// Whether one of the demands says it.
fn said(got: &Facts, key: &str, want: &str) -> bool {
    let any = |holds: &dyn Fn(&Demand) -> bool| got.demands.iter().any(holds);
    let minute = |t: chrono::NaiveDateTime| t.format("%Y-%m-%dT%H:%M").to_string();
    match key {
        "due" => got.due.as_ref().map_or_else(|| "-".to_owned(), |d| minute(d.at)) == want,
        "demands" => got.demands.len().to_string() == want,
        "role" => word(got.role) == want,
        "act" => any(&|d| word(d.act) == want),
        "what" => any(&|d| d.what.iter().any(|w| w == want)),
        "where" => any(&|d| d.destination.as_ref().is_some_and(|x| x.name == want)),
        "kind" => any(&|d| d.destination.as_ref().is_some_and(|x| word(x.kind) == want)),
        "nowhere" => {
            !any(&|d| !d.conditional && d.destination.as_ref().is_some_and(|x| word(x.kind) == want))
        }
        "who" => any(&|d| d.audience.iter().any(|a| a == want)),
        "at" => any(&|d| d.due_at.map_or_else(|| "-".to_owned(), minute) == want),
        other => panic!("unknown key {other}"),
    }
}

#[test]
fn every_demand_line_is_read() {
    let (mut lines, mut wrong) = (0, String::new());
    for line in include_str!("../../fixtures/facts/demands.txt").lines().filter(|l| !l.starts_with('#')) {
        let parts: Vec<&str> = line.split(" | ").collect();
        let [words, sent, wants] = parts.as_slice() else { panic!("{line}") };
        let words = words.replace('⏎', "\n");
        let got = facts::read(&Input::new(&words, stamp(sent)), &Settings::default());
        lines += 1;
        for want in wants.split_whitespace() {
            let (key, want) = want.split_once('=').unwrap();
            if !said(&got, key, want) {
                let _ = writeln!(wrong, "{words}: {key}={want}, got {:?} {:?}", got.role, got.demands);
            }
        }
    }
    assert!(lines >= 70 && wrong.is_empty(), "{wrong}");
}

#[test]
fn every_short_message_has_its_role() {
    let mut wrong = Vec::new();
    for line in include_str!("../../fixtures/facts/roles.txt").lines().filter(|l| !l.starts_with('#')) {
        let (role, texts) = line.split_once(" | ").unwrap();
        for text in texts.split(" ; ") {
            let got = facts::read(&Input::new(text, stamp("2026-03-16T10:30")), &Settings::default());
            if word(got.role) != role {
                wrong.push(format!("{text}: {role}, got {:?}", got.role));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
