//! The user's own names being chosen: what is typed, and the senders that are spelt nearly so.

use std::collections::BTreeSet;

use crate::tui::widgets::field::Field;

/// The window that asks which names are the user's.
#[derive(Debug, Default)]
pub struct Names {
    /// A name being typed.
    pub field: Field,
    /// Everybody who sent something, the commonest first, with the number of messages.
    pub senders: Vec<(String, u64)>,
    /// The names chosen.
    pub chosen: BTreeSet<String>,
    /// Index of the selected line; 0 is the line that saves.
    pub selected: usize,
    /// Generation of the question for the senders.
    pub generation: u64,
}

/// Names near what is typed that are shown at most.
const SHOWN: usize = 12;

impl Names {
    /// The names offered: those that hold what is typed or are spelt nearly like it, chosen or not, so that a tick moves
    /// no line; then all others that are chosen.
    #[must_use]
    pub fn near(&self) -> Vec<&str> {
        let near = self.alike();
        let others = self.chosen.iter().map(String::as_str).filter(|name| !near.contains(name));
        let others: Vec<&str> = others.collect();
        near.into_iter().chain(others).collect()
    }

    /// Whether something is typed that no sender's name is like.
    #[must_use]
    pub fn nobody(&self) -> bool {
        !self.field.is_blank() && self.alike().is_empty()
    }

    fn alike(&self) -> Vec<&str> {
        let typed = self.field.text().trim();
        let scored = self.senders.iter().map(|s| (likeness(typed, &s.0), s.0.as_str()));
        let mut near: Vec<(f64, &str)> = scored.filter_map(|(score, name)| Some((score?, name))).collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
        near.into_iter().map(|n| n.1).take(SHOWN).collect()
    }
}

/// How near a sender's name is to what is typed; `None`: not near. Names in groups carry the village before or behind.
fn likeness(typed: &str, name: &str) -> Option<f64> {
    if typed.is_empty() {
        return None;
    }
    if name.contains(typed) {
        return Some(2.0 - name.chars().count() as f64 / 100.0);
    }
    // The best stretch of the name that is as long as what is typed: one wrong character of three is near.
    let (want, letters) = (typed.chars().count(), name.chars().collect::<Vec<_>>());
    let best = letters
        .windows(want.min(letters.len()).max(1))
        .map(|w| strsim::normalized_damerau_levenshtein(typed, &w.iter().collect::<String>()))
        .fold(0.0, f64::max);
    (want >= 2 && best >= 0.6).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_spellings_are_offered() {
        let senders = ["石桥村-陈岚", "李家湾-孙", "石桥村陈岚", "陈兰", "王庄-赵"];
        let mut names = Names { field: Field::with("陈岚"), ..Names::default() };
        names.senders = senders.iter().map(|s| ((*s).to_owned(), 3)).collect();
        assert_eq!(names.near(), ["石桥村陈岚", "石桥村-陈岚"]);
        names.field = Field::with("石桥村-陈兰");
        assert_eq!(names.near()[0], "石桥村-陈岚");
        names.chosen.insert("石桥村陈岚".into());
        assert_eq!(names.near()[0], "石桥村-陈岚", "a tick moves no line");
        names.field = Field::default();
        assert_eq!(names.near(), ["石桥村陈岚"], "nothing typed: what is chosen");
    }

    #[test]
    fn many_chosen_names_hide_no_other() {
        let mut names = Names { field: Field::with("陈岚"), ..Names::default() };
        names.senders = vec![("石桥村陈岚".to_owned(), 3)];
        names.chosen = (0..20).map(|n| format!("王{n}")).collect();
        assert_eq!(names.near()[0], "石桥村陈岚");
        assert_eq!(names.near().len(), 21, "and none of the chosen is left out");
        names.field = Field::with("赵六");
        assert!(names.nobody());
    }
}
