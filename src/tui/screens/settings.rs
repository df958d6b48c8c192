//! 设置: what can be changed, then what this is, where the data lies and how the terminal is understood.

use ratatui::layout::Rect;

use super::{Ctx, chrome};
use crate::tui::actions::{self, Act};
use crate::tui::lang::tt;
use crate::tui::model::Model;
use crate::tui::msg::Target;
use crate::tui::widgets::{area, para};

/// The rows that can be chosen.
pub const ROWS: [Act; 5] = [Act::Language, Act::Ascii, Act::Mouse, Act::Watch, Act::Log];

/// Draws the view into `at`.
pub fn draw(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let inside = ctx.frame(at, &chrome::tab_name(model.tab), "", true);
    let yes_no = |on| if on { tt!("tui.about.yes") } else { tt!("tui.about.no") };
    let mut lines = vec![
        tt!("tui.about.version", version = env!("CARGO_PKG_VERSION")),
        tt!("tui.about.local"),
        String::new(),
        tt!("tui.about.database", path = model.env.database.display()),
    ];
    lines.push(match &model.env.watched {
        Some(folder) => tt!("tui.about.watched", path = folder.display()),
        None => tt!("tui.about.not_watched"),
    });
    if let Some(c) = model.env.counts {
        lines.push(tt!("tui.about.counts", groups = c.groups, messages = c.messages, notices = c.all));
    }
    lines.extend([tt!(
        "tui.about.terminal",
        w = model.env.size.0,
        h = model.env.size.1,
        ascii = yes_no(ctx.look.cells.wide),
        color = yes_no(ctx.look.color)
    )]);
    let mut y = inside.y;
    let room = inside.width.saturating_sub(4);
    for (index, action) in ROWS.iter().filter_map(|a| actions::get(*a)).enumerate() {
        let here = index == model.settings.selected;
        let text = format!("{} {}", if here { ">" } else { " " }, (action.name)());
        let style = if here { ctx.look.selected() } else { ctx.look.plain() };
        ctx.put(inside.x, y, inside.width, &ctx.look.cells.pad(&text, usize::from(inside.width)), style);
        ctx.target(Rect::new(inside.x, y, inside.width, 1), Target::Row(index));
        y += 1;
    }
    y += 1;
    for line in &lines {
        let wrapped = para::wrap(line, &[], ctx.look.plain(), usize::from(room), ctx.look.cells);
        let height = u16::try_from(wrapped.len()).unwrap_or(1);
        area::put_lines(ctx.buf, Rect::new(inside.x + 2, y, room, height).intersection(inside), &wrapped, 0);
        y += height;
    }
}
