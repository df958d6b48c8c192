//! Rows of one errand in one line: what is to go into eleven work groups stands once, with a box for every group. Nothing
//! is left out: each row of the ledger keeps its box; tables for programs keep a row each.

use rust_i18n::t;

use super::clean::Cleaner;
use super::document::{cut, one_line};
use crate::digest::Line;

/// Longest words of what is to be handed in, in characters, where a destination follows.
const WHAT: usize = 100;

/// Longest name of a destination, in characters.
const TO: usize = 40;

/// Lines that differ only in where something is to go, together; the others alone. The order is that of the first of each.
pub(super) fn folded(lines: &[Line]) -> Vec<Vec<&Line>> {
    let mut out: Vec<Vec<&Line>> = Vec::new();
    for line in lines {
        match out.iter_mut().find(|o| one_errand(o[0], line)) {
            Some(known) => known.push(line),
            None => out.push(vec![line]),
        }
    }
    out
}

fn one_errand(a: &Line, b: &Line) -> bool {
    let (Some(x), Some(y)) = (&a.duty, &b.duty) else {
        return false;
    };
    x.group.is_some()
        && y.group.is_some()
        && x.evidence == y.evidence
        && (&a.notice, &a.title, &a.when, &a.marks) == (&b.notice, &b.title, &b.when, &b.marks)
}

/// Where a row is to go; a work group by its own name, also where the notice says 本群.
fn to(line: &Line) -> Option<String> {
    let duty = line.duty.as_ref()?;
    let name = duty.group.as_ref().or(duty.destination.as_ref().map(|d| &d.name))?;
    let name = one_line(name);
    (!name.is_empty()).then_some(name)
}

/// What goes where; with `boxes`, each of several destinations has a box to tick. Cut only after private data is masked.
pub(super) fn title(lines: &[&Line], boxes: bool, cleaner: &mut Cleaner, locale: &str) -> String {
    let Some(first) = lines.first() else {
        return String::new();
    };
    if first.duty.is_none() {
        return one_line(&first.title);
    }
    let what = cut(&one_line(&cleaner.text(&first.title)), WHAT);
    let places: Vec<String> =
        lines.iter().filter_map(|l| to(l)).map(|n| cut(&cleaner.text(&n), TO)).collect();
    match &places[..] {
        [] => what,
        [place] => t!("export.to", locale = locale, what = what, destination = place).into_owned(),
        many => {
            let mark = if boxes { "□" } else { "" };
            let gap = if boxes { "　".into() } else { t!("export.list_comma", locale = locale) };
            let all: Vec<String> = many.iter().map(|place| format!("{mark}{place}")).collect();
            let (n, all) = (many.len(), all.join(&gap));
            t!("export.to_many", locale = locale, what = what, n = n, destinations = all).into_owned()
        }
    }
}
