//! Which live notices name a moment as their deadline or event. A moment that hardly another notice names ties two texts
//! together almost as firmly as a title; Friday's close of the office ties nothing.

use super::index::NumberMap;
use super::{Post, Slot};
use crate::message::epoch_ms;

/// A moment that more live notices name is a common one.
const RARE: usize = 3;

/// And one that more than one in so many names.
const ONE_IN: usize = 50;

/// Live notices by the moments their copies name.
#[derive(Debug, Default)]
pub(super) struct Moments {
    slots: NumberMap<i64, Vec<Slot>>,
}

impl Moments {
    /// Notes the moments a copy names.
    pub(super) fn add(&mut self, slot: Slot, post: &Post) {
        for at in of(post) {
            let slots = self.slots.entry(at).or_default();
            if !slots.contains(&slot) {
                slots.push(slot);
            }
        }
    }

    /// Takes a notice out that named the moments of these copies.
    pub(super) fn remove<'a>(&mut self, slot: Slot, posts: impl Iterator<Item = &'a Post>) {
        for at in posts.flat_map(of) {
            if let Some(slots) = self.slots.get_mut(&at) {
                slots.retain(|s| *s != slot);
                if slots.is_empty() {
                    self.slots.remove(&at);
                }
            }
        }
    }

    /// Whether so few of `live` notices name a moment that two texts which both name it speak of one thing.
    pub(super) fn is_rare(&self, at: i64, live: usize) -> bool {
        let named = self.slots.get(&at).map_or(0, Vec::len);
        named <= RARE && named * ONE_IN <= live.max(ONE_IN)
    }
}

/// The moments a post names, in milliseconds since the epoch.
fn of(post: &Post) -> impl Iterator<Item = i64> {
    let due = post.facts.due.as_ref().map(|d| epoch_ms(d.at));
    let event = post.facts.event.as_ref().map(|e| epoch_ms(e.at));
    due.into_iter().chain(event)
}
