//! 群组: asked for, moved through, opened as a list of its notices.

use super::{list, shift};
use crate::store::GroupRow;
use crate::tui::actions::Act;
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::msg::{Effect, Read};
use crate::tui::screens;

/// The view comes to the front, or something came in.
pub(in crate::tui) fn refresh(model: &mut Model) -> Vec<Effect> {
    model.groups.generation += 1;
    let generation = model.groups.generation;
    vec![Effect::Read(Read::Groups(generation)), Effect::Read(Read::Heat(generation))]
}

pub(super) fn came(model: &mut Model, generation: u64, rows: Vec<GroupRow>) {
    if generation != model.groups.generation {
        return;
    }
    let groups = &mut model.groups;
    let here = groups.rows.get(groups.selected).map(|g| g.group.clone());
    groups.rows = rows;
    groups.loaded = true;
    if let Some(at) = groups.rows.iter().position(|g| Some(&g.group) == here.as_ref()) {
        groups.selected = at;
    }
}

/// Its own meaning of an action.
pub(in crate::tui) fn act(model: &mut Model, act: Act) -> Option<Vec<Effect>> {
    (act == Act::Open).then(|| list::show_group(model))
}

pub(in crate::tui) fn step(model: &mut Model, by: isize) -> Vec<Effect> {
    shift(&mut model.groups.selected, model.groups.rows.len(), by);
    Vec::new()
}

/// A click on a row.
pub(in crate::tui) fn pick(model: &mut Model, at: usize, double: bool) -> Vec<Effect> {
    model.groups.selected = at;
    if double { list::show_group(model) } else { Vec::new() }
}

pub(in crate::tui) fn settle(model: &mut Model) {
    let height = screens::groups::rows_seen(model);
    let groups = &mut model.groups;
    groups.selected = groups.selected.min(groups.rows.len().saturating_sub(1));
    layout::keep_in_sight(&mut groups.top, groups.selected, height);
}
