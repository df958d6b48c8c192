//! Lists narrowed by words. The search index proposes the notices; when they are few they are read one by one and
//! paged in memory, so that a word that occurs nowhere costs nothing. A common word is left to the walk along the
//! list's own index, which soon has a page full. Latin letters also stand for the first letters of a title's pinyin.

use rusqlite::types::Value;

use super::list::{COLUMNS, PageFrom, Ready, SECTIONS, newest_first, notice_row};
use super::search::Term;
use super::{Result, Store, search};
use crate::message::{epoch_ms, local};
use crate::notice::{NoticeRow, View};

/// As many messages with a word are looked at; with more the list is walked.
const FEW: usize = 1_500;
const DAY: i64 = 24 * 3_600_000;

/// Notices with a copy that holds the terms.
pub(super) const PROPOSED: &str = "SELECT c.notice FROM search CROSS JOIN copy c ON c.message = search.rowid WHERE search MATCH ?1 LIMIT ?2";
/// Notices with a copy that holds a term from here to there; not put together, but one term after another, so that a
/// common one has enough of them at once. A notice comes once a term and copy.
pub(super) const BEGUN: &str = "SELECT c.notice FROM temp.search_term t CROSS JOIN copy c ON c.message = t.doc \
             WHERE t.term >= ?1 AND t.term < ?2 LIMIT ?3";
/// The terms of the index, each with the messages it stands in. It holds nothing and belongs to the connection.
pub(super) const TERMS: &str =
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_term USING fts5vocab(main, search, instance)";
/// Notices whose title begins its syllables so; an index is run through, not the table.
pub(super) const INITIALS: &str =
    "SELECT row FROM notice INDEXED BY notice_initials WHERE instr(initials, ?1) > 0 LIMIT ?2";
/// The rest of: the title holds a word, or one of the notice's messages does.
pub(super) const HELD: &str = "EXISTS (SELECT 1 FROM copy c CROSS JOIN message m ON m.id = c.message \
     WHERE c.notice = notice.row AND indexed(?1, c.message) AND holds(m.text, ?)))";
/// Moments of open deadlines or events between two days.
pub(super) const AHEAD: &str = "SELECT sort_at FROM notice INDEXED BY notice_list WHERE attached = 0 AND class = 0 AND dated = ?1 \
             AND sort_at >= ?2 AND sort_at < ?3";
/// How many notices were first seen since a moment.
pub(super) const FRESH: &str = "SELECT count(*) FROM notice INDEXED BY notice_seen WHERE last_seen >= ?1 AND first_seen >= ?1 AND attached = 0";

/// What the index knows of a word.
enum Proposed {
    /// Rows of all the notices that may hold it: they are few.
    All(Vec<i64>),
    /// What the walk goes by.
    Walk(Known),
}

/// What the walk along a list knows of a word before it reads a text.
pub(super) enum Known {
    /// Nothing: the word is very common, or there is no telling.
    Nothing,
    /// Rows of the notices with a copy that may hold it, as JSON; titles may hold it by their initials too.
    Notices(String),
    /// [`super::search::Sets`] has the messages that may hold it: other texts need not be read.
    Messages,
}

impl Store {
    /// The whole narrowed list in display order; `None` when its words are none or too common. What the index knows of
    /// them is kept in `ready` for the walk.
    pub(super) fn narrowed(&self, ready: &mut Ready<'_>) -> Result<Option<Vec<NoticeRow>>> {
        self.narrowed_to(FEW, ready)
    }

