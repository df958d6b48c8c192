//! One line that names a notice, as the eye looks for it: what it is about, without the address, the courtesies and the
//! deadline that stand in columns of their own. Only words of the text, in their order.

use super::{Facts, MarkKind, Span, TimeRole};

/// Longest title, in characters.
const TITLE_MAX: usize = 48;
/// A title shorter than this takes the next clause along.
const ENOUGH: usize = 10;
/// How much of a text is looked at.
const HEAD: usize = 600;

/// Words that say nothing of the subject when they stand alone.
const EMPTY: &[&str] = &[
    "通知",
    "紧急通知",
    "重要通知",
    "会议通知",
    "工作通知",
    "温馨提示",
    "温馨提醒",
    "友情提醒",
    "提醒",
    "重要提醒",
    "工作提醒",
    "工作提示",
    "注意",
    "请注意",
    "公告",
    "群公告",
    "转发",
    "转",
    "急",
    "急急急",
    "特急",
    "紧急",
    "重要",
    "转发请看",
    "收到请回复",
    "收到回复",
    "请互相转告",
    "互相转告",
    "原文",
    "内容如下",
    "如下",
    "所有人",
    "全体成员",
    "大家好",
    "各位好",
    "在吗",
    "请看",
    "看一下",
    "重要的事情说三遍",
    "接上级通知",
    "接镇里通知",
    "接县里通知",
    "通知如下",
    "再次提醒",
    "再提醒一下",
    "再次强调",
    "辛苦了",
    "谢谢",
    "收到请回",
    "时间",
    "地点",
    "要求",
];

/// Words that are taken out wherever they stand.
const COURTESY: &[&str] = &[
    "请务必",
    "烦请",
    "麻烦",
    "敬请",
    "恳请",
    "务必于",
    "务必",
    "定于",
    "拟于",
    "请于",
    "请各位",
    "请大家",
    "请在",
    "最迟",
    "最晚",
    "不晚于",
    "截至",
];

/// What an adjunct before the subject begins with.
const ADJUNCTS: &[&str] =
    &["根据", "按照", "依据", "为了", "为", "因", "由于", "鉴于", "结合", "接", "经", "按"];

/// The title of a text with its facts; `None` when no words are left that tell anything.
#[must_use]
pub fn title(text: &str, facts: &Facts) -> Option<String> {
    let chars: Vec<char> = text.chars().take(HEAD).collect();
    if let Some(name) = named(&chars, facts) {
        return Some(name);
    }
    let keep = kept(&chars, facts);
    let clauses = clauses(&chars, &keep, facts);
    let mut out = String::new();
    for (n, clause) in clauses.iter().enumerate() {
        let last = clauses.len() == n + 1;
        // 停水时间9:00-15:00: a label without what it labels.
        let label = clause.cut && clause.words.ends_with("时间");
        if out.is_empty() && skips(clause, last)
            || !out.is_empty() && (label || EMPTY.contains(&clause.words.as_str()))
        {
            continue;
        }
        if !out.is_empty() {
            out.push(if clause.joined { '，' } else { ' ' });
        }
        out.push_str(called(&clause.words));
        if out.chars().filter(|c| c.is_alphanumeric()).count() >= ENOUGH || out.chars().count() >= TITLE_MAX {
            break;
        }
    }
    (telling(&out) >= 2).then(|| cut(&out))
}

/// Of 在镇三楼会议室召开推进会 the part from 召开: the place stands in a line of its own.
fn called(words: &str) -> &str {
    let at = ["召开", "举行", "举办"].iter().filter_map(|w| words.find(w)).min();
    match at {
        // 院周会在二楼会议室召开: the name stands before the place.
        Some(at) if telling(&words[at..]) <= 2 => {
            words.split('在').next().filter(|w| telling(w) >= 2).unwrap_or(words)
        }
        Some(at)
            if words.starts_with('在')
                || words[..at].trim_end().ends_with(['室', '楼', '厅', '堂', '院', '心']) =>
        {
            &words[at..]
        }
        _ => words,
    }
}

/// How many characters of a line say something.
fn telling(line: &str) -> usize {
    line.chars().filter(|c| c.is_alphanumeric()).count()
}

/// 关于…的通知 near the head names the notice by itself.
fn named(chars: &[char], facts: &Facts) -> Option<String> {
    let head = "关于".chars().collect::<Vec<_>>();
    let mark = facts.marks.iter().find(|m| {
        let at = m.span[0] as usize;
        m.kind == MarkKind::Title && at < 80 && chars.get(at..at + 2) == Some(&head)
    })?;
    let words: String = mark.value.chars().filter(|c| !c.is_whitespace()).collect();
    (telling(&words) >= 4).then(|| cut(&words))
}

