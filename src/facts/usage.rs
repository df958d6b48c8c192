//! The words around a time expression and what they make of it: deadline, event, start, as-of figure, history.

use super::TimeRole;
use super::handed::{call_ends, hand_in_at, must_be_done, must_hand_in};
use super::length::{Unit, Way};
use super::lexicon::{self, List, words};
use super::text::{Buf, is_clause_end};
use super::when::{Date, Portion, When};

/// What stands behind an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tail {
    Before,
    After,
    Until,
    Inside,
    From,
    Around,
    During,
    ToNow,
}

const TAILS: [(&str, Tail); 55] = [
    ("是最后一天", Tail::Until),
    ("是最后期限", Tail::Until),
    ("最后一天", Tail::Until),
    ("最后期限", Tail::Until),
    ("小长假期间", Tail::During),
    ("长假期间", Tail::During),
    ("小长假", Tail::During),
    ("长假", Tail::During),
    ("或者之前", Tail::Before),
    ("或之前", Tail::Before),
    ("或以前", Tail::Before),
    ("及之前", Tail::Before),
    ("及以前", Tail::Before),
    ("之前", Tail::Before),
    ("以前", Tail::Before),
    ("前后", Tail::Around),
    ("左右", Tail::Around),
    ("上下", Tail::Around),
    ("前", Tail::Before),
    ("或之后", Tail::After),
    ("或以后", Tail::After),
    ("及之后", Tail::After),
    ("及以后", Tail::After),
    ("之后", Tail::After),
    ("以后", Tail::After),
    ("为止", Tail::Until),
    ("截止", Tail::Until),
    ("截至", Tail::Until),
    ("止", Tail::Until),
    ("关邮箱", Tail::Until),
    ("收口", Tail::Until),
    ("锁库", Tail::Until),
    ("关系统", Tail::Until),
    ("自动关闭", Tail::Until),
    ("关闭", Tail::Until),
    ("停止受理", Tail::Until),
    ("截稿", Tail::Until),
    ("封网", Tail::Until),
    ("之内", Tail::Inside),
    ("以内", Tail::Inside),
    ("内", Tail::Inside),
    ("至今", Tail::ToNow),
    ("到现在", Tail::ToNow),
    ("到目前", Tail::ToNow),
    ("期间", Tail::During),
    ("假期", Tail::During),
    ("放假期间", Tail::During),
    ("起至", Tail::During),
    ("起", Tail::From),
    ("开始", Tail::From),
    ("以来", Tail::From),
    ("始", Tail::From),
    ("时前", Tail::Before),
    ("就前", Tail::Before),
    ("后", Tail::After),
];

/// The characters with which they begin.
const TAIL_STARTS: &str = "上为之以假停关内到前及后始封就左开或截收放时是最期止自至起锁小长";

/// 29号乡里截止, 后天问卷就截止了: a few characters that name what or where it closes stand before 截止. Gives its end.
fn closes(buf: &Buf, at: usize) -> Option<usize> {
    const WORD: &str = "截止";
    const NAMED: usize = 5;
    // 今天还没到截止时间, 周五前截止 and 截止目前 say something else.
    const NOT_NAMED: &str = "没未不还是早前后至到起过";
    let named = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c) && !NOT_NAMED.contains(c);
    let word = (at + 1..=at + NAMED).find(|&i| buf.is(i, WORD))?;
    let end = word + WORD.chars().count();
    let goes_on = buf.any(end, &["目", "今", "到", "至", "昨", "上", "现", "日", "时", "的"]).is_some();
    (!goes_on && (at..word).all(|i| named(buf.get(i)))).then_some(end)
}

