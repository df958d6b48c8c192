//! Texts that try to do something come out as plain visible text; private data does not come out at all.

use std::collections::HashMap;

use qunbox::digest::{self, Digest, Input, Period};
use qunbox::export::{self, Encoding, Options, TARGETS};
use qunbox::notice::{Copy, DueView, Duty, EventView, Evidence, Moment, Notice, State};
use qunbox::report::{Coverage, FailedFile, GroupReach, Reach};
use serde_json::Value;

use super::containers::{bytes, parts, sheets, xml_text};
use super::{day, fixture, ms, weekend, world};

const NOW: &str = "2024-01-14T09:00:00+08:00";

/// A file whose path is `text`.
fn file(text: &str, at: Moment) -> Evidence {
    Evidence {
        path: text.to_owned(),
        sha256: String::new(),
        size: 1,
        added_at: at,
        missing: false,
        changed: false,
        late: false,
    }
}

/// A digest in which `text` stands wherever a message, a name or a file name can stand.
fn digest_of(text: &str) -> Digest {
    let said = || text.to_owned();
    let at = Moment(ms("2024-01-14T08:30:00+08:00"));
    let copy = |message: &str, similarity: f64| Copy {
        message: message.to_owned(),
        group: said(),
        sender: said(),
        sent_at: at,
        text: said(),
        similarity,
        reason: said(),
        due_at: Some(at),
        due_span: None,
        differences: None,
    };
    let due = due_of(text, at);
    let duty = Duty {
        id: "d1".to_owned(),
        destination: None,
        group: Some(said()),
        due_at: Some(at),
        state: "open".to_owned(),
        reason: Some(said()),
        evidence: vec![file(text, at)],
        ..Duty::default()
    };
    let notice = |id: &str, state| Notice {
        id: id.to_owned(),
        title: said(),
        text: said(),
        state,
        urgent: true,
        first_seen: at,
        last_seen: at,
        groups: vec![said()],
        copies: vec![copy("m1", 1.0), copy("m2", 0.5)],
        note: Some(said()),
        due: Some(due.clone()),
        duties: vec![duty.clone()],
        ..Notice::default()
    };
    let meeting = Notice {
        due: None,
        event: Some(EventView { at, precision: "minute".to_owned(), place: Some(said()), was: None }),
        ..notice("n3", State::Open)
    };
    digest::build(&Input {
        notices: &[notice("n1", State::Unread), notice("n2", State::Done), meeting],
        period: Period::day(day(14)),
        now: ms(NOW),
        coverage: &coverage_of(text, at),
        decided: &HashMap::new(),
        locale: "zh-CN",
    })
}

fn due_of(text: &str, at: Moment) -> DueView {
    let (precision, basis) = ("minute".to_owned(), "stated".to_owned());
    DueView {
        at,
        precision,
        basis,
        text: text.to_owned(),
        flags: Vec::new(),
        span: None,
        was: None,
        quote: None,
    }
}

fn coverage_of(text: &str, at: Moment) -> Coverage {
    let said = || text.to_owned();
    Coverage {
        groups: vec![GroupReach { group: said(), reach: Reach::Current, until: Some(at) }],
        failed: vec![FailedFile { path: said(), line: Some(1), reason: said() }],
    }
}

pub(super) fn hostile() -> Vec<(String, String)> {
    let text = std::fs::read_to_string(fixture("hostile.json")).unwrap();
    let list: Vec<Value> = serde_json::from_str(&text).unwrap();
    let mut list: Vec<(String, String)> = list
        .iter()
        .map(|v| (v["name"].as_str().unwrap().to_owned(), v["text"].as_str().unwrap().to_owned()))
        .collect();
    list.push(("ten thousand characters".to_owned(), "报".repeat(10_000)));
    list.push(("ten thousand letters".to_owned(), "x".repeat(10_000)));
    list.push(("forty thousand".to_owned(), "=".repeat(40_000)));
    list
}

/// Characters that act on a terminal, turn the direction, or hide.
pub(super) fn acts(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\r'))
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}')
}

