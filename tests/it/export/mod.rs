//! Everything that leaves the program: golden files, hostile texts, masks, containers read back by others.

use std::collections::HashMap;
use std::path::PathBuf;

use chrono::{DateTime, NaiveDate};
use qunbox::digest::{self, Digest, Input, Period};
use qunbox::export::{self, Medium, Options, TARGETS};
use qunbox::notice::{
    Acks, Conflict, Copy, DemandView, DueView, Duty, EventView, Link, LinkKind, Moment, Notice, State,
};
use qunbox::report::{self, Coverage, FailedFile, GroupReach, Reach};
use serde::Deserialize;
use serde_json::Value;

mod containers;
mod hostile;
mod outside;

/// The form of tests/fixtures/export/*.json.
#[derive(Deserialize)]
struct Fixture {
    groups: Vec<GroupForm>,
    failed: Vec<FailedForm>,
    notices: Vec<NoticeForm>,
}

#[derive(Deserialize)]
struct GroupForm {
    group: String,
    reach: String,
    until: Option<String>,
}

#[derive(Deserialize)]
struct FailedForm {
    path: String,
    line: Option<u64>,
    reason: String,
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
#[derive(Default)]
struct NoticeForm {
    id: String,
    title: String,
    state: String,
    urgent: bool,
    decided_at: Option<String>,
    copies: Vec<CopyForm>,
    due: Option<Value>,
    event: Option<Value>,
    recurs: Option<String>,
    conflicts: Vec<Conflict>,
    demands: Vec<Value>,
    duties: Vec<Value>,
    links: Vec<Value>,
}

#[derive(Deserialize)]
struct CopyForm {
    message: String,
    group: String,
    sender: String,
    sent_at: String,
    text: String,
    similarity: f64,
    reason: String,
    due_at: Option<String>,
}

fn ms(text: &str) -> i64 {
    DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis()
}

fn moment(text: &str) -> Moment {
    Moment(ms(text))
}

fn duty(value: &Value) -> Duty {
    Duty {
        id: value["id"].as_str().unwrap().to_owned(),
        destination: serde_json::from_value(value["destination"].clone()).unwrap(),
        group: value["group"].as_str().map(str::to_owned),
        due_at: value["due_at"].as_str().map(moment),
        state: value["state"].as_str().unwrap().to_owned(),
        reason: None,
        evidence: serde_json::from_value(value["evidence"].clone()).unwrap_or_default(),
        due: serde_json::from_value(value["due"].clone()).unwrap(),
        what: serde_json::from_value(value["what"].clone()).unwrap_or_default(),
        ..Duty::default()
    }
}

fn link(value: &Value) -> Link {
    let word = |key: &str| value[key].as_str().unwrap().to_owned();
    Link {
        kind: LinkKind::parse(&word("kind")).unwrap(),
        direction: word("direction"),
        notice: word("notice"),
        by: "rule".to_owned(),
        reason: None,
        proposes: None,
    }
}

fn copy(form: CopyForm) -> Copy {
    Copy {
        message: form.message,
        group: form.group,
        sender: form.sender,
        sent_at: moment(&form.sent_at),
        text: form.text,
        similarity: form.similarity,
        reason: form.reason,
        due_at: form.due_at.as_deref().map(moment),
        due_span: None,
        differences: None,
    }
}

fn notice(form: NoticeForm) -> Notice {
    let copies: Vec<Copy> = form.copies.into_iter().map(copy).collect();
    let mut groups: Vec<String> = Vec::new();
    for copy in &copies {
        if !groups.contains(&copy.group) {
            groups.push(copy.group.clone());
        }
    }
    let times = || copies.iter().map(|c| c.sent_at);
    Notice {
        text: copies[0].text.clone(),
        first_seen: times().min().unwrap(),
        last_seen: times().max().unwrap(),
        groups,
        id: form.id,
        title: form.title,
        state: State::parse(&form.state).unwrap(),
        later_until: None,
        urgent: form.urgent,
        due: form.due.map(|v| serde_json::from_value::<DueView>(v).unwrap()),
        event: form.event.map(|v| serde_json::from_value::<EventView>(v).unwrap()),
        recurs: form.recurs,
        next_due: None,
        unlike: None,
        conflicts: form.conflicts,
        demands: form.demands.into_iter().map(|v| serde_json::from_value::<DemandView>(v).unwrap()).collect(),
        duties: form.duties.iter().map(duty).collect(),
        links: form.links.iter().map(link).collect(),
        note: None,
        signup: None,
        acks: Acks::default(),
        copies,
    }
}

/// A fixture as the program's own types.
pub(crate) struct World {
    pub(crate) notices: Vec<Notice>,
    pub(crate) decided: HashMap<String, Moment>,
    pub(crate) coverage: Coverage,
}

pub(crate) fn world(name: &str) -> World {
    let text = std::fs::read_to_string(fixture(name)).unwrap();
    let form: Fixture = serde_json::from_str(&text).unwrap();
    let decided = form.notices.iter().filter_map(|n| Some((n.id.clone(), moment(n.decided_at.as_deref()?))));
    World {
        decided: decided.collect(),
        notices: form.notices.into_iter().map(notice).collect(),
        coverage: Coverage {
            groups: form
                .groups
                .into_iter()
                .map(|g| GroupReach {
                    reach: Reach::parse(&g.reach).unwrap(),
                    until: g.until.as_deref().map(moment),
                    group: g.group,
                })
                .collect(),
            failed: form
                .failed
                .into_iter()
                .map(|f| FailedFile { path: f.path, line: f.line, reason: f.reason })
                .collect(),
        },
    }
}

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/export").join(name)
}

