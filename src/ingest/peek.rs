//! The first messages of a file, for a person to look at before anything is written.

use std::io;
use std::ops::ControlFlow;
use std::path::Path;

use super::ImportOptions;
use super::files;
use crate::import::{self, Issue, Sink, Source};
use crate::message::{GroupRef, Message};

#[derive(Default)]
struct Peek {
    group: String,
    most: usize,
    seen: Vec<(String, Message)>,
}

impl Sink for Peek {
    fn group(&mut self, group: GroupRef) {
        self.group = group.name.or(group.native_id).unwrap_or_default();
    }

    fn message(&mut self, message: Message) -> ControlFlow<()> {
        self.seen.push((self.group.clone(), message));
        if self.seen.len() < self.most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }

    fn issue(&mut self, _issue: Issue) {}
}

/// Reads at most `most` messages of one file, each with the name of its group.
///
/// # Errors
/// What the system says when the file cannot be read.
pub fn peek(path: &Path, options: &ImportOptions, most: usize) -> io::Result<Vec<(String, Message)>> {
    let (entries, _) = files::list(&[path.to_owned()], options.pasted.as_deref());
    let Some(entry) = entries.first() else { return Ok(Vec::new()) };
    let mut sink = Peek { most, ..Peek::default() };
    entry.with_reader(|reader| {
        let siblings = |relative: &str| entry.sibling(relative);
        let beside = || entry.beside();
        let source = Source {
            name: entry.name(),
            modified: entry.modified(),
            options: &options.import,
            siblings: &siblings,
            beside: &beside,
        };
        import::import(reader, &source, &mut sink)
    })?;
    Ok(sink.seen)
}
