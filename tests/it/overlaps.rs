//! The same conversation from two exporters that lose different things: one conversation, nothing doubled, nothing
//! swallowed, and the same whichever came first.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use qunbox::ingest::{self, ImportOptions};
use qunbox::message::epoch_ms;
use qunbox::store::{MessageFilter, Store};

const MAIL: &str = "柳湾防汛群 微信群上的聊天记录如下，请查收。\n\n—————  2026-07-27  —————\n\n";

/// What stands in the store after importing in this order: time, sender, kind, text, number of files.
fn stored(files: &[PathBuf]) -> Vec<String> {
    let data = tempfile::tempdir().unwrap();
    let mut store = Store::open(&data.path().join("qunbox.db")).unwrap();
    let now = epoch_ms("2026-07-30T08:00:00".parse().unwrap());
    let options = ImportOptions { now, ..ImportOptions::default() };
    for file in files {
        let report = ingest::import(&mut store, std::slice::from_ref(file), &options, &mut |_| {
            ControlFlow::Continue(())
        })
        .unwrap();
        assert!(report.files[0].issues.is_empty(), "{:?}", report.files[0]);
    }
    let mut out = Vec::new();
    store
        .messages(&MessageFilter::default(), &mut |m| {
            let at = qunbox::message::rfc3339(m.sent_at.0);
            let things: Vec<String> = m
                .attachments
                .iter()
                .map(|a| format!("{}/{}", a.name.as_deref().unwrap_or("-"), a.md5.as_deref().unwrap_or("-")))
                .collect();
            let text = m.text.replace('\n', "⏎");
            out.push(format!(
                "{} {} {} {text} {} x{} {}",
                &at[5..19],
                m.sender,
                m.kind.as_str(),
                things.join(" "),
                m.sources.len(),
                m.role.as_str(),
            ));
            ControlFlow::Continue(())
        })
        .unwrap();
    out.sort();
    out
}

/// Writes the files into a folder.
fn written(folder: &Path, files: &[(&str, String)]) -> Vec<PathBuf> {
    let write = |(name, text): &(&str, String)| -> PathBuf {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    };
    files.iter().map(write).collect()
}

/// Writes the files and compares both orders with what is wanted: one line a message.
fn both_ways(files: &[(&str, String)], wanted: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let mut paths = written(folder.path(), files);
    let there = stored(&paths);
    assert_eq!(there, wanted);
    paths.reverse();
    assert_eq!(stored(&paths), there, "the other way round");
}

fn pywxdump(rows: &[(&str, &str, &str, &str)]) -> String {
    let mut text = "id,MsgSvrID,type_name,is_sender,talker,room_name,msg,src,CreateTime\r\n".to_owned();
    for (n, (kind, talker, words, time)) in rows.iter().enumerate() {
        let own = u8::from(*talker == "我");
        text.push_str(&format!(
            "{},70000000000000000{n:02},{kind},{own},{talker},76543210987@chatroom,{words},,2026-07-27 {time}\r\n",
            n + 1
        ));
    }
    text
}

