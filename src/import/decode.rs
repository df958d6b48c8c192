//! Bytes → UTF-8 text with `\n` line ends, in bounded memory. The encoding is decided in the order of `formats.md` §3:
//! byte order mark, strict UTF-8, nearly UTF-8, GB18030. No statistical detector: one took a UTF-8 file with a single
//! broken byte for GBK. Not a line or format reader: it knows nothing of chats.

use std::io::{self, BufRead, Read};
use std::ops::Range;

use encoding_rs::{CoderResult, GB18030, UTF_16BE, UTF_16LE};
use memchr::{memchr, memchr2};

/// Bytes read at once; also the window by which an undecided encoding is judged.
const WINDOW: usize = 256 * 1024;
/// A line longer than this is handed out in pieces, so that no file can fill the memory.
const LONGEST_LINE: usize = 16 * 1024 * 1024;
/// So many multi-byte characters in valid UTF-8 settle the question.
const SETTLED: usize = 200;

enum Mode {
    /// Valid UTF-8 so far, with few characters beyond ASCII.
    Undecided,
    Utf8,
    Other(Box<encoding_rs::Decoder>),
}

/// A reader that decodes. It implements [`BufRead`] over the decoded text and hands out lines.
pub(crate) struct Decoder<'r> {
    reader: Box<dyn Read + 'r>,
    raw: Vec<u8>,
    mode: Mode,
    good: usize,
    name: &'static str,
    text: String,
    pos: usize,
    end_of_input: bool,
    after_cr: bool,
    started: bool,
    damaged: u64,
}

impl<'r> Decoder<'r> {
    pub(crate) fn new(reader: Box<dyn Read + 'r>) -> Self {
        Decoder {
            reader,
            raw: Vec::new(),
            mode: Mode::Undecided,
            good: 0,
            name: "utf-8",
            text: String::new(),
            pos: 0,
            end_of_input: false,
            after_cr: false,
            started: false,
            damaged: 0,
        }
    }

