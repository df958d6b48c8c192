//! `split`: messages that are not the notice they stand in. `apart`: notices that are not the same.

use std::io::Write;

use clap::Args as ClapArgs;

use super::context::Context;
use super::decide::say;
use crate::clock;
use crate::ingest;
use crate::store::Decision;

/// `qunbox split`.
#[derive(ClapArgs, Clone, Debug)]
pub(super) struct Args {
    notice: String,
    #[arg(required = true, value_name = "MESSAGE")]
    messages: Vec<String>,
}

/// `qunbox apart`.
#[derive(ClapArgs, Clone, Debug)]
pub(super) struct ApartArgs {
    notice: String,
    #[arg(value_name = "NOTICE")]
    other: String,
}

/// Takes messages out of a notice.
pub(super) fn run(args: &Args, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let decision = Decision::Split { notice: args.notice.clone(), messages: args.messages.clone() };
    let decided = ingest::decide(&mut context.store()?, &context.settings, clock::now(), &decision)?;
    say(&decided, context, out)
}

/// Says that two notices are not the same.
pub(super) fn apart(args: &ApartArgs, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let decision = Decision::NotSame { a: args.notice.clone(), b: args.other.clone() };
    let decided = ingest::decide(&mut context.store()?, &context.settings, clock::now(), &decision)?;
    say(&decided, context, out)
}
