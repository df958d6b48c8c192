//! A notice's members → what the inbox shows of it: lead copy, title, deadline in force, conflicts, demands.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::alarm::alarm;
use super::correction::Correction;
use super::live::{Live, Member};
use super::reason::{Differ, Fact, Value};
use super::{CopyDraft, Draft, Post, Slot};
use crate::facts::{
    Act, Demand, Destination, DestinationKind, Due, Facts, MarkKind, Role, Span, TimePrecision,
};
use crate::message::{Kind, epoch_ms, local};
use crate::notice::{Conflict, ConflictValue, DemandView, DueView, EventView, Moment, SignupView, Titled};

/// Sums up a notice.
pub(super) fn draft(slot: Slot, live: Live) -> Draft {
    let lead = lead(&live);
    let facts = &live.members[lead].post.facts;
    let mut conflicts = conflicts(&live);
    conflicts.extend(alarm(&live, lead));
    let (title, titled) = title(&live.members[lead]);
    let mut draft = Draft {
        slot,
        previous: previous(&live),
        founder: live.members[0].post.key.clone(),
        kind: live.kind,
        attached: live.attached,
        title,
        texts: texts(&live),
        titled,
        copies: Vec::with_capacity(live.members.len()),
        due: due(&live, lead),
        event: event(&live, facts),
        recurs: facts.recurs.as_ref().map(|r| r.rule.clone()),
        conflicts,
        demands: demands(&live, lead),
        signup: signup(&live),
        links: live.links.clone(),
        urgent: live.members.iter().any(|m| m.post.facts.urgent),
        ack_groups: ack_groups(&live),
        until: live.until,
        facts_changed_at: facts_changed_at(&live),
    };
    draft.copies.push(copy(&live.members[lead]));
    draft.copies.extend(live.members.iter().enumerate().filter(|(n, _)| *n != lead).map(|(_, m)| copy(m)));
    draft
}

/// The lead copy: of the whole copies posted in the first hour, the earliest that states most facts. A cut or retold
/// copy never leads while a fuller one stands beside it. What a person said leads comes before all.
fn lead(live: &Live) -> usize {
    const FIRST_HOUR_MS: i64 = 3_600_000;
    if let Some((_, n)) = live.lead {
        return n;
    }
    if let Some((n, _)) = live
        .members
        .iter()
        .enumerate()
        .filter_map(|(n, m)| Some((n, m.post.facts.signup.as_ref()?.entries.len())))
        .max_by_key(|(n, entries)| (*entries, usize::MAX - n))
    {
        return n;
    }
    let richness = |facts: &Facts| {
        usize::from(facts.due.is_some())
            + usize::from(facts.event.is_some())
            + facts.demands.len().min(3)
            + facts.marks.len().min(4)
    };
    let mut best = 0;
    for (n, member) in live.members.iter().enumerate().skip(1) {
        if member.post.sent_at - live.first > FIRST_HOUR_MS {
            break;
        }
        if member.whole && richness(&member.post.facts) > richness(&live.members[best].post.facts) + 1 {
            best = n;
        }
    }
    best
}

fn previous(live: &Live) -> Vec<Arc<str>> {
    let mut ids: Vec<Arc<str>> = live.id.iter().cloned().collect();
    let leading = live.lead.and_then(|(_, n)| live.members.get(n));
    for id in leading.into_iter().chain(&live.members).filter_map(|m| m.post.previous.as_ref()) {
        if !ids.contains(id) {
            ids.push(Arc::clone(id));
        }
    }
    ids
}

/// What the messages say, each text once.
fn texts(live: &Live) -> Vec<Arc<str>> {
    let mut out: Vec<Arc<str>> = live
        .members
        .iter()
        .map(|m| Arc::clone(m.post.part.as_ref().map_or(&m.post.text, |p| &p.message)))
        .collect();
    out.sort_unstable();
    out.dedup();
    out
}

fn copy(member: &Member) -> CopyDraft {
    CopyDraft {
        row: member.post.row,
        group: member.post.group,
        sent_at: member.post.sent_at,
        similarity: member.similarity,
        reason: member.reason.clone(),
        due_at: member.post.facts.due.as_ref().map(|d| Moment(epoch_ms(d.at))),
        due_span: member.post.facts.due.as_ref().and_then(|d| in_message(&member.post, d.span)),
    }
}

