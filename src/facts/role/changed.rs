//! Whether a text changes, calls off or ends what another asked for: exact words of each, and what looks like them.

use super::{Shape, follow};
use crate::facts::Role;
use crate::facts::change::mended;
use crate::facts::lexicon::Sign;
use crate::facts::text::{Buf, is_clause_end};
use crate::facts::times::Times;

/// Corrections, cancellations, closures.
pub(super) fn read(buf: &Buf, shape: &Shape, times: &Times) -> Option<Role> {
    let head = buf.len().min(60);
    let over = buf.has(0, buf.len(), &["不用再", "不用报"]);
    if shape.has(Sign::Closure) && shape.len <= 60 && !shape.asks && (!shape.deadline || over) && closure(buf)
        || shape.len <= 40 && follow::stands_down(&buf.slice(0, buf.len()))
        || shape.len <= LIFTED && !shape.deadline && (lifts(buf) || over_with_thanks(buf))
    {
        return Some(Role::Closure);
    }
    // 每月…前上传，12月的提前到26日: a standing order with its exception.
    let standing = shape.recurs && shape.demands && !buf.has(0, buf.len(), ONE_OCCASION);
    if standing && !buf.has(0, head, &["取消", "更正"]) {
        return None;
    }
    if shape.len <= 80 && cancels(buf) {
        return Some(Role::Cancellation);
    }
    // 10点，看更正 points at one.
    let points = buf.has(0, head, &["看更正", "见更正", "看调整", "看改期"]);
    if !points && buf.has(0, 8.min(buf.len()), &["更正", "调整:", "改期"])
        || buf.has(0, head, &["更正:", "更正说明", "重要更正"])
    {
        return Some(Role::Correction);
    }
    let slip = ["打错了", "说错了", "写错了", "发错了", "有误", "前面不算", "前面说的不算", "上一条不算"];
    let right = ["应为", "应是", "应改为", "改为", ",是", "以这个为准", "以此为准", "以本条为准"];
    if shape.len <= 40
        && buf.has(0, buf.len(), &slip)
        && (!times.items.is_empty() || buf.has(0, buf.len(), &right))
        && !shape.asks
    {
        return Some(Role::Correction);
    }
    if shape.len <= 60 && !shape.asks && (no_more(buf, shape) || asks_anew(buf)) {
        return Some(Role::Correction);
    }
    let by = shape.len <= 60 && (holds_instead(buf) || not_but(buf, times)) && !shape.asks;
    if by || shape.len <= 110 && moves(buf) {
        return Some(Role::Correction);
    }
    None
}

/// 第七条不用报了: a part of what was asked for is not wanted any more.
fn no_more(buf: &Buf, shape: &Shape) -> bool {
    const WORDS: &[&str] =
        &["不用报了", "不用交了", "不用填了", "不用发了", "不用传了", "不用写了", "不用弄了", "不要报了"];
    // 我们村不用报了 answers for one's own.
    let own = shape.has(Sign::First) || buf.has(0, 6.min(buf.len()), &["我村", "我组", "我们"]);
    buf.has(0, buf.len(), WORDS) && !own && !buf.has(0, buf.len(), &["吧", "是不是", "的不用"])
}

/// 表上加一列，已经交了的重新发一份: what was handed in already is wanted once more.
fn asks_anew(buf: &Buf) -> bool {
    const GIVEN: &[&str] = &["交了的", "报了的", "填了的", "发了的", "已报的", "已交的", "已填的", "已发的"];
    const AGAIN: &[&str] = &["重新", "重报", "重填", "重发", "再发一", "再报一", "再交一", "补上", "改一下"];
    let own = buf.has(0, buf.len(), &["我重新", "我再", "我改", "我补", "我来", "我去"]);
    !own && buf.has(0, buf.len(), GIVEN) && buf.has(0, buf.len(), AGAIN)
}

/// Who lifts a warning may still ask for care, but not at length.
const LIFTED: usize = 80;

