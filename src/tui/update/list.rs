//! The list of notices: a window of rows, selection by id, marks, filter.

use std::time::Duration;

use super::{PREVIEW_PAUSE, counts, detail, narrow, notes, views};
use crate::notice::{NoticeRow, View};
use crate::tui::actions::Act;
use crate::tui::lang::tt;
use crate::tui::layout;
use crate::tui::model::{List, Model, Over, PARTS, Tab};
use crate::tui::msg::{Deed, Effect, From, Outcome, Read, Timer};
use crate::tui::widgets::field::Field;

/// Rows asked for at once.
const PAGE: usize = 120;
/// More rows are asked for when the selection comes this near to an end of the window.
const NEAR: usize = 40;
/// Rows kept at most.
const KEPT: usize = 480;
/// What the filter leaves is said to be looked for when it has not come within this time.
const SLOW: Duration = Duration::from_millis(100);

fn ask(model: &mut Model, from: From) -> Vec<Effect> {
    let list = &mut model.list;
    list.generation += 1;
    list.fetching = true;
    (list.moved, list.going, list.steps) = (false, None, 0);
    vec![Effect::Read(Read::Page(list.generation, list.query(model.env.now), from, PAGE))]
}

/// Reads the list from its beginning.
pub(super) fn reload_start(model: &mut Model) -> Vec<Effect> {
    model.list.loading = true;
    ask(model, From::Start)
}

/// Reads the list anew around the selected row, or from the end the user is on the way to. What is shown stays until the
/// answer is there, that nothing is found as well: a list that another program changes five times a second would flicker.
pub(in crate::tui) fn reload(model: &mut Model) -> Vec<Effect> {
    if let Some(end) = model.list.going.clone() {
        let steps = model.list.steps;
        let effects = go(model, end);
        model.list.steps = steps;
        return effects;
    }
    reread(model)
}

/// Reads the list anew around the selected row.
fn reread(model: &mut Model) -> Vec<Effect> {
    match model.list.row().map(|r| r.id.clone()) {
        Some(id) => ask(model, From::Around(id)),
        None => ask(model, From::Start),
    }
}

/// The view comes to the front: the inbox itself, where it was left.
pub(in crate::tui) fn enter(model: &mut Model) -> Vec<Effect> {
    let list = &model.list;
    if list.view != View::Inbox || list.narrowed() || list.named.is_some() {
        model.list.view = View::Inbox;
        return switch(model);
    }
    let mut effects = preview(model);
    effects.extend(reload(model));
    effects.push(counts(model));
    effects
}

/// Goes to the inbox and reads it from its beginning.
pub(super) fn home(model: &mut Model) -> Vec<Effect> {
    model.tab = Tab::Inbox;
    model.list.view = View::Inbox;
    switch(model)
}

/// Its own meaning of an action: the parts of the inbox.
pub(in crate::tui) fn act(model: &mut Model, act: Act) -> Option<Vec<Effect>> {
    let saved = model.views.iter().position(|v| Some(&v.name) == model.list.named.as_ref());
    let here = match saved {
        Some(at) => PARTS.len() + at,
        None => PARTS.iter().position(|v| *v == model.list.view).unwrap_or(0),
    };
    let all = PARTS.len() + model.views.len();
    match act {
        Act::NextPart => Some(part(model, (here + 1) % all)),
        Act::PreviousPart => Some(part(model, (here + all - 1) % all)),
        _ => None,
    }
}

/// Shows a part of the inbox; behind these the saved views.
pub(super) fn part(model: &mut Model, at: usize) -> Vec<Effect> {
    if let Some(view) = at.checked_sub(PARTS.len()).and_then(|at| model.views.get(at)).cloned() {
        return views::show(model, view);
    }
    model.tab = Tab::Inbox;
    model.list.view = PARTS.get(at).copied().unwrap_or_default();
    switch(model)
}

/// A click on a row.
pub(in crate::tui) fn pick(model: &mut Model, at: usize, double: bool) -> Vec<Effect> {
    model.detail.focused = false;
    let again = model.list.selected == at;
    let mut effects = select(model, at);
    if double && again {
        effects.extend(detail::open_selected(model));
    }
    effects
}

