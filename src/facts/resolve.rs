//! What a time expression says → which moment it means, relative to the moment of sending (`extraction.md` §5.3, rules
//! 1–10 and 13). Ambiguity is flagged, and a second reading that is as good by the words is kept as an alternative.

use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

use super::civil::{DayRange, LATE, day, midnight, month_add, month_end, shift};
use super::clock::{Clock, OFFICE_OPENS, Office, Part};
use super::length::laid_off;
use super::when::{Date, Mon, Portion, When, Year};
use super::{Settings, TimePrecision};

/// What earlier expressions of the same text named.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Named {
    /// The last day named.
    pub(crate) day: Option<NaiveDate>,
    /// The year and month of the last day that was named with its month.
    pub(crate) month: Option<(i32, u32)>,
}

/// How the expression is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Use {
    /// It is a deadline or an event: hours without a part of the day follow office hours.
    pub(crate) office_hours: bool,
    /// It is a deadline: past days roll forward.
    pub(crate) deadline: bool,
    /// 前 stands behind it.
    pub(crate) before: bool,
    /// 内 stands behind it.
    pub(crate) within: bool,
    /// 期间 stands behind it.
    pub(crate) during: bool,
    /// 集合, 出发, 起床: five o'clock is the morning.
    pub(crate) dawn: bool,
}

/// A pair of first moment and half-open end.
pub(crate) type Pair = (Option<NaiveDateTime>, Option<NaiveDateTime>);

/// The moments an expression means.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Meaning {
    pub(crate) start: Option<NaiveDateTime>,
    pub(crate) end: Option<NaiveDateTime>,
    /// The moment by which something is due if it is a deadline.
    pub(crate) due: Option<NaiveDateTime>,
    pub(crate) precision: TimePrecision,
    pub(crate) flags: Vec<&'static str>,
    pub(crate) other: Vec<Pair>,
    pub(crate) day: Option<NaiveDate>,
    /// A rule beyond the words was needed.
    pub(crate) inferred: bool,
    /// The month was said.
    pub(crate) month_said: bool,
}

/// Everything resolution needs besides the expression.
#[derive(Clone, Copy)]
pub(crate) struct Frame<'a> {
    pub(crate) sent: NaiveDateTime,
    pub(crate) settings: &'a Settings,
    pub(crate) named: Named,
}

/// Resolves `when`.
pub(crate) fn resolve(when: &When, frame: Frame<'_>, used: Use) -> Option<Meaning> {
    let mut out = Meaning::default();
    if let Some(length) = when.length {
        return laid_off(length, frame);
    }
    let today = frame.sent.date();
    let (mut first, mut last) = match when.date {
        Some(date) => days_of(date, frame, used, &mut out)?,
        None => (today, today),
    };
    if let Some(note) = when.note_date {
        let mut side = Meaning::default();
        if let Some((f, l)) = days_of(note, frame, used, &mut side) {
            if f != first {
                out.flags.push("date_conflict");
            }
            (first, last) = (f, l);
        }
    }
    if let Some(dow) = when.note_dow {
        note_weekday(when, dow, &mut first, &mut last, &mut out);
    }
    out.day = Some(first);
    out.month_said = matches!(when.date, Some(Date::Ymd { m: Some(_), .. }));
    if when.fuzzy {
        out.flags.push("fuzzy");
    }
    if let Some(office) = when.office {
        at_office(office, when.date.is_none(), first, frame, &mut out);
        return Some(out);
    }
    match when.clock {
        Some(Clock { hour: Some(_), .. }) => at_clock(when, first, frame, used, &mut out),
        Some(Clock { part: Some(part), .. }) => in_part(part, when, first, frame, used, &mut out),
        _ => whole_days(when, first, last, frame, used, &mut out),
    }
    Some(out)
}

