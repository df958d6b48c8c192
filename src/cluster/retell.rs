//! The same in other words: a leader retells a notice in the village group. Rare words in common propose, a fact in
//! common ties, and a template filled in with other things is no retelling.

use std::collections::HashSet;

use chrono::{NaiveDateTime, Timelike};

use super::assign::{Found, State, earlier, refused};
use super::live::{Live, SHORTEST};
use super::moments;
use super::poster::names_poster;
use super::reason::{Differ, Fact, Reason};
use super::verdict::{self, Agreement, Pair};
use super::words::Overlap;
use super::{LinkDraft, Post, Slot};
use super::{carried, followup};
use crate::facts::{Facts, TimeFact, TimeRole};
use crate::notice::{LinkKind, MessageRole};

/// From when a retelling is taken for a copy, when deadline or event tie it to the notice: share of the rarer words,
/// and how many pairs of characters that no other live notice has. Measured on the town with times left out: of such
/// pairs 83 in 85 are the same notice.
const RETOLD_TIED: (f64, f64) = (0.10, 3.3);

/// The same when hardly another notice names the moment that ties them: 41 in 41.
const RETOLD_RARE: (f64, f64) = (0.08, 2.5);

/// The same when nothing else ties them: 13 in 16.
const RETOLD_LOOSE: (f64, f64) = (0.22, 7.5);

/// The same within hours, when a notice runs through the groups: 15 in 15.
const RETOLD_WAVE: (f64, f64) = (0.18, 8.5);

/// The same in a group that has the notice already: an office that says it again, or one that says another thing.
const RETOLD_HERE: (f64, f64) = (0.15, 4.6);

/// Share from which two notices are shown beside each other, tied by a fact or not.
const SIMILAR_TIED: f64 = 0.08;
/// Tied by a moment that many notices name.
const SIMILAR_COMMON: f64 = 0.10;
/// So many pairs in common beside a moment that hardly another notice names.
const SIMILAR_RARE: f64 = 2.5;
/// What else is shown beside a notice has so many pairs of characters in common that no other live notice has, and comes
/// as soon as a retelling does.
const SIMILAR_WEIGHT: f64 = 3.3;
const SIMILAR_LOOSE: f64 = 0.20;
/// Among few notices every word seems rare.
const SIMILAR_FEW: f64 = 0.40;
/// So much of a pair stands in what both are called, or ask for, within the hours in which a notice runs through the
/// groups: enough beside a moment that hardly another notice names (13 in 13 on town and held-out conversations), or any
/// in common where the one is shorter and stands in another group (16 in 18); more of it beside so many pairs in common.
const SIMILAR_NAMED: f64 = 0.8;
const SIMILAR_NAMED_ALONE: f64 = 1.0;

/// Who retells says less: so many parts in so many of the notice's length at most.
const SHORTER_OF: usize = 17;
const SHORTER_IN: usize = 20;

/// A document so many times longer than a message holds half the words of any message; it is linked, not joined.
const LONGER: usize = 8;

/// A document so many times longer says a little of everything: it is not even shown beside the message.
const DOCUMENT: usize = 16;

/// Who retells says less. A text so many times longer than a notice retells no more than a word of it.
const SHORTER: usize = 2;

/// A retelling is joined only where the best notice stands this far above the next it could be joined to.
const CLEAR: f64 = 0.03;

/// What being tied by a fact is worth when several notices are in question.
const TIE: f64 = 0.2;

/// A retelling comes within this time of the notice's last copy.
const RETOLD_MS: i64 = 60 * HOUR_MS;

/// A notice runs through the groups in this time.
const WAVE_MS: i64 = 3 * HOUR_MS;

const HOUR_MS: i64 = 3_600_000;

/// A notice that a post resembles and is none of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rejected {
    pub slot: Slot,
    /// The same template at another period.
    pub next: bool,
}

/// What a post is to the notices it resembles in other words.
pub(super) enum Retold {
    /// A copy in other words.
    Copy(Found),
    /// At most similar.
    Similar(Option<LinkDraft>),
}

