//! The reader: answers one question after the other, and lets go of one as soon as nobody waits for its answer.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use super::{answer, changes, failed, words};
use crate::store::Store;
use crate::tui::input::In;
use crate::tui::msg::{From, Msg, Read};

/// The database is looked at for what another program wrote at most this often, and where the system does not tell of
/// it, exactly so often: one wake-up, no query.
pub(super) const LOOK: Duration = Duration::from_secs(5);
/// No question has this generation.
const VOID: u64 = u64::MAX;

/// What the reader is asked.
pub(super) enum Ask {
    /// A question.
    Read(Box<Read>),
    /// Whether another program wrote.
    Look,
    /// To end.
    Close,
}

/// What reader and screen share: which questions still matter. The reader looks here while it reads, so that a question
/// nobody waits for any more ends at once, also between two of its statements.
#[derive(Default)]
pub(super) struct Desk {
    latest: [AtomicU64; Read::KINDS],
    /// Kind, counted from 1, and generation of the question being answered; only the reader sets them.
    running: (AtomicUsize, AtomicU64),
}

impl Desk {
    /// A question was asked: older ones of its kind are void. Rows read anew bring a question for the selected one's
    /// place after them, so the place asked for before is void as well.
    pub(super) fn asked(&self, read: &Read) {
        self.latest[read.kind()].store(read.generation(), Ordering::SeqCst);
        if let Read::Page(_, _, From::Start | From::End | From::Around(_), _) = read {
            self.latest[Read::PLACE].store(VOID, Ordering::SeqCst);
        }
    }

    /// Whether somebody waits for this answer.
    fn wanted(&self, kind: usize, generation: u64) -> bool {
        self.latest[kind].load(Ordering::SeqCst) == generation
    }

    /// The reader turns to a question; `None`: to something of its own.
    fn take(&self, question: Option<(usize, u64)>) {
        let (kind, generation) = question.map_or((0, 0), |(kind, generation)| (kind + 1, generation));
        self.running.1.store(generation, Ordering::SeqCst);
        self.running.0.store(kind, Ordering::SeqCst);
    }

    /// Whether nobody waits for what is being answered.
    fn overtaken(&self) -> bool {
        let kind = self.running.0.load(Ordering::SeqCst);
        kind.checked_sub(1).is_some_and(|kind| !self.wanted(kind, self.running.1.load(Ordering::SeqCst)))
    }
}

/// Answers until nobody can ask any more; looks in between whether another program wrote.
pub(super) fn reader(
    path: &Path,
    (look, asks): (Sender<Ask>, &Receiver<Ask>),
    desk: &Arc<Desk>,
    send: &Sender<In>,
    now: fn() -> i64,
) {
    let store = Store::open(path).and_then(|mut store| {
        let shared = Arc::clone(desk);
        store.stop_when(move || shared.overtaken())?;
        Ok(store)
    });
    let version = || {
        desk.take(None);
        store.as_ref().ok().and_then(|s| s.data_version().ok())
    };
    let mut known = version();
    let told = changes::tell(path, move || look.send(Ask::Look).is_ok());
    let next = || match told {
        true => asks.recv().unwrap_or(Ask::Close),
        false => asks.recv_timeout(LOOK).unwrap_or_else(|why| match why {
            RecvTimeoutError::Timeout => Ask::Look,
            RecvTimeoutError::Disconnected => Ask::Close,
        }),
    };
    loop {
        let read = match next() {
            Ask::Read(read) => *read,
            Ask::Close => return,
            Ask::Look => {
                let seen = version();
                if seen != known && send.send(In::Msg(Msg::Changed)).is_err() {
                    return;
                }
                known = seen;
                continue;
            }
        };
        let (kind, generation) = (read.kind(), read.generation());
        desk.take(Some((kind, generation)));
        if !desk.wanted(kind, generation) {
            continue;
        }
        let answer = match &store {
            Ok(store) => answer(store, &read, now()),
            Err(e) => Err(words(e)),
        };
        // What the screen has just been told of is no news.
        known = version();
        if desk.wanted(kind, generation) {
            let answer = answer.unwrap_or_else(|why| failed(read, why));
            if send.send(In::Msg(Msg::Answer(answer))).is_err() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::plans::sample;
    use super::*;
    use crate::store::{ListQuery, StoreError};

    #[test]
    fn a_question_ends_when_a_newer_one_makes_it_void() {
        let page = |from| Read::Page(2, ListQuery::default(), from, 9);
        let place = Read::Place(1, ListQuery::default(), "n1".to_owned());
        let row = sample_row();
        for (running, then, stops) in [
            (Read::Heat(1), Read::Heat(2), true),
            (Read::Heat(1), Read::Groups(2), false),
            (place.clone(), page(From::Start), true),
            (place.clone(), page(From::Around("n1".to_owned())), true),
            (place.clone(), page(From::After(Box::new(row))), false),
            (place, Read::Counts(2), false),
        ] {
            let (_folder, mut store) = sample();
            let desk = Arc::new(Desk::default());
            let shared = Arc::clone(&desk);
            store.stop_when(move || shared.overtaken()).unwrap();
            desk.asked(&running);
            desk.take(Some((running.kind(), running.generation())));
            store.heat().unwrap();
            desk.asked(&then);
            // Between two statements nothing runs that could be interrupted: the next one must stop all the same.
            assert_eq!(matches!(store.heat(), Err(StoreError::Interrupted)), stops, "{running:?}, {then:?}");
            desk.take(None);
            store.heat().unwrap();
        }
    }

    fn sample_row() -> crate::notice::NoticeRow {
        let (_folder, store) = sample();
        let query = ListQuery { now: super::super::plans::now(), ..ListQuery::default() };
        store.page(&query, crate::store::PageFrom::Start, 1).unwrap().remove(0)
    }
}
