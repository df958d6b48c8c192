//! What a person decided about which messages are one notice, as clustering obeys it. Decisions hang on nodes: the
//! content of a message, so that later copies of the same words follow, or one message alone where the same words
//! stand on both sides.

use std::collections::{HashMap, HashSet};

use xxhash_rust::xxh3::xxh3_128;

use super::Post;
use super::content::content_key;
use crate::message::{Attachment, Kind};
use crate::normalize::fold;
use crate::notice::LinkKind;

/// What decisions hang on: the hash of a message's content, or of its key.
pub type Node = u128;

/// The node of one message alone.
#[must_use]
pub fn key_node(key: &str) -> Node {
    xxh3_128(format!("key\u{1f}{key}").as_bytes())
}

/// The node of a message: its content where it has any that can come again, else the message alone.
#[must_use]
pub fn node(post: &Post) -> Node {
    content_key(post).unwrap_or_else(|| key_node(&post.key))
}

/// The hash of a picture, recording or file; none where nothing is known of it: two such may be anything.
pub(super) fn thing_hash(kind: Kind, text: &str, attachments: &[Attachment]) -> Option<u128> {
    let thing = attachments.first();
    match kind {
        Kind::Image | Kind::Video | Kind::Voice => {
            let md5 = thing?.md5.as_deref().filter(|md5| !md5.is_empty())?;
            Some(xxh3_128(format!("md5\u{1f}{md5}").as_bytes()))
        }
        Kind::File => {
            let name = fold(thing.and_then(|a| a.name.as_deref()).unwrap_or(text));
            (!name.is_empty()).then(|| xxh3_128(format!("file\u{1f}{name}").as_bytes()))
        }
        _ => None,
    }
}

/// Two nodes that a person said are, or are not, one notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pin {
    /// One side.
    pub a: Node,
    /// The other.
    pub b: Node,
    /// Whether they are the same.
    pub same: bool,
    /// When it was decided, in milliseconds since the epoch.
    pub at: i64,
}

/// A link between two messages that a person set or refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinnedLink {
    /// Key of the message that speaks, and its node.
    pub from: (String, Node),
    /// Key of the message spoken of, and its node.
    pub to: (String, Node),
    /// How.
    pub kind: LinkKind,
    /// `false`: it was refused.
    pub linked: bool,
    /// When it was decided.
    pub at: i64,
}

/// Nodes that belong together, by number.
type Class = u32;

/// What a person decided, ready to be asked. Pins are closed: what is the same as the same is the same, and what is
/// different from one of them is different from all.
#[derive(Clone, Debug, Default)]
pub struct Pins {
    class: HashMap<Node, Class>,
    /// The last decision that holds a class together.
    joined_at: HashMap<Class, i64>,
    different: HashMap<(Class, Class), i64>,
    leads: HashMap<Node, i64>,
    links: Vec<PinnedLink>,
    ends: HashSet<String>,
}

impl Pins {
    /// Sums up decisions: pins, nodes that lead, links.
    #[must_use]
    pub fn new(pins: &[Pin], leads: &[(Node, i64)], links: Vec<PinnedLink>) -> Self {
        let mut out = Pins::default();
        let mut parents: Vec<Class> = Vec::new();
        let nodes = pins.iter().flat_map(|p| [p.a, p.b]);
        let nodes = nodes.chain(links.iter().flat_map(|l| [l.from.1, l.to.1]));
        for node in nodes.chain(leads.iter().map(|l| l.0)) {
            out.class.entry(node).or_insert_with(|| {
                parents.push(parents.len() as Class);
                parents.len() as Class - 1
            });
        }
        for pin in pins.iter().filter(|p| p.same) {
            let (a, b) = (root(&mut parents, out.class[&pin.a]), root(&mut parents, out.class[&pin.b]));
            parents[a.max(b) as usize] = a.min(b);
        }
        for class in out.class.values_mut() {
            *class = root(&mut parents, *class);
        }
        for pin in pins {
            let (a, b) = (out.class[&pin.a], out.class[&pin.b]);
            let at = if pin.same {
                out.joined_at.entry(a).or_insert(pin.at)
            } else {
                out.different.entry((a.min(b), a.max(b))).or_insert(pin.at)
            };
            *at = pin.at.max(*at);
        }
        out.leads = leads.iter().copied().collect();
        out.ends = links.iter().flat_map(|l| [l.from.0.clone(), l.to.0.clone()]).collect();
        out.links = links;
        out
    }

