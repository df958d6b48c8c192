//! Store → what a digest is made of. Used by the command and by the screen, so that both write the same. Reads only;
//! call it from a worker thread.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveTime;

use crate::digest::{self, Digest, Input, NO_DATE_DAYS, OVERDUE_DAYS, Period, Place};
use crate::evidence;
use crate::facts::Calendar;
use crate::message::local;
use crate::notice::{LinkKind, Moment, Notice};
use crate::privacy;
use crate::report::{
    self, Burden, Condition, Coverage, EvidenceFile, EvidenceRow, FailedFile, GroupFigures, GroupReach,
    Reach, UnitFigures,
};
use crate::store::{self, CopySeen, Filed, Glance, GroupRow, ListQuery, Owed, PageFrom, Store};

const DAY_MS: i64 = 24 * 3_600_000;

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
    let ledger = Ledger::read(store, groups, &period)?;
    let mut notices: Vec<Notice> = Vec::new();
    let mut long_overdue = 0;
    for row in store.glances(groups)? {
        let owed = ledger.listed.contains(&row.id) && row.first_seen < period.to.0;
        match concern(&row, &period, decided.get(&row.id).copied()) {
            Concern::Counted | Concern::None if owed => notices.extend(store.notice_for_paper(&row.id)?),
            Concern::Full => notices.extend(store.notice_for_paper(&row.id)?),
            Concern::Counted => long_overdue += 1,
            Concern::None => {}
        }
    }
    let loaded: HashSet<&str> = notices.iter().map(|n| n.id.as_str()).collect();
    let left_out: Vec<Place> = ledger.left_out(&loaded).collect();
    if !groups.is_empty() {
        // Rows that are to go into other work groups are theirs.
        notices.iter_mut().for_each(|n| n.duties.retain(|d| d.state != "open" || ledger.of_groups(&d.id)));
    }
    follow_ups(store, &mut notices)?;
    let coverage = coverage(store, groups, &period, now)?;
    let input = Input { notices: &notices, period, now, coverage: &coverage, decided: &decided, locale };
    let mut digest = digest::build(&input);
    digest.counts.long_overdue += long_overdue;
    left_out.into_iter().for_each(|place| digest.counts.leave_out(place));
    Ok(digest)
}

/// The open rows of the ledger, seen from a period.
struct Ledger {
    rows: Vec<(Owed, Place)>,
    /// Ids of the notices one of whose rows is listed.
    listed: HashSet<String>,
}

impl Ledger {
    fn read(store: &Store, groups: &[String], period: &Period) -> store::Result<Self> {
        let place = |row: &Owed| digest::place(row.due.map(Moment), Moment(row.last_seen), period);
        let known = store.owed(groups)?.into_iter().filter(|row| row.first_seen < period.to.0);
        let rows: Vec<(Owed, Place)> = known.map(|row| (place(&row), row)).map(|(p, row)| (row, p)).collect();
        let listed = rows.iter().filter(|r| r.1 == Place::Listed).map(|r| r.0.notice.clone()).collect();
        Ok(Ledger { rows, listed })
    }

    /// Whether a row is one of the work groups that were asked for.
    fn of_groups(&self, duty: &str) -> bool {
        self.rows.binary_search_by(|r| r.0.duty.as_str().cmp(duty)).is_ok()
    }

    /// The rows of notices that were not read.
    fn left_out<'a>(&'a self, loaded: &'a HashSet<&str>) -> impl Iterator<Item = Place> + 'a {
        self.rows.iter().filter(|r| !loaded.contains(r.0.notice.as_str())).map(|r| r.1)
    }
}

/// What a digest wants of a row.
enum Concern {
    Full,
    Counted,
    None,
}

fn concern(row: &Glance, period: &Period, decided: Option<Moment>) -> Concern {
    // What nobody had seen by then is no part of that day.
    if row.first_seen >= period.to.0 {
        return Concern::None;
    }
    let open = !row.settled;
    let oldest = period.from.0 - OVERDUE_DAYS * DAY_MS;
    let seen = row.last_seen >= period.from.0;
    let dated = row.due.or(row.event_at).is_some_and(|at| at >= oldest);
    let recent = row.last_seen + NO_DATE_DAYS * DAY_MS >= period.from.0;
    let due = row.due;
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
        notices.extend(store.notice_for_paper(&id)?);
    }
    Ok(())
}

/// How far the exports reach, seen from the end of the period.
///
/// # Errors
/// What the store reports.
pub fn coverage(store: &Store, groups: &[String], period: &Period, now: i64) -> store::Result<Coverage> {
    let day = (period.to.0 - 1).min(now).max(period.from.0);
    let rows = store.reaches(day)?;
    let reaches = rows
        .iter()
        .filter(|r| groups.is_empty() || groups.contains(&r.group))
        .map(|row| GroupReach { group: row.group.clone(), reach: reach(row), until: row.last });
    let since = now - FAILED_DAYS * DAY_MS;
    let name = |path: &str| path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned();
    let partly = store.bad_files(since)?.into_iter();
    let mut failed: Vec<FailedFile> =
        partly.map(|f| FailedFile { path: name(&f.path), line: f.line, reason: f.reason }).collect();
    // Of these nothing came in at all.
    let whole = store.failed_exports()?.into_iter().filter(|f| f.at.0 >= since);
    failed.extend(whole.map(|f| FailedFile { path: name(&f.path), line: None, reason: f.reason }));
    failed.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    failed.dedup_by(|a, b| a.path == b.path);
    Ok(Coverage { groups: reaches.collect(), failed })
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

/// Working hours, for what counts as 非工作时间: from the first to the second on working days of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkingHours {
    /// Begin.
    pub from: NaiveTime,
    /// End.
    pub to: NaiveTime,
}

