//! What a title is made of: words of the notice are shown as they are, what the program made up in the language of the
//! screen.

use crate::message::Kind;

/// What the title of a notice was made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Titled {
    /// Words of its own.
    #[default]
    Words,
    /// 接龙 and the title of the sign-up.
    SignUp,
    /// What it is, for it has no words.
    Thing(Kind),
}

impl Titled {
    const WORDS: &str = "words";
    const SIGN_UP: &str = "chain";

    /// The word the database keeps.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Titled::Words => Self::WORDS,
            Titled::SignUp => Self::SIGN_UP,
            Titled::Thing(kind) => kind.as_str(),
        }
    }

    /// From the word the database keeps; what is not known counts as words.
    #[must_use]
    pub fn parse(word: &str) -> Titled {
        match word {
            Self::SIGN_UP => Titled::SignUp,
            _ => Kind::parse(word).map_or(Titled::Words, Titled::Thing),
        }
    }
}
