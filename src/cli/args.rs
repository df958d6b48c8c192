//! The arguments as clap reads them; help texts come from the locale files.

use std::ffi::OsString;
use std::path::PathBuf;

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
    let mut command = Args::command().about(t!("cli.about").into_owned()).mut_args(described);
    let names: Vec<String> = command.get_subcommands().map(|s| s.get_name().to_owned()).collect();
    for name in names {
        let key = format!("cli.command.{name}");
        let about = t!(&key).into_owned();
        command = command.mut_subcommand(&name, |s| s.about(about).long_about(None).mut_args(described));
    }
    command
}

fn described(arg: clap::Arg) -> clap::Arg {
    let id = arg.get_id().as_str();
    if matches!(id, "help" | "version") {
        return arg;
    }
    let key = format!("cli.arg.{id}");
    let text = t!(&key).into_owned();
    arg.help(text).long_help(None)
}

/// Reads the arguments.
pub(super) fn parse(args: &[OsString]) -> Result<Args, clap::Error> {
    let mut command = command();
    let matches = command.try_get_matches_from_mut(args)?;
    Args::from_arg_matches(&matches).map_err(|why| why.format(&mut command))
}
