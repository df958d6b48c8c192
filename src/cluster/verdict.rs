//! Facts decide: text similarity proposed a pair, this room says what the pair is. Every threshold has its name and
//! its reason here, and so has every sentence that explains a decision.

use chrono::{Datelike, NaiveDateTime, TimeDelta, Timelike};

use super::Post;
use super::align::{Aligned, Difference, common_runs, differences};
use crate::facts::{Facts, MarkKind, Span, TimeFact, TimePrecision, TimeRole};
use crate::message::Precision;
use crate::normalize::match_text;

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
    Conflict(Vec<&'static str>),
    /// The same template at a later time.
    Next,
    /// Alike, but not the same; why in words of the screen.
    Different(String),
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
    judge_aligned(old, new, &Aligned::new(&old.text), &Aligned::new(&new.text), pair)
}

fn judge_aligned(old: &Post, new: &Post, a: &Aligned, b: &Aligned, pair: Pair) -> Verdict {
    let changes = Changes::of(old, new, a, b);
    let due = due_agreement(old, new);
    let event = event_agreement(old, new);
    let shorter = a.len().min(b.len()).max(1);
    let words = changes.words as f64 / shorter as f64;
    let times_differ = due == Agreement::Differ || event == Agreement::Differ || changes.times;
    let read_later = due == Agreement::SameWords || event == Agreement::SameWords;

    if changes.title {
        return Verdict::Different("标题不同".to_owned());
    }
    if a.len().min(b.len()) < SHORT && (changes.words > 0 || changes.numbers || times_differ) {
        return Verdict::Different("短消息文字不同".to_owned());
    }
    if pair.same_group
        && pair.gap > REPOST_MS
        && words < WORDS_TIED
        && (read_later || (times_differ && moved_on(old, new)))
    {
        return Verdict::Next;
    }
    if times_differ {
        let wave = pair.gap <= WAVE_MS && !moved_on(old, new);
        let alike = words <= if pair.same_group { REPEAT_WORDS } else { CONFLICT_WORDS };
        let enough = !pair.same_group || (shorter >= REPEAT && !changes.numbers);
        return if wave && alike && enough {
            Verdict::Conflict(changes.conflicts(due, event))
        } else if words < WORDS_TIED && (pair.gap > WAVE_MS || moved_on(old, new)) {
            Verdict::Next
        } else {
            Verdict::Different("时间不同".to_owned())
        };
    }
    if pair.same_group && (changes.numbers || words > REPEAT_WORDS) {
        return Verdict::Different("同群另发，内容不同".to_owned());
    }
    let tied = due == Agreement::Equal || event == Agreement::Equal;
    if words > if tied { WORDS_TIED } else { WORDS_LOOSE } {
        return Verdict::Different("用词不同".to_owned());
    }
    let conflicts = changes.conflicts(due, event);
    if conflicts.is_empty() { Verdict::Same } else { Verdict::Conflict(conflicts) }
}

/// Whether the newer post speaks of a later period than the older.
fn moved_on(old: &Post, new: &Post) -> bool {
    let moment = |p: &Post| p.facts.due.as_ref().map(|d| d.at).or(p.facts.event.as_ref().map(|e| e.at));
    match (moment(old), moment(new)) {
        (Some(a), Some(b)) => b - a >= TimeDelta::days(NEXT_DAYS),
        _ => false,
    }
}

/// Share of common runs from which two texts are one template: what differs is then filled in, not retold.
const TEMPLATE: f64 = 0.40;

/// Least length of such a run.
const TEMPLATE_RUN: usize = 5;

/// Whether two posts fill in one template with different things: 低保名单 and 残疾人名单 in the same words.
pub(super) fn other_filling(old: &Post, new: &Post, pair: Pair) -> bool {
    let (a, b) = (Aligned::new(&old.text), Aligned::new(&new.text));
    common_runs(&a, &b, TEMPLATE_RUN) >= TEMPLATE
        && matches!(judge_aligned(old, new, &a, &b, pair), Verdict::Different(_) | Verdict::Next)
}

/// What is replaced between two texts, by kind.
#[derive(Debug, Default)]
struct Changes {
    times: bool,
    numbers: bool,
    title: bool,
    place: bool,
    destination: bool,
    audience: bool,
    words: usize,
}

impl Changes {
    fn of(old: &Post, new: &Post, a: &Aligned, b: &Aligned) -> Self {
        let mut changes = Changes::default();
        let differences = differences(a, b);
        let (first, last) = inner(&differences, a.len(), old);
        for (n, d) in differences.iter().enumerate() {
            if d.old.text.is_empty() || d.new.text.is_empty() {
                continue;
            }
            changes.add(&old.facts, &new.facts, d, n >= first && n < last);
        }
        changes
    }

    fn add(&mut self, old: &Facts, new: &Facts, d: &Difference, inner: bool) {
        let (a, b) = (time_at(old, d.old.span), time_at(new, d.new.span));
        if let (Some(a), Some(b)) = (a, b) {
            self.times |=
                a.start != b.start && match_text(&a.text) != match_text(&b.text) && !vague(a) && !vague(b);
            return;
        }
        if marked(old, d.old.span, MarkKind::Title) && marked(new, d.new.span, MarkKind::Title) && inner {
            self.title |= !is_typo(d);
            return;
        }
        if digits(&d.old.text) != digits(&d.new.text)
            && !digits(&d.old.text).is_empty()
            && !digits(&d.new.text).is_empty()
        {
            self.numbers = true;
            return;
        }
        if demand_at(old, d.old.span) && demand_at(new, d.new.span) {
            self.destination = true;
            return;
        }
        if marked(old, d.old.span, MarkKind::Place) && marked(new, d.new.span, MarkKind::Place) {
            self.place = true;
            return;
        }
        if marked(old, d.old.span, MarkKind::Audience) && marked(new, d.new.span, MarkKind::Audience) {
            self.audience = true;
            return;
        }
        if inner && !is_typo(d) {
            self.words += d.old.text.chars().count().max(d.new.text.chars().count());
        }
    }

    fn conflicts(&self, due: Agreement, event: Agreement) -> Vec<&'static str> {
        let mut out = Vec::new();
        let due_differs = matches!(due, Agreement::Differ | Agreement::SameWords);
        if due_differs {
            out.push("due");
        }
        if matches!(event, Agreement::Differ | Agreement::SameWords) || (self.times && !due_differs) {
            out.push("event");
        }
        for (set, name) in [
            (self.place, "place"),
            (self.numbers, "count"),
            (self.destination, "destination"),
            (self.audience, "audience"),
        ] {
            if set {
                out.push(name);
            }
        }
        out
    }
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
        if d.old.span == [0, 0] {
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
        if d.old.span == [0, 0] {
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
    const DECISIVE: &str = "一二三四五六七八九十日天东西南北中上下左右前后早晚男女大小正副新老内外无有";
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

fn marked(facts: &Facts, span: Span, kind: MarkKind) -> bool {
    facts.marks.iter().any(|m| m.kind == kind && overlaps(m.span, span))
}

fn demand_at(facts: &Facts, span: Span) -> bool {
    facts.demands.iter().any(|d| d.destination.is_some() && overlaps(d.span, span))
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
    } else if match_text(&a.text) == match_text(&b.text) {
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
