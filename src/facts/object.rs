//! The words around a demand's verb: what is asked for, where it is to go, and of whom.

use super::lexicon::{Hit, List, Sign, words};
use super::num::starts_number;
use super::text::{Buf, is_clause_end};
use super::{Act, Destination, DestinationKind, Facts, MarkKind};

/// Longest object and destination kept.
const WORDS_MAX: usize = 30;

/// Endings that make words a destination. Longer ones first.
const ENDINGS: &[(&str, DestinationKind)] = &[
    ("邮箱", DestinationKind::Mailbox),
    ("信箱", DestinationKind::Mailbox),
    ("朋友圈", DestinationKind::Group),
    ("工作群", DestinationKind::Group),
    ("群里", DestinationKind::Group),
    ("群内", DestinationKind::Group),
    ("群", DestinationKind::Group),
    ("小程序", DestinationKind::App),
    ("App", DestinationKind::App),
    ("APP", DestinationKind::App),
    ("app", DestinationKind::App),
    ("平台", DestinationKind::System),
    ("系统", DestinationKind::System),
    ("学院", DestinationKind::System),
    ("网站", DestinationKind::System),
    ("村委会", DestinationKind::Office),
    ("居委会", DestinationKind::Office),
    ("村部", DestinationKind::Office),
    ("办公室", DestinationKind::Office),
    ("会议室", DestinationKind::Office),
    ("中心", DestinationKind::Office),
    ("专班", DestinationKind::Office),
    ("窗口", DestinationKind::Office),
    ("镇政府", DestinationKind::Office),
    ("政府", DestinationKind::Office),
    ("所", DestinationKind::Office),
    ("办", DestinationKind::Office),
    ("站", DestinationKind::Office),
    ("科", DestinationKind::Office),
    ("股", DestinationKind::Office),
    ("处", DestinationKind::Office),
    ("财务", DestinationKind::Office),
    ("局", DestinationKind::Office),
    ("委", DestinationKind::Office),
    ("室", DestinationKind::Office),
    ("镇里", DestinationKind::Office),
    ("村里", DestinationKind::Office),
    ("我微信", DestinationKind::Person),
    ("微信", DestinationKind::Person),
    ("私信", DestinationKind::Person),
    ("我", DestinationKind::Person),
    ("本人", DestinationKind::Person),
    ("联系人", DestinationKind::Person),
];

/// The commonest family names.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤";

/// Reads the destination that begins right behind a verb: (至|到|给|往)X.
pub(crate) fn destination(buf: &Buf, verb_end: usize, to: usize) -> Option<Destination> {
    let end = clause(buf, verb_end, to);
    let mut at = verb_end;
    let led = matches!(buf.before(verb_end), '至' | '到' | '给');
    // 报送材料至X, 发照片到X: the preposition may stand behind the object.
    let prep = |i: usize| matches!(buf.get(i), '至' | '到' | '给' | '往' | '入');
    if !prep(at) && !led {
        if let Some(p) = (at..end.min(at + WORDS_MAX))
            .find(|&i| prep(i) && !starts_number(buf.get(i + 1)) && buf.before(i) != '达')
            && let Some(found) = ending(buf, p + 1, end)
        {
            return Some(found);
        }
    } else if !led {
        at += 1;
    }
    mail(buf, at, end)
        .or_else(|| ending(buf, at, end).filter(|_| led || at > verb_end || direct(buf, at, end)))
}

/// Without a preposition the destination stands at once: 报党政办, 发群里; not 报到岗人数.
fn direct(buf: &Buf, at: usize, end: usize) -> bool {
    let stop = (at..end).find(|&i| matches!(buf.get(i), '的' | '表' | '将' | '把')).unwrap_or(end);
    (at..stop.min(at + 14)).any(|i| ENDINGS.iter().any(|(w, _)| buf.is(i, w)))
}

fn clause(buf: &Buf, from: usize, to: usize) -> usize {
    let end = buf.clause_end(from).min(to);
    (from..end)
        .find(|&i| matches!(buf.get(i), '(' | ')' | '、') || buf.is(i, "并") && !buf.is(i, "并报"))
        .unwrap_or(end)
}

fn mail(buf: &Buf, from: usize, end: usize) -> Option<Destination> {
    let sign = (from..end).find(|&i| buf.get(i) == '@')?;
    let ascii = |i: usize| buf.get(i).is_ascii_alphanumeric() || matches!(buf.get(i), '.' | '-' | '_');
    let a = (from..sign).rev().take_while(|&i| ascii(i)).last()?;
    let b = (sign + 1..buf.len()).take_while(|&i| ascii(i)).last()?;
    Some(Destination { kind: DestinationKind::Mailbox, name: buf.slice(a, b + 1) })
}

