//! 接龙: the title and the entries of a sign-up post (`extraction.md` §6). Folding successive posts is clustering's work.

use super::{Signup, SignupEntry};
use crate::message::Kind;

const HEADS: [&str; 5] = ["#接龙", "＃接龙", "#Group Note", "#group note", "#群接龙"];

/// Reads a sign-up post, or nothing if the text is none.
pub(crate) fn read(text: &str, kind: Kind) -> Option<Signup> {
    let trimmed = text.trim_start();
    let rest = HEADS.iter().find_map(|h| trimmed.strip_prefix(h));
    let rest = match (rest, kind) {
        (Some(rest), _) => rest,
        (None, Kind::Signup) => trimmed,
        _ => return None,
    };
    let mut out = Signup::default();
    let mut title = Vec::new();
    for line in rest.lines() {
        let line = line.trim();
        match entry(line) {
            Some(entry) => out.entries.push(entry),
            None if line.is_empty() || line.starts_with('例') => {}
            None if out.entries.is_empty() => title.push(line),
            None => {
                if let Some(last) = out.entries.last_mut() {
                    last.text.push('\n');
                    last.text.push_str(line);
                }
            }
        }
    }
    out.title = title.join("\n");
    Some(out)
}

fn entry(line: &str) -> Option<SignupEntry> {
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    if digits == 0 || digits > 4 {
        return None;
    }
    let rest = line.get(digits..)?;
    let text = rest.strip_prefix(['.', '．', '、', ')', '）'])?;
    let clock = rest.starts_with('.') && text.starts_with(|c: char| c.is_ascii_digit());
    (!clock)
        .then(|| SignupEntry { number: line[..digits].parse().unwrap_or(0), text: text.trim().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_is_title_and_entries() {
        let got = read("#接龙\n周六志愿服务\n\n1. 张庄 12人\n2. 李家\n", Kind::Text).unwrap();
        assert_eq!(got.title, "周六志愿服务");
        assert_eq!(got.entries.iter().map(|e| e.number).collect::<Vec<_>>(), [1, 2]);
        assert!(read("接龙说一下", Kind::Text).is_none());
    }
}
