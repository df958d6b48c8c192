//! The list of notices with its sections. Draws only the window that is seen.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::{Ctx, detail};
use crate::notice::{NoticeRow, Section, State, View};
use crate::tui::actions::{self, Places};
use crate::tui::lang::{is_chinese, tt};
use crate::tui::layout;
use crate::tui::model::{Model, PARTS};
use crate::tui::msg::Target;
use crate::tui::time;
use crate::tui::widgets::{area, cells};

/// The heading of a section.
#[must_use]
pub fn section_name(section: Section) -> String {
    match section {
        Section::Urgent => tt!("tui.section.urgent"),
        Section::Overdue => tt!("tui.section.overdue"),
        Section::Today => tt!("tui.section.today"),
        Section::Tomorrow => tt!("tui.section.tomorrow"),
        Section::Week => tt!("tui.section.week"),
        Section::Ahead => tt!("tui.section.ahead"),
        Section::NoDate => tt!("tui.section.no_date"),
        Section::Past => tt!("tui.section.past"),
    }
}

/// The word for a state.
#[must_use]
pub fn state_name(state: State) -> String {
    match state {
        State::Unread => tt!("tui.state.unread"),
        State::Open => tt!("tui.state.open"),
        State::Later => tt!("tui.state.later"),
        State::Noted => tt!("tui.state.noted"),
        State::Done => tt!("tui.state.done"),
    }
}

/// The number behind the name of the view: all, and what is overdue.
#[must_use]
pub fn count(model: &Model) -> String {
    match model.env.counts {
        Some(c) if c.overdue > 0 => tt!("tui.count.overdue", n = c.inbox, overdue = c.overdue),
        Some(c) => c.inbox.to_string(),
        None => String::new(),
    }
}

/// Where the user is in the view.
#[must_use]
pub fn place(model: &Model) -> Places {
    if model.list.filter.is_some() {
        Places::FILTER
    } else if model.detail.focused {
        Places::PANE
    } else {
        Places::LIST
    }
}

/// Draws the view: the list, and beside or below it the detail where there is room.
pub fn draw_view(model: &Model, ctx: &mut Ctx<'_>, _body: Rect) {
    let areas = layout::areas(model);
    draw(model, ctx, areas.list);
    if let Some(pane) = areas.pane {
        detail::draw(model, ctx, pane, model.detail.focused);
    }
}

/// The name of a part of the inbox.
#[must_use]
pub fn part_name(view: View) -> String {
    match view {
        View::Inbox => tt!("tui.tab.inbox"),
        View::Later => tt!("tui.state.later"),
        View::Noted => tt!("tui.state.noted"),
        View::Done => tt!("tui.state.done"),
        View::All => tt!("tui.part.all"),
    }
}

fn part_count(model: &Model, view: View) -> Option<u64> {
    let c = model.env.counts?;
    Some(match view {
        View::Inbox => c.inbox,
        View::Later => c.later,
        View::Noted => c.noted,
        View::Done => c.done,
        View::All => c.all,
    })
}

/// The parts of the inbox in the upper border, the one shown reversed; at its right end where the cursor stands.
fn parts(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let end = at.right().saturating_sub(1);
    let mut x = at.x + 1;
    for (number, view) in PARTS.into_iter().enumerate() {
        let here = view == model.list.view;
        let count = part_count(model, view).map_or_else(String::new, |n| format!(" {n}"));
        let word = format!(" {}{count} ", part_name(view));
        let wide = u16::try_from(cells::width(&word)).unwrap_or(u16::MAX);
        if x + wide > end {
            break;
        }
        let style = if here { ctx.look.selected().add_modifier(Modifier::BOLD) } else { ctx.look.plain() };
        ctx.put(x, at.y, wide, &word, style);
        ctx.target(Rect::new(x, at.y, wide, 1), Target::Part(number));
        x += wide + 1;
    }
    let note = title(model);
    let wide = u16::try_from(cells::width(&note)).unwrap_or(u16::MAX).saturating_add(2);
    if x + wide < end {
        ctx.put(end - wide, at.y, wide, &format!(" {note} "), ctx.look.plain());
    }
}

