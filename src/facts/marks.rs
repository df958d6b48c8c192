//! Typed tokens that copies of one notice must agree on: titles, document numbers, counts, places, audience, phones, links.

use super::lexicon::{self, Hit, List, Sign};
use super::num::number;
use super::text::{Buf, is_clause_end};
use super::{Facts, Mark, MarkKind};

/// Longest title kept.
const TITLE_MAX: usize = 60;

/// Reads all marks into `facts`, with 紧急, 收到请回复 and secrecy.
pub(crate) fn read(buf: &Buf, hits: &[Hit], facts: &mut Facts) {
    facts.urgent = hits.iter().any(|h| h.sign == Sign::Urgent && urgent(buf, h));
    facts.asks_ack = hits.iter().any(|h| h.sign == Sign::AsksAck);
    facts.secrecy =
        hits.iter().find(|h| h.sign == Sign::Secret && secret(buf, h)).map(|h| buf.slice(h.from, h.to));
    let mut i = 0;
    while i < buf.len() {
        let next = match buf.c[i] {
            '《' => enclosed(buf, i, '》', MarkKind::Title, facts),
            '【' => enclosed(buf, i, '】', MarkKind::Title, facts),
            '关' if buf.get(i + 1) == '于' => about(buf, i, facts),
            '〔' => doc_number(buf, i, facts),
            'h' | 'H' | 'w' | 'W' => url(buf, i, facts),
            c if c.is_ascii_digit() => figures(buf, i, facts),
            c if super::num::starts_number(c) => count(buf, i, facts),
            _ => None,
        };
        i = next.unwrap_or(i + 1);
    }
    places(buf, facts);
    audience(buf, hits, facts);
}

/// 立即 far inside a long text is one of many instructions.
const URGENT_HEAD: usize = 160;

fn urgent(buf: &Buf, hit: &Hit) -> bool {
    // 马上到了, 非紧急 say nothing.
    match buf.get(hit.from) {
        '马' => !buf.has(hit.to, hit.to + 2, &["到", "就", "来"]) && buf.before(hit.from) != '我',
        '预' => buf.any(hit.to, &["专线", "电话", "平台", "机制", "系统", "号码"]).is_none(),
        '立' | '即' | '第' => hit.from < URGENT_HEAD,
        _ => buf.before(hit.from) != '非' && buf.before(hit.from) != '不',
    }
}

fn secret(buf: &Buf, hit: &Hit) -> bool {
    let long = hit.to - hit.from >= 4;
    let alone =
        matches!(buf.get(hit.to), '★' | '☆' | '\n' | '】' | '级' | ')' | '件' | '文') || hit.to == buf.len();
    long || alone
        && (hit.from == 0 || is_clause_end(buf.before(hit.from)) || "【(:".contains(buf.before(hit.from)))
}

fn push(buf: &Buf, kind: MarkKind, a: usize, b: usize, value: String, facts: &mut Facts) {
    let known = facts.marks.iter().any(|m| m.kind == kind && m.value == value);
    if !known && !value.is_empty() && facts.marks.len() < 64 {
        facts.marks.push(Mark { kind, value, span: buf.span(a, b) });
    }
}

/// A name in comparable form: quotes and white space taken out.
fn plain(buf: &Buf, a: usize, b: usize) -> String {
    buf.c[a..b].iter().filter(|c| !matches!(c, '“' | '”' | '"' | ' ' | '\n' | '「' | '」' | '\'')).collect()
}

fn enclosed(buf: &Buf, i: usize, close: char, kind: MarkKind, facts: &mut Facts) -> Option<usize> {
    let end = (i + 1..(i + TITLE_MAX).min(buf.len())).find(|&k| buf.c[k] == close)?;
    let value = plain(buf, i + 1, end);
    let generic = matches!(
        value.as_str(),
        "通知"
            | "紧急通知"
            | "紧急"
            | "转"
            | "转发"
            | "会议通知"
            | "群公告"
            | "公告"
            | "重要"
            | "重要通知"
            | "提醒"
    );
    if !generic {
        push(buf, kind, i, end + 1, value, facts);
    }
    Some(end + 1)
}

