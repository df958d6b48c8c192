//! The screen on the real store with the sample in it, without threads: ten thousand random keys, pastes, clicks and
//! sizes, then the promises of the contract.

use super::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config as Runs, TestRunner};
use qunbox::ingest::{self, ImportOptions};
use qunbox::store::{ListQuery, PageFrom, Store, UploadFrom, UploadQuery, UploadView};
use std::ops::ControlFlow;

const EVENTS: usize = 10_000;

fn sample_day() -> i64 {
    epoch_ms("2026-11-18T08:10:00".parse().unwrap())
}

fn sample() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    qunbox::demo::unpack(&folder.path().join("exports")).unwrap();
    let mut store = Store::open(&folder.path().join("qunbox.db")).unwrap();
    let options = ImportOptions { now: sample_day(), ..ImportOptions::default() };
    let paths = [folder.path().join("exports")];
    ingest::import(&mut store, &paths, &options, &mut |_| ControlFlow::Continue(())).unwrap();
    // As the screen does it when it starts: duties of every day stand at today's.
    store.look(sample_day()).unwrap();
    (folder, store)
}

fn catch_up(store: &mut Store) {
    ingest::catch_up(store, &qunbox::facts::Settings::default(), &mut |_| ControlFlow::Continue(())).unwrap();
}

/// Does what the core asks, as the threads would: of several questions of a kind only the newest is answered.
fn serve(model: &mut Model, store: &mut Store, effects: Vec<Effect>) {
    let mut waiting = effects;
    for _ in 0..8 {
        let mut reads: BTreeMap<usize, Read> = BTreeMap::new();
        let mut messages = Vec::new();
        for effect in std::mem::take(&mut waiting) {
            match effect {
                Effect::Read(read) => {
                    reads.insert(read.kind(), read);
                }
                Effect::State { ref text, .. }
                | Effect::Due { ref text, .. }
                | Effect::Decide(_, ref text) => {
                    let deed = Deed::State(text.clone());
                    messages.push(Msg::Decided(deed, qunbox::tui::write(store, sample_day(), &effect)));
                }
                Effect::Seen(_) | Effect::Undo | Effect::Redo => {
                    let deed = match effect {
                        Effect::Undo => Deed::Undo,
                        Effect::Redo => Deed::Redo,
                        _ => Deed::Seen,
                    };
                    messages.push(Msg::Decided(deed, qunbox::tui::write(store, sample_day(), &effect)));
                }
                Effect::CatchUp => {
                    catch_up(store);
                    messages.push(Msg::CaughtUp(Ok(())));
                }
                _ => {}
            }
        }
        for read in reads.into_values() {
            let answer = qunbox::tui::answer(store, &read, sample_day());
            messages.push(Msg::Answer(answer.unwrap_or_else(|why| panic!("{read:?}: {why:?}"))));
        }
        for message in messages {
            waiting.extend(update::update(model, message));
        }
        if waiting.is_empty() {
            return;
        }
    }
}

