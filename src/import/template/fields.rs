//! What a table or a JSON of an unknown tool offers: its columns with a sample of each, and a guess at what they hold.

use std::collections::BTreeMap;

use serde_json::Value;

use super::rows::{at, scalar};
use crate::import::time::stamp_at_start;

/// The columns of a table, or the paths in the rows of a JSON list, each with its first value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// For JSON: the path of the list; empty for a list by itself, for JSON Lines and for tables.
    pub rows: String,
    /// Column or path, and a sample.
    pub columns: Vec<(String, String)>,
}

/// Words in the names of columns, by what such a column holds; the first column that fits is taken.
const WORDS: &[(&str, &[&str])] = &[
    (
        "time",
        &[
            "时间",
            "发送时间",
            "日期时间",
            "createtime",
            "create_time",
            "sendtime",
            "send_time",
            "timestamp",
            "datetime",
            "time",
            "sent_at",
            "ts",
        ],
    ),
    ("date", &["日期", "date", "day"]),
    (
        "name",
        &[
            "发送者",
            "发送人",
            "昵称",
            "姓名",
            "群昵称",
            "sendername",
            "sender_name",
            "nickname",
            "name",
            "sender",
            "from",
            "user",
            "author",
        ],
    ),
    ("text", &["内容", "消息内容", "正文", "消息", "content", "text", "message", "body", "msg"]),
    (
        "group",
        &[
            "群名",
            "群名称",
            "群聊",
            "会话",
            "groupname",
            "group_name",
            "room",
            "group",
            "chat",
            "conversation",
        ],
    ),
    ("id", &["发送者id", "用户id", "senderid", "sender_id", "userid", "user_id", "uid", "wxid"]),
    ("message_id", &["消息id", "messageid", "message_id", "msgid", "msg_id"]),
];

impl Fields {
    /// What the columns most likely hold, by their names.
    #[must_use]
    pub fn guess(&self) -> BTreeMap<String, String> {
        let mut out = BTreeMap::new();
        for (part, words) in WORDS {
            let taken: Vec<String> = out.values().cloned().collect();
            let fits = |name: &str| {
                let last = name.rsplit('.').next().unwrap_or(name).trim().to_lowercase();
                words.iter().position(|w| *w == last)
            };
            let best = self
                .columns
                .iter()
                .filter(|(name, _)| !taken.contains(name))
                .filter_map(|(name, _)| Some((fits(name)?, name)))
                .min_by_key(|(rank, _)| *rank);
            if let Some((_, name)) = best {
                out.insert((*part).to_owned(), name.clone());
            }
        }
        // one column with the whole moment is enough
        if out.contains_key("time") && out.contains_key("date") {
            let stamp = |part: &str| out.get(part).and_then(|n| self.columns.iter().find(|(c, _)| c == n));
            if stamp("time").is_some_and(|(_, v)| v.len() > 9) {
                out.remove("date");
            }
        }
        self.guess_by_sample(&mut out);
        out
    }

    /// Columns of which no name is known, by what their first row holds: a moment, then a short and a long text.
    fn guess_by_sample(&self, out: &mut BTreeMap<String, String>) {
        /// Longer ones are no names.
        const NAME: usize = 16;
        if !out.contains_key("time") && !out.contains_key("date") {
            let moment = |value: &str| stamp_at_start(value.trim()).is_some();
            if let Some((name, _)) = self.columns.iter().find(|(_, value)| moment(value)) {
                out.insert("time".to_owned(), name.clone());
            }
        }
        if !out.contains_key("time") {
            return;
        }
        let taken: Vec<String> = out.values().cloned().collect();
        let worded = |value: &str| value.chars().any(|c| c.is_alphabetic());
        let mut free: Vec<&(String, String)> =
            self.columns.iter().filter(|(name, value)| !taken.contains(name) && worded(value)).collect();
        if !out.contains_key("text")
            && let Some(at) = (0..free.len()).max_by_key(|&n| free[n].1.chars().count())
        {
            out.insert("text".to_owned(), free.remove(at).0.clone());
        }
        if !out.contains_key("name")
            && let Some((name, _)) = free.iter().find(|(_, value)| value.chars().count() <= NAME)
        {
            out.insert("name".to_owned(), name.clone());
        }
    }
}

