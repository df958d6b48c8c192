//! Journeys J1 to J3 (`product.md` §7) at the keyboard of the real program: two sizes, two languages, and outside a field
//! only F-keys, digits, arrows, paging keys and Enter are pressed. The exports are batch A of the core conversation, one file a group.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::pty::{DOWN, ENTER, F5, Program, UP};

const F2: &str = "\x1bOQ";
const HOME: &str = "\x1b[H";
const F7: &str = "\x1b[18~";
const RIGHT: &str = "\x1b[C";

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
        program.until("the next row", |t| !selected(t).is_empty() && selected(t) != here);
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

/// Chooses a command by name with F2 and the arrows: no letter is pressed.
fn command(program: &Program, name: &str) {
    program.send(F2);
    program.until("the list of commands", |t| entry(t).is_some());
    for _ in 0..60 {
        let here = entry(&program.text()).unwrap_or_default();
        if here.starts_with(&format!("{name}  ")) {
            program.send(ENTER);
            return;
        }
        program.send(DOWN);
        program.until("the next command", |t| entry(t).is_some_and(|e| e != here));
    }
    panic!("no command {name}:\n{}", program.text());
}

/// The selected entry of the list of commands that lies over the screen.
fn entry(text: &str) -> Option<String> {
    use unicode_width::UnicodeWidthStr as _;
    let lines: Vec<&str> = text.lines().collect();
    let title = |l: &&str| l.find("┌ 命令 ").or_else(|| l.find("┌ Commands "));
    let (from, at) = lines.iter().enumerate().find_map(|(n, l)| Some((n, title(l)?)))?;
    let column = lines[from][..at].width();
    // Columns, not characters: what lies beside the window is of any width.
    let inside = |l: &&str| {
        let at = l.char_indices().map(|(at, _)| at).find(|at| l[..*at].width() >= column)?;
        l[at..].strip_prefix("│> ").map(ToOwned::to_owned)
    };
    lines[from + 1..].iter().find_map(inside)
}

/// A screen with the words its language has for things.
struct Journey {
    program: Program,
    zh: bool,
    columns: usize,
}

