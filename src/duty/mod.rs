//! 应办行: what a notice's demands come down to. Demands × destinations × work groups → the rows of the checklist, with
//! ids that stay. Pure: the store keeps what is decided about them.
//!
//! Rules (`product.md` §0 no. 4): what goes to a mailbox, an app, a system, an office or a person is due once, however
//! many groups carried the notice; what goes into 本群 is due once in every group that carried it.

mod expected;
mod fields;
mod names;
mod recur;
mod rule;
mod slot;
mod view;

use crate::facts::{Act, Destination, DestinationKind};
use crate::notice::{DemandView, DueView, Moment};

pub use expected::missing;
pub use fields::{Fields, PERIOD_MS, fields, shared};
pub use names::{Sender, Suggestion, names_me, place_words, propose};
pub use recur::next_after;
pub use rule::{rule_words, weekday};
use slot::Said;
pub use slot::{id, is_here};
pub use view::{Upload, When, when};

/// A copy that carries the notice.
#[derive(Clone, Debug)]
pub struct Carrier {
    /// Row of its group.
    pub group: i64,
    /// The group's key, which stays.
    pub group_key: String,
    /// The group's name.
    pub group_name: String,
    /// Milliseconds since the epoch.
    pub sent_at: i64,
    /// Who posted it.
    pub sender: String,
    /// Its text.
    pub text: String,
}

/// What the rows are made of.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// What the lead copy asks for.
    pub demands: &'a [DemandView],
    /// The copies, the lead one first.
    pub carriers: &'a [Carrier],
    /// The deadline in force.
    pub due: Option<&'a DueView>,
    /// The rule of a recurring notice.
    pub recurs: Option<&'a str>,
}

/// A row of the checklist before anybody decided anything about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Which row of its notice it is: destination, group, and a number where one destination has several deadlines. The
    /// same words after every rebuild.
    pub slot: String,
    /// Where it is to go.
    pub destination: Destination,
    /// Whether nobody said where, and it is taken to be the group it was asked in.
    pub assumed: bool,
    /// Row of the group it is to go into.
    pub group: Option<i64>,
    /// What is to be handed in.
    pub what: Vec<String>,
    /// Who asks.
    pub asker: String,
    /// Until when.
    pub due: Option<DueView>,
    /// Whether its deadline is the notice's, so that it moves with it.
    pub follows: bool,
    /// The rule by which it comes again.
    pub recurs: Option<String>,
    /// Whether it is not clear whose 本群 is meant: this is a forward, and its words are another group's.
    pub forward: bool,
}

/// Whether a demand is one to hand something in.
#[must_use]
pub fn is_duty(demand: &DemandView) -> bool {
    let kind = demand.destination.as_ref().map(|d| d.kind);
    if demand.conditional {
        return false;
    }
    match demand.act {
        Act::Submit | Act::Upload | Act::Fill => true,
        Act::Study | Act::Checkin | Act::Pay | Act::Install | Act::Signup | Act::Forward | Act::Act => {
            matches!(kind, Some(DestinationKind::App | DestinationKind::System))
        }
        Act::Reply => {
            kind.is_some_and(|k| k != DestinationKind::Office) && demand.what.iter().any(|w| w != "收到")
        }
        Act::Attend => false,
    }
}

/// Whether [`plan`] looks at the words and senders of all copies, not only of the lead one: what goes into a group is
/// asked for by each copy in its own words, 本群 in one and 林业站群 in the next.
#[must_use]
pub fn asks_every_copy(demands: &[DemandView]) -> bool {
    let group = |d: &Destination| d.kind == DestinationKind::Group;
    demands.iter().any(|d| is_duty(d) && d.destination.as_ref().is_some_and(group))
}

/// The rows of a notice, in the order in which they are asked for.
#[must_use]
pub fn plan(input: &Input<'_>) -> Vec<Row> {
    let Some(lead) = input.carriers.first() else {
        return Vec::new();
    };
    let mut rows: Vec<Row> = Vec::new();
    let first_due = input.demands.iter().filter(|d| is_duty(d)).filter_map(|d| d.due_at).min();
    for errand in errands(input.demands) {
        let follows = errand.due.is_none()
            || errand.due == first_due
            || input.due.is_none_or(|d| Some(d.at) == errand.due);
        let due = match input.due {
            Some(due) if follows => Some(due.clone()),
            _ => errand.due.map(stated),
        };
        let row = Row {
            slot: String::new(),
            destination: errand.destination.clone().unwrap_or_else(|| supposed(&errand, lead)),
            assumed: errand.destination.is_none(),
            group: None,
            what: errand.what,
            asker: lead.sender.clone(),
            due,
            follows,
            recurs: input.recurs.filter(|_| follows).map(str::to_owned),
            forward: false,
        };
        place(row, input.carriers, &mut rows);
    }
    slot::number(&mut rows);
    rows
}

/// Where a thing goes of which nobody says where: what is uploaded goes into a program, photos into an app and the rest
/// into a system; all else into the group it was asked for in.
fn supposed(errand: &Errand, lead: &Carrier) -> Destination {
    if !errand.upload {
        return here(lead);
    }
    const SEEN: [&str; 5] = ["照片", "图片", "截图", "视频", "轨迹"];
    let seen = errand.what.iter().any(|w| SEEN.iter().any(|s| w.contains(s)));
    let (kind, name) = if seen { (DestinationKind::App, "App") } else { (DestinationKind::System, "系统") };
    Destination { kind, name: name.to_owned() }
}

