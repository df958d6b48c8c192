//! Where a demanded thing is to go, and what sort of place that is: a mailbox, a group, an app, a person, an office that
//! takes paper (`extraction.md` §5.6).

use super::demand::part_of_word;
use super::lexicon::{List, words};
use super::num::starts_number;
use super::text::{Buf, Sieve, is_clause_end};
use super::{Destination, DestinationKind, Facts, MarkKind};

/// Longest destination kept.
const WORDS_MAX: usize = 30;

/// Endings that make words a destination. Longer ones first.
const ENDINGS: &[(&str, DestinationKind)] = &[
    ("邮箱", DestinationKind::Mailbox),
    ("信箱", DestinationKind::Mailbox),
    ("企业微信", DestinationKind::App),
    ("企微", DestinationKind::App),
    ("钉钉", DestinationKind::App),
    ("飞书", DestinationKind::App),
    ("学习强国", DestinationKind::App),
    ("抖音", DestinationKind::App),
    ("快手", DestinationKind::App),
    ("视频号", DestinationKind::App),
    ("微博", DestinationKind::App),
    ("公众号", DestinationKind::App),
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
    ("OA", DestinationKind::System),
    ("学院", DestinationKind::System),
    ("网站", DestinationKind::System),
    ("网", DestinationKind::System),
    ("残联", DestinationKind::Office),
    ("妇联", DestinationKind::Office),
    ("工商联", DestinationKind::Office),
    ("文联", DestinationKind::Office),
    ("侨联", DestinationKind::Office),
    ("科协", DestinationKind::Office),
    ("计生协", DestinationKind::Office),
    ("工会", DestinationKind::Office),
    ("红十字会", DestinationKind::Office),
    ("商会", DestinationKind::Office),
    ("武装部", DestinationKind::Office),
    ("人武部", DestinationKind::Office),
    ("组织部", DestinationKind::Office),
    ("宣传部", DestinationKind::Office),
    ("统战部", DestinationKind::Office),
    ("卫生院", DestinationKind::Office),
    ("供销社", DestinationKind::Office),
    ("党支部", DestinationKind::Office),
    ("总支", DestinationKind::Office),
    ("支部", DestinationKind::Office),
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

/// The characters with which they begin.
const ENDING_STARTS: Sieve = {
    let (mut starts, mut n) = (Sieve::of(&[]), 0);
    while n < ENDINGS.len() {
        starts = starts.with(ENDINGS[n].0);
        n += 1;
    }
    starts
};

/// The first of them that stands at `i`.
fn ending_at(buf: &Buf, i: usize) -> Option<(&'static str, DestinationKind)> {
    if !ENDING_STARTS.may_hold(buf.get(i)) {
        return None;
    }
    ENDINGS.iter().find(|(w, _)| buf.is(i, w)).copied()
}

/// The commonest family names.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤";

/// Whether a character is one of the commonest family names.
pub(crate) fn is_surname(c: char) -> bool {
    SURNAMES.contains(c)
}

/// Reads the destination that begins right behind a verb: (至|到|给|往)X.
pub(crate) fn behind(buf: &Buf, verb_end: usize, to: usize) -> Option<Destination> {
    let end = clause(buf, verb_end, to);
    let mut at = verb_end;
    let led = matches!(buf.before(verb_end), '至' | '到' | '给');
    // 报送材料至X, 发照片到X: the preposition may stand behind the object.
    let prep = |i: usize| {
        matches!(buf.get(i), '至' | '到' | '给' | '往' | '入')
            || buf.get(i) == '在' && i == verb_end && matches!(buf.before(i), '填' | '写' | '录' | '传')
    };
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
    if buf.ends(verb_end, "给我") || buf.ends(verb_end, "回我") {
        return Some(Destination { kind: DestinationKind::Person, name: "我".to_owned() });
    }
    mail(buf, at, end)
        .or_else(|| ending(buf, at, end).filter(|_| led || at > verb_end || direct(buf, at, end)))
        .or_else(|| person(buf, at, end))
        .or_else(|| behind_list(buf, verb_end, end, to))
}

/// 报送事迹材料（800字左右）、全家福照片（电子版）至妇联邮箱: the preposition stands behind a list with its remarks.
fn behind_list(buf: &Buf, verb_end: usize, stop: usize, to: usize) -> Option<Destination> {
    if !matches!(buf.get(stop), '(' | '、') {
        return None;
    }
    let end = buf.clause_end(verb_end).min(to);
    let prep = |&i: &usize| {
        matches!(buf.get(i), '至' | '到')
            && !starts_number(buf.get(i + 1))
            && !matches!(buf.before(i), '达' | '直' | '甚')
    };
    ending(buf, (stop..end).find(prep)? + 1, end)
}

/// Without a preposition the destination stands at once: 报党政办, 发群里; not 报到岗人数.
fn direct(buf: &Buf, at: usize, end: usize) -> bool {
    let stop = (at..end).find(|&i| matches!(buf.get(i), '的' | '表' | '将' | '把')).unwrap_or(end);
    (at..stop.min(at + 14)).any(|i| ending_at(buf, i).is_some())
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

/// Behind the name of a body: its people and its affairs, not the body itself.
const OF_BODY: &[&str] = &[
    "主席", "主任", "书记", "委员", "执委", "干部", "成员", "会员", "党员", "人员", "代表", "工作", "换届",
    "手册", "活动", "建设", "大会", "会议", "经费", "章", "盖章", "名单", "系统", "品",
];

/// Whether the ending is part of another word: 党群办, 所有, 管网, 我们.
fn other_word(buf: &Buf, (i, stop): (usize, usize), end: usize, word: &str) -> bool {
    const ONE: [&str; 8] = ["所", "办", "站", "科", "委", "室", "局", "群"];
    const BEHIND: [&str; 23] = [
        "有", "法", "理", "点", "公", "员", "众", "长", "普", "得", "在", "属", "以", "需", "事", "结", "好",
        "托", "派", "面", "学", "技", "目",
    ];
    match word {
        // 在县委党校举办
        "办" if matches!(buf.before(i), '举' | '主' | '承' | '协') => true,
        "群" if buf.before(i) == '人' => true,
        "群" if matches!(buf.get(stop), '办' | '团') && buf.before(i) == '党' => true,
        // 录入“体质健康网”; 管网, 电网 are none.
        "网" => {
            let ends = is_clause_end(buf.get(stop)) || stop == end || "”\"》".contains(buf.get(stop));
            "管电水路清上联渔护防微".contains(buf.before(i)) || !ends
        }
        "我" => buf.get(stop) == '们' || buf.is(i, "我微信"),
        // 妇联主席, 支部书记, 工会会员: who is meant, or what it is about.
        word if word.ends_with(['联', '协', '会', '部', '社', '支']) && word.chars().count() > 1 => {
            buf.any(stop, OF_BODY).is_some()
        }
        word => ONE.contains(&word) && buf.any(stop, &BEHIND).is_some(),
    }
}

fn ending(buf: &Buf, from: usize, end: usize) -> Option<Destination> {
    let top = end.min(from + WORDS_MAX);
    let mut best: Option<(usize, DestinationKind)> = None;
    for i in from..top {
        if is_clause_end(buf.get(i)) || matches!(buf.get(i), ':' | '【' | '】') {
            break;
        }
        if let Some((word, kind)) = ending_at(buf, i) {
            let stop = i + word.chars().count();
            // 整改几处 counts.
            if word == "处"
                && (matches!(buf.before(i), '几' | '多' | '每' | '各') || starts_number(buf.before(i)))
            {
                continue;
            }
            // “全国残联信息化服务平台” is no 残联.
            if buf.inside_name(i, stop) {
                continue;
            }
            if stop <= end && !other_word(buf, (i, stop), end, word) {
                let further = best.is_none() || buf.get(best.map_or(0, |b| b.0)) != '的';
                if further {
                    best = Some((stop, kind));
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
    // 民政办老李, 党政办小王, 综治办熊伟: the office's person.
    if kind == DestinationKind::Office
        && matches!(buf.get(stop), '老' | '小')
        && stop + 1 < end
        && !buf.is(stop, "小程序")
    {
        stop = (stop + 2).min(end);
        kind = DestinationKind::Person;
    } else if kind == DestinationKind::Office && is_name(buf, stop, end) {
        stop = end;
        kind = DestinationKind::Person;
    } else if kind == DestinationKind::Office && buf.get(stop).is_ascii_digit() {
        let room = (stop..end).take_while(|&i| buf.get(i).is_ascii_digit()).count();
        if room <= 4 {
            stop += room + usize::from(buf.get(stop + room) == '室');
        }
    }
    // 团委的邮箱, 组长处: the words behind the office say what it is.
    if let Some(len) = buf.any(stop, &["的邮箱", "的信箱", "的QQ邮箱"]).filter(|l| stop + l <= end) {
        stop += len;
        kind = DestinationKind::Mailbox;
    } else if buf.before(stop) == '处' && TITLES.iter().any(|w| buf.ends(stop - 1, w)) {
        kind = DestinationKind::Person;
    }
    let from = behind_verb(buf, from, stop);
    let name = trim_name(buf, from, stop);
    (!name.is_empty()).then_some(Destination { kind, name })
}

/// Whether a name of two or three characters fills what is left of a clause.
fn is_name(buf: &Buf, from: usize, end: usize) -> bool {
    (2..=3).contains(&end.saturating_sub(from))
        && is_surname(buf.get(from))
        && (from..end).all(|i| {
            matches!(buf.get(i), '\u{4e00}'..='\u{9fff}') && !"表单照片图料情况名数据".contains(buf.get(i))
        })
        && !words(List::Object).iter().any(|w| buf.ends(end, w))
}

/// 附照片发本群, 核对后交财务科: the place begins behind the verb that sends there.
fn behind_verb(buf: &Buf, from: usize, stop: usize) -> usize {
    let verb = (from..stop).rev().find(|&i| {
        matches!(buf.get(i), '发' | '报' | '传' | '交' | '送' | '到' | '至' | '在')
            && !part_of_word(buf, i, i + 1)
    });
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
    const PLACES: &[&str] =
        &["邮箱", "信箱", "微信", "工作群", "群", "App", "APP", "app", "小程序", "公众号", "平台", "系统"];
    (from..to).any(|i| buf.any(i, PLACES).is_some() || inner(i))
}

/// Whether these two characters are a title by which a person is named.
pub(crate) fn is_title(word: [char; 2]) -> bool {
    TITLES.iter().any(|title| title.chars().eq(word))
}

/// Titles by which a person is named: 发给班主任.
const TITLES: [&str; 17] = [
    "主任",
    "老师",
    "书记",
    "会计",
    "站长",
    "所长",
    "队长",
    "组长",
    "专干",
    "联络员",
    "秘书",
    "科长",
    "主席",
    "校长",
    "干事",
    "文书",
    "院长",
];

fn person(buf: &Buf, from: usize, end: usize) -> Option<Destination> {
    let named = matches!(buf.get(from), '小' | '老') && from + 1 < end && buf.before(from) == '给';
    // 巡检表发周敏: a name of two or three characters fills the clause.
    if matches!(buf.before(from), '发' | '报' | '交' | '给' | '送' | '至' | '到') && is_name(buf, from, end)
    {
        return Some(Destination { kind: DestinationKind::Person, name: buf.slice(from, end) });
    }
    if matches!(buf.before(from), '发' | '报' | '交' | '给' | '送' | '至' | '到')
        && (2..=10).contains(&(end - from.min(end)))
        && !buf.has(from, end, &["各", "的", "情况", "台账"])
        && buf.any(from, &["一名", "1名", "一位", "1人", "一人"]).is_none()
    {
        let nick = matches!(buf.get(end - 2), '小' | '老') && is_surname(buf.get(end - 1));
        if nick || TITLES.iter().any(|w| buf.ends(end, w)) {
            return Some(Destination { kind: DestinationKind::Person, name: buf.slice(from, end) });
        }
    }
    named.then(|| Destination { kind: DestinationKind::Person, name: buf.slice(from, from + 2) })
}

fn trim_name(buf: &Buf, from: usize, to: usize) -> String {
    // 每3小时报一次应急办
    let mut a = from + buf.any(from, &["一次", "一遍"]).unwrap_or(0);
    let verb = |a: usize| {
        matches!(buf.get(a), '发' | '转' | '传' | '回')
            && buf.any(a + 1, &["群", "我", "微信", "本群", "邮箱"]).is_some()
    };
    while a < to && (matches!(buf.get(a), '至' | '到' | '给' | '往' | '在' | '“' | '"') || verb(a)) {
        a += 1;
    }
    buf.c[a..to].iter().filter(|c| !matches!(c, '“' | '”' | '"' | '《' | '》')).collect()
}

/// Words right before a verb that say where it is done without 在: 群里报数, App传照片.
const AT_ONCE: [(&str, DestinationKind); 18] = [
    ("钉钉", DestinationKind::App),
    ("企业微信", DestinationKind::App),
    ("学习强国", DestinationKind::App),
    ("工作群里", DestinationKind::Group),
    ("工作群内", DestinationKind::Group),
    ("工作群", DestinationKind::Group),
    ("本群内", DestinationKind::Group),
    ("本群", DestinationKind::Group),
    ("群里", DestinationKind::Group),
    ("群内", DestinationKind::Group),
    ("在这里", DestinationKind::Group),
    ("在这儿", DestinationKind::Group),
    ("小程序", DestinationKind::App),
    ("App", DestinationKind::App),
    ("APP", DestinationKind::App),
    ("app", DestinationKind::App),
    ("平台", DestinationKind::System),
    ("系统", DestinationKind::System),
];

/// Adverbs between the place and the verb: 系统里同步传.
const ADVERBS: [&str; 14] = [
    "同步", "同时", "统一", "一并", "及时", "按时", "如实", "逐户", "逐一", "分别", "直接", "先", "都", "再",
];

/// The place named right before the verb at `verb`, as written.
pub(crate) fn at_once(buf: &Buf, from: usize, verb: usize) -> Option<Destination> {
    let mut verb = verb;
    while let Some(word) = ADVERBS.iter().find(|w| buf.ends(verb, w) && verb - w.chars().count() >= from) {
        verb -= word.chars().count();
    }
    let stop = verb - usize::from(matches!(buf.before(verb), '里' | '内' | '上' | '中') && verb > from);
    let (word, kind) = AT_ONCE.iter().find(|(w, _)| buf.ends(verb, w) || buf.ends(stop, w))?;
    let end = if buf.ends(verb, word) { verb } else { stop };
    let head = end - word.chars().count();
    let at = if *kind == DestinationKind::Group {
        head + usize::from(buf.get(head) == '在')
    } else {
        (from..head)
            .rev()
            .take(12)
            .take_while(|&i| {
                matches!(buf.get(i), '\u{4e00}'..='\u{9fff}' | '“' | '”')
                    && !"请在把将用到至前后时由的各并再也都过录,".contains(buf.get(i))
            })
            .last()
            .unwrap_or(head)
    };
    // 完成系统录入
    let at = at + buf.any(at, &["完成"]).filter(|len| at + len <= head).unwrap_or(0);
    Some(Destination { kind: *kind, name: buf.slice(at, end).replace(['“', '”'], "") })
}

/// 在X上传, 登录X填报, 用X采集: the destination before the verb.
pub(crate) fn before(buf: &Buf, from: usize, verb: usize) -> Option<Destination> {
    for i in (from..verb).rev() {
        let lead = match buf.get(i) {
            '过' => buf.before(i) == '通',
            '在' | '用' | '到' | '至' | '登' | '成' | '走' => true,
            '找' | '系' if i + 2 < verb => {
                // 找王姐报名, 联系办公室小陈报数: who takes it.
                let at = i + 1;
                let named = verb - at <= 8 && (i..verb).all(|k| !is_clause_end(buf.get(k)));
                let known = is_surname(buf.get(at)) && verb - at <= 4
                    || matches!(buf.get(verb - 2), '小' | '老') && is_surname(buf.get(verb - 1))
                    || TITLES.iter().any(|w| buf.ends(verb, w));
                let called = buf.get(i) == '找' || buf.before(i) == '联';
                if named && known && called {
                    return Some(Destination { kind: DestinationKind::Person, name: buf.slice(at, verb) });
                }
                continue;
            }
            '请' | '。' | ';' => false,
            _ => continue,
        };
        let inside = buf.get(i) == '在' && matches!(buf.before(i), '实' | '现' | '正' | '所' | '存' | '旦');
        if !lead || inside || starts_number(buf.get(i + 1)) || buf.ends(i + 1, "收到") {
            continue;
        }
        let at = i + buf.any(i, &["登录", "登陆", "完成", "在", "用", "到", "至", "走"]).unwrap_or(1);
        if let Some(found) = ending(buf, at, verb)
            && (matches!(
                found.kind,
                DestinationKind::App | DestinationKind::System | DestinationKind::Office
            ) || found.kind == DestinationKind::Group && found.name.chars().count() <= 10)
        {
            return Some(found);
        }
    }
    if let Some(found) = opened(buf, from, verb) {
        return Some(found);
    }
    let end = (from..verb).find(|&i| buf.any(i, &["App", "APP", "小程序"]).is_some())?;
    let stop = end + 3;
    let a = (from..end)
        .rev()
        .take_while(|&i| !is_clause_end(buf.get(i)) && !"请在把将用于前到至过".contains(buf.get(i)))
        .last()
        .unwrap_or(end);
    Some(Destination { kind: DestinationKind::App, name: buf.slice(a, stop) })
}

/// 登录“某某通”完成注册: what is opened by its name is a program on the phone.
fn opened(buf: &Buf, from: usize, verb: usize) -> Option<Destination> {
    let open = ["登录", "登陆", "打开", "下载", "进入", "使用", "通过"];
    let i = (from..verb)
        .find(|&i| buf.any(i, &open).is_some() && matches!(buf.get(i + 2), '“' | '"' | '《' | '「'))?;
    let to = (i + 3..verb.min(i + 3 + 16)).find(|&k| matches!(buf.get(k), '”' | '"' | '》' | '」'))?;
    let kind = match buf.slice(i + 3, to) {
        name if ["系统", "平台", "网"].iter().any(|w| name.ends_with(w)) => DestinationKind::System,
        _ => DestinationKind::App,
    };
    Some(Destination { kind, name: buf.slice(i + 3, to) })
}

/// 举证材料上传“国土调查云”: a program called by its name right behind the verb.
pub(crate) fn called(buf: &Buf, verb: usize, to: usize) -> Option<Destination> {
    const NAME: usize = 20;
    if buf.get(verb) != '“' {
        return None;
    }
    let end = (verb + 1..to.min(verb + NAME)).find(|&i| buf.get(i) == '”')?;
    Some(Destination { kind: DestinationKind::System, name: buf.slice(verb + 1, end) })
}

/// The place of an event as the destination of who attends.
pub(crate) fn place(facts: &Facts) -> Option<Destination> {
    let place = facts.marks.iter().find(|m| m.kind == MarkKind::Place)?;
    Some(Destination { kind: DestinationKind::Office, name: place.value.clone() })
}
