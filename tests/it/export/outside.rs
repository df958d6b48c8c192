//! Hostile texts wherever a person or an export can put one, from the import to every report and to the hand-over file.

use std::collections::BTreeSet;

use qunbox::export::{self, Document, Heading, Medium, Options, TARGETS};
use qunbox::gather::{self, WorkingHours};
use qunbox::notice::{State, View};
use qunbox::store::{Decision, DutyChange, EvidenceFile, ListFilter, ListQuery, Store, ViewChange};
use serde_json::{Value, json};

use super::containers::sheets;
use super::hostile::{acts, content, hostile};
use super::{day, digest, ms};
use crate::leaving::{Desk, SUNDAY};

/// A JSON text; a replaced character stands in it as the half of a pair it was.
fn said(text: &str) -> String {
    json!(text).to_string().replace('\u{fffd}', "\\ud800")
}

/// The export of a group: a notice and a file, where `text` is the name of the group, of the sender and of the file.
fn export_of(n: usize, text: &str) -> String {
    let name = said(&format!("{text}群{n}"));
    let sender = said(&format!("{text}办{n}"));
    let (day, hour) = (15 + n / 12, 8 + n % 12);
    let asked =
        said(&format!("{text} 请各村于1月{day}日{hour}:{n:02}前将《第{n}号表》报送至镇{n}号办邮箱。{text}"));
    let file = said(&format!("{text}{n}.xlsx"));
    let at = 1_705_190_400 + 60 * n;
    let head =
        r#"{"_type":"header","chatlab":{"version":"0.0.2","exportedAt":1704762000,"generator":"WeFlow"},"#;
    let line = |id: usize, kind: u8, content: &str| {
        format!(
            r#"{{"_type":"message","sender":"a{n}","accountName":{sender},"timestamp":{at},"type":{kind},"content":{content},"platformMessageId":"{n}-{id}"}}"#
        )
    };
    format!(
        "{head}\"meta\":{{\"name\":{name},\"platform\":\"wechat\",\"type\":\"group\",\"groupId\":\"{n}@chatroom\"}}}}\n{}\n{}\n",
        line(1, 0, &asked),
        line(2, 4, &file)
    )
}

/// A desk on which every text stands in every place; every second duty is waived for the text, the others are done with
/// a file of that name.
fn desk_of(texts: &[String]) -> (Desk, Store) {
    let desk = Desk::empty(SUNDAY);
    let folder = desk.path("导出");
    std::fs::create_dir(&folder).unwrap();
    for (n, text) in texts.iter().enumerate() {
        std::fs::write(folder.join(format!("{n}.jsonl")), export_of(n, text)).unwrap();
    }
    desk.ok(&["import", folder.to_str().unwrap()]);
    let mut store = Store::open(&desk.path("data/qunbox.db")).unwrap();
    let now = ms(SUNDAY);
    let inbox = desk.json(&["inbox", "--view", "all"]);
    for (n, text) in texts.iter().enumerate() {
        let mark = format!("《第{n}号表》");
        let notice = inbox.iter().find(|row| row["text"].as_str().unwrap().contains(&mark));
        let id = notice.unwrap_or_else(|| panic!("no notice of {text:?}"))["id"].as_str().unwrap().to_owned();
        let shown = store.notice(&id).unwrap().unwrap();
        let duties: Vec<String> = shown.duties.iter().map(|d| d.id.clone()).collect();
        assert!(!duties.is_empty(), "{text:?}");
        let mut decide = |decision: &Decision| drop(store.decide(now, decision).unwrap());
        let duty = |change| Decision::Duty { duties: duties.clone(), change };
        let file = EvidenceFile { path: format!("/卷/{text}.xlsx"), sha256: "0".repeat(64), size: 1 };
        decide(&duty(DutyChange::Note(Some(text.clone()))));
        decide(&duty(DutyChange::Targets(vec![text.clone()])));
        decide(&duty(DutyChange::Attach(vec![file])));
        let note = Some(text.clone());
        decide(&Decision::State { notices: vec![id], state: State::Noted, until: None, note });
        if n % 2 == 0 {
            decide(&duty(DutyChange::Waive { reason: text.clone() }));
        } else {
            decide(&duty(DutyChange::Done { typed_at: Some(now - 86_400_000), evidence: Vec::new() }));
        }
        let filter = ListFilter { view: View::All, ..ListFilter::default() };
        decide(&Decision::View(ViewChange::Keep { name: format!("{text}{n}"), filter }));
    }
    (desk, store)
}

