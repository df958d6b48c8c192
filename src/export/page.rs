//! Digest and reports → [`Document`]: which words stand where. Ends in the cleaning that no format can go around.

use std::collections::HashSet;

use chrono::Datelike;
use rust_i18n::t;

use super::clean::Cleaner;
use super::detail::details;
use super::document::{CalendarDate, Cell, Chart, ChartDay, Column, Document, Row, Section, Shown, one_line};
use super::fold;
use super::{Audience, Medium, Options};
use crate::digest::{Ahead, ChangeKind, Digest, Line, Mark, Part, When, when};
use crate::message::local;
use crate::notice::{Moment, Notice};
use crate::report::coverage_lines;

/// Longest title, in characters; a checklist row is cut where it is put together.
const TITLE: usize = 100;

/// Places in the cells of a row.
const TICK_CELL: usize = 0;
const TITLE_CELL: usize = 1;

/// Days of the chart.
const CHART_DAYS: usize = 14;

/// A digest as a document for a medium, masked and harmless.
#[must_use]
pub fn document(digest: &Digest, medium: Medium, options: &Options) -> Document {
    let locale = digest.locale.as_str();
    let mut cleaner = Cleaner::new(options.unmask, options.keep_phones);
    let mut document = Document {
        title: t!("digest.title", locale = locale).into_owned(),
        subtitle: when::period(&digest.period, locale),
        head: head(digest, options.audience),
        sections: Vec::new(),
        foot: Vec::new(),
        masked: None,
        chart: None,
        dates: Vec::new(),
        data: serde_json::Value::Null,
        stamp: digest.period.from,
        locale: locale.to_owned(),
        wide: false,
        tight: false,
    };
    match medium {
        Medium::Data => document.data = data(digest, &mut cleaner),
        Medium::Calendar => document.dates = digest.ahead.iter().map(|a| date(digest, a)).collect(),
        Medium::Lines => document.sections = sections(digest, Shown::Line, options, &mut cleaner),
        Medium::Paper | Medium::Sheet => {
            let shown = if medium == Medium::Paper { Shown::Paper } else { Shown::Sheet };
            document.sections = sections(digest, shown, options, &mut cleaner);
            document.chart = Some(chart(digest));
        }
    }
    finish(document, cleaner, digest.now)
}

fn sections(digest: &Digest, shown: Shown, options: &Options, cleaner: &mut Cleaner) -> Vec<Section> {
    let locale = digest.locale.as_str();
    let mut number = 0;
    let mut told = HashSet::new();
    let mut sections = Vec::with_capacity(digest.sections.len());
    let settled = |part| matches!(part, Part::Noted | Part::Done);
    let to_all = |part| options.audience != Audience::Committee || !settled(part);
    for part in digest.sections.iter().filter(|s| to_all(s.part)) {
        let mut section = Section {
            name: name(digest, part.part),
            columns: columns(part.part, locale),
            rows: Vec::with_capacity(part.lines.len()),
            notes: note(digest, part.part).into_iter().collect(),
        };
        let rows = match shown {
            Shown::Line | Shown::Paper => fold::folded(&part.lines),
            Shown::Sheet => part.lines.iter().map(|line| vec![line]).collect(),
        };
        for lines in rows {
            number += 1;
            let line = lines[0];
            let notice = digest.notice(&line.notice);
            let first = line.change.is_some() || told.insert(line.notice.as_str());
            let mut cells = cells(digest, part.part, line, notice);
            cells[TITLE_CELL] = Cell::Text(fold::title(&lines, shown == Shown::Paper, cleaner, locale));
            if lines.len() > 1 {
                cells[TICK_CELL] = Cell::Text(String::new());
            }
            section.rows.push(Row {
                number,
                cells,
                details: details(digest, line, notice.filter(|_| first && options.detail)),
                strong: line.marks.contains(&Mark::Urgent),
                items: lines.len(),
            });
        }
        section.keep(shown);
        sections.push(section);
    }
    sections
}

/// 今日到期 is 本期到期 where the period is longer than a weekend.
fn name(digest: &Digest, part: Part) -> String {
    let days = (digest.period.last_day() - digest.period.first_day()).num_days() + 1;
    let key = if part == Part::DueToday && days > 3 { "due_period" } else { part.as_str() };
    t!(format!("digest.part.{key}"), locale = &digest.locale).into_owned()
}

/// What a section leaves out, and where it stands.
fn note(digest: &Digest, part: Part) -> Option<String> {
    let locale = digest.locale.as_str();
    let counts = &digest.counts;
    let listed = digest.section(Part::New).len() as u64;
    match part {
        Part::Overdue if counts.long_overdue > 0 => {
            Some(t!("export.long_overdue", locale = locale, n = counts.long_overdue).into_owned())
        }
        Part::ToReport => {
            let left_out = [
                ("export.later_duties", counts.later_duties),
                ("export.overdue_duties", counts.overdue_duties),
                ("export.undated_duties", counts.undated_duties),
            ];
            let said = left_out.iter().filter(|(_, n)| *n > 0);
            let said: Vec<_> = said.map(|(key, n)| t!(*key, locale = locale, n = n)).collect();
            let gap = if locale.starts_with("zh") { "" } else { " " };
            (!said.is_empty()).then(|| said.join(gap))
        }
        Part::New if counts.new > listed => {
            Some(t!("export.new_above", locale = locale, n = counts.new - listed).into_owned())
        }
        _ => None,
    }
}

