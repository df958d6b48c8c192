//! 待报: asked for, moved through, opened.

use super::{detail, notes, shift};
use crate::digest::Line;
use crate::tui::actions::Act;
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::msg::{Effect, Read};

/// The view comes to the front, or something was decided.
pub(in crate::tui) fn refresh(model: &mut Model) -> Vec<Effect> {
    model.uploads.generation += 1;
    vec![Effect::Read(Read::Uploads(model.uploads.generation, crate::tui::lang::current().to_owned()))]
}

pub(super) fn came(model: &mut Model, generation: u64, rows: Result<Vec<Line>, String>) -> Vec<Effect> {
    if generation != model.uploads.generation {
        return Vec::new();
    }
    let uploads = &mut model.uploads;
    uploads.loaded = true;
    match rows {
        Ok(rows) => {
            let id = |l: &Line| (l.notice.clone(), l.duty.as_ref().map(|d| d.id.clone()));
            let here = uploads.rows.get(uploads.selected).map(id);
            uploads.failed = None;
            uploads.rows = rows;
            // The cursor stays on what it was on; where that is gone, on its place.
            if let Some(at) = uploads.rows.iter().position(|r| Some(id(r)) == here) {
                uploads.selected = at;
            }
            Vec::new()
        }
        Err(why) => {
            uploads.failed = Some(why.clone());
            notes::fail(model, why)
        }
    }
}

/// Its own meaning of an action.
pub(in crate::tui) fn act(model: &mut Model, act: Act) -> Option<Vec<Effect>> {
    (act == Act::Open).then(|| open(model))
}

pub(in crate::tui) fn step(model: &mut Model, by: isize) -> Vec<Effect> {
    shift(&mut model.uploads.selected, model.uploads.rows.len(), by);
    Vec::new()
}

/// A click on a row.
pub(in crate::tui) fn pick(model: &mut Model, at: usize, double: bool) -> Vec<Effect> {
    model.uploads.selected = at;
    if double { open(model) } else { Vec::new() }
}

fn open(model: &mut Model) -> Vec<Effect> {
    match model.uploads.rows.get(model.uploads.selected).map(|r| r.notice.clone()) {
        Some(id) => detail::open_id(model, id),
        None => Vec::new(),
    }
}

pub(in crate::tui) fn settle(model: &mut Model) {
    let height = layout::body_lines(model, 1);
    let uploads = &mut model.uploads;
    uploads.selected = uploads.selected.min(uploads.rows.len().saturating_sub(1));
    layout::keep_in_sight(&mut uploads.top, uploads.selected, height);
}
