//! What a notice asks for: verb, object, destination, audience and own deadline of each demand (`extraction.md` §5.6).
//! Verbs in reports of what was done, in attributes (报送的) and inside nouns (登记表) ask for nothing.

mod around;

use super::destination;
use super::handing;
use super::lexicon::{self, Hit, List, Sign};
use super::object;
use super::text::{Buf, is_clause_end};
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
    meeting(buf, times, facts, &mut out);
    signup(buf, times, facts, &mut out);
    out.truncate(DEMANDS_MAX);
    out
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

/// For a verb of one character: the characters before it and the words behind it that make it part of another word.
pub(crate) fn compounds(verb: &str) -> Option<(&'static str, &'static [&'static str])> {
    Some(match verb {
        "报" => (
            "喜日周月海简公画墙年党季情捷预通汇举填申快电信编漏瞒",
            &["警", "纸", "刊", "名", "销", "道", "废", "恩", "告", "酬", "到岗"],
        ),
        "发" => (
            "开爆沙头突引蒸批印颁研散揭下出分转",
            &[
                "展", "生", "现", "热", "放", "布", "挥", "言", "票", "车", "烧", "证", "改", "文件", "文号",
                "奖", "动",
            ],
        ),
        "交" => ("社外提上递", &["通", "流", "叉", "警", "接", "易", "界", "差", "管", "代"]),
        "传" | "送" | "填" | "缴" | "附" => (
            "宣流遗谣接护赠配清征追",
            &["统", "染", "达", "说", "销", "喜报", "温暖", "近", "件", "属", "则"],
        ),
        _ => return None,
    })
}

/// After 给我: what is done for somebody, not given to him.
const NOT_GIVEN: &[&str] =
    &["打", "说", "看", "站", "盯", "听", "记", "回", "的", "们", "留", "滚", "点赞", "投"];

/// Before a verb, with words between: what must not be done.
const FORBIDDEN: &[&str] = &[
    "不要在",
    "不得在",
    "别在",
    "严禁在",
    "禁止在",
    "不许在",
    "不准在",
    "不要把",
    "不得将",
    "别把",
    "不要将",
    "不要往",
    "别往",
    "不得向",
    "请勿",
    "切勿",
    "不要随意",
    "不得擅自",
];

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

    fn demands(&self, hit: &Hit, verbs: &[&Hit], n: usize, asked: bool) -> bool {
        let buf = self.buf;
        if self.noun(hit) || self.done(hit) || self.heads(hit) {
            return false;
        }
        // 自查整改清单: the verb before one that is part of a noun is part of it, too.
        if hit.sign == Sign::Do
            && verbs.get(n + 1).is_some_and(|v| v.from == hit.to && v.sign == Sign::Do && self.noun(v))
        {
            return false;
        }
        // “党员信息采集”小程序, 《党费收缴明细表》: part of a name.
        if buf.quotes(hit.from, hit.to) || self.own(hit) {
            return false;
        }
        let short = hit.to - hit.from == 1;
        let start = buf.clause_start(hit.from).max(self.from);
        let led = buf.has(start, hit.from, &["把", "将", "请", "务必", "须", "要", "一律", "统一"])
            || self.deadlines().any(|i| i.to <= hit.from && i.from >= start);
        if short && !led && !self.short_verb(hit) {
            return false;
        }
        // 完成 gives way to the verb it governs (完成…排查).
        if buf.is(hit.from, "完成") {
            let end = buf.clause_end(hit.to).min(self.to);
            let governs = verbs
                .iter()
                .skip(n + 1)
                .any(|v| v.from < end && (!self.noun(v) || v.to > v.from + 1 && self.governed(v, end)));
            let governs = governs && !buf.has(hit.to, end, &["并"]);
            let before = verbs.iter().take(n).any(|v| v.from >= start && v.to + 1 >= hit.from);
            let earlier =
                verbs.iter().take(n).any(|v| v.from >= self.from && !self.noun(v) && v.sign != Sign::Do);
            if governs
                || before
                || earlier && buf.before(hit.from) != '务' && !buf.has(hit.to, end, &["表", "账"])
            {
                return false;
            }
        }
        // 系统里同步传照片: the place says it, where the text has asked for something before.
        let placed = || self.later && destination::at_once(buf, start, hit.from).is_some();
        // 报名291户 at the head of a clause is a figure that is reported.
        let figure = hit.sign == Sign::Fill && super::num::starts_number(buf.get(hit.to));
        asked || led || hit.from == start && !figure || placed()
    }

    /// CA证书更新：…, 流感疫苗接种意愿摸底：…: a heading names the matter. 写清巡查几家: what is to be written.
    fn heads(&self, hit: &Hit) -> bool {
        const HEADING: usize = 20;
        let buf = self.buf;
        let start = buf.clause_start(hit.from).max(self.from);
        if hit.sign == Sign::Do && buf.has(start, hit.from, &["写清", "写明", "注明", "标明"]) {
            return true;
        }
        let asks = ["请", "务必", "须", "要", "把", "将", "到", "至", "在", "@"];
        hit.from < start + HEADING
            && (hit.to..hit.to + 2).any(|i| buf.get(i) == ':' && i < self.to)
            && !buf.has(start, hit.to, &asks)
            && !self.items.iter().any(|i| i.from >= start && i.to <= hit.to)
            && !self.hits.iter().any(|h| h.sign == Sign::Salute && h.from >= start && h.to <= hit.from)
    }

    /// 我统一在共享表填, 我25号之前要报: the writer will do it himself.
    fn own(&self, hit: &Hit) -> bool {
        // 我村, 我单位 are addressed; 我们 may be all.
        const BODIES: &str = "村镇乡县市区省国局办校院所站处科单家社们这给";
        let start = self.buf.clause_start(hit.from).max(self.from);
        let next = self.buf.get(start + 1);
        self.buf.get(start) == '我' && hit.from > start + 1 && !BODIES.contains(next)
    }

    /// After 完成: a verb at the end of the clause is what is to be completed (完成危房排查).
    fn governed(&self, hit: &Hit, end: usize) -> bool {
        hit.to == end
            || self.buf.any(hit.to, &["任务", "工作", "并", "和", "、"]).is_some()
            || hit.to + 2 >= end
    }

    /// 报, 交, 发 standing alone need something after them: a destination or an object.
    fn short_verb(&self, hit: &Hit) -> bool {
        let next = self.buf.get(hit.to);
        // 填《排查台账》
        next == '《'
            || destination::at_once(self.buf, self.from, hit.from).is_some()
            || !is_clause_end(next)
                && (destination::behind(self.buf, hit.to, self.to).is_some()
                    || self.buf.before(hit.from) == '前')
    }

    /// 登记表, 排查台账, 上报的: the verb is part of a noun or an attribute.
    fn noun(&self, hit: &Hit) -> bool {
        let buf = self.buf;
        let next = buf.get(hit.to);
        let (a, b) = (buf.before(hit.from), hit.to);
        let word = buf.slice(hit.from, hit.to);
        let person =
            next == '人' && (is_clause_end(buf.get(b + 1)) || "的:(、是为由应要".contains(buf.get(b + 1)));
        if next == '率' && hit.sign == Sign::Install && self.aims(hit) {
            return false;
        }
        if matches!(next, '的' | '者' | '率') || person {
            return true;
        }
        // 填完截图: what comes before.
        if next == '完' && !is_clause_end(buf.get(b + 1)) && word.starts_with('填') {
            return true;
        }
        if let Some((before, after)) = compounds(&word) {
            let object = buf.any(b, &["到岗人数", "名单", "名册"]).is_some();
            return before.contains(a) || buf.any(b, after).is_some() && !object;
        }
        // 检查前, 整改后, 验收组: the verb names an occasion.
        if hit.sign == Sign::Do
            && buf.any(b, &["前", "后", "期间", "组", "时", "中"]).is_some()
            && word != "完成"
        {
            return true;
        }
        // 县里来检查: others do it.
        if hit.sign == Sign::Do && a == '来' || word == "附" && a == '(' {
            return true;
        }
        if word == "报告" {
            return a == '零' || !(matches!(a, '上' | '第') || buf.is(b, "镇") || is_clause_end(next));
        }
        // 签到表; 截图发群里 asks for a picture, and the verb stands behind it.
        let form = matches!(word.as_str(), "签到" | "打卡") && matches!(next, '表' | '簿' | '册' | '记');
        if form || word == "截图" && matches!(next, '发' | '传' | '报' | '交' | '送' | '上') {
            return true;
        }
        if matches!(word.as_str(), "回执" | "截图") {
            return word == "回执" || destination::behind(buf, b, self.to).is_none();
        }
        let begun = buf.has(buf.clause_start(hit.from), hit.from, &["完成"]);
        if begun && buf.any(b, &["任务", "工作"]).is_some() {
            return false;
        }
        if matches!(hit.sign, Sign::Submit | Sign::Upload | Sign::Forward | Sign::Chain) {
            return word == "汇总"
                || buf.is(b, "组") && buf.any(b, &["组织", "组长", "组里", "组办"]).is_none();
        }
        let start = buf.clause_start(hit.from).max(self.from);
        if word == "给我" && buf.any(b, NOT_GIVEN).is_some() {
            return true;
        }
        // 登记表 is a form; 登记 asks for it only where somebody is asked to (请登记表格里的人).
        if hit.sign == Sign::Fill && !word.starts_with('填') && next == '表' && !matches!(a, '请' | '前')
        {
            return true;
        }
        let direct = matches!(a, '请' | '前' | '要' | '并' | '须' | '内' | '必')
            || hit.from == start
            || destination::at_once(buf, self.from, hit.from).is_some()
            || hit.sign == Sign::Fill
                && handing::form(buf, (start, hit.from), (hit.from, hit.to), false).is_some();
        let object_only = buf
            .any(b, &["情况", "结果", "表", "台账", "数据", "信息", "意见", "名单", "照片", "材料", "任务"])
            .is_some();
        lexicon::at(buf, b, List::Compound).is_some() && !(direct && object_only && hit.sign != Sign::Do)
    }

    /// 已报, 上传了, 未报, 不用报; 我们发给: the writer does it.
    fn done(&self, hit: &Hit) -> bool {
        let buf = self.buf;
        let back = hit.from.saturating_sub(4).max(buf.clause_start(hit.from));
        let denied = buf.has(
            back,
            hit.from,
            &[
                "已", "未", "没", "不用", "不再", "无需", "不得", "不要", "别", "不准", "不许", "严禁",
                "不能", "要求",
            ],
        ) && !buf.has(back, hit.from, &["没有", "已经到期"])
            && !buf.has(buf.clause_start(hit.from), hit.from, &["能不能", "要不要"])
            || buf.before(hit.from) == '不'
            || buf.has(buf.clause_start(hit.from), hit.from, FORBIDDEN);
        let own = buf.ends(hit.from, "我们") && matches!(hit.sign, Sign::Submit | Sign::Forward);
        let done = own || buf.get(hit.to) == '了' || buf.any(hit.to, &["完毕。", "结束", "过的"]).is_some();
        denied || done
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
        // 会后2日内将记录发群: bound to what has no date, not to the deadline of the sentence before.
        if self.items.iter().any(|i| i.conditional && i.from >= start && i.to <= hit.from) {
            return Vec::new();
        }
        let previous = verbs.iter().take(n).rev().find(|v| !self.noun(v)).map_or(self.from, |v| v.to);
        let usable = |i: &&Item| i.meaning.due.is_some() && !i.conditional;
        let between: Vec<&Item> =
            self.deadlines().filter(usable).filter(|i| i.from >= previous && i.to <= hit.from).collect();
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
        let what =
            if ack { Vec::new() } else { object::objects(buf, hit, (self.from, self.to), &spans, self.hits) };
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
