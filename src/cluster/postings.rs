//! In which texts a token stands: the posting lists of `index`.

use super::index::Doc;

/// Posting lists as chains of blocks in one arena, newest block first: most grams occur once, and a vector for each would
/// cost more than its content; the others are read in runs, not jumped through. A block is the place of the next one,
/// how many postings it has room for and how many it holds, then document and place of each.
#[derive(Debug, Default)]
pub(super) struct Postings {
    heads: Vec<u32>,
    arena: Vec<u32>,
}

/// A text in which a token stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Posting {
    pub(super) doc: Doc,
    /// Place of the token in the text's set.
    pub(super) place: u32,
}

const END: u32 = u32::MAX;

/// Postings a block has room for at most; each has twice the room of the one before.
const BLOCK: u32 = 64;

impl Postings {
    /// Makes room for the next token.
    pub(super) fn grow(&mut self, token: u32) {
        debug_assert_eq!(self.heads.len(), token as usize);
        self.heads.push(END);
    }

    /// Gives the postings of a token, block by block, as long as a block may hold a document from `oldest` on.
    #[inline]
    pub(super) fn each(&self, token: u32, oldest: Doc, mut give: impl FnMut(Posting)) {
        let mut at = self.heads[token as usize];
        while at != END {
            let block = &self.arena[at as usize..];
            let held = (block[1] & 0xffff) as usize;
            let postings = &block[2..2 + 2 * held];
            if postings[2 * held - 2] < oldest {
                return;
            }
            for posting in postings.chunks_exact(2) {
                give(Posting { doc: posting[0], place: posting[1] });
            }
            at = block[0];
        }
    }

    /// Documents come in order of their numbers.
    pub(super) fn push(&mut self, token: u32, doc: Doc, place: u32) {
        let head = self.heads[token as usize];
        let mut room = 1;
        if head != END {
            let at = head as usize;
            let (of, held) = (self.arena[at + 1] >> 16, self.arena[at + 1] & 0xffff);
            if held < of {
                let entry = at + 2 + 2 * held as usize;
                self.arena[entry] = doc;
                self.arena[entry + 1] = place;
                self.arena[at + 1] += 1;
                return;
            }
            room = (of * 2).min(BLOCK);
        }
        let at = self.arena.len();
        self.heads[token as usize] = u32::try_from(at).unwrap_or(END);
        self.arena.extend([head, room << 16 | 1, doc, place]);
        self.arena.resize(at + 2 + 2 * room as usize, 0);
    }
}
