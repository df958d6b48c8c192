//! Lists of notices: pages by key, counts. Each section is a few index ranges, merged; nothing is sorted by
//! the database and nothing is skipped by OFFSET, so a page costs the same anywhere in a long list.

use rusqlite::Row;
use rusqlite::types::Value;

use super::narrow::{EFFORT, HELD, is_initials};
use super::sections::{Cursor, DUE, Range, SECTIONS, Times, newest_first};
use super::{Result, Store, titles};
use crate::notice::{DueView, Moment, NoticeRow, Section, State, View};

/// Which notices, and the moment that decides their sections.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListQuery {
    /// Which states.
    pub view: View,
    /// Names of work groups a copy was seen in; empty means all.
    pub groups: Vec<String>,
    /// Last seen at or after.
    pub since: Option<i64>,
    /// First seen before.
    pub until: Option<i64>,
    /// Words that must occur in title or text, separated by white space.
    pub words: String,
    /// Only notices on which a file of evidence hangs.
    pub with_files: bool,
    /// Now, in milliseconds since the epoch.
    pub now: i64,
}

/// Where a page begins.
#[derive(Clone, Copy, Debug)]
pub enum PageFrom<'a> {
    /// The first rows.
    Start,
    /// The last rows.
    End,
    /// The rows after this one.
    After(&'a NoticeRow),
    /// The rows just before this one.
    Before(&'a NoticeRow),
    /// The rows around the one with this id; the first rows when the list does not hold it.
    Around(&'a str),
}

/// How many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// 收件箱.
    pub inbox: u64,
    /// Of these 未读.
    pub unread: u64,
    /// 稍后, not yet due again.
    pub later: u64,
    /// 阅知.
    pub noted: u64,
    /// 已办.
    pub done: u64,
    /// All notices.
    pub all: u64,
    /// Work groups.
    pub groups: u64,
    /// Messages.
    pub messages: u64,
    /// Rows of the sections 逾期 and 逾期已久 of the inbox.
    pub overdue: u64,
    /// Rows of the section 今天 of the inbox.
    pub today: u64,
    /// Rows of every section of the inbox, in the order they are shown.
    pub sections: [u64; 9],
    /// Open deadlines and events of today and the thirteen days after it.
    pub ahead: [u32; 14],
    /// When the screen was opened the time before, in milliseconds; `None` the first time.
    pub visit: Option<i64>,
    /// Notices first seen since then.
    pub fresh: u64,
    /// The user's own names.
    pub names: u64,
    /// 待报: open rows of checklists.
    pub uploads: u64,
    /// Of these past their deadline.
    pub uploads_overdue: u64,
}

/// How many notices there are by class and state, and how many of them are due again.
pub(super) const STATES: &str = "SELECT class, state, count(*), coalesce(sum(later_until <= ?1), 0) FROM notice INDEXED BY notice_state \
     WHERE attached = 0 GROUP BY class, state";

/// A file of evidence hangs on one of the notice's messages.
const WITH_FILES: &str = " AND EXISTS (SELECT 1 FROM copy c JOIN message m ON m.id = c.message JOIN evidence e ON e.anchor = m.key \
     WHERE c.notice = notice.row)";

/// One statement: a class, a range, what else must hold.
pub(super) struct Statement {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

/// A query with its group names resolved.
pub(super) struct Ready<'a> {
    pub(super) query: &'a ListQuery,
    pub(super) times: Times,
    pub(super) groups: Option<String>,
}

pub(super) const COLUMNS: &str = "id, title, state, later_until, urgent, due, manual_due, event_at, first_seen, last_seen, groups, \
     copies, (SELECT name FROM work_group g WHERE g.id = lead_group), conflicts, reopened, dated, sort_at, raised_at, titled, recurs IS NOT NULL";

impl Ready<'_> {
    /// The classes of a view: 0 inbox, 1 later, 2 noted, 3 done.
    pub(super) fn classes(&self) -> &'static [i64] {
        match self.query.view {
            View::Inbox => &[0, 1],
            View::Later => &[1],
            View::Noted => &[2],
            View::Done => &[3],
            View::All => &[0, 1, 2, 3],
        }
    }

    pub(super) fn statement(&self, class: i64, section: Section, range: Range, what: &str) -> Statement {
        let urgent = section == Section::Urgent;
        let index = if urgent { "notice_urgent" } else { "notice_list" };
        let mut sql =
            format!("SELECT {what} FROM notice INDEXED BY {index} WHERE attached = 0 AND class = ?");
        let mut values = vec![Value::Integer(class)];
        if urgent {
            sql.push_str(" AND urgent = 1 AND max(last_seen, raised_at) >= ?");
        } else {
            sql.push_str(" AND dated = ? AND NOT (urgent = 1 AND max(last_seen, raised_at) >= ?)");
            values.push(Value::Integer(range.dated));
        }
        values.push(Value::Integer(self.times.hot()));
        sql.push_str(" AND sort_at >= ? AND sort_at < ?");
        values.extend([Value::Integer(range.from), Value::Integer(range.to)]);
        if class == 1 {
            match self.query.view {
                View::Inbox => sql.push_str(" AND later_until <= ?"),
                View::Later => sql.push_str(" AND (later_until IS NULL OR later_until > ?)"),
                _ => sql.push_str(" AND ? IS NOT NULL"),
            }
            values.push(Value::Integer(self.times.now));
        }
        self.filters(&mut sql, &mut values);
        Statement { sql, values }
    }

    pub(super) fn filters(&self, sql: &mut String, values: &mut Vec<Value>) {
        if let Some(since) = self.query.since {
            sql.push_str(" AND last_seen >= ?");
            values.push(Value::Integer(since));
        }
        if let Some(until) = self.query.until {
            sql.push_str(" AND first_seen < ?");
            values.push(Value::Integer(until));
        }
        if let Some(groups) = &self.groups {
            sql.push_str(
                " AND EXISTS (SELECT 1 FROM copy c WHERE c.notice = notice.row AND c.work_group IN (",
            );
            sql.push_str(groups);
            sql.push_str("))");
        }
        if self.query.with_files {
            sql.push_str(WITH_FILES);
        }
        for word in self.query.words.split_whitespace() {
            let initials = is_initials(word);
            let word = word.to_lowercase();
            sql.push_str(" AND (");
            if initials {
                sql.push_str("instr(initials, ?) > 0 OR ");
                values.push(Value::Text(word.clone()));
            }
            sql.push_str(HELD);
            values.extend(std::iter::repeat_n(Value::Text(word), 3));
        }
    }

    /// Rows of one section in display order, after the cursor (`back`: before it, nearest first).
    pub(super) fn page_statement(
        &self,
        class: i64,
        section: Section,
        mut range: Range,
        cursor: Option<&Cursor>,
        back: bool,
        limit: usize,
    ) -> Statement {
        let falling = newest_first(section) != back;
        if let Some(c) = cursor {
            if falling {
                range.to = range.to.min(c.sort.saturating_add(1));
            } else {
                range.from = range.from.max(c.sort);
            }
        }
        let mut s = self.statement(class, section, range, COLUMNS);
        if let Some(c) = cursor {
            s.sql.push_str(if falling {
                " AND (sort_at, id) < (?, ?)"
            } else {
                " AND (sort_at, id) > (?, ?)"
            });
            s.values.extend([Value::Integer(c.sort), Value::Text(c.id.clone())]);
        }
        s.sql.push_str(if falling {
            " ORDER BY sort_at DESC, id DESC LIMIT ?"
        } else {
            " ORDER BY sort_at, id LIMIT ?"
        });
        s.values.push(Value::Integer(limit as i64));
        s
    }
}

