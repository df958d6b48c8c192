//! The 收到 ledger of a notice, its folded sign-up, and the names that may be the user's.

use rusqlite::{OptionalExtension, params};

use super::{Result, Store, namesakes};
use crate::duty::{self, Sender, Suggestion};
use crate::facts::Facts;
use crate::notice::{AckMissing, AckSeen, Acks, Moment, Notice, SignupLine};

impl Store {
    /// The replies: groups that asked, groups where a reply of the user's is seen (asked or not), for the others that asked how far the export
    /// reaches (not seen is not the same as not sent), and the groups that did not ask. A reply is tied to a notice
    /// because it quotes a copy, or because it is the next one after it in its group; the user may untie it.
    pub(super) fn acks(&self, row: i64, asked: &[i64], reply: bool) -> Result<Acks> {
        let mut acks = Acks::default();
        let mut statement = self.db.prepare_cached(
            "SELECT g.name, m.key, m.sent_at, m.text, m.quoted IS NOT NULL FROM placement p JOIN message m ON m.id = p.message \
             JOIN work_group g ON g.id = m.work_group \
             WHERE p.notice = ?1 AND p.role = 'ack' AND m.work_group = ?2 AND (m.is_self = 1 OR EXISTS \
             (SELECT 1 FROM own_name o WHERE o.name = m.sender AND o.work_group IN ('', g.key))) \
             AND NOT EXISTS (SELECT 1 FROM untied u WHERE u.message = m.key) ORDER BY p.message LIMIT 1",
        )?;
        let carried: Vec<i64> = self
            .db
            .prepare_cached(
                "SELECT work_group FROM copy WHERE notice = ?1 GROUP BY work_group ORDER BY min(message)",
            )?
            .query_map([row], |r| r.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        for group in carried {
            let Some((_, last)) = self.group_end(group)? else {
                continue;
            };
            let name = namesakes::shown(&self.db, row, group)?;
            let is_asked = asked.contains(&group);
            if is_asked {
                acks.asked.push(name.clone());
            } else {
                acks.not_asked.push(name.clone());
            }
            let seen = statement
                .query_row(params![row, group], |r| {
                    Ok(AckSeen {
                        group: r.get(0)?,
                        message: r.get(1)?,
                        sent_at: Moment(r.get(2)?),
                        text: r.get(3)?,
                        tied_by: if r.get(4)? { "quote" } else { "follows" }.to_owned(),
                    })
                })
                .optional()?;
            match seen {
                Some(seen) => acks.seen.push(AckSeen { group: name, ..seen }),
                None if !is_asked => {}
                None => acks.not_seen.push(AckMissing { group: name, covered_until: last.map(Moment) }),
            }
        }
        if reply && !acks.asked.is_empty() {
            acks.reply = self.reply_words(&acks)?;
        }
        Ok(acks)
    }

    /// The words of a reply: those the user gave this notice elsewhere, else the last bare reply of the user's among what was
    /// imported last, else 收到.
    fn reply_words(&self, acks: &Acks) -> Result<String> {
        const LONGEST: usize = 16;
        let plain = |text: &str| text.chars().count() <= LONGEST && !text.contains(['「', '\n']);
        if let Some(seen) = acks.seen.iter().find(|s| plain(&s.text)) {
            return Ok(seen.text.clone());
        }
        let mut statement = self.db.prepare_cached(
            "SELECT m.text FROM (SELECT message FROM placement \
             WHERE message > (SELECT max(message) FROM placement) - 5000 AND role = 'ack' ORDER BY message DESC) p \
             CROSS JOIN message m ON m.id = p.message CROSS JOIN work_group g ON g.id = m.work_group \
             WHERE (m.is_self = 1 OR EXISTS \
             (SELECT 1 FROM own_name o WHERE o.name = m.sender AND o.work_group IN ('', g.key))) \
             AND instr(m.text, '收到') > 0 AND length(m.text) <= 16 LIMIT 1",
        )?;
        let last: Option<String> = statement.query_row([], |r| r.get(0)).optional()?;
        Ok(last.filter(|t| plain(t)).unwrap_or_else(|| "收到".to_owned()))
    }

    /// Adds to a sign-up its entries with the moment each was first seen, and the listed names that are missing.
    pub(super) fn fold_signup(&self, row: i64, notice: &mut Notice) -> Result<()> {
        let Some(signup) = &mut notice.signup else {
            return Ok(());
        };
        let mut statement = self.db.prepare_cached(
            "SELECT m.sent_at, f.facts FROM copy c JOIN message m ON m.id = c.message JOIN facts f ON f.message = m.id \
             WHERE c.notice = ?1 ORDER BY m.sent_at, m.key",
        )?;
        let mut joined: Vec<(String, i64)> = Vec::new();
        let mut longest: Vec<(u32, String)> = Vec::new();
        let mut rows = statement.query([row])?;
        while let Some(r) = rows.next()? {
            let sent: i64 = r.get(0)?;
            let facts: Option<Facts> = serde_json::from_str(r.get_ref(1)?.as_str().unwrap_or_default()).ok();
            let Some(found) = facts.and_then(|f| f.signup) else {
                continue;
            };
            for entry in &found.entries {
                if !joined.iter().any(|j| j.0 == entry.text) {
                    joined.push((entry.text.clone(), sent));
                }
            }
            if found.entries.len() > longest.len() {
                longest = found.entries.into_iter().map(|e| (e.number, e.text)).collect();
            }
        }
        let texts: Vec<&str> = longest.iter().map(|e| e.1.as_str()).collect();
        signup.missing = duty::missing(&signup.title, &texts);
        signup.list = longest
            .iter()
            .map(|(number, text)| SignupLine {
                number: *number,
                text: text.clone(),
                joined_at: Moment(joined.iter().find(|j| j.0 == *text).map_or(0, |j| j.1)),
            })
            .collect();
        Ok(())
    }

    /// The spellings among all senders that are near to `names`; without names, near to those that are known to be the
    /// user's: given before, or marked as such by an export.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn suggest_names(&self, names: &[String]) -> Result<Vec<Suggestion>> {
        let mut wanted = names.to_vec();
        if wanted.is_empty() {
            let mut known = self.db.prepare_cached(
                "SELECT name FROM own_name UNION SELECT DISTINCT sender FROM message WHERE is_self = 1 AND sender <> '' LIMIT 100",
            )?;
            wanted = known.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
        }
        let mut statement = self.db.prepare_cached(
            "SELECT g.name, m.sender, count(*) FROM message m JOIN work_group g ON g.id = m.work_group \
             WHERE m.sender <> '' AND m.kind <> 'system' GROUP BY m.work_group, m.sender",
        )?;
        let senders: Vec<Sender> = statement
            .query_map([], |r| {
                Ok(Sender { group: r.get(0)?, name: r.get(1)?, messages: r.get::<_, i64>(2)? as u64 })
            })?
            .collect::<rusqlite::Result<_>>()?;
        Ok(duty::propose(&wanted, &senders))
    }
}
