//! A message that carries several notices: where one ends and the next begins.

/// Least length of a part, in comparable characters.
const PART: usize = 14;

/// Most parts a message is taken apart into; beyond that it is one document with numbered sections.
const MOST: usize = 4;

/// What begins another matter, and can mean nothing else.
const ADDS: [&str; 10] =
    ["另：", "另:", "另外，", "另外：", "还有一件", "还有个事", "再说一件", "此外，", "另一件", "另请"];

/// Whether a message says that it goes on to another matter: …。另：….
pub(super) fn adds(text: &str) -> bool {
    ADDS.iter().any(|word| split_at_word(text, word).is_some())
}

/// The parts of a message that looks like several notices in one (`①…②…`, `1.…2.…`, `一、…二、…`, `另：…`, `另外…`),
/// each with its place in characters; empty when it is one.
pub(super) fn parts(text: &str) -> Vec<&str> {
    for marks in [
        &["①", "②", "③", "④"][..],
        &["1.", "2.", "3.", "4."],
        &["1、", "2、", "3、", "4、"],
        &["一、", "二、", "三、", "四、"],
        &["一是", "二是", "三是", "四是"],
    ] {
        let parts = numbered(text, marks);
        if parts.len() > 1 {
            return parts;
        }
    }
    for word in ADDS.into_iter().chain(["另外", "；另", "。另", "【"]) {
        if let Some(parts) = split_at_word(text, word) {
            return parts;
        }
    }
    halves(text)
}

/// Whether a message says before its first part that it carries several things: 合并转两个：, 两件事：.
pub(super) fn announces(text: &str) -> bool {
    const SEVERAL: [&str; 3] = ["两", "三", "四"];
    const THINGS: [&str; 6] = ["件", "个", "条", "项", "样", "份"];
    const HEAD: usize = 16;
    let head: String = text.chars().take_while(|c| !matches!(c, '：' | ':' | '\n')).take(HEAD).collect();
    let several = SEVERAL.iter().any(|n| THINGS.iter().any(|t| head.contains(&format!("{n}{t}"))));
    several && ["转", "事", "通知", "一起"].iter().any(|w| head.contains(w))
}

fn numbered<'a>(text: &'a str, marks: &[&str]) -> Vec<&'a str> {
    let mut starts = Vec::new();
    let mut from = 0;
    for mark in marks {
        match text[from..].find(mark) {
            Some(at) => {
                starts.push(from + at);
                from += at + mark.len();
            }
            None => break,
        }
    }
    if starts.len() < 2 || starts.len() > MOST || text[from..].contains(['⑤', '五']) {
        return Vec::new();
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let parts: Vec<&str> = starts.iter().zip(ends).map(|(a, b)| &text[*a..b]).collect();
    if parts.iter().all(|p| long_enough(p)) { parts } else { Vec::new() }
}

fn split_at_word<'a>(text: &'a str, word: &str) -> Option<Vec<&'a str>> {
    let at = text.char_indices().skip(PART).map(|(at, _)| at).find(|&at| text[at..].starts_with(word))?;
    let parts = vec![&text[..at], &text[at..]];
    parts.iter().all(|p| long_enough(p)).then_some(parts)
}

/// Two sentences of about the same weight, joined by a semicolon or a line break.
fn halves(text: &str) -> Vec<&str> {
    let breaks: Vec<usize> = text.match_indices(['；', '\n']).map(|(at, _)| at).collect();
    match breaks[..] {
        [at] => {
            let parts = vec![&text[..at], &text[at..]];
            if parts.iter().all(|p| long_enough(p)) { parts } else { Vec::new() }
        }
        _ => Vec::new(),
    }
}

fn long_enough(part: &str) -> bool {
    part.chars().filter(|c| c.is_alphanumeric()).count() >= PART
}

#[cfg(test)]
mod tests {
    use super::{announces, parts};

    #[test]
    fn who_forwards_several_things_says_so() {
        for (text, want) in [
            ("合并转两个：①年度总结", true),
            ("综治转两件：一、明天上午推进会", true),
            ("支部口两件事转一下：组织生活会方案", true),
            ("请两个社区今天报送秸秆禁烧巡查照片：每村两份", false),
            ("各村（社区）：明天下午在三楼会议室开会，两件事一起说", false),
        ] {
            assert_eq!(announces(text), want, "{text}");
        }
    }

    #[test]
    fn parts_of_messages() {
        for (text, want) in [
            ("请各村今天下班前报送秸秆禁烧巡查照片到本群。", 0),
            ("两件事：1.值班表每天两人以上十二日中午前报党政办；2.零售点摸底表十一日下午五点前报应急办", 2),
            ("合并转两个：①年度总结和明年计划九日下班前发邮箱；②监委会履职记录也是九日下班前交纪检办", 2),
            ("寒潮蓝色预警请各村注意防寒防冻防路面结冰。\n另：规上企业四季度用电情况请各村八日前发我微信", 2),
        ] {
            assert_eq!(parts(text).len(), want, "{text}");
        }
    }
}
