//! The screen without a terminal: key flows as tables, snapshots of whole screens, the texts of all locales.

mod incoming;
mod details;
mod live;
mod newcomer;
mod shown;
mod views;
mod read_from;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

mod digest;

use crossterm::event::KeyCode;
use proptest::prelude::*;
use qunbox::duty::Upload;
use qunbox::facts::{Act as Demanded, Destination, DestinationKind};
use qunbox::message::epoch_ms;
use qunbox::notice::{
    Acks, Conflict, ConflictValue, Copy, DemandView, DueView, Link, LinkKind, Moment, Notice, NoticeRow,
    Section, State, Target as Part, View,
};
use qunbox::store::{Counts, Coverage, GroupRow, Heat, Hit};
use qunbox::tui::actions::{self, Places};
use qunbox::tui::keys::Key;
use qunbox::tui::model::{Model, Popup, Stage, Tab};
use qunbox::tui::msg::{
    Answer, Deed, Effect, FileView, From, IssueView, Loaded, Msg, Outcome, ProgressView, Read, ReportView,
    Target, Timer, TotalsView,
};
use qunbox::tui::{lang, screens, update};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use unicode_width::UnicodeWidthStr;

/// 2024-01-09 08:10, a Tuesday.
fn now() -> i64 {
    at(9, 8, 10)
}

fn at(day: u32, hour: u32, minute: u32) -> i64 {
    epoch_ms(chrono::NaiveDate::from_ymd_opt(2024, 1, day).unwrap().and_hms_opt(hour, minute, 0).unwrap())
}

fn due(at: i64, basis: &str, text: &str) -> DueView {
    DueView {
        at: Moment(at),
        precision: "minute".into(),
        basis: basis.into(),
        text: text.into(),
        flags: Vec::new(),
        span: None,
        was: None,
        quote: None,
    }
}

fn row(id: &str, title: &str, section: Section, due: Option<DueView>, groups: u32) -> NoticeRow {
    NoticeRow {
        id: id.into(),
        title: title.into(),
        state: State::Unread,
        later_until: None,
        urgent: section == Section::Urgent,
        sort: due.as_ref().map_or(0, |d| d.at.0),
        due,
        event_at: None,
        first_seen: Moment(at(8, 16, 20)),
        last_seen: Moment(at(8, 17, 40)),
        groups,
        lead_group: "安监消防群".into(),
        copies: groups,
        conflict: false,
        reopened: false,
        section,
    }
}

/// Seven rows as a morning brings them, most of the signs among them.
fn rows() -> Vec<NoticeRow> {
    let mut rows = vec![
        row("n1", "低温冰冻黄色预警：请做好独居老人走访", Section::Urgent, None, 5),
        row(
            "n2",
            "困难群众慰问名单核对",
            Section::Overdue,
            Some(due(at(8, 17, 30), "inferred", "下班前")),
            2,
        ),
        row(
            "n3",
            "关于报送“防汛物资统计表”的通知",
            Section::Today,
            Some(due(at(9, 17, 0), "stated", "今天17时前")),
            12,
        ),
        row(
            "n4",
            "九小场所消防安全排查表",
            Section::Tomorrow,
            Some(due(at(10, 17, 0), "stated", "1月10日17:00前")),
            7,
        ),
        row(
            "n5",
            "森林防火责任书签订回执",
            Section::Week,
            Some(due(at(12, 12, 0), "stated", "12日12:00前")),
            3,
        ),
        row("n6", "平安建设视频调度会", Section::Week, None, 9),
        row("n7", "人居环境整治照片（前后对比）", Section::NoDate, None, 1),
    ];
    rows[3].conflict = true;
    rows[4].reopened = true;
    rows[4].state = State::Open;
    rows[5].event_at = Some(Moment(at(10, 15, 0)));
    rows
}

fn copy(n: u32, group: &str, sender: &str, minute: u32, due: i64) -> Copy {
    Copy {
        message: format!("m{n}"),
        group: group.into(),
        sender: sender.into(),
        sent_at: Moment(at(8, 16, minute)),
        text: String::new(),
        similarity: 1.0,
        reason: if n == 0 { String::new() } else { "与 安监消防群 相同 97%".into() },
        due_at: Some(Moment(due)),
        due_span: None,
        differences: None,
    }
}

