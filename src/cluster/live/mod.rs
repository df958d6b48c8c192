//! The notices that later posts may still join, and how to find them: by hash, by shared grams, by rare words.
//! When a notice stops being joinable is a matter of time alone, so it does not depend on how posts are fed in.

mod rare;

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::content::link_key;
use super::correction::Correction;
use super::gist::Gist;
use super::index::{Candidate, Doc, Index, NumberMap, Thresholds};
use super::moments::Moments;
use super::pins::Pins;
use super::reason::{Differ, Reason};
use super::words::Words;
use super::{LinkDraft, Post, Slot};
use crate::facts::Role;
use crate::message::{Kind, epoch_ms};
use crate::notice::MessageRole;

/// Jaccard similarity from which two texts are compared at all; below it the shared frame of office language is
/// the similarity (`dedup.md` §3).
pub(super) const JACCARD: f64 = 0.5;

/// Containment from which two texts are compared: a notice cut to its first third, or under a long preface.
pub(super) const CONTAINMENT: f64 = 0.8;

/// An index with fewer texts is not worth putting in order.
const REINDEX: usize = 400;

/// Candidates that are judged by their facts: the nearest.
const NEAREST: usize = 48;

/// Texts shorter than this, in comparable characters, are found by their hash only: 收到, 好的 must never cluster.
pub(super) const SHORTEST: usize = 10;

const DAY_MS: i64 = 24 * 3_600_000;

/// How long after its last copy a notice can still be joined, how long after its deadline, and how long in all.
const QUIET_DAYS: i64 = 14;
const AFTER_DUE_DAYS: i64 = 7;
const LONGEST_DAYS: i64 = 40;

/// A message in a notice.
#[derive(Debug)]
pub(super) struct Member {
    /// The message.
    pub post: Post,
    /// Similarity with the copy it was compared to.
    pub similarity: f64,
    /// Why it is here.
    pub reason: Option<Reason>,
    /// Whether the whole message is this notice; otherwise only a part of it is.
    pub whole: bool,
    /// Facts in which it differs from the notice it joined.
    pub conflicts: Vec<Differ>,
    /// Its exact-layer hash; set when it joins.
    pub key: Option<u128>,
}

impl Member {
    /// A message that is wholly the notice, and agrees with it.
    pub(super) fn plain(post: Post, reason: Option<Reason>) -> Self {
        Member { post, similarity: 1.0, reason, whole: true, conflicts: Vec::new(), key: None }
    }
}

/// A notice that can still be joined.
#[derive(Debug)]
pub(super) struct Live {
    /// What it is: a notice, or something that speaks of one.
    pub kind: MessageRole,
    /// Its id from an earlier run.
    pub id: Option<Arc<str>>,
    /// Its messages in order of time.
    pub members: Vec<Member>,
    /// Links to other notices.
    pub links: Vec<LinkDraft>,
    /// Corrections that name it, in order of time.
    pub corrections: Vec<Correction>,
    /// When what it says was last changed by a follow-up.
    pub facts_changed: Option<i64>,
    /// Time of the first and the last member.
    pub first: i64,
    /// Time of the last member.
    pub last: i64,
    /// Until when it can be joined.
    pub until: i64,
    /// Whether this run added something.
    pub changed: bool,
    /// Whether it is filed under the notice it speaks of.
    pub attached: bool,
    /// The member a person said leads, and when.
    pub lead: Option<(i64, usize)>,
    docs: Vec<Doc>,
    keys: Vec<u128>,
    /// Classes of its members about which something was decided.
    classes: Vec<u32>,
    /// The member that says what the notice says; see [`Live::full`].
    full: usize,
    /// What its members say, once it was asked for; until the next one joins.
    gist: OnceCell<Gist>,
}

impl Live {
    /// What its members say, for follow-ups that may mean it.
    pub(super) fn gist(&self) -> &Gist {
        self.gist.get_or_init(|| Gist::of(self))
    }

    /// A correction sets another moment: what counts down speaks of that one from now on.
    pub(super) fn correct(&mut self, correction: Correction) {
        let later = self.corrections.partition_point(|c| c.at <= correction.at);
        self.corrections.insert(later, correction);
        self.gist.take();
    }

    /// Classes of its members about which something was decided.
    pub(super) fn classes(&self) -> &[u32] {
        &self.classes
    }

    /// The member that says what the notice says: the first, unless a later one says much more, as after a beginning that
    /// was cut short.
    pub(super) fn full(&self) -> Option<&Member> {
        self.members.get(self.full)
    }

