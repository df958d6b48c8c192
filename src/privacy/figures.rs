//! Private data made of digits: identity numbers, phones, landlines, cards, passports and other documents. A number inside a longer run is none.

use chrono::NaiveDate;

use super::{Finding, Kind, Page};

const ID_CUES: &[&str] = &["身份证", "证件", "居民证", "身份号", "ID号", "证号"];
const PASS_CUES: &[&str] = &["护照", "通行证", "回乡证", "台胞证", "居留证", "旅行证", "证件"];
const SOCIAL_CUES: &[&str] = &["社保卡", "社会保障卡", "社保号", "社会保障号", "医保卡", "医保号", "市民卡"];
const CARD_CUES: &[&str] = &["卡号", "账号", "帐号", "账户", "帐户", "银行卡", "一卡通", "存折", "开户"];
const PHONE_CUES: &[&str] = &["电话", "传真", "联系", "座机", "值班室", "热线", "手机", "致电", "拨打"];
/// How far before a number its cue word may stand.
const REACH: usize = 12;

/// A run of digits with the separators people put in, as long as it goes on.
struct Run {
    from: usize,
    to: usize,
    digits: Vec<char>,
    /// Lengths of the pieces between separators.
    pieces: Vec<usize>,
}

pub(super) fn find(page: &Page, found: &mut Vec<Finding>) {
    let mut i = 0;
    while i < page.c.len() {
        let c = page.get(i);
        let plus = c == '+' && page.is(i, "+86");
        if c.is_ascii_alphabetic() && !page.before(i).is_ascii_alphanumeric() {
            i = lettered(page, i, found);
            continue;
        }
        if !c.is_ascii_digit() && !plus {
            i += 1;
            continue;
        }
        if page.before(i).is_ascii_alphanumeric() && !plus {
            i = skip(page, i);
            continue;
        }
        let run = run(page, i);
        if !classify(page, &run, found) && run.pieces.len() > 1 {
            pieces(page, &run, found);
        }
        i = run.to.max(i + 1);
    }
}

/// A number that begins with one or two letters, behind the name of its document: passport E12345678, permit H1234567890,
/// social security card A12345678. Gives where to go on.
fn lettered(page: &Page, i: usize, found: &mut Vec<Finding>) -> usize {
    let end = skip(page, i);
    let letters = (i..end).take_while(|&k| page.get(k).is_ascii_alphabetic()).count();
    let digits = (i + letters..end).take_while(|&k| page.get(k).is_ascii_digit()).count();
    let shape = (1..=2).contains(&letters) && (6..=10).contains(&digits) && i + letters + digits == end;
    let word = page.get(end) == '_' || page.get(end) == '@';
    if shape && !word && (page.cue(i, REACH, PASS_CUES) || page.cue(i, REACH, SOCIAL_CUES)) {
        let number: Vec<char> = (i..end).map(|k| page.get(k)).collect();
        page.push(Kind::Document, i, end, keep(&number, 1, 2), found);
    }
    if letters == 0 { end } else { i + letters.max(1) }
}

fn skip(page: &Page, i: usize) -> usize {
    (i..page.c.len()).find(|&k| !page.get(k).is_ascii_alphanumeric()).unwrap_or(page.c.len())
}

fn run(page: &Page, from: usize) -> Run {
    let mut run = Run { from, to: from, digits: Vec::new(), pieces: Vec::new() };
    let mut at = from + usize::from(page.get(from) == '+');
    let mut piece = 0;
    loop {
        let c = page.get(at);
        let x = matches!(c, 'x' | 'X') && run.digits.len() == 17 && !page.get(at + 1).is_ascii_alphanumeric();
        if c.is_ascii_digit() || x {
            run.digits.push(if x { 'X' } else { c });
            piece += 1;
            at += 1;
            run.to = at;
            continue;
        }
        // (0537)2345678
        let bracket =
            c == ')' && run.pieces.is_empty() && (3..=4).contains(&piece) && page.before(from) == '(';
        let separator = (matches!(c, '-' | ' ') || bracket) && piece > 0 && page.get(at + 1).is_ascii_digit();
        if !separator {
            break;
        }
        run.pieces.push(piece);
        piece = 0;
        at += 1;
    }
    run.pieces.push(piece);
    run
}

/// Tries each piece by itself where the whole is nothing.
fn pieces(page: &Page, whole: &Run, found: &mut Vec<Finding>) {
    let mut at = whole.from;
    for &len in &whole.pieces {
        let digits: Vec<char> = (at..at + len).map(|k| page.get(k)).collect();
        let run = Run { from: at, to: at + len, digits, pieces: vec![len] };
        classify(page, &run, found);
        at += len + 1;
    }
}

fn classify(page: &Page, run: &Run, found: &mut Vec<Finding>) -> bool {
    if page.get(run.to).is_ascii_alphabetic() || page.get(run.to) == '_' || page.get(run.to) == '@' {
        return false;
    }
    let n = run.digits.len();
    if n == 18 && run.pieces.len() <= 6 {
        let valid = is_id(&run.digits);
        let cue = page.cue(run.from, REACH, ID_CUES);
        if valid || cue {
            let kind = if valid { Kind::Id } else { Kind::IdSuspect };
            page.push(kind, run.from, run.to, keep(&run.digits, 6, 4), found);
            return true;
        }
    }
    // 17 or 19 digits behind 身份证 are one that was mistyped.
    if matches!(n, 17 | 19) && page.cue(run.from, REACH, ID_CUES) && !page.cue(run.from, REACH, CARD_CUES) {
        page.push(Kind::IdSuspect, run.from, run.to, keep(&run.digits, 6, 4), found);
        return true;
    }
    if n == 15 && page.cue(run.from, REACH, ID_CUES) {
        page.push(Kind::Id, run.from, run.to, keep(&run.digits, 6, 3), found);
        return true;
    }
    mobile(page, run, found)
        || card(page, run, found)
        || document(page, run, found)
        || landline(page, run, found)
}

