//! Whether an action can be done now, and if not, why: the palette and the toasts say it.

use super::lang::tt;
use super::model::{Model, Over, Stage, Tab};
use crate::notice::State;

/// Why an action cannot be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The list is empty.
    NoNotice,
    /// Nothing was decided about it, so there is nothing to open again.
    StillOpen,
    /// There is no row in the view 待报.
    NoDuty,
    /// The terminal is too small for a pane beside the list.
    NoPane,
    /// The notice has no links.
    NoLinks,
    /// Two notices must be marked first.
    MarkTwo,
    /// Two notices must be marked first, and this one has no links.
    NoRelation,
    /// The notice has one copy only.
    OneCopy,
    /// All copies say the same.
    NoDifference,
    /// There is nothing to copy yet.
    NothingToCopy,
    /// An import runs.
    Importing,
    /// No saved view is selected.
    NoView,
    /// It belongs to another screen.
    Elsewhere,
}

impl Reason {
    /// In words.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Reason::NoNotice => tt!("tui.reason.no_notice"),
            Reason::StillOpen => tt!("tui.reason.still_open"),
            Reason::NoDuty => tt!("tui.reason.no_duty"),
            Reason::NoPane => tt!("tui.reason.no_pane"),
            Reason::NoLinks => tt!("tui.reason.no_links"),
            Reason::MarkTwo => tt!("tui.reason.mark_two"),
            Reason::NoRelation => tt!("tui.reason.no_relation"),
            Reason::OneCopy => tt!("tui.reason.one_copy"),
            Reason::NoDifference => tt!("tui.reason.no_difference"),
            Reason::NothingToCopy => tt!("tui.reason.nothing_to_copy"),
            Reason::Importing => tt!("tui.reason.importing"),
            Reason::NoView => tt!("tui.reason.no_view"),
            Reason::Elsewhere => tt!("tui.reason.elsewhere"),
        }
    }
}

pub(super) fn always(_: &Model) -> Result<(), Reason> {
    Ok(())
}

pub(super) fn on_notice(model: &Model) -> Result<(), Reason> {
    let open = model.over.last() == Some(&Over::Detail);
    let there = if open { model.detail.id.is_some() } else { model.list.row().is_some() };
    let list = model.tab == Tab::Inbox;
    match (there, list || open) {
        (true, true) => Ok(()),
        (false, true) => Err(Reason::NoNotice),
        (_, false) => Err(Reason::Elsewhere),
    }
}

pub(super) fn on_list(model: &Model) -> Result<(), Reason> {
    if !model.over.is_empty() || model.tab != Tab::Inbox {
        return Err(Reason::Elsewhere);
    }
    on_notice(model)
}

pub(super) fn in_uploads(model: &Model) -> Result<(), Reason> {
    if model.over.is_empty() && model.tab == Tab::Uploads { Ok(()) } else { Err(Reason::Elsewhere) }
}

pub(super) fn on_duty(model: &Model) -> Result<(), Reason> {
    in_uploads(model)?;
    if model.uploads.row().is_some() { Ok(()) } else { Err(Reason::NoDuty) }
}

/// Opens again what was decided; of marked rows any may have been.
pub(super) fn can_reopen(model: &Model) -> Result<(), Reason> {
    let closed = if in_uploads(model).is_ok() {
        on_duty(model)?;
        !model.uploads.marks.is_empty() || model.uploads.row().is_some_and(|r| r.state != "open")
    } else {
        on_notice(model)?;
        let decided = |s: State| matches!(s, State::Later | State::Noted | State::Done);
        match model.over.last() {
            Some(Over::Detail) => model.detail.notice().is_some_and(|l| decided(l.notice.state)),
            _ => !model.list.marks.is_empty() || model.list.row().is_some_and(|r| decided(r.state)),
        }
    };
    if closed { Ok(()) } else { Err(Reason::StillOpen) }
}

pub(super) fn on_row(model: &Model) -> Result<(), Reason> {
    if in_uploads(model).is_ok() { on_duty(model) } else { on_list(model) }
}

pub(super) fn in_parts(model: &Model) -> Result<(), Reason> {
    in_uploads(model).or_else(|_| in_lists(model))
}

pub(super) fn in_lists(model: &Model) -> Result<(), Reason> {
    if model.over.is_empty() && model.tab == Tab::Inbox { Ok(()) } else { Err(Reason::Elsewhere) }
}

pub(super) fn can_view(model: &Model) -> Result<(), Reason> {
    in_lists(model)?;
    let nothing = model.list.row().is_none() && model.views.is_empty() && !model.list.narrowed();
    if nothing { Err(Reason::NoNotice) } else { Ok(()) }
}

