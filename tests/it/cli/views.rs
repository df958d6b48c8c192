//! Saved views from outside: kept, used, renamed, deleted, undone.

use super::{CHAT, json, run};

#[test]
fn a_saved_view_is_used_renamed_and_deleted_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let file = folder.path().join("群.txt");
    std::fs::write(&file, CHAT).unwrap();
    run(&data, &["import", file.to_str().unwrap()], 0);
    assert!(run(&data, &["views"], 0).0.contains("--save"));
    run(&data, &["views", "--save", "津贴", "--words", "高龄", "津贴", "--since", "2026-07-27"], 0);
    run(&data, &["views", "--save", "凭据", "--view", "all", "--files"], 0);
    let names = |of: Vec<serde_json::Value>| -> Vec<String> {
        of.iter().map(|v| v["name"].as_str().unwrap().to_owned()).collect()
    };
    let views = json(&data, &["views"]);
    assert_eq!(views[1]["words"], "高龄 津贴");
    assert_eq!(views[1]["since"], "2026-07-27T00:00:00+08:00");
    assert_eq!(json(&data, &["inbox", "--saved", "津贴"]).len(), 1);
    assert_eq!(json(&data, &["inbox", "--words", "防汛"]).len(), 0);
    assert_eq!(json(&data, &["inbox", "--saved", "凭据"]).len(), 0, "no file hangs on it yet");
    let proof = folder.path().join("表.xlsx");
    std::fs::write(&proof, "x").unwrap();
    let duty = json(&data, &["uploads"])[0]["duty"].as_str().unwrap().to_owned();
    run(&data, &["duty", &duty, "--evidence", proof.to_str().unwrap()], 0);
    assert_eq!(json(&data, &["inbox", "--saved", "凭据"]).len(), 1);
    let (_, err) = run(&data, &["views", "--rename", "津贴", "凭据"], 1);
    assert!(err.contains("凭据"), "{err}");
    run(&data, &["views", "--rename", "津贴", "高龄"], 0);
    run(&data, &["views", "--delete", "凭据"], 0);
    assert_eq!(names(json(&data, &["views"])), ["高龄"]);
    run(&data, &["undo"], 0);
    run(&data, &["undo"], 0);
    assert_eq!(names(json(&data, &["views"])), ["凭据", "津贴"]);
    run(&data, &["redo"], 0);
    assert_eq!(names(json(&data, &["views"])), ["凭据", "高龄"]);
    let (_, err) = run(&data, &["inbox", "--saved", "没有"], 1);
    assert!(err.contains("没有"), "{err}");
    run(&data, &["views", "--save", "  "], 1);
}
