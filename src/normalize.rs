//! Message text → comparable text. Two foldings: [`fold`] decides whether two exports show the same message,
//! [`match_text`] decides whether two messages say the same thing. Neither is ever shown.

use unicode_normalization::UnicodeNormalization;

/// Text for the identity rule (`formats.md` §4.3 no. 3): NFC, line ends unified, white space and invisible
/// characters taken out. Words, punctuation and width stay, so different messages stay different.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.chars().filter(|c| !c.is_ascii_whitespace() && !c.is_ascii_control()).collect();
    }
    if text.chars().all(is_settled) {
        return text.chars().filter(|&c| !is_invisible(c) && !c.is_whitespace()).collect();
    }
    text.nfc().filter(|&c| !is_invisible(c) && !c.is_whitespace()).collect()
}

/// First letters of the pinyin of a text, for looking things up without an input method: `防汛物资A4` → `fxwza4`.
/// A character with several readings gives the one it has most often.
#[must_use]
pub fn initials(text: &str) -> String {
    use pinyin::ToPinyin as _;
    let mut out = String::with_capacity(text.len() / 2);
    for c in text.chars() {
        match c.to_pinyin() {
            Some(sound) => out.push_str(sound.first_letter()),
            None => out.extend(c.nfkc().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase())),
        }
    }
    out
}

/// Characters that NFC leaves as they are whatever stands beside them: neither composed nor decomposed, and combining
/// with nothing (Unicode Standard Annex 15, quick check `Yes` and combining class 0). Most of a chat is made of them, and
/// telling so is far cheaper than normalising.
fn is_settled(c: char) -> bool {
    matches!(c,
        '\0'..='\u{7f}' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{3000}'..='\u{3029}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ff01}'..='\u{ff5e}' | '\u{1f300}'..='\u{1faff}')
}

/// Text for comparing what messages say (`dedup.md` §4 no. 1): NFKC, lower case, letters and digits only.
/// Salutations stay: taking them out made matching worse when it was measured.
#[must_use]
pub fn match_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        push_match(c, &mut out);
    }
    out
}

/// Whether the [`match_text`] of both is the same; most of what differs does so from the first character on.
#[must_use]
pub fn same_match(a: &str, b: &str) -> bool {
    let first = |text: &str| text.chars().next().filter(|c| matches!(c, '0'..='9' | '\u{4e00}'..='\u{9fff}'));
    match (first(a), first(b)) {
        (Some(x), Some(y)) if x != y => false,
        _ => a == b || match_text(a) == match_text(b),
    }
}

/// As [`match_text`], with the position in `text` (in Unicode scalar values, as spans count) that each output
/// character came from.
#[must_use]
pub fn match_text_with_offsets(text: &str) -> (String, Vec<u32>) {
    let mut out = String::with_capacity(text.len());
    let mut from = Vec::with_capacity(text.len() / 2);
    for (at, c) in text.chars().enumerate() {
        let before = out.len();
        push_match(c, &mut out);
        let added = out[before..].chars().count();
        from.extend(std::iter::repeat_n(u32::try_from(at).unwrap_or(u32::MAX), added));
    }
    (out, from)
}

fn push_match(c: char, out: &mut String) {
    match c {
        'a'..='z' | '0'..='9' => out.push(c),
        'A'..='Z' => out.push(c.to_ascii_lowercase()),
        '\u{4e00}'..='\u{9fff}' => out.push(c),
        c if c.is_ascii() || is_invisible(c) => {}
        c => {
            let folded = c.nfkc().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric());
            out.extend(folded);
        }
    }
}

/// Characters that take no room and carry no meaning for comparison: zero-width, bidi controls, variation selectors,
/// other control characters.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{ad}' | '\u{61c}' | '\u{180e}')
        || (c.is_control() && !c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fold_keeps_words_and_drops_blanks() {
        for (text, want) in [
            ("收到\u{2005} ", "收到"),
            ("A b\r\nc\u{200b}", "Abc"),
            ("ｅ́", "ｅ\u{301}"),
            ("17：00", "17：00"),
            ("plain text\0", "plaintext"),
            ("收到 \u{3000}：“好”", "收到：“好”"),
        ] {
            assert_eq!(fold(text), want, "{text:?}");
        }
    }

    #[test]
    fn settled_characters_are_those_nfc_leaves_alone() {
        for c in ('\0'..=char::MAX).filter(|c| is_settled(*c)) {
            for beside in ['a', '请', '。'] {
                assert!([c, beside].into_iter().nfc().eq([c, beside]), "{c:?}");
                assert!([beside, c].into_iter().nfc().eq([beside, c]), "{c:?}");
            }
            assert_eq!(unicode_normalization::char::canonical_combining_class(c), 0, "{c:?}");
        }
    }

    #[test]
    fn same_match_compares_match_texts() {
        for (a, b) in [
            ("5日前", "5日，前"),
            ("５日", "5日"),
            ("①日", "1日"),
            ("周五", "周四"),
            ("五日", "5日"),
            ("", "。"),
            ("Ａ1", "a 1"),
        ] {
            assert_eq!(same_match(a, b), match_text(a) == match_text(b), "{a} {b}");
        }
    }

    #[test]
    fn match_text_is_letters_and_digits() {
        for (text, want) in
            [("请于1月10日（周三）17：00前，ＡＢc！", "请于1月10日周三1700前abc"), ("①②[强]😀", "12强")]
        {
            assert_eq!(match_text(text), want);
            let (plain, from) = match_text_with_offsets(text);
            assert_eq!(plain, want);
            assert_eq!(from.len(), want.chars().count());
            assert!(from.iter().all(|&at| (at as usize) < text.chars().count()));
        }
    }
}
