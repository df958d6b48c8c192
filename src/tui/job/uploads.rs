//! The reader's part of the view 待报, and the files of 凭据.

use std::path::PathBuf;

use crate::duty::Upload;
use crate::evidence;
use crate::store::{EvidenceFile, Result, Store, UploadFrom, UploadQuery};
use crate::tui::msg::UploadsFrom;

/// Rows of the list with the state of their files, and how long the list is.
pub(super) fn read(
    store: &Store,
    query: &UploadQuery,
    from: &UploadsFrom,
    limit: usize,
) -> Result<(Vec<Upload>, u64)> {
    let at = match from {
        UploadsFrom::Start => UploadFrom::Start,
        UploadsFrom::End => UploadFrom::End,
        UploadsFrom::After(row) => UploadFrom::After(row),
        UploadsFrom::Before(row) => UploadFrom::Before(row),
        UploadsFrom::Around(id) => UploadFrom::Around(id),
    };
    let mut rows = store.uploads(query, at, limit)?;
    evidence::look_over(&mut rows);
    store.tell_texts(&mut rows)?;
    let total = store.upload_position(query, "")?.1;
    Ok((rows, total))
}

/// A path as it was typed, pasted or dragged in → the file it names, as it is now.
pub(super) fn attach(typed: &str) -> std::result::Result<EvidenceFile, String> {
    let path = typed.trim().trim_matches(['"', '\'', '“', '”']);
    let path = path.strip_prefix("file://").unwrap_or(path);
    let path = match path.strip_prefix("~/").zip(directories::BaseDirs::new()) {
        Some((rest, dirs)) => dirs.home_dir().join(rest),
        None => PathBuf::from(path),
    };
    evidence::attach(&path)
}
