//! A file no format claims: its first lines, of which one is to be marked, or its columns and what they hold.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::Ctx;
use crate::import::template::COLUMNS;
use crate::tui::lang::{self, tt};
use crate::tui::model::{Model, Popup};
use crate::tui::msg::Target;
use crate::tui::widgets::area;

/// Draws it into `at`.
pub fn draw(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let import = &model.import;
    let teach = &import.teach;
    let inside = ctx.frame(at, &tt!("tui.teach.title"), "", true);
    let named = matches!(model.popup, Some(Popup::AskTemplate(_)));
    let how = match &teach.fields {
        _ if named => tt!("tui.teach.preview"),
        Some(_) => tt!("tui.teach.columns"),
        None => tt!("tui.teach.line"),
    };
    ctx.put(inside.x + 1, inside.y, inside.width.saturating_sub(2), &how, ctx.look.accent());
    let body = Rect { y: inside.y + 2, height: inside.height.saturating_sub(2), ..inside };
    let rows: Vec<String> = match &teach.fields {
        _ if named => teach.preview.clone(),
        None => teach.lines.clone(),
        Some(fields) => COLUMNS
            .iter()
            .zip(&teach.chosen)
            .map(|(part, chosen)| {
                let key = format!("incoming.part.{part}");
                let name = rust_i18n::t!(&key, locale = lang::current()).into_owned();
                let column = chosen.and_then(|n| fields.columns.get(n));
                let (column, sample) = column.map_or_else(|| ("-", ""), |(c, s)| (c.as_str(), s.as_str()));
                let cells = ctx.look.cells;
                format!("{} {} {sample}", cells.pad(&name, 24), cells.pad(column, 20))
            })
            .collect(),
    };
    for (y, (index, text)) in (body.y..body.bottom()).zip(rows.iter().enumerate().skip(import.top)) {
        let here = index == import.selected && !named;
        let style = if here { ctx.look.selected() } else { Style::new() };
        let text = format!("{} {text}", if here { ">" } else { " " });
        ctx.put(body.x, y, body.width, &ctx.look.cells.pad(&text, usize::from(body.width)), style);
        ctx.target(Rect::new(body.x, y, body.width, 1), Target::Row(index));
    }
    area::scroll_mark(ctx.buf, at, import.top, usize::from(body.height), rows.len(), ctx.look.cells);
}
