//! A notice in full: facts, differences, the lead text with the words its deadline was read from, sources, links.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{Ctx, chrome, differences, list};

use crate::notice::{Conflict, Differences, DueView, LinkKind, Moment, Notice, Quote};
use crate::store::Hit;
use crate::tui::lang::tt;
use crate::tui::model::{Model, Shown};
use crate::tui::msg::{Loaded, Target};
use crate::tui::theme::Look;
use crate::tui::time;
use crate::tui::widgets::{area, cells, para};

/// Characters shown on either side of the words by which a copy says another deadline.
const SIDE: usize = 16;

/// Draws the detail into `at`.
pub fn draw(model: &Model, ctx: &mut Ctx<'_>, at: Rect, focused: bool) {
    let title = match &model.detail.shown {
        // A title that does not fit stands whole inside; half a title on the border helps nobody.
        Some(Shown::Notice(loaded)) if fits(&loaded.notice.title, area_of(at).width) => {
            loaded.notice.title.clone()
        }
        Some(Shown::Notice(_)) => tt!("tui.detail.title"),
        _ => chrome::title(model),
    };
    let inside = area_of(at);
    let Page { lines, stops, .. } = page(model, inside.width);
    let (seen, from) = (usize::from(inside.height), model.detail.scroll);
    let note = if lines.len() > seen {
        tt!("tui.detail.lines", from = from + 1, to = (from + seen).min(lines.len()), total = lines.len())
    } else {
        String::new()
    };
    ctx.frame(at, &title, &note, focused);
    area::put_lines(ctx.buf, inside, &lines, from);
    ctx.scroll_mark(at, from, seen, lines.len());
    let gone_to = model.detail.difference.filter(|d| d.1 == from).and_then(|d| stops.get(d.0));
    if let Some(line) =
        gone_to.and_then(|at| u16::try_from(at.checked_sub(from)?).ok()).filter(|y| *y < inside.height)
    {
        let line = Rect { y: inside.y + line, height: 1, ..inside };
        ctx.buf.set_style(line, ctx.look.selected_idle());
        ctx.row(line, focused);
    }
    ctx.target(at, Target::Pane);
}

/// Whether a title has room on the border of a box that is so wide inside.
fn fits(title: &str, width: u16) -> bool {
    cells::width(title) + 4 <= usize::from(width)
}

fn area_of(at: Rect) -> Rect {
    crate::tui::layout::page(at)
}

/// All lines of what is shown, for a width.
#[must_use]
pub fn lines(model: &Model, width: u16) -> Vec<Line<'static>> {
    page(model, width).lines
}

/// Lines at which copies that differ begin, for a width.
#[must_use]
pub fn stops(model: &Model, width: u16) -> Vec<usize> {
    page(model, width).stops
}

fn page(model: &Model, width: u16) -> Page {
    let mut page = Page {
        look: model.env.look,
        now: model.env.now,
        width: usize::from(width),
        lines: Vec::new(),
        stops: Vec::new(),
    };
    match &model.detail.shown {
        Some(Shown::Notice(loaded)) => page.notice(loaded),
        Some(Shown::Message(hit)) => page.message(hit),
        None if model.detail.id.is_some() => page.text(&tt!("tui.empty.loading"), model.env.look.dim()),
        None => page.text(&tt!("tui.detail.none"), model.env.look.dim()),
    }
    page
}

/// Lines being gathered.
pub(super) struct Page {
    pub(super) look: Look,
    pub(super) now: i64,
    width: usize,
    lines: Vec<Line<'static>>,
    stops: Vec<usize>,
}

impl Page {
    pub(super) fn text(&mut self, text: &str, style: Style) {
        self.lines.extend(para::wrap(text, &[], style, self.width, self.look.cells));
    }

    /// A line of a list: what does not fit goes on set in, so that the next entry is seen to be another one.
    pub(super) fn entry(&mut self, text: &str, style: Style) {
        let mut whole = para::wrap(text, &[], style, self.width, self.look.cells);
        let first: String =
            whole.first().into_iter().flat_map(|l| &l.spans).map(|s| s.content.as_ref()).collect();
        match text.strip_prefix(&first) {
            Some(rest) if whole.len() > 1 => {
                self.lines.push(whole.swap_remove(0));
                self.quoted(rest.trim_start(), &[], style);
            }
            _ => self.lines.append(&mut whole),
        }
    }

    fn blank(&mut self) {
        if self.lines.last().is_some_and(|l| !l.spans.is_empty()) {
            self.lines.push(Line::default());
        }
    }

