//! `import`, `paste`, `rebuild`: what comes in, with progress.

use std::io::{self, IsTerminal, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args as ClapArgs;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rust_i18n::t;

use super::context::{Context, json_line};
use super::table::line;
use super::{DONE, FAILED, PARTLY, Wrong, dates};
use crate::clock;
use crate::import::{self, format_ids};
use crate::ingest::{self, FileReport, ImportOptions, Progress, Report, Status, Step};

/// `qunbox import`.
#[derive(ClapArgs, Clone, Debug, Default)]
pub(super) struct Args {
    #[arg(required = true, value_name = "PATH")]
    import_paths: Vec<PathBuf>,
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    said: Said,
    #[arg(long)]
    yes: bool,
}

/// What files may not say themselves.
#[derive(ClapArgs, Clone, Debug, Default)]
struct Said {
    #[arg(long, value_name = "NAME")]
    group: Option<String>,
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    #[arg(long, value_name = "ID")]
    format: Option<String>,
    #[arg(long, value_name = "YEAR")]
    year: Option<i32>,
    #[arg(long, value_name = "OFFSET", allow_hyphen_values = true)]
    tz: Option<String>,
}

impl Said {
    fn options(&self) -> Result<import::Options, Wrong> {
        if let Some(format) = &self.format
            && !format_ids().contains(&format.as_str())
        {
            let known = format_ids().join(" ");
            return Err(Wrong(t!("cli.import.bad_format", id = format, known = known).into_owned()));
        }
        let tz = match &self.tz {
            None => None,
            Some(text) => {
                Some(text.parse().map_err(|_| Wrong(t!("cli.import.bad_tz", text = text).into_owned()))?)
            }
        };
        Ok(import::Options {
            group: self.group.clone(),
            format: self.format.clone(),
            date: self.date.as_deref().map(|d| dates::day(d, clock::now())).transpose()?,
            year: self.year,
            tz,
        })
    }
}

/// `qunbox paste`.
#[derive(ClapArgs, Clone, Debug, Default)]
pub(super) struct PasteArgs {
    #[command(flatten)]
    said: Said,
}

/// Imports.
pub(super) fn run(args: &Args, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let options = ImportOptions { dry_run: args.dry_run, ..options(args.said.options()?, context) };
    let report = import(&args.import_paths, &options, context)?;
    if args.dry_run && !context.json {
        writeln!(out, "{}", t!("cli.import.dry_run"))?;
    }
    print(&report, context, out)?;
    Ok(code(&report))
}

/// Imports what was copied: the clipboard where the system has one for this program, else standard input.
pub(super) fn paste(args: &PasteArgs, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let options = ImportOptions { pasted: clipboard()?, ..options(args.said.options()?, context) };
    let report = import(&[PathBuf::from("-")], &options, context)?;
    print(&report, context, out)?;
    Ok(code(&report))
}

/// The text of the clipboard; `None` where standard input is to be read instead.
#[cfg(windows)]
fn clipboard() -> anyhow::Result<Option<Vec<u8>>> {
    if io::stdin().is_terminal() {
        return Ok(Some(arboard::Clipboard::new()?.get_text()?.into_bytes()));
    }
    Ok(None)
}

#[cfg(not(windows))]
fn clipboard() -> anyhow::Result<Option<Vec<u8>>> {
    if io::stdin().is_terminal() {
        writeln!(io::stderr(), "{}", t!("cli.paste.how"))?;
    }
    Ok(None)
}

/// Imports before something else is shown; only what went wrong is told.
pub(super) fn quietly(paths: &[PathBuf], context: &Context) -> anyhow::Result<u8> {
    let report = import(paths, &options(import::Options::default(), context), context)?;
    let mut err = io::stderr().lock();
    for file in report.files.iter().filter(|f| !matches!(f.status, Status::Imported | Status::Unchanged)) {
        file_lines(file, &mut err)?;
    }
    Ok(code(&report))
}

/// Computes everything derived again.
pub(super) fn rebuild(context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let mut store = context.bare_store()?;
    let mut bar = Bar::new();
    ingest::rebuild(&mut store, &context.settings, &mut |p| bar.show(p))?;
    bar.end();
    let counts = store.counts(clock::now())?;
    if context.json {
        json_line(out, &serde_json::json!({"messages": counts.messages, "notices": counts.all}))?;
    } else {
        writeln!(out, "{}", t!("cli.rebuilt", messages = counts.messages, notices = counts.all))?;
    }
    Ok(DONE)
}

/// What an import is told.
pub(super) fn options(said: import::Options, context: &Context) -> ImportOptions {
    let settings = context.settings.clone();
    ImportOptions { import: said, now: clock::now(), settings, ..ImportOptions::default() }
}

/// Imports with a bar.
pub(super) fn import(paths: &[PathBuf], options: &ImportOptions, context: &Context) -> anyhow::Result<Report> {
    let mut store = context.bare_store()?;
    let mut bar = Bar::new();
    let report = ingest::import(&mut store, paths, options, &mut |p| bar.show(p));
    bar.end();
    report
}

/// 0 when all is in; 1 when nothing could be read; 3 when a part could not, or something must be told first.
fn code(report: &Report) -> u8 {
    let bad = |f: &FileReport| !matches!(f.status, Status::Imported | Status::Unchanged);
    let asks = report.files.iter().any(|f| f.status == Status::NeedsAnswer);
    if report.files.is_empty() {
        FAILED
    } else if !report.files.iter().any(bad) {
        DONE
    } else if !asks && report.files.iter().all(|f| f.status == Status::Failed) {
        FAILED
    } else {
        PARTLY
    }
}

fn print(report: &Report, context: &Context, out: &mut dyn Write) -> anyhow::Result<()> {
    if context.json {
        return json_line(out, report);
    }
    for file in &report.files {
        let quiet = report.files.len() > 50 && context.verbose == 0;
        if !(quiet && matches!(file.status, Status::Imported | Status::Unchanged)) {
            file_lines(file, out)?;
        }
    }
    if report.files.is_empty() {
        writeln!(out, "{}", t!("cli.import.none"))?;
        return Ok(());
    }
    let s = &report.totals;
    let total = t!(
        "cli.import.total",
        files = s.files,
        messages = s.messages,
        new = s.new,
        known = s.known + s.enriched,
        notices = s.notices_new,
        grown = s.notices_grown,
        issues = s.issues
    );
    writeln!(out, "{total}")?;
    Ok(())
}

fn file_lines(file: &FileReport, out: &mut dyn Write) -> io::Result<()> {
    const MOST_ISSUES: usize = 3;
    let status = match file.status {
        Status::Imported => t!("cli.import.imported", new = file.new, known = file.known + file.enriched),
        Status::Unchanged => t!("cli.import.unchanged"),
        Status::Partial => t!("cli.import.partial", new = file.new, issues = file.issues.len()),
        Status::Failed => t!("cli.import.failed"),
        Status::NeedsAnswer => match file.needs {
            Some("group") => t!("cli.import.needs_group"),
            Some("date") => t!("cli.import.needs_date"),
            Some("year") => t!("cli.import.needs_year"),
            _ => t!("cli.import.needs_format"),
        },
    };
    let group = file.group.as_deref().map(|g| format!(" [{}]", line(g))).unwrap_or_default();
    writeln!(out, "{}{group}: {status}", line(&file.path))?;
    for issue in file.issues.iter().take(MOST_ISSUES) {
        match issue.line {
            Some(n) => writeln!(out, "  {}", t!("cli.import.issue", line = n, reason = line(&issue.reason)))?,
            None => writeln!(out, "  {}", line(&issue.reason))?,
        }
    }
    if file.issues.len() > MOST_ISSUES {
        writeln!(out, "  {}", t!("cli.import.more_issues", count = file.issues.len() - MOST_ISSUES))?;
    }
    for assumed in &file.assumed {
        writeln!(out, "  {}", line(assumed))?;
    }
    Ok(())
}

/// A bar on standard error, once something has taken longer than a second.
struct Bar {
    began: Instant,
    bar: Option<ProgressBar>,
    wanted: bool,
}

impl Bar {
    fn new() -> Self {
        Bar { began: Instant::now(), bar: None, wanted: io::stderr().is_terminal() }
    }

    fn show(&mut self, progress: &Progress) -> ControlFlow<()> {
        const PATIENCE: Duration = Duration::from_secs(1);
        if !self.wanted || self.began.elapsed() < PATIENCE {
            return ControlFlow::Continue(());
        }
        let bar = self.bar.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{bar:24} {percent:>3}%  {wide_msg}") {
                bar.set_style(style);
            }
            bar
        });
        bar.set_length(progress.bytes_total);
        bar.set_position(progress.bytes.min(progress.bytes_total));
        let text = match progress.step {
            Step::Listing => t!("cli.bar.listing"),
            Step::Reading => t!(
                "cli.bar.reading",
                n = progress.file_no,
                files = progress.files,
                file = line(&progress.file),
                messages = progress.messages
            ),
            Step::Clustering => t!("cli.bar.clustering", messages = progress.messages),
            Step::Writing => t!("cli.bar.writing"),
        };
        bar.set_message(text.into_owned());
        ControlFlow::Continue(())
    }

    fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
