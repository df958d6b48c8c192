//! Facts decide: text similarity proposed a pair, this room says what the pair is. Every threshold has its name and
//! its reason here.

use chrono::{Datelike, NaiveDateTime, TimeDelta, Timelike};

use super::Post;
use super::align::{Aligned, Difference, Part, common_runs, differences, may_have_common_runs};
use super::content::is_other_file;
use super::reason::{Differ, Fact, Value};
use crate::facts::{Facts, MarkKind, Span, TimeFact, TimePrecision, TimeRole};
use crate::message::{Precision, epoch_ms, local};
use crate::normalize::{match_text, same_match};

/// A conflicting copy of one posting wave comes within this time of the last copy; later it is a new occurrence.
pub(super) const WAVE_MS: i64 = 48 * HOUR_MS;

/// The same words posted again in the same group after this time with another day meant are a new occurrence.
pub(super) const REPOST_MS: i64 = 12 * HOUR_MS;

/// Texts shorter than this (in comparable characters) need equal words and equal facts: 低保名单 and 残疾名单 are
/// 87 % the same.
pub(super) const SHORT: usize = 20;

/// Share of the shorter text that may be replaced words when nothing else ties the two together.
const WORDS_LOOSE: f64 = 0.10;

/// The same when deadline or event agree to the minute and the day is named.
const WORDS_TIED: f64 = 0.30;

/// A copy that says another time must otherwise be this much the same, times left out.
const CONFLICT_WORDS: f64 = 0.08;

/// A second copy in the same group that says another time must be the same but for this share: one office posts two
/// notices on one template within minutes.
const REPEAT_WORDS: f64 = 0.03;

/// And be at least this long.
const REPEAT: usize = 30;

/// A template whose day moved on by this much is the next occurrence.
const NEXT_DAYS: i64 = 5;

const HOUR_MS: i64 = 3_600_000;

/// What two posts are to each other.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Verdict {
    /// Copies of one notice.
    Same,
    /// Copies of one notice that differ in the named facts.
    Conflict(Vec<Differ>),
    /// The same template at a later time.
    Next,
    /// Alike, but not the same.
    Different,
}

/// What is known of the pair beside the two texts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    /// The notice has a copy in the newer post's group already, and not by the same person within minutes.
    pub same_group: bool,
    /// Time since the notice's last copy, in milliseconds.
    pub gap: i64,
}

/// How two readings of one fact compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Agreement {
    /// Both state the same.
    Equal,
    /// One states less (a day without an hour), and nothing disagrees.
    Compatible,
    /// The words are the same, read at another day (明天 forwarded a day later).
    SameWords,
    /// One side does not state it.
    Missing,
    /// They state different things.
    Differ,
}

