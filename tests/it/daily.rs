//! What is exported every few days ends as what is exported at once: the same notices with the same copies, reasons,
//! differences, links and duties. Skipped where the labelled town or Python is missing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};

use crate::corpus::{Run, python, shared};

/// Days of one export.
const STEP: usize = 3;

/// Everything that is shown of every notice, by the keys of its messages; ids are named by the messages they stand for.
fn pictures(run: &Run) -> BTreeMap<Vec<String>, Value> {
    let rows = run.lines(&["inbox", "--view", "all", "--json"]);
    let keys = |row: &Value| -> Vec<String> {
        let copies = row["copies"].as_array().unwrap().iter();
        copies
            .map(|c| c["message"].as_str().unwrap().to_owned())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect()
    };
    let named: BTreeMap<String, String> =
        rows.iter().map(|r| (r["id"].as_str().unwrap().to_owned(), keys(r).remove(0))).collect();
    let of = |mut row: Value| {
        let key = keys(&row);
        // How far a group is covered is said by the files, not by their messages.
        for gone in ["id", "acks"] {
            row.as_object_mut().unwrap().remove(gone);
        }
        for link in row["links"].as_array_mut().unwrap() {
            link["notice"] = json!(named.get(link["notice"].as_str().unwrap()));
        }
        for duty in row["duties"].as_array_mut().unwrap() {
            duty["id"] = Value::Null;
            duty["notice"] = Value::Null;
        }
        (key, row)
    };
    rows.into_iter().map(of).collect()
}

#[test]
fn a_town_exported_every_few_days_is_the_town_exported_at_once() {
    let Some(shared) = shared() else {
        println!("skipped: ../shared/corpus is not there");
        return;
    };
    let town = shared.join("corpus/town/messages.jsonl");
    let work = tempfile::tempdir().unwrap();
    let (tool, town) = (shared.join("tools/render_exports.py"), town.to_str().unwrap().to_owned());
    let tool = tool.to_str().unwrap();
    let at = |name: &str| work.path().join(name).to_str().unwrap().to_owned();
    let text = std::fs::read_to_string(&town).unwrap();
    let messages: Vec<Value> = text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let of = |name: &str| -> BTreeSet<String> {
        messages.iter().map(|m| m[name].as_str().unwrap().to_owned()).collect()
    };
    // One that keeps all, and two that lose seconds, ids, what files are called.
    let formats = ["chatlab-jsonl", "wechat-mail-android", "wechatexporter-txt"].into_iter().cycle();
    let dealt = of("group").into_iter().zip(formats);
    let files: serde_json::Map<String, Value> =
        dealt.map(|(group, format)| (group, json!([{ "format": format }]))).collect();
    std::fs::write(at("plan.json"), Value::Object(files).to_string()).unwrap();
    let days: Vec<String> =
        of("sent_at").iter().map(|t| t[..10].to_owned()).collect::<BTreeSet<_>>().into_iter().collect();
    let now = "2024-02-20T08:00:00+08:00";
    let (once, daily) = (Run::new(now), Run::new(now));
    python(&[tool, &town, &at("all"), "--plan", &at("plan.json")]);
    once.import(Path::new(&at("all")));
    for (n, part) in days.chunks(STEP).enumerate() {
        let (folder, last) = (at(&format!("part{n}")), part.last().unwrap());
        python(&[tool, &town, &folder, "--plan", &at("plan.json"), "--since", &part[0], "--until", last]);
        daily.import(Path::new(&folder));
    }
    let (once, daily) = (pictures(&once), pictures(&daily));
    let differ: Vec<_> = once.iter().filter(|(key, row)| daily.get(*key) != Some(row)).collect();
    assert!(
        differ.is_empty(),
        "{} differ, as the first: {:#?}\n{:#?}",
        differ.len(),
        differ[0],
        daily.get(differ[0].0)
    );
    assert_eq!(once.len(), daily.len());
}
