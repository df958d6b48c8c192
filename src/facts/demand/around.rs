//! What a verb asks for by the words around it: where it is to go, whether only if something happens, what it is in truth.

use super::Scene;
use crate::facts::lexicon::Hit;
use crate::facts::text::is_clause_end;
use crate::facts::{Act, Demand, Destination, DestinationKind, destination, handing};

impl Scene<'_> {
    /// App激活率周五前达到80%: it asks that people install it.
    pub(super) fn aims(&self, hit: &Hit) -> bool {
        let aim = self.deadlines().next().is_some()
            || self.buf.has(self.from, self.to, &["目标", "不低于", "力争", "达不到", "要达到", "须达到"]);
        aim && !self.buf.has(hit.to, self.to, &["已达", "达到了", "完成了"])
    }

    /// 发现险情第一时间报值班室: to be done only if it happens.
    pub(super) fn conditional(&self, hit: &Hit) -> bool {
        const IF: [&str; 15] = [
            "发现",
            "遇有",
            "遇到",
            "如遇",
            "如有",
            "若有",
            "一旦",
            "有情况",
            "有异常",
            "有问题",
            "有困难",
            "有险情",
            "突发",
            "紧急情况",
            "出现",
        ];
        let start = self.buf.clause_start(hit.from).max(self.from);
        let own = self.deadlines().any(|i| i.from >= start && i.to <= hit.from);
        // 凡是返乡发热的，登记姓名，当天报我: the condition stands at the head of the sentence.
        let every = self.buf.has(self.from, hit.from, &["凡是", "凡有"])
            && !self.buf.has(self.from, hit.from, &["没", "未"]);
        every || !own && self.buf.has(start, hit.from, &IF)
    }

    /// The class of the verb, corrected by the words around it: 在这里回我 reports, 群里发一遍 passes on.
    pub(super) fn act(&self, hit: &Hit) -> Act {
        let buf = self.buf;
        let act = hit.sign.act().unwrap_or(Act::Act);
        if buf.is(hit.from, "回我") && buf.any(hit.to, &["电话", "信息", "消息", "微信"]).is_none()
        {
            let start = buf.clause_start(hit.from).max(self.from);
            let heard = buf.has(start, hit.from, &["收到", "看到", "知悉", "明白"]);
            return if heard { act } else { Act::Submit };
        }
        if act == Act::Submit && handing::passes_on(buf, (hit.from, hit.to)) { Act::Forward } else { act }
    }

    pub(super) fn destination(&self, hit: &Hit, act: Act) -> Option<Destination> {
        let buf = self.buf;
        let (verb, range) = ((hit.from, hit.to), (self.from, self.to));
        // 在这里回我: the place before the verb, not the person behind it.
        let here =
            || destination::at_once(buf, self.from, hit.from).filter(|d| d.kind == DestinationKind::Group);
        let mut found = here()
            .filter(|_| buf.is(hit.from, "回我"))
            .or_else(|| destination::behind(buf, hit.to, self.to))
            .or_else(|| destination::at_once(buf, self.from, hit.from))
            .or_else(|| destination::before(buf, self.from.max(buf.clause_start(hit.from)), hit.from))
            .or_else(|| {
                // 在服务中心举办宣讲，请报名: a place of another clause is where that takes place.
                let far = destination::before(buf, self.from, hit.from);
                far.filter(|d| d.kind != DestinationKind::Office || act == Act::Submit)
            });
        if found.is_none()
            && (matches!(act, Act::Fill | Act::Submit | Act::Upload | Act::Checkin | Act::Install)
                || buf.is(hit.from, "投票"))
        {
            found = handing::form(buf, range, verb, act == Act::Install);
        }
        if act == Act::Install {
            // 转发到村民群，注册率要达到85%: nobody installs anything in a group.
            found = found.filter(|d| d.kind != DestinationKind::Group);
        }
        if found.is_none() && act == Act::Upload {
            found = destination::called(buf, hit.to, self.to);
        }
        if found.is_none() && matches!(act, Act::Upload | Act::Fill) {
            found = handing::program(buf, range, act == Act::Fill);
        }
        if let (Act::Study, Some(d)) = (act, found.as_mut())
            && d.kind == DestinationKind::System
        {
            // A platform people learn on is an app in everybody's hand.
            d.kind = DestinationKind::App;
        }
        if act == Act::Submit {
            found = handing::handed_over(buf, found, verb, range);
        }
        if found.is_none() && matches!(act, Act::Attend | Act::Checkin) {
            found = destination::place(self.facts);
        }
        found
    }

    /// 有变化的在本群说: said in the group, where something is asked for.
    pub(super) fn told(&self) -> Option<Demand> {
        let buf = self.buf;
        let due = self.deadlines().filter(|i| !i.conditional).find(|i| i.meaning.due.is_some())?;
        let says = |i: usize| buf.is(i, "说") && (is_clause_end(buf.get(i + 1)) || buf.is(i + 1, "一声"));
        let at = (due.to..self.to).find(|&i| says(i))?;
        let place = destination::at_once(buf, self.from, at).filter(|d| d.kind == DestinationKind::Group)?;
        let barred = buf.has(buf.clause_start(at), at, &["不", "别", "勿"]);
        (!barred).then(|| Demand {
            act: Act::Submit,
            verb: buf.slice(at, at + 1),
            what: Vec::new(),
            destination: Some(place),
            audience: self.audience(),
            due_at: due.meaning.due,
            conditional: false,
            span: buf.span(at, at + 1),
        })
    }
}
