//! Nothing private leaves unasked: every command that writes a file, in every format, over the corpora and over a list of
//! numbers in every shape people write, wherever words can stand.

use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use serde_json::json;

use crate::leaving::{Desk, SUNDAY, secrets};

const FORMATS: [&str; 8] = ["txt", "md", "html", "csv", "json", "ics", "docx", "xlsx"];

/// The text of a file, a container's parts one after another, with numbers as bare runs of digits.
fn bare(path: &Path) -> String {
    let bytes = fs::read(path).unwrap();
    let mut text = String::new();
    if bytes.starts_with(b"PK") {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        for n in 0..archive.len() {
            archive.by_index(n).unwrap().read_to_string(&mut text).unwrap();
        }
    } else {
        text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(why) => encoding_rs::GB18030.decode(why.as_bytes()).0.into_owned(),
        };
    }
    digits(&text.replace("\r\n ", ""))
}

/// Full-width digits as plain ones; what stands between two digits of a number, and cannot be seen, is left out.
fn digits(text: &str) -> String {
    let fold = |c: char| match c {
        '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32).unwrap_or(c),
        '－' | '–' | '—' => '-',
        c => c,
    };
    let chars: Vec<char> = text.chars().map(fold).collect();
    let gap = |c: char| matches!(c, ' ' | '-' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{fe0f}');
    let near = |at: Option<usize>| at.and_then(|n| chars.get(n)).is_some_and(char::is_ascii_digit);
    let keep = |n: usize| !(gap(chars[n]) && near(n.checked_sub(1)) && near(Some(n + 1)));
    (0..chars.len()).filter(|n| keep(*n)).map(|n| chars[n]).collect()
}

/// Every file that a desk can be made to write, by what wrote it.
fn every_file(desk: &Desk, demo: bool, days: (&str, &str), unmask: bool) -> Vec<(String, String)> {
    let mut commands: Vec<Vec<&str>> = Vec::new();
    for format in FORMATS {
        commands.push(vec!["digest", "--from", days.0, "--to", days.1, "--format", format]);
        commands.push(vec!["digest", "--from", days.0, "--to", days.1, "--detail", "--format", format]);
        if format != "ics" {
            commands.extend(
                ["groups", "burden", "evidence"].map(|kind| vec!["report", kind, "--format", format]),
            );
        }
    }
    commands.push(vec![
        "digest",
        "--from",
        days.0,
        "--to",
        days.1,
        "--format",
        "csv",
        "--encoding",
        "gb18030",
    ]);
    commands.push(vec!["handover"]);
    let mut out = Vec::new();
    for (n, mut command) in commands.into_iter().enumerate() {
        let what = command.join(" ");
        let name = format!("file-{unmask}-{demo}-{n}");
        command.extend(["-o", &name]);
        command.extend(unmask.then_some("--unmask"));
        if demo {
            command.insert(0, "demo");
        }
        desk.ok(&command);
        out.push((what, bare(&desk.path(&name))));
    }
    out
}

/// Private numbers of the list, without the gaps people write them with.
const OWN: [&str; 14] = [
    "13811110001",
    "13811110002",
    "13811110003",
    "13811110004",
    "13811110005",
    "13811110006",
    "13811110008",
    "13811110009",
    "110101199003070054",
    "11010119900307010X",
    "6222020200112233448",
    "6217000010001234564",
    "13811110012",
    "13811110013",
];

/// An export in which they stand: in a text, in every shape; in names of a sender, of a file, in a quotation.
fn own_list() -> String {
    let meta = json!({"_type": "header",
        "chatlab": {"version": "0.0.2", "exportedAt": 1_705_194_000, "generator": "WeFlow"},
        "meta": {"name": "民政群", "platform": "wechat", "type": "group", "groupId": "51@chatroom"}});
    let texts = [
        "请各村于1月15日17:00前将《低保名单》报镇民政办邮箱。联系人：周敏，电话13811110001、138-1111-0002、138 1111 0003、+86 13811110004，传真１３８１１１１０００５。",
        "请各村于1月16日17:00前将王某（身份证110101199003070054）、李某（身份证号：110101 19900307 010X）补报镇民政办邮箱，补贴打到卡6222020200112233448、6217 0000 1000 1234 564。",
        "请于1月17日12:00前将联系单发本群，电话138\u{200b}1111\u{200d}0009。",
    ];
    let mut out = format!("{meta}\n");
    for (n, text) in texts.iter().enumerate() {
        let said = json!({"_type": "message", "sender": format!("a{n}"), "accountName": "王某13811110006",
            "timestamp": 1_705_190_400 + 60 * n, "type": 0, "content": text, "platformMessageId": format!("{}", 9_000 + n)});
        writeln!(out, "{said}").unwrap();
    }
    out
}

fn own_desk() -> Desk {
    let desk = Desk::empty(SUNDAY);
    fs::write(desk.path("民政群.jsonl"), own_list()).unwrap();
    desk.ok(&["import", desk.path("民政群.jsonl").to_str().unwrap()]);
    let rows = desk.json(&["uploads"]);
    assert!(rows.len() >= 2, "{rows:?}");
    fs::write(desk.path("名单13811110008.xlsx"), "表").unwrap();
    let id = |n: usize| rows[n]["duty"].as_str().unwrap().to_owned();
    desk.ok(&["duty", &id(0), "--evidence", "名单13811110008.xlsx"]);
    desk.ok(&["duty", &id(0), "--note", "问13811110012"]);
    desk.ok(&["duty", &id(1), "--waive", "已打电话13811110013"]);
    desk
}

#[test]
fn no_shape_of_a_number_leaves_unasked() {
    let desk = own_desk();
    for (what, text) in every_file(&desk, false, ("2024-01-01", "2024-01-31"), false) {
        let open: Vec<&&str> = OWN.iter().filter(|s| text.contains(**s)).collect();
        assert!(open.is_empty(), "{what}: {open:?}");
    }
    let all = every_file(&desk, false, ("2024-01-01", "2024-01-31"), true);
    let shown =
        |want: &str| all.iter().any(|(what, text)| what.starts_with("handover") && text.contains(want));
    let hidden: Vec<&&str> = OWN.iter().filter(|s| !shown(s)).collect();
    assert!(hidden.is_empty(), "--unmask shows them: {hidden:?}");
    for (what, text) in all.iter().filter(|(what, _)| what.contains("--detail") && !what.contains("ics")) {
        assert!(text.contains("13811110001") && text.contains("110101199003070054"), "{what}");
    }
}

/// No number of the core conversation or of the sample's month leaves, in any format of any command.
#[test]
fn no_number_of_the_corpora_leaves_unasked() {
    let desk = Desk::core(SUNDAY);
    for (days, demo) in [(("2023-12-01", "2024-01-31"), false), (("2026-11-01", "2026-11-30"), true)] {
        let messages = desk.json(if demo { &["demo", "messages"] } else { &["messages"] });
        let secrets = secrets(&messages);
        assert!(!secrets.is_empty(), "the corpus holds numbers");
        for (what, text) in every_file(&desk, demo, days, false) {
            let open: Vec<&String> = secrets.iter().filter(|s| text.contains(*s)).collect();
            assert!(open.is_empty(), "{what}: {open:?}");
        }
    }
}

/// What is shown in 每日摘要 and what Ctrl+C takes from a notice are masked too; a command of its own takes the original.
#[cfg(unix)]
#[test]
fn no_number_leaves_from_the_screen_unasked() {
    use crate::pty::Program;
    let desk = own_desk();
    let program = Program::start_at(SUNDAY, &desk.path("data"), &[], &[]);
    program.wait_for("收件箱 2");
    program.resize(120, 36);
    program.send("3");
    program.wait_for("【每日摘要】");
    for keys in ["\x1b[B", "\x1b[B", "\x1b[B", "\x1b[B", "\x1b[B", "\x1b[C"] {
        program.send(keys);
    }
    program.until("original words", |t| t.contains("< 加上原文"));
    for _ in 0..6 {
        let text = digits(&program.text());
        let open: Vec<&&str> = OWN.iter().filter(|s| text.contains(**s)).collect();
        assert!(open.is_empty(), "{open:?}\n{text}");
        program.send("\x1b[6~");
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    program.send("1");
    program.wait_for("│>");
    program.send("\r");
    program.wait_for("来源：");
    program.send("\x03");
    program.until("masked", |t| t.contains("已复制") && t.contains("已脱敏：电话"));
}

/// On a terminal --unmask asks first; a no writes nothing.
#[cfg(unix)]
#[test]
fn unmasking_is_asked_about_on_a_terminal() {
    use crate::pty::Program;
    let desk = own_desk();
    for (answer, shown) in [("n\r", false), ("y\r", true)] {
        let args = ["digest", "--from", "2024-01-14", "--detail", "--unmask", "-o", "摘要.txt"];
        let program = Program::start_at(SUNDAY, &desk.path("data"), &args, &[]);
        program.wait_for("继续吗");
        assert!(!desk.path("摘要.txt").exists(), "nothing before the answer");
        program.send(answer);
        program.until("the answer taken", |t| t.contains(if shown { "摘要.txt" } else { "没有写出" }));
        assert_eq!(desk.path("摘要.txt").exists(), shown);
    }
    assert!(fs::read_to_string(desk.path("摘要.txt")).unwrap().contains("13811110001"));
    let (_, told) = desk.run(&["digest", "--detail", "--format", "csv", "-o", "-"], 0);
    assert!(told.contains("已脱敏"), "a table has no place to say it: {told}");
}