/// Draws the list into `at`.
pub fn draw(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let list = &model.list;
    let focused = !model.detail.focused;
    let mut inside = ctx.frame(at, "", &note(model), focused);
    parts(model, ctx, at);
    if list.filter.is_some() || !list.words.is_empty() {
        filter_line(model, ctx, Rect { height: 1, ..inside });
        inside.y += 1;
        inside.height = inside.height.saturating_sub(1);
    }
    if list.rows.is_empty() {
        empty(model, ctx, inside);
        return;
    }
    let mut y = inside.top();
    let mut section = None;
    for (index, row) in list.rows.iter().enumerate().skip(list.top) {
        if section != Some(row.section) && y < inside.bottom() {
            let style = if row.section <= Section::Overdue { ctx.look.alarm() } else { ctx.look.accent() };
            let line = Rect::new(inside.x, y, inside.width, 1);
            area::rule(ctx.buf, line, &section_name(row.section), style, ctx.look.dim(), ctx.look.cells);
            section = Some(row.section);
            y += 1;
        }
        if y >= inside.bottom() {
            break;
        }
        draw_row(model, ctx, Rect::new(inside.x, y, inside.width, 1), index, row);
        ctx.target(Rect::new(inside.x, y, inside.width, 1), Target::Row(index));
        y += 1;
    }
    if let Some((rank, total)) = list.place {
        let (rank, total) = (usize::try_from(rank).unwrap_or(0), usize::try_from(total).unwrap_or(0));
        let from = rank.saturating_sub(1 + list.selected.saturating_sub(list.top));
        area::scroll_mark(ctx.buf, at, from, usize::from(inside.height), total, ctx.look.cells);
    }
}

fn title(model: &Model) -> String {
    let mut title = String::new();
    if let Some((rank, total)) = model.list.place.filter(|_| !model.list.rows.is_empty()) {
        title.push_str(&format!("{rank}/{total}"));
    }
    if let Some(group) = &model.list.group {
        title.push_str(&format!("  {}", tt!("tui.list.group", group = group)));
    }
    title
}

fn note(model: &Model) -> String {
    match model.env.counts {
        Some(c) if c.messages > 0 => tt!("tui.list.sum", messages = c.messages, notices = c.all),
        _ => String::new(),
    }
}

fn filter_line(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let label = tt!("tui.list.filter");
    let used = ctx.put(at.x + 1, at.y, at.width, &label, ctx.look.accent()) + 2;
    let field_at = Rect::new(at.x + used, at.y, at.width.saturating_sub(used + 1), 1);
    match &model.list.filter {
        Some(field) => {
            let styles = (ctx.look.strong(), ctx.look.dim());
            let hint = tt!("tui.list.filter_hint");
            ctx.caret = Some(field.draw(ctx.buf, field_at, &hint, styles, ctx.look.cells));
        }
        None => {
            ctx.put(field_at.x, at.y, field_at.width, &model.list.words, ctx.look.strong());
        }
    }
}

/// The columns of a row: cursor and mark, state, deadline, title, number of groups.
fn draw_row(model: &Model, ctx: &mut Ctx<'_>, at: Rect, index: usize, row: &NoticeRow) {
    let look = ctx.look;
    let here = index == model.list.selected;
    let focused = matches!(actions::place(model), Places::LIST | Places::FILTER) || model.popup.is_some();
    let base = match (here, focused) {
        (true, true) => look.selected(),
        (true, false) => look.selected_idle(),
        _ => Style::new(),
    };
    if here {
        ctx.put(at.x, at.y, at.width, &" ".repeat(usize::from(at.width)), base);
    }
    let marked = model.list.marks.contains(&row.id);
    let edge = format!("{}{}", if here { ">" } else { " " }, if marked { "+" } else { " " });
    let mut x = at.x;
    x += ctx.put(x, at.y, 2, &edge, base.patch(look.strong()));

    let (word, tint) = flag(model, row);
    let flag_width = if is_chinese() { 6 } else { 9 };
    ctx.put(x, at.y, flag_width, &word, if here { base } else { base.patch(tint) });
    x += flag_width + 1;

    let soon = row.section <= Section::Today;
    let tint = if soon && model.list.view == View::Inbox { look.warn() } else { Style::new() };
    ctx.put(x, at.y, 12, &date(model, row), if here { base } else { base.patch(tint) });
    x += 13;

    let groups = tt!("tui.list.groups", n = row.groups);
    let right = u16::try_from(cells::width(&groups).max(4)).unwrap_or(4);
    let mut title_room = at.right().saturating_sub(x + right + 1);
    let markers = markers(row);
    let marker_width = u16::try_from(cells::width(&markers)).unwrap_or(0);
    let title_style = if row.state == State::Unread { base.patch(look.strong()) } else { base };
    if marker_width > 0 && title_room > marker_width + 12 {
        title_room -= marker_width + 1;
        let used = ctx.put(x, at.y, title_room, &row.title, title_style);
        let style = if here { base } else { base.patch(look.warn()) };
        ctx.put(x + used + 1, at.y, marker_width, &markers, style);
    } else {
        ctx.put(x, at.y, title_room, &row.title, title_style);
    }
    let text = look.cells.pad_left(&groups, usize::from(right));
    ctx.put(
        at.right().saturating_sub(right),
        at.y,
        right,
        &text,
        if here { base } else { base.patch(look.dim()) },
    );
}