/// `formats.md` §2.0: PyWxDump keeps ids and seconds but of a 接龙 only the word; the mail names people. Who alone sent
/// something of the kind in a minute is the same person, however many pictures it were.
#[test]
fn who_is_known_by_id_here_and_by_name_there_is_one_person() {
    let mail = format!(
        "{MAIL}沈会计  09:10\n\n#接龙\n值班报名\n\n1. 沈会计\n\n沈会计  10:20\n\n[图片: 0cc175b9c0f1b6a831c399e269772661.jpg(请在附件中查看)]\n\n\
         沈会计  10:20\n\n[图片: 92eb5ffee6ae2fec3ad71c777531578f.jpg(请在附件中查看)]\n\n何站长  11:00\n\n#接龙\n值班报名\n\n1. 沈会计\n2. 何站长\n"
    );
    let dump = pywxdump(&[
        ("接龙", "wxid_a", "接龙", "09:10:05"),
        ("图片", "wxid_a", "图片", "10:20:01"),
        ("图片", "wxid_a", "图片", "10:20:04"),
        ("接龙", "我", "接龙", "11:00:30"),
    ]);
    both_ways(
        &[("柳湾防汛群.txt", mail), ("柳湾防汛群/76543210987@chatroom_0_5000.csv", dump)],
        &[
            "07-27T09:10:05 沈会计 signup #接龙⏎值班报名⏎⏎1. 沈会计  x2 copy",
            "07-27T10:20:01 沈会计 image  0cc175b9c0f1b6a831c399e269772661.jpg/- x2 submission",
            "07-27T10:20:04 沈会计 image  92eb5ffee6ae2fec3ad71c777531578f.jpg/- x2 submission",
            "07-27T11:00:30 何站长 signup #接龙⏎值班报名⏎⏎1. 沈会计⏎2. 何站长  x2 signup",
        ],
    );
}

/// A copy from the screen has no times, a database export cut the 接龙: what lies between the same neighbours is the same.
#[test]
fn what_lost_its_body_and_its_time_is_known_by_its_place() {
    let copy = "何站长:\n今天上午水库巡查，各组长到坝上集合\n\n沈会计:\n#接龙\n值班报名\n\n1. 沈会计\n\n何站长:\n[图片]\n\n何站长:\n下午两点收表\n"
        .to_owned();
    let mut rows = String::new();
    for (id, kind, local, who, text, second) in [
        (1, "文本消息", 1_i64, "何站长", "今天上午水库巡查，各组长到坝上集合", 0),
        (2, "其他消息", 227_633_266_737, "沈会计", "[接龙] #接龙", 60),
        (3, "图片消息", 3, "何站长", "[图片]", 120),
        (4, "文本消息", 1, "何站长", "下午两点收表", 180),
    ] {
        let row = serde_json::json!({"localId": id, "createTime": 1_785_114_000 + second, "type": kind, "localType": local,
            "content": text, "isSend": 0, "senderUsername": format!("wxid_{who}"), "senderDisplayName": who,
            "platformMessageId": format!("800000000000000000{id}")});
        rows.push_str(&format!("{}{row}", if id == 1 { "" } else { "," }));
    }
    let head = r#"{"weflow":{"version":"1","exportedAt":1785200000,"generator":"WeFlow"},"session":{"wxid":"765@chatroom","displayName":"柳湾防汛群","type":"群聊"},"messages":["#;
    both_ways(
        &[("柳湾防汛群.txt", copy), ("b/柳湾防汛群.json", format!("{head}{rows}]}}"))],
        &[
            "07-27T09:00:00 何站长 text 今天上午水库巡查，各组长到坝上集合  x2 copy",
            "07-27T09:01:00 沈会计 signup #接龙⏎值班报名⏎⏎1. 沈会计  x2 copy",
            "07-27T09:02:00 何站长 image   x2 submission",
            "07-27T09:03:00 何站长 text 下午两点收表  x2 chatter",
        ],
    );
}

/// A copy that begins before the other export does: its pictures and faces are not the words that stand beside them there,
/// whoever's they are.
#[test]
fn what_somebody_wrote_is_nobodys_picture() {
    let copy =
        "老周:\n[动画表情]\n\n沈会计:\n柳湾收悉\n\n何站长:\n下午两点把巡查记录表交到水管站\n".to_owned();
    let dump = pywxdump(&[
        ("文本", "wxid_s", "柳湾收悉", "09:05:05"),
        ("文本", "wxid_h", "下午两点把巡查记录表交到水管站", "09:10:00"),
    ]);
    both_ways(
        &[("柳湾防汛群_2026-07-28.txt", copy), ("柳湾防汛群/76543210987@chatroom_0_5000.csv", dump)],
        &[
            "07-27T09:05:05 沈会计 text 柳湾收悉  x2 ack",
            "07-27T09:10:00 何站长 text 下午两点把巡查记录表交到水管站  x2 chatter",
            "07-28T00:00:00 老周 sticker   x1 chatter",
        ],
    );
}

