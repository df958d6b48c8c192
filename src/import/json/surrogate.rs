//! Half a pair: exporters that cut a text within an emoji leave `\ud83d` alone, which JSON readers refuse (RFC 8259 §8.2).
//! Such an escape becomes `\ufffd`, of the same length, so that the message is read and line and column stay.

use std::borrow::Cow;

use memchr::memmem;

/// The row with every lone surrogate escape replaced.
pub(super) fn paired(raw: &[u8]) -> Cow<'_, [u8]> {
    const ESCAPE: usize = 6;
    if memmem::find(raw, b"\\ud").is_none() && memmem::find(raw, b"\\uD").is_none() {
        return Cow::Borrowed(raw);
    }
    let mut out = Cow::Borrowed(raw);
    let mut at = 0;
    while let Some(step) = memchr::memchr(b'\\', &raw[at..]) {
        at += step;
        match half(raw, at) {
            Some(Half::High) if matches!(half(raw, at + ESCAPE), Some(Half::Low)) => at += 2 * ESCAPE,
            Some(_) => {
                out.to_mut()[at + 2..at + ESCAPE].copy_from_slice(b"fffd");
                at += ESCAPE;
            }
            // An escape of two characters: an escaped backslash begins no other.
            None => at = (at + 2).min(raw.len()),
        }
    }
    out
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
            assert_eq!(String::from_utf8_lossy(&paired(raw.as_bytes())), want, "{raw}");
        }
    }
}
