//! A window that opened with the program closes with it, and takes the error along before anybody has read it: an error
//! then waits for Enter. Such a window is there when the program was double-clicked, which is to say that Explorer
//! started it; a shell or a script is never kept waiting.

use std::io::{BufRead, IsTerminal, Write};

use rust_i18n::t;

/// How the program was started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Started {
    /// The file name of the program that started it, where the system tells.
    by: Option<String>,
    /// Whether somebody sits before it: what is read and what is complained goes to a terminal.
    attended: bool,
}

/// Whether the end of the program closes the window on an error.
fn waits(started: &Started, code: u8) -> bool {
    let double_clicked = started.by.as_ref().is_some_and(|by| by.eq_ignore_ascii_case("explorer.exe"));
    code != super::DONE && code != super::PARTLY && started.attended && double_clicked
}

/// After an error: waits for Enter where the window would close otherwise.
pub(super) fn before_closing(code: u8) {
    let attended = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    if !waits(&Started { by: started_by(), attended }, code) {
        return;
    }
    let _ = writeln!(std::io::stderr().lock(), "\n{}", t!("cli.wait"));
    let _ = std::io::stdin().lock().read_line(&mut String::new());
}

/// The program that started this one. The test sets it: there is no Explorer where it runs.
fn started_by() -> Option<String> {
    std::env::var("QUNBOX_TEST_STARTED_BY").ok().or_else(parent)
}

#[cfg(windows)]
fn parent() -> Option<String> {
    use winsafe::{HPROCESSLIST, co};
    let mut list = HPROCESSLIST::CreateToolhelp32Snapshot(co::TH32CS::SNAPPROCESS, None).ok()?;
    let mut all = std::collections::HashMap::new();
    for entry in list.iter_processes() {
        let entry = entry.ok()?;
        all.insert(entry.th32ProcessID, (entry.th32ParentProcessID, entry.szExeFile()));
    }
    let (parent, _) = all.get(&std::process::id())?;
    all.get(parent).map(|(_, name)| name.clone())
}

#[cfg(not(windows))]
fn parent() -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_error_in_a_window_of_its_own_waits() {
        let started = |by: &str, attended| Started { by: Some(by.to_owned()), attended };
        for (how, code, want) in [
            (started("explorer.exe", true), 1, true),
            (started("Explorer.EXE", true), 2, true),
            (started("explorer.exe", true), 101, true),
            (started("explorer.exe", true), 0, false),
            (started("explorer.exe", true), 3, false),
            (started("explorer.exe", false), 1, false),
            (started("cmd.exe", true), 1, false),
            (started("powershell.exe", true), 2, false),
            (Started { by: None, attended: true }, 1, false),
        ] {
            assert_eq!(waits(&how, code), want, "{how:?} {code}");
        }
    }
}
