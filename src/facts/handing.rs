//! How a thing is handed in where no place is named: by a form behind a link, in a system the sentence speaks of
//! elsewhere, on paper; and what is only to be passed on.

use super::text::{Buf, WordSet, is_clause_end};
use super::{Act, Demand, Destination, DestinationKind, Input};
use crate::message::Kind;

/// Longest name kept of a place.
const WORDS_MAX: usize = 30;

/// Forms that are filled in online, by link or code.
const FORMS: WordSet<'_> = WordSet::of(&[
    "腾讯文档",
    "金山文档",
    "在线文档",
    "共享文档",
    "协作文档",
    "在线表格",
    "共享表格",
    "收集表",
    "问卷星",
    "问卷链接",
    "填报链接",
    "二维码",
    "链接",
    "扫码",
    "刷脸",
    "人脸识别",
    "人脸认证",
]);

/// The online form the sentence names: 点链接填写, 扫二维码登记; `far` also in another clause: 完成认证，手机刷脸即可.
pub(crate) fn form(buf: &Buf, range: (usize, usize), verb: (usize, usize), far: bool) -> Option<Destination> {
    let (a, b) = (buf.clause_start(verb.0).max(range.0), buf.clause_end(verb.1).min(range.1));
    let word = |from: usize, to: usize| buf.find_any(from, to, &FORMS).map(|(i, len)| (i, i + len));
    let (a, b) = word(a, b)
        .or_else(|| word(a.saturating_sub(12).max(range.0), a))
        .or_else(|| word(range.0, range.1).filter(|_| far))?;
    (b <= range.1).then(|| Destination { kind: DestinationKind::App, name: buf.slice(a, b) })
}

/// Titles of links behind which something is to be filled in.
const FORM_TITLES: [&str; 10] =
    ["问卷", "调查", "登记", "填报", "报名", "收集", "测评", "答题", "征集", "采集"];

/// A message that is a link to a form: what is to be filled in is filled in there.
pub(crate) fn behind_link(input: &Input<'_>, demands: &mut [Demand]) {
    let title = input.attachment.trim();
    if input.kind != Kind::Link || !FORM_TITLES.iter().any(|w| title.contains(w)) {
        return;
    }
    for demand in demands {
        if demand.destination.is_none() && matches!(demand.act, Act::Fill | Act::Study | Act::Checkin) {
            let name = title.chars().take(WORDS_MAX).collect();
            demand.destination = Some(Destination { kind: DestinationKind::App, name });
        }
    }
}

/// Words behind 系统, 平台 by which no program is meant.
const NO_PROGRAM: [&str; 8] = ["性", "内", "外", "治理", "单位", "干部", "学习", "党委"];

/// The program that the sentence speaks of in another clause than the verb's: 签约录完，系统自动抽查. `led`: only where it
/// says that it is used (走网格通App).
pub(crate) fn program(buf: &Buf, range: (usize, usize), led: bool) -> Option<Destination> {
    const WORDS: [(&str, DestinationKind); 6] = [
        ("小程序", DestinationKind::App),
        ("App", DestinationKind::App),
        ("APP", DestinationKind::App),
        ("app", DestinationKind::App),
        ("系统", DestinationKind::System),
        ("平台", DestinationKind::System),
    ];
    (range.0..range.1).find_map(|i| {
        let (word, kind) = WORDS.iter().find(|(w, _)| buf.is(i, w))?;
        let end = i + word.chars().count();
        let other = matches!(buf.before(i), '态' | '子' | '全') || buf.any(end, &NO_PROGRAM).is_some();
        let used = || buf.has(buf.clause_start(i).max(range.0), i, &["走", "用", "通过", "登录", "统一在"]);
        (!other && (!led || used()) && end <= range.1)
            .then(|| Destination { kind: *kind, name: (*word).to_owned() })
    })
}

/// Ways of telling everybody, one of several: 会上讲、群里发、公开栏贴.
const CHANNELS: [&str; 10] =
    ["公开栏", "公示栏", "公告栏", "大喇叭", "喇叭", "广播", "会上", "朋友圈", "上门讲", "挨户讲"];

/// Whether what is sent into a group is the notice itself: 在家长群里发一遍, 会上讲、群里发、公开栏贴.
pub(crate) fn passes_on(buf: &Buf, verb: (usize, usize)) -> bool {
    let (a, b) = (buf.clause_start(verb.0), buf.clause_end(verb.1));
    buf.any(verb.1, &["一遍", "一发"]).is_some()
        || (buf.get(verb.1) == '、' || buf.has(a, verb.0, &["、"])) && buf.has(a, b, &CHANNELS)
}

/// Words in the sentence by which a thing is handed over on paper.
const ON_PAPER: &[&str] = &[
    "纸质",
    "原件",
    "一式",
    "按手印",
    "按印",
    "当面",
    "实物",
    "盖章",
    "签字",
    "签名",
    "手写",
    "骑缝章",
    "装订",
];

/// Things of paper, of which nothing else is said than that they are to be handed in.
const DOCUMENTS: [&str; 12] =
    ["表", "记录", "台账", "材料", "协议", "报告", "档案", "承诺书", "责任书", "单子", "卷", "票"];

/// An office takes paper from those who 交 or 送 to it, or where the sentence speaks of paper; a thing to be handed over
/// on paper without a word where (当面交, 送来) goes to no group.
pub(crate) fn handed_over(
    buf: &Buf,
    found: Option<Destination>,
    verb: (usize, usize),
    range: (usize, usize),
) -> Option<Destination> {
    let brings = matches!(buf.get(verb.0), '交' | '送' | '递')
        || buf.any(verb.0, &["上交", "提交", "寄"]).is_some() && buf.get(verb.0) != '提';
    let (a, b) = (buf.clause_start(verb.0).max(range.0), buf.clause_end(verb.1).min(range.1));
    match found {
        Some(d) if d.kind == DestinationKind::Office => {
            let screen = buf.has(a, b, &["电子版", "扫描件", "拍照", "截图"]);
            // 报送到一楼大厅窗口: somebody goes there.
            let room = (a..b).any(|i| buf.any(i, &["窗口", "大厅", "楼"]).is_some() && i > verb.1);
            let paper = brings || (buf.has(range.0, range.1, ON_PAPER) || room) && !screen;
            Some(Destination { kind: if paper { DestinationKind::Paper } else { d.kind }, ..d })
        }
        Some(d) => Some(d),
        None => {
            let come = buf.any(verb.0, &["送过来", "交过来", "送来", "交来", "交上来"]);
            let said = || {
                let words =
                    ["纸质版", "纸质", "当面", "一式两份", "一式三份", "一式二份", "一式四份", "原件"];
                let paper = (a..b).find_map(|i| buf.any(i, &words).map(|len| (i, i + len)));
                paper.filter(|_| !buf.has(a, b, &["电子版", "扫描", "拍照"]))
            };
            // 踏查表19日下班前交: handed over by hand, other ways are named (发, 报, 传).
            let bare = || {
                let alone = buf.get(verb.0) == '交' && verb.1 == verb.0 + 1 && is_clause_end(buf.get(verb.1));
                (alone && buf.has(a, verb.0, &DOCUMENTS)).then_some(verb)
            };
            let word = come.map(|len| (verb.0, verb.0 + len)).or_else(said).or_else(bare)?;
            Some(Destination { kind: DestinationKind::Paper, name: buf.slice(word.0, word.1) })
        }
    }
}
