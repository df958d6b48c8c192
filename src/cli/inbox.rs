//! `inbox` and `show`: the list, and one notice in full.

use std::io::Write;

use chrono::NaiveTime;
use clap::Args as ClapArgs;
use clap::ValueEnum;
use rust_i18n::t;

use super::context::{Context, json_line};
use super::table::{self, block, line};
use super::{DONE, dates, differences};
use crate::clock;
use crate::notice::{DueView, Moment, Notice, NoticeRow, Section, State, View};
use crate::store::{ListFilter, PageFrom, Store, StoreError};

/// `qunbox inbox`.
#[derive(ClapArgs, Clone, Debug, Default)]
pub(super) struct Args {
    #[command(flatten)]
    filter: FilterArgs,
    #[arg(long, value_name = "NAME", conflicts_with_all = ["view", "group", "since", "until", "words", "files"])]
    saved: Option<String>,
}

/// Which notices.
#[derive(ClapArgs, Clone, Debug, Default)]
pub(super) struct FilterArgs {
    #[arg(long, value_enum, default_value_t)]
    view: ViewArg,
    #[arg(long, value_name = "G")]
    group: Vec<String>,
    #[arg(long, value_name = "D")]
    since: Option<String>,
    #[arg(long, value_name = "D")]
    until: Option<String>,
    #[arg(long, value_name = "WORDS", num_args = 1..)]
    words: Vec<String>,
    #[arg(long)]
    files: bool,
}

impl FilterArgs {
    /// What the options say; without a saved view.
    pub(super) fn filter(&self, now: i64) -> anyhow::Result<ListFilter> {
        const DAY: i64 = 24 * 3_600_000;
        let day = |d: &Option<String>| d.as_deref().map(|d| dates::at(d, NaiveTime::MIN, now)).transpose();
        Ok(ListFilter {
            view: self.view.into(),
            groups: self.group.clone(),
            words: self.words.join(" "),
            since: day(&self.since)?.map(Moment),
            until: day(&self.until)?.map(|d| Moment(d + DAY)),
            with_files: self.files,
        })
    }
}

/// `qunbox show`.
#[derive(ClapArgs, Clone, Debug)]
pub(super) struct ShowArgs {
    notice: String,
    #[arg(id = "against", long, value_name = "MESSAGE")]
    against: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum ViewArg {
    #[default]
    Inbox,
    Later,
    Noted,
    Done,
    All,
}

impl From<ViewArg> for View {
    fn from(arg: ViewArg) -> View {
        match arg {
            ViewArg::Inbox => View::Inbox,
            ViewArg::Later => View::Later,
            ViewArg::Noted => View::Noted,
            ViewArg::Done => View::Done,
            ViewArg::All => View::All,
        }
    }
}

/// Rows fetched at a time.
const PAGE: usize = 200;

/// Prints the list.
pub(super) fn run(args: &Args, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let store = context.store()?;
    let now = clock::now();
    let filter = match &args.saved {
        Some(name) => store.saved_view(name)?.ok_or_else(|| StoreError::NoView(name.clone()))?,
        None => args.filter.filter(now)?,
    };
    let query = filter.query(now);
    let mut rows = store.page(&query, PageFrom::Start, PAGE)?;
    let mut section = None;
    if rows.is_empty() && !context.json {
        let counts = store.counts(now)?;
        let text = if counts.messages == 0 { t!("cli.inbox.nothing") } else { t!("cli.inbox.empty") };
        writeln!(out, "{text}")?;
    }
    while let Some(last) = rows.last().cloned() {
        for row in &rows {
            if context.json {
                if let Some(mut notice) = store.notice(&row.id)? {
                    crate::evidence::look_at(&mut notice);
                    json_line(out, &notice)?;
                }
                continue;
            }
            if section != Some(row.section) {
                section = Some(row.section);
                writeln!(out, "{}", heading(row.section))?;
            }
            writeln!(out, "{}", list_line(row, now))?;
        }
        rows = store.page(&query, PageFrom::After(&last), PAGE)?;
    }
    if !context.json {
        summary(&store, now, out)?;
    }
    Ok(DONE)
}

fn summary(store: &Store, now: i64, out: &mut dyn Write) -> anyhow::Result<()> {
    let c = store.counts(now)?;
    if c.messages > 0 {
        let text = t!(
            "cli.inbox.summary",
            inbox = c.inbox,
            unread = c.unread,
            overdue = c.overdue,
            today = c.today,
            groups = c.groups,
            messages = c.messages
        );
        writeln!(out, "{text}")?;
    }
    Ok(())
}

fn heading(section: Section) -> std::borrow::Cow<'static, str> {
    match section {
        Section::Urgent => t!("cli.section.urgent"),
        Section::Overdue => t!("cli.section.overdue"),
        Section::Today => t!("cli.section.today"),
        Section::Tomorrow => t!("cli.section.tomorrow"),
        Section::Week => t!("cli.section.week"),
        Section::Late => t!("cli.section.late"),
        Section::Ahead => t!("cli.section.ahead"),
        Section::NoDate => t!("cli.section.no_date"),
        Section::Past => t!("cli.section.past"),
    }
}

