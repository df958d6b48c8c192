//! How a copy differs from the lead copy, as lines of the detail: facts first, then the changed words among those
//! around them. Told by marks and by colour, so that it can be read without colours.

use ratatui::style::Style;

use crate::notice::{Differences, FactDifference, Notice, Side};
use crate::tui::lang::tt;
use crate::tui::theme::Look;

/// Characters of a preface or ending that are shown.
const HEAD: usize = 16;

/// The order in which copies are shown: the lead copy, those that say another fact, other words, the rest.
#[must_use]
pub fn order(notice: &Notice) -> Vec<usize> {
    let rank = |n: &usize| match &notice.copies[*n].differences {
        _ if *n == 0 => 0,
        Some(d) if !d.facts.is_empty() => 1,
        Some(_) => 2,
        None => 3,
    };
    let mut order: Vec<usize> = (0..notice.copies.len()).collect();
    order.sort_by_key(rank);
    order
}

/// What the facts line says: `截止 1月10日17:00 -> 1月12日17:00`.
#[must_use]
pub fn facts(differences: &Differences, readable: &dyn Fn(&str) -> String) -> Option<String> {
    if differences.facts.is_empty() {
        return None;
    }
    let one = |f: &FactDifference| {
        format!("{} {} → {}", super::detail::fact_name(&f.fact), readable(&f.lead), readable(&f.copy))
    };
    Some(differences.facts.iter().map(one).collect::<Vec<_>>().join("; "))
}

/// The words as one text, with the places that stand out, in Unicode scalar values.
#[must_use]
pub fn words(differences: &Differences, look: Look) -> (String, Vec<([u32; 2], Style)>) {
    let mut text = String::new();
    let mut marks = Vec::new();
    for run in differences.folded() {
        let count = run.text.chars().count();
        let (shown, style) = match run.side {
            Side::Same => (run.text, None),
            Side::Lead => (format!("[-{}-]", run.text), Some(look.dim())),
            Side::Copy => (format!("{{+{}+}}", run.text), Some(look.warn())),
            Side::Preface => {
                (tt!("tui.difference.preface", n = count, text = head(&run.text)), Some(look.dim()))
            }
            Side::Signature => {
                (tt!("tui.difference.ending", n = count, text = head(&run.text)), Some(look.dim()))
            }
        };
        let from = length(&text);
        text.push_str(&shown);
        if let Some(style) = style {
            marks.push(([from, length(&text)], style));
        }
    }
    (text, marks)
}

fn length(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

fn head(text: &str) -> String {
    let short: String = text.chars().take(HEAD).collect();
    if short.len() < text.len() { format!("{short}..") } else { short }
}