fn about(buf: &Buf, i: usize, facts: &mut Facts) -> Option<usize> {
    const ENDS: [&str; 10] =
        ["的通知", "的通报", "的公告", "的函", "的方案", "的意见", "的通告", "的报告", "的倡议书", "的说明"];
    let top = (i + TITLE_MAX).min(buf.len());
    for k in i + 2..top {
        if buf.get(k) == '\n' || matches!(buf.get(k), '。' | ';') {
            return None;
        }
        if let Some(len) = buf.any(k, &ENDS) {
            push(buf, MarkKind::Title, i, k + len, plain(buf, i + 2, k), facts);
            return Some(k + len);
        }
    }
    None
}

fn doc_number(buf: &Buf, i: usize, facts: &mut Facts) -> Option<usize> {
    let year = number(buf, i + 1)?;
    if buf.get(year.end) != '〕' {
        return None;
    }
    let n = number(buf, year.end + 1)?;
    if buf.get(n.end) != '号' {
        return None;
    }
    let from = (i.saturating_sub(8)..i)
        .rev()
        .take_while(|&k| ('\u{4e00}'..='\u{9fff}').contains(&buf.c[k]))
        .last()
        .unwrap_or(i);
    push(buf, MarkKind::DocNumber, from, n.end + 1, buf.slice(from, n.end + 1), facts);
    Some(n.end + 1)
}

fn url(buf: &Buf, i: usize, facts: &mut Facts) -> Option<usize> {
    let lower = |k: usize| buf.get(k).to_ascii_lowercase();
    let http = lower(i) == 'h' && lower(i + 1) == 't' && lower(i + 2) == 't' && lower(i + 3) == 'p';
    let www = lower(i) == 'w' && lower(i + 1) == 'w' && lower(i + 2) == 'w' && buf.get(i + 3) == '.';
    if !http && !www {
        return None;
    }
    let end = (i..(i + 400).min(buf.len()))
        .find(|&k| !buf.c[k].is_ascii() || matches!(buf.c[k], '\n' | ' ' | '"' | '<' | '>'))
        .unwrap_or((i + 400).min(buf.len()));
    push(buf, MarkKind::Url, i, end, buf.slice(i, end), facts);
    Some(end)
}

fn figures(buf: &Buf, i: usize, facts: &mut Facts) -> Option<usize> {
    let end = (i..).find(|&k| !buf.get(k).is_ascii_digit()).unwrap_or(i + 1);
    let digits = end - i;
    let mobile = digits == 11 && buf.c[i] == '1' && ('3'..='9').contains(&buf.c[i + 1]);
    let landline = buf.c[i] == '0' && digits <= 4 && buf.get(end) == '-' && digits >= 3;
    if mobile {
        push(buf, MarkKind::Phone, i, end, buf.slice(i, end), facts);
        return Some(end);
    }
    if landline {
        let to = (end + 1..).find(|&k| !buf.get(k).is_ascii_digit()).unwrap_or(end);
        if (7..=8).contains(&(to - end - 1)) {
            push(buf, MarkKind::Phone, i, to, buf.slice(i, to), facts);
            return Some(to);
        }
    }
    if digits <= 4
        && let Some(to) = count(buf, i, facts)
    {
        return Some(to);
    }
    Some(end)
}

const UNITS: &[&str] = &[
    "张", "份", "条", "户", "人", "次", "家", "篇", "场", "名", "个", "副", "处", "件", "字", "分", "%",
    "套", "箱", "本", "台", "元", "头", "亩", "盒", "支", "部", "项", "期", "站",
];

fn count(buf: &Buf, i: usize, facts: &mut Facts) -> Option<usize> {
    let n = number(buf, i)?;
    let mut at = n.end;
    if buf.get(at) == '.' && buf.get(at + 1).is_ascii_digit() {
        at = (at + 1..).find(|&k| !buf.get(k).is_ascii_digit()).unwrap_or(at);
    }
    let mut value = if at > n.end { buf.slice(i, at) } else { n.value.to_string() };
    if matches!(buf.get(at), '万' | '千' | '百' | '亿') {
        value.push(buf.get(at));
        at += 1;
    }
    let len = buf.any(at, UNITS)?;
    let unit = buf.slice(at, at + len);
    // 一个, 几个月, 3个工作日, 17点30分, 一条心 count nothing.
    let time = matches!(unit.as_str(), "分")
        && (matches!(buf.before(i), '点' | ':' | '时') || buf.get(at + len) == '钟')
        || unit == "个" && buf.any(at + 1, &["月", "工作日", "小时", "星期", "季度", "半"]).is_some()
        || buf.is(at, "人大")
        || buf.is(at, "家里")
        || buf.is(at, "期末")
        || buf.is(at, "站式")
        || buf.is(at, "部分")
        || buf.is(at, "个别");
    if time || n.han && n.value == 1 {
        return None;
    }
    value.push_str(&unit);
    push(buf, MarkKind::Count, i, at + len, value, facts);
    Some(at + len)
}

