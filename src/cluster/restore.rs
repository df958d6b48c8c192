//! Posts that an earlier run placed are put back by asking the same questions again, with the answer known: so that a
//! restored notice has the same members, links and reasons as the one that was built, and later posts go the same way.

use std::sync::Arc;

use super::assign::{Force, State, assign};
use super::content::content_key;
use super::followup;
use super::live::Member;
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
    let slots = match known[..] {
        [only] => vec![put_back(state, post, role, only)],
        _ => several::put_back(state, &post, role, &known),
    };
    state.notices.recording = true;
    for (&slot, (id, _)) in slots.iter().zip(notices) {
        if let Some(live) = state.notices.get_mut(slot) {
            live.id = Some(Arc::clone(id));
        }
    }
    slots
}

fn put_back(state: &mut State, post: Post, role: MessageRole, slot: Option<Slot>) -> Slot {
    state.force = Some(slot.map_or(Force::New, Force::Into));
    let placed = assign(state, post.clone());
    let placed = placed.slot.filter(|s| placed.role != MessageRole::Ack && slot.is_none_or(|own| own == *s));
    let slot = placed.unwrap_or_else(|| {
        let slot = state.open(kind_of(role));
        let key = content_key(&post);
        state.notices.join(slot, Member::plain(post, None), key);
        slot
    });
    state.force = None;
    slot
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

/// Puts back a link that the questions did not find again, because what it rested on is not back.
pub(super) fn restore_link(state: &mut State, from: Slot, kind: LinkKind, to: Slot, attached: bool) {
    let Some(live) = state.notices.get_mut(from) else {
        return;
    };
    if live.links.iter().any(|l| l.kind == kind && l.to == to) {
        return;
    }
    live.links.push(LinkDraft { kind, to, reason: None });
    live.attached = attached;
    let role = live.kind;
    if kind == LinkKind::Corrects
        && let Some(post) = live.members.first().map(|m| m.post.clone())
    {
        state.force = Some(Force::Into(to));
        followup::apply(state, to, &post, role);
        state.force = None;
    }
}
