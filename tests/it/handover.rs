//! Checklist rows, files and lists of targets in a hand-over and in a purge.

use std::fs;

use serde_json::Value;

use crate::leaving::{Desk, SUNDAY};

/// The rows of the notice in whose text the words stand, by where they go.
fn rows(desk: &Desk, words: &str) -> Vec<Value> {
    let notice = desk.notice(words);
    let mut rows = desk.json(&["uploads", "--view", "all"]);
    rows.retain(|r| r["notice"] == notice.as_str());
    rows.sort_by_key(|r| r["group"].as_str().unwrap_or_default().to_owned());
    rows
}

fn id(row: &Value) -> &str {
    row["duty"].as_str().unwrap()
}

/// What was decided about rows, without ids.
fn said(rows: &[Value]) -> Vec<Value> {
    let part = |row: &Value| {
        let files: Vec<&Value> = row["evidence"].as_array().unwrap().iter().map(|f| &f["sha256"]).collect();
        serde_json::json!([
            row["group"],
            row["destination"],
            row["state"],
            row["reason"],
            row["note"],
            row["typed_at"],
            row["due"]["at"],
            row["targets"],
            files,
        ])
    };
    rows.iter().map(part).collect()
}

const PATROL: &str = "森林防火红色";
const PREMISES: &str = "1月10日（周三）";

/// A desk on which everything was said that can be said of rows.
fn leaving() -> Desk {
    let desk = Desk::core(SUNDAY);
    fs::write(desk.path("巡查13800000005.jpg"), "照片").unwrap();
    fs::write(desk.path("排查表.xlsx"), "表").unwrap();
    let patrol = rows(&desk, PATROL);
    desk.ok(&[
        "duty",
        id(&patrol[0]),
        "--done",
        "--on",
        "2024-01-13 22:10",
        "--evidence",
        "巡查13800000005.jpg",
    ]);
    desk.ok(&["duty", id(&patrol[1]), "--waive", "已电话报告13800000006"]);
    desk.ok(&["duty", id(&patrol[2]), "--due", "2024-01-15 12:00"]);
    let mailbox = rows(&desk, PREMISES);
    desk.ok(&["duty", id(&mailbox[0]), "--evidence", "排查表.xlsx"]);
    desk.ok(&["duty", id(&mailbox[0]), "--targets", "面馆", "理发店13800000007"]);
    desk.ok(&["duty", id(&mailbox[0]), "--tick", "面馆"]);
    desk.ok(&["duty", id(&mailbox[0]), "--note", "等照片"]);
    desk
}

#[test]
fn rows_files_and_targets_are_taken_over_and_given_back() {
    let desk = leaving();
    desk.ok(&["handover", "-o", "移交.json"]);
    let text = fs::read_to_string(desk.path("移交.json")).unwrap();
    for secret in ["13800000005", "13800000006", "13800000007"] {
        assert!(!text.contains(secret), "{secret}");
    }
    let file: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(file["evidence"].as_array().unwrap().len(), 2, "two notices with files");
    let open = desk.ok(&["handover", "--unmask", "-o", "-"]);
    assert!(["13800000005", "13800000006", "13800000007"].iter().all(|s| open.contains(s)));

    let path = desk.path("移交.json");
    let path = path.to_str().unwrap();
    let fresh = Desk::empty(SUNDAY);
    let took = fresh.json(&["handover", "--from", path]).remove(0);
    assert_eq!(
        (&took["without_message"], took["conflicts"].as_array().unwrap().len()),
        (&0.into(), 0),
        "{took}"
    );
    let hidden = |desk: &Desk, words: &str| {
        let said = serde_json::to_string(&said(&rows(desk, words))).unwrap();
        ["05", "06", "07"]
            .iter()
            .fold(said, |text, n| text.replace(&format!("138000000{n}"), &format!("138****00{n}")))
    };
    for words in [PATROL, PREMISES] {
        let got = serde_json::to_string(&said(&rows(&fresh, words))).unwrap();
        assert_eq!(got, hidden(&desk, words), "{words}");
    }
    // One step, taken back as one.
    fresh.ok(&["undo"]);
    let untouched = |r: &Value| r["state"] == "open" && r["evidence"].as_array().unwrap().is_empty();
    assert!(rows(&fresh, PATROL).iter().chain(&rows(&fresh, PREMISES)).all(untouched));
    fresh.ok(&["redo"]);
    assert_eq!(serde_json::to_string(&said(&rows(&fresh, PATROL))).unwrap(), hidden(&desk, PATROL));
}

