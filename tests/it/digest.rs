//! The digest over a database: what it says agrees with the other views.

use serde_json::Value;

use crate::leaving::{Desk, SUNDAY};

/// The lines of a section of a digest.
fn section(digest: &Value, part: &str) -> Vec<Value> {
    let found = digest["sections"].as_array().unwrap().iter().find(|s| s["part"] == part).unwrap();
    found["lines"].as_array().unwrap().clone()
}

/// Id, deadline and basis of every row of 待报, in order of the ids.
fn owed(desk: &Desk, more: &[&str]) -> Vec<String> {
    let mut args = vec!["digest", "--from", "2023-12-01", "--to", "2024-01-14"];
    args.extend(more);
    let lines = section(&desk.json(&args)[0], "to_report");
    sorted(lines.iter().map(|l| format!("{} {} {}", l["duty"]["id"], l["when"]["at"], l["when"]["basis"])))
}

/// The same, as the ledger says.
fn ledger(desk: &Desk, more: &[&str]) -> Vec<String> {
    let mut args = vec!["uploads"];
    args.extend(more);
    let rows = desk.json(&args);
    sorted(rows.iter().map(|r| format!("{} {} {}", r["duty"], r["due"]["at"], r["due"]["basis"])))
}

fn sorted(rows: impl Iterator<Item = String>) -> Vec<String> {
    let mut rows: Vec<String> = rows.collect();
    rows.sort();
    rows
}

/// 待报 has one truth: the open rows of the ledger, with their own deadlines, whatever became of the notice.
#[test]
fn what_is_to_be_reported_is_what_the_ledger_says() {
    let desk = Desk::core(SUNDAY);
    assert!(ledger(&desk, &[]).len() > 5);
    assert_eq!(owed(&desk, &[]), ledger(&desk, &[]));
    let rows = desk.json(&["uploads"]);
    let id = |n: usize| rows[n]["duty"].as_str().unwrap().to_owned();
    desk.ok(&["duty", &id(0), "--done"]);
    desk.ok(&["duty", &id(1), "--waive", "已电话报告"]);
    desk.ok(&["duty", &id(2), "--due", "2024-01-16 10:00"]);
    desk.ok(&["mark", rows[3]["notice"].as_str().unwrap(), "--noted"]);
    let after = ledger(&desk, &[]);
    assert!(after.len() < rows.len() && after.iter().any(|r| r.contains("manual")), "{after:?}");
    assert_eq!(owed(&desk, &[]), after);
    for group in ["石桥村两委群", "镇经发办工作群"] {
        assert_eq!(owed(&desk, &["--group", group]), ledger(&desk, &["--group", group]), "{group}");
    }
}

/// What is not listed is counted and said, so that nothing owed vanishes.
#[test]
fn rows_that_are_not_listed_are_counted() {
    let desk = Desk::core(SUNDAY);
    let rows = desk.json(&["uploads"]);
    let seen = |row: &Value| {
        desk.json(&["show", row["notice"].as_str().unwrap()])[0]["first_seen"].as_str().unwrap()[..10]
            .to_owned()
    };
    let days: Vec<String> = rows.iter().map(seen).collect();
    for day in ["2024-01-08", "2024-01-10", "2024-01-14", "2024-03-01"] {
        let digest = &desk.json(&["digest", "--date", day])[0];
        let count = |key: &str| digest["counts"][key].as_u64().unwrap();
        let left = count("later_duties") + count("overdue_duties") + count("undated_duties");
        let known = days.iter().filter(|d| d.as_str() <= day).count() as u64;
        assert_eq!(section(digest, "to_report").len() as u64 + left, known, "{day}: {}", digest["counts"]);
        let text = desk.ok(&["digest", "--date", day]);
        let note = format!("另有 {} 项逾期超过 7 天，未列出。", count("overdue_duties"));
        assert_eq!(text.contains(&note), count("overdue_duties") > 0, "{text}");
    }
}
