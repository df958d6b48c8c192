//! Private data made of words: home addresses, number plates, passwords, accounts, e-mail addresses.

use super::{Finding, Kind, Page};

/// Longest address kept.
const ADDRESS_MAX: usize = 40;

pub(super) fn find(page: &Page, found: &mut Vec<Finding>) {
    let mut i = 0;
    while i < page.c.len() {
        let next = match page.c[i] {
            '住' | '家' | '地' | '寄' | '户' | '现' => cued_address(page, i, found),
            '村' | '社' => village_address(page, i, found),
            '栋' | '幢' | '号' => flat(page, i, found),
            '密' | '口' | '验' => password(page, i, found),
            'Q' | 'q' | '微' | 'w' => account(page, i, found),
            '@' => email(page, i, found),
            c if PLATES.contains(c) => plate(page, i, found),
            _ => None,
        };
        i = next.unwrap_or(i + 1);
    }
}

/// The first characters of number plates, one a province.
const PLATES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";

fn is_end(c: char) -> bool {
    matches!(c, ',' | '，' | '。' | ';' | '；' | '\n' | '、' | ')' | '(' | '!' | '?')
}

/// 住址：…, 家住…, 寄到…
fn cued_address(page: &Page, i: usize, found: &mut Vec<Finding>) -> Option<usize> {
    const CUES: &[&str] =
        &["现住址", "住址", "家庭住址", "家住", "住在", "户籍地", "地址", "寄到", "寄至", "住"];
    let len = page.any(i, CUES)?;
    let mut at = i + len;
    while matches!(page.get(at), ':' | '：' | ' ' | '为' | '是' | '于' | '在') {
        at += 1;
    }
    let end = (at..(at + ADDRESS_MAX).min(page.c.len()))
        .find(|&k| is_end(page.get(k)))
        .unwrap_or((at + ADDRESS_MAX).min(page.c.len()));
    let body: String = page.slice(at, end);
    let weak = page.is(i, "住") && len == 1;
    let place = ["村", "组", "号", "栋", "单元", "室", "路", "街", "小区", "镇", "乡", "县"]
        .iter()
        .filter(|w| body.contains(**w))
        .count();
    let office = ["政府", "办公室", "会议室", "村部", "卫生院", "派出所", "大厅", "邮箱"]
        .iter()
        .any(|w| body.contains(w));
    let exact = ["组", "号", "栋", "单元", "室"].iter().any(|w| body.contains(w));
    let need = if weak { exact } else { place >= 1 };
    if office || !need || body.chars().count() < 3 {
        return None;
    }
    page.push(Kind::Address, at, end, hide(&body), found);
    Some(end)
}

/// From 村 on an address is hidden; without one its second half.
fn hide(body: &str) -> String {
    for sign in ["村", "社区", "街道", "镇", "乡", "路", "街"] {
        if let Some(at) = body.find(sign) {
            let keep = &body[..at + sign.len()];
            if keep.len() < body.len() {
                return format!("{keep}***");
            }
        }
    }
    "***".to_owned()
}

/// X村三组12号: village, group and house number together are a home.
fn village_address(page: &Page, i: usize, found: &mut Vec<Finding>) -> Option<usize> {
    let at = i + page.any(i, &["村", "社区"])?;
    let number = |from: usize| {
        (from..(from + 4).min(page.c.len()))
            .take_while(|&k| page.get(k).is_ascii_digit() || "一二三四五六七八九十百".contains(page.get(k)))
            .count()
    };
    let first = number(at);
    let unit = at + first;
    let level = page.any(unit, &["村民小组", "小组", "组", "社", "队", "栋", "号楼"])?;
    let house = unit + level;
    let second = number(house);
    if first == 0 || second == 0 || page.any(house + second, &["号", "单元", "户", "室"]).is_none() {
        return None;
    }
    // 三组12户 counts households.
    if page.is(house + second, "户") {
        return None;
    }
    let mut end = house + second + 1;
    while !is_end(page.get(end))
        && end < house + 16
        && (page.get(end).is_ascii_digit() || "单元室号楼".contains(page.get(end)))
    {
        end += 1;
    }
    page.push(Kind::Address, at, end, "***".to_owned(), found);
    Some(end)
}