/// What was said here of a row stays; what the file says otherwise is listed in words.
#[test]
fn a_row_settled_otherwise_is_a_conflict_and_kept() {
    let desk = leaving();
    desk.ok(&["handover", "--unmask", "-o", "移交.json"]);
    let path = desk.path("移交.json");
    let path = path.to_str().unwrap();
    let other = Desk::core(SUNDAY);
    let patrol = rows(&other, PATROL);
    other.ok(&["duty", id(&patrol[0]), "--waive", "不在家"]);
    other.ok(&["duty", id(&patrol[2]), "--due", "2024-01-16 12:00"]);
    let before = said(&rows(&other, PATROL));
    let (out, _) = other.run(&["handover", "--from", path], 3);
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains("不同 2 项"), "{text}");
    for words in ["不在家 免报", "→ 东片五村防火防汛群", "已报 01-13 22:10", "01-16 12:00", "01-15 12:00"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!text.contains("facts_seen") && !text.contains('{'), "in words, not in JSON: {text}");
    let after = said(&rows(&other, PATROL));
    let verdict = |row: &Value| row.as_array().unwrap()[2..6].to_vec();
    assert_eq!((verdict(&after[0]), &after[2]), (verdict(&before[0]), &before[2]), "{after:?}");
    assert_eq!(after[1][2], "waived", "what nobody had said here is taken over");
    assert_eq!(rows(&other, PREMISES)[0]["evidence"].as_array().unwrap().len(), 1);
}

/// A day that cuts through the copies of a notice moves what hangs on its rows to a copy that stays.
#[test]
fn a_purge_moves_what_hangs_on_rows_or_removes_it() {
    let desk = leaving();
    let copies = desk.json(&["show", &desk.notice(PREMISES)])[0]["copies"].as_array().unwrap().clone();
    let late = format!(
        "消息记录（此消息记录为文本格式，不支持重新导入）\n\n消息分组:我的群聊\n消息对象:转发群\n\n2024-01-09 08:05:00 老杜(1)\n{}\n",
        copies[0]["text"].as_str().unwrap()
    );
    fs::write(desk.path("导出/转发群.txt"), late).unwrap();
    desk.ok(&["import", desk.path("导出/转发群.txt").to_str().unwrap(), "--format", "qq-txt"]);
    let before = said(&rows(&desk, PREMISES));
    let done = desk.json(&["purge", "--before", "2024-01-09", "--yes"]).remove(0);
    assert_eq!(said(&rows(&desk, PREMISES)), before, "file, list, tick and remark moved to the forward");
    assert_eq!(done["decisions"], 0, "{done}");
    let index = desk.json(&["report", "evidence", "--search", "九小场所"]).remove(0);
    assert_eq!(index["sections"][1]["rows"].as_array().unwrap().len(), 1, "{index}");
    let all = desk.json(&["purge", "--before", "2024-01-14", "--yes"]).remove(0);
    assert!(all["decisions"].as_u64().unwrap() > 5, "{all}");
    assert!(desk.json(&["uploads", "--view", "all"]).is_empty());
    assert!(desk.path("排查表.xlsx").exists(), "files are left alone");
    let database = fs::read(desk.path("data/qunbox.db")).unwrap();
    for words in ["已电话报告", "排查表.xlsx", "理发店"] {
        let found = database.windows(words.len()).any(|w| w == words.as_bytes());
        assert!(!found, "{words} is left in the database");
    }
    assert_eq!(desk.json(&["doctor"])[0]["ok"], true);
}
