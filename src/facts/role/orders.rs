//! Short lines that a reader knows at once: who is late is told so, those addressed are told what to do without 请, a
//! service is cut off, something is meant for everybody.

use super::Shape;
use crate::facts::lexicon::{List, Sign, words};
use crate::facts::text::{Buf, is_clause_end};

/// Whether a line tells somebody that he is late, by its words alone.
pub(super) fn reminds(buf: &Buf, s: &Shape) -> bool {
    // 还差一组、三组的表，今天五点: those who owe come first, and when it is due.
    let first = || buf.any(0, &["还差", "还缺", "还没"]).is_some() && owes(buf);
    // 大棚面积核完没有？四组、五组今天下班前给我
    const YET: &[&str] = &["没有?", "了没?", "了没有?", "没?", "了没有,", "了没,"];
    let mine = || hands_me(buf) || buf.has(0, buf.len(), &["要报", "要交"]);
    let asked = || buf.has(0, buf.len(), YET) && s.firm && mine();
    if s.len <= OWED && asked() {
        return true;
    }
    lags(buf, s) || s.len <= OWED && !s.asks && (first() || presses_the_late(buf))
}

/// 协议签字按手印，周五之前收齐给我: whoever wants things handed to him asks for them.
pub(super) fn hands_me(buf: &Buf) -> bool {
    buf.has(
        0,
        buf.len(),
        &["前给我", "齐给我", "交给我", "报给我", "发给我", "报我", "交我", "发我", "拿给我", "送给我"],
    )
}

/// Whether a line tells those it addresses what to do, or when something takes place, although it says no 请.
pub(super) fn tells(buf: &Buf, s: &Shape) -> bool {
    tasked(buf, s)
        || cuts_off(buf, s)
        || convenes(buf, s)
        || must_be_shown(buf, s)
        || addressed(buf, s)
        || warns(buf, s)
        || renumbers(buf, s)
}

/// Whether a text says of itself that it is a notice, and not that something is missing.
pub(super) fn for_all(buf: &Buf, s: &Shape) -> bool {
    !s.asks && !buf.has(0, buf.len(), words(List::Missing)) && (titled(buf) || told_all(buf) || headed(buf))
}

/// 谁家要盖房的来找我, 换了人的报我: whoever it concerns is told to whom to turn.
pub(super) fn whoever(buf: &Buf, s: &Shape) -> bool {
    const SEEKS: usize = 30;
    const TURN: &[&str] = &[
        "的报我",
        "的告诉我",
        "的跟我说",
        "的和我说",
        "的跟我讲",
        "的给我说",
        "的找我",
        "的来找我",
        "的联系我",
        "的到我这",
        "的来我这",
        "的报给我",
        "的发我",
        "的来谈",
        "的请联系",
        "的到村部",
        "的来村部",
        "的去村部",
        "的来报名",
        "的找我报名",
        "的抓紧报",
        "的尽快报",
        "的提前说",
        "的提前报",
    ];
    // Among friends the same words ask to dinner.
    const LEISURE: &[&str] = &["喝", "吃饭", "吃火锅", "打牌", "麻将", "钓鱼", "玩", "拼车", "顺路", "红包"];
    let n = buf.len();
    // 今年谁要盖房的，这礼拜之内来找我
    let seeks = (0..n).any(|i| {
        buf.any(i, &["谁要", "谁家要", "哪家要", "谁想", "谁家想", "哪家想"]).is_some()
            && buf.has(i, (i + SEEKS).min(n), &["找我", "报我", "告诉我", "跟我说", "来登记", "说清楚"])
    });
    if seeks && s.firm && !buf.has(0, n, LEISURE) {
        return true;
    }
    // 想打疫苗的报名，写名字就行
    let enter = !s.has(Sign::First) && (1..n).any(|i| buf.is(i, "的报名") && is_clause_end(buf.get(i + 3)));
    // 名单上的带卡来登记, 没领的来领
    const COME: &[&str] = &["来登记", "来领", "来签字", "来办", "来交", "来确认", "来拿"];
    let come = (1..n).any(|i| {
        buf.any(i, COME).is_some()
            && (i.saturating_sub(6)..i).any(|k| buf.get(k) == '的' && !buf.is(k + 1, "时候"))
    });
    let enter = enter || come && !s.has(Sign::First);
    !s.asks && n >= TASK && (enter || buf.has(0, n, TURN)) && !buf.has(0, n, LEISURE) && !s.has(Sign::Thanks)
}

