//! `demo`: a command, or the screen, on the built-in sample in a throw-away data folder, the clock fixed to its day.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::DateTime;
use clap::Args as ClapArgs;
use rust_i18n::t;

use super::args::{self, Command, Global};
use super::context::Context;
use super::{DONE, USAGE, Wrong, dispatch};
use crate::store::Store;
use crate::{clock, demo, ingest};

/// `qunbox demo`.
#[derive(ClapArgs, Clone, Debug, Default)]
pub(super) struct Args {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "COMMAND")]
    demo_command: Vec<OsString>,
}

/// A folder that is gone when this is dropped.
struct Throwaway(PathBuf);

impl Throwaway {
    fn make() -> io::Result<Self> {
        let base = std::env::temp_dir();
        for n in 0..1000 {
            let path = base.join(format!("qunbox-demo-{}-{n}", std::process::id()));
            match std::fs::create_dir(&path) {
                Ok(()) => return Ok(Throwaway(path)),
                Err(why) if why.kind() == io::ErrorKind::AlreadyExists => {}
                Err(why) => return Err(why),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }
}

impl Drop for Throwaway {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs a command on the sample.
pub(super) fn run(args: &Args, outer: &Global, out: &mut dyn Write) -> anyhow::Result<u8> {
    crate::background::workers_step_back();
    let mut line = vec![OsString::from("qunbox")];
    line.extend(args.demo_command.iter().cloned());
    let mut inner = match args::parse(&line) {
        Ok(inner) => inner,
        Err(why) => {
            let code = if why.use_stderr() { USAGE } else { DONE };
            why.print()?;
            return Ok(code);
        }
    };
    if matches!(inner.command, Some(Command::Demo(_))) {
        return Err(Wrong(t!("cli.not_here").into_owned()).into());
    }
    let folder = Throwaway::make()?;
    inner.global = Global {
        data_dir: Some(folder.0.join("data")),
        now: None,
        lang: outer.lang.clone().or(inner.global.lang),
        json: outer.json || inner.global.json,
        ascii: outer.ascii || inner.global.ascii,
        plain: outer.plain || inner.global.plain,
        no_color: outer.no_color || inner.global.no_color,
        verbose: outer.verbose.max(inner.global.verbose),
    };
    clock::fix(DateTime::from_timestamp_millis(demo::now()).unwrap_or_default());
    let mut context = Context::new(&inner.global)?;
    context.demo = true;
    fill(&context, &folder.0.join("export"))?;
    dispatch(&inner, &mut context, out)
}

/// Imports the sample. Its paths are shown as the sample's own, not as those of the throw-away folder.
fn fill(context: &Context, exports: &Path) -> anyhow::Result<()> {
    demo::unpack(exports)?;
    let mut store: Store = context.bare_store()?;
    let mut names: Vec<&str> = demo::me().iter().map(|(_, name)| *name).collect();
    names.sort_unstable();
    names.dedup();
    store.adopt_names(&names)?;
    let options = super::import::options(crate::import::Options::default(), context);
    ingest::import(
        &mut store,
        &[exports.to_owned()],
        &options,
        &mut |_| std::ops::ControlFlow::Continue(()),
    )?;
    Ok(())
}
