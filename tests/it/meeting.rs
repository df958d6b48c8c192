//! Journeys J9 and J10 of `product.md` §7 with the real program in a pseudo-terminal, by keys that pass a Chinese input
//! method, on a narrow and on a wide screen.
#![cfg(unix)]

use std::fs;
use std::path::Path;

use crate::corpus::{Run, imported};
use crate::pty::{Program, UP};

const NOW: &str = "2024-01-14T09:00:00+08:00";
const SIZES: [(u16, u16); 2] = [(80, 24), (120, 36)];
const ENTER: &str = "\r";
const ESC: &str = "\x1b";
const DOWN: &str = "\x1b[B";
const RIGHT: &str = "\x1b[C";
const PAGE_DOWN: &str = "\x1b[6~";
const F3: &str = "\x1bOR";
const F8: &str = "\x1b[19~";
const CTRL_B: &str = "\x02";
const CTRL_F: &str = "\x06";
const CTRL_U: &str = "\x15";

fn open(run: &Run, size: (u16, u16)) -> Program {
    let program = Program::start_at(NOW, run.data.path(), &[], &[]);
    program.wait_for("群组 8");
    program.resize(size.0, size.1);
    program.until("the size", |t| t.lines().next().is_some_and(|l| l.contains("收件箱")));
    program
}

/// A command that may end with any code: its output.
fn command(run: &Run, arguments: &[&str]) -> (Vec<u8>, Option<i32>) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_qunbox"))
        .args(["--data-dir", run.data.path().to_str().unwrap(), "--now", NOW, "--lang", "zh"])
        .args(arguments)
        .env_remove("QUNBOX_DATA_DIR")
        .output()
        .unwrap();
    (output.stdout, output.status.code())
}

/// F8, the path, Enter; what the program says then.
fn export(program: &Program, path: &Path, said: &str) {
    program.send(F8);
    program.wait_for("导出到");
    program.send(CTRL_U);
    program.paste(path.to_str().unwrap());
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    program.until("the path", |t| t.contains(&name));
    program.send(ENTER);
    // A former toast may still be there.
    program.until(said, |t| t.contains(said) && !t.contains("导出到") && path.exists());
}

/// The text in a container's parts, all of them.
fn inside(path: &Path) -> String {
    use std::io::Read as _;
    let mut archive = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    let mut out = String::new();
    for n in 0..archive.len() {
        archive.by_index(n).unwrap().read_to_string(&mut out).unwrap();
    }
    out
}

/// J9: the digest for the 8:30 meeting, in four formats; the shell writes the same bytes.
#[test]
fn j9_the_digest_for_the_meeting() {
    for size in SIZES {
        let (run, _) = imported(&["B"]);
        run.qunbox(&["me", "石桥村-陈岚", "陈岚", "石桥 陈岚", "石桥村陈岚"]);
        let bad = run.data.path().join("G09_损坏.txt");
        fs::write(&bad, [0_u8, 1, 2, 3, 255, 200, 0]).unwrap();
        assert_ne!(command(&run, &["import", bad.to_str().unwrap()]).1, Some(0));
        let program = open(&run, size);
        program.send("3");
        program.until("today", |t| t.contains("< 2024年1月14日（周日） >") && t.contains("◆ 今日到期"));
        program.send(DOWN);
        program.send(RIGHT);
        let text =
            program.until("two days", |t| t.contains("【每日摘要】2024年1月13日（周六）至1月14日（周日）"));
        assert!(text.contains("8 个群：") && text.contains("1 个文件失败"), "coverage comes first: {text}");
        assert!(text.contains("导入失败：G09_损坏.txt"), "{text}");
        for section in ["◆ 逾期", "◆ 有变化：无", "◆ 待报", "◆ 阅知：无"] {
            for _ in 0..20 {
                if program.text().contains(section) {
                    break;
                }
                program.send(PAGE_DOWN);
                std::thread::sleep(std::time::Duration::from_millis(150));
            }
            program.wait_for(section);
        }
        let folder = run.data.path().join("会议");
        program.send(DOWN);
        program.send(DOWN);
        for (n, format) in ["txt", "docx", "xlsx", "html"].into_iter().enumerate() {
            if n > 0 {
                program.send(RIGHT);
            }
            program.until("the format", |t| t.contains(&format!("< {format}  ")) && t.contains("字节"));
            let path = folder.join(format!("摘要.{format}"));
            export(&program, &path, "已写出");
            let other = folder.join(format!("命令.{format}"));
            let days = ["digest", "--from", "2024-01-13", "--to", "2024-01-14", "--format", format, "-o"];
            let written = command(&run, &[&days[..], &[other.to_str().unwrap()]].concat());
            assert_eq!(written.1, Some(0));
            assert!(
                fs::read(&path).unwrap() == fs::read(&other).unwrap(),
                "{format}: the shell writes the same bytes"
            );
            let said = match format {
                "docx" | "xlsx" => inside(&path),
                _ => fs::read_to_string(&path).unwrap(),
            };
            assert!(said.contains("巡查照片") && !said.contains("13800000001"), "{format}");
        }
        replaced_only_when_said(&program, &folder);
        program.quit();
        let (shell, code) = command(&run, &["digest", "--date", "2024-01-13", "--format", "txt"]);
        assert!(code == Some(0) && String::from_utf8(shell).unwrap().contains("森林防火"));
    }
}

/// A file of that name is there: asked first, kept until Enter says so.
fn replaced_only_when_said(program: &Program, folder: &Path) {
    let path = folder.join("摘要.html");
    fs::write(&path, "mine").unwrap();
    export(program, &path, "已经有了");
    program.send(ESC);
    program.until("the question gone", |t| !t.contains("已经有了"));
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    export(program, &path, "已经有了");
    program.send(ENTER);
    program.until("written", |_| fs::read_to_string(&path).unwrap().contains("每日摘要"));
}

