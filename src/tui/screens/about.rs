//! What this is, where the data lies, how the terminal is understood, and how to change that.

use ratatui::layout::Rect;

use super::{Ctx, chrome};
use crate::tui::actions::{self, Act};
use crate::tui::lang::tt;
use crate::tui::model::Model;
use crate::tui::msg::Target;
use crate::tui::widgets::{area, para};

/// Draws the about screen into `at`.
pub fn draw(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let inside = ctx.frame(at, &chrome::tab_name(model.tab), "", true);
    let yes_no = |on| if on { tt!("tui.about.yes") } else { tt!("tui.about.no") };
    let mut lines = vec![
        tt!("tui.about.version", version = env!("CARGO_PKG_VERSION")),
        tt!("tui.about.local"),
        String::new(),
        tt!("tui.about.database", path = model.env.database.display()),
    ];
    if let Some(c) = model.env.counts {
        lines.push(tt!("tui.about.counts", groups = c.groups, messages = c.messages, notices = c.all));
    }
    lines.extend([
        tt!(
            "tui.about.terminal",
            w = model.env.size.0,
            h = model.env.size.1,
            ascii = yes_no(ctx.look.cells.wide),
            color = yes_no(ctx.look.color)
        ),
        String::new(),
        tt!("tui.about.change"),
    ]);
    let mut y = inside.y + 1;
    let room = inside.width.saturating_sub(4);
    for line in &lines {
        let wrapped = para::wrap(line, &[], ctx.look.plain(), usize::from(room), ctx.look.cells);
        let height = u16::try_from(wrapped.len()).unwrap_or(1);
        area::put_lines(ctx.buf, Rect::new(inside.x + 2, y, room, height).intersection(inside), &wrapped, 0);
        y += height;
    }
    for act in [Act::Language, Act::Ascii, Act::Log, Act::Mouse] {
        if let Some(action) = actions::get(act).filter(|_| y < inside.bottom()) {
            let text = format!("- {}", (action.name)());
            let used = ctx.put(inside.x + 4, y, room, &text, ctx.look.plain());
            ctx.target(Rect::new(inside.x + 4, y, used, 1), Target::Action(act));
            y += 1;
        }
    }
}
