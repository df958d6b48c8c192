//! Who is who across exports: the same name, the same id, the owner of an export, and an id whose name another export
//! knows. Pure, like `identity.rs`, which asks.

use std::collections::{HashMap, HashSet};

use super::identity::Entry;
use crate::message::Kind;
use crate::store::Known;

/// Whose id is whose name: id → name → how often messages found in two exports told so.
pub(super) type Names = HashMap<String, HashMap<String, u32>>;

/// The same person: the same name, the same id, or both the owner of the export.
pub(super) fn same_sender(entry: &Entry, known: &Known, known_sender: &str, own: &HashSet<String>) -> bool {
    let m = &entry.message;
    if entry.sender == known_sender {
        return true;
    }
    if m.sender_id.is_some() && m.sender_id == known.sender_id {
        return true;
    }
    let me = |name: &str, is_self: Option<bool>| is_self == Some(true) || own.contains(name);
    let unnamed = |name: &str| name.is_empty() || name == "我";
    if me(&entry.sender, m.is_self) && me(known_sender, known.is_self) {
        return true;
    }
    // 我 in one export, the name in another that does not mark the owner: a body long enough cannot be chance.
    const LONG: usize = 8;
    let long = || known.text.chars().count() >= LONG;
    (unnamed(&entry.sender) && m.is_self == Some(true) && known.is_self.is_none() && long())
        || (unnamed(known_sender) && known.is_self == Some(true) && m.is_self.is_none() && long())
}

/// A sender of whom an export gives only the id (PyWxDump without its `users.json`).
fn only_id<'s>(sender: &'s str, id: Option<&str>) -> Option<&'s str> {
    id.filter(|id| *id == sender).map(|_| sender)
}

/// A sender of whom an export gives only the name.
fn only_name(sender: &str, id: Option<&str>) -> bool {
    id.is_none() && !sender.is_empty() && sender != "我"
}

/// The id and the name of two senders of whom one is known by id alone and the other by name alone.
fn id_and_name<'s>(entry: &'s Entry, known: &'s Known, known_sender: &'s str) -> Option<(&'s str, &'s str)> {
    let (a, b) = (entry.message.sender_id.as_deref(), known.sender_id.as_deref());
    if let Some(id) = only_id(&entry.message.sender, a).filter(|_| only_name(known_sender, b)) {
        return Some((id, known_sender));
    }
    if let Some(id) = only_id(&known.sender, b).filter(|_| only_name(&entry.sender, a)) {
        return Some((id, entry.sender.as_str()));
    }
    // the owner of one export, who is called by name where nobody is marked
    const ME: &str = "我";
    let unnamed = |sender: &str, own: Option<bool>| (sender.is_empty() || sender == ME) && own == Some(true);
    let (here, there) = (entry.message.is_self, known.is_self);
    if unnamed(&entry.sender, here) && there.is_none() && !known_sender.is_empty() {
        return Some((ME, known_sender));
    }
    (unnamed(known_sender, there) && here.is_none() && !entry.sender.is_empty())
        .then_some((ME, entry.sender.as_str()))
}

/// Learns whose id is whose name from bodies that occur once on each side within a minute.
pub(super) fn learn_names(entries: &[Entry], stored: &[Known], senders: &[String], names: &mut Names) {
    let mut once: HashMap<(i64, u64), Option<usize>> = HashMap::new();
    for (n, known) in stored.iter().enumerate() {
        once.entry((known.minute, known.body_hash)).and_modify(|at| *at = None).or_insert(Some(n));
    }
    let mut here: HashMap<(i64, u64), u32> = HashMap::new();
    for entry in entries {
        *here.entry((entry.minute, entry.body)).or_insert(0) += 1;
    }
    for entry in entries {
        let at = (entry.minute, entry.body);
        if here[&at] > 1 {
            continue;
        }
        let Some(n) = once.get(&at).copied().flatten() else { continue };
        if let Some((id, name)) = id_and_name(entry, &stored[n], &senders[n]) {
            *names.entry(id.to_owned()).or_default().entry(name.to_owned()).or_insert(0) += 1;
        }
    }
}

/// Learns the same from pairs (entry, stored message) found by their order; whether anything was new.
pub(super) fn learn_pairs(
    found: &[(usize, usize)],
    entries: &[Entry],
    stored: &[Known],
    senders: &[String],
    names: &mut Names,
) -> bool {
    let mut new = false;
    for &(e, n) in found {
        if let Some((id, name)) = id_and_name(&entries[e], &stored[n], &senders[n]) {
            let votes = names.entry(id.to_owned()).or_default().entry(name.to_owned()).or_insert(0);
            new |= *votes == 0;
            *votes += 1;
        }
    }
    new
}

/// Who sent entries of a kind, and of any kind, in each minute, here and there: who is the only one needs no name.
pub(super) struct Crowd {
    here: Senders,
    there: Senders,
}

/// Minute and kind → hash of the only sender; `None` for several.
type Senders = HashMap<(i64, Option<Kind>), Option<u64>>;

fn sent(senders: &mut Senders, minute: i64, kind: Kind, sender: &str) {
    let sender = xxhash_rust::xxh3::xxh3_64(sender.as_bytes());
    for kind in [Some(kind), None] {
        let only = senders.entry((minute, kind)).or_insert(Some(sender));
        if *only != Some(sender) {
            *only = None;
        }
    }
}

impl Crowd {
    /// Looks through both sides; `names` are the folded senders of what is stored.
    pub(super) fn of(entries: &[Entry], stored: &[Known], names: &[String]) -> Self {
        let (mut here, mut there) = (Senders::new(), Senders::new());
        for entry in entries {
            sent(&mut here, entry.minute, entry.message.kind, &entry.sender);
        }
        for (known, name) in stored.iter().zip(names) {
            sent(&mut there, known.minute, known.kind, name);
        }
        Crowd { here, there }
    }

    /// Whether nobody else sent anything of the kind in that minute; of any kind, where one export does not know it.
    fn alone(&self, entry: &Entry, known: &Known) -> bool {
        let kind = Some(entry.message.kind).filter(|kind| *kind == known.kind);
        let only = |senders: &Senders, minute| matches!(senders.get(&(minute, kind)), Some(Some(_)));
        only(&self.here, entry.minute) && only(&self.there, known.minute)
    }
}

/// One is known by id, the other by name, and nothing known so far speaks against their being one.
pub(super) fn may_be(entry: &Entry, known: &Known, known_sender: &str, names: &Names) -> bool {
    id_and_name(entry, known, known_sender)
        .is_some_and(|(id, name)| names.get(id).is_none_or(|votes| most_often(votes, name)))
}

/// Whether nobody else's name was told more often.
fn most_often(votes: &HashMap<String, u32>, name: &str) -> bool {
    votes.get(name).is_some_and(|count| votes.values().all(|other| other <= count))
}

/// One is known by id, the other by name, and that id goes by that name more often than by any other. Somebody who was
/// never seen alone is taken on the word of a body too long for chance, or, where one of the two has `lost` its body,
/// when nobody else sent anything of the kind in that minute.
pub(super) fn named(
    entry: &Entry,
    known: &Known,
    known_sender: &str,
    names: &Names,
    lost: bool,
    crowd: &Crowd,
) -> bool {
    const LONG: usize = 8;
    let Some((id, name)) = id_and_name(entry, known, known_sender) else { return false };
    match names.get(id) {
        Some(votes) => most_often(votes, name),
        None if lost => crowd.alone(entry, known),
        None => known.text.chars().count() >= LONG,
    }
}
