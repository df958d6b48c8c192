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

/// Whether the share that [`common_runs`] gives can be `least` at all: told from the runs that both have in any order, far
/// sooner than by laying side by side what has little in common.
pub(super) fn may_have_common_runs(old: &Aligned, new: &Aligned, run: usize, least: f64) -> bool {
    const BITS: u64 = 4096;
    let place = |run: &[char]| {
        let mixed = run.iter().fold(0_u64, |sum, c| (sum ^ u64::from(u32::from(*c))).wrapping_mul(MIX));
        let at = (mixed >> 32) % BITS;
        ((at >> 6) as usize, 1_u64 << (at & 63))
    };
    let mut seen = [0_u64; (BITS / 64) as usize];
    for run in new.chars.windows(run) {
        let (word, bit) = place(run);
        seen[word] |= bit;
    }
    let (mut covered, mut until) = (0, 0);
    for (at, window) in old.chars.windows(run).enumerate() {
        let (word, bit) = place(window);
        if seen[word] & bit != 0 {
            covered += at + run - at.max(until);
            until = at + run;
        }
    }
    covered as f64 / old.len().min(new.len()).max(1) as f64 >= least
}

/// Spreads characters over the bits of a number.
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

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

    proptest::proptest! {
        #[test]
        fn what_has_common_runs_may_have_them(
            old in "[甲乙丙]{0,30}",
            new in "[甲乙丙]{0,30}",
            least in 0.05..1.0_f64,
        ) {
            let (a, b) = (Aligned::new(&old), Aligned::new(&new));
            let has = common_runs(&a, &b, 3) >= least;
            proptest::prop_assert!(!has || may_have_common_runs(&a, &b, 3, least));
        }
    }

    #[test]
    fn texts_without_a_run_in_common_are_told_apart() {
        let (a, b) = (Aligned::new("请各村报送低保人员名单"), Aligned::new("消防演练改到周五上午九点"));
        assert!(!may_have_common_runs(&a, &b, 5, 0.4) && may_have_common_runs(&a, &a, 5, 1.0));
    }

    #[test]
    fn spans_point_into_the_original() {
        let d = differences(&Aligned::new("请报“低保”名单"), &Aligned::new("请报“残疾”名单"));
        assert_eq!(d[0].old.span, [3, 5]);
    }
}
