//! Private data found and masked (`extraction.md` §7), and text made harmless for screen and files. Pure; finds shapes,
//! check digits and cue words, never names standing alone.

mod figures;
mod neutral;
mod words;

use serde::{Deserialize, Serialize};

pub use neutral::neutral;

use crate::facts::Span;

/// A piece of private data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What it is.
    pub kind: Kind,
    /// Where it stands, in Unicode scalar values, half-open.
    pub span: Span,
    /// How it is written in exports.
    pub masked: String,
}

/// The kinds of private data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Resident identity number with a right check digit (GB 11643), or fifteen digits after a cue word.
    Id,
    /// Eighteen characters after a cue word whose check digit, date or province is wrong: people mistype.
    IdSuspect,
    /// Passport, travel permit or social security number behind its name.
    Document,
    /// Mobile number.
    Mobile,
    /// Landline: found, not masked, since office numbers in notices are public.
    Landline,
    /// Bank card or account number.
    Card,
    /// A home address.
    Address,
    /// A vehicle's number plate.
    Plate,
    /// Password, or account with a password.
    Password,
    /// E-mail address: found, not masked.
    Email,
    /// WeChat or QQ account after a cue word.
    Account,
}

impl Kind {
    /// Whether exports mask it by default.
    #[must_use]
    pub fn is_masked(self) -> bool {
        !matches!(self, Kind::Landline | Kind::Email)
    }
}

/// Finds all private data, in order of position, without overlaps. Linear in the length of the text.
#[must_use]
pub fn find(text: &str) -> Vec<Finding> {
    let page = Page::new(text);
    let mut found = Vec::new();
    figures::find(&page, &mut found);
    words::find(&page, &mut found);
    found.sort_by_key(|f: &Finding| (f.span[0], std::cmp::Reverse(f.span[1])));
    let mut end = 0;
    found.retain(|f| {
        let free = f.span[0] >= end;
        if free {
            end = f.span[1];
        }
        free
    });
    found
}

/// The text with what [`find`] finds replaced by its masked form; other words stay as they are.
#[must_use]
pub fn mask(text: &str) -> String {
    let found = find(text);
    if found.iter().all(|f| !f.kind.is_masked()) {
        return text.to_owned();
    }
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for f in found.iter().filter(|f| f.kind.is_masked()) {
        let (a, b) = (f.span[0] as usize, f.span[1] as usize);
        out.extend(chars[at.min(a)..a].iter());
        out.push_str(&f.masked);
        at = b;
    }
    out.extend(chars[at..].iter());
    out
}

/// The characters of a text in half width, one for one, so that positions stay.
struct Page {
    c: Vec<char>,
}

impl Page {
    fn new(text: &str) -> Self {
        let fold = |c: char| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            '\u{3000}' => ' ',
            '–' | '—' | '−' => '-',
            c => c,
        };
        Page { c: text.chars().map(fold).collect() }
    }

    fn get(&self, i: usize) -> char {
        self.c.get(i).copied().unwrap_or('\n')
    }

    fn before(&self, i: usize) -> char {
        if i == 0 { '\n' } else { self.get(i - 1) }
    }

    fn is(&self, i: usize, word: &str) -> bool {
        word.chars().enumerate().all(|(k, w)| self.c.get(i + k) == Some(&w))
    }

    fn any(&self, i: usize, words: &[&str]) -> Option<usize> {
        words.iter().find(|w| self.is(i, w)).map(|w| w.chars().count())
    }

    /// Whether one of `words` begins within `reach` characters before `i`, in the same line.
    fn cue(&self, i: usize, reach: usize, words: &[&str]) -> bool {
        (i.saturating_sub(reach)..i)
            .rev()
            .take_while(|&k| self.get(k) != '\n')
            .any(|k| self.any(k, words).is_some())
    }

    fn slice(&self, a: usize, b: usize) -> String {
        self.c[a.min(self.c.len())..b.min(self.c.len())].iter().collect()
    }

    fn push(&self, kind: Kind, a: usize, b: usize, masked: String, found: &mut Vec<Finding>) {
        let n = |i: usize| u32::try_from(i).unwrap_or(u32::MAX);
        found.push(Finding { kind, span: [n(a), n(b)], masked });
    }
}
