//! The import room against fixtures whose content is known: every format, the nasty files, what is asked when something
//! is missing, and properties (no bytes make it panic, every line is in a message or an issue).

mod corpora;
mod fuzz;
mod properties;
mod rendered;
mod samples;
mod variants;

use std::io::{Cursor, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use qunbox::import::{Issue, Need, Options, Outcome, Sink, Source, archive, import};
use qunbox::message::{GroupRef, Kind, Message, Precision, rfc3339};
use serde_json::{Value, json};

#[derive(Default)]
struct Read1 {
    outcome: Outcome,
    groups: Vec<GroupRef>,
    messages: Vec<(GroupRef, Message)>,
    issues: Vec<Issue>,
    /// Stop after so many messages.
    limit: Option<usize>,
}

impl Sink for Read1 {
    fn group(&mut self, group: GroupRef) {
        self.groups.push(group);
    }

    fn message(&mut self, message: Message) -> ControlFlow<()> {
        let group = self.groups.last().expect("a group comes before its messages").clone();
        self.messages.push((group, message));
        if self.limit.is_some_and(|limit| self.messages.len() >= limit) {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    fn issue(&mut self, issue: Issue) {
        self.issues.push(issue);
    }
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import")
}

fn read_bytes(bytes: &[u8], name: &str, options: &Options) -> Read1 {
    let mut sink = Read1::default();
    let modified = NaiveDate::from_ymd_opt(2026, 7, 28);
    let source = Source { name, modified, options, siblings: &|_| None, beside: &Vec::new };
    sink.outcome = import(&mut Cursor::new(bytes), &source, &mut sink).unwrap();
    sink
}

fn read_file(root: &Path, name: &str) -> Read1 {
    let path = root.join(name);
    let folder = path.parent().unwrap().to_owned();
    let siblings = move |relative: &str| -> Option<Box<dyn Read>> {
        Some(Box::new(std::fs::File::open(folder.join(relative)).ok()?))
    };
    let mut sink = Read1::default();
    let options = Options::default();
    let modified = NaiveDate::from_ymd_opt(2026, 7, 28);
    let source = Source { name, modified, options: &options, siblings: &siblings, beside: &Vec::new };
    sink.outcome = import(&mut std::fs::File::open(&path).unwrap(), &source, &mut sink).unwrap();
    sink
}

fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// What a fixture must give: file | format | messages | canonical messages whose text this format loses or changes.
/// The losses are those of `formats.md` §2.0; 11 and 12 are system lines, 13 the forward, 9 and 10 the sign-up chain.
const CANONICAL: &str = "
wechat-mail-android/plain.txt | wechat-mail-android | 14 | 11 12
wechat-mail-android/noblank.txt | wechat-mail-android | 14 | 11 12
wechat-mail-android/crlf-bom.txt | wechat-mail-android | 14 | 11 12
wechat-mail-android/gbk.eml | wechat-mail-android | 14 | 11 12
wechat-mail-html/ios.html | wechat-mail-html | 14 | 11 12
wechat-mail-html/ios.eml | wechat-mail-html | 14 | 11 12
wechat-copy-mac/24h/群.txt | wechat-copy-mac | 14 | 11 12 13
wechat-copy-mac/12h/群.txt | wechat-copy-mac | 14 | 11 12 13
wechat-copy-ios2026/群.txt | wechat-copy-ios2026 | 14 | 11 12 13
wechat-copy-windows/群.txt | wechat-copy-windows | 14 | 11 12 13
weflow-json/群_20260727-20260728.json | weflow-json | 16 | 9 10
weflow-txt/群.txt | weflow-txt | 16 |
weflow-xlsx/full.xlsx | weflow-xlsx | 16 |
weflow-xlsx/compact.xlsx | weflow-xlsx | 16 |
weclone-csv/群.csv | weclone-csv | 16 | 9 10
chatlog-json/chatlog.json | chatlog-json | 16 | 9 10
chatlog-csv/34567890123@chatroom_2026-07-27_2026-07-28.csv | chatlog-csv | 16 | 9 10
chatlog-txt/full/群.txt | chatlog-txt | 16 | 9 10
chatlog-txt/no-year/群_2026-07-27_2026-07-28.txt | chatlog-txt | 16 | 9 10
chatlog-txt/no-date/群_2026-07-27_2026-07-27.txt | chatlog-txt | 14 | 9 10 15 16
chatlog-txt/two-talkers/20260728.txt | chatlog-txt | 16 | 9 10
chatlab-json/chatlab.json | chatlab-json | 16 | 9 10
chatlab-jsonl/chatlab.jsonl | chatlab-jsonl | 16 | 9 10
chatlab-jsonl/one-broken-line.jsonl | chatlab-jsonl | 16 | 9 10
qq-txt/plain.txt | qq-txt | 16 | 13 16
qq-txt/gb18030.txt | qq-txt | 16 | 13 16
qq-txt/utf16le.txt | qq-txt | 16 | 13 16
qq-txt/am-pm.txt | qq-txt | 16 | 13 16
qq-txt/one-digit-hour.txt | qq-txt | 16 | 13 16
qq-txt/全部消息记录.txt | qq-txt | 9 | 10 11 12 13 14 15 16
qq-mht/group.mht | qq-mht | 16 |
qq-mht/truncated.mht | qq-mht | 9 | 10 11 12 13 14 15 16
qce-json/group_200000001_20260728.json | qce-json | 16 | 13
qce-txt/group_200000001_20260728.txt | qce-txt | 16 | 8 13 16
qce-xlsx/group_200000001_20260728.xlsx | qce-xlsx | 16 | 8 13 16
qce-chunked/manifest.json | qce-json | 16 | 13
memotrace-csv/new/群.csv | memotrace-csv | 16 |
memotrace-csv/excel-gbk/群.csv | memotrace-csv | 16 | 6 9 15
memotrace-csv/old/群_utf8.csv | memotrace-csv-old | 16 | 2 7 8 9 10 13 16
memotrace-xlsx/群.xlsx | memotrace-xlsx | 16 |
memotrace-txt/群.txt | memotrace-txt | 16 | 2 13 16
pywxdump/群/34567890123@chatroom_0_5000.csv | pywxdump-csv | 16 | 8 9 10
pywxdump/群/34567890123@chatroom_0_5000.json | pywxdump-json | 16 | 8 9 10
echotrace-json/echotrace.json | echotrace-json | 16 | 9 10
ciphertalk-json/ciphertalk.json | ciphertalk-json | 16 | 9 10
wechatexporter-txt/plain.txt | wechatexporter-txt | 16 |
wechatexporter-txt/rubbish.txt | wechatexporter-txt | 16 |
wecom-msgaudit/msgaudit.jsonl | wecom-msgaudit-jsonl | 15 | 11 12
dingtalk-dws/list.json | dingtalk-dws-json | 14 | 11 12
dingtalk-dws/list-all.json | dingtalk-dws-json | 14 | 11 12
feishu/群/p01.json | feishu-json | 16 | 13
feishu/openapi/群.json | feishu-json | 14 | 11 12
";

const GROUP: &str = "青溪镇村（社区）工作群";

fn table() -> impl Iterator<Item = (String, &'static str, usize, Vec<usize>)> {
    CANONICAL.lines().filter(|l| !l.is_empty()).map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let file = cells[0].replace('群', GROUP);
        let lost = cells[3].split_whitespace().map(|n| n.parse().unwrap()).collect();
        (file, cells[1], cells[2].parse().unwrap(), lost)
    })
}

/// Whether a message is the wanted one of the conversation, at the precision its format keeps; `ids` for formats that
/// have ids where others have names.
fn is_canonical(want: &Value, m: &Message, ids: bool) -> bool {
    let (at, sender) = (want["sent_at_ms"].as_i64().unwrap(), want["sender_name"].as_str().unwrap());
    let on_time = match m.precision {
        Precision::Ms | Precision::Second => m.sent_at == at,
        Precision::Minute => m.sent_at == at / 60_000 * 60_000,
        Precision::Day | Precision::None => true,
    };
    let by = m.sender == sender || m.is_self == Some(true) && m.sender.is_empty() || ids;
    // a bare quote of WechatExporter has no sender of its own
    let bare = m.precision == Precision::None && m.sender.is_empty();
    squeeze(&m.text) == squeeze(want["text"].as_str().unwrap()) && on_time && (by || bare)
}

#[test]
fn every_format_reads_the_canonical_conversation() {
    let canon: Vec<Value> =
        serde_json::from_str(&std::fs::read_to_string(fixtures().join("canonical.json")).unwrap()).unwrap();
    let mut wrong = Vec::new();
    for (file, format, count, lost) in table() {
        let read = read_file(&fixtures(), &file);
        if read.outcome.format != Some(format) || read.messages.len() != count {
            wrong.push(format!("{file}: {} messages, {:?}", read.messages.len(), read.outcome));
            continue;
        }
        let ids = ["wecom", "openapi"].iter().any(|f| file.contains(f));
        for (n, want) in canon.iter().enumerate().filter(|(n, _)| !lost.contains(&(n + 1))) {
            if !read.messages.iter().any(|(_, m)| is_canonical(want, m, ids)) {
                wrong.push(format!("{file}: no. {} {want}", n + 1));
            }
        }
        let named =
            |g: &GroupRef| g.name.as_deref() == Some(GROUP) || g.native_id.is_some() || g.private_chat;
        if !read.groups.iter().all(named) {
            wrong.push(format!("{file}: {:?}", read.groups));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn golden_line(group: &GroupRef, message: &Message) -> Value {
    let mut value = serde_json::to_value(message).unwrap();
    value["at"] = json!(rfc3339(message.sent_at));
    value["group"] = json!([group.name, group.native_id, group.name_from_file, group.private_chat]);
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, v| !(v.is_null() || *v == json!([]) || *v == json!(false)));
    }
    value
}

fn walk(root: &Path, folder: &Path, found: &mut dyn FnMut(String)) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(root, &path, found);
        } else {
            found(path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/"));
        }
    }
}

