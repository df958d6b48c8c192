//! Single features of the screen, each by the keys that lead to it.

use super::*;
use qunbox::store::Decision;
use qunbox::tui::msg::Keep;
use qunbox::tui::theme::Theme;
use qunbox::tui::views::VIEWS;

#[test]
fn left_and_right_go_through_the_parts_of_the_inbox() {
    let mut model = screen("zh", 80, 24);
    assert!(text(&model).contains("收件箱 7 ─ 稍后 2 ─ 阅知 1 ─ 已办 4 ─ 全部 14"), "{}", text(&model));
    for want in [View::Later, View::Noted, View::Done, View::All, View::Inbox] {
        press(&mut model, "Right");
        assert_eq!(model.list.view, want);
    }
    press(&mut model, "Left");
    assert_eq!(model.list.view, View::All);
    // A digit, or Esc, leads back.
    press(&mut model, "Esc");
    assert_eq!(model.list.view, View::Inbox);
    press(&mut model, "Right 1");
    assert_eq!(model.list.view, View::Inbox);
}

#[test]
fn digits_and_tab_go_through_the_views() {
    let mut model = screen("zh", 80, 24);
    for (digit, view) in (1..).zip(&VIEWS) {
        // On the import screen a digit is text of its field.
        if model.tab == Tab::Import {
            press(&mut model, "Esc");
        }
        press(&mut model, &digit.to_string());
        assert_eq!(model.tab, view.tab);
        assert!(text(&model).contains(&(view.name)()));
    }
    press(&mut model, "Tab");
    assert_eq!(model.tab, Tab::Inbox);
    press(&mut model, "Shift+Tab");
    assert_eq!(model.tab, Tab::Settings);
}

#[test]
fn what_is_overdue_stands_apart_from_the_total() {
    let model = screen("zh", 80, 24);
    assert!(text(&model).lines().next().unwrap().contains("收件箱 7(逾期1)"), "{}", text(&model));
}

#[test]
fn headings_count_and_the_border_says_what_is_new() {
    let model = screen("zh", 80, 24);
    let text = text(&model);
    assert!(text.contains("── 紧急 1 ─") && text.contains("── 七天内 2 ─"), "{text}");
    assert!(text.contains("上次（昨天08:05）以来新通知 5 条"), "{text}");
}

#[test]
fn the_strip_shows_two_weeks_and_says_them_in_words() {
    let mut model = screen("zh", 80, 24);
    let line = text(&model).lines().nth(2).unwrap().to_owned();
    assert!(line.contains("今天1") && line.contains("三2") && line.contains("三3"), "{line}");
    model.env.look.plain = true;
    assert!(text(&model).contains("两周内到期：今天 1, 明天 2"), "{}", text(&model));
}

#[test]
fn ctrl_a_marks_all_that_is_shown_and_more_than_five_are_asked_about() {
    let mut model = screen("zh", 80, 24);
    press(&mut model, "Ctrl+A");
    assert_eq!(model.list.marks.len(), 7);
    assert!(text(&model).contains("已选 7"), "{}", text(&model));
    let effects = press(&mut model, "F4");
    assert_eq!(states(&effects), []);
    assert!(text(&model).contains("一共 7 条通知"), "{}", text(&model));
    assert_eq!(states(&press(&mut model, "Esc")), []);
    let effects = press(&mut model, "F4 Enter");
    assert_eq!(states(&effects).len(), 1, "one step, however many");
    assert_eq!(states(&effects)[0].0.len(), 7);
}

#[test]
fn five_are_not_asked_about() {
    let mut model = screen("zh", 80, 24);
    let effects = press(&mut model, "Space Space Space Space Space F4");
    assert_eq!(states(&effects)[0].0.len(), 5);
}

#[test]
fn another_programs_changes_are_read() {
    let mut model = screen("zh", 80, 24);
    let effects = update::update(&mut model, Msg::Changed);
    assert!(effects.iter().any(|e| matches!(e, Effect::Read(Read::Counts(_)))));
    let around = |e: &Effect| matches!(e, Effect::Read(Read::Page(_, _, From::Around(id), _)) if id == "n1");
    assert!(effects.iter().any(around), "{effects:?}");
}

