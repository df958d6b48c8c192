//! The built-in sample, taken the way of any other export: every file is understood, every group is there, and what
//! the sample was written to show can be seen. Not a test of quality: that is `corpus`.

use std::collections::BTreeSet;

use qunbox::demo;

#[test]
fn the_sample_has_a_file_for_every_group_and_many_layouts() {
    let files: Vec<(&str, &[u8])> = demo::files().collect();
    assert!(files.len() >= 37, "{} files", files.len());
    let endings: BTreeSet<&str> = files.iter().filter_map(|(path, _)| path.rsplit('.').next()).collect();
    assert_eq!(endings, BTreeSet::from(["eml", "html", "json", "jsonl", "txt"]));
    assert!(files.iter().any(|(_, content)| content.starts_with(&[0xff, 0xfe])), "no UTF-16 file");
    let gb18030 =
        |content: &[u8]| std::str::from_utf8(content).is_err() && !content.starts_with(&[0xff, 0xfe]);
    assert!(files.iter().any(|(_, content)| gb18030(content)), "no GB18030 file");
}

#[test]
fn nobody_real_is_in_the_sample() {
    for (path, content) in demo::files() {
        let text = String::from_utf8_lossy(content);
        for number in digits(&text, 11).into_iter().filter(|n| n.starts_with('1')) {
            let phone = number.len() == 11 && matches!(&number[1..2], "3" | "5" | "7" | "8" | "9");
            assert!(!phone || number.starts_with("1380000"), "{path}: {number} could be somebody's phone");
        }
        for number in digits(&text, 17).into_iter().filter(|n| n.len() <= 18 && n.contains("19880305")) {
            assert!(number.starts_with("990000"), "{path}: {number} could be somebody's number");
        }
    }
}

/// Runs of at least `length` digits that are quoted by nothing (ids of messages stand in quotes).
fn digits(text: &str, length: usize) -> Vec<String> {
    let mut found = Vec::new();
    let mut before = ' ';
    let mut run = String::new();
    let mut lead = ' ';
    for c in text.chars().chain([' ']) {
        if c.is_ascii_digit() {
            if run.is_empty() {
                lead = before;
            }
            run.push(c);
        } else {
            if run.len() >= length && !matches!(lead, '"' | '_' | '(' | '/') && !lead.is_ascii_alphanumeric()
            {
                found.push(std::mem::take(&mut run));
            }
            run.clear();
        }
        before = c;
    }
    found
}
