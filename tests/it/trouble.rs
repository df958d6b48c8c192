//! What a machine does to a program: no room on the disk, no permission, a file of half a gigabyte, another program in
//! the way. Each ends in a sentence and an exit code, and nothing stands in the database by halves. What needs more
//! rights than the test has is skipped with a word.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use qunbox::store::Store;
use serde_json::Value;

/// Some other user than root, for whom permissions count.
const NOBODY: u32 = 65534;

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|m| m.uid() == 0)
}

fn qunbox(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qunbox"));
    command.env("LC_ALL", "zh_CN.UTF-8").env_remove("QUNBOX_DATA_DIR").env_remove("QUNBOX_LANG");
    command.arg("--data-dir").arg(data).args(["--now", "2026-07-28T08:00:00+08:00"]);
    command
}

fn words(output: &Output) -> String {
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(!text.contains("panicked"), "{text}");
    text
}

/// A chat of one group in the form QQ writes.
fn chat(path: &Path, group: &str, messages: usize) {
    let rule = "=".repeat(64);
    let mut text = format!(
        "消息记录（此消息记录为文本格式，不支持重新导入）\n\n{rule}\n消息分组:我的群聊\n{rule}\n消息对象:{group}\n{rule}\n\n"
    );
    for n in 0..messages {
        let (hour, minute, second) = (n / 3600 % 24, n / 60 % 60, n % 60);
        let day = n / 86_400 + 1;
        write!(
            text,
            "2026-07-{day:02} {hour}:{minute:02}:{second:02} 李主任(10000001)\n今天看了{n}号，{:x}\n\n",
            (n as u128).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
        )
        .unwrap();
    }
    fs::write(path, text).unwrap();
}

fn totals(data: &Path, paths: &[&Path]) -> Value {
    let output = qunbox(data).arg("--json").arg("import").args(paths).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", words(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    report["totals"].clone()
}

/// A small file system of its own, unmounted at the end.
struct Small(PathBuf);

impl Small {
    fn mount(at: PathBuf, megabytes: u32) -> Option<Small> {
        fs::create_dir_all(&at).unwrap();
        let size = format!("size={megabytes}m");
        let done = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&at).output();
        done.is_ok_and(|o| o.status.success()).then_some(Small(at))
    }

    fn resize(&self, megabytes: u32) {
        let size = format!("remount,size={megabytes}m");
        let done = Command::new("mount").args(["-o", &size]).arg(&self.0).output().unwrap();
        assert!(done.status.success(), "{}", words(&done));
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

#[test]
fn a_full_disk_leaves_nothing_by_halves() {
    let folder = tempfile::tempdir().unwrap();
    let Some(small) = Small::mount(folder.path().join("small"), 3) else {
        println!("skipped: a file system of a few megabytes cannot be mounted here");
        return;
    };
    let data = small.0.join("data");
    let (first, second) = (folder.path().join("一.txt"), folder.path().join("二.txt"));
    chat(&first, "青溪镇工作群", 300);
    chat(&second, "云泽镇工作群", 20_000);
    assert_eq!(totals(&data, &[&first])["new"], 300);
    let output = qunbox(&data).arg("import").arg(&second).output().unwrap();
    let said = words(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("磁盘空间已满"), "{said}");
    let doctor = qunbox(&data).arg("doctor").output().unwrap();
    assert_eq!(doctor.status.code(), Some(0), "{}", words(&doctor));
    small.resize(200);
    let after = totals(&data, &[&first, &second]);
    assert_eq!((&after["messages"], &after["files"]), (&20_300.into(), &2.into()), "{after}");
    let listed = qunbox(&data).args(["--json", "messages"]).output().unwrap();
    assert_eq!(listed.stdout.iter().filter(|b| **b == b'\n').count(), 20_300);
}

#[test]
fn what_may_not_be_read_is_named_and_the_rest_is_in() {
    let folder = tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o755)).tempdir().unwrap();
    let program = folder.path().join("qunbox");
    fs::copy(env!("CARGO_BIN_EXE_qunbox"), &program).unwrap();
    let [exports, closed, data] = ["exports", "exports/closed", "data"].map(|name| folder.path().join(name));
    fs::create_dir_all(&closed).unwrap();
    fs::create_dir(&data).unwrap();
    fs::set_permissions(&data, fs::Permissions::from_mode(0o777)).unwrap();
    chat(&exports.join("好.txt"), "青溪镇工作群", 5);
    chat(&exports.join("私.txt"), "云泽镇工作群", 5);
    fs::set_permissions(exports.join("私.txt"), fs::Permissions::from_mode(0o000)).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    let run = |data: &Path, path: &Path| {
        let mut command = Command::new(&program);
        command.env("LC_ALL", "zh_CN.UTF-8").env("HOME", "/").arg("--data-dir").arg(data);
        command.args(["--json", "--now", "2026-07-28T08:00:00+08:00", "import"]).arg(path);
        if is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        command.output()
    };
    let Ok(output) = run(&data, &exports) else {
        println!("skipped: the program cannot be run as another user here");
        return;
    };
    let said = words(&output);
    assert_eq!(output.status.code(), Some(3), "{said}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["totals"]["new"], 5, "{said}");
    for name in ["私.txt", "closed"] {
        let files = report["files"].as_array().unwrap();
        let file = files.iter().find(|f| f["path"].as_str().unwrap().ends_with(name));
        assert_eq!(file.expect(&said)["status"], "failed", "{said}");
    }
    // Nothing can be read at all; and a data folder that may not be made.
    assert_eq!(run(&data, &closed).unwrap().status.code(), Some(1));
    let output = run(&folder.path().join("nowhere"), &exports).unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", words(&output));
    assert!(words(&output).contains("nowhere"), "{}", words(&output));
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn half_a_gigabyte_that_is_no_chat_is_refused_in_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("big.txt");
    fs::File::create(&path).unwrap().set_len(500 << 20).unwrap();
    let output = qunbox(&folder.path().join("data")).arg("import").arg(&path).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", words(&output));
    assert!(words(&output).contains("big.txt"), "{}", words(&output));
}

#[test]
fn a_newer_or_locked_database_ends_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let export = folder.path().join("群.txt");
    chat(&export, "青溪镇工作群", 5);
    drop(Store::open(&data.join("qunbox.db")).unwrap());
    let db = rusqlite::Connection::open(data.join("qunbox.db")).unwrap();
    db.execute_batch("BEGIN IMMEDIATE").unwrap();
    let output = qunbox(&data).arg("import").arg(&export).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", words(&output));
    assert!(words(&output).contains("另一个程序正在写数据库"), "{}", words(&output));
    db.execute_batch("ROLLBACK").unwrap();
    assert_eq!(totals(&data, &[&export])["new"], 5);
    db.pragma_update(None, "user_version", 99).unwrap();
    let output = qunbox(&data).arg("inbox").output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", words(&output));
    assert!(words(&output).contains("更新的版本"), "{}", words(&output));
}
