//! What the name of an export tells: the group and the days, less what exporters and copies append. Guesses only; what
//! stands in the file goes before.

use chrono::NaiveDate;

use super::time::{date_at_start, digits};

/// Names that are the exporter's or the computer's, not a group's.
const NOT_A_GROUP: [&str; 46] = [
    "users",
    "contacts",
    "members",
    "names",
    "manifest",
    "messages",
    "message",
    "result",
    "results",
    "chat",
    "_chat",
    "chats",
    "export",
    "exports",
    "data",
    "output",
    "clipboard",
    "paste",
    "untitled",
    "index",
    "backup",
    "download",
    "downloads",
    "desktop",
    "documents",
    "chunks",
    "texts",
    "json",
    "csv",
    "txt",
    "temp",
    "tmp",
    "新建文本文档",
    "新建 文本文档",
    "未命名",
    "无标题",
    "桌面",
    "下载",
    "文档",
    "导出",
    "消息记录",
    "聊天记录",
    "全部消息记录",
    "微信",
    "qq",
    "stdin",
];

/// Endings that exporters, browsers and file managers put behind the group's name.
const APPENDED: [&str; 15] = [
    "_全部时间",
    "_utf8",
    " - 副本",
    "-副本",
    "_副本",
    " 副本",
    "的副本",
    " - Copy",
    " copy",
    "_messages",
    " 的聊天记录",
    "的聊天记录",
    "_聊天记录",
    "_chat",
    ".json",
];

/// Beginnings that exporters put before it.
const PREPENDED: [&str; 12] = [
    "微信聊天记录_",
    "聊天记录_",
    "群聊_",
    "私聊_",
    "WhatsApp Chat with ",
    "WhatsApp Chat - ",
    "WhatsApp 对话 - ",
    "微信群-",
    "QQ群-",
    "副本 ",
    "Copy of ",
    "副本_",
];

/// Last words of folders into which people put exports of any group.
const COLLECTIONS: [&str; 10] =
    ["导出", "备份", "下载", "归档", "存档", "文件夹", "文件", "附件", "桌面", "资料"];

/// The group's name by the file's name, else by its folder's. `beside` lists the names of the files in that folder: one
/// that holds the exports of several chats is called after none of them.
pub(crate) fn group(path: &str, beside: &dyn Fn() -> Vec<String>) -> Option<String> {
    let (folder, file) = match path.rsplit_once('/') {
        Some((folder, file)) => (Some(folder), file),
        None => (None, path),
    };
    let name = strip(stem(file));
    if is_group(name) {
        return Some(name.to_owned());
    }
    let folder = folder?.rsplit('/').next()?;
    let name = strip(folder.strip_suffix(".zip").unwrap_or(folder));
    let chinese = name.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let collects = COLLECTIONS.iter().any(|word| name.ends_with(word));
    if !chinese || collects || !is_group(name) {
        return None;
    }
    let mut others = beside().into_iter().filter_map(|other| subject(&other));
    let mine = others.next();
    // its own files may be called like the folder, or all carry one id
    others.all(|other| Some(&other) == mine.as_ref()).then_some(())?;
    let named = mine.is_none_or(|mine| !is_group(&mine) || mine == name);
    named.then(|| name.to_owned())
}

/// Which chat a file speaks of by its name: a group's name, or an id. `None` for names any chat's file may have: pages,
/// tables of names, files that are no exports.
fn subject(file: &str) -> Option<String> {
    const EXPORTS: [&str; 8] = ["txt", "json", "jsonl", "csv", "html", "eml", "xlsx", "mht"];
    let ending = file.rsplit_once('.')?.1.to_lowercase();
    if !EXPORTS.contains(&ending.as_str()) {
        return None;
    }
    let name = strip(stem(file));
    if is_group(name) {
        return Some(name.to_owned());
    }
    // `34567890123@chatroom_0_5000`, `msgaudit_wrXX`, `group_200000001_20260728`
    let id = name.split(['_', '.', '-']).find(|part| {
        let digits = part.bytes().filter(u8::is_ascii_digit).count();
        digits >= 5 && part.len() >= 8 || part.contains("@chatroom")
    })?;
    Some(id.to_owned())
}

/// QQ Chat Exporter names its files `group_<number>_<day>`.
pub(crate) fn qq_group(path: &str) -> Option<String> {
    let file = path.rsplit('/').next()?;
    let number = file.strip_prefix("group_")?.split(['_', '.']).next()?;
    let plausible = (5..=12).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    plausible.then(|| number.to_owned())
}

