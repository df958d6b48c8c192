//! Dates as written in figures and Chinese numerals: 2024年1月9日, 12.1, 11-25, 6月上旬, 第三季度, 1-3月.

use super::num::{Num, number};
use super::text::{Buf, is_clause_end};
use super::when::{Date, Mon, Portion, Year};

/// Reads a date that begins with a number.
pub(crate) fn numeric(buf: &Buf, i: usize) -> Option<(Date, usize)> {
    if buf.before(i).is_ascii_digit() && buf.get(i).is_ascii_digit() {
        return None;
    }
    let n = number(buf, i)?;
    if let Some(found) = spans(buf, i, n) {
        return Some(found);
    }
    match buf.get(n.end) {
        '年' => year(buf, i, n),
        '月' => month(buf, n.value, n.end + 1, None),
        '日' | '号' => day(buf, i, n),
        '.' | '/' | '-' if !n.han => separated(buf, i, n),
        _ => quarter(buf, i, n.value, n.end, None),
    }
}

/// Runs of months and years: 1-3月, 七八月份, 2019-2022年, 90年代; and 20240601.
fn spans(buf: &Buf, i: usize, n: Num) -> Option<(Date, usize)> {
    let next = buf.get(n.end);
    let pair = n.han && n.len == 2 && super::num::han_digit(buf.get(i)).is_some();
    if pair && next == '月' && (1..=9).contains(&(n.value / 10)) && n.value % 10 == n.value / 10 + 1 {
        let to = n.end + 1;
        let date = Date::Months { y: None, from: n.value / 10, to: n.value % 10 };
        return Some((date, to + usize::from(buf.get(to) == '份')));
    }
    if next == '年' && buf.get(n.end + 1) == '代' && n.value.is_multiple_of(10) {
        let century = if n.value >= 1000 {
            0
        } else if buf.ends(i, "二十一世纪") || n.value < 50 {
            2000
        } else {
            1900
        };
        let from = century + i32::try_from(n.value).ok()?;
        return (1900..2100).contains(&from).then_some((Date::Years(from, from + 9), n.end + 2));
    }
    if buf.is(n.end, "世纪") && (18..=22).contains(&n.value) && number(buf, n.end + 2).is_none() {
        let from = i32::try_from(n.value).ok()? * 100 - 100;
        return Some((Date::Years(from, from + 99), n.end + 2));
    }
    if !matches!(next, '-' | '~' | '至' | '到') {
        return None;
    }
    let second = number(buf, n.end + 1).filter(|s| s.value > n.value && s.han == n.han)?;
    let at = second.end + 1;
    match buf.get(second.end) {
        '月' if (1..=12).contains(&n.value) && second.value <= 12 && !starts_day(buf, at) => {
            let date = Date::Months { y: None, from: n.value, to: second.value };
            Some((date, at + usize::from(buf.get(at) == '份')))
        }
        '年' if n.len == 4 && second.len == 4 && (1900..2200).contains(&n.value) && second.value < 2200 => {
            if number(buf, at).is_some() {
                return None;
            }
            Some((Date::Years(i32::try_from(n.value).ok()?, i32::try_from(second.value).ok()?), at))
        }
        _ => None,
    }
}

fn starts_day(buf: &Buf, at: usize) -> bool {
    number(buf, at).is_some_and(|d| d.value <= 31)
}

/// Reads 20240601 standing by itself.
pub(crate) fn compact(buf: &Buf, i: usize) -> Option<(Date, usize)> {
    let digit = |k: usize| buf.get(k).to_digit(10);
    let to = i + 8;
    if !matches!(buf.get(i), '1' | '2')
        || buf.before(i).is_ascii_alphanumeric()
        || matches!(buf.before(i), '.' | '-' | '_')
    {
        return None;
    }
    let value = (i..to).try_fold(0, |v, k| digit(k).map(|d| v * 10 + d))?;
    let next = buf.get(to);
    let free = is_clause_end(next)
        || matches!(
            next,
            '前' | '之' | '以' | '起' | '至' | '到' | '-' | '~' | '止' | ')' | '日' | '上' | '下' | '晚'
        );
    let (y, m, d) = (value / 10_000, value / 100 % 100, value % 100);
    let fits = (1990..=2099).contains(&y) && (1..=12).contains(&m) && (1..=31).contains(&d);
    let y = Some(Year::Abs(i32::try_from(y).ok()?));
    (free && fits).then_some((Date::Ymd { y, m: Some(Mon::Abs(m)), d }, to))
}

