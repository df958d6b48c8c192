//! Which notice a follow-up speaks of. Every live notice it may mean is weighed by clues that a reader would name: words
//! that name it, a moment in common, the group, the person, how fresh it is. The best one stands only where it stands
//! clear of the next.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDateTime;

use super::assign::{State, refused};
use super::followup::{link_kind, unlinked};
use super::live::{Live, Member};
use super::reason::Clue;
use super::spoken::Spoken;
use super::{Post, Slot};
use crate::facts::role::bare;
use crate::message::{epoch_ms, local};
use crate::normalize::match_text;
use crate::notice::MessageRole;

/// A notice that a follow-up may speak of.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub slot: Slot,
    /// How much speaks for it; see the constants of this file.
    pub score: f64,
    /// How much of that are words that name it, 0 to 1.
    pub named: f64,
    pub clues: Vec<Clue>,
    /// The follow-up takes back a moment that the notice states.
    pub took_back: bool,
}

/// The follow-up quotes the notice: nothing else is worth as much.
const QUOTED: f64 = 2.0;
/// All its telling words stand in the notice.
const NAMED: f64 = 1.0;
/// The notice was posted in this group.
const SAME_GROUP: f64 = 0.26;
/// By this person.
const SAME_PERSON: f64 = 0.10;
/// A moment in common: the one a correction takes back, the hour a reminder repeats.
const OLD_MOMENT: f64 = 0.45;
const SAME_MOMENT: f64 = 0.28;
const SAME_DAY: f64 = 0.08;
/// The day on which something was to take place that is called off or moved.
const EVENT_DAY: f64 = 0.24;
/// 今天最后一天, and it is due within the day.
const DUE_NOW: f64 = 0.22;
/// 今天最后一天, and it is not.
const NOT_NOW: f64 = -0.15;
/// Something is owed, and it falls due today.
const TODAY: f64 = 0.10;
/// 今天还缺东村, and it is owed every day.
const AGAIN: f64 = 0.20;
/// 撤吧, and it called people out within the day.
const ALARM: f64 = 0.40;
/// What chases and names less than this, in pairs that one notice alone has, goes by who is owed what now.
const MUTE: f64 = 0.9;
const SOON_MS: i64 = 24 * 3_600_000;
/// The last notice here.
const LAST: f64 = 0.08;
/// 发错了 by the person who posted the last notice here within the hour: that one.
const SLIP: f64 = 0.80;
const SLIP_MS: i64 = 3_600_000;
/// Posted just now, falling with the days.
const FRESH: f64 = 0.10;
/// What it asked for was due, or took place, more than three days ago.
const PAST: f64 = -0.25;
const PAST_MS: i64 = 72 * 3_600_000;
/// It speaks of something that takes place and the notice of nothing that does, or the other way round.
const MISFIT: f64 = -0.12;
/// Weight of shared words, in pairs that one notice alone has, from which naming counts in full.
const TELLING: f64 = 2.2;
/// Words that stand beside many others tell less: so much of [`NAMED`] is left when nothing else of the follow-up is
/// in the notice.
const ALONE: f64 = 0.45;
/// A document of more characters than this holds some words of everything.
const LONG: f64 = 300.0;
/// Candidates that are looked at closely.
const CLOSELY: usize = 16;

/// Notices of the post's group that are looked at, the newest.
const NEWEST: usize = 40;

/// The notices a follow-up may speak of, best first.
pub(super) fn targets(state: &mut State, post: &Post, role: MessageRole) -> Vec<Target> {
    let text = match_text(&bare(&spaced(post)));
    let (known, covered) = state.notices.covered(&text);
    let weights = state.notices.pair_weights(&text);
    let terse = weights.iter().map(|(.., w)| w).sum::<f64>() <= MUTE;
    let spoken = Spoken::of(state, post, role, terse);
    let shares: HashMap<Slot, f64> = covered.into_iter().collect();
    let mut slots: Vec<Slot> = shares.keys().copied().collect();
    slots.extend(state.notices.newest_in(post.group, NEWEST));
    if spoken.terse {
        let again = |l: &Live| typical(l).any(|m| m.post.facts.recurs.is_some());
        slots.extend(state.notices.in_group(post.group).filter(|(_, l)| again(l)).map(|(slot, _)| slot));
    }
    slots.sort_unstable();
    slots.dedup();
    let mut found: Vec<Target> = slots
        .into_iter()
        .filter_map(|slot| {
            let live = state.notices.get(slot)?;
            let refused = unlinked(state, post, live, link_kind(role));
            if live.kind != MessageRole::Copy || refused || pinned_apart(state, slot, post) {
                return None;
            }
            let shared = shares.get(&slot).copied().unwrap_or_default();
            let mut target = circumstances(post, live, slot, &spoken);
            target.named = shared / known.max(1e-9);
            Some(target)
        })
        .collect();
    let rough = |t: &Target| t.score + NAMED * t.named;
    found.sort_by(|a, b| rough(b).total_cmp(&rough(a)).then(a.slot.cmp(&b.slot)));
    found.truncate(CLOSELY);
    for target in &mut found {
        if let Some(live) = state.notices.get(target.slot) {
            let (named, words) = naming(&weights, live, post);
            target.named = named;
            target.score += NAMED * named;
            if words.chars().count() >= 2 {
                target.clues.insert(0, Clue::Names(words));
            }
        }
    }
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(b.slot.cmp(&a.slot)));
    found
}