/// The first and the last day in the file's name, or in its folder's.
pub(crate) fn days(path: &str) -> Option<(NaiveDate, NaiveDate)> {
    let mut parts = path.rsplit('/');
    [parts.next(), parts.next()].into_iter().flatten().find_map(days_in)
}

/// The range an exporter wrote into the file's name: two days, the second not before the first.
pub(crate) fn range(path: &str) -> Option<(NaiveDate, NaiveDate)> {
    let file = stem(path.rsplit('/').next()?);
    let (first, last) = days_in(file)?;
    // one day alone may be the day of the export
    let twice = first < last || file.matches(&first.format("%Y-%m-%d").to_string()).count() > 1;
    (first <= last && twice).then_some((first, last))
}

fn days_in(name: &str) -> Option<(NaiveDate, NaiveDate)> {
    let bytes = name.as_bytes();
    let mut found: Option<(NaiveDate, NaiveDate)> = None;
    let mut at = 0;
    while at < bytes.len() {
        let fresh = at == 0 || !bytes[at - 1].is_ascii_digit();
        if fresh
            && bytes[at..].starts_with(b"20")
            && name.is_char_boundary(at)
            && let Some((day, length)) = day_at(&name[at..])
        {
            found = Some((found.map_or(day, |f| f.0), day));
            at += length;
            continue;
        }
        at += 1;
    }
    found
}

/// `20260727`, `2026-07-27`, `2026.7.27`, `2026年7月27日`.
fn day_at(text: &str) -> Option<(NaiveDate, usize)> {
    let (number, length) = digits(text)?;
    if length == 8 {
        let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
        return Some((NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?, length));
    }
    date_at_start(text).filter(|_| length == 4)
}

fn stem(file: &str) -> &str {
    match file.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.len() <= 5 && ending.is_ascii() => stem,
        _ => file,
    }
}

/// Takes away what is appended and prepended, in any order and number.
fn strip(name: &str) -> &str {
    let mut name = name.trim();
    for prefix in PREPENDED {
        name = name.strip_prefix(prefix).unwrap_or(name);
    }
    loop {
        let shorter = strip_once(name).trim_end();
        if shorter.len() == name.len() || shorter.is_empty() {
            return name;
        }
        name = shorter;
    }
}

fn strip_once(name: &str) -> &str {
    for ending in APPENDED {
        if let Some(rest) = name.strip_suffix(ending) {
            return rest;
        }
    }
    if let Some((rest, copy)) = name.strip_suffix([')', '）']).and_then(|n| n.rsplit_once(['(', '（']))
        && copy.len() <= 2
        && !copy.is_empty()
        && copy.bytes().all(|b| b.is_ascii_digit())
    {
        return rest;
    }
    let shorter = strip_day(name);
    if shorter.len() < name.len() {
        return shorter;
    }
    if let Some((rest, clock)) = name.rsplit_once(['_', '-', ' '])
        && clock.len() == 6
        && clock.bytes().all(|b| b.is_ascii_digit())
        && strip_day(rest).len() < rest.len()
    {
        return rest;
    }
    match name.rsplit_once('_') {
        Some((rest, tail)) if is_appended(tail) => rest,
        _ => name,
    }
}

/// Numbers of up to two digits (`_2`), stamps of fourteen, clock times (`_153000`, `_15-30-00`) behind a day.
fn is_appended(tail: &str) -> bool {
    let clock = tail.len() == 8 && tail.split(['-', '.']).all(|part| part.len() == 2);
    let digits = tail.bytes().filter(u8::is_ascii_digit).count();
    let numeric = !tail.is_empty() && digits == tail.len();
    numeric && matches!(tail.len(), 1 | 2 | 14) || (clock && digits == 6)
}

/// `群_2026-07-27`, where the day itself holds the separator.
fn strip_day(name: &str) -> &str {
    let starts = name.char_indices().rev().map(|(at, _)| at).take(11);
    for at in starts {
        if day_at(&name[at..]).is_some_and(|(_, length)| length == name.len() - at) {
            return name[..at].trim_end_matches(['_', '-', '~', '至', ' ']);
        }
    }
    name
}

