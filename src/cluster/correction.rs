//! What a correction sets: the moment that holds from now on, and the words it was read from.

use chrono::NaiveDateTime;

use super::Post;
use crate::notice::Quote;

/// A correction that names this notice.
#[derive(Clone, Debug)]
pub(super) struct Correction {
    /// When it was said, in milliseconds since the epoch: what was said last holds.
    pub at: i64,
    /// The moment that holds now.
    pub to: NaiveDateTime,
    /// Whether it is an event's, not a deadline.
    pub to_event: bool,
    /// The words it was read from.
    pub text: String,
    /// The sentence they stand in.
    pub quote: Option<Quote>,
    /// How exact it is.
    pub precision: crate::facts::TimePrecision,
}

/// Characters of a correction that are kept around the words of its moment.
const QUOTE_MAX: usize = 60;

impl Correction {
    /// The correction that `post` makes: from now on `to` holds.
    pub(super) fn of(post: &Post, to: NaiveDateTime, to_event: bool) -> Self {
        let due =
            post.facts.due.as_ref().filter(|d| d.at == to).map(|d| (d.text.clone(), d.span, d.precision));
        let time = || {
            let said = |t: &&crate::facts::TimeFact| {
                let end = t.end.is_some_and(|e| e == to || e - to == chrono::Duration::minutes(1));
                (t.start == Some(to) || end) && !t.flags.iter().any(|f| f == "alt")
            };
            post.facts.times.iter().find(said).map(|t| (t.text.clone(), t.span, t.precision))
        };
        let word = post.facts.change.as_ref().map(|c| c.word.clone()).unwrap_or_default();
        let (text, span, precision) = match due.or_else(time) {
            Some((text, span, precision)) => (text, Some(span), precision),
            None => (word, None, crate::facts::TimePrecision::Minute),
        };
        let quote = span.and_then(|span| Quote::around(&post.text, span, QUOTE_MAX, &['\n']));
        Correction { at: post.sent_at, to, to_event, text, quote, precision }
    }
}
