//! Journeys at the keyboard: a copy that says another day, wrongly together, wrongly apart, a correction overnight. Each
//! with keys that pass a Chinese input method, on a narrow and on a wide screen.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use super::super::corpus;
use super::{CTRL_Q, CTRL_Z, DOWN, ENTER, ESC, F4, Program};

const HOME: &str = "\x1b[H";
const CTRL_D: &str = "\x04";
const CTRL_G: &str = "\x07";
const CTRL_T: &str = "\x14";
const CTRL_U: &str = "\x15";
const CTRL_X: &str = "\x18";
const SIZES: [(u16, u16); 2] = [(80, 24), (120, 36)];
const MORNING: &str = "2024-01-09T08:10:00+08:00";

/// A folder with the core fixture's first export imported.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Desk { folder: tempfile::tempdir().unwrap() };
        desk.import("A", |l| l.batch == "A");
        desk
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Imports what of the fixture passes.
    fn import(&self, name: &str, pass: impl Fn(&corpus::Line) -> bool) -> Value {
        let part = self.folder.path().join(name);
        std::fs::create_dir(&part).unwrap();
        let lines: Vec<corpus::Line> = corpus::core().into_iter().filter(|l| pass(l)).collect();
        corpus::render(&lines, &part);
        self.again(&part)
    }

    /// Imports a line of the fixture as it was posted again: by whom, where, when.
    fn repost(&self, id: &str, group: &str, sender: &str, at: &str) {
        let mut line = corpus::core().into_iter().find(|l| l.id == id).unwrap();
        (line.id, line.group, line.sender, line.at) =
            (format!("{id}x"), group.to_owned(), sender.to_owned(), at.to_owned());
        let part = self.folder.path().join(format!("{id}x{}", at.replace(':', "")));
        std::fs::create_dir(&part).unwrap();
        corpus::render(&[line], &part);
        assert_eq!(self.again(&part)["totals"]["new"], 1);
    }

    fn again(&self, part: &Path) -> Value {
        serde_json::from_str(&self.run(&["import", "--json", part.to_str().unwrap()])).unwrap()
    }

    fn run(&self, args: &[&str]) -> String {
        let data = self.data();
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_qunbox"))
            .args(["--data-dir", data.to_str().unwrap(), "--now", MORNING, "--lang", "zh"])
            .args(args)
            .env_remove("QUNBOX_DATA_DIR")
            .output()
            .unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn notices(&self) -> Vec<Value> {
        let out = self.run(&["inbox", "--view", "all", "--json"]);
        out.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
    }

    /// The notice one of whose copies holds these words.
    fn of(&self, words: &str) -> Value {
        let holds = |n: &Value| {
            n["copies"].as_array().unwrap().iter().any(|c| c["text"].as_str().unwrap().contains(words))
        };
        self.notices().into_iter().find(holds).unwrap_or_else(|| panic!("no notice holds {words}"))
    }

    fn open(&self, now: &str, size: (u16, u16)) -> Program {
        let program = Program::start_at(now, &self.data(), &[], &[]);
        program.wait_for("收件箱");
        program.resize(size.0, size.1);
        program
    }
}

impl Program {
    /// The row the cursor `>` stands on, without the pane beside it.
    fn row(&self) -> String {
        let text = self.text();
        let line = text.lines().find(|l| l.contains("│>")).unwrap_or_default();
        line.split('│').nth(1).unwrap_or_default().to_owned()
    }

    /// Goes down the list until the selected row holds the words.
    fn select(&self, words: &str) {
        self.select_where(words, |row| row.contains(words));
    }

    /// Goes down the list from its beginning until the selected row is the one that is meant.
    fn select_where(&self, what: &str, meant: impl Fn(&str) -> bool) {
        self.send(HOME);
        self.until("the first row", |t| t.contains(" 1/") && t.contains("│>"));
        for _ in 0..30 {
            let row = self.row();
            if meant(&row) {
                return;
            }
            self.send(DOWN);
            self.until("the next row", |_| !self.row().is_empty() && self.row() != row);
        }
        panic!("no row holds {what}:\n{}", self.text());
    }

    pub(crate) fn quit(mut self) {
        self.send(CTRL_Q);
        assert_eq!(self.ended(), 0);
    }
}

fn copies(notice: &Value) -> usize {
    notice["copies"].as_array().unwrap().len()
}