/// 外省发生化粪池清掏中毒事故。清池子必须先通风: what happened elsewhere, and what must be done lest it happen here.
fn warns(buf: &Buf, s: &Shape) -> bool {
    const HAPPENED: &[&str] =
        &["事故", "中毒", "火灾", "火情", "爆炸", "坍塌", "溺水", "触电", "坠落", "诈骗案"];
    const TOLD: &[&str] = &["必须", "严禁", "务必", "一律", "切勿", "不得", "禁止"];
    const WARNING: usize = 25;
    let said = buf.has(0, buf.len(), &["发生", "近期", "近日", "昨天", "最近", "接连"]);
    s.len >= WARNING
        && said
        && !s.asks
        && !s.has(Sign::First)
        && buf.has(0, buf.len(), HAPPENED)
        && buf.has(0, buf.len(), TOLD)
}

/// 值班电话换成13800000012了，旧号撕掉: under which number somebody is reached from now on.
fn renumbers(buf: &Buf, s: &Shape) -> bool {
    let change = ["换成", "改成", "改为", "换号", "变更为", "更换为"];
    s.phone
        && !s.asks
        && !buf.is(0, "我")
        && buf.has(0, buf.len(), &["电话", "号码", "热线"])
        && buf.has(0, buf.len(), &change)
}

/// 财务公开今天一定要贴出去，贴完拍照发我: it must be done, and be shown.
fn must_be_shown(buf: &Buf, s: &Shape) -> bool {
    const MUST: &[&str] = &["务必", "必须", "一定要", "一律", "一定得"];
    !s.asks && !s.timeless && !s.has(Sign::Promise) && buf.has(0, buf.len(), MUST) && hands_me(buf)
}

/// 各楼长：燃气公司明天来检查，家里要留人: a line that begins with whom it addresses tells them something.
fn addressed(buf: &Buf, s: &Shape) -> bool {
    const CALLED: usize = 8;
    const TOLD: &[&str] = &[
        "要", "别", "不要", "莫", "记得", "注意", "提前", "务必", "必须", "不得", "不准", "不许", "请", "带",
    ];
    let colon = (1..CALLED.min(buf.len())).find(|&i| matches!(buf.get(i), ':' | ','));
    let Some(colon) = colon.filter(|&i| buf.get(i) == ':') else { return false };
    let said = s.head[Sign::Salute as usize] || matches!(buf.get(0), '各' | '全');
    said && !s.asks && !s.has(Sign::Done) && buf.has(colon, buf.len(), TOLD) && buf.len() >= TASK
}

/// 村医通知：高血压的明天上午来测, 紧急通知：…: it says so itself.
fn headed(buf: &Buf) -> bool {
    const HEAD: usize = 12;
    let named = |i: usize| buf.any(i, &["通知:", "公告:", "提醒:", "提示:"]).is_some();
    let at = (0..HEAD.min(buf.len())).find(|&i| named(i));
    at.is_some_and(|at| !buf.has(0, at, &["收到", "已", "转达", "没", "的"]) && buf.len() > at + TASK)
}

/// A reminder that begins with those who owe is no longer than this.
const OWED: usize = 60;

/// And one that says how far everybody is than this; so many shares say it.
const PROGRESS: usize = 100;
const SHARES: usize = 3;

