//! What somebody who never used a terminal stumbles over: what narrows a list, why an entry is refused, keys that lead on.

use super::*;
use qunbox::notice::Duty;

fn footer(model: &Model) -> String {
    text(model).trim_end().lines().last().unwrap_or_default().to_owned()
}

#[test]
fn the_list_of_one_group_says_so_at_every_width() {
    for (word, says) in [("zh", "[群：安监消防群]"), ("en", "[group: 安监消防群]")] {
        for w in [60, 80, 120] {
            let mut model = screen(word, w, 24);
            press(&mut model, "4 Enter");
            assert!(text(&model).contains(says), "{w}:\n{}", text(&model));
            press(&mut model, "Ctrl+F");
            assert!(text(&model).contains(says), "{w}: while typing too");
            press(&mut model, "Esc Esc");
            assert!(!text(&model).contains(says), "Esc shows all groups again");
        }
    }
}

#[test]
fn what_cannot_be_read_is_said_in_words() {
    let cases = [
        ("6 Down Down Down Enter x Enter", "读不出时间，写成 17:30 这样。"),
        ("2 Ctrl+W Enter", "要写一句理由"),
        ("2 Ctrl+E Enter", "还没有写文件的路径"),
        ("2 Ctrl+D x Enter", "读不出已经过去的日期"),
        ("2 F7 x Enter", "读不出将来的日期"),
        ("Down Down Ctrl+T x Enter", "读不出将来的日期"),
    ];
    for (keys, says) in cases {
        let mut model = screen("zh", 80, 24);
        model.env.look.color = false;
        let before = keys.rsplit_once(' ').map(|k| k.0).unwrap_or_default();
        press(&mut model, before);
        assert!(!text(&model).contains(says), "{keys}: too early");
        press(&mut model, "Enter");
        assert!(text(&model).contains(says), "{keys}:\n{}", text(&model));
        assert!(model.popup.is_some(), "{keys}: the window stays");
    }
    for (popup, says) in [
        (Popup::AskGroup(Default::default()), "还没有写群名"),
        (Popup::AskDate(Default::default()), "读不出日期"),
    ] {
        let mut model = screen("zh", 80, 24);
        model.popup = Some(popup);
        press(&mut model, "Enter");
        assert!(text(&model).contains(says) && model.popup.is_some(), "{says}");
    }
}

/// What a field is for is read whole, in both languages.
#[test]
fn no_hint_of_a_window_is_cut() {
    let windows = [
        "Ctrl+W",
        "Ctrl+T",
        "F7 End Enter",
        "2 Ctrl+W",
        "2 F7",
        "2 Ctrl+N",
        "2 Ctrl+E",
        "2 Ctrl+D",
        "6 Down Down Enter",
    ];
    for word in ["zh", "en"] {
        for keys in windows {
            let mut model = screen(word, 80, 24);
            press(&mut model, keys);
            let shown = text(&model);
            let at = shown.lines().position(|l| l.contains("Enter 确定") || l.contains("Enter OK"));
            let Some(at) = at.filter(|_| model.popup.is_some()) else { panic!("{keys}: no window\n{shown}") };
            let inner = shown.lines().skip(at.saturating_sub(3)).take(3).filter_map(|l| l.split('│').nth(2));
            assert!(inner.clone().all(|l| !l.contains("..")), "{word} {keys}:\n{shown}");
        }
        let mut model = screen(word, 80, 24);
        model.popup = Some(Popup::AskPattern(Default::default(), None));
        assert!(text(&model).contains("{*}"), "a long hint takes two lines");
        assert!(draw(&model).1.is_some_and(|caret| caret.y > 11), "and the caret stands below it");
    }
}

#[test]
fn the_key_test_says_how_it_is_left() {
    let mut model = screen("zh", 80, 24);
    press(&mut model, "6 End Up Up Up Enter");
    let shown = text(&model);
    assert!(shown.contains("按键测试") && shown.contains("连按两次 Esc 离开"), "{shown}");
    assert!(!shown.contains("Esc 关闭"), "one Esc does not close it:\n{shown}");
}

#[test]
fn before_the_first_import_the_footer_leads_there() {
    let mut model = screen("zh", 80, 24);
    model.list.rows.clear();
    model.env.counts = Some(Counts::default());
    assert!(footer(&model).starts_with(" F5 导入  F12 "), "{}", footer(&model));
    assert!(!footer(&model).contains("撤销") && footer(&model).ends_with("F1 帮助"));
}

