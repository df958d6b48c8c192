//! Why an automatic act was done: a code with what it rests on, stored as compact JSON and worded only when it is
//! shown, so that one database reads in every language there are texts for.

use chrono::{Datelike, NaiveDateTime};
use rust_i18n::t;
use serde::{Deserialize, Serialize};

use crate::message::local;

/// An earlier message that an act rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Earlier {
    /// Name of its work group.
    pub group: String,
    /// When it was sent, in milliseconds since the epoch.
    pub at: i64,
    /// Whether that was on another day than the message explained.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub day: bool,
}

/// A fact in which copies may differ; `words` are no fact, and shown with the copy only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names are those of contract.md §2")]
pub enum Fact {
    Due,
    Event,
    Place,
    Count,
    Destination,
    Audience,
    Words,
}

impl Fact {
    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Fact::Due => "due",
            Fact::Event => "event",
            Fact::Place => "place",
            Fact::Count => "count",
            Fact::Destination => "destination",
            Fact::Audience => "audience",
            Fact::Words => "words",
        }
    }
}

/// What a fact is in one text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A moment in milliseconds since the epoch, and whether only its day is stated.
    Moment {
        /// The moment.
        at: i64,
        /// Only the day is stated.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        day: bool,
    },
    /// Words of the text.
    Words(String),
}

/// A fact in which two texts differ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Differ {
    /// Which.
    pub fact: Fact,
    /// What the older text says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Value>,
    /// What the newer text says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Value>,
}

/// What tells which notice a follow-up speaks of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clue {
    /// It quotes a message of the notice.
    Quotes,
    /// It names the notice by these words.
    Names(String),
    /// It was posted in a group that has the notice.
    Group,
    /// By somebody who posted the notice.
    Sender,
    /// It names a moment that the notice names.
    Moment,
    /// It is the last notice posted there before it.
    Last,
}

/// Why an automatic act was done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Reason {
    /// The text is that of an earlier copy.
    Same {
        /// The copy.
        with: Earlier,
        /// How much is the same, in percent.
        percent: u8,
        /// Facts in which it differs.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        differ: Vec<Differ>,
    },
    /// It says the same in other words.
    Retold {
        /// The copy.
        with: Earlier,
    },
    /// It resembles another notice, and is none of its copies.
    Similar {
        /// The other notice.
        with: Earlier,
        /// Facts in which it differs.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        differ: Vec<Differ>,
    },
    /// It is the next occurrence of what recurs.
    Next {
        /// The one before.
        with: Earlier,
    },
    /// It speaks of a notice.
    Speaks {
        /// The notice.
        of: Earlier,
        /// What tells.
        clues: Vec<Clue>,
    },
    /// It may speak of this notice, or of another as well.
    MaySpeak {
        /// The notice.
        of: Earlier,
        /// What tells.
        clues: Vec<Clue>,
    },
    /// The user said that it is the same.
    Joined {
        /// When, in milliseconds since the epoch.
        at: i64,
    },
    /// The user said that it is not the same as a notice that it resembles.
    Split {
        /// When, in milliseconds since the epoch.
        at: i64,
    },
    /// The user said that it speaks of the notice.
    Linked {
        /// When, in milliseconds since the epoch.
        at: i64,
    },
    /// The next state of a 接龙.
    SignUp,
    /// A line that explains the file posted just before it.
    Explains,
    /// It asks for the same data as another issuer's notice.
    SameData {
        /// The field words both have.
        words: Vec<String>,
    },
}

impl Reason {
    /// As the database keeps it: compact JSON, empty for none.
    #[must_use]
    pub fn stored(reason: Option<&Reason>) -> String {
        reason.and_then(|r| serde_json::to_string(r).ok()).unwrap_or_default()
    }

    /// The words for what the database keeps, in the language of the program; empty for none.
    #[must_use]
    pub fn words_of(stored: &str) -> String {
        serde_json::from_str::<Reason>(stored).map(|r| r.words(&rust_i18n::locale())).unwrap_or_default()
    }

    /// Whether what the database keeps says that a post may speak of a notice, or of another as well.
    #[must_use]
    pub fn is_doubtful(stored: &str) -> bool {
        matches!(serde_json::from_str(stored), Ok(Reason::MaySpeak { .. }))
    }

    /// In one line, in a language of `assets/locales`.
    #[must_use]
    pub fn words(&self, locale: &str) -> String {
        let with = |key: &str, with: &Earlier| {
            t!(key, locale = locale, group = with.group, at = with.clock()).into_owned()
        };
        let differing = |mut said: String, differ: &[Differ]| {
            for d in differ {
                said.push_str(&d.words(locale));
            }
            said
        };
        match self {
            Reason::Same { with, percent, differ } => {
                let (group, at) = (&with.group, with.clock());
                let said = t!("cluster.same", locale = locale, group = group, at = at, percent = percent);
                differing(said.into_owned(), differ)
            }
            Reason::Retold { with: earlier } => with("cluster.retold", earlier),
            Reason::Similar { with: earlier, differ } => differing(with("cluster.similar", earlier), differ),
            Reason::Next { with: earlier } => with("cluster.recurs", earlier),
            Reason::Speaks { of, clues } => clued(with("cluster.speaks", of), clues, locale),
            Reason::MaySpeak { of, clues } => clued(with("cluster.may_speak", of), clues, locale),
            Reason::Joined { at } => {
                t!("cluster.joined", locale = locale, date = day(*at, locale)).into_owned()
            }
            Reason::Linked { at } => {
                t!("cluster.linked", locale = locale, date = day(*at, locale)).into_owned()
            }
            Reason::Split { at } => {
                t!("cluster.split", locale = locale, date = day(*at, locale)).into_owned()
            }
            Reason::SignUp => t!("cluster.signup", locale = locale).into_owned(),
            Reason::SameData { words } => {
                t!("cluster.same_data", locale = locale, words = words.join("、")).into_owned()
            }
            Reason::Explains => t!("cluster.explains", locale = locale).into_owned(),
        }
    }
}

