//! What each format does not hold (`formats.md` §2.0): said before an import, so that nobody looks for it afterwards and a
//! second format can be added where it matters.

/// Something an export format leaves out, as a word for JSON and for the locale files.
pub(super) type Loss = &'static str;

/// Format ids (or their beginnings, the longer first) and what they lose.
const TABLE: &[(&str, &[Loss])] = &[
    ("wechat-mail", &["seconds", "ids", "self"]),
    ("wechat-copy-windows", &["clock", "ids", "self", "group"]),
    ("wechat-copy", &["seconds", "ids", "self", "group"]),
    ("paste", &["clock", "ids", "self", "group"]),
    ("weflow-api", &[]),
    ("weflow-json", &["signup"]),
    ("weflow", &["ids", "self"]),
    ("chatlab", &["signup", "self"]),
    ("weclone", &["signup"]),
    ("chatlog-json", &["signup"]),
    ("chatlog", &["ids", "signup"]),
    ("memotrace-csv-old", &["notice", "signup", "quotes", "files"]),
    ("memotrace-txt", &["ids", "self", "notice"]),
    ("memotrace", &["self"]),
    ("pywxdump", &["notice", "signup", "group"]),
    ("qce-json", &[]),
    ("qce", &["ids", "notice"]),
    ("qq-txt", &["ids", "self", "quotes", "files"]),
    ("qq-copy", &["ids", "self", "group"]),
    ("qq-mht", &["ids"]),
    ("echotrace", &["ids", "signup"]),
    ("ciphertalk", &["signup"]),
    ("wechatexporter", &["ids", "self"]),
    ("wecom-msgaudit", &["names", "group"]),
    ("wecom-cli", &["ids", "group"]),
    ("welink", &["ids", "self"]),
    ("feishu", &["seconds"]),
    ("dated-lines", &["ids", "self"]),
    ("whatsapp", &["ids", "self"]),
];

/// What a format does not hold.
#[must_use]
pub(crate) fn losses(format: &str) -> &'static [Loss] {
    TABLE.iter().find(|(id, _)| format.starts_with(id)).map_or(&[], |(_, losses)| losses)
}