/// A dump begins among the pictures of a copy: they are counted back from the words behind them that both hold.
#[test]
fn pictures_before_the_first_words_both_hold_are_counted_back_from_them() {
    let copy = "何站长:\n今天上午水库巡查，各组长到坝上集合\n\n老周:\n换，今天就换\n\n老周:\n已换\n\n沈会计:\n[图片]\n\n沈会计:\n[图片]\n\n\
                沈会计:\n[图片]\n\n何站长:\n下午两点把巡查记录表交到水管站\n"
        .to_owned();
    let dump = pywxdump(&[
        ("文本", "wxid_z", "已换", "09:05:05"),
        ("图片", "wxid_s", "图片", "09:06:01"),
        ("图片", "wxid_s", "图片", "09:06:02"),
        ("图片", "wxid_s", "图片", "09:06:03"),
        ("文本", "wxid_h", "下午两点把巡查记录表交到水管站", "09:10:00"),
    ]);
    both_ways(
        &[("柳湾防汛群_2026-07-28.txt", copy), ("柳湾防汛群/76543210987@chatroom_0_5000.csv", dump)],
        &[
            "07-27T09:05:05 老周 text 已换  x2 chatter",
            "07-27T09:06:01 沈会计 image   x2 submission",
            "07-27T09:06:02 沈会计 image   x2 submission",
            "07-27T09:06:03 沈会计 image   x2 submission",
            "07-27T09:10:00 何站长 text 下午两点把巡查记录表交到水管站  x2 chatter",
            "07-28T00:00:00 何站长 text 今天上午水库巡查，各组长到坝上集合  x1 copy",
            "07-28T00:00:00 老周 text 换，今天就换  x1 chatter",
        ],
    );
}

/// A copy begins long before the dump, which lost the body of an announcement: the announcement is what stands beside the
/// message behind it, not the first thing in the copy that could be one.
#[test]
fn what_lost_its_body_is_sought_beside_its_neighbours_only() {
    let mut copy = "何站长:\n各村新年好，今年的事尽量一次说完\n\n".to_owned();
    let mut wanted =
        vec!["07-28T00:00:00 何站长 text 各村新年好，今年的事尽量一次说完  x1 chatter".to_owned()];
    for n in 1..=9 {
        copy.push_str(&format!("老周:\n第{n}段堤看过了，没有渗水\n\n"));
        wanted.push(format!("07-28T00:00:00 老周 text 第{n}段堤看过了，没有渗水  x1 chatter"));
    }
    copy.push_str(
        "沈会计:\n收到\n\n何站长:\n【群公告】请各组于7月29日17:00前将高龄津贴核查表报民政办\n\n何站长:\n下午两点把巡查记录表交到水管站\n",
    );
    wanted.extend([
        "07-27T09:05:05 沈会计 text 收到  x2 ack".to_owned(),
        "07-27T09:06:01 何站长 announcement 【群公告】请各组于7月29日17:00前将高龄津贴核查表报民政办  x2 copy"
            .to_owned(),
        "07-27T09:10:00 何站长 text 下午两点把巡查记录表交到水管站  x2 copy".to_owned(),
    ]);
    wanted.sort();
    let dump = pywxdump(&[
        ("文本", "wxid_s", "收到", "09:05:05"),
        ("群公告", "wxid_h", "群公告", "09:06:01"),
        ("文本", "wxid_h", "下午两点把巡查记录表交到水管站", "09:10:00"),
    ]);
    both_ways(
        &[("柳湾防汛群_2026-07-28.txt", copy), ("柳湾防汛群/76543210987@chatroom_0_5000.csv", dump)],
        &wanted.iter().map(String::as_str).collect::<Vec<_>>(),
    );
}