impl Store {
    /// A page of a list, in display order.
    ///
    /// # Errors
    /// What SQLite reports; [`super::StoreError::NoGroup`] for an unknown group name.
    pub fn page(&self, query: &ListQuery, from: PageFrom<'_>, limit: usize) -> Result<Vec<NoticeRow>> {
        let _moment = self.snapshot()?;
        let ready = self.ready_query(query)?;
        match query.words.trim() {
            "" => self.walked(&ready, from, limit),
            _ => self.narrowed_page(EFFORT, &ready, from, limit),
        }
    }

    /// A page, by the walk along the list.
    pub(super) fn walked(
        &self,
        ready: &Ready<'_>,
        from: PageFrom<'_>,
        limit: usize,
    ) -> Result<Vec<NoticeRow>> {
        match from {
            PageFrom::Start => self.walk(ready, None, false, limit),
            PageFrom::End => self.walk(ready, None, true, limit),
            PageFrom::After(row) => self.walk(ready, Some(row.into()), false, limit),
            PageFrom::Before(row) => self.walk(ready, Some(row.into()), true, limit),
            PageFrom::Around(id) => {
                let Some(row) = self.listed(ready, id)? else {
                    return self.walk(ready, None, false, limit);
                };
                let cursor = Cursor::from(&row);
                let mut rows = self.walk(ready, Some(cursor.clone()), true, limit / 2)?;
                rows.push(row);
                let rest = limit.saturating_sub(rows.len());
                rows.extend(self.walk(ready, Some(cursor), false, rest)?);
                Ok(rows)
            }
        }
    }

