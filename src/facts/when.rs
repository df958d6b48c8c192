//! The words of a time expression (grammar of `extraction.md` §5.2) → what they say, not yet which moment they mean.

use super::clock::{Clock, Office, clock, office};
use super::num::{number, starts_number};
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
    /// A statutory festival, by its name in the calendar.
    Festival { y: Option<Year>, name: &'static str },
}

/// Units of a length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Workday,
    Week,
    Month,
    Year,
}

/// Which way a length of time is laid off from the moment of sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Within,
    After,
    Ago,
}

/// A length of time from the moment of sending. `halves` counts half units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Length {
    pub(crate) halves: u32,
    pub(crate) unit: Unit,
    pub(crate) way: Way,
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

/// Whether a time expression can begin with `c`.
pub(crate) fn can_start(c: char) -> bool {
    starts_number(c)
        || matches!(
            c,
            '今' | '明'
                | '后'
                | '昨'
                | '前'
                | '大'
                | '当'
                | '次'
                | '第'
                | '本'
                | '这'
                | '下'
                | '上'
                | '周'
                | '星'
                | '礼'
                | '凌'
                | '早'
                | '清'
                | '中'
                | '正'
                | '傍'
                | '晚'
                | '夜'
                | '午'
                | '半'
                | '月'
                | '年'
                | '季'
                | '元'
                | '春'
                | '端'
                | '国'
                | '劳'
                | '去'
                | '放'
                | '零'
                | '同'
                | '深'
                | '一'
                | '即'
                | '几'
                | '妇'
                | '三'
                | '植'
                | '青'
                | '儿'
                | '建'
                | '教'
                | '圣'
                | '平'
                | '情'
                | '愚'
        )
}

/// Reads the expression at `i`.
pub(crate) fn when(buf: &Buf, i: usize) -> Option<When> {
    if let Some((length, to)) = length(buf, i) {
        return Some(When { length: Some(length), from: i, to, ..When::default() });
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
    if starts_number(buf.get(i))
        && let Some(found) = super::dates::numeric(buf, i)
    {
        return Some(found);
    }
    super::dates::worded(buf, i)
}

fn length(buf: &Buf, i: usize) -> Option<(Length, usize)> {
    let (mut halves, mut at) = if buf.get(i) == '半' {
        (1, i + 1)
    } else {
        let n = number(buf, i)?;
        if buf.get(n.end) == '年' && n.value >= 1900 {
            return None;
        }
        let mut halves = n.value.saturating_mul(2);
        let mut at = n.end;
        if buf.get(at) == '.' && !n.han {
            let d = buf.get(at + 1).to_digit(10)?;
            halves += u32::from(d >= 5);
            at += 2;
        }
        (halves, at)
    };
    if buf.get(at) == '个' {
        at += 1;
    }
    if buf.get(at) == '半' && at > i + 1 {
        halves += 1;
        at += 1;
    }
    if buf.is(at, "刻钟") {
        (halves, at) = (halves * 15, at + 2);
    }
    let quarters = buf.before(at) == '钟' && buf.ends(at, "刻钟");
    let (unit, len) =
        if quarters { (Unit::Minute, 0) } else { unit(buf, at, at > i && buf.get(at - 1) == '个')? };
    at += len;
    if buf.get(at) == '半' {
        halves += 1;
        at += 1;
    }
    if unit == Unit::Hour && buf.is(i, "刻") {
        return None;
    }
    at += buf.any(at, &["的时间", "时间"]).unwrap_or(0);
    let (way, len) = way(buf, at, unit)?;
    // 3日前 is the day of the month, 1月后 the month: those are dates.
    let day_sign =
        buf.get(at - 1) == '日' && unit == Unit::Day || (buf.get(at - 1) == '月' && !buf.has(i, at, &["个"]));
    if day_sign && way != Way::Within {
        return None;
    }
    Some((Length { halves, unit, way }, at + len))
}

fn unit(buf: &Buf, i: usize, counted: bool) -> Option<(Unit, usize)> {
    for (word, unit) in [
        ("工作日", Unit::Workday),
        ("分钟", Unit::Minute),
        ("小时", Unit::Hour),
        ("钟头", Unit::Hour),
        ("星期", Unit::Week),
        ("礼拜", Unit::Week),
        ("秒钟", Unit::Second),
        ("秒", Unit::Second),
        ("分", Unit::Minute),
        ("天", Unit::Day),
        ("日", Unit::Day),
        ("周年", Unit::Year),
        ("周", Unit::Week),
        ("年", Unit::Year),
    ] {
        if buf.is(i, word) {
            return Some((unit, word.chars().count()));
        }
    }
    (counted && buf.get(i) == '月').then_some((Unit::Month, 1))
}

fn way(buf: &Buf, i: usize, unit: Unit) -> Option<(Way, usize)> {
    for (word, way) in [
        ("之内", Way::Within),
        ("以内", Way::Within),
        ("内", Way::Within),
        ("之后", Way::After),
        ("以后", Way::After),
        ("过后", Way::After),
        ("后", Way::After),
        ("之前", Way::Ago),
        ("以前", Way::Ago),
        ("前", Way::Ago),
    ] {
        if buf.is(i, word) {
            let last = buf.get(i + word.chars().count());
            let noun = way == Way::After && last == '天' || way == Way::Ago && matches!(last, '期' | '后');
            let short = unit == Unit::Minute && buf.get(i.wrapping_sub(1)) == '分' && way != Way::Within;
            return (!noun && !short).then_some((way, word.chars().count()));
        }
    }
    None
}
