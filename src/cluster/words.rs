//! Who says the same in other words: overlap of character pairs, weighted by rarity, against the live notices.
//!
//! A leader who retells a notice keeps its names, numbers and nouns and changes everything else, so 3-gram Jaccard is
//! low; what is shared is rare. Pairs that stand in many notices (请各, 各村, 收到) weigh next to nothing.

use super::Slot;
use super::index::NumberMap;

/// Overlap of one notice with a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Overlap {
    /// The notice.
    pub slot: Slot,
    /// Weight of the shared pairs over the weight of the lighter side's pairs, 0 to 1.
    pub share: f64,
    /// Weight of the shared pairs in pairs that no other live notice has: how much evidence there is.
    pub weight: f64,
}

/// Live notices by their character pairs.
#[derive(Debug, Default)]
pub(super) struct Words {
    ids: NumberMap<u64, u32>,
    /// The live notices that have a pair, in order of their slots.
    pairs: Vec<Vec<Slot>>,
    /// Logarithm of how many that are, for each pair: asked for every pair of many notices.
    logs: Vec<f64>,
    notices: NumberMap<Slot, Vec<u32>>,
    /// Weight shared with each slot, zero between two questions.
    shared: Vec<f64>,
    /// The last answer: two questions are asked about most posts.
    last: Shares,
}

/// What a text shares with the live notices.
#[derive(Debug, Default)]
struct Shares {
    /// The text.
    text: String,
    /// Whether the answer holds: no notice came or went since.
    holds: bool,
    /// Weight of its pairs.
    own: f64,
    /// Weight shared with each notice that shares any.
    with: Vec<(Slot, f64)>,
}

/// In an inbox of fewer notices every word is rare; it is weighed as one of so many.
const FEW: f64 = 40.0;

/// Notices whose share is worked out exactly: those with the heaviest overlap.
const WEIGHED: usize = 64;

impl Words {
    /// Adds the pairs of a member's match text to its notice.
    pub(super) fn add(&mut self, slot: Slot, text: &str) {
        self.last.holds = false;
        let index = slot as usize;
        if self.shared.len() <= index {
            self.shared.resize(index + 1, 0.0);
        }
        let own = self.notices.entry(slot).or_default();
        let known = own.len();
        for pair in unique_pairs(text) {
            let next = self.pairs.len() as u32;
            let id = *self.ids.entry(pair).or_insert(next);
            if id == next {
                self.pairs.push(Vec::new());
                self.logs.push(0.0);
            }
            if known == 0 || !own[..known].contains(&id) {
                let slots = &mut self.pairs[id as usize];
                let at = slots.partition_point(|s| *s < slot);
                slots.insert(at, slot);
                self.logs[id as usize] = log(slots.len());
                own.push(id);
            }
        }
    }

    /// Takes a notice out.
    pub(super) fn remove(&mut self, slot: Slot) {
        self.last.holds = false;
        for id in self.notices.remove(&slot).unwrap_or_default() {
            let slots = &mut self.pairs[id as usize];
            if let Ok(at) = slots.binary_search(&slot) {
                slots.remove(at);
                self.logs[id as usize] = log(slots.len());
            }
        }
    }

