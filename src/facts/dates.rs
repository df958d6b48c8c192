//! Dates as written: in figures (2024年1月9日, 12.1, 11-25) and in words (明天, 下周三, 月底, 国庆节).

use super::num::{Num, number};
use super::text::Buf;
use super::when::{Date, Mon, Portion, Year, weekday_digit};

/// Reads a date that begins with a number.
pub(crate) fn numeric(buf: &Buf, i: usize) -> Option<(Date, usize)> {
    if buf.before(i).is_ascii_digit() && buf.get(i).is_ascii_digit() {
        return None;
    }
    if buf.ends(i, "农历") || buf.ends(i, "阴历") || buf.ends(i, "旧历") {
        return None;
    }
    let n = number(buf, i)?;
    match buf.get(n.end) {
        '年' => year(buf, i, n),
        '月' => month(buf, n.value, n.end + 1, None),
        '日' | '号' => day(buf, i, n),
        '.' | '/' | '-' if !n.han => separated(buf, i, n),
        _ => quarter(buf, i, n.value, n.end, None),
    }
}

fn year(buf: &Buf, i: usize, n: Num) -> Option<(Date, usize)> {
    let at = n.end + 1;
    let full = (1900..=2199).contains(&n.value) && n.len == 4;
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
    if let Some(n) = number(buf, at) {
        if buf.get(n.end) == '月' {
            return month(buf, n.value, n.end + 1, Some(y));
        }
        if let Some(found) = quarter(buf, at, n.value, n.end, Some(y)) {
            return Some(found);
        }
    }
    for (word, part) in [
        ("年底", Portion::End),
        ("底", Portion::End),
        ("末", Portion::End),
        ("年初", Portion::Begin),
        ("初", Portion::Begin),
    ] {
        if buf.is(at, word) {
            return Some((Date::Year { y, part }, at + word.chars().count()));
        }
    }
    if let Some(len) = buf.any(at, &["上半年", "下半年"]) {
        return Some((Date::Half { y: Some(y), second: buf.get(at) == '下' }, at + len));
    }
    if let Some((Date::Quarter { q, rel, part, .. }, to)) = worded_quarter(buf, at) {
        return Some((Date::Quarter { y: Some(y), q, rel, part }, to));
    }
    festival(buf, at).map(|(name, to)| (Date::Festival { y: Some(y), name }, to))
}

fn month(buf: &Buf, m: u32, at: usize, y: Option<Year>) -> Option<(Date, usize)> {
    if !(1..=12).contains(&m) {
        return None;
    }
    month_rest(buf, Mon::Abs(m), at, y)
}

/// What follows a month: a day, a third, its end.
pub(crate) fn month_rest(buf: &Buf, m: Mon, at: usize, y: Option<Year>) -> Option<(Date, usize)> {
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
        let free = !crate::facts::text::is_clause_end(buf.get(n.end))
            && !"前之以至到上下中晚早-~(".contains(buf.get(n.end));
        if bare && !free {
            return Some((Date::Ymd { y, m: Some(m), d: n.value }, n.end));
        }
    }
    let (part, len) = portion(buf, at);
    let at = at + len;
    Some((Date::Month { y, m, part }, at + usize::from(buf.get(at) == '份')))
}

