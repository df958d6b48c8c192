//! Who is worth comparing: an exact, incremental prefix index over character 3-grams.
//!
//! It finds every earlier text whose 3-gram Jaccard similarity reaches `jaccard`, and every one of which `containment`
//! of the shorter text's grams stand in the longer; it misses none (prefix filtering: Bayardo et al., WWW 2007; Xiao
//! et al., PPJoin, TODS 36(3), 2011). Two sets that share enough tokens share one within their first few tokens under
//! any fixed total order. The order here is the age of a gram, youngest first: late-born grams are the rarer ones, and
//! a gram's place never changes once it is given, so texts can be added one by one (`dedup.md` §4).

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::postings::Postings;

/// Number of a text in the index, in order of arrival.
pub type Doc = u32;

/// What counts as worth comparing.
#[derive(Clone, Copy, Debug)]
pub struct Thresholds {
    /// Least Jaccard similarity of the gram sets, in (0, 1].
    pub jaccard: f64,
    /// Least share of the shorter set that stands in the longer, in (0, 1]; `None` switches this part off.
    pub containment: Option<f64>,
}

/// An earlier text that reaches a threshold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Its number.
    pub doc: Doc,
    /// Grams in common over grams in either.
    pub jaccard: f64,
    /// Grams in common over grams of the shorter.
    pub containment: f64,
}

impl Candidate {
    fn of(doc: Doc, common: usize, a: usize, b: usize) -> Self {
        Candidate {
            doc,
            jaccard: common as f64 / (a + b - common) as f64,
            containment: common as f64 / a.min(b) as f64,
        }
    }

    /// What orders candidates: the sum of both measures, so that whole agreement comes before containment.
    #[must_use]
    pub fn score(&self) -> f64 {
        self.jaccard + self.containment
    }
}

/// The index. Memory: about 16 bytes a gram of text with both parts on, 20 bytes a distinct gram and
/// 48 bytes a text.
#[derive(Debug)]
pub struct Index {
    thresholds: Thresholds,
    ids: NumberMap<u64, u32>,
    tokens: Vec<u32>,
    docs: Vec<Stored>,
    sketches: Vec<Sketch>,
    near: Postings,
    whole: Postings,
    part: Postings,
    seen: Vec<u32>,
    round: u32,
    /// No text before this one can still be found.
    oldest: Doc,
    scratch: Vec<u32>,
    /// Hash of the text whose tokens stand in `scratch`.
    tokenized: Option<u128>,
    hits: Vec<Doc>,
}

#[derive(Clone, Copy, Debug)]
struct Stored {
    start: u32,
    len: u32,
    live: bool,
}

impl Index {
    /// An empty index.
    #[must_use]
    pub fn new(thresholds: Thresholds) -> Self {
        Index {
            thresholds,
            ids: HashMap::default(),
            tokens: Vec::new(),
            docs: Vec::new(),
            sketches: Vec::new(),
            near: Postings::default(),
            whole: Postings::default(),
            part: Postings::default(),
            seen: Vec::new(),
            round: 0,
            oldest: 0,
            scratch: Vec::new(),
            tokenized: None,
            hits: Vec::new(),
        }
    }

    /// Adds a text (already in match form, [`crate::normalize::match_text`]) and gives its number together with all
    /// earlier live texts that reach a threshold, in order of number.
    pub fn add(&mut self, text: &str, found: &mut Vec<Candidate>) -> Doc {
        found.clear();
        let mut set = std::mem::take(&mut self.scratch);
        self.tokenize(text, &mut set);
        self.candidates(&set, found);
        let doc = self.insert(&set);
        self.scratch = set;
        doc
    }

    /// Gives the grams of these texts their places before any is added: the commoner, the later. Any order is exact; this
    /// one leaves least to look at.
    pub fn order_by(&mut self, texts: &[&str]) {
        debug_assert!(self.is_empty(), "an order is given once");
        let mut counts: NumberMap<u64, u32> = HashMap::default();
        for text in texts {
            each_gram(text, |gram| *counts.entry(gram).or_default() += 1);
        }
        let mut grams: Vec<(u32, u64)> = counts.into_iter().map(|(gram, count)| (count, gram)).collect();
        grams.sort_unstable_by(|a, b| b.cmp(a));
        for (_, gram) in grams {
            self.id_of(gram);
        }
    }

    /// Adds a text without asking what it resembles.
    pub fn put(&mut self, text: &str) -> Doc {
        let mut set = std::mem::take(&mut self.scratch);
        self.tokenize(text, &mut set);
        let doc = self.insert(&set);
        self.scratch = set;
        doc
    }

