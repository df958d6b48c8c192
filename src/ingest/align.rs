//! Entries without a clock are known by their order: a copy from the screen is one stretch of the chat, so what it shares
//! with what is stored stands there in the same order and close together. Pure, like `identity.rs`, which asks.

use std::collections::{HashMap, HashSet};

use super::identity::{Entry, is_placed};
use crate::store::Known;

/// So many entries may lie between two neighbours: what one export leaves out, system lines for example.
const NEAR: usize = 5;

/// A body of so many characters is hardly said twice by chance.
const TELLING: usize = 8;

/// What is stored by time may hold a file's entries in several stretches, each a chain of its own.
const CHAINS: usize = 4;

/// Finds the stored messages of entries where one of the two has no clock time: the best chains of equal bodies that run in the same order on both sides, less what hangs on nothing telling. `by_body` lists the stored messages by body,
/// `fits` says whether an entry may be one of them. What was found otherwise already is telling by itself; where the shorter
/// side says nothing telling at all, its short words have to do. The pairs found: entry and stored message.
pub(super) fn align(
    entries: &mut [Entry],
    stored: &[Known],
    claimed: &mut HashSet<i64>,
    by_body: &HashMap<u64, Vec<usize>>,
    fits: &dyn Fn(&Entry, usize) -> bool,
) -> Vec<(usize, usize)> {
    let mut pairs_found = Vec::new();
    if all_clocked(entries, stored) {
        return pairs_found;
    }
    let lines = lines(stored);
    let tells = |text: &str| text.chars().count() >= TELLING;
    let order = in_order(entries);
    for line in lines.iter().filter(|line| !line.is_empty()) {
        let at: HashMap<usize, usize> = line.iter().enumerate().map(|(at, &n)| (n, at)).collect();
        let mute = if order.len() <= line.len() {
            !entries.iter().any(|e| tells(&e.message.text))
        } else {
            !line.iter().any(|&n| tells(&stored[n].text))
        };
        let mut refused: HashSet<Place> = HashSet::new();
        for _ in 0..CHAINS {
            let mut pairs = Vec::new();
            for (i, &e) in order.iter().enumerate() {
                if let Some(n) = entries[e].found {
                    pairs.extend(at.get(&n).map(|&j| (i, j)));
                    continue;
                }
                let candidates = by_body.get(&entries[e].body).into_iter().flatten();
                let fitting = candidates.filter(|&&n| {
                    at.contains_key(&n) && !claimed.contains(&stored[n].id) && fits(&entries[e], n)
                });
                pairs.extend(fitting.map(|n| (i, at[n])).filter(|pair| !refused.contains(pair)));
            }
            let telling = |&(i, _): &(usize, usize)| {
                let entry = &entries[order[i]];
                mute || entry.found.is_some() || tells(&entry.message.text)
            };
            let open = |&(i, _): &Place| entries[order[i]].found.is_none();
            let best: Vec<Place> = best_chain(pairs, &telling);
            let new: Vec<Place> = supported(best.clone(), (order.len(), line.len()), &telling);
            let new: Vec<Place> = new.into_iter().filter(open).collect();
            // what hangs on nothing must not hide the chain behind it
            let seen = refused.len();
            refused.extend(best.into_iter().filter(|pair| open(pair) && !new.contains(pair)));
            if new.is_empty() && refused.len() == seen {
                break;
            }
            for (i, j) in new {
                claimed.insert(stored[line[j]].id);
                entries[order[i]].found = Some(line[j]);
                pairs_found.push((order[i], line[j]));
            }
        }
    }
    pairs_found
}

fn all_clocked(entries: &[Entry], stored: &[Known]) -> bool {
    entries.iter().all(|e| e.message.precision.has_clock()) && stored.iter().all(|k| k.precision.has_clock())
}

/// The stored messages whose time is known, if only from the one before, by time; the others copy by copy, in the order in
/// which they came.
fn lines(stored: &[Known]) -> Vec<Vec<usize>> {
    let timed = |k: &Known| k.precision.has_clock() || is_placed(k.precision, k.sent_at);
    let (mut with, mut without): (Vec<usize>, Vec<usize>) =
        (0..stored.len()).partition(|&n| timed(&stored[n]));
    with.sort_by_key(|&n| (stored[n].sent_at, stored[n].id));
    without.sort_by_key(|&n| (stored[n].source, stored[n].id));
    let copies = without.chunk_by(|&a, &b| stored[a].source == stored[b].source);
    std::iter::once(with).chain(copies.map(<[usize]>::to_vec)).collect()
}

