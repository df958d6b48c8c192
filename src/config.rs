//! config.toml and the data folder. Knows no other room; nothing is written here.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// Where the program keeps its data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// The data folder.
    pub data: PathBuf,
    /// Whether it lies beside the program (`portable`).
    pub portable: bool,
}

impl Paths {
    /// The data folder: the one that is named, else `data/` beside the program when a file `portable` lies there, else
    /// the platform's own.
    ///
    /// # Errors
    /// When the system gives no home folder.
    pub fn find(named: Option<PathBuf>) -> std::io::Result<Paths> {
        if let Some(data) = named {
            return Ok(Paths { data, portable: false });
        }
        if let Some(beside) = std::env::current_exe().ok().and_then(|exe| exe.parent().map(Path::to_owned))
            && beside.join("portable").exists()
        {
            return Ok(Paths { data: beside.join("data"), portable: true });
        }
        directories::ProjectDirs::from("", "", "qunbox")
            .map(|dirs| Paths { data: dirs.data_dir().to_owned(), portable: false })
            .ok_or_else(|| std::io::Error::from(std::io::ErrorKind::NotFound))
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.data.join("qunbox.db")
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> PathBuf {
        self.data.join("config.toml")
    }
}

/// What config.toml may say; everything has a default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// `zh` or `en`.
    pub lang: Option<String>,
    /// Borders of plain characters.
    pub ascii: bool,
    /// Office hours.
    pub office: Office,
}

/// Office hours, as `17:30`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Office {
    /// 下班.
    pub close: Option<String>,
    /// 上午下班.
    pub morning_close: Option<String>,
}

impl Config {
    /// Reads config.toml; a missing file is the default.
    ///
    /// # Errors
    /// What is wrong with the file, with the line.
    pub fn load(path: &Path) -> Result<Config, String> {
        match std::fs::read_to_string(path) {
            Ok(text) => toml::from_str(text.trim_start_matches('\u{feff}')).map_err(|why| why.to_string()),
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => Ok(Config::default()),
            Err(why) => Err(why.to_string()),
        }
    }
}

impl Office {
    /// A clock time out of `17:30`.
    #[must_use]
    pub fn time(text: Option<&str>) -> Option<chrono::NaiveTime> {
        chrono::NaiveTime::parse_from_str(text?.trim(), "%H:%M").ok()
    }
}
