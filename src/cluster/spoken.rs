//! What a follow-up says beside the words that name its notice: moments, days, how long there is yet, whether it chases,
//! takes back or ends something.

use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime};

use super::assign::State;
use super::{Post, Slot};
use crate::facts::num::han_digit;
use crate::facts::role::{last_call, recalls, stands_down, takes_back};
use crate::facts::{Role, TimePrecision};
use crate::message::local;
use crate::normalize::match_text;
use crate::notice::MessageRole;

/// What a follow-up says beside words, read once for all candidates.
pub(super) struct Spoken {
    pub role: MessageRole,
    /// The moment a correction takes back.
    pub old: Option<NaiveDateTime>,
    /// The moment a correction sets.
    pub new: Option<NaiveDateTime>,
    /// Moments it names.
    pub named: Vec<NaiveDateTime>,
    /// Days it names as the last one, by no hour: 明天截止, 明天下班前 are said of what is due tomorrow at any hour.
    pub last_days: Vec<NaiveDate>,
    /// Days it names.
    pub days: Vec<NaiveDate>,
    /// The end of what it counts down to, first and last moment it may mean.
    pub left: Option<(NaiveDateTime, NaiveDateTime)>,
    /// 发错了: it takes back what stands before it.
    pub slip: bool,
    /// It chases what is owed.
    pub chases: bool,
    /// It does so in words that name hardly anything: who is owed what now decides.
    pub terse: bool,
    /// It says that time is running out.
    pub now: bool,
    /// It ends what was called for without naming it: 撤吧.
    pub stands_down: bool,
    /// The beginning of what it quotes.
    pub quoted: String,
    /// It moves something that takes place.
    pub to_event: bool,
    /// The last notice of its group.
    pub last: Option<Slot>,
}

impl Spoken {
    /// What `post` says; `terse`, whether its words name hardly anything.
    pub(super) fn of(state: &State, post: &Post, role: MessageRole, terse: bool) -> Self {
        let facts = &post.facts;
        let old = facts.change.as_ref().and_then(|c| c.from);
        let new = facts.change.as_ref().and_then(|c| c.to);
        let moves = role == MessageRole::Correction;
        let stated = [facts.due.as_ref().map(|d| d.at), facts.event.as_ref().map(|e| e.at)];
        let times = facts.times.iter().filter(|_| !moves).filter_map(|t| t.start.or(t.end));
        let named: Vec<NaiveDateTime> = stated
            .into_iter()
            .filter(|_| !moves)
            .flatten()
            .chain(times)
            .filter(|at| Some(*at) != new)
            .collect();
        let chases = role == MessageRole::Reminder && facts.role != Role::Notice && recalls(&post.text);
        let quoted = post.quoted.as_ref().and_then(|q| q.text.as_deref()).map(match_text).unwrap_or_default();
        Spoken {
            role,
            old,
            new: new.filter(|_| moves && new != old),
            days: days(post, new),
            left: left(&post.text, local(post.sent_at)),
            chases,
            terse: chases && terse,
            now: last_call(&post.text),
            stands_down: role == MessageRole::Closure && stands_down(&post.text),
            named,
            last_days: facts
                .due
                .iter()
                .filter(|d| !moves && d.precision != TimePrecision::Minute)
                .map(|d| d.at.date())
                .collect(),
            slip: takes_back(&post.text),
            quoted: if quoted.chars().count() >= 6 {
                quoted.chars().take(24).collect()
            } else {
                String::new()
            },
            to_event: facts.change.as_ref().is_some_and(|c| c.to.is_some() && c.to_event),
            last: state.notices.last_in(post),
        }
    }
}

/// The days a follow-up names, without the one to which something is moved.
fn days(post: &Post, new: Option<NaiveDateTime>) -> Vec<NaiveDate> {
    let facts = &post.facts;
    let old = facts.change.as_ref().and_then(|c| c.from);
    let times = facts.times.iter().filter_map(|t| t.start.or(t.end));
    let all: Vec<NaiveDate> = times.chain(old).chain(new).map(|at| at.date()).collect();
    let others: Vec<NaiveDate> =
        all.iter().copied().filter(|day| new.is_none_or(|new| new.date() != *day)).collect();
    // 今天的演练提前到两点 moves within the day.
    if others.is_empty() { all } else { others }
}

/// 还有四天, 还剩一小时: the moments at which what is spoken of may end, seen from `sent`. A day is meant as a whole, an
/// hour more or less.
fn left(text: &str, sent: NaiveDateTime) -> Option<(NaiveDateTime, NaiveDateTime)> {
    const WORDS: [&str; 7] = ["还有", "还剩下", "还剩", "只剩下", "只剩", "只有", "剩下"];
    WORDS.iter().flat_map(|w| text.match_indices(w).map(move |(at, _)| at + w.len())).find_map(|at| {
        let rest: Vec<char> = text[at..].chars().take(8).filter(|c| !c.is_whitespace()).collect();
        let digits = rest.iter().take_while(|c| c.is_ascii_digit()).count();
        let (number, used) = match rest.first()? {
            c if c.is_ascii_digit() => {
                (rest[..digits].iter().collect::<String>().parse::<i64>().ok()?, digits)
            }
            '半' => (0, 1),
            '十' => (10, 1),
            c => (han_digit(*c).filter(|n| *n > 0)?.into(), 1),
        };
        let unit: String = rest.get(used..)?.iter().collect();
        let unit = unit.strip_prefix('个').unwrap_or(&unit);
        let slack = Duration::minutes(45);
        if unit.starts_with('天') {
            let day = (sent + Duration::days(number.min(60))).date();
            // 还有半天 ends today.
            return Some((day.and_time(NaiveTime::MIN), day.and_time(NaiveTime::MIN) + Duration::days(1)));
        }
        if ["小时", "钟头"].iter().any(|w| unit.starts_with(w)) {
            let span = if number == 0 { Duration::minutes(30) } else { Duration::hours(number.min(240)) };
            return Some((sent + span - slack, sent + span + slack));
        }
        unit.starts_with("分钟").then(|| {
            let at = sent + Duration::minutes(number.min(600));
            (at - Duration::minutes(15), at + Duration::minutes(15))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_there_is_yet() {
        let sent =
            NaiveDate::from_ymd_opt(2026, 3, 5).and_then(|d| d.and_hms_opt(17, 5, 0)).unwrap_or_default();
        for (text, want) in [
            ("视力录入率塘头88%，还有四天", Some("2026-03-09 09:00")),
            ("还剩 2 天了", Some("2026-03-07 00:00")),
            ("还有一个小时，抓紧", Some("2026-03-05 18:00")),
            ("还剩半小时", Some("2026-03-05 17:30")),
            ("还有30分钟", Some("2026-03-05 17:40")),
            ("还有两个村没报", None),
            ("还有9人", None),
        ] {
            let at = want.map(|w| NaiveDateTime::parse_from_str(w, "%Y-%m-%d %H:%M").unwrap_or_default());
            let got = left(text, sent);
            assert_eq!(got.is_some(), want.is_some(), "{text}");
            assert!(at.zip(got).is_none_or(|(at, (a, b))| (a..b).contains(&at)), "{text}: {got:?}");
        }
    }
}