/// Compares an older with a newer post.
pub(super) fn judge(old: &Post, new: &Post, pair: Pair) -> Verdict {
    if is_other_file(old, new) {
        return Verdict::Different;
    }
    let (a, b) = (old.aligned(), new.aligned());
    let changes = Changes::of(old, new, a, b);
    // Where no word stands in another's place, a fact that differs was read from words that the other side lacks: a copy
    // cut before its deadline.
    let stated = |agreement| {
        if changes.is_empty() && agreement == Agreement::Differ { Agreement::Missing } else { agreement }
    };
    let due = stated(due_agreement(old, new));
    let event = stated(event_agreement(old, new));
    let shorter = a.len().min(b.len()).max(1);
    let words = changes.words as f64 / shorter as f64;
    let times_differ = due == Agreement::Differ || event == Agreement::Differ || changes.times.is_some();
    let read_later = due == Agreement::SameWords || event == Agreement::SameWords;

    if changes.title {
        return Verdict::Different;
    }
    if a.len().min(b.len()) < SHORT && (changes.words > 0 || changes.numbers.is_some() || times_differ) {
        return Verdict::Different;
    }
    if pair.same_group
        && pair.gap > REPOST_MS
        && words < WORDS_TIED
        && (read_later || (times_differ && moved_on(old, new)))
    {
        return Verdict::Next;
    }
    // 本周五12:00前 in the words of last week, in a group that did not have it then: the week has moved on, not the reading.
    if read_later && pair.gap > WAVE_MS && words < WORDS_TIED && moved_on(old, new) {
        return Verdict::Next;
    }
    if times_differ {
        let wave = (pair.gap <= WAVE_MS || still_owed(old, new)) && !other_period(old, new);
        let alike = words <= if pair.same_group { REPEAT_WORDS } else { CONFLICT_WORDS };
        let enough = !pair.same_group || (shorter >= REPEAT && changes.numbers.is_none());
        return if wave && alike && enough {
            Verdict::Conflict(changes.conflicts(old, new, due, event))
        } else if words < WORDS_TIED && (pair.gap > WAVE_MS || moved_on(old, new)) {
            Verdict::Next
        } else {
            Verdict::Different
        };
    }
    if pair.same_group && (changes.numbers.is_some() || words > REPEAT_WORDS) {
        return Verdict::Different;
    }
    let tied = due == Agreement::Equal || event == Agreement::Equal;
    if words > if tied { WORDS_TIED } else { WORDS_LOOSE } {
        return Verdict::Different;
    }
    let conflicts = changes.conflicts(old, new, due, event);
    if conflicts.is_empty() { Verdict::Same } else { Verdict::Conflict(conflicts) }
}

/// Facts in which two posts differ that are one notice because a person said so.
pub(super) fn differing(old: &Post, new: &Post) -> Vec<Differ> {
    let changes = Changes::of(old, new, old.aligned(), new.aligned());
    let mut found = changes.conflicts(old, new, due_agreement(old, new), event_agreement(old, new));
    // Two texts made one by hand may share no words: then only what both state as a fact says anything.
    found.retain(|d| matches!(d.fact, Fact::Due | Fact::Event | Fact::Place));
    found
}

/// Whether the newer post speaks of a later period than the older.
fn moved_on(old: &Post, new: &Post) -> bool {
    let moment = |p: &Post| p.facts.due.as_ref().map(|d| d.at).or(p.facts.event.as_ref().map(|e| e.at));
    match (moment(old), moment(new)) {
        (Some(a), Some(b)) => b - a >= TimeDelta::days(NEXT_DAYS),
        _ => false,
    }
}

/// Whether two posts speak of different periods. Which of two posts came first is unknown where an export holds no times:
/// then a moment as much earlier is another period as well, and no village that wants it sooner.
fn other_period(old: &Post, new: &Post) -> bool {
    moved_on(old, new) || !ordered(old, new) && moved_on(new, old)
}

/// Whether it is known that the older of two posts came first: by the clock, or on an earlier day.
fn ordered(old: &Post, new: &Post) -> bool {
    let timed = old.precision.has_clock() && new.precision.has_clock();
    timed || dated(old) && dated(new) && local(old.sent_at).date() != local(new.sent_at).date()
}

/// Whether the newer post asks, while what the older asks for is still owed, for the same by an earlier day: a village
/// that wants it sooner, and no next occurrence.
fn still_owed(old: &Post, new: &Post) -> bool {
    let of = |p: &Post| p.facts.due.as_ref().map(|d| d.at);
    of(old).zip(of(new)).is_some_and(|(a, b)| b < a && new.sent_at < epoch_ms(a))
}

/// Share of common runs from which two texts are one template: what differs is then filled in, not retold.
const TEMPLATE: f64 = 0.40;

/// Least length of such a run.
const TEMPLATE_RUN: usize = 5;

/// Whether two posts fill in one template with different things: 低保名单 and 残疾人名单 in the same words.
pub(super) fn other_filling(old: &Post, new: &Post, pair: Pair) -> bool {
    let (a, b) = (old.aligned(), new.aligned());
    may_have_common_runs(a, b, TEMPLATE_RUN, TEMPLATE)
        && common_runs(a, b, TEMPLATE_RUN) >= TEMPLATE
        && matches!(judge(old, new, pair), Verdict::Different | Verdict::Next)
}