/// 还没交的：一组、三组: a list of those who owe, and nothing else.
pub(super) fn owes(buf: &Buf) -> bool {
    // 走访照片还差双河、石板
    const THING: usize = 12;
    let lead = buf.any(0, &["还没", "还差", "没", "未", "还有", "缺"]).is_some();
    let lead = lead || buf.has(0, THING.min(buf.len()), &["还差", "还缺"]);
    lead && crate::facts::change::owing(buf, 0, buf.len()).len() >= 2
}

/// 最美家庭就差石板一个村了, 积分还没到30的今晚必须补, 催第三遍了: somebody is late and is told so.
fn presses_the_late(buf: &Buf) -> bool {
    const NOW: &[&str] =
        &["必须", "抓紧", "赶紧", "赶快", "快来", "快点", "马上", "尽快", "今天", "今晚", "务必"];
    const LEFT: &[&str] = &["就差", "只差", "就剩", "只剩", "就缺", "只缺"];
    const BODIES: &[&str] = &["村", "社区", "组", "支部", "户", "家", "校", "班", "单位", "镇", "网格"];
    let n = buf.len();
    let late = |i: usize| {
        let of =
            buf.any(i, &["还没", "还未", "没", "未", "不够", "不到", "不满"]).filter(|_| !buf.is(i, "没有"));
        let end = of.and_then(|len| (i + len + 1..(i + len + 7).min(n)).find(|&k| buf.get(k) == '的'));
        end.is_some_and(|k| buf.has(k, n, NOW))
    };
    // 二组医保只剩两家没交了: who reports of his own begins with himself.
    const HEAD: usize = 4;
    let own = (1..HEAD).any(|i| buf.any(i, &["组", "村", "社区", "队"]).is_some());
    let left = |i: usize| {
        !own && buf.any(i, LEFT).is_some_and(|len| buf.has(i + len, (i + len + 12).min(n), BODIES))
    };
    // APP注册率双河垫底，今天务必赶上来
    let last = buf.has(0, n, &["垫底", "倒数", "末位", "最后一名"]) && buf.has(0, n, NOW);
    let again = buf.has(0, n, &["催"]) && buf.has(0, n, &["遍了", "次了", "几遍", "几次"]);
    last || again || (0..n).any(|i| late(i) || left(i))
}

/// 各组长，把…数字下午报给小田, 今晚各村书记一律在岗: those addressed are told what to do and by when, without 请.
fn tasked(buf: &Buf, s: &Shape) -> bool {
    const FIRM: &[&str] = &["一律", "务必", "必须"];
    let n = buf.len();
    // 各组今晚把名单理出来，明早我来拿: the writer comes in only afterwards.
    let mine = s.has(Sign::First) && !buf.is(0, "各");
    let each = s.has(Sign::Salute) || buf.is(0, "各") || buf.has(0, n, &["各楼栋", "各组", "各户", "各家"]);
    let told = buf.has(0, n, FIRM)
        || buf.has(0, n, &["把", "将"]) && (s.demands || !s.has(Sign::Done))
        || s.firm && buf.has(0, n, &["报给", "交给", "发给", "报我", "交我", "发我", "给我"]);
    let people = ["责任人", "负责人", "人员", "干部", "党员", "同志", "组长", "网格员"];
    let asked = buf.get(0) == '请' && buf.has(1, 14.min(n), &people) && s.demands;
    let owned = mine || s.has(Sign::Thanks) || s.has(Sign::Promise);
    !s.timeless && !s.asks && !owned && n >= TASK && (each && told || asked)
}

/// 今晚十点到明早六点检修停电: when a service is cut off is a notice, however short.
fn cuts_off(buf: &Buf, s: &Shape) -> bool {
    const SERVICES: &[&str] =
        &["停课", "停电", "停水", "停气", "断电", "断水", "断网", "封路", "停诊", "停暖", "停班"];
    // 水管爆裂正在抢修，预计下午四点恢复供水
    let back = ["恢复供水", "恢复供电", "恢复供气", "恢复通行", "恢复通车"];
    if buf.has(0, buf.len(), &back) && buf.has(0, buf.len(), &["预计", "计划"]) && !s.asks && !s.timeless
    {
        return true;
    }
    let told = buf.has(0, buf.len(), SERVICES) && !buf.has(0, buf.len(), &["了,", "了。", "又停", "停了"]);
    told && s.timed && !s.asks && !s.has(Sign::First) && buf.len() >= TASK && buf.before(buf.len()) != '了'
}

