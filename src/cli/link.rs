//! `link` and `unlink`: how notices stand to each other.

use std::io::Write;

use clap::Args as ClapArgs;
use clap::ValueEnum;

use super::context::Context;
use super::decide::say;
use crate::clock;
use crate::ingest;
use crate::notice::LinkKind;
use crate::store::Decision;

/// `qunbox link`.
#[derive(ClapArgs, Clone, Debug)]
pub(super) struct Args {
    notice: String,
    #[arg(value_name = "NOTICE")]
    other: String,
    #[arg(long, value_enum)]
    kind: KindArg,
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

/// Links two notices: the first speaks of the second.
pub(super) fn run(args: &Args, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let decision =
        Decision::Link { from: args.notice.clone(), to: args.other.clone(), kind: args.kind.into() };
    let decided = ingest::decide(&mut context.store()?, &context.settings, clock::now(), &decision)?;
    say(&decided, context, out)
}

/// Takes a link away, for good.
pub(super) fn unlink(args: &UnlinkArgs, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let kind = args.kind.map(LinkKind::from);
    let decision = Decision::Unlink { a: args.notice.clone(), b: args.other.clone(), kind };
    let decided = ingest::decide(&mut context.store()?, &context.settings, clock::now(), &decision)?;
    say(&decided, context, out)
}
