//! Journeys J1 to J3 (`product.md` §7) at the keyboard of the real program: two sizes, two languages, and no letter is
//! pressed outside a field. The exports are batch A of the core conversation, one file a group.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::pty::{DOWN, ENTER, ESC, F4, F5, Program};

const F7: &str = "\x1b[18~";
const RIGHT: &str = "\x1b[C";
const UP: &str = "\x1b[A";

/// Writes batch A as exports of seven groups.
fn batch_a(folder: &Path) {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for (n, line) in include_str!("../fixtures/corpus/core.jsonl").lines().enumerate() {
        let m: Value = serde_json::from_str(line).unwrap();
        if m["batch"] != "A" {
            continue;
        }
        let group = m["group"].as_str().unwrap();
        let out = files.entry(group.to_owned()).or_insert_with(|| {
            let id = 51_000_000_000_u64 + group.bytes().map(u64::from).sum::<u64>();
            let meta = serde_json::json!({"_type": "header",
                "chatlab": {"version": "0.0.2", "exportedAt": 1_704_762_000, "generator": "WeFlow"},
                "meta": {"name": group, "platform": "wechat", "type": "group", "groupId": format!("{id}@chatroom")}});
            format!("{meta}\n")
        });
        let at = chrono::DateTime::parse_from_rfc3339(m["at"].as_str().unwrap()).unwrap().timestamp();
        let sender = m["sender"].as_str().unwrap_or_default();
        let message = serde_json::json!({"_type": "message", "sender": format!("wxid_{sender}"), "accountName": sender,
            "timestamp": at, "type": 0, "content": m["text"], "platformMessageId": format!("{}", 9_000_000_000_000_u64 + n as u64)});
        writeln!(out, "{message}").unwrap();
    }
    assert_eq!(files.len(), 7);
    for (group, text) in files {
        fs::write(folder.join(format!("{group}.jsonl")), text).unwrap();
    }
}

/// The line the cursor is on.
fn selected(text: &str) -> String {
    // Only the list: the pane beside it changes later.
    let line = text.lines().find(|l| l.contains("│>")).unwrap_or_default();
    line.split('│').nth(1).unwrap_or_default().to_owned()
}

/// Presses the down arrow until the selected row holds the words.
fn go_to(program: &Program, words: &str) {
    program.send("\x1b[H");
    program.until("the first row", |t| !selected(t).is_empty() && t.contains(" 1/"));
    for _ in 0..30 {
        let here = selected(&program.text());
        if here.contains(words) {
            return;
        }
        program.send(DOWN);
        let start = std::time::Instant::now();
        while selected(&program.text()) == here && start.elapsed().as_millis() < 1_500 {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }
    panic!("{words} is no row of\n{}", program.text());
}

/// No line is wider than the terminal: the emulator would have broken it.
fn fits(program: &Program, columns: usize) {
    use unicode_width::UnicodeWidthStr as _;
    for line in program.text().lines() {
        assert!(line.width() <= columns, "{line}");
    }
}

fn journeys(lang: &str, columns: u16, rows: u16) {
    let zh = lang == "zh";
    let say = |a: &'static str, b: &'static str| if zh { a } else { b };
    let folder = tempfile::tempdir().unwrap();
    let exports = folder.path().join("exports");
    fs::create_dir(&exports).unwrap();
    batch_a(&exports);
    let program = Program::start_as(lang, (columns, rows), &folder.path().join("data"), &[], &[]);
    // J1: an empty screen says what to do, how to see the sample, and that secrets stay out.
    let text = program.wait_for(say("还没有消息", "No messages yet"));
    assert!(text.contains("F5") && text.contains("F8"), "{text}");
    fits(&program, usize::from(columns));
    program.send(F5);
    program.wait_for(say("[导入整个文件夹]", "[import this whole folder]"));
    program.paste(exports.to_str().unwrap());
    program.send(ENTER);
    let text = program.wait_for(say("还没有写入", "nothing is written yet"));
    assert!(text.contains("24"), "{text}");
    program.send(ENTER);
    program.wait_for(say("导入结果", "What came in"));
    program.send(ENTER);
    program.wait_for(say("哪些名字是我", "Which names are mine"));
    program.send("陈岚");
    program.until("near spellings", |t| t.contains("石桥村-陈岚") && t.contains("石桥村陈岚"));
    program.send(DOWN);
    program.send(ENTER);
    program.wait_for("[x]");
    program.send(DOWN);
    program.send(ENTER);
    program.until("both ticked", |t| t.matches("[x]").count() >= 2);
    program.send(UP);
    program.send(UP);
    program.send(ENTER);
    let text = program
        .until("the inbox", |t| t.contains(say("24 条消息", "24 messages")) && !selected(t).is_empty());
    let notices =
        text.lines().filter(|l| l.starts_with('│') && (l.contains("/") || l.contains("群"))).count();
    assert!(notices < 24, "acknowledgements are no notices:\n{text}");
    // J2: scrolling changes nothing; each action goes on to the next row and the numbers change.
    go_to(&program, "低保");
    let before = selected(&program.text());
    finish(&program, say("请确认", "Please confirm"));
    program.until("done", |t| t.contains(say("已办 1", "Done 1")) && selected(t) != before);
    go_to(&program, "志愿服务");
    program.send(F7);
    program.wait_for(say("什么时候回来", "when shall it come back"));
    program.send(ENTER);
    program.wait_for(say("稍后 1", "Later 1"));
    program.send(RIGHT);
    program.until("in 稍后 with its return", |t| selected(t).contains("志愿服务"));
    program.send("1");
    program.until("five rows are left", |t| t.contains(" 1/5"));
    // J3: the copy that says another day is shown as such.
    go_to(&program, say("截止不一致", "due differs"));
    let row = selected(&program.text());
    assert!(row.contains(say("截止不一致", "due differs")) || columns < 100, "{row}");
    program.send(ENTER);
    let text = program.until("both deadlines", |t| {
        (t.contains("1月10日") || t.contains("01-10")) && (t.contains("1月12日") || t.contains("01-12"))
    });
    fits(&program, usize::from(columns));
    drop(text);
    program.send(ESC);
    program.until("the list again", |t| selected(t).contains(say("截止不一致", "due differs")));
}

#[test]
fn j1_to_j3_in_chinese_on_a_small_screen() {
    journeys("zh", 80, 24);
}

#[test]
fn j1_to_j3_in_chinese_on_a_large_screen() {
    journeys("zh", 150, 40);
}

#[test]
fn j1_to_j3_in_english_on_a_small_screen() {
    journeys("en", 80, 24);
}

#[test]
fn j1_to_j3_in_english_on_a_large_screen() {
    journeys("en", 150, 40);
}

/// 已办, and yes to the open row of its checklist.
fn finish(program: &Program, question: &str) {
    program.send(F4);
    program.wait_for(question);
    program.send(ENTER);
}
