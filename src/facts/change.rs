//! What a correction, cancellation, closure or reminder says: from when to when, about what, who still owes.

use chrono::Timelike;

use super::lexicon::{self, List};
use super::text::{Buf, is_clause_end, is_sentence_end};
use super::times::Times;
use super::{Change, Facts, Role, TimePrecision, TimeRole};

/// Reads the change of a follow-up into `facts`. For a correction the time behind the change word is the one that holds.
pub(crate) fn read(buf: &Buf, times: &Times, facts: &mut Facts) {
    if !matches!(facts.role, Role::Correction | Role::Cancellation | Role::Closure | Role::Reminder) {
        return;
    }
    let at = (0..buf.len()).find_map(|i| lexicon::at(buf, i, List::Changing).map(|len| (i, i + len)));
    let (a, b) = at.unwrap_or((0, 0));
    let mut change = Change { word: buf.slice(a, b), span: buf.span(a, b), ..Change::default() };
    change.subject = subject(buf);
    if facts.role == Role::Reminder {
        change.owing = owing(buf, 0, buf.len());
    }
    if facts.role == Role::Correction {
        moved(buf, times, &mut change);
    }
    facts.change = Some(change);
}

/// The words that move a time, from which on the new one stands.
const MOVES: &[&str] = &[
    "调整到",
    "调整为",
    "调整至",
    "改到",
    "改在",
    "改为",
    "改成",
    "改",
    "推迟到",
    "推迟至",
    "推迟",
    "顺延至",
    "顺延到",
    "顺延",
    "延期至",
    "延期到",
    "延期",
    "延长至",
    "延长到",
    "延至",
    "放宽到",
    "放宽至",
    "提前到",
    "提前至",
    "提前",
    "缓到",
    "缓至",
    "延到",
    "延迟到",
    "延后",
    "拖到",
    "挪到",
    "变更为",
    "变为",
    "应为",
    "是",
];

/// Names of deadlines.
const LABELS: &[&str] = &[
    "截止",
    "报送时间",
    "上报时间",
    "提交时间",
    "报名时间",
    "填报时间",
    "反馈时间",
    "时限",
    "报送期限",
    "收件时间",
    "缴费时间",
    "完成时间",
];

/// 课件还是今天给我, 也是周五: what is so as before.
fn stays(buf: &Buf, i: usize) -> bool {
    buf.get(i) == '是' && matches!(buf.before(i), '还' | '也' | '都' | '就' | '但' | '可' | '要' | '总')
}

/// 整改到位, 修改为: what is put right is not moved.
pub(crate) fn mended(buf: &Buf, i: usize) -> bool {
    buf.get(i) == '改' && (matches!(buf.before(i), '整' | '修') || buf.is(i, "改到位"))
}

