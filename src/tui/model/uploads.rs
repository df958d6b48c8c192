//! What the view 待报 holds.

use crate::digest::Line;

/// The pending submissions, as far as they were read.
#[derive(Debug, Default)]
pub struct Uploads {
    /// The rows, by deadline.
    pub rows: Vec<Line>,
    /// Index of the selected one.
    pub selected: usize,
    /// First row drawn.
    pub top: usize,
    /// Generation of the rows.
    pub generation: u64,
    /// Whether they have come.
    pub loaded: bool,
    /// Why they could not be read.
    pub failed: Option<String>,
}