/// A social security number of digits alone behind its name.
fn document(page: &Page, run: &Run, found: &mut Vec<Finding>) -> bool {
    let n = run.digits.len();
    if !(8..=12).contains(&n) || run.pieces.len() > 1 || !page.cue(run.from, REACH, SOCIAL_CUES) {
        return false;
    }
    page.push(Kind::Document, run.from, run.to, keep(&run.digits, 1, 2), found);
    true
}

/// GB 11643: province, a real birth date, check digit by ISO 7064 MOD 11-2. 990000 stands for no province and is allowed,
/// as invented examples use it.
fn is_id(d: &[char]) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECK: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
    let digit = |i: usize| d[i].to_digit(10);
    if d.len() != 18 || d[..17].iter().any(|c| !c.is_ascii_digit()) {
        return false;
    }
    let number =
        |a: usize, b: usize| d[a..b].iter().filter_map(|c| c.to_digit(10)).fold(0, |n, x| n * 10 + x);
    let province =
        matches!(number(0, 2), 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83);
    let sample = number(0, 6) >= 990_000;
    let year = i32::try_from(number(6, 10)).unwrap_or(0);
    let born = (1850..=2150).contains(&year)
        && NaiveDate::from_ymd_opt(year, number(10, 12), number(12, 14)).is_some();
    let sum: u32 = WEIGHTS.iter().enumerate().filter_map(|(i, w)| Some(w * digit(i)?)).sum();
    (province || sample) && born && CHECK.get((sum % 11) as usize) == Some(&d[17])
}

fn keep(d: &[char], head: usize, tail: usize) -> String {
    let stars = d.len().saturating_sub(head + tail);
    let mut out: String = d[..head.min(d.len())].iter().collect();
    out.extend(std::iter::repeat_n('*', stars));
    out.extend(d[d.len().saturating_sub(tail)..].iter());
    out
}

fn mobile(page: &Page, run: &Run, found: &mut Vec<Finding>) -> bool {
    let d = &run.digits;
    // 86 and, in old notebooks, a trunk 0 before the eleven digits.
    let country = match d.len() {
        15 if d.starts_with(&['0', '0', '8', '6']) => 4,
        13 if d.starts_with(&['8', '6']) => 2,
        12 if d[0] == '0' => 1,
        _ => 0,
    };
    let own = &d[country..];
    let shape = own.len() == 11 && own[0] == '1' && ('3'..='9').contains(&own[1]);
    let split = matches!(run.pieces.as_slice(), [_] | [2, 11] | [3, 4, 4] | [2, 3, 4, 4] | [3, 8] | [7, 4]);
    let decimal = page.before(run.from) == '.' && page.get(run.from.wrapping_sub(2)).is_ascii_digit()
        || page.get(run.to) == '.' && page.get(run.to + 1).is_ascii_digit();
    let named_otherwise = page.cue(run.from, 4, &["订单", "单号", "运单", "编号", "流水"]);
    if !shape || !split || decimal || named_otherwise {
        return false;
    }
    page.push(Kind::Mobile, run.from, run.to, keep(own, 3, 4), found);
    true
}

fn card(page: &Page, run: &Run, found: &mut Vec<Finding>) -> bool {
    let n = run.digits.len();
    if run.digits.iter().any(|c| !c.is_ascii_digit()) {
        return false;
    }
    let cue = page.cue(run.from, REACH, CARD_CUES);
    let likely = (16..=19).contains(&n) && (run.digits.starts_with(&['6', '2']) || luhn(&run.digits));
    let known = cue && (9..=25).contains(&n);
    let grouped = run.pieces.len() == 1 || run.pieces.iter().all(|&p| p >= 2) || run.pieces[0] == 4;
    if !grouped || !(likely && run.digits[0] != '0' && run.digits[0] != '2' || known) {
        return false;
    }
    page.push(Kind::Card, run.from, run.to, keep(&run.digits, 0, 4), found);
    true
}

fn luhn(d: &[char]) -> bool {
    let mut sum = 0;
    for (i, c) in d.iter().rev().enumerate() {
        let Some(x) = c.to_digit(10) else { return false };
        sum += match (i % 2, x * 2) {
            (0, _) => x,
            (_, y) if y > 9 => y - 9,
            (_, y) => y,
        };
    }
    sum % 10 == 0
}

fn landline(page: &Page, run: &Run, found: &mut Vec<Finding>) -> bool {
    let n = run.digits.len();
    let area = run.digits.first() == Some(&'0') && run.digits.get(1).is_some_and(|c| *c != '0');
    let split = match run.pieces.as_slice() {
        [one] => (11..=12).contains(one),
        [3 | 4, 7 | 8] => true,
        [3 | 4, 7 | 8, ext] => *ext <= 6,
        _ => false,
    };
    let bare = run.pieces.len() == 1 && (7..=8).contains(&n) && page.cue(run.from, 8, PHONE_CUES);
    let bare = bare && !page.is(run.from, "20") | page.cue(run.from, 4, &["电话", "传真"]);
    if !(area && split || bare) {
        return false;
    }
    let masked = keep(&run.digits, n.saturating_sub(4), 0);
    page.push(Kind::Landline, run.from, run.to, masked, found);
    true
}
