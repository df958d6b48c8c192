//! The screen on the real store with the sample in it, without threads: ten thousand random keys, pastes, clicks and
//! sizes, then the promises of the contract.

use super::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config as Runs, TestRunner};
use qunbox::ingest::{self, ImportOptions};
use qunbox::store::{ListQuery, PageFrom, Store};
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
    let states = |store: &Store| {
        let query = ListQuery { view: View::All, now: sample_day(), ..ListQuery::default() };
        let rows = store.page(&query, PageFrom::Start, 10_000).unwrap();
        rows.into_iter().map(|r| (r.id, r.due.map(|d| d.at))).collect::<BTreeMap<_, _>>()
    };
    let untouched = states(&store);
    lang::set("zh");
    let mut model = Model::default();
    update::update(&mut model, Msg::Now(sample_day()));
    update::update(&mut model, Msg::Resize(80, 24));
    let effects = update::start(&mut model);
    serve(&mut model, &mut store, effects);
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
    assert_eq!(states(&store), untouched, "everything can be undone");
}