/// Reads the tail at `i` and its length.
pub(crate) fn tail(buf: &Buf, i: usize) -> (Option<Tail>, usize) {
    let at = i + usize::from(buf.get(i) == ' ');
    if let Some(end) = closes(buf, at) {
        return (Some(Tail::Until), end - i);
    }
    // Most expressions have no tail: one look at the character tells.
    if !TAIL_STARTS.contains(buf.get(at)) {
        return (None, 0);
    }
    for (word, tail) in TAILS {
        if buf.is(at, word) {
            let end = at + word.chars().count();
            let compound = match word {
                "前" => buf
                    .any(
                        end,
                        &[
                            "往", "期", "来", "提", "置", "进", "线", "排就", "排坐", "排的", "三", "夕",
                            "台", "面",
                        ],
                    )
                    .is_some(),
                "后" => buf.any(end, &["三", "期", "续", "来", "勤", "面"]).is_some(),
                "内" => buf.any(end, &["容", "部", "涝"]).is_some(),
                "起" => buf.any(end, &["床", "飞", "草", "火", "来", "诉", "效"]).is_some(),
                "始" | "止" => buf.any(end, &["终"]).is_some(),
                _ => false,
            };
            if !compound {
                return (Some(tail), end - i);
            }
        }
    }
    (None, 0)
}

/// What stands around an expression.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Near {
    /// Length of 截止到, 最晚, 从 … before it that belongs to its words.
    pub(crate) prefix: usize,
    /// A label or word before it makes it a deadline.
    pub(crate) label: bool,
    /// 截至 or 截止 before it.
    pub(crate) as_of: bool,
    /// 从 before it.
    pub(crate) since: bool,
    /// 昨天, 上周, 此前 in the clause.
    pub(crate) history: bool,
    /// 集合, 出发, 起床.
    pub(crate) dawn: bool,
    /// Bound to an event without a date (活动结束后2日内).
    pub(crate) event_anchor: bool,
}

/// Looks at both sides of `from..to`; `after` is the end of the tail.
pub(crate) fn near(
    buf: &Buf,
    from: usize,
    to: usize,
    after: usize,
    tail: Option<Tail>,
    ranged: bool,
) -> Near {
    let mut near = Near::default();
    let mut at = from;
    if matches!(buf.before(at), ':' | '为' | '是' | '在' | '于') {
        at -= 1;
    }
    // 不晚于 ends in a word that stands before many times.
    let bare = at;
    for word in words(List::Label) {
        let ends = [from, bare].into_iter().find(|&k| buf.ends(k, word));
        if let Some(ends) = ends {
            near.label = true;
            near.as_of = word.starts_with("截止") && !word.ends_with("间") && !word.ends_with("期");
            near.prefix = if ends == from && near.as_of { word.chars().count() } else { 0 };
            break;
        }
    }
    near.label |= ranged && titled(buf, at);
    if !near.label && (buf.ends(at, "截至") || buf.ends(at, "截至到") || buf.ends(at, "截止至")) {
        near.as_of = true;
    }
    if buf.before(from) == '从' || buf.before(from) == '自' {
        near.since = true;
        near.prefix = usize::from(ranged || tail == Some(Tail::From));
    }
    let start = buf.clause_start(from);
    near.history = buf.has(start, from, &["昨天", "前天", "上周", "前期", "此前", "上次", "上月", "去年"]);
    let end = buf.clause_end(after);
    near.dawn = buf.has(after, end, &["集合", "出发", "起床", "发车", "上车", "到岗", "上岗"]);
    let _ = to;
    near
}

/// 填报时间：, 集中缴费期为: a range behind it ends when the thing is due (rule 11).
fn titled(buf: &Buf, at: usize) -> bool {
    const NAMES: [&str; 6] = ["起止时间", "时间", "期限", "日期", "周期", "期"];
    let Some(at) = NAMES.iter().find(|w| buf.ends(at, w)).map(|w| at - w.chars().count()) else {
        return false;
    };
    // 志愿者开始报名，时间3月5日—4月2日: what the time is for stands in the clause before.
    const CALLS: &[&str] = &["报名", "申报", "征集", "缴费", "投票", "受理", "预约", "申请", "填报"];
    if is_clause_end(buf.before(at)) && buf.has(buf.sentence_start(at), at, CALLS) {
        return true;
    }
    [
        "填报",
        "报名",
        "缴费",
        "申报",
        "上报",
        "报送",
        "征集",
        "投票",
        "登记",
        "答题",
        "学习",
        "认证",
        "征订",
        "预约",
        "提交",
        "受理",
        "收集",
        "填写",
        "申请",
        "整改",
        "参保",
        "办理缴费",
    ]
    .iter()
    .any(|w| buf.ends(at, w))
}

