//! The deadlines of two weeks as an inline drawing: solid bars on workdays, hatched ones at weekends, a figure on each,
//! so that nothing depends on colour.

use std::fmt::Write as _;

use super::document::Chart;
use super::html::escape;

const WIDTH: usize = 476;
const BAR_TOP: usize = 40;
const BAR_ROOM: usize = 40;
const BASE: usize = BAR_TOP + BAR_ROOM;
const HEIGHT: usize = BASE + 36;

/// The drawing; nothing where no day has a deadline.
pub(super) fn svg(chart: &Chart) -> Option<String> {
    let most = chart.days.iter().map(|d| d.count).max().filter(|most| *most > 0)?;
    let step = WIDTH / chart.days.len().max(1);
    let bar = step * 3 / 5;
    let mut out = format!(
        "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{title}\">\n<title>{title}</title>\n\
         <defs><pattern id=\"weekend\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
         <rect width=\"5\" height=\"5\" fill=\"#fff\"/><rect width=\"2\" height=\"5\" fill=\"#333\"/></pattern></defs>\n\
         <text x=\"2\" y=\"14\" class=\"name\">{title}</text>\n\
         <line x1=\"0\" y1=\"{BASE}\" x2=\"{WIDTH}\" y2=\"{BASE}\" stroke=\"#333\"/>\n",
        title = escape(&chart.title)
    );
    for (n, day) in chart.days.iter().enumerate() {
        let left = n * step + (step - bar) / 2;
        let middle = n * step + step / 2;
        if day.count > 0 {
            let height = (BAR_ROOM * day.count).div_ceil(most);
            let fill = if day.weekend { "url(#weekend)" } else { "#333" };
            let top = BASE - height;
            // Writing to a string cannot fail.
            let _ = writeln!(
                out,
                "<rect x=\"{left}\" y=\"{top}\" width=\"{bar}\" height=\"{height}\" fill=\"{fill}\" stroke=\"#333\"/>\
                 <text x=\"{middle}\" y=\"{}\" class=\"count\">{}</text>",
                top - 4,
                day.count
            );
        }
        let _ = writeln!(
            out,
            "<text x=\"{middle}\" y=\"{}\">{}</text><text x=\"{middle}\" y=\"{}\">{}</text>",
            BASE + 15,
            escape(&day.label),
            BASE + 30,
            escape(&day.weekday)
        );
    }
    out.push_str("</svg>");
    Some(out)
}
