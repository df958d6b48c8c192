//! Where things stand for a size of the terminal. Pure arithmetic; the core and the screens both ask here.

use ratatui::layout::Rect;

use super::model::{Model, Over};

/// Below this the screen only says that it is too small.
pub const SMALLEST: (u16, u16) = (60, 15);
/// From this width on the detail stands beside the list.
const BESIDE: u16 = 100;
/// From this height on the detail stands below the list.
const BELOW: u16 = 30;

/// The parts of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Areas {
    /// The line of tabs.
    pub tabs: Rect,
    /// Everything between tabs and footer.
    pub body: Rect,
    /// The list with its border.
    pub list: Rect,
    /// The detail beside or below the list, with its border.
    pub pane: Option<Rect>,
    /// The line of keys.
    pub footer: Rect,
}

/// The parts for the model's size.
#[must_use]
pub fn areas(model: &Model) -> Areas {
    let (w, h) = model.env.size;
    let body = Rect::new(0, 1.min(h), w, h.saturating_sub(2));
    let (list, pane) = if w >= BESIDE {
        let left = w * 11 / 20;
        // The two share the border between them.
        (Rect { width: left, ..body }, Some(Rect { x: left - 1, width: w - left + 1, ..body }))
    } else if h >= BELOW {
        let top = body.height * 11 / 20;
        (Rect { height: top, ..body }, Some(Rect { y: body.y + top, height: body.height - top, ..body }))
    } else {
        (body, None)
    };
    Areas {
        tabs: Rect::new(0, 0, w, 1.min(h)),
        body,
        list,
        pane,
        footer: Rect::new(0, h.saturating_sub(1), w, 1.min(h)),
    }
}

/// What is inside a border.
#[must_use]
pub fn inside(area: Rect) -> Rect {
    Rect::new(
        area.x.saturating_add(1),
        area.y.saturating_add(1),
        area.width.saturating_sub(2),
        area.height.saturating_sub(2),
    )
}

/// Lines that the deadlines of two weeks take above the inbox.
#[must_use]
pub fn strip_lines(model: &Model) -> usize {
    let there = model.list.view == crate::notice::View::Inbox
        && !model.list.narrowed()
        && model.env.counts.is_some_and(|c| c.ahead.iter().any(|n| *n > 0));
    usize::from(there && areas(model).list.height >= 14)
}

/// Lines for rows of the list: one goes to the filter while there is one.
#[must_use]
pub fn list_height(model: &Model) -> usize {
    let filter = usize::from(model.list.filter_line());
    usize::from(inside(areas(model).list).height).saturating_sub(filter + strip_lines(model))
}

/// The inside of the area the detail is drawn in now.
#[must_use]
pub fn detail_inside(model: &Model) -> Rect {
    let areas = areas(model);
    let area = match (model.over.last(), areas.pane) {
        (Some(Over::Detail), _) | (_, None) => areas.body,
        (_, Some(pane)) => pane,
    };
    page(area)
}

/// Where text to be read stands in a box: a column away from its borders.
#[must_use]
pub fn page(area: Rect) -> Rect {
    let inside = inside(area);
    Rect { x: inside.x.saturating_add(1), width: inside.width.saturating_sub(2), ..inside }
}

/// Lines for entries on a screen that fills the body: search, import, groups. `head` lines are above them.
#[must_use]
pub fn body_lines(model: &Model, head: u16) -> usize {
    usize::from(inside(areas(model).body).height.saturating_sub(head))
}

/// Moves `top` so that `selected` is among `height` lines from it.
pub fn keep_in_sight(top: &mut usize, selected: usize, height: usize) {
    let height = height.max(1);
    if selected < *top {
        *top = selected;
    } else if selected >= *top + height {
        *top = selected + 1 - height;
    }
}
