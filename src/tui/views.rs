//! The table of views, in the order of their digits. A view is one file in `screens`, one in `update`, one in `model`
//! (and one in `job` when it reads something of its own), and its line here: tabs, keys, mouse, drawing and Esc all
//! come from this table.

use ratatui::layout::Rect;

use super::actions::{Act, Places};
use super::lang::tt;
use super::model::{Model, Tab};
use super::msg::Effect;
use super::screens::{self, Ctx};
use super::update;

/// One line of the table.
pub struct TabView {
    /// Which.
    pub tab: Tab,
    /// Its name in the line of tabs.
    pub name: fn() -> String,
    /// The number behind the name, what presses in brackets: `5(逾期1)`. Empty: none.
    pub count: fn(&Model) -> String,
    /// Where the user is in it, for the meaning of keys.
    pub place: fn(&Model) -> Places,
    /// Draws it.
    pub draw: fn(&Model, &mut Ctx<'_>, Rect),
    /// It comes to the front; asks for what it shows.
    pub enter: fn(&mut Model) -> Vec<Effect>,
    /// Something was decided or came in while it is in front.
    pub refresh: fn(&mut Model) -> Vec<Effect>,
    /// Its own meaning of an action; `None` leaves it to the common one.
    pub act: fn(&mut Model, Act) -> Option<Vec<Effect>>,
    /// The selection is moved by so many lines.
    pub step: fn(&mut Model, isize) -> Vec<Effect>,
    /// A click on the row with this index; `true` for the second of a double click.
    pub pick: fn(&mut Model, usize, bool) -> Vec<Effect>,
    /// After every message: keeps selection and scrolling within bounds.
    pub settle: fn(&mut Model),
}

/// The table.
pub const VIEWS: [TabView; 6] = [
    TabView {
        tab: Tab::Inbox,
        name: || tt!("tui.tab.inbox"),
        count: screens::list::count,
        place: screens::list::place,
        draw: screens::list::draw_view,
        enter: update::list::enter,
        refresh: update::list::reload,
        act: update::list::act,
        step: update::list::move_by,
        pick: update::list::pick,
        settle: update::list::settle,
    },
    TabView {
        tab: Tab::Uploads,
        name: || tt!("tui.tab.uploads"),
        count: screens::uploads::count,
        place: screens::uploads::place,
        draw: screens::uploads::draw,
        enter: update::uploads::refresh,
        refresh: update::uploads::refresh,
        act: update::uploads::act,
        step: update::uploads::step,
        pick: update::uploads::pick,
        settle: update::uploads::settle,
    },
    TabView {
        tab: Tab::Digest,
        name: || tt!("tui.tab.digest"),
        count: |_| String::new(),
        place: |_| Places::DIGEST,
        draw: screens::digest::draw,
        enter: update::digest::refresh,
        refresh: update::digest::refresh,
        act: update::digest::act,
        step: update::digest::step,
        pick: update::digest::pick,
        settle: update::digest::settle,
    },
    TabView {
        tab: Tab::Groups,
        name: || tt!("tui.tab.groups"),
        count: |m| m.env.counts.map_or_else(String::new, |c| c.groups.to_string()),
        place: |_| Places::GROUPS,
        draw: screens::groups::draw,
        enter: update::groups::refresh,
        refresh: update::groups::refresh,
        act: update::groups::act,
        step: update::groups::step,
        pick: update::groups::pick,
        settle: update::groups::settle,
    },
    TabView {
        tab: Tab::Import,
        name: || tt!("tui.tab.import"),
        count: |_| String::new(),
        place: screens::import::place,
        draw: screens::import::draw,
        enter: update::import::enter,
        refresh: |_| Vec::new(),
        act: update::import::act,
        step: update::import::step,
        pick: update::import::pick,
        settle: update::import::settle,
    },
    TabView {
        tab: Tab::Settings,
        name: || tt!("tui.tab.settings"),
        count: |_| String::new(),
        place: |_| Places::SETTINGS,
        draw: screens::settings::draw,
        enter: update::settings::refresh,
        refresh: update::settings::refresh,
        act: update::settings::act,
        step: update::settings::step,
        pick: update::settings::pick,
        settle: |_| {},
    },
];

/// The line of the view in front.
#[must_use]
pub fn front(model: &Model) -> &'static TabView {
    &VIEWS[model.tab.index()]
}