/// Two exports meet in one message. That an answer of some length stands in the middle of both, said twice, does not hide
/// it, whichever came first.
#[test]
fn the_one_message_in_which_two_exports_meet_is_one() {
    let middle = |words: &[&str]| words.iter().map(|w| format!("老周:\n{w}\n\n")).collect::<String>();
    let before = ["甲", "乙", "丙", "丁", "戊", "己", "庚"];
    let after = ["子", "丑", "寅", "卯", "辰", "巳", "午"];
    let copy = format!(
        "{}沈会计:\n收到，柳湾马上就办\n\n{}何站长:\n下午两点把巡查记录表交到水管站\n",
        middle(&before),
        middle(&["天", "地", "玄", "黄", "宇", "宙", "洪"])
    );
    let mut rows = vec![("文本", "wxid_h", "下午两点把巡查记录表交到水管站", "09:00:00".to_owned())];
    for (n, word) in after.iter().enumerate() {
        rows.push(("文本", "wxid_z", word, format!("09:0{}:00", n + 1)));
    }
    rows.push(("文本", "wxid_s", "收到，柳湾马上就办", "09:10:00".to_owned()));
    for (n, word) in ["金", "木", "水", "火", "土", "日", "月"].iter().enumerate() {
        rows.push(("文本", "wxid_z", word, format!("09:1{}:00", n + 1)));
    }
    let rows: Vec<(&str, &str, &str, &str)> = rows.iter().map(|r| (r.0, r.1, r.2, r.3.as_str())).collect();
    let files = [
        ("柳湾防汛群_2026-07-28.txt", copy),
        ("柳湾防汛群/76543210987@chatroom_0_5000.csv", pywxdump(&rows)),
    ];
    let counted = |files: &[PathBuf]| {
        let all = stored(files);
        let twice: Vec<&String> = all.iter().filter(|line| line.contains(" x2 ")).collect();
        assert_eq!(twice, ["07-27T09:00:00 何站长 text 下午两点把巡查记录表交到水管站  x2 chatter"]);
        all
    };
    let folder = tempfile::tempdir().unwrap();
    let mut paths = written(folder.path(), &files);
    let there = counted(&paths);
    assert_eq!(there.len(), 31);
    paths.reverse();
    assert_eq!(counted(&paths), there, "the other way round");
}

/// Lines of one sender for a copy from the screen.
fn lines_of(who: &str, count: usize, words: &dyn Fn(usize) -> String) -> String {
    (1..=count).map(|n| format!("{who}:\n{}\n\n", words(n))).collect()
}

/// A roll-call and its answers come again a week later in the same words. Two exports that meet in one message hold one of
/// them each: what lies around tells that they are two, and the message in which they meet is one.
#[test]
fn what_is_asked_again_in_the_same_words_is_not_an_overlap() {
    const CALL: &str = "点名：值班人员半小时内在群里发姓名和在岗";
    const MEET: &str = "下午两点把巡查记录表交到水管站";
    let copy = format!(
        "{}何站长:\n{CALL}\n\n老周:\n柳湾老周在岗\n\n{}何站长:\n{MEET}\n",
        lines_of("沈会计", 6, &|n| format!("第{n}组的雨量数报过来了")),
        lines_of("沈会计", 6, &|n| format!("第{n}段堤看过了，没有渗水")),
    );
    let mut mail = format!("{MAIL}何站长  09:00\n\n{MEET}\n\n");
    let mut said =
        |who: &str, at: usize, words: &str| mail.push_str(&format!("{who}  09:{at:02}\n\n{words}\n\n"));
    (1..7).for_each(|n| said("沈会计", n, &format!("第{n}段沟清过了水下得去")));
    said("何站长", 10, CALL);
    said("老周", 11, "柳湾老周在岗");
    (1..7).for_each(|n| said("沈会计", 20 + n, &format!("第{n}个点转移完了一共三户")));
    let files = [("a/柳湾防汛群_2026-07-28.txt", copy), ("b/柳湾防汛群.txt", mail)];
    let folder = tempfile::tempdir().unwrap();
    let mut paths = written(folder.path(), &files);
    let there = stored(&paths);
    let twice: Vec<&String> = there.iter().filter(|line| line.contains(" x2 ")).collect();
    assert_eq!(twice, [&format!("07-27T09:00:00 何站长 text {MEET}  x2 chatter")]);
    assert_eq!(there.len(), 15 + 15 - 1);
    paths.reverse();
    assert_eq!(stored(&paths), there, "the other way round");
}