    /// The same, where `few` are few.
    fn narrowed_to(&self, few: usize, ready: &mut Ready<'_>) -> Result<Option<Vec<NoticeRow>>> {
        let mut best: Option<Vec<i64>> = None;
        for (at, word) in ready.query.words.split_whitespace().enumerate() {
            let rows = match self.proposed(at, word, few)? {
                Proposed::Walk(known) => {
                    ready.known.push(known);
                    continue;
                }
                Proposed::All(rows) => rows,
            };
            ready.known.push(Known::Nothing);
            if best.as_ref().is_none_or(|b| rows.len() < b.len()) {
                best = Some(rows);
            }
        }
        let Some(candidates) = best else { return Ok(None) };
        let classes: Vec<String> = ready.classes().iter().map(i64::to_string).collect();
        let mut sql = format!(
            "SELECT {COLUMNS} FROM notice WHERE row = ? AND attached = 0 AND class IN ({})",
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
                found.push(notice_row(r, ready.times)?);
            }
        }
        found.sort_by(|a, b| {
            let order = a.section.cmp(&b.section);
            let within = (a.sort, &a.id).cmp(&(b.sort, &b.id));
            order.then(if newest_first(a.section) { within.reverse() } else { within })
        });
        Ok(Some(found))
    }

    /// What the index knows of a word, the `at`th.
    fn proposed(&self, at: usize, word: &str, few: usize) -> Result<Proposed> {
        let terms = search::query_terms(word);
        let several = terms.len() > 1;
        let (begin, whole): (Vec<Term>, Vec<Term>) =
            terms.into_iter().partition(|t| matches!(t, Term::Begin(_)));
        let mut texts = None;
        if !whole.is_empty() {
            texts = Some(self.with_copies(&whole, few)?).filter(|rows| rows.len() <= few);
        }
        if let (None, [Term::Begin(begin)]) = (&texts, &begin[..]) {
            texts = Some(self.begun(begin, few)?).filter(|rows| rows.len() <= few);
        }
        let mut known = Known::Nothing;
        if texts.is_none() {
            let terms = if whole.is_empty() { begin } else { whole };
            if !terms.is_empty() && self.hold_messages(at, word, &terms)? {
                known = Known::Messages;
            }
            // 排查 and 查表 may stand in many messages, 排查表 in none.
            if several && matches!(known, Known::Messages) {
                texts = self.together(at, word)?.filter(|rows| rows.len() <= few);
            }
        }
        let Some(texts) = texts else { return Ok(Proposed::Walk(known)) };
        let mut rows = texts.clone();
        if word.len() >= 2 && word.bytes().all(|b| b.is_ascii_alphanumeric()) {
            let mut by_initials = self.db.prepare_cached(INITIALS)?;
            let more =
                by_initials.query_map((word.to_lowercase(), few as i64 + 1), |r| r.get::<_, i64>(0))?;
            for row in more {
                rows.push(row?);
            }
            if rows.len() > few {
                return Ok(Proposed::Walk(Known::Notices(serde_json::to_string(&texts)?)));
            }
        }
        rows.sort_unstable();
        rows.dedup();
        Ok(Proposed::All(rows))
    }

    /// Notices with a copy that holds the terms, or the first of too many.
    fn with_copies(&self, terms: &[Term], few: usize) -> Result<Vec<i64>> {
        let mut statement = self.db.prepare_cached(PROPOSED)?;
        let rows = statement.query_map((search::asked(terms), few as i64 + 1), |r| r.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Notices with a copy that holds a term that begins so, or the first of too many.
    fn begun(&self, begin: &str, few: usize) -> Result<Vec<i64>> {
        // The term that is nothing more comes last: 到 ends a hundred thousand replies, 到x few.
        let longer = (format!("{begin}\u{1}"), format!("{begin}\u{10ffff}"), few as i64 + 1);
        let mut statement = self.db.prepare_cached(BEGUN)?;
        let mut rows: Vec<i64> =
            statement.query_map(longer, |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
        if rows.len() <= few {
            rows.extend(self.with_copies(&[Term::Whole(begin.to_owned())], few)?);
        }
        Ok(rows)
    }

    /// The ids of every notice of a list, in display order.
    ///
    /// # Errors
    /// What SQLite reports; an unknown group.
    pub fn ids(&self, query: &super::ListQuery) -> Result<Vec<String>> {
        let mut ready = self.ready_query(query)?;
        if let Some(rows) = self.narrowed(&mut ready)? {
            return Ok(rows.into_iter().map(|r| r.id).collect());
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

/// A page of a list that lies in memory.
pub(super) fn page(rows: &[NoticeRow], from: PageFrom<'_>, limit: usize) -> Vec<NoticeRow> {
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
    rows[start.min(rows.len())..end.min(rows.len())].to_vec()
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
        let mut common = 0;
        for word in words {
            let query = ListQuery {
                view: View::All,
                words: word.clone(),
                now: crate::demo::now(),
                ..ListQuery::default()
            };
            let many = store.narrowed_to(usize::MAX >> 2, &mut store.ready_query(&query).unwrap()).unwrap();
            let few = store.narrowed_to(30, &mut store.ready_query(&query).unwrap()).unwrap();
            let mut ready = store.ready_query(&query).unwrap();
            let known = match store.narrowed_to(3, &mut ready).unwrap() {
                Some(_) => None,
                None => Some(ids(store.walk(&ready, None, false, 10_000).unwrap())),
            };
            let walked = ids(store.walk(&store.ready_query(&query).unwrap(), None, false, 10_000).unwrap());
            common += usize::from(many.is_some() && known.is_some());
            for narrowed in [many, few].into_iter().flatten().map(ids).chain(known) {
                assert_eq!(narrowed, walked, "{word}");
            }
            let query = SearchQuery { words: word.clone(), group: None };
            let asked = store.search_looking(0, &query, None, 20).unwrap();
            for look in [5, 100, 10_000] {
                assert_eq!(store.search_looking(look, &query, None, 20).unwrap(), asked, "{word}");
            }
        }
        assert!(common > 60, "{common}");
    }
}
