//! The program from outside: is the wire connected, exit codes, a sentence for each sort of bad input.

mod decide;
mod everything;
mod views;

use std::io::Write as _;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

fn qunbox(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qunbox"));
    command
        .env_remove("QUNBOX_DATA_DIR")
        .env_remove("QUNBOX_LANG")
        .env("LC_ALL", "zh_CN.UTF-8")
        .env("COLUMNS", "100");
    command.args(["--data-dir", data.to_str().unwrap(), "--now", "2026-07-28T08:00:00+08:00"]);
    command
}

const CHAT: &str = "消息记录（此消息记录为文本格式，不支持重新导入）\n\n================================================================\n消息分组:我的群聊\n================================================================\n消息对象:青溪镇工作群\n================================================================\n\n2026-07-27 8:15:03 李主任(10000001)\n请各村于7月29日17:00前将高龄津贴核查表报民政办，逾期不补。\n\n2026-07-27 8:16:05 小陈(10000002)\n收到\n\n2026-07-27 8:16:45 小陈(10000002)\n\u{1b}[31m红字\u{202e}\n";

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn run(data: &Path, args: &[&str], code: i32) -> (String, String) {
    let output = qunbox(data).args(args).output().unwrap();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{args:?}\n{out}\n{err}");
    assert!(!err.contains("panicked"), "{err}");
    (out, err)
}

fn json(data: &Path, args: &[&str]) -> Vec<Value> {
    let mut with = vec!["--json"];
    with.extend(args);
    run(data, &with, 0).0.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

#[test]
fn from_an_export_to_done_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let file = folder.path().join("群.txt");
    std::fs::write(&file, CHAT).unwrap();
    let report = &json(&data, &["import", file.to_str().unwrap()])[0];
    assert_eq!(report["totals"]["new"], 3, "{report}");
    assert_eq!(report["files"][0]["group"], "青溪镇工作群");
    assert_eq!(json(&data, &["import", file.to_str().unwrap()])[0]["files"][0]["status"], "unchanged");

    let inbox = json(&data, &["inbox"]);
    assert_eq!(inbox.len(), 1);
    let id = inbox[0]["id"].as_str().unwrap();
    assert_eq!(inbox[0]["due"]["at"], "2026-07-29T17:00:00+08:00");
    assert_eq!(inbox[0]["state"], "unread");
    assert!(run(&data, &["show", id], 0).0.contains("高龄津贴"));
    run(&data, &["mark", id, "--done"], 0);
    assert!(json(&data, &["inbox"]).is_empty());
    assert_eq!(json(&data, &["inbox", "--view", "done"])[0]["state"], "done");
    run(&data, &["undo"], 0);
    assert_eq!(json(&data, &["inbox"]).len(), 1);
    run(&data, &["redo"], 0);
    run(&data, &["mark", id, "--later", "2026-07-30"], 0);
    assert_eq!(json(&data, &["show", id])[0]["later_until"], "2026-07-30T08:00:00+08:00");
    run(&data, &["due", id, "2026-08-01 12:00"], 0);
    assert_eq!(json(&data, &["show", id])[0]["due"]["basis"], "manual");

    assert_eq!(json(&data, &["messages"]).len(), 3);
    assert_eq!(json(&data, &["messages", "--role", "ack"]).len(), 1);
    assert_eq!(json(&data, &["groups"])[0]["messages"], 3);
    assert_eq!(json(&data, &["search", "津贴"])[0]["spans"][0], serde_json::json!([18, 20]));
    run(&data, &["me", "小陈"], 0);
    assert_eq!(json(&data, &["show", id])[0]["due"]["basis"], "manual", "a rebuild keeps decisions");
    // What was set by hand outlives the same file again, a longer export of the group and a rebuild.
    run(&data, &["import", file.to_str().unwrap()], 0);
    let longer = folder.path().join("群2.txt");
    std::fs::write(&longer, format!("{CHAT}\n2026-07-28 18:00:00 小陈\n再发一遍，名单别漏。\n")).unwrap();
    run(&data, &["import", longer.to_str().unwrap()], 0);
    run(&data, &["rebuild"], 0);
    let due = json(&data, &["show", id])[0]["due"].clone();
    assert_eq!(
        (due["basis"].as_str(), due["at"].as_str()),
        (Some("manual"), Some("2026-08-01T12:00:00+08:00"))
    );
    assert_eq!(json(&data, &["doctor"])[0]["ok"], true);
}

#[test]
fn what_others_wrote_cannot_act_on_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("群.txt");
    std::fs::write(&file, CHAT).unwrap();
    run(folder.path(), &["import", file.to_str().unwrap()], 0);
    let (out, _) = run(folder.path(), &["messages"], 0);
    assert!(out.contains("红字") && !out.contains('\u{1b}') && !out.contains('\u{202e}'), "{out}");
}