fn is_group(name: &str) -> bool {
    let lower = name.trim().to_lowercase();
    if lower.is_empty() || lower == "-" || NOT_A_GROUP.contains(&lower.as_str()) {
        return false;
    }
    if !name.is_ascii() {
        return !lower.starts_with("新建") && !lower.contains("@chatroom");
    }
    let id = ["wxid_", "gh_", "group_", "friend_", "msgaudit", "temp_", "chunk", "export_"];
    if id.iter().any(|p| lower.starts_with(p)) || lower.contains("@chatroom") || lower.contains("chunked") {
        return false;
    }
    // `p01`, `c000001`, `1`, hashes: no letters to speak of
    let letters = lower.bytes().filter(u8::is_ascii_alphabetic).count();
    let hex = lower.len() >= 16 && lower.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    letters > 1 && !hex
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(path: &str, beside: &[&str]) -> Option<String> {
        group(path, &|| beside.iter().map(|&name| name.to_owned()).collect())
    }

    #[test]
    fn group_names_lose_what_was_appended() {
        for (path, want) in [
            ("青溪镇工作群.txt", Some("青溪镇工作群")),
            ("a/青溪镇工作群_20260727-20260728.json", Some("青溪镇工作群")),
            ("青溪镇工作群_2026-07-27_2026-07-28.txt", Some("青溪镇工作群")),
            ("青溪镇工作群_全部时间_2.json", Some("青溪镇工作群")),
            ("青溪镇工作群 (1).txt", Some("青溪镇工作群")),
            ("青溪镇工作群(1)(2).txt", Some("青溪镇工作群")),
            ("青溪镇工作群 - 副本.txt", Some("青溪镇工作群")),
            ("青溪镇工作群 - 副本 (2).txt", Some("青溪镇工作群")),
            ("青溪镇工作群的副本.txt", Some("青溪镇工作群")),
            ("副本 青溪镇工作群.xlsx", Some("青溪镇工作群")),
            ("青溪镇工作群_20260727_153000.json", Some("青溪镇工作群")),
            ("青溪镇工作群_2026-07-27_15-30-00.json", Some("青溪镇工作群")),
            ("青溪镇工作群-20260727.txt", Some("青溪镇工作群")),
            ("青溪镇工作群2026年7月27日.txt", Some("青溪镇工作群")),
            ("x/青溪镇工作群/青溪镇工作群_utf8.csv", Some("青溪镇工作群")),
            ("青溪镇工作群/34567890123@chatroom_0_5000.csv", Some("青溪镇工作群")),
            ("青溪镇工作群/p01.json", Some("青溪镇工作群")),
            ("青溪镇工作群_20260727/p01.json", Some("青溪镇工作群")),
            ("青溪镇工作群.zip/p01.json", Some("青溪镇工作群")),
            ("微信导出/34567890123@chatroom_0_80.csv", None),
            ("2026年7月备份/p01.json", None),
            ("聊天记录/p01.json", None),
            ("group_200000001_20260728.json", None),
            ("-", None),
            ("manifest.json", None),
            ("七月/青溪镇村（社区）群_2.eml", Some("青溪镇村（社区）群")),
        ] {
            assert_eq!(named(path, &[]).as_deref(), want, "{path}");
        }
    }

    #[test]
    fn a_folder_of_several_chats_names_none() {
        let path = "上半年/34567890123@chatroom_0_5000.csv";
        let mine = "34567890123@chatroom_0_5000.csv";
        for (beside, want) in [
            (vec![mine, "34567890123@chatroom_5000_10000.csv", "users.json", "1.jpg"], true),
            (vec![mine, "上半年_utf8.csv"], false),
            (vec![mine, "76543210987@chatroom_0_5000.csv"], false),
            (vec![mine, "防汛工作群.txt"], false),
        ] {
            assert_eq!(named(path, &beside).is_some(), want, "{beside:?}");
        }
        assert_eq!(named("防汛群/p01.json", &["p01.json", "p02.json"]).as_deref(), Some("防汛群"));
        assert_eq!(named("防汛群/p01.json", &["p01.json", "防汛群.txt"]).as_deref(), Some("防汛群"));
        assert_eq!(named("上半年/p01.json", &["p01.json", "防汛群.txt"]), None);
    }

    #[test]
    fn days_are_found() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 7, d).unwrap();
        for (path, want) in [
            ("群_20260727-20260728.json", Some((day(27), day(28)))),
            ("群_2026-07-27.txt", Some((day(27), day(27)))),
            ("202607271.txt", None),
            ("2026年7月27日/群.txt", Some((day(27), day(27)))),
            ("群.txt", None),
        ] {
            assert_eq!(days(path), want, "{path}");
        }
    }
}
