//! The list of notices with its sections. Draws only the window that is seen.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::{Ctx, detail, strip};
use crate::notice::{NoticeRow, Section, State, View};
use crate::store::{Counts, ListFilter};
use crate::tui::actions::{self, Places};
use crate::tui::lang::tt;
use crate::tui::layout;
use crate::tui::model::{Model, PARTS};
use crate::tui::msg::Target;
use crate::tui::time;
use crate::tui::widgets::{area, cells};

/// Columns that the name of a saved view takes in the border at most.
const NAME: usize = 12;

/// The heading of a section.
#[must_use]
pub fn section_name(section: Section) -> String {
    match section {
        Section::Urgent => tt!("tui.section.urgent"),
        Section::Overdue => tt!("tui.section.overdue"),
        Section::Today => tt!("tui.section.today"),
        Section::Tomorrow => tt!("tui.section.tomorrow"),
        Section::Week => tt!("tui.section.week"),
        Section::Late => tt!("tui.section.late"),
        Section::Ahead => tt!("tui.section.ahead"),
        Section::NoDate => tt!("tui.section.no_date"),
        Section::Past => tt!("tui.section.past"),
    }
}

/// The heading with the number of its rows, where the whole inbox is shown.
fn heading(model: &Model, section: Section) -> String {
    let list = &model.list;
    let whole = list.view == View::Inbox && !list.narrowed();
    match model.env.counts.filter(|_| whole).and_then(|c| c.sections.get(section as usize).copied()) {
        Some(n) if n > 0 => format!("{} {n}", section_name(section)),
        _ => section_name(section),
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
    if let Some(pane) = areas.pane {
        detail::draw(model, ctx, pane, model.detail.focused);
    }
    draw(model, ctx, areas.list);
    if let Some(pane) = areas.pane.filter(|p| p.y == areas.list.y && !ctx.look.plain) {
        area::joint(ctx.buf, pane, ctx.look.cells);
    }
}

/// The name of a part of the inbox.
#[must_use]
pub fn part_name(view: View) -> String {
    match view {
        View::Inbox => tt!("tui.tab.inbox"),
        View::Later => tt!("tui.part.later"),
        View::Noted => tt!("tui.part.noted"),
        View::Done => tt!("tui.part.done"),
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

/// The parts of the inbox in the upper border, the one shown reversed, behind them as many saved views as there is room
/// for; at its right end where the cursor stands.
fn parts(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let list = &model.list;
    let end = at.right().saturating_sub(1);
    let wide = |word: &str| u16::try_from(cells::width(word)).unwrap_or(u16::MAX);
    let note = title(model);
    let mut words = Vec::new();
    for view in PARTS {
        let count = part_count(model, view).map_or_else(String::new, |n| format!(" {n}"));
        let word = format!(" {}{count} ", part_name(view));
        words.push((word, list.named.is_none() && view == list.view, end));
    }
    for view in &model.views {
        let word = format!(" {} ", ctx.look.cells.fit(&view.name, NAME));
        let here = list.named.as_ref() == Some(&view.name);
        words.push((word, here, end.saturating_sub(wide(&note).saturating_add(3))));
    }
    let mut x = at.x + 1;
    for (number, (word, here, end)) in words.into_iter().enumerate() {
        let wide = wide(&word);
        if x + wide > end {
            break;
        }
        let word = ctx.chosen(word, here);
        let style = if here { ctx.look.selected().add_modifier(Modifier::BOLD) } else { ctx.look.plain() };
        ctx.put(x, at.y, wide, &word, style);
        ctx.target(Rect::new(x, at.y, wide, 1), Target::Part(number));
        x += wide + 1;
    }
    let wide = wide(&note).saturating_add(2);
    if !note.is_empty() && x + wide < end {
        ctx.put(end - wide, at.y, wide, &format!(" {note} "), ctx.look.plain());
    }
}

/// Draws the list into `at`.
pub fn draw(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let list = &model.list;
    let focused = !model.detail.focused;
    let mut inside = ctx.frame(at, "", &note(model), focused);
    parts(model, ctx, at);
    if list.filter_line() {
        filter_line(model, ctx, Rect { height: 1, ..inside });
        inside.y += 1;
        inside.height = inside.height.saturating_sub(1);
    }
    if layout::strip_lines(model) > 0 {
        strip::draw(model, ctx, Rect { height: 1, ..inside });
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
            let pressing = matches!(row.section, Section::Urgent | Section::Overdue | Section::Late);
            let style = if pressing { ctx.look.alarm() } else { ctx.look.accent() };
            let line = Rect::new(inside.x, y, inside.width, 1);
            ctx.rule(line, &heading(model, row.section), style);
            section = Some(row.section);
            y += 1;
        }
        if y >= inside.bottom() {
            break;
        }
        draw_row(model, ctx, Rect::new(inside.x, y, inside.width, 1), index, row);
        ctx.row(Rect::new(inside.x, y, inside.width, 1), index == list.selected);
        ctx.target(Rect::new(inside.x, y, inside.width, 1), Target::Row(index));
        y += 1;
    }
    if let Some((rank, total)) = list.place {
        let (rank, total) = (usize::try_from(rank).unwrap_or(0), usize::try_from(total).unwrap_or(0));
        let from = rank.saturating_sub(1 + list.selected.saturating_sub(list.top));
        ctx.scroll_mark(at, from, usize::from(inside.height), total);
    }
}

fn title(model: &Model) -> String {
    let place = model.list.place.filter(|_| !model.list.rows.is_empty());
    place.map_or_else(String::new, |(rank, total)| format!("{rank}/{total}"))
}

fn note(model: &Model) -> String {
    if model.list.slow {
        return tt!("tui.search.busy");
    }
    match model.env.counts {
        Some(Counts { visit: Some(at), fresh, .. }) if fresh > 0 => {
            tt!("tui.list.fresh", at = time::short(model.env.now, at, true), n = fresh)
        }
        Some(c) if c.messages > 0 => tt!("tui.list.sum", messages = c.messages, notices = c.all),
        _ => String::new(),
    }
}

/// What a filter asks for besides its part and its groups, in words.
#[must_use]
pub fn said(filter: &ListFilter, now: i64) -> String {
    let day = |at: crate::notice::Moment| time::short(now, at.0, false);
    let last = |at: crate::notice::Moment| time::short(now, at.0 - 1, false);
    let days = match (filter.since, filter.until) {
        (Some(from), Some(to)) => tt!("tui.views.days", from = day(from), to = last(to)),
        (Some(from), None) => tt!("tui.views.since", from = day(from)),
        (None, Some(to)) => tt!("tui.views.until", to = last(to)),
        (None, None) => String::new(),
    };
    let files = if filter.with_files { tt!("tui.views.files") } else { String::new() };
    let parts = [filter.words.clone(), days, files];
    parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join("  ")
}

/// What the list is narrowed by. The groups stand before what is typed: they narrow along with it.
fn filter_line(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let mut label = match model.list.named.as_ref().filter(|_| model.list.filter.is_none()) {
        Some(name) => format!("{} ", tt!("tui.views.shown", name = name)),
        None => tt!("tui.list.filter"),
    };
    if !model.list.groups.is_empty() {
        let groups = tt!("tui.list.group", group = model.list.groups.join(" "));
        label = format!("{label} [{}]", ctx.look.cells.fit(&groups, usize::from(at.width / 2)));
    }
    let used = ctx.put(at.x + 1, at.y, at.width, &label, ctx.look.accent()) + 2;
    let field_at = Rect::new(at.x + used, at.y, at.width.saturating_sub(used + 1), 1);
    match &model.list.filter {
        Some(field) => {
            let styles = (ctx.look.strong(), ctx.look.dim());
            let hint = tt!("tui.list.filter_hint");
            ctx.caret = Some(field.draw(ctx.buf, field_at, &hint, styles, ctx.look.cells));
        }
        None => {
            let text = said(&model.list.filter_now(), model.env.now);
            ctx.put(field_at.x, at.y, field_at.width, &text, ctx.look.strong());
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

    let (sign, tint) = sign(row);
    let tint = if here { base } else { base.patch(if tint { look.alarm() } else { look.strong() }) };
    x += ctx.put(x, at.y, 2, sign, tint);

    let soon = matches!(row.section, Section::Urgent | Section::Overdue | Section::Today | Section::Late);
    let tint = if soon && model.list.view == View::Inbox { look.warn() } else { look.dim() };
    ctx.put(x, at.y, 12, &date(model, row), if here { base } else { base.patch(tint) });
    x += 13;

    let groups = tt!("tui.list.groups", n = row.groups);
    let right = u16::try_from(cells::width(&groups).max(4)).unwrap_or(4);
    let mut title_room = at.right().saturating_sub(x + right + 1);
    let markers = markers(model.list.view, row, usize::from(title_room).saturating_sub(13));
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

/// What presses, and what nobody opened yet, as a sign; the heading of the section and the marks say it in words.
fn sign(row: &NoticeRow) -> (&'static str, bool) {
    let closed = matches!(row.state, State::Noted | State::Done);
    if !closed && (row.urgent || matches!(row.section, Section::Overdue | Section::Late)) {
        ("! ", true)
    } else if row.state == State::Unread {
        ("* ", false)
    } else {
        ("  ", false)
    }
}

/// The deadline, marked `?` when it was worked out and not read; an event's time after `@`; for 稍后 the return.
fn date(model: &Model, row: &NoticeRow) -> String {
    let now = model.env.now;
    if let (View::Later, Some(until)) = (model.list.view, row.later_until) {
        return time::short(now, until.0, true);
    }
    // Under the headings of today and tomorrow the clock is enough.
    let near = matches!(row.section, Section::Today | Section::Tomorrow);
    let at_midnight = |at: i64| crate::message::local(at).time() == chrono::NaiveTime::MIN;
    match (&row.due, row.event_at) {
        (Some(due), _) => {
            let clock = due.precision != "day";
            let text = if near && clock {
                crate::message::local(due.at.0).format("%H:%M").to_string()
            } else {
                time::short(now, due.at.0, clock)
            };
            let doubt = if due.basis == "inferred" { "?" } else { "" };
            format!("{text}{doubt}")
        }
        // An event without an hour stands at the beginning of its day.
        (None, Some(at)) if near && !at_midnight(at.0) => {
            format!("@{}", crate::message::local(at.0).format("%H:%M"))
        }
        (None, Some(at)) => format!("@{}", time::short(now, at.0, !at_midnight(at.0))),
        (None, None) => "-".to_string(),
    }
}

/// What is to be known before the notice is opened, as far as there is room: that it is open again comes first.
fn markers(view: View, row: &NoticeRow, room: usize) -> String {
    let mut words = Vec::new();
    if row.reopened {
        words.push(tt!("tui.mark.reopened"));
    }
    if row.conflict {
        words.push(tt!("tui.mark.conflict"));
    }
    if row.urgent && row.section != Section::Urgent {
        words.push(format!("[{}]", tt!("tui.flag.urgent")));
    }
    if view == View::All && row.state != State::Unread {
        words.push(format!("[{}]", state_name(row.state)));
    }
    let mut out = String::new();
    for word in words {
        if cells::width(&out) + cells::width(&word) <= room {
            out.push_str(&word);
        }
    }
    out
}

/// What to do when there is nothing to show.
fn empty(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let lines = if model.list.loading {
        vec![tt!("tui.empty.loading")]
    } else if model.list.failed.is_some() {
        vec![tt!("tui.empty.failed"), tt!("tui.empty.failed_hint")]
    } else if !model.list.answered.is_empty() {
        vec![tt!("tui.empty.filtered", words = model.list.answered), tt!("tui.empty.filtered_hint")]
    } else if model.env.counts.is_some_and(|c| c.messages == 0) {
        vec![
            tt!("tui.empty.first_1"),
            tt!("tui.empty.first_2"),
            tt!("tui.empty.first_3"),
            String::new(),
            tt!("tui.empty.first_wizard"),
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
