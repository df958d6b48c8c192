//! 待报: what is to be handed in, by deadline. Draws only the window that is seen.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::Ctx;
use crate::duty::{self, Upload, When};
use crate::facts::DestinationKind;
use crate::notice::Evidence;
use crate::store::{UploadPlace, UploadView};
use crate::tui::actions::Places;
use crate::tui::lang::{is_chinese, tt};
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::model::uploads::PARTS;
use crate::tui::msg::Target;
use crate::tui::time;
use crate::tui::widgets::{area, cells, para};

/// Where the user is in the view.
#[must_use]
pub fn place(model: &Model) -> Places {
    if model.uploads.filter.is_some() { Places::UPLOAD_FILTER } else { Places::UPLOADS }
}

/// The number behind the name of the view: all, and what is overdue.
#[must_use]
pub fn count(model: &Model) -> String {
    match model.env.counts {
        Some(c) if c.uploads_overdue > 0 => {
            tt!("tui.count.overdue", n = c.uploads, overdue = c.uploads_overdue)
        }
        Some(c) => c.uploads.to_string(),
        None => String::new(),
    }
}

/// Lines for rows and headings.
#[must_use]
pub fn height(model: &Model) -> usize {
    usize::from(list_inside(model).height)
}

fn areas(model: &Model) -> (Rect, Option<Rect>) {
    let areas = layout::areas(model);
    (areas.list, areas.pane)
}

fn list_inside(model: &Model) -> Rect {
    let mut inside = layout::inside(areas(model).0);
    if has_filter(model) {
        inside.y += 1;
        inside.height = inside.height.saturating_sub(1);
    }
    inside
}

fn has_filter(model: &Model) -> bool {
    let u = &model.uploads;
    u.filter.is_some() || !u.words.is_empty() || u.place.is_some()
}

/// The part of the list a row stands in: its heading.
#[must_use]
pub fn part(row: &Upload, now: i64) -> (u8, When) {
    match row.state.as_str() {
        "done" => (1, When::NoDate),
        "waived" => (2, When::NoDate),
        _ => (0, duty::when(row.due.as_ref().map(|d| d.at), now)),
    }
}

fn heading(part: (u8, When)) -> String {
    match part {
        (1, _) => tt!("tui.uploads.done"),
        (2, _) => tt!("tui.uploads.waived"),
        (_, When::Overdue) => tt!("tui.section.overdue"),
        (_, When::Today) => tt!("tui.section.today"),
        (_, When::Tomorrow) => tt!("tui.section.tomorrow"),
        (_, When::Week) => tt!("tui.uploads.week"),
        (_, When::Ahead) => tt!("tui.section.ahead"),
        (_, When::NoDate) => tt!("tui.section.no_date"),
    }
}

/// Draws the view: the rows, and beside or below them the selected one in full where there is room.
pub fn draw(model: &Model, ctx: &mut Ctx<'_>, _body: Rect) {
    let (list, pane) = areas(model);
    draw_list(model, ctx, list);
    if let Some(pane) = pane {
        draw_row_in_full(model, ctx, pane);
        if pane.y == list.y && !ctx.look.plain {
            area::joint(ctx.buf, pane, ctx.look.cells);
        }
    }
}

/// What to do when a part of the view is empty.
fn none(view: UploadView) -> Vec<String> {
    match view {
        UploadView::Open | UploadView::All => vec![tt!("tui.uploads.none"), tt!("tui.uploads.none_hint")],
        UploadView::Done => vec![tt!("tui.uploads.none_done"), tt!("tui.uploads.none_done_hint")],
        UploadView::Waived => vec![tt!("tui.uploads.none_waived"), tt!("tui.uploads.none_waived_hint")],
    }
}

