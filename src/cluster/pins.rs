//! What the user pinned: two contents are, or are not, the same notice. Contents are known by hashes, so that later
//! copies follow; a single message is known by the hash of its key, for where the same words stand on both sides.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_128;

use super::Post;
use super::assign::content_key;
use crate::message::{Attachment, Kind};
use crate::normalize::{fold, match_text};

/// Pairs of hashes pinned same or different, each with the time of the decision.
#[derive(Clone, Debug, Default)]
pub struct Pins {
    same: HashMap<u128, Vec<(u128, i64)>>,
    different: HashMap<u128, Vec<(u128, i64)>>,
}

impl Pins {
    /// Adds a pair; `at` is when the user decided, in milliseconds since the epoch.
    pub fn add(&mut self, a: u128, b: u128, same: bool, at: i64) {
        let map = if same { &mut self.same } else { &mut self.different };
        map.entry(a).or_default().push((b, at));
        map.entry(b).or_default().push((a, at));
    }

    /// What is pinned same as one of `own`, directly or by way of others, nearest first.
    pub(super) fn same_as(&self, own: &[u128]) -> Vec<(u128, i64)> {
        let mut out: Vec<(u128, i64)> = Vec::new();
        if self.same.is_empty() {
            return out;
        }
        let mut next: Vec<u128> = own.to_vec();
        while let Some(hash) = next.pop() {
            for &(other, at) in self.same.get(&hash).into_iter().flatten() {
                // One text pinned same as itself: posted again it is the same notice, whatever day it then means.
                if (other == hash || !own.contains(&other)) && !out.iter().any(|(o, _)| *o == other) {
                    out.push((other, at));
                    next.insert(0, other);
                }
            }
        }
        out
    }

    /// When one of `own` was pinned different from something, with what.
    pub(super) fn different_from(&self, own: &[u128]) -> Vec<(u128, i64)> {
        if self.different.is_empty() {
            return Vec::new();
        }
        own.iter().flat_map(|h| self.different.get(h).into_iter().flatten().copied()).collect()
    }
}

/// The hash by which pins know a text: XXH3-128 of its match text.
#[must_use]
pub fn text_hash(text: &str) -> u128 {
    xxh3_128(match_text(text).as_bytes())
}

/// The hash by which pins know one message, whatever it says.
#[must_use]
pub fn message_hash(key: &str) -> u128 {
    xxh3_128(format!("message\u{1f}{key}").as_bytes())
}

/// The hash by which pins know what a message carries: its words, or, without words, the picture or file.
#[must_use]
pub fn content_hash(kind: Kind, text: &str, attachments: &[Attachment]) -> u128 {
    thing_hash(kind, text, attachments).unwrap_or_else(|| text_hash(text))
}

/// The hash of a picture, recording or file.
pub(super) fn thing_hash(kind: Kind, text: &str, attachments: &[Attachment]) -> Option<u128> {
    let thing = attachments.first();
    match kind {
        Kind::Image | Kind::Video | Kind::Voice => {
            let md5 = thing?.md5.as_deref()?;
            Some(xxh3_128(format!("md5\u{1f}{md5}").as_bytes()))
        }
        Kind::File => {
            let name = thing.and_then(|a| a.name.as_deref()).unwrap_or(text);
            Some(xxh3_128(format!("file\u{1f}{}", fold(name)).as_bytes()))
        }
        _ => None,
    }
}

/// The hashes by which pins may know a post.
pub(super) fn hashes(post: &Post) -> [u128; 2] {
    let content = content_key(post).unwrap_or_else(|| text_hash(&post.text));
    [content, message_hash(&post.key)]
}
