//! What leaves the program, from the command line: journeys J9 and J10, reports, backup, restore, purge, hand-over.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

/// The core corpus as exports of QQ, a file a group, in a data folder of its own.
pub(crate) struct Desk {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) now: &'static str,
}

pub(crate) const SUNDAY: &str = "2024-01-14T09:00:00+08:00";

/// A message of tests/fixtures/corpus/core.jsonl.
#[derive(serde::Deserialize)]
struct Line {
    group: String,
    sender: String,
    at: String,
    text: String,
}

fn exports(folder: &Path) {
    let mut groups: BTreeMap<String, String> = BTreeMap::new();
    for line in include_str!("../fixtures/corpus/core.jsonl").lines() {
        let line: Line = serde_json::from_str(line).unwrap();
        let rule = "=".repeat(64);
        let head = format!(
            "消息记录（此消息记录为文本格式，不支持重新导入）\n\n{rule}\n消息分组:我的群聊\n{rule}\n消息对象:{}\n{rule}\n\n",
            line.group
        );
        let text = groups.entry(line.group.clone()).or_insert(head);
        let (day, time) = (&line.at[..10], &line.at[11..19]);
        *text += &format!("{day} {time} {}(10001)\n{}\n\n", line.sender, line.text);
    }
    std::fs::create_dir_all(folder).unwrap();
    for (group, text) in groups {
        std::fs::write(folder.join(format!("{group}.txt")), text).unwrap();
    }
}

impl Desk {
    /// An empty desk.
    pub(crate) fn empty(now: &'static str) -> Self {
        Desk { folder: tempfile::tempdir().unwrap(), now }
    }

