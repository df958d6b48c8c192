//! The one table of what can be done: it feeds key lookup, footer, help, palette and tests.
//!
//! Keys are those of `ui.md` §8.2: the first one of a row passes through a Chinese input method (arrows, F-keys, Ctrl),
//! letters are extras, nothing is a chord. Added here: Ctrl+N, Ctrl+R, Ctrl+F, Ctrl+O, Ctrl+T, Ctrl+G, Ctrl+X, Ctrl+U, Ctrl+D.

pub use super::enabled::Reason;
use super::enabled::{
    always, can_copy, can_filter, can_merge, can_open, can_relate, can_reopen, can_split, can_take_back,
    can_view, has_differences, has_links, has_pane, has_sheet, in_detail, in_import, in_parts, in_uploads,
    is_empty, no_import, on_digest, on_duty, on_list, on_notice, on_row, on_view, runs,
};
use super::keymap;
use super::keys::Key;
use super::lang::tt;
use super::model::Model;
use super::places::{ALL, MOVING, NONE, NOTICE, OPENS, POPUPS, SCREENS, TEXT};
pub use super::places::{PLACES, Places, place, place_without_popup};

/// Everything that can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the table below says what they are")]
pub enum Act {
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    Open,
    Accept,
    Yes,
    Done,
    /// 已办, with a remark.
    DoneWith,
    Noted,
    Later,
    Due,
    Reopen,
    Mark,
    ExtendUp,
    ExtendDown,
    MarkAll,
    Invert,
    Filter,
    /// The saved views.
    Views,
    RenameView,
    DropView,
    Pane,
    Previous,
    Next,
    Links,
    Merge,
    Split,
    /// Another copy to compare the others with.
    Compare,
    Relate,
    NextDifference,
    Export,
    Less,
    More,
    Find,
    NextHit,
    Import,
    ToggleIssues,
    Desk,
    Clipboard,
    Check,
    TakeBack,
    Watch,
    Stop,
    Undo,
    Redo,
    Copy,
    /// The text in front as it was written, private data in it.
    CopyPlain,
    NextTab,
    PreviousTab,
    Tab(u8),
    PreviousPart,
    NextPart,
    Part(u8),
    Mouse,
    Log,
    Language,
    Theme,
    Ascii,
    Wizard,
    Names,
    OfficeClose,
    Widths,
    KeyTest,
    Backup,
    Restore,
    Sample,
    Repaint,
    CopyReply,
    DutyTick,
    DutyWaive,
    DutyDue,
    DutyNote,
    DutyAttach,
    DutyLate,
    DutyHere,
    DutyTargets,
    DutyPlace,
    Back,
    Palette,
    Quit,
    Help,
}

/// A row of the table.
pub struct Action {
    /// What.
    pub act: Act,
    /// Its keys: the first passes through an input method. None: palette only.
    pub keys: &'static [&'static str],
    /// Where.
    pub places: Places,
    /// Where the footer shows it. The order of the table is the order of the footer.
    pub footer: Places,
    /// The key of its name in the locales; its end is the action's name in config.toml.
    pub id: &'static str,
    /// Its name in the language of the screen.
    pub name: fn() -> String,
    /// Whether it can be done now.
    pub enabled: fn(&Model) -> Result<(), Reason>,
}

macro_rules! action {
    ($act:expr, [$($key:literal),*], $places:expr, $footer:expr, $text:literal, $enabled:expr) => {
        Action { act: $act, keys: &[$($key),*], places: $places, footer: $footer, id: $text, name: || tt!($text), enabled: $enabled }
    };
}

