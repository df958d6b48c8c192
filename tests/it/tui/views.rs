//! Saved views: kept under a name, reached by the arrows, renamed, deleted, all of it with keys an input method lets
//! through.

use qunbox::notice::View;
use qunbox::store::{Decision, ListFilter, SavedView, ViewChange};
use qunbox::tui::model::{Model, Popup};
use qunbox::tui::msg::{Answer, Deed, Effect, Msg, Outcome};
use qunbox::tui::update;

use super::{answer, key, press, screen, text};

fn changes(effects: &[Effect]) -> Vec<ViewChange> {
    let of = |e: &Effect| match e {
        Effect::Decide(Decision::View(change), _) => Some(change.clone()),
        _ => None,
    };
    effects.iter().filter_map(of).collect()
}

/// Does what the store would: the view is there from now on.
fn kept(model: &mut Model, views: Vec<SavedView>) {
    let done = Msg::Decided(Deed::State("已存".into()), Ok(Some(Outcome::default())));
    let effects = update::update(model, done);
    answer(model, &effects);
    let generation = model.env.views_gen;
    update::update(model, Msg::Answer(Answer::Views(generation, Ok(views))));
}

fn fire() -> SavedView {
    let filter = ListFilter { words: "排查".into(), ..ListFilter::default() };
    SavedView { name: "消防".into(), filter }
}

#[test]
fn the_filter_in_force_is_kept_under_a_name_and_comes_back_by_the_arrows() {
    let mut model = screen("zh", 80, 24);
    press(&mut model, "Ctrl+F");
    update::update(&mut model, Msg::Paste("排查".into()));
    press(&mut model, "Enter Ctrl+B");
    assert!(text(&model).contains("把现在的存成视图：收件箱  排查"), "{}", text(&model));
    press(&mut model, "Enter Ctrl+U");
    update::update(&mut model, Msg::Paste("消防".into()));
    let effects = press(&mut model, "Enter");
    assert_eq!(changes(&effects), [ViewChange::Keep { name: "消防".into(), filter: fire().filter }]);
    kept(&mut model, vec![fire()]);
    assert!(text(&model).contains("视图 消防  排查"), "{}", text(&model));
    // Esc drops the filter; behind 全部 stands the view.
    press(&mut model, "Esc");
    assert!(!model.list.narrowed() && model.list.named.is_none());
    press(&mut model, "Left");
    assert_eq!((model.list.named.as_deref(), model.list.words.as_str()), (Some("消防"), "排查"));
    press(&mut model, "Left");
    assert_eq!((model.list.view, model.list.words.as_str()), (View::All, ""));
    // What is filtered further is no longer that view.
    press(&mut model, "Right Ctrl+F x");
    assert_eq!(model.list.named, None);
}

#[test]
fn views_are_renamed_and_deleted_and_a_name_is_not_taken_twice() {
    let mut model = screen("zh", 80, 24);
    let other = SavedView { name: "全部".into(), ..fire() };
    kept(&mut model, vec![other, fire()]);
    press(&mut model, "Ctrl+B F8");
    assert!(matches!(model.popup, Some(Popup::Views { .. })), "nothing is deleted on the first line");
    assert!(text(&model).contains("先选一个视图"));
    press(&mut model, "Down Down F6 Ctrl+U");
    update::update(&mut model, Msg::Paste("全部".into()));
    assert_eq!(changes(&press(&mut model, "Enter")), []);
    assert!(text(&model).contains("已有这个名字的视图"));
    update::update(&mut model, key("二"));
    let renamed = ViewChange::Rename { from: "消防".into(), to: "全部二".into() };
    assert_eq!(changes(&press(&mut model, "Enter")), [renamed]);
    press(&mut model, "Ctrl+B Down");
    assert_eq!(changes(&press(&mut model, "F8")), [ViewChange::Drop { name: "全部".into() }]);
}

#[test]
fn a_view_that_was_deleted_elsewhere_is_no_longer_shown_as_one() {
    let mut model = screen("en", 80, 24);
    kept(&mut model, vec![fire()]);
    press(&mut model, "Left");
    assert!(model.list.named.is_some());
    kept(&mut model, Vec::new());
    assert_eq!(model.list.named, None);
    assert_eq!(model.list.words, "排查", "the rows stay as they are");
}
