//! Messages and facts → notices. Pure, and a function of the messages in order of time: posts are assigned one after
//! another in the order (`sent_at`, `key`), and a post's place depends only on earlier posts and on the user's pins.
//! So the order in which files were imported cannot change the outcome, and adding later posts equals a rebuild.

pub mod index;
mod postings;
pub mod reason;
mod words;
mod plain;
mod align;
mod pins;
mod content;
mod verdict;
mod live;
mod moments;
mod carried;
mod assign;
mod poster;
mod retell;
mod restore;
mod segment;
mod several;
mod correction;
mod followup;
mod spoken;
mod gist;
mod target;
mod reply;
mod draft;
mod act;
mod alarm;
pub mod difference;

pub use pins::{Node, Pin, PinnedLink, Pins, key_node, node};
pub use plain::Plain;
pub use reason::Reason;

use std::collections::HashMap;
use std::sync::Arc;

use crate::facts::{Facts, Settings};
use crate::message::{Attachment, Kind, Precision, Quoted};
use crate::notice::{
    Conflict, DemandView, DueView, EventView, LinkKind, MessageRole, Moment, SignupView, Titled,
};

/// Where a part of a message stands.
#[derive(Clone, Debug)]
pub struct Part {
    /// What the whole message says.
    pub message: Arc<str>,
    /// Characters of it before the part; `None` for what a forwarded record carries.
    pub begins: Option<u32>,
}

/// A message as clustering sees it.
#[derive(Clone, Debug)]
pub struct Post {
    /// Row id of the message in the store.
    pub row: i64,
    /// Public key of the message, for new notice ids.
    pub key: String,
    /// Row id of its work group.
    pub group: i64,
    /// Name of its work group.
    pub group_name: Arc<str>,
    /// Milliseconds since the epoch.
    pub sent_at: i64,
    /// How much of `sent_at` is stated.
    pub precision: Precision,
    /// Sender as exported.
    pub sender: String,
    /// Whether the user sent it.
    pub mine: bool,
    /// Sort of message.
    pub kind: Kind,
    /// What was written.
    pub text: Arc<str>,
    /// The message that it is a part of; `None` for whole messages.
    pub part: Option<Part>,
    /// The same in comparable form, once it was asked for.
    pub plain: Plain,
    /// Files, pictures, links.
    pub attachments: Vec<Attachment>,
    /// What it quotes.
    pub quoted: Option<Quoted>,
    /// What the messages say that it forwards.
    pub carried: Vec<String>,
    /// What was read out of it.
    pub facts: Facts,
    /// The notice it belonged to before this run, so that ids survive.
    pub previous: Option<Arc<str>>,
}

impl Post {
    /// Order of time. Where several posts carry one time, as all of a minute do in exports without seconds, those of a
    /// group keep the order of their export, for an answer stands behind what it answers; groups follow by name, which
    /// does not depend on the order of the imports.
    #[must_use]
    pub fn order(&self, other: &Post) -> std::cmp::Ordering {
        let place = |post: &Post| (post.group, post.row);
        (self.sent_at, &self.group_name)
            .cmp(&(other.sent_at, &other.group_name))
            .then(place(self).cmp(&place(other)))
    }
}

/// Number of a notice within one run of the [`Clusterer`].
pub type Slot = u32;

/// Where a post went.
#[derive(Clone, Debug, PartialEq)]
pub struct Placement {
    /// What the message is.
    pub role: MessageRole,
    /// Its notice; `None` for noise. Acks carry the notice they answer.
    pub slot: Option<Slot>,
    /// Further notices of a message that carries several.
    pub also: Vec<Slot>,
    /// Similarity with the copy it was compared to, 0 to 1.
    pub similarity: f64,
    /// Why, where there is something to say.
    pub reason: Option<Reason>,
}

/// A notice as clustering leaves it; the store adds what the user decided. Its `copies` are the last word on where a
/// message went: a picture that was taken for a submission may prove to be a notice when it comes again elsewhere.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its number in this run.
    pub slot: Slot,
    /// Ids its members had before, in order of the members, without repeats.
    pub previous: Vec<Arc<str>>,
    /// Key of its first member: a new id is made from it.
    pub founder: String,
    /// `Copy` for a notice; `Correction`, `Cancellation`, `Closure`, `Reminder` for what speaks of another one.
    pub kind: MessageRole,
    /// Whether it is filed under the notice it speaks of and is no row of its own.
    pub attached: bool,
    /// One line.
    pub title: String,
    /// What its messages say, each text once.
    pub texts: Vec<Arc<str>>,
    /// What that is made of.
    pub titled: Titled,
    /// Members, the lead copy first.
    pub copies: Vec<CopyDraft>,
    /// The deadline in force.
    pub due: Option<DueView>,
    /// When and where.
    pub event: Option<EventView>,
    /// Recurrence rule.
    pub recurs: Option<String>,
    /// Facts in which copies differ.
    pub conflicts: Vec<Conflict>,
    /// What the lead copy asks for.
    pub demands: Vec<DemandView>,
    /// Folded 接龙.
    pub signup: Option<SignupView>,
    /// Links to other notices.
    pub links: Vec<LinkDraft>,
    /// 紧急.
    pub urgent: bool,
    /// Groups whose copy asks for 收到.
    pub ack_groups: Vec<i64>,
    /// Until when posts can join it, in milliseconds since the epoch: a later run need not know it any more.
    pub until: i64,
    /// Time of the last change of facts (a correction, a new conflicting value): what was done before re-opens.
    pub facts_changed_at: Option<Moment>,
}

