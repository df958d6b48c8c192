//! No page of a list scans a table or sorts; where the sections begin and end.

use super::Store;
use super::list::*;
use super::sections::{Cursor, SECTIONS, Times};
use crate::message::epoch_ms;
use crate::notice::{Section, View};

#[test]
fn no_page_scans_a_table_or_sorts() {
    let store = Store::open_in_memory().unwrap();
    let cursor = Cursor { section: Section::Week, sort: 5, id: "n5".to_owned() };
    for view in [View::Inbox, View::Later, View::All] {
        let words = if view == View::All { "报表 防汛".to_owned() } else { String::new() };
        let query = ListQuery { view, words, now: 1_794_960_600_000, since: Some(3), ..ListQuery::default() };
        let ready = Ready { query: &query, times: Times::of(query.now), groups: Some("1,2".to_owned()) };
        for section in SECTIONS {
            for (cursor, back) in [(None, false), (None, true), (Some(&cursor), false), (Some(&cursor), true)]
            {
                for range in ready.times.ranges(section) {
                    let s = ready.page_statement(1, section, range, cursor, back, 50);
                    let sql = format!("EXPLAIN QUERY PLAN {}", s.sql);
                    let mut st = store.db.prepare(&sql).unwrap();
                    let plan: Vec<String> = st
                        .query_map(rusqlite::params_from_iter(s.values), |r| r.get(3))
                        .unwrap()
                        .map(|r| r.unwrap())
                        .collect();
                    let bad = plan.iter().any(|p| p.contains("SCAN") || p.contains("TEMP B-TREE"));
                    assert!(!bad, "{plan:?}\n{}", s.sql);
                }
            }
        }
    }
}

/// Where the index gives the notices with a copy that holds a word, the list is that of looking through their texts.
#[test]
fn what_the_index_knows_of_a_word_narrows_as_the_texts_do() {
    const NOW: i64 = 1_794_960_600_000;
    let store = Store::open_in_memory().unwrap();
    store
        .db
        .execute_batch(
            "INSERT INTO work_group (id, key, platform, name) VALUES (1, 'g1', 'wechat', '安监群')",
        )
        .unwrap();
    for (row, title, initials, text) in
        [(1, "防汛", "fx", "请报送"), (2, "安排", "ap", "see fx list"), (3, "会议", "hy", "收到")]
    {
        let message = format!(
            "INSERT INTO message (id, key, work_group, minute, sent_at, precision, sender, kind, text, body_hash, ordinal, \
             completeness) VALUES ({row}, 'k{row}', 1, 0, {NOW}, 'minute', '', 'text', '{text}', 0, {row}, 'full')"
        );
        let notice = format!(
            "INSERT INTO notice (row, id, kind, attached, title, initials, urgent, first_seen, last_seen, groups, copies, lead, \
             lead_group, sort_at) VALUES ({row}, 'n{row}', 'x', 0, '{title}', '{initials}', 0, {NOW}, {NOW}, 1, 1, {row}, 1, {NOW})"
        );
        let copy = format!("INSERT INTO copy VALUES ({row}, {row}, 0, 1, 1.0, '', NULL, NULL)");
        store.db.execute_batch(&[message, notice, copy].join(";")).unwrap();
    }
    let query = ListQuery { words: "fx".to_owned(), now: NOW, ..ListQuery::default() };
    let ready = Ready { query: &query, times: Times::of(NOW), groups: None };
    let range = ready.times.ranges(Section::NoDate)[0];
    let s = ready.statement(0, Section::NoDate, range, "id");
    let mut statement = store.db.prepare(&s.sql).unwrap();
    let ids = statement.query_map(rusqlite::params_from_iter(s.values), |r| r.get(0)).unwrap();
    let ids: Vec<String> = ids.map(|id| id.unwrap()).collect();
    assert_eq!(ids, ["n1", "n2"]);
}

