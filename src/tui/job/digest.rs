//! The reader's part of the view 每日摘要: the very text that would be written, of a digest or a report; and the writing of it.

use chrono::{Datelike, Duration, NaiveDate};
use rust_i18n::t;

use crate::config::Office;
use crate::digest::{Digest, Part, Period, when};
use crate::export::{self, Document, Heading, Medium, Options, Rendered, Target, WriteError};
use crate::gather::{self, WorkingHours};
use crate::message::local;
use crate::notice::Moment;
use crate::store::Store;
use crate::tui::model::digest::{DigestAsk, DigestShown, ExportJob, Exported, Range, What};

/// What is asked for, as it would be written.
pub(super) fn read(store: &Store, ask: &DigestAsk, now: i64) -> anyhow::Result<DigestShown> {
    let source = Source::gather(store, ask, now)?;
    let target = target(ask.format)?;
    let rendered = source.render(target, ask)?;
    let exact = target.is_text() && target.name != "html";
    let text = if exact { rendered.bytes.clone() } else { source.render(target_txt()?, ask)?.bytes };
    let text = String::from_utf8_lossy(&text).into_owned();
    let period = match ask.range {
        Range::Whole => Period::day(day(ask, now)),
        _ => period(store, ask, now)?,
    };
    let year = local(now).date().year();
    let closed = store.closed_at()?.map(|at| when::moment(Moment(at), year, &ask.locale));
    Ok(DigestShown {
        lines: text.trim_start_matches('\u{feff}').lines().map(str::to_owned).collect(),
        exact,
        bytes: target.in_file(&rendered.bytes).len(),
        masked: rendered.masked,
        period: when::period(&period, &ask.locale),
        name: source.name(ask, &period, now),
        closed,
        groups: store.group_entries()?.into_iter().map(|g| g.name).collect(),
        empty: source.is_empty(),
    })
}

/// Writes the file.
pub(super) fn write(store: &Store, job: &ExportJob, now: i64) -> Exported {
    let made = || -> anyhow::Result<(Vec<u8>, Option<String>)> {
        let target = target(job.ask.format)?;
        let rendered = Source::gather(store, &job.ask, now)?.render(target, &job.ask)?;
        Ok((target.in_file(&rendered.bytes).into_owned(), rendered.masked))
    };
    let (bytes, masked) = match made() {
        Ok(made) => made,
        Err(why) => return Exported::Failed(format!("{why:#}")),
    };
    match export::write_file(&job.path, &bytes, job.force) {
        Ok(()) => Exported::Done(job.path.clone(), masked),
        Err(WriteError::Exists(path)) => Exported::Taken(path),
        Err(why) => Exported::Failed(why.to_string()),
    }
}

fn target(name: &str) -> anyhow::Result<&'static Target> {
    export::target(name).ok_or_else(|| anyhow::anyhow!(t!("export.no_format").into_owned()))
}

/// What a format that is no text is shown as.
fn target_txt() -> anyhow::Result<&'static Target> {
    target("txt")
}

/// What a file is made of.
enum Source {
    Digest(Box<Digest>),
    Report(Box<Document>),
}

impl Source {
    fn gather(store: &Store, ask: &DigestAsk, now: i64) -> anyhow::Result<Self> {
        let groups: Vec<String> = ask.group.iter().cloned().collect();
        let period = period(store, ask, now)?;
        let days = if ask.range == Range::Whole { String::new() } else { when::period(&period, &ask.locale) };
        let heading = |subject| Heading {
            subject,
            now,
            locale: &ask.locale,
            unmask: false,
            keep_phones: ask.keep_phones,
        };
        let document = match ask.what {
            What::Digest => {
                let digest = gather::digest(store, period, &groups, now, &ask.locale)?;
                return Ok(Source::Digest(Box::new(digest)));
            }
            What::Evidence => {
                let rows = gather::evidence(store, &ask.subject.1.query(now))?;
                export::evidence_index(&rows, &heading(&ask.subject.0))
            }
            What::Burden => {
                let close = Office::time(ask.close.as_deref());
                let hours = close.map_or_else(WorkingHours::default, WorkingHours::until);
                export::burden(&gather::burden(store, &period, &groups, &hours, now)?, &heading(&days))
            }
            What::Groups => export::group_register(&gather::figures(store, now)?, &heading("")),
        };
        Ok(Source::Report(Box::new(document)))
    }

    fn render(&self, target: &Target, ask: &DigestAsk) -> anyhow::Result<Rendered> {
        let options = Options {
            detail: ask.detail,
            audience: ask.audience,
            keep_phones: ask.keep_phones,
            ..Options::default()
        };
        match self {
            Source::Digest(digest) => export::render(digest, target, &options),
            Source::Report(_) if target.medium == Medium::Calendar => {
                Err(anyhow::anyhow!(t!("export.no_format").into_owned()))
            }
            Source::Report(document) => export::render_report(document, target, &options),
        }
    }

    /// A name for the file, without its ending.
    fn name(&self, ask: &DigestAsk, period: &Period, now: i64) -> String {
        let today = local(now).date();
        match self {
            Source::Digest(_) => {
                let title = t!("digest.title", locale = &ask.locale);
                export::file_name(&[&title, &period.last_day().to_string()])
            }
            Source::Report(document) if ask.what == What::Evidence => {
                export::file_name(&[&document.title, &ask.subject.0, &today.to_string()])
            }
            Source::Report(document) => export::file_name(&[&document.title, &today.to_string()]),
        }
    }

    /// Whether nothing at all stands in it.
    fn is_empty(&self) -> bool {
        match self {
            Source::Digest(digest) => {
                Part::ALL.iter().all(|p| digest.section(*p).is_empty()) && digest.counts.copies == 0
            }
            Source::Report(_) => false,
        }
    }
}

/// The last day.
fn day(ask: &DigestAsk, now: i64) -> NaiveDate {
    local(now).date() - Duration::days(ask.back)
}

fn period(store: &Store, ask: &DigestAsk, now: i64) -> anyhow::Result<Period> {
    let day = day(ask, now);
    Ok(match (ask.range, store.closed_at()?) {
        (Range::Whole, _) => Period::WHOLE,
        (Range::SinceClosed, Some(closed)) => Period::since(closed, now),
        (Range::SinceClosed, None) => Period::day(day),
        (Range::Days(n), _) => Period::days(day - Duration::days(n - 1), day),
    })
}
