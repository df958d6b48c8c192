//! Rows that merging, splitting and linking leave behind: pins between contents, what leads, links that were set or
//! refused. And how the members of a notice are named in them.

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

use super::super::derived::posts_of;
use super::super::ground::mark_stale;
use super::{Effect, Plan, Result, Step, holders};
use crate::cluster::{Post, key_node, node};
use crate::notice::LinkKind;

/// A pin between two nodes after the step, or none. The lesser node comes first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PinStep {
    a: String,
    b: String,
    value: Option<PinValue>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct PinValue {
    same: bool,
    at: i64,
}

/// What leads its notice after the step, since when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LeadStep {
    node: String,
    at: Option<i64>,
}

/// A link between two messages after the step: set, refused, or left to the rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LinkStep {
    /// Key of the message that speaks.
    pub from: String,
    /// Key of the message spoken of.
    pub to: String,
    /// How.
    pub kind: LinkKind,
    value: Option<LinkValue>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct LinkValue {
    linked: bool,
    at: i64,
}

/// The notices that hold these messages are no longer right, nor is what came after them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DeriveStep {
    /// Keys of messages.
    pub anchors: Vec<String>,
    /// Ids that the notices of these messages get back.
    #[serde(default)]
    pub ids: Vec<(String, String)>,
}

impl PinStep {
    pub(super) fn run(&self, tx: &Transaction<'_>) -> Result<Effect> {
        match self.value {
            None => {
                tx.prepare_cached("DELETE FROM pin WHERE a = ?1 AND b = ?2")?.execute([&self.a, &self.b])?
            }
            Some(v) => tx
                .prepare_cached("INSERT OR REPLACE INTO pin VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![self.a, self.b, v.same, v.at])?,
        };
        Ok(Effect::default())
    }
}

impl LeadStep {
    pub(super) fn run(&self, tx: &Transaction<'_>) -> Result<Effect> {
        match self.at {
            None => tx.prepare_cached("DELETE FROM lead_pin WHERE node = ?1")?.execute([&self.node])?,
            Some(at) => tx
                .prepare_cached("INSERT OR REPLACE INTO lead_pin VALUES (?1, ?2)")?
                .execute(params![self.node, at])?,
        };
        Ok(Effect::default())
    }
}

impl LinkStep {
    pub(super) fn run(&self, tx: &Transaction<'_>) -> Result<Effect> {
        let kind = self.kind.as_str();
        match self.value {
            None => tx
                .prepare_cached("DELETE FROM link_decision WHERE a = ?1 AND b = ?2 AND kind = ?3")?
                .execute([&self.from, &self.to, kind])?,
            Some(v) => tx
                .prepare_cached("INSERT OR REPLACE INTO link_decision VALUES (?1, ?2, ?3, ?4, ?5)")?
                .execute(params![self.from, self.to, kind, v.linked, v.at])?,
        };
        Ok(Effect { anchors: vec![self.from.clone(), self.to.clone()], links: true, ..Effect::default() })
    }
}

impl DeriveStep {
    pub(super) fn run(&self, tx: &Transaction<'_>) -> Result<Effect> {
        let mut from: Option<i64> = None;
        for row in holders(tx, &self.anchors)? {
            let first: i64 =
                tx.query_row("SELECT first_seen FROM notice WHERE row = ?1", [row], |r| r.get(0))?;
            from = Some(from.map_or(first, |f: i64| f.min(first)));
        }
        if let Some(from) = from {
            mark_stale(tx, from)?;
        }
        for (anchor, id) in &self.ids {
            tx.prepare_cached("INSERT OR REPLACE INTO id_hint VALUES (?1, ?2)")?.execute([anchor, id])?;
        }
        Ok(Effect { anchors: self.anchors.clone(), stale: from.is_some(), ..Effect::default() })
    }
}

impl Plan {
    /// Plans a pin between two nodes, or that there is none.
    pub(super) fn pin(
        &mut self,
        tx: &Connection,
        a: &str,
        b: &str,
        same: Option<bool>,
        at: i64,
    ) -> Result<()> {
        if a == b {
            return Ok(());
        }
        let (a, b) = if a < b { (a, b) } else { (b, a) };
        let former = tx
            .prepare_cached("SELECT same, at FROM pin WHERE a = ?1 AND b = ?2")?
            .query_row([a, b], |r| Ok(PinValue { same: r.get(0)?, at: r.get(1)? }))
            .optional()?;
        if former.map(|f| f.same) == same {
            return Ok(());
        }
        let step = |value| Step::Pin(PinStep { a: a.to_owned(), b: b.to_owned(), value });
        self.step(step(same.map(|same| PinValue { same, at })), step(former));
        Ok(())
    }

