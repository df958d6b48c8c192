//! Every text of a document made harmless and masked, with a count of what was masked. The finding itself is
//! `privacy`'s; here it is only applied and counted.

use std::collections::{BTreeMap, BTreeSet};

use rust_i18n::t;
use serde_json::Value;

use crate::facts::Span;
use crate::privacy::{Finding, Kind, find, neutral};

/// Makes texts harmless and masks them.
#[derive(Debug, Default)]
pub(super) struct Cleaner {
    unmask: bool,
    keep_phones: bool,
    masked: BTreeSet<(&'static str, String)>,
}

impl Cleaner {
    pub(super) fn new(unmask: bool, keep_phones: bool) -> Self {
        Cleaner { unmask, keep_phones, masked: BTreeSet::new() }
    }

    /// A text, harmless and masked.
    pub(super) fn text(&mut self, text: &str) -> String {
        self.with_spans(text, &mut [])
    }

    /// A text, harmless and masked; `spans` (in characters of `text`) are moved along.
    pub(super) fn with_spans(&mut self, text: &str, spans: &mut [Span]) -> String {
        let clean = neutral(text).into_owned();
        for at in spans.iter_mut().flatten() {
            let head: String = text.chars().take(*at as usize).collect();
            *at = count(&neutral(&head));
        }
        if self.unmask {
            return clean;
        }
        let chars: Vec<char> = clean.chars().collect();
        let hits: Vec<Finding> = find(&clean).into_iter().filter(|f| self.hides(f, &chars)).collect();
        let mut out = String::with_capacity(clean.len());
        let mut done = 0;
        for hit in &hits {
            let [from, to] = hit.span.map(|at| (at as usize).min(chars.len()));
            out.extend(&chars[done.min(from)..from]);
            out += &hit.masked;
            self.masked.insert((word(hit.kind), chars[from..to].iter().collect()));
            done = to;
        }
        out.extend(&chars[done..]);
        for at in spans.iter_mut().flatten() {
            *at = moved(*at, &hits);
        }
        hide_cut_number(out)
    }

    /// Whether a finding is masked: what the screen masks, and office phones too, which leave the house in a file; these
    /// stay where the user said so.
    fn hides(&self, finding: &Finding, chars: &[char]) -> bool {
        match finding.kind {
            Kind::Landline => !self.keep_phones,
            Kind::Mobile => !(self.keep_phones && is_contact(chars, finding.span[0] as usize)),
            kind => kind.is_masked(),
        }
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

    /// What was masked, in words; `None` where nothing was.
    pub(super) fn said(&self, locale: &str) -> Option<String> {
        let counts = self.counts();
        if counts.is_empty() {
            return None;
        }
        let said: Vec<_> = counts
            .iter()
            .map(|(kind, n)| t!(format!("export.masked.{kind}"), locale = locale, n = n).into_owned())
            .collect();
        let said = said.join(&t!("export.list_comma", locale = locale));
        Some(t!("export.masked.line", locale = locale, what = said).into_owned())
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

/// A text as it may leave the program: harmless and masked; and what was masked in it, in words.
#[must_use]
pub fn masked_text(text: &str, keep_phones: bool, locale: &str) -> (String, Option<String>) {
    let mut cleaner = Cleaner::new(false, keep_phones);
    let text = cleaner.text(text);
    (text, cleaner.said(locale))
}

/// Whether the words before a number in its line offer it as a contact.
fn is_contact(chars: &[char], from: usize) -> bool {
    const REACH: usize = 20;
    const CUES: [&str; 8] = ["联系人", "联系电话", "联系方式", "咨询", "值班", "办公电话", "热线", "有疑问"];
    let from = from.min(chars.len());
    let line: String =
        chars[from.saturating_sub(REACH)..from].iter().rev().take_while(|c| **c != '\n').collect();
    let line: String = line.chars().rev().collect();
    CUES.iter().any(|cue| line.contains(cue))
}

/// Where a place of the unmasked text stands in the masked one.
fn moved(at: u32, hits: &[Finding]) -> u32 {
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

/// The word under which a kind is counted.
fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Id | Kind::IdSuspect | Kind::Document => "id",
        Kind::Mobile | Kind::Landline => "phone",
        Kind::Card => "card",
        Kind::Address => "address",
        Kind::Plate => "plate",
        Kind::Password => "password",
        Kind::Email | Kind::Account => "account",
    }
}

/// A title that was cut within a number shows no finder what it was: the digits before its `…` are hidden but three.
fn hide_cut_number(text: String) -> String {
    const SHORTEST: usize = 7;
    let Some(rest) = text.strip_suffix('…') else {
        return text;
    };
    let digits = rest.bytes().rev().take_while(u8::is_ascii_digit).count();
    if digits < SHORTEST {
        return text;
    }
    format!("{}{}…", &rest[..rest.len() - digits + 3], "*".repeat(digits - 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_cannot_hide() {
        for text in
            ["1380000\u{200d}0001", "138\u{200b}00000001", "电话13800000\u{fe0f}001", "联系人1380000000…"]
        {
            let clean = Cleaner::new(false, false).text(text);
            assert!(!clean.contains("0000000"), "{text:?} → {clean}");
        }
        assert_eq!(Cleaner::new(false, false).text("👨\u{200d}👩 ok"), "👨\u{200d}👩 ok");
    }

    #[test]
    fn contact_phones_stay_only_where_the_user_says_so() {
        let text = "联系人：周敏，电话13800000001，0571-88886666\n王某 电话13800000002";
        let hidden = Cleaner::new(false, false).text(text);
        assert!(["13800000001", "13800000002", "88886666"].iter().all(|n| !hidden.contains(n)), "{hidden}");
        let kept = Cleaner::new(false, true).text(text);
        assert!(kept.contains("13800000001") && kept.contains("0571-88886666"), "{kept}");
        assert!(!kept.contains("13800000002"), "{kept}");
    }

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
            let clean = Cleaner::new(unmask, false).with_spans(text, &mut spans);
            let cut =
                |s: Span| clean.chars().skip(s[0] as usize).take((s[1] - s[0]) as usize).collect::<String>();
            assert_eq!(cut(spans[0]), "名单", "{clean}");
            assert!(cut(spans[1]).starts_with("138"), "{clean}");
            assert_eq!(clean.contains("13800000001"), unmask);
        }
    }
}