#[test]
fn j3_the_copy_that_says_another_day() {
    for size in SIZES {
        let desk = Desk::new();
        let program = desk.open(MORNING, size);
        program.select("不一致");
        program.send(ENTER);
        let text = program.wait_for("x 1群");
        assert!(text.contains("镇民政残联群"), "facts come first, the odd group by name: {text}");
        program.send(CTRL_D);
        program.until("the changed words", |t| t.contains("[-0-]{+2+}"));
        // Another copy to compare with.
        program.send("v");
        program.wait_for("同哪一份比较");
        program.send(DOWN);
        program.send(ENTER);
        program.wait_for("（比较基准）");
        program.send(CTRL_T);
        program.wait_for("以哪个为准");
        program.send(DOWN);
        program.send(ENTER);
        program.wait_for("截止改为");
        program.send(ESC);
        program.wait_for("条消息，");
        program.quit();
        let notice = desk.of("1月10日（周三）17:00前将");
        assert_eq!(notice["due"]["at"], "2024-01-12T17:00:00+08:00");
        assert_eq!(notice["due"]["basis"], "manual");
        assert!(
            desk.run(&["undo", "--list"]).contains("选定"),
            "the choice stands in the log with its reason"
        );
    }
}

#[test]
fn j4_wrongly_together_a_split_stays_split() {
    for size in SIZES {
        let desk = Desk::new();
        let (low, disabled) = (desk.of("低保人员名单"), desk.of("残疾人员名单"));
        desk.run(&["merge", low["id"].as_str().unwrap(), disabled["id"].as_str().unwrap()]);
        let program = desk.open(MORNING, size);
        program.select("低保");
        program.send(ENTER);
        program.wait_for("2 份副本");
        program.send(CTRL_X);
        let text = program.wait_for("拆哪一份");
        assert!(
            text.contains("字句不同") || text.contains("说法不同"),
            "the odd copy is offered first: {text}"
        );
        program.send(ENTER);
        program.wait_for("已拆出");
        program.wait_for("1 份副本");
        program.send(ESC);
        program.until("two rows", |t| {
            t.contains("条消息，") && t.contains("低保人员") && t.contains("残疾人员")
        });
        program.quit();
        assert_eq!(desk.again(&desk.folder.path().join("A"))["totals"]["new"], 0);
        assert_eq!((copies(&desk.of("低保人员名单")), copies(&desk.of("残疾人员名单"))), (1, 1));
        let program = desk.open(MORNING, size);
        program.wait_for("低保人员");
        program.send(CTRL_Z);
        program.wait_for("已撤销");
        program.until("together again", |t| !t.contains("残疾人员名单") || !t.contains("低保人员名单"));
        program.quit();
        assert_eq!(copies(&desk.of("低保人员名单")), 2, "undone after a restart");
        desk.run(&["redo"]);
        assert_eq!(copies(&desk.of("低保人员名单")), 1, "and redone");
        // The same words on another day: they go where they were put, and say so.
        desk.repost("M18", "镇经发办工作群", "经发办小郑", "2024-01-09T15:20:10+08:00");
        let (low, disabled) = (desk.of("低保人员名单"), desk.of("残疾人员名单"));
        assert_eq!((copies(&low), copies(&disabled)), (1, 2));
        let why: Vec<&str> =
            disabled["copies"].as_array().unwrap().iter().map(|c| c["reason"].as_str().unwrap()).collect();
        assert!(why.iter().any(|w| w.contains("你拆开过")), "{why:?}");
    }
}

#[test]
fn j5_wrongly_apart_a_merge_teaches() {
    for size in SIZES {
        let desk = Desk::new();
        let fire = desk.of("1月10日（周三）17:00前将");
        let id = fire["id"].as_str().unwrap();
        let forward =
            fire["copies"].as_array().unwrap().iter().find(|c| c["group"] == "东片五村防火防汛群").unwrap();
        desk.run(&["split", id, forward["message"].as_str().unwrap()]);
        let before = copies(&desk.of("1月12日（周五）17:00前将"));
        let program = desk.open(MORNING, size);
        program.select("不一致");
        program.send(" ");
        program.wait_for("已选 1");
        let title = desk.of("不要等不要拖")["title"].as_str().unwrap().chars().take(6).collect::<String>();
        program.select_where(&title, |row| {
            row.contains(&title) && !row.contains("不一致") && !row.contains("12-08")
        });
        program.send(" ");
        program.send(CTRL_G);
        let text = program.wait_for("哪条领头");
        assert!(text.contains("1 个群") && text.contains("个群"), "both rows are named with counts: {text}");
        program.send(ENTER);
        program.wait_for("已把 2 条合成一条");
        program.quit();
        let merged = desk.of("不要等不要拖");
        assert_eq!(copies(&merged), before + 1);
        assert_eq!(merged["groups"].as_array().unwrap().len(), 7);
        assert_eq!(merged["duties"].as_array().unwrap().len(), 1, "one mailbox, one row of the checklist");
        // The merge teaches: a later forward under the same preface goes there, with the reason.
        desk.repost("M08", "镇文明创建群", "片长老杜", "2024-01-09T08:06:30+08:00");
        let grown = desk.of("不要等不要拖");
        assert_eq!(copies(&grown), before + 2);
        let later =
            grown["copies"].as_array().unwrap().iter().find(|c| {
                c["group"] == "镇文明创建群" && c["text"].as_str().unwrap().contains("不要等不要拖")
            });
        let why = later.unwrap()["reason"].as_str().unwrap();
        assert!(why.contains("你合并过"), "{why}");
        let program = desk.open(MORNING, size);
        program.wait_for("收件箱");
        program.send(CTRL_Z);
        program.wait_for("已撤销");
        program.quit();
        assert_eq!(
            copies(&desk.of("不要等不要拖")),
            2,
            "undone after a restart: the forwards under one preface again"
        );
    }
}

