//! Windows over everything.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{Ctx, detail, help, list, trials, uploads, wizard};
use crate::message::local;
use crate::store::ListFilter;
use crate::tui::actions::{self, Action};
use crate::tui::keymap;
use crate::tui::lang::tt;
use crate::tui::layout::keep_in_sight;
use crate::tui::model::choice::Choice;
use crate::tui::model::uploads::{DutyAsk, DutyWindow};
use crate::tui::model::{Model, Popup, Question};
use crate::tui::msg::Target;
use crate::tui::time;
use crate::tui::update::matching;
use crate::tui::widgets::{area, field::Field, para};

/// Draws the window over `body`.
pub fn draw(model: &Model, ctx: &mut Ctx<'_>, body: Rect) {
    if let Some(asked) = asked(model) {
        ask(ctx, body, &asked.title, &asked.hint, asked.field, asked.wrong);
        return;
    }
    match &model.popup {
        Some(Popup::Help { scroll }) => {
            let lines = help::lines(model);
            text(ctx, body, &tt!("tui.help.title"), &lines, *scroll, help::WIDTH + 2);
        }
        Some(Popup::Log { scroll }) => {
            text(ctx, body, &tt!("tui.log.title"), &log(model), *scroll, body.width);
        }
        Some(Popup::Palette { field, selected, order }) => {
            palette(model, ctx, body, field, &matching(order, field.text()), *selected);
        }
        Some(Popup::Later { selected, field, wrong }) => {
            later(model, ctx, body, *selected, field.as_ref(), *wrong);
        }
        Some(Popup::Links { selected }) => links(model, ctx, body, *selected),
        Some(Popup::Views { selected }) => views(model, ctx, body, *selected),
        Some(Popup::Choose(choice)) => choose(ctx, body, choice),
        Some(Popup::Names(names)) => trials::names(ctx, body, names),
        Some(Popup::Wizard(window)) => wizard::draw(ctx, body, window),
        Some(Popup::Widths) => trials::widths(ctx, body),
        Some(Popup::KeyTest(seen)) => trials::keys(ctx, body, seen),
        Some(Popup::Duty(window)) => duty(model, ctx, body, window),
        Some(Popup::Confirm(question)) => confirm(model, ctx, body, *question),
        // What asks for a line of text was drawn above.
        _ => {}
    }
}

/// A question for a line of text.
struct Asked<'m> {
    title: String,
    hint: String,
    field: &'m Field,
    wrong: bool,
}

/// What the window asks for, if it asks for a line of text.
fn asked(model: &Model) -> Option<Asked<'_>> {
    let of = |title, hint, field| Some(Asked { title, hint, field, wrong: false });
    let or = |title, hint, field, wrong| Some(Asked { title, hint, field, wrong });
    match model.popup.as_ref()? {
        Popup::NameView { field, taken, .. } => {
            let hint = if *taken { tt!("tui.views.taken") } else { tt!("tui.views.name_hint") };
            or(tt!("tui.views.name"), hint, field, *taken)
        }
        Popup::AskGroup(field) => {
            let file = super::import::asked_of(model);
            of(tt!("tui.ask.group"), tt!("tui.ask.group_hint", file = file), field)
        }
        Popup::AskPattern(field, wrong) => {
            let hint = wrong.clone().unwrap_or_else(|| tt!("tui.teach.pattern_hint"));
            or(tt!("tui.teach.pattern"), hint, field, wrong.is_some())
        }
        Popup::AskTemplate(field) => of(tt!("tui.teach.name"), tt!("tui.teach.name_hint"), field),
        Popup::AskDate(field) => {
            let file = super::import::asked_of(model);
            of(tt!("tui.ask.date"), tt!("tui.ask.date_hint", file = file), field)
        }
        Popup::SaveAs(field) => of(tt!("tui.digest.save_as"), tt!("tui.digest.save_hint"), field),
        Popup::AskBackup(field) => of(tt!("tui.backup.title"), tt!("tui.backup.hint"), field),
        Popup::AskRestore(field) => {
            of(tt!("tui.backup.restore_title"), tt!("tui.backup.restore_hint"), field)
        }
        Popup::Due { field, wrong, .. } => {
            let hint = if *wrong { tt!("tui.later.wrong") } else { tt!("tui.due.hint") };
            or(tt!("tui.due.title"), hint, field, *wrong)
        }
        Popup::OfficeClose { field, wrong } => {
            let hint = if *wrong { tt!("tui.wizard.wrong_hour") } else { tt!("tui.office.hint") };
            or(tt!("tui.office.title"), hint, field, *wrong)
        }
        Popup::Remark(field) => of(tt!("tui.remark.title"), tt!("tui.remark.hint"), field),
        _ => None,
    }
}

