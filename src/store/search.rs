//! Full text: an index of character pairs, so that words of two characters are found; single characters and latin
//! words by prefix. What the index proposes is verified on the text. Newest first, paged by row.

use std::borrow::Cow;

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use super::messages::SHOWN_ID;
use super::{Result, Store};
use crate::facts::Span;
use crate::notice::Moment;

/// What is sought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchQuery {
    /// Words, separated by white space; all must occur.
    pub words: String,
    /// Name of a work group.
    pub group: Option<String>,
}

/// A message that was found: `search --json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of contract.md §2")]
pub struct Hit {
    /// Row of the message: the cursor for the next page.
    #[serde(skip)]
    pub row: i64,
    pub message: String,
    pub group: String,
    pub sender: String,
    pub sent_at: Moment,
    pub text: String,
    pub notice: Option<String>,
    /// Where the words stand, in Unicode scalar values of `text`.
    pub spans: Vec<Span>,
}

/// What the index is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Term {
    /// This term.
    Whole(String),
    /// Every term that begins so. SQLite puts all of their lists together before it gives the first row.
    Begin(String),
}

impl Term {
    fn is_begin(&self) -> bool {
        matches!(self, Term::Begin(_))
    }

    /// Whether a term of a text is meant.
    fn fits(&self, term: &str) -> bool {
        match self {
            Term::Whole(whole) => term == whole,
            Term::Begin(begin) => term.starts_with(begin.as_str()),
        }
    }
}

/// The question to the index: all of the terms.
pub(super) fn asked(terms: &[Term]) -> String {
    let said = |term: &Term| match term {
        Term::Whole(whole) => format!("\"{whole}\""),
        Term::Begin(begin) => format!("\"{begin}\"*"),
    };
    terms.iter().map(said).collect::<Vec<_>>().join(" AND ")
}

/// So many of the newest messages are looked through before the index is asked for what begins somehow: a single
/// character that is common is found among them, and one that is not costs the index little.
const LOOK: usize = 1_000;

/// What a page of hits is sought by.
struct Sought {
    words: Vec<String>,
    terms: Vec<Term>,
    /// Rows of work groups.
    groups: Option<Vec<i64>>,
    limit: usize,
}

impl Sought {
    fn is_in(&self, group: i64) -> bool {
        self.groups.as_ref().is_none_or(|all| all.contains(&group))
    }
}

/// Messages older than a row.
pub(super) const LOOKED: &str = "SELECT id, work_group, text FROM message WHERE id < ?1 ORDER BY id DESC";
/// The same, of those with these terms.
pub(super) const INDEXED: &str = "SELECT m.id, m.work_group, m.text FROM search CROSS JOIN message m ON m.id = search.rowid \
     WHERE search MATCH ?1 AND search.rowid < ?2 ORDER BY search.rowid DESC";

/// A message that holds the words: its row, its text, where they stand.
type Found = (i64, String, Vec<Span>);

impl Store {
    /// Messages in which all words occur, newest first; `before` is the row of the last hit of the page before.
    ///
    /// # Errors
    /// What SQLite reports; an unknown group.
    pub fn search(&self, query: &SearchQuery, before: Option<i64>, limit: usize) -> Result<Vec<Hit>> {
        self.search_looking(LOOK, query, before, limit)
    }

