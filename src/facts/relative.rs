//! Dates in words: relative to the day of sending (明天, 下周三, 月底, 去年), festivals and lunar days.

use super::dates::{after_year, first_months, month_rest, portion, worded_quarter};
use super::text::{Buf, is_clause_end};
use super::when::{Date, Mon, Portion, Year, weekday_digit};

/// Days named relative to the day of sending. Longer words first.
const NAMED: &[(&str, Date)] = &[
    ("大大后天", Date::Rel(4)),
    ("大后天", Date::Rel(3)),
    ("大后日", Date::Rel(3)),
    ("大大前天", Date::Rel(-4)),
    ("大前天", Date::Rel(-3)),
    ("今明两天", Date::Days(0, 1)),
    ("今明两日", Date::Days(0, 1)),
    ("明后两天", Date::Days(1, 2)),
    ("明后天", Date::Days(1, 2)),
    ("今天", Date::Rel(0)),
    ("今日", Date::Rel(0)),
    ("今儿个", Date::Rel(0)),
    ("今儿", Date::Rel(0)),
    ("昨儿", Date::Rel(-1)),
    ("后儿", Date::Rel(2)),
    ("前儿", Date::Rel(-2)),
    ("明天", Date::Rel(1)),
    ("明日", Date::Rel(1)),
    ("明儿个", Date::Rel(1)),
    ("明儿", Date::Rel(1)),
    ("双休日", Date::Weekend(0)),
    ("双休", Date::Weekend(0)),
    ("隔天", Date::Rel(1)),
    ("隔日", Date::Rel(1)),
    ("后天", Date::Rel(2)),
    ("后日", Date::Rel(2)),
    ("昨天", Date::Rel(-1)),
    ("昨日", Date::Rel(-1)),
    ("前天", Date::Rel(-2)),
    ("前日", Date::Rel(-2)),
    ("当天", Date::Anchor(0)),
    ("当日", Date::Anchor(0)),
    ("当晚", Date::Anchor(0)),
    ("同日", Date::Anchor(0)),
    ("次日", Date::Anchor(1)),
    ("次晨", Date::Anchor(1)),
    ("第二天", Date::Anchor(1)),
    ("翌日", Date::Anchor(1)),
    ("前一天", Date::Anchor(-1)),
    ("前一日", Date::Anchor(-1)),
    ("头一天", Date::Anchor(-1)),
    ("即日", Date::Rel(0)),
];

/// Words whose second character is already the part of the day: the date ends after the first one.
const JOINED: &[(&str, Date)] = &[
    ("今晚", Date::Rel(0)),
    ("今早", Date::Rel(0)),
    ("今晨", Date::Rel(0)),
    ("今夜", Date::Rel(0)),
    ("明早", Date::Rel(1)),
    ("明晨", Date::Rel(1)),
    ("明晚", Date::Rel(1)),
    ("明午", Date::Rel(1)),
    ("后晚", Date::Rel(2)),
    ("昨晚", Date::Rel(-1)),
    ("昨夜", Date::Rel(-1)),
    ("前晚", Date::Rel(-2)),
    ("今中午", Date::Rel(0)),
    ("今上午", Date::Rel(0)),
    ("今下午", Date::Rel(0)),
    ("明上午", Date::Rel(1)),
    ("明下午", Date::Rel(1)),
];

/// Years, months and weeks by which 今天 behind them is moved.
const SHIFTED: [(&str, i32, i32, i64); 16] = [
    ("大前年", -3, 0, 0),
    ("前年", -2, 0, 0),
    ("去年", -1, 0, 0),
    ("上年", -1, 0, 0),
    ("明年", 1, 0, 0),
    ("来年", 1, 0, 0),
    ("后年", 2, 0, 0),
    ("上个月", 0, -1, 0),
    ("上月", 0, -1, 0),
    ("下个月", 0, 1, 0),
    ("下月", 0, 1, 0),
    ("上个星期", 0, 0, -1),
    ("上周", 0, 0, -1),
    ("上星期", 0, 0, -1),
    ("下个星期", 0, 0, 1),
    ("下周", 0, 0, 1),
];

