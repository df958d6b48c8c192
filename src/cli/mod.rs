//! The command line: one file per command. Arguments in, text or JSON on a `Write`, an exit code out (`contract.md` §1).

mod args;
mod ask;
mod backup;
mod context;
mod dates;
mod decide;
mod demo;
mod destination;
mod differences;
mod digest;
mod doctor;
mod handover;
pub mod facts;
mod groups;
mod import;
mod inbox;
mod link;
mod merge;
mod keys;
mod messages;
mod paste;
mod report;
mod shell;
mod split;
mod stop;
mod table;
mod teach;
mod wait;
mod watch;
mod uploads;
mod views;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};

use rust_i18n::t;

use crate::store::StoreError;
use args::{Args, Command};
use context::Context;

/// All is done.
const DONE: u8 = 0;
/// It failed.
const FAILED: u8 = 1;
/// It was asked for wrongly.
const USAGE: u8 = 2;
/// Some of it could not be read; the rest is in.
const PARTLY: u8 = 3;

/// A mistake in the arguments that clap cannot see.
#[derive(Debug)]
struct Wrong(String);

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Wrong {}

/// The exit code of a program that panicked, as the language itself gives it.
const PANICKED: u8 = 101;

/// Runs the program with these arguments and gives its exit code. What a panic says is printed by its hook.
#[must_use]
pub fn main(args: &[OsString]) -> u8 {
    rust_i18n::set_locale(context::language(args));
    let code = std::panic::catch_unwind(|| answer(args)).unwrap_or(PANICKED);
    wait::before_closing(code);
    code
}

fn answer(args: &[OsString]) -> u8 {
    let parsed = match args::parse(args) {
        Ok(parsed) => parsed,
        Err(why) => {
            let code = if why.use_stderr() { USAGE } else { DONE };
            let _ = why.print();
            return code;
        }
    };
    let stdout = io::stdout();
    let mut out = io::BufWriter::new(stdout.lock());
    let result = run(&parsed, &mut out).and_then(|code| {
        out.flush()?;
        Ok(code)
    });
    match result {
        Ok(code) => code,
        Err(why) if is_broken_pipe(&why) => DONE,
        Err(why) => complain(&why),
    }
}

/// One line what failed, one line what to do.
fn complain(why: &anyhow::Error) -> u8 {
    let (code, advice) = match (why.downcast_ref::<StoreError>(), why.downcast_ref::<Wrong>()) {
        (Some(store), _) => (FAILED, store.advice()),
        (_, Some(_)) => (USAGE, t!("cli.advice_usage").into_owned()),
        _ => (FAILED, t!("cli.advice").into_owned()),
    };
    let text = crate::privacy::neutral(&format!("{why:#}")).replace('\n', " ");
    let mut err = io::stderr().lock();
    let _ = writeln!(err, "qunbox: {text}\n{advice}");
    code
}

/// Whether nobody reads any more what is written: `qunbox inbox | head`.
fn is_broken_pipe(why: &anyhow::Error) -> bool {
    // ERROR_PIPE_NOT_CONNECTED of Windows, which Rust has no kind for.
    const NOT_CONNECTED: i32 = 233;
    let closed = |e: &io::Error| {
        e.kind() == io::ErrorKind::BrokenPipe || cfg!(windows) && e.raw_os_error() == Some(NOT_CONNECTED)
    };
    why.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(closed)
            || cause
                .downcast_ref::<serde_json::Error>()
                .is_some_and(|e| e.io_error_kind() == Some(io::ErrorKind::BrokenPipe))
    })
}

fn run(args: &Args, out: &mut dyn Write) -> anyhow::Result<u8> {
    if let Some(now) = &args.global.now {
        crate::clock::fix(dates::moment(now)?);
    }
    match &args.command {
        Some(Command::Completions(a)) => return shell::completions(a, out),
        Some(Command::Man) => return shell::man(out),
        Some(Command::Facts(a)) => {
            let a = facts::Args { json: args.global.json, ..a.clone() };
            let context = Context::new(&args.global)?;
            return facts::run(&a, &context.settings, &mut io::stdin().lock(), out);
        }
        Some(Command::Demo(a)) => return demo::run(a, &args.global, out),
        _ => {}
    }
    let mut context = Context::new(&args.global)?;
    dispatch(args, &mut context, out)
}

