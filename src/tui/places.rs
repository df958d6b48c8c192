//! Where the user is: the places in which a key has a meaning.

use super::model::uploads::DutyWindow;
use super::model::{Model, Over, Popup};
use super::views;

/// A set of places where a key has a meaning, as bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places(u32);

macro_rules! places {
    ($($name:ident = $bit:expr;)*) => {
        impl Places { $(#[expect(missing_docs, reason = "the names are those of the screens")] pub const $name: Places = Places(1 << $bit);)* }
        /// Every single place.
        pub const PLACES: &[Places] = &[$(Places::$name),*];
    };
}
places! {
    LIST = 0; PANE = 1; DETAIL = 2; SEARCH = 3; CHOOSE = 4; CHECK = 5; RUN = 6; RESULT = 7; GROUPS = 8; SETTINGS = 9;
    HELP = 10; PALETTE = 11; LATER = 12; LOG = 13; LINKS = 14; ASK = 15; CONFIRM = 16; FILTER = 17; UPLOADS = 18; DIGEST = 19; DESK = 20; TEACH = 21;
    NAMES = 22; TRIAL = 23; VIEWS = 24; UPLOAD_FILTER = 28; DUTY_LIST = 29;
}

impl Places {
    pub(super) const fn or(self, other: Places) -> Places {
        Places(self.0 | other.0)
    }

    pub(super) const fn without(self, other: Places) -> Places {
        Places(self.0 & !other.0)
    }

    /// Whether the two have a place in common.
    #[must_use]
    pub const fn meets(self, other: Places) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether characters typed here go into a field.
    #[must_use]
    pub const fn is_text(self) -> bool {
        self.meets(TEXT)
    }
}

pub(super) const NONE: Places = Places(0);
pub(super) const NOTICE: Places = Places::LIST.or(Places::PANE).or(Places::DETAIL);
pub(super) const TEXT: Places = Places::SEARCH
    .or(Places::DESK)
    .or(Places::CHOOSE)
    .or(Places::PALETTE)
    .or(Places::ASK)
    .or(Places::FILTER)
    .or(Places::NAMES)
    .or(Places::UPLOAD_FILTER);
pub(super) const SCREENS: Places = NOTICE
    .or(Places::SEARCH)
    .or(Places::CHOOSE)
    .or(Places::DESK)
    .or(Places::TEACH)
    .or(Places::CHECK)
    .or(Places::RUN)
    .or(Places::RESULT)
    .or(Places::GROUPS)
    .or(Places::SETTINGS)
    .or(Places::UPLOADS)
    .or(Places::DIGEST);
/// Where Enter opens the selected row.
pub(super) const OPENS: Places = Places::LIST
    .or(Places::PANE)
    .or(Places::SEARCH)
    .or(Places::GROUPS)
    .or(Places::UPLOADS)
    .or(Places::SETTINGS);
pub(super) const POPUPS: Places = Places::HELP
    .or(Places::PALETTE)
    .or(Places::LATER)
    .or(Places::LOG)
    .or(Places::LINKS)
    .or(Places::ASK)
    .or(Places::NAMES)
    .or(Places::DUTY_LIST)
    .or(Places::VIEWS)
    .or(Places::CONFIRM);
pub(super) const ALL: Places = SCREENS.or(POPUPS).or(Places::FILTER).or(Places::UPLOAD_FILTER);
pub(super) const MOVING: Places =
    ALL.without(Places::CONFIRM).without(Places::RUN).without(Places::ASK).without(Places::DESK);

/// Where the user is.
#[must_use]
pub fn place(model: &Model) -> Places {
    match &model.popup {
        Some(Popup::Help { .. }) => return Places::HELP,
        Some(Popup::Palette { .. }) => return Places::PALETTE,
        Some(Popup::Later { field: None, .. }) => return Places::LATER,
        Some(
            Popup::Later { .. }
            | Popup::Due { .. }
            | Popup::AskGroup(_)
            | Popup::AskDate(_)
            | Popup::SaveAs(_)
            | Popup::AskBackup(_)
            | Popup::AskRestore(_)
            | Popup::AskPattern(..)
            | Popup::AskTemplate(_)
            | Popup::OfficeClose { .. }
            | Popup::NameView { .. }
            | Popup::Remark(_),
        ) => {
            return Places::ASK;
        }
        Some(Popup::Views { .. }) => return Places::VIEWS,
        Some(Popup::Names(_) | Popup::Wizard(_)) => return Places::NAMES,
        Some(Popup::KeyTest(_)) => return Places::TRIAL,
        Some(Popup::Widths) => return Places::LOG,
        Some(Popup::Log { .. }) => return Places::LOG,
        Some(Popup::Links { .. } | Popup::Choose(_)) => return Places::LINKS,
        Some(Popup::Confirm(_) | Popup::Duty(DutyWindow::Finish { .. })) => return Places::CONFIRM,
        Some(Popup::Duty(DutyWindow::Words { .. })) => return Places::ASK,
        Some(Popup::Duty(_)) => return Places::DUTY_LIST,
        None => {}
    }
    place_without_popup(model)
}

/// Where the user is once the window over everything is closed.
#[must_use]
pub fn place_without_popup(model: &Model) -> Places {
    match model.over.last() {
        Some(Over::Search) => Places::SEARCH,
        Some(Over::Detail) => Places::DETAIL,
        None => (views::front(model).place)(model),
    }
}
