//! What `ui.md` §9 asks of every field, list, answer and decision, shown on every one of them.

use super::*;
use qunbox::store::{ListFilter, SavedView};
use qunbox::tui::msg::{Keep, UploadsFrom};
use qunbox::tui::widgets::field::Field;

/// How each field of the screen is reached.
const FIELDS: &[&str] = &[
    "F3",
    "Ctrl+F",
    "F2",
    "F5",
    "F5 F6",
    "Ctrl+W",
    "Down Down Ctrl+T",
    "F7 End Enter",
    "Ctrl+B Enter",
    "F12 Enter",
    "F12 Enter Enter",
    "F12 Enter Enter Enter",
    "2 Ctrl+F",
    "2 Ctrl+W",
    "2 F7",
    "2 Ctrl+N",
    "2 Ctrl+E",
    "2 Ctrl+D",
    "2 Down Ctrl+S",
    "3 F8",
    "6 Down Down Enter",
    "6 Down Down Down Enter",
    "6 End Up Up Enter",
    "6 End Up Enter",
];

/// Fields that an import asks for; keys alone do not lead there.
fn asked_by_an_import() -> Vec<Model> {
    let popups = [
        |f| Popup::AskGroup(f),
        |f| Popup::AskDate(f),
        |f| Popup::AskTemplate(f),
        |f| Popup::AskPattern(f, None),
    ];
    let open = |popup: &fn(Field) -> Popup| {
        let mut model = screen("zh", 80, 24);
        press(&mut model, "F5");
        model.import.stage = Stage::Confirm;
        model.import.report = Some(report("needs-answer", Some("group")));
        model.popup = Some(popup(Field::default()));
        model
    };
    popups.iter().map(open).collect()
}

fn fields() -> Vec<(String, Model)> {
    let reached = |keys: &&str| {
        let mut model = screen("zh", 80, 24);
        model.env.catching_up = false;
        press(&mut model, keys);
        ((*keys).to_owned(), model)
    };
    let asked = asked_by_an_import().into_iter().map(|m| (format!("{:?}", m.popup), m));
    FIELDS.iter().map(reached).chain(asked).collect()
}

/// The real caret stands right behind what was typed, in every field, and in the upper half, so that the candidates of an
/// input method below it cover nothing.
#[test]
fn in_every_field_the_caret_stands_behind_what_was_typed_and_high_enough() {
    for (keys, mut model) in fields() {
        assert!(actions::place(&model).is_text(), "{keys} leads to no field:\n{}", text(&model));
        for c in ["防", "汛"] {
            update::update(&mut model, key(c));
        }
        let (drawn, caret) = draw(&model);
        let at = caret.unwrap_or_else(|| panic!("{keys}: no caret\n{drawn}"));
        let mut buf = Buffer::empty(Rect::new(0, 0, 80, 24));
        screens::draw(&model, &mut buf);
        let before: String = [4, 2].iter().map(|back| buf[(at.x - back, at.y)].symbol()).collect();
        assert_eq!(before, "防汛", "{keys}: the caret at {at:?}\n{drawn}");
        assert!(at.y <= 12, "{keys}: the caret in line {}\n{drawn}", at.y);
    }
}

/// A paragraph pasted where no field is does nothing at all, whatever its letters stand for.
#[test]
fn a_pasted_paragraph_does_nothing_outside_a_field() {
    let places = [
        "",
        "F6",
        "Enter",
        "F7",
        "F1",
        "Space Space Space Space Space Space F4",
        "2",
        "3",
        "4",
        "6",
        "Ctrl+B",
    ];
    for keys in places {
        let mut model = screen("zh", 120, 36);
        if !keys.is_empty() {
            press(&mut model, keys);
        }
        let before = state_of(&model);
        let effects = update::update(&mut model, Msg::Paste("d e n h\r\nqq 请各村速报\r\ny u\r\n".into()));
        assert!(effects.iter().all(|e| matches!(e, Effect::After(..))), "{keys}: {effects:?}");
        assert_eq!(state_of(&model), before, "{keys}");
        assert!(text(&model).contains("不能粘贴"), "{keys}: it says so\n{}", text(&model));
    }
}

/// Where the user is and what is selected.
fn state_of(model: &Model) -> String {
    format!(
        "{:?} {:?} {:?} {:?} {} {}",
        model.tab, model.over, model.popup, model.list.marks, model.list.selected, model.uploads.selected
    )
}