    /// A line `label  value`, wrapped under the value's beginning.
    fn fact(&mut self, label: &str, value: &str, style: Style) {
        let label = self.look.cells.pad(label, label_width());
        let room = self.width.saturating_sub(label_width() + 1).max(4);
        for (n, line) in para::wrap(value, &[], style, room, self.look.cells).into_iter().enumerate() {
            let head = if n == 0 { label.clone() } else { " ".repeat(label_width()) };
            let mut spans = vec![Span::styled(head, self.look.dim()), Span::raw(" ")];
            spans.extend(line.spans);
            self.lines.push(Line::from(spans));
        }
    }

    pub(super) fn heading(&mut self, text: &str) {
        self.blank();
        self.text(text, self.look.accent());
    }

    fn notice(&mut self, loaded: &Loaded) {
        let notice = &loaded.notice;
        // The border shows the title as far as it fits.
        if !fits(&notice.title, u16::try_from(self.width).unwrap_or(u16::MAX)) {
            self.text(&notice.title, self.look.strong());
        }
        self.facts(notice);
        for conflict in &notice.conflicts {
            self.conflict(conflict);
        }
        self.blank();
        self.lead(notice);
        self.duties(notice);
        self.signup(notice);
        self.ledger(notice);
        self.sources(notice, loaded.baseline.as_deref());
        self.links(loaded);
    }

    fn facts(&mut self, notice: &Notice) {
        let mut state = list::state_name(notice.state);
        if let Some(until) = notice.later_until {
            state.push_str(&format!(
                "  {}",
                tt!("tui.detail.until", at = time::full(self.now, until.0, true))
            ));
        }
        if notice.urgent {
            state.push_str(&format!("  ! {}", tt!("tui.flag.urgent")));
        }
        let style = if notice.urgent { self.look.alarm() } else { self.look.plain() };
        self.fact(&tt!("tui.detail.state"), &state, style);
        if let Some(note) = &notice.note {
            self.fact(&tt!("tui.detail.note"), note, self.look.plain());
        }
        if let Some(due) = &notice.due_now() {
            self.due(due);
        }
        if let Some(event) = &notice.event {
            let place = event.place.clone().unwrap_or_default();
            let at = time::full(self.now, event.at.0, event.precision != "day");
            let text = format!("{}  {place}", self.changed(event.was, &at));
            self.fact(&tt!("tui.detail.event"), text.trim_end(), self.look.plain());
        }
        if let Some(rule) = &notice.recurs {
            self.fact(&tt!("tui.detail.recurs"), &time::rule(rule), self.look.plain());
        }
        let what = distinct(notice.demands.iter().flat_map(|d| &d.what));
        if !what.is_empty() {
            self.fact(&tt!("tui.detail.what"), &what.join(" "), self.look.plain());
        }
        let to = distinct(notice.demands.iter().filter_map(|d| d.destination.as_ref()).map(|d| &d.name));
        if !to.is_empty() {
            self.fact(&tt!("tui.detail.to"), &to.join(" "), self.look.plain());
        }
        if let Some(signup) = &notice.signup {
            self.fact(
                &tt!("tui.detail.signup"),
                &tt!("tui.detail.entries", n = signup.entries),
                self.look.plain(),
            );
        }
        self.acks(notice);
    }

    fn due(&mut self, due: &DueView) {
        let at = self.changed(due.was, &time::full(self.now, due.at.0, due.precision != "day"));
        let basis = basis(due);
        let late = if due.at.0 < self.now { format!("  {}", tt!("tui.flag.overdue")) } else { String::new() };
        let style = if due.at.0 < self.now { self.look.alarm() } else { self.look.warn() };
        self.fact(&tt!("tui.detail.due"), &format!("{at}  {basis}{late}"), style);
        if let Some(quote) = &due.quote {
            self.quoted(&quote.text, &[(quote.span, self.look.due())], self.look.dim());
        }
    }

    /// A passage of another text, set in, with the words in it that count; the rest of it in `rest`.
    fn quoted(&mut self, text: &str, marks: &[([u32; 2], Style)], rest: Style) {
        let room = self.width.saturating_sub(4).max(8);
        for mut line in para::wrap(text, marks, rest, room, self.look.cells) {
            line.spans.insert(0, Span::raw("    "));
            self.lines.push(line);
        }
    }

    fn acks(&mut self, notice: &Notice) {
        let acks = &notice.acks;
        if acks.asked.is_empty() {
            return;
        }
        let text = tt!("tui.detail.acks", asked = acks.asked.len(), seen = acks.seen.len());
        self.fact(&tt!("tui.detail.ack"), &text, self.look.plain());
    }

