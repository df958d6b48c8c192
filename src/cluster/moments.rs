//! Which live notices name a moment as their deadline or event. A moment that hardly another notice names ties two texts
//! together almost as firmly as a title; Friday's close of the office ties nothing.

use super::Slot;
use super::index::NumberMap;
use crate::facts::Facts;
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
    pub(super) fn add(&mut self, slot: Slot, facts: &Facts) {
        for at in of(facts) {
            let slots = self.slots.entry(at).or_default();
            if !slots.contains(&slot) {
                slots.push(slot);
            }
        }
    }

    /// Takes a notice out that named the moments of these copies.
    pub(super) fn remove<'a>(&mut self, slot: Slot, copies: impl Iterator<Item = &'a Facts>) {
        for at in copies.flat_map(of) {
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

/// The moments a message names, in milliseconds since the epoch.
fn of(facts: &Facts) -> impl Iterator<Item = i64> {
    let due = facts.due.as_ref().map(|d| epoch_ms(d.at));
    let event = facts.event.as_ref().map(|e| epoch_ms(e.at));
    due.into_iter().chain(event)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Due, TimePrecision};

    fn due(minute: u32) -> Facts {
        let at = chrono::NaiveDate::from_ymd_opt(2024, 5, 15).and_then(|d| d.and_hms_opt(17, minute, 0));
        let due = at.map(|at| Due {
            at,
            precision: TimePrecision::Minute,
            text: String::new(),
            span: [0, 0],
            inferred: false,
            flags: Vec::new(),
        });
        Facts { due, ..Facts::default() }
    }

    #[test]
    fn a_moment_is_rare_by_how_many_notices_name_it() {
        let (common, own) = (due(30), due(5));
        let at = |facts: &Facts| of(facts).next().unwrap_or_default();
        let mut moments = Moments::default();
        for slot in 0..4 {
            moments.add(slot, &common);
            moments.add(slot, &common);
        }
        moments.add(9, &own);
        assert!(!moments.is_rare(at(&common), 400) && moments.is_rare(at(&own), 400));
        moments.remove(0, std::iter::once(&common));
        assert!(moments.is_rare(at(&common), 400), "three of four hundred");
        assert!(!moments.is_rare(at(&common), 60), "three of sixty are many");
        assert!(moments.is_rare(at(&own), 60));
    }
}
