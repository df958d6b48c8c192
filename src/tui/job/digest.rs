//! The reader's part of the view 每日摘要: the very text that would be written; and the writing of it.

use chrono::Duration;

use crate::digest::{Part, Period, when};
use crate::export::{self, Options, WriteError};
use crate::gather;
use crate::message::local;
use crate::store::Store;
use crate::tui::model::digest::{DigestAsk, DigestShown, ExportJob, Exported, Range};

/// The digest that is asked for.
pub(super) fn read(store: &Store, ask: &DigestAsk, now: i64) -> anyhow::Result<DigestShown> {
    let closed = store.closed_at()?;
    let (digest, rendered, exact) = made(store, ask, now)?;
    let bytes = rendered.bytes.len();
    let text = if exact {
        String::from_utf8_lossy(&rendered.bytes).into_owned()
    } else {
        let lines = DigestAsk { format: "txt", ..ask.clone() };
        String::from_utf8_lossy(&render(&digest, &lines)?.bytes).into_owned()
    };
    let period = digest.period;
    let year = local(now).date();
    Ok(DigestShown {
        lines: text.trim_start_matches('\u{feff}').lines().map(str::to_owned).collect(),
        exact,
        bytes,
        masked: rendered.masked,
        period: when::period(&period, &ask.locale),
        last_day: period.last_day().to_string(),
        closed: closed
            .map(|at| when::moment(crate::notice::Moment(at), chrono::Datelike::year(&year), &ask.locale)),
        groups: store.group_entries()?.into_iter().map(|g| g.name).collect(),
        empty: Part::ALL.iter().all(|p| digest.section(*p).is_empty()) && digest.counts.copies == 0,
    })
}

/// Writes the file.
pub(super) fn write(store: &Store, job: &ExportJob, now: i64) -> Exported {
    let rendered = match made(store, &job.ask, now) {
        Ok((_, rendered, _)) => rendered,
        Err(why) => return Exported::Failed(format!("{why:#}")),
    };
    match export::write_file(&job.path, &rendered.bytes, job.force) {
        Ok(()) => Exported::Done(job.path.clone(), rendered.masked),
        Err(WriteError::Exists(path)) => Exported::Taken(path),
        Err(why) => Exported::Failed(why.to_string()),
    }
}

/// Digest, file, and whether the file is text.
fn made(
    store: &Store,
    ask: &DigestAsk,
    now: i64,
) -> anyhow::Result<(crate::digest::Digest, export::Rendered, bool)> {
    let groups: Vec<String> = ask.group.iter().cloned().collect();
    let digest = gather::digest(store, period(store, ask, now)?, &groups, now, &ask.locale)?;
    let rendered = render(&digest, ask)?;
    let exact = matches!(ask.format, "txt" | "md" | "csv" | "json" | "ics");
    Ok((digest, rendered, exact))
}

fn render(digest: &crate::digest::Digest, ask: &DigestAsk) -> anyhow::Result<export::Rendered> {
    let target = export::target(ask.format).ok_or_else(|| anyhow::anyhow!(ask.format))?;
    let options = Options { audience: ask.audience, keep_phones: ask.keep_phones, ..Options::default() };
    export::render(digest, target, &options)
}

fn period(store: &Store, ask: &DigestAsk, now: i64) -> anyhow::Result<Period> {
    let day = local(now).date() - Duration::days(ask.back);
    Ok(match (ask.range, store.closed_at()?) {
        (Range::SinceClosed, Some(closed)) => Period::since(closed, now),
        (Range::SinceClosed, None) => Period::day(day),
        (Range::Days(n), _) => Period::days(day - Duration::days(n - 1), day),
    })
}
