//! Notices and a day → the daily digest 每日摘要 as plain data (`product.md` §3.1 nos. 5, 13, 18). Pure: same input,
//! same digest. What it looks like on paper is not decided here (`export`).

mod build;
mod change;
mod duty;
pub mod when;

use std::collections::HashMap;

use chrono::{Days, NaiveDate, NaiveTime};
use serde::Serialize;

use crate::facts::Destination;
use crate::message::{epoch_ms, local};
use crate::notice::{DueView, Moment, Notice};
use crate::report::{Coverage, Reach};

pub use build::build;
pub use change::{ChainStep, deadline_chain};
pub use duty::{AHEAD_DAYS, NO_DATE_DAYS, Place, place};

/// Everything a digest is made of.
#[derive(Clone, Debug)]
pub struct Input<'a> {
    /// Rows of the inbox and of the other views, with the follow-ups (corrections, reminders …) linked to them.
    /// Notices that concern the period in no way are passed over.
    pub notices: &'a [Notice],
    /// Day or range.
    pub period: Period,
    /// Now, in milliseconds since the epoch.
    pub now: i64,
    /// How far the exports of each group reach.
    pub coverage: &'a Coverage,
    /// When a notice got its present state, by id. Where it is not known, 阅知 and 已办 go by the last copy.
    pub decided: &'a HashMap<String, Moment>,
    /// Language of the words, as `zh-CN` or `en`.
    pub locale: &'a str,
}

/// A stretch of time, half-open, in milliseconds since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Period {
    /// First moment.
    pub from: Moment,
    /// First moment after it.
    pub to: Moment,
}

impl Period {
    /// Everything there is.
    pub const WHOLE: Period = Period { from: Moment(i64::MIN / 2), to: Moment(i64::MAX / 2) };

    /// One day in China.
    #[must_use]
    pub fn day(day: NaiveDate) -> Self {
        Self::days(day, day)
    }

    /// From the first day to the last, both included; in either order.
    #[must_use]
    pub fn days(first: NaiveDate, last: NaiveDate) -> Self {
        let (first, last) = if first <= last { (first, last) } else { (last, first) };
        let after = last.checked_add_days(Days::new(1)).unwrap_or(last);
        let start = |day: NaiveDate| Moment(epoch_ms(day.and_time(NaiveTime::MIN)));
        Period { from: start(first), to: start(after) }
    }

    /// From a moment to the end of the day of `now`: "since you closed at 17:42 yesterday".
    #[must_use]
    pub fn since(moment: i64, now: i64) -> Self {
        let end = Self::day(local(now).date()).to;
        Period { from: Moment(moment.min(end.0)), to: end }
    }

    /// Whether a moment lies within.
    #[must_use]
    pub fn contains(&self, at: Moment) -> bool {
        self.from <= at && at < self.to
    }

    /// The day it begins on.
    #[must_use]
    pub fn first_day(&self) -> NaiveDate {
        local(self.from.0).date()
    }

    /// The last day it touches.
    #[must_use]
    pub fn last_day(&self) -> NaiveDate {
        local(self.to.0.saturating_sub(1).max(self.from.0)).date()
    }
}

/// A digest, before any file format.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Digest {
    /// Day or range.
    pub period: Period,
    /// When it was made.
    pub now: Moment,
    /// Language of the words.
    pub locale: String,
    /// How far the exports reach.
    pub coverage: Coverage,
    /// The figures of the head.
    pub counts: Counts,
    /// All seven, in the order of [`Part::ALL`], empty ones included.
    pub sections: Vec<Section>,
    /// Open deadlines and events from the first day on, by time: the chart and the calendar.
    pub ahead: Vec<Ahead>,
    /// The notices that lines speak of, by order of first mention.
    pub notices: Vec<Notice>,
}

/// The figures of the head.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Work groups known.
    pub groups: u64,
    /// Of these, groups whose export reaches the period.
    pub current: u64,
    /// Copies sent within the period.
    pub copies: u64,
    /// Notices these copies belong to.
    pub notices: u64,
    /// Notices first seen within the period, whatever section they stand in.
    pub new: u64,
    /// Notices open, due more than [`OVERDUE_DAYS`] before the period, which are not listed.
    pub long_overdue: u64,
    /// Open checklist rows due more than [`AHEAD_DAYS`] after the period, which are not listed.
    pub later_duties: u64,
    /// Open checklist rows due more than [`OVERDUE_DAYS`] before the period, which are not listed.
    pub overdue_duties: u64,
    /// Open checklist rows without a deadline whose notice was not seen for [`NO_DATE_DAYS`], which are not listed.
    pub undated_duties: u64,
}

impl Counts {
    /// Counts a checklist row that is not listed.
    pub fn leave_out(&mut self, place: Place) {
        match place {
            Place::Listed => {}
            Place::Later => self.later_duties += 1,
            Place::LongOverdue => self.overdue_duties += 1,
            Place::Undated => self.undated_duties += 1,
        }
    }
}

/// The sections of a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// 今日到期: due, or taking place, within the period, and open.
    DueToday,
    /// 逾期: due before the period, at most [`OVERDUE_DAYS`], and open.
    Overdue,
    /// 有变化: corrected, cancelled, closed, reminded, or contradicted within the period.
    Changed,
    /// 新通知: first seen within the period, open, and in neither of the first two.
    New,
    /// 待报: open checklist rows.
    ToReport,
    /// 阅知 within the period.
    Noted,
    /// 已办 within the period.
    Done,
}

