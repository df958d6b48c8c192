//! `digest`: the daily digest on the terminal or as a file.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::Args as ClapArgs;
use clap::builder::PossibleValuesParser;
use rust_i18n::t;

use super::{DONE, Wrong, dates};
use crate::digest::Period;
use crate::export::{self, Encoding, Options, TARGETS, Target};
use crate::gather;
use crate::message::local;
use crate::store::Store;

/// `qunbox digest`.
#[derive(ClapArgs, Clone, Debug, Default)]
pub(super) struct Args {
    #[arg(id = "digest_date", long = "date", value_name = "D", conflicts_with_all = ["digest_from", "digest_to"])]
    date: Option<String>,
    #[arg(id = "digest_from", long = "from", value_name = "D")]
    from: Option<String>,
    #[arg(id = "digest_to", long = "to", value_name = "D")]
    to: Option<String>,
    #[arg(id = "digest_format", long = "format", value_name = "FORMAT", value_parser = PossibleValuesParser::new(TARGETS.map(|t| t.name)))]
    format: Option<String>,
    #[arg(id = "digest_output", short = 'o', long = "output", value_name = "FILE")]
    output: Option<PathBuf>,
    #[arg(id = "digest_force", long = "force")]
    force: bool,
    #[arg(id = "digest_unmask", long = "unmask")]
    unmask: bool,
    #[arg(id = "digest_detail", long = "detail")]
    detail: bool,
    #[arg(id = "digest_group", long = "group", value_name = "G")]
    group: Vec<String>,
    #[arg(id = "digest_encoding", long = "encoding", value_name = "CODE", value_parser = PossibleValuesParser::new(["utf-8", "gb18030"]))]
    encoding: Option<String>,
    #[arg(id = "digest_limit", long = "limit", value_name = "N")]
    limit: Option<usize>,
}

/// Writes the digest to a file, or to `out` where no file is named and the format is text, or the file is `-`.
pub(super) fn run(
    args: &Args,
    store: &Store,
    now: i64,
    json: bool,
    out: &mut dyn Write,
) -> anyhow::Result<u8> {
    let target = target(args, json)?;
    let period = period(args, now)?;
    if args.unmask && !agreed()? {
        return Err(Wrong(t!("export.not_unmasked").into_owned()).into());
    }
    let digest = gather::digest(store, period, &args.group, now, &rust_i18n::locale())?;
    let rendered = export::render(&digest, target, &options(args))?;
    let Some(path) = destination(args, target, period.last_day()) else {
        out.write_all(&rendered.bytes)?;
        return Ok(DONE);
    };
    export::write_file(&path, &rendered.bytes, args.force)?;
    if json {
        super::context::json_line(out, &serde_json::json!({ "path": path, "bytes": rendered.bytes.len() }))?;
        return Ok(DONE);
    }
    writeln!(out, "{}", crate::privacy::neutral(&path.display().to_string()))?;
    if let Some(masked) = &rendered.masked {
        writeln!(out, "{masked}")?;
    }
    Ok(DONE)
}

/// The format asked for: by name, by the ending of the file, by `--json`; else text.
fn target(args: &Args, json: bool) -> Result<&'static Target, Wrong> {
    let ending = args.output.as_deref().and_then(Path::extension).and_then(|e| e.to_str());
    let by_name = args.format.as_deref().and_then(export::target);
    let by_ending = || TARGETS.iter().find(|t| ending.is_some_and(|e| e.eq_ignore_ascii_case(t.extension)));
    let default = if json { "json" } else { "txt" };
    by_name
        .or_else(by_ending)
        .or_else(|| export::target(default))
        .ok_or_else(|| Wrong(t!("export.no_format").into_owned()))
}

fn period(args: &Args, now: i64) -> Result<Period, Wrong> {
    let today = local(now).date();
    let day = |text: &Option<String>| text.as_deref().map(|d| dates::day(d, now)).transpose();
    Ok(match (day(&args.date)?, day(&args.from)?, day(&args.to)?) {
        (Some(day), ..) => Period::day(day),
        (None, None, None) => Period::day(today),
        (None, from, to) => {
            let from = from.or(to).unwrap_or(today);
            Period::days(from, to.unwrap_or(today.max(from)))
        }
    })
}

fn options(args: &Args) -> Options {
    let default = Options::default();
    let gb18030 = args.encoding.as_deref() == Some("gb18030");
    Options {
        detail: args.detail,
        unmask: args.unmask,
        limit: args.limit.filter(|n| *n > 0).unwrap_or(default.limit),
        encoding: if gb18030 { Encoding::Gb18030 } else { Encoding::Utf8 },
    }
}

/// Where it goes: `None` is standard output. A folder gets a file named after the day; so does a format that is no
/// text when no file is named.
fn destination(args: &Args, target: &Target, day: NaiveDate) -> Option<PathBuf> {
    let name = format!("{}-{day}.{}", t!("digest.title"), target.extension);
    match args.output.as_deref() {
        Some(path) if path == Path::new("-") => None,
        Some(path) if path.is_dir() => Some(path.join(name)),
        Some(path) => Some(path.to_owned()),
        None if target.is_text() => None,
        None => Some(PathBuf::from(name)),
    }
}

/// Asks before private data is left readable, where there is somebody to ask.
fn agreed() -> io::Result<bool> {
    if !io::stdin().is_terminal() {
        return Ok(true);
    }
    let mut err = io::stderr().lock();
    write!(err, "{}", t!("export.ask_unmask"))?;
    err.flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes" | "是" | "好"))
}
