//! Text in columns by display width. What comes out of messages is made harmless here, once for all commands.

use std::io::Write;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::privacy::neutral;

/// One line of a message, harmless.
pub(super) fn line(text: &str) -> String {
    neutral(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text of several lines, harmless, each line set in.
pub(super) fn block(text: &str, indent: &str) -> String {
    neutral(text).lines().map(|l| format!("{indent}{l}\n")).collect()
}

/// Cuts a text to a width in columns, with an ellipsis.
pub(super) fn clip(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for part in text.graphemes(true) {
        let wide = part.width();
        if used + wide > width.saturating_sub(1) {
            break;
        }
        used += wide;
        out.push_str(part);
    }
    out.push('…');
    out
}

/// Fills a text with blanks to a width in columns.
pub(super) fn pad(text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(blanks))
}

/// How wide lines may be: `COLUMNS`, else 100.
pub(super) fn columns() -> usize {
    std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).unwrap_or(100).max(20)
}

/// Prints rows with aligned columns; the last one takes the room that is left. Columns named in `right` are numbers.
pub(super) fn print(
    out: &mut dyn Write,
    head: &[String],
    rows: &[Vec<String>],
    right: &[usize],
) -> std::io::Result<()> {
    const WIDEST: usize = 32;
    let count = head.len();
    let width = |n: usize| {
        let cells = rows.iter().map(|r| r[n].width()).chain([head[n].width()]).max().unwrap_or(0);
        cells.min(WIDEST)
    };
    let mut widths: Vec<usize> = (0..count).map(width).collect();
    let used: usize = widths[..count - 1].iter().map(|w| w + 2).sum();
    widths[count - 1] = columns().saturating_sub(used).max(16);
    for row in std::iter::once(head).chain(rows.iter().map(Vec::as_slice)) {
        let mut text = String::new();
        for (n, cell) in row.iter().enumerate() {
            let cell = clip(cell, widths[n]);
            if right.contains(&n) {
                text.push_str(&" ".repeat(widths[n].saturating_sub(cell.width())));
                text.push_str(&cell);
            } else {
                text.push_str(&pad(&cell, widths[n]));
            }
            text.push_str("  ");
        }
        writeln!(out, "{}", text.trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_count_columns() {
        assert_eq!(clip("防汛物资", 5), "防汛…");
        assert_eq!(clip("防汛物资", 8), "防汛物资");
        assert_eq!(pad("防汛", 6), "防汛  ");
        assert_eq!(line("a\u{1b}[31m\n b\u{202e}"), "a␛[31m b");
    }
}