    /// The same, where the newest `look` messages are looked through.
    pub(super) fn search_looking(
        &self,
        look: usize,
        query: &SearchQuery,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Hit>> {
        let words: Vec<String> =
            query.words.split_whitespace().map(plain).filter(|w| !w.is_empty()).collect();
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let groups = query.group.as_deref().map(|name| self.group_ids(name)).transpose()?;
        let terms = words.iter().flat_map(|w| terms(w)).collect();
        let sought = Sought { words, terms, groups, limit };
        let mut found = Vec::new();
        let mut before = Some(before.unwrap_or(i64::MAX));
        let look = if sought.terms.is_empty() { usize::MAX } else { look };
        if let Some(start) = before
            && (sought.terms.is_empty() || sought.terms.iter().any(Term::is_begin))
        {
            before = self.look_through(&sought, start, look, &mut found)?;
        }
        if let Some(start) = before {
            self.ask_index(&sought, start, &mut found)?;
        }
        found.into_iter().map(|f| self.hit(f)).collect()
    }

    /// Looks through so many messages, newest first. Gives the row before which nothing was looked at; `None` when all
    /// was, or enough was found.
    fn look_through(
        &self,
        sought: &Sought,
        before: i64,
        look: usize,
        found: &mut Vec<Found>,
    ) -> Result<Option<i64>> {
        let mut statement = self.db.prepare_cached(LOOKED)?;
        let mut rows = statement.query([before])?;
        let mut last = before;
        let mut looked = 0;
        while found.len() < sought.limit {
            if looked == look {
                return Ok(Some(last));
            }
            let Some(r) = rows.next()? else { return Ok(None) };
            let id = r.get(0)?;
            (last, looked) = (id, looked + 1);
            if !sought.is_in(r.get(1)?) {
                continue;
            }
            let text = r.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
            let Some(spans) = find(text, &sought.words) else { continue };
            if sought.terms.is_empty() || self.is_indexed(id, text, &sought.terms)? {
                found.push((id, text.to_owned(), spans));
            }
        }
        Ok(None)
    }

    /// Whether the index would give this message: the terms may only stand in the middle of a latin word, and what an
    /// import has just written is not in the index yet.
    fn is_indexed(&self, id: i64, text: &str, terms: &[Term]) -> Result<bool> {
        let words = index_words(text);
        if !terms.iter().all(|t| words.split(' ').any(|word| t.fits(word))) {
            return Ok(false);
        }
        let mut there = self.db.prepare_cached("SELECT 1 FROM search_docsize WHERE id = ?1")?;
        Ok(there.exists([id])?)
    }

    /// Asks the index for what is older than `before`; what it gives is verified on the text.
    fn ask_index(&self, sought: &Sought, before: i64, found: &mut Vec<Found>) -> Result<()> {
        let mut statement = self.db.prepare_cached(INDEXED)?;
        let mut rows = statement.query((asked(&sought.terms), before))?;
        while found.len() < sought.limit
            && let Some(r) = rows.next()?
        {
            let text = r.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
            if let (true, Some(spans)) = (sought.is_in(r.get(1)?), find(text, &sought.words)) {
                found.push((r.get(0)?, text.to_owned(), spans));
            }
        }
        Ok(())
    }

    fn hit(&self, (row, text, spans): Found) -> Result<Hit> {
        let sql = format!(
            "SELECT m.key, g.name, m.sender, m.sent_at, {SHOWN_ID} FROM message m JOIN work_group g ON g.id = m.work_group \
             LEFT JOIN placement p ON p.message = m.id LEFT JOIN notice n ON n.row = p.notice WHERE m.id = ?1"
        );
        Ok(self.db.prepare_cached(&sql)?.query_row([row], |r| {
            Ok(Hit {
                row,
                message: r.get(0)?,
                group: r.get(1)?,
                sender: r.get(2)?,
                sent_at: Moment(r.get(3)?),
                text,
                notice: r.get(4)?,
                spans,
            })
        })?)
    }
}

/// Text as the index and the query see it: NFKC, lower case.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // A character that neither joins with its neighbours nor changes is taken as it is; that is most of a chat.
    let settled = |c: char| matches!(c, ' '..='~' | '\n' | '\u{3001}'..='\u{3029}' | '\u{4e00}'..='\u{9fff}');
    let full = |c: char| matches!(c, '\u{ff01}'..='\u{ff5e}');
    if text.chars().all(|c| settled(c) || full(c)) {
        const WIDTH: u32 = 0xfee0;
        let half = |c: char| if full(c) { char::from_u32(c as u32 - WIDTH).unwrap_or(c) } else { c };
        out.extend(text.chars().map(|c| half(c).to_ascii_lowercase()));
    } else {
        out.extend(text.nfkc().flat_map(char::to_lowercase));
    }
    out
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

fn is_wide(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}') || (!c.is_ascii() && c.is_alphanumeric())
}

/// Runs of characters of one sort: latin words, and runs of anything else that is a letter or a digit.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.find(|c| is_latin(c) || is_wide(c))?;
        let from = &rest[start..];
        let latin = from.chars().next().is_some_and(is_latin);
        let end = from.find(|c| if latin { !is_latin(c) } else { !is_wide(c) }).unwrap_or(from.len());
        rest = &from[end..];
        Some(&from[..end])
    })
}

/// `防汛物资` → `防汛 汛物 物资 资`; latin words whole. The last character alone makes every character the beginning of
/// some term, so that one character is found by prefix. Terms may repeat: the index takes each once a text.
pub(crate) fn index_words(text: &str) -> String {
    let text = plain(text);
    let mut out = String::with_capacity(text.len() * 3);
    for run in runs(&text) {
        if run.starts_with(is_latin) {
            out.push_str(run);
            out.push(' ');
            continue;
        }
        let mut chars = run.char_indices().map(|(at, _)| at).skip(1).chain([run.len()]).peekable();
        let mut start = 0;
        while let Some(next) = chars.next() {
            out.push_str(&run[start..chars.peek().copied().unwrap_or(next)]);
            out.push(' ');
            start = next;
        }
    }
    out.pop();
    out
}

/// What the index is asked for a word that was typed.
pub(super) fn query_terms(word: &str) -> Vec<Term> {
    terms(&plain(word))
}

