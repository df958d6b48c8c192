//! `groups`: the register with coverage; groups declared, renamed, joined and parted by the user's word.

use std::io::Write;
use std::ops::ControlFlow;

use clap::Args as ClapArgs;
use rust_i18n::t;

use super::context::{Context, json_line};
use super::table::{self, line};
use super::{DONE, FAILED, Wrong, dates};
use crate::store::{Coverage, GroupRow};
use crate::{clock, config, ingest, message::Platform};

/// `qunbox groups`.
#[derive(ClapArgs, Clone, Debug, Default)]
#[group(id = "groups_what", multiple = false)]
pub(super) struct Args {
    #[arg(long, value_name = "NAME", num_args = 1.., group = "groups_what")]
    declare: Vec<String>,
    #[arg(long, value_name = "NAME", num_args = 1.., group = "groups_what")]
    retire: Vec<String>,
    #[arg(long, value_name = "NAME", num_args = 1.., group = "groups_what")]
    forget: Vec<String>,
    #[arg(long, value_names = ["GROUP", "OTHER"], num_args = 2, group = "groups_what")]
    join: Vec<String>,
    #[arg(long, group = "groups_what")]
    part: bool,
    #[arg(long, group = "groups_what")]
    joins: bool,
    #[arg(long, value_names = ["GROUP", "NAME"], num_args = 2, group = "groups_what")]
    alias: Vec<String>,
    #[arg(long, value_names = ["GROUP", "NAME"], num_args = 2, group = "groups_what")]
    unalias: Vec<String>,
    #[arg(long, value_name = "PLATFORM", requires = "declare")]
    platform: Option<String>,
}

/// Does what was said of groups, else prints the register.
pub(super) fn run(args: &Args, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    declare(args, context)?;
    let now = clock::now();
    let mut on = |_: &ingest::Progress| ControlFlow::Continue(());
    if let [kept, gone] = &args.join[..] {
        let mut store = context.store()?;
        ingest::join(&mut store, kept, gone, now, &context.settings, &mut on)?;
        return said(t!("incoming.groups.joined", kept = kept, gone = gone), context, out);
    }
    if let [group, name] = &args.alias[..] {
        let mut store = context.store()?;
        ingest::alias(&mut store, group, name, now, &context.settings, &mut on)?;
        return said(t!("incoming.groups.alias", group = group, name = name), context, out);
    }
    if let [group, name] = &args.unalias[..] {
        let gone = context.store()?.unalias_group(group, name, now)?;
        let text = if gone {
            t!("incoming.groups.unalias", group = group, name = name)
        } else {
            t!("incoming.groups.no_alias", group = group, name = name)
        };
        said(text, context, out)?;
        return Ok(if gone { DONE } else { FAILED });
    }
    if args.part {
        let mut store = context.store()?;
        return match ingest::part(&mut store, now, &context.settings, &mut on)? {
            Some(join) if context.json => json_line(out, &join).map(|()| DONE),
            Some(join) => {
                said(t!("incoming.groups.parted", kept = join.kept, gone = join.gone), context, out)
            }
            None => {
                writeln!(std::io::stderr().lock(), "{}", t!("incoming.groups.no_join"))?;
                Ok(FAILED)
            }
        };
    }
    if args.joins {
        return joins(context, out);
    }
    register(context, out)
}

fn said(text: std::borrow::Cow<'_, str>, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    if context.json {
        json_line(out, &serde_json::json!({ "done": text }))?;
    } else {
        writeln!(out, "{}", line(&text))?;
    }
    Ok(DONE)
}

