//! What a notice asks for: verb, object, destination, audience and own deadline of each demand (`extraction.md` §5.6).
//! Verbs in reports of what was done, in attributes (报送的) and inside nouns (登记表) ask for nothing.

mod around;
mod verb;

pub(crate) use verb::part_of_word;

use super::destination;
use super::lexicon::{Hit, Sign};
use super::object;
use super::text::Buf;
use super::times::{Item, Times};
use super::{Act, Demand, DestinationKind, Facts, MarkKind, Role, TimeRole};

/// Most demands kept of one message.
const DEMANDS_MAX: usize = 24;
/// Longest sentence looked at in one piece.
const SENTENCE_MAX: usize = 240;

/// Whether messages of this role ask for something.
pub(crate) fn may_demand(role: Role) -> bool {
    !matches!(role, Role::Ack | Role::Done | Role::Question | Role::Closure | Role::Cancellation)
}

/// Reads every demand, in order of position.
pub(crate) fn read(buf: &Buf, hits: &[Hit], times: &Times, facts: &Facts) -> Vec<Demand> {
    let mut out = Vec::new();
    if barred(buf, hits) {
        return out;
    }
    // 报名单 is a list to be handed in, not an entry.
    let listed =
        |h: &Hit| buf.is(h.from, "报名") && matches!(buf.get(h.to), '单' | '册') && h.to == h.from + 2;
    let verbs: Vec<&Hit> = longest(hits.iter().filter(|h| h.sign.act().is_some() && !listed(h)));
    let mut from = 0;
    while from < buf.len() && out.len() < DEMANDS_MAX {
        let to = sentence_end(buf, from);
        let (a, b) = bounds(&verbs, |h| h.from, from, to);
        let inside: Vec<&Hit> = verbs[a..b].iter().copied().filter(|h| h.to <= to).collect();
        let (c, d) = bounds(hits, |h| h.from, from, to);
        let (e, f) = bounds(&times.items, |i| i.from, from, to);
        let scene = Scene {
            buf,
            hits: &hits[c..d],
            items: &times.items[e..f],
            facts,
            from,
            to,
            later: !out.is_empty(),
        };
        scene.sentence(&inside, &mut out);
        from = to + 1;
    }
    sent_together(buf, &mut out);
    meeting(buf, times, facts, &mut out);
    once(&mut out);
    signup(buf, times, facts, &mut out);
    out.truncate(DEMANDS_MAX);
    out
}

/// 附件1…前报，附件2…前报，均发送到邮箱…: the last verb says where all of it goes, and asks for nothing new.
fn sent_together(buf: &Buf, out: &mut Vec<Demand>) {
    let all = |d: &Demand| {
        let at = buf.place_of(d.span[0]);
        d.destination.is_some() && ["均", "都", "统一", "一并", "一起"].iter().any(|w| buf.ends(at, w))
    };
    let open = |d: &Demand| matches!(d.act, Act::Submit | Act::Upload) && d.destination.is_none();
    let Some(last) = out.iter().rposition(|d| matches!(d.act, Act::Submit | Act::Upload)) else { return };
    if !all(&out[last]) || last < 2 || out[..last].iter().filter(|d| open(d)).count() < 2 {
        return;
    }
    let to = out.remove(last).destination;
    for demand in out[..last].iter_mut().filter(|d| open(d)) {
        demand.destination.clone_from(&to);
    }
}

/// 召开…会 参会：… 提前到会: however often it is said, one is to come to one meeting once.
fn once(out: &mut Vec<Demand>) {
    let Some(first) = out.iter().position(|d| d.act == Act::Attend) else { return };
    for demand in out.split_off(first + 1) {
        let known = &mut out[first];
        if demand.act == Act::Attend && demand.destination == known.destination {
            known.due_at = known.due_at.or(demand.due_at);
        } else {
            out.push(demand);
        }
    }
}

