//! Windows about duties: words that are asked for, answers that are chosen, parts that are ticked.

use super::{counts, import, notes, popup, shift, triage, uploads};
use crate::message::{epoch_ms, local};
use crate::store::{Decision, DutyChange, UploadPlace};
use crate::tui::actions::Act;
use crate::tui::lang::tt;
use crate::tui::model::uploads::{DutyAsk, DutyWindow};
use crate::tui::model::{Model, Popup};
use crate::tui::msg::{Effect, Read};
use crate::tui::time;
use crate::tui::widgets::field::Field;

/// The meaning of an action in the view 待报.
pub(super) fn act(model: &mut Model, act: Act) -> Option<Vec<Effect>> {
    let ask = match act {
        Act::DutyWaive => DutyAsk::Waive,
        Act::DutyDue => DutyAsk::Due,
        Act::DutyNote => DutyAsk::Note,
        Act::DutyAttach => DutyAsk::Attach,
        Act::DutyLate => DutyAsk::Late,
        Act::DutyTargets => return Some(parts(model)),
        Act::DutyHere => return Some(here(model)),
        Act::DutyPlace => {
            model.uploads.generation += 1;
            return Some(vec![Effect::Read(Read::UploadPlaces(model.uploads.generation))]);
        }
        _ => return None,
    };
    Some(words(model, ask, String::new()))
}

fn words(model: &mut Model, ask: DutyAsk, text: String) -> Vec<Effect> {
    let duties = uploads::targets(model);
    if duties.is_empty() {
        return Vec::new();
    }
    let text = match (ask, model.uploads.row()) {
        (DutyAsk::Note, Some(row)) if duties.len() == 1 => row.note.clone().unwrap_or_default(),
        // The answer of a notice that asks for the same data stands there: Enter takes it, typing replaces it.
        (DutyAsk::Attach, Some(row)) if duties.len() == 1 => row.offered.first().cloned().unwrap_or_default(),
        _ => text,
    };
    window(model, DutyWindow::Words { ask, duties, field: Field::with(text), wrong: false })
}

fn window(model: &mut Model, window: DutyWindow) -> Vec<Effect> {
    popup::open(model, Popup::Duty(window))
}

fn here(model: &mut Model) -> Vec<Effect> {
    let duties = uploads::targets(model);
    window(model, DutyWindow::Here { duties, selected: 0 })
}

/// The parts of the selected duty; where there are none, they are asked for.
fn parts(model: &mut Model) -> Vec<Effect> {
    let Some(row) = model.uploads.row() else { return Vec::new() };
    if row.targets.is_empty() {
        model.uploads.marks.clear();
        return words(model, DutyAsk::Targets, String::new());
    }
    let duty = row.duty.clone();
    window(model, DutyWindow::Targets { duty, selected: 0 })
}

/// The places to choose from have come.
pub(super) fn places_came(model: &mut Model, generation: u64, entries: Vec<UploadPlace>) -> Vec<Effect> {
    if generation != model.uploads.generation {
        return Vec::new();
    }
    window(model, DutyWindow::Places { entries, selected: 0 })
}

/// 已办 was refused because rows are open: asks what is meant.
pub(super) fn refused(model: &mut Model, notices: Vec<String>, text: String) -> Vec<Effect> {
    window(model, DutyWindow::Finish { notices, text })
}

/// How many entries a window has.
pub(super) fn entries(model: &Model, window: &DutyWindow) -> usize {
    match window {
        DutyWindow::Here { .. } => 2,
        DutyWindow::Targets { .. } => model.uploads.row().map_or(0, |r| r.targets.len()),
        DutyWindow::Places { entries, .. } => entries.len() + 1,
        DutyWindow::Words { .. } | DutyWindow::Finish { .. } => 0,
    }
}

/// Moves the selection.
pub(super) fn step(model: &mut Model, by: isize) {
    let Some(Popup::Duty(window)) = &model.popup else { return };
    let count = entries(model, window);
    if let Some(Popup::Duty(
        DutyWindow::Here { selected, .. }
        | DutyWindow::Targets { selected, .. }
        | DutyWindow::Places { selected, .. },
    )) = model.popup.as_mut()
    {
        shift(selected, count, by);
    }
}

/// Enter, or Space on a part.
pub(super) fn accept(model: &mut Model, window: DutyWindow) -> Vec<Effect> {
    match window {
        DutyWindow::Words { ask, duties, field, .. } => said(model, ask, duties, field),
        DutyWindow::Here { duties, selected } => {
            let own = selected == 0;
            let text = if own { tt!("tui.toast.here_own") } else { tt!("tui.toast.here_origin") };
            decide(model, duties, DutyChange::Here(own), text)
        }
        DutyWindow::Targets { duty, selected } => {
            let Some(target) = model.uploads.row().and_then(|r| r.targets.get(selected)) else {
                return Vec::new();
            };
            let (name, on) = (target.name.clone(), target.done_at.is_none());
            let change = DutyChange::Tick { names: vec![name.clone()], on };
            let last = model.uploads.row().map_or(0, |r| r.targets.len()).saturating_sub(1);
            model.popup = Some(Popup::Duty(DutyWindow::Targets {
                duty: duty.clone(),
                selected: (selected + 1).min(last),
            }));
            let text = if on {
                tt!("tui.toast.part_done", name = name)
            } else {
                tt!("tui.toast.part_open", name = name)
            };
            decide(model, vec![duty], change, text)
        }
        DutyWindow::Places { entries, selected } => {
            model.uploads.place = selected.checked_sub(1).and_then(|at| entries.into_iter().nth(at));
            uploads::restart(model)
        }
        DutyWindow::Finish { notices, .. } => {
            let title = triage::named(model, &notices);
            triage::finished(model, &notices);
            let text = tt!("tui.toast.undo_hint", what = tt!("tui.toast.finished"), title = title);
            let note = model.list.remark.take();
            vec![Effect::Decide(Decision::Finish { notices, note }, text), counts(model)]
        }
    }
}

