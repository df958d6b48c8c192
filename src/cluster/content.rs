//! What makes two posts the same without a look at their words: a hash of the text, of the thing that is carried, or of
//! the title of a link.

use xxhash_rust::xxh3::xxh3_128;

use super::{Post, pins};
use crate::message::Kind;
use crate::normalize::match_text;

/// A shorter title names no link: 链接, 分享.
const TITLE: usize = 6;

/// What makes two posts exactly the same: the words, or, without words, the thing that is carried.
pub(super) fn content_key(post: &Post) -> Option<u128> {
    match post.kind {
        Kind::Image | Kind::Video | Kind::Voice | Kind::File => {
            pins::thing_hash(post.kind, &post.text, &post.attachments)
        }
        Kind::Sticker => None,
        _ => (post.plain_len() >= 4).then(|| xxh3_128(post.plain().as_bytes())),
    }
}

/// The title of a link: who shares it adds a line of his own, or none.
pub(super) fn link_key(post: &Post) -> Option<u128> {
    if post.kind != Kind::Link {
        return None;
    }
    let named = post.attachments.iter().find_map(|a| a.name.as_deref());
    let line = named.or_else(|| post.text.lines().find(|l| !l.trim().is_empty()))?;
    let title = match_text(line);
    let title = title.strip_prefix("链接").unwrap_or(&title);
    (title.chars().count() >= TITLE).then(|| xxh3_128(format!("link\u{1f}{title}").as_bytes()))
}
