//! Text that a terminal or a file shows as it is: escapes, control characters and direction marks become visible or go.

/// Makes `text` harmless: ANSI escape sequences become `␛` and their letters, control characters their visible pictures,
/// direction marks and zero-width characters go; line ends stay `\n`, tabs become a space. Joiners stay within emoji; between
/// other characters they would hide a number from the masks. Borrowed when nothing changes.
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
            '\u{200d}' | '\u{fe00}'..='\u{fe0f}' if out.chars().next_back().is_some_and(is_pictorial) => {
                out.push(c);
            }
            c if is_unsafe(c) => {}
            c => out.push(c),
        }
    }
    std::borrow::Cow::Owned(out)
}

/// Characters that act on a terminal or hide themselves, and noncharacters, which nothing shows and no XML may hold.
fn is_unsafe(c: char) -> bool {
    match c {
        '\n' => false,
        '\u{200d}' | '\u{fe00}'..='\u{fe0f}' => true,
        '\u{2028}'
        | '\u{2029}'
        | '\u{e0001}'..='\u{e007f}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{fdd0}'..='\u{fdef}' => true,
        c if (c as u32) & 0xfffe == 0xfffe => true,
        c => c.is_control() || crate::normalize::is_invisible(c),
    }
}

fn is_pictorial(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' | '\u{fe0f}')
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
            ("1380000\u{200d}00\u{fe0f}01", "13800000001"),
            ("\u{9b}2J", "␛2J"),
            ("前\u{ffff}\u{1fffe}\u{fdd0}后\u{fffd}", "前后\u{fffd}"),
        ] {
            assert_eq!(neutral(text), want, "{text:?}");
            assert_eq!(neutral(&neutral(text)), want);
        }
    }
}
