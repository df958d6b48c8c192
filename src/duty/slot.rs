//! The words that tell a notice's rows apart, and how destinations are compared.

use std::collections::HashMap;

use super::{Carrier, Row};
use crate::facts::{Destination, DestinationKind};

/// The public id of a row: the notice's id and its slot, so that it is the same after a rebuild and on another machine.
#[must_use]
pub fn id(notice: &str, slot: &str) -> String {
    let hash = xxhash_rust::xxh3::xxh3_64(format!("{notice}\u{1f}{slot}").as_bytes()) >> 24;
    format!("d{hash:010x}")
}

/// Whether a destination is the group the words stand in (本群, 群里 …), not one that is named.
#[must_use]
pub fn is_here(name: &str) -> bool {
    matches!(
        name,
        "本群"
            | "本工作群"
            | "群"
            | "群里"
            | "群内"
            | "群中"
            | "群上"
            | "工作群"
            | "工作群里"
            | "这个群"
            | "此群"
            | "该群"
            | "咱群"
            | "群聊"
            | "本群里"
            | "本群内"
            | "微信群"
            | "QQ群"
            | "钉钉群"
            | "大群"
            | "各群"
            | "这里"
            | "这儿"
    )
}

/// Which group a text says that something goes into.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// The one it stands in, wherever else it names one, too.
    Here,
    /// One that is called by its name.
    Named(String),
    /// None.
    Nothing,
}

/// Reads which group a text says that something goes into: 发本群, 发林业站群.
pub(super) fn group_said(text: &str) -> Said {
    const VERBS: [char; 8] = ['发', '报', '传', '交', '送', '到', '至', '在'];
    let mut said = Said::Nothing;
    for (end, word) in text.match_indices('群') {
        let after = text[end + word.len()..].chars().next();
        if matches!(after, Some('众' | '体' | '团' | '主' | '公' | '聊' | '名')) {
            continue;
        }
        let clause = text[..end].rsplit(['，', ',', '。', '；', ';', '：', ':', '、', '\n', ' ']).next();
        let Some(words) = clause.and_then(|c| Some(&c[c.rfind(VERBS)?..])) else { continue };
        let name: String = words.chars().skip(1).chain(['群']).collect();
        if is_here(&name) {
            return Said::Here;
        }
        if (3..=12).contains(&name.chars().count()) && said == Said::Nothing {
            said = Said::Named(name);
        }
    }
    said
}

/// A name without what writers leave out: blanks, brackets, quotation marks, 的, and the place in front (镇应急办邮箱).
fn plain(name: &str) -> String {
    let name: String =
        name.chars().filter(|c| c.is_alphanumeric() && *c != '的').flat_map(char::to_lowercase).collect();
    name.trim_start_matches(['镇', '县', '市', '区', '乡']).to_owned()
}

/// Whether two destinations are one.
pub(super) fn same(a: &Destination, b: &Destination) -> bool {
    // 报民政办 and 交民政办 are one way: the office is the same, only the paper is not spoken of.
    let office = |k| if k == DestinationKind::Paper { DestinationKind::Office } else { k };
    if office(a.kind) != office(b.kind) {
        return false;
    }
    if a.kind == DestinationKind::Group && is_here(&a.name) && is_here(&b.name) {
        return true;
    }
    let (a, b) = (plain(&a.name), plain(&b.name));
    a == b || (!a.is_empty() && b.ends_with(&a)) || (!b.is_empty() && a.ends_with(&b))
}

/// Whether words such as 书记主任群 name this group.
pub(super) fn is_named(group: &str, words: &str) -> bool {
    let (group, words) = (plain(group), plain(words));
    let words = words.trim_end_matches('里').trim_end_matches('内').trim_end_matches('群').to_owned();
    words.chars().count() >= 2 && group.contains(&words)
}

/// 我微信 is the sender's.
pub(super) fn person(destination: Destination, lead: &Carrier) -> Destination {
    if destination.kind != DestinationKind::Person || lead.sender.is_empty() {
        return destination;
    }
    let name = match destination.name.as_str() {
        "我" | "本人" | "联系人" | "私信" => lead.sender.clone(),
        "我微信" | "微信" => format!("{} 微信", lead.sender),
        _ => return destination,
    };
    Destination { kind: DestinationKind::Person, name }
}

/// Whether a copy says of itself that it is a forward: its 本群 may be another group's.
pub(super) fn is_forward(text: &str) -> bool {
    let head: String = text.chars().filter(|c| c.is_alphanumeric()).take(12).collect();
    let head = head.trim_start_matches("所有人").trim_start_matches("全体成员");
    head.starts_with("转")
        && !["转运", "转移", "转账", "转岗", "转学", "转诊", "转变", "转交", "转告"]
            .iter()
            .any(|w| head.starts_with(w))
}

/// Gives every row the words that tell it from the others.
pub(super) fn number(rows: &mut [Row]) {
    let mut used: HashMap<String, u32> = HashMap::new();
    for row in rows {
        if row.slot.is_empty() {
            let kind = serde_json::to_value(row.destination.kind).ok();
            let kind = kind.as_ref().and_then(|k| k.as_str()).unwrap_or("none");
            row.slot = format!("{kind}:{}", plain(&row.destination.name));
        }
        let n = used.entry(row.slot.clone()).or_insert(0);
        *n += 1;
        if *n > 1 {
            row.slot = format!("{}#{n}", row.slot);
        }
    }
}