fn note_weekday(when: &When, dow: u32, first: &mut NaiveDate, last: &mut NaiveDate, out: &mut Meaning) {
    if first.weekday().num_days_from_monday() == dow {
        return;
    }
    if let Some(Date::Ymd { y: None, m: Some(_), .. }) = when.date {
        for by in [-1, 1] {
            let other = first.with_year(first.year() + by);
            if let Some(d) = other.filter(|d| d.weekday().num_days_from_monday() == dow)
                && (d - *first).num_days().abs() <= 366
                && out.flags.contains(&"overdue")
            {
                (*first, *last) = (d, d);
                out.flags.retain(|f| *f != "overdue");
                return;
            }
        }
    }
    out.flags.push("weekday_mismatch");
}

fn days_of(date: Date, frame: Frame<'_>, used: Use, out: &mut Meaning) -> Option<DayRange> {
    let today = frame.sent.date();
    let monday = shift(today, -i64::from(today.weekday().num_days_from_monday()));
    Some(match date {
        Date::Rel(n) => one(shift(today, n)),
        Date::Days(a, b) => (shift(today, a), shift(today, b)),
        Date::Anchor(n) => one(shift(frame.named.day.unwrap_or(today), n)),
        Date::Ymd { y, m, d } => one(calendar_day(y, m, d, frame, used, out)?),
        Date::Weekday { week, dow } => one(weekday(week, dow, today, monday, used, out)),
        Date::Week(n) => (shift(monday, 7 * n), shift(monday, 7 * n + 6)),
        Date::Weekend(n) => (shift(monday, 7 * n + 5), shift(monday, 7 * n + 6)),
        Date::Month { y, m, part } => month(y, m, part, frame, out)?,
        Date::Year { y, part } => {
            let y = abs_year(y, today);
            out.inferred = true;
            match part {
                Portion::End => one(day(y, 12, 31)?),
                Portion::Begin => (day(y, 1, 1)?, day(y, 1, 31)?),
                Portion::Middle => one(day(y, 6, 30)?),
                _ => (day(y, 1, 1)?, day(y, 12, 31)?),
            }
        }
        Date::Quarter { y, q, rel, part } => quarter(y, q, rel, part, today)?,
        Date::Half { y, second } => {
            let y = y.map_or(today.year(), |y| abs_year(y, today));
            out.inferred = true;
            if second { (day(y, 7, 1)?, day(y, 12, 31)?) } else { (day(y, 1, 1)?, day(y, 6, 30)?) }
        }
        Date::Months { y, from, to } => {
            let y = y.map_or(today.year(), |y| abs_year(y, today));
            (day(y, from, 1)?, month_end(y, to))
        }
        Date::Years(a, b) => (day(a, 1, 1)?, day(b, 12, 31)?),
        Date::NthDay { y, m, n, dow } => {
            let (y, m) = year_month(y, m, today)?;
            one(super::festival::nth_weekday(y, m, n, dow)?)
        }
        Date::NthWeekend { y, m, n } => {
            let (y, m) = year_month(y, m, today)?;
            let saturday = super::festival::nth_weekday(y, m, n, 5)?;
            (saturday, shift(saturday, 1))
        }
        Date::NthWeek { y, m, n } => nth_week(y, m, n, today, out)?,
        Date::Festival { y, n, by: 0 } => festival(y, n, frame, used, out)?,
        Date::Festival { y, n, by } => {
            // The day beside it is a day of its own: 前 behind it does not mean the block of days off.
            let day = Use { before: false, during: false, ..used };
            one(shift(festival(y, n, frame, day, out)?.0, by))
        }
        Date::Today { years, months, weeks } => {
            let (y, m) = month_add(today.year() + years, today.month(), months);
            let on = day(y, m, today.day()).unwrap_or_else(|| month_end(y, m));
            one(shift(on, 7 * weeks))
        }
        Date::Lunar { y, on } => {
            out.inferred = true;
            out.flags.push("lunar");
            one(super::lunar::day_of(on, y.map(|y| abs_year(y, today)), today)?)
        }
    })
}

