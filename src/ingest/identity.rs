//! Which entries of an export are messages that are known already (`formats.md` §4.3). Pure: what is stored comes in as
//! [`Known`], what is to be written goes out as [`Write`].
//!
//! Equal entries are counted, not merged: a file says of each message how often it stands in it, and what is stored is
//! the maximum over all files, never the sum. So every stored message can be claimed once by each section of a file.

use std::collections::{HashMap, HashSet};

use chrono::NaiveTime;

use super::align::{align, match_between};
use super::people::{Crowd, Names, learn_names, learn_pairs, may_be, named, same_sender};
use crate::message::{Attachment, Completeness, Kind, Message, Precision, local};
use crate::normalize::fold;
use crate::store::{Incoming, Known, Write};

/// What one section of one file (the messages of one chat) has been matched with so far.
#[derive(Default)]
pub(super) struct Claims {
    /// Stored messages this section has met.
    rows: HashSet<i64>,
    /// Next ordinal by minute, sender and body.
    ordinals: HashMap<u64, u32>,
    /// Whose id is whose name, as far as messages found in both tell.
    names: Names,
}

impl Claims {
    /// A stored message this section has met.
    pub(super) fn add(&mut self, row: i64) {
        self.rows.insert(row);
    }
}

/// A message with what the comparisons need.
pub(super) struct Entry {
    pub(super) message: Message,
    pub(super) sender: String,
    pub(super) body: u64,
    pub(super) minute: i64,
    /// Which of the stored messages it is.
    pub(super) found: Option<usize>,
}

/// How sure a match is; tried in this order over the whole chunk, so that a sure match is never taken by a vague one.
#[derive(Clone, Copy, PartialEq)]
enum Rule {
    /// The same id of the chat service, or the same number within the chat.
    Id,
    /// Everything equal.
    Equal,
    /// Everything equal, one time finer than the other.
    Finer,
    /// One of the two has no clock time.
    Undated,
    /// One of the two lost its body on the way.
    Loss,
}

const RULES: [Rule; 5] = [Rule::Id, Rule::Equal, Rule::Finer, Rule::Undated, Rule::Loss];

/// What is written for a chunk, and from which moment on what is derived is no longer right.
pub(super) struct Planned {
    pub(super) writes: Vec<Write>,
    pub(super) new: u64,
    pub(super) known: u64,
    pub(super) enriched: u64,
    pub(super) stale_from: Option<i64>,
}

/// Matches a chunk with what is stored. `taken` tells whether a key is in use, asked only where the group had messages
/// before; `own` are the user's names.
pub(super) fn plan(
    chunk: Vec<Message>,
    stored: &[Known],
    claims: &mut Claims,
    group_key: &str,
    own: &HashSet<String>,
    taken: &mut dyn FnMut(&crate::message::MessageKey) -> bool,
) -> Planned {
    let mut entries: Vec<Entry> = chunk
        .into_iter()
        .map(|message| Entry {
            sender: fold(&message.sender),
            body: message.body_hash(),
            minute: message.sent_at.div_euclid(60_000),
            found: None,
            message,
        })
        .collect();
    if !stored.is_empty() {
        match_all(&mut entries, stored, claims, own);
    }
    let mut planned = Planned {
        writes: Vec::with_capacity(entries.len()),
        new: 0,
        known: 0,
        enriched: 0,
        stale_from: None,
    };
    for entry in entries {
        match entry.found.map(|n| &stored[n]) {
            None => {
                let incoming = new_message(entry, claims, group_key, taken);
                planned.new += 1;
                stale(&mut planned.stale_from, incoming.message.sent_at);
                planned.writes.push(Write::New(Box::new(incoming)));
            }
            Some(known) => {
                let line = entry.message.line;
                match merge(known, entry.message) {
                    None => {
                        planned.known += 1;
                        planned.writes.push(Write::Seen { id: known.id, line });
                    }
                    Some((merged, matters)) => {
                        planned.enriched += 1;
                        if matters {
                            stale(&mut planned.stale_from, known.sent_at.min(merged.sent_at));
                        }
                        let merged = Box::new(Incoming::new(merged, group_key, 0));
                        planned.writes.push(Write::Enrich { id: known.id, merged, matters });
                    }
                }
            }
        }
    }
    planned
}

