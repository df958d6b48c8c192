//! A field of many lines: keys and pastes in, text and the cell of the caret out. Long lines are cut at the edge and move
//! with the caret; nothing is wrapped, so that a line is a line of the chat. Knows no screen.

use crossterm::event::{KeyCode, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::area;
use super::cells::{self, Cells};
use crate::tui::keys::Key;

/// Text of many lines being typed or pasted.
#[derive(Clone, Debug)]
pub struct Sheet {
    lines: Vec<String>,
    row: usize,
    /// Bytes before the caret in its line.
    at: usize,
    top: usize,
}

impl Default for Sheet {
    fn default() -> Self {
        Sheet { lines: vec![String::new()], row: 0, at: 0, top: 0 }
    }
}

impl Sheet {
    /// What it holds.
    #[must_use]
    pub fn text(&self) -> String {
        self.lines.join("\n")
    }

    /// How many lines.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether it holds nothing but white space.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.iter().all(|l| l.trim().is_empty())
    }

    /// Inserts what was pasted at the caret; its lines stay lines.
    pub fn insert(&mut self, text: &str) {
        let text = text.replace("\r\n", "\n").replace(['\r', '\u{2028}'], "\n");
        let tail = self.lines[self.row].split_off(self.at);
        let mut parts = text.split('\n');
        if let Some(first) = parts.next() {
            self.lines[self.row].push_str(first);
        }
        for part in parts {
            self.row += 1;
            self.lines.insert(self.row, part.to_owned());
        }
        self.at = self.lines[self.row].len();
        self.lines[self.row].push_str(&tail);
    }

    /// Does what `key` asks; whether it was one of a field's.
    pub fn key(&mut self, key: Key) -> bool {
        let ctrl = key.mods.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('u') if ctrl => *self = Sheet::default(),
            KeyCode::Char(c) if key.mods.is_empty() => {
                self.lines[self.row].insert(self.at, c);
                self.at += c.len_utf8();
            }
            KeyCode::Enter => self.insert("\n"),
            KeyCode::Backspace => self.backspace(),
            KeyCode::Delete => {
                let end = self.lines.len() == self.row + 1 && self.at == self.lines[self.row].len();
                if !end {
                    self.right();
                    self.backspace();
                }
            }
            KeyCode::Left => self.left(),
            KeyCode::Right => self.right(),
            KeyCode::Up => self.go(self.row.saturating_sub(1)),
            KeyCode::Down => self.go(self.row + 1),
            KeyCode::PageUp => self.go(self.row.saturating_sub(10)),
            KeyCode::PageDown => self.go(self.row + 10),
            KeyCode::Home => self.at = 0,
            KeyCode::End => self.at = self.lines[self.row].len(),
            _ => return false,
        }
        true
    }

    fn before(&self) -> Option<usize> {
        self.lines[self.row][..self.at].grapheme_indices(true).next_back().map(|(at, _)| at)
    }

    fn left(&mut self) {
        match self.before() {
            Some(at) => self.at = at,
            None if self.row > 0 => {
                self.row -= 1;
                self.at = self.lines[self.row].len();
            }
            None => {}
        }
    }

    fn right(&mut self) {
        match self.lines[self.row][self.at..].graphemes(true).next() {
            Some(g) => self.at += g.len(),
            None if self.row + 1 < self.lines.len() => {
                self.row += 1;
                self.at = 0;
            }
            None => {}
        }
    }

    fn backspace(&mut self) {
        match self.before() {
            Some(at) => {
                self.lines[self.row].replace_range(at..self.at, "");
                self.at = at;
            }
            None if self.row > 0 => {
                let line = self.lines.remove(self.row);
                self.row -= 1;
                self.at = self.lines[self.row].len();
                self.lines[self.row].push_str(&line);
            }
            None => {}
        }
    }

    /// Another line, at about the same cell.
    fn go(&mut self, row: usize) {
        let cell = cells::width(&self.lines[self.row][..self.at]);
        self.row = row.min(self.lines.len() - 1);
        let (mut width, mut at) = (0, 0);
        for g in self.lines[self.row].graphemes(true) {
            if width + g.width() > cell {
                break;
            }
            width += g.width();
            at += g.len();
        }
        self.at = at;
    }

    /// Keeps the caret's line in sight of so many lines.
    pub fn settle(&mut self, height: usize) {
        let height = height.max(1);
        self.top = self.top.min(self.row).max((self.row + 1).saturating_sub(height));
    }

    /// The first line in sight.
    #[must_use]
    pub fn top(&self) -> usize {
        self.top
    }

    /// Draws it and gives the caret's cell. `hint` is drawn while it is empty.
    pub fn draw(
        &self,
        buf: &mut Buffer,
        area: Rect,
        hint: &str,
        styles: (Style, Style),
        drawn: Cells,
    ) -> Position {
        let room = usize::from(area.width.max(1));
        if self.lines.len() == 1 && self.lines[0].is_empty() {
            for (y, line) in (area.y..area.bottom()).zip(hint.lines()) {
                area::put(buf, area.x, y, area.width, line, styles.1, drawn);
            }
            return Position::new(area.x, area.y);
        }
        let caret = cells::width(&drawn.clean(&self.lines[self.row][..self.at]));
        // every line moves along with the caret's, one cell is kept free for it
        let skip = (caret + 1).saturating_sub(room);
        for (y, line) in (area.y..area.bottom()).zip(self.lines.iter().skip(self.top)) {
            let mut at = 0;
            let mut shown = String::new();
            for g in drawn.clean(line).graphemes(true) {
                let w = g.width();
                if at >= skip && at + w <= skip + room {
                    shown.push_str(g);
                } else if at < skip && at + w > skip {
                    shown.push(' ');
                }
                at += w;
            }
            buf.set_stringn(area.x, y, &shown, room, styles.0);
        }
        let down = u16::try_from(self.row - self.top.min(self.row)).unwrap_or(0);
        let y = area.y + down.min(area.height.saturating_sub(1));
        Position::new(area.x + u16::try_from(caret - skip).unwrap_or(0), y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pasted_lines_stay_lines_and_keys_edit_them() {
        let mut sheet = Sheet::default();
        sheet.insert("李主任:\r\n收到\r\n\r\n");
        assert_eq!((sheet.text().as_str(), sheet.len()), ("李主任:\n收到\n\n", 4));
        assert!(sheet.key(Key::plain(KeyCode::Up)) && sheet.key(Key::plain(KeyCode::Backspace)));
        assert_eq!(sheet.text(), "李主任:\n收到\n");
        sheet.key(Key::plain(KeyCode::Char('了')));
        sheet.key(Key::plain(KeyCode::Left));
        sheet.key(Key::plain(KeyCode::Delete));
        sheet.key(Key::plain(KeyCode::Enter));
        assert_eq!(sheet.text(), "李主任:\n收到\n\n");
        assert!(!sheet.key(Key::plain(KeyCode::F(8))));
    }

    #[test]
    fn the_caret_stands_where_the_next_character_goes() {
        let mut sheet = Sheet::default();
        sheet.insert("第一行\n防汛物资统计");
        sheet.settle(2);
        let mut buf = Buffer::empty(Rect::new(0, 0, 6, 2));
        let at = sheet.draw(&mut buf, Rect::new(0, 0, 6, 2), "", Default::default(), Cells::default());
        assert_eq!((at.x, at.y), (5, 1));
    }
}