impl Default for WorkingHours {
    fn default() -> Self {
        let clock = |h| NaiveTime::from_hms_opt(h, 0, 0).unwrap_or_default();
        WorkingHours { from: clock(8), to: clock(18) }
    }
}

impl WorkingHours {
    /// The usual ones, later where the office closes later.
    #[must_use]
    pub fn until(close: NaiveTime) -> Self {
        let usual = WorkingHours::default();
        WorkingHours { to: usual.to.max(close), ..usual }
    }

    /// Whether a moment lies outside them.
    fn is_off(&self, at: i64) -> bool {
        let at = local(at);
        !Calendar::builtin().is_workday(at.date()) || at.time() < self.from || at.time() >= self.to
    }
}

/// The figures of the burden report for a period: by work group (`only` these; none: all), and by issuing unit.
///
/// # Errors
/// What the store reports.
pub fn burden(
    store: &Store,
    period: &Period,
    only: &[String],
    hours: &WorkingHours,
    now: i64,
) -> store::Result<Burden> {
    let mut groups = figures(store, now)?;
    groups.retain(|g| only.is_empty() || only.contains(&g.group));
    for g in &mut groups {
        (g.messages, g.notices, g.copies, g.demands, g.off_hours) = (0, 0, 0, 0, 0);
        (g.first, g.last, g.private_data) = (None, None, Some(0));
    }
    let place: HashMap<String, usize> =
        groups.iter().enumerate().map(|(n, g)| (g.group.clone(), n)).collect();
    store.messages_within(period.from.0, period.to.0, &mut |m| {
        let Some(g) = place.get(m.group).and_then(|n| groups.get_mut(*n)) else { return };
        g.messages += 1;
        g.off_hours += u64::from(m.timed && hours.is_off(m.sent_at));
        let private = privacy::find(m.text).iter().any(|f| f.kind.is_masked());
        g.private_data = g.private_data.map(|n| n + u64::from(private));
        let at = Moment(m.sent_at);
        g.first = Some(g.first.map_or(at, |f| f.min(at)));
        g.last = Some(g.last.map_or(at, |l| l.max(at)));
    })?;
    let mut seen = HashSet::new();
    let mut all = UnitSets::default();
    let mut units: BTreeMap<Option<String>, UnitSets> = BTreeMap::new();
    for copy in store.copies_within(period.from.0, period.to.0)? {
        let Some(g) = place.get(&copy.group).and_then(|n| groups.get_mut(*n)) else { continue };
        g.copies += 1;
        if seen.insert((copy.notice, copy.group.clone())) {
            g.notices += 1;
            g.demands += u64::from(copy.demands);
        }
        all.add(&copy);
        units.entry(report::unit(&copy.sender)).or_default().add(&copy);
    }
    // Those that name no unit stand last.
    let (unnamed, named): (Vec<_>, Vec<_>) = units.into_iter().partition(|(unit, _)| unit.is_none());
    let units = named.into_iter().chain(unnamed).map(|(unit, sets)| sets.figures(unit)).collect();
    let all = all.figures(None);
    Ok(Burden { groups, units, notices: all.notices, demands: all.demands })
}

#[derive(Default)]
struct UnitSets {
    copies: u64,
    notices: HashSet<i64>,
    demands: HashSet<i64>,
    groups: HashSet<String>,
}

impl UnitSets {
    fn add(&mut self, copy: &CopySeen) {
        self.copies += 1;
        self.notices.insert(copy.notice);
        if copy.demands {
            self.demands.insert(copy.notice);
        }
        self.groups.insert(copy.group.clone());
    }

    fn figures(&self, unit: Option<String>) -> UnitFigures {
        UnitFigures {
            unit,
            notices: self.notices.len() as u64,
            copies: self.copies,
            groups: self.groups.len() as u64,
            demands: self.demands.len() as u64,
        }
    }
}

/// The evidence index of a subject, a saved view or a search. The files are looked at: whether they are there, and the same.
///
/// # Errors
/// What the store reports.
pub fn evidence(store: &Store, subject: &ListQuery) -> store::Result<Vec<EvidenceRow>> {
    let mut notices: Vec<Notice> = Vec::new();
    let mut files: HashMap<String, Vec<EvidenceFile>> = HashMap::new();
    let mut rows = store.page(subject, PageFrom::Start, PAGE)?;
    while let Some(last) = rows.last().cloned() {
        for row in &rows {
            notices.extend(store.notice_for_paper(&row.id)?);
            let filed = store.filed(&row.id)?;
            files.insert(row.id.clone(), filed.into_iter().map(looked_at).collect());
        }
        rows = store.page(subject, PageFrom::After(&last), PAGE)?;
    }
    let mut all = notices.clone();
    follow_ups(store, &mut all)?;
    Ok(report::evidence(&notices, &all[notices.len()..], &store.decided()?, files))
}

fn looked_at(mut filed: Filed) -> EvidenceFile {
    evidence::look(std::slice::from_mut(&mut filed.file));
    let file = filed.file;
    let condition = match (file.missing, file.changed) {
        (true, _) => Condition::Missing,
        (_, true) => Condition::Changed,
        _ => Condition::There,
    };
    EvidenceFile {
        to: filed.to,
        occurrence: filed.occurrence,
        path: file.path,
        sha256: file.sha256,
        size: file.size,
        added_at: file.added_at,
        condition,
        typed_at: filed.typed_at,
    }
}

fn reach(row: &GroupRow) -> Reach {
    match row.coverage {
        store::Coverage::Current => Reach::Current,
        store::Coverage::Stale => Reach::Stale,
        store::Coverage::Missing => Reach::Missing,
        store::Coverage::Failed => Reach::Failed,
    }
}