fn stale(from: &mut Option<i64>, at: i64) {
    *from = Some(from.map_or(at, |f| f.min(at)));
}

/// Gives a new message the first free ordinal among its equals.
fn new_message(
    entry: Entry,
    claims: &mut Claims,
    group_key: &str,
    taken: &mut dyn FnMut(&crate::message::MessageKey) -> bool,
) -> Incoming {
    let minute = if entry.message.precision.has_clock() { entry.minute } else { 0 };
    let place = entry.body ^ minute.cast_unsigned().rotate_left(32);
    let equals = xxhash_rust::xxh3::xxh3_64_with_seed(entry.sender.as_bytes(), place);
    let next = claims.ordinals.entry(equals).or_insert(0);
    let mut key = entry.message.key_of(group_key, &entry.sender, entry.body, *next);
    while taken(&key) {
        *next += 1;
        key = entry.message.key_of(group_key, &entry.sender, entry.body, *next);
    }
    let ordinal = *next;
    *next += 1;
    Incoming { message: entry.message, key, ordinal, body_hash: entry.body }
}

/// Finds the stored message of each entry.
fn match_all(entries: &mut [Entry], stored: &[Known], claims: &mut Claims, own: &HashSet<String>) {
    let mut by_minute: HashMap<i64, Vec<usize>> = HashMap::new();
    let mut by_body: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut by_id: HashMap<&str, usize> = HashMap::new();
    let senders: Vec<String> = stored.iter().map(|k| fold(&k.sender)).collect();
    for (n, known) in stored.iter().enumerate() {
        by_minute.entry(known.minute).or_default().push(n);
        by_body.entry(known.body_hash).or_default().push(n);
        if let Some(id) = &known.native_id {
            by_id.insert(id, n);
        }
    }
    learn_names(entries, stored, &senders, &mut claims.names);
    let crowd = Crowd::of(entries, stored, &senders);
    let mut names = std::mem::take(&mut claims.names);
    let none = Vec::new();
    for rule in RULES {
        if rule == Rule::Undated {
            // the long bodies tell whose id is whose name, and that finds the short ones
            for _ in 0..2 {
                let found = align(entries, stored, &mut claims.rows, &by_body, &|entry, n| {
                    fits(rule, entry, &stored[n], || {
                        same_sender(entry, &stored[n], &senders[n], own)
                            || named(entry, &stored[n], &senders[n], &names, false, &crowd)
                    })
                });
                if !learn_pairs(&found, entries, stored, &senders, &mut names) {
                    break;
                }
            }
            continue;
        }
        for entry in entries.iter_mut().filter(|e| e.found.is_none()) {
            let same_id = entry.message.native_id.as_deref().and_then(|id| by_id.get(id));
            let candidates = by_minute.get(&entry.minute);
            let found = same_id.into_iter().chain(candidates.unwrap_or(&none)).copied().find(|&n| {
                let known = &stored[n];
                !claims.rows.contains(&known.id)
                    && fits(rule, entry, known, || {
                        same_sender(entry, known, &senders[n], own)
                            || named(entry, known, &senders[n], &names, rule == Rule::Loss, &crowd)
                    })
            });
            if let Some(n) = found {
                claims.rows.insert(stored[n].id);
                entry.found = Some(n);
            }
        }
    }
    match_between(entries, stored, &mut claims.rows, &|entry, n| {
        let known = &stored[n];
        !(entry.message.precision.has_clock() && known.precision.has_clock())
            && days_agree(&entry.message, known)
            && (entry.body == known.body_hash || lost(&entry.message, known))
            && (same_sender(entry, known, &senders[n], own)
                || may_be(entry, known, &senders[n], &names)
                || nameless_quote(&entry.message, known))
    });
    claims.names = names;
}

