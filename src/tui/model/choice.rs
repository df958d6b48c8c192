//! A window in which one of several decisions is chosen, with words that say what it is about.

use crate::tui::msg::Effect;

/// The window.
#[derive(Debug)]
pub struct Choice {
    /// What is asked.
    pub title: String,
    /// What it is about: the notices by name and number, what will happen.
    pub about: Vec<String>,
    /// What can be chosen.
    pub picks: Vec<Pick>,
    /// Index of the selected one.
    pub selected: usize,
}

/// Something that can be chosen.
#[derive(Debug)]
pub struct Pick {
    /// Its words.
    pub text: String,
    /// What it does.
    pub what: What,
}

/// What a choice does.
#[derive(Debug)]
pub enum What {
    /// A decision is carried out.
    Decide(Box<Effect>),
    /// Notices become one: the first stays in the list, the others leave it.
    Merge {
        /// The notice that leads.
        lead: String,
        /// The others.
        others: Vec<String>,
        /// What to say afterwards.
        text: String,
    },
    /// The copies are compared with this one.
    Compare(String),
    /// How two notices stand to each other is asked.
    Relate {
        /// Their ids: A, B.
        ends: Box<[String; 2]>,
        /// Their titles, cut short.
        about: Box<[String; 2]>,
    },
    /// A deadline is typed.
    TypeDue(String),
}
