//! Messages → facts → notices, from the first moment that is no longer right. What came before is put back as an
//! earlier run left it, as far as later posts can still join it.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use rayon::prelude::*;

use super::{Meter, Step};
use crate::cluster::{Clusterer, Draft, Post, RESTORE_WINDOW_MS, Reason, Slot};
use crate::facts::{self, Facts, Input, Settings};
use crate::message::local;
use crate::notice::{LinkKind, MessageRole};
use crate::store::{self, Cleared, DerivedChunk, Placed, Resolved, Restored, Result, Store};

/// Messages that are placed and written together.
const CHUNK: usize = 2000;

/// Messages placed between two looks whether to stop: where hundreds of texts are alike one can cost a millisecond.
const LOOK: usize = 16;

/// How much of what an earlier run placed is in memory at once, milliseconds.
const RESTORED_MS: i64 = 5 * 24 * 3_600_000;

/// Texts that are put into the search index together, where nobody waits: it then merges less.
const WORDS: usize = 10_000;

/// What a run changed.
#[derive(Default)]
pub(super) struct Changed {
    /// Notices nobody had seen.
    pub(super) new: u64,
    /// Notices that got further copies.
    pub(super) grown: u64,
}

/// Computes what is not right. A break leaves the mark, and the next run starts from it again.
pub(super) fn catch_up(store: &mut Store, settings: &Settings, meter: &mut Meter<'_>) -> Result<Changed> {
    let Some(from) = store.stale_from()? else {
        return Ok(Changed::default());
    };
    meter.state.step = Step::Clustering;
    meter.state.messages = 0;
    if meter.tell(true).is_break() {
        return Ok(Changed::default());
    }
    let Some(mut run) = Run::begin(store, from, settings, meter)? else {
        return Ok(Changed::default());
    };
    let mut stream = Stream { from, after: i64::MIN, held: Vec::new(), ended: false };
    loop {
        let mut posts = stream.next(store)?;
        if posts.is_empty() && stream.ended {
            break;
        }
        read_facts(&mut posts, settings);
        if meter.tell(false).is_break() {
            return Ok(run.changed);
        }
        run.words.extend(index_words(store, &posts)?);
        let Some(mut chunk) = run.place(posts, meter) else {
            return Ok(run.changed);
        };
        if run.words.len() >= WORDS || !store.gathers() || stream.ended {
            run.words.sort_unstable_by_key(|(row, _)| *row);
            chunk.words = std::mem::take(&mut run.words);
        }
        meter.state.messages += chunk.placed.len() as u64;
        store.write_derived(&chunk)?;
        if meter.tell(false).is_break() {
            return Ok(run.changed);
        }
    }
    run.finish(store, meter)
}

/// Messages in the order of [`Post::order`], in chunks. Rows lie in order of seconds; the last seconds of a chunk are held
/// back, because a row may stand up to a second late where a second was full.
struct Stream {
    from: i64,
    after: i64,
    held: Vec<Post>,
    ended: bool,
}

impl Stream {
    fn next(&mut self, store: &Store) -> Result<Vec<Post>> {
        const HELD_MS: i64 = 3000;
        let read = store.posts(self.from, self.after, CHUNK)?;
        self.ended = read.len() < CHUNK;
        let mut posts = std::mem::take(&mut self.held);
        if let Some(last) = read.last() {
            self.after = last.row;
        }
        posts.extend(read);
        posts.sort_by(Post::order);
        if let (false, Some(last)) = (self.ended, posts.last()) {
            let until = last.sent_at - HELD_MS;
            let at = posts.partition_point(|p| p.sent_at < until);
            self.held = posts.split_off(at);
        }
        Ok(posts)
    }
}

/// Reads the facts of all posts, on all cores; what stands in several groups is looked through once.
fn read_facts(posts: &mut [Post], settings: &Settings) {
    let mut posts: Vec<&mut Post> = posts.iter_mut().collect();
    posts.sort_unstable_by(|a, b| (&a.text, a.kind as u8).cmp(&(&b.text, b.kind as u8)));
    posts.par_chunk_by_mut(|a, b| a.text == b.text && a.kind == b.kind).for_each(|alike| {
        let inputs: Vec<Input<'_>> = alike.iter().map(|post| input(post)).collect();
        let facts = facts::read_alike(&inputs, settings);
        alike.iter_mut().zip(facts).for_each(|(post, facts)| post.facts = facts);
    });
}