fn fits(rule: Rule, entry: &Entry, known: &Known, same_sender: impl Fn() -> bool) -> bool {
    let m = &entry.message;
    if let (Some(a), Some(b)) = (&m.native_id, &known.native_id) {
        if a == b {
            return rule == Rule::Id;
        }
        if alike(a, b) {
            return false;
        }
    }
    let clocks = m.precision.has_clock() && known.precision.has_clock();
    let equal_body = entry.body == known.body_hash;
    match rule {
        Rule::Id => {
            m.seq.is_some()
                && m.seq == known.seq
                && clocks
                && time_agrees(m, known) != Agreement::No
                && same_sender()
        }
        Rule::Equal => equal_body && clocks && time_agrees(m, known) == Agreement::Equal && same_sender(),
        Rule::Finer => equal_body && clocks && time_agrees(m, known) == Agreement::Finer && same_sender(),
        Rule::Undated => {
            equal_body && !clocks && days_agree(m, known) && (same_sender() || nameless_quote(m, known))
        }
        Rule::Loss => {
            !equal_body && clocks && time_agrees(m, known) != Agreement::No && lost(m, known) && same_sender()
        }
    }
}

/// Whether two ids can be of one numbering: then different ids are different messages.
fn alike(a: &str, b: &str) -> bool {
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    digits(a) == digits(b) && a.len().abs_diff(b.len()) <= 2
}

#[derive(Clone, Copy, PartialEq)]
enum Agreement {
    Equal,
    Finer,
    No,
}

fn time_agrees(m: &Message, known: &Known) -> Agreement {
    let minutes = m.sent_at.div_euclid(60_000) == known.minute;
    let fine = |p: Precision| p <= Precision::Second;
    match (fine(m.precision), fine(known.precision)) {
        (true, true) if m.sent_at.div_euclid(1000) == known.sent_at.div_euclid(1000) => Agreement::Equal,
        (true, true) => Agreement::No,
        (false, false) if minutes => Agreement::Equal,
        _ if minutes => Agreement::Finer,
        _ => Agreement::No,
    }
}

/// One of the two has no clock: a stated day must agree. An entry without time that stands behind one that has it was
/// sent soon after that one; no day and no place at all agree with any.
fn days_agree(m: &Message, known: &Known) -> bool {
    const DAY_MS: i64 = 86_400_000;
    const SOON_MS: i64 = 7 * DAY_MS;
    let timeless = |precision: Precision| precision == Precision::None;
    let soon = |placed: i64, at: i64, precision: Precision| {
        let slack = if precision.has_clock() { 60_000 } else { DAY_MS };
        (-slack..SOON_MS).contains(&(at - placed))
    };
    let placed = (is_placed(m.precision, m.sent_at), is_placed(known.precision, known.sent_at));
    match (timeless(m.precision), timeless(known.precision)) {
        (true, true) => placed != (true, true) || m.sent_at == known.sent_at,
        (true, false) => !placed.0 || soon(m.sent_at, known.sent_at, known.precision),
        (false, true) => !placed.1 || soon(known.sent_at, m.sent_at, m.precision),
        (false, false) => local(m.sent_at).date() == local(known.sent_at).date(),
    }
}

/// An entry without time that carries the time of the one before it; where nothing came before, only the day is taken.
pub(super) fn is_placed(precision: Precision, sent_at: i64) -> bool {
    precision == Precision::None && local(sent_at).time() != NaiveTime::MIN
}

/// An answer that lost its sender and its time (WechatExporter): it stands where the message before it stood, so the
/// whole one follows within a day, or in the same minute where that is all that is known of its time. Of one that has no
/// time either only its place tells.
fn nameless_quote(m: &Message, known: &Known) -> bool {
    const DAY_MS: i64 = 86_400_000;
    const MINUTE_MS: i64 = 60_000;
    let nameless = |sender: &str, precision: Precision| sender.is_empty() && precision == Precision::None;
    let (lag, whole) = match (nameless(&m.sender, m.precision), nameless(&known.sender, known.precision)) {
        (true, false) => (known.sent_at - m.sent_at, known.precision),
        (false, true) => (m.sent_at - known.sent_at, m.precision),
        _ => return false,
    };
    // a copy by hand keeps no quotation: the answer is a plain text there
    let plain = |kind: Kind| kind == Kind::Text && whole == Precision::None;
    let either = |a: Kind, b: Kind| a == Kind::Quote && (b == Kind::Quote || plain(b));
    let quotes = either(m.kind, known.kind) || either(known.kind, m.kind);
    quotes && (whole == Precision::None || (-MINUTE_MS..DAY_MS).contains(&lag))
}