/// 应急局检查已结束，感谢各车间配合: it is over, and nothing is asked for any more.
fn over_with_thanks(buf: &Buf) -> bool {
    let n = buf.len();
    buf.has(0, n, &["已结束", "已经结束", "圆满结束", "顺利结束", "顺利完成"])
        && buf.has(0, n, &["感谢", "谢谢", "辛苦"])
        && !buf.has(0, n, &["请", "务必", "?", "吗", "还没", "未"])
}

/// 县气象台6时30分解除暴雨红色预警，请继续巡查: the first clause lifts a warning.
fn lifts(buf: &Buf) -> bool {
    const NEAR: usize = 12;
    const WHAT: &[&str] = &["预警", "警报", "响应", "警戒", "管制", "封闭", "封控", "管控", "禁火令"];
    let end = buf.clause_end(0);
    let at = (0..end).find(|&i| buf.is(i, "解除"));
    at.is_some_and(|i| {
        !matches!(buf.before(i), '未' | '不' | '待' | '可')
            && !buf.is(i, "解除前")
            && !buf.is(i, "解除后")
            && buf.has(i.saturating_sub(NEAR), (i + NEAR).min(end), WHAT)
            && !buf.has(0, i, &["发布", "尚"])
    })
}

/// 公式错了，以新发的为准: what holds now instead of what was wrong.
fn holds_instead(buf: &Buf) -> bool {
    const THAT: usize = 8;
    let n = buf.len();
    let holds = (0..n).any(|i| buf.get(i) == '以' && buf.has(i + 1, (i + THAT).min(n), &["为准"]));
    holds && buf.has(0, n, &["错了", "有误", "有错", "写错", "发错", "更新了", "换了"])
}

/// 家长会时间不是7点，是6点半: two moments, and which of them holds.
fn not_but(buf: &Buf, times: &Times) -> bool {
    let not = (0..buf.len()).find(|&i| buf.is(i, "不是"));
    not.is_some_and(|i| {
        times.items.iter().filter(|t| t.from >= i).count() >= 2
            && buf.has(i, buf.len(), &[",是", ",应该是", ",应是", ",而是"])
    })
}

fn closure(buf: &Buf) -> bool {
    let n = buf.len();
    let owing = buf.has(0, n, &["没报", "未报", "没交", "未交", "还差", "还有", "只差"]);
    if owing && !buf.has(0, n, &["不用", "不再"]) {
        return false;
    }
    !buf.has(0, n, &["周五前收齐", "前收齐", "下班前收齐", "请", "吗", "?"])
        && buf.has(
            0,
            n,
            &[
                "收齐",
                "齐了",
                "齐,",
                "已齐",
                "不用再",
                "完结",
                "销号",
                "撤吧",
                "撤,",
                "已清零",
                "都清零",
                "全部清零",
                "清零了",
                "到此结束",
                "恢复正常",
                "都收到了",
                "全部收到",
                "都报来了",
                "都交来了",
                "人找到了",
                "不用找了",
                "险情排除",
                "险情已排除",
                "警情已解除",
                "人员撤回",
                "系统已关闭",
            ],
        )
}

/// Words that call something off; 取消 may also take something from somebody.
const CALLED_OFF: &[&str] = &[
    "不开了",
    "不搞了",
    "不去了",
    "不办了",
    "停办",
    "发错了",
    "作废",
    "改期",
    "不用到校",
    "改为线上",
    "暂停举办",
    "暂停举行",
    "暂缓举办",
    "暂缓举行",
    "择期举行",
    "择期举办",
    "时间另定",
    "另定时间",
    "组不来了",
    "不用准备",
    "不用集合",
    "大家不用来",
    "不停电了",
    "不停水了",
    "不停气了",
    "不停课了",
    "不检查了",
    "不培训了",
    "不演练了",
    "不体检了",
    "不集合了",
    "不考试了",
];

