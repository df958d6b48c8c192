//! Coverage, group register 群台账, burden report 负担报告 and evidence index 凭据目录 as plain data (`product.md` §3.1
//! nos. 5, 11, 14). Pure; what they look like on paper is `export`'s. No person is counted or ranked here.

use std::collections::{BTreeMap, HashMap};

use rust_i18n::t;
use serde::Serialize;

use crate::digest::{ChainStep, Period, deadline_chain, when};
use crate::message::local;
use crate::notice::{Moment, Notice, State};

/// 导出覆盖: how far the exports reach.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Coverage {
    /// Every work group known.
    pub groups: Vec<GroupReach>,
    /// Files that could not be read, or not whole.
    pub failed: Vec<FailedFile>,
}

/// How far the exports of one group reach.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupReach {
    /// Its name.
    pub group: String,
    /// In a word.
    pub reach: Reach,
    /// Up to when its messages are in.
    pub until: Option<Moment>,
}

/// The states of `contract.md` §2, `groups --json`, field `coverage`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// Exported up to the day.
    Current,
    /// Exported, but not up to the day.
    Stale,
    /// Declared, never exported.
    Missing,
    /// The last export could not be read.
    Failed,
}

impl Reach {
    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Reach::Current => "current",
            Reach::Stale => "stale",
            Reach::Missing => "missing",
            Reach::Failed => "failed",
        }
    }

    /// The inverse of [`Reach::as_str`].
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Reach::Current, Reach::Stale, Reach::Missing, Reach::Failed].into_iter().find(|r| r.as_str() == word)
    }
}

/// A file that could not be read, or not whole.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FailedFile {
    /// Its name.
    pub path: String,
    /// The line of the first trouble.
    pub line: Option<u64>,
    /// Why, in words.
    pub reason: String,
}

/// How many different days of standstill are named one by one.
const STALE_DAYS: usize = 3;

/// How many failed files are named one by one.
const FAILED_NAMED: usize = 5;

/// The coverage in words: `35 个群：31 个已更新到今天，3 个停在 1 月 8 日，1 个导入失败`, then a line for every failed file.
#[must_use]
pub fn coverage_lines(coverage: &Coverage, period: &Period, now: i64, locale: &str) -> Vec<String> {
    let count = |reach| coverage.groups.iter().filter(|g| g.reach == reach).count();
    let mut parts = Vec::new();
    let current = count(Reach::Current);
    let day = local(now).date();
    let last = period.last_day();
    if last == day {
        parts.push(t!("digest.coverage.today", locale = locale, n = current));
    } else {
        let day = when::short_day(last, locale);
        parts.push(t!("digest.coverage.until", locale = locale, n = current, day = day));
    }
    let mut stale: BTreeMap<Option<chrono::NaiveDate>, usize> = BTreeMap::new();
    for group in coverage.groups.iter().filter(|g| g.reach == Reach::Stale) {
        *stale.entry(group.until.map(|m| local(m.0).date())).or_default() += 1;
    }
    let mut earlier = 0;
    for (n, (until, groups)) in stale.iter().rev().enumerate() {
        match until {
            Some(until) if n < STALE_DAYS => {
                let day = when::short_day(*until, locale);
                parts.push(t!("digest.coverage.stale", locale = locale, n = groups, day = day));
            }
            _ => earlier += groups,
        }
    }
    for (key, n) in [
        ("digest.coverage.earlier", earlier),
        ("digest.coverage.missing", count(Reach::Missing)),
        ("digest.coverage.failed", count(Reach::Failed)),
        ("digest.coverage.failed_files", coverage.failed.len()),
    ] {
        if n > 0 {
            parts.push(t!(key, locale = locale, n = n));
        }
    }
    let comma = t!("digest.comma", locale = locale);
    let parts = parts.join(&comma);
    let total = coverage.groups.len();
    let mut lines = vec![t!("digest.coverage.line", locale = locale, n = total, parts = parts).into_owned()];
    lines.extend(coverage.failed.iter().take(FAILED_NAMED).map(|f| failed_line(f, locale)));
    lines
}

fn failed_line(file: &FailedFile, locale: &str) -> String {
    let key = if file.line.is_some() { "digest.coverage.file_line" } else { "digest.coverage.file" };
    let line = file.line.unwrap_or_default();
    t!(key, locale = locale, path = file.path, line = line, reason = file.reason).into_owned()
}

