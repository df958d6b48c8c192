//! Finds every time expression of a text, joins ranges, reads the words before and behind it and says what it is for.

use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime};

use super::clock::Clock;
use super::length::{Unit, Way};
use super::range::{bare_range_head, range_end};
use super::resolve::{Frame, Meaning, Named, Use, resolve};
use super::row::{are_hours, days_of, follows_day, is_day, is_hour, spans_days};
use super::text::Buf;
use super::usage::{Near, Tail, near, tail, usage};
use super::when::{Date, When, can_start, when};
use super::{Due, Event, Facts, Input, Recurrence, Settings, TimeFact, TimePrecision, TimeRole};

/// One expression with what it means and what it is for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Item {
    pub(crate) meaning: Meaning,
    pub(crate) role: TimeRole,
    /// Where the words stand in the buffer, tail included.
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// It holds only if something happens first (发现…24小时内): no deadline of the notice.
    pub(crate) conditional: bool,
    /// It is written with a tail or a label, not only beside a verb.
    pub(crate) firm: bool,
    /// Both ends are said.
    pub(crate) ranged: bool,
    /// A recurrence rule.
    pub(crate) rule: Option<String>,
}

/// All expressions of a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Times {
    pub(crate) items: Vec<Item>,
}

/// Reads all time expressions. In a 接龙 only the text before the first entry counts.
pub(crate) fn read(buf: &Buf, input: &Input<'_>, settings: &Settings, until: usize) -> Times {
    let mut times = Times::default();
    let mut named = Named::default();
    let mut i = 0;
    while i < until.min(buf.len()) {
        let c = buf.c[i];
        if !can_start(c) && c != '每' {
            i += 1;
            continue;
        }
        let frame = Frame { sent: input.sent, settings, named };
        if c == '每' {
            // 3月26日—4月6日每日15:00前报: the first time is on the first of these days.
            let near = |last: &Item| last.to == i || last.to + 1 == i && buf.get(last.to) == ',';
            let row = times.items.last_mut().filter(|last| near(last) && days_of(last).is_some());
            let begins = row.as_deref().and_then(days_of).map(|(first, _)| first.and_time(NaiveTime::MIN));
            let frame = Frame { sent: begins.map_or(input.sent, |at| at.max(input.sent)), ..frame };
            if let Some(item) = super::recur::recurring(buf, i, frame) {
                if let Some(row) = row.filter(|row| row.role == TimeRole::Deadline) {
                    row.role = TimeRole::Other;
                }
                i = item.to.max(i + 1);
                times.items.push(item);
                continue;
            }
            i += 1;
            continue;
        }
        match expression(buf, i, frame, &mut times.items) {
            Some((to, day, month)) => {
                named.day = day.or(named.day);
                named.month = month.or(named.month);
                i = to.max(i + 1);
            }
            None => {
                times.items.extend(garbled(buf, i));
                i = skip(buf, i);
            }
        }
    }
    super::recur::lift(buf, input.sent, settings, &mut times.items);
    times
}

/// The next place to look after a failed try: a whole run of digits is passed over at once.
fn skip(buf: &Buf, i: usize) -> usize {
    let mut at = i + 1;
    if buf.get(i).is_ascii_digit() {
        while buf.get(at).is_ascii_digit() {
            at += 1;
        }
    }
    at
}

/// 6512:00前: a clock with a tail behind digits that lost their signs. Nothing is guessed (§5.5).
fn garbled(buf: &Buf, i: usize) -> Option<Item> {
    let digits = (i..(i + 9).min(buf.len())).take_while(|&k| buf.c[k].is_ascii_digit()).count();
    let two = |k: usize| {
        buf.get(k).is_ascii_digit() && buf.get(k + 1).is_ascii_digit() && !buf.get(k + 2).is_ascii_digit()
    };
    if !(3..=8).contains(&digits) || buf.get(i + digits) != ':' || !two(i + digits + 1) {
        return None;
    }
    let (tail, len) = tail(buf, i + digits + 3);
    (tail == Some(Tail::Before)).then(|| Item {
        meaning: Meaning { flags: vec!["garbled"], precision: TimePrecision::None, ..Meaning::default() },
        role: TimeRole::Deadline,
        from: i,
        to: i + digits + 3 + len,
        conditional: false,
        firm: true,
        ranged: false,
        rule: None,
    })
}

/// Texts longer than this hold standing rules (15分钟内到场), which are no deadlines of the notice.
const RULES_FROM: usize = 200;

