//! A copy in which one fact was changed must never be swallowed: it stands apart, or the notice shows in what it differs.
//! The texts are those of the labelled corpora, and lines of our own; one fact is changed at a time.

use std::path::Path;
use std::sync::Arc;

use qunbox::cluster::{Clusterer, Pins, Plain, Post, Reason};
use qunbox::facts::{self, Input, Role, Settings};
use qunbox::message::{Attachment, Kind, Precision, local};

use qunbox::notice::{LinkKind, MessageRole};

/// Notices of our own, with the facts that can be changed in them.
pub(crate) const LINES: [&str; 8] = [
    "【通知】各社区：请于6月12日17:00前将《沿街商铺用电安全自查表》及照片（每家不少于2张）报送至街道安监办邮箱，联系人：郑立，逾期通报。",
    "请各校于6月14日（周五）上午10:00到区教体局四楼会议室参加防汛工作会，每校2人，自带笔记本，不得请假。",
    "园区各企业：二季度能耗报表6月20日下班前发园区办邮箱，少报漏报的扣3分，请财务负责人签字。",
    "各卫生院注意：6月18日下午3点在县医院门诊楼五楼培训心电图操作，每院3人参加，差旅费200元包干。",
    "请各网格员今晚8点前把辖区独居老人名单（不少于5户）发到街道民政办，地址门牌写全，周三统一走访。",
    "防汛值班：6月21日19:00起至22日7:00，每村4人一班，泵站钥匙在水利站领，值班照片发本群。",
    "关于补缴物业管理费的通知：各商户6月25日前到社区服务大厅二楼缴清上半年费用，每平方1.5元，过期加收滞纳金50元。",
    "各支部书记：6月19日（周三）晚上7点在党群服务中心开民主生活会，请每个支部准备1份发言提纲，交组织办审核。",
];

/// Kinds of facts, in the order of the figures.
const KINDS: [&str; 9] =
    ["day", "hour", "weekday", "count", "amount", "place", "destination", "audience", "name"];

/// The text with one fact of a kind changed; `None` when it states none.
fn changed(kind: &str, text: &str) -> Option<String> {
    match kind {
        "day" => figure(text, &["日", "号"], |n| if n > 20 { n - 3 } else { n + 2 }, 1..=31),
        "hour" => clock(text),
        "weekday" => weekday(text),
        "count" => figure(text, &["张", "人", "份", "名", "条", "户", "篇", "套"], |n| n + 2, 1..=60),
        "amount" => figure(text, &["元", "万", "分", "%"], |n| n + 10, 1..=9_000),
        "place" => swap(
            text,
            &[
                ("会议室", "活动室"),
                ("一楼", "二楼"),
                ("二楼", "五楼"),
                ("三楼", "二楼"),
                ("四楼", "三楼"),
                ("五楼", "六楼"),
                ("文化站", "敬老院"),
                ("卫生院", "文化站"),
                ("服务大厅", "文化广场"),
                ("党群服务中心", "老年活动中心"),
            ],
        ),
        "destination" => office(text),
        "audience" => swap(
            text,
            &[
                ("网格员", "护林员"),
                ("各支部", "各小组"),
                ("各校", "各园"),
                ("村医", "村会计"),
                ("各社区", "各商户"),
                ("各企业", "各商户"),
                ("各卫生院", "各敬老院"),
                ("妇联主席", "民兵连长"),
                ("儿童主任", "妇联主席"),
                ("各村（社区）", "各企业"),
            ],
        ),
        _ => name(text),
    }
}

