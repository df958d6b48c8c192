//! A one-line text field on tui-input: keys in, text and the cell of the caret out. Knows no screen.

use crossterm::event::{KeyCode, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use tui_input::{Input, InputRequest};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::area;
use super::cells::{self, Cells};
use crate::tui::keys::Key;

/// Text being typed.
#[derive(Clone, Debug, Default)]
pub struct Field(Input);

impl Field {
    /// A field that already holds `text`, the caret behind it.
    #[must_use]
    pub fn with(text: impl Into<String>) -> Self {
        Field(Input::new(text.into()))
    }

    /// What it holds.
    #[must_use]
    pub fn text(&self) -> &str {
        self.0.value()
    }

    /// Whether it holds nothing but white space.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.text().trim().is_empty()
    }

    /// Replaces the text and puts the caret behind it.
    pub fn set(&mut self, text: impl Into<String>) {
        self.0 = Input::new(text.into());
    }

    /// Inserts what was pasted; line breaks become spaces, control characters vanish.
    pub fn insert(&mut self, text: &str) {
        for c in Cells::default().clean(text).chars() {
            self.0.handle(InputRequest::InsertChar(c));
        }
    }

    /// Does what `key` asks; `None` when the key is none of a field's, else whether the text changed.
    pub fn key(&mut self, key: Key) -> Option<bool> {
        let ctrl = key.mods.contains(KeyModifiers::CONTROL);
        let request = match key.code {
            KeyCode::Char(c) if key.mods.is_empty() => InputRequest::InsertChar(c),
            KeyCode::Char('u') if ctrl => InputRequest::DeleteLine,
            KeyCode::Backspace if ctrl => InputRequest::DeletePrevWord,
            KeyCode::Backspace => InputRequest::DeletePrevChar,
            KeyCode::Delete => InputRequest::DeleteNextChar,
            KeyCode::Left if ctrl => InputRequest::GoToPrevWord,
            KeyCode::Right if ctrl => InputRequest::GoToNextWord,
            KeyCode::Left => InputRequest::GoToPrevChar,
            KeyCode::Right => InputRequest::GoToNextChar,
            KeyCode::Home => InputRequest::GoToStart,
            KeyCode::End => InputRequest::GoToEnd,
            _ => return None,
        };
        let changed = self.0.handle(request);
        Some(changed.is_some_and(|c| c.value))
    }

    /// Draws the text into one line of `area`, scrolled so that the caret is in sight, and gives the caret's cell:
    /// the input method shows its candidates there. `hint` is drawn while the field is empty.
    pub fn draw(
        &self,
        buf: &mut Buffer,
        area: Rect,
        hint: &str,
        styles: (Style, Style),
        drawn: Cells,
    ) -> Position {
        let room = usize::from(area.width.max(1));
        if self.text().is_empty() {
            area::put(buf, area.x, area.y, area.width, hint, styles.1, drawn);
            return Position::new(area.x, area.y);
        }
        let before: String = self.text().chars().take(self.0.cursor()).collect();
        let caret = cells::width(&drawn.clean(&before));
        // One cell is kept free behind the text for the caret.
        let skip = (caret + 1).saturating_sub(room);
        let mut at = 0;
        let mut shown = String::new();
        for g in drawn.clean(self.text()).graphemes(true) {
            let w = g.width();
            if at >= skip && at + w <= skip + room {
                shown.push_str(g);
            } else if at < skip && at + w > skip {
                shown.push(' ');
            }
            at += w;
        }
        buf.set_stringn(area.x, area.y, &shown, room, styles.0);
        Position::new(area.x + u16::try_from(caret - skip).unwrap_or(0), area.y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caret_stands_at_the_insertion_cell() {
        let cases = [("", 10, 0), ("防汛", 10, 4), ("防汛物资统计", 6, 5), ("abc", 3, 2)];
        for (text, room, want) in cases {
            let mut buf = Buffer::empty(Rect::new(0, 0, 20, 1));
            let caret = Field::with(text).draw(
                &mut buf,
                Rect::new(0, 0, room, 1),
                "",
                Default::default(),
                Cells::default(),
            );
            assert_eq!(caret.x, want, "{text}");
        }
    }

    #[test]
    fn pasted_lines_become_one() {
        let mut field = Field::default();
        field.insert("第一行\r\n第二行\u{1b}");
        assert_eq!(field.text(), "第一行 第二行");
    }

    #[test]
    fn keys_move_and_delete_by_character() {
        let mut field = Field::with("防汛x");
        assert_eq!(field.key(Key::plain(KeyCode::Backspace)), Some(true));
        assert_eq!(field.key(Key::plain(KeyCode::Left)), Some(false));
        assert_eq!(field.key(Key::plain(KeyCode::Backspace)), Some(true));
        assert_eq!(field.text(), "汛");
        assert_eq!(field.key(Key::plain(KeyCode::F(4))), None);
    }
}
