//! Toasts: what was done and how to get it back, what failed. All of them are kept in the log.

use std::time::Duration;

use crate::tui::model::{Model, Note};
use crate::tui::msg::{Effect, Timer};

/// How long a toast stays.
const TOAST: Duration = Duration::from_secs(4);
/// How many are shown at once.
const SHOWN: usize = 3;
/// How many the log keeps.
const KEPT: usize = 500;

/// Says something for four seconds.
pub(super) fn tell(model: &mut Model, text: String) -> Vec<Effect> {
    let number = push(model, text, false);
    vec![Effect::After(TOAST, Timer::Toast(number))]
}

/// Says what failed, until Esc.
pub(super) fn fail(model: &mut Model, text: String) -> Vec<Effect> {
    push(model, text, true);
    Vec::new()
}

fn push(model: &mut Model, text: String, error: bool) -> u64 {
    let notes = &mut model.notes;
    notes.count += 1;
    let note = Note { number: notes.count, at: model.env.now, text, error };
    notes.toasts.retain(|n| n.text != note.text);
    notes.toasts.push_back(note.clone());
    while notes.toasts.len() > SHOWN {
        notes.toasts.pop_front();
    }
    notes.log.push(note);
    if notes.log.len() > KEPT {
        notes.log.remove(0);
    }
    notes.count
}
