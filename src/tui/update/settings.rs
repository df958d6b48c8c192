//! 设置: the rows are actions; Enter does the selected one, what it changes is seen at once and kept in config.toml.

use std::path::PathBuf;

use super::{counts, notes, popup, shift};
use crate::store::Decision;
use crate::tui::actions::{self, Act};
use crate::tui::keys::{self, Key};
use crate::tui::lang::{self, tt};
use crate::tui::model::names::Names;
use crate::tui::model::{Model, Popup, Question};
use crate::tui::msg::{Effect, Keep, Read, Senders};
use crate::tui::screens::settings::ROWS;
use crate::tui::theme::Theme;
use crate::tui::widgets::cells::Cells;
use crate::tui::widgets::field::Field;

/// The view comes to the front.
pub(in crate::tui) fn refresh(model: &mut Model) -> Vec<Effect> {
    vec![counts(model)]
}

/// Its own meaning of an action.
pub(in crate::tui) fn act(model: &mut Model, act: Act) -> Option<Vec<Effect>> {
    let row = ROWS.get(model.settings.selected).filter(|_| act == Act::Open)?;
    Some(super::act(model, *row))
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

/// The actions that stand in the settings; `None` for any other.
pub(super) fn change(model: &mut Model, act: Act) -> Option<Vec<Effect>> {
    Some(match act {
        Act::Language => turn_language(),
        Act::Wizard => super::wizard::open(model),
        Act::Theme => {
            let at = Theme::ALL.iter().position(|t| *t == model.env.look.theme).unwrap_or(0);
            model.env.look.theme = Theme::ALL[(at + 1) % Theme::ALL.len()];
            vec![Effect::Repaint, keep("screen", "theme", Keep::Text(model.env.look.theme.word().into()))]
        }
        Act::Ascii => {
            model.env.look.cells.wide = !model.env.look.cells.wide;
            vec![Effect::Repaint, keep("", "ascii", Keep::Flag(model.env.look.cells.wide))]
        }
        Act::OfficeClose => {
            let text = model.env.office_close.clone().unwrap_or_default();
            popup::open(model, Popup::OfficeClose { field: Field::with(text), wrong: false })
        }
        Act::Widths => popup::open(model, Popup::Widths),
        Act::KeyTest => popup::open(model, Popup::KeyTest(Vec::new())),
        Act::Backup => {
            let day = crate::message::local(model.env.now).format("%Y-%m-%d-%H%M");
            let path = model.digest.folder.join(format!("qunbox-{day}.db"));
            popup::open(model, Popup::AskBackup(Field::with(path.to_string_lossy())))
        }
        Act::Restore => popup::open(model, Popup::AskRestore(Field::default())),
        Act::Names => ask_names(model),
        Act::Repaint => vec![Effect::Repaint],
        _ => return None,
    })
}

/// The other language, kept.
pub(super) fn turn_language() -> Vec<Effect> {
    lang::set(if lang::is_chinese() { "en" } else { "zh" });
    let word = if lang::is_chinese() { "zh" } else { "en" };
    vec![Effect::Repaint, keep("", "lang", Keep::Text(word.into()))]
}

pub(super) fn keep(section: &'static str, name: &'static str, value: Keep) -> Effect {
    Effect::Keep { section, name, value }
}

/// Asks which names are the user's after an import, if none are known: as soon as that is known, which may be later than
/// the key that closed the result.
pub(super) fn ask_names_once(model: &mut Model) -> Vec<Effect> {
    let Some(counts) = model.env.counts.filter(|_| model.settings.names_due && model.popup.is_none()) else {
        return Vec::new();
    };
    model.settings.names_due = false;
    if counts.names == 0 { ask_names(model) } else { Vec::new() }
}

/// Asks which names are the user's.
pub(super) fn ask_names(model: &mut Model) -> Vec<Effect> {
    model.settings.names_gen += 1;
    let generation = model.settings.names_gen;
    model.popup = Some(Popup::Names(Names { generation, ..Names::default() }));
    vec![Effect::Read(Read::Senders(generation))]
}

/// The senders have come, and the names that are the user's already.
pub(super) fn senders_came(
    model: &mut Model,
    generation: u64,
    result: Result<Senders, String>,
) -> Vec<Effect> {
    let Some(Popup::Names(names)) = model.popup.as_mut().filter(|_| generation == model.settings.names_gen)
    else {
        return Vec::new();
    };
    match result {
        Ok((senders, own)) => {
            names.senders = senders;
            names.chosen.extend(own);
            Vec::new()
        }
        Err(why) => notes::fail(model, why),
    }
}

/// Enter: on a name it is chosen or not; on the first line all is kept, what is typed with it.
pub(super) fn names_chosen(model: &mut Model, mut names: Names) -> Vec<Effect> {
    if names.selected > 0 {
        if let Some(name) = names.near().get(names.selected - 1).map(|n| (*n).to_owned())
            && !names.chosen.remove(&name)
        {
            names.chosen.insert(name);
        }
        model.popup = Some(Popup::Names(names));
        return Vec::new();
    }
    let typed = names.field.text().trim();
    if !typed.is_empty() {
        names.chosen.insert(typed.to_owned());
    }
    let all: Vec<String> = names.chosen.into_iter().collect();
    let text = tt!("tui.toast.names", n = all.len());
    vec![Effect::Decide(Decision::Me { group: None, names: all }, text)]
}

/// The hour was typed; nothing takes it back to the default.
pub(super) fn office_close(model: &mut Model, field: Field) -> Vec<Effect> {
    match hour(field.text()) {
        Ok(hour) => keep_hour(model, hour),
        Err(NoHour) => popup::open(model, Popup::OfficeClose { field, wrong: true }),
    }
}

/// What was typed is no hour.
pub(super) struct NoHour;

/// The hour that was typed, in the form of config.toml; nothing typed is the default.
pub(super) fn hour(typed: &str) -> Result<String, NoHour> {
    let typed: String = typed.trim().chars().map(keys::fold).collect();
    match crate::config::Office::time(Some(&typed)) {
        Some(hour) => Ok(hour.format("%H:%M").to_string()),
        None if typed.is_empty() => Ok("17:30".to_owned()),
        None => Err(NoHour),
    }
}

/// The office closes at this hour from now on.
pub(super) fn keep_hour(model: &mut Model, hour: String) -> Vec<Effect> {
    model.env.office_close = Some(hour.clone());
    let mut effects = notes::tell(model, tt!("tui.toast.office", at = hour));
    effects.push(keep("office", "close", Keep::Text(hour)));
    effects
}

/// A path for the backup was typed.
pub(super) fn back_up(model: &mut Model, field: &Field) -> Vec<Effect> {
    let typed = super::import::unquote(field.text());
    if typed.is_empty() {
        popup::open(model, Popup::AskBackup(Field::default()))
    } else {
        vec![Effect::Backup(typed.into())]
    }
}

/// The path of a backup was typed: asked about once more, because it replaces everything.
pub(super) fn restore(model: &mut Model, field: &Field) -> Vec<Effect> {
    let typed = super::import::unquote(field.text());
    if typed.is_empty() {
        return popup::open(model, Popup::AskRestore(Field::default()));
    }
    model.settings.restore = Some(typed.into());
    popup::ask(model, Question::Restore)
}

pub(super) fn backed_up(model: &mut Model, result: Result<PathBuf, String>) -> Vec<Effect> {
    match result {
        Ok(file) => notes::tell(model, tt!("tui.backup.done", path = file.display())),
        Err(why) => notes::fail(model, why),
    }
}

/// Everything is another database now: it is computed and read anew.
pub(super) fn restored(model: &mut Model, result: Result<Option<PathBuf>, String>) -> Vec<Effect> {
    let kept = match result {
        Ok(kept) => kept,
        Err(why) => return notes::fail(model, why),
    };
    let text = match kept {
        Some(file) => tt!("tui.backup.restored_kept", path = file.display()),
        None => tt!("tui.backup.restored"),
    };
    let mut effects = notes::tell(model, text);
    model.list.marks.clear();
    model.env.catching_up = true;
    effects.extend([Effect::CatchUp, counts(model)]);
    effects.extend(super::list::reload(model));
    effects
}

/// A key while keys are being tried: written down; the second Esc in a row leaves.
pub(super) fn key_tried(model: &mut Model, key: Key) -> Vec<Effect> {
    // As help names it, and as the terminal library does, for whoever helps on the telephone.
    let name = Cells::default().pad(&actions::key_name(&key.word()), 16);
    let word = format!("{name} {:?}", key.code);
    let Some(Popup::KeyTest(seen)) = model.popup.as_mut() else { return Vec::new() };
    if key.code == crossterm::event::KeyCode::Esc && seen.last() == Some(&word) {
        model.popup = None;
    } else {
        seen.push(word);
        let spare = seen.len().saturating_sub(50);
        seen.drain(..spare);
    }
    Vec::new()
}

/// Text that came in one piece while keys are being tried.
pub(super) fn text_tried(model: &mut Model, text: &str) {
    if let Some(Popup::KeyTest(seen)) = model.popup.as_mut() {
        seen.push(tt!("tui.key_test.paste", text = text));
    }
}