fn fixture_files() -> Vec<String> {
    let mut out = Vec::new();
    walk(&fixtures(), &fixtures(), &mut |file| out.push(file));
    out.retain(|f| {
        !f.contains(".git") && !f.ends_with(".golden.jsonl") && !f.ends_with(".zip") && f != "canonical.json"
    });
    out.sort();
    out
}

/// All fields of every message of every fixture. `QUNBOX_BLESS=1` writes the files anew; look at the difference then.
#[test]
fn every_field_is_as_it_was() {
    let bless = std::env::var_os("QUNBOX_BLESS").is_some();
    let mut wrong = Vec::new();
    for file in fixture_files() {
        let read = read_file(&fixtures(), &file);
        let mut lines = vec![json!({"format": read.outcome.format, "encoding": read.outcome.encoding,
            "needs": read.outcome.needs.map(|n| format!("{n:?}")), "part_of": read.outcome.part_of, "empty": read.outcome.empty,
            "issues": read.issues.iter().map(|i| i.line).collect::<Vec<_>>()})];
        lines.extend(read.messages.iter().map(|(g, m)| golden_line(g, m)));
        let path = fixtures().join(format!("{file}.golden.jsonl"));
        let text: String = lines.iter().map(|l| format!("{l}\n")).collect();
        if bless {
            std::fs::write(&path, &text).unwrap();
        } else if std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n") != text {
            wrong.push(file);
        }
    }
    assert!(wrong.is_empty(), "not as in their .golden.jsonl: {wrong:#?}");
}

