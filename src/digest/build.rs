//! Which notice stands in which section, in which order, with which marks.

use std::collections::{HashMap, HashSet};

use super::change::{changes, follow_ups};
use super::duty::{self, Place, open_duties};
use super::{
    Ahead, Change, Counts, Digest, DutyLine, Input, Line, Mark, OVERDUE_DAYS, Part, Period, Section, When,
    current_groups,
};
use crate::message::local;
use crate::notice::{Duty, EventView, LinkKind, Moment, Notice, State};

const DAY_MS: i64 = 24 * 3_600_000;

/// Builds the digest. Pure; the order of `input.notices` does not matter.
#[must_use]
pub fn build(input: &Input<'_>) -> Digest {
    let mut sorter = Sorter::new(input);
    let mut rows: Vec<&Notice> = input.notices.iter().collect();
    rows.sort_by(|a, b| a.id.cmp(&b.id));
    rows.dedup_by(|a, b| a.id == b.id);
    for notice in rows {
        // What nobody had seen by the end of the period is no part of it.
        if notice.first_seen < input.period.to && !sorter.speaks_of_another(notice) {
            sorter.place(notice);
        }
    }
    sorter.finish()
}

/// The time of an event as a digest shows it.
pub(super) fn event_when(event: &EventView) -> When {
    When {
        at: event.at,
        event: true,
        precision: event.precision.clone(),
        basis: "stated".to_owned(),
        words: event.place.clone().unwrap_or_default(),
    }
}

/// The deadline of a notice or, where it has none, the time it takes place.
fn when(notice: &Notice) -> Option<When> {
    notice.due.as_ref().map(When::from).or_else(|| notice.event.as_ref().map(event_when))
}

struct Sorter<'a> {
    input: &'a Input<'a>,
    by_id: HashMap<&'a str, &'a Notice>,
    counts: Counts,
    lines: HashMap<Part, Vec<(SortKey, Line)>>,
    ahead: Vec<Ahead>,
}

/// Time first, then rank, then id.
type SortKey = (i64, i64, String);

impl<'a> Sorter<'a> {
    fn new(input: &'a Input<'a>) -> Self {
        Sorter {
            input,
            by_id: input.notices.iter().map(|n| (n.id.as_str(), n)).collect(),
            counts: Counts {
                groups: input.coverage.groups.len() as u64,
                current: current_groups(input.coverage),
                ..Counts::default()
            },
            lines: HashMap::new(),
            ahead: Vec::new(),
        }
    }

    /// Whether a notice is filed under another one that is here too, and so is no row of its own.
    fn speaks_of_another(&self, notice: &Notice) -> bool {
        notice.links.iter().any(|l| {
            let follows = matches!(
                l.kind,
                LinkKind::Corrects | LinkKind::Cancels | LinkKind::Closes | LinkKind::Reminds
            );
            follows && l.direction == "to" && self.by_id.contains_key(l.notice.as_str())
        })
    }

    fn place(&mut self, notice: &'a Notice) {
        let period = &self.input.period;
        let copies = notice.copies.iter().filter(|c| period.contains(c.sent_at)).count() as u64;
        self.counts.copies += copies;
        self.counts.notices += u64::from(copies > 0);
        let new = period.contains(notice.first_seen);
        self.counts.new += u64::from(new);
        for change in changes(notice, &self.by_id, period) {
            let key = (change.at.0, change.kind as i64, notice.id.clone());
            self.push(Part::Changed, key, self.line(notice, Some(change)));
        }
        match notice.state {
            State::Done => self.settled(notice, Part::Done),
            State::Noted => self.settled(notice, Part::Noted),
            State::Unread | State::Open | State::Later => self.open(notice, new),
        }
        // 阅知 settles a notice, not what is owed.
        for duty in open_duties(notice) {
            self.duty(notice, duty);
        }
    }

    /// 阅知 and 已办: what was decided within the period.
    fn settled(&mut self, notice: &'a Notice, part: Part) {
        let at = self.input.decided.get(&notice.id).copied().unwrap_or(notice.last_seen);
        if self.input.period.contains(at) {
            self.push(part, (at.0, 0, notice.id.clone()), self.line(notice, None));
        }
    }

    fn open(&mut self, notice: &'a Notice, new: bool) {
        let period = &self.input.period;
        let when = when(notice);
        let rank = i64::from(!notice.urgent);
        let by_time = |w: &When| (w.at.0, rank, notice.id.clone());
        if let Some(when) = when.as_ref().filter(|w| w.at >= period.from) {
            self.ahead.push(Ahead {
                notice: notice.id.clone(),
                title: notice.title.clone(),
                when: when.clone(),
                groups: notice.groups.clone(),
                last_seen: notice.last_seen,
            });
        }
        let oldest = Moment(period.from.0 - OVERDUE_DAYS * DAY_MS);
        match when.as_ref() {
            Some(w) if period.contains(w.at) => {
                self.push(Part::DueToday, by_time(w), self.line(notice, None));
            }
            Some(w) if w.at < period.from && !w.event => {
                if w.at >= oldest {
                    self.push(Part::Overdue, by_time(w), self.line(notice, None));
                } else {
                    self.counts.long_overdue += 1;
                }
            }
            _ if new => {
                let key = (rank, when.as_ref().map_or(i64::MAX, |w| w.at.0), notice.id.clone());
                self.push(Part::New, key, self.line(notice, None));
            }
            _ => {}
        }
    }