pub(super) fn on_view(model: &Model) -> Result<(), Reason> {
    let there = match &model.popup {
        Some(super::model::Popup::Views { selected }) => super::update::view_at(model, *selected).is_some(),
        _ => return Err(Reason::Elsewhere),
    };
    if there { Ok(()) } else { Err(Reason::NoView) }
}

pub(super) fn has_pane(model: &Model) -> Result<(), Reason> {
    on_list(model)?;
    if super::layout::areas(model).pane.is_some() { Ok(()) } else { Err(Reason::NoPane) }
}

pub(super) fn has_links(model: &Model) -> Result<(), Reason> {
    on_notice(model)?;
    let linked = model.detail.notice().is_some_and(|l| !l.notice.links.is_empty());
    if linked { Ok(()) } else { Err(Reason::NoLinks) }
}

pub(super) fn can_merge(model: &Model) -> Result<(), Reason> {
    on_list(model)?;
    if model.list.marks.len() >= 2 { Ok(()) } else { Err(Reason::MarkTwo) }
}

pub(super) fn can_split(model: &Model) -> Result<(), Reason> {
    on_notice(model)?;
    let several = model.detail.notice().is_some_and(|l| l.notice.copies.len() > 1);
    if several { Ok(()) } else { Err(Reason::OneCopy) }
}

pub(super) fn can_relate(model: &Model) -> Result<(), Reason> {
    on_notice(model)?;
    let says = |n: &crate::notice::Notice| !n.links.is_empty() || !n.acks.seen.is_empty();
    let linked = model.detail.notice().is_some_and(|l| says(&l.notice));
    if model.list.marks.len() == 2 || linked { Ok(()) } else { Err(Reason::NoRelation) }
}

pub(super) fn has_differences(model: &Model) -> Result<(), Reason> {
    on_notice(model)?;
    let differ = |l: &super::msg::Loaded| l.notice.copies.iter().any(|c| c.differences.is_some());
    if model.detail.notice().is_some_and(differ) { Ok(()) } else { Err(Reason::NoDifference) }
}

pub(super) fn can_copy(model: &Model) -> Result<(), Reason> {
    if super::update::copy_text(model).is_some() { Ok(()) } else { Err(Reason::NothingToCopy) }
}

pub(super) fn in_detail(model: &Model) -> Result<(), Reason> {
    let from_list = model.over == [Over::Detail] && model.tab == Tab::Inbox && model.detail.trail.is_empty();
    if from_list { Ok(()) } else { Err(Reason::Elsewhere) }
}

pub(super) fn runs(model: &Model) -> Result<(), Reason> {
    if matches!(model.import.stage, Stage::Reading | Stage::Running) {
        Ok(())
    } else {
        Err(Reason::Elsewhere)
    }
}

/// What replaces the database waits until nothing is written into it.
pub(super) fn no_import(model: &Model) -> Result<(), Reason> {
    let busy = matches!(model.import.stage, Stage::Reading | Stage::Running) || model.env.catching_up;
    if busy { Err(Reason::Importing) } else { Ok(()) }
}

pub(super) fn can_open(model: &Model) -> Result<(), Reason> {
    let nothing = model.over.is_empty() && model.tab == Tab::Inbox && model.list.row().is_none();
    if nothing { Err(Reason::NoNotice) } else { Ok(()) }
}

pub(super) fn can_filter(model: &Model) -> Result<(), Reason> {
    if in_uploads(model).is_ok() {
        return Ok(());
    }
    in_lists(model)?;
    if model.list.row().is_none() && model.list.words.is_empty() { Err(Reason::NoNotice) } else { Ok(()) }
}

pub(super) fn in_import(model: &Model) -> Result<(), Reason> {
    if model.tab == Tab::Import && model.over.is_empty() { Ok(()) } else { Err(Reason::Elsewhere) }
}

pub(super) fn has_sheet(model: &Model) -> Result<(), Reason> {
    in_import(model)?;
    if model.import.stage == Stage::Teach {
        return Ok(());
    }
    if model.import.sheet.is_empty() { Err(Reason::NothingToCopy) } else { Ok(()) }
}

pub(super) fn can_take_back(model: &Model) -> Result<(), Reason> {
    in_import(model)?;
    let brought = super::update::import::brought(model);
    if brought.is_empty() || model.import.taking_back { Err(Reason::Elsewhere) } else { Ok(()) }
}

pub(super) fn on_digest(model: &Model) -> Result<(), Reason> {
    if model.over.is_empty() && model.tab == Tab::Digest { Ok(()) } else { Err(Reason::Elsewhere) }
}

pub(super) fn is_empty(model: &Model) -> Result<(), Reason> {
    let empty = model.env.counts.is_some_and(|c| c.messages == 0);
    if empty && !model.env.demo { Ok(()) } else { Err(Reason::Elsewhere) }
}
