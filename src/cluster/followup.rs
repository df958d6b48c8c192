//! What speaks of another notice: corrections, cancellations, closures, reminders. They are told by their words
//! (`facts`), folded among themselves, and linked to the notice they name.

use super::act::is_one_act;
use super::assign::{self, Found, State, earlier, refused};
use super::correction::Correction;
use super::live::{Live, Member};
use super::pins::PinnedLink;
use super::reason::{Clue, Reason};
use super::retell::{Retold, by_retelling};
use super::target::{Target, targets, targets_of_moment};
use super::{LinkDraft, Placement, Post, Slot};
use crate::facts::Role;
use crate::facts::role::recalls;
use crate::message::{Kind, local};
use crate::notice::{LinkKind, MessageRole};

/// Evidence from which a follow-up is filed under a notice.
const LINKED: f64 = 0.55;

/// Evidence from which a notice is proposed.
const PROPOSED: f64 = 0.42;

/// The best must stand this far above the next; otherwise they are proposed and none is chosen.
const MARGIN: f64 = 0.06;

/// Most notices that are proposed.
const MOST: usize = 3;

/// Evidence from which a post whose words alone do not say that it is a follow-up is one: with a sign that something is
/// owed, and without.
const RECALL: f64 = 0.62;
const REMARK: f64 = 0.85;

/// Chat of fewer characters in which nothing is called to mind names no notice.
const SAYS: usize = 8;

/// Evidence from which a brief notice is shown beside another.
const BESIDE: f64 = 0.75;

/// Share of telling words without which neither holds.
const NAMED: f64 = 0.30;

/// The same where no word says that something is called to mind.
const CLEARLY: f64 = 0.50;

/// Share of telling words from which a notice that falls due at the same moment, or that stands clear of all others, is
/// the one that is meant; with how much evidence, and how far above the next.
const MEANT: f64 = 0.22;
const CLEAR: f64 = 0.60;
const APART: f64 = 0.10;

/// Share of telling words that ties a follow-up to a notice.
const TIED: f64 = 0.10;

/// Share of telling words without which a correction changes nothing by itself.
const SETS: f64 = 0.12;

/// A retelling has at most so many comparable characters.
const RETOLD: usize = 160;

/// A brief notice has at most so many comparable characters.
const BRIEF: usize = 60;

/// Copies of one follow-up come within this time.
const WAVE_MS: i64 = 48 * 3_600_000;

/// Places a follow-up.
pub(super) fn assign(state: &mut State, post: Post, key: Option<u128>) -> Placement {
    // One that is put back here stands in a notice: it was found to speak of none.
    if state.force.is_some() {
        return assign::place(state, post, key);
    }
    let role = match post.facts.role {
        Role::Correction => MessageRole::Correction,
        Role::Cancellation => MessageRole::Cancellation,
        Role::Closure => MessageRole::Closure,
        _ => MessageRole::Reminder,
    };
    if role == MessageRole::Reminder
        && let Some(found) = told_anew(state, &post)
    {
        return assign::join(state, post, key, found, true);
    }
    file(state, post, key, role)
}

/// The notice that a post tells anew in a group that does not have it, whatever else it reminds of: what is to be handed
/// in by when, where no earlier copy stands that could be called to mind.
fn told_anew(state: &mut State, post: &Post) -> Option<Found> {
    let whole = post.facts.due.is_some() && !post.facts.demands.is_empty();
    if !whole {
        return None;
    }
    match by_retelling(state, post, &[]) {
        Retold::Copy(found) => {
            let here = state.notices.get(found.slot).is_some_and(|l| l.is_in(post.group));
            (!here).then_some(found)
        }
        Retold::Similar(_) => None,
    }
}

