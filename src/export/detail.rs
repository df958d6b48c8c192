//! What stands below a line: the message behind a change always; original words, copies that differ and reasons on
//! request.

use chrono::{Datelike, NaiveDateTime};
use rust_i18n::t;

use super::document::{Detail, one_line};
use crate::digest::{Change, ChangeKind, Digest, Line, When, when};
use crate::message::epoch_ms;
use crate::notice::{Conflict, Copy, Moment, Notice};

/// Longest quotation of a message behind a change, in characters.
const QUOTE: usize = 90;

/// A copy less similar than this to the lead copy is shown in full.
const SAME_WORDS: f64 = 0.98;

/// What stands below a line; with `notice` also what is told only on request.
pub(super) fn details(digest: &Digest, line: &Line, notice: Option<&Notice>) -> Vec<Detail> {
    let page = Words { locale: &digest.locale, year: digest.period.last_day().year() };
    if let Some(change) = &line.change {
        let told = notice.is_some() || !explains_itself(change);
        return told.then(|| page.change(change, notice.is_some())).into_iter().collect();
    }
    let Some(notice) = notice else {
        return Vec::new();
    };
    let mut out = vec![page.detail("text", notice.text.trim().to_owned())];
    if let Some(when) = line.when.as_ref().filter(|w| !w.event && !w.words.is_empty()) {
        out.push(page.detail("words", one_line(&when.words)));
    }
    out.extend(notice.conflicts.iter().map(|c| page.conflict(c)));
    out.extend(different(notice).map(|c| page.copy(c)));
    out.extend(page.reasons(notice));
    out
}

/// Whether old → new says it all.
fn explains_itself(change: &Change) -> bool {
    matches!(change.kind, ChangeKind::Due | ChangeKind::Conflict)
        && change.old.is_some()
        && change.new.is_some()
}

/// The copies that state another deadline or say it in other words. The lead copy stands first and is none of them.
fn different(notice: &Notice) -> impl Iterator<Item = &Copy> {
    let lead = notice.copies.first().and_then(|c| c.due_at);
    notice.copies.iter().skip(1).filter(move |c| c.due_at != lead || c.similarity < SAME_WORDS)
}

struct Words<'a> {
    locale: &'a str,
    year: i32,
}

impl Words<'_> {
    fn detail(&self, label: &str, text: String) -> Detail {
        let label = t!(format!("export.detail.{label}"), locale = self.locale).into_owned();
        Detail { label, text, most: None }
    }

    fn change(&self, change: &Change, whole: bool) -> Detail {
        let said = t!(
            "digest.change.said",
            locale = self.locale,
            kind = t!(format!("digest.change.{}", change.kind.as_str()), locale = self.locale),
            at = when::moment(change.at, self.year, self.locale)
        );
        let most = if whole { None } else { Some(QUOTE) };
        Detail { label: said.into_owned(), text: one_line(&change.words), most }
    }

    fn conflict(&self, conflict: &Conflict) -> Detail {
        let fact = t!(format!("export.fact.{}", conflict.fact), locale = self.locale);
        let values: Vec<String> = conflict
            .values
            .iter()
            .map(|v| {
                let groups = v.groups.join(&t!("export.list_comma", locale = self.locale));
                let value = self.value(&v.value);
                t!("export.value", locale = self.locale, value = value, n = v.groups.len(), groups = groups)
                    .into_owned()
            })
            .collect();
        Detail {
            label: t!("export.differs", locale = self.locale, fact = fact).into_owned(),
            text: values.join(&t!("export.semicolon", locale = self.locale)),
            most: None,
        }
    }

    /// A conflicting value; moments come as `2024-01-10 17:00`.
    fn value(&self, value: &str) -> String {
        let day_only = format!("{value} 00:00");
        let (text, precision) =
            if value.len() == "2024-01-10".len() { (day_only.as_str(), "day") } else { (value, "minute") };
        match NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M") {
            Ok(at) => when::when(
                &When {
                    at: Moment(epoch_ms(at)),
                    event: false,
                    precision: precision.to_owned(),
                    basis: "stated".to_owned(),
                    words: String::new(),
                },
                self.year,
                self.locale,
            ),
            Err(_) => value.to_owned(),
        }
    }

    fn copy(&self, copy: &Copy) -> Detail {
        let at = when::moment(copy.sent_at, self.year, self.locale);
        let label =
            t!("export.copy", locale = self.locale, group = copy.group, sender = copy.sender, at = at);
        Detail { label: label.into_owned(), text: copy.text.trim().to_owned(), most: None }
    }

    /// Why copies were put together, equal reasons once.
    fn reasons(&self, notice: &Notice) -> Option<Detail> {
        let mut reasons: Vec<(&str, usize)> = Vec::new();
        for copy in notice.copies.iter().filter(|c| !c.reason.is_empty()) {
            match reasons.iter_mut().find(|(why, _)| *why == copy.reason) {
                Some((_, n)) => *n += 1,
                None => reasons.push((&copy.reason, 1)),
            }
        }
        let said: Vec<String> = reasons
            .into_iter()
            .map(|(why, n)| if n > 1 { format!("{why} ×{n}") } else { why.to_owned() })
            .collect();
        let text = said.join(&t!("export.semicolon", locale = self.locale));
        (!text.is_empty()).then(|| self.detail("reasons", text))
    }
}
