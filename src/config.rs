//! config.toml and the data folder. Knows no other room than `system`. What a screen changes in config.toml is changed in
//! place: the user's comments and the order of lines stay.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use rust_i18n::t;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, Value};

use crate::system;

/// The words for the themes of the screen.
pub const THEMES: [&str; 4] = ["terminal", "light", "dark", "contrast"];

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

    /// Days off and make-up workdays the user adds, in the form of `assets/calendar/china.txt`.
    #[must_use]
    pub fn calendar(&self) -> PathBuf {
        self.data.join("calendar.txt")
    }
}

/// What config.toml may say; everything has a default.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// `zh` or `en`.
    #[serde(deserialize_with = "language")]
    pub lang: Option<String>,
    /// Borders of plain characters.
    pub ascii: bool,
    /// Office hours.
    pub office: Office,
    /// How the screen looks.
    pub screen: Screen,
    /// Keys of the user's own: an action's name → a key, or several.
    pub keys: BTreeMap<String, Keys>,
    /// Where exports arrive.
    pub watch: Watch,
    /// The groups the user sits in, whether an export of them is in or not: `[[group]]`.
    #[serde(rename = "group")]
    pub groups: Vec<Group>,
    /// Layouts the user taught the program: `[[template]]`.
    #[serde(rename = "template")]
    pub templates: Vec<Template>,
    /// What files say.
    pub digest: DigestSettings,
}

/// `[digest]`: what the digest and other files leave in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DigestSettings {
    /// Landlines, and mobile numbers after words such as 联系人, stay readable.
    pub keep_contact_phones: bool,
}

/// `[screen]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Screen {
    /// Name of the theme.
    #[serde(deserialize_with = "theme")]
    pub theme: Option<String>,
    /// Whether the mouse is ours at the start.
    pub mouse: Option<bool>,
}

/// A key, or several for one action: `done = "F4"`, `done = ["F4", "e"]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Keys {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

/// `[watch]`: a folder that is looked into while the program runs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Watch {
    /// Whether the screen watches it.
    pub on: bool,
    /// The folder.
    pub folder: Option<PathBuf>,
    /// Seconds between two looks.
    pub every: u64,
    /// Seconds a file must stay as it is before it is read.
    pub settle: u64,
}

impl Default for Watch {
    fn default() -> Self {
        Watch { on: false, folder: None, every: 5, settle: 3 }
    }
}

/// `[[group]]`: a group the user sits in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Group {
    /// Its name as exports give it.
    pub name: String,
    /// `wechat`, `qq`, `wecom`, `dingtalk`, `feishu` …
    pub platform: Option<String>,
    /// No export of it is expected any more: left, dissolved.
    pub retired: bool,
}

/// `[[template]]`: how a text, a table or a JSON of an unknown tool is to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Template {
    /// The name it is kept under.
    pub name: String,
    /// For texts: the header line with its parts named, `{name} {date} {time}`; `{id}`, `{text}`, `{*}`.
    pub header: Option<String>,
    /// For JSON: the path of the list of messages, keys joined by dots.
    pub rows: Option<String>,
    /// For tables and JSON: `name`, `date`, `time`, `text`, `group`, `id` → the column or the path in a row.
    pub columns: BTreeMap<String, String>,
    /// `wechat`, `qq`, `wecom`, `dingtalk`, `feishu` …
    pub platform: Option<String>,
}

/// Office hours, as `17:30`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Office {
    /// 下班.
    #[serde(deserialize_with = "clock")]
    pub close: Option<String>,
    /// 上午下班.
    #[serde(deserialize_with = "clock")]
    pub morning_close: Option<String>,
    /// A season with another close: `season = { from = "06-01", to = "09-30", close = "18:00" }`.
    pub season: Option<OfficeSeason>,
    /// `friday` (本周内 is the last working day at the close) or `sunday` (Sunday night).
    #[serde(deserialize_with = "week_end")]
    pub week_end: Option<String>,
}

