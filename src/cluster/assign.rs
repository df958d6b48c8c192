//! Where a post goes: the order of the questions that are asked about it.

use super::act::{beside_picture, by_act, by_paper, by_picture, is_one_act, is_own_paper, same_act};
use super::carried;
use super::content::{content_key, is_other_file, link_key};
use super::followup;
use super::index::Candidate;
use super::live::{Live, Member, Notices, SHORTEST};
use super::reason::{Differ, Earlier, Fact, Reason};
use super::reply;
use super::retell::{Rejected, Retold, by_retelling, shown_beside};
use super::several;
use super::verdict::{self, Pair, Verdict};
use super::{LinkDraft, Placement, Post, Slot};
use crate::facts::role::recalls;
use crate::facts::{Role, Settings};
use crate::message::{Kind, local};
use crate::normalize::match_text;
use crate::notice::MessageRole;

/// Everything the assignment of a post depends on.
#[derive(Debug, Default)]
pub(super) struct State {
    pub notices: Notices,
    pub settings: Settings,
    /// The notice that a post being put back joined: nothing else is asked about it than how.
    pub force: Option<Slot>,
}

impl State {
    /// Opens a notice, or gives the one that a post being put back belongs to.
    pub(super) fn open(&mut self, kind: MessageRole) -> Slot {
        self.force.unwrap_or_else(|| self.notices.open(kind, None))
    }
}

/// What was decided about a post before it is written down.
pub(super) struct Found {
    pub slot: Slot,
    pub similarity: f64,
    pub reason: Option<Reason>,
    pub conflicts: Vec<Differ>,
}

/// Places one post.
pub(super) fn assign(state: &mut State, post: Post) -> Placement {
    state.notices.expire(post.sent_at);
    if state.notices.pins().is_empty() {
        return ask(state, post);
    }
    let key = post.key.clone();
    let placement = decided(state, post);
    followup::linked(state, &key);
    placement
}

/// Where a person's decisions send a post; what nobody decided about goes where it would.
fn decided(state: &mut State, post: Post) -> Placement {
    if let Some(found) = by_pin(state, &post) {
        let key = content_key(&post);
        return join(state, post, key, found, true);
    }
    // What was taken out of a notice is one of its own, even where it would be none by its words.
    let pins = state.notices.pins();
    let apart = pins.class(&post).is_some_and(|class| pins.split_at(class).is_some());
    let follows =
        matches!(post.facts.role, Role::Correction | Role::Cancellation | Role::Closure | Role::Reminder);
    if apart && !follows && !post.kind.is_system() {
        let key = content_key(&post);
        return place(state, post, key);
    }
    ask(state, post)
}

/// Asks about a post what its kind and its words suggest.
fn ask(state: &mut State, post: Post) -> Placement {
    if post.kind.is_system() {
        return noise(MessageRole::System);
    }
    let key = content_key(&post);
    let stands = |key: Option<u128>| key.is_some_and(|k| !state.notices.with_key(k).is_empty());
    let known = stands(key) || stands(link_key(&post));
    if post.kind == Kind::Forward
        && !post.mine
        && let Some(placement) = carried::place(state, &post)
    {
        return placement;
    }
    if is_thing(&post) {
        return if known { again(state, post, key) } else { unread(state, post, key) };
    }
    match post.facts.role {
        Role::Correction | Role::Cancellation | Role::Closure | Role::Reminder => {
            followup::assign(state, post, key)
        }
        _ if post.kind == Kind::Signup => place(state, post, key),
        Role::Notice | Role::Signup => place(state, post, key),
        _ if known => again(state, post, key),
        Role::Ack => Placement { slot: reply::answered(state, &post), ..noise(MessageRole::Ack) },
        // 大塘的发票呢？ asked by who issues notices here is no question, and 只有两个村发了 no report of his own.
        Role::Question | Role::Done if chases(state, &post) => {
            let noise = noise(if post.facts.role == Role::Done {
                MessageRole::Submission
            } else {
                MessageRole::Chatter
            });
            followup::remark(state, &post, key).unwrap_or(noise)
        }
        Role::Done => noise(MessageRole::Submission),
        Role::Question => noise(MessageRole::Chatter),
        Role::Chatter if let Some(slot) = reply::by_name(state, &post) => {
            Placement { slot: Some(slot), ..noise(MessageRole::Ack) }
        }
        Role::Chatter => unread(state, post, key),
    }
}

