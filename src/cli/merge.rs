//! `merge`: notices that are one. The first named leads.

use std::io::Write;

use clap::Args as ClapArgs;
use rust_i18n::t;

use super::Wrong;
use super::context::Context;
use super::decide::say;
use crate::clock;
use crate::ingest;
use crate::store::Decision;

/// More notices than this are put together only when it is said again.
pub(super) const MANY: usize = 5;

/// `qunbox merge`.
#[derive(ClapArgs, Clone, Debug)]
pub(super) struct Args {
    #[arg(required = true, num_args = 2.., value_name = "NOTICE")]
    notices: Vec<String>,
    #[arg(long)]
    yes: bool,
}

/// Puts notices together.
pub(super) fn run(args: &Args, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let count = args.notices.len();
    if count > MANY && !args.yes {
        return Err(Wrong(t!("cli.merge.many", count = count, most = MANY).into_owned()).into());
    }
    let decision = Decision::Merge { notices: args.notices.clone(), lead: args.notices[0].clone() };
    let decided = ingest::decide(&mut context.store()?, &context.settings, clock::now(), &decision)?;
    say(&decided, context, out)
}