fn draw_list(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let uploads = &model.uploads;
    ctx.frame(at, "", "", true);
    parts(model, ctx, at);
    if has_filter(model) {
        filter_line(model, ctx, Rect { height: 1, ..layout::inside(at) });
    }
    let inside = list_inside(model);
    if uploads.rows.is_empty() {
        let lines = match (&uploads.failed, uploads.loaded) {
            (Some(why), _) => vec![why.clone()],
            (None, false) => vec![tt!("tui.empty.loading")],
            (None, true) if has_filter(model) => {
                vec![tt!("tui.uploads.none_filtered"), tt!("tui.uploads.none_filtered_hint")]
            }
            (None, true) => none(uploads.view),
        };
        let room = usize::from(inside.width.saturating_sub(4));
        let wrap = |line: &String| para::wrap(line, &[], ctx.look.plain(), room, ctx.look.cells);
        let lines: Vec<_> = lines.iter().flat_map(wrap).collect();
        let body = Rect::new(
            inside.x + 2,
            inside.y + 1,
            inside.width.saturating_sub(3),
            inside.height.saturating_sub(1),
        );
        area::put_lines(ctx.buf, body, &lines, 0);
        return;
    }
    let now = model.env.now;
    // As wide as the longest destination in sight, a third of the line at most.
    let seen = uploads.rows.iter().skip(uploads.top).take(usize::from(inside.height));
    let longest = seen.map(|r| cells::width(&destination(r))).max().unwrap_or(0);
    let to_wide = u16::try_from(longest).unwrap_or(u16::MAX).clamp(8, (inside.width / 3).max(14));
    let mut y = inside.top();
    let mut head = None;
    for (index, row) in uploads.rows.iter().enumerate().skip(uploads.top) {
        let here = part(row, now);
        if head != Some(here) && y < inside.bottom() {
            let style =
                if here.1 <= When::Today && here.0 == 0 { ctx.look.alarm() } else { ctx.look.accent() };
            let line = Rect::new(inside.x, y, inside.width, 1);
            ctx.rule(line, &heading(here), style);
            head = Some(here);
            y += 1;
        }
        if y >= inside.bottom() {
            break;
        }
        draw_row(model, ctx, Rect::new(inside.x, y, inside.width, 1), index, row, to_wide);
        ctx.row(Rect::new(inside.x, y, inside.width, 1), index == uploads.selected);
        ctx.target(Rect::new(inside.x, y, inside.width, 1), Target::Row(index));
        y += 1;
    }
}

/// The parts of the view in the upper border, the one shown reversed; at its right end how long the list is.
fn parts(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let end = at.right().saturating_sub(1);
    let mut x = at.x + 1;
    for (number, view) in PARTS.into_iter().enumerate() {
        let word = format!(" {} ", part_name(view));
        let wide = u16::try_from(cells::width(&word)).unwrap_or(u16::MAX);
        if x + wide > end {
            break;
        }
        let here = view == model.uploads.view;
        let word = ctx.chosen(word, here);
        let style = if here { ctx.look.selected().add_modifier(Modifier::BOLD) } else { ctx.look.plain() };
        ctx.put(x, at.y, wide, &word, style);
        ctx.target(Rect::new(x, at.y, wide, 1), Target::Part(number));
        x += wide + 1;
    }
    let mut note = model.uploads.total.to_string();
    if !model.uploads.marks.is_empty() {
        note = format!("{}  {note}", tt!("tui.uploads.marked", n = model.uploads.marks.len()));
    }
    let wide = u16::try_from(cells::width(&note)).unwrap_or(u16::MAX).saturating_add(2);
    if x + wide < end {
        ctx.put(end - wide, at.y, wide, &format!(" {note} "), ctx.look.plain());
    }
}

fn part_name(view: UploadView) -> String {
    match view {
        UploadView::Open => tt!("tui.tab.uploads"),
        UploadView::Done => tt!("tui.uploads.done"),
        UploadView::Waived => tt!("tui.uploads.waived"),
        UploadView::All => tt!("tui.part.all"),
    }
}

fn filter_line(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let uploads = &model.uploads;
    let mut label = tt!("tui.list.filter");
    if let Some(place) = &uploads.place {
        label = format!("{label} [{}]", place_name(place));
    }
    let used = ctx.put(at.x + 1, at.y, at.width, &label, ctx.look.accent()) + 2;
    let field_at = Rect::new(at.x + used, at.y, at.width.saturating_sub(used + 1), 1);
    match &uploads.filter {
        Some(field) => {
            let styles = (ctx.look.strong(), ctx.look.dim());
            let hint = tt!("tui.uploads.filter_hint");
            ctx.caret = Some(field.draw(ctx.buf, field_at, &hint, styles, ctx.look.cells));
        }
        None => {
            ctx.put(field_at.x, at.y, field_at.width, &uploads.words, ctx.look.strong());
        }
    }
}

