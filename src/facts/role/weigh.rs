//! Weighed sums over the signs of a text: how much it is a notice, how much it chases a known duty. The weights were
//! fitted by logistic regression on the development corpus with strong regularisation, texts that occur often counted
//! less, and rounded; no name or text of that corpus stands in them.

use super::Shape;
use crate::facts::Input;
use crate::facts::lexicon::{List, Sign, words};
use crate::facts::text::Buf;
use crate::message::Kind;

/// How the sender's name speaks: an office or a leader, a village, or nothing.
pub(super) fn office_sender(name: &str) -> f32 {
    const OFFICE: [&str; 16] = [
        "办", "站", "所", "局", "院", "中心", "部", "书记", "片长", "镇长", "公司", "政务", "科", "专班",
        "县", "警",
    ];
    if name.is_empty() {
        return 0.0;
    }
    if name.contains('村') || name.contains("社区") {
        return -1.0;
    }
    if OFFICE.iter().any(|w| name.contains(w)) { 1.0 } else { 0.0 }
}

/// Whether a sender's name is that of an office or a leader.
pub(crate) fn is_office(name: &str) -> bool {
    office_sender(name) > 0.0 || ["妇联", "残联", "团委", "协会"].iter().any(|w| name.contains(w))
}

/// How much the text calls a known duty to mind: a weighed sum as in [`score`], over words of chasing.
pub(super) fn chased(buf: &Buf, s: &Shape) -> f32 {
    if s.len > CHASE_MAX || s.len < 5 {
        return -10.0;
    }
    let sum: f32 = chase_features(buf, s).iter().zip(CHASE).map(|(x, w)| x * w).sum();
    if opens(buf) { sum - OPENS } else { sum }
}

/// What a call for entries says; its 3月20日截止 chases nobody.
const CALLS: [&str; 16] = [
    "报名",
    "招募",
    "招聘",
    "招生",
    "招工",
    "征集",
    "征订",
    "征文",
    "有意向",
    "有意者",
    "感兴趣",
    "欢迎",
    "自愿",
    "免费",
    "名额",
    "开始受理",
];

/// What is counted of those who owe, and of what is owed.
const COUNTED: &[&str] = &[
    "个村",
    "个支部",
    "个单位",
    "个镇",
    "个乡",
    "个社区",
    "个班",
    "个组",
    "个网格",
    "个部门",
    "个学校",
    "所",
    "家",
    "份",
    "人",
    "条",
    "户",
];

/// How much less such a call chases.
const OPENS: f32 = 4.0;

/// Whether a text calls for entries and says of nobody that he owes one.
fn opens(buf: &Buf) -> bool {
    let n = buf.len();
    let owed =
        ["还差", "还没", "没报", "未报", "还有", "还剩", "只有", "抓紧", "最后", "催", "尽快", "目前", "率"];
    buf.has(0, n, &CALLS) && !buf.has(0, n, &owed) && !buf.has(0, n, words(List::Missing))
}

/// What is no notice needs less to be a reminder.
pub(super) const CHASE_IN_CHAT: f32 = -0.7;

/// Longer texts are notices in their own right.
const CHASE_MAX: usize = 130;
/// How many features chasing has.
const CHASES: usize = 32;
/// Weights of [`chase_features`], fitted as [`WEIGHTS`].
const CHASE: [f32; CHASES] = [
    -3.8, 2.4, 2.2, 0.9, 2.4, 2.2, 2.1, 1.7, 0.9, 1.2, -0.4, -0.6, -0.3, 2.1, -2.1, -1.2, 0.9, -0.3, 1.2,
    0.5, 2.2, 0.4, -0.4, 0.8, 0.1, -0.4, -1.0, 2.0, 0.1, 0.3, -1.7, -0.9,
];

/// How long there is yet.
const TIME_LEFT: [&str; 10] =
    ["还有一", "还有两", "还有三", "还有四", "还有五", "还有六", "还有七", "还有不到", "还有半", "还剩"];

/// That it is nearly over.
const LAST_MOMENT: [&str; 9] = [
    "最后一周",
    "最后一天",
    "最后半天",
    "最后三天",
    "最后两天",
    "最后几天",
    "最后一小时",
    "最后期限",
    "时间不多",
];

