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

/// Whether two files of one name are two: another content, or another size where the content is not known of both.
pub(super) fn is_other_file(one: &Post, other: &Post) -> bool {
    if one.kind != Kind::File || other.kind != Kind::File {
        return false;
    }
    let (Some(a), Some(b)) = (one.attachments.first(), other.attachments.first()) else {
        return false;
    };
    match (&a.md5, &b.md5) {
        (Some(a), Some(b)) => a != b,
        _ => a.size.zip(b.size).is_some_and(|(a, b)| a != b),
    }
}

/// What exports write in front of the title of a link.
const MARKS: [&str; 2] = ["[链接]", "[Link]"];

/// The title of a link: who shares it adds a line of his own, or none, or writes above it. Many exports keep it as words.
pub(super) fn link_key(post: &Post) -> Option<u128> {
    let marked = || post.text.lines().find_map(|l| MARKS.iter().find_map(|m| Some(l.split_once(m)?.1)));
    let title = if post.kind == Kind::Link {
        let named = post.attachments.iter().find_map(|a| a.name.as_deref());
        named.or_else(marked).or_else(|| post.text.lines().find(|l| !l.trim().is_empty()))?
    } else {
        marked()?
    };
    let title = match_text(title);
    (title.chars().count() >= TITLE).then(|| xxh3_128(format!("link\u{1f}{title}").as_bytes()))
}