pub(super) fn window(ctx: &mut Ctx<'_>, body: Rect, title: &str, width: u16, height: u16) -> Rect {
    window_that_closes(ctx, body, title, width, height, &tt!("tui.popup.close"))
}

/// A window with its own words on how it is closed.
pub(super) fn window_that_closes(
    ctx: &mut Ctx<'_>,
    body: Rect,
    title: &str,
    width: u16,
    height: u16,
    how: &str,
) -> Rect {
    // A screen reader would read what stands beside a small window into it.
    let at = if ctx.look.plain { body } else { area::centred(body, width, height) };
    area::clear(ctx.buf, at);
    ctx.frame(at, title, how, true)
}

fn text(ctx: &mut Ctx<'_>, body: Rect, title: &str, lines: &[Line<'static>], scroll: usize, width: u16) {
    let height = u16::try_from(lines.len() + 2).unwrap_or(body.height);
    let inside = window(ctx, body, title, width, height);
    let seen = usize::from(inside.height);
    let from = scroll.min(lines.len().saturating_sub(seen));
    area::put_lines(ctx.buf, inside, lines, from);
    let border = Rect::new(inside.x - 1, inside.y - 1, inside.width + 2, inside.height + 2);
    ctx.scroll_mark(border, from, seen, lines.len());
}

fn log(model: &Model) -> Vec<Line<'static>> {
    let look = model.env.look;
    if model.notes.log.is_empty() {
        return vec![Line::from(tt!("tui.log.none"))];
    }
    let lines = model.notes.log.iter().rev().map(|n| {
        let style = if n.error { look.alarm() } else { look.plain() };
        let at = Span::styled(local(n.at).format("%H:%M:%S  ").to_string(), look.dim());
        Line::from(vec![at, Span::styled(look.cells.clean(&n.text), style)])
    });
    lines.collect()
}

/// Draws entries, one a line, the selected one reversed.
pub(super) fn entries(ctx: &mut Ctx<'_>, at: Rect, words: &[(String, Style)], selected: usize) {
    let mut top = 0;
    keep_in_sight(&mut top, selected, usize::from(at.height));
    for (y, (index, (word, style))) in (at.y..at.bottom()).zip(words.iter().enumerate().skip(top)) {
        let here = index == selected;
        let text = format!("{} {word}", if here { ">" } else { " " });
        let style = if here { ctx.look.selected() } else { *style };
        ctx.put(at.x, y, at.width, &ctx.look.cells.pad(&text, usize::from(at.width)), style);
        ctx.row(Rect::new(at.x, y, at.width, 1), here);
        ctx.target(Rect::new(at.x, y, at.width, 1), Target::Entry(index));
    }
}

fn palette(model: &Model, ctx: &mut Ctx<'_>, body: Rect, field: &Field, found: &[&Action], selected: usize) {
    let inside = window(ctx, body, &tt!("tui.palette.title"), 64, 18);
    let styles = (ctx.look.strong(), ctx.look.dim());
    let line = Rect::new(inside.x + 1, inside.y, inside.width.saturating_sub(2), 1);
    ctx.caret = Some(field.draw(ctx.buf, line, &tt!("tui.palette.hint"), styles, ctx.look.cells));
    let list = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside };
    if found.is_empty() {
        ctx.put(list.x + 2, list.y, list.width, &tt!("tui.palette.none"), ctx.look.dim());
    }
    let words: Vec<(String, Style)> = found
        .iter()
        .map(|a| {
            let keys: Vec<String> = keymap::of(a).iter().map(|k| actions::key_name(k)).collect();
            let name = ctx.look.cells.pad(&(a.name)(), 28);
            // What cannot be done now stays in its place and says why.
            match (a.enabled)(model) {
                Ok(()) => (format!("{name} {}", keys.join("  ")), Style::new()),
                Err(reason) => (format!("{name} {}", reason.text()), ctx.look.dim()),
            }
        })
        .collect();
    entries(ctx, list, &words, selected);
}

fn later(model: &Model, ctx: &mut Ctx<'_>, body: Rect, selected: usize, field: Option<&Field>, wrong: bool) {
    if let Some(field) = field {
        let hint = if wrong { tt!("tui.later.wrong") } else { tt!("tui.later.typed") };
        ask(ctx, body, &tt!("tui.later.title"), &hint, field, wrong);
        return;
    }
    let now = model.env.now;
    let mut words: Vec<(String, Style)> = time::later_choices(now)
        .into_iter()
        .map(|(name, at)| {
            (format!("{} {}", ctx.look.cells.pad(&name, 20), time::full(now, at, true)), Style::new())
        })
        .collect();
    words.push((tt!("tui.later.pick"), Style::new()));
    let height = u16::try_from(words.len() + 2).unwrap_or(8);
    let inside = window(ctx, body, &tt!("tui.later.title"), 54, height);
    entries(ctx, inside, &words, selected);
}

