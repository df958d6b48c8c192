//! The terminal itself: entering and leaving it, one write a frame, the width probe, what happens on a panic or a
//! signal. The only file with escape sequences.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::event::{DisableMouseCapture, EnableMouseCapture};
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute, queue, style};
use ratatui::Terminal;
use ratatui::backend::{Backend as _, CrosstermBackend};
use ratatui::layout::Rect;

use super::lang::tt;
use super::model::Model;
use super::msg::Target;
use super::screens;

/// Whether the terminal is ours at the moment; whoever leaves it first clears it.
static ENTERED: AtomicBool = AtomicBool::new(false);
/// Whether a thread has panicked.
static CRASHED: AtomicBool = AtomicBool::new(false);
/// Whether its report is written.
static REPORTED: AtomicBool = AtomicBool::new(false);

/// Collects a frame and writes it in one piece.
struct OneWrite {
    bytes: Vec<u8>,
    out: File,
    held: Rc<Cell<bool>>,
}

impl Write for OneWrite {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.held.get() {
            return Ok(());
        }
        self.out.write_all(&self.bytes)?;
        self.bytes.clear();
        self.out.flush()
    }
}

/// Standard output past the lock and the buffer of `io::stdout`: whoever started the screen may hold that lock, and a
/// thread that panics must not wait for it.
fn direct() -> io::Result<File> {
    #[cfg(unix)]
    let owned = std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned()?;
    #[cfg(windows)]
    let owned = std::os::windows::io::AsHandle::as_handle(&io::stdout()).try_clone_to_owned()?;
    Ok(File::from(owned))
}

/// The terminal while the program has it.
pub(super) struct Screen {
    terminal: Terminal<CrosstermBackend<OneWrite>>,
    held: Rc<Cell<bool>>,
}

impl Screen {
    /// Takes the terminal: raw mode, alternate screen, mouse; bracketed paste on Unix only (crossterm#962).
    ///
    /// # Errors
    /// When there is no terminal, or it does not take orders.
    pub(super) fn enter(mouse: bool) -> io::Result<Self> {
        enable_raw_mode()?;
        ENTERED.store(true, Ordering::SeqCst);
        let mut out = direct()?;
        execute!(out, EnterAlternateScreen, cursor::Hide)?;
        #[cfg(unix)]
        execute!(out, crossterm::event::EnableBracketedPaste)?;
        if mouse {
            execute!(out, EnableMouseCapture)?;
        }
        let held = Rc::new(Cell::new(false));
        let writer = OneWrite { bytes: Vec::with_capacity(1 << 16), out, held: Rc::clone(&held) };
        let terminal = Terminal::new(CrosstermBackend::new(writer))?;
        let mut screen = Screen { terminal, held };
        screen.repaint()?;
        Ok(screen)
    }

    /// Begins a frame: fits it to the window. Gives columns and lines, which hold until [`Screen::draw`]: `Terminal::draw`
    /// would look a second time, and in a window that shrank meanwhile draw on less than what was laid out.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) fn begin(&mut self) -> io::Result<(u16, u16)> {
        self.held.set(true);
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        self.terminal.autoresize()?;
        let area = self.terminal.get_frame().area();
        Ok((area.width, area.height))
    }

    /// Draws the frame inside a synchronized update, the caret included, so that an input method's candidates stay with
    /// it. Gives what can be clicked.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) fn draw(&mut self, model: &Model) -> io::Result<Vec<(Rect, Target)>> {
        let (caret, targets) = screens::draw(model, self.terminal.get_frame().buffer_mut());
        self.terminal.apply_buffer_with_cursor(caret)?;
        queue!(self.terminal.backend_mut(), EndSynchronizedUpdate)?;
        self.held.set(false);
        io::Write::flush(self.terminal.backend_mut())?;
        Ok(targets)
    }

    /// Paints everything anew at the next frame.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) fn repaint(&mut self) -> io::Result<()> {
        // `Terminal::clear` asks where the cursor is, and fails where the terminal does not answer.
        self.terminal.backend_mut().clear()?;
        self.terminal.swap_buffers();
        self.terminal.swap_buffers();
        Ok(())
    }

    /// Takes or frees the mouse.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) fn mouse(&mut self, on: bool) -> io::Result<()> {
        if on {
            execute!(self.terminal.backend_mut(), EnableMouseCapture)
        } else {
            execute!(self.terminal.backend_mut(), DisableMouseCapture)
        }
    }

    /// Asks the terminal to put text on the clipboard (OSC 52).
    ///
    /// # Errors
    /// When the terminal is gone.
    #[cfg(not(windows))]
    pub(super) fn copy(&mut self, text: &str) -> io::Result<()> {
        let backend = self.terminal.backend_mut();
        write!(backend, "\x1b]52;c;{}\x07", base64(text.as_bytes()))?;
        io::Write::flush(backend)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        leave();
    }
}