/// Whether a line that has not the shape of a notice tells several people what to do by when: it names a time and a
/// demand or who is meant, and does not speak of its sender.
fn tells(post: &Post) -> bool {
    const CALLS: [&str; 11] =
        ["各", "每", "所有", "大家", "请", "务必", "集合", "到位", "带好", "自带", "自己带"];
    let timed = post.facts.due.is_some() || post.facts.event.is_some();
    let calls = !post.facts.demands.is_empty() || CALLS.iter().any(|w| post.text.contains(w));
    // 今天来了26个人，谢谢大家 looks back, and so does whoever thanks without asking for anything.
    let thanks = ["谢谢", "感谢", "辛苦"].iter().any(|w| post.text.contains(w));
    let own = ["我", "咱", "爸", "妈"].iter().any(|w| post.text.contains(w))
        || thanks && post.facts.demands.is_empty() && post.facts.due.is_none();
    timed && calls && !own && post.plain_len() >= SHORTEST
}

fn chases(state: &State, post: &Post) -> bool {
    !post.mine && recalls(&post.text) && state.notices.is_issuer(post.group, &post.sender)
}

/// A link that something is to be done with. Text exports write it as words, or as nothing but its title: 知识答题（90分以上截图
/// 发群）.
fn is_shared_link(post: &Post) -> bool {
    const TITLE: usize = 40;
    const ORDERS: [&str; 7] = ["截图", "发群", "发本群", "必填", "必答", "全员", "转发"];
    let text = post.text.trim();
    let short = text.chars().count() <= TITLE && !text.contains('\n') && text.ends_with(['）', ')']);
    let bracket = text.rfind(['（', '(']).map_or("", |at| &text[at..]);
    let named = text.len() > bracket.len() * 2 / 3;
    !post.facts.demands.is_empty() && text.starts_with("[链接]")
        || short && named && ORDERS.iter().any(|w| bracket.contains(w))
}

/// A picture, recording or file: its words, if any, are a name.
pub(super) fn is_thing(post: &Post) -> bool {
    matches!(post.kind, Kind::Image | Kind::Video | Kind::Voice | Kind::File | Kind::Sticker)
}

/// A post whose content was seen before: a further copy of a notice, or a picture that now proves to be one.
fn again(state: &mut State, post: Post, key: Option<u128>) -> Placement {
    let found = by_content(state, &post, key);
    let found = if found.is_some() { found } else { by_thing(state, &post, key) };
    match found {
        Some(found) => join(state, post, key, found, true),
        // Another file under a name that is known.
        None if post.kind == Kind::File => unread(state, post, key),
        None if post.facts.role == Role::Ack => {
            Placement { slot: reply::answered(state, &post), ..noise(MessageRole::Ack) }
        }
        None => noise(if matches!(post.kind, Kind::Image | Kind::Video) || post.facts.role == Role::Done {
            MessageRole::Submission
        } else {
            MessageRole::Chatter
        }),
    }
}

