//! Whether a verb asks for something: not inside a noun or a name, not in a heading, not of what was done or what the
//! writer does himself.

use super::Scene;
use crate::facts::lexicon::{self, Hit, List, Sign};
use crate::facts::text::{Buf, is_clause_end};
use crate::facts::{destination, handing, object};

/// For a verb of one character: the characters before it and the words behind it that make it part of another word.
fn compounds(verb: &str) -> Option<(&'static str, &'static [&'static str])> {
    Some(match verb {
        "报" => (
            "喜日周月海简公画墙年党季情捷预通汇举填申快电信编漏瞒直",
            &["社", "警", "纸", "刊", "账", "名", "销", "道", "废", "恩", "告", "酬", "到岗"],
        ),
        "发" => (
            "开爆沙头突引蒸批印颁研散揭下出分转经农",
            &[
                "展", "生", "现", "热", "放", "布", "挥", "言", "票", "车", "烧", "证", "改", "文件", "文号",
                "奖", "动",
            ],
        ),
        "交" => ("社外提上递公", &["通", "流", "叉", "警", "接", "易", "界", "差", "管", "代"]),
        "传" | "送" | "填" | "缴" | "附" => (
            "宣流遗谣接护赠配清征追",
            &["统", "染", "达", "说", "销", "喜报", "温暖", "近", "件", "属", "则"],
        ),
        _ => return None,
    })
}

/// Whether what stands around `from..to` makes it part of another word: 经发办, 报社.
pub(crate) fn part_of_word(buf: &Buf, from: usize, to: usize) -> bool {
    compounds(&buf.slice(from, to))
        .is_some_and(|(before, after)| before.contains(buf.before(from)) || buf.any(to, after).is_some())
}

/// Words that make the verb before them part of a noun, or say that it speaks of something else.
const FOLLOWED: &[(&str, &[&str])] = &[
    ("学习", &["强国"]),
    ("缴费", &["工作", "对象", "时间", "方式", "标准", "情况", "金额", "比例", "政策"]),
    // 明天上午发东西: what is given out.
    ("发", &["东西", "福利", "工资", "奖金", "补贴", "钱", "米", "油", "礼品", "奖品", "物资"]),
    ("给我", NOT_GIVEN),
    // 统一安排在4月15日, 16号上午安排：青山村
    ("安排", &["在", "于", ":"]),
    // 检查我镇排名, 督查中发现: others do it.
    ("检查", THEIRS),
    ("督查", THEIRS),
    ("抽查", THEIRS),
    ("考核", THEIRS),
    ("暗访", THEIRS),
    ("验收", THEIRS),
    ("督导", THEIRS),
    ("签到", SHEETS),
    ("打卡", SHEETS),
    // 截图发群里: the verb stands behind the picture.
    ("截图", &["发", "传", "报", "交", "送", "上"]),
    ("留存", &["备查"]),
];

/// Behind what others come to do.
const THEIRS: &[&str] = &["我", "排名", "发现", "反馈", "通报"];

/// What people sign in on.
const SHEETS: &[&str] = &["表", "簿", "册", "记"];

/// How many characters number the point of a list that begins at `i`: 2. 、(2) ②
fn numbering(buf: &Buf, i: usize) -> usize {
    let open = usize::from(buf.get(i) == '(');
    let digits = (i + open..i + open + 2).take_while(|&k| buf.get(k).is_ascii_digit()).count();
    let han = usize::from(digits == 0 && "一二三四五六七八九十".contains(buf.get(i + open)));
    let sign = matches!(buf.get(i + open + digits + han), '.' | '、' | ')' | ':');
    match buf.get(i) {
        '①'..='⑳' => 1,
        _ if digits + han > 0 && sign => open + digits + han + 1,
        _ => 0,
    }
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

/// Who is brought and not handed in.
const PEOPLE: &[&str] = &["青年", "人员", "老人", "孩子", "学生", "病人", "患者", "群众", "儿童"];

fn hands_in(hit: &Hit) -> bool {
    matches!(hit.sign, Sign::Submit | Sign::Upload)
}

impl Scene<'_> {
    /// Whether this verb asks for something.
    pub(super) fn demands(&self, hit: &Hit, verbs: &[&Hit], n: usize, asked: bool) -> bool {
        let buf = self.buf;
        if self.noun(hit) || self.done(hit) || self.heads(hit) {
            return false;
        }
        // 自查整改清单: the verb before one that is part of a noun is part of it, too.
        if hit.sign == Sign::Do && verbs.get(n + 1).is_some_and(|v| v.from == hit.to && self.noun(v)) {
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
        let figure = hit.sign == Sign::Fill && crate::facts::num::starts_number(buf.get(hit.to));
        // 2.上传党费缴纳截图；3.更新台账
        let head = start + numbering(buf, start);
        asked || led || hit.from == head && !figure || placed()
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
    pub(super) fn noun(&self, hit: &Hit) -> bool {
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
        if self.comes_before(hit, &word) {
            return true;
        }
        // 12月6日报总结: the sign belongs to the day.
        if word == "报" && self.items.iter().any(|i| i.to == hit.from) {
            return false;
        }
        // Some words of one character are settled before it is asked what they are part of.
        if word.chars().count() == 1
            && let Some(noun) = self.noun_by_word(hit, &word)
        {
            return noun;
        }
        if let Some((before, after)) = compounds(&word) {
            let object = buf.any(b, &["到岗人数", "名单", "名册"]).is_some();
            return before.contains(a) || buf.any(b, after).is_some() && !object;
        }
        if self.is_occasion(hit, &word) {
            return true;
        }
        if let Some(noun) = self.noun_by_word(hit, &word) {
            return noun;
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

    /// 更新完毕后截图, 登记后打印, 填完截图: what comes before the thing that is asked for.
    fn comes_before(&self, hit: &Hit, word: &str) -> bool {
        let (buf, b) = (self.buf, hit.to);
        let next = buf.get(b);
        let over = buf.any(b, &["完毕后", "完成后", "完后", "好后"]).is_some();
        if over || next == '后' && matches!(hit.sign, Sign::Fill | Sign::Upload) {
            return true;
        }
        let first = word.starts_with('填') || matches!(hit.sign, Sign::Pay | Sign::Checkin);
        next == '完' && !is_clause_end(buf.get(b + 1)) && first
    }

    /// Whether the verb names an occasion, or what others do, or how a thing is to be done that was asked for.
    fn is_occasion(&self, hit: &Hit, word: &str) -> bool {
        let buf = self.buf;
        let (a, b, next) = (buf.before(hit.from), hit.to, buf.get(hit.to));
        // 检查前, 整改后, 验收组
        let occasion = buf.any(b, &["前", "后", "期间", "组", "时", "中"]).is_some() && word != "完成";
        // 把秸秆堆拉走，明天检查; 县里来检查
        let start = buf.clause_start(hit.from).max(self.from);
        let alone = self.items.iter().any(|i| i.from == start && i.to == hit.from) && is_clause_end(next);
        let theirs = alone && matches!(word, "检查" | "验收" | "抽查" | "督查" | "复查") || a == '来';
        if hit.sign == Sign::Do && (occasion || theirs) {
            return true;
        }
        // 在群里打卡，打卡要带定位
        let again = hit.from == start
            && matches!(next, '要' | '须' | '需' | '必')
            && self.hits.iter().any(|h| h.sign == hit.sign && h.from < start && buf.is(h.from, word));
        again || word == "附" && a == '('
    }

    /// What only some words ask: whether this one is part of a noun or speaks of something else.
    fn noun_by_word(&self, hit: &Hit, word: &str) -> Option<bool> {
        let buf = self.buf;
        let (a, b, next) = (buf.before(hit.from), hit.to, buf.get(hit.to));
        let start = buf.clause_start(hit.from).max(self.from);
        let handed = |h: &Hit| hands_in(h) && h.from >= start && h.to <= hit.from;
        let followed = |(verb, words): &(&str, &[&str])| *verb == word && buf.any(b, words).is_some();
        if FOLLOWED.iter().any(followed) {
            return Some(true);
        }
        match word {
            // 报送自查报告: the thing of another verb of its clause.
            "报告" if self.hits.iter().any(handed) => Some(true),
            "报告" => {
                Some(a == '零' || !(matches!(a, '上' | '第') || buf.is(b, "镇") || is_clause_end(next)))
            }
            // 一季度考核定于4月10日开始
            "核定" if a == '考' => Some(true),
            // 将采购申请于20日前通过OA提交: what is handed in.
            "申请" if matches!(next, '于' | '通' | '表' | '书' | '材') && self.handed_on(hit) => {
                Some(true)
            }
            // 上午发现场照片: 发 and not 发现.
            "发" if buf.is(b, "现场") => Some(false),
            // 私发给我: one verb.
            "给我" if self.hits.iter().any(|h| h.to == hit.from && hands_in(h)) => Some(true),
            // 把抽查记录放到共享盘, 教案放学前放到教务处: a thing is laid down where somebody takes it.
            "放到" | "放在" => {
                let lead =
                    buf.has(start, hit.from, &["把", "将"]) || self.deadlines().any(|i| i.to == hit.from);
                Some(!(lead && object::takes(buf, hit.to, buf.clause_end(hit.to).min(self.to))))
            }
            // 隐患排查治理情况统计表
            _ if hit.sign == Sign::Do && buf.any(b, &["治理", "整改", "整治"]).is_some() => {
                lexicon::at(buf, b + 2, List::Compound).map(|_| true)
            }
            // 截图发群里 asks for a picture, and the verb stands behind it.
            "截图" => Some(destination::behind(buf, b, self.to).is_none()),
            "回执" => Some(true),
            // 逾期缴费有等待期
            _ if hit.sign == Sign::Pay && buf.ends(hit.from, "逾期") => Some(true),
            // 把适龄青年送到: people are brought, not handed in.
            _ if word.starts_with('送') && PEOPLE.iter().any(|w| buf.ends(hit.from, w)) => Some(true),
            _ => None,
        }
    }

    /// Whether a verb of handing in stands behind this one in its clause.
    fn handed_on(&self, hit: &Hit) -> bool {
        let end = self.buf.clause_end(hit.to).min(self.to);
        self.hits.iter().any(|h| hands_in(h) && h.from >= hit.to && h.to <= end)
    }

    /// 已报, 上传了, 未报, 不用报; 我们发给: the writer does it.
    fn done(&self, hit: &Hit) -> bool {
        let buf = self.buf;
        let back = hit.from.saturating_sub(4).max(buf.clause_start(hit.from));
        let denied = buf.has(
            back,
            hit.from,
            &[
                "已", "未", "没", "无法", "不用", "不再", "无需", "不得", "不要", "别", "不准", "不许",
                "严禁", "不能", "要求",
            ],
        ) && !buf.has(back, hit.from, &["没有", "已经到期"])
            && !buf.has(buf.clause_start(hit.from), hit.from, &["能不能", "要不要"])
            || buf.before(hit.from) == '不'
            || buf.has(buf.clause_start(hit.from), hit.from, FORBIDDEN);
        let own = buf.ends(hit.from, "我们") && matches!(hit.sign, Sign::Submit | Sign::Forward);
        let done =
            own || matches!(buf.get(hit.to), '了' | '过') || buf.any(hit.to, &["完毕。", "结束"]).is_some();
        denied || done
    }
}
