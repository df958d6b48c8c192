//! The first use, step by step: language, names, office hours, folder of exports.

use crate::tui::widgets::field::Field;

/// The steps, in the order they are gone through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Step {
    /// The language of the screen.
    #[default]
    Language,
    /// The user's own names, apart by blanks.
    Names,
    /// The hour at which the office closes.
    Close,
    /// Where exports are put.
    Folder,
}

impl Step {
    /// All of them.
    pub const ALL: [Step; 4] = [Step::Language, Step::Names, Step::Close, Step::Folder];

    /// Its place, from 0.
    #[must_use]
    pub fn index(self) -> usize {
        Step::ALL.iter().position(|s| *s == self).unwrap_or(0)
    }
}

/// The window.
#[derive(Debug, Default)]
pub struct Wizard {
    /// The step in front.
    pub step: Step,
    /// Names as typed.
    pub names: Field,
    /// The hour as typed.
    pub close: Field,
    /// The folder as typed.
    pub folder: Field,
    /// Whether what is typed in this step cannot be used.
    pub wrong: bool,
}

impl Wizard {
    /// The field of the step in front; the language has none.
    pub fn field(&mut self) -> Option<&mut Field> {
        match self.step {
            Step::Language => None,
            Step::Names => Some(&mut self.names),
            Step::Close => Some(&mut self.close),
            Step::Folder => Some(&mut self.folder),
        }
    }
}
