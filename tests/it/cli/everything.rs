//! Whatever the screen can do has a command, for a colleague, a script or a screen reader: each action of the screen's
//! table is in a row below with the command that does it, and each command answers in JSON.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

/// Actions that only move the cursor, draw, or answer a question of the screen itself.
const ONLY_ON_THE_SCREEN: &str = "yes up down page_up page_down first last accept back previous next pane mark extend_up \
     extend_down mark_all invert next_tab previous_tab previous_part next_part less more palette help mouse repaint stop \
     quit next_hit tab_settings";

/// Settings of the screen; they stand in config.toml, and what they show is said by an option or by `doctor`.
const SETTINGS: &str = "language theme ascii office_close wizard";

/// Actions, and the command that does the same. `{…}` is filled in from what the commands themselves print.
const ROWS: &[(&str, &str)] = &[
    ("tab_inbox", "inbox"),
    ("part_later", "inbox --view later"),
    ("part_noted", "inbox --view noted"),
    ("part_done", "inbox --view done"),
    ("part_all", "inbox --view all"),
    ("open copy copy_plain copy_reply", "show {notice}"),
    ("compare next_difference links", "show {wide} --against {copy}"),
    ("filter", "inbox --words 表"),
    ("find", "search 表"),
    ("tab_uploads", "uploads"),
    ("filter", "uploads --words 表"),
    ("duty_place", "uploads --dest-kind mailbox"),
    ("tab_groups", "groups"),
    ("tab_digest", "digest --format json"),
    ("export", "digest --format docx -o {folder}/摘要.docx"),
    ("export", "report burden --format xlsx -o {folder}/负担.xlsx"),
    ("key_test", "keys"),
    ("widths", "doctor"),
    ("log", "undo --list"),
    ("sample", "demo inbox"),
    ("check issues", "import --dry-run {chat}"),
    ("import tab_import", "import {chat}"),
    ("take_back", "undo --import {chat}"),
    ("watch", "watch {folder}/在看 --once --settle 0 --every 1"),
    ("desk clipboard", "import - --group 粘贴群 --date 2026-11-18"),
    ("later", "mark {notice} --later 2026-11-20"),
    ("noted", "mark {notice} --noted"),
    ("reopen", "mark {settled} --reopen"),
    ("done", "mark {notice} --done"),
    ("done_with", "mark {notice} --done --note 已电话报告"),
    ("due", "due {notice} 2026-12-01"),
    ("undo", "undo"),
    ("redo", "redo"),
    ("duty_note", "duty {duty} --note 记"),
    ("duty_due", "duty {duty} --due 2026-12-01"),
    ("duty_targets", "duty {duty} --targets 甲,乙"),
    ("duty_here", "duty {duty} --here own"),
    ("duty_attach", "duty {duty} --evidence {chat}"),
    ("duty_late", "duty {duty} --done --on 2026-11-17"),
    ("duty_tick", "duty {duty} --done"),
    ("duty_waive", "duty {duty} --waive 已电话报告"),
    ("relate", "link {notice} {other} --kind similar"),
    ("relate", "unlink {notice} {other}"),
    ("relate", "apart {notice} {other}"),
    ("split", "split {wide} {copy}"),
    ("merge", "merge {notice} {other} --yes"),
    ("views", "views --save 甲 --words 表"),
    ("rename_view", "views --rename 甲 乙"),
    ("drop_view", "views --delete 乙"),
    ("names", "me 陈岚"),
    ("backup", "backup {folder}/备份.db"),
    ("restore", "restore {folder}/备份.db --yes"),
];

const CHAT: &str = "枫塘应急群 微信群上的聊天记录如下，请查收。\n\n—————  2026-11-18  —————\n\n\n应急办小陈  07:40\n\n【通知】请各村\
于11月20日17:00前报送防汛物资清单至镇应急办，并上传照片。\n\n老周  07:41\n\n收到\n\n";

struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    /// The sample in a data folder of its own, so that what one command does the next one finds.
    fn new() -> Self {
        let desk = Desk { folder: tempfile::tempdir().unwrap() };
        let root = desk.folder.path();
        qunbox::demo::unpack(&root.join("样例")).unwrap();
        std::fs::create_dir(root.join("在看")).unwrap();
        std::fs::write(root.join("枫塘应急群.txt"), CHAT).unwrap();
        std::fs::write(root.join("在看/柳河防汛群.txt"), CHAT.replace("枫塘应急群", "柳河防汛群")).unwrap();
        desk.json(&["import", root.join("样例").to_str().unwrap()]);
        desk
    }

    /// The lines a command prints with `--json`.
    fn json(&self, args: &[&str]) -> Vec<Value> {
        let data = self.folder.path().join("data");
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_qunbox"));
        command
            .env_remove("QUNBOX_DATA_DIR")
            .env_remove("QUNBOX_LANG")
            .write_stdin("李主任:\n请各村于7月31日17:00前报送统计表\n\n老王:\n收到\n");
        command.args([
            "--data-dir",
            data.to_str().unwrap(),
            "--now",
            "2026-11-18T08:10:00+08:00",
            "--lang",
            "zh",
        ]);
        let output = command.arg("--json").args(args).output().unwrap();
        let (out, err) = (super::text(&output.stdout), super::text(&output.stderr));
        assert_eq!(output.status.code(), Some(0), "{args:?}\n{out}\n{err}");
        let line = |l: &str| serde_json::from_str(l).unwrap_or_else(|why| panic!("{args:?}: {why}: {l}"));
        match serde_json::from_str(&out) {
            Ok(whole) => vec![whole],
            Err(_) => out.lines().map(line).collect(),
        }
    }

    /// Fills in what a command is about, as things stand now.
    fn filled(&self, command: &str) -> Vec<String> {
        let id = |n: &Value| n["id"].as_str().unwrap().to_owned();
        let all = self.json(&["inbox", "--view", "all"]);
        let free = |n: &&Value| n["duties"].as_array().is_none_or(Vec::is_empty);
        let open: Vec<String> = all
            .iter()
            .filter(|n| n["state"] != "done" && n["state"] != "noted")
            .filter(free)
            .map(id)
            .collect();
        let wide = all.iter().max_by_key(|n| n["copies"].as_array().map_or(0, Vec::len)).unwrap();
        let settled = all.iter().find(|n| n["state"] == "noted").map_or_else(String::new, id);
        let duty = self
            .json(&["uploads"])
            .first()
            .map_or_else(String::new, |d| d["duty"].as_str().unwrap().to_owned());
        let path = |p: &Path| p.to_str().unwrap().to_owned();
        let words = [
            ("{notice}", open[0].clone()),
            ("{other}", open[1].clone()),
            ("{settled}", settled),
            ("{wide}", id(wide)),
            (
                "{copy}",
                wide["copies"].as_array().unwrap().last().unwrap()["message"].as_str().unwrap().to_owned(),
            ),
            ("{duty}", duty),
            ("{chat}", path(&self.folder.path().join("枫塘应急群.txt"))),
            ("{folder}", path(self.folder.path())),
        ];
        let fill =
            |word: &str| words.iter().fold(word.to_owned(), |text, (name, value)| text.replace(name, value));
        command.split(' ').map(fill).collect()
    }
}

#[test]
fn whatever_the_screen_does_a_command_does() {
    let desk = Desk::new();
    let mut done: BTreeSet<&str> = ONLY_ON_THE_SCREEN.split(' ').chain(SETTINGS.split(' ')).collect();
    for (actions, command) in ROWS {
        let args = desk.filled(command);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let said = desk.json(&args);
        let silent = ["undo --list", "inbox --view later", "inbox --view noted", "inbox --view done"];
        assert!(!said.is_empty() || silent.contains(command), "{command} says nothing in JSON");
        done.extend(actions.split(' '));
    }
    let table: BTreeSet<&str> = qunbox::tui::keymap::table().into_iter().map(|row| row.0).collect();
    assert_eq!(table.difference(&done).collect::<Vec<_>>(), Vec::<&&str>::new(), "actions without a command");
    assert_eq!(done.difference(&table).collect::<Vec<_>>(), Vec::<&&str>::new(), "no such action");
}

/// What somebody asks for on the telephone.
#[test]
fn doctor_says_what_is_asked_for_on_the_telephone() {
    let desk = Desk::new();
    let said = &desk.json(&["doctor"])[0];
    for name in ["version", "sqlite", "schema", "derived", "data", "config", "ok", "adds_up"] {
        assert!(!said[name].is_null(), "{name}: {said}");
    }
    let terminal = &said["terminal"];
    for name in ["stdout", "stdin", "charset"] {
        assert!(!terminal[name].is_null(), "{name}: {terminal}");
    }
    // Nobody looks: there is nothing to probe.
    for name in ["ambiguous_width", "columns", "rows"] {
        assert!(terminal.get(name).is_some_and(Value::is_null), "{name}: {terminal}");
    }
    assert!(terminal.get("input_method").is_some(), "{terminal}");
}
