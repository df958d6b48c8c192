//! Recurring duties: 每周五12:00前, 每日17时前, 每月5日前, 月后3日前, 上午、下午各报一次.

use chrono::{Datelike, Duration, Months, NaiveDate, NaiveDateTime};

use super::clock::{clock, office};
use super::num::number;
use super::resolve::{Frame, Meaning, Use, resolve};
use super::text::Buf;
use super::times::Item;
use super::usage::{Tail, tail};
use super::when::{When, weekday_word};
use super::{Settings, TimePrecision, TimeRole};

enum Beat {
    Day,
    Week(u32),
    MonthDay(u32),
}

const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// Reads the rule at 每.
pub(crate) fn recurring(buf: &Buf, i: usize, frame: Frame<'_>) -> Option<Item> {
    let (beat, at) = beat(buf, i + 1)?;
    let at = skip_note(buf, at);
    let mut used = When { from: i, to: at, ..When::default() };
    if let Some((office, to)) = office(buf, at) {
        used.office = Some(office);
        used.to = to;
    } else if let Some((clock, to)) = clock(buf, at, true) {
        used.clock = Some(clock);
        used.to = to;
    }
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
    let rule = match beat {
        Beat::Day => format!("daily{time}"),
        Beat::Week(d) => format!("weekly:{}{time}", DAYS.get(d as usize).copied().unwrap_or("MO")),
        Beat::MonthDay(d) => format!("monthly:{d}{time}"),
    };
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
        rule: Some(rule),
    })
}

fn beat(buf: &Buf, i: usize) -> Option<(Beat, usize)> {
    if let Some(len) = buf.any(i, &["个工作日", "工作日", "天", "日", "晚"]) {
        return Some((Beat::Day, if buf.is(i, "晚") { i } else { i + len }));
    }
    if let Some((dow, to)) = weekday_word(buf, i) {
        return Some((Beat::Week(dow), to));
    }
    let len = buf.any(i, &["个月", "月"])?;
    let n = number(buf, i + len).filter(|n| (1..=31).contains(&n.value))?;
    matches!(buf.get(n.end), '日' | '号').then_some((Beat::MonthDay(n.value), n.end + 1))
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
        w.date = Some(super::when::Date::Rel((day - today).num_days()));
        let mut m = resolve(&w, frame, used)?;
        m.inferred |= w.clock.is_none();
        Some(m)
    };
    for n in 0..=62 {
        let day = today + Duration::days(n);
        let fits = match beat {
            Beat::Day => true,
            Beat::Week(d) => day.weekday().num_days_from_monday() == *d,
            Beat::MonthDay(d) => day.day() == *d,
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
        let day = DAYS.get(dow as usize).copied().unwrap_or("MO");
        item.rule = Some(format!("weekly:{day} {}", at.format("%H:%M")));
    }
}