/// 去年的今天, 上个月今天, 下周的今天.
fn shifted_today(buf: &Buf, i: usize) -> Option<(Date, usize)> {
    let (word, years, months, weeks) = SHIFTED.iter().find(|(w, ..)| buf.is(i, w))?;
    let at = i + word.chars().count();
    let at = at + usize::from(buf.get(at) == '的');
    let len = buf.any(at, &["今天", "今日", "这一天", "这天", "同一天"])?;
    Some((Date::Today { years: *years, months: *months, weeks: *weeks }, at + len))
}

/// Reads a date made of words.
pub(crate) fn worded(buf: &Buf, i: usize) -> Option<(Date, usize)> {
    if buf.get(i).is_ascii_digit() {
        return None;
    }
    if matches!(buf.get(i), '大' | '前' | '去' | '上' | '下' | '明' | '来' | '后')
        && let Some(found) = shifted_today(buf, i)
    {
        return Some(found);
    }
    let listed = matches!(
        buf.get(i),
        '大' | '今'
            | '明'
            | '昨'
            | '后'
            | '前'
            | '双'
            | '隔'
            | '当'
            | '同'
            | '次'
            | '第'
            | '翌'
            | '头'
            | '即'
    );
    if let Some((word, date)) = NAMED.iter().filter(|_| listed).find(|(w, _)| buf.is(i, w)) {
        let to = i + word.chars().count();
        if *word == "当晚" || *word == "次晨" {
            return Some((*date, to - 1));
        }
        if *word == "今日" && buf.is(to, "头条") || *word == "明日" && buf.is(to, "之后》") {
            return None;
        }
        if *word == "即日" && !buf.is(to, "起") {
            return None;
        }
        if matches!(*word, "前日" | "前天") && buf.before(i) == '日' {
            return None;
        }
        return Some((*date, to));
    }
    if let Some((_, date)) = JOINED.iter().filter(|_| listed).find(|(w, _)| buf.is(i, w)) {
        return Some((*date, i + 1));
    }
    let lunar =
        matches!(buf.get(i), '农' | '阴' | '旧' | '夏' | '闰' | '正' | '冬' | '腊' | '大' | '年' | '初');
    if let Some((y, on, to)) = Some(i).filter(|_| lunar).and_then(|i| super::lunar::worded(buf, i)) {
        return Some((Date::Lunar { y, on }, to));
    }
    week(buf, i)
        .or_else(|| relative_month(buf, i))
        .or_else(|| relative_year(buf, i))
        .or_else(|| worded_quarter(buf, i))
        .or_else(|| first_months(buf, i, false).map(|(to, end)| (Date::Months { y: None, from: 1, to }, end)))
        .or_else(|| super::festival::date(buf, i, None))
}

fn week(buf: &Buf, i: usize) -> Option<(Date, usize)> {
    let mut at = i;
    let rel = if let Some(len) = buf.any(i, &["本", "这个", "这", "当", "此"]) {
        at += len;
        Some(0)
    } else if matches!(buf.get(i), '下' | '上') {
        let sign = if buf.get(i) == '下' { 1 } else { -1 };
        let count = (0..3).take_while(|&k| buf.get(i + k) == buf.get(i)).count();
        at += count + usize::from(buf.get(i + count) == '个' || buf.get(i + count) == '一');
        Some(sign * i64::try_from(count).ok()?)
    } else {
        None
    };
    let len = buf.any(at, &["星期", "礼拜", "周"])?;
    at += len;
    // 下周的星期四
    if rel.is_some()
        && buf.get(at) == '的'
        && let Some((dow, to)) = super::when::weekday_word(buf, at + 1)
    {
        return Some((Date::Weekday { week: rel, dow }, to));
    }
    let digit = buf.get(at);
    if digit == '末' {
        return Some((Date::Weekend(rel.unwrap_or(0)), at + 1));
    }
    if let Some(dow) = weekday_digit(digit) {
        let noun = digit == '日' && buf.get(at + 1) == '常' || digit == '一' && buf.get(at + 1) == '次';
        let length = rel.is_none() && len == 1 && buf.get(at + 1) == '年';
        if !noun && !length {
            return Some((Date::Weekday { week: rel, dow }, at + 1));
        }
    }
    let rel = rel?;
    let compound = buf.any(at, &["期", "报", "边", "岁", "围", "刊", "会"]).is_some();
    (!compound || buf.is(at, "内")).then_some((Date::Week(rel), at))
}

