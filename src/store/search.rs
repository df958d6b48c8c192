//! Full text: an index of character pairs, so that words of two characters are found; single characters and latin
//! words by prefix. What the index proposes is verified on the text. Newest first, paged by row.

use rusqlite::types::Value;
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

impl Store {
    /// Messages in which all words occur, newest first; `before` is the row of the last hit of the page before.
    ///
    /// # Errors
    /// What SQLite reports; an unknown group.
    pub fn search(&self, query: &SearchQuery, before: Option<i64>, limit: usize) -> Result<Vec<Hit>> {
        let words: Vec<String> =
            query.words.split_whitespace().map(plain).filter(|w| !w.is_empty()).collect();
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let terms = words.iter().map(|w| terms(w)).collect::<Vec<_>>().concat();
        let mut values = Vec::new();
        let mut sql = format!("SELECT m.id, m.key, g.name, m.sender, m.sent_at, m.text, {SHOWN_ID} FROM ");
        if terms.is_empty() {
            sql.push_str("message m");
        } else {
            sql.push_str("search CROSS JOIN message m ON m.id = search.rowid");
        }
        sql.push_str(
            " JOIN work_group g ON g.id = m.work_group LEFT JOIN placement p ON p.message = m.id \
             LEFT JOIN notice n ON n.row = p.notice WHERE ",
        );
        if terms.is_empty() {
            sql.push_str("m.id < ?");
        } else {
            sql.push_str("search MATCH ? AND search.rowid < ?");
            values.push(Value::Text(terms.join(" AND ")));
        }
        values.push(Value::Integer(before.unwrap_or(i64::MAX)));
        if let Some(name) = &query.group {
            let ids: Vec<String> = self.group_ids(name)?.iter().map(i64::to_string).collect();
            sql.push_str(&format!(" AND m.work_group IN ({})", ids.join(",")));
        }
        sql.push_str(if terms.is_empty() { " ORDER BY m.id DESC" } else { " ORDER BY search.rowid DESC" });
        let mut statement = self.db.prepare_cached(&sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(values))?;
        let mut hits = Vec::new();
        while hits.len() < limit
            && let Some(r) = rows.next()?
        {
            let text: String = r.get(5)?;
            let Some(spans) = find(&text, &words) else {
                continue;
            };
            hits.push(Hit {
                row: r.get(0)?,
                message: r.get(1)?,
                group: r.get(2)?,
                sender: r.get(3)?,
                sent_at: Moment(r.get(4)?),
                text,
                notice: r.get(6)?,
                spans,
            });
        }
        Ok(hits)
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
pub(super) fn query_terms(word: &str) -> Vec<String> {
    terms(&plain(word))
}

/// The terms a word asks for. A latin run at the end of the word, and a lone character, are prefixes.
fn terms(word: &str) -> Vec<String> {
    let mut out = Vec::new();
    for run in runs(word) {
        if run.starts_with(is_latin) {
            let first = word.starts_with(run);
            if !first || run.len() >= 2 || word.len() == run.len() {
                out.push(format!("\"{run}\"*"));
            }
            continue;
        }
        let starts: Vec<usize> = run.char_indices().map(|(at, _)| at).chain([run.len()]).collect();
        if starts.len() == 2 {
            out.push(format!("\"{run}\"*"));
        }
        for n in 0..starts.len().saturating_sub(2) {
            out.push(format!("\"{}\"", &run[starts[n]..starts[n + 2]]));
        }
    }
    out
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
        for (at, _) in folded.match_indices(word.as_str()) {
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
    fn words_are_found_where_they_stand() {
        for (text, words, want) in [
            ("请报防汛物资，防汛", vec!["防汛"], Some(vec![[2, 4], [7, 9]])),
            ("ＱＱ邮箱", vec!["qq邮"], Some(vec![[0, 3]])),
            ("请报", vec!["防"], None),
        ] {
            let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
            assert_eq!(find(text, &words), want, "{text}");
        }
    }
}
