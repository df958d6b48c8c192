//! Windows over everything: palette, help, log, dates, links, questions.

use super::{
    choice, detail, digest, duty, import, list, notes, settings, shift, teach, triage, views, wizard,
};
use crate::notice::State;
use crate::tui::actions::{self, Act, Action};

use crate::tui::keymap;
use crate::tui::lang::tt;
use crate::tui::layout;
use crate::tui::model::uploads::DutyWindow;
use crate::tui::model::{Model, Popup, Question, Tab};
use crate::tui::msg::Effect;
use crate::tui::screens;
use crate::tui::time;
use crate::tui::widgets::field::Field;

pub(super) fn open(model: &mut Model, popup: Popup) -> Vec<Effect> {
    model.popup = Some(popup);
    Vec::new()
}

pub(super) fn ask(model: &mut Model, question: Question) -> Vec<Effect> {
    open(model, Popup::Confirm(question))
}

/// Esc: a date being typed goes back to the choices, everything else closes.
pub(super) fn close(model: &mut Model) -> Vec<Effect> {
    model.popup = match model.popup.take() {
        Some(Popup::Later { selected, field: Some(_), .. }) => {
            Some(Popup::Later { selected, field: None, wrong: false })
        }
        _ => None,
    };
    Vec::new()
}

/// Opens the list of commands: first those that can be done here and now.
pub(super) fn open_palette(model: &mut Model) -> Vec<Effect> {
    let order = palette_order(model);
    open(model, Popup::Palette { field: Field::default(), selected: 0, order })
}

/// Every action that can be asked for by name, those first that can be done here and now.
#[must_use]
pub fn palette_order(model: &Model) -> Vec<Act> {
    let mut all = actions::palette();
    let here = actions::place_without_popup(model);
    all.sort_by_key(|a| ((a.enabled)(model).is_err(), !a.places.meets(here)));
    all.into_iter().map(|a| a.act).collect()
}

/// The actions that fit what is typed into the palette, by name or key, in this order.
#[must_use]
pub fn matching(order: &[Act], words: &str) -> Vec<&'static Action> {
    let words = words.trim().to_lowercase();
    let fits = |a: &&Action| {
        words.is_empty()
            || (a.name)().to_lowercase().contains(&words)
            || crate::normalize::initials(&(a.name)()).contains(&words)
            || keymap::of(a).iter().any(|k| k.to_lowercase() == words)
    };
    order.iter().filter_map(|act| actions::get(*act)).filter(fits).collect()
}

pub(super) fn step(model: &mut Model, by: isize) -> Vec<Effect> {
    let height = usize::from(layout::areas(model).body.height).saturating_sub(2);
    let links = model.detail.notice().map_or(0, |l| l.notice.links.len());
    let log = model.notes.log.len();
    let saved = model.views.len();
    let help = match model.popup {
        Some(Popup::Help { .. }) => screens::help::lines(model).len(),
        _ => 0,
    };
    match model.popup.as_mut() {
        Some(Popup::Help { scroll }) => shift(scroll, help.saturating_sub(height) + 1, by),
        Some(Popup::Log { scroll }) => shift(scroll, log.saturating_sub(height) + 1, by),
        Some(Popup::Palette { field, selected, order }) => {
            shift(selected, matching(order, field.text()).len(), by);
        }
        Some(Popup::Later { selected, field: None, .. }) => {
            shift(selected, time::later_choices(model.env.now).len() + 1, by);
        }
        Some(Popup::Links { selected }) => shift(selected, links, by),
        Some(Popup::Views { selected }) => shift(selected, saved + 1, by),
        Some(Popup::Names(names)) => {
            let len = names.near().len() + 1;
            shift(&mut names.selected, len, by);
        }
        Some(Popup::Wizard(window)) => wizard::step(window, by),
        Some(Popup::Duty(_)) => duty::step(model, by),
        Some(Popup::Choose(choice)) => {
            let picks = choice.picks.len();
            shift(&mut choice.selected, picks, by);
        }
        _ => {}
    }
    Vec::new()
}

