//! Which notice a follow-up speaks of. Every live notice it may mean is weighed by clues that a reader would name: words
//! that name it, a moment in common, the group, the person, how fresh it is. The best one stands only where it stands
//! clear of the next.

use std::ops::Range;

use chrono::NaiveDateTime;

use super::assign::{State, refused};
use super::followup::{link_kind, unlinked};
use super::gist::{Gist, Marks};
use super::index::NumberMap;
use super::live::{Live, Member};
use super::reason::Clue;
use super::spoken::Spoken;
use super::words::code;
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
    let mut candidates = Candidates::of(state, post, role);
    candidates.name(state, post, |_| true);
    candidates.ranked()
}

/// The same for a post that speaks of a notice only where they name one moment, `least` telling how much of its words
/// the notice must hold then. Where none does, nothing is given.
pub(super) fn targets_of_moment(
    state: &mut State,
    post: &Post,
    role: MessageRole,
    least: impl Fn(&Target) -> f64,
) -> Vec<Target> {
    let mut candidates = Candidates::of(state, post, role);
    let moment = |t: &Target| t.clues.contains(&Clue::Moment);
    candidates.name(state, post, moment);
    if !candidates.found.iter().any(|t| moment(t) && t.named >= least(t)) {
        return Vec::new();
    }
    candidates.name(state, post, |t| !moment(t));
    candidates.ranked()
}

/// The notices that are looked at closely.
struct Candidates {
    found: Vec<Target>,
    weights: Vec<(char, char, f64)>,
}

impl Candidates {
    /// Weighs all that a follow-up may speak of roughly; the best stay.
    fn of(state: &mut State, post: &Post, role: MessageRole) -> Self {
        let text = match_text(&bare(&spaced(post)));
        let mut shares = state.notices.covered(&text);
        let (known, weights) = state.notices.pair_weights(&text);
        let terse = weights.iter().map(|(.., w)| w).sum::<f64>() <= MUTE;
        let spoken = Spoken::of(state, post, role, terse);
        shares.sort_unstable_by_key(|(slot, _)| *slot);
        let mut slots: Vec<Slot> = shares.iter().map(|(slot, _)| *slot).collect();
        slots.extend(state.notices.newest_in(post.group, NEWEST));
        if spoken.terse {
            let again = state.notices.in_group(post.group).filter(|(_, live)| live.gist().recurs);
            slots.extend(again.map(|(slot, _)| slot));
        }
        slots.sort_unstable();
        slots.dedup();
        let places = Marks::of_post(post, &spoken);
        let mut found: Vec<Target> = slots
            .into_iter()
            .filter_map(|slot| {
                let live = state.notices.get(slot)?;
                let unlinked = unlinked(state, post, live, link_kind(role));
                if live.kind != MessageRole::Copy || unlinked || refused(state, slot, post) {
                    return None;
                }
                let shared =
                    shares.binary_search_by_key(&slot, |(slot, _)| *slot).map_or(0.0, |at| shares[at].1);
                let mut target = circumstances(post, live, slot, &spoken, &places);
                target.named = shared / known.max(1e-9);
                Some(target)
            })
            .collect();
        let rough = |t: &Target| t.score + NAMED * t.named;
        let better = |a: &Target, b: &Target| rough(b).total_cmp(&rough(a)).then(a.slot.cmp(&b.slot));
        if found.len() > CLOSELY {
            found.select_nth_unstable_by(CLOSELY, better);
            found.truncate(CLOSELY);
        }
        Candidates { found, weights }
    }

    /// Works out by how much of their words a post names those that are `wanted`.
    fn name(&mut self, state: &State, post: &Post, wanted: impl Fn(&Target) -> bool) {
        let mut words = None;
        for target in self.found.iter_mut().filter(|t| wanted(t)) {
            let Some(live) = state.notices.get(target.slot) else {
                continue;
            };
            let words = words.get_or_insert_with(|| Telling::of(&self.weights));
            let (named, words) = words.in_notice(live, post);
            target.named = named;
            target.score += NAMED * named;
            if words.chars().count() >= 2 {
                target.clues.insert(0, Clue::Names(words));
            }
        }
    }

