//! The text on the clipboard: through the system on Windows, elsewhere through the tools a desktop brings along.

/// The text on the clipboard; `None` where there is none or no way to it.
#[cfg(windows)]
#[must_use]
pub fn text() -> Option<String> {
    arboard::Clipboard::new().ok()?.get_text().ok().filter(|t| !t.trim().is_empty())
}

/// The text on the clipboard; `None` where there is none or no way to it.
#[cfg(not(windows))]
#[must_use]
pub fn text() -> Option<String> {
    /// Programs that print the clipboard, and what must be set for them to reach a desktop.
    const TOOLS: [(&str, &[&str], &str); 4] = [
        ("wl-paste", &["--no-newline"], "WAYLAND_DISPLAY"),
        ("xclip", &["-selection", "clipboard", "-out"], "DISPLAY"),
        ("xsel", &["--clipboard", "--output"], "DISPLAY"),
        ("pbpaste", &[], "HOME"),
    ];
    TOOLS.iter().filter(|(.., needs)| std::env::var_os(needs).is_some_and(|v| !v.is_empty())).find_map(
        |(tool, args, _)| {
            let done = std::process::Command::new(tool)
                .args(*args)
                .stdin(std::process::Stdio::null())
                .stderr(std::process::Stdio::null())
                .output()
                .ok()?;
            let text = String::from_utf8_lossy(&done.stdout).into_owned();
            (done.status.success() && !text.trim().is_empty()).then_some(text)
        },
    )
}