/// 7号上午八点半村部开防火会，都来: people are called together at an hour, without 请.
fn convenes(buf: &Buf, s: &Shape) -> bool {
    const ALL: &[&str] = &[
        "都来",
        "都到",
        "都参加",
        "都要来",
        "都要到",
        "准时到",
        "准时来",
        "到齐",
        "轮流来",
        "轮流去",
        "分批来",
        "分批去",
        "大家提名",
        "大家推荐",
        "不许缺席",
        "不得缺席",
        "别迟到",
    ];
    // 明早七点全体下沉，扫雪，带铁锹
    let whole = buf.has(0, buf.len(), &["全体", "全员"])
        && buf.has(0, buf.len(), &["集合", "下沉", "参加", "出动", "到岗", "带"]);
    // 通知一下，星期四上午九点体检车到村小
    let said = buf.any(0, &["通知一下", "通知下", "跟大家说一下", "给大家说一下", "说个事"]).is_some()
        || buf.has(0, SAID.min(buf.len()), &["说一声", "转告一下", "传达一下", "都说到"]);
    // 晚上七点半开个短会，各组长来一下
    let meets = buf.has(0, buf.len(), &["开会", "开个会", "个短会", "碰个头", "碰头会", "个小会"])
        && buf.has(0, buf.len(), &["各组", "组长", "各位", "大家", "两委", "全体", "都来", "都到"])
        && !s.has(Sign::First);
    // 明天卫健委来查，主任护士长一个都不许请假
    let kept =
        (s.timed || s.event) && buf.has(0, buf.len(), &["不许请假", "不准请假", "不得请假", "不能请假"]);
    (s.timed || kept)
        && !s.asks
        && (kept || whole || said || meets || buf.has(0, buf.len(), ALL))
        && !buf.has(0, buf.len(), &["了吗", "了没"])
}

/// Within so many characters a line says that it is to be passed on.
const SAID: usize = 12;

/// A shorter line is told to somebody in passing.
const TASK: usize = 12;

/// 参保率：东村96%，西村93%，北村79%。低于90%的来谈: how far everybody is, and who is behind.
fn lags(buf: &Buf, s: &Shape) -> bool {
    let shares = || buf.c.iter().filter(|c| **c == '%').count();
    let behind = || buf.has(0, buf.len(), &["低于", "不到", "最低", "倒数", "还差", "没到"]);
    s.len <= PROGRESS && !s.asks && shares() >= SHARES && behind()
}

/// 发热门诊搬到一楼，请相互转告: it is meant for everybody.
fn told_all(buf: &Buf) -> bool {
    const ALL: &[&str] =
        &["相互转告", "互相转告", "请周知", "望周知", "特此通知", "特此公告", "请广而告之", "请大家转告"];
    // 村级报账日改为每月10日、25日
    let rule = ["改为每月", "改为每周", "改为每天", "调整为每月", "调整为每周"];
    buf.len() >= TASK && (buf.has(0, buf.len(), ALL) || buf.has(0, buf.len(), &rule))
}

/// 关于…的通知 as a whole text or its first line; 现将…通报如下.
pub(super) fn titled(buf: &Buf) -> bool {
    let end = (0..buf.len().min(80)).find(|&i| matches!(buf.c[i], '\n' | ':')).unwrap_or(buf.len());
    let named =
        end <= 60 && ["的通知", "的公告", "的通报", "的通告", "的紧急通知"].iter().any(|w| buf.ends(end, w));
    named && buf.has(0, end, &["关于"])
        || buf.is(0, "现将") && buf.has(0, end, &["通报如下", "通知如下", "公示如下", "公告如下"])
}