fn within_is_firm(buf: &Buf, w: &When) -> bool {
    w.length.is_some_and(|l| {
        let short = matches!(l.unit, Unit::Second | Unit::Minute | Unit::Hour);
        l.way == Way::Within && (!short || buf.len() <= RULES_FROM)
    })
}

type Found = (usize, Option<chrono::NaiveDate>, Option<(i32, u32)>);

fn expression(buf: &Buf, i: usize, frame: Frame<'_>, items: &mut Vec<Item>) -> Option<Found> {
    let mut first = when(buf, i).or_else(|| bare_range_head(buf, i))?;
    if let Some(note) = trivial(buf, &first) {
        return note.then_some((first.to, None, None));
    }
    if frame.named.day.is_none() && first.date == Some(Date::Anchor(-1)) {
        // 会前一天17:00前: the day before a day that is not said.
        return Some((first.to + tail(buf, first.to).1, None, None));
    }
    let mut second = range_end(buf, &first);
    let end = second.as_ref().map_or(first.to, |w| w.to);
    let (tail, len) = tail(buf, end);
    let tail = tail.or((buf.is(i, "即日起") && second.is_none()).then_some(Tail::From));
    let near = near(buf, i, end, end + len, tail, second.is_some());
    let bare = first.date.is_none() && first.length.is_none();
    if bare && inherits(buf, i, items, frame.named, frame.sent)
        || are_hours(&first, second.as_ref()) && follows_day(buf, items.last(), i, frame)
    {
        first.date = Some(Date::Anchor(0));
    }
    if second.is_none() && dangling(buf, &first, tail, &near) {
        return Some((first.to, None, None));
    }
    let (mut role, conditional) = usage(buf, i, end + len, tail, &near, &first, second.as_ref());
    // “周四夜学”本周起恢复: a part of a name.
    let in_name = tail.is_none() && buf.inside_name(i, end);
    if in_name || is_hour(&first) && spans_days(buf, items, i) {
        role = TimeRole::Other;
    }
    let used = used_as(role, tail, &near);
    let mut meaning = match second.as_mut() {
        Some(b) => range(&first, b, frame, used)?,
        None => resolve(&first, frame, used)?,
    };
    if role == TimeRole::Deadline && near.event_anchor {
        meaning.flags.push("event_anchor");
    }
    role = settle(role, &first, tail, &near, &meaning, frame.sent);
    apply_tail(tail, &mut meaning, frame.sent);
    // A clock said after a row of days is the hour of each of them, the first one above all.
    let opens = second.is_some() && role == TimeRole::Event && first.clock.is_none();
    // 今晚20:00至明晨6:00水位上涨，于19:00前反馈: the hour behind it is today's.
    let today = |s: &NaiveDate| opens || second.is_some() && *s == frame.sent.date();
    let day = meaning.start.map(|s| s.date()).filter(today).or(meaning.day);
    let month =
        day.filter(|_| meaning.month_said).map(|d| (chrono::Datelike::year(&d), chrono::Datelike::month(&d)));
    // 未来三天…，12:00-15:00停止作业: the hours are not those of the last day.
    let spans = first.length.is_some_and(|l| matches!(l.way, Way::Ahead | Way::Back));
    let no_day = spans || matches!(role, TimeRole::AsOf | TimeRole::History);
    let from = i - near.prefix;
    items.push(Item {
        meaning,
        role,
        from,
        to: end + len,
        conditional: conditional || near.event_anchor,
        firm: tail.is_some() || near.label || within_is_firm(buf, &first),
        ranged: second.is_some(),
        rule: None,
    });
    Some((end + len, day.filter(|_| !no_day), month))
}

fn used_as(role: TimeRole, tail: Option<Tail>, near: &Near) -> Use {
    Use {
        office_hours: matches!(role, TimeRole::Deadline | TimeRole::Event),
        deadline: role == TimeRole::Deadline,
        before: tail == Some(Tail::Before),
        within: tail == Some(Tail::Inside),
        during: tail == Some(Tail::During),
        dawn: near.dawn,
    }
}

/// Expressions that say no time by themselves: `Some(true)` swallows the words, `Some(false)` gives up here.
fn trivial(buf: &Buf, w: &When) -> Option<bool> {
    let undated = w.date.is_none() && w.length.is_none();
    if undated && w.office.is_some() {
        let clear = buf.any(w.to, &["前", "之前", "以前", "时", "后"]).is_some()
            || buf.is(w.from, "上午")
            || buf.is(w.from, "中午");
        return (!clear).then_some(true);
    }
    if matches!(w.date, Some(Date::Week(_) | Date::Year { .. })) && buf.get(w.to) == '度' {
        return Some(true);
    }
    None
}