fn nth_week(y: Option<Year>, m: Mon, n: u32, today: NaiveDate, out: &mut Meaning) -> Option<DayRange> {
    let (y, m) = year_month(y, m, today)?;
    // A week belongs to the month that has its Thursday.
    let thursday = super::festival::nth_weekday(y, m, n, 3)?;
    if n > 0 {
        let first = day(y, m, 7 * (n - 1) + 1)?;
        out.other.push((Some(midnight(first)), Some(midnight(shift(first, 7)))));
    }
    Some((shift(thursday, -3), shift(thursday, 3)))
}

fn one(d: NaiveDate) -> DayRange {
    (d, d)
}

fn abs_year(y: Year, today: NaiveDate) -> i32 {
    match y {
        Year::Abs(y) => y,
        Year::Rel(n) => today.year() + n,
    }
}

/// Rules 7 and 8.
fn calendar_day(
    y: Option<Year>,
    m: Option<Mon>,
    d: u32,
    frame: Frame<'_>,
    used: Use,
    out: &mut Meaning,
) -> Option<NaiveDate> {
    let today = frame.sent.date();
    if let Some(y) = y {
        let y = abs_year(y, today);
        return match m {
            Some(Mon::Abs(m)) => day(y, m, d),
            _ => day(y, today.month(), d),
        };
    }
    match m {
        Some(Mon::Abs(m)) => year_for(m, d, today, out),
        Some(Mon::Rel(by)) => {
            let (y, m) = month_add(today.year(), today.month(), by);
            let found = day(y, m, d)?;
            if by == 0 && found < today {
                out.flags.push("overdue");
            }
            Some(found)
        }
        None => {
            if let (Some((y, m)), Some(last)) = (frame.named.month, frame.named.day) {
                let near = day(y, m, d).filter(|c| *c >= last && (*c - last).num_days() <= 20);
                if near.is_some() {
                    return near;
                }
            }
            day_of_month(d, today, used, out)
        }
    }
}

fn day_of_month(d: u32, today: NaiveDate, used: Use, out: &mut Meaning) -> Option<NaiveDate> {
    let this = day(today.year(), today.month(), d);
    if let Some(found) = this.filter(|c| *c >= today) {
        return Some(found);
    }
    if let Some(past) = this {
        out.other.push((Some(midnight(past)), Some(midnight(shift(past, 1)))));
        if !used.deadline && !used.office_hours && (today - past).num_days() <= 3 {
            // 8号开了会: a day just past is meant when nothing is due.
        }
    }
    for by in 1..=3 {
        let (y, m) = month_add(today.year(), today.month(), by);
        if let Some(found) = day(y, m, d) {
            out.flags.push("rolled_month");
            return Some(found);
        }
    }
    None
}

fn year_for(m: u32, d: u32, today: NaiveDate, out: &mut Meaning) -> Option<NaiveDate> {
    let candidates = (-1..=1).filter_map(|by| day(today.year() + by, m, d));
    let fits = candidates.clone().find(|c| (-92..=273).contains(&(*c - today).num_days()));
    let found = fits.or_else(|| {
        (-4..=4).filter_map(|by| day(today.year() + by, m, d)).min_by_key(|c| {
            let n = (*c - today).num_days();
            if n < 0 { -2 * n } else { n }
        })
    })?;
    if found < today {
        out.flags.push("overdue");
    }
    if found.year() != today.year()
        && let Some(this) = day(today.year(), m, d)
    {
        out.other.push((Some(midnight(this)), Some(midnight(shift(this, 1)))));
    }
    Some(found)
}