/// The entries from old to new: some exports begin with the newest.
fn in_order(entries: &[Entry]) -> Vec<usize> {
    let clocked = |e: &&Entry| e.message.precision.has_clock();
    let first = entries.iter().find(clocked).map(|e| e.message.sent_at);
    let last = entries.iter().rev().find(clocked).map(|e| e.message.sent_at);
    if first > last { (0..entries.len()).rev().collect() } else { (0..entries.len()).collect() }
}

/// A telling pair outweighs any run of short words.
const WEIGHT: u64 = 1000;

/// The weightiest chain of pairs in which both numbers rise; of equal ones the one that ends first.
fn best_chain(
    mut pairs: Vec<(usize, usize)>,
    telling: &dyn Fn(&(usize, usize)) -> bool,
) -> Vec<(usize, usize)> {
    pairs.sort_by_key(|&(i, j)| (i, usize::MAX - j));
    let width = pairs.iter().map(|p| p.1 + 1).max().unwrap_or(0);
    // a tree of prefix maxima over the second number: the weight of the best chain that ends there, and its last pair
    let mut best: Vec<(u64, usize)> = vec![(0, usize::MAX); width + 1];
    let mut before: Vec<usize> = Vec::with_capacity(pairs.len());
    let mut top = (0, usize::MAX);
    for (p, pair) in pairs.iter().enumerate() {
        let (mut ahead, mut at) = ((0, usize::MAX), pair.1);
        while at > 0 {
            if best[at].0 > ahead.0 {
                ahead = best[at];
            }
            at &= at - 1;
        }
        before.push(ahead.1);
        let weight = ahead.0 + if telling(pair) { WEIGHT } else { 1 };
        let mut at = pair.1 + 1;
        while at < best.len() {
            if best[at].0 < weight {
                best[at] = (weight, p);
            }
            at += at & at.wrapping_neg();
        }
        if top.0 < weight {
            top = (weight, p);
        }
    }
    let mut chain = Vec::new();
    let mut at = top.1;
    while let Some(&pair) = pairs.get(at) {
        chain.push(pair);
        at = before[at];
    }
    chain.reverse();
    chain
}

/// Cuts a chain where its pairs stand too far apart, and keeps the pieces that hold something telling and are either more
/// than one message long or lie at the end of one side.
fn supported(
    chain: Vec<(usize, usize)>,
    (here, there): (usize, usize),
    telling: &dyn Fn(&(usize, usize)) -> bool,
) -> Vec<(usize, usize)> {
    let close = |a: &(usize, usize), b: &(usize, usize)| b.0 - a.0 <= NEAR && b.1 - a.1 <= NEAR;
    let at_end = |&(i, j): &(usize, usize)| i < NEAR || j < NEAR || i + NEAR >= here || j + NEAR >= there;
    let kept = |piece: &&[(usize, usize)]| {
        piece.iter().any(telling) && (piece.len() > 1 || piece.iter().any(at_end))
    };
    chain.chunk_by(close).filter(kept).flatten().copied().collect()
}

/// A pair by place: number of the entry, number of the stored message in its line.
type Place = (usize, usize);

/// What lost its body and has no clock time either (a picture in a copy from the screen, a 接龙 another exporter cut) is
/// known by its place: it lies beside a message whose neighbour on the other side was found. `fits` says whether an entry
/// may be a stored message. Near is meant on both sides, and the nearest pair goes first: whichever of the two came in
/// first, the same pairs are found.
pub(super) fn match_between(
    entries: &mut [Entry],
    stored: &[Known],
    claimed: &mut HashSet<i64>,
    fits: &dyn Fn(&Entry, usize) -> bool,
) {
    if all_clocked(entries, stored) {
        return;
    }
    let order = in_order(entries);
    for rows in lines(stored) {
        let at: HashMap<usize, usize> = rows.iter().enumerate().map(|(at, &n)| (n, at)).collect();
        let found = order.iter().enumerate();
        let anchors: Vec<Place> =
            found.filter_map(|(i, &e)| Some((i, *at.get(&entries[e].found?)?))).collect();
        for gap in gaps(&anchors) {
            let free = |(i, j): Place| {
                let (entry, row) = (&entries[order[i]], rows[j]);
                entry.found.is_none() && !claimed.contains(&stored[row].id) && fits(entry, row)
            };
            for (i, j) in filled(gap, (order.len(), rows.len()), &free) {
                claimed.insert(stored[rows[j]].id);
                entries[order[i]].found = Some(rows[j]);
            }
        }
    }
}

