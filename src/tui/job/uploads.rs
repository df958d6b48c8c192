//! The reader's part of the view 待报.

use crate::digest::{Line, Part, Period};
use crate::gather;
use crate::message::local;
use crate::store::{Result, Store};

/// The open submissions, by deadline.
pub(super) fn read(store: &Store, now: i64, locale: &str) -> Result<Vec<Line>> {
    let digest = gather::digest(store, Period::day(local(now).date()), &[], now, locale)?;
    Ok(digest.section(Part::ToReport).to_vec())
}