/// The figures of one work group: a row of the register and of the burden report (`contract.md` §2, `groups --json`).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of contract.md §2")]
pub struct GroupFigures {
    pub group: String,
    pub platform: Option<String>,
    pub messages: u64,
    pub notices: u64,
    pub copies: u64,
    pub demands: u64,
    pub off_hours: u64,
    pub private_data: Option<u64>,
    pub first: Option<Moment>,
    pub last: Option<Moment>,
    pub last_import: Option<Moment>,
    pub coverage: Reach,
}

/// The figures of one issuing unit 发文单位: a row of the second table of the burden report. Units, never persons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnitFigures {
    /// Its name as senders write it before or after their own; `None` for all who name none.
    pub unit: Option<String>,
    /// Notices it posted a copy of.
    pub notices: u64,
    /// The copies.
    pub copies: u64,
    /// Work groups it posted them in.
    pub groups: u64,
    /// Of the notices, those that ask for something.
    pub demands: u64,
}

/// The burden report 负担报告 of a period.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Burden {
    /// By work group: a notice counts in every group it was posted in.
    pub groups: Vec<GroupFigures>,
    /// By issuing unit.
    pub units: Vec<UnitFigures>,
    /// All notices, each once.
    pub notices: u64,
    /// Of these, those that ask for something.
    pub demands: u64,
}

/// How names of offices end, the longer endings first.
const UNIT_ENDINGS: [&str; 30] = [
    "办公室",
    "服务站",
    "派出所",
    "卫生院",
    "居委会",
    "村委会",
    "政府",
    "中心",
    "社区",
    "街道",
    "妇联",
    "团委",
    "残联",
    "纪委",
    "党委",
    "支部",
    "专班",
    "大队",
    "医院",
    "学校",
    "办",
    "站",
    "所",
    "局",
    "委",
    "部",
    "科",
    "院",
    "镇",
    "村",
];

/// The commonest family names, by which a person's name behind an office's is told (`应急办周敏`).
const FAMILY_NAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤";

/// The unit a sender's name tells: the part that is named like an office (`镇应急办-李强`, `李强（民政办）`), or what stands
/// before a person's name of two or three characters (`应急办周敏`).
#[must_use]
pub fn unit(sender: &str) -> Option<String> {
    const SHORTEST: usize = 2;
    const LONGEST: usize = 16;
    let is_gap = |c: char| c.is_whitespace() || "-－—–_·•|｜/／,，:：()（）[]【】".contains(c);
    let office = |part: &&str| {
        let length = part.chars().count();
        let ending = UNIT_ENDINGS.iter().find(|e| part.ends_with(**e));
        (SHORTEST..=LONGEST).contains(&length) && ending.is_some_and(|e| length > e.chars().count())
    };
    let parts = || sender.split(is_gap).filter(|p| !p.is_empty());
    let before_name = |part: &str| {
        let chars: Vec<char> = part.chars().collect();
        [3, 2].into_iter().find_map(|name| {
            let at = chars.len().checked_sub(name).filter(|at| *at > SHORTEST)?;
            let head: String = chars[..at].iter().collect();
            (FAMILY_NAMES.contains(chars[at]) && office(&head.as_str())).then_some(head)
        })
    };
    parts().find(office).map(str::to_owned).or_else(|| parts().find_map(before_name))
}

/// The last row of the burden report: messages and copies summed up, every notice counted once.
#[must_use]
pub fn total(burden: &Burden, name: &str) -> GroupFigures {
    let rows = &burden.groups;
    let sum = |of: fn(&GroupFigures) -> u64| rows.iter().map(of).sum();
    GroupFigures {
        group: name.to_owned(),
        platform: None,
        messages: sum(|r| r.messages),
        notices: burden.notices,
        copies: sum(|r| r.copies),
        demands: burden.demands,
        off_hours: sum(|r| r.off_hours),
        private_data: rows.iter().map(|r| r.private_data).sum(),
        first: rows.iter().filter_map(|r| r.first).min(),
        last: rows.iter().filter_map(|r| r.last).max(),
        last_import: rows.iter().filter_map(|r| r.last_import).max(),
        coverage: Reach::Current,
    }
}

