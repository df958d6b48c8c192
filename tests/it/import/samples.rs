//! Every file of the format samples beside the repository, against the conversation they were all rendered from less what
//! its format loses. Skipped where the samples are not there; the project's own fixtures of the same shapes are checked
//! always (`every_format_reads_the_canonical_conversation`).

use std::collections::BTreeSet;
use std::path::Path;

use qunbox::import::Options;
use serde_json::Value;

use super::{is_canonical, read_bytes, read_file, walk};

/// File | format | messages | issues | numbers of the conversation whose text the format loses (`formats.md` §2.0):
/// 8 the announcement, 9 and 10 the sign-up, 11 and 12 system lines, 13 the forward, 16 the link. `-` for no format.
const SAMPLES: &str = "
chatlab/chatlab.handmade.json | chatlab-json | 16 | 0 | 9 10
chatlab/chatlab.handmade.jsonl | chatlab-jsonl | 16 | 0 | 9 10
chatlab/chatlab.one-broken-line.no-final-newline.handmade.jsonl | chatlab-jsonl | 16 | 1 | 9 10
chatlog/34567890123@chatroom_2026-07-27_2026-07-28.handmade.csv | chatlog-csv | 16 | 0 | 9 10
chatlog/chatlog.cross-day.handmade.txt | chatlog-txt | 16 | 0 | 9 10
chatlog/chatlog.cross-year.handmade.txt | chatlog-txt | 16 | 0 | 9 10
chatlog/chatlog.empty-result.handmade.json | - | 0 | 0 | 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
chatlog/chatlog.handmade.json | chatlog-json | 16 | 0 | 9 10
chatlog/chatlog.one-day.no-date.handmade.txt | chatlog-txt | 14 | 0 | 9 10 15 16
chatlog/chatlog.two-talkers.handmade.txt | chatlog-txt | 16 | 0 | 9 10
ciphertalk/ciphertalk.handmade.json | ciphertalk-json | 16 | 0 | 9 10
dingtalk-dws/chat-message-list.handmade.json | dingtalk-dws-json | 14 | 0 | 11 12
dingtalk-dws/list-all.handmade.json | dingtalk-dws-json | 14 | 0 | 11 12
echotrace/echotrace.handmade.json | echotrace-json | 16 | 0 | 9 10
feishu-lark-cli/im-chat-messages-list.handmade.json | feishu-json | 16 | 0 | 13
feishu-lark-cli/openapi-im-v1-messages.handmade.json | feishu-json | 14 | 0 | 11 12
memotrace/memotrace-v4.handmade.csv | memotrace-csv | 16 | 0 |
memotrace/memotrace-v4.handmade.xlsx | memotrace-xlsx | 16 | 0 |
memotrace/memotrace-v4.resaved-by-excel.gbk.handmade.csv | memotrace-csv | 16 | 0 | 6 9 15
memotrace/青溪镇村（社区）工作群/青溪镇村（社区）工作群.handmade.txt | memotrace-txt | 16 | 0 | 2 13 16
memotrace/青溪镇村（社区）工作群/青溪镇村（社区）工作群_utf8.handmade.csv | memotrace-csv-old | 16 | 0 | 2 7 8 9 10 13 16
nasty/chatlog.truncated-after-comma.handmade.json | chatlog-json | 5 | 1 | 6 7 8 9 10 11 12 13 14 15 16
nasty/empty.handmade.json | - | 0 | 0 | 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
nasty/empty.handmade.txt | - | 0 | 0 | 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
nasty/mail-two-exports-pasted-together.handmade.txt | wechat-mail-android | 11 | 0 | 10 11 12 13 14 15 16
nasty/mail.other-dashes-and-fullwidth-spaces.handmade.txt | wechat-mail-android | 4 | 0 | 6 7 8 9 10 11 12 13 14 15 16
nasty/mail.saved-from-word.nbsp.handmade.txt | wechat-mail-android | 4 | 0 | 6 7 8 9 10 11 12 13 14 15 16
nasty/not-a-chat.handmade.csv | - | 0 | 0 | 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
nasty/not-a-chat.handmade.json | - | 0 | 0 | 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
nasty/not-a-chat.handmade.txt | - | 0 | 0 | 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
nasty/only-bom.handmade.csv | - | 0 | 0 | 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
nasty/qq-folder.gbk-names.handmade.zip | - | 0 | 0 | 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
nasty/qq.mixed-newlines-nul.handmade.txt | qq-txt | 3 | 0 | 3 4 5 6 7 8 9 10 11 12 13 14 15 16
nasty/qq.old-mac-cr.handmade.txt | qq-txt | 3 | 0 | 4 5 6 7 8 9 10 11 12 13 14 15 16
nasty/utf8-with-one-bad-byte.handmade.txt | chatlog-txt | 16 | 0 | 9 10
nasty/weflow-folder.utf8-names.handmade.zip | - | 0 | 0 | 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
nasty/weflow.huge-avatar-before-messages.handmade.json | weflow-json | 2 | 0 | 3 4 5 6 7 8 9 10 11 12 13 14 15 16
nasty/weflow.messages-before-session.handmade.json | weflow-json | 3 | 0 | 4 5 6 7 8 9 10 11 12 13 14 15 16
nasty/weflow.truncated-in-string.handmade.json | weflow-json | 12 | 1 | 9 10 13 14 15 16
nasty/weflow.truncated-mid-character.handmade.json | weflow-json | 15 | 1 | 9 10 16
nasty/weflow.utf16le-bom.resaved-by-notepad.handmade.json | weflow-json | 3 | 0 | 4 5 6 7 8 9 10 11 12 13 14 15 16
pywxdump/34567890123@chatroom/34567890123@chatroom_0_5000.handmade.csv | pywxdump-csv | 16 | 0 | 8 9 10
pywxdump/34567890123@chatroom/34567890123@chatroom_0_5000.handmade.json | pywxdump-json | 16 | 0 | 8 9 10
pywxdump/34567890123@chatroom/users.handmade.json | pywxdump-users | 0 | 0 | 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
qq-chat-exporter/chunked.handmade/chunks/c000001.jsonl | qce-chunk | 0 | 0 | 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
qq-chat-exporter/chunked.handmade/chunks/c000002.jsonl | qce-chunk | 0 | 0 | 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
qq-chat-exporter/chunked.handmade/manifest.json | qce-json | 16 | 0 | 13
qq-chat-exporter/group_200000001_20260728.handmade.json | qce-json | 16 | 0 | 13
qq-chat-exporter/group_200000001_20260728.handmade.txt | qce-txt | 16 | 0 | 8 13 16
qq-chat-exporter/group_200000001_20260728.handmade.xlsx | qce-xlsx | 16 | 0 | 8 13 16
qq-native-mht/qq-group.handmade.mht | qq-mht | 16 | 0 |
qq-native-mht/qq-group.leading-bom.handmade.mht | qq-mht | 16 | 0 |
qq-native-mht/qq-group.truncated-in-html.handmade.mht | qq-mht | 9 | 1 | 10 11 12 13 14 15 16
qq-native-txt/qq-group.am-pm.handmade.txt | qq-txt | 16 | 0 | 13 16
qq-native-txt/qq-group.gb18030.handmade.txt | qq-txt | 16 | 0 | 13 16
qq-native-txt/qq-group.handmade.txt | qq-txt | 16 | 0 | 13 16
qq-native-txt/qq-group.one-digit-hour.handmade.txt | qq-txt | 16 | 0 | 13 16
qq-native-txt/qq-group.utf16le.handmade.txt | qq-txt | 16 | 0 | 13 16
qq-native-txt/qq-group.utf8-bom.handmade.txt | qq-txt | 16 | 0 | 13 16
qq-native-txt/全部消息记录.handmade.txt | qq-txt | 9 | 0 | 10 11 12 13 14 15 16
wechat-clipboard/ios-2026.handmade.txt | wechat-copy-ios2026 | 14 | 0 | 11 12 13
wechat-clipboard/mac-12h.handmade.txt | wechat-copy-mac | 14 | 0 | 11 12 13
wechat-clipboard/mac-24h.handmade.txt | wechat-copy-mac | 14 | 0 | 11 12 13
wechat-clipboard/windows-no-time.handmade.txt | wechat-copy-windows | 14 | 0 | 11 12 13
wechat-mail/android-plain.crlf.bom.handmade.txt | wechat-mail-android | 14 | 0 | 11 12
wechat-mail/android-plain.gbk.handmade.eml | wechat-mail-android | 14 | 0 | 11 12
wechat-mail/android-plain.handmade.txt | wechat-mail-android | 14 | 0 | 11 12
wechat-mail/android-plain.noblank.handmade.txt | wechat-mail-android | 14 | 0 | 11 12
wechat-mail/ios-html.handmade.eml | wechat-mail-html | 14 | 0 | 11 12
wechat-mail/ios-html.handmade.html | wechat-mail-html | 14 | 0 | 11 12
wechat-mail/ios-text-12h.handmade.txt | wechat-mail-ios | 3 | 0 | 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
wechatexporter-txt/青溪镇村（社区）工作群.binary-garbage.handmade.txt | wechatexporter-txt | 16 | 0 |
wechatexporter-txt/青溪镇村（社区）工作群.handmade.txt | wechatexporter-txt | 16 | 0 |
wecom-msgaudit/msgaudit.handmade.jsonl | wecom-msgaudit-jsonl | 15 | 0 | 11 12
weflow/compact.handmade.xlsx | weflow-xlsx | 16 | 0 |
weflow/overlap-a.first-10.handmade.json | weflow-json | 10 | 0 | 9 10 11 12 13 14 15 16
weflow/overlap-b.from-6.handmade.json | weflow-json | 11 | 0 | 1 2 3 4 5 9 10
weflow/weflow-weclone.utc.handmade.csv | weclone-csv | 16 | 0 | 9 10
weflow/青溪镇村（社区）工作群.handmade.txt | weflow-txt | 16 | 0 |
weflow/青溪镇村（社区）工作群.handmade.xlsx | weflow-xlsx | 16 | 0 |
weflow/青溪镇村（社区）工作群_20260727-20260728.handmade.json | weflow-json | 16 | 0 | 9 10
";