/// The state in a sign and a word: what presses most comes first.
fn flag(model: &Model, row: &NoticeRow) -> (String, Style) {
    let look = model.env.look;
    match row.state {
        State::Later | State::Noted | State::Done if model.list.view != View::Inbox => {
            (format!("  {}", state_name(row.state)), look.dim())
        }
        _ if row.urgent => (format!("! {}", tt!("tui.flag.urgent")), look.alarm()),
        _ if row.section == Section::Overdue => (format!("! {}", tt!("tui.flag.overdue")), look.alarm()),
        State::Unread => (format!("* {}", state_name(State::Unread)), look.strong()),
        state => (format!("  {}", state_name(state)), Style::new()),
    }
}

/// The deadline, marked `?` when it was worked out and not read; an event's time after `@`; for 稍后 the return.
fn date(model: &Model, row: &NoticeRow) -> String {
    let now = model.env.now;
    if let (View::Later, Some(until)) = (model.list.view, row.later_until) {
        return time::short(now, until.0, true);
    }
    match (&row.due, row.event_at) {
        (Some(due), _) => {
            let text = time::short(now, due.at.0, due.precision != "day");
            let doubt = if due.basis == "inferred" { "?" } else { "" };
            format!("{text}{doubt}")
        }
        (None, Some(at)) => {
            // Nothing is called for midnight: an event at 0:00 is a day without an hour.
            let day = crate::message::local(at.0).time() == chrono::NaiveTime::MIN;
            format!("@{}", time::short(now, at.0, !day))
        }
        (None, None) => "-".to_string(),
    }
}

fn markers(row: &NoticeRow) -> String {
    let mut words = Vec::new();
    if row.reopened {
        words.push(tt!("tui.mark.reopened"));
    }
    if row.conflict {
        words.push(tt!("tui.mark.conflict"));
    }
    words.join("")
}

/// What to do when there is nothing to show.
fn empty(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let lines = if model.list.loading {
        vec![tt!("tui.empty.loading")]
    } else if model.list.failed.is_some() {
        vec![tt!("tui.empty.failed"), tt!("tui.empty.failed_hint")]
    } else if !model.list.words.is_empty() {
        vec![tt!("tui.empty.filtered", words = model.list.words), tt!("tui.empty.filtered_hint")]
    } else if model.env.counts.is_some_and(|c| c.messages == 0) {
        vec![
            tt!("tui.empty.first_1"),
            tt!("tui.empty.first_2"),
            tt!("tui.empty.first_3"),
            String::new(),
            tt!("tui.empty.first_sample"),
            tt!("tui.empty.first_secret"),
            tt!("tui.empty.first_help"),
        ]
    } else {
        vec![by_part(model.list.view), tt!("tui.empty.hint")]
    };
    let height = u16::try_from(lines.len()).unwrap_or(1);
    let top = at.y + at.height.saturating_sub(height) / 3;
    for (y, line) in (top..at.bottom()).zip(lines) {
        let style = if y == top { ctx.look.strong() } else { ctx.look.plain() };
        ctx.put(at.x + 2, y, at.width.saturating_sub(3), &line, style);
    }
}

fn by_part(view: View) -> String {
    match view {
        View::Later => tt!("tui.empty.later"),
        View::Noted => tt!("tui.empty.noted"),
        View::Done => tt!("tui.empty.done"),
        _ => tt!("tui.empty.inbox"),
    }
}
