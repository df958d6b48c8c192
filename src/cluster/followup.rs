//! What speaks of another notice: corrections, cancellations, closures, reminders. They are told by their words
//! (`facts`), folded among themselves, and linked to the notice they name.

use chrono::NaiveDateTime;

use super::assign::{self, State, earlier, refused};
use super::live::{Correction, Live, Member, timeless};
use super::reason::{Clue, Reason};
use super::{LinkDraft, Placement, Post, Slot};
use crate::facts::Role;
use crate::normalize::match_text;
use crate::notice::{LinkKind, MessageRole};

/// Least evidence on which a follow-up is filed under a notice.
const LINKED: f64 = 0.26;

/// The same for a post whose words alone do not say that it is one.
const REMARK: f64 = 0.45;

/// Share of rare words below which words tell nothing.
const LEAST_SHARE: f64 = 0.05;

/// Copies of one follow-up come within this time.
const WAVE_MS: i64 = 48 * 3_600_000;

/// Places a follow-up.
pub(super) fn assign(state: &mut State, post: Post, key: Option<u128>) -> Placement {
    let role = match post.facts.role {
        Role::Correction => MessageRole::Correction,
        Role::Cancellation => MessageRole::Cancellation,
        Role::Closure => MessageRole::Closure,
        _ => MessageRole::Reminder,
    };
    file(state, post, key, role)
}

/// A post by somebody who issues notices here that is no notice by its words: 用电量还差柳林。 If it speaks clearly
/// of a notice of this group it is a reminder of it.
pub(super) fn remark(state: &mut State, post: &Post, key: Option<u128>) -> Option<Placement> {
    let (to, score) = target(state, post)?;
    let clear = score >= REMARK && state.notices.get(to).is_some_and(|l| l.is_in(post.group));
    clear.then(|| file(state, post.clone(), key, MessageRole::Reminder))
}

/// Files a post as a follow-up of the given kind.
pub(super) fn file(state: &mut State, post: Post, key: Option<u128>, role: MessageRole) -> Placement {
    if let Some(slot) = copy_of(state, &post, key, role) {
        let why =
            earlier(state, slot, &post).map(|with| Reason::Same { with, percent: 100, differ: Vec::new() });
        state.notices.join(slot, Member::plain(post, why.clone()), key);
        return Placement { role, slot: Some(slot), also: Vec::new(), similarity: 1.0, reason: why };
    }
    let target = target(state, &post);
    // 重申 without a notice to remind of is a notice: nothing earlier is known that it could stand under.
    if target.is_none() && role == MessageRole::Reminder {
        return assign::place(state, post, key);
    }
    let slot = state.open(role);
    let mut why = None;
    if let (Some((to, _)), Some(live)) = (target, state.notices.get_mut(slot)) {
        // 已收齐 closes a duty and is news of its own: it stays a row beside the notice it closes.
        live.attached = role != MessageRole::Closure;
        live.links.push(LinkDraft { kind: link_kind(role), to, reason: None });
    }
    if let Some((to, _)) = target {
        apply(state, to, &post, role);
    }
    if let Some((to, share)) = target {
        let _ = share;
        why = earlier(state, to, &post).map(|of| Reason::Speaks { of, clues: vec![Clue::Group] });
    }
    state.notices.join(slot, Member::plain(post, why.clone()), key);
    Placement { role, slot: Some(slot), also: Vec::new(), similarity: 1.0, reason: why }
}

/// What a follow-up does to the notice it names: a correction sets its time.
pub(super) fn apply(state: &mut State, to: Slot, post: &Post, role: MessageRole) {
    let recording = state.force.is_none();
    let Some(live) = state.notices.get_mut(to) else {
        return;
    };
    live.changed |= recording;
    if role != MessageRole::Correction {
        return;
    }
    if let Some(change) = &post.facts.change
        && let Some(moment) = change.to
    {
        let text = change.word.clone();
        live.corrections.push(Correction {
            to: moment,
            to_event: change.to_event,
            sent_at: post.sent_at,
            text,
        });
    }
}