/// What the screen asks besides pages: an index may be run through, a table never, and nothing is sorted.
#[test]
fn no_number_or_filter_of_the_screen_scans_a_table_or_sorts() {
    use super::narrow::{AHEAD, FRESH, HOLDS, HOMES, INITIALS, MAY_HOLD, TERM_OF, TERMS_OF};
    use super::search::{INDEXED, LOOKED};
    let store = Store::open_in_memory().unwrap();
    let all = [AHEAD, FRESH, HOLDS, HOMES, INDEXED, INITIALS, LOOKED, MAY_HOLD, STATES, TERM_OF, TERMS_OF];
    for sql in all {
        let mut statement = store.db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let values = vec![rusqlite::types::Value::Integer(1); statement.parameter_count()];
        let plan: Vec<String> = statement
            .query_map(rusqlite::params_from_iter(values), |r| r.get(3))
            .unwrap()
            .map(|r| r.unwrap())
            .collect();
        let scans = |p: &String| {
            p.contains("SCAN")
                && !p.contains("COVERING INDEX")
                && !p.contains("VIRTUAL TABLE INDEX")
                // A limited list of what an index gives.
                && !p.contains("SCAN (subquery")
        };
        assert!(!plan.iter().any(|p| scans(p) || p.contains("TEMP B-TREE")), "{plan:?}\n{sql}");
    }
}

/// No page of 待报 scans a table or sorts, whatever it is narrowed by.
#[test]
fn no_page_of_the_uploads_scans_a_table_or_sorts() {
    use super::uploads::{UploadQuery, UploadView};
    let store = Store::open_in_memory().unwrap();
    store
        .db
        .execute_batch(
            "INSERT INTO work_group (id, key, platform, name) VALUES (1, 'g1', 'wechat', '安监群')",
        )
        .unwrap();
    let bare = UploadQuery { now: 1_794_960_600_000, view: UploadView::Open, ..UploadQuery::default() };
    let narrowed = [
        bare.clone(),
        UploadQuery { kind: Some(crate::facts::DestinationKind::Group), ..bare.clone() },
        UploadQuery { group: Some("安监群".to_owned()), ..bare.clone() },
        UploadQuery { destination: Some("邮箱".to_owned()), words: "照片 台账".to_owned(), ..bare },
    ];
    let cursor = (0, 0, 5, "d5".to_owned());
    for query in &narrowed {
        for (cursor, back) in [(None, false), (None, true), (Some(&cursor), false), (Some(&cursor), true)] {
            let (sql, values) = store.upload_page(query, 0, cursor, back, 120).unwrap();
            let mut statement = store.db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let plan: Vec<String> = statement
                .query_map(rusqlite::params_from_iter(values), |r| r.get(3))
                .unwrap()
                .map(|r| r.unwrap())
                .collect();
            let bad = plan.iter().any(|p| p.contains("SCAN") || p.contains("TEMP B-TREE"));
            assert!(!bad && plan.iter().any(|p| p.contains("duty_list")), "{plan:?}\n{sql}");
        }
    }
}

#[test]
fn sections_by_time() {
    let now = epoch_ms("2026-11-18T08:10:00".parse().unwrap());
    let at = |text: &str| epoch_ms(text.parse().unwrap());
    let times = Times::of(now);
    for (urgent, seen, dated, sort, want) in [
        (true, "2026-11-17T08:00:00", 2, "2026-12-20T17:00:00", Section::Urgent),
        (true, "2026-11-12T08:00:00", 2, "2026-11-18T08:00:00", Section::Overdue),
        (false, "2026-11-12T08:00:00", 2, "2026-11-17T00:00:00", Section::Overdue),
        (false, "2026-11-12T08:00:00", 2, "2026-11-16T17:30:00", Section::Late),
        (false, "2026-11-17T08:00:00", 2, "2026-11-18T17:00:00", Section::Today),
        (false, "2026-11-17T08:00:00", 1, "2026-11-18T08:00:00", Section::Today),
        (false, "2026-11-17T08:00:00", 1, "2026-11-17T23:00:00", Section::Past),
        (false, "2026-11-17T08:00:00", 2, "2026-11-19T00:00:00", Section::Tomorrow),
        (false, "2026-11-17T08:00:00", 2, "2026-11-25T23:59:00", Section::Week),
        (false, "2026-11-17T08:00:00", 2, "2026-11-26T00:00:00", Section::Ahead),
        (false, "2026-11-17T08:00:00", 2, "2026-11-10T00:00:00", Section::Past),
        (false, "2026-11-17T08:00:00", 0, "2026-11-17T08:00:00", Section::NoDate),
        (false, "2026-11-01T08:00:00", 0, "2026-11-01T08:00:00", Section::Past),
    ] {
        assert_eq!(times.section(urgent, at(seen), dated, at(sort)), want, "{seen} {dated} {sort}");
    }
}
