//! Decisions of somebody else, out of a hand-over file: what nobody decided here is taken over, what was decided here stays.
//! One step of the log, so that all of it can be undone.

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OptionalExtension, Transaction, params_from_iter};
use rust_i18n::t;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::filed::row_goes_to;
use super::super::handover::read_row;
use super::super::tables::Table;
use super::super::titles;
use super::{Effect, Plan, Result, Step};
use crate::handover::{Adopted, Clash, HandedRow};

/// A row of a table of decisions after the step, or none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RowStep {
    /// The table.
    pub table: String,
    /// Its primary key.
    pub key: Map<String, Value>,
    /// The other columns.
    pub value: Option<Map<String, Value>>,
}

impl RowStep {
    pub(super) fn run(&self, tx: &Transaction<'_>) -> Result<Effect> {
        let mut effect = Effect::default();
        // A table that a newer program knew and this one does not is left alone.
        let Some(table) = Table::find(&self.table) else { return Ok(effect) };
        let key: Vec<&str> = table.key().collect();
        let values = key.iter().map(|c| sql(self.key.get(*c)));
        match &self.value {
            None => tx.execute(
                &format!("DELETE FROM {} WHERE {}", table.name, equal(&key)),
                params_from_iter(values),
            )?,
            Some(row) => {
                let columns: Vec<&str> = table.columns().collect();
                let values = columns.iter().map(|c| sql(self.key.get(*c).or_else(|| row.get(*c))));
                let places = vec!["?"; columns.len()].join(", ");
                tx.execute(
                    &format!(
                        "INSERT OR REPLACE INTO {} ({}) VALUES ({places})",
                        table.name,
                        columns.join(", ")
                    ),
                    params_from_iter(values),
                )?
            }
        };
        if table.derives {
            super::super::ground::mark_stale(tx, i64::MIN)?;
        }
        let anchors = table.anchors.iter().filter_map(|c| self.key.get(*c)?.as_str());
        effect.anchors = anchors.map(str::to_owned).collect();
        Ok(effect)
    }
}

fn sql(value: Option<&Value>) -> Sql {
    match value {
        Some(Value::String(text)) => Sql::Text(text.clone()),
        Some(Value::Bool(on)) => Sql::Integer(i64::from(*on)),
        Some(Value::Number(n)) => {
            n.as_i64().map_or_else(|| Sql::Real(n.as_f64().unwrap_or_default()), Sql::Integer)
        }
        _ => Sql::Null,
    }
}

fn equal(columns: &[&str]) -> String {
    columns.iter().map(|c| format!("{c} IS ?")).collect::<Vec<_>>().join(" AND ")
}

/// The steps that take over what nobody decided here.
pub(super) fn plan(tx: &Transaction<'_>, rows: &[HandedRow]) -> Result<Plan> {
    let mut plan = Plan::new(t!("store.label.adopt").into_owned(), &[]);
    for (table, handed) in known(rows) {
        if let Fate::New = fate(tx, table, handed)? {
            let key = table.key().filter_map(|c| Some((c.to_owned(), handed.row.get(c)?.clone())));
            let key: Map<String, Value> = key.collect();
            let rest = table.columns().filter(|c| !key.contains_key(*c));
            let value =
                rest.map(|c| (c.to_owned(), handed.row.get(c).cloned().unwrap_or_default())).collect();
            let step = |value| Step::Row(RowStep { table: handed.table.clone(), key: key.clone(), value });
            plan.forward.push(step(Some(value)));
            plan.backward.push(step(None));
        }
    }
    Ok(plan)
}

/// What would become of each decision.
pub(super) fn look(tx: &Connection, rows: &[HandedRow]) -> Result<Adopted> {
    let mut adopted = Adopted::default();
    for (table, handed) in known(rows) {
        match fate(tx, table, handed)? {
            Fate::New => adopted.adopted += 1,
            Fate::Known => adopted.known += 1,
            Fate::Held => {}
            Fate::Homeless => adopted.without_message += 1,
            Fate::Clash(here) => {
                let anchor = table.anchors.first().and_then(|c| handed.row.get(*c)?.as_str());
                let (notice, title) = match anchor {
                    Some(anchor) => {
                        notice_of(tx, anchor)?.map_or((None, String::new()), |(id, t)| (Some(id), t))
                    }
                    None => (None, String::new()),
                };
                let slot = handed.row.get("slot").and_then(Value::as_str);
                let to = match (&notice, slot) {
                    (Some(id), Some(slot)) => row_goes_to(tx, id, slot)?,
                    _ => None,
                };
                let (table, handed) = (handed.table.clone(), handed.row.clone());
                adopted.conflicts.push(Clash { notice, title, to, table, here, handed });
            }
        }
    }
    Ok(adopted)
}