/// Small files written for this test: layouts that the canonical conversation is not rendered in. A file and its format,
/// then time | sender | text; `⏎` is a line end.
const SMALL: &str = "
# wecom-cli/青溪镇工作群.json wecom-cli
2026-07-27T08:15:03 | zhangsan | 请各村今天下班前报送名单
2026-07-27T08:16:00 | lisi | 名单.xlsx
2026-07-27T08:17:00 | lisi |
# whatsapp/青溪镇工作群/_chat.txt whatsapp-txt
2026-07-27T08:15:03 | 李主任 | 请各村今天下班前报送名单⏎第二行 8:30-11:30
2026-07-27T08:16:00 | 赵书记 | 收到
2026-07-27T08:17:00 | 赵书记 |
# telegram/result.json telegram-json
2026-07-27T08:15:03 | 李主任 | 请各村今天下班前报送名单
2026-07-27T08:16:05 | 赵书记 | 收到，@李主任
2026-07-27T08:17:05 | | invite_members
# welink/青溪镇工作群.txt welink-txt
2026-03-31T09:15:32 | 张三 | 请各村今天下班前报送名单
2026-03-31T09:16:01 | 李四 | 收到⏎⏎下午报
# dated-lines/青溪镇工作群.txt dated-lines
2026-07-27T08:15:03 | 李主任 | 请各村今天下班前报送名单⏎第二行 8:30-11:30
2026-07-27T08:16:00 | 赵书记 | 收到
2026-07-27T08:17:30 | 李主任 |
# weflow-md/export.md weflow-md
2026-07-27T08:15:03 | 李主任 | 请各村今天下班前报送名单⏎⏎## 不是标题
2026-07-27T08:16:05 | 赵书记(东岗村) | 名单.xlsx
# weflow-api/api.json weflow-api
2026-07-27T08:15:03 | | 请各村今天下班前报送名单
2026-07-27T08:16:05 | | #接龙⏎⏎报名 & 登记⏎⏎1. 柳湾村 12人
# qq-copy/date-and-time.txt qq-copy
2026-07-27T18:38:25 | 李主任 | 请各村报送名单
2026-07-27T18:39:00 | 赵书记 | 收到
# qq-copy/青溪镇工作群_20260727.txt qq-copy
2026-07-27T23:50:43 | 李主任 | 请各村报送名单
2026-07-28T00:02:10 | 赵书记 | 收到
# qq-copy/us.txt qq-copy
2026-07-27T21:16:13 | 李主任 | 请各村报送名单
2026-07-27T21:17:13 | 赵书记 | 收到
# qq-copy/nt_2026-07-28.txt qq-copy
2026-07-27T18:05:27 | 李主任 | 请各村报送名单
2026-07-27T18:06:27 | 赵书记 | 收到
# qq-copy/manager.txt qq-copy
2026-07-27T03:13:28 | 李主任 | 请各村报送名单
2026-07-27T15:14:28 | 赵书记 | 收到
2026-07-28T08:00:00 | 赵书记 | 已报
# qq-copy/phone.txt qq-copy
2026-07-27T23:50:12 | 李主任 | 请各村报送名单
2026-07-27T23:51:12 | 赵书记 | 收到
# paste/青溪镇工作群.txt paste
2026-07-28T00:00:00 | 李主任 | 请各村今天下班前报送名单
2026-07-28T00:00:00 | 赵书记 | 收到⏎第二行
2026-07-28T00:00:00 | 李主任 | 好
";

