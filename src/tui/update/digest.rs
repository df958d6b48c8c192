//! 每日摘要: the form, the text it makes, the file it becomes.

use std::path::PathBuf;

use super::{notes, popup, shift};
use crate::export::{Audience, Medium, TARGETS};
use crate::notice::View;
use crate::store::ListFilter;
use crate::tui::actions::Act;
use crate::tui::lang::tt;
use crate::tui::model::digest::{
    Choice, DigestAsk, DigestPage, DigestShown, ExportJob, Exported, Range, What,
};
use crate::tui::model::{Model, Popup, Question};
use crate::tui::msg::{Effect, Read};
use crate::tui::screens;
use crate::tui::widgets::field::Field;

/// The view comes to the front, or something was decided.
pub(in crate::tui) fn refresh(model: &mut Model) -> Vec<Effect> {
    model.digest.generation += 1;
    vec![Effect::Read(Read::Digest(model.digest.generation, ask(model)))]
}

/// What an evidence index can be about: all notices with files, what the list shows now, the saved views.
fn subjects(model: &Model) -> Vec<(String, ListFilter)> {
    let filed = ListFilter { view: View::All, with_files: true, ..ListFilter::default() };
    let mut all = vec![(tt!("tui.digest.with_files"), filed)];
    let now = model.list.filter_now();
    let words = screens::list::said(&now, model.env.now);
    let words =
        [now.groups.join("、"), words].into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join("  ");
    if model.list.named.is_none() && !words.is_empty() {
        all.push((words, now));
    }
    all.extend(model.views.iter().map(|v| (v.name.clone(), v.filter.clone())));
    all
}

/// The one that is chosen; else the view or filter the list shows.
pub(in crate::tui) fn subject(model: &Model) -> (String, ListFilter) {
    let mut all = subjects(model);
    let wanted = model.digest.subject.as_ref().or(model.list.named.as_ref());
    let at = wanted.and_then(|name| all.iter().position(|s| s.0 == *name));
    // A filter without a name stands second.
    let unnamed = usize::from(all.len() > model.views.len() + 1);
    all.swap_remove(at.unwrap_or(unnamed))
}

/// The formats a thing can be written in; a report is no calendar.
fn formats(what: What) -> Vec<usize> {
    let fits = |n: &usize| what == What::Digest || TARGETS[*n].medium != Medium::Calendar;
    (0..TARGETS.len()).filter(fits).collect()
}

/// What the form says.
fn ask(model: &Model) -> DigestAsk {
    let page = &model.digest;
    DigestAsk {
        what: page.what,
        subject: subject(model),
        detail: page.detail,
        close: model.env.office_close.clone(),
        back: page.back,
        range: page.range,
        audience: page.audience,
        format: TARGETS[page.format.min(TARGETS.len() - 1)].name,
        group: page.group.clone(),
        keep_phones: model.env.keep_phones,
        locale: crate::tui::lang::current().to_owned(),
    }
}

pub(super) fn came(
    model: &mut Model,
    generation: u64,
    shown: Result<Box<DigestShown>, String>,
) -> Vec<Effect> {
    if generation != model.digest.generation {
        return Vec::new();
    }
    model.digest.loaded = true;
    match shown {
        Ok(shown) => {
            model.digest.failed = None;
            model.digest.shown = *shown;
            Vec::new()
        }
        Err(why) => {
            model.digest.failed = Some(why.clone());
            notes::fail(model, why)
        }
    }
}

/// Its own meaning of an action: up and down choose a line of the form, left and right change it, page keys scroll the
/// text.
pub(in crate::tui) fn act(model: &mut Model, act: Act) -> Option<Vec<Effect>> {
    let page = isize::try_from(screens::digest::text_lines(model).max(2) - 1).unwrap_or(1);
    match act {
        Act::Less => Some(change(model, -1)),
        Act::More => Some(change(model, 1)),
        Act::PageUp => Some(scroll(model, -page)),
        Act::PageDown => Some(scroll(model, page)),
        Act::First => Some(scroll(model, isize::MIN)),
        Act::Last => Some(scroll(model, isize::MAX)),
        Act::Export => Some(ask_path(model)),
        _ => None,
    }
}

fn scroll(model: &mut Model, by: isize) -> Vec<Effect> {
    shift(&mut model.digest.scroll, usize::MAX, by);
    Vec::new()
}