    /// The moment that held before a correction, struck through by marks.
    fn changed(&self, was: Option<Moment>, at: &str) -> String {
        was.map_or_else(|| at.to_owned(), |was| format!("~~{}~~ → {at}", time::full(self.now, was.0, true)))
    }

    /// What copies say differently: facts first (J3), the commonest value first.
    fn conflict(&mut self, conflict: &Conflict) {
        let label = fact_name(&conflict.fact);
        let values: Vec<String> = conflict
            .values
            .iter()
            .map(|v| {
                let names =
                    if v.groups.len() <= 2 { format!(" ({})", v.groups.join(" ")) } else { String::new() };
                format!(
                    "{} x {}{names}",
                    readable(self.now, &v.value),
                    tt!("tui.list.groups", n = v.groups.len())
                )
            })
            .collect();
        self.fact(&label, &values.join("; "), self.look.warn());
    }

    /// The lead text; the words of the deadline and of the demands' dates stand out.
    fn lead(&mut self, notice: &Notice) {
        let mut marks = Vec::new();
        if let Some(due) = notice.due.as_ref().filter(|d| d.basis != "manual") {
            // By their place; where only another copy says them, wherever the lead has the same words.
            let said = due.span.filter(|s| para::words_at(&notice.text, *s) == due.text);
            let spans = said.map_or_else(|| para::find_all(&notice.text, &due.text), |s| vec![s]);
            marks.extend(spans.into_iter().map(|s| (s, self.look.due())));
            // What a correction took back stands out less.
            let before = notice.copies.first().and_then(|c| c.due_span).filter(|_| due.was.is_some());
            marks.extend(before.filter(|_| marks.is_empty()).map(|s| (s, self.look.dim())));
        }
        let text =
            if notice.text.trim().is_empty() { tt!("tui.detail.no_text") } else { notice.text.clone() };
        self.lines.extend(para::wrap(&text, &marks, Style::new(), self.width, self.look.cells));
    }

    /// Every copy with what it says differently; those that say another fact come first after the lead copy.
    fn sources(&mut self, notice: &Notice, baseline: Option<&str>) {
        self.heading(&tt!("tui.detail.sources", groups = notice.groups.len(), copies = notice.copies.len()));
        let mut order = differences::order(notice);
        // What the others are compared with stands before them.
        if let Some(at) = order.iter().position(|n| Some(notice.copies[*n].message.as_str()) == baseline) {
            order[..=at].rotate_right(1);
        }
        for n in order {
            let copy = &notice.copies[n];
            if copy.differences.is_some() {
                self.stops.push(self.lines.len());
            }
            let when = time::sent(copy.sent_at.0);
            let mut role = if n == 0 { tt!("tui.detail.lead") } else { String::new() };
            if baseline == Some(copy.message.as_str()) {
                role.push_str(&tt!("tui.detail.baseline"));
            }
            let head = format!("{when}  {}  {}  {role}", copy.group, copy.sender);
            self.entry(head.trim_end(), if n == 0 { self.look.strong() } else { self.look.plain() });
            let said = copy.due_span.map(|span| (para::words_at(&copy.text, span), span));
            let words = said.as_ref().map(|s| s.0.as_str()).filter(|w| !w.is_empty());
            let shown = copy.differences.as_ref().is_some_and(|d| self.differences(d, words));
            // A copy that says another deadline shows the words it says it with.
            let other = n > 0 && copy.due_at != notice.copies[0].due_at;
            if let Some((_, span)) = said.filter(|_| other && !shown)
                && let Some(quote) = Quote::around(&copy.text, span, SIDE, &['\n', '。', '；', ';'])
            {
                self.quoted(&quote.text, &[(quote.span, self.look.due())], self.look.dim());
            }
            let mut why = copy.reason.clone();
            if let (Some(at), Some(due)) = (copy.due_at, notice.due.as_ref())
                && at != due.at
            {
                let says = tt!("tui.detail.copy_due", at = time::full(self.now, at.0, true));
                why = if why.is_empty() { says } else { format!("{why}  {says}") };
            }
            if n > 0 && !why.is_empty() {
                self.entry(&format!("    {why}"), self.look.dim());
            }
        }
    }

    /// Says whether the words of the copy's deadline were among those shown.
    fn differences(&mut self, differ: &Differences, due: Option<&str>) -> bool {
        let now = self.now;
        if let Some(facts) = differences::facts(differ, &|value| readable(now, value)) {
            self.entry(&format!("    {facts}"), self.look.warn());
        }
        let (words, mut marks) = differences::words(differ, self.look);
        let said = due.map(|due| para::find_all(&words, due)).unwrap_or_default();
        marks.extend(said.iter().map(|s| (*s, self.look.due())));
        if !words.is_empty() {
            self.quoted(&words, &marks, Style::new());
        }
        !said.is_empty()
    }

