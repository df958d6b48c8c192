//! A follow-up that may speak of several notices is proposed beside each; a person says what it is, and the program acts
//! as if a rule had found it. Titles the program made up are told from words that look like them.

use std::process::Command;

use serde_json::{Value, json};

use crate::corpus::{Line, Run, render};

/// One message of a group: time, group, sender, words.
fn line(n: usize, at: &str, sender: &str, text: &str) -> Line {
    let line = json!({"id": format!("m{n}"), "batch": "A", "group": "民政工作群", "platform": "wechat", "sender": sender,
        "me": false, "at": format!("2024-01-{at}:00+08:00"), "kind": "text", "text": text, "role": "notice",
        "notice": null});
    serde_json::from_value(line).unwrap()
}

fn inbox_of(lines: &[Line]) -> Run {
    let run = Run::new("2024-01-08T12:00:00+08:00");
    let folder = tempfile::tempdir().unwrap();
    render(lines, folder.path());
    run.import(folder.path());
    run
}

/// Two lists wanted on one template by one office, and a change that names neither.
fn doubtful() -> Run {
    inbox_of(&[
        line(
            1,
            "08T09:00",
            "民政办小许",
            "请各村于1月10日17:00前将低保人员名单报送至镇民政办邮箱，逾期通报。",
        ),
        line(
            2,
            "08T09:01",
            "民政办小许",
            "请各村于1月10日17:00前将残疾人员名单报送至镇民政办邮箱，逾期通报。",
        ),
        line(3, "08T09:40", "民政办小许", "请各村明天上午派人到镇便民中心领取新版档案盒，每村两个。"),
        line(4, "08T10:30", "民政办小许", "更正：刚才通知的名单报送时间由1月10日17:00调整为1月11日12:00。"),
    ])
}

fn row(run: &Run, words: &str) -> Value {
    let rows = run.lines(&["inbox", "--view", "all", "--json"]);
    let mut fits = rows.into_iter().filter(|r| r["text"].as_str().unwrap().contains(words));
    fits.next().unwrap_or_else(|| panic!("no row with {words}"))
}

fn id(row: &Value) -> &str {
    row["id"].as_str().unwrap()
}

#[test]
fn a_proposed_correction_is_accepted_as_one_and_taken_back() {
    let run = doubtful();
    let (poor, change) = (row(&run, "低保人员"), row(&run, "更正"));
    let proposed: Vec<&Value> = change["links"].as_array().unwrap().iter().collect();
    assert_eq!(proposed.len(), 2, "{proposed:#?}");
    assert!(proposed.iter().all(|l| l["kind"] == "similar" && l["proposes"] == "corrects"), "{proposed:#?}");
    let shown = run.qunbox(&["show", id(&poor)]);
    assert!(shown.contains(&format!("qunbox link {} {}", id(&poor), id(&change))), "{shown}");

    let before = run.qunbox(&["inbox", "--view", "all", "--json"]);
    run.qunbox(&["link", id(&poor), id(&change)]);
    let after = run.qunbox(&["inbox", "--view", "all", "--json"]);
    let corrected = row(&run, "低保人员");
    assert_eq!(corrected["due"]["at"], "2024-01-11T12:00:00+08:00");
    let links = corrected["links"].as_array().unwrap();
    let own: Vec<&Value> = links.iter().filter(|l| l["notice"] == change["id"]).collect();
    assert_eq!(own.len(), 1, "{links:#?}");
    assert!(own[0]["kind"] == "corrects" && own[0]["by"] == "user", "{links:#?}");
    assert_eq!(
        row(&run, "残疾人员")["due"]["at"],
        "2024-01-10T17:00:00+08:00",
        "the other one is left alone"
    );

    run.qunbox(&["rebuild"]);
    assert_eq!(run.qunbox(&["inbox", "--view", "all", "--json"]), after, "a rebuild keeps it");
    run.qunbox(&["undo"]);
    assert_eq!(run.qunbox(&["inbox", "--view", "all", "--json"]), before);
    run.qunbox(&["redo"]);
    assert_eq!(run.qunbox(&["inbox", "--view", "all", "--json"]), after);
}

#[test]
fn a_proposal_is_accepted_as_something_else() {
    let run = doubtful();
    let (poor, change) = (row(&run, "低保人员"), row(&run, "更正"));
    run.qunbox(&["link", id(&change), id(&poor), "--kind", "reminds"]);
    let reminded = row(&run, "低保人员");
    assert_eq!(reminded["due"]["at"], "2024-01-10T17:00:00+08:00", "a reminder changes no deadline");
    assert_eq!(reminded["links"][0]["kind"], "reminds");
}

/// Words of a notice that look like what the program makes up, and what it makes up, in the language of the screen.
#[test]
fn words_that_look_like_a_made_up_title_are_left_as_they_are() {
    let run = inbox_of(&[
        line(
            1,
            "08T09:00",
            "民政办小许",
            "[link] 请各村于1月10日17:00前登录系统完成低保数据核对并报送汇总表。",
        ),
        line(2, "08T09:05", "民政办小许", "接龙：请各村于1月12日17:00前把慰问品领取人姓名报到民政办。"),
    ]);
    for words in ["[link] 请各村", "接龙：请各村"] {
        let title = row(&run, words)["title"].as_str().unwrap().to_owned();
        assert!(!title.contains("链接"), "{title}");
        let in_english = Command::new(env!("CARGO_BIN_EXE_qunbox"))
            .args(["--data-dir", run.data.path().to_str().unwrap(), "--now", run.now, "--lang", "en"])
            .args(["inbox", "--view", "all", "--json"])
            .output()
            .unwrap();
        let rows = String::from_utf8(in_english.stdout).unwrap();
        assert!(rows.contains(&title), "{title} is worded anew: {rows}");
    }
}
