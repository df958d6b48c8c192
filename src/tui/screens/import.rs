//! The import screen: choose, check what would come in, watch it run, read what came of it.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{Ctx, chrome};
use crate::tui::actions::Places;
use crate::tui::lang::tt;
use crate::tui::model::{Model, Stage};
use crate::tui::msg::{FileView, Target};
use crate::tui::theme::Look;
use crate::tui::widgets::area;
use crate::tui::widgets::para::wrap;

/// Where the user is in the view.
#[must_use]
pub fn place(model: &Model) -> Places {
    match model.import.stage {
        Stage::Choose => Places::CHOOSE,
        Stage::Desk => Places::DESK,
        Stage::Teach => Places::TEACH,
        Stage::Reading | Stage::Running => Places::RUN,
        Stage::Confirm => Places::CHECK,
        Stage::Result => Places::RESULT,
    }
}

/// Draws the import screen into `at`.
pub fn draw(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    match model.import.stage {
        Stage::Choose => choose(model, ctx, at),
        Stage::Desk => desk(model, ctx, at),
        Stage::Teach => super::teach::draw(model, ctx, at),
        Stage::Reading | Stage::Running => running(model, ctx, at),
        Stage::Confirm | Stage::Result => report(model, ctx, at),
    }
}

fn choose(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let import = &model.import;
    let inside = ctx.frame(at, &chrome::title(model), &tt!("tui.import.secret"), true);
    let label = tt!("tui.import.path");
    let used = ctx.put(inside.x + 1, inside.y, inside.width, &label, ctx.look.accent()) + 2;
    let field = Rect::new(inside.x + used, inside.y, inside.width.saturating_sub(used + 1), 1);
    let styles = (ctx.look.strong(), ctx.look.dim());
    ctx.caret = Some(import.field.draw(ctx.buf, field, &tt!("tui.import.hint"), styles, ctx.look.cells));
    let here = tt!("tui.import.folder", path = import.folder.display());
    ctx.put(inside.x + 1, inside.y + 1, inside.width.saturating_sub(2), &here, ctx.look.dim());
    let body = Rect { y: inside.y + 3, height: inside.height.saturating_sub(3), ..inside };
    let fixed = [tt!("tui.import.whole"), tt!("tui.import.up")];
    let mut entries: Vec<(String, String)> = fixed.into_iter().map(|t| (t, String::new())).collect();
    for e in &import.entries {
        let name = if e.folder { format!("{}/", e.name) } else { e.name.clone() };
        entries.push((name, if e.folder { String::new() } else { size(e.size) }));
    }
    if let Some(why) = &import.folder_error {
        entries.push((why.clone(), String::new()));
    }
    for (y, (index, (name, size))) in (body.y..body.bottom()).zip(entries.iter().enumerate().skip(import.top))
    {
        let selected = index == import.selected && import.field.is_blank();
        let style = if selected { ctx.look.selected() } else { Style::new() };
        let room = usize::from(body.width.saturating_sub(12));
        let cells = ctx.look.cells;
        let sign = if selected { ">" } else { " " };
        let text = format!("{sign} {} {}", cells.pad(name, room), cells.pad_left(size, 8));
        ctx.put(body.x, y, body.width, &text, style);
        ctx.target(Rect::new(body.x, y, body.width, 1), Target::Row(index));
    }
    ctx.scroll_mark(at, import.top, usize::from(body.height), entries.len());
    if import.entries.is_empty() && import.folder_error.is_none() {
        let y = body.y + 3;
        let text = tt!("tui.import.nothing_here");
        let lines =
            wrap(&text, &[], ctx.look.plain(), usize::from(body.width.saturating_sub(4)), ctx.look.cells);
        let below = Rect::new(body.x + 2, y, body.width.saturating_sub(2), body.bottom().saturating_sub(y));
        area::put_lines(ctx.buf, below, &lines, 0);
    }
}

/// The paste desk: text copied out of a chat, before it is read.
fn desk(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let sheet = &model.import.sheet;
    let inside = ctx.frame(at, &tt!("tui.desk.title"), &tt!("tui.import.secret"), true);
    let room = inside.width.saturating_sub(2);
    ctx.put(inside.x + 1, inside.y, room, &tt!("tui.desk.how"), ctx.look.dim());
    let body = Rect::new(inside.x + 1, inside.y + 2, room, inside.height.saturating_sub(2));
    let styles = (ctx.look.plain(), ctx.look.dim());
    ctx.caret = Some(sheet.draw(ctx.buf, body, &tt!("tui.desk.hint"), styles, ctx.look.cells));
    area::scroll_mark(ctx.buf, at, sheet.top(), usize::from(body.height), sheet.len(), ctx.look.cells);
}

