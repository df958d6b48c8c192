//! The view 待报: pages of duties by key, counts, and the rows of one notice with files, targets and hints. Every page
//! is an index range, so it costs the same anywhere in a long list.

use std::collections::HashMap;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};

use super::duties::{DONE, OPEN, WAIVED};
use super::{Result, Store, StoreError, namesakes, titles};
use crate::duty::Upload;
use crate::facts::{Destination, DestinationKind};
use crate::notice::{Duty, Evidence, Hint, Moment, Target};

/// Which duties.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UploadQuery {
    /// Which states.
    pub view: UploadView,
    /// Kind of destination.
    pub kind: Option<DestinationKind>,
    /// Name of the group it is to go into, or in which the notice was seen.
    pub group: Option<String>,
    /// Name of the destination (an app, a mailbox), or a part of it.
    pub destination: Option<String>,
    /// Words that must occur in title, destination or what is asked for.
    pub words: String,
    /// Now.
    pub now: i64,
}

/// The states of duties a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum UploadView {
    /// Still owed.
    #[default]
    Open,
    /// Handed in.
    Done,
    /// 免报.
    Waived,
    /// All of them, open ones first.
    All,
}

/// A destination that duties have, to narrow a list by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UploadPlace {
    /// Its kind.
    pub kind: Option<DestinationKind>,
    /// The group, where it is one.
    pub group: Option<String>,
    /// Its name, where it is none.
    pub destination: Option<String>,
    /// How many open duties go there.
    pub count: u64,
}

/// Where a page of duties begins.
#[derive(Clone, Copy, Debug)]
pub enum UploadFrom<'a> {
    /// The first rows.
    Start,
    /// The last rows.
    End,
    /// The rows after this one.
    After(&'a Upload),
    /// The rows just before this one.
    Before(&'a Upload),
    /// The rows around the duty with this id; the first rows when the list does not hold it.
    Around(&'a str),
}

/// How many duties there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UploadCounts {
    /// Open ones.
    pub open: u64,
    /// Of these past their deadline.
    pub overdue: u64,
    /// Handed in.
    pub done: u64,
    /// 免报.
    pub waived: u64,
}

const COLUMNS: &str = "d.id, n.id, n.title, d.what, d.kind, d.destination, d.assumed, \
     (SELECT name FROM work_group g WHERE g.id = d.work_group), d.due, d.class, d.reason, d.note, d.done_at, d.typed_at, \
     d.asker, d.ask, d.reopened, d.recurs, d.undated, d.sort_at, d.notice, d.slot, d.occurrence, d.work_group, d.missed, n.titled";

/// The beginning of a notice's lead copy.
const TEXT: &str =
    "SELECT substr(m.text, 1, 2000) FROM notice n JOIN message m ON m.id = n.lead WHERE n.id = ?1";

/// The place of a row in a list.
pub(super) type Key = (i64, i64, i64, String);

fn key(row: &Upload) -> Key {
    (class_of(&row.state), row.undated, row.sort, row.duty.clone())
}

pub(super) fn class_of(state: &str) -> i64 {
    match state {
        "done" => DONE,
        "waived" => WAIVED,
        _ => OPEN,
    }
}

fn state_of(class: i64) -> &'static str {
    match class {
        DONE => "done",
        WAIVED => "waived",
        _ => "open",
    }
}

/// The word for a kind of destination in database and JSON.
pub(super) fn kind_word(kind: DestinationKind) -> &'static str {
    match kind {
        DestinationKind::Mailbox => "mailbox",
        DestinationKind::Group => "group",
        DestinationKind::App => "app",
        DestinationKind::System => "system",
        DestinationKind::Office => "office",
        DestinationKind::Paper => "paper",
        DestinationKind::Person => "person",
    }
}