#[test]
fn every_sample_is_read_as_its_format_allows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/formats");
    if !root.join("_canonical/conversation.json").exists() {
        println!("skipped: the samples of ../shared/formats are not here");
        return;
    }
    let canon: Vec<Value> =
        serde_json::from_str(&std::fs::read_to_string(root.join("_canonical/conversation.json")).unwrap())
            .unwrap();
    let mut there: BTreeSet<String> = BTreeSet::new();
    walk(&root, &root, &mut |file| {
        there.insert(file);
    });
    let mut wrong = Vec::new();
    for line in SAMPLES.lines().filter(|l| !l.is_empty()) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let file = cells[0];
        if !there.remove(file) {
            wrong.push(format!("{file} is not there any more"));
            continue;
        }
        let read = read_dated(&root, file);
        // of these the names stand in another file, which is called otherwise here, or nowhere
        let ids = ["wecom", "openapi", "pywxdump"].iter().any(|f| file.contains(f));
        let lost: Vec<String> = canon
            .iter()
            .enumerate()
            .filter(|(_, want)| !read.messages.iter().any(|(_, m)| is_canonical(want, m, ids)))
            .map(|(n, _)| (n + 1).to_string())
            .collect();
        let (format, messages, issues) =
            (read.outcome.format.unwrap_or("-"), read.messages.len(), read.issues.len());
        let got = format!("{file} | {format} | {messages} | {issues} | {}", lost.join(" "));
        if got.trim() != line.trim() {
            wrong.push(got);
        }
    }
    wrong.extend(
        there
            .into_iter()
            .filter(|f| !f.starts_with("_canonical"))
            .map(|f| format!("{f} is not in the table")),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The sample without dates is of the first day of the conversation, which nobody but its file's name could say.
fn read_dated(root: &Path, file: &str) -> super::Read1 {
    if !file.contains("no-date") {
        return read_file(root, file);
    }
    let options = Options { date: chrono::NaiveDate::from_ymd_opt(2026, 7, 27), ..Options::default() };
    read_bytes(&std::fs::read(root.join(file)).unwrap(), file, &options)
}