/// The file about which something is asked.
pub(super) fn asked_of(model: &Model) -> String {
    match model.import.asking() {
        Some(file) if file.path == "-" => tt!("tui.desk.name"),
        Some(file) => file.path.clone(),
        None => String::new(),
    }
}

/// A size in bytes, in words.
fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KB", bytes / 1024),
        _ => format!("{}.{} MB", bytes / 1_048_576, bytes % 1_048_576 * 10 / 1_048_576),
    }
}

fn running(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let import = &model.import;
    let title =
        if import.stage == Stage::Reading { tt!("tui.import.reading") } else { tt!("tui.import.running") };
    let inside = ctx.frame(at, &title, "", true);
    let p = &import.progress;
    let x = inside.x + 2;
    let room = inside.width.saturating_sub(4);
    let step = match p.step.as_str() {
        "listing" | "" => tt!("tui.step.listing"),
        "reading" => tt!("tui.step.reading"),
        "clustering" => tt!("tui.step.clustering"),
        _ => tt!("tui.step.writing"),
    };
    let percent = (p.bytes * 100).checked_div(p.bytes_total).unwrap_or(0).min(100);
    let bar_room = usize::from(room.saturating_sub(8)).min(60);
    let done = bar_room * usize::try_from(percent).unwrap_or(0) / 100;
    let bar = format!("[{}{}] {percent}%", "#".repeat(done), ".".repeat(bar_room - done));
    let files = tt!("tui.import.files", n = p.file_no, total = p.files, messages = p.messages);
    let mut lines = vec![step, bar, files, p.file.clone(), String::new()];
    if import.cancelling {
        lines.push(tt!("tui.import.cancelling"));
    } else if import.stage == Stage::Running {
        lines.push(tt!("tui.import.cancel_hint"));
    }
    for (y, line) in (inside.y + 1..inside.bottom()).zip(lines) {
        ctx.put(x, y, room, &line, Style::new());
    }
}

/// A line of a report the cursor can stand on.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportLine {
    /// What it says.
    pub text: String,
    /// How.
    pub style: Style,
    /// Whether it is something that was not understood.
    pub is_issue: bool,
}

/// The lines of the report: a file, then what of it was not understood.
#[must_use]
pub fn report_lines(model: &Model) -> Vec<ReportLine> {
    let look = model.env.look;
    let Some(report) = &model.import.report else { return Vec::new() };
    let mut lines = Vec::new();
    let line = |text, style| ReportLine { text, style, is_issue: false };
    // what is said of a file goes on below where the line is too narrow
    let room = usize::from(model.env.size.0).saturating_sub(8);
    let below = |lines: &mut Vec<ReportLine>, text: &str, style, is_issue| {
        for (n, part) in wrap(text, &[], Style::new(), room, look.cells).iter().enumerate() {
            let part: String = part.spans.iter().map(|s| s.content.as_ref()).collect();
            lines.push(ReportLine { text: format!("    {part}"), style, is_issue: is_issue && n == 0 });
        }
    };
    for file in &report.files {
        let (word, style) = status(file, look);
        let path =
            if file.path == "-" { tt!("tui.desk.name") } else { short_path(model, &file.path).to_owned() };
        lines.push(line(format!("{word}  {path}"), style));
        // Of a file that is not there nothing is known.
        if file.status != "failed" || file.format.is_some() {
            below(&mut lines, &about_file(file), Style::new(), false);
        }
        if let Some(text) = lost(file) {
            below(&mut lines, &text, look.dim(), false);
        }
        for assumed in &file.assumed {
            below(&mut lines, assumed, look.dim(), false);
        }
        for issue in &file.issues {
            let text = match issue.line {
                Some(n) => tt!("tui.import.issue_line", n = n, reason = issue.reason),
                None => issue.reason.clone(),
            };
            below(&mut lines, &text, look.warn(), true);
        }
    }
    lines
}

/// What this format does not hold.
fn lost(file: &FileView) -> Option<String> {
    let known = |word: &String| {
        let key = format!("incoming.loss.{word}");
        rust_i18n::t!(&key, locale = crate::tui::lang::current()).into_owned()
    };
    let words: Vec<String> = file.loses.iter().map(known).collect();
    let what = words.join(&tt!("incoming.loss_comma"));
    (!what.is_empty() && file.status != "unchanged").then(|| tt!("incoming.loss_line", what = what))
}

