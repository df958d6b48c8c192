//! What the screens and the JSON show: a notice with its copies, state, deadline and links (`contract.md` §2).
//! Plain data, filled by the store; the words are those of `product.md` §5.

use chrono::DateTime;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

mod link;
mod quote;
mod titled;
mod view;

pub use link::{Link, LinkKind};
pub use quote::Quote;
pub use titled::Titled;
pub use view::{Section, View};

use crate::facts::{Act, Demand, Destination, Span};
use crate::message::{epoch_ms, rfc3339};

/// A moment in milliseconds since the epoch; printed as RFC 3339 with the offset of China.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(pub i64);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&rfc3339(self.0))
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        DateTime::parse_from_rfc3339(&text)
            .map(|moment| Moment(moment.timestamp_millis()))
            .map_err(serde::de::Error::custom)
    }
}

/// The state of a notice: 未读 待办 稍后 阅知 已办.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// 未读: nobody opened it yet.
    #[default]
    Unread,
    /// 待办: seen, still to be dealt with.
    Open,
    /// 稍后: put off until a day.
    Later,
    /// 阅知: read, nothing to do.
    Noted,
    /// 已办: dealt with.
    Done,
}

impl State {
    /// All of them, most demanding first.
    pub const ALL: [State; 5] = [State::Unread, State::Open, State::Later, State::Noted, State::Done];

    /// The word used in JSON and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            State::Unread => "unread",
            State::Open => "open",
            State::Later => "later",
            State::Noted => "noted",
            State::Done => "done",
        }
    }

    /// The inverse of [`State::as_str`].
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == word)
    }
}

/// A row of a list of notices.
#[derive(Clone, Debug, PartialEq)]
pub struct NoticeRow {
    /// Stable public id.
    pub id: String,
    /// One line.
    pub title: String,
    /// Its state.
    pub state: State,
    /// Until when it is put off.
    pub later_until: Option<Moment>,
    /// 紧急.
    pub urgent: bool,
    /// The deadline in force; of what recurs, the one that counts now.
    pub due: Option<DueView>,
    /// When it takes place.
    pub event_at: Option<Moment>,
    /// First and last copy.
    pub first_seen: Moment,
    /// Last copy.
    pub last_seen: Moment,
    /// How many work groups it was seen in.
    pub groups: u32,
    /// The group of the lead copy.
    pub lead_group: String,
    /// How many messages carry it.
    pub copies: u32,
    /// Whether copies differ in a fact.
    pub conflict: bool,
    /// Whether it was re-opened by new facts (已办后有更正).
    pub reopened: bool,
    /// The part of the list it stands in.
    pub section: Section,
    /// The moment that orders it within its section: the store's cursor, not for show.
    pub sort: i64,
}

/// A deadline as shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DueView {
    /// The moment.
    pub at: Moment,
    /// `minute`, `office` or `day`.
    pub precision: String,
    /// `stated`, `inferred` or `manual`.
    pub basis: String,
    /// The words it was read from.
    pub text: String,
    /// Doubts.
    pub flags: Vec<String>,
    /// Where the words stand in the lead copy's text, in Unicode scalar values; `None` where another copy says them.
    #[serde(default)]
    pub span: Option<crate::facts::Span>,
    /// The deadline that held before a correction.
    #[serde(default)]
    pub was: Option<Moment>,
    /// What the correction says that set it, where one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<Quote>,
}

impl DueView {
    /// A deadline of which no words are known.
    #[must_use]
    pub fn bare(at: Moment, precision: &str, basis: &str) -> Self {
        DueView {
            at,
            precision: precision.to_owned(),
            basis: basis.to_owned(),
            text: String::new(),
            flags: Vec::new(),
            span: None,
            was: None,
            quote: None,
        }
    }

    /// A deadline the user set.
    #[must_use]
    pub fn by_hand(at: i64) -> Self {
        DueView::bare(Moment(at), "minute", "manual")
    }

    /// The same at a later occurrence, if there is one: no correction of the first belongs to it.
    #[must_use]
    pub fn come_round(self, next: Option<Moment>) -> Self {
        match next {
            Some(at) => DueView { at, was: None, ..self },
            None => self,
        }
    }
}

/// A notice in full: the object of `inbox --json` and `show --json`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of contract.md §2")]
pub struct Notice {
    pub id: String,
    pub title: String,
    pub text: String,
    pub state: State,
    pub later_until: Option<Moment>,
    /// The remark made with the state.
    pub note: Option<String>,
    pub urgent: bool,
    pub first_seen: Moment,
    pub last_seen: Moment,
    pub groups: Vec<String>,
    pub copies: Vec<Copy>,
    pub due: Option<DueView>,
    pub event: Option<EventView>,
    pub recurs: Option<String>,
    /// The deadline of what recurs that counts now, when it is no longer the first, which `due` states.
    pub next_due: Option<Moment>,
    #[serde(serialize_with = "facts_only")]
    pub conflicts: Vec<Conflict>,
    /// The groups whose copies are unlike the lead copy, and how many of all: no fact, but a sign of a wrong merge.
    pub unlike: Option<ConflictValue>,
    pub demands: Vec<DemandView>,
    pub duties: Vec<Duty>,
    pub links: Vec<Link>,
    pub signup: Option<SignupView>,
    pub acks: Acks,
}

