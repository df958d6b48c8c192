//! `keys`: the actions of the screen with their names for config.toml and their keys; what is wrong with `[keys]`.

use std::io::Write;

use clap::Args as ClapArgs;
use rust_i18n::t;
use serde_json::json;

use super::context::{Context, json_line};
use super::{DONE, FAILED};
use crate::config::Config;
use crate::tui::keymap;

/// `qunbox keys`.
#[derive(ClapArgs, Clone, Debug, Default)]
pub(super) struct Args {
    #[arg(id = "keys_check", long = "check")]
    check: bool,
}

/// Prints the table, or with `--check` only what is wrong; exit code 1 when something is.
pub(super) fn run(args: &Args, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let troubles = troubles(context);
    if !args.check {
        for (id, keys, name) in keymap::table() {
            if context.json {
                json_line(out, &json!({ "action": id, "keys": keys, "name": name }))?;
            } else {
                writeln!(out, "{id:<16} {:<24} {name}", keys.join("  "))?;
            }
        }
    }
    for text in &troubles {
        writeln!(out, "{text}")?;
    }
    if args.check && troubles.is_empty() {
        writeln!(out, "{}", t!("cli.keys.good"))?;
    }
    Ok(if troubles.is_empty() { DONE } else { FAILED })
}

/// What is wrong with `[keys]`, a line each, with the line of config.toml.
pub(super) fn troubles(context: &Context) -> Vec<String> {
    let path = context.paths.config();
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let keys = Config::parse(&text).map(|c| c.keys).unwrap_or_default();
    let (_, troubles) = keymap::check(&text, &keys);
    troubles
        .into_iter()
        .map(|t| t!("cli.keys.trouble", path = path.display(), line = t.line, why = t.text).into_owned())
        .collect()
}
