//! Derived rows for `ingest`: messages in order for clustering, what an earlier run left, what this run found.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::duties::Around;
use super::ground::first_row;
use super::groups::{self, Called};
use super::rows::{tally, write_notice};
use super::{Result, Store, duties, links, states};
use crate::cluster::{Draft, Node, Pin, PinnedLink, Pins, Plain, Post, Reason, node};
use crate::facts::Facts;
use crate::message::{ForwardItem, Kind, Precision};
use crate::notice::{LinkKind, MessageRole};

/// A message in order, ready for clustering but for its facts.
pub type WritePost = Post;

/// Row and id of the notices that hold a message.
pub(super) type Homes = Vec<(i64, Arc<str>)>;

/// A post an earlier run placed and that later ones may still join.
#[derive(Debug)]
pub struct Restored {
    /// The post, with its facts.
    pub post: Post,
    /// What it was found to be.
    pub role: MessageRole,
    /// Row and id of its notices, the one it is filed under first; none for a picture or file that stood alone.
    pub notices: Homes,
    /// Whether its facts were kept; otherwise they must be read again.
    pub kept: bool,
}

/// A link an earlier run found, between ids.
#[derive(Clone, Debug)]
pub struct Carried {
    /// The notice that speaks.
    pub from: String,
    /// How.
    pub kind: LinkKind,
    /// The notice spoken of.
    pub to: String,
    /// Whether the first is filed under the second.
    pub attached: bool,
}

/// Where a message went.
#[derive(Debug)]
pub struct Placed {
    /// Row of the message.
    pub message: i64,
    /// What it is.
    pub role: MessageRole,
    /// Row of its notice.
    pub notice: Option<i64>,
    /// Its facts as JSON, for messages that carry a notice which the next import may continue.
    pub facts: Option<String>,
}

/// A draft with the row and the id it gets.
#[derive(Debug)]
pub struct Resolved {
    /// Row of the notice.
    pub row: i64,
    /// Its public id.
    pub id: String,
    /// Nothing is written under this row yet.
    pub fresh: bool,
    /// Rows of copies that were placed before they were known to carry a notice.
    pub promoted: Vec<i64>,
    /// What clustering found.
    pub draft: Draft,
}

/// What one transaction of a run writes.
#[derive(Debug, Default)]
pub struct DerivedChunk {
    /// Messages in order.
    pub placed: Vec<Placed>,
    /// Rows and index words of messages that the search index does not have, in order of rows.
    pub words: Vec<(i64, String)>,
    /// Notices nothing can join any more.
    pub notices: Vec<Resolved>,
    /// Links between rows, with the reason.
    pub links: Vec<(i64, LinkKind, i64, Option<Reason>)>,
}

const POST: &str = "m.id, m.key, m.work_group, m.sent_at, m.precision, m.sender, m.is_self, m.kind, m.text, \
     m.attachments, m.quoted, m.items";

/// Names of the groups and of the user: looked up once, not beside every message.
struct Who {
    groups: Called,
    /// The keys of the groups in which a name is the user's own; an empty one means all.
    own: HashMap<String, Vec<String>>,
}

impl Who {
    fn read(db: &Connection) -> Result<Who> {
        let mut own: HashMap<String, Vec<String>> = HashMap::new();
        let mut statement = db.prepare_cached("SELECT name, work_group FROM own_name")?;
        let mut rows = statement.query([])?;
        while let Some(r) = rows.next()? {
            own.entry(r.get(0)?).or_default().push(r.get(1)?);
        }
        Ok(Who { groups: groups::called(db)?, own })
    }

    /// Whether a name in a group is the user's own.
    fn is_me(&self, name: &str, group_key: &str) -> bool {
        self.own.get(name).is_some_and(|groups| groups.iter().any(|g| g.is_empty() || g == group_key))
    }
}

