//! `uploads`, `duty`, `reply`: what is still owed, where, by when, with what as proof; and which replies count.

use std::io::Write;
use std::path::PathBuf;

use chrono::NaiveTime;
use clap::{Args as ClapArgs, ValueEnum};
use rust_i18n::t;

use super::context::{Context, json_line};
use super::table::{self, line};
use super::{DONE, Wrong, dates};
use crate::clock;
use crate::duty::{self, Upload, When};
use crate::evidence;
use crate::facts::DestinationKind;
use crate::notice::{Evidence, Notice, Target};
use crate::store::{Decision, DutyChange, EvidenceFile, UploadFrom, UploadQuery, UploadView};

/// Rows fetched at a time.
const PAGE: usize = 200;

/// `qunbox uploads`.
#[derive(ClapArgs, Clone, Debug)]
pub(super) struct Args {
    #[arg(long, value_enum, default_value = "open")]
    view: ViewArg,
    #[arg(long, value_enum, value_name = "KIND")]
    dest_kind: Option<KindArg>,
    #[arg(long, value_name = "G")]
    group: Option<String>,
    #[arg(long, value_name = "NAME")]
    destination: Option<String>,
    #[arg(long, value_name = "WORDS", num_args = 1..)]
    words: Vec<String>,
}

#[derive(ValueEnum, Clone, Copy, Debug)]
enum ViewArg {
    Open,
    Done,
    Waived,
    All,
}

#[derive(ValueEnum, Clone, Copy, Debug)]
enum KindArg {
    Mailbox,
    Group,
    App,
    System,
    Office,
    Paper,
    Person,
}

impl From<KindArg> for DestinationKind {
    fn from(kind: KindArg) -> Self {
        match kind {
            KindArg::Mailbox => DestinationKind::Mailbox,
            KindArg::Group => DestinationKind::Group,
            KindArg::App => DestinationKind::App,
            KindArg::System => DestinationKind::System,
            KindArg::Office => DestinationKind::Office,
            KindArg::Paper => DestinationKind::Paper,
            KindArg::Person => DestinationKind::Person,
        }
    }
}

/// `qunbox duty`.
#[derive(ClapArgs, Clone, Debug)]
pub(super) struct DutyArgs {
    #[arg(required = true, value_name = "DUTY")]
    duties: Vec<String>,
    #[command(flatten)]
    change: ChangeArgs,
    #[arg(long, value_name = "FILE", num_args = 1..)]
    evidence: Vec<PathBuf>,
    #[arg(long, value_name = "DATE", requires = "done")]
    on: Option<String>,
}

#[derive(ClapArgs, Clone, Debug)]
#[group(multiple = false)]
struct ChangeArgs {
    #[arg(long)]
    done: bool,
    #[arg(long, value_name = "REASON")]
    waive: Option<String>,
    #[arg(long)]
    reopen: bool,
    #[arg(long, value_name = "DATE")]
    due: Option<String>,
    #[arg(long)]
    due_clear: bool,
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[arg(long, value_enum, value_name = "WHOSE")]
    here: Option<HereArg>,
    #[arg(long, value_name = "NAME", value_delimiter = ',', num_args = 0..)]
    targets: Option<Vec<String>>,
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    tick: Option<Vec<String>>,
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    untick: Option<Vec<String>>,
    #[arg(long, value_name = "FILE")]
    detach: Option<PathBuf>,
}

#[derive(ValueEnum, Clone, Copy, Debug)]
enum HereArg {
    /// The group that forwarded it.
    Own,
    /// The group it was posted in first.
    Origin,
}

/// `qunbox reply`.
#[derive(ClapArgs, Clone, Debug)]
pub(super) struct ReplyArgs {
    #[arg(value_name = "MESSAGE")]
    message: String,
    #[arg(long, required_unless_present = "tie", conflicts_with = "tie")]
    untie: bool,
    #[arg(long)]
    tie: bool,
}

