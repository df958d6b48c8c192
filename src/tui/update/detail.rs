//! The notice in full: asked for, opened, scrolled, followed along its links.

use super::{list, notes, popup};
use crate::notice::State;
use crate::tui::layout;
use crate::tui::model::{Model, Over, Popup, Shown};
use crate::tui::msg::{Effect, Loaded, Read};
use crate::tui::screens;

/// Into the pane beside the list and back.
pub(super) fn change_pane(model: &mut Model) -> Vec<Effect> {
    model.detail.focused = !model.detail.focused;
    Vec::new()
}

/// Makes `id` the notice wanted. Nothing is asked yet.
pub(super) fn want(model: &mut Model, id: String) {
    let detail = &mut model.detail;
    if detail.id.as_ref() != Some(&id) {
        detail.scroll = 0;
        (detail.against, detail.to_difference, detail.difference) = (None, false, None);
    }
    detail.id = Some(id);
    detail.generation += 1;
    detail.trail.clear();
}

fn ask(model: &Model) -> Vec<Effect> {
    let Some(id) = model.detail.id.clone() else { return Vec::new() };
    let generation = model.detail.generation;
    vec![Effect::Read(match model.detail.against.clone() {
        Some(message) => Read::Compared(generation, id, message),
        None => Read::Notice(generation, id),
    })]
}

/// Reads what is shown anew: something was decided, or computed again.
pub(super) fn again(model: &mut Model) -> Vec<Effect> {
    model.detail.generation += 1;
    ask(model)
}

/// The notice whose detail was left could not be settled: it is shown again.
pub(super) fn come_back(model: &mut Model, ids: &[String]) {
    if let Some(id) = model.detail.left.take().filter(|id| ids == [id.clone()])
        && model.over.is_empty()
    {
        model.over.push(Over::Detail);
        want(model, id);
    }
}

/// The pause is over: the pane follows, if the selection still rests.
pub(super) fn preview_due(model: &mut Model, generation: u64) -> Vec<Effect> {
    if generation == model.detail.generation { ask(model) } else { Vec::new() }
}

pub(super) fn came(
    model: &mut Model,
    generation: u64,
    result: Result<Option<Box<Loaded>>, String>,
) -> Vec<Effect> {
    if generation != model.detail.generation {
        return Vec::new();
    }
    match result {
        Ok(Some(mut loaded)) => {
            let id = loaded.notice.id.clone();
            let mut effects = Vec::new();
            if loaded.notice.state == State::Unread && model.over.last() == Some(&Over::Detail) {
                loaded.notice.state = State::Open;
                // Opened from the list, it was said to the writer already.
                if !model.list.rows.iter().any(|r| r.id == id && r.state != State::Unread) {
                    effects.push(Effect::Seen(id.clone()));
                }
            }
            model.detail.id = Some(id);
            model.detail.shown = Some(Shown::Notice(loaded));
            if std::mem::take(&mut model.detail.to_difference) {
                // The copy that the others are compared with, and the first of them.
                let stops = screens::detail::stops(model, layout::detail_inside(model).width);
                model.detail.scroll = stops.first().map_or(0, |at| at.saturating_sub(2));
            }
            effects
        }
        Ok(None) => {
            model.detail.shown = None;
            Vec::new()
        }
        Err(why) => notes::fail(model, why),
    }
}

/// Enter in the list: the notice in full. Opening it is what makes it read; scrolling past it does not.
pub(super) fn open_selected(model: &mut Model) -> Vec<Effect> {
    if model.list.row().is_none() {
        return Vec::new();
    }
    model.detail.focused = false;
    model.over.push(Over::Detail);
    open_row(model)
}

/// Shows the selected row in the detail that is open already.
pub(super) fn open_row(model: &mut Model) -> Vec<Effect> {
    let Some(row) = model.list.rows.get_mut(model.list.selected) else { return Vec::new() };
    let id = row.id.clone();
    let first = row.state == State::Unread;
    if first {
        row.state = State::Open;
    }
    want(model, id.clone());
    model.detail.scroll = 0;
    let mut effects = ask(model);
    if first {
        effects.push(Effect::Seen(id));
    }
    effects
}

/// Opens a notice by its id, from a search hit.
pub(super) fn open_id(model: &mut Model, id: String) -> Vec<Effect> {
    model.over.push(Over::Detail);
    want(model, id);
    model.detail.scroll = 0;
    ask(model)
}

/// One link is followed at once; of several one is chosen.
pub(super) fn links(model: &mut Model) -> Vec<Effect> {
    match model.detail.notice().map_or(0, |l| l.notice.links.len()) {
        0 => Vec::new(),
        1 => follow(model, 0),
        _ => popup::open(model, Popup::Links { selected: 0 }),
    }
}

pub(super) fn follow(model: &mut Model, at: usize) -> Vec<Effect> {
    let Some(loaded) = model.detail.notice() else { return Vec::new() };
    let Some(link) = loaded.notice.links.get(at) else { return Vec::new() };
    let (from, to) = (loaded.notice.id.clone(), link.notice.clone());
    let mut trail = std::mem::take(&mut model.detail.trail);
    trail.push(from);
    if model.over.last() != Some(&Over::Detail) {
        model.over.push(Over::Detail);
    }
    want(model, to);
    model.detail.trail = trail;
    model.detail.focused = false;
    ask(model)
}

pub(super) fn back_along_trail(model: &mut Model) -> Vec<Effect> {
    let mut trail = std::mem::take(&mut model.detail.trail);
    let Some(id) = trail.pop() else { return Vec::new() };
    want(model, id);
    model.detail.trail = trail;
    if model.detail.trail.is_empty() && model.list.row().map(|r| &r.id) != model.detail.id.as_ref() {
        return ask(model);
    }
    let mut effects = ask(model);
    effects.extend(list::preview(model));
    effects
}

/// Scrolls to the next copy that differs, which is marked: where all is in sight nothing else would move; after the last
/// one to the first.
pub(super) fn next_difference(model: &mut Model) -> Vec<Effect> {
    let area = layout::detail_inside(model);
    let stops = screens::detail::stops(model, area.width);
    let most = screens::detail::lines(model, area.width).len().saturating_sub(usize::from(area.height));
    let detail = &mut model.detail;
    let next = match detail.difference.filter(|d| d.1 == detail.scroll) {
        Some((here, _)) => (here + 1) % stops.len().max(1),
        None => stops.iter().position(|at| *at > detail.scroll).unwrap_or(0),
    };
    if let Some(at) = stops.get(next) {
        detail.scroll = (*at).min(most);
        detail.difference = Some((next, detail.scroll));
    }
    Vec::new()
}

/// Reads the notice again, its copies compared with this one.
pub(super) fn compare(model: &mut Model, message: String) -> Vec<Effect> {
    model.detail.against = Some(message);
    model.detail.to_difference = true;
    again(model)
}

/// Keeps the scroll position within the text.
pub(super) fn settle(model: &mut Model) {
    if model.detail.scroll == 0 {
        return;
    }
    let area = layout::detail_inside(model);
    let lines = screens::detail::lines(model, area.width).len();
    model.detail.scroll = model.detail.scroll.min(lines.saturating_sub(usize::from(area.height)));
}