fn relative_month(buf: &Buf, i: usize) -> Option<(Date, usize)> {
    for (word, rel) in [
        ("本月", 0),
        ("这个月", 0),
        ("当月", 0),
        ("下下个月", 2),
        ("下下月", 2),
        ("这月", 0),
        ("下一个月", 1),
        ("下个月", 1),
        ("下月", 1),
        ("次月", 1),
        ("上上个月", -2),
        ("上上月", -2),
        ("上一个月", -1),
        ("上个月", -1),
        ("上月", -1),
    ] {
        if buf.is(i, word) {
            return month_rest(buf, Mon::Rel(rel), i + word.chars().count(), None);
        }
    }
    if buf.get(i) == '月'
        && !matches!(buf.before(i), '正' | '腊' | '冬')
        && !buf.before(i).is_ascii_digit()
        && super::num::han_digit(buf.before(i)).is_none()
    {
        let (part, len) = portion(buf, i + 1);
        let bare_middle = part == Portion::Middle && len == 1;
        if len > 0
            && part != Portion::Begin
            && !(bare_middle && !is_clause_end(buf.before(i)) && !matches!(buf.before(i), '在' | '于'))
            || buf.is(i, "月初") && buf.before(i) != '年'
        {
            return Some((Date::Month { y: None, m: Mon::Rel(0), part }, i + 1 + len));
        }
    }
    None
}

/// 2024年中, 一年中, 今年中, 全年中: 年 belongs to what stands before it.
fn year_said(buf: &Buf, i: usize) -> bool {
    let before = buf.before(i);
    before.is_ascii_digit()
        || super::num::han_digit(before).is_some()
        || "今明去前后来本全当每常整多几两半周学新过十百千".contains(before)
}

fn relative_year(buf: &Buf, i: usize) -> Option<(Date, usize)> {
    for (word, rel) in [
        ("今年", 0),
        ("本年度", 0),
        ("本年", 0),
        ("明年", 1),
        ("次年", 1),
        ("翌年", 1),
        ("来年", 1),
        ("后年", 2),
        ("去年", -1),
        ("上年", -1),
        ("前年", -2),
        ("大前年", -3),
        ("大后年", 3),
    ] {
        if buf.is(i, word) {
            let at = i + word.chars().count();
            let y = Year::Rel(rel);
            return after_year(buf, y, at).or(Some((Date::Year { y, part: Portion::Whole }, at)));
        }
    }
    if buf.get(i) == '年' && buf.is(i, "年初") && !buf.before(i).is_ascii_digit() {
        return Some((Date::Year { y: Year::Rel(0), part: Portion::Begin }, i + 2));
    }
    if buf.get(i) == '年' && !buf.before(i).is_ascii_digit() && buf.any(i, &["年底", "年末"]).is_some() {
        return Some((Date::Year { y: Year::Rel(0), part: Portion::End }, i + 2));
    }
    if buf.is(i, "年中") && !year_said(buf, i) && super::dates::mid_year(buf, i + 2) {
        return Some((Date::Year { y: Year::Rel(0), part: Portion::Middle }, i + 2));
    }
    if buf.any(i, &["上半月", "下半月"]).is_some() {
        let (part, len) = portion(buf, i);
        return Some((Date::Month { y: None, m: Mon::Rel(0), part }, i + len));
    }
    if let Some(len) = buf.any(i, &["上半年", "下半年"]) {
        return Some((Date::Half { y: None, second: buf.get(i) == '下' }, i + len));
    }
    None
}
