//! The parts of the inbox.

use serde::{Deserialize, Serialize};

/// Which notices a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum View {
    /// 收件箱: unread and open, and what was put off until a day that has come.
    #[default]
    Inbox,
    /// 稍后.
    Later,
    /// 阅知.
    Noted,
    /// 已办.
    Done,
    /// All states.
    All,
}

impl View {
    /// All of them.
    pub const ALL: [View; 5] = [View::Inbox, View::Later, View::Noted, View::Done, View::All];

    /// The word commands and files use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            View::Inbox => "inbox",
            View::Later => "later",
            View::Noted => "noted",
            View::Done => "done",
            View::All => "all",
        }
    }

    /// The part of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|v| v.as_str() == word)
    }
}