fn read(post: &mut Post, settings: &Settings) {
    post.facts = facts::read(&input(post), settings);
}

fn input(post: &Post) -> Input<'_> {
    Input {
        text: &post.text,
        sent: local(post.sent_at),
        kind: post.kind,
        quoted: post.quoted.is_some(),
        sender: &post.sender,
        attachment: post.attachments.first().and_then(|a| a.name.as_deref()).unwrap_or_default(),
    }
}

/// The words of those posts that the search index does not have.
fn index_words(store: &Store, posts: &[Post]) -> Result<Vec<(i64, String)>> {
    let rows = || posts.iter().map(|p| p.row);
    let (Some(first), Some(last)) = (rows().min(), rows().max()) else {
        return Ok(Vec::new());
    };
    let known = store.indexed(first, last)?;
    Ok(posts
        .par_iter()
        .filter(|post| !known.contains(&post.row))
        .map(|post| (post.row, store::index_words(&post.text)))
        .filter(|(_, words)| !words.is_empty())
        .collect())
}

/// What a notice was before this run.
#[derive(Default)]
struct Former {
    messages: usize,
    lead: Option<i64>,
}

/// One run of the clusterer with the rows its notices get.
struct Run {
    clusterer: Clusterer,
    /// Row of the notice of each slot.
    rows: HashMap<Slot, i64>,
    /// Ids that restored notices keep, by slot.
    restored: HashMap<Slot, Arc<str>>,
    /// Ids that are in use.
    claimed: HashSet<Arc<str>>,
    /// The notice each message belonged to before.
    previous: HashMap<i64, Arc<str>>,
    /// How many messages each notice had before, of those in `previous`, and its lead copy then.
    former: HashMap<Arc<str>, Former>,
    /// Ids that the notices of these messages get back.
    hints: HashMap<i64, Arc<str>>,
    /// Decisions taken when the run began.
    decided: i64,
    /// Messages of restored notices.
    old: HashSet<i64>,
    /// Messages that this run placed in a notice.
    placed: HashSet<i64>,
    /// Words that wait to be indexed.
    words: Vec<(i64, String)>,
    /// Facts of earlier messages need not be kept: no import of later ones looks at them.
    keep: i64,
    /// Links whose ends may not be written yet.
    links: Vec<(i64, LinkKind, Slot, Option<Reason>)>,
    /// Notices that lost copies and were not written again.
    lost: HashSet<i64>,
    /// First row of the notices of this run, and the next.
    first_row: i64,
    next_row: i64,
    changed: Changed,
}

impl Run {
    /// `None` when told to stop: nothing of what stood is gone then, or the next run puts it back.
    fn begin(
        store: &mut Store,
        from: i64,
        settings: &Settings,
        meter: &mut Meter<'_>,
    ) -> Result<Option<Self>> {
        let decided = store.decision_count()?;
        let Some(cleared) = store.clear_derived(from, &mut || meter.tell(false))? else {
            return Ok(None);
        };
        let Cleared { previous, leads, hints, lost, spoken_of, next_row } = cleared;
        let mut former: HashMap<Arc<str>, Former> = HashMap::new();
        for (row, id) in &previous {
            let entry = former.entry(Arc::clone(id)).or_default();
            entry.messages += 1;
            entry.lead = entry.lead.or(leads.contains(row).then_some(*row));
        }
        let mut run = Run {
            clusterer: Clusterer::new(store.pins()?).with_settings(settings.clone()),
            rows: HashMap::new(),
            restored: HashMap::new(),
            claimed: HashSet::new(),
            previous,
            former,
            hints,
            decided,
            old: HashSet::new(),
            placed: HashSet::new(),
            words: Vec::new(),
            keep: store.newest()?.unwrap_or(i64::MIN).saturating_sub(RESTORE_WINDOW_MS),
            links: Vec::new(),
            lost: lost.into_iter().collect(),
            first_row: next_row,
            next_row,
            changed: Changed::default(),
        };
        if from > i64::MIN {
            let window = from.saturating_sub(RESTORE_WINDOW_MS);
            if run.restore(store, window, from, settings, meter)?.is_break() {
                return Ok(None);
            }
            let spoken_of: HashSet<i64> = spoken_of.into_iter().collect();
            for (slot, _) in run.rows.iter().filter(|(_, row)| spoken_of.contains(row)) {
                run.clusterer.touch(*slot);
            }
            for link in store.carried_links(window)? {
                run.clusterer.restore_link(&link.from, link.kind, &link.to, link.attached);
            }
        }
        Ok(Some(run))
    }