/// What one text says and what the other says in its place.
type Replaced = Option<(Value, Value)>;

/// What is replaced between two texts, by kind; of each kind the first.
#[derive(Debug, Default)]
struct Changes {
    times: Replaced,
    numbers: Replaced,
    title: bool,
    place: Replaced,
    destination: Replaced,
    audience: Replaced,
    /// Words that are replaced, whatever they are.
    shown: Replaced,
    words: usize,
}

impl Changes {
    fn of(old: &Post, new: &Post, a: &Aligned, b: &Aligned) -> Self {
        let mut changes = Changes::default();
        let differences = differences(a, b);
        let (first, last) = inner(&differences, a.len(), old);
        for (n, d) in differences.iter().enumerate() {
            if d.old.text.is_empty() || d.new.text.is_empty() {
                changes.add_figure(old, new, d);
                continue;
            }
            changes.add(old, new, d, n >= first && n < last);
        }
        changes
    }

    /// Whether nothing stands in the place of anything else.
    fn is_empty(&self) -> bool {
        self.times.is_none()
            && self.numbers.is_none()
            && self.shown.is_none()
            && !self.title
            && self.words == 0
            && self.place.is_none()
            && self.destination.is_none()
            && self.audience.is_none()
    }

    fn add(&mut self, old: &Post, new: &Post, d: &Difference, inner: bool) {
        let (a, b) = (&old.facts, &new.facts);
        let both = |kind| marked(a, d.old.span, kind).zip(marked(b, d.new.span, kind));
        if let (Some(x), Some(y)) = (time_at(a, d.old.span), time_at(b, d.new.span)) {
            self.add_time(old, new, d, (x, y));
        } else if inner && both(MarkKind::Title).is_some() {
            self.title |= !is_typo(d);
            self.show(old, new, d);
        } else if digits(&d.old.text) != digits(&d.new.text)
            && !digits(&d.old.text).is_empty()
            && !digits(&d.new.text).is_empty()
        {
            keep(&mut self.numbers, number(old, d.old.span), number(new, d.new.span));
        } else if let (Some(x), Some(y)) = (destination_at(a, d.old.span), destination_at(b, d.new.span))
            && x != y
        {
            keep(&mut self.destination, x.to_owned(), y.to_owned());
        } else if let Some((x, y)) = both(MarkKind::Place) {
            keep(&mut self.place, x.to_owned(), y.to_owned());
        } else if let Some((x, y)) = both(MarkKind::Audience) {
            keep(&mut self.audience, x.to_owned(), y.to_owned());
        } else {
            self.add_words(old, new, d, inner);
        }
    }

    /// Two times in one place. A weekday that alone differs changes no moment, since the date beside it decides; the
    /// reader must see it all the same.
    fn add_time(&mut self, old: &Post, new: &Post, d: &Difference, (x, y): (&TimeFact, &TimeFact)) {
        let differ = (x.start, x.end) != (y.start, y.end) && match_text(&x.text) != match_text(&y.text);
        if differ && !vague(x) && !vague(y) {
            self.times.get_or_insert((time_value(x), time_value(y)));
        } else if weekday(&d.old.text) && weekday(&d.new.text) {
            let word = |p: &Post, span: Span| Value::Words(around(p, span, 1, 0));
            self.times.get_or_insert((word(old, d.old.span), word(new, d.new.span)));
        } else if differ {
            self.show(old, new, d);
        }
    }

