//! The database: opened, refused, paged, decided upon.

use std::ops::ControlFlow;
use std::path::Path;

use qunbox::ingest::{self, ImportOptions};
use qunbox::message::epoch_ms;
use qunbox::notice::{NoticeRow, State, View};
use qunbox::store::{Decision, ListQuery, PageFrom, SearchQuery, Store, StoreError};

fn now() -> i64 {
    epoch_ms("2026-11-18T08:10:00".parse().unwrap())
}

/// A database filled with the built-in sample.
fn sample(path: &Path) -> Store {
    let exports = tempfile::tempdir().unwrap();
    qunbox::demo::unpack(exports.path()).unwrap();
    let mut store = Store::open(path).unwrap();
    let options = ImportOptions { now: now(), ..ImportOptions::default() };
    ingest::import(&mut store, &[exports.path().to_owned()], &options, &mut |_| ControlFlow::Continue(()))
        .unwrap();
    store
}

fn query(view: View) -> ListQuery {
    ListQuery { view, now: now(), ..ListQuery::default() }
}

fn all_forward(store: &Store, query: &ListQuery, step: usize) -> Vec<NoticeRow> {
    let mut out: Vec<NoticeRow> = store.page(query, PageFrom::Start, step).unwrap();
    while let Some(last) = out.last().cloned() {
        let more = store.page(query, PageFrom::After(&last), step).unwrap();
        if more.is_empty() {
            break;
        }
        out.extend(more);
    }
    out
}

#[test]
fn a_newer_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/folder/qunbox.db");
    drop(Store::open(&path).unwrap());
    let db = rusqlite::Connection::open(&path).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    let why = Store::open(&path).unwrap_err();
    assert!(matches!(why, StoreError::Newer { found: 99, .. }), "{why:?}");
    assert!(why.to_string().contains("99") && !why.advice().is_empty());
}

#[test]
fn what_is_no_database_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("qunbox.db");
    std::fs::write(&path, "这不是数据库".repeat(400)).unwrap();
    let why = Store::open(&path).unwrap_err();
    assert!(matches!(&why, StoreError::Damaged(p) if *p == path), "{why:?}");
}

#[test]
fn a_locked_database_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("qunbox.db");
    let mut store = Store::open(&path).unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let began = std::time::Instant::now();
    let why = store.mark_stale(0).unwrap_err();
    assert!(matches!(why, StoreError::Locked), "{why:?}");
    assert!(began.elapsed().as_secs() >= 4, "waited for the other program");
}

#[test]
fn pages_in_both_directions_give_the_same_list() {
    let folder = tempfile::tempdir().unwrap();
    let store = sample(&folder.path().join("qunbox.db"));
    for view in [View::Inbox, View::All] {
        let query = query(view);
        let all = store.page(&query, PageFrom::Start, 10_000).unwrap();
        assert!(all.len() > 30);
        assert!(all.is_sorted_by_key(|r| r.section), "sections in order");
        assert_eq!(all_forward(&store, &query, 7), all);
        let mut back = store.page(&query, PageFrom::End, 7).unwrap();
        loop {
            let mut more = store.page(&query, PageFrom::Before(&back[0]), 7).unwrap();
            if more.is_empty() {
                break;
            }
            more.append(&mut back);
            back = more;
        }
        assert_eq!(back, all);
        for (n, row) in all.iter().enumerate().step_by(11) {
            assert_eq!(store.position(&query, &row.id).unwrap(), (n as u64 + 1, all.len() as u64));
            let around = store.page(&query, PageFrom::Around(&row.id), 9).unwrap();
            assert!(around.contains(row) && around.len() <= 9);
        }
    }
    let counts = store.counts(now()).unwrap();
    assert_eq!(
        counts.inbox as usize,
        store.page(&query(View::Inbox), PageFrom::Start, 10_000).unwrap().len()
    );
    assert_eq!(counts.groups, 35);
}