/// Changes the last number of at most `range` that stands before one of `units`.
fn figure(
    text: &str,
    units: &[&str],
    to: impl Fn(u32) -> u32,
    range: std::ops::RangeInclusive<u32>,
) -> Option<String> {
    let mut found = None;
    for unit in units {
        for (at, _) in text.match_indices(unit) {
            let head = &text[..at];
            let digits = head.len() - head.trim_end_matches(|c: char| c.is_ascii_digit()).len();
            let start = at - digits;
            if digits == 0 || digits > 4 || text[..start].ends_with(['.', ':', '-', '—', '年']) {
                continue;
            }
            if let Ok(n) = text[start..at].parse::<u32>()
                && range.contains(&n)
            {
                found = Some((start, at, n));
            }
        }
        if found.is_some() {
            break;
        }
    }
    let (start, end, n) = found?;
    Some(format!("{}{}{}", &text[..start], to(n), &text[end..]))
}

fn clock(text: &str) -> Option<String> {
    for (at, sign) in text.match_indices([':', '点']) {
        let head = &text[..at];
        let digits = head.len() - head.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let minutes = text[at + sign.len()..].chars().next().is_some_and(|c| c.is_ascii_digit());
        if (1..=2).contains(&digits) && (sign == "点" || minutes) {
            let hour: u32 = head[at - digits..].parse().ok()?;
            let other = if hour > 2 { hour - 1 } else { hour + 1 };
            return Some(format!("{}{other}{}", &text[..at - digits], &text[at..]));
        }
    }
    None
}

fn weekday(text: &str) -> Option<String> {
    const DAYS: [&str; 5] = ["一", "二", "三", "四", "五"];
    let at = text.find("周").into_iter().chain(text.find("星期")).min()?;
    let word = if text[at..].starts_with('周') { "周" } else { "星期" };
    let rest = &text[at + word.len()..];
    let n = DAYS.iter().position(|d| rest.starts_with(d))?;
    Some(format!("{}{word}{}{}", &text[..at], DAYS[(n + 2) % 5], &rest[DAYS[n].len()..]))
}

fn swap(text: &str, pairs: &[(&str, &str)]) -> Option<String> {
    pairs.iter().find(|(a, _)| text.contains(a)).map(|(a, b)| text.replacen(a, b, 1))
}

/// Another office as the place where something is to be handed in.
fn office(text: &str) -> Option<String> {
    for verb in ["报", "送", "发", "交", "至", "到"] {
        for (at, _) in text.match_indices(verb) {
            let rest: Vec<char> = text[at + verb.len()..].chars().take(5).collect();
            for from in 0..=1 {
                if rest.get(from + 2).is_some_and(|c| matches!(c, '办' | '站' | '所')) {
                    let was: String = rest[from..from + 2].iter().collect();
                    let now = if was == "党政" { "经发" } else { "党政" };
                    let start = at + verb.len() + rest[..from].iter().map(|c| c.len_utf8()).sum::<usize>();
                    return Some(format!("{}{now}{}", &text[..start], &text[start + was.len()..]));
                }
            }
        }
    }
    None
}

/// Another person to turn to.
fn name(text: &str) -> Option<String> {
    let at = ["联系人：", "联系人:"].iter().find_map(|w| text.find(w).map(|at| at + w.len()))?;
    let was: String =
        text[at..].chars().take_while(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).take(3).collect();
    (was.chars().count() >= 2).then(|| format!("{}欧阳冰{}", &text[..at], &text[at + was.len()..]))
}

fn post(row: i64, group: &str, sent_at: i64, text: &str) -> Post {
    let facts =
        facts::read(&Input { sender: "办公室", ..Input::new(text, local(sent_at)) }, &Settings::default());
    Post {
        row,
        key: format!("m{row}"),
        group: row,
        group_name: Arc::from(group),
        sent_at,
        precision: Precision::Second,
        sender: "办公室".to_owned(),
        mine: false,
        kind: Kind::Text,
        text: Arc::from(text),
        part: None,
        plain: Plain::default(),
        attachments: Vec::new(),
        quoted: None,
        carried: Vec::new(),
        facts,
        previous: None,
    }
}