/// Faces are sent again and again, however many characters their names have: where two exports meet they tell nothing.
#[test]
fn faces_do_not_tell_that_two_exports_meet() {
    let copy = "何站长:\n今天上午水库巡查，各组长到坝上集合\n\n老周:\n[玫瑰][玫瑰][玫瑰]\n".to_owned();
    let dump = pywxdump(&[
        ("文本", "wxid_z", "[玫瑰][玫瑰][玫瑰]", "09:00:00"),
        ("文本", "wxid_h", "下午两点把巡查记录表交到水管站", "09:10:00"),
    ]);
    both_ways(
        &[("柳湾防汛群_2026-07-28.txt", copy), ("柳湾防汛群/76543210987@chatroom_0_5000.csv", dump)],
        &[
            "07-27T09:00:00 wxid_z text [玫瑰][玫瑰][玫瑰]  x1 ack",
            "07-27T09:10:00 wxid_h text 下午两点把巡查记录表交到水管站  x1 chatter",
            "07-28T00:00:00 何站长 text 今天上午水库巡查，各组长到坝上集合  x1 copy",
            "07-28T00:00:00 老周 text [玫瑰][玫瑰][玫瑰]  x1 ack",
        ],
    );
}

/// What is stored may have a gap where no export reached: a copy that begins where the earlier of two exports ends meets it
/// there, however much the later one holds that the copy does not.
#[test]
fn a_copy_meets_an_export_that_others_follow_after_a_gap() {
    let lines = |day: u32, words: &[&str]| {
        let said: String =
            words.iter().enumerate().map(|(n, w)| format!("何站长  09:0{n}\n\n{w}\n\n")).collect();
        format!("柳湾防汛群 微信群上的聊天记录如下，请查收。\n\n—————  2026-07-{day}  —————\n\n{said}")
    };
    let first = lines(25, &["今天上午水库巡查，各组长到坝上集合", "下午两点把巡查记录表交到水管站"]);
    let second = lines(
        27,
        &[
            "各组的雨量数今天都报过来了",
            "第三段堤看过了没有渗水",
            "第四段堤看过了没有渗水",
            "第五段堤看过了没有渗水",
        ],
    );
    let copy = format!(
        "何站长:\n下午两点把巡查记录表交到水管站\n\n{}",
        lines_of("何站长", 4, &|n| format!("第{n}段沟清过了水下得去"))
    );
    both_ways(
        &[("a/柳湾防汛群.txt", first), ("b/柳湾防汛群.txt", second), ("c/柳湾防汛群_2026-07-28.txt", copy)],
        &[
            "07-25T09:00:00 何站长 text 今天上午水库巡查，各组长到坝上集合  x1 copy",
            "07-25T09:01:00 何站长 text 下午两点把巡查记录表交到水管站  x2 copy",
            "07-27T09:00:00 何站长 text 各组的雨量数今天都报过来了  x1 copy",
            "07-27T09:01:00 何站长 text 第三段堤看过了没有渗水  x1 chatter",
            "07-27T09:02:00 何站长 text 第四段堤看过了没有渗水  x1 chatter",
            "07-27T09:03:00 何站长 text 第五段堤看过了没有渗水  x1 chatter",
            "07-28T00:00:00 何站长 text 第1段沟清过了水下得去  x1 chatter",
            "07-28T00:00:00 何站长 text 第2段沟清过了水下得去  x1 chatter",
            "07-28T00:00:00 何站长 text 第3段沟清过了水下得去  x1 chatter",
            "07-28T00:00:00 何站长 text 第4段沟清过了水下得去  x1 chatter",
        ],
    );
}