#[test]
fn reopening_is_offered_for_what_was_decided() {
    for w in [120, 160] {
        let mut model = screen("zh", w, 36);
        assert!(!footer(&model).contains("恢复待办"), "{}", footer(&model));
        assert!(states(&press(&mut model, "Ctrl+R")).is_empty());
        assert!(text(&model).contains("还没有处理过，不用恢复"));
        model.list.rows[0].state = State::Done;
        assert!(footer(&model).contains("恢复待办"), "{}", footer(&model));
    }
    let mut model = screen("zh", 120, 36);
    press(&mut model, "Space Down Ctrl+R");
    assert!(!text(&model).contains("还没有处理过"), "of marked notices any may be done");
}

#[test]
fn narrow_tabs_lose_what_is_overdue_before_they_lose_the_number() {
    let mut model = screen("en", 72, 24);
    model.env.catching_up = false;
    let tabs = |model: &Model| text(model).lines().next().unwrap_or_default().to_owned();
    assert!(tabs(&model).contains("late)  To report 3  Digest  Groups 35"), "{}", tabs(&model));
    model.env.size.0 = 120;
    assert!(tabs(&model).contains("To report 3 (1 late)"), "{}", tabs(&model));
    model.env.size.0 = 60;
    assert!(tabs(&model).contains("To report  Digest"), "{}", tabs(&model));
}

#[test]
fn a_preview_that_brings_nothing_leads_back_to_the_path() {
    let mut model = screen("zh", 80, 24);
    press(&mut model, "F5 / n o Enter");
    let mut nothing = report("failed", None);
    for file in &mut nothing.files {
        (file.status, file.format, file.messages) = ("failed".into(), None, 0);
    }
    let g = model.import.generation;
    update::update(&mut model, Msg::Reported(g, true, Ok(Box::new(nothing))));
    let shown = text(&model);
    assert!(shown.contains("没有可以写入的聊天记录") && !shown.contains("Enter 写入"), "{shown}");
    assert!(!shown.contains("格式不认识"), "of a file that is not there nothing is known:\n{shown}");
    let effects = press(&mut model, "Enter");
    assert!(!effects.iter().any(|e| matches!(e, Effect::Import(..))), "{effects:?}");
    assert_eq!(model.import.stage, Stage::Choose);
    assert_eq!(model.import.field.text(), "/no", "the path is there to be corrected");
}

#[test]
fn the_result_speaks_of_the_next_issue_only_where_there_is_one() {
    for (issues, offered) in [(0, false), (2, true)] {
        let mut model = screen("zh", 80, 24);
        model.tab = Tab::Import;
        model.import.stage = Stage::Result;
        let mut report = report("imported", None);
        report.totals.issues = issues;
        model.import.report = Some(report);
        assert_eq!(text(&model).contains("F6 下一处未识别"), offered, "{}", text(&model));
    }
}

/// A file dragged into a terminal arrives as its path in quotes: it stands for itself, not behind what was proposed.
#[test]
fn a_path_that_is_dragged_in_takes_the_place_of_the_one_proposed() {
    let held = |model: &Model| match &model.popup {
        Some(Popup::SaveAs(f) | Popup::AskBackup(f) | Popup::AskRestore(f)) => f.text().to_owned(),
        Some(Popup::Wizard(wizard)) => wizard.folder.text().to_owned(),
        _ => model.import.field.text().to_owned(),
    };
    for keys in ["3 F8", "6 End Up Up Enter", "6 End Up Enter", "F12 Enter Enter Enter", "F5 / x"] {
        let mut model = screen("zh", 80, 24);
        model.env.catching_up = false;
        press(&mut model, keys);
        update::update(&mut model, Msg::Paste("'/mnt/群 记录/a.txt'".into()));
        assert_eq!(held(&model), "/mnt/群 记录/a.txt", "{keys}");
        update::update(&mut model, Msg::Paste("第二".into()));
        assert_eq!(held(&model), "/mnt/群 记录/a.txt第二", "{keys}: a part of a path is put in");
    }
    let mut model = screen("zh", 80, 24);
    press(&mut model, "F3 a");
    update::update(&mut model, Msg::Paste("/b".into()));
    assert_eq!(model.search.field.text(), "a/b", "words are no path");
}

