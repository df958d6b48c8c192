//! `digest`: the daily digest on the terminal or as a file.

use std::io::Write;
use std::path::PathBuf;

use clap::Args as ClapArgs;
use clap::builder::PossibleValuesParser;
use rust_i18n::t;

use super::context::Context;
use super::destination::{self, Destination};
use super::{Wrong, dates};
use crate::digest::Period;
use crate::export::{self, Audience, Encoding, Options, TARGETS};
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
    #[arg(id = "digest_since_closed", long = "since-closed", conflicts_with_all = ["digest_date", "digest_from", "digest_to"])]
    since_closed: bool,
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
    #[arg(id = "digest_audience", long = "audience", value_name = "WHO", value_parser = PossibleValuesParser::new(Audience::ALL.map(Audience::as_str)))]
    audience: Option<String>,
    #[arg(id = "digest_limit", long = "limit", value_name = "N")]
    limit: Option<usize>,
}

/// Writes the digest to a file, or to `out` where no file is named and the format is text, or the file is `-`.
pub(super) fn run(args: &Args, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let (store, now) = (context.store()?, crate::clock::now());
    let target = destination::target(args.format.as_deref(), args.output.as_deref(), context.json)?;
    let period = period(args, &store, now)?;
    destination::may_unmask(args.unmask)?;
    let digest = gather::digest(&store, period, &args.group, now, &rust_i18n::locale())?;
    let rendered = export::render(&digest, target, &options(args, context.keep_phones))?;
    let name = export::file_name(&[&t!("digest.title"), &period.last_day().to_string()]);
    let to =
        Destination { output: args.output.as_deref(), force: args.force, name: &name, json: context.json };
    destination::deliver(&rendered, target, &to, out)
}

fn period(args: &Args, store: &Store, now: i64) -> anyhow::Result<Period> {
    if args.since_closed {
        let Some(closed) = store.closed_at()? else {
            return Err(Wrong(t!("cli.digest.never_closed").into_owned()).into());
        };
        return Ok(Period::since(closed, now));
    }
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

fn options(args: &Args, keep_phones: bool) -> Options {
    let default = Options::default();
    let gb18030 = args.encoding.as_deref() == Some("gb18030");
    Options {
        detail: args.detail,
        keep_phones,
        audience: Audience::ALL
            .into_iter()
            .find(|a| args.audience.as_deref() == Some(a.as_str()))
            .unwrap_or_default(),
        unmask: args.unmask,
        limit: args.limit.filter(|n| *n > 0).unwrap_or(default.limit),
        encoding: if gb18030 { Encoding::Gb18030 } else { Encoding::Utf8 },
    }
}