/// A file of this name, content and size.
fn file(row: i64, sent_at: i64, name: &str, md5: Option<&str>, size: Option<u64>) -> Post {
    let thing =
        Attachment { md5: md5.map(str::to_owned), size, ..Attachment::named(Kind::File, name.to_owned()) };
    let mut post = post(row, ["甲群", "乙群"][row as usize % 2], sent_at, name);
    let facts =
        facts::read(&Input { kind: Kind::File, ..Input::new(name, local(sent_at)) }, &Settings::default());
    (post.group, post.kind, post.facts, post.attachments) = (row % 2, Kind::File, facts, vec![thing]);
    post
}

/// A file that comes again under its name is a copy; one of another content or size, or without a name, is not.
#[rstest::rstest]
#[case::by_name("花名册模板.xlsx", (None, None), (Some("aa"), Some(10)), true)]
#[case::by_content("花名册模板.xlsx", (Some("aa"), None), (Some("aa"), None), true)]
#[case::another_content("花名册模板.xlsx", (Some("aa"), Some(10)), (Some("bb"), Some(10)), false)]
#[case::another_size("花名册模板.xlsx", (None, Some(10)), (Some("aa"), Some(12)), false)]
#[case::nameless("", (None, None), (None, None), false)]
fn files_are_told_by_name_content_and_size(
    #[case] name: &str,
    #[case] one: (Option<&str>, Option<u64>),
    #[case] other: (Option<&str>, Option<u64>),
    #[case] same: bool,
) {
    let at = 1_717_981_200_000;
    let mut clusterer = Clusterer::new(Pins::default());
    for row in 0..2 {
        let issued =
            Post { group: row, ..post(row, ["甲群", "乙群"][row as usize], at, LINES[row as usize]) };
        clusterer.assign(issued);
    }
    let a = clusterer.assign(file(2, at + 600_000, name, one.0, one.1));
    let b = clusterer.assign(file(3, at + 1_200_000, name, other.0, other.1));
    assert!(a.slot.is_some() && b.slot.is_some(), "both stand as rows: {a:?} {b:?}");
    assert_eq!(a.slot == b.slot, same);
}

/// A file that its sender's notice speaks of goes with the notice, and is known by it elsewhere.
#[rstest::rstest]
#[case::announced("请各村4月25日前督促未认证人员完成资格认证，名单附后。", "0421.xlsx", 1, true)]
#[case::named(
    "请各村4月25日前把农机购置补贴核查情况报农机站，逾期不补。",
    "农机购置补贴核查表.xlsx",
    1,
    true
)]
#[case::another_thing("请各村4月25日前把农机购置补贴核查情况报农机站，逾期不补。", "值班安排.xlsx", 1, false)]
#[case::too_late("请各村4月25日前督促未认证人员完成资格认证，名单附后。", "0421.xlsx", 10, false)]
fn a_file_goes_with_the_notice_that_speaks_of_it(
    #[case] text: &str,
    #[case] name: &str,
    #[case] minutes: i64,
    #[case] same: bool,
) {
    let at = 1_717_981_200_000;
    let mut clusterer = Clusterer::new(Pins::default());
    let notice = clusterer.assign(Post { group: 0, ..post(0, "甲群", at, text) });
    let paper = clusterer.assign(file(2, at + minutes * 60_000, name, None, None));
    assert_eq!(paper.slot == notice.slot, same, "{notice:?} {paper:?}");
    let second =
        clusterer.assign(file(4, at + minutes * 60_000 + 5_000, &format!("附件二{name}"), None, None));
    assert_eq!(second.slot == notice.slot, same, "{second:?}");
    let elsewhere = clusterer.assign(file(3, at + 3_600_000, name, None, None));
    assert_eq!(elsewhere.slot, paper.slot);
}