/// A post by somebody who issues notices here that is no notice by its words: 用电量还差柳林。 If it speaks clearly
/// of a notice of this group it is a reminder of it.
pub(super) fn remark(state: &mut State, post: &Post, key: Option<u128>) -> Option<Placement> {
    // What is put back into a notice is a piece of it, or came there in another way.
    if let Some(slot) = state.force {
        let piece = state.notices.get(slot).is_some_and(|l| is_one_act(l, post));
        return piece.then(|| piece_of(state, slot, post, key));
    }
    let least = if recalls(&post.text) { RECALL } else { REMARK };
    let asks = orders(post) && post.text.chars().count() >= SAYS;
    let targets = if least == RECALL || post.quoted.is_some() || asks {
        targets(state, post, MessageRole::Reminder)
    } else {
        Vec::new()
    };
    let best = targets.first().filter(|t| t.score >= least)?;
    let here = state.notices.get(best.slot).is_some_and(|l| l.is_in(post.group));
    if here && best.named >= TIED && state.notices.get(best.slot).is_some_and(|l| is_one_act(l, post)) {
        return Some(piece_of(state, best.slot, post, key));
    }
    (here && tied(best)).then(|| file(state, post.clone(), key, MessageRole::Reminder))
}

/// What the same person adds a moment later is a piece of the notice.
fn piece_of(state: &mut State, slot: Slot, post: &Post, key: Option<u128>) -> Placement {
    let found = Found { slot, similarity: 0.0, reason: Some(Reason::Explains), conflicts: Vec::new() };
    assign::join(state, post.clone(), key, found, false)
}

/// Whether a line that is no notice tells people what to do, or not to do: without it, talk that happens to share words
/// with a notice speaks of nothing that is owed.
fn orders(post: &Post) -> bool {
    let facts = &post.facts;
    !facts.demands.is_empty()
        || facts.due.is_some()
        || ["别", "不要", "不是", "请", "务必", "一律", "先", "必须"].iter().any(|w| post.text.contains(w))
}

/// The notice that a notice which nothing resembles may speak of or retell: shown beside it.
pub(super) fn beside(state: &mut State, post: &Post) -> Vec<LinkDraft> {
    let length = post.plain_len();
    let timed = post.facts.due.is_some() || post.facts.event.is_some();
    // What is longer than brief is tied by a moment or not at all.
    if length > RETOLD || length > BRIEF && !timed {
        return Vec::new();
    }
    let own = [post.facts.due.as_ref().map(|d| d.at), post.facts.event.as_ref().map(|e| e.at)];
    // What falls due or takes place on a later day is a thing of its own.
    let day = local(post.sent_at).date();
    let ahead = post.facts.event.is_some() || own.into_iter().flatten().any(|at| at.date() != day);
    // Friday's close of the office is the moment of many.
    let rare = own.into_iter().flatten().any(|at| state.notices.is_rare(at));
    let least = |t: &Target| if rare || t.clues.contains(&Clue::Group) { NAMED } else { CLEARLY };
    let all = if length > BRIEF {
        targets_of_moment(state, post, MessageRole::Reminder, least)
    } else {
        targets(state, post, MessageRole::Reminder)
    };
    let same_moment = |t: &&Target| t.clues.contains(&Clue::Moment) && t.named >= least(t);
    if timed && let Some(best) = all.iter().find(same_moment) {
        let reason = earlier(state, best.slot, post).map(|with| Reason::Similar { with, differ: Vec::new() });
        let link = LinkDraft { kind: LinkKind::Similar, to: best.slot, reason };
        return with_retold(state, post, link, best, &all);
    }
    let Some(best) = all.first().filter(|_| length <= BRIEF) else {
        return Vec::new();
    };
    let next = all.get(1).map_or(0.0, |t| t.score);
    let here = state.notices.get(best.slot).is_some_and(|l| l.is_in(post.group));
    let (score, named) = if recalls(&post.text) { (BESIDE, NAMED) } else { (REMARK, CLEARLY) };
    let clear = best.score >= CLEAR && best.named >= MEANT && best.score - next >= APART && !ahead;
    // What falls due or takes place at a time of its own is a notice of its own, and so is a link or a sign-up: its
    // title names it.
    let titled = matches!(post.kind, Kind::Link | Kind::Miniapp | Kind::Signup);
    let own = titled || timed && !best.clues.contains(&Clue::Moment);
    let said = best.score >= score && best.named >= named || clear;
    let sure = here && !own && said || best.clues.contains(&Clue::Quotes);
    if sure { with_retold(state, post, similar(state, post, best.clone()), best, &all) } else { Vec::new() }
}