fn chase_features(buf: &Buf, s: &Shape) -> [f32; CHASES] {
    let n = buf.len();
    let has = |words: &[&str]| flag(buf.has(0, n, words));
    let listed = buf.c.iter().filter(|c| **c == '、').count();
    let shares = buf.c.iter().filter(|c| **c == '%').count()
        + (1..n)
            .filter(|&i| buf.c[i] == '/' && buf.before(i).is_ascii_digit() && buf.get(i + 1).is_ascii_digit())
            .count();
    let counted = (0..n).any(|i| {
        matches!(buf.c[i], '差' | '到' | '有' | '了' | '只')
            && crate::facts::num::number(buf, i + 1).is_some_and(|k| buf.any(k.end, COUNTED).is_some())
    });
    [
        1.0,
        has(&["还差", ",差", "!差", "就差"]),
        has(words(List::Missing)),
        has(&["未报", "未交", "未传", "未发", "未达", "未提交", "未完成", "未录", "未到"]),
        has(&["截止", "就到时间", "到期"]),
        has(&["只有", "只收到", "目前", "收到了", "才收到", "交了", "仍有", "还是空"]),
        has(&TIME_LEFT),
        has(&LAST_MOMENT),
        has(&["抓紧", "抓点紧", "加把劲", "催", "赶紧"]),
        has(&["进度", "率:", "率低", "率为", "以下的", "低于"]),
        flag(s.has(Sign::AsksAck)),
        flag(s.head[Sign::Salute as usize]),
        s.n(Sign::Please),
        flag(s.len <= 40),
        flag(s.len <= 22),
        flag(s.len >= 80),
        flag(s.firm),
        flag(s.bracket),
        has(&["重申", "再次提醒", "再提醒", "再说一遍", "别忘", "再催", "再发一遍"]),
        has(&["昨天", "上周", "昨晚"]),
        flag(shares >= 2),
        flag(listed >= 2),
        flag(s.event),
        flag(s.office > 0.0),
        s.n(Sign::NoticeWord),
        s.n(Sign::Command),
        flag(s.each),
        flag(counted),
        flag(s.has(Sign::First)),
        flag(s.asks),
        flag(s.has(Sign::Salute)),
        flag(s.phone),
    ]
}

pub(super) fn score(buf: &Buf, input: &Input<'_>, s: &Shape) -> f32 {
    let f = features(buf, input, s);
    f.iter().zip(WEIGHTS).map(|(x, w)| x * w).sum()
}

/// How many features there are.
const FEATURES: usize = 40;

/// Weights of [`features`], fitted on the development corpus with strong regularisation and rounded.
const WEIGHTS: [f32; FEATURES] = [
    -8.5, 1.3, 1.0, 0.9, 0.1, 0.5, 0.6, 0.5, 0.4, -0.5, -0.1, -0.2, -0.9, -0.2, -0.2, -1.1, 1.5, 1.0, 0.4,
    0.1, -0.0, 1.1, -0.0, 0.0, 2.1, 0.0, 1.4, -0.3, -0.4, -0.2, 1.4, -0.3, 1.6, 1.3, -0.9, 0.4, -1.0, 0.8,
    -0.5, 0.2,
];

fn flag(on: bool) -> f32 {
    if on { 1.0 } else { 0.0 }
}

/// What the weights are multiplied with.
fn features(buf: &Buf, input: &Input<'_>, s: &Shape) -> [f32; FEATURES] {
    let len = f32::from(u16::try_from(s.len.min(400)).unwrap_or(400));
    let n = buf.len();
    let last = buf.before(n);
    let person = buf.get(0) == '@' && !buf.has(0, 6, &["@所有人", "@全体"]);
    [
        1.0,
        (len / 10.0).ln_1p(),
        f32::from(u8::try_from(s.clauses.min(8)).unwrap_or(8)),
        flag(s.has(Sign::Salute)),
        flag(s.head[Sign::Salute as usize]),
        s.n(Sign::Please),
        s.n(Sign::Command),
        s.n(Sign::NoticeWord),
        flag(s.has(Sign::AsksAck)),
        s.n(Sign::Done),
        flag(s.asks),
        flag(s.has(Sign::Question)),
        flag(s.has(Sign::First)),
        flag(s.has(Sign::Promise)),
        flag(s.has(Sign::Ad)),
        flag(s.has(Sign::Thanks)),
        flag(s.deadline),
        flag(s.event),
        flag(s.list),
        flag(s.bracket),
        flag(s.own),
        s.office.max(0.0),
        flag(input.quoted),
        flag(input.kind == Kind::Announcement),
        flag(input.kind == Kind::Link),
        flag(input.kind == Kind::Forward),
        flag(s.len >= 30),
        flag(s.has(Sign::Single)),
        flag(s.has(Sign::Urgent)),
        flag(s.len <= 12),
        flag(last == '。'),
        flag(person),
        flag(s.firm),
        flag(s.timed),
        (-s.office).max(0.0),
        flag(s.each),
        flag(buf.has(
            0,
            n.min(30),
            &["发错", "错群", "新年好", "大家好", "早上好", "各位好", "快乐", "欢迎"],
        )),
        flag(s.len >= 18),
        flag(s.phone),
        flag(s.len <= 18 && s.clauses == 1),
    ]
}