#[test]
fn small_layouts() {
    for case in SMALL.split("\n# ").filter(|case| !case.trim().is_empty()) {
        let (first, rows) = case.trim().split_once('\n').unwrap();
        let (file, format) = first.trim_start_matches("# ").split_once(' ').unwrap();
        let read = read_file(&fixtures(), file);
        assert_eq!(read.outcome.format, Some(format), "{file}: {:?}", read.outcome);
        let got: Vec<String> = read
            .messages
            .iter()
            .map(|(_, m)| {
                let text = m.text.replace('\n', "⏎");
                format!("{} | {} | {text}", &rfc3339(m.sent_at)[..19], m.sender)
                    .replace("|  |", "| |")
                    .trim_end()
                    .to_owned()
            })
            .collect();
        let want: Vec<&str> = rows.lines().map(str::trim_end).collect();
        assert_eq!(got, want, "{file}");
        assert!(read.issues.is_empty(), "{file}: {:?}", read.issues);
    }
}

#[test]
fn nasty_files_keep_what_is_good_and_say_the_rest() {
    // file | messages | issues
    for (file, messages, issues) in [
        ("chatlog.truncated-after-comma.json", 5, 1),
        ("mail-two-exports-pasted-together.txt", 11, 0),
        ("mail.other-dashes-and-fullwidth-spaces.txt", 4, 0),
        ("mail.saved-from-word.nbsp.txt", 4, 0),
        ("qq.mixed-newlines-nul.txt", 3, 0),
        ("qq.old-mac-cr.txt", 3, 0),
        ("weflow.messages-before-session.json", 3, 0),
        ("weflow.truncated-in-string.json", 12, 1),
        ("weflow.truncated-mid-character.json", 15, 1),
        ("weflow.utf16le-bom.resaved-by-notepad.json", 3, 0),
    ] {
        let read = read_file(&fixtures(), &format!("nasty/{file}"));
        assert_eq!((read.messages.len(), read.issues.len()), (messages, issues), "{file}: {:?}", read.issues);
        assert!(read.messages.iter().all(|(g, _)| g.name.as_deref() == Some(GROUP)), "{file}");
    }
    for file in ["not-a-chat.csv", "not-a-chat.json", "not-a-chat.txt"] {
        let read = read_file(&fixtures(), &format!("nasty/{file}"));
        assert_eq!((read.outcome.format, read.outcome.needs), (None, Some(Need::Format)), "{file}");
        assert!(read.messages.is_empty() && read.groups.is_empty(), "{file}");
    }
    for bytes in [&b""[..], b"\xef\xbb\xbf", b"null", b" [] \n", b"\xef\xbb\xbf\r\n"] {
        let read = read_bytes(bytes, "x.json", &Options::default());
        assert!(read.outcome.empty && read.outcome.needs.is_none() && read.issues.is_empty(), "{bytes:?}");
    }
    let read =
        read_bytes(br#"{"conversations":[{"role":"user","content":"x"}]}"#, "x.json", &Options::default());
    assert_eq!((read.messages.len(), read.issues.len()), (0, 1));
}

/// Notepad and Excel put a byte order mark in front of what they save; some exporters do.
#[test]
fn a_byte_order_mark_changes_nothing() {
    for file in fixture_files() {
        let bytes = std::fs::read(fixtures().join(&file)).unwrap();
        let plain =
            std::str::from_utf8(&bytes).is_ok_and(|text| !text.is_empty() && !text.starts_with('\u{feff}'));
        if !plain || file.ends_with(".eml") {
            continue;
        }
        let marked = [b"\xef\xbb\xbf", bytes.as_slice()].concat();
        let (one, other) =
            (read_bytes(&bytes, &file, &Options::default()), read_bytes(&marked, &file, &Options::default()));
        assert_eq!(one.outcome.format, other.outcome.format, "{file}");
        assert_eq!(one.messages, other.messages, "{file}");
    }
}

#[test]
fn a_huge_avatar_before_the_messages_is_jumped_over() {
    let avatar = "A".repeat(700_000);
    let text = format!(
        r#"{{"weflow":{{"version":"1"}},"session":{{"avatar":"{avatar}","wxid":"1@chatroom","displayName":"群"}},
        "messages":[{{"createTime":1785111303,"type":"文本消息","content":"收到","isSend":1,"senderUsername":"a","senderDisplayName":"陈"}}]}}"#
    );
    let read = read_bytes(text.as_bytes(), "x.json", &Options::default());
    let (group, message) = &read.messages[0];
    assert_eq!(
        (group.name.as_deref(), message.text.as_str(), message.is_self),
        (Some("群"), "收到", Some(true))
    );
}