fn pinned_apart(state: &State, slot: Slot, post: &Post) -> bool {
    state.force.is_none() && refused(state, slot, post)
}

/// The text with its times blanked out: that two texts name one hour is weighed as a fact.
fn spaced(post: &Post) -> String {
    let mut chars: Vec<char> = post.text.chars().collect();
    for time in &post.facts.times {
        for at in time.span[0]..time.span[1] {
            if let Some(c) = chars.get_mut(at as usize) {
                *c = ' ';
            }
        }
    }
    chars.into_iter().collect()
}

/// What speaks for a notice beside words.
fn circumstances(post: &Post, live: &Live, slot: Slot, spoken: &Spoken) -> Target {
    let mut target = Target { slot, score: 0.0, named: 0.0, clues: Vec::new(), took_back: false };
    let mut add = |worth: f64, clue: Option<Clue>| {
        target.score += worth;
        target.clues.extend(clue);
    };
    if !spoken.quoted.is_empty()
        && live.members.iter().any(|m| match_text(&m.post.text).contains(&spoken.quoted))
    {
        add(QUOTED, Some(Clue::Quotes));
    }
    if live.is_in(post.group) {
        add(SAME_GROUP, Some(Clue::Group));
    }
    if live.members.iter().any(|m| m.post.sender == post.sender) {
        add(SAME_PERSON, Some(Clue::Sender));
    }
    let close = closeness(live, spoken);
    let took_back = matches!(close, Closeness::Old);
    match close {
        Closeness::Old => add(OLD_MOMENT, Some(Clue::Moment)),
        Closeness::Moment => add(SAME_MOMENT, Some(Clue::Moment)),
        Closeness::EventDay => add(EVENT_DAY, Some(Clue::Moment)),
        Closeness::Day => add(SAME_DAY, None),
        Closeness::None => {}
    }
    let slip = spoken.slip
        && live.members.last().is_some_and(|m| {
            let one = m.post.sender == post.sender && m.post.group == post.group;
            one && post.sent_at - m.post.sent_at <= SLIP_MS
        });
    let again = typical(live).any(|m| m.post.facts.recurs.is_some());
    for (worth, clue) in pressing(post, live, spoken, again) {
        add(worth, clue);
    }
    if slip || spoken.last == Some(slot) {
        add(if slip { SLIP } else { LAST }, Some(Clue::Last));
    }
    let age_days = (post.sent_at - live.last).max(0) as f64 / 86_400_000.0;
    add(FRESH / (1.0 + age_days), None);
    let end = moments(live).max().map(epoch_ms);
    let open = spoken.role != MessageRole::Closure;
    if open && !again && end.is_some_and(|end| end + PAST_MS < post.sent_at) {
        add(PAST, None);
    }
    let happens = typical(live).any(|m| m.post.facts.event.is_some());
    let owed = typical(live).any(|m| m.post.facts.due.is_some() || !m.post.facts.demands.is_empty());
    let misfit = match spoken.role {
        MessageRole::Correction => spoken.to_event && !happens,
        MessageRole::Reminder | MessageRole::Closure => !owed && !happens,
        _ => false,
    };
    if misfit {
        add(MISFIT, None);
    }
    target.took_back = took_back;
    target
}

