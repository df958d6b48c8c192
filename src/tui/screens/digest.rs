//! 每日摘要: a form of five lines, and below it the very text that would be written.

use ratatui::layout::Rect;

use super::{Ctx, chrome};
use crate::export::{Audience, TARGETS};
use crate::tui::lang::tt;
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::model::digest::{Choice, DigestPage, Range};
use crate::tui::msg::Target;
use crate::tui::widgets::{area, para};

/// Lines of the form with the rule below it.
pub const FORM: u16 = 6;

/// Lines of the text that are in sight.
#[must_use]
pub fn text_lines(model: &Model) -> usize {
    layout::body_lines(model, FORM)
}

/// Draws the view into `at`.
pub fn draw(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let page = &model.digest;
    let inside = ctx.frame(at, &chrome::tab_name(model.tab), &note(page), true);
    form(page, ctx, inside);
    let text = Rect {
        y: inside.y + FORM,
        height: inside.height.saturating_sub(FORM),
        x: inside.x + 1,
        width: inside.width.saturating_sub(2),
    };
    let said = match (&page.failed, page.loaded) {
        (Some(why), _) => Some(why.clone()),
        (None, false) => Some(tt!("tui.empty.loading")),
        (None, true) if page.shown.lines.is_empty() => Some(tt!("tui.digest.none")),
        _ => None,
    };
    if let Some(said) = said {
        ctx.put(text.x + 1, text.y, text.width, &said, ctx.look.plain());
        return;
    }
    let mut y = text.y;
    if page.shown.empty && page.scroll == 0 {
        let lines = para::wrap(
            &tt!("tui.digest.empty"),
            &[],
            ctx.look.warn(),
            usize::from(text.width),
            ctx.look.cells,
        );
        area::put_lines(ctx.buf, Rect { y, ..text }.intersection(text), &lines, 0);
        y += u16::try_from(lines.len()).unwrap_or(1);
    }
    for line in page.shown.lines.iter().skip(page.scroll) {
        if y >= text.bottom() {
            break;
        }
        let head = line.starts_with('◆') || line.starts_with('【') || line.starts_with('#');
        let style = if head { ctx.look.strong() } else { ctx.look.plain() };
        let lines = para::wrap(line, &[], style, usize::from(text.width), ctx.look.cells);
        area::put_lines(ctx.buf, Rect { y, height: text.bottom() - y, ..text }, &lines, 0);
        y += u16::try_from(lines.len().max(1)).unwrap_or(1);
    }
    let border = Rect { y: at.y + FORM, height: at.height.saturating_sub(FORM), ..at };
    ctx.scroll_mark(border, page.scroll, usize::from(text.height), page.shown.lines.len());
}

/// What stands in the border: size and what was masked.
fn note(page: &DigestPage) -> String {
    if !page.loaded || page.failed.is_some() {
        return String::new();
    }
    let size = tt!("tui.digest.size", bytes = page.shown.bytes);
    match &page.shown.masked {
        Some(masked) => format!("{size} {masked}"),
        None => size,
    }
}

fn form(page: &DigestPage, ctx: &mut Ctx<'_>, inside: Rect) {
    const NAME: usize = 10;
    for (y, (index, choice)) in (inside.y..inside.bottom()).zip(Choice::ALL.into_iter().enumerate()) {
        let here = choice == page.choice;
        let name = ctx.look.cells.pad(&name(choice), NAME);
        let value = value(page, choice);
        let text = if here { format!("> {name}< {value} >") } else { format!("  {name}  {value}") };
        let style = if here { ctx.look.selected() } else { ctx.look.plain() };
        ctx.put(inside.x, y, inside.width, &ctx.look.cells.pad(&text, usize::from(inside.width)), style);
        ctx.target(Rect::new(inside.x, y, inside.width, 1), Target::Row(index));
    }
    let rule = if ctx.look.cells.wide { "-" } else { "─" }.repeat(usize::from(inside.width));
    ctx.put(inside.x, inside.y + FORM - 1, inside.width, &rule, ctx.look.dim());
}

fn name(choice: Choice) -> String {
    match choice {
        Choice::Day => tt!("tui.digest.day"),
        Choice::Range => tt!("tui.digest.range"),
        Choice::Audience => tt!("tui.digest.audience"),
        Choice::Format => tt!("tui.digest.format"),
        Choice::Group => tt!("tui.digest.group"),
    }
}

fn value(page: &DigestPage, choice: Choice) -> String {
    match choice {
        Choice::Day if page.back == 0 => page.shown.period.clone(),
        Choice::Day => tt!("tui.digest.ago", day = page.shown.period, n = page.back),
        Choice::Range => match page.range {
            Range::Days(1) => tt!("tui.digest.one_day"),
            Range::Days(n) => tt!("tui.digest.days", n = n),
            Range::SinceClosed => {
                tt!("tui.digest.since_closed", at = page.shown.closed.as_deref().unwrap_or("-"))
            }
        },
        Choice::Audience => match page.audience {
            Audience::Own => tt!("tui.digest.own"),
            Audience::Committee => tt!("tui.digest.committee"),
            Audience::Internal => tt!("tui.digest.internal"),
        },
        Choice::Format => {
            let format = TARGETS[page.format.min(TARGETS.len() - 1)].name;
            let what = match format {
                "txt" => tt!("tui.digest.as_txt"),
                "docx" => tt!("tui.digest.as_docx"),
                "xlsx" => tt!("tui.digest.as_xlsx"),
                "html" => tt!("tui.digest.as_html"),
                "md" => tt!("tui.digest.as_md"),
                "csv" => tt!("tui.digest.as_csv"),
                "json" => tt!("tui.digest.as_json"),
                _ => tt!("tui.digest.as_ics"),
            };
            let same = if page.shown.exact { String::new() } else { tt!("tui.digest.same_said") };
            format!("{format}  {what}{same}")
        }
        Choice::Group => {
            page.group.clone().unwrap_or_else(|| tt!("tui.digest.all_groups", n = page.shown.groups.len()))
        }
    }
}
