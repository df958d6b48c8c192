//! A forwarded record of a chat carries the messages of others: where one of them is a known notice, the record is a copy
//! of it.

use super::assign::{State, earlier};
use super::reason::{Clue, Reason};
use super::several::{find, join, part_of};
use super::{LinkDraft, Placement, Post, Slot};
use crate::message::Kind;
use crate::notice::{LinkKind, MessageRole};

/// Messages of a record that are looked at.
const MOST: usize = 30;

/// A record that an exporter emptied names the group it was taken from: what was posted there last before it, within this
/// time, may be what it carries.
const EMPTIED_MS: i64 = 24 * 3_600_000;

/// The group that an emptied record names: 反诈宣传群的聊天记录, and nothing more.
pub(super) fn emptied_of(post: &Post) -> Option<&str> {
    if post.kind != Kind::Forward || !post.carried.is_empty() {
        return None;
    }
    let title = post.text.trim().trim_start_matches("[聊天记录]").trim_start();
    title.strip_suffix("的聊天记录")
}

/// The notice that a record emptied of its contents may carry, of those posted in `group`.
pub(super) fn from_group(state: &State, post: &Post, group: &str) -> Option<LinkDraft> {
    let slot = state.notices.last_in_named(group, post.sent_at - EMPTIED_MS)?;
    let clues = vec![Clue::Names(group.to_owned())];
    let reason = earlier(state, slot, post).map(|of| Reason::MaySpeak { of, clues });
    Some(LinkDraft { kind: LinkKind::Similar, to: slot, reason })
}

/// A message of the record as if it had been posted here.
pub(super) fn part(state: &State, post: &Post, said: &str) -> Post {
    part_of(state, &Post { kind: Kind::Text, ..post.clone() }, said, None)
}

/// Places a forwarded record by what it carries; `None` where no known notice is in it.
pub(super) fn place(state: &mut State, post: &Post) -> Option<Placement> {
    if state.notices.pins().knows_content(post) {
        return None;
    }
    let (mut slots, mut first): (Vec<Slot>, Option<Placement>) = (Vec::new(), None);
    for said in post.carried.iter().take(MOST) {
        let part = part(state, post, said);
        let Some(found) = find(state, &part).filter(|f| !slots.contains(&f.slot)) else {
            continue;
        };
        slots.push(found.slot);
        if first.is_none() {
            first = Some(Placement {
                role: MessageRole::Copy,
                slot: Some(found.slot),
                also: Vec::new(),
                similarity: found.similarity,
                reason: found.reason.clone(),
            });
        }
        join(state, found.slot, part, found);
    }
    let also = slots.into_iter().skip(1).collect();
    first.map(|placement| Placement { also, ..placement })
}
