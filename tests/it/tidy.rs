//! Keeps the shape of the program: direction of use between rooms, sizes, first lines, where libraries may appear, no
//! network, languages in step. Each rule is a line of a table here. It does not judge style that clippy can judge.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Room → rooms of ours it may use. A room may always use itself.
const MAY_USE: &[(&str, &[&str])] = &[
    ("message", &["normalize"]),
    ("normalize", &[]),
    ("privacy", &["normalize", "facts::Span"]),
    ("import", &["message", "normalize"]),
    ("facts", &["message", "normalize"]),
    ("notice", &["message", "facts"]),
    ("cluster", &["message", "normalize", "facts", "notice"]),
    ("handover", &["message", "notice"]),
    ("report", &["message", "notice", "digest"]),
    ("digest", &["message", "facts", "notice", "report"]),
    ("export", &["message", "facts", "notice", "privacy", "digest", "report"]),
    ("background", &[]),
    ("system", &[]),
    ("config", &["system"]),
    ("clock", &[]),
    ("demo", &["message"]),
    ("duty", &["message", "facts", "notice"]),
    ("evidence", &["duty", "notice", "store", "system"]),
    (
        "store",
        &["message", "normalize", "facts", "notice", "handover", "cluster", "duty", "privacy", "system"],
    ),
    (
        "ingest",
        &[
            "message",
            "normalize",
            "privacy",
            "import",
            "facts",
            "notice",
            "cluster",
            "store",
            "config",
            "clock",
            "system",
        ],
    ),
    ("digest", &["message", "facts", "notice", "report"]),
    ("report", &["message", "notice", "digest"]),
    ("export", &["message", "facts", "privacy", "notice", "digest", "report", "handover", "system"]),
    ("gather", &["message", "facts", "privacy", "notice", "evidence", "digest", "report", "store"]),
    (
        "cli",
        &[
            "digest",
            "export",
            "gather",
            "handover",
            "message",
            "normalize",
            "privacy",
            "import",
            "facts",
            "notice",
            "cluster",
            "duty",
            "evidence",
            "store",
            "ingest",
            "config",
            "clock",
            "system",
            "background",
            "demo",
            "digest",
            "report",
            "export",
            "tui::run",
            "tui::Launch",
            "tui::SAMPLE",
            "tui::keymap",
            "tui::console",
        ],
    ),
    (
        "tui",
        &[
            "digest",
            "report",
            "export",
            "gather",
            "message",
            "normalize",
            "privacy",
            "import",
            "facts",
            "notice",
            "duty",
            "evidence",
            "store",
            "ingest",
            "config",
            "clock",
            "system",
            "background",
        ],
    ),
];

/// Rooms that compute only: text in, values out.
const PURE: &[&str] = &[
    "message",
    "normalize",
    "privacy",
    "import",
    "facts",
    "notice",
    "duty",
    "cluster",
    "digest",
    "report",
    "handover",
];

/// Word that must not appear, the rooms or files where it may, and why.
const ONLY_IN: &[(&str, &[&str], &str)] = &[
    ("ratatui", &["tui"], "the screen is drawn in one room"),
    ("crossterm", &["tui"], "the terminal is touched in one room"),
    ("rusqlite", &["store"], "SQL lives in one room"),
    ("Utc::now", &["clock"], "the clock is read in one place; --now replaces it"),
    ("Local::now", &["clock"], "the clock is read in one place; --now replaces it"),
    ("SystemTime::now", &["clock"], "the clock is read in one place; --now replaces it"),
    ("std::net", &[], "nothing is sent anywhere"),
    ("include_dir!", &["demo"], "one folder is embedded, the sample"),
];

/// Words that pure rooms must not hold.
const NOT_PURE: &[&str] = &[
    "std::fs",
    "std::env",
    "std::thread",
    "std::process",
    "std::time::Instant",
    "fs::File",
    "rand::",
    "RandomState",
];

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &["utils", "util", "common", "manager", "helpers", "helper", "core", "misc"];

/// Crates that talk to a network, or carry the encryption for it.
const NETWORK_CRATES: &[&str] = &[
    "actix-web",
    "async-std",
    "attohttpc",
    "axum",
    "curl",
    "curl-sys",
    "h2",
    "h3",
    "hickory-resolver",
    "http-body",
    "hyper",
    "hyper-util",
    "isahc",
    "lettre",
    "minreq",
    "native-tls",
    "openssl",
    "openssl-sys",
    "quinn",
    "reqwest",
    "rustls",
    "schannel",
    "self_update",
    "sentry",
    "smol",
    "socket2",
    "surf",
    "tokio",
    "tonic",
    "trust-dns-resolver",
    "tungstenite",
    "ureq",
    "webpki",
    "ws",
];

