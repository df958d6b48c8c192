//! Markdown. Every mark of Markdown or HTML in a message is escaped, so that a message shows as it was written.

use std::fmt::Write as _;

use anyhow::Result;
use rust_i18n::t;

use super::Options;
use super::document::{Document, Row, Section, Shown, one_line};

pub(super) fn write(document: &Document, _: &Options) -> Result<Vec<u8>> {
    let mut out = String::new();
    writeln!(out, "# {} {}\n", escape(&document.title), escape(&document.subtitle))?;
    for line in &document.head {
        writeln!(out, "- {}", escape(line))?;
    }
    for section in &document.sections {
        writeln!(out, "\n## {}\n", escape(&section.name))?;
        if section.rows.is_empty() {
            writeln!(out, "{}", t!("export.none", locale = &document.locale))?;
        }
        for row in &section.rows {
            item(&mut out, section, row)?;
        }
        for note in &section.notes {
            writeln!(out, "\n{}", escape(note))?;
        }
    }
    writeln!(out, "\n---\n")?;
    for line in &document.foot {
        writeln!(out, "- {}", escape(line))?;
    }
    Ok(out.into_bytes())
}

fn item(out: &mut String, section: &Section, row: &Row) -> std::fmt::Result {
    let cells = section.columns_on(Shown::Line).filter_map(|(n, c)| row.cells.get(n).map(|cell| (c, cell)));
    let said: Vec<String> = cells.map(|(_, cell)| escape(&cell.text())).filter(|t| !t.is_empty()).collect();
    let strong = if row.strong { "**" } else { "" };
    let (title, rest) = said.split_first().map_or(("", &[][..]), |(t, r)| (t.as_str(), r));
    write!(out, "{}. {strong}{title}{strong}", row.number)?;
    for part in rest {
        write!(out, " — {part}")?;
    }
    writeln!(out)?;
    for detail in &row.details {
        let lines: Vec<String> = detail.text.lines().map(escape).filter(|l| !l.is_empty()).collect();
        writeln!(out, "   - {}: {}", escape(&detail.label), lines.join("\\\n     "))?;
    }
    Ok(())
}

/// Backslashes before what `CommonMark` or GitHub would take for a mark; bare addresses do not become links.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in one_line(text).replace("://", ":\u{1}//").replace("www.", "www\u{1}.").chars() {
        match c {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '!'
            | '@' => {
                out.push('\\');
                out.push(c);
            }
            '\u{1}' => out.push('\\'),
            c => out.push(c),
        }
    }
    // A backslash only escapes what follows it.
    out.replace(":\\//", "\\://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_message_is_markdown() {
        assert_eq!(escape("<b>*x*</b> [a](http://x)"), "\\<b\\>\\*x\\*\\</b\\> \\[a\\](http\\://x)");
        assert_eq!(escape("看 www.x.cn\n- 一"), "看 www\\.x.cn - 一");
    }
}
