//! 导出覆盖: which groups are declared, up to when exports reach, which exports failed.

use rusqlite::{OptionalExtension, TransactionBehavior, params};
use serde::Serialize;

use super::{Coverage, GroupRow, Result, Store};
use crate::message::local;
use crate::normalize::fold;
use crate::notice::Moment;

/// A group the user says to sit in: `[[group]]` of config.toml.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// Its name.
    pub name: String,
    /// `wechat`, `qq` …
    pub platform: Option<String>,
    /// No export of it is expected any more.
    pub retired: bool,
}

/// An export of which nothing could be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FailedExport {
    /// The file.
    pub path: String,
    /// When it was tried.
    pub at: Moment,
    /// Why, in words.
    pub reason: String,
    /// The group's name as far as the file's name tells.
    #[serde(skip)]
    pub name: Option<String>,
}

impl Store {
    /// Takes over the declared groups of config.toml. Cheap when nothing changed.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn declare(&mut self, groups: &[Declared]) -> Result<()> {
        let mut wanted = groups.to_vec();
        wanted.sort_by(|a, b| a.name.cmp(&b.name));
        wanted.dedup_by(|a, b| a.name == b.name);
        if self.declared()? == wanted {
            return Ok(());
        }
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.execute("DELETE FROM declared_group", [])?;
        for group in &wanted {
            tx.execute(
                "INSERT INTO declared_group VALUES (?1, ?2, ?3)",
                params![group.name, group.platform, group.retired],
            )?;
        }
        tx.commit()?;
        Ok(())
    }

    /// The declared groups, by name.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn declared(&self) -> Result<Vec<Declared>> {
        let mut statement =
            self.db.prepare_cached("SELECT name, platform, retired FROM declared_group ORDER BY name")?;
        let rows = statement
            .query_map([], |r| Ok(Declared { name: r.get(0)?, platform: r.get(1)?, retired: r.get(2)? }))?;
        let mut rows: Vec<Declared> = rows.collect::<rusqlite::Result<_>>()?;
        rows.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(rows)
    }

    /// Remembers that nothing could be read of a file, or (`None`) that it could.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn record_failure(&mut self, path: &str, failure: Option<&FailedExport>) -> Result<()> {
        match failure {
            Some(f) => self.db.execute(
                "INSERT OR REPLACE INTO failed_export VALUES (?1, ?2, ?3, ?4)",
                params![path, f.name, f.at.0, f.reason],
            )?,
            None => self.db.execute("DELETE FROM failed_export WHERE path = ?1", [path])?,
        };
        Ok(())
    }

    /// Exports of which nothing could be read, by path.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn failed_exports(&self) -> Result<Vec<FailedExport>> {
        let mut statement =
            self.db.prepare_cached("SELECT path, at, reason, name FROM failed_export ORDER BY path")?;
        let rows = statement.query_map([], |r| {
            Ok(FailedExport { path: r.get(0)?, at: Moment(r.get(1)?), reason: r.get(2)?, name: r.get(3)? })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Up to when the exports of a group reach: its last message, or what an export of it says itself.
    pub(super) fn covered_until(&self, group: i64) -> Result<Option<i64>> {
        Ok(self
            .db
            .prepare_cached(
                "SELECT max(at) FROM (SELECT max(minute) * 60000 AS at FROM message WHERE work_group = ?1 \
                 UNION ALL SELECT max(f.covers) FROM source_group s JOIN source_file f ON f.id = s.source \
                 WHERE s.work_group = ?1)",
            )?
            .query_row([group], |r| r.get(0))
            .optional()?
            .flatten())
    }

    /// Fills in how far each group is covered and adds the declared groups that never came. `rows` are those of the
    /// register with their names of all times.
    pub(super) fn cover(&self, rows: &mut Vec<GroupRow>, now: i64) -> Result<()> {
        let failed = self.failed_exports()?;
        for declared in self.declared()? {
            let wanted = fold(&declared.name);
            let fits = |r: &GroupRow| {
                let called = fold(&r.group) == wanted || r.aliases.iter().any(|a| fold(a) == wanted);
                called
                    && (declared.platform.is_none()
                        || r.platform.is_none()
                        || declared.platform == r.platform)
            };
            if let Some(row) = rows.iter_mut().find(|r| fits(r)) {
                (row.declared, row.retired) = (true, declared.retired);
            } else {
                rows.push(GroupRow {
                    group: declared.name,
                    platform: declared.platform,
                    declared: true,
                    retired: declared.retired,
                    ..GroupRow::default()
                });
            }
        }
        let yesterday = local(now).date().pred_opt().unwrap_or_default();
        for row in rows.iter_mut() {
            let names: Vec<String> = row.aliases.iter().chain([&row.group]).map(|n| fold(n)).collect();
            row.failed = failed
                .iter()
                .filter(|f| f.name.as_ref().is_some_and(|n| names.contains(&fold(n))))
                .filter(|f| row.last_import.is_none_or(|at| f.at > at))
                .max_by_key(|f| f.at)
                .cloned();
            row.coverage = match row.covered_until {
                _ if row.failed.is_some() => Coverage::Failed,
                None => Coverage::Missing,
                Some(at) if local(at.0).date() >= yesterday => Coverage::Current,
                Some(_) => Coverage::Stale,
            };
        }
        rows.sort_by(|a, b| a.group.cmp(&b.group));
        Ok(())
    }
}

impl GroupRow {
    /// Whole days without a message that an export covers: such a group is quiet. Of a group whose exports end earlier
    /// nobody knows, and this is `None`.
    #[must_use]
    pub fn quiet_days(&self) -> Option<i64> {
        const DAY_MS: i64 = 86_400_000;
        let (last, until) = (self.last?, self.covered_until?);
        Some((until.0 - last.0) / DAY_MS).filter(|days| *days > 0)
    }
}