/// A 收到 of weeks later answers nothing, in whatever run the notices before it were placed: neither the last one, which has
/// ended, nor an older one whose deadline keeps it open.
#[test]
fn a_reply_of_weeks_later_answers_nothing() {
    const DAY: i64 = 86_400_000;
    let at = 1_717_981_200_000;
    let open = "请各村于7月30日17:00前将危房改造台账及照片报送至镇村建办邮箱，逾期通报。";
    let posts = [(0, open), (1, "请各村干部今天下午3点到镇三楼会议室开会，不得请假。"), (20, "收到")];
    let posts = posts.map(|(day, text)| Post { group: 1, ..post(day, "甲群", at + day * DAY, text) });
    for cut in 0..=2 {
        let mut clusterer = Clusterer::new(Pins::default());
        for (n, post) in posts[..2].iter().enumerate() {
            // What has ended by then is not put back.
            if n >= cut {
                assert_eq!(clusterer.assign(post.clone()).role, MessageRole::Copy);
            } else if cut < 2 || n == 0 {
                clusterer.restore(post.clone(), MessageRole::Copy, &[format!("n{n}").into()]);
            }
        }
        let reply = clusterer.assign(posts[2].clone());
        assert_eq!((reply.role, reply.slot), (MessageRole::Ack, None), "cut {cut}");
    }
}

/// Whether the second text becomes a copy of the first without a word about what differs.
fn swallowed(first: &str, second: &str, sent_at: i64) -> bool {
    let mut clusterer = Clusterer::new(Pins::default());
    let a = clusterer.assign(post(1, "甲群", sent_at, first));
    let b = clusterer.assign(post(2, "乙群", sent_at + 600_000, second));
    let shown = match &b.reason {
        Some(Reason::Same { differ, .. }) => !differ.is_empty(),
        _ => false,
    };
    a.slot.is_some() && a.slot == b.slot && !shown
}