/// Shows the list from its beginning.
pub(super) fn switch(model: &mut Model) -> Vec<Effect> {
    clear(model);
    let mut effects = reload_start(model);
    effects.push(counts(model));
    effects
}

/// Empties the list for the tab in front; generations go on counting, so that late answers stay late.
pub(super) fn clear(model: &mut Model) {
    let generation = model.list.generation;
    let place_gen = model.list.place_gen;
    model.list = List { view: model.list.view, generation, place_gen, ..List::default() };
    model.detail.shown = None;
}

/// Back from a screen that lay over the list.
pub(super) fn returned(model: &mut Model) -> Vec<Effect> {
    if model.tab != Tab::Inbox {
        return Vec::new();
    }
    let mut effects = preview(model);
    effects.extend(reload(model));
    effects
}

/// Asks for what depends on the selected row: its rank now, its text after a pause.
pub(super) fn preview(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    model.list.placed = model.list.row().map(|r| r.id.clone());
    model.list.placing = model.list.placed.is_some();
    match model.list.placed.clone() {
        Some(id) => {
            model.list.place_gen += 1;
            let query = model.list.query(model.env.now);
            effects.push(Effect::Read(Read::Place(model.list.place_gen, query, id)));
        }
        None => model.list.place = None,
    }
    effects.extend(look(model));
    effects
}

/// Asks for the text of the selected row, after a pause.
fn look(model: &mut Model) -> Vec<Effect> {
    let Some(id) = model.list.row().map(|r| r.id.clone()) else {
        if model.over.is_empty() {
            model.detail.id = None;
            model.detail.shown = None;
        }
        return Vec::new();
    };
    if model.over.is_empty() && layout::areas(model).pane.is_some() && model.detail.id.as_ref() != Some(&id) {
        detail::want(model, id);
        return vec![Effect::After(PREVIEW_PAUSE, Timer::Preview(model.detail.generation))];
    }
    Vec::new()
}

pub(super) fn select(model: &mut Model, at: usize) -> Vec<Effect> {
    model.list.selected = at.min(model.list.rows.len().saturating_sub(1));
    model.list.moved = true;
    if count_on(&mut model.list) { look(model) } else { preview(model) }
}

/// The rank of the selected row, counted from that of a row near to it: the store would count the whole list. Whether it
/// is known, or will be when the answer under way has come.
fn count_on(list: &mut List) -> bool {
    let at = list.placed.as_ref().and_then(|id| list.rows.iter().position(|r| r.id == *id));
    let Some(at) = at else { return false };
    if !list.placing {
        let Some((rank, total)) = list.place else { return false };
        let rank = rank.saturating_add(list.selected as u64).saturating_sub(at as u64);
        list.place = Some((rank, total));
        list.placed = list.row().map(|r| r.id.clone());
    }
    true
}

/// The rank of the row that was asked for has come; the user may have moved on.
pub(super) fn place_came(model: &mut Model, place: Option<(u64, u64)>) -> Vec<Effect> {
    let list = &mut model.list;
    (list.place, list.placing) = (place, false);
    if place.is_none() || count_on(list) { Vec::new() } else { preview(model) }
}

pub(in crate::tui) fn move_by(model: &mut Model, by: isize) -> Vec<Effect> {
    model.list.anchor = None;
    if model.list.going.is_some() {
        model.list.steps = model.list.steps.saturating_add(by);
    }
    select(model, model.list.selected.saturating_add_signed(by))
}

/// Asks for an end of the list. What is read anew before the answer has come does not call the user back.
fn go(model: &mut Model, end: From) -> Vec<Effect> {
    let effects = ask(model, end.clone());
    model.list.going = Some(end);
    effects
}

/// Home and End, of whatever has the focus.
pub(super) fn to_end(model: &mut Model, first: bool) -> Vec<Effect> {
    let list = &mut model.list;
    if model.tab != Tab::Inbox || !model.over.is_empty() || model.detail.focused || model.popup.is_some() {
        return super::step(model, if first { isize::MIN / 2 } else { isize::MAX / 2 });
    }
    list.anchor = None;
    match (first, list.at_start, list.at_end) {
        (true, true, _) => select(model, 0),
        (false, _, true) => select(model, usize::MAX),
        (true, ..) => go(model, From::Start),
        (false, ..) => go(model, From::End),
    }
}

