//! What surrounds an import on the screen: the paste desk, taking back, teaching a layout, the watched folder.

use std::path::PathBuf;

use qunbox::tui::model::{Model, Popup, Question, Stage};
use qunbox::tui::msg::{Effect, FileView, Msg, ReportView};
use qunbox::tui::update;

use super::{draw, press, screen, text};

const CHAT: &str = "李主任:\r\n请各村于7月31日17:00前报送统计表\r\n\r\n老王:\r\n收到";

fn importing() -> Model {
    let mut model = screen("zh", 80, 24);
    press(&mut model, "F5");
    model
}

fn reported(files: Vec<FileView>) -> Box<ReportView> {
    Box::new(ReportView { files, ..ReportView::default() })
}

#[test]
fn a_pasted_chat_opens_the_desk_is_checked_and_asked_about() {
    let mut model = importing();
    update::update(&mut model, Msg::Paste(CHAT.into()));
    assert_eq!(model.import.stage, Stage::Desk);
    assert!(text(&model).contains("请各村于7月31日17:00前报送统计表"));
    let (_, caret) = draw(&model);
    assert_eq!(caret.map(|c| (c.x, c.y)), Some((6, 8)), "behind the last character");
    let effects = press(&mut model, "F8");
    let Some(Effect::Preview(generation, job)) = effects.first() else { panic!("{effects:?}") };
    assert_eq!(
        (job.paths.clone(), job.pasted.as_deref()),
        (vec![PathBuf::from("-")], Some(&*CHAT.replace("\r\n", "\n")))
    );
    // what the text does not say is asked at once
    let asks = |needs: &str| {
        let file = FileView {
            path: "-".into(),
            status: "needs-answer".into(),
            needs: Some(needs.into()),
            ..FileView::default()
        };
        reported(vec![file])
    };
    let generation = *generation;
    update::update(&mut model, Msg::Reported(generation, true, Ok(asks("date"))));
    assert!(matches!(model.popup, Some(Popup::AskDate(_))));
    assert!(text(&model).contains("粘贴的文字"));
    press(&mut model, "Esc Esc");
    assert_eq!(model.import.stage, Stage::Desk, "the text is still there");
    assert!(!model.import.sheet.is_empty());
    press(&mut model, "Esc");
    assert_eq!(model.import.stage, Stage::Choose);
    // a path pasted into the field is a path
    update::update(&mut model, Msg::Paste("/tmp/群.txt".into()));
    assert_eq!(model.import.stage, Stage::Choose);
    assert_eq!(model.import.field.text(), "/tmp/群.txt");
}

#[test]
fn the_result_can_be_taken_back_after_a_question() {
    let mut model = importing();
    let file = |status: &str, sha: &str| FileView {
        path: "a.txt".into(),
        status: status.into(),
        sha256: Some(sha.into()),
        ..FileView::default()
    };
    model.import.stage = Stage::Running;
    let generation = model.import.generation;
    let files = vec![file("imported", "aa"), file("unchanged", "bb"), file("partial", "cc")];
    update::update(&mut model, Msg::Reported(generation, false, Ok(reported(files))));
    assert_eq!(model.import.stage, Stage::Result);
    for key in ["F7", "Ctrl+Z"] {
        press(&mut model, key);
        assert!(matches!(model.popup, Some(Popup::Confirm(Question::TakeBack))), "{key}");
        press(&mut model, "Esc");
    }
    press(&mut model, "F7");
    assert_eq!(press(&mut model, "Enter"), [Effect::TakeBack(vec!["aa".into(), "cc".into()])]);
    update::update(&mut model, Msg::TakenBack(Ok(5)));
    assert_eq!(model.import.stage, Stage::Choose);
    assert!(text(&model).contains("删去 5 条消息"));
}

#[test]
fn an_unknown_text_is_taught_by_marking_a_line() {
    let mut model = importing();
    model.import.stage = Stage::Reading;
    let file = FileView {
        path: "x.txt".into(),
        status: "needs-answer".into(),
        needs: Some("format".into()),
        ..FileView::default()
    };
    let generation = model.import.generation;
    update::update(&mut model, Msg::Reported(generation, true, Ok(reported(vec![file]))));
    assert_eq!(press(&mut model, "Enter"), [Effect::Beginning(PathBuf::from("x.txt"), None)]);
    let beginning = "导出的记录\n[2026-07-29 08:15] 李主任：\n请各村报表\n";
    update::update(&mut model, Msg::Beginning(Ok(Some(beginning.into()))));
    assert_eq!(model.import.stage, Stage::Teach);
    press(&mut model, "Down Enter");
    let Some(Popup::AskPattern(field, None)) = &model.popup else { panic!("{:?}", model.popup) };
    assert_eq!(field.text(), "[{date} {time}] {name}：");
    press(&mut model, "Enter");
    // how it is read stands there before it gets its name
    assert_eq!(model.import.teach.preview, ["07-29 08:15  李主任：请各村报表"]);
    assert!(text(&model).contains("李主任：请各村报表"), "{}", text(&model));
    let Some(Popup::AskTemplate(field)) = &model.popup else { panic!("{:?}", model.popup) };
    assert_eq!(field.text(), "x", "the name of the file to begin with");
    press(&mut model, "Ctrl+U Enter");
    assert!(text(&model).contains("没有名字存不了"), "{}", text(&model));
    update::update(&mut model, Msg::Paste("我的模板".into()));
    let effects = press(&mut model, "Enter");
    let [Effect::KeepTemplate(template)] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(
        (template.name.as_str(), template.header.as_deref()),
        ("我的模板", Some("[{date} {time}] {name}："))
    );
    let effects = update::update(&mut model, Msg::TemplateKept(Ok(())));
    assert!(matches!(effects[..], [Effect::Preview(..)]));
    // columns: Enter turns to the next one, F8 is done
    update::update(&mut model, Msg::Beginning(Ok(Some("谁,时间,内容\n李,2026-07-29 08:15:03,好\n".into()))));
    assert!(text(&model).contains("时间"));
    // the guess, the two others, none, and the guess again
    press(&mut model, "Enter");
    assert_eq!(model.import.teach.chosen[0], Some(1));
    press(&mut model, "Enter Enter Enter F8");
    assert!(matches!(model.popup, Some(Popup::AskTemplate(_))));
    assert_eq!(model.import.teach.preview, ["07-29 08:15:03  李：好"]);
    assert_eq!(model.import.teach.template.columns["name"], "谁");
}

#[test]
fn a_watched_folder_is_switched_on_and_tells_what_came() {
    let mut model = importing();
    model.import.folder = PathBuf::from("/exports");
    let act = qunbox::tui::actions::Act::Watch;
    assert_eq!(update::act(&mut model, act), [Effect::Watch(Some(PathBuf::from("/exports")))]);
    update::update(&mut model, Msg::Watching(Some(PathBuf::from("/exports"))));
    assert!(text(&model).contains("/exports"));
    assert_eq!(update::act(&mut model, act), [Effect::Watch(None)]);
    let file =
        FileView { path: "/exports/甲群.txt".into(), status: "imported".into(), ..FileView::default() };
    update::update(&mut model, Msg::Arrived(Ok(reported(vec![file]))));
    assert!(text(&model).contains("甲群.txt"));
}
