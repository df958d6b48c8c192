//! Store → what a digest is made of. Used by the command and by the screen, so that both write the same. Reads only;
//! call it from a worker thread.

use std::collections::{HashMap, HashSet};

use crate::digest::{self, Digest, Input, OVERDUE_DAYS, Period};
use crate::notice::{LinkKind, Moment, Notice, NoticeRow, State, View};
use crate::report::{Coverage, FailedFile, GroupFigures, GroupReach, Reach};
use crate::store::{self, GroupRow, ListQuery, PageFrom, Store};

const DAY_MS: i64 = 24 * 3_600_000;

/// How long before the period a notice without a date may have been seen last for its checklist rows to be listed.
const NO_DATE_DAYS: i64 = 14;

/// How long a file that could not be read stays in the head.
const FAILED_DAYS: i64 = 7;

/// Rows fetched at a time.
const PAGE: usize = 500;

/// Reads what the period needs and builds the digest. `groups` narrows it to these work groups; empty means all.
///
/// # Errors
/// What the store reports.
pub fn digest(
    store: &Store,
    period: Period,
    groups: &[String],
    now: i64,
    locale: &str,
) -> store::Result<Digest> {
    let decided: HashMap<String, Moment> = store.decided()?;
    let query = ListQuery { view: View::All, groups: groups.to_vec(), now, ..ListQuery::default() };
    let mut notices: Vec<Notice> = Vec::new();
    let mut long_overdue = 0;
    let mut rows = store.page(&query, PageFrom::Start, PAGE)?;
    while let Some(last) = rows.last().cloned() {
        for row in &rows {
            match concern(row, &period, decided.get(&row.id).copied()) {
                Concern::Full => notices.extend(store.notice(&row.id)?),
                Concern::Counted => long_overdue += 1,
                Concern::None => {}
            }
        }
        rows = store.page(&query, PageFrom::After(&last), PAGE)?;
    }
    follow_ups(store, &mut notices)?;
    let coverage = coverage(store, groups, &period, now)?;
    let input = Input { notices: &notices, period, now, coverage: &coverage, decided: &decided, locale };
    let mut digest = digest::build(&input);
    digest.counts.long_overdue += long_overdue;
    Ok(digest)
}

/// What a digest wants of a row.
enum Concern {
    Full,
    Counted,
    None,
}

fn concern(row: &NoticeRow, period: &Period, decided: Option<Moment>) -> Concern {
    let open = !matches!(row.state, State::Done | State::Noted);
    let due = row.due.as_ref().map(|d| d.at);
    let oldest = Moment(period.from.0 - OVERDUE_DAYS * DAY_MS);
    let seen = row.first_seen < period.to && row.last_seen >= period.from;
    let dated = due.or(row.event_at).is_some_and(|at| at >= oldest);
    let recent = Moment(row.last_seen.0 + NO_DATE_DAYS * DAY_MS) >= period.from && row.first_seen < period.to;
    let settled = decided.is_some_and(|at| period.contains(at));
    if seen || settled || (open && (dated || (due.is_none() && recent))) {
        Concern::Full
    } else if open && due.is_some() {
        Concern::Counted
    } else {
        Concern::None
    }
}

/// Adds the corrections, reminders and the like that are filed under the notices and stand in no list.
fn follow_ups(store: &Store, notices: &mut Vec<Notice>) -> store::Result<()> {
    let known: HashSet<&str> = notices.iter().map(|n| n.id.as_str()).collect();
    let wanted =
        |kind| matches!(kind, LinkKind::Corrects | LinkKind::Cancels | LinkKind::Closes | LinkKind::Reminds);
    let mut missing: Vec<String> = notices
        .iter()
        .flat_map(|n| &n.links)
        .filter(|l| l.direction == "from" && wanted(l.kind) && !known.contains(l.notice.as_str()))
        .map(|l| l.notice.clone())
        .collect();
    missing.sort();
    missing.dedup();
    for id in missing {
        notices.extend(store.notice(&id)?);
    }
    Ok(())
}

/// How far the exports reach, seen from the end of the period.
///
/// # Errors
/// What the store reports.
pub fn coverage(store: &Store, groups: &[String], period: &Period, now: i64) -> store::Result<Coverage> {
    let day = (period.to.0 - 1).min(now).max(period.from.0);
    let rows = store.groups(day)?;
    let reaches = rows
        .iter()
        .filter(|r| groups.is_empty() || groups.contains(&r.group))
        .map(|row| GroupReach { group: row.group.clone(), reach: reach(row), until: row.last });
    let failed = store.bad_files(now - FAILED_DAYS * DAY_MS)?;
    let name = |path: &str| path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned();
    Ok(Coverage {
        groups: reaches.collect(),
        failed: failed
            .into_iter()
            .map(|f| FailedFile { path: name(&f.path), line: f.line, reason: f.reason })
            .collect(),
    })
}

/// The figures of every work group, for the register and the burden report.
///
/// # Errors
/// What the store reports.
pub fn figures(store: &Store, now: i64) -> store::Result<Vec<GroupFigures>> {
    let rows = store.groups(now)?;
    Ok(rows
        .into_iter()
        .map(|row| GroupFigures {
            coverage: reach(&row),
            group: row.group,
            platform: row.platform,
            messages: row.messages,
            notices: row.notices,
            copies: row.copies,
            demands: row.demands,
            off_hours: row.off_hours,
            private_data: row.private_data,
            first: row.first,
            last: row.last,
            last_import: row.last_import,
        })
        .collect())
}

fn reach(row: &GroupRow) -> Reach {
    match row.coverage {
        store::Coverage::Current => Reach::Current,
        store::Coverage::Stale => Reach::Stale,
        store::Coverage::Missing => Reach::Missing,
        store::Coverage::Failed => Reach::Failed,
    }
}
