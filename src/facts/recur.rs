//! Recurring duties: 每周五12:00前, 每日17时前, 每月5日前, 每月第一个周一, 月后3日前, 上午、下午各报一次.

use chrono::{Datelike, Duration, Months, NaiveDate, NaiveDateTime};

use super::clock::{clock, office};
use super::num::number;
use super::resolve::{Frame, Meaning, Use, resolve};
use super::text::Buf;
use super::times::Item;
use super::usage::{Tail, tail};
use super::when::{Date, Mon, When, weekday_word};
use super::{Settings, TimePrecision, TimeRole};

enum Beat {
    Day,
    /// Monday to Friday by the calendar.
    Workday,
    /// Bits of weekdays, Monday the lowest.
    Week(u8),
    /// Bits of days of the month; bit 0 is the last day.
    Month(u32),
    /// The last working day of the month.
    LastWorkday,
    /// The n-th weekday of the month, Monday = 0; 0 is the last one.
    NthDay(u32, u32),
    QuarterEnd,
    /// A day of the year.
    Year(u32, u32),
}

const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// Reads the rule at 每.
pub(crate) fn recurring(buf: &Buf, i: usize, frame: Frame<'_>) -> Option<Item> {
    let (beat, at) = beat(buf, i + 1 + usize::from(buf.get(i + 1) == '逢'))?;
    let at = skip_note(buf, at);
    let mut used = When { from: i, to: at, ..When::default() };
    if let Some((office, to)) = office(buf, at) {
        used.office = Some(office);
        used.to = to;
    } else if let Some((mut clock, to)) = clock(buf, at, true) {
        // 每天9:00前 said in the evening is tomorrow's nine o'clock, not tonight's.
        clock.padded |= clock.part.is_none() && clock.hour.is_some_and(|h| h >= 7);
        used.clock = Some(clock);
        used.to = to;
    }
    used.to = further(buf, used.to);
    let (tail, len) = tail(buf, used.to);
    let end = used.to + len;
    let timed = used.office.is_some() || used.clock.is_some_and(|c| c.hour.is_some());
    let before = tail == Some(Tail::Before);
    let verb = buf.any(end, &["报", "发", "交", "上报", "前报", "在本群报", "送"]).is_some();
    let due = before || verb || timed && buf.has(end, buf.clause_end(end), &["报", "交", "发", "传"]);
    if !timed && !due && matches!(beat, Beat::Day) {
        return None;
    }
    let mut meaning = first_after(&beat, &used, frame, before)?;
    let at = meaning.due?;
    let time = if timed { format!(" {}", at.format("%H:%M")) } else { String::new() };
    let rule = format!("{}{time}", name(&beat));
    if !due {
        meaning.due = None;
    }
    (meaning.start, meaning.end) = (Some(at), Some(at));
    Some(Item {
        meaning,
        role: TimeRole::Recurring,
        from: i,
        to: end,
        conditional: false,
        firm: due && (timed || before),
        ranged: false,
        rule: Some(rule),
    })
}

/// 每天7:30—9:30: the end of the hours belongs to the rule, and is no moment of its own. Gives where it ends.
fn further(buf: &Buf, at: usize) -> usize {
    if !matches!(buf.get(at), '-' | '~' | '至' | '到') {
        return at;
    }
    clock(buf, at + 1, false).filter(|(end, _)| end.hour.is_some()).map_or(at, |(_, to)| to)
}

/// The rule in the words of `contract.md`: `daily`, `weekly:MO,TH`, `monthly:5`, `monthly:end`, `monthly:2FR`, `monthly:-1FR`
/// (the numbered weekdays of RFC 5545), `quarterly:end`, `yearly:12-04`.
fn name(beat: &Beat) -> String {
    match beat {
        Beat::Day => "daily".to_owned(),
        Beat::Workday => "workdays".to_owned(),
        Beat::Week(days) => {
            let named: Vec<&str> = (0..7).filter(|d| days >> d & 1 == 1).map(|d| DAYS[d]).collect();
            format!("weekly:{}", named.join(","))
        }
        Beat::Month(days) => {
            let named = (1..32).filter(|d| days >> d & 1 == 1).map(|d| d.to_string());
            let last = (days & 1 == 1).then(|| "end".to_owned());
            format!("monthly:{}", named.chain(last).collect::<Vec<_>>().join(","))
        }
        // Those who read the rule count by the calendar; the first day is the one that was read.
        Beat::LastWorkday => "monthly:end".to_owned(),
        Beat::NthDay(n, dow) => {
            let n = if *n == 0 { "-1".to_owned() } else { n.to_string() };
            format!("monthly:{n}{}", DAYS[*dow as usize])
        }
        Beat::QuarterEnd => "quarterly:end".to_owned(),
        Beat::Year(m, d) => format!("yearly:{m:02}-{d:02}"),
    }
}