fn links(model: &Model, ctx: &mut Ctx<'_>, body: Rect, selected: usize) {
    let Some(loaded) = model.detail.notice() else { return };
    let words: Vec<(String, Style)> = loaded
        .notice
        .links
        .iter()
        .zip(&loaded.linked)
        .map(|(l, title)| {
            (format!("{}  {title}", detail::link_name(l.kind, l.direction == "to")), Style::new())
        })
        .collect();
    let height = u16::try_from(words.len() + 2).unwrap_or(body.height);
    let inside = window(ctx, body, &tt!("tui.detail.links"), 70, height);
    entries(ctx, inside, &words, selected);
}

/// The saved views with what they stand for; the first line keeps the filter in force.
fn views(model: &Model, ctx: &mut Ctx<'_>, body: Rect, selected: usize) {
    const NAME: usize = 16;
    let about = |filter: &ListFilter| {
        let mut words = vec![list::part_name(filter.view)];
        words.extend(filter.groups.iter().cloned());
        words.push(list::said(filter, model.env.now));
        words.join("  ")
    };
    let now = tt!("tui.views.keep", what = about(&model.list.filter_now()).trim());
    let mut words = vec![(now, ctx.look.accent())];
    for view in &model.views {
        let name = ctx.look.cells.pad(&ctx.look.cells.fit(&view.name, NAME), NAME);
        words.push((format!("{name}  {}", about(&view.filter).trim_end()), Style::new()));
    }
    let none = model.views.is_empty();
    let height = u16::try_from(words.len() + 2 + usize::from(none)).unwrap_or(body.height);
    let inside = window(ctx, body, &tt!("tui.views.title"), 72, height);
    entries(ctx, inside, &words, selected);
    if none {
        let room = inside.width.saturating_sub(2);
        ctx.put(
            inside.x + 2,
            inside.bottom().saturating_sub(1),
            room,
            &tt!("tui.views.none"),
            ctx.look.dim(),
        );
    }
}

/// One of several decisions, under the words that say what it is about.
fn choose(ctx: &mut Ctx<'_>, body: Rect, choice: &Choice) {
    let height = u16::try_from(choice.about.len() + choice.picks.len() + 3).unwrap_or(body.height);
    let inside = window(ctx, body, &choice.title, 76, height);
    let room = inside.width.saturating_sub(2);
    for (y, line) in (inside.y..inside.bottom()).zip(&choice.about) {
        let line = ctx.look.cells.pad(line, usize::from(room));
        ctx.put(inside.x + 1, y, room, &line, ctx.look.plain());
    }
    let above = u16::try_from(choice.about.len() + 1).unwrap_or(0).min(inside.height.saturating_sub(1));
    let list = Rect { y: inside.y + above, height: inside.height - above, ..inside };
    let words: Vec<(String, Style)> =
        choice.picks.iter().map(|p| (ctx.look.cells.clean(&p.text), Style::new())).collect();
    entries(ctx, list, &words, choice.selected);
}

/// A question with a field.
fn ask(ctx: &mut Ctx<'_>, body: Rect, title: &str, hint: &str, field: &Field, wrong: bool) {
    const WIDE: u16 = 64;
    let style = if wrong { ctx.look.alarm() } else { ctx.look.plain() };
    let hint = para::wrap(hint, &[], style, usize::from(WIDE - 4), ctx.look.cells);
    let above = u16::try_from(hint.len()).unwrap_or(1);
    let inside = window(ctx, body, title, WIDE, above + 4);
    let room = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    area::put_lines(ctx.buf, Rect { height: above.min(inside.height), ..room }, &hint, 0);
    let line = Rect { y: inside.y + above, height: 1, ..room };
    let styles = (ctx.look.strong(), ctx.look.dim());
    ctx.caret = Some(field.draw(ctx.buf, line, "", styles, ctx.look.cells));
    ctx.put(room.x, line.y + 1, room.width, &tt!("tui.ask.enter"), ctx.look.dim());
}