/// 地点：X, and 在X with a word at its end that names a place; the event's place is the first one.
fn places(buf: &Buf, facts: &mut Facts) {
    let mut found: Option<(usize, usize)> = None;
    for i in 0..buf.len() {
        if buf.is(i, "地点") {
            let at = i + 2 + buf.any(i + 2, &["改在", "改到", "改为", ":", "在", "为"]).unwrap_or(0);
            if at == i + 2 || buf.is(at, "不变") {
                continue;
            }
            let end = (at..(at + 30).min(buf.len()))
                .find(|&k| is_clause_end(buf.c[k]) || buf.c[k] == '(')
                .unwrap_or(buf.len().min(at + 30));
            if end > at {
                found = Some((at, end));
                break;
            }
        }
        if found.is_none()
            && let Some(len) = lexicon::at(buf, i, List::Place)
        {
            let end = i + len + lexicon::at(buf, i + len, List::Place).unwrap_or(0);
            let start = place_start(buf, i);
            // 因镇政府OA系统升级: why, not where.
            found = (buf.get(start) != '因').then_some((start, end));
        }
    }
    let Some((a, b)) = found else { return };
    let value = plain(buf, a, b);
    push(buf, MarkKind::Place, a, b, value, facts);
}

fn place_start(buf: &Buf, i: usize) -> usize {
    let floor = i.saturating_sub(10).max(buf.clause_start(i));
    for k in (floor..i).rev() {
        // 3号楼报告厅
        let storey =
            (k..i).find(|&d| !buf.c[d].is_ascii_digit()).is_some_and(|d| "号楼层栋".contains(buf.c[d]));
        if buf.c[k].is_ascii_digit() && storey {
            continue;
        }
        // 请各物业立即检查地下车库挡水板: what is to be looked at, and by whom.
        if buf.is(k, "检查") || buf.is(k, "立即") {
            return k + 2;
        }
        if matches!(
            buf.c[k],
            '在' | '到' | '于' | '来' | '去' | '点' | '分' | '半' | ')' | ':' | '、' | '午' | '从' | '0'
                ..='9'
        ) {
            // 八点二十村委会门口: the minutes are no part of the place.
            let minutes = number(buf, k + 1).filter(|m| buf.c[k] == '点' && m.value % 5 == 0 && m.end <= i);
            return minutes.map_or(k + 1, |m| m.end);
        }
    }
    floor
}

/// 告家长书, 家长群, 家长会: the word is part of a name, and addresses nobody.
pub(crate) fn of_name(buf: &Buf, hit: &Hit) -> bool {
    buf.is(hit.from, "家长")
        && (buf.before(hit.from) == '告' || matches!(buf.get(hit.to), '群' | '会' | '书' | '学'))
}

fn audience(buf: &Buf, hits: &[Hit], facts: &mut Facts) {
    // 最美网格员 between quotation marks is a title to be won.
    for hit in hits.iter().filter(|h| h.sign == Sign::Salute && !buf.quotes(h.from, h.to)) {
        if of_name(buf, hit) {
            continue;
        }
        let mut to = hit.to;
        if buf.is(to, "(社区)") {
            to += 4;
        }
        to += buf.any(to, &["书记", "主任", "负责人", "干部"]).unwrap_or(0);
        // 各办所
        to += usize::from(buf.get(to) == '所' && buf.before(to) == '办');
        // 各组长: the office held, not the group.
        const NO_OFFICE: &str = "期假效江沙春途廊征跑";
        to += usize::from(buf.get(to) == '长' && !NO_OFFICE.contains(buf.get(to + 1)));
        let value = buf.slice(hit.from, to);
        if buf.get(hit.from) == '各' || value.ends_with("员") || value.contains("全体") || value == "所有人"
        {
            push(buf, MarkKind::Audience, hit.from, to, value, facts);
        }
        if facts.marks.iter().filter(|m| m.kind == MarkKind::Audience).count() >= 4 {
            break;
        }
    }
}
