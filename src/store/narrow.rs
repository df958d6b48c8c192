//! Lists narrowed by words. The search index proposes the notices; when they are few they are read one by one and
//! paged in memory, so that a word that occurs nowhere costs nothing. A common word is left to the walk along the
//! list's own index, which soon has a page full and reads the texts of those alone that may hold the word. Latin letters also stand for the first letters of a title's pinyin.

use std::ops::Range;

use rusqlite::OptionalExtension as _;
use rusqlite::types::Value;

use super::list::{COLUMNS, PageFrom, Ready, notice_row};
use super::search::Term;
use super::sections::{Cursor, PLACE, SECTIONS, newest_first, place};
use super::{Result, Store, search};
use crate::message::{epoch_ms, local};
use crate::notice::{NoticeRow, View};

/// What is done for a page before the next, costlier way to it is taken.
#[derive(Clone, Copy)]
pub(super) struct Effort {
    /// With as many messages that hold a word its notices are looked at one by one.
    few: usize,
    /// With more, as many notices are passed in a first walk: a common word has a page full by then.
    passed: i64,
    /// As many messages are looked up where it was not; with more the list is walked to its end.
    many: usize,
}

/// Measured with a million messages: each of the first two costs some milliseconds, the third some tens.
pub(super) const EFFORT: Effort = Effort { few: 6_000, passed: 3_000, many: 20_000 };
/// As many titles that begin their syllables so are looked at one by one.
const TITLES: usize = 1_500;
const DAY: i64 = 24 * 3_600_000;

/// The messages that hold the terms, so many at most.
pub(super) const TERM_OF: &str = "SELECT rowid FROM search WHERE search MATCH ?1 LIMIT ?2";
/// The same for a term from here to there; not put together, but one term after another, so that a common one has enough
/// at once. A message comes once a term.
pub(super) const TERMS_OF: &str = "SELECT doc FROM temp.search_term WHERE term >= ?1 AND term < ?2 LIMIT ?3";
/// The notices of a message.
pub(super) const HOMES: &str = "SELECT notice FROM copy WHERE message = ?1";
/// Whether a text of a notice may hold a word.
pub(super) const MAY_HOLD: &str = "SELECT may_hold(sieve, ?2) FROM notice WHERE row = ?1";
/// Whether a message holds it.
pub(super) const HOLDS: &str = "SELECT holds(text, ?2) FROM message WHERE id = ?1";
/// The terms of the index, each with the messages it stands in. It holds nothing and belongs to the connection.
pub(super) const TERMS: &str =
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_term USING fts5vocab(main, search, instance)";
/// Notices whose title begins its syllables so; an index is run through, not the table.
pub(super) const INITIALS: &str =
    "SELECT row FROM notice INDEXED BY notice_initials WHERE instr(initials, ?1) > 0 LIMIT ?2";
/// The rest of: the title holds a word, or one of the notice's messages does. Most that do not are told by their sieve.
pub(super) const HELD: &str = "(may_hold(sieve, ?) AND (holds(title, ?) OR EXISTS (SELECT 1 FROM copy c \
     CROSS JOIN message m ON m.id = c.message WHERE c.notice = notice.row AND holds(m.text, ?)))))";
/// Moments of open deadlines or events between two days.
pub(super) const AHEAD: &str = "SELECT sort_at FROM notice INDEXED BY notice_list WHERE attached = 0 AND class = 0 AND dated = ?1 \
             AND sort_at >= ?2 AND sort_at < ?3";
/// How many notices were first seen since a moment.
pub(super) const FRESH: &str = "SELECT count(*) FROM notice INDEXED BY notice_seen WHERE last_seen >= ?1 AND first_seen >= ?1 AND attached = 0";

impl Store {
    /// The whole narrowed list in display order; `None` when its words are none or too common.
    pub(super) fn narrowed(&self, ready: &Ready<'_>) -> Result<Option<Vec<Cursor>>> {
        self.narrowed_to(0..EFFORT.many + 1, ready)
    }