/// Prints the duties, by deadline.
pub(super) fn run(args: &Args, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let store = context.store()?;
    let now = clock::now();
    let query = UploadQuery {
        view: match args.view {
            ViewArg::Open => UploadView::Open,
            ViewArg::Done => UploadView::Done,
            ViewArg::Waived => UploadView::Waived,
            ViewArg::All => UploadView::All,
        },
        kind: args.dest_kind.map(Into::into),
        group: args.group.clone(),
        destination: args.destination.clone(),
        words: args.words.join(" "),
        now,
    };
    let mut rows = store.uploads(&query, UploadFrom::Start, PAGE)?;
    if rows.is_empty() && !context.json {
        writeln!(out, "{}", t!("cli.uploads.none"))?;
    }
    let mut head = String::new();
    while let Some(last) = rows.last().cloned() {
        evidence::look_over(&mut rows);
        for row in &rows {
            if context.json {
                json_line(out, row)?;
                continue;
            }
            let heading = heading(row, now);
            if heading != head {
                writeln!(out, "{heading}")?;
                head = heading;
            }
            print_row(row, now, out)?;
        }
        rows = store.uploads(&query, UploadFrom::After(&last), PAGE)?;
    }
    if !context.json {
        let c = store.upload_counts(now)?;
        let text =
            t!("cli.uploads.summary", open = c.open, overdue = c.overdue, done = c.done, waived = c.waived);
        writeln!(out, "{text}")?;
    }
    Ok(DONE)
}

fn heading(row: &Upload, now: i64) -> String {
    match (row.state.as_str(), duty::when(row.due.as_ref().map(|d| d.at), now)) {
        ("done", _) => t!("cli.duty.done"),
        ("waived", _) => t!("cli.duty.waived"),
        (_, When::Overdue) => t!("cli.section.overdue"),
        (_, When::Today) => t!("cli.section.today"),
        (_, When::Tomorrow) => t!("cli.section.tomorrow"),
        (_, When::Week) => t!("cli.uploads.week"),
        (_, When::Ahead) => t!("cli.section.ahead"),
        (_, When::NoDate) => t!("cli.section.no_date"),
    }
    .into_owned()
}

/// `  d1a2b3c4d5e  01-12 12:00  镇应急办邮箱  九小场所 …`
fn print_row(row: &Upload, now: i64, out: &mut dyn Write) -> std::io::Result<()> {
    const ID: usize = 11;
    const WHEN: usize = 12;
    const TO: usize = 22;
    let when = row.due.as_ref().map(|d| dates::short(d.at.0, now)).unwrap_or_default();
    let to = place(row);
    let head = format!(
        "  {} {} {} ",
        table::pad(&row.duty, ID),
        table::pad(&when, WHEN),
        table::pad(&table::clip(&line(&to), TO), TO)
    );
    let room = table::columns().saturating_sub(unicode_width::UnicodeWidthStr::width(head.as_str()));
    writeln!(out, "{head}{}", table::clip(&line(&row.title), room.max(16)))?;
    let mut more = Vec::new();
    if row.ask {
        more.push(t!("cli.duty.ask").into_owned());
    }
    if row.reopened {
        more.push(t!("cli.duty.reopened").into_owned());
    }
    if row.missed > 0 {
        more.push(t!("cli.duty.missed", n = row.missed).into_owned());
    }
    more.extend(row.reason.as_deref().map(|r| t!("cli.duty.reason", reason = line(r)).into_owned()));
    more.extend(settled(row.settled_at.map(|m| m.0), row.typed_at.map(|m| m.0), now));
    more.extend(row.note.as_deref().map(|n| t!("cli.duty.note", note = line(n)).into_owned()));
    more.extend(target_line(&row.targets));
    more.extend(row.evidence.iter().map(file_line));
    more.extend(row.offered.iter().filter(|_| row.state == "open").map(|p| offered_line(p)));
    for text in more {
        writeln!(out, "      {text}")?;
    }
    Ok(())
}