    /// All live texts that reach a threshold with `text`, without adding it. Grams never seen before count for the
    /// size of the text only.
    pub fn find(&mut self, text: &str, found: &mut Vec<Candidate>) {
        found.clear();
        let mut set = std::mem::take(&mut self.scratch);
        self.tokenize(text, &mut set);
        self.candidates(&set, found);
        self.scratch = set;
    }

    /// The same where only the `limit` best are wanted, by [`Candidate::score`]: they are among what is found, with all
    /// that equal the last of them. What cannot be among them is not compared.
    pub fn find_best(&mut self, text: &str, limit: usize, found: &mut Vec<Candidate>) {
        found.clear();
        let mut set = std::mem::take(&mut self.scratch);
        self.tokenize(text, &mut set);
        self.gather_hits(&set);
        if self.hits.len() <= limit {
            self.verify_all(&set, found);
        } else {
            self.verify_best(&set, limit, found);
        }
        self.scratch = set;
    }

    /// Which of these texts reach a threshold with `text`.
    pub fn compare(&mut self, text: &str, docs: &[Doc], found: &mut Vec<Candidate>) {
        found.clear();
        let mut set = std::mem::take(&mut self.scratch);
        self.tokenize(text, &mut set);
        if !set.is_empty() {
            let sketch = sketch(&set);
            found.extend(docs.iter().filter_map(|&doc| self.verify(&set, &sketch, doc)));
        }
        self.scratch = set;
    }

    /// Takes a text out: it is no candidate any more.
    pub fn remove(&mut self, doc: Doc) {
        if let Some(stored) = self.docs.get_mut(doc as usize) {
            stored.live = false;
        }
        while self.docs.get(self.oldest as usize).is_some_and(|d| !d.live) {
            self.oldest += 1;
        }
    }

