//! What is typed and how it is drawn: the caret in the bytes of each frame, text and Enter at once, the width that is
//! probed, the frame that waits for nothing.

use std::time::{Duration, Instant};

use super::{DOWN, ENTER, ESC, F3, Program, Window, big_export, desk, with_inbox};

const BEGIN: &str = "\x1b[?2026h";
const END: &str = "\x1b[?2026l";

impl Program {
    /// What was written since the last time: the frames, and what lies outside of them.
    fn frames(&self) -> (Vec<String>, String) {
        let written = String::from_utf8(std::mem::take(&mut *self.written.lock().unwrap())).unwrap();
        let mut frames = Vec::new();
        let mut outside = String::new();
        for (n, part) in written.split(BEGIN).enumerate() {
            let (frame, rest) = if n == 0 { ("", part) } else { part.split_once(END).unwrap() };
            frames.extend((n > 0).then(|| frame.to_owned()));
            outside.push_str(rest);
        }
        (frames, outside)
    }
}

/// Each frame shows the real cursor and puts it at the caret as the last thing inside the synchronized block, so that the
/// candidates of an input method never see it anywhere else.
#[test]
fn each_frame_ends_with_the_cursor_at_the_caret() {
    let (_folder, program) = with_inbox();
    program.send(F3);
    program.wait_for("查找全部消息");
    program.frames();
    let mut before = String::new();
    for (typed, column) in [("排", 10), ("查", 12), ("\x1b[D", 10), ("\x7f", 8)] {
        program.send(typed);
        let caret = format!("\x1b[?25h\x1b[3;{column}H");
        // Hits may come in a frame of their own.
        program.until("the caret", |_| {
            let screen = program.screen.lock().unwrap();
            screen.screen().cursor_position() == (2, column - 1)
        });
        let (frames, outside) = program.frames();
        // The hits of the key before may have come just before this one.
        let mut own = frames.iter().skip_while(|f| !before.is_empty() && f.ends_with(&before)).peekable();
        assert!(own.peek().is_some(), "{typed}");
        assert!(own.all(|f| f.ends_with(&caret)), "{typed}: {frames:?}");
        assert_eq!(outside, "", "{typed}: nothing is drawn between frames");
        before = caret;
    }
}

/// An automation, a slow line or an input method hands over a word and the Enter behind it at once: the word is typed and
/// the Enter pressed. What the terminal says is pasted stays text, its line ends with it.
#[test]
fn a_word_and_enter_at_once_are_typed_and_pressed() {
    let (_folder, program) = with_inbox();
    program.send("\x06");
    program.wait_for("也可写");
    program.send(&format!("防火责任书{ENTER}"));
    program.until("the filter kept", |t| t.contains("1/1") && t.contains("F4 已办"));
    program.send(ESC);
    program.until("the filter gone", |t| t.contains("独居老人"));
    program.send(F3);
    program.wait_for("查找全部消息");
    program.paste("独居\n老人\n");
    program.until("one line", |t| t.contains("查找 独居 老人"));
    program.send(ESC);
    program.until("the list", |t| !t.contains("查找全部消息"));
    // Now it is known that pastes are marked: each Enter is one.
    program.send(&format!("{F3}\x15独居{ENTER}"));
    program.wait_for("来源：1 个群");
}

/// A console that draws lines two cells wide is found out, and gets none of them.
#[test]
fn a_wide_console_is_found_out_and_gets_ascii() {
    let (folder, export) = desk();
    let args = [export.to_str().unwrap()];
    let window = |wide| Window { columns: 80, rows: 24, wide };
    for wide in [true, false] {
        let data = folder.path().join(format!("data-{wide}"));
        let now = "2024-01-09T08:10:00+08:00";
        let program = Program::start_all(now, "zh", window(wide), &data, &args, &[]);
        let text = program.wait_for("导入结果");
        assert_eq!(text.contains(['┌', '│', '─']), !wide, "{text}");
        assert_eq!(text.lines().nth(1).unwrap().starts_with('+'), wide, "{text}");
    }
}

/// Another program holds the database: the first frame is there all the same, and the rows come when it lets go.
#[test]
fn the_first_frame_waits_for_no_question() {
    let (folder, program) = with_inbox();
    drop(program);
    let data = folder.path().join("data");
    let other = rusqlite::Connection::open(data.join("qunbox.db")).unwrap();
    other.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE").unwrap();
    let program = Program::start(&data, &[], &[]);
    let text = program.wait_for("正在读取");
    assert!(text.contains("收件箱") && text.contains("F1 帮助") && !text.contains("独居老人"), "{text}");
    other.execute_batch("COMMIT; PRAGMA locking_mode = NORMAL").unwrap();
    drop(other);
    program.wait_for("独居老人");
}

/// While an import runs the screen is drawn at most five times a second, and only what has changed.
#[test]
fn an_import_is_drawn_five_times_a_second() {
    let (folder, program) = with_inbox();
    drop(program);
    let big = big_export(folder.path());
    let program = Program::start(&folder.path().join("data"), &[big.to_str().unwrap()], &[]);
    program.until("messages coming in", |t| t.contains("正在导入") && !t.contains(" 0 条消息"));
    // What comes just after the start is drawn at once.
    std::thread::sleep(Duration::from_millis(500));
    program.frames();
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(2) && program.text().contains("正在导入") {
        std::thread::sleep(Duration::from_millis(20));
    }
    let spent = start.elapsed();
    let (frames, _) = program.frames();
    let most = spent.as_millis() / 200 + 2;
    assert!(frames.len() as u128 <= most, "{} frames in {spent:?}", frames.len());
    let mut sizes: Vec<usize> = frames.iter().map(String::len).collect();
    sizes.sort_unstable();
    assert!(sizes.get(sizes.len() / 2).is_none_or(|half| *half < 600), "{sizes:?}");
    program.send(DOWN);
}

/// In a terminal `doctor` says its size and how wide it draws, and leaves it as it was.
#[test]
fn doctor_probes_the_terminal_it_stands_in() {
    for (wide, said) in [(false, "横线占一格"), (true, "横线占两格")] {
        let folder = tempfile::tempdir().unwrap();
        let window = Window { columns: 120, rows: 24, wide };
        let now = "2024-01-09T08:10:00+08:00";
        let env = [("LC_ALL", "zh_CN.UTF-8"), ("XMODIFIERS", "@im=fcitx")];
        let mut program =
            Program::start_all(now, "zh", window, &folder.path().join("data"), &["doctor"], &env);
        let text = program.wait_for("合计无误");
        assert!(text.contains("120 列 24 行") && text.contains(said), "{text}");
        assert!(
            text.contains("编码 UTF-8") && text.contains("输入法 fcitx") && text.contains("F 键"),
            "{text}"
        );
        assert_eq!(program.ended(), 0);
        program.given_back();
    }
}
