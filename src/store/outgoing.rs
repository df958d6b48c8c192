//! What digest and reports ask beyond lists and notices: when something was decided, which files could not be read, every
//! message and copy of a period; and when the screen was closed last.

use std::collections::HashMap;

use rusqlite::params;

use super::{Result, Store};
use crate::notice::Moment;

/// A file that could not be read, or not whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadFile {
    /// Its path as it was imported.
    pub path: String,
    /// Line of the first trouble.
    pub line: Option<u64>,
    /// The first trouble, in words.
    pub reason: String,
}

/// A message as the burden report counts it.
#[derive(Clone, Copy, Debug)]
pub struct MessageSeen<'a> {
    /// Name of its work group.
    pub group: &'a str,
    /// When it was sent.
    pub sent_at: i64,
    /// Whether the clock time is known, not only the day.
    pub timed: bool,
    /// Its text.
    pub text: &'a str,
}

/// A copy of a notice as the burden report counts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopySeen {
    /// Row of the notice, to tell notices apart.
    pub notice: i64,
    /// Name of the work group.
    pub group: String,
    /// Who posted it, as exported.
    pub sender: String,
    /// Whether the notice asks for something.
    pub demands: bool,
}

/// What a digest must know of a notice to tell whether it concerns it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glance {
    /// Its id.
    pub id: String,
    /// Whether it is 阅知 or 已办.
    pub settled: bool,
    /// The deadline in force.
    pub due: Option<i64>,
    /// When it takes place.
    pub event_at: Option<i64>,
    /// First copy.
    pub first_seen: i64,
    /// Last copy.
    pub last_seen: i64,
}

/// What a digest must know of an open checklist row to tell where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owed {
    /// Its id.
    pub duty: String,
    /// Id of its notice.
    pub notice: String,
    /// Its deadline.
    pub due: Option<i64>,
    /// First copy of its notice.
    pub first_seen: i64,
    /// Last copy of its notice.
    pub last_seen: i64,
}

/// Notices with the moments of their states; from the decisions, which are fewer, to the notices.
const STATED: &str = "SELECT n.id, s.at FROM state_decision s CROSS JOIN message m ON m.key = s.anchor \
     CROSS JOIN copy c ON c.message = m.id CROSS JOIN notice n ON n.row = c.notice";

/// The last row of a checklist settles its notice.
const SETTLED: &str = "SELECT n.id, d.done_at FROM duty d INDEXED BY duty_list CROSS JOIN notice n ON n.row = d.notice \
     WHERE d.class = 1 AND d.done_at IS NOT NULL AND n.state = 'done'";

/// Where the moment of the last closing is kept.
const CLOSED_AT: &str = "closed_at";

