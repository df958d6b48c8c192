//! `paste`: what was copied out of a chat, from the clipboard or standard input. What the text does not say (group, day,
//! year) is asked where there is somebody to answer.

use std::io::{self, IsTerminal, Read, Write};
use std::path::PathBuf;

use clap::Args as ClapArgs;
use rust_i18n::t;

use super::context::Context;
use super::import::{self, Said};
use super::table::line;
use super::{Wrong, dates};
use crate::clock;
use crate::ingest::{ImportOptions, Report, clipboard};

/// `qunbox paste`.
#[derive(ClapArgs, Clone, Debug, Default)]
pub(super) struct Args {
    #[command(flatten)]
    said: Said,
}

/// Questions asked of one paste at most.
const MOST_QUESTIONS: usize = 5;

/// Imports what was copied.
pub(super) fn run(args: &Args, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let (text, somebody) = text(context)?;
    let mut said = args.said.clone();
    let mut report = None;
    for _ in 0..MOST_QUESTIONS {
        let options =
            ImportOptions { pasted: Some(text.clone()), ..import::options(said.options(context)?, context) };
        let done = import::import(&[PathBuf::from("-")], &options, context)?;
        let need = done.files.first().and_then(|f| f.needs);
        let asked = somebody && !context.json && ask(need, &mut said, context)?;
        report = Some(done);
        if !asked {
            break;
        }
    }
    let report: Report = report.unwrap_or_default();
    said.keep(&report, context)?;
    import::print(&report, false, context, out)?;
    Ok(import::code(&report))
}

/// The text, and whether somebody sits there who can answer questions.
fn text(context: &Context) -> anyhow::Result<(Vec<u8>, bool)> {
    let somebody = io::stdin().is_terminal();
    if somebody {
        if let Some(text) = clipboard::text() {
            return Ok((text.into_bytes(), !context.json));
        }
        writeln!(io::stderr(), "{}", t!("cli.paste.how"))?;
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    Ok((bytes, somebody))
}

/// Asks for what is missing; `false` when nothing is, or nothing was said.
fn ask(need: Option<&'static str>, said: &mut Said, context: &Context) -> anyhow::Result<bool> {
    match need {
        Some("group") => {
            let groups = context.bare_store()?.group_entries()?;
            let names: Vec<String> = groups.into_iter().map(|g| g.name).collect();
            let mut err = io::stderr().lock();
            for (n, name) in names.iter().enumerate() {
                writeln!(err, "  {:>2}  {}", n + 1, line(name))?;
            }
            drop(err);
            let Some(answer) = question(&t!("incoming.ask.group"))? else { return Ok(false) };
            let chosen = answer.parse::<usize>().ok().and_then(|n| names.get(n.checked_sub(1)?).cloned());
            said.group = Some(chosen.unwrap_or(answer));
        }
        Some("date") => loop {
            let Some(answer) = question(&t!("incoming.ask.date"))? else { return Ok(false) };
            match dates::day(&answer, clock::now()) {
                Ok(_) => {
                    said.date = Some(answer);
                    break;
                }
                Err(Wrong(why)) => writeln!(io::stderr().lock(), "{why}")?,
            }
        },
        Some("year") => loop {
            let Some(answer) = question(&t!("incoming.ask.year"))? else { return Ok(false) };
            if let Ok(year) = answer.parse() {
                said.year = Some(year);
                break;
            }
        },
        _ => return Ok(false),
    }
    Ok(true)
}

/// Asks one thing; `None` when nothing is said.
pub(super) fn question(text: &str) -> anyhow::Result<Option<String>> {
    let mut err = io::stderr().lock();
    write!(err, "{text} ")?;
    err.flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    let answer = answer.trim();
    Ok((!answer.is_empty()).then(|| answer.to_owned()))
}
