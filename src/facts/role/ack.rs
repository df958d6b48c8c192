//! Acknowledgements: 收到 in its spellings, with the sender's village and a promise, stickers, and nothing else.

use crate::facts::text::Buf;

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
    const WHOLE: &[&str] = &[
        "好",
        "好的",
        "好滴",
        "好嘞",
        "好哒",
        "行",
        "嗯",
        "嗯嗯",
        "ok",
        "OK",
        "Ok",
        "1",
        "+1",
        "明白",
        "知道了",
        "晓得了",
        "照办",
        "遵照执行",
        "立即落实",
        "知悉",
        "已知悉",
        "收悉",
        "已阅",
        "存了",
        "已存",
        "存好了",
        "好的收到",
        "收到好的",
        "是",
        "得令",
        "没问题",
        "转了",
        "已转",
        "收",
        "收道",
        "sd",
        "SD",
        "shoudao",
        "Shoudao",
        "看到了",
        "看到啦",
        "要得",
        "已学",
        "已看",
        "好的书记",
        "好的主任",
        "好的站长",
        "Received",
        "received",
        "Got it",
        "Noted",
    ];
    if WHOLE.contains(&core.as_str()) {
        return true;
    }
    const ENDS: &[&str] = &[
        "收到",
        "收悉",
        "明白",
        "照办",
        "好的",
        "知悉",
        "已知悉",
        "已收到",
        "收到了",
        "收到谢谢",
        "好的谢谢",
        "知道了",
        "已阅",
        "收到到",
        "已悉",
        "遵照执行",
        "收到1",
    ];
    let not =
        ["没收到", "请收到", "收到请", "未收到", "没有收到", "不明白", "收到没", "收到吗", "都收到", "哪"];
    if not.iter().any(|w| core.contains(w)) || buf.has(0, n, &["?", "吗"]) {
        return false;
    }
    let chars = core.chars().count();
    let ends = ENDS.iter().any(|w| core.ends_with(w));
    let promised = [
        "马上",
        "落实",
        "安排",
        "正在",
        "这就",
        "立即",
        "谢谢",
        "辛苦",
        "尽快",
        "照办",
        "代回",
        "已转",
        "明天报",
        "已存",
        "传达",
        "今晚",
    ];
    let heard = core
        .char_indices()
        .take(9)
        .any(|(at, _)| core[at..].starts_with("收到") || core[at..].starts_with("明白"));
    let starts = core.starts_with("收到") || core.starts_with("好的收到") || core.starts_with("已收到");
    let asks = buf.has(0, n, &["请", "@", "各"]);
    (ends && chars <= 12)
        || starts && chars <= 8
        || heard && !asks && chars <= 18 && promised.iter().any(|w| core.contains(w))
        || chars <= 9
            && chars >= 3
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