/// Where a row is to go, with a mark where nobody said so.
fn place(row: &Upload) -> String {
    let to =
        row.group.clone().or_else(|| row.destination.as_ref().map(|d| d.name.clone())).unwrap_or_default();
    if row.assumed { t!("cli.duty.assumed", place = to).into_owned() } else { to }
}

fn settled(at: Option<i64>, typed: Option<i64>, now: i64) -> Option<String> {
    let at = dates::short(at?, now);
    Some(
        match typed {
            Some(typed) => t!("cli.duty.settled_late", typed = dates::short(typed, now), at = at),
            None => t!("cli.duty.settled", at = at),
        }
        .into_owned(),
    )
}

fn target_line(targets: &[Target]) -> Option<String> {
    if targets.is_empty() {
        return None;
    }
    let done = targets.iter().filter(|t| t.done_at.is_some()).count();
    let left: Vec<String> = targets.iter().filter(|t| t.done_at.is_none()).map(|t| line(&t.name)).collect();
    Some(t!("cli.duty.targets", done = done, all = targets.len(), left = left.join("、")).into_owned())
}

fn file_line(file: &Evidence) -> String {
    let state = match (file.missing, file.changed) {
        (true, _) => t!("cli.duty.file_missing"),
        (_, true) => t!("cli.duty.file_changed"),
        _ => "".into(),
    };
    let sha: String = file.sha256.chars().take(12).collect();
    t!("cli.duty.file", path = line(&file.path), size = file.size, sha = sha, state = state).into_owned()
}

fn offered_line(path: &str) -> String {
    t!("cli.duty.offered", path = line(path)).into_owned()
}

/// Says something about duties, or shows them.
pub(super) fn duty(args: &DutyArgs, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let now = clock::now();
    let mut store = context.store()?;
    let files = attached(&args.evidence)?;
    if let Some(change) = change(args, files, now)? {
        let decided = store.decide(now, &Decision::Duty { duties: args.duties.clone(), change })?;
        return super::decide::say(&decided, context, out);
    }
    for id in &args.duties {
        let mut row = store.upload(id, now)?;
        evidence::look(&mut row.evidence);
        if context.json {
            json_line(out, &row)?;
        } else {
            writeln!(out, "{}", heading(&row, now))?;
            print_row(&row, now, out)?;
        }
    }
    Ok(DONE)
}

fn attached(paths: &[PathBuf]) -> anyhow::Result<Vec<EvidenceFile>> {
    paths.iter().map(|path| evidence::attach(path).map_err(anyhow::Error::msg)).collect()
}

fn change(args: &DutyArgs, files: Vec<EvidenceFile>, now: i64) -> anyhow::Result<Option<DutyChange>> {
    let evening = NaiveTime::from_hms_opt(23, 59, 0).unwrap_or_default();
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
    let c = &args.change;
    if !files.is_empty() && !c.done {
        return Ok(Some(DutyChange::Attach(files)));
    }
    Ok(Some(match c {
        ChangeArgs { done: true, .. } => {
            let typed_at = args.on.as_deref().map(|d| dates::at(d, noon, now)).transpose()?;
            DutyChange::Done { typed_at, evidence: files }
        }
        ChangeArgs { waive: Some(reason), .. } => {
            if reason.trim().is_empty() {
                return Err(Wrong(t!("cli.duty.no_reason").into_owned()).into());
            }
            DutyChange::Waive { reason: reason.trim().to_owned() }
        }
        ChangeArgs { reopen: true, .. } => DutyChange::Reopen,
        ChangeArgs { due: Some(day), .. } => DutyChange::Due(Some(dates::at(day, evening, now)?)),
        ChangeArgs { due_clear: true, .. } => DutyChange::Due(None),
        ChangeArgs { note: Some(note), .. } => {
            DutyChange::Note(Some(note.trim().to_owned()).filter(|n| !n.is_empty()))
        }
        ChangeArgs { here: Some(whose), .. } => DutyChange::Here(matches!(whose, HereArg::Own)),
        ChangeArgs { targets: Some(names), .. } => DutyChange::Targets(names.clone()),
        ChangeArgs { tick: Some(names), .. } => DutyChange::Tick { names: names.clone(), on: true },
        ChangeArgs { untick: Some(names), .. } => DutyChange::Tick { names: names.clone(), on: false },
        ChangeArgs { detach: Some(path), .. } => {
            DutyChange::Detach(std::path::absolute(path)?.to_string_lossy().into_owned())
        }
        _ => return Ok(None),
    }))
}

