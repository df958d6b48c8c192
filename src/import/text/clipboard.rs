//! WeChat's clipboard copies (`formats.md` §2.2): Mac with 24 or 12 hours, iOS of 2026 (name and time on two lines),
//! Windows without times, and what people paste by hand. Blank lines stand between messages, except in pastes.

use std::collections::HashSet;
use std::io;

use crate::import::decode::Decoder;
use crate::import::head::Head;
use crate::import::job::Job;
use crate::import::time::{clock_at_end, day_at_end, is_blank, trim_end};

use super::{Header, Layout, Line, Place, Probe, Rules, probed, run};

fn parse_with(
    layout: &mut dyn Layout,
    head: &Head,
    text: &mut Decoder<'_>,
    job: &mut Job<'_>,
) -> io::Result<()> {
    let probe = Probe::of(&head.text, layout);
    let rules =
        Rules { blanks: u32::from(probe.has_blanks()), ascending: !probe.descending(), rollover: None };
    run(text, layout, rules, job)
}

/// `昵称A 2022/11/17 21:07`, `女朋友 2023/09/16 2:51 PM`.
pub(crate) struct Mac;

pub(crate) fn sniff_mac(head: &Head) -> bool {
    let probe = Probe::of(&head.text, &mut Mac);
    probe.headers > 0 && probe.strays == 0
}

pub(crate) fn parse_mac(head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    parse_with(&mut Mac, head, text, job)
}

impl Layout for Mac {
    fn line<'l>(&mut self, line: &'l str, _place: Place<'_>) -> Line<'l> {
        let header = || {
            let line = without_colon(trim_end(line));
            let (clock, start) = clock_at_end(line)?;
            let front = trim_end(&line[..start]);
            let (day, start) = day_at_end(front)?;
            let name = trim_end(&front[..start]);
            if clock.seconds || name.is_empty() {
                return None;
            }
            Some(Header { name, day: Some(day), clock: Some(clock), ..Header::default() })
        };
        header().map_or(Line::Body, Line::Header)
    }
}

/// Some programs put a colon behind the time.
pub(super) fn without_colon(line: &str) -> &str {
    line.strip_suffix([':', '：']).map_or(line, trim_end)
}

/// `昵称` / `2026年07月16日 17:08`.
pub(crate) struct Ios;

pub(crate) fn sniff_ios(head: &Head) -> bool {
    let probe = Probe::of(&head.text, &mut Ios);
    probe.headers > 0 && probe.strays == 0
}

pub(crate) fn parse_ios(head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    parse_with(&mut Ios, head, text, job)
}

impl Layout for Ios {
    fn line<'l>(&mut self, line: &'l str, place: Place<'_>) -> Line<'l> {
        let header = || {
            let line = line.trim_matches(is_blank);
            let (clock, start) = clock_at_end(line)?;
            let (day, start) = day_at_end(trim_end(&line[..start]))?;
            if start != 0 || place.above.is_empty() || !line.contains('年') {
                return None;
            }
            Some(Header { day: Some(day), clock: Some(clock), above: true, ..Header::default() })
        };
        header().map_or(Line::Body, Line::Header)
    }
}

/// `昵称:` and nothing else, no time.
#[derive(Default)]
pub(crate) struct Windows;

pub(crate) fn sniff_windows(head: &Head) -> bool {
    let probe = Probe::of(&head.text, &mut Windows);
    // somebody speaks twice, or there are only a few lines and all are names and words
    let mut names = HashSet::new();
    let twice = head.text.lines().filter_map(name_line).any(|name| !names.insert(name));
    probe.strays == 0 && probe.headers > 1 && (twice || names.len() < 6)
}

pub(crate) fn parse_windows(head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    parse_with(&mut Windows, head, text, job)
}

impl Layout for Windows {
    fn line<'l>(&mut self, line: &'l str, _place: Place<'_>) -> Line<'l> {
        name_line(line).map_or(Line::Body, |name| Line::Header(Header { name, ..Header::default() }))
    }
}

/// What a notice puts before a colon; no person is called so.
const NO_NAMES: [&str; 22] = [
    "如下",
    "以下",
    "通知",
    "要求",
    "附件",
    "时间",
    "地点",
    "联系人",
    "电话",
    "名单",
    "备注",
    "说明",
    "内容",
    "事项",
    "例",
    "注意",
    "各村",
    "各位",
    "各村(社区)",
    "各村（社区）",
    "提示",
    "标题",
];

fn no_name(name: &str) -> bool {
    let name = name.trim();
    NO_NAMES.iter().any(|word| name.ends_with(word))
}

/// A name and an ASCII colon at the very end. Chinese sentences end in a full-width one.
fn name_line(line: &str) -> Option<&str> {
    let name = line.strip_suffix(':')?;
    let odd =
        |c: char| matches!(c, '：' | '，' | '。' | '；' | '！' | '？' | '、' | '《' | '》' | '「' | '」');
    let plausible = !name.trim().is_empty()
        && name.chars().count() <= 40
        && !name.contains(odd)
        && !name.contains("://")
        && !is_stamped(name)
        && !no_name(name);
    plausible.then_some(name)
}

/// Whether a line ends in a day and a clock: a name may end in office hours.
fn is_stamped(line: &str) -> bool {
    clock_at_end(line).is_some_and(|(_, start)| day_at_end(trim_end(&line[..start])).is_some())
}

/// `昵称: 正文` on one line.
pub(crate) struct Inline;

pub(crate) fn sniff_inline(head: &Head) -> bool {
    let probe = Probe::of(&head.text, &mut Inline);
    // the lines of a list belong to whoever posted it, however many there are
    let lines = probed(&head.text).filter(|l| !l.trim().is_empty() && !is_listed(l)).count();
    let mut names = HashSet::new();
    let twice = head.text.lines().filter_map(inline).any(|(name, _)| !names.insert(name));
    probe.strays == 0 && twice && usize::try_from(probe.headers).unwrap_or(0) * 3 > lines
}

pub(crate) fn parse_inline(_head: &Head, text: &mut Decoder<'_>, job: &mut Job<'_>) -> io::Result<()> {
    run(text, &mut Inline, Rules { blanks: 0, ascending: true, rollover: None }, job)
}

impl Layout for Inline {
    fn line<'l>(&mut self, line: &'l str, _place: Place<'_>) -> Line<'l> {
        match inline(line) {
            Some((name, words)) => Line::Header(Header { name, inline: Some(words), ..Header::default() }),
            None => Line::Body,
        }
    }
}

/// `1. 李家湾-孙`, `2、王庄`: a line of a list.
fn is_listed(line: &str) -> bool {
    let line = line.trim_start();
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < line.len() && rest.starts_with(['.', '、', '．', ')', '）'])
}

fn inline(line: &str) -> Option<(&str, &str)> {
    let (name, words) = line.split_once(": ")?;
    let odd = |c: char| {
        matches!(
            c,
            '：' | '，' | '。' | '；' | '！' | '？' | '、' | '《' | '》' | '「' | '」' | '{' | '"' | '<'
        )
    };
    let plausible =
        !name.trim().is_empty() && name.chars().count() <= 20 && !name.contains(odd) && !no_name(name);
    plausible.then_some((name, words))
}