fn ending(buf: &Buf, from: usize, end: usize) -> Option<Destination> {
    let top = end.min(from + WORDS_MAX);
    let mut best: Option<(usize, DestinationKind)> = None;
    for i in from..top {
        if is_clause_end(buf.get(i)) {
            break;
        }
        if let Some((word, kind)) = ENDINGS.iter().find(|(w, _)| buf.is(i, w)) {
            let stop = i + word.chars().count();
            let party = *word == "群" && matches!(buf.get(stop), '办' | '团') && buf.before(i) == '党';
            let inner = party
                || matches!(*word, "所" | "办" | "站" | "科" | "委" | "室" | "局" | "群")
                    && buf.any(stop, &["有", "法", "理", "点", "公", "员", "众", "长", "普"]).is_some();
            if stop <= end && !inner && (*word != "我" || buf.get(stop) != '们' && !buf.is(i, "我微信"))
            {
                let further = best.is_none() || buf.get(best.map_or(0, |b| b.0)) != '的';
                if further {
                    best = Some((stop, *kind));
                }
                if !matches!(buf.get(stop), '(' | '邮' | '微' | '工' | '群' | '、' | '和')
                    && !wide(buf, stop, top)
                {
                    break;
                }
            }
        }
    }
    let Some((mut stop, mut kind)) = best else { return person(buf, from, end) };
    // 民政办老李, 党政办小王: the office's person.
    if kind == DestinationKind::Office && matches!(buf.get(stop), '老' | '小') && stop + 1 < end {
        stop = (stop + 2).min(end);
        kind = DestinationKind::Person;
    } else if kind == DestinationKind::Office && buf.get(stop).is_ascii_digit() {
        let room = (stop..end).take_while(|&i| buf.get(i).is_ascii_digit()).count();
        if room <= 4 {
            stop += room + usize::from(buf.get(stop + room) == '室');
        }
    }
    let from = if kind == DestinationKind::Group { behind_verb(buf, from, stop) } else { from };
    let name = trim_name(buf, from, stop);
    (!name.is_empty()).then_some(Destination { kind, name })
}

/// 附照片发本群: the group begins behind the verb that sends there.
fn behind_verb(buf: &Buf, from: usize, stop: usize) -> usize {
    let verb = (from..stop)
        .rev()
        .find(|&i| matches!(buf.get(i), '发' | '报' | '传' | '交' | '送' | '到' | '至' | '在'));
    verb.filter(|&i| i + 1 < stop).map_or(from, |i| i + 1)
}

/// A longer destination word follows at once (应急办邮箱).
fn wide(buf: &Buf, from: usize, top: usize) -> bool {
    let near = (from + 4).min(top);
    let joined =
        |i: &usize| !is_clause_end(buf.get(*i)) && !"将并后再于由及和与的,()报交".contains(buf.get(*i));
    let to = (from..near).take_while(joined).last().map_or(from, |k| k + 1);
    // 县委办督查室, 教育局人事科: the office inside the office.
    let inner = |i: usize| {
        matches!(buf.get(i), '办' | '室' | '科' | '股' | '处' | '组' | '部') && !buf.is(i, "办理") && i < to
    };
    (from..to).any(|i| buf.any(i, &["邮箱", "微信", "工作群", "群"]).is_some() || inner(i))
}

fn person(buf: &Buf, from: usize, end: usize) -> Option<Destination> {
    let named = matches!(buf.get(from), '小' | '老') && from + 1 < end && buf.before(from) == '给';
    // 巡检表发周敏: a name of two or three characters fills the clause.
    if (2..=3).contains(&(end - from.min(end)))
        && SURNAMES.contains(buf.get(from))
        && matches!(buf.before(from), '发' | '报' | '交' | '给' | '送' | '至' | '到')
        && (from..end).all(|i| {
            matches!(buf.get(i), '\u{4e00}'..='\u{9fff}') && !"表单照片图料情况名数据".contains(buf.get(i))
        })
    {
        return Some(Destination { kind: DestinationKind::Person, name: buf.slice(from, end) });
    }
    named.then(|| Destination { kind: DestinationKind::Person, name: buf.slice(from, from + 2) })
}

fn trim_name(buf: &Buf, from: usize, to: usize) -> String {
    let mut a = from;
    let verb = |a: usize| {
        matches!(buf.get(a), '发' | '转' | '传')
            && buf.any(a + 1, &["群", "我", "微信", "本群", "邮箱"]).is_some()
    };
    while a < to && (matches!(buf.get(a), '至' | '到' | '给' | '往' | '在' | '“' | '"') || verb(a)) {
        a += 1;
    }
    buf.c[a..to].iter().filter(|c| !matches!(c, '“' | '”' | '"' | '《' | '》')).collect()
}