#[test]
fn the_palette_finds_by_initials() {
    lang::set("zh");
    for (typed, name) in [("cx", "撤销"), ("xsx", "下视图"), ("yb", "已办"), ("bz", "帮助")] {
        let found = update::matching(&update::palette_order(&Model::default()), typed);
        let any = found.iter().any(|a| (a.name)() == name);
        assert_eq!(any, name != "下视图", "{typed}");
    }
}

#[test]
fn the_sample_is_one_key_away_while_there_is_nothing() {
    let mut model = screen("zh", 80, 24);
    assert!(!press(&mut model, "F8").contains(&Effect::Sample), "only on an empty database");
    model.list.rows.clear();
    model.env.counts = Some(Counts::default());
    assert!(text(&model).contains("按 F8"), "{}", text(&model));
    assert!(press(&mut model, "F8").contains(&Effect::Sample));
}

#[test]
fn own_names_are_asked_after_the_first_import_and_near_spellings_offered() {
    let mut model = screen("zh", 80, 24);
    press(&mut model, "5");
    model.import.stage = Stage::Result;
    model.import.report = Some(report("imported", None));
    model.env.counts = Some(Counts { names: 0, ..counts() });
    press(&mut model, "Enter");
    assert!(text(&model).contains("哪些名字是我"), "{}", text(&model));
    for c in ["陈", "岚"] {
        update::update(&mut model, key(c));
    }
    assert!(text(&model).contains("石桥村-陈岚") && !text(&model).contains("老杜"), "{}", text(&model));
    let effects = press(&mut model, "Down Enter Down Enter Up Up Enter");
    let names = effects.iter().find_map(|e| match e {
        Effect::Decide(Decision::Me { group: None, names }, _) => Some(names.clone()),
        _ => None,
    });
    assert_eq!(
        names.unwrap(),
        ["陈岚", "石桥村-陈岚", "石桥村陈岚"]
            .map(String::from)
            .into_iter()
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
    );
}

/// The result is closed before the counts have come: the question comes with them, not never.
#[test]
fn own_names_are_asked_also_where_the_counts_come_late() {
    let mut model = screen("zh", 80, 24);
    press(&mut model, "5");
    model.import.stage = Stage::Result;
    model.import.report = Some(report("imported", None));
    model.env.counts = None;
    update::update(&mut model, key("Enter"));
    let generation = model.env.counts_gen;
    let none = Counts { names: 0, ..counts() };
    update::update(&mut model, Msg::Answer(Answer::Counts(generation, Ok(none))));
    assert!(text(&model).contains("哪些名字是我"), "{}", text(&model));
}

#[test]
fn settings_show_value_and_default_and_act_at_once() {
    let mut model = screen("zh", 80, 24);
    press(&mut model, "6");
    assert!(text(&model).contains("下班时间") && text(&model).contains("默认：17:30"), "{}", text(&model));
    let effects = press(&mut model, "Down Down Down Down Down Enter");
    assert_eq!(model.env.look.theme, Theme::Light);
    let kept = Effect::Keep { section: "screen", name: "theme", value: Keep::Text("light".into()) };
    assert!(effects.contains(&kept), "{effects:?}");
    press(&mut model, "Up Up Enter Ctrl+U");
    update::update(&mut model, Msg::Paste("18：00".into()));
    let effects = press(&mut model, "Enter");
    let kept = Effect::Keep { section: "office", name: "close", value: Keep::Text("18:00".into()) };
    assert!(effects.contains(&kept), "{effects:?}");
}

#[test]
fn keys_and_widths_can_be_tried() {
    let mut model = screen("zh", 80, 24);
    press(&mut model, "6 Down Down Down Down Down Down Down Down Enter");
    assert!(text(&model).contains("|℃ × →           |"), "{}", text(&model));
    press(&mut model, "Esc Down Enter");
    assert!(text(&model).contains("按任意键，显示程序收到了什么"), "{}", text(&model));
    press(&mut model, "F4 办");
    assert!(text(&model).contains("F(4)") && text(&model).contains("Char('办')"), "{}", text(&model));
    press(&mut model, "Esc Esc");
    assert!(model.popup.is_none());
}

