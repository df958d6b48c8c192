//! The reader's part of the view 每日摘要: the very text that would be written.

use chrono::Duration;

use crate::digest::Period;
use crate::export;
use crate::gather;
use crate::message::local;
use crate::store::Store;
use crate::tui::model::digest::DigestAsk;

/// The lines of the digest that is asked for.
pub(super) fn read(store: &Store, ask: &DigestAsk, now: i64) -> anyhow::Result<Vec<String>> {
    let day = local(now).date() - Duration::days(ask.back);
    let digest = gather::digest(store, Period::day(day), &[], now, &ask.locale)?;
    let target = export::target("txt").ok_or_else(|| anyhow::anyhow!("txt"))?;
    let rendered = export::render(&digest, target, &export::Options::default())?;
    let text = String::from_utf8_lossy(&rendered.bytes).into_owned();
    Ok(text.trim_start_matches('\u{feff}').lines().map(str::to_owned).collect())
}