    /// Where a notice stands in a list, counted from 1, and how long the list is; `(0, total)` when it is not in it.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn position(&self, query: &ListQuery, id: &str) -> Result<(u64, u64)> {
        let _moment = self.snapshot()?;
        let ready = self.ready_query(query)?;
        if let Some(rows) = self.narrowed(&ready)? {
            let rank = rows.iter().position(|r| r.id == id).map_or(0, |at| at as u64 + 1);
            return Ok((rank, rows.len() as u64));
        }
        let row = self.listed(&ready, id)?;
        let (mut rank, mut total) = (0, 0);
        for section in SECTIONS {
            let all = self.count(&ready, section, None)?;
            if let Some(row) = &row {
                if section < row.section {
                    rank += all;
                } else if section == row.section {
                    rank += self.count(&ready, section, Some(&Cursor::from(row)))? + 1;
                }
            }
            total += all;
        }
        Ok((rank, total))
    }

    /// How many notices, groups and messages there are.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn counts(&self, now: i64) -> Result<Counts> {
        let one = |sql: &str| -> Result<u64> {
            Ok(self.db.prepare_cached(sql)?.query_row([], |r| r.get::<_, i64>(0))? as u64)
        };
        let query = ListQuery { now, ..ListQuery::default() };
        let ready = self.ready_query(&query)?;
        let mut by = [0_u64; 4];
        let mut back = 0;
        let mut unread = 0;
        let mut rows = self.db.prepare_cached(STATES)?;
        let mut rows = rows.query([now])?;
        while let Some(r) = rows.next()? {
            let (class, n) = (r.get::<_, i64>(0)?, r.get::<_, i64>(2)? as u64);
            by[class.clamp(0, 3) as usize] += n;
            if r.get_ref(1)?.as_str().is_ok_and(|s| s == "unread") {
                unread += n;
            }
            if class == 1 {
                back += r.get::<_, i64>(3)? as u64;
            }
        }
        let mut sections = [0; 9];
        for (n, section) in sections.iter_mut().zip(SECTIONS) {
            *n = self.count(&ready, section, None)?;
        }
        let visit = self.last_visit()?;
        let uploads = self.upload_counts(now)?;
        Ok(Counts {
            inbox: by[0] + back,
            unread,
            later: by[1] - back,
            noted: by[2],
            done: by[3],
            all: by.iter().sum(),
            groups: one("SELECT count(*) FROM work_group")?,
            messages: one("SELECT count(*) FROM message")?,
            overdue: sections[1] + sections[5],
            today: sections[2],
            sections,
            ahead: self.ahead(&ready)?,
            visit,
            fresh: self.fresh(visit)?,
            names: one("SELECT count(*) FROM own_name")?,
            uploads: uploads.open,
            uploads_overdue: uploads.overdue,
        })
    }

    pub(super) fn ready_query<'a>(&self, query: &'a ListQuery) -> Result<Ready<'a>> {
        let groups = if query.groups.is_empty() {
            None
        } else {
            let mut ids = Vec::new();
            for name in &query.groups {
                ids.extend(self.group_ids(name)?.iter().map(i64::to_string));
            }
            Some(ids.join(","))
        };
        Ok(Ready { query, times: Times::of(query.now), groups })
    }

    pub(super) fn walk(
        &self,
        ready: &Ready<'_>,
        cursor: Option<Cursor>,
        back: bool,
        limit: usize,
    ) -> Result<Vec<NoticeRow>> {
        let mut sections = SECTIONS.to_vec();
        if back {
            sections.reverse();
        }
        let mut out: Vec<NoticeRow> = Vec::new();
        for section in sections {
            let from = match &cursor {
                Some(c) if c.section == section => Some(c),
                Some(c) if (c.section > section) != back => continue,
                _ => None,
            };
            let rest = limit.saturating_sub(out.len());
            if rest == 0 {
                break;
            }
            out.extend(self.part(ready, section, from, back, rest)?);
        }
        if back {
            out.reverse();
        }
        Ok(out)
    }

    fn part(
        &self,
        ready: &Ready<'_>,
        section: Section,
        cursor: Option<&Cursor>,
        back: bool,
        limit: usize,
    ) -> Result<Vec<NoticeRow>> {
        let mut found = Vec::new();
        for &class in ready.classes() {
            for range in ready.times.ranges(section) {
                let s = ready.page_statement(class, section, range, cursor, back, limit);
                let mut statement = self.db.prepare_cached(&s.sql)?;
                let mut rows = statement.query(rusqlite::params_from_iter(s.values))?;
                while let Some(r) = rows.next()? {
                    found.push(notice_row(r, ready.times)?);
                }
            }
        }
        found.sort_by(|a, b| (a.sort, &a.id).cmp(&(b.sort, &b.id)));
        if newest_first(section) != back {
            found.reverse();
        }
        found.truncate(limit);
        Ok(found)
    }

    /// How many rows a section has, or how many stand before the cursor in it.
    pub(super) fn count(&self, ready: &Ready<'_>, section: Section, before: Option<&Cursor>) -> Result<u64> {
        let mut total = 0;
        for &class in ready.classes() {
            for range in ready.times.ranges(section) {
                let mut s = ready.statement(class, section, range, "count(*)");
                if let Some(c) = before {
                    s.sql.push_str(if newest_first(section) {
                        " AND (sort_at, id) > (?, ?)"
                    } else {
                        " AND (sort_at, id) < (?, ?)"
                    });
                    s.values.extend([Value::Integer(c.sort), Value::Text(c.id.clone())]);
                }
                total += self
                    .db
                    .prepare_cached(&s.sql)?
                    .query_row(rusqlite::params_from_iter(s.values), |r| r.get::<_, i64>(0))?
                    as u64;
            }
        }
        Ok(total)
    }

    /// The row with this id, if the list holds it.
    fn listed(&self, ready: &Ready<'_>, id: &str) -> Result<Option<NoticeRow>> {
        let classes: Vec<String> = ready.classes().iter().map(i64::to_string).collect();
        let mut sql = format!(
            "SELECT {COLUMNS} FROM notice WHERE id = ? AND attached = 0 AND class IN ({})",
            classes.join(",")
        );
        let mut values = vec![Value::Text(id.to_owned())];
        match ready.query.view {
            View::Inbox => sql.push_str(" AND (class = 0 OR later_until <= ?)"),
            View::Later => sql.push_str(" AND (later_until IS NULL OR later_until > ?)"),
            _ => sql.push_str(" AND ? IS NOT NULL"),
        }
        values.push(Value::Integer(ready.times.now));
        ready.filters(&mut sql, &mut values);
        let mut statement = self.db.prepare_cached(&sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(values))?;
        Ok(match rows.next()? {
            Some(r) => Some(notice_row(r, ready.times)?),
            None => None,
        })
    }
}