fn year(buf: &Buf, i: usize, n: Num) -> Option<(Date, usize)> {
    let at = n.end + 1;
    let full = (1900..=2199).contains(&n.value) && (n.len == 4 || n.han);
    let y = match n.value {
        v if full => v,
        v @ 0..=49 if n.len == 2 => 2000 + v,
        v @ 50..=99 if n.len == 2 => 1900 + v,
        _ => return None,
    };
    let y = Year::Abs(i32::try_from(y).ok()?);
    after_year(buf, y, at).or_else(|| {
        let counted = buf.any(at, &["内", "后", "来", "级", "前", "间", "多"]).is_some();
        (full && !counted && buf.before(i) != '第').then_some((Date::Year { y, part: Portion::Whole }, at))
    })
}

/// What follows a year: a month, a day, a quarter, its end.
pub(crate) fn after_year(buf: &Buf, y: Year, at: usize) -> Option<(Date, usize)> {
    let at = at + usize::from(buf.get(at) == '的');
    if let Some((on, to)) = super::lunar::read(buf, at, false) {
        return Some((Date::Lunar { y: Some(y), on }, to));
    }
    if let Some(n) = number(buf, at) {
        if let Some((Date::Months { from, to, .. }, end)) = spans(buf, at, n) {
            return Some((Date::Months { y: Some(y), from, to }, end));
        }
        if buf.get(n.end) == '月' {
            return month(buf, n.value, n.end + 1, Some(y));
        }
        if let Some(found) = quarter(buf, at, n.value, n.end, Some(y)) {
            return Some(found);
        }
    }
    for (word, part) in [
        ("年底", Portion::End),
        ("年末", Portion::End),
        ("底", Portion::End),
        ("末", Portion::End),
        ("年初", Portion::Begin),
        ("初", Portion::Begin),
        ("年中", Portion::Middle),
    ] {
        if word == "年中" && !mid_year(buf, at + 2) {
            continue;
        }
        if buf.is(at, word) {
            return Some((Date::Year { y, part }, at + word.chars().count()));
        }
    }
    if let Some(len) = buf.any(at, &["上半年", "下半年", "前半年", "后半年"]) {
        return Some((Date::Half { y: Some(y), second: matches!(buf.get(at), '下' | '后') }, at + len));
    }
    if let Some((to, end)) = first_months(buf, at, true) {
        return Some((Date::Months { y: Some(y), from: 1, to }, end));
    }
    if let Some(len) = buf.any(at, &["的最后一天", "最后一天", "末日", "第一天"]) {
        let (m, d) = if buf.is(at, "第一天") { (1, 1) } else { (12, 31) };
        return Some((Date::Ymd { y: Some(y), m: Some(Mon::Abs(m)), d }, at + len));
    }
    if let Some((Date::Quarter { q, rel, part, .. }, to)) = worded_quarter(buf, at) {
        return Some((Date::Quarter { y: Some(y), q, rel, part }, to));
    }
    super::festival::date(buf, at, Some(y))
}

/// Whether 年中 that ends at `to` is the middle of the year: 年中前, 年中完成, not 年中国, 年中总结.
pub(crate) fn mid_year(buf: &Buf, to: usize) -> bool {
    is_clause_end(buf.get(to))
        || buf.any(to, &["前", "之前", "以前", "左右", "完成", "上报", "报送", "提交", "上交"]).is_some()
        || matches!(buf.get(to), '报' | '交') && buf.any(to, &["报表", "报告", "交通"]).is_none()
}

