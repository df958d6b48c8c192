//! 待报: what is to be handed in, by deadline.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{Ctx, chrome};
use crate::digest::Line;
use crate::tui::lang::tt;
use crate::tui::model::Model;
use crate::tui::msg::Target;
use crate::tui::time;

/// Draws the view into `at`.
pub fn draw(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let uploads = &model.uploads;
    let inside = ctx.frame(at, &format!("{} {}", chrome::tab_name(model.tab), uploads.rows.len()), "", true);
    if uploads.rows.is_empty() {
        let lines = if uploads.loaded {
            vec![tt!("tui.uploads.none"), tt!("tui.uploads.none_hint")]
        } else {
            vec![tt!("tui.empty.loading")]
        };
        for (y, line) in (inside.y + 1..inside.bottom()).zip(lines) {
            ctx.put(inside.x + 2, y, inside.width.saturating_sub(3), &line, ctx.look.plain());
        }
        return;
    }
    let to = (inside.width / 4).max(16);
    let title = inside.width.saturating_sub(to + 17);
    let head = [tt!("tui.uploads.due"), tt!("tui.uploads.what"), tt!("tui.uploads.to")];
    put(ctx, Rect { height: 1, ..inside }, (title, to), [&head[0], &head[1], &head[2]], ctx.look.dim());
    for (y, (index, row)) in
        (inside.y + 1..inside.bottom()).zip(uploads.rows.iter().enumerate().skip(uploads.top))
    {
        let at = Rect::new(inside.x, y, inside.width, 1);
        let style = if index == uploads.selected { ctx.look.selected() } else { Style::new() };
        ctx.put(at.x, y, at.width, &" ".repeat(usize::from(at.width)), style);
        let mark = if index == uploads.selected { ">" } else { " " };
        let when = row
            .when
            .as_ref()
            .map_or_else(|| "-".into(), |w| time::short(model.env.now, w.at.0, !w.all_day()));
        put(ctx, at, (title, to), [&format!("{mark} {when}"), &row.title, &destination(row)], style);
        ctx.row(at, index == uploads.selected);
        ctx.target(at, Target::Row(index));
    }
    let height = usize::from(inside.height).saturating_sub(1);
    ctx.scroll_mark(at, uploads.top, height, uploads.rows.len());
}

/// Where a row is to go.
fn destination(row: &Line) -> String {
    let duty = row.duty.as_ref();
    duty.and_then(|d| d.group.clone().or_else(|| d.destination.as_ref().map(|d| d.name.clone())))
        .unwrap_or_default()
}

fn put(ctx: &mut Ctx<'_>, at: Rect, wide: (u16, u16), words: [&str; 3], style: Style) {
    let cells = ctx.look.cells;
    let text = format!(
        "{} {} {}",
        cells.pad(words[0], 15),
        cells.pad(words[1], usize::from(wide.0)),
        cells.pad(words[2], usize::from(wide.1))
    );
    ctx.put(at.x, at.y, at.width, &text, style);
}
