//! Which characters stand in a notice, alone and in twos and threes: a Bloom filter (Bloom 1970) beside its row, by which a list
//! narrowed by words passes over most notices without reading their texts. It says yes in vain now and then, and no only
//! where the word stands in none of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::ValueRef;

use super::Result;

/// Bits for each entry. With two of them set for one, one entry in twelve is there in vain.
const BITS: usize = 6;
/// Bits of the shortest and of the longest one.
const SHORTEST: usize = 256;
const LONGEST: usize = 8192;

/// The filter of what these texts hold. It is made as long as any may be, then folded to the length its entries need:
/// where an entry's bits stand in a shorter one is told by the lower bits of where they stand in a longer one.
pub(super) fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<u8> {
    let mut out = vec![0_u8; LONGEST / 8];
    let mut held = 0_usize;
    for entry in texts.flat_map(entries) {
        let mut new = false;
        for place in places(entry, LONGEST) {
            let (byte, bit) = (&mut out[place / 8], 1 << (place % 8));
            new |= *byte & bit == 0;
            *byte |= bit;
        }
        held += usize::from(new);
    }
    let bits = (held * BITS).next_power_of_two().clamp(SHORTEST, LONGEST);
    while out.len() * 8 > bits {
        let upper = out.split_off(out.len() / 2);
        out.iter_mut().zip(upper).for_each(|(lower, upper)| *lower |= upper);
    }
    out
}

/// Whether the texts may hold this word; `false` is certain.
fn may_hold(sieve: &[u8], word: &str) -> bool {
    let bits = sieve.len() * 8;
    let set = |place: usize| sieve[place / 8] >> (place % 8) & 1 == 1;
    entries(word).all(|entry| places(entry, bits).into_iter().all(set))
}

/// The characters of a text, each with its neighbour, and each with two. ASCII letters count as small ones, as `holds` has
/// it; white space stands in no word that is looked for.
fn entries(text: &str) -> impl Iterator<Item = u64> + '_ {
    /// Bits of a character.
    const WIDE: u32 = 21;
    let (mut one, mut two): (Option<u64>, Option<u64>) = (None, None);
    text.chars().flat_map(move |c| {
        let c = (!c.is_whitespace()).then(|| u64::from(u32::from(c.to_ascii_lowercase())));
        let (pair, three) = (one.zip(c), two.zip(c));
        let joined = |(before, c): (u64, u64)| before << WIDE | c;
        let (pair, three) = (pair.map(joined), three.map(joined));
        (one, two) = (c, pair);
        [c, pair, three].into_iter().flatten()
    })
}

/// The two bits of an entry, among a power of two.
fn places(entry: u64, bits: usize) -> [usize; 2] {
    // The finalizer of splitmix64 (Steele, Lea, Flood 2014).
    let mut hash = entry.wrapping_add(0x9e37_79b9_7f4a_7c15);
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^= hash >> 31;
    [hash, hash >> 32].map(|half| half as usize & (bits - 1))
}

/// The function by which lists are narrowed, and how many notices it may still be asked about.
#[derive(Clone, Debug)]
pub(super) struct Sieves(Arc<AtomicI64>);

impl Sieves {
    /// Makes a function known to SQL. `may_hold(sieve, word)`: whether a text of the notice may hold the word; without a
    /// filter any may.
    ///
    /// # Errors
    /// What SQLite reports.
    pub(super) fn make_known(db: &Connection) -> rusqlite::Result<Self> {
        let flags = FunctionFlags::SQLITE_UTF8
            | FunctionFlags::SQLITE_INNOCUOUS
            | FunctionFlags::SQLITE_DETERMINISTIC;
        let left = Arc::new(AtomicI64::new(i64::MAX));
        let sieves = Sieves(Arc::clone(&left));
        db.create_scalar_function("may_hold", 2, flags, move |call| {
            if left.fetch_sub(1, Ordering::Relaxed) <= 0 {
                return Err(rusqlite::Error::UserFunctionError("enough notices were looked at".into()));
            }
            match call.get_raw(0) {
                ValueRef::Blob(sieve) if sieve.len().is_power_of_two() => {
                    Ok(may_hold(sieve, call.get_raw(1).as_str()?))
                }
                _ => Ok(true),
            }
        })?;
        Ok(sieves)
    }

    /// Does something that may ask about so many notices; `None` when these were not enough.
    pub(super) fn asked_at_most<T>(&self, most: i64, work: impl FnOnce() -> Result<T>) -> Option<Result<T>> {
        self.0.store(most, Ordering::Relaxed);
        let done = work();
        let left = self.0.swap(i64::MAX, Ordering::Relaxed);
        (done.is_ok() || left >= 0).then_some(done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_a_text_may_be_held_and_most_else_is_not() {
        let text = "【紧急通知】各村（社区）：请于1月10日（周三）17:00前将《消防安全排查表》发 QQ邮箱，照片不少于3张。";
        let sieve = of([text, "收到请回复"].into_iter());
        let chars: Vec<char> = text.chars().chain("收到请回复".chars()).collect();
        for from in 0..chars.len() {
            for to in from + 1..=chars.len().min(from + 6) {
                let word: String = chars[from..to].iter().collect();
                let broken = word.contains(char::is_whitespace) || word.contains("。收");
                assert!(broken || may_hold(&sieve, &word.to_lowercase()), "{word}");
            }
        }
        let others: Vec<String> =
            (0..2000).filter_map(|n| char::from_u32(0x4e00 + n * 7)).map(|c| format!("{c}的")).collect();
        let vain = others.iter().filter(|word| may_hold(&sieve, word)).count();
        assert!(vain < 100, "{vain} of 2000");
        assert!(!may_hold(&of(std::iter::empty()), "请") && may_hold(&sieve, ""));
    }
}
