//! One act of posting: what the same person posts in the same group a moment later, a line about a file, a file that a
//! notice speaks of, a picture and what to see in it.

use super::assign::{Found, State, earlier, is_thing, refused};
use super::content::content_key;
use super::live::Live;
use super::reason::Reason;
use super::{LinkDraft, Post, Slot};
use crate::facts::Role;
use crate::facts::role::is_office;
use crate::message::Kind;
use crate::normalize::match_text;
use crate::notice::{LinkKind, MessageRole};

/// Notices of a group among which the other half of an act is looked for, the newest.
const NEWEST: usize = 4;

/// Two posts of one person in one group within this time are one act of posting.
const ONE_ACT_MS: i64 = 3 * 60_000;

/// Whether a post was made by who had posted `earlier` a moment before.
pub(super) fn same_act(earlier: &Post, post: &Post) -> bool {
    earlier.sender == post.sender && post.sent_at - earlier.sent_at <= ONE_ACT_MS
}

/// Whether the last message of a notice in this group was posted by the same person a moment before.
pub(super) fn is_one_act(live: &Live, post: &Post) -> bool {
    let last = live.members.iter().rev().find(|m| m.post.group == post.group);
    last.is_some_and(|m| same_act(&m.post, post))
}

/// A line that explains the file, link or first half that the same person posted a moment before.
pub(super) fn by_act(state: &State, post: &Post) -> Option<Found> {
    let slot = state.notices.last_in(post).filter(|slot| !refused(state, *slot, post))?;
    let live = state.notices.get(slot)?;
    let last = live.members.iter().rev().find(|m| m.post.group == post.group)?;
    let thing = matches!(last.post.kind, Kind::File | Kind::Link | Kind::Miniapp);
    (thing && same_act(&last.post, post)).then(|| explained(slot))
}

/// A picture that is a notice runs through the groups in this time.
const RUNS_MS: i64 = 30 * 60_000;

/// The picture that `post`, of somebody who issues notices, shows again, as far as one can tell where the export kept nothing of
/// either: a picture is a notice elsewhere, and within the half hour he posts one here. They are shown beside each other.
pub(super) fn beside_picture(state: &State, post: &Post) -> Option<LinkDraft> {
    let unknown = matches!(post.kind, Kind::Image | Kind::Video) && content_key(post).is_none();
    if !unknown || post.mine {
        return None;
    }
    let (slot, live) = state.notices.last_picture(post.sent_at - RUNS_MS)?;
    // The first one of those that ran.
    let first = live.links.iter().find(|l| l.kind == LinkKind::Similar).map_or(slot, |l| l.to);
    if live.is_in(post.group) || state.notices.get(first).is_none_or(|l| l.is_in(post.group)) {
        return None;
    }
    let reason = earlier(state, first, post).map(|of| Reason::MaySpeak { of, clues: Vec::new() });
    Some(LinkDraft { kind: LinkKind::Similar, to: first, reason })
}

/// A line that points at the picture which the same person posted here a moment before: 看图，今天都动起来. The picture
/// is the notice then, and the line a piece of it.
pub(super) fn by_picture(state: &mut State, post: &Post) -> Option<Found> {
    const POINTS: [&str; 10] =
        ["看图", "见图", "如图", "图上", "图中", "图里", "按图", "按这个", "照这个", "按照这个"];
    let points = POINTS.iter().any(|w| post.text.contains(w));
    let notice = post.facts.role == Role::Notice;
    if post.mine || is_thing(post) || !points && !notice {
        return None;
    }
    // What to do with a file is said in the line behind it.
    let picture = |live: &Live| {
        let last = live.members.iter().rev().find(|m| m.post.group == post.group);
        let shown = last.is_some_and(|m| match m.post.kind {
            Kind::Image | Kind::Video => points,
            Kind::File => notice && !is_own_paper(&m.post),
            _ => false,
        });
        shown && is_one_act(live, post)
    };
    let of = |slot: &Slot| state.notices.get(*slot).is_some_and(picture) && !refused(state, *slot, post);
    let slot = state.notices.newest_in(post.group, NEWEST).filter(of).last()?;
    if state.notices.get(slot)?.kind == MessageRole::Submission {
        state.notices.promote(slot);
    }
    Some(explained(slot))
}

/// A file that the notice speaks of which the same person posted here a moment before: 名单附后, or its name in the text.
/// A second file comes behind the first.
pub(super) fn by_paper(state: &State, post: &Post) -> Option<Found> {
    let speaks = |live: &Live| {
        let here = live.members.iter().rev().filter(|m| m.post.group == post.group);
        let told = here.map(|m| &m.post).find(|p| !is_thing(p));
        told.is_some_and(|p| same_act(p, post) && p.facts.role == Role::Notice && names(p, post))
    };
    let of = |slot: &Slot| {
        let live = state.notices.get(*slot);
        live.is_some_and(|live| is_one_act(live, post) && speaks(live)) && !refused(state, *slot, post)
    };
    let slot = state.notices.newest_in(post.group, NEWEST).filter(of).last()?;
    Some(explained(slot))
}

/// Whether a notice says that a file goes with it, or names it by so many characters in a row.
fn names(notice: &Post, file: &Post) -> bool {
    const GOES_WITH: [&str; 14] = [
        "附后",
        "附上",
        "附件",
        "附表",
        "后附",
        "见附",
        "见文件",
        "见表格",
        "表格见",
        "见下",
        "下方",
        "随后发",
        "模板",
        "样表",
    ];
    const NAMED: usize = 4;
    let name = file.attachments.first().and_then(|a| a.name.as_deref()).unwrap_or(&file.text);
    let stem: Vec<char> = match_text(name.rsplit_once('.').map_or(name, |(stem, _)| stem))
        .chars()
        .filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c))
        .collect();
    GOES_WITH.iter().any(|w| notice.text.contains(w))
        || stem.windows(NAMED).any(|part| notice.plain().contains(&part.iter().collect::<String>()))
}

fn explained(slot: Slot) -> Found {
    Found { slot, similarity: 0.0, reason: Some(Reason::Explains), conflicts: Vec::new() }
}

/// A file named after who sends it is handed in, not given out: 南坪村归档目录 by 南坪-郝.
pub(super) fn is_own_paper(post: &Post) -> bool {
    let name = post.attachments.first().and_then(|a| a.name.as_deref()).unwrap_or(&post.text);
    let han: Vec<char> = post.sender.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).collect();
    !is_office(&post.sender) && han.windows(2).any(|pair| name.contains(&pair.iter().collect::<String>()))
}