fn notice() -> Notice {
    let says = |value: &str, groups: &[&str]| ConflictValue {
        value: value.into(),
        groups: groups.iter().map(ToString::to_string).collect(),
    };
    Notice {
        id: "n4".into(),
        title: "九小场所消防安全排查表".into(),
        text: "各村（社区）：\n请于1月10日17:00前将《九小场所消防安全排查表》报送至安监办邮箱，不得漏报。\n收到请回复。"
            .into(),
        state: State::Open,
        later_until: None,
        urgent: false,
        first_seen: Moment(at(8, 16, 20)),
        last_seen: Moment(at(8, 17, 40)),
        groups: vec!["安监消防群".into(), "石桥村两委群".into(), "民政残联群".into()],
        copies: vec![
            copy(0, "安监消防群", "安监办小吴", 20, at(10, 17, 0)),
            copy(1, "石桥村两委群", "石桥村-陈岚", 31, at(10, 17, 0)),
            copy(2, "民政残联群", "老杜", 55, at(12, 17, 0)),
        ],
        due: Some(due(at(10, 17, 0), "stated", "1月10日17:00前")),
        event: None,
        recurs: None,
        next_due: None,
        unlike: None,
        conflicts: vec![Conflict {
            fact: "due".into(),
            values: vec![
                says("2024-01-10T17:00:00+08:00", &["安监消防群", "石桥村两委群", "王庄网格群"]),
                says("2024-01-12T17:00:00+08:00", &["民政残联群"]),
            ],
        }],
        demands: vec![DemandView {
            act: Demanded::Submit,
            what: vec!["九小场所消防安全排查表".into()],
            destination: Some(Destination { kind: DestinationKind::Mailbox, name: "安监办邮箱".into() }),
            audience: vec!["各村（社区）".into()],
            due_at: None,
            conditional: false,
            span: [0, 4],
        }],
        duties: Vec::new(),
        links: vec![Link {
            kind: LinkKind::Corrects,
            direction: "from".into(),
            notice: "n9".into(),
            by: "rule".into(),
            reason: None,
            proposes: None,
        }],
        note: None,
        signup: None,
        acks: Acks { asked: vec!["安监消防群".into()], ..Acks::default() },
    }
}

fn loaded() -> Loaded {
    Loaded { notice: notice(), linked: vec!["排查表报送时间推迟".into()], baseline: None }
}

fn counts() -> Counts {
    Counts {
        inbox: 7,
        unread: 6,
        later: 2,
        noted: 1,
        done: 4,
        all: 14,
        groups: 35,
        messages: 240,
        overdue: 1,
        today: 1,
        sections: [1, 1, 1, 1, 2, 0, 0, 1, 0],
        ahead: [1, 2, 0, 1, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0],
        visit: Some(at(8, 8, 5)),
        fresh: 5,
        names: 1,
        uploads: 3,
        uploads_overdue: 1,
    }
}

/// A screen of a size and language, the inbox read.
fn screen(word: &str, w: u16, h: u16) -> Model {
    lang::set(word);
    let mut model = Model::default();
    update::update(&mut model, Msg::Now(now()));
    update::update(&mut model, Msg::Resize(w, h));
    model.env.look.color = true;
    model.env.mouse = true;
    let effects = update::start(&mut model);
    answer(&mut model, &effects);
    model
}

/// Answers questions as the store would.
fn answer(model: &mut Model, effects: &[Effect]) {
    let mut out = effects.to_vec();
    while let Some(effect) = (!out.is_empty()).then(|| out.remove(0)) {
        let Effect::Read(read) = effect else { continue };
        let answer = match read {
            Read::Page(g, query, from, n) => {
                let kept = |r: &NoticeRow| query.words.is_empty() || r.title.contains(&query.words);
                let rows = match from {
                    From::After(_) | From::Before(_) => Vec::new(),
                    _ => rows().into_iter().filter(kept).collect(),
                };
                Answer::Page(g, from, n, Ok(rows))
            }
            Read::Counts(g) => Answer::Counts(g, Ok(counts())),
            Read::Place(g, _, id) => {
                Answer::Place(g, rows().iter().position(|r| r.id == id).map(|p| (p as u64 + 1, 7)))
            }
            Read::Notice(g, id) => {
                let mut loaded = loaded();
                loaded.notice.id = id;
                Answer::Notice(g, Ok(Some(Box::new(loaded))))
            }
            Read::Compared(g, id, with) => {
                let mut loaded = loaded();
                loaded.notice.id = id;
                loaded.baseline = Some(with);
                Answer::Notice(g, Ok(Some(Box::new(loaded))))
            }
            Read::Search(g, words, ..) => Answer::Hits(g, false, Ok(hits(&words))),
            Read::Groups(g) => Answer::Groups(g, Ok(groups())),
            Read::Uploads(g, _, from, limit) => Answer::Uploads(g, from, limit, Ok((uploads(), 3))),
            Read::UploadPlaces(g) => Answer::UploadPlaces(g, Ok(Vec::new())),
            Read::Digest(g, ask) => Answer::Digest(g, Ok(Box::new(digest::shown(&ask)))),
            Read::Views(g) => Answer::Views(g, Ok(Vec::new())),
            Read::Ids(g, _) => Answer::Ids(g, Ok(rows().into_iter().map(|r| r.id).collect())),
            Read::Heat(g) => Answer::Heat(g, Ok(heat())),
            Read::Senders(g) => {
                let senders = [("石桥村-陈岚", 9), ("石桥村陈岚", 4), ("老杜", 30)];
                Answer::Senders(g, Ok((senders.map(|(n, c)| (n.to_owned(), c)).to_vec(), Vec::new())))
            }
        };
        out.extend(update::update(model, Msg::Answer(answer)));
    }
}

fn hits(words: &str) -> Vec<Hit> {
    let hit = |row, text: &str, notice: Option<&str>| Hit {
        row,
        message: format!("m{row}"),
        group: "安监消防群".into(),
        sender: "安监办小吴".into(),
        sent_at: Moment(at(8, 16, 20)),
        text: text.into(),
        notice: notice.map(Into::into),
        spans: text
            .find(words)
            .map(|b| text[..b].chars().count() as u32)
            .map(|c| [c, c + words.chars().count() as u32])
            .into_iter()
            .collect(),
    };
    vec![
        hit(9, "请于1月10日17:00前报送《九小场所消防安全排查表》，逾期通报。", Some("n4")),
        hit(4, "收到，排查表马上报。\n还差两家", None),
    ]
}