    /// Puts back what an earlier run placed, some days at a time: most of it ends again before the last day is reached.
    fn restore(
        &mut self,
        store: &Store,
        window: i64,
        from: i64,
        settings: &Settings,
        meter: &mut Meter<'_>,
    ) -> Result<ControlFlow<()>> {
        let mut start = window;
        while start < from {
            if meter.tell(false).is_break() {
                return Ok(ControlFlow::Break(()));
            }
            let end = start.saturating_add(RESTORED_MS).min(from);
            let mut restorable = store.restorable(start, end, from)?;
            restorable.par_iter_mut().filter(|r| !r.kept).for_each(|r| read(&mut r.post, settings));
            for restored in restorable {
                self.put_back(restored);
            }
            start = end;
        }
        Ok(ControlFlow::Continue(()))
    }

    fn put_back(&mut self, restored: Restored) {
        if restored.notices.is_empty() {
            self.clusterer.remember(restored.post);
            return;
        }
        self.old.insert(restored.post.row);
        let (rows, ids): (Vec<i64>, Vec<Arc<str>>) = restored.notices.into_iter().unzip();
        let slots = self.clusterer.restore(restored.post, restored.role, &ids);
        for ((slot, row), id) in slots.into_iter().zip(rows).zip(ids) {
            self.rows.insert(slot, row);
            self.claimed.insert(Arc::clone(&id));
            self.restored.insert(slot, id);
        }
    }

    /// Places posts in order; gives what is to be written. `None` when told to stop: what was not written yet is
    /// computed again next time.
    fn place(&mut self, posts: Vec<Post>, meter: &mut Meter<'_>) -> Option<DerivedChunk> {
        let mut chunk = DerivedChunk::default();
        let mut kept: Vec<(usize, Facts)> = Vec::new();
        let Some(last) = posts.last().map(|p| p.sent_at) else {
            return Some(chunk);
        };
        for (n, mut post) in posts.into_iter().enumerate() {
            if n % LOOK == 0 && meter.tell(false).is_break() {
                return None;
            }
            post.previous = self.previous.get(&post.row).cloned();
            let row = post.row;
            let facts = (post.sent_at >= self.keep).then(|| post.facts.clone());
            let placement = self.clusterer.assign(post);
            let notice = placement.slot.map(|slot| self.row_of(slot));
            if notice.is_some() && placement.role != MessageRole::Ack {
                kept.extend(facts.map(|facts| (chunk.placed.len(), facts)));
            }
            if notice.is_some() {
                self.placed.insert(row);
            }
            chunk.placed.push(Placed { message: row, role: placement.role, notice, facts: None });
        }
        let texts: Vec<(usize, Option<String>)> =
            kept.into_par_iter().map(|(n, facts)| (n, serde_json::to_string(&facts).ok())).collect();
        for (n, text) in texts {
            chunk.placed[n].facts = text;
        }
        let drafts = self.clusterer.retire(last);
        self.resolve(drafts, &mut chunk);
        Some(chunk)
    }