    /// The live notices that share most with `text`, best first, at most `limit`, with a share of at least `least`.
    pub(super) fn find(&mut self, text: &str, least: f64, limit: usize) -> Vec<Overlap> {
        let total = self.notices.len().max(1) as f64;
        self.share_out(text, total);
        let own = self.last.own;
        let floor = least * own * 0.2;
        let heavy = self.last.with.iter().copied().filter(|(_, weight)| *weight >= floor).collect();
        let mut found: Vec<Overlap> = heaviest(heavy)
            .into_iter()
            .map(|(slot, weight)| self.overlap(slot, weight, total))
            .filter(|o| o.share >= least)
            .collect();
        found.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.slot.cmp(&b.slot)));
        found.truncate(limit);
        found
    }

    /// What `text` shares with these notices, which are in order, where it shares anything.
    pub(super) fn shared_with(&mut self, text: &str, slots: &[Slot]) -> Vec<Overlap> {
        let total = self.notices.len().max(1) as f64;
        self.share_out(text, total);
        let asked = self.last.with.iter().filter(|(slot, _)| slots.binary_search(slot).is_ok());
        asked.map(|&(slot, weight)| self.overlap(slot, weight, total)).collect()
    }

    /// The overlap of the last text with a notice with which it shares pairs of this weight.
    fn overlap(&self, slot: Slot, weight: f64, total: f64) -> Overlap {
        let lighter = self.last.own.min(self.weight_of(slot, total)).max(1e-9);
        Overlap { slot, share: (weight / lighter).min(1.0), weight: weight / unit(total) }
    }

    /// Adds up the weight shared with every notice, in `last`.
    fn share_out(&mut self, text: &str, total: f64) {
        if self.last.holds && self.last.text == text {
            return;
        }
        let log_total = (total + 1.0).ln();
        let common = self.notices.len().max(40);
        let Words { ids, pairs, logs, shared, last, .. } = self;
        text.clone_into(&mut last.text);
        last.holds = true;
        last.own = 0.0;
        last.with.clear();
        for pair in unique_pairs(text) {
            let Some(&id) = ids.get(&pair) else {
                last.own += weight(total, 0);
                continue;
            };
            let slots = &pairs[id as usize];
            let frequency = slots.len();
            let w = (log_total - logs[id as usize]).max(0.0);
            last.own += w;
            // Pairs in more than a quarter of the notices tell nothing and would cost the most.
            if frequency * 4 > common {
                continue;
            }
            for &slot in slots {
                let shared = &mut shared[slot as usize];
                if *shared == 0.0 {
                    last.with.push((slot, 0.0));
                }
                *shared += w;
            }
        }
        for (slot, weight) in &mut last.with {
            *weight = std::mem::take(&mut shared[*slot as usize]);
        }
    }

    /// How much of the weight of the pairs of `text` the notices share that share most, the heaviest first.
    pub(super) fn covered(&mut self, text: &str) -> Vec<(Slot, f64)> {
        let total = self.notices.len().max(1) as f64;
        self.share_out(text, total);
        heaviest(self.last.with.clone())
    }

    /// The pairs of `text` in order, each with its rarity in pairs that one notice alone has; nothing for pairs that
    /// no notice has.
    pub(super) fn weights(&self, text: &str) -> Vec<(char, char, f64)> {
        let total = (self.notices.len() as f64).max(FEW);
        let of = |pair: (char, char)| {
            // Figures are facts and are compared as such.
            if pair.0.is_ascii_digit() || pair.1.is_ascii_digit() {
                return 0.0;
            }
            let live = self.ids.get(&code(pair)).map_or(0, |id| self.pairs[*id as usize].len());
            if live == 0 { 0.0 } else { weight(total, live) }
        };
        text.chars().zip(text.chars().skip(1)).map(|(a, b)| (a, b, of((a, b)))).collect()
    }

    /// Weight of a pair that one live notice alone has.
    pub(super) fn unit(&self) -> f64 {
        unit((self.notices.len() as f64).max(FEW))
    }

    fn weight_of(&self, slot: Slot, total: f64) -> f64 {
        let log_total = (total + 1.0).ln();
        let of = |id: &u32| (log_total - self.logs[*id as usize]).max(0.0);
        self.notices.get(&slot).map_or(0.0, |ids| ids.iter().map(of).sum())
    }
}

/// The [`WEIGHED`] heaviest, in order; what is lighter is not sorted.
fn heaviest(mut shared: Vec<(Slot, f64)>) -> Vec<(Slot, f64)> {
    let heavier = |a: &(Slot, f64), b: &(Slot, f64)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if shared.len() > WEIGHED {
        shared.select_nth_unstable_by(WEIGHED, heavier);
        shared.truncate(WEIGHED);
    }
    shared.sort_unstable_by(heavier);
    shared
}

/// Weight of a pair that one notice has; at least that of one in ten, so that two notices alone in an inbox are not told
/// apart by every word they share.
fn unit(total: f64) -> f64 {
    weight(total.max(10.0), 1)
}

/// What the rarity of a pair is measured by that stands in so many notices.
fn log(frequency: usize) -> f64 {
    (frequency as f64 + 0.5).ln()
}

/// Rarity of a pair that stands in `frequency` of `total` notices.
fn weight(total: f64, frequency: usize) -> f64 {
    ((total + 1.0) / (frequency as f64 + 0.5)).ln().max(0.0)
}

/// A pair as one number: quick to hash and to sort.
pub(super) fn code((a, b): (char, char)) -> u64 {
    u64::from(u32::from(a)) << 32 | u64::from(u32::from(b))
}

fn unique_pairs(text: &str) -> Vec<u64> {
    let mut pairs: Vec<u64> = text.chars().zip(text.chars().skip(1)).map(code).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_pairs_find_the_notice_that_is_retold() {
        let mut words = Words::default();
        for (slot, text) in [
            (1, "请各村今天下班前报送烟花爆竹零售点摸底表到镇应急办邮箱"),
            (2, "请各村今天下班前报送低保动态调整名单到民政办邮箱"),
            (3, "请各村今天下班前报送公益岗考勤表到人社所邮箱"),
        ] {
            words.add(slot, text);
        }
        let found = words.find("卖烟花爆竹的零售点都摸一遍底今天报应急办", 0.1, 3);
        assert_eq!(found.first().map(|o| o.slot), Some(1));
        words.remove(1);
        assert!(words.find("卖烟花爆竹的零售点都摸一遍底", 0.1, 3).iter().all(|o| o.slot != 1));
    }

    #[test]
    fn an_answer_is_kept_until_a_notice_comes_or_goes() {
        let mut words = Words::default();
        words.add(1, "烟花爆竹零售点摸底表");
        assert_eq!(words.covered("烟花爆竹零售点").len(), 1);
        assert!(words.covered("").is_empty(), "no words share nothing");
        assert_eq!(words.covered("烟花爆竹零售点"), words.covered("烟花爆竹零售点"));
        words.add(2, "烟花爆竹停售通知");
        assert_eq!(words.covered("烟花爆竹零售点").len(), 2);
        words.remove(1);
        assert_eq!(words.covered("烟花爆竹零售点").iter().map(|s| s.0).collect::<Vec<_>>(), [2]);
    }
}
