//! The comparable text of a post. Half a dozen questions ask for it, of the same posts again and again: it is made once.

use std::sync::OnceLock;

use super::Post;
use super::align::Aligned;
use crate::facts;
use crate::normalize::match_text;

/// Holds what [`Post::plain`] and its like have made.
#[derive(Clone, Debug, Default)]
pub struct Plain {
    all: OnceLock<(Box<str>, u32)>,
    timeless: OnceLock<Box<str>>,
    aligned: OnceLock<Aligned>,
    called: OnceLock<Box<str>>,
}

impl Post {
    /// Its text as [`match_text`] folds it.
    #[must_use]
    pub fn plain(&self) -> &str {
        &self.folded().0
    }

    /// How many characters that has.
    #[must_use]
    pub fn plain_len(&self) -> usize {
        self.folded().1 as usize
    }

    fn folded(&self) -> &(Box<str>, u32) {
        self.plain.all.get_or_init(|| {
            let text = match_text(&self.text);
            let chars = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
            (text.into_boxed_str(), chars)
        })
    }

    /// The same, ready to be laid beside another.
    pub(super) fn aligned(&self) -> &Aligned {
        self.plain.aligned.get_or_init(|| Aligned::new(&self.text))
    }

    /// What it is called and what it asks for, in comparable form.
    pub(super) fn called(&self) -> &str {
        self.plain.called.get_or_init(|| {
            let mut words = facts::title(&self.text, &self.facts).unwrap_or_default();
            for object in self.facts.demands.iter().flat_map(|d| &d.what) {
                words.push(' ');
                words.push_str(object);
            }
            match_text(&words).into_boxed_str()
        })
    }

    /// The same without its time expressions: that two notices fall due on the same day is weighed as a fact, and must
    /// not count again as words in common.
    pub(super) fn timeless(&self) -> &str {
        if self.facts.times.is_empty() {
            return self.plain();
        }
        self.plain.timeless.get_or_init(|| {
            let mut spans = self.facts.times.iter().map(|t| t.span).peekable();
            let mut out = String::with_capacity(self.text.len());
            let mut until = 0;
            for (at, c) in (0_u32..).zip(self.text.chars()) {
                while spans.peek().is_some_and(|s| s[0] <= at) {
                    until = spans.next().map_or(until, |s| s[1].max(until));
                }
                out.push(if at < until { ' ' } else { c });
            }
            match_text(&out).into_boxed_str()
        })
    }
}
