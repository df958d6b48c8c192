//! The first use, step by step: Enter goes on, the arrows back and forth; what was typed is kept when the last step is
//! done, and the folder of exports is in front then.

use crossterm::event::KeyCode;

use super::{import, popup, settings, shift};
use crate::store::Decision;
use crate::tui::keys::Key;
use crate::tui::lang::tt;
use crate::tui::model::wizard::{Step, Wizard};
use crate::tui::model::{Model, Popup, Tab};
use crate::tui::msg::{Effect, Keep};
use crate::tui::widgets::field::Field;

/// Opens the window at its first step.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let close = model.env.office_close.clone().unwrap_or_else(|| "17:30".to_owned());
    let folder = model.import.folder.to_string_lossy().into_owned();
    let wizard = Wizard { close: Field::with(close), folder: Field::with(folder), ..Wizard::default() };
    popup::open(model, Popup::Wizard(Box::new(wizard)))
}

/// Left, right and blank change the language in its step; `None` when the key means something else.
pub(super) fn key(model: &mut Model, key: Key) -> Option<Vec<Effect>> {
    let Some(Popup::Wizard(wizard)) = &model.popup else { return None };
    let turns =
        matches!(key.code, KeyCode::Left | KeyCode::Right | KeyCode::Char(' ')) && key.mods.is_empty();
    (wizard.step == Step::Language && turns).then(settings::turn_language)
}

/// Up and down go from step to step.
pub(super) fn step(wizard: &mut Wizard, by: isize) {
    let mut at = wizard.step.index();
    shift(&mut at, Step::ALL.len(), by);
    (wizard.step, wizard.wrong) = (Step::ALL[at], false);
}

/// Enter: the next step; after the last one everything is kept, and the folder is read for a preview.
pub(super) fn next(model: &mut Model, mut wizard: Wizard) -> Vec<Effect> {
    if wizard.step == Step::Close && settings::hour(wizard.close.text()).is_err() {
        wizard.wrong = true;
    } else if wizard.step != Step::Folder {
        step(&mut wizard, 1);
    } else {
        return done(model, &wizard);
    }
    popup::open(model, Popup::Wizard(Box::new(wizard)))
}

fn done(model: &mut Model, wizard: &Wizard) -> Vec<Effect> {
    let mut effects = Vec::new();
    if let Ok(hour) = settings::hour(wizard.close.text())
        && model.env.office_close.as_ref() != Some(&hour)
    {
        effects.extend(settings::keep_hour(model, hour));
    }
    let apart = |c: char| c.is_whitespace() || matches!(c, ',' | '，' | '、' | ';' | '；');
    let names: Vec<String> =
        wizard.names.text().split(apart).filter(|n| !n.is_empty()).map(ToOwned::to_owned).collect();
    if !names.is_empty() {
        let text = tt!("tui.toast.names", n = names.len());
        effects.push(Effect::Decide(Decision::Me { group: None, names }, text));
    }
    model.tab = Tab::Import;
    let folder = import::unquote(wizard.folder.text());
    if folder.is_empty() {
        effects.extend(import::enter(model));
    } else {
        effects.push(settings::keep("watch", "folder", Keep::Text(folder.clone())));
        effects.extend(import::list_folder(model, folder.into()));
    }
    effects
}