/// Looks at the beginning of a text. `None` when it is neither a JSON list of objects nor a table.
#[must_use]
pub fn fields(head: &str) -> Option<Fields> {
    let text = head.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with(['{', '[']) {
        return json(text);
    }
    let line = text.lines().next()?;
    let delimiter = [b'\t', b';', b','].into_iter().find(|d| line.bytes().filter(|b| b == d).count() > 0)?;
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let names: Vec<String> = reader.headers().ok()?.iter().map(|n| n.trim().to_owned()).collect();
    let sample = reader.records().next()?.ok()?;
    if names.len() < 2 || names.iter().any(String::is_empty) {
        return None;
    }
    let columns = names.into_iter().zip(sample.iter().map(str::to_owned)).collect();
    Some(Fields { rows: String::new(), columns })
}

/// The first list of objects in a JSON text that may be cut off, and the scalars of its first object.
fn json(text: &str) -> Option<Fields> {
    // a first line that is an object by itself, with another below: JSON Lines
    let mut lines = text.lines().filter(|l| !l.trim().is_empty());
    if let (Some(first), Some(second)) = (lines.next(), lines.next())
        && let Ok(value @ Value::Object(_)) = serde_json::from_str(first)
        && second.trim_start().starts_with('{')
    {
        return Some(Fields { rows: String::new(), columns: scalars(&value) });
    }
    let (rows, row) = first_row(text)?;
    let columns = scalars(&row);
    (columns.len() > 1).then_some(Fields { rows, columns })
}

/// Walks over the text and gives the first object that stands in a list, with the path of the list.
fn first_row(text: &str) -> Option<(String, Value)> {
    let bytes = text.as_bytes();
    let (mut path, mut at): (Vec<String>, usize) = (Vec::new(), 0);
    let mut key: Option<String> = None;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                let mut strings = serde_json::Deserializer::from_str(&text[at..]).into_iter::<String>();
                let word = strings.next()?.ok()?;
                at += strings.byte_offset();
                let colon = text[at..].trim_start().starts_with(':');
                key = colon.then_some(word);
                continue;
            }
            b'{' => path.push(key.take().unwrap_or_default()),
            b'}' => {
                path.pop();
            }
            b'[' => {
                let name = key.take();
                let inside = text[at + 1..].trim_start();
                if inside.starts_with('{') {
                    let row = serde_json::Deserializer::from_str(inside).into_iter::<Value>().next()?.ok()?;
                    let whole = path.iter().skip(1).cloned().chain(name).collect::<Vec<_>>().join(".");
                    if scalars(&row).len() > 1 {
                        return Some((whole, row));
                    }
                }
                // a list of something else is passed over
                let mut lists = serde_json::Deserializer::from_str(&text[at..]).into_iter::<Value>();
                lists.next()?.ok()?;
                at += lists.byte_offset();
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// The scalars of an object, two levels deep.
fn scalars(value: &Value) -> Vec<(String, String)> {
    let Value::Object(map) = value else { return Vec::new() };
    let mut out = Vec::new();
    for (key, inner) in map {
        if let Some(text) = scalar(inner) {
            out.push((key.clone(), text.into_owned()));
        } else if let Value::Object(nested) = inner {
            for name in nested.keys() {
                let path = format!("{key}.{name}");
                if let Some(text) = at(value, &path).and_then(scalar) {
                    out.push((path, text.into_owned()));
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_and_guessed() {
        let text = "{\"ok\":true,\"tags\":[1,2],\"data\":{\"items\":[{\"when\":1,\"sender\":{\"name\":\"李\"},\"content\":\"x\",\"time\":\"2026-07-27 08:15:03\"},{\"cut";
        let found = fields(text).unwrap();
        assert_eq!(found.rows, "data.items");
        let guess = found.guess();
        assert_eq!(guess["name"], "sender.name");
        assert_eq!((guess["time"].as_str(), guess["text"].as_str()), ("time", "content"));
        let table = fields("日期,时间,姓名,内容\n2026-07-27,08:15,李主任,收到\n").unwrap();
        assert_eq!(table.guess().len(), 4);
        let lines = fields("{\"ts\":1785111303,\"user\":\"李\",\"msg\":\"收到\"}\n{\"ts\":2}\n").unwrap();
        assert_eq!((lines.rows.as_str(), lines.guess()["time"].as_str()), ("", "ts"));
        let own = fields("谁,何时,说了什么,哪个群\n李主任,2026-07-27 08:15:03,请各村今天报名单,青溪群\n")
            .unwrap()
            .guess();
        assert_eq!(
            (own["name"].as_str(), own["time"].as_str(), own["text"].as_str()),
            ("谁", "何时", "说了什么")
        );
        let no_chat = fields("编号,地址\n1,东岗村\n").unwrap().guess();
        assert!(!no_chat.contains_key("text"), "{no_chat:?}");
        assert_eq!(fields("不是表格\n也不是"), None);
        assert_eq!(fields("{\"a\":[1,2]}"), None);
    }
}