/// The same in other words: rare words in common, and a fact that ties the two together.
pub(super) fn by_retelling(state: &mut State, post: &Post, rejected: &[Rejected]) -> Retold {
    if post.timeless().chars().count() < SHORTEST {
        return Retold::Similar(None);
    }
    let mut best: Option<(f64, Retelling)> = None;
    let mut next = f64::MIN;
    let mut alike: Vec<Slot> = Vec::new();
    for (overlap, by_words) in proposed(state, post) {
        if state.force.is_some_and(|own| own != overlap.slot) {
            continue;
        }
        let Some(mut retelling) = Retelling::of(state, post, overlap) else {
            continue;
        };
        // A moment alone proposes what is shown beside, and no copies.
        retelling.refused |= !by_words || rejected.iter().any(|r| r.slot == overlap.slot);
        let rank =
            overlap.share + if retelling.tied { TIE } else { 0.0 } - if retelling.differ { TIE } else { 0.0 };
        let copy = retelling.is_copy();
        if retelling.is_similar(state.notices.are_few()) {
            alike.push(retelling.slot);
        }
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
    if !retelling.is_copy() {
        retelling.slot = told(state, retelling.slot, &alike);
    }
    let with = earlier(state, retelling.slot, post);
    if retelling.is_copy() {
        let reason = with.map(|with| Reason::Retold { with });
        let Retelling { slot, share, .. } = retelling;
        return Retold::Copy(Found { slot, similarity: share, reason, conflicts: Vec::new() });
    }
    if !retelling.is_similar(state.notices.are_few()) {
        return Retold::Similar(None);
    }
    let differ =
        if retelling.differ { vec![Differ { fact: Fact::Event, from: None, to: None }] } else { Vec::new() };
    let reason = with.map(|with| Reason::Similar { with, differ });
    let link = LinkDraft { kind: LinkKind::Similar, to: retelling.slot, reason };
    Retold::Similar(Some(link))
}

/// The notices that a post may retell, and whether its words say so; the others share a moment with it.
fn proposed(state: &mut State, post: &Post) -> Vec<(Overlap, bool)> {
    let by_words = state.notices.retold(post.timeless(), SIMILAR_TIED, 12);
    let mut of_moment = state.notices.of_one_moment(post, post.sent_at - WAVE_MS);
    of_moment.retain(|o| by_words.iter().all(|known| known.slot != o.slot));
    of_moment.sort_unstable_by_key(|o| o.slot);
    let of_moment = of_moment.into_iter().map(|o| (o, false));
    by_words.into_iter().map(|o| (o, true)).chain(of_moment).collect()
}

/// The notice that this one stands beside, where a post is `alike` to both: who tells again what was told again speaks of
/// the first telling.
fn told(state: &State, slot: Slot, alike: &[Slot]) -> Slot {
    let links = state.notices.get(slot).map_or(&[][..], |live| &live.links);
    let beside = links.iter().filter(|l| l.kind == LinkKind::Similar).map(|l| l.to);
    beside.filter(|to| alike.contains(to)).min().unwrap_or(slot)
}

/// The notices that a new one stands beside: the last of its series, the one it retells, those it may speak of.
pub(super) fn shown_beside(
    state: &mut State,
    post: &Post,
    similar: Option<LinkDraft>,
    rejected: &[Rejected],
) -> Vec<LinkDraft> {
    let former = former(state, post, rejected);
    let similar = match carried::emptied_of(post) {
        // That two records were emptied makes them no more alike.
        Some(group) => carried::from_group(state, post, group),
        None => similar,
    };
    let beside = if former.is_some() { Vec::new() } else { followup::beside(state, post) };
    let mut links: Vec<LinkDraft> = Vec::new();
    for link in former.into_iter().chain(similar).chain(beside) {
        if links.iter().all(|l| l.to != link.to) {
            links.push(link);
        }
    }
    links
}

/// The last occurrence of what recurs, of which a post is the next one.
fn former(state: &State, post: &Post, rejected: &[Rejected]) -> Option<LinkDraft> {
    let live = |r: &Rejected| Some((state.notices.get(r.slot)?.last, r.slot));
    let (_, slot) = rejected.iter().filter(|r| r.next).filter_map(live).max()?;
    let linked = |l: &Live| followup::unlinked(state, post, l, LinkKind::Recurs);
    if state.notices.get(slot).is_some_and(linked) {
        return None;
    }
    let reason = earlier(state, slot, post).map(|with| Reason::Next { with });
    Some(LinkDraft { kind: LinkKind::Recurs, to: slot, reason })
}

/// A post beside a notice that it may retell.
struct Retelling {
    slot: Slot,
    share: f64,
    weight: f64,
    tied: bool,
    /// By a moment that hardly another notice names.
    rare: bool,
    /// It says who posted the notice: enough to show them beside each other.
    poster: bool,
    /// One names the day only on which the other names an hour: enough to show them beside each other.
    same_day: bool,
    /// They name a moment in common that is neither's deadline or event, and whether hardly another notice does: enough
    /// for the same.
    common: Option<bool>,
    differ: bool,
    same_group: bool,
    near: bool,
    /// Within the hours in which a notice runs through the groups.
    wave: bool,
    /// Weight of the pairs in what both are called or ask for; 0 where it could decide nothing.
    named: f64,
    /// It says less than the notice, as who retells does.
    shorter: bool,
    /// Judged different before, or so much longer that it may say anything.
    refused: bool,
    /// One is so much longer than the other that they are not shown beside each other.
    unequal: bool,
}

impl Retelling {
    fn of(state: &State, post: &Post, overlap: Overlap) -> Option<Self> {
        let Overlap { slot, share, weight } = overlap;
        let live = state.notices.get(slot)?;
        let first = live.full()?;
        if live.kind != MessageRole::Copy {
            return None;
        }
        let facts = [verdict::due_agreement(&first.post, post), verdict::event_agreement(&first.post, post)];
        let own = [post.facts.due.as_ref().map(|d| d.at), post.facts.event.as_ref().map(|e| e.at)];
        let common = common_moment(&first.post.facts, &post.facts).map(|at| state.notices.is_rare(at));
        let rare = facts
            .iter()
            .zip(own)
            .any(|(f, at)| *f == Agreement::Equal && at.is_some_and(|at| state.notices.is_rare(at)));
        let part = part_due(&first.post.facts, &post.facts);
        let rare = rare || part.is_some_and(|at| state.notices.is_rare(at));
        let gap = post.sent_at - live.last;
        let (length, own_length) = (first.post.text.len(), post.text.len());
        let unequal = length > DOCUMENT * own_length || own_length > SHORTER * length;
        let wave = gap <= WAVE_MS;
        let shorter = own_length * SHORTER_IN < length * SHORTER_OF;
        let tied = facts.contains(&Agreement::Equal) || part.is_some();
        let asked = rare
            || common == Some(true)
            || tied && shorter
            || share >= SIMILAR_TIED && weight >= SIMILAR_WEIGHT;
        // Asked last: it costs more than the rest.
        let undecided = !tied && common.is_none() && share >= SIMILAR_COMMON && weight >= SIMILAR_WEIGHT;
        Some(Retelling {
            slot,
            share,
            weight,
            tied,
            poster: undecided && names_poster(&post.text, &first.post.sender),
            rare,
            same_day: facts.contains(&Agreement::Compatible),
            common,
            differ: facts.contains(&Agreement::Differ),
            same_group: live.is_in(post.group),
            near: gap <= RETOLD_MS,
            wave,
            named: if wave && !unequal && asked { named_alike(state, &first.post, post) } else { 0.0 },
            refused: refused(state, slot, post) || length > LONGER * own_length,
            unequal,
            shorter,
        })
    }

    /// Whether it is worth showing beside the notice.
    fn is_similar(&self, few: bool) -> bool {
        let rare = self.rare || self.common == Some(true);
        let least = match (rare, self.tied || self.poster || self.same_day || self.common.is_some()) {
            (true, _) => SIMILAR_TIED,
            (false, true) => SIMILAR_COMMON,
            (false, false) if few => SIMILAR_FEW,
            (false, false) => SIMILAR_LOOSE,
        };
        // What falls due on that day may be said again here long after it was asked.
        let recent = self.near || self.same_group && self.same_day;
        let enough = rare && self.weight >= SIMILAR_RARE || recent && self.weight >= SIMILAR_WEIGHT;
        let alone = !self.same_group && !self.differ && self.named >= SIMILAR_NAMED_ALONE;
        let tied = rare || self.tied && self.shorter && !self.same_group;
        (self.share >= least && enough || tied && self.named >= SIMILAR_NAMED || alone) && !self.unequal
    }

    fn is_copy(&self) -> bool {
        let enough = |(share, weight): (f64, f64)| self.share >= share && self.weight >= weight;
        let said = match (self.tied, self.same_group) {
            (true, false) => enough(RETOLD_TIED) || self.rare && enough(RETOLD_RARE),
            (true, true) => enough(RETOLD_HERE),
            (false, false) => enough(RETOLD_LOOSE) || self.wave && enough(RETOLD_WAVE),
            (false, true) => false,
        };
        said && !self.refused && !self.differ && self.near
    }
}

/// Weight of the pairs that stand in what both posts are called or ask for, in pairs that one notice alone has.
fn named_alike(state: &State, one: &Post, other: &Post) -> f64 {
    let (ours, theirs) = (one.called(), other.called());
    let theirs: HashSet<(char, char)> = theirs.chars().zip(theirs.chars().skip(1)).collect();
    let (_, weights) = state.notices.pair_weights(ours);
    let mut seen = HashSet::new();
    let both = weights.iter().filter(|(a, b, _)| theirs.contains(&(*a, *b)) && seen.insert((*a, *b)));
    both.map(|(.., weight)| weight).sum()
}

/// What one asks for by the deadline of the other: 周日前把数给我，8号交统计办 retells what is due on the 8th.
fn part_due(one: &Facts, other: &Facts) -> Option<NaiveDateTime> {
    // A day without an hour ends at 23:59.
    let day = |at: NaiveDateTime| at.hour() == 23 && at.minute() == 59;
    let same = |a: NaiveDateTime, b: NaiveDateTime| a == b || a.date() == b.date() && (day(a) || day(b));
    // 6号12点前全部上岸，名单明天五点前报: what must be done by then is no demand that can be read, yet its deadline is.
    let by = |t: &TimeFact| (t.role == TimeRole::Deadline).then_some(t.end.or(t.start)).flatten();
    let asks = |facts: &Facts, at| {
        let dues = facts.demands.iter().filter_map(|d| d.due_at);
        dues.chain(facts.times.iter().filter_map(by)).any(|due| same(due, at))
    };
    let whole = |facts: &Facts| facts.due.as_ref().map(|d| d.at);
    whole(one).filter(|at| asks(other, *at)).or_else(|| whole(other).filter(|at| asks(one, *at)))
}

/// A moment that both texts name to the minute, although it is neither's deadline or event: 7:00—13:00停电, 停电到13点.
fn common_moment(one: &Facts, other: &Facts) -> Option<NaiveDateTime> {
    moments::exact(one).find(|at| moments::exact(other).any(|theirs| theirs == *at))
}
