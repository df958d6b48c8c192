//! A question before something that cannot be taken back, where there is somebody to ask.

use std::io::{self, IsTerminal, Write};

/// The answer to a question; `None` where nobody sits at a terminal.
pub(super) fn ask(question: &str) -> io::Result<Option<bool>> {
    if !io::stdin().is_terminal() {
        return Ok(None);
    }
    let mut err = io::stderr().lock();
    write!(err, "{question}")?;
    err.flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(Some(matches!(answer.trim(), "y" | "Y" | "yes" | "是" | "好")))
}
