//! A small streaming reader of HTML and XML: text, opening and closing tags, entities decoded, bounded memory. Made for
//! the fixed layouts of mails, QQ's .mht and workbook parts; it does not build a tree and repairs nothing.

use std::borrow::Cow;
use std::io;
use std::ops::Range;

use memchr::{memchr, memchr_iter};

use super::decode::Decoder;

/// A run of text without tags is handed out at the latest after this many bytes.
const LONGEST: usize = 4 * 1024 * 1024;

/// A piece of a page.
#[derive(Debug, PartialEq)]
pub(crate) enum Piece<'p> {
    /// Text with entities decoded.
    Text(Cow<'p, str>),
    /// Name in lower case and the raw attributes.
    Open(Cow<'p, str>, &'p str),
    /// Name in lower case. A self-closing tag gives `Open` only.
    Close(Cow<'p, str>),
}

/// Reads pieces one by one.
pub(crate) struct Html<'t, 'r> {
    text: &'t mut Decoder<'r>,
    line: u32,
    /// Inside `<style>` or `<script>`.
    skipping: bool,
}

impl<'t, 'r> Html<'t, 'r> {
    pub(crate) fn new(text: &'t mut Decoder<'r>) -> Self {
        Html { text, line: 1, skipping: false }
    }

    /// Line of the source last read, counted from 1.
    pub(crate) fn line(&self) -> u32 {
        self.line
    }

    pub(crate) fn encoding(&self) -> &'static str {
        self.text.encoding()
    }

    /// As [`Decoder::damaged`].
    pub(crate) fn damaged(&self) -> u64 {
        self.text.damaged()
    }

    /// The next piece, or `None` at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Piece<'_>>> {
        loop {
            let Some(&first) = self.text.pending()?.as_bytes().first() else { return Ok(None) };
            if first != b'<' {
                let text = self.until(b'<', false)?;
                if !self.skipping {
                    return Ok(Some(Piece::Text(entities(self.text.at(text)))));
                }
                continue;
            }
            let tag = self.until(b'>', true)?;
            let text = self.text.at(tag.clone());
            if text.starts_with("<!--") {
                if !text.ends_with("-->") {
                    self.end_of_comment()?;
                }
            } else if self.skipping {
                // a `<` inside a style sheet may have opened what looks like a tag
                let lower = text.to_ascii_lowercase();
                self.skipping = !["</style", "</script", "</title"].iter().any(|end| lower.contains(end));
            } else if let Some(opens) = hides_text(text) {
                self.skipping = opens;
            } else if !text.trim_start_matches('<').starts_with(['!', '?']) {
                return Ok(Some(kind(self.text.at(tag))));
            }
        }
    }

    fn end_of_comment(&mut self) -> io::Result<()> {
        loop {
            let stretch = self.until(b'>', true)?;
            if stretch.is_empty() || self.text.at(stretch).ends_with("-->") {
                return Ok(());
            }
        }
    }

    /// Everything up to `mark`, with it or without.
    fn until(&mut self, mark: u8, with: bool) -> io::Result<Range<usize>> {
        let stretch = self.text.until(mark, with, LONGEST)?;
        // most pieces are a tag or some words: for those a search costs more than the looking
        const SHORT: usize = 64;
        let bytes = self.text.at(stretch.clone()).as_bytes();
        let lines = if bytes.len() < SHORT {
            bytes.iter().filter(|&&b| b == b'\n').count()
        } else {
            memchr_iter(b'\n', bytes).count()
        };
        self.line += u32::try_from(lines).unwrap_or(0);
        Ok(stretch)
    }
}

