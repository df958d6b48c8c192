//! The group register, and what came in.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{Connection, params};
use serde::Serialize;

use super::{FailedExport, Result, Store, StoreError};
use crate::notice::Moment;

/// A work group with what its exports hold: `groups --json`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of contract.md §2")]
pub struct GroupRow {
    pub group: String,
    pub platform: Option<String>,
    pub messages: u64,
    pub notices: u64,
    pub copies: u64,
    /// Of the notices those that were seen in another group as well.
    pub shared: u64,
    pub demands: u64,
    /// Messages on weekends, or before 08:00 or from 18:00 on other days.
    pub off_hours: u64,
    /// Messages that hold private data; unknown until the register counts them.
    pub private_data: Option<u64>,
    pub first: Option<Moment>,
    pub last: Option<Moment>,
    pub last_import: Option<Moment>,
    pub coverage: Coverage,
    /// Up to when exports reach: the last message, or what an export says of itself. From there on it is stale.
    pub covered_until: Option<Moment>,
    /// It stands in config.toml.
    pub declared: bool,
    /// No export of it is expected any more.
    pub retired: bool,
    /// The last export of it, where nothing could be read of it.
    pub failed: Option<FailedExport>,
    /// Its other names.
    pub aliases: Vec<String>,
}

/// 导出覆盖: how far a group's exports reach.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Coverage {
    /// To the day before or later.
    Current,
    /// To an earlier day.
    Stale,
    /// No export is in.
    #[default]
    Missing,
    /// The last export of it could not be read.
    Failed,
}

/// A file that came in.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "named as in `import --json`")]
pub struct ImportRow {
    pub path: String,
    pub format: Option<String>,
    pub status: String,
    pub added_at: Moment,
    pub messages: u64,
    pub new: u64,
    pub known: u64,
    pub enriched: u64,
    pub issues: u64,
    pub first: Option<Moment>,
    pub last: Option<Moment>,
}

/// When messages come: by weekday, Monday first, and hour.
pub type Heat = [[u32; 24]; 7];