fn uploads() -> Vec<Upload> {
    let row = |duty: &str, title: &str, due: Option<i64>, kind, to: &str| Upload {
        duty: duty.into(),
        notice: format!("n{duty}"),
        title: title.into(),
        what: vec![title.into()],
        destination: Some(Destination { kind, name: to.into() }),
        assumed: false,
        group: (kind == DestinationKind::Group).then(|| to.into()),
        due: due.map(|at| DueView {
            at: Moment(at),
            precision: "minute".into(),
            basis: "stated".into(),
            text: String::new(),
            span: None,
            was: None,
            quote: None,
            flags: Vec::new(),
        }),
        state: "open".into(),
        overdue: due.is_some_and(|at| at < now()),
        evidence: Vec::new(),
        reason: None,
        note: None,
        settled_at: None,
        typed_at: None,
        asker: "应急办周敏".into(),
        ask: false,
        reopened: false,
        recurs: None,
        targets: Vec::new(),
        missed: 0,
        offered: Vec::new(),
        text: format!("各村（社区）：\n请把{title}报来，{}收到请回复。", "逐户核对，不得漏报；".repeat(12)),
        undated: i64::from(due.is_none()),
        sort: due.unwrap_or(0),
    };
    let mut rows = vec![
        row("d1", "九小场所消防安全排查表", Some(at(8, 12, 0)), DestinationKind::Mailbox, "镇应急办邮箱"),
        row("d2", "巡查照片", Some(at(9, 22, 30)), DestinationKind::Group, "安监消防群"),
        row("d3", "防汛物资统计表", None, DestinationKind::App, "防汛App"),
    ];
    rows[0].targets = ["老王饭店", "小李作坊"]
        .map(|name| Part { name: name.into(), done_at: (name == "老王饭店").then(|| Moment(now())) })
        .to_vec();
    rows[1].ask = true;
    rows
}

/// Messages in office hours of weekdays, some in the evening, few on Saturday.
fn heat() -> Vec<(String, Heat)> {
    let mut heat: Heat = [[0; 24]; 7];
    for (day, hours) in heat.iter_mut().enumerate().take(6) {
        for (hour, n) in hours.iter_mut().enumerate() {
            *n = match (day, hour) {
                (0..5, 8..=11 | 14..=17) => 9 + day as u32,
                (0..5, 19..=21) => 4,
                (5, 9..=10) => 1,
                _ => 0,
            };
        }
    }
    ["安监消防群", "民政残联群", "妇联工作群"].map(|g| (g.to_owned(), heat)).to_vec()
}

fn groups() -> Vec<GroupRow> {
    let group = |name: &str, messages, coverage| GroupRow {
        group: name.into(),
        platform: Some("wechat".into()),
        messages,
        notices: messages / 20,
        copies: messages / 15,
        demands: 3,
        off_hours: 2,
        private_data: None,
        first: Some(Moment(at(2, 9, 0))),
        last: (messages > 0).then_some(Moment(at(8, 17, 40))),
        last_import: Some(Moment(now())),
        coverage,
        ..GroupRow::default()
    };
    vec![
        group("安监消防群", 120, Coverage::Current),
        group("民政残联群", 60, Coverage::Stale),
        group("妇联工作群", 0, Coverage::Missing),
    ]
}

fn key(word: &str) -> Msg {
    Msg::Key(match word {
        "Backspace" => Key::plain(KeyCode::Backspace),
        word => Key::parse(word).unwrap_or_else(|| panic!("{word}")),
    })
}

/// Presses keys, answers what is asked; gives all effects.
fn press(model: &mut Model, keys: &str) -> Vec<Effect> {
    let mut all = Vec::new();
    for word in keys.split(' ') {
        let effects = update::update(model, key(word));
        answer(model, &effects);
        all.extend(effects);
    }
    all
}

/// The screen as text: one line each, wide characters once, trailing blanks off. Checks that no half character is
/// on it and gives the caret.
fn draw(model: &Model) -> (String, Option<Position>) {
    let (w, h) = model.env.size;
    let mut buf = Buffer::empty(Rect::new(0, 0, w, h));
    let (caret, _) = screens::draw(model, &mut buf);
    let mut lines = Vec::new();
    for y in 0..h {
        let mut line = String::new();
        let mut x = 0;
        while x < w {
            let symbol = buf[(x, y)].symbol();
            let width = symbol.width().max(1) as u16;
            assert!(x + width <= w, "half of {symbol:?} at the edge of line {y}");
            line.push_str(symbol);
            x += width;
        }
        lines.push(line.trim_end().to_string());
    }
    (lines.join("\n"), caret)
}

fn text(model: &Model) -> String {
    draw(model).0
}

fn states(effects: &[Effect]) -> Vec<(Vec<String>, State)> {
    effects
        .iter()
        .filter_map(|e| match e {
            Effect::State { ids, state, .. } => Some((ids.clone(), *state)),
            _ => None,
        })
        .collect()
}

