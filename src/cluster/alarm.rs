//! The snowball alarm: notices that joined copy by copy until their ends have nothing in common, or that grew beyond what
//! one notice can be. Joining is by the nearest member, so only a look at the whole finds that.

use std::collections::HashSet;

use super::index::each_gram;
use super::live::{CONTAINMENT, JACCARD, Live, Member};
use crate::notice::{Conflict, ConflictValue, LIKENESS};

/// Copies a group on average beyond which a notice is no notice any more, and copies in all below which that is nothing.
const COPIES_A_GROUP: usize = 4;
const MANY: usize = 40;

/// So many copies of other words are a snowball's beginning.
const STRAYS: usize = 3;

/// Share of the copies that are unlike the lead, in the hundred, from which a reader should look.
const STRAY_PERCENT: usize = 34;

/// Copies that are looked at: with more of them the share does not change.
const SAMPLE: usize = 120;

/// What a reader should know of a notice whose copies may not belong together: the groups of those that are neither like
/// the lead nor part of it, or all groups where there are too many copies. What a person put together is left alone.
pub(super) fn alarm(live: &Live, lead: usize) -> Option<Conflict> {
    if live.members.len() <= STRAYS || live.lead.is_some() {
        return None;
    }
    let groups: HashSet<i64> = live.members.iter().map(|m| m.post.group).collect();
    let signup = live.members.iter().any(|m| m.post.facts.signup.is_some());
    let crowded = !signup && live.members.len() > MANY.max(groups.len() * COPIES_A_GROUP);
    let strays = strays(live, lead);
    let loose =
        strays.len() >= STRAYS && strays.len() * 100 >= live.members.len().min(SAMPLE) * STRAY_PERCENT;
    if !crowded && !loose {
        return None;
    }
    let of = |members: &[&Member]| {
        let mut names: Vec<String> = members.iter().map(|m| m.post.group_name.to_string()).collect();
        names.sort();
        names.dedup();
        names
    };
    let all: Vec<&Member> = live.members.iter().collect();
    let (value, groups) = if loose {
        (format!("{}/{}", strays.len(), all.len()), of(&strays))
    } else {
        (all.len().to_string(), of(&all))
    };
    Some(Conflict { fact: LIKENESS.to_owned(), values: vec![ConflictValue { value, groups }] })
}

/// Whole copies that no threshold of the index would have put beside the lead.
fn strays(live: &Live, lead: usize) -> Vec<&Member> {
    let key = live.members[lead].key;
    let own = grams(&live.members[lead]);
    let far = |m: &&Member| {
        // A retelling says it in other words, and was joined for its facts.
        let compared = m.whole && (m.key != key || key.is_none()) && m.similarity >= JACCARD;
        compared && {
            let other = grams(m);
            let shared = other.iter().filter(|gram| own.binary_search(gram).is_ok()).count() as f64;
            let all = (own.len() + other.len()) as f64 - shared;
            let least = own.len().min(other.len()).max(1) as f64;
            shared < JACCARD * all && shared < CONTAINMENT * least
        }
    };
    live.members.iter().take(SAMPLE).filter(far).collect()
}

/// The 3-grams of a copy, in order.
fn grams(member: &Member) -> Vec<u64> {
    let mut grams = Vec::with_capacity(member.post.plain_len());
    each_gram(member.post.plain(), |gram| grams.push(gram));
    grams.sort_unstable();
    grams.dedup();
    grams
}