/// Every report on everything, and an evidence index under the name of every saved view.
fn reports(store: &Store) -> Vec<(String, Document)> {
    let (now, views) = (ms(SUNDAY), store.saved_views().unwrap());
    let all = ListQuery { view: View::All, now, ..ListQuery::default() };
    let heading = |subject| Heading { subject, now, locale: "zh-CN", unmask: false, keep_phones: false };
    let hours = WorkingHours::until("17:30:00".parse().unwrap());
    let burden = gather::burden(store, &digest::Period::WHOLE, &[], &hours, now).unwrap();
    // A day without a message: every group is named in one line.
    let quiet = digest::Period::day(day(31));
    let quiet = gather::burden(store, &quiet, &[], &hours, now).unwrap();
    let index = gather::evidence(store, &all).unwrap();
    let mut out = vec![
        ("groups".to_owned(), export::group_register(&gather::figures(store, now).unwrap(), &heading(""))),
        ("burden".to_owned(), export::burden(&burden, &heading(""))),
        ("evidence".to_owned(), export::evidence_index(&index, &heading(""))),
        ("burden of a quiet day".to_owned(), export::burden(&quiet, &heading(""))),
    ];
    for view in &views {
        let document = export::evidence_index(&index[..1], &heading(&view.name));
        out.push((format!("evidence of {}", view.name), document));
    }
    out
}

