//! 每日摘要 and the reports: a form of a few lines, and below it the very text that would be written.

use ratatui::layout::Rect;

use super::{Ctx, chrome};
use crate::export::{self, Audience, TARGETS};
use crate::tui::lang::tt;
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::model::digest::{Choice, DigestPage, Range, What};
use crate::tui::msg::Target;
use crate::tui::update;
use crate::tui::widgets::{area, para};

/// Lines of the form with the rule below it.
fn form_lines(page: &DigestPage) -> u16 {
    u16::try_from(page.what.choices().len()).unwrap_or(u16::MAX).saturating_add(1)
}

/// Lines of the text that are in sight.
#[must_use]
pub fn text_lines(model: &Model) -> usize {
    layout::body_lines(model, form_lines(&model.digest))
}

/// Which of the parts for pasting stands at the top of the text in sight: its number from 1, how many there are, its lines.
#[must_use]
pub fn part_in_sight(page: &DigestPage) -> (usize, usize, &[String]) {
    let lines = &page.shown.lines;
    let cuts: Vec<usize> = (0..lines.len()).filter(|n| lines[*n] == export::CUT_LINE).collect();
    let at = cuts.iter().filter(|n| **n < page.scroll + 1).count();
    let from = if at == 0 { 0 } else { cuts[at - 1] + 1 };
    let to = cuts.get(at).copied().unwrap_or(lines.len());
    (at + 1, cuts.len() + 1, &lines[from..to])
}

/// Draws the view into `at`.
pub fn draw(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let page = &model.digest;
    let inside = ctx.frame(at, &chrome::tab_name(model.tab), &note(page), true);
    form(model, ctx, inside);
    let lines = form_lines(page);
    let text = Rect {
        y: inside.y + lines,
        height: inside.height.saturating_sub(lines),
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
    let border = Rect { y: at.y + lines, height: at.height.saturating_sub(lines), ..at };
    ctx.scroll_mark(border, page.scroll, usize::from(text.height), page.shown.lines.len());
}

/// What stands in the border: size and what was masked.
fn note(page: &DigestPage) -> String {
    if !page.loaded || page.failed.is_some() {
        return String::new();
    }
    let size = tt!("tui.digest.size", bytes = page.shown.bytes);
    let part = match part_in_sight(page) {
        (_, 1, _) => String::new(),
        (n, all, _) => tt!("tui.digest.part", n = n, all = all),
    };
    let said = [size, page.shown.masked.clone().unwrap_or_default(), part];
    said.into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" ")
}

fn form(model: &Model, ctx: &mut Ctx<'_>, inside: Rect) {
    const NAME: usize = 10;
    let page = &model.digest;
    for (y, (index, choice)) in (inside.y..inside.bottom()).zip(page.what.choices().iter().enumerate()) {
        let here = *choice == page.choice;
        let name = ctx.look.cells.pad(&name(*choice), NAME);
        let value = value(model, *choice);
        let text = if here { format!("> {name}< {value} >") } else { format!("  {name}  {value}") };
        let style = if here { ctx.look.selected() } else { ctx.look.plain() };
        ctx.put(inside.x, y, inside.width, &ctx.look.cells.pad(&text, usize::from(inside.width)), style);
        ctx.target(Rect::new(inside.x, y, inside.width, 1), Target::Row(index));
    }
    if !ctx.look.plain {
        let rule = if ctx.look.cells.wide { "-" } else { "─" }.repeat(usize::from(inside.width));
        ctx.put(inside.x, inside.y + form_lines(page) - 1, inside.width, &rule, ctx.look.dim());
    }
}

fn name(choice: Choice) -> String {
    match choice {
        Choice::What => tt!("tui.digest.what"),
        Choice::Subject => tt!("tui.digest.subject"),
        Choice::Detail => tt!("tui.digest.detail"),
        Choice::Day => tt!("tui.digest.day"),
        Choice::Range => tt!("tui.digest.range"),
        Choice::Audience => tt!("tui.digest.audience"),
        Choice::Format => tt!("tui.digest.format"),
        Choice::Group => tt!("tui.digest.group"),
    }
}

fn value(model: &Model, choice: Choice) -> String {
    let page = &model.digest;
    match choice {
        Choice::What => match page.what {
            What::Digest => tt!("tui.digest.what_digest"),
            What::Evidence => tt!("tui.digest.what_evidence"),
            What::Burden => tt!("tui.digest.what_burden"),
            What::Groups => tt!("tui.digest.what_groups"),
        },
        Choice::Subject => update::digest::subject(model).0,
        Choice::Detail if page.detail => tt!("tui.digest.detail_yes"),
        Choice::Detail => tt!("tui.digest.detail_no"),
        Choice::Day if page.back == 0 => page.shown.period.clone(),
        Choice::Day => tt!("tui.digest.ago", day = page.shown.period, n = page.back),
        Choice::Range => match page.range {
            Range::Days(1) => tt!("tui.digest.one_day"),
            Range::Days(n) => tt!("tui.digest.days", n = n),
            Range::Whole => tt!("tui.digest.whole"),
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
