//! Message → facts: what a cadre reads out of a notice at a glance, each with the words it was read from.
//! Pure: no clock, no files, no database; dates are relative to the moment of sending.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};

mod calendar;
mod change;
mod civil;
mod clock;
mod dates;
mod demand;
mod destination;
mod lexicon;
mod marks;
pub(crate) mod num;
mod object;
mod range;
mod recur;

mod festival;
mod handed;
mod handing;
mod length;
mod lunar;
mod relative;
mod resolve;
mod row;
pub(crate) mod role;
mod signup;
mod text;
mod times;
mod title;
mod usage;
mod when;
mod words;

pub use calendar::Calendar;
pub(crate) use destination::{is_surname, is_title};
pub use title::title;

use crate::message::Kind;
use words::Words;
pub use words::read_alike;

/// A stretch of the original text, in Unicode scalar values, half-open.
pub type Span = [u32; 2];

/// What is read: a message's words and the circumstances that decide what they mean.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// What the person wrote, without exporters' tags and quotes.
    pub text: &'a str,
    /// When it was sent, local wall clock.
    pub sent: NaiveDateTime,
    /// What sort of entry it is.
    pub kind: Kind,
    /// Whether it answers another message.
    pub quoted: bool,
    /// The sender's name as exported; empty where unknown. An office's name makes a notice likelier.
    pub sender: &'a str,
    /// The name of the first file or the title of the link it carries; empty without one.
    pub attachment: &'a str,
}

impl<'a> Input<'a> {
    /// A plain text message with nothing else known.
    #[must_use]
    pub fn new(text: &'a str, sent: NaiveDateTime) -> Self {
        Input { text, sent, kind: Kind::Text, quoted: false, sender: "", attachment: "" }
    }
}

/// What the words alone do not say: office hours and the calendar.
#[derive(Clone, Debug)]
pub struct Settings {
    /// 下班.
    pub office_close: NaiveTime,
    /// 上午下班, 中午前.
    pub morning_close: NaiveTime,
    /// A season with another close of the office; it may run over the turn of the year.
    pub season: Option<Season>,
    /// Whether a week ends on Sunday night; otherwise 本周内 is its last working day at the close.
    pub week_ends_sunday: bool,
    /// Working days.
    pub calendar: Cow<'static, Calendar>,
}

/// 夏令作息: from which day to which, both included, the office closes at another hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Season {
    /// Month and day of the first day.
    pub from: (u32, u32),
    /// Month and day of the last day.
    pub to: (u32, u32),
    /// 下班 in it.
    pub close: NaiveTime,
}

impl Settings {
    /// 下班 on `day`.
    #[must_use]
    pub fn close_on(&self, day: NaiveDate) -> NaiveTime {
        let Some(season) = self.season else { return self.office_close };
        let on = (day.month(), day.day());
        let inside = if season.from <= season.to {
            season.from <= on && on <= season.to
        } else {
            on >= season.from || on <= season.to
        };
        if inside { season.close } else { self.office_close }
    }
}

impl Default for Settings {
    fn default() -> Self {
        let time = |h, m| NaiveTime::from_hms_opt(h, m, 0).unwrap_or_default();
        Settings {
            office_close: time(17, 30),
            morning_close: time(12, 0),
            season: None,
            week_ends_sunday: false,
            calendar: Cow::Borrowed(Calendar::builtin()),
        }
    }
}

/// Reads everything out of one message. Pure, linear in the length of the text, never panics.
#[must_use]
pub fn read(input: &Input<'_>, settings: &Settings) -> Facts {
    Words::of(input.text, input.kind).read(input, settings, None)
}