/// The terms a word asks for. Where the word goes on after a run, so does the text, and the run's last term is known whole.
fn terms(word: &str) -> Vec<Term> {
    let mut out = Vec::new();
    let mut at = 0;
    for run in runs(word) {
        at += word[at..].find(run).unwrap_or(0) + run.len();
        let goes_on = at < word.len();
        if run.starts_with(is_latin) {
            let run = run.to_owned();
            out.push(if goes_on { Term::Whole(run) } else { Term::Begin(run) });
            continue;
        }
        let starts: Vec<usize> = run.char_indices().map(|(at, _)| at).chain([run.len()]).collect();
        for pair in starts.windows(3) {
            out.push(Term::Whole(run[pair[0]..pair[2]].to_owned()));
        }
        let last = &run[starts[starts.len() - 2]..];
        if goes_on {
            out.push(Term::Whole(last.to_owned()));
        } else if starts.len() == 2 {
            out.push(Term::Begin(last.to_owned()));
        }
    }
    out
}

/// Where a word stands in a text, in bytes. What begins with a latin letter or a digit begins a run there, as in the index:
/// `5日` does not stand in `15日`.
fn places<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let run = word.starts_with(is_latin);
    let latin = |c: char| {
        is_latin(c)
            || matches!(c, '\u{ff10}'..='\u{ff19}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}')
    };
    let begins = move |at: &usize| !run || !text[..*at].ends_with(latin);
    text.match_indices(word).map(|(at, _)| at).filter(begins)
}

/// Makes a function known to SQL. `holds(text, word)`: whether the word, in lower case, stands in the text; what the index
/// proposes and what is looked through is held against the same.
///
/// # Errors
/// What SQLite reports.
pub(super) fn make_known(db: &Connection) -> rusqlite::Result<()> {
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_INNOCUOUS | FunctionFlags::SQLITE_DETERMINISTIC;
    db.create_scalar_function("holds", 2, flags, |call| {
        let (text, word) = (call.get_raw(0).as_str()?, call.get_raw(1).as_str()?);
        let cased = word.contains(|c: char| c.is_ascii_alphabetic());
        let text = if cased { Cow::Owned(text.to_ascii_lowercase()) } else { Cow::Borrowed(text) };
        Ok(places(&text, word).next().is_some())
    })
}

/// Where the words stand, or `None` when one does not occur.
fn find(text: &str, words: &[String]) -> Option<Vec<Span>> {
    let mut folded = String::with_capacity(text.len());
    let mut from: Vec<u32> = Vec::with_capacity(text.len());
    for (n, c) in text.chars().enumerate() {
        let before = folded.len();
        folded.extend(std::iter::once(c).nfkc().flat_map(char::to_lowercase));
        from.extend(std::iter::repeat_n(n as u32, folded.len() - before));
    }
    let mut spans: Vec<Span> = Vec::new();
    for word in words {
        let mut any = false;
        for at in places(&folded, word) {
            any = true;
            spans.push([from[at], from[at + word.len() - 1] + 1]);
        }
        if !any {
            return None;
        }
    }
    spans.sort_unstable();
    spans.dedup();
    Some(spans)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_and_words() {
        for (text, want) in [
            ("防汛物资", "防汛 汛物 物资 资"),
            ("收到", "收到 到"),
            ("发 QQ邮箱 A-12", "发 qq 邮箱 箱 a 12"),
            ("", ""),
            ("１７：00前", "17 00 前"),
        ] {
            assert_eq!(index_words(text), want, "{text}");
        }
    }

    #[test]
    fn what_goes_on_after_a_run_ends_it() {
        for (word, want) in [
            ("防汛物资", "\"防汛\" AND \"汛物\" AND \"物资\""),
            ("请", "\"请\"*"),
            ("请，", "\"请\""),
            ("qq", "\"qq\"*"),
            ("12月5日", "\"12\" AND \"月\" AND \"5\" AND \"日\"*"),
            ("5g基站", "\"5g\" AND \"基站\""),
            ("报a12", "\"报\" AND \"a12\"*"),
            ("，", ""),
        ] {
            assert_eq!(asked(&query_terms(word)), want, "{word}");
        }
    }

    #[test]
    fn words_are_found_where_they_stand() {
        for (text, words, want) in [
            ("请报防汛物资，防汛", vec!["防汛"], Some(vec![[2, 4], [7, 9]])),
            ("ＱＱ邮箱", vec!["qq邮"], Some(vec![[0, 3]])),
            ("请报", vec!["防"], None),
            ("15日或5日前", vec!["5日"], Some(vec![[4, 6]])),
            ("15日", vec!["5"], None),
            ("１5日", vec!["5日"], None),
        ] {
            let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
            assert_eq!(find(text, &words), want, "{text}");
        }
    }
}