/// Batch B with a file on the notice of the nine kinds of premises.
fn filed() -> Run {
    let (run, _) = imported(&["B"]);
    let table = run.data.path().join("排查表.xlsx");
    fs::write(&table, "表").unwrap();
    let mailbox = run.lines(&["uploads", "--json"]).into_iter().find(|r| {
        r["destination"]["kind"] == "mailbox" && r["due"]["at"].as_str().is_some_and(|d| d > "2024")
    });
    let duty = mailbox.unwrap()["duty"].as_str().unwrap().to_owned();
    run.qunbox(&["duty", &duty, "--evidence", table.to_str().unwrap()]);
    run
}

/// J10: inspection and relief.
#[test]
fn j10_inspection_and_relief() {
    for size in SIZES {
        let run = filed();
        let before = run.lines(&["inbox", "--view", "all", "--json"]);
        let program = open(&run, size);
        // Two characters find every group's hits; into the notice and back; nothing changes by it.
        program.send(F3);
        program.wait_for("查找全部消息");
        program.send("消防");
        program.until("hits of several groups", |t| {
            t.contains("查找 消防") && t.contains("镇经发办工作群") && t.contains("石桥村两委群")
        });
        program.send(ENTER);
        program.wait_for("《“九小场所”消防安全排查表》");
        program.wait_for("要求 ");
        program.send(ESC);
        program.wait_for("查找 消防");
        program.send(ESC);
        program.until("the list again", |t| !t.contains("查找 消防") && t.contains("│>"));
        // Words, files and days in one filter, kept under a name.
        program.send(CTRL_F);
        program.wait_for("有凭据、1-8至1-14");
        program.paste("消防 有凭据 12-01至1-31");
        program.until("one row", |t| t.contains("九小场所") && t.contains(" 1/1 "));
        program.send(ENTER);
        program.send(CTRL_B);
        program.wait_for("存下的筛选");
        program.send(ENTER);
        program.wait_for("视图叫什么");
        program.send(CTRL_U);
        program.paste("消防检查");
        program.send(ENTER);
        program.wait_for("视图 消防检查");
        // The evidence index of that view.
        program.send("3");
        program.wait_for("【每日摘要】");
        program.send(UP);
        program.send(RIGHT);
        program.until("the index", |t| t.contains("【凭据目录】消防检查") && t.contains("1 份"));
        program.send(DOWN);
        program.send(DOWN);
        program.send(RIGHT);
        program.send(RIGHT);
        program.until("the workbook", |t| t.contains("< xlsx  ") && t.contains("字节"));
        let index = run.data.path().join("凭据目录.xlsx");
        export(&program, &index, "已写出");
        let said = inside(&index);
        for words in ["1月10日（周三）17:00 → 1月12日（周五）12:00", "排查表.xlsx", "在，没有变"]
        {
            assert!(said.contains(words), "{words}");
        }
        accept(&program);
        let after = run.lines(&["inbox", "--view", "all", "--json"]);
        assert_eq!(before.len(), after.len(), "two notices stay two");
        let states = |rows: &[serde_json::Value]| rows.iter().filter(|n| n["state"] == "done").count();
        assert_eq!(states(&before), states(&after), "looking settles nothing");
        let linked = |n: &serde_json::Value| {
            let links = n["links"].as_array().unwrap();
            links.iter().any(|l| l["kind"] == "same-data" && l["by"] == "user")
        };
        assert_eq!(after.iter().filter(|n| linked(n)).count(), 2);
        reports(&program, &run);
        program.quit();
    }
}

/// The proposal that two units ask for the same data: which words they share; accepted, they stay two.
fn accept(program: &Program) {
    program.send("1");
    program.until("the whole inbox", |t| t.contains("1/13") && t.contains("│>"));
    program.send(CTRL_F);
    program.wait_for("有凭据、1-8至1-14");
    program.paste("小作坊");
    program.until("one row", |t| t.contains(" 1/1 ") && t.contains("餐饮店"));
    program.send(ENTER);
    program.send(ENTER);
    program.wait_for("来源：2 个群");
    program.send(PAGE_DOWN);
    let text = program.until("the proposal", |t| t.contains("同一数据"));
    assert!(text.contains("餐饮") && text.contains("消防"), "the shared words are named: {text}");
    program.send(CTRL_U);
    program.wait_for("确认：同一数据");
    program.send(ENTER);
    program.wait_for("同一数据（Ctrl+Z 撤销）");
    program.send(ESC);
    program.until("the list", |t| t.contains("│>"));
}

/// Burden report and register.
fn reports(program: &Program, run: &Run) {
    program.send("3");
    program.wait_for("【凭据目录】");
    program.send(UP);
    program.send(UP);
    program.send(RIGHT);
    let text = program.until("the report", |t| t.contains("【负担报告】") && t.contains("计数办法"));
    assert!(text.contains("xlsx"), "{text}");
    let burden = run.data.path().join("负担报告.xlsx");
    export(program, &burden, "已写出");
    let said = inside(&burden);
    assert!(said.contains("应急办") && !said.contains("周敏") && !said.contains("节省"), "units, no persons");
    let all = run.lines(&["report", "burden", "--json"]).remove(0);
    let sum = all["sections"][0]["rows"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&sum["messages"], &sum["off_hours"]), (&42.into(), &11.into()), "{sum}");
    program.send(RIGHT);
    program.wait_for("【群台账】");
    let register = run.data.path().join("群台账.xlsx");
    export(program, &register, "已写出");
    assert!(inside(&register).contains("石桥村两委群"));
}