/// Formats whose samples lie under another name, or that have none, and why.
const FIXTURE_OF: &[(&str, &str)] = &[
    ("eml", "wechat-mail-android"),
    ("xlsx", "weflow-xlsx"),
    ("docx", "wechat-copy-mac"), // such a text pasted into Word; made in tests/it/import
    ("wecom-names", "wecom-msgaudit"), // names for that archive, no messages of its own
    ("saved-workbook-csv", "weflow-xlsx"), // the same table, saved again by a spreadsheet
    ("memotrace-training", "memotrace-csv"), // refused: lines without times
    ("qunbox-handover", "chatlab-json"), // written and read by the program itself in tests/it/leaving
];

/// Files in pure rooms that may touch the file system, and why.
const NOT_PURE_HERE: &[(&str, &str)] = &[("src/export/file.rs", "writes a file whole or not at all")];

/// Beginnings of texts whose placeholders differ between the languages, as dates do.
const OWN_PLACEHOLDERS: &[&str] = &["digest.day", "cluster.date"];

const FILE_LINES: usize = 600;
const FUNCTION_LINES: usize = 60;

/// A source file as the rules see it.
struct Source {
    /// `src/cluster/index.rs`
    path: String,
    /// `cluster`
    room: String,
    text: String,
}

impl Source {
    /// The lines of the program: tests at the end and comments are left out. Numbers count from 1.
    fn code(&self) -> Vec<(usize, &str)> {
        let mut kept = Vec::new();
        for (index, line) in self.text.lines().enumerate() {
            if line == "#[cfg(test)]" {
                break;
            }
            if !line.trim_start().starts_with("//") {
                kept.push((index + 1, line));
            }
        }
        kept
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = match fs::read_dir(folder) {
        Ok(entries) => entries.map(|e| e.unwrap().path()).collect(),
        Err(_) => return,
    };
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files_below(&path, ending, found);
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
}

fn sources() -> Vec<Source> {
    let mut paths = Vec::new();
    files_below(&root().join("src"), ".rs", &mut paths);
    assert!(paths.len() > 10, "src was not found");
    paths
        .into_iter()
        .map(|path| {
            let below = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
            let room = below.trim_start_matches("src/").split(['/', '.']).next().unwrap().to_owned();
            Source { path: below, room, text: fs::read_to_string(&path).unwrap() }
        })
        .collect()
}

fn report(mut broken: Vec<String>, rule: &str) {
    broken.sort();
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}

/// The rooms a piece of code names: `crate::store::Store` → `store::Store`; `crate::{a::b, c}` → `a::b`, `c`.
fn rooms_named(code: &str) -> Vec<String> {
    let mut named = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => named.push(path_at_start(rest)),
            Some(list) => named.extend(members(list).into_iter().map(path_at_start)),
        }
    }
    named
}

fn path_at_start(text: &str) -> String {
    text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == ':').collect()
}

/// The members of a `{…}` list, of which the opening brace is already taken off.
fn members(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                found.push(&list[start..at]);
                return found;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found
}

#[test]
fn rooms_are_read_out_of_use_lines() {
    assert_eq!(rooms_named("use crate::store::Store;"), ["store::Store"]);
    assert_eq!(
        rooms_named("use crate::{cli::{a, b}, tui};\ncrate::clock::now()"),
        ["cli::", "tui", "clock::now"]
    );
    assert_eq!(rooms_named("my_crate::store"), Vec::<String>::new());
}

#[test]
fn rooms_use_each_other_in_one_direction() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let rooms: BTreeSet<&str> = allowed.keys().copied().collect();
    let mut broken = Vec::new();
    for source in sources() {
        if ["lib", "main"].contains(&source.room.as_str()) {
            continue;
        }
        let Some(may) = allowed.get(source.room.as_str()) else {
            broken.push(format!("{}: the room `{}` is in no line of MAY_USE", source.path, source.room));
            continue;
        };
        let code = source.code().iter().map(|(_, line)| *line).collect::<Vec<_>>().join("\n");
        for path in rooms_named(&code) {
            let other = path.split("::").next().unwrap();
            if !rooms.contains(other) || other == source.room {
                continue;
            }
            let fits =
                |entry: &&str| *entry == other || path == **entry || path.starts_with(&format!("{entry}::"));
            if !may.iter().any(fits) {
                broken.push(format!("{}: `{}` must not use `{path}`", source.path, source.room));
            }
        }
    }
    report(broken, "a room uses another one against the direction of design.md §2");
}

#[test]
fn libraries_stay_in_their_room() {
    let mut broken = Vec::new();
    for source in sources() {
        for (number, line) in source.code() {
            for (word, rooms, why) in ONLY_IN {
                if line.contains(word) && !rooms.contains(&source.room.as_str()) {
                    broken.push(format!("{}:{number}: `{word}`: {why}", source.path));
                }
            }
        }
    }
    report(broken, "a library or call outside its room");
}