/// The stretches before, between and behind what was found; between two that stand in another order on the other side
/// nothing can be told.
fn gaps(anchors: &[Place]) -> impl Iterator<Item = (Option<Place>, Option<Place>)> {
    let ends = (anchors.first(), anchors.last());
    let before = ends.0.map(|&first| (None, Some(first)));
    let behind = ends.1.map(|&last| (Some(last), None));
    let between = anchors.windows(2).map(|two| (Some(two[0]), Some(two[1])));
    before.into_iter().chain(between).chain(behind)
}

/// The pairs of a gap, found from both of its ends inwards, each beside the one before.
fn filled(
    (from, to): (Option<Place>, Option<Place>),
    (here, there): (usize, usize),
    free: &dyn Fn(Place) -> bool,
) -> Vec<Place> {
    let mut pairs = Vec::new();
    // the first place that is open, and the one behind the last
    let (mut low, mut high) = (from.map_or((0, 0), |(i, j)| (i + 1, j + 1)), to.unwrap_or((here, there)));
    let open = |low: Place, high: Place| low.0 < high.0 && low.1 < high.1;
    while from.is_some() && open(low, high) {
        let reach = (high.0 - low.0, high.1 - low.1);
        let Some((i, j)) = nearest(reach, &|(i, j)| free((low.0 + i, low.1 + j))) else { break };
        pairs.push((low.0 + i, low.1 + j));
        low = (low.0 + i + 1, low.1 + j + 1);
    }
    while to.is_some() && open(low, high) {
        let reach = (high.0 - low.0, high.1 - low.1);
        let Some((i, j)) = nearest(reach, &|(i, j)| free((high.0 - 1 - i, high.1 - 1 - j))) else { break };
        pairs.push((high.0 - 1 - i, high.1 - 1 - j));
        high = (high.0 - 1 - i, high.1 - 1 - j);
    }
    pairs
}

/// The pair of steps, one on each side, that leads to the nearest fitting pair.
fn nearest(reach: (usize, usize), fits: &dyn Fn(Place) -> bool) -> Option<Place> {
    let steps = (0..NEAR.min(reach.0)).flat_map(|i| (0..NEAR.min(reach.1)).map(move |j| (i, j)));
    let mut steps: Vec<Place> = steps.collect();
    steps.sort_by_key(|&(i, j)| (i.max(j), i + j));
    steps.into_iter().find(|&at| fits(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_chain_rises_on_both_sides() {
        let telling = |&(i, j): &(usize, usize)| i == 7 && j == 7;
        for (pairs, chain) in [
            (vec![], vec![]),
            (vec![(0, 5), (0, 2), (2, 3)], vec![(0, 2), (2, 3)]),
            (vec![(0, 0), (0, 1), (1, 0), (1, 1)], vec![(0, 0), (1, 1)]),
            (vec![(0, 9), (1, 0), (2, 1), (3, 2)], vec![(1, 0), (2, 1), (3, 2)]),
            // a telling pair stays whatever else would run through
            (vec![(7, 7), (8, 2), (9, 3), (9, 8), (10, 4), (11, 8)], vec![(7, 7), (9, 8)]),
        ] {
            assert_eq!(best_chain(pairs.clone(), &telling), chain, "{pairs:?}");
        }
    }

    #[test]
    fn what_hangs_on_nothing_telling_is_dropped() {
        let telling = |&(i, _): &(usize, usize)| i == 51;
        // a run of short words far from anything, and one around a long body
        let chain = vec![(20, 30), (21, 31), (50, 70), (51, 72), (52, 73), (90, 95)];
        assert_eq!(supported(chain, (100, 100), &telling), [(50, 70), (51, 72), (52, 73)]);
        // a single long body in the middle of both sides was said twice; at an end it is where the exports meet
        assert_eq!(supported(vec![(51, 51)], (100, 100), &telling), []);
        assert_eq!(supported(vec![(51, 97)], (100, 100), &telling), [(51, 97)]);
        assert_eq!(supported(vec![(0, 51), (1, 60)], (3, 100), &|_| false), []);
    }
}