/// The word for a state.
pub(super) fn state_word(state: State) -> std::borrow::Cow<'static, str> {
    match state {
        State::Unread => t!("cli.state.unread"),
        State::Open => t!("cli.state.open"),
        State::Later => t!("cli.state.later"),
        State::Noted => t!("cli.state.noted"),
        State::Done => t!("cli.state.done"),
    }
}

/// `  n1a2b3c4d5e  未读  11-20 17:00  7群  标题 …`
fn list_line(row: &NoticeRow, now: i64) -> String {
    const ID: usize = 11;
    const STATE: usize = 6;
    const WHEN: usize = 12;
    let when = match (&row.due, row.event_at) {
        (Some(due), _) => dates::short(due.at.0, now),
        (None, Some(at)) => format!("◷{}", dates::short(at.0, now)),
        (None, None) => String::new(),
    };
    let mut marks = String::new();
    if row.conflict {
        marks.push_str(&t!("cli.mark.conflict"));
    }
    if row.reopened {
        marks.push_str(&t!("cli.mark.reopened"));
    }
    let groups = t!("cli.groups_short", count = row.groups).into_owned();
    let head = format!(
        "  {} {} {} {} ",
        table::pad(&row.id, ID),
        table::pad(&state_word(row.state), STATE),
        table::pad(&when, WHEN),
        table::pad(&groups, 5)
    );
    let room = table::columns().saturating_sub(unicode_width::UnicodeWidthStr::width(head.as_str()));
    format!("{head}{}", table::clip(&format!("{marks}{}", line(&row.title)), room.max(16)))
}

/// Prints one notice in full.
pub(super) fn show(args: &ShowArgs, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let store = context.store()?;
    let mut notice = store.notice(&args.notice)?.ok_or_else(|| StoreError::NoNotice(args.notice.clone()))?;
    crate::evidence::look_at(&mut notice);
    if let Some(message) = &args.against {
        // An unambiguous beginning is enough, as everywhere.
        let mut fits = notice.copies.iter().map(|c| &c.message).filter(|m| m.starts_with(message.as_str()));
        let one = fits.next().filter(|_| fits.next().is_none()).cloned();
        let found = one.map(|one| store.compare(&mut notice, &one)).transpose()?.unwrap_or(false);
        anyhow::ensure!(found, t!("cli.show.no_copy", message = message));
    }
    if context.json {
        json_line(out, &notice)?;
    } else {
        print(&notice, out)?;
        log(&store, &notice.id, out)?;
    }
    Ok(DONE)
}