/// The next or the previous notice while one is open in full.
pub(super) fn neighbour(model: &mut Model, next: bool) -> Vec<Effect> {
    if model.over.contains(&Over::Search) || model.tab != Tab::Inbox || !model.detail.trail.is_empty() {
        return Vec::new();
    }
    let before = model.list.selected;
    let mut effects = move_by(model, if next { 1 } else { -1 });
    if before == model.list.selected {
        let text = if next { tt!("tui.toast.last_row") } else { tt!("tui.toast.first_row") };
        effects.extend(notes::tell(model, text));
    } else {
        effects.extend(detail::open_row(model));
    }
    effects
}

/// Asks for the rows beyond an end of the window when the selection is near to it.
pub(super) fn fetch_more(model: &mut Model) -> Vec<Effect> {
    let list = &model.list;
    if list.fetching || list.rows.is_empty() {
        return Vec::new();
    }
    let from = if !list.at_end && list.selected + NEAR >= list.rows.len() {
        list.rows.last().map(|r| From::After(Box::new(r.clone())))
    } else if !list.at_start && list.selected < NEAR {
        list.rows.first().map(|r| From::Before(Box::new(r.clone())))
    } else {
        None
    };
    from.map_or_else(Vec::new, |from| ask(model, from))
}

pub(super) fn page_came(
    model: &mut Model,
    generation: u64,
    from: &From,
    limit: usize,
    rows: Result<Vec<NoticeRow>, String>,
) -> Vec<Effect> {
    if generation != model.list.generation {
        return Vec::new();
    }
    (model.list.fetching, model.list.slow) = (false, false);
    model.list.loading = false;
    model.list.going = None;
    let rows = match rows {
        Ok(rows) => rows,
        Err(why) => {
            model.list.failed = Some(why.clone());
            return notes::fail(model, why);
        }
    };
    model.list.failed = None;
    let full = rows.len() >= limit;
    let list = &mut model.list;
    list.answered.clone_from(&list.words);
    match from {
        From::After(_) => return after(list, rows, full),
        From::Before(_) => return before(list, rows, full),
        From::Start => {
            (list.at_start, list.at_end) = (true, !full);
            replace(list, rows);
            list.selected = 0_usize.saturating_add_signed(list.steps).min(list.rows.len().saturating_sub(1));
        }
        From::End => {
            (list.at_start, list.at_end) = (!full, true);
            replace(list, rows);
            list.selected = list.rows.len().saturating_sub(1).saturating_add_signed(list.steps.min(0));
        }
        From::Around(id) => {
            // Half of the page comes before the row, if there are as many; where the row is gone the list begins.
            let place = rows.iter().position(|r| r.id == *id);
            (list.at_start, list.at_end) = (place.is_none_or(|at| at < limit / 2), !full);
            let former = list.selected.saturating_sub(list.top);
            // Who has moved on meanwhile stays there.
            let here = list.row().filter(|_| list.moved).map_or_else(|| id.clone(), |r| r.id.clone());
            replace(list, rows);
            if let Some(at) = list.rows.iter().position(|r| r.id == here) {
                list.selected = at;
            } else if list.filter.is_some() {
                // What is being typed has left nothing of it: the best is the first.
                list.selected = 0;
            }
            list.top = list.selected.saturating_sub(former);
        }
    }
    preview(model)
}

/// Rows behind the window; what is far before the selection is let go.
fn after(list: &mut List, rows: Vec<NoticeRow>, full: bool) -> Vec<Effect> {
    list.at_end = !full;
    list.rows.extend(rows);
    let spare = list.rows.len().saturating_sub(KEPT).min(list.selected.saturating_sub(NEAR * 2));
    list.rows.drain(..spare);
    list.selected -= spare;
    list.top = list.top.saturating_sub(spare);
    list.at_start &= spare == 0;
    Vec::new()
}

