//! A message that carries several notices belongs to each of them: 合并转两个：①…②….

use std::sync::Arc;

use super::assign::{Found, State, by_similarity};
use super::carried;
use super::content::content_key;
use super::live::{Live, Member, SHORTEST};
use super::reason::Reason;
use super::restore::kind_of;
use super::retell::{Retold, by_retelling, shown_beside};
use super::segment::{adds, announces, parts};
use super::{Part, Placement, Plain, Post, Slot};
use crate::facts::{self, Input, Role};
use crate::message::local;
use crate::notice::MessageRole;

/// What states no moment of its own must be this much the same as a notice, and this long beside it, to be a part that
/// retells it: the words around a forward are no notice.
const ALIKE: f64 = 0.5;

/// What is said in other words may be a third as long, what is said in the same words half.
const RETOLD: usize = 3;
const SAME: usize = 2;

fn tells(state: &State, part: &Post, found: &Found) -> bool {
    let lengths = state.notices.get(found.slot).map(|l| l.members.iter().map(|m| m.post.text.len()));
    let states = part.facts.due.is_some() || part.facts.event.is_some();
    let retold = matches!(found.reason, Some(Reason::Retold { .. }));
    let (least, beside) = if retold {
        (RETOLD, lengths.and_then(|mut l| l.next()))
    } else {
        (SAME, lengths.and_then(Iterator::max))
    };
    states || found.similarity >= ALIKE && part.text.len() * least >= beside.unwrap_or(0)
}

/// Places a message part by part when at least `least` different notices are known in it; `None` when it is one notice
/// only.
pub(super) fn place(state: &mut State, post: &Post, least: usize) -> Option<Placement> {
    // What a person decided about holds for the whole message.
    if state.notices.pins().knows_content(post) {
        return None;
    }
    let parts = parts_of(state, post);
    if parts.len() < 2 {
        return None;
    }
    let found: Vec<Option<Found>> = parts
        .iter()
        .map(|part| find(state, part).filter(|found| least == 1 || tells(state, part, found)))
        .collect();
    let known = distinct(&found);
    if known.len() == 1 && found.iter().all(Option::is_some) {
        return None;
    }
    // Who says that he forwards two things does, though nobody else may have posted the one or the other; and what is
    // added to a notice that is known (另：…前报) is a notice of its own.
    let asks = |part: &Post| !part.facts.demands.is_empty() || part.facts.due.is_some();
    let stands = |part: &Post| part.facts.role == Role::Notice && asks(part);
    let besides = known.len() == 1 && adds(&post.text);
    let said = (announces(&post.text) || besides)
        && found.iter().zip(&parts).all(|(f, part)| f.is_some() || stands(part));
    if known.len() < least && !(said && state.force.is_none()) {
        return None;
    }
    let mut slots: Vec<Slot> = Vec::new();
    let mut reason = None;
    let mut similarity = 1.0_f64;
    for (part, found) in parts.into_iter().zip(found) {
        let slot = match found {
            Some(found) => {
                if reason.is_none() {
                    reason.clone_from(&found.reason);
                    similarity = found.similarity;
                }
                let slot = found.slot;
                join(state, slot, part, found);
                Some(slot)
            }
            None if part.facts.role == Role::Notice && state.force.is_none() => {
                let similar = match by_retelling(state, &part, &[]) {
                    Retold::Similar(link) => link,
                    Retold::Copy(_) => None,
                };
                let links = shown_beside(state, &part, similar, &[]);
                let slot = open(state, part, MessageRole::Copy);
                if let Some(live) = state.notices.get_mut(slot) {
                    live.links.extend(links);
                }
                Some(slot)
            }
            None => None,
        };
        // In the order of the text: what it begins with is what it is about.
        slots.extend(slot.filter(|slot| !slots.contains(slot)));
    }
    let first = *slots.first()?;
    let also = slots.into_iter().skip(1).collect();
    Some(Placement { role: MessageRole::Copy, slot: Some(first), also, similarity, reason })
}