#[test]
fn pure_rooms_compute_only() {
    let mut broken = Vec::new();
    let judged = |s: &&Source| {
        PURE.contains(&s.room.as_str()) && !NOT_PURE_HERE.iter().any(|(path, _)| *path == s.path)
    };
    for source in sources().iter().filter(judged) {
        for (number, line) in source.code() {
            for word in NOT_PURE.iter().filter(|word| line.contains(**word)) {
                broken.push(format!("{}:{number}: `{word}` in a room that computes only", source.path));
            }
        }
    }
    report(broken, "files, threads, clock or chance in a pure room");
}

#[test]
fn files_and_functions_are_short() {
    let mut broken = Vec::new();
    for source in sources() {
        let lines: Vec<&str> = source.text.lines().collect();
        if lines.len() > FILE_LINES {
            broken.push(format!("{}: {} lines, at most {FILE_LINES}", source.path, lines.len()));
        }
        for (at, length) in long_functions(&lines) {
            broken.push(format!(
                "{}:{at}: a function of {length} lines, at most {FUNCTION_LINES}",
                source.path
            ));
        }
    }
    report(broken, "too long to read");
}

/// Functions over the limit: (line, lines of code in the body, as clippy counts). rustfmt puts the closing brace under the first letter.
fn long_functions(lines: &[&str]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let before = code.split("fn ").next().unwrap_or_default();
        let is_function = code.contains("fn ")
            && before.split_whitespace().all(|word| {
                ["pub", "pub(crate)", "pub(super)", "const", "async", "extern", "\"C\""].contains(&word)
            });
        if !is_function || line.trim_end().ends_with(['}', ';']) {
            continue;
        }
        let indent = &line[..line.len() - code.len()];
        let end = lines[start..].iter().position(|l| {
            l.strip_prefix(indent)
                .is_some_and(|rest| rest == "}" || rest.starts_with(") -> ") && rest.ends_with(';'))
        });
        let open = lines[start..].iter().position(|l| l.trim_end().ends_with('{'));
        if let (Some(open), Some(end)) = (open, end)
            && end > open
        {
            let code = |l: &&&str| !l.trim().is_empty() && !l.trim_start().starts_with("//");
            let length = lines[start + open + 1..start + end].iter().filter(code).count();
            if length > FUNCTION_LINES {
                found.push((start + 1, length));
            }
        }
    }
    found
}

#[test]
fn long_functions_are_found() {
    let mut text = String::from("    pub fn long(\n        a: u8,\n    ) -> u8 {\n");
    text.push_str(&"        a;\n".repeat(61));
    text.push_str("    }\n    fn short() {}\n");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(long_functions(&lines), [(1, 61)]);
}

#[test]
fn every_file_says_what_it_is() {
    let mut broken = Vec::new();
    let mut paths = Vec::new();
    for folder in ["src", "tests", "benches"] {
        files_below(&root().join(folder), ".rs", &mut paths);
    }
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        if !text.starts_with("//! ") {
            broken.push(format!("{}: the first line is not `//! …`", path.display()));
        }
    }
    report(broken, "a file must open with what it is");
}

#[test]
fn names_say_something() {
    let mut broken = Vec::new();
    for source in sources() {
        let parts: Vec<&str> = source.path.trim_end_matches(".rs").split('/').collect();
        if let Some(name) = parts.iter().find(|part| EMPTY_NAMES.contains(*part)) {
            broken.push(format!("{}: `{name}` says nothing about what is inside", source.path));
        }
    }
    report(broken, "a module without a name of its own");
}

#[test]
fn no_crate_talks_to_a_network() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let packages: BTreeSet<&str> =
        lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"')).collect();
    assert!(packages.contains("qunbox"), "Cargo.lock was not understood");
    let broken = NETWORK_CRATES
        .iter()
        .filter(|name| packages.contains(**name))
        .map(|name| format!("Cargo.lock: `{name}`: the program has no network code"))
        .collect();
    report(broken, "a crate that can talk to a network");
}

/// Key → text of one locale file. The files are flat: `key: text`, the text perhaps in quotes or a block.
fn locale(path: &Path) -> BTreeMap<String, String> {
    let mut entries = BTreeMap::new();
    for line in fs::read_to_string(path).unwrap().lines() {
        if line.starts_with([' ', '#', '-']) || line.trim().is_empty() {
            continue;
        }
        let (key, text) =
            line.split_once(':').unwrap_or_else(|| panic!("{}: `{line}` is no `key: text`", path.display()));
        let key = key.trim_matches('"').to_owned();
        if key != "_version" && entries.insert(key.clone(), text.trim().to_owned()).is_some() {
            panic!("{}: `{key}` stands twice", path.display());
        }
    }
    entries
}