/// A copy without times of a later stretch: what somebody says again there is no copy of what he said before. Only the
/// stretch both hold is one.
#[test]
fn what_is_said_again_later_is_not_what_was_said_before() {
    let mail = format!(
        "{MAIL}何站长  08:00\n\n今天上午水库巡查，各组长到坝上集合\n\n沈会计  08:01\n\n收到\n\n老周  08:02\n\n收到\n\n何站长  09:00\n\n下午两点把巡查记录表交到水管站\n\n沈会计  09:01\n\n收到\n"
    );
    let copy = "何站长:\n下午两点把巡查记录表交到水管站\n\n沈会计:\n收到\n\n何站长:\n明早八点清理溢洪道，带铁锹\n\n老周:\n收到\n\n沈会计:\n收到\n"
        .to_owned();
    let other = "何站长:\n后天开会讨论值班安排，都要到\n\n老周:\n收到\n".to_owned();
    both_ways(
        &[
            ("a/柳湾防汛群.txt", mail),
            ("b/柳湾防汛群_2026-07-28.txt", copy),
            ("c/柳湾防汛群_2026-07-28.txt", other),
        ],
        &[
            "07-27T08:00:00 何站长 text 今天上午水库巡查，各组长到坝上集合  x1 copy",
            "07-27T08:01:00 沈会计 text 收到  x1 ack",
            "07-27T08:02:00 老周 text 收到  x1 ack",
            "07-27T09:00:00 何站长 text 下午两点把巡查记录表交到水管站  x2 copy",
            "07-27T09:01:00 沈会计 text 收到  x2 ack",
            "07-28T00:00:00 何站长 text 后天开会讨论值班安排，都要到  x1 copy",
            "07-28T00:00:00 何站长 text 明早八点清理溢洪道，带铁锹  x1 chatter",
            "07-28T00:00:00 沈会计 text 收到  x1 ack",
            "07-28T00:00:00 老周 text 收到  x1 ack",
            "07-28T00:00:00 老周 text 收到  x1 ack",
        ],
    );
}

/// WechatExporter writes answers without sender and time: equal ones at different places are different answers.
#[test]
fn answers_without_sender_and_time_are_told_apart_by_their_place() {
    let part = |rows: &[&str]| format!("柳湾防汛群 - 微信聊天记录\n\n{}\n", rows.join("\n"));
    let answer = "「何站长：各组今晚值班」\n- - - - - - - - - - - - - - -\n收到";
    let (a, b, c, d) = (
        "何站长 (2026-07-24 08:00:00):各组今晚值班",
        "沈会计 (2026-07-25 08:00:00):伞借我一把",
        "何站长 (2026-07-26 08:00:00):各组今晚值班",
        "沈会计 (2026-07-27 08:00:00):好",
    );
    both_ways(
        &[("a/柳湾防汛群.txt", part(&[a, answer, b])), ("b/柳湾防汛群.txt", part(&[b, c, answer, d]))],
        &[
            "07-24T08:00:00  quote 收到  x1 ack",
            "07-24T08:00:00 何站长 text 各组今晚值班  x1 chatter",
            "07-25T08:00:00 沈会计 text 伞借我一把  x2 chatter",
            "07-26T08:00:00  quote 收到  x1 ack",
            "07-26T08:00:00 何站长 text 各组今晚值班  x1 chatter",
            "07-27T08:00:00 沈会计 text 好  x1 ack",
        ],
    );
}