/// The next value of the chosen line.
fn change(model: &mut Model, by: isize) -> Vec<Effect> {
    let subject = subject(model).0;
    let subjects: Vec<String> = subjects(model).into_iter().map(|s| s.0).collect();
    let page = &mut model.digest;
    match page.choice {
        Choice::What => look_at(page, turned(&What::ALL, page.what, by)),
        Choice::Subject => page.subject = Some(turned(&subjects, subject, by)),
        Choice::Day => {
            let back = (page.back - by as i64).max(0);
            if back == page.back && page.range != Range::SinceClosed {
                return notes::tell(model, tt!("tui.digest.no_later"));
            }
            page.back = back;
            if page.range == Range::SinceClosed {
                page.range = Range::Days(1);
            }
        }
        Choice::Range => {
            let closed = page.shown.closed.is_some();
            let all = page.what.ranges().iter().copied();
            let known: Vec<Range> = all.filter(|r| closed || *r != Range::SinceClosed).collect();
            page.range = turned(&known, page.range, by);
            if page.range == Range::SinceClosed {
                page.back = 0;
            }
        }
        Choice::Audience => page.audience = turned(&Audience::ALL, page.audience, by),
        Choice::Detail => page.detail = !page.detail,
        Choice::Format => page.format = turned(&formats(page.what), page.format, by),
        Choice::Group => {
            let mut all = vec![None];
            all.extend(page.shown.groups.iter().cloned().map(Some));
            page.group = turned(&all, page.group.clone(), by);
        }
    }
    model.digest.scroll = 0;
    refresh(model)
}

/// Goes on to something else; what it cannot be is left behind.
fn look_at(page: &mut DigestPage, what: What) {
    page.what = what;
    if !what.ranges().contains(&page.range) {
        page.range = what.ranges()[0];
    }
    if !formats(what).contains(&page.format) {
        page.format = 0;
    }
}

/// The value before or after one, around the ends.
fn turned<T: Clone + PartialEq>(all: &[T], now: T, by: isize) -> T {
    let at = all.iter().position(|v| *v == now).unwrap_or(0) as isize;
    let next = (at + by).rem_euclid(all.len().max(1) as isize);
    all.get(next.unsigned_abs()).cloned().unwrap_or(now)
}

/// Up and down choose a line of the form.
pub(in crate::tui) fn step(model: &mut Model, by: isize) -> Vec<Effect> {
    let all = model.digest.what.choices();
    let mut at = all.iter().position(|c| *c == model.digest.choice).unwrap_or(0);
    shift(&mut at, all.len(), by);
    model.digest.choice = all[at];
    Vec::new()
}

/// A click on a line of the form chooses it; a second one changes it.
pub(in crate::tui) fn pick(model: &mut Model, at: usize, double: bool) -> Vec<Effect> {
    let Some(choice) = model.digest.what.choices().get(at).copied() else { return Vec::new() };
    model.digest.choice = choice;
    if double { change(model, 1) } else { Vec::new() }
}

pub(in crate::tui) fn settle(model: &mut Model) {
    let height = screens::digest::text_lines(model).saturating_sub(1);
    model.digest.scroll =
        model.digest.scroll.min(model.digest.shown.lines.len().saturating_sub(height.min(4)));
}

/// Asks where the file is to go, with a name made up.
fn ask_path(model: &mut Model) -> Vec<Effect> {
    if !model.digest.loaded || model.digest.failed.is_some() {
        return notes::tell(model, tt!("tui.empty.loading"));
    }
    let ending = TARGETS[model.digest.format.min(TARGETS.len() - 1)].extension;
    let path = model.digest.folder.join(format!("{}.{ending}", model.digest.shown.name));
    popup::open(model, Popup::SaveAs(Field::with(path.to_string_lossy())))
}

/// A path was typed.
pub(super) fn save(model: &mut Model, field: &Field) -> Vec<Effect> {
    let typed = super::import::unquote(field.text());
    if typed.is_empty() {
        return super::popup::open(model, Popup::SaveAs(Field::default()));
    }
    let path = match typed.strip_prefix("~/").map(|rest| (rest, directories::UserDirs::new())) {
        Some((rest, Some(dirs))) => dirs.home_dir().join(rest),
        _ => PathBuf::from(&typed),
    };
    if let Some(folder) = path.parent() {
        model.digest.folder = folder.to_owned();
    }
    vec![Effect::Export(ExportJob { ask: ask(model), path, force: false })]
}

/// What became of the file.
pub(super) fn exported(model: &mut Model, done: Exported) -> Vec<Effect> {
    match done {
        Exported::Done(path, masked) => {
            let path = path.display().to_string();
            let text = match masked {
                Some(masked) => tt!("tui.digest.written_masked", path = path, masked = masked),
                None => tt!("tui.digest.written", path = path),
            };
            notes::tell(model, text)
        }
        Exported::Taken(path) => {
            model.digest.taken = Some(path);
            popup::ask(model, Question::Overwrite)
        }
        Exported::Failed(why) => notes::fail(model, why),
    }
}

/// The user wants the existing file replaced.
pub(super) fn overwrite(model: &mut Model) -> Vec<Effect> {
    match model.digest.taken.take() {
        Some(path) => vec![Effect::Export(ExportJob { ask: ask(model), path, force: true })],
        None => Vec::new(),
    }
}