/// A demand with those that say the same again.
struct Errand {
    destination: Option<Destination>,
    /// Whether everything is to be uploaded.
    upload: bool,
    due: Option<Moment>,
    what: Vec<String>,
}

/// Demands for one destination by one deadline are one errand. A demand that names no destination belongs to the one
/// that does, unless it has a deadline of its own: 填好统计表并附照片发本群 is one thing.
fn errands(demands: &[DemandView]) -> Vec<Errand> {
    let asked: Vec<&DemandView> = demands.iter().filter(|d| is_duty(d)).collect();
    let mut out: Vec<Errand> = Vec::new();
    for pass in [true, false] {
        for demand in asked.iter().filter(|d| d.destination.is_some() == pass) {
            let same = |e: &&mut Errand| {
                let to = match (&e.destination, &demand.destination) {
                    (Some(a), Some(b)) => slot::same(a, b),
                    (_, None) => true,
                    (None, Some(_)) => false,
                };
                to && (e.due == demand.due_at || e.due.is_none() || demand.due_at.is_none())
            };
            if let Some(known) = out.iter_mut().find(same) {
                known.due = known.due.or(demand.due_at);
                known.upload &= demand.act == Act::Upload;
                for what in &demand.what {
                    if !known.what.contains(what) {
                        known.what.push(what.clone());
                    }
                }
            } else {
                out.push(Errand {
                    destination: demand.destination.clone(),
                    upload: demand.act == Act::Upload,
                    due: demand.due_at,
                    what: demand.what.clone(),
                });
            }
        }
    }
    out
}

/// The row of which nobody says where it goes, whatever is supposed.
const SUPPOSED: &str = "here:?";

/// One row, or one in every group that carried the notice.
fn place(row: Row, carriers: &[Carrier], rows: &mut Vec<Row>) {
    let lead = &carriers[0];
    if row.destination.kind != DestinationKind::Group {
        let mut row = row;
        if row.assumed {
            row.slot = SUPPOSED.to_owned();
        }
        row.destination = slot::person(row.destination, lead);
        rows.push(row);
        return;
    }
    let origin = carriers.iter().min_by_key(|c| c.sent_at).unwrap_or(lead);
    if row.assumed {
        rows.push(Row {
            group: Some(origin.group),
            destination: here(origin),
            slot: SUPPOSED.to_owned(),
            ..row
        });
        return;
    }
    let here = is_here(&row.destination.name);
    if !here {
        in_named_group(row.clone(), carriers, rows);
        // 发本群 and 发林业站群 in one text are two errands, and the other one has its own rows.
        if !matches!(slot::group_said(&lead.text), Said::Named(_)) {
            return;
        }
    }
    let mut seen: Vec<i64> = Vec::new();
    let mut by_time: Vec<&Carrier> = carriers.iter().collect();
    by_time.sort_by_key(|c| c.sent_at);
    for carrier in by_time {
        if seen.contains(&carrier.group) {
            continue;
        }
        match slot::group_said(&carrier.text) {
            Said::Named(name) if here => {
                let destination = Destination { kind: DestinationKind::Group, name };
                in_named_group(Row { destination, ..row.clone() }, carriers, rows);
                continue;
            }
            Said::Nothing | Said::Named(_) if !here => continue,
            _ => {}
        }
        seen.push(carrier.group);
        if rows.iter().any(|r| r.group == Some(carrier.group) && same_errand(r, &row)) {
            continue;
        }
        rows.push(Row {
            slot: format!("here:{}", carrier.group_key),
            destination: if here { row.destination.clone() } else { self::here(carrier) },
            group: Some(carrier.group),
            asker: carrier.sender.clone(),
            forward: carrier.group != origin.group && slot::is_forward(&carrier.text),
            ..row.clone()
        });
    }
}

/// Whether two rows are about the same things by the same deadline.
fn same_errand(a: &Row, b: &Row) -> bool {
    a.due == b.due && a.what == b.what
}

/// One row for a group that is called by its name, once.
fn in_named_group(row: Row, carriers: &[Carrier], rows: &mut Vec<Row>) {
    let named = carriers.iter().find(|c| slot::is_named(&c.group_name, &row.destination.name));
    let group = named.map(|c| c.group);
    let known = |r: &Row| {
        same_errand(r, &row)
            && (group.is_some() && r.group == group
                || r.destination.kind == DestinationKind::Group
                    && slot::same(&r.destination, &row.destination))
    };
    if !rows.iter().any(known) {
        rows.push(Row { group, ..row });
    }
}

fn here(carrier: &Carrier) -> Destination {
    Destination { kind: DestinationKind::Group, name: carrier.group_name.clone() }
}

/// A deadline of one demand among several. A day without an hour ends at 23:59.
fn stated(at: Moment) -> DueView {
    const DAY_MS: i64 = 24 * 3_600_000;
    const CHINA_MS: i64 = 8 * 3_600_000;
    let day = (at.0 + CHINA_MS).rem_euclid(DAY_MS) / 60_000 == 23 * 60 + 59;
    DueView::bare(at, if day { "day" } else { "minute" }, "stated")
}
