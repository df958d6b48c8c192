//! How a copy's words differ from the lead copy's: runs of characters, made for reading. Not a judgement; that is
//! the verdict's.

use similar::{Algorithm, ChangeTag, TextDiff};

use crate::facts::{Facts, MarkKind, TimePrecision};
use crate::normalize::match_text;
use crate::notice::{Differences, FactDifference, Run, Side};

/// Equal runs shorter than this between two changes are chance; showing them would make the text unreadable.
const CHANCE: usize = 2;

/// How a copy differs from the lead copy; `None` when it says the same in the same words.
#[must_use]
pub fn between(lead: (&str, &Facts), copy: (&str, &Facts)) -> Option<Differences> {
    let facts = facts(lead.1, copy.1);
    let same = lead.0 == copy.0 || match_text(lead.0) == match_text(copy.0);
    if same && facts.is_empty() {
        return None;
    }
    Some(Differences { facts, words: if same { Vec::new() } else { runs(lead.0, copy.0) } })
}

/// Facts that both state and state differently, in the order in which conflicts are shown.
fn facts(lead: &Facts, copy: &Facts) -> Vec<FactDifference> {
    let due = |f: &Facts| f.due.as_ref().map(|d| moment(d.at, d.precision));
    let event = |f: &Facts| f.event.as_ref().map(|e| moment(e.at, e.precision));
    let place = |f: &Facts| f.event.as_ref().and_then(|e| e.place.clone());
    let destination =
        |f: &Facts| f.demands.iter().find_map(|d| d.destination.as_ref()).map(|d| d.name.clone());
    let mark = |f: &Facts, kind: MarkKind| {
        let values: Vec<&str> = f.marks.iter().filter(|m| m.kind == kind).map(|m| m.value.as_str()).collect();
        (!values.is_empty()).then(|| values.join("、"))
    };
    let all = [
        ("due", due(lead), due(copy)),
        ("event", event(lead), event(copy)),
        ("place", place(lead), place(copy)),
        ("count", mark(lead, MarkKind::Count), mark(copy, MarkKind::Count)),
        ("destination", destination(lead), destination(copy)),
        ("audience", mark(lead, MarkKind::Audience), mark(copy, MarkKind::Audience)),
    ];
    let differ = all.into_iter().filter_map(|(fact, lead, copy)| {
        let (lead, copy) = lead.zip(copy).filter(|(a, b)| match_text(a) != match_text(b))?;
        // Several figures or audiences are listed: what one side only adds (@所有人 before 各村) contradicts nothing.
        let listed = matches!(fact, "count" | "audience");
        if listed && (holds(&lead, &copy) || holds(&copy, &lead)) {
            return None;
        }
        Some(FactDifference { fact: fact.to_owned(), lead, copy })
    });
    differ.collect()
}

/// Whether a list names all that another names.
fn holds(all: &str, some: &str) -> bool {
    let all: Vec<String> = all.split('、').map(match_text).collect();
    some.split('、').all(|one| all.contains(&match_text(one)))
}

fn moment(at: chrono::NaiveDateTime, precision: TimePrecision) -> String {
    let format = if precision == TimePrecision::Day { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M" };
    at.format(format).to_string()
}

/// The runs in reading order; in a replaced place the lead's words come first.
#[must_use]
pub fn runs(lead: &str, copy: &str) -> Vec<Run> {
    let diff = TextDiff::configure().algorithm(Algorithm::Myers).diff_chars(lead, copy);
    let mut pieces: Vec<(ChangeTag, String)> = Vec::new();
    for change in diff.iter_all_changes() {
        match pieces.last_mut() {
            Some((tag, text)) if *tag == change.tag() => text.push_str(change.value()),
            _ => pieces.push((change.tag(), change.value().to_owned())),
        }
    }
    let mut runs: Vec<Run> = Vec::new();
    let last = pieces.len().saturating_sub(1);
    for (n, (tag, text)) in pieces.iter().enumerate() {
        let inside = n > 0 && n < last;
        if *tag == ChangeTag::Equal && inside && text.chars().count() < CHANCE {
            add(&mut runs, Side::Lead, text);
            add(&mut runs, Side::Copy, text);
            continue;
        }
        let side = match tag {
            ChangeTag::Equal => Side::Same,
            ChangeTag::Delete => Side::Lead,
            ChangeTag::Insert => Side::Copy,
        };
        add(&mut runs, side, text);
    }
    fold_ends(&mut runs);
    runs
}

/// Adds a run; within a changed place all of the lead's words come before all of the copy's.
fn add(runs: &mut Vec<Run>, side: Side, text: &str) {
    let len = runs.len();
    match side {
        Side::Lead if len >= 2 && runs[len - 1].side == Side::Copy && runs[len - 2].side == Side::Lead => {
            runs[len - 2].text.push_str(text);
        }
        Side::Lead if len >= 1 && runs[len - 1].side == Side::Copy => {
            runs.insert(len - 1, Run { side, text: text.to_owned() });
        }
        _ if len >= 1 && runs[len - 1].side == side => runs[len - 1].text.push_str(text),
        _ => runs.push(Run { side, text: text.to_owned() }),
    }
}

fn fold_ends(runs: &mut [Run]) {
    if let [first, second, ..] = runs
        && first.side == Side::Copy
        && second.side == Side::Same
    {
        first.side = Side::Preface;
    }
    if let [.., before, last] = runs
        && last.side == Side::Copy
        && before.side == Side::Same
    {
        last.side = Side::Signature;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_only_added_is_no_other_fact() {
        assert!(holds("所有人、各村(社区)", "各村（社区）"));
        assert!(!holds("各村、各社区", "各村、各站"));
    }

    fn shown(lead: &str, copy: &str) -> String {
        let mark = |r: &Run| match r.side {
            Side::Same => r.text.clone(),
            Side::Lead => format!("[-{}-]", r.text),
            Side::Copy => format!("[+{}+]", r.text),
            Side::Preface => format!("[^{}^]", r.text),
            Side::Signature => format!("[_{}_]", r.text),
        };
        runs(lead, copy).iter().map(mark).collect()
    }

    #[test]
    fn differences_read_well() {
        for (lead, copy, want) in [
            ("请于1月10日17:00前报送", "请于1月12日17:00前报送", "请于1月1[-0-][+2+]日17:00前报送"),
            ("请报送名单。", "转发：请报送名单。收到回复", "[^转发：^]请报送名单。[_收到回复_]"),
            ("报镇应急办邮箱", "报镇经发办邮箱", "报镇[-应急-][+经发+]办邮箱"),
            ("一样", "一样", "一样"),
            ("", "新", "[+新+]"),
        ] {
            assert_eq!(shown(lead, copy), want);
        }
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_back(lead in "[甲乙丙丁戊]{0,20}", copy in "[甲乙丙丁戊]{0,20}") {
            let runs = runs(&lead, &copy);
            let of = |own: &[Side]| -> String {
                runs.iter().filter(|r| own.contains(&r.side)).map(|r| r.text.as_str()).collect()
            };
            prop_assert_eq!(of(&[Side::Same, Side::Lead]), lead);
            prop_assert_eq!(of(&[Side::Same, Side::Copy, Side::Preface, Side::Signature]), copy);
        }
    }
}