/// What the expression is for, and whether it is conditional.
pub(crate) fn usage(
    buf: &Buf,
    from: usize,
    to: usize,
    tail: Option<Tail>,
    near: &Near,
    first: &When,
    second: Option<&When>,
) -> (TimeRole, bool) {
    let start = buf.clause_start(from);
    let end = buf.clause_end(to);
    let conditional = is_conditional(buf, start, from, first, tail);
    if let Some(length) = first.length {
        if lasts(buf, (from, to), length.unit) {
            return (TimeRole::Other, false);
        }
        return match length.way {
            Way::Within => (TimeRole::Deadline, conditional),
            Way::Ago | Way::Back | Way::LastWhole => (TimeRole::History, false),
            Way::After | Way::Ahead | Way::NextWhole => (TimeRole::Other, false),
        };
    }
    if near.as_of && tail != Some(Tail::Before) && figures_follow(buf, from, to, near) {
        return (TimeRole::AsOf, false);
    }
    match tail {
        Some(Tail::Before) => {
            let anchor = matches!(first.date, Some(Date::Festival { by: 0, .. })) && first.clock.is_none();
            let asked = hand_in_at(buf, to, end.min(to + 14)).is_some();
            if anchor && !asked && !buf.has(to, end, &["开展", "做好", "落实", "搞", "整治", "排查", "走访"])
            {
                return (TimeRole::Other, false);
            }
            let done = done_clause(buf, from, to, end);
            let named = buf.get(to) == '的' && !buf.is(to, "的务必");
            let history = matches!(first.date, Some(Date::Rel(..=-1))) || named && near.history;
            let noun = named
                && matches!(first.date, Some(Date::Year { .. } | Date::Month { .. } | Date::Festival { .. }));
            return if history || done || noun {
                (TimeRole::History, false)
            } else {
                (TimeRole::Deadline, conditional)
            };
        }
        Some(Tail::Until) => return (TimeRole::Deadline, conditional),
        Some(Tail::Inside) => return (TimeRole::Deadline, conditional),
        Some(Tail::From) if buf.ends(to, "开始") && first.clock.is_some_and(|c| c.hour.is_some()) => {
            return (TimeRole::Event, false);
        }
        Some(Tail::From) if second.is_none() => return (TimeRole::Start, false),
        Some(Tail::After) => return (TimeRole::Other, false),
        Some(Tail::ToNow) => return (TimeRole::History, false),
        _ => {}
    }
    if near.label && tail.is_none() {
        return (TimeRole::Deadline, conditional);
    }
    bare(buf, from, to, start, end, first, second)
}

/// 视频时长3分钟以内, 作品（1分钟以内、横屏）, 每人发言5分钟内: how long a thing may be, and no deadline.
fn lasts(buf: &Buf, (from, to): (usize, usize), unit: Unit) -> bool {
    const BEFORE: usize = 12;
    const THINGS: &[&str] = &[
        "时长",
        "视频",
        "作品",
        "短片",
        "微课",
        "录音",
        "音频",
        "发言",
        "汇报",
        "演讲",
        "宣讲",
        "表态",
        "PPT",
        "长度",
        "控制在",
        "抖音",
    ];
    // 3分钟以内短视频
    const BEHIND: &[&str] = &[
        "短视频",
        "微视频",
        "视频",
        "音频",
        "录音",
        "短片",
        "微课",
        "作品",
        "发言",
        "演讲",
        "节目",
        "展示",
        "的短视频",
        "的微视频",
        "的视频",
        "的音频",
        "的录音",
        "的短片",
        "的发言",
        "的演讲",
        "的节目",
    ];
    let behind = || buf.any(to, BEHIND).is_some_and(|len| buf.get(to + len) != '会');
    matches!(unit, Unit::Second | Unit::Minute)
        && (buf.has(from.saturating_sub(BEFORE), from, THINGS) || behind())
}

