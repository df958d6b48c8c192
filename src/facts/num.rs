//! Numbers as written in notices: ASCII digits and Chinese numerals up to 9999. Not amounts of money.

use super::text::Buf;

/// A number read at some place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Num {
    /// Its value.
    pub(crate) value: u32,
    /// Where it ends.
    pub(crate) end: usize,
    /// How many characters it has.
    pub(crate) len: usize,
    /// Whether it is written in Chinese numerals.
    pub(crate) han: bool,
}

/// The value of a Chinese digit.
pub(crate) fn han_digit(c: char) -> Option<u32> {
    Some(match c {
        '零' => 0,
        '一' | '壹' => 1,
        '二' | '两' | '贰' => 2,
        '三' | '叁' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

/// Whether a number can begin with `c`.
pub(crate) fn starts_number(c: char) -> bool {
    c.is_ascii_digit() || han_digit(c).is_some() || matches!(c, '十' | '廿' | '卅')
}

/// Reads the number at `i`. ASCII runs of more than four digits are no numbers here.
pub(crate) fn number(buf: &Buf, i: usize) -> Option<Num> {
    let first = buf.get(i);
    if first.is_ascii_digit() {
        let mut end = i;
        let mut value = 0_u32;
        while let Some(d) = buf.get(end).to_digit(10) {
            if end - i >= 4 {
                return None;
            }
            value = value * 10 + d;
            end += 1;
        }
        return Some(Num { value, end, len: end - i, han: false });
    }
    han_number(buf, i)
}

fn han_number(buf: &Buf, i: usize) -> Option<Num> {
    let digits = (i..).take_while(|&k| k - i < 5 && han_digit(buf.get(k)).is_some()).count();
    let next = buf.get(i + digits);
    if digits >= 2 && !matches!(next, '十' | '百' | '千') {
        let value = (i..i + digits.min(4)).fold(0, |v, k| v * 10 + han_digit(buf.get(k)).unwrap_or(0));
        return (digits <= 4).then_some(Num { value, end: i + digits, len: digits, han: true });
    }
    let mut total = 0_u32;
    let mut digit = None;
    let mut at = i;
    while at - i < 8 {
        let c = buf.get(at);
        let unit = match c {
            '十' => 10,
            '百' => 100,
            '千' => 1000,
            '廿' => {
                total += 20;
                at += 1;
                continue;
            }
            '卅' => {
                total += 30;
                at += 1;
                continue;
            }
            c => match han_digit(c) {
                Some(d) if digit.is_none() || digit == Some(0) => {
                    digit = Some(d);
                    at += 1;
                    continue;
                }
                _ => break,
            },
        };
        if unit > 10 && digit.is_none() {
            break;
        }
        total += digit.take().unwrap_or(1) * unit;
        at += 1;
    }
    (at > i).then(|| Num { value: total + digit.unwrap_or(0), end: at, len: at - i, han: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read() {
        for (text, want) in [
            ("12日", Some((12, 2))),
            ("二十三", Some((23, 3))),
            ("十", Some((10, 1))),
            ("廿三", Some((23, 2))),
            ("三十一", Some((31, 3))),
            ("二零零四", Some((2004, 4))),
            ("两千零四", Some((2004, 4))),
            ("二〇一八", Some((2018, 4))),
            ("十二点", Some((12, 2))),
            ("2024", Some((2024, 4))),
            ("13800000001", None),
            ("村", None),
        ] {
            let got = number(&Buf::new(text), 0).map(|n| (n.value, n.end));
            assert_eq!(got, want, "{text}");
        }
    }
}
