//! Which notice a follow-up speaks of. Every live notice it may mean is weighed by clues that a reader would name: words
//! that name it, a moment in common, the group, the person, how fresh it is. The best one stands only where it stands
//! clear of the next.

use std::collections::HashSet;

use chrono::NaiveDateTime;

use super::assign::{State, refused};
use super::followup::{link_kind, unlinked};
use super::live::Live;
use super::reason::Clue;
use super::{Post, Slot};
use crate::facts::role::{bare, takes_back};
use crate::message::epoch_ms;
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
/// The last notice here.
const LAST: f64 = 0.08;
/// 发错了 by the person who posted the last notice here within the hour: that one.
const SLIP: f64 = 0.80;
const SLIP_MS: i64 = 3_600_000;
/// Posted just now, falling with the days.
const FRESH: f64 = 0.10;
/// For each doubling of the groups that have it: what many groups have is more spoken of.
const SPREAD: f64 = 0.02;
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

/// The notices a follow-up may speak of, best first.
pub(super) fn targets(state: &mut State, post: &Post, role: MessageRole) -> Vec<Target> {
    let text = match_text(&bare(&spaced(post)));
    let (known, covered) = state.notices.covered(&text);
    let mut slots: Vec<Slot> = covered.iter().map(|(slot, _)| *slot).collect();
    slots.extend(state.notices.in_group(post.group).map(|(slot, _)| slot));
    slots.sort_unstable();
    slots.dedup();
    let quoted = post.quoted.as_ref().and_then(|q| q.text.as_deref()).map(match_text).unwrap_or_default();
    let last = state.notices.last_in(post.group);
    let mut found: Vec<Target> = slots
        .into_iter()
        .filter_map(|slot| {
            let live = state.notices.get(slot)?;
            let refused = unlinked(state, post, live, link_kind(role));
            if live.kind != MessageRole::Copy || refused || pinned_apart(state, slot, post) {
                return None;
            }
            let shared = covered.iter().find(|(s, _)| *s == slot).map_or(0.0, |(_, w)| *w);
            let mut target = circumstances(post, live, slot, role, last == Some(slot));
            if quoted.chars().count() >= 6 && quotes(live, &quoted) {
                target.score += QUOTED;
                target.clues.insert(0, Clue::Quotes);
            }
            target.named = shared / known.max(1e-9);
            Some(target)
        })
        .collect();
    let rough = |t: &Target| t.score + NAMED * t.named;
    found.sort_by(|a, b| rough(b).total_cmp(&rough(a)).then(a.slot.cmp(&b.slot)));
    found.truncate(CLOSELY);
    let weights = state.notices.pair_weights(&text);
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

fn quotes(live: &Live, quoted: &str) -> bool {
    let head: String = quoted.chars().take(24).collect();
    live.members.iter().any(|m| match_text(&m.post.text).contains(&head))
}

/// What speaks for a notice beside words.
fn circumstances(post: &Post, live: &Live, slot: Slot, role: MessageRole, last: bool) -> Target {
    let mut target = Target { slot, score: 0.0, named: 0.0, clues: Vec::new() };
    let mut add = |worth: f64, clue: Option<Clue>| {
        target.score += worth;
        target.clues.extend(clue);
    };
    if live.is_in(post.group) {
        add(SAME_GROUP, Some(Clue::Group));
    }
    if live.members.iter().any(|m| m.post.sender == post.sender) {
        add(SAME_PERSON, Some(Clue::Sender));
    }
    match closeness(post, live, role) {
        Closeness::Old => add(OLD_MOMENT, Some(Clue::Moment)),
        Closeness::Moment => add(SAME_MOMENT, Some(Clue::Moment)),
        Closeness::EventDay => add(EVENT_DAY, Some(Clue::Moment)),
        Closeness::Day => add(SAME_DAY, None),
        Closeness::None => {}
    }
    let slip = takes_back(&post.text)
        && live.members.last().is_some_and(|m| {
            m.post.sender == post.sender
                && m.post.group == post.group
                && post.sent_at - m.post.sent_at <= SLIP_MS
        });
    if last || slip {
        add(if slip { SLIP } else { LAST }, Some(Clue::Last));
    }
    let mut groups: Vec<i64> = live.members.iter().map(|m| m.post.group).collect();
    groups.sort_unstable();
    groups.dedup();
    add(SPREAD * (groups.len() as f64).log2(), None);
    let age_days = (post.sent_at - live.last).max(0) as f64 / 86_400_000.0;
    add(FRESH / (1.0 + age_days), None);
    let end = moments(live).max().map(epoch_ms);
    if role != MessageRole::Closure && end.is_some_and(|end| end + PAST_MS < post.sent_at) {
        add(PAST, None);
    }
    let change = post.facts.change.as_ref();
    let happens = live.members.iter().any(|m| m.post.facts.event.is_some());
    let owed = live.members.iter().any(|m| m.post.facts.due.is_some() || !m.post.facts.demands.is_empty());
    let misfit = match role {
        MessageRole::Correction => change.is_some_and(|c| c.to.is_some() && c.to_event && !happens),
        MessageRole::Reminder | MessageRole::Closure => !owed && !happens,
        _ => false,
    };
    if misfit {
        add(MISFIT, None);
    }
    target
}

fn moments(live: &Live) -> impl Iterator<Item = NaiveDateTime> {
    live.members.iter().flat_map(|m| {
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
fn closeness(post: &Post, live: &Live, role: MessageRole) -> Closeness {
    let facts = &post.facts;
    let old = facts.change.as_ref().and_then(|c| c.from);
    let new = facts.change.as_ref().and_then(|c| c.to);
    let moves = role == MessageRole::Correction;
    let stated = [facts.due.as_ref().map(|d| d.at), facts.event.as_ref().map(|e| e.at)];
    let named: Vec<NaiveDateTime> = stated
        .into_iter()
        .filter(|_| !moves)
        .flatten()
        .chain(facts.times.iter().filter(|_| !moves).filter_map(|t| t.start.or(t.end)))
        .filter(|at| Some(*at) != new)
        .collect();
    let mut best = Closeness::None;
    let takes_place = live.members.iter().filter_map(|m| m.post.facts.event.as_ref()).map(|e| e.at.date());
    let off = matches!(role, MessageRole::Cancellation | MessageRole::Correction);
    let days: Vec<_> = named.iter().chain(&old).chain(&new).map(NaiveDateTime::date).collect();
    if off && takes_place.into_iter().any(|day| days.contains(&day)) {
        best = Closeness::EventDay;
    }
    for their in moments(live) {
        if old == Some(their) {
            return Closeness::Old;
        }
        if named.contains(&their) {
            best = Closeness::Moment;
        } else if matches!(best, Closeness::None)
            && (named.iter().any(|n| n.date() == their.date())
                || old.is_some_and(|o| o.date() == their.date()))
        {
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
