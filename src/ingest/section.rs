//! Receives what a parser reads and writes it in chunks: the chat it belongs to, what is known of it, what is new.

use std::cell::RefCell;
use std::collections::HashSet;
use std::ops::ControlFlow;

use super::groups::Groups;
use super::identity::{self, Claims, Planned};
use super::{FileReport, IssueReport, Meter};
use crate::import::{Issue, Sink};
use crate::message::{GroupRef, Message};
use crate::normalize::fold;
use crate::notice::Moment;
use crate::store::{Fate, GroundBatch, Known, Store, StoreError, Write};

/// Entries that are matched and written together.
const CHUNK: usize = 1000;

/// Minutes apart at which two stretches of a chunk are looked up one by one.
const GAP: i64 = 120;

/// The messages of one chat in one file.
struct Section {
    group: i64,
    key: String,
    group_ref: GroupRef,
    /// The group had no messages before this section.
    fresh: bool,
    /// The stored messages, all of them, once an entry without clock time has come.
    whole: bool,
    claims: Claims,
    last: i64,
}

/// What one file gave.
#[derive(Default)]
pub(super) struct Tally {
    messages: u64,
    new: u64,
    known: u64,
    enriched: u64,
    first: Option<i64>,
    last: Option<i64>,
    issues: Vec<IssueReport>,
    names: Vec<String>,
    /// Rows of the groups in it.
    pub(super) groups: Vec<i64>,
    /// The database failed.
    pub(super) failure: Option<StoreError>,
}

impl Tally {
    /// Puts the figures into the report of the file.
    pub(super) fn fill(&self, file: &mut FileReport) {
        file.messages = self.messages;
        (file.new, file.known, file.enriched) = (self.new, self.known, self.enriched);
        file.first = self.first.map(Moment);
        file.last = self.last.map(Moment);
        file.issues.clone_from(&self.issues);
        file.group = match &self.names[..] {
            [] => None,
            [one] => Some(one.clone()),
            many => Some(many.join("、")),
        };
    }
}

/// The sink of one file.
pub(super) struct Reader<'a, 'm> {
    store: &'a mut Store,
    groups: &'a mut Groups,
    meter: &'a RefCell<&'a mut Meter<'m>>,
    source: i64,
    dry_run: bool,
    own: HashSet<String>,
    section: Option<Section>,
    chunk: Vec<Message>,
    tally: Tally,
}

impl<'a, 'm> Reader<'a, 'm> {
    /// A sink that writes under the given file.
    pub(super) fn new(
        store: &'a mut Store,
        groups: &'a mut Groups,
        meter: &'a RefCell<&'a mut Meter<'m>>,
        source: i64,
        dry_run: bool,
    ) -> Result<Self, StoreError> {
        let own = store.own_names()?.into_iter().map(|(_, name)| fold(&name)).collect();
        Ok(Reader {
            store,
            groups,
            meter,
            source,
            dry_run,
            own,
            section: None,
            chunk: Vec::with_capacity(CHUNK),
            tally: Tally::default(),
        })
    }

    /// Writes what is left.
    pub(super) fn end(mut self) -> Result<Tally, StoreError> {
        self.close_section();
        Ok(self.tally)
    }

    fn close_section(&mut self) {
        self.flush();
        if let Some(section) = self.section.take()
            && !self.dry_run
            && self.tally.failure.is_none()
            && let Err(why) = self.groups.named(self.store, section.group, &section.group_ref, section.last)
        {
            self.tally.failure = Some(why);
        }
    }

    fn flush(&mut self) {
        if self.chunk.is_empty() || self.tally.failure.is_some() {
            return;
        }
        if let Err(why) = self.write_chunk() {
            self.tally.failure = Some(why);
        }
    }