/// Rule 6.
fn weekday(
    week: Option<i64>,
    dow: u32,
    today: NaiveDate,
    monday: NaiveDate,
    used: Use,
    out: &mut Meaning,
) -> NaiveDate {
    let this = shift(monday, i64::from(dow));
    out.inferred = true;
    match week {
        None if this >= today => this,
        None => {
            out.other.push((Some(midnight(this)), Some(midnight(shift(this, 1)))));
            shift(this, 7)
        }
        Some(0) if used.deadline && this < today => {
            out.flags.extend(["rolled_week", "low"]);
            shift(this, 7)
        }
        Some(n) => shift(this, 7 * n),
    }
}

fn month(y: Option<Year>, m: Mon, part: Portion, frame: Frame<'_>, out: &mut Meaning) -> Option<DayRange> {
    let today = frame.sent.date();
    let (year, m) = match (y, m) {
        (Some(y), Mon::Abs(m)) => (abs_year(y, today), m),
        (_, Mon::Rel(by)) => month_add(today.year(), today.month(), by),
        (None, Mon::Abs(m)) => {
            let end = year_for(m, 28, today, &mut Meaning::default())?;
            if end.year() != today.year() && part == Portion::Whole {
                let this = day(today.year(), m, 1)?;
                let last = month_end(today.year(), m);
                out.other.push((Some(midnight(this)), Some(midnight(shift(last, 1)))));
            }
            (end.year(), m)
        }
    };
    let last = month_end(year, m);
    out.inferred = true;
    Some(match part {
        Portion::Whole => (day(year, m, 1)?, last),
        Portion::End => one(last),
        Portion::Begin | Portion::First => {
            out.flags.push("fuzzy");
            (day(year, m, 1)?, day(year, m, 10)?)
        }
        Portion::Middle => {
            out.flags.push("fuzzy");
            (day(year, m, 11)?, day(year, m, 20)?)
        }
        Portion::Last => {
            out.flags.push("fuzzy");
            (day(year, m, 21)?, last)
        }
        Portion::FirstTwo => {
            out.flags.push("fuzzy");
            (day(year, m, 1)?, day(year, m, 20)?)
        }
        Portion::FirstHalf => (day(year, m, 1)?, day(year, m, 15)?),
        Portion::SecondHalf => (day(year, m, 16)?, last),
        Portion::LastTwo => {
            out.flags.push("fuzzy");
            (day(year, m, 11)?, last)
        }
    })
}

fn quarter(y: Option<Year>, q: Option<i32>, rel: i32, part: Portion, today: NaiveDate) -> Option<DayRange> {
    let this = i32::try_from(today.month0() / 3).ok()?;
    let y = y.map_or(today.year(), |y| abs_year(y, today));
    let n = y * 4 + q.map_or(this, |q| q - 1) + rel;
    let (y, q) = (n.div_euclid(4), u32::try_from(n.rem_euclid(4)).ok()?);
    let (first, last) = (day(y, q * 3 + 1, 1)?, month_end(y, q * 3 + 3));
    Some(if part == Portion::End { one(last) } else { (first, last) })
}

fn year_month(y: Option<Year>, m: Mon, today: NaiveDate) -> Option<(i32, u32)> {
    Some(match (y, m) {
        (Some(y), Mon::Abs(m)) => (abs_year(y, today), m),
        (_, Mon::Rel(by)) => month_add(today.year(), today.month(), by),
        (None, Mon::Abs(m)) => (year_for(m, 28, today, &mut Meaning::default())?.year(), m),
    })
}

/// A festival's day; before 前 and with 期间 its block of days off counts (rule 13).
fn festival(y: Option<Year>, n: u16, frame: Frame<'_>, used: Use, out: &mut Meaning) -> Option<DayRange> {
    let today = frame.sent.date();
    let festival = super::festival::get(n)?;
    out.flags.push("festival");
    out.inferred = true;
    let calendar = &frame.settings.calendar;
    let block = |d: NaiveDate| if festival.off { calendar.block(d) } else { (d, d) };
    let on = match y {
        Some(y) => festival.in_year(abs_year(y, today))?,
        None => (-1..=1).filter_map(|by| festival.in_year(today.year() + by)).find(|d| {
            let (first, last) = block(*d);
            if used.before { first > today } else { last >= today && (used.during || *d >= today) }
        })?,
    };
    if festival.off && !calendar.knows(on.year()) && (used.before || used.during) {
        out.flags.push("no_calendar");
    }
    let (first, last) = block(on);
    Some(if used.before {
        (first, first)
    } else if used.during {
        (first, last)
    } else {
        (on, on)
    })
}