/// The table.
pub const ACTIONS: &[Action] = &[
    action!(Act::Yes, ["Enter"], Places::CONFIRM, Places::CONFIRM, "tui.action.yes", always),
    action!(Act::Up, ["Up", "k"], MOVING, NONE, "tui.action.up", always),
    action!(Act::Down, ["Down", "j"], MOVING, NONE, "tui.action.down", always),
    action!(Act::PageUp, ["PgUp"], MOVING, NONE, "tui.action.page_up", always),
    action!(Act::PageDown, ["PgDn"], MOVING, NONE, "tui.action.page_down", always),
    action!(Act::First, ["Home", "g"], MOVING.without(TEXT), NONE, "tui.action.first", always),
    action!(Act::Last, ["End", "G"], MOVING.without(TEXT), NONE, "tui.action.last", always),
    action!(Act::Open, ["Enter", "l"], OPENS, OPENS.without(Places::PANE), "tui.action.open", can_open),
    action!(
        Act::Accept,
        ["Enter"],
        Places::CHOOSE
            .or(Places::TEACH)
            .or(Places::CHECK)
            .or(Places::RESULT)
            .or(Places::PALETTE)
            .or(Places::LATER)
            .or(Places::LINKS)
            .or(Places::ASK)
            .or(Places::NAMES)
            .or(Places::DUTY_LIST)
            .or(Places::VIEWS)
            .or(Places::UPLOAD_FILTER)
            .or(Places::FILTER),
        Places::CHOOSE
            .or(Places::TEACH)
            .or(Places::CHECK)
            .or(Places::RESULT)
            .or(Places::FILTER)
            .or(Places::UPLOAD_FILTER)
            .or(Places::DUTY_LIST)
            .or(Places::PALETTE)
            .or(Places::LATER)
            .or(Places::LINKS)
            .or(Places::NAMES)
            .or(Places::VIEWS)
            .or(Places::ASK),
        "tui.action.accept",
        always
    ),
    action!(
        Act::DutyTick,
        ["Space", "F4", "e"],
        Places::UPLOADS.or(Places::DUTY_LIST),
        Places::UPLOADS,
        "tui.action.duty_tick",
        on_duty
    ),
    action!(
        Act::DutyWaive,
        ["Ctrl+W", "w"],
        Places::UPLOADS,
        Places::UPLOADS,
        "tui.action.duty_waive",
        on_duty
    ),
    action!(Act::DutyDue, ["F7", "t"], Places::UPLOADS, Places::UPLOADS, "tui.action.duty_due", on_duty),
    action!(
        Act::DutyAttach,
        ["Ctrl+E", "a"],
        Places::UPLOADS,
        Places::UPLOADS,
        "tui.action.duty_attach",
        on_duty
    ),
    action!(Act::DutyNote, ["Ctrl+N", "n"], Places::UPLOADS, NONE, "tui.action.duty_note", on_duty),
    action!(Act::DutyLate, ["Ctrl+D"], Places::UPLOADS, NONE, "tui.action.duty_late", on_duty),
    action!(Act::DutyTargets, ["Ctrl+S", "s"], Places::UPLOADS, NONE, "tui.action.duty_targets", on_duty),
    action!(Act::DutyHere, ["Ctrl+B", "b"], Places::UPLOADS, NONE, "tui.action.duty_here", on_duty),
    action!(Act::DutyPlace, ["F6", "p"], Places::UPLOADS, NONE, "tui.action.duty_place", in_uploads),
    action!(Act::Done, ["F4", "e"], NOTICE, NOTICE, "tui.action.done", on_notice),
    action!(Act::DoneWith, ["Ctrl+W"], NOTICE, NONE, "tui.action.done_with", on_notice),
    action!(Act::Noted, ["Ctrl+N", "n"], NOTICE, NOTICE, "tui.action.noted", on_notice),
    action!(Act::Later, ["F7", "h"], NOTICE, NOTICE, "tui.action.later", on_notice),
    action!(Act::Previous, ["Left"], Places::DETAIL, Places::DETAIL, "tui.action.previous", in_detail),
    action!(Act::Next, ["Right"], Places::DETAIL, Places::DETAIL, "tui.action.next", in_detail),
    action!(
        Act::Back,
        ["Esc", "q"],
        ALL.without(Places::RUN),
        POPUPS.or(Places::DETAIL).or(Places::SEARCH).or(Places::FILTER).or(Places::CHECK).or(Places::RESULT),
        "tui.action.back",
        always
    ),
    action!(Act::Less, ["Left"], Places::DIGEST, NONE, "tui.action.less", on_digest),
    action!(Act::More, ["Right"], Places::DIGEST, Places::DIGEST, "tui.action.more", on_digest),
    action!(Act::Export, ["F8", "p"], Places::DIGEST, Places::DIGEST, "tui.action.export", on_digest),
    action!(Act::Due, ["Ctrl+T", "t"], NOTICE, Places::DETAIL, "tui.action.due", on_notice),
    action!(
        Act::Find,
        ["F3", "/"],
        SCREENS.without(Places::SEARCH),
        Places::LIST.or(Places::PANE),
        "tui.action.find",
        always
    ),
    action!(Act::Mark, ["Space", "v"], Places::LIST, Places::LIST, "tui.action.mark", on_list),
    action!(Act::Undo, ["Ctrl+Z", "u"], SCREENS, NOTICE, "tui.action.undo", always),
    action!(Act::Sample, ["F8"], Places::LIST, Places::LIST, "tui.action.sample", is_empty),
    action!(Act::Import, ["F5", "r"], SCREENS, Places::LIST.or(Places::GROUPS), "tui.action.import", always),
    action!(Act::Desk, ["F6"], Places::CHOOSE, Places::CHOOSE, "tui.action.desk", in_import),
    action!(
        Act::Check,
        ["F8"],
        Places::DESK.or(Places::TEACH),
        Places::DESK.or(Places::TEACH),
        "tui.action.check",
        has_sheet
    ),
    action!(Act::Clipboard, ["F6"], Places::DESK, Places::DESK, "tui.action.clipboard", in_import),
    action!(Act::TakeBack, ["F7"], Places::RESULT, Places::RESULT, "tui.action.take_back", can_take_back),
    action!(Act::Stop, ["Esc"], Places::RUN, Places::RUN, "tui.action.stop", runs),
    action!(
        Act::ToggleIssues,
        ["F6"],
        Places::CHECK.or(Places::RESULT),
        NONE,
        "tui.action.issues",
        in_import
    ),
    action!(
        Act::Reopen,
        ["Ctrl+R", "o"],
        NOTICE.or(Places::UPLOADS),
        NOTICE,
        "tui.action.reopen",
        can_reopen
    ),
    action!(
        Act::Filter,
        ["Ctrl+F", "\\"],
        Places::LIST.or(Places::PANE).or(Places::UPLOADS),
        Places::LIST.or(Places::UPLOADS),
        "tui.action.filter",
        can_filter
    ),
    action!(
        Act::Views,
        ["Ctrl+B", "b"],
        Places::LIST.or(Places::PANE),
        Places::LIST,
        "tui.action.views",
        can_view
    ),
    action!(Act::RenameView, ["F6", "r"], Places::VIEWS, Places::VIEWS, "tui.action.rename_view", on_view),
    action!(Act::DropView, ["F8", "d"], Places::VIEWS, Places::VIEWS, "tui.action.drop_view", on_view),
    action!(Act::Links, ["Ctrl+O"], NOTICE, Places::DETAIL.or(Places::PANE), "tui.action.links", has_links),
    action!(
        Act::NextDifference,
        ["Ctrl+D", "d"],
        Places::DETAIL.or(Places::PANE),
        Places::DETAIL,
        "tui.action.next_difference",
        has_differences
    ),
    action!(Act::Split, ["Ctrl+X", "s"], NOTICE, Places::DETAIL, "tui.action.split", can_split),
    action!(
        Act::Compare,
        ["Ctrl+E", "v"],
        Places::DETAIL.or(Places::PANE),
        NONE,
        "tui.action.compare",
        can_split
    ),
    action!(Act::Merge, ["Ctrl+G", "m"], Places::LIST, NONE, "tui.action.merge", can_merge),
    action!(Act::Relate, ["Ctrl+U", "w"], NOTICE, NONE, "tui.action.relate", can_relate),
    action!(Act::Pane, ["F6"], Places::LIST.or(Places::PANE), Places::PANE, "tui.action.pane", has_pane),
    action!(Act::NextHit, ["F3"], Places::SEARCH, NONE, "tui.action.next_hit", always),
    action!(Act::Redo, ["Ctrl+Y", "U"], SCREENS, NONE, "tui.action.redo", always),
    action!(
        Act::ExtendUp,
        ["Shift+Up"],
        Places::LIST.or(Places::UPLOADS),
        NONE,
        "tui.action.extend_up",
        on_row
    ),
    action!(
        Act::ExtendDown,
        ["Shift+Down"],
        Places::LIST.or(Places::UPLOADS),
        NONE,
        "tui.action.extend_down",
        on_row
    ),
    action!(
        Act::MarkAll,
        ["Ctrl+A", "V"],
        Places::LIST.or(Places::UPLOADS),
        NONE,
        "tui.action.mark_all",
        on_row
    ),
    action!(Act::Invert, [], Places::LIST, NONE, "tui.action.invert", on_list),
    action!(Act::Copy, ["Ctrl+C", "y"], ALL, Places::DIGEST, "tui.action.copy", always),
    action!(Act::CopyPlain, [], ALL, NONE, "tui.action.copy_plain", can_copy),
    action!(
        Act::NextTab,
        ["Tab"],
        SCREENS,
        Places::SETTINGS.or(Places::GROUPS).or(Places::DIGEST).or(Places::UPLOADS).or(Places::CHOOSE),
        "tui.action.next_tab",
        always
    ),
    action!(Act::PreviousTab, ["Shift+Tab"], SCREENS, NONE, "tui.action.previous_tab", always),
    action!(Act::Tab(0), ["1"], SCREENS, NONE, "tui.action.tab_inbox", always),
    action!(Act::Tab(1), ["2"], SCREENS, NONE, "tui.action.tab_uploads", always),
    action!(Act::Tab(2), ["3"], SCREENS, NONE, "tui.action.tab_digest", always),
    action!(Act::Tab(3), ["4"], SCREENS, NONE, "tui.action.tab_groups", always),
    action!(Act::Tab(4), ["5"], SCREENS, NONE, "tui.action.tab_import", always),
    action!(Act::Tab(5), ["6"], SCREENS, NONE, "tui.action.tab_settings", always),
    action!(
        Act::PreviousPart,
        ["Left"],
        Places::LIST.or(Places::UPLOADS),
        NONE,
        "tui.action.previous_part",
        in_parts
    ),
    action!(
        Act::NextPart,
        ["Right"],
        Places::LIST.or(Places::UPLOADS),
        Places::LIST.or(Places::UPLOADS),
        "tui.action.next_part",
        in_parts
    ),
    action!(Act::Part(1), [], SCREENS, NONE, "tui.action.part_later", always),
    action!(Act::Part(2), [], SCREENS, NONE, "tui.action.part_noted", always),
    action!(Act::Part(3), [], SCREENS, NONE, "tui.action.part_done", always),
    action!(Act::Part(4), [], SCREENS, NONE, "tui.action.part_all", always),
    action!(Act::Mouse, ["F9"], SCREENS, NONE, "tui.action.mouse", always),
    action!(Act::CopyReply, ["Ctrl+K"], NOTICE, Places::DETAIL, "tui.action.copy_reply", on_notice),
    action!(Act::Log, [], SCREENS, NONE, "tui.action.log", always),
    action!(Act::Watch, [], SCREENS, NONE, "tui.action.watch", always),
    action!(Act::Language, [], SCREENS, NONE, "tui.action.language", always),
    action!(Act::Theme, [], SCREENS, NONE, "tui.action.theme", always),
    action!(Act::Wizard, ["F12"], SCREENS, NONE, "tui.action.wizard", always),
    action!(Act::Names, [], SCREENS, NONE, "tui.action.names", always),
    action!(Act::OfficeClose, [], SCREENS, NONE, "tui.action.office_close", always),
    action!(Act::Widths, [], SCREENS, NONE, "tui.action.widths", always),
    action!(Act::KeyTest, [], SCREENS, NONE, "tui.action.key_test", always),
    action!(Act::Backup, [], SCREENS, NONE, "tui.action.backup", always),
    action!(Act::Restore, [], SCREENS, NONE, "tui.action.restore", no_import),
    action!(Act::Ascii, [], SCREENS, NONE, "tui.action.ascii", always),
    action!(Act::Repaint, ["Ctrl+L"], ALL, NONE, "tui.action.repaint", always),
    action!(Act::Quit, ["Ctrl+Q"], ALL, Places::SETTINGS, "tui.action.quit", always),
    action!(Act::Palette, ["F2", "Ctrl+P", ":"], SCREENS, SCREENS, "tui.action.palette", always),
    action!(Act::Help, ["F1", "?"], SCREENS, SCREENS, "tui.action.help", always),
];

