//! A notice in full, as the detail shows it.

use crate::store::{Result, Store};
use crate::tui::msg::Loaded;

/// The notice with the titles it is linked with; its copies compared with one of them, or with the lead copy.
pub(super) fn loaded(store: &Store, id: &str, with: Option<&str>) -> Result<Option<Box<Loaded>>> {
    let Some(mut notice) = store.notice(id)? else {
        return Ok(None);
    };
    crate::evidence::look_at(&mut notice);
    let mut baseline = None;
    if let Some(message) = with
        && notice.copies.first().is_some_and(|lead| lead.message != message)
        && store.compare(&mut notice, message)?
    {
        baseline = Some(message.to_owned());
    }
    let title = |id: &str| store.notice(id).ok().flatten().map(|n| n.title).unwrap_or_default();
    let linked = notice.links.iter().map(|l| title(&l.notice)).collect();
    Ok(Some(Box::new(Loaded { notice, linked, baseline })))
}
