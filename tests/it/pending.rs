//! Journeys of `product.md` §7 with the real program in a pseudo-terminal.
#![cfg(unix)]

use std::fs;

use crate::corpus::{Run, imported};
use crate::pty::Program;

const NOW: &str = "2024-01-14T09:00:00+08:00";
const ENTER: &str = "\r";
const ESC: &str = "\x1b";
const DOWN: &str = "\x1b[B";
const RIGHT: &str = "\x1b[C";
const F4: &str = "\x1bOS";
const CTRL_D: &str = "\x04";
const CTRL_E: &str = "\x05";
const CTRL_F: &str = "\x06";
const CTRL_K: &str = "\x0b";
const CTRL_U: &str = "\x15";
const CTRL_W: &str = "\x17";
const CTRL_Z: &str = "\x1a";

/// Batch B, the user's names told, the view 待报 in front.
fn pending() -> (Run, Program) {
    let (run, _) = imported(&["B"]);
    run.qunbox(&["me", "石桥村-陈岚", "陈岚", "石桥 陈岚", "石桥村陈岚"]);
    let program = Program::start_at(NOW, run.data.path(), &[], &[]);
    program.resize(120, 50);
    program.wait_for("群组 8");
    program.send("2");
    program.until("the view", |t| t.contains("待报 ─ 已报") && t.contains("镇应急办邮箱"));
    (run, program)
}

/// Narrows the view to rows with these words.
fn narrow(program: &Program, words: &str, rows: usize) {
    program.send(CTRL_F);
    program.wait_for("标题、去处、内容");
    program.paste(words);
    program.until("the filter", |t| t.matches("[ ] ").count() == rows && t.contains(words));
    program.send(ENTER);
}