/// The columns of a row: cursor and mark, tick, time left, destination, what the notice is about.
fn draw_row(model: &Model, ctx: &mut Ctx<'_>, at: Rect, index: usize, row: &Upload, to_wide: u16) {
    let look = ctx.look;
    let here = index == model.uploads.selected;
    let base = if here { look.selected() } else { Style::new() };
    if here {
        ctx.put(at.x, at.y, at.width, &" ".repeat(usize::from(at.width)), base);
    }
    let marked = model.uploads.marks.contains(&row.duty);
    let edge = format!("{}{}", if here { ">" } else { " " }, if marked { "+" } else { " " });
    let mut x = at.x + ctx.put(at.x, at.y, 2, &edge, base.patch(look.strong()));
    ctx.put(x, at.y, 3, tick(&row.state), base);
    x += 4;
    let left = left(model.env.now, row);
    let wide = if is_chinese() { 9 } else { 11 };
    let style = if here || !row.overdue { base } else { base.patch(look.alarm()) };
    ctx.put(x, at.y, wide, &left, style);
    x += wide + 1;
    ctx.put(x, at.y, to_wide, &look.cells.fit(&destination(row), usize::from(to_wide)), base);
    x += to_wide + 1;
    let signs = signs(row);
    let wide = u16::try_from(cells::width(&signs)).unwrap_or(0);
    let room = at.right().saturating_sub(x);
    let title_room = if wide > 0 && room > wide + 10 { room - wide - 1 } else { room };
    let mut used = ctx.put(x, at.y, title_room, &name(row), base);
    // What is wanted says little without what it is about.
    if name(row) != row.title && used + 10 < title_room {
        let style = if here { base } else { base.patch(look.dim()) };
        used += 2 + ctx.put(x + used + 2, at.y, title_room - used - 2, &row.title, style);
    }
    if title_room < room {
        let style = if here { base } else { base.patch(look.warn()) };
        ctx.put(x + used + 1, at.y, wide, &signs, style);
    }
}

/// What is to be handed in; a number of photos or points alone says nothing, the title does then.
fn name(row: &Upload) -> String {
    let number = |w: &str| ["不少于", "不低于", "至少", "不超过"].iter().any(|n| w.starts_with(n));
    let what: Vec<&str> = row.what.iter().map(String::as_str).filter(|w| !number(w)).collect();
    if what.is_empty() { row.title.clone() } else { what.join("、") }
}

fn tick(state: &str) -> &'static str {
    match state {
        "done" => "[x]",
        "waived" => "[-]",
        _ => "[ ]",
    }
}

/// What must be seen at once: a question, a correction, a file that is gone, parts, files.
fn signs(row: &Upload) -> String {
    let mut out = Vec::new();
    if row.ask {
        out.push(tt!("tui.uploads.sign_ask"));
    }
    if row.reopened {
        out.push(tt!("tui.uploads.sign_reopened"));
    }
    if row.missed > 0 && row.state == "open" {
        out.push(tt!("tui.uploads.sign_missed", n = row.missed));
    }
    if row.evidence.iter().any(|e| e.missing) {
        out.push(tt!("tui.uploads.file_missing"));
    } else if row.evidence.iter().any(|e| e.changed) {
        out.push(tt!("tui.uploads.file_changed"));
    } else if !row.evidence.is_empty() {
        out.push(tt!("tui.uploads.sign_files", n = row.evidence.len()));
    }
    if !row.targets.is_empty() {
        let done = row.targets.iter().filter(|t| t.done_at.is_some()).count();
        out.push(format!("{done}/{}", row.targets.len()));
    }
    if row.typed_at.is_some() {
        out.push(tt!("tui.uploads.sign_late"));
    }
    out.join(" ")
}