    /// 5万 and 15万 differ by what is put in.
    fn add_figure(&mut self, old: &Post, new: &Post, d: &Difference) {
        let put_in = if d.old.text.is_empty() { &d.new.text } else { &d.old.text };
        if !put_in.chars().all(|c| c.is_ascii_digit()) || time_at(&old.facts, d.old.span).is_some() {
            return;
        }
        let (a, b) = (number(old, d.old.span), number(new, d.new.span));
        let figure = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
        if a != b && figure(&a) && figure(&b) {
            keep(&mut self.numbers, a, b);
        }
    }

    /// Replaced words: an office, a room, people, a person to turn to are told by the words they end in.
    fn add_words(&mut self, old: &Post, new: &Post, d: &Difference, inner: bool) {
        self.show(old, new, d);
        let ends =
            |words: &[&str]| ends_in(old, d.old.span, words) && ends_in(new, d.new.span, words) && inner;
        let kind = if ends(OFFICES) || ends_person(old, d.old.span) {
            Some(&mut self.destination)
        } else if ends(PLACES) {
            Some(&mut self.place)
        } else if ends(PEOPLE) || addressed(old, d.old.span) && addressed(new, d.new.span) {
            Some(&mut self.audience)
        } else {
            None
        };
        if let Some(kind) = kind {
            keep(kind, around(old, d.old.span, 2, 3), around(new, d.new.span, 2, 3));
        }
        if inner && !is_typo(d) {
            self.words += d.old.text.chars().count().max(d.new.text.chars().count());
        }
    }

    fn show(&mut self, old: &Post, new: &Post, d: &Difference) {
        let short = |d: &Part| d.text.chars().count() < 2;
        let more = usize::from(short(&d.old) || short(&d.new));
        keep(&mut self.shown, around(old, d.old.span, more, more), around(new, d.new.span, more, more));
    }

    fn conflicts(self, old: &Post, new: &Post, due: Agreement, event: Agreement) -> Vec<Differ> {
        let differs = |agreement| matches!(agreement, Agreement::Differ | Agreement::SameWords);
        let mut out = Vec::new();
        let mut add = |fact, values: Replaced| {
            let (from, to) = values.map_or((None, None), |(a, b)| (Some(a), Some(b)));
            out.push(Differ { fact, from, to });
        };
        if differs(due) {
            let of = |p: &Post| p.facts.due.as_ref().map(|d| moment_value(d.at, d.precision));
            add(Fact::Due, of(old).zip(of(new)));
        }
        if differs(event) {
            let of = |p: &Post| p.facts.event.as_ref().map(|e| moment_value(e.at, e.precision));
            add(Fact::Event, of(old).zip(of(new)));
        } else if self.times.is_some() && !differs(due) {
            add(Fact::Event, self.times);
        }
        for (fact, values) in [
            (Fact::Place, self.place),
            (Fact::Count, self.numbers),
            (Fact::Destination, self.destination),
            (Fact::Audience, self.audience),
        ] {
            if values.is_some() {
                add(fact, values);
            }
        }
        if self.shown.is_some() && out.is_empty() {
            out.push(Differ {
                fact: Fact::Words,
                from: self.shown.as_ref().map(|s| s.0.clone()),
                to: self.shown.map(|s| s.1),
            });
        }
        out
    }
}

/// What offices, places and groups of people are called by; a replaced word that ends in one of these is of its kind.
const OFFICES: &[&str] = &["办", "所", "站", "局", "科", "股", "中心", "邮箱", "窗口", "公司"];
const PLACES: &[&str] = &[
    "楼", "室", "厅", "馆", "院", "广场", "礼堂", "大院", "操场", "门口", "路口", "学校", "现场", "基地",
    "场",
];
const PEOPLE: &[&str] = &[
    "员",
    "主任",
    "书记",
    "会计",
    "村医",
    "支部",
    "小组",
    "单位",
    "企业",
    "商户",
    "校",
    "园",
    "卫生室",
    "社区",
    "村",
    "组",
    "家长",
    "党员",
    "户",
    "站长",
    "所长",
    "队长",
    "连长",
    "专干",
    "负责人",
    "代表",
];