/// #接龙 周六志愿服务报名: the day in the title of a sign-up is when it takes place, unless it says by when.
fn takes_place(facts: &mut Facts) {
    let Some(signup) = facts.signup.as_ref().filter(|_| facts.event.is_none()) else {
        return;
    };
    let Some(due) = facts.due.as_ref().filter(|d| d.precision == TimePrecision::Day) else {
        return;
    };
    const BY: [&str; 6] = ["前", "截止", "截至", "为止", "到期", "内"];
    let bare = signup.title.contains(&due.text) && !BY.iter().any(|w| signup.title.contains(w));
    let time = facts.times.iter_mut().find(|t| t.span == due.span);
    if let Some(time) = time.filter(|_| bare) {
        time.role = TimeRole::Event;
        let at = due.at.date().and_time(chrono::NaiveTime::MIN);
        facts.event = Some(Event { at, end: None, precision: due.precision, place: None, span: due.span });
        for demand in &mut facts.demands {
            demand.due_at = None;
        }
        facts.due = None;
    }
}

/// Everything read out of one message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Every time expression, in order of position.
    pub times: Vec<TimeFact>,
    /// The deadline of the whole notice: the earliest one still open at the time of sending.
    pub due: Option<Due>,
    /// Every demand, in order of position.
    pub demands: Vec<Demand>,
    /// A meeting, a power cut or the like.
    pub event: Option<Event>,
    /// A recurring duty.
    pub recurs: Option<Recurrence>,
    /// What the message is.
    pub role: Role,
    /// What a correction, cancellation, closure or reminder says.
    pub change: Option<Change>,
    /// The folded 接龙.
    pub signup: Option<Signup>,
    /// Titles (关于…的通知, 《…》, 【…】), document numbers, counts with units, phones, links: what must agree between copies.
    pub marks: Vec<Mark>,
    /// 紧急, 立即, 预警 and the like.
    pub urgent: bool,
    /// Whether an acknowledgement is asked for (收到请回复).
    pub asks_ack: bool,
    /// 秘密, 机密, 绝密 or 内部 marks.
    pub secrecy: Option<String>,
}

/// One time expression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimeFact {
    /// The words.
    pub text: String,
    /// Where they stand.
    pub span: Span,
    /// First moment, local wall clock.
    pub start: Option<NaiveDateTime>,
    /// End, half-open: a clock time lasts its stated unit (17:00 a minute, 5点 an hour); 前 leaves `start` open, 起 and 后
    /// leave `end` open. What is due when is said by [`Due`], not here.
    pub end: Option<NaiveDateTime>,
    /// How exact it is.
    pub precision: TimePrecision,
    /// What it is for.
    pub role: TimeRole,
    /// Doubts: `inferred`, `inferred_pm`, `rolled_day`, `rolled_week`, `rolled_month`, `weekday_mismatch`,
    /// `date_conflict`, `fuzzy`, `festival`, `event_anchor`, `overdue`, `low`, `garbled`, `no_calendar` … `alt` marks a
    /// second reading the words allow as well (the other half of the day, the other month or year); it follows the one
    /// that holds, has the same span and the role `other`, and is to be passed over when facts are compared.
    pub flags: Vec<String>,
}

/// How exact a time is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TimePrecision {
    /// A stated clock time.
    Minute,
    /// The close of an office (下班前, 上午下班前), by the settings.
    Office,
    /// A day.
    #[default]
    Day,
    /// No moment could be read.
    None,
}

/// What a time expression is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimeRole {
    /// By when something is due.
    Deadline,
    /// When something takes place.
    Event,
    /// From when something holds.
    Start,
    /// The moment a figure refers to (截至…).
    AsOf,
    /// Something past.
    History,
    /// A rule such as 每周五.
    Recurring,
    /// None of these could be told.
    #[default]
    Other,
}

/// The deadline of a notice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Due {
    /// Local wall clock; a day without an hour is due at 23:59.
    pub at: NaiveDateTime,
    /// How exact.
    pub precision: TimePrecision,
    /// The words it was read from.
    pub text: String,
    /// Where they stand.
    pub span: Span,
    /// Whether the moment needed a rule beyond the words (下班前, 周五前, rolled dates).
    pub inferred: bool,
    /// Doubts, as in [`TimeFact::flags`].
    pub flags: Vec<String>,
}

/// When and where something takes place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Beginning, local wall clock.
    pub at: NaiveDateTime,
    /// End, where stated.
    pub end: Option<NaiveDateTime>,
    /// Whether the clock time is stated.
    pub precision: TimePrecision,
    /// The place, as written.
    pub place: Option<String>,
    /// Where the time stands.
    pub span: Span,
}

