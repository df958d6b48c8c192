//! 设置: what can be changed with its value and its default, then what this is, where the data lies and how the
//! terminal is understood.

use ratatui::layout::Rect;

use super::{Ctx, chrome};
use crate::tui::actions::{self, Act};
use crate::tui::lang::{is_chinese, tt};
use crate::tui::model::Model;
use crate::tui::msg::Target;
use crate::tui::theme::Theme;
use crate::tui::widgets::{area, cells, para};

/// The rows that can be chosen, in the order in which somebody new goes through them.
pub const ROWS: [Act; 13] = [
    Act::Wizard,
    Act::Language,
    Act::Names,
    Act::OfficeClose,
    Act::Watch,
    Act::Theme,
    Act::Ascii,
    Act::Mouse,
    Act::Widths,
    Act::KeyTest,
    Act::Backup,
    Act::Restore,
    Act::Log,
];

/// Draws the view into `at`.
pub fn draw(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let inside = ctx.frame(at, &chrome::tab_name(model.tab), &tt!("tui.settings.hint"), true);
    let mut y = inside.y;
    // On a low terminal the rows scroll.
    let top = (model.settings.selected + 1).saturating_sub(usize::from(inside.height));
    let seen = ROWS.iter().filter_map(|a| actions::get(*a)).enumerate().skip(top);
    for (index, action) in seen.take(usize::from(inside.height)) {
        let here = index == model.settings.selected;
        let (value, mut default) = value(model, action.act);
        // A default that would be cut is left out.
        if usize::from(inside.width) < 54 + cells::width(&default) {
            default.clear();
        }
        let mark = if here { ">" } else { " " };
        let text = format!(
            "{mark} {} {} {default}",
            ctx.look.cells.pad(&(action.name)(), 34),
            ctx.look.cells.pad(&value, 16)
        );
        let style = if here { ctx.look.selected() } else { ctx.look.plain() };
        let line = Rect::new(inside.x, y, inside.width, 1);
        ctx.put(line.x, y, line.width, &ctx.look.cells.pad(&text, usize::from(line.width)), style);
        ctx.row(line, here);
        ctx.target(line, Target::Row(index));
        y += 1;
    }
    y += 1;
    about(model, ctx, Rect { y, height: inside.bottom().saturating_sub(y), ..inside });
}

/// What a row stands at, and what it is when nobody changes it.
fn value(model: &Model, act: Act) -> (String, String) {
    let yes_no = |on| if on { tt!("tui.about.yes") } else { tt!("tui.about.no") };
    let default = |text: String| tt!("tui.settings.default", value = text);
    let look = model.env.look;
    match act {
        Act::Language => {
            (if is_chinese() { "中文".into() } else { "English".into() }, default(tt!("tui.settings.system")))
        }
        Act::Names => {
            let n = model.env.counts.map_or(0, |c| c.names);
            (tt!("tui.settings.names", n = n), default(tt!("tui.settings.none")))
        }
        Act::OfficeClose => {
            (model.env.office_close.clone().unwrap_or_else(|| "17:30".into()), default("17:30".into()))
        }
        Act::Theme => (theme_name(look.theme), default(theme_name(Theme::Terminal))),
        Act::Ascii => (yes_no(look.cells.wide), default(tt!("tui.settings.probed"))),
        Act::Watch => (yes_no(model.env.watched.is_some()), default(tt!("tui.about.no"))),
        Act::Mouse => (yes_no(!model.env.mouse), default(tt!("tui.about.no"))),
        _ => (String::new(), String::new()),
    }
}

fn theme_name(theme: Theme) -> String {
    match theme {
        Theme::Terminal => tt!("tui.theme.terminal"),
        Theme::Light => tt!("tui.theme.light"),
        Theme::Dark => tt!("tui.theme.dark"),
        Theme::Contrast => tt!("tui.theme.contrast"),
    }
}

fn about(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let yes_no = |on| if on { tt!("tui.about.yes") } else { tt!("tui.about.no") };
    let mut lines = vec![
        tt!("tui.about.version", version = env!("CARGO_PKG_VERSION")),
        tt!("tui.about.local"),
        tt!("tui.about.database", path = model.env.database.display()),
    ];
    if let Some(folder) = &model.env.watched {
        lines.push(tt!("tui.about.watched", path = folder.display()));
    }
    if let Some(c) = model.env.counts {
        lines.push(tt!("tui.about.counts", groups = c.groups, messages = c.messages, notices = c.all));
    }
    lines.push(tt!(
        "tui.about.terminal",
        w = model.env.size.0,
        h = model.env.size.1,
        ascii = yes_no(ctx.look.cells.wide),
        color = yes_no(ctx.look.color)
    ));
    lines.push(tt!("tui.about.backup"));
    let mut y = at.y;
    let room = at.width.saturating_sub(4);
    for line in &lines {
        let wrapped = para::wrap(line, &[], ctx.look.dim(), usize::from(room), ctx.look.cells);
        let height = u16::try_from(wrapped.len()).unwrap_or(1);
        area::put_lines(ctx.buf, Rect::new(at.x + 2, y, room, height).intersection(at), &wrapped, 0);
        y += height;
    }
}
