//! Words by which people call a notice to mind, taken apart from the words that name it: cluster weighs the names and
//! must not take 没报的 or 抓紧 for one.

use crate::facts::lexicon::{List, words};

/// Further words of chasing and changing that name nothing.
const FRAME: [&str; 50] = [
    "根据",
    "考虑到",
    "以此为准",
    "互相转告",
    "相互转告",
    "请转告",
    "特此",
    "原定",
    "原来",
    "通知",
    "转发",
    "转：",
    "各位",
    "大家",
    "收到",
    "请各",
    "各村",
    "抓紧",
    "赶紧",
    "还没有",
    "还没",
    "还有",
    "还差",
    "只看到",
    "只收到",
    "目前",
    "后台",
    "低于",
    "最低",
    "以下的",
    "进度",
    "别忘",
    "不变",
    "没有",
    "昨天",
    "今天",
    "明天",
    "上午",
    "下午",
    "中午",
    "晚上",
    "时间",
    "发了",
    "报了",
    "都到了",
    "自己",
    // What exports write for a thing.
    "链接",
    "图片",
    "文件",
    "截图",
];

/// Signs that something known is called to mind by who asked for it: something is owed, or time is running out.
const RECALLS: [&str; 50] = [
    "还缺",
    "的事先",
    "的事，",
    "的事：",
    "再传一遍",
    "一遍，",
    "没有。",
    "没有,",
    "没有，",
    "缺：",
    "缺:",
    "只看到",
    "只收到",
    "只有",
    "才收到",
    "收到了",
    "呢？",
    "呢?",
    "还没",
    "还差",
    "还有",
    "只差",
    "最后一天",
    "最后半天",
    "最后一小时",
    "还有一小时",
    "抓紧",
    "赶紧",
    "催",
    "进度",
    "别忘",
    "记得",
    "截止",
    "到时间",
    "就等",
    "点名",
    "回我一句",
    "回我",
    "别装",
    "低于",
    "最低",
    "倒数",
    "未报",
    "未交",
    "未完成",
    "未达",
    "拍照",
    "一个都没",
    "照这个",
    "没动静",
];

/// Whether a text without the shape of a notice may call one to mind.
pub(crate) fn recalls(text: &str) -> bool {
    RECALLS.iter().any(|w| text.contains(w))
        || words(List::Missing).iter().any(|w| text.contains(w))
        || names_the_late(text)
}

/// 没转的, 没量的: those who have not done what a verb of one character says.
fn names_the_late(text: &str) -> bool {
    const NO_VERB: &str = "有用啥事错得办法准人钱空";
    let chars: Vec<char> = text.chars().collect();
    chars
        .windows(3)
        .any(|w| matches!(w, ['没' | '未', verb, '的'] if verb.is_alphabetic() && !NO_VERB.contains(*verb)))
}

/// Whether somebody takes back what he posted a moment before.
pub(crate) fn takes_back(text: &str) -> bool {
    ["发错", "打错", "说错", "写错", "前面不算", "上一条不算", "撤回", "作废"]
        .iter()
        .any(|w| text.contains(w))
}

/// Whether its first clause sends people home: 撤吧，…, 各位收队了。
pub(crate) fn stands_down(text: &str) -> bool {
    const SHORT: usize = 8;
    let first: Vec<char> =
        text.trim_start().chars().take_while(|c| c.is_alphabetic()).take(SHORT + 1).collect();
    let clause: String = first.iter().collect();
    let word = ["撤", "收队", "解散", "散了", "回撤"].iter().any(|w| clause.contains(w));
    let other =
        ["撤回", "撤下", "撤掉", "撤销", "撤稿", "撤离", "撤走", "没撤", "不撤", "别撤", "不能撤", "解散群"];
    first.len() <= SHORT && word && !other.iter().any(|w| clause.contains(w))
}

/// Whether a text says that time is running out.
pub(crate) fn last_call(text: &str) -> bool {
    [
        "最后一天",
        "最后半天",
        "最后一小时",
        "还有一小时",
        "还有半小时",
        "还剩",
        "今天截止",
        "今日截止",
        "马上截止",
    ]
    .iter()
    .any(|w| text.contains(w))
}

/// The text with its words of chasing and changing blanked out, the names of those who owe or have reported, and why
/// something changes.
pub(crate) fn bare(text: &str) -> String {
    let mut out = without_cause(text);
    let listed = words(List::Changing).iter().chain(words(List::Missing)).chain(FRAME.iter());
    for word in listed.copied() {
        if out.contains(word) {
            out = out.replace(word, " ");
        }
    }
    without_lists(&out)
}

/// Without a first clause that gives a cause: 因昨夜强降雨，春耕进度表延至周四 does not speak of the warning of rain.
fn without_cause(text: &str) -> String {
    const CAUSES: [&str; 6] = ["因", "由于", "鉴于", "考虑到", "受", "遇"];
    const LONGEST: usize = 40;
    let begins = CAUSES.iter().any(|w| text.starts_with(w))
        && !["因公", "受理", "受邀", "因此"].iter().any(|w| text.starts_with(w));
    match text.split_once(['，', ',']) {
        Some((cause, rest)) if begins && cause.chars().count() <= LONGEST && !rest.trim().is_empty() => {
            format!(" {rest}")
        }
        _ => text.to_owned(),
    }
}

/// Blanks out enumerations of short names: 石桥、王庄、大塘 and 石桥9/9，南坪11/12. Who owes is no word of the notice.
fn without_lists(text: &str) -> String {
    let mut parts: Vec<(String, Option<char>)> = Vec::new();
    let mut part = String::new();
    for c in text.chars() {
        if matches!(c, '、' | '，' | ',' | '：' | ':' | '。' | '；' | '\n' | '—' | '(' | ')' | '（' | '）')
        {
            parts.push((std::mem::take(&mut part), Some(c)));
        } else {
            part.push(c);
        }
    }
    parts.push((part, None));
    let mut drop = vec![false; parts.len()];
    for n in 0..parts.len() {
        let (text, after) = &parts[n];
        let comma = |n: Option<usize>| n.and_then(|n| parts.get(n)).is_some_and(|p| p.1 == Some('、'));
        let listed = *after == Some('、') || comma(n.checked_sub(1));
        drop[n] = name(text, true) || listed && name(text, false);
    }
    parts
        .iter()
        .zip(drop)
        .map(|((text, after), drop)| {
            let text = if drop { " " } else { text.as_str() };
            format!("{text}{}", after.map(String::from).unwrap_or_default())
        })
        .collect()
}

/// Two to five characters, with a figure behind them or without.
fn name(text: &str, figure: bool) -> bool {
    let text = text.trim();
    let han = text.chars().take_while(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
    let rest: Vec<char> = text.chars().skip(han).collect();
    let figures = rest.first().is_some_and(char::is_ascii_digit)
        && rest.iter().filter(|c| c.is_alphabetic()).count() <= 1
        && rest.len() <= 9;
    (2..=5).contains(&han) && if figure { figures } else { rest.is_empty() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_those_who_owe_are_left_out() {
        for (text, want) in [
            ("年审进度：石桥9/9，南坪11/12，上河5/9", "年审"),
            ("聚集情况表没报的：王庄、北沟、松树坡，17点", "聚集情况表"),
            ("注册率：青禾社区38%，河东33%。还有两天", "注册率"),
        ] {
            let left: String = bare(text).chars().filter(|c| c.is_alphabetic()).collect();
            assert!(left.starts_with(want) && left.chars().count() <= want.chars().count() + 3, "{left}");
        }
    }
}
