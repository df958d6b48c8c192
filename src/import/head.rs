//! The first stretch of a file, raw and decoded: what formats are told apart by. Not the whole file: an avatar of
//! hundreds of kilobytes may come before the messages, so a format looks for its marks, not for its rows.

use std::io::{self, Read};

use super::decode::Decoder;

/// Bytes looked at.
pub(crate) const HEAD: usize = 256 * 1024;

/// The beginning of a file.
pub(crate) struct Head {
    pub(crate) raw: Vec<u8>,
    pub(crate) text: String,
    /// The whole file lies within `raw`.
    pub(crate) whole: bool,
    /// The text begins as a JSON object or list does.
    pub(crate) json: bool,
    /// The decoding found so far.
    pub(crate) encoding: &'static str,
}

impl Head {
    pub(crate) fn read(reader: &mut dyn Read) -> io::Result<Head> {
        let mut raw = Vec::new();
        reader.take(HEAD as u64).read_to_end(&mut raw)?;
        let whole = raw.len() < HEAD;
        // a cut inside a character would look like damage: the last line stays out
        let wide = raw.starts_with(&[0xff, 0xfe]) || raw.starts_with(&[0xfe, 0xff]);
        let end = if whole || wide { None } else { memchr::memrchr(b'\n', &raw) };
        let sample = &raw[..end.map_or(raw.len(), |at| at + 1)];
        let mut decoder = Decoder::new(Box::new(sample));
        let mut text = String::new();
        while let Some(line) = decoder.next_line()? {
            text.push_str(line);
            text.push('\n');
        }
        let encoding = decoder.encoding();
        drop(decoder);
        let json = looks_like_json(&text);
        Ok(Head { raw, text, whole, json, encoding })
    }

    /// Whether all the words stand in the head.
    pub(crate) fn has(&self, words: &[&str]) -> bool {
        words.iter().all(|word| memchr::memmem::find(self.text.as_bytes(), word.as_bytes()).is_some())
    }

    /// The first line that is not blank.
    pub(crate) fn first_line(&self) -> &str {
        self.text.lines().find(|line| !line.trim().is_empty()).unwrap_or("")
    }

    /// Whether there is nothing in it: no bytes, blanks, only a byte order mark, `null`, `[]`, `{}`.
    pub(crate) fn is_empty(&self) -> bool {
        self.whole && matches!(self.text.trim(), "" | "null" | "[]" | "{}")
    }

    /// Mostly bytes that no text holds.
    pub(crate) fn is_binary(&self) -> bool {
        let sample = &self.raw[..self.raw.len().min(8192)];
        let odd = sample.iter().filter(|&&b| b < 9 || (14..27).contains(&b) || (28..32).contains(&b)).count();
        !self.encoding.starts_with("utf-16") && odd * 20 > sample.len()
    }
}

/// `{`, or `[` before another value: `[2024/1/8 …` and `[QQChatExporter` begin texts.
fn looks_like_json(text: &str) -> bool {
    let text = text.trim_start();
    match text.strip_prefix('[') {
        Some(rest) => rest.trim_start().starts_with(['{', '[', ']', '"']),
        None => text.starts_with('{'),
    }
}
