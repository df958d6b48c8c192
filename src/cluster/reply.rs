//! Which notice a 收到 answers. Rules, in this order:
//!
//! 1. A reply that quotes words answers the notice of its group that holds those words, the latest if several do.
//! 2. A bare reply answers what was posted last in its group that can be answered: a notice, or a correction, reminder
//!    or closure, which then takes the reply away from the notice before it; not one of more than two weeks ago.
//! 3. A bare reply that comes within [`READ_MS`] of a post was written before that post was read: it answers nothing
//!    that could be named.
//! 4. Who is named in what was posted last and says something short within [`CALLED_MS`] answers it, whatever his words
//!    (陈岚把这几户分一下 → 分好了).

use super::assign::State;
use super::{Post, Slot};
use crate::facts::is_surname;
use crate::facts::role::is_office;
use crate::message::Kind;
use crate::normalize::match_text;

/// Nobody reads a notice and answers it faster. Of 1,029 labelled replies in a year's sample of 35 groups, the fastest
/// that answers the post before it comes after 24 seconds, and none of those below 20 does.
const READ_MS: i64 = 20_000;
/// Words of a quotation that are compared, in characters: clients cut it.
const QUOTED: usize = 16;
/// Fewer say nothing.
const LEAST: usize = 5;

/// Who is called by name answers within this time, or speaks of something else.
const CALLED_MS: i64 = 15 * 60_000;
/// Longest answer of who is called by name, in characters.
const CALLED: usize = 30;

/// The notice that calls this post's sender by name, where the post can be the answer.
pub(super) fn by_name(state: &State, post: &Post) -> Option<Slot> {
    let short = (1..=CALLED).contains(&post.text.chars().count()) && post.kind == Kind::Text;
    if !short || post.text.contains(['?', '？', '\n']) || post.text.ends_with('吗') || is_office(&post.sender)
    {
        return None;
    }
    let (slot, at) = state.notices.last_said(post)?;
    if !(READ_MS..=CALLED_MS).contains(&(post.sent_at - at)) {
        return None;
    }
    let name = own_name(&post.sender)?;
    let live = state.notices.get(slot)?;
    let said = live.members.iter().rev().find(|m| m.post.group == post.group)?;
    (said.post.sender != post.sender && said.post.text.contains(&name)).then_some(slot)
}

/// The name of a person in a card such as 石桥村-陈岚, 陈岚（石桥村） or 岚岚: the part of two or three characters that begins
/// with a family name, else the whole card.
fn own_name(card: &str) -> Option<String> {
    let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let parts: Vec<&str> = card.split(|c| !han(c)).filter(|p| !p.is_empty()).collect();
    let fits = |p: &&&str| (2..=3).contains(&p.chars().count());
    let named = parts.iter().rev().filter(fits).find(|p| p.starts_with(is_surname));
    let whole = || (parts.len() == 1).then(|| parts.first()).flatten().filter(fits);
    named.or_else(whole).map(|p| (*p).to_owned())
}

/// The notice a reply answers.
pub(super) fn answered(state: &State, post: &Post) -> Option<Slot> {
    if let Some(words) = quoted(post) {
        let holds = |said: &Post| said.plain().contains(&words);
        let slots: Vec<Slot> = state
            .notices
            .in_group(post.group)
            .filter(|(_, live)| live.members.iter().any(|m| m.post.group == post.group && holds(&m.post)))
            .map(|(slot, _)| slot)
            .collect();
        if let Some(slot) = slots.last() {
            return Some(*slot);
        }
    }
    let (slot, at) = state.notices.last_said(post)?;
    (post.sent_at - at >= READ_MS).then_some(slot)
}

/// The beginning of what a reply quotes: the service's own quotation, or one written as 「某某：…」 above a line.
fn quoted(post: &Post) -> Option<String> {
    let own = post.quoted.as_ref().and_then(|q| q.text.clone());
    let written = || {
        let inside = post.text.trim_start().strip_prefix('「')?.split('」').next()?;
        Some(inside.split_once(['：', ':']).map_or(inside, |(_, said)| said).to_owned())
    };
    let text = own.or_else(written)?;
    let words: String = match_text(&text).chars().take(QUOTED).collect();
    (words.chars().count() >= LEAST).then_some(words)
}
