//! `mark`, `due`, `undo`, `redo`, `me`: what the user decides.

use std::io::Write;

use chrono::NaiveTime;
use clap::Args as ClapArgs;
use rust_i18n::t;

use super::context::{Context, json_line};
use super::table::line;
use super::{DONE, FAILED, Wrong, dates};
use crate::clock;
use crate::ingest;
use crate::notice::State;
use crate::store::{Decided, Decision, Store};

/// `qunbox mark`.
#[derive(ClapArgs, Clone, Debug)]
pub(super) struct MarkArgs {
    #[arg(required = true, value_name = "NOTICE")]
    notices: Vec<String>,
    #[command(flatten)]
    state: StateArgs,
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

#[derive(ClapArgs, Clone, Debug)]
#[group(required = true, multiple = false)]
struct StateArgs {
    #[arg(long)]
    done: bool,
    #[arg(long)]
    noted: bool,
    #[arg(long, value_name = "DATE")]
    later: Option<String>,
    #[arg(long)]
    reopen: bool,
}

/// `qunbox due`.
#[derive(ClapArgs, Clone, Debug)]
pub(super) struct DueArgs {
    notice: String,
    #[arg(value_name = "DATE", required_unless_present = "clear", conflicts_with = "clear")]
    at: Option<String>,
    #[arg(long)]
    clear: bool,
}

/// `qunbox undo`.
#[derive(ClapArgs, Clone, Debug)]
pub(super) struct UndoArgs {
    #[arg(long)]
    list: bool,
    #[arg(long, value_name = "FILE", conflicts_with = "list")]
    import: Option<String>,
}

/// `qunbox me`.
#[derive(ClapArgs, Clone, Debug)]
pub(super) struct MeArgs {
    names: Vec<String>,
    #[arg(long, value_name = "G")]
    group: Option<String>,
    #[arg(long)]
    suggest: bool,
}

/// Sets a state.
pub(super) fn mark(args: &MarkArgs, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let now = clock::now();
    let (state, until) = match &args.state {
        StateArgs { done: true, .. } => (State::Done, None),
        StateArgs { noted: true, .. } => (State::Noted, None),
        StateArgs { later: Some(day), .. } => {
            let morning = NaiveTime::from_hms_opt(8, 0, 0).unwrap_or_default();
            (State::Later, Some(dates::at(day, morning, now)?))
        }
        _ => (State::Open, None),
    };
    let (notices, note) = (args.notices.clone(), args.note.clone());
    // A command is said deliberately: 已办 settles the rows of the checklist that are still open with it, as one step
    // that `undo` takes back. The screen, where one key is easily pressed, asks first.
    let decision = match state {
        State::Done => Decision::Finish { notices, note },
        _ => Decision::State { notices, state, until, note },
    };
    let decided = context.store()?.decide(now, &decision)?;
    say(&decided, context, out)
}

/// Sets or clears a deadline.
pub(super) fn due(args: &DueArgs, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let now = clock::now();
    let evening = NaiveTime::from_hms_opt(23, 59, 0).unwrap_or_default();
    let at = args.at.as_deref().map(|d| dates::at(d, evening, now)).transpose()?;
    let decided = context.store()?.decide(now, &Decision::Due { notice: args.notice.clone(), at })?;
    say(&decided, context, out)
}

/// Takes back the last step, or lists them.
pub(super) fn undo(args: &UndoArgs, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    const MOST: usize = 200;
    if let Some(file) = &args.import {
        return super::import::take_back(file, context, out);
    }
    let now = clock::now();
    let mut store = context.store()?;
    if !args.list {
        let undone = ingest::undo(&mut store, &context.settings, now)?;
        return stepped(undone, t!("cli.undo.done"), t!("cli.undo.none"), context, out);
    }
    for row in store.undo_list(MOST)? {
        if context.json {
            json_line(out, &row)?;
        } else {
            let undone = if row.undone_at.is_some() { t!("cli.undo.undone") } else { "".into() };
            let why = row.reason.map(|r| format!("  {r}")).unwrap_or_default();
            let at = dates::short(row.at.0, now);
            writeln!(out, "{:>4}  {at}  {}{} {undone}", row.id, line(&row.label), line(&why))?;
        }
    }
    Ok(DONE)
}

/// Does again what was undone.
pub(super) fn redo(context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let redone = ingest::redo(&mut context.store()?, &context.settings, clock::now())?;
    stepped(redone, t!("cli.redo.done"), t!("cli.redo.none"), context, out)
}

fn stepped(
    decided: Option<Decided>,
    done: std::borrow::Cow<'_, str>,
    none: std::borrow::Cow<'_, str>,
    context: &Context,
    out: &mut dyn Write,
) -> anyhow::Result<u8> {
    match decided {
        None => {
            writeln!(std::io::stderr().lock(), "{none}")?;
            Ok(FAILED)
        }
        Some(decided) if context.json => json_line(out, &decided).map(|()| DONE),
        Some(decided) => {
            writeln!(out, "{done}{}  {}", decided.label, decided.notices.join(" "))?;
            Ok(DONE)
        }
    }
}

/// Sets the user's own names, or shows them.
pub(super) fn me(args: &MeArgs, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let mut store = context.store()?;
    if args.suggest {
        return suggest(&store, &args.names, context, out);
    }
    if args.names.is_empty() {
        for (group, name) in store.own_names()? {
            if context.json {
                json_line(out, &serde_json::json!({"group": group, "name": name}))?;
            } else {
                let group = group.map(|g| format!("  [{g}]")).unwrap_or_default();
                writeln!(out, "{name}{group}")?;
            }
        }
        return Ok(DONE);
    }
    if args.names.iter().any(|n| n.trim().is_empty()) {
        return Err(Wrong(t!("cli.me.empty").into_owned()).into());
    }
    let decision = Decision::Me { group: args.group.clone(), names: args.names.clone() };
    let decided = store.decide(clock::now(), &decision)?;
    // Which messages are the user's own decides about replies and sign-ups.
    store.mark_stale(i64::MIN)?;
    ingest::catch_up(&mut store, &context.settings, &mut |_| std::ops::ControlFlow::Continue(()))?;
    say(&decided, context, out)?;
    if context.json { Ok(DONE) } else { suggest(&store, &[], context, out) }
}

/// Spellings near to the user's names that are not among them yet.
fn suggest(store: &Store, names: &[String], context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let known: Vec<String> = store.own_names()?.into_iter().map(|n| n.1).collect();
    for near in store.suggest_names(names)?.into_iter().filter(|s| !known.contains(&s.name)) {
        if context.json {
            json_line(out, &near)?;
        } else {
            let groups = near.groups.join("、");
            let text =
                t!("cli.me.near", name = line(&near.name), count = near.messages, groups = line(&groups));
            writeln!(out, "{text}")?;
        }
    }
    Ok(DONE)
}

pub(super) fn say(decided: &Decided, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    if context.json {
        json_line(out, decided)?;
    } else {
        writeln!(out, "{}  {}", line(&decided.label), decided.notices.join(" "))?;
        if let Some(reason) = &decided.reason {
            writeln!(out, "{}", line(reason))?;
        }
    }
    Ok(DONE)
}
