//! Shapes in which the exports of the table occur beside the usual one: older versions of an exporter, phones of other
//! countries, copies through other programs, published samples of others retold. Name and format, the text, then
//! `time | sender | text` of each message; `⏎` is a line end, `⇥` a tab.

use qunbox::import::{Need, Options};
use qunbox::message::rfc3339;

use super::read_bytes;

/// File name | format, text, messages.
const VARIANTS: &[(&str, &str, &str, &[&str])] = &[
    (
        "群.txt",
        "qq-txt",
        "消息记录（此消息记录为文本格式，不支持重新导入）⏎消息分组:我的群⏎消息对象:群⏎2026-07-27 08:15:03 【管理员】李主任(10001)⏎请报⏎第二行⏎2026-07-27 08:16:06 10002(10002)⏎收到⏎2026-07-27 08:17:07 赵<z@example.com>⏎好⏎2026-07-27 08:18:08 老王⏎在⏎",
        &[
            "2026-07-27T08:15:03 | 李主任 | 请报⏎第二行",
            "2026-07-27T08:16:06 | 10002 | 收到",
            "2026-07-27T08:17:07 | 赵 | 好",
            "2026-07-27T08:18:08 | 老王 | 在",
        ],
    ),
    (
        "群_2026-07-27.txt",
        "qq-copy",
        "【煤油】大 熊 9:59:54 PM⏎1⏎⏎小锤撤回了一条消息⏎⏎小锤邀请123加入了本群。⏎⏎你和abc有12个共同好友，点击添加好友。⏎⏎【八方体】Paul~K（写不完了...） 10:00:04 PM⏎2⏎3⏎",
        &[
            "2026-07-27T21:59:54 | 【煤油】大 熊 | 1",
            "2026-07-27T21:59:54 |  | 小锤撤回了一条消息",
            "2026-07-27T21:59:54 |  | 小锤邀请123加入了本群",
            "2026-07-27T21:59:54 |  | 你和abc有12个共同好友，点击添加好友",
            "2026-07-27T22:00:04 | 【八方体】Paul~K（写不完了...） | 2⏎3",
        ],
    ),
    (
        "群_20260226.txt",
        "qq-copy",
        "骰娘(87200) 4:11:31 PM⏎成功⏎ 2026-02-27⏎8:35:36 PM你撤回了一条消息⏎ 2026-03-03⏎白菜<indo@example.com> 12:11:41 AM⏎好⏎",
        &[
            "2026-02-26T16:11:31 | 骰娘 | 成功",
            "2026-02-26T16:11:31 |  | 你撤回了一条消息",
            "2026-03-03T00:11:41 | 白菜 | 好",
        ],
    ),
    (
        "群.txt",
        "qq-copy",
        "迈克尔 史密斯 2026/3/28 19:02:31⏎在⏎",
        &["2026-03-28T19:02:31 | 迈克尔 史密斯 | 在"],
    ),
    (
        "群.txt",
        "qq-copy",
        "李主任 2026-07-27 08:15:03:⏎请报⏎⏎赵书记 2026-07-27 08:16:03:⏎收到⏎",
        &["2026-07-27T08:15:03 | 李主任 | 请报", "2026-07-27T08:16:03 | 赵书记 | 收到"],
    ),
    (
        "x.txt",
        "wechat-mail-ios",
        "\"群\"的聊天记录如下:⏎⏎导出时间：2026-07-28 08:00:00⏎消息数：2⏎时间范围：2026-7-27 ~ 2026-7-28⏎⏎⏎—————  2026-7-27  —————⏎⏎李主任 08:15⏎请报⏎⏎⏎—————  2026-7-28  —————⏎⏎李主任 07:15⏎谢谢⏎⏎附件：⏎⏎[图片1] media/abc.jpg⏎",
        &["2026-07-27T08:15:00 | 李主任 | 请报", "2026-07-28T07:15:00 | 李主任 | 谢谢"],
    ),
    (
        "群.txt",
        "wechat-mail-ios",
        "\"李主任\"、\"赵书记\"和\"老王\"的聊天记录如下:⏎⏎—————2026-7-27—————⏎⏎李主任 上午8:15⏎请报⏎⏎赵书记 下午12:09⏎收到⏎⏎发自我的 iPhone",
        &["2026-07-27T08:15:00 | 李主任 | 请报", "2026-07-27T12:09:00 | 赵书记 | 收到"],
    ),
    (
        "x.txt",
        "wechat-mail-ios",
        "Dear:⏎微信群\"群\"的聊天记录如下:⏎—————  2026-4-13  —————⏎喵喵11:00-20:00  17:34⏎昭昭 12.17 20:30-21:30 课⏎小颖  19:09⏎收到⏎",
        &[
            "2026-04-13T17:34:00 | 喵喵11:00-20:00 | 昭昭 12.17 20:30-21:30 课",
            "2026-04-13T19:09:00 | 小颖 | 收到",
        ],
    ),
    (
        "x.txt",
        "wechat-mail-android",
        "群 微信群上的聊天记录如下，请查收。⏎⏎————— 2026-07-27 —————⏎⏎⏎李主任 08:15⏎⏎请报⏎⏎赵书记 08:16⏎⏎收到⏎",
        &["2026-07-27T08:15:00 | 李主任 | 请报", "2026-07-27T08:16:00 | 赵书记 | 收到"],
    ),
    (
        "群.txt",
        "dated-lines",
        "[2026-07-27 08:15:03] 李主任: 请报⏎第二行⏎[2026-07-27 08:16:03] 赵书记: 收到⏎",
        &["2026-07-27T08:15:03 | 李主任 | 请报⏎第二行", "2026-07-27T08:16:03 | 赵书记 | 收到"],
    ),
    (
        "群.txt",
        "dated-lines",
        "2026-07-27 08:15 李主任：请报⏎2026-07-27 08:16 赵书记：收到⏎2026-07-27 08:17 李主任：好⏎",
        &[
            "2026-07-27T08:15:00 | 李主任 | 请报",
            "2026-07-27T08:16:00 | 赵书记 | 收到",
            "2026-07-27T08:17:00 | 李主任 | 好",
        ],
    ),
    (
        "群.txt",
        "paste",
        "李主任: #接龙⏎报名⏎⏎1. 甲⏎赵书记: #接龙⏎报名⏎⏎1. 甲⏎2. 乙⏎李主任: 收到⏎李主任: #接龙⏎报名⏎⏎1. 甲⏎2. 乙⏎3. 丙⏎4. 丁⏎5. 戊⏎6. 己⏎7. 庚⏎8. 辛⏎9. 壬⏎",
        &[
            "2026-07-28T00:00:00 | 李主任 | #接龙⏎报名⏎⏎1. 甲",
            "2026-07-28T00:00:00 | 赵书记 | #接龙⏎报名⏎⏎1. 甲⏎2. 乙",
            "2026-07-28T00:00:00 | 李主任 | 收到",
            "2026-07-28T00:00:00 | 李主任 | #接龙⏎报名⏎⏎1. 甲⏎2. 乙⏎3. 丙⏎4. 丁⏎5. 戊⏎6. 己⏎7. 庚⏎8. 辛⏎9. 壬",
        ],
    ),
    (
        "群_2026-07-27_2026-07-29.txt",
        "chatlog-txt",
        "李(wxid_li) 18:15:03⏎请报⏎⏎赵(wxid_zhao) 08:16:05⏎收到⏎⏎赵(wxid_zhao) 09:00:00⏎好⏎⏎李(wxid_li) 07:00:00⏎谢谢⏎⏎",
        &[
            "2026-07-27T18:15:03 | 李 | 请报",
            "2026-07-28T08:16:05 | 赵 | 收到",
            "2026-07-28T09:00:00 | 赵 | 好",
            "2026-07-29T07:00:00 | 李 | 谢谢",
        ],
    ),
    (
        "群.txt",
        "whatsapp-txt",
        "01/02/2026, 10:20 - Messages and calls are end-to-end encrypted.⏎01/02/2026, 10:20 - Alice: hello⏎13/02/2026, 10:21 - Bob: hi⏎",
        &[
            "2026-02-01T10:20:00 |  | Messages and calls are end-to-end encrypted.",
            "2026-02-01T10:20:00 | Alice | hello",
            "2026-02-13T10:21:00 | Bob | hi",
        ],
    ),
    (
        "群.txt",
        "whatsapp-txt",
        "05/02/26, 8:06\u{202f}pm - Sagar: Hi⏎06/02/26, 1:00 am - +91 98791 35007: yes⏎",
        &["2026-02-05T20:06:00 | Sagar | Hi", "2026-02-06T01:00:00 | +91 98791 35007 | yes"],
    ),
    (
        "群.txt",
        "whatsapp-txt",
        "\u{200e}[05.02.26, 20:06:11] Sagar: Hi⏎[06.02.26, 01:00:02] Bob: yes⏎",
        &["2026-02-05T20:06:11 | Sagar | Hi", "2026-02-06T01:00:02 | Bob | yes"],
    ),
    (
        "群.csv",
        "pywxdump-csv",
        "id,MsgSvrID,type_name,is_sender,talker,room_name,content,CreateTime⏎1,953020244103908134,系统通知,0,x,r@chatroom,\"{\"\"src\"\": \"\"\"\", \"\"msg\"\": \"\"x加入了群聊\"\"}\",2026-07-27 08:15:03⏎2,7594861486645126963,文本,0,wxid_a,r@chatroom,\"{\"\"src\"\": \"\"\"\", \"\"msg\"\": \"\"收到\"\"}\",2026-07-27 08:16:03⏎",
        &["2026-07-27T08:15:03 |  | x加入了群聊", "2026-07-27T08:16:03 | wxid_a | 收到"],
    ),
    (
        "群.json",
        "pywxdump-json",
        r#"[{"MsgSvrID":"7594861486645126963","type_name":"文本","is_sender":0,"talker":"wxid_a","room_name":"r@chatroom","content":{"src":"","msg":"收到"},"CreateTime":"2026-07-27 08:16:03"}]"#,
        &["2026-07-27T08:16:03 | wxid_a | 收到"],
    ),
    (
        "x.json",
        "qce-json",
        r#"{"chatInfo":{"name":"群","type":"group"},"messages":[{"id":"m1","seq":"1","timestamp":1785111303000,"type":"text","sender":{"uid":"u_a","uin":"10001","name":"A","groupCard":"李主任"},"content":{"text":"请报","elements":[{"type":"text","data":{"text":"请报"}}]}}]}"#,
        &["2026-07-27T08:15:03 | 李主任 | 请报"],
    ),
];

