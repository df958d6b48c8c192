//! A small streaming reader of HTML and XML: text, opening and closing tags, entities decoded, bounded memory. Made for
//! the fixed layouts of mails, QQ's .mht and workbook parts; it does not build a tree and repairs nothing.

use std::io::{self, BufRead};

use memchr::memchr;

use super::decode::Decoder;

/// A run of text without tags is handed out at the latest after this many bytes.
const LONGEST: usize = 4 * 1024 * 1024;

/// A piece of a page.
#[derive(Debug, PartialEq)]
pub(crate) enum Piece {
    /// Text with entities decoded.
    Text(String),
    /// Name in lower case and the raw attributes.
    Open(String, String),
    /// Name in lower case. A self-closing tag gives `Open` only.
    Close(String),
}

/// Reads pieces one by one.
pub(crate) struct Html<'t, 'r> {
    text: &'t mut Decoder<'r>,
    buffer: Vec<u8>,
    line: u32,
    /// Inside `<style>` or `<script>`.
    skipping: bool,
}

impl<'t, 'r> Html<'t, 'r> {
    pub(crate) fn new(text: &'t mut Decoder<'r>) -> Self {
        Html { text, buffer: Vec::new(), line: 1, skipping: false }
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
    pub(crate) fn next(&mut self) -> io::Result<Option<Piece>> {
        loop {
            let Some(&first) = self.text.fill_buf()?.first() else { return Ok(None) };
            if first != b'<' {
                let text = self.until(b'<', false)?;
                if self.skipping {
                    continue;
                }
                return Ok(Some(Piece::Text(entities(&text))));
            }
            let tag = self.until(b'>', true)?;
            if tag.starts_with("<!--") && !tag.ends_with("-->") {
                while !self.until(b'>', true)?.ends_with("-->") {
                    if self.text.fill_buf()?.is_empty() {
                        return Ok(None);
                    }
                }
                continue;
            }
            if let Some(piece) = self.tag(&tag) {
                return Ok(Some(piece));
            }
        }
    }

    fn tag(&mut self, tag: &str) -> Option<Piece> {
        if self.skipping {
            // a `<` inside a style sheet may have opened what looks like a tag
            let lower = tag.to_ascii_lowercase();
            self.skipping = !["</style", "</script", "</title"].iter().any(|end| lower.contains(end));
            return None;
        }
        let inner = tag.trim_start_matches('<').trim_end_matches('>').trim_end_matches('/');
        if inner.starts_with(['!', '?']) {
            return None;
        }
        let (close, inner) = match inner.strip_prefix('/') {
            Some(rest) => (true, rest),
            None => (false, inner),
        };
        let end = inner.find(|c: char| c.is_whitespace()).unwrap_or(inner.len());
        let name = inner[..end].to_ascii_lowercase();
        if matches!(name.as_str(), "style" | "script" | "title") {
            self.skipping = !close;
            return None;
        }
        Some(if close { Piece::Close(name) } else { Piece::Open(name, inner[end..].trim().to_owned()) })
    }

    /// Everything up to `mark`, with it or without.
    fn until(&mut self, mark: u8, with: bool) -> io::Result<String> {
        self.buffer.clear();
        loop {
            let chunk = self.text.fill_buf()?;
            if chunk.is_empty() {
                break;
            }
            let (length, done) = match memchr(mark, chunk) {
                Some(at) => (at + usize::from(with), true),
                None => (chunk.len(), false),
            };
            self.buffer.extend_from_slice(&chunk[..length]);
            self.line += u32::try_from(memchr::memchr_iter(b'\n', &chunk[..length]).count()).unwrap_or(0);
            self.text.consume(length);
            if done || self.buffer.len() > LONGEST {
                break;
            }
        }
        Ok(String::from_utf8_lossy(&self.buffer).into_owned())
    }
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
        return Some(entities(value));
    }
}

/// Decodes the entities that occur: the five of XML, `&nbsp;`, `&mdash;`, `&ldquo;` … and numbers.
pub(crate) fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
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
    out
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
            got.push(piece);
        }
        assert_eq!(got[0], Piece::Open("p".into(), "a=1".into()));
        assert_eq!(got[1], Piece::Text("A&B 中&bad;".into()));
        assert_eq!(got[4], Piece::Close("p".into()));
        let Piece::Open(_, attributes) = &got[5] else { panic!("{got:?}") };
        assert_eq!(attribute(attributes, "b").as_deref(), Some("q r"));
        assert_eq!(attribute(attributes, "style").as_deref(), Some("color:#42B475"));
    }
}