/// A layout spelled out on the command line is kept once it has read something, and reads the next file by itself.
#[test]
fn a_template_is_kept_when_it_reads() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let write = |name: &str, text: &str| {
        std::fs::write(data.join(name), text).unwrap();
        data.join(name).to_str().unwrap().to_owned()
    };
    let one = write("甲.txt", "<2026-07-27 08:15> 李主任 >> 请报名单\n<2026-07-27 08:16> 赵书记 >> 收到\n");
    let two = write("乙.txt", "<2026-07-28 08:15> 李主任 >> 明天开会\n");
    run(data, &["import", &one, "--header", "({date}) {name}：", "--template", "坏的"], 1);
    run(
        data,
        &["import", &one, "--header", "<{date} {time}> {name} >>", "--template", "好的", "--dry-run"],
        0,
    );
    assert!(!data.join("config.toml").exists());
    run(data, &["import", &one, "--header", "<{date} {time}> {name} >>", "--template", "好的"], 0);
    run(data, &["import", &two], 0);
    let texts: Vec<String> =
        json(data, &["messages"]).iter().map(|m| m["text"].as_str().unwrap().to_owned()).collect();
    assert_eq!(texts, ["请报名单", "收到", "明天开会"]);
}

#[test]
fn exit_codes() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    run(data, &["no-such-file"], 1);
    run(data, &["import"], 2);
    run(data, &["inbox", "--since", "soon"], 2);
    run(data, &["show", "n0"], 1);
    run(data, &["mark", "n0", "--done"], 1);
    run(data, &["mark", "n0"], 2);
    run(data, &["undo"], 1);
    run(data, &["inbox"], 0);
    run(data, &["--help"], 0);
    run(data, &["completions", "bash"], 0);
    run(data, &["man"], 0);
    assert!(run(data, &["--lang", "en", "inbox"], 0).0.contains("No messages yet"));
    assert!(run(data, &["inbox"], 0).0.contains("还没有消息"));
}

#[test]
fn bad_input_gets_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    for (name, bytes, codes) in [
        ("empty.txt", &b""[..], &[0][..]),
        ("bom.txt", b"\xef\xbb\xbf", &[0]),
        ("binary.txt", &[0, 159, 146, 150, 0, 1, 2, 3, 255, 254, 7], &[1, 3]),
        ("table.csv", "姓名,金额\n张三,100\n李四,200\n".as_bytes(), &[1, 3]),
        ("broken.zip", b"PK\x03\x04 this is no archive", &[1]),
    ] {
        let path = write(name, bytes);
        let output = qunbox(&data).args(["import", &path]).output().unwrap();
        let out = text(&output.stdout) + &text(&output.stderr);
        assert!(codes.contains(&output.status.code().unwrap()), "{name}: {:?}\n{out}", output.status);
        assert!(out.contains(name) && !out.contains("panicked"), "{name}: {out}");
    }
    let good = write("good.txt", CHAT.as_bytes());
    let bad = write("binary2.txt", &[0, 1, 2, 3, 4, 255, 200, 0]);
    run(&data, &["import", &good, &bad], 3);
    assert_eq!(json(&data, &["messages"]).len(), 3, "the good part is kept");
    assert_eq!(json(&data, &["doctor"])[0]["ok"], true);
}

#[test]
fn an_archive_that_climbs_out_is_refused_and_the_rest_is_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chats.zip");
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    for name in ["../evil.txt", "群.txt"] {
        zip.start_file(name, options).unwrap();
        zip.write_all(CHAT.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
    let data = folder.path().join("data");
    let (out, _) = run(&data, &["import", path.to_str().unwrap()], 3);
    assert!(out.contains("evil.txt"), "{out}");
    assert_eq!(json(&data, &["messages"]).len(), 3);
    assert!(!folder.path().join("evil.txt").exists());
}

#[test]
fn a_database_of_a_newer_version_gets_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["inbox"], 0);
    let db = rusqlite::Connection::open(folder.path().join("qunbox.db")).unwrap();
    db.pragma_update(None, "user_version", 77).unwrap();
    drop(db);
    let (_, err) = run(folder.path(), &["inbox"], 1);
    assert!(err.contains("77") && err.lines().count() == 2, "{err}");
}

#[cfg(unix)]
#[test]
fn a_data_folder_that_cannot_be_made_gets_a_sentence() {
    let (_, err) = run(Path::new("/dev/null/qunbox"), &["inbox"], 1);
    assert!(err.contains("/dev/null") && err.lines().count() == 2, "{err}");
}

#[test]
fn standard_input_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let output = qunbox(folder.path()).args(["--json", "import", "-"]).write_stdin(CHAT).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let output = qunbox(folder.path())
        .args(["--json", "paste", "--group", "另一个群"])
        .write_stdin(CHAT)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
}

#[test]
fn the_sample_has_thirty_five_groups() {
    let folder = tempfile::tempdir().unwrap();
    let groups = json(folder.path(), &["demo", "groups"]);
    assert_eq!(groups.len(), 35);
    assert!(json(folder.path(), &["demo", "inbox"]).len() > 30);
    assert!(json(folder.path(), &["demo", "doctor"])[0]["ok"] == true);
    assert!(!folder.path().join("qunbox.db").exists(), "the sample leaves the user's data alone");
}