/// Whether the word that a span stands in ends, within it or just behind it, in one of `words`.
fn ends_in(post: &Post, span: Span, words: &[&str]) -> bool {
    let text = around(post, span, 0, 3);
    let own = (span[1] - span[0]) as usize;
    words.iter().any(|w| {
        text.match_indices(w).any(|(at, _)| text[..at].chars().count() + w.chars().count() + 1 > own)
    })
}

/// Whether a span is the end of who is addressed: 各村书记, though it stand in the salutation.
fn addressed(post: &Post, span: Span) -> bool {
    ends_in(post, span, PEOPLE) && around(post, [span[0], span[0]], 4, 0).contains('各')
}

/// Whether a span stands right behind 联系人 or the like.
fn ends_person(post: &Post, span: Span) -> bool {
    let before: String = around(post, [span[0], span[0]], 6, 0);
    ["联系人", "负责人：", "找", "联系"].iter().any(|w| before.contains(w))
}

/// The words of a span with so many characters of its clause before and behind it.
fn around(post: &Post, span: Span, before: usize, behind: usize) -> String {
    let chars: Vec<char> = post.text.chars().collect();
    let (from, to) = ((span[0] as usize).min(chars.len()), (span[1] as usize).min(chars.len()));
    let head =
        chars[..from].iter().rev().take(before).take_while(|c| c.is_alphanumeric() || **c == '：').count();
    let tail = chars[to..].iter().take(behind).take_while(|c| c.is_alphanumeric()).count();
    chars[from - head..to.max(from) + tail].iter().collect()
}

fn weekday(text: &str) -> bool {
    let mut chars = text.chars().filter(|c| !matches!(c, '周' | '期' | '星'));
    matches!(
        (chars.next(), chars.next()),
        (Some('一' | '二' | '三' | '四' | '五' | '六' | '日' | '天'), None)
    )
}

fn keep(into: &mut Replaced, old: String, new: String) {
    if into.is_none() {
        *into = Some((Value::Words(old), Value::Words(new)));
    }
}

fn moment_value(at: NaiveDateTime, precision: TimePrecision) -> Value {
    Value::Moment { at: epoch_ms(at), day: precision == TimePrecision::Day }
}

fn time_value(time: &TimeFact) -> Value {
    match time.start.or(time.end) {
        Some(at) => moment_value(at, time.precision),
        None => Value::Words(time.text.clone()),
    }
}

/// The whole number a span touches, with the word behind it: `3张`.
fn number(post: &Post, span: Span) -> String {
    let chars: Vec<char> = post.text.chars().collect();
    let figure = |i: usize| chars.get(i).is_some_and(|c| c.is_ascii_digit() || matches!(c, '.' | '/' | ':'));
    let (mut from, mut to) = (span[0] as usize, (span[1] as usize).min(chars.len()));
    while from > 0 && figure(from - 1) {
        from -= 1;
    }
    while figure(to) {
        to += 1;
    }
    let unit = chars.get(to).is_some_and(|c| c.is_alphabetic());
    chars[from.min(to)..to + usize::from(unit)].iter().collect()
}

/// Equal runs at least this long mark the body that both texts share; what differs before the first and after the
/// last of them is salutation or signature.
const BODY_RUN: usize = 6;

/// In a text shorter than this the noun that decides stands next to its end.
const EDGED: usize = 40;

/// The differences that lie inside the shared body, as a range of their numbers.
fn inner(differences: &[Difference], len: usize, old: &Post) -> (usize, usize) {
    if len < EDGED {
        return (0, differences.len());
    }
    let total = u32::try_from(old.text.chars().count().max(len)).unwrap_or(u32::MAX);
    let mut first = 0;
    let mut reached = 0;
    for (n, d) in differences.iter().enumerate() {
        if d.old.text.is_empty() {
            continue;
        }
        if d.old.span[0].saturating_sub(reached) as usize >= BODY_RUN {
            break;
        }
        first = n + 1;
        reached = d.old.span[1];
    }
    let mut last = differences.len();
    let mut reached = total;
    for (n, d) in differences.iter().enumerate().rev() {
        if d.old.text.is_empty() {
            continue;
        }
        if reached.saturating_sub(d.old.span[1]) as usize >= BODY_RUN || n < first {
            break;
        }
        last = n;
        reached = d.old.span[0];
    }
    (first, last.max(first))
}