pub(super) fn kind_of(word: &str) -> DestinationKind {
    [
        DestinationKind::Mailbox,
        DestinationKind::App,
        DestinationKind::System,
        DestinationKind::Office,
        DestinationKind::Paper,
        DestinationKind::Person,
    ]
    .into_iter()
    .find(|k| kind_word(*k) == word)
    .unwrap_or(DestinationKind::Group)
}

impl Store {
    /// A page of duties, in display order: open ones by deadline, those without one last, settled ones the latest first.
    ///
    /// # Errors
    /// What SQLite reports; [`StoreError::NoGroup`] for an unknown group name.
    pub fn uploads(&self, query: &UploadQuery, from: UploadFrom<'_>, limit: usize) -> Result<Vec<Upload>> {
        let mut rows = match from {
            UploadFrom::Start => self.walk_uploads(query, None, false, limit)?,
            UploadFrom::End => self.walk_uploads(query, None, true, limit)?,
            UploadFrom::After(row) => self.walk_uploads(query, Some(key(row)), false, limit)?,
            UploadFrom::Before(row) => self.walk_uploads(query, Some(key(row)), true, limit)?,
            UploadFrom::Around(id) => {
                let Some(at) = self.upload_key(id)? else {
                    return self.uploads(query, UploadFrom::Start, limit);
                };
                let mut rows = self.walk_uploads(query, Some(at.clone()), true, limit / 2)?;
                // From the row itself on: its key with an id just before it.
                let mut start = at;
                start.3.pop();
                let rest = limit.saturating_sub(rows.len());
                rows.extend(self.walk_uploads(query, Some(start), false, rest)?);
                rows
            }
        };
        // What hangs on a row is asked for row by row, and mostly there is none anywhere.
        let any =
            |sql: &str| -> Result<bool> { Ok(self.db.prepare_cached(sql)?.query_row([], |r| r.get(0))?) };
        let files = any("SELECT EXISTS (SELECT 1 FROM evidence)")?;
        let parts = any("SELECT EXISTS (SELECT 1 FROM duty_target)")?;
        let alike = any(
            "SELECT EXISTS (SELECT 1 FROM work_group a JOIN work_group b ON b.name = a.name AND b.id > a.id)",
        )?;
        for (row, found) in &mut rows {
            if files {
                found.evidence = evidence(&self.db, row)?;
                found.offered = offered(&self.db, row, &found.evidence)?;
            }
            if parts {
                found.targets = targets(&self.db, row)?;
            }
            if alike {
                found.group = self.group_of(row)?;
            }
        }
        Ok(rows.into_iter().map(|r| r.1).collect())
    }