impl Store {
    /// All work groups, by name.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn groups(&self, now: i64) -> Result<Vec<GroupRow>> {
        self.register(now, true)
    }

    /// All work groups, by name, only with how far their exports reach: nothing is counted, so it takes no time.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn reaches(&self, now: i64) -> Result<Vec<GroupRow>> {
        self.register(now, false)
    }

    fn register(&self, now: i64, counted: bool) -> Result<Vec<GroupRow>> {
        let mut statement = self.db.prepare_cached(
            "SELECT g.name, g.platform, CASE WHEN ?1 THEN (SELECT count(*) FROM message m WHERE m.work_group = g.id) ELSE 0 END, \
             (SELECT min(minute) * 60000 FROM message m WHERE m.work_group = g.id), \
             (SELECT max(minute) * 60000 FROM message m WHERE m.work_group = g.id), \
             (SELECT max(f.added_at) FROM source_group s JOIN source_file f ON f.id = s.source \
              WHERE s.work_group = g.id), g.id FROM work_group g ORDER BY g.name, g.id",
        )?;
        let mut names = self.db.prepare_cached(
            "SELECT name FROM group_alias WHERE work_group = ?1 AND name <> ?2 ORDER BY name",
        )?;
        let mut out: Vec<GroupRow> = Vec::new();
        let mut rows = statement.query([counted])?;
        while let Some(r) = rows.next()? {
            let group: i64 = r.get(6)?;
            let name: String = r.get(0)?;
            let [notices, copies, demands, shared] =
                if counted { self.group_notices(group)? } else { [0; 4] };
            out.push(GroupRow {
                aliases: names
                    .query_map(params![group, name], |r| r.get(0))?
                    .collect::<rusqlite::Result<_>>()?,
                group: name,
                platform: r.get(1)?,
                messages: r.get::<_, i64>(2)? as u64,
                notices,
                copies,
                shared,
                demands,
                off_hours: if counted { self.off_hours(group)? } else { 0 },
                first: r.get::<_, Option<i64>>(3)?.map(Moment),
                last: r.get::<_, Option<i64>>(4)?.map(Moment),
                last_import: r.get::<_, Option<i64>>(5)?.map(Moment),
                covered_until: self.covered_until(group)?.map(Moment),
                ..GroupRow::default()
            });
        }
        self.cover(&mut out, now)?;
        Ok(out)
    }

    /// Who sent something lately in each group, whoever sent most first: the messages that lie far back are not gone
    /// through.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn senders(&self) -> Result<Vec<(String, u64)>> {
        const LATELY: i64 = 5_000;
        let mut groups = self.db.prepare_cached("SELECT id FROM work_group")?;
        let groups = groups.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
        let mut statement = self.db.prepare_cached(
            "SELECT sender FROM message WHERE work_group = ?1 ORDER BY minute DESC LIMIT ?2",
        )?;
        let mut counted: HashMap<String, u64> = HashMap::new();
        for group in groups {
            let mut rows = statement.query([group, LATELY])?;
            while let Some(r) = rows.next()? {
                let name = r.get_ref(0)?.as_str().unwrap_or_default();
                match counted.get_mut(name) {
                    Some(n) => *n += 1,
                    None if name.is_empty() => {}
                    None => {
                        counted.insert(name.to_owned(), 1);
                    }
                }
            }
        }
        let mut out: Vec<(String, u64)> = counted.into_iter().collect();
        out.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Ok(out)
    }

    /// When the messages of each group come, by group name as in [`Store::groups`]. Only an index is read.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn heat(&self) -> Result<Vec<(String, Heat)>> {
        let mut groups = self.db.prepare_cached("SELECT id, name FROM work_group ORDER BY name, id")?;
        let mut minutes = self
            .db
            .prepare_cached("SELECT minute FROM message INDEXED BY message_minute WHERE work_group = ?1")?;
        let mut out = Vec::new();
        let mut rows = groups.query([])?;
        while let Some(r) = rows.next()? {
            let mut heat: Heat = [[0; 24]; 7];
            let mut times = minutes.query([r.get::<_, i64>(0)?])?;
            while let Some(t) = times.next()? {
                // China has one zone and no summer time; the epoch's first day was a Thursday.
                let minute = t.get::<_, i64>(0)? + 480;
                let day = (minute.div_euclid(1_440) + 3).rem_euclid(7);
                let hour = minute.rem_euclid(1_440) / 60;
                heat[day as usize][hour as usize] += 1;
            }
            out.push((r.get(1)?, heat));
        }
        Ok(out)
    }

    /// Notices seen in a group, copies of them, the notices among them that ask for something, and those that were seen
    /// elsewhere too.
    fn group_notices(&self, group: i64) -> Result<[u64; 4]> {
        let mut statement = self.db.prepare_cached(
            "SELECT count(*), coalesce(sum(here), 0), coalesce(sum(asks), 0), coalesce(sum(groups > 1), 0) FROM \
             (SELECT count(*) AS here, n.demands IS NOT NULL AS asks, n.groups AS groups FROM copy c \
              JOIN notice n ON n.row = c.notice WHERE c.work_group = ?1 AND n.attached = 0 GROUP BY c.notice)",
        )?;
        let count = |r: &rusqlite::Row<'_>, at: usize| r.get::<_, i64>(at).map(|n| n as u64);
        Ok(statement.query_row([group], |r| Ok([count(r, 0)?, count(r, 1)?, count(r, 2)?, count(r, 3)?]))?)
    }

    /// Messages outside working hours, counted from the minutes alone (China has one zone and no summer time).
    fn off_hours(&self, group: i64) -> Result<u64> {
        let mut statement = self.db.prepare_cached(
            "SELECT count(*) FROM message WHERE work_group = ?1 AND \
             ((minute + 480) % 1440 < 480 OR (minute + 480) % 1440 >= 1080 OR ((minute + 480) / 1440 + 3) % 7 >= 5)",
        )?;
        Ok(statement.query_row([group], |r| r.get::<_, i64>(0))? as u64)
    }

    /// What came in, newest first.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn imports(&self, limit: usize) -> Result<Vec<ImportRow>> {
        let mut statement = self.db.prepare_cached(
            "SELECT path, format, status, added_at, messages, new, known, enriched, \
             (SELECT count(*) FROM issue i WHERE i.source = f.id), first, last \
             FROM source_file f ORDER BY id DESC LIMIT ?1",
        )?;
        let rows = statement.query_map([limit as i64], |r| {
            let count = |n: usize| -> rusqlite::Result<u64> { Ok(r.get::<_, i64>(n)? as u64) };
            Ok(ImportRow {
                path: r.get(0)?,
                format: r.get(1)?,
                status: r.get(2)?,
                added_at: Moment(r.get(3)?),
                messages: count(4)?,
                new: count(5)?,
                known: count(6)?,
                enriched: count(7)?,
                issues: count(8)?,
                first: r.get::<_, Option<i64>>(9)?.map(Moment),
                last: r.get::<_, Option<i64>>(10)?.map(Moment),
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The groups of this name, now or formerly.
    pub(super) fn group_ids(&self, name: &str) -> Result<Vec<i64>> {
        ids_of(&self.db, name)
    }

    /// The user's own names, with the group they hold for (`None`: all).
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn own_names(&self) -> Result<Vec<(Option<String>, String)>> {
        let mut statement = self.db.prepare_cached(
            "SELECT o.work_group, g.name, o.name FROM own_name o LEFT JOIN work_group g ON g.key = o.work_group \
             ORDER BY 1, 3",
        )?;
        let rows = statement.query_map([], |r| {
            let key: String = r.get(0)?;
            let name: Option<String> = r.get(1)?;
            Ok(((!key.is_empty()).then(|| name.unwrap_or(key)), r.get(2)?))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Takes over names that come with the data (the sample's), for all groups. Not a step of the log.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn adopt_names(&mut self, names: &[&str]) -> Result<()> {
        for name in names {
            self.db.execute("INSERT OR IGNORE INTO own_name VALUES ('', ?1)", [name])?;
        }
        Ok(())
    }
}

/// Key and name of each group by its row.
pub(super) type Called = HashMap<i64, (String, Arc<str>)>;

/// How the groups are called now: for what looks at many messages and need not join their groups to each.
pub(super) fn called(db: &Connection) -> Result<Called> {
    let mut statement = db.prepare_cached("SELECT id, key, name FROM work_group")?;
    let rows = statement
        .query_map([], |r| Ok((r.get(0)?, (r.get(1)?, Arc::from(r.get_ref(2)?.as_str()?)))))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(rows)
}

/// The groups of this name, now or formerly.
pub(super) fn ids_of(db: &Connection, name: &str) -> Result<Vec<i64>> {
    let mut statement = db.prepare_cached(
        "SELECT id FROM work_group WHERE name = ?1 UNION SELECT work_group FROM group_alias WHERE name = ?1",
    )?;
    let ids: Vec<i64> = statement.query_map(params![name], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
    if ids.is_empty() {
        return Err(StoreError::NoGroup(name.to_owned()));
    }
    Ok(ids)
}
