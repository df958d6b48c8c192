//! The arguments as clap reads them; help texts come from the locale files.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use clap::{Args as ClapArgs, CommandFactory, FromArgMatches, Parser, Subcommand};
use rust_i18n::t;

/// Everything on the command line.
#[derive(Debug, Parser)]
#[command(name = "qunbox", version, disable_help_subcommand = true)]
pub(super) struct Args {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Option<Command>,
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

/// Options of every command.
#[derive(ClapArgs, Clone, Debug, Default)]
pub(super) struct Global {
    #[arg(long, global = true, value_name = "DIR", env = "QUNBOX_DATA_DIR", hide_env_values = true)]
    pub data_dir: Option<PathBuf>,
    #[arg(long, global = true, value_name = "TIME")]
    pub now: Option<String>,
    #[arg(long, global = true, value_name = "LANG", env = "QUNBOX_LANG", hide_env_values = true)]
    pub lang: Option<String>,
    #[arg(long, global = true)]
    pub json: bool,
    #[arg(long, global = true)]
    pub ascii: bool,
    #[arg(long, global = true)]
    pub plain: bool,
    #[arg(long, global = true)]
    pub no_color: bool,
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Import(super::import::Args),
    Paste(super::paste::Args),
    Watch(super::watch::Args),
    Inbox(super::inbox::Args),
    Views(super::views::Args),
    Keys(super::keys::Args),
    Show(super::inbox::ShowArgs),
    Uploads(super::uploads::Args),
    Messages(super::messages::Args),
    Groups(super::groups::Args),
    Search(super::messages::SearchArgs),
    Mark(super::decide::MarkArgs),
    Due(super::decide::DueArgs),
    Merge(super::merge::Args),
    Split(super::split::Args),
    Apart(super::split::ApartArgs),
    Link(super::link::Args),
    Unlink(super::link::UnlinkArgs),
    Duty(super::uploads::DutyArgs),
    Reply(super::uploads::ReplyArgs),
    Undo(super::decide::UndoArgs),
    Redo,
    Me(super::decide::MeArgs),
    Digest(super::digest::Args),
    Report(super::report::Args),
    Facts(super::facts::Args),
    Rebuild,
    Handover(super::handover::Args),
    Backup(super::backup::BackupArgs),
    Restore(super::backup::RestoreArgs),
    Purge(super::backup::PurgeArgs),
    Doctor,
    Demo(super::demo::Args),
    Completions(super::shell::Args),
    Man,
}

/// The parser with its help in the language of the screen.
pub(super) fn command() -> clap::Command {
    let mut command = worded(Args::command().about(t!("cli.about").into_owned()))
        .subcommand_help_heading(kept(&t!("cli.help.commands")))
        .arg(help().global(true));
    let names: Vec<String> = command.get_subcommands().map(|s| s.get_name().to_owned()).collect();
    for name in names {
        let key = format!("cli.command.{name}");
        let about = t!(&key).into_owned();
        command = command.mut_subcommand(&name, |s| worded(s.about(about).long_about(None)));
    }
    command
}

/// A command whose help is in the language of the screen: its own options first, those of every command below.
fn worded(command: clap::Command) -> clap::Command {
    let usage = t!("cli.help.usage");
    command
        .disable_help_flag(true)
        .help_template(format!("{{about-with-newline}}\n{usage} {{usage}}\n\n{{all-args}}"))
        .mut_args(described)
}

fn help() -> clap::Arg {
    described(clap::Arg::new("help").short('h').long("help").action(clap::ArgAction::Help))
}

/// A heading for as long as the program runs, which is how long the parser wants it; there are four.
fn kept(text: &str) -> &'static str {
    static KEPT: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());
    let mut all = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = all.iter().find(|k| **k == text) {
        return known;
    }
    let new: &'static str = Box::leak(text.to_owned().into_boxed_str());
    all.push(new);
    new
}

/// Options of every command.
const GLOBAL: [&str; 9] =
    ["data_dir", "now", "lang", "json", "ascii", "plain", "no_color", "verbose", "help"];

fn described(arg: clap::Arg) -> clap::Arg {
    let id = arg.get_id().as_str();
    if id == "version" {
        return arg;
    }
    let heading = match (GLOBAL.contains(&id), arg.is_positional()) {
        (true, _) => t!("cli.help.global"),
        (_, true) => t!("cli.help.arguments"),
        _ => t!("cli.help.options"),
    };
    let key = format!("cli.arg.{id}");
    let text = t!(&key).into_owned();
    arg.help(text).long_help(None).help_heading(kept(&heading))
}

/// Reads the arguments.
pub(super) fn parse(args: &[OsString]) -> Result<Args, clap::Error> {
    let mut command = command();
    let matches = command.try_get_matches_from_mut(args)?;
    Args::from_arg_matches(&matches).map_err(|why| why.format(&mut command))
}
