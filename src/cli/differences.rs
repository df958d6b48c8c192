//! How the copies of a notice differ, as `show` prints it: facts first, then words.

use std::io::Write;

use rust_i18n::t;

use super::dates;
use super::table::line;
use crate::notice::{Conflict, Copy, Differences, FactDifference, Moment, Notice, Side};

/// Groups are named up to this many.
const NAMED: usize = 2;

/// `截止 01-10 17:00 ×6 群；01-12 17:00 ×1 群（民政残联群 17:40）`
pub(super) fn conflict(notice: &Notice, conflict: &Conflict, now: i64) -> String {
    let values: Vec<String> = conflict
        .values
        .iter()
        .map(|value| {
            let said = t!("cli.show.value", value = shown(&value.value, now), groups = value.groups.len());
            if value.groups.len() > NAMED {
                return said.into_owned();
            }
            let named: Vec<String> = value.groups.iter().map(|group| from(notice, group, now)).collect();
            format!("{said} ({})", named.join("、"))
        })
        .collect();
    t!("cli.show.conflict", fact = fact_word(&conflict.fact), values = values.join("; ")).into_owned()
}

/// A group with the time of its copy.
fn from(notice: &Notice, group: &str, now: i64) -> String {
    let copy = notice.copies.iter().find(|c| c.group == group);
    let at = copy.map(|c| format!(" {}", dates::short(c.sent_at.0, now))).unwrap_or_default();
    format!("{}{at}", line(group))
}

/// Prints how a copy differs from the lead copy, under its line.
pub(super) fn print(copy: &Copy, now: i64, out: &mut dyn Write) -> std::io::Result<()> {
    let Some(differences) = &copy.differences else {
        return Ok(());
    };
    if !differences.facts.is_empty() {
        let facts: Vec<String> = differences.facts.iter().map(|f| fact(f, now)).collect();
        writeln!(out, "      {}", line(&facts.join("; ")))?;
    }
    if !differences.words.is_empty() {
        writeln!(out, "      {}", line(&words(differences)))?;
    }
    Ok(())
}

fn fact(f: &FactDifference, now: i64) -> String {
    format!("{} {} → {}", fact_word(&f.fact), shown(&f.lead, now), shown(&f.copy, now))
}

/// The changed words with a little of what stands around them; preface and signature are told by their length.
fn words(differences: &Differences) -> String {
    let mut out = String::new();
    for run in differences.folded() {
        let count = run.text.chars().count();
        match run.side {
            Side::Lead => out.push_str(&format!("[-{}-]", run.text)),
            Side::Copy => out.push_str(&format!("{{+{}+}}", run.text)),
            Side::Preface => out.push_str(&t!("cli.show.preface", count = count, text = head(&run.text))),
            Side::Signature => out.push_str(&t!("cli.show.signature", count = count, text = head(&run.text))),
            Side::Same => out.push_str(&run.text),
        }
    }
    out
}

fn head(text: &str) -> String {
    const HEAD: usize = 16;
    let short: String = text.chars().take(HEAD).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

/// A moment as elsewhere on the line; everything else as it is.
fn shown(value: &str, now: i64) -> String {
    let at = chrono::NaiveDateTime::parse_from_str(value, "%Y-%m-%d %H:%M").ok();
    at.map_or_else(|| value.to_owned(), |at| dates::short(Moment(crate::message::epoch_ms(at)).0, now))
}

fn fact_word(fact: &str) -> std::borrow::Cow<'static, str> {
    match fact {
        "due" => t!("cli.fact.due"),
        "event" => t!("cli.fact.event"),
        "place" => t!("cli.fact.place"),
        "count" => t!("cli.fact.count"),
        "destination" => t!("cli.fact.destination"),
        "likeness" => t!("cli.fact.likeness"),
        _ => t!("cli.fact.audience"),
    }
}