/// A link, and one to what its notice retells or is retold by.
fn with_retold(state: &State, post: &Post, link: LinkDraft, best: &Target, all: &[Target]) -> Vec<LinkDraft> {
    let others = also(state, best, all).into_iter().filter(|t| t.named > 0.0);
    std::iter::once(link).chain(others.map(|t| similar(state, post, t))).collect()
}

/// Rows that say the same as the one a follow-up speaks of: named by nearly the same words, for the same moment. A
/// retelling that stands as its own row is meant as well.
fn also(state: &State, best: &Target, all: &[Target]) -> Vec<Target> {
    let moments = |slot| -> Vec<chrono::NaiveDateTime> {
        let members = state.notices.get(slot).map_or(&[][..], |l| &l.members);
        let of =
            |m: &Member| [m.post.facts.due.as_ref().map(|d| d.at), m.post.facts.event.as_ref().map(|e| e.at)];
        members.iter().flat_map(of).flatten().collect()
    };
    let own = moments(best.slot);
    let shown = beside_of(state, best.slot, all);
    let same = |t: &&Target| {
        let named = t.named >= TIED && t.named >= best.named * NEARLY;
        let moment = moments(t.slot).iter().any(|m| own.contains(m));
        t.slot != best.slot && moment && (named || shown.contains(&t.slot))
    };
    all.iter().filter(same).take(MOST - 1).cloned().collect()
}

/// Rows that stand beside a notice as retellings of it, or that it retells, as far as a person did not say otherwise.
fn beside_of(state: &State, slot: Slot, all: &[Target]) -> Vec<Slot> {
    let pins = state.notices.pins();
    let refused = |from: &Live, to: Slot| {
        let to = state.notices.get(to).map_or(&[][..], Live::classes);
        pins.any_unlinked(from.classes(), to, LinkKind::Similar)
    };
    let alike = |from: Slot, to: Slot| {
        let linked = |l: &LinkDraft| l.kind == LinkKind::Similar && l.to == to;
        state.notices.get(from).is_some_and(|l| l.links.iter().any(linked) && !refused(l, to))
    };
    all.iter().map(|t| t.slot).filter(|other| alike(slot, *other) || alike(*other, slot)).collect()
}

/// Share of the best one's naming from which another row is named as well.
const NEARLY: f64 = 0.6;

/// 以上两份名单已收齐 closes both.
fn speaks_of_several(post: &Post) -> bool {
    ["两份", "两个", "两项", "三份", "三个", "三项", "以上", "这几", "各项", "全部"]
        .iter()
        .any(|w| post.text.contains(w))
}

/// Whether more than circumstances ties the two: a quotation, words, or a moment.
fn tied(target: &Target) -> bool {
    let clear = |c: &Clue| match c {
        Clue::Quotes | Clue::Moment => true,
        // 发错了 right after it.
        Clue::Last => target.score > NAMED + LINKED,
        _ => false,
    };
    target.named >= TIED || target.clues.iter().any(clear)
}

fn similar(state: &State, post: &Post, target: Target) -> LinkDraft {
    let Target { slot, clues, .. } = target;
    let reason = earlier(state, slot, post).map(|of| Reason::MaySpeak { of, clues });
    LinkDraft { kind: LinkKind::Similar, to: slot, reason }
}

/// The notices that a follow-up may speak of, with what says the same as the likeliest one.
fn proposed(
    state: &State,
    post: &Post,
    role: MessageRole,
    mut targets: Vec<Target>,
    all: &[Target],
) -> Vec<LinkDraft> {
    let retold = targets.first().map(|best| also(state, best, all)).unwrap_or_default();
    for other in retold {
        if targets.len() < MOST && targets.iter().all(|t| t.slot != other.slot) {
            targets.push(other);
        }
    }
    let both = role == MessageRole::Closure && targets.len() > 1 && speaks_of_several(post);
    targets
        .into_iter()
        .map(|t| {
            if both {
                LinkDraft { kind: LinkKind::Closes, ..similar(state, post, t) }
            } else {
                similar(state, post, t)
            }
        })
        .collect()
}

