//! The digest as one JSON object; notices in it have the shape of `contract.md` §2.

use anyhow::Result;

use super::Options;
use super::document::Document;

pub(super) fn write(document: &Document, _: &Options) -> Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec(&document.data)?;
    bytes.push(b'\n');
    Ok(bytes)
}