    /// The encoding found so far, as `Outcome` names it.
    pub(crate) fn encoding(&self) -> &'static str {
        self.name
    }

    /// How many byte sequences were not readable and became U+FFFD.
    pub(crate) fn damaged(&self) -> u64 {
        self.damaged
    }

    /// The next line without its end, or `None` at the end of the text.
    pub(crate) fn next_line(&mut self) -> io::Result<Option<&str>> {
        let mut searched = self.pos;
        loop {
            if let Some(found) = memchr(b'\n', &self.text.as_bytes()[searched..]) {
                let (from, to) = (self.pos, searched + found);
                self.pos = to + 1;
                return Ok(Some(&self.text[from..to]));
            }
            let pending = self.text.len() - self.pos;
            if self.end_of_input || pending > LONGEST_LINE {
                if pending == 0 {
                    return Ok(None);
                }
                let from = self.pos;
                self.pos = self.text.len();
                return Ok(Some(&self.text[from..]));
            }
            self.fill()?;
            searched = self.pos + pending.min(self.text.len() - self.pos);
        }
    }

    /// The text decoded and not yet consumed, empty only at the end of the text. For readers that consume whole
    /// characters.
    pub(crate) fn pending(&mut self) -> io::Result<&str> {
        while self.pos == self.text.len() && !self.end_of_input {
            self.fill()?;
        }
        Ok(&self.text[self.pos..])
    }

    /// Consumes everything up to `mark`, with it or without, or, where that is further than `longest`, about so many bytes.
    /// Where it lies: to be looked at with [`Decoder::at`] before more is read. Empty at the end of the text.
    pub(crate) fn until(&mut self, mark: u8, with: bool, longest: usize) -> io::Result<Range<usize>> {
        let mut searched = self.pos;
        let end = loop {
            if let Some(found) = memchr(mark, &self.text.as_bytes()[searched..]) {
                break searched + found + usize::from(with);
            }
            let pending = self.text.len() - self.pos;
            if self.end_of_input || pending > longest {
                break self.text.len();
            }
            self.fill()?;
            searched = self.pos + pending.min(self.text.len() - self.pos);
        };
        let from = std::mem::replace(&mut self.pos, end);
        Ok(from..end)
    }

    /// The text of a stretch just consumed.
    pub(crate) fn at(&self, stretch: Range<usize>) -> &str {
        &self.text[stretch]
    }

    /// Reads and decodes one window more. Text already handed out is dropped.
    fn fill(&mut self) -> io::Result<()> {
        if self.pos >= self.text.len() {
            self.text.clear();
            self.pos = 0;
        } else if self.pos > 0 && self.text.is_char_boundary(self.pos) {
            self.text.drain(..self.pos);
            self.pos = 0;
        }
        let before = self.raw.len();
        self.raw.resize(before + WINDOW, 0);
        let mut filled = before;
        while filled < self.raw.len() {
            match self.reader.read(&mut self.raw[filled..]) {
                Ok(0) => {
                    self.end_of_input = true;
                    break;
                }
                Ok(n) => filled += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        self.raw.truncate(filled);
        if !self.started {
            self.started = true;
            self.byte_order_mark();
        }
        if matches!(self.mode, Mode::Undecided) {
            self.decide();
        }
        let start = self.text.len();
        if let Mode::Other(_) = self.mode {
            self.decode_other();
        } else {
            self.decode_utf8();
        }
        self.unify_line_ends(start);
        Ok(())
    }

    fn byte_order_mark(&mut self) {
        let (mode, name, skip) = match self.raw.as_slice() {
            [0xef, 0xbb, 0xbf, ..] => (Mode::Utf8, "utf-8-bom", 3),
            [0xff, 0xfe, ..] => (other(UTF_16LE), "utf-16le", 2),
            [0xfe, 0xff, ..] => (other(UTF_16BE), "utf-16be", 2),
            [b'{' | b'[', 0, _, 0, ..] => (other(UTF_16LE), "utf-16le", 0),
            _ => return,
        };
        self.mode = mode;
        self.name = name;
        self.raw.drain(..skip);
    }

    /// Judges the window: strict UTF-8, nearly UTF-8 (broken sequences at most 1 % of the good multi-byte
    /// characters), else GB18030, unless that reads worse still.
    fn decide(&mut self) {
        let (good, bad) = count_utf8(&self.raw, self.end_of_input);
        self.good += good;
        if bad == 0 {
            if self.good >= SETTLED || self.end_of_input {
                self.mode = Mode::Utf8;
            }
            return;
        }
        if bad * 100 <= self.good || bad_gb18030(&self.raw) > bad {
            self.mode = Mode::Utf8;
            self.name = "utf-8-damaged";
        } else {
            self.mode = other(GB18030);
            self.name = "gb18030";
        }
    }

    fn decode_utf8(&mut self) {
        let mut at = 0;
        loop {
            match std::str::from_utf8(&self.raw[at..]) {
                Ok(rest) => {
                    self.text.push_str(rest);
                    at = self.raw.len();
                    break;
                }
                Err(error) => {
                    let good = at + error.valid_up_to();
                    if let Ok(valid) = std::str::from_utf8(&self.raw[at..good]) {
                        self.text.push_str(valid);
                    }
                    at = good;
                    match error.error_len() {
                        Some(length) => at += length,
                        None if self.end_of_input => at = self.raw.len(),
                        None => break,
                    }
                    self.text.push('\u{fffd}');
                    self.damaged += 1;
                    if self.name == "utf-8" {
                        self.name = "utf-8-damaged";
                    }
                }
            }
        }
        self.raw.drain(..at);
    }

    fn decode_other(&mut self) {
        let Mode::Other(decoder) = &mut self.mode else { return };
        let start = self.text.len();
        let mut at = 0;
        loop {
            let room = decoder.max_utf8_buffer_length(self.raw.len() - at).unwrap_or(WINDOW * 4);
            self.text.reserve(room);
            let (result, read, broken) =
                decoder.decode_to_string(&self.raw[at..], &mut self.text, self.end_of_input);
            at += read;
            if broken {
                self.damaged += self.text[start..].matches('\u{fffd}').count() as u64;
            }
            if result == CoderResult::InputEmpty {
                break;
            }
        }
        self.raw.clear();
    }

    /// `\r\n` and `\r` become `\n`; NUL and a stray byte order mark go.
    fn unify_line_ends(&mut self, start: usize) {
        if self.after_cr && self.text[start..].starts_with('\n') {
            self.text.remove(start);
        }
        if self.text.len() > start {
            self.after_cr = false;
        }
        if memchr2(b'\r', 0, &self.text.as_bytes()[start..]).is_none() {
            return;
        }
        let tail = self.text.split_off(start);
        let mut rest = tail.as_str();
        while let Some(at) = memchr2(b'\r', 0, rest.as_bytes()) {
            self.text.push_str(&rest[..at]);
            let cr = rest.as_bytes()[at] == b'\r';
            rest = &rest[at + 1..];
            if cr {
                self.text.push('\n');
                if rest.is_empty() {
                    self.after_cr = true;
                } else if let Some(after) = rest.strip_prefix('\n') {
                    rest = after;
                }
            }
        }
        self.text.push_str(rest);
    }
}

fn other(encoding: &'static encoding_rs::Encoding) -> Mode {
    Mode::Other(Box::new(encoding.new_decoder_without_bom_handling()))
}

/// Good multi-byte characters and broken sequences. A character cut by the end of the window counts as neither.
fn count_utf8(raw: &[u8], end_of_input: bool) -> (usize, usize) {
    let (mut good, mut bad) = (0, 0);
    let mut at = 0;
    for chunk in raw.utf8_chunks() {
        good += chunk.valid().bytes().filter(|&b| b >= 0xc2).count();
        at += chunk.valid().len() + chunk.invalid().len();
        let cut = at == raw.len() && !chunk.invalid().is_empty() && is_cut(chunk.invalid());
        if !chunk.invalid().is_empty() && !(cut && (good > 0 || !end_of_input)) {
            bad += 1;
        }
    }
    (good, bad)
}

/// Whether the bytes are the beginning of one UTF-8 character.
fn is_cut(bytes: &[u8]) -> bool {
    matches!(std::str::from_utf8(bytes), Err(e) if e.error_len().is_none())
}

fn bad_gb18030(raw: &[u8]) -> usize {
    let sample = &raw[..raw.len().min(WINDOW)];
    let (text, broken) = GB18030.decode_without_bom_handling(sample);
    if broken { text.matches('\u{fffd}').count() } else { 0 }
}

impl Read for Decoder<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let chunk = self.fill_buf()?;
        let n = chunk.len().min(out.len());
        out[..n].copy_from_slice(&chunk[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl BufRead for Decoder<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.pos == self.text.len() && !self.end_of_input {
            self.fill()?;
        }
        Ok(&self.text.as_bytes()[self.pos..])
    }

    /// Bytes may be consumed up to any place; one inside a character only between calls of this trait.
    fn consume(&mut self, amount: usize) {
        self.pos = (self.pos + amount).min(self.text.len());
        if self.pos == self.text.len() {
            self.text.clear();
            self.pos = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> (Vec<String>, &'static str) {
        let mut decoder = Decoder::new(Box::new(bytes));
        let mut out = Vec::new();
        while let Some(line) = decoder.next_line().unwrap() {
            out.push(line.to_owned());
        }
        (out, decoder.encoding())
    }

    #[test]
    fn encodings_are_told_apart() {
        let gbk = GB18030.encode("各村：收到😀请回复").0.into_owned();
        let mut nearly = "请各村（社区）于今天下午五点前报送".repeat(20).into_bytes();
        nearly.insert(30, 0xe5);
        let utf16: Vec<u8> =
            [0xff, 0xfe].into_iter().chain("村\r\n好".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        for (bytes, encoding, first) in [
            (gbk.as_slice(), "gb18030", "各村：收到😀请回复"),
            ("收到".as_bytes(), "utf-8", "收到"),
            (b"\xef\xbb\xbf\xe6\x94\xb6", "utf-8-bom", "收"),
            (&utf16, "utf-16le", "村"),
            (b"plain", "utf-8", "plain"),
            ("收到，谢谢\u{fffd}".as_bytes(), "utf-8", "收到，谢谢\u{fffd}"),
            (&"收到，谢谢".as_bytes()[..14], "utf-8-damaged", "收到，谢\u{fffd}"),
        ] {
            let (got, name) = lines(bytes);
            assert_eq!((got[0].as_str(), name), (first, encoding));
        }
        assert_eq!(lines(&nearly).1, "utf-8-damaged");
    }

    #[test]
    fn all_line_ends_are_one() {
        assert_eq!(lines(b"a\r\nb\rc\nd\0e").0, ["a", "b", "c", "de"]);
        assert_eq!(lines(b"a\r\r\n\n").0, ["a", "", ""]);
        assert!(lines(b"").0.is_empty());
    }

    #[test]
    fn a_line_end_across_windows_is_one() {
        let mut text = "x".repeat(WINDOW - 1);
        text.push_str("\r\ny");
        let got = lines(text.as_bytes()).0;
        assert_eq!(got.len(), 2);
        assert_eq!(got[1], "y");
    }
}
