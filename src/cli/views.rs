//! `views`: filters of the list under names, listed, kept, renamed, deleted.

use std::io::Write;

use clap::Args as ClapArgs;
use rust_i18n::t;

use super::context::{Context, json_line};
use super::table::line;
use super::{DONE, dates, decide, inbox};
use crate::clock;
use crate::store::{Decision, ListFilter, ViewChange};

/// `qunbox views`.
#[derive(ClapArgs, Clone, Debug)]
#[group(id = "views_what", multiple = false)]
pub(super) struct Args {
    #[arg(id = "view_save", long = "save", value_name = "NAME", group = "views_what")]
    save: Option<String>,
    #[arg(id = "view_rename", long = "rename", value_names = ["NAME", "NEW"], num_args = 2, group = "views_what")]
    rename: Vec<String>,
    #[arg(id = "view_delete", long = "delete", value_name = "NAME", group = "views_what")]
    delete: Option<String>,
    #[command(flatten)]
    filter: inbox::FilterArgs,
}

/// Does what was said of views, else lists them.
pub(super) fn run(args: &Args, context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let now = clock::now();
    let mut store = context.store()?;
    let change = match (&args.save, &args.rename[..], &args.delete) {
        (Some(name), ..) => ViewChange::Keep { name: name.clone(), filter: args.filter.filter(now)? },
        (_, [from, to], _) => ViewChange::Rename { from: from.clone(), to: to.clone() },
        (.., Some(name)) => ViewChange::Drop { name: name.clone() },
        _ => {
            let views = store.saved_views()?;
            if views.is_empty() && !context.json {
                writeln!(out, "{}", t!("cli.views.none"))?;
            }
            for view in views {
                if context.json {
                    json_line(out, &view)?;
                } else {
                    writeln!(out, "{}  {}", line(&view.name), line(&words(&view.filter, now)))?;
                }
            }
            return Ok(DONE);
        }
    };
    let decided = store.decide(now, &Decision::View(change))?;
    decide::say(&decided, context, out)
}

/// What a filter says, as the options that say it.
fn words(filter: &ListFilter, now: i64) -> String {
    const DAY: i64 = 24 * 3_600_000;
    let mut out = vec![format!("--view {}", filter.view.as_str())];
    out.extend(filter.groups.iter().map(|g| format!("--group {g}")));
    out.extend(filter.since.map(|m| format!("--since {}", dates::short(m.0, now))));
    out.extend(filter.until.map(|m| format!("--until {}", dates::short(m.0 - DAY, now))));
    if !filter.words.is_empty() {
        out.push(format!("--words {}", filter.words));
    }
    if filter.with_files {
        out.push("--files".to_owned());
    }
    out.join(" ")
}