/// One character for another is a slip of the finger, unless it is one of those that decide.
fn is_typo(d: &Difference) -> bool {
    const DECISIVE: &str =
        "一二三四五六七八九十日天东西南北中上下左右前后早晚男女大小正副新老内外无有省市区县镇街村组户";
    let (mut a, mut b) = (d.old.text.chars(), d.new.text.chars());
    match (a.next(), a.next(), b.next(), b.next()) {
        (Some(x), None, Some(y), None) => {
            !(DECISIVE.contains(x) || DECISIVE.contains(y) || x.is_ascii_digit() || y.is_ascii_digit())
        }
        _ => false,
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn overlaps(a: Span, b: Span) -> bool {
    a[0] < b[1] && b[0] < a[1]
}

fn time_at(facts: &Facts, span: Span) -> Option<&TimeFact> {
    facts.times.iter().find(|t| overlaps(t.span, span))
}

fn vague(time: &TimeFact) -> bool {
    matches!(time.role, TimeRole::History) || time.precision == TimePrecision::None
}

fn marked(facts: &Facts, span: Span, kind: MarkKind) -> Option<&str> {
    facts.marks.iter().find(|m| m.kind == kind && overlaps(m.span, span)).map(|m| m.value.as_str())
}

/// The destination of the demand that stands here.
fn destination_at(facts: &Facts, span: Span) -> Option<&str> {
    let demand = facts.demands.iter().find(|d| d.destination.is_some() && overlaps(d.span, span))?;
    demand.destination.as_ref().map(|d| d.name.as_str())
}

/// Whether the day of a post is stated: otherwise moments read from it are only good for month, day and hour.
fn dated(post: &Post) -> bool {
    post.precision < Precision::None
}

fn same_moment(a: NaiveDateTime, b: NaiveDateTime, dated: bool) -> bool {
    a == b
        || (!dated
            && (a.month(), a.day(), a.hour(), a.minute()) == (b.month(), b.day(), b.hour(), b.minute()))
}

/// Compares the deadlines of two posts.
pub(super) fn due_agreement(old: &Post, new: &Post) -> Agreement {
    let (Some(a), Some(b)) = (&old.facts.due, &new.facts.due) else {
        return Agreement::Missing;
    };
    let dated = dated(old) && dated(new);
    if same_moment(a.at, b.at, dated) {
        Agreement::Equal
    } else if same_match(&a.text, &b.text) {
        Agreement::SameWords
    } else if a.at.date() == b.at.date()
        && (a.precision != TimePrecision::Minute || b.precision != TimePrecision::Minute)
    {
        Agreement::Compatible
    } else {
        Agreement::Differ
    }
}

/// Compares the events of two posts.
pub(super) fn event_agreement(old: &Post, new: &Post) -> Agreement {
    let (Some(a), Some(b)) = (&old.facts.event, &new.facts.event) else {
        return Agreement::Missing;
    };
    if same_moment(a.at, b.at, dated(old) && dated(new)) {
        Agreement::Equal
    } else if words_at(old, a.span) == words_at(new, b.span) {
        Agreement::SameWords
    } else if a.at.date() == b.at.date()
        && (a.precision != TimePrecision::Minute || b.precision != TimePrecision::Minute)
    {
        Agreement::Compatible
    } else {
        Agreement::Differ
    }
}

fn words_at(post: &Post, span: Span) -> String {
    match_text(
        &post.text.chars().skip(span[0] as usize).take((span[1] - span[0]) as usize).collect::<String>(),
    )
}