impl Store {
    /// From when on derived rows are not right, if they are not: an import that was cut off, or a newer program.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn stale_from(&self) -> Result<Option<i64>> {
        let version = self.meta("derived_version")?.and_then(|v| v.parse::<i64>().ok());
        if version != Some(super::DERIVED_VERSION) && !self.is_empty()? {
            return Ok(Some(i64::MIN));
        }
        Ok(self.meta("stale_from")?.and_then(|v| v.parse().ok()))
    }

    fn is_empty(&self) -> Result<bool> {
        Ok(!self.db.query_row("SELECT EXISTS (SELECT 1 FROM message)", [], |r| r.get::<_, bool>(0))?)
    }

    /// Marks everything derived as not right, so that the next run computes it again.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn mark_stale(&mut self, from: i64) -> Result<()> {
        self.transact(0, |db| super::ground::mark_stale(db, from))
    }

    /// Messages sent at `from` or later, after the row `after`, in order of rows (that is, of seconds).
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn posts(&self, from: i64, after: i64, limit: usize) -> Result<Vec<Post>> {
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT {POST} FROM message m WHERE m.id > ?1 ORDER BY m.id LIMIT ?2"
        ))?;
        let after = after.max(first_row(from) - 1);
        let who = Who::read(&self.db)?;
        let mut rows = statement.query(params![after, limit as i64])?;
        let mut out = Vec::with_capacity(limit);
        while let Some(r) = rows.next()? {
            out.push(post(r, &who)?);
        }
        Ok(out)
    }

    /// The posts sent between the two moments that stand in notices which `open_at` still finds open, and what was handed
    /// in and may prove to be one; in order of time, with the facts that were kept.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn restorable(&self, from: i64, to: i64, open_at: i64) -> Result<Vec<Restored>> {
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT {POST}, p.role, n.id, n.row, f.facts FROM placement p LEFT JOIN notice n ON n.row = p.notice \
             CROSS JOIN message m ON m.id = p.message LEFT JOIN facts f ON f.message = m.id \
             WHERE p.message >= ?1 AND p.message < ?2 AND p.role NOT IN ('ack', 'chatter', 'system') \
             AND (n.until >= ?3 OR (n.row IS NULL AND p.role = 'submission')) \
             ORDER BY p.message"
        ))?;
        let several = self.carrying_several(first_row(from), first_row(to))?;
        let who = Who::read(&self.db)?;
        let mut ids: HashMap<i64, Arc<str>> = HashMap::new();
        // What stands in several groups has the same facts: they are read once.
        let mut read: HashMap<String, Facts> = HashMap::new();
        let mut rows = statement.query([first_row(from), first_row(to), open_at])?;
        let mut out = Vec::new();
        while let Some(r) = rows.next()? {
            let mut post = post(r, &who)?;
            let mut notices = Vec::new();
            if let (Some(row), Ok(id)) = (r.get::<_, Option<i64>>(14)?, r.get_ref(13)?.as_str()) {
                notices.push((row, Arc::clone(ids.entry(row).or_insert_with(|| Arc::from(id)))));
            }
            post.previous = notices.first().map(|(_, id)| Arc::clone(id));
            if let Some(&(first, _)) = notices.first() {
                let further = several.get(&post.row).into_iter().flatten().filter(|(row, _)| *row != first);
                notices.extend(further.map(|(row, id)| (*row, Arc::clone(id))));
            }
            let facts = r.get_ref(15)?.as_str_or_null().map_err(rusqlite::Error::from)?;
            let facts = facts.and_then(|text| facts_of(text, &mut read));
            let kept = facts.is_some();
            post.facts = facts.unwrap_or_default();
            let role =
                MessageRole::parse(r.get_ref(12)?.as_str().unwrap_or_default()).unwrap_or(MessageRole::Copy);
            out.push(Restored { post, role, notices, kept });
        }
        out.sort_by(|a, b| a.post.order(&b.post));
        Ok(out)
    }

    /// The notices of the messages that carry several, in order of their rows: those a message opened come last.
    fn carrying_several(&self, from: i64, to: i64) -> Result<HashMap<i64, Homes>> {
        let mut statement = self.db.prepare_cached(
            "SELECT c.message, n.row, n.id FROM (SELECT message FROM copy WHERE message >= ?1 AND message < ?2 \
             GROUP BY message HAVING count(*) > 1) m JOIN copy c ON c.message = m.message \
             JOIN notice n ON n.row = c.notice ORDER BY c.message, n.row",
        )?;
        let mut rows = statement.query([from, to])?;
        let mut out: HashMap<i64, Homes> = HashMap::new();
        while let Some(r) = rows.next()? {
            out.entry(r.get(0)?).or_default().push((r.get(1)?, Arc::from(r.get::<_, String>(2)?)));
        }
        Ok(out)
    }

    /// The links that start at notices seen at `from` or later.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn carried_links(&self, from: i64) -> Result<Vec<Carried>> {
        let mut statement = self.db.prepare_cached(
            "SELECT a.id, l.kind, b.id, a.attached FROM notice a JOIN link l ON l.notice = a.row \
             JOIN notice b ON b.row = l.target WHERE a.last_seen >= ?1 ORDER BY a.row, l.target, l.kind",
        )?;
        let mut rows = statement.query([from])?;
        let mut out = Vec::new();
        while let Some(r) = rows.next()? {
            if let Some(kind) = LinkKind::parse(r.get_ref(1)?.as_str().unwrap_or_default()) {
                out.push(Carried { from: r.get(0)?, kind, to: r.get(2)?, attached: r.get(3)? });
            }
        }
        Ok(out)
    }

    /// What a person decided about which messages are one notice, and how notices are linked.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn pins(&self) -> Result<Pins> {
        let hash = |r: &Row<'_>, n: usize| -> rusqlite::Result<Node> {
            Ok(Node::from_str_radix(r.get_ref(n)?.as_str()?, 16).unwrap_or_default())
        };
        let mut statement = self.db.prepare_cached("SELECT a, b, same, at FROM pin ORDER BY a, b")?;
        let pins = statement
            .query_map([], |r| Ok(Pin { a: hash(r, 0)?, b: hash(r, 1)?, same: r.get(2)?, at: r.get(3)? }))?
            .collect::<rusqlite::Result<Vec<Pin>>>()?;
        let mut statement = self.db.prepare_cached("SELECT node, at FROM lead_pin")?;
        let leads = statement
            .query_map([], |r| Ok((hash(r, 0)?, r.get(1)?)))?
            .collect::<rusqlite::Result<Vec<(Node, i64)>>>()?;
        Ok(Pins::new(&pins, &leads, self.pinned_links()?))
    }

    fn pinned_links(&self) -> Result<Vec<PinnedLink>> {
        let mut statement =
            self.db.prepare_cached("SELECT a, b, kind, linked, at FROM link_decision ORDER BY at, a, b")?;
        let mut rows = statement.query([])?;
        let who = Who::read(&self.db)?;
        let mut out = Vec::new();
        while let Some(r) = rows.next()? {
            let (a, b): (String, String) = (r.get(0)?, r.get(1)?);
            let kind = LinkKind::parse(r.get_ref(2)?.as_str().unwrap_or_default());
            let (from, to) = (self.node_of_key(&a, &who)?, self.node_of_key(&b, &who)?);
            if let (Some(kind), Some(from), Some(to)) = (kind, from, to) {
                let (linked, at) = (r.get(3)?, r.get(4)?);
                out.push(PinnedLink { from: (a, from), to: (b, to), kind, linked, at });
            }
        }
        Ok(out)
    }

    fn node_of_key(&self, key: &str, who: &Who) -> Result<Option<Node>> {
        let mut statement =
            self.db.prepare_cached(&format!("SELECT {POST} FROM message m WHERE m.key = ?1"))?;
        let mut rows = statement.query([key])?;
        Ok(match rows.next()? {
            Some(r) => Some(node(&post(r, who)?)),
            None => None,
        })
    }

    /// When the newest message was sent, to the second; milliseconds since the epoch.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn newest(&self) -> Result<Option<i64>> {
        let row: Option<i64> = self.db.query_row("SELECT max(id) FROM message", [], |r| r.get(0))?;
        Ok(row.map(|row| (row >> 16) * 1000))
    }

    /// The rows between two, both included, that the search index has.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn indexed(&self, first: i64, last: i64) -> Result<HashSet<i64>> {
        let mut statement =
            self.db.prepare_cached("SELECT id FROM search_docsize WHERE id BETWEEN ?1 AND ?2")?;
        let rows = statement.query_map([first, last], |r| r.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Writes a part of what a run found.
    ///
    /// # Errors
    /// What SQLite reports; nothing of the chunk is in then.
    pub fn write_derived(&mut self, chunk: &DerivedChunk) -> Result<()> {
        self.transact(chunk.placed.len(), |db| {
            // What stood here went when the run began, unless another program derives the same just now. A statement that
            // might replace a row would keep each page as it was until it is done, and have the search index written out.
            let or = if contested(db, &chunk.placed)? { " OR REPLACE" } else { "" };
            let mut place = db.prepare_cached(&format!("INSERT{or} INTO placement VALUES (?1, ?2, ?3)"))?;
            let mut keep = db.prepare_cached(&format!("INSERT{or} INTO facts VALUES (?1, ?2)"))?;
            for p in &chunk.placed {
                place.execute(params![p.message, p.role.as_str(), p.notice])?;
                if let Some(facts) = &p.facts {
                    keep.execute(params![p.message, facts])?;
                }
            }
            // A new notice stands as it was written where nothing was ever decided.
            let (plain, said) = (states::none(db)?, duties::any_said(db)?);
            let around = Around::read(db)?;
            let mut decided = Vec::new();
            for notice in &chunk.notices {
                let new = write_notice(db, notice, &around)?;
                if !(plain && new && (!said || notice.draft.demands.is_empty())) {
                    decided.push(notice.row);
                }
            }
            let mut link = db.prepare_cached(
                "INSERT OR IGNORE INTO link (notice, kind, target, reason) VALUES (?1, ?2, ?3, ?4)",
            )?;
            for (from, kind, to, reason) in &chunk.links {
                link.execute(params![from, kind.as_str(), to, Reason::stored(reason.as_ref())])?;
            }
            // A reminder may raise the notice it speaks of, and what ends it may close it. That one stands beside another
            // changes neither.
            let tells = |kind: LinkKind| {
                matches!(kind, LinkKind::Reminds | LinkKind::Closes | LinkKind::Cancels | LinkKind::Corrects)
            };
            decided.extend(chunk.links.iter().filter(|l| tells(l.1)).map(|l| l.2));
            decided.sort_unstable();
            decided.dedup();
            states::apply(db, &decided)
        })?;
        if chunk.words.is_empty() {
            return Ok(());
        }
        // Rows that come in order are gathered in memory; one that comes late is not lost, it only costs.
        self.transact(0, |db| {
            let mut index = db.prepare_cached("INSERT INTO search (rowid, words) VALUES (?1, ?2)")?;
            for (row, words) in &chunk.words {
                index.execute(params![row, words])?;
            }
            Ok(())
        })
    }

    /// Ends a run: notices that lost copies and got none again stand with what is left, facts of messages before `keep`
    /// are given up, and all is right again, unless
    /// something was decided since the run began ([`Store::decision_count`]).
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn end_derived(&mut self, lost: &[i64], keep: i64, decided: i64) -> Result<()> {
        self.transact(0, |db| {
            for &row in lost {
                tally(db, row)?;
                duties::write(db, row)?;
            }
            states::apply(db, lost)?;
            let from: Option<String> = db
                .query_row("SELECT value FROM meta WHERE name = 'stale_from'", [], |r| r.get(0))
                .optional()?;
            // A link that was refused keeps no proposal away, and what is proposed may be refused itself.
            links::apply(db)?;
            super::samedata::propose(db, from.and_then(|f| f.parse().ok()).unwrap_or(i64::MIN))?;
            db.execute("DELETE FROM facts WHERE message < ?1", [first_row(keep)])?;
            links::apply(db)?;
            if decided == decisions(db)? {
                db.execute("DELETE FROM meta WHERE name = 'stale_from'", [])?;
                db.execute("DELETE FROM id_hint", [])?;
            }
            db.execute(
                "INSERT OR REPLACE INTO meta VALUES ('derived_version', ?1)",
                [super::DERIVED_VERSION.to_string()],
            )?;
            Ok(())
        })
    }

    /// How many decisions were taken, undone and redone that change which messages are one notice.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn decision_count(&self) -> Result<i64> {
        decisions(&self.db)
    }

    /// Which of these ids stand in the database.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn notice_row(&self, id: &str) -> Result<Option<i64>> {
        Ok(self
            .db
            .prepare_cached("SELECT row FROM notice WHERE id = ?1")?
            .query_row([id], |r| r.get(0))
            .optional()?)
    }

    /// Empties the search index; it is filled again with what is derived from everything.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn clear_search(&mut self) -> Result<()> {
        self.transact(0, |db| {
            super::ground::mark_stale(db, i64::MIN)?;
            db.execute("INSERT INTO search (search) VALUES ('delete-all')", [])?;
            Ok(())
        })
    }
}

