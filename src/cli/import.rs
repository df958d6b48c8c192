//! `import`, `rebuild`: what comes in, with progress.

use std::io::{self, IsTerminal, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args as ClapArgs;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rust_i18n::t;

use super::context::{Context, json_line};
use super::stop::Stop;
use super::table::line;
use super::{DONE, FAILED, PARTLY, Wrong, dates, teach};
use crate::import::template::Template;
use crate::import::{self, format_ids};
use crate::ingest::{self, FileReport, ImportOptions, Progress, Report, Status, Step};
use crate::{clock, config};

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
pub(super) struct Said {
    #[arg(long, value_name = "NAME")]
    pub(super) group: Option<String>,
    #[arg(long, value_name = "DATE")]
    pub(super) date: Option<String>,
    #[arg(long, value_name = "ID")]
    format: Option<String>,
    #[arg(long, value_name = "YEAR")]
    pub(super) year: Option<i32>,
    #[arg(long, value_name = "OFFSET", allow_hyphen_values = true)]
    tz: Option<String>,
    #[arg(long, value_name = "NAME")]
    template: Option<String>,
    #[arg(long, value_name = "PATTERN", conflicts_with = "columns")]
    header: Option<String>,
    #[arg(long, value_name = "PART=COLUMN", num_args = 1..)]
    columns: Vec<String>,
    #[arg(long, value_name = "PATH", requires = "columns")]
    rows: Option<String>,
}

impl Said {
    pub(super) fn options(&self, context: &Context) -> anyhow::Result<import::Options> {
        let (templates, by_template) = self.templates(context)?;
        if let Some(format) = &self.format
            && !format_ids().contains(&format.as_str())
        {
            let known = format_ids().join(" ");
            return Err(Wrong(t!("cli.import.bad_format", id = format, known = known).into_owned()).into());
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
            templates,
            by_template,
        })
    }

    /// The template that is spelled out.
    fn spelled(&self) -> anyhow::Result<Option<config::Template>> {
        if self.header.is_none() && self.columns.is_empty() {
            return Ok(None);
        }
        let mut columns = std::collections::BTreeMap::new();
        for pair in &self.columns {
            let (part, column) = pair
                .split_once('=')
                .ok_or_else(|| Wrong(t!("incoming.template.bad_pair", pair = pair).into_owned()))?;
            columns.insert(part.to_owned(), column.to_owned());
        }
        Ok(Some(config::Template {
            name: self.template.clone().unwrap_or_default(),
            header: self.header.clone(),
            rows: self.rows.clone(),
            columns,
            platform: None,
        }))
    }

    /// Keeps the template that is spelled out and named, once it has read something.
    pub(super) fn keep(&self, report: &Report, context: &Context) -> anyhow::Result<()> {
        let read = report.files.iter().any(|f| f.messages > 0);
        if let Some(template) = self.spelled()?.filter(|t| read && !t.name.is_empty()) {
            template.save(&context.paths.config()).map_err(anyhow::Error::msg)?;
        }
        Ok(())
    }

    /// The templates kept in config.toml, or the one named or spelled out.
    fn templates(&self, context: &Context) -> anyhow::Result<(Vec<Template>, bool)> {
        if let Some(spelled) = self.spelled()? {
            return Ok((vec![ready(&spelled).map_err(Wrong)?], true));
        }
        let kept = context.config()?.templates;
        let read = |t: &config::Template| {
            ready(t).map_err(|why| anyhow::anyhow!("config.toml [[template]] {}: {why}", t.name))
        };
        match &self.template {
            None => Ok((kept.iter().map(read).collect::<anyhow::Result<_>>()?, false)),
            Some(name) => {
                let names: Vec<&str> = kept.iter().map(|t| t.name.as_str()).collect();
                let one = kept.iter().find(|t| t.name == *name).ok_or_else(|| {
                    Wrong(t!("incoming.template.unknown", name = name, known = names.join("、")).into_owned())
                })?;
                Ok((vec![read(one)?], true))
            }
        }
    }

    /// From now on this template.
    pub(super) fn by(&mut self, template: &config::Template) {
        self.template = Some(template.name.clone());
    }
}

/// A template of config.toml, ready to read with.
pub(super) fn ready(t: &config::Template) -> Result<Template, String> {
    Template::new(&t.name, t.header.as_deref(), t.rows.as_deref(), &t.columns, t.platform.as_deref())
}

/// Imports.
pub(super) fn run(args: &Args, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let options = ImportOptions { dry_run: args.dry_run, ..options(args.said.options(context)?, context) };
    let mut report = import(&args.import_paths, &options, context)?;
    if !args.dry_run {
        args.said.keep(&report, context)?;
    }
    if !args.yes && !context.json && io::stdin().is_terminal() && io::stderr().is_terminal() {
        teach(&mut report, args, context)?;
    }
    if args.dry_run && !context.json {
        writeln!(out, "{}", t!("cli.import.dry_run"))?;
    }
    print(&report, args.dry_run, context, out)?;
    Ok(code(&report))
}

