//! What was done opens again when a new copy or a follow-up says something else about the thing, and never because the
//! same is merely said again. One case a line: what was there, what comes later in another group, whether it opens.

use std::path::Path;

use crate::corpus::Run;

const MEETING: &str =
    "请各村书记于6月14日（周五）下午3点到镇三楼会议室参加防汛工作会，带笔记本，不得请假，迟到的要说明原因。";
const LIST: &str = "【通知】各村（社区）：请于6月12日17:00前将《沿街商铺用电安全自查表》及照片（每家不少于2张）报送至镇应急办邮箱，逾期通报。";

/// What is changed in the first text, or a whole text of its own, and whether that opens the notice again.
const CASES: [(&str, &str, &str, bool); 14] = [
    (MEETING, "镇三楼会议室", "镇五楼会议室", true),
    (MEETING, "下午3点", "下午2点", true),
    (MEETING, "6月14日（周五）", "6月13日（周四）", true),
    (MEETING, "各村书记", "各村会计", true),
    (MEETING, "", "通知：6月14日（周五）下午3点的防汛工作会取消。", true),
    (MEETING, "", "防汛工作会改到6月14日下午4点，地点不变。", true),
    (MEETING, "请各村", "转发：请各村", false),
    (LIST, "17:00前", "12:00前", true),
    (LIST, "不少于2张", "不少于5张", true),
    (LIST, "镇应急办邮箱", "镇党政办邮箱", true),
    (LIST, "各村（社区）", "各企业（商户）", true),
    (LIST, "【通知】", "【通知】各位书记、主任请务必重视，亲自过问：", false),
    (LIST, "逾期通报。", "逾期通报，收到请回复。", false),
    (LIST, "", "《沿街商铺用电安全自查表》已收齐，感谢各村支持。", false),
];

fn export(folder: &Path, group: &str, at: &str, text: &str) -> std::path::PathBuf {
    let rule = "=".repeat(64);
    let said = format!(
        "消息记录（此消息记录为文本格式，不支持重新导入）\n\n{rule}\n消息分组:我的群聊\n{rule}\n消息对象:{group}\n{rule}\n\n\
         {at} 镇应急办周敏(10001)\n{text}\n\n"
    );
    let path = folder.join(format!("{group}.txt"));
    std::fs::write(&path, said).unwrap();
    path
}

#[test]
fn new_facts_open_what_was_done_and_mere_copies_do_not() {
    let mut wrong = Vec::new();
    for (text, from, to, opens) in CASES {
        let folder = tempfile::tempdir().unwrap();
        let run = Run::new("2024-06-11T10:00:00+08:00");
        run.import(&export(folder.path(), "镇应急群", "2024-06-10 9:00:00", text));
        let notice = run.lines(&["inbox", "--view", "all", "--json"]).remove(0);
        let id = notice["id"].as_str().unwrap();
        run.qunbox(&["mark", id, "--done"]);
        let later = if from.is_empty() { to.to_owned() } else { text.replacen(from, to, 1) };
        assert_ne!(later, text);
        // What speaks of a notice is looked for where it was posted.
        let group = if from.is_empty() { "镇应急群" } else { "东片五村群" };
        let all = if from.is_empty() {
            format!("{text}\n\n2024-06-10 11:00:00 镇应急办周敏(10001)\n{later}")
        } else {
            later
        };
        let at = if from.is_empty() { "2024-06-10 9:00:00" } else { "2024-06-10 11:00:00" };
        run.import(&export(folder.path(), group, at, &all));
        let shown: serde_json::Value = serde_json::from_str(&run.qunbox(&["show", id, "--json"])).unwrap();
        let state = shown["state"].as_str().unwrap();
        let opened = state != "done";
        let one = run.lines(&["inbox", "--view", "all", "--json"]).len();
        if opened != opens {
            wrong.push(format!(
                "{all}: {state}, {one} rows, {} copies, {}",
                shown["copies"].as_array().unwrap().len(),
                shown["conflicts"]
            ));
        }
        run.qunbox(&["rebuild"]);
        let again: serde_json::Value = serde_json::from_str(&run.qunbox(&["show", id, "--json"])).unwrap();
        assert_eq!(again["state"], shown["state"], "a rebuild changes nothing: {all}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