/// 前三季度, and after a year 前两个月: the last month of it.
pub(crate) fn first_months(buf: &Buf, i: usize, year: bool) -> Option<(u32, usize)> {
    if !matches!(buf.get(i), '前' | '头') {
        return None;
    }
    let n = number(buf, i + 1).filter(|n| (1..=12).contains(&n.value))?;
    let counted = usize::from(buf.get(n.end) == '个');
    let at = n.end + counted;
    if buf.is(at, "季度") && n.value <= 4 && (year || counted == 0) {
        return Some((n.value * 3, at + 2));
    }
    (year && counted == 1 && buf.get(at) == '月').then_some((n.value, at + 1))
}

fn month(buf: &Buf, m: u32, at: usize, y: Option<Year>) -> Option<(Date, usize)> {
    if !(1..=12).contains(&m) {
        return None;
    }
    month_rest(buf, Mon::Abs(m), at, y)
}

/// 第一个星期一, 最后一个周五, 第二周, 第一天 behind a month.
pub(crate) fn nth(buf: &Buf, m: Mon, at: usize, y: Option<Year>) -> Option<(Date, usize)> {
    let at = at + buf.any(at, &["份的", "的", "份", "里"]).unwrap_or(0);
    let (n, at) = if let Some(len) = buf.any(at, &["最后一个", "最后一"]) {
        (0, at + len)
    } else if buf.get(at) == '第' {
        let n = number(buf, at + 1).filter(|n| (1..=5).contains(&n.value))?;
        (n.value, n.end + usize::from(buf.get(n.end) == '个'))
    } else {
        return None;
    };
    if let Some((dow, to)) = super::when::weekday_word(buf, at) {
        let date =
            if buf.is(at, "周末") { Date::NthWeekend { y, m, n } } else { Date::NthDay { y, m, n, dow } };
        return Some((date, to));
    }
    if n > 0 && buf.get(at) == '天' {
        return Some((Date::Ymd { y, m: Some(m), d: n }, at + 1));
    }
    let len = buf.any(at, &["星期", "礼拜", "周"])?;
    Some((Date::NthWeek { y, m, n }, at + len))
}

/// What follows a month: a day, a third, its end.
pub(crate) fn month_rest(buf: &Buf, m: Mon, at: usize, y: Option<Year>) -> Option<(Date, usize)> {
    if matches!(buf.get(at), '第' | '最' | '的' | '份' | '里')
        && let Some(found) = nth(buf, m, at, y)
    {
        return Some(found);
    }
    if buf.get(at) == '龄' {
        return None;
    }
    if let Some(n) = number(buf, at).filter(|n| (1..=31).contains(&n.value) && n.len <= 3) {
        if matches!(buf.get(n.end), '日' | '号') {
            return Some((Date::Ymd { y, m: Some(m), d: n.value }, n.end + 1));
        }
        // 6月1-5日, 6月1、2日: the sign comes with the last one.
        if matches!(buf.get(n.end), '-' | '~' | '至' | '到' | '、') {
            let next = number(buf, n.end + 1).filter(|k| k.value <= 31);
            if next.is_some_and(|k| matches!(buf.get(k.end), '日' | '号')) {
                return Some((Date::Ymd { y, m: Some(m), d: n.value }, n.end));
            }
        }
        let bare = n.han || n.len == 2;
        let free = !is_clause_end(buf.get(n.end)) && !"前之以至到上下中晚早-~(".contains(buf.get(n.end));
        let next = buf.get(n.end);
        let spoken = !n.han
            && n.len == 1
            && ('\u{4e00}'..='\u{9fff}').contains(&next)
            && !"个人户名张份条次日月号天点时家位件批期届轮场项倍成分千百万亿至到种类级组村元年季周"
                .contains(next);
        if bare && !free || spoken && matches!(m, Mon::Abs(_)) {
            return Some((Date::Ymd { y, m: Some(m), d: n.value }, n.end));
        }
    }
    let (part, len) = portion(buf, at);
    let at = at + len;
    Some((Date::Month { y, m, part }, at + usize::from(buf.get(at) == '份')))
}

