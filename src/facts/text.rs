//! The comparable character buffer every reader works on: one width, no white space between Chinese characters, no
//! invisible characters, and for each character the place in the original it came from. Not the text that is shown.

use super::Span;

/// A message in comparable form.
#[derive(Debug, Default)]
pub(crate) struct Buf {
    /// The characters.
    pub(crate) c: Vec<char>,
    /// For each of them its index in the original, in Unicode scalar values.
    at: Vec<u32>,
    /// The characters as UTF-8, for word searches without decoding.
    utf8: Vec<u8>,
    /// Where each character begins in it, and its end.
    off: Vec<u32>,
    /// Which characters occur: searches for a single one end here.
    seen: Sieve,
    /// Which pairs of characters occur, by a hash of 2048: most word searches end here.
    pairs: [u64; 32],
}

/// Which characters are in a set, by a hash of 1024: says no for nearly all that are not.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sieve([u64; 16]);

impl Sieve {
    /// The characters with which these words begin.
    pub(crate) const fn of(words: &[&str]) -> Self {
        let mut sieve = Sieve([0; 16]);
        let mut n = 0;
        while n < words.len() {
            sieve = sieve.with(words[n]);
            n += 1;
        }
        sieve
    }

    /// The same with the character with which `word` begins.
    pub(crate) const fn with(mut self, word: &str) -> Self {
        let bytes = word.as_bytes();
        // The first character of UTF-8, in a form that constants can be made with.
        let (first, len) = match bytes[0] {
            b @ 0..0x80 => (b as u32, 1),
            b @ 0x80..0xe0 => ((b & 0x1f) as u32, 2),
            b @ 0xe0..0xf0 => ((b & 0x0f) as u32, 3),
            b => ((b & 0x07) as u32, 4),
        };
        let (mut code, mut n) = (first, 1);
        while n < len {
            code = code << 6 | (bytes[n] & 0x3f) as u32;
            n += 1;
        }
        let (word, bit) = slot(code);
        self.0[word] |= bit;
        self
    }

    /// Whether `c` may be in it.
    pub(crate) const fn may_hold(&self, c: char) -> bool {
        let (word, bit) = slot(c as u32);
        self.0[word] & bit != 0
    }
}

/// Words to be looked for at many places, with the sieve of their first characters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WordSet<'a> {
    words: &'a [&'a str],
    starts: Sieve,
}

impl<'a> WordSet<'a> {
    pub(crate) const fn of(words: &'a [&'a str]) -> Self {
        WordSet { words, starts: Sieve::of(words) }
    }
}

impl Buf {
    /// Folds `text`: full width to half width, traditional time words to simplified ones, dashes to `-`, straight
    /// quotation marks to opening and closing ones by turns. White space goes, but one space stays between two ASCII
    /// letters or digits and line ends stay as `\n`.
    pub(crate) fn new(text: &str) -> Self {
        let room = text.len() / 2;
        let mut buf = Buf {
            c: Vec::with_capacity(room),
            at: Vec::with_capacity(room),
            utf8: Vec::with_capacity(text.len()),
            off: Vec::with_capacity(room + 1),
            seen: Sieve::default(),
            pairs: [0; 32],
        };
        let (mut blank, mut quoted) = (false, false);
        for (n, raw) in (0_u32..).zip(text.chars()) {
            let c = fold_char(raw);
            match c {
                '\n' | '\r' => {
                    if buf.c.last().is_some_and(|&l| l != '\n') {
                        buf.push('\n', n);
                    }
                    (blank, quoted) = (false, false);
                }
                ' ' => blank = true,
                '\0' => {}
                c => {
                    let tight =
                        c.is_ascii_alphanumeric() && buf.c.last().is_some_and(char::is_ascii_alphanumeric);
                    if blank && tight {
                        buf.push(' ', n - 1);
                    }
                    blank = false;
                    let straight = c == '"';
                    let c = if straight { ['“', '”'][usize::from(quoted)] } else { c };
                    quoted ^= straight;
                    buf.push(c, n);
                }
            }
        }
        buf
    }

    fn push(&mut self, c: char, at: u32) {
        if let Some(&before) = self.c.last() {
            let (word, bit) = pair_slot(before, c);
            self.pairs[word] |= bit;
        }
        self.c.push(c);
        self.at.push(at);
        self.off.push(u32::try_from(self.utf8.len()).unwrap_or(u32::MAX));
        self.utf8.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        let (word, bit) = slot(c as u32);
        self.seen.0[word] |= bit;
    }

    /// Whether `word` can occur at all, by its characters in pairs.
    fn may_have(&self, word: &str) -> bool {
        let mut chars = word.chars();
        let Some(mut before) = chars.next() else { return true };
        self.seen.may_hold(before)
            && chars.all(|c| {
                let (word, bit) = pair_slot(before, c);
                before = c;
                self.pairs[word] & bit != 0
            })
    }

