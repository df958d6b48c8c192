//! States for notices: what is asked first, what leaves the list, what is said.

use super::list::{preview, targets};
use super::popup;
use crate::notice::{State, View};
use crate::tui::actions::Act;
use crate::tui::lang::tt;
use crate::tui::model::{List, Model, Over, Popup, Question};
use crate::tui::msg::Effect;
use crate::tui::widgets::cells::Cells;
use crate::tui::widgets::field::Field;

/// So many notices get a state without a question.
const ASKED_FROM: usize = 5;

/// A state for the targets; more than five are asked about first, with the number.
pub(super) fn triage(model: &mut Model, act: Act) -> Vec<Effect> {
    let many = targets(model).len();
    if many > ASKED_FROM {
        return popup::ask(model, Question::Many(act, many));
    }
    do_triage(model, act)
}

pub(super) fn do_triage(model: &mut Model, act: Act) -> Vec<Effect> {
    match act {
        Act::Later => popup::open(model, Popup::Later { selected: 0, field: None, wrong: false }),
        Act::Done => {
            model.list.remark = None;
            set_state(model, State::Done, None)
        }
        Act::DoneWith => popup::open(model, Popup::Remark(Field::default())),
        Act::Noted => set_state(model, State::Noted, None),
        _ => set_state(model, State::Open, None),
    }
}

/// Sets a state on the targets: the rows leave the list at once, the cursor goes on to the next one.
pub(super) fn set_state(model: &mut Model, state: State, until: Option<i64>) -> Vec<Effect> {
    let ids = targets(model);
    if ids.is_empty() {
        return Vec::new();
    }
    let text = said(model, &ids, state, until);
    let in_detail = model.over.last() == Some(&Over::Detail);
    let list = &mut model.list;
    let stays = view_keeps(list.view, state);
    for row in list.rows.iter_mut().filter(|r| ids.contains(&r.id)) {
        row.state = state;
        row.reopened = false;
    }
    if !stays {
        let_go(list, &ids);
    } else if list.marks.is_empty() && list.rows.get(list.selected).is_some_and(|r| ids.contains(&r.id)) {
        list.selected = (list.selected + 1).min(list.rows.len().saturating_sub(1));
    }
    list.marks.clear();
    list.anchor = None;
    model.detail.left = None;
    if in_detail && !model.over.contains(&Over::Search) && model.detail.trail.is_empty() {
        model.over.pop();
        model.detail.left = ids.first().cloned();
    }
    let mut effects = vec![Effect::State { ids, state, until, note: None, text }];
    effects.extend(preview(model));
    effects
}

/// 已办 with a remark; nothing typed is no remark.
pub(super) fn done_with(model: &mut Model, field: &Field) -> Vec<Effect> {
    let remark = Some(field.text().trim().to_owned()).filter(|t| !t.is_empty());
    model.list.remark.clone_from(&remark);
    let mut effects = set_state(model, State::Done, None);
    for effect in &mut effects {
        if let Effect::State { note, .. } = effect {
            note.clone_from(&remark);
        }
    }
    effects
}

/// Takes rows out; the next one that stays is selected.
fn let_go(list: &mut List, ids: &[String]) {
    let stays = |at: &usize| !ids.contains(&list.rows[*at].id);
    let next = (list.selected..list.rows.len()).find(stays).or_else(|| (0..list.selected).rev().find(stays));
    let next = next.map(|at| list.rows[at].id.clone());
    list.rows.retain(|r| !ids.contains(&r.id));
    list.selected = next.and_then(|id| list.rows.iter().position(|r| r.id == id)).unwrap_or(0);
}

/// These notices are settled with their open rows: they leave the list, and the detail if it shows one of them.
pub(super) fn finished(model: &mut Model, ids: &[String]) {
    if !view_keeps(model.list.view, State::Done) {
        let_go(&mut model.list, ids);
    }
    let shown = model.detail.id.as_ref().is_some_and(|id| ids.contains(id));
    if shown && model.over == [Over::Detail] && model.detail.trail.is_empty() {
        model.over.pop();
    }
}

/// Whether a list still shows a notice that got this state.
fn view_keeps(view: View, state: State) -> bool {
    match view {
        View::All => true,
        View::Inbox => matches!(state, State::Unread | State::Open),
        View::Later => state == State::Later,
        View::Noted => state == State::Noted,
        View::Done => state == State::Done,
    }
}

/// What is said when it is done: what happened, to which notice, and how to get it back.
fn said(model: &Model, ids: &[String], state: State, until: Option<i64>) -> String {
    let what = match state {
        State::Done => tt!("tui.toast.done"),
        State::Noted => tt!("tui.toast.noted"),
        State::Later => {
            let at = crate::tui::time::short(model.env.now, until.unwrap_or(model.env.now), true);
            tt!("tui.toast.later", at = at)
        }
        State::Open | State::Unread => tt!("tui.toast.reopened"),
    };
    tt!("tui.toast.undo_hint", what = what, title = named(model, ids))
}

/// The title of one notice, cut short, or how many they are.
pub(super) fn named(model: &Model, ids: &[String]) -> String {
    let title = match ids {
        [id] => model
            .list
            .rows
            .iter()
            .find(|r| r.id == *id)
            .map(|r| r.title.clone())
            .or_else(|| model.detail.notice().map(|l| l.notice.title.clone()))
            .unwrap_or_default(),
        _ => tt!("tui.toast.many", n = ids.len()),
    };
    Cells::default().fit(&title, 30)
}