/// The name of a tag and what stands behind it; whether it closes.
fn split(tag: &str) -> (bool, &str, &str) {
    let inner = tag.trim_start_matches('<').trim_end_matches('>').trim_end_matches('/');
    let (closes, inner) = inner.strip_prefix('/').map_or((false, inner), |rest| (true, rest));
    let end = match inner.bytes().position(|b| b.is_ascii_whitespace() || b == 0x0b || !b.is_ascii()) {
        Some(end) if inner.as_bytes()[end].is_ascii() => end,
        None => inner.len(),
        Some(_) => inner.find(|c: char| c.is_whitespace()).unwrap_or(inner.len()),
    };
    (closes, &inner[..end], &inner[end..])
}

fn kind(tag: &str) -> Piece<'_> {
    let (closes, name, attributes) = split(tag);
    let mut name = Cow::Borrowed(name);
    if name.bytes().any(|b| b.is_ascii_uppercase()) {
        name.to_mut().make_ascii_lowercase();
    }
    if closes { Piece::Close(name) } else { Piece::Open(name, attributes.trim()) }
}

/// Whether a style sheet, a script or a title begins or ends: what is inside is no text. `None` for other tags.
fn hides_text(tag: &str) -> Option<bool> {
    // span, strong, table, tr and td are many
    let begins = tag.trim_start_matches(['<', '/']).as_bytes().get(..3)?;
    if ![b"sty", b"scr", b"tit"].iter().any(|hidden| begins.eq_ignore_ascii_case(*hidden)) {
        return None;
    }
    let (closes, name, _) = split(tag);
    ["style", "script", "title"].iter().any(|hidden| name.eq_ignore_ascii_case(hidden)).then_some(!closes)
}

/// The value of an attribute, quoted or bare, entities decoded.
pub(crate) fn attribute(attributes: &str, name: &str) -> Option<String> {
    let mut rest = attributes;
    loop {
        let at = rest.find(name)?;
        let fresh = at == 0 || rest[..at].ends_with(|c: char| c.is_whitespace());
        rest = &rest[at + name.len()..];
        let Some(value) = rest.trim_start().strip_prefix('=').filter(|_| fresh) else { continue };
        let value = value.trim_start();
        let value = match value.chars().next()? {
            quote @ ('"' | '\'') => value[1..].split(quote).next()?,
            _ => value.split(|c: char| c.is_whitespace()).next()?,
        };
        return Some(entities(value).into_owned());
    }
}

/// Decodes the entities that occur: the five of XML, `&nbsp;`, `&mdash;`, `&ldquo;` … and numbers.
pub(crate) fn entities(text: &str) -> Cow<'_, str> {
    let Some(first) = memchr(b'&', text.as_bytes()) else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.as_bytes().iter().take(12).position(|&b| b == b';');
        match end.and_then(|end| entity(&rest[1..end]).map(|c| (c, end))) {
            Some((c, end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "mdash" => '—',
        "ndash" => '–',
        "ldquo" => '“',
        "rdquo" => '”',
        "lsquo" => '‘',
        "rsquo" => '’',
        "middot" => '·',
        "hellip" => '…',
        "ensp" | "emsp" => '\u{3000}',
        "times" => '×',
        "deg" => '°',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_a_page() {
        let page = "<style>x<y</style><p a=1>A&amp;B &#x4e2d;&bad;<br/>c</P><!-- <b> --><i b='q r' style=color:#42B475>";
        let mut decoder = Decoder::new(Box::new(page.as_bytes()));
        let mut html = Html::new(&mut decoder);
        let mut got = Vec::new();
        while let Some(piece) = html.next().unwrap() {
            if let Piece::Open(_, attributes @ "b='q r' style=color:#42B475") = piece {
                assert_eq!(attribute(attributes, "b").as_deref(), Some("q r"));
                assert_eq!(attribute(attributes, "style").as_deref(), Some("color:#42B475"));
            }
            got.push(format!("{piece:?}"));
        }
        assert_eq!(got[0], r#"Open("p", "a=1")"#);
        assert_eq!(got[1], r#"Text("A&B 中&bad;")"#);
        assert_eq!(got[4], r#"Close("p")"#);
        assert_eq!(got.len(), 6);
    }
}