/// The readable content of a file: what stands in a container's parts, without the tags.
pub(super) fn content(name: &str, bytes: &[u8]) -> String {
    match name {
        "docx" | "xlsx" => {
            let parts = parts(bytes);
            parts.iter().map(|(part, xml)| xml_text(part, xml)).collect::<Vec<_>>().join("\n")
        }
        "csv" => String::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").expect("a byte order mark").to_vec())
            .unwrap(),
        _ => String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

#[test]
fn nothing_acts_and_nothing_hides() {
    for (name, text) in hostile() {
        for target in &TARGETS {
            for detail in [false, true] {
                let bytes = bytes(&digest_of(&text), target.name, detail);
                let content = content(target.name, &bytes);
                let bad = content.chars().find(|c| acts(*c));
                assert_eq!(bad, None, "{name} in {}", target.name);
            }
        }
    }
}

#[test]
fn a_message_is_never_markup() {
    let plain = bytes(&digest_of("报送名单"), "html", true);
    let tags = |bytes: &[u8]| {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let mut tags: Vec<String> = text
            .split("<footer>")
            .next()
            .unwrap()
            .split('<')
            .skip(1)
            .map(|t| t.split(['>', ' ']).next().unwrap_or("").to_owned())
            .collect();
        tags.sort();
        tags
    };
    for (name, text) in hostile() {
        let page = bytes(&digest_of(&text), "html", true);
        assert_eq!(tags(&page), tags(&plain), "{name}");
        assert!(!String::from_utf8(page).unwrap().contains("<script"), "{name}");
    }
}

#[test]
fn a_message_is_never_a_formula() {
    for (name, text) in hostile() {
        let digest = digest_of(&text);
        // Panics on any cell that is neither text nor figure, and on any formula.
        let _ = sheets(bytes(&digest, "xlsx", true));
        let table = bytes(&digest, "csv", false);
        let mut reader = csv::Reader::from_reader(&table[3..]);
        for record in reader.records() {
            for field in &record.unwrap() {
                let first = field.trim_start().chars().next().unwrap_or(' ');
                assert!(!"=+-@＝＋－＠\t".contains(first), "{name}: {field}");
            }
        }
        let options = Options { encoding: Encoding::Gb18030, ..Options::default() };
        let gb = export::render(&digest, export::target("csv").unwrap(), &options).unwrap().bytes;
        let (back, _, wrong) = encoding_rs::GB18030.decode(&gb);
        assert!(!wrong && back.as_bytes() == &table[3..], "{name}");
    }
}

#[test]
fn a_message_never_ends_a_calendar_entry() {
    let plain = String::from_utf8(bytes(&digest_of("报送名单"), "ics", false)).unwrap();
    let names = |text: &str| {
        let open = text.replace("\r\n ", "");
        open.split("\r\n").map(|l| l.split([':', ';']).next().unwrap_or("").to_owned()).collect::<Vec<_>>()
    };
    for (name, text) in hostile() {
        let calendar = String::from_utf8(bytes(&digest_of(&text), "ics", false)).unwrap();
        assert_eq!(names(&calendar), names(&plain), "{name}");
        assert!(calendar.split("\r\n").all(|l| l.len() <= 75), "{name}");
        let _: icalendar::Calendar = calendar.parse().unwrap();
    }
}

/// Every text of the core corpus that holds private data, and what must not come out of it.
const PRIVATE: [(&str, &[&str]); 4] = [
    ("王某，身份证990000199001010017，电话13800000002，住王庄三组", &["990000199001010017", "13800000002"]),
    ("联系人：周敏，电话13800000001。", &["13800000001"]),
    ("汇到卡号6222020200112233448，户名王某", &["6222020200112233448"]),
    ("电话138\u{200b}0000\u{200d}0001，密码：abc12345", &["13800000001", "abc12345"]),
];

#[test]
fn private_data_comes_out_only_unmasked() {
    for (text, secrets) in PRIVATE {
        for target in &TARGETS {
            let render = |unmask| {
                let options = Options { detail: true, unmask, ..Options::default() };
                content(target.name, &export::render(&digest_of(text), target, &options).unwrap().bytes)
            };
            let (masked, open) = (render(false), render(true).replace("\r\n ", ""));
            for secret in secrets {
                assert!(!masked.replace("\r\n ", "").contains(secret), "{secret} in {}", target.name);
                assert!(open.contains(secret), "{secret} is missing in {} unmasked", target.name);
            }
            let counted = masked.contains("已脱敏") || masked.contains("\"masked\":{\"");
            assert_eq!(counted, target.name != "csv", "{}", target.name);
        }
    }
}

#[test]
fn no_number_of_the_corpora_stands_in_a_default_export() {
    let period = Period::days(day(1), day(31));
    let month = world("core.json").digest(period, NOW, "zh-CN");
    let number = |text: &str| {
        let longest = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.starts_with("2024"));
        longest.map(str::len).max().unwrap_or(0)
    };
    for digest in [&month, &weekend()] {
        for target in TARGETS.iter().filter(|t| !matches!(t.name, "docx" | "xlsx")) {
            assert!(number(&content(target.name, &bytes(digest, target.name, true))) < 11, "{}", target.name);
        }
        for name in ["docx", "xlsx"] {
            let text = content(name, &bytes(digest, name, true));
            assert!(!text.contains("1380000000"), "{name}");
        }
    }
}

/// `number` of the line above is only worth something if the corpus holds numbers.
#[test]
fn the_corpus_does_hold_numbers() {
    let open = Options { detail: true, unmask: true, ..Options::default() };
    let text = export::render(&weekend(), export::target("txt").unwrap(), &open).unwrap().bytes;
    assert!(String::from_utf8(text).unwrap().contains("13800000001"));
}