/// 在X上传, 登录X填报, 用X采集: the destination before the verb.
pub(crate) fn destination_before(buf: &Buf, from: usize, verb: usize) -> Option<Destination> {
    for i in (from..verb).rev() {
        let lead = match buf.get(i) {
            '在' | '用' | '到' | '至' | '登' | '成' => true,
            '请' | '。' | ';' => false,
            _ => continue,
        };
        if !lead || starts_number(buf.get(i + 1)) || buf.ends(i + 1, "收到") {
            continue;
        }
        let at = i + buf.any(i, &["登录", "登陆", "完成", "在", "用", "到", "至"]).unwrap_or(1);
        if let Some(found) = ending(buf, at, verb)
            && (matches!(
                found.kind,
                DestinationKind::App | DestinationKind::System | DestinationKind::Office
            ) || found.kind == DestinationKind::Group && found.name.chars().count() <= 10)
        {
            return Some(found);
        }
    }
    let end = (from..verb).find(|&i| buf.any(i, &["App", "APP", "小程序"]).is_some())?;
    let stop = end + 3;
    let a = (from..end)
        .rev()
        .take_while(|&i| {
            !is_clause_end(buf.get(i)) && !matches!(buf.get(i), '请' | '在' | '把' | '将' | '用')
        })
        .last()
        .unwrap_or(end);
    Some(Destination { kind: DestinationKind::App, name: buf.slice(a, stop) })
}

/// The place of an event as the destination of who attends.
pub(crate) fn place(buf: &Buf, facts: &Facts, from: usize, to: usize) -> Option<Destination> {
    let near = facts.marks.iter().find(|m| m.kind == MarkKind::Place)?;
    let _ = (buf, from, to);
    Some(Destination { kind: DestinationKind::Office, name: near.value.clone() })
}

/// The objects of the verb `hit` within the sentence `range`; `times` are the places of time expressions.
pub(crate) fn objects(
    buf: &Buf,
    hit: &Hit,
    range: (usize, usize),
    times: &[(usize, usize)],
    hits: &[Hit],
) -> Vec<String> {
    let start = buf.clause_start(hit.from).max(range.0);
    let mut out = Vec::new();
    if let Some(lead) =
        (range.0..hit.from).rev().find(|&i| matches!(buf.get(i), '把' | '将') && buf.get(i + 1) != '于')
        && (lead >= start || hit.from - lead < 40)
    {
        push(buf, lead + 1, cut_time(hit.from, lead + 1, times), &mut out);
    }
    if out.is_empty() {
        let end = after_end(buf, hit, range.1, hits);
        push(buf, hit.to, end, &mut out);
    }
    if out.is_empty() {
        // 纸质版周五前交: before the verb, around the time.
        let before = times.iter().rev().find(|(a, b)| *b <= hit.from && *a >= start);
        let (a, b) = before.map_or((start, hit.from), |(a, _)| (start, *a));
        push(buf, a, b, &mut out);
        if let (true, Some((_, t))) = (out.is_empty(), before) {
            push(buf, *t, hit.from, &mut out);
        }
    }
    if out.is_empty() {
        for i in (range.0..hit.from).rev() {
            if let Some(len) = buf.any(i, words(List::Object)).filter(|l| *l > 1) {
                push(buf, noun_start(buf, i, range.0), i + len, &mut out);
                break;
            }
        }
    }
    if out.is_empty() && buf.is(hit.from, "完成") {
        let a = start + buf.any(start, &["请"]).unwrap_or(0);
        let b = cut_time(hit.from, a, times);
        let clean = b > a + 2 && b < a + 20 && !buf.has(a, b, &["各", "请", "务必", ":", "@"]);
        if clean {
            out.push(buf.slice(a, b));
        }
    }
    counts(buf, range, &mut out);
    out
}

fn cut_time(to: usize, from: usize, times: &[(usize, usize)]) -> usize {
    times.iter().filter(|(a, _)| *a > from && *a < to).map(|(a, _)| *a).min().unwrap_or(to)
}

fn after_end(buf: &Buf, hit: &Hit, to: usize, hits: &[Hit]) -> usize {
    let mut end = buf.clause_end(hit.to).min(to);
    for i in hit.to..end {
        let prep = matches!(buf.get(i), '至' | '给' | '往')
            || buf.get(i) == '到' && !buf.is(i, "到岗") && !buf.is(i, "到期");
        if prep || buf.is(i, "并") || buf.get(i) == '(' {
            end = i;
            break;
        }
    }
    let next = hits.iter().find(|h| {
        h.sign.act().is_some()
            && h.from > hit.to
            && h.from < end
            && matches!(h.sign, Sign::Submit | Sign::Upload)
            && !"日周月喜简年".contains(buf.before(h.from))
            && h.to == end
    });
    next.map_or(end, |h| h.from)
}