/// Cleans a document, and says below it what was masked and when it was made.
pub(super) fn finish(mut document: Document, mut cleaner: Cleaner, now: Moment) -> Document {
    document.map_texts(&mut |text| cleaner.text(text));
    let locale = document.locale.clone();
    let counts = cleaner.counts();
    document.masked = cleaner.said(&locale);
    document.foot.extend(document.masked.clone());
    if let Some(fields) = document.data.as_object_mut() {
        fields.insert("masked".to_owned(), serde_json::json!(counts));
    }
    let made = when::moment(now, i32::MIN, &locale);
    document.foot.push(t!("export.made", locale = &locale, at = made).into_owned());
    document
}

fn head(digest: &Digest, audience: Audience) -> Vec<String> {
    let locale = digest.locale.as_str();
    let mut lines: Vec<String> = Vec::new();
    if audience == Audience::Internal {
        lines.push(t!("export.internal", locale = locale).into_owned());
    }
    lines.extend(coverage_lines(&digest.coverage, &digest.period, digest.now.0, locale));
    let n = |part| digest.section(part).len();
    let counts = t!(
        "export.counts",
        locale = locale,
        new = digest.counts.new,
        due = n(Part::DueToday),
        overdue = n(Part::Overdue),
        changed = n(Part::Changed),
        duties = n(Part::ToReport)
    );
    lines.push(counts.into_owned());
    let (copies, notices) = (digest.counts.copies, digest.counts.notices);
    if copies > notices
        && let Some(line) = lines.last_mut()
    {
        line.push_str(&t!("export.semicolon", locale = locale));
        line.push_str(&t!("export.folded", locale = locale, copies = copies, notices = notices));
    }
    lines
}

fn columns(part: Part, locale: &str) -> Vec<Column> {
    let when = if part == Part::Changed { "change" } else { "when" };
    let title = if part == Part::ToReport { "what" } else { "title" };
    let groups = if locale.starts_with("zh") { 7 } else { 10 };
    let settled = matches!(part, Part::Noted | Part::Done);
    [
        ("tick", "tick", if settled { 0 } else { 4 }, Shown::Paper),
        ("title", title, 44, Shown::Line),
        ("when", when, 32, Shown::Line),
        ("groups", "groups", groups, Shown::Line),
        ("marks", "marks", 14, Shown::Line),
        ("at", "at", 17, Shown::Sheet),
        ("words", "words", 20, Shown::Sheet),
        ("sources", "sources", 40, Shown::Sheet),
        ("state", "state", 8, Shown::Sheet),
        ("text", "text", 60, Shown::Sheet),
        ("id", "id", 24, Shown::Sheet),
    ]
    .into_iter()
    .map(|(key, name, width, shown)| {
        let title = t!(format!("export.column.{name}"), locale = locale).into_owned();
        let most = (key == "title" && part != Part::ToReport).then_some(TITLE);
        Column { key, title, width, most, shown }
    })
    .collect()
}

fn cells(digest: &Digest, part: Part, line: &Line, notice: Option<&Notice>) -> Vec<Cell> {
    let locale = digest.locale.as_str();
    let state =
        notice.map(|n| t!(format!("export.state.{}", n.state.as_str()), locale = locale).into_owned());
    let separator = t!("export.list_comma", locale = locale);
    let groups = if line.groups.len() == 1 { "export.group" } else { "export.groups" };
    let sortable = |w: &When| local(w.at.0).format("%Y-%m-%d %H:%M").to_string();
    let words = line.when.as_ref().map(|w| one_line(&w.words));
    vec![
        Cell::Tick,
        Cell::Text(String::new()),
        Cell::Text(time(digest, line)),
        Cell::Text(t!(groups, locale = locale, n = line.groups.len()).into_owned()),
        Cell::Text(marks(part, line, notice, locale).join(&separator)),
        Cell::Text(line.when.as_ref().map(sortable).unwrap_or_default()),
        Cell::Text(words.unwrap_or_default()),
        Cell::Text(line.groups.join(&separator)),
        Cell::Text(state.unwrap_or_default()),
        Cell::Text(notice.map(|n| n.text.clone()).unwrap_or_default()),
        Cell::Text(line.notice.clone()),
    ]
}

/// Deadline, event or change in words; `—` where there is none.
fn time(digest: &Digest, line: &Line) -> String {
    let locale = digest.locale.as_str();
    let year = digest.period.last_day().year();
    let said = |w: &When| when::when(w, year, locale);
    if let Some(change) = &line.change {
        let differ = change.kind == ChangeKind::Conflict;
        return match (change.old.as_ref().map(said), change.new.as_ref().map(said)) {
            (Some(old), Some(new)) if differ => {
                t!("digest.change.differ", locale = locale, old = old, new = new)
            }
            (Some(old), Some(new)) => t!("digest.change.from_to", locale = locale, old = old, new = new),
            (None, Some(new)) => t!("digest.change.to", locale = locale, new = new),
            _ => t!(format!("digest.change.{}", change.kind.as_str()), locale = locale),
        }
        .into_owned();
    }
    line.when.as_ref().map_or_else(|| t!("export.no_date", locale = locale).into_owned(), said)
}

