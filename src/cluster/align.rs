//! Two texts laid side by side: which stretches of one stand in place of which stretches of the other.
//! Insertions and deletions (a preface, a cut tail) are the business of a forward; replacements are where facts hide.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::normalize::match_text_with_offsets;

/// A text prepared for laying side by side.
#[derive(Clone, Debug)]
pub(super) struct Aligned {
    chars: Vec<char>,
    from: Vec<u32>,
}

impl Aligned {
    /// Prepares a message text.
    pub(super) fn new(text: &str) -> Self {
        let (plain, from) = match_text_with_offsets(text);
        Aligned { chars: plain.chars().collect(), from }
    }

    /// How many comparable characters it has.
    pub(super) fn len(&self) -> usize {
        self.chars.len()
    }

    fn part(&self, from: usize, to: usize) -> Part {
        let span = match (self.from.get(from), to.checked_sub(1).and_then(|last| self.from.get(last))) {
            (Some(&a), Some(&b)) if from < to => [a, b + 1],
            // Nothing: the place where it would stand.
            _ => {
                let at = self.from.get(from).copied();
                let at = at.or_else(|| self.from.last().map(|last| last + 1)).unwrap_or(0);
                [at, at]
            }
        };
        Part { text: self.chars[from..to].iter().collect(), span }
    }
}

/// A stretch of one text, in match form, with its place in the original (Unicode scalar values).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Part {
    /// The characters compared.
    pub text: String,
    /// Where they stand in the original.
    pub span: [u32; 2],
}

/// One place where two texts differ. Either side may be empty.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Difference {
    /// What the older text says.
    pub old: Part,
    /// What the newer text says.
    pub new: Part,
}

/// Runs of equal characters shorter than this between two changes are chance, not agreement.
const CHANCE: usize = 2;

/// Texts longer than this are not laid side by side: at that length one changed word is no longer the question.
const TOO_LONG: usize = 6_000;

/// Where `new` differs from `old`, in order.
pub(super) fn differences(old: &Aligned, new: &Aligned) -> Vec<Difference> {
    if old.len().max(new.len()) > TOO_LONG {
        return Vec::new();
    }
    let mut out: Vec<(usize, usize, usize, usize)> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &old.chars, &new.chars) {
        let (a, b) = (op.old_range(), op.new_range());
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        match out.last_mut() {
            Some(last) if a.start - last.1 < CHANCE && b.start - last.3 < CHANCE => {
                last.1 = a.end;
                last.3 = b.end;
            }
            _ => out.push((a.start, a.end, b.start, b.end)),
        }
    }
    out.into_iter().map(|(a, b, c, d)| Difference { old: old.part(a, b), new: new.part(c, d) }).collect()
}

/// Share of the shorter text that stands in runs of at least `run` characters of both, in the same order.
pub(super) fn common_runs(old: &Aligned, new: &Aligned, run: usize) -> f64 {
    let shorter = old.len().min(new.len());
    if shorter == 0 || old.len().max(new.len()) > TOO_LONG {
        return 0.0;
    }
    let common: usize = capture_diff_slices(Algorithm::Myers, &old.chars, &new.chars)
        .iter()
        .filter(|op| matches!(op, DiffOp::Equal { .. }))
        .map(|op| op.old_range().len())
        .filter(|len| *len >= run)
        .sum();
    common as f64 / shorter as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(old: &str, new: &str) -> Vec<(String, String)> {
        differences(&Aligned::new(old), &Aligned::new(new))
            .into_iter()
            .map(|d| (d.old.text, d.new.text))
            .collect()
    }

    #[test]
    fn replacements_and_insertions() {
        for (old, new, want) in [
            ("请报送低保人员名单。", "请报送残疾人员名单。", vec![("低保", "残疾")]),
            ("请报送名单", "转发：请报送名单！", vec![("", "转发")]),
            ("1月10日17:00前", "1月12日17:00前", vec![("0", "2")]),
            ("同样", "同样", vec![]),
        ] {
            let want: Vec<_> = want.into_iter().map(|(a, b)| (a.to_owned(), b.to_owned())).collect();
            assert_eq!(replaced(old, new), want, "{old} / {new}");
        }
    }

    #[test]
    fn spans_point_into_the_original() {
        let d = differences(&Aligned::new("请报“低保”名单"), &Aligned::new("请报“残疾”名单"));
        assert_eq!(d[0].old.span, [3, 5]);
    }
}
