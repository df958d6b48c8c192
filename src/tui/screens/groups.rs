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
use crate::tui::widgets::cells;

/// Cells of the columns behind name and bar, blanks among them.
const NUMBERS: u16 = 51;

/// Columns of the name and of the longest bar: the name as wide as the longest one, the bar what is left of the line.
fn name_and_bar(model: &Model, width: u16) -> (u16, u16) {
    let room = width.saturating_sub(NUMBERS);
    if model.env.look.plain {
        return (room, 0);
    }
    let longest = model.groups.rows.iter().map(|g| cells::width(&g.group)).max().unwrap_or(0) + 4;
    let name = u16::try_from(longest).unwrap_or(u16::MAX).clamp(14, room.saturating_sub(5).max(14));
    (name, room.saturating_sub(name).min(40))
}

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
    let columns = name_and_bar(model, inside.width);
    let head = [
        &tt!("tui.groups.name"),
        "",
        &tt!("tui.groups.messages"),
        &tt!("tui.groups.notices"),
        &tt!("tui.groups.copies"),
        &tt!("tui.groups.last"),
        &tt!("tui.groups.coverage"),
    ];
    line(ctx, Rect { height: 1, ..inside }, columns, head, ctx.look.dim());
    let body = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside };
    let most = groups.rows.iter().map(|g| g.messages).max().unwrap_or(1).max(1);
    for (y, (index, row)) in (body.y..body.bottom()).zip(groups.rows.iter().enumerate().skip(groups.top)) {
        let here = index == groups.selected;
        let at = Rect::new(body.x, y, body.width, 1);
        draw_row(model, ctx, at, (columns, most), row, here);
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
    (columns, most): ((u16, u16), u64),
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
    // How many of the notices seen here were seen in another group as well.
    let share = (row.shared * 100).checked_div(row.notices);
    let bar = if ctx.look.plain { String::new() } else { bar(ctx, row.messages, most, columns.1) };
    let share = share.map_or_else(|| "-".to_owned(), |share| format!("{share}%"));
    let (messages, notices) = (row.messages.to_string(), row.notices.to_string());
    line(ctx, at, columns, [&title, &bar, &messages, &notices, &share, &last, &coverage], style);
}

/// A bar as long as the group is loud.
fn bar(ctx: &Ctx<'_>, n: u64, most: u64, room: u16) -> String {
    let long = usize::try_from((n * u64::from(room)).div_ceil(most)).unwrap_or(0).min(usize::from(room));
    (if ctx.look.cells.wide { "=" } else { "▪" }).repeat(long)
}

fn line(ctx: &mut Ctx<'_>, at: Rect, (name, bar): (u16, u16), words: [&str; 7], style: Style) {
    let look = ctx.look.cells;
    let text = format!(
        "{} {}{} {} {}  {} {}",
        look.pad(words[0], usize::from(name).saturating_sub(1)),
        look.pad(words[1], usize::from(bar)),
        look.pad_left(words[2], 8),
        look.pad_left(words[3], 7),
        look.pad_left(words[4], 9),
        look.pad(words[5], 12),
        look.pad(words[6], 10)
    );
    ctx.put(at.x, at.y, at.width, &text, style);
}