/// What speaks for a notice by how pressing it is: it is owed now, or every day, or called people out.
fn pressing(post: &Post, live: &Live, spoken: &Spoken, again: bool) -> Vec<(f64, Option<Clue>)> {
    let mut out = Vec::new();
    let soon =
        || again || moments(live).any(|at| (-SOON_MS / 4..SOON_MS).contains(&(epoch_ms(at) - post.sent_at)));
    let today = || moments(live).any(|at| at.date() == local(post.sent_at).date());
    let here = live.is_in(post.group);
    if here && (spoken.now || spoken.terse) && soon() {
        out.push((DUE_NOW, Some(Clue::Moment)));
        if again && spoken.terse {
            out.push((AGAIN, None));
        }
    } else if here && spoken.now {
        out.push((NOT_NOW, None));
    } else if here && spoken.chases && today() {
        out.push((TODAY, Some(Clue::Moment)));
    }
    if spoken.stands_down
        && here
        && typical(live).any(|m| m.post.facts.urgent)
        && post.sent_at - live.last <= SOON_MS
    {
        out.push((ALARM, Some(Clue::Last)));
    }
    out
}

/// The copies that are asked for facts: the first ones, the last, and those that say something else.
fn typical(live: &Live) -> impl Iterator<Item = &Member> {
    let last = live.members.len().saturating_sub(1);
    let chosen = move |n: usize, m: &Member| n < 3 || n == last || !m.conflicts.is_empty();
    live.members.iter().enumerate().filter(move |(n, m)| chosen(*n, m)).map(|(_, m)| m)
}

fn moments(live: &Live) -> impl Iterator<Item = NaiveDateTime> {
    typical(live).flat_map(|m| {
        let facts = &m.post.facts;
        let demands = facts.demands.iter().filter_map(|d| d.due_at);
        [facts.due.as_ref().map(|d| d.at), facts.event.as_ref().map(|e| e.at)]
            .into_iter()
            .flatten()
            .chain(demands)
    })
}

enum Closeness {
    Old,
    Moment,
    EventDay,
    Day,
    None,
}

/// Whether a follow-up names a moment that the notice names too.
fn closeness(live: &Live, spoken: &Spoken) -> Closeness {
    let mut best = Closeness::None;
    let off = matches!(spoken.role, MessageRole::Cancellation | MessageRole::Correction);
    let mut takes_place = typical(live).filter_map(|m| m.post.facts.event.as_ref()).map(|e| e.at.date());
    if off && takes_place.any(|day| spoken.days.contains(&day)) {
        best = Closeness::EventDay;
    }
    let already = spoken.new.is_some() && moments(live).any(|at| Some(at) == spoken.new);
    for their in moments(live) {
        if spoken.old == Some(their) {
            return Closeness::Old;
        }
        if already {
            continue;
        }
        let ends = spoken.left.is_some_and(|(from, to)| (from..to).contains(&their));
        if spoken.named.contains(&their) || ends {
            best = Closeness::Moment;
        } else if matches!(best, Closeness::None) && spoken.days.contains(&their.date()) {
            best = Closeness::Day;
        }
    }
    best
}

/// How much of the weight of a follow-up's telling words stands in a notice, runs counting more than scattered pairs,
/// and the longest run.
fn naming(weights: &[(char, char, f64)], live: &Live, post: &Post) -> (f64, String) {
    let total: f64 = weights.iter().map(|(.., w)| w * RUN).sum();
    let mut best = (0.0, String::new());
    let here = live.members.iter().rev().find(|m| m.post.group == post.group);
    for member in live.members.first().into_iter().chain(here) {
        let text: Vec<char> = match_text(&member.post.text).chars().collect();
        let pairs: HashSet<(char, char)> = text.windows(2).map(|p| (p[0], p[1])).collect();
        let (mut sum, mut run, mut words, mut before) = (0.0, Vec::new(), Vec::new(), false);
        let (mut run_weight, mut most) = (0.0, 0.0);
        for &(a, b, weight) in weights {
            let shared = pairs.contains(&(a, b));
            if shared {
                sum += weight * if before { RUN } else { 1.0 };
                if run.is_empty() {
                    run.push(a);
                }
                run.push(b);
                run_weight += weight;
                if run_weight > most {
                    (most, words) = (run_weight, run.clone());
                }
            } else {
                run.clear();
                run_weight = 0.0;
            }
            before = shared;
        }
        let enough = (sum / (TELLING * RUN)).min(1.0);
        let covered = (sum / total.max(1e-9)).min(1.0);
        let long = (LONG / text.len().max(1) as f64).min(1.0);
        let named = enough * (ALONE + (1.0 - ALONE) * covered) * long;
        if named > best.0 {
            best = (named, words.into_iter().collect());
        }
    }
    best
}

/// A pair that goes on from a shared pair is worth so much more.
const RUN: f64 = 1.5;