/// A window about duties.
fn duty(model: &Model, ctx: &mut Ctx<'_>, body: Rect, window_: &DutyWindow) {
    let list = |ctx: &mut Ctx<'_>, title: &str, words: Vec<String>, selected: usize| {
        let height = u16::try_from(words.len() + 2).unwrap_or(body.height).min(body.height);
        let inside = window(ctx, body, title, 64, height);
        let words: Vec<(String, Style)> = words.into_iter().map(|w| (w, Style::new())).collect();
        entries(ctx, inside, &words, selected);
    };
    match window_ {
        DutyWindow::Words { ask: what, field, wrong, .. } => {
            let (title, hint) = match what {
                DutyAsk::Waive if *wrong => (tt!("tui.duty.waive"), tt!("tui.duty.waive_wrong")),
                DutyAsk::Due if *wrong => (tt!("tui.duty.due"), tt!("tui.later.wrong")),
                DutyAsk::Attach if *wrong => (tt!("tui.duty.attach"), tt!("tui.duty.attach_wrong")),
                DutyAsk::Late if *wrong => (tt!("tui.duty.late"), tt!("tui.duty.late_wrong")),
                DutyAsk::Waive => (tt!("tui.duty.waive"), tt!("tui.duty.waive_hint")),
                DutyAsk::Due => (tt!("tui.duty.due"), tt!("tui.duty.due_hint")),
                DutyAsk::Note => (tt!("tui.duty.note"), tt!("tui.duty.note_hint")),
                DutyAsk::Attach => (tt!("tui.duty.attach"), tt!("tui.duty.attach_hint")),
                DutyAsk::Late => (tt!("tui.duty.late"), tt!("tui.duty.late_hint")),
                DutyAsk::Targets => (tt!("tui.duty.targets"), tt!("tui.duty.targets_hint")),
            };
            ask(ctx, body, &title, &hint, field, *wrong);
        }
        DutyWindow::Here { selected, .. } => {
            let words = vec![tt!("tui.duty.here_own"), tt!("tui.duty.here_origin")];
            list(ctx, &tt!("tui.duty.here"), words, *selected);
        }
        DutyWindow::Targets { selected, .. } => {
            let targets = model.uploads.row().map(|r| r.targets.clone()).unwrap_or_default();
            let words = targets
                .iter()
                .map(|t| format!("{} {}", if t.done_at.is_some() { "[x]" } else { "[ ]" }, t.name))
                .collect();
            list(ctx, &tt!("tui.duty.parts"), words, *selected);
        }
        DutyWindow::Places { entries: places, selected } => {
            let mut words = vec![tt!("tui.duty.all_places")];
            words.extend(places.iter().map(|p| format!("{}  {}", uploads::place_name(p), p.count)));
            list(ctx, &tt!("tui.duty.places"), words, *selected);
        }
        DutyWindow::Finish { text, .. } => question(ctx, body, text, &tt!("tui.duty.finish_yes")),
    }
}

fn confirm(model: &Model, ctx: &mut Ctx<'_>, body: Rect, asked: Question) {
    let (text, yes) = match asked {
        Question::Quit => (tt!("tui.confirm.quit"), tt!("tui.confirm.quit_yes")),
        Question::Many(act, n) => {
            let what = actions::get(act).map_or_else(String::new, |a| (a.name)());
            (tt!("tui.confirm.many", what = what, n = n), what)
        }
        Question::CancelImport => (tt!("tui.confirm.cancel"), tt!("tui.confirm.cancel_yes")),
        Question::TakeBack => (tt!("tui.confirm.take_back"), tt!("tui.confirm.take_back_yes")),
        Question::Restore => (tt!("tui.confirm.restore"), tt!("tui.confirm.restore_yes")),
        Question::Overwrite => {
            let path = model.digest.taken.as_ref().map(|p| p.display().to_string()).unwrap_or_default();
            (tt!("tui.confirm.overwrite", path = path), tt!("tui.confirm.overwrite_yes"))
        }
    };
    question(ctx, body, &text, &yes);
}

/// A question with yes and no; a long one takes several lines.
fn question(ctx: &mut Ctx<'_>, body: Rect, text: &str, yes: &str) {
    const WIDEST: usize = 66;
    let wrapped = para::wrap(text, &[], ctx.look.strong(), WIDEST, ctx.look.cells);
    let widest = wrapped.iter().map(Line::width).max().unwrap_or(0);
    let width = u16::try_from(widest + 4).unwrap_or(70).max(40);
    let lines = u16::try_from(wrapped.len()).unwrap_or(1);
    let inside = window(ctx, body, &tt!("tui.confirm.title"), width, lines + 5);
    let at = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    area::put_lines(ctx.buf, at, &wrapped, 0);
    let answers = [format!("Enter  {yes}"), format!("Esc    {}", tt!("tui.confirm.no"))];
    for (at, answer) in (0_u16..).zip(answers) {
        let y = inside.y + lines + 1 + at;
        ctx.put(inside.x + 3, y, inside.width.saturating_sub(4), &answer, Style::new());
        ctx.target(Rect::new(inside.x, y, inside.width, 1), Target::Entry(usize::from(at)));
    }
}