    /// How many texts were added, removed ones included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.docs.len()
    }

    /// Whether no text was added yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.docs.is_empty()
    }

    /// How many texts can still be found.
    #[must_use]
    pub fn live(&self) -> usize {
        self.docs.iter().filter(|d| d.live).count()
    }

    fn tokenize(&mut self, text: &str, set: &mut Vec<u32>) {
        // A text is asked for first and then put in: its tokens are still there.
        let hash = xxhash_rust::xxh3::xxh3_128(text.as_bytes());
        if self.tokenized == Some(hash) {
            return;
        }
        self.tokenized = Some(hash);
        set.clear();
        each_gram(text, |gram| set.push(self.id_of(gram)));
        set.sort_unstable_by(|a, b| b.cmp(a));
        set.dedup();
    }

    fn id_of(&mut self, gram: u64) -> u32 {
        let next = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
        let id = *self.ids.entry(gram).or_insert(next);
        if id == next {
            self.near.grow(next);
            if self.thresholds.containment.is_some() {
                self.whole.grow(next);
                self.part.grow(next);
            }
        }
        id
    }

    fn candidates(&mut self, set: &[u32], found: &mut Vec<Candidate>) {
        self.gather_hits(set);
        self.hits.sort_unstable();
        self.verify_all(set, found);
    }

    /// What shares a token of the prefixes and may reach a threshold.
    ///
    /// Each token is looked up in one list only. The list of all texts that have it holds what the others hold, and with a
    /// containment above the Jaccard similarity the list of near prefixes holds that of contained ones. The first token
    /// met is the first that both texts have, so where it stands tells how much they can have in common.
    fn gather_hits(&mut self, set: &[u32]) {
        self.hits.clear();
        self.round += 1;
        let Index { thresholds, near, whole, part, docs, seen, hits, round, oldest, .. } = self;
        let Thresholds { jaccard: t, containment } = *thresholds;
        let size = set.len();
        let (shortest, longest) = (at_least(t, size), ((size as f64 + 1e-9) / t) as usize);
        let near_prefix = prefix(t, size);
        let whole_prefix = containment.map_or(0, |c| prefix(c, size));
        let reaches = |left: usize, len: usize| {
            let alike = (shortest..=longest).contains(&len)
                && left as f64 >= t / (1.0 + t) * (size + len) as f64 - 1e-9;
            alike || containment.is_some_and(|c| left >= at_least(c, size.min(len)))
        };
        for (i, &token) in set.iter().enumerate() {
            let list = match containment {
                Some(_) if i < whole_prefix => &*whole,
                _ if i < near_prefix => &*near,
                Some(_) => &*part,
                None => break,
            };
            list.each(token, *oldest, |posting| {
                let seen = &mut seen[posting.doc as usize];
                if *seen == *round {
                    return;
                }
                *seen = *round;
                let other = docs[posting.doc as usize];
                let left = (size - i).min((other.len - posting.place) as usize);
                if other.live && reaches(left, other.len as usize) {
                    hits.push(posting.doc);
                }
            });
        }
    }

    fn verify_all(&self, set: &[u32], found: &mut Vec<Candidate>) {
        let sketch = sketch(set);
        found.extend(self.hits.iter().filter_map(|&doc| self.verify(set, &sketch, doc)));
    }

    fn verify_best(&self, set: &[u32], limit: usize, found: &mut Vec<Candidate>) {
        let sketch = sketch(set);
        let bound = |doc: Doc| {
            let len = self.docs[doc as usize].len as usize;
            let common = (set.len() - missing(&sketch, &self.sketches[doc as usize])).min(len);
            Candidate::of(doc, common, set.len(), len).score()
        };
        let mut hits: Vec<(f64, Doc)> = self.hits.iter().map(|&doc| (bound(doc), doc)).collect();
        // The best scores so far, the least first.
        let mut best: Vec<f64> = Vec::with_capacity(limit + 1);
        // Most of what shares a token is not looked at, so only as much is put in order as is needed, part by part.
        let (mut rest, mut part) = (&mut hits[..], limit.saturating_mul(2));
        while !rest.is_empty() {
            let nearer = |a: &(f64, Doc), b: &(f64, Doc)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
            if part < rest.len() {
                rest.select_nth_unstable_by(part, nearer);
            }
            let (head, tail) = rest.split_at_mut(part.min(rest.len()));
            head.sort_unstable_by(nearer);
            for &mut (bound, doc) in head {
                if best.len() >= limit && best.first().is_none_or(|least| bound < least - 1e-9) {
                    return;
                }
                if let Some(candidate) = self.verify(set, &sketch, doc) {
                    found.push(candidate);
                    let at = best.partition_point(|score| *score < candidate.score());
                    best.insert(at, candidate.score());
                    if best.len() > limit {
                        best.remove(0);
                    }
                }
            }
            (rest, part) = (tail, part.saturating_mul(4));
        }
    }

    fn verify(&self, set: &[u32], sketch: &Sketch, doc: Doc) -> Option<Candidate> {
        let stored = self.docs[doc as usize];
        let other = &self.tokens[stored.start as usize..(stored.start + stored.len) as usize];
        let shorter = set.len().min(other.len());
        let for_jaccard = (self.thresholds.jaccard / (1.0 + self.thresholds.jaccard)
            * (set.len() + other.len()) as f64
            - 1e-9)
            .ceil();
        let for_containment =
            self.thresholds.containment.map_or(f64::INFINITY, |c| (c * shorter as f64 - 1e-9).ceil());
        let needed = for_jaccard.min(for_containment) as usize;
        if set.len() < needed + missing(sketch, &self.sketches[doc as usize]) {
            return None;
        }
        let common = overlap(set, other, needed)?;
        Some(Candidate::of(doc, common, set.len(), other.len()))
    }

    fn insert(&mut self, set: &[u32]) -> Doc {
        let doc = u32::try_from(self.docs.len()).unwrap_or(u32::MAX);
        let start = u32::try_from(self.tokens.len()).unwrap_or(u32::MAX);
        self.tokens.extend_from_slice(set);
        self.docs.push(Stored { start, len: set.len() as u32, live: true });
        self.sketches.push(sketch(set));
        self.seen.push(0);
        if set.is_empty() {
            return doc;
        }
        let near = prefix(self.thresholds.jaccard, set.len());
        for (place, &token) in set[..near].iter().enumerate() {
            self.near.push(token, doc, place as u32);
        }
        if let Some(c) = self.thresholds.containment {
            for (place, &token) in set.iter().enumerate() {
                self.whole.push(token, doc, place as u32);
            }
            for (place, &token) in set[..prefix(c, set.len())].iter().enumerate() {
                self.part.push(token, doc, place as u32);
            }
        }
        doc
    }
}

/// The character 3-grams of a text, each as 63 bits.
pub(super) fn each_gram(text: &str, mut each: impl FnMut(u64)) {
    let mut gram: u64 = 0;
    for (n, c) in text.chars().enumerate() {
        gram = ((gram << 21) | u64::from(u32::from(c))) & ((1 << 63) - 1);
        if n >= 2 {
            each(gram);
        }
    }
}

/// Least size of a set that can reach share `t` of a set of `size`.
fn at_least(t: f64, size: usize) -> usize {
    (t * size as f64 - 1e-9).ceil() as usize
}

/// One bit for each token, by its number: what one set has and another has not can be told at a glance.
type Sketch = [u64; 4];

fn sketch(set: &[u32]) -> Sketch {
    let mut out = Sketch::default();
    for token in set {
        out[(token >> 6 & 3) as usize] |= 1 << (token & 63);
    }
    out
}