/// `逾期6天`, `剩3时`, `剩2天`; for a settled row when it was settled.
fn left(now: i64, row: &Upload) -> String {
    const HOUR: i64 = 3_600_000;
    if row.state != "open" {
        return row.settled_at.map_or_else(|| "-".to_owned(), |m| time::short(now, m.0, false));
    }
    let Some(due) = &row.due else { return "-".to_owned() };
    let gap = due.at.0 - now;
    let hours = gap.abs() / HOUR;
    match (gap < 0, hours) {
        (true, 0..=23) => tt!("tui.uploads.late_hours", n = hours.max(1)),
        (true, _) => tt!("tui.uploads.late_days", n = hours / 24),
        (false, 0) => tt!("tui.uploads.left_minutes", n = (gap / 60_000).max(1)),
        (false, 1..=47) => tt!("tui.uploads.left_hours", n = hours),
        (false, _) => tt!("tui.uploads.left_days", n = hours / 24),
    }
}

/// Where a row is to go, in a word and a sign: what nobody said is marked `?`.
fn destination(row: &Upload) -> String {
    let name = row.group.clone().or_else(|| row.destination.as_ref().map(|d| d.name.clone()));
    let name = name.unwrap_or_else(|| "-".to_owned());
    if row.assumed { format!("{name}?") } else { name }
}

/// The word for a kind of destination.
#[must_use]
pub fn kind_name(kind: DestinationKind) -> String {
    match kind {
        DestinationKind::Mailbox => tt!("tui.kind.mailbox"),
        DestinationKind::Group => tt!("tui.kind.group"),
        DestinationKind::App => tt!("tui.kind.app"),
        DestinationKind::System => tt!("tui.kind.system"),
        DestinationKind::Office => tt!("tui.kind.office"),
        DestinationKind::Paper => tt!("tui.kind.paper"),
        DestinationKind::Person => tt!("tui.kind.person"),
    }
}

/// A choice of the window 去处 in words.
#[must_use]
pub fn place_name(place: &UploadPlace) -> String {
    let name = place.group.clone().or_else(|| place.destination.clone());
    match (place.kind, name) {
        (Some(kind), Some(name)) => format!("{}  {name}", kind_name(kind)),
        (Some(kind), None) => kind_name(kind),
        (None, name) => name.unwrap_or_default(),
    }
}

/// The selected row in full, and under it what the notice says.
fn draw_row_in_full(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let title = model.uploads.row().map(|r| r.title.clone()).unwrap_or_default();
    ctx.frame(at, &title, "", false);
    let inside = layout::page(at);
    let Some(row) = model.uploads.row() else { return };
    let used = draw_facts(row, model.env.now, ctx, inside);
    let left = Rect { y: inside.y + used, height: inside.height - used, ..inside };
    draw_text(&row.text, ctx, left);
}

/// Draws label by label what is said of a row; gives the lines used.
fn draw_facts(row: &Upload, now: i64, ctx: &mut Ctx<'_>, inside: Rect) -> u16 {
    let label_wide = if is_chinese() { 8 } else { 12 };
    let mut y = inside.y;
    for (label, value, alarm) in facts(row, now) {
        let room = usize::from(inside.width).saturating_sub(label_wide + 1).max(4);
        let style = if alarm { ctx.look.alarm() } else { Style::new() };
        for (n, line) in para::wrap(&value, &[], style, room, ctx.look.cells).into_iter().enumerate() {
            if y >= inside.bottom() {
                return inside.height;
            }
            if n == 0 {
                ctx.put(inside.x, y, inside.width, &label, ctx.look.dim());
            }
            let x = inside.x + u16::try_from(label_wide).unwrap_or(8);
            area::put_lines(ctx.buf, Rect::new(x, y, inside.right().saturating_sub(x), 1), &[line], 0);
            y += 1;
        }
    }
    y - inside.y
}