fn portion(buf: &Buf, at: usize) -> (Portion, usize) {
    for (word, part) in [
        ("的最后一天", Portion::End),
        ("最后一天", Portion::End),
        ("月底", Portion::End),
        ("底", Portion::End),
        ("末", Portion::End),
        ("月初", Portion::Begin),
        ("初", Portion::Begin),
        ("份上旬", Portion::First),
        ("上旬", Portion::First),
        ("中旬", Portion::Middle),
        ("下旬", Portion::Last),
        ("中", Portion::Middle),
    ] {
        if buf.is(at, word) && !(word == "中" && buf.get(at + 1) != '旬') {
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
    if sign == '日' && buf.any(at, &["龄", "游", "均", "工", "历", "记"]).is_some() {
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
            _ if sign != '-' && buf.get(second.end) != sign && second.len == 2 && sign == '/' => {
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
    let alone = start && (at >= buf.len() || buf.gap(at));
    let ok = signed
        || tail
        || start
            && (clocked && clock_follows(buf, at)
                || ranged && number(buf, at + 1).is_some_and(|k| buf.get(k.end) == sign))
        || alone
        || buf.before(i) == '-' && start_of_range(buf, i);
    ok.then_some((Date::Ymd { y: None, m: Some(Mon::Abs(n.value)), d: second.value }, at))
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

fn worded_quarter(buf: &Buf, i: usize) -> Option<(Date, usize)> {
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

/// Days named relative to the day of sending. Longer words first.
const NAMED: &[(&str, Date)] = &[
    ("大大后天", Date::Rel(4)),
    ("大后天", Date::Rel(3)),
    ("大前天", Date::Rel(-3)),
    ("今明两天", Date::Days(0, 1)),
    ("今明两日", Date::Days(0, 1)),
    ("明后两天", Date::Days(1, 2)),
    ("明后天", Date::Days(1, 2)),
    ("今天", Date::Rel(0)),
    ("今日", Date::Rel(0)),
    ("今儿", Date::Rel(0)),
    ("明天", Date::Rel(1)),
    ("明日", Date::Rel(1)),
    ("明儿", Date::Rel(1)),
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

/// Reads a date made of words.
pub(crate) fn worded(buf: &Buf, i: usize) -> Option<(Date, usize)> {
    if let Some((word, date)) = NAMED.iter().find(|(w, _)| buf.is(i, w)) {
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
    if let Some((_, date)) = JOINED.iter().find(|(w, _)| buf.is(i, w)) {
        return Some((*date, i + 1));
    }
    week(buf, i)
        .or_else(|| relative_month(buf, i))
        .or_else(|| relative_year(buf, i))
        .or_else(|| worded_quarter(buf, i))
        .or_else(|| festival(buf, i).map(|(name, to)| (Date::Festival { y: None, name }, to)))
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
        ("下个月", 1),
        ("下月", 1),
        ("次月", 1),
        ("上上个月", -2),
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
        if len > 0 && part != Portion::Begin || buf.is(i, "月初") && buf.before(i) != '年' {
            return Some((Date::Month { y: None, m: Mon::Rel(0), part }, i + 1 + len));
        }
    }
    None
}

fn relative_year(buf: &Buf, i: usize) -> Option<(Date, usize)> {
    for (word, rel) in [
        ("今年", 0),
        ("本年度", 0),
        ("本年", 0),
        ("明年", 1),
        ("后年", 2),
        ("去年", -1),
        ("上年", -1),
        ("前年", -2),
        ("大前年", -3),
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
    if let Some(len) = buf.any(i, &["上半年", "下半年"]) {
        return Some((Date::Half { y: None, second: buf.get(i) == '下' }, i + len));
    }
    None
}

fn festival(buf: &Buf, i: usize) -> Option<(&'static str, usize)> {
    for (word, name) in [
        ("元旦节", "元旦"),
        ("元旦", "元旦"),
        ("春节", "春节"),
        ("清明节", "清明节"),
        ("清明", "清明节"),
        ("五一劳动节", "劳动节"),
        ("劳动节", "劳动节"),
        ("五一", "劳动节"),
        ("端午节", "端午节"),
        ("端午", "端午节"),
        ("中秋节", "中秋节"),
        ("中秋", "中秋节"),
        ("国庆节", "国庆节"),
        ("国庆", "国庆节"),
        ("妇女节", "妇女节"),
        ("三八节", "妇女节"),
        ("植树节", "植树节"),
        ("青年节", "青年节"),
        ("儿童节", "儿童节"),
        ("建党节", "建党节"),
        ("建军节", "建军节"),
        ("教师节", "教师节"),
        ("圣诞节", "圣诞节"),
        ("平安夜", "平安夜"),
        ("情人节", "情人节"),
        ("愚人节", "愚人节"),
        ("十一", "国庆节"),
    ] {
        if buf.is(i, word) {
            let at = i + word.chars().count();
            // 五一 and 十一 are festivals only before 前, 期间, 假期; 春节前后 and the like keep their words.
            let clear = buf.any(at, &["前", "之前", "以前", "期间", "假期", "节前"]).is_some();
            if word.chars().count() == 2 && !clear && matches!(word, "五一" | "十一") {
                return None;
            }
            return Some((name, at));
        }
    }
    None
}
