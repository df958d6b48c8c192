//! qunbox's own hand-over file. Its messages come in only together with its decisions (`qunbox handover --from`): alone,
//! masked texts would stand beside the same messages unmasked.

use std::io;

use rust_i18n::t;
use serde::Deserialize;

use crate::import::decode::Decoder;
use crate::import::head::Head;
use crate::import::job::Job;
use crate::message::{GroupRef, Message};

use super::{Format, Row, Want, run};

/// The id, which has to be asked for.
pub(crate) const ID: &str = "qunbox-handover";

pub(crate) fn sniff(head: &Head) -> bool {
    head.json && head.has(&["\"qunbox_handover\""])
}

pub(crate) fn parse(_head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    if job.source.options.format.as_deref() != Some(ID) {
        job.issue(None, t!("import.issue.handover").into_owned());
        return Ok(());
    }
    run(text, &mut Handover, job)
}

struct Handover;

#[derive(Deserialize)]
struct Entry {
    group: GroupRef,
    said: Message,
}

impl Format for Handover {
    fn want(&self, path: &str) -> Want {
        match path {
            "" => Want::Enter,
            "messages" => Want::Rows,
            _ => Want::Skip,
        }
    }

    fn row(&mut self, _path: &str, raw: &str, ordinal: u32, _job: &Job<'_>) -> Row {
        match serde_json::from_str::<Entry>(raw) {
            Ok(entry) => Row::Elsewhere(Box::new(Message { line: ordinal, ..entry.said }), entry.group),
            Err(error) => Row::Bad(error.to_string()),
        }
    }

    fn group(&self) -> Option<GroupRef> {
        Some(GroupRef::default())
    }
}
