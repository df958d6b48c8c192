//! What a message is: notice, acknowledgement, report of something done, question, sign-up, reminder, change, or chatter.
//! Exact shapes first (收到, 接龙, 更正), then a weighed sum of signs that divides notices from the rest.

use super::lexicon::{Hit, SIGNS, Sign};
use super::text::{Buf, is_clause_end};
use super::times::Times;
use super::{Facts, Input, Role, TimeRole};
use crate::message::Kind;

/// The role of a text of one or two characters.
pub(crate) fn short(buf: &Buf, input: &Input<'_>) -> Role {
    if buf.len() == 0 {
        return if input.kind == Kind::Sticker { Role::Ack } else { empty(input) };
    }
    match buf.slice(0, buf.len()).as_str() {
        "无" | "零" | "已发" | "已报" | "已填" | "已交" | "已传" | "填了" | "报了" | "交了" | "发了"
        | "补了" | "已办" => Role::Done,
        _ if acknowledges(buf) => Role::Ack,
        _ => Role::Chatter,
    }
}

fn empty(input: &Input<'_>) -> Role {
    if input.attachment.is_empty() {
        return Role::Chatter;
    }
    by_title(input)
}

/// A file or link without words of its own: its title decides.
fn by_title(input: &Input<'_>) -> Role {
    const NOTICE: [&str; 20] = [
        "通知",
        "方案",
        "工作清单",
        "轮换",
        "空表",
        "样表",
        "领用",
        "折页",
        "明细",
        "公告",
        "问卷",
        "转给",
        "转发",
        "截图发",
        "知识答题",
        "一封信",
        "告知书",
        "定稿",
        "倡议",
        "公开信",
    ];
    const AD: [&str; 9] = ["砍一刀", "团购", "批发", "投票", "洗车", "轻松筹", "震惊", "包邮", "招生"];
    let title = input.attachment;
    let called = NOTICE.iter().any(|w| title.contains(w)) && !AD.iter().any(|w| title.contains(w));
    if called { Role::Notice } else { Role::Chatter }
}

/// How often each sign stands in the text, and its shape.
pub(crate) struct Shape {
    count: [usize; SIGNS],
    head: [bool; SIGNS],
    pub(crate) len: usize,
    clauses: usize,
    deadline: bool,
    event: bool,
    asks: bool,
    list: bool,
    bracket: bool,
    own: bool,
    firm: bool,
    timed: bool,
    each: bool,
    phone: bool,
}

impl Shape {
    fn n(&self, sign: Sign) -> f32 {
        f32::from(u8::try_from(self.count[sign as usize].min(4)).unwrap_or(4))
    }

    fn has(&self, sign: Sign) -> bool {
        self.count[sign as usize] > 0
    }
}

fn shape(buf: &Buf, hits: &[Hit], times: &Times, facts: &Facts) -> Shape {
    let mut shape = Shape {
        count: [0; SIGNS],
        head: [false; SIGNS],
        len: buf.len(),
        clauses: buf.c.iter().filter(|c| is_clause_end(**c)).count() + 1,
        deadline: times
            .items
            .iter()
            .any(|i| matches!(i.role, TimeRole::Deadline | TimeRole::Recurring) && !i.conditional),
        event: times.items.iter().any(|i| i.role == TimeRole::Event),
        asks: asks(buf),
        list: buf.has(0, buf.len(), &["一是", "二是", "一、", "二、", "1.", "1、", "①", "(1)", "1)"]),
        bracket: matches!(buf.get(0), '【' | '[') && buf.get(0) == '【',
        own: own_report(buf),
        firm: times.items.iter().any(|i| i.role == TimeRole::Deadline && i.firm && !i.conditional),
        timed: times
            .items
            .iter()
            .any(|i| i.role == TimeRole::Event && i.meaning.precision == super::TimePrecision::Minute),
        each: buf.has(
            0,
            buf.len(),
            &["每村", "每家", "每组", "每户", "每人", "每支部", "每站", "每所", "每处"],
        ),
        phone: facts.marks.iter().any(|m| m.kind == super::MarkKind::Phone),
    };
    for hit in hits {
        shape.count[hit.sign as usize] += 1;
        shape.head[hit.sign as usize] |= hit.from <= 12;
    }
    shape
}

/// The text, or its last clause, is a question.
fn asks(buf: &Buf) -> bool {
    let end = buf.c.iter().rposition(|c| !matches!(c, '。' | '~' | ' ' | '\n')).map_or(0, |p| p + 1);
    let last = buf.before(end);
    last == '?' || matches!(last, '吗' | '呢' | '么' | '咋' | '没' | '啥' | '不') && buf.len() <= 40
}

