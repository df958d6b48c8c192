//! `backup`, `restore`, `purge`: the whole database into a file, back out of one, and the removal of what is old.

use std::io::Write;
use std::path::PathBuf;

use chrono::NaiveTime;
use clap::Args as ClapArgs;
use rust_i18n::t;

use super::ask::ask;
use super::context::{Context, json_line};
use super::table::line;
use super::{DONE, Wrong, dates};
use crate::message::{epoch_ms, local};
use crate::store::{Holding, Purged, Store};
use crate::{clock, export, ingest};

/// `qunbox backup`.
#[derive(ClapArgs, Clone, Debug)]
pub(super) struct BackupArgs {
    #[arg(id = "backup_file", value_name = "FILE")]
    file: PathBuf,
    #[arg(id = "backup_force", long = "force")]
    force: bool,
}

/// `qunbox restore`.
#[derive(ClapArgs, Clone, Debug)]
pub(super) struct RestoreArgs {
    #[arg(id = "restore_file", value_name = "FILE")]
    file: PathBuf,
    #[arg(long)]
    yes: bool,
}

/// `qunbox purge`.
#[derive(ClapArgs, Clone, Debug)]
pub(super) struct PurgeArgs {
    #[arg(long, value_name = "DATE", required = true)]
    before: String,
    #[arg(long)]
    dry_run: bool,
    #[arg(long)]
    yes: bool,
}

/// Writes the whole database, decisions and log included, into one file.
pub(super) fn backup(args: &BackupArgs, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let store = context.bare_store()?;
    let holding = store.holding()?;
    let path = if args.file.is_dir() { args.file.join(name(clock::now())) } else { args.file.clone() };
    write_backup(&store, &path, args.force)?;
    let bytes = std::fs::metadata(&path)?.len();
    if context.json {
        json_line(
            out,
            &serde_json::json!({ "path": path, "bytes": bytes, "messages": holding.messages, "groups": holding.groups, "decisions": holding.decisions }),
        )?;
        return Ok(DONE);
    }
    writeln!(out, "{}", line(&path.display().to_string()))?;
    writeln!(out, "{}", held("cli.backup.done", &holding))?;
    Ok(DONE)
}

/// `qunbox-2026-11-18-0810.db`.
fn name(now: i64) -> String {
    format!("qunbox-{}.db", local(now).format("%Y-%m-%d-%H%M"))
}

/// A name nobody has taken in a folder: the file that is being restored may lie there too.
fn free(folder: &std::path::Path, name: &str) -> PathBuf {
    let first = folder.join(name);
    let others = (2..).map(|n| folder.join(format!("{n}-{name}")));
    std::iter::once(first).chain(others).find(|p| !p.exists()).unwrap_or_default()
}

fn write_backup(store: &Store, path: &std::path::Path, force: bool) -> anyhow::Result<()> {
    let mut failed = None;
    let written = export::write_with(path, force, |_, temporary| {
        store.backup(temporary).map_err(|why| {
            let text = why.to_string();
            failed = Some(why);
            std::io::Error::other(text)
        })
    });
    match failed {
        Some(why) => Err(why.into()),
        None => Ok(written?),
    }
}

fn held(key: &str, holding: &Holding) -> String {
    let last = holding.last.map_or_else(String::new, |at| local(at.0).format("%Y-%m-%d %H:%M").to_string());
    t!(key, messages = holding.messages, groups = holding.groups, decisions = holding.decisions, last = last)
        .into_owned()
}

/// Replaces the database by a backup. What was there is kept as a backup of its own in the data folder.
pub(super) fn restore(args: &RestoreArgs, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let coming = Store::backup_holding(&args.file)?;
    let mut store = context.bare_store()?;
    let here = store.holding()?;
    let mut kept = None;
    if here.messages > 0 || here.decisions > 0 {
        let facts = format!("{}\n{}", held("cli.restore.here", &here), held("cli.restore.coming", &coming));
        allowed(args.yes, &facts, &t!("cli.restore.ask"))?;
        let path = free(&context.paths.data, &format!("before-restore-{}", name(clock::now())));
        write_backup(&store, &path, false)?;
        kept = Some(path);
    }
    store.restore(&args.file)?;
    ingest::catch_up(&mut store, &context.settings, &mut |_| std::ops::ControlFlow::Continue(()))?;
    if context.json {
        json_line(
            out,
            &serde_json::json!({ "restored": args.file, "messages": coming.messages, "groups": coming.groups, "decisions": coming.decisions, "kept": kept }),
        )?;
        return Ok(DONE);
    }
    writeln!(out, "{}", held("cli.restore.done", &coming))?;
    if let Some(path) = kept {
        let path = line(&path.display().to_string());
        writeln!(out, "{}", t!("cli.restore.kept", path = path))?;
    }
    Ok(DONE)
}

/// Removes messages sent before a day and what was derived from them.
pub(super) fn purge(args: &PurgeArgs, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let day = dates::day(&args.before, clock::now())?;
    let before = epoch_ms(day.and_time(NaiveTime::MIN));
    let mut store = context.store()?;
    let preview = store.purge_preview(before)?;
    let nothing = preview == Purged::default();
    if args.dry_run || nothing {
        return tell(&preview, &day.to_string(), false, context, out);
    }
    allowed(args.yes, &said("cli.purge.will", &preview, &day.to_string()), &t!("cli.purge.ask"))?;
    let purged = store.purge(before)?;
    ingest::rebuild(&mut store, &context.settings, &mut |_| std::ops::ControlFlow::Continue(()))?;
    store.compact()?;
    tell(&purged, &day.to_string(), true, context, out)
}

fn tell(
    purged: &Purged,
    day: &str,
    done: bool,
    context: &Context,
    out: &mut dyn Write,
) -> anyhow::Result<u8> {
    if context.json {
        let mut value = serde_json::to_value(purged)?;
        value["before"] = day.into();
        value["removed"] = done.into();
        json_line(out, &value)?;
    } else {
        let key = if done { "cli.purge.done" } else { "cli.purge.will" };
        writeln!(out, "{}", said(key, purged, day))?;
    }
    Ok(DONE)
}

fn said(key: &str, purged: &Purged, day: &str) -> String {
    t!(
        key,
        day = day,
        messages = purged.messages,
        notices = purged.notices,
        shortened = purged.shortened,
        files = purged.files,
        decisions = purged.decisions
    )
    .into_owned()
}

/// Goes on only where the user said so: by `--yes`, or by answering the question.
fn allowed(yes: bool, facts: &str, question: &str) -> anyhow::Result<()> {
    if yes {
        return Ok(());
    }
    match ask(&format!("{facts}\n{question}"))? {
        Some(true) => Ok(()),
        Some(false) => Err(Wrong(t!("cli.not_done").into_owned()).into()),
        None => Err(Wrong(format!("{facts} {}", t!("cli.say_yes"))).into()),
    }
}
