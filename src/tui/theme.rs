//! How things look: the 16 colours every terminal has, or none. Whatever a colour says, a word or a sign says too.

use ratatui::style::{Color, Modifier, Style};

use super::widgets::cells::Cells;

/// The look of this terminal: with colours or without, and how wide it draws ambiguous characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Whether colours may be used.
    pub color: bool,
    /// How text is measured and drawn.
    pub cells: Cells,
}

impl Look {
    fn tint(self, color: Color) -> Style {
        if self.color { Style::new().fg(color) } else { Style::new() }
    }

    /// Ordinary text.
    #[must_use]
    pub fn plain(self) -> Style {
        Style::new()
    }

    /// What is there to be looked up, not to be read.
    #[must_use]
    pub fn dim(self) -> Style {
        if self.color { Style::new().fg(Color::DarkGray) } else { Style::new().add_modifier(Modifier::DIM) }
    }

    /// Headings and names.
    #[must_use]
    pub fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// The selected row or entry; a `>` stands beside it.
    #[must_use]
    pub fn selected(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// The selected row of a pane that has not the focus.
    #[must_use]
    pub fn selected_idle(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD | Modifier::UNDERLINED)
    }

    /// Urgent and overdue.
    #[must_use]
    pub fn alarm(self) -> Style {
        self.tint(Color::Red).add_modifier(Modifier::BOLD)
    }

    /// Due today, differences, warnings.
    #[must_use]
    pub fn warn(self) -> Style {
        self.tint(Color::Yellow)
    }

    /// The words a deadline was read from.
    #[must_use]
    pub fn due(self) -> Style {
        self.tint(Color::Yellow).add_modifier(Modifier::UNDERLINED)
    }

    /// Words searched for.
    #[must_use]
    pub fn found(self) -> Style {
        self.tint(Color::Green).add_modifier(Modifier::BOLD | Modifier::UNDERLINED)
    }

    /// Section headings, keys in the footer.
    #[must_use]
    pub fn accent(self) -> Style {
        self.tint(Color::Cyan).add_modifier(Modifier::BOLD)
    }

    /// Borders of the pane that has the focus.
    #[must_use]
    pub fn border(self, focused: bool) -> Style {
        if focused { self.tint(Color::Cyan) } else { self.dim() }
    }

    /// Something went well.
    #[must_use]
    pub fn good(self) -> Style {
        self.tint(Color::Green)
    }
}
