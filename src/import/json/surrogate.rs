//! Half a pair: exporters that cut a text within an emoji leave `\ud83d` alone, which JSON readers refuse (RFC 8259 §8.2).
//! Such an escape becomes `\ufffd`, of the same length, so that the message is read and line and column stay.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};

/// The row with every lone surrogate escape replaced.
pub(super) fn paired(row: &str) -> Cow<'_, str> {
    const ESCAPE: usize = 6;
    let raw = row.as_bytes();
    let surrogate = |at| matches!(raw.get(at + 1..at + 3), Some([b'u', b'd' | b'D']));
    if !memchr_iter(b'\\', raw).any(surrogate) {
        return Cow::Borrowed(row);
    }
    let (mut out, mut kept, mut at) = (String::new(), 0, 0);
    while let Some(step) = memchr(b'\\', &raw[at..]) {
        at += step;
        match half(raw, at) {
            Some(Half::High) if matches!(half(raw, at + ESCAPE), Some(Half::Low)) => at += 2 * ESCAPE,
            Some(_) => {
                out.push_str(&row[kept..at]);
                out.push_str("\\ufffd");
                at += ESCAPE;
                kept = at;
            }
            // An escape of two characters: an escaped backslash begins no other.
            None => at = (at + 2).min(raw.len()),
        }
    }
    if kept == 0 {
        return Cow::Borrowed(row);
    }
    out.push_str(&row[kept..]);
    Cow::Owned(out)
}

enum Half {
    High,
    Low,
}

/// Which half of a pair is escaped at a place.
fn half(raw: &[u8], at: usize) -> Option<Half> {
    let escape = raw.get(at..at + 6)?;
    if &escape[..2] != b"\\u"
        || !escape[2].eq_ignore_ascii_case(&b'd')
        || !escape[4..].iter().all(u8::is_ascii_hexdigit)
    {
        return None;
    }
    match escape[3].to_ascii_lowercase() {
        b'8' | b'9' | b'a' | b'b' => Some(Half::High),
        b'c'..=b'f' => Some(Half::Low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::paired;

    #[test]
    fn halves_are_replaced_and_pairs_stay() {
        for (raw, want) in [
            (r#""\ud83d\ude00""#, r#""\ud83d\ude00""#),
            (r#""半\ud83d""#, r#""半\ufffd""#),
            (r#""\uDE00半\uD83D\uD83D\uDE00""#, r#""\ufffd半\ufffd\uD83D\uDE00""#),
            (r#""\\ud83d""#, r#""\\ud83d""#),
            (r#""\ud83"#, r#""\ud83"#),
            (r#""\ud7ff\ue000""#, r#""\ud7ff\ue000""#),
            (r#""\"#, r#""\"#),
        ] {
            assert_eq!(paired(raw), want, "{raw}");
        }
    }
}