/// Where words of a post stand in the message that it is, or is a part of.
fn in_message(post: &Post, span: Span) -> Option<Span> {
    let begins = post.part.as_ref().map_or(Some(0), |part| part.begins)?;
    Some(span.map(|place| place + begins))
}

/// The deadline in force: what the last correction says, else the earliest that a copy states.
fn due(live: &Live, lead: usize) -> Option<DueView> {
    let takes_place = takes_place(live);
    if let Some(correction) = in_force(live, |c| !c.to_event || !takes_place) {
        return Some(DueView {
            at: Moment(epoch_ms(correction.to)),
            precision: precision(correction.precision).to_owned(),
            basis: "stated".to_owned(),
            text: correction.text.clone(),
            flags: vec!["corrected".to_owned()],
            span: None,
            was: earliest(live).map(|d| Moment(epoch_ms(d.at))),
            quote: correction.quote.clone(),
        });
    }
    let earliest = earliest(live)?;
    // Where the lead copy says the same, its words are the ones shown.
    let own = live.members[lead].post.facts.due.as_ref().filter(|d| d.at == earliest.at);
    let earliest = own.unwrap_or(earliest);
    Some(DueView {
        at: Moment(epoch_ms(earliest.at)),
        precision: precision(earliest.precision).to_owned(),
        basis: if earliest.inferred { "inferred" } else { "stated" }.to_owned(),
        text: earliest.text.clone(),
        flags: earliest.flags.clone(),
        span: own.and_then(|d| in_message(&live.members[lead].post, d.span)),
        was: None,
        quote: None,
    })
}

/// The last correction that is `wanted`. One that names nothing but the day on which an earlier one names the hour says the
/// same in fewer words: 改到4月10日17:10, and in the next group 改周四了.
fn in_force(live: &Live, wanted: impl Fn(&Correction) -> bool) -> Option<&Correction> {
    let mut all = live.corrections.iter().rev().filter(|c| wanted(c));
    let last = all.next()?;
    let mut that_day = all.take_while(|c| c.to.date() == last.to.date());
    let hour = that_day.find(|c| c.precision == TimePrecision::Minute);
    hour.filter(|_| last.precision == TimePrecision::Day).or(Some(last))
}

/// The earliest deadline that a copy states.
fn earliest(live: &Live) -> Option<&Due> {
    live.members.iter().filter_map(|m| m.post.facts.due.as_ref()).min_by_key(|d| d.at)
}

fn precision(precision: TimePrecision) -> &'static str {
    match precision {
        TimePrecision::Minute => "minute",
        TimePrecision::Office => "office",
        TimePrecision::Day | TimePrecision::None => "day",
    }
}

/// Whether the notice is about something that takes place and not about something that is due: a correction's bare
/// 调整为… is the one or the other accordingly.
fn takes_place(live: &Live) -> bool {
    let has = |of: fn(&Facts) -> bool| live.members.iter().any(|m| of(&m.post.facts));
    has(|f| f.event.is_some()) || !has(|f| f.due.is_some())
}

fn event(live: &Live, lead: &Facts) -> Option<EventView> {
    let stated =
        lead.event.as_ref().or_else(|| live.members.iter().find_map(|m| m.post.facts.event.as_ref()));
    let corrected = in_force(live, |c| c.to_event).filter(|_| takes_place(live));
    let place = stated.and_then(|e| e.place.clone());
    match (corrected, stated) {
        (Some(c), _) => {
            let precision = if c.to.time() == chrono::NaiveTime::MIN { "day" } else { "minute" }.to_owned();
            let was = stated.map(|e| Moment(epoch_ms(e.at)));
            Some(EventView { at: Moment(epoch_ms(c.to)), precision, place, was })
        }
        (None, Some(e)) => {
            let precision = if e.precision == TimePrecision::Minute { "minute" } else { "day" }.to_owned();
            Some(EventView { at: Moment(epoch_ms(e.at)), precision, place, was: None })
        }
        (None, None) => None,
    }
}

/// What the lead copy asks for. Where it does not say where a thing is to go and another copy does, that is said.
fn demands(live: &Live, lead: usize) -> Vec<DemandView> {
    let lead = &live.members[lead].post;
    // A file and a line that says what is to be done with it are two messages: the line asks.
    let bare = lead.facts.demands.is_empty() && matches!(lead.kind, Kind::File | Kind::Image | Kind::Link);
    let other = || live.members.iter().map(|m| &m.post).find(|p| !p.facts.demands.is_empty());
    let asking = other().filter(|_| bare).unwrap_or(lead);
    asking
        .facts
        .demands
        .iter()
        .map(|d| {
            let mut view = DemandView::from(d);
            view.destination = view.destination.or_else(|| told_elsewhere(live, d));
            // A place in the lead copy's message.
            view.span = in_message(asking, d.span).filter(|_| !bare).unwrap_or_default();
            view
        })
        .collect()
}