    /// Whether `member` says so much more than the fullest so far that it takes its place.
    fn is_fuller(&self, member: &Member) -> bool {
        let longest = self.full().map_or(0, |m| m.post.plain_len());
        member.whole && member.post.plain_len() * 2 > longest * 3
    }

    /// Whether a message of it was posted in this group.
    pub(super) fn is_in(&self, group: i64) -> bool {
        self.members.iter().any(|m| m.post.group == group)
    }
}

/// 邻居吵架也算, said about a notice: filed under it, but it asks for nothing that could be answered with 收到.
fn is_remark(kind: MessageRole, post: &Post) -> bool {
    let facts = &post.facts;
    kind == MessageRole::Reminder
        && matches!(facts.role, Role::Chatter | Role::Done | Role::Question)
        && facts.due.is_none()
        && facts.demands.is_empty()
}

/// All of them.
#[derive(Debug)]
pub(super) struct Notices {
    live: NumberMap<Slot, Live>,
    by_end: BTreeSet<(i64, Slot)>,
    by_key: NumberMap<u128, Vec<Slot>>,
    index: Index,
    /// Texts in the index when it was last put in order.
    ordered: usize,
    /// Notice and number of the member of each text in the index, while it is live.
    docs: Vec<Option<(Slot, u32)>>,
    /// How many are.
    live_docs: usize,
    words: Words,
    moments: Moments,
    found: Vec<Candidate>,
    last_in_group: NumberMap<i64, (Slot, i64)>,
    /// When the last picture was posted that is a notice, and its notice.
    last_picture: Option<(i64, Slot)>,
    in_group: NumberMap<i64, Vec<Slot>>,
    issuers: NumberMap<i64, HashMap<String, u32>>,
    last_said: NumberMap<i64, (Slot, i64)>,
    next: Slot,
    /// What a person decided, and where it stands.
    pins: Pins,
    by_class: HashMap<u32, Vec<Slot>>,
    by_end_of_link: HashMap<String, Slot>,
    /// Whether what joins is new in this run; false while posts are put back.
    pub recording: bool,
    ended: Vec<(Slot, Live)>,
}

impl Default for Notices {
    fn default() -> Self {
        Notices {
            live: NumberMap::default(),
            by_end: BTreeSet::new(),
            by_key: NumberMap::default(),
            index: new_index(),
            ordered: 0,
            docs: Vec::new(),
            live_docs: 0,
            words: Words::default(),
            moments: Moments::default(),
            found: Vec::new(),
            last_in_group: NumberMap::default(),
            last_picture: None,
            in_group: NumberMap::default(),
            issuers: NumberMap::default(),
            last_said: NumberMap::default(),
            next: 0,
            pins: Pins::default(),
            by_class: HashMap::new(),
            by_end_of_link: HashMap::new(),
            recording: true,
            ended: Vec::new(),
        }
    }
}

fn new_index() -> Index {
    Index::new(Thresholds { jaccard: JACCARD, containment: Some(CONTAINMENT) })
}

impl Notices {
    /// What was decided holds from now on.
    pub(super) fn obey(&mut self, pins: Pins) {
        self.pins = pins;
    }

    /// What was decided.
    pub(super) fn pins(&self) -> &Pins {
        &self.pins
    }

    /// Notices with a member of this class, oldest first.
    pub(super) fn with_class(&self, class: u32) -> &[Slot] {
        self.by_class.get(&class).map_or(&[], Vec::as_slice)
    }

    /// The notice that holds the message at the end of a decided link.
    pub(super) fn with_link_end(&self, key: &str) -> Option<Slot> {
        self.by_end_of_link.get(key).copied().filter(|s| self.live.contains_key(s))
    }

    /// Opens a notice without members.
    pub(super) fn open(&mut self, kind: MessageRole, id: Option<Arc<str>>) -> Slot {
        let slot = self.next;
        self.next += 1;
        let live = Live {
            kind,
            id,
            members: Vec::new(),
            links: Vec::new(),
            corrections: Vec::new(),
            facts_changed: None,
            first: i64::MAX,
            last: i64::MIN,
            until: i64::MIN,
            changed: false,
            attached: false,
            lead: None,
            docs: Vec::new(),
            keys: Vec::new(),
            classes: Vec::new(),
            full: 0,
            gist: OnceCell::new(),
        };
        self.live.insert(slot, live);
        slot
    }

