//! Search: the field at the top, where no candidate window covers it; hits below, matched words marked.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{Ctx, chrome};
use crate::store::Hit;
use crate::tui::lang::tt;
use crate::tui::model::Model;
use crate::tui::msg::Target;
use crate::tui::time;
use crate::tui::widgets::{area, para};

/// Lines a hit takes.
const HIT_LINES: u16 = 3;

/// Draws the search screen into `at`.
pub fn draw(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let search = &model.search;
    let note = match (search.busy, search.hits.is_empty()) {
        (true, true) => tt!("tui.search.busy"),
        (_, true) => String::new(),
        _ => format!("{}/{}{}", search.selected + 1, search.hits.len(), if search.more { "+" } else { "" }),
    };
    let inside = ctx.frame(at, &chrome::title(model), &note, true);
    let label = tt!("tui.search.label");
    let used = ctx.put(inside.x + 1, inside.y, inside.width, &label, ctx.look.accent()) + 2;
    let field = Rect::new(inside.x + used, inside.y, inside.width.saturating_sub(used + 1), 1);
    let styles = (ctx.look.strong(), ctx.look.dim());
    ctx.caret = Some(search.field.draw(ctx.buf, field, &tt!("tui.search.hint"), styles, ctx.look.cells));
    let body = Rect { y: inside.y + 2, height: inside.height.saturating_sub(2), ..inside };
    if search.hits.is_empty() {
        if !search.busy && !search.failed && !search.field.is_blank() {
            let text = tt!("tui.search.none", words = search.field.text().trim());
            ctx.put(body.x + 2, body.y, body.width.saturating_sub(3), &text, ctx.look.plain());
        }
        return;
    }
    let mut y = body.y;
    for (index, hit) in search.hits.iter().enumerate().skip(search.top) {
        if y + HIT_LINES > body.bottom() {
            break;
        }
        draw_hit(model, ctx, Rect::new(body.x, y, body.width, HIT_LINES), hit, index == search.selected);
        ctx.target(Rect::new(body.x, y, body.width, HIT_LINES), Target::Row(index));
        y += HIT_LINES;
    }
    ctx.scroll_mark(at, search.top, usize::from(body.height / HIT_LINES), search.hits.len());
}

fn draw_hit(model: &Model, ctx: &mut Ctx<'_>, at: Rect, hit: &Hit, here: bool) {
    let base = if here { ctx.look.selected() } else { Style::new() };
    let kind = if hit.notice.is_some() { String::new() } else { tt!("tui.search.no_notice") };
    let head = format!(
        "{} {}  {}  {}  {kind}",
        if here { ">" } else { " " },
        time::short(model.env.now, hit.sent_at.0, true),
        hit.group,
        hit.sender
    );
    let head = ctx.look.cells.pad(&head, usize::from(at.width));
    ctx.put(at.x, at.y, at.width, &head, base);
    let (text, marks) = excerpt(hit, usize::from(at.width), ctx.look.found());
    let area_at = Rect::new(at.x + 2, at.y + 1, at.width.saturating_sub(3), at.height - 1);
    let lines = para::wrap(&text, &marks, Style::new(), usize::from(area_at.width), ctx.look.cells);
    area::put_lines(ctx.buf, area_at, &lines, 0);
}

/// The part of the text around the first match, on one line, with the matches in it.
fn excerpt(hit: &Hit, width: usize, style: Style) -> (String, Vec<para::Mark>) {
    let first = hit.spans.first().map_or(0, |s| s[0]);
    let lead = u32::try_from(width / 3).unwrap_or(20);
    let from = if first > lead { first - lead / 2 } else { 0 };
    let skip = usize::try_from(from).unwrap_or(0);
    let mut text = String::new();
    let mut shift = from;
    if from > 0 {
        text.push_str("..");
        shift -= 2;
    }
    text.extend(hit.text.chars().skip(skip).take(width * 2).map(|c| if c == '\n' { ' ' } else { c }));
    let marks =
        hit.spans.iter().filter(|s| s[0] >= from).map(|[a, b]| ([a - shift, b - shift], style)).collect();
    (text, marks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notice::Moment;

    #[test]
    fn excerpts_keep_the_match_in_sight() {
        let text = format!("{}请报防汛物资", "前言".repeat(200));
        let hit = Hit {
            row: 1,
            message: String::new(),
            group: String::new(),
            sender: String::new(),
            sent_at: Moment(0),
            text,
            notice: None,
            spans: vec![[402, 404]],
        };
        let (text, marks) = excerpt(&hit, 60, Style::new());
        let [from, to] = marks[0].0;
        let found: String = text.chars().skip(from as usize).take((to - from) as usize).collect();
        assert_eq!(found, "防汛");
        assert!(text.starts_with(".."));
    }
}
