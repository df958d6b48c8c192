//! The kind of place each demand goes to, against the labelled town: straight from the words of each notice's first
//! copy, before any other copy is looked at. Prints a table of kinds; skips with a word where `../shared` is absent.
//!
//! A labelled demand counts as right where the notice has a row of the checklist for that kind of place. One that is
//! labelled as going nowhere counts as right where every row goes to a place that another demand of the notice is
//! labelled with, or to the group because nobody said where.

use std::collections::{BTreeMap, HashMap};

use qunbox::duty::{self, Carrier, Input};
use qunbox::facts::{self, Act};
use qunbox::message::Kind;
use qunbox::notice::DemandView;
use serde_json::Value;

use super::{read, shared, text};

/// Kinds of places with a mark for those that nobody named.
pub(crate) type Row = (String, bool);

/// How many demands came to the right kind of place, and what the others came to.
#[derive(Default)]
pub(crate) struct Figure {
    /// Demands that are labelled with a place, and those that are right.
    pub named: usize,
    pub named_right: usize,
    /// Demands that are labelled as going nowhere, and those that are right.
    pub nowhere: usize,
    pub nowhere_right: usize,
    wrong: BTreeMap<(String, String), Vec<String>>,
}

impl Figure {
    /// Compares the labelled demands of a notice with the rows of its checklist.
    pub(crate) fn add(&mut self, notice: &Value, rows: &[Row]) {
        let demands = notice["demands"].as_array().unwrap();
        let kinds: Vec<&str> = demands.iter().map(|d| text(&d["destination"], "kind")).collect();
        let mut spare: Vec<&Row> = rows.iter().filter(|r| !kinds.contains(&r.0.as_str())).collect();
        for kind in &kinds {
            let right = match *kind {
                "none" => spare.iter().all(|r| r.1),
                kind => rows.iter().any(|r| r.0 == kind),
            };
            let (all, good) = match *kind {
                "none" => (&mut self.nowhere, &mut self.nowhere_right),
                _ => (&mut self.named, &mut self.named_right),
            };
            *all += 1;
            *good += usize::from(right);
            if !right {
                let got = spare.pop().map_or("nothing".to_owned(), |r| r.0.clone());
                let entry = self.wrong.entry(((*kind).to_owned(), got)).or_default();
                entry.push(text(notice, "notice").to_owned());
            }
        }
    }

    /// The share of all demands.
    pub(crate) fn share(&self) -> f64 {
        (self.named_right + self.nowhere_right) as f64 / (self.named + self.nowhere).max(1) as f64
    }

    /// The share of those that are labelled with a place.
    pub(crate) fn share_named(&self) -> f64 {
        self.named_right as f64 / self.named.max(1) as f64
    }

    pub(crate) fn print(&self, what: &str) {
        println!(
            "{what}: kind of place right {:.4}: of {} with a place {:.4}, of {} without {:.4}",
            self.share(),
            self.named,
            self.share_named(),
            self.nowhere,
            self.nowhere_right as f64 / self.nowhere.max(1) as f64
        );
        for ((want, got), notices) in &self.wrong {
            println!("  {want:8} → {got:8} {:3}  {}", notices.len(), notices.join(" "));
        }
    }
}

/// A sign-up is kept as its list and is no row; where it goes stands in its demand.
fn signups(demands: &[DemandView]) -> Vec<Row> {
    let goes = |d: &DemandView| d.act == Act::Signup && d.destination.is_some();
    demands.iter().any(goes).then(|| ("group".to_owned(), true)).into_iter().collect()
}

/// The checklist of a notice that stands in one group only, in these words.
fn rows(message: &Value) -> Vec<Row> {
    let facts = read(message);
    let demands: Vec<DemandView> = facts.demands.iter().map(DemandView::from).collect();
    let carrier = Carrier {
        group: 0,
        group_key: text(message, "group").to_owned(),
        group_name: text(message, "group_name").to_owned(),
        sent_at: 0,
        sender: text(message, "sender").to_owned(),
        text: text(message, "text").to_owned(),
    };
    let input = Input { demands: &demands, carriers: &[carrier], due: None, recurs: None };
    let word = |row: duty::Row| {
        let kind = serde_json::to_value(row.destination.kind).unwrap();
        (kind.as_str().unwrap().to_owned(), row.assumed)
    };
    let chains = signups(&demands);
    duty::plan(&input).into_iter().map(word).chain(chains).collect()
}

#[test]
fn kinds_of_places_of_the_town_from_one_copy() {
    let (Some(messages), Some(notices)) =
        (shared("corpus/town/messages.jsonl"), shared("corpus/town/notices.jsonl"))
    else {
        return;
    };
    let by_id: HashMap<&str, &Value> = messages.iter().map(|m| (text(m, "id"), m)).collect();
    let mut figure = Figure::default();
    for notice in &notices {
        let copies = notice["copies"].as_array().unwrap();
        let whole: Vec<&Value> = copies
            .iter()
            .filter(|c| text(c, "edit") == "verbatim")
            .filter_map(|c| by_id.get(text(c, "id")).copied())
            .collect();
        let first = whole.iter().min_by_key(|m| text(m, "sent_at"));
        let first = first.copied().or_else(|| by_id.get(text(&copies[0], "id")).copied()).unwrap();
        let rows = rows(first);
        if std::env::var_os("QUNBOX_SHOW").is_some() {
            println!("{} {rows:?} {}", text(notice, "notice"), text(first, "text").replace('\n', "⏎"));
        }
        figure.add(notice, &rows);
    }
    figure.print("town, first copies");
    assert!(figure.share() >= 0.92, "{:.4}", figure.share());
}

/// A link to a form is where the form is filled in, whatever else the message says.
#[rstest::rstest]
#[case("居民满意度调查问卷", "每个网格不少于3人填写，3月18日下班前完成。", Some("app"))]
#[case("街道：小小豆花香满城", "请大家填写读后感，3月18日前发我。", Some("person"))]
fn what_a_link_asks_for_is_done_behind_it(
    #[case] title: &str,
    #[case] words: &str,
    #[case] want: Option<&str>,
) {
    let mut input = facts::Input::new(words, super::stamp("2026-03-16T08:30"));
    input.kind = Kind::Link;
    input.attachment = title;
    let got = facts::read(&input, &facts::Settings::default());
    let kinds: Vec<String> = got
        .demands
        .iter()
        .filter_map(|d| d.destination.as_ref())
        .map(|d| serde_json::to_value(d.kind).unwrap().as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kinds.first().map(String::as_str), want, "{:#?}", got.demands);
}