/// A click on an entry: it is chosen and done.
pub(super) fn pick(model: &mut Model, at: usize) -> Vec<Effect> {
    match model.popup.as_mut() {
        Some(
            Popup::Palette { selected, .. }
            | Popup::Later { selected, .. }
            | Popup::Links { selected }
            | Popup::Views { selected },
        ) => {
            *selected = at;
            accept(model)
        }
        Some(Popup::Names(names)) => {
            names.selected = at;
            accept(model)
        }
        Some(Popup::Duty(
            DutyWindow::Here { selected, .. }
            | DutyWindow::Targets { selected, .. }
            | DutyWindow::Places { selected, .. },
        )) => {
            *selected = at;
            accept(model)
        }
        Some(Popup::Duty(_)) if at == 0 => accept(model),
        Some(Popup::Choose(choice)) => {
            choice.selected = at;
            accept(model)
        }
        Some(Popup::Confirm(_)) if at == 0 => yes(model),
        Some(Popup::Confirm(_)) => close(model),
        _ => Vec::new(),
    }
}

/// Enter.
pub(super) fn accept(model: &mut Model) -> Vec<Effect> {
    match model.popup.take() {
        None if model.list.filter.is_some() && model.tab == Tab::Inbox => list::keep_filter(model),
        None if model.tab == Tab::Uploads => {
            model.uploads.filter = None;
            Vec::new()
        }
        None if model.tab == Tab::Import => import::accept(model),
        None | Some(Popup::Help { .. } | Popup::Log { .. }) => Vec::new(),
        Some(Popup::Palette { field, selected, order }) => match matching(&order, field.text()).get(selected)
        {
            Some(action) => super::act(model, action.act),
            None => Vec::new(),
        },
        Some(Popup::Later { selected, field, .. }) => later(model, selected, field),
        Some(Popup::Links { selected }) => detail::follow(model, selected),
        Some(Popup::Views { selected }) => views::chosen(model, selected),
        Some(Popup::NameView { from, field, .. }) => views::named(model, from, field),
        Some(Popup::Choose(choice)) => choice::chosen(model, *choice),
        Some(Popup::Due { id, field, .. }) => due(model, id, field),
        Some(Popup::OfficeClose { field, .. }) => settings::office_close(model, field),
        Some(Popup::Names(names)) => settings::names_chosen(model, names),
        Some(Popup::Wizard(window)) => wizard::next(model, *window),
        Some(Popup::Remark(field)) => triage::done_with(model, &field),
        Some(Popup::Widths | Popup::KeyTest(_)) => Vec::new(),
        Some(Popup::Duty(window)) => duty::accept(model, window),
        Some(Popup::AskGroup(field)) if field.is_blank() => {
            open(model, Popup::AskGroup(field));
            notes::tell(model, tt!("tui.ask.group_missing"))
        }
        Some(Popup::AskGroup(field)) => import::answer(model, Some(field.text().trim().to_string()), None),
        Some(Popup::SaveAs(field)) => digest::save(model, &field),
        Some(Popup::AskBackup(field)) => settings::back_up(model, &field),
        Some(Popup::AskRestore(field)) => settings::restore(model, &field),
        Some(Popup::AskDate(field)) => match time::parse_date(field.text()) {
            Some(day) => import::answer(model, None, Some(day)),
            None => {
                open(model, Popup::AskDate(field));
                notes::tell(model, tt!("tui.ask.date_wrong"))
            }
        },
        Some(Popup::AskPattern(field, _)) => teach::pattern(model, &field),
        Some(Popup::AskTemplate(field)) if field.is_blank() => {
            open(model, Popup::AskTemplate(field));
            notes::tell(model, tt!("tui.teach.name_missing"))
        }
        Some(Popup::AskTemplate(field)) => teach::keep(model, field.text()),
        Some(Popup::Confirm(question)) => confirmed(model, question),
    }
}