/// A month and a day of it.
pub type MonthDay = (u32, u32);

/// `[office] season`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OfficeSeason {
    /// First day, `MM-DD`.
    #[serde(deserialize_with = "day")]
    pub from: String,
    /// Last day, `MM-DD`.
    #[serde(deserialize_with = "day")]
    pub to: String,
    /// 下班 in it.
    #[serde(deserialize_with = "season_clock")]
    pub close: String,
}

/// Takes a text that holds, or tells what is wrong with it: a value that is silently passed over looks as if it counted.
fn held<'de, D: Deserializer<'de>>(
    value: D,
    holds: impl Fn(&str) -> bool,
    why: impl Fn(&str) -> Cow<'static, str>,
) -> Result<String, D::Error> {
    let text = String::deserialize(value)?;
    if holds(&text) { Ok(text) } else { Err(D::Error::custom(why(&text))) }
}

fn season_clock<'de, D: Deserializer<'de>>(value: D) -> Result<String, D::Error> {
    held(value, |text| Office::time(Some(text)).is_some(), |text| t!("cli.config_clock", value = text))
}

fn clock<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    season_clock(value).map(Some)
}

fn day<'de, D: Deserializer<'de>>(value: D) -> Result<String, D::Error> {
    held(value, |text| month_day(text).is_some(), |text| t!("cli.config_day", value = text))
}

fn unknown(text: &str, known: &[&str]) -> Cow<'static, str> {
    t!("cli.config_choice", value = text, known = known.join(" / "))
}

/// One of some words, in capital or small letters.
fn choice<'de, D: Deserializer<'de>>(value: D, known: &[&str]) -> Result<Option<String>, D::Error> {
    let is_known = |text: &str| known.iter().any(|k| k.eq_ignore_ascii_case(text));
    held(value, is_known, |text| unknown(text, known)).map(Some)
}

/// `zh-CN` and `en_US` are languages as well.
fn language<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    let is_known = |text: &str| {
        let text = text.to_ascii_lowercase();
        text.starts_with("zh") || text.starts_with("en")
    };
    held(value, is_known, |text| unknown(text, &["zh", "en"])).map(Some)
}

fn theme<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    choice(value, &THEMES)
}

fn week_end<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    choice(value, &["friday", "sunday"])
}

/// A month and a day out of `06-01`.
fn month_day(text: &str) -> Option<MonthDay> {
    let (month, day) = text.trim().split_once('-')?;
    let on = (month.parse().ok()?, day.parse().ok()?);
    chrono::NaiveDate::from_ymd_opt(2024, on.0, on.1).map(|_| on)
}

impl Config {
    /// Reads config.toml; a missing file is the default.
    ///
    /// # Errors
    /// What is wrong with the file, with the line.
    pub fn load(path: &Path) -> Result<Config, String> {
        match std::fs::read_to_string(path) {
            Ok(text) => Config::parse(&text),
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => Ok(Config::default()),
            Err(why) => Err(system::words(&why)),
        }
    }

    /// Reads the text of config.toml.
    ///
    /// # Errors
    /// What is wrong with it, with the line.
    pub fn parse(text: &str) -> Result<Config, String> {
        let text = text.trim_start_matches('\u{feff}');
        toml::from_str(text).map_err(|why: toml::de::Error| in_line(text, why.span(), why.message()))
    }
}

/// What is wrong with config.toml, with its line in one line: the picture that the parser draws of it does not survive a
/// terminal's width.
fn in_line(text: &str, span: Option<std::ops::Range<usize>>, why: &str) -> String {
    let before = span.and_then(|s| text.get(..s.start));
    let why = why.lines().collect::<Vec<_>>().join(" ");
    before.map_or(why.clone(), |before| {
        let line = before.matches('\n').count() + 1;
        t!("cli.config_line", line = line, why = why).into_owned()
    })
}

