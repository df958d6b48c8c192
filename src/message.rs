//! What an export says: messages, the group they were posted in, and the rule by which two entries are the same message.
//! Nothing here reads files, clocks or databases.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDateTime, TimeZone, Timelike};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use crate::normalize::fold;

/// One entry of an export. Immutable once stored, but for a fuller body, a finer time, an id or a self mark that
/// another export of the same group adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// The id the chat service gave, as text: such ids exceed 2^53. Never a row number of the export.
    pub native_id: Option<String>,
    /// Order within the chat where the exporter has one (chatlog: second and three digits; QCE: `seq`).
    pub seq: Option<i64>,
    /// When it was sent, in milliseconds since the epoch (UTC). With `Precision::Day` and `Precision::None` the day
    /// is stated, read from the file's name or assumed, and the position in the file gives the order.
    pub sent_at: i64,
    /// How much of `sent_at` the export really states.
    pub precision: Precision,
    /// The sender's id in the chat service, where the export has it.
    pub sender_id: Option<String>,
    /// The sender's name as exported; empty for system lines.
    pub sender: String,
    /// Whether the exporter marks the sender as the owner of the export; `None` where it cannot tell.
    pub is_self: Option<bool>,
    /// What sort of entry it is.
    pub kind: Kind,
    /// The exporter's own word or number for the kind, as `49/87` or `群公告`.
    pub raw_kind: Option<String>,
    /// What the person wrote: exporters' tags and quotes are taken out.
    pub text: String,
    /// The message it answers, where the export says so.
    pub quoted: Option<Quoted>,
    /// Pictures, files and links it carries.
    pub attachments: Vec<Attachment>,
    /// The lines of a merged forward.
    pub items: Vec<ForwardItem>,
    /// Whether the export says it was recalled.
    pub recalled: bool,
    /// How much of the body this export format keeps.
    pub completeness: Completeness,
    /// The line (texts, JSONL), row (tables) or ordinal (JSON) it begins at, counted from 1.
    pub line: u32,
}

impl Message {
    /// A text message with everything else unknown: what most parsers start from.
    #[must_use]
    pub fn text(
        sent_at: i64,
        precision: Precision,
        sender: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        Message {
            native_id: None,
            seq: None,
            sent_at,
            precision,
            sender_id: None,
            sender: sender.into(),
            is_self: None,
            kind: Kind::Text,
            raw_kind: None,
            text: text.into(),
            quoted: None,
            attachments: Vec::new(),
            items: Vec::new(),
            recalled: false,
            completeness: Completeness::Full,
            line: 0,
        }
    }

    /// The 64-bit fingerprint of what was said: kind class, folded text and, for bodies without text, the attachment
    /// names. Stored for ever, so it is XXH3, whose values are fixed, not the standard library's hasher.
    #[must_use]
    pub fn body_hash(&self) -> u64 {
        let mut body = fold(&self.text);
        if body.is_empty() {
            body = self
                .attachments
                .iter()
                .filter_map(|a| a.name.as_deref())
                .map(fold)
                .collect::<Vec<_>>()
                .join("\n");
        }
        if body.is_empty() {
            body = format!("\u{1}{}", self.kind.as_str());
        }
        xxh3_64(body.as_bytes())
    }

    /// The key by which this message is known for ever: a hash of group, time at the stated precision, sender, body
    /// and ordinal (`formats.md` §4.3 no. 3). `ordinal` counts equal messages of one file from 0.
    #[must_use]
    pub fn key(&self, group_key: &str, ordinal: u32) -> MessageKey {
        self.key_of(group_key, &fold(&self.sender), self.body_hash(), ordinal)
    }

    /// The same, where the folded sender and the hash of the body are known already: both take time.
    pub(crate) fn key_of(&self, group_key: &str, sender: &str, body: u64, ordinal: u32) -> MessageKey {
        let time = match self.precision {
            Precision::Ms | Precision::Second | Precision::Minute => self.sent_at.div_euclid(60_000),
            Precision::Day | Precision::None => 0,
        };
        let mut seed = String::with_capacity(64);
        seed.push_str(group_key);
        seed.push('\u{1f}');
        seed.push_str(sender);
        let head = xxh3_128(seed.as_bytes());
        let mut bytes = [0_u8; 36];
        bytes[..16].copy_from_slice(&head.to_le_bytes());
        bytes[16..24].copy_from_slice(&time.to_le_bytes());
        bytes[24..32].copy_from_slice(&body.to_le_bytes());
        bytes[32..36].copy_from_slice(&ordinal.to_le_bytes());
        MessageKey(format!("m{:020x}", xxh3_128(&bytes) >> 48))
    }
}

/// The stable public id of a message: `m` and twenty hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageKey(pub String);

