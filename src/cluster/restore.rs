//! Posts that an earlier run placed are put back by asking the same questions again, with the answer known: so that a
//! restored notice has the same members, links and reasons as the one that was built, and later posts go the same way.

use std::sync::Arc;

use super::assign::{Force, State, assign, content_key};
use super::followup;
use super::live::Member;
use super::{LinkDraft, Post, Slot};
use crate::notice::{LinkKind, MessageRole};

/// Puts back a post; `slot` is that of its notice, if other posts of it are back already.
pub(super) fn restore(
    state: &mut State,
    post: Post,
    role: MessageRole,
    notice: &Arc<str>,
    slot: Option<Slot>,
) -> Slot {
    state.force = Some(slot.map_or(Force::New, Force::Into));
    state.notices.recording = false;
    let placed = assign(state, post.clone());
    let placed = placed.slot.filter(|s| placed.role != MessageRole::Ack && slot.is_none_or(|own| own == *s));
    let slot = placed.unwrap_or_else(|| {
        let slot = state.open(kind_of(role));
        let key = content_key(&post);
        state.notices.join(slot, Member::plain(post, None), key);
        slot
    });
    state.force = None;
    state.notices.recording = true;
    if let Some(live) = state.notices.get_mut(slot) {
        live.id = Some(Arc::clone(notice));
    }
    slot
}

fn kind_of(role: MessageRole) -> MessageRole {
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