/// 发现…24小时内, 死亡的3天内报停, 返乡7天内: bound to a case that may never come.
fn is_conditional(buf: &Buf, start: usize, from: usize, first: &When, tail: Option<Tail>) -> bool {
    if buf.ends(from, "之日起") {
        let told = ["发布", "下发", "印发", "通知", "文件", "公告", "公示", "来文", "函", "收文"];
        return !told.iter().any(|w| buf.ends(from.saturating_sub(3), w));
    }
    // 事发当日22:00前: counted from what may never come.
    if ["事发", "案发", "发生", "发现", "出险", "发病"].iter().any(|w| buf.ends(from, w)) {
        return true;
    }
    let span = first.length.is_some() || tail == Some(Tail::Inside);
    if !span {
        return matches!(first.date, Some(Date::Anchor(_)))
            && buf.has(start, from, &["凡", "发现", "的,", "一旦", "如有"]);
    }
    if ["收到后", "通知后", "文件后", "收文后"].iter().any(|w| buf.ends(from, w)) {
        return false;
    }
    if matches!(buf.before(from), '后' | '的') {
        return true;
    }
    if first.length.is_some() && happens(buf, start, from) {
        return true;
    }
    buf.has(
        start,
        from,
        &[
            "发现",
            "一旦",
            "如有",
            "以上",
            "死亡",
            "返乡",
            "凡是",
            "结束后",
            "完后",
            "会后",
            "遇到",
            "接到",
            "诉求",
            "工单",
            "信访件",
            "紧急事项",
            "突发",
            "紧急情况",
            "重大情况",
        ],
    )
}

/// Longest name of what may happen before a length of time.
const CASE: usize = 6;

/// 爆管2小时内抢修, 爆了两小时内要修: the clause begins with what may happen, and the length runs from then.
fn happens(buf: &Buf, start: usize, from: usize) -> bool {
    if from == start || from - start > CASE {
        return false;
    }
    let told = buf.has(start, from, &["请", "收到", "接到通知", "务必", "最迟", "必须", "应"]);
    let case = (start..from).any(|i| lexicon::at(buf, i, List::Incident).is_some());
    !told && (case || buf.before(from) == '了' && from - start <= 3)
}

/// After 截至/截止: figures, 已, 共, 还有 mean the state at that moment.
fn figures_follow(buf: &Buf, from: usize, to: usize, near: &Near) -> bool {
    let at = to + usize::from(matches!(buf.get(to), ',' | ':'));
    let end = (at + 16).min(buf.sentence_end(to));
    if !near.label {
        return true;
    }
    let lead = buf.before(from.saturating_sub(near.prefix));
    let free = super::text::is_clause_end(lead) || lead == '\n';
    free && buf.has(
        at,
        end,
        &[
            "已", "共", "累计", "全镇", "全县", "全村", "还有", "未", "目前", "仍有", "尚有", "收到", "多少",
            "我村",
        ],
    )
}

/// The verb behind the time says it is done: 已报, 完毕.
fn done_clause(buf: &Buf, from: usize, to: usize, end: usize) -> bool {
    let _ = from;
    buf.has(to, (to + 8).min(end), &["已经", "已完成", "已报", "已上", "已发", "已交", "已全部"])
        && !buf.has(to, end, &["请", "务必", "抓紧"])
}

/// Whether the expression names a day or a part of a month.
fn names_day(first: &When) -> bool {
    matches!(
        first.date,
        Some(
            Date::Rel(_)
                | Date::Days(..)
                | Date::Anchor(_)
                | Date::Ymd { .. }
                | Date::Weekday { .. }
                | Date::Lunar { .. }
                | Date::NthDay { .. }
        )
    ) || matches!(first.date, Some(Date::Month { part, .. })
        if !matches!(part, Portion::Whole | Portion::FirstHalf | Portion::SecondHalf))
}

