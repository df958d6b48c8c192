//! Areas of the buffer: wide-safe clearing, boxes, rules, scroll bars. Knows no content.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use unicode_width::UnicodeWidthStr;

use super::cells::{self, Cells};

/// Empties `area`. A wide character that begins left of it would stick out into it: it is blanked too
/// (ratatui#2526 leaves half of it over the border).
pub fn clear(buf: &mut Buffer, area: Rect) {
    let area = area.intersection(buf.area);
    if area.is_empty() {
        return;
    }
    for y in area.top()..area.bottom() {
        if area.left() > buf.area.left() {
            let cell = &mut buf[(area.left() - 1, y)];
            if cell.symbol().width() > 1 {
                cell.set_symbol(" ");
            }
        }
        for x in area.left()..area.right() {
            buf[(x, y)].reset();
        }
    }
}

/// Writes one line of text, cleaned and cut to `max` cells; gives the number of cells used.
pub fn put(buf: &mut Buffer, x: u16, y: u16, max: u16, text: &str, style: Style, drawn: Cells) -> u16 {
    if y < buf.area.top() || y >= buf.area.bottom() || x >= buf.area.right() {
        return 0;
    }
    let room = max.min(buf.area.right() - x);
    let text = drawn.fit(text, usize::from(room));
    buf.set_stringn(x, y, &text, usize::from(room), style);
    u16::try_from(cells::width(&text)).unwrap_or(room)
}

/// Writes ready lines into `area`, from line `from` on.
pub fn put_lines(buf: &mut Buffer, area: Rect, lines: &[Line<'static>], from: usize) {
    let area = area.intersection(buf.area);
    if area.is_empty() {
        return;
    }
    for (y, line) in (area.top()..area.bottom()).zip(lines.iter().skip(from)) {
        buf.set_line(area.left(), y, line, area.width);
        if line.style != Style::default() {
            buf.set_style(Rect::new(area.left(), y, area.width, 1), line.style);
        }
    }
}

/// The characters of a box.
struct Glyphs {
    corners: [&'static str; 4],
    across: &'static str,
    down: &'static str,
}

fn glyphs(drawn: Cells) -> Glyphs {
    if drawn.wide {
        Glyphs { corners: ["+", "+", "+", "+"], across: "-", down: "|" }
    } else {
        Glyphs { corners: ["┌", "┐", "└", "┘"], across: "─", down: "│" }
    }
}

/// Draws a box with a title at the top left and a note at the bottom right; gives what is inside.
pub fn frame(buf: &mut Buffer, area: Rect, title: &str, note: &str, style: Style, drawn: Cells) -> Rect {
    let area = area.intersection(buf.area);
    if area.width < 2 || area.height < 2 {
        return Rect::new(area.x, area.y, 0, 0);
    }
    let g = glyphs(drawn);
    let (left, right, top, bottom) = (area.left(), area.right() - 1, area.top(), area.bottom() - 1);
    for x in left..=right {
        buf[(x, top)].set_symbol(g.across).set_style(style);
        buf[(x, bottom)].set_symbol(g.across).set_style(style);
    }
    for y in top..=bottom {
        buf[(left, y)].set_symbol(g.down).set_style(style);
        buf[(right, y)].set_symbol(g.down).set_style(style);
    }
    for (at, corner) in
        [(left, top), (right, top), (left, bottom), (right, bottom)].into_iter().zip(g.corners)
    {
        buf[at].set_symbol(corner).set_style(style);
    }
    let room = area.width.saturating_sub(6);
    if room > 0 && !title.is_empty() {
        let title = format!(" {} ", drawn.fit(title, usize::from(room)));
        put(buf, left + 1, top, room + 2, &title, style, drawn);
    }
    if room > 0 && !note.is_empty() {
        let note = format!(" {} ", drawn.fit(note, usize::from(room)));
        let wide = u16::try_from(cells::width(&note)).unwrap_or(room + 2);
        put(buf, (right + 1).saturating_sub(wide + 1), bottom, room + 2, &note, style, drawn);
    }
    Rect::new(left + 1, top + 1, area.width - 2, area.height - 2)
}

/// Joins two boxes that share a border: the ends of that border at `x`.
pub fn joint(buf: &mut Buffer, area: Rect, drawn: Cells) {
    let area = area.intersection(buf.area);
    if area.height < 2 || drawn.wide {
        return;
    }
    buf[(area.x, area.top())].set_symbol("┬");
    buf[(area.x, area.bottom() - 1)].set_symbol("┴");
}

/// Draws a rule with a word in it.
pub fn rule(buf: &mut Buffer, area: Rect, word: &str, style: Style, line: Style, drawn: Cells) {
    let area = area.intersection(buf.area);
    if area.is_empty() {
        return;
    }
    let g = glyphs(drawn);
    for x in area.left()..area.right() {
        buf[(x, area.y)].set_symbol(g.across).set_style(line);
    }
    if area.width > 6 {
        put(buf, area.x + 2, area.y, area.width - 4, &format!(" {word} "), style, drawn);
    }
}

/// Marks on the right border which part of the whole is seen. Nothing when all of it is.
pub fn scroll_mark(buf: &mut Buffer, border: Rect, from: usize, seen: usize, total: usize, drawn: Cells) {
    if total <= seen || border.height < 3 || border.width == 0 {
        return;
    }
    let track = usize::from(border.height - 2);
    let size = (seen * track / total).clamp(1, track);
    let at = (from * (track - size)).checked_div(total - seen).unwrap_or(0).min(track - size);
    let x = border.right() - 1;
    for row in at..at + size {
        let y = border.top() + 1 + u16::try_from(row).unwrap_or(0);
        if let Some(cell) = buf.cell_mut((x, y)) {
            cell.set_symbol(if drawn.wide { "#" } else { "┃" });
        }
    }
}

/// A rectangle of at most `width` × `height` in the middle of `area`.
#[must_use]
pub fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let (w, h) = (width.min(area.width), height.min(area.height));
    Rect::new(area.x + (area.width - w) / 2, area.y + (area.height - h) / 2, w, h)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_never_shows_half_a_character() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 12, 3));
        for y in 0..3 {
            buf.set_string(0, y, "关于上报通知", Style::new());
        }
        let area = Rect::new(5, 0, 6, 3);
        clear(&mut buf, area);
        frame(&mut buf, area, "", "", Style::new(), Cells::default());
        assert_eq!(buf[(4, 1)].symbol(), " ");
        assert_eq!(buf[(5, 1)].symbol(), "│");
        assert_eq!(buf[(2, 1)].symbol(), "于");
    }

    #[test]
    fn nothing_panics_in_any_size() {
        for (w, h) in (0..6).flat_map(|w| (0..6).map(move |h| (w, h))) {
            let mut buf = Buffer::empty(Rect::new(0, 0, w, h));
            let area = Rect::new(1, 1, 9, 9);
            clear(&mut buf, area);
            frame(&mut buf, area, "题目", "注", Style::new(), Cells { wide: true });
            rule(&mut buf, area, "今天", Style::new(), Style::new(), Cells::default());
            scroll_mark(&mut buf, area, 3, 2, 9, Cells::default());
        }
    }
}