/// Cuts `a..b` down to its noun phrases and keeps those that end like an object.
fn push(buf: &Buf, a: usize, b: usize, out: &mut Vec<String>) {
    let b = b.min(a + 60);
    let mut from = a;
    for i in a..=b {
        let split = i == b || matches!(buf.get(i), '、' | '和' | '及' | ',') || buf.is(i, "以及");
        if !split {
            continue;
        }
        if let Some((x, y)) = noun_phrase(buf, from, i) {
            let words: String =
                buf.c[x..y].iter().filter(|c| !matches!(c, '“' | '”' | '《' | '》' | '"')).collect();
            if !words.is_empty() && words.chars().count() <= WORDS_MAX && !out.contains(&words) {
                out.push(words);
            }
        }
        from = i + 1;
    }
}

fn noun_phrase(buf: &Buf, a: usize, b: usize) -> Option<(usize, usize)> {
    let mut end = None;
    let mut i = a;
    let mut depth = 0_usize;
    while i < b {
        match buf.get(i) {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => {
                if let Some(len) = buf.any(i, words(List::Object)).filter(|l| i + l <= b) {
                    let verb = len == 1
                        && buf.any(i, &["表示", "数据", "表现", "图斑", "费用", "账号", "表彰"]).is_some();
                    if !verb {
                        end = Some(i + len);
                        i += len;
                        continue;
                    }
                }
            }
            _ => {}
        }
        i += 1;
    }
    let end = end?;
    Some((noun_start(buf, end.saturating_sub(1).max(a), a), end))
}

/// The beginning of the noun phrase that ends behind `i`: not before the clause, an adverb or a verb of asking.
fn noun_start(buf: &Buf, i: usize, floor: usize) -> usize {
    let mut at = i;
    while at > floor {
        let p = at - 1;
        let c = buf.get(p);
        if is_clause_end(c)
            || matches!(c, ':' | '请' | '把' | '将' | '、' | '的' | '前' | ')' | '先' | '次' | '并' | '内')
        {
            break;
        }
        at = p;
    }
    at + buf.any(at, &["务必", "今天", "今晚", "各报", "再", "还"]).unwrap_or(0)
}

/// 不少于3张 and the like.
fn counts(buf: &Buf, range: (usize, usize), out: &mut Vec<String>) {
    for i in range.0..range.1 {
        if let Some(len) = buf.any(i, &["不少于", "不低于", "至少", "不超过"])
            && let Some(n) = super::num::number(buf, i + len)
        {
            if matches!(buf.get(n.end), '月' | '日' | '点' | '时' | ':' | '年') {
                continue;
            }
            let unit = usize::from(!is_clause_end(buf.get(n.end)) && buf.get(n.end) != ')');
            let words = buf.slice(i, n.end + unit);
            if !out.contains(&words) {
                out.push(words);
            }
        }
    }
}

/// What is still owed: the nearest noun before 没报.
pub(crate) fn chased(buf: &Buf, from: usize, at: usize) -> Vec<String> {
    let mut out = Vec::new();
    push(buf, from, at, &mut out);
    out
}

/// The class of an act, corrected by its object: 交党费 pays, 报数 submits.
pub(crate) fn act_for(act: Act, buf: &Buf, hit: &Hit, what: &[String]) -> Act {
    let fee = what.iter().any(|w| w.ends_with("党费") || w.ends_with("医保费") || w.ends_with("保费"));
    if fee && buf.get(hit.from) == '交' { Act::Pay } else { act }
}

/// Who is asked in `from..to`.
pub(crate) fn audience(buf: &Buf, hits: &[Hit], from: usize, to: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut push = |a: usize, b: usize| {
        let words = buf.slice(a, b);
        if !words.is_empty() && !out.contains(&words) && out.len() < 4 {
            out.push(words);
        }
    };
    for i in from..to {
        // 没报的村, 还没打卡的同志, 有意向的村民
        if let Some(len) =
            buf.any(i, &["还没", "没报的", "未报的", "没交的", "未登记的", "有意向的", "涉及的"])
        {
            let open = i + len;
            let of = (i..(i + 10).min(to)).find(|&k| buf.get(k) == '的').map_or(open, |k| k + 1);
            let noun = buf.any(of, &["村民", "村", "同志", "人员", "单位", "群众", "社区"]).unwrap_or(0);
            if of > i && (noun > 0 || of - i >= 3) {
                push(i, of + noun);
                return out;
            }
        }
    }
    for hit in hits.iter().filter(|h| h.sign == Sign::Salute && h.from >= from && h.to <= to) {
        let mut end = hit.to;
        end += buf.any(end, &["(社区)", "社区", "民组"]).unwrap_or(0);
        end += buf.any(end, &["书记", "主任", "负责人", "干部", "网格员", "员"]).unwrap_or(0);
        let a = if buf.before(hit.from) == '@' { hit.from - 1 } else { hit.from };
        let noun = buf.is(hit.to, "民群");
        if !noun {
            push(a, end);
        }
    }
    out
}
