//! The group register: every work group with its numbers and how far its exports reach.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{Ctx, chrome};
use crate::store::{Coverage, GroupRow};
use crate::tui::lang::tt;
use crate::tui::model::Model;
use crate::tui::msg::Target;
use crate::tui::time;
use crate::tui::widgets::area;

/// Draws the groups into `at`.
pub fn draw(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let groups = &model.groups;
    let title = format!("{} {}", chrome::tab_name(model.tab), groups.rows.len());
    let inside = ctx.frame(at, &title, "", true);
    if groups.rows.is_empty() {
        let text = if groups.loaded { tt!("tui.groups.none") } else { tt!("tui.empty.loading") };
        ctx.put(inside.x + 2, inside.y + 1, inside.width.saturating_sub(3), &text, ctx.look.plain());
        return;
    }
    let name = inside.width.saturating_sub(44);
    let head = [tt!("tui.groups.name"), tt!("tui.groups.messages"), tt!("tui.groups.notices")];
    let head = [&head[0], &head[1], &head[2], &tt!("tui.groups.last"), &tt!("tui.groups.coverage")];
    line(ctx, Rect { height: 1, ..inside }, name, head.map(String::as_str), ctx.look.dim());
    let body = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside };
    for (y, (index, row)) in (body.y..body.bottom()).zip(groups.rows.iter().enumerate().skip(groups.top)) {
        let here = index == groups.selected;
        let at = Rect::new(body.x, y, body.width, 1);
        draw_row(model, ctx, at, name, row, here);
        ctx.target(at, Target::Row(index));
    }
    area::scroll_mark(ctx.buf, at, groups.top, usize::from(body.height), groups.rows.len(), ctx.look.cells);
}

fn draw_row(model: &Model, ctx: &mut Ctx<'_>, at: Rect, name: u16, row: &GroupRow, here: bool) {
    let style = if here { ctx.look.selected() } else { Style::new() };
    ctx.put(at.x, at.y, at.width, &" ".repeat(usize::from(at.width)), style);
    let last = row.last.map_or_else(|| "-".to_string(), |at| time::short(model.env.now, at.0, true));
    let coverage = match row.coverage {
        Coverage::Current => tt!("tui.coverage.current"),
        Coverage::Stale => tt!("tui.coverage.stale"),
        Coverage::Missing => tt!("tui.coverage.missing"),
        Coverage::Failed => tt!("tui.coverage.failed"),
    };
    let title = format!("{} {}", if here { ">" } else { " " }, row.group);
    let (messages, notices) = (row.messages.to_string(), row.notices.to_string());
    line(ctx, at, name, [&title, &messages, &notices, &last, &coverage], style);
}

fn line(ctx: &mut Ctx<'_>, at: Rect, name: u16, words: [&str; 5], style: Style) {
    let cells = ctx.look.cells;
    let text = format!(
        "{} {} {}  {} {}",
        cells.pad(words[0], usize::from(name)),
        cells.pad_left(words[1], 8),
        cells.pad_left(words[2], 8),
        cells.pad(words[3], 12),
        cells.pad(words[4], 11)
    );
    ctx.put(at.x, at.y, at.width, &text, style);
}