#[test]
fn decisions_are_undone_redone_and_survive_a_rebuild() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("qunbox.db");
    let mut store = sample(&path);
    // What comes again is ordered by its next time from the first look on.
    store.look(now()).unwrap();
    let inbox = query(View::Inbox);
    let rows = store.page(&inbox, PageFrom::Start, 3).unwrap();
    let ids: Vec<String> = rows.iter().map(|r| r.id.clone()).collect();
    let before = store.page(&query(View::All), PageFrom::Start, 10_000).unwrap();
    let state = |store: &Store, id: &str| store.notice(id).unwrap().unwrap().state;

    let done = Decision::Finish { notices: ids.clone(), note: None };
    assert_eq!(store.decide(now(), &done).unwrap().notices.len(), 3);
    assert!(ids.iter().all(|id| state(&store, id) == State::Done));
    assert_eq!(store.undo_list(10).unwrap().len(), 1, "a batch is one step");

    let due = Decision::Due { notice: ids[0].clone(), at: Some(now() + 86_400_000) };
    store.decide(now(), &due).unwrap();
    assert_eq!(store.notice(&ids[0]).unwrap().unwrap().due.unwrap().basis, "manual");

    drop(store);
    let mut store = Store::open(&path).unwrap();
    ingest::rebuild(&mut store, &qunbox::facts::Settings::default(), &mut |_| ControlFlow::Continue(()))
        .unwrap();
    assert!(ids.iter().all(|id| state(&store, id) == State::Done), "a rebuild keeps what was decided");
    assert_eq!(store.notice(&ids[0]).unwrap().unwrap().due.unwrap().at.0, now() + 86_400_000);

    store.undo(now()).unwrap().unwrap();
    store.undo(now()).unwrap().unwrap();
    assert!(store.undo(now()).unwrap().is_none());
    assert_eq!(store.page(&query(View::All), PageFrom::Start, 10_000).unwrap(), before);
    store.redo(now()).unwrap().unwrap();
    assert!(ids.iter().all(|id| state(&store, id) == State::Done));
    store.redo(now()).unwrap().unwrap();
    assert!(store.redo(now()).unwrap().is_none());
    store.undo(now()).unwrap().unwrap();
    let noted =
        Decision::State { notices: vec![ids[1].clone()], state: State::Noted, until: None, note: None };
    store.decide(now(), &noted).unwrap();
    assert!(store.redo(now()).unwrap().is_none(), "a new step ends what can be redone");
}

/// A stop while the notices are being taken away leaves all of them, with who stands where.
#[test]
fn a_clearing_that_is_stopped_takes_nothing_away() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = sample(&folder.path().join("qunbox.db"));
    let stands = |store: &Store| {
        let rows = format!("{:?}", all_forward(store, &query(View::All), 100));
        (rows, format!("{:?}", store.sums().unwrap()), store.stale_from().unwrap())
    };
    let before = stands(&store);
    let mut looks = 0;
    let cleared = store.clear_derived(i64::MIN, &mut || {
        looks += 1;
        if looks == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert!(cleared.unwrap().is_none());
    assert_eq!(looks, 3, "a third look is in the midst of the notices");
    assert_eq!(stands(&store), before);
    assert!(store.clear_derived(i64::MIN, &mut || ControlFlow::Continue(())).unwrap().is_some());
    assert!(all_forward(&store, &query(View::All), 100).is_empty());
}

#[test]
fn later_comes_back_when_its_day_has_come() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = sample(&folder.path().join("qunbox.db"));
    let id = store.page(&query(View::Inbox), PageFrom::Start, 1).unwrap()[0].id.clone();
    let day = 86_400_000;
    let later = Decision::State {
        notices: vec![id.clone()],
        state: State::Later,
        until: Some(now() + day),
        note: None,
    };
    store.decide(now(), &later).unwrap();
    let holds = |view, now| {
        let query = ListQuery { view, now, ..ListQuery::default() };
        store.page(&query, PageFrom::Start, 10_000).unwrap().iter().any(|r| r.id == id)
    };
    assert!(!holds(View::Inbox, now()) && holds(View::Later, now()));
    assert!(holds(View::Inbox, now() + day) && !holds(View::Later, now() + day));
    assert_eq!(store.counts(now()).unwrap().later, 1);
    assert_eq!(store.counts(now() + day).unwrap().later, 0);
}

#[test]
fn search_finds_every_occurrence_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let store = sample(&folder.path().join("qunbox.db"));
    let mut texts = Vec::new();
    store
        .messages(&qunbox::store::MessageFilter::default(), &mut |m| {
            texts.push(m.text);
            ControlFlow::Continue(())
        })
        .unwrap();
    for words in ["医保", "表", "17:00", "请各村 照片", "APP", "收到", "没有这个词的"] {
        let expected = texts
            .iter()
            .filter(|t| words.split(' ').all(|w| t.to_lowercase().contains(&w.to_lowercase())))
            .count();
        let query = SearchQuery { words: words.to_owned(), group: None };
        let mut hits = Vec::new();
        loop {
            let before = hits.last().map(|h: &qunbox::store::Hit| h.row);
            let more = store.search(&query, before, 50).unwrap();
            if more.is_empty() {
                break;
            }
            hits.extend(more);
        }
        // Full-width forms are found beside plain ones, so there may be more.
        assert!(hits.len() >= expected, "{words}: {} < {expected}", hits.len());
        assert!(hits.is_sorted_by_key(|h| std::cmp::Reverse(h.row)));
        assert!(hits.iter().all(|h| !h.spans.is_empty()));
        assert_eq!(expected == 0, hits.is_empty(), "{words}");
    }
}

