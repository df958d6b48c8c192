//! Lengths of time laid off from the moment of sending: 三天内, 两小时后, 半年前, 未来一周, 过去三个月, 下三周 (rule 10).

use chrono::{Datelike, Days, Duration, Months, NaiveDate, Timelike};

use super::TimePrecision;
use super::civil::{LATE, day, midnight, month_add, shift};
use super::num::number;
use super::resolve::{Frame, Meaning};
use super::text::{Buf, is_clause_end};

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
    Quarter,
    Year,
}

/// Which way a length of time is laid off from the moment of sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// 内: from now to its end; something is to be done by then.
    Within,
    /// 后: the moment at its end.
    After,
    /// 前: the moment that long ago.
    Ago,
    /// 未来, 接下来: from now to its end.
    Ahead,
    /// 过去, 近: from its beginning to now.
    Back,
    /// 下三周: so many whole units after this one.
    NextWhole,
    /// 上两年: so many whole units before this one.
    LastWhole,
}

/// A length of time from the moment of sending. `halves` counts half units, `plus` seconds beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Length {
    pub(crate) halves: u32,
    pub(crate) plus: u32,
    pub(crate) unit: Unit,
    pub(crate) way: Way,
}

/// Words before a length that say which way it goes.
const LEADS: [(&str, Way); 22] = [
    ("未来的", Way::Ahead),
    ("未来", Way::Ahead),
    ("今后", Way::Ahead),
    ("往后", Way::Ahead),
    ("接下来的", Way::Ahead),
    ("接下来", Way::Ahead),
    ("过去的", Way::Back),
    ("过去", Way::Back),
    ("最近的", Way::Back),
    ("最近这", Way::Back),
    ("最近", Way::Back),
    ("近", Way::Back),
    ("前", Way::Back),
    ("后", Way::Ahead),
    ("下个", Way::NextWhole),
    ("下", Way::NextWhole),
    ("上个", Way::LastWhole),
    ("上", Way::LastWhole),
    ("再过", Way::After),
    ("再等", Way::After),
    ("过了", Way::Within),
    ("过", Way::After),
];

/// Reads the length at `i`.
pub(crate) fn length(buf: &Buf, i: usize) -> Option<(Length, usize)> {
    let can_lead = matches!(
        buf.get(i),
        '未' | '今' | '往' | '接' | '过' | '最' | '近' | '前' | '后' | '下' | '上' | '再'
    );
    if let Some((word, way)) = LEADS.iter().filter(|_| can_lead).find(|(w, _)| buf.is(i, w)) {
        return led(buf, i, i + word.chars().count(), *way);
    }
    let (mut length, at) = plain(buf, i)?;
    let (way, len) = way(buf, at, length.unit)?;
    // 3日前 is the day of the month, 1月后 the month: those are dates; 三日后 is a length.
    let day_sign = buf.get(at - 1) == '日' && length.unit == Unit::Day
        || (buf.get(at - 1) == '月' && !buf.has(i, at, &["个"]));
    let said = way == Way::After && !buf.get(i).is_ascii_digit();
    if day_sign && way != Way::Within && !said {
        return None;
    }
    length.way = way;
    Some((length, at + len))
}

fn led(buf: &Buf, i: usize, at: usize, way: Way) -> Option<(Length, usize)> {
    let next = buf.get(at);
    if !super::num::starts_number(next) && next != '半' || way == Way::Within {
        return None;
    }
    let (mut length, to) = plain(buf, at)?;
    let short = at == i + 1;
    // 前一天, 过一天, 上一年 count nothing; 前3日 and 下一周 are said otherwise.
    let one = length.halves == 2 && length.plus == 0;
    let loose = matches!(length.unit, Unit::Second | Unit::Minute | Unit::Hour | Unit::Workday);
    let whole = matches!(way, Way::NextWhole | Way::LastWhole);
    let bad = short
        && (one && buf.get(i) != '近'
            || matches!(buf.get(i), '过' | '后') && !is_clause_end(buf.before(i))
            || buf.get(to - 1) == '日' && buf.get(i) != '近'
            || matches!(
                buf.before(i),
                '之' | '以' | '先' | '年' | '月' | '日' | '天' | '午' | '最' | '晚' | '路' | '班'
            )
            || whole && (loose || next == '半')
            || buf.get(i) == '前' && length.unit == Unit::Quarter
            || buf.any(to, &["级", "后的今天", "前"]).is_some() && !whole && way != Way::Back);
    if bad {
        return None;
    }
    let inside = buf.any(to, &["之内", "以内", "内"]).filter(|_| way == Way::Ahead);
    // 未来24小时内 is a forecast; only where something is asked of somebody it is a deadline.
    let (a, b) = (buf.clause_start(i), buf.clause_end(to));
    let asked = buf.has(a, b, &["请", "务必", "完成", "报送", "上报", "必须", "交"]);
    length.way = if inside.is_some() && asked { Way::Within } else { way };
    Some((length, to + inside.unwrap_or(0)))
}