/// Kept facts, read once for all that have the same.
fn facts_of(text: &str, read: &mut HashMap<String, Facts>) -> Option<Facts> {
    if let Some(known) = read.get(text) {
        return Some(known.clone());
    }
    let facts: Facts = serde_json::from_str(text).ok()?;
    read.insert(text.to_owned(), facts.clone());
    Some(facts)
}

/// Whether one of the messages may have its place already.
fn contested(db: &Connection, placed: &[Placed]) -> Result<bool> {
    let rows = || placed.iter().map(|p| p.message);
    let (Some(first), Some(last)) = (rows().min(), rows().max()) else {
        return Ok(false);
    };
    let mut statement = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM placement WHERE message BETWEEN ?1 AND ?2) \
         OR EXISTS (SELECT 1 FROM facts WHERE message BETWEEN ?1 AND ?2)",
    )?;
    Ok(statement.query_row([first, last], |r| r.get(0))?)
}

/// See [`Store::decision_count`].
fn decisions(db: &Connection) -> Result<i64> {
    let count = db
        .prepare_cached("SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'decided'")?
        .query_row([], |r| r.get(0))
        .optional()?;
    Ok(count.unwrap_or(0))
}

/// The messages of a notice, the lead copy first.
pub(super) fn posts_of(db: &Connection, notice: i64) -> Result<Vec<Post>> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {POST} FROM copy c JOIN message m ON m.id = c.message WHERE c.notice = ?1 ORDER BY c.rank, m.id"
    ))?;
    let who = Who::read(db)?;
    let mut rows = statement.query([notice])?;
    let mut out = Vec::new();
    while let Some(r) = rows.next()? {
        out.push(post(r, &who)?);
    }
    Ok(out)
}

