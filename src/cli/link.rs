//! `link` and `unlink`: how notices stand to each other.

use std::io::Write;

use clap::Args as ClapArgs;
use clap::ValueEnum;
use rust_i18n::t;

use super::Wrong;
use super::context::Context;
use super::decide::say;
use crate::clock;
use crate::ingest;
use crate::notice::{Link, LinkKind};
use crate::store::{Decision, Store, StoreError};

/// `qunbox link`.
#[derive(ClapArgs, Clone, Debug)]
pub(super) struct Args {
    notice: String,
    #[arg(value_name = "NOTICE")]
    other: String,
    #[arg(long, value_enum)]
    kind: Option<KindArg>,
}

/// `qunbox unlink`.
#[derive(ClapArgs, Clone, Debug)]
pub(super) struct UnlinkArgs {
    notice: String,
    #[arg(value_name = "NOTICE")]
    other: String,
    #[arg(long, value_enum)]
    kind: Option<KindArg>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum KindArg {
    Corrects,
    Reminds,
    Cancels,
    Closes,
    SameData,
    Similar,
    Recurs,
}

impl From<KindArg> for LinkKind {
    fn from(arg: KindArg) -> LinkKind {
        match arg {
            KindArg::Corrects => LinkKind::Corrects,
            KindArg::Reminds => LinkKind::Reminds,
            KindArg::Cancels => LinkKind::Cancels,
            KindArg::Closes => LinkKind::Closes,
            KindArg::SameData => LinkKind::SameData,
            KindArg::Similar => LinkKind::Similar,
            KindArg::Recurs => LinkKind::Recurs,
        }
    }
}

/// Links two notices: the first speaks of the second. Without a kind what the rules propose of the two is accepted, in
/// whatever order they are named.
pub(super) fn run(args: &Args, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let mut store = context.store()?;
    let decision = match args.kind {
        Some(kind) => Decision::Link { from: args.notice.clone(), to: args.other.clone(), kind: kind.into() },
        None => proposed(&store, &args.notice, &args.other)?,
    };
    let decided = ingest::decide(&mut store, &context.settings, clock::now(), &decision)?;
    say(&decided, context, out)
}

/// The link that accepts what the rules propose of two notices.
fn proposed(store: &Store, one: &str, other: &str) -> anyhow::Result<Decision> {
    let found = |id: &str| store.notice(id)?.ok_or_else(|| StoreError::NoNotice(id.to_owned()));
    let (one, other) = (found(one)?, found(other)?);
    let between = one.links.iter().filter(|l| l.notice == other.id);
    let accepted = between.filter_map(|l| Some((l, l.accepted()?))).next();
    let Some((link, kind)) = accepted else {
        return Err(Wrong(t!("cli.link.nothing_proposed").into_owned()).into());
    };
    let (from, to) = if link.direction == "to" { (one.id, other.id) } else { (other.id, one.id) };
    Ok(Decision::Link { from, to, kind })
}

/// Takes a link away, for good.
pub(super) fn unlink(args: &UnlinkArgs, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let kind = args.kind.map(LinkKind::from);
    let decision = Decision::Unlink { a: args.notice.clone(), b: args.other.clone(), kind };
    let decided = ingest::decide(&mut context.store()?, &context.settings, clock::now(), &decision)?;
    say(&decided, context, out)
}

/// A link of a notice, and how what is proposed is accepted.
pub(super) fn print(notice: &str, link: &Link, out: &mut dyn Write) -> std::io::Result<()> {
    let arrow = if link.direction == "to" { "→" } else { "←" };
    writeln!(out, "  {arrow} {} {}", link.kind.as_str(), link.notice)?;
    if let Some(kind) = link.accepted() {
        let command = format!("qunbox link {notice} {}", link.notice);
        writeln!(out, "    {}", t!("cli.show.proposed", kind = kind.as_str(), command = command))?;
    }
    Ok(())
}
