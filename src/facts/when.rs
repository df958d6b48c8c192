//! The words of a time expression (grammar of `extraction.md` §5.2) → what they say, not yet which moment they mean.

use super::clock::{Clock, Office, clock, office};
use super::length::{Length, Unit, Way, length};
use super::lunar::Lunar;
use super::num::starts_number;
use super::text::Buf;

/// A year, named or relative to the year of sending.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Year {
    Abs(i32),
    Rel(i32),
}

/// A month, named or relative to the month of sending.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mon {
    Abs(u32),
    Rel(i32),
}

/// Which part of a month, year or quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Portion {
    Whole,
    Begin,
    First,
    Middle,
    Last,
    /// 上中旬, 中上旬.
    FirstTwo,
    /// 中下旬.
    LastTwo,
    /// 上半月: to the 15th.
    FirstHalf,
    /// 下半月: from the 16th.
    SecondHalf,
    End,
}

/// What stands for the day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Date {
    /// Days from the day of sending.
    Rel(i64),
    /// 今明两天 and the like: from the first to the second, both included.
    Days(i64, i64),
    /// Days from the last day named (当天, 次日).
    Anchor(i64),
    /// A day of a month.
    Ymd { y: Option<Year>, m: Option<Mon>, d: u32 },
    /// A weekday, Monday = 0, of a week counted from this one; without a week the next such day.
    Weekday { week: Option<i64>, dow: u32 },
    /// A whole week.
    Week(i64),
    /// Saturday and Sunday.
    Weekend(i64),
    /// A month or a part of it.
    Month { y: Option<Year>, m: Mon, part: Portion },
    /// A year or a part of it.
    Year { y: Year, part: Portion },
    /// A quarter; `None` is this one.
    Quarter { y: Option<Year>, q: Option<i32>, rel: i32, part: Portion },
    /// Half a year.
    Half { y: Option<Year>, second: bool },
    /// Whole months of a year, the last one included (前三季度, 1-3月).
    Months { y: Option<Year>, from: u32, to: u32 },
    /// Whole years, the last one included (90年代, 2019-2022年).
    Years(i32, i32),
    /// The `n`-th weekday of a month; 0 is the last one.
    NthDay { y: Option<Year>, m: Mon, n: u32, dow: u32 },
    /// The `n`-th Saturday of a month and the day after it; 0 is the last one.
    NthWeekend { y: Option<Year>, m: Mon, n: u32 },
    /// The `n`-th week of a month; 0 is the last one.
    NthWeek { y: Option<Year>, m: Mon, n: u32 },
    /// A festival by its number in the table, or the day so many days from it (春节前一天).
    Festival { y: Option<Year>, n: u16, by: i64 },
    /// The day of sending, so many years, months or weeks away (去年的今天, 上周的今天).
    Today { years: i32, months: i32, weeks: i64 },
    /// A day of the lunisolar calendar.
    Lunar { y: Option<Year>, on: Lunar },
}

/// One expression as read.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct When {
    pub(crate) date: Option<Date>,
    pub(crate) clock: Option<Clock>,
    pub(crate) office: Option<Office>,
    pub(crate) length: Option<Length>,
    /// A weekday in brackets after the date.
    pub(crate) note_dow: Option<u32>,
    /// A date in brackets after a named day.
    pub(crate) note_date: Option<Date>,
    /// 左右, 前后.
    pub(crate) fuzzy: bool,
    pub(crate) from: usize,
    pub(crate) to: usize,
}

/// The characters besides numbers with which a time expression can begin.
const STARTS: [char; 113] = [
    '今', '明', '后', '昨', '前', '大', '当', '次', '第', '本', '这', '下', '上', '周', '星', '礼', '凌',
    '早', '清', '中', '正', '傍', '晚', '夜', '午', '半', '月', '年', '季', '元', '春', '端', '国', '劳',
    '去', '放', '零', '同', '深', '一', '即', '几', '妇', '三', '植', '青', '儿', '建', '教', '圣', '平',
    '情', '愚', '农', '阴', '旧', '闰', '腊', '冬', '初', '除', '重', '七', '父', '母', '感', '立', '小',
    '谷', '夏', '秋', '寒', '霜', '芒', '惊', '处', '白', '双', '光', '护', '消', '世', '地', '环', '禁',
    '烈', '记', '宪', '公', '跨', '万', '女', '党', '老', '龙', '乞', '鬼', '读', '全', '未', '接', '往',
    '过', '最', '近', '再', '差', '阳', '翌', '隔', '来', '拂', '黄',
];

/// One bit for each character of the basic plane: the question is asked at every place of every text.
static CAN_START: [u64; 1024] = {
    let mut bits = [0; 1024];
    let mut n = 0;
    while n < STARTS.len() {
        let c = STARTS[n] as usize;
        bits[c / 64] |= 1 << (c % 64);
        n += 1;
    }
    bits
};

/// Whether a time expression can begin with `c`.
pub(crate) fn can_start(c: char) -> bool {
    let n = c as usize;
    starts_number(c) || CAN_START.get(n / 64).is_some_and(|bits| bits >> (n % 64) & 1 == 1)
}

