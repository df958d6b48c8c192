//! A header line with its parts named: `{name} {date} {time}`. Words between the parts stand as they are; blanks fit any
//! blanks. Dates and times are read as in all other texts, so one pattern fits every form of them.

use super::super::time::{Clock, Day, clock_at_start, day_at_start, is_blank};

/// A part of a header line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Name,
    Id,
    Date,
    Time,
    /// The message itself, on the same line.
    Text,
    /// Something that means nothing.
    Any,
}

const PARTS: [(&str, Part); 6] = [
    ("name", Part::Name),
    ("id", Part::Id),
    ("date", Part::Date),
    ("time", Part::Time),
    ("text", Part::Text),
    ("*", Part::Any),
];

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Word(String),
    Blank,
    Part(Part),
}

/// The pattern of a header line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern(Vec<Piece>);

/// What a line states by a pattern.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Found<'l> {
    pub(crate) name: &'l str,
    pub(crate) id: Option<&'l str>,
    pub(crate) day: Option<Day>,
    pub(crate) clock: Option<Clock>,
    pub(crate) text: Option<&'l str>,
}

impl Pattern {
    /// Reads a pattern; `None` when it names no sender, or nothing by which a header is told from other lines.
    pub(crate) fn read(text: &str) -> Option<Pattern> {
        let mut pieces = Vec::new();
        let mut rest = text.trim();
        while let Some(first) = rest.chars().next() {
            if let Some((part, length)) = part_at(rest) {
                pieces.push(Piece::Part(part));
                rest = &rest[length..];
            } else if is_blank(first) {
                rest = rest.trim_start_matches(is_blank);
                pieces.push(Piece::Blank);
            } else {
                let length = rest
                    .char_indices()
                    .find(|&(at, c)| at > 0 && (is_blank(c) || part_at(&rest[at..]).is_some()))
                    .map_or(rest.len(), |(at, _)| at);
                pieces.push(Piece::Word(rest[..length].to_owned()));
                rest = &rest[length..];
            }
        }
        // behind a mark of speech the message may begin on the same line
        let speaks = |word: &str| word.ends_with([':', '：', '>', '|']);
        if matches!(pieces.last(), Some(Piece::Word(word)) if speaks(word))
            && !pieces.contains(&Piece::Part(Part::Text))
        {
            pieces.push(Piece::Part(Part::Text));
        }
        let pattern = Pattern(pieces);
        let word = pattern.0.iter().any(|p| matches!(p, Piece::Word(_)));
        let named = pattern.has(Part::Name) || pattern.has(Part::Id);
        (named && (word || pattern.has(Part::Date) || pattern.has(Part::Time))).then_some(pattern)
    }

    pub(crate) fn has(&self, part: Part) -> bool {
        self.0.contains(&Piece::Part(part))
    }

    /// What a line states; `None` when it is no header.
    pub(crate) fn fit<'l>(&self, line: &'l str) -> Option<Found<'l>> {
        let line = line.trim_matches(|c| is_blank(c) || c == '\r');
        // a body can be long, a header is not
        const LONGEST: usize = 400;
        if line.len() > LONGEST && !self.has(Part::Text) {
            return None;
        }
        let mut found = Found::default();
        fit(&self.0, line, &mut found).then_some(found)
    }
}

fn part_at(text: &str) -> Option<(Part, usize)> {
    let inside = text.strip_prefix('{')?;
    let end = inside.find('}')?;
    let part = PARTS.iter().find(|(word, _)| *word == inside[..end].trim())?.1;
    Some((part, end + 2))
}