/// A post whose words alone do not make it a notice: a file, a link or a picture from somebody who issues notices
/// here, or a part of a notice that is known.
fn unread(state: &mut State, post: Post, key: Option<u128>) -> Placement {
    let issuer = state.notices.is_issuer(post.group, &post.sender);
    if issuer && matches!(post.kind, Kind::File) && !post.mine && !is_own_paper(&post) {
        if let Some(found) = by_paper(state, &post) {
            return join(state, post, key, found, false);
        }
        return open(state, post, key, Vec::new());
    }
    if issuer && matches!(post.kind, Kind::Link | Kind::Forward | Kind::Miniapp | Kind::Announcement) {
        return place(state, post, key);
    }
    let piece = if issuer && !is_thing(&post) && !post.mine { by_act(state, &post) } else { None };
    if let Some(found) = piece {
        return join(state, post, key, found, false);
    }
    if issuer && let Some(found) = by_picture(state, &post) {
        return join(state, post, key, found, false);
    }
    if issuer && (tells(&post) || is_shared_link(&post)) && !is_thing(&post) {
        return place(state, post, key);
    }
    if issuer
        && !is_thing(&post)
        && let Some(placement) = followup::remark(state, &post, key)
    {
        return placement;
    }
    if post.plain_len() >= verdict::SHORT
        && let Some(found) = by_similarity(state, &post, &mut Vec::new())
    {
        let whole = !is_fragment(state, found.slot, &post);
        return join(state, post, key, found, whole);
    }
    if issuer && let Some(link) = beside_picture(state, &post) {
        return open(state, post, key, vec![link]);
    }
    if issuer && let Some(found) = by_excerpt(state, &post) {
        return join(state, post, key, found, false);
    }
    match post.kind {
        Kind::Image | Kind::Video | Kind::File | Kind::Voice => {
            remember(state, post);
            noise(MessageRole::Submission)
        }
        _ => noise(MessageRole::Chatter),
    }
}

/// A shorter excerpt may be a turn of phrase.
const EXCERPT: usize = 14;

/// The notice of which somebody who issues notices repeats a piece to the letter: 照片要举证书，脸和证都清楚，去世的当天报.
fn by_excerpt(state: &mut State, post: &Post) -> Option<Found> {
    // What is longer, or names a moment of its own, was judged by its facts before.
    let piece = (EXCERPT..verdict::SHORT).contains(&post.plain_len());
    let timed = post.facts.due.is_some() || post.facts.event.is_some();
    if !piece || timed || is_thing(post) || post.mine {
        return None;
    }
    let near = state.notices.nearest(post.plain());
    let (slot, ..) = near.into_iter().find(|(slot, member, _)| {
        let live = state.notices.get(*slot).filter(|live| live.kind == MessageRole::Copy);
        let text = live.and_then(|live| live.members.get(*member)).map_or("", |m| m.post.plain());
        text.contains(post.plain()) && !refused(state, *slot, post)
    })?;
    let reason = same(state, slot, post, 1.0, &Verdict::Same);
    Some(Found { slot, similarity: 1.0, reason, conflicts: Vec::new() })
}

/// A picture or file that may turn out to be a notice when somebody who issues notices posts it elsewhere. Until
/// then it is a submission and shown nowhere.
pub(super) fn remember(state: &mut State, post: Post) {
    let key = content_key(&post);
    // Many exports lose what would tell a picture again. Somebody may still point at it: 看图.
    let pointed =
        matches!(post.kind, Kind::Image | Kind::Video) && state.notices.is_issuer(post.group, &post.sender);
    // What is put back into a notice is none of those.
    if state.force.is_some() {
        return;
    }
    // The first one of a thing is enough.
    let same = |slot: &Slot| {
        let members = state.notices.get(*slot).map_or(&[][..], |live| &live.members);
        members.iter().any(|m| m.key == key && !is_other_file(&m.post, &post))
    };
    let known = key.is_some_and(|key| state.notices.with_key(key).iter().any(same));
    if key.is_none() && !pointed || known || post.mine || !is_thing(&post) {
        return;
    }
    let slot = state.notices.open(MessageRole::Submission, None);
    state.notices.join(slot, Member::plain(post, None), key);
}