#[test]
fn what_a_file_does_not_say_is_asked_and_nothing_is_sent() {
    let mail = "群 微信群上的聊天记录如下，请查收。\n\n—————  2026-07-27  —————\n\n\n李  08:15\n\n收到\n\n";
    let copy = "李 2026/07/27 08:15\n收到\n\n赵 2026/07/27 08:16\n收到\n\n";
    let clock = "李(wxid_li) 08:15:03\n收到\n\n赵(wxid_zhao) 08:16:03\n收到\n\n";
    let month = "李(wxid_li) 12-31 23:15:03\n收到\n\n赵(wxid_zhao) 01-01 08:16:03\n收到\n\n";
    let day = NaiveDate::from_ymd_opt(2025, 3, 1);
    let with = |group: Option<&str>, date, year| Options {
        group: group.map(str::to_owned),
        date,
        year,
        ..Options::default()
    };
    // text | options | what is asked | time of the last message
    for (text, options, needs, last) in [
        (mail, with(None, None, None), None, "2026-07-27T08:15:00+08:00"),
        (copy, with(None, None, None), Some(Need::Group), ""),
        (copy, with(Some("甲"), None, None), None, "2026-07-27T08:16:00+08:00"),
        (clock, with(Some("甲"), None, None), Some(Need::Date), ""),
        (clock, with(Some("甲"), day, None), None, "2025-03-01T08:16:03+08:00"),
        (month, with(Some("甲"), None, None), Some(Need::Year), ""),
        (month, with(Some("甲"), None, Some(2024)), None, "2025-01-01T08:16:03+08:00"),
    ] {
        let source =
            Source { name: "-", modified: None, options: &options, siblings: &|_| None, beside: &Vec::new };
        let mut sink = Read1::default();
        let outcome = import(&mut text.as_bytes(), &source, &mut sink).unwrap();
        assert_eq!(outcome.needs, needs, "{text}");
        let at = sink.messages.last().map_or(String::new(), |(_, m)| rfc3339(m.sent_at));
        assert_eq!(at, last, "{text}");
        assert_eq!(sink.messages.is_empty() && sink.groups.is_empty(), needs.is_some(), "{text}");
    }
}