fn known(rows: &[HandedRow]) -> impl Iterator<Item = (&'static Table, &HandedRow)> {
    rows.iter().filter_map(|r| Some((Table::find(&r.table)?, r)))
}

enum Fate {
    /// Nobody decided it here.
    New,
    /// Decided here, the same way.
    Known,
    /// It hangs on a message that is not here.
    Homeless,
    /// A tick on the checklist of a notice whose state was decided otherwise here: it goes with that conflict.
    Held,
    /// Decided here, otherwise.
    Clash(Map<String, Value>),
}

fn fate(tx: &Connection, table: &Table, handed: &HandedRow) -> Result<Fate> {
    for column in table.anchors {
        let anchor = handed.row.get(*column).and_then(Value::as_str).unwrap_or_default();
        if !tx.prepare_cached("SELECT 1 FROM message WHERE key = ?1")?.exists([anchor])? {
            return Ok(Fate::Homeless);
        }
    }
    let Some(here) = standing(tx, table, &handed.row)? else {
        return Ok(if held(tx, table, &handed.row)? { Fate::Held } else { Fate::New });
    };
    let same = |c: &&str| here.get(*c).unwrap_or(&Value::Null) == handed.row.get(*c).unwrap_or(&Value::Null);
    Ok(if table.said.iter().all(same) { Fate::Known } else { Fate::Clash(here) })
}

fn held(tx: &Connection, table: &Table, handed: &Map<String, Value>) -> Result<bool> {
    let (true, Some(states)) = (table.name == "duty_decision", Table::find("state_decision")) else {
        return Ok(false);
    };
    let state = standing(tx, states, handed)?;
    Ok(state.is_some_and(|s| s.get("state").and_then(Value::as_str) != Some("done")))
}

/// The row that stands here: of the same key or, where a table has one a notice, on any message of that notice.
fn standing(
    tx: &Connection,
    table: &Table,
    handed: &Map<String, Value>,
) -> Result<Option<Map<String, Value>>> {
    let columns: Vec<&str> = table.columns().collect();
    let find = |condition: &str, key: &[&str]| -> Result<Option<Map<String, Value>>> {
        let list = columns.iter().map(|c| format!("t.{c}")).collect::<Vec<_>>().join(", ");
        let statement = format!("SELECT {list} FROM {} t WHERE {condition} LIMIT 1", table.name);
        let values = key.iter().map(|c| sql(handed.get(*c)));
        let row = tx
            .prepare_cached(&statement)?
            .query_row(params_from_iter(values), |r| read_row(r, &columns))
            .optional()?;
        Ok(row)
    };
    let key: Vec<&str> = table.key().collect();
    let exact = key.iter().map(|c| format!("t.{c} IS ?")).collect::<Vec<_>>().join(" AND ");
    if let Some(row) = find(&exact, &key)? {
        return Ok(Some(row));
    }
    let ([anchor], true) = (table.anchors, table.per_notice) else {
        return Ok(None);
    };
    let mut condition = format!(
        "t.{anchor} IN (SELECT k.key FROM message m JOIN copy c ON c.message = m.id JOIN copy d ON d.notice = c.notice \
         JOIN message k ON k.id = d.message WHERE m.key = ?)"
    );
    for column in table.rest {
        condition += &format!(" AND t.{column} IS ?");
    }
    find(&condition, &key)
}

fn notice_of(tx: &Connection, anchor: &str) -> Result<Option<(String, String)>> {
    Ok(tx
        .prepare_cached(
            "SELECT n.id, n.title, n.titled FROM message m JOIN copy c ON c.message = m.id JOIN notice n ON n.row = c.notice \
             WHERE m.key = ?1 ORDER BY n.attached, n.row LIMIT 1",
        )?
        .query_row([anchor], |r| Ok((r.get(0)?, titles::of(r, 1, 2)?)))
        .optional()?)
}