/// Rows before the window; what is far behind the selection is let go.
fn before(list: &mut List, rows: Vec<NoticeRow>, full: bool) -> Vec<Effect> {
    list.at_start = !full;
    list.selected += rows.len();
    list.top += rows.len();
    list.rows.splice(0..0, rows);
    if list.rows.len() > KEPT {
        let keep = KEPT.max(list.selected + NEAR * 2);
        list.at_end &= keep >= list.rows.len();
        list.rows.truncate(keep);
    }
    Vec::new()
}

/// Puts new rows in; the selected notice stays selected if it is among them.
fn replace(list: &mut List, rows: Vec<NoticeRow>) {
    let id = list.row().map(|r| r.id.clone());
    list.rows = rows;
    let at = id.and_then(|id| list.rows.iter().position(|r| r.id == id));
    list.selected = at.unwrap_or(list.selected).min(list.rows.len().saturating_sub(1));
}

/// Keeps the selected row in sight, headings counted.
pub(in crate::tui) fn settle(model: &mut Model) {
    let height = layout::list_height(model).max(1);
    let list = &mut model.list;
    list.selected = list.selected.min(list.rows.len().saturating_sub(1));
    list.top = list.top.min(list.selected);
    while list.top < list.selected && lines_between(list, list.top, list.selected) > height {
        list.top += 1;
    }
    // No empty lines at the end while there are rows above.
    while list.top > 0
        && list.at_end
        && lines_between(list, list.top - 1, list.rows.len().saturating_sub(1)) <= height
    {
        list.top -= 1;
    }
}

/// Lines that rows `from..=to` take with their headings.
fn lines_between(list: &List, from: usize, to: usize) -> usize {
    let rows = &list.rows[from..=to];
    let headings = 1 + rows.windows(2).filter(|w| w[0].section != w[1].section).count();
    rows.len() + headings
}

pub(super) fn mark(model: &mut Model, act: Act) -> Vec<Effect> {
    let Some(id) = model.list.row().map(|r| r.id.clone()) else { return Vec::new() };
    let list = &mut model.list;
    match act {
        Act::Mark => {
            if !list.marks.remove(&id) {
                list.marks.insert(id);
            }
            move_by(model, 1)
        }
        Act::MarkAll => {
            let query = list.query(model.env.now);
            vec![Effect::Read(Read::Ids(list.generation, query))]
        }
        Act::Invert => {
            let all = list.rows.iter().map(|r| r.id.clone());
            list.marks = all.filter(|id| !list.marks.contains(id)).collect();
            Vec::new()
        }
        _ => {
            let anchor = list.anchor.get_or_insert_with(|| id.clone()).clone();
            list.marks.insert(id);
            let by = if act == Act::ExtendUp { -1 } else { 1 };
            let effects = move_by(model, by);
            if let Some(row) = model.list.row() {
                model.list.marks.insert(row.id.clone());
            }
            model.list.anchor = Some(anchor);
            effects
        }
    }
}

/// The ids of all that the list shows have come.
pub(super) fn mark_all(model: &mut Model, generation: u64, ids: Vec<String>) -> Vec<Effect> {
    if generation != model.list.generation {
        return Vec::new();
    }
    model.list.marks = ids.into_iter().collect();
    notes::tell(model, tt!("tui.toast.marked", n = model.list.marks.len()))
}

pub(super) fn start_filter(model: &mut Model) -> Vec<Effect> {
    model.detail.focused = false;
    let english = crate::tui::lang::current() == "en";
    model.list.filter = Some(Field::with(narrow::written(&model.list.filter_now(), english)));
    Vec::new()
}

pub(super) fn filter_changed(model: &mut Model) -> Vec<Effect> {
    let text = model.list.filter.as_ref().map_or_else(String::new, |f| f.text().trim().to_string());
    let typed = narrow::read(&text, model.env.now);
    let list = &mut model.list;
    if (&typed.words, typed.days, typed.with_files) == (&list.words, list.days, list.with_files) {
        return Vec::new();
    }
    (list.words, list.days, list.with_files) = (typed.words, typed.days, typed.with_files);
    model.list.named = None;
    model.list.marks.clear();
    let mut effects = reread(model);
    effects.push(Effect::After(SLOW, Timer::Slow(model.list.generation)));
    effects
}