#[test]
fn the_group_screen_draws_bars_and_hours() {
    let mut model = screen("zh", 80, 24);
    press(&mut model, "4");
    let drawn = text(&model);
    assert!(drawn.contains('▪') && drawn.contains('█') && drawn.contains("非工作时间"), "{drawn}");
    model.env.look.plain = true;
    let plain = text(&model);
    assert!(!plain.contains('▪') && plain.contains("最多：周五") && plain.contains("占"), "{plain}");
}

/// Whatever theme: in black and white the same text stands there.
#[test]
fn themes_change_colours_only() {
    let mut model = screen("zh", 120, 36);
    let want = text(&model);
    for theme in Theme::ALL {
        model.env.look.theme = theme;
        assert_eq!(text(&model), want);
        assert_eq!(Theme::parse(theme.word()), Some(theme));
    }
}

#[test]
fn a_backup_is_written_and_a_restore_is_asked_about_first() {
    let mut model = screen("zh", 80, 24);
    model.env.catching_up = false;
    press(&mut model, "6 Down Down Down Down Down Down Down Down Down Down Enter");
    assert!(text(&model).contains("qunbox-2024-01-09-0810.db"), "{}", text(&model));
    let effects = press(&mut model, "Enter");
    assert!(matches!(&effects[..], [Effect::Backup(_)]), "{effects:?}");
    update::update(&mut model, Msg::BackedUp(Ok("a.db".into())));
    assert!(text(&model).contains("已备份到 a.db"), "{}", text(&model));
    press(&mut model, "Down Enter");
    update::update(&mut model, Msg::Paste("'/tmp/a b.db'".into()));
    assert!(press(&mut model, "Enter").is_empty(), "nothing happens before the question");
    assert!(text(&model).contains("换掉现在的全部数据"), "{}", text(&model));
    assert!(press(&mut model, "Esc").is_empty());
    press(&mut model, "Enter");
    update::update(&mut model, Msg::Paste("'/tmp/a b.db'".into()));
    let effects = press(&mut model, "Enter Enter");
    assert_eq!(effects, [Effect::Restore("/tmp/a b.db".into())]);
    let effects = update::update(&mut model, Msg::Restored(Ok(Some("old.db".into()))));
    assert!(effects.contains(&Effect::CatchUp), "{effects:?}");
    assert!(text(&model).contains("old.db"), "{}", text(&model));
    // While an import is at work the database is not replaced.
    model.env.catching_up = true;
    assert!(press(&mut model, "Enter").iter().all(|e| !matches!(e, Effect::Restore(_))));
    assert!(model.popup.is_none());
}

/// What does not fit on the border stands whole inside, not by halves.
#[test]
fn a_long_title_stands_whole_inside() {
    let mut model = screen("zh", 80, 24);
    press(&mut model, "Down Enter");
    let long = "关于报送《2027年度冬春救助拟救助对象名单和特困供养对象动态复核材料》的通知（第二次催报）";
    let mut shown = loaded();
    shown.notice.id = model.detail.id.clone().unwrap();
    shown.notice.title = long.into();
    model.detail.shown = Some(qunbox::tui::model::Shown::Notice(Box::new(shown)));
    let drawn = text(&model);
    assert!(drawn.lines().nth(1).unwrap().starts_with("┌ 详情 ─"), "{drawn}");
    let inside: String = drawn.lines().skip(2).take(2).map(|l| l.trim_matches(['│', '┃', ' '])).collect();
    assert!(inside.contains(long), "{drawn}");
}

/// Before anything is answered the screen stands: tabs, box, keys, and that it is reading.
#[test]
fn the_first_frame_needs_no_answer() {
    let cases = [("zh", "收件箱", "F1 帮助", "正在读取"), ("en", "Inbox", "F1 Help", "Loading")];
    for (word, inbox, help, loading) in cases {
        lang::set(word);
        let mut model = Model::default();
        update::update(&mut model, Msg::Resize(80, 24));
        model.list.loading = true;
        let drawn = text(&model);
        let lines: Vec<&str> = drawn.lines().collect();
        assert!(lines[0].contains(inbox) && lines[23].contains(help), "{drawn}");
        assert!(lines[1].starts_with('┌') && lines[22].starts_with('└'), "{drawn}");
        assert!(drawn.contains(loading), "{drawn}");
    }
}

