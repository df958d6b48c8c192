//! What exporters write in place of pictures, files, quotes and cards → kind, attachment, quote; and out of the text.
//! The words are those of `formats.md` §2; formats with fields of their own (JSON, tables) call the parts they need.

use std::sync::LazyLock;

use aho_corasick::packed::Searcher;

use crate::message::{Attachment, Completeness, ForwardItem, Kind, Message, Quoted};

use super::time::{is_blank, is_dash};

/// What a body turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Body {
    pub(crate) kind: Kind,
    pub(crate) text: String,
    pub(crate) quoted: Option<Quoted>,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) items: Vec<ForwardItem>,
    pub(crate) completeness: Completeness,
}

impl Body {
    pub(crate) fn new(kind: Kind, text: &str) -> Self {
        Body {
            kind,
            text: text.trim().to_owned(),
            quoted: None,
            attachments: Vec::new(),
            items: Vec::new(),
            completeness: Completeness::Full,
        }
    }

    /// A thing of which only its placeholder stands there.
    pub(crate) fn placeholder(kind: Kind) -> Self {
        Body { completeness: Completeness::Placeholder, ..Body::new(kind, "") }
    }

    /// A file: its name, the first line, is its text. Lines below it stay behind it.
    pub(crate) fn file(name: &str) -> Self {
        let text = name.trim();
        let name = text.lines().next().unwrap_or("").trim();
        if name.is_empty() {
            return Body::placeholder(Kind::File);
        }
        Body { attachments: vec![Attachment::named(Kind::File, name)], ..Body::new(Kind::File, text) }
    }

    /// A picture, voice or video; `name` may be empty.
    pub(crate) fn media(kind: Kind, name: &str, caption: &str) -> Self {
        let mut body = Body::new(kind, caption);
        let name = name.trim();
        if !name.is_empty() {
            body.attachments.push(Attachment::named(kind, name));
        }
        body
    }

    /// A link with its title.
    pub(crate) fn link(title: &str, url: &str) -> Self {
        let mut body = Body::new(Kind::Link, title);
        let url = url.trim();
        body.attachments.push(Attachment {
            url: (!url.is_empty()).then(|| url.to_owned()),
            ..Attachment::named(Kind::Link, title.trim())
        });
        body
    }

    pub(crate) fn apply(self, message: &mut Message) {
        message.kind = self.kind;
        message.text = self.text;
        message.quoted = self.quoted;
        message.attachments = self.attachments;
        message.items = self.items;
        message.completeness = self.completeness;
    }
}

/// Reads a body as the text formats write it.
pub(crate) fn read(text: &str) -> Body {
    let text = text.trim();
    match text.as_bytes().first() {
        Some(b'[') => bracket(text),
        Some(0xe3) if text.starts_with('「') => quote_block(text),
        Some(0xe5 | 0xe8 | b'I') => counter(text),
        _ => None,
    }
    .unwrap_or_else(|| prose(text))
}

/// A text without tags: words, or a sign-up chain.
pub(crate) fn prose(text: &str) -> Body {
    let kind = if has_signup_mark(text) { Kind::Signup } else { Kind::Text };
    Body::new(kind, text)
}

/// A text that may hold a quote block in the old manner.
pub(crate) fn prose_or_quote(text: &str) -> Body {
    let text = text.trim();
    let quote = if text.starts_with('「') { quote_block(text) } else { None };
    quote.unwrap_or_else(|| prose(text))
}

/// `#接龙`, `# 接龍`, `#Group Note`.
pub(crate) fn has_signup_mark(text: &str) -> bool {
    memchr::memchr_iter(b'#', text.as_bytes()).any(|at| {
        let rest = text[at + 1..].trim_start();
        rest.starts_with("接龙") || rest.starts_with("接龍") || rest.starts_with("Group Note")
    })
}

/// `「名：文」`, a line of dashes, the answer.
pub(crate) fn quote_block(text: &str) -> Option<Body> {
    let inner = text.strip_prefix('「')?;
    let mut from = 0;
    while let Some(found) = memchr::memmem::find(&inner.as_bytes()[from..], "」".as_bytes()) {
        let end = from + found;
        let after = &inner[end + '」'.len_utf8()..];
        if let Some(reply) = after_dashes(after) {
            let (sender, words) = inner[..end].split_once(['：', ':'])?;
            if sender.contains('\n') || sender.chars().count() > 60 {
                return None;
            }
            let mut body = Body::new(Kind::Quote, reply);
            body.quoted = Some(quoted(sender, words));
            return Some(body);
        }
        from = end + '」'.len_utf8();
    }
    None
}

