//! Keys as the program knows them: parsed from the table's words, folded from full-width forms, named on the screen.
//! Which key does what is in `actions`.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key press, normalised: Shift is dropped from characters, letters with Ctrl are lower case, BackTab is Shift+Tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which key.
    pub code: KeyCode,
    /// Ctrl, Alt, Shift.
    pub mods: KeyModifiers,
}

impl Key {
    /// A key without modifiers.
    #[must_use]
    pub const fn plain(code: KeyCode) -> Self {
        Key { code, mods: KeyModifiers::NONE }
    }

    /// From crossterm's event.
    #[must_use]
    pub fn from_event(event: KeyEvent) -> Self {
        let known = KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT;
        let mut mods = event.modifiers & known;
        let code = match event.code {
            KeyCode::BackTab => {
                mods |= KeyModifiers::SHIFT;
                KeyCode::Tab
            }
            KeyCode::Char(c) => {
                mods -= KeyModifiers::SHIFT;
                // AltGr arrives as Ctrl+Alt and has made its character already.
                if mods == KeyModifiers::CONTROL | KeyModifiers::ALT && !c.is_ascii_alphabetic() {
                    mods = KeyModifiers::NONE;
                }
                KeyCode::Char(if mods.contains(KeyModifiers::CONTROL) { c.to_ascii_lowercase() } else { c })
            }
            code => code,
        };
        Key { code, mods }
    }

    /// From a word of the action table: `F4`, `Ctrl+Z`, `Shift+Up`, `Space`, `e`.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let mut mods = KeyModifiers::NONE;
        let mut rest = word;
        for (name, bit) in
            [("Ctrl+", KeyModifiers::CONTROL), ("Alt+", KeyModifiers::ALT), ("Shift+", KeyModifiers::SHIFT)]
        {
            if let Some(after) = rest.strip_prefix(name).filter(|r| !r.is_empty()) {
                mods |= bit;
                rest = after;
            }
        }
        let code = match rest {
            "Up" => KeyCode::Up,
            "Down" => KeyCode::Down,
            "Left" => KeyCode::Left,
            "Right" => KeyCode::Right,
            "PgUp" => KeyCode::PageUp,
            "PgDn" => KeyCode::PageDown,
            "Home" => KeyCode::Home,
            "End" => KeyCode::End,
            "Enter" => KeyCode::Enter,
            "Esc" => KeyCode::Esc,
            "Tab" => KeyCode::Tab,
            "Space" => KeyCode::Char(' '),
            _ => {
                let mut chars = rest.chars();
                match (chars.next(), chars.as_str()) {
                    (Some(c), "") => KeyCode::Char(if mods.contains(KeyModifiers::CONTROL) {
                        c.to_ascii_lowercase()
                    } else {
                        c
                    }),
                    (Some('F'), number) => KeyCode::F(number.parse().ok().filter(|n| (1..=12).contains(n))?),
                    _ => return None,
                }
            }
        };
        Some(Key { code, mods })
    }

    /// The word it has in the action table and in config.toml: what [`Key::parse`] reads.
    #[must_use]
    pub fn word(self) -> String {
        let mut word = String::new();
        for (name, bit) in
            [("Ctrl+", KeyModifiers::CONTROL), ("Alt+", KeyModifiers::ALT), ("Shift+", KeyModifiers::SHIFT)]
        {
            if self.mods.contains(bit) {
                word.push_str(name);
            }
        }
        let code = match self.code {
            KeyCode::PageUp => "PgUp".to_owned(),
            KeyCode::PageDown => "PgDn".to_owned(),
            KeyCode::Char(' ') => "Space".to_owned(),
            KeyCode::F(n) => format!("F{n}"),
            KeyCode::Char(c) if self.mods.contains(KeyModifiers::CONTROL) => {
                c.to_ascii_uppercase().to_string()
            }
            KeyCode::Char(c) => c.to_string(),
            code => format!("{code:?}"),
        };
        word + &code
    }

    /// The character this key would type, if it is one that an input method may take for itself.
    #[must_use]
    pub fn typed(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if self.mods.is_empty() => Some(c),
            _ => None,
        }
    }

    /// The same key with full-width letters, digits and punctuation turned into ASCII, for lists (`ui.md` §8.2).
    #[must_use]
    pub fn folded(self) -> Self {
        match self.code {
            KeyCode::Char(c) => Key { code: KeyCode::Char(fold(c)), mods: self.mods },
            _ => self,
        }
    }
}

/// What an input method's full-width or Chinese character stands for on the keyboard.
#[must_use]
pub fn fold(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        '。' => '.',
        '、' => '/',
        '《' => '<',
        '》' => '>',
        '【' => '[',
        '】' => ']',
        '￥' => '$',
        '“' | '”' => '"',
        '‘' | '’' => '\'',
        _ => c,
    }
}

/// Whether a character can only come from a Chinese input method.
#[must_use]
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_table() {
        assert_eq!(Key::parse("F4"), Some(Key::plain(KeyCode::F(4))));
        assert_eq!(Key::parse("Ctrl+Z"), Some(Key { code: KeyCode::Char('z'), mods: KeyModifiers::CONTROL }));
        assert_eq!(Key::parse("Shift+Up"), Some(Key { code: KeyCode::Up, mods: KeyModifiers::SHIFT }));
        assert_eq!(Key::parse("Space"), Some(Key::plain(KeyCode::Char(' '))));
        for word in ["F4", "Ctrl+Z", "Shift+Up", "Space", "e", "G", "PgDn", "Ctrl+Left", "Esc"] {
            assert_eq!(Key::parse(word).unwrap().word(), word);
        }
        for bad in ["F13", "Ctrl+", "Wheel", ""] {
            assert_eq!(Key::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn events_are_normalised() {
        let event = |code, mods| Key::from_event(KeyEvent::new(code, mods));
        assert_eq!(event(KeyCode::BackTab, KeyModifiers::SHIFT), Key::parse("Shift+Tab").unwrap());
        assert_eq!(event(KeyCode::Char('G'), KeyModifiers::SHIFT), Key::parse("G").unwrap());
        assert_eq!(event(KeyCode::Char('Z'), KeyModifiers::CONTROL), Key::parse("Ctrl+Z").unwrap());
    }

    #[test]
    fn full_width_keys_fold() {
        for (from, to) in [('ｅ', 'e'), ('？', '?'), ('、', '/'), ('：', ':'), ('\u{3000}', ' '), ('１', '1')]
        {
            assert_eq!(fold(from), to);
        }
        assert!(is_han('办') && !is_han('ｅ') && !is_han('。'));
    }
}