    fn links(&mut self, loaded: &Loaded) {
        if loaded.notice.links.is_empty() {
            return;
        }
        self.heading(&tt!("tui.detail.links"));
        for (link, title) in loaded.notice.links.iter().zip(&loaded.linked) {
            let text = format!("{}  {title}", link_name(link.kind, link.direction == "to"));
            self.entry(&text, self.look.plain());
            let why = link.reason.clone().unwrap_or_default();
            if let Some(kind) = link.proposes {
                let how = link_name(kind, link.direction == "to");
                let text = tt!("tui.link.may_be", how = how, why = why);
                self.entry(&format!("    {text}"), self.look.warn());
            } else if link.is_proposal() {
                self.entry(&format!("    {}", tt!("tui.link.proposed", why = why)), self.look.warn());
            }
        }
    }

    fn message(&mut self, hit: &Hit) {
        self.fact(&tt!("tui.detail.group"), &hit.group, self.look.strong());
        self.fact(&tt!("tui.detail.sender"), &hit.sender, self.look.plain());
        self.fact(&tt!("tui.detail.sent"), &time::full(self.now, hit.sent_at.0, true), self.look.plain());
        self.text(&tt!("tui.detail.no_notice"), self.look.dim());
        self.blank();
        let marks: Vec<_> = hit.spans.iter().map(|s| (*s, self.look.found())).collect();
        self.lines.extend(para::wrap(&hit.text, &marks, Style::new(), self.width, self.look.cells));
    }
}

/// Where a deadline comes from: the words that state it, or from which it was worked out, or the user.
#[must_use]
pub fn basis(due: &DueView) -> String {
    match due.basis.as_str() {
        "manual" => tt!("tui.due.manual"),
        _ if due.text.is_empty() => String::new(),
        "inferred" => tt!("tui.due.inferred", words = due.text),
        _ => tt!("tui.due.stated", words = due.text),
    }
}

/// What is said of a fact in which copies differ.
#[must_use]
pub fn fact_name(fact: &str) -> String {
    match fact {
        "due" => tt!("tui.conflict.due"),
        "event" => tt!("tui.conflict.event"),
        "place" => tt!("tui.conflict.place"),
        "count" => tt!("tui.conflict.count"),
        "destination" => tt!("tui.conflict.destination"),
        "likeness" => tt!("tui.conflict.likeness"),
        _ => tt!("tui.conflict.audience"),
    }
}

/// The words without repeats, in their order.
fn distinct<'a>(words: impl Iterator<Item = &'a String>) -> Vec<&'a str> {
    let mut out: Vec<&str> = Vec::new();
    for word in words {
        if !out.contains(&word.as_str()) {
            out.push(word);
        }
    }
    out
}

fn label_width() -> usize {
    if crate::tui::lang::is_chinese() { 10 } else { 12 }
}

/// A value of a conflict: moments in words, everything else as it is.
fn readable(now: i64, value: &str) -> String {
    if let Ok(at) = chrono::DateTime::parse_from_rfc3339(value) {
        return time::full(now, at.timestamp_millis(), true);
    }
    let forms = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"];
    let at = forms.iter().find_map(|form| chrono::NaiveDateTime::parse_from_str(value, form).ok());
    at.map_or_else(|| value.to_string(), |at| time::full(now, crate::message::epoch_ms(at), true))
}

/// How a linked notice stands to this one; `to`: this one speaks of the other.
#[must_use]
pub fn link_name(kind: LinkKind, to: bool) -> String {
    match (kind, to) {
        (LinkKind::Corrects, true) => tt!("tui.link.corrects"),
        (LinkKind::Corrects, false) => tt!("tui.link.corrected_by"),
        (LinkKind::Reminds, true) => tt!("tui.link.reminds"),
        (LinkKind::Reminds, false) => tt!("tui.link.reminded_by"),
        (LinkKind::Cancels, true) => tt!("tui.link.cancels"),
        (LinkKind::Cancels, false) => tt!("tui.link.cancelled_by"),
        (LinkKind::Closes, true) => tt!("tui.link.closes"),
        (LinkKind::Closes, false) => tt!("tui.link.closed_by"),
        (LinkKind::Recurs, _) => tt!("tui.link.recurs"),
        (LinkKind::Similar, _) => tt!("tui.link.similar"),
        (LinkKind::SameData, _) => tt!("tui.link.same_data"),
    }
}