#[test]
fn the_assumed_day_is_said_and_the_precision_stays() {
    let copy = "李:\n收到\n\n赵:\n好的\n\n李:\n谢谢\n\n";
    let read = read_bytes(copy.as_bytes(), "某群.txt", &Options::default());
    assert_eq!(read.outcome.assumed.len(), 1);
    assert!(read.messages.iter().all(|(g, m)| m.precision == Precision::None && g.name_from_file));
    let said = Options { date: NaiveDate::from_ymd_opt(2026, 7, 1), ..Options::default() };
    let read = read_bytes(copy.as_bytes(), "某群.txt", &said);
    assert!(
        read.messages.iter().all(|(_, m)| m.precision == Precision::Day) && read.outcome.assumed.is_empty()
    );
}

#[test]
fn another_zone_moves_local_times_only() {
    let west = Options { tz: chrono::FixedOffset::east_opt(0), ..Options::default() };
    let at = |file: &str, options: &Options| {
        let bytes = std::fs::read(fixtures().join(file)).unwrap();
        read_bytes(&bytes, "群.txt", options).messages[0].1.sent_at
    };
    let here = Options::default();
    let local = "qq-txt/plain.txt";
    assert_eq!(at(local, &west) - at(local, &here), 8 * 3_600_000);
    let epoch = "chatlab-json/chatlab.json";
    assert_eq!(at(epoch, &west), at(epoch, &here));
}