/// A rule by which a duty comes again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recurrence {
    /// `daily 17:00`, `weekly:FR 17:30`, `monthly:5`, `monthly:+3`.
    pub rule: String,
    /// The next occurrence from the moment of sending.
    pub next: Option<NaiveDateTime>,
    /// Where the words stand.
    pub span: Span,
}

/// One thing a notice asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Demand {
    /// What is to be done.
    pub act: Act,
    /// The verb as written.
    pub verb: String,
    /// The objects (照片, 统计表 …), counts included (不少于3张).
    pub what: Vec<String>,
    /// Where it is to go.
    pub destination: Option<Destination>,
    /// Who is asked.
    pub audience: Vec<String>,
    /// Its own deadline, local wall clock.
    pub due_at: Option<NaiveDateTime>,
    /// Whether it holds only if something happens (发现险情报值班室): nothing is owed until then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub conditional: bool,
    /// Where it stands.
    pub span: Span,
}

/// The classes of demands in the words of `contract.md` §2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names are the contract's")]
pub enum Act {
    Submit,
    Upload,
    Fill,
    Signup,
    Checkin,
    Forward,
    Study,
    Attend,
    Reply,
    Act,
    Install,
    Pay,
}

/// Where a demanded thing is to go.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Destination {
    /// What sort of place.
    pub kind: DestinationKind,
    /// Its name as written.
    pub name: String,
}

/// Kinds of destinations in the words of `contract.md` §2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names are the contract's")]
pub enum DestinationKind {
    Mailbox,
    Group,
    App,
    System,
    Office,
    Paper,
    Person,
}

/// What a message is, before clustering has its say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// A demand or an announcement.
    Notice,
    /// 收到, thanks, a sticker in answer.
    Ack,
    /// 已报: something was handed in.
    Done,
    /// A question.
    Question,
    /// A 接龙 post.
    Signup,
    /// 催办: a notice is called to mind.
    Reminder,
    /// A notice's time, place or other fact is changed.
    Correction,
    /// A notice is called off.
    Cancellation,
    /// 已收齐: nothing more is owed.
    Closure,
    /// Anything else.
    #[default]
    Chatter,
}

/// What a correction, cancellation, closure or reminder says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The time that no longer holds.
    pub from: Option<NaiveDateTime>,
    /// The time that holds now.
    pub to: Option<NaiveDateTime>,
    /// Whether `to` is an event's time, not a deadline.
    pub to_event: bool,
    /// Words that name the notice spoken of (九小场所, 排查表 …).
    pub subject: Vec<String>,
    /// Who still owes (还有石桥、王庄没报).
    pub owing: Vec<String>,
    /// The change word.
    pub word: String,
    /// Where it stands.
    pub span: Span,
}

/// A folded 接龙.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Signup {
    /// The text before the first entry.
    pub title: String,
    /// The entries in order.
    pub entries: Vec<SignupEntry>,
}

/// One line of a 接龙.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignupEntry {
    /// Its printed number.
    pub number: u32,
    /// What it says, name included.
    pub text: String,
    /// Who, as far as the name can be told from the rest: the words before the first blank, colon or comma.
    #[serde(default)]
    pub who: String,
}

impl Signup {
    /// The numbers of the entries that begin with one of `names`: whether the user is in it.
    #[must_use]
    pub fn of(&self, names: &[&str]) -> Vec<u32> {
        let plain = |text: &str| -> String {
            text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
        };
        let names: Vec<String> = names.iter().map(|n| plain(n)).filter(|n| !n.is_empty()).collect();
        let own = |text: &str| names.iter().any(|n| plain(text).starts_with(n.as_str()));
        self.entries.iter().filter(|e| own(&e.text)).map(|e| e.number).collect()
    }
}

/// A typed token that copies of one notice must agree on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// What it is.
    pub kind: MarkKind,
    /// Its comparable value (`3张`, `镇三楼会议室`, `九小场所消防安全排查表`).
    pub value: String,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of typed tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum MarkKind {
    Title,
    DocNumber,
    Count,
    Place,
    Audience,
    Phone,
    Url,
    File,
}