/// Writes into config.toml which groups there are.
fn declare(args: &Args, context: &Context) -> anyhow::Result<()> {
    let path = context.paths.config();
    if let Some(platform) = &args.platform
        && Platform::parse(platform).is_none()
    {
        let known = Platform::ALL.map(Platform::as_str).join(" ");
        return Err(
            Wrong(t!("incoming.groups.bad_platform", word = platform, known = known).into_owned()).into()
        );
    }
    let declared = context.config()?.groups;
    let former = |name: &str| declared.iter().find(|g| g.name == name).cloned();
    let mut saved = Vec::new();
    for name in &args.declare {
        let platform = args.platform.clone().or_else(|| former(name).and_then(|g| g.platform));
        saved.push(config::Group { name: name.clone(), platform, retired: false });
    }
    for name in &args.retire {
        let platform = former(name).and_then(|g| g.platform);
        saved.push(config::Group { name: name.clone(), platform, retired: true });
    }
    for group in saved {
        group.save(&path).map_err(anyhow::Error::msg)?;
    }
    for name in &args.forget {
        config::Group::forget(&path, name).map_err(anyhow::Error::msg)?;
    }
    Ok(())
}

fn joins(context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let now = clock::now();
    for join in context.store()?.group_joins()? {
        if context.json {
            json_line(out, &join)?;
        } else {
            let undone = if join.undone_at.is_some() { t!("cli.undo.undone") } else { "".into() };
            let (at, gone, kept) = (dates::short(join.at.0, now), line(&join.gone), line(&join.kept));
            writeln!(out, "{:>4}  {at}  {gone} → {kept} {undone}", join.id)?;
        }
    }
    Ok(DONE)
}

/// Prints the group register.
fn register(context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let now = clock::now();
    let groups = context.store()?.groups(now)?;
    if context.json {
        for group in &groups {
            json_line(out, group)?;
        }
        return Ok(DONE);
    }
    if groups.is_empty() {
        writeln!(out, "{}", t!("cli.inbox.nothing"))?;
        return Ok(DONE);
    }
    let head = [
        t!("cli.groups.group"),
        t!("cli.groups.messages"),
        t!("cli.groups.notices"),
        t!("cli.groups.off_hours"),
        t!("cli.groups.last"),
        t!("cli.groups.coverage"),
    ]
    .map(std::borrow::Cow::into_owned);
    let rows: Vec<Vec<String>> = groups
        .iter()
        .map(|g| {
            vec![
                line(&g.group),
                g.messages.to_string(),
                g.notices.to_string(),
                g.off_hours.to_string(),
                g.last.map(|m| dates::short(m.0, now)).unwrap_or_default(),
                coverage(g, now),
            ]
        })
        .collect();
    table::print(out, &head, &rows, &[1, 2, 3])?;
    let count = |c: Coverage| groups.iter().filter(|g| !g.retired && g.coverage == c).count();
    let sum = t!(
        "incoming.groups.sum",
        count = groups.iter().filter(|g| !g.retired).count(),
        current = count(Coverage::Current),
        stale = count(Coverage::Stale),
        missing = count(Coverage::Missing),
        failed = count(Coverage::Failed)
    );
    writeln!(out, "{sum}")?;
    Ok(DONE)
}

/// How far a group is covered, in words.
fn coverage(group: &GroupRow, now: i64) -> String {
    const QUIET_DAYS: i64 = 7;
    let until = group.covered_until.map(|m| dates::short(m.0, now)).unwrap_or_default();
    let mut text = match group.coverage {
        Coverage::Current => t!("cli.coverage.current").into_owned(),
        Coverage::Stale => t!("cli.coverage.stale", until = until).into_owned(),
        Coverage::Missing => t!("cli.coverage.missing").into_owned(),
        Coverage::Failed => {
            let why = group.failed.as_ref().map(|f| line(&f.reason)).unwrap_or_default();
            t!("cli.coverage.failed", why = why).into_owned()
        }
    };
    if let (Coverage::Current, Some(days)) = (group.coverage, group.quiet_days())
        && days >= QUIET_DAYS
    {
        text.push_str(&t!("incoming.coverage.quiet", days = days));
    }
    if group.retired {
        text.push_str(&t!("incoming.coverage.retired"));
    }
    text
}