fn print(notice: &Notice, out: &mut dyn Write) -> std::io::Result<()> {
    let now = clock::now();
    writeln!(out, "{}", line(&notice.title))?;
    writeln!(
        out,
        "{} · {} · {}",
        notice.id,
        state_word(notice.state),
        t!("cli.groups_short", count = notice.groups.len())
    )?;
    if let Some(note) = &notice.note {
        writeln!(out, "{}", t!("cli.show.note", note = line(note)))?;
    }
    if let Some(due) = &notice.due_now() {
        writeln!(out, "{}", due_line(due, now))?;
    }
    if let Some(event) = &notice.event {
        let place = event.place.as_deref().map(line).unwrap_or_default();
        writeln!(out, "{}", t!("cli.show.event", at = changed(event.was, event.at, now), place = place))?;
    }
    if let Some(rule) = &notice.recurs {
        writeln!(
            out,
            "{}",
            t!("cli.show.recurs", rule = crate::duty::rule_words(rule, &rust_i18n::locale()))
        )?;
    }
    for conflict in &notice.conflicts {
        writeln!(out, "{}", differences::conflict(notice, conflict, now))?;
    }
    write!(out, "\n{}\n", block(&notice.text, "  "))?;
    writeln!(out, "{}", t!("cli.show.copies", count = notice.copies.len()))?;
    for copy in &notice.copies {
        let when = dates::short(copy.sent_at.0, now);
        writeln!(out, "  {when}  {}  {}  {}", line(&copy.group), line(&copy.sender), line(&copy.reason))?;
        differences::print(copy, now, out)?;
    }
    for link in &notice.links {
        super::link::print(&notice.id, link, out)?;
    }
    if let Some(signup) = &notice.signup {
        writeln!(out, "{}", t!("cli.show.signup", entries = signup.entries, mine = signup.mine.len()))?;
    }
    super::uploads::print_signup(notice, now, out)?;
    super::uploads::print_duties(notice, now, out)?;
    for seen in &notice.acks.seen {
        let when = dates::short(seen.sent_at.0, now);
        let text = t!("cli.show.ack_seen", group = line(&seen.group), at = when, text = line(&seen.text));
        writeln!(out, "{text}  {}", seen.message)?;
    }
    for missing in &notice.acks.not_seen {
        let until = missing.covered_until.map(|m| dates::short(m.0, now)).unwrap_or_default();
        writeln!(out, "{}", t!("cli.show.ack_missing", group = line(&missing.group), until = until))?;
    }
    if !notice.acks.asked.is_empty() {
        for group in &notice.acks.not_asked {
            writeln!(out, "{}", t!("cli.show.ack_not_asked", group = line(group)))?;
        }
    }
    Ok(())
}

/// `~~01-10 17:00~~ → 01-12 12:00`: what a correction changed is told by marks, not by colour.
fn changed(was: Option<Moment>, at: Moment, now: i64) -> String {
    let at = dates::short(at.0, now);
    was.map_or_else(|| at.clone(), |was| format!("~~{}~~ → {at}", dates::short(was.0, now)))
}

fn due_line(due: &DueView, now: i64) -> String {
    let basis = match due.basis.as_str() {
        "manual" => t!("cli.basis.manual"),
        "inferred" => t!("cli.basis.inferred"),
        _ => t!("cli.basis.stated"),
    };
    let at = changed(due.was, due.at, now);
    t!("cli.show.due", at = at, basis = basis, text = line(&due.text)).into_owned()
}

/// What was decided about it.
fn log(store: &Store, notice: &str, out: &mut dyn Write) -> anyhow::Result<()> {
    let now = clock::now();
    let rows = store.notice_log(notice)?;
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", t!("cli.show.log"))?;
    for row in rows {
        let undone = if row.undone_at.is_some() { t!("cli.undo.undone") } else { "".into() };
        let why = row.reason.map(|r| format!("  {r}")).unwrap_or_default();
        writeln!(out, "  {}  {}{} {undone}", dates::short(row.at.0, now), line(&row.label), line(&why))?;
    }
    Ok(())
}