/// 石桥村已报, X村 无: a short report of one's own.
fn own_report(buf: &Buf) -> bool {
    let end = buf.len();
    end <= 40
        && (end >= 1 && buf.before(end) == '无'
            || buf.ends(end, "无。")
            || buf.ends(end, "已报")
            || buf.ends(end, "已报。"))
}

/// Reads the role into `facts`.
pub(crate) fn read(buf: &Buf, input: &Input<'_>, hits: &[Hit], times: &Times, facts: &mut Facts) {
    if let Some(signup) = &facts.signup {
        facts.role = if signup.entries.len() <= 1 { Role::Notice } else { Role::Signup };
        return;
    }
    if input.kind.is_system() {
        facts.role = Role::Chatter;
        return;
    }
    if buf.len() == 0 {
        facts.role = short(buf, input);
        return;
    }
    if buf.len() <= 22 && acknowledges(buf) {
        facts.role = Role::Ack;
        return;
    }
    let shape = shape(buf, hits, times, facts);
    facts.role = changed(buf, &shape, facts, times).unwrap_or_else(|| weighed(buf, input, &shape));
}

/// Corrections, cancellations, closures.
fn changed(buf: &Buf, shape: &Shape, facts: &Facts, times: &Times) -> Option<Role> {
    let _ = (facts, times);
    let head = buf.len().min(60);
    if shape.has(Sign::Closure) && shape.len <= 60 && !shape.deadline && closure(buf) {
        return Some(Role::Closure);
    }
    if shape.has(Sign::Cancel) && shape.len <= 80 && cancels(buf) {
        return Some(Role::Cancellation);
    }
    if buf.has(0, 8.min(buf.len()), &["更正", "调整:", "改期"])
        || buf.has(0, head, &["更正:", "更正说明", "重要更正"])
    {
        return Some(Role::Correction);
    }
    if shape.has(Sign::Change) && shape.len <= 110 && moves(buf) {
        return Some(Role::Correction);
    }
    None
}

fn closure(buf: &Buf) -> bool {
    let n = buf.len();
    !buf.has(0, n, &["周五前收齐", "前收齐", "下班前收齐", "请", "吗", "?"])
        && buf.has(
            0,
            n,
            &["收齐", "齐了", "齐,", "已齐", "不用再", "完结", "销号", "撤吧", "撤,", "到此结束"],
        )
}

fn cancels(buf: &Buf) -> bool {
    let n = buf.len();
    let called_off = buf.has(
        0,
        n,
        &[
            "取消",
            "不开了",
            "不搞了",
            "不去了",
            "不办了",
            "停办",
            "另行通知",
            "发错了",
            "作废",
            "改期",
            "不用到校",
            "改为线上",
        ],
    );
    called_off
        && !buf.has(
            0,
            n,
            &["取消资格", "取消评", "发错群", "发错照片", "逾期取消", "取消低保", "吗", "?", "一律取消"],
        )
}

/// A time or place is moved: 改到, 推迟到, 顺延至, 提前到 with a time or place.
fn moves(buf: &Buf) -> bool {
    let n = buf.len();
    if n <= 60
        && (1..n)
            .any(|i| buf.get(i) == '改' && super::num::starts_number(buf.get(i + 1)) && buf.before(i) != '修')
    {
        return true;
    }
    buf.has(
        0,
        n,
        &[
            "改到",
            "改在",
            "改为",
            "调整到",
            "调整为",
            "调整至",
            "推迟到",
            "推迟至",
            "推迟一天",
            "顺延",
            "延期至",
            "延期到",
            "延至",
            "延长至",
            "放宽到",
            "放宽至",
            "提前到",
            "提前至",
            "提前了",
            "缓到",
            "缓至",
            "变更为",
            "时间改",
            "地点改",
            "改了",
            "推迟",
        ],
    ) && buf.has(0, n, &["点", "日", ":", "会", "时间", "地点", "楼", "室", "上午", "下午", "天", "号"])
}

