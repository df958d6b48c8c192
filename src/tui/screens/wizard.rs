//! The first use, step by step: all four answers in sight, the one being given marked, what it is for below.

use ratatui::layout::Rect;

use super::{Ctx, popup};
use crate::tui::lang::{is_chinese, tt};
use crate::tui::model::wizard::{Step, Wizard};

/// Draws the window.
pub fn draw(ctx: &mut Ctx<'_>, body: Rect, wizard: &Wizard) {
    let inside = popup::window(ctx, body, &tt!("tui.wizard.title"), 74, 12);
    let wide: u16 = if is_chinese() { 14 } else { 20 };
    for (y, step) in (inside.y..).step_by(1).zip(Step::ALL) {
        let here = step == wizard.step;
        let mark = if here { ">" } else { " " };
        let label = format!("{mark} {} {}", step.index() + 1, name(step));
        let style = if here { ctx.look.accent() } else { ctx.look.plain() };
        ctx.put(inside.x, y, wide, &ctx.look.cells.pad(&label, usize::from(wide)), style);
        let at = Rect::new(inside.x + wide + 1, y, inside.width.saturating_sub(wide + 2), 1);
        let field = match step {
            Step::Language => {
                let word = if is_chinese() { "< 中文 >" } else { "< English >" };
                ctx.put(at.x, y, at.width, word, ctx.look.strong());
                ctx.row(at, here);
                continue;
            }
            Step::Names => &wizard.names,
            Step::Close => &wizard.close,
            Step::Folder => &wizard.folder,
        };
        if here {
            let styles = (ctx.look.strong(), ctx.look.dim());
            ctx.caret = Some(field.draw(ctx.buf, at, "", styles, ctx.look.cells));
        } else {
            ctx.put(at.x, y, at.width, field.text(), ctx.look.plain());
        }
    }
    let about = if wizard.wrong { tt!("tui.wizard.wrong_hour") } else { about(wizard.step) };
    let style = if wizard.wrong { ctx.look.alarm() } else { ctx.look.plain() };
    let room = inside.width.saturating_sub(3);
    ctx.put(inside.x + 2, inside.y + 5, room, &about, style);
    let go_on = if wizard.step == Step::Folder { tt!("tui.wizard.last") } else { tt!("tui.wizard.next") };
    ctx.put(inside.x + 2, inside.y + 7, room, &go_on, ctx.look.strong());
    ctx.put(inside.x + 2, inside.y + 8, room, &tt!("tui.wizard.later"), ctx.look.dim());
}

fn name(step: Step) -> String {
    match step {
        Step::Language => tt!("tui.wizard.language"),
        Step::Names => tt!("tui.wizard.names"),
        Step::Close => tt!("tui.wizard.close"),
        Step::Folder => tt!("tui.wizard.folder"),
    }
}

fn about(step: Step) -> String {
    match step {
        Step::Language => tt!("tui.wizard.language_about"),
        Step::Names => tt!("tui.wizard.names_about"),
        Step::Close => tt!("tui.wizard.close_about"),
        Step::Folder => tt!("tui.wizard.folder_about"),
    }
}
