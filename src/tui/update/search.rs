//! Search over everything, live.

use super::{detail, notes, shift};
use crate::store::Hit;
use crate::tui::layout;
use crate::tui::model::{Model, Over, Shown};
use crate::tui::msg::{Effect, Read};

/// Hits asked for at once.
const PAGE: usize = 60;
/// Lines a hit takes on the screen.
const HIT_LINES: usize = 3;

pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    model.over.clear();
    model.popup = None;
    model.over.push(Over::Search);
    Vec::new()
}

/// Asks anew: what is being looked for has changed. The running question is given up.
pub(super) fn ask(model: &mut Model) -> Vec<Effect> {
    let search = &mut model.search;
    search.generation += 1;
    search.selected = 0;
    search.top = 0;
    search.eager = false;
    if search.field.is_blank() {
        search.hits.clear();
        search.more = false;
        search.busy = false;
        search.answered = search.generation;
        return Vec::new();
    }
    search.busy = true;
    vec![Effect::Read(Read::Search(search.generation, search.field.text().trim().to_string(), None, PAGE))]
}

pub(super) fn came(
    model: &mut Model,
    generation: u64,
    more: bool,
    result: Result<Vec<Hit>, String>,
) -> Vec<Effect> {
    if generation != model.search.generation {
        return Vec::new();
    }
    let search = &mut model.search;
    search.busy = false;
    search.answered = generation;
    search.failed = result.is_err();
    let eager = std::mem::take(&mut search.eager);
    match result {
        Ok(hits) => {
            search.more = hits.len() >= PAGE;
            if more {
                search.hits.extend(hits);
            } else {
                search.hits = hits;
            }
            if eager { open_hit(model) } else { Vec::new() }
        }
        Err(why) => notes::fail(model, why),
    }
}

pub(super) fn move_by(model: &mut Model, by: isize) -> Vec<Effect> {
    let search = &mut model.search;
    shift(&mut search.selected, search.hits.len(), by);
    if search.more && !search.busy && search.selected + 10 >= search.hits.len() {
        search.busy = true;
        let before = search.hits.last().map(|h| h.row);
        let words = search.field.text().trim().to_string();
        return vec![Effect::Read(Read::Search(search.generation, words, before, PAGE))];
    }
    Vec::new()
}

/// Enter: the notice of the hit, or the message itself when it belongs to none.
pub(super) fn open_hit(model: &mut Model) -> Vec<Effect> {
    if model.search.answered != model.search.generation {
        // What is shown was found for other words.
        model.search.eager = true;
        return Vec::new();
    }
    let Some(hit) = model.search.hits.get(model.search.selected).cloned() else { return Vec::new() };
    match hit.notice.clone() {
        Some(id) => detail::open_id(model, id),
        None => {
            model.over.push(Over::Detail);
            model.detail.id = None;
            model.detail.generation += 1;
            model.detail.scroll = 0;
            model.detail.shown = Some(Shown::Message(Box::new(hit)));
            Vec::new()
        }
    }
}

pub(super) fn settle(model: &mut Model) {
    let height = layout::body_lines(model, 2) / HIT_LINES;
    let search = &mut model.search;
    search.selected = search.selected.min(search.hits.len().saturating_sub(1));
    layout::keep_in_sight(&mut search.top, search.selected, height);
}
