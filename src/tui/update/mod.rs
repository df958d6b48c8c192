//! The pure core: `(model, message) → effects`. No clock, no SQL, no files, no terminal.

pub(super) mod digest;
pub(super) mod groups;
pub(super) mod import;
pub(super) mod list;
pub(super) mod settings;
pub(super) mod uploads;

mod choice;
mod detail;
mod narrow;
mod duty;
mod notes;
mod popup;
mod search;
mod teach;
mod triage;
mod views;
mod wizard;

pub use import::FIXED_ENTRIES;
pub use popup::{matching, palette_order};
pub use views::view_at;

use std::time::Duration;

use crossterm::event::KeyCode;

use super::actions::{self, Act, Places};
use super::keys::{self, Key};
use super::lang::tt;
use super::model::uploads::{DutyAsk, DutyWindow};
use super::model::{Model, Over, Popup, Question, Shown, Stage, Tab};
use super::msg::{Answer, Effect, Msg, Read, Target, Timer};
use super::{layout, views as table, widgets::field::Field};
use crate::export;
use crate::notice::View;

/// How long the selection must rest before the pane beside the list follows.
const PREVIEW_PAUSE: Duration = Duration::from_millis(60);
/// Within this time a second Ctrl+C asks whether to leave, in milliseconds.
const TWICE_MS: i64 = 1_000;
/// How often the hint about the input method may come, in milliseconds.
const IME_HINT_MS: i64 = 60_000;

/// What to do when the program starts: the first questions.
pub fn start(model: &mut Model) -> Vec<Effect> {
    let mut effects = list::reload_start(model);
    effects.push(Effect::Visit);
    effects.push(counts(model));
    effects.push(views::ask(model));
    model.env.catching_up = true;
    effects.push(Effect::CatchUp);
    effects.push(Effect::WatchAsSet);
    effects
}

fn caught_up(model: &mut Model, result: Result<(), String>) -> Vec<Effect> {
    model.env.catching_up = false;
    let mut effects = vec![counts(model)];
    if let Err(why) = result {
        effects.extend(notes::fail(model, why));
    }
    effects.extend(refresh(model));
    effects.extend(detail::again(model));
    effects
}

/// What the view in front shows is read anew.
fn refresh(model: &mut Model) -> Vec<Effect> {
    (table::front(model).refresh)(model)
}

/// Says what is wrong with the user's own keys; the rest of them holds.
pub fn say(model: &mut Model, troubles: Vec<super::keymap::Trouble>) {
    for trouble in troubles {
        notes::fail(model, tt!("tui.keys.trouble", line = trouble.line, why = trouble.text));
    }
}

/// Opens the import screen with the paths given on the command line and reads them at once.
pub fn start_import(model: &mut Model, paths: Vec<std::path::PathBuf>) -> Vec<Effect> {
    model.tab = Tab::Import;
    import::run_now(model, paths)
}

