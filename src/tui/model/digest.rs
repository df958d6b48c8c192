//! What the view 每日摘要 holds.

/// The digest of a day as the text that would be written.
#[derive(Debug, Default)]
pub struct DigestPage {
    /// Days before today: 0 is today.
    pub back: i64,
    /// The lines of the text.
    pub lines: Vec<String>,
    /// First line drawn.
    pub scroll: usize,
    /// Generation of the text.
    pub generation: u64,
    /// Whether it has come.
    pub loaded: bool,
    /// Why it could not be made.
    pub failed: Option<String>,
}

/// What the view asks the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigestAsk {
    /// Days before today.
    pub back: i64,
    /// The language of the words.
    pub locale: String,
}
