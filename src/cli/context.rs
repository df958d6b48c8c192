//! What every command needs: where the data lies, the language, how to print.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};

use rust_i18n::t;
use serde::Serialize;

use super::args::Global;
use crate::config::{Config, Office, Paths};
use crate::facts::{Season, Settings};
use crate::ingest;
use crate::store::{Declared, Store};

/// The surroundings of a command.
pub(super) struct Context {
    pub paths: Paths,
    pub json: bool,
    pub ascii: bool,
    /// config.toml.
    pub config: Config,
    pub color: bool,
    pub verbose: u8,
    pub settings: Settings,
    pub demo: bool,
    /// Whether contact phones of offices stay readable in files.
    pub keep_phones: bool,
}

/// How texts are read: the office hours of config.toml, and the days off of calendar.txt beside it.
fn reading(paths: &Paths, office: &Office) -> Settings {
    let mut settings = Settings::default();
    if let Some(time) = Office::time(office.close.as_deref()) {
        settings.office_close = time;
    }
    if let Some(time) = Office::time(office.morning_close.as_deref()) {
        settings.morning_close = time;
    }
    settings.season = office.season().map(|(from, to, close)| Season { from, to, close });
    settings.week_ends_sunday = office.week_end.as_deref().is_some_and(|w| w.eq_ignore_ascii_case("sunday"));
    if let Ok(text) = std::fs::read_to_string(paths.calendar()) {
        let bad = settings.calendar.to_mut().add(text.trim_start_matches('\u{feff}'));
        if !bad.is_empty() {
            let lines: Vec<String> = bad.iter().map(usize::to_string).collect();
            let words = t!("cli.bad_calendar", path = paths.calendar().display(), lines = lines.join(", "));
            let _ = writeln!(io::stderr(), "{words}");
        }
    }
    settings
}

impl Context {
    /// Finds the data folder and reads the settings.
    pub(super) fn new(global: &Global) -> anyhow::Result<Self> {
        let paths = Paths::find(global.data_dir.clone())
            .map_err(|_| anyhow::anyhow!(t!("cli.no_home").into_owned()))?;
        let config = load(&paths)?;
        if let (Some(lang), None) = (&config.lang, &global.lang) {
            rust_i18n::set_locale(locale(lang));
        }
        let settings = reading(&paths, &config.office);
        let no_color = global.no_color || std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
        Ok(Context {
            paths,
            json: global.json,
            ascii: global.ascii || config.ascii,
            color: !no_color && io::stdout().is_terminal(),
            verbose: global.verbose,
            settings,
            demo: false,
            keep_phones: config.digest.keep_contact_phones,
            config,
        })
    }

    /// Opens the database; finishes first what a cut-off import or an older program left undone.
    pub(super) fn store(&self) -> anyhow::Result<Store> {
        let mut store = self.bare_store()?;
        ingest::catch_up(&mut store, &self.settings, &mut |_| std::ops::ControlFlow::Continue(()))?;
        store.look(crate::clock::now())?;
        Ok(store)
    }

    /// Opens the database as it is; it learns which groups config.toml declares.
    pub(super) fn bare_store(&self) -> anyhow::Result<Store> {
        let mut store = Store::open(&self.paths.database())?;
        store.declare(&declared(&self.config()?))?;
        Ok(store)
    }

    /// config.toml as it is now.
    pub(super) fn config(&self) -> anyhow::Result<Config> {
        load(&self.paths)
    }
}

/// The groups config.toml declares, as the store keeps them.
pub(super) fn declared(config: &Config) -> Vec<Declared> {
    let group = |g: &crate::config::Group| Declared {
        name: g.name.trim().to_owned(),
        platform: g.platform.clone(),
        retired: g.retired,
    };
    config.groups.iter().filter(|g| !g.name.trim().is_empty()).map(group).collect()
}

fn load(paths: &Paths) -> anyhow::Result<Config> {
    Config::load(&paths.config()).map_err(|why| {
        anyhow::anyhow!(t!("cli.bad_config", path = paths.config().display(), why = why).into_owned())
    })
}

/// One JSON object a line.
pub(super) fn json_line<T: Serialize>(out: &mut dyn Write, value: &T) -> anyhow::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")?;
    Ok(())
}

/// The language of the screen, before the arguments are read: help is in it too.
pub(super) fn language(args: &[OsString]) -> &'static str {
    let mut said = None;
    let mut args = args.iter().map(|a| a.to_string_lossy());
    while let Some(arg) = args.next() {
        if arg == "--lang" {
            said = args.next().map(std::borrow::Cow::into_owned);
        } else if let Some(lang) = arg.strip_prefix("--lang=") {
            said = Some(lang.to_owned());
        }
    }
    let from = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
    said.or_else(|| from("QUNBOX_LANG"))
        .or_else(|| from("LC_ALL"))
        .or_else(|| from("LC_MESSAGES"))
        .or_else(|| from("LANG"))
        .map_or("zh-CN", |lang| locale(&lang))
}

fn locale(lang: &str) -> &'static str {
    if lang.to_lowercase().starts_with("en") { "en" } else { "zh-CN" }
}