/// The remembered picture or file that `post` shows again in another group: a notice now, if one of the two people
/// issues notices in that group.
fn by_thing(state: &mut State, post: &Post, key: Option<u128>) -> Option<Found> {
    let slot = *state.notices.with_key(key?).last()?;
    if state.force.is_some() && refused(state, slot, post) {
        return None;
    }
    let live = state.notices.get(slot)?;
    let elsewhere = live.members.iter().all(|m| m.post.group != post.group);
    let issuer = state.notices.is_issuer(post.group, &post.sender)
        || live.members.iter().any(|m| state.notices.is_issuer(m.post.group, &m.post.sender));
    let other = live.members.iter().any(|m| is_other_file(&m.post, post));
    if live.kind != MessageRole::Submission || !elsewhere || !issuer || post.mine || other {
        return None;
    }
    let why = same(state, slot, post, 1.0, &Verdict::Same);
    state.notices.promote(slot);
    Some(Found { slot, similarity: 1.0, reason: why, conflicts: Vec::new() })
}

pub(super) fn place(state: &mut State, post: Post, key: Option<u128>) -> Placement {
    if let Some(found) = by_content(state, &post, key) {
        return join(state, post, key, found, true);
    }
    if let Some(found) = by_signup(state, &post) {
        return join(state, post, key, found, true);
    }
    let mut rejected = Vec::new();
    if post.plain_len() >= SHORTEST
        && let Some(found) = by_similarity(state, &post, &mut rejected)
    {
        // 转两个：…；另：… holds the text of one notice and retells another.
        if several::may_hold_more(state, found.slot, &post)
            && let Some(placement) = several::place(state, &post, 2)
        {
            return placement;
        }
        let whole = !is_fragment(state, found.slot, &post);
        return join(state, post, key, found, whole);
    }
    let piece = by_act(state, &post);
    if let Some(found) = piece.or_else(|| by_picture(state, &post)) {
        return join(state, post, key, found, false);
    }
    if let Some(placement) = several::place(state, &post, 1) {
        return placement;
    }
    // How it got into the notice it is put back in, its words alone do not tell any more.
    if state.force.is_some() {
        return open(state, post, key, Vec::new());
    }
    let similar = match by_retelling(state, &post, &rejected) {
        Retold::Copy(found) => return join(state, post, key, found, true),
        Retold::Similar(link) => link,
    };
    let links = shown_beside(state, &post, similar, &rejected);
    open(state, post, key, links)
}

fn open(state: &mut State, post: Post, key: Option<u128>, similar: Vec<LinkDraft>) -> Placement {
    let slot = state.open(MessageRole::Copy);
    if let Some(live) = state.notices.get_mut(slot) {
        live.links.extend(similar);
    }
    let role = role_of(&post, true);
    let pins = state.notices.pins();
    let apart = pins.class(&post).and_then(|class| pins.split_at(class));
    let reason = apart.map(|at| Reason::Split { at });
    state.notices.join(slot, Member::plain(post, reason.clone()), key);
    Placement { role, slot: Some(slot), also: Vec::new(), similarity: 1.0, reason }
}

pub(super) fn join(state: &mut State, post: Post, key: Option<u128>, found: Found, whole: bool) -> Placement {
    let role = role_of(&post, false);
    let Found { slot, similarity, reason, conflicts } = found;
    state.notices.join(
        slot,
        Member { post, similarity, reason: reason.clone(), whole, conflicts, key: None },
        key,
    );
    Placement { role, slot: Some(slot), also: Vec::new(), similarity, reason }
}

/// Whether a post is a piece of a notice that states less than the whole: the second half of a message sent in two. It
/// belongs to the notice, but must not draw others to it: 收到请回复 stands under every notice.
fn is_fragment(state: &State, slot: Slot, post: &Post) -> bool {
    const PIECE: usize = 60;
    let Some(live) = state.notices.get(slot) else {
        return false;
    };
    let facts = &post.facts;
    let longest = live.members.iter().map(|m| m.post.text.len()).max().unwrap_or(0);
    let states_less = facts.due.is_none()
        && facts.event.is_none()
        && live.members.iter().any(|m| m.post.facts.due.is_some() || m.post.facts.event.is_some());
    states_less && post.text.len() * 100 < longest * PIECE
}

fn role_of(post: &Post, first: bool) -> MessageRole {
    let signup = post.facts.role == Role::Signup || post.kind == Kind::Signup;
    if signup && !first { MessageRole::Signup } else { MessageRole::Copy }
}