/// Whether the whole text is 收到 or the like.
pub(crate) fn acknowledges(buf: &Buf) -> bool {
    let n = buf.len();
    let text: String = buf.c.iter().filter(|c| !is_filler(**c)).collect();
    if text.is_empty() {
        return n > 0 && buf.c.iter().any(|c| !c.is_ascii() || *c == '[');
    }
    let core = strip_stickers(&text);
    if core.is_empty() {
        return true;
    }
    const WHOLE: &[&str] = &[
        "好",
        "好的",
        "好滴",
        "好嘞",
        "好哒",
        "行",
        "嗯",
        "嗯嗯",
        "ok",
        "OK",
        "Ok",
        "1",
        "+1",
        "明白",
        "知道了",
        "晓得了",
        "照办",
        "遵照执行",
        "立即落实",
        "知悉",
        "已知悉",
        "收悉",
        "已阅",
        "存了",
        "已存",
        "存好了",
        "好的收到",
        "收到好的",
        "是",
        "得令",
        "没问题",
        "转了",
        "已转",
        "收",
        "收道",
        "sd",
        "SD",
        "shoudao",
        "Shoudao",
        "看到了",
        "看到啦",
        "要得",
        "已学",
        "已看",
        "好的书记",
        "好的主任",
        "好的站长",
        "Received",
        "received",
        "Got it",
        "Noted",
    ];
    if WHOLE.contains(&core.as_str()) {
        return true;
    }
    const ENDS: &[&str] = &[
        "收到",
        "收悉",
        "明白",
        "照办",
        "好的",
        "知悉",
        "已知悉",
        "已收到",
        "收到了",
        "收到谢谢",
        "好的谢谢",
        "知道了",
        "已阅",
        "收到到",
        "已悉",
        "遵照执行",
        "收到1",
    ];
    let not =
        ["没收到", "请收到", "收到请", "未收到", "没有收到", "不明白", "收到没", "收到吗", "都收到", "哪"];
    if not.iter().any(|w| core.contains(w)) || buf.has(0, n, &["?", "吗"]) {
        return false;
    }
    let chars = core.chars().count();
    let ends = ENDS.iter().any(|w| core.ends_with(w));
    let promised = [
        "马上",
        "落实",
        "安排",
        "正在",
        "这就",
        "立即",
        "谢谢",
        "辛苦",
        "尽快",
        "照办",
        "代回",
        "已转",
        "明天报",
        "已存",
        "传达",
        "今晚",
    ];
    let heard = core
        .char_indices()
        .take(9)
        .any(|(at, _)| core[at..].starts_with("收到") || core[at..].starts_with("明白"));
    let starts = core.starts_with("收到") || core.starts_with("好的收到") || core.starts_with("已收到");
    let asks = buf.has(0, n, &["请", "@", "各"]);
    (ends && chars <= 12)
        || starts && chars <= 8
        || heard && !asks && chars <= 18 && promised.iter().any(|w| core.contains(w))
        || chars <= 9
            && chars >= 3
            && core.ends_with('1')
            && core.chars().filter(char::is_ascii_digit).count() == 1
            && !core.contains('坏')
}