#[test]
fn ten_thousand_random_events_over_the_demo_break_no_promise() {
    let (_folder, mut store) = sample();
    let before = store.sums().unwrap();
    let untouched = picture(&store);
    let mut model = opened(&mut store);
    let mut runner = TestRunner::new_with_rng(
        Runs::default(),
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    for _ in 0..EVENTS {
        let deed = doing().new_tree(&mut runner).unwrap().current();
        let Some(message) = happening(&model, deed) else { continue };
        let effects = update::update(&mut model, message);
        serve(&mut model, &mut store, effects);
        lang::set("zh");
    }
    draw(&model);
    let after = store.sums().unwrap();
    assert!(after.adds_up(), "{after:?}");
    assert_eq!(after.messages, before.messages, "nothing is lost");
    assert_eq!(store.integrity().unwrap(), Vec::<String>::new());
    let mut undone = 0;
    while store.undo(sample_day()).unwrap().is_some() {
        undone += 1;
    }
    catch_up(&mut store);
    // Undo is among the events, and most keys now open a window that asks first: enough must still get through.
    let made = store.undo_list(100_000).unwrap().len();
    assert!(made > 10 && undone > 0, "{made} decisions were made, {undone} stood");
    assert_eq!(changes(&untouched, &picture(&store)), Vec::<String>::new(), "everything can be undone");
}

/// All that a person can decide about, a line for each thing. Opening a notice is no decision: read or not is left out.
fn picture(store: &Store) -> Vec<String> {
    let query = ListQuery { view: View::All, now: sample_day(), ..ListQuery::default() };
    let rows = store.page(&query, PageFrom::Start, 10_000).unwrap();
    let mut lines: Vec<String> = rows
        .iter()
        .map(|row| {
            let mut notice = store.notice(&row.id).unwrap().unwrap();
            if notice.state == State::Unread {
                notice.state = State::Open;
            }
            // Reasons are sentences in the language that some test beside this one may just have set.
            notice.copies.iter_mut().for_each(|c| c.reason.clear());
            notice.links.iter_mut().for_each(|l| l.reason = None);
            format!("{notice:?}")
        })
        .collect();
    lines.sort();
    let duties = UploadQuery { view: UploadView::All, now: sample_day(), ..UploadQuery::default() };
    lines.extend(store.uploads(&duties, UploadFrom::Start, 10_000).unwrap().iter().map(|d| format!("{d:?}")));
    lines.push(format!("{:?}", store.saved_views().unwrap()));
    lines.push(format!("{:?}", store.own_names().unwrap()));
    lines
}

/// Where two pictures differ: what stands there in each, from a little before the first difference.
fn changes(before: &[String], after: &[String]) -> Vec<String> {
    let excerpt =
        |line: &str, at: usize| line.chars().skip(at.saturating_sub(60)).take(160).collect::<String>();
    let mut found: Vec<String> = before
        .iter()
        .zip(after)
        .filter(|(a, b)| a != b)
        .map(|(a, b)| {
            let at = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
            format!("{}\n  -> {}", excerpt(a, at), excerpt(b, at))
        })
        .collect();
    found.extend(
        (before.len() != after.len()).then(|| format!("{} lines, now {}", before.len(), after.len())),
    );
    found
}

/// The screen as it stands after it was opened on the store.
fn opened(store: &mut Store) -> Model {
    lang::set("zh");
    let mut model = Model::default();
    update::update(&mut model, Msg::Now(sample_day()));
    update::update(&mut model, Msg::Resize(80, 24));
    let effects = update::start(&mut model);
    serve(&mut model, store, effects);
    model
}

fn keys(model: &mut Model, store: &mut Store, words: &str) {
    for word in words.split(' ') {
        let effects = update::update(model, key(word));
        serve(model, store, effects);
    }
}

/// Marked rows are one step, forth and back, and the step is named.
#[test]
fn a_batch_is_undone_as_one_and_named() {
    let (_folder, mut store) = sample();
    let mut model = opened(&mut store);
    let before = picture(&store);
    let all = model.list.rows.len();
    assert!(all > 5, "{all}");
    keys(&mut model, &mut store, "Ctrl+A Ctrl+N Enter");
    assert_eq!(model.list.rows.len(), 0, "all of them are gone");
    keys(&mut model, &mut store, "Ctrl+Z");
    assert!(text(&model).contains("已撤销：") && text(&model).contains("阅知"), "{}", text(&model));
    assert_eq!(model.list.rows.len(), all, "one key brings all of them back");
    assert_eq!(changes(&before, &picture(&store)), Vec::<String>::new());
    keys(&mut model, &mut store, "Ctrl+Y");
    assert!(text(&model).contains("已重做："), "{}", text(&model));
    assert_eq!(model.list.rows.len(), 0);
}

/// A filter, what another program imports and its undoing go by; the highlight stays on its notice.
#[test]
fn the_highlight_stays_on_its_notice_whatever_happens_to_the_list() {
    let (folder, mut store) = sample();
    let mut model = opened(&mut store);
    let selected = |model: &Model| model.list.row().map(|r| r.id.clone()).unwrap();
    keys(&mut model, &mut store, "Down Down Down Down");
    let (id, word) = (selected(&model), model.list.row().unwrap().title.chars().take(2).collect::<String>());
    let rows = model.list.rows.len();
    let typed: Vec<String> = word.chars().map(String::from).collect();
    keys(&mut model, &mut store, &format!("Ctrl+F {}", typed.join(" ")));
    assert!(model.list.rows.len() < rows, "{word} leaves fewer");
    assert_eq!(selected(&model), id, "filtered by {word}");
    keys(&mut model, &mut store, "Esc");
    assert_eq!((selected(&model), model.list.rows.len()), (id.clone(), rows), "the filter is gone");
    let file = folder.path().join("枫塘应急群.txt");
    std::fs::write(&file, URGENT).unwrap();
    let options = ImportOptions { now: sample_day(), ..ImportOptions::default() };
    ingest::import(&mut store, &[file], &options, &mut |_| ControlFlow::Continue(())).unwrap();
    let place = model.list.selected;
    let effects = update::update(&mut model, Msg::Changed);
    serve(&mut model, &mut store, effects);
    assert_eq!(selected(&model), id, "an import brought a row above it");
    assert_eq!((model.list.selected, model.list.rows.len()), (place + 1, rows + 1));
    // Another program undoes something else.
    let first = model.list.rows[0].id.clone();
    let noted =
        Effect::State { ids: vec![first], state: State::Noted, until: None, note: None, text: String::new() };
    qunbox::tui::write(&mut store, sample_day(), &noted).unwrap();
    let effects = update::update(&mut model, Msg::Changed);
    serve(&mut model, &mut store, effects);
    assert_eq!((selected(&model), model.list.selected), (id.clone(), place));
    store.undo(sample_day()).unwrap();
    let effects = update::update(&mut model, Msg::Changed);
    serve(&mut model, &mut store, effects);
    assert_eq!((selected(&model), model.list.selected), (id, place + 1));
}

const URGENT: &str = "枫塘应急群 微信群上的聊天记录如下，请查收。\n\n—————  2026-11-18  —————\n\n\n应急办小陈  07:40\n\n\
【紧急通知】请各村于今天9:00前完成地质灾害点巡查并上报《地灾点巡查记录》。\n\n";

/// The same in the list of what is to be handed in.
#[test]
fn the_highlight_stays_on_its_duty_while_a_filter_is_typed() {
    let (_folder, mut store) = sample();
    let mut model = opened(&mut store);
    keys(&mut model, &mut store, "2 Down Down Down");
    let selected = |model: &Model| model.uploads.row().map(|r| r.duty.clone()).unwrap();
    let (id, word) =
        (selected(&model), model.uploads.row().unwrap().title.chars().take(2).collect::<String>());
    let rows = model.uploads.rows.len();
    let typed: Vec<String> = word.chars().map(String::from).collect();
    keys(&mut model, &mut store, &format!("Ctrl+F {}", typed.join(" ")));
    assert!(model.uploads.rows.len() < rows, "{word} leaves fewer");
    assert_eq!(selected(&model), id, "filtered by {word}");
    keys(&mut model, &mut store, "Enter Esc");
    assert_eq!((selected(&model), model.uploads.rows.len()), (id, rows), "the filter is gone");
}
