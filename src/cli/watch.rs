//! `watch DIR`: imports what arrives in a folder, a line per file, until Ctrl+C.

use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args as ClapArgs;
use rust_i18n::t;

use super::context::{Context, json_line};
use super::import::{self, file_lines};
use super::stop::Stop;
use super::{DONE, Wrong};
use crate::clock;
use crate::ingest::watch::Watcher;
use crate::ingest::{self, Report, Status};

/// `qunbox watch`.
#[derive(ClapArgs, Clone, Debug, Default)]
pub(super) struct Args {
    /// The folder; that of config.toml when it is left out.
    #[arg(value_name = "DIR")]
    watch_dir: Option<PathBuf>,
    /// Seconds between two looks.
    #[arg(long, value_name = "SECONDS")]
    every: Option<u64>,
    /// Seconds a file must stay as it is.
    #[arg(long, value_name = "SECONDS")]
    settle: Option<u64>,
    /// Look until what lies there has come in, then end.
    #[arg(long)]
    once: bool,
}

/// Between two glances at whether to stop.
const GLANCE: Duration = Duration::from_millis(100);

/// Watches until it is told to stop.
pub(super) fn run(args: &Args, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let settings = context.config()?.watch;
    let Some(folder) = args.watch_dir.clone().or(settings.folder) else {
        return Err(Wrong(t!("incoming.watch.no_folder").into_owned()).into());
    };
    if !folder.is_dir() {
        anyhow::bail!(t!("incoming.watch.not_there", path = folder.display()).into_owned());
    }
    let stop = Stop::listen()?;
    let every = Duration::from_secs(args.every.unwrap_or(settings.every).max(1));
    let settle = args.settle.unwrap_or(settings.settle).min(3600);
    let mut watcher = Watcher::new(folder, settle as i64 * 1000);
    if !context.json {
        writeln!(out, "{}", t!("incoming.watch.began", path = watcher.folder().display()))?;
        out.flush()?;
    }
    let (mut came, mut idle, mut lost) = (0, 0, false);
    while !stop.is_asked() {
        match watcher.look(clock::now()) {
            Ok(ready) => {
                if std::mem::take(&mut lost) && !context.json {
                    writeln!(out, "{}", t!("incoming.watch.back"))?;
                }
                idle = if ready.is_empty() { idle + 1 } else { 0 };
                for path in ready {
                    came += one(&path, &mut watcher, &stop, context, out)?;
                    if stop.is_asked() {
                        break;
                    }
                }
            }
            // a share that is away for a while comes back; said once
            Err(why) if !lost => {
                lost = true;
                let mut err = std::io::stderr().lock();
                writeln!(err, "{}", t!("incoming.watch.away", why = why))?;
            }
            Err(_) => {}
        }
        out.flush()?;
        if args.once && idle > settle / every.as_secs() + 1 {
            break;
        }
        pause(every, &stop);
    }
    if !context.json {
        writeln!(out, "{}", t!("incoming.watch.ended", count = came))?;
    }
    Ok(DONE)
}

fn pause(length: Duration, stop: &Stop) {
    let mut left = length;
    while !left.is_zero() && !stop.is_asked() {
        std::thread::sleep(GLANCE.min(left));
        left = left.saturating_sub(GLANCE);
    }
}

/// Imports one file; 1 when something of it came in.
fn one(
    path: &Path,
    watcher: &mut Watcher,
    stop: &Stop,
    context: &Context,
    out: &mut dyn Write,
) -> anyhow::Result<u64> {
    if let Err(why) = std::fs::File::open(path) {
        // still held by the program that writes it, or gone again
        if why.kind() != std::io::ErrorKind::NotFound {
            watcher.again(path);
        }
        return Ok(0);
    }
    let options = import::options(crate::import::Options::default(), context);
    let mut store = context.bare_store()?;
    let mut on = |_: &ingest::Progress| {
        if stop.is_asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let report = ingest::import(&mut store, &[path.to_owned()], &options, &mut on)?;
    tell(&report, context, out)?;
    Ok(u64::from(report.files.iter().any(|f| matches!(f.status, Status::Imported | Status::Partial))))
}

/// What came in; files that were in already are passed over in silence.
fn tell(report: &Report, context: &Context, out: &mut dyn Write) -> anyhow::Result<()> {
    if report.files.iter().all(|f| f.status == Status::Unchanged) {
        return Ok(());
    }
    if context.json {
        return json_line(out, report);
    }
    for file in report.files.iter().filter(|f| f.status != Status::Unchanged) {
        let clock = crate::message::local(clock::now()).format("%H:%M:%S");
        write!(out, "{clock}  ")?;
        file_lines(file, false, out)?;
    }
    let t = &report.totals;
    if t.notices_new + t.notices_grown > 0 {
        let text = t!("incoming.watch.notices", new = t.notices_new, grown = t.notices_grown);
        writeln!(out, "          {text}")?;
    }
    Ok(())
}
