//! What speaks of another notice: corrections, cancellations, closures, reminders. They are told by their words
//! (`facts`), folded among themselves, and linked to the notice they name.

use super::assign::{self, State, earlier, refused};
use super::live::{Correction, Live, Member};
use super::reason::{Clue, Reason};
use super::target::{Target, targets};
use super::{LinkDraft, Placement, Post, Slot};
use crate::facts::Role;
use crate::facts::role::recalls;
use crate::normalize::match_text;
use crate::notice::{LinkKind, MessageRole};

/// Evidence from which a follow-up is filed under a notice.
const LINKED: f64 = 0.55;

/// Evidence from which a notice is proposed.
const PROPOSED: f64 = 0.42;

/// The best must stand this far above the next; otherwise they are proposed and none is chosen.
const MARGIN: f64 = 0.06;

/// Most notices that are proposed.
const MOST: usize = 3;

/// Evidence from which a post whose words alone do not say that it is a follow-up is one: with a sign that something is
/// owed, and without.
const RECALL: f64 = 0.70;
const REMARK: f64 = 0.90;

/// Evidence from which a brief notice is shown beside another.
const BESIDE: f64 = 0.85;

/// Share of telling words without which neither holds.
const NAMED: f64 = 0.30;

/// Share of telling words that ties a follow-up to a notice.
const TIED: f64 = 0.10;

/// A brief notice has at most so many comparable characters.
const BRIEF: usize = 60;

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
    let least = if recalls(&post.text) { RECALL } else { REMARK };
    let targets = targets(state, post, MessageRole::Reminder);
    let best = targets.first().filter(|t| t.score >= least)?;
    let here = state.notices.get(best.slot).is_some_and(|l| l.is_in(post.group));
    (here && tied(best)).then(|| file(state, post.clone(), key, MessageRole::Reminder))
}

/// The notice that a notice of few words, which nothing resembles, may speak of: shown beside it.
pub(super) fn beside(state: &mut State, post: &Post) -> Option<LinkDraft> {
    if match_text(&post.text).chars().count() > BRIEF {
        return None;
    }
    let best = targets(state, post, MessageRole::Reminder).into_iter().next()?;
    let sure = best.score >= BESIDE && best.named >= NAMED || best.clues.contains(&Clue::Quotes);
    sure.then(|| similar(state, post, best))
}

/// Whether more than circumstances ties the two: a quotation, words, or a moment.
fn tied(target: &Target) -> bool {
    target.named >= TIED || target.clues.iter().any(|c| matches!(c, Clue::Quotes | Clue::Moment))
}

fn similar(state: &State, post: &Post, target: Target) -> LinkDraft {
    let Target { slot, clues, .. } = target;
    let reason = earlier(state, slot, post).map(|of| Reason::MaySpeak { of, clues });
    LinkDraft { kind: LinkKind::Similar, to: slot, reason }
}

/// Files a post as a follow-up of the given kind.
pub(super) fn file(state: &mut State, post: Post, key: Option<u128>, role: MessageRole) -> Placement {
    if let Some(slot) = copy_of(state, &post, key, role) {
        let why =
            earlier(state, slot, &post).map(|with| Reason::Same { with, percent: 100, differ: Vec::new() });
        state.notices.join(slot, Member::plain(post, why.clone()), key);
        return Placement { role, slot: Some(slot), also: Vec::new(), similarity: 1.0, reason: why };
    }
    let mut targets = targets(state, &post, role);
    targets.retain(|t| t.score >= PROPOSED && tied(t));
    let top = targets.first().map_or(0.0, |t| t.score);
    targets.retain(|t| top - t.score < MARGIN);
    targets.truncate(MOST);
    // 重申 without a notice to remind of is a notice: nothing earlier is known that it could stand under.
    if targets.is_empty() && role == MessageRole::Reminder {
        return assign::place(state, post, key);
    }
    let sure = targets.len() == 1 && top >= LINKED;
    let slot = state.open(role);
    let mut why = None;
    if sure && let Some(Target { slot: to, clues, .. }) = targets.pop() {
        why = earlier(state, to, &post).map(|of| Reason::Speaks { of, clues });
        apply(state, to, &post, role);
        if let Some(live) = state.notices.get_mut(slot) {
            // 已收齐 closes a duty and is news of its own: it stays a row beside the notice it closes.
            live.attached = role != MessageRole::Closure;
            live.links.push(LinkDraft { kind: link_kind(role), to, reason: why.clone() });
        }
    } else {
        let links: Vec<LinkDraft> = targets.into_iter().map(|t| similar(state, &post, t)).collect();
        if let Some(live) = state.notices.get_mut(slot) {
            live.links.extend(links);
        }
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
