//! Clustering against labelled conversations: facts and notices straight from the corpus' messages, scored by the
//! corpus' own tool. Skips with a word where `../shared` or python3 is absent.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use qunbox::cluster::{Clusterer, Draft, Pins, Placement, Post};
use qunbox::facts::{self, Input, Settings};
use qunbox::message::{Attachment, Kind, Precision, local, rfc3339};
use qunbox::notice::MessageRole;
use serde_json::{Value, json};

fn corpus(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus").join(name);
    if path.join("messages.jsonl").exists() {
        return Some(path);
    }
    println!("skipped: ../shared/corpus/{name} is absent");
    None
}

fn lines(path: &Path) -> Vec<Value> {
    std::fs::read_to_string(path).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

fn kind(word: &str) -> Kind {
    Kind::parse(word).unwrap_or(Kind::Unknown)
}

fn post(row: usize, m: &Value, groups: &mut Vec<String>) -> Post {
    // Importers take the quoted block out of an answer, and the placeholder out of a picture.
    let text = m["text"].as_str().unwrap_or_default();
    let text = text.split_once("- - -\n").map_or(text, |(_, answer)| answer);
    let text = if text.starts_with("[图片]") { "" } else { text };
    let name = m["group_name"].as_str().unwrap().to_owned();
    let group = groups.iter().position(|g| *g == name).unwrap_or_else(|| {
        groups.push(name.clone());
        groups.len() - 1
    });
    let sent_at =
        chrono::DateTime::parse_from_rfc3339(m["sent_at"].as_str().unwrap()).unwrap().timestamp_millis();
    let kind = kind(m["type"].as_str().unwrap());
    let a = &m["attachment"];
    let attachments = if a.is_null() {
        Vec::new()
    } else {
        vec![Attachment {
            kind,
            name: a["name"].as_str().map(str::to_owned),
            path: None,
            md5: a["md5"].as_str().map(str::to_owned),
            size: a["size"].as_u64(),
            url: a["url"].as_str().map(str::to_owned),
        }]
    };
    let quoted = !m["reply_to"].is_null();
    let input = Input {
        kind,
        quoted,
        sender: m["sender"].as_str().unwrap_or_default(),
        attachment: a["name"].as_str().or(a["title"].as_str()).unwrap_or_default(),
        ..Input::new(text, local(sent_at))
    };
    let facts = facts::read(&input, &Settings::default());
    Post {
        row: row as i64,
        key: m["id"].as_str().unwrap().to_owned(),
        group: group as i64,
        group_name: Arc::from(name),
        sent_at,
        precision: Precision::Second,
        sender: m["sender"].as_str().unwrap_or_default().to_owned(),
        mine: m["is_self"].as_bool().unwrap_or(false),
        kind,
        text: Arc::from(text),
        attachments,
        quoted: None,
        facts,
        previous: None,
    }
}

struct Run {
    messages: Vec<Value>,
    posts: Vec<Post>,
    placements: Vec<Placement>,
    drafts: Vec<Draft>,
}

fn run(corpus: &Path) -> Run {
    let mut messages = lines(&corpus.join("messages.jsonl"));
    messages
        .sort_by_key(|m| (m["sent_at"].as_str().unwrap().to_owned(), m["id"].as_str().unwrap().to_owned()));
    let mut groups = Vec::new();
    let posts: Vec<Post> = messages.iter().enumerate().map(|(n, m)| post(n, m, &mut groups)).collect();
    let mut clusterer = Clusterer::new(Pins::default());
    let mut placements: Vec<Placement> = posts.iter().map(|p| clusterer.assign(p.clone())).collect();
    let drafts = clusterer.finish();
    follow_drafts(&mut placements, &drafts, |slot| slot);
    Run { messages, posts, placements, drafts }
}

/// A picture that stood alone is a copy once it came again: the drafts have the last word.
fn follow_drafts(placements: &mut [Placement], drafts: &[Draft], number: impl Fn(u32) -> u32) {
    for d in drafts {
        for c in &d.copies {
            let place = &mut placements[c.row as usize];
            if place.slot.is_none() {
                (place.slot, place.role) = (Some(number(d.slot)), d.kind);
            }
        }
    }
}

/// Writes the run in the form of `inbox --json` and `messages --json` and has it scored.
fn score(corpus: &Path, run: &Run) -> Option<Value> {
    let dir = std::env::var_os("QUNBOX_DUMP").map_or_else(std::env::temp_dir, PathBuf::from);
    let name = corpus.file_name().unwrap().to_string_lossy();
    let (inbox, messages) =
        (dir.join(format!("{name}-inbox.jsonl")), dir.join(format!("{name}-messages.jsonl")));
    let mut out = std::fs::File::create(&inbox).unwrap();
    let mut also: HashMap<u32, Vec<Value>> = HashMap::new();
    for d in &run.drafts {
        for l in &d.links {
            also.entry(l.to)
                .or_default()
                .push(json!({"kind": l.kind, "direction": "from", "notice": d.slot.to_string()}));
        }
    }
    for d in &run.drafts {
        let mut links: Vec<Value> = d
            .links
            .iter()
            .map(|l| {
                json!({"kind": l.kind, "direction": "to", "notice": l.to.to_string(),
                "reason": l.reason.as_ref().map(|r| r.words("zh-CN"))})
            })
            .collect();
        links.extend(also.remove(&d.slot).unwrap_or_default());
        let row =
            json!({"id": d.slot.to_string(), "title": d.title, "due": d.due, "links": links, "kind": d.kind});
        writeln!(out, "{row}").unwrap();
    }
    let mut out = std::fs::File::create(&messages).unwrap();
    for ((m, p), place) in run.messages.iter().zip(&run.posts).zip(&run.placements) {
        let row = json!({"id": p.key, "group": m["group_name"], "sender": p.sender, "sent_at": rfc3339(p.sent_at),
            "precision": "second", "text": &*p.text, "role": place.role, "notice": place.slot.map(|s| s.to_string()),
            "reason": place.reason.as_ref().map(|r| r.words("zh-CN")),
            "attachments": p.attachments});
        writeln!(out, "{row}").unwrap();
    }
    let tool = corpus.join("../../tools/score.py");
    let answer =
        Command::new("python3").arg(tool).arg(corpus).arg(inbox).arg(messages).arg("--json").output();
    let Ok(answer) = answer else {
        println!("skipped: no python3");
        return None;
    };
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    let value: Value = serde_json::from_slice(&answer.stdout).unwrap();
    println!("{name}: {:#}", value["figures"]);
    Some(value)
}

#[test]
fn town_reaches_its_floors() {
    let Some(town) = corpus("town") else { return };
    let run = run(&town);
    let Some(answer) = score(&town, &run) else { return };
    let figure = |name: &str| answer["figures"][name].as_f64().unwrap();
    assert!(figure("pair_precision") >= 0.95, "pair_precision {}", figure("pair_precision"));
    assert!(figure("pair_f1") >= 0.80, "pair_f1 {}", figure("pair_f1"));
    assert!(figure("lost_notices") <= 0.02 * 266.0, "lost_notices {}", figure("lost_notices"));
    assert!(figure("noise_rows") <= 0.05, "noise_rows {}", figure("noise_rows"));
}

/// Messages that stand together, by key.
fn partition(posts: &[Post], placements: &[Placement]) -> std::collections::BTreeSet<Vec<String>> {
    let mut groups: HashMap<u32, Vec<String>> = HashMap::new();
    for (post, place) in posts.iter().zip(placements) {
        if let (Some(slot), true) = (place.slot, place.role != MessageRole::Ack) {
            groups.entry(slot).or_default().push(format!("{} {}", post.key, place.role.as_str()));
        }
    }
    groups.into_values().collect()
}

#[test]
fn incremental_equals_rebuild() {
    let Some(town) = corpus("town") else { return };
    let whole = run(&town);
    let expected = partition(&whole.posts, &whole.placements);
    for cut in [900, 2_000, 3_300] {
        let mut clusterer = Clusterer::new(Pins::default());
        let links: Vec<_> = whole.drafts.iter().flat_map(|d| d.links.iter().map(move |l| (d, l))).collect();
        let before = |slot: u32| {
            whole.posts[..cut]
                .iter()
                .zip(&whole.placements)
                .any(|(_, p)| p.slot == Some(slot) && p.role != MessageRole::Ack)
        };
        let mut slots: HashMap<u32, u32> = HashMap::new();
        for (post, place) in whole.posts[..cut].iter().zip(&whole.placements) {
            match place.slot {
                Some(slot) if place.role != MessageRole::Ack => {
                    slots.insert(clusterer.restore(post.clone(), place.role, &format!("n{slot}")), slot);
                }
                None if place.role == MessageRole::Submission => clusterer.remember(post.clone()),
                _ => {}
            }
        }
        for (draft, link) in links {
            if before(draft.slot) && before(link.to) {
                clusterer.restore_link(
                    &format!("n{}", draft.slot),
                    link.kind,
                    &format!("n{}", link.to),
                    draft.attached,
                );
            }
        }
        let mut placements = whole.placements[..cut].to_vec();
        const NEW: u32 = 1_000_000;
        let number = |s: u32| slots.get(&s).copied().unwrap_or(s + NEW);
        for post in &whole.posts[cut..] {
            let mut place = clusterer.assign(post.clone());
            place.slot = place.slot.map(number);
            placements.push(place);
        }
        follow_drafts(&mut placements, &clusterer.finish(), number);
        let got = partition(&whole.posts, &placements);
        let differ: Vec<_> = got.symmetric_difference(&expected).collect();
        assert!(
            differ.is_empty(),
            "cut {cut}: {} differ: {:?}",
            differ.len(),
            &differ[..differ.len().min(6)]
        );
    }
}
