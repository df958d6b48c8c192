//! A forwarded record of a chat carries the messages of others: where one of them is a known notice, the record is a copy
//! of it.

use super::assign::State;
use super::several::{find, join, part_of};
use super::{Placement, Post, Slot};
use crate::message::Kind;
use crate::notice::MessageRole;

/// Messages of a record that are looked at.
const MOST: usize = 30;

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
