//! What a message is: notice, acknowledgement, report of something done, question, sign-up, reminder, change, or chatter.
//! Exact shapes first (收到, 接龙, 更正), then a weighed sum of signs that divides notices from the rest.

mod ack;
mod changed;
mod follow;
mod orders;
mod weigh;

pub(crate) use ack::acknowledges;
pub(crate) use follow::{bare, last_call, recalls, stands_down, takes_back};
pub(crate) use weigh::is_office;

use crate::facts::lexicon::{Hit, List, SIGNS, Sign, words};
use crate::facts::text::{Buf, is_clause_end};
use crate::facts::times::Times;
use crate::facts::{Facts, Input, Role, TimeRole};
use crate::message::Kind;

/// The role of a text of one or two characters.
pub(crate) fn short(buf: &Buf, input: &Input<'_>) -> Role {
    if buf.len() == 0 {
        return if input.kind == Kind::Sticker { Role::Ack } else { empty(input) };
    }
    match buf.slice(0, buf.len()).as_str() {
        "无" | "零" | "已发" | "已报" | "已填" | "已交" | "已传" | "填了" | "报了" | "交了" | "发了"
        | "补了" | "已办" | "已缴" | "已签" | "已录" | "已改" | "已补" | "已核" | "已送" | "搞定"
        | "弄好" | "录了" | "传了" | "签了" | "缴了" | "送了" | "改了" | "好了" => Role::Done,
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
    /// How the sender's name speaks.
    office: f32,
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
    timeless: bool,
    /// The text begins with a time expression.
    begins: bool,
    /// It sets a deadline that comes again.
    recurs: bool,
    /// A demand could be read.
    demands: bool,
}

impl Shape {
    fn n(&self, sign: Sign) -> f32 {
        f32::from(u8::try_from(self.count[sign as usize].min(4)).unwrap_or(4))
    }

    fn has(&self, sign: Sign) -> bool {
        self.count[sign as usize] > 0
    }
}

fn shape(buf: &Buf, input: &Input<'_>, hits: &[Hit], times: &Times, facts: &Facts) -> Shape {
    let mut shape = Shape {
        count: [0; SIGNS],
        head: [false; SIGNS],
        len: buf.len(),
        office: weigh::office_sender(input.sender),
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
        firm: times
            .items
            .iter()
            .any(|i| matches!(i.role, TimeRole::Deadline | TimeRole::Recurring) && i.firm && !i.conditional),
        timed: times
            .items
            .iter()
            .any(|i| i.role == TimeRole::Event && i.meaning.precision == super::TimePrecision::Minute),
        each: buf.has(
            0,
            buf.len(),
            &["每村", "每家", "每组", "每户", "每人", "每支部", "每站", "每所", "每处"],
        ),
        timeless: times.items.is_empty(),
        begins: times.items.first().is_some_and(|i| i.from == 0),
        recurs: times.items.iter().any(|i| i.role == TimeRole::Recurring && i.firm),
        demands: false,
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

/// 东村已报, X村 无: a short report of one's own.
fn own_report(buf: &Buf) -> bool {
    let end = buf.len();
    end <= 40
        && (end >= 1 && buf.before(end) == '无'
            || buf.ends(end, "无。")
            || buf.ends(end, "已报")
            || buf.ends(end, "已报。"))
}

/// Reads the role into `facts`.
pub(crate) fn read(
    buf: &Buf,
    input: &Input<'_>,
    hits: &[Hit],
    times: &Times,
    demands: usize,
    facts: &mut Facts,
) {
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
    let mut shape = shape(buf, input, hits, times, facts);
    shape.demands = demands > 0;
    facts.role = changed::read(buf, &shape, times).unwrap_or_else(|| weighed(buf, input, &shape));
}

/// A demand with a stated deadline and 请 is a notice although few other signs stand in it.
const ORDERED: f32 = -7.5;

/// Who is addressed and asked for something needs fewer other signs, too.
const CALLED: f32 = -3.0;

/// 收到，我们村今天下班前报: an answer that says when it will be done.
fn promises(buf: &Buf) -> bool {
    let n = buf.len();
    n <= 30
        && ["收到", "好的", "明白", "知道了", "好,"].iter().any(|w| buf.is(0, w))
        && buf.has(
            0,
            n,
            &["我", "我们", "咱", "马上", "尽快", "今天", "今晚", "明天", "明早", "下班前", "稍后"],
        )
        && !buf.has(0, n, &["请", "务必", "@", "各", "?", "吗", "你们", "大家"])
}

/// 小庞，这户情况急，先发你看：… is said to one person, however much it looks like a notice.
fn to_one(buf: &Buf) -> bool {
    const CALLED: &[&str] = &[
        "主任", "书记", "站长", "所长", "镇长", "主席", "会计", "老师", "姐", "哥", "叔", "姨", "婶", "总",
        "局", "科长", "医生", "同志",
    ];
    let comma = (1..buf.len().min(7)).find(|&i| matches!(buf.c[i], ',' | ':' | '、'));
    let Some(end) = comma.filter(|&i| buf.c[i] == ',') else { return false };
    let familiar = matches!(buf.get(0), '小' | '老' | '阿') && (2..=3).contains(&end);
    let titled = end >= 2 && CALLED.iter().any(|w| buf.ends(end, w));
    (familiar || titled) && buf.has(end, buf.len(), &["你", "您"])
}

/// How much a text calls a known duty to mind.
fn chase(buf: &Buf, s: &Shape) -> f32 {
    let n = buf.len();
    let private = buf.has(0, n.min(12), &["你的", "你家", "您的"]) && !s.has(Sign::Salute);
    let named = !s.bracket
        && buf.has(0, n.min(12), &["再次提醒", "再提醒", "再催", "再说一遍", "再强调", "最后提醒"]);
    // 东村93%，还有9人: a share and what is left of it.
    let rest = buf.has(0, n, &["%"]) && buf.has(0, n, &["还有", "还差", "还剩"]);
    // 还有一个没打卡，抓紧: something is owed, and it presses.
    let presses = || buf.has(0, n, &["抓紧", "赶紧", "尽快"]);
    let owed = buf.has(0, n, &["还有", "还差", "仍有"]) && buf.has(0, n, words(List::Missing));
    let worth = |on: bool, worth: f32| if on { worth } else { 0.0 };
    weigh::chased(buf, s) + worth(named, 2.0) + worth(rest, 1.0) + worth(owed && presses(), 1.5)
        - worth(private, 20.0)
}

fn weighed(buf: &Buf, input: &Input<'_>, s: &Shape) -> Role {
    let score = weigh::score(buf, input, s);
    if to_one(buf) && !s.has(Sign::Salute) && !s.firm {
        return if s.asks { Role::Question } else { Role::Chatter };
    }
    let turns = orders::whoever(buf, s);
    if orders::for_all(buf, s) || s.firm && turns {
        return Role::Notice;
    }
    let chase = chase(buf, s);
    // 从今天起每天下午五点前把对比图发我: what comes again is set, and not called to mind.
    let set = s.demands && s.recurs && !buf.has(0, buf.len(), words(List::Missing));
    if set && !buf.has(0, buf.len(), &["催", "再次", "别忘"]) {
        return Role::Notice;
    }
    if chase > 0.0 || score <= 0.0 && chase > weigh::CHASE_IN_CHAT {
        return Role::Reminder;
    }
    // 今天下班前报生猪存栏数: the order begins with its time.
    let curt = s.begins && !s.has(Sign::First) && s.len <= 40;
    let ordered = s.firm
        && s.demands
        && (s.has(Sign::Please) || curt || orders::hands_me(buf))
        && !s.asks
        && !s.has(Sign::Done)
        && !s.has(Sign::Promise)
        && score > ORDERED;
    if promises(buf) {
        return Role::Ack;
    }
    if orders::reminds(buf, s) {
        return Role::Reminder;
    }
    // 急！各村把漏报的人数马上报给团委: who is addressed is asked for something, although no time is said.
    let called = s.demands
        && s.head[Sign::Salute as usize]
        && (s.has(Sign::Urgent) || s.n(Sign::Please) > 0.0)
        && !s.has(Sign::First)
        && !s.asks
        && !s.has(Sign::Done)
        && score > CALLED;
    let called = called || turns || orders::tells(buf, s);
    let chain = s.demands && buf.get(0) == '请' && buf.has(0, buf.len(), &["接龙"]) && !s.asks;
    if score > 0.0 || ordered || called || chain || s.has(Sign::AsksAck) && !s.asks || orders::titled(buf) {
        return Role::Notice;
    }
    if s.len <= 60 && !s.asks && orders::owes(buf) {
        return Role::Reminder;
    }
    if s.asks || s.has(Sign::Question) && s.len <= 30 {
        return Role::Question;
    }
    if s.has(Sign::Done) || s.own || s.timeless && submits(buf) {
        return Role::Done;
    }
    Role::Chatter
}

/// 东村3户, 西村50, 发邮箱了: a short figure or a verb of handing in with 了.
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
            "报完",
            "录完",
            "填好",
            "弄好",
            "弄完",
            "整完",
            "整好",
            "搞定",
            "收完",
            "传上去",
            "交上去",
            "报上去",
            "已打卡",
            "打卡完成",
            "已接龙",
            "已参加",
            "已缴",
            "全部完成",
            "完成了",
            "零报告",
        ],
    ) && !buf.has(0, n, &["请", "吗", "?", "没", "把自己"]);
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