/// Whether the bodies differ only by what an export format loses: a placeholder, a first line, the name of a picture.
fn lost(m: &Message, known: &Known) -> bool {
    let poor = |c: Completeness| c != Completeness::Full;
    if m.completeness == Completeness::Placeholder || known.completeness == Completeness::Placeholder {
        // what somebody wrote is nobody's picture: of such a thing every export has its placeholder at least
        let words_and_thing = |a: Kind, b: Kind| a == Kind::Text && (b == Kind::Text || is_thing(b));
        let apart = words_and_thing(m.kind, known.kind) || words_and_thing(known.kind, m.kind);
        return m.kind == known.kind || !apart;
    }
    if poor(m.completeness) || poor(known.completeness) {
        let (a, b) = (bare(&m.text), bare(&known.text));
        let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        if short.is_empty() {
            // of a 接龙 whose first line is only its mark nothing is left but that it is one; of a forward one export has
            // the title, the other what it forwards
            return m.kind == known.kind && matches!(m.kind, Kind::Signup | Kind::Forward);
        }
        return long.starts_with(short.as_str());
    }
    // of a forward one export has what it forwards, the other its title as a plain line
    let title = |kind: Kind, text: &str| kind == Kind::Text && text.trim_end().ends_with("聊天记录");
    let untitled = |kind: Kind, text: &str| kind == Kind::Forward && text.is_empty();
    if title(m.kind, &m.text) && untitled(known.kind, &known.text)
        || untitled(m.kind, &m.text) && title(known.kind, &known.text)
    {
        return true;
    }
    if m.kind != known.kind || is_plain(m) {
        return false;
    }
    // Pictures, voices, files: one export has the name, the other only the fact.
    let name = m.attachments.first().and_then(|a| a.name.as_deref());
    let stored = attachments(known);
    let other = stored.first().and_then(|a| a.name.as_deref());
    let names = match (name, other) {
        (Some(a), Some(b)) => {
            fold(a) == fold(b) || fold(a).starts_with(&fold(b)) || fold(b).starts_with(&fold(a))
        }
        _ => true,
    };
    let (a, b) = (fold(&m.text), fold(&known.text));
    names && (a == b || a.is_empty() || b.is_empty())
}

/// Kinds that are shown, not read: no export writes them as plain words.
fn is_thing(kind: Kind) -> bool {
    matches!(kind, Kind::Image | Kind::Voice | Kind::Video | Kind::Sticker)
}

fn is_plain(m: &Message) -> bool {
    m.kind == Kind::Text
}

/// Text without the marks exporters put before a cut 接龙.
fn bare(text: &str) -> String {
    let text = fold(text);
    let text = text.strip_prefix("[接龙]").unwrap_or(&text);
    text.trim_start_matches("#接龙").trim_end_matches(['…', '.']).to_owned()
}

fn attachments(known: &Known) -> Vec<Attachment> {
    known.attachments.as_deref().and_then(|a| serde_json::from_str(a).ok()).unwrap_or_default()
}

/// What two exports say of the same attachments: each field from the one that has it; of two names the longer. Lists of
/// different length are not matched, the longer one stays. The order of the two makes no difference.
fn united(stored: &[Attachment], new: Vec<Attachment>) -> Vec<Attachment> {
    if stored.len() != new.len() {
        return if new.len() > stored.len() { new } else { stored.to_vec() };
    }
    fn better<T: Ord>(a: Option<T>, b: Option<T>, size: impl Fn(&T) -> usize) -> Option<T> {
        match (a, b) {
            (Some(a), Some(b)) => Some(if (size(&b), &a) > (size(&a), &b) { b } else { a }),
            (a, b) => a.or(b),
        }
    }
    let length = |text: &String| text.chars().count();
    let both = stored.iter().cloned().zip(new);
    both.map(|(a, b)| Attachment {
        kind: if a.kind == Kind::Unknown { b.kind } else { a.kind },
        name: better(a.name, b.name, length),
        path: better(a.path, b.path, length),
        md5: better(a.md5, b.md5, length),
        size: better(a.size, b.size, |size| usize::try_from(*size).unwrap_or(usize::MAX)),
        url: better(a.url, b.url, length),
    })
    .collect()
}

/// Characters of a value as JSON.
fn json_length(value: &impl serde::Serialize) -> i64 {
    serde_json::to_string(value).map_or(0, |text| text.chars().count() as i64)
}