/// A kind of fact, how many texts it was changed in, and the pairs that were swallowed.
type Figures = (&'static str, usize, Vec<(String, String)>);

/// Tried and swallowed pairs of each kind, with the swallowed texts.
pub(crate) fn bench(texts: &[(String, i64)]) -> Vec<Figures> {
    KINDS
        .into_iter()
        .map(|kind| {
            let pairs = texts.iter().filter_map(|(text, at)| Some((text, changed(kind, text)?, *at)));
            let pairs: Vec<_> = pairs.filter(|(text, other, _)| text.as_str() != other).collect();
            let bad = pairs.iter().filter(|(text, other, at)| swallowed(text, other, *at));
            let bad = bad.map(|(text, other, _)| ((*text).clone(), other.clone())).collect();
            (kind, pairs.len(), bad)
        })
        .collect()
}

/// The first posting of every notice of a corpus.
pub(crate) fn texts_of(corpus: &Path) -> Vec<(String, i64)> {
    let mut known = std::collections::HashSet::new();
    let lines = std::fs::read_to_string(corpus.join("messages.jsonl")).unwrap_or_default();
    let messages = lines.lines().map(|l| serde_json::from_str::<serde_json::Value>(l).unwrap());
    messages
        .filter(|m| m["truth"]["role"] == "notice" && m["type"] == "text")
        .filter(|m| known.insert(m["truth"]["notice"].to_string()))
        .map(|m| {
            let at = chrono::DateTime::parse_from_rfc3339(m["sent_at"].as_str().unwrap()).unwrap();
            (m["text"].as_str().unwrap().to_owned(), at.timestamp_millis())
        })
        .collect()
}

fn judge(name: &str, texts: &[(String, i64)], most: f64) {
    let figures = bench(texts);
    let tried: usize = figures.iter().map(|(_, tried, _)| tried).sum();
    let bad: usize = figures.iter().map(|(.., bad)| bad.len()).sum();
    for (kind, tried, bad) in &figures {
        println!("{name} {kind}: {} of {tried} swallowed", bad.len());
    }
    assert!(bad as f64 <= most * tried as f64, "{bad} of {tried} swallowed: {figures:#?}");
}

#[test]
fn one_changed_fact_is_never_swallowed_in_our_own_lines() {
    let at = 1_717_981_200_000; // 2024-06-10 09:00
    let texts: Vec<(String, i64)> = LINES.iter().map(|l| ((*l).to_owned(), at)).collect();
    judge("own", &texts, 0.0);
}

#[test]
fn one_changed_fact_is_seldom_swallowed_in_the_town() {
    let Some(corpus) = crate::cluster::corpus("town") else { return };
    judge("town", &texts_of(&corpus), 0.005);
}

/// Copies that each resemble the one before and share nothing with the first: the alarm fires, and names their groups. It
/// stays silent for as many copies that are copies.
#[test]
fn a_snowball_is_alarmed() {
    let body: Vec<char> =
        include_str!("../fixtures/cluster/schools.txt").chars().filter(|c| c.is_alphabetic()).collect();
    let at = |n: usize, step: usize| body[400 + n * step..400 + n * step + 110].iter().collect::<String>();
    for (step, fires) in [(30, true), (0, false)] {
        let posts = (0..12).map(|n| {
            let mut post = crate::cluster::plain(n, &at(n, step));
            post.facts = qunbox::facts::Facts { role: qunbox::facts::Role::Notice, ..Default::default() };
            post
        });
        let (_, drafts) = crate::cluster::place_all(posts, qunbox::cluster::Pins::default());
        let largest = drafts.iter().max_by_key(|d| d.copies.len()).unwrap();
        assert!(largest.copies.len() > 6, "step {step}: {} copies", largest.copies.len());
        let alarm = largest.conflicts.iter().find(|c| c.fact == "likeness");
        assert_eq!(alarm.is_some(), fires, "step {step}: {alarm:?}");
        assert!(alarm.is_none_or(|a| a.values[0].groups.len() >= 3), "{alarm:?}");
    }
}

#[test]
fn a_corrected_deadline_keeps_the_words_that_set_it() {
    let at = 1_717_981_200_000; // 2024-06-10 09:00
    let mut clusterer = Clusterer::new(Pins::default());
    clusterer.assign(post(1, "甲群", at, LINES[0]));
    let text = "更正：《沿街商铺用电安全自查表》报送时间由6月12日17:00延期至6月14日12:00，其他要求不变。";
    clusterer.assign(post(2, "甲群", at + 3_600_000, text));
    let drafts = clusterer.finish();
    let due = drafts.iter().filter_map(|d| d.due.as_ref()).find(|d| d.was.is_some()).expect("corrected");
    let quote = due.quote.as_ref().expect("quoted");
    let words: String = quote
        .text
        .chars()
        .skip(quote.span[0] as usize)
        .take((quote.span[1] - quote.span[0]) as usize)
        .collect();
    assert_eq!((words.as_str(), due.text.as_str()), ("6月14日12:00", "6月14日12:00"));
    assert!(quote.text.contains("延期至"));
}

#[test]
fn a_forwarded_record_is_a_copy_of_what_it_carries() {
    let at = 1_717_981_200_000; // 2024-06-10 09:00
    let mut clusterer = Clusterer::new(Pins::default());
    clusterer.assign(post(1, "甲群", at, LINES[0]));
    let record = Post {
        kind: Kind::Forward,
        carried: vec!["收到".to_owned(), LINES[0].to_owned(), "明白纸还有吗".to_owned()],
        ..post(2, "乙群", at + 3_600_000, "甲群的聊天记录")
    };
    let other =
        Post {
            carried: vec!["今天食堂吃面".to_owned()], row: 3, key: "m3".to_owned(), ..record.clone()
        };
    let (placed, stranger) = (clusterer.assign(record), clusterer.assign(other));
    assert_eq!((placed.slot, placed.also), (Some(0), Vec::new()));
    assert_ne!(stranger.slot, Some(0), "a record that carries no known notice is none of its copies");
    let drafts = clusterer.finish();
    let notice = drafts.iter().find(|d| d.slot == 0).unwrap();
    assert_eq!(notice.copies.len(), 2);
    assert!(notice.copies[1].due_span.is_none(), "the words stand in what it carries, not in its text");
}

/// A piece of a notice that its office repeats to the letter is a copy; the same words of somebody else are talk.
#[test]
fn an_excerpt_of_whoever_issues_notices_is_a_copy() {
    let at = 1_717_981_200_000; // 2024-06-10 09:00
    let text = "优抚对象年审：各村6月20日17:00前用App采集信息并拍照，照片要举证书，脸和证都清楚。去世的当天报，收到请回复！";
    let said = |row, sender: &str, words: &str| {
        let input = Input { sender, ..Input::new(words, local(at)) };
        let facts = facts::read(&input, &Settings::default());
        Post {
            group: 2, sender: sender.to_owned(), facts, ..post(row, "乙群", at + row * 3_600_000, words)
        }
    };
    let piece = "照片要举证书，脸和证都清楚，去世的当天报";
    for (sender, words, copy) in
        [("民政办小许", piece, true), ("三组老李", piece, false), ("民政办小许", "照片要举证书", false)]
    {
        let mut clusterer = Clusterer::new(Pins::default());
        clusterer.assign(post(1, "甲群", at, text));
        clusterer.assign(said(2, "民政办小许", LINES[0]));
        let placed = clusterer.assign(said(3, sender, words));
        assert_eq!(
            placed.slot == Some(0) && placed.role == MessageRole::Copy,
            copy,
            "{sender} {words}: {placed:?}"
        );
    }
}

/// 本周五 read a day later is the same Friday or a slip; read a week later, in whatever group, it is the next one.
#[test]
fn the_words_of_last_week_ask_for_the_next_occurrence() {
    let at = 1_717_981_200_000; // 2024-06-10 09:00, a Monday
    let text = "渔港卫生周评比：各村选3处（码头、巷道、晒网场各1处），整治前后对比照本周五12:00前发评比群，后三名挂黄旗。";
    for (days, same) in [(0, true), (1, true), (7, false), (14, false)] {
        let mut clusterer = Clusterer::new(Pins::default());
        clusterer.assign(post(1, "甲群", at, text));
        let placed = clusterer.assign(post(2, "乙群", at + days * 24 * 3_600_000 + 60_000, text));
        assert_eq!(placed.slot == Some(0), same, "{days} days later");
        let drafts = clusterer.finish();
        let own = drafts.iter().find(|d| Some(d.slot) == placed.slot).unwrap();
        let recurs = own.links.iter().any(|l| l.kind == LinkKind::Recurs && l.to == 0);
        assert_eq!(recurs, days == 7, "{days} days later: {:?}", own.links);
    }
}

/// A picture that an office points at is a notice. What another office posts within the half hour, of which the export
/// kept nothing either, is shown beside it as a row of its own; what villagers send is no notice.
#[test]
fn pictures_that_run_through_the_groups_are_shown_beside_each_other() {
    let at = 1_717_981_200_000; // 2024-06-10 09:00
    let in_group = |row, group, sender: &str, minutes: i64, text: &str, kind| {
        let input = Input { sender, kind, ..Input::new(text, local(at)) };
        let facts = facts::read(&input, &Settings::default());
        Post {
            group,
            sender: sender.to_owned(),
            kind,
            facts,
            ..post(row, "某群", at + minutes * 60_000, text)
        }
    };
    for (sender, minutes, md5, beside) in [
        ("水利站尹工", 5, None, true),
        ("三组老李", 5, None, false),
        ("水利站尹工", 40, None, false),
        ("水利站尹工", 5, Some("9438fb6c564917b0cbc37520475113e3"), false),
    ] {
        let mut clusterer = Clusterer::new(Pins::default());
        for (row, group, who) in [(1, 1, "应急办周工"), (2, 2, "水利站尹工")] {
            clusterer.assign(in_group(row, group, who, -90, LINES[row as usize], Kind::Text));
        }
        let shown = clusterer.assign(in_group(3, 1, "应急办周工", 0, "[图片]", Kind::Image));
        assert_eq!(shown.slot, None, "a picture alone tells nothing");
        clusterer.assign(in_group(4, 1, "应急办周工", 1, "看图，今天都动起来", Kind::Text));
        let mut other = in_group(5, 2, sender, minutes, "[图片]", Kind::Image);
        other.attachments = md5
            .map(|md5| Attachment { md5: Some(md5.to_owned()), ..Attachment::named(Kind::Image, "1.jpg") })
            .into_iter()
            .collect();
        let placed = clusterer.assign(other);
        assert_eq!(placed.slot.is_some(), beside, "{sender} {minutes} {md5:?}");
        let drafts = clusterer.finish();
        let own = drafts.iter().find(|d| placed.slot == Some(d.slot) && beside);
        let first = drafts.iter().find(|d| d.copies.iter().any(|c| c.row == 3)).unwrap();
        assert!(own.is_none_or(|d| d.links.iter().any(|l| l.to == first.slot) && d.copies.len() == 1));
    }
}

/// The first copy may be cut short; who tells the notice again tells what the whole ones say.
#[test]
fn a_retelling_is_known_by_the_fullest_copy() {
    let at = 1_717_981_200_000; // 2024-06-10 09:00
    let whole = "近日邻县清理沼气池发生事故，下池必须先通风再检测，没有测氧仪的到农机站借，严禁单人下池，严禁蛮干施救，\
                 各村转给养猪场、豆腐坊、酿酒坊。";
    let cut = "近日邻县清理沼气池发生事故，下池必须先通风再检测";
    let again =
        "豆腐坊、酿酒坊、养猪场的听着，掏沼气池先来农机站借测氧仪，严禁单人下池，倒了人也严禁蛮干施救";
    let mut clusterer = Clusterer::new(Pins::default());
    for (row, text) in LINES.iter().enumerate() {
        clusterer.assign(post(100 + row as i64, "丁群", at - 7_200_000, text));
    }
    let mut places = Vec::new();
    for (row, group, after, text) in [(1, "甲群", 0, cut), (2, "乙群", 1, whole), (3, "丙群", 6, again)]
    {
        let mut told = post(row, group, at + after * 600_000, text);
        told.facts.role = Role::Notice;
        places.push(clusterer.assign(told).slot);
    }
    assert_eq!(places, vec![places[0]; 3]);
}

/// Some exporters keep nothing of a record but the group it was taken from: what was posted there last is shown beside it,
/// when that was within the day; of a group nobody knows, nothing.
#[test]
fn an_emptied_record_is_shown_beside_the_last_notice_of_its_group() {
    let at = 1_717_981_200_000; // 2024-06-10 09:00
    for (title, hours, want) in
        [("甲群的聊天记录", 3, Some(0)), ("丙群的聊天记录", 3, None), ("甲群的聊天记录", 30, None)]
    {
        let mut clusterer = Clusterer::new(Pins::default());
        clusterer.assign(post(1, "甲群", at, LINES[0]));
        let mut record = Post { kind: Kind::Forward, ..post(2, "乙群", at + hours * 3_600_000, title) };
        record.facts.role = Role::Notice;
        let placed = clusterer.assign(record);
        assert!(placed.slot.is_some_and(|slot| slot != 0), "{placed:?}");
        let drafts = clusterer.finish();
        let own = drafts.iter().find(|d| Some(d.slot) == placed.slot).unwrap();
        assert_eq!(own.links.first().map(|l| l.to), want, "{title} {hours}");
        assert!(own.links.iter().all(|l| l.kind == LinkKind::Similar), "it may be that one, no more");
    }
}

#[test]
fn the_next_occurrence_is_linked_as_one() {
    let at = 1_717_981_200_000;
    let week = 7 * 24 * 3_600_000;
    let said = |day: u32| {
        format!(
            "【周报】请各站于6月{day}日（周五）16:00前报本周安全检查情况，写明检查几家、发现隐患几条、整改几条，没有的报零。"
        )
    };
    let mut clusterer = Clusterer::new(Pins::default());
    for (n, day) in [(0, 14), (1, 21), (2, 28)] {
        clusterer.assign(Post { group: 1, ..post(n + 1, "甲群", at + n * week, &said(day)) });
    }
    let drafts = clusterer.finish();
    assert_eq!(drafts.len(), 3);
    for (later, earlier) in [(1, 0), (2, 1)] {
        let link = &drafts[later].links[0];
        assert_eq!((link.kind, link.to), (qunbox::notice::LinkKind::Recurs, drafts[earlier].slot));
        assert!(matches!(link.reason, Some(Reason::Next { .. })), "{:?}", link.reason);
    }
}

#[test]
fn a_message_that_holds_one_notice_and_retells_another_belongs_to_both() {
    let at = 1_717_981_200_000;
    let mut clusterer = Clusterer::new(Pins::default());
    clusterer.assign(post(1, "甲群", at, LINES[0]));
    clusterer.assign(post(2, "乙群", at + 600_000, LINES[2]));
    let both = format!("{}\n另：{}", LINES[0], LINES[2]);
    let placed = clusterer.assign(post(3, "丙群", at + 1_200_000, &both));
    assert_eq!((placed.slot, placed.also.as_slice()), (Some(0), &[1][..]));
    // Words around a forward are no notice.
    let preface = format!("各位书记、主任：这件事上面盯得紧，望大家亲自抓、亲自问。\n{}", LINES[0]);
    let other = format!("各位书记、主任：这件事上面盯得紧，望大家亲自抓、亲自问。\n{}", LINES[2]);
    clusterer.assign(post(4, "丁群", at + 1_800_000, &preface));
    let placed = clusterer.assign(post(5, "戊群", at + 2_400_000, &other));
    assert_eq!((placed.slot, placed.also.as_slice()), (Some(1), &[][..]));
}

/// Who forwards two things in one message forwards two notices, whether they are known, one of them, or neither; what is
/// posted alone later joins its own.
#[rstest::rstest]
#[case::both_known(&[0, 1], true)]
#[case::one_known(&[0], true)]
#[case::the_other_known(&[1], true)]
#[case::neither_known(&[], true)]
#[case::nobody_says_so(&[], false)]
fn two_things_in_one_message_are_two_notices(#[case] known: &[usize], #[case] says: bool) {
    let single = [
        "请各村今天下班前将防汛物资清单及照片报送至镇应急办邮箱，逾期不报的全镇通报。",
        "请各村明天下班前将独居老人走访名单发到镇民政办邮箱，每村不少于5户。",
    ];
    let at = 1_717_981_200_000;
    let head = if says { "合并转两个：\n" } else { "今日工作提示\n" };
    let both = format!("{head}①{}\n②{}", single[0], single[1]);
    let mut clusterer = Clusterer::new(Pins::default());
    for &n in known {
        clusterer.assign(post(n as i64, "甲群", at, single[n]));
    }
    let placed = clusterer.assign(post(5, "乙群", at + 600_000, &both));
    let slots: std::collections::BTreeSet<_> = placed.slot.into_iter().chain(placed.also).collect();
    assert_eq!(slots.len(), if says { 2 } else { 1 }, "{known:?}");
    let later = [0, 1].map(|n| clusterer.assign(post(6 + n as i64, "丙群", at + 1_200_000, single[n])).slot);
    assert!(later.iter().flatten().all(|slot| slots.contains(slot)), "{known:?} {later:?}");
    assert_eq!(later[0] == later[1], !says, "{known:?}");
    // The words of a part's deadline are found in the whole message.
    let said = |draft: &qunbox::cluster::Draft| {
        let [from, to] = draft.copies.iter().find(|c| c.row == 5)?.due_span?;
        Some(both.chars().skip(from as usize).take((to - from) as usize).collect::<String>())
    };
    let mut said: Vec<_> = clusterer.finish().iter().filter_map(said).collect();
    said.sort_unstable();
    let want = if says { &["今天下班前", "明天下班前"][..] } else { &["今天下班前"] };
    assert_eq!(said, want, "{known:?}");
}
