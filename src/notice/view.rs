//! The parts of the inbox, and the sections of a list.

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

/// The parts of an inbox, in the order they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Section {
    /// 紧急: urgent and not older than two days.
    Urgent,
    /// 逾期: due since the working day before.
    Overdue,
    /// 今天.
    Today,
    /// 明天.
    Tomorrow,
    /// Within seven days.
    Week,
    /// 逾期已久: due within the seven days before.
    Late,
    /// Due or taking place after that.
    Ahead,
    /// 没有期限, newest first, seen within fourteen days.
    NoDate,
    /// 更早: what is long past.
    Past,
}
