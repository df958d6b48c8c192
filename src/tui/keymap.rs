//! Keys of the user's own: `[keys]` of config.toml laid over the action table, and checked with a sentence and a line
//! number. Key names are parsed by [`super::keys`]: the table needs them in words that are shown in two languages, and
//! crokey brings a derive macro and English names for what forty lines do.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use super::actions::{self, ACTIONS, Act, Action, PLACES};
use super::keys::Key;
use super::lang::tt;
use crate::config::Keys;

/// Keys that belong to terminals and input methods, or that arrive as the same byte as another key (`ui.md` §8.2).
pub const FORBIDDEN: [&str; 11] = [
    "Ctrl+Space",
    "Shift+Space",
    "Ctrl+.",
    "F10",
    "F11",
    "Alt+Enter",
    "Ctrl+V",
    "Ctrl+H",
    "Ctrl+I",
    "Ctrl+M",
    "Ctrl+J",
];

type Words = &'static [&'static str];

thread_local! {
    static OWN: RefCell<HashMap<Act, Words>> = RefCell::new(HashMap::new());
}

/// Something wrong with `[keys]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The line in config.toml, counted from 1.
    pub line: usize,
    /// What, and what to do.
    pub text: String,
}

/// The name of an action in config.toml: `done`, `next_part`.
#[must_use]
pub fn id(action: &Action) -> &'static str {
    action.id.rsplit('.').next().unwrap_or_default()
}

/// The keys of an action: the user's own, else those of the table.
#[must_use]
pub fn of(action: &Action) -> Words {
    OWN.with_borrow(|own| own.get(&action.act).copied()).unwrap_or(action.keys)
}

/// Whether a key passes an input method in Chinese mode.
#[must_use]
pub fn passes(word: &str) -> bool {
    Key::parse(word).is_some_and(|k| k.typed().is_none_or(|c| c == ' ' || c.is_ascii_digit()))
}

/// Lays keys over the table of this thread. The words live as long as the program: it happens once.
pub fn lay(own: &HashMap<Act, Vec<String>>) {
    let fixed = own.iter().map(|(act, words)| {
        let words: Vec<&'static str> = words.iter().map(|w| &*w.clone().leak()).collect();
        (*act, &*words.leak())
    });
    OWN.set(fixed.collect());
}

/// Reads `[keys]`: what can be used, and what is wrong with the rest. `text` is config.toml, for the line numbers.
#[must_use]
pub fn check(text: &str, keys: &BTreeMap<String, Keys>) -> (HashMap<Act, Vec<String>>, Vec<Trouble>) {
    let mut own: HashMap<Act, Vec<String>> = HashMap::new();
    let mut troubles = Vec::new();
    let mut lines: HashMap<Act, usize> = HashMap::new();
    for (name, words) in keys {
        let line = line_of(text, name);
        let Some(action) = ACTIONS.iter().find(|a| id(a) == name) else {
            troubles.push(Trouble { line, text: tt!("tui.keys.no_action", name = name) });
            continue;
        };
        let words = match words {
            Keys::One(word) => std::slice::from_ref(word),
            Keys::Many(words) => words.as_slice(),
        };
        match words.iter().find_map(|w| wrong(w)) {
            Some(text) => troubles.push(Trouble { line, text }),
            None if !proof(action, words) => {
                troubles.push(Trouble { line, text: tt!("tui.keys.no_proof", name = (action.name)()) });
            }
            None => {
                own.insert(action.act, words.to_vec());
                lines.insert(action.act, line);
            }
        }
    }
    while let Some((act, trouble)) = clash(&own, &lines) {
        own.remove(&act);
        troubles.push(trouble);
    }
    troubles.sort_by_key(|t| t.line);
    (own, troubles)
}

/// Every action that has a name for config.toml: the name, its keys, what it is called on the screen.
#[must_use]
pub fn table() -> Vec<(&'static str, Vec<&'static str>, String)> {
    ACTIONS.iter().map(|a| (id(a), of(a).to_vec(), (a.name)())).collect()
}