/// Files no format claims are shown to whoever sits there, who may mark how they are to be read.
fn teach(report: &mut Report, args: &Args, context: &Context) -> anyhow::Result<()> {
    let mut notices = (0, 0);
    for file in report.files.iter_mut().filter(|f| f.needs == Some("format")) {
        let path = PathBuf::from(&file.path);
        let Some(template) = teach::dialogue(&path, context)? else { continue };
        let mut said = args.said.clone();
        said.by(&template);
        let options = ImportOptions { dry_run: args.dry_run, ..options(said.options(context)?, context) };
        let taught = import(&[path], &options, context)?;
        notices.0 += taught.totals.notices_new;
        notices.1 += taught.totals.notices_grown;
        if let Some(read) = taught.files.into_iter().next() {
            *file = read;
        }
    }
    report.add_up();
    report.totals.notices_new += notices.0;
    report.totals.notices_grown += notices.1;
    Ok(())
}

/// Imports before something else is shown; only what went wrong is told.
pub(super) fn quietly(paths: &[PathBuf], context: &Context) -> anyhow::Result<u8> {
    // the screen that comes next has its own way with signals
    let report = import_until(paths, &options(import::Options::default(), context), context, &|| false)?;
    let mut err = io::stderr().lock();
    for file in report.files.iter().filter(|f| !matches!(f.status, Status::Imported | Status::Unchanged)) {
        file_lines(file, false, &mut err)?;
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

/// Takes back a whole import.
pub(super) fn take_back(file: &str, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let mut store = context.store()?;
    let mut bar = Bar::new();
    let done = ingest::take_back(&mut store, file, &context.settings, &mut |p| bar.show(p));
    bar.end();
    let Some(done) = done? else {
        writeln!(io::stderr().lock(), "{}", t!("incoming.undo.none", name = line(file)))?;
        return Ok(FAILED);
    };
    if context.json {
        let value = serde_json::json!({"files": done.files, "gone": done.gone, "kept": done.kept, "groups": done.groups});
        json_line(out, &value)?;
        return Ok(DONE);
    }
    writeln!(
        out,
        "{}",
        t!("incoming.undo.done", files = done.files.len(), gone = done.gone, kept = done.kept)
    )?;
    if !done.groups.is_empty() {
        writeln!(out, "{}", t!("incoming.undo.groups", names = line(&done.groups.join("、"))))?;
    }
    Ok(DONE)
}

/// What an import is told.
pub(super) fn options(said: import::Options, context: &Context) -> ImportOptions {
    let settings = context.settings.clone();
    ImportOptions { import: said, now: clock::now(), settings, ..ImportOptions::default() }
}

/// Imports with a bar, until Ctrl+C.
pub(super) fn import(
    paths: &[PathBuf],
    options: &ImportOptions,
    context: &Context,
) -> anyhow::Result<Report> {
    let stop = Stop::listen()?;
    import_until(paths, options, context, &|| stop.is_asked())
}

fn import_until(
    paths: &[PathBuf],
    options: &ImportOptions,
    context: &Context,
    stop: &dyn Fn() -> bool,
) -> anyhow::Result<Report> {
    let mut store = context.bare_store()?;
    let mut bar = Bar::new();
    let report = ingest::import(&mut store, paths, options, &mut |p| {
        if stop() { ControlFlow::Break(()) } else { bar.show(p) }
    });
    bar.end();
    report
}

/// 0 when all is in; 1 when nothing could be read; 3 when a part could not, or something must be told first.
pub(super) fn code(report: &Report) -> u8 {
    if report.cancelled {
        return PARTLY;
    }
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

pub(super) fn print(
    report: &Report,
    dry_run: bool,
    context: &Context,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    if context.json {
        return json_line(out, report);
    }
    for file in &report.files {
        let quiet = report.files.len() > 50 && context.verbose == 0;
        if !(quiet && matches!(file.status, Status::Imported | Status::Unchanged)) {
            file_lines(file, context.verbose > 0 || dry_run, out)?;
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
    if report.cancelled {
        writeln!(io::stderr().lock(), "{}", t!("cli.import.stopped"))?;
    }
    Ok(())
}

pub(super) fn file_lines(file: &FileReport, verbose: bool, out: &mut dyn Write) -> io::Result<()> {
    const MOST_ISSUES: usize = 3;
    let status = match file.status {
        Status::Imported => t!("cli.import.imported", new = file.new, known = file.known + file.enriched),
        Status::Unchanged => t!("cli.import.unchanged"),
        Status::Partial if file.issues.is_empty() => {
            t!("cli.import.imported", new = file.new, known = file.known + file.enriched)
        }
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
    if !file.loses.is_empty() && file.status != Status::Unchanged && verbose {
        writeln!(out, "  {}", lost(&file.loses))?;
    }
    for assumed in &file.assumed {
        writeln!(out, "  {}", line(assumed))?;
    }
    Ok(())
}

/// What a format does not hold, in words.
fn lost(words: &[&str]) -> String {
    let named = |word: &&str| {
        let key = format!("incoming.loss.{word}");
        t!(&key).into_owned()
    };
    let words: Vec<String> = words.iter().map(named).collect();
    t!("incoming.loss_line", what = words.join(&t!("incoming.loss_comma"))).into_owned()
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