    /// Turns a remembered picture or file into a notice.
    pub(super) fn promote(&mut self, slot: Slot) {
        if let Some(live) = self.live.get_mut(&slot) {
            live.kind = MessageRole::Copy;
            live.changed |= self.recording;
            for member in &live.members {
                self.last_in_group.insert(member.post.group, (slot, member.post.sent_at));
                self.last_said.insert(member.post.group, (slot, member.post.sent_at));
                issues(&mut self.issuers, &member.post);
                self.moments.add(slot, &member.post.facts);
                self.last_picture = self.last_picture.max(pictured(slot, &member.post));
            }
        }
    }

    /// A notice that can be joined.
    pub(super) fn get(&self, slot: Slot) -> Option<&Live> {
        self.live.get(&slot)
    }

    /// The same, to be changed.
    pub(super) fn get_mut(&mut self, slot: Slot) -> Option<&mut Live> {
        self.live.get_mut(&slot)
    }

    /// The notices with a message in this group, in order of their first one there.
    pub(super) fn in_group(&self, group: i64) -> impl Iterator<Item = (Slot, &Live)> {
        let slots = self.in_group.get(&group).map_or(&[][..], Vec::as_slice);
        slots.iter().filter_map(|s| self.live.get(s).map(|l| (*s, l)))
    }

    /// The notices that came to this group last.
    pub(super) fn newest_in(&self, group: i64, most: usize) -> impl Iterator<Item = Slot> {
        let slots = self.in_group.get(&group).map_or(&[][..], Vec::as_slice);
        slots[slots.len().saturating_sub(most)..].iter().copied()
    }

    /// Adds a message to a notice. `key` is its exact-layer hash, `text` its match text where it is long enough to be
    /// found by similarity.
    pub(super) fn join(&mut self, slot: Slot, mut member: Member, key: Option<u128>) {
        member.key = key;
        let Some(live) = self.live.get_mut(&slot) else {
            return;
        };
        let post = &member.post;
        self.by_end.remove(&(live.until, slot));
        live.first = live.first.min(post.sent_at);
        live.last = live.last.max(post.sent_at);
        live.until = end_of(live, post);
        if !self.pins.is_empty() {
            decided(&self.pins, &mut self.by_class, &mut self.by_end_of_link, slot, live, post);
        }
        live.changed |= self.recording && live.kind != MessageRole::Submission;
        self.by_end.insert((live.until, slot));
        if !live.is_in(post.group) {
            self.in_group.entry(post.group).or_default().push(slot);
        }
        if live.kind != MessageRole::Submission && !is_remark(live.kind, post) {
            self.last_said.insert(post.group, (slot, post.sent_at));
        }
        if matches!(live.kind, MessageRole::Copy | MessageRole::Signup) {
            self.last_in_group.insert(post.group, (slot, post.sent_at));
            issues(&mut self.issuers, post);
            self.moments.add(slot, &post.facts);
            self.last_picture = self.last_picture.max(pictured(slot, post));
        }
        if let Some(key) = key {
            let slots = self.by_key.entry(key).or_default();
            if !slots.contains(&slot) {
                slots.push(slot);
                live.keys.push(key);
                // A part that opened its notice is the whole of it.
                if member.whole || live.members.is_empty() {
                    if member.post.plain_len() >= SHORTEST {
                        let doc = self.index.put(member.post.plain());
                        debug_assert_eq!(self.docs.len(), doc as usize);
                        self.docs.push(Some((slot, live.members.len() as u32)));
                        self.live_docs += 1;
                        live.docs.push(doc);
                    }
                    if live.members.is_empty() || live.is_fuller(&member) {
                        live.full = live.members.len();
                        self.words.add(slot, member.post.timeless());
                    }
                }
            }
        }
        if let Some(link) = link_key(&member.post) {
            let slots = self.by_key.entry(link).or_default();
            if !slots.contains(&slot) {
                slots.push(slot);
                live.keys.push(link);
            }
        }
        live.members.push(member);
        live.gist.take();
    }

    /// Notices that hold exactly this content, oldest first.
    pub(super) fn with_key(&self, key: u128) -> &[Slot] {
        self.by_key.get(&key).map_or(&[], Vec::as_slice)
    }

    /// The [`NEAREST`] notices with a text like this one: slot, number of the member, similarity; best first.
    pub(super) fn nearest(&mut self, text: &str) -> Vec<(Slot, usize, Candidate)> {
        self.near(text, NEAREST)
    }

