//! The group register: every work group with its numbers and how far its exports reach, and when messages come.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{Ctx, chrome, heat};
use crate::store::{Coverage, GroupRow};
use crate::tui::lang::tt;
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::msg::Target;
use crate::tui::time;

/// Cells of the longest bar.
const BAR: usize = 10;

/// Where the register and the picture of the hours stand.
fn areas(model: &Model, at: Rect) -> (Rect, Option<Rect>) {
    if model.groups.heat.is_empty() || at.height < 20 {
        return (at, None);
    }
    let picture = heat::HEIGHT + 2;
    let list = Rect { height: at.height - picture, ..at };
    (list, Some(Rect { y: list.bottom(), height: picture, ..at }))
}

/// Rows of the register that are seen.
#[must_use]
pub fn rows_seen(model: &Model) -> usize {
    let (list, _) = areas(model, layout::areas(model).body);
    usize::from(layout::inside(list).height.saturating_sub(1))
}

/// Draws the groups into `at`.
pub fn draw(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let groups = &model.groups;
    let title = format!("{} {}", chrome::tab_name(model.tab), groups.rows.len());
    let (at, picture) = areas(model, at);
    let inside = ctx.frame(at, &title, "", true);
    if groups.rows.is_empty() {
        let text = if groups.loaded { tt!("tui.groups.none") } else { tt!("tui.empty.loading") };
        ctx.put(inside.x + 2, inside.y + 1, inside.width.saturating_sub(3), &text, ctx.look.plain());
        return;
    }
    let name = inside.width.saturating_sub(58);
    let head = [
        &tt!("tui.groups.name"),
        "",
        &tt!("tui.groups.messages"),
        &tt!("tui.groups.notices"),
        &tt!("tui.groups.copies"),
        &tt!("tui.groups.last"),
        &tt!("tui.groups.coverage"),
    ];
    line(ctx, Rect { height: 1, ..inside }, name, head, ctx.look.dim());
    let body = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside };
    let most = groups.rows.iter().map(|g| g.messages).max().unwrap_or(1).max(1);
    for (y, (index, row)) in (body.y..body.bottom()).zip(groups.rows.iter().enumerate().skip(groups.top)) {
        let here = index == groups.selected;
        let at = Rect::new(body.x, y, body.width, 1);
        draw_row(model, ctx, at, (name, most), row, here);
        ctx.row(at, here);
        ctx.target(at, Target::Row(index));
    }
    ctx.scroll_mark(at, groups.top, usize::from(body.height), groups.rows.len());
    if let (Some(at), Some((name, hours))) = (picture, groups.heat.get(groups.selected)) {
        heat::draw(ctx, at, name, hours);
    }
}

fn draw_row(
    model: &Model,
    ctx: &mut Ctx<'_>,
    at: Rect,
    (name, most): (u16, u64),
    row: &GroupRow,
    here: bool,
) {
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
    // How many of the copies seen here are copies of a notice that was here or elsewhere already.
    let share = (row.copies.saturating_sub(row.notices) * 100).checked_div(row.copies).unwrap_or(0);
    let bar = if ctx.look.plain { String::new() } else { bar(ctx, row.messages, most) };
    let (messages, notices, share) = (row.messages.to_string(), row.notices.to_string(), format!("{share}%"));
    line(ctx, at, name, [&title, &bar, &messages, &notices, &share, &last, &coverage], style);
}

/// A bar as long as the group is loud.
fn bar(ctx: &Ctx<'_>, n: u64, most: u64) -> String {
    let cells = usize::try_from((n * BAR as u64).div_ceil(most)).unwrap_or(0).min(BAR);
    (if ctx.look.cells.wide { "=" } else { "▪" }).repeat(cells)
}

fn line(ctx: &mut Ctx<'_>, at: Rect, name: u16, words: [&str; 7], style: Style) {
    let cells = ctx.look.cells;
    let text = format!(
        "{} {}{} {} {}  {} {}",
        cells.pad(words[0], usize::from(name)),
        cells.pad(words[1], BAR),
        cells.pad_left(words[2], 8),
        cells.pad_left(words[3], 6),
        cells.pad_left(words[4], 6),
        cells.pad(words[5], 12),
        cells.pad(words[6], 10)
    );
    ctx.put(at.x, at.y, at.width, &text, style);
}
