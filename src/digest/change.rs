//! What happened to a notice: its chain of deadlines and the changes of a period, read from the follow-ups linked to it.

use std::collections::HashMap;

use chrono::Timelike;

use super::{Change, ChangeKind, Period, When};
use crate::message::local;
use crate::notice::{Copy, LinkKind, Moment, Notice};

/// One step of the chain of deadlines of a notice.
#[derive(Clone, Debug, PartialEq)]
pub struct ChainStep {
    /// When it became known.
    pub known: Moment,
    /// The deadline from then on.
    pub due: Moment,
    /// Who said so first.
    pub group: String,
}

/// The deadlines a notice has had, oldest first. The last one is in force.
#[must_use]
pub fn deadline_chain(notice: &Notice, by_id: &HashMap<&str, &Notice>) -> Vec<ChainStep> {
    let mut chain: Vec<ChainStep> = Vec::new();
    if let Some((copy, due)) = first_due(notice) {
        chain.push(ChainStep { known: copy.sent_at, due, group: copy.group.clone() });
    }
    let Some(due) = &notice.due else {
        return chain;
    };
    let corrections = follow_ups(notice, by_id, LinkKind::Corrects);
    for (n, correction) in corrections.iter().enumerate() {
        let last = n + 1 == corrections.len();
        let stated = correction.due.as_ref().map(|d| d.at).or_else(|| first_due(correction).map(|(_, d)| d));
        let Some(at) = (if last { Some(due.at) } else { stated }) else {
            continue;
        };
        if chain.last().is_none_or(|s| s.due != at) {
            let group = correction.groups.first().cloned().unwrap_or_default();
            chain.push(ChainStep { known: correction.first_seen, due: at, group });
        }
    }
    if chain.last().is_none_or(|s| s.due != due.at) {
        chain.push(ChainStep { known: notice.last_seen, due: due.at, group: String::new() });
    }
    chain
}

/// The earliest deadline that a copy states, and that copy.
fn first_due(notice: &Notice) -> Option<(&Copy, Moment)> {
    notice.copies.iter().filter_map(|c| c.due_at.map(|due| (c, due))).min_by_key(|(c, due)| (*due, c.sent_at))
}

/// The notices that speak of this one in a given way, oldest first.
pub(super) fn follow_ups<'a>(
    notice: &Notice,
    by_id: &HashMap<&str, &'a Notice>,
    kind: LinkKind,
) -> Vec<&'a Notice> {
    let mut found: Vec<&Notice> = notice
        .links
        .iter()
        .filter(|l| l.kind == kind && l.direction == "from")
        .filter_map(|l| by_id.get(l.notice.as_str()).copied())
        .collect();
    found.sort_by(|a, b| (a.first_seen, &a.id).cmp(&(b.first_seen, &b.id)));
    found.dedup_by(|a, b| a.id == b.id);
    found
}

/// What became known about a notice within the period, oldest first.
pub(super) fn changes(notice: &Notice, by_id: &HashMap<&str, &Notice>, period: &Period) -> Vec<Change> {
    let mut out = Vec::new();
    let said = [
        (LinkKind::Corrects, ChangeKind::Other),
        (LinkKind::Cancels, ChangeKind::Cancelled),
        (LinkKind::Closes, ChangeKind::Closed),
        (LinkKind::Reminds, ChangeKind::Reminded),
    ];
    for (link, kind) in said {
        let all = follow_ups(notice, by_id, link);
        for follow_up in all.iter().filter(|f| period.contains(f.first_seen)) {
            let mut change = Change {
                kind,
                old: None,
                new: None,
                at: follow_up.first_seen,
                words: follow_up.copies.first().map_or_else(|| follow_up.text.clone(), |c| c.text.clone()),
                groups: follow_up.groups.clone(),
            };
            if link == LinkKind::Corrects {
                corrected(notice, by_id, &mut change);
            }
            out.push(change);
        }
    }
    out.extend(contradiction(notice, period));
    out.sort_by_key(|c| (c.at, c.kind));
    out
}

/// Fills in the old and the new value of a correction.
fn corrected(notice: &Notice, by_id: &HashMap<&str, &Notice>, change: &mut Change) {
    let chain = deadline_chain(notice, by_id);
    let step = chain.iter().position(|s| s.known == change.at);
    if let (Some(step), Some(due)) = (step.filter(|s| *s > 0), &notice.due) {
        change.kind = ChangeKind::Due;
        change.old = Some(stated(chain[step - 1].due));
        change.new = Some(When { words: due.text.clone(), ..stated(chain[step].due) });
    } else if let (None, Some(event)) = (&notice.due, &notice.event) {
        change.kind = ChangeKind::Event;
        change.new = Some(super::build::event_when(event));
    }
}

/// A later copy that says another deadline than the ones before it.
fn contradiction(notice: &Notice, period: &Period) -> Option<Change> {
    if !notice.conflicts.iter().any(|c| c.fact == "due") {
        return None;
    }
    let mut copies: Vec<&Copy> = notice.copies.iter().filter(|c| c.due_at.is_some()).collect();
    copies.sort_by(|a, b| (a.sent_at, &a.message).cmp(&(b.sent_at, &b.message)));
    let first = copies.first()?;
    let other = copies.iter().find(|c| c.due_at != first.due_at && period.contains(c.sent_at))?;
    Some(Change {
        kind: ChangeKind::Conflict,
        old: first.due_at.map(stated),
        new: other.due_at.map(stated),
        at: other.sent_at,
        words: other.text.clone(),
        groups: vec![other.group.clone()],
    })
}

/// A deadline of which only the moment is known. A day without an hour is due at 23:59.
pub(super) fn stated(at: Moment) -> When {
    let time = local(at.0);
    let precision = if (time.hour(), time.minute()) == (23, 59) { "day" } else { "minute" };
    When {
        at,
        event: false,
        precision: precision.to_owned(),
        basis: "stated".to_owned(),
        words: String::new(),
    }
}
