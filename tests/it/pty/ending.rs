//! However the program ends: the terminal is as it was, and what was decided is there.

use std::fs;
use std::io::{Read as _, Write as _};
use std::time::Instant;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use super::{CTRL_Q, ENTER, F4, PATIENCE, Program, cells, with_inbox};

/// Enter on a row that no checklist hangs on.
const NOTED: &str = "\x0e";

#[test]
fn the_line_hung_up_gives_the_terminal_back_and_keeps_what_was_decided() {
    let (folder, mut program) = with_inbox();
    program.wait_selected("独居老人");
    program.send(NOTED);
    program.wait_for("阅知 1");
    program.signal("-HUP");
    assert_eq!(program.ended(), 143);
    program.given_back();
    let program = Program::start(&folder.path().join("data"), &[], &[]);
    program.until("the decision", |t| t.contains("阅知 1") && !t.contains("正在读取"));
}

/// The window is closed: nobody holds the other end any more.
#[test]
fn a_closed_window_ends_the_program_and_keeps_what_was_decided() {
    let (folder, program) = with_inbox();
    drop(program);
    let data = folder.path().join("data");
    let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_qunbox"));
    command.args(["--lang", "zh", "--now", "2024-01-09T08:10:00+08:00", "--ascii", "--data-dir"]);
    command.arg(&data);
    command.env("TERM", "xterm-256color");
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let (mut reader, mut writer) =
        (pair.master.try_clone_reader().unwrap(), pair.master.take_writer().unwrap());
    let mut screen = vt100::Parser::new(cells(24), cells(80), 0);
    let mut until = |words: &str| {
        let mut bytes = [0_u8; 65_536];
        while !screen.screen().contents().contains(words) {
            let n = reader.read(&mut bytes).unwrap();
            assert!(n > 0, "ended before {words}:\n{}", screen.screen().contents());
            screen.process(&bytes[..n]);
        }
    };
    until("独居老人");
    writer.write_all(NOTED.as_bytes()).unwrap();
    until("阅知 1");
    drop((reader, writer, pair.master));
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        assert!(start.elapsed() < PATIENCE, "still running in a window that is closed");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let program = Program::start(&data, &[], &[]);
    program.until("the decision", |t| t.contains("阅知 1") && !t.contains("正在读取"));
}

/// A decision and the key that leaves come in one piece: it is written before the program ends.
#[test]
fn a_decision_made_in_the_last_moment_is_written() {
    let (folder, mut program) = with_inbox();
    program.wait_selected("独居老人");
    program.send(&format!("{NOTED}{NOTED}{NOTED}{CTRL_Q}"));
    assert_eq!(program.ended(), 0);
    program.given_back();
    let program = Program::start(&folder.path().join("data"), &[], &[]);
    program.until("all three", |t| t.contains("阅知 3"));
}

/// Started by a double click the window would close with the program: the error waits for Enter. Started from a shell
/// nobody is kept waiting.
#[test]
fn a_double_clicked_program_waits_for_enter_on_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    fs::write(data.join("qunbox.db"), "no database at all, but long enough to be looked at as one").unwrap();
    for (by, waits) in [("explorer.exe", true), ("cmd.exe", false)] {
        let mut program = Program::start(&data, &["inbox"], &[("QUNBOX_TEST_STARTED_BY", by)]);
        program.wait_for("不是 qunbox 的数据库");
        if waits {
            program.wait_for("按 Enter 关闭窗口");
            assert!(program.child.try_wait().unwrap().is_none(), "it is still there");
            program.send(ENTER);
        }
        assert_eq!(program.ended(), 1, "{by}");
        assert_eq!(program.text().contains("按 Enter 关闭窗口"), waits);
    }
    // A panic as well, after the terminal was given back.
    let data = folder.path().join("other");
    let env = [("QUNBOX_TEST_STARTED_BY", "explorer.exe"), ("QUNBOX_TEST_PANIC", "ui")];
    let mut program = Program::start(&data, &[], &env);
    program.wait_for("还没有消息");
    program.send("\x1b[24~");
    let text = program.wait_for("按 Enter 关闭窗口");
    assert!(text.contains("出错记录："), "{text}");
    program.send(ENTER);
    assert_eq!(program.ended(), 101);
}

/// 已办 with its question is not among the keys above; it is written just as well.
#[test]
fn a_question_answered_in_the_last_moment_counts() {
    let (folder, mut program) = with_inbox();
    program.wait_selected("独居老人");
    program.send(F4);
    program.wait_for("1 行应办没有报");
    program.send(&format!("{ENTER}{CTRL_Q}"));
    assert_eq!(program.ended(), 0);
    let program = Program::start(&folder.path().join("data"), &[], &[]);
    program.until("done", |t| t.contains("已办 1"));
}
