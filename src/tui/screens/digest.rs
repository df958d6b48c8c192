//! 每日摘要: the very text that would be written.

use ratatui::layout::Rect;

use super::{Ctx, chrome};
use crate::tui::lang::tt;
use crate::tui::model::Model;
use crate::tui::time;
use crate::tui::widgets::area;

const DAY: i64 = 24 * 3_600_000;

/// Draws the view into `at`.
pub fn draw(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let page = &model.digest;
    let day = time::full(model.env.now, model.env.now - page.back * DAY, false);
    let inside =
        ctx.frame(at, &format!("{} {day}", chrome::tab_name(model.tab)), &tt!("tui.digest.hint"), true);
    if page.lines.is_empty() {
        let text = match (&page.failed, page.loaded) {
            (Some(why), _) => why.clone(),
            (None, true) => tt!("tui.digest.none"),
            (None, false) => tt!("tui.empty.loading"),
        };
        ctx.put(inside.x + 2, inside.y + 1, inside.width.saturating_sub(3), &text, ctx.look.plain());
        return;
    }
    for (y, line) in (inside.y..inside.bottom()).zip(page.lines.iter().skip(page.scroll)) {
        ctx.put(inside.x + 1, y, inside.width.saturating_sub(2), line, ctx.look.plain());
    }
    area::scroll_mark(ctx.buf, at, page.scroll, usize::from(inside.height), page.lines.len(), ctx.look.cells);
}
