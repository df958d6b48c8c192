//! `report`: group register, burden report and evidence index as files.

use std::io::Write;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args as ClapArgs, ValueEnum};
use rust_i18n::t;

use super::context::Context;
use super::destination::{self, Destination};
use super::{Wrong, dates};
use crate::clock;
use crate::digest::{Period, when};
use crate::export::{self, Document, Heading, Medium, Options, TARGETS};
use crate::gather::{self, WorkingHours};
use crate::notice::View;
use crate::store::{ListQuery, Store, StoreError};

/// `qunbox report`.
#[derive(ClapArgs, Clone, Debug)]
pub(super) struct Args {
    #[arg(id = "report_kind", value_name = "KIND")]
    kind: Kind,
    #[arg(id = "report_search", long = "search", value_name = "WORDS", num_args = 1..)]
    search: Vec<String>,
    #[arg(id = "report_from", long = "from", value_name = "D")]
    from: Option<String>,
    #[arg(id = "report_to", long = "to", value_name = "D")]
    to: Option<String>,
    #[arg(id = "report_group", long = "group", value_name = "G")]
    group: Vec<String>,
    #[arg(id = "report_view", long = "view", value_name = "VIEW", value_parser = PossibleValuesParser::new(VIEWS.map(|v| v.0)), default_value = "all")]
    view: String,
    #[arg(id = "report_with_files", long = "with-files")]
    with_files: bool,
    #[arg(id = "report_saved", long = "saved", value_name = "NAME", conflicts_with_all = ["report_search", "report_from", "report_to", "report_group", "report_with_files"])]
    saved: Option<String>,
    #[arg(id = "report_format", long = "format", value_name = "FORMAT", value_parser = PossibleValuesParser::new(formats()))]
    format: Option<String>,
    #[arg(id = "digest_output", short = 'o', long = "output", value_name = "FILE")]
    output: Option<PathBuf>,
    #[arg(id = "digest_force", long = "force")]
    force: bool,
    #[arg(id = "digest_unmask", long = "unmask")]
    unmask: bool,
}

/// The reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    // No words of the parser's: they would be in one language. What each is the help of the argument says.
    Groups,
    Burden,
    Evidence,
}

const VIEWS: [(&str, View); 5] = [
    ("inbox", View::Inbox),
    ("later", View::Later),
    ("noted", View::Noted),
    ("done", View::Done),
    ("all", View::All),
];

/// Every format but the calendar, which holds no tables.
fn formats() -> Vec<&'static str> {
    TARGETS.iter().filter(|t| t.medium != Medium::Calendar).map(|t| t.name).collect()
}

/// Writes a report to a file, or to `out`.
pub(super) fn run(args: &Args, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let target = destination::target(args.format.as_deref(), args.output.as_deref(), context.json)?;
    if target.medium == Medium::Calendar {
        return Err(Wrong(t!("export.no_format").into_owned()).into());
    }
    destination::may_unmask(args.unmask)?;
    let store = context.store()?;
    let locale = rust_i18n::locale().to_string();
    let document = document(args, &store, context, &locale)?;
    let rendered = export::render_report(&document, target, &Options::default())?;
    let today = crate::message::local(clock::now()).date().to_string();
    let name = export::file_name(&[&document.title, args.saved.as_deref().unwrap_or(""), &today]);
    let to =
        Destination { output: args.output.as_deref(), force: args.force, name: &name, json: context.json };
    destination::deliver(&rendered, target, &to, out)
}

fn document(args: &Args, store: &Store, context: &Context, locale: &str) -> anyhow::Result<Document> {
    let now = clock::now();
    let period = period(args, now)?;
    let days = period.as_ref().map(|p| when::period(p, locale));
    let words = (!args.search.is_empty()).then(|| args.search.join(" "));
    let subject = [args.saved.clone().or(words), days];
    let subject: Vec<String> = subject.into_iter().flatten().collect();
    let heading = Heading {
        subject: &subject.join("  "),
        now,
        locale,
        unmask: args.unmask,
        keep_phones: context.keep_phones,
    };
    Ok(match args.kind {
        Kind::Groups => {
            let mut groups = gather::figures(store, now)?;
            groups.retain(|g| args.group.is_empty() || args.group.contains(&g.group));
            export::group_register(&groups, &heading)
        }
        Kind::Burden => {
            let hours = WorkingHours::until(context.settings.office_close);
            let period = period.unwrap_or(Period::WHOLE);
            export::burden(&gather::burden(store, &period, &args.group, &hours, now)?, &heading)
        }
        Kind::Evidence => {
            let rows = gather::evidence(store, &query(args, store, period, now)?)?;
            export::evidence_index(&rows, &heading)
        }
    })
}

/// What an evidence index is about: a saved view, or what the options say.
fn query(args: &Args, store: &Store, period: Option<Period>, now: i64) -> anyhow::Result<ListQuery> {
    if let Some(name) = &args.saved {
        let filter = store.saved_view(name)?.ok_or_else(|| StoreError::NoView(name.clone()))?;
        return Ok(filter.query(now));
    }
    let view = VIEWS.iter().find(|v| v.0 == args.view).map_or(View::All, |v| v.1);
    Ok(ListQuery {
        view,
        groups: args.group.clone(),
        since: period.map(|p| p.from.0),
        until: period.map(|p| p.to.0),
        words: args.search.join(" "),
        with_files: args.with_files,
        now,
    })
}

fn period(args: &Args, now: i64) -> Result<Option<Period>, Wrong> {
    let day = |text: &Option<String>| text.as_deref().map(|d| dates::day(d, now)).transpose();
    let today = crate::message::local(now).date();
    Ok(match (day(&args.from)?, day(&args.to)?) {
        (None, None) => None,
        (from, to) => {
            let to = to.unwrap_or(today);
            Some(Period::days(from.unwrap_or(to), to))
        }
    })
}