/// Changes config.toml in place: read, changed, checked, written beside it and put in its place. A missing file begins
/// empty.
///
/// # Errors
/// What is wrong with the file as it is, or would be with the change; what the system says. The file is as before then.
pub fn edit(path: &Path, change: impl FnOnce(&mut DocumentMut)) -> Result<Config, String> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(why) => return Err(system::words(&why)),
    };
    let text = text.trim_start_matches('\u{feff}');
    let mut document: DocumentMut =
        text.parse().map_err(|why: toml_edit::TomlError| in_line(text, why.span(), why.message()))?;
    change(&mut document);
    let text = document.to_string();
    let config = Config::parse(&text)?;
    write(path, &text).map_err(|why| system::words(&why))?;
    Ok(config)
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let beside = path.with_extension("toml.new");
    let mut file = std::fs::File::create(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    drop(file);
    std::fs::rename(&beside, path)
}

/// Sets one value: `set(path, "screen", "theme", "dark")`; an empty section means the top of the file.
///
/// # Errors
/// Those of [`edit`].
pub fn set(path: &Path, section: &str, name: &str, value: impl Into<Value>) -> Result<Config, String> {
    let value = value.into();
    edit(path, |document| {
        if section.is_empty() {
            document[name] = Item::Value(value);
            return;
        }
        let table = document.entry(section).or_insert_with(|| Item::Table(Table::new()));
        table[name] = Item::Value(value);
    })
}

impl Group {
    /// Puts the group into config.toml, or changes the one of that name.
    ///
    /// # Errors
    /// Those of [`edit`].
    pub fn save(&self, path: &Path) -> Result<Config, String> {
        let mut table = Table::new();
        table["name"] = toml_edit::value(&self.name);
        if let Some(platform) = &self.platform {
            table["platform"] = toml_edit::value(platform);
        }
        if self.retired {
            table["retired"] = toml_edit::value(true);
        }
        edit(path, |document| put_named(document, "group", &self.name, Some(table)))
    }

    /// Takes the group of this name out of config.toml.
    ///
    /// # Errors
    /// Those of [`edit`].
    pub fn forget(path: &Path, name: &str) -> Result<Config, String> {
        edit(path, |document| put_named(document, "group", name, None))
    }
}

impl Template {
    /// Puts the template into config.toml, or changes the one of that name.
    ///
    /// # Errors
    /// Those of [`edit`].
    pub fn save(&self, path: &Path) -> Result<Config, String> {
        let mut table = Table::new();
        table["name"] = toml_edit::value(&self.name);
        for (key, value) in [("header", &self.header), ("rows", &self.rows), ("platform", &self.platform)] {
            if let Some(value) = value {
                table[key] = toml_edit::value(value);
            }
        }
        if !self.columns.is_empty() {
            let mut columns = toml_edit::InlineTable::new();
            for (part, column) in &self.columns {
                columns.insert(part, column.as_str().into());
            }
            table["columns"] = toml_edit::value(columns);
        }
        edit(path, |document| put_named(document, "template", &self.name, Some(table)))
    }
}

/// Replaces, adds or takes out the table of that name in a list of tables.
fn put_named(document: &mut DocumentMut, list: &str, name: &str, table: Option<Table>) {
    let item = document.entry(list).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    if !item.is_array_of_tables() {
        *item = Item::ArrayOfTables(ArrayOfTables::new());
    }
    let Some(tables) = item.as_array_of_tables_mut() else { return };
    let at = tables.iter().position(|t| t.get("name").and_then(Item::as_str) == Some(name));
    match (at.and_then(|at| tables.get_mut(at)), table) {
        (Some(old), Some(new)) => *old = new,
        (None, Some(new)) => tables.push(new),
        (_, None) => tables.retain(|t| t.get("name").and_then(Item::as_str) != Some(name)),
    }
}

impl Office {
    /// A clock time out of `17:30`.
    #[must_use]
    pub fn time(text: Option<&str>) -> Option<chrono::NaiveTime> {
        chrono::NaiveTime::parse_from_str(text?.trim(), "%H:%M").ok()
    }

