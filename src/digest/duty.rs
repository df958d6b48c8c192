//! The checklist rows of a notice: those the store keeps or, where it keeps none, those its demands come down to.

use crate::facts::{Act, DestinationKind};
use crate::notice::{DemandView, Duty, Notice};

/// The rows still open.
pub(super) fn open_duties(notice: &Notice) -> Vec<Duty> {
    if notice.duties.is_empty() {
        return from_demands(notice);
    }
    notice.duties.iter().filter(|d| d.state == "open").cloned().collect()
}

/// A row for every destination of a demand to hand something in; what goes into 本群 is due once in every group
/// (`product.md` §0 no. 4).
fn from_demands(notice: &Notice) -> Vec<Duty> {
    let mut duties: Vec<Duty> = Vec::new();
    // The same demand is often said twice, once without the destination.
    let named = notice.demands.iter().any(|d| is_report(d) && d.destination.is_some());
    for demand in notice.demands.iter().filter(|d| is_report(d) && (!named || d.destination.is_some())) {
        let here = demand
            .destination
            .as_ref()
            .is_some_and(|d| d.kind == DestinationKind::Group && d.name.contains("本群"));
        let groups: Vec<Option<&String>> =
            if here { notice.groups.iter().map(Some).collect() } else { vec![None] };
        for group in groups {
            let known = |d: &Duty| {
                d.destination == demand.destination && d.group.as_ref() == group && d.due_at == demand.due_at
            };
            if duties.iter().any(known) {
                continue;
            }
            duties.push(Duty {
                id: format!("{}#{}", notice.id, duties.len() + 1),
                destination: demand.destination.clone(),
                group: group.cloned(),
                due_at: demand.due_at,
                state: "open".to_owned(),
                what: demand.what.clone(),
                ..Duty::default()
            });
        }
    }
    duties
}

/// Whether a demand is one to hand something in.
pub(super) fn is_report(demand: &DemandView) -> bool {
    matches!(demand.act, Act::Submit | Act::Upload | Act::Fill)
}