/// A deadline missed longer ago than this, in days, is history.
const LONG_PAST: i64 = 120;

/// A clock alone belongs to the day named before it in the same sentence.
fn inherits(buf: &Buf, i: usize, items: &[Item], named: Named, sent: NaiveDateTime) -> bool {
    let Some(last) = items.last() else { return false };
    // 请下午2:40前签到, in the sentence after the meeting: its day is the meeting's.
    let arrival =
        buf.has(i, buf.clause_end(i), &["签到", "入场", "入座", "就座", "到场", "到会", "进场", "检录"]);
    if arrival
        && let Some(event) = items.iter().rev().find(|t| t.role == TimeRole::Event)
        && event.to + 80 > i
        && event.meaning.day == named.day
        && named.day.is_some_and(|d| d > sent.date())
    {
        return true;
    }
    let moved = named.day.is_some_and(|d| d >= sent.date())
        && [
            "整到", "整为", "整至", "改到", "改为", "改在", "迟到", "迟至", "前到", "前至", "期到", "期至",
            "缓到", "改", "由",
        ]
        .iter()
        .any(|w| buf.ends(i, w));
    if moved {
        return true;
    }
    let ahead = named.day.is_some_and(|d| d > sent.date());
    ahead
        && (last.role == TimeRole::Event
            || last.role == TimeRole::Other && is_day(last) && last.from == buf.sentence_start(i))
        && last.to + 40 > i
        && !buf.c[last.to.min(i)..i].iter().any(|&c| super::text::is_sentence_end(c))
}

/// A day or a part of the day that only names a thing (今天的表, 上午会议) or a number that is none.
fn dangling(buf: &Buf, w: &When, tail: Option<Tail>, near: &Near) -> bool {
    if tail.is_some() || near.label {
        return false;
    }
    let weak = matches!(w.date, Some(Date::Festival { by: 0, .. } | Date::Weekend(_)));
    let alone = super::text::is_clause_end(buf.get(w.to))
        || matches!(buf.before(w.from), '在' | '到' | '从' | '自' | '于')
        || matches!(w.date, Some(Date::Festival { y: Some(_), .. }));
    weak && w.clock.is_none() && buf.get(w.to) != '期' && !alone
}

fn settle(
    role: TimeRole,
    w: &When,
    tail: Option<Tail>,
    near: &Near,
    meaning: &Meaning,
    sent: NaiveDateTime,
) -> TimeRole {
    if let Some(length) = w.length
        && matches!(length.way, Way::Ago | Way::Back | Way::LastWhole)
    {
        return TimeRole::History;
    }
    let past = meaning.end.is_some_and(|e| e <= sent);
    if past && role != TimeRole::Deadline && role != TimeRole::AsOf {
        return TimeRole::History;
    }
    let ancient = meaning.due.is_some_and(|d| (sent - d).num_days() > LONG_PAST);
    if past && role == TimeRole::Deadline && (tail.is_none() || near.history || ancient) {
        return TimeRole::History;
    }
    role
}

/// Gives the second end of a range the date and the part of the day it leaves out. Says whether it had a date itself.
fn complete(first: &When, second: &mut When) -> bool {
    let dated = second.date.is_some();
    if !dated {
        second.date = Some(Date::Anchor(0));
    }
    match (second.date, first.date) {
        (Some(Date::Ymd { m: None, y: None, d }), Some(Date::Ymd { y, m: Some(m), d: from }))
            if d >= from =>
        {
            second.date = Some(Date::Ymd { y, m: Some(m), d });
        }
        (Some(Date::Month { y: None, m, part }), Some(Date::Month { y: Some(y), .. })) => {
            second.date = Some(Date::Month { y: Some(y), m, part });
        }
        (Some(Date::Ymd { y: None, m: Some(m), d }), Some(Date::Ymd { y: Some(y), .. })) => {
            second.date = Some(Date::Ymd { y: Some(y), m: Some(m), d });
        }
        _ => {}
    }
    if let (Some(c), Some(p)) = (second.clock.as_mut(), first.clock) {
        let later = c.hour > p.hour || c.hour == p.hour && c.minute > p.minute;
        if c.part.is_none() && p.part.is_some() && c.hour.is_some_and(|h| h <= 12) && !dated && later {
            c.part = p.part;
        }
    }
    dated
}