#[test]
fn seen_is_no_step_of_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = sample(&folder.path().join("qunbox.db"));
    let id = store.page(&query(View::Inbox), PageFrom::Start, 1).unwrap()[0].id.clone();
    assert!(store.seen(now(), &id).unwrap());
    assert!(!store.seen(now(), &id).unwrap());
    assert_eq!(store.notice(&id).unwrap().unwrap().state, State::Open);
    assert!(store.undo_list(5).unwrap().is_empty());
}

/// Words narrow a list to the notices that hold them; latin letters also stand for the initials of a title.
#[test]
fn words_and_initials_narrow_a_list() {
    let folder = tempfile::tempdir().unwrap();
    let store = sample(&folder.path().join("qunbox.db"));
    let all = all_forward(&store, &query(View::All), 500);
    let with = |words: &str| ListQuery { words: words.into(), ..query(View::All) };
    for words in ["残疾", "燃气", "消防 安全", "没有这样的词"] {
        let found = all_forward(&store, &with(words), 3);
        assert_eq!(store.ids(&with(words)).unwrap(), found.iter().map(|r| r.id.clone()).collect::<Vec<_>>());
        let rank = found.last().map(|r| store.position(&with(words), &r.id).unwrap());
        assert_eq!(rank, found.last().map(|_| (found.len() as u64, found.len() as u64)), "{words}");
        let order: Vec<&String> =
            all.iter().map(|r| &r.id).filter(|id| found.iter().any(|f| f.id == **id)).collect();
        assert_eq!(order, found.iter().map(|r| &r.id).collect::<Vec<_>>(), "{words}: the order of the list");
        let missed = all.iter().filter(|r| words.split(' ').all(|w| r.title.contains(w)));
        for row in missed {
            assert!(found.iter().any(|f| f.id == row.id), "{words}: {}", row.title);
        }
    }
    let by_initials = all_forward(&store, &with("yrk"), 50);
    let titled: Vec<&NoticeRow> =
        all.iter().filter(|r| qunbox::normalize::initials(&r.title).contains("yrk")).collect();
    assert!(!titled.is_empty() || by_initials.is_empty());
    let typed: String = qunbox::normalize::initials(&all[0].title).chars().take(4).collect();
    assert!(all_forward(&store, &with(&typed), 50).iter().any(|r| r.id == all[0].id), "{typed}");
}

#[test]
fn initials_of_a_title() {
    for (title, want) in [("防汛物资", "fxwz"), ("A4纸统计表", "a4ztjb"), ("（１７：00前）", "1700q")]
    {
        assert_eq!(qunbox::normalize::initials(title), want);
    }
}

/// What is new is what was first seen since the visit of an earlier day.
#[test]
fn a_visit_of_an_earlier_day_tells_what_is_new() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = sample(&folder.path().join("qunbox.db"));
    const DAY: i64 = 24 * 3_600_000;
    store.visit(now() - DAY).unwrap();
    assert_eq!(store.counts(now()).unwrap().visit, None, "the first visit has none before it");
    store.visit(now()).unwrap();
    store.visit(now() + 60_000).unwrap();
    let counts = store.counts(now()).unwrap();
    assert_eq!(counts.visit, Some(now() - DAY));
    assert!(counts.fresh > 0 && counts.fresh < counts.all, "{counts:?}");
    assert_eq!(counts.sections.iter().sum::<u64>(), counts.inbox);
    assert_eq!(u64::from(counts.ahead[0]) > 0, counts.today > 0);
}

#[test]
fn the_hours_of_all_groups_sum_up() {
    let folder = tempfile::tempdir().unwrap();
    let store = sample(&folder.path().join("qunbox.db"));
    let heat: u32 = store.heat().unwrap().iter().flat_map(|(_, h)| h.iter().flatten()).sum();
    assert_eq!(u64::from(heat), store.counts(now()).unwrap().messages);
}

#[test]
fn a_new_database_may_be_opened_by_many_at_once() {
    for _ in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("qunbox.db");
        let gate = std::sync::Barrier::new(6);
        std::thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| {
                    gate.wait();
                    Store::open(&path).map(drop).unwrap();
                });
            }
        });
    }
}
