//! 待报: asked for, moved through, marked, filtered, opened, and ticked.

use super::{counts, detail, duty, notes};
use crate::duty::Upload;
use crate::store::{Decision, DutyChange, UploadView};
use crate::tui::actions::Act;
use crate::tui::lang::tt;
use crate::tui::model::Model;
use crate::tui::model::uploads::PARTS;
use crate::tui::msg::{Effect, Read, UploadsFrom};
use crate::tui::screens;
use crate::tui::widgets::field::Field;

/// Rows asked for at once.
const PAGE: usize = 120;
/// More rows are asked for when the selection comes this near to an end of the window.
const NEAR: usize = 40;
/// Rows kept at most.
const KEPT: usize = 480;

fn ask(model: &mut Model, from: UploadsFrom) -> Vec<Effect> {
    let query = model.uploads.query(model.env.now);
    let uploads = &mut model.uploads;
    uploads.generation += 1;
    uploads.fetching = true;
    vec![Effect::Read(Read::Uploads(uploads.generation, query, from, PAGE))]
}

/// The view comes to the front, or something was decided.
pub(in crate::tui) fn refresh(model: &mut Model) -> Vec<Effect> {
    match model.uploads.row().map(|r| r.duty.clone()) {
        Some(id) => ask(model, UploadsFrom::Around(id)),
        None => ask(model, UploadsFrom::Start),
    }
}

/// Reads the list from its beginning, after what it shows has changed.
pub(super) fn restart(model: &mut Model) -> Vec<Effect> {
    model.uploads.marks.clear();
    model.uploads.rows.clear();
    model.uploads.selected = 0;
    model.uploads.loaded = false;
    ask(model, UploadsFrom::Start)
}

pub(super) fn came(
    model: &mut Model,
    generation: u64,
    from: UploadsFrom,
    limit: usize,
    result: Result<(Vec<Upload>, u64), String>,
) -> Vec<Effect> {
    if generation != model.uploads.generation {
        return Vec::new();
    }
    let uploads = &mut model.uploads;
    (uploads.loaded, uploads.fetching) = (true, false);
    let (rows, total) = match result {
        Ok(found) => found,
        Err(why) => {
            uploads.failed = Some(why.clone());
            return notes::fail(model, why);
        }
    };
    uploads.failed = None;
    uploads.total = total;
    let full = rows.len() >= limit;
    match from {
        UploadsFrom::After(_) => {
            uploads.at_end = !full;
            uploads.rows.extend(rows);
            let spare =
                uploads.rows.len().saturating_sub(KEPT).min(uploads.selected.saturating_sub(NEAR * 2));
            uploads.rows.drain(..spare);
            uploads.selected -= spare;
            uploads.top = uploads.top.saturating_sub(spare);
            uploads.at_start &= spare == 0;
        }
        UploadsFrom::Before(_) => {
            uploads.at_start = !full;
            uploads.selected += rows.len();
            uploads.top += rows.len();
            uploads.rows.splice(0..0, rows);
        }
        UploadsFrom::Start => {
            (uploads.at_start, uploads.at_end) = (true, !full);
            uploads.rows = rows;
            uploads.selected = 0;
        }
        UploadsFrom::End => {
            (uploads.at_start, uploads.at_end) = (!full, true);
            uploads.rows = rows;
            uploads.selected = usize::MAX;
        }
        UploadsFrom::Around(id) => {
            (uploads.at_start, uploads.at_end) = (false, false);
            let above = uploads.selected.saturating_sub(uploads.top);
            // The cursor stays on what it was on; where that is gone from the list, on its place.
            let next = uploads.rows.get(uploads.selected + 1).map(|r| r.duty.clone());
            uploads.rows = rows;
            let at = |id: &str| uploads.rows.iter().position(|r| r.duty == id);
            let found = at(&id).or_else(|| next.as_deref().and_then(at));
            if found.is_none() && uploads.filter.is_some() {
                // What is being typed has left nothing of it: the best is the first.
                return ask(model, UploadsFrom::Start);
            }
            uploads.selected = found.unwrap_or(uploads.selected);
            uploads.top = uploads.selected.saturating_sub(above);
        }
    }
    Vec::new()
}

/// Its own meaning of an action.
pub(in crate::tui) fn act(model: &mut Model, act: Act) -> Option<Vec<Effect>> {
    let here = PARTS.iter().position(|v| *v == model.uploads.view).unwrap_or(0);
    Some(match act {
        Act::Open => open(model),
        Act::First => ask(model, UploadsFrom::Start),
        Act::Last => ask(model, UploadsFrom::End),
        Act::NextPart => part(model, (here + 1) % PARTS.len()),
        Act::PreviousPart => part(model, (here + PARTS.len() - 1) % PARTS.len()),
        Act::DutyTick => tick(model),
        Act::Reopen => decide(model, DutyChange::Reopen, tt!("tui.toast.duty_open")),
        Act::ExtendUp | Act::ExtendDown => extend(model, act == Act::ExtendUp),
        Act::MarkAll => {
            let all: Vec<String> = model.uploads.rows.iter().map(|r| r.duty.clone()).collect();
            model.uploads.marks.extend(all);
            notes::tell(model, tt!("tui.toast.marked", n = model.uploads.marks.len()))
        }
        Act::Filter => {
            model.uploads.filter = Some(Field::with(model.uploads.words.clone()));
            Vec::new()
        }
        Act::Back => return relax(model),
        other => return duty::act(model, other),
    })
}