pub(crate) fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 1, day).unwrap()
}

impl World {
    pub(crate) fn digest(&self, period: Period, now: &str, locale: &str) -> Digest {
        digest::build(&Input {
            notices: &self.notices,
            period,
            now: ms(now),
            coverage: &self.coverage,
            decided: &self.decided,
            locale,
        })
    }
}

/// Journey J9: the weekend of 13 and 14 January, printed on Sunday morning.
pub(crate) fn weekend() -> Digest {
    world("core.json").digest(Period::days(day(13), day(14)), "2024-01-14T09:00:00+08:00", "zh-CN")
}

/// The day on which two notices were corrected, printed the morning after.
fn tuesday() -> Digest {
    world("core.json").digest(Period::day(day(9)), "2024-01-10T08:10:00+08:00", "zh-CN")
}

/// Compares with a golden file; `QUNBOX_BLESS=1` writes it anew.
pub(crate) fn golden(name: &str, bytes: &[u8]) {
    let path = fixture("golden").join(name);
    if std::env::var_os("QUNBOX_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
    }
    let wanted = std::fs::read(&path).unwrap_or_else(|e| panic!("{name}: {e}"));
    if wanted != bytes {
        let (wanted, got) = (String::from_utf8_lossy(&wanted), String::from_utf8_lossy(bytes));
        let at = wanted.lines().zip(got.lines()).position(|(a, b)| a != b);
        let line = at.and_then(|n| Some((n + 1, wanted.lines().nth(n)?, got.lines().nth(n)?)));
        panic!("{name} differs from the golden file, first at {line:?}");
    }
}

#[test]
fn golden_files_of_the_text_formats() {
    let detail = Options { detail: true, ..Options::default() };
    for (name, digest) in [("weekend", weekend()), ("tuesday", tuesday())] {
        for target in TARGETS.iter().filter(|t| ["txt", "md", "csv", "json"].contains(&t.name)) {
            let bytes = export::render(&digest, target, &Options::default()).unwrap().bytes;
            golden(&format!("{name}.{}", target.extension), &bytes);
        }
        let target = export::target("md").unwrap();
        golden(&format!("{name}-detail.md"), &export::render(&digest, target, &detail).unwrap().bytes);
    }
    let world = world("core.json");
    let english = world.digest(Period::day(day(9)), "2024-01-10T08:10:00+08:00", "en");
    golden(
        "tuesday-en.txt",
        &export::render(&english, export::target("txt").unwrap(), &Options::default()).unwrap().bytes,
    );
}

#[test]
fn two_runs_give_the_same_bytes_whatever_the_order() {
    let mut world = world("core.json");
    let period = Period::days(day(8), day(14));
    let first = world.digest(period, "2024-01-14T09:00:00+08:00", "zh-CN");
    world.notices.reverse();
    let second = world.digest(period, "2024-01-14T09:00:00+08:00", "zh-CN");
    assert_eq!(first, second);
    for target in &TARGETS {
        let bytes = |digest| export::render(digest, target, &Options::default()).unwrap().bytes;
        assert_eq!(bytes(&first), bytes(&second), "{}", target.name);
    }
}

/// Excel and WPS know UTF-8 by its mark, Notepad a line by both of its ends. A text that is printed has no mark: it may be
/// sent on into another program. Documents and tables are archives that begin like any other.
#[test]
fn texts_and_tables_open_in_notepad_wps_and_excel() {
    let digest = tuesday();
    let marked = |bytes: &[u8]| bytes.starts_with(b"\xef\xbb\xbf");
    for (name, text, mark, printed) in [
        ("txt", true, true, false),
        ("csv", true, true, true),
        ("docx", false, false, false),
        ("xlsx", false, false, false),
    ] {
        let target = export::target(name).unwrap();
        let bytes = export::render(&digest, target, &Options::default()).unwrap().bytes;
        assert_eq!(marked(&bytes), printed, "{name}, printed");
        let bytes = target.in_file(&bytes);
        assert_eq!(marked(&bytes), mark, "{name}");
        assert_eq!(bytes.starts_with(b"PK\x03\x04"), !text, "{name}");
        if text {
            let text = std::str::from_utf8(&bytes).unwrap();
            assert!(
                text.lines().count() > 5 && text.matches('\n').count() == text.matches("\r\n").count(),
                "{name}"
            );
        }
    }
}

