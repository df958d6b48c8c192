//! The deadlines of two weeks in one line: a day, and how many are due or take place on it.

use chrono::{Datelike, Duration, Weekday};
use ratatui::layout::Rect;

use super::Ctx;
use crate::message::local;
use crate::tui::lang::{is_chinese, tt};
use crate::tui::model::Model;
use crate::tui::time;
use crate::tui::widgets::cells;

/// Draws the strip into the line `at`.
pub fn draw(model: &Model, ctx: &mut Ctx<'_>, at: Rect) {
    let Some(counts) = model.env.counts else { return };
    if ctx.look.plain {
        ctx.put(at.x, at.y, at.width, &words(model), ctx.look.plain());
        return;
    }
    let today = local(model.env.now).date();
    let room = at.width.saturating_sub(2);
    let mut x = at.x + 1;
    for (day, n) in (0_i64..).zip(counts.ahead) {
        let date = today + Duration::days(day);
        let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
        let n_word = if n == 0 { ctx.look.dot().to_owned() } else { n.to_string() };
        let word = format!("{}{n_word}", name(day, date.weekday()));
        let wide = u16::try_from(cells::width(&word)).unwrap_or(0);
        // The second week begins after a gap.
        if date.weekday() == Weekday::Mon && day > 0 {
            x += 1;
        }
        if x + wide > at.x + room {
            break;
        }
        let style = match (day, n, weekend) {
            (0, 1.., _) => ctx.look.alarm(),
            (1, 1.., _) => ctx.look.warn(),
            (_, 1.., false) => ctx.look.plain(),
            _ => ctx.look.dim(),
        };
        ctx.put(x, at.y, wide, &word, style);
        x += (room / 15).min(7).max(wide + 1);
    }
}

/// One sign for a weekday in Chinese, two letters in English; today by its word.
fn name(day: i64, weekday: Weekday) -> String {
    match (day, is_chinese()) {
        (0, true) => tt!("tui.day.today"),
        (_, true) => time::weekday(weekday).chars().skip(1).collect(),
        (0, false) => tt!("tui.day.today"),
        (_, false) => time::weekday(weekday).chars().take(2).collect(),
    }
}

/// The same in words, for those who do not look.
#[must_use]
pub fn words(model: &Model) -> String {
    let Some(counts) = model.env.counts else { return String::new() };
    let days: Vec<String> = (0_i64..)
        .zip(counts.ahead)
        .filter(|(_, n)| *n > 0)
        .map(|(day, n)| {
            let at = model.env.now + day * 24 * 3_600_000;
            format!("{} {n}", time::short(model.env.now, at, false))
        })
        .collect();
    tt!("tui.strip.words", days = days.join(", "))
}