/// Whether a post is so much longer than what it contains that it may contain another notice.
pub(super) fn may_hold_more(state: &State, slot: Slot, post: &Post) -> bool {
    let longest = |l: &Live| l.members.iter().map(|m| m.post.text.len()).max();
    state.notices.get(slot).and_then(longest).is_some_and(|len| post.text.len() * 4 > len * 5)
}

/// Puts back a message that an earlier run placed in several notices, in the order of its parts: each gets the part that
/// is its own, and one that this message opened is opened again. Gives their slots in the same order.
pub(super) fn put_back(
    state: &mut State,
    post: &Post,
    role: MessageRole,
    notices: &[Option<Slot>],
) -> Vec<Slot> {
    let mut free: Vec<Post> = if post.carried.is_empty() {
        parts_of(state, post)
    } else {
        post.carried.iter().map(|said| carried::part(state, post, said)).collect()
    };
    let mut slots = Vec::with_capacity(notices.len());
    for &known in notices {
        slots.push(match known {
            Some(slot) => {
                state.force = Some(slot);
                let own = (0..free.len()).find_map(|n| Some((n, find(state, &free[n])?)));
                state.force = None;
                match own {
                    Some((n, found)) => join(state, slot, free.remove(n), found),
                    None => state.notices.join(
                        slot,
                        Member { whole: false, ..Member::plain(post.clone(), None) },
                        None,
                    ),
                }
                slot
            }
            None => {
                let own = free.iter().position(|part| part.facts.role == Role::Notice);
                let part = own.map_or_else(|| post.clone(), |n| free.remove(n));
                open(state, part, kind_of(role))
            }
        });
    }
    slots
}

/// Opens the notice of a part.
fn open(state: &mut State, part: Post, kind: MessageRole) -> Slot {
    let slot = state.notices.open(kind, None);
    let key = content_key(&part);
    state.notices.join(slot, Member { whole: false, ..Member::plain(part, None) }, key);
    slot
}

pub(super) fn join(state: &mut State, slot: Slot, part: Post, found: Found) {
    let Found { similarity, reason, conflicts, .. } = found;
    state.notices.join(
        slot,
        Member { post: part, similarity, reason, whole: false, conflicts, key: None },
        None,
    );
}

/// The parts of a message, each as if it had been posted alone.
fn parts_of(state: &State, post: &Post) -> Vec<Post> {
    let begins = |part: &str| {
        // A part is a slice of the message.
        let before = part.as_ptr().addr() - post.text.as_ptr().addr();
        post.text[..before].chars().count() as u32
    };
    parts(&post.text).into_iter().map(|part| part_of(state, post, part, Some(begins(part)))).collect()
}

/// A part of a message as if it had been posted alone; `begins`: characters of the message before it, where it stands there.
pub(super) fn part_of(state: &State, post: &Post, part: &str, begins: Option<u32>) -> Post {
    let input = Input { kind: post.kind, sender: &post.sender, ..Input::new(part, local(post.sent_at)) };
    let facts = facts::read(&input, &state.settings);
    let whole = Some(Part { message: Arc::clone(&post.text), begins });
    Post { text: Arc::from(part), part: whole, plain: Plain::default(), facts, ..post.clone() }
}

pub(super) fn find(state: &mut State, part: &Post) -> Option<Found> {
    if part.plain_len() < SHORTEST {
        return None;
    }
    let mut rejected = Vec::new();
    if let Some(found) = by_similarity(state, part, &mut rejected) {
        return Some(found);
    }
    match by_retelling(state, part, &rejected) {
        Retold::Copy(found) => Some(found),
        Retold::Similar(_) => None,
    }
}

fn distinct(found: &[Option<Found>]) -> Vec<Slot> {
    let mut slots: Vec<Slot> = Vec::new();
    for slot in found.iter().flatten().map(|f| f.slot) {
        if !slots.contains(&slot) {
            slots.push(slot);
        }
    }
    slots
}