/// Reads the expression at `i`.
pub(crate) fn when(buf: &Buf, i: usize) -> Option<When> {
    if let Some((length, to)) = length(buf, i) {
        return Some(laid(buf, length, i, to));
    }
    let mut out = When { from: i, to: i, ..When::default() };
    if let Some((date, to)) = date(buf, i) {
        out.date = Some(date);
        out.to = to;
        notes(buf, &mut out);
        let mut at = skip_between(buf, out.to);
        if buf.get(at) == ' ' || buf.get(at) == 'T' && buf.get(at + 1).is_ascii_digit() {
            at += 1;
        }
        time_of_day(buf, at, &mut out, true);
    } else {
        time_of_day(buf, i, &mut out, false);
        // 9:00（周三）is not written; a date after a clock belongs to the next expression.
    }
    (out.to > i).then_some(out)
}

/// A length; with a clock or a weekday behind it (两天后上午10点, 两周后的周五) it is a date.
fn laid(buf: &Buf, length: Length, i: usize, to: usize) -> When {
    let mut out = When { length: Some(length), from: i, to, ..When::default() };
    let sign = match length.way {
        Way::After => 1,
        Way::Ago => -1,
        _ => return out,
    };
    let whole = i64::from(length.halves / 2) * sign;
    let even = length.halves.is_multiple_of(2) && length.plus == 0;
    let at = to + usize::from(buf.get(to) == '的');
    let date = match length.unit {
        Unit::Day if even => Date::Rel(whole),
        Unit::Week if even => match weekday_word(buf, at) {
            Some((dow, end)) => {
                (out.date, out.length, out.to) = (Some(Date::Weekday { week: Some(whole), dow }), None, end);
                time_of_day(buf, end, &mut out, true);
                return out;
            }
            None => Date::Rel(7 * whole),
        },
        _ => return out,
    };
    time_of_day(buf, at, &mut out, false);
    if out.clock.is_some_and(|c| c.hour.is_some()) {
        (out.date, out.length) = (Some(date), None);
        return out;
    }
    When { length: Some(length), from: i, to, ..When::default() }
}

fn time_of_day(buf: &Buf, at: usize, out: &mut When, dated: bool) {
    if let Some((office, to)) = office(buf, at) {
        out.office = Some(office);
        out.to = to;
    } else if let Some((clock, to)) = clock(buf, at, dated) {
        out.clock = Some(clock);
        out.to = to;
    }
}

/// Words between a date and its clock that say nothing: 的, a lunar day in brackets, a festival's name.
fn skip_between(buf: &Buf, i: usize) -> usize {
    if buf.is(i, "的") && buf.get(i + 1) != '时' {
        return i + 1;
    }
    if buf.get(i) == '('
        && buf.any(i + 1, &["腊月", "正月", "农历", "除夕", "元旦", "星期", "周"]).is_some()
        && let Some(end) = (i..i + 12).find(|&k| buf.get(k) == ')')
    {
        return end + 1;
    }
    i + buf.any(i, &["腊八", "除夕", "小年", "元旦"]).unwrap_or(0)
}

fn notes(buf: &Buf, out: &mut When) {
    let at = out.to;
    let bracket = usize::from(buf.get(at) == '(' || buf.get(at) == ',' || buf.get(at) == ' ');
    let closed = buf.get(at) == '(';
    let inner = at + bracket;
    if let Some((dow, to)) = weekday_word(buf, inner) {
        let fits = !matches!(out.date, Some(Date::Weekday { .. } | Date::Week(_) | Date::Month { .. }));
        if fits && (!closed || buf.get(to) == ')') {
            out.note_dow = Some(dow);
            out.to = to + usize::from(closed);
            return;
        }
    }
    if closed
        && let Some(len) = buf.any(inner, &["今天", "明天", "后天", "今日", "明日", "本周", "下周"])
        && buf.get(inner + len) == ')'
    {
        out.to = inner + len + 1;
        return;
    }
    let named = matches!(out.date, Some(Date::Weekday { .. } | Date::Rel(_) | Date::Anchor(_)));
    if closed
        && named
        && let Some((date @ Date::Ymd { .. }, to)) = date(buf, inner)
    {
        if buf.get(to) == ')' {
            out.note_date = Some(date);
            out.to = to + 1;
        } else if matches!(buf.get(to), ',' | '、')
            && buf.get(to + 1) != '\n'
            && let Some(end) = (to..to + 8).find(|&k| buf.get(k) == ')')
        {
            out.note_date = Some(date);
            out.to = end + 1;
        }
    }
}

/// 周一 … 星期日: Monday = 0.
pub(crate) fn weekday_word(buf: &Buf, i: usize) -> Option<(u32, usize)> {
    let len = buf.any(i, &["星期", "礼拜", "周"])?;
    Some((weekday_digit(buf.get(i + len))?, i + len + 1))
}

/// 一 … 六, 日, 天: Monday = 0.
pub(crate) fn weekday_digit(c: char) -> Option<u32> {
    Some(match c {
        '一' | '1' => 0,
        '二' | '2' => 1,
        '三' | '3' => 2,
        '四' | '4' => 3,
        '五' | '5' => 4,
        '六' | '6' => 5,
        '日' | '天' | '末' | '7' => 6,
        _ => return None,
    })
}

/// Reads the date at `i`.
pub(crate) fn date(buf: &Buf, i: usize) -> Option<(Date, usize)> {
    if starts_number(buf.get(i)) {
        // 九月初九 is a lunar day although 九月 is a month.
        if !buf.get(i).is_ascii_digit()
            && let Some((on, to)) = super::lunar::read(buf, i, false)
        {
            return Some((Date::Lunar { y: None, on }, to));
        }
        if let Some(found) = super::dates::numeric(buf, i).or_else(|| super::dates::compact(buf, i)) {
            return Some(found);
        }
    }
    super::relative::worded(buf, i)
}