/// A member of a [`Draft`].
#[derive(Clone, Debug)]
pub struct CopyDraft {
    /// Row id of the message.
    pub row: i64,
    /// Row id of its group.
    pub group: i64,
    /// Milliseconds since the epoch.
    pub sent_at: i64,
    /// Similarity with the lead copy, 0 to 1.
    pub similarity: f64,
    /// Why it is here.
    pub reason: Option<Reason>,
    /// The deadline this copy states.
    pub due_at: Option<Moment>,
    /// Where its words stand in the message.
    pub due_span: Option<crate::facts::Span>,
}

/// A link proposed by rule.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkDraft {
    /// What sort.
    pub kind: LinkKind,
    /// The notice spoken of.
    pub to: Slot,
    /// Why.
    pub reason: Option<Reason>,
}

/// Assigns posts to notices.
#[derive(Debug, Default)]
pub struct Clusterer {
    state: assign::State,
    restored: HashMap<Arc<str>, Slot>,
}

impl Clusterer {
    /// An empty state that obeys `pins`.
    #[must_use]
    pub fn new(pins: Pins) -> Self {
        let mut state = assign::State::default();
        state.notices.obey(pins);
        Clusterer { state, restored: HashMap::new() }
    }

    /// The settings by which parts of a message are read (office hours and the like).
    #[must_use]
    pub fn with_settings(mut self, settings: Settings) -> Self {
        self.state.settings = settings;
        self
    }

    /// Puts back a post that an earlier run placed and that later posts may still join. Posts come in order of time,
    /// before any [`Clusterer::assign`]; `notices` are the ids of the notices it was placed in, the one it is filed
    /// under first. Gives their slots in the same order.
    pub fn restore(&mut self, post: Post, role: MessageRole, notices: &[Arc<str>]) -> Vec<Slot> {
        let known: Vec<_> =
            notices.iter().map(|id| (Arc::clone(id), self.restored.get(id).copied())).collect();
        let slots = restore::restore(&mut self.state, post, role, &known);
        self.restored.extend(notices.iter().cloned().zip(slots.iter().copied()));
        slots
    }

    /// Puts back a picture or file that stood alone, in case it comes again. In order of time with the restored posts.
    pub fn remember(&mut self, post: Post) {
        assign::remember(&mut self.state, post);
    }

    /// Puts back a link that an earlier run found, after all posts are back. Of links to notices that are not back
    /// nothing is needed but whether the one that speaks is filed under the other.
    pub fn restore_link(&mut self, from: &str, kind: LinkKind, to: &str, attached: bool) {
        let Some(&from) = self.restored.get(from) else {
            return;
        };
        restore::attach(&mut self.state, from, attached);
        if let Some(&to) = self.restored.get(to) {
            restore::restore_link(&mut self.state, from, kind, to);
        }
    }

    /// Places one post. Posts must come in the order (`sent_at`, `key`).
    pub fn assign(&mut self, post: Post) -> Placement {
        assign::assign(&mut self.state, post)
    }

    /// Takes out the notices that nothing sent at `sent_at` or later can join, in order of their slots. Only notices
    /// that changed in this run are given; restored ones that got nothing new are dropped silently.
    pub fn retire(&mut self, sent_at: i64) -> Vec<Draft> {
        self.state.notices.expire(sent_at);
        self.state.notices.take_ended().into_iter().map(|(slot, live)| draft::draft(slot, live)).collect()
    }

    /// A notice that was put back is given again although nothing joins it: what spoke of it may speak of another now.
    pub fn touch(&mut self, slot: Slot) {
        if let Some(live) = self.state.notices.get_mut(slot) {
            live.changed = true;
        }
    }

    /// Takes out all that are left.
    #[must_use]
    pub fn finish(mut self) -> Vec<Draft> {
        self.retire(i64::MAX)
    }
}

/// How long before the first new post an incremental run must start restoring, in milliseconds.
pub const RESTORE_WINDOW_MS: i64 = 45 * 24 * 3_600_000;
