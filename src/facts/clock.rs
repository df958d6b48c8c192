//! Clock times and office hours as written: 下午5点半, 17:00, 24时, 下班.

use chrono::NaiveTime;

use super::num::{Num, number};
use super::text::Buf;

/// The part of the day a clock time is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Dawn,
    Morning,
    Forenoon,
    Noon,
    Afternoon,
    Dusk,
    Evening,
    Night,
}

/// Which close of the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Office {
    Day,
    Morning,
    /// 上班前: when the office opens.
    Opening,
}

/// A clock time, or a part of the day alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Clock {
    pub(crate) part: Option<Part>,
    pub(crate) hour: Option<u32>,
    pub(crate) minute: Option<u32>,
    pub(crate) second: Option<u32>,
    /// Written with a leading zero (05:00): never the afternoon.
    pub(crate) padded: bool,
    /// 零点.
    pub(crate) zero: bool,
}

const PARTS: [(&str, Part); 35] = [
    ("大清早", Part::Morning),
    ("后半夜", Part::Dawn),
    ("下半夜", Part::Dawn),
    ("前半夜", Part::Night),
    ("上半夜", Part::Night),
    ("拂晓", Part::Dawn),
    ("黄昏", Part::Dusk),
    ("凌晨", Part::Dawn),
    ("清晨", Part::Morning),
    ("清早", Part::Morning),
    ("早上", Part::Morning),
    ("早晨", Part::Morning),
    ("一早", Part::Morning),
    ("上午", Part::Forenoon),
    ("午前", Part::Forenoon),
    ("中午", Part::Noon),
    ("正午", Part::Noon),
    ("午间", Part::Noon),
    ("晌午", Part::Noon),
    ("下午", Part::Afternoon),
    ("午后", Part::Afternoon),
    ("傍晚", Part::Dusk),
    ("晚上", Part::Evening),
    ("晚间", Part::Evening),
    ("夜晚", Part::Evening),
    ("夜里", Part::Night),
    ("夜间", Part::Night),
    ("深夜", Part::Night),
    ("半夜", Part::Night),
    ("午夜", Part::Night),
    ("早", Part::Morning),
    ("晨", Part::Morning),
    ("晚", Part::Evening),
    ("夜", Part::Night),
    ("午", Part::Noon),
];

/// 上班: when offices open.
pub(crate) const OFFICE_OPENS: NaiveTime = NaiveTime::from_hms_opt(8, 0, 0).expect("eight o'clock is a time");

/// Reads 下班, 上午下班, 放学, 中午下班 and 上班前 at `i`.
pub(crate) fn office(buf: &Buf, i: usize) -> Option<(Office, usize)> {
    // 明早上班前, 周一上班前; in the afternoon offices open when they like.
    let opens = i + usize::from(buf.get(i) == '早');
    if ["上班前", "上班之前", "上班以前"].iter().any(|w| buf.is(opens, w)) {
        return Some((Office::Opening, opens + 2));
    }
    let (kind, at) = match buf.any(i, &["上午", "中午", "早上"]) {
        Some(len) => (Office::Morning, i + len),
        None => (Office::Day, i + buf.any(i, &["下午", "晚上"]).unwrap_or(0)),
    };
    let at = at + usize::from(buf.get(at) == '我' || buf.get(at) == '的');
    let word = buf.any(at, &["下班", "放学", "放工", "收班", "收工"])?;
    let end = at + word;
    // 下班 alone is a moment only with 前, 之前 … after it, or after a part of the day.
    let end = end + buf.any(end, &["时间", "时"]).unwrap_or(0);
    Some((kind, end))
}

/// Reads a part of the day.
pub(crate) fn part(buf: &Buf, i: usize) -> Option<(Part, usize)> {
    if !matches!(
        buf.get(i),
        '大' | '凌'
            | '清'
            | '早'
            | '一'
            | '上'
            | '午'
            | '中'
            | '正'
            | '晌'
            | '下'
            | '傍'
            | '晚'
            | '夜'
            | '深'
            | '半'
            | '晨'
            | '后'
            | '前'
            | '拂'
            | '黄'
    ) {
        return None;
    }
    let (word, part) = PARTS.iter().find(|(w, _)| buf.is(i, w))?;
    Some((*part, i + word.chars().count()))
}

/// Reads the clock at `i`. `dated` means a date stands right before: then one character (早, 晚) is enough.
pub(crate) fn clock(buf: &Buf, i: usize, dated: bool) -> Option<(Clock, usize)> {
    if let Some((part, at)) = part(buf, i) {
        let single = at == i + 1;
        let digits = at + usize::from(buf.get(at) == ' ');
        if let Some((mut clock, to)) = digital(buf, digits) {
            clock.part = Some(part);
            return Some((clock, to));
        }
        if buf.is(i, "午夜") {
            return Some((Clock { part: Some(part), ..Clock::default() }, at));
        }
        if (single || buf.is(i, "一早")) && !dated || buf.is(at, "班") || buf.is(at, "餐") || buf.is(at, "饭")
        {
            return None;
        }
        if single && dated && matches!(buf.get(at), '期' | '些' | '点' | '报' | '安') && buf.get(at) != '报'
        {
            return None;
        }
        return Some((Clock { part: Some(part), ..Clock::default() }, at));
    }
    digital(buf, i)
}

