//! The language of this thread's screen. A thread-local, so that tests in two languages may run side by side.

use std::cell::Cell;

thread_local! {
    static LANG: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// The locales there are texts for.
pub const LOCALES: [&str; 2] = ["zh-CN", "en"];

/// Sets the language of this thread: a locale, or a word that begins like one. Chinese when in doubt.
pub fn set(word: &str) {
    let locale = if word.to_ascii_lowercase().starts_with("en") { LOCALES[1] } else { LOCALES[0] };
    LANG.set(Some(locale));
}

/// The locale of this thread; the program's where none was set.
#[must_use]
pub fn current() -> &'static str {
    LANG.get().unwrap_or_else(|| if rust_i18n::locale().starts_with("en") { LOCALES[1] } else { LOCALES[0] })
}

/// Whether the screen is in Chinese.
#[must_use]
pub fn is_chinese() -> bool {
    current() == LOCALES[0]
}

/// A text of `assets/locales` in the language of this thread, as a `String`.
macro_rules! tt {
    ($key:literal $(, $name:ident = $value:expr)* $(,)?) => {
        rust_i18n::t!($key, locale = $crate::tui::lang::current() $(, $name = $value)*).into_owned()
    };
}
pub(crate) use tt;