fn post(r: &Row<'_>, who: &Who) -> Result<Post> {
    let group: i64 = r.get(2)?;
    let (group_key, group_name) = who.groups.get(&group).ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    let sender: String = r.get(5)?;
    let mine = r.get::<_, Option<i64>>(6)? == Some(1) || who.is_me(&sender, group_key);
    let items: Vec<ForwardItem> = json(r, 11)?.unwrap_or_default();
    Ok(Post {
        row: r.get(0)?,
        key: r.get(1)?,
        group,
        group_name: Arc::clone(group_name),
        sent_at: r.get(3)?,
        precision: Precision::parse(r.get_ref(4)?.as_str().unwrap_or_default()).unwrap_or(Precision::None),
        sender,
        mine,
        kind: Kind::parse(r.get_ref(7)?.as_str().unwrap_or_default()).unwrap_or(Kind::Unknown),
        text: Arc::from(r.get_ref(8)?.as_str().map_err(rusqlite::Error::from)?),
        part: None,
        plain: Plain::default(),
        attachments: json(r, 9)?.unwrap_or_default(),
        quoted: json(r, 10)?,
        carried: items.into_iter().map(|i| i.text).collect(),
        facts: Facts::default(),
        previous: None,
    })
}

/// What a column of JSON holds; `None` where it is empty or does not read.
fn json<T: serde::de::DeserializeOwned>(r: &Row<'_>, column: usize) -> Result<Option<T>> {
    let text = r.get_ref(column)?.as_str_or_null().map_err(rusqlite::Error::from)?;
    Ok(text.and_then(|t| serde_json::from_str(t).ok()))
}