#[test]
fn a_chunk_is_left_to_its_manifest_and_a_missing_chunk_is_said() {
    let read = read_file(&fixtures(), "qce-chunked/chunks/c000001.jsonl");
    assert!(read.outcome.part_of.is_some() && read.messages.is_empty());
    let manifest = std::fs::read(fixtures().join("qce-chunked/manifest.json")).unwrap();
    let read = read_bytes(&manifest, "manifest.json", &Options::default());
    assert_eq!((read.messages.len(), read.issues.len()), (0, 2));
    let chunk = std::fs::read(fixtures().join("qce-chunked/chunks/c000001.jsonl")).unwrap();
    let alone = Options { group: Some("群".to_owned()), ..Options::default() };
    assert_eq!(read_bytes(&chunk, "c000001.jsonl", &alone).messages.len(), 8);
    let users = read_file(&fixtures(), &format!("pywxdump/{GROUP}/users.json"));
    assert!(users.outcome.part_of.is_some() && users.messages.is_empty());
}

#[test]
fn a_cancelled_import_stops_at_once() {
    for (file, ..) in table() {
        let path = fixtures().join(&file);
        let folder = path.parent().unwrap().to_owned();
        let siblings = move |relative: &str| -> Option<Box<dyn Read>> {
            Some(Box::new(std::fs::File::open(folder.join(relative)).ok()?))
        };
        let options = Options::default();
        let source = Source {
            name: &file,
            modified: NaiveDate::from_ymd_opt(2026, 7, 28),
            options: &options,
            siblings: &siblings,
            beside: &Vec::new,
        };
        let mut sink = Read1 { limit: Some(2), ..Read1::default() };
        import(&mut std::fs::File::open(&path).unwrap(), &source, &mut sink).unwrap();
        assert_eq!(sink.messages.len(), 2, "{file}");
    }
}

#[test]
fn archives_are_walked_with_their_names() {
    let open = |name: &str| Cursor::new(std::fs::read(fixtures().join("nasty").join(name)).unwrap());
    let gbk = archive::members(open("qq-folder.gbk-names.zip")).unwrap();
    assert_eq!(gbk.members.len(), 1);
    assert!(gbk.members[0].name.contains("青溪镇"), "{:?}", gbk.members);
    let read = archive::open(open("qq-folder.gbk-names.zip"), &gbk.members[0], |inner| {
        let mut bytes = Vec::new();
        inner.read_to_end(&mut bytes)?;
        Ok(read_bytes(&bytes, &gbk.members[0].name, &Options::default()))
    })
    .unwrap();
    assert_eq!((read.outcome.format, read.messages.len()), (Some("qq-txt"), 3));
    let utf8 = archive::members(open("weflow-folder.utf8-names.zip")).unwrap();
    let names: Vec<&str> = utf8.members.iter().map(|m| m.name.as_str()).collect();
    assert_eq!(names, [format!("texts/{GROUP}.json").as_str(), "media/images/a.jpg"]);
    assert_eq!(utf8.issues.len(), 1, "the path that climbs out is refused");
    let mut zip = archive::Zip::new(open("weflow-folder.utf8-names.zip")).unwrap();
    assert_eq!(zip.bytes("texts/x").unwrap(), None);
    let inside = zip.bytes(&utf8.members[0].name).unwrap().unwrap();
    let read = read_bytes(&inside, &utf8.members[0].name, &Options::default());
    assert_eq!((read.outcome.format, read.messages.len()), (Some("weflow-json"), 16));
    assert!(archive::members(Cursor::new(b"PK\x03\x04rubbish".to_vec())).is_err());
}

#[test]
fn two_talkers_of_chatlog_are_two_groups() {
    let text = "李(wxid_li) [甲群(1@chatroom)] 2026-07-27 08:15:03\n收到\n\n赵(wxid_zhao) [乙群(2@chatroom)] 2026-07-27 08:16:03\n好\n\n李(wxid_li) [甲群(1@chatroom)] 2026-07-27 08:17:03\n谢谢\n\n";
    let read = read_bytes(text.as_bytes(), "x.txt", &Options::default());
    let groups: Vec<&str> = read.messages.iter().map(|(g, _)| g.name.as_deref().unwrap()).collect();
    assert_eq!(groups, ["甲群", "乙群", "甲群"]);
}

