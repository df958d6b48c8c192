//! 设置: the rows are actions; Enter does the selected one.

use super::{counts, shift};
use crate::tui::actions::Act;
use crate::tui::model::Model;
use crate::tui::msg::Effect;
use crate::tui::screens::settings::ROWS;

/// The view comes to the front.
pub(in crate::tui) fn refresh(model: &mut Model) -> Vec<Effect> {
    vec![counts(model)]
}

/// Its own meaning of an action.
pub(in crate::tui) fn act(model: &mut Model, act: Act) -> Option<Vec<Effect>> {
    (act == Act::Open)
        .then(|| ROWS.get(model.settings.selected).map_or_else(Vec::new, |row| super::act(model, *row)))
}

pub(in crate::tui) fn step(model: &mut Model, by: isize) -> Vec<Effect> {
    shift(&mut model.settings.selected, ROWS.len(), by);
    Vec::new()
}

/// A click on a row.
pub(in crate::tui) fn pick(model: &mut Model, at: usize, double: bool) -> Vec<Effect> {
    model.settings.selected = at.min(ROWS.len() - 1);
    if double { super::act(model, ROWS[model.settings.selected]) } else { Vec::new() }
}