    /// Whether nothing was decided.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.class.is_empty()
    }

    /// The class of a post, if anything was decided about it: the message itself comes before its content.
    pub(super) fn class(&self, post: &Post) -> Option<Class> {
        if self.is_empty() {
            return None;
        }
        self.class.get(&key_node(&post.key)).or_else(|| self.class.get(&content_key(post)?)).copied()
    }

    /// Whether something was decided about the content of a post as a whole.
    pub(super) fn knows_content(&self, post: &Post) -> bool {
        !self.is_empty() && content_key(post).is_some_and(|key| self.class.contains_key(&key))
    }

    /// When two classes were said to be different, if they were.
    pub(super) fn apart(&self, a: Class, b: Class) -> Option<i64> {
        self.different.get(&(a.min(b), a.max(b))).copied()
    }

    /// When a class was last said to be different from anything.
    pub(super) fn split_at(&self, class: Class) -> Option<i64> {
        self.different.iter().filter(|((a, b), _)| *a == class || *b == class).map(|(_, at)| *at).max()
    }

    /// When a class was last put together, if it was.
    pub(super) fn joined_at(&self, class: Class) -> Option<i64> {
        self.joined_at.get(&class).copied()
    }

    /// When a post was said to lead its notice, if it was.
    pub(super) fn leads(&self, post: &Post) -> Option<i64> {
        if self.leads.is_empty() {
            return None;
        }
        self.leads.get(&key_node(&post.key)).or_else(|| self.leads.get(&content_key(post)?)).copied()
    }

    /// Whether a link hangs on this message.
    pub(super) fn is_end(&self, key: &str) -> bool {
        self.ends.contains(key)
    }

    /// The links that were set, with this message at either end.
    pub(super) fn links(&self, key: &str) -> impl Iterator<Item = &PinnedLink> {
        self.links.iter().filter(move |l| l.linked && (l.from.0 == key || l.to.0 == key))
    }

    /// Whether a link of this kind between any of these classes was refused.
    pub(super) fn any_unlinked(&self, from: &[Class], to: &[Class], kind: LinkKind) -> bool {
        self.refuses_links() && from.iter().any(|a| to.iter().any(|b| self.unlinked(*a, *b, kind)))
    }

    fn unlinked(&self, from: Class, to: Class, kind: LinkKind) -> bool {
        // The words of a message, and the message alone where it was split from others of the same words.
        let is = |end: &(String, Node), class: Class| {
            self.class.get(&end.1) == Some(&class) || self.class.get(&key_node(&end.0)) == Some(&class)
        };
        self.links.iter().filter(|l| !l.linked && l.kind == kind).any(|l| {
            is(&l.from, from) && is(&l.to, to) || kind.both_ways() && is(&l.to, from) && is(&l.from, to)
        })
    }

    /// Whether any link was refused.
    pub(super) fn refuses_links(&self) -> bool {
        self.links.iter().any(|l| !l.linked)
    }
}

fn root(parents: &mut [Class], mut class: Class) -> Class {
    while parents[class as usize] != class {
        parents[class as usize] = parents[parents[class as usize] as usize];
        class = parents[class as usize];
    }
    class
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_name_is_not_the_same_as_another() {
        let hash = |thing: Attachment| thing_hash(thing.kind, "", &[thing]);
        assert_eq!(hash(Attachment::named(Kind::File, "")), None);
        assert_eq!(thing_hash(Kind::File, " ", &[]), None);
        assert!(hash(Attachment::named(Kind::File, "花名册.xlsx")).is_some());
        let nothing = Attachment { md5: Some(String::new()), ..Attachment::named(Kind::Image, "") };
        assert_eq!(hash(nothing), None);
    }

    fn pin(a: Node, b: Node, same: bool) -> Pin {
        Pin { a, b, same, at: 7 }
    }

    #[test]
    fn pins_are_closed() {
        let pins = Pins::new(&[pin(1, 2, true), pin(3, 2, true), pin(4, 1, false)], &[], Vec::new());
        assert_eq!(pins.class[&1], pins.class[&3]);
        assert_eq!(pins.apart(pins.class[&3], pins.class[&4]), Some(7));
        assert_eq!(pins.joined_at(pins.class[&2]), Some(7));
        assert_eq!(pins.joined_at(pins.class[&4]), None);
    }
}
