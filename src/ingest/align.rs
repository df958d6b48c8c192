//! Entries without a clock are known by their order: a copy from the screen is one stretch of the chat, so what it shares
//! with what is stored stands there in the same order and close together. Pure, like `identity.rs`, which asks.

use std::collections::{HashMap, HashSet};

use super::identity::{Entry, is_placed};
use crate::message::{Completeness, Kind};
use crate::store::Known;

/// So many entries may lie between two neighbours: what one export leaves out, system lines for example.
const NEAR: usize = 5;

/// A body of so many characters is hardly said twice by chance.
const TELLING: usize = 8;

/// What is stored by time may hold a file's entries in several stretches, each a chain of its own.
const CHAINS: usize = 4;

/// Whether a text tells which message it is. Faces, [玫瑰], are sent again and again: their names count nothing.
fn tells(text: &str) -> bool {
    /// Bytes of the longest name of a face.
    const FACE: usize = 18;
    let (first, parts) = text.split_once('[').unwrap_or((text, ""));
    let said = |part: &str| match part.split_once(']') {
        Some((name, rest)) if name.len() <= FACE => rest.chars().count(),
        _ => part.chars().count(),
    };
    first.chars().count() + parts.split('[').map(said).sum::<usize>() >= TELLING
}

/// Finds the stored messages of entries where one of the two has no clock time: the best chains of equal bodies that run in
/// the same order on both sides, less what hangs on nothing telling and what lies amid too much that stands on both sides
/// alone. `by_body` lists the stored messages by body,
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
            let around = Around::of((entries, &order), (stored, line), claimed, &best);
            let new: Vec<Place> = supported(best.clone(), &around, &telling, &open);
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
        let shorter = pairs.get(top.1).is_some_and(|last| last.0 == pair.0 && last.1 > pair.1);
        if top.0 < weight || (top.0 == weight && shorter) {
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

/// What stands on each side without a partner though it says enough to have one, as running counts; and where the stored
/// side may have a gap, because other files hold what follows than hold what came before.
struct Around {
    here: Vec<usize>,
    there: Vec<usize>,
    edges: Vec<usize>,
}

impl Around {
    fn of(
        (entries, order): (&[Entry], &[usize]),
        (stored, line): (&[Known], &[usize]),
        claimed: &HashSet<i64>,
        chain: &[Place],
    ) -> Self {
        let running = |alone: &mut dyn Iterator<Item = bool>| {
            let mut counts = vec![0_usize];
            alone.for_each(|alone| counts.push(counts[counts.len() - 1] + usize::from(alone)));
            counts
        };
        let (ours, theirs): (HashSet<usize>, HashSet<usize>) = chain.iter().copied().unzip();
        let plain = |kind: Kind, whole: Completeness, text: &str| {
            kind == Kind::Text && whole == Completeness::Full && tells(text)
        };
        let mut here = order.iter().enumerate().map(|(i, &e)| {
            let (m, found) = (&entries[e].message, entries[e].found);
            found.is_none() && !ours.contains(&i) && plain(m.kind, m.completeness, &m.text)
        });
        let mut there = line.iter().enumerate().map(|(j, &n)| {
            let k = &stored[n];
            !claimed.contains(&k.id) && !theirs.contains(&j) && plain(k.kind, k.completeness, &k.text)
        });
        let files = |n: usize| (stored[n].source, stored[n].last_source);
        let edges = (1..line.len()).filter(|&j| files(line[j - 1]) != files(line[j])).collect();
        Around { here: running(&mut here), there: running(&mut there), edges }
    }

    /// Numbers of messages on each side.
    fn ends(&self) -> Place {
        (self.here.len() - 1, self.there.len() - 1)
    }

    /// How many stand alone on both sides from one place up to another, that one left out.
    fn alone(&self, from: Place, to: Place) -> usize {
        let count = |counts: &[usize], from: usize, to: usize| counts[to.max(from)] - counts[from];
        count(&self.here, from.0, to.0).min(count(&self.there, from.1, to.1))
    }

    /// The same before and behind a piece of a chain that lies between two others.
    fn beside(&self, piece: &[Place], before: Option<&Place>, behind: Option<&Place>) -> usize {
        let (Some(&first), Some(&last)) = (piece.first(), piece.last()) else { return 0 };
        let (mut from, mut to) = (before.map_or((0, 0), |b| (b.0 + 1, b.1 + 1)), self.ends());
        to = behind.copied().unwrap_or(to);
        let next = self.edges.partition_point(|&edge| edge <= first.1);
        from.1 = from.1.max(next.checked_sub(1).map_or(0, |n| self.edges[n]));
        let next = self.edges.partition_point(|&edge| edge <= last.1);
        to.1 = to.1.min(self.edges.get(next).copied().unwrap_or(to.1));
        self.alone(from, first).max(self.alone((last.0 + 1, last.1 + 1), to))
    }
}

/// Cuts a chain where its pairs stand too far apart, and keeps the pieces that hold something telling and are either more
/// than one message long or lie at the end of one side. Two exports that overlap hold the same from there to the end of one
/// of them: where more stands alone on both sides than the piece tells, the same was only said again. `open` says whether a
/// pair was not found otherwise.
fn supported(
    chain: Vec<Place>,
    around: &Around,
    telling: &dyn Fn(&Place) -> bool,
    open: &dyn Fn(&Place) -> bool,
) -> Vec<Place> {
    let (here, there) = around.ends();
    let close = |a: &Place, b: &Place| b.0 - a.0 <= NEAR && b.1 - a.1 <= NEAR;
    let at_end = |&(i, j): &Place| i < NEAR || j < NEAR || i + NEAR >= here || j + NEAR >= there;
    let kept = |piece: &&[Place]| piece.iter().any(telling) && (piece.len() > 1 || piece.iter().any(at_end));
    let mut pieces: Vec<&[Place]> = chain.chunk_by(close).filter(kept).collect();
    loop {
        let agrees = |n: usize| {
            let told = pieces[n].iter().filter(|pair| telling(pair)).count();
            let before = n.checked_sub(1).and_then(|n| pieces[n].last());
            let behind = pieces.get(n + 1).and_then(|piece| piece.first());
            !pieces[n].iter().all(open) || around.beside(pieces[n], before, behind) <= told
        };
        let left: Vec<&[Place]> = (0..pieces.len()).filter(|&n| agrees(n)).map(|n| pieces[n]).collect();
        if left.len() == pieces.len() {
            return pieces.concat();
        }
        pieces = left;
    }
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
            // of equal ones the one that ends first, on either side
            (vec![(0, 0), (1, 2), (1, 7)], vec![(0, 0), (1, 2)]),
            (vec![(0, 0), (2, 1), (7, 1)], vec![(0, 0), (2, 1)]),
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
        let quiet = |here: usize, there: usize| Around {
            here: vec![0; here + 1],
            there: vec![0; there + 1],
            edges: Vec::new(),
        };
        let supported = |chain, here, there, telling: &dyn Fn(&Place) -> bool| {
            supported(chain, &quiet(here, there), telling, &|_| true)
        };
        // a run of short words far from anything, and one around a long body
        let chain = vec![(20, 30), (21, 31), (50, 70), (51, 72), (52, 73), (90, 95)];
        assert_eq!(supported(chain, 100, 100, &telling), [(50, 70), (51, 72), (52, 73)]);
        // a single long body in the middle of both sides was said twice; at an end it is where the exports meet
        assert_eq!(supported(vec![(51, 51)], 100, 100, &telling), []);
        assert_eq!(supported(vec![(51, 97)], 100, 100, &telling), [(51, 97)]);
        assert_eq!(supported(vec![(0, 51), (1, 60)], 3, 100, &|_| false), []);
    }

    #[test]
    fn a_piece_agrees_with_what_stands_around_it() {
        // every message says enough to be known, and nothing but the chain has a partner
        let loud = |edges| Around { here: (0..=100).collect(), there: (0..=100).collect(), edges };
        let held = |chain: &[Place], edges, open: bool| {
            supported(chain.to_vec(), &loud(edges), &|_| true, &|_| open)
        };
        // the end of one is the beginning of the other
        assert_eq!(held(&[(99, 0)], vec![], true), [(99, 0)]);
        // in the middle of one, in the middle of both
        assert_eq!(held(&[(50, 0)], vec![], true), []);
        assert_eq!(held(&[(50, 50), (51, 51), (52, 52)], vec![], true), []);
        // so sure that nothing speaks against it
        assert_eq!(held(&[(50, 50), (51, 51)], vec![], false), [(50, 50), (51, 51)]);
        // other files before or behind: there may be a gap
        assert_eq!(held(&[(0, 40)], vec![41], true), [(0, 40)]);
        assert_eq!(held(&[(99, 40)], vec![40], true), [(99, 40)]);
        assert_eq!(held(&[(0, 40)], vec![40], true), []);
    }

    #[test]
    fn faces_tell_nothing() {
        for (text, told) in [
            ("下午两点交表", false),
            ("下午两点把表交来", true),
            ("[玫瑰][玫瑰][玫瑰]", false),
            ("收到[玫瑰]，谢谢", false),
            ("[强]下午两点把表交来[强]", true),
            ("[关于报送防火日报的通知]", true),
            ("【通知】[下午两点把表交来", true),
            ("", false),
        ] {
            assert_eq!(tells(text), told, "{text}");
        }
    }
}
