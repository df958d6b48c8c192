//! The real program in a pseudo-terminal, its bytes read by a terminal emulator: screens, caret, modes, exit codes.
//! Tests wait for words on the screen, never for a time.
#![cfg(unix)]

mod ending;
mod journeys;
mod typing;

use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use tempfile::TempDir;

/// The most a slow machine may take for one screen.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) const F3: &str = "\x1bOR";
pub(crate) const F4: &str = "\x1bOS";
pub(crate) const F5: &str = "\x1b[15~";
const F12: &str = "\x1b[24~";
pub(crate) const DOWN: &str = "\x1b[B";
pub(crate) const UP: &str = "\x1b[A";
pub(crate) const CTRL_Q: &str = "\x11";
pub(crate) const CTRL_Z: &str = "\x1a";
pub(crate) const ENTER: &str = "\r";
pub(crate) const ESC: &str = "\x1b";

pub(crate) struct Program {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    writer: Arc<Mutex<Box<dyn Write + Send>>>,
    screen: Arc<Mutex<vt100::Parser>>,
    /// Everything that was written, whole frames only.
    written: Arc<Mutex<Vec<u8>>>,
}

/// A terminal window: its size, and whether it draws `─` two cells wide, as consoles in China do.
#[derive(Clone, Copy)]
struct Window {
    columns: u16,
    rows: u16,
    wide: bool,
}

fn cells(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).unwrap()
}

/// How many of the bytes are whole frames: what follows the beginning of a synchronized update is not shown before its
/// end has come, as a terminal does it.
fn whole_frames(bytes: &[u8]) -> usize {
    const BEGIN: &[u8] = b"\x1b[?2026h";
    const END: &[u8] = b"\x1b[?2026l";
    let last = |mark: &[u8]| bytes.windows(mark.len()).rposition(|w| w == mark);
    match (last(BEGIN), last(END)) {
        (Some(begin), end) if end.is_none_or(|end| end < begin) => begin,
        // The beginning itself may come in two pieces.
        _ => (1..BEGIN.len())
            .rev()
            .find(|n| bytes.ends_with(&BEGIN[..*n]))
            .map_or(bytes.len(), |n| bytes.len() - n),
    }
}

impl Program {
    fn start(data: &Path, args: &[&str], env: &[(&str, &str)]) -> Self {
        Self::start_as("zh", (80, 24), data, args, env)
    }

    pub(crate) fn start_at(now: &str, data: &Path, args: &[&str], env: &[(&str, &str)]) -> Self {
        let window = Window { columns: 80, rows: 24, wide: false };
        Self::start_all(now, "zh", window, data, args, env)
    }

    pub(crate) fn start_as(
        lang: &str,
        (columns, rows): (u16, u16),
        data: &Path,
        args: &[&str],
        env: &[(&str, &str)],
    ) -> Self {
        let window = Window { columns, rows, wide: false };
        Self::start_all("2024-01-09T08:10:00+08:00", lang, window, data, args, env)
    }