impl MessageKey {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for MessageKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a message was posted, as far as one export tells. The store decides which work group it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GroupRef {
    /// The chat service, `None` where the format does not tell.
    pub platform: Option<Platform>,
    /// The room's id in the chat service (`…@chatroom`, QQ number, `roomid`).
    pub native_id: Option<String>,
    /// The group's name from the file's content or, failing that, from its name.
    pub name: Option<String>,
    /// Whether `name` was only guessed from the name of the file.
    pub name_from_file: bool,
    /// A chat between two people, where the export says so.
    pub private_chat: bool,
}

/// The chat service a message came through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names are the services' own")]
pub enum Platform {
    Wechat,
    Qq,
    Wecom,
    Dingtalk,
    Feishu,
    Welink,
    Telegram,
    Whatsapp,
}

impl Platform {
    /// All of them, in the order of `formats.md` §1.
    pub const ALL: [Platform; 8] = [
        Platform::Wechat,
        Platform::Qq,
        Platform::Wecom,
        Platform::Dingtalk,
        Platform::Feishu,
        Platform::Welink,
        Platform::Telegram,
        Platform::Whatsapp,
    ];

    /// The word used in JSON and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Platform::Wechat => "wechat",
            Platform::Qq => "qq",
            Platform::Wecom => "wecom",
            Platform::Dingtalk => "dingtalk",
            Platform::Feishu => "feishu",
            Platform::Welink => "welink",
            Platform::Telegram => "telegram",
            Platform::Whatsapp => "whatsapp",
        }
    }

    /// The inverse of [`Platform::as_str`].
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.as_str() == word)
    }
}

/// How much of a time the export states. The order is from finest to coarsest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Precision {
    Ms,
    Second,
    Minute,
    Day,
    None,
}

impl Precision {
    /// All of them, finest first.
    pub const ALL: [Precision; 5] =
        [Precision::Ms, Precision::Second, Precision::Minute, Precision::Day, Precision::None];

    /// The word used in JSON and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Precision::Ms => "ms",
            Precision::Second => "second",
            Precision::Minute => "minute",
            Precision::Day => "day",
            Precision::None => "none",
        }
    }

    /// The inverse of [`Precision::as_str`].
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.as_str() == word)
    }

    /// Whether the clock time is stated at least to the minute.
    #[must_use]
    pub fn has_clock(self) -> bool {
        self <= Precision::Minute
    }
}

/// What sort of entry a message is (`formats.md` §4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Kind {
    Text,
    Image,
    Voice,
    Video,
    File,
    Sticker,
    Link,
    Location,
    Forward,
    Quote,
    Announcement,
    /// 接龙, the sign-up chain that is re-posted whole with every entry.
    Signup,
    Card,
    Call,
    Money,
    Miniapp,
    System,
    Recall,
    Join,
    Pat,
    Form,
    Unknown,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 22] = [
        Kind::Text,
        Kind::Image,
        Kind::Voice,
        Kind::Video,
        Kind::File,
        Kind::Sticker,
        Kind::Link,
        Kind::Location,
        Kind::Forward,
        Kind::Quote,
        Kind::Announcement,
        Kind::Signup,
        Kind::Card,
        Kind::Call,
        Kind::Money,
        Kind::Miniapp,
        Kind::System,
        Kind::Recall,
        Kind::Join,
        Kind::Pat,
        Kind::Form,
        Kind::Unknown,
    ];

    /// The word used in JSON and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Image => "image",
            Kind::Voice => "voice",
            Kind::Video => "video",
            Kind::File => "file",
            Kind::Sticker => "sticker",
            Kind::Link => "link",
            Kind::Location => "location",
            Kind::Forward => "forward",
            Kind::Quote => "quote",
            Kind::Announcement => "announcement",
            Kind::Signup => "signup",
            Kind::Card => "card",
            Kind::Call => "call",
            Kind::Money => "money",
            Kind::Miniapp => "miniapp",
            Kind::System => "system",
            Kind::Recall => "recall",
            Kind::Join => "join",
            Kind::Pat => "pat",
            Kind::Form => "form",
            Kind::Unknown => "unknown",
        }
    }

    /// The inverse of [`Kind::as_str`].
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == word)
    }

    /// Lines the chat program itself wrote.
    #[must_use]
    pub fn is_system(self) -> bool {
        matches!(self, Kind::System | Kind::Recall | Kind::Join | Kind::Pat)
    }
}

/// How much of a body an export format keeps (`formats.md` §2.0); a fuller one replaces a poorer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Completeness {
    /// Only a placeholder such as `[接龙]` or `[JSON消息]` stands for the body.
    Placeholder,
    /// The body is cut: a 接龙 of which the first line is left, a title cut at 80 bytes.
    FirstLine,
    /// All of it.
    Full,
}

impl Completeness {
    /// The word used in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Completeness::Placeholder => "placeholder",
            Completeness::FirstLine => "first_line",
            Completeness::Full => "full",
        }
    }

    /// The inverse of [`Completeness::as_str`].
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Completeness::Placeholder, Completeness::FirstLine, Completeness::Full]
            .into_iter()
            .find(|c| c.as_str() == word)
    }
}

