//! Every text of a document made harmless and masked, with a count of what was masked. The finding itself is
//! `privacy`'s; here it is only applied and counted.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::facts::Span;

/// Makes texts harmless and masks them.
#[derive(Debug, Default)]
pub(super) struct Cleaner {
    unmask: bool,
    masked: BTreeSet<(&'static str, String)>,
}

impl Cleaner {
    pub(super) fn new(unmask: bool) -> Self {
        Cleaner { unmask, masked: BTreeSet::new() }
    }

    /// A text, harmless and masked.
    pub(super) fn text(&mut self, text: &str) -> String {
        self.with_spans(text, &mut [])
    }

    /// A text, harmless and masked; `spans` (in characters of `text`) are moved along.
    pub(super) fn with_spans(&mut self, text: &str, spans: &mut [Span]) -> String {
        let clean = neutral(text);
        for at in spans.iter_mut().flatten() {
            let head: String = text.chars().take(*at as usize).collect();
            *at = count(&neutral(&head));
        }
        if self.unmask {
            return clean;
        }
        let hits = find(&clean);
        if hits.is_empty() {
            return clean;
        }
        let chars: Vec<char> = clean.chars().collect();
        let mut out = String::with_capacity(clean.len());
        let mut done = 0;
        for hit in &hits {
            let [from, to] = hit.span.map(|at| (at as usize).min(chars.len()));
            if from < done || to <= from {
                continue;
            }
            out.extend(&chars[done..from]);
            out += &hit.masked;
            self.masked.insert((hit.kind, chars[from..to].iter().collect()));
            done = to;
        }
        out.extend(&chars[done..]);
        for at in spans.iter_mut().flatten() {
            *at = moved(*at, &hits);
        }
        out
    }

    /// Every text of a value but ids and hashes, which are made by the program.
    pub(super) fn value(&mut self, value: &mut Value) {
        const MADE: [&str; 5] = ["id", "message", "notice", "sha256", "locale"];
        match value {
            Value::String(text) => *text = self.text(text),
            Value::Array(items) => items.iter_mut().for_each(|v| self.value(v)),
            Value::Object(fields) => {
                let said = fields.iter_mut().filter(|(key, _)| !MADE.contains(&key.as_str()));
                said.for_each(|(_, value)| self.value(value));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// How many different values of each kind were masked.
    pub(super) fn counts(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for (kind, _) in &self.masked {
            *counts.entry(*kind).or_default() += 1;
        }
        counts
    }
}

/// Where a place of the unmasked text stands in the masked one.
fn moved(at: u32, hits: &[Hit]) -> u32 {
    let mut shift: i64 = 0;
    for hit in hits.iter().take_while(|h| h.span[0] < at) {
        let masked = i64::from(count(&hit.masked));
        let taken = i64::from(hit.span[1].min(at) - hit.span[0]);
        shift += if at < hit.span[1] { masked.min(taken) - taken } else { masked - taken };
    }
    (i64::from(at) + shift).try_into().unwrap_or(0)
}

fn count(text: &str) -> u32 {
    text.chars().count().try_into().unwrap_or(u32::MAX)
}

/// A piece of private data.
struct Hit {
    kind: &'static str,
    span: Span,
    masked: String,
}

fn neutral(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push(c),
            '\t' => out.push(' '),
            '\r' => {}
            '\u{0}'..='\u{1f}' => out.push(char::from_u32(0x2400 + c as u32).unwrap_or(' ')),
            '\u{7f}'..='\u{9f}' => out.push('\u{fffd}'),
            '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{fffe}'
            | '\u{ffff}'
            | '\u{e0000}'..='\u{e007f}' => {}
            '\u{2028}' | '\u{2029}' => out.push('\n'),
            c => out.push(c),
        }
    }
    out
}

fn find(text: &str) -> Vec<Hit> {
    let chars: Vec<char> = text.chars().collect();
    let mut hits = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let run = chars[at..].iter().take_while(|c| c.is_ascii_digit()).count();
        let tail = usize::from(run == 17 && matches!(chars.get(at + run), Some('x' | 'X')));
        let len = run + tail;
        let digits = &chars[at..at + len];
        let kind = match len {
            18 if is_id(digits) => Some("id"),
            16..=19 if tail == 0 && luhn(digits) => Some("card"),
            11 if digits[0] == '1' && digits[1] >= '3' => Some("phone"),
            _ => None,
        };
        if let Some(kind) = kind {
            let head: String = digits[..3].iter().collect();
            let end: String = digits[len - 4..].iter().collect();
            let masked = format!("{head}{}{end}", "*".repeat(len - 7));
            hits.push(Hit { kind, span: [at as u32, (at + len) as u32], masked });
        }
        at += len.max(1);
    }
    hits
}

/// GB 11643-1999: the check digit over seventeen digits.
fn is_id(digits: &[char]) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = WEIGHTS.iter().zip(digits).map(|(w, c)| w * c.to_digit(10).unwrap_or(0)).sum();
    digits[17].to_ascii_uppercase() == char::from(b"10X98765432"[(sum % 11) as usize])
}

/// ISO/IEC 7812-1, annex B.
fn luhn(digits: &[char]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(n, c)| {
            let digit = c.to_digit(10).unwrap_or(0) * (1 + n as u32 % 2);
            digit / 10 + digit % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_follow_the_text() {
        let text = "\u{200b}电话13800000001报\u{1b}[31m名单";
        let place = |text: &str, word: &str| {
            let at = text.find(word).unwrap();
            let from = text[..at].chars().count() as u32;
            [from, from + word.chars().count() as u32]
        };
        for unmask in [false, true] {
            let mut spans = [place(text, "名单"), place(text, "13800000001")];
            let clean = Cleaner::new(unmask).with_spans(text, &mut spans);
            let cut =
                |s: Span| clean.chars().skip(s[0] as usize).take((s[1] - s[0]) as usize).collect::<String>();
            assert_eq!(cut(spans[0]), "名单", "{clean}");
            assert!(cut(spans[1]).starts_with("138"), "{clean}");
            assert_eq!(clean.contains("13800000001"), unmask);
        }
    }
}