/// A 接龙 asks everybody in its group to put themselves down.
fn signup(buf: &Buf, times: &Times, facts: &Facts, out: &mut Vec<Demand>) {
    let Some(at) = (0..buf.len().min(40)).find(|&i| buf.any(i, &["接龙", "接龍", "Group"]).is_some())
    else {
        return;
    };
    if facts.signup.is_none() || out.iter().any(|d| d.act == Act::Signup) {
        return;
    }
    let due = times.items.iter().find(|i| i.role == TimeRole::Deadline).and_then(|i| i.meaning.due);
    let to = at + buf.any(at, &["接龙", "接龍", "Group"]).unwrap_or(0);
    out.push(Demand {
        act: Act::Signup,
        verb: buf.slice(at, to),
        what: Vec::new(),
        destination: Some(super::Destination { kind: DestinationKind::Group, name: "本群".to_owned() }),
        audience: Vec::new(),
        due_at: due,
        conditional: false,
        span: buf.span(at, to),
    });
}

/// A meeting asks those addressed to come; 提前N分钟 makes the moment to be there (rule 15).
fn meeting(buf: &Buf, times: &Times, facts: &Facts, out: &mut Vec<Demand>) {
    let Some(event) = times.event() else { return };
    let to = sentence_end(buf, event.to);
    let called = (event.from..to).find_map(|i| buf.any(i, &["召开", "开会", "集合"]).map(|len| (i, i + len)));
    let early = (event.to..buf.len().min(event.to + 160)).find(|&i| buf.is(i, "提前")).and_then(|i| {
        let n = super::num::number(buf, i + 2)?;
        buf.is(n.end, "分钟").then_some(i64::from(n.value))
    });
    let due = early.and_then(|n| Some(event.meaning.start? - chrono::Duration::minutes(n)));
    if let Some(known) = out.iter_mut().find(|d| d.act == Act::Attend) {
        known.due_at = known.due_at.or(due);
        return;
    }
    let Some((a, b)) = called else { return };
    let audience = facts.marks.iter().filter(|m| m.kind == MarkKind::Audience).map(|m| m.value.clone());
    out.push(Demand {
        act: Act::Attend,
        verb: buf.slice(a, b),
        what: Vec::new(),
        destination: destination::place(facts),
        audience: audience.take(2).collect(),
        due_at: due,
        conditional: false,
        span: buf.span(a, b),
    });
}

/// The stretch of a list sorted by position that lies in `from..to`.
fn bounds<T>(list: &[T], at: impl Fn(&T) -> usize, from: usize, to: usize) -> (usize, usize) {
    let a = list.partition_point(|x| at(x) < from);
    let b = list.partition_point(|x| at(x) < to);
    (a, b.max(a))
}

/// The end of the sentence at `from`; one without a stop is cut, so that the cost stays linear.
fn sentence_end(buf: &Buf, from: usize) -> usize {
    let top = buf.len().min(from + SENTENCE_MAX);
    (from..top).find(|&k| super::text::is_sentence_end(buf.c[k])).unwrap_or(top)
}

/// Of overlapping verbs only the longest, the earlier one first.
fn longest<'a>(hits: impl Iterator<Item = &'a Hit>) -> Vec<&'a Hit> {
    let mut out: Vec<&Hit> = Vec::new();
    for hit in hits {
        match out.last() {
            Some(last) if hit.from < last.to => {
                if hit.to - hit.from > last.to - last.from {
                    out.pop();
                    out.push(hit);
                }
            }
            _ => out.push(hit),
        }
    }
    out
}

/// Texts that ask for nothing although their words look like it (§5.4).
fn barred(buf: &Buf, hits: &[Hit]) -> bool {
    let n = buf.len();
    let upward = hits.iter().any(|h| h.sign == Sign::Upward);
    let promise = buf.has(0, 3.min(n), &["好的", "收到"]) && n <= 16 && !buf.has(0, n, &["请"]);
    let news =
        buf.has(0, n, &["会议要求", "会议强调", "会议指出"]) && !buf.has(0, n, &["请各", "务必", "各村:"]);
    let last = buf.before(buf.c.iter().rposition(|c| *c != '。').map_or(0, |p| p + 1));
    let asks = (last == '?' || last == '吗') && !buf.has(0, n, &["请各", "务必", "请于"]);
    upward || promise || news || asks
}