    /// The same, at most so many.
    pub(super) fn near(&mut self, text: &str, limit: usize) -> Vec<(Slot, usize, Candidate)> {
        let mut found = std::mem::take(&mut self.found);
        self.index.find_best(text, limit, &mut found);
        self.ranked(found, limit)
    }

    /// The same among the texts of one notice.
    pub(super) fn near_in(&mut self, slot: Slot, text: &str) -> Vec<(Slot, usize, Candidate)> {
        let mut found = std::mem::take(&mut self.found);
        let docs = self.live.get(&slot).map_or(&[][..], |live| &live.docs);
        self.index.compare(text, docs, &mut found);
        self.ranked(found, NEAREST)
    }

    fn ranked(&mut self, found: Vec<Candidate>, limit: usize) -> Vec<(Slot, usize, Candidate)> {
        let place = |c: &Candidate| {
            let (slot, member) = (*self.docs.get(c.doc as usize)?)?;
            Some((slot, member as usize, *c))
        };
        let mut out: Vec<_> = found.iter().filter_map(place).collect();
        self.found = found;
        let better = |a: &(Slot, usize, Candidate), b: &(Slot, usize, Candidate)| {
            b.2.score().total_cmp(&a.2.score()).then(a.0.cmp(&b.0)).then(a.1.cmp(&b.1))
        };
        if out.len() > limit {
            out.select_nth_unstable_by(limit, better);
            out.truncate(limit);
        }
        out.sort_unstable_by(better);
        out
    }

    /// The last notice posted in the group of a post.
    pub(super) fn last_in(&self, post: &Post) -> Option<Slot> {
        self.recent(&self.last_in_group, post).map(|(slot, _)| slot)
    }

    /// What was posted last in the group of a post that can be answered, notice or follow-up, and when.
    pub(super) fn last_said(&self, post: &Post) -> Option<(Slot, i64)> {
        self.recent(&self.last_said, post)
    }

    /// The notice of the last picture, if that was posted after `since`.
    pub(super) fn last_picture(&self, since: i64) -> Option<(Slot, &Live)> {
        let (at, slot) = self.last_picture?;
        let live = self.live.get(&slot).filter(|_| at >= since)?;
        Some((slot, live))
    }

    /// The last notice posted in the group of this name, if that was after `since`.
    pub(super) fn last_in_named(&self, name: &str, since: i64) -> Option<Slot> {
        let posted = |group: i64, slot: Slot| {
            let members = self.live.get(&slot).map_or(&[][..], |live| &live.members);
            members.iter().any(|m| m.post.group == group && &*m.post.group_name == name)
        };
        let named =
            self.last_in_group.iter().filter(|(group, (slot, at))| *at >= since && posted(**group, *slot));
        named.map(|(_, (slot, at))| (*at, *slot)).max().map(|(_, slot)| slot)
    }

    /// The last of a group, while it is open whatever its deadline. A later run does not know what has ended, and would
    /// take an older notice that stays open longer for the last.
    fn recent(&self, last: &NumberMap<i64, (Slot, i64)>, post: &Post) -> Option<(Slot, i64)> {
        let open = |(slot, at): &(Slot, i64)| {
            post.sent_at - at <= QUIET_DAYS * DAY_MS && self.live.contains_key(slot)
        };
        last.get(&post.group).copied().filter(open)
    }

    /// Whether somebody has issued notices in a group before.
    pub(super) fn is_issuer(&self, group: i64, sender: &str) -> bool {
        self.issuers.get(&group).and_then(|senders| senders.get(sender)).is_some_and(|n| *n > 0)
    }

    /// Ends the notices that nothing sent at `now` can join.
    pub(super) fn expire(&mut self, now: i64) {
        let mut groups: HashSet<i64> = HashSet::new();
        while let Some(&(until, slot)) = self.by_end.first() {
            if until >= now {
                break;
            }
            self.by_end.pop_first();
            self.end(slot, &mut groups);
        }
        for group in groups {
            if let Some(slots) = self.in_group.get_mut(&group) {
                slots.retain(|slot| self.live.contains_key(slot));
            }
        }
        let live = self.live_docs;
        if self.index.len() > REINDEX && (live * 2 < self.index.len() || self.index.len() > self.ordered * 3)
        {
            self.reindex();
        }
    }

    /// The notices that ended since the last call, in order of their numbers.
    pub(super) fn take_ended(&mut self) -> Vec<(Slot, Live)> {
        let mut ended = std::mem::take(&mut self.ended);
        ended.sort_unstable_by_key(|(slot, _)| *slot);
        ended
    }