    /// What is left at the end; then the links, whose ends all stand now.
    fn finish(mut self, store: &mut Store, meter: &mut Meter<'_>) -> Result<Changed> {
        let mut chunk = DerivedChunk::default();
        let drafts = std::mem::take(&mut self.clusterer).finish();
        let mut drafts = drafts.into_iter();
        loop {
            let part: Vec<Draft> = drafts.by_ref().take(500).collect();
            if part.is_empty() {
                break;
            }
            self.resolve(part, &mut chunk);
            store.write_derived(&chunk)?;
            chunk = DerivedChunk::default();
            if meter.tell(false).is_break() {
                return Ok(self.changed);
            }
        }
        let links = std::mem::take(&mut self.links);
        chunk.links = links
            .into_iter()
            .filter_map(|(from, kind, to, reason)| Some((from, kind, *self.rows.get(&to)?, reason)))
            .collect();
        store.write_derived(&chunk)?;
        let mut lost: Vec<i64> = self.lost.into_iter().collect();
        lost.sort_unstable();
        store.end_derived(&lost, self.keep, self.decided)?;
        Ok(self.changed)
    }

    fn row_of(&mut self, slot: Slot) -> i64 {
        let next = &mut self.next_row;
        *self.rows.entry(slot).or_insert_with(|| {
            *next += 1;
            *next - 1
        })
    }

    /// Gives drafts their rows and ids: a restored notice keeps its id, another takes the first id of its members that
    /// is free and goes on here, else one made from its first message.
    fn resolve(&mut self, drafts: Vec<Draft>, chunk: &mut DerivedChunk) {
        for draft in drafts {
            let row = self.row_of(draft.slot);
            let id = self.id_of(&draft);
            let known = draft.previous.iter().any(|p| **p == *id);
            let more = draft
                .copies
                .iter()
                .any(|c| !self.previous.contains_key(&c.row) && !self.old.contains(&c.row));
            if !draft.attached {
                self.changed.new += u64::from(!known);
                self.changed.grown += u64::from(known && more);
            }
            for link in &draft.links {
                self.links.push((row, link.kind, link.to, link.reason.clone()));
            }
            self.lost.remove(&row);
            let fresh = row >= self.first_row;
            let late = |row: &i64| !self.placed.contains(row) && !self.old.contains(row);
            let promoted = draft.copies.iter().map(|c| c.row).filter(late).collect();
            chunk.notices.push(Resolved { row, id: id.to_string(), fresh, promoted, draft });
        }
    }

    /// Whether a notice goes on under a former id: it holds most of the messages that had it, or half of them and the
    /// lead copy. So what is split out gets a new id, whichever part comes first.
    fn keeps(&self, draft: &Draft, id: &Arc<str>) -> bool {
        if self.hints.values().any(|hint| hint == id) {
            return false;
        }
        let Some(former) = self.former.get(id) else {
            return true;
        };
        let held = draft.copies.iter().filter(|c| self.previous.get(&c.row) == Some(id)).count();
        let leads = draft.copies.iter().any(|c| Some(c.row) == former.lead);
        held * 2 > former.messages || (held * 2 == former.messages && leads)
    }

    fn id_of(&mut self, draft: &Draft) -> Arc<str> {
        if let Some(id) = self.restored.get(&draft.slot) {
            return Arc::clone(id);
        }
        let hint = draft.copies.iter().find_map(|c| self.hints.get(&c.row));
        if let Some(id) = hint.filter(|id| !self.claimed.contains(*id)).cloned() {
            self.claimed.insert(Arc::clone(&id));
            return id;
        }
        if let Some(id) =
            draft.previous.iter().find(|id| !self.claimed.contains(*id) && self.keeps(draft, id))
        {
            self.claimed.insert(Arc::clone(id));
            return Arc::clone(id);
        }
        let mut n = 0_u32;
        loop {
            let seed = if n == 0 { draft.founder.clone() } else { format!("{}\u{1f}{n}", draft.founder) };
            let hash = xxhash_rust::xxh3::xxh3_64(seed.as_bytes()) >> 24;
            let id: Arc<str> = Arc::from(format!("n{hash:010x}"));
            let kept = self.hints.values().any(|hint| *hint == id);
            let taken = kept || (self.former.contains_key(&id) && !draft.previous.is_empty());
            if !taken && self.claimed.insert(Arc::clone(&id)) {
                return id;
            }
            n += 1;
        }
    }
}
