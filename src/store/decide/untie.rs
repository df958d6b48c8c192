//! A reply is not an answer to the notice it follows, or is one after all.

use rusqlite::{OptionalExtension, Transaction, params};
use rust_i18n::t;
use serde::{Deserialize, Serialize};

use super::{Effect, Plan, Result, Step};
use crate::store::StoreError;

/// Whether a reply is untied after the step, and since when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct UntieStep {
    message: String,
    at: Option<i64>,
}

impl UntieStep {
    pub(super) fn run(&self, tx: &Transaction<'_>) -> Result<Effect> {
        match self.at {
            None => tx.prepare_cached("DELETE FROM untied WHERE message = ?1")?.execute([&self.message])?,
            Some(at) => tx
                .prepare_cached("INSERT OR REPLACE INTO untied VALUES (?1, ?2)")?
                .execute(params![self.message, at])?,
        };
        Ok(Effect::default())
    }
}

/// Plans it for the message with this id.
pub(super) fn plan(tx: &Transaction<'_>, now: i64, message: &str, tied: bool) -> Result<Plan> {
    let notice: Option<Option<i64>> = tx
        .query_row(
            "SELECT p.notice FROM message m JOIN placement p ON p.message = m.id WHERE m.key = ?1 AND p.role = 'ack'",
            [message],
            |r| r.get(0),
        )
        .optional()?;
    let Some(notice) = notice else {
        return Err(StoreError::NoReply(message.to_owned()));
    };
    let before: Option<i64> =
        tx.query_row("SELECT at FROM untied WHERE message = ?1", [message], |r| r.get(0)).optional()?;
    let label = if tied { t!("store.label.tied") } else { t!("store.label.untied") };
    let mut plan = Plan::new(label.into_owned(), &notice.into_iter().collect::<Vec<_>>());
    let step = |at| Step::Untie(UntieStep { message: message.to_owned(), at });
    plan.forward.push(step((!tied).then_some(now)));
    plan.backward.push(step(before));
    Ok(plan)
}
