//! A passage of a message, and the words in it that count.

use serde::{Deserialize, Serialize};

use crate::facts::Span;

/// A passage of another message, and the words in it that count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The passage.
    pub text: String,
    /// Where the words stand in it, in Unicode scalar values.
    pub span: Span,
}

impl Quote {
    /// The words at `span` of `text` with at most `side` characters before and behind them, cut at the nearest of
    /// `edges`. `None` where the span is empty or not inside the text.
    #[must_use]
    pub fn around(text: &str, span: Span, side: usize, edges: &[char]) -> Option<Self> {
        let chars: Vec<char> = text.chars().collect();
        let (a, b) = (span[0] as usize, span[1] as usize);
        if a >= b || b > chars.len() {
            return None;
        }
        let edge = |i: &usize| edges.contains(&chars[*i]);
        let (first, last) = (a.saturating_sub(side), (b + side).min(chars.len()));
        let from = (first..a).rev().find(edge).map_or(first, |i| i + 1);
        let to = (b..last).find(edge).unwrap_or(last);
        let n = |i: usize| u32::try_from(i - from).unwrap_or(0);
        Some(Quote { text: chars[from..to].iter().collect(), span: [n(a), n(b)] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_ends_at_the_nearest_edge() {
        let text = "请各村报名单。改为周五17:00前，逾期不候\n谢谢";
        for (side, edges, want) in [
            (60, &['\n'][..], Some("请各村报名单。改为周五17:00前，逾期不候")),
            (60, &['\n', '。'], Some("改为周五17:00前，逾期不候")),
            (2, &['\n'], Some("改为周五17:00前，逾")),
        ] {
            let quote = Quote::around(text, [9, 17], side, edges);
            assert_eq!(quote.as_ref().map(|q| q.text.as_str()), want);
            let words = quote.map(|q| q.text.chars().skip(q.span[0] as usize).take(8).collect::<String>());
            assert_eq!(words.as_deref(), Some("周五17:00前"));
        }
        assert_eq!(Quote::around(text, [9, 9], 60, &[]), None);
        assert_eq!(Quote::around(text, [9, 999], 60, &[]), None);
    }
}