/// The stored message with what this entry adds: a finer time, an id, a self mark, a fuller body. `None` when it adds
/// nothing; else whether notices depend on what changed.
fn merge(known: &Known, m: Message) -> Option<(Message, bool)> {
    let mut out = stored_message(known, m.line);
    let (mut changed, mut matters) = (false, false);
    if m.precision < out.precision {
        out.precision = m.precision;
        matters |= out.sent_at != m.sent_at;
        out.sent_at = m.sent_at;
        changed = true;
    } else if is_placed(m.precision, m.sent_at)
        && out.precision == Precision::None
        && !is_placed(out.precision, out.sent_at)
    {
        out.sent_at = m.sent_at;
        (changed, matters) = (true, true);
    }
    if out.native_id.is_none() && m.native_id.is_some() {
        out.native_id.clone_from(&m.native_id);
        changed = true;
    }
    if out.seq.is_none() && m.seq.is_some() {
        out.seq = m.seq;
        changed = true;
    }
    if out.sender_id.is_none() && m.sender_id.is_some() {
        out.sender_id.clone_from(&m.sender_id);
        changed = true;
    }
    let unnamed =
        out.sender == "我" || out.sender.is_empty() || out.sender_id.as_deref() == Some(&out.sender);
    let names = m.sender != "我" && !m.sender.is_empty() && m.sender_id.as_deref() != Some(&m.sender);
    if unnamed && names {
        out.sender.clone_from(&m.sender);
        (changed, matters) = (true, true);
    }
    if out.is_self != Some(true) && m.is_self.is_some() && out.is_self != m.is_self {
        matters |= m.is_self == Some(true);
        out.is_self = m.is_self;
        changed = true;
    }
    if m.recalled && !out.recalled {
        out.recalled = true;
        changed = true;
    }
    if merge_content(known, &mut out, m) {
        (changed, matters) = (true, true);
    }
    changed.then_some((out, matters))
}

/// What was said and what hangs on it; whether anything came to it.
fn merge_content(known: &Known, out: &mut Message, m: Message) -> bool {
    let mut changed = false;
    if fuller_body(out, &m) {
        out.text.clone_from(&m.text);
        changed = true;
    }
    if m.completeness > out.completeness {
        out.completeness = m.completeness;
        changed = true;
    }
    if finer_kind(out, &m) {
        out.kind = m.kind;
        out.raw_kind.clone_from(&m.raw_kind);
        changed = true;
    }
    let attachments = united(&out.attachments, m.attachments);
    if attachments != out.attachments {
        out.attachments = attachments;
        changed = true;
    }
    // what is written without them keeps the stored ones
    if m.quoted.as_ref().is_some_and(|quoted| json_length(quoted) > known.quoted) {
        out.quoted = m.quoted;
        changed = true;
    }
    if !m.items.is_empty() && json_length(&m.items) > known.items {
        out.items = m.items;
        changed = true;
    }
    changed
}

fn fuller_body(out: &Message, m: &Message) -> bool {
    // a forward without its title may hold all it forwards
    if m.text.is_empty() || out.text.is_empty() {
        return !m.text.is_empty();
    }
    if m.completeness != out.completeness {
        return m.completeness > out.completeness;
    }
    // The same words in another layout: the choice must not depend on which came first.
    let (a, b) = (m.text.chars().count(), out.text.chars().count());
    m.text != out.text && (a > b || (a == b && m.text < out.text))
}

fn finer_kind(out: &Message, m: &Message) -> bool {
    let rank = |kind: Kind| match kind {
        Kind::Unknown => 0,
        Kind::Text => 1,
        _ => 2,
    };
    rank(m.kind) > rank(out.kind)
}

fn stored_message(known: &Known, line: u32) -> Message {
    let mut out = Message::text(known.sent_at, known.precision, known.sender.clone(), known.text.clone());
    out.native_id.clone_from(&known.native_id);
    out.seq = known.seq;
    out.sender_id.clone_from(&known.sender_id);
    out.is_self = known.is_self;
    out.kind = known.kind;
    out.recalled = known.recalled;
    out.completeness = known.completeness;
    out.attachments = attachments(known);
    out.line = line;
    out
}