#[test]
fn a_deadline_in_the_view_of_uploads_quotes_its_words() {
    let mut model = screen("zh", 160, 36);
    press(&mut model, "2");
    model.uploads.rows[0].due = Some(due(at(8, 12, 0), "inferred", "中午前"));
    assert!(text(&model).contains("推算，原文「中午前」"), "{}", text(&model));
    model.uploads.rows[0].due = Some(due(at(8, 12, 0), "stated", ""));
    assert!(!text(&model).contains("「」"), "no words, no marks:\n{}", text(&model));
}

#[test]
fn an_entry_that_does_not_fit_goes_on_set_in() {
    let mut model = screen("zh", 80, 24);
    let mut loaded = loaded();
    loaded.notice.duties = vec![Duty {
        id: "d1".into(),
        group: Some("石桥村两委和网格员工作群".into()),
        what: vec!["防汛物资统计表".into(), "盖章扫描件".into()],
        state: "open".into(),
        ..Duty::default()
    }];
    model.detail.shown = Some(qunbox::tui::model::Shown::Notice(Box::new(loaded)));
    let lines: Vec<String> = screens::detail::lines(&model, 36).iter().map(ToString::to_string).collect();
    let at = lines.iter().position(|l| l.starts_with("[ ] 石桥村")).unwrap_or_else(|| panic!("{lines:#?}"));
    assert!(lines[at + 1].starts_with("    ") && lines[at + 1].trim().len() > 3, "{lines:#?}");
    assert!(lines.iter().all(|l| l.width() <= 36), "{lines:#?}");
}

#[test]
fn a_window_too_small_says_what_to_do() {
    for (word, says) in [("zh", "把窗口拉大"), ("en", "Make the window larger")] {
        let shown = text(&screen(word, 40, 12));
        assert!(shown.contains(says) && shown.contains("Ctrl+Q"), "{shown}");
    }
}

/// Where the whole notice is in sight nothing would scroll: the copy gone to is marked, and after the last comes the first.
#[test]
fn going_from_difference_to_difference_is_seen() {
    for h in [60, 24] {
        let mut model = screen("zh", 80, h);
        press(&mut model, "Down Down Enter");
        let mut loaded = loaded();
        loaded.notice.id = model.detail.id.clone().unwrap_or_default();
        for copy in loaded.notice.copies.iter_mut().skip(1) {
            copy.differences = Some(qunbox::notice::Differences::default());
        }
        let copies = loaded.notice.copies.len() - 1;
        assert!(copies > 1);
        model.detail.shown = Some(qunbox::tui::model::Shown::Notice(Box::new(loaded)));
        let marked = |model: &Model| {
            let mut buf = Buffer::empty(Rect::new(0, 0, 80, h));
            screens::draw(model, &mut buf);
            let under = ratatui::style::Modifier::UNDERLINED;
            let rows = (0..h).filter(|y| (2..78).all(|x| buf[(x, *y)].modifier.contains(under)));
            rows.collect::<Vec<u16>>()
        };
        assert!(marked(&model).is_empty(), "nothing was gone to");
        let mut seen = Vec::new();
        for _ in 0..=copies {
            press(&mut model, "Ctrl+D");
            let at = marked(&model);
            assert_eq!(at.len(), 1, "{h}: one line is marked\n{}", text(&model));
            seen.push((model.detail.scroll, at[0]));
        }
        let first = seen[0];
        assert_eq!(seen.iter().filter(|s| **s == first).count(), 2, "{h}: round to the first: {seen:?}");
        assert_eq!(seen.last(), Some(&first));
        press(&mut model, "Right");
        assert!(marked(&model).is_empty(), "another notice has no mark");
    }
}

#[test]
fn links_are_offered_where_there_are_some() {
    let mut model = screen("zh", 120, 36);
    press(&mut model, "Enter");
    assert!(footer(&model).contains("Ctrl+O"), "{}", footer(&model));
    if let Some(qunbox::tui::model::Shown::Notice(loaded)) = &mut model.detail.shown {
        loaded.notice.links.clear();
    }
    assert!(!footer(&model).contains("Ctrl+O"), "a reply is no link: {}", footer(&model));
}