impl Notice {
    /// The deadline that counts now: of what recurs, the nearest one of what is open.
    #[must_use]
    pub fn due_now(&self) -> Option<DueView> {
        self.due.clone().map(|due| due.come_round(self.next_due))
    }
}

/// 副本: a message that carries a notice. The lead copy stands first.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of contract.md §2")]
pub struct Copy {
    pub message: String,
    pub group: String,
    pub sender: String,
    pub sent_at: Moment,
    pub text: String,
    pub similarity: f64,
    pub reason: String,
    pub due_at: Option<Moment>,
    /// Where the words of `due_at` stand in `text`.
    pub due_span: Option<crate::facts::Span>,
    /// How it differs from the lead copy; `None` when it says the same.
    pub differences: Option<Differences>,
}

/// How a copy differs from the lead copy: facts first, then words.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Differences {
    /// Facts that both state, and state differently.
    pub facts: Vec<FactDifference>,
    /// The two texts as runs of characters; empty when they differ in spaces and punctuation only.
    pub words: Vec<Run>,
}

impl Differences {
    /// The words with what both say cut short between changes, ready to be shown in a line or two. Changes stay whole.
    #[must_use]
    pub fn folded(&self) -> Vec<Run> {
        const AROUND: usize = 8;
        let last = self.words.len().saturating_sub(1);
        let fold = |(n, run): (usize, &Run)| {
            let text = run.text.split_whitespace().collect::<Vec<_>>().join(" ");
            let count = text.chars().count();
            if run.side != Side::Same || count <= AROUND * 2 + 1 {
                return Run { side: run.side, text };
            }
            let start: String = text.chars().take(if n > 0 { AROUND } else { 0 }).collect();
            let end: String = text.chars().skip(count - if n < last { AROUND } else { 0 }).collect();
            Run { side: run.side, text: format!("{start}…{end}") }
        };
        self.words.iter().enumerate().map(fold).collect()
    }
}

/// A fact that two copies state differently.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of contract.md §2")]
pub struct FactDifference {
    pub fact: String,
    pub lead: String,
    pub copy: String,
}

/// A run of characters of two texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Run {
    /// Which text it stands in.
    pub side: Side,
    /// The characters.
    pub text: String,
}

/// Which of two texts a run stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// In both.
    Same,
    /// In the lead copy only.
    Lead,
    /// In the other copy only.
    Copy,
    /// In the other copy only, before everything the two share: a leader's preface, 转发：.
    Preface,
    /// In the other copy only, after everything the two share: a signature, 收到请回复.
    Signature,
}

/// When and where it takes place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of contract.md §2")]
pub struct EventView {
    pub at: Moment,
    /// `minute`, or `day` where no hour is said and `at` is the day's first moment.
    #[serde(default = "minute")]
    pub precision: String,
    pub place: Option<String>,
    /// When it was to take place before a correction.
    #[serde(default)]
    pub was: Option<Moment>,
}

fn minute() -> String {
    "minute".to_owned()
}

/// A fact in which copies differ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    /// `due`, `event`, `place`, `count`, `destination` or `audience`.
    pub fact: String,
    /// What the copies say, the commonest first.
    pub values: Vec<ConflictValue>,
}

/// The name under which copies unlike the lead stand among the conflicts.
pub const LIKENESS: &str = "likeness";

/// The conflicts of facts: what `contract.md` lists. Likeness is no fact and stands in a field of its own.
fn facts_only<S: serde::Serializer>(all: &[Conflict], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(all.iter().filter(|c| c.fact != LIKENESS))
}

/// One of several values and who says it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of contract.md §2")]
pub struct ConflictValue {
    pub value: String,
    pub groups: Vec<String>,
}

/// 要求: what a notice asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of contract.md §2")]
pub struct DemandView {
    pub act: Act,
    pub what: Vec<String>,
    pub destination: Option<Destination>,
    pub audience: Vec<String>,
    pub due_at: Option<Moment>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub conditional: bool,
    pub span: Span,
}

impl From<&Demand> for DemandView {
    fn from(demand: &Demand) -> Self {
        DemandView {
            act: demand.act,
            what: demand.what.clone(),
            destination: demand.destination.clone(),
            audience: demand.audience.clone(),
            due_at: demand.due_at.map(|at| Moment(epoch_ms(at))),
            conditional: demand.conditional,
            span: demand.span,
        }
    }
}

