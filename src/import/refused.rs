//! Files that look like chats and cannot be imported, with the reason: MemoTrace's training data has no times.

use std::io;

use rust_i18n::t;

use super::decode::Decoder;
use super::head::Head;
use super::job::Job;

pub(crate) fn sniff(head: &Head) -> bool {
    head.json && head.has(&["\"conversations\"", "\"role\"", "\"content\""])
}

pub(crate) fn parse(_head: &Head, _text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    job.issue(None, t!("import.issue.training").into_owned());
    Ok(())
}