/// Runs a command on a data folder.
fn dispatch(args: &Args, context: &mut Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    if let Some(Command::Import(_) | Command::Watch(_) | Command::Rebuild) = args.command {
        crate::background::step_back();
    }
    match &args.command {
        None if io::stdout().is_terminal() && !context.json => match screen(args, context)? {
            crate::tui::SAMPLE => demo::run(&demo::Args::default(), &args.global, out),
            code => Ok(code),
        },
        None => {
            let code = if args.paths.is_empty() { DONE } else { import::quietly(&args.paths, context)? };
            inbox::run(&inbox::Args::default(), context, out)?;
            Ok(code)
        }
        Some(Command::Import(a)) => import::run(a, context, out),
        Some(Command::Paste(a)) => paste::run(a, context, out),
        Some(Command::Inbox(a)) => inbox::run(a, context, out),
        Some(Command::Views(a)) => views::run(a, context, out),
        Some(Command::Show(a)) => inbox::show(a, context, out),
        Some(Command::Uploads(a)) => uploads::run(a, context, out),
        Some(Command::Messages(a)) => messages::run(a, context, out),
        Some(Command::Watch(a)) => watch::run(a, context, out),
        Some(Command::Groups(a)) => groups::run(a, context, out),
        Some(Command::Search(a)) => messages::search(a, context, out),
        Some(Command::Mark(a)) => decide::mark(a, context, out),
        Some(Command::Duty(a)) => uploads::duty(a, context, out),
        Some(Command::Reply(a)) => uploads::reply(a, context, out),
        Some(Command::Due(a)) => decide::due(a, context, out),
        Some(Command::Merge(a)) => merge::run(a, context, out),
        Some(Command::Split(a)) => split::run(a, context, out),
        Some(Command::Apart(a)) => split::apart(a, context, out),
        Some(Command::Link(a)) => link::run(a, context, out),
        Some(Command::Unlink(a)) => link::unlink(a, context, out),
        Some(Command::Undo(a)) => decide::undo(a, context, out),
        Some(Command::Redo) => decide::redo(context, out),
        Some(Command::Me(a)) => decide::me(a, context, out),
        Some(Command::Rebuild) => import::rebuild(context, out),
        Some(Command::Keys(a)) => keys::run(a, context, out),
        Some(Command::Doctor) => doctor::run(context, out),
        Some(Command::Digest(a)) => digest::run(a, context, out),
        Some(Command::Report(a)) => report::run(a, context, out),
        Some(Command::Handover(a)) => handover::run(a, context, out),
        Some(Command::Backup(a)) => backup::backup(a, context, out),
        Some(Command::Restore(a)) => backup::restore(a, context, out),
        Some(Command::Purge(a)) => backup::purge(a, context, out),
        Some(Command::Demo(_) | Command::Facts(_) | Command::Completions(_) | Command::Man) => {
            Err(Wrong(t!("cli.not_here").into_owned()).into())
        }
    }
}

/// Opens the screen; the one place where the two sides meet.
fn screen(args: &Args, context: &Context) -> anyhow::Result<u8> {
    crate::tui::run(crate::tui::Launch {
        database: context.paths.database(),
        data_dir: context.paths.data.clone(),
        import: args.paths.clone(),
        lang: rust_i18n::locale().to_string(),
        ascii: context.ascii.then_some(true),
        no_color: !context.color,
        plain: args.global.plain,
        config_path: context.paths.config(),
        config_text: std::fs::read_to_string(context.paths.config()).unwrap_or_default(),
        config: context.config.clone(),
        now: crate::clock::now,
        demo: context.demo,
        keep_phones: context.keep_phones,
        settings: context.settings.clone(),
    })
}
