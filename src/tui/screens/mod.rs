//! What is drawn: functions of the model. While drawing they note where the caret is and what can be clicked.

pub mod chrome;
pub mod detail;
pub mod differences;
pub mod digest;
pub mod groups;
pub mod heat;
pub mod help;
pub mod import;
pub mod list;
pub mod popup;
pub mod search;
pub mod settings;
pub mod teach;
pub mod strip;
pub mod trials;
mod checklist;
pub mod uploads;
pub mod wizard;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::lang::tt;
use super::layout;
use super::model::{Model, Over};
use super::msg::Target;
use super::theme::Look;
use super::views;
use super::widgets::area;

/// A screen being drawn.
pub struct Ctx<'a> {
    /// Where to.
    pub buf: &'a mut Buffer,
    /// How.
    pub look: Look,
    /// The cell of the caret, if a field has the focus.
    pub caret: Option<Position>,
    /// What can be clicked; later ones lie on top.
    pub targets: Vec<(Rect, Target)>,
}

impl Ctx<'_> {
    /// Writes one line; gives the cells used.
    pub fn put(&mut self, x: u16, y: u16, max: u16, text: &str, style: Style) -> u16 {
        area::put(self.buf, x, y, max, text, style, self.look.cells)
    }

    /// A box; gives what is inside.
    pub fn frame(&mut self, at: Rect, title: &str, note: &str, focused: bool) -> Rect {
        if self.look.plain {
            let (title, note) = (title.to_owned(), note.to_owned());
            self.put(at.x + 1, at.y, at.width.saturating_sub(2), &title, self.look.strong());
            let end = at.bottom().saturating_sub(1);
            self.put(at.x + 1, end, at.width.saturating_sub(2), &note, self.look.dim());
            return layout::inside(at);
        }
        area::frame(self.buf, at, title, note, self.look.border(focused), self.look.cells)
    }

    /// Marks on the right border which part of the whole is seen.
    pub fn scroll_mark(&mut self, border: Rect, from: usize, seen: usize, total: usize) {
        if !self.look.plain {
            area::scroll_mark(self.buf, border, from, seen, total, self.look.cells);
        }
    }

    /// A heading within a list.
    pub fn rule(&mut self, at: Rect, word: &str, style: Style) {
        if self.look.plain {
            self.put(at.x, at.y, at.width, word, style);
        } else {
            area::rule(self.buf, at, word, style, self.look.dim(), self.look.cells);
        }
    }

    /// The word of a tab with a blank on either side. For a screen reader, which sees no colours, the one that is chosen
    /// stands in brackets.
    #[must_use]
    pub fn chosen(&self, word: String, here: bool) -> String {
        if self.look.plain && here { format!("[{}]", word.trim()) } else { word }
    }

    /// A row of a list was drawn. For a screen reader the cursor stands on the one that is selected.
    pub fn row(&mut self, at: Rect, selected: bool) {
        if self.look.plain && selected && self.caret.is_none() {
            self.caret = Some(Position::new(at.x, at.y));
        }
    }

    /// Something that can be clicked.
    pub fn target(&mut self, at: Rect, target: Target) {
        self.targets.push((at, target));
    }
}

/// Draws the model; gives the caret and what can be clicked.
pub fn draw(model: &Model, buf: &mut Buffer) -> (Option<Position>, Vec<(Rect, Target)>) {
    let mut ctx = Ctx { look: model.env.look, buf, caret: None, targets: Vec::new() };
    let (w, h) = model.env.size;
    if w < layout::SMALLEST.0 || h < layout::SMALLEST.1 {
        too_small(&mut ctx, w, h);
        return (None, Vec::new());
    }
    let areas = layout::areas(model);
    chrome::tabs(model, &mut ctx, areas.tabs);
    match model.over.last() {
        Some(Over::Search) => search::draw(model, &mut ctx, areas.body),
        Some(Over::Detail) => detail::draw(model, &mut ctx, areas.body, true),
        None => (views::front(model).draw)(model, &mut ctx, areas.body),
    }
    chrome::footer(model, &mut ctx, areas.footer);
    if model.popup.is_some() {
        ctx.caret = None;
        popup::draw(model, &mut ctx, areas.body);
    }
    chrome::toasts(model, &mut ctx, areas.body);
    (ctx.caret, ctx.targets)
}

fn too_small(ctx: &mut Ctx<'_>, w: u16, h: u16) {
    let (need_w, need_h) = layout::SMALLEST;
    let need = tt!("tui.small.need", w = need_w, h = need_h, now_w = w, now_h = h);
    let lines = [tt!("tui.small.title"), need, tt!("tui.small.do")];
    for (y, line) in (0_u16..).zip(lines).take(usize::from(h)) {
        ctx.put(0, y, w, &line, Style::new());
    }
}