/// One message.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let mut effects = match msg {
        Msg::Now(now) => {
            model.env.now = now;
            return Vec::new();
        }
        Msg::Key(key) => on_key(model, key),
        Msg::Paste(text) => on_paste(model, &text),
        Msg::Click(target, double) => on_click(model, target, double),
        Msg::Wheel(lines, over) => on_wheel(model, lines, over),
        Msg::Resize(w, h) => {
            model.env.size = (w, h);
            if layout::areas(model).pane.is_none() {
                model.detail.focused = false;
            }
            list::preview(model)
        }
        Msg::Answer(answer) => on_answer(model, answer),
        Msg::Decided(deed, result) => list::decided(model, deed, result),
        Msg::Progress(progress) => {
            model.import.progress = *progress;
            Vec::new()
        }
        Msg::Reported(generation, dry, result) => import::reported(model, generation, dry, result),
        Msg::CaughtUp(result) => caught_up(model, result),
        Msg::TakenBack(result) => import::taken_back(model, result),
        Msg::Beginning(text) => teach::came(model, text),
        Msg::TemplateKept(result) => teach::kept(model, result),
        Msg::Clipboard(text) => import::clipboard(model, text),
        Msg::Watching(folder) => import::watching(model, folder),
        Msg::Arrived(result) => import::arrived(model, result),
        Msg::Failed(why) => notes::fail(model, why),
        Msg::Exported(done) => digest::exported(model, done),
        Msg::BackedUp(result) => settings::backed_up(model, result),
        Msg::Restored(result) => settings::restored(model, result),
        Msg::Folder(generation, result) => import::folder_listed(model, generation, result),
        Msg::Timer(timer) => timed(model, timer),
        Msg::Copied(Ok(chars)) => match model.notes.masked.take() {
            Some(masked) => notes::tell(model, tt!("tui.toast.copied_masked", n = chars, masked = masked)),
            None => notes::tell(model, tt!("tui.toast.copied", n = chars)),
        },
        Msg::Copied(Err(why)) => notes::fail(model, tt!("tui.toast.copy_failed", why = why)),
        Msg::Changed => {
            let mut effects = vec![counts(model), views::ask(model)];
            effects.extend(refresh(model));
            effects
        }
        Msg::Terminate => vec![Effect::CancelImport, Effect::Quit(143)],
    };
    (table::front(model).settle)(model);
    detail::settle(model);
    search::settle(model);
    effects.extend(list::fetch_more(model));
    if model.tab == Tab::Uploads {
        effects.extend(uploads::fetch_more(model));
    }
    effects
}

fn timed(model: &mut Model, timer: Timer) -> Vec<Effect> {
    match timer {
        Timer::Preview(generation) => return detail::preview_due(model, generation),
        Timer::Slow(generation) => list::late(model, generation),
        Timer::Toast(number) => model.notes.toasts.retain(|n| n.number != number),
    }
    Vec::new()
}

fn on_answer(model: &mut Model, answer: Answer) -> Vec<Effect> {
    match answer {
        Answer::Page(generation, from, limit, rows) => list::page_came(model, generation, &from, limit, rows),
        Answer::Place(generation, place) => {
            if generation == model.list.place_gen {
                list::place_came(model, place)
            } else {
                Vec::new()
            }
        }
        Answer::Counts(generation, _) if generation != model.env.counts_gen => Vec::new(),
        Answer::Counts(_, Ok(counts)) => {
            model.env.counts = Some(counts);
            settings::ask_names_once(model)
        }
        Answer::Counts(_, Err(why))
        | Answer::Groups(_, Err(why))
        | Answer::Ids(_, Err(why))
        | Answer::Views(_, Err(why))
        | Answer::Heat(_, Err(why)) => notes::fail(model, why),
        Answer::Notice(generation, result) => detail::came(model, generation, result),
        Answer::Hits(generation, more, result) => search::came(model, generation, more, result),
        Answer::Groups(generation, Ok(rows)) => {
            groups::came(model, generation, rows);
            Vec::new()
        }
        Answer::Uploads(generation, from, limit, rows) => uploads::came(model, generation, from, limit, rows),
        Answer::UploadPlaces(generation, Ok(places)) => duty::places_came(model, generation, places),
        Answer::UploadPlaces(_, Err(why)) => notes::fail(model, why),
        Answer::Digest(generation, lines) => digest::came(model, generation, lines),
        Answer::Senders(generation, result) => settings::senders_came(model, generation, result),
        Answer::Views(generation, Ok(found)) => views::came(model, generation, found),
        Answer::Ids(generation, Ok(ids)) => list::mark_all(model, generation, ids),
        Answer::Heat(generation, Ok(heat)) => {
            if generation == model.groups.generation {
                model.groups.heat = heat;
            }
            Vec::new()
        }
    }
}

fn counts(model: &mut Model) -> Effect {
    model.env.counts_gen += 1;
    Effect::Read(Read::Counts(model.env.counts_gen))
}