/// Fits pieces to a text from the left; names and ids are as long as what follows allows, since the end of a header is
/// surer than its beginning.
fn fit<'l>(pieces: &[Piece], text: &'l str, found: &mut Found<'l>) -> bool {
    let Some((piece, rest)) = pieces.split_first() else { return text.is_empty() };
    match piece {
        Piece::Word(word) => text.strip_prefix(word.as_str()).is_some_and(|t| fit(rest, t, found)),
        Piece::Blank => {
            let after = text.trim_start_matches(is_blank);
            after.len() < text.len() && fit(rest, after, found)
        }
        Piece::Part(Part::Date) => day_at_start(text).is_some_and(|(day, length)| {
            let ok = fit(rest, &text[length..], found);
            found.day = Some(day);
            ok
        }),
        Piece::Part(Part::Time) => clock_at_start(text).is_some_and(|(clock, length)| {
            let ok = fit(rest, &text[length..], found);
            found.clock = Some(clock);
            ok
        }),
        Piece::Part(part) => {
            let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            let mut ends: Vec<usize> = ends.collect();
            if !matches!(part, Part::Text) {
                ends.reverse();
            }
            if rest.is_empty() {
                ends = vec![text.len()];
            }
            for end in ends {
                let taken = text[..end].trim_matches(is_blank);
                let empty_ok = matches!(part, Part::Text | Part::Any);
                if (taken.is_empty() && !empty_ok) || (*part == Part::Id && taken.contains(is_blank)) {
                    continue;
                }
                if fit(rest, &text[end..], found) {
                    match part {
                        Part::Name => found.name = taken,
                        Part::Id => found.id = Some(taken),
                        Part::Text => found.text = Some(taken).filter(|t| !t.is_empty()),
                        _ => {}
                    }
                    return true;
                }
            }
            false
        }
    }
}

/// The pattern a marked header line suggests: its date and time are found, what stands before or behind them is the
/// name, a number in brackets the id.
pub(crate) fn propose(line: &str) -> Option<String> {
    let line = line.trim_matches(|c| is_blank(c) || c == '\r');
    let starts = |at: usize| {
        !line[at..].starts_with(is_blank) && (at == 0 || line[..at].ends_with(|c: char| !c.is_ascii_digit()))
    };
    let mut parts: Vec<(usize, usize, &str)> = Vec::new();
    let mut at = 0;
    while at < line.len() {
        let seen = |word: &str| parts.iter().any(|p| p.2 == word);
        let day = (!seen("{date}") && starts(at)).then(|| day_at_start(&line[at..])).flatten();
        let clock = (!seen("{time}") && starts(at)).then(|| clock_at_start(&line[at..])).flatten();
        let length = if let Some((_, length)) = day {
            parts.push((at, length, "{date}"));
            length
        } else if let Some((_, length)) = clock {
            parts.push((at, length, "{time}"));
            length
        } else {
            line[at..].chars().next().map_or(1, char::len_utf8)
        };
        at += length;
    }
    let mut pattern = String::new();
    let (mut from, mut named) = (0, false);
    for (at, length, word) in parts {
        between(&line[from..at], &mut pattern, &mut named);
        pattern.push_str(word);
        from = at + length;
    }
    match said_behind(&line[from..]) {
        _ if named => tail(&line[from..], &mut pattern),
        None => between(&line[from..], &mut pattern, &mut named),
        Some((name, mark)) => {
            between(name, &mut pattern, &mut named);
            pattern.push_str(mark);
            pattern.push_str("{text}");
        }
    }
    Pattern::read(&pattern).map(|_| pattern)
}

/// What stands between dates and times: marks stay, the rest is the name, with an id in brackets.
fn between(text: &str, pattern: &mut String, named: &mut bool) {
    const MARKS: &[char] = &[
        '[', ']', '【', '】', '(', ')', '（', '）', '<', '>', ':', '：', '|', '-', '—', '#', '*', ',', '，',
    ];
    let is_mark = |c: char| is_blank(c) || MARKS.contains(&c);
    let start = text.len() - text.trim_start_matches(is_mark).len();
    let inside = text[start..].trim_end_matches(is_mark);
    if inside.is_empty() || *named {
        pattern.push_str(if inside.is_empty() { text } else { "{*}" });
        return;
    }
    *named = true;
    pattern.push_str(&text[..start]);
    let rest = &text[start + inside.len()..];
    let close = rest.trim_start_matches(is_blank).chars().next();
    let bracket = inside.rfind(['(', '（', '<']).filter(|&at| {
        let id = inside[at..].trim_start_matches(['(', '（', '<']);
        at > 0 && id.len() > 3 && id.is_ascii() && close.is_some_and(|c| matches!(c, ')' | '）' | '>'))
    });
    match bracket {
        Some(at) => {
            let open: String = inside[at..].chars().take(1).collect();
            let blank = if inside[..at].ends_with(is_blank) { " " } else { "" };
            pattern.push_str(&format!("{{name}}{blank}{open}{{id}}"));
        }
        None => pattern.push_str("{name}"),
    }
    pattern.push_str(rest);
}