/// 应办行: a demand × a destination.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of contract.md §2")]
pub struct Duty {
    pub id: String,
    pub destination: Option<Destination>,
    pub group: Option<String>,
    pub due_at: Option<Moment>,
    /// The deadline of `due_at` with its precision and basis.
    pub due: Option<DueView>,
    pub state: String,
    pub reason: Option<String>,
    pub evidence: Vec<Evidence>,
    pub what: Vec<String>,
    pub note: Option<String>,
    pub settled_at: Option<Moment>,
    pub typed_at: Option<Moment>,
    pub asker: String,
    pub assumed: bool,
    pub ask: bool,
    pub reopened: bool,
    pub recurs: Option<String>,
    pub missed: i64,
    pub offered: Vec<String>,
    pub targets: Vec<Target>,
    /// Pictures and files of the user's own, seen in the row's group between the notice and its deadline: a hint.
    pub hints: Vec<Hint>,
}

/// 凭据: a file that shows a duty was met. Named by its path, never held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Where it is, as it was given, made absolute.
    pub path: String,
    /// SHA-256 of its content when it was attached.
    #[serde(default)]
    pub sha256: String,
    /// Bytes when it was attached.
    #[serde(default)]
    pub size: u64,
    /// When it was attached.
    #[serde(default)]
    pub added_at: Moment,
    /// Whether it cannot be found now.
    #[serde(default)]
    pub missing: bool,
    /// Whether its content is another one now.
    #[serde(default)]
    pub changed: bool,
    /// 补录: whether its duty was settled with a typed date.
    #[serde(default)]
    pub late: bool,
}

/// One of the parts of a duty (a shop, a household), ticked by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Target {
    /// Its name.
    pub name: String,
    /// When it was ticked.
    pub done_at: Option<Moment>,
}

/// Something of the user's own that may be what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Hint {
    pub message: String,
    pub sent_at: Moment,
    pub kind: String,
    pub name: Option<String>,
}

/// 接龙, folded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignupView {
    /// The text before the first entry.
    pub title: String,
    /// How many entries the longest version has.
    pub entries: u32,
    /// Numbers of the entries that are the user's.
    pub mine: Vec<u32>,
    /// The entries themselves.
    #[serde(default)]
    pub list: Vec<SignupLine>,
    /// Names the notice lists that have not joined.
    #[serde(default)]
    pub missing: Vec<String>,
}

/// One entry of a 接龙.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignupLine {
    /// Its printed number.
    pub number: u32,
    /// What it says.
    pub text: String,
    /// When a post first held it.
    pub joined_at: Moment,
}

/// 收到 ledger of a notice.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Acks {
    /// Groups whose copy asks for a reply.
    pub asked: Vec<String>,
    /// Groups where a reply of the user's is seen.
    pub seen: Vec<AckSeen>,
    /// Groups that asked and where none is seen in the export.
    pub not_seen: Vec<AckMissing>,
    /// Groups whose copy does not ask for a reply.
    pub not_asked: Vec<String>,
    /// What to reply with: the user's own words of another group, else 收到.
    pub reply: String,
}

/// A reply of the user's.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of contract.md §2")]
pub struct AckSeen {
    pub group: String,
    pub message: String,
    pub sent_at: Moment,
    pub text: String,
    /// `quote` where it quotes a copy, `follows` where it is tied because it is the next reply after one.
    pub tied_by: String,
}

/// A group where no reply of the user's is seen, with the time its export reaches to.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of contract.md §2")]
pub struct AckMissing {
    pub group: String,
    pub covered_until: Option<Moment>,
}

/// What became of a message (`contract.md` §2, `messages --json`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names are the contract's")]
pub enum MessageRole {
    Copy,
    Signup,
    Reminder,
    Correction,
    Cancellation,
    Closure,
    Ack,
    Submission,
    Chatter,
    System,
}

impl MessageRole {
    /// All of them.
    pub const ALL: [MessageRole; 10] = [
        MessageRole::Copy,
        MessageRole::Signup,
        MessageRole::Reminder,
        MessageRole::Correction,
        MessageRole::Cancellation,
        MessageRole::Closure,
        MessageRole::Ack,
        MessageRole::Submission,
        MessageRole::Chatter,
        MessageRole::System,
    ];

    /// The word used in JSON and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            MessageRole::Copy => "copy",
            MessageRole::Signup => "signup",
            MessageRole::Reminder => "reminder",
            MessageRole::Correction => "correction",
            MessageRole::Cancellation => "cancellation",
            MessageRole::Closure => "closure",
            MessageRole::Ack => "ack",
            MessageRole::Submission => "submission",
            MessageRole::Chatter => "chatter",
            MessageRole::System => "system",
        }
    }

    /// The inverse of [`MessageRole::as_str`].
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == word)
    }
}