/// What follows a line of dashes that follows at once.
fn after_dashes(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(is_blank).strip_prefix('\n')?;
    let (line, reply) = rest.split_once('\n').unwrap_or((rest, ""));
    let mut dashes = 0;
    for c in line.chars() {
        match c {
            '-' => dashes += 1,
            ' ' => {}
            c if is_dash(c) => dashes += 1,
            c if is_blank(c) => {}
            _ => return None,
        }
    }
    (dashes >= 3).then_some(reply)
}

pub(crate) fn quoted(sender: &str, text: &str) -> Quoted {
    let some = |s: &str| {
        let s = s.trim();
        (!s.is_empty()).then(|| s.to_owned())
    };
    Quoted { sender: some(sender), text: some(text), native_id: None }
}

/// `[引用 名：文]` at the end of an answer, as WeFlow writes it.
pub(crate) fn quote_suffix(text: &str) -> Option<Body> {
    let inner = text.strip_suffix(']')?;
    let at = inner.find("[引用 ")?;
    let (sender, words) = inner[at + "[引用 ".len()..].split_once(['：', ':'])?;
    let mut body = Body::new(Kind::Quote, &text[..at]);
    body.quoted = Some(quoted(sender, words));
    Some(body)
}

/// `图片1（可在附件中查看）`, `Image 1 (see attachment)`: the n-th attachment of the mail.
fn counter(text: &str) -> Option<Body> {
    if text.len() > 80 || text.contains('\n') {
        return None;
    }
    for (word, kind) in [
        ("图片", Kind::Image),
        ("视频", Kind::Video),
        ("文件", Kind::File),
        ("Image", Kind::Image),
        ("Video", Kind::Video),
    ] {
        let Some(rest) = text.strip_prefix(word) else { continue };
        let rest = rest.trim_start();
        let number = rest.bytes().take_while(u8::is_ascii_digit).count();
        if number > 0 && (rest[number..].contains("附件中查看") || rest[number..].contains("see attachment"))
        {
            // a counter over this mail names nothing: the next mail counts anew
            let mut body = Body::new(kind, "");
            body.attachments.push(Attachment {
                kind,
                name: None,
                path: Some(format!("{word}{}", &rest[..number])),
                md5: None,
                size: None,
                url: None,
            });
            return Some(body);
        }
    }
    None
}

/// Tags that stand for a medium and may carry words behind them.
const MEDIA: [(&str, Kind); 20] = [
    ("图片", Kind::Image),
    ("照片", Kind::Image),
    ("Photo", Kind::Image),
    ("语音", Kind::Voice),
    ("语音消息", Kind::Voice),
    ("视频", Kind::Video),
    ("动画表情", Kind::Sticker),
    ("表情包", Kind::Sticker),
    ("表情", Kind::Sticker),
    ("动态表情", Kind::Sticker),
    ("其他消息", Kind::Unknown),
    ("分享", Kind::Unknown),
    ("JSON消息", Kind::Unknown),
    ("Markdown消息", Kind::Unknown),
    ("长消息", Kind::Unknown),
    ("位置", Kind::Location),
    ("位置消息", Kind::Location),
    ("名片", Kind::Card),
    ("通话", Kind::Call),
    ("小程序", Kind::Miniapp),
];

/// Bodies that begin with a tag in square brackets.
fn bracket(text: &str) -> Option<Body> {
    let close = text.find(']')?;
    let (inside, rest) = (&text[1..close], &text[close + 1..]);
    if let Some(body) = long_tag(inside, rest) {
        return Some(body);
    }
    if let Some(&(_, kind)) = MEDIA.iter().find(|(word, _)| *word == inside) {
        // a picture and words: QQ; a word in brackets inside a sentence is nobody's tag
        if rest.trim().is_empty() && kind != Kind::Image {
            return Some(Body::placeholder(kind));
        }
        let may_have_words = matches!(kind, Kind::Image | Kind::Video) || inside == "表情";
        return may_have_words.then(|| Body::media(kind, "", rest));
    }
    let length = inside.strip_prefix("语音").map(str::trim_start);
    if length.is_some_and(|l| l.starts_with(|c: char| c.is_ascii_digit()) && !l.contains(']'))
        && rest.trim().is_empty()
    {
        return Some(Body::placeholder(Kind::Voice));
    }
    // `[图片: a.jpg(请在附件中查看)]`, `[图片:a.jpg]`, `[语音:7秒]`, `[文件: 名]`
    let (word, name) = inside.split_once([':', '：']).or_else(|| inside.split_once(' '))?;
    let name = name.trim();
    if word == "文件" {
        // file names hold brackets: take the last bracket of the line
        let (line, below) = text.split_once('\n').unwrap_or((text, ""));
        let whole = line
            .trim_end()
            .strip_suffix(']')
            .map(|l| l[1 + word.len()..].trim_start_matches([':', '：', ' ']));
        let name = whole.unwrap_or(name);
        let name = name.strip_suffix("(请在附件中查看)").unwrap_or(name);
        return Some(Body::file(&format!("{name}\n{below}")));
    }
    let &(_, kind) = MEDIA.iter().find(|(known, _)| *known == word)?;
    if kind == Kind::Voice {
        return Some(if rest.trim().is_empty() { Body::placeholder(kind) } else { Body::new(kind, rest) });
    }
    let name = name.strip_suffix("(请在附件中查看)").unwrap_or(name);
    Some(Body::media(kind, name, rest))
}