    /// Puts beside each row the beginning of its notice's lead copy. Only the screen shows it.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn tell_texts(&self, rows: &mut [Upload]) -> Result<()> {
        let mut statement = self.db.prepare_cached(TEXT)?;
        for row in rows {
            row.text = statement.query_row([&row.notice], |r| r.get(0)).optional()?.unwrap_or_default();
        }
        Ok(())
    }

    /// Where a duty stands in a list, counted from 1 (0: it is not in it), and how long the list is.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn upload_position(&self, query: &UploadQuery, id: &str) -> Result<(u64, u64)> {
        let (mut rank, mut total, mut inside) = (0, 0, false);
        let at = self.upload_key(id)?;
        for class in classes(query.view) {
            let (filter, mut values) = self.upload_filter(query)?;
            values.insert(0, Value::Integer(*class));
            let count = |tail: &str, values: &[Value]| -> Result<u64> {
                let sql = format!(
                    "SELECT count(*) FROM duty d INDEXED BY duty_list JOIN notice n ON n.row = d.notice WHERE d.class = ?{filter}{tail}"
                );
                let n: i64 =
                    self.db.prepare_cached(&sql)?.query_row(params_from_iter(values), |r| r.get(0))?;
                Ok(n as u64)
            };
            let all = count("", &values)?;
            total += all;
            let Some(at) = &at else { continue };
            if *class < at.0 {
                rank += all;
            } else if *class == at.0 {
                values.extend([Value::Integer(at.1), Value::Integer(at.2), Value::Text(at.3.clone())]);
                let upto = count(" AND (d.undated, d.sort_at, d.id) <= (?, ?, ?)", &values)?;
                rank += upto;
                inside = upto > 0;
            }
        }
        Ok((if inside { rank } else { 0 }, total))
    }

    /// How many there are.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn upload_counts(&self, now: i64) -> Result<UploadCounts> {
        let count = |sql: &str, of: i64| -> Result<u64> {
            let n: i64 = self.db.prepare_cached(sql)?.query_row([of], |r| r.get(0))?;
            Ok(n as u64)
        };
        const CLASS: &str = "SELECT count(*) FROM duty WHERE class = ?1";
        Ok(UploadCounts {
            open: count(CLASS, OPEN)?,
            done: count(CLASS, DONE)?,
            waived: count(CLASS, WAIVED)?,
            overdue: count(
                "SELECT count(*) FROM duty WHERE class = 0 AND undated = 0 AND sort_at < ?1",
                now,
            )?,
        })
    }

    /// A duty by its id or an unambiguous beginning.
    ///
    /// # Errors
    /// [`StoreError::NoDuty`]; what SQLite reports.
    pub fn upload(&self, id: &str, now: i64) -> Result<Upload> {
        let row = find(&self.db, id)?;
        let sql = format!("SELECT {COLUMNS} FROM duty d JOIN notice n ON n.row = d.notice WHERE d.row = ?1");
        let (row, mut found) = self.db.prepare_cached(&sql)?.query_row([row], |r| upload(r, now))?;
        found.evidence = evidence(&self.db, &row)?;
        found.targets = targets(&self.db, &row)?;
        found.group = self.group_of(&row)?;
        found.offered = offered(&self.db, &row, &found.evidence)?;
        Ok(found)
    }

    /// The group of a row, told from another of the same name that carries the notice.
    fn group_of(&self, row: &Found) -> Result<Option<String>> {
        row.group.map(|group| namesakes::shown(&self.db, row.notice, group)).transpose()
    }

    fn upload_key(&self, id: &str) -> Result<Option<Key>> {
        Ok(self
            .db
            .prepare_cached("SELECT class, undated, sort_at, id FROM duty WHERE id = ?1")?
            .query_row([id], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))
            .optional()?)
    }

    fn walk_uploads(
        &self,
        query: &UploadQuery,
        at: Option<Key>,
        back: bool,
        limit: usize,
    ) -> Result<Vec<(Found, Upload)>> {
        let mut out: Vec<(Found, Upload)> = Vec::new();
        let mut classes: Vec<i64> = classes(query.view).to_vec();
        if back {
            classes.reverse();
        }
        for class in classes {
            if out.len() >= limit {
                break;
            }
            let cursor = at.as_ref().filter(|a| a.0 == class);
            if at.as_ref().is_some_and(|a| if back { class > a.0 } else { class < a.0 }) {
                continue;
            }
            let (sql, values) = self.upload_page(query, class, cursor, back, limit - out.len())?;
            let mut statement = self.db.prepare_cached(&sql)?;
            for row in statement.query_map(params_from_iter(&values), |r| upload(r, query.now))? {
                out.push(row?);
            }
        }
        if back {
            out.reverse();
        }
        Ok(out)
    }

    /// The statement for rows of one class after the cursor (`back`: before it, nearest first).
    pub(super) fn upload_page(
        &self,
        query: &UploadQuery,
        class: i64,
        cursor: Option<&Key>,
        back: bool,
        limit: usize,
    ) -> Result<(String, Vec<Value>)> {
        let (filter, mut values) = self.upload_filter(query)?;
        values.insert(0, Value::Integer(class));
        let mut sql = format!(
            "SELECT {COLUMNS} FROM duty d INDEXED BY duty_list JOIN notice n ON n.row = d.notice WHERE d.class = ?{filter}"
        );
        if let Some(cursor) = cursor {
            sql.push_str(" AND (d.undated, d.sort_at, d.id) ");
            sql.push_str(if back { "<" } else { ">" });
            sql.push_str(" (?, ?, ?)");
            values.extend([
                Value::Integer(cursor.1),
                Value::Integer(cursor.2),
                Value::Text(cursor.3.clone()),
            ]);
        }
        let way = if back { " DESC" } else { "" };
        sql.push_str(&format!(" ORDER BY d.undated{way}, d.sort_at{way}, d.id{way} LIMIT ?"));
        values.push(Value::Integer(limit as i64));
        Ok((sql, values))
    }

    fn upload_filter(&self, query: &UploadQuery) -> Result<(String, Vec<Value>)> {
        let mut sql = String::new();
        let mut values = Vec::new();
        if let Some(kind) = query.kind {
            sql.push_str(" AND d.kind = ?");
            values.push(Value::Text(kind_word(kind).to_owned()));
        }
        if let Some(group) = &query.group {
            let ids = self.group_ids(group)?;
            let list = ids.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
            sql.push_str(&format!(
                " AND (d.work_group IN ({list}) OR d.work_group IS NULL AND EXISTS \
                 (SELECT 1 FROM copy c WHERE c.notice = d.notice AND c.work_group IN ({list})))"
            ));
        }
        if let Some(name) = &query.destination {
            sql.push_str(" AND instr(lower(d.destination), ?) > 0");
            values.push(Value::Text(name.to_lowercase()));
        }
        for word in query.words.split_whitespace() {
            sql.push_str(
                " AND (instr(lower(n.title), ?) > 0 OR instr(lower(d.destination), ?) > 0 OR instr(lower(d.what), ?) > 0 \
                 OR instr(lower(coalesce(d.note, '')), ?) > 0)",
            );
            let word = Value::Text(word.to_lowercase());
            values.extend([word.clone(), word.clone(), word.clone(), word]);
        }
        Ok((sql, values))
    }

    /// The rows of a notice's checklist.
    pub(super) fn duties(&self, notice: i64, hints: bool) -> Result<Vec<Duty>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM duty d JOIN notice n ON n.row = d.notice WHERE d.notice = ?1 ORDER BY d.rank"
        );
        let rows: Vec<(Found, Upload)> = self
            .db
            .prepare_cached(&sql)?
            .query_map([notice], |r| upload(r, i64::MIN))?
            .collect::<rusqlite::Result<_>>()?;
        let mut out = Vec::with_capacity(rows.len());
        for (found, u) in rows {
            let mut files = evidence(&self.db, &found)?;
            files.iter_mut().for_each(|f| f.late = u.typed_at.is_some());
            out.push(Duty {
                id: u.duty,
                destination: u.destination,
                group: self.group_of(&found)?,
                due_at: u.due.as_ref().map(|d| d.at),
                due: u.due.clone(),
                state: u.state,
                reason: u.reason,
                what: u.what,
                note: u.note,
                settled_at: u.settled_at,
                typed_at: u.typed_at,
                asker: u.asker,
                assumed: u.assumed,
                ask: u.ask,
                reopened: u.reopened,
                recurs: u.recurs,
                missed: u.missed,
                offered: offered(&self.db, &found, &files)?,
                evidence: files,
                targets: targets(&self.db, &found)?,
                hints: if hints { self.hints(&found, u.due.map(|d| d.at.0))? } else { Vec::new() },
            });
        }
        Ok(out)
    }

    /// Pictures and files of the user's own in the group of a row, between the copy there and a day after its deadline.
    fn hints(&self, row: &Found, due: Option<i64>) -> Result<Vec<Hint>> {
        const DAY_MS: i64 = 24 * 3_600_000;
        const OPEN_END_MS: i64 = 3 * DAY_MS;
        let Some(group) = row.group else {
            return Ok(Vec::new());
        };
        let from: Option<i64> = self
            .db
            .prepare_cached(
                "SELECT min(m.sent_at) FROM copy c JOIN message m ON m.id = c.message \
                 WHERE c.notice = ?1 AND c.work_group = ?2",
            )?
            .query_row([row.notice, group], |r| r.get(0))?;
        let Some(from) = from else {
            return Ok(Vec::new());
        };
        let to = due.map_or(from + OPEN_END_MS, |d| d.max(from) + DAY_MS);
        let mut statement = self.db.prepare_cached(
            "SELECT m.key, m.sent_at, m.kind, m.attachments FROM message m JOIN work_group g ON g.id = m.work_group \
             WHERE m.work_group = ?1 AND m.minute BETWEEN ?2 AND ?3 AND m.kind IN ('image', 'file', 'video') \
             AND (m.is_self = 1 OR EXISTS (SELECT 1 FROM own_name o WHERE o.name = m.sender AND o.work_group IN ('', g.key))) \
             ORDER BY m.minute, m.id LIMIT 20",
        )?;
        let rows = statement.query_map([group, from.div_euclid(60_000), to.div_euclid(60_000)], |r| {
            let attachments: Option<String> = r.get(3)?;
            let files: Vec<crate::message::Attachment> =
                attachments.and_then(|a| serde_json::from_str(&a).ok()).unwrap_or_default();
            Ok(Hint {
                message: r.get(0)?,
                sent_at: Moment(r.get(1)?),
                kind: r.get(2)?,
                name: files.into_iter().find_map(|f| f.name),
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

/// The classes of a view, in order.
fn classes(view: UploadView) -> &'static [i64] {
    match view {
        UploadView::Open => &[OPEN],
        UploadView::Done => &[DONE],
        UploadView::Waived => &[WAIVED],
        UploadView::All => &[OPEN, DONE, WAIVED],
    }
}

/// What names a row's files and targets.
pub(super) struct Found {
    pub notice: i64,
    pub slot: String,
    pub occurrence: i64,
    pub group: Option<i64>,
}

fn upload(r: &Row<'_>, now: i64) -> rusqlite::Result<(Found, Upload)> {
    let due: Option<String> = r.get(8)?;
    let due: Option<crate::notice::DueView> = due.and_then(|d| serde_json::from_str(&d).ok());
    let class: i64 = r.get(9)?;
    let moment =
        |n: usize| -> rusqlite::Result<Option<Moment>> { Ok(r.get::<_, Option<i64>>(n)?.map(Moment)) };
    let found = Found { notice: r.get(20)?, slot: r.get(21)?, occurrence: r.get(22)?, group: r.get(23)? };
    let kind = kind_of(r.get_ref(4)?.as_str()?);
    let name: String = r.get(5)?;
    let upload = Upload {
        duty: r.get(0)?,
        notice: r.get(1)?,
        title: titles::of(r, 2, 25)?,
        what: serde_json::from_str(r.get_ref(3)?.as_str()?).unwrap_or_default(),
        destination: (!name.is_empty()).then_some(Destination { kind, name }),
        assumed: r.get(6)?,
        group: r.get(7)?,
        overdue: class == OPEN && due.as_ref().is_some_and(|d| d.at.0 < now),
        due,
        state: state_of(class).to_owned(),
        evidence: Vec::new(),
        reason: r.get(10)?,
        note: r.get(11)?,
        settled_at: moment(12)?,
        typed_at: moment(13)?,
        asker: r.get(14)?,
        ask: r.get(15)?,
        reopened: r.get(16)?,
        recurs: r.get(17)?,
        targets: Vec::new(),
        missed: r.get(24)?,
        offered: Vec::new(),
        text: String::new(),
        undated: r.get(18)?,
        sort: r.get(19)?,
    };
    Ok((found, upload))
}

/// The row of a duty by its id or an unambiguous beginning.
pub(super) fn find(db: &Connection, id: &str) -> Result<i64> {
    let mut statement =
        db.prepare_cached("SELECT row, id FROM duty WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT 2")?;
    let end = format!("{id}\u{10ffff}");
    let rows: Vec<(i64, String)> =
        statement.query_map([id, &end], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    match &rows[..] {
        [(row, _)] if !id.is_empty() => Ok(*row),
        [(row, first), _] if first == id => Ok(*row),
        _ => Err(StoreError::NoDuty(id.to_owned())),
    }
}

/// The files attached to a row, in the order of attaching.
pub(super) fn evidence(db: &Connection, row: &Found) -> Result<Vec<Evidence>> {
    let mut statement = db.prepare_cached(
        "SELECT e.path, e.sha256, e.size, min(e.added_at) FROM copy c JOIN message m ON m.id = c.message \
         JOIN evidence e ON e.anchor = m.key WHERE c.notice = ?1 AND e.slot = ?2 AND e.occurrence = ?3 \
         GROUP BY e.path ORDER BY 4, 1",
    )?;
    let rows = statement.query_map(params![row.notice, row.slot, row.occurrence], |r| {
        Ok(Evidence {
            path: r.get(0)?,
            sha256: r.get(1)?,
            size: r.get::<_, i64>(2)? as u64,
            added_at: Moment(r.get(3)?),
            missing: false,
            changed: false,
            late: false,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The files that answer a notice of which a person accepted that it asks for the same data: they may serve here too.
pub(super) fn offered(db: &Connection, row: &Found, have: &[Evidence]) -> Result<Vec<String>> {
    let mut statement = db.prepare_cached(
        "SELECT e.path FROM (SELECT target AS notice FROM link WHERE notice = ?1 AND kind = 'same-data' AND by_user = 1 \
         UNION SELECT notice FROM link WHERE target = ?1 AND kind = 'same-data' AND by_user = 1) l \
         JOIN copy c ON c.notice = l.notice JOIN message m ON m.id = c.message JOIN evidence e ON e.anchor = m.key \
         GROUP BY e.path ORDER BY max(e.added_at) DESC, e.path LIMIT 5",
    )?;
    let paths =
        statement.query_map([row.notice], |r| r.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
    Ok(paths.into_iter().filter(|p| !have.iter().any(|e| e.path == *p)).collect())
}

/// The list of a row: its own, else that of the notice it is the next occurrence of, with the ticks of this occurrence.
pub(super) fn targets(db: &Connection, row: &Found) -> Result<Vec<Target>> {
    let ticks: HashMap<String, i64> = db
        .prepare_cached(
            "SELECT t.name, min(t.at) FROM copy c JOIN message m ON m.id = c.message \
             JOIN target_tick t ON t.anchor = m.key WHERE c.notice = ?1 AND t.slot = ?2 AND t.occurrence = ?3 GROUP BY t.name",
        )?
        .query_map(params![row.notice, row.slot, row.occurrence], |r| Ok((r.get(0)?, r.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut names = target_names(db, row.notice, &row.slot)?;
    if names.is_empty() {
        let former: Option<i64> = db
            .prepare_cached(
                "SELECT target FROM link WHERE notice = ?1 AND kind = 'recurs' ORDER BY target DESC LIMIT 1",
            )?
            .query_row([row.notice], |r| r.get(0))
            .optional()?;
        if let Some(former) = former {
            names = target_names(db, former, &row.slot)?;
        }
    }
    Ok(names
        .into_iter()
        .map(|name| Target { done_at: ticks.get(&name).map(|at| Moment(*at)), name })
        .collect())
}

/// The list a person gave a row.
pub(super) fn target_names(db: &Connection, notice: i64, slot: &str) -> Result<Vec<String>> {
    let mut statement = db.prepare_cached(
        "SELECT t.name FROM copy c JOIN message m ON m.id = c.message JOIN duty_target t ON t.anchor = m.key \
         WHERE c.notice = ?1 AND t.slot = ?2 GROUP BY t.name ORDER BY min(t.place), t.name",
    )?;
    let rows = statement.query_map(params![notice, slot], |r| r.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