    /// A desk with the core corpus imported.
    pub(crate) fn core(now: &'static str) -> Self {
        let desk = Desk::empty(now);
        exports(&desk.path("导出"));
        desk.ok(&["import", desk.path("导出").to_str().unwrap()]);
        desk.ok(&["me", "陈岚", "石桥村-陈岚", "石桥村陈岚"]);
        desk
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn run(&self, args: &[&str], code: i32) -> (Vec<u8>, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_qunbox"))
            .env_remove("QUNBOX_DATA_DIR")
            .env_remove("QUNBOX_LANG")
            .current_dir(self.folder.path())
            .args(["--data-dir", self.path("data").to_str().unwrap(), "--now", self.now, "--lang", "zh"])
            .args(args)
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{args:?}\n{errors}");
        assert!(!errors.contains("panicked"), "{errors}");
        (output.stdout, errors)
    }

    pub(crate) fn ok(&self, args: &[&str]) -> String {
        String::from_utf8(self.run(args, 0).0).unwrap()
    }

    pub(crate) fn json(&self, args: &[&str]) -> Vec<Value> {
        let mut with = vec!["--json"];
        with.extend(args);
        self.ok(&with).lines().map(|l| serde_json::from_str(l).unwrap()).collect()
    }

    /// The id of the notice in whose text the words stand.
    pub(crate) fn notice(&self, words: &str) -> String {
        let all = self.json(&["inbox", "--view", "all"]);
        let found = all.iter().find(|n| n["text"].as_str().unwrap().contains(words)).unwrap();
        found["id"].as_str().unwrap().to_owned()
    }
}

/// J9: the digest for the 8:30 meeting, in the four formats and on the screen of the shell.
#[test]
fn journey_nine_the_digest_for_the_meeting() {
    let desk = Desk::core(SUNDAY);
    std::fs::write(desk.path("导出/G09_损坏.txt"), [0_u8, 1, 2, 3, 255, 200, 0]).unwrap();
    desk.run(&["import", desk.path("导出").to_str().unwrap()], 3);
    let mut bytes: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
    for format in ["docx", "xlsx", "html", "txt"] {
        let file = format!("会议/摘要.{format}");
        let args = ["digest", "--from", "2024-01-13", "--to", "2024-01-14", "-o", &file];
        assert!(desk.ok(&args).starts_with(&file), "the path is printed; the folder is made");
        let first = std::fs::read(desk.path(&file)).unwrap();
        let (_, why) = desk.run(&args, 1);
        assert!(why.contains("--force") && std::fs::read(desk.path(&file)).unwrap() == first, "{why}");
        let mut force = args.to_vec();
        force.push("--force");
        desk.ok(&force);
        assert_eq!(std::fs::read(desk.path(&file)).unwrap(), first, "{format}: two runs give the same bytes");
        bytes.insert(format, first);
    }
    let text = String::from_utf8(bytes["txt"].clone()).unwrap();
    assert!(text.contains("\r\n") && !text.contains("**"));
    let text = text.strip_prefix('\u{feff}').expect("a file that Notepad, WPS and Excel take for UTF-8");
    let printed = desk.ok(&["digest", "--from", "2024-01-13", "--to", "2024-01-14"]);
    assert_eq!(printed, text, "what is printed has no mark");
    for section in ["◆ 今日到期", "◆ 逾期", "◆ 有变化：无", "◆ 待报", "◆ 阅知：无"]
    {
        assert!(text.contains(section), "{section}\n{text}");
    }
    assert!(text.contains("个群：") && text.contains(" — 3 群"), "{text}");
    assert!(
        text.contains("1 个文件失败\r\n导入失败：G09_损坏.txt（"),
        "a file of which nothing came in: {text}"
    );
    // One that came in but for a line is named with that line.
    let whole = std::fs::read(desk.path("导出/镇应急消防工作群.txt")).unwrap();
    let broken = [&whole[..900], &[255, 254, 200]].concat();
    std::fs::write(desk.path("导出/G10_半截.txt"), broken).unwrap();
    desk.run(&["import", desk.path("导出/G10_半截.txt").to_str().unwrap()], 3);
    let text = desk.ok(&["digest", "--date", "2024-01-14"]);
    assert!(text.contains("2 个文件失败") && text.contains("导入失败：G10_半截.txt 第 "), "{text}");
    let shell = desk.ok(&["digest", "--date", "2024-01-13", "--format", "txt"]);
    assert!(shell.contains("森林防火") && !shell.contains('\u{1b}'), "{shell}");
    let quiet = desk.ok(&["digest", "--date", "2024-03-01"]);
    assert!(quiet.contains("◆ 今日到期：无"), "{quiet}");
}

/// Every mobile number, identity number and card number in these messages.
pub(crate) fn secrets(messages: &[Value]) -> Vec<String> {
    use qunbox::privacy::{Kind, find};
    let mut all = Vec::new();
    for text in messages.iter().filter_map(|m| m["text"].as_str()) {
        let chars: Vec<char> = text.chars().collect();
        for hit in find(text).iter().filter(|f| matches!(f.kind, Kind::Id | Kind::Mobile | Kind::Card)) {
            let said: String = chars[hit.span[0] as usize..hit.span[1] as usize].iter().collect();
            all.extend(said.chars().all(|c| c.is_ascii_alphanumeric()).then_some(said));
        }
    }
    all
}

/// J10: inspection and relief.
#[test]
fn journey_ten_evidence_index_burden_report_and_register() {
    let desk = Desk::core(SUNDAY);
    let before = desk.json(&["inbox", "--view", "all"]);
    let hits = desk.json(&["search", "消防"]);
    assert!(hits.len() > 8, "two characters are enough: {}", hits.len());
    let n1 = desk.notice("1月10日（周三）");
    desk.ok(&["mark", &n1, "--done"]);
    let index =
        &desk.json(&["report", "evidence", "--search", "消防", "--from", "2024-01-01", "--format", "json"])
            [0];
    let rows = index["sections"][0]["rows"].as_array().unwrap();
    let row = rows.iter().find(|r| r["id"] == n1.as_str()).unwrap();
    assert_eq!(row["chain"], "1月10日（周三）17:00 → 1月12日（周五）12:00");
    assert_eq!((&row["state"], &row["done_at"]), (&"已办".into(), &"1月14日（周日）09:00".into()));
    assert!(rows.iter().all(|r| r["first_seen"] != "2023年12月6日（周三）09:10"), "the range holds");
    for kind in ["evidence", "burden", "groups"] {
        for format in ["xlsx", "html", "docx", "csv", "md"] {
            let file = format!("{kind}.{format}");
            desk.ok(&["report", kind, "-o", &file]);
            assert!(std::fs::metadata(desk.path(&file)).unwrap().len() > 100, "{file}");
        }
    }
    let burden = &desk.json(&["report", "burden"])[0];
    let groups = burden["sections"][0]["rows"].as_array().unwrap();
    let sum = groups.last().unwrap();
    assert_eq!((&sum["messages"], &sum["off_hours"]), (&42.into(), &11.into()), "{sum}");
    let units = burden["sections"][1]["rows"].as_array().unwrap();
    assert!(units.iter().any(|u| u["unit"] == "应急办"), "{units:?}");
    let said = burden.to_string();
    assert!(!said.contains("周敏") && !said.contains("节省"), "no person, no hours saved: {said}");
    assert_eq!(desk.json(&["inbox", "--view", "all"]).len(), before.len(), "a report changes nothing");
    desk.run(&["report", "burden", "-o", "x.ics"], 2);
}

#[test]
fn what_is_backed_up_comes_back() {
    let desk = Desk::core(SUNDAY);
    let n1 = desk.notice("1月10日（周三）");
    desk.ok(&["mark", &n1, "--done", "--note", "已报"]);
    let all = |desk: &Desk| {
        (desk.json(&["inbox", "--view", "all"]), desk.json(&["messages"]), desk.json(&["undo", "--list"]))
    };
    let before = all(&desk);
    assert!(desk.ok(&["backup", "备份/一月.db"]).starts_with("备份/一月.db"));
    desk.run(&["backup", "备份/一月.db"], 1);
    desk.ok(&["backup", "备份/一月.db", "--force"]);
    desk.ok(&["undo"]);
    assert!(all(&desk) != before);
    let (_, why) = desk.run(&["restore", "备份/一月.db"], 2);
    assert!(why.contains("--yes") && why.contains("42"), "asked first: {why}");
    let back = &desk.json(&["restore", "备份/一月.db", "--yes"])[0];
    assert!(all(&desk) == before, "restored");
    // What was there is kept, and is a backup itself.
    let kept = back["kept"].as_str().unwrap();
    desk.ok(&["restore", kept, "--yes"]);
    assert!(all(&desk) != before, "what was kept is back");
    // Into a new folder, without a question.
    let other = Desk::empty(SUNDAY);
    other.ok(&["restore", desk.path("备份/一月.db").to_str().unwrap()]);
    assert!(all(&other) == before, "in a new folder");
    for (name, bytes) in [("不是.db", "这不是备份".repeat(300).into_bytes()), ("空.db", Vec::new())] {
        std::fs::write(other.path(name), bytes).unwrap();
        let (_, why) = other.run(&["restore", name, "--yes"], 1);
        assert!(why.contains(name) && why.lines().count() == 2, "{why}");
    }
    other.run(&["restore", "没有.db", "--yes"], 1);
    let foreign = rusqlite::Connection::open(other.path("别的.db")).unwrap();
    foreign.execute_batch("CREATE TABLE message (x); PRAGMA user_version = 1;").unwrap();
    drop(foreign);
    other.run(&["restore", "别的.db", "--yes"], 1);
    assert!(all(&other) == before, "a bad file changes nothing");
}

#[test]
fn purge_removes_old_messages_and_what_hangs_on_nothing_else() {
    let desk = Desk::core(SUNDAY);
    let (old, split) = (desk.notice("12月8日"), desk.notice("1月10日（周三）"));
    desk.ok(&["mark", &old, "--done"]);
    desk.ok(&["mark", &split, "--done"]);
    // A forward on the next day: the day cuts through the copies of the second notice.
    let copies = desk.json(&["show", &split])[0]["copies"].as_array().unwrap().clone();
    let text = copies[0]["text"].as_str().unwrap();
    let late = format!(
        "消息记录（此消息记录为文本格式，不支持重新导入）\n\n消息分组:我的群聊\n消息对象:转发群\n\n2024-01-09 08:05:00 老杜(1)\n{text}\n"
    );
    std::fs::write(desk.path("导出/转发群.txt"), late).unwrap();
    desk.ok(&["import", desk.path("导出/转发群.txt").to_str().unwrap(), "--format", "qq-txt"]);
    let grown = desk.json(&["show", &split])[0]["copies"].as_array().unwrap().len();
    assert_eq!(grown, copies.len() + 1, "the forward is a copy");
    let day = "2024-01-09";
    let all = desk.json(&["messages"]).len();
    let (_, why) = desk.run(&["purge", "--before", day], 2);
    assert!(why.contains("--yes"), "asked first: {why}");
    let preview = desk.json(&["purge", "--before", day, "--dry-run"])[0].clone();
    assert_eq!(preview["removed"], false);
    assert_eq!(desk.json(&["messages"]).len(), all, "a look removes nothing");
    let done = desk.json(&["purge", "--before", day, "--yes"])[0].clone();
    assert_eq!(done["messages"], preview["messages"]);
    let left = desk.json(&["messages"]);
    assert_eq!(left.len() as u64, all as u64 - done["messages"].as_u64().unwrap());
    assert!(left.iter().all(|m| m["sent_at"].as_str().unwrap() >= day));
    let done = desk.json(&["inbox", "--view", "done"]);
    assert_eq!(done.len(), 1, "what a copy that stays was marked stays marked: {done:?}");
    let log = desk.json(&["undo", "--list"]);
    assert_eq!(log.len(), 2, "the step that spoke of what is gone is gone: {log:?}");
    desk.ok(&["undo"]);
    assert!(desk.json(&["inbox", "--view", "done"]).is_empty());
    assert_eq!(desk.json(&["doctor"])[0]["ok"], true);
    let database = std::fs::read(desk.path("data/qunbox.db")).unwrap();
    let old = "12月8日（周五）".as_bytes();
    assert!(!database.windows(old.len()).any(|w| w == old), "nothing is left in the file");
    // Exports hold it still: importing them again brings it back.
    desk.ok(&["import", desk.path("导出").to_str().unwrap()]);
}

/// One leaves, the other takes over: messages, decisions, conflicts, and the way back.
#[test]
fn a_colleague_takes_over() {
    let leaving = Desk::core(SUNDAY);
    let (n1, n6, n9) =
        (leaving.notice("1月10日（周三）"), leaving.notice("餐饮店、小作坊"), leaving.notice("森林防火红色"));
    leaving.ok(&["mark", &n1, "--done", "--note", "已报，问13800000009"]);
    leaving.ok(&["due", &n6, "2024-01-20 12:00"]);
    leaving.ok(&["mark", &n9, "--noted"]);
    let told = leaving.ok(&["handover", "-o", "移交.json"]);
    assert!(told.starts_with("移交.json") && told.contains("已脱敏"), "{told}");
    leaving.run(&["handover", "-o", "移交.json"], 1);
    let text = std::fs::read_to_string(leaving.path("移交.json")).unwrap();
    for secret in secrets(&leaving.json(&["messages"])) {
        assert!(!text.contains(&secret), "{secret}");
    }
    assert!(!text.contains("13800000009"), "a remark is masked too");
    let file = leaving.path("移交.json");
    let file = file.to_str().unwrap();

    // Into an empty database: messages and decisions.
    let fresh = Desk::empty(SUNDAY);
    fresh.run(&["import", file], 1);
    assert!(fresh.json(&["messages"]).is_empty(), "not by the common door");
    let look = fresh.json(&["handover", "--from", file, "--dry-run"])[0].clone();
    assert_eq!(look["messages_new"], 0);
    let took = fresh.json(&["handover", "--from", file])[0].clone();
    assert!(
        took["messages_new"].as_u64().unwrap() > 10 && took["conflicts"].as_array().unwrap().is_empty(),
        "{took}"
    );
    assert_eq!(took["without_message"], 0, "{took}");
    let state = |desk: &Desk, words: &str| {
        let id = desk.notice(words);
        desk.json(&["show", &id])[0]["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(state(&fresh, "1月10日（周三）"), "done");
    let id = fresh.notice("餐饮店、小作坊");
    assert_eq!(fresh.json(&["show", &id])[0]["due"]["basis"], "manual");
    let again = fresh.json(&["handover", "--from", file])[0].clone();
    assert_eq!((&again["messages_new"], &again["adopted"]), (&0.into(), &0.into()), "twice is once: {again}");
    fresh.ok(&["undo"]);
    assert_ne!(state(&fresh, "1月10日（周三）"), "done");
    assert_eq!(fresh.json(&["doctor"])[0]["ok"], true);

    // Into a database that holds the same groups, and where something was decided already.
    let other = Desk::core(SUNDAY);
    other.ok(&["mark", &other.notice("1月10日（周三）"), "--later", "2024-01-20"]);
    other.ok(&["mark", &other.notice("森林防火红色"), "--noted"]);
    let before = other.json(&["messages"]);
    let (out, _) = other.run(&["--json", "handover", "--from", file], 3);
    let took: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(
        (&took["messages_new"], &took["adopted"], &took["known"]),
        (&0.into(), &1.into(), &1.into()),
        "{took}"
    );
    let clash = &took["conflicts"][0];
    assert_eq!((&clash["here"]["state"], &clash["handed"]["state"]), (&"later".into(), &"done".into()));
    assert_eq!(state(&other, "1月10日（周三）"), "later", "what was decided here stays");
    assert!(other.json(&["messages"]) == before);
    let (out, _) = other.run(&["handover", "--from", file], 3);
    assert!(String::from_utf8(out).unwrap().contains("不同 1 项"));
    other.run(&["handover", "--from", "没有.json"], 1);
    std::fs::write(other.path("坏.json"), "{}").unwrap();
    other.run(&["handover", "--from", "坏.json"], 2);
    other.run(&["handover"], 2);
}

/// Whether a cell of a table begins like a formula.
fn has_formula(table: &str) -> bool {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(table.as_bytes());
    let formula = |cell: &str| cell.trim_start().starts_with(['=', '+', '-', '@']);
    reader.records().any(|r| r.unwrap().iter().any(formula))
}

/// A ChatLab export of notices that try something, and how many there are.
fn hostile_export() -> (String, usize) {
    let tricks = [
        r#"=HYPERLINK(\"http://x\",\"点这里\")"#,
        r"<script>alert(1)</script><b>粗</b>",
        r"\u001b[31m红\u001b]0;标题\u0007",
        r"报表\u202excod.exe\u2066",
        r"报\u200b送\u2060名\ufeff单",
        r"前\u0000后",
        r"半个\ud800字",
    ];
    let mut export = String::from(
        "{\"_type\":\"header\",\"chatlab\":{\"version\":\"0.0.2\",\"exportedAt\":1704762000,\"generator\":\"WeFlow\"},\"meta\":{\"name\":\"=1+1<b>群\",\"platform\":\"wechat\",\"type\":\"group\",\"groupId\":\"51@chatroom\"}}\n",
    );
    for (n, trick) in tricks.iter().enumerate() {
        let long = if n == 0 { "长".repeat(10_000) } else { String::new() };
        export += &format!(
            "{{\"_type\":\"message\",\"sender\":\"a{n}\",\"accountName\":\"+办{n}{trick}\",\"timestamp\":{},\"type\":0,\"content\":\"{trick} 请各村于1月14日1{n}:00前将《第{n}号表》报送至镇{n}号办邮箱。{long}\",\"platformMessageId\":\"{}\"}}\n",
            1_705_190_400 + 60 * n,
            9_000 + n
        );
    }
    (export, tricks.len())
}

/// Hostile texts from a JSON export, lone surrogate and NUL among them, to the shell and into every file.
#[test]
fn hostile_texts_come_out_as_plain_words() {
    let desk = Desk::empty(SUNDAY);
    let (export, notices) = hostile_export();
    std::fs::write(desk.path("坏群.jsonl"), export).unwrap();
    desk.ok(&["import", desk.path("坏群.jsonl").to_str().unwrap()]);
    let inbox = desk.json(&["inbox", "--view", "all"]);
    assert_eq!(inbox.len(), notices, "a notice each");
    let acts = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\r'))
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let check = |what: &str, text: &str| {
        let bad = text.chars().find(|c| acts(*c));
        assert_eq!(bad, None, "{what}");
    };
    for args in [
        vec!["inbox"],
        vec!["messages"],
        vec!["search", "号表"],
        vec!["show", inbox[0]["id"].as_str().unwrap()],
    ] {
        check(args[0], &desk.ok(&args));
    }
    for format in ["txt", "md", "html", "csv", "json", "ics"] {
        for command in [
            &["digest", "--detail"][..],
            &["report", "evidence"],
            &["report", "burden"],
            &["report", "groups"],
        ] {
            if format == "ics" && command[0] == "report" {
                continue;
            }
            let mut args = command.to_vec();
            args.extend(["--format", format, "-o", "-"]);
            let text = desk.ok(&args);
            check(&args.join(" "), text.trim_start_matches('\u{feff}'));
            // Markdown writes `\<`.
            let markup = text.replace("\\<", "");
            assert!(!matches!(format, "html" | "md") || !markup.contains("<script"), "{args:?}");
            if format == "csv" {
                assert!(!has_formula(&text), "{args:?}");
            }
        }
    }
    desk.ok(&["handover", "-o", "移交.json"]);
    check("handover", &std::fs::read_to_string(desk.path("移交.json")).unwrap());
}

/// A text file begins with the mark by which Notepad, WPS and Excel know it, also a report; the size that is told is that
/// of the file. What qunbox wrote it reads again as it reads a file without the mark.
#[test]
fn a_text_file_has_its_mark_and_is_read_again() {
    let desk = Desk::core(SUNDAY);
    for command in [&["digest"][..], &["report", "evidence"], &["report", "burden"], &["report", "groups"]] {
        for (format, mark) in [("txt", true), ("md", cfg!(windows)), ("csv", true), ("html", false)] {
            let file = format!("{}.{format}", command.join("-"));
            let told = desk.json(&[command, &["-o", &file]].concat()).remove(0);
            let bytes = std::fs::read(desk.path(&file)).unwrap();
            assert_eq!(bytes.starts_with(b"\xef\xbb\xbf"), mark, "{file}");
            assert_eq!(told["bytes"], bytes.len(), "{file}");
        }
    }
    let bytes = std::fs::read(desk.path("digest.txt")).unwrap();
    let answer = |name: &str, bytes: &[u8]| {
        std::fs::write(desk.path(name), bytes).unwrap();
        let (out, why) = desk.run(&["import", "--dry-run", name], 3);
        (String::from_utf8(out).unwrap().replace(name, "X"), why.replace(name, "X"))
    };
    assert_eq!(answer("有.txt", &bytes), answer("无.txt", &bytes[3..]));
}