/// The action of a key in a place. Characters typed into a field are no keys.
#[must_use]
pub fn find(place: Places, key: Key) -> Option<&'static Action> {
    if place.is_text() && key.typed().is_some() {
        return None;
    }
    ACTIONS
        .iter()
        .find(|a| a.places.meets(place) && keymap::of(a).iter().any(|word| Key::parse(word) == Some(key)))
}

/// The row of an action.
#[must_use]
pub fn get(act: Act) -> Option<&'static Action> {
    ACTIONS.iter().find(|a| a.act == act)
}

/// What the palette lists: everything that can be asked for by name.
#[must_use]
pub fn palette() -> Vec<&'static Action> {
    let plain = [Act::Open, Act::Yes, Act::Accept, Act::Palette, Act::Back];
    ACTIONS.iter().filter(|a| a.places.meets(SCREENS) && !moves(a.act) && !plain.contains(&a.act)).collect()
}

/// Whether it only moves what is selected.
#[must_use]
pub fn moves(act: Act) -> bool {
    matches!(act, Act::Up | Act::Down | Act::PageUp | Act::PageDown | Act::First | Act::Last)
}

/// A key's name on the screen: `空格`, `上`, `F4`.
#[must_use]
pub fn key_name(word: &str) -> String {
    let (mods, key) = match word.rfind('+').filter(|at| *at > 0) {
        Some(at) => word.split_at(at + 1),
        None => ("", word),
    };
    let key = match key {
        "Up" => tt!("tui.key.up"),
        "Down" => tt!("tui.key.down"),
        "Left" => tt!("tui.key.left"),
        "Right" => tt!("tui.key.right"),
        "Space" => tt!("tui.key.space"),
        key => key.to_string(),
    };
    format!("{mods}{key}")
}