/// What a person put together comes first.
fn by_pin(state: &State, post: &Post) -> Option<Found> {
    let pins = state.notices.pins();
    let class = pins.class(post)?;
    let slots = state.notices.with_class(class);
    let slot = slots.iter().rev().copied().find(|slot| !refused(state, *slot, post))?;
    let live = state.notices.get(slot)?;
    let conflicts = verdict::differing(&live.members.first()?.post, post);
    Some(Found { slot, similarity: 1.0, reason: pinned_reason(pins, class), conflicts })
}

/// `你合并过（01-09）`: the last word of a person on it.
fn pinned_reason(pins: &super::Pins, class: u32) -> Option<Reason> {
    match (pins.joined_at(class), pins.split_at(class)) {
        (joined, Some(at)) if joined.is_none_or(|j| at > j) => Some(Reason::Split { at }),
        (joined, _) => joined.map(|at| Reason::Joined { at }),
    }
}

/// The exact layer: the same text, file or picture, or a link of the same title.
fn by_content(state: &State, post: &Post, key: Option<u128>) -> Option<Found> {
    let found = |key| by_key(state, post, key);
    key.and_then(found).or_else(|| link_key(post).and_then(found))
}

fn by_key(state: &State, post: &Post, key: u128) -> Option<Found> {
    let slots = state.notices.with_key(key);
    let mut best: Option<(Slot, Verdict)> = None;
    for &slot in slots.iter().rev() {
        if refused(state, slot, post) {
            continue;
        }
        let verdict = against(state, slot, post, Beside::Key(key));
        match verdict {
            Verdict::Same => return Some(found(state, slot, post, 1.0, &Verdict::Same)),
            Verdict::Conflict(_) if best.is_none() => best = Some((slot, verdict)),
            _ => {}
        }
    }
    best.map(|(slot, verdict)| found(state, slot, post, 1.0, &verdict))
}

/// The near layer: candidates of the index, judged by facts. Similar to any member, in conflict with none.
pub(super) fn by_similarity(state: &mut State, post: &Post, rejected: &mut Vec<Rejected>) -> Option<Found> {
    // A post that is put back can go to one notice only: no need to look at the others.
    let near = match state.force {
        None => state.notices.nearest(post.plain()),
        Some(slot) => state.notices.near_in(slot, post.plain()),
    };
    let mut best: Option<(f64, f64, Slot, Verdict)> = None;
    for (slot, number, candidate) in near {
        if rejected.iter().any(|r| r.slot == slot) || refused(state, slot, post) {
            continue;
        }
        // The second half of what the same person is just posting here goes where the first half went.
        let act = state.notices.get(slot).is_some_and(|live| is_one_act(live, post));
        let act = f64::from(u8::from(act));
        // What could not be the best in any case need not be judged.
        if best.as_ref().is_some_and(|(r, ..)| act + (candidate.score() + 1.0) <= *r + 1e-9) {
            continue;
        }
        let verdict = against(state, slot, post, Beside::Member(number, candidate));
        let rank = act
            + match &verdict {
                Verdict::Same => candidate.score() + 1.0,
                Verdict::Conflict(differ) if differ.iter().all(|d| d.fact == Fact::Words) => {
                    candidate.score() + 1.0
                }
                Verdict::Conflict(_) => candidate.score(),
                Verdict::Next | Verdict::Different => {
                    rejected.push(Rejected { slot, next: verdict == Verdict::Next });
                    continue;
                }
            };
        if best.as_ref().is_none_or(|(r, ..)| rank > *r + 1e-9) {
            best = Some((rank, candidate.jaccard.max(candidate.containment), slot, verdict));
        }
    }
    let (_, alike, slot, verdict) = best?;
    Some(found(state, slot, post, alike, &verdict))
}

/// Which member a post is laid beside.
enum Beside {
    Member(usize, Candidate),
    Key(u128),
}

