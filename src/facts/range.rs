//! Two time expressions that belong together: 8:30-11:00, 9-11点, 6月21日至22日.

use super::clock::Clock;
use super::num::number;
use super::text::Buf;
use super::when::{Date, When, when};

/// 9-11点: the first hour borrows the sign of the second.
pub(super) fn bare_range_head(buf: &Buf, i: usize) -> Option<When> {
    let n = number(buf, i).filter(|n| n.value <= 24 && n.len <= 2)?;
    if !matches!(buf.get(n.end), '-' | '~' | '至' | '到') || buf.before(i).is_ascii_digit() {
        return None;
    }
    let next = number(buf, n.end + 1).filter(|k| k.value <= 31)?;
    match buf.get(next.end) {
        '点' | '时' if next.value <= 24 && n.value < 24 => Some(When {
            clock: Some(Clock { hour: Some(n.value), ..Clock::default() }),
            from: i,
            to: n.end,
            ..When::default()
        }),
        '日' | '号' if (1..=31).contains(&n.value) && n.value < next.value => Some(When {
            date: Some(Date::Ymd { y: None, m: None, d: n.value }),
            from: i,
            to: n.end,
            ..When::default()
        }),
        _ => None,
    }
}

/// 至, 到, -, ~ and a second expression.
pub(super) fn range_end(buf: &Buf, first: &When) -> Option<When> {
    if first.length.is_some() {
        return None;
    }
    let mut at = first.to;
    at += buf.any(at, &["起", "开始", "起始"]).unwrap_or(0);
    at += usize::from(buf.get(at) == ',' && buf.any(at + 1, &["至", "到"]).is_some());
    at += usize::from(buf.get(at) == ' ');
    let sign = buf.any(at, &["至", "到", "--", "-", "~"])?;
    at += sign;
    at += usize::from(buf.get(at) == ' ');
    let second =
        when(buf, at).or_else(|| bare_minutes(buf, at, first)).or_else(|| bare_day(buf, at, first))?;
    if second.length.is_some() || second.office.is_some() && second.date.is_none() {
        return None;
    }
    Some(second)
}

/// 5日-8 is no range; 6月1日-5 is not written. 7点到7点30 needs nothing; 8:30-11 borrows the sign.
fn bare_minutes(buf: &Buf, at: usize, first: &When) -> Option<When> {
    first.clock.and_then(|c| c.minute)?;
    let n = number(buf, at).filter(|n| n.value <= 24 && !n.han && n.len <= 2)?;
    let free = super::text::is_clause_end(buf.get(n.end)) || buf.get(n.end) == ')';
    free.then(|| When {
        clock: Some(Clock { hour: Some(n.value), ..Clock::default() }),
        from: at,
        to: n.end,
        ..When::default()
    })
}

fn bare_day(buf: &Buf, at: usize, first: &When) -> Option<When> {
    let Some(Date::Ymd { m: Some(_), .. }) = first.date else { return None };
    if first.clock.is_some() || !buf.get(first.to.saturating_sub(1)).is_ascii_digit() {
        return None;
    }
    let n = number(buf, at).filter(|n| (1..=31).contains(&n.value) && n.len <= 2)?;
    (buf.get(n.end) == ')').then(|| When {
        date: Some(Date::Ymd { y: None, m: None, d: n.value }),
        from: at,
        to: n.end,
        ..When::default()
    })
}
