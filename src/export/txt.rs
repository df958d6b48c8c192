//! Text for pasting into a WeChat group: numbered, no Markdown, full-width punctuation, CRLF, split into parts that
//! fit into one message (`product.md` §3.1 no. 19).

use anyhow::Result;
use rust_i18n::t;

use super::Options;
use super::document::{Cell, Column, Document, Row, Section, Shown};

/// Longest part, in characters. WeChat for Windows folds or refuses longer texts; the figure is ours and can be set.
pub(super) const LIMIT: usize = 2000;

/// The line between two parts of a file, so that each can be marked and copied by itself.
pub const CUT_LINE: &str = "———————— ✂ ————————";

pub(super) fn write(document: &Document, options: &Options) -> Result<Vec<u8>> {
    let mut text = parts(document, options.limit).join(&format!("\r\n\r\n{CUT_LINE}\r\n\r\n"));
    text.push_str("\r\n");
    Ok(text.into_bytes())
}

/// The parts to paste one after another, each at most `limit` characters long. Only a single word longer than the
/// limit is cut in the middle.
#[must_use]
pub fn parts(document: &Document, limit: usize) -> Vec<String> {
    const HEAD: usize = 60;
    let blocks = blocks(document);
    let whole = blocks.join("\r\n");
    if length(&whole) <= limit {
        return vec![whole];
    }
    let room = limit.saturating_sub(HEAD).max(HEAD);
    let mut bodies: Vec<String> = Vec::new();
    let mut body = String::new();
    for piece in blocks.iter().flat_map(|b| pieces(b, room)) {
        if !body.is_empty() && length(&body) + 2 + length(&piece) > room {
            bodies.push(std::mem::take(&mut body));
        }
        if body.is_empty() && piece.is_empty() {
            continue;
        }
        if !body.is_empty() {
            body.push_str("\r\n");
        }
        body.push_str(&piece);
    }
    bodies.push(body);
    let total = bodies.len();
    let number = |(n, body): (usize, &String)| {
        let mark = t!("export.part", locale = &document.locale, n = n + 1, total = total);
        format!("{mark}\r\n{}", body.trim_end())
    };
    bodies.iter().enumerate().map(number).collect()
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// A block cut into pieces of at most `room` characters.
fn pieces(block: &str, room: usize) -> Vec<String> {
    if length(block) <= room {
        return vec![block.to_owned()];
    }
    let chars: Vec<char> = block.chars().collect();
    chars.chunks(room).map(|c| c.iter().collect::<String>().trim_matches(['\r', '\n']).to_owned()).collect()
}

/// What must not be torn apart: the head, each section's name with its first row, each row.
fn blocks(document: &Document) -> Vec<String> {
    let wide = document.locale.starts_with("zh");
    let say = |text: &str| if wide { full_width(text) } else { text.to_owned() };
    let mut out = vec![say(&format!("【{}】{}", document.title, document.subtitle))];
    out.extend(document.head.iter().map(|l| say(l)));
    for section in &document.sections {
        let mut name = format!("\r\n◆ {}", section.name);
        if section.rows.is_empty() {
            name += &t!("export.colon_none", locale = &document.locale);
            out.push(name);
        } else {
            name += &t!("export.n_lines", locale = &document.locale, n = section.items());
            for row in &section.rows {
                let head = std::mem::take(&mut name);
                let gap = if head.is_empty() { "" } else { "\r\n" };
                out.push(format!("{head}{gap}{}", say(&line(section, row, wide))));
            }
        }
        out.extend(section.notes.iter().map(|n| say(n)));
    }
    out.push(String::new());
    out.extend(document.foot.iter().map(|l| say(l)));
    out
}

/// `1．题目 — 截止 — 3 群（紧急、新）`, with what stands below it.
fn line(section: &Section, row: &Row, wide: bool) -> String {
    let cell = |key: &str| {
        let at = section.columns_on(Shown::Line).find(|(_, c)| c.key == key);
        at.and_then(|(n, _)| row.cells.get(n)).map(|c| one_line(&c.text())).unwrap_or_default()
    };
    // A figure stands alone in a table, but not in a line.
    let labelled = |n: usize, c: &Column| match row.cells.get(n) {
        Some(Cell::Number(figure)) => format!("{} {figure}", c.title),
        Some(Cell::Text(text)) if text.is_empty() => String::new(),
        _ => cell(c.key),
    };
    let columns = section.columns_on(Shown::Line).filter(|(_, c)| c.key != "marks");
    let said: Vec<String> = columns.map(|(n, c)| labelled(n, c)).filter(|s| !s.is_empty()).collect();
    let dot = if wide { "．" } else { ". " };
    let mut out = format!("{}{dot}{}", row.number, said.join(" — "));
    let marks = cell("marks");
    if !marks.is_empty() {
        out += &if wide { format!("（{marks}）") } else { format!(" ({marks})") };
    }
    for detail in &row.details {
        let colon = if wide { "：" } else { ": " };
        let text = detail.text.lines().map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>();
        out += &format!("\r\n　　{}{colon}{}", detail.label, text.join("\r\n　　"));
    }
    out
}

fn one_line(text: &str) -> String {
    super::document::one_line(text)
}

/// Half-width punctuation beside a Chinese character becomes full-width.
fn full_width(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    for (n, c) in chars.iter().enumerate() {
        let chinese = |at: Option<usize>| at.and_then(|i| chars.get(i)).is_some_and(|c| is_chinese(*c));
        let beside = chinese(n.checked_sub(1)) || chinese(Some(n + 1));
        let full = match c {
            ',' => '，',
            ';' => '；',
            ':' => '：',
            '?' => '？',
            '!' => '！',
            '(' => '（',
            ')' => '）',
            _ => *c,
        };
        out.push(if beside { full } else { *c });
    }
    out
}

fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' | '《' | '》' | '“' | '”')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn punctuation_beside_chinese_is_full_width() {
        assert_eq!(full_width("各村(社区):请于17:00前报,谢谢"), "各村（社区）：请于17:00前报，谢谢");
        assert_eq!(full_width("http://x/?a=1,2"), "http://x/?a=1,2");
    }
}
