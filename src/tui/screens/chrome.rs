//! What stands around every screen: tabs, keys, toasts.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::Ctx;
use crate::tui::actions::{self, ACTIONS, Act, Action};
use crate::tui::enabled::is_empty;
use crate::tui::keymap;
use crate::tui::lang::tt;
use crate::tui::model::{Model, Over, Popup, Stage, Tab};
use crate::tui::msg::Target;
use crate::tui::time;
use crate::tui::views::VIEWS;
use crate::tui::widgets::{area, cells, para};

/// The name of a tab.
#[must_use]
pub fn tab_name(tab: Tab) -> String {
    (VIEWS[tab.index()].name)()
}

/// How much of the numbers behind the tabs is shown: what there is no room for goes, the overdue first.
#[derive(Clone, Copy, PartialEq)]
enum Numbers {
    Whole,
    /// Of what is overdue only that of the tab in front.
    Short,
    /// Only that of the tab in front.
    Own,
}

fn labels(model: &Model, numbers: Numbers) -> Vec<String> {
    let label = |tab: Tab| {
        let mut count = (VIEWS[tab.index()].count)(model);
        if tab != model.tab {
            match numbers {
                Numbers::Whole => {}
                Numbers::Short => count.truncate(count.find([' ', '(']).unwrap_or(count.len())),
                Numbers::Own => count.clear(),
            }
        }
        if count.is_empty() { format!(" {} ", tab_name(tab)) } else { format!(" {} {count} ", tab_name(tab)) }
    };
    Tab::ALL.into_iter().map(label).collect()
}

/// The line of tabs, with the badges at its right end.
pub fn tabs(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let badge = badge(model);
    let room = usize::from(at.width).saturating_sub(cells::width(&badge) + 1);
    let fit = |words: &Vec<String>| words.iter().map(|w| cells::width(w)).sum::<usize>() <= room;
    let ways = [Numbers::Whole, Numbers::Short, Numbers::Own];
    let mut words = labels(model, Numbers::Own);
    if let Some(most) = ways.into_iter().map(|n| labels(model, n)).find(fit) {
        words = most;
    }
    let mut x = at.x;
    for (number, (tab, word)) in Tab::ALL.into_iter().zip(words).enumerate() {
        let here = tab == model.tab;
        let word = ctx.chosen(word, here);
        let style = if here { ctx.look.selected().add_modifier(Modifier::BOLD) } else { ctx.look.plain() };
        let used = ctx.put(x, at.y, (at.x + at.width).saturating_sub(x), &word, style);
        ctx.target(Rect::new(x, at.y, used, 1), Target::Tab(number));
        x += used;
    }
    let wide = u16::try_from(cells::width(&badge)).unwrap_or(0);
    if x + wide < at.right() {
        let style = if model.env.ime { ctx.look.warn() } else { ctx.look.dim() };
        ctx.put(at.right() - wide, at.y, wide, &badge, style);
    }
}

/// What the user should know all the time: input method, freed mouse, a running import, the day.
fn badge(model: &Model) -> String {
    let mut words = Vec::new();
    if model.env.ime {
        words.push(tt!("tui.badge.ime"));
    }
    if !model.env.mouse {
        words.push(tt!("tui.badge.mouse_off"));
    }
    if matches!(model.import.stage, Stage::Reading | Stage::Running) && model.tab != Tab::Import {
        let p = &model.import.progress;
        let percent = (p.bytes * 100).checked_div(p.bytes_total).unwrap_or(0).min(100);
        words.push(tt!("tui.badge.importing", percent = percent));
    }
    if model.env.catching_up && model.env.counts.is_some_and(|c| c.messages > 0) {
        words.push(tt!("tui.badge.catching_up"));
    }
    if model.env.demo {
        words.push(tt!("tui.badge.demo"));
    }
    if model.env.size.0 >= 100 {
        words.push(time::full(model.env.now, model.env.now, false));
    }
    words.join(" ")
}

/// What leads on where nothing was imported yet.
const BEGINNING: [Act; 4] = [Act::Import, Act::Wizard, Act::Sample, Act::Palette];

