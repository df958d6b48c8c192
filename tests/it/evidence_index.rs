//! 凭据目录 with real files: hashed, looked at again, marked where something is wrong.

use std::fs;

use calamine::{Data, Reader, Xlsx};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::leaving::{Desk, SUNDAY};

fn sha(path: &std::path::Path) -> String {
    Sha256::digest(fs::read(path).unwrap()).iter().map(|b| format!("{b:02x}")).collect()
}

/// The rows of the notice in whose text the words stand, open ones first.
fn rows_of(desk: &Desk, words: &str) -> Vec<String> {
    let notice = desk.notice(words);
    let rows = desk.json(&["uploads", "--view", "all"]);
    let of = rows.iter().filter(|r| r["notice"] == notice.as_str());
    of.map(|r| r["duty"].as_str().unwrap().to_owned()).collect()
}

/// Two notices with files: one file there, one gone, one with other content of the same length; one row waived, one
/// settled with an earlier date.
fn filed() -> Desk {
    let desk = Desk::core(SUNDAY);
    for (name, content) in [("排查表.xlsx", "表"), ("说明.docx", "原来"), ("巡查.jpg", "照片")] {
        fs::write(desk.path(name), content).unwrap();
    }
    let mailbox = &rows_of(&desk, "1月10日（周三）")[0];
    desk.ok(&["duty", mailbox, "--evidence", "排查表.xlsx", "说明.docx"]);
    let patrol = rows_of(&desk, "森林防火红色");
    desk.ok(&["duty", &patrol[0], "--done", "--on", "2024-01-13 22:10", "--evidence", "巡查.jpg"]);
    desk.ok(&["duty", &patrol[1], "--waive", "已电话报告"]);
    fs::rename(desk.path("排查表.xlsx"), desk.path("改名.xlsx")).unwrap();
    fs::write(desk.path("说明.docx"), "后来").unwrap();
    desk
}

fn index(desk: &Desk, more: &[&str]) -> (Vec<Value>, Vec<Value>) {
    let mut args = vec!["report", "evidence"];
    args.extend(more);
    let all = desk.json(&args).remove(0);
    let rows = |n: usize| all["sections"][n]["rows"].as_array().unwrap().clone();
    (rows(0), rows(1))
}

#[test]
fn files_are_listed_with_hashes_and_what_is_wrong_is_marked() {
    let desk = filed();
    let (notices, files) = index(&desk, &["--search", "消防"]);
    let mailbox = desk.notice("1月10日（周三）");
    let row = notices.iter().find(|r| r["id"] == mailbox.as_str()).unwrap();
    assert_eq!(row["files"], "2 份、找不到 1 份、已变 1 份", "{row}");
    assert_eq!(row["duties"], "待报 1");
    let said: Vec<(&str, &str, &str)> = files
        .iter()
        .filter(|f| f["id"] == mailbox.as_str())
        .map(|f| {
            let path = f["path"].as_str().unwrap();
            (
                path.rsplit(['/', '\\']).next().unwrap(),
                f["condition"].as_str().unwrap(),
                f["to"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        said,
        [("排查表.xlsx", "文件找不到", "镇应急办邮箱"), ("说明.docx", "内容已变", "镇应急办邮箱")]
    );
    assert_eq!(
        files[0]["sha256"],
        sha(&desk.path("改名.xlsx")).as_str(),
        "the hash of the day it was attached"
    );
    let (notices, files) = index(&desk, &["--search", "巡查"]);
    let row = notices.iter().find(|r| r["files"] != Value::Null).unwrap();
    assert_eq!(row["duties"], "已报 1、免报 1、待报 1\n免报理由：已电话报告");
    assert_eq!(row["files"], "1 份、补录 1 份");
    assert_eq!(files[0]["condition"], "在，没有变\n补录：写 1月13日（周六）22:10");
    assert_eq!(files[0]["sha256"], sha(&desk.path("巡查.jpg")).as_str());
    // The last row settles the notice; the typed date stands beside the clock's.
    desk.ok(&["duty", &rows_of(&desk, "森林防火红色")[0], "--done", "--on", "2024-01-13 22:20"]);
    let (notices, _) = index(&desk, &["--search", "巡查", "--view", "done"]);
    assert_eq!(notices[0]["done_at"], "1月13日（周六）22:20（补录，1月14日（周日）09:00 记入）");
}

#[test]
fn the_index_of_a_saved_view_is_a_workbook_and_a_page() {
    let desk = filed();
    desk.ok(&["views", "--save", "消防检查", "--view", "all", "--words", "消防", "--files"]);
    let (notices, files) = index(&desk, &["--saved", "消防检查"]);
    assert_eq!((notices.len(), files.len()), (1, 2), "{notices:?}");
    desk.run(&["report", "evidence", "--saved", "没有"], 1);
    desk.run(&["report", "evidence", "--saved", "消防检查", "--search", "x"], 2);
    for name in ["目录.xlsx", "目录.html"] {
        desk.ok(&["report", "evidence", "--saved", "消防检查", "-o", name]);
        let first = fs::read(desk.path(name)).unwrap();
        desk.ok(&["report", "evidence", "--saved", "消防检查", "-o", name, "--force"]);
        assert_eq!(fs::read(desk.path(name)).unwrap(), first, "{name}: two runs give the same bytes");
    }
    let mut book: Xlsx<_> = calamine::open_workbook(desk.path("目录.xlsx")).unwrap();
    assert_eq!(book.sheet_names(), ["凭据目录", "凭据", "凭据文件"]);
    let sheet = book.worksheet_range("凭据文件").unwrap();
    let cells: Vec<String> = sheet.rows().flatten().map(ToString::to_string).collect();
    for said in ["文件找不到", "内容已变", &sha(&desk.path("改名.xlsx"))] {
        assert!(cells.iter().any(|c| c == said), "{said}: {cells:?}");
    }
    assert!(sheet.rows().flatten().all(|c| matches!(c, Data::String(_) | Data::Float(_) | Data::Empty)));
    let page = fs::read_to_string(desk.path("目录.html")).unwrap();
    assert!(page.contains("condition alert\">文件找不到<") && page.contains("消防检查"), "{page}");
}

/// What was filed for one week stays in the index when the next week is owed.
#[test]
fn files_of_occurrences_that_are_over_stay_listed() {
    let desk = Desk::core(SUNDAY);
    fs::write(desk.path("台账.xlsx"), "无").unwrap();
    let weekly = &rows_of(&desk, "招商线索台账")[0];
    desk.ok(&["duty", weekly, "--done", "--evidence", "台账.xlsx"]);
    let later = Desk { now: "2024-01-17T09:00:00+08:00", ..desk };
    let row =
        later.json(&["uploads", "--view", "all"]).into_iter().find(|r| r["duty"] == weekly.as_str()).unwrap();
    assert_eq!((&row["state"], row["evidence"].as_array().unwrap().len()), (&"open".into(), 0), "{row}");
    let (notices, files) = index(&later, &["--search", "招商线索"]);
    assert_eq!((&notices[0]["files"], &notices[0]["duties"]), (&"1 份".into(), &"待报 1".into()));
    assert_eq!(files[0]["to"], "镇经发办工作群（1月12日）");
}
