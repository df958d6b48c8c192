//! Windows of the settings: the user's own names, how wide the terminal draws, what arrives of the keys.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::Ctx;
use super::popup::{entries, window, window_that_closes};
use crate::tui::lang::tt;
use crate::tui::model::names::Names;
use crate::tui::widgets::cells;

/// Which names are the user's: a field, the line that saves, the names that are near.
pub fn names(ctx: &mut Ctx<'_>, body: Rect, names: &Names) {
    let inside = window(ctx, body, &tt!("tui.names.title"), 66, 18);
    let (hint, style) = if names.nobody() {
        (tt!("tui.names.nobody", name = names.field.text().trim()), ctx.look.warn())
    } else {
        (tt!("tui.names.hint"), ctx.look.dim())
    };
    ctx.put(inside.x + 1, inside.y, inside.width.saturating_sub(2), &hint, style);
    let line = Rect::new(inside.x + 1, inside.y + 1, inside.width.saturating_sub(2), 1);
    let styles = (ctx.look.strong(), ctx.look.dim());
    ctx.caret = Some(names.field.draw(ctx.buf, line, &tt!("tui.names.field"), styles, ctx.look.cells));
    let near = names.near();
    let mut words = vec![(tt!("tui.names.save", n = names.chosen.len()), Style::new())];
    words.extend(near.iter().map(|name| {
        let mark = if names.chosen.contains(*name) { "[x]" } else { "[ ]" };
        let n = names.senders.iter().find(|s| s.0 == *name).map_or(0, |s| s.1);
        (format!("{mark} {name}  {}", tt!("tui.import.messages", n = n)), Style::new())
    }));
    let list = Rect { y: inside.y + 3, height: inside.height.saturating_sub(3), ..inside };
    entries(ctx, list, &words, names.selected);
}

/// Characters whose width terminals disagree about, between two posts: when the posts stand in line, all is well.
pub fn widths(ctx: &mut Ctx<'_>, body: Rect) {
    const CASES: [&str; 10] =
        ["汉字", "“引号”", "……", "—— ·", "①②③", "℃ × →", "■ ★ ●", "─│┌┐", "㎡ 〇", "𠮷"];
    let inside = window(ctx, body, &tt!("tui.widths.title"), 60, 16);
    let room = inside.width.saturating_sub(2);
    ctx.put(inside.x + 1, inside.y, room, &tt!("tui.widths.hint"), ctx.look.plain());
    for (y, case) in (inside.y + 2..inside.bottom().saturating_sub(1)).zip(CASES) {
        let text = format!("|{}|", ctx.look.cells.pad(case, 16));
        ctx.put(inside.x + 4, y, room, &text, ctx.look.strong());
        let width = cells::width(&ctx.look.cells.clean(case));
        ctx.put(inside.x + 26, y, room, &tt!("tui.widths.cells", n = width), ctx.look.dim());
    }
    let now = if ctx.look.cells.wide { tt!("tui.widths.wide") } else { tt!("tui.widths.narrow") };
    ctx.put(inside.x + 1, inside.bottom().saturating_sub(1), room, &now, ctx.look.warn());
}

/// What arrived of the keys that were pressed.
pub fn keys(ctx: &mut Ctx<'_>, body: Rect, seen: &[String]) {
    // One Esc is a key like any other here.
    let leave = tt!("tui.key_test.leave");
    let inside = window_that_closes(ctx, body, &tt!("tui.key_test.title"), 60, 14, &leave);
    let room = inside.width.saturating_sub(2);
    ctx.put(inside.x + 1, inside.y, room, &tt!("tui.key_test.hint"), ctx.look.plain());
    let height = usize::from(inside.height.saturating_sub(2));
    for (y, line) in (inside.y + 2..inside.bottom()).zip(seen.iter().skip(seen.len().saturating_sub(height)))
    {
        ctx.put(inside.x + 3, y, room.saturating_sub(3), line, ctx.look.strong());
    }
}