fn clued(said: String, clues: &[Clue], locale: &str) -> String {
    let clue = |clue: &Clue| match clue {
        Clue::Quotes => t!("cluster.clue.quotes", locale = locale),
        Clue::Names(words) => t!("cluster.clue.names", locale = locale, words = words),
        Clue::Group => t!("cluster.clue.group", locale = locale),
        Clue::Sender => t!("cluster.clue.sender", locale = locale),
        Clue::Moment => t!("cluster.clue.moment", locale = locale),
        Clue::Last => t!("cluster.clue.last", locale = locale),
    };
    let mut out = said;
    for (n, told) in clues.iter().map(clue).enumerate() {
        let key = if n == 0 { "cluster.clue.first" } else { "cluster.clue.next" };
        out.push_str(&t!(key, locale = locale));
        out.push_str(&told);
    }
    out
}

impl Earlier {
    fn clock(&self) -> String {
        local(self.at).format(if self.day { "%m-%d %H:%M" } else { "%H:%M" }).to_string()
    }
}

impl Differ {
    fn words(&self, locale: &str) -> String {
        let (mut key, mut values) = (format!("cluster.differ.{}", self.fact.as_str()), None);
        if let (Some(Value::Moment { at: a, day: a_day }), Some(Value::Moment { at: b, day: b_day })) =
            (&self.from, &self.to)
        {
            let (from, to) = (local(*a), local(*b));
            let clocks = !a_day && !b_day && from.time() != to.time();
            let days = from.date() != to.date();
            key = if days { "cluster.differ.date" } else { "cluster.differ.time" }.to_owned();
            values = Some((
                moment(from, days, clocks || !days, locale),
                moment(to, days, clocks || !days, locale),
            ));
        } else if let (Some(Value::Words(from)), Some(Value::Words(to))) = (&self.from, &self.to) {
            values = Some((from.clone(), to.clone()));
        }
        let said = t!(&key, locale = locale);
        match values {
            Some((from, to)) => {
                t!("cluster.differ.values", locale = locale, what = said, from = from, to = to)
            }
            None => t!("cluster.differ.bare", locale = locale, what = said),
        }
        .into_owned()
    }
}

fn moment(at: NaiveDateTime, days: bool, clock: bool, locale: &str) -> String {
    let clock = if clock { at.format("%H:%M").to_string() } else { String::new() };
    let date = if days { date(at, locale) } else { String::new() };
    if days && !clock.is_empty() { format!("{date} {clock}") } else { date + &clock }
}

fn day(at: i64, locale: &str) -> String {
    date(local(at), locale)
}

fn date(at: NaiveDateTime, locale: &str) -> String {
    t!("cluster.date", locale = locale, month = at.month(), name = at.format("%b"), day = at.day())
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::epoch_ms;

    fn at(day: u32, hour: u32) -> i64 {
        epoch_ms(chrono::NaiveDate::from_ymd_opt(2024, 1, day).unwrap().and_hms_opt(hour, 0, 0).unwrap())
    }

    fn same(differ: Vec<Differ>) -> Reason {
        let with = Earlier { group: "应急群".to_owned(), at: at(8, 8) + 55 * 60_000, day: false };
        Reason::Same { with, percent: 97, differ }
    }

    #[test]
    fn one_line_in_each_language() {
        let moment = |day, hour, only| Some(Value::Moment { at: at(day, hour), day: only });
        let words = |w: &str| Some(Value::Words(w.to_owned()));
        for (differ, zh, en) in [
            (vec![], "与 应急群 08:55 相同 97%", "97% the same as 应急群 08:55"),
            (
                vec![Differ { fact: Fact::Due, from: moment(10, 17, false), to: moment(12, 17, false) }],
                "与 应急群 08:55 相同 97%，日期不同：1月10日→1月12日",
                "97% the same as 应急群 08:55; another date: Jan 10 → Jan 12",
            ),
            (
                vec![Differ { fact: Fact::Due, from: moment(10, 17, false), to: moment(10, 12, false) }],
                "与 应急群 08:55 相同 97%，时间不同：17:00→12:00",
                "97% the same as 应急群 08:55; another time: 17:00 → 12:00",
            ),
            (
                vec![Differ { fact: Fact::Count, from: words("3张"), to: words("5张") }],
                "与 应急群 08:55 相同 97%，数量不同：3张→5张",
                "97% the same as 应急群 08:55; another number: 3张 → 5张",
            ),
        ] {
            let reason = same(differ);
            assert_eq!(reason.words("zh-CN"), zh);
            assert_eq!(reason.words("en"), en);
            let stored = Reason::stored(Some(&reason));
            assert_eq!(serde_json::from_str::<Reason>(&stored).unwrap(), reason, "{stored}");
        }
    }

    #[test]
    fn clues_are_listed() {
        let of = Earlier { group: "应急群".to_owned(), at: at(8, 8), day: true };
        let reason = Reason::Speaks { of, clues: vec![Clue::Group, Clue::Names("摸底表".to_owned())] };
        assert_eq!(reason.words("zh-CN"), "说的是 应急群 01-08 08:00 那条：同一个群，提到“摸底表”");
        assert_eq!(Reason::words_of(""), "");
    }
}