    fn ranked(self) -> Vec<Target> {
        let mut found = self.found;
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(b.slot.cmp(&a.slot)));
        found
    }
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
fn circumstances(post: &Post, live: &Live, slot: Slot, spoken: &Spoken, places: &Marks) -> Target {
    let mut target = Target { slot, score: 0.0, named: 0.0, clues: Vec::new(), took_back: false };
    let mut add = |worth: f64, clue: Option<Clue>| {
        target.score += worth;
        target.clues.extend(clue);
    };
    let gist = live.gist();
    let met = gist.marks.met(places);
    if !spoken.quoted.is_empty() && live.members.iter().any(|m| m.post.plain().contains(&spoken.quoted)) {
        add(QUOTED, Some(Clue::Quotes));
    }
    let here = met.group && live.is_in(post.group);
    if here {
        add(SAME_GROUP, Some(Clue::Group));
    }
    if met.sender && live.members.iter().any(|m| m.post.sender == post.sender) {
        add(SAME_PERSON, Some(Clue::Sender));
    }
    let close = if met.day { closeness(live, spoken) } else { Closeness::None };
    let took_back = matches!(close, Closeness::Old);
    match close {
        Closeness::Old => add(OLD_MOMENT, Some(Clue::Moment)),
        Closeness::Moment => add(SAME_MOMENT, Some(Clue::Moment)),
        Closeness::EventDay => add(EVENT_DAY, Some(Clue::Moment)),
        Closeness::Day => add(SAME_DAY, None),
        Closeness::None => {}
    }
    let slip = here
        && spoken.slip
        && live.members.last().is_some_and(|m| {
            let one = m.post.sender == post.sender && m.post.group == post.group;
            one && post.sent_at - m.post.sent_at <= SLIP_MS
        });
    pressing(post, live, spoken, here, &mut add);
    if slip || spoken.last == Some(slot) {
        add(if slip { SLIP } else { LAST }, Some(Clue::Last));
    }
    let age_days = (post.sent_at - live.last).max(0) as f64 / 86_400_000.0;
    add(FRESH / (1.0 + age_days), None);
    let open = spoken.role != MessageRole::Closure;
    if open && !gist.recurs && gist.end.is_some_and(|end| end + PAST_MS < post.sent_at) {
        add(PAST, None);
    }
    let happens = !gist.event_days.is_empty();
    let misfit = match spoken.role {
        MessageRole::Correction => spoken.to_event && !happens,
        MessageRole::Reminder | MessageRole::Closure => !gist.owed && !happens,
        _ => false,
    };
    if misfit {
        add(MISFIT, None);
    }
    target.took_back = took_back;
    target
}

/// What speaks for a notice by how pressing it is: it is owed now, or every day, or called people out.
fn pressing(post: &Post, live: &Live, spoken: &Spoken, here: bool, add: &mut impl FnMut(f64, Option<Clue>)) {
    if !here {
        return;
    }
    let gist = live.gist();
    let near = |at: &NaiveDateTime| (-SOON_MS / 4..SOON_MS).contains(&(epoch_ms(*at) - post.sent_at));
    let soon = || gist.recurs || gist.moments.iter().any(near);
    let today = || gist.moments.iter().any(|at| at.date() == local(post.sent_at).date());
    if (spoken.now || spoken.terse) && soon() {
        add(DUE_NOW, Some(Clue::Moment));
        if gist.recurs && spoken.terse {
            add(AGAIN, None);
        }
    } else if spoken.now {
        add(NOT_NOW, None);
    } else if spoken.chases && today() {
        add(TODAY, Some(Clue::Moment));
    }
    if spoken.stands_down && gist.urgent && post.sent_at - live.last <= SOON_MS {
        add(ALARM, Some(Clue::Last));
    }
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
    let Gist { moments, event_days, .. } = live.gist();
    if off && event_days.iter().any(|day| spoken.days.contains(day)) {
        best = Closeness::EventDay;
    }
    let already = spoken.new.is_some_and(|new| moments.contains(&new));
    for &their in moments {
        if spoken.old == Some(their) {
            return Closeness::Old;
        }
        if already {
            continue;
        }
        let ends = spoken.left.is_some_and(|(from, to)| (from..to).contains(&their));
        if spoken.named.contains(&their) || spoken.last_days.contains(&their.date()) || ends {
            best = Closeness::Moment;
        } else if matches!(best, Closeness::None) && spoken.days.contains(&their.date()) {
            best = Closeness::Day;
        }
    }
    best
}