fn on_key(model: &mut Model, key: Key) -> Vec<Effect> {
    if matches!(model.popup, Some(Popup::KeyTest(_))) {
        return settings::key_tried(model, key);
    }
    if let Some(effects) = wizard::key(model, key) {
        return effects;
    }
    let place = actions::place(model);
    let typed = key.typed();
    if place.is_text() {
        model.env.ime = false;
        if let (Some(_), Some(field)) = (typed, field_of(model)) {
            field.key(key);
            return field_changed(model);
        }
    } else if typed.is_some_and(keys::is_han) {
        return ime_seen(model);
    } else if typed.is_some_and(|c| c.is_ascii_alphabetic()) {
        model.env.ime = false;
    }
    if place == Places::DESK && typed.is_some() {
        model.import.sheet.key(key);
        return Vec::new();
    }
    let key = if place.is_text() { key } else { key.folded() };
    if let Some(action) = actions::find(place, key) {
        return act(model, action.act);
    }
    if place == Places::DESK {
        model.import.sheet.key(key);
        return Vec::new();
    }
    match field_of(model).and_then(|field| field.key(key)) {
        Some(true) => field_changed(model),
        _ => Vec::new(),
    }
}

/// A Chinese character where no text is wanted: the input method is on. Said once a minute.
fn ime_seen(model: &mut Model) -> Vec<Effect> {
    model.env.ime = true;
    let now = model.env.now;
    if model.env.ime_hint_at.is_some_and(|at| (0..IME_HINT_MS).contains(&(now - at))) {
        return Vec::new();
    }
    model.env.ime_hint_at = Some(now);
    notes::tell(model, tt!("tui.toast.ime"))
}

fn on_paste(model: &mut Model, text: &str) -> Vec<Effect> {
    if import::pasted(model, text) {
        return Vec::new();
    }
    if matches!(model.popup, Some(Popup::KeyTest(_))) {
        settings::text_tried(model, text);
        return Vec::new();
    }
    let whole = takes_path(model).then(|| import::unquote(text)).filter(|path| import::is_whole(path));
    if let Some(field) = field_of(model) {
        match whole {
            Some(path) => field.set(path),
            None => field.insert(text),
        }
        return field_changed(model);
    }
    let letters = text.chars().count() < 6 && text.chars().all(|c| c.is_ascii_lowercase() || c == '\'');
    if letters || text.chars().all(|c| keys::is_han(c) || keys::fold(c) != c) {
        return ime_seen(model);
    }
    notes::tell(model, tt!("tui.toast.paste_ignored"))
}

/// Whether the field asks for a path: a whole one that is pasted or dragged in takes the place of what stands there.
fn takes_path(model: &Model) -> bool {
    match &model.popup {
        None => actions::place(model) == Places::CHOOSE,
        Some(Popup::Wizard(wizard)) => wizard.step == super::model::wizard::Step::Folder,
        Some(Popup::SaveAs(_) | Popup::AskBackup(_) | Popup::AskRestore(_)) => true,
        Some(Popup::Duty(DutyWindow::Words { ask, .. })) => *ask == DutyAsk::Attach,
        Some(_) => false,
    }
}

/// The field that takes what is typed now.
fn field_of(model: &mut Model) -> Option<&mut Field> {
    match actions::place(model) {
        Places::SEARCH => Some(&mut model.search.field),
        Places::CHOOSE => Some(&mut model.import.field),
        Places::FILTER => model.list.filter.as_mut(),
        Places::UPLOAD_FILTER => model.uploads.filter.as_mut(),
        Places::PALETTE | Places::ASK | Places::NAMES => match model.popup.as_mut()? {
            Popup::Palette { field, .. }
            | Popup::AskGroup(field)
            | Popup::AskDate(field)
            | Popup::SaveAs(field)
            | Popup::AskBackup(field)
            | Popup::AskRestore(field)
            | Popup::AskPattern(field, _)
            | Popup::AskTemplate(field)
            | Popup::Remark(field)
            | Popup::NameView { field, .. } => Some(field),
            Popup::Later { field, .. } => field.as_mut(),
            Popup::Due { field, .. } | Popup::OfficeClose { field, .. } => Some(field),
            Popup::Names(names) => Some(&mut names.field),
            Popup::Wizard(wizard) => wizard.field(),
            Popup::Duty(DutyWindow::Words { field, .. }) => Some(field),
            _ => None,
        },
        _ => None,
    }
}

