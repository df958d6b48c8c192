//! 多头填报: proposes links between notices of different issuers that ask for the same data. Proposals only: the two stay
//! two notices with their own rows.

use std::collections::HashMap;

use rusqlite::{Connection, params};

use super::Result;
use crate::cluster::Reason;
use crate::duty::{self, Fields, PERIOD_MS};

/// Most proposals of one notice.
const MOST: usize = 3;
/// A longer text speaks of too many things: only its title and what it asks for are compared then.
const LONG: usize = 800;

struct Asked {
    row: i64,
    seen: i64,
    group: i64,
    sender: String,
    fields: Fields,
}

/// Writes the proposals anew for notices seen at `from` or within a period before it.
pub(super) fn propose(tx: &Connection, from: i64) -> Result<()> {
    let since = from.saturating_sub(PERIOD_MS);
    tx.prepare_cached(
        "DELETE FROM link WHERE kind = 'same-data' AND notice IN (SELECT row FROM notice WHERE last_seen >= ?1)",
    )?
    .execute([since])?;
    let mut statement = tx.prepare_cached(
        "SELECT n.row, n.first_seen, n.lead_group, m.sender, m.text, n.title, \
         (SELECT group_concat(d.what, ' ') FROM duty d WHERE d.notice = n.row) \
         FROM notice n JOIN message m ON m.id = n.lead \
         WHERE n.last_seen >= ?1 AND n.attached = 0 AND EXISTS (SELECT 1 FROM duty d WHERE d.notice = n.row) \
         ORDER BY n.first_seen, n.row",
    )?;
    let mut asked: Vec<Asked> = Vec::new();
    let mut rows = statement.query([since])?;
    while let Some(r) = rows.next()? {
        let (text, title, what): (String, String, Option<String>) = (r.get(4)?, r.get(5)?, r.get(6)?);
        let short = text.chars().count() <= LONG;
        let fields =
            duty::fields(&if short { text } else { format!("{title} {}", what.unwrap_or_default()) });
        asked.push(Asked { row: r.get(0)?, seen: r.get(1)?, group: r.get(2)?, sender: r.get(3)?, fields });
    }
    let mut by_class: HashMap<&str, Vec<usize>> = HashMap::new();
    for (n, one) in asked.iter().enumerate() {
        let mut found: Vec<(usize, Vec<String>)> = Vec::new();
        for class in one.fields.classes() {
            for &other in by_class.get(class).into_iter().flatten().rev() {
                let before = &asked[other];
                if one.seen - before.seen > PERIOD_MS {
                    break;
                }
                let same_issuer = before.group == one.group || before.sender == one.sender;
                if same_issuer || found.iter().any(|f| f.0 == other) {
                    continue;
                }
                if let Some(words) = duty::shared(&one.fields, &before.fields) {
                    found.push((other, words));
                }
            }
        }
        found.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(b.0.cmp(&a.0)));
        for (other, words) in found.into_iter().take(MOST) {
            write(tx, one.row, asked[other].row, &words)?;
        }
        let mut classes: Vec<&str> = one.fields.classes().collect();
        classes.dedup();
        for class in classes {
            by_class.entry(class).or_default().push(n);
        }
    }
    Ok(())
}

/// A notice that is the other's next occurrence, or speaks of it, is no second demand. What a person linked does not count:
/// it comes and goes without a run.
fn write(tx: &Connection, one: i64, other: i64, words: &[String]) -> Result<()> {
    tx.prepare_cached(
        "INSERT OR IGNORE INTO link (notice, kind, target, reason) SELECT ?1, 'same-data', ?2, ?3 WHERE NOT EXISTS \
         (SELECT 1 FROM link WHERE (notice = ?1 AND target = ?2 OR notice = ?2 AND target = ?1) \
         AND NOT (by_user = 1 AND reason = ''))",
    )?
    .execute(params![one, other, Reason::stored(Some(&Reason::SameData { words: words.to_vec() }))])?;
    Ok(())
}
