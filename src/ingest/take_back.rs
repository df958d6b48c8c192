//! Takes a whole import back: what came only from it goes, what others also hold stays, decisions are kept. What is
//! derived is right again afterwards.

use std::ops::ControlFlow;

use super::{OnProgress, catch_up};
use crate::facts::Settings;
use crate::store::{Retracted, Store};

/// Takes back the files imported under this name: a path, a folder, an archive, or the hash of one content. `None` when
/// nothing of that name was imported.
///
/// # Errors
/// Failures of the database.
pub fn take_back(
    store: &mut Store,
    name: &str,
    settings: &Settings,
    progress: OnProgress<'_>,
) -> anyhow::Result<Option<Retracted>> {
    let sources = store.sources_named(name)?;
    if sources.is_empty() {
        return Ok(None);
    }
    let done = store.retract(&sources)?;
    // taken back is taken back: a stop asked for meanwhile only leaves the rest to the next start
    let mut go_on = |p: &super::Progress| {
        let _ = progress(p);
        ControlFlow::Continue(())
    };
    catch_up(store, settings, &mut go_on)?;
    Ok(Some(done))
}