/// A number and its unit, compound ones included (两小时30分钟).
fn plain(buf: &Buf, i: usize) -> Option<(Length, usize)> {
    let (mut halves, mut at) = if buf.get(i) == '半' {
        (1, i + 1)
    } else {
        let n = number(buf, i)?;
        if buf.get(n.end) == '年' && n.value >= 1900 {
            return None;
        }
        let mut halves = about(buf, i, n).unwrap_or(n.value).saturating_mul(2);
        let mut at = n.end;
        if buf.get(at) == '.' && !n.han {
            let d = buf.get(at + 1).to_digit(10)?;
            halves += u32::from(d >= 5);
            at += 2;
        }
        (halves, at)
    };
    let counted = buf.get(at) == '个';
    at += usize::from(counted);
    if buf.get(at) == '半' && at > i + 1 {
        halves += 1;
        at += 1;
    }
    if buf.is(at, "刻钟") {
        let length = Length { halves: halves * 15, plus: 0, unit: Unit::Minute, way: Way::Within };
        return Some((length, at + 2));
    }
    let (unit, len) = unit(buf, at, at > i && buf.get(at - 1) == '个' || counted)?;
    at += len;
    if buf.get(at) == '半' {
        halves += 1;
        at += 1;
    }
    let mut plus = 0;
    if unit == Unit::Hour
        && let Some(n) = number(buf, at).filter(|n| n.value < 60)
        && let Some((Unit::Minute, len)) = self::unit(buf, n.end, false)
    {
        (plus, at) = (n.value * 60, n.end + len);
    }
    at += buf.any(at, &["的时间", "时间"]).unwrap_or(0);
    Some((Length { halves, plus, unit, way: Way::Within }, at))
}

/// 两三天, 三五天: about so many, at most the second.
fn about(buf: &Buf, i: usize, n: super::num::Num) -> Option<u32> {
    let digit = |k: usize| super::num::han_digit(buf.get(k));
    let (a, b) = (digit(i)?, digit(i + 1)?);
    (n.len == 2 && a > 0 && a < b).then_some(b)
}