/// Which characters stay: not the times of deadlines and events, not the addressed, not the courtesies.
fn kept(chars: &[char], facts: &Facts) -> Vec<bool> {
    let mut keep = vec![true; chars.len()];
    let mut drop = |span: Span| {
        let (a, b) = (span[0] as usize, (span[1] as usize).min(chars.len()));
        if a < b {
            keep[a..b].fill(false);
        }
    };
    for time in &facts.times {
        let dated = matches!(time.role, TimeRole::Deadline | TimeRole::Event | TimeRole::Recurring);
        let here = chars.iter().skip(time.span[0] as usize).take(time.text.chars().count());
        // 14日、15日值班表: the days belong to the thing.
        let listed = time.role != TimeRole::Deadline
            && time.span[0].checked_sub(1).is_some_and(|i| chars.get(i as usize) == Some(&'、'));
        if dated && !listed && here.copied().eq(time.text.chars()) {
            drop(time.span);
        }
    }
    for mark in facts.marks.iter().filter(|m| m.kind == MarkKind::Audience) {
        let [from, to] = mark.span;
        // 各村级河长: the office held belongs to those addressed.
        let office = chars.iter().skip(to as usize).take(5).position(|c| matches!(c, '长' | '员'));
        let held = office.filter(|_| chars.get(to as usize) == Some(&'级'));
        drop([from, to + held.map_or(0, |n| n as u32 + 1)]);
    }
    for i in 0..chars.len() {
        if let Some(len) = COURTESY.iter().find_map(|w| at(chars, i, w)) {
            keep[i..i + len].fill(false);
        }
        let noun = i > 0 && matches!(chars[i - 1], '申' | '邀' | '聘' | '宴' | '报')
            || matches!(chars.get(i + 1), Some('示' | '假' | '帖' | '客' | '求' | '战'));
        let mail = i > 0 && chars[i - 1].is_ascii_alphanumeric();
        if chars[i] == '请' && !noun || chars[i] == '@' && !mail || chars[i] == '#' {
            keep[i] = false;
        }
    }
    for i in 0..chars.len() {
        if ["http://", "https://"].iter().any(|w| at(chars, i, w).is_some()) {
            let url = chars[i..].iter().take_while(|c| c.is_ascii() && !c.is_whitespace()).count();
            keep[i..i + url].fill(false);
        }
    }
    small_words(chars, &mut keep);
    keep
}

/// 于, 在, 将, 把 and the like that lost what they belong to: they stand between a cut or a clause's beginning and the rest.
fn small_words(chars: &[char], keep: &mut [bool]) {
    for i in 0..chars.len() {
        if !keep[i] {
            continue;
        }
        let cut_before = i == 0 || !keep[i - 1] || ends(chars[i - 1]);
        let cut_after = keep.get(i + 1).is_some_and(|k| !k);
        let lost = match chars[i] {
            '将' | '把' | '要' | '须' | '需' | '先' | '都' | '就' => cut_before,
            '到' if i > 0 && chars[i - 1] == '收' => false,
            '于' | '在' | '由' | '至' | '到' | '自' | '从' => cut_after,
            '的' => i > 0 && !keep[i - 1],
            _ => false,
        };
        if lost {
            keep[i] = false;
        }
    }
}

/// The length of `word` if it stands at `i`.
fn at(chars: &[char], i: usize, word: &str) -> Option<usize> {
    let mut n = 0;
    for c in word.chars() {
        if chars.get(i + n) != Some(&c) {
            return None;
        }
        n += 1;
    }
    Some(n)
}

fn ends(c: char) -> bool {
    matches!(
        c,
        '，' | ','
            | '。'
            | '；'
            | ';'
            | '！'
            | '!'
            | '？'
            | '?'
            | '\n'
            | '：'
            | ':'
            | '】'
            | '【'
            | '…'
            | '~'
    )
}

struct Clause {
    words: String,
    /// A comma stands before it, so that it belongs to the clause before.
    joined: bool,
    /// A comma stands behind it.
    open: bool,
    /// A colon stands behind it.
    colon: bool,
    /// Something was taken out of it.
    cut: bool,
    /// It begins with those addressed.
    addressed: bool,
}

