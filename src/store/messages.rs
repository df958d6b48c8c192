//! Every imported message and where it went.

use std::ops::ControlFlow;

use rusqlite::types::Value;
use rusqlite::{Row, params};
use serde::Serialize;

use super::{Result, Store, StoreError};
use crate::message::Attachment;
use crate::notice::{MessageRole, Moment};

/// Which messages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MessageFilter {
    /// Name of a work group.
    pub group: Option<String>,
    /// What became of them.
    pub role: Option<MessageRole>,
    /// Id of the notice they carry or answer.
    pub notice: Option<String>,
}

/// A message as `messages --json` shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of contract.md §2")]
pub struct MessageRow {
    pub id: String,
    pub group: String,
    pub platform: Option<String>,
    pub sender: String,
    pub is_self: Option<bool>,
    pub sent_at: Moment,
    pub precision: String,
    pub kind: String,
    pub text: String,
    pub attachments: Vec<Attachment>,
    pub role: MessageRole,
    pub notice: Option<String>,
    pub recalled: bool,
    pub sources: Vec<SourceRef>,
}

/// Where a message stands in an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourceRef {
    /// Path of the file as it was imported.
    pub file: String,
    /// Line, row or ordinal, from 1.
    pub line: u32,
}

/// The notice a reader finds the message under: what is filed under another notice is found there. For a notice `n`.
pub(super) const SHOWN_ID: &str = "CASE WHEN n.attached = 1 THEN coalesce((SELECT t.id FROM link l \
     JOIN notice t ON t.row = l.target WHERE l.notice = n.row \
     AND l.kind IN ('corrects', 'cancels', 'closes', 'reminds') ORDER BY l.target LIMIT 1), n.id) ELSE n.id END";

const COLUMNS: &str = "m.id, m.key, g.name, g.platform, m.sender, m.is_self, m.sent_at, m.precision, m.kind, m.text, \
     m.attachments, coalesce(p.role, 'chatter'), shown_id, m.recalled";

impl Store {
    /// Gives every message that fits to `each`, in order of time (of a group: to the minute), until it breaks.
    ///
    /// # Errors
    /// What SQLite reports; an unknown group or notice.
    pub fn messages(
        &self,
        filter: &MessageFilter,
        each: &mut dyn FnMut(MessageRow) -> ControlFlow<()>,
    ) -> Result<()> {
        let from = "message m JOIN work_group g ON g.id = m.work_group LEFT JOIN placement p ON p.message = m.id \
                    LEFT JOIN notice n ON n.row = p.notice";
        let mut values = Vec::new();
        let columns = COLUMNS.replace("shown_id", SHOWN_ID);
        let mut sql = format!("SELECT {columns} FROM {from} WHERE 1");
        if let Some(name) = &filter.group {
            let ids: Vec<String> = self.group_ids(name)?.iter().map(i64::to_string).collect();
            sql.push_str(&format!(" AND m.work_group IN ({})", ids.join(",")));
        }
        if let Some(role) = filter.role {
            sql.push_str(" AND coalesce(p.role, 'chatter') = ?");
            values.push(Value::Text(role.as_str().to_owned()));
        }
        if let Some(id) = &filter.notice {
            let row = self.notice_by_id(id)?.ok_or_else(|| StoreError::NoNotice(id.clone()))?;
            sql.push_str(
                " AND m.id IN (SELECT message FROM placement WHERE notice = ? \
                 UNION SELECT message FROM copy WHERE notice = ? \
                 UNION SELECT q.message FROM link l JOIN notice a ON a.row = l.notice AND a.attached = 1 \
                 JOIN placement q ON q.notice = a.row WHERE l.target = ?)",
            );
            values.extend([Value::Integer(row), Value::Integer(row), Value::Integer(row)]);
        }
        sql.push_str(" ORDER BY m.id");
        let mut statement = self.db.prepare(&sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(values))?;
        while let Some(r) = rows.next()? {
            let (id, mut row) = message_row(r)?;
            row.sources = self.sources(id)?;
            if each(row).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn sources(&self, message: i64) -> Result<Vec<SourceRef>> {
        let mut statement = self.db.prepare_cached(
            "SELECT f.path, s.line FROM message_source s JOIN source_file f ON f.id = s.source \
             WHERE s.message = ?1 ORDER BY s.source",
        )?;
        let rows =
            statement.query_map(params![message], |r| Ok(SourceRef { file: r.get(0)?, line: r.get(1)? }))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

fn message_row(r: &Row<'_>) -> rusqlite::Result<(i64, MessageRow)> {
    let attachments: Option<String> = r.get(10)?;
    Ok((
        r.get(0)?,
        MessageRow {
            id: r.get(1)?,
            group: r.get(2)?,
            platform: r.get(3)?,
            sender: r.get(4)?,
            is_self: r.get(5)?,
            sent_at: Moment(r.get(6)?),
            precision: r.get(7)?,
            kind: r.get(8)?,
            text: r.get(9)?,
            attachments: attachments.and_then(|a| serde_json::from_str(&a).ok()).unwrap_or_default(),
            role: MessageRole::parse(r.get_ref(11)?.as_str()?).unwrap_or(MessageRole::Chatter),
            notice: r.get(12)?,
            recalled: r.get(13)?,
            sources: Vec::new(),
        },
    ))
}