#[test]
fn bodies_that_look_like_headers_stay_bodies() {
    let text = "2026-07-27 08:15:03 '李主任'\n转发：\n\n2026-07-26 10:00:00 '赵书记'\n旧消息\n\n2026-07-27 08:16:03 '赵书记'\n2026-07-27 08:17:00 '没有空行'\n收到\n\n";
    let read = read_bytes(text.as_bytes(), "群.txt", &Options::default());
    let texts: Vec<&str> = read.messages.iter().map(|(_, m)| m.text.as_str()).collect();
    assert_eq!(
        texts,
        ["转发：\n\n2026-07-26 10:00:00 '赵书记'\n旧消息", "2026-07-27 08:17:00 '没有空行'\n收到"]
    );
}

#[test]
fn kinds_of_the_canonical_conversation() {
    let read = read_file(&fixtures(), &format!("weflow-json/{GROUP}_20260727-20260728.json"));
    let kinds: Vec<Kind> = read.messages.iter().map(|(_, m)| m.kind).collect();
    use Kind::{Announcement, File, Forward, Image, Join, Link, Quote, Recall, Signup, Text};
    assert_eq!(
        kinds,
        [
            Text,
            File,
            Text,
            Text,
            Text,
            Image,
            Quote,
            Announcement,
            Signup,
            Signup,
            Join,
            Recall,
            Forward,
            Text,
            Text,
            Link
        ]
    );
    assert_eq!(read.messages[12].1.items.len(), 2);
    assert_eq!(read.messages[6].1.quoted.as_ref().unwrap().native_id.as_deref(), Some("6543210987654321001"));
}

#[test]
fn a_word_document_is_read_as_its_text() {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).unwrap();
    let lines = ["李主任 2026/07/27 08:15", "请各村报送&lt;名单&gt;", "", "赵书记 2026/07/27 08:16", "收到"];
    let paragraphs: String = lines
        .iter()
        .map(|l| format!("<w:p><w:r><w:t xml:space=\"preserve\">{l}</w:t></w:r></w:p>"))
        .collect();
    write!(zip, "<?xml version=\"1.0\"?><w:document><w:body>{paragraphs}</w:body></w:document>").unwrap();
    let bytes = zip.finish().unwrap().into_inner();
    let read = read_bytes(&bytes, "青溪镇工作群.docx", &Options::default());
    assert_eq!(read.outcome.format, Some("wechat-copy-mac"));
    let texts: Vec<&str> = read.messages.iter().map(|(_, m)| m.text.as_str()).collect();
    assert_eq!(texts, ["请各村报送<名单>", "收到"]);
}

/// Two mails of one group count their pictures anew: the counter must not make two messages of one.
#[test]
fn counters_and_made_up_names_are_no_names() {
    let mail = |n: u32| {
        let text = format!(
            "微信群\"群\"的聊天记录如下:\n\n—————  2026-7-27  —————\n\n李 08:15\n图片{n}（可在附件中查看）\n\n"
        );
        let read = read_bytes(text.as_bytes(), "x.txt", &Options::default());
        read.messages[0].1.key("g", 0)
    };
    assert_eq!(mail(1), mail(3));
}

#[test]
fn relative_times_are_refused_in_one_sentence() {
    let text = "[QQChatExporter V5 / x]\n\n聊天名称: 群\n\n\n李:\n时间: 3 小时前\n内容: 收到\n\n\n赵:\n时间: 2 小时前\n内容: 好\n";
    let read = read_bytes(text.as_bytes(), "x.txt", &Options::default());
    assert_eq!((read.messages.len(), read.issues.len(), read.outcome.format), (0, 1, Some("qce-txt")));
}