/// Esc: what is typed, marks, the filter, the part: the nearest first.
fn relax(model: &mut Model) -> Option<Vec<Effect>> {
    if model.notes.toasts.iter().any(|n| n.error) {
        return None;
    }
    let uploads = &mut model.uploads;
    if !uploads.marks.is_empty() {
        uploads.marks.clear();
        return Some(Vec::new());
    }
    let was = uploads.filter.take().is_some() | !uploads.words.is_empty() | uploads.place.take().is_some();
    uploads.words.clear();
    if was {
        return Some(refresh(model));
    }
    (uploads.view != UploadView::Open).then(|| part(model, 0))
}

/// Shows a part of the view.
pub(super) fn part(model: &mut Model, at: usize) -> Vec<Effect> {
    model.uploads.view = PARTS.get(at).copied().unwrap_or_default();
    restart(model)
}

/// The duties an action works on: the marked ones, else the selected one.
pub(super) fn targets(model: &Model) -> Vec<String> {
    if model.uploads.marks.is_empty() {
        return model.uploads.row().map(|r| r.duty.clone()).into_iter().collect();
    }
    model.uploads.marks.iter().cloned().collect()
}

/// Decides something about the targets.
pub(super) fn decide(model: &mut Model, change: DutyChange, said: String) -> Vec<Effect> {
    let duties = targets(model);
    if duties.is_empty() {
        return Vec::new();
    }
    model.uploads.marks.clear();
    let text = tt!("tui.toast.duty_undo", what = said, n = duties.len());
    vec![Effect::Decide(Decision::Duty { duties, change }, text), counts(model)]
}

/// Space: handed in; a row that was settled is open again. The cursor goes on to the next row.
fn tick(model: &mut Model) -> Vec<Effect> {
    let open = model.uploads.row().is_none_or(|r| r.state == "open") || !model.uploads.marks.is_empty();
    if open {
        let done = DutyChange::Done { typed_at: None, evidence: Vec::new() };
        decide(model, done, tt!("tui.toast.duty_done"))
    } else {
        decide(model, DutyChange::Reopen, tt!("tui.toast.duty_open"))
    }
}

fn extend(model: &mut Model, up: bool) -> Vec<Effect> {
    if let Some(id) = model.uploads.row().map(|r| r.duty.clone()) {
        model.uploads.marks.insert(id);
    }
    let effects = step(model, if up { -1 } else { 1 });
    if let Some(id) = model.uploads.row().map(|r| r.duty.clone()) {
        model.uploads.marks.insert(id);
    }
    effects
}

pub(super) fn filter_changed(model: &mut Model) -> Vec<Effect> {
    let words = model.uploads.filter.as_ref().map_or_else(String::new, |f| f.text().trim().to_string());
    if words == model.uploads.words {
        return Vec::new();
    }
    model.uploads.words = words;
    model.uploads.marks.clear();
    refresh(model)
}

pub(in crate::tui) fn step(model: &mut Model, by: isize) -> Vec<Effect> {
    let uploads = &mut model.uploads;
    let last = uploads.rows.len().saturating_sub(1);
    uploads.selected = uploads.selected.saturating_add_signed(by).min(last);
    Vec::new()
}

/// A click on a row.
pub(in crate::tui) fn pick(model: &mut Model, at: usize, double: bool) -> Vec<Effect> {
    model.uploads.selected = at;
    if double { open(model) } else { Vec::new() }
}

fn open(model: &mut Model) -> Vec<Effect> {
    match model.uploads.row().map(|r| r.notice.clone()) {
        Some(id) => detail::open_id(model, id),
        None => Vec::new(),
    }
}

/// Asks for the rows beyond an end of the window when the selection is near to it.
pub(super) fn fetch_more(model: &mut Model) -> Vec<Effect> {
    let uploads = &model.uploads;
    if uploads.fetching || uploads.rows.is_empty() {
        return Vec::new();
    }
    let from = if !uploads.at_end && uploads.selected + NEAR >= uploads.rows.len() {
        uploads.rows.last().map(|r| UploadsFrom::After(Box::new(r.clone())))
    } else if !uploads.at_start && uploads.selected < NEAR {
        uploads.rows.first().map(|r| UploadsFrom::Before(Box::new(r.clone())))
    } else {
        None
    };
    from.map_or_else(Vec::new, |from| ask(model, from))
}

/// Keeps the selected row in sight, headings counted.
pub(in crate::tui) fn settle(model: &mut Model) {
    let height = screens::uploads::height(model).max(1);
    let now = model.env.now;
    let uploads = &mut model.uploads;
    let last = uploads.rows.len().saturating_sub(1);
    uploads.selected = uploads.selected.min(last);
    uploads.top = uploads.top.min(uploads.selected);
    let lines = |from: usize, to: usize| {
        let rows = uploads.rows.get(from..=to).unwrap_or_default();
        let parts = rows
            .windows(2)
            .filter(|w| screens::uploads::part(&w[0], now) != screens::uploads::part(&w[1], now));
        rows.len() + 1 + parts.count()
    };
    let mut top = uploads.top;
    while top < uploads.selected && lines(top, uploads.selected) > height {
        top += 1;
    }
    while top > 0 && uploads.at_end && lines(top - 1, last) <= height {
        top -= 1;
    }
    uploads.top = top;
}
