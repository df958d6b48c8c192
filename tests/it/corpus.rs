//! Whole conversations through the program, from export files to the rows of the inbox, measured against what a careful
//! reader would say. `core` (42 messages, in tests/fixtures/corpus) is exact and always runs; `town` (4,265 messages
//! beside the repository) is a floor for quality and skips, with a word, when it is not there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::facts::destinations::Figure;

/// A message of the fixture: one line of core.jsonl.
#[derive(Clone, serde::Deserialize)]
pub(crate) struct Line {
    pub id: String,
    /// `A`: in the first export and in the second; `B`: in the second only.
    pub batch: String,
    pub group: String,
    platform: String,
    pub sender: String,
    me: bool,
    pub at: String,
    kind: String,
    pub text: String,
    pub role: String,
    pub notice: Option<String>,
}

pub(crate) fn core() -> Vec<Line> {
    let text = include_str!("../fixtures/corpus/core.jsonl");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What the program says about one message of the fixture.
pub(crate) struct Answer {
    pub role: String,
    pub notice: Option<String>,
}

/// A data folder of its own and the binary that works on it.
pub(crate) struct Run {
    pub data: tempfile::TempDir,
    pub now: &'static str,
}

impl Run {
    pub(crate) fn new(now: &'static str) -> Self {
        Run { data: tempfile::tempdir().unwrap(), now }
    }

    pub(crate) fn qunbox(&self, arguments: &[&str]) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_qunbox"))
            .args(["--data-dir", self.data.path().to_str().unwrap(), "--now", self.now, "--lang", "zh"])
            .args(arguments)
            .stdin(Stdio::null())
            .env_remove("QUNBOX_DATA_DIR")
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "qunbox {arguments:?}: {:?}\n{errors}", output.status.code());
        String::from_utf8(output.stdout).unwrap()
    }

    pub(crate) fn lines(&self, arguments: &[&str]) -> Vec<Value> {
        self.qunbox(arguments).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    pub(crate) fn import(&self, folder: &Path) -> Value {
        serde_json::from_str(&self.qunbox(&["import", "--json", folder.to_str().unwrap()])).unwrap()
    }

    /// What became of every message of the fixture, by its id there.
    pub(crate) fn answers(&self, lines: &[Line]) -> BTreeMap<String, Answer> {
        let mut messages = self.lines(&["messages", "--json"]);
        let mut found = BTreeMap::new();
        for line in lines {
            let same = |m: &Value| {
                m["group"] == line.group.as_str()
                    && m["sent_at"].as_str().is_some_and(|at| at[..16] == line.at[..16])
                    && m["sender"] == line.sender.as_str()
            };
            let at = messages.iter().position(same).unwrap_or_else(|| panic!("{} is not there", line.id));
            let m = messages.remove(at);
            found.insert(
                line.id.clone(),
                Answer {
                    role: m["role"].as_str().unwrap().to_owned(),
                    notice: m["notice"].as_str().map(str::to_owned),
                },
            );
        }
        assert!(messages.is_empty(), "messages nobody wrote: {messages:#?}");
        found
    }
}

// ---- simple exports of the fixture ----------------------------------------------------------------------------------

/// One file a group, as three exporters write them: QQ's own text, WeFlow's text where a sign-up chain must be whole,
/// WeFlow's JSON for the rest.
pub(crate) fn render(lines: &[Line], folder: &Path) {
    let mut groups: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
    for line in lines {
        groups.entry(&line.group).or_default().push(line);
    }
    for (name, lines) in groups {
        let (ending, content) = if lines[0].platform == "qq" {
            ("txt", qq_text(name, &lines))
        } else if lines.iter().any(|line| line.kind == "signup") {
            ("txt", weflow_text(&lines))
        } else {
            ("json", weflow_json(name, &lines))
        };
        fs::write(folder.join(format!("{name}.{ending}")), content).unwrap();
    }
}

/// `2024-01-08T08:55:12+08:00` → `2024-01-08 08:55:12`
fn clock(line: &Line) -> String {
    line.at[..19].replace('T', " ")
}

fn qq_text(name: &str, lines: &[&Line]) -> String {
    let rule = "=".repeat(64);
    let mut text = format!(
        "消息记录（此消息记录为文本格式，不支持重新导入）\n\n{rule}\n消息分组:我的群聊\n{rule}\n消息对象:{name}\n{rule}\n\n"
    );
    for line in lines {
        let tag = if line.kind == "link" { "[链接] " } else { "" };
        write!(text, "{} {}({})\n{tag}{}\n\n", clock(line), line.sender, number(&line.sender), line.text)
            .unwrap();
    }
    text
}

