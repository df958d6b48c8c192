//! How notices stand to each other, found by rule or said by a person.

use serde::{Deserialize, Serialize};

/// 关联 between two notices.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of contract.md §2")]
pub struct Link {
    pub kind: LinkKind,
    pub direction: String,
    pub notice: String,
    pub by: String,
    pub reason: Option<String>,
    /// What a link that was found to be no more than similar may be: a follow-up that may speak of this notice or of
    /// another. A person's `link` makes it that.
    pub proposes: Option<LinkKind>,
}

impl Link {
    /// Whether the rules propose a link that does something only when a person accepts it.
    #[must_use]
    pub fn is_proposal(&self) -> bool {
        let acts = matches!(self.kind, LinkKind::Closes | LinkKind::Cancels | LinkKind::SameData);
        self.by == "rule" && acts
    }

    /// What the link becomes when a person accepts it; `None` where nothing is proposed.
    #[must_use]
    pub fn accepted(&self) -> Option<LinkKind> {
        self.proposes.or_else(|| self.is_proposal().then_some(self.kind))
    }
}

/// The kinds of links.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names are the contract's")]
pub enum LinkKind {
    Corrects,
    Reminds,
    Cancels,
    Closes,
    Recurs,
    Similar,
    SameData,
}

impl LinkKind {
    /// All of them.
    pub const ALL: [LinkKind; 7] = [
        LinkKind::Corrects,
        LinkKind::Reminds,
        LinkKind::Cancels,
        LinkKind::Closes,
        LinkKind::Recurs,
        LinkKind::Similar,
        LinkKind::SameData,
    ];

    /// Whether it says the same seen from either end: 同一数据, 相近.
    #[must_use]
    pub fn both_ways(self) -> bool {
        matches!(self, LinkKind::SameData | LinkKind::Similar)
    }

    /// The word used in JSON and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            LinkKind::Corrects => "corrects",
            LinkKind::Reminds => "reminds",
            LinkKind::Cancels => "cancels",
            LinkKind::Closes => "closes",
            LinkKind::Recurs => "recurs",
            LinkKind::Similar => "similar",
            LinkKind::SameData => "same-data",
        }
    }

    /// The inverse of [`LinkKind::as_str`].
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == word)
    }
}
