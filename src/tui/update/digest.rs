//! 每日摘要: asked for, scrolled, another day.

use super::{notes, shift};
use crate::tui::actions::Act;
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::model::digest::DigestAsk;
use crate::tui::msg::{Effect, Read};

/// The view comes to the front, or something was decided.
pub(in crate::tui) fn refresh(model: &mut Model) -> Vec<Effect> {
    model.digest.generation += 1;
    let ask = DigestAsk { back: model.digest.back, locale: crate::tui::lang::current().to_owned() };
    vec![Effect::Read(Read::Digest(model.digest.generation, ask))]
}

pub(super) fn came(model: &mut Model, generation: u64, lines: Result<Vec<String>, String>) -> Vec<Effect> {
    if generation != model.digest.generation {
        return Vec::new();
    }
    model.digest.loaded = true;
    match lines {
        Ok(lines) => {
            model.digest.failed = None;
            model.digest.lines = lines;
            Vec::new()
        }
        Err(why) => {
            model.digest.failed = Some(why.clone());
            notes::fail(model, why)
        }
    }
}

/// Its own meaning of an action: left and right are the day before and after.
pub(in crate::tui) fn act(model: &mut Model, act: Act) -> Option<Vec<Effect>> {
    let by = match act {
        Act::Previous => 1,
        Act::Next => -1,
        _ => return None,
    };
    let back = (model.digest.back + by).max(0);
    if back == model.digest.back {
        return Some(Vec::new());
    }
    model.digest.back = back;
    model.digest.scroll = 0;
    Some(refresh(model))
}

pub(in crate::tui) fn step(model: &mut Model, by: isize) -> Vec<Effect> {
    shift(&mut model.digest.scroll, usize::MAX, by);
    Vec::new()
}

pub(in crate::tui) fn settle(model: &mut Model) {
    let height = layout::body_lines(model, 1);
    model.digest.scroll = model.digest.scroll.min(model.digest.lines.len().saturating_sub(height));
}