/// The one place that other copies name for the same thing.
fn told_elsewhere(live: &Live, demand: &Demand) -> Option<Destination> {
    let hands_in = |act: Act| matches!(act, Act::Submit | Act::Upload | Act::Fill);
    if !hands_in(demand.act) {
        return None;
    }
    let alike =
        |a: &str, b: &str| a.chars().count().min(b.chars().count()) >= 2 && (a.contains(b) || b.contains(a));
    let mut found: Option<&Destination> = None;
    for other in live.members.iter().flat_map(|m| &m.post.facts.demands) {
        let same = hands_in(other.act)
            && (other.due_at == demand.due_at || other.due_at.is_none())
            && other.what.iter().any(|o| demand.what.iter().any(|d| alike(o, d)));
        let Some(place) = other.destination.as_ref().filter(|p| same && p.kind != DestinationKind::Group)
        else {
            continue;
        };
        if found.is_some_and(|f| f != place) {
            return None;
        }
        found = Some(place);
    }
    found.cloned()
}

fn signup(live: &Live) -> Option<SignupView> {
    let member = live
        .members
        .iter()
        .filter(|m| m.post.facts.signup.is_some())
        .max_by_key(|m| m.post.facts.signup.as_ref().map_or(0, |s| s.entries.len()))?;
    let signup = member.post.facts.signup.as_ref()?;
    let mut mine: Vec<u32> = live
        .members
        .iter()
        .filter(|m| m.post.mine)
        .filter_map(|m| m.post.facts.signup.as_ref()?.entries.last().map(|e| e.number))
        .collect();
    mine.sort_unstable();
    mine.dedup();
    Some(SignupView {
        title: signup.title.clone(),
        entries: signup.entries.len() as u32,
        mine,
        list: Vec::new(),
        missing: Vec::new(),
    })
}

fn ack_groups(live: &Live) -> Vec<i64> {
    let mut groups: Vec<i64> =
        live.members.iter().filter(|m| m.post.facts.asks_ack).map(|m| m.post.group).collect();
    groups.sort_unstable();
    groups.dedup();
    groups
}

/// Facts in which copies differ; the commonest value first.
fn conflicts(live: &Live) -> Vec<Conflict> {
    let mut out = Vec::new();
    let due = |m: &Member| m.post.facts.due.as_ref().map(|d| moment_text(d.at, d.precision));
    let event = |m: &Member| m.post.facts.event.as_ref().map(|e| moment_text(e.at, e.precision));
    let place = |m: &Member| m.post.facts.event.as_ref().and_then(|e| e.place.clone());
    let count = |m: &Member| mark(m, MarkKind::Count);
    let audience = |m: &Member| mark(m, MarkKind::Audience);
    for (fact, values) in [
        (Fact::Due, values(live, Fact::Due, due)),
        (Fact::Event, values(live, Fact::Event, event)),
        (Fact::Place, values(live, Fact::Place, place)),
        (Fact::Count, values(live, Fact::Count, count)),
        (Fact::Destination, values(live, Fact::Destination, destination)),
        (Fact::Audience, values(live, Fact::Audience, audience)),
    ] {
        if values.len() > 1 {
            out.push(Conflict { fact: fact.as_str().to_owned(), values });
        }
    }
    out
}

/// A fact counts as conflicting only where a copy joined in spite of it (its reason names it): a preface or a cut
/// tail changes what is stated without contradicting anything.
fn values(live: &Live, fact: Fact, of: impl Fn(&Member) -> Option<String>) -> Vec<ConflictValue> {
    let named = |m: &&Member| m.conflicts.iter().any(|d| d.fact == fact);
    let Some(first) = live.members.iter().find(named) else {
        return Vec::new();
    };
    let read = grouped(live, &of);
    if read.len() > 1 {
        return read;
    }
    // What is read out of both is the same, the words are not: 镇应急办邮箱 and 镇党政办邮箱 where no demand was read.
    let own = |m: &Member| m.conflicts.iter().find(|d| d.fact == fact).and_then(|d| d.to.as_ref()).map(said);
    let before = first.conflicts.iter().find(|d| d.fact == fact).and_then(|d| d.from.as_ref()).map(said);
    grouped(live, |m| own(m).or_else(|| before.clone()))
}

