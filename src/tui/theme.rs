//! How things look: the 16 colours every terminal has, a theme of one's own, or none. Whatever a colour says, a word or a sign says too.

use ratatui::style::{Color, Modifier, Style};

use super::widgets::cells::Cells;

/// The look of this terminal: with colours or without, and how wide it draws ambiguous characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Whether colours may be used.
    pub color: bool,
    /// How text is measured and drawn.
    pub cells: Cells,
    /// Which colours.
    pub theme: Theme,
    /// For screen readers: no boxes, pictures in words, the cursor on the selected row.
    pub plain: bool,
}

/// The themes, in the order they are offered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// The 16 colours of the terminal.
    #[default]
    Terminal,
    /// For a bright background.
    Light,
    /// For a dark background.
    Dark,
    /// Black and white, bold and reversed.
    Contrast,
}

impl Theme {
    /// All of them.
    pub const ALL: [Theme; 4] = [Theme::Terminal, Theme::Light, Theme::Dark, Theme::Contrast];

    /// The word in config.toml.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Theme::Terminal => "terminal",
            Theme::Light => "light",
            Theme::Dark => "dark",
            Theme::Contrast => "contrast",
        }
    }

    /// The theme of a word of config.toml.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Theme::ALL.into_iter().find(|t| t.word().eq_ignore_ascii_case(word))
    }

    /// One of the 16 colours as this theme has it; 256 colours where it has its own.
    fn tone(self, color: Color) -> Option<Color> {
        let index = match (self, color) {
            (Theme::Terminal, color) => return Some(color),
            (Theme::Contrast, _) => return None,
            (Theme::Light, Color::Red) => 124,
            (Theme::Light, Color::Yellow) => 130,
            (Theme::Light, Color::Green) => 28,
            (Theme::Light, Color::Cyan) => 24,
            (Theme::Light, _) => 240,
            (Theme::Dark, Color::Red) => 203,
            (Theme::Dark, Color::Yellow) => 221,
            (Theme::Dark, Color::Green) => 114,
            (Theme::Dark, Color::Cyan) => 80,
            (Theme::Dark, _) => 246,
        };
        Some(Color::Indexed(index))
    }
}

impl Look {
    fn tint(self, color: Color) -> Style {
        match self.theme.tone(color).filter(|_| self.color) {
            Some(color) => Style::new().fg(color),
            None => Style::new(),
        }
    }

    /// A small dot.
    #[must_use]
    pub fn dot(self) -> &'static str {
        if self.cells.wide { "." } else { "·" }
    }

    /// Ordinary text.
    #[must_use]
    pub fn plain(self) -> Style {
        Style::new()
    }

    /// What is there to be looked up, not to be read.
    #[must_use]
    pub fn dim(self) -> Style {
        match self.theme {
            Theme::Contrast => Style::new(),
            _ if self.color => self.tint(Color::DarkGray),
            _ => Style::new().add_modifier(Modifier::DIM),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_config_toml_are_those_of_the_themes() {
        assert_eq!(crate::config::THEMES, Theme::ALL.map(Theme::word));
    }
}
