//! `completions` and `man`.

use std::io::Write;

use clap::Args as ClapArgs;

use super::{DONE, args};

/// `qunbox completions`.
#[derive(ClapArgs, Clone, Debug)]
pub(super) struct Args {
    shell: clap_complete::Shell,
}

/// Prints the completion script of a shell.
pub(super) fn completions(a: &Args, out: &mut dyn Write) -> anyhow::Result<u8> {
    let mut script = Vec::new();
    clap_complete::generate(a.shell, &mut args::command(), "qunbox", &mut script);
    out.write_all(&script)?;
    Ok(DONE)
}

/// Prints the manual page.
pub(super) fn man(out: &mut dyn Write) -> anyhow::Result<u8> {
    let mut page = Vec::new();
    clap_mangen::Man::new(args::command()).render(&mut page)?;
    out.write_all(&page)?;
    Ok(DONE)
}
