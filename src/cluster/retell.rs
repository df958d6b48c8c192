//! The same in other words: a leader retells a notice in the village group. Rare words in common propose, a fact in
//! common ties, and a template filled in with other things is no retelling.

use super::assign::{Force, Found, State, earlier, refused};
use super::live::SHORTEST;
use super::reason::{Differ, Fact, Reason};
use super::verdict::{self, Agreement, Pair};
use super::words::Overlap;
use super::{LinkDraft, Post, Slot};
use crate::notice::{LinkKind, MessageRole};

/// From when a retelling is taken for a copy, when deadline or event tie it to the notice: share of the rarer words,
/// and how many pairs of characters that no other live notice has. Measured on the town with times left out: of such
/// pairs 72 in 79 are the same notice, below it 16 in 36.
const RETOLD_TIED: (f64, f64) = (0.10, 4.6);

/// The same when nothing else ties them: 13 in 16.
const RETOLD_LOOSE: (f64, f64) = (0.22, 7.5);

/// The same in a group that has the notice already: an office that says it again, or one that says another thing.
const RETOLD_HERE: (f64, f64) = (0.15, 4.6);

/// Share from which two notices are shown beside each other, tied by a fact or not.
const SIMILAR_TIED: f64 = 0.08;
const SIMILAR_LOOSE: f64 = 0.20;
/// Among few notices every word seems rare.
const SIMILAR_FEW: f64 = 0.40;

/// A document so many times longer than a message holds half the words of any message; it is linked, not joined.
const LONGER: usize = 8;

/// A retelling is joined only where the best notice stands this far above the next it could be joined to.
const CLEAR: f64 = 0.03;

/// What being tied by a fact is worth when several notices are in question.
const TIE: f64 = 0.2;

/// A retelling comes within this time of the notice's last copy.
const RETOLD_MS: i64 = 60 * 3_600_000;

/// What a post is to the notices it resembles in other words.
pub(super) enum Retold {
    /// A copy in other words.
    Copy(Found),
    /// At most similar.
    Similar(Option<LinkDraft>),
}

/// The same in other words: rare words in common, and a fact that ties the two together.
pub(super) fn by_retelling(state: &mut State, post: &Post, rejected: &[Slot]) -> Retold {
    // The first of its notice is being put back: it is nobody's copy, and its links were kept.
    if state.force == Some(Force::New) {
        return Retold::Similar(None);
    }
    let text = post.timeless();
    if text.chars().count() < SHORTEST {
        return Retold::Similar(None);
    }
    let mut best: Option<(f64, Retelling)> = None;
    let mut next = f64::MIN;
    for overlap in state.notices.retold(text, SIMILAR_TIED, 12) {
        let Some(mut retelling) = Retelling::of(state, post, overlap) else {
            continue;
        };
        retelling.refused |= rejected.contains(&overlap.slot);
        let rank =
            overlap.share + if retelling.tied { TIE } else { 0.0 } - if retelling.differ { TIE } else { 0.0 };
        let copy = retelling.is_copy();
        if best.as_ref().is_none_or(|(r, _)| rank > *r + 1e-9) {
            if let Some((former, before)) = best.replace((rank, retelling))
                && before.is_copy()
            {
                next = next.max(former);
            }
        } else if copy {
            next = next.max(rank);
        }
    }
    let Some((rank, mut retelling)) = best else {
        return Retold::Similar(None);
    };
    // Two notices on one template, as car 1 and car 2 of one round: the retelling may mean either.
    retelling.refused |= rank - next < CLEAR;
    if retelling.is_copy()
        && let Some(live) = state.notices.get(retelling.slot)
    {
        let pair = Pair { same_group: retelling.same_group, gap: post.sent_at - live.last };
        retelling.refused |=
            live.members.iter().filter(|m| m.whole).any(|m| verdict::other_filling(&m.post, post, pair));
    }
    let with = earlier(state, retelling.slot, post);
    if retelling.is_copy() {
        let reason = with.map(|with| Reason::Retold { with });
        let Retelling { slot, share, .. } = retelling;
        return Retold::Copy(Found { slot, similarity: share, reason, conflicts: Vec::new() });
    }
    let loose = if state.notices.are_few() { SIMILAR_FEW } else { SIMILAR_LOOSE };
    if retelling.share < if retelling.tied || retelling.same_day { SIMILAR_TIED } else { loose } {
        return Retold::Similar(None);
    }
    let differ =
        if retelling.differ { vec![Differ { fact: Fact::Event, from: None, to: None }] } else { Vec::new() };
    let reason = with.map(|with| Reason::Similar { with, differ });
    let link = LinkDraft { kind: LinkKind::Similar, to: retelling.slot, reason };
    Retold::Similar(Some(link))
}

/// A post beside a notice that it may retell.
struct Retelling {
    slot: Slot,
    share: f64,
    weight: f64,
    tied: bool,
    /// One names the day only on which the other names an hour: enough to show them beside each other.
    same_day: bool,
    differ: bool,
    same_group: bool,
    near: bool,
    /// Judged different before, or so much longer that it may say anything.
    refused: bool,
}

impl Retelling {
    fn of(state: &State, post: &Post, overlap: Overlap) -> Option<Self> {
        let Overlap { slot, share, weight } = overlap;
        let live = state.notices.get(slot)?;
        let first = live.members.first()?;
        if live.kind != MessageRole::Copy {
            return None;
        }
        let facts = [verdict::due_agreement(&first.post, post), verdict::event_agreement(&first.post, post)];
        Some(Retelling {
            slot,
            share,
            weight,
            tied: facts.contains(&Agreement::Equal),
            same_day: facts.contains(&Agreement::Compatible),
            differ: facts.contains(&Agreement::Differ),
            same_group: live.is_in(post.group),
            near: post.sent_at - live.last <= RETOLD_MS,
            refused: refused(state, slot, post) || first.post.text.len() > LONGER * post.text.len(),
        })
    }

    fn is_copy(&self) -> bool {
        let (share, weight) = match (self.tied, self.same_group) {
            (true, false) => RETOLD_TIED,
            (true, true) => RETOLD_HERE,
            (false, false) => RETOLD_LOOSE,
            (false, true) => return false,
        };
        !self.refused && !self.differ && self.near && self.share >= share && self.weight >= weight
    }
}