    /// The season's first and last day as month and day, and its close.
    #[must_use]
    pub fn season(&self) -> Option<(MonthDay, MonthDay, chrono::NaiveTime)> {
        let season = self.season.as_ref()?;
        Some((month_day(&season.from)?, month_day(&season.to)?, Office::time(Some(&season.close))?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_one_line_that_names_its_line() {
        for broken in ["lang = \"zh\"\n[keys\ndone = 1\n", "\u{feff}lang = \"zh\"\nlang = 3\n"] {
            let why = Config::parse(broken).unwrap_err();
            assert!(why.contains('2') && !why.contains('\n'), "{why}");
        }
    }

    /// One line each: a value nobody could follow is told of and not passed over.
    #[test]
    fn a_value_that_cannot_be_followed_is_told_of() {
        for (text, line, value) in [
            ("[office]\nclose = \"25:00\"\n", "2", "25:00"),
            ("[office]\nmorning_close = \"noon\"\n", "2", "noon"),
            ("\n[office]\nweek_end = \"monday\"\n", "3", "monday"),
            ("[office]\nseason = { from = \"13-01\", to = \"09-30\", close = \"18:00\" }\n", "2", "13-01"),
            ("[office]\nseason = { from = \"06-01\", to = \"09-30\", close = \"6pm\" }\n", "2", "6pm"),
            ("lang = \"de\"\n", "1", "de"),
            ("[screen]\ntheme = \"pink\"\n", "2", "pink"),
        ] {
            let why = Config::parse(text).unwrap_err();
            assert!(why.contains(line) && why.contains(value), "{text}: {why}");
        }
        let good = "lang = \"zh-CN\"\n[screen]\ntheme = \"dark\"\n[office]\nclose = \"18:00\"\nweek_end = \"Sunday\"\n\
                    season = { from = \"06-01\", to = \"09-30\", close = \"18:30\" }\n";
        Config::parse(good).unwrap();
    }

    #[test]
    fn a_change_keeps_the_rest_of_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data/config.toml");
        assert_eq!(Config::load(&path), Ok(Config::default()));
        set(&path, "", "lang", "en").unwrap();
        let text = std::fs::read_to_string(&path).unwrap() + "# mine\n[keys]\ndone = [\"F4\", \"x\"]\n";
        std::fs::write(&path, text).unwrap();
        set(&path, "screen", "theme", "dark").unwrap();
        set(&path, "watch", "on", true).unwrap();
        Group { name: "防汛群".into(), ..Group::default() }.save(&path).unwrap();
        Group { name: "旧群".into(), retired: true, ..Group::default() }.save(&path).unwrap();
        Group { name: "防汛群".into(), platform: Some("qq".into()), ..Group::default() }.save(&path).unwrap();
        let columns = BTreeMap::from([("name".to_owned(), "发送者".to_owned())]);
        let template = Template { name: "表".into(), columns, ..Template::default() };
        let config = template.save(&path).unwrap();
        assert_eq!(config, Config::load(&path).unwrap());
        assert_eq!(config.lang.as_deref(), Some("en"));
        assert_eq!(config.keys["done"], Keys::Many(vec!["F4".into(), "x".into()]));
        assert_eq!(config.screen.theme.as_deref(), Some("dark"));
        assert!(config.watch.on && config.watch.every == 5);
        assert_eq!(config.groups[0].platform.as_deref(), Some("qq"));
        assert!(config.groups[1].retired);
        assert_eq!(config.templates, [template]);
        assert_eq!(Group::forget(&path, "旧群").unwrap().groups.len(), 1);
        assert!(std::fs::read_to_string(&path).unwrap().contains("# mine"));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line_and_nothing_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::fs::write(&path, "lang = \"zh\"\nofice = 3\n").unwrap();
        let why = Config::load(&path).unwrap_err();
        assert!(why.contains("ofice") && why.contains("line 2"), "{why}");
        assert!(set(&path, "screen", "theme", "dark").is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "lang = \"zh\"\nofice = 3\n");
    }
}
