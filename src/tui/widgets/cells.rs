//! Text measured and cut in terminal cells, and made harmless: the only place that knows how wide a character is.
//! Knows no buffer and no style.

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How this terminal draws characters of ambiguous width (`“ — · ① →` and box lines): one cell, or two as the
/// Chinese console of Windows 10 does (`ui.md` §3.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cells {
    /// Whether they take two cells; then they are written in ASCII.
    pub wide: bool,
}

/// Width in cells, by grapheme, as ratatui's buffer counts it.
#[must_use]
pub fn width(text: &str) -> usize {
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

impl Cells {
    /// What is drawn for one character of a message: control and direction characters vanish, so that no text can
    /// move the cursor or turn the line around; emoji are reduced to their base.
    pub fn push_char(self, c: char, out: &mut String) {
        match c {
            '\t' | '\u{2028}' | '\u{2029}' | '\u{a0}' => out.push(' '),
            // Regional indicators come in pairs that terminals measure differently: their letters are drawn instead.
            '\u{1f1e6}'..='\u{1f1ff}' => {
                out.push(char::from_u32(c as u32 - 0x1f1e6 + 0x41).unwrap_or(' '));
            }
            '\u{e000}'..='\u{f8ff}' => out.push('?'),
            c if is_unprintable(c) => {}
            c if self.wide && c.width() == Some(1) && c.width_cjk() == Some(2) => push_narrow(c, out),
            c => out.push(c),
        }
    }

    /// The whole text as drawn on one line; line breaks become spaces.
    #[must_use]
    pub fn clean(self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            if c == '\n' || c == '\r' {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            } else {
                self.push_char(c, &mut out);
            }
        }
        out
    }

    /// The text cleaned and cut to at most `cells`; what is cut is replaced by `..` where there is room for it.
    #[must_use]
    pub fn fit(self, text: &str, cells: usize) -> String {
        let clean = self.clean(text);
        if width(&clean) <= cells {
            return clean;
        }
        let dots = if cells >= 4 { 2 } else { 0 };
        let mut out = String::new();
        let mut used = 0;
        for g in clean.graphemes(true) {
            let w = g.width();
            if used + w > cells - dots {
                break;
            }
            used += w;
            out.push_str(g);
        }
        if dots > 0 {
            out.push_str("..");
        }
        out
    }

    /// As [`Cells::fit`], filled with spaces on the right to exactly `cells`.
    #[must_use]
    pub fn pad(self, text: &str, cells: usize) -> String {
        let mut out = self.fit(text, cells);
        out.extend(std::iter::repeat_n(' ', cells.saturating_sub(width(&out))));
        out
    }

    /// As [`Cells::pad`] with the spaces on the left.
    #[must_use]
    pub fn pad_left(self, text: &str, cells: usize) -> String {
        let fitted = self.fit(text, cells);
        let mut out: String = std::iter::repeat_n(' ', cells.saturating_sub(width(&fitted))).collect();
        out.push_str(&fitted);
        out
    }
}

/// Control, format and direction characters, joiners, selectors and tags: nothing of them is drawn.
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{20e3}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0000}'..='\u{e0fff}')
        || c.width() == Some(0)
}

/// The ASCII stand-in of a character that this terminal would draw two cells wide.
fn push_narrow(c: char, out: &mut String) {
    let word = match c {
        '“' | '”' | '„' | '″' => "\"",
        '‘' | '’' | '′' => "'",
        '…' => "..",
        '—' | '–' | '―' | '─' | '━' => "-",
        '·' | '•' => ".",
        '│' | '┃' | '‖' => "|",
        '→' => "->",
        '←' => "<-",
        '↑' => "^",
        '↓' => "v",
        '■' | '□' | '█' | '◆' | '◇' => "#",
        '●' | '○' | '◎' | '★' | '☆' | '※' | '▲' | '△' | '▼' | '▽' => "*",
        '√' => "v",
        '×' => "x",
        '÷' => "/",
        '±' => "+-",
        '°' => "'",
        '℃' => "C",
        '§' => "S",
        '①'..='⑳' => {
            out.push('(');
            out.push_str(&(c as u32 - 0x245f).to_string());
            ")"
        }
        _ => "",
    };
    if !word.is_empty() {
        out.push_str(word);
        return;
    }
    let folded: String = c.nfkc().filter(char::is_ascii).collect();
    out.push_str(if folded.is_empty() { "?" } else { &folded });
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NARROW: Cells = Cells { wide: false };
    const WIDE: Cells = Cells { wide: true };

    #[test]
    fn cuts_between_characters() {
        assert_eq!(NARROW.fit("防汛物资统计表", 7), "防汛..");
        assert_eq!(NARROW.fit("防汛", 4), "防汛");
        assert_eq!(NARROW.fit("防汛", 3), "防");
        assert_eq!(NARROW.pad("防", 5), "防   ");
        assert_eq!(NARROW.pad_left("12群", 6), "  12群");
    }

    #[test]
    fn escapes_and_direction_marks_vanish() {
        assert_eq!(NARROW.clean("\u{1b}[2J红\u{202e}字\u{200d}\r\n完\u{9b}31m"), "[2J红字 完31m");
        assert_eq!(NARROW.clean("🇨🇳👍🏽✅️"), "CN👍✅");
    }

    #[test]
    fn ambiguous_characters_become_ascii_on_wide_consoles() {
        assert_eq!(WIDE.clean("“附件”…—·①→■℃Ⅱ"), "\"附件\"..-.(1)->#CII");
        assert_eq!(NARROW.clean("“附件”…"), "“附件”…");
    }

    proptest! {
        #[test]
        fn fit_never_exceeds_and_pad_is_exact(text in "\\PC{0,60}", cells in 0_usize..50, wide: bool) {
            let cells_of = Cells { wide };
            prop_assert!(width(&cells_of.fit(&text, cells)) <= cells);
            prop_assert_eq!(width(&cells_of.pad(&text, cells)), cells);
            prop_assert_eq!(width(&cells_of.pad_left(&text, cells)), cells);
        }

        #[test]
        fn wide_text_holds_nothing_ambiguous(text in any::<String>()) {
            let clean = WIDE.clean(&text);
            prop_assert!(clean.chars().all(|c| c.width() == c.width_cjk()), "{clean:?}");
            prop_assert!(!clean.chars().any(char::is_control));
        }
    }
}