/// An answer to a question that was asked anew meanwhile changes nothing, whatever it is about.
#[test]
fn no_stale_answer_is_taken() {
    type Late = fn(u64) -> Answer;
    let late: [(&str, Late); 9] = [
        ("1", |g| Answer::Page(g, From::Start, 120, Ok(Vec::new()))),
        ("1", |g| Answer::Counts(g, Ok(Counts { inbox: 99, ..Counts::default() }))),
        ("1", |g| Answer::Place(g, Some((77, 99)))),
        ("1", |g| Answer::Notice(g, Ok(None))),
        ("1", |g| {
            Answer::Views(g, Ok(vec![SavedView { name: "late".into(), filter: ListFilter::default() }]))
        }),
        ("F3 排", |g| Answer::Hits(g, false, Ok(hits("late")))),
        ("4", |g| Answer::Groups(g, Ok(Vec::new()))),
        ("2", |g| Answer::Uploads(g, UploadsFrom::Start, 120, Ok((Vec::new(), 0)))),
        ("3", |g| Answer::Digest(g, Err("late".into()))),
    ];
    for (keys, answer_late) in late {
        let mut model = screen("zh", 120, 36);
        press(&mut model, keys);
        let due = Msg::Timer(Timer::Preview(model.detail.generation));
        let effects = update::update(&mut model, due);
        answer(&mut model, &effects);
        let before = text(&model);
        let stale = answer_late(0);
        let said = format!("{stale:?}");
        update::update(&mut model, Msg::Answer(stale));
        assert_eq!(text(&model), before, "{said}");
    }
}

/// The number of the row is counted on from row to row: the store, which would count the whole list, is asked only when
/// the rows were read anew.
#[test]
fn moving_the_selection_asks_for_no_rank() {
    let mut model = screen("zh", 120, 36);
    assert_eq!(model.list.place, Some((1, 7)));
    let places = |effects: &[Effect]| effects.iter().any(|e| matches!(e, Effect::Read(Read::Place(..))));
    let move_by = |model: &mut Model, key: &str| update::update(model, Msg::Key(Key::parse(key).unwrap()));
    for (key, rank) in
        [("Down", 2), ("Down", 3), ("Up", 2), ("PgDn", 7), ("Down", 7), ("Home", 1), ("End", 7)]
    {
        let effects = move_by(&mut model, key);
        assert!(!places(&effects), "{key}");
        assert_eq!(model.list.place, Some((rank, 7)), "{key}");
    }
    let (generation, from) = (model.list.generation, From::Start);
    let page = Answer::Page(generation, from, 120, Ok(rows()[..5].to_vec()));
    assert!(places(&update::update(&mut model, Msg::Answer(page))), "other rows");
    assert!(!places(&move_by(&mut model, "Down")), "the answer under way is enough");
    let place = Answer::Place(model.list.place_gen, Some((1, 5)));
    assert!(update::update(&mut model, Msg::Answer(place)).is_empty());
    assert_eq!(model.list.place, Some((2, 5)), "the answer is that of the row above");
    assert!(!places(&move_by(&mut model, "Down")));
    assert_eq!(model.list.place, Some((3, 5)));
}

/// What a decision says, key by key: what was done, to what, and the way back.
#[test]
fn every_decision_says_the_way_back() {
    let cases = [
        ("F4", "已办"),
        ("Ctrl+W Enter", "已办"),
        ("Ctrl+N", "阅知"),
        ("F7 Enter", "稍后"),
        ("Right Right Right Space Ctrl+R", "恢复"),
        ("Enter Ctrl+T Enter", "截止"),
        ("Space Space Ctrl+G Enter", "合成一条"),
        ("Space Space Ctrl+U Enter", ""),
        ("Enter Ctrl+X Enter", "已拆出"),
        ("2 Space", "已勾选"),
        ("2 Ctrl+N 记 Enter", "备注"),
        ("2 Ctrl+W 因 Enter", "免报"),
        ("2 F7 2 - 9 Enter", "截止"),
        ("2 Ctrl+D 1 - 8 Enter", "补录"),
        ("2 Down Ctrl+S 甲 Enter", "分项"),
        ("2 Ctrl+E 甲 Enter", "凭据"),
        ("Ctrl+F 表 Enter Ctrl+B Enter 甲 Enter", "视图"),
        ("6 Down Down Enter 甲 Enter", "名字"),
    ];
    for (keys, done) in cases {
        let mut model = screen("zh", 80, 24);
        let effects = press(&mut model, keys);
        let said: Vec<&String> = effects
            .iter()
            .filter_map(|e| match e {
                Effect::State { text, .. }
                | Effect::Due { text, .. }
                | Effect::Attach { text, .. }
                | Effect::Decide(_, text) => Some(text),
                _ => None,
            })
            .collect();
        assert_eq!(said.len(), 1, "{keys}: one decision\n{}", text(&model));
        assert!(said[0].contains(done) && said[0].contains("Ctrl+Z 撤销"), "{keys}: {}", said[0]);
    }
}

/// What was not understood stands under its file with its line, on the preview and on the result.
#[test]
fn an_import_says_with_the_line_what_it_did_not_understand() {
    for stage in [Stage::Confirm, Stage::Result] {
        let mut model = screen("zh", 80, 24);
        press(&mut model, "5");
        model.import.stage = stage;
        model.import.report = Some(report("imported", None));
        let drawn = text(&model);
        assert!(drawn.contains("未识别 1 处") && drawn.contains("第 17 行：时间读不出来"), "{drawn}");
        press(&mut model, "F6");
        let line = text(&model).lines().find(|l| l.contains("第 17 行")).unwrap().to_owned();
        assert!(line.contains('>'), "F6 leads to it: {line}");
    }
}

