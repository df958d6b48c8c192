//! One notice in full: copies, deadline, conflicts, links, replies.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row};
use serde::de::DeserializeOwned;

use super::list::{comes_round, due_view};
use super::{Result, Store, titles};
use crate::cluster::Reason;
use crate::cluster::difference::between;
use crate::facts::Facts;
use crate::notice::{
    Acks, Conflict, ConflictValue, Copy, LIKENESS, Link, LinkKind, MessageRole, Moment, Notice, State,
};

const COLUMNS: &str = "row, id, title, state, later_until, urgent, first_seen, last_seen, due, manual_due, event, recurs, \
     conflicts, demands, signup, ack_groups, lead, titled, dated, sort_at";

impl Store {
    /// A notice by its id or by an unambiguous beginning of it; `None` when there is none, or more than one.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn notice(&self, id: &str) -> Result<Option<Notice>> {
        self.read_notice(id, true)
    }

    /// As [`Store::notice`], for a page that shows hundreds: without how the words of each copy differ, without the words
    /// proposed for a reply and without hints at files, which are costly and concern who has the notice before him.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn notice_for_paper(&self, id: &str) -> Result<Option<Notice>> {
        self.read_notice(id, false)
    }

    fn read_notice(&self, id: &str, whole: bool) -> Result<Option<Notice>> {
        let Some(row) = self.notice_by_id(id)? else {
            return Ok(None);
        };
        let found = self
            .db
            .prepare_cached(&format!("SELECT {COLUMNS} FROM notice WHERE row = ?1"))?
            .query_row([row], |r| Ok((r.get::<_, i64>(16)?, asked(r)?, bare(r)?)))
            .optional()?;
        let Some((lead, asked, mut notice)) = found else {
            return Ok(None);
        };
        notice.copies = self.copies(row, whole)?;
        for copy in &notice.copies {
            if !notice.groups.contains(&copy.group) {
                notice.groups.push(copy.group.clone());
            }
        }
        notice.text = self
            .db
            .prepare_cached("SELECT text FROM message WHERE id = ?1")?
            .query_row([lead], |r| r.get(0))
            .optional()?
            .unwrap_or_default();
        notice.note = self.remark(row)?;
        notice.links = self.links(row)?;
        notice.duties = self.duties(row, whole)?;
        notice.acks = self.acks(row, &asked, whole)?;
        self.fold_signup(row, &mut notice)?;
        Ok(Some(notice))
    }

    /// The row of a notice by its id or an unambiguous beginning.
    pub(super) fn notice_by_id(&self, id: &str) -> Result<Option<i64>> {
        row_of(&self.db, id)
    }

    /// The remark made with the state in force.
    fn remark(&self, row: i64) -> Result<Option<String>> {
        let mut statement = self.db.prepare_cached(
            "SELECT s.at, s.note FROM copy c JOIN message m ON m.id = c.message \
             JOIN state_decision s ON s.anchor = m.key WHERE c.notice = ?1",
        )?;
        let said = statement.query_map([row], |r| Ok((r.get(0)?, r.get(1)?)))?;
        let said = said.collect::<rusqlite::Result<Vec<(i64, Option<String>)>>>()?;
        Ok(said.into_iter().max_by_key(|s| s.0).and_then(|s| s.1))
    }

    fn copies(&self, row: i64, differences: bool) -> Result<Vec<Copy>> {
        let mut statement = self.db.prepare_cached(
            "SELECT m.key, g.name, m.sender, m.sent_at, m.text, c.similarity, c.reason, c.due_at, f.facts, c.due_span FROM copy c \
             JOIN message m ON m.id = c.message JOIN work_group g ON g.id = m.work_group \
             LEFT JOIN facts f ON f.message = m.id WHERE c.notice = ?1 ORDER BY c.rank, m.sent_at, m.key",
        )?;
        let mut rows = statement.query([row])?;
        let mut out: Vec<Copy> = Vec::new();
        let mut lead: Option<(String, Facts)> = None;
        while let Some(r) = rows.next()? {
            let text: String = r.get(4)?;
            let mut differ = None;
            if differences {
                let facts: Facts = json(r, 8)?.unwrap_or_default();
                match &lead {
                    Some(lead) => differ = between((&lead.0, &lead.1), (&text, &facts)),
                    None => lead = Some((text.clone(), facts)),
                }
            }
            out.push(Copy {
                message: r.get(0)?,
                group: r.get(1)?,
                sender: r.get(2)?,
                sent_at: Moment(r.get(3)?),
                text,
                similarity: r.get(5)?,
                reason: Reason::words_of(r.get_ref(6)?.as_str().unwrap_or_default()),
                due_at: r.get::<_, Option<i64>>(7)?.map(Moment),
                due_span: r.get::<_, Option<String>>(9)?.and_then(|s| {
                    let (a, b) = s.split_once(' ')?;
                    Some([a.parse().ok()?, b.parse().ok()?])
                }),
                differences: differ,
            });
        }
        Ok(out)
    }

    /// Compares the copies of a notice with one of them instead of the lead copy; whether it is one of them.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn compare(&self, notice: &mut Notice, message: &str) -> Result<bool> {
        let Some(row) = self.notice_by_id(&notice.id)? else {
            return Ok(false);
        };
        let mut statement = self.db.prepare_cached(
            "SELECT m.key, m.text, f.facts FROM copy c JOIN message m ON m.id = c.message \
             LEFT JOIN facts f ON f.message = m.id WHERE c.notice = ?1",
        )?;
        let mut rows = statement.query([row])?;
        let mut read: HashMap<String, (String, Facts)> = HashMap::new();
        while let Some(r) = rows.next()? {
            read.insert(r.get(0)?, (r.get(1)?, json(r, 2)?.unwrap_or_default()));
        }
        let Some((text, facts)) = read.get(message) else {
            return Ok(false);
        };
        for copy in &mut notice.copies {
            let other = read.get(&copy.message).filter(|_| copy.message != message);
            copy.differences = other.and_then(|other| between((text, facts), (&other.0, &other.1)));
        }
        Ok(true)
    }

    fn links(&self, row: i64) -> Result<Vec<Link>> {
        let mut out = Vec::new();
        for (sql, direction) in [
            (
                "SELECT l.kind, n.id, l.reason, l.by_user, s.kind FROM link l JOIN notice n ON n.row = l.target \
                 JOIN notice s ON s.row = l.notice WHERE l.notice = ?1 ORDER BY 2, 1",
                "to",
            ),
            (
                "SELECT l.kind, n.id, l.reason, l.by_user, n.kind FROM link l JOIN notice n ON n.row = l.notice \
                 WHERE l.target = ?1 ORDER BY 2, 1",
                "from",
            ),
        ] {
            let mut statement = self.db.prepare_cached(sql)?;
            let mut rows = statement.query([row])?;
            while let Some(r) = rows.next()? {
                let Some(kind) = LinkKind::parse(r.get_ref(0)?.as_str().unwrap_or_default()) else {
                    continue;
                };
                let why = r.get_ref(2)?.as_str().unwrap_or_default();
                let proposed = kind == LinkKind::Similar && Reason::is_doubtful(why);
                out.push(Link {
                    kind,
                    direction: direction.to_owned(),
                    notice: r.get(1)?,
                    by: if r.get(3)? { "user" } else { "rule" }.to_owned(),
                    reason: Some(Reason::words_of(why)).filter(|r| !r.is_empty()),
                    proposes: proposed.then_some(speaks(r.get_ref(4)?.as_str().unwrap_or_default())),
                });
            }
        }
        Ok(out)
    }

    /// A group's name and up to when its exports reach.
    pub(super) fn group_end(&self, group: i64) -> Result<Option<(String, Option<i64>)>> {
        let name = self
            .db
            .prepare_cached("SELECT name FROM work_group WHERE id = ?1")?
            .query_row([group], |r| r.get::<_, String>(0))
            .optional()?;
        let Some(name) = name else { return Ok(None) };
        Ok(Some((name, self.covered_until(group)?)))
    }
}