#[test]
fn a_day_without_anything_says_so_in_every_section() {
    let quiet = world("core.json").digest(Period::day(day(30)), "2024-01-30T09:00:00+08:00", "zh-CN");
    let text = export::render(&quiet, export::target("txt").unwrap(), &Options::default()).unwrap().bytes;
    let text = String::from_utf8(text).unwrap();
    for name in ["今日到期", "逾期", "有变化", "新通知", "待报", "阅知", "已办"] {
        assert!(text.contains(&format!("◆ {name}：无\r\n")), "{name}:\n{text}");
    }
}

/// The files of N1: one is there, one is gone and was entered late, one is another.
fn files() -> HashMap<String, Vec<report::EvidenceFile>> {
    let file = |path: &str, condition, typed_at| report::EvidenceFile {
        to: Some("镇应急办邮箱".to_owned()),
        occurrence: None,
        path: path.to_owned(),
        sha256: "ab".repeat(32),
        size: 12,
        added_at: moment("2024-01-11T09:00:00+08:00"),
        condition,
        typed_at,
    };
    let typed = moment("2024-01-10T12:00:00+08:00");
    let files = vec![
        file("排查表.xlsx", report::Condition::There, None),
        file("照片.jpg", report::Condition::Missing, Some(typed)),
        file("名单.docx", report::Condition::Changed, None),
    ];
    HashMap::from([("N1".to_owned(), files)])
}

#[test]
fn reports_are_tables_too() {
    let world = world("core.json");
    let heading = export::Heading {
        subject: "消防",
        now: ms("2024-01-14T09:00:00+08:00"),
        locale: "zh-CN",
        unmask: false,
        keep_phones: false,
    };
    let rows = report::evidence(&world.notices, &[], &world.decided, files());
    let index = export::evidence_index(&rows, &heading);
    let write = |document: &export::Document, name: &str| {
        (export::target(name).unwrap().write)(document, &Options::default()).unwrap()
    };
    golden("evidence.xlsx.txt", containers::sheets(write(&index, "xlsx")).as_bytes());
    golden("evidence.txt", &write(&index, "txt"));
    let page = String::from_utf8(write(&index, "html")).unwrap();
    for said in [
        "1月10日（周三）17:00 → 1月12日（周五）12:00",
        "<td class=\"condition alert\">文件找不到\n补录：写 1月10日（周三）12:00</td>",
        "<td class=\"condition alert\">内容已变</td>",
        "<td class=\"condition\">在，没有变</td>",
        "<td class=\"files alert\">3 份、找不到 1 份、已变 1 份、补录 1 份</td>",
        "size: A4 landscape",
    ] {
        assert!(page.contains(said), "{said}");
    }
    let figures = |group: &str, messages| report::GroupFigures {
        group: group.to_owned(),
        platform: Some("wechat".to_owned()),
        messages,
        notices: 3,
        copies: 5,
        demands: 2,
        off_hours: 1,
        private_data: None,
        first: None,
        last: None,
        last_import: None,
        coverage: Reach::Current,
    };
    let groups = [figures("镇应急消防工作群", 7), figures("石桥村两委群", 4)];
    let unit = |name: Option<&str>| report::UnitFigures {
        unit: name.map(str::to_owned),
        notices: 2,
        copies: 3,
        groups: 2,
        demands: 1,
    };
    let units = [unit(Some("镇应急办")), unit(None)];
    let sums = report::Burden { groups: groups.to_vec(), units: units.to_vec(), notices: 4, demands: 3 };
    let burden = containers::sheets(write(&export::burden(&sums, &heading), "xlsx"));
    assert!(burden.contains("3 | 合计 | 11 | 4 | 6 | 3 | 2"), "every notice once: {burden}");
    assert!(burden.contains("1 | 镇应急办 | 2 | 1 | 1 | 2") && burden.contains("2 | 未写明单位"), "{burden}");
    let register = write(&export::group_register(&groups, &heading), "csv");
    assert!(String::from_utf8(register).unwrap().contains("石桥村两委群,wechat,已更新"));
}

#[test]
fn a_long_text_is_split_into_parts_that_fit() {
    let document =
        export::document(&weekend(), Medium::Lines, &Options { detail: true, ..Options::default() });
    let whole = export::parts(&document, usize::MAX);
    assert_eq!(whole.len(), 1);
    for limit in [200, 500, 2000] {
        let parts = export::parts(&document, limit);
        assert!(parts.iter().all(|p| p.chars().count() <= limit), "{limit}");
        let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
        let marks: usize = parts.iter().map(|p| letters(p.lines().next().unwrap())).sum();
        let said: usize = parts.iter().map(|p| letters(p)).sum();
        assert_eq!(said - marks, letters(&whole[0]), "nothing may be lost at {limit}");
    }
}