/// 已办 was refused for an open row of the checklist: the detail is there again; with the row it leaves list and detail.
#[test]
fn a_refused_done_stays_in_the_detail() {
    let mut model = screen("zh", 80, 24);
    press(&mut model, "Down Enter");
    assert_eq!(states(&press(&mut model, "F4")), [(vec!["n2".to_owned()], State::Done)]);
    let refused = Msg::Decided(Deed::Refused(vec!["n2".into()]), Err("1 行应办没有报".into()));
    let effects = update::update(&mut model, refused);
    answer(&mut model, &effects);
    press(&mut model, "Esc");
    assert_eq!(actions::place(&model), Places::DETAIL, "the question closed, the detail is still there");
    assert_eq!(model.detail.id.as_deref(), Some("n2"));
    assert_eq!(model.list.row().map(|r| r.id.as_str()), Some("n2"));
    let refused = Msg::Decided(Deed::Refused(vec!["n2".into()]), Err("1 行应办没有报".into()));
    press(&mut model, "F4");
    let effects = update::update(&mut model, refused);
    answer(&mut model, &effects);
    let effects = update::update(&mut model, key("Enter"));
    assert!(matches!(&effects[0], Effect::Decide(Decision::Finish { notices, .. }, _) if notices == &["n2"]));
    assert!(model.over.is_empty());
    assert_eq!(model.list.row().map(|r| r.id.as_str()), Some("n3"));
}

/// Another copy to compare with stays that copy while the notice is read anew.
#[test]
fn a_comparison_stays_when_the_notice_is_read_anew() {
    let mut model = screen("zh", 80, 24);
    let effects = press(&mut model, "Down Down Down Enter v Down Enter");
    let asked = |effects: &[Effect]| {
        effects.iter().find_map(|e| match e {
            Effect::Read(Read::Compared(_, _, message)) => Some(message.clone()),
            _ => None,
        })
    };
    let with = asked(&effects).expect("a comparison is asked for");
    let done = Msg::Decided(Deed::State("截止改为".into()), Ok(Some(Outcome::default())));
    assert_eq!(asked(&update::update(&mut model, done)), Some(with));
    press(&mut model, "Right");
    assert_eq!(model.detail.against, None, "another notice, its own lead copy");
}

/// The first use, step by step: language, names, hours, folder; every step with keys an input method lets through.
#[test]
fn the_first_use_is_gone_through_step_by_step() {
    let mut model = screen("en", 80, 24);
    model.list.rows.clear();
    model.env.counts = Some(Counts::default());
    assert!(text(&model).contains("F12"), "{}", text(&model));
    press(&mut model, "F12");
    let effects = press(&mut model, "Right");
    let lang = Effect::Keep { section: "", name: "lang", value: Keep::Text("zh".into()) };
    assert!(effects.contains(&lang), "{effects:?}");
    assert!(text(&model).contains("第一次使用"), "{}", text(&model));
    press(&mut model, "Enter");
    update::update(&mut model, Msg::Paste("陈岚 石桥村-陈岚".into()));
    assert!(draw(&model).1.is_some(), "the caret stands in the field");
    press(&mut model, "Enter Ctrl+U 9 0 Enter");
    assert!(text(&model).contains("读不出时间"), "{}", text(&model));
    press(&mut model, "Ctrl+U 1 8 ： 0 0 Enter Ctrl+U");
    update::update(&mut model, Msg::Paste("/home/chen/导出".into()));
    let effects = press(&mut model, "Enter");
    let names = Decision::Me { group: None, names: vec!["陈岚".into(), "石桥村-陈岚".into()] };
    assert!(effects.iter().any(|e| matches!(e, Effect::Decide(d, _) if *d == names)), "{effects:?}");
    let hour = Effect::Keep { section: "office", name: "close", value: Keep::Text("18:00".into()) };
    assert!(effects.contains(&hour), "{effects:?}");
    assert!(effects.iter().any(|e| matches!(e, Effect::Folder(_, f) if f == Path::new("/home/chen/导出"))));
    assert_eq!(model.tab, Tab::Import);
    assert!(model.popup.is_none());
}

