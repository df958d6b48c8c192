//! Saved views: the filter in force gets a name, and comes back under it.

use super::{list, popup};
use crate::store::{Decision, SavedView, ViewChange};
use crate::tui::actions::Act;
use crate::tui::lang::tt;
use crate::tui::model::{Model, Popup, Tab};
use crate::tui::msg::{Effect, Read};
use crate::tui::widgets::field::Field;

/// The saved view on a line of the window; the first line keeps the filter in force.
#[must_use]
pub fn view_at(model: &Model, line: usize) -> Option<&SavedView> {
    line.checked_sub(1).and_then(|at| model.views.get(at))
}

/// Asks for the views.
pub(super) fn ask(model: &mut Model) -> Effect {
    model.env.views_gen += 1;
    Effect::Read(Read::Views(model.env.views_gen))
}

/// The actions about views.
pub(super) fn act(model: &mut Model, act: Act) -> Vec<Effect> {
    match act {
        Act::RenameView => rename(model),
        Act::DropView => drop(model),
        _ => open(model),
    }
}

/// Opens the window on the view that is shown, else on the first line.
fn open(model: &mut Model) -> Vec<Effect> {
    let here = model.views.iter().position(|v| Some(&v.name) == model.list.named.as_ref());
    popup::open(model, Popup::Views { selected: here.map_or(0, |at| at + 1) })
}

/// The views have come; what is no longer there is no longer shown under its name.
pub(super) fn came(model: &mut Model, generation: u64, views: Vec<SavedView>) -> Vec<Effect> {
    if generation != model.env.views_gen {
        return Vec::new();
    }
    let former = std::mem::replace(&mut model.views, views);
    let among = |views: &[SavedView], name: &String| views.iter().any(|v| v.name == *name);
    // One that is just being kept was not there before.
    let gone = |name: &String| among(&former, name) && !among(&model.views, name);
    if model.list.named.as_ref().is_some_and(gone) {
        model.list.named = None;
    }
    Vec::new()
}

/// Enter in the window.
pub(super) fn chosen(model: &mut Model, line: usize) -> Vec<Effect> {
    match view_at(model, line).cloned() {
        Some(view) => show(model, view),
        None => {
            let list = &model.list;
            let name = list.named.clone().unwrap_or_else(|| list.words.clone());
            popup::open(model, Popup::NameView { from: None, field: Field::with(name), taken: false })
        }
    }
}

/// Shows the notices of a view.
pub(super) fn show(model: &mut Model, view: SavedView) -> Vec<Effect> {
    let SavedView { name, filter } = view;
    model.tab = Tab::Inbox;
    list::clear(model);
    let list = &mut model.list;
    list.view = filter.view;
    list.groups = filter.groups;
    list.words = filter.words;
    list.days = (filter.since, filter.until);
    list.with_files = filter.with_files;
    list.named = Some(name);
    list::reload_start(model)
}

/// Asks for another name.
fn rename(model: &mut Model) -> Vec<Effect> {
    let Some(view) = selected(model) else { return Vec::new() };
    let (from, field) = (Some(view.name.clone()), Field::with(view.name));
    popup::open(model, Popup::NameView { from, field, taken: false })
}

/// The selected view goes; undo brings it back.
fn drop(model: &mut Model) -> Vec<Effect> {
    let Some(SavedView { name, .. }) = selected(model) else { return Vec::new() };
    model.popup = None;
    let text = tt!("tui.views.gone", name = name);
    vec![Effect::Decide(Decision::View(ViewChange::Drop { name }), text)]
}

fn selected(model: &Model) -> Option<SavedView> {
    match &model.popup {
        Some(Popup::Views { selected }) => view_at(model, *selected).cloned(),
        _ => None,
    }
}

/// A name was typed.
pub(super) fn named(model: &mut Model, from: Option<String>, field: Field) -> Vec<Effect> {
    let to = field.text().trim().to_owned();
    let taken = from.as_ref().is_some_and(|f| *f != to) && model.views.iter().any(|v| v.name == to);
    if to.is_empty() || taken {
        return popup::open(model, Popup::NameView { from, field, taken });
    }
    let (change, text) = match from {
        Some(from) => {
            let text = tt!("tui.views.renamed", name = to);
            (ViewChange::Rename { from, to: to.clone() }, text)
        }
        None => {
            let text = tt!("tui.views.kept", name = to);
            (ViewChange::Keep { name: to.clone(), filter: model.list.filter_now() }, text)
        }
    };
    // Shown under it from now on, unless another view was meant.
    match &change {
        ViewChange::Rename { from, .. } if model.list.named.as_ref() != Some(from) => {}
        _ => model.list.named = Some(to),
    }
    vec![Effect::Decide(Decision::View(change), text)]
}