    fn write_chunk(&mut self) -> Result<(), StoreError> {
        let Some(section) = &mut self.section else {
            self.chunk.clear();
            return Ok(());
        };
        let chunk = std::mem::take(&mut self.chunk);
        let stored = if section.fresh { Vec::new() } else { stored(self.store, section, &chunk)? };
        let (store, fresh) = (&*self.store, section.fresh);
        let mut trouble = None;
        let mut taken = |key: &crate::message::MessageKey| {
            !fresh
                && !store.key_is_free(key).unwrap_or_else(|why| {
                    trouble = Some(why);
                    true
                })
        };
        let Planned { writes, new, known, enriched, stale_from } =
            identity::plan(chunk, &stored, &mut section.claims, &section.key, &self.own, &mut taken);
        if let Some(why) = trouble {
            return Err(why);
        }
        self.tally.new += new;
        self.tally.known += known;
        self.tally.enriched += enriched;
        if self.dry_run {
            return Ok(());
        }
        let batch = GroundBatch { source: self.source, group: section.group, writes: &writes, stale_from };
        let fates = self.store.write(&batch)?;
        for (fate, write) in fates.into_iter().zip(&writes) {
            match fate {
                Fate::Row(row) => section.claims.add(row),
                Fate::Raced => {
                    self.tally.new -= u64::from(matches!(write, Write::New(_)));
                    self.tally.known += 1;
                }
            }
        }
        Ok(())
    }
}

/// The stored messages that entries of this chunk may be.
fn stored(store: &Store, section: &mut Section, chunk: &[Message]) -> Result<Vec<Known>, StoreError> {
    let mut out = Vec::new();
    section.whole |= chunk.iter().any(|m| !m.precision.has_clock());
    if section.whole {
        store.known_undated(section.group, true, &mut out)?;
        return Ok(out);
    }
    let mut minutes: Vec<i64> = chunk.iter().map(|m| m.sent_at.div_euclid(60_000)).collect();
    minutes.sort_unstable();
    let mut from = 0;
    for n in 1..=minutes.len() {
        if n == minutes.len() || minutes[n] - minutes[n - 1] > GAP {
            store.known_between(section.group, minutes[from], minutes[n - 1], &mut out)?;
            from = n;
        }
    }
    let mut seen: HashSet<i64> = out.iter().map(|k| k.id).collect();
    let mut undated = Vec::new();
    store.known_undated(section.group, false, &mut undated)?;
    out.extend(undated.into_iter().filter(|k| seen.insert(k.id)));
    let ids: HashSet<String> = out.iter().filter_map(|k| k.native_id.clone()).collect();
    for id in chunk.iter().filter_map(|m| m.native_id.as_deref()).filter(|id| !ids.contains(*id)) {
        if let Some(known) = store.known_by_native(section.group, id)?
            && seen.insert(known.id)
        {
            out.push(known);
        }
    }
    Ok(out)
}

impl Sink for Reader<'_, '_> {
    fn group(&mut self, group: GroupRef) {
        self.close_section();
        if self.tally.failure.is_some() {
            return;
        }
        let opened = self.groups.resolve(self.store, &group, self.dry_run).and_then(|entry| {
            let fresh = entry.id < 0 || self.store.group_is_empty(entry.id)?;
            Ok((entry, fresh))
        });
        match opened {
            Err(why) => self.tally.failure = Some(why),
            Ok((entry, fresh)) => {
                if !self.tally.groups.contains(&entry.id) {
                    self.tally.groups.push(entry.id);
                    self.tally.names.push(entry.name.clone());
                }
                self.section = Some(Section {
                    group: entry.id,
                    key: entry.key,
                    group_ref: group,
                    fresh,
                    whole: false,
                    claims: Claims::default(),
                    last: i64::MIN,
                });
            }
        }
    }

    fn message(&mut self, message: Message) -> ControlFlow<()> {
        if self.tally.failure.is_some() {
            return ControlFlow::Break(());
        }
        if self.section.is_none() {
            self.group(GroupRef::default());
        }
        self.tally.messages += 1;
        self.meter.borrow_mut().state.messages += 1;
        self.tally.first = Some(self.tally.first.map_or(message.sent_at, |f| f.min(message.sent_at)));
        self.tally.last = Some(self.tally.last.map_or(message.sent_at, |l| l.max(message.sent_at)));
        if let Some(section) = &mut self.section {
            section.last = section.last.max(message.sent_at);
        }
        self.chunk.push(message);
        if self.chunk.len() >= CHUNK {
            self.flush();
            if self.tally.failure.is_some() {
                return ControlFlow::Break(());
            }
            return self.meter.borrow_mut().tell(false);
        }
        ControlFlow::Continue(())
    }

    fn issue(&mut self, issue: Issue) {
        self.tally.issues.push(IssueReport { line: issue.line, reason: issue.reason });
    }
}