fn field_changed(model: &mut Model) -> Vec<Effect> {
    match actions::place(model) {
        Places::SEARCH => search::ask(model),
        Places::FILTER => list::filter_changed(model),
        Places::UPLOAD_FILTER => uploads::filter_changed(model),
        Places::PALETTE | Places::ASK | Places::NAMES => {
            match model.popup.as_mut() {
                Some(Popup::Palette { selected, .. }) => *selected = 0,
                Some(Popup::Names(names)) => names.selected = 0,
                Some(Popup::Wizard(wizard)) => wizard.wrong = false,
                Some(Popup::NameView { taken, .. }) => *taken = false,
                Some(
                    Popup::OfficeClose { wrong, .. }
                    | Popup::Later { wrong, .. }
                    | Popup::Due { wrong, .. }
                    | Popup::Duty(DutyWindow::Words { wrong, .. }),
                ) => *wrong = false,
                _ => {}
            }
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// Does an action, or says why it cannot be done.
pub fn act(model: &mut Model, act: Act) -> Vec<Effect> {
    if let Some(action) = actions::get(act)
        && let Err(reason) = (action.enabled)(model)
    {
        return notes::tell(model, reason.text());
    }
    if model.popup.is_none()
        && model.over.is_empty()
        && let Some(effects) = (table::front(model).act)(model, act)
    {
        return effects;
    }
    if let Some(effects) = settings::change(model, act) {
        return effects;
    }
    match act {
        Act::Up => step(model, -1),
        Act::Down | Act::NextHit => step(model, 1),
        Act::PageUp => step(model, -page(model)),
        Act::PageDown => step(model, page(model)),
        Act::First => list::to_end(model, true),
        Act::Last => list::to_end(model, false),
        Act::Open => open(model),
        Act::Accept | Act::DutyTick => popup::accept(model),
        Act::Yes => popup::yes(model),
        Act::Done | Act::DoneWith | Act::Noted | Act::Later | Act::Reopen => triage::triage(model, act),
        Act::Mark | Act::ExtendUp | Act::ExtendDown | Act::MarkAll | Act::Invert => list::mark(model, act),
        Act::Filter => list::start_filter(model),
        Act::Views | Act::RenameView | Act::DropView => views::act(model, act),
        Act::Pane => detail::change_pane(model),
        Act::Previous | Act::Next => list::neighbour(model, act == Act::Next),
        Act::Links => detail::links(model),
        act if choice::asks(act) => choice::ask(model, act),
        Act::Find => search::open(model),
        Act::Part(at) => show_part(model, usize::from(at)),
        Act::Tab(number) => go_to(model, Tab::ALL.get(usize::from(number)).copied().unwrap_or_default()),
        Act::Import => go_to(model, Tab::Import),
        Act::NextTab => go_to(model, Tab::ALL[(model.tab.index() + 1) % Tab::ALL.len()]),
        Act::PreviousTab => go_to(model, Tab::ALL[(model.tab.index() + Tab::ALL.len() - 1) % Tab::ALL.len()]),
        Act::ToggleIssues => import::next_issue(model),
        Act::Desk => import::open_desk(model),
        Act::Clipboard => vec![Effect::Clipboard],
        Act::Check if model.import.stage == Stage::Teach => teach::done(model),
        Act::Check => import::check_desk(model),
        Act::TakeBack => popup::ask(model, Question::TakeBack),
        Act::Watch => import::toggle_watch(model),
        Act::Stop => popup::ask(model, Question::CancelImport),
        Act::Undo => vec![Effect::Undo],
        Act::Redo => vec![Effect::Redo],
        Act::Copy | Act::CopyPlain | Act::CopyReply => copy(model, act),
        Act::Mouse => toggle_mouse(model),
        Act::Log => popup::open(model, Popup::Log { scroll: 0 }),
        Act::Help => popup::open(model, Popup::Help { scroll: 0 }),
        Act::Palette => popup::open_palette(model),
        Act::Sample => vec![Effect::Sample],
        Act::Back => back(model),
        Act::Quit => leave(model),
        // What belongs to a view or to the settings was done above.
        _ => Vec::new(),
    }
}

fn show_part(model: &mut Model, at: usize) -> Vec<Effect> {
    leave_screens(model);
    list::part(model, at)
}

/// Lines of a page, as far as a page key moves.
fn page(model: &Model) -> isize {
    let lines = match actions::place(model) {
        Places::LIST | Places::FILTER => layout::list_height(model) * 3 / 4,
        Places::SEARCH => layout::body_lines(model, 2) / 3,
        Places::UPLOADS => super::screens::uploads::height(model) * 3 / 4,
        Places::PALETTE => 8,
        _ => usize::from(layout::detail_inside(model).height),
    };
    isize::try_from(lines.saturating_sub(1).max(1)).unwrap_or(1)
}

fn step(model: &mut Model, by: isize) -> Vec<Effect> {
    match actions::place(model) {
        Places::PANE | Places::DETAIL => {
            shift(&mut model.detail.scroll, usize::MAX, by);
            Vec::new()
        }
        Places::SEARCH => search::move_by(model, by),
        _ if model.popup.is_none() => (table::front(model).step)(model, by),
        _ => popup::step(model, by),
    }
}

/// Moves an index within `0..len`.
fn shift(index: &mut usize, len: usize, by: isize) {
    *index = index.saturating_add_signed(by).min(len.saturating_sub(1));
}

fn open(model: &mut Model) -> Vec<Effect> {
    match actions::place(model) {
        Places::SEARCH => search::open_hit(model),
        _ => detail::open_selected(model),
    }
}

/// Goes to a tab and asks for what it shows.
fn go_to(model: &mut Model, tab: Tab) -> Vec<Effect> {
    leave_screens(model);
    model.tab = tab;
    (table::front(model).enter)(model)
}

/// Closes what lies over the views.
fn leave_screens(model: &mut Model) {
    model.over.clear();
    model.popup = None;
    model.detail.focused = false;
}

/// Esc: the nearest thing is closed first: pane, marks, filter, screen, tab.
fn back(model: &mut Model) -> Vec<Effect> {
    if model.popup.is_some() {
        return popup::close(model);
    }
    if let Some(over) = model.over.last().copied() {
        if over == Over::Detail && !model.detail.trail.is_empty() {
            return detail::back_along_trail(model);
        }
        model.over.pop();
        return if model.over.is_empty() { list::returned(model) } else { Vec::new() };
    }
    if model.notes.toasts.iter().any(|n| n.error) {
        model.notes.toasts.retain(|n| !n.error);
        return Vec::new();
    }
    if model.tab == Tab::Import {
        return import::back(model);
    }
    if model.detail.focused {
        model.detail.focused = false;
        return Vec::new();
    }
    if model.tab == Tab::Uploads && model.uploads.filter.take().is_some() {
        return Vec::new();
    }
    if model.tab != Tab::Inbox {
        return go_to(model, Tab::Inbox);
    }
    if list::relax(model) {
        return list::reload(model);
    }
    if !model.list.marks.is_empty() {
        model.list.marks.clear();
        model.list.anchor = None;
        return Vec::new();
    }
    if model.list.view == View::Inbox { Vec::new() } else { list::part(model, 0) }
}

fn leave(model: &mut Model) -> Vec<Effect> {
    if model.import.stage == Stage::Running {
        popup::ask(model, Question::Quit)
    } else {
        vec![Effect::Quit(0)]
    }
}

/// The reply, or the text in front.
fn copy(model: &mut Model, act: Act) -> Vec<Effect> {
    match act {
        Act::CopyReply => duty::copy_reply(model),
        Act::CopyPlain => copy_text(model).map(Effect::Copy).into_iter().collect(),
        _ => copy_or_leave(model),
    }
}

fn copy_or_leave(model: &mut Model) -> Vec<Effect> {
    let now = model.env.now;
    if model.env.interrupt_at.is_some_and(|at| (0..TWICE_MS).contains(&(now - at))) {
        model.env.interrupt_at = None;
        return popup::ask(model, Question::Quit);
    }
    model.env.interrupt_at = Some(now);
    match copy_text(model) {
        Some(text) => {
            let (text, masked) =
                export::masked_text(&text, model.env.keep_phones, crate::tui::lang::current());
            model.notes.masked = masked;
            vec![Effect::Copy(text)]
        }
        None => notes::tell(model, tt!("tui.toast.interrupt")),
    }
}

/// What Ctrl+C would copy: the text shown in the detail, when it is that of the selected row.
#[must_use]
pub fn copy_text(model: &Model) -> Option<String> {
    match actions::place(model) {
        Places::LIST | Places::PANE | Places::DETAIL => match &model.detail.shown {
            Some(Shown::Message(hit)) => Some(hit.text.clone()),
            _ => model.detail.notice().map(|l| l.notice.text.clone()),
        },
        Places::SEARCH => model.search.hits.get(model.search.selected).map(|h| h.text.clone()),
        Places::DIGEST if model.digest.loaded && model.digest.failed.is_none() => {
            Some(super::screens::digest::part_in_sight(&model.digest).2.join("\n").trim().to_owned())
        }
        _ => None,
    }
}

fn toggle_mouse(model: &mut Model) -> Vec<Effect> {
    model.env.mouse = !model.env.mouse;
    model.notes.toasts.retain(|n| n.error);
    let text = if model.env.mouse { tt!("tui.toast.mouse_on") } else { tt!("tui.toast.mouse_off") };
    let mut effects = notes::tell(model, text);
    effects.push(Effect::Mouse(model.env.mouse));
    effects
}

fn on_click(model: &mut Model, target: Target, double: bool) -> Vec<Effect> {
    match target {
        Target::Part(at) if model.tab == Tab::Uploads => uploads::part(model, at),
        Target::Part(at) => list::part(model, at),
        Target::Tab(at) => go_to(model, Tab::ALL.get(at).copied().unwrap_or_default()),
        Target::Action(what) => act(model, what),
        Target::Pane => {
            model.detail.focused = actions::place(model).meets(Places::LIST) || model.detail.focused;
            Vec::new()
        }
        Target::Entry(at) => popup::pick(model, at),
        Target::Row(at) => match actions::place(model) {
            Places::SEARCH => {
                model.search.selected = at;
                if double { search::open_hit(model) } else { Vec::new() }
            }
            _ if model.popup.is_none() && model.over.is_empty() => {
                (table::front(model).pick)(model, at, double)
            }
            _ => Vec::new(),
        },
    }
}

fn on_wheel(model: &mut Model, lines: i32, over: Option<Target>) -> Vec<Effect> {
    let by = isize::try_from(lines).unwrap_or(0);
    if over == Some(Target::Pane) && model.popup.is_none() && model.over.is_empty() {
        shift(&mut model.detail.scroll, usize::MAX, by);
        return Vec::new();
    }
    step(model, by)
}

/// Whether a key event means nothing to anybody: for the threads, before a message is made of it.
#[must_use]
pub fn is_noise(code: KeyCode) -> bool {
    matches!(
        code,
        KeyCode::Null | KeyCode::Modifier(_) | KeyCode::Media(_) | KeyCode::CapsLock | KeyCode::NumLock
    )
}