/// Reads 17:00, 17点30分, 五点半, 24时, 7点30.
pub(crate) fn digital(buf: &Buf, i: usize) -> Option<(Clock, usize)> {
    if buf.is(i, "零点") && !matches!(buf.get(i + 2), '零' | '几') {
        let minute = number(buf, i + 2).filter(|m| (1..60).contains(&m.value) && buf.get(m.end) == '分');
        let to = minute.map_or(i + 2, |m| m.end + 1);
        return Some((
            Clock { hour: Some(0), minute: minute.map(|m| m.value), zero: true, ..Clock::default() },
            to,
        ));
    }
    if buf.get(i) == '差' {
        return short_of(buf, i);
    }
    let n = number(buf, i)?;
    // 六七点, 八九点 name no hour; 周五九点 does.
    let weekday = i > 0 && ["周", "星期", "礼拜"].iter().any(|w| buf.ends(i - 1, w));
    let about =
        n.han && n.len == 1 && !weekday && super::num::han_digit(buf.before(i)).is_some_and(|d| d > 0);
    if n.value > 24 || n.len > 2 && !n.han || buf.before(i).is_ascii_digit() || about {
        return None;
    }
    let mut clock = Clock { hour: Some(n.value), ..Clock::default() };
    clock.padded = !n.han && buf.get(i) == '0' && n.len == 2;
    match buf.get(n.end) {
        ':' => colon(buf, n, clock),
        '点' | '时' => dotted(buf, i, n, clock),
        'p' | 'P' | 'a' | 'A' | ' ' if !n.han => meridiem(buf, n.end, clock),
        _ => None,
    }
}

/// 差五分八点, 差一刻三点.
fn short_of(buf: &Buf, i: usize) -> Option<(Clock, usize)> {
    let (missing, at) = missing(buf, i)?;
    let n = number(buf, at).filter(|n| (1..=24).contains(&n.value))?;
    let sign = buf.any(n.end, &["点钟", "点整", "点"])?;
    Some((less(Clock { hour: Some(n.value), ..Clock::default() }, missing), n.end + sign))
}

/// 差五分, 差一刻: how many minutes are missing.
fn missing(buf: &Buf, i: usize) -> Option<(u32, usize)> {
    if buf.get(i) != '差' {
        return None;
    }
    if buf.is(i, "差一刻") {
        return Some((15, i + 3));
    }
    let n = number(buf, i + 1).filter(|n| (1..60).contains(&n.value))?;
    Some((n.value, n.end + buf.any(n.end, &["分钟", "分"])?))
}

fn less(mut clock: Clock, minutes: u32) -> Clock {
    let hour = clock.hour.unwrap_or(0);
    clock.hour = Some(if hour == 1 && clock.part != Some(Part::Dawn) { 12 } else { (hour + 23) % 24 });
    clock.minute = Some(60 - minutes);
    clock
}

fn colon(buf: &Buf, n: Num, mut clock: Clock) -> Option<(Clock, usize)> {
    if n.han {
        return None;
    }
    let m = two_digits(buf, n.end + 1, 59)?;
    clock.minute = Some(m);
    let mut to = n.end + 3;
    if buf.get(to) == ':'
        && let Some(s) = two_digits(buf, to + 1, 59)
    {
        clock.second = Some(s);
        to += 3;
    }
    if buf.get(to) == '.' && buf.get(to + 1).is_ascii_digit() || buf.get(to) == ':' {
        return None;
    }
    Some(meridiem(buf, to, clock).unwrap_or((clock, to)))
}

fn two_digits(buf: &Buf, i: usize, max: u32) -> Option<u32> {
    let (a, b) = (buf.get(i).to_digit(10)?, buf.get(i + 1).to_digit(10)?);
    let value = a * 10 + b;
    (value <= max && !buf.get(i + 2).is_ascii_digit()).then_some(value)
}

fn meridiem(buf: &Buf, i: usize, mut clock: Clock) -> Option<(Clock, usize)> {
    let at = i + usize::from(buf.get(i) == ' ');
    let low = buf.get(at).to_ascii_lowercase();
    if !matches!(low, 'a' | 'p') || !buf.get(at + 1).eq_ignore_ascii_case(&'m') {
        return None;
    }
    if buf.get(at + 2).is_ascii_alphanumeric() {
        return None;
    }
    clock.part = Some(if low == 'p' { Part::Afternoon } else { Part::Forenoon });
    Some((clock, at + 2))
}

