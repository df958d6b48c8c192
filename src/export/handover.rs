//! A hand-over file as bytes: private data masked and texts made harmless like everything that leaves, keys and hashes as
//! they are, for by them the colleague's program finds what it knows.

use anyhow::Result;
use serde_json::Value;

use super::Rendered;
use super::clean::Cleaner;
use crate::handover::Handover;

/// The file.
///
/// # Errors
/// Where it cannot be written as JSON.
pub fn handover(mut file: Handover, unmask: bool, keep_phones: bool, locale: &str) -> Result<Rendered> {
    let mut cleaner = Cleaner::new(unmask, keep_phones);
    for handed in &mut file.messages {
        let said = &mut handed.said;
        for text in [&mut said.text, &mut said.sender] {
            *text = cleaner.text(text);
        }
        // Account numbers of persons are nobody's business; whose words are one's own the colleague says anew.
        said.is_self = None;
        if !unmask {
            said.sender_id = None;
        }
        let texts = said.attachments.iter_mut().flat_map(|a| [&mut a.name, &mut a.path, &mut a.url]);
        for text in texts.flatten() {
            *text = cleaner.text(text);
        }
        if let Some(quoted) = &mut said.quoted {
            quoted.sender.iter_mut().for_each(|s| *s = cleaner.text(s));
            quoted.text.iter_mut().for_each(|s| *s = cleaner.text(s));
        }
        for item in &mut said.items {
            item.sender = cleaner.text(&item.sender);
            item.text = cleaner.text(&item.text);
        }
        if let Some(name) = &mut handed.group.name {
            *name = cleaner.text(name);
        }
    }
    for value in file.open.iter_mut().chain(&mut file.evidence).chain(&mut file.log) {
        cleaner.value(value);
    }
    for note in file.decisions.iter_mut().flat_map(|d| d.row.iter_mut()).filter(|(c, _)| is_prose(c)) {
        if let Value::String(text) = note.1 {
            *text = cleaner.text(text);
        }
    }
    file.masked = !unmask;
    let masked = cleaner.said(locale);
    let mut bytes = serde_json::to_vec_pretty(&file)?;
    bytes.push(b'\n');
    Ok(Rendered { bytes, masked })
}

/// Columns that hold words: what people wrote, where a file lies, and which row of a checklist is meant, by the name of
/// where it goes. The colleague's program makes the same words out of the masked messages.
fn is_prose(column: &str) -> bool {
    matches!(column, "note" | "reason" | "value" | "name" | "path" | "slot")
}