fn unit(buf: &Buf, i: usize, counted: bool) -> Option<(Unit, usize)> {
    for (word, unit) in [
        ("工作日", Unit::Workday),
        ("分钟", Unit::Minute),
        ("小时", Unit::Hour),
        ("钟头", Unit::Hour),
        ("星期", Unit::Week),
        ("礼拜", Unit::Week),
        ("季度", Unit::Quarter),
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

/// Lays the length off.
pub(crate) fn laid_off(length: Length, frame: Frame<'_>) -> Option<Meaning> {
    let mut out = Meaning { inferred: true, ..Meaning::default() };
    let past = matches!(length.way, Way::Ago | Way::Back | Way::LastWhole);
    let sign: i64 = if past { -1 } else { 1 };
    let n = i64::from(length.halves.min(2_000_000));
    let exact = match length.unit {
        Unit::Second => Some(Duration::milliseconds(500 * n)),
        Unit::Minute => Some(Duration::seconds(30 * n)),
        Unit::Hour => Some(Duration::minutes(30 * n) + Duration::seconds(i64::from(length.plus))),
        Unit::Day if n == 1 => Some(Duration::hours(12)),
        _ => None,
    };
    if let Some(by) = exact {
        return to_the_second(length, by, past, frame);
    }
    if matches!(length.way, Way::NextWhole | Way::LastWhole) {
        let (first, last) = whole_units(length, frame.sent.date())?;
        (out.start, out.end) = (Some(midnight(first)), Some(midnight(last)));
        out.day = Some(first);
        return Some(out);
    }
    let on = end_day(length, sign, n, frame, &mut out)?;
    out.day = Some(on);
    out.due = Some(on.and_time(LATE));
    if length.unit == Unit::Workday {
        out.precision = TimePrecision::Office;
        out.due = Some(on.and_time(frame.settings.close_on(on)));
    }
    let same = on.and_time(frame.sent.time());
    let day = (Some(midnight(on)), Some(midnight(shift(on, 1))));
    match length.way {
        Way::Within => {
            (out.start, out.end) = (Some(frame.sent), day.1);
            out.other.push((Some(frame.sent), Some(same)));
        }
        Way::Ahead => {
            (out.start, out.end) = (Some(frame.sent), Some(same));
            let today = frame.sent.date();
            out.other.push((Some(midnight(shift(today, 1))), day.1));
            out.other.push((Some(frame.sent), day.1));
        }
        Way::Back => {
            (out.start, out.end) = (Some(same), Some(frame.sent));
            out.other.push((day.0, Some(midnight(frame.sent.date()))));
            out.other.push((day.0, Some(frame.sent)));
        }
        _ => {
            (out.start, out.end) = day;
            out.other.push((Some(same), Some(same)));
        }
    }
    Some(out)
}

/// Seconds, minutes, hours and half days count from the moment itself.
fn to_the_second(length: Length, by: Duration, past: bool, frame: Frame<'_>) -> Option<Meaning> {
    let at = frame.sent.checked_add_signed(if past { -by } else { by })?;
    // What is due is due by the minute: 半小时内 said at 21:30:52 is ten o'clock.
    let due = at.with_second(0).and_then(|t| t.with_nanosecond(0)).or(Some(at));
    let mut out = Meaning { precision: TimePrecision::Minute, due, ..Meaning::default() };
    out.day = Some(at.date());
    match length.way {
        Way::Within | Way::Ahead => (out.start, out.end) = (Some(frame.sent), Some(at)),
        Way::Back | Way::LastWhole | Way::NextWhole => {
            (out.start, out.end) = (Some(at.min(frame.sent)), Some(at.max(frame.sent)));
        }
        Way::After | Way::Ago => {
            let second = Duration::seconds(1);
            let unit = if length.unit == Unit::Second { second } else { Duration::minutes(1) };
            (out.start, out.end) = (Some(at), Some(at + unit));
            out.other.extend([(Some(at), Some(at)), (Some(at), Some(at + second))]);
        }
    }
    Some(out)
}

fn end_day(length: Length, sign: i64, n: i64, frame: Frame<'_>, out: &mut Meaning) -> Option<NaiveDate> {
    let today = frame.sent.date();
    let whole = n / 2;
    match length.unit {
        Unit::Day => today.checked_add_signed(Duration::days(sign * whole + n % 2)),
        Unit::Week => today.checked_add_signed(Duration::days(sign * (whole * 7 + (n % 2) * 3))),
        Unit::Workday => {
            let (on, known) = frame.settings.calendar.add_workdays(today, u32::try_from(whole).ok()?);
            if !known {
                out.flags.push("no_calendar");
            }
            Some(on)
        }
        Unit::Month | Unit::Quarter | Unit::Year => {
            let months = match length.unit {
                Unit::Year => whole * 12 + (n % 2) * 6,
                Unit::Quarter => whole * 3,
                _ => whole,
            };
            let months = Months::new(u32::try_from(months.min(12_000)).ok()?);
            let on = if sign > 0 {
                today.checked_add_months(months)?
            } else {
                today.checked_sub_months(months)?
            };
            if length.unit == Unit::Month && n % 2 == 1 {
                on.checked_add_days(Days::new(15))
            } else {
                Some(on)
            }
        }
        _ => None,
    }
}

/// 下三周, 上两年: whole units beside this one, half-open.
fn whole_units(length: Length, today: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let n = i32::try_from(length.halves / 2).ok()?.min(1_000);
    let (from, to) = if length.way == Way::NextWhole { (1, n + 1) } else { (-n, 0) };
    let month = |by: i32| {
        let (y, m) = month_add(today.year(), today.month(), by);
        day(y, m, 1)
    };
    let quarter = |by: i32| {
        let (y, m) = month_add(today.year(), today.month0() / 3 * 3 + 1, 3 * by);
        day(y, m, 1)
    };
    Some(match length.unit {
        Unit::Day => (shift(today, i64::from(from)), shift(today, i64::from(to))),
        Unit::Week => {
            let monday = shift(today, -i64::from(today.weekday().num_days_from_monday()));
            (shift(monday, 7 * i64::from(from)), shift(monday, 7 * i64::from(to)))
        }
        Unit::Month => (month(from)?, month(to)?),
        Unit::Quarter => (quarter(from)?, quarter(to)?),
        Unit::Year => (day(today.year() + from, 1, 1)?, day(today.year() + to, 1, 1)?),
        _ => return None,
    })
}