fn link_kind(role: MessageRole) -> LinkKind {
    match role {
        MessageRole::Correction => LinkKind::Corrects,
        MessageRole::Cancellation => LinkKind::Cancels,
        MessageRole::Closure => LinkKind::Closes,
        _ => LinkKind::Reminds,
    }
}

fn copy_of(state: &mut State, post: &Post, key: Option<u128>, role: MessageRole) -> Option<Slot> {
    let fits = |live: &Live| live.kind == role && post.sent_at - live.last <= WAVE_MS;
    if let Some(key) = key
        && let Some(&slot) = state
            .notices
            .with_key(key)
            .iter()
            .rev()
            .find(|s| state.notices.get(**s).is_some_and(fits) && !refused(state, **s, post))
    {
        return Some(slot);
    }
    let text = match_text(&post.text);
    let near = state.notices.near(&text);
    near.into_iter()
        .filter(|(slot, _, c)| {
            (c.jaccard >= 0.6 || c.containment >= 0.9)
                && state.notices.get(*slot).is_some_and(fits)
                && !refused(state, *slot, post)
        })
        .map(|(slot, ..)| slot)
        .next()
}

/// The notice a follow-up speaks of, with the evidence.
fn target(state: &mut State, post: &Post) -> Option<(Slot, f64)> {
    let text = timeless(post);
    let overlaps = state.notices.retold(&text, LEAST_SHARE, 60);
    let mut slots: Vec<Slot> = overlaps.iter().map(|o| o.slot).collect();
    slots.extend(state.notices.in_group(post.group).map(|(slot, _)| slot));
    slots.sort_unstable();
    slots.dedup();
    let mut best: Option<(Slot, f64)> = None;
    for slot in slots {
        let Some(live) = state.notices.get(slot).filter(|live| live.kind == MessageRole::Copy) else {
            continue;
        };
        let share = overlaps.iter().find(|o| o.slot == slot).map_or(0.0, |o| o.share);
        let score = evidence(post, live, share);
        if score >= LINKED && best.is_none_or(|(_, s)| score > s + 1e-9) {
            best = Some((slot, score));
        }
    }
    best
}

/// What is worth how much when a follow-up may speak of several notices: rare words in common, a moment in common,
/// the group, the person, and how fresh the notice is.
fn evidence(post: &Post, live: &Live, share: f64) -> f64 {
    const SAME_GROUP: f64 = 0.15;
    const SAME_PERSON: f64 = 0.06;
    const SAME_MOMENT: f64 = 0.25;
    const SAME_DAY: f64 = 0.08;
    const FRESH: f64 = 0.06;
    let here = |m: &&Member| m.post.group == post.group;
    let mut score = share;
    if live.members.iter().any(|m| here(&m)) {
        score += SAME_GROUP;
        if live.members.iter().filter(here).any(|m| m.post.sender == post.sender) {
            score += SAME_PERSON;
        }
    } else if share < LEAST_SHARE {
        return 0.0;
    }
    score += match closeness(post, live) {
        Closeness::Moment => SAME_MOMENT,
        Closeness::Day => SAME_DAY,
        Closeness::None => 0.0,
    };
    let age_days = (post.sent_at - live.last).max(0) as f64 / 86_400_000.0;
    score + FRESH / (1.0 + age_days)
}

enum Closeness {
    Moment,
    Day,
    None,
}

/// Whether a follow-up names a moment that the notice names too: the one a correction takes back, or the deadline a
/// reminder repeats.
fn closeness(post: &Post, live: &Live) -> Closeness {
    let facts = &post.facts;
    let change = facts.change.as_ref();
    let named: Vec<NaiveDateTime> =
        [change.and_then(|c| c.from), facts.due.as_ref().map(|d| d.at), facts.event.as_ref().map(|e| e.at)]
            .into_iter()
            .flatten()
            .collect();
    let theirs = live.members.iter().flat_map(|m| {
        let facts = &m.post.facts;
        [facts.due.as_ref().map(|d| d.at), facts.event.as_ref().map(|e| e.at)].into_iter().flatten()
    });
    let mut best = Closeness::None;
    for their in theirs {
        if named.contains(&their) {
            return Closeness::Moment;
        }
        if named.iter().any(|n| n.date() == their.date()) {
            best = Closeness::Day;
        }
    }
    best
}