/// Rule 2.
fn at_office(office: Office, undated: bool, first: NaiveDate, frame: Frame<'_>, out: &mut Meaning) {
    let close = |day: NaiveDate| match office {
        Office::Day => frame.settings.close_on(day),
        Office::Morning => frame.settings.morning_close,
        Office::Opening => OFFICE_OPENS,
    };
    let time = close(first);
    let mut on = first;
    if undated && frame.sent >= first.and_time(time) {
        let (next, known) = frame.settings.calendar.add_workdays(first, 1);
        on = next;
        out.flags.extend(["rolled_day", "low"]);
        if !known {
            out.flags.push("no_calendar");
        }
    }
    let at = on.and_time(close(on));
    out.day = Some(on);
    out.inferred = true;
    out.precision = TimePrecision::Office;
    (out.start, out.end, out.due) = (Some(at), Some(at + Duration::minutes(1)), Some(at));
}

/// Rule 4.
fn at_clock(when: &When, first: NaiveDate, frame: Frame<'_>, used: Use, out: &mut Meaning) {
    let Some(clock) = when.clock else { return };
    let h = clock.hour.unwrap_or(0);
    let (mut hour, mut next_day) = (h, false);
    let today = first == frame.sent.date();
    match clock.part {
        Some(Part::Afternoon | Part::Dusk) if h < 12 => hour += 12,
        Some(Part::Evening | Part::Night) if h == 12 || h == 0 => (hour, next_day) = (0, true),
        Some(Part::Night) if h < 6 => {}
        Some(Part::Evening | Part::Night) if h < 12 => hour += 12,
        Some(Part::Noon) if (1..=3).contains(&h) => hour += 12,
        Some(Part::Dawn) if h == 12 => hour = 0,
        _ => {}
    }
    if h == 24 {
        (hour, next_day) = (0, true);
    }
    if clock.part.is_none() && !clock.padded && (1..=12).contains(&h) {
        hour = bare_hour(clock, first, today, frame, used, out);
    }
    let Some(time) = NaiveTime::from_hms_opt(hour, clock.minute.unwrap_or(0), clock.second.unwrap_or(0))
    else {
        return;
    };
    let mut on = if next_day { shift(first, 1) } else { first };
    if when.date.is_none() && used.deadline && on.and_time(time) <= frame.sent && today && used.before {
        // 8点前 sent at 21:00: nothing today can be meant.
        if clock.part.is_some_and(|p| matches!(p, Part::Morning | Part::Forenoon | Part::Dawn)) || h <= 11 {
            on = shift(on, 1);
            out.flags.extend(["rolled_day", "low"]);
            out.inferred = true;
        }
    }
    if matches!(when.date, Some(super::when::Date::Weekday { week: None, .. }))
        && used.office_hours
        && !used.deadline
        && today
        && on.and_time(time) < frame.sent
    {
        // 周二上午九点开 said on a Tuesday at ten is the next one.
        on = shift(on, 7);
        out.flags.extend(["rolled_week", "low"]);
    }
    let unit = match (clock.second, clock.minute) {
        (Some(_), _) => Duration::seconds(1),
        (None, Some(_)) => Duration::minutes(1),
        _ => Duration::hours(1),
    };
    let at = on.and_time(time);
    out.precision = TimePrecision::Minute;
    out.day = Some(on);
    (out.start, out.end, out.due) = (Some(at), Some(at + unit), Some(at));
    if clock.part.is_none() && (1..12).contains(&h) && !clock.padded {
        let other = if hour >= 12 { at - Duration::hours(12) } else { at + Duration::hours(12) };
        out.other.push((Some(other), Some(other + unit)));
    }
    if frame.sent.hour() < 5 && matches!(when.date, Some(Date::Rel(_))) {
        out.flags.push("low");
    }
}