    /// A page of a list narrowed by words.
    pub(super) fn narrowed_page(
        &self,
        effort: Effort,
        ready: &Ready<'_>,
        from: PageFrom<'_>,
        limit: usize,
    ) -> Result<Vec<NoticeRow>> {
        if let Some(found) = self.narrowed_to(0..effort.few + 1, ready)? {
            return self.rows_of(ready, page(&found, from, limit));
        }
        // Initials that are not few are common, and there is nothing else to ask about them.
        let initials = ready.query.words.split_whitespace().any(is_initials);
        let passed = if initials { i64::MAX } else { effort.passed };
        if let Some(rows) = self.sieves.asked_at_most(passed, || self.walked(ready, from, limit)) {
            return rows;
        }
        match self.narrowed_to(effort.few + 1..effort.many + 1, ready)? {
            Some(found) => self.rows_of(ready, page(&found, from, limit)),
            None => self.walked(ready, from, limit),
        }
    }

    /// The whole list, where a word is held by so many messages.
    fn narrowed_to(&self, many: Range<usize>, ready: &Ready<'_>) -> Result<Option<Vec<Cursor>>> {
        let mut best: Option<Vec<i64>> = None;
        for word in ready.query.words.split_whitespace() {
            if let Some(rows) = self.proposed(word, &many)?
                && best.as_ref().is_none_or(|b| rows.len() < b.len())
            {
                best = Some(rows);
            }
        }
        best.map(|rows| self.verified(ready, rows)).transpose()
    }

    /// Rows of all the notices that may hold a word, if so many messages hold it.
    fn proposed(&self, word: &str, many: &Range<usize>) -> Result<Option<Vec<i64>>> {
        let (begin, whole): (Vec<Term>, Vec<Term>) =
            search::query_terms(word).into_iter().partition(|term| matches!(term, Term::Begin(_)));
        let found = match (&begin[..], &whole[..]) {
            ([Term::Begin(begin)], []) => self.with_beginning(begin, many.end)?,
            (_, []) => return Ok(None),
            _ => self.with_terms(&whole, many.end)?,
        };
        if !many.contains(&found.len()) {
            return Ok(None);
        }
        let homes = self.homes(found)?;
        let mut rows = match whole.len() {
            0 | 1 => homes.into_iter().map(|(notice, _)| notice).collect(),
            _ => self.together(homes, &word.to_lowercase())?,
        };
        if is_initials(word) {
            let most = TITLES.min(many.end);
            let mut by_initials = self.db.prepare_cached(INITIALS)?;
            let more = by_initials.query_map((word.to_lowercase(), most as i64 + 1), |r| r.get(0))?;
            let more: Vec<i64> = more.collect::<rusqlite::Result<_>>()?;
            if more.len() > most {
                return Ok(None);
            }
            rows.extend(more);
        }
        rows.sort_unstable();
        rows.dedup();
        Ok(Some(rows))
    }

    /// Where those of the notices stand that the list holds, in display order.
    fn verified(&self, ready: &Ready<'_>, candidates: Vec<i64>) -> Result<Vec<Cursor>> {
        let classes: Vec<String> = ready.classes().iter().map(i64::to_string).collect();
        let mut sql = format!(
            "SELECT {PLACE} FROM notice WHERE row = ? AND attached = 0 AND class IN ({})",
            classes.join(",")
        );
        sql.push_str(match ready.query.view {
            View::Inbox => " AND (class = 0 OR later_until <= ?)",
            View::Later => " AND (later_until IS NULL OR later_until > ?)",
            _ => " AND ? IS NOT NULL",
        });
        let mut rest = vec![Value::Integer(ready.times.now)];
        ready.filters(&mut sql, &mut rest);
        let mut statement = self.db.prepare_cached(&sql)?;
        let mut found = Vec::new();
        for row in candidates {
            let values = std::iter::once(Value::Integer(row)).chain(rest.iter().cloned());
            let mut rows = statement.query(rusqlite::params_from_iter(values))?;
            if let Some(r) = rows.next()? {
                found.push(place(r, ready.times)?);
            }
        }
        found.sort_by(|a, b| {
            let order = a.section.cmp(&b.section);
            let within = (a.sort, &a.id).cmp(&(b.sort, &b.id));
            order.then(if newest_first(a.section) { within.reverse() } else { within })
        });
        Ok(found)
    }

