//! Paragraphs: text with highlighted stretches, wrapped to a width in cells, as ready lines. Knows no buffer.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::cells::Cells;
use crate::facts;

/// A stretch of the original text, in Unicode scalar values, and how it is drawn.
pub type Mark = (facts::Span, Style);

/// Something drawn that is not broken inside: a word of Latin letters, or one character.
struct Unit {
    text: String,
    width: usize,
    style: Style,
    glue: Glue,
}

/// Whether a line may break before a unit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Glue {
    Free,
    /// Closing punctuation stays with what it follows.
    Back,
    /// Opening punctuation stays with what follows it.
    Ahead,
    /// Part of a Latin word.
    Word,
    Space,
}

/// Wraps `text` into lines of at most `cells` (at least 2). `marks` may overlap; the last one wins.
#[must_use]
pub fn wrap(text: &str, marks: &[Mark], base: Style, cells: usize, drawn: Cells) -> Vec<Line<'static>> {
    let cells = cells.max(2);
    let mut lines = Vec::new();
    let mut units: Vec<Unit> = Vec::new();
    for (at, c) in (0_u32..).zip(text.chars()) {
        if c == '\r' {
            continue;
        }
        if c == '\n' {
            flow(&mut units, cells, &mut lines);
            continue;
        }
        let mut shown = String::new();
        drawn.push_char(c, &mut shown);
        if shown.is_empty() {
            continue;
        }
        let style = marks
            .iter()
            .rev()
            .find(|([from, to], _)| (*from..*to).contains(&at))
            .map_or(base, |m| base.patch(m.1));
        units.push(Unit { width: shown.width(), text: shown, style, glue: glue(c) });
    }
    flow(&mut units, cells, &mut lines);
    while lines.len() > 1 && lines.last().is_some_and(|l| l.spans.is_empty()) {
        lines.pop();
    }
    lines
}

fn glue(c: char) -> Glue {
    match c {
        ' ' | '\u{3000}' | '\t' => Glue::Space,
        '，' | '。' | '、' | '；' | '：' | '？' | '！' | '）' | '》' | '」' | '』' | '】' | '”' | '’'
        | '…' | '％' | ',' | '.' | ';' | ':' | '?' | '!' | ')' | '%' => Glue::Back,
        '（' | '《' | '「' | '『' | '【' | '〔' | '“' | '‘' | '(' => Glue::Ahead,
        c if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '@' | '/') => Glue::Word,
        _ => Glue::Free,
    }
}

/// Fills lines with the units of one paragraph and empties `units`.
fn flow(units: &mut Vec<Unit>, cells: usize, lines: &mut Vec<Line<'static>>) {
    let mut line: Vec<Unit> = Vec::new();
    let mut used = 0;
    for unit in units.drain(..) {
        if used + unit.width > cells && !line.is_empty() {
            let rest = take_tail(&mut line, unit.glue, cells);
            lines.push(join(std::mem::take(&mut line)));
            line = rest;
            used = line.iter().map(|u| u.width).sum();
            if unit.glue == Glue::Space && line.is_empty() {
                continue;
            }
        }
        used += unit.width;
        line.push(unit);
    }
    lines.push(join(line));
}

/// What goes down to the next line with the unit that did not fit: the beginning of its word, or the character a
/// closing mark belongs to. Never more than half a line.
fn take_tail(line: &mut Vec<Unit>, next: Glue, cells: usize) -> Vec<Unit> {
    let mut from = line.len();
    match next {
        Glue::Word => {
            while from > 0 && line[from - 1].glue == Glue::Word {
                from -= 1;
            }
        }
        Glue::Back => {
            while from > 0 && line[from - 1].glue == Glue::Back {
                from -= 1;
            }
            from = from.saturating_sub(1);
            // The mark behind a Latin word takes the word along.
            while from > 0 && line[from].glue == Glue::Word && line[from - 1].glue == Glue::Word {
                from -= 1;
            }
        }
        Glue::Free | Glue::Ahead | Glue::Space => {}
    }
    // No line ends in a bracket that opens.
    if next != Glue::Space {
        while from > 0 && line[from - 1].glue == Glue::Ahead {
            from -= 1;
        }
    }
    let tail: usize = line[from..].iter().map(|u| u.width).sum();
    if from == 0 || tail > cells / 2 { Vec::new() } else { line.split_off(from) }
}

fn join(units: Vec<Unit>) -> Line<'static> {
    let mut spans: Vec<Span<'static>> = Vec::new();
    for unit in units {
        match spans.last_mut() {
            Some(last) if last.style == unit.style => last.content.to_mut().push_str(&unit.text),
            _ => spans.push(Span::styled(unit.text, unit.style)),
        }
    }
    Line::from(spans)
}

/// The words that stand at `span`, in Unicode scalar values.
#[must_use]
pub fn words_at(text: &str, span: facts::Span) -> String {
    text.chars().skip(span[0] as usize).take(span[1].saturating_sub(span[0]) as usize).collect()
}

/// Where `words` stand in `text`, in Unicode scalar values: for highlighting what was read or searched.
#[must_use]
pub fn find_all(text: &str, words: &str) -> Vec<facts::Span> {
    if words.is_empty() {
        return Vec::new();
    }
    text.match_indices(words)
        .filter_map(|(byte, found)| {
            let from = u32::try_from(text[..byte].chars().count()).ok()?;
            Some([from, from + u32::try_from(found.chars().count()).ok()?])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::widgets::cells::width;
    use proptest::prelude::*;
    use ratatui::style::Modifier;

    fn plain(lines: &[Line<'_>]) -> Vec<String> {
        lines.iter().map(|l| l.spans.iter().map(|s| s.content.as_ref()).collect()).collect()
    }

    #[test]
    fn breaks_lines_where_a_reader_expects_it() {
        let cases: [(&str, usize, &[&str]); 8] = [
            ("四个群（有更正）", 8, &["四个群", "（有更", "正）"]),
            ("原文「周四」", 6, &["原文", "「周", "四」"]),
            ("请于今天17时前报送。", 8, &["请于今天", "17时前报", "送。"]),
            ("各村：请报送。", 12, &["各村：请报", "送。"]),
            ("send to zwb@town.cn now", 14, &["send to ", "zwb@town.cn ", "now"]),
            ("Nothing was marked done. So", 23, &["Nothing was marked ", "done. So"]),
            ("一\n\n二\n", 10, &["一", "", "二"]),
            ("aaaaaaaaaaaaaaaaaaaaaa", 8, &["aaaaaaaa", "aaaaaaaa", "aaaaaa"]),
        ];
        for (text, cells, want) in cases {
            let lines = wrap(text, &[], Style::new(), cells, Cells::default());
            assert_eq!(plain(&lines), want, "{text}");
        }
    }

    #[test]
    fn marks_count_characters_of_the_original() {
        let bold = Style::new().add_modifier(Modifier::BOLD);
        let lines = wrap("请\u{200b}于今天前报", &[([3, 5], bold)], Style::new(), 40, Cells::default());
        let marked: Vec<_> =
            lines[0].spans.iter().filter(|s| s.style == bold).map(|s| s.content.clone()).collect();
        assert_eq!(marked, ["今天"]);
    }

    #[test]
    fn finds_words_by_characters() {
        assert_eq!(find_all("请于今天，今天", "今天"), [[2, 4], [5, 7]]);
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_asked(text in any::<String>(), cells in 2_usize..40, wide: bool) {
            for line in plain(&wrap(&text, &[], Style::new(), cells, Cells { wide })) {
                prop_assert!(width(&line) <= cells, "{line:?} in {cells}");
            }
        }
    }
}