/// A QQ number made from a name.
fn number(name: &str) -> u64 {
    100_000_000 + name.chars().fold(0, |sum, c| (sum * 31 + u64::from(u32::from(c))) % 900_000_000)
}

fn weflow_text(lines: &[&Line]) -> String {
    let mut text = String::new();
    for line in lines {
        let tag = if line.kind == "signup" { "[链接]" } else { "" };
        write!(text, "{} '{}'\n{tag}{}\n\n", clock(line), line.sender, line.text).unwrap();
    }
    text
}

fn weflow_json(name: &str, lines: &[&Line]) -> String {
    let room = format!("{}@chatroom", number(name));
    let messages: Vec<Value> = lines
        .iter()
        .enumerate()
        .map(|(index, line)| {
            let (kind, local, body) = match line.kind.as_str() {
                "file" => ("文件消息", 25_769_803_825_u64, format!("[文件] {}", line.text)),
                "image" => ("图片消息", 3, "[图片]".to_owned()),
                "system" => ("系统消息", 10_000, line.text.clone()),
                _ => ("文本消息", 1, line.text.clone()),
            };
            let seconds = chrono::DateTime::parse_from_rfc3339(&line.at).unwrap().timestamp();
            let sender = if line.sender.is_empty() {
                room.clone()
            } else {
                format!("wxid_{:014}", number(&line.sender))
            };
            json!({
                "localId": index + 1, "createTime": seconds, "formattedTime": clock(line),
                "type": kind, "localType": local, "content": body, "isSend": u8::from(line.me),
                "senderUsername": sender, "senderDisplayName": line.sender,
                "platformMessageId": format!("65432109{:012}", number(&line.id)),
            })
        })
        .collect();
    json!({
        "weflow": {"version": "1.0.3", "exportedAt": 1_705_190_400, "generator": "WeFlow"},
        "session": {"wxid": room, "nickname": name, "remark": "", "displayName": name, "type": "群聊",
                    "lastTimestamp": 0, "messageCount": messages.len()},
        "messages": messages,
    })
    .to_string()
}

// ---- core -----------------------------------------------------------------------------------------------------------

/// A then B, or B alone: what comes out must be the same.
pub(crate) fn imported(batches: &[&str]) -> (Run, Vec<Line>) {
    let run = Run::new("2024-01-14T08:00:00+08:00");
    let mut inside = Vec::new();
    for batch in batches {
        let lines: Vec<Line> = core().into_iter().filter(|line| *batch == "B" || line.batch == "A").collect();
        let folder = tempfile::tempdir().unwrap();
        render(&lines, folder.path());
        run.import(folder.path());
        inside = lines;
    }
    (run, inside)
}

#[test]
fn core_a_has_24_messages_and_a_then_b_has_42() {
    let run = Run::new("2024-01-14T08:00:00+08:00");
    let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let first: Vec<Line> = core().into_iter().filter(|line| line.batch == "A").collect();
    render(&first, a.path());
    render(&core(), b.path());

    let report = run.import(a.path());
    assert_eq!(report["totals"]["messages"], 24);
    assert_eq!(report["totals"]["issues"], 0, "{report:#}");
    assert_eq!(run.lines(&["messages", "--json"]).len(), 24);

    let report = run.import(b.path());
    assert_eq!(
        (&report["totals"]["new"], &report["totals"]["known"]),
        (&json!(18), &json!(24)),
        "{report:#}"
    );
    assert_eq!(run.lines(&["messages", "--json"]).len(), 42);

    let report = run.import(a.path());
    assert_eq!(report["totals"]["new"], 0, "twice is once");
    assert_eq!(run.lines(&["messages", "--json"]).len(), 42);
}

