//! `handover`: what is open, decided and filed, in one file for a colleague; and such a file into one's own database.

use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;

use clap::Args as ClapArgs;
use rust_i18n::t;
use serde_json::{Map, Value};

use super::context::{Context, json_line};
use super::destination::{self, Destination};
use super::table::line;
use super::{DONE, PARTLY, Wrong, dates};
use crate::handover::{Adopted, Clash, HandedRow, Handover, VERSION};
use crate::ingest::{self, ImportOptions};
use crate::message::local;
use crate::store::{Decision, Store};
use crate::{clock, export, import};

/// `qunbox handover`.
#[derive(ClapArgs, Clone, Debug)]
pub(super) struct Args {
    #[arg(
        id = "handover_output",
        short = 'o',
        long = "output",
        value_name = "FILE",
        required_unless_present = "handover_from",
        conflicts_with = "handover_from"
    )]
    output: Option<PathBuf>,
    #[arg(id = "handover_from", long = "from", value_name = "FILE")]
    from: Option<PathBuf>,
    #[arg(long)]
    dry_run: bool,
    #[arg(id = "digest_force", long = "force")]
    force: bool,
    #[arg(id = "digest_unmask", long = "unmask")]
    unmask: bool,
}

/// Writes a hand-over file, or takes one over.
pub(super) fn run(args: &Args, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    match &args.from {
        Some(path) => take_over(path, args.dry_run, context, out),
        None => hand_over(args, context, out),
    }
}

fn hand_over(args: &Args, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    destination::may_unmask(args.unmask)?;
    let (store, now) = (context.store()?, clock::now());
    let file = store.handover(now)?;
    let rendered = export::handover(file, args.unmask, context.keep_phones, &rust_i18n::locale())?;
    let target = destination::target(Some("json"), None, false)?;
    let name = format!("{}-{}", t!("cli.handover.name"), local(now).date());
    let to =
        Destination { output: args.output.as_deref(), force: args.force, name: &name, json: context.json };
    destination::deliver(&rendered, target, &to, out)
}

fn take_over(path: &PathBuf, dry_run: bool, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let shown = line(&path.display().to_string());
    let bytes =
        std::fs::read(path).map_err(|why| anyhow::anyhow!("{shown}: {}", crate::system::words(&why)))?;
    let wrong = |why: String| Wrong(t!("cli.handover.no_file", path = shown, why = why).into_owned());
    let mut file: Handover = serde_json::from_slice(&bytes).map_err(|why| wrong(why.to_string()))?;
    if file.qunbox_handover > VERSION {
        return Err(wrong(t!("cli.handover.newer").into_owned()).into());
    }
    let mut store = context.store()?;
    let new = if dry_run { 0 } else { bring_in(&mut store, &file, context)? };
    resettle(&store, &mut file)?;
    let adopted = store.adopt_look(&file.decisions)?;
    if !dry_run && adopted.adopted > 0 {
        store.decide(clock::now(), &Decision::Adopt { rows: file.decisions })?;
        ingest::catch_up(&mut store, &context.settings, &mut |_| std::ops::ControlFlow::Continue(()))?;
    }
    tell(&adopted, new, context, out)?;
    Ok(if adopted.conflicts.is_empty() { DONE } else { PARTLY })
}

/// Imports those messages of the file that this database does not hold. Gives how many came in.
fn bring_in(store: &mut Store, file: &Handover, context: &Context) -> anyhow::Result<u64> {
    let mut missing = file.clone();
    missing.messages.clear();
    for handed in &file.messages {
        if store.key_here(handed)?.is_none() {
            missing.messages.push(handed.clone());
        }
    }
    if missing.messages.is_empty() {
        return Ok(0);
    }
    let said = import::Options { format: Some(import::HANDOVER.to_owned()), ..import::Options::default() };
    let options = ImportOptions {
        import: said,
        now: clock::now(),
        settings: context.settings.clone(),
        pasted: Some(serde_json::to_vec(&missing)?),
        ..ImportOptions::default()
    };
    let report =
        ingest::import(store, &[PathBuf::from("-")], &options, &mut |_| std::ops::ControlFlow::Continue(()))?;
    Ok(report.totals.new)
}

/// Hangs the decisions on the keys the messages have here.
fn resettle(store: &Store, file: &mut Handover) -> anyhow::Result<()> {
    let mut moved: HashMap<String, String> = HashMap::new();
    for handed in &file.messages {
        if let Some(here) = store.key_here(handed)?.filter(|k| *k != handed.key) {
            moved.insert(handed.key.0.clone(), here.0);
        }
    }
    for HandedRow { row, .. } in &mut file.decisions {
        for value in row.values_mut() {
            if let Some(here) = value.as_str().and_then(|key| moved.get(key)) {
                *value = Value::from(here.clone());
            }
        }
    }
    Ok(())
}

fn tell(adopted: &Adopted, new: u64, context: &Context, out: &mut dyn Write) -> anyhow::Result<()> {
    if context.json {
        let mut value = serde_json::to_value(adopted)?;
        value["messages_new"] = new.into();
        return json_line(out, &value);
    }
    let conflicts = adopted.conflicts.len();
    let said = t!(
        "cli.handover.done",
        messages = new,
        adopted = adopted.adopted,
        known = adopted.known,
        homeless = adopted.without_message,
        conflicts = conflicts
    );
    writeln!(out, "{said}")?;
    for clash in &adopted.conflicts {
        writeln!(out, "{}", clash_line(clash))?;
    }
    Ok(())
}

fn clash_line(clash: &Clash) -> String {
    let id = clash.notice.as_deref().unwrap_or("");
    let (here, handed) = (in_words(&clash.here, false), in_words(&clash.handed, false));
    let title = match &clash.to {
        Some(to) => t!("export.to", what = line(&clash.title), destination = line(to)).into_owned(),
        None => line(&clash.title),
    };
    t!("cli.handover.conflict", id = id, title = title, here = here, handed = handed).into_owned()
}

/// What a row says, without the keys it hangs on.
fn in_words(row: &Map<String, Value>, duty: bool) -> String {
    const NOT_SAID: [&str; 7] = ["anchor", "a", "b", "facts_seen", "slot", "occurrence", "sha256"];
    let now = clock::now();
    let said =
        row.iter().filter(|(c, v)| !NOT_SAID.contains(&c.as_str()) && !v.is_null()).map(|(column, value)| {
            match (column.as_str(), value) {
                ("state", Value::String(state)) if duty && state != "open" => {
                    t!(format!("cli.duty.{state}")).into_owned()
                }
                ("state", Value::String(state)) => t!(format!("cli.state.{state}")).into_owned(),
                ("at" | "until" | "due_at" | "added_at" | "typed_at", Value::Number(n)) => {
                    dates::short(n.as_i64().unwrap_or_default(), now)
                }
                // What was said of a checklist row is an object of its own.
                ("value", Value::String(text)) => match serde_json::from_str(text) {
                    Ok(Value::Object(said)) => in_words(&said, true),
                    _ => line(text),
                },
                (_, Value::String(text)) => line(text),
                (_, other) => format!("{column}={other}"),
            }
        });
    said.collect::<Vec<_>>().join(" ")
}