fn moved(buf: &Buf, times: &Times, change: &mut Change) {
    let pivot = times.items.iter().rev().find_map(|t| {
        let back = t.from.saturating_sub(6);
        (back..t.from)
            .find(|&i| buf.any(i, MOVES).is_some() && !stays(buf, i) && !mended(buf, i))
            .filter(|&i| !(i..t.from).any(|k| is_sentence_end(buf.get(k))))
    });
    let pivot = pivot.or_else(|| (0..buf.len()).find(|&i| buf.any(i, &MOVES[..14]).is_some()));
    let Some(pivot) = pivot else { return };
    let moment = |t: &&super::times::Item| {
        if t.role == TimeRole::Event || t.meaning.due.is_none() {
            return t.meaning.start;
        }
        // An hour that nothing marks as morning or afternoon is an office hour.
        let at = t.meaning.due?;
        let bare = t.role == TimeRole::Other && !t.meaning.other.is_empty() && (1..=6).contains(&at.hour());
        Some(if bare { at + chrono::Duration::hours(12) } else { at })
    };
    let old = times.items.iter().filter(|t| t.to <= pivot).rfind(|t| moment(t).is_some());
    let new = times.items.iter().find(|t| t.from >= pivot && moment(t).is_some());
    change.from = old.as_ref().and_then(moment);
    change.to = new.as_ref().and_then(moment);
    // 改为明天下午同一时间: the hour stays.
    if buf.has(0, buf.len(), &["同一时间", "时间不变", "同样时间"])
        && new.is_some_and(|t| t.meaning.precision != TimePrecision::Minute || t.ranged || buf.is(t.to, "同"))
        && let (Some(from), Some(to)) = (change.from, change.to)
    {
        change.to = Some(to.date().and_time(from.time()));
    }
    let gathers = buf.has(
        0,
        buf.len(),
        &[
            "会", "演练", "培训", "活动", "安装", "集合", "体检", "出发", "讲课", "春联", "评残", "换卡",
            "换证", "评估", "集中",
        ],
    );
    let hands_in = buf.has(0, buf.len(), &["截止", "报送", "上报", "提交", "交", "报", "表", "台账"])
        && !buf.has(0, buf.len(), &["会议", "例会", "召开"]);
    // 报送时间3月18日17:00改为3月17日12:00: the label says what sort of time is moved.
    let labelled = buf.has(buf.sentence_start(pivot), pivot, LABELS);
    change.to_event =
        !labelled && new.is_some_and(|t| t.role == TimeRole::Event) || gathers && !hands_in && !labelled;
    // 周会改周四了 names no hour: it begins some time that day, and not at its end.
    if let Some(day) = new.filter(|t| change.to_event && t.meaning.precision == TimePrecision::Day) {
        change.to = day.meaning.start;
    }
}

/// The names of what is spoken of: titles in brackets and quotes, and the words before the change.
fn subject(buf: &Buf) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut i = 0;
    while i < buf.len() && out.len() < 4 {
        let close = match buf.c[i] {
            '《' => '》',
            '“' => '”',
            _ => {
                i += 1;
                continue;
            }
        };
        match (i + 1..(i + 40).min(buf.len())).find(|&k| buf.c[k] == close) {
            Some(end) => {
                out.push(buf.slice(i + 1, end).replace(['“', '”'], ""));
                i = end + 1;
            }
            None => i += 1,
        }
    }
    for i in 0..buf.len() {
        if out.len() >= 6 {
            break;
        }
        if let Some(len) = lexicon::at(buf, i, List::Subject) {
            let floor = buf.clause_start(i).max(i.saturating_sub(8));
            let start = (floor..i)
                .rev()
                .take_while(|&k| {
                    ('\u{4e00}'..='\u{9fff}').contains(&buf.c[k])
                        && !"的把将请和及与由因为为今明天到在有差没还".contains(buf.c[k])
                })
                .last()
                .unwrap_or(i);
            let word = buf.slice(start, i + len);
            if word.chars().count() >= 3 && !out.iter().any(|o| o.contains(&word)) {
                out.push(word);
            }
        }
    }
    out
}

/// Words in front of those who owe.
const BEFORE: &[&str] = &[
    "还没交的",
    "还没报的",
    "还没填的",
    "还没签到的",
    "未签到的",
    "未填的",
    "未交的",
    "未填报名单",
    "未报名单",
    "未交名单",
    "未报送名单",
    "未完成的",
    "还差",
    "还有",
    "未报的",
    "没报的",
    "没交的",
    "没发的",
    "未报:",
    "没发:",
    "没交:",
    "没报:",
    "差",
];

/// Words behind them.
const AFTER: &[&str] = &[
    "未报",
    "没报",
    "没交",
    "未交",
    "没发",
    "没有报",
    "没传",
    "未传",
    "没看到",
    "没录",
    "没填",
    "还没",
    "尚未",
    "仍未",
    "均未",
];