/// What a post is to a notice: judged against the member it resembles, with the facts of all.
fn against(state: &State, slot: Slot, post: &Post, beside: Beside) -> Verdict {
    let Some(live) = state.notices.get(slot) else {
        return Verdict::Different;
    };
    let (member, whole) = match beside {
        Beside::Member(number, candidate) => (live.members.get(number), candidate.containment >= 1.0),
        Beside::Key(key) => {
            (live.members.iter().rev().find(|m| m.key == Some(key)).or(live.members.last()), true)
        }
    };
    let Some(member) = member else {
        return Verdict::Different;
    };
    if live.kind != MessageRole::Copy {
        return Verdict::Different;
    }
    let other_half = |m: &Member| same_act(&m.post, post) && !whole && !m.whole;
    let same_group = live.members.iter().any(|m| m.post.group == post.group && !other_half(m));
    verdict::judge(&member.post, post, Pair { same_group, gap: post.sent_at - live.last })
}

fn found(state: &State, slot: Slot, post: &Post, similarity: f64, verdict: &Verdict) -> Found {
    let conflicts = if let Verdict::Conflict(facts) = verdict { facts.clone() } else { Vec::new() };
    Found { slot, similarity, reason: same(state, slot, post, similarity, verdict), conflicts }
}

/// `与 应急群 01-08 08:55 相同 97%，日期不同：…`.
fn same(state: &State, slot: Slot, post: &Post, similarity: f64, verdict: &Verdict) -> Option<Reason> {
    let differ = if let Verdict::Conflict(facts) = verdict { facts.clone() } else { Vec::new() };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share as a percentage")]
    let percent = (similarity.clamp(0.0, 1.0) * 100.0).round() as u8;
    Some(Reason::Same { with: earlier(state, slot, post)?, percent, differ })
}

/// The first message of a notice, as the reasons of later posts name it.
pub(super) fn earlier(state: &State, slot: Slot, post: &Post) -> Option<Earlier> {
    let first = &state.notices.get(slot)?.members.first()?.post;
    Some(Earlier {
        group: first.group_name.to_string(),
        at: first.sent_at,
        day: local(first.sent_at).date() != local(post.sent_at).date(),
    })
}

/// A 接龙 is re-posted whole with every entry: same title in the same group. Some exporters keep nothing but its mark;
/// then what follows within the day is the same one.
fn by_signup(state: &State, post: &Post) -> Option<Found> {
    const DAY_MS: i64 = 24 * 3_600_000;
    let title = signup_title(post)?;
    let fits = |live: &Live| {
        live.members.iter().any(|m| signup_title(&m.post).is_some_and(|t| t == title))
            && (!title.is_empty() || post.sent_at - live.last <= DAY_MS)
    };
    let (slot, _) = state
        .notices
        .in_group(post.group)
        .filter(|(slot, live)| live.kind == MessageRole::Copy && !refused(state, *slot, post))
        .filter(|(_, live)| fits(live))
        .last()?;
    Some(Found { slot, similarity: 1.0, reason: Some(Reason::SignUp), conflicts: Vec::new() })
}

fn signup_title(post: &Post) -> Option<String> {
    if post.facts.role != Role::Signup && post.kind != Kind::Signup {
        return None;
    }
    let title = post.facts.signup.as_ref().map(|s| match_text(&s.title)).unwrap_or_default();
    Some(if title == "接龙" { String::new() } else { title })
}

/// Whether a notice is out of the question for a post: the user pinned them different, or the post is being put back
/// and belongs elsewhere.
pub(super) fn refused(state: &State, slot: Slot, post: &Post) -> bool {
    state.force.is_some_and(|own| own != slot) || pinned_different(state, slot, post)
}

fn pinned_different(state: &State, slot: Slot, post: &Post) -> bool {
    let pins = state.notices.pins();
    let (Some(class), Some(live)) = (pins.class(post), state.notices.get(slot)) else {
        return false;
    };
    live.classes().iter().any(|other| pins.apart(class, *other).is_some())
}

fn noise(role: MessageRole) -> Placement {
    Placement { role, slot: None, also: Vec::new(), similarity: 0.0, reason: None }
}