pub(crate) fn portion(buf: &Buf, at: usize) -> (Portion, usize) {
    for (word, part) in [
        ("的最后一天", Portion::End),
        ("份上半月", Portion::FirstHalf),
        ("上半月", Portion::FirstHalf),
        ("份下半月", Portion::SecondHalf),
        ("下半月", Portion::SecondHalf),
        ("最后一天", Portion::End),
        ("月底", Portion::End),
        ("底", Portion::End),
        ("末", Portion::End),
        ("月初", Portion::Begin),
        ("初", Portion::Begin),
        ("份中下旬", Portion::LastTwo),
        ("中下旬", Portion::LastTwo),
        ("份上中旬", Portion::FirstTwo),
        ("上中旬", Portion::FirstTwo),
        ("中上旬", Portion::FirstTwo),
        ("份上旬", Portion::First),
        ("份中旬", Portion::Middle),
        ("份下旬", Portion::Last),
        ("上旬", Portion::First),
        ("中旬", Portion::Middle),
        ("下旬", Portion::Last),
        ("月中", Portion::Middle),
        ("中", Portion::Middle),
    ] {
        let loose = matches!(word, "中" | "月中")
            && !is_clause_end(buf.get(at + word.chars().count()))
            && !matches!(buf.get(at + word.chars().count()), '前' | '之' | '左' | '以');
        if buf.is(at, word) && !loose {
            return (part, word.chars().count());
        }
    }
    (Portion::Whole, 0)
}

/// After D号: words that make it a number of something else.
const NUMBERED: &[&str] = &[
    "车", "楼", "院", "文", "线", "机", "选手", "桌", "门", "池", "井", "仓", "令", "码", "房", "室", "厅",
    "栋", "点位", "店", "坡", "公告", "通知", "台", "路", "字", "柜", "窗口", "电池", "煤", "样",
];

fn day(buf: &Buf, i: usize, n: Num) -> Option<(Date, usize)> {
    if !(1..=31).contains(&n.value) || n.len > 3 {
        return None;
    }
    let at = n.end + 1;
    let sign = buf.get(n.end);
    let before = buf.before(i);
    if matches!(before, '第' | '〕' | ']' | '每' | '满' | '近' | '过' | '.') || sign == '号' && before == '〔'
    {
        return None;
    }
    if sign == '号'
        && (buf.any(at, NUMBERED).is_some()
            || buf.is(at, "、") && buf.get(at + 2) == '号' && buf.is(at + 3, "楼"))
    {
        return None;
    }
    if sign == '日'
        && buf
            .any(
                at,
                &[
                    "龄", "游", "均", "工资", "工人", "工钱", "历", "记", "三餐", "之计", "一报", "一次",
                    "一换", "一轮",
                ],
            )
            .is_some()
    {
        return None;
    }
    // A number of days (三日后) is a length, read before; 两日 alone is one too.
    if n.han && buf.get(i) == '两' {
        return None;
    }
    Some((Date::Ymd { y: None, m: None, d: n.value }, at))
}

