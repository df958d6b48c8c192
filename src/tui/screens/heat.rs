//! When messages come: hours across, days of the week down, darker where more come. Hours outside the office are
//! marked under the picture and counted in words.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::Ctx;
use crate::store::Heat;
use crate::tui::lang::tt;
use crate::tui::time;

/// Lines of the picture without its border: the hours, seven days, the marks and words.
pub const HEIGHT: u16 = 9;

const DAYS: [chrono::Weekday; 7] = [
    chrono::Weekday::Mon,
    chrono::Weekday::Tue,
    chrono::Weekday::Wed,
    chrono::Weekday::Thu,
    chrono::Weekday::Fri,
    chrono::Weekday::Sat,
    chrono::Weekday::Sun,
];

/// Whether an hour of a day lies outside the office, as `groups --json` counts `off_hours`.
fn is_off(day: usize, hour: usize) -> bool {
    day >= 5 || !(8..18).contains(&hour)
}

/// Draws the picture of one group.
pub fn draw(ctx: &mut Ctx<'_>, at: Rect, group: &str, heat: &Heat) {
    let inside = ctx.frame(at, &tt!("tui.heat.title", group = group), "", false);
    let total: u32 = heat.iter().flatten().sum();
    let off: u32 = (0..7)
        .flat_map(|d| (0..24).map(move |h| (d, h)))
        .filter(|(d, h)| is_off(*d, *h))
        .map(|(d, h)| heat[d][h])
        .sum();
    let share = (off * 100).checked_div(total).unwrap_or(0);
    let words = tt!("tui.heat.off", n = off, share = share);
    if ctx.look.plain {
        ctx.put(inside.x, inside.y, inside.width, &busiest(heat), ctx.look.plain());
        ctx.put(inside.x, inside.y + 1, inside.width, &words, ctx.look.plain());
        return;
    }
    let cell = (inside.width.saturating_sub(10) / 24).clamp(2, 5);
    let left = inside.x + 8;
    for hour in (0..24_u16).step_by(2) {
        let x = left + hour * cell;
        ctx.put(x, inside.y, cell * 2, &format!("{hour}"), ctx.look.dim());
    }
    let most = heat.iter().flatten().copied().max().unwrap_or(0).max(1);
    for (day, y) in (0..7_usize).zip(inside.y + 1..) {
        let name = time::weekday(DAYS[day]);
        ctx.put(inside.x + 1, y, 6, &name, if day >= 5 { ctx.look.warn() } else { ctx.look.plain() });
        for (hour, &n) in heat[day].iter().enumerate() {
            let off = is_off(day, hour);
            let style = if off { ctx.look.warn() } else { ctx.look.good() };
            let sign = shade(ctx, n, most, off);
            let x = left + u16::try_from(hour).unwrap_or(0) * cell;
            let text = sign.repeat(usize::from(cell));
            ctx.put(x, y, cell, &text, if n == 0 { ctx.look.dim() } else { style });
        }
    }
    let y = inside.y + 8;
    let used = ctx.put(inside.x + 1, y, inside.width.saturating_sub(2), &words, ctx.look.warn());
    let rest = inside.width.saturating_sub(used + 4);
    ctx.put(inside.x + used + 3, y, rest, &busiest(heat), Style::new());
}

/// Four shades; nothing at all is a dot outside the office and a blank inside, so that the office stands out.
fn shade(ctx: &Ctx<'_>, n: u32, most: u32, off: bool) -> &'static str {
    let step = (n * 4).div_ceil(most).min(4);
    match (ctx.look.cells.wide, step) {
        (_, 0) if off => " ",
        (_, 0) => ctx.look.dot(),
        (true, 1) => ".",
        (true, 2) => "-",
        (true, 3) => "+",
        (true, _) => "#",
        (false, 1) => "░",
        (false, 2) => "▒",
        (false, 3) => "▓",
        (false, _) => "█",
    }
}

/// The hour that brings most, in words.
fn busiest(heat: &Heat) -> String {
    let most = (0..7)
        .flat_map(|d| (0..24).map(move |h| (heat[d][h], d, h)))
        .max_by_key(|(n, d, h)| (*n, 7 - *d, 24 - *h));
    match most {
        Some((n @ 1.., day, hour)) => {
            tt!("tui.heat.busiest", day = time::weekday(DAYS[day]), hour = hour, n = n)
        }
        _ => tt!("tui.heat.none"),
    }
}
