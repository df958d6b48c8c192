//! The words around a demand's verb: what is asked for, and of whom.

use super::demand::part_of_word;
use super::lexicon::{self, Hit, List, Sign};
use super::text::{Buf, Sieve, WordSet, is_clause_end};
use super::{Act, destination};

/// Longest object kept.
const WORDS_MAX: usize = 30;

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
        let end = cut_time(hit.from, lead + 1, times);
        push(buf, lead + 1, end, &mut out);
        // Between 将 and a verb of handing in stands nothing but what is handed in.
        let sole = lead >= start && end == hit.from && matches!(hit.sign, Sign::Submit | Sign::Upload);
        listed(buf, (lead + 1, end), hits, sole, &mut out);
        // 把教室钥匙交总务处
        if sole && out.is_empty() {
            out.extend(plain_thing(buf, lead + 1, end, hits));
        }
    }
    if out.is_empty() {
        let end = after_end(buf, hit, range.1, hits, times);
        push(buf, hit.to, end, &mut out);
        listed(buf, (hit.to, end), hits, false, &mut out);
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
            // 实行零报告 names nothing that is handed in.
            let nothing = ["零报告", "日报告"].iter().any(|w| buf.is(i, w))
                || buf.is(i, "报告") && matches!(buf.before(i), '零' | '日');
            // 意愿征集表请逐户签字: the text begins with the form.
            let form = |l: usize| {
                l == 1 && buf.get(i) == '表' && matches!(buf.get(i + 1), '请' | '于' | '务' | '要' | '须')
            };
            let thing = |l: &usize| (*l > 1 || form(*l)) && !nothing && !speaks_of(buf, i, *l);
            if let Some(len) = lexicon::at(buf, i, List::Object).filter(thing) {
                push(buf, noun_start(buf, i, range.0), i + len, &mut out);
                break;
            }
        }
    }
    if out.is_empty() && buf.is(hit.from, "完成") {
        // 完成一季度工作纪实，登录…填写
        out.extend(plain_thing(buf, hit.to, buf.clause_end(hit.to).min(range.1), hits));
    }
    if out.is_empty() && buf.is(hit.from, "完成") {
        let a = start + buf.any(start, &["请"]).unwrap_or(0);
        let b = cut_time(hit.from, a, times);
        let clean = b > a + 2 && b < a + 20 && !buf.has(a, b, &["各", "请", "务必", ":", "@", "【"]);
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

fn after_end(buf: &Buf, hit: &Hit, to: usize, hits: &[Hit], times: &[(usize, usize)]) -> usize {
    let mut end = buf.clause_end(hit.to).min(to);
    for i in hit.to..end {
        // 报送5月1日至5日值班表
        if times.iter().any(|(a, b)| (*a..*b).contains(&i)) {
            continue;
        }
        let prep = matches!(buf.get(i), '至' | '给' | '往')
            || buf.get(i) == '到' && !buf.is(i, "到岗") && !buf.is(i, "到期");
        if prep || buf.is(i, "并") || buf.get(i) == '(' {
            end = i;
            break;
        }
    }
    let next = hits.iter().find(|h| {
        h.sign.act().is_some()
            && !buf.is(h.from, "报告")
            // 上传党费缴纳截图: the thing, not a second verb.
            && !(buf.is(h.from, "截图") && h.to == end)
            && h.from > hit.to
            && h.from < end
            && matches!(h.sign, Sign::Submit | Sign::Upload)
            && !"日周月喜简年".contains(buf.before(h.from))
            && (h.to == end || hands_on(buf, h, end))
    });
    next.map_or(end, |h| h.from)
}

/// 收齐本科U盾交信息科, 填《申诉表》连同截图发医保办邮箱: a second verb says where the thing of the first one goes.
fn hands_on(buf: &Buf, hit: &Hit, end: usize) -> bool {
    !part_of_word(buf, hit.from, hit.to) && destination::behind(buf, hit.to, end).is_some()
}

/// Cuts `a..b` down to its noun phrases and keeps those that end like an object.
fn push(buf: &Buf, a: usize, b: usize, out: &mut Vec<String>) {
    let b = b.min(a + 60);
    let mut from = a;
    for i in a..=b {
        let split = i == b
            || matches!(buf.get(i), '、' | '和' | '及' | ',')
            || ["以及", "连同"].iter().any(|w| buf.is(i, w));
        if !split {
            continue;
        }
        if let Some((x, y)) = noun_phrase(buf, from, i) {
            let x = (x + led(buf, x)).min(y);
            let x = done_first(buf, x, y).unwrap_or(x);
            let words: String =
                buf.c[x..y].iter().filter(|c| !matches!(c, '“' | '”' | '《' | '》' | '"')).collect();
            if !words.is_empty() && words.chars().count() <= WORDS_MAX && !out.contains(&words) {
                out.push(words);
            }
        }
        from = i + 1 + usize::from(buf.is(i, "连同"));
    }
}

/// 花名册、种植面积和承诺书: once one thing of a list is known for one, all of it are kept, in their order. Only where the
/// list fills the whole range, so that every piece of it is a whole noun phrase; where it is `sole`, none need be known.
fn listed(buf: &Buf, (a, b): (usize, usize), hits: &[Hit], sole: bool, out: &mut Vec<String>) {
    let b = (a..b.min(a + 60)).find(|&i| is_clause_end(buf.get(i))).unwrap_or(b.min(a + 60));
    // 租房的、卖药的点位: what hangs on 的 or stands in brackets is no thing beside the others.
    if out.is_empty() && !sole
        || buf.has(a, b, &["的", "(", ":"])
        || !buf.has(a, b, &["、", "和", "及", "与"])
    {
        return;
    }
    let enumerated = buf.has(a, b, &["、"]);
    let (mut all, mut pieces, mut from, mut known) = (Vec::new(), 0, a, false);
    for i in a..=b {
        if i < b && !matches!(buf.get(i), '、' | '和' | '及' | '与') && !buf.is(i, "以及") {
            continue;
        }
        pieces += 1;
        if let Some((_, end)) = noun_phrase(buf, from, i) {
            // 登记表还差石桥、王庄: what follows the thing is no list of things.
            if end < piece_end(buf, from, i) {
                return;
            }
            let mut one = Vec::new();
            push(buf, from, i, &mut one);
            known |= !one.is_empty();
            all.extend(one);
        } else if enumerated || known && i == b {
            // 政治和业务学习情况: what stands before 和 alone may share the head of what follows.
            all.extend(plain_thing(buf, from, i, hits));
        }
        from = i + 1;
    }
    all.dedup();
    if out.is_empty() && all.len() < pieces {
        return;
    }
    if all.len() > out.len() && out.iter().all(|w| all.contains(w)) {
        *out = all;
    }
}

/// The end of the piece `a..b` of a list without the adverb of the verb behind it.
fn piece_end(buf: &Buf, a: usize, b: usize) -> usize {
    const BEHIND: [&str; 9] = ["一并", "统一", "及时", "按时", "分别", "尽快", "抓紧", "一起", "等"];
    BEHIND.iter().find(|w| buf.ends(b, w)).map_or(b, |w| b - w.chars().count()).max(a)
}

/// A piece of a list that no listed word ends: a short run of characters without a verb, a place or a person.
fn plain_thing(buf: &Buf, a: usize, b: usize, hits: &[Hit]) -> Option<String> {
    const PLACES: [&str; 12] =
        ["办", "所", "站", "局", "委", "中心", "政府", "办公室", "群", "邮箱", "窗口", "单位"];
    const DONE_TO_IT: [&str; 12] =
        ["核实", "汇总", "整理", "核对", "审核", "签字", "盖章", "扫描", "打印", "通知", "落实", "处理"];
    let b = piece_end(buf, a, b);
    let acts = hits.iter().any(|h| h.sign.act().is_some() && h.from < b && h.to > a);
    let plain = (2..=12).contains(&(b - a))
        && buf.c[a..b].iter().all(|c| ('\u{4e00}'..='\u{9fff}').contains(c))
        && !buf.c[a..b]
            .iter()
            .any(|c| "的请把将于在以按并要须不没未已了到至给往由对各我你他她它".contains(*c));
    (plain && !acts && !buf.has(a, b, &DONE_TO_IT) && !PLACES.iter().any(|w| buf.ends(b, w)))
        .then(|| buf.slice(a, b))
}

/// Words in front of a noun phrase that do not belong to it: who is asked, what is done with it.
fn led(buf: &Buf, at: usize) -> usize {
    const WORDS: [&str; 28] = [
        "@所有人",
        "@全体成员",
        "@全体人员",
        "所有人",
        "全体成员",
        "统计",
        "填写",
        "填报",
        "填完",
        "填好",
        "未提交",
        "完成",
        "整理",
        "核对",
        "上报",
        "报送",
        "金山文档",
        "腾讯文档",
        "在线文档",
        "有",
        "本次",
        "转发",
        "填",
        "报",
        "连同",
        "附上",
        "对照",
        "附",
    ];
    let mut len = 0;
    // 统计表 is one word.
    let named = |k: usize, more: usize| {
        lexicon::at(buf, k, List::Object).is_some_and(|l| l > more)
            || more == 1 && matches!(buf.get(k + 1), '名' | '告' | '表' | '销' | '到' | '单')
    };
    while let Some(more) = buf.any(at + len, &WORDS).filter(|m| !named(at + len, *m)) {
        len += more;
    }
    // 填报表 loses nothing but its verb; a phrase that is all verb stays.
    if super::text::is_clause_end(buf.get(at + len)) { 0 } else { len }
}

/// 签字盖章后扫描件, 填好后附件表格: the thing begins behind what is done with it first.
fn done_first(buf: &Buf, a: usize, b: usize) -> Option<usize> {
    const FIRST: &[&str] = &[
        "签字", "盖章", "签名", "填好", "打印", "核实", "核对", "审核", "汇总", "整理", "完成", "公示",
        "完毕", "更新", "登记", "填写",
    ];
    // 各班上报晨午检情况: and so is whoever hands it in.
    const BY: &[&str] = &["上报", "报送", "填报", "提交", "上传"];
    let verb = (a + 1..b).find_map(|i| buf.any(i, BY).map(|len| i + len));
    if let Some(end) = verb.filter(|end| end + 2 <= b) {
        return Some(end);
    }
    let after = (a..b).find(|&i| buf.get(i) == '后')?;
    (after + 1 < b && buf.has(a, after, FIRST)).then_some(after + 1)
}

fn noun_phrase(buf: &Buf, a: usize, b: usize) -> Option<(usize, usize)> {
    // 塌方情况按附件模板报: how it is to be written is no part of the thing.
    const MODELS: [&str; 8] =
        ["按附件", "按模板", "按要求", "按格式", "按样表", "按照附件", "按照模板", "按照要求"];
    let a = a + buf.any(a, &MODELS).map_or(0, |len| {
        len + buf.any(a + len, &["格式", "模板", "要求", "样式", "表格", "内容"]).unwrap_or(0)
    });
    let b = (a + 1..b).find(|&i| buf.any(i, &MODELS).is_some()).unwrap_or(b);
    let mut end = None;
    let mut i = a;
    let mut depth = 0_usize;
    while i < b {
        match buf.get(i) {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => {
                if let Some(len) = lexicon::at(buf, i, List::Object).filter(|l| i + l <= b) {
                    let verb = len == 1
                        && buf
                            .any(
                                i,
                                &[
                                    "表示", "数据", "表现", "图斑", "费用", "账号", "表彰", "数学", "数字",
                                    "数名",
                                ],
                            )
                            .is_some();
                    // 核对在册人员: whoever is on the list.
                    let listed = buf.get(i) == '册' && buf.before(i) == '在';
                    if !verb && !listed && !speaks_of(buf, i, len) && !buf.inside_name(i, i + len) {
                        i += len + numbered(buf, i, len);
                        end = Some(i.min(b));
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

/// 报告厅 is where it takes place.
fn room(buf: &Buf, i: usize, len: usize) -> bool {
    buf.is(i, "报告") && matches!(buf.get(i + len), '厅' | '会' | '团')
}

/// 表格见群文件, 名单附后: the thing lies there already, nobody hands it in. 在共享表格里改: it is where something is done.
fn elsewhere(buf: &Buf, end: usize) -> bool {
    buf.any(end, &["见", "详见", "附后", "在群文件"]).is_some() && !buf.is(end, "见证")
        || buf.before(end) == '格' && matches!(buf.get(end), '里' | '中' | '上')
}

/// 值班电话5226110 is a way to reach somebody.
fn called_by(buf: &Buf, i: usize, len: usize) -> bool {
    let way = buf.any(i, &["电话", "手机", "邮箱"]).is_some();
    way && (buf.before(i) == '打' || (i + len..i + len + 2).any(|k| buf.get(k).is_ascii_digit()))
}

/// Whether the word at `i` names a thing that is spoken of and not handed in.
fn speaks_of(buf: &Buf, i: usize, len: usize) -> bool {
    room(buf, i, len) || elsewhere(buf, i + len) || called_by(buf, i, len)
}

/// Whether what stands at `from..to` takes things: 共享盘, 群文件, 教务处桌上.
pub(crate) fn takes(buf: &Buf, from: usize, to: usize) -> bool {
    const PLACES: &[&str] =
        &["共享", "文件夹", "网盘", "群文件", "桌上", "窗口", "值班室", "门卫", "传达室", "办公室"];
    buf.has(from, to, PLACES) || destination::behind(buf, from, to).is_some()
}

/// 附件1, 表2: the number of a thing belongs to its name.
fn numbered(buf: &Buf, i: usize, len: usize) -> usize {
    if buf.any(i, &["附件", "表"]) != Some(len) {
        return 0;
    }
    let digits = (i + len..i + len + 3).take_while(|&k| buf.get(k).is_ascii_digit()).count();
    let counted = "月日号点时年份张个页条项份套:.-/".contains(buf.get(i + len + digits));
    if digits > 2 || counted { 0 } else { digits }
}

/// The beginning of the noun phrase that ends behind `i`: not before the clause, an adverb or a verb of asking.
fn noun_start(buf: &Buf, i: usize, floor: usize) -> usize {
    let mut at = i;
    while at > floor {
        let p = at - 1;
        let c = buf.get(p);
        if is_clause_end(c)
            || matches!(c, ':' | '】' | '把' | '将' | '、' | '的' | ')' | '先' | '并' | '内')
            || c == '次' && buf.get(at) != '数'
            || c == '带' && buf.before(p) == '携'
            || c == '请' && !matches!(buf.before(p), '申' | '邀' | '聘')
            || c == '前' && !matches!(buf.get(at), '后' | '期' | '中' | '会')
            || c == '报'
                && !"喜日周月海简公画墙年党季情捷预通电快申填上零".contains(buf.before(p))
                && !"表告名销账道刊到警送".contains(buf.get(at))
            || c == '好' && matches!(buf.before(p), '对' | '填' | '写' | '备' | '核' | '签' | '整')
        {
            break;
        }
        at = p;
    }
    at + buf.any(at, &["务必", "今天", "今晚", "各报", "再", "还"]).unwrap_or(0)
}

/// 不少于3张 and the like.
fn counts(buf: &Buf, range: (usize, usize), out: &mut Vec<String>) {
    const LEAST: WordSet<'_> = WordSet::of(&["不少于", "不低于", "至少", "不超过"]);
    for i in range.0..range.1 {
        if let Some(len) = buf.any_of(i, &LEAST)
            && let Some(n) = super::num::number(buf, i + len)
        {
            // 不少于三分之一 counts nothing, and how long something lasts no things.
            const NO_THINGS: &[&str] = &["分之", "个工作日", "天", "个月", "小时", "分钟"];
            if matches!(buf.get(n.end), '月' | '日' | '点' | '时' | ':' | '年')
                || buf.any(n.end, NO_THINGS).is_some()
            {
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

/// Those who have not done it: 没报的村, 还没打卡的同志, 有意向的村民, 还没交的：一组、三组.
fn owed(buf: &Buf, from: usize, to: usize) -> Option<Vec<String>> {
    const NOT_YET: WordSet<'_> = WordSet::of(&["还没", "没", "未"]);
    const THOSE: WordSet<'_> =
        WordSet::of(&["还没", "没报的", "未报的", "没交的", "未登记的", "有意向的", "涉及的"]);
    for i in from..to {
        // 还没交的：一组、三组
        if buf.any_of(i, &NOT_YET).is_some()
            && let Some(colon) = (i + 2..(i + 9).min(to)).find(|&k| buf.get(k) == ':')
        {
            let named = super::change::owing(buf, i, to.min(colon + 80));
            if named.len() >= 2 {
                return Some(named);
            }
        }
        // 没报的村, 还没打卡的同志, 有意向的村民
        if let Some(len) = buf.any_of(i, &THOSE) {
            let open = i + len;
            let of = (i..(i + 10).min(to)).find(|&k| buf.get(k) == '的').map_or(open, |k| k + 1);
            // 涉及的3个村
            let count =
                super::num::number(buf, of).map_or(0, |n| n.len + usize::from(buf.get(n.end) == '个'));
            let noun = buf.any(of + count, &["村民", "村", "同志", "人员", "单位", "群众", "社区"]);
            if of > i && (noun.is_some() || of - i >= 3) {
                return Some(vec![buf.slice(i, of + noun.map_or(0, |len| count + len))]);
            }
        }
    }
    None
}

/// Who of those addressed: 各村书记, 各位家长.
const BEARERS: &[&str] = &[
    "工作队长",
    "第一书记",
    "书记",
    "主任",
    "负责人",
    "干部",
    "网格员",
    "家长",
    "同事",
    "党员",
    "老师",
    "村民",
    "业主",
    "同志",
    "组长",
    "居民",
    "妇联主席",
    "会计",
    "员",
];

/// Who is asked in `from..to`.
pub(crate) fn audience(buf: &Buf, hits: &[Hit], from: usize, to: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut push = |a: usize, b: usize| {
        let words = buf.slice(a, b);
        if !words.is_empty() && !out.contains(&words) && out.len() < 4 {
            out.push(words);
        }
    };
    if let Some(found) = owed(buf, from, to) {
        return found;
    }
    let mut taken = from;
    for hit in hits.iter().filter(|h| h.sign == Sign::Salute && h.from >= from && h.to <= to) {
        let mut end = hit.to;
        end += buf
            .any(end, &["(社区)", "(街道)", "(居)", "(场)", "(园区)", "社区", "街道", "民组"])
            .unwrap_or(0);
        end += buf.any(end, BEARERS).unwrap_or(0);
        // 各位家长: the second word belongs to the first.
        if hit.from < taken {
            continue;
        }
        taken = end;
        let a = if buf.before(hit.from) == '@' { hit.from - 1 } else { hit.from };
        let noun = buf.is(hit.to, "民群") || super::marks::of_name(buf, hit);
        if !noun {
            push(a, end);
        }
    }
    if let Some((a, b)) = asked(buf, from, to).filter(|_| out.is_empty()) {
        out.push(buf.slice(a, b));
    }
    out
}

/// 请值班人员…, 请各防汛责任人…: those asked, where no listed word names them.
fn asked(buf: &Buf, from: usize, to: usize) -> Option<(usize, usize)> {
    const ENDS: &[&str] = &[
        "责任人",
        "负责人",
        "人员",
        "同志",
        "党员",
        "村民",
        "居民",
        "群众",
        "家长",
        "同学",
        "代表",
        "业主",
        "商户",
        "企业",
        "单位",
        "部门",
        "班主任",
        "医院",
        "学校",
        "幼儿园",
        "支部",
        "工会",
        "村",
        "校",
        "员",
    ];
    const STARTS: Sieve = Sieve::of(ENDS);
    let start = (from..to.min(from + 40)).find(|&i| buf.is(i, "请") && buf.get(i + 1) != '假')? + 1;
    let top = to.min(start + 12);
    let end = (start..top)
        .find(|&i| {
            is_clause_end(buf.get(i))
                || "于在将把按务要须对到今明本每,(:".contains(buf.get(i))
                || super::num::starts_number(buf.get(i))
        })
        .unwrap_or(top);
    let (word, at) = (start..end)
        .filter(|&i| STARTS.may_hold(buf.get(i)))
        .filter_map(|i| ENDS.iter().find(|w| buf.is(i, w)).map(|w| (*w, i)))
        .rfind(|(w, i)| i + w.chars().count() <= end)?;
    let stop = at + word.chars().count();
    (stop > start + 1 && !buf.has(start, stop, &["参会", "确认", "做好", "通知", "组织", "统计"]))
        .then_some((start, stop))
}