/// Where the name comes last and the message follows it on the line: the name, and the mark between the two.
fn said_behind(text: &str) -> Option<(&str, &str)> {
    /// Longer ones are sentences.
    const NAME: usize = 24;
    const BETWEEN: [&str; 7] = [" >> ", ">> ", "：", ": ", " > ", " | ", "\t"];
    let (at, mark) =
        BETWEEN.iter().filter_map(|mark| Some((text.find(mark)?, *mark))).min_by_key(|(at, _)| *at)?;
    let (name, said) = (&text[..at], &text[at + mark.len()..]);
    let plausible = name.chars().any(char::is_alphanumeric) && name.chars().count() <= NAME;
    (plausible && !said.trim().is_empty()).then_some((name, mark))
}

/// What stands behind everything: a mark, then the message.
fn tail(text: &str, pattern: &mut String) {
    let rest = text.trim_start_matches(|c| {
        is_blank(c) || matches!(c, ']' | '】' | ')' | '）' | ':' | '：' | '|' | '>' | '-')
    });
    pattern.push_str(&text[..text.len() - rest.len()]);
    if !rest.is_empty() {
        pattern.push_str("{text}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marked_line_suggests_its_pattern_and_fits_it() {
        for (line, pattern, name, text) in [
            ("李主任 2026-07-27 08:15", "{name} {date} {time}", "李主任", None),
            ("[2026年7月27日 上午8:15] 王科长 民政：", "[{date} {time}] {name}：", "王科长 民政", None),
            ("2026/07/27 08:15:03 | 赵书记(zhao03) |", "{date} {time} | {name}({id}) |", "赵书记", None),
            ("07-27 08:15 小陈: 收到，马上办", "{date} {time} {name}: {text}", "小陈", Some("收到，马上办")),
            ("【08:15:03】李主任 >> 请报名单", "【{time}】{name} >> {text}", "李主任", Some("请报名单")),
            (
                "2026-07-27 08:15 会务组 | 请报名单",
                "{date} {time} {name} | {text}",
                "会务组",
                Some("请报名单"),
            ),
            ("小陈 08:15: 收到", "{name} {time}: {text}", "小陈", Some("收到")),
        ] {
            assert_eq!(propose(line).as_deref(), Some(pattern), "{line}");
            let found = Pattern::read(pattern).unwrap().fit(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!((found.name, found.text), (name, text), "{line}");
            assert!(found.clock.is_some());
        }
        for line in ["没有时间的一行", "", "12", "2026-07-27 08:15"] {
            assert_eq!(propose(line), None, "{line}");
        }
    }

    #[test]
    fn patterns_take_marks_and_blanks_as_they_are() {
        let pattern = Pattern::read("{date} {time} {name}: {text}").unwrap();
        let found = pattern.fit("2026-07-27　08:15:03  王 科长: 8:30 开会: 带表").unwrap();
        assert_eq!((found.name, found.text), ("王 科长: 8:30 开会", Some("带表")));
        assert_eq!(pattern.fit("请于2026-07-27 08:15前"), None);
        assert_eq!(Pattern::read("{date} {time}"), None);
        assert_eq!(Pattern::read("{name}"), None);
        assert!(Pattern::read("{name} 说：").is_some());
        // behind a mark of speech the message may begin on the same line, or on the next
        let pattern = Pattern::read("<{date} {time}> {name} >> ").unwrap();
        for (line, text) in
            [("<2026-07-27 08:15> 王科长 >> 带表", Some("带表")), ("<2026-07-27 08:15> 王科长 >>", None)]
        {
            let found = pattern.fit(line).unwrap();
            assert_eq!((found.name, found.text), ("王科长", text), "{line}");
        }
    }
}