/// 无故缺席的取消民兵资格, 逾期取消评优: what happens to those who do not, and nothing is called off.
fn takes_away(buf: &Buf, at: usize) -> bool {
    const RIGHTS: &[&str] = &[
        "资格", "评优", "评先", "名额", "待遇", "称号", "补贴", "荣誉", "奖", "低保", "绩效", "补助", "权限",
    ];
    let (start, end) = (buf.clause_start(at), buf.clause_end(at));
    buf.has(at, end, RIGHTS)
        && (buf.has(start, at, &["的", "者", "逾期", "否则", "一律", "将", "予以", "视为", "未", "不"])
            || at == start)
}

fn cancels(buf: &Buf) -> bool {
    let n = buf.len();
    if buf.has(0, n, &["改期至", "改期到", "改期为"]) {
        return false;
    }
    // 延长至25日，原20日作废 moves a time.
    if buf.has(0, n, &["作废"]) && moves(buf) && !buf.has(0, n, &["取消"]) {
        return false;
    }
    // 统一用新表，旧表作废 calls off a form.
    let form = (0..n).any(|i| {
        buf.is(i, "作废") && ["旧表", "旧版", "老表", "旧的", "旧模板"].iter().any(|w| buf.ends(i, w))
    });
    if form {
        return false;
    }
    // 全县停课，复课时间另行通知 calls nothing off that was called for.
    const OPEN: &[&str] =
        &["推迟", "暂停", "暂缓", "延期", "延后", "不举行", "不再举行", "不召开", "不再召开", "不开"];
    let open = buf.has(0, n, &["另行通知"]) && buf.has(0, n, OPEN);
    let called_off = buf.has(0, n, &["取消"]) || buf.has(0, n, CALLED_OFF) || open;
    let only = called_off && !open && !buf.has(0, n, CALLED_OFF);
    // 下午4点召开分析会…。另：会后聚餐取消: what is added calls off something else.
    let added = (1..n).find(|&i| buf.any(i, &["另:", "另,", "另外,", "此外,", "会后"]).is_some());
    if only && added.is_some_and(|at| at * 2 > n && !buf.has(0, at, &["取消"])) {
        return false;
    }
    called_off
        && !(only && (0..n).filter(|&i| buf.is(i, "取消")).all(|i| takes_away(buf, i)))
        && !(buf.has(0, n, &["发错"]) && (n <= 12 || buf.has(0, n, &["不好意思", "发给自己"])))
        && !buf.has(
            0,
            n,
            &["取消资格", "取消评", "发错群", "发错照片", "逾期取消", "取消低保", "吗", "?", "一律取消"],
        )
}

/// What is ruled for good and not for one occasion: 冬季上班时间调整为… changes no notice.
const STANDING: &[&str] = &[
    "上班时间",
    "上下班",
    "作息时间",
    "作息",
    "办公时间",
    "营业时间",
    "开放时间",
    "门诊时间",
    "接种时间",
    "服务时间",
    "运营时间",
    "发车时间",
    "供水时间",
    "收费标准",
    "缴费标准",
    "补贴标准",
    "办公地点",
    "办公地址",
    "限速",
];

/// What ties a change to one notice although it speaks of hours.
const ONE_OCCASION: &[&str] = &["原定", "原通知", "刚才", "上一条", "前面", "更正", "昨天通知", "昨天发"];

/// What names a day right behind 改.
const DAYS: &[&str] = &[
    "周一", "周二", "周三", "周四", "周五", "周六", "周日", "周天", "星期", "下周", "今天", "明天", "后天",
    "今晚", "明早", "明晚",
];

/// Words behind which the new time or place stands.
const MOVED: &[&str] = &[
    "改到",
    "改在",
    "改为",
    "调整到",
    "调整为",
    "调整至",
    "推迟到",
    "推迟至",
    "推迟一天",
    "顺延",
    "延期至",
    "延期到",
    "延至",
    "延长至",
    "放宽到",
    "放宽至",
    "提前到",
    "提前至",
    "提前了",
    "改了",
    "缓到",
    "缓至",
    "变更为",
    "改期至",
    "改期到",
    "时间改",
    "地点改",
    "推迟",
    "延到",
    "延迟到",
    "延后",
    "可以拖到",
    "可拖到",
    "能拖到",
    "挪到",
    "推到",
    "延长到",
    "往后挪",
    "往后推",
    "往后延",
    "往前挪",
    "往前提",
    "提前一天,",
    "提前两天,",
    "提前半天,",
];