fn said(value: &Value) -> String {
    match value {
        Value::Moment { at, day } => {
            moment_text(local(*at), if *day { TimePrecision::Day } else { TimePrecision::Minute })
        }
        Value::Words(words) => words.clone(),
    }
}

/// The groups by what their copies say, the commonest first.
fn grouped(live: &Live, of: impl Fn(&Member) -> Option<String>) -> Vec<ConflictValue> {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for member in &live.members {
        if let Some(value) = of(member) {
            let list = groups.entry(value).or_default();
            let name = member.post.group_name.to_string();
            if !list.contains(&name) {
                list.push(name);
            }
        }
    }
    let mut values: Vec<ConflictValue> =
        groups.into_iter().map(|(value, groups)| ConflictValue { value, groups }).collect();
    values.sort_by(|a, b| b.groups.len().cmp(&a.groups.len()).then(a.value.cmp(&b.value)));
    values
}

fn mark(member: &Member, kind: MarkKind) -> Option<String> {
    let values: Vec<&str> =
        member.post.facts.marks.iter().filter(|m| m.kind == kind).map(|m| m.value.as_str()).collect();
    (!values.is_empty()).then(|| values.join("、"))
}

fn destination(member: &Member) -> Option<String> {
    member
        .post
        .facts
        .demands
        .iter()
        .find_map(|d| d.destination.as_ref())
        .map(|d: &Destination| d.name.clone())
}

fn moment_text(at: chrono::NaiveDateTime, precision: TimePrecision) -> String {
    let format = if precision == TimePrecision::Day { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M" };
    at.format(format).to_string()
}

/// When a follow-up or a copy last said something else than what was known: what was settled before opens again. A
/// mere further copy, in whatever words, never does.
fn facts_changed_at(live: &Live) -> Option<Moment> {
    let decisive = |d: &Differ| d.fact != Fact::Words;
    let differing = live.members.iter().enumerate().filter(|(_, m)| m.conflicts.iter().any(decisive));
    let conflicting =
        differing.filter(|(n, m)| says_new(&live.members[..*n], m)).map(|(_, m)| m.post.sent_at).max();
    live.facts_changed.max(conflicting).map(Moment)
}

/// Whether a copy that differs says what no earlier copy said: the second copy of the same other date is no news.
fn says_new(earlier: &[Member], member: &Member) -> bool {
    let said = |d: &Differ| {
        earlier.iter().flat_map(|m| &m.conflicts).any(|e| e.fact == d.fact && e.to.is_some() && e.to == d.to)
    };
    member.conflicts.iter().any(|d| d.fact != Fact::Words && !said(d))
}

/// Longest title, in characters.
const TITLE: usize = 48;

/// One line that names a notice, and what it is made of; of one without words the attachment names it.
fn title(member: &Member) -> (String, Titled) {
    let post = &member.post;
    if post.facts.role == Role::Signup
        && let Some(line) = post.facts.signup.as_ref().and_then(|s| s.title.lines().find(|l| is_telling(l)))
    {
        let line = line.trim_start_matches(['#', '＃']).trim_start_matches("接龙").trim();
        return (cut(&format!("接龙：{line}")), Titled::SignUp);
    }
    if let Some(line) = crate::facts::title(&post.text, &post.facts) {
        return (line, Titled::Words);
    }
    let thing = post.attachments.iter().find_map(|a| a.name.clone());
    match thing {
        Some(name) => (cut(&name), Titled::Words),
        None if post.text.trim().is_empty() => {
            let words = match post.kind {
                Kind::Image => format!("[图片] {}", local(post.sent_at).format("%m-%d %H:%M")),
                kind => format!("[{}]", kind.as_str()),
            };
            (words, Titled::Thing(post.kind))
        }
        None => (cut(post.text.trim()), Titled::Words),
    }
}

fn is_telling(line: &str) -> bool {
    line.chars().filter(|c| c.is_alphanumeric()).count() >= 5
}

fn cut(text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= TITLE {
        return line;
    }
    let mut short: String = line.chars().take(TITLE - 1).collect();
    short.push('…');
    short
}