    /// The rows that stand in these places; what another program has just taken away is none.
    fn rows_of(&self, ready: &Ready<'_>, places: &[Cursor]) -> Result<Vec<NoticeRow>> {
        let mut statement = self
            .db
            .prepare_cached(&format!("SELECT {COLUMNS} FROM notice WHERE id = ?1 AND attached = 0"))?;
        let mut row = |place: &Cursor| {
            let found = statement.query_row([&place.id], |r| notice_row(r, ready.times));
            Ok(found.optional()?)
        };
        places.iter().filter_map(|place| row(place).transpose()).collect()
    }

    /// Messages that hold the terms of a word, so many at most.
    fn with_terms(&self, terms: &[Term], most: usize) -> Result<Vec<i64>> {
        let mut statement = self.db.prepare_cached(TERM_OF)?;
        Ok(collected(statement.query((search::asked(terms), most as i64))?)?)
    }

    /// Messages that hold a term that begins so, once a term, so many at most.
    fn with_beginning(&self, begin: &str, most: usize) -> Result<Vec<i64>> {
        let mut statement = self.db.prepare_cached(TERMS_OF)?;
        Ok(collected(statement.query((begin, format!("{begin}\u{10ffff}"), most as i64))?)?)
    }

    /// The notices of messages, each with the message.
    fn homes(&self, mut messages: Vec<i64>) -> Result<Vec<(i64, i64)>> {
        messages.sort_unstable();
        messages.dedup();
        let mut statement = self.db.prepare_cached(HOMES)?;
        let mut out = Vec::new();
        for message in messages {
            let mut rows = statement.query([message])?;
            while let Some(r) = rows.next()? {
                out.push((r.get(0)?, message));
            }
        }
        Ok(out)
    }

    /// Those where the word stands in such a message: 排查 and 查表 may stand in many messages, 排查表 in none. The sieve of a
    /// notice tells of most which need not be read.
    fn together(&self, mut homes: Vec<(i64, i64)>, word: &str) -> Result<Vec<i64>> {
        homes.sort_unstable();
        let mut may_hold = self.db.prepare_cached(MAY_HOLD)?;
        let mut holds = self.db.prepare_cached(HOLDS)?;
        let mut out = Vec::new();
        for home in homes.chunk_by(|a, b| a.0 == b.0) {
            let notice = home[0].0;
            if !may_hold.query_row((notice, word), |r| r.get(0)).optional()?.unwrap_or(false) {
                continue;
            }
            for &(_, message) in home {
                if holds.query_row((message, word), |r| r.get(0)).optional()?.unwrap_or(false) {
                    out.push(notice);
                    break;
                }
            }
        }
        Ok(out)
    }

    /// The ids of every notice of a list, in display order.
    ///
    /// # Errors
    /// What SQLite reports; an unknown group.
    pub fn ids(&self, query: &super::ListQuery) -> Result<Vec<String>> {
        let _moment = self.snapshot()?;
        let ready = self.ready_query(query)?;
        if let Some(rows) = self.narrowed(&ready)? {
            return Ok(rows.into_iter().map(|place| place.id).collect());
        }
        let mut out = Vec::new();
        for section in SECTIONS {
            for &class in ready.classes() {
                for range in ready.times.ranges(section) {
                    let s = ready.statement(class, section, range, "id");
                    let mut statement = self.db.prepare_cached(&s.sql)?;
                    let rows = statement.query_map(rusqlite::params_from_iter(s.values), |r| r.get(0))?;
                    for id in rows {
                        out.push(id?);
                    }
                }
            }
        }
        Ok(out)
    }

