//! What the members of a notice say that a follow-up may speak of: moments, whether it comes again, whether something is
//! owed. Read once for all follow-ups that come before the next copy does.

use chrono::{NaiveDate, NaiveDateTime};

use super::live::{Live, Member};

/// What the typical members of a notice say.
#[derive(Debug, Default)]
pub(super) struct Gist {
    /// Moments at which something is due or takes place, those that corrections set among them.
    pub moments: Vec<NaiveDateTime>,
    /// Days on which something takes place.
    pub event_days: Vec<NaiveDate>,
    /// It names a rule by which it comes again.
    pub recurs: bool,
    /// Something is due or asked for.
    pub owed: bool,
    /// It calls people out.
    pub urgent: bool,
}

impl Gist {
    pub(super) fn of(live: &Live) -> Self {
        let mut gist = Gist::default();
        for member in typical(live) {
            let facts = &member.post.facts;
            gist.moments.extend(facts.due.as_ref().map(|d| d.at));
            gist.moments.extend(facts.event.as_ref().map(|e| e.at));
            gist.moments.extend(facts.demands.iter().filter_map(|d| d.due_at));
            gist.event_days.extend(facts.event.as_ref().map(|e| e.at.date()));
            gist.recurs |= facts.recurs.is_some();
            gist.owed |= facts.due.is_some() || !facts.demands.is_empty();
            gist.urgent |= facts.urgent;
        }
        for correction in &live.corrections {
            gist.moments.push(correction.to);
            gist.event_days.extend(correction.to_event.then(|| correction.to.date()));
        }
        gist
    }
}

/// The copies that are asked for facts: the first ones, the last, and those that say something else.
fn typical(live: &Live) -> impl Iterator<Item = &Member> {
    let last = live.members.len().saturating_sub(1);
    let chosen = move |n: usize, m: &Member| n < 3 || n == last || !m.conflicts.is_empty();
    live.members.iter().enumerate().filter(move |(n, m)| chosen(*n, m)).map(|(_, m)| m)
}