/// The line of keys: those that work here and now, the likeliest first, help always last.
pub fn footer(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let place = actions::place(model);
    let mut entries: Vec<(Act, String, String)> = Vec::new();
    let usual = || ACTIONS.iter().filter(|a| a.footer.meets(place) && a.act != Act::Help).collect();
    let listed: Vec<&Action> = match place == actions::Places::LIST && is_empty(model).is_ok() {
        true => BEGINNING.iter().filter_map(|act| actions::get(*act)).collect(),
        false => usual(),
    };
    for a in listed {
        if let (Ok(()), Some(key)) = ((a.enabled)(model), keymap::of(a).first()) {
            entries.push((a.act, actions::key_name(key), (a.name)()));
        }
    }
    let help = actions::get(Act::Help).filter(|a| a.places.meets(place));
    let help =
        help.map(|a| (Act::Help, actions::key_name(keymap::of(a).first().unwrap_or(&"F1")), (a.name)()));
    let size = |e: &(Act, String, String)| cells::width(&e.1) + cells::width(&e.2) + 3;
    let marked = if place == actions::Places::LIST && !model.list.marks.is_empty() {
        tt!("tui.footer.marked", n = model.list.marks.len())
    } else {
        String::new()
    };
    let mut room = usize::from(at.width).saturating_sub(cells::width(&marked) + 1);
    room = room.saturating_sub(help.as_ref().map_or(0, size));
    let mut x = at.x + 1;
    if !marked.is_empty() {
        x += ctx.put(x, at.y, at.width, &marked, ctx.look.accent()) + 2;
        room = room.saturating_sub(2);
    }
    let mut shown = Vec::new();
    for entry in entries {
        let Some(rest) = room.checked_sub(size(&entry)) else { break };
        room = rest;
        shown.push(entry);
    }
    shown.extend(help);
    for (act, key, name) in shown {
        let from = x;
        x += ctx.put(x, at.y, at.width, &key, ctx.look.accent()) + 1;
        x += ctx.put(x, at.y, at.width, &name, ctx.look.plain());
        ctx.target(Rect::new(from, at.y, x - from, 1), Target::Action(act));
        x += 2;
    }
}

/// The newest messages, at the bottom right.
pub fn toasts(model: &Model, ctx: &mut Ctx<'_>, body: Rect) {
    let most = body.width.saturating_sub(4).min(72);
    let mut bottom = body.bottom().saturating_sub(1);
    // A list that is being searched needs its field; the toasts keep to the lower half.
    let upper = body.y + body.height / 2;
    // The log shows them all itself.
    let logged = matches!(model.popup, Some(Popup::Log { .. }));
    for note in model.notes.toasts.iter().rev().filter(|n| n.error || !logged) {
        let style = if note.error { ctx.look.alarm() } else { ctx.look.plain() };
        let text = if note.error { tt!("tui.toast.error", text = note.text) } else { note.text.clone() };
        let lines = para::wrap(&text, &[], style, usize::from(most.saturating_sub(2)), ctx.look.cells);
        let wide = lines.iter().map(ratatui::text::Line::width).max().unwrap_or(0);
        let (w, h) = (u16::try_from(wide).unwrap_or(most) + 2, u16::try_from(lines.len()).unwrap_or(1) + 2);
        let Some(y) = bottom.checked_sub(h).filter(|y| *y >= upper) else { break };
        let at = Rect::new(body.right().saturating_sub(w + 2), y, w, h);
        area::clear(ctx.buf, at);
        let inside = ctx.frame(at, "", "", !note.error);
        area::put_lines(ctx.buf, inside, &lines, 0);
        bottom = y;
    }
}

/// A name for what is in front, for the title of a box.
#[must_use]
pub fn title(model: &Model) -> String {
    match model.over.last() {
        Some(Over::Search) => tt!("tui.search.title"),
        Some(Over::Detail) => tt!("tui.detail.title"),
        None => tab_name(model.tab),
    }
}
