//! The title of a notice, one line of data each (`tests/fixtures/facts/titles.txt`).

use qunbox::facts::{self, Input, Settings};

use super::stamp;

#[test]
fn every_title_is_the_one_a_person_would_give() {
    let lines = include_str!("../../fixtures/facts/titles.txt");
    let mut wrong = Vec::new();
    for line in lines.lines().filter(|l| !l.starts_with('#') && !l.is_empty()) {
        let [text, sent, want] = line.split(" | ").collect::<Vec<_>>()[..] else { panic!("{line}") };
        let text = text.replace('⏎', "\n");
        let got = facts::read(&Input::new(&text, stamp(sent)), &Settings::default());
        let title = facts::title(&text, &got);
        if title.as_deref() != Some(want) {
            wrong.push(format!("{want}\n    is {title:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
