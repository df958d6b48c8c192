//! The word lists of `assets/lexicon`, parsed once into a table by first character, and one pass that marks where their
//! words stand. Adding a word is one line in a list.

use std::sync::OnceLock;

use super::Act;
use super::text::{Buf, WordSet};

/// What a listed word is a sign of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Sign {
    Salute,
    Please,
    Command,
    NoticeWord,
    AsksAck,
    Done,
    Question,
    First,
    Promise,
    Thanks,
    Ad,
    Single,
    Reminder,
    Change,
    Cancel,
    Closure,
    Upward,
    Urgent,
    Secret,
    Submit,
    Upload,
    Fill,
    Chain,
    Checkin,
    Forward,
    Study,
    Attend,
    Answer,
    Do,
    Install,
    Pay,
}

impl Sign {
    /// The class of a demand's verb.
    pub(crate) fn act(self) -> Option<Act> {
        Some(match self {
            Sign::Submit => Act::Submit,
            Sign::Upload => Act::Upload,
            Sign::Fill => Act::Fill,
            Sign::Chain => Act::Signup,
            Sign::Checkin => Act::Checkin,
            Sign::Forward => Act::Forward,
            Sign::Study => Act::Study,
            Sign::Attend => Act::Attend,
            Sign::Answer => Act::Reply,
            Sign::Do => Act::Act,
            Sign::Install => Act::Install,
            Sign::Pay => Act::Pay,
            _ => return None,
        })
    }
}

const NAMES: [(&str, Sign); 31] = [
    ("salute", Sign::Salute),
    ("please", Sign::Please),
    ("command", Sign::Command),
    ("noticeword", Sign::NoticeWord),
    ("asksack", Sign::AsksAck),
    ("done", Sign::Done),
    ("question", Sign::Question),
    ("first", Sign::First),
    ("promise", Sign::Promise),
    ("thanks", Sign::Thanks),
    ("ad", Sign::Ad),
    ("single", Sign::Single),
    ("reminder", Sign::Reminder),
    ("change", Sign::Change),
    ("cancel", Sign::Cancel),
    ("closure", Sign::Closure),
    ("upward", Sign::Upward),
    ("urgent", Sign::Urgent),
    ("secret", Sign::Secret),
    ("submit", Sign::Submit),
    ("upload", Sign::Upload),
    ("fill", Sign::Fill),
    ("signup", Sign::Chain),
    ("checkin", Sign::Checkin),
    ("forward", Sign::Forward),
    ("study", Sign::Study),
    ("attend", Sign::Attend),
    ("reply", Sign::Answer),
    ("act", Sign::Do),
    ("install", Sign::Install),
    ("pay", Sign::Pay),
];

/// The lists that stand by themselves, in `words.txt`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum List {
    Whole,
    Ends,
    Denied,
    Promised,
    Compound,
    Object,
    Place,
    Label,
    HandIn,
    Event,
    Changing,
    Subject,
    Missing,
    Incident,
}

const LISTS: [(&str, List); 14] = [
    ("incident", List::Incident),
    ("whole", List::Whole),
    ("ends", List::Ends),
    ("denied", List::Denied),
    ("promised", List::Promised),
    ("compound", List::Compound),
    ("object", List::Object),
    ("place", List::Place),
    ("label", List::Label),
    ("handin", List::HandIn),
    ("event", List::Event),
    ("changing", List::Changing),
    ("subject", List::Subject),
    ("missing", List::Missing),
];

/// The words of a list, longer ones first.
pub(crate) fn words(list: List) -> &'static [&'static str] {
    static WORDS: OnceLock<Vec<Vec<&'static str>>> = OnceLock::new();
    let all = WORDS.get_or_init(|| {
        let mut all = vec![Vec::new(); LISTS.len()];
        let mut at = None;
        for line in include_str!("../../assets/lexicon/words.txt").lines() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
                at = LISTS.iter().find(|(n, _)| *n == name).map(|(_, l)| *l as usize);
            } else if let (Some(list), false) = (at, line.is_empty()) {
                all[list].push(line);
            }
        }
        for list in &mut all {
            list.sort_by_key(|w| std::cmp::Reverse(w.len()));
        }
        all
    });
    &all[list as usize]
}

/// The length of the first word of a list that stands at `i`.
pub(crate) fn at(buf: &Buf, i: usize, list: List) -> Option<usize> {
    static SETS: OnceLock<Vec<WordSet<'static>>> = OnceLock::new();
    let sets = SETS.get_or_init(|| {
        let mut sets = vec![WordSet::of(&[]); LISTS.len()];
        for (_, list) in LISTS {
            sets[list as usize] = WordSet::of(words(list));
        }
        sets
    });
    buf.any_of(i, &sets[list as usize])
}

/// How many classes there are.
pub(crate) const SIGNS: usize = NAMES.len();

/// A listed word in the text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hit {
    pub(crate) sign: Sign,
    pub(crate) from: usize,
    pub(crate) to: usize,
}

struct Word {
    rest: Box<[char]>,
    sign: Sign,
}

struct Table {
    /// For each character of the basic plane the number of its bucket, 0 for none.
    first: Box<[u16]>,
    buckets: Vec<Vec<Word>>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        build(&[
            include_str!("../../assets/lexicon/signals.txt"),
            include_str!("../../assets/lexicon/acts.txt"),
        ])
    })
}

fn build(lists: &[&str]) -> Table {
    let mut table = Table { first: vec![0; 0x1_0000].into_boxed_slice(), buckets: vec![Vec::new()] };
    let mut sign = None;
    for line in lists.iter().flat_map(|l| l.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            sign = NAMES.iter().find(|(n, _)| *n == name).map(|(_, s)| *s);
            continue;
        }
        let Some(sign) = sign else { continue };
        let word = Buf::new(line).c;
        let Some((&head, rest)) = word.split_first() else { continue };
        let Some(slot) = table.first.get_mut(head as usize) else { continue };
        if *slot == 0 {
            *slot = u16::try_from(table.buckets.len()).unwrap_or(0);
            table.buckets.push(Vec::new());
        }
        table.buckets[usize::from(*slot)].push(Word { rest: rest.into(), sign });
    }
    for bucket in &mut table.buckets {
        bucket.sort_by_key(|w| std::cmp::Reverse(w.rest.len()));
    }
    table
}

/// Marks every listed word; of one class at one place only the longest.
pub(crate) fn scan(buf: &Buf) -> Vec<Hit> {
    let table = table();
    let mut hits = Vec::new();
    let mut busy = [0_usize; SIGNS];
    for (i, &c) in buf.c.iter().enumerate() {
        let slot = table.first.get(c as usize).copied().unwrap_or(0);
        if slot == 0 {
            continue;
        }
        for word in &table.buckets[usize::from(slot)] {
            let to = i + 1 + word.rest.len();
            let at = word.sign as usize;
            let begun = word.rest.first().is_none_or(|c| buf.c.get(i + 1) == Some(c));
            if begun && busy[at] <= i && buf.c.get(i + 1..to) == Some(&word.rest) {
                hits.push(Hit { sign: word.sign, from: i, to });
                busy[at] = to;
            }
        }
    }
    hits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_has_words() {
        assert!(LISTS.iter().all(|(_, l)| !words(*l).is_empty()));
        let table = table();
        for (name, sign) in NAMES {
            assert!(table.buckets.iter().flatten().any(|w| w.sign == sign), "{name}");
        }
        let hits = scan(&Buf::new("请各村（社区）收到请回复"));
        assert!(hits.iter().any(|h| h.sign == Sign::AsksAck && h.to - h.from == 5));
    }
}