/// 12栋1单元302, 3号楼2单元501室: a flat, wherever it is. A building alone is none.
fn flat(page: &Page, i: usize, found: &mut Vec<Finding>) -> Option<usize> {
    let digit =
        |k: usize| page.get(k).is_ascii_alphanumeric() || "一二三四五六七八九十".contains(page.get(k));
    let count = |from: usize| (from..from + 4).take_while(|&k| digit(k)).count();
    let building = i + page.any(i, &["栋", "幢", "号楼"])?;
    let from = (i.saturating_sub(4)..i).rev().take_while(|&k| digit(k)).last()?;
    let entrance = count(building);
    let unit = building + entrance;
    let unit = unit + page.any(unit, &["单元", "门"]).filter(|_| entrance > 0)?;
    let room = count(unit);
    let end = unit + room + usize::from(room > 0 && matches!(page.get(unit + room), '室' | '号' | '户'));
    page.push(Kind::Address, from, end, "***".to_owned(), found);
    Some(end)
}

fn password(page: &Page, i: usize, found: &mut Vec<Finding>) -> Option<usize> {
    let len = page.any(i, &["密码", "口令", "验证码"])?;
    let mut at = i + len;
    at += page.any(at, &["都是", "是", "为", ":", "："]).unwrap_or(0);
    let cue = at > i + len;
    while page.get(at) == ' ' {
        at += 1;
    }
    let end = (at..(at + 32).min(page.c.len()))
        .find(|&k| !page.get(k).is_ascii_graphic() || matches!(page.get(k), ',' | ';' | ')'))
        .unwrap_or((at + 32).min(page.c.len()));
    let length = end - at;
    if length < 4 || !cue && !page.get(at).is_ascii_alphanumeric() {
        return None;
    }
    page.push(Kind::Password, at, end, "******".to_owned(), found);
    Some(end)
}

fn account(page: &Page, i: usize, found: &mut Vec<Finding>) -> Option<usize> {
    let len = page.any(i, &["QQ号", "QQ", "qq", "微信号", "wxid_"])?;
    let wxid = page.is(i, "wxid_");
    if wxid && page.before(i).is_ascii_alphanumeric() {
        return None;
    }
    let mut at = i + len;
    while !wxid && matches!(page.get(at), ':' | '：' | ' ' | '是') {
        at += 1;
    }
    let end = (at..(at + 24).min(page.c.len()))
        .find(|&k| !(page.get(k).is_ascii_alphanumeric() || matches!(page.get(k), '_' | '-')))
        .unwrap_or((at + 24).min(page.c.len()));
    let digits = (at..end).filter(|&k| page.get(k).is_ascii_digit()).count();
    let fits =
        wxid && end - at >= 6 || !wxid && (5..=20).contains(&(end - at)) && (digits >= 5 || page.is(i, "微"));
    if !fits {
        return None;
    }
    let from = if wxid { i } else { at };
    page.push(Kind::Account, from, end, format!("{}***", page.slice(from, from + 2)), found);
    Some(end)
}

fn email(page: &Page, i: usize, found: &mut Vec<Finding>) -> Option<usize> {
    let part = |k: usize| page.get(k).is_ascii_alphanumeric() || matches!(page.get(k), '.' | '_' | '-' | '+');
    let a = (i.saturating_sub(64)..i).rev().take_while(|&k| part(k)).last()?;
    let b = (i + 1..(i + 64).min(page.c.len())).take_while(|&k| part(k)).last()? + 1;
    let host = page.slice(i + 1, b);
    if !host.trim_end_matches('.').contains('.') {
        return None;
    }
    page.push(Kind::Email, a, b, format!("{}***@{host}", page.slice(a, a + 1)), found);
    Some(b)
}

fn plate(page: &Page, i: usize, found: &mut Vec<Finding>) -> Option<usize> {
    if !page.get(i + 1).is_ascii_uppercase() {
        return None;
    }
    let at = i + 2 + usize::from(matches!(page.get(i + 2), '·' | ' ' | '.' | '-'));
    let len = (at..at + 7)
        .take_while(|&k| page.get(k).is_ascii_digit() || page.get(k).is_ascii_uppercase())
        .count();
    let digits = (at..at + len).filter(|&k| page.get(k).is_ascii_digit()).count();
    if !(5..=6).contains(&len) || digits < 2 {
        return None;
    }
    let tail = page.slice(at + len - 2, at + len);
    page.push(Kind::Plate, i, at + len, format!("{}***{tail}", page.slice(i, i + 2)), found);
    Some(at + len)
}