fn status(file: &FileView, look: Look) -> (String, Style) {
    match file.status.as_str() {
        "imported" => (tt!("tui.status.imported"), look.good()),
        "unchanged" => (tt!("tui.status.unchanged"), look.dim()),
        "partial" => (tt!("tui.status.partial"), look.warn()),
        "needs-answer" => (tt!("tui.status.needs_answer"), look.warn()),
        _ => (tt!("tui.status.failed"), look.alarm()),
    }
}

/// The path without the folder that was chosen.
fn short_path<'a>(model: &Model, path: &'a str) -> &'a str {
    let folder = model.import.job.paths.first().map(|p| p.to_string_lossy().replace('\\', "/"));
    let inner = folder.and_then(|f| path.strip_prefix(f.as_str()).map(|p| p.trim_start_matches('/')));
    inner.filter(|p| !p.is_empty()).unwrap_or(path)
}

/// Format, encoding, group, number of messages, first and last day: what a person checks before it comes in.
fn about_file(file: &FileView) -> String {
    let unknown = || tt!("tui.import.unknown");
    let day = |t: &Option<String>| t.as_ref().map_or_else(unknown, |t| t.chars().take(10).collect());
    let mut text = match &file.group {
        Some(group) => format!("{group}  "),
        // Files that are in already are not read again; their groups stand in the register.
        None if file.status != "needs-answer" => String::new(),
        None => format!("{}  ", tt!("tui.import.unknown_group")),
    };
    text.push_str(&tt!("tui.import.messages", n = file.messages));
    if file.known > 0 {
        text.push_str(&tt!("tui.import.known", new = file.new, known = file.known));
    }
    if file.first.is_some() {
        text.push_str(&format!("  {} ~ {}", day(&file.first), day(&file.last)));
    }
    let format = file.format.clone().unwrap_or_else(|| tt!("tui.import.unknown_format"));
    let encoding = file.encoding.clone().unwrap_or_else(unknown);
    text.push_str(&format!("  {format}  {encoding}"));
    text
}

fn report(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let import = &model.import;
    let Some(report) = &import.report else { return };
    let dry = import.stage == Stage::Confirm;
    let title = match (dry, report.cancelled) {
        (true, _) => tt!("tui.import.confirm"),
        (false, true) => tt!("tui.import.cancelled"),
        (false, false) => tt!("tui.import.result"),
    };
    let inside = ctx.frame(at, &title, "", true);
    let t = &report.totals;
    let sum = tt!(
        "tui.import.sum",
        files = t.files,
        messages = t.messages,
        new = t.new,
        known = t.known,
        issues = t.issues
    );
    ctx.put(inside.x + 1, inside.y, inside.width.saturating_sub(2), &sum, ctx.look.strong());
    let next = match (dry, import.asking().is_some()) {
        (true, true) => tt!("tui.import.answer_hint"),
        (true, false) if import.brings_nothing() => tt!("tui.import.nothing_hint"),
        (true, false) => tt!("tui.import.confirm_hint"),
        (false, _) if import.taking_back => tt!("tui.import.taking_back"),
        (false, _) if t.issues == 0 => {
            tt!("tui.import.result_hint", new = t.notices_new, grown = t.notices_grown)
        }
        (false, _) => tt!("tui.import.result_issues", new = t.notices_new, grown = t.notices_grown),
    };
    ctx.put(inside.x + 1, inside.y + 1, inside.width.saturating_sub(2), &next, ctx.look.accent());
    let body = Rect { y: inside.y + 2, height: inside.height.saturating_sub(2), ..inside };
    let lines = report_lines(model);
    for (y, (index, line)) in (body.y..body.bottom()).zip(lines.iter().enumerate().skip(import.top)) {
        let here = index == import.selected;
        let text = format!("{} {}", if here { ">" } else { " " }, line.text);
        let style = if here { ctx.look.selected() } else { line.style };
        ctx.put(body.x, y, body.width, &ctx.look.cells.pad(&text, usize::from(body.width)), style);
        ctx.target(Rect::new(body.x, y, body.width, 1), Target::Row(index));
    }
    ctx.scroll_mark(at, import.top, usize::from(body.height), lines.len());
}
