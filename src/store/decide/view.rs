//! Saved views as steps of the log: a filter gets a name, another name, or loses it.

use rusqlite::{Transaction, params};
use rust_i18n::t;
use serde::{Deserialize, Serialize};

use super::super::views::{self, ListFilter};
use super::{Effect, Plan, Result, Step, StoreError};

/// What becomes of a saved view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViewChange {
    /// The filter is kept under the name; a former one of that name is replaced.
    Keep {
        /// The name, not blank.
        name: String,
        /// What it stands for.
        filter: ListFilter,
    },
    /// It gets another name.
    Rename {
        /// The name until now.
        from: String,
        /// The new one, not blank and not taken.
        to: String,
    },
    /// It goes.
    Drop {
        /// Its name.
        name: String,
    },
}

/// The filter of a name after the step, or none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ViewStep {
    /// The name.
    pub name: String,
    /// What it stands for.
    pub filter: Option<ListFilter>,
}

impl ViewStep {
    pub(super) fn run(&self, tx: &Transaction<'_>) -> Result<Effect> {
        match &self.filter {
            Some(filter) => tx.execute(
                "INSERT OR REPLACE INTO saved_view VALUES (?1, ?2)",
                params![self.name, serde_json::to_string(filter)?],
            )?,
            None => tx.execute("DELETE FROM saved_view WHERE name = ?1", [&self.name])?,
        };
        Ok(Effect::default())
    }
}

/// Plans a change; names are trimmed.
pub(super) fn plan(tx: &Transaction<'_>, change: &ViewChange) -> Result<Plan> {
    match change {
        ViewChange::Keep { name, filter } => {
            let name = named(name)?;
            let mut plan = Plan::new(t!("store.label.view", name = name).into_owned(), &[]);
            put(tx, &mut plan, name, Some(filter.clone()))?;
            Ok(plan)
        }
        ViewChange::Rename { from, to } => {
            let to = named(to)?;
            let filter = there(tx, from)?;
            if to != from && views::find(tx, to)?.is_some() {
                return Err(StoreError::ViewTaken(to.to_owned()));
            }
            let mut plan = Plan::new(t!("store.label.view_renamed", from = from, to = to).into_owned(), &[]);
            put(tx, &mut plan, from, None)?;
            put(tx, &mut plan, to, Some(filter))?;
            Ok(plan)
        }
        ViewChange::Drop { name } => {
            there(tx, name)?;
            let mut plan = Plan::new(t!("store.label.view_gone", name = name).into_owned(), &[]);
            put(tx, &mut plan, name, None)?;
            Ok(plan)
        }
    }
}

fn put(tx: &Transaction<'_>, plan: &mut Plan, name: &str, filter: Option<ListFilter>) -> Result<()> {
    let former = views::find(tx, name)?;
    let step = |filter| Step::View(ViewStep { name: name.to_owned(), filter });
    plan.step(step(filter), step(former));
    Ok(())
}

fn named(name: &str) -> Result<&str> {
    Some(name.trim()).filter(|n| !n.is_empty()).ok_or_else(|| StoreError::NoView(String::new()))
}

fn there(tx: &Transaction<'_>, name: &str) -> Result<ListFilter> {
    views::find(tx, name)?.ok_or_else(|| StoreError::NoView(name.to_owned()))
}