    /// How many characters it has.
    pub(crate) fn len(&self) -> usize {
        self.c.len()
    }

    /// The character at `i`, or `\n` outside.
    pub(crate) fn get(&self, i: usize) -> char {
        self.c.get(i).copied().unwrap_or('\n')
    }

    /// The character before `i`, or `\n` at the beginning.
    pub(crate) fn before(&self, i: usize) -> char {
        if i == 0 { '\n' } else { self.get(i - 1) }
    }

    /// Whether `word` stands at `i`.
    pub(crate) fn is(&self, i: usize, word: &str) -> bool {
        let Some(&at) = self.off.get(i) else { return word.is_empty() };
        self.utf8
            .get(at as usize..)
            .is_some_and(|rest| begins(rest, rest.get(2).copied().unwrap_or(0), word.as_bytes()))
    }

    /// Whether `word` ends at `i` (exclusive).
    pub(crate) fn ends(&self, i: usize, word: &str) -> bool {
        let len = word.chars().count();
        i >= len && self.is(i - len, word)
    }

    /// The length of the first of `words` that stands at `i`.
    pub(crate) fn any(&self, i: usize, words: &[&str]) -> Option<usize> {
        let &at = self.off.get(i)?;
        let rest = self.utf8.get(at as usize..)?;
        let third = rest.get(2).copied().unwrap_or(0);
        words.iter().find(|w| begins(rest, third, w.as_bytes())).map(|w| w.chars().count())
    }

    /// The same for words that are looked for at many places.
    pub(crate) fn any_of(&self, i: usize, set: &WordSet<'_>) -> Option<usize> {
        if !set.starts.may_hold(*self.c.get(i)?) {
            return None;
        }
        self.any(i, set.words)
    }

    /// The first place in `from..to` where one of the words stands, and its length.
    pub(crate) fn find_any(&self, from: usize, to: usize, set: &WordSet<'_>) -> Option<(usize, usize)> {
        (from..to.min(self.len())).find_map(|i| self.any_of(i, set).map(|len| (i, len)))
    }

    /// Where `word` first begins in `from..to`.
    pub(crate) fn find(&self, from: usize, to: usize, word: &str) -> Option<usize> {
        if !self.may_have(word) {
            return None;
        }
        let start = *self.off.get(from)? as usize;
        // The word begins before `to`, but may end behind it.
        let end =
            self.off.get(to).map_or(self.utf8.len(), |&o| (o as usize + word.len()).min(self.utf8.len()));
        let at = start + memchr::memmem::find(self.utf8.get(start..end)?, word.as_bytes())?;
        let n = self.off.partition_point(|&o| (o as usize) < at);
        (n < to.min(self.len())).then_some(n)
    }

    /// Whether one of `words` begins in `from..to`.
    pub(crate) fn has(&self, from: usize, to: usize, words: &[&str]) -> bool {
        words.iter().any(|w| self.find(from, to, w).is_some())
    }

    /// Whether `a..b` stands in a name between quotation or title marks.
    pub(crate) fn quotes(&self, a: usize, b: usize) -> bool {
        const NAME: usize = 14;
        let mark = |i: &usize| matches!(self.get(*i), '“' | '”' | '《' | '》');
        let open = (a.saturating_sub(NAME)..a).rev().find(mark).map(|i| self.get(i));
        let close = (b..b + NAME).find(mark).map(|i| self.get(i));
        matches!((open, close), (Some('“'), Some('”')) | (Some('《'), Some('》')))
    }

    /// Whether `a..b` stands in such a name and does not end it.
    pub(crate) fn inside_name(&self, a: usize, b: usize) -> bool {
        self.quotes(a, b) && !matches!(self.get(b), '”' | '》')
    }

    /// Whether white space stood before `i` in the original.
    pub(crate) fn gap(&self, i: usize) -> bool {
        i == 0 || i >= self.at.len() || self.at[i] != self.at[i - 1] + 1
    }

    /// The characters `a..b` as a string.
    pub(crate) fn slice(&self, a: usize, b: usize) -> String {
        self.c[a.min(self.len())..b.min(self.len()).max(a.min(self.len()))].iter().collect()
    }

    /// The place of `a..b` in the original.
    pub(crate) fn span(&self, a: usize, b: usize) -> Span {
        let start = self.at.get(a).copied().unwrap_or_else(|| self.at.last().map_or(0, |l| l + 1));
        let end = if b > a { self.at.get(b - 1).map_or(start, |l| l + 1) } else { start };
        [start, end.max(start)]
    }

    /// Where the character `at` of the message stands.
    pub(crate) fn place_of(&self, at: u32) -> usize {
        self.at.partition_point(|a| *a < at)
    }