/// What can be done here stands first in the list of commands.
#[test]
fn the_palette_begins_with_what_can_be_done_here() {
    let mut model = screen("zh", 80, 24);
    for keys in ["F2", "Esc 2 F2", "Esc 4 F2", "Esc 6 F2"] {
        press(&mut model, keys);
        let found = update::matching(&update::palette_order(&model), "");
        let can: Vec<bool> = found.iter().map(|a| (a.enabled)(&model).is_ok()).collect();
        let first_not = can.iter().position(|can| !can).unwrap_or(can.len());
        assert!(first_not > 3 && can[first_not..].iter().all(|can| !can), "{keys}: {can:?}");
    }
}

/// What becomes possible while the list of commands is open moves nothing in it.
#[test]
fn the_palette_does_not_move_under_the_user() {
    let mut model = screen("zh", 120, 36);
    press(&mut model, "F2 Down Down Down");
    let order = |model: &Model| match &model.popup {
        Some(Popup::Palette { order, .. }) => order.clone(),
        other => panic!("{other:?}"),
    };
    let before = order(&model);
    let due = Msg::Timer(Timer::Preview(model.detail.generation));
    let effects = update::update(&mut model, due);
    answer(&mut model, &effects);
    assert!(model.detail.notice().is_some(), "the pane has come");
    assert_ne!(update::palette_order(&model), before, "more can be done now");
    assert_eq!(order(&model), before);
}

/// Whatever cannot be done stays in the list of commands and says why, on every view.
#[test]
fn what_cannot_be_done_stays_visible_with_its_reason() {
    for view in 1..=6 {
        let mut model = screen("zh", 120, 36);
        press(&mut model, &format!("{view}"));
        let mut closed = 0;
        for action in actions::palette() {
            let Err(reason) = (action.enabled)(&model) else { continue };
            closed += 1;
            press(&mut model, "F2");
            update::update(&mut model, Msg::Paste((action.name)()));
            let shown = text(&model);
            assert!(shown.contains(&(action.name)()) && shown.contains(&reason.text()), "{view}: {shown}");
            press(&mut model, "Esc");
        }
        assert!(closed > 0, "{view}");
    }
}

/// The detail of a notice beside which a follow-up stands that may be a correction of it.
fn beside_a_doubtful_correction(word: &str) -> Model {
    let mut model = screen(word, 80, 24);
    press(&mut model, "Enter");
    let Some(qunbox::tui::model::Shown::Notice(shown)) = &mut model.detail.shown else { panic!("no notice") };
    let link = &mut shown.notice.links[0];
    (link.kind, link.proposes) = (LinkKind::Similar, Some(LinkKind::Corrects));
    model
}

fn linked(effects: &[Effect]) -> Option<(&str, LinkKind)> {
    effects.iter().find_map(|e| match e {
        Effect::Decide(Decision::Link { from, kind, .. }, _) => Some((from.as_str(), *kind)),
        _ => None,
    })
}

#[test]
fn a_doubtful_follow_up_is_accepted_as_what_it_seems_to_be() {
    for (word, line) in
        [("zh", "确认：被更正 排查表报送时间推迟"), ("en", "accept: corrected by 排查表报送时间推迟")]
    {
        let mut model = beside_a_doubtful_correction(word);
        press(&mut model, "Ctrl+U");
        assert!(text(&model).contains(line), "{}", text(&model));
        assert_eq!(linked(&press(&mut model, "Enter")), Some(("n9", LinkKind::Corrects)));
    }
}

#[test]
fn a_doubtful_follow_up_is_accepted_as_something_else() {
    let mut model = beside_a_doubtful_correction("zh");
    press(&mut model, "Ctrl+U Down Enter");
    let text_ = text(&model);
    assert!(text_.contains("A  排查表报送时间推迟") && text_.contains("A  催办  B"), "{text_}");
    press(&mut model, "Down Down Down");
    assert_eq!(linked(&press(&mut model, "Enter")), Some(("n9", LinkKind::Reminds)));
}