    fn duty(&mut self, notice: &'a Notice, duty: &Duty) {
        let when = duty::when(duty);
        let place = duty::place(when.as_ref().map(|w| w.at), notice.last_seen, &self.input.period);
        if place != Place::Listed {
            return self.counts.leave_out(place);
        }
        let mut line = self.line(notice, None);
        line.title = if duty.what.is_empty() { notice.title.clone() } else { duty.what.join("、") };
        line.marks = self.duty_marks(notice, duty, when.as_ref());
        line.when = when;
        line.duty = Some(DutyLine {
            id: duty.id.clone(),
            destination: duty.destination.clone(),
            group: duty.group.clone(),
            evidence: duty.evidence.len() as u64,
        });
        let at = line.when.as_ref().map_or(i64::MAX, |w| w.at.0);
        let key = (at, i64::from(!notice.urgent), format!("{} {}", notice.id, duty.id));
        self.push(Part::ToReport, key, line);
    }

    fn line(&self, notice: &Notice, change: Option<Change>) -> Line {
        Line {
            notice: notice.id.clone(),
            title: notice.title.clone(),
            when: when(notice),
            groups: notice.groups.clone(),
            marks: self.marks(notice),
            change,
            duty: None,
        }
    }

    /// The marks of a checklist row: whether its own deadline has passed, the rest as the notice's.
    fn duty_marks(&self, notice: &Notice, duty: &Duty, when: Option<&When>) -> Vec<Mark> {
        let mut marks = self.marks(notice);
        marks.retain(|m| *m != Mark::Passed);
        marks.extend(when.filter(|w| self.is_past(w)).map(|_| Mark::Passed));
        marks.extend(duty.reopened.then_some(Mark::Reopened));
        marks.sort();
        marks
    }

    /// Whether a moment lies before the time of printing; one without an hour lasts its whole day.
    fn is_past(&self, when: &When) -> bool {
        let end = if when.all_day() { Period::day(local(when.at.0).date()).to } else { when.at };
        end.0 <= self.input.now
    }

    fn marks(&self, notice: &Notice) -> Vec<Mark> {
        let followed = |kind| !follow_ups(notice, &self.by_id, kind).is_empty();
        let open = !matches!(notice.state, State::Done | State::Noted);
        let passed = when(notice).is_some_and(|w| self.is_past(&w));
        let set = [
            (Mark::Urgent, notice.urgent),
            (Mark::New, self.input.period.contains(notice.first_seen)),
            (Mark::Passed, open && passed),
            (Mark::Corrected, followed(LinkKind::Corrects)),
            (Mark::Conflict, !notice.conflicts.is_empty()),
            (Mark::Cancelled, followed(LinkKind::Cancels)),
            (Mark::Closed, followed(LinkKind::Closes)),
            (Mark::Reminded, followed(LinkKind::Reminds)),
            (Mark::Later, notice.state == State::Later),
        ];
        set.into_iter().filter(|(_, on)| *on).map(|(mark, _)| mark).collect()
    }

    fn push(&mut self, part: Part, key: SortKey, line: Line) {
        self.lines.entry(part).or_default().push((key, line));
    }

    fn finish(mut self) -> Digest {
        let mut sections = Vec::with_capacity(Part::ALL.len());
        let mut seen = HashSet::new();
        let mut notices = Vec::new();
        for part in Part::ALL {
            let mut lines = self.lines.remove(&part).unwrap_or_default();
            lines.sort_by(|a, b| a.0.cmp(&b.0));
            let lines: Vec<Line> = lines.into_iter().map(|(_, line)| line).collect();
            for line in &lines {
                if seen.insert(line.notice.clone())
                    && let Some(notice) = self.by_id.get(line.notice.as_str())
                {
                    notices.push((*notice).clone());
                }
            }
            sections.push(Section { part, lines });
        }
        self.ahead.sort_by(|a, b| (a.when.at, &a.notice).cmp(&(b.when.at, &b.notice)));
        Digest {
            period: self.input.period,
            now: Moment(self.input.now),
            locale: self.input.locale.to_owned(),
            coverage: self.input.coverage.clone(),
            counts: self.counts,
            sections,
            ahead: self.ahead,
            notices,
        }
    }
}