/// After 点: words that make the number a count of points, not an hour.
const COUNTED: &[&str] = &[
    "建议",
    "要求",
    "意见",
    "水平",
    "阵",
    "档",
    "水位",
    "位",
    "赞",
    "名",
    "击",
    "评",
    "燃",
    "火",
    "多",
    "个",
    "想法",
    "说明",
    "内容",
    "问题",
    "提示",
    "注意",
    "体会",
    "经验",
    "希望",
    "感受",
    "都",
    "也",
    "点",
    "儿",
    "办法",
    "措施",
    "原因",
    "事",
    "子",
    "检",
    "数",
    "面",
    "开",
    "缀",
    "心",
    "头",
    "一线",
    "钟热度",
    "多钟",
];

/// Words that make a list of a number even after 晚上 and its like.
const LISTED: &[&str] = &["注意", "建议", "要求", "意见", "说明", "提示", "希望", "体会", "感受"];

/// Whether the part of the day stands right before `i`: 上午九点燃气公司来装 is at nine.
fn named_part(buf: &Buf, i: usize) -> bool {
    let end = i - usize::from(buf.before(i) == ' ');
    let shang = buf.before(end) == '上' && end > 1 && matches!(buf.before(end - 1), '早' | '晚');
    shang || matches!(buf.before(end), '午' | '晨' | '早' | '晚')
}

fn dotted(buf: &Buf, i: usize, n: Num, mut clock: Clock) -> Option<(Clock, usize)> {
    let sign = buf.get(n.end);
    let mut at = n.end + 1;
    if let Some(found) = meridiem(buf, at, clock) {
        return Some(found);
    }
    // 3点开会 and 两点都到 are hours although 开 and 都 also follow counted points.
    let hour = buf.any(at, &["多", "开会", "开始", "开网", "也", "都到"]).is_some()
        || buf.is(at, "开") && !buf.is(at, "开的")
        || named_part(buf, i) && buf.any(at, LISTED).is_none();
    if sign == '点' && !hour && buf.any(at, COUNTED).is_some() {
        return None;
    }
    if number(buf, at).is_some_and(|k| buf.get(k.end) == '度') {
        return None;
    }
    if sign == '时' && buf.any(at, &["间", "代", "候", "期", "常", "段", "而", "事", "限", "效"]).is_some()
    {
        return None;
    }
    at +=
        usize::from(buf.get(at) == '钟' || buf.get(at) == '整' || buf.get(at) == '正' || buf.get(at) == '多');
    let before = buf.before(i);
    if sign == '点'
        && let Some((missing, to)) = missing(buf, at)
    {
        return Some((less(clock, missing), to));
    }
    if buf.is(at, "半") && !buf.is(at, "半小时") && !buf.is(at, "半天") {
        clock.minute = Some(30);
        at += 1;
    } else if let Some(len) = buf.any(at, &["过一刻", "过三刻", "一刻", "三刻"]) {
        clock.minute = Some(if buf.get(at + len - 2) == '一' { 15 } else { 45 });
        at += len;
    } else if let Some(m) = minutes(buf, at) {
        clock.minute = Some(m.value);
        at = m.end;
    } else if n.han
        && sign == '点'
        && number(buf, at).is_some_and(|d| d.han && d.len == 1 && super::text::is_clause_end(buf.get(d.end)))
    {
        // 二点五 is a decimal.
        return None;
    } else if n.han && n.value == 1 && sign == '点' {
        // 一点 is mostly "a little".
        let clear = buf.any(at, &["前", "之前", "以前", "到", "至", "-", "钟", "半", "开", "集"]).is_some()
            || before == '午'
            || before == '晨'
            || before == '晚';
        if !clear {
            return None;
        }
    }
    if let Some(s) = number(buf, at).filter(|s| s.value < 60 && buf.get(s.end) == '秒') {
        clock.second = Some(s.value);
        at = s.end + 1;
    }
    if before == '.' || before == '第' || (before == '几' && sign == '点') {
        return None;
    }
    Some((clock, at))
}

/// Minutes after 点: 30分, 二十, 05; not 3点10个人.
fn minutes(buf: &Buf, i: usize) -> Option<Num> {
    let at = i + usize::from(buf.get(i) == '零' || buf.get(i) == '过');
    let m = number(buf, at).filter(|m| m.value < 60)?;
    if buf.get(m.end) == '分' && buf.get(m.end + 1) != '钟' {
        return Some(Num { end: m.end + 1, ..m });
    }
    let bare = m.len == 2 || m.value == 5 && at > i || m.han && m.value % 5 == 0 && m.value >= 10;
    let measure =
        "个人户名张份条次月日号天点时%元岁篇场种度级件吨斤亩分级公位米只台家所处组".contains(buf.get(m.end));
    (bare && !measure).then_some(m)
}
