//! `messages`, `groups`, `search`: what came in, and where it went.

use std::io::Write;
use std::ops::ControlFlow;

use clap::Args as ClapArgs;
use rust_i18n::t;

use super::context::{Context, json_line};
use super::table::{self, line};
use super::{DONE, Wrong, dates};
use crate::clock;
use crate::notice::MessageRole;
use crate::store::{MessageFilter, MessageRow, SearchQuery};

/// `qunbox messages`.
#[derive(ClapArgs, Clone, Debug, Default)]
pub(super) struct Args {
    #[arg(long, value_name = "G")]
    group: Option<String>,
    #[arg(long, value_name = "R")]
    role: Option<String>,
    #[arg(long, value_name = "ID")]
    notice: Option<String>,
}

/// `qunbox search`.
#[derive(ClapArgs, Clone, Debug)]
pub(super) struct SearchArgs {
    #[arg(required = true)]
    words: Vec<String>,
    #[arg(long, value_name = "G")]
    group: Option<String>,
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
}

/// Prints every message.
pub(super) fn run(args: &Args, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let role = match &args.role {
        None => None,
        Some(word) => Some(
            MessageRole::parse(word).ok_or_else(|| Wrong(t!("cli.bad_role", role = word).into_owned()))?,
        ),
    };
    let store = context.store()?;
    let filter = MessageFilter { group: args.group.clone(), role, notice: args.notice.clone() };
    let now = clock::now();
    let mut trouble = None;
    store.messages(&filter, &mut |row| {
        let done = if context.json { json_line(out, &row) } else { text_line(&row, now, out) };
        match done {
            Ok(()) => ControlFlow::Continue(()),
            Err(why) => {
                trouble = Some(why);
                ControlFlow::Break(())
            }
        }
    })?;
    trouble.map_or(Ok(DONE), Err)
}

fn text_line(row: &MessageRow, now: i64, out: &mut dyn Write) -> anyhow::Result<()> {
    const ROLE: usize = 12;
    let head = format!(
        "{}  {}  {}  {}: ",
        dates::short(row.sent_at.0, now),
        table::pad(row.role.as_str(), ROLE),
        line(&row.group),
        line(&row.sender)
    );
    let room = table::columns().saturating_sub(unicode_width::UnicodeWidthStr::width(head.as_str())).max(24);
    writeln!(out, "{head}{}", table::clip(&line(&body(row)), room))?;
    Ok(())
}

/// The text, or the names of what is carried instead of one.
fn body(row: &MessageRow) -> String {
    if !row.text.is_empty() {
        return row.text.clone();
    }
    let names: Vec<&str> = row.attachments.iter().filter_map(|a| a.name.as_deref()).collect();
    format!("[{}] {}", row.kind, names.join(" "))
}

/// Prints what was found, newest first.
pub(super) fn search(args: &SearchArgs, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let store = context.store()?;
    let now = clock::now();
    let query = SearchQuery { words: args.words.join(" "), group: args.group.clone() };
    let hits = store.search(&query, None, args.limit)?;
    for hit in &hits {
        if context.json {
            json_line(out, hit)?;
            continue;
        }
        let notice = hit.notice.as_deref().unwrap_or("");
        let head = format!(
            "{}  {}  {}  {}: ",
            dates::short(hit.sent_at.0, now),
            table::pad(notice, 11),
            line(&hit.group),
            line(&hit.sender)
        );
        // The first word found is in sight: long messages are cut before it.
        let from = hit.spans.first().map_or(0, |s| s[0].saturating_sub(12)) as usize;
        let text: String = hit.text.chars().skip(from).collect();
        let cut = if from > 0 { "…" } else { "" };
        let room =
            table::columns().saturating_sub(unicode_width::UnicodeWidthStr::width(head.as_str())).max(40);
        writeln!(out, "{head}{cut}{}", table::clip(&line(&text), room))?;
    }
    if !context.json {
        writeln!(out, "{}", t!("cli.search.found", count = hits.len()))?;
    }
    Ok(DONE)
}