#[test]
fn core_n1_stands_once_with_its_seven_groups() {
    let (run, lines) = imported(&["A", "B"]);
    let answers = run.answers(&lines);
    let of = |notice: &str| {
        let carry = |line: &&Line| line.notice.as_deref() == Some(notice) && line.role == "notice";
        lines.iter().filter(carry).map(|line| &answers[&line.id]).collect::<Vec<_>>()
    };
    let n1: BTreeSet<&str> = of("N1").iter().map(|a| a.notice.as_deref().unwrap_or("none")).collect();
    assert_eq!(n1.len(), 1, "N1 is in {n1:?}");
    let n1 = *n1.first().unwrap();

    let inbox = run.lines(&["inbox", "--view", "all", "--json"]);
    let rows: Vec<&Value> = inbox.iter().filter(|row| row["id"] == n1).collect();
    assert_eq!(rows.len(), 1, "N1 stands {} times", rows.len());
    let groups: BTreeSet<&str> =
        rows[0]["groups"].as_array().unwrap().iter().map(|g| g.as_str().unwrap()).collect();
    let want: BTreeSet<&str> = lines
        .iter()
        .filter(|line| line.notice.as_deref() == Some("N1") && line.role == "notice")
        .map(|line| line.group.as_str())
        .collect();
    assert_eq!(groups, want);
    assert_eq!(want.len(), 7);
}

/// Pairs a reader takes for the same at a glance. Each must stay two rows.
#[rstest::rstest]
#[case::last_months_template("M01", "M03")]
#[case::meeting_today_and_tomorrow("M13", "M15")]
#[case::two_lists_of_one_office("M17", "M18")]
#[case::fire_safety_of_two_offices("M03", "M21")]
fn core_look_alikes_stay_apart(#[case] one: &str, #[case] other: &str) {
    let (run, lines) = imported(&["B"]);
    let answers = run.answers(&lines);
    for id in [one, other] {
        assert!(answers[id].notice.is_some(), "{id} is in no row");
        assert_eq!(answers[id].role, "copy", "{id}");
    }
    assert_ne!(answers[one].notice, answers[other].notice);
}

#[test]
fn core_replies_and_chatter_are_in_no_row() {
    let (run, lines) = imported(&["A", "B"]);
    let answers = run.answers(&lines);
    let noise = ["M02", "M04", "M05", "M07", "M19", "M20", "M36", "M37", "M38", "M40"];
    let shown: Vec<&&str> =
        noise.iter().filter(|id| ["copy", "signup"].contains(&answers[**id].role.as_str())).collect();
    assert_eq!(shown, Vec::<&&str>::new());
    for row in run.lines(&["inbox", "--view", "all", "--json"]) {
        for copy in row["copies"].as_array().unwrap() {
            let text = copy["text"].as_str().unwrap();
            assert!(!text.ends_with("收到"), "{text} stands in the row {}", row["title"]);
        }
    }
}

#[test]
fn core_sign_up_chain_is_one_row() {
    let (run, lines) = imported(&["A"]);
    let answers = run.answers(&lines);
    let rows: BTreeSet<&Option<String>> =
        ["M27", "M28", "M29", "M30"].iter().map(|id| &answers[*id].notice).collect();
    assert_eq!(rows.len(), 1, "{rows:?}");
    let id = rows.first().unwrap().as_ref().unwrap();
    let shown: Value = serde_json::from_str(&run.qunbox(&["show", id, "--json"])).unwrap();
    assert_eq!(shown["signup"]["entries"], 4, "{shown:#}");
}

#[test]
fn core_order_of_files_does_not_matter() {
    let (one, lines) = imported(&["A", "B"]);
    let (other, _) = imported(&["B"]);
    let (left, right) = (one.answers(&lines), other.answers(&lines));
    for line in &lines {
        assert_eq!(left[&line.id].role, right[&line.id].role, "{}", line.id);
        assert_eq!(left[&line.id].notice, right[&line.id].notice, "{}", line.id);
    }
}

// ---- the built-in sample --------------------------------------------------------------------------------------------

/// A message of the sample that carries a notice: one line of demo.jsonl.
#[derive(serde::Deserialize)]
struct Label {
    notice: String,
    pub(super) group: String,
    sender: String,
    pub(super) at: String,
}