/// Who still owes: the names listed beside 还差, 没报, 未报.
pub(crate) fn owing(buf: &Buf, from: usize, to: usize) -> Vec<String> {
    for i in from..to {
        if let Some(len) = buf.any(i, BEFORE) {
            let at = i
                + len
                + buf
                    .any(
                        i + len,
                        &[
                            "单位:", "人员:", "人:", "小组:", "村:", "支部:", "有:", "有", ":", "的村:",
                            "是", "的",
                        ],
                    )
                    .unwrap_or(0);
            let found = names(buf, at, to);
            if !found.is_empty() {
                return found;
            }
        }
        if buf.any(i, AFTER).is_some() {
            let start = buf.clause_start(i).max(from);
            let start =
                (start..i).find(|&k| buf.any(k, &["还有", "还差"]).is_some()).map_or(start, |k| k + 2);
            let found = names(buf, start, i);
            if found.len() >= 2 {
                return found;
            }
            let n = super::num::number(buf, start).filter(|n| buf.get(n.end) == '个');
            if let Some(n) = n {
                let unit = buf.any(n.end + 1, &["村", "单位", "支部", "社区"]).unwrap_or(0);
                return vec![buf.slice(start, n.end + 1 + unit)];
            }
        }
    }
    Vec::new()
}

/// A list A、B、C of short names.
fn names(buf: &Buf, from: usize, to: usize) -> Vec<String> {
    let mut out = Vec::new();
    let mut at = from;
    for i in from..=to.min(from + 80) {
        let end = i == to || i == buf.len();
        let stop =
            end || is_clause_end(buf.get(i)) || matches!(buf.get(i), '(' | ' ') || starts_count(buf, i, at);
        let blank = !stop && i > at && buf.gap(i);
        if stop || blank || buf.get(i) == '、' {
            let len = i - at;
            // 一组, 3队: a number in front of its unit is a name.
            let unit =
                |k: &super::num::Num| buf.any(k.end, &["组", "队", "网格", "班", "社", "号楼"]).is_some();
            let figure = super::num::number(buf, at);
            if (2..=6).contains(&len) && figure.is_none_or(|k| unit(&k)) {
                out.push(buf.slice(at, i));
            } else if (!out.is_empty() || !stop) && len > 6 {
                return if out.len() >= 2 { out } else { Vec::new() };
            }
            at = if blank { i } else { i + 1 };
        }
        if stop {
            break;
        }
    }
    let single = out.len() == 1 && !["村", "社区", "组"].iter().any(|w| out[0].ends_with(w));
    if single { Vec::new() } else { out }
}

fn starts_count(buf: &Buf, i: usize, at: usize) -> bool {
    i > at + 1
        && (buf.get(i).is_ascii_digit()
            || buf.is(i, "未")
            || buf.is(i, "没")
            || buf.is(i, "还")
            || buf.is(i, "等"))
}

/// After a correction the new time is the deadline or the event of the text; the old one is history.
pub(crate) fn apply(facts: &mut Facts) {
    let Some(change) = facts.change.as_ref().filter(|_| facts.role == Role::Correction) else { return };
    let Some(to) = change.to else { return };
    let found = facts.times.iter().find(|t| {
        let same = t.start == Some(to)
            || t.end == Some(to)
            || t.end.is_some_and(|e| e - to == chrono::Duration::minutes(1));
        same && !t.flags.iter().any(|f| f == "alt")
    });
    let Some(time) = found.cloned() else { return };
    let precision = time.precision;
    if change.to_event {
        // 会议改为10:00，材料请于17:00前报送: what is to be handed in stays due.
        let own = facts.due.as_ref().is_some_and(|d| {
            d.span[0] >= time.span[1] && facts.demands.iter().any(|m| m.due_at == Some(d.at))
        });
        let place = facts.event.as_ref().and_then(|e| e.place.clone());
        facts.event = Some(super::Event { at: to, end: None, precision, place, span: time.span });
        if !own {
            facts.due = None;
        }
    } else {
        let mut flags = time.flags.clone();
        flags.push("correction".to_owned());
        let inferred = precision != super::TimePrecision::Minute;
        facts.due = Some(super::Due { at: to, precision, text: time.text, span: time.span, inferred, flags });
        facts.event = None;
    }
}