impl Store {
    /// When the screen was closed last; `None` where it never was.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn closed_at(&self) -> Result<Option<i64>> {
        Ok(self.meta(CLOSED_AT)?.and_then(|at| at.parse().ok()))
    }

    /// Keeps the moment the screen is closed, for "since you closed at …".
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn set_closed(&mut self, at: i64) -> Result<()> {
        self.db.execute("INSERT OR REPLACE INTO meta VALUES (?1, ?2)", params![CLOSED_AT, at.to_string()])?;
        Ok(())
    }

    /// Every notice that stands in a list, seen in these groups (none: in any), by id. One pass along an index, a year's in
    /// some hundredths of a second.
    ///
    /// # Errors
    /// What SQLite reports; an unknown group.
    pub fn glances(&self, groups: &[String]) -> Result<Vec<Glance>> {
        let within = match self.ids_listed(groups)? {
            Some(ids) => format!(" AND row IN (SELECT notice FROM copy WHERE work_group IN ({ids}))"),
            None => String::new(),
        };
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT id, state IN ('done', 'noted'), coalesce(manual_due, due_at), event_at, first_seen, last_seen \
             FROM notice INDEXED BY notice_glance WHERE attached = 0{within} ORDER BY id"
        ))?;
        let rows = statement.query_map([], |r| {
            Ok(Glance {
                id: r.get(0)?,
                settled: r.get(1)?,
                due: r.get(2)?,
                event_at: r.get(3)?,
                first_seen: r.get(4)?,
                last_seen: r.get(5)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Every open row of the ledger, by id. `groups` as in [`Store::glances`]; a row that is to go into one work group is
    /// that group's, any other belongs to every group its notice was seen in.
    ///
    /// # Errors
    /// What SQLite reports; an unknown group.
    pub fn owed(&self, groups: &[String]) -> Result<Vec<Owed>> {
        let within = match self.ids_listed(groups)? {
            Some(ids) => format!(
                " AND (d.work_group IN ({ids}) OR d.work_group IS NULL AND EXISTS \
                 (SELECT 1 FROM copy c WHERE c.notice = d.notice AND c.work_group IN ({ids})))"
            ),
            None => String::new(),
        };
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT d.id, n.id, d.due_at, n.first_seen, n.last_seen FROM duty d INDEXED BY duty_list \
             JOIN notice n ON n.row = d.notice WHERE d.class = 0{within}"
        ))?;
        let rows = statement.query_map([], |r| {
            Ok(Owed {
                duty: r.get(0)?,
                notice: r.get(1)?,
                due: r.get(2)?,
                first_seen: r.get(3)?,
                last_seen: r.get(4)?,
            })
        })?;
        let mut owed: Vec<Owed> = rows.collect::<rusqlite::Result<_>>()?;
        owed.sort_by(|a, b| a.duty.cmp(&b.duty));
        Ok(owed)
    }

    /// The rows of these work groups as a list for SQL; `None` for no restriction.
    fn ids_listed(&self, groups: &[String]) -> Result<Option<String>> {
        if groups.is_empty() {
            return Ok(None);
        }
        let mut ids: Vec<String> = Vec::new();
        for name in groups {
            ids.extend(self.group_ids(name)?.iter().map(i64::to_string));
        }
        Ok(Some(ids.join(",")))
    }

    /// Shows every message sent from `from` until before `to`.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn messages_within(&self, from: i64, to: i64, each: &mut dyn FnMut(MessageSeen<'_>)) -> Result<()> {
        let mut statement = self.db.prepare_cached(
            "SELECT g.name, m.sent_at, m.precision IN ('day', 'none'), m.text FROM message m \
             JOIN work_group g ON g.id = m.work_group WHERE m.id >= ?1 AND m.sent_at >= ?2 AND m.sent_at < ?3",
        )?;
        let mut rows = statement.query(params![super::ground::first_row(from), from, to])?;
        while let Some(r) = rows.next()? {
            each(MessageSeen {
                group: r.get_ref(0)?.as_str().unwrap_or_default(),
                sent_at: r.get(1)?,
                timed: !r.get::<_, bool>(2)?,
                text: r.get_ref(3)?.as_str().unwrap_or_default(),
            });
        }
        Ok(())
    }

    /// Every copy sent from `from` until before `to`, of notices that stand in a list.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn copies_within(&self, from: i64, to: i64) -> Result<Vec<CopySeen>> {
        let mut statement = self.db.prepare_cached(
            "SELECT c.notice, g.name, m.sender, n.demands IS NOT NULL AND n.demands <> '[]' FROM message m \
             CROSS JOIN copy c ON c.message = m.id JOIN notice n ON n.row = c.notice \
             JOIN work_group g ON g.id = m.work_group \
             WHERE m.id >= ?1 AND m.sent_at >= ?2 AND m.sent_at < ?3 AND n.attached = 0",
        )?;
        let rows = statement.query_map(params![super::ground::first_row(from), from, to], |r| {
            Ok(CopySeen { notice: r.get(0)?, group: r.get(1)?, sender: r.get(2)?, demands: r.get(3)? })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// When the state of a notice was decided last, by id. Notices nobody decided on are not there.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn decided(&self) -> Result<HashMap<String, Moment>> {
        let mut out: HashMap<String, Moment> = HashMap::new();
        for sql in [STATED, SETTLED] {
            let mut statement = self.db.prepare_cached(sql)?;
            for row in statement.query_map([], |r| Ok((r.get::<_, String>(0)?, Moment(r.get(1)?))))? {
                let (id, at) = row?;
                let known = out.entry(id).or_insert(at);
                *known = at.max(*known);
            }
        }
        Ok(out)
    }

    /// Files that came in at or after `since` and failed, or came in only in part, by path; a later import of the same
    /// path that went well clears it.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn bad_files(&self, since: i64) -> Result<Vec<BadFile>> {
        let mut statement = self.db.prepare_cached(
            "SELECT f.path, f.id FROM source_file f WHERE f.status IN ('failed', 'partial') AND f.added_at >= ?1 \
             AND NOT EXISTS (SELECT 1 FROM source_file g WHERE g.path = f.path AND g.id > f.id) ORDER BY f.path",
        )?;
        let files: Vec<(String, i64)> = statement
            .query_map(params![since], |r| Ok((r.get(0)?, r.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let mut first = self.db.prepare_cached(
            "SELECT line, reason FROM issue WHERE source = ?1 ORDER BY coalesce(line, 0) LIMIT 1",
        )?;
        let mut out = Vec::with_capacity(files.len());
        for (path, id) in files {
            let mut rows = first.query([id])?;
            let (line, reason) = match rows.next()? {
                Some(r) => (r.get::<_, Option<i64>>(0)?.and_then(|n| u64::try_from(n).ok()), r.get(1)?),
                None => (None, String::new()),
            };
            out.push(BadFile { path, line, reason });
        }
        Ok(out)
    }
}