fn marks(part: Part, line: &Line, notice: Option<&Notice>, locale: &str) -> Vec<String> {
    let mut marks: Vec<String> = Vec::new();
    if let Some(change) = &line.change {
        marks.push(t!(format!("digest.change.{}", change.kind.as_str()), locale = locale).into_owned());
    }
    let due_differs = notice.is_some_and(|n| n.conflicts.iter().any(|c| c.fact == "due"));
    for mark in line.marks.iter().filter(|m| !goes_without_saying(part, line, **m)) {
        let key = match mark {
            Mark::Conflict if !due_differs => "differs",
            mark => mark.as_str(),
        };
        marks.push(t!(format!("digest.mark.{key}"), locale = locale).into_owned());
    }
    if let Some(duty) = line.duty.as_ref().filter(|d| d.evidence > 0) {
        marks.push(t!("export.files", locale = locale, n = duty.evidence).into_owned());
    }
    marks
}

/// Whether the section or the change says it already.
fn goes_without_saying(part: Part, line: &Line, mark: Mark) -> bool {
    let change = line.change.as_ref().map(|c| c.kind);
    match mark {
        // A checklist row says what concerns the row; the rest stands where the notice itself is listed.
        Mark::Urgent | Mark::New | Mark::Corrected | Mark::Conflict | Mark::Reminded
            if part == Part::ToReport =>
        {
            true
        }
        // What else happened within the period has lines of its own there.
        Mark::New | Mark::Corrected | Mark::Reminded if part == Part::Changed => true,
        Mark::Passed => !matches!(part, Part::DueToday | Part::ToReport),
        Mark::New => part == Part::New,
        Mark::Corrected => matches!(change, Some(ChangeKind::Due | ChangeKind::Event | ChangeKind::Other)),
        Mark::Conflict => change == Some(ChangeKind::Conflict),
        Mark::Cancelled => change == Some(ChangeKind::Cancelled),
        Mark::Closed => change == Some(ChangeKind::Closed),
        Mark::Reminded => change == Some(ChangeKind::Reminded),
        Mark::Urgent | Mark::Later | Mark::Reopened => false,
    }
}

fn chart(digest: &Digest) -> Chart {
    let locale = digest.locale.as_str();
    let first = digest.period.first_day();
    let days = first.iter_days().take(CHART_DAYS).map(|day| {
        let on = |a: &&Ahead| local(a.when.at.0).date() == day;
        let weekday = day.weekday().to_string().to_lowercase();
        ChartDay {
            label: when::tiny_day(day, locale),
            weekday: t!(format!("digest.weekday.{weekday}"), locale = locale).into_owned(),
            weekend: day.weekday().num_days_from_monday() > 4,
            count: digest.ahead.iter().filter(on).count(),
        }
    });
    Chart { title: t!("export.chart", locale = locale).into_owned(), days: days.collect() }
}

fn date(digest: &Digest, ahead: &Ahead) -> CalendarDate {
    let locale = digest.locale.as_str();
    let sort = if ahead.when.event { "event" } else { "due" };
    let key = format!("export.calendar.{sort}");
    let groups = ahead.groups.join(&t!("export.list_comma", locale = locale));
    let year = digest.period.last_day().year();
    let mut description = t!(
        "export.calendar.description",
        locale = locale,
        time = when::when(&ahead.when, year, locale),
        groups = groups
    )
    .into_owned();
    if !ahead.when.event && !ahead.when.words.is_empty() {
        let words = one_line(&ahead.when.words);
        description += "\n";
        description += &t!("export.calendar.words", locale = locale, words = words);
    }
    let midnight = local(ahead.when.at.0).time() == chrono::NaiveTime::MIN;
    CalendarDate {
        uid: format!("{}-{sort}@qunbox", ahead.notice),
        summary: t!(key, locale = locale, title = one_line(&ahead.title)).into_owned(),
        description,
        place: Some(ahead.when.words.clone()).filter(|w| ahead.when.event && !w.is_empty()),
        at: ahead.when.at,
        all_day: ahead.when.all_day() || (ahead.when.event && midnight),
        seen: ahead.last_seen,
    }
}

/// The digest as data, with the spans moved to where the masked words stand.
fn data(digest: &Digest, cleaner: &mut Cleaner) -> serde_json::Value {
    let mut digest = digest.clone();
    for notice in &mut digest.notices {
        let mut spans: Vec<_> = notice.demands.iter().map(|d| d.span).collect();
        cleaner.with_spans(&notice.text, &mut spans);
        for (demand, span) in notice.demands.iter_mut().zip(spans) {
            demand.span = span;
        }
    }
    let mut value = serde_json::to_value(&digest).unwrap_or_default();
    cleaner.value(&mut value);
    value
}