/// That something has not been handed in; the last character is the verb.
const OWED: &[&str] = &[
    "未上报",
    "未提交",
    "未上传",
    "没有报",
    "没有交",
    "没有发",
    "没有填",
    "没有传",
    "未报",
    "没报",
    "没交",
    "未交",
    "没发",
    "未发",
    "没传",
    "未传",
    "没填",
    "未填",
    "没录",
    "未录",
];

struct Scene<'a> {
    buf: &'a Buf,
    hits: &'a [Hit],
    items: &'a [Item],
    facts: &'a Facts,
    from: usize,
    to: usize,
    /// Whether an earlier sentence asks for something.
    later: bool,
}

impl Scene<'_> {
    fn sentence(&self, verbs: &[&Hit], out: &mut Vec<Demand>) {
        let asked = self.asked();
        let mut taken: Vec<usize> = Vec::new();
        let mut made = false;
        for (n, hit) in verbs.iter().enumerate() {
            if !self.demands(hit, verbs, n, asked) {
                continue;
            }
            let dues = self.dues(hit, verbs, n, &mut taken);
            made = true;
            let first = self.demand(hit, dues.first().copied());
            let known = out.iter().any(|d: &Demand| d.span == first.span);
            if known {
                continue;
            }
            for due in dues.iter().skip(1) {
                let mut more = first.clone();
                more.due_at = due.meaning.due;
                out.push(more);
            }
            out.push(first);
        }
        if let Some(told) = self.told()
            && !made
        {
            out.push(told);
        } else if let Some(chase) = self.chase()
            && !made
        {
            out.push(chase);
        }
        self.leftover(&taken, out);
    }

    /// Whether the sentence asks at all: 请, 务必, an addressee, a deadline.
    fn asked(&self) -> bool {
        let words = self.hits.iter().any(|h| {
            matches!(h.sign, Sign::Please | Sign::Salute | Sign::AsksAck)
                && h.from >= self.from
                && h.to <= self.to
        });
        words || self.deadlines().next().is_some()
    }

    fn deadlines(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|i| {
            matches!(i.role, TimeRole::Deadline | TimeRole::Recurring)
                && i.from >= self.from
                && i.to <= self.to
        })
    }

    /// The deadlines that belong to this verb; `taken` collects the used ones by position.
    fn dues(&self, hit: &Hit, verbs: &[&Hit], n: usize, taken: &mut Vec<usize>) -> Vec<&Item> {
        // 集合, 参会 has its own moment where an event stands in its clause.
        let start = self.buf.clause_start(hit.from);
        if hit.sign == Sign::Attend
            && self.items.iter().any(|i| i.role == TimeRole::Event && i.from >= start && i.to <= hit.to + 4)
        {
            return Vec::new();
        }
        // 12月24日举办培训，请各科长参加，回执22日前反馈: the day of the slip is not the day of the training.
        let clause = (start, self.buf.clause_end(hit.to));
        let own = |i: &Item| i.from >= clause.0 && i.to <= clause.1;
        if hit.sign == Sign::Attend
            && self.items.iter().any(|i| i.role == TimeRole::Event && i.from < hit.from)
            && !self.deadlines().any(own)
        {
            return Vec::new();
        }
        // 会后2日内将记录发群: bound to what has no date, not to the deadline of the sentence before.
        if self.items.iter().any(|i| i.conditional && i.from >= start && i.to <= hit.from) {
            return Vec::new();
        }
        let previous = verbs.iter().take(n).rev().find(|v| !self.noun(v)).map_or(self.from, |v| v.to);
        let usable = |i: &&Item| i.meaning.due.is_some() && !i.conditional;
        let between: Vec<&Item> =
            self.deadlines().filter(usable).filter(|i| i.from >= previous && i.to <= hit.from).collect();
        // 4月13日前集中整治三天，每天18:00前报对比图: the verb keeps to the deadline of its own clause.
        let nearest = between.iter().copied().filter(|i| i.from >= start).collect::<Vec<_>>();
        let between = if nearest.is_empty() { between } else { nearest };
        let found = if between.is_empty() {
            let next = verbs.get(n + 1).map_or(self.to, |v| v.from);
            let before = self.deadlines().filter(usable).filter(|i| i.to <= hit.from).last();
            let after =
                self.deadlines().filter(usable).find(|i| i.from >= hit.to && i.from <= next.max(hit.to));
            before
                .or(after)
                .or_else(|| self.deadlines().filter(usable).find(|i| i.from >= hit.to))
                .into_iter()
                .collect()
        } else {
            between
        };
        taken.extend(found.iter().map(|i| i.from));
        found
    }

    /// Deadlines with a label or a tail and no verb of their own (报名截止12月5日): the nearest verb or noun decides the act.
    fn leftover(&self, taken: &[usize], out: &mut Vec<Demand>) {
        for item in self.deadlines() {
            let known = taken.contains(&item.from)
                || out.iter().any(|d| d.due_at.is_some() && d.due_at == item.meaning.due);
            if known || item.conditional || item.meaning.due.is_none() || !item.firm {
                continue;
            }
            let start = self.buf.clause_start(item.from);
            let verb =
                self.hits.iter().rfind(|h| h.sign.act().is_some() && h.from >= start && h.to <= item.from);
            if let Some(verb) = verb {
                out.push(self.demand(verb, Some(item)));
            }
        }
    }

    fn demand(&self, hit: &Hit, due: Option<&Item>) -> Demand {
        let buf = self.buf;
        let act = self.act(hit);
        let destination = self.destination(hit, act);
        let skip =
            self.items.iter().filter(|i| i.from >= self.from && i.to <= self.to).map(|i| (i.from, i.to));
        let spans: Vec<(usize, usize)> = skip.collect();
        // 收到请回复 asks for a word, not for the thing spoken of before.
        let ack = act == Act::Reply
            && self.hits.iter().any(|h| h.sign == Sign::AsksAck && h.from <= hit.from && hit.to <= h.to);
        // 在群里回复“无变化”: the word to be said stands there.
        let said = act == Act::Reply && buf.get(hit.to) == '“';
        let what = if ack || said {
            Vec::new()
        } else {
            object::objects(buf, hit, (self.from, self.to), &spans, self.hits)
        };
        Demand {
            act: object::act_for(act, buf, hit, &what),
            verb: buf.slice(hit.from, hit.to),
            what,
            destination,
            audience: self.audience(),
            due_at: due.and_then(|i| i.meaning.due),
            conditional: matches!(act, Act::Submit | Act::Upload | Act::Fill) && self.conditional(hit),
            span: buf.span(hit.from, hit.to),
        }
    }

    fn audience(&self) -> Vec<String> {
        let found = object::audience(self.buf, self.hits, self.from, self.to);
        if !found.is_empty() {
            return found;
        }
        let whole = self.facts.marks.iter().filter(|m| m.kind == MarkKind::Audience).map(|m| m.value.clone());
        whole.take(1).collect()
    }

    /// 还有东村、西村未报: a demand on those named.
    fn chase(&self) -> Option<Demand> {
        let buf = self.buf;
        let (at, len) = (self.from..self.to).find_map(|i| buf.any(i, OWED).map(|len| (i, len)))?;
        let end = at + len;
        let presses = &["抓紧", "尽快", "马上", "请", "今天", "赶紧", "务必"];
        let attribute = buf.get(end) == '的' && !buf.has(at, self.to, presses);
        if attribute || buf.before(at) == '期' {
            return None;
        }
        let mut who = super::change::owing(buf, self.from, self.to);
        if who.is_empty() {
            who = object::audience(buf, self.hits, self.from, self.to);
        }
        if who.is_empty() && !buf.has(self.from, self.to, &["还有", "还差", "还没", "抓紧"]) {
            return None;
        }
        let history = self
            .items
            .iter()
            .find(|i| i.role == TimeRole::Deadline && i.from >= self.from && i.to <= self.to);
        Some(Demand {
            act: Act::Submit,
            verb: buf.slice(end - 1, end),
            what: object::chased(buf, self.from, at),
            destination: None,
            audience: who,
            due_at: history.and_then(|i| i.meaning.due),
            conditional: false,
            span: buf.span(at, end.min(self.to)),
        })
    }
}
