//! Help: on the import screen how to get an export first; the keys of this place, then all others, then the words and
//! signs; made from the action table.

use ratatui::text::{Line, Span};

use crate::tui::actions::{self, ACTIONS, Action};
use crate::tui::keymap;
use crate::tui::lang::tt;
use crate::tui::model::{Model, Tab};
use crate::tui::widgets::{cells, para};

/// The width the help is wrapped to.
pub const WIDTH: u16 = 74;

/// Where the names of actions begin.
const NAMES: usize = 27;

/// All lines of the help.
#[must_use]
pub fn lines(model: &Model) -> Vec<Line<'static>> {
    let look = model.env.look;
    let here = place_below(model);
    let mut out = para::wrap(&tt!("tui.help.ime"), &[], look.warn(), usize::from(WIDTH) - 2, look.cells);
    let section =
        |out: &mut Vec<Line<'static>>, title: String, rows: &mut dyn Iterator<Item = &'static Action>| {
            out.push(Line::default());
            out.push(Line::styled(title, look.accent()));
            out.extend(rows.flat_map(|action| about(model, here, action)));
        };
    // who stands before the import screen asks where the files come from
    if model.tab == Tab::Import {
        how_to_export(model, &mut out);
    }
    // What moves the selection everybody tries first; it stands behind what one has to know.
    let mut all: Vec<&'static Action> = ACTIONS.iter().collect();
    all.sort_by_key(|a| actions::moves(a.act));
    let (there, elsewhere): (Vec<_>, Vec<_>) = all.into_iter().partition(|a| a.places.meets(here));
    section(&mut out, tt!("tui.help.here"), &mut there.into_iter());
    section(&mut out, tt!("tui.help.elsewhere"), &mut elsewhere.into_iter());
    out.push(Line::default());
    out.push(Line::styled(tt!("tui.help.words"), look.accent()));
    let words = [
        tt!("tui.help.word_states"),
        tt!("tui.help.word_order"),
        tt!("tui.help.word_signs"),
        tt!("tui.help.word_conflict"),
        tt!("tui.help.word_reopened"),
        tt!("tui.help.word_copies"),
    ];
    for text in words {
        out.extend(para::wrap(&text, &[], look.plain(), usize::from(WIDTH) - 2, look.cells));
    }
    out
}

/// Keys and name of an action. What cannot be done just now says why, as in the palette: beside the name, or below it where
/// that is long.
fn about(model: &Model, here: actions::Places, action: &Action) -> Vec<Line<'static>> {
    let look = model.env.look;
    let keys: Vec<String> = keymap::of(action).iter().map(|k| actions::key_name(k)).collect();
    let keys = if keys.is_empty() { tt!("tui.help.palette_only") } else { keys.join("  ") };
    let head = Span::styled(format!("  {} ", look.cells.pad(&keys, 24)), look.strong());
    let name = (action.name)();
    let room = usize::from(WIDTH) - 2 - NAMES;
    let used = cells::width(&name) + 2;
    let mut out = vec![Line::from(vec![head, Span::raw(name)])];
    match why_not(model, here, action) {
        None => {}
        Some(why) if used + cells::width(&why) <= room => {
            out[0].push_span(Span::styled(format!("  {why}"), look.dim()));
        }
        Some(why) => {
            for mut line in para::wrap(&why, &[], look.dim(), room, look.cells) {
                line.spans.insert(0, Span::raw(" ".repeat(NAMES)));
                out.push(line);
            }
        }
    }
    out
}

/// Why an action of this place cannot be done just now.
fn why_not(model: &Model, here: actions::Places, action: &Action) -> Option<String> {
    let reason = (action.enabled)(model).err().filter(|_| action.places.meets(here))?;
    Some(reason.text())
}

/// How to get an export, a platform a paragraph; only ways the chat service itself offers.
fn how_to_export(model: &Model, out: &mut Vec<Line<'static>>) {
    let look = model.env.look;
    let ways = [
        tt!("tui.howto.wechat_phone"),
        tt!("tui.howto.wechat_copy"),
        tt!("tui.howto.qq"),
        tt!("tui.howto.wecom"),
        tt!("tui.howto.dingtalk"),
        tt!("tui.howto.feishu"),
        tt!("tui.howto.old"),
        tt!("tui.howto.law"),
    ];
    out.push(Line::default());
    out.push(Line::styled(tt!("tui.howto.title"), look.accent()));
    for text in ways {
        out.extend(para::wrap(&text, &[], look.plain(), usize::from(WIDTH) - 2, look.cells));
    }
}

/// The place under the help window.
fn place_below(model: &Model) -> actions::Places {
    match actions::place(model) {
        actions::Places::HELP => actions::place_without_popup(model),
        place => place,
    }
}