/// Every text of a value, and every name of a field.
fn texts(value: &Value, out: &mut String) {
    match value {
        Value::String(text) => *out += &format!("{text}\n"),
        Value::Array(items) => items.iter().for_each(|v| texts(v, out)),
        Value::Object(fields) => fields.iter().for_each(|(key, v)| {
            *out += &format!("{key}\n");
            texts(v, out);
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// What a reader of the file gets to see.
fn read(format: &str, bytes: &[u8]) -> String {
    let text = content(format, bytes);
    if format != "json" {
        return text;
    }
    let mut out = String::new();
    texts(&serde_json::from_str(&text).unwrap(), &mut out);
    out
}

fn tags(page: &str) -> BTreeSet<String> {
    let tags = page.split('<').skip(1);
    tags.map(|t| t.split(['>', ' ', '\n']).next().unwrap_or("").to_owned()).collect()
}

/// The first letters or digits of a text that stand together: what is to be seen of it everywhere.
fn visible(text: &str) -> String {
    let letter = |c: &char| c.is_alphanumeric();
    text.chars().skip_while(|c| !letter(c)).take_while(letter).take(2).collect()
}

fn hostile_texts() -> Vec<String> {
    hostile().into_iter().map(|(_, text)| text).collect()
}

#[test]
fn reports_hold_plain_visible_text() {
    let list = hostile_texts();
    let (_desk, store) = desk_of(&list);
    let letters = |text: &String| text.chars().filter(|c| c.is_alphanumeric()).take(8).collect();
    let plain: Vec<String> = list.iter().map(letters).collect();
    let (_other, plain) = desk_of(&plain);
    let plain = reports(&plain);
    for (n, (name, document)) in reports(&store).iter().enumerate() {
        for target in TARGETS.iter().filter(|t| t.medium != Medium::Calendar) {
            let what = format!("{} in {}", name.chars().take(60).collect::<String>(), target.name);
            let bytes = export::render_report(document, target, &Options::default()).unwrap().bytes;
            let text = read(target.name, &bytes);
            assert_eq!(text.chars().find(|c| acts(*c)), None, "{what}");
            match target.name {
                // Panics on a formula.
                "xlsx" => drop(sheets(bytes)),
                "csv" => {
                    let mut table = csv::ReaderBuilder::new()
                        .has_headers(false)
                        .flexible(true)
                        .from_reader(text.as_bytes());
                    for cell in
                        table.records().flat_map(|r| r.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
                    {
                        let first = cell.trim_start().chars().next().unwrap_or(' ');
                        assert!(!"=+-@＝＋－＠\t".contains(first), "{what}: {cell}");
                    }
                }
                "html" => {
                    let page = export::render_report(&plain[n].1, target, &Options::default()).unwrap().bytes;
                    let foreign = &tags(&text) - &tags(&content("html", &page));
                    assert!(foreign.is_empty(), "{what}: {foreign:?}");
                }
                "md" => {
                    assert!(!text.replace("\\<", "").contains("<script"), "{what}");
                    assert!(!text.contains("[点](http"), "{what}");
                    assert!(!text.lines().any(|l| l == "# 一"), "{what}");
                }
                _ => {}
            }
            let shown: Vec<&String> = if n < 3 { list.iter().collect() } else { Vec::new() };
            for trick in shown {
                assert!(text.contains(&visible(trick)), "{trick:?} is not seen: {what}");
            }
        }
    }
}

#[test]
fn a_hand_over_file_holds_plain_visible_text() {
    let list = hostile_texts();
    let (desk, _) = desk_of(&list);
    desk.ok(&["handover", "-o", "移交.json"]);
    let bytes = std::fs::read(desk.path("移交.json")).unwrap();
    let text = read("json", &bytes);
    let bad = text.lines().find(|l| l.chars().any(acts));
    assert_eq!(bad, None);
    for trick in &list {
        assert!(text.contains(&visible(trick)), "{trick:?} is not seen");
    }
    // And the colleague can take it over.
    let other = Desk::empty(SUNDAY);
    let took = &other.json(&["handover", "--from", desk.path("移交.json").to_str().unwrap()])[0];
    assert_eq!(took["conflicts"], json!([]), "{took}");
    assert_eq!(took["without_message"], 0, "{took}");
    assert_eq!(other.json(&["messages"]).len(), 2 * list.len(), "{took}");
}

/// Whatever the shell prints, and the name a file gets after a saved view.
#[test]
fn the_shell_and_names_of_files_are_plain_visible_text() {
    let list = hostile_texts();
    let (desk, store) = desk_of(&list);
    let shown = desk.json(&["inbox", "--view", "all"]);
    let ids: Vec<&str> = shown.iter().map(|n| n["id"].as_str().unwrap()).collect();
    let mut calls = vec![vec!["inbox", "--view", "all"], vec!["messages"], vec!["groups"], vec!["views"]];
    calls.extend([vec!["uploads"], vec!["undo", "--list"], vec!["digest", "--detail"]]);
    calls.extend(ids.iter().map(|id| vec!["show", *id]));
    for call in &calls {
        let text = desk.ok(call);
        assert_eq!(text.chars().find(|c| acts(*c)), None, "{call:?}");
    }
    let folder = desk.path("凭据");
    std::fs::create_dir(&folder).unwrap();
    // No argument of a program holds NUL, and Linux takes none of more than 128 KiB.
    let views = store.saved_views().unwrap();
    // A command line of Windows holds some 32,000 characters.
    let said = |name: &&str| !name.contains('\0') && (!cfg!(windows) || name.len() < 10_000);
    let views: Vec<&str> = views.iter().map(|v| v.name.as_str()).filter(said).collect();
    for (n, view) in views.iter().enumerate() {
        // With `=`, because a name may begin like an option.
        let saved = format!("--saved={view}");
        let told = desk.ok(&["report", "evidence", &saved, "--format", "csv", "-o", "凭据", "--force"]);
        assert_eq!(told.chars().find(|c| acts(*c)), None, "{view:?}");
        let made: Vec<String> = std::fs::read_dir(&folder)
            .unwrap()
            .map(|f| f.unwrap().file_name().into_string().unwrap())
            .collect();
        assert!(made.len() <= n + 1 && !made.is_empty(), "{made:?}");
        let odd = |c: char| acts(c) || "/\\:*?\"<>|".contains(c);
        assert!(!made.iter().any(|name| name.contains(odd)), "{made:?}");
    }
}