#[test]
fn j6_a_correction_overnight() {
    for size in SIZES {
        let desk = Desk::new();
        let program = desk.open("2024-01-09T15:00:00+08:00", size);
        program.select("不一致");
        program.send(F4);
        program.wait_for("请确认");
        program.send(ENTER);
        program.wait_for("已办 1");
        program.quit();
        desk.import("B", |l| l.at.as_str() < "2024-01-10T08:10");
        let program = desk.open("2024-01-10T08:10:00+08:00", size);
        program.wait_for("已办后有更正");
        program.select("已办后有更正");
        program.send(ENTER);
        let text = program.wait_for("~~");
        assert!(text.contains("→"), "the old deadline is struck through by marks: {text}");
        program.quit();
        let notice = desk.of("1月10日（周三）17:00前将");
        assert_eq!(notice["due"]["at"], "2024-01-12T12:00:00+08:00");
        assert_eq!(notice["due"]["was"], "2024-01-10T17:00:00+08:00");
        assert_eq!(notice["links"].as_array().unwrap().iter().filter(|l| l["kind"] == "corrects").count(), 1);
        let claims = notice["copies"].as_array().unwrap().iter().filter_map(|c| c["due_at"].as_str());
        assert_eq!(
            claims.filter(|d| *d == "2024-01-12T17:00:00+08:00").count(),
            1,
            "M12's claim stays listed"
        );
        // The meeting moved as well, and the reminder that comes later is no row.
        let meeting = desk.of("明天上午9点镇三楼会议室");
        assert_eq!(meeting["event"]["at"], "2024-01-09T14:30:00+08:00");
        let rows = desk.notices().len();
        desk.import("R", |l| l.id == "M26");
        assert_eq!(desk.notices().len(), rows);
        let fire = desk.of("1月10日（周三）17:00前将");
        assert_eq!(fire["links"].as_array().unwrap().iter().filter(|l| l["kind"] == "reminds").count(), 1);
    }
}

/// J6, where the rules only propose: 两份名单已收齐 may close both lists, and closes what a person says it closes.
#[test]
fn j6_a_proposed_link_is_accepted() {
    const NOW: &str = "2024-01-14T08:10:00+08:00";
    for size in SIZES {
        let desk = Desk::new();
        desk.import("B", |_| true);
        let by_whom = |desk: &Desk| {
            let links = desk.of("低保人员名单")["links"].as_array().unwrap().clone();
            let closes: Vec<Value> = links.into_iter().filter(|l| l["kind"] == "closes").collect();
            assert_eq!(closes.len(), 1, "{closes:?}");
            closes[0]["by"].as_str().unwrap().to_owned()
        };
        assert_eq!(by_whom(&desk), "rule");
        let program = desk.open(NOW, size);
        program.select("收齐");
        program.send(ENTER);
        program.wait_for("建议：");
        program.send(CTRL_U);
        let text = program.wait_for("低保人员名单");
        assert!(text.contains("残疾人员名单"), "both lists are offered: {text}");
        program.send(ENTER);
        program.wait_for("已关联");
        program.quit();
        assert_eq!(by_whom(&desk), "user");
        desk.run(&["rebuild"]);
        assert_eq!(by_whom(&desk), "user", "it stays");
        desk.run(&["undo"]);
        assert_eq!(by_whom(&desk), "rule");
    }
}