fn json<T: DeserializeOwned>(r: &Row<'_>, column: usize) -> rusqlite::Result<Option<T>> {
    Ok(r.get::<_, Option<String>>(column)?.and_then(|text| serde_json::from_str(&text).ok()))
}

fn asked(r: &Row<'_>) -> rusqlite::Result<Vec<i64>> {
    Ok(json(r, 15)?.unwrap_or_default())
}

/// What stands in the notice's own row.
fn bare(r: &Row<'_>) -> rusqlite::Result<Notice> {
    let conflicts: Vec<Conflict> = json(r, 12)?.unwrap_or_default();
    let (due, recurs) = (due_view(r.get(8)?, r.get(9)?), r.get::<_, Option<String>>(11)?);
    let next_due = comes_round(due.as_ref(), recurs.is_some(), r.get(18)?, r.get(19)?);
    Ok(Notice {
        id: r.get(1)?,
        title: titles::of(r, 2, 17)?,
        text: String::new(),
        state: State::parse(r.get_ref(3)?.as_str()?).unwrap_or_default(),
        later_until: r.get::<_, Option<i64>>(4)?.map(Moment),
        note: None,
        urgent: r.get(5)?,
        first_seen: Moment(r.get(6)?),
        last_seen: Moment(r.get(7)?),
        groups: Vec::new(),
        copies: Vec::new(),
        due,
        event: json(r, 10)?,
        recurs,
        next_due,
        unlike: unlike(&conflicts),
        conflicts,
        demands: json(r, 13)?.unwrap_or_default(),
        duties: Vec::new(),
        links: Vec::new(),
        signup: json(r, 14)?,
        acks: Acks::default(),
    })
}

/// What a notice of this kind does to the one it speaks of; one that has no word for it calls it to mind.
fn speaks(kind: &str) -> LinkKind {
    match MessageRole::parse(kind) {
        Some(MessageRole::Correction) => LinkKind::Corrects,
        Some(MessageRole::Cancellation) => LinkKind::Cancels,
        Some(MessageRole::Closure) => LinkKind::Closes,
        _ => LinkKind::Reminds,
    }
}

/// The alarm among the conflicts, if it went off.
fn unlike(conflicts: &[Conflict]) -> Option<ConflictValue> {
    conflicts.iter().find(|c| c.fact == LIKENESS)?.values.first().cloned()
}

/// The row of a notice by its id or an unambiguous beginning.
pub(super) fn row_of(db: &Connection, id: &str) -> Result<Option<i64>> {
    if id.is_empty() {
        return Ok(None);
    }
    let mut statement =
        db.prepare_cached("SELECT row, id FROM notice WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT 2")?;
    let end = format!("{id}\u{10ffff}");
    let rows: Vec<(i64, String)> =
        statement.query_map([id, &end], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    Ok(match &rows[..] {
        [(row, _)] => Some(*row),
        [(row, first), _] if first == id => Some(*row),
        _ => None,
    })
}