/// The rows of a filter are late, if they have not come yet.
pub(super) fn late(model: &mut Model, generation: u64) {
    model.list.slow |= model.list.fetching && generation == model.list.generation;
}

/// Esc in a list: drops the filter. Whether there was one.
pub(super) fn relax(model: &mut Model) -> bool {
    let list = &mut model.list;
    let was = list.narrowed();
    (list.filter, list.named, list.days, list.with_files) = (None, None, (None, None), false);
    list.words.clear();
    list.groups.clear();
    was
}

/// Enter in the filter: it stays, the list has the keys again.
pub(super) fn keep_filter(model: &mut Model) -> Vec<Effect> {
    model.list.filter = None;
    Vec::new()
}

/// Shows the notices of the selected group.
pub(super) fn show_group(model: &mut Model) -> Vec<Effect> {
    let Some(name) = model.groups.rows.get(model.groups.selected).map(|g| g.group.clone()) else {
        return Vec::new();
    };
    model.tab = Tab::Inbox;
    model.list.view = View::All;
    clear(model);
    model.list.groups = vec![name];
    reload_start(model)
}

/// The notices an action works on: the marked ones, else the selected or open one.
pub(super) fn targets(model: &Model) -> Vec<String> {
    if model.over.last() == Some(&Over::Detail) || model.detail.focused {
        return model.detail.id.iter().cloned().collect();
    }
    if model.list.marks.is_empty() {
        return model.list.row().map(|r| r.id.clone()).into_iter().collect();
    }
    model.list.marks.iter().cloned().collect()
}

pub(super) fn decided(model: &mut Model, deed: Deed, result: Result<Option<Outcome>, String>) -> Vec<Effect> {
    if deed != Deed::Seen {
        // What was said before is overtaken.
        model.notes.toasts.retain(|n| n.error);
    }
    let mut effects = match (&deed, &result) {
        (Deed::Refused(ids), Err(why)) => super::duty::refused(model, ids.clone(), why.clone()),
        (_, Err(why)) => notes::fail(model, why.clone()),
        (Deed::Seen | Deed::Refused(_), _) => Vec::new(),
        (Deed::State(text), Ok(done)) => {
            let why = done.as_ref().and_then(|o| o.reason.clone()).map(|r| format!("  {r}"));
            notes::tell(model, format!("{text}{}", why.unwrap_or_default()))
        }
        (Deed::Undo, Ok(None)) => return notes::tell(model, tt!("tui.toast.nothing_to_undo")),
        (Deed::Redo, Ok(None)) => return notes::tell(model, tt!("tui.toast.nothing_to_redo")),
        (Deed::Undo, Ok(Some(o))) => notes::tell(model, tt!("tui.toast.undone", label = o.label)),
        (Deed::Redo, Ok(Some(o))) => notes::tell(model, tt!("tui.toast.redone", label = o.label)),
    };
    if let (Deed::Undo | Deed::Redo | Deed::State(_), Ok(Some(o))) = (&deed, &result)
        && o.stale
    {
        // What is in sight stays there until the notices are computed again.
        model.env.catching_up = true;
        effects.push(Effect::CatchUp);
        return effects;
    }
    effects.push(counts(model));
    if deed != Deed::Seen {
        effects.push(views::ask(model));
    }
    // What was undone is selected again, so that one sees where it went.
    let back = match (&deed, result) {
        (Deed::Undo, Ok(Some(o))) => o.notices.first().cloned(),
        (Deed::Refused(ids), _) => {
            detail::come_back(model, ids);
            ids.first().cloned()
        }
        _ => None,
    };
    match back.filter(|_| model.tab == Tab::Inbox) {
        Some(id) => effects.extend(ask(model, From::Around(id))),
        None => effects.extend(super::refresh(model)),
    }
    if deed != Deed::Seen {
        effects.extend(detail::again(model));
    }
    effects
}