/// Tags with a meaning of their own.
fn long_tag(inside: &str, rest: &str) -> Option<Body> {
    let glued = !rest.starts_with(' ');
    let rest = rest.trim();
    Some(match inside {
        "文件" => Body::file(rest),
        "群公告" => Body::new(Kind::Announcement, rest),
        "接龙" => Body { completeness: Completeness::FirstLine, ..Body::new(Kind::Signup, rest) },
        "链接" => return link_tag(rest),
        "聊天记录" | "合并转发的聊天记录" if rest.is_empty() => Body::placeholder(Kind::Forward),
        "聊天记录" | "合并转发的聊天记录" => {
            Body { completeness: Completeness::FirstLine, ..Body::new(Kind::Forward, rest) }
        }
        "转发的聊天记录" => forward(rest),
        "转账" => Body {
            attachments: if rest.is_empty() {
                Vec::new()
            } else {
                vec![Attachment::named(Kind::Money, rest)]
            },
            ..Body::placeholder(Kind::Money)
        },
        // WeFlow puts no blank behind its tag; with one the words are the sender's own
        "红包" if !glued => return None,
        "红包" => Body::new(Kind::Money, rest),
        "拍一拍" => Body::new(Kind::Pat, rest),
        _ => return None,
    })
}

/// A card has a title of one line, and its address behind it; a tag before more than that was typed.
fn link_tag(text: &str) -> Option<Body> {
    let body = link_or_signup(text);
    (body.kind == Kind::Signup || !body.text.contains('\n')).then_some(body)
}

/// `[链接]` stands before sign-up chains too.
pub(crate) fn link_or_signup(text: &str) -> Body {
    let first = text.lines().next().unwrap_or("");
    if has_signup_mark(first) {
        return Body::new(Kind::Signup, text);
    }
    match text.rsplit_once('\n') {
        Some((title, url)) if url.starts_with("http") => Body::link(title, url),
        _ => Body::link(text, ""),
    }
}

/// Title, then `名: 文` lines; deeper levels are indented by two blanks and stay part of their line's text.
pub(crate) fn forward(text: &str) -> Body {
    let (title, lines) = text.split_once('\n').unwrap_or((text, ""));
    let mut body = Body::new(Kind::Forward, title);
    for line in lines.lines() {
        let named = line
            .split_once(": ")
            .or_else(|| line.split_once('：'))
            .or_else(|| line.strip_suffix(':').map(|n| (n, "")));
        let deeper = line.starts_with("  ");
        match named {
            Some((sender, words)) if !deeper && !sender.is_empty() && sender.chars().count() <= 40 => {
                body.items.push(ForwardItem {
                    sender: sender.to_owned(),
                    sent_at: None,
                    text: words.to_owned(),
                });
            }
            _ => match body.items.last_mut() {
                Some(item) => {
                    item.text.push('\n');
                    item.text.push_str(line);
                }
                None if line.trim().is_empty() => {}
                None => body.items.push(ForwardItem { text: line.to_owned(), ..ForwardItem::default() }),
            },
        }
    }
    body
}

/// Kind of a line the chat program wrote.
pub(crate) fn system_kind(text: &str) -> Kind {
    if text.contains("撤回了一条") || text.contains("recalled a message") {
        Kind::Recall
    } else if text.contains("加入了群聊")
        || text.contains("加入群聊")
        || text.contains("加入本群")
        || text.contains("加入了本群")
    {
        Kind::Join
    } else if text.contains("拍了拍") {
        Kind::Pat
    } else {
        Kind::System
    }
}