/// 家长会提前半小时，六点半开始: a meeting is moved by so much. 请提前10分钟到会 is an order.
fn shifts(buf: &Buf) -> bool {
    const BY: &[&str] = &["提前", "推迟", "延后", "推后", "顺延", "推迟了", "提前了"];
    const MEETS: &str = "会训动练检赛课班车疗";
    (2..buf.len()).any(|i| {
        let Some(len) = buf.any(i, BY).filter(|_| MEETS.contains(buf.before(i))) else { return false };
        let at = i + len;
        let half = buf.get(at) == '半';
        let end = if half { Some(at + 1) } else { crate::facts::num::number(buf, at).map(|n| n.end) };
        end.and_then(|end| {
            let end = end + usize::from(buf.get(end) == '个');
            Some(end + buf.any(end, &["小时", "钟头", "分钟", "天"])?)
        })
        .is_some_and(|end| is_clause_end(buf.get(end)) || buf.any(end, &["开", "举行", "进行"]).is_some())
    })
}

/// A time or place is moved: 改到, 推迟到, 顺延至, 提前到 with a time or place.
fn moves(buf: &Buf) -> bool {
    let n = buf.len();
    // 报账日改为每月10日 rules for good.
    let rule = ["改为每", "改成每", "调整为每", "变更为每", "改每"];
    if (buf.has(0, n, STANDING) || buf.has(0, n, &rule)) && !buf.has(0, n, ONE_OCCASION) {
        return false;
    }
    // 换证改18号上午九点, 例会改周四了.
    let moved = |i: usize| {
        buf.get(i) == '改'
            && !mended(buf, i)
            && (buf.any(i + 1, DAYS).is_some()
                || crate::facts::num::number(buf, i + 1)
                    .is_some_and(|k| matches!(buf.get(k.end), '日' | '号' | '月' | '点' | ':')))
    };
    if n <= 60 && ((1..n).any(moved) || shifts(buf)) || says_what_stays(buf) {
        return true;
    }
    // 如遇雨天顺延: it stands as it is, unless it rains.
    let rain = ["如遇", "遇雨", "遇大雨", "遇特殊", "遇节假日", "逢节假日"];
    if (0..n).any(|i| buf.is(i, "顺延") && buf.has(buf.clause_start(i), i, &rain))
        && !buf.has(0, n, ONE_OCCASION)
    {
        return false;
    }
    // 开捕推迟了，等通知: until when nobody knows.
    const OPEN: &[&str] = &["推迟了", "延期了", "延后了", "推后了", "往后推"];
    if n <= 40 && buf.has(0, n, OPEN) && !buf.has(0, n, &["吗", "?", "没"]) {
        return true;
    }
    (0..n).any(|i| buf.any(i, MOVED).is_some() && !mended(buf, i))
        && buf.has(
            0,
            n,
            &["点", "日", "周", ":", "会", "时间", "地点", "楼", "室", "上午", "下午", "天", "号"],
        )
}

/// 记录表因下雨延期，最迟27日交，其他要求不变: who says that the rest stays has changed something.
fn says_what_stays(buf: &Buf) -> bool {
    const STAYS: &[&str] = &[
        "其他不变",
        "其它不变",
        "其余不变",
        "其他要求不变",
        "其它要求不变",
        "其余要求不变",
        "其他内容不变",
        "其余内容不变",
        "其他安排不变",
        "其他事项不变",
    ];
    buf.has(0, buf.len(), STAYS)
        && buf.has(0, buf.len(), &["延", "推迟", "提前", "改", "调整", "变更", "缓", "顺"])
}