/// The telling words of a follow-up, ready to be looked for in many notices.
struct Telling<'a> {
    weights: &'a [(char, char, f64)],
    /// Number of each pair, by its characters.
    numbers: NumberMap<u64, usize>,
    /// For each of the weights the number of its pair.
    pairs: Vec<usize>,
    /// One bit for each pair, by its characters: most pairs of a notice are told apart here.
    seen: [u64; 32],
    /// What they weigh where all of them are held in one run.
    total: f64,
}

impl<'a> Telling<'a> {
    fn of(weights: &'a [(char, char, f64)]) -> Self {
        let mut numbers = NumberMap::default();
        let mut seen = [0; 32];
        let mut pairs = Vec::with_capacity(weights.len());
        for &(a, b, _) in weights {
            let next = numbers.len();
            pairs.push(*numbers.entry(code((a, b))).or_insert(next));
            let (word, bit) = place(a, b);
            seen[word] |= bit;
        }
        let total = weights.iter().map(|(.., w)| w * RUN).sum();
        Telling { weights, numbers, pairs, seen, total }
    }

    /// Which pairs, by their numbers, stand in a text; gives how many characters it has.
    fn held_by(&self, text: &str, held: &mut [bool]) -> usize {
        held.fill(false);
        let (mut before, mut len) = (None, 0);
        for b in text.chars() {
            len += 1;
            if let Some(a) = before.replace(b) {
                let (word, bit) = place(a, b);
                if self.seen[word] & bit != 0
                    && let Some(&number) = self.numbers.get(&code((a, b)))
                {
                    held[number] = true;
                }
            }
        }
        len
    }

    /// How much of their weight stands in a notice, runs counting more than scattered pairs, and the longest run.
    fn in_notice(&self, live: &Live, post: &Post) -> (f64, String) {
        let mut held = vec![false; self.numbers.len()];
        let first = live.members.first();
        let here = live.members.iter().rev().find(|m| m.post.group == post.group);
        let other = |m: &&Member| first.is_none_or(|f| f.post.plain() != m.post.plain());
        let mut best = (0.0, 0..0);
        for member in first.into_iter().chain(here.filter(other)) {
            let len = self.held_by(member.post.plain(), &mut held);
            let (sum, run) = self.sum_of(&held);
            let enough = (sum / (TELLING * RUN)).min(1.0);
            let covered = (sum / self.total.max(1e-9)).min(1.0);
            let long = (LONG / len.max(1) as f64).min(1.0);
            let named = enough * (ALONE + (1.0 - ALONE) * covered) * long;
            if named > best.0 {
                best = (named, run);
            }
        }
        let run = &self.weights[best.1];
        let words = run.first().map(|pair| pair.0).into_iter().chain(run.iter().map(|pair| pair.1));
        (best.0, words.collect())
    }

    /// The weight of the pairs that are held, and where the heaviest run of them stands.
    fn sum_of(&self, held: &[bool]) -> (f64, Range<usize>) {
        let (mut sum, mut most, mut longest) = (0.0, 0.0, 0..0);
        let (mut run_weight, mut start) = (0.0, None);
        for (n, (&(.., weight), &number)) in self.weights.iter().zip(&self.pairs).enumerate() {
            if !held[number] {
                (run_weight, start) = (0.0, None);
                continue;
            }
            sum += weight * if start.is_some() { RUN } else { 1.0 };
            let from = *start.get_or_insert(n);
            run_weight += weight;
            if run_weight > most {
                most = run_weight;
                longest = from..n + 1;
            }
        }
        (sum, longest)
    }
}

/// The place of a pair in [`Telling::seen`].
fn place(a: char, b: char) -> (usize, u64) {
    let n = (a as u32).wrapping_mul(31) ^ b as u32;
    let n = n ^ (n >> 11);
    (((n >> 6) & 31) as usize, 1 << (n & 63))
}

/// A pair that goes on from a shared pair is worth so much more.
const RUN: f64 = 1.5;
