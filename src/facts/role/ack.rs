//! Acknowledgements: 收到 in its spellings, with the sender's village and a promise, stickers, and nothing else.

use crate::facts::lexicon::{List, words};
use crate::facts::text::Buf;

/// Thanks, which end a talk as an acknowledgement does.
const THANKS: [&str; 8] = ["谢谢", "感谢", "多谢", "辛苦", "谢了", "谢啦", "3Q", "thx"];

/// Whether the whole text is 收到 or the like.
pub(crate) fn acknowledges(buf: &Buf) -> bool {
    let n = buf.len();
    let text: String = buf.c.iter().filter(|c| !is_filler(**c)).collect();
    if text.is_empty() {
        return n > 0 && buf.c.iter().any(|c| !c.is_ascii() || *c == '[');
    }
    let core = strip_stickers(&text);
    if core.is_empty() {
        return true;
    }
    if words(List::Whole).contains(&core.as_str()) {
        return true;
    }
    if words(List::Denied).iter().any(|w| core.contains(w)) || buf.has(0, n, &["?", "吗"]) {
        return false;
    }
    let chars = core.chars().count();
    if THANKS.iter().any(|w| core.starts_with(w)) && chars <= 8 && !buf.has(0, n, &["请", "@", "各"]) {
        return true;
    }
    // 已收悉，谢谢主任: the thanks say nothing more.
    if let Some(at) = THANKS.iter().filter_map(|w| core.find(w)).min().filter(|at| *at > 0)
        && core[at..].chars().count() <= 6
        && (words(List::Whole).contains(&&core[..at])
            || words(List::Ends).iter().any(|w| core[..at].ends_with(w)) && chars <= 16)
    {
        return true;
    }
    // 嗯嗯晓得了, 好的明白: several such words in a row.
    let row = |core: &str| {
        let whole = words(List::Whole);
        core.char_indices()
            .any(|(at, _)| at > 0 && whole.contains(&&core[..at]) && whole.contains(&&core[at..]))
    };
    if chars <= 8 && row(&core) {
        return true;
    }
    let ends = words(List::Ends).iter().any(|w| core.ends_with(w));
    let heard = ["没问题", "知道了", "好的", "好滴", "好嘞"].iter().any(|w| core.starts_with(w))
        || core
            .char_indices()
            .take(9)
            .any(|(at, _)| core[at..].starts_with("收到") || core[at..].starts_with("明白"));
    let starts = core.starts_with("收到") || core.starts_with("好的收到") || core.starts_with("已收到");
    let asks = buf.has(0, n, &["请", "@", "各"]);
    (ends && chars <= 12)
        || starts && chars <= 8
        || heard && !asks && chars <= 18 && words(List::Promised).iter().any(|w| core.contains(w))
        || (3..=9).contains(&chars)
            && core.ends_with('1')
            && core.chars().filter(char::is_ascii_digit).count() == 1
            && !core.contains('坏')
}

fn is_filler(c: char) -> bool {
    matches!(c, ' ' | '\n' | '。' | '.' | '!' | ',' | '、' | '~' | '…' | ':' | '-' | '(' | ')' | '✔' | '✅' | '\u{1f300}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | ';')
}

/// Takes out 【抱拳】-like stickers written as [抱拳].
fn strip_stickers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        out.push_str(&rest[..open]);
        match rest[open..].find(']') {
            Some(close) if close <= 18 => rest = &rest[open + close + 1..],
            _ => {
                out.push('[');
                rest = &rest[open + 1..];
            }
        }
    }
    out.push_str(rest);
    out
}