pub(super) fn yes(model: &mut Model) -> Vec<Effect> {
    match model.popup.take() {
        Some(Popup::Confirm(question)) => confirmed(model, question),
        Some(Popup::Duty(window)) => duty::accept(model, window),
        _ => Vec::new(),
    }
}

fn confirmed(model: &mut Model, question: Question) -> Vec<Effect> {
    match question {
        Question::Quit => vec![Effect::CancelImport, Effect::Quit(0)],
        Question::CancelImport => import::cancel(model),
        Question::TakeBack => import::take_back(model),
        Question::Overwrite => digest::overwrite(model),
        Question::Restore => model.settings.restore.take().map(Effect::Restore).into_iter().collect(),
        Question::Many(act, _) => triage::do_triage(model, act),
    }
}

/// A time was chosen, or the last entry, which asks for a date.
fn later(model: &mut Model, selected: usize, field: Option<Field>) -> Vec<Effect> {
    let choices = time::later_choices(model.env.now);
    let until = match &field {
        Some(typed) => time::parse_future(model.env.now, typed.text()),
        None => choices.get(selected).map(|c| c.1),
    };
    match (until, field) {
        (Some(at), _) => triage::set_state(model, State::Later, Some(at)),
        (None, Some(typed)) => open(model, Popup::Later { selected, field: Some(typed), wrong: true }),
        (None, None) => {
            let field = Some(Field::default());
            open(model, Popup::Later { selected, field, wrong: false })
        }
    }
}

/// Asks for the deadline of the notice in front of the user.
pub(super) fn ask_due(model: &mut Model) -> Vec<Effect> {
    if let Some(effects) = choice::due(model) {
        return effects;
    }
    match list::targets(model).into_iter().next() {
        Some(id) => open(model, Popup::Due { id, field: Field::default(), wrong: false }),
        None => Vec::new(),
    }
}

/// A deadline was typed; an empty field takes it from the text again.
fn due(model: &mut Model, id: String, field: Field) -> Vec<Effect> {
    if field.is_blank() {
        return vec![Effect::Due { id, at: None, text: tt!("tui.toast.due_cleared") }];
    }
    // A day without an hour is due when the office closes.
    let typed = field.text().trim();
    let full = if typed.contains([':', '：']) { typed.to_owned() } else { format!("{typed} 17:30") };
    match time::parse_future(model.env.now, &full) {
        Some(at) => {
            let text = tt!("tui.toast.due_set", at = crate::message::local(at).format("%m-%d %H:%M"));
            vec![Effect::Due { id, at: Some(at), text }]
        }
        None => open(model, Popup::Due { id, field, wrong: true }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::lang;

    #[test]
    fn a_typed_deadline_is_sent_and_nothing_typed_takes_it_back() {
        lang::set("zh");
        for (typed, hour) in [("12-20", Some("17:30")), ("12-20 9:00", Some("09:00")), ("", None)] {
            let mut model = Model::default();
            model.env.now = 1_794_960_600_000;
            let effects = due(&mut model, "n1".to_owned(), Field::with(typed));
            let Some(Effect::Due { id, at, .. }) = effects.first() else { panic!("{typed}: no effect") };
            assert_eq!(id, "n1");
            let clock = at.map(|at| crate::message::local(at).format("%H:%M").to_string());
            assert_eq!(clock.as_deref(), hour, "{typed}");
        }
    }

    #[test]
    fn palette_finds_by_name_and_key() {
        lang::set("zh");
        assert!(matching(&palette_order(&Model::default()), "撤销").iter().any(|a| a.act == Act::Undo));
        assert!(matching(&palette_order(&Model::default()), "f4").iter().any(|a| a.act == Act::Done));
        assert!(matching(&palette_order(&Model::default()), "没有这样的").is_empty());
    }
}