/// Keys, the states they set on which notices, the row selected afterwards.
type Flow = (&'static str, &'static [(&'static str, State)], &'static str);

/// Keys in the inbox → states set, selected row afterwards.
#[test]
fn triage_by_keys() {
    let cases: [Flow; 12] = [
        ("F4", &[("n1", State::Done)], "n2"),
        ("e", &[("n1", State::Done)], "n2"),
        ("ｅ", &[("n1", State::Done)], "n2"),
        ("Down Ctrl+N", &[("n2", State::Noted)], "n3"),
        ("n", &[("n1", State::Noted)], "n2"),
        ("Down F4 F4", &[("n2", State::Done), ("n3", State::Done)], "n4"),
        ("End F4", &[("n7", State::Done)], "n6"),
        ("F7 Enter", &[("n1", State::Later)], "n2"),
        ("F7 Esc", &[], "n1"),
        ("Space Space F4", &[("n1 n2", State::Done)], "n3"),
        ("Down Shift+Down Shift+Down Ctrl+N", &[("n2 n3 n4", State::Noted)], "n5"),
        ("Space Esc F4", &[("n2", State::Done)], "n3"),
    ];
    for (keys, want, selected) in cases {
        let mut model = screen("zh", 80, 24);
        // The store is not asked again here: the list must be right at once.
        let mut all = Vec::new();
        for word in keys.split(' ') {
            all.extend(update::update(&mut model, key(word)));
        }
        let want: Vec<_> =
            want.iter().map(|(ids, s)| (ids.split(' ').map(String::from).collect::<Vec<_>>(), *s)).collect();
        assert_eq!(states(&all), want, "{keys}");
        assert_eq!(model.list.row().map(|r| r.id.as_str()), Some(selected), "{keys}");
    }
}

#[test]
fn scrolling_changes_no_state_and_opening_makes_read() {
    let mut model = screen("zh", 120, 36);
    let effects = press(&mut model, "Down PgDn PgUp End Home Down");
    assert!(!effects.iter().any(|e| matches!(e, Effect::Seen(_) | Effect::State { .. })));
    let effects = press(&mut model, "Enter");
    assert!(effects.contains(&Effect::Seen("n2".into())));
    let effects = press(&mut model, "Esc Enter");
    assert_eq!(effects.iter().filter(|e| matches!(e, Effect::Seen(_))).count(), 1, "the fake store forgets");
}

#[test]
fn toasts_name_the_thing_and_the_way_back() {
    let mut model = screen("zh", 80, 24);
    let effects = press(&mut model, "Down Down F4");
    let Some(Effect::State { text: said, .. }) = effects.iter().find(|e| matches!(e, Effect::State { .. }))
    else {
        panic!("no state in {effects:?}")
    };
    assert!(said.contains("已办") && said.contains("防汛物资统计表") && said.contains("Ctrl+Z"), "{said}");
    let outcome = Outcome { notices: vec!["n3".into()], label: "标为已办".into(), ..Outcome::default() };
    update::update(&mut model, Msg::Decided(Deed::State(said.clone()), Ok(Some(outcome.clone()))));
    assert!(text(&model).contains("防汛物资统计表”的通知，Ctrl+Z 撤销"), "{}", text(&model));
    assert_eq!(press(&mut model, "Ctrl+Z"), [Effect::Undo]);
    let effects = update::update(&mut model, Msg::Decided(Deed::Undo, Ok(Some(outcome))));
    assert!(text(&model).contains("已撤销：标为已办"));
    let around = |e: &Effect| matches!(e, Effect::Read(Read::Page(_, _, From::Around(id), _)) if id == "n3");
    assert!(effects.iter().any(around), "the notice is selected again: {effects:?}");
    update::update(&mut model, Msg::Decided(Deed::Undo, Ok(None)));
    assert!(text(&model).contains("没有可撤销的"));
}

#[test]
fn selection_follows_the_notice_not_the_place() {
    let mut model = screen("zh", 80, 24);
    press(&mut model, "Down Down Down");
    let generation = model.list.generation;
    let mut fewer = rows();
    fewer.drain(..2);
    update::update(
        &mut model,
        Msg::Answer(Answer::Page(generation, From::Around("n4".into()), 120, Ok(fewer))),
    );
    assert_eq!(model.list.row().unwrap().id, "n4");
    // A late answer to an older question changes nothing.
    update::update(&mut model, Msg::Answer(Answer::Page(generation - 1, From::Start, 120, Ok(Vec::new()))));
    assert_eq!(model.list.row().unwrap().id, "n4");
}

#[test]
fn a_late_page_calls_nobody_back() {
    // (keys after the list is read anew around n4, where the user then is)
    for (keys, want) in [("Down Up", "n4"), ("Up", "n3"), ("Down Down", "n6")] {
        let mut model = screen("zh", 80, 24);
        press(&mut model, "Down Down Down");
        update::update(&mut model, Msg::Decided(Deed::Undo, Ok(Some(Outcome::default()))));
        press(&mut model, keys);
        let generation = model.list.generation;
        update::update(
            &mut model,
            Msg::Answer(Answer::Page(generation, From::Around("n4".into()), 120, Ok(rows()))),
        );
        assert_eq!(model.list.row().unwrap().id, want, "{keys}");
    }
    // Home is on its way; what another program wrote meanwhile reads anew from the start too.
    let mut model = screen("zh", 80, 24);
    press(&mut model, "Down Down Down");
    model.list.at_start = false;
    let start = |e: &Effect| matches!(e, Effect::Read(Read::Page(_, _, From::Start, _)));
    assert!(update::update(&mut model, key("Home")).iter().any(start));
    let effects = update::update(&mut model, Msg::Decided(Deed::Undo, Ok(Some(Outcome::default()))));
    assert!(effects.iter().any(start), "{effects:?}");
    // Who goes on before the rows have come goes on from the end.
    press(&mut model, "Down");
    let generation = model.list.generation;
    update::update(&mut model, Msg::Answer(Answer::Page(generation, From::Start, 120, Ok(rows()))));
    assert_eq!(model.list.selected, 1);
}

#[test]
fn long_lists_are_a_window() {
    let mut model = screen("zh", 80, 24);
    let many = |from: usize| -> Vec<NoticeRow> {
        (from..from + 120).map(|n| row(&format!("x{n}"), "通知", Section::Week, None, 1)).collect()
    };
    let generation = model.list.generation;
    let mut effects = update::update(
        &mut model,
        Msg::Answer(Answer::Page(generation, From::Around("x60".into()), 120, Ok(many(60)))),
    );
    let mut next = 180;
    for _ in 0..4_000 {
        let asked = effects.iter().find_map(|e| match e {
            Effect::Read(Read::Page(g, _, From::After(_), _)) => Some((*g, true)),
            Effect::Read(Read::Page(g, _, From::Before(_), _)) => Some((*g, false)),
            _ => None,
        });
        if let Some((g, after)) = asked {
            let (from, rows) = if after {
                next += 120;
                (From::After(Box::new(model.list.rows.last().unwrap().clone())), many(next - 120))
            } else {
                (From::Before(Box::new(model.list.rows[0].clone())), Vec::new())
            };
            let before = model.list.row().unwrap().id.clone();
            effects = update::update(&mut model, Msg::Answer(Answer::Page(g, from, 120, Ok(rows))));
            assert_eq!(model.list.row().unwrap().id, before);
            continue;
        }
        effects = update::update(&mut model, key("Down"));
    }
    assert!(model.list.rows.len() <= 600, "{}", model.list.rows.len());
    assert!(next > 1_000 && text(&model).contains('>'));
}

#[test]
fn chinese_input_in_a_list_does_nothing_but_say_so() {
    let mut model = screen("zh", 80, 24);
    let effects = update::update(&mut model, key("办"));
    assert!(states(&effects).is_empty());
    assert!(text(&model).contains("[中]") && text(&model).contains("按 Shift 切换英文"));
    let again = update::update(&mut model, key("办"));
    assert!(again.is_empty(), "said once a minute");
    update::update(&mut model, key("j"));
    assert!(!text(&model).contains("[中]"));
}

#[test]
fn pasted_text_does_nothing_in_a_list_and_one_line_in_a_field() {
    let mut model = screen("zh", 80, 24);
    let effects = update::update(&mut model, Msg::Paste("delete everything\nee nn".into()));
    assert!(states(&effects).is_empty() && model.popup.is_none() && model.over.is_empty());
    press(&mut model, "F3");
    update::update(&mut model, Msg::Paste("排查\n表".into()));
    assert_eq!(model.search.field.text(), "排查 表");
}

#[test]
fn filter_narrows_keeps_the_selection_and_goes_with_esc() {
    let mut model = screen("zh", 80, 24);
    press(&mut model, "Down Down Down Ctrl+F");
    update::update(&mut model, Msg::Paste("排查".into()));
    let generation = model.list.generation;
    let hit = vec![rows()[3].clone()];
    update::update(
        &mut model,
        Msg::Answer(Answer::Page(generation, From::Around("n4".into()), 120, Ok(hit))),
    );
    assert_eq!(model.list.query(now()).words, "排查");
    assert_eq!(model.list.row().unwrap().id, "n4");
    let (_, caret) = draw(&model);
    assert_eq!(caret, Some(Position::new(11, 2)), "behind 筛选 and two characters");
    press(&mut model, "Enter");
    assert_eq!(actions::place(&model), Places::LIST);
    press(&mut model, "Esc");
    assert_eq!(model.list.words, "");
}

#[test]
fn escape_closes_the_nearest_thing() {
    let mut model = screen("zh", 120, 36);
    press(&mut model, "Right Right Space F6 F1");
    for (want, popup, focused, marks) in [
        (View::Noted, false, true, 1),
        (View::Noted, false, false, 1),
        (View::Noted, false, false, 0),
        (View::Inbox, false, false, 0),
    ] {
        press(&mut model, "Esc");
        let got = (model.list.view, model.popup.is_some(), model.detail.focused, model.list.marks.len());
        assert_eq!(got, (want, popup, focused, marks));
    }
}

#[test]
fn leaving_takes_two_presses_of_ctrl_c_and_one_of_ctrl_q() {
    let mut model = screen("zh", 80, 24);
    press(&mut model, "Ctrl+C Ctrl+C");
    assert!(matches!(model.popup, Some(Popup::Confirm(_))));
    assert!(press(&mut model, "Enter").contains(&Effect::Quit(0)));
    assert_eq!(press(&mut screen("zh", 80, 24), "Ctrl+Q"), [Effect::Quit(0)]);
}

#[test]
fn disabled_actions_say_why() {
    let mut model = screen("zh", 80, 24);
    press(&mut model, "F6");
    assert!(text(&model).contains("窗口太小，没有旁边的窗格"));
    press(&mut model, "F2");
    update::update(&mut model, Msg::Paste("关联".into()));
    assert!(text(&model).contains("没有关联的通知"), "{}", text(&model));
}

#[test]
fn a_date_is_typed_for_later() {
    let mut model = screen("zh", 80, 24);
    press(&mut model, "F7 End Up Down Down Down Down Enter");
    update::update(&mut model, Msg::Paste("2-30".into()));
    press(&mut model, "Enter");
    assert!(text(&model).contains("读不出将来的日期"), "{}", text(&model));
    press(&mut model, "Ctrl+U");
    update::update(&mut model, Msg::Paste("1-13 07:00".into()));
    let effects = press(&mut model, "Enter");
    assert!(effects.iter().any(|e| matches!(e, Effect::State { until: Some(t), .. } if *t == at(13, 7, 0))));
}

#[test]
fn the_newest_word_stands_alone_and_a_hit_opened_is_read() {
    let mut model = screen("zh", 80, 24);
    let outcome = || {
        Ok(Some(Outcome { notices: vec!["n1".into()], label: "标为已办".into(), ..Outcome::default() }))
    };
    update::update(&mut model, Msg::Decided(Deed::State("已办：低温".into()), outcome()));
    update::update(&mut model, Msg::Decided(Deed::Undo, outcome()));
    assert_eq!(model.notes.toasts.len(), 1);
    assert_eq!(model.notes.log.len(), 2);
    press(&mut model, "F3");
    update::update(&mut model, Msg::Paste("排查".into()));
    let generation = model.search.generation;
    update::update(&mut model, Msg::Answer(Answer::Hits(generation, false, Ok(hits("排查")))));
    press(&mut model, "Enter");
    let mut fresh = loaded();
    fresh.notice.state = State::Unread;
    let came = Answer::Notice(model.detail.generation, Ok(Some(Box::new(fresh))));
    assert_eq!(update::update(&mut model, Msg::Answer(came)), [Effect::Seen("n4".into())]);
    assert!(!text(&model).contains("下一条"), "from a search there is no next notice");
}

#[test]
fn links_are_followed_and_come_back() {
    let mut model = screen("zh", 80, 24);
    press(&mut model, "Enter Ctrl+O");
    assert_eq!(model.detail.id.as_deref(), Some("n9"));
    press(&mut model, "Esc");
    assert_eq!(model.detail.id.as_deref(), Some("n1"));
    press(&mut model, "Esc");
    assert!(model.over.is_empty());
}

fn report(status: &str, needs: Option<&str>) -> ReportView {
    ReportView {
        files: vec![
            FileView {
                path: "导出/安监消防群.txt".into(),
                format: Some("wechat-mail-android".into()),
                encoding: Some("utf-8".into()),
                group: Some("安监消防群".into()),
                status: "partial".into(),
                messages: 24,
                new: 20,
                known: 4,
                first: Some("2024-01-08T08:00:00+08:00".into()),
                last: Some("2024-01-09T07:55:00+08:00".into()),
                issues: vec![IssueView { line: Some(17), reason: "时间读不出来".into() }],
                ..FileView::default()
            },
            FileView {
                path: "导出/聊天记录.txt".into(),
                status: status.into(),
                needs: needs.map(Into::into),
                ..FileView::default()
            },
        ],
        totals: TotalsView {
            files: 2,
            messages: 24,
            new: 20,
            known: 4,
            issues: 1,
            notices_new: 7,
            notices_grown: 1,
        },
        elapsed_ms: 120,
        cancelled: false,
    }
}

/// Nothing is written before the preview was confirmed, questions are asked first.
#[test]
fn import_previews_asks_confirms_and_can_be_stopped() {
    let mut model = screen("zh", 80, 24);
    press(&mut model, "F5");
    update::update(&mut model, Msg::Paste("\"/tmp/导出 一\"".into()));
    let effects = press(&mut model, "Enter");
    let [Effect::Preview(g, job)] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(job.paths, [Path::new("/tmp/导出 一")]);
    let asked = report("needs-answer", Some("group"));
    update::update(&mut model, Msg::Reported(*g, true, Ok(Box::new(asked))));
    assert_eq!(model.import.stage, Stage::Confirm);
    press(&mut model, "Enter");
    assert!(matches!(model.popup, Some(Popup::AskGroup(_))));
    update::update(&mut model, Msg::Paste("石桥村两委群".into()));
    let effects = press(&mut model, "Enter");
    let [Effect::Preview(g, job)] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(job.group.as_deref(), Some("石桥村两委群"));
    update::update(&mut model, Msg::Reported(*g, true, Ok(Box::new(report("imported", None)))));
    let effects = press(&mut model, "Enter");
    let [Effect::Import(g, _)] = &effects[..] else { panic!("{effects:?}") };
    let g = *g;
    let progress =
        ProgressView { bytes: 40, bytes_total: 100, step: "reading".into(), ..ProgressView::default() };
    update::update(&mut model, Msg::Progress(Box::new(progress)));
    assert!(text(&model).contains("40%"));
    press(&mut model, "Esc");
    assert!(matches!(model.popup, Some(Popup::Confirm(_))));
    assert!(press(&mut model, "Enter").contains(&Effect::CancelImport));
    let mut stopped = report("imported", None);
    stopped.cancelled = true;
    update::update(&mut model, Msg::Reported(g, false, Ok(Box::new(stopped))));
    assert!(text(&model).contains("已停止"));
}

#[test]
fn the_mouse_selects_opens_and_presses() {
    let mut model = screen("zh", 80, 24);
    update::update(&mut model, Msg::Click(Target::Row(2), false));
    assert_eq!(model.list.selected, 2);
    update::update(&mut model, Msg::Click(Target::Row(2), true));
    assert_eq!(actions::place(&model), Places::DETAIL);
    update::update(&mut model, Msg::Click(Target::Tab(3), false));
    assert_eq!(model.tab, Tab::Groups);
}

#[test]
fn every_field_has_the_caret_where_text_goes() {
    // Keys that lead to a field, the caret in it empty, and after two wide characters.
    let cases = [("F3", 7, 2), ("Ctrl+F", 7, 2), ("F5", 7, 2), ("F2", 10, 4)];
    for (keys, x, y) in cases {
        let mut model = screen("zh", 80, 24);
        press(&mut model, keys);
        assert_eq!(draw(&model).1, Some(Position::new(x, y)), "{keys}");
        for _ in 0..2 {
            update::update(&mut model, key("防"));
        }
        assert_eq!(draw(&model).1, Some(Position::new(x + 4, y)), "{keys}");
    }
    assert_eq!(draw(&screen("zh", 80, 24)).1, None);
}

/// The screens a user sees first, in both languages and two sizes.
#[test]
fn snapshots() {
    let flows: [(&str, &str); 11] = [
        ("inbox", ""),
        ("detail", "Down Down Down Enter"),
        ("later", "Down F7"),
        ("search", "F3"),
        ("palette", "F2"),
        ("help", "F1"),
        ("groups", "4"),
        ("import", "F5"),
        ("uploads", "2"),
        ("digest", "3"),
        ("settings", "6"),
    ];
    for (word, w, h) in [("zh", 80, 24), ("en", 80, 24), ("zh", 120, 36), ("en", 120, 36)] {
        for (name, keys) in flows {
            let mut model = screen(word, w, h);
            model.env.database = "/data/qunbox.db".into();
            if !keys.is_empty() {
                press(&mut model, keys);
            }
            match name {
                "search" => {
                    for c in ["排", "查"] {
                        press(&mut model, c);
                    }
                }
                "import" => model.import.folder = "/home/chen/导出".into(),
                "inbox" => {
                    let due = Msg::Timer(Timer::Preview(model.detail.generation));
                    let effects = update::update(&mut model, due);
                    answer(&mut model, &effects);
                }
                _ => {}
            }
            insta::with_settings!({ snapshot_path => "../../snapshots", prepend_module_to_snapshot => false }, {
                insta::assert_snapshot!(format!("{name}-{word}-{w}x{h}"), text(&model));
            });
        }
    }
}

#[test]
fn snapshots_of_rare_screens() {
    let save = |name: &str, model: &Model| {
        insta::with_settings!({ snapshot_path => "../../snapshots", prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(name, text(model));
        });
    };
    for word in ["zh", "en"] {
        let mut model = screen(word, 80, 24);
        model.list.rows.clear();
        model.env.counts = Some(Counts::default());
        save(&format!("first-run-{word}"), &model);
        let mut model = screen(word, 80, 24);
        model.tab = Tab::Import;
        model.import.stage = Stage::Confirm;
        model.import.report = Some(report("needs-answer", Some("group")));
        save(&format!("import-check-{word}"), &model);
        model.import.stage = Stage::Running;
        model.import.progress = ProgressView {
            step: "reading".into(),
            file: "导出/安监消防群.txt".into(),
            file_no: 3,
            files: 7,
            bytes: 1_200,
            bytes_total: 4_000,
            messages: 9_120,
        };
        save(&format!("import-run-{word}"), &model);
        let mut model = screen(word, 80, 24);
        model.env.look.cells.wide = true;
        press(&mut model, "Down Down Down Enter");
        save(&format!("wide-console-{word}"), &model);
        save(&format!("too-small-{word}"), &screen(word, 50, 10));
    }
}

/// On a console that draws ambiguous characters two cells wide, none is drawn.
#[test]
fn wide_consoles_get_nothing_ambiguous() {
    use unicode_width::UnicodeWidthChar;
    for word in ["zh", "en"] {
        for keys in ["Enter", "F1", "F2", "F3", "F5", "F7", "2", "3", "4", "6", "Space"] {
            let mut model = screen(word, 120, 36);
            model.env.look.cells.wide = true;
            press(&mut model, keys);
            let bad: Vec<char> = text(&model).chars().filter(|c| c.width() != c.width_cjk()).collect();
            assert!(bad.is_empty(), "{word} {keys}: {bad:?}");
        }
    }
}

/// Without colours nothing is lost: the text is the same, and whatever was coloured is in words or signs.
#[test]
fn no_colour_is_used_when_none_is_wanted() {
    let mut model = screen("zh", 120, 36);
    model.env.look.color = false;
    let mut buf = Buffer::empty(Rect::new(0, 0, 120, 36));
    screens::draw(&model, &mut buf);
    let reset = ratatui::style::Color::Reset;
    assert!(buf.content().iter().all(|c| c.fg == reset && c.bg == reset));
}

#[derive(Clone, Debug)]
enum Do {
    Key(usize),
    Char(char),
    Paste(String),
    Size(u16, u16),
    Click(u16, u16, bool),
    Wheel(i32),
}

fn doing() -> impl Strategy<Value = Do> {
    prop_oneof![
        8 => (0..actions::ACTIONS.len() * 3).prop_map(Do::Key),
        2 => prop_oneof![any::<char>(), Just('办'), Just('ｅ'), Just('1')].prop_map(Do::Char),
        1 => ".{0,20}".prop_map(Do::Paste),
        2 => (1_u16..140, 1_u16..45).prop_map(|(w, h)| Do::Size(w, h)),
        2 => (0_u16..140, 0_u16..45, any::<bool>()).prop_map(|(x, y, d)| Do::Click(x, y, d)),
        1 => (-9..9).prop_map(Do::Wheel),
    ]
}

/// The message of something random; `None` when it hits nothing.
fn happening(model: &Model, deed: Do) -> Option<Msg> {
    Some(match deed {
        Do::Key(n) => {
            let action = &actions::ACTIONS[n % actions::ACTIONS.len()];
            Msg::Key(Key::parse(action.keys.get(n / actions::ACTIONS.len())?).unwrap())
        }
        Do::Char(c) => Msg::Key(Key::plain(KeyCode::Char(c))),
        Do::Paste(text) => Msg::Paste(text),
        Do::Size(w, h) => Msg::Resize(w, h),
        Do::Wheel(n) => Msg::Wheel(n, None),
        Do::Click(x, y, double) => {
            let (w, h) = model.env.size;
            let mut buf = Buffer::empty(Rect::new(0, 0, w, h));
            let (_, targets) = screens::draw(model, &mut buf);
            Msg::Click(targets.iter().rev().find(|(a, _)| a.contains(Position::new(x, y)))?.1, double)
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 90, ..ProptestConfig::default() })]

    /// Whatever is pressed, pasted, clicked or resized: no panic, nothing out of bounds, no half character.
    #[test]
    fn anything_may_be_pressed(deeds in prop::collection::vec(doing(), 1..120), wide: bool) {
        let mut model = screen("zh", 80, 24);
        model.env.look.cells.wide = wide;
        for deed in deeds {
            let Some(message) = happening(&model, deed) else { continue };
            let effects = update::update(&mut model, message);
            answer(&mut model, &effects);
            let (_, caret) = draw(&model);
            let (w, h) = model.env.size;
            if w >= 60 && h >= 15 {
                let (place, choosing) = (actions::place(&model), wizard_without_a_field(&model));
                assert_eq!(caret.is_some(), place.is_text() && !choosing, "the caret of {place:?}");
            }
            lang::set("zh");
        }
    }
}

/// The first step of the first use chooses a language; the window's other steps have a field.
fn wizard_without_a_field(model: &Model) -> bool {
    matches!(&model.popup, Some(Popup::Wizard(w)) if w.step == qunbox::tui::model::wizard::Step::Language)
}

/// Keys in `assets/locales` and keys used in the sources, all rooms.
#[test]
fn every_text_exists_in_both_languages_and_is_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut used = BTreeSet::new();
    let mut sources = Vec::new();
    collect(&root.join("src"), &mut sources);
    for path in sources {
        let text = std::fs::read_to_string(&path).unwrap();
        // `t!`, `tt!`, `rust_i18n::t!`, not `format!`; the rows of the action table hand their key on.
        let calls = text.match_indices("t!(").filter(|(at, _)| {
            let name = text[..*at].trim_end_matches('t');
            !name.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        });
        for (at, _) in calls {
            if let Some(key) = text[at + 3..].trim_start().strip_prefix('"').and_then(|t| t.split('"').next())
            {
                used.insert(key.to_string());
            }
        }
        for part in text.split("\"tui.action.").skip(1) {
            used.insert(format!("tui.action.{}", part.split('"').next().unwrap()));
        }
    }
    let mut there: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in std::fs::read_dir(root.join("assets/locales")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let locale = name.rsplit('.').next().unwrap().to_string();
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            if let Some((key, value)) = line.split_once(": ").filter(|(k, _)| !k.starts_with([' ', '_', '#']))
            {
                assert!(!value.trim().is_empty(), "{key} in {locale} is empty");
                there.entry(locale.clone()).or_default().insert(key.to_string());
            }
        }
    }
    let (zh, en) = (&there["zh-CN"], &there["en"]);
    assert_eq!(
        zh.symmetric_difference(en).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "in one language only"
    );
    let missing: Vec<_> = used.difference(zh).collect();
    assert_eq!(missing, Vec::<&String>::new(), "used, but no text");
    let idle: Vec<_> = zh.difference(&used).filter(|k| k.starts_with("tui.")).collect();
    assert_eq!(idle, Vec::<&String>::new(), "text, but not used");
}

/// The screen's own texts hold nothing that a Chinese console draws wider than the program believes.
#[test]
fn own_texts_hold_no_ambiguous_characters() {
    use unicode_width::UnicodeWidthChar;
    for locale in ["zh-CN", "en"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("assets/locales/tui.{locale}.yml"));
        let text = std::fs::read_to_string(path).unwrap();
        let bad: BTreeSet<char> = text.chars().filter(|c| c.width() != c.width_cjk()).collect();
        assert_eq!(bad, BTreeSet::new(), "{locale}");
    }
}

fn collect(folder: &Path, out: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}