fn separated(buf: &Buf, i: usize, n: Num) -> Option<(Date, usize)> {
    let sign = buf.get(n.end);
    let second = number(buf, n.end + 1).filter(|s| !s.han && s.len <= 2)?;
    if n.len == 4 {
        if !(1900..=2199).contains(&n.value) || !(1..=12).contains(&second.value) {
            return None;
        }
        let y = Some(Year::Abs(i32::try_from(n.value).ok()?));
        let third =
            number(buf, second.end + 1).filter(|t| !t.han && t.len <= 2 && (1..=31).contains(&t.value));
        return match third {
            Some(t) if buf.get(second.end) == sign => {
                let to = t.end + usize::from(matches!(buf.get(t.end), '日' | '号'));
                Some((Date::Ymd { y, m: Some(Mon::Abs(second.value)), d: t.value }, to))
            }
            _ if buf.get(second.end) != sign && month_of_year(buf, i, sign, second) => {
                Some((Date::Month { y, m: Mon::Abs(second.value), part: Portion::Whole }, second.end))
            }
            _ => None,
        };
    }
    if n.len > 2 || !(1..=12).contains(&n.value) || !(1..=31).contains(&second.value) {
        return None;
    }
    let at = second.end + usize::from(matches!(buf.get(second.end), '日' | '号'));
    let signed = at > second.end;
    let next = buf.get(at);
    if next == sign || next == '%' || next.is_ascii_alphanumeric() || next == '.' || next == ':' {
        return None;
    }
    let start = i == 0 || "\n,;。!?(:【于在从、请《 ".contains(buf.before(i)) || buf.gap(i);
    let tail = "前之以止".contains(next)
        || buf.any(at, &["截止", "下班", "上午", "下午", "中午", "晚", "早"]).is_some();
    let clocked = next == ' ' || (buf.gap(at) && number(buf, at).is_some());
    let ranged = matches!(next, '-' | '~' | '至' | '到');
    let alone = start && (at >= buf.len() || buf.gap(at) || next == ')' && buf.before(i) == '(');
    let ok = signed
        || tail
        || start
            && (clocked && clock_follows(buf, at)
                || ranged && number(buf, at + 1).is_some_and(|k| buf.get(k.end) == sign))
        || alone
        || matches!(buf.before(i), '-' | '~' | '至' | '到') && start_of_range(buf, i);
    ok.then_some((Date::Ymd { y: None, m: Some(Mon::Abs(n.value)), d: second.value }, at))
}

/// 2023-09 and 2023/09 with both digits; 2023.3 only as one end of a range.
fn month_of_year(buf: &Buf, i: usize, sign: char, second: Num) -> bool {
    let next = buf.get(second.end);
    if next.is_ascii_alphanumeric() || next == ':' {
        return false;
    }
    let year = |k: usize| number(buf, k).is_some_and(|y| y.len == 4 && buf.get(y.end) == sign);
    let ranged = matches!(next, '-' | '~' | '至' | '到') && year(second.end + 1)
        || matches!(buf.before(i), '-' | '~' | '至' | '到') && is_clause_end(next);
    ranged || sign != '.' && second.len == 2 && !buf.before(i).is_ascii_alphanumeric()
}

fn clock_follows(buf: &Buf, at: usize) -> bool {
    let at = at + usize::from(buf.get(at) == ' ');
    number(buf, at).is_some_and(|k| matches!(buf.get(k.end), ':' | '点' | '时'))
}

fn start_of_range(buf: &Buf, i: usize) -> bool {
    i >= 4 && (i - 4..i - 1).any(|k| matches!(buf.get(k), '.' | '/'))
}

fn quarter(buf: &Buf, i: usize, n: u32, at: usize, y: Option<Year>) -> Option<(Date, usize)> {
    if !(1..=4).contains(&n) || buf.before(i) == '第' {
        return None;
    }
    let len = buf.any(at, &["个季度", "季度"])?;
    if buf.get(at) == '个' {
        return None;
    }
    let (part, more) = portion(buf, at + len);
    Some((Date::Quarter { y, q: i32::try_from(n).ok(), rel: 0, part }, at + len + more))
}

pub(crate) fn worded_quarter(buf: &Buf, i: usize) -> Option<(Date, usize)> {
    if buf.get(i) == '第' {
        let n = number(buf, i + 1)?;
        let len = buf.any(n.end, &["季度"])?;
        let (part, more) = portion(buf, n.end + len);
        let q = i32::try_from(n.value).ok().filter(|q| (1..=4).contains(q))?;
        return Some((Date::Quarter { y: None, q: Some(q), rel: 0, part }, n.end + len + more));
    }
    for (word, rel) in [
        ("本季度", 0),
        ("这个季度", 0),
        ("当季度", 0),
        ("下季度", 1),
        ("下个季度", 1),
        ("上季度", -1),
        ("上个季度", -1),
        ("季度", 0),
        ("季", 0),
    ] {
        if buf.is(i, word) {
            let at = i + word.chars().count();
            let (part, more) = portion(buf, at);
            if word.starts_with('季') && part != Portion::End {
                return None;
            }
            return Some((Date::Quarter { y: None, q: None, rel, part }, at + more));
        }
    }
    None
}