    /// Plans that no pin of this sort joins or parts two sets of nodes.
    pub(super) fn unpin(
        &mut self,
        tx: &Connection,
        a: &[String],
        b: Option<&[String]>,
        same: bool,
    ) -> Result<()> {
        for node in a {
            for other in pinned_to(tx, node, same)? {
                let crosses = !a.contains(&other) && b.is_none_or(|b| b.contains(&other));
                if crosses {
                    self.pin(tx, node, &other, None, 0)?;
                }
            }
        }
        Ok(())
    }

    /// Plans that a node leads its notice.
    pub(super) fn lead(&mut self, tx: &Connection, node: &str, at: i64) -> Result<()> {
        let former = tx
            .prepare_cached("SELECT at FROM lead_pin WHERE node = ?1")?
            .query_row([node], |r| r.get(0))
            .optional()?;
        let step = |at| Step::Lead(LeadStep { node: node.to_owned(), at });
        self.step(step(Some(at)), step(former));
        Ok(())
    }

    /// Plans a link: set, refused, or left to the rules.
    pub(super) fn link(
        &mut self,
        tx: &Connection,
        ends: (&str, &str),
        kind: LinkKind,
        linked: Option<bool>,
        at: i64,
    ) -> Result<()> {
        let (from, to) = ends;
        let former = tx
            .prepare_cached("SELECT linked, at FROM link_decision WHERE a = ?1 AND b = ?2 AND kind = ?3")?
            .query_row([from, to, kind.as_str()], |r| Ok(LinkValue { linked: r.get(0)?, at: r.get(1)? }))
            .optional()?;
        if former.map(|f| f.linked) == linked {
            return Ok(());
        }
        let step = |value| Step::Link(LinkStep { from: from.to_owned(), to: to.to_owned(), kind, value });
        self.step(step(linked.map(|linked| LinkValue { linked, at })), step(former));
        Ok(())
    }

    /// Plans that the notices of these messages are computed again.
    pub(super) fn derive(&mut self, tx: &Connection, anchors: Vec<String>) -> Result<()> {
        let mut ids = Vec::new();
        for &row in &self.rows {
            let named = tx
                .prepare_cached(
                    "SELECT m.key, n.id FROM notice n JOIN message m ON m.id = n.lead WHERE n.row = ?1",
                )?
                .query_row([row], |r| Ok((r.get(0)?, r.get(1)?)))?;
            ids.push(named);
        }
        self.forward.push(Step::Derive(DeriveStep { anchors: anchors.clone(), ids: Vec::new() }));
        self.backward.push(Step::Derive(DeriveStep { anchors, ids }));
        Ok(())
    }
}

/// A member of a notice, as pins name it.
pub(super) struct Member {
    /// Key of the message.
    pub key: String,
    /// What pins hang on.
    pub node: String,
    /// Whether the message carries other notices too: its content says nothing about this one.
    pub shared: bool,
}

/// Members of a notice, the lead copy first.
pub(super) fn members(tx: &Connection, row: i64) -> Result<Vec<Member>> {
    let mut out = Vec::new();
    for post in posts_of(tx, row)? {
        let shared = tx
            .prepare_cached("SELECT count(*) > 1 FROM copy WHERE message = ?1")?
            .query_row([post.row], |r| r.get(0))?;
        let node = node_of(tx, &post, shared)?;
        out.push(Member { key: post.key, node, shared });
    }
    Ok(out)
}

/// What pins of a message hang on: the message itself, once it was named alone; else its content.
fn node_of(tx: &Connection, post: &Post, shared: bool) -> Result<String> {
    let own = text(key_node(&post.key));
    let named: bool = tx
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM pin WHERE a = ?1 OR b = ?1)")?
        .query_row([&own], |r| r.get(0))?;
    Ok(if named || shared { own } else { text(node(post)) })
}

/// The nodes that were said to be the same as this one, or to be something else.
pub(super) fn pinned_to(db: &Connection, node: &str, same: bool) -> Result<Vec<String>> {
    let mut statement = db.prepare_cached(
        "SELECT b FROM pin WHERE a = ?1 AND same = ?2 UNION SELECT a FROM pin WHERE b = ?1 AND same = ?2",
    )?;
    let others = statement.query_map(params![node, same], |r| r.get(0))?;
    Ok(others.collect::<rusqlite::Result<_>>()?)
}

/// The node of one message alone.
pub(super) fn alone(key: &str) -> String {
    text(key_node(key))
}

fn text(node: u128) -> String {
    format!("{node:032x}")
}

/// Nodes without repeats, in order.
pub(super) fn nodes<'a>(members: impl IntoIterator<Item = &'a Member>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for member in members {
        if !out.contains(&member.node) {
            out.push(member.node.clone());
        }
    }
    out
}