/// Files a post as a follow-up of the given kind.
pub(super) fn file(state: &mut State, post: Post, key: Option<u128>, role: MessageRole) -> Placement {
    if let Some(slot) = copy_of(state, &post, key, role) {
        let why =
            earlier(state, slot, &post).map(|with| Reason::Same { with, percent: 100, differ: Vec::new() });
        state.notices.join(slot, Member::plain(post, why.clone()), key);
        return Placement { role, slot: Some(slot), also: Vec::new(), similarity: 1.0, reason: why };
    }
    let all = targets(state, &post, role);
    let mut targets: Vec<Target> = all.iter().filter(|t| t.score >= PROPOSED && tied(t)).cloned().collect();
    let top = targets.first().map_or(0.0, |t| t.score);
    targets.retain(|t| top - t.score < MARGIN);
    targets.truncate(MOST);
    // 重申 without a notice to remind of is a notice: nothing earlier is known that it could stand under.
    if targets.is_empty() && role == MessageRole::Reminder {
        return assign::place(state, post, key);
    }
    // A correction sets a deadline: it must be named, quoted, or take back a moment of the notice.
    let certain = |t: &Target| {
        let here = t.clues.contains(&Clue::Group);
        role != MessageRole::Correction
            || t.named >= SETS
            || t.took_back && here
            || t.clues.contains(&Clue::Quotes)
    };
    let sure = targets.len() == 1 && top >= LINKED && certain(&targets[0]);
    // What says itself what is to be done by when, and names no notice, is one.
    let named = targets.iter().any(|t| t.named >= TIED || t.clues.contains(&Clue::Quotes));
    let own = post.facts.due.is_some() && !post.facts.demands.is_empty();
    if role == MessageRole::Reminder && !sure && !named && own {
        return assign::place(state, post, key);
    }
    let others = if sure { also(state, &targets[0], &all) } else { Vec::new() };
    let slot = state.open(role);
    let mut why = None;
    if sure && let Some(Target { slot: to, clues, .. }) = targets.pop() {
        why = earlier(state, to, &post).map(|of| Reason::Speaks { of, clues });
        apply(state, to, &post, role);
        if let Some(live) = state.notices.get_mut(slot) {
            // 已收齐 closes a duty and is news of its own: it stays a row beside the notice it closes.
            live.attached = role != MessageRole::Closure;
            live.links.push(LinkDraft { kind: link_kind(role), to, reason: why.clone() });
        }
        let links: Vec<LinkDraft> = others.into_iter().map(|t| similar(state, &post, t)).collect();
        if let Some(live) = state.notices.get_mut(slot) {
            live.links.extend(links);
        }
    } else {
        let links = proposed(state, &post, role, targets, &all);
        if let Some(live) = state.notices.get_mut(slot) {
            live.links.extend(links);
        }
    }
    state.notices.join(slot, Member::plain(post, why.clone()), key);
    Placement { role, slot: Some(slot), also: Vec::new(), similarity: 1.0, reason: why }
}

/// Files what a person linked: once both ends of a decided link are there, the one that speaks is filed under the other
/// as a rule would have done it.
pub(super) fn linked(state: &mut State, key: &str) {
    if !state.notices.pins().is_end(key) {
        return;
    }
    let links: Vec<PinnedLink> = state.notices.pins().links(key).cloned().collect();
    for link in links {
        let ends = (state.notices.with_link_end(&link.from.0), state.notices.with_link_end(&link.to.0));
        let (Some(from), Some(to)) = ends else {
            continue;
        };
        let recording = state.notices.recording;
        let Some(live) = state.notices.get_mut(from).filter(|_| from != to) else {
            continue;
        };
        if live.links.iter().any(|l| l.kind == link.kind && l.to == to) {
            continue;
        }
        live.links.push(LinkDraft { kind: link.kind, to, reason: Some(Reason::Linked { at: link.at }) });
        live.changed |= recording;
        let Some(role) = role_of(link.kind) else {
            continue;
        };
        // What was proposed between the two is answered.
        live.links.retain(|l| !(l.kind == LinkKind::Similar && l.to == to));
        live.kind = role;
        live.attached = role != MessageRole::Closure;
        let speaks = live.members.iter().find(|m| m.post.key == link.from.0).map(|m| m.post.clone());
        if let Some(post) = speaks {
            apply(state, to, &post, role);
            by_its_own_time(state, to, &post, role);
        }
    }
}