#[test]
fn variants_are_read_like_the_usual_shape() {
    for (file, format, text, want) in VARIANTS {
        let text = text.replace('⏎', "\n").replace('⇥', "\t");
        let read = read_bytes(text.as_bytes(), file, &Options::default());
        assert_eq!(read.outcome.format, Some(*format), "{text}\n{:?}", read.outcome);
        let said = |m: &qunbox::message::Message| {
            format!("{} | {} | {}", &rfc3339(m.sent_at)[..19], m.sender, m.text.replace('\n', "⏎"))
        };
        let got: Vec<String> = read.messages.iter().map(|(_, m)| said(m)).collect();
        assert_eq!(got, *want, "{text}");
        assert!(read.issues.is_empty(), "{text}\n{:?}", read.issues);
        let group = read.messages[0].0.name.as_deref();
        assert!(matches!(group, Some("群") | None), "{text}\n{group:?}");
    }
}

/// Lines that begin with a moment and hold a colon are no chat by that alone.
/// More than what is looked at first is nothing else.
#[test]
fn a_long_paste_is_known_as_a_short_one_is() {
    let lines = "李主任: 请各村今天下班前报送名单\n赵书记: 收到\n第二行\n李主任: 好\n";
    let read = read_bytes(lines.repeat(3000).as_bytes(), "群_20260727.txt", &Options::default());
    assert_eq!((read.outcome.format, read.messages.len()), (Some("paste"), 9000));
}

#[test]
fn timetables_and_notices_are_no_chats() {
    for text in [
        "2026-07-27 09:00 党委会：三楼\n2026-07-27 10:00 安全会：二楼\n",
        "2026-07-27 09:00:00 党委会：三楼\n2026-07-27 10:00:00 安全会：二楼\n",
        "关于会议的通知\n时间：2026-07-27 09:00\n地点：三楼\n",
        "会议通知:\n请准时参加\n附件:\n名单\n",
    ] {
        let read = read_bytes(text.as_bytes(), "群.txt", &Options::default());
        assert_eq!((read.outcome.needs, read.messages.len()), (Some(Need::Format), 0), "{text}");
    }
}
