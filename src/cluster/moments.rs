//! Which live notices name a moment as their deadline or event. A moment that hardly another notice names ties two texts
//! together almost as firmly as a title; Friday's close of the office ties nothing.

use chrono::NaiveDateTime;

use super::Slot;
use super::index::NumberMap;
use crate::facts::{Facts, TimeFact, TimePrecision, TimeRole};
use crate::message::epoch_ms;

/// A moment that more live notices name is a common one.
const RARE: usize = 3;

/// And one that more than one in so many names.
const ONE_IN: usize = 50;

/// Live notices by the moments their copies name.
#[derive(Debug, Default)]
pub(super) struct Moments {
    slots: NumberMap<i64, Vec<Slot>>,
    /// The same by all that they name to the minute: 7:00—13:00停电.
    named: NumberMap<i64, Vec<Slot>>,
}

impl Moments {
    /// Notes the moments a copy names.
    pub(super) fn add(&mut self, slot: Slot, facts: &Facts) {
        of(facts).for_each(|at| note(&mut self.slots, at, slot));
        all(facts).for_each(|at| note(&mut self.named, at, slot));
    }

    /// Takes a notice out that named the moments of these copies.
    pub(super) fn remove<'a>(&mut self, slot: Slot, copies: impl Iterator<Item = &'a Facts>) {
        for facts in copies {
            of(facts).for_each(|at| forget(&mut self.slots, at, slot));
            all(facts).for_each(|at| forget(&mut self.named, at, slot));
        }
    }

    /// The notices that name a moment which `facts` name, in order.
    pub(super) fn sharing(&self, facts: &Facts) -> Vec<Slot> {
        let mut found: Vec<Slot> =
            all(facts).filter_map(|at| self.named.get(&at)).flatten().copied().collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether so few of `live` notices name a moment that two texts which both name it speak of one thing.
    pub(super) fn is_rare(&self, at: i64, live: usize) -> bool {
        let named = self.slots.get(&at).map_or(0, Vec::len);
        named <= RARE && named * ONE_IN <= live.max(ONE_IN)
    }
}

fn note(slots: &mut NumberMap<i64, Vec<Slot>>, at: i64, slot: Slot) {
    let slots = slots.entry(at).or_default();
    if !slots.contains(&slot) {
        slots.push(slot);
    }
}

fn forget(slots: &mut NumberMap<i64, Vec<Slot>>, at: i64, slot: Slot) {
    if let Some(left) = slots.get_mut(&at) {
        left.retain(|s| *s != slot);
        if left.is_empty() {
            slots.remove(&at);
        }
    }
}

/// The moments a text names to the minute, whatever it says of them.
pub(super) fn exact(facts: &Facts) -> impl Iterator<Item = NaiveDateTime> {
    let exact = |t: &&TimeFact| t.precision == TimePrecision::Minute && t.role != TimeRole::History;
    facts.times.iter().filter(exact).flat_map(|t| [t.start, t.end]).flatten()
}

/// Those and its deadline and event, in milliseconds since the epoch.
fn all(facts: &Facts) -> impl Iterator<Item = i64> {
    of(facts).chain(exact(facts).map(epoch_ms))
}

/// Deadline and event of a message, in milliseconds since the epoch.
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