/// Both ends of a range; the second one inherits what it leaves out.
fn range(first: &When, second: &mut When, frame: Frame<'_>, used: Use) -> Option<Meaning> {
    let mut a = resolve(first, frame, used)?;
    let clock = second.clock;
    let bare = |c: Option<Clock>| c.is_some_and(|c| c.part.is_none() && c.hour.is_some_and(|h| h < 12));
    let dated = complete(first, second);
    let month = a.day.map(|d| (chrono::Datelike::year(&d), chrono::Datelike::month(&d)));
    let here = Named { day: a.day.or(frame.named.day), month };
    let mut b = resolve(second, Frame { named: here, ..frame }, used)?;
    let clocked = clock.is_some_and(|c| c.hour.is_some());
    if let (Some(start), Some(at)) = (a.start, b.start) {
        if at < start && !dated {
            let half = bare(clock) && at + Duration::hours(12) > start && used.office_hours;
            let by = Duration::hours(if half { 12 } else { 24 });
            b.start = Some(at + by);
            b.due = b.due.map(|d| d + by);
        } else if at < start && first.date.is_some() {
            roll_year(&mut b, start);
        }
    }
    a.other.clear();
    running(first.clock, bare(clock), frame.sent, &mut a, &mut b);
    if bare(first.clock) && bare(clock) && a.flags.contains(&"inferred_pm") {
        let back = Duration::hours(12);
        let b_back = if b.flags.contains(&"inferred_pm") { back } else { Duration::zero() };
        a.other.push((a.start.map(|s| s - back), b.start.map(|s| s - b_back)));
    }
    a.end = if clocked { b.start } else { b.end };
    if !clocked && let (Some(s), Some(e)) = (a.start, b.start) {
        a.other.push((Some(s), Some(e)));
    }
    (a.due, a.precision) = (b.due, b.precision);
    a.flags.extend(b.flags);
    a.flags.retain(|f| *f != "overdue" || b.due.is_some_and(|d| d < frame.sent));
    a.day = b.day.or(a.day);
    a.month_said |= b.month_said;
    Some(a)
}

/// 9:00-11:30 read at 10:30 has begun: it is not moved to the evening.
fn running(head: Option<Clock>, bare: bool, sent: NaiveDateTime, a: &mut Meaning, b: &mut Meaning) {
    let late = head.is_some_and(|c| c.hour.is_some_and(|h| h >= 7)) && a.flags.contains(&"inferred_pm");
    let (Some(from), Some(mut to)) = (a.start, b.start) else { return };
    let (half, from) = (Duration::hours(12), from - Duration::hours(12));
    if !late {
        return;
    }
    if bare && to - half > from {
        to -= half;
    }
    if to > sent && to - from < half {
        a.other.push((a.start, b.start));
        (a.start, b.start, b.due) = (Some(from), Some(to), Some(to));
        a.flags.retain(|f| *f != "inferred_pm");
        b.flags.retain(|f| *f != "inferred_pm");
    }
}

fn roll_year(b: &mut Meaning, start: NaiveDateTime) {
    let by = if (start - b.start.unwrap_or(start)).num_days() <= 7 { 7 } else { 365 };
    for t in [&mut b.start, &mut b.end, &mut b.due].into_iter().flatten() {
        *t += Duration::days(by);
    }
}

/// The form of `times`: 前 leaves the start open, 起 and 后 the end.
fn apply_tail(tail: Option<Tail>, m: &mut Meaning, sent: NaiveDateTime) {
    let (start, end) = (m.start, m.end);
    match tail {
        Some(Tail::Before) => {
            let day = m.precision == TimePrecision::Day;
            m.start = None;
            m.end = if day { end } else { start };
            let other: Vec<_> = m.other.iter().map(|(s, _)| (None, *s)).collect();
            m.other = other;
            if day {
                m.other.push((None, start));
            }
        }
        Some(Tail::After | Tail::From) => {
            m.end = None;
            for pair in &mut m.other {
                pair.1 = None;
            }
            if tail == Some(Tail::After) && m.precision == TimePrecision::Day {
                m.other.push((end, None));
            }
        }
        Some(Tail::Until) => {
            if m.precision != TimePrecision::Day {
                m.other.push((Some(sent), end));
                m.end = start;
            }
            m.start = Some(sent);
        }
        Some(Tail::ToNow) => m.end = Some(sent),
        Some(Tail::Around) => m.flags.push("fuzzy"),
        _ => {}
    }
}

