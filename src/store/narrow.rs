//! Lists narrowed by words. The search index proposes the notices; when they are few they are read one by one and
//! paged in memory, so that a word that occurs nowhere costs nothing. A common word is left to the walk along the
//! list's own index, which soon has a page full. Latin letters also stand for the first letters of a title's pinyin.

use rusqlite::types::Value;

use super::list::{COLUMNS, PageFrom, Ready, SECTIONS, newest_first, notice_row};
use super::{Result, Store, search};
use crate::message::{epoch_ms, local};
use crate::notice::{NoticeRow, View};

/// As many messages with a word are looked at; with more the list is walked.
const FEW: usize = 1_500;
const DAY: i64 = 24 * 3_600_000;

/// Notices with a copy that holds the terms.
pub(super) const PROPOSED: &str = "SELECT c.notice FROM search CROSS JOIN copy c ON c.message = search.rowid WHERE search MATCH ?1 LIMIT ?2";
/// Notices whose title begins its syllables so; an index is run through, not the table.
pub(super) const INITIALS: &str =
    "SELECT row FROM notice INDEXED BY notice_initials WHERE instr(initials, ?1) > 0 LIMIT ?2";
/// Moments of open deadlines or events between two days.
pub(super) const AHEAD: &str = "SELECT sort_at FROM notice INDEXED BY notice_list WHERE attached = 0 AND class = 0 AND dated = ?1 \
             AND sort_at >= ?2 AND sort_at < ?3";
/// How many notices were first seen since a moment.
pub(super) const FRESH: &str = "SELECT count(*) FROM notice INDEXED BY notice_seen WHERE last_seen >= ?1 AND first_seen >= ?1 AND attached = 0";

/// What the index knows of a word.
enum Proposed {
    /// Rows of all the notices that may hold it: they are few.
    All(Vec<i64>),
    /// It begins the syllables of too many titles; these are the notices with a copy that holds it.
    Texts(Vec<i64>),
    /// It is too common, or there is no telling.
    Unknown,
}

impl Store {
    /// The whole narrowed list in display order; `None` when its words are none or too common. What the index knows of
    /// them is kept in `ready` for the walk.
    pub(super) fn narrowed(&self, ready: &mut Ready<'_>) -> Result<Option<Vec<NoticeRow>>> {
        let mut best: Option<Vec<i64>> = None;
        for word in ready.query.words.split_whitespace() {
            let proposed = self.proposed(word)?;
            ready.texts.push(match &proposed {
                Proposed::Texts(rows) => Some(serde_json::to_string(rows)?),
                _ => None,
            });
            let Proposed::All(rows) = proposed else { continue };
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

    /// What the index knows of a word.
    fn proposed(&self, word: &str) -> Result<Proposed> {
        let terms = search::query_terms(word);
        if terms.is_empty() {
            return Ok(Proposed::Unknown);
        }
        let mut statement = self.db.prepare_cached(PROPOSED)?;
        let texts: Vec<i64> = statement
            .query_map((terms.join(" AND "), FEW as i64 + 1), |r| r.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        if texts.len() > FEW {
            return Ok(Proposed::Unknown);
        }
        let mut rows = texts.clone();
        if word.len() >= 2 && word.bytes().all(|b| b.is_ascii_alphanumeric()) {
            let mut by_initials = self.db.prepare_cached(INITIALS)?;
            let more =
                by_initials.query_map((word.to_lowercase(), FEW as i64 + 1), |r| r.get::<_, i64>(0))?;
            for row in more {
                rows.push(row?);
            }
            if rows.len() > FEW {
                return Ok(Proposed::Texts(texts));
            }
        }
        rows.sort_unstable();
        rows.dedup();
        Ok(Proposed::All(rows))
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
