//! The user's own names: which of the senders look like one that was given, and whether words name the user's place.

/// Somebody who writes in a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// The group.
    pub group: String,
    /// The name.
    pub name: String,
    /// How many messages.
    pub messages: u64,
}

/// A spelling that may be the user's.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Suggestion {
    /// The spelling.
    pub name: String,
    /// The groups it occurs in.
    pub groups: Vec<String>,
    /// How many messages it sent.
    pub messages: u64,
    /// How near it is, 1 being the same.
    pub similarity: f64,
}

/// Least likeness of a spelling that does not hold the given name whole: a word left out of a short name is still
/// near, another family name is not.
const NEAR: f64 = 0.75;

/// Letters and digits only, in one case: 石桥村-陈岚 and 石桥 陈岚 differ by one character then.
fn bare(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The spellings near to the names given, the likeliest first.
#[must_use]
pub fn propose(names: &[String], senders: &[Sender]) -> Vec<Suggestion> {
    let wanted: Vec<String> = names.iter().map(|n| bare(n)).filter(|n| !n.is_empty()).collect();
    let mut out: Vec<Suggestion> = Vec::new();
    for sender in senders {
        let name = bare(&sender.name);
        let similarity = wanted.iter().map(|w| likeness(w, &name)).fold(0.0, f64::max);
        if similarity < NEAR {
            continue;
        }
        if let Some(known) = out.iter_mut().find(|s| s.name == sender.name) {
            known.messages += sender.messages;
            if !known.groups.contains(&sender.group) {
                known.groups.push(sender.group.clone());
            }
        } else {
            out.push(Suggestion {
                name: sender.name.clone(),
                groups: vec![sender.group.clone()],
                messages: sender.messages,
                similarity,
            });
        }
    }
    out.sort_by(|a, b| {
        b.similarity.total_cmp(&a.similarity).then(b.messages.cmp(&a.messages)).then(a.name.cmp(&b.name))
    });
    out
}

/// A name that holds the other whole (two characters at least) is as near as can be, but for the same one.
fn likeness(wanted: &str, name: &str) -> f64 {
    if wanted == name {
        return 1.0;
    }
    let short = wanted.chars().count().min(name.chars().count());
    if short >= 2 && (name.contains(wanted) || wanted.contains(name)) {
        return 0.95;
    }
    // 陈岚（石桥村） and 石桥村-陈岚 are the same characters in another order.
    let sorted = |name: &str| {
        let mut chars: Vec<char> = name.chars().collect();
        chars.sort_unstable();
        chars.into_iter().collect::<String>()
    };
    if sorted(wanted) == sorted(name) {
        return 0.9;
    }
    strsim::normalized_levenshtein(wanted, name)
}

/// The places that stand in the user's names: 石桥 in 石桥村-陈岚, 石桥 陈岚.
#[must_use]
pub fn place_words(names: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    // What stands before a separator or before 村 or 社区 is a place where a person's name follows it.
    for name in names {
        let head: String = name.chars().take_while(|c| c.is_alphanumeric()).collect();
        let rest: String = name.chars().skip(head.chars().count()).filter(|c| c.is_alphanumeric()).collect();
        let place = ["村", "社区"].iter().find_map(|end| name.split_once(end)).map(|(a, _)| a.to_owned());
        let place = place.or_else(|| (!rest.is_empty()).then_some(head));
        let place = place.map(|p| p.chars().filter(|c| c.is_alphanumeric()).collect::<String>());
        if let Some(place) = place.filter(|p| (2..=6).contains(&p.chars().count()))
            && !out.contains(&place)
        {
            out.push(place);
        }
    }
    out
}

/// Whether one of the words (还有石桥、王庄没报) names one of the places.
#[must_use]
pub fn names_me(words: &[String], places: &[String]) -> bool {
    words
        .iter()
        .any(|w| places.iter().any(|p| w.starts_with(p.as_str()) || p.starts_with(w.trim_end_matches('村'))))
}