fn beat(buf: &Buf, i: usize) -> Option<(Beat, usize)> {
    if let Some(len) = buf.any(i, &["个工作日", "工作日"]) {
        return Some((Beat::Workday, i + len));
    }
    if let Some(len) = buf.any(i, &["天", "日", "晚", "早", "隔一天"]) {
        return Some((Beat::Day, if matches!(buf.get(i), '晚' | '早') { i } else { i + len }));
    }
    let i = i + usize::from(buf.get(i) == '个');
    // 每周一次 names no day.
    if let Some((dow, to)) = weekday_word(buf, i).filter(|(_, to)| buf.get(*to) != '次') {
        return Some(weekdays(buf, dow, to));
    }
    if let Some(len) = buf.any(i, &["季度末", "季末", "季度最后一天", "季度结束前"]) {
        return Some((Beat::QuarterEnd, i + len - usize::from(buf.is(i, "季度结束前"))));
    }
    if buf.get(i) == '年' {
        let m = number(buf, i + 1).filter(|m| (1..=12).contains(&m.value) && buf.get(m.end) == '月')?;
        let d = number(buf, m.end + 1).filter(|d| (1..=31).contains(&d.value))?;
        return matches!(buf.get(d.end), '日' | '号').then_some((Beat::Year(m.value, d.value), d.end + 1));
    }
    let len = buf.any(i, &["月"])?;
    if let Some(end) = buf.any(i + len, &["的最后一个工作日", "最后一个工作日"]) {
        return Some((Beat::LastWorkday, i + len + end));
    }
    if let Some(end) = buf.any(i + len, &["最后一天", "月底", "月末", "底", "末"]) {
        return Some((Beat::Month(1), i + len + end));
    }
    nth_day(buf, i + len).or_else(|| month_days(buf, i + len))
}

/// 每周一、周四; 每周一、三、五; 每周一至周五.
fn weekdays(buf: &Buf, first: u32, to: usize) -> (Beat, usize) {
    let (mut days, mut last, mut at) = (1_u8 << first, first, to);
    // 每周一三五: the days stand in a row.
    while let Some(dow) = super::when::weekday_digit(buf.get(at))
        .filter(|dow| *dow > last && !buf.get(at).is_ascii_digit() && buf.get(at) != '末')
        .filter(|_| !matches!(buf.get(at + 1), '次' | '个' | '天' | '点' | '年' | '人' | '份' | '张'))
    {
        days |= 1 << dow;
        (last, at) = (dow, at + 1);
    }
    loop {
        let sign = buf.get(at);
        if !matches!(sign, '、' | '和' | '及' | '至' | '到' | '-' | '~') {
            return (Beat::Week(days), at);
        }
        let bare = || {
            let dow =
                super::when::weekday_digit(buf.get(at + 1)).filter(|_| !buf.get(at + 1).is_ascii_digit())?;
            Some((dow, at + 2))
        };
        let Some((dow, end)) = weekday_word(buf, at + 1).or_else(bare) else { return (Beat::Week(days), at) };
        if matches!(sign, '、' | '和' | '及') {
            days |= 1 << dow;
        } else if dow > last {
            days |= (last..=dow).fold(0, |bits, d| bits | 1 << d);
        } else {
            return (Beat::Week(days), at);
        }
        (last, at) = (dow, end);
    }
}

/// 每月第一个周一; 每月的第二个星期五; 每月最后一个周五.
fn nth_day(buf: &Buf, i: usize) -> Option<(Beat, usize)> {
    let (date, to) = super::dates::nth(buf, Mon::Rel(0), i, None)?;
    match date {
        Date::NthDay { n, dow, .. } => Some((Beat::NthDay(n, dow), to)),
        _ => None,
    }
}

/// 每月5日; 每月10日、20日、30日; 每月1号和15号.
fn month_days(buf: &Buf, i: usize) -> Option<(Beat, usize)> {
    let day = |at: usize| {
        let n = number(buf, at).filter(|n| (1..=31).contains(&n.value))?;
        matches!(buf.get(n.end), '日' | '号').then_some((n.value, n.end + 1))
    };
    let (first, mut at) = day(i)?;
    let mut days = 1_u32 << first;
    while matches!(buf.get(at), '、' | '和' | '及') {
        let Some((more, to)) = day(at + 1) else { break };
        days |= 1 << more;
        at = to;
    }
    Some((Beat::Month(days), at))
}