/// A picture, file, link or other thing a message carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// What sort of thing.
    pub kind: Kind,
    /// File name or title.
    pub name: Option<String>,
    /// Where the exporter put the file, relative to the export.
    pub path: Option<String>,
    /// MD5 of the content as the export states it, in lower-case hexadecimal.
    pub md5: Option<String>,
    /// Size in bytes.
    pub size: Option<u64>,
    /// Address of a link.
    pub url: Option<String>,
}

impl Attachment {
    /// An attachment of which only kind and name are known.
    #[must_use]
    pub fn named(kind: Kind, name: impl Into<String>) -> Self {
        Attachment { kind, name: Some(name.into()), path: None, md5: None, size: None, url: None }
    }
}

/// The message an answer quotes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quoted {
    /// Name of the quoted sender.
    pub sender: Option<String>,
    /// Quoted words, often cut.
    pub text: Option<String>,
    /// Id of the quoted message.
    pub native_id: Option<String>,
}

/// One line of a merged forward.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForwardItem {
    /// Who said it in the forwarded chat.
    pub sender: String,
    /// When, as the card states it.
    pub sent_at: Option<String>,
    /// What was said.
    pub text: String,
}

/// China's one time zone: +08:00, no summer time since 1992.
#[must_use]
pub fn china() -> FixedOffset {
    const EIGHT_HOURS: i32 = 8 * 3600;
    match FixedOffset::east_opt(EIGHT_HOURS) {
        Some(zone) => zone,
        None => unreachable!("eight hours is a valid offset"),
    }
}

/// Wall-clock time in China of a moment given in milliseconds since the epoch. Moments outside chrono's range give
/// the epoch.
#[must_use]
pub fn local(sent_at: i64) -> NaiveDateTime {
    DateTime::from_timestamp_millis(sent_at).unwrap_or_default().with_timezone(&china()).naive_local()
}

/// The inverse of [`local`]: milliseconds since the epoch of a wall-clock time in China.
#[must_use]
pub fn epoch_ms(local: NaiveDateTime) -> i64 {
    match china().from_local_datetime(&local).single() {
        Some(moment) => moment.timestamp_millis(),
        None => local.and_utc().timestamp_millis(),
    }
}

/// RFC 3339 with the offset of China, to the second: the form of every time in JSON.
#[must_use]
pub fn rfc3339(sent_at: i64) -> String {
    let at = local(sent_at);
    let (year, month, day) = (at.year(), at.month(), at.day());
    if !(0..=9999).contains(&year) {
        return at.format("%Y-%m-%dT%H:%M:%S+08:00").to_string();
    }
    // An import writes several a message, and chrono reads its pattern anew each time.
    let mut out = String::with_capacity(25);
    let mut push = |number: u32, sign: &str| {
        for digit in [number / 10, number % 10] {
            out.push(char::from_digit(digit, 10).unwrap_or('0'));
        }
        out.push_str(sign);
    };
    let year = year.unsigned_abs();
    push(year / 100, "");
    push(year % 100, "-");
    push(month, "-");
    push(day, "T");
    push(at.hour(), ":");
    push(at.minute(), ":");
    push(at.second(), "+08:00");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: u32, minute: u32, second: u32) -> i64 {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 7, 27).unwrap();
        epoch_ms(day.and_hms_opt(hour, minute, second).unwrap())
    }

    #[test]
    fn local_and_epoch_are_inverse() {
        assert_eq!(rfc3339(at(8, 15, 3)), "2026-07-27T08:15:03+08:00");
        assert_eq!(epoch_ms(local(at(8, 15, 3))), at(8, 15, 3));
    }

    #[test]
    fn moments_are_written_as_chrono_writes_them() {
        for at in [
            0,
            -1,
            at(0, 0, 0),
            at(23, 59, 59),
            253_402_271_999_999,
            253_402_272_000_000,
            -62_167_248_000_001,
        ] {
            assert_eq!(rfc3339(at), local(at).format("%Y-%m-%dT%H:%M:%S+08:00").to_string(), "{at}");
        }
    }

    #[test]
    fn key_ignores_seconds_and_white_space() {
        let fine = Message::text(at(8, 15, 3), Precision::Second, "李主任", "收到 ");
        let coarse = Message::text(at(8, 15, 0), Precision::Minute, "李主任", "收到");
        assert_eq!(fine.key("g", 0), coarse.key("g", 0));
        assert_ne!(fine.key("g", 0), coarse.key("g", 1));
        assert_ne!(fine.key("g", 0), fine.key("h", 0));
    }

    #[test]
    fn words_round_trip() {
        assert!(Kind::ALL.into_iter().all(|k| Kind::parse(k.as_str()) == Some(k)));
        assert!(Platform::ALL.into_iter().all(|p| Platform::parse(p.as_str()) == Some(p)));
        assert!(Precision::ALL.into_iter().all(|p| Precision::parse(p.as_str()) == Some(p)));
    }
}