/// The clauses of what is kept. Brackets keep what they enclose together.
fn clauses(chars: &[char], keep: &[bool], facts: &Facts) -> Vec<Clause> {
    let salutes: Vec<usize> =
        facts.marks.iter().filter(|m| m.kind == MarkKind::Audience).map(|m| m.span[0] as usize).collect();
    let mut out: Vec<Clause> = Vec::new();
    let mut words = String::new();
    let (mut joined, mut cut, mut depth, mut begun) = (false, false, 0_usize, 0_usize);
    for (i, c) in chars.iter().copied().chain(['\n']).enumerate() {
        match c {
            '《' | '“' | '（' | '(' => depth += 1,
            '》' | '”' | '）' | ')' => depth = depth.saturating_sub(1),
            '\n' => depth = 0,
            _ => {}
        }
        let digit = |k: Option<&char>| k.is_some_and(char::is_ascii_digit);
        let clock =
            matches!(c, ':' | '：' | ',') && i > 0 && digit(chars.get(i - 1)) && digit(chars.get(i + 1));
        if !ends(c) || depth > 0 || clock {
            if keep.get(i) == Some(&true) {
                words.push(c);
            } else {
                cut = true;
            }
            continue;
        }
        let clean = trim(&words);
        // 召开书记办公会 参会：党委班子: the label of the next line.
        const LABELS: [&str; 7] = [" 参会", " 列席", " 主持", " 时间", " 地点", " 参会人员", " 参加人员"];
        let label = LABELS.iter().find_map(|l| clean.strip_suffix(l)).filter(|_| matches!(c, ':' | '：'));
        let clean = label.map_or(clean.clone(), str::to_owned);
        if telling(&clean) > 0 {
            let comma = matches!(c, '，' | ',');
            let addressed = salutes.iter().any(|s| (begun..begun + 2).contains(s));
            let colon = matches!(c, ':' | '：');
            out.push(Clause { words: clean, joined, open: comma, colon, cut, addressed });
            joined = comma;
        }
        words.clear();
        (cut, begun) = (false, i + 1);
        if out.len() > 12 {
            break;
        }
    }
    out
}

/// Takes list numbers, loose punctuation and empty brackets off both ends.
fn trim(words: &str) -> String {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ").replace("（）", "").replace("()", "");
    let loose = |c: char| {
        c.is_whitespace()
            || matches!(c, '、' | '.' | '*' | '-' | '—' | '）' | ')' | '〉' | '|' | '"' | '”' | '\u{2005}')
    };
    // The mark that opens a name stays.
    let pair = line.trim_start().starts_with('"') && line.matches('"').count() > 1;
    let line = if pair { line.trim_start() } else { line.trim_start_matches(loose) };
    let numbered = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let line = match numbered.chars().next() {
        Some('.' | '、' | '．') if line.len() - numbered.len() <= 2 && line.len() > numbered.len() => {
            numbered.trim_start_matches(loose)
        }
        _ => line,
    };
    let listed = line.chars().next().is_some_and(|c| "一二三四五六七八九十".contains(c));
    let line = if listed && line.chars().nth(1) == Some('、') {
        &line[line.char_indices().nth(2).map_or(0, |p| p.0)..]
    } else {
        line
    };
    line.trim_end_matches(|c: char| {
        c.is_whitespace() || matches!(c, '、' | '-' | '—' | '（' | '(' | '“' | '《')
    })
    .to_owned()
}

/// Whether a clause at the beginning says nothing of the subject.
fn skips(clause: &Clause, last: bool) -> bool {
    let words = clause.words.as_str();
    if EMPTY.contains(&words) || telling(words) < 2 {
        return true;
    }
    if last {
        return false;
    }
    let n = words.chars().count();
    let adjunct = clause.open && ADJUNCTS.iter().any(|w| words.starts_with(w)) && n <= 40;
    let called = (clause.colon || clause.open)
        && n <= 14
        && [
            "各",
            "全体",
            "大家",
            "同志",
            "书记",
            "主任",
            "老师",
            "家长",
            "姐妹",
            "委员",
            "联络员",
            "负责人",
            "领导",
            "转",
            "通知",
            "提示",
            "朋友",
        ]
        .iter()
        .any(|w| words.contains(w))
        && !["会", "表", "报", "培训", "考试", "考核", "演练"].iter().any(|w| words.contains(w));
    let rest = clause.cut && telling(words) < 3;
    // 各村小、幼儿园：, 各社区、物业企业：
    let named = clause.addressed && n <= 5 && !["报", "表", "会", "情况"].iter().any(|w| words.contains(w));
    adjunct || called || rest || clause.colon && (named || n <= 14 && calls(words))
}

/// 协办员：, 队长参加：: what is left of those addressed, and what a forward says in front of the text.
fn calls(words: &str) -> bool {
    const ORDERS: [&str; 10] =
        ["注意", "参加", "照办", "知悉", "周知", "阅知", "遵照执行", "抓好落实", "认真落实", "关注"];
    const BODIES: [&str; 16] = [
        "职工",
        "师生",
        "村民",
        "居民",
        "业主",
        "家长",
        "用户",
        "专干",
        "助理",
        "干部",
        "组织",
        "支部",
        "企业",
        "单位",
        "物业",
        "志愿者",
    ];
    let n = words.chars().count();
    let office =
        n <= 6 && (words.ends_with(['员', '长', '医', '们']) || BODIES.iter().any(|w| words.ends_with(w)));
    office || ORDERS.iter().any(|w| words.ends_with(w))
}

fn cut(text: &str) -> String {
    if text.chars().count() <= TITLE_MAX {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(TITLE_MAX - 1).collect();
    short.push('…');
    short
}