/// Moves down until the row with these words is the one selected.
fn select(program: &Program, words: &str) {
    let here = |text: &str| text.lines().any(|l| l.contains("│>") && l.contains(words));
    for _ in 0..20 {
        if here(&program.text()) {
            return;
        }
        program.send(DOWN);
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    program.wait_selected(words);
}

/// Attaches a file to the selected row.
fn attach(program: &Program, file: &std::path::Path) {
    program.send(CTRL_E);
    program.wait_for("附凭据：文件的路径");
    program.paste(file.to_str().unwrap());
    program.wait_for(file.file_name().unwrap().to_str().unwrap());
    program.send(ENTER);
    program.wait_for("凭据1");
}

/// Leaves the filter.
fn all_rows(program: &Program) {
    program.send(ESC);
    program.until("all rows", |t| t.contains("镇民政残联群"));
}

/// J7: one row ticked with a file, one waived, one left; then a mailbox asked for in seven groups, once.
#[test]
fn j7_pending_uploads() {
    let (run, program) = pending();
    let photo = run.data.path().join("巡查.jpg");
    let table = run.data.path().join("排查表.xlsx");
    fs::write(&photo, "照片").unwrap();
    fs::write(&table, "表").unwrap();

    narrow(&program, "巡查照片", 3);
    select(&program, "石桥村两委群");
    // A picture of the user's own is a hint in the notice, and ticks nothing.
    program.send(ENTER);
    program.until("the hint", |t| {
        t.contains("本群见到我发的文件或图片：01-13 22:25") && t.contains("应办 3 行，待报 3")
    });
    program.send(ESC);
    program.until("the list again", |t| t.contains("待报 ─ 已报") && t.matches("[ ] ").count() == 3);
    attach(&program, &photo);
    select(&program, "石桥村两委群");
    program.send(" ");
    program.until("one ticked", |t| t.matches("[ ] ").count() == 2);
    select(&program, "镇应急消防工作群");
    program.send(CTRL_W);
    program.wait_for("免报的理由");
    program.paste("已电话报告");
    program.until("the reason", |t| t.contains("已电话报告"));
    program.send(ENTER);
    program.until("one waived", |t| t.matches("[ ] ").count() == 1 && t.contains("东片五村"));
    // The notice cannot be done while a row is open.
    program.send(ENTER);
    program.wait_for("应办 3 行，待报 1");
    let text = program.text();
    assert!(text.contains("已电话报告") && text.contains("SHA-256"), "{text}");
    program.send(F4);
    program.wait_for("1 行应办没有报：东片五村防火防汛群");
    // The question goes, the notice stays; two of these keys in one piece would be read as one.
    program.send(ESC);
    program.until("the question is gone", |t| !t.contains("没有改成已办"));
    program.send(ESC);
    program.wait_for("待报 ─ 已报");
    all_rows(&program);

    narrow(&program, "镇应急办邮箱", 2);
    select(&program, "逾期1天");
    attach(&program, &table);
    program.send(" ");
    program.until("N1 ticked", |t| t.matches("[ ] ").count() == 1);
    all_rows(&program);
    // What was handed in earlier: the typed day stands beside the clock's.
    narrow(&program, "学习平台", 1);
    program.send(CTRL_D);
    program.wait_for("补录：实际日期");
    program.paste("1-12");
    program.until("the day", |t| t.contains("1-12"));
    program.send(ENTER);
    program.until("gone from the open ones", |t| t.matches("[ ] ").count() == 0);
    all_rows(&program);
    program.send(RIGHT);
    program.until("the done rows", |t| t.contains("[x]") && t.contains("凭据1") && t.contains("补录"));
    fs::rename(&table, run.data.path().join("改名.xlsx")).unwrap();
    program.send("1");
    program.wait_for("阅知");
    program.send("2");
    program.wait_for("文件找不到");
    assert_eq!(fs::read_to_string(&photo).unwrap(), "照片", "files are left alone");
    assert!(!program.text().contains("已上传"), "nothing says that it was uploaded");
}

/// J8: where a reply is seen, where none is in the export, where none was asked for; the reply is copied with one key.
#[test]
fn j8_where_have_i_answered() {
    let (_run, program) = pending();
    narrow(&program, "镇应急办邮箱", 2);
    select(&program, "逾期1天");
    program.send(ENTER);
    let text = program.until("the ledger", |t| t.contains("未要求  镇经发办工作群"));
    for seen in ["已见  镇应急消防工作群  01-08 09:02", "已见  青禾镇村（社区）书记主任群  01-08 09:31"]
    {
        assert!(text.contains(seen), "{seen}\n{text}");
    }
    for group in ["石桥村两委群", "镇民政残联群", "东片五村防火防汛群", "镇文明创建群"]
    {
        assert!(text.contains(&format!("未见  {group}  导出截至 01-")), "{group}\n{text}");
    }
    assert!(!text.contains("未回复"), "not seen is not the same as not sent\n{text}");
    program.send(CTRL_K);
    program.wait_for("已复制");
    // The 收到 in the village heads' group is tied because it follows; it can be untied, and tied again.
    program.send(CTRL_U);
    program
        .until("what can be untied", |t| t.contains("不是答复这条：01-08 09:31 青禾镇村（社区）书记主任群"));
    for _ in 0..12 {
        if program.text().lines().any(|l| l.contains("> 不是答复这条") && l.contains("09:31")) {
            break;
        }
        program.send(DOWN);
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    program.send(ENTER);
    program.wait_for("未见  青禾镇村（社区）书记主任群");
    program.send(CTRL_Z);
    program.wait_for("已见  青禾镇村（社区）书记主任群");
}

/// 名单已收齐 is accepted in the notice that says it; the lists it closes are owed no longer.
#[test]
fn a_closure_is_accepted_at_the_keyboard() {
    let (_run, program) = pending();
    narrow(&program, "低保人员名单", 1);
    program.send(ENTER);
    program.until("the proposal", |t| t.contains("已收齐  以上两份名单") && t.contains("建议："));
    program.send(CTRL_U);
    program.wait_for("> 确认：已收齐 以上两份名单已收齐");
    program.send(ENTER);
    program.until("the row is waived", |t| t.contains("[-] 镇民政残联群") && t.contains("待报 0"));
    program.send(CTRL_Z);
    program.until("owed again", |t| t.contains("[ ] 镇民政残联群") && t.contains("待报 1"));
}