/// A correction that a person recognised as one need not say 调整为: the moment it names is the one that holds.
fn by_its_own_time(state: &mut State, to: Slot, post: &Post, role: MessageRole) {
    let facts = &post.facts;
    let said = facts.change.as_ref().and_then(|c| c.to).is_some();
    let moment = facts.due.as_ref().map(|d| (d.at, false));
    let moment = moment.or_else(|| facts.event.as_ref().map(|e| (e.at, true)));
    if role != MessageRole::Correction || said {
        return;
    }
    if let (Some((at, to_event)), Some(live)) = (moment, state.notices.get_mut(to)) {
        live.facts_changed = live.facts_changed.max(Some(post.sent_at));
        live.correct(Correction::of(post, at, to_event));
    }
}

/// What a link of this kind makes of the notice that speaks; the other kinds leave it a notice.
pub(super) fn role_of(kind: LinkKind) -> Option<MessageRole> {
    match kind {
        LinkKind::Corrects => Some(MessageRole::Correction),
        LinkKind::Cancels => Some(MessageRole::Cancellation),
        LinkKind::Closes => Some(MessageRole::Closure),
        LinkKind::Reminds => Some(MessageRole::Reminder),
        LinkKind::Recurs | LinkKind::Similar | LinkKind::SameData => None,
    }
}

/// Whether a person said that this post does not speak of that notice.
pub(super) fn unlinked(state: &State, post: &Post, live: &Live, kind: LinkKind) -> bool {
    let pins = state.notices.pins();
    pins.refuses_links()
        && pins.class(post).is_some_and(|from| pins.any_unlinked(&[from], live.classes(), kind))
}

/// What a follow-up does to the notice it names: a correction sets its time.
pub(super) fn apply(state: &mut State, to: Slot, post: &Post, role: MessageRole) {
    let recording = state.notices.recording;
    let Some(live) = state.notices.get_mut(to) else {
        return;
    };
    live.changed |= recording;
    // What was to take place and is called off must be seen by who had noted it; what was done stays done.
    let called_off =
        role == MessageRole::Cancellation && live.members.iter().any(|m| m.post.facts.event.is_some());
    if role == MessageRole::Correction || called_off {
        live.facts_changed = live.facts_changed.max(Some(post.sent_at));
    }
    if role != MessageRole::Correction {
        return;
    }
    if let Some(change) = &post.facts.change
        && let Some(moment) = change.to
    {
        live.correct(Correction::of(post, moment, change.to_event));
    }
}

pub(super) fn link_kind(role: MessageRole) -> LinkKind {
    match role {
        MessageRole::Correction => LinkKind::Corrects,
        MessageRole::Cancellation => LinkKind::Cancels,
        MessageRole::Closure => LinkKind::Closes,
        _ => LinkKind::Reminds,
    }
}

fn copy_of(state: &mut State, post: &Post, key: Option<u128>, role: MessageRole) -> Option<Slot> {
    let fits = |live: &Live| live.kind == role && post.sent_at - live.last <= WAVE_MS;
    if let Some(key) = key
        && let Some(&slot) = state
            .notices
            .with_key(key)
            .iter()
            .rev()
            .find(|s| state.notices.get(**s).is_some_and(fits) && !refused(state, **s, post))
    {
        return Some(slot);
    }
    let near = state.notices.near(post.plain(), usize::MAX);
    near.into_iter()
        .filter(|(slot, _, c)| {
            (c.jaccard >= 0.6 || c.containment >= 0.9)
                && state.notices.get(*slot).is_some_and(fits)
                && !refused(state, *slot, post)
        })
        .map(|(slot, ..)| slot)
        .next()
}