/// 上半月报送, 年中完成, 季度末交: a span is the time of a duty only where the verb follows at once; 上半年工作总结报
/// and 上半年报表 name what is handed in.
fn span_of_duty(first: &When, to: usize, hand_in: Option<usize>) -> bool {
    let span = match first.date {
        Some(Date::Half { .. }) => true,
        Some(Date::Month { part, .. }) => matches!(part, Portion::FirstHalf | Portion::SecondHalf),
        Some(Date::Year { part, .. }) => part == Portion::Middle,
        Some(Date::Quarter { part, .. }) => part == Portion::End,
        _ => false,
    };
    span && hand_in == Some(to)
}

/// Whether the words name a day that is over.
fn long_past(first: &When) -> bool {
    matches!(
        first.date,
        Some(
            Date::Rel(..=-1)
                | Date::Week(..=-1)
                | Date::Today { years: ..=-1, .. }
                | Date::Today { months: ..=-1, .. }
                | Date::Today { weeks: ..=-1, .. }
        )
    )
}

/// A time with neither tail nor label.
fn bare(
    buf: &Buf,
    from: usize,
    to: usize,
    start: usize,
    end: usize,
    first: &When,
    second: Option<&When>,
) -> (TimeRole, bool) {
    let clocked = first.clock.is_some() || first.office.is_some();
    let of = buf.get(to) == '的';
    let object = matches!(buf.before(from), '把' | '将' | '报' | '的') || buf.ends(from, "上报");
    let past = long_past(first);
    if past {
        return (TimeRole::History, false);
    }
    // 11月17日21时发布: when it was issued, not when anything takes place.
    let issued = ["发布", "签发", "印发", "播发", "讯", "制表", "更新发布"];
    if buf.any(to, &issued).is_some() && second.is_none() {
        return (TimeRole::AsOf, false);
    }
    if buf.get(to) == '再' {
        return (TimeRole::Other, false);
    }
    if buf.any(to, &["起", "开始", "启用", "实行", "执行", "启动"]).is_some() {
        return (TimeRole::Start, false);
    }
    if second.is_some()
        && buf.is(from, "即日")
        && buf.has(to, buf.sentence_end(to), &["请", "开展", "各村", "务必", "完成"])
    {
        return (TimeRole::Deadline, false);
    }
    let part_only = first.date.is_none() && first.clock.is_some_and(|c| c.hour.is_none());
    if names_day(first) && second.is_none() && must_be_done(buf, to, end) {
        return (TimeRole::Deadline, false);
    }
    if names_day(first) && !clocked && call_ends(buf, from, to, second.is_some()) {
        return (TimeRole::Deadline, false);
    }
    if of || object && !clocked || part_only && second.is_none() {
        return (TimeRole::Other, false);
    }
    let hand_in = hand_in_at(buf, to, end);
    let day = names_day(first) || span_of_duty(first, to, hand_in);
    let event = (to..end).find(|&i| lexicon::at(buf, i, List::Event).is_some());
    if let (Some(h), true) = (hand_in, day || clocked) {
        let ranged = second.is_some();
        let closer = event.is_none_or(|e| h <= e) || ranged || must_hand_in(buf, to, end);
        let undone = !buf.has(to, end, &["已", "了"]);
        let must = buf.has(to, end, &["务必", "必须", "一定", "把", "将"]);
        if closer && undone && (first.office.is_some() || must || h <= to + 10) {
            return (TimeRole::Deadline, false);
        }
    }
    if first.office.is_some() {
        return (TimeRole::Deadline, false);
    }
    if (clocked && (day || second.is_some())) || event.is_some() && (day || clocked) {
        return (TimeRole::Event, false);
    }
    let sentence = buf.sentence_end(to);
    if clocked && buf.has(to, sentence, &["会议室", "开会", "参加", "集合"])
        || buf.has(start, from, &["定于", "定在", "改到", "改为", "时间:"])
    {
        return (TimeRole::Event, false);
    }
    (TimeRole::Other, false)
}