/// Says whether a reply is an answer to the notice it follows.
pub(super) fn reply(args: &ReplyArgs, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let decision = Decision::Untie { message: args.message.clone(), tied: args.tie };
    let decided = context.store()?.decide(clock::now(), &decision)?;
    super::decide::say(&decided, context, out)
}

/// The checklist of a notice, for `show`.
pub(super) fn print_duties(notice: &Notice, now: i64, out: &mut dyn Write) -> std::io::Result<()> {
    if notice.duties.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", t!("cli.show.duties", count = notice.duties.len()))?;
    for row in &notice.duties {
        let mark = match row.state.as_str() {
            "done" => "[x]",
            "waived" => "[-]",
            _ => "[ ]",
        };
        let to = row.group.clone().or_else(|| row.destination.as_ref().map(|d| d.name.clone()));
        let to = line(&to.unwrap_or_default());
        let to = if row.assumed { t!("cli.duty.assumed", place = to).into_owned() } else { to };
        let due = row.due_at.map(|m| dates::short(m.0, now)).unwrap_or_default();
        let reason = row.reason.as_deref().map(line).unwrap_or_default();
        writeln!(out, "  {mark} {}  {to}  {due}  {} {reason}", row.id, line(&row.what.join("、")))?;
        let ask = row.ask.then(|| t!("cli.duty.ask").into_owned());
        let hints = row.hints.iter().map(|h| {
            let at = dates::short(h.sent_at.0, now);
            t!("cli.duty.hint", at = at, name = h.name.as_deref().map(line).unwrap_or_default()).into_owned()
        });
        let note = row.note.as_deref().map(|n| t!("cli.duty.note", note = line(n)).into_owned());
        let settled = settled(row.settled_at.map(|m| m.0), row.typed_at.map(|m| m.0), now);
        let files = row.evidence.iter().map(file_line);
        let missed = (row.missed > 0).then(|| t!("cli.duty.missed", n = row.missed).into_owned());
        let offered = row.offered.iter().filter(|_| row.state == "open").map(|p| offered_line(p));
        for text in ask
            .into_iter()
            .chain(missed)
            .chain(settled)
            .chain(note)
            .chain(target_line(&row.targets))
            .chain(files)
            .chain(hints)
            .chain(offered)
        {
            writeln!(out, "      {text}")?;
        }
    }
    Ok(())
}

/// The entries of a sign-up, for `show`.
pub(super) fn print_signup(notice: &Notice, now: i64, out: &mut dyn Write) -> std::io::Result<()> {
    let Some(signup) = &notice.signup else {
        return Ok(());
    };
    for entry in &signup.list {
        let me = if signup.mine.contains(&entry.number) { t!("cli.show.signup_me") } else { "".into() };
        let at = dates::short(entry.joined_at.0, now);
        writeln!(out, "  {:>3}. {}  {at}  {me}", entry.number, line(&entry.text))?;
    }
    if !signup.missing.is_empty() {
        writeln!(out, "{}", t!("cli.show.signup_missing", names = line(&signup.missing.join("、"))))?;
    }
    Ok(())
}
