//! What speaks of another notice: corrections, cancellations, closures, reminders. They are told by their words
//! (`facts`), folded among themselves, and linked to the notice they name.

use super::assign::{State, content_key, reason};
use super::live::{Correction, Live, Member};
use super::verdict::Verdict;
use super::{LinkDraft, Placement, Post, Slot};
use crate::facts::Role;
use crate::message::epoch_ms;
use crate::normalize::match_text;
use crate::notice::{LinkKind, MessageRole};

/// Least evidence on which a follow-up is filed under a notice.
const LINKED: f64 = 0.5;

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
    if let Some(slot) = copy_of(state, &post, key, role) {
        let why = reason(state, slot, &post, 1.0, &Verdict::Same);
        state.notices.join(
            slot,
            Member { post, similarity: 1.0, reason: why.clone(), whole: true, conflicts: Vec::new() },
            key,
            true,
        );
        return Placement { role, slot: Some(slot), also: Vec::new(), similarity: 1.0, reason: why };
    }
    let target = target(state, &post);
    let slot = state.notices.open(role, None);
    let mut why = String::new();
    if let (Some((to, _)), Some(live)) = (target, state.notices.get_mut(slot)) {
        live.attached = true;
        live.links.push(LinkDraft { kind: link_kind(role), to, reason: String::new() });
    }
    if let Some((to, _)) = target {
        apply(state, to, &post, role);
    }
    if let Some((to, share)) = target {
        why = format!("说的是 {}", reason(state, to, &post, share.min(1.0), &Verdict::Same));
    }
    state.notices.join(
        slot,
        Member { post, similarity: 1.0, reason: why.clone(), whole: true, conflicts: Vec::new() },
        key,
        true,
    );
    Placement { role, slot: Some(slot), also: Vec::new(), similarity: 1.0, reason: why }
}

/// What a follow-up does to the notice it names: a correction sets its time.
pub(super) fn apply(state: &mut State, to: Slot, post: &Post, role: MessageRole) {
    let Some(live) = state.notices.get_mut(to) else {
        return;
    };
    live.changed = true;
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
        && let Some(&slot) =
            state.notices.with_key(key).iter().rev().find(|s| state.notices.get(**s).is_some_and(fits))
    {
        return Some(slot);
    }
    let text = match_text(&post.text);
    let near = state.notices.near(&text);
    near.into_iter()
        .filter(|(slot, _, c)| {
            (c.jaccard >= 0.6 || c.containment >= 0.9) && state.notices.get(*slot).is_some_and(fits)
        })
        .map(|(slot, ..)| slot)
        .next()
}

/// The notice a follow-up speaks of, with the evidence.
fn target(state: &State, post: &Post) -> Option<(Slot, f64)> {
    let text = match_text(&post.text);
    let overlaps = state.notices.retold(&text, 0.08, 24);
    let mut best: Option<(Slot, f64)> = None;
    for (slot, live) in state.notices.iter() {
        if live.kind != MessageRole::Copy {
            continue;
        }
        let share = overlaps.iter().find(|o| o.slot == slot).map_or(0.0, |o| o.share);
        let score = evidence(post, live, share);
        if score >= LINKED && best.is_none_or(|(_, s)| score > s + 1e-9) {
            best = Some((slot, score));
        }
    }
    best
}

fn evidence(post: &Post, live: &Live, share: f64) -> f64 {
    let mut score = share * 1.6;
    let Some(first) = live.members.first() else {
        return 0.0;
    };
    if let Some(from) = post.facts.change.as_ref().and_then(|c| c.from) {
        let due = live.members.iter().any(|m| m.post.facts.due.as_ref().is_some_and(|d| d.at == from));
        let event = live.members.iter().any(|m| m.post.facts.event.as_ref().is_some_and(|e| e.at == from));
        if due || event {
            score += 0.35;
        }
    }
    if live.members.iter().any(|m| m.post.group == post.group) {
        score += 0.15;
    }
    if first.post.sender == post.sender {
        score += 0.12;
    }
    let still_open = live.members.iter().any(|m| {
        m.post.facts.due.as_ref().is_some_and(|d| epoch_ms(d.at) + 86_400_000 >= post.sent_at)
            || m.post.facts.event.as_ref().is_some_and(|e| epoch_ms(e.at) >= post.sent_at)
    });
    if still_open {
        score += 0.05;
    }
    let age_days = (post.sent_at - live.last) as f64 / 86_400_000.0;
    if content_key(post).is_none() || share < 0.08 { score.min(0.45) } else { score - age_days * 0.01 }
}
