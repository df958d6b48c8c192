//! A row of the view 待报: the object of `uploads --json` (`contract.md` §2).

use serde::Serialize;

use crate::facts::Destination;
use crate::notice::{DueView, Evidence, Moment, Target};

/// A duty with the notice it belongs to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Upload {
    /// Id of the duty.
    pub duty: String,
    /// Id of the notice.
    pub notice: String,
    /// Title of the notice.
    pub title: String,
    /// What is to be handed in.
    pub what: Vec<String>,
    /// Where it is to go.
    pub destination: Option<Destination>,
    /// Whether nobody said where: it is taken to be the group it was asked in.
    pub assumed: bool,
    /// The group it is to go into.
    pub group: Option<String>,
    /// Until when.
    pub due: Option<DueView>,
    /// `open`, `done` or `waived`.
    pub state: String,
    /// Whether it is open and its deadline is past.
    pub overdue: bool,
    /// The files that were attached.
    pub evidence: Vec<Evidence>,
    /// Why it is waived.
    pub reason: Option<String>,
    /// A remark.
    pub note: Option<String>,
    /// When it was settled, by the clock.
    pub settled_at: Option<Moment>,
    /// The date a person typed for it (补录).
    pub typed_at: Option<Moment>,
    /// Who asks.
    pub asker: String,
    /// Whether it must be said whose 本群 a forward means.
    pub ask: bool,
    /// Whether it was done and is open again, because facts changed.
    pub reopened: bool,
    /// The rule by which it comes again.
    pub recurs: Option<String>,
    /// The parts that are ticked one by one.
    pub targets: Vec<Target>,
    /// How many times it came round before and was not settled.
    pub missed: i64,
    /// Files that answer a notice that asks for the same data, and may serve here.
    pub offered: Vec<String>,
    /// The beginning of the notice's lead copy, to be read beside the row; empty where nobody asked for it.
    #[serde(skip)]
    pub text: String,
    /// 0 with a deadline, 1 without: the store's cursor, not for show.
    #[serde(skip)]
    pub undated: i64,
    /// The moment that orders it: the store's cursor, not for show.
    #[serde(skip)]
    pub sort: i64,
}

/// The parts of the view, in the order they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum When {
    /// 逾期.
    Overdue,
    /// 今天.
    Today,
    /// 明天.
    Tomorrow,
    /// 本周: to the end of Sunday.
    Week,
    /// 以后.
    Ahead,
    /// 无期限.
    NoDate,
}

/// The part of the view a deadline falls in.
#[must_use]
pub fn when(due: Option<Moment>, now: i64) -> When {
    use chrono::Datelike;
    let Some(due) = due else { return When::NoDate };
    if due.0 < now {
        return When::Overdue;
    }
    let (today, day) = (crate::message::local(now).date(), crate::message::local(due.0).date());
    let sunday = i64::from(6 - today.weekday().num_days_from_monday());
    match (day - today).num_days() {
        ..=0 => When::Today,
        1 => When::Tomorrow,
        n if n <= sunday => When::Week,
        _ => When::Ahead,
    }
}