/// What the chat program writes of people and groups, by its first character: every line of some formats is asked.
const fn system_words(first: char) -> &'static [&'static str] {
    match first {
        '上' => &["上传了文件"],
        '修' => {
            &["修改群名片为", "修改了群昵称为", "修改群名为", "修改群公告", "修改了群公告", "修改了群名称"]
        }
        '撤' => &["撤回了一条"],
        '加' => &["加入了群聊", "加入群聊", "加入本群", "加入了本群"],
        '移' => &["移出了群聊", "移出群聊"],
        '退' => &["退出了群聊", "退出群聊"],
        '将' => &["将群升级"],
        '拍' => &["拍了拍"],
        '成' => &["成为新群主"],
        '群' => &["群主已恢复"],
        '设' => &["设置为群管理员"],
        '开' => &["开启了群聊邀请确认"],
        '发' => &["发起了群收款"],
        '领' => &["领取了你的红包"],
        '共' => &["共同好友"],
        _ => &[],
    }
}

/// What each of these words holds: one search through a line tells that it has none of them.
static SYSTEM_SIGNS: LazyLock<Option<Searcher>> = LazyLock::new(|| {
    Searcher::new(["群", "上传了文件", "撤回了一条", "拍了拍", "领取了你的红包", "共同好友"])
});

/// Whether a short line without sender is one of those the chat program writes.
pub(crate) fn looks_like_system(text: &str) -> bool {
    const LONGEST: usize = 300;
    if text.len() >= LONGEST || SYSTEM_SIGNS.as_ref().is_some_and(|signs| signs.find(text).is_none()) {
        return false;
    }
    let mut found = false;
    for (at, c) in text.char_indices() {
        if matches!(c, '\n' | '。' | '！' | '？' | '；') {
            return false;
        }
        found = found || c > '\u{7f}' && system_words(c).iter().any(|word| text[at..].starts_with(word));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_leave_the_text() {
        for (text, kind, words, name) in [
            ("[图片: 74ab.jpg(请在附件中查看)]", Kind::Image, "", Some("74ab.jpg")),
            ("图片1（可在附件中查看）", Kind::Image, "", None),
            ("[图片]现场照片", Kind::Image, "现场照片", None),
            ("[文件: 表（模板）[新].xlsx]", Kind::File, "表（模板）[新].xlsx", Some("表（模板）[新].xlsx")),
            ("[文件]表.xlsx", Kind::File, "表.xlsx", Some("表.xlsx")),
            ("[文件]", Kind::File, "", None),
            ("[语音 00:07]", Kind::Voice, "", None),
            ("[语音:7秒]", Kind::Voice, "", None),
            ("[动画表情]", Kind::Sticker, "", None),
            ("[链接] 关于通知\nhttps://a.invalid/b", Kind::Link, "关于通知", Some("关于通知")),
            ("[链接]#接龙\n\n1. 柳湾", Kind::Signup, "#接龙\n\n1. 柳湾", None),
            ("[接龙] #接龙", Kind::Signup, "#接龙", None),
            ("[群公告] 停水", Kind::Announcement, "停水", None),
            ("[强]收到", Kind::Text, "[强]收到", None),
            ("[语音]转文字不准", Kind::Text, "[语音]转文字不准", None),
            ("打卡#接龙\n1. 王", Kind::Signup, "打卡#接龙\n1. 王", None),
            ("图片都要上传", Kind::Text, "图片都要上传", None),
        ] {
            let body = read(text);
            let got = body.attachments.first().and_then(|a| a.name.as_deref());
            assert_eq!((body.kind, body.text.as_str(), got), (kind, words, name), "{text}");
        }
    }

    #[test]
    fn every_word_of_the_program_is_seen() {
        let firsts = "上修撤加移退将拍成群设开发领共".chars();
        let words: Vec<&str> = firsts.flat_map(|first| system_words(first).iter().copied()).collect();
        assert_eq!(words.len(), 25);
        for word in words {
            assert!(looks_like_system(&format!("\"李\" {word}x")), "{word}");
            assert!(!looks_like_system(&format!("{word}。")), "{word}");
        }
        assert!(!looks_like_system("请各村上报"));
    }

    #[test]
    fn quotes_and_forwards() {
        let body = read("「李主任：请报送\n\n「表」」\n- - - - - - - - - - - - - - -\n已报 [强]");
        assert_eq!((body.kind, body.text.as_str()), (Kind::Quote, "已报 [强]"));
        assert_eq!(body.quoted.unwrap().text.unwrap(), "请报送\n\n「表」");
        let body = quote_suffix("已报 [强][引用 李主任：请报[送]]").unwrap();
        assert_eq!(body.quoted.unwrap(), quoted("李主任", "请报[送]"));
        let body = read("[转发的聊天记录]区局群的聊天记录\n孙: 今天汇总\n第二行\n孙: [文件] 表.xls");
        assert_eq!((body.text.as_str(), body.items.len()), ("区局群的聊天记录", 2));
        assert_eq!(body.items[0].text, "今天汇总\n第二行");
    }
}