#[test]
fn the_sample_is_sorted_as_its_author_would() {
    let labels: Vec<Label> = include_str!("../fixtures/corpus/demo.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let run = Run::new("2026-11-18T08:10:00+08:00");
    let messages = run.lines(&["demo", "--json", "messages"]);
    let carries = |m: &Value| ["copy", "signup"].contains(&m["role"].as_str().unwrap());
    let mut row_of = Vec::new();
    for (index, label) in labels.iter().enumerate() {
        let found = messages.iter().find(|m| {
            m["group"] == label.group.as_str()
                && m["sender"] == label.sender.as_str()
                && m["sent_at"].as_str().is_some_and(|at| at[..16] == label.at[..])
                && carries(m)
        });
        let row = found.and_then(|m| m["notice"].as_str()).map(str::to_owned);
        row_of.push(row.unwrap_or_else(|| format!("none {index}")));
    }
    let (mut right, mut answered, mut wanted) = (0_u32, 0_u32, 0_u32);
    let mut wrong = BTreeSet::new();
    for (i, one) in labels.iter().enumerate() {
        for (j, other) in labels.iter().enumerate().skip(i + 1) {
            let (same, together) = (one.notice == other.notice, row_of[i] == row_of[j]);
            right += u32::from(same && together);
            answered += u32::from(together);
            wanted += u32::from(same);
            if together && !same {
                wrong.insert((one.notice.as_str(), other.notice.as_str()));
            }
        }
    }
    let (precision, recall) = (f64::from(right) / f64::from(answered), f64::from(right) / f64::from(wanted));
    println!("sample: precision {precision:.3} recall {recall:.3}, wrongly together: {wrong:?}");
    assert!(precision >= 0.97, "precision {precision:.3}, wrongly together: {wrong:?}");
    assert!(recall >= 0.85, "recall {recall:.3}");

    let all: BTreeSet<&str> = labels.iter().map(|label| label.notice.as_str()).collect();
    let kept: BTreeSet<&str> = labels
        .iter()
        .zip(&row_of)
        .filter(|(_, row)| !row.starts_with("none"))
        .map(|(label, _)| label.notice.as_str())
        .collect();
    let lost: Vec<&&str> = all.difference(&kept).collect();
    assert!(lost.len() <= 2, "notices that became no row: {lost:?}");
    let shown = messages.iter().filter(|m| carries(m)).count();
    assert!(
        shown <= labels.len() + labels.len() / 20,
        "{shown} messages stand in rows, {} should",
        labels.len()
    );
}

// ---- town -----------------------------------------------------------------------------------------------------------

pub(crate) fn shared() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    // The tools that render and score are Python.
    let python = || Command::new("python3").arg("--version").output().is_ok();
    (folder.join("corpus/town/messages.jsonl").exists() && python()).then_some(folder)
}

pub(crate) fn python(arguments: &[&str]) -> String {
    let output = Command::new("python3").args(arguments).stdin(Stdio::null()).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "python3 {arguments:?}\n{errors}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn town_keeps_its_floor_of_quality() {
    let Some(shared) = shared() else {
        println!("skipped: ../shared/corpus/town or python3 is not there");
        return;
    };
    let work = tempfile::tempdir().unwrap();
    let at = |name: &str| work.path().join(name).to_str().unwrap().to_owned();
    let of = |name: &str| shared.join(name).to_str().unwrap().to_owned();

    let (plan, me) = town_plan(&of("corpus/town/messages.jsonl"));
    fs::write(at("plan.json"), plan.to_string()).unwrap();
    python(&[
        &of("tools/render_exports.py"),
        &of("corpus/town/messages.jsonl"),
        &at("exports"),
        "--plan",
        &at("plan.json"),
    ]);

    let run = Run::new("2024-01-15T18:00:00+08:00");
    run.import(Path::new(&at("exports")));
    run.qunbox(&[&["me"], me.iter().map(String::as_str).collect::<Vec<_>>().as_slice()].concat());
    fs::write(at("inbox.jsonl"), run.qunbox(&["inbox", "--view", "all", "--json"])).unwrap();
    fs::write(at("messages.jsonl"), run.qunbox(&["messages", "--json"])).unwrap();
    let score = python(&[
        &of("tools/score.py"),
        &of("corpus/town"),
        &at("inbox.jsonl"),
        &at("messages.jsonl"),
        "--json",
    ]);
    let figures = serde_json::from_str::<Value>(&score).unwrap()["figures"].take();
    println!("{figures:#}");
    let figure = |name: &str| figures[name].as_f64().unwrap_or_else(|| panic!("no {name}: {figures:#}"));
    // a group that changes its name is exported under the new one, so its first week is not found by name
    assert!(figure("matched") >= 0.98, "messages are missing: {figures:#}");
    let floors = [
        ("pair_precision", 0.985),
        ("pair_recall_no_relay", 0.88),
        ("pair_recall_linked", 0.93),
        ("b3_f1", 0.94),
        ("links", 0.92),
    ];
    for (name, floor) in floors {
        assert!(figure(name) >= floor, "{name}: {figures:#}");
    }
    let ceilings =
        [("confusable_merged", 1.0), ("lost_notices", 1.0), ("lost_copies", 0.02), ("noise_rows", 0.02)];
    for (name, ceiling) in ceilings {
        assert!(figure(name) <= ceiling, "{name}: {figures:#}");
    }
    assert!(figure("acks_seen") >= 0.95, "{figures:#}");
    assert!(figure("acks_false") <= 0.0, "{figures:#}");
    let kinds = kinds_of_places(&shared.join("corpus/town"), &run);
    kinds.print("town, all copies");
    assert!(kinds.share() >= 0.92 && kinds.share_named() >= 0.88, "{:.4}", kinds.share());
}

