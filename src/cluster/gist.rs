//! What the members of a notice say that a follow-up may speak of: moments, whether it comes again, whether something is
//! owed. Read once for all follow-ups that come before the next copy does.

use chrono::{Datelike, NaiveDate, NaiveDateTime};
use xxhash_rust::xxh3::xxh3_64;

use super::Post;
use super::live::{Live, Member};
use super::spoken::Spoken;
use crate::message::epoch_ms;

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
    /// The last of the moments, in milliseconds since the epoch.
    pub end: Option<i64>,
    /// Where it was posted, by whom, and its days.
    pub marks: Marks,
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
        gist.end = gist.moments.iter().max().copied().map(epoch_ms);
        for member in &live.members {
            gist.marks.add(&member.post);
        }
        let days = gist.moments.iter().map(NaiveDateTime::date).chain(gist.event_days.iter().copied());
        gist.marks.days = days.fold(0, |bits, day| bits | day_bit(day));
        gist
    }
}

/// Groups, people and days as one bit each: most notices have nothing of what a follow-up may share with them, and that
/// is told without looking at their messages.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marks {
    groups: u64,
    senders: u64,
    days: u64,
}

/// What two may have in common; what is not set they surely have not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Met {
    pub group: bool,
    pub sender: bool,
    pub day: bool,
}

impl Marks {
    /// Those of a follow-up; its days are all that it names.
    pub(super) fn of_post(post: &Post, spoken: &Spoken) -> Self {
        let mut marks = Marks::default();
        marks.add(post);
        let moments = spoken.old.iter().chain(&spoken.named).map(NaiveDateTime::date);
        let named = moments.chain(spoken.days.iter().copied()).chain(spoken.last_days.iter().copied());
        let left = spoken
            .left
            .into_iter()
            .flat_map(|(from, to)| from.date().iter_days().take_while(move |day| *day <= to.date()));
        marks.days = named.chain(left).fold(0, |bits, day| bits | day_bit(day));
        marks
    }

    fn add(&mut self, post: &Post) {
        self.groups |= 1 << (post.group & 63);
        self.senders |= 1 << (xxh3_64(post.sender.as_bytes()) & 63);
    }

    pub(super) fn met(&self, other: &Marks) -> Met {
        Met {
            group: self.groups & other.groups != 0,
            sender: self.senders & other.senders != 0,
            day: self.days & other.days != 0,
        }
    }
}

fn day_bit(day: NaiveDate) -> u64 {
    1 << (day.num_days_from_ce() & 63)
}

/// The copies that are asked for facts: the first ones, the last, and those that say something else.
fn typical(live: &Live) -> impl Iterator<Item = &Member> {
    let last = live.members.len().saturating_sub(1);
    let chosen = move |n: usize, m: &Member| n < 3 || n == last || !m.conflicts.is_empty();
    live.members.iter().enumerate().filter(move |(n, m)| chosen(*n, m)).map(|(_, m)| m)
}
