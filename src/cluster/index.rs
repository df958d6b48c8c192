//! Who is worth comparing: an exact, incremental prefix index over character 3-grams.
//!
//! It finds every earlier text whose 3-gram Jaccard similarity reaches `jaccard`, and every one of which `containment`
//! of the shorter text's grams stand in the longer; it misses none (prefix filtering: Bayardo et al., WWW 2007; Xiao
//! et al., PPJoin, TODS 36(3), 2011). Two sets that share enough tokens share one within their first few tokens under
//! any fixed total order. The order here is the age of a gram, youngest first: late-born grams are the rarer ones, and
//! a gram's place never changes once it is given, so texts can be added one by one (`dedup.md` §4).

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

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

/// The index. Memory: about 14 bytes a gram of text with both parts on, and 20 bytes a distinct gram.
#[derive(Debug)]
pub struct Index {
    thresholds: Thresholds,
    ids: HashMap<u64, u32, BuildHasherDefault<GramHasher>>,
    tokens: Vec<u32>,
    docs: Vec<Stored>,
    near: Postings,
    whole: Postings,
    part: Postings,
    seen: Vec<u32>,
    contained: Vec<u32>,
    round: u32,
    scratch: Vec<u32>,
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
            near: Postings::default(),
            whole: Postings::default(),
            part: Postings::default(),
            seen: Vec::new(),
            contained: Vec::new(),
            round: 0,
            scratch: Vec::new(),
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
    pub fn order_by(&mut self, texts: &[String]) {
        debug_assert!(self.is_empty(), "an order is given once");
        let mut counts: HashMap<u64, u32, BuildHasherDefault<GramHasher>> = HashMap::default();
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

    /// Takes a text out: it is no candidate any more.
    pub fn remove(&mut self, doc: Doc) {
        if let Some(stored) = self.docs.get_mut(doc as usize) {
            stored.live = false;
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
            self.whole.grow(next);
            self.part.grow(next);
        }
        id
    }

    fn candidates(&mut self, set: &[u32], found: &mut Vec<Candidate>) {
        if set.is_empty() {
            return;
        }
        self.round += 1;
        self.hits.clear();
        self.near_hits(set);
        if let Some(c) = self.thresholds.containment {
            self.containment_hits(set, c);
        }
        let mut hits = std::mem::take(&mut self.hits);
        hits.sort_unstable();
        for &doc in &hits {
            if let Some(candidate) = self.verify(set, doc) {
                found.push(candidate);
            }
        }
        self.hits = hits;
    }

    fn near_hits(&mut self, set: &[u32]) {
        let t = self.thresholds.jaccard;
        let size = set.len();
        let shortest = at_least(t, size);
        let longest = ((size as f64 + 1e-9) / t) as usize;
        for (i, &token) in set[..prefix(t, size)].iter().enumerate() {
            let mut at = self.near.head(token);
            while let Some(posting) = self.near.get(at) {
                at = posting.next;
                let doc = posting.doc as usize;
                if self.seen[doc] == self.round {
                    continue;
                }
                let other = self.docs[doc];
                let len = other.len as usize;
                if len < shortest || len > longest || !other.live {
                    continue;
                }
                let left = (size - i).min(len - posting.place as usize);
                if (left as f64) < t / (1.0 + t) * (size + len) as f64 - 1e-9 {
                    continue;
                }
                self.seen[doc] = self.round;
                self.hits.push(posting.doc);
            }
        }
    }

    /// The first token met is the first that both have, so what both can have in common is known from where it stands.
    fn containment_hits(&mut self, set: &[u32], c: f64) {
        let size = set.len();
        for (i, &token) in set[..prefix(c, size)].iter().enumerate() {
            let mut at = self.whole.head(token);
            while let Some(posting) = self.whole.get(at) {
                at = posting.next;
                let other = self.docs[posting.doc as usize];
                if other.len as usize >= size {
                    self.hit(posting, other, size - i, at_least(c, size));
                }
            }
        }
        for (i, &token) in set.iter().enumerate() {
            let mut at = self.part.head(token);
            while let Some(posting) = self.part.get(at) {
                at = posting.next;
                let other = self.docs[posting.doc as usize];
                if (other.len as usize) < size {
                    self.hit(posting, other, size - i, at_least(c, other.len as usize));
                }
            }
        }
    }

    fn hit(&mut self, posting: Posting, other: Stored, left: usize, needed: usize) {
        let seen = &mut self.contained[posting.doc as usize];
        if *seen == self.round || !other.live {
            return;
        }
        *seen = self.round;
        let left = left.min((other.len - posting.place) as usize);
        if left >= needed && self.seen[posting.doc as usize] != self.round {
            self.seen[posting.doc as usize] = self.round;
            self.hits.push(posting.doc);
        }
    }

    fn verify(&self, set: &[u32], doc: Doc) -> Option<Candidate> {
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
        let common = overlap(set, other, needed)?;
        Some(Candidate {
            doc,
            jaccard: common as f64 / (set.len() + other.len() - common) as f64,
            containment: common as f64 / shorter as f64,
        })
    }

    fn insert(&mut self, set: &[u32]) -> Doc {
        let doc = u32::try_from(self.docs.len()).unwrap_or(u32::MAX);
        let start = u32::try_from(self.tokens.len()).unwrap_or(u32::MAX);
        self.tokens.extend_from_slice(set);
        self.docs.push(Stored { start, len: set.len() as u32, live: true });
        self.seen.push(0);
        self.contained.push(0);
        if set.is_empty() {
            return doc;
        }
        for (place, &token) in set[..prefix(self.thresholds.jaccard, set.len())].iter().enumerate() {
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
fn each_gram(text: &str, mut each: impl FnMut(u64)) {
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

/// Posting lists as chains in one arena: most grams occur once, and a vector for each would cost more than its content.
#[derive(Debug, Default)]
struct Postings {
    heads: Vec<u32>,
    arena: Vec<Posting>,
}

#[derive(Clone, Copy, Debug)]
struct Posting {
    doc: Doc,
    place: u32,
    next: u32,
}

const END: u32 = u32::MAX;

impl Postings {
    fn grow(&mut self, token: u32) {
        debug_assert_eq!(self.heads.len(), token as usize);
        self.heads.push(END);
    }

    fn head(&self, token: u32) -> u32 {
        self.heads[token as usize]
    }

    fn get(&self, at: u32) -> Option<Posting> {
        self.arena.get(at as usize).copied()
    }

    fn push(&mut self, token: u32, doc: Doc, place: u32) {
        let at = u32::try_from(self.arena.len()).unwrap_or(END);
        let head = &mut self.heads[token as usize];
        self.arena.push(Posting { doc, place, next: *head });
        *head = at;
    }
}

/// Multiplicative hashing of gram codes: they are well spread after one multiplication, and hashing is the hot spot.
#[derive(Debug, Default)]
struct GramHasher(u64);

impl Hasher for GramHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &b in bytes {
            self.write_u64(u64::from(b));
        }
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