impl Journey {
    fn say(&self, a: &'static str, b: &'static str) -> &'static str {
        if self.zh { a } else { b }
    }

    /// J1: first morning, knows nothing.
    fn first_morning(&self, exports: &Path) {
        let program = &self.program;
        // An empty screen says what to do, how to see the sample, and that secrets stay out.
        let text = program.wait_for(self.say("还没有消息", "No messages yet"));
        assert!(text.contains("F5") && text.contains("F8") && text.contains("F12"), "{text}");
        assert!(text.contains(self.say("涉密文件勿导入", "classified")), "{text}");
        fits(program, self.columns);
        program.send(F5);
        program.wait_for(self.say("[导入整个文件夹]", "[import this whole folder]"));
        program.paste(exports.to_str().unwrap());
        program.send(ENTER);
        // Nothing is written before it was seen: seven files, their encoding, 24 messages.
        let text = program.wait_for(self.say("还没有写入", "nothing is written yet"));
        assert!(text.contains("24") && text.to_lowercase().contains("utf-8"), "{text}");
        assert!(text.contains(self.say("7 个文件", "Files 7,")), "{text}");
        fits(program, self.columns);
        program.send(ENTER);
        program.wait_for(self.say("导入结果", "What came in"));
        program.send(ENTER);
        program.wait_for(self.say("哪些名字是我", "Which names are mine"));
        program.send("陈岚");
        program.until("near spellings", |t| t.contains("石桥村-陈岚") && t.contains("石桥村陈岚"));
        fits(program, self.columns);
        program.send(DOWN);
        program.send(ENTER);
        program.wait_for("[x]");
        program.send(DOWN);
        program.send(ENTER);
        program.until("both ticked", |t| t.matches("[x]").count() >= 2);
        program.send(UP);
        program.send(UP);
        program.send(ENTER);
        let sum = self.say("24 条消息，7 条通知", "24 messages, 7 notices");
        let text = program.until("the inbox", |t| t.contains(sum) && !selected(t).is_empty());
        let notices =
            text.lines().filter(|l| l.starts_with('│') && (l.contains("/") || l.contains("群"))).count();
        assert!(notices < 24, "acknowledgements are no notices:\n{text}");
        // A group that is declared and was never exported is called so.
        program.send("4");
        let missing = self.say("未导出", "no export");
        program.until("the register", |t| t.lines().any(|l| l.contains("妇联工作群") && l.contains(missing)));
        fits(program, self.columns);
        program.send("1");
        program.until("the inbox again", |t| !selected(t).is_empty());
    }

    /// J2: triage in four minutes. Scrolling changes nothing; each action goes on to the next row and the numbers change.
    fn triage(&self) {
        let program = &self.program;
        // Urgent, overdue, today, rest; what was worked out is marked.
        program.send(HOME);
        let text = program.until("the first row", |t| selected(t).contains("“九小场所”"));
        let at = |words: &str| text.find(words).unwrap_or_else(|| panic!("no {words}:\n{text}"));
        assert!(at("17:30?") < at("@14:30") && at("@14:30") < at("15:00"), "{text}");
        for _ in 0..4 {
            program.send(DOWN);
        }
        program.until("nothing done by scrolling", |t| {
            t.contains(self.say("已办 0", "Done 0")) && t.contains(self.say("阅知 0", "Noted 0"))
        });
        // A meeting that has gone by is noted; dealt with is the one, with a remark; put off the other.
        go_to(program, self.say("@昨天15:00", "@yest. 15:00"));
        let before = selected(&program.text());
        command(program, self.say("阅知", "Noted"));
        program.until("noted", |t| t.contains(self.say("阅知 1", "Noted 1")) && selected(t) != before);
        go_to(program, "低保");
        command(program, self.say("已办，写一句备注", "Done, with a remark"));
        program.wait_for(self.say("已办：怎么办的", "Done: how"));
        program.send("电话报过");
        program.wait_for("电话报过");
        program.send(ENTER);
        program.wait_for(self.say("请确认", "Please confirm"));
        program.send(ENTER);
        program.until("done", |t| t.contains(self.say("已办 1", "Done 1")));
        go_to(program, "志愿服务");
        program.send(F7);
        program.wait_for(self.say("什么时候回来", "when shall it come back"));
        for _ in 0..6 {
            program.send(DOWN);
        }
        program.send(ENTER);
        program.wait_for(self.say("三天后", "in three days"));
        program.send("1-13 7:00");
        program.wait_for("1-13 7:00");
        program.send(ENTER);
        program.wait_for(self.say("稍后 1", "Later 1"));
        program.send(RIGHT);
        let back = self.say("周六07:00", "Sat 07:00");
        program.until("in 稍后 with its return", |t| {
            selected(t).contains("志愿服务") && selected(t).contains(back)
        });
        // What was said stands with it, in 已办.
        program.send(RIGHT);
        program.send(RIGHT);
        program.until("the part 已办", |t| selected(t).contains("低保"));
        program.send(ENTER);
        let text = program.wait_for("电话报过");
        assert!(text.contains(self.say("备注", "Remark")), "{text}");
        program.send("1");
        program.until("four rows are left", |t| t.contains(" 1/4") && !selected(t).is_empty());
    }

    /// J3: the copy that says another day is shown as such, and the user chooses.
    fn another_day(&self) {
        let program = &self.program;
        go_to(program, "“九小场所”");
        let row = selected(&program.text());
        assert!(row.contains(self.say("7群", "7 gr")), "{row}");
        program.send(ENTER);
        let text = program.until("both deadlines", |t| {
            (t.contains("1月10日") || t.contains("01-10")) && (t.contains("1月12日") || t.contains("01-12"))
        });
        assert!(text.contains(self.say("不一致", "differs")), "{text}");
        fits(program, self.columns);
        let sources = self.say("来源：7 个群", "Sources: 7 groups");
        for _ in 0..8 {
            if program.text().contains(sources) {
                break;
            }
            let before = program.text();
            program.send("\x1b[6~");
            program.until("a page on", |t| t != before);
        }
        let text = program.wait_for(sources);
        assert!(
            text.contains("16:") || text.contains("08:55") || text.contains("09:20"),
            "with times: {text}"
        );
        command(program, self.say("下一处不同", "Next difference"));
        program.until("the odd words", |t| t.contains("[-0-]{+2+}"));
        fits(program, self.columns);
        command(program, self.say("改截止", "Deadline"));
        program.wait_for(self.say("以哪个为准", "Which one holds"));
        program.send(DOWN);
        program.send(ENTER);
        program.wait_for(self.say("截止改为", "Deadline set to"));
        fits(program, self.columns);
        program.send("1");
        program.until("the list again", |t| !selected(t).is_empty() && t.contains("/4 "));
    }
}

fn journeys(lang: &str, columns: u16, rows: u16) {
    let folder = tempfile::tempdir().unwrap();
    let (exports, data) = (folder.path().join("exports"), folder.path().join("data"));
    fs::create_dir(&exports).unwrap();
    fs::create_dir(&data).unwrap();
    batch_a(&exports);
    fs::write(data.join("config.toml"), "[[group]]\nname = \"妇联工作群\"\n").unwrap();
    let program = Program::start_as(lang, (columns, rows), &data, &[], &[]);
    let journey = Journey { program, zh: lang == "zh", columns: usize::from(columns) };
    journey.first_morning(&exports);
    journey.triage();
    journey.another_day();
    let log = std::process::Command::new(env!("CARGO_BIN_EXE_qunbox"))
        .args(["--lang", "zh", "--now", "2024-01-09T09:00:00+08:00", "undo", "--list", "--data-dir"])
        .arg(&data)
        .output()
        .unwrap();
    let log = String::from_utf8(log.stdout).unwrap();
    assert!(log.contains("01-12 17:00") && log.contains("01-10 17:00"), "the choice and its reason: {log}");
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