/// 每日（9月19日-21日）下午15时前.
fn skip_note(buf: &Buf, at: usize) -> usize {
    if buf.get(at) == '('
        && let Some(end) = (at..at + 20).find(|&k| buf.get(k) == ')')
    {
        return end + 1;
    }
    at
}

fn first_after(beat: &Beat, when: &When, frame: Frame<'_>, before: bool) -> Option<Meaning> {
    let today = frame.sent.date();
    let used = Use { office_hours: true, deadline: false, before, ..Use::default() };
    let on = |day: NaiveDate| -> Option<Meaning> {
        let mut w = when.clone();
        w.date = Some(Date::Rel((day - today).num_days()));
        let mut m = resolve(&w, frame, used)?;
        m.inferred |= w.clock.is_none();
        Some(m)
    };
    let last = |day: NaiveDate| day.succ_opt().is_some_and(|next| next.day() == 1);
    let last_workday = |day: NaiveDate| {
        let works = |d: NaiveDate| frame.settings.calendar.is_workday(d);
        let rest = day.iter_days().skip(1).take_while(|d| d.month() == day.month());
        works(day) && !rest.clone().any(works)
    };
    let horizon = match beat {
        Beat::Year(..) => 366,
        // A fifth Friday may be four months away.
        Beat::NthDay(..) => 124,
        _ => 93,
    };
    for n in 0..=horizon {
        let day = today.checked_add_signed(Duration::days(n))?;
        let fits = match beat {
            Beat::Day => true,
            Beat::Workday => frame.settings.calendar.is_workday(day),
            Beat::Week(days) => days >> day.weekday().num_days_from_monday() & 1 == 1,
            Beat::Month(days) => days >> day.day() & 1 == 1 || days & 1 == 1 && last(day),
            Beat::LastWorkday => last_workday(day),
            Beat::NthDay(n, dow) => {
                super::festival::nth_weekday(day.year(), day.month(), *n, *dow) == Some(day)
            }
            Beat::QuarterEnd => last(day) && day.month().is_multiple_of(3),
            Beat::Year(m, d) => (day.month(), day.day()) == (*m, *d),
        };
        if fits {
            let m = on(day)?;
            if m.due.is_some_and(|at| at >= frame.sent) {
                return Some(m);
            }
        }
    }
    None
}

/// Rules that are not written with 每: 月后3日前, and days that belong to a rule named before (每周一…今天17:00前).
pub(crate) fn lift(buf: &Buf, sent: NaiveDateTime, settings: &Settings, items: &mut Vec<Item>) {
    let _ = settings;
    for word in ["月后", "次月"] {
        let Some(i) = buf.find(0, buf.len().min(400), word) else { continue };
        let Some(n) = number(buf, i + 2).filter(|n| (1..=28).contains(&n.value)) else { continue };
        if buf.get(n.end) != '日' || buf.get(n.end + 1) != '前' || word == "次月" && buf.before(i) != '于'
        {
            continue;
        }
        let this = sent.date().with_day(n.value);
        let next = this
            .filter(|d| *d >= sent.date())
            .or_else(|| this.and_then(|d| d.checked_add_months(Months::new(1))));
        let due = next.and_then(|d| d.and_hms_opt(23, 59, 0));
        items.retain(|x| x.to <= i || x.from >= n.end + 2);
        items.push(Item {
            meaning: Meaning {
                due,
                start: due,
                end: due,
                precision: TimePrecision::Day,
                inferred: true,
                ..Meaning::default()
            },
            role: TimeRole::Recurring,
            from: i,
            to: n.end + 2,
            conditional: false,
            firm: true,
            ranged: false,
            rule: Some(format!("monthly:+{}", n.value)),
        });
        items.sort_by_key(|x| x.from);
        return;
    }
    if items.iter().any(|x| x.rule.is_some()) {
        return;
    }
    weekly_by_name(buf, items);
}

/// 每周一信息稿：…今天17:00前; 周报…本周五16:00前.
fn weekly_by_name(buf: &Buf, items: &mut [Item]) {
    let head = buf.len().min(40);
    let Some(i) = buf.find(0, head, "每周") else { return };
    let Some((dow, _)) = weekday_word(buf, i + 1) else { return };
    let hit = items.iter_mut().find(|x| {
        x.role == TimeRole::Deadline
            && x.meaning.day.is_some_and(|d| d.weekday().num_days_from_monday() == dow)
    });
    if let Some(item) = hit
        && let Some(at) = item.meaning.due
    {
        item.rule = Some(format!("{} {}", name(&Beat::Week(1 << dow)), at.format("%H:%M")));
    }
}
