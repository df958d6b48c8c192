//! 接龙: the title and the entries of a sign-up post (`extraction.md` §6, `formats.md` §2.14). Folding successive posts is
//! clustering's work.

use super::{Signup, SignupEntry};
use crate::message::Kind;

const HEADS: [&str; 8] =
    ["#接龙", "＃接龙", "#接龍", "＃接龍", "#Group Note", "#group note", "#群接龙", "＃群接龙"];

/// How many characters of the first line may stand before the mark (打卡#接龙).
const LEAD: usize = 20;

/// Reads a sign-up post, or nothing if the text is none.
pub(crate) fn read(text: &str, kind: Kind) -> Option<Signup> {
    let trimmed = text.trim_start();
    let first = trimmed.lines().next().unwrap_or_default();
    if kind != Kind::Signup && !first.contains(['#', '＃']) {
        return None;
    }
    let mark = HEADS.iter().filter_map(|h| Some((first.find(h)?, h.len()))).min();
    let mark = mark.filter(|(at, _)| first[..*at].chars().count() <= LEAD);
    let (before, rest) = match (mark, kind) {
        (Some((at, len)), _) => (&trimmed[..at], &trimmed[at + len..]),
        (None, Kind::Signup) => ("", trimmed),
        _ => return None,
    };
    let mut out = Signup::default();
    let mut title: Vec<&str> = Vec::new();
    if !before.trim().is_empty() {
        title.push(before.trim());
    }
    for line in rest.lines() {
        let line = line.trim();
        match entry(line) {
            Some(entry) => out.entries.push(entry),
            None if line.is_empty() || line.starts_with('例') => {}
            None if out.entries.is_empty() => title.push(line),
            None => {
                if let Some(last) = out.entries.last_mut() {
                    last.text.push('\n');
                    last.text.push_str(line);
                }
            }
        }
    }
    out.title = title.join("\n");
    // A mark inside a line of talk (大家看一下#接龙) opens no list.
    (before.trim().is_empty() || !out.entries.is_empty()).then_some(out)
}

/// The value of a full-width digit.
fn wide_digit(c: char) -> Option<u32> {
    ('０'..='９').contains(&c).then(|| c as u32 - '０' as u32)
}

fn digit(value: u32) -> char {
    char::from_digit(value, 10).unwrap_or('0')
}

fn entry(line: &str) -> Option<SignupEntry> {
    let figures: String =
        line.chars().map_while(|c| c.to_digit(10).or_else(|| wide_digit(c)).map(digit)).collect();
    let digits = figures.len();
    if digits == 0 || digits > 4 {
        return None;
    }
    let rest = &line[line.char_indices().nth(digits).map_or(line.len(), |(at, _)| at)..];
    let text = rest.strip_prefix(['.', '．', '、', ')', '）'])?;
    let clock = rest.starts_with(['.', '．'])
        && text.starts_with(|c: char| c.is_ascii_digit() || wide_digit(c).is_some());
    if clock {
        return None;
    }
    let text = text.trim().to_owned();
    let who = text
        .split([' ', '\u{3000}', '\u{2005}', '：', ':', '，', ',', '；', '（', '('])
        .next()
        .unwrap_or_default();
    Some(SignupEntry { number: figures.parse().unwrap_or(0), who: who.to_owned(), text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_is_title_and_entries() {
        let got = read("#接龙\n周六志愿服务\n\n1. 张庄 12人\n2. 李家\n", Kind::Text).unwrap();
        assert_eq!(got.title, "周六志愿服务");
        assert_eq!(got.entries.iter().map(|e| e.number).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(got.entries[0].who, "张庄");
        assert!(read("接龙说一下", Kind::Text).is_none());
    }

    #[test]
    fn every_layout_is_read() {
        for (text, title, entries) in [
            ("#接龙 明晚八点约球\n1. A\n2. B", "明晚八点约球", 2),
            ("#接龙\n\n1. A来\n2. B不来", "", 2),
            ("#接龍\n團建\n例 姓名 人數\n\n1.甲 2\n2.乙 3", "團建", 2),
            ("#Group Note\nBadminton 7-10\n\n1. Li 7.50-9.20\n2. Wu", "Badminton 7-10", 2),
            ("打卡#接龙\n今日学习\n1、东村 已学\n2、西村\n已学两课", "打卡\n今日学习", 2),
            ("＃接龙\n报名\n1．甲", "报名", 1),
        ] {
            let got = read(text, Kind::Text).expect(text);
            assert_eq!((got.title.as_str(), got.entries.len()), (title, entries), "{text}");
        }
        let got = read("#接龙\n义诊\n1. 石桥村-陈岚 2人\n2. 王庄 赵东\n3. 陈岚（石桥）", Kind::Text).unwrap();
        assert_eq!(got.of(&["石桥村陈岚", "陈岚"]), [1, 3]);
        assert!(got.of(&[]).is_empty() && got.of(&["赵"]).is_empty());
    }
}