fn is_filler(c: char) -> bool {
    matches!(c, ' ' | '\n' | '。' | '.' | '!' | ',' | '、' | '~' | '…' | ':' | '-' | '(' | ')' | '✔' | '✅' | '\u{1f300}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | ';')
}

/// Takes out 【抱拳】-like stickers written as [抱拳].
fn strip_stickers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        out.push_str(&rest[..open]);
        match rest[open..].find(']') {
            Some(close) if close <= 18 => rest = &rest[open + close + 1..],
            _ => {
                out.push('[');
                rest = &rest[open + 1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// How the sender's name speaks: an office or a leader, a village, or nothing.
fn office_sender(name: &str) -> f32 {
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

fn weighed(buf: &Buf, input: &Input<'_>, s: &Shape) -> Role {
    let score = score(buf, input, s);
    let chase = chased(buf, input, s);
    if chase > 0.0 || score <= 0.0 && chase > CHASE_IN_CHAT {
        return Role::Reminder;
    }
    if score > 0.0 {
        return Role::Notice;
    }
    if s.asks || s.has(Sign::Question) && s.len <= 30 {
        return Role::Question;
    }
    if s.has(Sign::Done) || s.own || !s.firm && !s.deadline && submits(buf) {
        return Role::Done;
    }
    Role::Chatter
}

/// How much the text calls a known duty to mind: a weighed sum as in [`score`], over words of chasing.
fn chased(buf: &Buf, input: &Input<'_>, s: &Shape) -> f32 {
    if s.len > CHASE_MAX || s.len < 5 {
        return -10.0;
    }
    chase_features(buf, input, s).iter().zip(CHASE).map(|(x, w)| x * w).sum()
}

/// What is no notice needs less to be a reminder.
const CHASE_IN_CHAT: f32 = -0.7;

/// Longer texts are notices in their own right.
const CHASE_MAX: usize = 130;
/// How many features chasing has.
pub(crate) const CHASES: usize = 32;
/// Weights of [`chase_features`], fitted as [`WEIGHTS`].
const CHASE: [f32; CHASES] = [
    -3.8, 2.4, 2.2, 0.9, 2.4, 2.2, 2.1, 1.7, 0.9, 1.2, -0.4, -0.6, -0.3, 2.1, -2.1, -1.2, 0.9, -0.3, 1.2,
    0.5, 2.2, 0.4, -0.4, 0.8, 0.1, -0.4, -1.0, 2.0, 0.1, 0.3, -1.7, -0.9,
];

pub(crate) fn chase_features(buf: &Buf, input: &Input<'_>, s: &Shape) -> [f32; CHASES] {
    let n = buf.len();
    let has = |words: &[&str]| flag(buf.has(0, n, words));
    let listed = buf.c.iter().filter(|c| **c == '、').count();
    let shares = buf.c.iter().filter(|c| **c == '%').count()
        + (1..n)
            .filter(|&i| buf.c[i] == '/' && buf.before(i).is_ascii_digit() && buf.get(i + 1).is_ascii_digit())
            .count();
    let counted = (0..n).any(|i| {
        matches!(buf.c[i], '差' | '到' | '有' | '了' | '只')
            && super::num::number(buf, i + 1).is_some_and(|k| {
                buf.any(k.end, &["个村", "个支部", "个单位", "所", "家", "份", "人", "条"]).is_some()
            })
    });
    [
        1.0,
        has(&["还差", ",差", "!差", "就差"]),
        has(&[
            "没报",
            "没交",
            "没发",
            "没传",
            "没填",
            "没给",
            "没送",
            "没评",
            "没录",
            "没看到",
            "没到",
            "没有发",
            "没有报",
            "没巡",
            "没对上",
            "没收到",
            "没认证",
        ]),
        has(&["未报", "未交", "未传", "未发", "未达", "未提交", "未完成", "未录", "未到"]),
        has(&["截止", "就到时间", "到期"]),
        has(&["只有", "只收到", "目前", "收到了", "才收到", "交了", "仍有", "还是空"]),
        has(&[
            "还有一",
            "还有两",
            "还有三",
            "还有四",
            "还有五",
            "还有六",
            "还有七",
            "还有不到",
            "还有半",
            "还剩",
        ]),
        has(&["最后一天", "最后半天", "最后一小时", "最后期限", "时间不多"]),
        has(&["抓紧", "催", "赶紧"]),
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
        flag(office_sender(input.sender) > 0.0),
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

/// 柳林3户, 南坪50, 发邮箱了: a short figure or a verb of handing in with 了.
fn submits(buf: &Buf) -> bool {
    let n = buf.len();
    if n > 40 {
        return false;
    }
    let handed = buf.has(
        0,
        n,
        &[
            "发邮箱",
            "发水利",
            "表发",
            "补好",
            "补了",
            "填了",
            "传完",
            "送到",
            "走完",
            "打了",
            "已录",
            "发你",
            "发您",
            "报了",
            "交了",
            "发了",
            "拉了",
            "清了",
            "查了",
            "评了",
        ],
    ) && !buf.has(0, n, &["请", "吗", "?", "没"]);
    let han = (0..n)
        .take_while(|&i| ('\u{4e00}'..='\u{9fff}').contains(&buf.c[i]) || matches!(buf.c[i], ':' | ' '))
        .count();
    let digits = (han..n).take_while(|&i| buf.c[i].is_ascii_digit()).count();
    let rest = n - han - digits;
    let figure = (2..=7).contains(&han)
        && digits > 0
        && rest <= 2
        && !buf.has(0, han, &["我", "第", "今", "明", "共", "他", "就", "有"]);
    handed || figure
}

fn score(buf: &Buf, input: &Input<'_>, s: &Shape) -> f32 {
    let f = features(buf, input, s);
    f.iter().zip(WEIGHTS).map(|(x, w)| x * w).sum()
}

/// How many features there are.
pub(crate) const FEATURES: usize = 40;

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
pub(crate) fn features(buf: &Buf, input: &Input<'_>, s: &Shape) -> [f32; FEATURES] {
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
        office_sender(input.sender).max(0.0),
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
        (-office_sender(input.sender)).max(0.0),
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
