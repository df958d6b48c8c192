//! Titles the program makes up for what has no words of its own are stored in one form and shown in the language of the
//! screen: `接龙：…` of a sign-up, `[图片] 07-27 09:20` of a picture, `[voice]` of anything else.

use rust_i18n::t;

use crate::message::Kind;

/// A title as it is shown.
pub(super) fn shown(stored: String) -> String {
    if let Some(rest) = stored.strip_prefix("接龙：") {
        return t!("store.title.signup", title = rest).into_owned();
    }
    let Some((word, rest)) = stored.strip_prefix('[').and_then(|s| s.split_once(']')) else {
        return stored;
    };
    let kind = if word == "图片" { Some(Kind::Image) } else { Kind::parse(word) };
    let name = match kind {
        Some(Kind::Image) => t!("store.title.image"),
        Some(Kind::Voice) => t!("store.title.voice"),
        Some(Kind::Video) => t!("store.title.video"),
        Some(Kind::File) => t!("store.title.file"),
        Some(Kind::Sticker) => t!("store.title.sticker"),
        Some(Kind::Link) => t!("store.title.link"),
        Some(Kind::Location) => t!("store.title.location"),
        Some(Kind::Forward) => t!("store.title.forward"),
        Some(Kind::Card) => t!("store.title.card"),
        Some(Kind::Miniapp) => t!("store.title.miniapp"),
        Some(Kind::Form) => t!("store.title.form"),
        Some(Kind::Signup) => t!("store.title.list"),
        Some(Kind::Announcement) => t!("store.title.announcement"),
        Some(_) => t!("store.title.other"),
        None => return stored,
    };
    format!("[{name}]{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_titles_are_shown_in_the_language_of_the_screen() {
        for (stored, zh, en) in [
            ("接龙：周六值班", "接龙：周六值班", "Sign-up: 周六值班"),
            ("[图片] 07-27 09:20", "[图片] 07-27 09:20", "[picture] 07-27 09:20"),
            ("[voice]", "[语音]", "[voice]"),
            ("[紧急] 今晚有雨", "[紧急] 今晚有雨", "[紧急] 今晚有雨"),
            ("关于报送名单的通知", "关于报送名单的通知", "关于报送名单的通知"),
        ] {
            let shown = shown(stored.to_owned());
            let wanted = if rust_i18n::locale().starts_with("zh") { zh } else { en };
            assert_eq!(shown, wanted);
        }
    }
}
