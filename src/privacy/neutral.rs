//! Text that a terminal or a file shows as it is: escapes, control characters and direction marks become visible or go.

/// Makes `text` harmless: ANSI escape sequences become `␛` and their letters, control characters their visible pictures,
/// direction marks and zero-width characters go; line ends stay `\n`, tabs become a space. Borrowed when nothing changes.
#[must_use]
pub fn neutral(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return std::borrow::Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            '\t' => out.push(' '),
            '\u{2028}' | '\u{2029}' | '\u{85}' => out.push('\n'),
            '\n' => out.push('\n'),
            '\u{7f}' => out.push('␡'),
            // The C1 introducer of escape sequences counts as an escape.
            '\u{9b}' => out.push('␛'),
            c if (c as u32) < 0x20 => out.push(char::from_u32(0x2400 + c as u32).unwrap_or('␦')),
            c if is_unsafe(c) => {}
            c => out.push(c),
        }
    }
    std::borrow::Cow::Owned(out)
}

/// Characters that act on a terminal or hide themselves. The joiner within emoji stays.
fn is_unsafe(c: char) -> bool {
    match c {
        '\n' | '\u{200d}' | '\u{fe0f}' | '\u{fe0e}' => false,
        '\u{2028}' | '\u{2029}' | '\u{e0001}'..='\u{e007f}' | '\u{fff9}'..='\u{fffb}' => true,
        c => c.is_control() || crate::normalize::is_invisible(c) && !matches!(c, '\u{fe00}'..='\u{fe0f}'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_acts_on_the_terminal() {
        for (text, want) in [
            ("收到", "收到"),
            ("a\u{1b}[31mred", "a␛[31mred"),
            ("\u{202e}txt.exe", "txt.exe"),
            ("一\r\n二\r三", "一\n二\n三"),
            ("x\ty\u{7}", "x y␇"),
            ("👨\u{200d}👩", "👨\u{200d}👩"),
            ("\u{9b}2J", "␛2J"),
        ] {
            assert_eq!(neutral(text), want, "{text:?}");
            assert_eq!(neutral(&neutral(text)), want);
        }
    }
}