/// At least so many tokens of the first set are not in the second.
fn missing(set: &Sketch, other: &Sketch) -> usize {
    set.iter().zip(other).map(|(a, b)| (a & !b).count_ones() as usize).sum()
}

/// Length of the prefix within which a partner must share a token.
fn prefix(t: f64, size: usize) -> usize {
    (size + 1).saturating_sub(at_least(t, size)).min(size)
}

/// Tokens in both sets (each sorted in descending order), or `None` as soon as `needed` is out of reach.
fn overlap(a: &[u32], b: &[u32], needed: usize) -> Option<usize> {
    let (mut i, mut j, mut common) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        if common + (a.len() - i).min(b.len() - j) < needed {
            return None;
        }
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Equal => {
                common += 1;
                i += 1;
                j += 1;
            }
            std::cmp::Ordering::Greater => i += 1,
            std::cmp::Ordering::Less => j += 1,
        }
    }
    (common >= needed).then_some(common)
}

/// Maps by numbers that people do not choose.
pub(super) type NumberMap<K, V> = HashMap<K, V, BuildHasherDefault<GramHasher>>;

/// Multiplicative hashing of gram codes: they are well spread after one multiplication, and hashing is the hot spot.
#[derive(Debug, Default)]
pub(super) struct GramHasher(u64);

impl Hasher for GramHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &b in bytes {
            self.write_u64(u64::from(b));
        }
    }

    fn write_u32(&mut self, value: u32) {
        self.write_u64(u64::from(value));
    }

    fn write_u128(&mut self, value: u128) {
        self.write_u64(value as u64 ^ (value >> 64) as u64);
    }

    fn write_u64(&mut self, value: u64) {
        let mixed = (self.0 ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn grams(text: &str) -> BTreeSet<Vec<char>> {
        text.chars().collect::<Vec<_>>().windows(3).map(<[char]>::to_vec).collect()
    }

    fn brute(texts: &[String], t: Thresholds) -> BTreeSet<(u32, u32)> {
        let sets: Vec<_> = texts.iter().map(|t| grams(t)).collect();
        let mut pairs = BTreeSet::new();
        for (j, b) in sets.iter().enumerate() {
            for (i, a) in sets[..j].iter().enumerate() {
                let common = a.intersection(b).count() as f64;
                let either = a.union(b).count() as f64;
                let shorter = a.len().min(b.len()) as f64;
                let near = common >= t.jaccard * either - 1e-9;
                let inside = t.containment.is_some_and(|c| common >= c * shorter - 1e-9);
                if shorter > 0.0 && (near || inside) {
                    pairs.insert((i as u32, j as u32));
                }
            }
        }
        pairs
    }

    proptest! {
        #[test]
        fn finds_exactly_what_brute_force_finds(
            texts in prop::collection::vec("[甲乙丙丁]{0,14}", 0..60),
            jaccard in 0.3..1.0_f64,
            containment in prop::option::of(0.5..1.0_f64),
        ) {
            let thresholds = Thresholds { jaccard, containment };
            let mut index = Index::new(thresholds);
            let mut found = Vec::new();
            let mut pairs = BTreeSet::new();
            for text in &texts {
                let doc = index.add(text, &mut found);
                pairs.extend(found.iter().map(|c| (c.doc, doc)));
            }
            prop_assert_eq!(pairs, brute(&texts, thresholds));
        }
    }

    proptest! {
        #[test]
        fn the_best_are_among_what_is_found(
            texts in prop::collection::vec("[甲乙丙丁]{0,14}", 1..60),
            limit in 1..8_usize,
        ) {
            let mut index = Index::new(Thresholds { jaccard: 0.3, containment: Some(0.6) });
            for text in &texts {
                index.put(text);
            }
            let mut found = Vec::new();
            let mut best = |index: &mut Index, few: bool| {
                if few { index.find_best(&texts[0], limit, &mut found) } else { index.find(&texts[0], &mut found) }
                let mut out: Vec<(f64, Doc)> = found.iter().map(|c| (-c.score(), c.doc)).collect();
                out.sort_by(|a, b| a.partial_cmp(b).unwrap());
                out.truncate(limit);
                out
            };
            prop_assert_eq!(best(&mut index, true), best(&mut index, false));
        }
    }

    #[test]
    fn removed_texts_are_not_found() {
        let mut index = Index::new(Thresholds { jaccard: 0.5, containment: Some(0.8) });
        let mut found = Vec::new();
        let doc = index.add("请于今天下班前报送台账", &mut found);
        index.find("请于今天下班前报送台账", &mut found);
        assert_eq!(found.len(), 1);
        index.remove(doc);
        index.find("请于今天下班前报送台账", &mut found);
        assert!(found.is_empty());
        assert_eq!((index.len(), index.live()), (1, 0));
    }
}