fn bare_hour(
    clock: Clock,
    first: NaiveDate,
    today: bool,
    frame: Frame<'_>,
    used: Use,
    out: &mut Meaning,
) -> u32 {
    let h = clock.hour.unwrap_or(0);
    if !used.office_hours {
        return h;
    }
    if used.dawn && (5..=6).contains(&h) {
        out.flags.push("low");
        return h;
    }
    if (1..=6).contains(&h) {
        out.flags.push("inferred_pm");
        return h + 12;
    }
    let minute = clock.minute.unwrap_or(0);
    let past = first.and_hms_opt(h, minute, 0).is_some_and(|at| at <= frame.sent);
    let evening = frame.sent.hour() >= 18 && (7..=11).contains(&h);
    if today
        && past
        && ((7..=9).contains(&h) || evening)
        && first.and_hms_opt(h + 12, minute, 0) > Some(frame.sent)
    {
        out.flags.push("inferred_pm");
        return h + 12;
    }
    h
}

/// Rule 3: a part of the day without an hour.
fn in_part(part: Part, when: &When, first: NaiveDate, frame: Frame<'_>, used: Use, out: &mut Meaning) {
    let (from, to) = match part {
        Part::Dawn => (0, 6),
        Part::Morning => (6, 9),
        Part::Forenoon => (8, 12),
        Part::Noon => (12, 13),
        Part::Afternoon => (12, 18),
        Part::Dusk => (17, 19),
        Part::Evening => (18, 24),
        Part::Night => (20, 24),
    };
    let at = |h: i64| midnight(first) + Duration::hours(h);
    (out.start, out.end) = (Some(at(from)), Some(at(to)));
    out.inferred = true;
    out.precision = TimePrecision::Minute;
    out.due = Some(match part {
        Part::Dawn => at(6),
        Part::Morning => at(9),
        Part::Forenoon | Part::Noon => first.and_time(frame.settings.morning_close),
        Part::Afternoon => {
            out.flags.push("ambiguous");
            out.precision = TimePrecision::Office;
            first.and_time(frame.settings.close_on(first))
        }
        Part::Dusk => at(18),
        Part::Evening | Part::Night if used.before && when.clock.is_some() => {
            out.flags.push("ambiguous");
            at(18)
        }
        Part::Evening | Part::Night => {
            out.precision = TimePrecision::Day;
            first.and_time(LATE)
        }
    });
}

fn whole_days(
    when: &When,
    first: NaiveDate,
    last: NaiveDate,
    frame: Frame<'_>,
    used: Use,
    out: &mut Meaning,
) {
    out.precision = TimePrecision::Day;
    (out.start, out.end) = (Some(midnight(first)), Some(midnight(shift(last, 1))));
    let mut due = last.and_time(LATE);
    match when.date {
        Some(Date::Week(_)) if used.deadline && !frame.settings.week_ends_sunday => {
            let mut on = shift(last, 0);
            while on > first && !frame.settings.calendar.is_workday(on) {
                on = shift(on, -1);
            }
            due = on.and_time(frame.settings.close_on(on));
            out.precision = TimePrecision::Office;
            out.flags.push("fuzzy");
        }
        Some(Date::Weekend(_)) if used.before => {
            let eve = shift(first, -1);
            due = eve.and_time(frame.settings.close_on(eve));
            out.precision = TimePrecision::Office;
        }
        Some(Date::Festival { by: 0, .. }) if used.before => {
            due = shift(first, -1).and_time(LATE);
            out.day = Some(shift(first, -1));
        }
        _ => {}
    }
    if when.date.is_none() {
        return;
    }
    out.due = Some(due);
}