/// A row of the evidence index 凭据目录: one notice and what hangs on it.
#[derive(Clone, Debug, PartialEq)]
pub struct EvidenceRow {
    /// Id of the notice.
    pub notice: String,
    /// What it is about.
    pub title: String,
    /// When its first copy was seen.
    pub first_seen: Moment,
    /// The deadlines it has had, the one in force last.
    pub chain: Vec<ChainStep>,
    /// Its state.
    pub state: State,
    /// When it was marked done, by the clock, where that is known.
    pub done_at: Option<Moment>,
    /// 补录: the date a person typed for it.
    pub typed_at: Option<Moment>,
    /// What became of its checklist.
    pub duties: DutyCounts,
    /// The files, by occurrence and row.
    pub files: Vec<EvidenceFile>,
}

/// What became of the checklist of a notice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DutyCounts {
    /// Rows handed in.
    pub done: u64,
    /// Rows still open.
    pub open: u64,
    /// Rows that need not be handed in, with the reasons.
    pub waived: Vec<Option<String>>,
}

/// 凭据: a file, as it was attached and as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceFile {
    /// Where what it shows went.
    pub to: Option<String>,
    /// The deadline it was for, where that comes again and again.
    pub occurrence: Option<Moment>,
    /// Where it stood when it was attached.
    pub path: String,
    /// Its hash then.
    pub sha256: String,
    /// Its size then, in bytes.
    pub size: u64,
    /// When it was attached.
    pub added_at: Moment,
    /// What it is now.
    pub condition: Condition,
    /// 补录: the date a person typed for its row.
    pub typed_at: Option<Moment>,
}

/// What has become of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// It is there and the same.
    There,
    /// It is not found.
    Missing,
    /// Its content is another one.
    Changed,
}

/// The evidence index of a subject: the notices of a saved view or a search, oldest first. `follow_ups` are the
/// corrections and reminders filed under them, for the chain of deadlines; `files` those of each notice by its id.
#[must_use]
pub fn evidence<S: std::hash::BuildHasher>(
    notices: &[Notice],
    follow_ups: &[Notice],
    decided: &HashMap<String, Moment, S>,
    mut files: HashMap<String, Vec<EvidenceFile>, S>,
) -> Vec<EvidenceRow> {
    let by_id: HashMap<&str, &Notice> =
        notices.iter().chain(follow_ups).map(|n| (n.id.as_str(), n)).collect();
    let mut rows: Vec<EvidenceRow> = notices
        .iter()
        .map(|notice| {
            let done = notice.state == State::Done;
            let last = notice.duties.iter().filter(|d| d.state == "done").max_by_key(|d| d.settled_at);
            EvidenceRow {
                notice: notice.id.clone(),
                title: notice.title.clone(),
                first_seen: notice.first_seen,
                chain: deadline_chain(notice, &by_id),
                state: notice.state,
                done_at: decided.get(&notice.id).copied().filter(|_| done),
                typed_at: last.and_then(|d| d.typed_at).filter(|_| done),
                duties: duty_counts(notice),
                files: files.remove(&notice.id).unwrap_or_default(),
            }
        })
        .collect();
    rows.sort_by(|a, b| (a.first_seen, &a.notice).cmp(&(b.first_seen, &b.notice)));
    rows
}

fn duty_counts(notice: &Notice) -> DutyCounts {
    let mut counts = DutyCounts::default();
    for duty in &notice.duties {
        match duty.state.as_str() {
            "done" => counts.done += 1,
            "waived" => counts.waived.push(duty.reason.clone()),
            _ => counts.open += 1,
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::unit;

    #[test]
    fn units_are_read_from_names_and_persons_are_not() {
        for (sender, want) in [
            ("镇应急办-李强", Some("镇应急办")),
            ("李强（民政办）", Some("民政办")),
            ("社保中心 王芳", Some("社保中心")),
            ("石桥村-陈岚", Some("石桥村")),
            ("镇党政办公室", Some("镇党政办公室")),
            ("应急办周敏", Some("应急办")),
            ("民政办老杜", None),
            ("张所长", None),
            ("李强", None),
            ("办", None),
            ("", None),
        ] {
            assert_eq!(unit(sender).as_deref(), want, "{sender}");
        }
    }
}