/// What the notice says, under a heading, as far as there is room: who ticks a row off sees what was asked.
fn draw_text(text: &str, ctx: &mut Ctx<'_>, room: Rect) {
    /// A blank line, the heading, and two lines that say something.
    const LEAST: u16 = 4;
    if room.height < LEAST || text.is_empty() {
        return;
    }
    ctx.rule(Rect { y: room.y + 1, height: 1, ..room }, &tt!("tui.uploads.text"), ctx.look.dim());
    let body = Rect { y: room.y + 2, height: room.height - 2, ..room };
    let mut lines = para::wrap(text, &[], ctx.look.plain(), usize::from(body.width), ctx.look.cells);
    let more = lines.len().saturating_sub(usize::from(body.height));
    if more > 0 {
        lines.truncate(usize::from(body.height) - 1);
        let y = body.bottom() - 1;
        ctx.put(body.x, y, body.width, &tt!("tui.uploads.more", n = more + 1), ctx.look.dim());
    }
    area::put_lines(ctx.buf, body, &lines, 0);
}

/// What is said of a row, label by label; `true` for what alarms.
fn facts(row: &Upload, now: i64) -> Vec<(String, String, bool)> {
    let mut out = vec![(tt!("tui.uploads.what"), row.what.join("  "), false)];
    let kind = row.destination.as_ref().map(|d| kind_name(d.kind)).unwrap_or_default();
    out.push((tt!("tui.uploads.to"), format!("{kind}  {}", destination(row)), false));
    if row.assumed {
        let group = row.destination.as_ref().is_none_or(|d| d.kind == DestinationKind::Group);
        let why = if group { tt!("tui.uploads.assumed") } else { tt!("tui.uploads.supposed") };
        out.push((String::new(), why, false));
    }
    if row.ask {
        out.push((String::new(), tt!("tui.uploads.ask"), true));
    }
    out.push((tt!("tui.uploads.asker"), row.asker.clone(), false));
    if let Some(due) = &row.due {
        let at = time::full(now, due.at.0, due.precision != "day");
        let basis = super::detail::basis(due);
        out.push((
            tt!("tui.uploads.due"),
            format!("{at}  {}  {basis}", left(now, row)).trim_end().to_owned(),
            row.overdue,
        ));
    }
    if let Some(rule) = &row.recurs {
        out.push((tt!("tui.detail.recurs"), time::rule(rule), false));
    }
    if row.missed > 0 {
        out.push((String::new(), tt!("tui.uploads.missed", n = row.missed), true));
    }
    let mut state = heading(part(row, now));
    if row.state == "open" {
        state = tt!("tui.uploads.open");
    }
    if let Some(at) = row.settled_at {
        state = format!("{state}  {}", time::full(now, at.0, true));
    }
    out.push((tt!("tui.detail.state"), state, false));
    if let Some(at) = row.typed_at {
        out.push((tt!("tui.uploads.sign_late"), time::full(now, at.0, false), false));
    }
    if row.reopened {
        out.push((String::new(), tt!("tui.uploads.reopened"), true));
    }
    for (label, text) in [(tt!("tui.uploads.reason"), &row.reason), (tt!("tui.uploads.note"), &row.note)] {
        if let Some(text) = text {
            out.push((label, text.clone(), false));
        }
    }
    for target in &row.targets {
        let mark = if target.done_at.is_some() { "[x]" } else { "[ ]" };
        out.push((tt!("tui.uploads.part"), format!("{mark} {}", target.name), false));
    }
    for file in &row.evidence {
        out.push((tt!("tui.uploads.file"), file.path.clone(), false));
        out.push((String::new(), file_facts(file), file.missing || file.changed));
    }
    for path in row.offered.iter().filter(|_| row.state == "open") {
        out.push((tt!("tui.uploads.offered"), path.clone(), false));
    }
    out
}

/// Size, hash and state of a file.
#[must_use]
pub fn file_facts(file: &Evidence) -> String {
    let state = match (file.missing, file.changed) {
        (true, _) => tt!("tui.uploads.file_missing"),
        (_, true) => tt!("tui.uploads.file_changed"),
        _ => String::new(),
    };
    let sha: String = file.sha256.chars().take(12).collect();
    format!("{} B  SHA-256 {sha}  {}  {state}", file.size, time::sent(file.added_at.0))
}
