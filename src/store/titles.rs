//! Titles the program makes up for what has no words of its own are stored in one form with what they were made of, and
//! shown in the language of the screen: `接龙：…` of a sign-up, `[图片] 07-27 09:20` of a picture, `[voice]` of anything
//! else. A notice whose own words begin so is left as it is.

use rusqlite::Row;
use rust_i18n::t;

use crate::message::Kind;
use crate::notice::Titled;

/// The title in these two columns of a row, as it is shown.
pub(super) fn of(r: &Row<'_>, title: usize, titled: usize) -> rusqlite::Result<String> {
    let made = Titled::parse(r.get_ref(titled)?.as_str().unwrap_or_default());
    Ok(shown(r.get(title)?, made))
}

fn shown(stored: String, made: Titled) -> String {
    let kind = match made {
        Titled::Words => return stored,
        Titled::SignUp => {
            let title = stored.strip_prefix("接龙：").unwrap_or(&stored);
            return t!("store.title.signup", title = title).into_owned();
        }
        Titled::Thing(kind) => kind,
    };
    let rest = stored.split_once(']').map_or("", |(_, rest)| rest);
    let name = match kind {
        Kind::Image => t!("store.title.image"),
        Kind::Voice => t!("store.title.voice"),
        Kind::Video => t!("store.title.video"),
        Kind::File => t!("store.title.file"),
        Kind::Sticker => t!("store.title.sticker"),
        Kind::Link => t!("store.title.link"),
        Kind::Location => t!("store.title.location"),
        Kind::Forward => t!("store.title.forward"),
        Kind::Card => t!("store.title.card"),
        Kind::Miniapp => t!("store.title.miniapp"),
        Kind::Form => t!("store.title.form"),
        Kind::Signup => t!("store.title.list"),
        Kind::Announcement => t!("store.title.announcement"),
        _ => t!("store.title.other"),
    };
    format!("[{name}]{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_titles_are_shown_in_the_language_of_the_screen() {
        for (stored, made, zh, en) in [
            ("接龙：周六值班", Titled::SignUp, "接龙：周六值班", "Sign-up: 周六值班"),
            ("[图片] 07-27 09:20", Titled::Thing(Kind::Image), "[图片] 07-27 09:20", "[picture] 07-27 09:20"),
            ("[voice]", Titled::Thing(Kind::Voice), "[语音]", "[voice]"),
            ("接龙：周六值班", Titled::Words, "接龙：周六值班", "接龙：周六值班"),
            ("[link] 系统今晚升级", Titled::Words, "[link] 系统今晚升级", "[link] 系统今晚升级"),
            ("关于报送名单的通知", Titled::Words, "关于报送名单的通知", "关于报送名单的通知"),
        ] {
            let shown = shown(stored.to_owned(), made);
            let wanted = if rust_i18n::locale().starts_with("zh") { zh } else { en };
            assert_eq!(shown, wanted);
            assert_eq!(Titled::parse(made.as_str()), made);
        }
    }
}