fn decide(model: &mut Model, duties: Vec<String>, change: DutyChange, said: String) -> Vec<Effect> {
    model.uploads.marks.clear();
    let text = tt!("tui.toast.duty_undo", what = said, n = duties.len());
    vec![Effect::Decide(Decision::Duty { duties, change }, text), counts(model)]
}

/// Words were typed.
fn said(model: &mut Model, ask: DutyAsk, duties: Vec<String>, field: Field) -> Vec<Effect> {
    let typed = field.text().trim().to_owned();
    let (change, text) = match ask {
        DutyAsk::Waive if typed.is_empty() => return again(model, ask, duties, field),
        DutyAsk::Waive => (DutyChange::Waive { reason: typed }, tt!("tui.toast.duty_waived")),
        DutyAsk::Note => {
            (DutyChange::Note(Some(typed).filter(|t| !t.is_empty())), tt!("tui.toast.duty_note"))
        }
        DutyAsk::Attach if typed.is_empty() => return again(model, ask, duties, field),
        DutyAsk::Attach => {
            let text = tt!("tui.toast.duty_undo", what = tt!("tui.toast.duty_attach"), n = duties.len());
            model.uploads.marks.clear();
            return vec![Effect::Attach { duties, path: import::unquote(&typed), text }];
        }
        DutyAsk::Due if typed.is_empty() => (DutyChange::Due(None), tt!("tui.toast.duty_due_clear")),
        DutyAsk::Due => {
            let full = if typed.contains([':', '：']) { typed.clone() } else { format!("{typed} 17:30") };
            match time::parse_future(model.env.now, &full) {
                Some(at) => {
                    let when = local(at).format("%m-%d %H:%M").to_string();
                    (DutyChange::Due(Some(at)), tt!("tui.toast.duty_due", at = when))
                }
                None => return again(model, ask, duties, field),
            }
        }
        DutyAsk::Late => match past(model.env.now, &typed) {
            Some(at) => (
                DutyChange::Done { typed_at: Some(at), evidence: Vec::new() },
                tt!("tui.toast.duty_late", at = local(at).format("%m-%d").to_string()),
            ),
            None => return again(model, ask, duties, field),
        },
        DutyAsk::Targets => {
            let names: Vec<String> = typed
                .split(['、', ',', '，', ';', '；', '\n'])
                .map(|n| n.trim().to_owned())
                .filter(|n| !n.is_empty())
                .collect();
            let text = tt!("tui.toast.duty_targets", n = names.len());
            (DutyChange::Targets(names), text)
        }
    };
    decide(model, duties, change, text)
}

fn again(model: &mut Model, ask: DutyAsk, duties: Vec<String>, field: Field) -> Vec<Effect> {
    window(model, DutyWindow::Words { ask, duties, field, wrong: true })
}

/// A day that has come: `1-10` or `2024-01-10`; noon of it stands for the day.
fn past(now: i64, typed: &str) -> Option<i64> {
    use chrono::{Datelike, NaiveDate, NaiveTime};
    let today = local(now).date();
    let numbers: Vec<i32> = typed
        .split(|c: char| !c.is_ascii_digit())
        .filter(|p| !p.is_empty())
        .filter_map(|p| p.parse().ok())
        .collect();
    let day =
        |y: i32, m: i32, d: i32| NaiveDate::from_ymd_opt(y, u32::try_from(m).ok()?, u32::try_from(d).ok()?);
    let day = match numbers[..] {
        [y, m, d] if y > 31 => day(y, m, d),
        [m, d] => day(today.year(), m, d).filter(|x| *x <= today).or_else(|| day(today.year() - 1, m, d)),
        _ => None,
    }?;
    let noon = NaiveTime::from_hms_opt(12, 0, 0)?;
    (day <= today).then(|| epoch_ms(day.and_time(noon)).min(now))
}

/// The reply of the user's for the notice in front goes to the clipboard.
pub(super) fn copy_reply(model: &mut Model) -> Vec<Effect> {
    match model.detail.notice().map(|l| l.notice.acks.reply.clone()) {
        Some(reply) if !reply.is_empty() => vec![Effect::Copy(reply)],
        _ => notes::tell(model, tt!("tui.reason.nothing_to_copy")),
    }
}