    /// Open deadlines and events of today and the thirteen days after it.
    pub(super) fn ahead(&self, ready: &Ready<'_>) -> Result<[u32; 14]> {
        let mut out = [0_u32; 14];
        let mut statement = self.db.prepare_cached(AHEAD)?;
        let today = ready.times.today;
        for dated in [1, 2] {
            let mut rows = statement.query([dated, today, today + 14 * DAY])?;
            while let Some(r) = rows.next()? {
                let day = (r.get::<_, i64>(0)? - today) / DAY;
                if let Some(n) = usize::try_from(day).ok().and_then(|day| out.get_mut(day)) {
                    *n += 1;
                }
            }
        }
        Ok(out)
    }

    /// Notices first seen since a moment.
    pub(super) fn fresh(&self, since: Option<i64>) -> Result<u64> {
        let Some(since) = since else { return Ok(0) };
        let n: i64 = self.db.prepare_cached(FRESH)?.query_row([since], |r| r.get(0))?;
        Ok(n as u64)
    }

    /// When the screen was opened the time before.
    pub(super) fn last_visit(&self) -> Result<Option<i64>> {
        Ok(self.meta("visit_before")?.and_then(|text| text.parse().ok()))
    }

    /// The screen is opened. What came since the visit before counts as new; opening it again on the same day is the
    /// same visit.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn visit(&mut self, now: i64) -> Result<()> {
        let last = self.meta("visit")?.and_then(|text| text.parse::<i64>().ok());
        let day = epoch_ms(local(now).date().and_time(chrono::NaiveTime::MIN));
        let tx = self.db.transaction()?;
        if let Some(last) = last.filter(|at| *at < day) {
            super::put_meta(&tx, "visit_before", &last.to_string())?;
        }
        super::put_meta(&tx, "visit", &now.to_string())?;
        tx.commit()?;
        Ok(())
    }
}