/// Gives the terminal back. From any thread, any number of times.
pub(super) fn leave() {
    if !ENTERED.swap(false, Ordering::SeqCst) {
        return;
    }
    if let Ok(mut out) = direct() {
        let _ = execute!(out, DisableMouseCapture);
        #[cfg(unix)]
        let _ = execute!(out, crossterm::event::DisableBracketedPaste);
        let _ = execute!(out, EndSynchronizedUpdate, LeaveAlternateScreen, cursor::Show);
    }
    let _ = disable_raw_mode();
}

/// Whether the terminal draws `─` two cells wide: printed once, and the column read back. Must come before the thread
/// that reads keys. Any doubt means narrow.
#[must_use]
pub(super) fn probe_wide() -> bool {
    let mut out = io::stdout();
    if !out.is_terminal() || !io::stdin().is_terminal() {
        return false;
    }
    let wide = execute!(out, style::Print("\r─"))
        .and_then(|()| cursor::position())
        .is_ok_and(|(column, _)| column == 2);
    let _ = execute!(out, style::Print("\r"), Clear(ClearType::CurrentLine));
    wide
}

/// What `doctor` tells about the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Console {
    /// Columns and lines.
    pub size: (u16, u16),
    /// Whether it draws `─` two cells wide.
    pub wide: bool,
}

/// Looks at the terminal; `None` where input and output are none.
#[must_use]
pub fn console() -> Option<Console> {
    if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
        return None;
    }
    let size = crossterm::terminal::size().ok()?;
    enable_raw_mode().ok()?;
    let wide = probe_wide();
    let _ = disable_raw_mode();
    Some(Console { size, wide })
}

/// Whether a thread of the program has panicked; waits until its report is written.
#[must_use]
pub(super) fn crashed() -> bool {
    if !CRASHED.load(Ordering::SeqCst) {
        return false;
    }
    // The process must not end before the report is written.
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while !REPORTED.load(Ordering::SeqCst) && std::time::Instant::now() < patience {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    true
}

/// From now on a panic in any thread gives the terminal back, writes a file beside the data and says where it is.
pub(super) fn watch_panics(data_dir: &Path) {
    let folder: PathBuf = data_dir.to_owned();
    // The texts are taken now: the thread that panics may speak no language.
    let said = tt!("tui.crash.said");
    std::panic::set_hook(Box::new(move |info| {
        let first = !CRASHED.swap(true, Ordering::SeqCst);
        leave();
        if !first {
            return;
        }
        let path = folder.join(format!("crash-{}.txt", crate::clock::now()));
        let trace = std::backtrace::Backtrace::force_capture();
        let report = format!("qunbox {}\n{info}\n\n{trace}\n", env!("CARGO_PKG_VERSION"));
        let _ = std::fs::create_dir_all(&folder);
        let mut err = io::stderr().lock();
        let _ = writeln!(err, "{said}");
        match std::fs::write(&path, &report) {
            Ok(()) => {
                let _ = writeln!(err, "{}", tt!("tui.crash.file", path = path.display()));
            }
            Err(_) => {
                let _ = writeln!(err, "{report}");
            }
        }
        REPORTED.store(true, Ordering::SeqCst);
    }));
}

/// Calls `ended` when the process is asked to end (SIGTERM, SIGHUP, SIGINT from outside).
#[cfg(unix)]
pub(super) fn watch_signals(ended: impl Fn() + Send + 'static) -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGHUP, SIGINT])?;
    std::thread::Builder::new().name("signals".into()).spawn(move || {
        for _ in signals.forever() {
            ended();
        }
    })?;
    Ok(())
}

/// On Windows the console itself ends the program when its window is closed.
#[cfg(not(unix))]
pub(super) fn watch_signals(_ended: impl Fn() + Send + 'static) -> io::Result<()> {
    Ok(())
}

#[cfg(not(windows))]
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let [a, b, c] = [0, 1, 2].map(|i| u32::from(chunk.get(i).copied().unwrap_or(0)));
        let word = a << 16 | b << 8 | c;
        for i in 0..4 {
            let digit = DIGITS[(word >> (18 - 6 * i) & 63) as usize];
            out.push(if i <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

#[cfg(all(test, not(windows)))]
mod tests {
    use super::base64;

    #[test]
    fn base64_of_rfc_4648() {
        let cases = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (text, want) in cases {
            assert_eq!(base64(text.as_bytes()), want);
        }
    }
}
