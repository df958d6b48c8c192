//! The built-in sample, taken the way of any other export: every file is understood, every group is there, and what
//! the sample was written to show can be seen. Not a test of quality: that is `corpus`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use qunbox::demo;
use serde_json::Value;

/// What a perfect importer finds in the sample; one group is exported twice, with two days of overlap.
const MESSAGES: u64 = 2151;

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

/// The binary with a home of its own, so that a test would see it write there.
fn qunbox(home: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_qunbox"))
        .args(arguments)
        .env("HOME", home)
        .env("APPDATA", home)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("LC_ALL", "zh_CN.UTF-8")
        .env_remove("QUNBOX_DATA_DIR")
        .env_remove("QUNBOX_LANG")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn demo_alone_prints_the_inbox_where_nobody_looks() {
    let home = tempfile::tempdir().unwrap();
    let output = qunbox(home.path(), &["demo"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.lines().count() >= 30, "{text}");
    assert!(!text.contains('\u{1b}'), "escape sequences in a pipe");
    assert!(text.contains("结冰"), "{text}");
    assert_eq!(
        fs::read_dir(home.path()).unwrap().count(),
        0,
        "the sample wrote outside its throw-away folder"
    );
}

#[test]
fn demo_takes_the_list_commands() {
    let home = tempfile::tempdir().unwrap();
    let inbox = lines(&qunbox(home.path(), &["demo", "--json", "inbox"]));
    assert!((45..=110).contains(&inbox.len()), "{} rows", inbox.len());
    let groups = lines(&qunbox(home.path(), &["demo", "--json", "groups"]));
    let named: BTreeSet<&str> = groups.iter().map(|row| row["group"].as_str().unwrap()).collect();
    assert_eq!(named, demo::me().iter().map(|(group, _)| *group).collect());
    let hits = lines(&qunbox(home.path(), &["demo", "--json", "search", "征兵"]));
    assert!(hits.iter().any(|hit| hit["group"] == "芦汀征兵武装"), "{hits:?}");
    let first = inbox[0]["id"].as_str().unwrap();
    let shown = lines(&qunbox(home.path(), &["demo", "--json", "show", first]));
    assert_eq!(shown[0]["id"], first, "ids are the same in every run");
}

#[test]
fn every_file_of_the_sample_is_understood() {
    let (home, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    demo::unpack(folder.path()).unwrap();
    let data = home.path().join("qunbox");
    let arguments =
        ["--data-dir", data.to_str().unwrap(), "--json", "import", folder.path().to_str().unwrap()];
    let report = &lines(&qunbox(home.path(), &arguments))[0];
    let files = report["files"].as_array().unwrap();
    let odd: Vec<&Value> = files
        .iter()
        .filter(|file| {
            file["status"] != "imported" || file["issues"].as_array().is_some_and(|i| !i.is_empty())
        })
        .collect();
    assert!(odd.is_empty(), "{odd:#?}");
    let formats: BTreeSet<&str> = files.iter().filter_map(|file| file["format"].as_str()).collect();
    assert!(formats.len() >= 12, "{formats:?}");
    assert_eq!(report["totals"]["new"], MESSAGES, "{:#}", report["totals"]);
}