/// Whether a word may stand for the first letters of a title's syllables.
pub(super) fn is_initials(word: &str) -> bool {
    word.len() >= 2 && word.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn collected(rows: rusqlite::Rows<'_>) -> rusqlite::Result<Vec<i64>> {
    rows.mapped(|r| r.get(0)).collect()
}

/// A page of a list that lies in memory.
fn page<'a>(rows: &'a [Cursor], from: PageFrom<'_>, limit: usize) -> &'a [Cursor] {
    let place = |id: &str| rows.iter().position(|r| r.id == id);
    let (start, end) = match from {
        PageFrom::Start => (0, limit),
        PageFrom::End => (rows.len().saturating_sub(limit), rows.len()),
        PageFrom::After(row) => match place(&row.id) {
            Some(at) => (at + 1, at + 1 + limit),
            None => (rows.len(), rows.len()),
        },
        PageFrom::Before(row) => match place(&row.id) {
            Some(at) => (at.saturating_sub(limit), at),
            None => (0, 0),
        },
        PageFrom::Around(id) => {
            let start = place(id).map_or(0, |at| at.saturating_sub(limit / 2));
            (start, start + limit)
        }
    };
    &rows[start.min(rows.len())..end.min(rows.len())]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::ops::ControlFlow;

    use super::*;
    use crate::ingest::{self, ImportOptions};
    use crate::store::{ListQuery, SearchQuery};

    fn sample() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        crate::demo::unpack(&folder.path().join("exports")).unwrap();
        let mut store = Store::open_in_memory().unwrap();
        let options = ImportOptions { now: crate::demo::now(), ..ImportOptions::default() };
        let paths = [folder.path().join("exports")];
        ingest::import(&mut store, &paths, &options, &mut |_| ControlFlow::Continue(())).unwrap();
        (folder, store)
    }

    fn ids(rows: Vec<NoticeRow>) -> Vec<String> {
        rows.into_iter().map(|row| row.id).collect()
    }

    fn places(found: Vec<Cursor>) -> Vec<String> {
        found.into_iter().map(|place| place.id).collect()
    }

    /// What looking through every text gives, in no order.
    fn looked_through(store: &Store, word: &str) -> Vec<String> {
        let initials = u8::from(is_initials(word));
        let sql = format!(
            "SELECT id FROM notice WHERE attached = 0 AND ({initials} AND instr(initials, ?1) > 0 OR holds(title, ?1) \
             OR EXISTS (SELECT 1 FROM copy c JOIN message m ON m.id = c.message WHERE c.notice = notice.row \
             AND holds(m.text, ?1))) ORDER BY id"
        );
        let mut statement = store.db.prepare(&sql).unwrap();
        let rows = statement.query_map([word.to_lowercase()], |r| r.get(0)).unwrap();
        rows.collect::<rusqlite::Result<_>>().unwrap()
    }

    /// Single characters, more of the common ones, and words that the index knows by several terms.
    fn words(store: &Store) -> Vec<String> {
        let texts: Vec<String> = store
            .db
            .prepare("SELECT text FROM message")
            .unwrap()
            .query_map([], |r| r.get(0))
            .unwrap()
            .collect::<rusqlite::Result<_>>()
            .unwrap();
        let mut often: BTreeMap<char, usize> = BTreeMap::new();
        for c in texts.iter().flat_map(|t| t.chars()).filter(|c| !c.is_whitespace()) {
            *often.entry(c).or_default() += 1;
        }
        let mut often: Vec<(usize, char)> = often.into_iter().map(|(c, n)| (n, c)).collect();
        often.sort_unstable_by(|a, b| b.cmp(a));
        let some = often.iter().enumerate().filter(|(n, _)| n % if *n < 300 { 4 } else { 20 } == 0);
        let mut words: Vec<String> = some.map(|(_, (_, c))| c.to_string()).collect();
        let several =
            "12月 11月18日 17:00 请各村 各村请 请/各 月/日/1 1人 fx qq邮 ，请 没有这个 请村 通知各村";
        words.extend(several.split(' ').map(|word| word.replace('/', " ")));
        words
    }

    /// What the index proposes, few or many, gives the list that looking through every text gives; and a search finds the
    /// same messages, however many of them it looks through before it asks the index.
    #[test]
    fn the_index_changes_no_result() {
        let (_folder, store) = sample();
        let words = words(&store);
        let mut narrowed = 0;
        for word in words {
            let query = ListQuery {
                view: View::All,
                words: word.clone(),
                now: crate::demo::now(),
                ..ListQuery::default()
            };
            let ready = store.ready_query(&query).unwrap();
            let walked = ids(store.walk(&ready, None, false, 10_000).unwrap());
            let mut sorted = walked.clone();
            sorted.sort_unstable();
            if !word.contains(' ') {
                assert_eq!(sorted, looked_through(&store, &word), "{word}");
            }
            for many in [usize::MAX >> 2, 30, 3] {
                if let Some(found) = store.narrowed_to(0..many, &ready).unwrap() {
                    assert_eq!(places(found), walked, "{word} {many}");
                    narrowed += usize::from(many > 3);
                }
            }
            for (few, passed, many) in [(30, 0, 100), (3, 10, 30), (3, 200, 3), (0, 9_000, 0)] {
                let effort = Effort { few, passed, many };
                let page = ids(store.narrowed_page(effort, &ready, PageFrom::Start, 7).unwrap());
                assert_eq!(page, walked[..walked.len().min(7)], "{word} {few} {passed}");
            }
            let page = ids(store.page(&query, PageFrom::Start, 7).unwrap());
            if let Some(last) = page.last() {
                let around = ids(store.page(&query, PageFrom::Around(last), 7).unwrap());
                assert!(around.contains(last), "{word}");
            }
            let query = SearchQuery { words: word.clone(), group: None };
            let asked = store.search_looking(0, &query, None, 20).unwrap();
            for look in [5, 100, 10_000] {
                assert_eq!(store.search_looking(look, &query, None, 20).unwrap(), asked, "{word}");
            }
        }
        assert!(narrowed > 100, "{narrowed}");
    }
}