impl Times {
    /// The deadline of the whole text: the earliest one still open when it was sent, else the latest one past.
    pub(crate) fn due(&self, sent: NaiveDateTime) -> Option<&Item> {
        let open = |i: &&Item| {
            matches!(i.role, TimeRole::Deadline | TimeRole::Recurring)
                && !i.conditional
                && i.meaning.due.is_some()
        };
        let ahead = self.items.iter().filter(open).filter(|i| i.meaning.due >= Some(sent));
        let firm = ahead.clone().filter(|i| i.firm).min_by_key(|i| i.meaning.due);
        firm.or_else(|| ahead.min_by_key(|i| i.meaning.due))
            .or_else(|| self.items.iter().filter(open).filter(|i| i.firm).max_by_key(|i| i.meaning.due))
    }

    /// The event of the text: the first one named, the one with a clock time before the one without.
    pub(crate) fn event(&self) -> Option<&Item> {
        let events = || self.items.iter().filter(|i| i.role == TimeRole::Event && i.meaning.start.is_some());
        events().find(|i| i.meaning.precision == TimePrecision::Minute).or_else(|| events().next())
    }

    /// Writes everything into `facts`.
    pub(crate) fn into_facts(self, input: &Input<'_>, buf: &Buf, facts: &mut Facts) {
        let words = Words::new(input.text);
        if let Some(item) = self.due(input.sent) {
            let span = buf.span(item.from, item.to);
            let mut flags: Vec<String> = item.meaning.flags.iter().map(|f| (*f).to_owned()).collect();
            let overdue = item.meaning.due < Some(input.sent);
            flags.retain(|f| f != "overdue" || overdue);
            if overdue && !flags.iter().any(|f| f == "overdue") {
                flags.push("overdue".to_owned());
            }
            facts.due = item.meaning.due.map(|at| Due {
                at,
                precision: item.meaning.precision,
                text: words.cut(span),
                span,
                inferred: item.meaning.inferred || item.meaning.precision != TimePrecision::Minute,
                flags,
            });
        }
        if let Some(item) = self.event()
            && let Some(at) = item.meaning.start
        {
            let end = item.meaning.end.filter(|e| {
                (*e - at).num_minutes() > 1 && item.meaning.precision != TimePrecision::Day
                    || *e - at > Duration::days(1)
            });
            let end = end.filter(|e| item.ranged || *e - at != Duration::hours(1));
            let place =
                facts.marks.iter().find(|m| m.kind == super::MarkKind::Place).map(|m| m.value.clone());
            let span = buf.span(item.from, item.to);
            facts.event = Some(Event { at, end, precision: item.meaning.precision, place, span });
        }
        if let Some(item) = self.items.iter().find(|i| i.rule.is_some()) {
            facts.recurs = item.rule.clone().map(|rule| Recurrence {
                rule,
                next: item.meaning.due,
                span: buf.span(item.from, item.to),
            });
        }
        facts.times.reserve(self.items.len());
        for item in &self.items {
            push_fact(item, buf, &words, facts);
        }
    }
}

/// One fact for the reading that holds, and one flagged `alt` for each other reading the words allow.
fn push_fact(item: &Item, buf: &Buf, words: &Words<'_>, facts: &mut Facts) {
    let span = buf.span(item.from, item.to);
    let mut flags: Vec<String> = Vec::with_capacity(item.meaning.flags.len());
    for flag in &item.meaning.flags {
        if !flags.iter().any(|f| f == flag) {
            flags.push((*flag).to_owned());
        }
    }
    let fact = TimeFact {
        text: words.cut(span),
        span,
        start: item.meaning.start,
        end: item.meaning.end,
        precision: item.meaning.precision,
        role: item.role,
        flags,
    };
    for (start, end) in item.meaning.other.iter().take(2) {
        let mut other = fact.clone();
        (other.start, other.end) = (*start, *end);
        other.role = TimeRole::Other;
        other.flags.push("alt".to_owned());
        facts.times.push(other);
    }
    let at = facts.times.len() - item.meaning.other.len().min(2);
    facts.times.insert(at, fact);
}

/// Cuts words out of the original by character numbers, in constant time a cut for ascending spans.
pub(crate) struct Words<'a> {
    text: &'a str,
    offsets: Vec<u32>,
}

impl<'a> Words<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let offsets = text.char_indices().map(|(at, _)| u32::try_from(at).unwrap_or(u32::MAX)).collect();
        Words { text, offsets }
    }

    pub(crate) fn cut(&self, span: super::Span) -> String {
        let at = |n: u32| self.offsets.get(n as usize).map_or(self.text.len(), |&o| o as usize);
        self.text.get(at(span[0])..at(span[1])).unwrap_or_default().to_owned()
    }
}