/// Placeholders of a text, as `%{count}`.
fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split("%{").skip(1).filter_map(|rest| rest.split('}').next()).collect()
}

#[test]
fn both_languages_hold_the_same_keys() {
    let folder = root().join("assets/locales");
    let mut chinese = Vec::new();
    files_below(&folder, ".zh-CN.yml", &mut chinese);
    assert!(!chinese.is_empty(), "no locale files");
    let mut english = Vec::new();
    files_below(&folder, ".en.yml", &mut english);
    let (mut broken, mut owner) = (Vec::new(), BTreeMap::new());
    if chinese.len() != english.len() {
        broken.push(format!("{} files in Chinese, {} in English", chinese.len(), english.len()));
    }
    for path in chinese {
        let other = PathBuf::from(path.to_string_lossy().replace(".zh-CN.yml", ".en.yml"));
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !other.exists() {
            broken.push(format!("{name} has no English sister"));
            continue;
        }
        let (zh, en) = (locale(&path), locale(&other));
        for (key, text) in &zh {
            match en.get(key) {
                None => broken.push(format!("{name}: `{key}` is missing in English")),
                Some(english)
                    if placeholders(text) != placeholders(english)
                        && !OWN_PLACEHOLDERS.iter().any(|start| key.starts_with(start)) =>
                {
                    broken.push(format!("{name}: `{key}` has other placeholders in English"));
                }
                Some(_) => {}
            }
            if let Some(first) = owner.insert(key.clone(), name.clone()) {
                broken.push(format!("{name}: `{key}` stands in {first} too"));
            }
        }
        for key in en.keys().filter(|key| !zh.contains_key(*key)) {
            broken.push(format!("{name}: `{key}` is missing in Chinese"));
        }
    }
    report(broken, "the languages are out of step");
}

#[test]
fn every_text_is_used_and_every_used_text_exists() {
    let mut paths = Vec::new();
    files_below(&root().join("assets/locales"), ".zh-CN.yml", &mut paths);
    let keys: BTreeSet<String> = paths.iter().flat_map(|path| locale(path).into_keys()).collect();
    let sources = sources();
    let mut broken = Vec::new();
    for source in &sources {
        for (at, _) in source.text.match_indices("t!(") {
            if source.text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
                continue; // format!(, assert!(
            }
            let rest = &source.text[at + "t!(".len()..];
            let Some(key) = rest.trim_start().strip_prefix('"').and_then(|r| r.split('"').next()) else {
                continue;
            };
            if !key.contains('{') && !keys.contains(key) {
                broken.push(format!("{}: `{key}` is in no locale file", source.path));
            }
        }
    }
    for key in &keys {
        let literal = format!("\"{key}\"");
        // a key put together at run time: t!(&format!("state.{}", …))
        let made: Vec<String> =
            key.match_indices(['.', '_', '-']).map(|(at, _)| format!("\"{}{{", &key[..=at])).collect();
        let used = |text: &str| text.contains(&literal) || made.iter().any(|m| text.contains(m.as_str()));
        if key != "app.name" && !sources.iter().any(|source| used(&source.text)) {
            broken.push(format!("assets/locales: `{key}` is used nowhere"));
        }
    }
    report(broken, "texts and their use do not fit");
}

#[test]
fn every_format_has_a_sample() {
    let folder = root().join("tests/fixtures/import");
    let samples: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    let broken = qunbox::import::format_ids()
        .into_iter()
        .filter(|id| {
            let wanted = FIXTURE_OF.iter().find(|(other, _)| other == id).map_or(*id, |(_, sample)| sample);
            !samples.iter().any(|name| wanted.starts_with(name.as_str()) || name.starts_with(wanted))
        })
        .map(|id| format!("tests/fixtures/import/{id}: no sample of this format"))
        .collect();
    report(broken, "a format without a sample");
}

#[test]
fn the_readme_names_every_format() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let broken = qunbox::import::format_ids()
        .iter()
        .filter(|id| !readme.contains(&format!("`{id}`")))
        .map(|id| format!("README.md: the format `{id}` is in no row of *Supported formats*"))
        .collect();
    report(broken, "the README and the table of formats do not fit");
}

#[test]
fn the_readme_names_every_command() {
    let help = std::process::Command::new(env!("CARGO_BIN_EXE_qunbox"))
        .args(["--lang", "en", "--help"])
        .output()
        .unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let commands: Vec<&str> = help
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1)
        .take_while(|line| line.starts_with("  "))
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(commands.len() >= 11, "the help was not understood: {help}");
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let broken = commands
        .iter()
        .filter(|name| !readme.contains(&format!("| `qunbox {name}")))
        .map(|name| format!("README.md: `qunbox {name}` is in no row of *Commands*"))
        .collect();
    report(broken, "the README and the commands do not fit");
}