    /// The beginning of the clause that holds `i`.
    pub(crate) fn clause_start(&self, i: usize) -> usize {
        let mut at = i.min(self.len());
        let floor = at.saturating_sub(CLAUSE_MAX);
        while at > floor && !is_clause_end(self.c[at - 1]) {
            at = self.opening(at - 1).unwrap_or(at - 1);
        }
        at
    }

    /// Longest remark in brackets that a clause goes on behind.
    const REMARK: usize = 30;

    /// The bracket that the closing one at `i` belongs to: the commas between them end no clause.
    fn opening(&self, i: usize) -> Option<usize> {
        let from = i.saturating_sub(Self::REMARK);
        let inside = |k: &usize| !is_sentence_end(self.c[*k]) && !matches!(self.c[*k], ')' | ':');
        let found = || (from..i).rev().take_while(inside).find(|&k| self.c[k] == '(');
        (self.get(i) == ')').then(found).flatten()
    }

    /// The bracket that closes the one at `i`.
    fn closing(&self, i: usize) -> Option<usize> {
        let to = (i + Self::REMARK).min(self.len());
        let inside = |k: &usize| !is_sentence_end(self.c[*k]) && !matches!(self.c[*k], '(' | ':');
        let found = || (i + 1..to).take_while(inside).find(|&k| self.c[k] == ')');
        (self.get(i) == '(').then(found).flatten()
    }

    /// The end of the clause that holds `i`.
    pub(crate) fn clause_end(&self, i: usize) -> usize {
        let top = (i + CLAUSE_MAX).min(self.len());
        let mut at = i.min(self.len());
        while at < top && !is_clause_end(self.c[at]) {
            at = self.closing(at).unwrap_or(at) + 1;
        }
        at
    }

    /// The beginning of the sentence that holds `i`.
    pub(crate) fn sentence_start(&self, i: usize) -> usize {
        let mut at = i.min(self.len());
        let floor = at.saturating_sub(SENTENCE_MAX);
        while at > floor && !is_sentence_end(self.c[at - 1]) {
            at -= 1;
        }
        at
    }

    /// The end of the sentence that holds `i`.
    pub(crate) fn sentence_end(&self, i: usize) -> usize {
        let top = (i + SENTENCE_MAX).min(self.len());
        let mut at = i.min(self.len());
        while at < top && !is_sentence_end(self.c[at]) {
            at += 1;
        }
        at
    }
}

/// Whether `rest`, whose third byte is `third`, begins with `word`. The third byte tells Chinese characters apart best, so
/// most comparisons end there.
fn begins(rest: &[u8], third: u8, word: &[u8]) -> bool {
    if word.len() >= 3 && word[2] != third {
        return false;
    }
    word.len() <= rest.len() && rest.iter().zip(word).all(|(a, b)| a == b)
}

/// The place of a character in a [`Sieve`].
const fn slot(c: u32) -> (usize, u64) {
    let n = c ^ (c >> 10);
    (((n >> 6) & 15) as usize, 1 << (n & 63))
}

/// The place of two characters in [`Buf::pairs`].
fn pair_slot(a: char, b: char) -> (usize, u64) {
    let n = (a as u32).wrapping_mul(31) ^ b as u32;
    let n = n ^ (n >> 11);
    (((n >> 6) & 31) as usize, 1 << (n & 63))
}

/// How far a clause is looked for: longer runs without punctuation are not prose. Keeps the cost linear.
const CLAUSE_MAX: usize = 60;
/// The same for sentences.
const SENTENCE_MAX: usize = 160;

/// Whether `c` ends a clause.
pub(crate) fn is_clause_end(c: char) -> bool {
    matches!(c, ',' | ';' | '?' | '!' | '。' | '\n' | '…')
}

/// Whether `c` ends a sentence.
pub(crate) fn is_sentence_end(c: char) -> bool {
    matches!(c, ';' | '?' | '!' | '。' | '\n')
}

/// One character in comparable form; `\0` for those that go.
fn fold_char(c: char) -> char {
    match c {
        '\u{4e00}'..='\u{9fff}' => match c {
            '時' => '时',
            '後' => '后',
            '點' => '点',
            '號' => '号',
            '週' => '周',
            '發' => '发',
            '報' => '报',
            '請' => '请',
            '會' => '会',
            '開' => '开',
            c => c,
        },
        '\r' | '\n' | '\u{2028}' | '\u{2029}' | '\u{85}' => '\n',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '–' | '—' | '―' | '−' | '‐' | '‑' | 'ー' => '-',
        '〜' | '∼' => '~',
        '︰' | '∶' | '﹕' => ':',
        '｡' => '。',
        '､' => '、',
        '﹐' => ',',
        '〇' => '零',
        '①'..='⑳' => c,
        c if c.is_whitespace() => ' ',
        c if crate::normalize::is_invisible(c) => '\0',
        c => c,
    }
}
