//! The database's side of a hand-over: what is handed on, and which messages of a file are here already.

use rusqlite::types::Value as Sql;
use rusqlite::{OptionalExtension, Row, params};
use serde_json::{Map, Value, json};

use super::tables::{TABLES, Table};
use super::{ListQuery, PageFrom, Result, Store};
use crate::handover::{HandedMessage, HandedRow, Handover, VERSION};
use crate::message::{Completeness, GroupRef, Kind, Message, MessageKey, Platform, Precision};
use crate::notice::{Moment, Notice, State, View};

/// Steps of the log that are handed on.
const LOG: usize = 2_000;

impl Store {
    /// Everything that is handed on: open notices, decisions, the list of evidence, the log, and the messages of all these.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn handover(&self, now: i64) -> Result<Handover> {
        const PAGE: usize = 500;
        let decisions = self.decision_rows()?;
        let (mut open, mut evidence, mut keys) = (Vec::new(), Vec::new(), std::collections::BTreeSet::new());
        let query = ListQuery { view: View::All, now, ..ListQuery::default() };
        let mut rows = self.page(&query, PageFrom::Start, PAGE)?;
        while let Some(last) = rows.last().cloned() {
            for row in &rows {
                let settled = matches!(row.state, State::Done | State::Noted);
                let Some(notice) = self.notice_for_paper(&row.id)? else { continue };
                let files = notice.duties.iter().any(|d| !d.evidence.is_empty());
                if files {
                    evidence.push(summary(&notice)?);
                }
                if !settled {
                    open.push(summary(&notice)?);
                }
                if files || !settled {
                    keys.extend(notice.copies.iter().map(|c| c.message.clone()));
                    for link in &notice.links {
                        let other = self.notice_for_paper(&link.notice)?;
                        keys.extend(other.into_iter().flat_map(|n| n.copies).map(|c| c.message));
                    }
                }
            }
            rows = self.page(&query, PageFrom::After(&last), PAGE)?;
        }
        for handed in &decisions {
            let anchors = Table::find(&handed.table).map_or(&[][..], |t| t.anchors);
            keys.extend(anchors.iter().filter_map(|c| Some(handed.row.get(*c)?.as_str()?.to_owned())));
        }
        let mut messages = Vec::with_capacity(keys.len());
        for key in keys {
            messages.extend(self.handed_message(&key)?);
        }
        messages.sort_by(|a, b| (a.said.sent_at, &a.key).cmp(&(b.said.sent_at, &b.key)));
        let log = self.undo_list(LOG)?.iter().map(serde_json::to_value).collect::<serde_json::Result<_>>()?;
        let (qunbox_handover, made_at) = (VERSION, Moment(now));
        Ok(Handover { qunbox_handover, made_at, masked: false, open, evidence, decisions, log, messages })
    }

    /// The rows of all tables of decisions. That a notice was merely opened is no decision.
    fn decision_rows(&self) -> Result<Vec<HandedRow>> {
        let mut out = Vec::new();
        for table in TABLES {
            let columns: Vec<&str> = table.columns().collect();
            let key: Vec<&str> = table.key().collect();
            let sql =
                format!("SELECT {} FROM {} ORDER BY {}", columns.join(", "), table.name, key.join(", "));
            let mut statement = self.db.prepare(&sql)?;
            let rows = statement.query_map([], |r| read_row(r, &columns))?;
            for row in rows {
                let row = row?;
                let only_seen = row.get("state").is_some_and(|s| s == "open")
                    && row.get("note").is_none_or(Value::is_null);
                if !only_seen {
                    out.push(HandedRow { table: table.name.to_owned(), row });
                }
            }
        }
        Ok(out)
    }

    fn handed_message(&self, key: &str) -> Result<Option<HandedMessage>> {
        let mut statement = self.db.prepare_cached(
            "SELECT m.key, m.sent_at, m.precision, m.sender, m.sender_id, m.kind, m.raw_kind, m.text, m.seq, m.native_id, \
             m.completeness, m.recalled, m.attachments, m.quoted, m.items, g.platform, g.native_id, g.name, g.private_chat \
             FROM message m JOIN work_group g ON g.id = m.work_group WHERE m.key = ?1",
        )?;
        Ok(statement.query_row([key], message).optional()?)
    }

    /// The key under which a message of a file is known here: its own, or that of the same words at the same minute from
    /// the same sender (masked words make another key).
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn key_here(&self, handed: &HandedMessage) -> Result<Option<MessageKey>> {
        if self.has_message(&handed.key)? {
            return Ok(Some(handed.key.clone()));
        }
        let found = self
            .db
            .prepare_cached(
                "SELECT m.key FROM message m JOIN work_group g ON g.id = m.work_group \
                 WHERE m.id >= ?1 AND m.id < ?2 AND m.minute = ?3 AND m.sender = ?4 AND m.text = ?5 LIMIT 1",
            )?
            .query_row(
                params![
                    super::ground::first_row(handed.said.sent_at - 60_000),
                    super::ground::first_row(handed.said.sent_at + 60_000),
                    handed.said.sent_at.div_euclid(60_000),
                    handed.said.sender,
                    handed.said.text
                ],
                |r| r.get(0),
            )
            .optional()?;
        Ok(found.map(MessageKey))
    }

    fn has_message(&self, key: &MessageKey) -> Result<bool> {
        let mut statement = self.db.prepare_cached("SELECT 1 FROM message WHERE key = ?1")?;
        Ok(statement.exists([key.as_str()])?)
    }
}