/// What is wrong with one key, if anything.
fn wrong(word: &str) -> Option<String> {
    if Key::parse(word).is_none() {
        return Some(tt!("tui.keys.no_key", word = word));
    }
    let taboo = FORBIDDEN.contains(&word) || word.starts_with("Alt+") || word.starts_with("Ctrl+Shift+");
    taboo.then(|| tt!("tui.keys.forbidden", word = word))
}

/// Whether an action can still be reached while an input method takes the letters.
fn proof(action: &Action, words: &[String]) -> bool {
    words.iter().any(|w| passes(w)) || actions::palette().iter().any(|a| a.act == action.act)
}

/// The first of the user's keys that means something else in one of its places already.
fn clash(own: &HashMap<Act, Vec<String>>, lines: &HashMap<Act, usize>) -> Option<(Act, Trouble)> {
    let words = |a: &Action| -> Vec<String> {
        own.get(&a.act).cloned().unwrap_or_else(|| a.keys.iter().map(ToString::to_string).collect())
    };
    for place in PLACES {
        let here: Vec<&Action> = ACTIONS.iter().filter(|a| a.places.meets(*place)).collect();
        for a in here.iter().filter(|a| own.contains_key(&a.act)) {
            for word in words(a) {
                let key = Key::parse(&word);
                let other =
                    here.iter().find(|b| b.act != a.act && words(b).iter().any(|w| Key::parse(w) == key));
                if let Some(other) = other {
                    let text = tt!("tui.keys.taken", word = word, name = (other.name)());
                    return Some((a.act, Trouble { line: lines.get(&a.act).copied().unwrap_or(0), text }));
                }
            }
        }
    }
    None
}

/// The line of `name = …` under `[keys]`; 0 when it is written in another way.
fn line_of(text: &str, name: &str) -> usize {
    let mut inside = false;
    for (n, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('[') {
            inside = line.starts_with("[keys]");
        }
        let (key, prefix) = (line.split('=').next().unwrap_or("").trim(), "keys.");
        let key = if inside { key } else { key.strip_prefix(prefix).unwrap_or("") };
        if key.trim_matches(['"', '\'']) == name {
            return n + 1;
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::tui::lang;

    /// config.toml → the line of each complaint and a word of it.
    #[test]
    fn keys_are_checked_with_a_sentence_and_a_line() {
        lang::set("zh");
        let cases: [(&str, &[(usize, &str)]); 7] = [
            ("[keys]\ndone = \"F6\"\npane = \"F4\"\n", &[]),
            ("[keys]\ndone = [\"Ctrl+S\", \"e\"]\n", &[]),
            ("lang = \"zh\"\n\n[keys]\n# eigen\nfly = \"F4\"\n", &[(5, "fly")]),
            ("[keys]\ndone = \"F44\"\n", &[(2, "F44")]),
            ("[keys]\ndone = \"Ctrl+V\"\n", &[(2, "Ctrl+V")]),
            ("[keys]\ndone = \"F7\"\n", &[(2, "稍后")]),
            ("[keys]\nup = \"k\"\n", &[(2, "输入法")]),
        ];
        for (text, want) in cases {
            let (_, troubles) = check(text, &Config::parse(text).unwrap().keys);
            assert_eq!(troubles.len(), want.len(), "{text}: {troubles:?}");
            for (trouble, (line, word)) in troubles.iter().zip(want) {
                assert!(trouble.line == *line && trouble.text.contains(word), "{text}: {trouble:?}");
            }
        }
    }

    #[test]
    fn own_keys_take_the_place_of_the_tables() {
        let text = "[keys]\ndone = \"Ctrl+S\"\n";
        let (own, _) = check(text, &Config::parse(text).unwrap().keys);
        lay(&own);
        let act = |word: &str| actions::find(actions::Places::LIST, Key::parse(word).unwrap()).map(|a| a.act);
        assert_eq!((act("Ctrl+S"), act("F4"), act("e")), (Some(Act::Done), None, None));
        lay(&HashMap::new());
    }
}