/// A copy by hand has neither time nor quotation, WechatExporter neither time nor sender of an answer; of a forward one has
/// what it forwards and the other its title as a line: none stands twice.
#[test]
fn an_answer_and_a_forward_each_half_lost_are_one() {
    let copy = "何站长:\n今天上午水库巡查，各组长到坝上集合\n\n沈会计:\n收到，马上去\n\n何站长:\n下午两点把表交到水管站\n"
        .to_owned();
    let exported = "柳湾防汛群 - 微信聊天记录\n\n何站长 (2026-07-27 08:00:00):今天上午水库巡查，各组长到坝上集合\n「何站长：今天上午水库巡查」\n- - - - - - - - - - - - - - -\n收到，马上去\n何站长 (2026-07-27 09:00:00):下午两点把表交到水管站\n何站长 (2026-07-27 10:00:00):镇应急群的聊天记录\n"
        .to_owned();
    let memo = "\u{feff}消息ID,类型,发送人,时间,内容,备注,昵称,更多信息\r\n\
        7000000000000000001,合并转发的聊天记录,何站长,2026-07-27 10:00:00,\"【合并转发的聊天记录】\n\n- 2026-07-27 08:00:00 周敏: 今晚有暴雨\n\",何站长,何站长,more\r\n"
        .to_owned();
    both_ways(
        &[("a/柳湾防汛群.txt", copy), ("b/柳湾防汛群.txt", exported), ("c/柳湾防汛群.csv", memo)],
        &[
            "07-27T08:00:00 何站长 text 今天上午水库巡查，各组长到坝上集合  x2 copy",
            "07-27T08:00:00 沈会计 quote 收到，马上去  x2 ack",
            "07-27T09:00:00 何站长 text 下午两点把表交到水管站  x2 copy",
            "07-27T10:00:00 何站长 forward 镇应急群的聊天记录  x2 copy",
        ],
    );
}

/// One export has a forward's title, the other what it forwards; one a picture's name, the other its hash.
#[test]
fn what_each_export_knows_is_put_together() {
    let mail = format!(
        "{MAIL}何站长  09:10\n\n[聊天记录] 镇应急群的聊天记录\n\n沈会计  09:20\n\n[图片: 92eb5ffee6ae2fec3ad71c777531578f.jpg(请在附件中查看)]\n"
    );
    let memo = "\u{feff}消息ID,类型,发送人,时间,内容,备注,昵称,更多信息\r\n\
        7000000000000000001,合并转发的聊天记录,何站长,2026-07-27 09:10:33,\"【合并转发的聊天记录】\n\n- 2026-07-27 08:00:00 周敏: 今晚有暴雨\n\",何站长,何站长,more\r\n\
        7000000000000000002,图片,沈会计,2026-07-27 09:20:41,[图片],沈会计,沈会计,more\r\n"
        .to_owned();
    let data = [("柳湾防汛群.txt", mail), ("b/柳湾防汛群.csv", memo)];
    both_ways(
        &data,
        &[
            "07-27T09:10:33 何站长 forward 镇应急群的聊天记录  x2 chatter",
            "07-27T09:20:41 沈会计 image  92eb5ffee6ae2fec3ad71c777531578f.jpg/- x2 submission",
        ],
    );
}

/// All of a minute carry one time in a mail: the answer still stands behind what it answers.
#[test]
fn an_answer_in_the_same_minute_answers_the_notice_above_it() {
    let words = "请各组于7月29日17:00前将高龄津贴核查表报民政办，逾期不补。收到请回复";
    let people = ["沈会计", "何站长", "周组长", "吴组长", "郑组长", "王组长"];
    let mut mail = format!("{MAIL}镇办小李  09:10\n\n{words}\n");
    let mut wanted = vec![format!("07-27T09:10:00 镇办小李 text {words}  x1 copy")];
    for who in people {
        mail.push_str(&format!("\n{who}  09:10\n\n收到\n"));
        wanted.push(format!("07-27T09:10:00 {who} text 收到  x1 ack"));
    }
    wanted.sort();
    both_ways(&[("柳湾防汛群.txt", mail)], &wanted.iter().map(String::as_str).collect::<Vec<_>>());
}