    /// Ends a notice; `groups` collects those whose lists still hold it.
    fn end(&mut self, slot: Slot, groups: &mut HashSet<i64>) {
        let Some(live) = self.live.remove(&slot) else {
            return;
        };
        for doc in &live.docs {
            self.index.remove(*doc);
            self.docs[*doc as usize] = None;
            self.live_docs -= 1;
        }
        for key in &live.keys {
            if let Some(slots) = self.by_key.get_mut(key) {
                slots.retain(|s| *s != slot);
                if slots.is_empty() {
                    self.by_key.remove(key);
                }
            }
        }
        for class in &live.classes {
            if let Some(slots) = self.by_class.get_mut(class) {
                slots.retain(|s| *s != slot);
            }
        }
        for member in
            live.members.iter().filter(|_| matches!(live.kind, MessageRole::Copy | MessageRole::Signup))
        {
            if let Some(senders) = self.issuers.get_mut(&member.post.group)
                && let Some(n) = senders.get_mut(&member.post.sender)
            {
                *n = n.saturating_sub(1);
                if *n == 0 {
                    senders.remove(&member.post.sender);
                }
            }
        }
        groups.extend(live.members.iter().map(|m| m.post.group));
        self.words.remove(slot);
        self.moments.remove(slot, live.members.iter().map(|m| &m.post.facts));
        if live.changed {
            self.ended.push((slot, live));
        }
    }

    /// Most indexed texts have ended, or the index has grown threefold: a fresh one from what is live, ordered by how
    /// rare each gram is by now. What it finds stays the same; how much it looks at shrinks.
    fn reindex(&mut self) {
        // In order of their old numbers: the order of arrival.
        let kept: Vec<(Slot, u32)> = std::mem::take(&mut self.docs).into_iter().flatten().collect();
        let texts: Vec<&str> = kept
            .iter()
            .map(|(slot, number)| self.live[slot].members[*number as usize].post.plain())
            .collect();
        self.index = new_index();
        self.index.order_by(&texts);
        let docs: Vec<Doc> = texts.iter().map(|text| self.index.put(text)).collect();
        for live in self.live.values_mut() {
            live.docs.clear();
        }
        for ((slot, number), doc) in kept.into_iter().zip(docs) {
            self.docs.push(Some((slot, number)));
            if let Some(live) = self.live.get_mut(&slot) {
                live.docs.push(doc);
            }
        }
        self.ordered = self.index.len();
    }
}

/// Notes what was decided about a member that joins: its class, whether it leads, whether a link hangs on it. What was
/// put together by hand can be joined at least until that day.
fn decided(
    pins: &Pins,
    by_class: &mut HashMap<u32, Vec<Slot>>,
    by_end: &mut HashMap<String, Slot>,
    slot: Slot,
    live: &mut Live,
    post: &Post,
) {
    if pins.is_end(&post.key) {
        by_end.insert(post.key.clone(), slot);
    }
    if let Some(at) = pins.leads(post)
        && live.lead.is_none_or(|(former, _)| at > former)
    {
        live.lead = Some((at, live.members.len()));
    }
    let Some(class) = pins.class(post) else {
        return;
    };
    if let Some(at) = pins.joined_at(class) {
        live.until = live.until.max(at);
    }
    if !live.classes.contains(&class) {
        live.classes.push(class);
        by_class.entry(class).or_default().push(slot);
    }
}

fn issues(issuers: &mut NumberMap<i64, HashMap<String, u32>>, post: &Post) {
    let senders = issuers.entry(post.group).or_default();
    match senders.get_mut(&post.sender) {
        Some(n) => *n += 1,
        None => {
            senders.insert(post.sender.clone(), 1);
        }
    }
}

fn pictured(slot: Slot, post: &Post) -> Option<(i64, Slot)> {
    matches!(post.kind, Kind::Image | Kind::Video).then_some((post.sent_at, slot))
}

fn end_of(live: &Live, post: &Post) -> i64 {
    let due = post.facts.due.as_ref().map(|d| epoch_ms(d.at) + AFTER_DUE_DAYS * DAY_MS);
    let event = post.facts.event.as_ref().map(|e| epoch_ms(e.at) + AFTER_DUE_DAYS * DAY_MS);
    let latest =
        [Some(live.last + QUIET_DAYS * DAY_MS), due, event, Some(live.until)].into_iter().flatten().max();
    latest.unwrap_or(live.last).min(live.first + LONGEST_DAYS * DAY_MS)
}