/// Boxes can be forced to ASCII, and the page that shows whether they line up is drawn that way at once.
#[test]
fn the_width_can_be_forced_in_the_settings() {
    let mut model = screen("zh", 80, 24);
    press(&mut model, "6");
    let row = screens::settings::ROWS.iter().position(|a| *a == actions::Act::Ascii).unwrap();
    assert!(text(&model).contains('┌'));
    press(&mut model, &vec!["Down"; row].join(" "));
    let effects = press(&mut model, "Enter");
    let kept = Effect::Keep { section: "", name: "ascii", value: Keep::Flag(true) };
    assert!(effects.contains(&kept) && effects.contains(&Effect::Repaint), "{effects:?}");
    let drawn = text(&model);
    assert!(!drawn.contains('┌') && drawn.lines().nth(1).unwrap().starts_with('+'), "{drawn}");
}

/// A screen reader sees no colours: the chosen view and part stand in brackets, and nothing is a line or a box.
#[test]
fn a_screen_reader_is_told_where_the_user_is() {
    for (keys, chosen) in [
        ("1", "[收件箱 7"),
        ("1 Right", "[稍后 2]"),
        ("2", "[待报]"),
        ("3", "[每日摘要]"),
        ("4", "[群组 35]"),
        ("6", "[设置]"),
    ] {
        let mut model = screen("zh", 80, 24);
        model.env.look.plain = true;
        press(&mut model, keys);
        let drawn = text(&model);
        assert!(drawn.contains(chosen), "{keys}:\n{drawn}");
        assert!(!drawn.contains(['│', '─', '┌', '└', '┃', '━']), "{keys}:\n{drawn}");
    }
}

/// A filter that nothing holds says so until the next answer: neither another program's import nor a further character
/// puts another sentence there for a moment.
#[test]
fn an_empty_list_does_not_flicker() {
    let mut model = screen("zh", 80, 24);
    press(&mut model, "Ctrl+F");
    update::update(&mut model, Msg::Paste("没有".into()));
    let none = |model: &mut Model| {
        let g = model.list.generation;
        update::update(model, Msg::Answer(Answer::Page(g, From::Start, 120, Ok(Vec::new()))));
    };
    let g = model.list.generation;
    let away = Answer::Page(g, From::Around("n1".into()), 120, Ok(Vec::new()));
    update::update(&mut model, Msg::Answer(away));
    none(&mut model);
    assert!(text(&model).contains("没有含「没有」的通知"), "{}", text(&model));
    update::update(&mut model, Msg::Changed);
    assert!(text(&model).contains("没有含「没有」的通知"), "{}", text(&model));
    none(&mut model);
    update::update(&mut model, Msg::Paste("这个".into()));
    assert!(text(&model).contains("没有含「没有」的通知"), "{}", text(&model));
    none(&mut model);
    assert!(text(&model).contains("没有含「没有这个」的通知"), "{}", text(&model));
}

/// A page around a row that is not full, or not half full before it, says where the list ends: nothing more is asked.
#[test]
fn what_a_page_tells_of_the_ends_is_not_asked_again() {
    let beyond = |effects: &[Effect]| {
        let page =
            |e: &Effect| matches!(e, Effect::Read(Read::Page(_, _, From::After(_) | From::Before(_), _)));
        effects.iter().any(page)
    };
    let around = |id: &str, rows: Vec<NoticeRow>| {
        let mut model = screen("zh", 80, 24);
        press(&mut model, "Ctrl+F");
        update::update(&mut model, Msg::Paste("排查".into()));
        let page = Answer::Page(model.list.generation, From::Around(id.into()), 120, Ok(rows));
        let effects = update::update(&mut model, Msg::Answer(page));
        (beyond(&effects), model.list.at_start, model.list.at_end)
    };
    let many = |first: &str, n: usize| {
        let one = |n: usize| row(&format!("{first}{n}"), "排查", Section::NoDate, None, 1);
        (0..n).map(one).collect::<Vec<_>>()
    };
    assert_eq!(around("n4", Vec::new()), (false, true, true), "nothing is left");
    assert_eq!(around("x2", many("x", 5)), (false, true, true), "all of it");
    assert_eq!(around("gone", many("x", 120)), (false, true, false), "the row is gone: from the beginning");
    assert_eq!(around("x59", many("x", 120)), (false, true, false), "59 before it: there are no more");
    assert_eq!(
        around("x60", many("x", 119)),
        (false, false, true),
        "half a page before it: there may be more"
    );
    assert_eq!(around("x30", many("x", 60)), (false, true, true), "short on both sides");
}
