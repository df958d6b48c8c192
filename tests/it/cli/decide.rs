//! Merging, splitting and linking from the command line.

use super::{json, run};

const RULE: &str = "================================================================";

/// An export of one group with these messages: `HH:MM sender text`.
fn chat(group: &str, messages: &[(&str, &str)]) -> String {
    let mut out = format!(
        "消息记录（此消息记录为文本格式，不支持重新导入）\n\n{RULE}\n消息分组:我的群聊\n{RULE}\n消息对象:{group}\n{RULE}\n\n"
    );
    for (at, text) in messages {
        out.push_str(&format!("2026-07-27 {at} 李主任(10000001)\n{text}\n\n"));
    }
    out
}

const FIRST: &str = "请各村于7月29日17:00前将《高龄津贴核查表》电子版报民政办邮箱，逾期不补，联系人老王。";
const LATER: &str = "请各村于7月31日17:00前将《高龄津贴核查表》电子版报民政办邮箱，逾期不补，联系人老王。";
const ROADS: &str = "请各村本周五前把通村公路塌方点位照片发到本群，由交通站老张汇总上报县局。";

fn desk() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let chats = folder.path().join("chats");
    std::fs::create_dir(&chats).unwrap();
    for (group, messages) in [
        ("青溪镇工作群", &[("8:15:03", FIRST), ("9:00:00", ROADS)][..]),
        ("东片五村群", &[("8:40:00", FIRST)][..]),
        ("民政残联群", &[("8:50:00", LATER)][..]),
    ] {
        std::fs::write(chats.join(format!("{group}.txt")), chat(group, messages)).unwrap();
    }
    run(&data, &["import", chats.to_str().unwrap()], 0);
    (folder, data)
}

#[test]
fn a_copy_that_says_another_day_is_told_by_facts_first() {
    let (_folder, data) = desk();
    let notice =
        json(&data, &["inbox"]).into_iter().find(|n| n["copies"].as_array().unwrap().len() == 3).unwrap();
    let odd = notice["copies"].as_array().unwrap().iter().find(|c| c["group"] == "民政残联群").unwrap();
    let facts = odd["differences"]["facts"].as_array().unwrap();
    assert_eq!(facts[0]["fact"], "due");
    assert_eq!(
        (&facts[0]["lead"], &facts[0]["copy"]),
        (&"2026-07-29 17:00".into(), &"2026-07-31 17:00".into())
    );
    let words: Vec<&str> = odd["differences"]["words"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|w| w["side"] == "copy")
        .map(|w| w["text"].as_str().unwrap())
        .collect();
    assert_eq!(words, ["31"], "{odd}");
    assert!(notice["copies"][0]["differences"].is_null());
    let shown = run(&data, &["show", notice["id"].as_str().unwrap()], 0).0;
    let line = shown.lines().find(|l| l.contains("×2 群")).unwrap_or_else(|| panic!("{shown}"));
    assert!(line.contains("×1 群") && line.contains("民政残联群"), "{line}");
    assert!(shown.contains("[-29-]{+31+}"), "{shown}");
    let id = notice["id"].as_str().unwrap();
    run(&data, &["due", id, "2026-07-31 17:00"], 0);
    let log = run(&data, &["show", id], 0).0;
    assert!(log.contains("选定"), "the choice stands in the log with its reason: {log}");
}

#[test]
fn merge_split_link_and_back() {
    let (_folder, data) = desk();
    let inbox = json(&data, &["inbox"]);
    let of = |count: usize| {
        inbox.iter().find(|n| n["copies"].as_array().unwrap().len() == count).unwrap()["id"].as_str().unwrap()
    };
    let (allowance, roads) = (of(3), of(1));
    let (out, _) = run(&data, &["merge", allowance, roads], 0);
    assert!(out.contains("合并") && out.contains("3 群") && out.contains("1 群"), "both are named: {out}");
    assert_eq!(json(&data, &["inbox"]).len(), 1);
    let merged = &json(&data, &["show", allowance])[0];
    let message =
        merged["copies"].as_array().unwrap().iter().find(|c| c["text"] == ROADS).unwrap()["message"]
            .as_str()
            .unwrap();
    run(&data, &["split", allowance, message], 0);
    run(&data, &["rebuild"], 0);
    assert_eq!(json(&data, &["inbox"]).len(), 2);
    run(&data, &["undo"], 0);
    assert_eq!(json(&data, &["inbox"]).len(), 1);
    run(&data, &["undo"], 0);
    assert_eq!(json(&data, &["inbox"]).len(), 2);
    run(&data, &["redo"], 0);
    run(&data, &["undo"], 0);

    run(&data, &["link", roads, allowance, "--kind", "same-data"], 0);
    let linked = &json(&data, &["show", roads])[0]["links"][0];
    assert_eq!((&linked["kind"], &linked["by"]), (&"same-data".into(), &"user".into()));
    run(&data, &["unlink", roads, allowance], 0);
    assert!(json(&data, &["show", roads])[0]["links"].as_array().unwrap().is_empty());
    run(&data, &["apart", roads, allowance], 0);
    let log = run(&data, &["undo", "--list"], 0).0;
    assert!(log.contains("关联") && log.contains("解除关联") && log.contains("认定不同"), "{log}");
}

#[test]
fn what_cannot_be_done_is_said() {
    let (_folder, data) = desk();
    let id = json(&data, &["inbox"])[0]["id"].as_str().unwrap().to_owned();
    for (args, code, word) in [
        (&["merge", &id, &id][..], 1, "两条"),
        (&["merge", &id, "n000"], 1, "n000"),
        (&["merge", &id], 2, ""),
        (&["merge", "a", "b", "c", "d", "e", "f"], 2, "6 条"),
        (&["split", &id, "m000"], 1, "m000"),
        (&["link", &id, &id, "--kind", "corrects"], 1, "两条"),
        (&["link", &id, &id, "--kind", "knows"], 2, ""),
    ] {
        let (_, err) = run(&data, args, code);
        assert!(err.contains(word), "{args:?}: {err}");
    }
}