/// The deadline in force: what was set by hand, else what was read.
pub(super) fn due_view(due: Option<String>, manual: Option<i64>) -> Option<DueView> {
    match manual {
        Some(at) => Some(DueView::by_hand(at)),
        None => due.and_then(|d| serde_json::from_str(&d).ok()),
    }
}

/// The deadline of a notice that counts now, where it is another than the first: what recurs is ordered by it.
pub(super) fn comes_round(due: Option<&DueView>, recurs: bool, dated: i64, sort: i64) -> Option<Moment> {
    let due = due.filter(|_| recurs && dated == DUE)?;
    (due.at.0 != sort).then_some(Moment(sort))
}

pub(super) fn notice_row(r: &Row<'_>, times: Times) -> rusqlite::Result<NoticeRow> {
    let (urgent, last_seen, dated, sort) = (r.get(4)?, r.get(9)?, r.get(15)?, r.get(16)?);
    let due = due_view(r.get(5)?, r.get(6)?);
    let next = comes_round(due.as_ref(), r.get(19)?, dated, sort);
    Ok(NoticeRow {
        id: r.get(0)?,
        title: titles::of(r, 1, 18)?,
        state: State::parse(r.get_ref(2)?.as_str()?).unwrap_or_default(),
        later_until: r.get::<_, Option<i64>>(3)?.map(Moment),
        urgent,
        due: due.map(|due| due.come_round(next)),
        event_at: r.get::<_, Option<i64>>(7)?.map(Moment),
        first_seen: Moment(r.get(8)?),
        last_seen: Moment(last_seen),
        groups: r.get(10)?,
        copies: r.get(11)?,
        lead_group: r.get::<_, Option<String>>(12)?.unwrap_or_default(),
        conflict: r.get::<_, Option<String>>(13)?.is_some(),
        reopened: r.get(14)?,
        section: times.section(urgent, last_seen.max(r.get(17)?), dated, sort),
        sort,
    })
}