impl Part {
    /// All of them, in the order of the digest.
    pub const ALL: [Part; 7] =
        [Part::DueToday, Part::Overdue, Part::Changed, Part::New, Part::ToReport, Part::Noted, Part::Done];

    /// The word used in JSON and as the key of its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Part::DueToday => "due_today",
            Part::Overdue => "overdue",
            Part::Changed => "changed",
            Part::New => "new",
            Part::ToReport => "to_report",
            Part::Noted => "noted",
            Part::Done => "done",
        }
    }
}

/// How long before the period a deadline may lie to be listed as 逾期; what is older is counted.
pub const OVERDUE_DAYS: i64 = 7;

/// A section with its lines.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Section {
    /// Which.
    pub part: Part,
    /// Its lines, in the order they are printed.
    pub lines: Vec<Line>,
}

/// A line: 题目 — 截止 — N 群.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// Id of the notice.
    pub notice: String,
    /// What it is about; for 待报 what is to be handed in.
    pub title: String,
    /// Deadline or event.
    pub when: Option<When>,
    /// Groups it was seen in.
    pub groups: Vec<String>,
    /// What to look out for, in the order of [`Mark`].
    pub marks: Vec<Mark>,
    /// What changed, in 有变化.
    pub change: Option<Change>,
    /// The checklist row, in 待报.
    pub duty: Option<DutyLine>,
}

/// A deadline or the time of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct When {
    /// The moment.
    pub at: Moment,
    /// Whether something takes place then, rather than being due.
    pub event: bool,
    /// `minute`, `office` or `day`.
    pub precision: String,
    /// `stated`, `inferred` or `manual`.
    pub basis: String,
    /// The words it was read from, or the place of an event.
    pub words: String,
}

impl From<&DueView> for When {
    fn from(due: &DueView) -> Self {
        When {
            at: due.at,
            event: false,
            precision: due.precision.clone(),
            basis: due.basis.clone(),
            words: due.text.clone(),
        }
    }
}

impl When {
    /// Whether only the day is to be shown and to be entered into a calendar.
    #[must_use]
    pub fn all_day(&self) -> bool {
        self.precision == "day" || self.basis == "inferred"
    }
}

/// What a reader should look out for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// 紧急.
    Urgent,
    /// 新: first seen within the period.
    New,
    /// 已过: the moment has passed at the time of printing.
    Passed,
    /// 有更正.
    Corrected,
    /// 截止不一致 and other facts in which copies differ.
    Conflict,
    /// 已取消.
    Cancelled,
    /// 对方已收齐.
    Closed,
    /// 有催办.
    Reminded,
    /// 稍后: put off.
    Later,
    /// 要重报: a checklist row that was settled and is open again, because facts changed.
    Reopened,
}

impl Mark {
    /// The key of its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Mark::Urgent => "urgent",
            Mark::New => "new",
            Mark::Passed => "passed",
            Mark::Corrected => "corrected",
            Mark::Conflict => "conflict",
            Mark::Cancelled => "cancelled",
            Mark::Closed => "closed",
            Mark::Reminded => "reminded",
            Mark::Later => "later",
            Mark::Reopened => "reopened",
        }
    }
}

/// What happened to a notice.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// What sort.
    pub kind: ChangeKind,
    /// What held before; `None` where the copies do not tell.
    pub old: Option<When>,
    /// What holds now.
    pub new: Option<When>,
    /// When it became known.
    pub at: Moment,
    /// The message that says so.
    pub words: String,
    /// The groups it came through.
    pub groups: Vec<String>,
}

/// Sorts of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// 更正 of a deadline.
    Due,
    /// 更正 of a meeting or the like.
    Event,
    /// 更正 of something else.
    Other,
    /// 取消.
    Cancelled,
    /// 已收齐.
    Closed,
    /// 催办.
    Reminded,
    /// A copy that says another deadline.
    Conflict,
}

impl ChangeKind {
    /// The key of its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            ChangeKind::Due => "due",
            ChangeKind::Event => "event",
            ChangeKind::Other => "other",
            ChangeKind::Cancelled => "cancelled",
            ChangeKind::Closed => "closed",
            ChangeKind::Reminded => "reminded",
            ChangeKind::Conflict => "conflict",
        }
    }
}

/// 应办行 of a line in 待报.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DutyLine {
    /// Its id.
    pub id: String,
    /// Where it is to go.
    pub destination: Option<Destination>,
    /// The group, where it is to go into a group.
    pub group: Option<String>,
    /// How many files hang on it already.
    pub evidence: u64,
}

/// An open deadline or event from the first day on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ahead {
    /// Id of the notice.
    pub notice: String,
    /// What it is about.
    pub title: String,
    /// When.
    pub when: When,
    /// Groups it was seen in.
    pub groups: Vec<String>,
    /// Last time a copy of it was seen.
    pub last_seen: Moment,
}

impl Digest {
    /// A section by its name.
    #[must_use]
    pub fn section(&self, part: Part) -> &[Line] {
        self.sections.iter().find(|s| s.part == part).map_or(&[], |s| &s.lines)
    }

    /// A notice that lines speak of.
    #[must_use]
    pub fn notice(&self, id: &str) -> Option<&Notice> {
        self.notices.iter().find(|n| n.id == id)
    }
}

fn current_groups(coverage: &Coverage) -> u64 {
    coverage.groups.iter().filter(|g| g.reach == Reach::Current).count() as u64
}