/// Whether copying would do something now: Ctrl+C is also the way out.
#[must_use]
pub fn copies(model: &Model) -> bool {
    can_copy(model).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::KeyCode;

    use crate::tui::keymap::passes;

    #[test]
    fn every_action_can_be_reached_through_an_input_method() {
        let palette = palette();
        for a in ACTIONS {
            let listed = palette.iter().any(|p| p.act == a.act);
            assert!(a.keys.iter().any(|k| passes(k)) || listed, "{:?}", a.act);
            if let Some(first) = a.keys.first() {
                assert!(passes(first), "{:?} has only letters, or shows {first} first", a.act);
            }
        }
    }

    #[test]
    fn no_key_means_two_things_in_one_place() {
        for place in PLACES {
            let mut seen = std::collections::HashMap::new();
            for a in ACTIONS.iter().filter(|a| a.places.meets(*place)) {
                for word in a.keys.iter().filter(|w| !place.is_text() || passes(w)) {
                    let key = Key::parse(word).unwrap_or_else(|| panic!("{word} is no key"));
                    let old = seen.insert(key, a.act);
                    assert_eq!(old, None, "{word} in {place:?}");
                }
            }
        }
    }

    #[test]
    fn forbidden_keys_are_free() {
        let forbidden = keymap::FORBIDDEN;
        for word in ACTIONS.iter().flat_map(|a| a.keys) {
            assert!(!forbidden.contains(word) && !word.starts_with("Alt+"), "{word}");
            assert!(!word.starts_with("Ctrl+Shift+"), "{word}");
        }
    }

    #[test]
    fn characters_in_a_field_are_text() {
        assert!(find(Places::SEARCH, Key::plain(KeyCode::Char('q'))).is_none());
        assert_eq!(find(Places::LIST, Key::plain(KeyCode::Char('e'))).map(|a| a.act), Some(Act::Done));
        assert_eq!(find(Places::SEARCH, Key::plain(KeyCode::F(3))).map(|a| a.act), Some(Act::NextHit));
    }

    #[test]
    fn footer_shows_only_keys_of_its_place() {
        for a in ACTIONS {
            for place in PLACES.iter().filter(|p| a.footer.meets(**p)) {
                assert!(a.places.meets(*place), "{:?} in {place:?}", a.act);
                assert!(!a.keys.is_empty(), "{:?}", a.act);
            }
        }
    }
}