/// What the checklists of the labelled notices say of where things go.
fn kinds_of_places(corpus: &Path, run: &Run) -> Figure {
    let lines = |name: &str| -> Vec<Value> {
        let text = fs::read_to_string(corpus.join(name)).unwrap();
        text.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
    };
    // A group that changed its name is exported under the new one, and some exports cut what was written: a message is
    // found by its second and its sender.
    let key = |m: &Value| {
        let word = |name: &str| m[name].as_str().unwrap_or_default().to_owned();
        (word("sent_at").get(..19).map(str::to_owned), word("sender"))
    };
    let placed: BTreeMap<_, String> = run
        .lines(&["messages", "--json"])
        .iter()
        .filter_map(|m| Some((key(m), m["notice"].as_str()?.to_owned())))
        .collect();
    let truth: BTreeMap<String, Value> =
        lines("messages.jsonl").into_iter().map(|m| (m["id"].as_str().unwrap().to_owned(), m)).collect();
    let inbox: BTreeMap<String, Value> = run
        .lines(&["inbox", "--view", "all", "--json"])
        .into_iter()
        .map(|n| (n["id"].as_str().unwrap().to_owned(), n))
        .collect();
    let mut figure = Figure::default();
    for notice in lines("notices.jsonl") {
        let mut votes: BTreeMap<&String, usize> = BTreeMap::new();
        for copy in notice["copies"].as_array().unwrap() {
            if let Some(id) = truth.get(copy["id"].as_str().unwrap()).and_then(|m| placed.get(&key(m))) {
                *votes.entry(id).or_default() += 1;
            }
        }
        let row = votes.iter().max_by_key(|v| v.1).and_then(|v| inbox.get(*v.0));
        let list = |field: &str| row.map_or(Vec::new(), |r| r[field].as_array().unwrap().clone());
        let kind = |v: &Value| v["destination"]["kind"].as_str().unwrap_or("group").to_owned();
        let duties = list("duties").iter().map(|d| (kind(d), d["assumed"] == true)).collect::<Vec<_>>();
        let chains =
            list("demands").iter().filter(|d| d["act"] == "signup").map(|d| (kind(d), true)).collect();
        figure.add(&notice, &[duties, chains].concat());
    }
    figure
}

/// Which exporter writes which group, and the user's names. WeFlow's JSON, but its text where there is a sign-up chain
/// (its JSON cuts those), QQ's own text for QQ; services without an export of their own go through ChatLab.
pub(crate) fn town_plan(messages: &str) -> (Value, BTreeSet<String>) {
    let (mut formats, mut me) = (BTreeMap::<String, &str>::new(), BTreeSet::new());
    for line in fs::read_to_string(messages).unwrap().lines() {
        let message: Value = serde_json::from_str(line).unwrap();
        let format = match (message["platform"].as_str().unwrap(), message["type"].as_str().unwrap()) {
            ("qq", _) => "qq-txt",
            ("wechat", "signup") => "weflow-txt",
            ("wechat", _) => "weflow-json",
            _ => "chatlab-json",
        };
        let chosen = formats.entry(message["group"].as_str().unwrap().to_owned()).or_insert(format);
        if format == "weflow-txt" {
            *chosen = format;
        }
        if message["is_self"] == true {
            me.insert(message["sender"].as_str().unwrap().to_owned());
        }
    }
    let plan = formats.into_iter().map(|(group, format)| (group, json!([{ "format": format }])));
    (Value::Object(plan.collect()), me)
}
