//! What the live notices tell of words and moments: who shares rare ones with a text, and what is rare.

use chrono::NaiveDateTime;

use super::Notices;
use crate::cluster::words::Overlap;
use crate::cluster::{Post, Slot};
use crate::message::epoch_ms;

/// So few notices do not tell which words are rare.
const FEW: usize = 40;

impl Notices {
    /// Notices that share rare words with a text, best first.
    pub(in crate::cluster) fn retold(&mut self, text: &str, least: f64, limit: usize) -> Vec<Overlap> {
        self.words.find(text, least, limit)
    }

    /// Notices last seen since `since` that share a moment with a post, and any word.
    pub(in crate::cluster) fn of_one_moment(&mut self, post: &Post, since: i64) -> Vec<Overlap> {
        let mut slots = self.moments.sharing(&post.facts);
        slots.retain(|slot| self.live.get(slot).is_some_and(|live| live.last >= since));
        if slots.is_empty() { Vec::new() } else { self.words.shared_with(post.timeless(), &slots) }
    }

    /// Whether hardly a live notice names this moment.
    pub(in crate::cluster) fn is_rare(&self, at: NaiveDateTime) -> bool {
        !self.are_few() && self.moments.is_rare(epoch_ms(at), self.live.len())
    }

    /// How much of the weight of a text's words the notices share that share most.
    pub(in crate::cluster) fn covered(&mut self, text: &str) -> Vec<(Slot, f64)> {
        self.words.covered(text)
    }

    /// The weight of all words of a text that any live notice has, and these words: pairs of characters in order with
    /// their weights, in pairs that one notice alone has.
    pub(in crate::cluster) fn pair_weights(&self, text: &str) -> (f64, Vec<(char, char, f64)>) {
        let unit = self.words.unit().max(1e-9);
        let of = |&(a, b, w): &(char, char, f64)| (a, b, telling(a) * telling(b) * w / unit);
        let weights = self.words.weights(text);
        (weights.iter().map(|(.., w)| w).sum(), weights.iter().map(of).collect())
    }

    /// Whether there are too few notices to tell rare words from common ones.
    pub(in crate::cluster) fn are_few(&self) -> bool {
        self.live.len() < FEW
    }
}

/// How much a character tells of what a word names: nothing if it only binds words together, little if it mostly does.
fn telling(c: char) -> f64 {
    const BINDS: &str = "的把被给我你他她它们了也都就没那这哪谁还又才别吧吗呢啊让跟";
    const MOSTLY: &str = "个要来去到不在是有再只几两得着过前后里上下能会可以";
    if BINDS.contains(c) {
        0.0
    } else if MOSTLY.contains(c) {
        0.5
    } else {
        1.0
    }
}