    fn start_all(
        now: &str,
        lang: &str,
        window: Window,
        data: &Path,
        args: &[&str],
        env: &[(&str, &str)],
    ) -> Self {
        let Window { columns, rows, wide } = window;
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_qunbox"));
        command.args(["--lang", lang, "--now", now, "--data-dir"]);
        command.arg(data);
        command.args(args);
        command.env("TERM", "xterm-256color");
        command.env("HOME", data);
        command.env_remove("NO_COLOR");
        command.cwd(data.parent().unwrap());
        for (name, value) in env {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let screen = Arc::new(Mutex::new(vt100::Parser::new(cells(rows), cells(columns), 0)));
        let written = Arc::new(Mutex::new(Vec::new()));
        let writer = Arc::new(Mutex::new(pair.master.take_writer().unwrap()));
        let (mut reader, shown, answers) =
            (pair.master.try_clone_reader().unwrap(), Arc::clone(&screen), Arc::clone(&writer));
        let kept = Arc::clone(&written);
        std::thread::spawn(move || {
            let mut bytes = [0_u8; 65_536];
            let mut held = Vec::new();
            while let Ok(n @ 1..) = reader.read(&mut bytes) {
                held.extend_from_slice(&bytes[..n]);
                let whole: Vec<u8> = held.drain(..whole_frames(&held)).collect();
                let mut parser = shown.lock().unwrap();
                parser.process(&whole);
                kept.lock().unwrap().extend_from_slice(&whole);
                // The width probe asks where the cursor is.
                if whole.windows(4).any(|w| w == b"\x1b[6n") {
                    let (row, column) = parser.screen().cursor_position();
                    let answer = format!("\x1b[{};{}R", row + 1, column + 1 + u16::from(wide));
                    answers.lock().unwrap().write_all(answer.as_bytes()).unwrap();
                }
            }
        });
        Program { child, master: pair.master, writer, screen, written }
    }

    pub(crate) fn send(&self, keys: &str) {
        let mut writer = self.writer.lock().unwrap();
        writer.write_all(keys.as_bytes()).unwrap();
        writer.flush().unwrap();
    }

    /// Text as a terminal pastes it.
    pub(crate) fn paste(&self, text: &str) {
        self.send(&format!("\x1b[200~{text}\x1b[201~"));
    }

    pub(crate) fn text(&self) -> String {
        self.screen.lock().unwrap().screen().contents()
    }

    /// Waits until `seen` holds for the screen's text.
    pub(crate) fn until(&self, what: &str, seen: impl Fn(&str) -> bool) -> String {
        let start = Instant::now();
        loop {
            let text = self.text();
            if seen(&text) {
                return text;
            }
            assert!(start.elapsed() < PATIENCE, "waited for {what}; on the screen:\n{text}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub(crate) fn wait_for(&self, words: &str) -> String {
        self.until(words, |text| text.contains(words))
    }

    /// The line the cursor `>` stands on.
    pub(crate) fn wait_selected(&self, words: &str) {
        self.until(words, |text| text.lines().any(|l| l.contains("│>") && l.contains(words)));
    }

    pub(crate) fn resize(&self, columns: u16, rows: u16) {
        self.screen.lock().unwrap().screen_mut().set_size(cells(rows), cells(columns));
        self.master.resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    fn signal(&self, name: &str) {
        let pid = self.child.process_id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args([name, &pid]).status().unwrap().success());
    }

    fn ended(&mut self) -> u32 {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.exit_code();
            }
            assert!(start.elapsed() < PATIENCE, "still running:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Whether the terminal is as it was before: no alternate screen, mouse, paste mode; the cursor shown.
    fn given_back(&self) {
        // The bytes may come in more than one piece.
        self.until("the terminal given back", |_| {
            let parser = self.screen.lock().unwrap();
            !parser.screen().alternate_screen() && !parser.screen().hide_cursor()
        });
        let parser = self.screen.lock().unwrap();
        let screen = parser.screen();
        assert!(!screen.hide_cursor(), "cursor hidden");
        assert!(!screen.bracketed_paste(), "paste mode left on");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        let raw = self.master.get_termios().unwrap().local_flags;
        assert!(format!("{raw:?}").contains("ICANON"), "raw mode left on: {raw:?}");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A data folder and, beside it, an export of one group: notices and acknowledgements.
fn desk() -> (TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let export = folder.path().join("安监消防群.jsonl");
    let texts = [
        "各村：请于1月10日17:00前将《九小场所消防安全排查表》报送至安监办邮箱，不得漏报。收到请回复。",
        "收到",
        "请各村于1月12日12:00前签订森林防火责任书并将回执报镇林业站，逾期通报。",
        "【紧急通知】请各村今天18:00前完成独居老人走访并上报《低温冰冻走访台账》。",
        "收到",
        "请各村于1月20日前报送《人居环境整治前后对比照片》，每村不少于3张。",
    ];
    let mut out = header("安监消防群", "51000000001@chatroom");
    for (n, text) in texts.iter().enumerate() {
        message(&mut out, n, 1_704_758_400 + 60 * n as i64, text);
    }
    fs::write(&export, out).unwrap();
    (folder, export)
}

fn header(name: &str, id: &str) -> String {
    format!(
        "{{\"_type\":\"header\",\"chatlab\":{{\"version\":\"0.0.2\",\"exportedAt\":1704762000,\"generator\":\"WeFlow\"}},\
         \"meta\":{{\"name\":\"{name}\",\"platform\":\"wechat\",\"type\":\"group\",\"groupId\":\"{id}\"}}}}\n\
         {{\"_type\":\"member\",\"platformId\":\"wxid_a\",\"accountName\":\"安监办小吴\"}}\n"
    )
}

fn message(out: &mut String, n: usize, at: i64, text: &str) {
    writeln!(
        out,
        "{{\"_type\":\"message\",\"sender\":\"wxid_a\",\"accountName\":\"安监办小吴\",\"timestamp\":{at},\"type\":0,\
         \"content\":\"{text}\",\"platformMessageId\":\"{}\"}}",
        9_000_000_000_000 + n as i64
    )
    .unwrap();
}

/// An export that takes the program a while.
fn big_export(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("大群.jsonl");
    let mut out = header("大群", "51000000002@chatroom");
    for n in 0..60_000_usize {
        let text = format!("第{n}批：请各村于1月{}日17:00前将第{n}号表报送至{}办邮箱", 10 + n % 20, n % 97);
        message(&mut out, n, 1_700_000_000 + n as i64, &text);
    }
    fs::write(&path, out).unwrap();
    path
}

/// The program on a data folder into which the small export has come.
fn with_inbox() -> (TempDir, Program) {
    let (folder, export) = desk();
    let program = Program::start(&folder.path().join("data"), &[export.to_str().unwrap()], &[]);
    program.wait_for("导入结果");
    program.send(ENTER);
    program.wait_for("哪些名字是我");
    program.send(ESC);
    program.wait_for("九小场所");
    (folder, program)
}

#[test]
fn first_run_says_what_to_do_and_quits_clean() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(&folder.path().join("data"), &[], &[]);
    let text = program.wait_for("还没有消息");
    assert!(text.contains("F5") && text.contains("按 F8") && text.contains("F1 帮助"), "{text}");
    program.send(CTRL_Q);
    assert_eq!(program.ended(), 0);
    program.given_back();
}

#[test]
fn triage_and_undo() {
    let (_folder, program) = with_inbox();
    program.wait_selected("独居老人");
    program.send(F4);
    program.wait_for("1 行应办没有报");
    program.send(ENTER);
    program.until("the row gone", |t| t.contains("Ctrl+Z 撤销") && t.contains("已办 1"));
    program.send(CTRL_Z);
    program.until("the row back", |t| t.contains("已撤销") && t.contains("已办 0"));
    program.wait_selected("独居老人");
    program.send(ENTER);
    program.wait_for("来源：1 个群");
}

#[test]
fn search_keeps_the_cursor_at_the_caret() {
    let (_folder, program) = with_inbox();
    program.send(F3);
    program.wait_for("查找全部消息");
    program.send("排查");
    program.until("a hit", |t| t.contains("查找 排查") && t.contains("《九小场所消防安全排查表》"));
    let parser = program.screen.lock().unwrap();
    assert!(!parser.screen().hide_cursor(), "the cursor is shown while a field has the focus");
    assert_eq!(parser.screen().cursor_position(), (2, 11), "behind two wide characters");
    drop(parser);
    program.send(ENTER);
    program.wait_for("来源：1 个群");
    program.send(ESC);
    program.wait_for("查找 排查");
}

#[test]
fn import_is_previewed_runs_and_can_be_stopped() {
    let (folder, mut program) = with_inbox();
    let big = big_export(folder.path());
    program.send(F5);
    program.wait_for("[导入整个文件夹]");
    program.paste(big.to_str().unwrap());
    program.wait_for("大群.jsonl");
    program.send(ENTER);
    let text = program.wait_for("还没有写入");
    assert!(text.contains("60000") && text.contains("chatlab-jsonl"), "{text}");
    program.send(ENTER);
    program.wait_for("正在导入");
    program.send(ESC);
    program.wait_for("请确认");
    program.send(ENTER);
    program.wait_for("已停止");
    program.send(CTRL_Q);
    assert_eq!(program.ended(), 0);
}

/// What was decided before the program was killed in the middle of an import is there, and the import comes in again.
#[test]
fn kill_during_an_import_loses_nothing_decided() {
    let (folder, mut program) = with_inbox();
    program.wait_selected("独居老人");
    program.send(F4);
    program.wait_for("1 行应办没有报");
    program.send(ENTER);
    program.wait_for("已办 1");
    program.send(CTRL_Q);
    program.ended();
    let big = big_export(folder.path());
    let data = folder.path().join("data");
    let mut program = Program::start(&data, &[big.to_str().unwrap()], &[]);
    program.until("messages coming in", |t| t.contains("正在导入") && !t.contains(" 0 条消息"));
    program.signal("-KILL");
    program.ended();
    let program = Program::start(&data, &[], &[]);
    program.until("the inbox again", |t| t.contains("已办 1") && !t.contains("正在读取"));
    assert!(!program.text().contains("出错"), "{}", program.text());
}

#[test]
fn any_size_is_survived() {
    let (_folder, program) = with_inbox();
    for (columns, rows) in [(1, 1), (200, 60), (3, 40), (59, 14), (100, 2), (60, 15)] {
        program.resize(columns, rows);
        program.send(DOWN);
    }
    program.resize(50, 10);
    program.wait_for("窗口太小");
    program.resize(80, 24);
    program.until("the inbox", |t| t.contains("九小场所") && t.contains("F1 帮助") && t.contains("│>"));
}

/// Who drags the edge of a window sends dozens of sizes while frames are drawn.
#[test]
fn a_window_that_shrinks_while_a_frame_is_drawn_is_survived() {
    let (_folder, program) = with_inbox();
    for n in 0..1500_u16 {
        let (columns, rows) = if n % 2 == 0 { (200, 60) } else { (60 + n % 7, 15) };
        program.resize(columns, rows);
        program.send(if n % 4 < 2 { DOWN } else { UP });
        std::thread::sleep(Duration::from_micros(300 + u64::from(n % 300) * 7));
    }
    program.resize(80, 24);
    program.until("the inbox", |t| t.contains("九小场所") && t.contains("F1 帮助") && t.contains("│>"));
}

#[test]
fn a_panic_of_any_thread_gives_the_terminal_back() {
    for (whose, code) in [("ui", 101), ("worker", 1)] {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let mut program = Program::start(&data, &[], &[("QUNBOX_TEST_PANIC", whose)]);
        program.wait_for("还没有消息");
        program.send(F12);
        assert_eq!(program.ended(), code, "{whose}");
        program.given_back();
        // Where the shell's cursor stands is the terminal's affair: the sentence may wrap.
        program.until("the sentence", |t| t.replace('\n', "").contains("群信箱出错停止了"));
        let reports = fs::read_dir(&data).unwrap().flatten();
        let report = reports.map(|e| e.path()).find(|p| p.to_string_lossy().contains("crash-"));
        let report = report.unwrap_or_else(|| panic!("{whose}: no crash file"));
        assert!(fs::read_to_string(report).unwrap().contains("panic"), "{whose}");
    }
}

#[test]
fn sigterm_gives_the_terminal_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(&folder.path().join("data"), &[], &[]);
    program.wait_for("还没有消息");
    program.signal("-TERM");
    assert_eq!(program.ended(), 143);
    program.given_back();
}

/// What one program decides the other shows, without a key being pressed in it.
#[test]
fn two_programs_on_one_database_see_each_others_changes() {
    let (folder, program) = with_inbox();
    program.wait_selected("独居老人");
    let other = Program::start(&folder.path().join("data"), &[], &[]);
    other.wait_selected("独居老人");
    other.send(F4);
    other.wait_for("1 行应办没有报");
    other.send(ENTER);
    other.wait_for("已办 1");
    program.until("the other's decision", |t| t.contains("已办 1"));
    program.until("the row gone", |t| !t.contains("独居老人"));
}

/// Redo and undo of what was decided before the program was closed.
#[test]
fn undo_holds_after_a_restart() {
    let (folder, mut program) = with_inbox();
    program.wait_selected("独居老人");
    program.send(F4);
    program.wait_for("1 行应办没有报");
    program.send(ENTER);
    program.wait_for("已办 1");
    program.send(CTRL_Q);
    program.ended();
    let program = Program::start(&folder.path().join("data"), &[], &[]);
    program.wait_for("已办 1");
    program.send(CTRL_Z);
    program.until("undone", |t| t.contains("已撤销") && t.contains("已办 0"));
    program.send("\x19");
    program.until("redone", |t| t.contains("已重做") && t.contains("已办 1"));
}

/// For a screen reader: no boxes, the real cursor on the selected row.
#[test]
fn plain_has_no_boxes_and_the_cursor_on_the_row() {
    let (folder, program) = with_inbox();
    drop(program);
    let program = Program::start(&folder.path().join("data"), &["--plain"], &[]);
    let text = program.until("rows and numbers", |t| t.contains("独居老人") && t.contains("两周内到期"));
    assert!(!text.contains(['│', '─', '┌']), "{text}");
    assert!(text.contains("两周内到期"), "{text}");
    program.send(DOWN);
    program.until("the cursor on the row", |text| {
        let parser = program.screen.lock().unwrap();
        let (row, _) = parser.screen().cursor_position();
        let line = text.lines().nth(usize::from(row)).unwrap_or("").to_owned();
        !parser.screen().hide_cursor() && line.trim_start().starts_with('>')
    });
}

/// The keys of config.toml hold; what is wrong with them is said with its line.
#[test]
fn own_keys_hold_and_are_checked() {
    let (folder, program) = with_inbox();
    drop(program);
    let data = folder.path().join("data");
    fs::write(data.join("config.toml"), "[keys]\ndone = \"Ctrl+S\"\nnoted = \"F44\"\n").unwrap();
    let program = Program::start(&data, &[], &[]);
    program.wait_for("config.toml 第 3 行");
    program.send(ESC);
    // Esc and the next byte at once would be Alt with that key.
    program.until("the complaint gone", |t| !t.contains("第 3 行"));
    program.wait_selected("独居老人");
    program.send("\x13");
    program.wait_for("1 行应办没有报");
    program.send(ENTER);
    program.wait_for("已办 1");
}

/// Nothing ticks: while nobody presses a key the program does not run at all.
#[test]
#[cfg(target_os = "linux")]
fn idle_means_idle() {
    let (_folder, program) = with_inbox();
    program.until("toasts gone", |t| !t.contains("导入完成"));
    let switches = || -> u64 {
        let path = format!("/proc/{}/task", program.child.process_id().unwrap());
        let read = |p: std::path::PathBuf| fs::read_to_string(p.join("status")).unwrap_or_default();
        let tasks = fs::read_dir(path).unwrap().flatten().map(|e| read(e.path()));
        let count = |s: String| {
            s.lines()
                .filter(|l| l.contains("voluntary_ctxt"))
                .filter_map(|l| l.rsplit('\t').next()?.parse::<u64>().ok())
                .sum::<u64>()
        };
        tasks.map(count).sum()
    };
    // What was just written is looked at, toasts go; then nothing wakes the program any more.
    let woken = || {
        let before = switches();
        std::thread::sleep(Duration::from_secs(6));
        switches() - before
    };
    let windows: Vec<u64> = std::iter::repeat_with(woken).take(4).take_while(|n| *n > 0).collect();
    assert!(windows.len() < 4, "wake-ups in windows of six seconds: {windows:?}");
}

/// J9 at the keyboard: the view shows what will be written, F8 writes it, an existing file is asked about; the moment of
/// closing is kept.
#[test]
fn the_digest_is_looked_at_and_written() {
    const F8: &str = "\x1b[19~";
    let (folder, mut program) = with_inbox();
    program.send("3");
    program.until("the digest", |t| t.contains("【每日摘要】2024年1月9日") && t.contains("今日到期"));
    program.send(F8);
    program.wait_for("导出到");
    program.send("\x15");
    let path = folder.path().join("会议/摘要.txt");
    program.paste(path.to_str().unwrap());
    program.until("the path", |t| t.contains("摘要.txt"));
    program.send(ENTER);
    program.wait_for("已写出");
    let written = fs::read_to_string(&path).unwrap();
    assert!(written.starts_with("\u{feff}【每日摘要】2024年1月9日（周二）\r\n"), "{written}");
    fs::write(&path, "mine").unwrap();
    program.send(F8);
    program.wait_for("导出到");
    program.send("\x15");
    program.paste(path.to_str().unwrap());
    program.send(ENTER);
    program.wait_for("已经有了");
    program.send(ESC);
    program.until("the question gone", |t| !t.contains("已经有了"));
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine", "kept while asked");
    program.send(CTRL_Q);
    assert_eq!(program.ended(), 0);
    let data = folder.path().join("data");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_qunbox"))
        .args(["--lang", "zh", "--now", "2024-01-10T08:10:00+08:00", "--data-dir"])
        .arg(&data)
        .args(["digest", "--since-closed"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("2024年1月9日（周二）08:10至1月10日（周三）"), "{text}");
}
