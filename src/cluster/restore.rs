//! Posts that an earlier run placed are put back where it placed them, with the links it found: so later posts go the same
//! way. Only how a copy came into its notice is asked again. Whom a post speaks of is not: with fewer notices around it the
//! answer may be another one.

use std::sync::Arc;

use super::assign::{State, assign};
use super::content::content_key;
use super::followup;
use super::live::Member;
use super::reason::Reason;
use super::several;
use super::{LinkDraft, Post, Slot};
use crate::notice::{LinkKind, MessageRole};

/// Puts back a post in its notices, the one it was filed under first; each with its slot, if other posts of it are
/// back already.
pub(super) fn restore(
    state: &mut State,
    post: Post,
    role: MessageRole,
    notices: &[(Arc<str>, Option<Slot>)],
) -> Vec<Slot> {
    let known: Vec<Option<Slot>> = notices.iter().map(|(_, slot)| *slot).collect();
    state.notices.recording = false;
    state.notices.expire(post.sent_at);
    let key = post.key.clone();
    let slots = match known[..] {
        [None] => vec![opened(state, post, role)],
        [Some(own)] => vec![joined(state, post, role, own)],
        _ => several::put_back(state, &post, role, &known),
    };
    followup::linked(state, &key);
    state.notices.recording = true;
    for (&slot, (id, _)) in slots.iter().zip(notices) {
        if let Some(live) = state.notices.get_mut(slot) {
            live.id = Some(Arc::clone(id));
        }
    }
    slots
}

/// Puts back the first post of a notice.
fn opened(state: &mut State, post: Post, role: MessageRole) -> Slot {
    let slot = state.open(kind_of(role));
    let pins = state.notices.pins();
    let apart = pins.class(&post).and_then(|class| pins.split_at(class));
    let key = content_key(&post);
    state.notices.join(slot, Member::plain(post, apart.map(|at| Reason::Split { at })), key);
    slot
}

/// Puts back a further post of a notice.
fn joined(state: &mut State, post: Post, role: MessageRole, own: Slot) -> Slot {
    let plain = |state: &mut State, post: Post| {
        let key = content_key(&post);
        state.notices.join(own, Member::plain(post, None), key);
    };
    if kind_of(role) != MessageRole::Copy {
        plain(state, post);
        return own;
    }
    state.force = Some(own);
    let placed = assign(state, post.clone());
    if placed.slot != Some(own) || placed.role == MessageRole::Ack {
        plain(state, post);
    }
    state.force = None;
    own
}

/// What a notice is that a post of this role opened.
pub(super) fn kind_of(role: MessageRole) -> MessageRole {
    match role {
        MessageRole::Correction
        | MessageRole::Cancellation
        | MessageRole::Closure
        | MessageRole::Reminder => role,
        _ => MessageRole::Copy,
    }
}

/// Puts back a link that an earlier run found, with what it does to the notice spoken of.
pub(super) fn restore_link(state: &mut State, from: Slot, kind: LinkKind, to: Slot) {
    let Some(live) = state.notices.get_mut(from) else {
        return;
    };
    if live.links.iter().any(|l| l.kind == kind && l.to == to) {
        return;
    }
    live.links.push(LinkDraft { kind, to, reason: None });
    let role = live.kind;
    if followup::role_of(kind) == Some(role)
        && let Some(post) = live.members.first().map(|m| m.post.clone())
    {
        state.notices.recording = false;
        followup::apply(state, to, &post, role);
        state.notices.recording = true;
    }
}

/// Puts back whether a notice is filed under the one it speaks of, though that one may have ended.
pub(super) fn attach(state: &mut State, from: Slot, attached: bool) {
    if let Some(live) = state.notices.get_mut(from) {
        live.attached = attached;
    }
}