/// A notice as a reader of the file wants it.
fn summary(notice: &Notice) -> Result<Value> {
    Ok(json!({
        "id": notice.id,
        "title": notice.title,
        "state": notice.state,
        "later_until": notice.later_until,
        "due": notice.due,
        "event": notice.event,
        "groups": notice.groups,
        "duties": serde_json::to_value(&notice.duties)?,
        "first_seen": notice.first_seen,
    }))
}

/// A row as JSON: integers, texts and nothing.
pub(super) fn read_row(r: &Row<'_>, columns: &[&str]) -> rusqlite::Result<Map<String, Value>> {
    let mut row = Map::new();
    for (n, column) in columns.iter().enumerate() {
        let value = match r.get::<_, Sql>(n)? {
            Sql::Integer(n) => Value::from(n),
            Sql::Real(x) => Value::from(x),
            Sql::Text(text) => Value::from(text),
            Sql::Null | Sql::Blob(_) => Value::Null,
        };
        row.insert((*column).to_owned(), value);
    }
    Ok(row)
}

fn message(r: &Row<'_>) -> rusqlite::Result<HandedMessage> {
    let text = |n: usize| r.get::<_, Option<String>>(n);
    let parsed = |n: usize| -> rusqlite::Result<Option<String>> { r.get(n) };
    let sent_at = r.get(1)?;
    let precision = Precision::parse(&r.get::<_, String>(2)?).unwrap_or(Precision::Minute);
    let mut said = Message::text(sent_at, precision, r.get::<_, String>(3)?, r.get::<_, String>(7)?);
    said.sender_id = text(4)?;
    said.kind = Kind::parse(&r.get::<_, String>(5)?).unwrap_or(Kind::Text);
    said.raw_kind = text(6)?;
    said.seq = r.get(8)?;
    said.native_id = text(9)?;
    said.completeness = Completeness::parse(&r.get::<_, String>(10)?).unwrap_or(Completeness::Full);
    said.recalled = r.get(11)?;
    said.attachments = parsed(12)?.and_then(|j| serde_json::from_str(&j).ok()).unwrap_or_default();
    said.quoted = parsed(13)?.and_then(|j| serde_json::from_str(&j).ok());
    said.items = parsed(14)?.and_then(|j| serde_json::from_str(&j).ok()).unwrap_or_default();
    let group = GroupRef {
        platform: text(15)?.and_then(|p| Platform::parse(&p)),
        native_id: text(16)?,
        name: text(17)?,
        name_from_file: false,
        private_chat: r.get(18)?,
    };
    Ok(HandedMessage { key: MessageKey(r.get(0)?), group, said })
}
